"""Which writes to one object happen where others do, and what is left open where conditions decide. No opinion."""

import re
from collections.abc import Callable, Mapping, Sequence

from tlsscan.clauses import exclude
from tlsscan.evaluate import IN_TURN
from tlsscan.model import Kind, Site
from tlsscan.protocol import Version
from tlsscan.reading import Reading
from tlsscan.slots import Hit
from tlsscan.values import Choice, is_loop, strip

PRESENCE = frozenset(
    {"null", "none", "nil", "not", "is", "and", "this", "self", "isset", "empty", "isempty", "size", "length", "count"}
)
"""What conditions say that ask whether something is there."""
MOST_BESIDE = 50  # writes to one object that another one is held against
ENDS = frozenset({"floor", "ceiling", "enabled"})  # what a write resets that leaves nothing of an earlier one
MOST_OVER = 4  # times that a program sets the same anew in one block; a list of examples does it more often
MOST_OF_MEMBER = 2  # the same of a member of an object
ASKED_APART = "conditions decide one by one which versions are taken away"


def decided(hits: Sequence[Hit]) -> list[Hit]:
    """Hits, without those that an unknown lowest version decides, and with what conditions decide one by one left open:
    each held against those of the same object alone."""
    beside: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        if hit.site.target and hit.kind in (Kind.MINIMUM, Kind.DISABLED):
            beside.setdefault((hit.site.home, hit.site.target), []).append(hit)
    found: list[Hit] = []
    for hit in _one_each(hits, beside):
        others = beside.get((hit.site.home, hit.site.target), ())
        if not _is_bounded_later(hit, others):
            found.append(_asked_apart(hit, others))
    return found


def _one_each(hits: Sequence[Hit], beside: Mapping[tuple[str, str], Sequence[Hit]]) -> list[Hit]:
    """Hits; where the same item of a loop is the lowest and the highest version of an object, one hit for both, with
    one version at a time."""
    gone: set[int] = set()
    found: list[Hit] = []
    for hit in hits:
        others = beside.get((hit.site.home, hit.site.target), ()) if hit.kind is Kind.MAXIMUM else ()
        same = [other for other in others if _is_same_item(other, hit)] if _in_turn(hit) else []
        gone.update(map(id, same))
        found.append(hit._replace(readings=(_any_of(hit.readings),)) if same else hit)
    return [hit for hit in found if id(hit) not in gone]


def _in_turn(hit: Hit) -> bool:
    """Whether a hit writes one item of a loop after the other, each of which is known."""
    value = strip(hit.argument.value)[0]
    items = isinstance(value, Choice) and not any(arm.condition or arm.guarded for arm in value.arms)
    return (items or is_loop(value)) and all(reading.writes and not reading.effect for reading in hit.readings)


def _is_same_item(lowest: Hit, highest: Hit) -> bool:
    """Whether an object gets one item of a loop as its lowest and as its highest version."""
    same = lowest.kind is Kind.MINIMUM and together(lowest, highest)
    return same and strip(lowest.argument.value)[0] == strip(highest.argument.value)[0]


def _any_of(every: Sequence[Reading]) -> Reading:
    """What readings name, one of it at a time."""
    named = frozenset(version for reading in every for version in reading.versions)
    return every[0]._replace(writes=((Kind.ENABLED, named),), note=IN_TURN)


def _asked_apart(hit: Hit, others: Sequence[Hit]) -> Hit:
    """A hit; one that takes versions of an object away under a condition, where others do so under conditions of their
    own (`options |= NO_A unless a`, `options |= NO_B unless b`), as one of which it is not known what is left."""
    if len(others) < 2 or not _takes_away(hit):
        return hit
    apart = any(
        _takes_away(other)
        and other.rule.id == hit.rule.id
        and min(other.readings[0].versions, default=Version.TLS1_3) < max(hit.readings[0].versions)
        and not follows(other, hit)
        and not follows(hit, other)
        and not exclude(other.site.condition, hit.site.condition)
        for other in others[:MOST_BESIDE]
    )
    return hit._replace(readings=(Reading(unresolved=ASKED_APART),)) if apart else hit


