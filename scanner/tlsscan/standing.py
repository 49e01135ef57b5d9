"""What a row of a runtime table means for a floor: can the runtime reach it, and does it by itself?"""

from enum import Enum

from tlsscan.match import row_of
from tlsscan.products import Runtimes, compare, spelled, version_key
from tlsscan.protocol import Version
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


class Upgrade(NamedTuple):
    """The first versions of a product, newer than a given one, that reach a floor by default, and that offer nothing
    older; an empty text where none does."""

    reaches: str
    clean: str


def upgrade(base: Base, product: str, version: str, floor: Version, runtimes: Runtimes) -> Upgrade:
    """What to upgrade a product to, as far as the base's rows tell."""
    edges: dict[str, set[tuple[int, ...]]] = {}
    asking = runtimes._replace(asked=edges)
    for row in base.rows:
        if not row.exact:
            asking.holds(row.when)
    found: dict[Standing, str] = {}
    for edge in sorted(edges.get(product, ())):
        if compare(edge, version_key(version, product)) <= 0 or edge[-3:] == (0, 0, 1):
            continue
        newer = spelled(edge, product)
        then = row_of(base, runtimes._replace(claimed={**runtimes.claimed, product: newer}))
        if then is not None:
            found.setdefault(standing(then, floor), newer)
    reaching = [newer for stands, newer in found.items() if stands in (Standing.LOW, Standing.FINE)]
    return Upgrade(next(iter(reaching), ""), found.get(Standing.FINE, ""))
