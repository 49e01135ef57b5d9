"""One literal after the other, or all at once: the same is found."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscan import packs
from tlsscan.candidate import Candidate
from tlsscan.extract import Extractor
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
    ("body", "tells"),
    [
        ("socket.accept();", False),
        ("acceptable();", False),
        ("socket.accept(); // TlsScan: ignore", True),
        ("socket.accept(); socket.setEnabledProtocols(versions);", True),
    ],
)
@pytest.mark.parametrize("much", [False, True])
def test_a_literal_without_the_word_that_it_asks_for_makes_no_file_worth_reading(
    tmp_path: Path, body: str, tells: bool, much: bool
) -> None:
    """`accept` is a sink of sockets of which the versions are set somewhere in the file."""
    extractor = Extractor(packs.load(), hashes=False)
    if much:
        extractor.prefilter("java").hit(b" " * (LITTLE + 1))
    path = tmp_path / "A.java"
    path.write_text(f"class A {{ void open() throws Exception {{ {body}\n }} }}")
    assert (extractor.extract(Candidate(os.fsencode(path), "java")) is not None) == tells
