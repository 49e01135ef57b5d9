"""What of a lock file is worth parsing: it has hundreds of packages, of which tables know a handful."""

import re
from collections.abc import Callable, Collection
from itertools import pairwise

from tlsscan.manifests.tables import package_name
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

_PACKAGE = lazy(rb"^\[\[packages?\]\][ \t]*\r?\n", re.MULTILINE)
_OTHER = lazy(rb"^\[(?!\[?packages?\b)", re.MULTILINE)
_NAME = lazy(rb"""^name[ \t]*=[ \t]*["']([\w.-]+)["'][ \t]*\r?$""", re.MULTILINE)
_QUOTES = (b'"""', b"'''")  # texts over several lines may hold what looks like a header
_BLANKS = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))


def excerpt(kind: str, source: SourceFile, packages: Collection[str]) -> SourceFile:
    """A manifest without what need not be parsed. What is left stands where it stood; a file that says nothing of the
    packages is an empty document."""
    cut = _CUTS.get(kind)
    data = cut(source.data, packages) if cut is not None else source.data
    if data is source.data:
        return source
    return SourceFile(source.path, data, replaced=source.replaced, origin=source.origin)


def _of_nuget(data: bytes, packages: Collection[str]) -> bytes:
    """`packages.lock.json`: nothing stands there but packages, under their names."""
    lowered = data.lower()
    names = [name.encode() for name in _of("nuget", packages)]
    return data if b"\\u" in lowered or any(b'"%s"' % name in lowered for name in names) else b"{}"


def _of_python(data: bytes, packages: Collection[str]) -> bytes:
    """A lock file in TOML: blanks in the place of packages that nobody knows."""
    if any(quotes in data for quotes in _QUOTES):
        return data
    known = _of("pypi", packages)
    starts = [found.start() for found in _PACKAGE.finditer(data)]
    parts = [data[: starts[0] if starts else len(data)]]
    for start, following in pairwise([*starts, len(data)]):
        other = _OTHER.search(data, start + 1, following)
        end = other.start() if other else following
        name = _NAME.search(data, start, end)
        unknown = name is not None and package_name("pypi", name[1].decode()) not in known
        parts += [data[start:end].translate(_BLANKS) if unknown else data[start:end], data[end:following]]
    return b"".join(parts)


def _of(registry: str, packages: Collection[str]) -> set[str]:
    return {name.partition(":")[2] for name in packages if name.startswith(f"{registry}:")}


_CUTS: dict[str, Callable[[bytes, Collection[str]], bytes]] = {"packages-lock": _of_nuget, "python-lock": _of_python}
