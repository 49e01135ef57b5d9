"""Why a scan says what it says of one line: its sites, what was made of them, and what was passed over in silence."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tlsscan.bases import bounds
from tlsscan.candidate import Candidate
from tlsscan.claims import Claim, Claims
from tlsscan.display import count
from tlsscan.explain import KINDS
from tlsscan.extract import Extractor
from tlsscan.grounds import Option, system_of, together
from tlsscan.identity import fingerprints
from tlsscan.languages import INSIDE
from tlsscan.match import silences
from tlsscan.model import Finding, Form, Level, Place, Remark, Site, Usage, Verdict
from tlsscan.outcomes import Match
from tlsscan.policy import because, lowerings, said_of
from tlsscan.products import APART, INSTEAD, Runtimes, edges, version_key
from tlsscan.protocol import in_words
from tlsscan.records import NamedTuple
from tlsscan.reporters.account import Account, Arm, Silent, Told
from tlsscan.reporters.asides import reason
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Base
from tlsscan.scan import Scan
from tlsscan.sinks import SinkIndex
from tlsscan.source import WORD_BYTES, SourceFile
from tlsscan.suppressions import Ignore
from tlsscan.values import Region

NEAREST = 5


class Spot(NamedTuple):
    """What is asked for: a file as reports show it, a line, and a column or 0."""

    path: str
    line: int
    column: int = 0

    def holds(self, region: Region) -> bool:
        """Whether the line is one of a region's."""
        return region.line <= self.line <= region.end_line


def account_of(
    spot: Spot, scan: Scan, shown: Level, book: Rulebook, source: SourceFile | None, named: Mapping[str, str]
) -> Account:
    """The account of a spot from a scan of its tree; `source` is the file's text, if that could be read,
    and `named` are the runtimes of the command line."""
    floor = scan.report.floor
    sites = [site for site in scan.trail.sites if site.form is not Form.DECLARATION]
    here = _sharpest(spot, [site for site in sites if site.path == spot.path and _stands(spot, site)])
    places = {region for site in here for region in (site.region, *(a.region for a in site.arguments))}
    judged = scan.trail.judged
    told = _chosen(spot, [f for f in judged if f.usage.place.path == spot.path and _concerns(spot, f, places)])
    identities = dict(zip(judged, fingerprints(judged), strict=True))
    silent = tuple(dict.fromkeys(_silent(here, told, scan, book, named)))
    return Account(
        path=spot.path,
        line=spot.line,
        floor=floor,
        told=tuple(_told(finding, identities[finding], scan, shown, book, named) for finding in told),
        part_of=tuple(_parts(spot, [finding for finding in judged if finding not in told])),
        silent=silent,
        words=tuple(_words(spot, scan, book, source)),
        nearest=_nearest(spot, judged),
        notes=tuple(_notes(spot, scan, source)),
        lines={**scan.report.texts.get(spot.path, {}), **_line(spot, source)},
    )


def _line(spot: Spot, source: SourceFile | None) -> dict[int, str]:
    return {spot.line: source.line_text(spot.line)} if source is not None else {}


def _stands(spot: Spot, site: Site) -> bool:
    return spot.holds(site.region) or any(spot.holds(argument.region) for argument in site.arguments)


def _sharpest(spot: Spot, sites: Sequence[Site]) -> list[Site]:
    """The sites at the column, if there are any."""
    at = [site for site in sites if spot.column and _covers(spot, site.region)]
    return at or list(sites)


def _covers(spot: Spot, region: Region) -> bool:
    return (region.line, region.column) <= (spot.line, spot.column) < (region.end_line, region.end_column)


def _concerns(spot: Spot, finding: Finding, places: set[Region]) -> bool:
    return spot.holds(finding.usage.place.region) or finding.usage.place.region in places


def _chosen(spot: Spot, findings: Sequence[Finding]) -> list[Finding]:
    at = [finding for finding in findings if spot.column and _covers(spot, finding.usage.place.region)]
    return at or list(findings)


def _told(finding: Finding, identity: str, scan: Scan, shown: Level, book: Rulebook, named: Mapping[str, str]) -> Told:
    usage = finding.usage
    rule = book.rule(usage.rule)
    floor = finding.floor or scan.report.floor
    return Told(
        finding=finding,
        identity=identity,
        site=f"{usage.api}, in {usage.enclosing}" if usage.enclosing else usage.api,
        kind=f"the value {KINDS[rule.configures]}" if rule.languages else "what the repository says it runs on",
        base=_base(usage, scan, book, named),
        because=because(usage, finding.verdict, floor),
        lowered=tuple(lowerings(finding)),
        shown=_shown(finding, scan, shown),
        arms=tuple(
            Arm(arm.condition, arm.permitted, said_of(arm, floor)) for arm in _arms(finding, scan.trail.matches())
        ),
    )


