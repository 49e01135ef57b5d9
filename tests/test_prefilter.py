"""One literal after the other, or all at once: the same is found."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscan import packs
from tlsscan.candidate import Candidate
from tlsscan.extract import Extract, Extractor
from tlsscan.model import ProblemKind
from tlsscan.prefilter import LITTLE, Prefilter
from tlsscan.rulebook import Literal

WORDS = {
    "TLSv1": Literal(),
    "TLSv1_2": Literal(whole=True),
    "ssl": Literal(),
    "aa": Literal(whole=False),
    "getInstance": Literal(words=("SSLContext",)),
}
PARTS = ["TLSv1", "_2", "_", "ssl", "SSL", "SSLContext", "aaa", "getInstance", "x", " ", "\n", "="]


def busy(language: str) -> Prefilter:
    """One that has searched so much that it finds all at once."""
    made = Prefilter(language, WORDS, [b"beside"])
    assert not made.hit(b" " * (LITTLE + 1))
    return made


@given(st.lists(st.sampled_from([*PARTS, "beside"]), max_size=30), st.sampled_from(["java", "vbnet", "powershell"]))
def test_little_and_much_are_searched_alike(parts: list[str], language: str) -> None:
    data = "".join(parts).encode()
    fresh, other = Prefilter(language, WORDS, [b"beside"]), busy(language)
    assert fresh.hit(data) == fresh.hit(memoryview(data)) == other.hit(data)
    assert fresh.anchors(data) == other.anchors(data)
    folded = fresh.folded(data)
    assert fresh.held(folded) == other.held(folded)


def test_of_literals_that_start_together_the_longest_is_the_anchor() -> None:
    data = b"x = TLSv1_2;"
    assert Prefilter("java", WORDS).anchors(data) == busy("java").anchors(data) == [(4, 11)]


def test_where_nothing_is_looked_for_nothing_is_found() -> None:
    made = Prefilter("csharp", {})
    assert not made.hit(b"ssl")
    assert not made.hit(b"ssl" * LITTLE)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("socket.accept();", Extract()),
        ("acceptable();", Extract()),
        ("socket.close();", None),
    ],
)
@pytest.mark.parametrize("much", [False, True])
def test_a_literal_without_the_word_that_it_asks_for_is_all_that_is_told_of_a_file(
    tmp_path: Path, body: str, told: Extract | None, much: bool
) -> None:
    """`accept` is a sink of sockets of which the versions are set somewhere in the file."""
    extractor = Extractor(packs.load(), hashes=False)
    if much:
        extractor.prefilter("java").hit(b" " * (LITTLE + 1))
    path = tmp_path / "A.java"
    path.write_text(f"class A {{ void open() throws Exception {{ {body}\n }} }}")
    assert extractor.extract(Candidate(os.fsencode(path), "java")) == told


SCHANNEL = rb"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.0\Server"
ACCEPTS = b"class A { void a() { b.accept(); } }"


@pytest.mark.parametrize(
    ("language", "data", "sites", "problems", "ignores"),
    [
        ("java", ACCEPTS + b" // TlsScan: ignore", [], [], [41]),
        ("java", ACCEPTS + b"\0", [], [ProblemKind.BINARY], []),
        ("java", ACCEPTS + b" // b.setEnabledProtocols(c)", [(22, "?.accept")], [], []),
        ("powershell", b'\xef\xbb\xbfreg add "%s" /v Enabled /d 1 /f' % SCHANNEL, [(1, "reg")], [], []),
        ("powershell", b'\r\rreg add "%s" /v Enabled /d 1 /f' % SCHANNEL, [(1, "reg")], [], []),
        (
            "powershell",
            f'\ufeffreg add "{SCHANNEL.decode()}" /v Enabled /d 1'.encode("utf-16-le"),
            [(1, "reg")],
            [],
            [],
        ),
    ],
)
def test_what_else_is_told_of_a_file_is_not_passed_over(
    tmp_path: Path,
    language: str,
    data: bytes,
    sites: list[tuple[int, str]],
    problems: list[ProblemKind],
    ignores: list[int],
) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    found = Extractor(packs.load(), hashes=False).extract(Candidate(os.fsencode(path), language))
    assert found is not None
    assert [(site.region.column, site.names[0]) for site in found.sites] == sites
    assert [problem.kind for problem in found.problems] == problems
    assert [ignore.region.column for ignore in found.ignores] == ignores
