"""The YAML files of packs: where they are, and their bytes. Knows nothing of what they say."""

import os
from operator import attrgetter

from tlsscan.errors import PackError
from tlsscan.records import NamedTuple

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 1 << 20  # of one file; the reader of YAML refuses more


class PackFile(NamedTuple):
    """One YAML file: its pack (the folder), its stem, the place for messages, its bytes."""

    pack: str
    stem: str
    place: str
    data: bytes


def pack_files(directory: str, label: str = "") -> list[PackFile]:
    """The YAML files of a folder of packs, or of a folder that is one pack; `label` stands for the folder in places.

    Raises PackError if there are none.
    """
    found: list[PackFile] = []
    label = label or directory.rstrip("/") or directory
    for entry in _entries(directory):
        if entry.is_dir():
            inner = [e for e in _entries(entry.path) if e.name.endswith(SUFFIXES)]
            found.extend(_pack_file(entry.name, e, f"{label}/{entry.name}/{e.name}") for e in inner)
        elif entry.name.endswith(SUFFIXES):
            own = os.path.basename(os.path.abspath(directory))
            found.append(_pack_file(own, entry, f"{label}/{entry.name}"))
    if not found:
        raise PackError("no .yaml file in this rules folder", place=directory)
    return found


def _entries(directory: str) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(directory) as entries:
            return sorted(entries, key=attrgetter("name"))
    except OSError as error:
        raise PackError(f"cannot read the rules folder: {error.strerror}", place=directory) from None


def _pack_file(pack: str, entry: "os.DirEntry[str]", place: str) -> PackFile:
    """Every run reads all packs, to know whether the compiled form is fresh: plain system calls are quickest."""
    try:
        descriptor = os.open(entry.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            size = min(os.fstat(descriptor).st_size, MAX_BYTES)
            data = os.read(descriptor, size + 1)
            while len(data) > size and len(data) <= MAX_BYTES and (more := os.read(descriptor, MAX_BYTES)):
                data += more  # it grew
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PackError(f"cannot be read: {error.strerror}", place=place) from None
    return PackFile(pack, os.path.splitext(entry.name)[0], place, data)
