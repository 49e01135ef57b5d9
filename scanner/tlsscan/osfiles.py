"""Opens and reads files of a tree that may be hostile. The one module that knows what a platform offers."""

import errno
import io
import mmap as pages
import os
from mmap import mmap

from tlsscan.model import ProblemKind

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
OPEN_FLAGS = (
    os.O_RDONLY
    | _NOFOLLOW
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_BINARY", 0)
)

_PRIVATE = getattr(pages, "MAP_PRIVATE", 0) | getattr(pages, "MAP_ANONYMOUS", 0)
_TYPE_BITS = 0o170000
_REGULAR = 0o100000
_KINDS = {
    errno.ENOENT: ProblemKind.VANISHED,
    errno.ENOTDIR: ProblemKind.VANISHED,
    errno.ELOOP: ProblemKind.OUTSIDE,
    errno.EMLINK: ProblemKind.OUTSIDE,  # FreeBSD's answer to O_NOFOLLOW
    errno.ENXIO: ProblemKind.NOT_REGULAR,  # a socket, or a FIFO without a partner
    errno.EFBIG: ProblemKind.TOO_LARGE,
}


class NotRegularError(OSError):
    """What was opened is a directory, FIFO, socket or device."""


def problem_kind(error: OSError) -> ProblemKind:
    """What an error from this module means for the file it was about."""
    if isinstance(error, NotRegularError):
        return ProblemKind.NOT_REGULAR
    return _KINDS.get(error.errno or 0, ProblemKind.UNREADABLE)


def open_regular(path: bytes) -> tuple[int, int]:
    """A descriptor of a regular file, and its size in bytes. Never follows a link, never blocks.

    Raises OSError; NotRegularError when the path is something else than a file.
    """
    if not _NOFOLLOW and os.path.islink(path):
        raise OSError(errno.ELOOP, "is a link")
    descriptor = os.open(path, OPEN_FLAGS)
    status = os.fstat(descriptor)
    if status.st_mode & _TYPE_BITS != _REGULAR:
        os.close(descriptor)
        raise NotRegularError(errno.EINVAL, "not a regular file")
    return descriptor, status.st_size


def _readinto(descriptor: int, view: memoryview) -> int:
    with io.FileIO(descriptor, closefd=False) as stream:
        return stream.readinto(view) or 0


def _readv(descriptor: int, view: memoryview) -> int:
    return os.readv(descriptor, [view])


_read = _readv if hasattr(os, "readv") else _readinto


def blank(size: int) -> bytearray | mmap:
    """So many zero bytes to write to; where the system can, none is touched before that, and no fork shares them."""
    return mmap(-1, size, flags=_PRIVATE) if _PRIVATE else bytearray(size)


def fill(descriptor: int, view: memoryview, size: int) -> int:
    """Read up to `size` bytes (as fstat said), or whatever one read gives, into `view`; returns the count."""
    count = _read(descriptor, view)
    wanted = min(size, len(view))
    while 0 < count < wanted:
        more = _read(descriptor, view[count:])
        if not more:
            break
        count += more
    return count


def read_head(path: bytes, count: int) -> bytes:
    """At most `count` bytes from the start of a regular file; raises OSError."""
    descriptor, _ = open_regular(path)
    try:
        return os.read(descriptor, count)
    finally:
        os.close(descriptor)


def read_capped(path: bytes, cap: int) -> bytes:
    """A whole regular file of at most `cap` bytes; raises OSError, with EFBIG when it is larger."""
    descriptor, size = open_regular(path)
    with io.FileIO(descriptor) as stream:
        if size > cap:
            raise OSError(errno.EFBIG, f"larger than {cap} bytes")
        data = stream.read(cap + 1) or b""
        while len(data) <= cap and (more := stream.read(cap + 1 - len(data))):
            data += more
    if len(data) > cap:
        raise OSError(errno.EFBIG, f"larger than {cap} bytes")
    return data
