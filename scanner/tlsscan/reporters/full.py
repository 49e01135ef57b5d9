"""Findings for a person: the code with carets, why it is a finding, and what to do; then the summary."""

from collections.abc import Iterable, Iterator, Mapping

from tlsscan.clauses import excuse, worded
from tlsscan.display import clip, safe, sentence
from tlsscan.model import Aside, Confidence, Finding, Permitted, Place, Report
from tlsscan.protocol import Version, in_words
from tlsscan.reporters import Options, RuleText, rule_text
from tlsscan.reporters.frame import code_frame, piece_of
from tlsscan.reporters.origins import stands_in
from tlsscan.reporters.remedies import told
from tlsscan.reporters.style import BLUE, BOLD, LEVEL_COLOR, paint
from tlsscan.reporters.summary import summary
from tlsscan.values import Region, Step

SEE = "see: "
"""The label of an address of a rule pack."""
NOWHERE = Region(1, 1, 1, 1, 1, 1, 0, 0)
MANY = 4  # files with the same code of which the same is said, from which on they share a block
_COLUMNS = 160
_MESSAGE_COLUMNS = 400


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """A block per finding, a blank line between them, but one for all manifests of which the same is said, and for code
    that is the same in many files; what is set aside, if asked for; the summary last."""
    blocks = ["\n".join(_together(found, report, rules, options)) for found in _equal(report.findings)]
    if options.show_suppressed:
        blocks += ["\n".join(_set_aside(aside, report, rules, options)) for aside in report.aside]
    return "\n\n".join([*blocks, summary(report, options)]) + "\n"


