"""What git tracks, read from `.git/index` without running git. Bounded and read-only; knows nothing of ignore rules.

Format: https://git-scm.com/docs/index-format (versions 2, 3 and 4).
"""

import os
from bisect import bisect_left
from struct import Struct, unpack_from

from tlsscan.osfiles import read_capped

MAX_BYTES = 256 * 1024 * 1024
MAX_ENTRIES = 2_000_000
_POINTER_CAP = 8 * 1024
_MAX_PATH = 64 * 1024
_HEADER = 12
_EXTENDED = 0x4000
_NAME_MASK = 0x0FFF
_TYPE = 0o170000
_TREE = 0o040000
# Ten 32-bit stat fields (the seventh is the mode), the object id, 16 flag bits.
_ENTRY = {20: Struct(">24xI32xH"), 32: Struct(">24xI44xH")}


class GitIndexError(Exception):
    """The index cannot be trusted to say what is tracked; the text says why."""


class Tracked:
    """The tracked paths of a work tree, relative to its top, `/` between parts."""

    __slots__ = ("_paths",)

    def __init__(self, paths: list[bytes]) -> None:
        self._paths = sorted(paths)

    def __len__(self) -> int:
        return len(self._paths)

    def covers(self, path: bytes) -> bool:
        """True when a file is tracked; for a directory (`path` ends in `/`) when it or anything below it is."""
        if path.endswith(b"/"):
            at = bisect_left(self._paths, path)
            if at < len(self._paths) and self._paths[at].startswith(path):
                return True
            path = path[:-1]  # a submodule is tracked as one entry
        at = bisect_left(self._paths, path)
        return at < len(self._paths) and self._paths[at] == path


def git_directory(top: bytes) -> bytes | None:
    """The repository behind a work tree's `.git`, a directory or a `gitdir:` file; None when there is none."""
    dot_git = os.path.join(top, b".git")
    if os.path.isfile(dot_git):
        target = _pointer(dot_git, b"gitdir:")
        dot_git = os.path.join(top, target) if target else b""
    return dot_git if dot_git and os.path.isfile(os.path.join(dot_git, b"HEAD")) else None


def common_directory(git_dir: bytes) -> bytes:
    """Where the files live that all work trees of a repository share, `info/exclude` among them."""
    target = _pointer(os.path.join(git_dir, b"commondir"), b"")
    return os.path.join(git_dir, target) if target else git_dir


def _pointer(path: bytes, label: bytes) -> bytes:
    """The path that a one-line file names after its label, or nothing."""
    try:
        line = read_capped(path, _POINTER_CAP)
    except OSError:
        return b""
    return line[len(label) :].strip() if line.startswith(label) and b"\0" not in line else b""


def read_tracked(git_dir: bytes) -> Tracked:
    """What the index of a repository tracks, nothing where there is none yet; raises GitIndexError."""
    try:
        data = read_capped(os.path.join(git_dir, b"index"), MAX_BYTES)
    except FileNotFoundError:
        return Tracked([])  # nothing was ever added
    except OSError as error:
        raise GitIndexError(f"cannot be read: {(error.strerror or str(error)).lower()}") from error
    return Tracked(parse_index(data))


def parse_index(data: bytes) -> list[bytes]:
    """The paths of an index file's entries, in its order; raises GitIndexError for anything unexpected."""
    if len(data) < _HEADER + 20 or not data.startswith(b"DIRC"):
        raise GitIndexError("is not a git index")
    version, count = unpack_from(">II", data, 4)
    if version not in (2, 3, 4):
        raise GitIndexError(f"has the unknown version {version}")
    if count > MAX_ENTRIES:
        raise GitIndexError(f"has more than {MAX_ENTRIES} entries")
    id_size = _checked_id_size(data)
    body = memoryview(data)[: len(data) - id_size]
    parse = _compressed_entries if version == 4 else _padded_entries
    paths, offset = parse(data, len(body), count, _ENTRY[id_size])
    _check_extensions(data, offset, len(body))
    return paths


