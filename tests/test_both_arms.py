"""What an object has at first, where both arms of a conditional give it something else, if one is not known."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tlsscan.scan import Request, scan
from tree_scans import rules

MAKE = """import ssl
def make(minimum=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if {}:
        {}
    else:
        {}
    return context
"""
GIVEN = "context.minimum_version = minimum"
NEW = "context.minimum_version = ssl.TLSVersion.TLSv1_2"


def told(folder: Path, condition: str, first: str, second: str) -> dict[int, Verdict]:
    """What is told of the lines of the code on a Python whose default permits old versions."""
    (folder / "a.py").write_text(MAKE.format(condition, first, second))
    request = Request((str(folder),), shown=Level.NOTE, jobs=1, runtimes=("python=3.9",))
    return {found.usage.place.region.line: found.verdict for found in scan(request, rules()).report.findings}


@pytest.mark.parametrize(
    ("condition", "first", "second", "open_at"),
    [
        ("minimum is not None", GIVEN, NEW, 5),
        ("minimum is None", NEW, GIVEN, 7),
        ("minimum", GIVEN, NEW, 5),
    ],
)
def test_nothing_is_left_of_it(tmp_path: Path, condition: str, first: str, second: str, open_at: int) -> None:
    assert told(tmp_path, condition, first, second) == {open_at: Verdict.UNRESOLVED}


def test_nothing_is_left_where_both_are_known(tmp_path: Path) -> None:
    newest = NEW.replace("TLSv1_2", "TLSv1_3")
    assert told(tmp_path, "minimum", newest, NEW) == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("pass", NEW, id="one-arm-alone"),
        pytest.param("other.minimum_version = minimum", NEW, id="of-another-object"),
        pytest.param("context.maximum_version = minimum", NEW, id="another-setting"),
    ],
)
def test_it_is_left_in_the_other_arm(tmp_path: Path, first: str, second: str) -> None:
    assert told(tmp_path, "minimum is not None", first, second)[3] is Verdict.ALLOWS
