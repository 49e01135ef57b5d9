"""The scan: files through workers to sites, sites through rules to usages, usages through the policy to a report."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib import import_module

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.candidate import Candidate
from tlsscan.discovery import Discovery, Walk
from tlsscan.extract import Extractor
from tlsscan.handle import First
from tlsscan.languages import MANIFEST
from tlsscan.model import (
    Area,
    Confidence,
    Finding,
    Level,
    Origin,
    Place,
    Problem,
    Report,
    Ruling,
    Severity,
    Site,
    Usage,
    Verdict,
)
from tlsscan.patterns import ready
from tlsscan.policy import DEMOTED, STATEMENT, findings, level, slot_of
from tlsscan.products import Runtimes
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.scanner import Around, Gathered, Linked, Scanner
from tlsscan.sieve import Barred
from tlsscan.sifting import Evidence, Sift, Sifted
from tlsscan.source import EMPTY
from tlsscan.supervisor import protection
from tlsscan.terms import Refusal, Says, Terms
from tlsscan.values import Region

if TYPE_CHECKING:
    from tlsscan.claims import Claim
    from tlsscan.context import Context
    from tlsscan.manifests.sheet import Reading
    from tlsscan.outcomes import Match
    from tlsscan.verdicts import Court

TIMEOUT = 10.0  # seconds for one file


class Request(NamedTuple):
    """What to scan and how. Paths and excludes as the user wrote them; `jobs` 0 means one for each processor. Files
    that are named are judged as parts of the folder `within`, if there is one. `terms` say more than `floor` and
    `demote`; `isolated`: nothing that the scanned tree says of itself is heeded. `runtimes` are
    versions of products (`java=7`), whatever the repository says; `assume` (current, oldest or none) is for those of
    which nothing is known. With `contents` the paths are files that are not read from disk, but for those that are
    `lost`; those of `overlay` are not read from disk either. Excludes hold for what is named itself if `force` is
    set; `limit` is the most bytes of a file that are parsed (0: the usual)."""

    paths: tuple[str, ...]
    floor: Version = Version.TLS1_2
    shown: Level = Level.WARNING
    excludes: tuple[str, ...] = ()
    respect_ignore: bool = True
    jobs: int = 0
    hashes: bool = False
    demote: bool = True
    timeout: float = TIMEOUT
    within: str = ""
    terms: Terms | None = None
    barred: tuple[Barred, ...] = ()
    isolated: bool = False
    runtimes: tuple[str, ...] = ()
    assume: str = "current"
    contents: Mapping[bytes, bytes] | None = None
    lost: tuple[Problem, ...] = ()
    overlay: Mapping[bytes, bytes] = EMPTY
    include: tuple[str, ...] = ()
    force: bool = False
    limit: int = 0

    def asked(self) -> Terms:
        """The terms on which findings are judged."""
        return self.terms or Terms(Says("", self.floor), demote=self.demote)


class Tally(NamedTuple):
    """What the terms of a scan cost: findings that were not wanted, by why and by whom; findings that a floor of the
    scanned tree's own made less of; how many there are of each level, shown or not."""

    refused: Counter[Refusal]
    softened: int
    levels: Counter[Level]


class Trail(NamedTuple):
    """How a scan came to its report: every site as it was linked, every match, and the finding of each place, also
    where all is well; and what the repository says of runtimes."""

    sites: Sequence[Site]
    matches: "Callable[[], Sequence[Match]]"
    judged: Sequence[Finding]
    runtimes: Runtimes
    claims: "Sequence[Claim]" = ()
    assume: str = "current"


class Scan(NamedTuple):
    """What a scan gave: the report, what there was to scan, the way to it, and what its terms cost."""

    report: Report
    found: Discovery
    trail: Trail
    tally: Tally


def _held(request: Request) -> Mapping[bytes, bytes]:
    """The files that are not read from disk."""
    return {**(request.contents or EMPTY), **request.overlay}


def empty_folders(paths: Iterable[str], found: Discovery) -> list[str]:
    """The named folders below which nothing was found to scan."""
    return [path for path in paths if os.path.isdir(path) and not _holds_any(path, found.files)]


