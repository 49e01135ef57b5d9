"""What was changed since a commit, or is staged: findings of which no line was added are set aside."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tlsscan.discovery import git_top_level
from tlsscan.errors import UsageError
from tlsscan.git import LARGEST, REGULAR, SHALLOW, SUBMODULE, UNFETCHED, Held, Repository
from tlsscan.linediff import added_lines
from tlsscan.model import Aside, AsideKind, Finding, Problem, ProblemKind
from tlsscan.osfiles import read_capped
from tlsscan.records import NamedTuple
from tlsscan.sifting import Evidence, Sifted
from tlsscan.source import decode, lines_of
from tlsscan.values import Region

BRANCHES = ("refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master")


class Lines:
    """The lines of files that were added."""

    def __init__(self, added: Mapping[str, Collection[int] | None]) -> None:
        """By path as reports show it; None: all lines of the file. Other files have none."""
        self._added = added

    def meet(self, path: str, region: Region) -> bool:
        """Whether a line of a region was added."""
        lines = self._added.get(path, ())
        return lines is None or any(number in lines for number in range(region.line, region.end_line + 1))


def sifted(evidence: Evidence, lines: Lines) -> Sifted:
    """Set aside the findings of which no line was added: neither where they stand, nor where their value comes from,
    is passed on to or takes part in."""
    kept: list[Finding] = []
    aside: list[Aside] = []
    for finding in evidence.findings:
        if any(lines.meet(path, region) for path, region in places_of(finding)):
            kept.append(finding)
        else:
            aside.append(Aside(finding, AsideKind.UNCHANGED))
    return Sifted(kept, aside)


def places_of(finding: Finding) -> Iterator[tuple[str, Region]]:
    """The places that take part in a finding."""
    usage = finding.usage
    for place in (usage.place, *usage.related):
        yield place.path, place.region
    for step in (*usage.trace, *usage.passed):
        yield step.path, step.region


# -- since a commit -------------------------------------------------------------------------------------------------


class Base(NamedTuple):
    """What is compared with: a repository, its commit (None: there is none yet), and how a person calls that."""

    repository: Repository
    commit: str | None
    title: str

    def words(self) -> str:
        """`origin/main (3f2a91c)`."""
        short = self.title.removeprefix("refs/remotes/").removeprefix("refs/heads/")
        return f"{short} ({self.commit[:12]})" if self.commit is not None else "the beginning"


class Since:
    """The work trees of some paths, each compared with a commit."""

    def __init__(self, paths: Iterable[str], name: str) -> None:
        """`name` is a commit; empty: the default branch. Raises UsageError where there is none, or no work tree."""
        self._bases: dict[str, Base | None] = {}
        self.roots = [_base(top, name) for top in _tops(paths, "--diff")]
        for base in self.roots:
            self._bases[base.repository.top] = base
        self._trees: dict[str, dict[bytes, Held]] = {}
        self._moved: dict[str, dict[bytes, bytes]] = {}

    def lines(self, paths: Iterable[str]) -> Lines:
        """The added lines of files, by their paths as reports show them."""
        wanted: dict[str, dict[str, str]] = {}  # repository -> path -> id of what was there
        added: dict[str, Collection[int] | None] = {}
        for path in paths:
            base, held = self._before(path)
            added[path] = None if base is not None else ()
            if base is not None and held is not None:
                wanted.setdefault(base.repository.top, {})[path] = held.id
        for top, ids in wanted.items():
            base = self._bases[top]
            contents = base.repository.contents(ids.values()) if base is not None else {}
            for path, name in ids.items():
                if name in contents:
                    added[path] = _added(path, contents[name], _content(path))
        return Lines(added)

    def _before(self, path: str) -> tuple[Base | None, Held | None]:
        """What a file is compared with, and what it was there. The first is None for files outside of work trees."""
        real = os.path.realpath(os.fsencode(path) if os.path.isabs(path) else _bytes(path))
        top = git_top_level(os.fsdecode(os.path.dirname(real)))
        base = self._base_of(top) if top is not None else None
        if base is None or top is None:
            return None, None
        name = os.path.relpath(real, os.fsencode(top)).replace(os.fsencode(os.sep), b"/")
        tree = self._tree(base)
        held = tree.get(name) or tree.get(self._renamed(base).get(name, b""))
        return base, held if held is not None and held.mode in REGULAR else None

    def _base_of(self, top: str) -> Base | None:
        """The base of a work tree; of one inside another, what that says of it (all is new where it says nothing)."""
        if top not in self._bases:
            around = git_top_level(os.path.dirname(top)) if os.path.dirname(top) != top else None
            outer = self._base_of(around) if around is not None else None
            self._bases[top] = None
            if outer is not None and around is not None:
                name = os.fsencode(os.path.relpath(top, around)).replace(os.fsencode(os.sep), b"/")
                held = self._tree(outer).get(name)
                repository = Repository(top)
                commit = repository.commit(held.id) if held is not None and held.mode == SUBMODULE else None
                self._bases[top] = Base(repository, commit, "")
        return self._bases[top]

    def _tree(self, base: Base) -> dict[bytes, Held]:
        top = base.repository.top
        if top not in self._trees:
            self._trees[top] = base.repository.tree(base.commit) if base.commit is not None else {}
        return self._trees[top]

    def _renamed(self, base: Base) -> dict[bytes, bytes]:
        """New path -> old path, of files that git knows by their new name."""
        top = base.repository.top
        if top not in self._moved:
            changes = base.repository.staged(base.commit) if base.commit is not None else []
            self._moved[top] = {change.path: change.was for change in changes if change.was != change.path}
        return self._moved[top]


def _tops(paths: Iterable[str], flag: str) -> list[str]:
    """The work trees of paths. Raises UsageError for a path outside of any."""
    found: dict[str, None] = {}
    for path in paths:
        top = git_top_level(path)
        if top is None:
            raise UsageError("is in no git work tree", place=path, hint=f"{flag} compares with what git has")
        found[top] = None
    return list(found)


def _base(top: str, name: str) -> Base:
    repository = Repository(top)
    head = repository.commit("HEAD")
    if not name:
        name = _default(repository)
        if name == "HEAD":
            return Base(repository, head, "HEAD")
    other = repository.commit(name)
    if other is None:
        hint = f"{name} is a path: write `--diff -- {name}`, or name the commit first" if os.path.exists(name) else ""
        hint = hint or (SHALLOW if repository.is_shallow() else "a branch, a tag or a commit that is here")
        raise UsageError(f"git knows no commit {name!r}", place="--diff", hint=hint)
    base = repository.merge_base(other, head) if head is not None else None
    if base is None:
        hint = SHALLOW if repository.is_shallow() else "name a commit that this branch comes from"
        raise UsageError(f"{name} and HEAD have no commit in common", place="--diff", hint=hint)
    return Base(repository, base, name)


def _default(repository: Repository) -> str:
    """What a branch is compared with if nobody says: the default branch of the remote, else the main one here; on that
    branch itself without a remote, its last commit. Raises UsageError where none is known: a guess hides lines."""
    for name in (repository.symbolic("refs/remotes/origin/HEAD"), *BRANCHES):
        if name and repository.commit(name) is not None:
            return "HEAD" if name == repository.symbolic("HEAD") else name
    if repository.commit("HEAD") is None:
        return "HEAD"
    text = "no default branch is known: name one, as in --diff origin/main"
    raise UsageError(text, place="--diff", hint=UNFETCHED if repository.is_shallow() else "")


# -- what is staged -------------------------------------------------------------------------------------------------


class Staged(NamedTuple):
    """Files of the index that differ from the last commit: paths to scan, their contents by the path that is opened,
    the added lines."""

    paths: tuple[str, ...]
    contents: dict[bytes, bytes]
    lines: Lines
    problems: tuple[Problem, ...]


def staged(paths: Sequence[str]) -> Staged:
    """What is staged below some paths. Raises UsageError outside of a work tree."""
    contents: dict[bytes, bytes] = {}
    added: dict[str, Collection[int] | None] = {}
    problems: list[Problem] = []
    cwd = os.path.realpath(os.getcwdb())
    wanted = [os.path.realpath(os.fsencode(path)) for path in paths]
    for top in _tops(paths, "--staged"):
        repository = Repository(top)
        changes = [
            (path, change)
            for change in repository.staged(repository.commit("HEAD"))
            if change.after is not None and change.after.mode in REGULAR
            for path in [os.path.join(os.fsencode(top), change.path)]
            if any(path == root or path.startswith(os.path.join(root, b"")) for root in wanted)
        ]
        ids = [held.id for _, change in changes for held in (change.before, change.after) if held is not None]
        texts = repository.contents(ids)
        for path, change in changes:
            opened = _opened(path, cwd)
            shown = opened.decode("utf-8", "surrogateescape")
            after = texts.get(change.after.id) if change.after is not None else None
            if after is None:
                problems.append(Problem(shown, ProblemKind.TOO_LARGE, "is staged, but missing or too large to be read"))
                continue
            before = texts.get(change.before.id) if change.before is not None else None
            contents[opened] = after
            added[shown] = None if before is None else _added(shown, before, after)
    return Staged(tuple(os.fsdecode(path) for path in contents), contents, Lines(added), tuple(problems))


def _opened(path: bytes, cwd: bytes) -> bytes:
    """A path as discovery opens it: from the working directory, if it lies below that."""
    below = os.path.join(cwd, b"")
    return (path[len(below) :] if path.startswith(below) else path).replace(os.fsencode(os.sep), b"/")


# -- contents -------------------------------------------------------------------------------------------------------


def _added(path: str, before: bytes, after: bytes | None) -> Collection[int] | None:
    """The added lines of a file; None for all of them, where it is no text."""
    old = decode(path, before)
    new = decode(path, after) if after is not None else None
    if new is None or isinstance(old, Problem) or isinstance(new, Problem):
        return None
    lines = [[line.rstrip(b"\r\n") for line in lines_of(source.data)] for source in (old, new)]
    return added_lines(*lines)


def _content(path: str) -> bytes | None:
    try:
        return read_capped(_bytes(path), LARGEST)
    except OSError:
        return None


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
