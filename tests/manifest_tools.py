"""Claims of manifests as short lines, for tests."""

import re
from functools import cache
from typing import NamedTuple

from tlsscan import packs
from tlsscan.claims import Claim
from tlsscan.manifestnames import kind_of_path
from tlsscan.manifests import read
from tlsscan.manifests.inherit import claims
from tlsscan.manifests.sheet import Reading
from tlsscan.manifests.tables import Tables
from tlsscan.manifests.transport import packed, unpacked
from tlsscan.model import Problem
from tlsscan.source import SourceFile, decode


@cache
def tables() -> Tables:
    """The tables of the built-in packs."""
    return Tables(packs.load().tables)


def readings(files: dict[str, str | bytes]) -> tuple[list[Reading], list[Problem]]:
    """What manifests say, after a way from a worker to its parent."""
    found: list[Reading] = []
    problems: list[Problem] = []
    for path, text in files.items():
        kind = kind_of_path(path.encode())
        assert kind, f"{path} is no manifest"
        source = decode(path, text.encode() if isinstance(text, str) else text)
        assert isinstance(source, SourceFile)
        reading = read(kind, source, tables())
        if isinstance(reading, Problem):
            problems.append(reading)
        else:
            problems.extend(reading.faults)
            found.append(unpacked(packed(reading)))
    return found, problems


def claimed(files: dict[str, str | bytes]) -> list[Claim]:
    """The claims of manifests."""
    found, problems = readings(files)
    assert not problems, problems
    return claims(found, tables())


def told(claim: Claim) -> str:
    """A claim in a line: product, versions, kind, line and column, and the scope where it is another folder."""
    region = claim.place.region
    own = claim.place.path[: claim.place.path.rfind("/") + 1]
    scope = "" if claim.scope == own else f" {claim.scope or './'}"
    return f"{claim.product} {claim.says} {claim.kind} {region.line}:{region.column}{scope}"


def told_all(files: dict[str, str]) -> list[str]:
    """The claims of manifests as lines; each with its file if there are several."""
    found = claimed(dict(files))
    return [told(claim) if len(files) == 1 else f"{claim.place.path}: {told(claim)}" for claim in found]


class Case(NamedTuple):
    """Manifests and the claims that they make; a claim is told with its file where there are several."""

    name: str
    files: dict[str, str]
    expected: list[str]


def cases(text: str) -> list[Case]:
    """The cases of a file: after `~~~` and a title the manifests, each after `=== PATH`, and lines `> CLAIM`."""
    found: list[Case] = []
    for number, block in enumerate(re.split(r"(?m)^~~~", text)[1:]):
        title, _, rest = block.partition("\n")
        files: dict[str, str] = {}
        expected: list[str] = []
        path = ""
        for line in rest.splitlines(keepends=True):
            if line.startswith("=== "):
                path = line[4:].strip()
                files[path] = ""
            elif line.startswith("> "):
                expected.append(line[2:].rstrip())
            elif not expected:
                files[path] += line
        found.append(Case(f"{number}-{title.strip() or path}", files, expected))
    return found
