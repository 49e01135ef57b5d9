"""The report for a comment on a pull request or the summary of a job: counts, a table, what to do, and why.

Short enough for both: a comment holds 65,536 characters, a summary a megabyte.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from tlsscan.display import count
from tlsscan.model import Finding, Problem, Report, Severity
from tlsscan.protocol import in_words
from tlsscan.reporters import Options, RuleText, rule_text
from tlsscan.reporters.asides import remark_line
from tlsscan.reporters.grouped import groups
from tlsscan.reporters.markdown_text import code, link, prose
from tlsscan.reporters.order import by_severity
from tlsscan.reporters.origins import stands_in
from tlsscan.reporters.summary import narrowed, summary_line, title
from tlsscan.values import Region

LIMIT = 60_000
ROWS = 50
_REMEDIES = 20
_PLACES = 10  # of one remedy
_REASONS = 20
_PROBLEMS = 10
_STEPS = 3  # of one reason
CUT = "*The rest is left out here: the report has more than fits. Other formats have all of it.*"


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """Markdown as GitHub and GitLab know it, at most LIMIT characters."""
    blocks: list[str] = []
    size = len(CUT) + 2
    for block in _blocks(report, rules):
        size += len(block) + 2
        if size > LIMIT:
            blocks.append(CUT)
            break
        blocks.append(block)
    return "\n\n".join(blocks) + "\n"


def _blocks(report: Report, rules: Mapping[str, RuleText]) -> Iterator[str]:
    yield f"## {title(report)}"
    yield prose(f"{summary_line(report)}. The floor is {report.floor.label}.")
    yield from _missing(report)
    findings = by_severity(report.findings)
    if findings:
        yield "\n".join(_table(findings))
        if len(findings) > ROWS:
            yield f"*And {len(findings) - ROWS} more, no more severe than these.*"
        yield "### What to do"
        yield from _remedies(report, rules)
        yield "\n\n".join(["<details><summary>Why</summary>", "\n".join(_reasons(findings)), "</details>"])
    yield from _context(report)


def _where(path: str, region: Region) -> str:
    return code(f"{path}:{region.line}")


def _table(findings: list[Finding]) -> Iterator[str]:
    yield "| Level | Verdict | Place | Setting | Permits |"
    yield "|---|---|---|---|---|"
    for finding in findings[:ROWS]:
        usage = finding.usage
        permits = prose(_permits(finding))
        place = _where(usage.place.path, usage.place.region)
        if usage.origin.areas:
            place += f" ({prose(stands_in(usage.origin))})"
        yield f"| {finding.level} | {finding.verdict} | {place} | {code(usage.api, 100)} | {permits} |"


def _permits(finding: Finding) -> str:
    permitted = finding.usage.permitted
    if permitted.unresolved:
        return "not known"
    return "nothing" if permitted.rejected else in_words(permitted.versions)


def _remedies(report: Report, rules: Mapping[str, RuleText]) -> Iterator[str]:
    known = groups(report.findings)
    for remedy, found in known[:_REMEDIES]:
        places = ", ".join(_where(f.usage.place.path, f.usage.place.region) for f in by_severity(found)[:_PLACES])
        more = f" and {len(found) - _PLACES} more" if len(found) > _PLACES else ""
        addresses = rule_text(rules, found[0].usage.rule).references[:1]
        see = "".join(f" See {link(address)}" for address in addresses)
        yield f"- {prose(remedy, 800) or 'No remedy is known.'}{see}\n  - {places}{more}"
    if len(known) > _REMEDIES:
        yield f"*And {len(known) - _REMEDIES} more remedies.*"


def _reasons(findings: list[Finding]) -> Iterator[str]:
    for finding in findings[:_REASONS]:
        usage = finding.usage
        where = _where(usage.place.path, usage.place.region)
        yield f"- {where} {finding.verdict} ({code(usage.rule)}): {prose(finding.message, 400)}"
        for step in usage.trace[-_STEPS:][::-1]:
            yield f"  - value from {_where(step.path, step.region)}: {code(step.text)}"
        for step in usage.passed[:_STEPS]:
            yield f"  - passed on at {_where(step.path, step.region)}: {code(step.text)}"
    if len(findings) > _REASONS:
        yield f"- and {len(findings) - _REASONS} more"


def _missing(report: Report) -> Iterator[str]:
    problems = [problem for problem in report.problems if problem.severity is not Severity.SKIPPED]
    for severity, words in ((Severity.INCOMPLETE, "**Not analysed**"), (Severity.DEGRADED, "Analysed only in part")):
        told = [problem for problem in problems if problem.severity is severity]
        if told:
            lines = [f"{words}: {count(len(told), 'file')}", "", *map(_problem, told[:_PROBLEMS])]
            more = [f"- and {len(told) - _PROBLEMS} more"] if len(told) > _PROBLEMS else []
            yield "\n".join([*lines, *more])


def _problem(problem: Problem) -> str:
    return f"- {code(problem.path)}: {prose(problem.text)}"


def _context(report: Report) -> Iterator[str]:
    languages = Counter(finding.usage.language for finding in report.findings if finding.usage.language)
    lines = [line[:1].upper() + line[1:] for line in narrowed(report)]
    if languages:
        lines.append("Findings by language: " + ", ".join(f"{name} {languages[name]}" for name in sorted(languages)))
    if report.unread:
        suffixes = ", ".join(f"{name} {report.unread[name]}" for name in sorted(report.unread))
        lines.append(f"Not readable by tlsscan: {suffixes}")
    lines += [f"Claimed: {text}" for text in report.claims[:_PROBLEMS]]
    lines += [f"Assumed: {text}" for text in report.assumed]
    lines += [remark_line(remark) for remark in report.remarks[:_PROBLEMS]]
    lines += [f"and {len(report.remarks) - _PROBLEMS} more remarks"] if len(report.remarks) > _PROBLEMS else []
    lines += report.notices
    if lines:
        yield "\n".join(f"- {prose(line)}" for line in lines)
