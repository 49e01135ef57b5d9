"""From the manifests of a run to the claims of a repository."""

import os
from collections.abc import Collection, Sequence
from functools import partial

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.discovery import Discovery, Walk
from tlsscan.extract import Extractor
from tlsscan.manifestnames import kind_of_path
from tlsscan.model import Area, Problem
from tlsscan.policy import DEMOTED
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.scanner import Scanner

if TYPE_CHECKING:
    from tlsscan.claims import Claim
    from tlsscan.manifests.sheet import Reading

TIMEOUT = 10.0  # seconds for one manifest


class Claimed(NamedTuple):
    """What manifests say, what kept some from saying anything, and how many there are."""

    claims: "Sequence[Claim]"
    problems: Sequence[Problem]
    files: int


def claims_of(readings: "Sequence[Reading]", book: Rulebook, found: Discovery) -> "Sequence[Claim]":
    """What manifests amount to, all together; `found` tells the folders that were named, and links to manifests."""
    if not readings:
        return ()
    from tlsscan.manifests.inherit import Layout, claims
    from tlsscan.manifests.tables import Tables
    from tlsscan.origin import below, origin_of

    def stands(areas: Collection[Area], path: str) -> bool:
        return any(area in areas for area in origin_of(below(path, found.roots), "").areas)

    lie = Layout(
        aside=partial(stands, DEMOTED),
        copied=partial(stands, (Area.VENDORED,)),
        below=partial(below, roots=found.roots),
        links=found.links,
        exists=partial(_is_there, known={}),
    )
    return claims(readings, Tables(book.tables), lie)


def _is_there(path: str, known: dict[str, dict[str, str]]) -> bool:
    """Whether there is a file of a path, in any case: projects of Windows mind none. `known` holds the names in
    folders."""
    return os.path.exists(path) or bool(_as_written(path, known))


def _as_written(path: str, known: dict[str, dict[str, str]]) -> str:
    """A path as the names on the way to it are really written; empty where there is none."""
    made = "/" if path.startswith("/") else ""
    for name in path.strip("/").split("/"):
        if made not in known:
            try:
                known[made] = {one.lower(): one for one in os.listdir(made or ".")}
            except OSError:
                known[made] = {}
        found = name if name == ".." else known[made].get(name.lower(), "")
        if not found:
            return ""
        made = os.path.join(made, found)
    return made


def read_claims(
    paths: Sequence[str], book: Rulebook, *, excludes: Sequence[str] = (), respect_ignore: bool = True, jobs: int = 0
) -> Claimed:
    """What the manifests below some paths say; nothing else is read. Raises UsageError."""
    walk = Walk(paths, excludes=excludes, respect_ignore=respect_ignore)
    files = [file for batch in walk.batches() for file in batch if kind_of_path(file.fs_path)]
    shown = {file.path for file in files}
    met = walk.finish()
    problems = [problem for problem in met.problems if problem.path in shown]
    with Scanner(Extractor(book, hashes=False), jobs=jobs or os.cpu_count() or 1, timeout=TIMEOUT) as scanner:
        readings = scanner.manifests(files, problems.append)
    claims = claims_of(readings, book, met)
    return Claimed(claims, sorted(problems, key=lambda p: (p.path, p.kind.value)), len(files))
