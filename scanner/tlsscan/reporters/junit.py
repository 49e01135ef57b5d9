"""JUnit's XML, for servers that show tests: a finding is a test that failed, a file not analysed one that broke."""

from collections.abc import Iterator, Mapping

from tlsscan.display import safe, sentence
from tlsscan.model import Finding, Level, Report, Severity
from tlsscan.patterns import lazy
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.summary import summary_line
from tlsscan.reporters.uri import relative_path

FAILURES = frozenset({Level.ERROR, Level.WARNING})
# Where `safe` leaves a character that XML 1.0 does not have.
_ILLEGAL = lazy("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """One suite; a report without findings has one test, which passes. Notes are tests that pass and say something."""
    missing = [problem for problem in report.problems if problem.severity is Severity.INCOMPLETE]
    wrong = [remark for remark in report.remarks if remark.is_wrong]
    cases = [
        *(_finding(found, options) for found in report.findings),
        *(_gap(lost.path, lost.kind, lost.text, options) for lost in missing),
        *(_gap(remark.path, remark.kind, remark.text, options) for remark in wrong),
    ]
    cases = cases or [_case("tlsscan", "settings", "", "")]
    failed = sum(finding.level in FAILURES for finding in report.findings)
    counts = f'tests="{len(cases)}" failures="{failed}" errors="{len(missing) + len(wrong)}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="tlsscan" {counts}>',
        f'  <testsuite name="tlsscan" {counts} skipped="0">',
        *cases,
        f"    <system-out>{_xml(summary_line(report))}</system-out>",
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _finding(finding: Finding, options: Options) -> str:
    usage = finding.usage
    region = usage.place.region
    path = relative_path(usage.place.path, options.sarif_root)
    text = "\n".join(_said(finding, path))
    if finding.level in FAILURES:
        kind = _xml(f"{finding.level}: {finding.verdict}")
        inner = f'<failure message="{_xml(sentence(finding.message))}" type="{kind}">{_xml_lines(text)}</failure>'
    else:
        inner = f"<system-out>{_xml_lines(text)}</system-out>"
    return _case(path, f"{usage.rule} at {region.line}:{region.column}", path, inner, region.line)


def _said(finding: Finding, path: str) -> Iterator[str]:
    region = finding.usage.place.region
    yield f"{safe(path)}:{region.line}:{region.column}: {finding.level} {finding.verdict}: {sentence(finding.message)}"
    yield sentence(finding.remediation)


def _gap(path: str, kind: str, text: str, options: Options) -> str:
    path = relative_path(path, options.sarif_root)
    return _case(path, f"analysed ({kind})", path, f'<error message="{_xml(sentence(text))}" type="{kind}"/>')


def _case(owner: str, name: str, path: str, inner: str, line: int = 0) -> str:
    file = f' file="{_xml(safe(path))}"' if path else ""
    number = f' line="{line}"' if line else ""
    start = f'    <testcase classname="{_xml(safe(owner))}" name="{_xml(safe(name))}"{file}{number}'
    return f"{start}>\n      {inner}\n    </testcase>" if inner else f"{start}/>"


def _xml_lines(text: str) -> str:
    return "\n".join(map(_xml, text.split("\n")))


def _xml(text: str) -> str:
    """Text of one line as XML; what XML cannot hold becomes U+FFFD."""
    return _ILLEGAL.sub("\ufffd", safe(text)).translate(_ENTITIES)
