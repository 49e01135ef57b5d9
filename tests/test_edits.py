"""Edits to contents: where they meet, and where places behind them are."""

import pytest

from report_builders import region_of
from tlsscan.edits import clash, edited, moved
from tlsscan.model import Edit
from tlsscan.values import Region

TEXT = "one two three"


def edit(word: str, text: str, path: str = "a") -> Edit:
    return Edit(path, region_of(TEXT, word), text)


def test_edits_are_made_from_the_end() -> None:
    assert edited(TEXT.encode(), [edit("one", "1"), edit("three", "3"), edit("two", "TWO")]) == b"1 TWO 3"


def test_the_same_edit_is_made_once() -> None:
    assert edited(TEXT.encode(), [edit("two", ""), edit("two", "")]) == b"one  three"


def test_an_edit_that_does_not_fit() -> None:
    assert edited(b"one", [edit("three", "3")]) is None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_and_their_marks_stay(encoding: str) -> None:
    mark = "\ufeff" if encoding[-3:] in ("-le", "-be") else ""
    text = f"\u00e4\U0001f512 {TEXT}"
    place = region_of(text, "two")
    made = edited((mark + text).encode(encoding), [Edit("a", place, "2")])
    assert made == (mark + text.replace("two", "2")).encode(encoding)


def test_what_clashes() -> None:
    whole = Edit("a", Region(1, 1, 1, 14, 1, 14, 0, 13), "")
    assert clash(edit("two", "2"), whole)
    assert clash(whole, edit("two", "2"))
    assert not clash(edit("two", "2"), edit("two", "2")), "the same"
    assert clash(edit("two", "2"), edit("two", "3"))
    assert not clash(edit("two", "2"), edit("three", "3"))
    assert not clash(edit("two", "2"), whole._replace(path="b"))


@pytest.mark.parametrize(("at", "wanted"), [(0, 0), (3, 1), (4, 2), (8, 8), (13, 13)])
def test_where_places_are(at: int, wanted: int) -> None:
    assert moved(at, [edit("one", "1"), edit("two", "zwei!")]) == wanted
