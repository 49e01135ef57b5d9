"""What has to be upgraded before the remedy of a finding can be followed: where nothing that code may set reaches the
floor on the runtime that is claimed, as the tables have it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from tlsscan.bases import row_of, turns_of
from tlsscan.grounds import Ground, Known, Option
from tlsscan.model import Finding, Verdict
from tlsscan.products import Runtimes, compare, spelled, version_key
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple
from tlsscan.rules import Base, BaseRow, Rule

_ROUNDS = 4
_BLAMED = (Verdict.FAILS, Verdict.ALLOWS)


class Step(NamedTuple):
    """A product, the version that is claimed, the first that does better, and whether an update of it may do, too."""

    product: str
    version: str
    better: str
    updated: bool


def upgraded(findings: Iterable[Finding], known: Known, rules: Callable[[str], Rule], floor: Version) -> list[Finding]:
    """The findings; where no code helps on what is claimed, the remedy says first what to upgrade."""
    ground = cache(known.ground)
    return [_advised(finding, known, ground, rules, floor) for finding in findings]


def _advised(
    finding: Finding, known: Known, ground: Callable[[str], Ground], rules: Callable[[str], Rule], floor: Version
) -> Finding:
    usage = finding.usage
    if finding.verdict not in _BLAMED or usage.tentative or not usage.language:
        return finding
    base = rules(usage.rule).base
    wanted = max(finding.floor or floor, Version.TLS1_2)
    claimed = _claimed(finding, ground(usage.place.path), base, known)
    steps = tuple(_steps(base, claimed, known.supposed, wanted))
    if not steps:
        return finding
    first = " and ".join(
        f"{known.called(step.product, step.version)} {step.version} to {step.better} or later"
        + (f" (or install an update that brings {wanted.label} to it)" if step.updated else "")
        for step in steps
    )
    return finding._replace(remediation=f"First upgrade {first}. Then: {finding.remediation}")


def _claimed(finding: Finding, ground: Ground, base: Base, known: Known) -> dict[str, str]:
    """By product the version that a finding's code surely runs on: the one that decided, else the newest claimed."""
    turns = turns_of(base, known.supposed)
    deciding = {place[:2] for place in finding.usage.claims}
    found: dict[str, str] = {}
    for product in turns.keys() & ground.options.keys():
        options = ground.options[product]
        if all(option.is_said and option.binding for option in options):
            decided = [option for option in options if _stands_in(option, deciding)]
            versions = [option.versions(turns[product])[-1] for option in decided or options]
            found[product] = max(versions, key=lambda version: version_key(version, product))
    return found


def _stands_in(option: Option, places: Iterable[object]) -> bool:
    return option.claim is not None and option.claim.place[:2] in places


def _steps(base: Base, claimed: Mapping[str, str], supposed: dict[str, str], floor: Version) -> Iterator[Step]:
    """The upgrades, one after the other, after which code can reach a floor; none where it can now, or never."""
    steps: list[Step] = []
    at = dict(claimed)
    for _ in range(_ROUNDS):
        row = row_of(base, Runtimes(at, supposed))
        if row is None or max(row.possible) >= floor:
            yield from steps
            return
        choice = _choice(base, row, at, supposed, floor)
        if choice is None:
            return
        steps.append(choice)
        at[choice.product] = choice.better


def _choice(base: Base, row: BaseRow, at: Mapping[str, str], supposed: dict[str, str], floor: Version) -> Step | None:
    """Of the products that a row blames the one whose upgrade alone helps, else the first."""
    steps = list(_leaving(base, row, at, supposed, floor))
    for step in steps:
        then = row_of(base, Runtimes({**at, step.product: step.better}, supposed))
        if then is not None and max(then.possible) >= floor:
            return step
    return steps[0] if steps else None


def _leaving(
    base: Base, row: BaseRow, at: Mapping[str, str], supposed: dict[str, str], floor: Version
) -> Iterator[Step]:
    """For each claimed product that a row is about, or the base where it is about none, the version with which the row
    no longer holds."""
    turns = turns_of(base, supposed)
    about = [name for name, _ in row.when.products] if row.when is not None else base.products
    for product in (name for name in about if name in at):
        own = version_key(at[product], product)
        newer = sorted(edge for edge in turns.get(product, ()) if compare(edge, own) > 0)
        for better in (spelled(edge, product) for edge in newer if edge[-3:] != (0, 0, 1)):
            if row_of(base, Runtimes({**at, product: better}, supposed)) is not row:
                updated = bool(row.patched) and max(row.patched) >= floor
                yield Step(product, at[product], better, updated)
                break
