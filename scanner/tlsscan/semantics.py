"""What writes to a library's version settings permit, as a function of its base. Knows no syntax and no policy.

One write is the common case; several writes on one object fold in order over the same state.
"""

from tlsscan.model import Kind, Permitted
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.records import NamedTuple


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
    `partial` says that the value has parts that are not known: more versions may be permitted, or, where versions
    are taken away, fewer.
    """

    kind: Kind
    versions: VersionSet
    partial: bool = False
    replaces: bool = True
    resets: tuple[str, ...] = ()
    pinned: str = ""


class State(NamedTuple):
    """What the writes so far have set on one object. `doubtful` says that more may be taken away than is known."""

    floor: Version | None = None
    ceiling: Version | None = None
    enabled: VersionSet | None = None
    removed: VersionSet = NO_VERSIONS
    opened: VersionSet = NO_VERSIONS
    pinned: bool = False
    touched: bool = False
    partial: bool = False
    doubtful: bool = False
    rejected: str = ""


def write(state: State, change: Write) -> State:
    """The state after one more write."""
    if change.pinned == "rejected" and state.pinned:
        return state._replace(rejected="the object is pinned to one version, which refuses another bound")
    state = _reset(state, change.resets)
    if change.kind is Kind.DISABLED and change.replaces and not change.versions:
        return state._replace(removed=NO_VERSIONS)
    # A value that names no version at all (DTLS, SSLv2Hello) says nothing, except that a list holds nothing else.
    says = bool(change.versions) or change.kind in (Kind.ENABLED, Kind.WEAKENS)
    if change.kind is Kind.DEFAULT or not says:
        return state
    taken = change.kind is Kind.DISABLED
    state = state._replace(
        touched=True,
        partial=state.partial or (change.partial and not taken),
        doubtful=state.doubtful or (change.partial and taken),
    )
    return _APPLY[change.kind](state, change)


def _reset(state: State, parts: tuple[str, ...]) -> State:
    if not parts:
        return state
    left = state._replace(
        floor=None if "floor" in parts else state.floor,
        ceiling=None if "ceiling" in parts else state.ceiling,
        enabled=None if "enabled" in parts else state.enabled,
        removed=NO_VERSIONS if "removed" in parts else state.removed,
        pinned=state.pinned and "enabled" not in parts,
    )
    bounded = (left.floor, left.ceiling, left.enabled) != (None, None, None)
    return left._replace(touched=bounded or bool(left.removed | left.opened))


def _exactly(state: State, change: Write) -> State:
    return state._replace(
        floor=min(change.versions), ceiling=max(change.versions), enabled=change.versions, pinned=True
    )


def _minimum(state: State, change: Write) -> State:
    return state._replace(floor=min(change.versions))


def _maximum(state: State, change: Write) -> State:
    return state._replace(ceiling=max(change.versions))


def _enabled(state: State, change: Write) -> State:
    if change.replaces:
        return state._replace(enabled=change.versions)
    return state._replace(
        enabled=(state.enabled or NO_VERSIONS) | change.versions, removed=state.removed - change.versions
    )


def _disabled(state: State, change: Write) -> State:
    before = NO_VERSIONS if change.replaces else state.removed
    return state._replace(removed=before | change.versions)


def _weakens(state: State, change: Write) -> State:
    return state._replace(opened=state.opened | change.versions, removed=state.removed - change.versions)


_APPLY = {
    Kind.EXACTLY: _exactly,
    Kind.MINIMUM: _minimum,
    Kind.MAXIMUM: _maximum,
    Kind.ENABLED: _enabled,
    Kind.DISABLED: _disabled,
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
    if state.floor is not None and state.ceiling is not None and state.floor > state.ceiling and not state.partial:
        return Permitted(rejected="the lowest version that is set is above the highest")
    versions = _within(state, base)
    named = _named(state)
    if base.claimed:
        versions &= base.possible | state.opened
    else:
        versions |= frozenset(v for v in named if _in_bounds(state, v))
    versions = _close_holes(versions - state.removed, holes)
    left = NO_VERSIONS if base.claimed or state.doubtful else _left(state, versions, base.offered)
    sure = versions if base.claimed else versions & (named | _between(state, versions, holes))
    return Permitted(
        versions=versions,
        sure=NO_VERSIONS if state.doubtful else sure,
        open=state.partial,
        taken=_taken(state) - versions,
        inherited=versions - named if base.claimed else NO_VERSIONS,
        lacking=named - versions - state.removed if base.claimed else NO_VERSIONS,
        left=left,
    )


def _left(state: State, versions: VersionSet, offered: VersionSet) -> VersionSet:
    """The version of TLS that stays where older ones are taken away one by one: whoever does that leaves it."""
    if state.floor is not None or state.enabled is not None:
        return NO_VERSIONS
    taken = [version for version in state.removed & offered if version >= Version.TLS1_0]
    above = [version for version in versions & offered if taken and version > min(taken)]
    return frozenset((min(above),)) if above else NO_VERSIONS


def _taken(state: State) -> VersionSet:
    """What is taken away one by one, and then also what a floor leaves out."""
    below = frozenset(v for v in Version if state.floor is not None and v < state.floor)
    return state.removed | below if state.removed else NO_VERSIONS


def _within(state: State, base: Bounds) -> VersionSet:
    if state.enabled is not None:
        start = state.enabled
    elif state.floor is not None:
        start = base.possible
    elif state.ceiling is not None:  # a ceiling above the default switches on what lies between
        start = frozenset(v for v in base.possible if v >= min(base.offered, default=v)) | base.offered
    else:
        start = base.offered
    return frozenset(v for v in start | state.opened if _in_bounds(state, v))


def _in_bounds(state: State, version: Version) -> bool:
    above = state.floor is None or version >= state.floor
    below = state.ceiling is None or version <= state.ceiling
    return above and below


def _named(state: State) -> VersionSet:
    """What the writes name; a floor that is itself taken away moves up to the next version."""
    if state.enabled is not None:
        return state.enabled | state.opened
    floor = (v for v in Version if state.floor is not None and v >= state.floor and v not in state.removed)
    lowest = next(floor, None)
    return frozenset(v for v in (lowest, state.ceiling) if v is not None) | state.opened


def _between(state: State, versions: VersionSet, holes: str) -> VersionSet:
    """What lies between ends that the writes name. Above a floor only the newest version is left to the base."""
    ends = _named(state) & versions
    if not ends or (state.floor is None and holes == "kept"):
        return NO_VERSIONS
    top = max(versions) if state.floor is not None and state.enabled is None else max(ends)
    return frozenset(version for version in versions if min(ends) < version < top)


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