def _takes_away(hit: Hit) -> bool:
    """Whether a hit takes versions of an object away in addition to others, under a condition."""
    return (
        hit.kind is Kind.DISABLED
        and hit.certain
        and bool(hit.site.condition and hit.readings[0].versions)
        and adds(hit)
    )


def _is_bounded_later(hit: Hit, others: Sequence[Hit]) -> bool:
    """Whether a write only opens what is below a lowest version that the same object always gets, and which is not
    known: that one decides."""
    fold = hit.rule.fold
    if hit.kind is not Kind.WEAKENS or fold is None:
        return False
    return any(
        other.kind is Kind.MINIMUM
        and other.readings[0].unresolved
        and other.rule.fold is not None
        and other.rule.fold.group == fold.group
        and hit.site.blocks[: len(other.site.blocks)] == other.site.blocks
        for other in others[:MOST_BESIDE]
    )


def adds(hit: Hit) -> bool:
    """Whether a write keeps what was there: `x |= y`, `x = x | y`."""
    return hit.site.operator != "=" or not hit.readings[0].replaces


def follows(earlier: Hit, later: Hit) -> bool:
    """Whether an earlier write has happened where a later one happens."""
    ways = zip(_ways(earlier), _ways(later), strict=True)
    return any(there[: len(here)] == here for here, there in ways)


def together(earlier: Hit, later: Hit) -> bool:
    """Whether two writes happen both or not at all."""
    return any(here == there for here, there in zip(_ways(earlier), _ways(later), strict=True))


def starts_over(hit: Hit) -> bool:
    """Whether a write leaves nothing of what was written to its object before."""
    fold = hit.rule.fold
    return fold is not None and (ENDS.issubset(fold.resets) or (fold.local and not adds(hit)))


def examples(hits: Sequence[Hit], target_of: Callable[[Hit], str]) -> set[int]:
    """The sites (by identity) that set the same anew, time and again, in one block: each is meant by itself, as in the
    tests of other tools. Of a member of an object, fewer are enough."""
    beside: dict[tuple[str, str, str, tuple[int, ...]], list[Hit]] = {}
    for hit in hits:
        if hit.site.target and starts_over(hit):
            key = (hit.site.home, target_of(hit), hit.rule.id, hit.site.blocks)
            beside.setdefault(key, []).append(hit)
    return {id(hit.site) for every in beside.values() if len(every) > _most(every[0]) for hit in every}


def _most(hit: Hit) -> int:
    return MOST_OF_MEMBER if hit.rule.fold is not None and hit.rule.fold.local else MOST_OVER


def used_between(earlier: Site, later: Site) -> bool:
    """Whether the object that two sites write to is used between them."""
    return later.used > earlier.region.start


def goes_on(group: Sequence[Hit], other: Sequence[Hit]) -> bool:
    """Whether other writes to one object are those of a group with one more, which a condition may pass by, and nothing
    uses the object before that."""
    fold, last = group[0].rule.fold, other[-1].site
    if fold is None or fold.process or len(other) != len(group) + 1 or not last.condition:
        return False
    same = all(one is two for one, two in zip(group, other, strict=False))
    return same and not used_between(group[-1].site, last)


def _ways(hit: Hit) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The blocks around a write, and those without the one that runs where its value is there at all, which it is."""
    blocks = hit.site.blocks
    return blocks, blocks[:-1] if hit.site.condition and _asks_presence(hit) else blocks


def _asks_presence(hit: Hit) -> bool:
    """Whether the condition around a write asks no more than whether its value is there: `if (names != null)`."""
    condition = hit.site.condition
    if "==" in condition or condition.startswith("not "):
        return False
    steps = hit.site.passed.steps if hit.site.passed is not None else ()
    taken = steps[-1].text.rpartition(" takes ")[2] if steps else hit.argument.text
    asked = {word for word in re.findall(r"[A-Za-z_$]\w*", condition) if word.lower() not in PRESENCE}
    return bool(asked) and asked <= set(re.findall(r"[A-Za-z_$]\w*", taken))
