"""The scan: files through workers to sites, sites through rules to usages, usages through the policy to a report."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from tlsscan import extract as extraction
from tlsscan.callers import follow
from tlsscan.calls import Calls, Question
from tlsscan.discovery import Candidate, Discovery, Walk
from tlsscan.extract import CallSearch, Definition, Extractor, Search
from tlsscan.inventory import Inventory
from tlsscan.languages import INSIDE
from tlsscan.link import Words, link
from tlsscan.match import Match, match, open_names_of, slots_of
from tlsscan.model import (
    Area,
    Argument,
    Confidence,
    Finding,
    Form,
    Level,
    Origin,
    Problem,
    ProblemKind,
    Report,
    Severity,
    Site,
    Usage,
    Verdict,
)
from tlsscan.policy import DEMOTED, Policy, findings, level
from tlsscan.products import Runtimes
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.sifting import Evidence, Sift, Sifted
from tlsscan.supervisor import Outcome, protection, supervise
from tlsscan.values import Name, Region
from tlsscan.worker import Work

if TYPE_CHECKING:
    from tlsscan.context import Context

if TYPE_CHECKING:
    from tlsscan.suppressions import Ignore

TIMEOUT = 10.0  # seconds for one file


class Request(NamedTuple):
    """What to scan and how. Paths and excludes as the user wrote them; `jobs` 0 means one for each processor. Files
    that are named are judged as parts of the folder `within`, if there is one."""

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


class Gathered(NamedTuple):
    """What the workers found, before any rule has judged it."""

    sites: list[Site]
    problems: list[Problem]
    texts: dict[str, dict[int, str]]
    hashes: dict[tuple[str, int], str]
    generated: set[str]
    ignores: "dict[str, tuple[Ignore, ...]]"


class Scan(NamedTuple):
    """What a scan gave: the report, and what there was to scan."""

    report: Report
    found: Discovery


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


def scan(
    request: Request, book: Rulebook, meanwhile: Callable[[], None] | None = None, sift: Sift | None = None
) -> Scan:
    """The scan of what lies below the paths of the request; `meanwhile` is done while workers read the last files, and
    `sift` says which findings count. Raises UsageError for paths that do not exist."""
    walk = Walk(request.paths, excludes=request.excludes, respect_ignore=request.respect_ignore, within=request.within)
    scanner = Scanner(book, request, named=tuple(walk.found.values()))
    gathered = scanner.gather(walk.batches(), meanwhile)
    found = walk.finish()
    gathered = gathered._replace(sites=scanner.named(gathered.sites, found.roots))
    runtimes = Runtimes({}, {product: row.version for product, row in book.assumed.items()})
    matches = _placed(scanner.matches(gathered, runtimes), found.roots, gathered.generated)
    judged = findings_of(matches, book, Policy(request.floor, request.demote))
    judged = [_titled(finding, book) for finding in judged]
    noted = [finding for finding in judged if finding.level is not Level.NONE]
    problems = _problems([*found.problems, *gathered.problems], scanner.late)
    sifted = sift(Evidence(noted, gathered.ignores, problems, found)) if sift is not None else Sifted(noted)
    noted = list(sifted.findings)
    shown = [finding for finding in noted if finding.level.rank >= request.shown.rank]
    notices = [*found.notices, *scanner.notices, *([protection()] if protection() else [])]
    report = Report(
        findings=tuple(shown),
        problems=problems,
        files=_scanned(found.files, problems),
        unread=found.unread,
        assumed=_assumed(judged, book),
        floor=request.floor,
        texts=gathered.texts,
        line_hashes=gathered.hashes,
        hidden=len(noted) - len(shown),
        notices=tuple(notices),
        demoted=_demoted((f for f in noted if f.level.rank < request.shown.rank), request.shown),
        aside=tuple(aside for aside in sifted.aside if aside.finding.level.rank >= request.shown.rank),
        remarks=tuple(sifted.remarks),
    )
    return Scan(report, found)


class Scanner:
    """One run over files as they are found: the workers' state, inherited by fork."""

    def __init__(self, book: Rulebook, request: Request, named: Sequence[Candidate] = ()) -> None:
        """`named` are the files that were named one by one: constants of the work trees around them count."""
        self._inventory = Inventory()
        self._named = named
        self._context: list[Context] = []
        self.notices: list[str] = []
        self._telling: set[Candidate] = set()
        """The files in which a literal of a sink stands, or a call of what passes its parameter on to one."""
        self._asked = False
        self._request = request
        self._extractor = Extractor(book, hashes=request.hashes)
        self.late: list[Problem] = []
        """What went wrong while constants were looked for; the same file may have been told of before."""

    def gather(self, batches: Iterable[list[Candidate]], meanwhile: Callable[[], None] | None = None) -> Gathered:
        """The sites of all files; the batches are drawn while workers are busy with the ones before."""

        def work(piece: bytes) -> bytes | None:
            found = self._extractor.extract(Candidate.unpack(piece))
            return extraction.pack(found) if found is not None else None

        gathered = Gathered([], [], {}, {}, set(), {})
        for outcome in self._supervise(self._noted(batches), work, meanwhile):
            path = self._inventory.files[outcome.index].path
            if outcome.failure is not None:
                gathered.problems.append(Problem(path, outcome.failure.kind, outcome.failure.text))
            elif outcome.payload:
                found = extraction.unpack(outcome.payload)
                gathered.sites.extend(found.sites)
                self._telling.add(self._inventory.files[outcome.index])
                gathered.problems.extend(found.problems)
                gathered.ignores.update({path: found.ignores} if found.ignores else {})
                gathered.texts.update({path: dict(found.texts)} if found.texts else {})
                gathered.generated.update([path] if found.generated else [])
                gathered.hashes.update({(path, line): value for line, value in found.hashes.items()})
        gathered.sites.sort(key=lambda site: (site.path, site.region))
        return gathered

    def named(self, sites: list[Site], roots: Sequence[str]) -> list[Site]:
        """The sites, those that mean something of the scanned code itself told apart."""
        if not any(site.form is Form.DECLARATION for site in sites):
            return sites
        from tlsscan.origin import below, origin_of
        from tlsscan.own import own_names

        def is_sink(language: str, name: str) -> bool:
            return self._extractor.index(language).is_sink(name)

        def is_aside(site: Site) -> bool:
            return Area.TEST in origin_of(below(site.path, roots), site.language, False).areas

        return own_names(sites, is_sink, is_aside)

    def _noted(self, batches: Iterable[list[Candidate]]) -> Iterator[list[Candidate]]:
        """The batches, their files remembered by number."""
        for batch in batches:
            self._inventory.add(batch)
            for language in {file.language for file in batch} - INSIDE.keys():
                self._extractor.index(language)  # once here, not once in each worker that is still to be forked
            yield batch

    def _supervise(
        self, batches: Iterable[list[Candidate]], work: Work, meanwhile: Callable[[], None] | None = None
    ) -> Iterator[Outcome]:
        """Each language begins with its grammar, which takes longer than a few files."""
        languages: set[str] = set()

        def pieces() -> Iterator[list[bytes]]:
            for batch in batches:
                languages.update(file.language for file in batch)
                yield [file.pack() for file in batch]

        return supervise(
            pieces(),
            work,
            jobs=self._request.jobs or os.cpu_count() or 1,
            timeout=self._request.timeout,
            sorts=lambda: len(languages),
            meanwhile=meanwhile,
        )

    def matches(self, gathered: Gathered, runtimes: Runtimes) -> list[Match]:
        """The usages of all sites: open names linked first, then parameters that callers fill."""

        def wanted(site: Site) -> set[Name]:
            return open_names_of(site, self._extractor.index(site.language), runtimes)

        def slots(site: Site) -> list[Argument]:
            return slots_of(site, self._extractor.index(site.language), runtimes)

        def linked(sites: Sequence[Site]) -> list[Site]:
            return link(sites, wanted, self._find)

        sites = linked(gathered.sites)
        own = self._matched(sites, runtimes)
        filled = follow(sites, slots, partial(self._calls, gathered), linked)
        return told_at_callers(own, self._matched(filled, runtimes)) if filled else own

    def _matched(self, sites: Sequence[Site], runtimes: Runtimes) -> list[Match]:
        found: list[Match] = []
        for language in sorted({site.language for site in sites}):
            own = [site for site in sites if site.language == language]
            found.extend(match(own, self._extractor.index(language), runtimes))
        return found

    def _calls(self, gathered: Gathered, questions: Sequence[Question]) -> list[Site]:
        """The calls of functions in the files of their languages, in order; their lines are kept for frames."""
        languages = sorted({question.language for question in questions})
        searches = {
            language: CallSearch(Calls(language, [q for q in questions if q.language == language]))
            for language in languages
        }
        files = self._inventory.speaking(languages)
        if self._asked:  # callers of callers are looked for where TLS is spoken of: another look at all costs too much
            files = [file for file in files if file in self._telling]
        self._asked = True

        def work(piece: bytes) -> bytes | None:
            found = self._extractor.calls(Candidate.unpack(piece), searches)
            return extraction.pack(found) if found is not None else None

        calls: list[Site] = []
        for outcome in self._supervise([files], work):
            path = files[outcome.index].path
            if outcome.failure is not None:
                self.late.append(Problem(path, outcome.failure.kind, outcome.failure.text))
            elif outcome.payload:
                found = extraction.unpack(outcome.payload)
                calls.extend(found.sites)
                self._telling.add(files[outcome.index])
                self.late.extend(found.problems)
                gathered.ignores.update({path: found.ignores} if found.ignores else {})
                gathered.texts.setdefault(path, {}).update(found.texts)
                gathered.generated.update([path] if found.generated else [])
                gathered.hashes.update({(path, line): value for line, value in found.hashes.items()})
        return sorted(calls, key=lambda site: (site.path, site.region))

    def _find(self, words: Words) -> Iterator[tuple[str, Definition]]:
        """Definitions of words, with their language, in the files that may hold them for one of their owners."""
        searches = {language: Search(language, owners) for language, owners in words.items()}
        places: list[Inventory | Context] = [self._inventory, *self._around()]
        held = (place.holding(name, searches[name].owners) for place in places for name in sorted(searches))
        files = list(dict.fromkeys(chain.from_iterable(held)))

        def work(piece: bytes) -> bytes | None:
            found = self._extractor.definitions(Candidate.unpack(piece), searches)
            return extraction.pack_definitions(found) if found else None

        for outcome in self._supervise([files], work):
            file = files[outcome.index]
            if outcome.failure is not None:
                self._lost(file, outcome.failure.kind, outcome.failure.text)
            elif outcome.payload:
                told = extraction.unpack_definitions(outcome.payload)
                if isinstance(told, ProblemKind):
                    self._lost(file, told, extraction.PROBLEM_TEXTS.get(told, told.value))
                else:
                    yield from ((definition.language, definition) for definition in told)

    def _around(self) -> "list[Context]":
        """The files around those that were named one by one, from the first open name on."""
        if self._named and not self._context:
            from tlsscan.context import Context

            excludes, respect_ignore = self._request.excludes, self._request.respect_ignore
            self._context = [Context(self._named, self.notices, excludes=excludes, respect_ignore=respect_ignore)]
        return self._context

    def _lost(self, file: Candidate, kind: ProblemKind, text: str) -> None:
        """A file could not be searched; of one that was not named itself that is told, and is no fault of the run."""
        if any(file in context for context in self._context):
            self.notices.append(f"{file.path} could not be searched for constants: {text}")
        else:
            self.late.append(Problem(file.path, kind, text))


