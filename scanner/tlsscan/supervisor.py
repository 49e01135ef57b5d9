"""Runs pieces of work in forked workers, so that a crash or a hang costs one piece, not the run.

Knows nothing of files, languages or TLS: work is bytes in, bytes out.
"""

import os
import select
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from mmap import mmap
from typing import Final

from tlsscan.model import ProblemKind
from tlsscan.records import NamedTuple
from tlsscan.worker import CHUNK_DONE, FRAME, OUT_OF_MEMORY, PAYLOAD, Child, Work, describe, live, pack

_FEW: Final = 20  # so many pieces are done sooner by one worker than a second one is forked
_LARGEST_CHUNK: Final = 512
_FIRST_CHUNK: Final = 128  # while nobody knows how many more pieces will come
_READ_SIZE: Final = 1 << 20


class Failure(NamedTuple):
    """Why a piece of work has no result. `kind` is CRASH or TIMEOUT."""

    kind: ProblemKind
    text: str


class Outcome(NamedTuple):
    """What became of one piece: a payload (never empty) or a failure."""

    index: int  # type: ignore[assignment]  # the field hides tuple.index, which nobody asks of an outcome
    payload: bytes | None
    failure: Failure | None


def supervise(
    batches: Iterable[Sequence[bytes]],
    work: Work,
    *,
    jobs: int,
    timeout: float,
    fork: bool | None = None,
    sorts: Callable[[], int] = lambda: 1,
    meanwhile: Callable[[], None] | None = None,
) -> Generator[Outcome, None, None]:
    """Run `work(piece)` once for every piece; yield, in any order, what has something to tell.

    Pieces are numbered from 0 as they come. The batches are drawn from their iterator here, between looks at the
    workers, which are at work from the first batch on. `work` inherits the caller's state by fork and returns bytes,
    or None when there is nothing to tell. A piece that kills its worker, or takes more than `timeout` seconds, is
    tried once more in a fresh worker and then reported as failed; an exception becomes a failure at once. Closing
    the generator kills all workers. Without fork (see `protection`) everything runs here, in order, and nothing is
    protected. `sorts` tells how many sorts of work there are so far that each take long to begin with: so many
    workers are worth starting, however few the pieces. `meanwhile` is done here once, after the last batch was drawn,
    while workers are at work.
    """
    _refusal.clear()
    if _unavailable(fork):
        return _in_process(enumerate(piece for batch in batches for piece in batch), work)
    return _Pool(batches, work, jobs, timeout, sorts).outcomes(meanwhile)


def protection(fork: bool | None = None) -> str:
    """A sentence for the report when crashes and hangs were not contained; empty when they were.

    Ask after the last outcome: only then it is known whether the system refused to fork.
    """
    reason = _unavailable(fork) or "".join(_refusal)
    if not reason:
        return ""
    return f"{reason}: files were read without worker processes, so a crash or hang would have ended the whole run"


_refusal: list[str] = []  # what the system said when it last refused a worker, if no other was left


def _unavailable(fork: bool | None) -> str:
    if not hasattr(os, "fork"):
        return "this system cannot fork"
    if fork is None and os.environ.get("TLSSCAN_NO_FORK", "") not in ("", "0"):
        return "TLSSCAN_NO_FORK is set"
    return "workers are switched off" if fork is False else ""


def _in_process(pieces: Iterable[tuple[int, bytes]], work: Work) -> Generator[Outcome, None, None]:
    for index, piece in pieces:
        try:
            payload = work(piece)
        except Exception as error:  # a bug of ours in one piece must not cost the others
            yield Outcome(index, None, Failure(ProblemKind.CRASH, describe(error)))
        else:
            if payload:
                yield Outcome(index, payload, None)


class _Worker:
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
        self.chunk = range(0)
        self.last_chance = False
        self.told = -1
        self.seen = -1
        self.since = 0.0
        self.hung = False

    def assign(self, chunk: range, pieces: list[bytes], *, last_chance: bool) -> None:
        """Send it a chunk of work. It is idle, so that it reads at once and no write can wait for long."""
        self.chunk, self.last_chance = chunk, last_chance
        self.told = self.seen = -1
        self.slot[0] = chunk.start
        order = memoryview(pack(chunk.start, pieces))
        with suppress(BrokenPipeError):  # it died idle: the end of its result pipe will tell
            while order:
                order = order[os.write(self.command, order) :]

    @property
    def idle(self) -> bool:
        return not self.chunk and self.command >= 0

    def dismiss(self) -> None:
        """No more commands: the child leaves by itself."""
        if self.command >= 0:
            os.close(self.command)
            self.command = -1

    def in_hand(self) -> int:
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
        self.dismiss()
        os.close(self.result)
        os.close(self.life)
        return _ending(os.waitstatus_to_exitcode(status))

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def _ending(code: int) -> str:
    if code == OUT_OF_MEMORY:
        return "worker ran out of memory"
    if code >= 0:
        return f"worker exited with status {code}"
    try:
        return f"worker died with {signal.Signals(-code).name}"
    except ValueError:  # real-time signals have no name
        return f"worker died with signal {-code}"


