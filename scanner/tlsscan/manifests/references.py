"""What programs of .NET reference beside the projects of their own repository, by the manifests."""

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence

from tlsscan.claims import is_above, scope_of
from tlsscan.manifests.inherit import IMPLIED
from tlsscan.manifests.msbuild import is_project
from tlsscan.manifests.sheet import PART, REFERENCES, Reading

_SPOKEN = (".csproj", ".vbproj")  # projects whose code is looked into


class Referenced:
    """The references of the projects of a tree."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._projects: dict[str, list[Reading]] = {}
        self._implied: list[Reading] = []
        for reading in (reading for reading in readings if reading.family == "msbuild"):
            if is_project(reading.path):
                self._projects.setdefault(scope_of(reading.path), []).append(reading)
            elif reading.path.rpartition("/")[2].lower() in _IMPLIED:
                self._implied.append(reading)

    def has_only(self, folders: Sequence[str], names: Collection[str]) -> bool:
        """Whether the projects of a program and its libraries, by their folders, its own first, reference nothing
        beside each other but assemblies and packages of some names."""
        known = {name.lower() for name in names}
        projects = [reading for folder in folders for reading in self._projects.get(folder, ())]
        if not self._projects.get(folders[0]):
            return False
        within = all(
            project.path.lower().endswith(_SPOKEN) and set(_parts(project)) <= {*folders} for project in projects
        )
        return within and all(set(_said(reading)) <= known for reading in (*projects, *self._above(projects)))

    def _above(self, projects: Sequence[Reading]) -> Iterator[Reading]:
        """The files that MSBuild imports by itself into any of some projects."""
        for reading in self._implied:
            scope = scope_of(reading.path)
            if is_above(scope) or any(project.path.startswith(scope) for project in projects):
                yield reading


_IMPLIED = frozenset(map(str.lower, IMPLIED))


def _said(reading: Reading) -> Iterator[str]:
    """The names that a file tells."""
    texts = (value.text for value in reading.properties if value.name == REFERENCES)
    return (name for text in texts for name in text.split("\n") if name)


def _parts(project: Reading) -> Iterator[str]:
    """The folders of the projects that one references."""
    texts = (value.text for value in project.properties if value.name == PART and value.text)
    return (scope_of(posixpath.normpath(scope_of(project.path) + text)) for text in texts)
