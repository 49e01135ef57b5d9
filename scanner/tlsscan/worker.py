"""The forked child of the supervisor: takes pieces of work, does them, sends back bytes.

What is to be done with them, a brief tells: bytes, too, which come before the first pieces of each round. Knows nothing
of what the work is, and nothing of its parent but three pipes and a shared slot.
"""

import gc
import marshal
import os
import signal
import sys
from collections.abc import Callable
from struct import Struct

from tlsscan.annotations import Any, Final, NoReturn, TypeAlias
from tlsscan.records import NamedTuple

Item: TypeAlias = Any
"""A piece of work: whatever marshal can write, and every worker knows what to do with."""
Work = Callable[[Item], bytes | None]
Prepare = Callable[[bytes], Work]

MEMORY_LIMIT: Final = 2 << 30
"""Bytes of address space that a worker may add to what it was forked with."""

OUT_OF_MEMORY: Final = 77
"""Exit status of a worker that met its limit."""

COMMAND: Final = Struct("=qqqq")
"""What the parent writes: the number of the first piece, how many there are, the length of the brief that follows (-1:
the last one still holds), and that of the pieces after it."""

FRAME: Final = Struct("=bqq")
"""What the child writes: kind, index, length of the body that follows."""

PAYLOAD, RAISED, CHUNK_DONE = range(3)
"""Kinds of frames."""

_TEXT_LIMIT: Final = 500


def describe(error: Exception) -> str:
    """The exception in one line; with TLSSCAN_DEBUG its traceback."""
    if os.environ.get("TLSSCAN_DEBUG"):
        import traceback

        return "".join(traceback.format_exception(error)).rstrip()
    return " ".join(f"{type(error).__name__}: {error}".split())[:_TEXT_LIMIT]


class Child(NamedTuple):
    """What a child is born with. `slot` holds the index in hand, or its complement while the result is sent; `warm` is
    what it does before it looks for work, and may fail: then the work shows what is wrong."""

    prepare: Prepare
    slot: memoryview
    command: int
    result: int
    life: int
    parent: int
    warm: Callable[[], None] | None = None


def live(child: Child, foreign: list[int]) -> NoReturn:
    """The whole life of a child. It never returns into its parent's code and flushes nothing of its parent's."""
    status = 1
    try:
        for descriptor in foreign:
            if descriptor >= 0:
                os.close(descriptor)
        _settle(child)
        _warm_up(child)
        _serve(child)
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    except BrokenPipeError:  # the parent is gone
        status = 0
    finally:
        os._exit(status)


def _warm_up(child: Child) -> None:
    try:
        if child.warm is not None:
            child.warm()
    except MemoryError:
        raise
    except Exception:  # the piece that needs it comes to the same end, and that is told
        return


def pack(first: int, pieces: list[Item], brief: bytes | None) -> bytes:
    """An order: pieces with consecutive numbers, and what to do with them, if that is new."""
    body = marshal.dumps(pieces)
    length = -1 if brief is None else len(brief)
    return COMMAND.pack(first, len(pieces), length, len(body)) + (brief or b"") + body


def _serve(child: Child) -> None:
    slot, result = child.slot, child.result
    brief, work = b"", None
    while len(order := _receive(child.command, COMMAND.size)) == COMMAND.size:
        first, count, briefing, length = COMMAND.unpack(order)
        if briefing >= 0:
            brief, work = _receive(child.command, briefing), None
        for index, piece in enumerate(marshal.loads(_receive(child.command, length)), first):
            slot[0] = index
            try:
                if work is None:
                    work = child.prepare(brief)
                payload = work(piece)
            except MemoryError:  # perhaps the fault of what ran before: a fresh worker shall try
                raise
            except Exception as error:  # a bug of ours in one piece must not cost the others
                told = _frame(RAISED, index, describe(error).encode("utf-8", "backslashreplace"))
            else:
                told = _frame(PAYLOAD, index, payload) if payload else b""
            if index == first + count - 1:
                told += _frame(CHUNK_DONE, index, b"")
            if told:
                slot[0] = ~index
                _send(result, told)


def _receive(descriptor: int, size: int) -> bytes:
    """So many bytes; fewer when the parent has no more to say."""
    data = os.read(descriptor, size) if size else b""
    while data and len(data) < size and (more := os.read(descriptor, size - len(data))):
        data += more
    return data


def _frame(kind: int, index: int, body: bytes) -> bytes:
    return FRAME.pack(kind, index, len(body)) + body


def _send(descriptor: int, frames: bytes) -> None:
    data = memoryview(frames)
    while data:
        data = data[os.write(descriptor, data) :]


def _settle(child: Child) -> None:
    gc.freeze()  # what was inherited is shared memory: a collection would touch and copy it
    gc.set_threshold(100_000)
    _reset_signals()
    _die_with_parent(child)
    _limit_resources()


def _reset_signals() -> None:
    """Ctrl-C is the parent's to handle; anything else does what it does to a plain program."""
    faulthandler = sys.modules.get("faulthandler")
    if faulthandler is not None and not os.environ.get("TLSSCAN_DEBUG"):
        faulthandler.disable()  # a crash is told once, by the parent
    signal.set_wakeup_fd(-1)
    for number in range(1, signal.NSIG):
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _die_with_parent(child: Child) -> None:
    """Have the kernel send SIGIO, which kills, when the parent's end of `life` closes, however that happens.

    A worker that loops inside a native parser would never notice by itself.
    """
    import fcntl

    try:
        fcntl.fcntl(child.life, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(child.life, fcntl.F_GETFL)
        fcntl.fcntl(child.life, fcntl.F_SETFL, flags | os.O_ASYNC)
    except OSError:
        return  # not for pipes on this system: an idle worker still sees its command pipe close
    if os.getppid() != child.parent:
        os._exit(0)


def _limit_resources() -> None:
    """No core dump in the scanned tree; at most MEMORY_LIMIT more memory, where the size is known."""
    import resource

    _lower(resource.RLIMIT_CORE, 0)
    try:
        with open("/proc/self/statm", "rb") as statm:
            pages = int(statm.read().split()[0])
    except (OSError, ValueError, IndexError):
        return
    _lower(resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY_LIMIT)


def _lower(which: int, limit: int) -> None:
    import resource

    soft, hard = resource.getrlimit(which)
    if soft == resource.RLIM_INFINITY or soft > limit:
        resource.setrlimit(which, (limit, hard))
