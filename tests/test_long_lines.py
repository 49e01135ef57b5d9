"""Minified and huge lines: what is found in them is shown, in a window that costs no more than it shows."""

import json
import time
from pathlib import Path

import pytest

from cli_tools import run
from tlsscan.linehash import line_hashes
from tlsscan.source import PIECE, decode
from tlsscan.values import Region

SETS = "ssl.SSLContext(ssl.PROTOCOL_TLSv1)"
FILLER = "x = '\u6f22\u5b57\tabc'; "


def frames(text: str) -> list[tuple[str, str]]:
    """The code and the carets of each frame, with the gutter taken away."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.lstrip().startswith("-->")]
    return [(lines[n + 2].partition("| ")[2], lines[n + 3].partition("| ")[2]) for n in starts]


def under(frame: tuple[str, str]) -> str:
    """The code above the carets, where no wide character stands before them."""
    code, carets = frame
    first = carets.index("^")
    return code[first : first + carets.count("^")]


def made(filler: str, times: int) -> str:
    return f"import ssl; {filler * times}a = {SETS}; {filler * times}b = {SETS}; {filler * times}\n"


@pytest.mark.parametrize(("filler", "times"), [("x = 1; ", 1000), ("x = 1; ", 50_000), (FILLER, 20_000)])
def test_every_finding_of_a_long_line_has_its_window(tmp_path: Path, filler: str, times: int) -> None:
    source = made(filler, times)
    (tmp_path / "a.py").write_text(source)
    text = run("a.py", "--color", "never", cwd=tmp_path).out
    found = frames(text)
    assert len(found) == 2
    for code, carets in found:
        assert code.startswith("...") and code.endswith("...")
        assert SETS in code
        assert carets.strip() == "^" * len("ssl.PROTOCOL_TLSv1")
    assert max(map(len, text.splitlines())) < 400
    if filler.isascii():
        assert [under(frame) for frame in found] == ["ssl.PROTOCOL_TLSv1"] * 2
    log = json.loads(run("a.py", "-f", "sarif", cwd=tmp_path).out)
    regions = [r["locations"][0]["physicalLocation"]["region"] for r in log["runs"][0]["results"]]
    assert [region["snippet"]["text"] for region in regions] == ["ssl.PROTOCOL_TLSv1"] * 2
    line = source.encode("utf-16-le")
    for region in regions:
        cut = line[2 * (region["startColumn"] - 1) : 2 * (region["endColumn"] - 1)]
        assert cut.decode("utf-16-le") == "ssl.PROTOCOL_TLSv1"


def test_a_line_larger_than_what_is_parsed_has_windows_and_a_line_hash(tmp_path: Path) -> None:
    source = "import ssl\n" + made("x = 1; ", 200_000)
    assert len(source) > 4 * 1024 * 1024
    (tmp_path / "a.py").write_text(source)
    text = run("a.py", "--level", "note", cwd=tmp_path).out
    found = frames(text)
    assert [under(frame) for frame in found] == ["PROTOCOL_TLSv1"] * 2
    log = json.loads(run("a.py", "--level", "note", "-f", "sarif", cwd=tmp_path).out)
    hashes = [r["partialFingerprints"]["primaryLocationLineHash"] for r in log["runs"][0]["results"]]
    assert hashes == [line_hashes(source, {2})[2]] * 2


def test_no_piece_of_a_long_line_is_shown_redacted(tmp_path: Path) -> None:
    source = "import ssl; password = '" + "hunter2 " * 2000 + f"'; a = {SETS}; b = 'hunter2'; {'x = 1; ' * 1000}\n"
    (tmp_path / "a.py").write_text(source)
    for form in ("full", "sarif", "json"):
        given = run("a.py", "--redact", "-f", form, cwd=tmp_path)
        assert given.status == 1
        assert "hunter2" not in given.out


def test_many_findings_on_a_long_line_cost_no_square(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl; " + f"{'x = 1; ' * 400}a = {SETS}; " * 400 + "\n")
    start = time.monotonic()
    given = run("a.py", "-f", "concise", cwd=tmp_path)
    assert given.out.count("\n") == 400
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_a_piece_ends_with_its_line(end: str) -> None:
    before, after = "é" * 500, "漢" * 3 if end else ""
    text = f"first{end}{before}NEEDLE{after}{end}next" if end else f"{before}NEEDLE"
    data = text.encode()
    source = decode("a", data)
    at = data.index(b"NEEDLE")
    region: Region = source.region(at, at + 6)  # type: ignore[union-attr]
    piece = source.piece(region)  # type: ignore[union-attr]
    assert piece.first == 500 - PIECE
    assert piece.text == "é" * PIECE + "NEEDLE" + after
    assert piece.more is False
    assert piece.text[region.column - 1 - piece.first :].startswith("NEEDLE")
