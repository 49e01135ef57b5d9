"""GitLab's code quality report: an array of remarks that a merge request shows. See "Code Quality report format"."""

from collections.abc import Mapping

from tlsscan.annotations import Any
from tlsscan.display import scalars, sentence
from tlsscan.identity import of_report
from tlsscan.model import Finding, Level, Report
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.dump import dump
from tlsscan.reporters.uri import relative_path

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "major", Level.NOTE: "info", Level.NONE: "info"}


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """The array, indented; empty without findings."""
    identities, _ = of_report(report)
    pairs = zip(report.findings, identities, strict=True)
    return dump([_remark(finding, identity, options) for finding, identity in pairs], indent=2)


def _remark(finding: Finding, identity: str, options: Options) -> dict[str, Any]:
    place = finding.usage.place
    lines = {"begin": place.region.line, "end": place.region.end_line}
    return {
        "description": sentence(f"{finding.message}. {finding.remediation}".rstrip(". ") + "."),
        "check_name": finding.usage.rule,
        "fingerprint": identity,
        "severity": _SEVERITIES[finding.level],
        "location": {"path": scalars(relative_path(place.path, options.sarif_root)), "lines": lines},
    }
