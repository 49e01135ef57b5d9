"""What is asked of a place: the floor there, and whether its findings are wanted. From flags, policy and configuration.

Who is trusted (the command line, the environment, a `--policy`) is kept apart from the scanned repository's own
configuration: what that narrows is told, and cannot weaken what a policy says.
"""

import os
from collections.abc import Callable, Sequence

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.model import Confidence, Finding, Role
from tlsscan.policy import Policy
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple

if TYPE_CHECKING:
    from tlsscan.configkeys import PathRule
    from tlsscan.selection import Selector

DEFAULT_FLOOR = Version.TLS1_2


class Says(NamedTuple):
    """What one source asks for (flags, a policy, a configuration), and what it is called. None: it does not say."""

    name: str
    floor: Version | None = None
    select: "tuple[Selector, ...] | None" = None
    ignore: "tuple[Selector, ...] | None" = None
    paths: "tuple[PathRule, ...]" = ()
    role: Role | None = None

    @property
    def sets_floors(self) -> bool:
        """Whether it says anything of floors."""
        return self.floor is not None or any(rule.floor is not None for rule in self.paths)

    def floor_at(self, path: bytes) -> Version | None:
        """The floor that the last of its globs sets for a file that it names."""
        floors = (rule.floor for rule in reversed(self.paths) if rule.floor is not None and rule.globs.name(path))
        return next(floors, None)


NOTHING = Says("")


class Terms(NamedTuple):
    """Flags (command line and environment), a trusted policy, and the configuration of the repository. What is
    `extended` is selected beside what any of them selects; what is less certain than `confidence` is not wanted."""

    flags: Says = NOTHING
    policy: Says = NOTHING
    own: Says = NOTHING
    demote: bool = True
    extended: "tuple[Selector, ...]" = ()
    confidence: Confidence = Confidence.LOW

    @property
    def floor(self) -> Version:
        """The floor where no glob speaks of the file."""
        return self._floor(None, None)

    @property
    def chooses(self) -> bool:
        """Whether anybody selects or ignores any rule."""
        says = (self.flags, self.policy, self.own)
        return bool(self.extended) or any(one.select or one.ignore or one.paths for one in says)

    def each(self, change: "Callable[[Selector], Selector]") -> "Terms":
        """The terms with every selector changed."""

        def changed(says: Says) -> Says:
            paths = tuple(rule._replace(ignore=tuple(map(change, rule.ignore))) for rule in says.paths)
            select = None if says.select is None else tuple(map(change, says.select))
            ignore = None if says.ignore is None else tuple(map(change, says.ignore))
            return says._replace(select=select, ignore=ignore, paths=paths)

        return self._replace(
            flags=changed(self.flags),
            policy=changed(self.policy),
            own=changed(self.own),
            extended=tuple(map(change, self.extended)),
        )

    def at(self, path: str) -> Policy:
        """The policy for a file, by its path as reports show it."""
        if not self.policy.paths and not self.own.paths:
            return Policy(self.floor, self.demote)
        real = _absolute(path)
        return Policy(self._floor(self.policy.floor_at(real), self.own.floor_at(real)), self.demote)

    def firm(self) -> "Terms":
        """The terms without the floors of the repository's own configuration."""
        paths = tuple(rule._replace(floor=None) for rule in self.own.paths)
        return self._replace(own=self.own._replace(floor=None, paths=paths))

    def _floor(self, ordered: Version | None, own: Version | None) -> Version:
        """The floor of a file for which globs of the policy (`ordered`) and of the configuration say these."""
        if self.flags.floor is not None:  # the least everywhere: globs can only be stricter
            return max(one for one in (self.flags.floor, ordered, own) if one is not None)
        trusted = ordered if ordered is not None else self.policy.floor
        own = self.own.floor if own is None else own
        if ordered is not None or self.policy.floor is not None:
            return max(one for one in (trusted, own) if one is not None)
        return own or trusted or DEFAULT_FLOOR

    def refusal(self, finding: Finding) -> "Refusal | None":
        """Why a finding is not wanted; None if it is."""
        if finding.usage.confidence.rank < self.confidence.rank:
            return Refusal("confidence", self.flags.name)
        says = (self.flags, self.policy, self.own)
        if not any(one.select is not None or one.ignore or one.role or one.paths for one in says):
            return None
        from tlsscan.selection import refusal

        role = next((one for one in says if one.role is not None), NOTHING)
        if role.role not in (None, Role.BOTH) and finding.usage.role not in (role.role, Role.BOTH):
            return Refusal("role", role.name)
        path = _absolute(finding.usage.place.path)
        chooser, select = self._selected()
        for one, ignore in self._ignoring(path):
            if why := refusal(finding, select, ignore, self.extended):
                return Refusal(why, chooser.name if why == "select" else one.name)
        return None

    def _selected(self) -> "tuple[Says, Sequence[Selector]]":
        """What is selected, and by whom. A configuration can add to what a policy selects, and take nothing away."""
        if self.flags.select is not None:
            return self.flags, self.flags.select
        if self.policy.select is not None:
            added = self.own.select or ()
            return self.policy, (*self.policy.select, *added) if self.policy.select else ()
        if self.policy.ignore is not None:  # to select a few is to ignore the others
            return self.policy, ()
        return self.own, self.own.select or ()

    def _ignoring(self, path: bytes) -> "list[tuple[Says, Sequence[Selector]]]":
        """What is ignored in a file, by whom; not by a configuration where a policy says what is."""
        whole = next((one for one in (self.flags, self.policy, self.own) if one.ignore is not None), NOTHING)
        found: list[tuple[Says, Sequence[Selector]]] = [(whole, whole.ignore or ())]
        for one in (self.policy, self.own):
            if one is self.policy or self.policy.ignore is None:
                found += [(one, rule.ignore) for rule in one.paths if rule.ignore and rule.globs.name(path)]
        return found


class Refusal(NamedTuple):
    """Why a finding is not wanted (`confidence`, `role`, `select`, `ignore`), and who said so."""

    reason: str
    name: str


def _absolute(path: str) -> bytes:
    return os.path.normpath(os.path.join(os.path.realpath(b"."), path.encode("utf-8", "surrogateescape")))
