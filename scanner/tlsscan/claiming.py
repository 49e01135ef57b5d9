"""From the manifests of a run to the claims of a repository."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tlsscan.discovery import Walk
from tlsscan.extract import Extractor
from tlsscan.manifestnames import kind_of_path
from tlsscan.model import Problem
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


def claims_of(
    readings: "Sequence[Reading]", book: Rulebook, aside: Callable[[str], bool] = lambda path: False
) -> "Sequence[Claim]":
    """What manifests amount to, all together; `aside` tells whether a path is one of tests or examples."""
    if not readings:
        return ()
    from tlsscan.manifests.inherit import claims
    from tlsscan.manifests.tables import Tables

    return claims(readings, Tables(book.tables), aside)


def read_claims(
    paths: Sequence[str], book: Rulebook, *, excludes: Sequence[str] = (), respect_ignore: bool = True, jobs: int = 0
) -> Claimed:
    """What the manifests below some paths say; nothing else is read. Raises UsageError."""
    walk = Walk(paths, excludes=excludes, respect_ignore=respect_ignore)
    files = [file for batch in walk.batches() for file in batch if kind_of_path(file.fs_path)]
    shown = {file.path for file in files}
    problems = [problem for problem in walk.finish().problems if problem.path in shown]
    with Scanner(Extractor(book, hashes=False), jobs=jobs or os.cpu_count() or 1, timeout=TIMEOUT) as scanner:
        readings = scanner.manifests(files, problems.append)
    return Claimed(claims_of(readings, book), sorted(problems, key=lambda p: (p.path, p.kind.value)), len(files))
