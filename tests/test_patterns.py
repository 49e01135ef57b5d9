"""Patterns that are compiled on first use behave like compiled ones, and every one in the program compiles."""

import importlib
import pkgutil
import re

import pytest

import tlsscan
from tlsscan.patterns import lazy


def test_a_lazy_pattern_matches_like_a_compiled_one() -> None:
    for pattern in (lazy(r"tls(\d)", re.IGNORECASE), re.compile(r"tls(\d)", re.IGNORECASE)):
        assert pattern.pattern == r"tls(\d)"
        assert [found[1] for found in pattern.finditer("TLS1 tls2")] == ["1", "2"]
        assert pattern.sub("x", "TLS1") == "x"
        assert pattern.fullmatch("tls") is None
    assert lazy(rb"\d").findall(b"a1b2") == [b"1", b"2"]


def test_a_pattern_with_literals_finds_what_it_finds_without() -> None:
    pattern = lazy(r"\b(?:a|b)(\d)", having=("a", "b"))
    assert [found[1] for found in pattern.finditer("a1 b2 xb3")] == ["1", "2"]
    assert [found[1] for found in pattern.finditer("a1 b2 xb3", 2)] == ["2"]
    assert list(pattern.finditer("c1")) == []
    assert list(pattern.finditer("a1 c2 b3", 3, 6)) == []
    assert pattern.search("a1 c2", 2) is None
    found = pattern.search("xb3 b2")
    assert found is not None
    assert found[1] == "2"
    assert pattern.search("c1") is None
    assert pattern.fullmatch("b2") is not None
    assert lazy("(", having=("a",)).search("b") is None


def test_a_mistake_is_told_when_it_is_first_used() -> None:
    broken = lazy("(")
    with pytest.raises(re.error):
        broken.match("")


def test_every_pattern_of_the_program_compiles() -> None:
    found = 0
    for module in pkgutil.walk_packages(tlsscan.__path__, "tlsscan."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if "_Lazy" in [base.__name__ for base in type(value).__mro__]:
                re.compile(value.pattern, value.flags)
                found += 1
    assert found > 50
