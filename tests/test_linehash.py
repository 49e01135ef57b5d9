"""The line hash against the vectors of github/codeql-action (src/fingerprints.test.ts)."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscan.linehash import line_hashes

_GREETINGS = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"
_WITH_LAST_NEWLINE = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
_VECTORS = {
    "empty": ("", ["c129715d7a2bc9a3:1"]),
    "white space": (
        " a\nb\n  \t\tc\n d",
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
    ),
    "no last newline": (
        _GREETINGS,
        [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ],
    ),
    "LF": (f"{_GREETINGS}\n", _WITH_LAST_NEWLINE),
    "LF and CR": (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", _WITH_LAST_NEWLINE),
    "CR LF": (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", _WITH_LAST_NEWLINE),
    "mixed": (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", _WITH_LAST_NEWLINE),
    "repeated": (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), _VECTORS.values(), ids=_VECTORS)
def test_published_vectors(text: str, expected: list[str]) -> None:
    lines = range(1, len(expected) + 1)
    assert line_hashes(text, lines) == dict(zip(lines, expected, strict=True))


def test_only_the_lines_asked_for_with_counts_of_the_whole_file() -> None:
    text = "Lorem ipsum dolor sit amet.\n" * 10
    assert line_hashes(text, {3, 6}) == {3: "a7f2ff13bc495cf2:3", 6: "a7f2ff13bc495cf2:6"}


def test_a_line_that_the_file_does_not_have_is_left_out() -> None:
    assert line_hashes("a\nb", {0, 3, 99}) == {}


def test_a_byte_order_mark_counts() -> None:
    assert line_hashes("\ufeffa\n", {1}) != line_hashes("a\n", {1})


def test_a_space_between_carriage_return_and_line_feed_makes_two_lines() -> None:
    assert line_hashes("a\r \nb", {3}) == line_hashes("a\n\nb", {3})


def _rolling(text: str) -> dict[int, str]:
    """The algorithm as published: one rolling hash over UTF-16 code units, with a ring of 100."""
    raw = text.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)]
    window, starts = [0] * 100, [0] * 100
    total, index, line, line_start, after_cr = 0, 0, 0, True, False
    counts: dict[str, int] = {}
    result: dict[int, str] = {}

    def output() -> None:
        digits = f"{total:x}"
        counts[digits] = counts.get(digits, 0) + 1
        result[starts[index]] = f"{digits}:{counts[digits]}"
        starts[index] = 0

    def update(unit: int) -> None:
        nonlocal total, index
        total = (37 * total + unit - pow(37, 100, 1 << 64) * window[index]) % (1 << 64)
        window[index] = unit
        index = (index + 1) % 100

    for unit in [*units, 0xFFFF]:
        if unit in (0x20, 0x09) or (after_cr and unit == 0x0A):
            after_cr = False
            continue
        after_cr = unit == 0x0D
        current = 0x0A if after_cr else unit
        if starts[index]:
            output()
        if line_start:
            line += 1
            starts[index] = line
        line_start = current == 0x0A
        update(current)
    for _ in range(100):
        if starts[index]:
            output()
        update(0)
    return result


@given(st.text(alphabet=st.sampled_from("ab\n\r\t \u00e9\u2028\ufeff\ufffd\uffff\0😀"), max_size=400))
def test_equals_the_rolling_form(text: str) -> None:
    lines = range(1, len(re.split(r"\r\n|\r|\n", text)) + 2)
    assert line_hashes(text, lines) == _rolling(text)


def test_a_long_file_takes_little_time() -> None:
    text = "".join(f"    value_{number} = compute(other, {number * 7})\n" for number in range(20_000))
    started = time.process_time()
    assert set(line_hashes(text, {1, 20_000})) == {1, 20_000}
    assert time.process_time() - started < 1.0
