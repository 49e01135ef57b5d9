"""Conditions as texts: their parts, and how a message says them."""

import re

import pytest

from tlsscan.clauses import exclude, joined, pieces, worded


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("x", "when x"),
        ("not (x)", "unless x"),
        ("x and not (y)", "when x, unless y"),
        ("not (f(x)) and not (y) and z", "when z, unless f(x) or y"),
        ("not (x and y)", "unless x and y"),
        ("(a or b) and c", "when (a or b) and c"),
        ("not (!$a) and not (b)", "when $a, unless b"),
        ("not (!isset($a)) and not (!(b || c))", "when isset($a) and (b || c)"),
        ("not (not a) and not (!a && !b)", "when a, unless !a && !b"),
        ("not (a != b) and not (!a == b)", "unless a != b or !a == b"),
        ("not (a) or (b)", "when not (a) or (b)"),
        ("x) and y", "when x) and y"),
        ("after f()", "after f()"),
        ("after f() and x and not (y)", "after f(), when x, unless y"),
    ],
)
def test_a_condition_is_said_with_when_and_unless(condition: str, text: str) -> None:
    assert worded(condition) == text


def test_parts_are_those_between_ands_outside_of_parentheses() -> None:
    assert pieces("f(a and b) and not (c and d)") == (["f(a and b)"], ["c and d"])


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [
        ("x", "not (x)", True),
        ("not (x)", "x and y", True),
        ("x", "x", False),
        ("not (x)", "not (x)", False),
        ("x", "not (y)", False),
        ("", "x", False),
        ("a == 1", "a == 2", True),
        ("$a['p'] === \"x\"", "$a['p'] == 'y'", True),
        ("a == :x and b", "c and a == :y", True),
        ("$a == 'x'", '$a == "x"', False),
        ("$a -eq 1", "$a -eq 2", True),
        ("a = 1", "a = 2", True),
        ("a == 1", "b == 2", False),
        ("a == 1", "a == b", False),
        ("a != 1", "a == 2", False),
        ("f(a == 1) or a == 2", "a == 3", False),
    ],
)
def test_what_one_asks_for_and_the_other_denies_excludes(one: str, other: str, excluded: bool) -> None:
    assert exclude(one, other) is excluded


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        ("a && f(b && c) && d", ["a ", " f(b && c) ", " d"]),
        ("a && (b && c", ["a ", " (b && c"]),
        ("a) && b", ["a) && b"]),
        ("a", ["a"]),
    ],
)
def test_parts_are_joined_outside_of_parentheses(condition: str, parts: list[str]) -> None:
    assert joined(condition, re.compile("&&")) == parts
