"""The report as JSON lines, for programs that read as it comes. ASCII only.

The first line is the report without its lists, the keys of `json` with `"type": "run"`; then a line for each finding
(`"type": "finding"`), suppressed finding, remark and problem, with the keys that they have there.
"""

from collections.abc import Mapping

from tlsscan.model import Report
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.dump import dump
from tlsscan.reporters.json import document

_LISTS = {"finding": "findings", "suppressed": "suppressed", "remark": "remarks", "problem": "problems"}


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """A JSON object a line."""
    whole = document(report, rules, options)
    parts = [(type, whole.pop(key)) for type, key in _LISTS.items()]
    lines = [{"type": "run", **whole}, *({"type": type, **row} for type, rows in parts for row in rows)]
    return "".join(map(dump, lines))
