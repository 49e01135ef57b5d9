"""What writes to a library's version settings permit, as a function of its base. Knows no syntax and no policy.

One write is the common case; several writes on one object fold in order over the same state.
"""

from typing import NamedTuple

from tlsscan.model import Kind, Permitted
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet


class Bounds(NamedTuple):
    """A base for given runtimes: what is offered by default and possible at most; `claimed` when the repository
    itself says which runtime that is."""

    offered: VersionSet
    possible: VersionSet
    claimed: bool = False


class Write(NamedTuple):
    """One setting: a kind and the versions it names.

    `replaces` tells `options = X` from `options |= X`; `resets` names parts of the state that the write clears
    first (`floor`, `ceiling`, `enabled`, `removed`); `pinned` is `rejected` when a pinned object refuses it.
    `partial` says that the value has parts that are not known.
    """

    kind: Kind
    versions: VersionSet
    partial: bool = False
    replaces: bool = True
    resets: tuple[str, ...] = ()
    pinned: str = ""


class State(NamedTuple):
    """What the writes so far have set on one object."""

    floor: Version | None = None
    ceiling: Version | None = None
    enabled: VersionSet | None = None
    removed: VersionSet = NO_VERSIONS
    opened: VersionSet = NO_VERSIONS
    pinned: bool = False
    touched: bool = False
    partial: bool = False
    rejected: str = ""


def write(state: State, change: Write) -> State:
    """The state after one more write."""
    if change.pinned == "rejected" and state.pinned:
        return state._replace(rejected="the object is pinned to one version, which refuses another bound")
    for part in change.resets:
        state = state._replace(**{part: NO_VERSIONS if part == "removed" else None})
    state = state._replace(touched=state.touched or change.kind is not Kind.DEFAULT)
    state = state._replace(partial=state.partial or change.partial)
    return _APPLY[change.kind](state, change)


def _exactly(state: State, change: Write) -> State:
    if not change.versions:
        return state
    return state._replace(
        floor=min(change.versions), ceiling=max(change.versions), enabled=change.versions, pinned=True
    )


def _minimum(state: State, change: Write) -> State:
    return state._replace(floor=min(change.versions) if change.versions else None)


def _maximum(state: State, change: Write) -> State:
    return state._replace(ceiling=max(change.versions) if change.versions else None)


def _enabled(state: State, change: Write) -> State:
    before = state.enabled if state.enabled is not None and not change.replaces else NO_VERSIONS
    return state._replace(enabled=before | change.versions)


def _disabled(state: State, change: Write) -> State:
    before = NO_VERSIONS if change.replaces else state.removed
    return state._replace(removed=before | change.versions)


def _default(state: State, change: Write) -> State:
    return state


def _weakens(state: State, change: Write) -> State:
    return state._replace(opened=state.opened | change.versions)


_APPLY = {
    Kind.EXACTLY: _exactly,
    Kind.MINIMUM: _minimum,
    Kind.MAXIMUM: _maximum,
    Kind.ENABLED: _enabled,
    Kind.DISABLED: _disabled,
    Kind.DEFAULT: _default,
    Kind.WEAKENS: _weakens,
}


def permitted(state: State, base: Bounds, holes: str = "kept") -> Permitted:
    """What the state permits on a base.

    Versions that a write names stay permitted where only an assumed runtime would filter them; a claimed one may
    remove them. The base supplies just the bounds that the writes leave open.
    """
    if state.rejected:
        return Permitted(rejected=state.rejected)
    if not state.touched:
        sure = base.offered if base.claimed else NO_VERSIONS
        return Permitted(versions=base.offered, sure=sure, default=True)
    versions = _within(state, base)
    named = _named(state)
    if base.claimed:
        versions &= base.possible | state.opened
    else:
        versions |= frozenset(v for v in named if _in_bounds(state, v))
    versions = _close_holes(versions - state.removed, holes)
    sure = versions if base.claimed else versions & named
    return Permitted(versions=versions, sure=sure, open=state.partial)


def _within(state: State, base: Bounds) -> VersionSet:
    if state.enabled is not None:
        start = state.enabled
    elif state.floor is not None:
        start = base.possible
    else:
        start = base.offered
    return frozenset(v for v in start | state.opened if _in_bounds(state, v))


def _in_bounds(state: State, version: Version) -> bool:
    above = state.floor is None or version >= state.floor
    below = state.ceiling is None or version <= state.ceiling
    return above and below


def _named(state: State) -> VersionSet:
    bounds = frozenset(v for v in (state.floor, state.ceiling) if v is not None)
    if state.enabled is not None:
        return state.enabled | state.opened
    return bounds | state.opened


def _close_holes(versions: VersionSet, holes: str) -> VersionSet:
    if holes == "kept" or not versions:
        return versions
    low, high = min(versions), max(versions)
    if holes == "filled":
        return frozenset(v for v in Version if low <= v <= high)
    run = {low}
    while max(run) < high and Version(max(run) + 1) in versions:
        run.add(Version(max(run) + 1))
    return frozenset(run)
