"""Which files of code a program of .NET is compiled from: projects without an SDK list them."""

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from tlsscan.claims import scope_of
from tlsscan.manifests.msbuild import is_project, linked
from tlsscan.manifests.sheet import COMPILED, Reading
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

_CODE = (".cs", ".vb")
_AT_RUN_TIME = "/app_code/"  # a site compiles what lies there by itself
_BEHIND = lazy(r"\.(?:as[acmhp]x|master|svc)\.(?:cs|vb)$")  # and what stands behind its pages
_WILD = lazy(r"\*\*/|\*|\?")
_MEANS = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}


class _Project(NamedTuple):
    """What a project compiles: files and patterns of paths in lower case, or whatever lies below some folders."""

    files: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    folders: tuple[str, ...]

    def has(self, path: str) -> bool:
        small = path.lower()
        listed = small in self.files or any(pattern.fullmatch(small) for pattern in self.patterns)
        return listed or path.startswith(self.folders)


def compiling(readings: Iterable[Reading]) -> Callable[[Sequence[str], str], bool]:
    """Whether a program with its libraries is compiled from a file as well: by the folders of their projects, its own
    first, and other places from which these compile; a site without a project, by its own folder."""
    every: dict[str, list[Reading]] = {}
    configured: set[str] = set()
    for reading in readings:
        if reading.family == "msbuild" and is_project(reading.path):
            every.setdefault(scope_of(reading.path), []).append(reading)
        elif reading.path.lower().endswith("web.config"):
            configured.add(scope_of(reading.path))
    sites = {scope for scope in configured if not any(scope.startswith(folder) for folder in every)}

    @cache
    def projects(folders: tuple[str, ...]) -> tuple[_Project, ...]:
        found = [_project(reading) for folder in folders for reading in every.get(folder, ())]
        return tuple(found) if folders[0] in every else ()

    def compiles(folders: Sequence[str], path: str) -> bool:
        small = path.lower()
        if not small.endswith(_CODE) or _AT_RUN_TIME in f"/{small}":
            return True
        if folders[0] in sites:
            return _BEHIND.search(small) is not None
        own = projects(tuple(folders))
        return not own or any(project.has(path) for project in own)

    return compiles


def _project(reading: Reading) -> _Project:
    scope = scope_of(reading.path)
    told = next((value.text for value in reading.properties if value.name == COMPILED), "")
    if not told:
        return _Project(frozenset(), (), (scope, *linked(reading)))
    paths = {posixpath.normpath(scope + text).lower() for text in told.split("\n")}
    wild = {path for path in paths if _WILD.search(path)}
    return _Project(frozenset(paths - wild), tuple(re.compile(_expression(path)) for path in sorted(wild)), ())


def _expression(path: str) -> str:
    """A regular expression for a path with wildcards of MSBuild."""
    at, made = 0, ""
    for found in _WILD.finditer(path):
        made += re.escape(path[at : found.start()]) + _MEANS[found.group()]
        at = found.end()
    return made + re.escape(path[at:])