def _equal(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings, those together that differ in nothing but their places: manifests, as the projects of a solution,
    and code that was copied to many files."""
    told = [(finding, _said(finding)) for finding in findings]
    files: dict[object, set[str]] = {}
    for finding, said in told:
        files.setdefault(said, set()).add(finding.usage.place.path)
    groups: dict[object, list[Finding]] = {}
    for finding, said in told:
        few = bool(finding.usage.language) and len(files[said]) < MANY
        groups.setdefault(finding if few else said, []).append(finding)
    return list(groups.values())


def _said(finding: Finding) -> object:
    """What a block says of a finding besides its place; the finding itself where it names others."""
    usage = finding.usage
    if usage.related or usage.claims or usage.trace or usage.passed:
        return finding
    place = usage.place._replace(path="", region=NOWHERE)
    fix = told(finding) if finding.fix is not None else ""
    return finding._replace(usage=usage._replace(place=place, enclosing="", named=()), fix=None), fix


def _together(found: list[Finding], report: Report, rules: Mapping[str, RuleText], options: Options) -> Iterator[str]:
    """A block, with the other places of which it is true."""
    yield from _block(found[0], report, rules, options)
    indent = " " * len(str(found[0].usage.place.region.line))
    lead = f"{indent} {paint('=', BLUE, options.color)} {paint('likewise: ', BOLD, options.color)}"
    for finding in found[1:]:
        yield f"{lead}{_where(finding.usage.place.path, finding.usage.place.region)}"


def _block(finding: Finding, report: Report, rules: Mapping[str, RuleText], options: Options) -> Iterator[str]:
    usage = finding.usage
    region = usage.place.region
    color = options.color
    indent = " " * len(str(region.line))
    yield _header(finding, color)
    yield f"{indent}{paint('-->', BLUE, color)} {_where(usage.place.path, region)}"
    piece = piece_of(report, usage.place.path, region)
    if piece is not None:
        yield from _painted(code_frame(piece, region), LEVEL_COLOR[finding.level], color)
    floor = finding.floor or report.floor
    for label, detail in details(finding, rule_text(rules, usage.rule), floor, options.verbose):
        sign = paint("=", BLUE, color)
        yield f"{indent} {sign} {paint(label, BOLD, color)}{detail}"


def _set_aside(aside: Aside, report: Report, rules: Mapping[str, RuleText], options: Options) -> Iterator[str]:
    """The block of a finding that is set aside, its reason in the place of advice."""
    from tlsscan.reporters.asides import label, reason

    finding = aside.finding._replace(remediation="", fix=None)
    header, *rest = _block(finding, report, rules, options)
    yield f"{paint(label(aside), BOLD, options.color)}: {header}"
    yield from rest
    yield f"{' ' * len(str(finding.usage.place.region.line))} {paint('=', BLUE, options.color)} {reason(aside)}"


def _header(finding: Finding, color: bool) -> str:
    level = paint(f"{finding.level}[{safe(finding.usage.rule)}]", f"{BOLD};{LEVEL_COLOR[finding.level]}", color)
    return f"{level} {paint(finding.verdict, BOLD, color)}: {clip(finding.message, _MESSAGE_COLUMNS)}"


def _where(path: str, region: Region) -> str:
    return f"{safe(path)}:{region.line}:{region.column}"


def _painted(frame: list[str], style: str, color: bool) -> Iterator[str]:
    """The frame with its gutter and its carets in colour."""
    for line in frame:
        gutter, bar, code = line.partition("|")
        if not bar:
            yield line
            continue
        carets = code.strip()
        if carets and not gutter.strip():
            code = code.replace(carets, paint(carets, f"{BOLD};{style}", color))
        yield paint(f"{gutter}{bar}", BLUE, color) + code


def details(finding: Finding, rule: RuleText, floor: Version, verbose: bool) -> Iterator[tuple[str, str]]:
    """Pairs of a label and its text, in reading order; what there is nothing to say of is left out."""
    usage = finding.usage
    yield from _way(usage.trace, usage.passed)
    yield "", _permits(usage.permitted, floor)
    if usage.condition:
        guard = f" ({excuse(usage.condition, asked=usage.asked)})" if usage.guarded else ""
        yield "", f"{clip(worded(usage.condition), _COLUMNS)}{guard}"
    if usage.open_by and usage.open_by not in finding.message:
        yield "open by ", clip(usage.open_by, _COLUMNS)
    yield from (("claimed by ", _related(place)) for place in usage.claims)
    if usage.assumed:
        yield "assumes ", f"{' and '.join(map(safe, usage.assumed))}, as nothing here says which version is installed"
    if usage.note:
        yield "note: ", clip(usage.note, _COLUMNS)
    if usage.origin.areas:
        yield "stands in ", stands_in(usage.origin) + ("; one level lower there" if finding.demoted else "")
    if usage.confidence is not Confidence.HIGH:
        yield "confidence: ", usage.confidence.value
    for place in usage.related:
        yield "related: ", _related(place)
    yield from _what_to_do(finding)
    for reference in rule.references if verbose else rule.references[:1]:
        yield SEE, safe(reference)


def _what_to_do(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.remediation:
        yield "help: ", sentence(finding.remediation)
    if finding.fix is not None:
        yield "fix: ", told(finding)


def _way(trace: tuple[Step, ...], passed: tuple[Step, ...]) -> Iterator[tuple[str, str]]:
    """Where the value comes from, the definition first (a trace begins next to the use), and where it goes to."""
    for number, step in enumerate(reversed(trace)):
        label = "then " if number else "value from "
        yield label, f"{_where(step.path, step.region)}: {clip(step.text, _COLUMNS)}"
    for step in passed:
        yield "passed on: ", f"{_where(step.path, step.region)}: {clip(step.text, _COLUMNS)}"


def _related(place: Place) -> str:
    where = _where(place.path, place.region)
    return f"{where}: {clip(place.text, _COLUMNS)}" if place.text else where


def _permits(permitted: Permitted, floor: Version) -> str:
    against = f"the floor is {floor.label}"
    if permitted.unresolved:
        return f"permits what is not known here; {against}"
    if permitted.rejected:
        return f"permits nothing, the runtime refuses it ({clip(permitted.rejected, _COLUMNS)}); {against}"
    default = " by default" if permitted.default else ""
    more = ", and maybe more, as a part of the value is left open" if permitted.open else ""
    return f"permits {in_words(permitted.versions)}{default}{more}; {against}"
