"""The report as one page to hand on: what was found, the code, why, what to do. It holds no script and loads nothing,
and nothing of the repository in it is obeyed."""

from collections.abc import Iterator, Mapping
from html import escape

from tlsscan.display import clip, safe
from tlsscan.model import Aside, Finding, Report
from tlsscan.reporters import Options, RuleText, rule_text
from tlsscan.reporters.asides import reason
from tlsscan.reporters.frame import code_frame, piece_of
from tlsscan.reporters.full import SEE, details
from tlsscan.reporters.order import by_severity
from tlsscan.reporters.summary import summary, title
from tlsscan.reporters.uri import is_address

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_COLUMNS = 400  # of a message
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .3em .6em; text-align: left; vertical-align: top; }
pre { background: #8881; overflow-x: auto; padding: .6em; }
code, pre { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
section { border-left: .3em solid #888; margin: 2em 0; padding-left: 1em; break-inside: avoid; }
.error { border-color: #c22; } .warning { border-color: #c80; } .note { border-color: #28c; }
h2, h3 { overflow-wrap: anywhere; }
"""


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """The page."""
    return "\n".join(_page(report, rules, options._replace(color=False))) + "\n"


def _page(report: Report, rules: Mapping[str, RuleText], options: Options) -> Iterator[str]:
    findings = by_severity(report.findings)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">'
    yield f"<title>{_text(title(report))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>{_text(title(report))}</h1>\n<p>The floor is {report.floor.label}.</p>"
    if findings:
        yield "<table>\n<tr><th>Level<th>Verdict<th>Place<th>What is wrong</tr>"
        yield from (_row(number, finding) for number, finding in enumerate(findings, 1))
        yield "</table>"
    for number, finding in enumerate(findings, 1):
        yield f'<section id="finding-{number}" class="{finding.level}">'
        yield from _section(finding, report, rules, options)
        yield "</section>"
    if options.show_suppressed and report.aside:
        yield "<h2>Set aside</h2>"
        yield from (line for aside in report.aside for line in _set_aside(aside, report, rules, options))
    yield f"<h2>The scan</h2>\n<pre>{_lines(summary(report, options).splitlines())}</pre>\n</body>\n</html>"


def _row(number: int, finding: Finding) -> str:
    place = f'<a href="#finding-{number}"><code>{_text(_where(finding))}</code></a>'
    return f"<tr><td>{finding.level}<td>{finding.verdict}<td>{place}<td>{_text(clip(finding.message, _COLUMNS))}</tr>"


def _section(finding: Finding, report: Report, rules: Mapping[str, RuleText], options: Options) -> Iterator[str]:
    usage = finding.usage
    rule = rule_text(rules, usage.rule)
    yield f"<h3>{finding.level} <code>{_text(safe(usage.rule))}</code></h3>"
    yield f"<p><strong>{finding.verdict}</strong>: {_text(clip(finding.message, _COLUMNS))}</p>"
    yield f"<p><code>{_text(_where(finding))}</code></p>"
    piece = piece_of(report, usage.place.path, usage.place.region)
    if piece is not None:
        yield f"<pre>{_lines(code_frame(piece, usage.place.region))}</pre>"
    yield "<ul>"
    for label, detail in details(finding, rule, finding.floor or report.floor, verbose=True):
        told = _link(detail) if label == SEE and is_address(detail) else _text(detail)
        yield f"<li>{_text(label)}{told}</li>"
    yield "</ul>"


def _set_aside(aside: Aside, report: Report, rules: Mapping[str, RuleText], options: Options) -> Iterator[str]:
    yield "<section>"
    yield f"<p>{_text(reason(aside))}</p>"
    yield from _section(aside.finding._replace(remediation=""), report, rules, options)
    yield "</section>"


def _where(finding: Finding) -> str:
    place = finding.usage.place
    return f"{safe(place.path)}:{place.region.line}:{place.region.column}"


def _link(address: str) -> str:
    return f'<a href="{_text(address)}" rel="noreferrer">{_text(address)}</a>'


def _lines(lines: list[str]) -> str:
    return "\n".join(map(_text, lines))


def _text(text: str) -> str:
    return escape(text)
