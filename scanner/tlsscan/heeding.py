"""Settings of a whole program that the product it runs on heeds for some clients alone, of which the code has none."""

from collections.abc import Callable
from functools import cache

from tlsscan.model import Finding, Level
from tlsscan.policy import LOWERED
from tlsscan.rules import Heeded, Rule


def heeded(
    findings: list[Finding],
    rule_of: Callable[[str], Rule],
    claimed: Callable[[str], set[str]],
    found: Callable[[str, Heeded], bool],
    is_program: Callable[[str], bool],
) -> list[Finding]:
    """Findings; those that nothing here is known to heed as notes, if they stand in a program that is known, else a
    level lower. `claimed` gives the products that files say the code of a path runs on; `found` whether code that may
    heed a setting in it has any of what alone does so; `is_program` whether that is all of a program's."""
    rules = {name: rule_of(name) for name in {finding.usage.rule for finding in findings}}
    asked = {name: rule.heeded for name, rule in rules.items() if rule.heeded}

    @cache
    def note(name: str, path: str) -> str:
        """Why nothing here heeds what a rule is about in a file; empty where something may."""
        products, by = claimed(path), {one.product: one for one in asked[name]}
        told = [product for product in (*by, *rules[name].base.products) if product in products]
        if not told or any(product not in by or found(path, by[product]) for product in told):
            return ""
        return by[told[0]].note

    def judged(finding: Finding) -> Finding:
        usage, rank = finding.usage, finding.level.rank
        if usage.rule not in asked or rank < Level.NOTE.rank:
            return finding
        known = is_program(usage.place.path)
        why = note(usage.rule, usage.place.path)
        if not why:
            return finding
        return finding._replace(
            usage=usage._replace(doubt=why, assumed=(), unclaimed=()),
            level=Level.NOTE if known or rank == Level.NOTE.rank else LOWERED[finding.level],
            message=f"{finding.message} ({why})",
        )

    return [judged(finding) for finding in findings]
