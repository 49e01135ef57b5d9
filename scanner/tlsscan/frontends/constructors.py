"""What a member of an object holds when a method reads it: the order in which its values are given. No syntax.

An initializer runs first, then one constructor, then whatever methods are called. Where every constructor sets the
member, its initializer is never seen.
"""

from collections.abc import Collection, Sequence

from tlsscan.records import NamedTuple


class Setting(NamedTuple):
    """Where a member gets a value: in the constructor that starts at an offset (-1: in none), `initial` for its
    declaration; `certain` says that the constructor always comes there."""

    constructor: int = -1
    initial: bool = False
    certain: bool = False


class Turn(NamedTuple):
    """One of the settings by its place, in the order in which they run. `among` says that it need not run at all: a
    method, one of several constructors."""

    place: int
    among: bool = False


def turns(settings: Sequence[Setting], constructors: Collection[int]) -> list[Turn]:
    """The settings that a method may meet, the earliest first. `constructors` are the starts of those that call no
    other constructor of their class: each object runs one of them."""
    sure = {one.constructor for one in settings if one.certain}
    always = bool(constructors) and sure.issuperset(constructors)
    first = [Turn(index) for index, one in enumerate(settings) if one.initial and not always]
    made = [Turn(index, len(constructors) > 1) for index, one in enumerate(settings) if one.constructor >= 0]
    rest = [Turn(index, True) for index, one in enumerate(settings) if one.constructor < 0 and not one.initial]
    return [*first, *made, *rest]