def told_at_callers(own: Sequence[Match], passed: Sequence[Match]) -> list[Match]:
    """Matches without what callers answer: a slot that is not known where it stands, but by some caller. Where a part
    of the slot was known before, a caller is told of only if it adds to that."""
    places = {_place(usage): usage.permitted for found in own for usage in found.usages if usage.permitted.open}
    kept: list[Match] = []
    answered: set[tuple[str, Region]] = set()
    for found in passed:
        usages = [usage for usage in (*found.usages, *found.lower) if usage.passed]
        origins = {(usage.passed[-1].path, usage.passed[-1].region) for usage in usages}
        answered |= origins
        before = next((places[origin] for origin in origins if origin in places), None)
        if before is None or any(not usage.permitted.sure <= before.sure for usage in usages):
            kept.append(found._replace(told=True))
    silent = [
        found
        for found in own
        if not all(usage.permitted.unresolved and _place(usage) in answered for usage in found.usages)
    ]
    return [*silent, *kept]


def _place(usage: Usage) -> tuple[str, Region]:
    return (usage.place.path, usage.place.region)


def findings_of(matches: Iterable[Match], book: Rulebook, policy: Policy) -> list[Finding]:
    """The findings of matches in final order, one for each place: the surest, then the most severe."""
    best: dict[tuple[object, ...], Finding] = {}
    for found in matches:
        told = findings(found.usages, book.rule(found.usages[0].rule), policy)
        if told[0].verdict is Verdict.ALLOWS and found.lower != found.usages:
            told = findings(found.lower, book.rule(found.lower[0].rule), policy)
        for finding in told:
            if found.told and not finding.usage.passed:
                continue
            place = finding.usage.place
            key = (place.path, place.region)
            if key not in best or _preference(finding) > _preference(best[key]):
                best[key] = finding
    return sorted(best.values(), key=_finding_order)