def _holds_any(folder: str, files: Iterable[Candidate]) -> bool:
    here, real = os.path.realpath("."), os.path.realpath(folder)
    if real == here:
        return any(not os.path.isabs(file.fs_path) for file in files)
    inside = real.startswith(os.path.join(here, ""))
    lead = os.path.join(os.path.relpath(real, here) if inside else real, "").replace(os.sep, "/")
    return any(file.fs_path.startswith(os.fsencode(lead)) for file in files)


def walk_of(request: Request) -> Walk:
    """What looks for the files of a request. Raises UsageError for paths that do not exist."""
    held = request.contents
    return Walk(
        request.paths,
        excludes=request.excludes,
        respect_ignore=request.respect_ignore,
        within=request.within,
        barred=request.barred,
        held=held.keys() if held is not None else None,
        include=request.include,
        force=request.force,
        none=not request.paths,
    )


def scan(
    request: Request,
    book: Rulebook,
    meanwhile: Callable[[], None] | None = None,
    sift: Sift | None = None,
    watch: Callable[[Callable[[], tuple[str, int, int]]], None] | None = None,
    first: Callable[[], First | None] = lambda: None,
) -> Scan:
    """The scan of what lies below the paths of the request; `meanwhile` is done while workers read the last files, and
    `sift` says which findings count; `watch` gets what tells how far it is; `first` gives a worker that
    is there already. Raises UsageError for paths that do not exist."""
    walk = walk_of(request)
    extractor = Extractor(book, hashes=request.hashes, contents=_held(request), limit=request.limit)
    jobs = request.jobs or os.cpu_count() or 1
    with Scanner(
        extractor, jobs=jobs, timeout=request.timeout, around=_around(walk, request), first=first()
    ) as scanner:  # to the end: workers that are done with go while what they found is judged
        if watch is not None:
            watch(scanner.state)
        return _scan(scanner, walk, request, book, meanwhile, sift)


def _androids(readings: "Sequence[Reading]", sites: Linked) -> dict[str, Place]:
    """The modules of Android, where there is any Java."""
    if not any(path.endswith(".java") for path in sites.homes()):
        return {}
    from tlsscan.manifests.parts import modules_of_android

    return modules_of_android(readings)


