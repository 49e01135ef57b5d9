"""Annotations of GitHub Actions: workflow commands that its runner turns into remarks at the lines of a change.

A step shows ten of each kind, so the most severe come first; what is beyond follows as lines of the log, and a last
notice tells how many these are.
"""

from collections.abc import Iterator, Mapping

from tlsscan.display import count, safe, sentence
from tlsscan.model import Finding, Level, Report, Severity
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.asides import remark_line
from tlsscan.reporters.concise import line
from tlsscan.reporters.order import by_severity
from tlsscan.reporters.uri import relative_path
from tlsscan.values import Region

SHOWN = {"error": 10, "warning": 10, "notice": 9}  # of each command; one notice is ours
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice", Level.NONE: "notice"}
_NAMED = 3  # files that were not analysed


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """A line each; empty without findings and gaps."""
    return "".join(f"{text}\n" for text in _lines(report, options))


def _lines(report: Report, options: Options) -> Iterator[str]:
    left = dict(SHOWN)
    for told in _troubles(report):
        left["error"] -= 1
        yield told
    rest: list[str] = []
    for finding in by_severity(report.findings):
        command = _COMMANDS[finding.level]
        left[command] -= 1
        if left[command] >= 0:
            yield _annotation(command, finding, options)
        else:
            rest.append(line(finding))
    yield from rest
    if rest:
        more = f"{count(len(rest), 'more finding')}: GitHub shows ten of a kind; see the log of this step"
        yield f"::notice title=tlsscan::{_data(more)}"


def _annotation(command: str, finding: Finding, options: Options) -> str:
    place = finding.usage.place
    properties = {
        "file": safe(relative_path(place.path, options.sarif_root)),
        **_lines_of(place.region),
        "title": f"tlsscan: {finding.verdict} ({safe(finding.usage.rule)})",
    }
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    remedy = f"\n{sentence(finding.remediation)}" if finding.remediation else ""
    return f"::{command} {given}::{_data(sentence(finding.message) + remedy)}"


def _lines_of(region: Region) -> dict[str, int]:
    """Columns only where the region is on one line: GitHub takes no others."""
    if region.end_line > region.line:
        return {"line": region.line, "endLine": region.end_line}
    columns = {"col": region.column, "endColumn": region.end_column}
    return {"line": region.line, "endLine": region.end_line, **columns}


def _troubles(report: Report) -> Iterator[str]:
    """The commands that tell why the run fails whatever was found, at most two: what was not analysed, what is wrong
    with suppressions."""
    wrong = [remark_line(remark) for remark in report.remarks if remark.is_wrong]
    if wrong:
        more = f"; and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        yield f"::error title={_property('tlsscan: wrong suppression')}::{_data('; '.join(wrong[:_NAMED]) + more)}"
    missing = [problem for problem in report.problems if problem.severity is Severity.INCOMPLETE]
    if missing:
        names = "; ".join(f"{safe(problem.path)} {sentence(problem.text)}" for problem in missing[:_NAMED])
        more = f"; and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        text = f"{count(len(missing), 'file')} not analysed: {names}{more}"
        yield f"::error title={_property('tlsscan: incomplete scan')}::{_data(text)}"


def _data(text: str) -> str:
    """Text after the second `::`; what the runner reads as the end of it is encoded."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
