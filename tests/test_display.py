"""Text of the scanned repository cannot forge what we print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builders import ANY_TEXT, is_hidden
from tlsscan.display import cells, char_width, clip, count, safe, safe_start, scalars, sentence, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünï 漢字 😀", "plain ünï 漢字 😀"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("two\nlines\r\n", "two\\nlines\\r\\n"),
        ("tab\there", "tab\\there"),
        ("del\x7f nel\x85", "del\\x7f nel\\x85"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("zero\u200bwidth\u2060\ufeff", "zero\\u200bwidth\\u2060\\ufeff"),
        ("line\u2028para\u2029", "line\\u2028para\\u2029"),
        ("bad\udc80byte", "bad\\udc80byte"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("##[error]x", "#\\x23[error]x"),
        ("##VSO[task.setvariable]", "#\\x23VSO[task.setvariable]"),
        ("## heading [x]", "## heading [x]"),
    ],
)
def test_whatis_hidden_becomes_visible(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_a_tab_is_kept_only_where_asked() -> None:
    assert safe("a\tb\x0b", tabs=True) == "a\tb\\x0b"


def test_every_character_that_unicode_calls_a_control_is_escaped() -> None:
    hidden = [char for char in map(chr, range(0x110000)) if is_hidden(char)]
    assert [f"{ord(char):x}" for char in hidden if safe(char) == char] == []


def test_letters_marks_and_spaces_are_left_alone() -> None:
    kept = "aé漢\u0301\ufe0f\u3000\xa0\ue000"
    assert safe(kept) == kept


@given(ANY_TEXT)
def test_nothing_hidden_survives(text: str) -> None:
    shown = safe(text)
    assert not any(map(is_hidden, shown))
    assert safe(shown) == shown
    shown.encode("utf-8")


@given(ANY_TEXT, st.integers(4, 60))
def test_a_clipped_text_is_safe_and_no_wider(text: str, columns: int) -> None:
    shown = clip(text, columns)
    assert not any(map(is_hidden, shown))
    assert width(shown) <= columns


def test_clip_says_that_it_cut() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdefg", 6) == "abc..."
    assert clip("漢字漢字", 6) == "漢..."


def test_a_path_cannot_begin_a_workflow_command() -> None:
    assert safe_start("::error::x.py") == "./::error::x.py"
    assert safe_start("  ::error::x.py") == "./  ::error::x.py"
    assert safe_start(":") == "./:"
    assert safe_start("a::b.py") == "a::b.py"


@pytest.mark.parametrize(
    ("char", "columns"), [("a", 1), ("é", 1), ("漢", 2), ("\uff21", 2), ("😀", 2), ("\u0301", 0), ("\u20dd", 0)]
)
def test_columns_of_a_character(char: str, columns: int) -> None:
    assert char_width(char) == columns


def test_tabs_go_to_the_next_stop() -> None:
    assert [cell.width for cell in cells("\ta\tbcd\te")] == [4, 1, 3, 1, 1, 1, 1, 1]
    assert "".join(cell.text for cell in cells("漢\tx")) == "漢  x"


def test_cells_show_what_safe_shows() -> None:
    text = "a\x1b##[b\u202e"
    assert "".join(cell.text for cell in cells(text)) == safe(text)


def test_scalars_can_be_encoded() -> None:
    assert scalars("a\udc80\ud83d😀\x1b") == "a\ufffd\ufffd😀\x1b"


def test_a_sentence_is_one_line() -> None:
    assert sentence(" Use the\n  default\tcontext.\x1b ") == "Use the default context.\\x1b"


def test_plurals() -> None:
    assert [count(0, "file"), count(1, "file"), count(2, "file")] == ["0 files", "1 file", "2 files"]
    assert count(2, "entry", "entries") == "2 entries"
