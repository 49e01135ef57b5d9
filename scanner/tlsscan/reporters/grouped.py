"""Findings grouped by what to do about them: the remedy once, then the places. For a person who mends."""

from collections.abc import Iterator, Mapping, Sequence

from tlsscan.display import clip, count, safe, safe_start, sentence
from tlsscan.model import Finding, Report
from tlsscan.reporters import Options, RuleText, rule_text
from tlsscan.reporters.order import by_severity, levels
from tlsscan.reporters.origins import stands_in
from tlsscan.reporters.style import BOLD, LEVEL_COLOR, paint
from tlsscan.reporters.summary import summary

_MESSAGE_COLUMNS = 400


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """A block per remedy, a blank line between them, and the summary last."""
    blocks = ["\n".join(_block(remedy, found, rules, options)) for remedy, found in groups(report.findings)]
    return "\n\n".join([*blocks, summary(report, options)]) + "\n"


def groups(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings by remedy: the remedies of the most severe first, then those of the most."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(sentence(finding.remediation), []).append(finding)
    return sorted(found.items(), key=lambda row: (-max(f.level.rank for f in row[1]), -len(row[1]), row[0]))


def _block(remedy: str, found: Sequence[Finding], rules: Mapping[str, RuleText], options: Options) -> Iterator[str]:
    yield paint(remedy or "No remedy is known.", BOLD, options.color)
    references = [rule_text(rules, rule).references for rule in dict.fromkeys(f.usage.rule for f in found)]
    for reference in dict.fromkeys(address for known in references for address in known[:1]):
        yield f"  see: {safe(reference)}"
    yield f"  {count(len(found), 'place')} ({levels(found)}):"
    for finding in by_severity(found):
        yield f"    {_place(finding, options.color)}"


def _place(finding: Finding, color: bool) -> str:
    place = finding.usage.place
    where = f"{safe_start(place.path)}:{place.region.line}:{place.region.column}"
    word = paint(f"{finding.level}[{safe(finding.usage.rule)}]", LEVEL_COLOR[finding.level], color)
    label = f" [{stands_in(finding.usage.origin)}]" if finding.usage.origin.areas else ""
    mark = "" if finding.fix is None else " [fixable, unsafe]" if finding.fix.unsafe else " [fixable]"
    return f"{where}: {word} {finding.verdict}: {clip(finding.message, _MESSAGE_COLUMNS)}{label}{mark}"
