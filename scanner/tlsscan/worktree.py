"""A git work tree as discovery needs it: its ignore rules and what it tracks. Reads only, runs no git.

git's own settings (`core.excludesFile`, the index of a split or sparse checkout) are not consulted.
"""

import errno
import os

from tlsscan import gitindex
from tlsscan.gitindex import GitIndexError, Tracked
from tlsscan.ignore import IgnoreRules, IgnoreRulesError, lines_of
from tlsscan.osfiles import read_capped
from tlsscan.records import NamedTuple

_IGNORE_FILE_CAP = 256 * 1024


class Base(NamedTuple):
    """How a walked path becomes relative to a directory: drop `strip` bytes, put `prepend` before the rest."""

    prepend: bytes
    strip: int

    def relative(self, path: bytes) -> bytes:
        """The path as seen from that directory."""
        return self.prepend + path[self.strip :]


class WorkTree:
    """One work tree. The index is read when something ignored is met, at most once."""

    __slots__ = ("_git_dir", "_tracked", "base", "trouble")

    def __init__(self, git_dir: bytes, base: Base) -> None:
        self._git_dir = git_dir
        self._tracked: Tracked | None = None
        self.base = base
        self.trouble = ""

    @property
    def index_path(self) -> bytes:
        """The file that says what is tracked."""
        return os.path.join(self._git_dir, b"index")

    def tracked(self) -> Tracked | None:
        """What is tracked, or None when that cannot be known; `trouble` then says why."""
        if self._tracked is None and not self.trouble:
            try:
                self._tracked = gitindex.read_tracked(self._git_dir)
            except GitIndexError as error:
                self.trouble = str(error)
        return self._tracked


class Trouble(NamedTuple):
    """An ignore file whose rules were not applied, and why."""

    path: bytes
    text: str


class Scope(NamedTuple):
    """What git says of a directory's entries: the rules that speak of it, nearest first.

    `tracked_only` holds inside a directory that is ignored but has tracked files.
    """

    tree: WorkTree
    rules: tuple[tuple[IgnoreRules, Base], ...] = ()
    tracked_only: bool = False

    def with_file(self, path: bytes, base: Base, troubles: list[Trouble]) -> "Scope":
        """This scope with the rules of one more ignore file, which go before the others; a missing file adds none."""
        try:
            rules = IgnoreRules(lines_of(read_capped(path, _IGNORE_FILE_CAP)))
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                troubles.append(Trouble(path, error.strerror or str(error)))
            return self
        except IgnoreRulesError as error:
            troubles.append(Trouble(path, str(error)))
            return self
        return self._replace(rules=((rules, base), *self.rules)) if rules else self


def top_level(directory: bytes) -> bytes | None:
    """The nearest directory, from this absolute one upwards, that is the top of a git work tree."""
    while gitindex.git_directory(directory) is None:
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


def scope_at(top: bytes, base: Base, troubles: list[Trouble]) -> Scope | None:
    """The scope of the top of a work tree, without its own `.gitignore`; None when it is none."""
    git_dir = gitindex.git_directory(top)
    if git_dir is None:
        return None
    exclude = os.path.join(gitindex.common_directory(git_dir), b"info", b"exclude")
    return Scope(WorkTree(git_dir, base)).with_file(exclude, base, troubles)


def scope_above(directory: bytes, strip: int, troubles: list[Trouble]) -> Scope | None:
    """The scope that an absolute directory inherits from the work tree around it.

    `strip` is how many bytes of a walked path stand for that directory.
    """
    top = None if gitindex.git_directory(directory) else top_level(os.path.dirname(directory))
    if top is None:
        return None
    parts = directory[len(top) :].strip(b"/").split(b"/")
    scope = scope_at(top, Base(b"/".join(parts) + b"/", strip), troubles)
    for depth in range(len(parts)):
        if scope is not None:
            path = os.path.join(top, *parts[:depth], b".gitignore")
            scope = scope.with_file(path, Base(b"/".join(parts[depth:]) + b"/", strip), troubles)
    return scope
