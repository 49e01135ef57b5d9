"""Settings of a whole program that the product it runs on heeds for some clients alone, of which the code has none."""

import re
from collections.abc import Callable, Iterable

from tlsscan.model import Finding, Level
from tlsscan.policy import LOWERED
from tlsscan.rules import Heeded, Rule


def heeded(
    findings: list[Finding],
    rule_of: Callable[[str], Rule],
    claimed: Callable[[str], set[str]],
    texts: Callable[[str], Iterable[bytes]],
) -> list[Finding]:
    """Findings, those a level lower that nothing here is known to heed. `claimed` gives the products that files say the
    code of a path runs on, `texts` all code that may have what heeds a setting in it."""
    asked: dict[str, Heeded] = {}
    for finding in findings:
        if finding.level.rank > Level.NOTE.rank and finding.usage.rule not in asked:
            rule = rule_of(finding.usage.rule)
            if rule.heeded is not None:
                asked[rule.id] = rule.heeded
    others = {name: set(rule_of(name).base.products) for name in asked}

    def concerned(finding: Finding) -> bool:
        name = finding.usage.rule
        if name not in asked or finding.level.rank <= Level.NOTE.rank:
            return False
        products = claimed(finding.usage.place.path)
        return asked[name].product in products and others[name].isdisjoint(products)

    met = [finding for finding in findings if concerned(finding)]
    if not met:
        return findings
    places = {(finding.usage.rule, finding.usage.place.path) for finding in met}
    alone = {(name, path) for name, path in places if not _has(asked[name].by, texts(path))}
    lower = {id(finding) for finding in met if (finding.usage.rule, finding.usage.place.path) in alone}
    return [_lowered(one, asked[one.usage.rule].note) if id(one) in lower else one for one in findings]


def _has(words: Iterable[str], texts: Iterable[bytes]) -> bool:
    wanted = re.compile(rb"(?i)\b(?:%s)\b" % b"|".join(re.escape(word).encode() for word in words))
    return any(wanted.search(data) is not None for data in texts)


def _lowered(finding: Finding, note: str) -> Finding:
    usage = finding.usage._replace(doubt=note)
    return finding._replace(usage=usage, level=LOWERED[finding.level], message=f"{finding.message} ({note})")
