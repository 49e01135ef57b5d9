"""A row for each finding, for spreadsheets. A cell that one would take for a formula begins with an apostrophe."""

import csv
import io
from collections.abc import Mapping

from tlsscan.display import safe, safe_start, sentence
from tlsscan.identity import of_report
from tlsscan.model import Finding, Report
from tlsscan.protocol import tokens
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.origins import stands_in
from tlsscan.reporters.uri import relative_path

COLUMNS = (
    *("path", "line", "column", "level", "verdict", "rule", "api", "permits", "role", "confidence"),
    *("stands_in", "enclosing", "message", "remediation", "fingerprint"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """The header and the rows."""
    identities, _ = of_report(report)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding, identity in zip(report.findings, identities, strict=True):
        writer.writerow(map(_cell, _row(finding, identity, options)))
    return stream.getvalue()


def _row(finding: Finding, identity: str, options: Options) -> list[str]:
    usage = finding.usage
    region = usage.place.region
    return [
        safe_start(relative_path(usage.place.path, options.sarif_root)),
        str(region.line),
        str(region.column),
        finding.level.value,
        finding.verdict.value,
        usage.rule,
        usage.api,
        " ".join(tokens(usage.permitted.versions)),
        usage.role.value,
        usage.confidence.value,
        stands_in(usage.origin),
        usage.enclosing,
        sentence(finding.message),
        sentence(finding.remediation),
        identity,
    ]


def _cell(text: str) -> str:
    return f"'{safe(text)}" if text.startswith(_FORMULA) else safe(text)
