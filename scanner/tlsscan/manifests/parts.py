"""What a program of .NET is made of: the projects that it references, and those that these reference."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tlsscan.claims import Claim, ClaimKind, scope_of
from tlsscan.manifests.msbuild import is_project
from tlsscan.manifests.sheet import PART, Reading
from tlsscan.records import NamedTuple
from tlsscan.targets import DOTNET, NETFX

MOST = 500  # projects of one program


class Parts(NamedTuple):
    """The folders of a program's parts, and whether it only shows or tests them."""

    folders: tuple[str, ...]
    aside: bool


def with_parts(
    claims: Iterable[Claim],
    readings: Iterable[Reading],
    use: Callable[[Reading], ClaimKind | None],
    above: Callable[[Reading], Sequence[Reading]],
    aside: Callable[[str], bool],
) -> Iterator[Claim]:
    """Claims; those on what a program runs on with the parts of that program. `use` tells what comes of a project,
    `above` what it imports, `aside` whether a path is one of examples or tests."""
    projects = [reading for reading in readings if reading.family == "msbuild" and is_project(reading.path)]
    named = {reading.path.lower(): reading for reading in projects}
    parts: dict[str, list[Parts]] = {}
    for reading in projects:
        if use(reading) is ClaimKind.PINNED:
            made = _parts(reading, named, use, above)._replace(aside=aside(reading.path))
            parts.setdefault(scope_of(reading.path), []).append(made)
    for claim in claims:
        if claim.kind is ClaimKind.PINNED and claim.product in (NETFX, DOTNET):
            yield _made_of(claim, parts.get(claim.scope, ()))
        else:
            yield claim


def _made_of(claim: Claim, parts: Sequence[Parts]) -> Claim:
    folders = dict.fromkeys(folder for some in parts for folder in some.folders if folder != claim.scope)
    return claim._replace(
        parts=tuple(folders),
        hosts=not any(some.aside for some in parts),
    )


def _parts(
    program: Reading,
    named: Mapping[str, Reading],
    use: Callable[[Reading], ClaimKind | None],
    above: Callable[[Reading], Sequence[Reading]],
) -> Parts:
    met = {program.path}
    waiting = [program]
    folders: list[str] = []
    while waiting and len(met) < MOST:
        reading = waiting.pop()
        for path in _referenced(reading, above):
            found = named.get(path.lower())
            if found is not None and use(found) not in (None, ClaimKind.TEST) and found.path not in met:
                met.add(found.path)
                waiting.append(found)
                folders.append(scope_of(found.path))
    return Parts(tuple(dict.fromkeys(folders)), aside=False)


def _referenced(reading: Reading, above: Callable[[Reading], Sequence[Reading]]) -> Iterator[str]:
    """The paths of the projects that one references itself; those in what it imports are written as seen from it."""
    for holder in (reading, *above(reading)):
        for value in holder.properties:
            if value.name == PART and value.text:
                yield posixpath.normpath(scope_of(reading.path) + value.text)