def _scan(
    scanner: Scanner,
    walk: Walk,
    request: Request,
    book: Rulebook,
    meanwhile: Callable[[], None] | None,
    sift: Sift | None,
) -> Scan:
    terms = request.asked()
    runtimes = Runtimes({}, {product: row.version for product, row in book.assumed.items()})
    claimed = EarlyClaims(walk, book)
    gathered = scanner.gather(walk.batches(), _meanwhile(walk, meanwhile), claimed.by)
    found = walk.finish()
    gathered = gathered._replace(sites=scanner.named(gathered.sites, found.roots))
    readings = scanner.readings(gathered, found.walked)
    claims = claimed.by(readings)
    sites = scanner.linked(gathered, runtimes)

    def matched(some: Linked, on: Runtimes) -> "list[Match]":
        return _placed(scanner.matches(some, on, found.roots), found.roots, gathered.areas)

    matches = partial(matched, sites, runtimes)
    court: Court | None = None
    androids = _androids(readings, sites) if readings else {}
    if claims or request.runtimes or request.assume != "current" or gathered.dialects or androids:
        from tlsscan import verdicts
        from tlsscan.manifests.compiles import Compiled
        from tlsscan.manifests.references import Referenced
        from tlsscan.programs import Search

        known = verdicts.known_of(claims, request.runtimes, request.assume, book)
        compiled = Compiled(readings)
        known = known._replace(
            instead=compiled.instead,
            scanned=frozenset(reading.path for reading in gathered.readings),
            written=verdicts.written(gathered.dialects) | verdicts.on_android(sites.homes(), androids, known),
        )
        relying = partial(_relying, scanner, book, found.roots)
        whole = partial(_is_whole, found.walked)
        referenced = Referenced(readings)
        search = Search(relying, scanner.speaks, whole, scanner.naming, scanner.texts, compiled, referenced)
        court = verdicts.Court(known, book, cache(partial(_origin, found.roots)), search, request.shown)

    def ruled(terms: Terms) -> Ruling:
        if court is None:
            judged = findings_of(matches(), book, terms)
            return Ruling(judged, (), _assumed(judged, book))

        def judge(path: str, on: Runtimes) -> list[Finding]:
            return findings_of(matched(at_home[path], on), book, terms)

        at_home = sites.by_home()

        ruling = court.ruling(sites.homes(), judge, terms.at, terms.floor)
        # What is passed on to code of several folders is judged on the runtimes of each.
        return ruling._replace(findings=one_a_place(ruling.findings))

    if court is None:
        scanner.release()
    ruling = ruled(terms)
    scanner.release()
    judged = ruling.findings
    softened = _softened(ruled(terms.firm()).findings, terms, judged) if terms.own.sets_floors else 0
    if court is not None:
        _show_manifests(judged, found, gathered, hashes=request.hashes)
    judged = [_titled(finding, book) for finding in judged]
    noted = [finding for finding in judged if finding.level is not Level.NONE]
    problems = _problems([*found.problems, *gathered.problems, *request.lost], scanner.late)
    sifted = (
        sift(Evidence(noted, gathered.ignores, problems, found, alone=not walk.roots))
        if sift is not None
        else Sifted(noted)
    )
    noted, refused = _wanted(sifted.findings, terms)
    shown = [finding for finding in noted if finding.level.rank >= request.shown.rank]
    notices = [*found.notices, *scanner.notices, *sifted.notices, *([protection()] if protection() else [])]
    report = Report(
        findings=tuple(shown),
        problems=problems,
        files=_scanned(found, problems),
        unread=found.unread,
        assumed=ruling.assumed,
        floor=terms.floor,
        texts=gathered.texts,
        pieces=gathered.pieces,
        line_hashes=gathered.hashes,
        hidden=len(noted) - len(shown),
        notices=tuple(notices),
        demoted=_demoted((f for f in noted if f.level.rank < request.shown.rank), request.shown),
        aside=tuple(
            aside
            for aside in sifted.aside
            if aside.finding.level.rank >= request.shown.rank and not terms.refusal(aside.finding)
        ),
        remarks=tuple(sifted.remarks),
        claims=ruling.claims,
    )
    trail = Trail([*sites.own, *sites.filled], matches, judged, runtimes, claims, request.assume)
    return Scan(report, found, trail, Tally(refused, softened, Counter(finding.level for finding in noted)))


def _meanwhile(walk: Walk, own: Callable[[], None] | None) -> Iterator[Callable[[], object]]:
    """Done while workers are busy, after the walk: load what findings need, and what claims do if there are any."""
    for name in ("match", "callers", "searches", "link", "sides", "upwards"):
        yield partial(import_module, f"tlsscan.{name}")
    if own is not None:
        yield own
    yield partial(_know_names, walk)
    yield partial(ready, STATEMENT)
    for name in ("claiming", "verdicts", "manifests.compiles", "manifests.inherit", "programs"):
        yield partial(_load_for_claims, walk, name)
    yield walk.finish


def _know_names(walk: Walk) -> None:
    from tlsscan import origin

    origin.ready({candidate.language for candidate in walk.found.values()})


def _load_for_claims(walk: Walk, name: str) -> None:
    if any(candidate.language == MANIFEST for candidate in walk.found.values()):
        import_module(f"tlsscan.{name}")


def _is_whole(roots: Sequence[str], folder: str) -> bool:
    """Whether all that lies below a folder is scanned, and not only files that were named."""
    outside = folder.startswith(("/", "../"))
    return any(folder.startswith(root) if root else not outside for root in roots)


def _relying(
    scanner: Scanner,
    book: Rulebook,
    roots: Sequence[str],
    ids: Collection[str],
    speak: Collection[str],
    beginnings: Iterable[str],
    holds: Callable[[str], bool],
) -> list[Site]:
    """The sites of uses of defaults in some files."""
    from tlsscan.defaults import addresses

    index = Extractor(book.with_defaults, hashes=False).index
    sites = scanner.relying(ids, speak, beginnings, holds, lambda site: addresses(site, index(site.language)))
    return scanner.named(sites, roots, index)


