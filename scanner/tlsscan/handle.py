"""A forked child as its parent sees it: to start it, give it work, see how far it is, bury it."""

import os
import signal
from collections.abc import Callable, Iterable
from mmap import mmap

from tlsscan.records import NamedTuple
from tlsscan.worker import OUT_OF_MEMORY, Child, Item, Prepare, live, pack


class Handle:
    """A forked child, as its parent sees it: three pipe ends and a shared slot.

    The slot holds the index in hand, or its complement while the result is being sent: a worker that
    waits for a slow reader is not hanging. `life` is never written: its end tells the child to die.
    """

    def __init__(self, pid: int, command: int, result: int, life: int, slot: memoryview) -> None:
        self.pid = pid
        self.command = command
        self.result = result
        self.life = life
        self.slot = slot
        self.buffer = bytearray()
        self.brief: bytes | None = None
        self.chunk = range(0)
        self.last_chance = False
        self.told = -1
        self.seen = -1
        self.since = 0.0
        self.hung = False

    def assign(self, chunk: range, pieces: list[Item], brief: bytes, *, last_chance: bool) -> None:
        """Send it a chunk of work. It is idle, so that it reads at once and no write can wait for long."""
        self.chunk, self.last_chance = chunk, last_chance
        self.told = self.seen = -1
        self.slot[0] = chunk.start
        order = memoryview(pack(chunk.start, pieces, None if brief == self.brief else brief))
        self.brief = brief
        try:
            while order:
                order = order[os.write(self.command, order) :]
        except BrokenPipeError:
            return  # it died idle: the end of its result pipe will tell

    def in_hand(self) -> int:
        """The number of the piece that it works on."""
        held = self.slot[0]
        index = held if held >= 0 else ~held
        if index in self.chunk:
            return index
        # A child that corrupted its memory may have written anything there.
        return min(max(self.told + 1, self.chunk.start), self.chunk.stop - 1)

    def overdue(self, now: float, timeout: float) -> bool:
        """True when two samples, `timeout` seconds or more apart, saw the same index at work."""
        held = self.slot[0]
        if held < 0 or held != self.seen:
            self.seen, self.since = held, now
            return False
        return now - self.since >= timeout

    def bury(self) -> str:
        """Kill (if it lives), reap, close; how it ended, in words."""
        self.kill()
        try:
            status = os.waitpid(self.pid, 0)[1]
        except ChildProcessError:  # SIGCHLD is ignored by whoever started us
            status = 0
        for descriptor in (self.command, self.result, self.life):
            os.close(descriptor)
        return _ending(os.waitstatus_to_exitcode(status))

    def kill(self) -> None:
        """End it, whatever it does."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class First(NamedTuple):
    """A worker that was forked before its crew, and the sorts of work that it has got ready for."""

    worker: Handle
    sorts: frozenset[str]


def _ending(code: int) -> str:
    if code == OUT_OF_MEMORY:
        return "worker ran out of memory"
    if code >= 0:
        return f"worker exited with status {code}"
    try:
        return f"worker died with {signal.Signals(-code).name}"
    except ValueError:  # real-time signals have no name
        return f"worker died with signal {-code}"


def unavailable(fork: bool | None = None) -> str:
    """Why no worker may be forked; empty if one may."""
    if not hasattr(os, "fork"):
        return "this system cannot fork"
    if fork is None and os.environ.get("TLSSCAN_NO_FORK", "") not in ("", "0"):
        return "TLSSCAN_NO_FORK is set"
    return "workers are switched off" if fork is False else ""


class SignalsWait:
    """For the start of a worker, used in a `with`: none goes unrecorded, and no handler of the parent's runs in a
    child."""

    def __enter__(self) -> None:
        self._blocked = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._blocked)


def start(prepare: Prepare, others: Iterable[Handle] = (), warm: Callable[[], None] | None = None) -> Handle:
    """Fork one worker; `warm` is what it does before its first work. Raises OSError when the system has no process,
    descriptor or memory for it."""
    pipes: list[int] = []
    try:
        slot = memoryview(mmap(-1, 8)).cast("q")
        for _ in range(3):
            pipes += os.pipe()
        parent = os.getpid()
        pid = os.fork()
    except OSError:
        for descriptor in pipes:
            os.close(descriptor)
        raise
    command, command_end, result_end, result, life, life_end = pipes
    if pid == 0:
        foreign = [command_end, result_end, life_end]
        for other in others:
            foreign += (other.command, other.result, other.life)
        live(Child(prepare, slot, command, result, life, parent, warm), foreign)
    for descriptor in (command, result, life):
        os.close(descriptor)
    return Handle(pid, command_end, result_end, life_end, slot)
