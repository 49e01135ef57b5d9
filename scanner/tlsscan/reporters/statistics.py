"""How many findings there are of each rule and verdict, the most frequent first; then the summary."""

from collections import Counter
from collections.abc import Mapping

from tlsscan.display import safe
from tlsscan.model import Report
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.style import BOLD, LEVEL_COLOR, paint
from tlsscan.reporters.summary import summary


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """A line for each rule, verdict and level."""
    lines = table(report, options)
    return "\n".join([*lines, *([""] if lines else []), summary(report, options)]) + "\n"


def table(report: Report, options: Options) -> list[str]:
    """The lines alone: number, level, rule and verdict."""
    counts = Counter((f.level, f.usage.rule, f.verdict) for f in report.findings)
    rows = sorted(counts, key=lambda row: (-counts[row], -row[0].rank, row[1], row[2]))
    width = max((len(str(number)) for number in counts.values()), default=1)
    return [
        f"{counts[row]:{width}}  {paint(f'{row[0]:7}', LEVEL_COLOR[row[0]], options.color)}"
        f"  {paint(f'{safe(row[1])}/{row[2]}', BOLD, options.color)}"
        for row in rows
    ]
