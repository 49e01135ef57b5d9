"""Reading and decoding: whatever the encoding, a place in a file has one line and one column."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscan.model import Problem, ProblemKind
from tlsscan.osfiles import read_capped
from tlsscan.source import Position, Reader, SourceFile, decode, wide_encoding

posix = pytest.mark.skipif(os.name != "posix", reason="needs FIFOs, sockets and links")

BEFORE = "# \u00e9\u00e8 form\ffeed \u2028 separator"
LINE = "x = '\u00e9\U0001f512'; ssl.PROTOCOL_TLSv1"
NEEDLE = b"ssl.PROTOCOL_TLSv1"
# x = 'éL'; with é one unit and the lock two: the needle is the 11th code point and the 12th unit.
COLUMN, UTF16 = 11, 12


def joined(end: str = "\n") -> str:
    return f"{BEFORE}{end}{LINE}{end}y = 1{end}"


ENCODINGS = {
    "utf-8": joined().encode(),
    "utf-8 with mark": b"\xef\xbb\xbf" + joined().encode(),
    "utf-16-le": b"\xff\xfe" + joined().encode("utf-16-le"),
    "utf-16-be": b"\xfe\xff" + joined().encode("utf-16-be"),
    "utf-32-le": b"\xff\xfe\0\0" + joined().encode("utf-32-le"),
    "utf-32-be": b"\0\0\xfe\xff" + joined().encode("utf-32-be"),
    "crlf": joined("\r\n").encode(),
    "cr": joined("\r").encode(),
    "mixed": f"{BEFORE}\r{LINE}\r\ny = 1\n".encode(),
    "no end": f"{BEFORE}\n{LINE}".encode(),
    "mark and crlf": b"\xef\xbb\xbf" + joined("\r\n").encode(),
    "latin-1 before": "# \u00e9\n".encode("latin-1") + LINE.encode() + b"\n",
    "utf-16-le crlf": b"\xff\xfe" + joined("\r\n").encode("utf-16-le"),
}


def source(raw: bytes) -> SourceFile:
    decoded = decode("a.py", raw)
    assert isinstance(decoded, SourceFile)
    return decoded


@pytest.mark.parametrize("raw", ENCODINGS.values(), ids=ENCODINGS)
def test_the_same_place_in_every_encoding(raw: bytes) -> None:
    file = source(raw)
    start = file.data.index(NEEDLE)
    region = file.region(start, start + len(NEEDLE))
    assert (region.line, region.column, region.utf16) == (2, COLUMN, UTF16)
    assert (region.end_line, region.end_column, region.end_utf16) == (2, COLUMN + 18, UTF16 + 18)
    assert file.line_text(2) == LINE


def test_latin_1_counts_one_column_a_byte_and_says_so() -> None:
    raw = "x = '\u00e9\u00e8\u00fc' + TLSv1\n".encode("latin-1")
    file = source(raw)
    start = file.data.index(b"TLSv1")
    region = file.region(start, start + 5)
    assert (region.column, region.utf16, region.end_column) == (13, 13, 18)
    assert file.replaced and file.data == raw
    assert file.line_text(1) == "x = '\ufffd\ufffd\ufffd' + TLSv1"
    assert not source(b"x = 1\n").replaced


def test_byte_offsets_are_those_on_disk() -> None:
    raw = ENCODINGS["mark and crlf"]
    file = source(raw)
    start = file.data.index(NEEDLE)
    region = file.region(start, start + len(NEEDLE))
    assert raw[region.start : region.end] == NEEDLE
    assert file.region(0, 1)[:2] == (1, 1)


def test_byte_offsets_of_utf16_are_those_of_its_utf8_form() -> None:
    file = source(ENCODINGS["utf-16-le"])
    start = file.data.index(NEEDLE)
    assert file.region(start, start)[6:] == (start, start)
    assert file.data == joined().encode()


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"\n\n", ["", ""]),
        (b"a\rb\r\nc\n\rd", ["a", "b", "c", "", "d"]),
        (b"a\r\r\nb\r\r\r\n\r\rc", ["a", "b", "", "", "c"]),
        (b"a\x0bb\x0cc\x1cd\xc2\x85e\xe2\x80\xa8f", ["a\x0bb\x0cc\x1cd\x85e\u2028f"]),
    ],
)
def test_lines(raw: bytes, lines: list[str]) -> None:
    file = source(raw)
    assert file.line_count == len(lines)
    assert [file.line_text(number + 1) for number in range(file.line_count)] == lines
    assert (file.line_text(0), file.line_text(file.line_count + 2)) == ("", "")


def test_the_end_of_a_file_is_a_place() -> None:
    assert source(b"a\nbc").position(4) == Position(2, 3, 3, 4)
    assert source(b"a\n").position(2) == Position(2, 1, 1, 2)
    assert source(b"").position(0) == Position(1, 1, 1, 0)


def slow_position(data: bytes, offset: int) -> Position:
    """The rules of a position, spelled out."""
    ends = [0]
    at = 0
    while at < len(data):
        after = at
        while data[after : after + 1] == b"\r":
            after += 1
        if data[after : after + 1] == b"\n":
            ends.append(after + 1)
            at = after + 1
        else:
            ends.extend(range(at + 1, after + 1))
            at = max(after, at + 1)
    reached = [end for end in ends if end <= offset]
    text = data[reached[-1] : offset].decode("utf-8", "replace")
    return Position(len(reached), len(text) + 1, len(text.encode("utf-16-le")) // 2 + 1, offset)


PIECES = st.lists(st.sampled_from([b"\n", b"\r", b"\r\n", b"a", "\u00e9".encode(), "\U0001f512".encode(), b"\xff"]))


@given(PIECES, st.integers(0, 60))
def test_positions_follow_the_rules(pieces: list[bytes], index: int) -> None:
    data = b"".join(pieces)
    offset = sum(map(len, pieces[:index]))
    assert SourceFile("a", data).position(offset) == slow_position(data, offset)


@given(st.lists(st.sampled_from(["a" * 999, "\u00e9" * 500, "\U0001f512" * 701, "\x80", "x"]), max_size=40), st.data())
def test_positions_on_a_long_line(words: list[str], data: st.DataObject) -> None:
    content = b"first\n" + b"".join(b"\x80" if word == "\x80" else word.encode() for word in words)
    offset = data.draw(st.integers(6, len(content)))
    while offset < len(content) and content[offset] & 0xC0 == 0x80:
        offset += 1
    assert SourceFile("a", content).position(offset) == slow_position(content, offset)


def test_stray_continuation_bytes_on_a_long_line() -> None:
    content = b"\x80" * 20_000 + b"TLSv1"
    assert SourceFile("a", content).position(20_000).column == 20_001


@pytest.mark.parametrize(
    ("raw", "kind", "text"),
    [
        (b"\xff\xfea\0b", ProblemKind.UNDECODABLE, "UTF-16"),
        (b"\xfe\xff\xd8\0\0a", ProblemKind.UNDECODABLE, "UTF-16"),
        (b"\0\0\xfe\xff\0\x11\0\0", ProblemKind.UNDECODABLE, "UTF-32"),
        (b"MZ\0\0", ProblemKind.BINARY, "NUL"),
        (b"\xef\xbb\xbfa\0", ProblemKind.BINARY, "NUL"),
        (b"\xff\xfea\0\0\0", ProblemKind.BINARY, "NUL"),
    ],
)
def test_what_is_not_text(raw: bytes, kind: ProblemKind, text: str) -> None:
    problem = decode("b.cs", raw)
    assert isinstance(problem, Problem)
    assert (problem.path, problem.kind) == ("b.cs", kind)
    assert text in problem.text


def test_a_late_nul_is_text() -> None:
    assert source(b"x" * 8192 + b"\0").line_count == 1
    assert isinstance(decode("a", b"x" * 8191 + b"\0"), Problem)


def test_wide_encodings_are_told_before_a_literal_search() -> None:
    assert [wide_encoding(memoryview(ENCODINGS[name])) for name in ("utf-8", "utf-16-be", "utf-32-le")] == [
        "",
        "utf-16-be",
        "utf-32-le",
    ]
    assert wide_encoding(b"\xff") == wide_encoding(b"") == ""


# -- reading


def read(path: Path, limit: int = 100) -> bytes | ProblemKind:
    result = Reader(limit).read(os.fsencode(path))
    return result if isinstance(result, ProblemKind) else bytes(result)


def test_a_reader_reuses_its_buffer_without_mixing_files(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"a" * 50)
    (tmp_path / "short").write_bytes(b"bb")
    (tmp_path / "empty").write_bytes(b"")
    reader = Reader(100)
    contents = []
    for name in ("long", "short", "empty", "long"):
        view = reader.read(os.fsencode(tmp_path / name))
        assert isinstance(view, memoryview)
        contents.append(bytes(view))
    assert contents == [b"a" * 50, b"bb", b"", b"a" * 50]


def test_the_limit_is_the_last_size_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x" * 100)
    assert read(path) == b"x" * 100
    path.write_bytes(b"x" * 101)
    assert read(path) is ProblemKind.TOO_LARGE


@posix
def test_what_cannot_be_read_is_told_and_never_blocks(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.py")
    (tmp_path / "target.py").write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to("target.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "dangling.py").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(tmp_path)  # a socket's whole path may have 107 bytes
        try:
            listener.bind("socket.py")
        finally:
            os.chdir(here)
        assert read(tmp_path / "socket.py") is ProblemKind.NOT_REGULAR
    assert read(tmp_path / "fifo.py") is ProblemKind.NOT_REGULAR
    assert read(tmp_path) is ProblemKind.NOT_REGULAR
    assert read(Path("/dev/null")) is ProblemKind.NOT_REGULAR
    assert read(tmp_path / "gone.py") is ProblemKind.VANISHED
    assert read(tmp_path / "target.py" / "gone.py") is ProblemKind.VANISHED
    for name in ("link.py", "loop.py", "dangling.py"):
        assert read(tmp_path / name) is ProblemKind.OUTSIDE


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing can be denied to root")
def test_a_denied_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x")
    (tmp_path / "a.py").chmod(0)
    assert read(tmp_path / "a.py") is ProblemKind.UNREADABLE


@posix
def test_descriptors_are_closed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x" * 500)
    os.mkfifo(tmp_path / "fifo")
    before = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []
    reader = Reader(100)
    for name in ("a.py", "fifo", "gone"):
        reader.read(os.fsencode(tmp_path / name))
        next(reader.pieces(os.fsencode(tmp_path / name), name, 8), None)
    read_capped(os.fsencode(tmp_path / "a.py"), 500)
    with pytest.raises(OSError, match="larger than 499 bytes"):
        read_capped(os.fsencode(tmp_path / "a.py"), 499)
    assert (os.listdir("/proc/self/fd") if before else []) == before


# -- pieces of a large file


def needles(path: Path, limit: int, overlap: int) -> set[tuple[int, ...]]:
    """All regions of the needle, found piece by piece."""
    found = set()
    for piece in Reader(limit).pieces(os.fsencode(path), "a", overlap):
        assert isinstance(piece, SourceFile)
        at = piece.data.find(NEEDLE)
        while at >= 0:
            found.add(tuple(piece.region(at, at + len(NEEDLE))))
            at = piece.data.find(NEEDLE, at + 1)
    return found


def whole(raw: bytes) -> Iterator[tuple[int, ...]]:
    file = source(raw)
    at = file.data.find(NEEDLE)
    while at >= 0:
        yield tuple(file.region(at, at + len(NEEDLE)))
        at = file.data.find(NEEDLE, at + 1)


@pytest.mark.parametrize("raw", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("limit", [18, 19, 20, 21, 22, 23, 64, 1000])
def test_pieces_find_the_same_places_as_the_whole(tmp_path: Path, raw: bytes, limit: int) -> None:
    path = tmp_path / "a"
    unit = {"utf-16-le": b"\n\0", "utf-16-be": b"\0\n", "utf-32-le": b"\n\0\0\0", "utf-32-be": b"\0\0\0\n"}
    body = raw.removeprefix(b"\xef\xbb\xbf")
    if not wide_encoding(raw):
        raw += body * 5
    else:
        raw += unit[wide_encoding(raw)]
    path.write_bytes(raw)
    expected = set(whole(raw))
    assert {region[:2] for region in expected} >= {(2, COLUMN)}
    assert needles(path, limit, len(NEEDLE)) == expected


def test_pieces_of_what_cannot_be_read(tmp_path: Path) -> None:
    def problems(raw: bytes) -> list[ProblemKind]:
        (tmp_path / "a").write_bytes(raw)
        pieces = Reader(20).pieces(os.fsencode(tmp_path / "a"), "a", 4)
        return [piece for piece in pieces if isinstance(piece, ProblemKind)]

    assert problems(b"abc\0" + b"x" * 50) == [ProblemKind.BINARY]
    assert problems(b"\xff\xfe" + b"a\0" * 50 + b"b") == [ProblemKind.UNDECODABLE]
    assert problems(b"x" * 50) == []
    assert list(Reader(20).pieces(os.fsencode(tmp_path / "gone"), "gone", 4)) == [ProblemKind.VANISHED]
    assert list(Reader(20).pieces(os.fsencode(tmp_path), "dir", 4)) == [ProblemKind.NOT_REGULAR]