def _checked_id_size(data: bytes) -> int:
    """20 in a SHA-1 repository, 32 in a SHA-256 one: the checksum at the end tells. Zeros mean it was skipped."""
    import hashlib

    content = memoryview(data)
    if data[-20:] in (hashlib.sha1(content[:-20], usedforsecurity=False).digest(), bytes(20)):
        return 20
    if len(data) >= _HEADER + 32 and data[-32:] == hashlib.sha256(content[:-32]).digest():
        return 32
    raise GitIndexError("is damaged: its checksum does not fit")


def _entry_head(data: bytes, offset: int, end: int, entry: Struct) -> tuple[int, int]:
    """(start of the path, length of it as the flags say) of the entry at `offset`."""
    if offset + entry.size > end:
        raise GitIndexError("ends inside an entry")
    mode, flags = entry.unpack_from(data, offset)
    if mode & _TYPE == _TREE:
        raise GitIndexError("is sparse, which is not read")
    return offset + entry.size + (2 if flags & _EXTENDED else 0), flags & _NAME_MASK


def _path_end(data: bytes, start: int, end: int) -> int:
    at = data.find(b"\0", start, min(end, start + _MAX_PATH))
    if at < 0:
        raise GitIndexError("has a path without an end")
    return at


def _padded_entries(data: bytes, end: int, count: int, entry: Struct) -> tuple[list[bytes], int]:
    """Paths of versions 2 and 3, where entries are filled up with 1 to 8 NULs, and the offset after them. Nearly every
    index is of version 2, and may have a hundred thousand entries: the loop calls no function of ours."""
    paths = []
    offset = _HEADER
    unpack, find, size, most = entry.unpack_from, data.find, entry.size, end - entry.size
    for _ in range(count):
        if offset > most:
            raise GitIndexError("ends inside an entry")
        mode, flags = unpack(data, offset)
        if mode & _TYPE == _TREE:
            raise GitIndexError("is sparse, which is not read")
        start = offset + size + (2 if flags & _EXTENDED else 0)
        stop = find(b"\0", start, end)
        length = stop - start
        if not 0 <= length <= _MAX_PATH:
            raise GitIndexError("has a path without an end")
        if not length or (length if length < _NAME_MASK else _NAME_MASK) != flags & _NAME_MASK:
            raise GitIndexError("has a path of another length than it says")
        paths.append(data[start:stop])
        offset += (stop - offset + 8) & ~7
    return paths, offset


def _compressed_entries(data: bytes, end: int, count: int, entry: Struct) -> tuple[list[bytes], int]:
    """Paths of version 4, where each says how much of the one before to drop, and the offset after them."""
    paths = []
    offset = _HEADER
    path = b""
    for _ in range(count):
        start, length = _entry_head(data, offset, end, entry)
        drop, start = _varint(data, start, end)
        stop = _path_end(data, start, end)
        if drop > len(path):
            raise GitIndexError("drops more of a path than there is")
        path = path[: len(path) - drop] + data[start:stop]
        if min(len(path), _NAME_MASK) != length or not 0 < len(path) <= _MAX_PATH:
            raise GitIndexError("has a path of another length than it says")
        paths.append(path)
        offset = stop + 1
    return paths, offset


def _varint(data: bytes, offset: int, end: int) -> tuple[int, int]:
    """git's offset encoding: seven bits a byte, most significant first, one added per continuation."""
    value = -1
    for at in range(offset, min(end, offset + 5)):
        value = ((value + 1) << 7) | (data[at] & 0x7F)
        if not data[at] & 0x80:
            return value, at + 1
    raise GitIndexError("has a number without an end")


def _check_extensions(data: bytes, offset: int, end: int) -> None:
    """Optional extensions (upper case) do not matter here; the others change what the entries mean."""
    while offset < end:
        if offset + 8 > end:
            raise GitIndexError("ends inside an extension")
        name, size = unpack_from(">4sI", data, offset)
        if not b"A" <= name[:1] <= b"Z":
            raise GitIndexError("is split, which is not read" if name == b"link" else f"needs the extension {name!r}")
        offset += 8 + size
    if offset != end:
        raise GitIndexError("ends inside an extension")
