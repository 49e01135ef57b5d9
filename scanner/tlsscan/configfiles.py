"""Which configuration file holds for a scan: the nearest one, from what is scanned up to the top of the work tree.

A hook pays a few calls of `lstat` for this; a file is read and understood (`configread`, `configkeys`) only if there
is one. Where there is no work tree, nothing above the named folder is looked at.
"""

import os
from collections.abc import Iterator, Sequence
from errno import EFBIG
from stat import S_ISLNK

from tlsscan.errors import UsageError, nearest
from tlsscan.osfiles import read_capped
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.worktree import top_level

_TOOL = lazy(rb"[ \t]*\[tool\.")
NAMES = ("tlsscan.toml", ".tlsscan.toml", ".tlsscan.yaml", ".tlsscan.yml")
PYPROJECT = "pyproject.toml"
MAX_BYTES = 1 << 20
MAX_LOOKED_THROUGH = 1 << 26
"""The most bytes of a pyproject.toml in which our table is looked for."""


class Found(NamedTuple):
    """A configuration file: its path from the working directory (absolute if outside), its content, the folder that
    its globs are relative to, the folder that nothing it names may leave (None: it may name anything), and the other
    files of its folder that configure this program, too, and do not hold."""

    path: str
    data: bytes
    folder: str
    top: str | None
    beside: tuple[str, ...] = ()


class Ground(NamedTuple):
    """Where a scan stands: the folder that all it was asked for has in common, and how far up configuration counts."""

    folder: str
    top: str


def ground_of(paths: Sequence[str]) -> Ground | None:
    """The ground of a scan of these paths. Files count for the working directory if they lie in it. None where the
    paths have nothing in common that was named itself or is under version control."""
    here = os.path.realpath(".")
    starts = {_start(path, here) for path in paths}
    try:
        folder = os.path.commonpath(starts)
    except ValueError:  # on two drives
        return None
    top = top_level(os.fsencode(folder))
    if top is not None:
        return Ground(folder, os.fsdecode(top))
    return Ground(folder, folder) if folder in starts else None


def lookup(ground: Ground, misspelt: "list[str] | None" = None) -> Found | None:
    """The nearest configuration file; `misspelt` is told of tables with nearly our name. Raises UsageError if it cannot
    be read."""
    folder = ground.folder
    while True:
        present = [name for name in NAMES if os.path.lexists(os.path.join(folder, name))]
        data = b""
        if not present or os.path.lexists(os.path.join(folder, PYPROJECT)):
            data = _pyproject(folder, misspelt)
            present += [PYPROJECT] if data else []
        if present:
            chosen = os.path.join(folder, present[0])
            data = data if present[0] == PYPROJECT else _content(chosen, ground.top)
            return Found(shown(chosen), data, folder, ground.top, tuple(present[1:]))
        if folder == ground.top:
            return None
        folder = os.path.dirname(folder)


def named(path: str, ground: Ground | None, *, trusted: bool = False) -> Found:
    """A file that was named on the command line. One that lies in the scanned tree is the tree's own (unless
    `trusted`); the globs of others are relative to the top of that tree. Raises UsageError."""
    real = os.path.realpath(path)
    folder = os.path.dirname(real)
    inside = ground is not None and not trusted and _is_inside(folder, ground.top) and _is_inside(ground.folder, folder)
    data = _content(real, None, shown_as=path)
    if inside and ground is not None:
        return Found(shown(real), data, folder, ground.top)
    return Found(path, data, ground.top if ground is not None else os.path.realpath("."), None)


def shown(path: str) -> str:
    """An absolute path as reports show it: from the working directory, if it lies there or above in reach."""
    relative = os.path.relpath(path).replace(os.sep, "/")
    return path if relative.count("../") > 3 else relative


def _start(path: str, here: str) -> str:
    real = os.path.realpath(path)
    if os.path.isdir(real):
        return real
    return here if _is_inside(real, here) else os.path.dirname(real)


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _pyproject(folder: str, misspelt: "list[str] | None") -> bytes:
    """The content of a pyproject.toml that speaks of this program; nothing for others."""
    try:
        data = read_capped(os.fsencode(os.path.join(folder, PYPROJECT)), MAX_LOOKED_THROUGH)
    except OSError as error:  # most folders have none; one that cannot be read is no configuration of ours
        if error.errno != EFBIG:
            return b""
        data = b""
    else:
        if b"tlsscan" not in data or not _has_table(data):
            if misspelt is not None and b"[tool." in data:
                place = shown(os.path.join(folder, PYPROJECT))
                misspelt += [f"{place}: [tool.{name}] sets nothing here ({hint})" for name, hint in _nearly(data)]
            return b""
    if not 0 < len(data) <= MAX_BYTES:
        place = shown(os.path.join(folder, PYPROJECT))
        raise UsageError(f"the configuration cannot be read: larger than {MAX_BYTES} bytes", place=place)
    return data


def _nearly(data: bytes) -> Iterator[tuple[str, str]]:
    """The tools of a pyproject.toml that are nearly called as this program is, each with what is meant."""
    names = (line.lstrip()[6:].strip(b" \t\"'").partition(b"]")[0] for line in data.split(b"\n") if _TOOL.match(line))
    likely = (name.split(b".")[0].strip(b"\"'") for name in names if b"tls" in name.lower() or b"scan" in name.lower())
    for name in dict.fromkeys(likely):
        text = name.decode("utf-8", "replace")[:40]
        if hint := nearest(text.lower().replace("-", "").replace("_", ""), ["tlsscan"], 0.85):
            yield text, hint.replace("'tlsscan'", "[tool.tlsscan]")


def _has_table(data: bytes) -> bool:
    """Whether a line may begin our table: a project that depends on this program names it in other lines."""
    starts = (b"[", b"tlsscan", b"tool")
    return any(b"tlsscan" in line and line.lstrip().startswith(starts) for line in data.split(b"\n"))


def _content(path: str, top: str | None, shown_as: str = "") -> bytes:
    """The content of a file; a link is followed only if it stays below `top`."""
    try:
        target = path
        if S_ISLNK(os.lstat(path).st_mode):
            target = os.path.realpath(path)
            if top is not None and not _is_inside(target, top):
                raise UsageError("the configuration is a link that leads out of the work tree", place=shown(path))
        return read_capped(os.fsencode(target), MAX_BYTES)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"the configuration cannot be read: {reason}", place=shown_as or shown(path)) from None
