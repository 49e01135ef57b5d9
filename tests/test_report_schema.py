"""The schema of the JSON report says what there is, with the words that the program has."""

import json
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from report_schema import LINE, SCHEMA, misfits
from tlsscan.model import Area, AsideKind, Confidence, Level, RemarkKind, Role, Severity, Verdict
from tlsscan.protocol import Version
from tlsscan.reporters.json import SCHEMA as NAME

GOLDEN = Path(__file__).parent / "golden"


def test_it_is_a_schema_of_this_version() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$defs"]["run"]["properties"]["schema"] == {"const": NAME}
    assert NAME in SCHEMA["title"]


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.name)
def test_a_report_that_was_read_fits(file: Path) -> None:
    if not file.name.endswith((".gitlab.json", ".cdx.json")):
        assert misfits(json.loads(file.read_text())) == []


def test_lines_fit() -> None:
    for line in (GOLDEN / "webshop.jsonl").read_text().splitlines():
        assert misfits(json.loads(line), LINE) == []


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("finding verdict", set(Verdict) - {Verdict.OK}),
        ("finding level", set(Level) - {Level.NONE}),
        ("finding role", set(Role)),
        ("finding confidence", set(Confidence)),
        ("remark kind", set(RemarkKind)),
        ("problem severity", set(Severity)),
    ],
)
def test_words_are_those_of_the_program(place: str, words: set[Enum]) -> None:
    owner, key = place.split()
    assert set(SCHEMA["$defs"][owner]["properties"][key]["enum"]) == {word.value for word in words}


def test_words_in_lists_are_those_of_the_program() -> None:
    defs = SCHEMA["$defs"]
    assert defs["version"]["enum"] == [version.token for version in sorted(Version)]
    assert set(defs["origin"]["properties"]["areas"]["items"]["enum"]) == {area.value for area in Area}
    kinds = defs["suppressed"]["properties"]["suppression"]["properties"]["kind"]["enum"]
    assert set(kinds) == {kind.value for kind in AsideKind}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"complete": "yes"}, "$.complete: 'yes' is not of type 'boolean'"),
        ({"schema": "tlsscan-report/2"}, "$.schema: 'tlsscan-report/1' was expected"),
        ({"more": 1}, "more is not in the schema"),
    ],
)
def test_what_does_not_fit_is_noticed(change: dict[str, Any], said: str) -> None:
    document = json.loads((GOLDEN / "webshop.json").read_text())
    assert misfits({**document, **change}) == [said]
    finding = {**document["findings"][0], "extra": 1}
    assert misfits({**document, "findings": [finding]}) == ["extra is not in the schema"]