def _placed(matches: Iterable[Match], roots: Sequence[str], generated: Collection[str]) -> list[Match]:
    """The matches with the origins of the files in which their usages stand."""
    from tlsscan.origin import below, origin_of

    known: dict[tuple[str, str], Origin] = {}

    def origin(path: str, language: str) -> Origin:
        if (path, language) not in known:
            known[path, language] = origin_of(below(path, roots), language, path in generated)
        return known[path, language]

    def placed(usage: Usage) -> Usage:
        named = tuple(naming._replace(origin=origin(naming.place.path, usage.language)) for naming in usage.named)
        return usage._replace(origin=origin(usage.place.path, usage.language), named=named)

    return [
        found._replace(usages=tuple(map(placed, found.usages)), lower=tuple(map(placed, found.lower)))
        for found in matches
    ]


def _demoted(hidden: Iterable[Finding], shown: Level) -> dict[Area, int]:
    """How many findings are hidden only because of where they stand, each counted in its first area."""
    lost = [f.usage.origin for f in hidden if f.demoted and level(f.usage, f.verdict).rank >= shown.rank]
    counts = Counter(next(area for area in origin.areas if area in DEMOTED) for origin in lost)
    return {area: counts[area] for area in Area if counts[area]}


def _preference(finding: Finding) -> tuple[bool, int, int, int]:
    order = [Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]
    resolved = not finding.usage.permitted.unresolved
    severity = -list(Verdict).index(finding.verdict)  # levels may be equal where all are one lower
    return (resolved, order.index(finding.usage.confidence), finding.level.rank, severity)


