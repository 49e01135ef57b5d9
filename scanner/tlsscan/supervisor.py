"""Runs pieces of work in forked workers, so that a crash or a hang costs one piece, not the run.

Knows nothing of files, languages or TLS: whatever marshal can write goes in, bytes come out, and bytes tell the work.
"""

import os
import select
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from tlsscan.annotations import Final
from tlsscan.handle import Handle, SignalsWait, start, unavailable
from tlsscan.model import ProblemKind
from tlsscan.records import NamedTuple
from tlsscan.worker import CHUNK_DONE, FRAME, PAYLOAD, Item, Prepare, Work, describe

_FEW: Final = 20  # so many pieces are done sooner by one worker than a second one is forked
_LARGEST_CHUNK: Final = 512
_FIRST_CHUNK: Final = 128  # while nobody knows how many more pieces will come
_READ_SIZE: Final = 1 << 20


class Urgent(list[Item]):
    """A batch whose pieces are done before all that wait."""


class Failure(NamedTuple):
    """Why a piece of work has no result. `kind` is CRASH or TIMEOUT."""

    kind: ProblemKind
    text: str


class Outcome(NamedTuple):
    """What became of one piece: a payload (never empty) or a failure."""

    index: int  # type: ignore[assignment]  # the field hides tuple.index, which nobody asks of an outcome
    payload: bytes | None
    failure: Failure | None


def protection(fork: bool | None = None) -> str:
    """A sentence for the report when crashes and hangs were not contained; empty when they were.

    Ask after the last outcome: only then it is known whether the system refused to fork.
    """
    reason = unavailable(fork) or "".join(_refusal)
    if not reason:
        return ""
    return f"{reason}: files were read without worker processes, so a crash or hang would have ended the whole run"


_refusal: list[str] = []  # what the system said when it last refused a worker, if no other was left


def _in_process(pieces: Iterable[tuple[int, Item]], work: Work) -> Generator[Outcome, None, None]:
    for index, piece in pieces:
        try:
            payload = work(piece)
        except Exception as error:  # a bug of ours in one piece must not cost the others
            yield Outcome(index, None, Failure(ProblemKind.CRASH, describe(error)))
        else:
            if payload:
                yield Outcome(index, payload, None)


class Crew:
    """Workers that live through several rounds of work. Close it, or use it in a `with`.

    `prepare(brief)` gives the work of a round and inherits the caller's state by fork; `work(piece)` gives bytes, or
    None when there is nothing to tell. A piece that kills its worker, or takes more than `timeout` seconds, is tried
    once more in a fresh worker and then reported as failed; an exception becomes a failure at once. Without fork (see
    `protection`) everything runs here, in order, and nothing is protected.
    """

    def __init__(
        self, prepare: Prepare, *, jobs: int, timeout: float, fork: bool | None = None, first: Handle | None = None
    ) -> None:
        """`first` is a worker that is there already and has work of the same kind."""
        _refusal.clear()
        self.prepare = prepare
        self.jobs = max(1, jobs)
        self.timeout = timeout
        self.workers: dict[int, Handle] = {first.result: first} if first is not None else {}
        self._leaving: list[Handle] = []
        self._round: _Round | None = None
        self._alone = (0, 0)
        self._forks = not unavailable(fork)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(
        self,
        batches: Iterable[Sequence[Item]],
        brief: bytes = b"",
        *,
        sorts: Callable[[], int] = lambda: 1,
        meanwhile: Iterable[Callable[[], object]] = (),
        settled: Callable[[], object] | None = None,
    ) -> Generator[Outcome, None, None]:
        """One round: do every piece once; yield, in any order, what has something to tell.

        Pieces are numbered from 0 as they come. The batches are drawn from their iterator here, between looks at the
        workers, which are at work from the first batch on. `sorts` tells how many sorts of work there are so far that
        each take long to begin with: so many workers are worth starting, however few the pieces. `meanwhile` are short
        tasks that are done here after the last batch was drawn, one after each look at the workers, if possible while
        they are at work; `settled` is done after them, if workers are still busy when all that is urgent was told.
        Closing the generator kills all workers.
        """
        if not self._forks:
            return _in_process(enumerate(self._counted(batches)), self.prepare(brief))
        self._round = _Round(self, batches, brief, sorts)
        return self._round.outcomes(meanwhile, settled)

    def progress(self) -> tuple[int, int]:
        """How many pieces of the round are done, of how many that are known so far."""
        return self._round.progress() if self._round is not None else self._alone

    def _counted(self, batches: Iterable[Sequence[Item]]) -> Iterator[Item]:
        """The pieces that are done here, without workers; each is done when the next one is asked for."""
        self._alone = (0, 0)
        for batch in batches:
            self._alone = (self._alone[0], self._alone[1] + len(batch))
            for piece in batch:
                yield piece
                self._alone = (self._alone[0] + 1, self._alone[1])

    def hire(self) -> Handle:
        """A new worker."""
        with SignalsWait():
            worker = start(self.prepare, self.workers.values())
            self.workers[worker.result] = worker
        return worker

    def dismiss(self, worker: Handle) -> str:
        """End a worker; how it ended, in words."""
        del self.workers[worker.result]
        return worker.bury()

    def release(self) -> None:
        """Have all workers end, without waiting for it: another round would begin with new ones."""
        for worker in self.workers.values():
            worker.kill()
        self._leaving += self.workers.values()
        self.workers.clear()

    def close(self) -> None:
        """End all workers."""
        self.release()
        while self._leaving:
            self._leaving.pop().bury()