class Ground(NamedTuple):
    """What a file runs on, as far as that is known: claimed versions (of several the oldest), and who says so."""

    versions: dict[str, str]
    words: dict[str, str]
    facts: Collection[str] = ()
    """The products that are how its system is configured."""


def _ground(path: str, scan: Scan, named: Mapping[str, str], base: Base | None = None) -> Ground:
    """What is known of a file's runtimes; of a series, the part of it that a tag or a version file becomes, as far as
    a base tells the parts apart. How a system is configured counts for what the base is about and runs there."""
    claims = scan.trail.claims if isinstance(scan.trail.claims, Claims) else Claims(scan.trail.claims)
    around = {name: near for name, near in claims.around(path).items() if name not in named and not near[0].fact}
    parts = _parts_of(base) if base is not None else {}
    chosen = {name: min(_options(near, parts.get(name, ())), key=_age) for name, near in around.items()}
    asked = tuple(pair for name, pair in chosen.items() if name in parts)
    kept = together([asked])[0] if asked else ()
    facts = {name: fact for name, fact in claims.facts(system_of(kept)).items() if name in parts.keys() - named.keys()}
    others = {name: version for name, (_, version) in chosen.items() if name not in parts}
    return Ground(
        {
            **others,
            **{option.product: version for option, version in kept},
            **{name: fact.spans[0].low for name, fact in facts.items()},
            **named,
        },
        {
            **{name: f"{name} {_told_by(near)} is claimed" for name, near in around.items()},
            **{name: f"{fact.why}, {fact.place.path}:{fact.place.region.line}" for name, fact in facts.items()},
            **{name: f"{name} {version} is named on the command line" for name, version in named.items()},
        },
        facts.keys(),
    )


def _parts_of(base: Base) -> dict[str, set[tuple[int, ...]]]:
    """The products that a base asks for, and the versions at which what it says of them changes."""
    found: dict[str, set[tuple[int, ...]]] = {product: set() for product in base.products}
    for row in base.rows:
        for product, ranges in row.when.products if row.when is not None else ():
            found.setdefault(product, set()).update(() if row.exact else edges(ranges))
    return found


def _options(near: Iterable[Claim], parts: Iterable[tuple[int, ...]]) -> Iterator[tuple[Option, str]]:
    for claim in near:
        for span in claim.spans:
            option = Option(claim.product, span, claim)
            yield option, option.versions(parts)[0]


def _age(chosen: tuple[Option, str]) -> tuple[int, ...]:
    option, version = chosen
    return version_key(version, option.product)


def _told_by(near: Iterable[Claim]) -> str:
    return ", ".join(f"{claim.says} ({claim.place.path}:{claim.place.region.line})" for claim in near)


def _base(usage: Usage, scan: Scan, book: Rulebook, named: Mapping[str, str]) -> str:
    """What is left to the library where the code says nothing, and on which version of it."""
    base = book.rule(usage.rule).base
    ground = _ground(usage.place.path, scan, named, base)
    current = scan.trail.assume == "current"
    assumed = scan.trail.runtimes.assumed if current else dict.fromkeys(scan.trail.runtimes.assumed, "0")
    known = bounds(base, Runtimes(ground.versions, assumed))
    apart = [ground.words.get(APART.get(name, "")) for name in base.products if name not in ground.words]
    if apart and all(apart):
        return f"{base.title} [{'; '.join(filter(None, apart))}, of which the rules tell nothing here]"
    offered = in_words(known.offered) if known.offered else "nothing"
    more = in_words(known.possible - known.offered) if known.possible - known.offered else ""
    could = f", and could offer {more}" if more else ""
    brought = [ground.words[name] for name in base.bundled if name in ground.words]
    products = [_instead_of(product, ground) for product in base.products]
    parts = brought or [_under(product, ground, book, scan.trail.assume) for product in products]
    for fact in ground.facts:
        without = {name: version for name, version in ground.versions.items() if name != fact}
        parts += [ground.words[fact]] if bounds(base, Runtimes(without, assumed)) != known else []
    under = "; ".join(part for part in dict.fromkeys(parts) if part)
    unclaimed = under and current and not brought and not any(product in ground.words for product in products)
    took = "; that takes away nothing which the code names" if unclaimed and not usage.assumed else ""
    return f"{base.title} offers {offered} by itself{could}" + (f" [{under}{took}]" if under else "")


def _instead_of(product: str, ground: Ground) -> str:
    """The claimed product that a file runs on in the place of another one: Android, and no Java."""
    return next(
        (other for other, replaced in INSTEAD.items() if replaced == product and other in ground.words), product
    )


