"""What a row of a runtime table means for a floor: can the runtime reach it, and does it by itself?"""

from collections.abc import Collection, Iterator, Sequence
from enum import Enum

from tlsscan.bases import row_of
from tlsscan.products import Runtimes, compare, spelled, version_key
from tlsscan.protocol import Version, in_words
from tlsscan.records import NamedTuple
from tlsscan.rules import Base, BaseRow


class Standing(Enum):
    """How a runtime stands to a floor, the worst first."""

    CANNOT = 0
    """Nothing that code may set reaches it."""
    SHORT = 1
    """It can, but does not by default."""
    LOW = 2
    """It does by default, and offers older versions as well."""
    FINE = 3


def standing(row: BaseRow, floor: Version) -> Standing:
    """How what a row says stands to a floor."""
    if max(row.possible) < floor:
        return Standing.CANNOT
    if max(row.offered) < floor:
        return Standing.SHORT
    return Standing.LOW if min(row.offered) < floor else Standing.FINE


def addable(row: BaseRow, floor: Version) -> bool:
    """Whether an update, of which the version tells nothing, makes a floor possible that a row cannot reach."""
    patched = max(row.patched, default=Version.SSLV2)
    return standing(row, floor) is Standing.CANNOT and max(row.offered) < floor <= patched


def shortfall(row: BaseRow, floor: Version) -> str:
    """What is wrong with a runtime by itself, in words that follow its name; empty where nothing is."""
    offered = in_words(row.offered)
    match standing(row, floor):
        case Standing.CANNOT if addable(row, floor):
            return f": it has nothing above {max(row.possible).label} of its own: {floor.label} needs an update"
        case Standing.CANNOT:
            return f": it cannot {'be asked for' if max(row.offered) >= floor else 'reach'} {floor.label}"
        case Standing.SHORT:
            return f": it offers only {offered} by default"
        case Standing.LOW:
            return f": it offers {offered} by default"
        case Standing.FINE:
            return ""


class Upgrade(NamedTuple):
    """Versions of a product, newer than a given one, from which on all of a series reach a floor by default, and from
    which on they offer nothing older, the oldest first; and who chooses what these offer, if others do."""

    reaches: tuple[str, ...]
    clean: tuple[str, ...]
    chooser: str = ""


NO_UPGRADE = Upgrade((), ())


def upgrade(base: Base, product: str, version: str, floor: Version, runtimes: Runtimes) -> Upgrade:
    """What to upgrade a product to, as far as the base's rows tell."""
    edges: dict[str, set[tuple[int, ...]]] = {}
    asking = runtimes._replace(asked=edges)
    for row in base.rows:
        if not row.exact:
            asking.holds(row.when)
    steps: list[tuple[tuple[int, ...], Standing]] = []
    choosers: dict[tuple[int, ...], str] = {}
    for edge in sorted(edges.get(product, ())):
        if compare(edge, version_key(version, product)) <= 0 or edge[-3:] == (0, 0, 1):
            continue
        newer = spelled(edge, product)
        then = row_of(base, runtimes._replace(claimed={**runtimes.claimed, product: newer}))
        steps.append((edge, standing(then, floor) if then is not None else Standing.CANNOT))
        choosers[edge] = then.chooser if then is not None else ""
    reaching = _starts(steps, (Standing.LOW, Standing.FINE))
    clean = tuple(_starts(steps, (Standing.FINE,)))
    return Upgrade(
        tuple(spelled(edge, product) for edge in reaching),
        tuple(spelled(edge, product) for edge in clean),
        next((choosers[edge] for edge in clean), ""),
    )


def _starts(
    steps: Sequence[tuple[tuple[int, ...], Standing]], wanted: Collection[Standing]
) -> Iterator[tuple[int, ...]]:
    """Where stretches begin in which all versions are as wanted. One that ends within its own series does not count:
    the newest release of that series is not in it."""
    begun: tuple[int, ...] = ()
    for edge, stands in steps:
        if stands in wanted:
            begun = begun or edge
        elif begun:
            if edge[0] != begun[0]:
                yield begun
            begun = ()
    if begun:
        yield begun