class EarlyClaims:
    """What manifests claim: put together when they are read, and again only if they turn out not to have been all."""

    def __init__(self, walk: Walk, book: Rulebook) -> None:
        """The walk has come to its end when claims are asked for."""
        self._walk = walk
        self._book = book
        self._readings: list[Reading] = []
        self._claims: Sequence[Claim] = ()

    def by(self, readings: "Sequence[Reading]") -> "Sequence[Claim]":
        """The claims that follow from what manifests say."""
        if self._readings != readings:
            from tlsscan.claiming import claims_of

            self._readings = [*readings]
            self._claims = claims_of(readings, self._book, self._walk.finish())
        return self._claims


def _around(walk: Walk, request: Request) -> "Around | None":
    """What makes the work trees around the files that were named one by one; None where none was."""
    named = tuple(walk.found.values())

    def around(notices: list[str]) -> "Context":
        from tlsscan.context import Context

        excludes, barred = request.excludes, request.barred
        return Context(named, notices, excludes=excludes, respect_ignore=request.respect_ignore, barred=barred)

    return around if named else None


def findings_of(matches: "Iterable[Match]", book: Rulebook, terms: Terms) -> list[Finding]:
    """The findings of matches in final order, one for each place."""
    from tlsscan.sides import of_both

    told = ((found, finding) for found in of_both([*matches]) for finding in _told(found, book, terms))
    return one_a_place(finding for found, finding in told if finding.usage.passed or not found.told)


def one_a_place(findings: Iterable[Finding]) -> list[Finding]:
    """Of the findings of each place the surest, then the one whose library is best known, then the most severe, in
    final order. One place of a manifest may tell of several products. What a caller passes on from a place is told with
    the statements that put its value together, if these are told."""
    best: dict[tuple[str, Region, str], Finding] = {}
    findings = list(findings)
    slots = {(slot.path, slot.region) for f in findings if (slot := slot_of(f.usage)) != f.usage.place}
    for finding in findings:
        usage = finding.usage
        if usage.passed and not usage.named and (usage.place.path, usage.place.region) in slots:
            continue
        key = (usage.place.path, usage.place.region, "" if usage.language else usage.rule)
        if key not in best or _preference(finding) > _preference(best[key]):
            best[key] = finding
    return sorted(best.values(), key=_finding_order)


def _told(found: "Match", book: Rulebook, terms: Terms) -> list[Finding]:
    """The findings of one match, under the floor of the file in which its setting stands."""
    policy = terms.at(found.usages[0].place.path)
    told = findings(found.usages, book.rule(found.usages[0].rule), policy)
    if told[0].verdict is Verdict.ALLOWS and found.lower != found.usages:
        told = findings(found.lower, book.rule(found.lower[0].rule), policy)
    if policy.floor is terms.floor:
        return told
    return [finding._replace(floor=policy.floor) for finding in told]


def _wanted(findings: Iterable[Finding], terms: Terms) -> tuple[list[Finding], Counter[Refusal]]:
    """The findings that are wanted, and how many are not, by why and by whom."""
    refused: Counter[Refusal] = Counter()
    wanted = []
    for finding in findings:
        why = terms.refusal(finding)
        if why is None:
            wanted.append(finding)
        else:
            refused[why] += 1
    return wanted, refused


def _softened(firm: Iterable[Finding], terms: Terms, judged: Sequence[Finding]) -> int:
    """How many findings are of a lower level, or none, because of floors that the scanned tree sets for itself: `firm`
    are those without them."""
    levels = {(f.usage.place.path, f.usage.place.region): f.level.rank for f in judged}
    before = [finding for finding in firm if not terms.refusal(finding)]
    return sum(f.level.rank > levels.get((f.usage.place.path, f.usage.place.region), 0) for f in before)


def _origin(roots: Sequence[str], path: str) -> Origin:
    """Where a manifest stands, or a file of code; a language has names of its own for tests and examples."""
    from tlsscan.origin import below, language_at, origin_of

    return origin_of(below(path, roots), language_at(path))


