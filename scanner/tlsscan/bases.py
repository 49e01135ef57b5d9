"""What a rule's base offers under the runtimes that are known."""

from collections.abc import Mapping

from tlsscan.model import Role
from tlsscan.products import APART, Runtimes
from tlsscan.protocol import NO_VERSIONS, VersionSet, in_words
from tlsscan.rules import Base, BaseRow
from tlsscan.semantics import Bounds


def bounds(base: Base, runtimes: Runtimes, role: Role = Role.BOTH) -> Bounds:
    """What a base offers under the runtimes: its first row whose condition holds. What only an update would make
    possible counts as possible: nobody is told that his setting fails who may have it."""
    row = row_of(base, runtimes) or base.rows[-1]
    offered = row.server if role is Role.SERVER and row.server else row.offered
    elsewhere = bool(base.products) and not leaning(base, runtimes)
    return Bounds(offered, row.possible | row.patched, runtimes.knows(base.products) or elsewhere)


def leaning(base: Base, runtimes: Runtimes) -> tuple[str, ...]:
    """The products of a base on whose versions it depends what it offers: none where claims on others decide before."""
    told = runtimes._replace(asked=None)
    for row in base.rows:
        about = {name for name, _ in row.when.products} if row.when is not None else set()
        if not base.products or not about or about & {*base.products}:
            break
        if told.holds(row.when, claims_only=True):
            return ()
    return base.products


def unclaimed(base: Base, runtimes: Runtimes) -> tuple[str, ...]:
    """The products of a base of which an assumption says what it offers: that no claim is about, nor one on a product
    that brings them, or that runs in their place."""
    if not runtimes.claimed.keys().isdisjoint(base.bundled):
        return ()
    return tuple(
        product
        for product in leaning(base, runtimes)
        if runtimes.claimed.keys().isdisjoint((product, APART.get(product)))
    )


def by_update(base: Base, runtimes: Runtimes, versions: VersionSet) -> str:
    """That some versions need an update of which the runtime's version tells nothing; empty where they do not."""
    row = row_of(base, runtimes)
    added = (versions & row.patched) - row.possible if row is not None and not row.shipped else NO_VERSIONS
    return f"{in_words(added)} with an update of the runtime only" if added else ""


def row_of(base: Base, runtimes: Runtimes) -> BaseRow | None:
    """The row of a base that counts under the runtimes; None if none does."""
    told = runtimes._replace(asked=None)  # versions that an exact row is about are not looked for in a series
    return next((row for row in base.rows if (told if row.exact else runtimes).holds(row.when)), None)


def turns_of(base: Base, assumed: Mapping[str, str]) -> dict[str, set[tuple[int, ...]]]:
    """By product the versions at which what a base offers may change, but for rows about one very version."""
    turns: dict[str, set[tuple[int, ...]]] = {}
    asking = Runtimes({}, dict(assumed), turns)
    for row in base.rows:
        if not row.exact:
            asking.holds(row.when)
    return turns