def _under(product: str, ground: Ground, book: Rulebook, assume: str) -> str:
    if product in ground.words or product not in book.assumed:
        return ground.words.get(product, "")
    row = book.assumed[product]
    if assume != "current":
        rule = book.floors().get(product)
        what = "the oldest" if assume == "oldest" else "nothing of"
        return f"{what} {rule.library if rule is not None else product} is assumed (--assume {assume})"
    return f"{row.title} is assumed" + (f", {row.because}" if row.because else "")


def _shown(finding: Finding, scan: Scan, shown: Level) -> str:
    aside = next((aside for aside in scan.report.aside if aside.finding == finding), None)
    if finding.level is Level.NONE:
        return "no, all is well" if finding.verdict is Verdict.OK else "no, for what is too old comes with the runtime"
    if aside is not None:
        return f"no, {reason(aside)}"
    if finding.level.rank < shown.rank:
        return f"only with --level {finding.level}"
    return "yes"


def _arms(finding: Finding, matches: Sequence[Match]) -> list[Usage]:
    """Every way the value of a finding can turn out, worst or not."""
    usage = finding.usage
    for found in matches:
        for arms in (found.usages, found.lower):
            if any((arm.rule, arm.api, arm.permitted, arm.trace) == _same(usage) for arm in arms) and any(
                usage.place == arm.place or usage.place in (naming.place for naming in arm.named) for arm in arms
            ):
                return list(arms)
    return []


def _same(usage: Usage) -> tuple[object, ...]:
    return (usage.rule, usage.api, usage.permitted, usage.trace)


def _parts(spot: Spot, findings: Sequence[Finding]) -> Iterator[Place]:
    """The places elsewhere whose value comes through the line."""
    for finding in findings:
        usage = finding.usage
        steps = [(step.path, step.region) for step in (*usage.trace, *usage.passed)]
        steps += [(place.path, place.region) for place in usage.related]
        if any(path == spot.path and spot.holds(region) for path, region in steps):
            yield Place(usage.place.path, usage.place.region, finding.message)


def _silent(
    sites: Sequence[Site], told: Sequence[Finding], scan: Scan, book: Rulebook, named: Mapping[str, str]
) -> Iterator[Silent]:
    """Sites of which nothing is told, with the reason."""
    regions = {finding.usage.place.region for finding in told}
    indices = {site.language: SinkIndex(site.language, book) for site in sites}
    for site in sites:
        if regions & {site.region, *(argument.region for argument in site.arguments)}:
            continue
        runtimes = scan.trail.runtimes._replace(claimed=_ground(site.path, scan, named).versions)
        reasons = silences(site, indices[site.language], runtimes)
        for rule, why in reasons.items():
            yield Silent(site.text, rule, why)


def _words(spot: Spot, scan: Scan, book: Rulebook, source: SourceFile | None) -> Iterator[str]:
    """The words on the line that some sink goes by."""
    language = _kind(spot, scan.found.files)
    if source is None or not language or language in INSIDE:
        return
    prefilter = Extractor(book, hashes=False).prefilter(language)
    seen = set()
    for start, end in prefilter.anchors(source.data):
        if source.position(start).line != spot.line:
            continue
        word = _whole(source.data, start, end)
        if word not in seen:
            seen.add(word)
            yield word


def _whole(data: bytes, start: int, end: int) -> str:
    """The word that a literal is a part of."""
    while start > 0 and data[start - 1] in WORD_BYTES:
        start -= 1
    while end < len(data) and data[end] in WORD_BYTES:
        end += 1
    return data[start:end].decode("utf-8", "replace")


def _kind(spot: Spot, files: Sequence[Candidate]) -> str:
    return next((file.language for file in files if file.path == spot.path), "")


def _nearest(spot: Spot, judged: Sequence[Finding]) -> tuple[int, ...]:
    lines = {finding.usage.place.region.line for finding in judged if finding.usage.place.path == spot.path}
    near = sorted(lines, key=lambda line: (abs(line - spot.line), line))[:NEAREST]
    return tuple(sorted(near))


def _notes(spot: Spot, scan: Scan, source: SourceFile | None) -> Iterator[str]:
    if source is not None and spot.line > source.line_count:
        yield f"The file has {count(source.line_count, 'line')}."
    yield from (notice for notice in scan.report.notices if notice.startswith(f"{spot.path} "))
    for problem in scan.report.problems:
        if problem.path == spot.path:
            at = f" (line {problem.region.line})" if problem.region is not None else ""
            yield f"The file {problem.text}{at}."


def failed_comments(spot: Spot, remarks: Iterable[Remark], ignores: Sequence[Ignore]) -> Iterator[str]:
    """What is amiss with the comments that stand on the line or speak of it, and so suppress nothing there."""
    meant = {ignore.region for ignore in ignores if ignore.covers(spot.line) or spot.holds(ignore.region)}
    for remark in remarks:
        if remark.path == spot.path and remark.region is not None and remark.region in meant:
            yield f"The comment in line {remark.region.line}: {remark.text}."