def _show_manifests(judged: Iterable[Finding], found: Discovery, gathered: Gathered, *, hashes: bool) -> None:
    """Keep the lines of manifests in which findings stand."""
    from tlsscan.verdicts import shown

    for path, told in shown(judged, found.fs_paths, hashes=hashes).items():
        gathered.texts.setdefault(path, {}).update(told.texts)
        gathered.hashes.update({(path, line): value for line, value in told.hashes.items()})


def _placed(matches: "Iterable[Match]", roots: Sequence[str], told: Mapping[str, Collection[Area]]) -> "list[Match]":
    """The matches with the origins of the files in which their usages stand."""
    from tlsscan.origin import below, origin_of

    known: dict[tuple[str, str], Origin] = {}

    def origin(path: str, language: str) -> Origin:
        if (path, language) not in known:
            known[path, language] = origin_of(below(path, roots), language, told.get(path, ()))
        return known[path, language]

    def placed(usage: Usage) -> Usage:
        named = tuple(naming._replace(origin=origin(naming.place.path, usage.language)) for naming in usage.named)
        return usage._replace(origin=origin(usage.place.path, usage.language), named=named)

    def both(found: "Match") -> "Match":
        usages = tuple(map(placed, found.usages))
        lower = usages if found.lower is found.usages else tuple(map(placed, found.lower))
        return found._replace(usages=usages, lower=lower)

    return [both(found) for found in matches]


def _demoted(hidden: Iterable[Finding], shown: Level) -> dict[Area, int]:
    """How many findings are hidden only because of where they stand, each counted in its first area."""
    lost = [f.usage.origin for f in hidden if f.demoted and level(f.usage, f.verdict).rank >= shown.rank]
    counts = Counter(next(area for area in origin.areas if area in DEMOTED) for origin in lost)
    return {area: counts[area] for area in Area if counts[area]}


def _preference(finding: Finding) -> tuple[bool, int, int, int, int]:
    order = [Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]
    resolved = not finding.usage.permitted.unresolved
    severity = -list(Verdict).index(finding.verdict)  # levels may be equal where all are one lower
    return (resolved, order.index(finding.usage.confidence), finding.usage.ground, finding.level.rank, severity)


def _finding_order(finding: Finding) -> tuple[object, ...]:
    place = finding.usage.place
    return (place.path, place.region.line, place.region.column, finding.usage.rule)


def _problems(early: list[Problem], late: list[Problem]) -> tuple[Problem, ...]:
    """All problems in final order; one that was met again while constants were looked for is told once."""
    known = {(problem.path, problem.kind) for problem in early}
    fresh = {(problem.path, problem.kind): problem for problem in late if (problem.path, problem.kind) not in known}
    return tuple(sorted([*early, *fresh.values()], key=_problem_order))


def _scanned(found: Discovery, problems: Iterable[Problem]) -> dict[str, int]:
    """How many files of each language were looked at: what could not be read was not scanned."""
    lost = {problem.path for problem in problems if problem.severity is not Severity.DEGRADED}
    unread = Counter(file.language for file in found.files if file.path in lost) if lost else Counter[str]()
    return dict(sorted((Counter(found.kinds) - unread).items()))


def _problem_order(problem: Problem) -> tuple[str, str, str]:
    return (problem.path, problem.kind.value, problem.text)


def _titled(finding: Finding, book: Rulebook) -> Finding:
    """The finding with the titles of its assumed products instead of their ids. What a newer version is shut out of is
    the runtime that has it."""
    usage = finding.usage
    told = usage.assumed or (usage.unclaimed if finding.verdict is Verdict.CAPS else ())
    titles = tuple(book.assumed[product].title for product in told if product in book.assumed)
    return finding._replace(usage=usage._replace(assumed=titles))


def _assumed(findings: Iterable[Finding], book: Rulebook) -> tuple[str, ...]:
    """Sentences about the assumed products of the libraries that were met; of the others nothing depends on them."""
    products = {product for finding in findings for product in book.rule(finding.usage.rule).base.products}
    rows = [book.assumed[product] for product in sorted(products) if product in book.assumed]
    return tuple(f"{row.title} is assumed" + (f" ({row.because})" if row.because else "") for row in rows)
