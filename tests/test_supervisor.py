"""The supervisor with real crashes, hangs, memory blow-ups and signals, in real child processes."""

import errno
import os
import select
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest

import tlsscan
from tlsscan.model import ProblemKind
from tlsscan.supervisor import Crew, Failure, Outcome, Urgent, protection
from tlsscan.worker import Item, Work

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")

PROC_FD = Path("/proc/self/fd")
JOBS = pytest.mark.parametrize("jobs", [1, 2, 8])
PATIENCE = 30.0
MARKED = 33


def descriptors() -> set[str]:
    return set(os.listdir(PROC_FD)) if PROC_FD.is_dir() else set()


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has workers, even where the suite runs without, and leaves none."""
    monkeypatch.delenv("TLSSCAN_NO_FORK", raising=False)
    before = descriptors()
    yield
    assert descriptors() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


Indexed = Callable[[int], bytes | None]


def supervise(
    batches: Iterable[Sequence[Item]],
    work: Work,
    *,
    jobs: int,
    timeout: float,
    fork: bool | None = None,
    meanwhile: Iterable[Callable[[], object]] = (),
    settled: Callable[[], object] | None = None,
) -> Generator[Outcome, None, None]:
    """The outcomes of one round of a crew that does nothing else."""
    with Crew(lambda brief: work, jobs=jobs, timeout=timeout, fork=fork) as crew:
        yield from crew.run(batches, meanwhile=meanwhile, settled=settled)


def pieces(count: int, batch: int = 1000) -> list[list[bytes]]:
    """Pieces that tell their own numbers, in batches."""
    numbers = [b"%d" % index for index in range(count)]
    return [numbers[start : start + batch] for start in range(0, count, batch)]


def of(work: Indexed) -> Callable[[bytes], bytes | None]:
    """Work on the number that a piece tells."""
    return lambda piece: work(int(piece))


def run(count: int, work: Indexed, jobs: int = 2, timeout: float = PATIENCE, batch: int = 1000) -> dict[int, Outcome]:
    """Outcomes by index; every index may be told once."""
    outcomes: dict[int, Outcome] = {}
    for outcome in supervise(pieces(count, batch), of(work), jobs=jobs, timeout=timeout):
        assert outcome.index not in outcomes
        outcomes[outcome.index] = outcome
    return outcomes


def told(index: int) -> Outcome:
    return Outcome(index, b"%d" % index, None)


def told_number(index: int) -> bytes:
    return b"%d" % index


def segfault() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang() -> NoReturn:
    while True:
        pass


def leave() -> NoReturn:
    os._exit(3)


def leave_politely() -> NoReturn:
    raise SystemExit("not for a worker to decide")


def swallow_memory() -> None:
    bytearray(3 << 30)


def misbehave() -> NoReturn:
    raise KeyError("TLSv1\nand more")


DISASTERS = [
    pytest.param(segfault, Failure(ProblemKind.CRASH, "worker died with SIGSEGV"), id="segfault"),
    pytest.param(os.abort, Failure(ProblemKind.CRASH, "worker died with SIGABRT"), id="abort"),
    pytest.param(leave, Failure(ProblemKind.CRASH, "worker exited with status 3"), id="exit"),
    pytest.param(leave_politely, Failure(ProblemKind.CRASH, "worker exited with status 1"), id="SystemExit"),
    pytest.param(hang, Failure(ProblemKind.TIMEOUT, "took longer than 0.3 s"), id="hang"),
    pytest.param(misbehave, Failure(ProblemKind.CRASH, "KeyError: 'TLSv1\\nand more'"), id="exception"),
    pytest.param(
        swallow_memory,
        Failure(ProblemKind.CRASH, "worker ran out of memory"),
        id="memory",
        marks=pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit needs the current size"),
    ),
]


@JOBS
@pytest.mark.parametrize(("disaster", "failure"), DISASTERS)
def test_a_disaster_costs_one_index(disaster: Callable[[], object], failure: Failure, jobs: int) -> None:
    def work(index: int) -> bytes:
        if index == MARKED:
            disaster()
        return b"%d" % index

    expected = {index: told(index) for index in range(200)} | {MARKED: Outcome(MARKED, None, failure)}
    assert run(200, work, jobs, timeout=0.3) == expected


@JOBS
def test_several_crashes_side_by_side_and_at_both_ends(jobs: int) -> None:
    bad = {0, 1, 2, 77, 78, 150, 198, 199}

    def work(index: int) -> bytes:
        if index in bad:
            segfault()
        return b"%d" % index

    outcomes = run(200, work, jobs)
    assert {index for index, outcome in outcomes.items() if outcome.failure} == bad
    assert {index: outcome for index, outcome in outcomes.items() if index not in bad} == {
        index: told(index) for index in range(200) if index not in bad
    }


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def note(log: Path, index: int) -> None:
    with log.open("ab", buffering=0) as stream:
        stream.write(b"%d\n" % index)


def noted(log: Path) -> list[int]:
    return sorted(map(int, log.read_text().split()))


@JOBS
def test_only_the_index_in_hand_runs_again(log: Path, jobs: int) -> None:
    def work(index: int) -> bytes | None:
        note(log, index)
        if index == MARKED:
            segfault()
        return b"%d" % index if index % 2 else None

    outcomes = run(200, work, jobs)
    assert noted(log) == sorted([*range(200), MARKED])
    assert sorted(outcomes) == list(range(1, 200, 2))


@JOBS
def test_a_death_after_the_result_was_sent_is_nobodys_fault(log: Path, jobs: int) -> None:
    def die_after_next_write(frame: FrameType, event: str, argument: object) -> None:
        if event == "c_return" and argument is os.write:
            segfault()

    def work(index: int) -> bytes:
        note(log, index)
        if index == MARKED:
            sys.setprofile(die_after_next_write)
        return b"%d" % index

    assert run(200, work, jobs) == {index: told(index) for index in range(200)}
    assert noted(log) == list(range(200))


@JOBS
def test_a_worker_that_overwrites_its_slot_loses_nothing(jobs: int) -> None:
    def work(index: int) -> bytes:
        if index == MARKED:
            caller = sys._getframe(2)
            caller.f_locals["slot"][0] = 1 << 40
            segfault()
        return b"%d" % index

    outcomes = run(200, work, jobs)
    assert outcomes.pop(MARKED).failure == Failure(ProblemKind.CRASH, "worker died with SIGSEGV")
    assert outcomes == {index: told(index) for index in range(200) if index != MARKED}


@JOBS
def test_a_second_attempt_may_succeed(tmp_path: Path, jobs: int) -> None:
    marker = tmp_path / "was here"

    def work(index: int) -> bytes:
        if index == MARKED and not marker.exists():
            marker.touch()
            segfault()
        return b"%d" % index

    assert run(100, work, jobs) == {index: told(index) for index in range(100)}


def test_the_second_attempt_has_a_worker_of_its_own(tmp_path: Path) -> None:
    pids = tmp_path / "pids"

    def work(index: int) -> bytes:
        with pids.open("a") as stream:
            stream.write(f"{index} {os.getpid()}\n")
        if index == MARKED:
            segfault()
        return b"%d" % os.getpid()

    outcomes = run(60, work, jobs=2)
    attempts = [pid for index, pid in map(str.split, pids.read_text().splitlines()) if index == str(MARKED)]
    assert len(set(attempts)) == 2
    assert outcomes[MARKED].failure is not None
    assert attempts[1].encode() not in {outcome.payload for outcome in outcomes.values()}


@JOBS
def test_large_payloads_arrive_whole(jobs: int) -> None:
    size = 5_000_000

    def work(index: int) -> bytes:
        return bytes([index]) * size

    assert {index: outcome.payload for index, outcome in run(8, work, jobs).items()} == {
        index: bytes([index]) * size for index in range(8)
    }


def test_a_worker_that_waits_for_its_reader_is_not_hanging(log: Path) -> None:
    timeout = 0.1
    payload = bytes(2_000_000)

    def work(index: int) -> bytes:
        note(log, index)
        return payload

    received = []
    for outcome in supervise(pieces(40), of(work), jobs=2, timeout=timeout):
        received.append(outcome)
        if len(received) <= 6:
            time.sleep(3 * timeout)  # the reader's pause is what is tested; being slower does no harm
    assert sorted(received) == [Outcome(index, payload, None) for index in range(40)]
    assert noted(log) == list(range(40))


@JOBS
def test_nothing_to_tell_costs_next_to_nothing(jobs: int) -> None:
    start = time.monotonic()
    outcomes = run(200_000, lambda index: b"" if index % 3 else None, jobs)
    assert outcomes == {}
    assert time.monotonic() - start < 2.0  # 30 times what it takes; one round trip per index takes longer


@pytest.mark.parametrize("count", [0, 1, 20, 21, 513])
@JOBS
def test_every_index_is_told_once(count: int, jobs: int) -> None:
    assert run(count, lambda index: b"%d" % index, jobs) == {index: told(index) for index in range(count)}


def test_few_pieces_share_one_child() -> None:
    pids = {outcome.payload for outcome in run(20, lambda index: b"%d" % os.getpid(), jobs=8).values()}
    assert len(pids) == 1
    assert pids != {b"%d" % os.getpid()}


def test_a_traceback_is_told_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(index: int) -> bytes:
        misbehave()

    monkeypatch.delenv("TLSSCAN_DEBUG", raising=False)
    (plain,) = run(1, work).values()
    monkeypatch.setenv("TLSSCAN_DEBUG", "1")
    (verbose,) = run(1, work).values()
    assert plain.failure is not None
    assert verbose.failure is not None
    assert "Traceback" not in plain.failure.text
    assert "in misbehave" in verbose.failure.text


def test_the_workers_of_a_closed_generator_are_gone() -> None:
    def work(index: int) -> bytes:
        if index:
            hang()
        return b"first"

    outcomes = supervise(pieces(100), of(work), jobs=2, timeout=PATIENCE)
    assert next(outcomes) == Outcome(0, b"first", None)
    outcomes.close()
    assert list(outcomes) == []


def test_handlers_of_the_parent_stay_with_the_parent() -> None:
    def work(index: int) -> bytes:
        return f"{signal.getsignal(signal.SIGTERM)!r} {signal.getsignal(signal.SIGINT)!r}".encode()

    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        (outcome,) = run(1, work).values()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert outcome.payload == f"{signal.SIG_DFL!r} {signal.SIG_IGN!r}".encode()


# ---- pieces that come in batches ----


@JOBS
@pytest.mark.parametrize("batch", [1, 7, 300])
def test_pieces_may_come_in_batches_of_any_size(batch: int, jobs: int) -> None:
    assert run(600, lambda index: b"%d" % index, jobs, batch=batch) == {index: told(index) for index in range(600)}


@JOBS
def test_a_disaster_costs_one_index_while_more_batches_come(jobs: int) -> None:
    def work(index: int) -> bytes:
        if index == MARKED:
            segfault()
        return b"%d" % index

    crash = Outcome(MARKED, None, Failure(ProblemKind.CRASH, "worker died with SIGSEGV"))
    expected = {index: told(index) for index in range(200)} | {MARKED: crash}
    assert run(200, work, jobs, batch=10) == expected


def test_workers_are_at_work_while_batches_are_still_looked_for() -> None:
    """The last batch comes only after an outcome of the first one was seen."""
    seen: list[Outcome] = []

    def batches() -> Iterator[list[bytes]]:
        yield [b"0"]
        deadline = time.monotonic() + PATIENCE
        while not seen and time.monotonic() < deadline:
            yield []
        yield [b"1"]

    for outcome in supervise(batches(), of(lambda index: b"%d" % index), jobs=1, timeout=PATIENCE):
        seen.append(outcome)
        assert len(seen) < 2 or outcome.index == 1
    assert seen == [told(0), told(1)]


@pytest.mark.parametrize("count", [0, 1, 3, 200])
def test_what_is_to_be_done_meanwhile_is_done_once_after_the_last_batch(count: int) -> None:
    events: list[str] = []

    def batches() -> Iterator[list[bytes]]:
        for number in range(count):
            events.append("batch")
            yield [b"%d" % number]

    tasks = [partial(events.append, f"task {number}") for number in range(5)]
    given = supervise(batches(), of(lambda index: b"x"), jobs=2, timeout=PATIENCE, meanwhile=tasks)
    assert sorted(outcome.index for outcome in given) == [*range(count)]
    assert events == ["batch"] * count + [f"task {number}" for number in range(5)]


def test_what_is_urgent_is_done_before_what_waits() -> None:
    batches = [*pieces(300), Urgent([b"300", b"301"])]
    outcomes = list(supervise(batches, of(lambda index: b"%d" % index), jobs=1, timeout=PATIENCE))
    assert outcomes == [told(index) for index in (300, 301, *range(300))]


@JOBS
@pytest.mark.parametrize("deadly", [False, True])
def test_what_is_to_be_done_once_all_that_is_urgent_was_told_is_done_while_others_wait(jobs: int, deadly: bool) -> None:
    waits, goes_on = os.pipe()
    seen: list[int] = []
    before: list[set[int]] = []

    def work(index: int) -> bytes:
        if index < 2:
            os.read(waits, 1)
        elif index == MARKED and deadly:
            segfault()
        return b"%d" % index

    def settled() -> None:
        before.append({*seen})
        os.write(goes_on, b"go")

    batches = [[b"0", b"1"], Urgent([b"%d" % index for index in range(2, 50)])]
    for outcome in supervise(batches, of(work), jobs=jobs, timeout=PATIENCE, settled=settled):
        assert outcome.index not in seen
        seen.append(outcome.index)
    os.close(waits)
    os.close(goes_on)
    assert before == [{*range(2, 50)}]
    assert sorted(seen) == [*range(50)]


def test_without_workers_nothing_is_done_before_the_end() -> None:
    done: list[int] = []
    outcomes = supervise(
        [[b"0"], Urgent([b"1"])], of(told_number), jobs=2, timeout=PATIENCE, fork=False, settled=partial(done.append, 1)
    )
    assert list(outcomes) == [told(0), told(1)]
    assert done == []


def test_an_error_meanwhile_ends_the_workers() -> None:
    def fail() -> None:
        raise PermissionError("no more")

    with pytest.raises(PermissionError, match="no more"):
        list(supervise([[b"0"] * 100], lambda piece: b"x", jobs=2, timeout=PATIENCE, meanwhile=[fail]))


def test_a_piece_is_whatever_marshal_can_write() -> None:
    pieces = [(b"a", "text", 1), None, [2, (3,)]]
    outcomes = supervise([pieces], lambda piece: repr(piece).encode(), jobs=1, timeout=PATIENCE)
    assert sorted(outcomes) == [Outcome(number, repr(piece).encode(), None) for number, piece in enumerate(pieces)]


def test_an_error_of_the_batches_ends_the_workers() -> None:
    def batches() -> Iterator[list[bytes]]:
        yield [b"0"] * 100
        yield [b"0"] * 100
        raise PermissionError("no more")

    with pytest.raises(PermissionError, match="no more"):
        list(supervise(batches(), lambda piece: b"x", jobs=2, timeout=PATIENCE))


def test_large_pieces_arrive_whole() -> None:
    large = [bytes([number]) * 300_000 for number in range(40)]
    outcomes = list(supervise([large], lambda piece: b"%d" % len(piece) + piece[:1], jobs=2, timeout=PATIENCE))
    assert sorted(outcomes) == [Outcome(number, b"300000" + bytes([number]), None) for number in range(40)]


# ---- several rounds of one crew ----


def echo(brief: bytes) -> Work:
    """Work that tells its brief, its piece and who did it."""
    return lambda piece: b"%s %s %d" % (brief, piece, os.getpid())


@JOBS
def test_workers_live_through_rounds_and_do_what_each_is_about(jobs: int) -> None:
    with Crew(echo, jobs=jobs, timeout=PATIENCE) as crew:
        rounds = [[outcome.payload or b"" for outcome in crew.run(pieces(100), b"round %d" % n)] for n in range(3)]
    told = [sorted(payload.rpartition(b" ")[0] for payload in payloads) for payloads in rounds]
    assert told == [sorted(b"round %d %d" % (n, index) for index in range(100)) for n in range(3)]
    assert len({payload.split()[-1] for payloads in rounds for payload in payloads}) <= jobs


def of_round(brief: bytes) -> Work:
    """Work that comes to grief on one piece in one round."""

    def work(piece: bytes) -> bytes:
        if piece == b"%d" % MARKED and brief == b"bad":
            segfault()
        return brief

    return work


@JOBS
@pytest.mark.parametrize("count", [MARKED + 1, 200])
def test_a_disaster_in_a_later_round_costs_one_index(count: int, jobs: int) -> None:
    """Also where the other workers have nothing to do: what killed one is tried again in a fresh one."""
    crash = Outcome(MARKED, None, Failure(ProblemKind.CRASH, "worker died with SIGSEGV"))
    with Crew(of_round, jobs=jobs, timeout=PATIENCE) as crew:
        for brief in (b"good", b"bad", b"good"):
            outcomes = {outcome.index: outcome for outcome in crew.run(pieces(count), brief)}
            expected = {index: Outcome(index, brief, None) for index in range(count)}
            assert outcomes == (expected | {MARKED: crash} if brief == b"bad" else expected)


def test_a_worker_that_dies_between_rounds_is_replaced() -> None:
    with Crew(echo, jobs=2, timeout=PATIENCE) as crew:
        before = {outcome.payload for outcome in crew.run(pieces(100), b"one")}
        for worker in crew.workers.values():
            os.kill(worker.pid, signal.SIGKILL)
        after = list(crew.run(pieces(100), b"two"))
    assert len(before) == 100
    assert sorted(outcome.index for outcome in after) == list(range(100))
    assert all(outcome.failure is None for outcome in after)


@JOBS
def test_an_error_in_what_a_round_is_about_is_told_for_every_piece(jobs: int) -> None:
    def prepare(brief: bytes) -> Work:
        raise LookupError(brief.decode())

    expected = Failure(ProblemKind.CRASH, "LookupError: what")
    with Crew(prepare, jobs=jobs, timeout=PATIENCE) as crew:
        assert sorted(crew.run(pieces(50), b"what")) == [Outcome(index, None, expected) for index in range(50)]


def test_no_worker_is_left_when_a_round_is_left_early() -> None:
    with Crew(echo, jobs=2, timeout=PATIENCE) as crew:
        outcomes = crew.run(pieces(100), b"one")
        next(outcomes)
        outcomes.close()
        assert crew.workers == {}
        assert len(list(crew.run(pieces(30), b"two"))) == 30


def test_a_round_after_workers_were_released_has_new_ones() -> None:
    with Crew(echo, jobs=2, timeout=PATIENCE) as crew:
        before = {outcome.payload.split()[-1] for outcome in crew.run(pieces(100), b"one") if outcome.payload}
        crew.release()
        after = {outcome.payload.split()[-1] for outcome in crew.run(pieces(100), b"two") if outcome.payload}
    assert before.isdisjoint(after)
    assert after


def test_rounds_without_workers() -> None:
    with Crew(lambda brief: lambda piece: brief + piece, jobs=2, timeout=PATIENCE, fork=False) as crew:
        assert [outcome.payload for outcome in crew.run([[b"1", b"2"]], b"a")] == [b"a1", b"a2"]
        assert [outcome.payload for outcome in crew.run([[b"3"]], b"b")] == [b"b3"]


# ---- without workers ----


def peculiar(index: int) -> bytes | None:
    if index == 3:
        misbehave()
    return None if index % 2 == 0 else b"%d" % index


def test_without_workers_the_results_are_the_same() -> None:
    alone = list(supervise(pieces(40), of(peculiar), jobs=2, timeout=PATIENCE, fork=False))
    assert alone == sorted(supervise(pieces(40), of(peculiar), jobs=2, timeout=PATIENCE, fork=True))
    assert protection(fork=True) == ""
    assert protection(fork=False).startswith("workers are switched off")


def test_the_environment_can_switch_workers_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def whoami(index: int) -> bytes:
        return b"%d" % os.getpid()

    monkeypatch.setenv("TLSSCAN_NO_FORK", "1")
    (outcome,) = run(1, whoami).values()
    assert outcome.payload == b"%d" % os.getpid()
    assert protection().startswith("TLSSCAN_NO_FORK is set")
    monkeypatch.setenv("TLSSCAN_NO_FORK", "0")
    (outcome,) = run(1, whoami).values()
    assert outcome.payload != b"%d" % os.getpid()
    assert protection() == ""


def refuse() -> NoReturn:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def test_a_system_that_refuses_to_fork_gets_the_work_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", refuse)
    outcomes = list(supervise(pieces(40), of(peculiar), jobs=2, timeout=PATIENCE))
    assert outcomes == list(supervise(pieces(40), of(peculiar), jobs=2, timeout=PATIENCE, fork=False))
    monkeypatch.setattr(os, "fork", refuse)
    list(supervise(pieces(1), of(peculiar), jobs=1, timeout=PATIENCE))
    assert protection().startswith(f"no worker could be started ({os.strerror(errno.EAGAIN)})")


def test_what_killed_the_last_worker_is_not_tried_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    fork = os.fork

    def fork_once() -> int:
        monkeypatch.setattr(os, "fork", refuse)
        return fork()

    def work(index: int) -> bytes:
        if index == 5:
            segfault()
        return b"%d" % index

    monkeypatch.setattr(os, "fork", fork_once)
    crash = Failure(ProblemKind.CRASH, "worker died with SIGSEGV")
    assert run(20, work) == {index: told(index) for index in range(20)} | {5: Outcome(5, None, crash)}
    assert protection() != ""


# ---- as a program ----

PRELUDE = """
import os, resource, signal, sys
from tlsscan.supervisor import Crew, protection

