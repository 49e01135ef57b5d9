"""Which entries of a folder rules leave out: ignore files, excludes, what alone is to be scanned."""

import os
from collections.abc import Sequence

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.errors import UsageError
from tlsscan.ignore import IgnoreRules, IgnoreRulesError
from tlsscan.records import NamedTuple
from tlsscan.worktree import Base, Scope

if TYPE_CHECKING:
    from tlsscan.globs import Globs


class Barred(NamedTuple):
    """Globs that leave out what they name, and the reason to tell."""

    globs: "Globs"
    reason: str

    def base(self, prefix: bytes, real: bytes) -> Base:
        """How paths below a root become relative to the folder of the globs; to the root, if that lies elsewhere."""
        above = is_inside(real, self.globs.folder)
        inside = real[len(self.globs.folder) :].strip(b"/") if above else b""
        return Base(inside + b"/" if inside else b"", len(prefix))


def included(patterns: Sequence[str], cwd: bytes) -> "Globs | None":
    """What alone is to be scanned; None where nothing says so. Raises UsageError."""
    if not patterns:
        return None
    from tlsscan.globs import Globs

    try:
        return Globs.of(patterns, os.fsdecode(cwd))
    except IgnoreRulesError as error:
        raise UsageError(str(error), place="--include") from error


def exclude_rules(patterns: Sequence[str]) -> IgnoreRules | None:
    """What the command line leaves out. Raises UsageError."""
    if not patterns:
        return None
    try:
        return IgnoreRules([os.fsencode(pattern.removeprefix("./")) for pattern in patterns])
    except IgnoreRulesError as error:
        raise UsageError(str(error), place="--exclude") from error


class Listing(NamedTuple):
    """The entries of one directory. `plain` are regular files without a suffix, `others` links and special files."""

    sources: list[tuple[bytes, str]]
    directories: list[bytes]
    plain: list[bytes]
    others: list[tuple[bytes, str | None]]


class Exclusion(NamedTuple):
    """Patterns that leave out what they name below a root, with their reason."""

    rules: IgnoreRules
    base: Base
    reason: str


class Sieve:
    """Decides which entries of one directory rules leave out. Entries are names; a directory's ends in a slash."""

    __slots__ = ("_chain", "_excludes", "_tracked_prefix", "scope")

    def __init__(self, prefix: bytes, scope: Scope | None, excludes: Sequence[Exclusion]) -> None:
        self.scope = scope
        self._chain = [(rules, base.relative(prefix)) for rules, base in scope.rules] if scope else []
        self._excludes = [(one.rules, one.base.relative(prefix), one.reason) for one in excludes]
        self._tracked_prefix = scope.tree.base.relative(prefix) if scope else b""

    def speaks_of(self, listing: Listing, entered: list[bytes]) -> bool:
        """Whether any rule may name any of the entries: most directories are asked for but once."""
        if self.scope is not None and self.scope.tracked_only:
            return True
        names = [source[0] for source in listing.sources]
        names += listing.plain
        names += [other[0] for other in listing.others]
        names += [name + b"/" for name in entered]
        every = [*self._chain, *((rules, prefix) for rules, prefix, _ in self._excludes)]
        return bool(names) and any(rules.speaks_of(prefix, names) for rules, prefix in every)

    def reason(self, name: bytes) -> str:
        """`ignored`, the reason of an exclusion, or an empty text for an entry that stays."""
        for rules, prefix, reason in self._excludes:
            if rules.ignores(prefix, name):
                return reason
        if self.scope is None or not self.is_ignored(name):
            return ""
        tracked = self.scope.tree.tracked()
        return "" if tracked is None or tracked.covers(self._tracked_prefix + name) else "ignored"

    def is_ignored(self, name: bytes) -> bool:
        """True when ignore rules name the entry, tracked or not."""
        if self.scope is not None and self.scope.tracked_only:
            return True
        for rules, prefix in self._chain:
            verdict = rules.ignores(prefix, name)
            if verdict is not None:
                return verdict
        return False

    def scope_below(self, name: bytes) -> Scope | None:
        """The scope of a directory that stays."""
        if self.scope is None or not self.is_ignored(name) or self.scope.tree.trouble:
            return self.scope
        return self.scope._replace(tracked_only=True)


def is_inside(path: bytes, directory: bytes) -> bool:
    """Whether a path is a directory, or lies below it."""
    return path == directory or path.startswith(with_slash(directory))


def with_slash(path: bytes) -> bytes:
    """A path with a slash at its end."""
    return path if path.endswith(b"/") else path + b"/"