class _Pool:
    def __init__(
        self, batches: Iterable[Sequence[bytes]], work: Work, jobs: int, timeout: float, sorts: Callable[[], int]
    ) -> None:
        self.work = work
        self.timeout = timeout
        self.jobs = max(1, jobs)
        self.sorts = sorts
        self.batches = iter(batches)
        self.drawn = False
        self.pieces: list[bytes] = []
        self.pending: list[range] = []
        self.suspects: list[tuple[int, Failure]] = []
        self.workers: dict[int, _Worker] = {}
        self.poll = select.poll()
        self.period = min(0.25, timeout / 4)
        self.sampled = time.monotonic()

    def outcomes(self, meanwhile: Callable[[], None] | None = None) -> Generator[Outcome, None, None]:
        """What becomes of every piece; see `supervise`."""
        try:
            for _ in range(2):  # the second look tells whether the first batch was all: then it is dealt out sparingly
                self._draw()
            while self._staff() or not self.drawn:
                if self.drawn and meanwhile is not None:
                    meanwhile()
                    meanwhile = None
                for descriptor, _ in self.poll.poll(self.period * 1000 if self.drawn else 0):
                    yield from self._receive(self.workers[descriptor])
                self._kill_overdue()
                self._draw()
            for index, failure in self.suspects:
                yield Outcome(index, None, failure)
            for chunk in self.pending:
                yield from _in_process(zip(chunk, self.pieces[chunk.start : chunk.stop], strict=True), self.work)
        finally:
            self._close()

    def _draw(self) -> None:
        """Take one more batch; `drawn` tells when there are no more."""
        if self.drawn:
            return
        batch = next(self.batches, None)
        if batch is None:
            self.drawn = True
        elif batch:
            first = len(self.pieces)
            if self.pending and self.pending[0].stop == first:
                first = self.pending.pop(0).start
            self.pieces += batch
            self.pending.insert(0, range(first, len(self.pieces)))

    def _staff(self) -> bool:
        """Give every worker something to do; False when nobody is at work any more."""
        for worker in list(self.workers.values()):
            if worker.idle:
                self._occupy(worker)
        while len(self.workers) < self._wanted() and (self.suspects or self.pending):
            try:
                worker = self._hire()
            except OSError as error:  # no process, descriptor or memory left: fewer workers must do
                self.jobs = len(self.workers)
                if not self.workers:
                    _refusal.append(f"no worker could be started ({error.strerror})")
            else:
                self._occupy(worker, fresh=True)
        return bool(self.workers)

    def _wanted(self) -> int:
        return min(self.jobs, max(self.sorts(), -(-len(self.pieces) // _FEW)))

    def _hire(self) -> _Worker:
        """Signals wait meanwhile: no worker goes unrecorded, no handler of the parent's runs in a child."""
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
        try:
            worker = _start(self.work, self.workers.values())
            self.workers[worker.result] = worker
            self.poll.register(worker.result, select.POLLIN)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        return worker

    def _occupy(self, worker: _Worker, *, fresh: bool = False) -> None:
        if fresh and self.suspects:
            index, _ = self.suspects.pop()
            worker.assign(range(index, index + 1), [self.pieces[index]], last_chance=True)
        elif self.pending:
            chunk = self._next_chunk()
            worker.assign(chunk, self.pieces[chunk.start : chunk.stop], last_chance=False)
        elif self.drawn:
            worker.dismiss()

    def _next_chunk(self) -> range:
        """Large at first and small at the end, so that the workers finish together."""
        left = sum(map(len, self.pending))
        size = _FIRST_CHUNK if not self.drawn else max(1, min(_LARGEST_CHUNK, left // (self.jobs * 4)))
        source = self.pending.pop()
        if len(source) > size:
            self.pending.append(source[size:])
        return source[:size]

    def _receive(self, worker: _Worker) -> Iterator[Outcome]:
        data = os.read(worker.result, _READ_SIZE)
        if not data:
            yield from self._lose(worker)
            return
        buffer = worker.buffer
        buffer += data
        while len(buffer) >= FRAME.size:
            kind, index, length = FRAME.unpack_from(buffer)
            end = FRAME.size + length
            if len(buffer) < end:
                return
            body = bytes(buffer[FRAME.size : end])
            del buffer[:end]
            if kind == CHUNK_DONE:
                worker.chunk = range(0)
                continue
            worker.told = index
            yield _told(kind, index, body)

    def _lose(self, worker: _Worker) -> Iterator[Outcome]:
        """A worker is gone: charge the index in hand, keep the rest of its chunk for another worker."""
        index, chunk = worker.in_hand(), worker.chunk
        self._forget(worker)
        ending = worker.bury()
        if not chunk:
            return
        if index + 1 < chunk.stop:
            self.pending.append(range(index + 1, chunk.stop))
        if index == worker.told:
            return
        failure = (
            Failure(ProblemKind.TIMEOUT, f"took longer than {self.timeout:g} s")
            if worker.hung
            else Failure(ProblemKind.CRASH, ending)
        )
        if worker.last_chance:
            yield Outcome(index, None, failure)
        else:
            self.suspects.append((index, failure))

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        if now - self.sampled < self.period:
            return
        self.sampled = now
        for worker in self.workers.values():
            if worker.chunk and not worker.hung and worker.overdue(now, self.timeout):
                worker.hung = True
                worker.kill()

    def _forget(self, worker: _Worker) -> None:
        self.poll.unregister(worker.result)
        del self.workers[worker.result]

    def _close(self) -> None:
        workers = list(self.workers.values())
        for worker in workers:
            worker.kill()
        for worker in workers:
            self._forget(worker)
            worker.bury()


def _told(kind: int, index: int, body: bytes) -> Outcome:
    if kind == PAYLOAD:
        return Outcome(index, body, None)
    return Outcome(index, None, Failure(ProblemKind.CRASH, body.decode("utf-8", "replace")))


def _start(work: Work, others: Iterable[_Worker]) -> _Worker:
    """Fork one worker. Raises OSError when the system has no process, descriptor or memory for it."""
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
        live(Child(work, slot, command, result, life, parent), foreign)
    for descriptor in (command, result, life):
        os.close(descriptor)
    return _Worker(pid, command_end, result_end, life_end, slot)
