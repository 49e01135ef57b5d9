"""Which files of code a program of .NET is compiled from: projects without an SDK list them, others may take some out
of what lies below them."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from tlsscan.claims import scope_of
from tlsscan.manifests.msbuild import OTHER, is_project, linked
from tlsscan.manifests.sheet import COMPILED, PART, REMOVED, Reading
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

MOST = 500  # files of a project that are looked for
MOST_TOGETHER = 20  # projects of one folder
_CODE = (".cs", ".vb")
_AT_RUN_TIME = "/app_code/"  # a site compiles what lies there by itself
_BEHIND = lazy(r"\.(?:as[acmhp]x|master|svc)\.(?:cs|vb)$")  # and what stands behind its pages
_WILD = lazy(r"\*\*/|\*\*|\*|\?")
_OUTSIDE = lazy(r"^[/\\]|:|(?:^|[/\\])\.\.(?:[/\\]|$)")
_MEANS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class _Project(NamedTuple):
    """What a project compiles: files and patterns of paths in lower case, or whatever lies below some folders but for
    what it takes out of that. Of these steps, which may also take in again, the last one that fits a path counts."""

    files: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    folders: tuple[str, ...]
    steps: tuple[tuple[bool, re.Pattern[str]], ...] = ()

    def has(self, path: str) -> bool:
        small = path.lower()
        listed = small in self.files or any(pattern.fullmatch(small) for pattern in self.patterns)
        if listed or not path.startswith(self.folders):
            return listed
        return next((inside for inside, pattern in reversed(self.steps) if pattern.fullmatch(small)), True)


class Compiled:
    """What the projects of a tree are compiled from, by the manifests."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._every: dict[str, list[Reading]] = {}
        self._made: dict[str, _Project] = {}
        self._of: dict[tuple[str, ...], tuple[_Project, ...]] = {}
        configured: set[str] = set()
        for reading in readings:
            if reading.family == "msbuild" and is_project(reading.path):
                self._every.setdefault(scope_of(reading.path), []).append(reading)
            elif reading.path.lower().endswith("web.config"):
                configured.add(scope_of(reading.path))
        self._sites = {scope for scope in configured if not any(scope.startswith(folder) for folder in self._every)}

    def has(self, folders: Sequence[str], path: str) -> bool:
        """Whether a program with its libraries is compiled from a file as well: by the folders of their projects, its
        own first, and other places from which these compile; a site without a project, by its own folder."""
        small = path.lower()
        if not small.endswith(_CODE) or _AT_RUN_TIME in f"/{small}":
            return True
        if folders[0] in self._sites:
            return _BEHIND.search(small) is not None
        own = self._projects(tuple(folders))
        return not own or any(project.has(path) for project in own)

    def shares(self, manifest: str) -> bool:
        """Whether there are several projects in the folder of a manifest, and not too many to tell them apart."""
        return 1 < len(self._every.get(scope_of(manifest), ())) <= MOST_TOGETHER

    def instead(self, manifest: str, path: str) -> bool:
        """Whether a project does not compile a file, but another one in its folder does, which it does not use."""
        if not self.shares(manifest) or not path.lower().endswith(_CODE):
            return False
        around = self._every[scope_of(manifest)]
        own = next((one for one in around if one.path == manifest), None)
        if own is None or self._project(own).has(path) or _uses(own, around):
            return False
        return any(self._project(other).has(path) for other in around)

    def leaves_out(self, path: str) -> bool:
        """Whether a file lies in the folder of a project that does not compile it, nor does any other. What an engine
        for games compiles by itself, or a site when it runs, is left out by nobody."""
        small = path.lower()
        if not small.endswith(_CODE) or _AT_RUN_TIME in f"/{small}" or _BEHIND.search(small) is not None:
            return False
        around = [reading for folder in self._every if path.startswith(folder) for reading in self._every[folder]]
        if not around or any(value.text == OTHER for one in around for value in one.properties):
            return False
        return not any(self._project(reading).has(path) for own in self._every.values() for reading in own)

    def _projects(self, folders: tuple[str, ...]) -> tuple[_Project, ...]:
        if folders not in self._of:
            found = (self._project(reading) for folder in folders for reading in self._every.get(folder, ()))
            self._of[folders] = tuple(found) if folders[0] in self._every else ()
        return self._of[folders]

    def _project(self, reading: Reading) -> _Project:
        if reading.path not in self._made:
            self._made[reading.path] = _project(reading)
        return self._made[reading.path]


def _project(reading: Reading) -> _Project:
    scope = scope_of(reading.path)
    told = next((value.text for value in reading.properties if value.name == COMPILED), "")
    if not told:
        return _Project(frozenset(), (), (scope, *linked(reading)), tuple(_steps(reading)))
    paths = {posixpath.normpath(scope + text).lower() for text in told.split("\n")}
    wild = {path for path in paths if _WILD.search(path)}
    return _Project(frozenset(paths - wild), tuple(re.compile(_expression(path)) for path in sorted(wild)), ())


def _uses(project: Reading, others: Iterable[Reading]) -> bool:
    """Whether a project references any of some in its folder."""
    paths = {other.path.lower() for other in others}
    told = (value.text for value in project.properties if value.name == PART and value.text)
    return any(posixpath.normpath(scope_of(project.path) + text).lower() in paths for text in told)


def is_empty(reading: Reading, exists: Callable[[str], bool]) -> bool:
    """Whether a project lists the files that it compiles, and none of them is there: nothing is ever made of it. What
    it names outside of its folder counts as there: what a repository says has no other place looked at."""
    told = next((value.text for value in reading.properties if value.name == COMPILED), "")
    if not told or not exists(reading.path):
        return False
    listed = told.split("\n")[:MOST]
    if any(_WILD.search(text) or _OUTSIDE.search(text) for text in listed):
        return False
    return not any(exists(posixpath.normpath(scope_of(reading.path) + text)) for text in listed)


def _steps(reading: Reading) -> Iterator[tuple[bool, re.Pattern[str]]]:
    """What a project takes out of the files below it, and in again, if it is known where these are."""
    told = next((value.text for value in reading.properties if value.name == REMOVED), "")
    for line in told.split("\n"):
        if line and "$(" not in line and "@(" not in line:
            path = posixpath.normpath(scope_of(reading.path) + line[1:]).lower()
            yield line[0] == "+", re.compile(_expression(path))


def _expression(path: str) -> str:
    """A regular expression for a path with wildcards of MSBuild."""
    at, made = 0, ""
    for found in _WILD.finditer(path):
        made += re.escape(path[at : found.start()]) + _MEANS[found.group()]
        at = found.end()
    return made + re.escape(path[at:])
