"""The coverage list: every row of it is done, by rules or tests that exist, or left out for a reason that is told."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tlsscan.packs import load

ROOT = Path(__file__).parents[1]
RULES = ROOT / "rules"
LIST = RULES / "COVERAGE.md"
HEADER = ("row", "done", "left out")
SHORTEST_REASON = 10
QUOTED = re.compile(r"`([^`]+)`")
IDS = set(load(directory=str(RULES)).with_defaults.ids())
PACKS = sorted({identifier.split("/")[0] for identifier in IDS})
NAMED = re.compile(rf"(?:{'|'.join(PACKS)})/[a-z0-9-]+|(?:fixtures|tests|scanner|rules)/\S+")


class Row(NamedTuple):
    """One row of a table: its line, the languages it stands under, its cells."""

    line: int
    section: str
    cells: tuple[str, ...]

    @property
    def done(self) -> list[str]:
        """The rules and files that do it; other code in the cell is only mentioned."""
        return [name for name in QUOTED.findall(self.cells[1]) if NAMED.fullmatch(name)]


def rows(lines: list[str]) -> list[Row]:
    """All rows of all tables; a bar inside a cell is written `\\|`."""
    found: list[Row] = []
    section = ""
    for number, line in enumerate(lines, start=1):
        section = line.removeprefix("## ") if line.startswith("## ") else section
        if not line.startswith("|") or re.fullmatch(r"[|\s:-]+", line):
            continue
        cells = tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1])
        if cells != HEADER:
            found.append(Row(number, section, cells))
    return found


LINES = LIST.read_text(encoding="utf-8").splitlines()
ROWS = rows(LINES)
# Lines that begin with `Also:` name rules that answer no row of the catalogue.
ALSO = [name for line in LINES if line.startswith("Also:") for name in QUOTED.findall(line)]
EACH_ROW = pytest.mark.parametrize("row", ROWS, ids=[f"line{row.line}" for row in ROWS])


@EACH_ROW
def test_a_row_is_done_or_left_out_for_a_reason(row: Row) -> None:
    assert len(row.cells) == len(HEADER), "three cells: row, done, left out"
    assert row.cells[0], "the row has no name"
    told = row.done or len(row.cells[2]) >= SHORTEST_REASON
    assert told, "neither done (rules or files in backticks) nor left out with a reason"


@EACH_ROW
def test_what_does_a_row_exists(row: Row) -> None:
    assert [name for name in row.done if name not in IDS and not (ROOT / name).is_file()] == []


def test_no_row_stands_twice() -> None:
    names = [(row.section, row.cells[0]) for row in ROWS]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_rules_beside_the_rows_exist() -> None:
    assert [name for name in ALSO if name not in IDS] == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_is_in_the_list(pack: str) -> None:
    told = {name for row in ROWS for name in row.done} | set(ALSO)
    assert sorted(name for name in IDS - told if name.startswith(f"{pack}/")) == []
