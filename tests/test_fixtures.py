"""Every annotated file of fixtures/ means what its marks say, and nothing else is reported in it."""

import os
import re
from functools import cache
from pathlib import Path

import pytest

from cli_tools import SOURCE_ROOT
from tlsscan.frontends import MODULES, frontend
from tlsscan.languages import CASELESS, language_of
from tlsscan.packs import load
from tlsscan.selfcheck import Checker, expectations
from tlsscan.source import SourceFile, decode

ROOT = SOURCE_ROOT.parent
FIXTURES = ROOT / "fixtures"
FILES = sorted(path for language in MODULES for path in (FIXTURES / language).rglob("*") if path.is_file())
EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FIXTURES)))
pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="needs the checkout")


@cache
def checker() -> Checker:
    return Checker(load())


def language_at(path: Path) -> str:
    language = language_of(os.fsencode(path.name))
    assert language == path.relative_to(FIXTURES).parts[0]
    return language


@EACH
def test_marked_lines_permit_what_they_say_and_others_are_silent(path: Path) -> None:
    code = path.read_text()
    complaints = checker().check_code(language_at(path), path.name, code)
    assert [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in complaints] == []


@EACH
def test_the_file_parses(path: Path) -> None:
    source = decode(path.name, path.read_bytes())
    assert isinstance(source, SourceFile)
    assert not source.replaced
    unit = frontend(language_at(path)).parse(source)
    everywhere = [(word.start(), word.end()) for word in re.finditer(rb"\S+", source.data)]
    assert [source.position(start).line for start, _ in unit.errors(everywhere)] == []
    nodes = unit.root.children if hasattr(unit, "root") else []
    assert [source.position(node.start_byte).line for node in nodes if node.has_error] == []


@pytest.mark.parametrize("language", MODULES)
def test_every_language_has_bad_fine_and_look_alike_lines(language: str) -> None:
    marks = [mark for path in FILES if language_at(path) == language for mark in expectations(path.read_text())]
    words = {word for mark in marks for word in mark.words}
    assert {"TLSv1.0", "TLSv1.1"} & words, "nothing bad"
    assert {"TLSv1.2", "default"} & words, "nothing fine"
    literals = load().literals(language)
    silent = 0
    for path in FILES:
        if language_at(path) == language:
            code = path.read_text()
            marked = {mark.line for mark in expectations(code)}
            lines = enumerate((code.lower() if language in CASELESS else code).splitlines(), start=1)
            silent += sum(number not in marked and any(word in line for word in literals) for number, line in lines)
    assert silent >= 3, "no look-alikes: unmarked lines that hold the name of a sink"
