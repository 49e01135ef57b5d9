"""One line per finding, for editors and grep. Says nothing else: see `summary_line` for the rest."""

from collections.abc import Mapping

from tlsscan.display import clip, safe, safe_start
from tlsscan.model import Finding, Report
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.origins import stands_in

_MESSAGE_COLUMNS = 400


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """`path:line:col: level verdict rule message`, a line each; empty without findings. What does not stand in the
    product's own code has ` [tests]` or the like at its end, and so has what is set aside, if that is asked for."""
    lines = [line(finding) for finding in report.findings]
    if options.show_suppressed:
        from tlsscan.reporters.asides import reason

        lines += [f"{line(aside.finding)} [{reason(aside)}]" for aside in report.aside]
    return "".join(f"{text}\n" for text in lines)


def line(finding: Finding) -> str:
    """The line of a finding."""
    place = finding.usage.place
    where = f"{safe_start(place.path)}:{place.region.line}:{place.region.column}"
    message = clip(finding.message, _MESSAGE_COLUMNS)
    label = f" [{stands_in(finding.usage.origin)}]" if finding.usage.origin.areas else ""
    return f"{where}: {finding.level} {finding.verdict} {safe(finding.usage.rule)} {message}{label}"
