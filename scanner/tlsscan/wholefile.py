"""Files that are whole or are not written at all. Knows nothing of what is in them."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tlsscan.annotations import TextIO


def _beside(target: str) -> tuple[str, int]:
    """A new file beside another; what has its name already, perhaps a link, is left alone."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    for number in range(100):
        part = f"{target}.{os.getpid()}-{number}.part"
        with suppress(FileExistsError):
            return part, os.open(part, flags, 0o666)
    raise FileExistsError(errno.EEXIST, "too many unfinished files beside it", target)


@contextmanager
def whole_file(path: str) -> Iterator[TextIO]:
    """A stream that becomes the file at `path` when all has been written; until then that stays as it was.

    It is written beside the target and renamed, so that a reader never sees half of it. Raises OSError.
    """
    target = os.path.realpath(path)
    part, descriptor = _beside(target)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        os.replace(part, target)
    except BaseException:  # an interruption, too, leaves no half-written file behind
        with suppress(OSError):
            os.unlink(part)
        raise
