"""Takes what may be a secret out of a report: string literals, except those that name a protocol. Knows no reporter."""

import re
from collections.abc import Iterable
from itertools import chain

from tlsscan.identity import of_report
from tlsscan.model import Aside, Finding, Inventory, Naming, Place, Report, Usage
from tlsscan.patterns import lazy
from tlsscan.values import Region, Step

MASK = "*"
LITERAL = lazy(r"""(["'`])((?:\\.|(?!\1)[^\\])*)(\1|\\?$)""", re.DOTALL)
PROTOCOL = lazy(r"(?:[dk]?(?:tls|ssl)(?:v?[\d._]+|v?\d*(?:hello)?)?|[\d\s.,:;+|_-])*", re.IGNORECASE)
KEY = lazy(r"[A-Za-z_][\w.-]*")


def redact(report: Report) -> Report:
    """The report with every literal masked, character for character, and without the lines around findings.

    Fingerprints stay those of the findings as they were: a redacted report is about the same findings.
    """
    every = [*report.findings, *(aside.finding for aside in report.aside)]
    return report._replace(
        findings=tuple(map(_finding, report.findings)),
        pieces={},  # where a piece begins, a literal may have begun before
        texts={path: _lines(path, lines, every) for path, lines in report.texts.items()},
        fingerprints=tuple(chain(*of_report(report))),
        aside=tuple(map(_aside, report.aside)),
        inventory=_inventory(report.inventory) if report.inventory is not None else None,
    )


def masked(text: str, keep_keys: bool = False) -> str:
    """Code with the insides of its string literals masked; with `keep_keys` those stay that look like names."""

    def mask(found: re.Match[str]) -> str:
        inside = found[2]
        if PROTOCOL.fullmatch(inside) or (keep_keys and KEY.fullmatch(inside)):
            return found[0]
        return found[1] + re.sub(r"[^\r\n]", MASK, inside) + found[3]

    return LITERAL.sub(mask, text)


def _lines(path: str, lines: dict[int, str], findings: Iterable[Finding]) -> dict[int, str]:
    regions: list[Region] = [finding.usage.place.region for finding in findings if finding.usage.place.path == path]
    shown = {number for region in regions for number in range(region.line, region.end_line + 1)}
    return {number: masked(text) for number, text in lines.items() if number in shown}


def _finding(finding: Finding) -> Finding:
    usage = finding.usage
    message = masked(usage.api, keep_keys=True).join(masked(part) for part in finding.message.split(usage.api))
    return finding._replace(usage=_usage(usage), message=message if usage.api else masked(finding.message))


def _inventory(inventory: Inventory) -> Inventory:
    return inventory._replace(usages=tuple(map(_usage, inventory.usages)))


def _aside(aside: Aside) -> Aside:
    return aside._replace(finding=_finding(aside.finding), justification=masked(aside.justification))


def _usage(usage: Usage) -> Usage:
    permitted = usage.permitted
    return usage._replace(
        place=_place(usage.place),
        api=masked(usage.api, keep_keys=True),
        value=masked(usage.value),
        permitted=permitted._replace(unresolved=masked(permitted.unresolved), rejected=masked(permitted.rejected)),
        trace=tuple(_step(step) for step in usage.trace),
        related=tuple(_place(place) for place in usage.related),
        claims=tuple(_place(place) for place in usage.claims),
        condition=masked(usage.condition),
        open_by=masked(usage.open_by),
        named=tuple(_naming(naming) for naming in usage.named),
        passed=tuple(_step(step) for step in usage.passed),
    )


def _place(place: Place) -> Place:
    return place._replace(text=masked(place.text))


def _step(step: Step) -> Step:
    return step._replace(text=masked(step.text))


def _naming(naming: Naming) -> Naming:
    return naming._replace(place=_place(naming.place))
