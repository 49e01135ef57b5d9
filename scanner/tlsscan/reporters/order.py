"""Findings in the order in which a reader who sees only the first of them wants them. Decides no words."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tlsscan.display import count
from tlsscan.model import Finding, Level


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """The most severe first; equals stay in their order."""
    return sorted(findings, key=lambda finding: -finding.level.rank)


def levels(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 warning`."""
    numbers = Counter(finding.level for finding in findings)
    return ", ".join(count(numbers[level], level.value) for level in reversed(Level) if numbers[level])
