"""The coverage list: every row of it is done, by rules or tests that exist, or left out for a reason that is told."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tlsscan.packs import load

ROOT = Path(__file__).parents[1]
RULES = ROOT / "rules"
PACKS = ("python", "ruby", "php", "dotnet", "java")
HEADER = ("row", "done", "left out")
QUOTED = re.compile(r"`([^`]+)`")
NAMED = re.compile(rf"(?:{'|'.join(PACKS)})/[a-z0-9-]+|(?:fixtures|tests|scanner|rules)/\S+")
FILES = sorted([*RULES.glob("COVERAGE.md"), *RULES.glob("coverage/*.md")])
IDS = set(load(directory=str(RULES)).ids())


class Row(NamedTuple):
    """One row of a table, and where it stands."""

    place: str
    cells: tuple[str, ...]

    @property
    def done(self) -> list[str]:
        """The rules and files that do it; other code in the cell is only mentioned."""
        return [name for name in QUOTED.findall(self.cells[1]) if NAMED.fullmatch(name)]


def tables(path: Path) -> list[Row]:
    """All rows of all tables of a page; a bar inside a cell is written `\\|`."""
    found: list[Row] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.startswith("|") or re.fullmatch(r"[|\s:-]+", line):
            continue
        cells = tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))
        if cells != HEADER:
            found.append(Row(f"{path.relative_to(ROOT)}:{number}", cells))
    return found


def also(path: Path) -> list[str]:
    """What the lines that begin with `Also:` name: rules that answer no row of the catalogue."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [name for line in lines if line.startswith("Also:") for name in QUOTED.findall(line)]


ROWS = [row for path in FILES for row in tables(path)]
EACH_ROW = pytest.mark.parametrize("row", ROWS, ids=[row.place for row in ROWS])


def test_the_list_exists() -> None:
    assert (RULES / "COVERAGE.md").is_file()


@EACH_ROW
def test_a_row_is_done_or_left_out_for_a_reason(row: Row) -> None:
    assert len(row.cells) == len(HEADER), "three cells: row, done, left out"
    assert row.cells[0], "the row has no name"
    assert row.done or len(row.cells[2]) > 10, "neither done (rules or files in backticks) nor left out with a reason"


@EACH_ROW
def test_what_does_a_row_exists(row: Row) -> None:
    assert [name for name in row.done if name not in IDS and not (ROOT / name).is_file()] == []


def test_no_row_stands_twice() -> None:
    names = [(row.place.split(":")[0], row.cells[0]) for row in ROWS]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_the_rules_beside_the_rows_exist(path: Path) -> None:
    assert [name for name in also(path) if name not in IDS] == []


@pytest.mark.parametrize("pack", [path.stem for path in FILES if path.stem in PACKS])
def test_every_rule_of_a_listed_pack_is_in_the_list(pack: str) -> None:
    told = {name for row in ROWS for name in row.done} | {name for path in FILES for name in also(path)}
    assert sorted(name for name in IDS - told if name.startswith(f"{pack}/")) == []
