"""The worker that is forked before the command line is understood: it changes nothing but the time a run takes."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tlsscan import early, handle, packs
from tlsscan.candidate import Candidate
from tlsscan.cli import main
from tlsscan.extract import Extract, Extractor
from tlsscan.scan import Request, Scan, scan

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")

FILES = {
    "a.py": "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "b.rb": "require 'openssl'\nOpenSSL::SSL::SSLContext.new.ssl_version = :TLSv1\n",
    "c.py": "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_1)\n",
    "none.java": "class A {}\n",
}
PLACES = [("a.py", 2), ("b.rb", 2), ("c.py", 2)]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two built-in packs beside their compiled form, as in an installation."""
    folder, home = tmp_path_factory.mktemp("packs"), Path(packs.builtin_directory())
    for pack in ("python", "ruby", "runtimes", "shared"):
        for file in (home / pack).glob("*.yaml"):
            (folder / pack).mkdir(exist_ok=True)
            (folder / pack / file.name).write_bytes(file.read_bytes())
    (folder / packs.COMPILED).write_bytes(packs.compile_rules(str(folder)))
    return folder


@pytest.fixture(autouse=True)
def installed(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("TLSSCAN_NO_FORK", raising=False)
    monkeypatch.setattr(packs, "builtin_directory", lambda: str(rules))
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    yield
    early.dismiss()
    with pytest.raises(ChildProcessError):  # whatever happened, nobody is left
        os.waitpid(-1, os.WNOHANG)


def forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with each worker."""
    pids: list[int] = []
    fork = os.fork

    def counted() -> int:
        pid = fork()
        pids.append(pid)
        return pid

    monkeypatch.setattr(os, "fork", counted)
    return pids


def scanned(*, timeout: float = 10.0, hashes: bool = False) -> Scan:
    """A scan of the files by the worker, which is hired for them."""
    early.hire(sorted(FILES))
    request = Request(tuple(sorted(FILES)), timeout=timeout, hashes=hashes)
    book = packs.load(compiled=early.compiled())
    return scan(request, book, first=lambda: early.take(book, request))


def places(result: Scan) -> list[tuple[str, int]]:
    return sorted((finding.usage.place.path, finding.usage.place.region.line) for finding in result.report.findings)


@pytest.mark.parametrize(("form", "scans"), [("full", 1), ("json", 2), ("sarif", 2)])
def test_reports_are_the_same(  # where fixes are told to programs, these are tried by another scan
    form: str, scans: int, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    pids = forks(monkeypatch)
    assert main(["-f", form, *FILES]) == 1
    ours = capsysbinary.readouterr()
    assert len(pids) == scans
    monkeypatch.setattr(early, "hire", lambda _: None)
    assert main(["-f", form, *FILES]) == 1
    assert capsysbinary.readouterr() == ours
    assert len(pids) > scans + 1


def test_the_worker_reads_what_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pids = forks(monkeypatch)
    result = scanned()
    assert places(result) == PLACES
    assert (len(pids), result.report.problems) == (1, ())


@pytest.mark.parametrize("words", [[], ["."], ["-q", "--level", "note"]])
def test_what_lies_in_a_folder_is_expected_as_well(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pids = forks(monkeypatch)
    early.hire(words)
    book = packs.load(compiled=early.compiled())
    request = Request((".",))
    assert places(scan(request, book, first=lambda: early.take(book, request))) == PLACES
    assert len(pids) == 1 or words[-1:] == ["note"]


def test_lines_are_hashed_if_that_was_not_expected() -> None:
    result = scanned(hashes=True)
    assert {path for path, _ in result.report.line_hashes} == {"a.py", "b.rb", "c.py"}


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["--rules", "x"], ["--rules=x"], ["--staged"], ["-"]])
def test_none_is_forked_for_something_else(words: list[str]) -> None:
    early.hire([*words, "a.py"])
    assert early.compiled() is None


def test_none_is_forked_where_workers_are_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TLSSCAN_NO_FORK", "1")
    early.hire(["a.py"])
    assert early.compiled() is None


def test_none_is_forked_without_compiled_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "builtin_directory", lambda: str(tmp_path / "nowhere"))
    early.hire(["a.py"])
    assert early.compiled() is None


def test_a_system_that_refuses_a_process_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> handle.Handle:
        raise OSError("no")

    monkeypatch.setattr(early, "start", refuse)
    assert places(scanned()) == PLACES


@pytest.mark.parametrize("damage", [b"x", b"[", b"\0"])
def test_rules_that_are_stale_or_damaged_are_not_used(
    damage: bytes, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "rules"
    other.mkdir()
    for file in rules.rglob("*.*"):
        copy = other / file.relative_to(rules)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes() + (damage if file.name == packs.COMPILED else b""))
    monkeypatch.setattr(packs, "builtin_directory", lambda: str(other))
    assert places(scanned()) == PLACES
    (other / packs.COMPILED).write_bytes((rules / packs.COMPILED).read_bytes())
    pack = other / "ruby" / sorted(file.name for file in (rules / "ruby").iterdir())[0]
    pack.write_bytes(pack.read_bytes() + b"# changed\n")
    early.hire(sorted(FILES))
    book = packs.load(compiled=early.compiled())
    assert not book.is_stored
    assert early.take(book, Request(("a.py",))) is None


def test_packs_of_a_configuration_are_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tlsscan.toml").write_text('rules = ["own"]\n')
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "broken.yaml").write_text("nonsense: 1\n")
    assert main(["a.py"]) == 2
    assert "own/broken.yaml" in capsys.readouterr().err


def test_a_usage_error_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-such-flag", "a.py"]) == 2
    assert main(["missing.py"]) == 2


# -- it comes to grief -------------------------------------------------------------------------------------------


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang() -> None:
    while True:
        signal.pause()


def fail() -> None:
    raise LookupError("no grammar")


def exhaust() -> None:
    raise MemoryError


@pytest.mark.parametrize("trouble", [crash, hang, fail, exhaust])
def test_what_happens_while_it_gets_ready_costs_no_file(
    trouble: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Extractor, "expect", lambda *_: trouble())
    result = scanned(timeout=0.5)
    assert places(result) == PLACES
    assert not result.report.problems


@pytest.mark.parametrize("trouble", [crash, hang])
def test_a_file_that_ends_it_costs_that_file(trouble: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    extract = Extractor.extract

    def fragile(self: Extractor, candidate: Candidate) -> Extract | None:
        if candidate.path == "b.rb":
            trouble()
        return extract(self, candidate)

    monkeypatch.setattr(Extractor, "extract", fragile)
    result = scanned(timeout=0.5)
    assert places(result) == [place for place in PLACES if place[0] != "b.rb"]
    assert [problem.path for problem in result.report.problems] == ["b.rb"]
