"""Tries the fixes of annotated code: what they make of it is matched once more."""

from collections.abc import Iterator, Sequence

from tlsscan.annotations import Protocol
from tlsscan.edits import edited, moved
from tlsscan.fixes import MENDED, Around, Slot, propose
from tlsscan.model import Finding, Fix, Place, Site
from tlsscan.outcomes import Match
from tlsscan.policy import Policy, findings
from tlsscan.protocol import Version
from tlsscan.rules import Rule
from tlsscan.source import SourceFile


class Reads(Protocol):
    """What reads code and matches it against the rules of a book."""

    def matches(self, language: str, path: str, code: str) -> list[Match]:
        """The matches of code on the assumed runtimes."""

    def sites(self, language: str, path: str, code: str) -> Sequence[Site]:
        """The sites of code."""


def fixes_of(
    reads: Reads, rule: Rule, language: str, path: str, code: str, floor: Version
) -> Iterator[tuple[Finding, Fix]]:
    """The findings of a rule in code, and their fixes."""
    source = SourceFile(path, code.encode())
    every = [(site, argument) for site in reads.sites(language, path, code) for argument in site.arguments]
    slots = {argument.region: Slot(site.form, argument.value, site.condition) for site, argument in every}

    def slot(place: Place) -> Slot | None:
        return slots.get(place.region)

    around = Around(lambda name: source if name == path else None, lambda by, name: "", slot)
    for match in reads.matches(language, path, code):
        if match.usages[0].rule == rule.id:
            for finding in findings(match.usages, rule, Policy(floor)):
                fix = propose(finding._replace(floor=floor), rule, around)
                if fix is not None:
                    yield finding, fix


def broken(reads: Reads, rule: Rule, language: str, path: str, code: str, floor: Version) -> Iterator[tuple[int, str]]:
    """Line and complaint for each fix after which its place is not fine."""
    for finding, fix in fixes_of(reads, rule, language, path, code, floor):
        made = edited(code.encode(), fix.edits) or b""
        at = moved(finding.usage.place.region.start, fix.edits)
        for match in reads.matches(language, path, made.decode()):
            told = findings(match.usages, rule, Policy(floor)) if match.usages[0].rule == rule.id else []
            if any(one.usage.place.region.start == at and one.verdict in MENDED for one in told):
                yield finding.usage.place.region.line, f"the fix does not help: {fix.text}"
                break
