"""Writes files of a tree that may be hostile back into it: a whole file or nothing, and only over what was read."""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress

from tlsscan.osfiles import read_capped


class Refused(Exception):
    """Why a file is not written."""


def rewrite(path: bytes, old: bytes, new: bytes, roots: Iterable[bytes]) -> None:
    """Put a file's new content in the place of the old one; its owner, permissions and extended attributes stay.

    Raises Refused for a file that is no regular file of its own below one of the real `roots`, must not be written, or
    holds something else than `old` by now.
    """
    status = checked(path, roots)
    try:
        part, descriptor = _beside(path)
    except OSError as error:
        raise Refused(_reason(error)) from None
    try:
        with open(descriptor, "wb") as stream:
            stream.write(new)
            stream.flush()
            _take_over(path, part, status)
            os.fsync(stream.fileno())
        if not _holds(path, old):  # the last look before it is replaced
            raise Refused("it has changed since it was read")
        os.replace(part, path)
    except OSError as error:
        _remove(part)
        raise Refused(_reason(error)) from None
    except BaseException:  # an interruption, too, leaves no half-written file behind
        _remove(part)
        raise


def _holds(path: bytes, content: bytes) -> bool:
    """Whether a file still holds what it held. Raises OSError."""
    try:
        return read_capped(path, len(content)) == content
    except OSError as error:
        if error.errno == errno.EFBIG:  # it has grown
            return False
        raise


def checked(path: bytes, roots: Iterable[bytes]) -> os.stat_result:
    """What the system says of a file that may be written. Raises Refused for another."""
    try:
        status = os.lstat(path)
        real = os.path.realpath(path, strict=True)
    except OSError as error:
        raise Refused(_reason(error)) from None
    if status.st_mode & 0o170000 != 0o100000:
        raise Refused("it is no regular file")
    if status.st_nlink > 1:
        raise Refused("it has several names (hard links), and only one of them would change")
    if not any(real == root or real.startswith(os.path.join(root, b"")) for root in roots):
        raise Refused("it lies outside of what was named")
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise Refused("it is read-only")
    return status


def _beside(path: bytes) -> tuple[bytes, int]:
    """A new file in the same folder; what is there already is left alone."""
    folder, name = os.path.split(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    for number in range(100):
        part = os.path.join(folder, b".%s.%d-%d.tlsscan" % (name[:200], os.getpid(), number))
        with suppress(FileExistsError):
            return part, os.open(part, flags, 0o600)
    raise FileExistsError("too many unfinished files beside it")


def _take_over(path: bytes, part: bytes, status: os.stat_result) -> None:
    """Give a new file what the old one has beside its content. Raises OSError where its permissions cannot be kept."""
    made = os.stat(part)
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        os.chown(part, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):  # a file system that has none
            for name in os.listxattr(path):
                os.setxattr(part, name, os.getxattr(path, name))
    os.chmod(part, status.st_mode & 0o7777)


def _remove(part: bytes) -> None:
    with suppress(OSError):
        os.unlink(part)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