def supervise(batches, work, jobs, timeout):
    with Crew(lambda brief: work, jobs=jobs, timeout=timeout) as crew:
        yield from crew.run(batches)

def hang(piece):
    os.write(ALIVE, b"x")
    while True:
        pass

def stop(number, frame):
    raise SystemExit(143)

signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background would ignore it
ALIVE = int(sys.argv[1])
"""


def start(program: str, *arguments: str, keep: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(Path(tlsscan.__file__).parents[1])}
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(program), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=keep,
        start_new_session=True,
    )


HANGING = """
signal.signal(signal.SIGTERM, stop)
for outcome in supervise([[b""] * 100], hang, jobs=2, timeout=600):
    print(outcome)
"""


@pytest.mark.parametrize(
    ("number", "to_group", "status"),
    [
        pytest.param(signal.SIGINT, True, -signal.SIGINT, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, False, 143, id="SIGTERM"),
        pytest.param(signal.SIGKILL, False, -signal.SIGKILL, id="SIGKILL"),
    ],
)
def test_no_worker_outlives_its_parent(number: signal.Signals, to_group: bool, status: int) -> None:
    if number is signal.SIGKILL and not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells a worker that is busy")
    alive, ours = os.pipe()
    try:
        with start(HANGING, str(ours), keep=(ours,)) as process:
            os.close(ours)  # now held by the program and its workers alone
            assert os.read(alive, 1) == b"x"
            os.kill(-process.pid if to_group else process.pid, number)
            deadline = time.monotonic() + 2
            while select.select([alive], [], [], max(0, deadline - time.monotonic()))[0] and os.read(alive, 100):
                pass
            assert time.monotonic() < deadline
            assert process.wait(PATIENCE) == status
            assert b"Outcome" not in process.communicate()[0]
    finally:
        os.close(alive)


def test_few_descriptors_mean_fewer_workers() -> None:
    program = """
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        pids = {}
        pieces = [[b""] * 5000]
        for index, payload, failure in supervise(pieces, lambda piece: b"%d" % os.getpid(), jobs=64, timeout=60):
            pids[index] = int(payload)
        assert sorted(pids) == list(range(5000))
        assert os.getpid() not in pids.values()
        assert protection() == ""
        print("done")
        """
    with start(program, "-1") as process:
        assert process.communicate() == (b"done\n", b"")


def test_no_descriptors_mean_no_workers() -> None:
    program = """
        resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))
        print([payload for index, payload, failure in supervise([[b""] * 3], lambda piece: b"x", jobs=2, timeout=60)])
        print(protection().split(":")[0])
        """
    with start(program, "-1") as process:
        told, complaint = process.communicate()
    assert told.decode() == f"[b'x', b'x', b'x']\nno worker could be started ({os.strerror(errno.EMFILE)})\n"
    assert complaint == b""


def test_what_the_parent_had_to_say_is_said_once() -> None:
    program = """
        print("before", end=" ")
        list(supervise([[b"", *[b"y"] * 49]], lambda piece: b"x" if piece else os._exit(1), jobs=2, timeout=60))
        print("after")
        """
    with start(program, "-1") as process:
        assert process.communicate() == (b"before after\n", b"")