class _Round:
    """What is still to be done in one round of a crew, and who does it."""

    def __init__(self, crew: Crew, batches: Iterable[Sequence[Item]], brief: bytes, sorts: Callable[[], int]) -> None:
        self.crew = crew
        self.brief = brief
        self.sorts = sorts
        self.jobs = crew.jobs
        self.batches = iter(batches)
        self.drawn = False
        self.pieces: list[Item] = []
        self.pending: list[range] = []
        self.urgent: list[range] = []
        self.suspects: list[tuple[int, Failure]] = []
        self.poll = select.poll()
        self.period = min(0.25, crew.timeout / 4)
        self.sampled = time.monotonic()
        for descriptor in crew.workers:
            self.poll.register(descriptor, select.POLLIN)

    def outcomes(
        self, meanwhile: Iterable[Callable[[], object]] = (), settled: Callable[[], object] | None = None
    ) -> Generator[Outcome, None, None]:
        """What becomes of every piece; see `Crew.run`."""
        tasks, done = deque(meanwhile), False
        try:
            for _ in range(2):  # the second look tells whether the first batch was all: then it is dealt out sparingly
                self._draw()
            while self._staff() or not self.drawn:
                if self.drawn and tasks:
                    tasks.popleft()()
                elif self.drawn and settled is not None and self._has_settled():
                    settled()
                    settled = None
                for descriptor, _ in self.poll.poll(self.period * 1000 if self.drawn and not tasks else 0):
                    worker = self.crew.workers.get(descriptor)
                    told = list(self._receive(worker)) if worker is not None else []
                    self._staff()  # nobody waits until somebody has looked at what was told
                    yield from told
                self._kill_overdue()
                self._draw()
            while tasks:
                tasks.popleft()()
            for index, failure in self.suspects:
                yield Outcome(index, None, failure)
            for chunk in self.pending:
                pieces = zip(chunk, self.pieces[chunk.start : chunk.stop], strict=True)
                yield from _in_process(pieces, self.crew.prepare(self.brief))
            done = True
        finally:
            if not done:
                self.crew.close()

    def progress(self) -> tuple[int, int]:
        """See `Crew.progress`."""
        left = sum(map(len, self.pending))
        left += sum(worker.chunk.stop - worker.in_hand() for worker in self.crew.workers.values() if worker.chunk)
        return max(len(self.pieces) - left, 0), len(self.pieces)

    def _draw(self) -> None:
        """Take one more batch; `drawn` tells when there are no more."""
        if self.drawn:
            return
        batch = next(self.batches, None)
        if batch is None:
            self.drawn = True
        elif isinstance(batch, Urgent):
            first = len(self.pieces)
            self.pieces += batch
            self.urgent.append(range(first, len(self.pieces)))
            self.pending.append(self.urgent[-1])
        elif batch:
            first = len(self.pieces)
            if self.pending and self.pending[0].stop == first:
                first = self.pending.pop(0).start
            self.pieces += batch
            self.pending.insert(0, range(first, len(self.pieces)))

    def _has_settled(self) -> bool:
        """Whether all that is urgent was told. What is at work or comes next nearly always answers."""
        near = [worker.chunk.start for worker in self.crew.workers.values() if worker.chunk]
        near += [chunk.start for chunk in self.pending[-1:]]
        if any(map(self._is_urgent, near)):
            return False
        left = [*(chunk.start for chunk in self.pending), *(index for index, _ in self.suspects)]
        return not any(map(self._is_urgent, left))

    def _is_urgent(self, index: int) -> bool:
        at = bisect_right(self.urgent, index, key=_start) - 1
        return at >= 0 and index in self.urgent[at]

    def _staff(self) -> bool:
        """Give every worker something to do; False when nobody is at work any more."""
        workers = self.crew.workers
        for worker in workers.values():
            if not worker.chunk and self.pending:
                self._occupy(worker)
        while self.suspects or (self.pending and len(workers) < self._wanted()):
            if self.suspects and len(workers) >= self.jobs and not self._make_room():
                break  # until somebody is idle
            try:
                worker = self.crew.hire()
            except OSError as error:  # no process, descriptor or memory left: fewer workers must do
                self.jobs = len(workers)
                if not workers:
                    _refusal.append(f"no worker could be started ({error.strerror})")
                    break
            else:
                self.poll.register(worker.result, select.POLLIN)
                self._occupy(worker, fresh=True)
        return any(worker.chunk for worker in workers.values())

    def _wanted(self) -> int:
        return min(self.jobs, max(self.sorts(), -(-len(self.pieces) // _FEW)))

    def _make_room(self) -> bool:
        """End an idle worker, if there is one: what killed another is tried again only in a fresh one."""
        idle = next((worker for worker in self.crew.workers.values() if not worker.chunk), None)
        if idle is not None:
            self._forget(idle)
        return idle is not None

    def _occupy(self, worker: Handle, *, fresh: bool = False) -> None:
        if fresh and self.suspects:
            index, _ = self.suspects.pop()
            worker.assign(range(index, index + 1), [self.pieces[index]], self.brief, last_chance=True)
        else:
            chunk = self._next_chunk()
            worker.assign(chunk, self.pieces[chunk.start : chunk.stop], self.brief, last_chance=False)

    def _next_chunk(self) -> range:
        """Large at first and small at the end, so that the workers finish together; all of it if there is but one."""
        left = sum(map(len, self.pending))
        shares = self.jobs * 4 if self._wanted() > 1 else 1
        size = _FIRST_CHUNK if not self.drawn else max(1, min(_LARGEST_CHUNK, left // shares))
        source = self.pending.pop()
        if len(source) > size:
            self.pending.append(source[size:])
        return source[:size]

    def _receive(self, worker: Handle) -> Iterator[Outcome]:
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

    def _lose(self, worker: Handle) -> Iterator[Outcome]:
        """A worker is gone: charge the index in hand, keep the rest of its chunk for another worker."""
        index, chunk = worker.in_hand(), worker.chunk
        ending = self._forget(worker)
        if not chunk:
            return
        if index + 1 < chunk.stop:
            self.pending.append(range(index + 1, chunk.stop))
        if index == worker.told:
            return
        failure = (
            Failure(ProblemKind.TIMEOUT, f"took longer than {self.crew.timeout:g} s")
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
        for worker in self.crew.workers.values():
            if worker.chunk and not worker.hung and worker.overdue(now, self.crew.timeout):
                worker.hung = True
                worker.kill()

    def _forget(self, worker: Handle) -> str:
        self.poll.unregister(worker.result)
        return self.crew.dismiss(worker)


def _start(chunk: range) -> int:
    return chunk.start


def _told(kind: int, index: int, body: bytes) -> Outcome:
    if kind == PAYLOAD:
        return Outcome(index, body, None)
    return Outcome(index, None, Failure(ProblemKind.CRASH, body.decode("utf-8", "replace")))