def _finding_order(finding: Finding) -> tuple[object, ...]:
    place = finding.usage.place
    return (place.path, place.region.line, place.region.column, finding.usage.rule)


def _problems(early: list[Problem], late: list[Problem]) -> tuple[Problem, ...]:
    """All problems in final order; one that was met again while constants were looked for is told once."""
    known = {(problem.path, problem.kind) for problem in early}
    fresh = {(problem.path, problem.kind): problem for problem in late if (problem.path, problem.kind) not in known}
    return tuple(sorted([*early, *fresh.values()], key=_problem_order))


def _scanned(files: Iterable[Candidate], problems: Iterable[Problem]) -> dict[str, int]:
    """How many files of each language were looked at: what could not be read was not scanned."""
    lost = {problem.path for problem in problems if problem.severity is not Severity.DEGRADED}
    return dict(sorted(Counter(file.language for file in files if file.path not in lost).items()))


def _problem_order(problem: Problem) -> tuple[str, str, str]:
    return (problem.path, problem.kind.value, problem.text)


def _titled(finding: Finding, book: Rulebook) -> Finding:
    """The finding with the titles of its assumed products instead of their ids. What a newer version is shut out of is
    the runtime that has it."""
    usage = finding.usage
    base = book.rule(usage.rule).base.products if finding.verdict is Verdict.CAPS else ()
    titles = tuple(book.assumed[product].title for product in usage.assumed or base if product in book.assumed)
    return finding._replace(usage=usage._replace(assumed=titles))


def _assumed(findings: Iterable[Finding], book: Rulebook) -> tuple[str, ...]:
    """Sentences about the assumed products of the libraries that were met; of the others nothing depends on them."""
    products = {product for finding in findings for product in book.rule(finding.usage.rule).base.products}
    rows = [book.assumed[product] for product in sorted(products) if product in book.assumed]
    return tuple(f"{row.title} is assumed" + (f" ({row.because})" if row.because else "") for row in rows)
