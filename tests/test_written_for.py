"""What the syntax of a file says of the runtime that it is written for: a note, where nothing else is said."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Report
from tree_scans import scanned

WRAPS = "import ssl\ndef go(s, E, x):\n    {}\n    return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_SSLv23)\n"


def notes(report: Report) -> list[tuple[str, Level]]:
    return [(finding.message.rpartition("(")[2].rstrip(")"), finding.level) for finding in report.findings]


@pytest.mark.parametrize(
    "statement",
    [
        'print "x"',
        "print x",
        "print 'a %s' % x",
        "exec 'x = 1'",
        "if x:\n        raise E, 'x'",
        "try: go(1)\n    except E, e: pass",
        "try: go(1)\n    except (E, ssl.SSLError), err: pass",
    ],
)
def test_what_python_3_cannot_read_is_written_for_python_2(tmp_path: Path, statement: str) -> None:
    report = scanned(tmp_path, {"a.py": WRAPS.format(statement)})
    line = 4 if "\n" in statement else 3
    assert notes(report) == [(f"on Python 2.7, which a.py:{line} is written for", Level.NOTE)]
    assert report.claims == (f"Python 2.7 by a.py:{line} (syntax)",)
    assert [(claim.path, claim.region.line) for claim in report.findings[0].usage.claims] == [("a.py", line)]


@pytest.mark.parametrize(
    "statement",
    [
        'print("x")',
        "print ('x')",
        "print >>x, 'y'",
        "print",
        "exec('x = 1')",
        "raise E('x, y')",
        "try: go(1)\n    except (E, ssl.SSLError): pass",
        "try: go(1)\n    except E as e: pass",
        "try: go(1)\n    except E, ssl.SSLError: pass",
        '"""\n    print "x"\n    """',
        "# print 'x'",
    ],
)
def test_what_both_can_read_says_nothing(tmp_path: Path, statement: str) -> None:
    assert scanned(tmp_path, {"a.py": WRAPS.format(statement)}).findings == ()


def test_a_claim_says_more_than_syntax_and_other_files_are_not_meant(tmp_path: Path) -> None:
    old, new = WRAPS.format("print x"), WRAPS.format("print(x)")
    report = scanned(tmp_path, {"a.py": old, "b.py": new, "c.py": old, "d/e.py": old})
    assert [finding.usage.place.path for finding in report.findings] == ["a.py", "c.py", "d/e.py"]
    assert report.claims == ("Python 2.7 by a.py:3 and 2 more files (syntax)",)
    claimed = {"a.py": old, "runtime.txt": "python-3.11.4\n"}
    assert scanned(tmp_path / "claimed", _inside(tmp_path / "claimed", claimed)).findings == ()


def test_what_fails_anyway_is_no_note(tmp_path: Path) -> None:
    code = "import ssl\nprint 'x'\nssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)\n"
    assert [finding.level for finding in scanned(tmp_path, {"a.py": code}).findings] == [Level.ERROR]


def _inside(folder: Path, files: dict[str, str]) -> dict[str, str]:
    folder.mkdir()
    return files
