"""Which settings configure one object, in the order in which they do. Knows no syntax trees and no policy."""

from collections.abc import Sequence
from operator import is_

from tlsscan.clauses import exclude
from tlsscan.model import Form, Kind, Site
from tlsscan.outcomes import asks_for_itself, compared, leaves_default, newest_of
from tlsscan.slots import Hit
from tlsscan.ways import adds, examples, follows, together, used_between


def grouped(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits that write to one object, in program order; most stand alone. What only adds to a setting of the process
    says nothing by itself where more may be added right after it (`_begins`).

    A hit joins the writes of its target that have certainly happened: those in its own block, or in a block around it.
    In a deeper block it may be passed by, so it then opens a group of its own, with the writes before it; what is added
    to a setting of the process further out joins those, too (`_beside`). A site that makes a new object begins anew.
    Where the object is used between two writes, what holds at the use is judged, and then what the later writes make
    of it.
    """
    groups: list[list[Hit]] = []
    open_groups: dict[tuple[str, str, str], list[list[Hit]]] = {}
    passed_by: dict[tuple[str, str, str], list[list[Hit]]] = {}
    listed = examples(hits, _target)
    for hit in hits:
        fold = hit.rule.fold
        target = _target(hit)
        if fold is None or not target or not hit.certain or id(hit.site) in listed:
            groups.append([hit])
            continue
        key = (hit.site.home, target, f"{fold.group} {hit.site.enclosing}" if fold.local else fold.group)
        own = open_groups.setdefault(key, [])
        if own and _adds_nothing(hit):
            continue
        if fold.process:
            passed_by[key] = _beside(hit, own, passed_by.get(key, []), groups)
        if fold.local and not adds(hit):
            gone = [group for group in own if _is_passed_over(group[-1].site, hit.site)]
            groups = [group for group in groups if not any(group is one for one in gone)] if gone else groups
        before = next(
            (group for group in reversed(own) if follows(group[-1], hit) and not _beside_arm(group, hit)), None
        )
        if before is not None and fold.process and _apart(before[-1].site, hit):
            before = None
        if before is None or _is_anew(before[-1], hit):
            group = [hit]
        elif together(before[-1], hit) and not used_between(before[-1].site, hit.site):
            before[:] = [one for one in before if not (fold.like and one.sink.vocabulary is hit.sink.vocabulary)]
            before.append(hit)  # a value of a registry's key is the one that was written last
            continue
        else:
            group = [*before, hit]
        own.append(group)
        groups.append(group)
    return [_closed(group) for group in groups if not _begins(group, groups) and not _goes_on(group, groups)]


def _adds_nothing(hit: Hit) -> bool:
    """Whether a write adds flags to those that are there, of which none is about versions."""
    kinds = {kind for reading in hit.readings for kind, _ in reading.writes}
    return hit.site.operator == "|=" and kinds == {Kind.DEFAULT} and not any(one.unresolved for one in hit.readings)


def _is_passed_over(earlier: Site, later: Site) -> bool:
    """Whether a write replaces one of a deeper block, with nothing between them but statements that set values."""
    inside = len(earlier.blocks) > len(later.blocks) and earlier.blocks[: len(later.blocks)] == later.blocks
    return inside and 0 <= later.since <= earlier.region.start


def _is_anew(before: Hit, hit: Hit) -> bool:
    """Whether a hit makes another object than what was written to before, as an initializer does."""
    fold = hit.rule.fold
    if fold is None:
        return True
    return (fold.starts and before.site.region != hit.site.region) or (fold.local and hit.site.since < 0)


def _closed(group: list[Hit]) -> list[Hit]:
    """Writes to a key of a registry; without those that open a version, where another value of the key keeps it closed
    by default."""
    fold = group[0].rule.fold
    opening = [hit for hit in group if fold is not None and fold.like and hit.kind is Kind.WEAKENS]
    closing = [hit for hit in opening if hit.certain and all(map(leaves_default, hit.readings))]
    return [hit for hit in group if hit in closing or hit not in opening] if closing else group


def _begins(group: Sequence[Hit], groups: Sequence[Sequence[Hit]]) -> bool:
    """Whether a group is part of another one that begins as it does, and a setting of the process is added to there by
    steps that may not run: what these add may be there, too."""
    fold, size = group[0].rule.fold, len(group)
    if fold is None or not fold.process or not all(map(adds, group[1:])):
        return False
    longer = (other for other in groups if len(other) > size and other[0] is group[0])
    return any(_is_left(group, other) for other in longer)


def _goes_on(group: Sequence[Hit], groups: Sequence[Sequence[Hit]]) -> bool:
    """Whether a group is what is left of another one, that adds to a setting of the process, without the steps that it
    begins with, if nothing but a failure of these passes them by: what the other one comes to is all that it does."""
    fold, size = group[0].rule.fold, len(group)
    if fold is None or not fold.process or not all(map(adds, group)):
        return False
    longer = (other for other in groups if len(other) > size and all(map(is_, other[-size:], group)))
    return any(all(map(_may_fail, other[:-size])) for other in longer)


def _may_fail(hit: Hit) -> bool:
    """Whether a hit is a step that adds and stands in a `try` of its own, under no condition."""
    return hit.site.alone > 0 and adds(hit) and not (hit.site.condition or hit.site.guard)


def _is_left(group: Sequence[Hit], other: Sequence[Hit]) -> bool:
    """Whether a group is what is left of another one without steps that add and may not run. To what is assigned they
    add something newer, and do not ask what was."""
    own = {id(hit) for hit in group}
    others = [hit for hit in other if id(hit) not in own]
    if len(others) + len(group) > len(other) or not all(hit.site.alone > 0 and adds(hit) for hit in others):
        return False
    return adds(group[0]) or (
        newest_of(others) > newest_of(group) and not any(asks_for_itself(hit.site) for hit in others)
    )


def _beside_arm(group: Sequence[Hit], hit: Hit) -> bool:
    """Whether a hit stands in another arm of a conditional than one of those before it."""
    condition = hit.site.condition
    return bool(condition) and any(exclude(other.site.condition, condition) for other in group if other.site.condition)


def _beside(hit: Hit, own: list[list[Hit]], beside: Sequence[list[Hit]], groups: list[list[Hit]]) -> list[list[Hit]]:
    """The groups of deeper blocks that a write further out adds to, as on the way through them nothing uses the setting
    between the two; they leave `own`, whose groups hold what runs in any case. So it is with a step of a block of its
    own, which stands beside steps that add, too."""
    if not adds(hit):
        return []
    alone = hit.site.alone if hit.site.passed is None else 0
    blocks = hit.site.blocks[: len(hit.site.blocks) - alone]
    deeper = [group for group in own if len(group[-1].site.blocks) > len(blocks) and (not alone or adds(group[-1]))]
    joined = [
        group
        for group in (*beside, *deeper)
        if group[-1].site.blocks[: len(blocks)] == blocks and not _apart(group[-1].site, hit)
    ]
    lowers = [group for group in joined if alone and not adds(group[0]) and newest_of([hit]) <= newest_of(group)]
    groups += [[*group, hit] for group in lowers]  # without it, the group is told by itself
    for group in joined:
        if group in lowers:
            continue
        if group in deeper:
            own.remove(group)
        group.append(hit)
    return joined


def _target(hit: Hit) -> str:
    """Which object a hit writes to: of a call that is kept nowhere, what it makes. What several calls of a function add
    to a setting of the process is one."""
    site, fold = hit.site, hit.rule.fold
    if fold is None or fold.like:
        return " ".join(compared(hit)) if fold is not None else site.target
    if not site.target and site.passed is None and site.form is Form.CALL and not fold.process:
        return f"{site.region.start}"
    if fold.process and site.form is Form.CALL and site.passed is None and site.target.endswith(":"):
        return site.names[0]  # what a method of a class sets
    if site.passed is None or not fold.process or not hit.certain or hit.readings[0].replaces:
        return site.target
    return f"{site.target.partition('>')[0]}<{site.path} {site.enclosing} {site.condition}"


def _apart(earlier: Site, hit: Hit) -> bool:
    """Whether something between two sites may use what the earlier one has set. Where it is known that nothing does,
    a write that adds to it may stand further below."""
    later = hit.site
    if later.passed is not None and earlier.passed is not None:
        return hit.argument.region.line > max(given.region.end_line for given in earlier.arguments) + 1
    if later.since >= 0 and adds(hit):
        return earlier.region.start < later.since
    if later.form is Form.CALL and 0 <= later.since <= earlier.region.start:
        return False
    return later.region.line > earlier.region.end_line + 1 or 0 <= earlier.region.start < later.since
