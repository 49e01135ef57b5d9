"""The content of one file: reading it safely, decoding it, and telling lines and columns. Knows no language."""

import codecs
import os
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise
from operator import itemgetter

from tlsscan.model import Piece, Problem, ProblemKind
from tlsscan.osfiles import blank, fill, open_regular, problem_kind
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.values import Region

MARK = b"tlsscan:"  # what a comment says that is meant for this program, in whatever case
EMPTY: Mapping[bytes, bytes] = {}
WORD_BYTES = frozenset([*range(48, 58), *range(65, 91), 95, *range(97, 123), *range(128, 256)])
PIECE = 200  # code points of a long line before what is shown of it, and after
DEFAULT_LIMIT = 2 * 1024 * 1024
_BINARY_WINDOW = 8 * 1024
_STRIDE = 4 * 1024
_RUN = lazy(rb"\r+\n?")
_UTF8_BOM = b"\xef\xbb\xbf"
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_WIDE = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def is_marked(data: bytes) -> bool:
    """Whether something in a text may be meant for this program."""
    return MARK in data or MARK in data.lower()


class Position(NamedTuple):
    """A point of a file: line and columns from 1 (code points, UTF-16 units), and its byte offset."""

    line: int
    column: int
    utf16: int
    offset: int


_START = Position(1, 1, 1, 0)
_AFTER_BOM = Position(1, 1, 1, len(_UTF8_BOM))


class SourceFile:
    """A file's text as UTF-8 bytes, without its byte order mark, or a piece of a large file.

    `data` is what gets parsed. Bytes that are not UTF-8 stay as they are and `replaced` is set: each
    ill-formed sequence counts as one character. `origin` says where in the file `data` begins. A byte order
    mark takes part in byte offsets, not in columns: neither editors nor GitHub count it.
    Lines end at LF, CR LF or a lone CR; form feed and U+2028 end none. More CRs before a CR LF are part of that end, as
    what counts LF sees it: transfers as text leave them.
    """

    __slots__ = ("_marks", "_starts", "data", "origin", "path", "replaced")

    def __init__(self, path: str, data: bytes, *, replaced: bool = False, origin: Position = _START) -> None:
        self.path = path
        self.data = data
        self.replaced = replaced
        self.origin = origin
        self._starts: list[int] = []
        self._marks: dict[int, list[tuple[int, int, int]]] = {}

    @property
    def content(self) -> bytes:
        """The file's own text; `data`, unless that is only the code in it."""
        return self.data

    def region(self, start: int, end: int) -> Region:
        """The region between two byte offsets into `data`."""
        row = bisect_right(self._line_starts(), start) - 1
        head, origin = self._starts[row], self.origin
        piece = self.data[head:end] if start <= end <= head + _STRIDE else b"\n"
        if row and piece.isascii() and b"\n" not in piece and b"\r" not in piece:  # nearly all of them
            line, column, last = origin.line + row, start - head + 1, end - head + 1
            return Region(line, column, line, last, column, last, origin.offset + start, origin.offset + end)
        a, b = self.position(start), self.position(end)
        return Region(a.line, a.column, b.line, b.column, a.utf16, b.utf16, a.offset, b.offset)

    def position(self, offset: int) -> Position:
        """The position of a byte offset into `data` (0 to its length)."""
        starts = self._line_starts()
        row = bisect_right(starts, offset) - 1
        points, units = self._width(row, starts[row], offset)
        origin = self.origin
        if row == 0:
            points += origin.column - 1
            units += origin.utf16 - 1
        return Position(origin.line + row, points + 1, units + 1, origin.offset + offset)

    @property
    def line_count(self) -> int:
        """How many lines `data` has; a line end at the very end starts no further line."""
        starts = self._line_starts()
        return len(starts) - (starts[-1] == len(self.data))

    def line_text(self, line: int) -> str:
        """A line (numbered as in the file) without its line end; ill-formed bytes as U+FFFD. "" when there is none."""
        row = line - self.origin.line
        starts = self._line_starts()
        if not 0 <= row < len(starts):
            return ""
        end = starts[row + 1] if row + 1 < len(starts) else len(self.data)
        return self.data[starts[row] : end].rstrip(b"\r\n").decode("utf-8", "replace")

    def piece(self, region: Region) -> Piece:
        """What stands around the start of a region on its line, PIECE code points on each side."""
        content, at = self.content, region.start - self.origin.offset
        before = re.split(rb"[\r\n]", content[max(at - 4 * PIECE, 0) : at])[-1].decode("utf-8", "replace")[-PIECE:]
        after = re.split(rb"[\r\n]", content[at : at + 4 * PIECE], maxsplit=1)[0].decode("utf-8", "replace")
        text = before + after[:PIECE]
        end = at + len(after.encode("utf-8", "replace"))
        more = len(after) > PIECE or (end < len(content) and content[end] not in b"\r\n")
        return Piece(region.line, max(region.column - 1 - len(before), 0), text, more)

    def _line_starts(self) -> list[int]:
        if not self._starts:
            starts = list(accumulate(map(len, lines_of(self.data)), initial=0))
            if len(starts) > 1 and self.data[-1] not in b"\r\n":
                starts.pop()
            self._starts = starts
        return self._starts

    def _width(self, row: int, start: int, offset: int) -> tuple[int, int]:
        """Code points and UTF-16 units between a line's start and `offset`."""
        points = units = 0
        if offset - start > _STRIDE:
            marks = self._line_marks(row, start)
            start, points, units = marks[bisect_right(marks, offset, key=itemgetter(0)) - 1]
        more_points, more_units = _measure(self.data[start:offset])
        return points + more_points, units + more_units

    def _line_marks(self, row: int, start: int) -> list[tuple[int, int, int]]:
        """(offset, code points, units) every few KiB of a long line: a minified file must not cost its square."""
        marks = self._marks.get(row)
        if marks is None:
            end = self._starts[row + 1] if row + 1 < len(self._starts) else len(self.data)
            marks = [(start, 0, 0)]
            while end - marks[-1][0] > _STRIDE:
                at, points, units = marks[-1]
                cut = _boundary(self.data, at + _STRIDE)
                more_points, more_units = _measure(self.data[at:cut])
                marks.append((cut, points + more_points, units + more_units))
            self._marks[row] = marks
        return marks


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a text with their ends."""
    # bytes.splitlines, unlike str's, knows exactly the three line ends that count here.
    if b"\r\r\n" not in data:
        return data.splitlines(keepends=True)
    ends = list(accumulate(map(len, _RUN.sub(_blanked, data).splitlines(keepends=True)), initial=0))
    return [data[start:end] for start, end in pairwise(ends)]


def ended(data: bytes) -> bytes:
    """A text with LF for each lone CR."""
    return _RUN.sub(_ended, data)


def _blanked(run: re.Match[bytes]) -> bytes:
    found = run[0]
    return found[-2:].rjust(len(found)) if found.endswith(b"\n") else found


def _ended(run: re.Match[bytes]) -> bytes:
    found = run[0]
    return found if found.endswith(b"\n") else b"\n" * len(found)


def _measure(piece: bytes) -> tuple[int, int]:
    """How many code points and UTF-16 units a piece of a line has."""
    if piece.isascii():
        return len(piece), len(piece)
    text = piece.decode("utf-8", "replace")
    return len(text), len(text.encode("utf-16-le")) // 2


def _boundary(data: bytes, offset: int) -> int:
    """The nearest offset at or before `offset` that splits no UTF-8 sequence."""
    for cut in range(offset, max(offset - 4, 0), -1):
        if cut >= len(data) or data[cut] & 0xC0 != 0x80:
            return cut
    return offset


def wide_encoding(raw: bytes | memoryview) -> str:
    """`utf-16-le` and the like when the content starts with such a byte order mark, else an empty text.

    A literal search must not look at such bytes: decode first.
    """
    if len(raw) < 2 or raw[0] not in (0xFF, 0xFE, 0x00):
        return ""
    head = bytes(raw[:4])
    return next((encoding for mark, encoding in _WIDE if head.startswith(mark)), "")


def decode(path: str, raw: bytes | memoryview) -> SourceFile | Problem:
    """The text of a whole file, or the problem that keeps it from being text."""
    data = bytes(raw)
    encoding = wide_encoding(data)
    origin = _START
    if encoding:
        try:
            data = _transcode(data, encoding)
        except UnicodeDecodeError as error:
            return Problem(path, ProblemKind.UNDECODABLE, f"not valid {encoding[:6].upper()}: {error.reason}")
    elif data.startswith(_UTF8_BOM):
        data = without_mark(data)
        origin = _AFTER_BOM
    if is_binary(data):
        return Problem(path, ProblemKind.BINARY, "holds NUL bytes")
    return SourceFile(path, data, replaced=not _is_utf8(data), origin=origin)


def without_mark(data: bytes) -> bytes:
    """A text without the byte order mark of UTF-8 that it may begin with."""
    return data.removeprefix(_UTF8_BOM)


def is_binary(data: bytes) -> bool:
    """Whether a file is no text: there are NUL bytes near its beginning."""
    return b"\0" in data[:_BINARY_WINDOW]


def _transcode(data: bytes, encoding: str) -> bytes:
    return data.decode(encoding).removeprefix("\ufeff").encode()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class Reader:
    """Reads one file after the other into one buffer, each at most once and at most `limit` bytes of it."""

    __slots__ = ("_contents", "_view", "limit")

    def __init__(self, limit: int = DEFAULT_LIMIT, contents: Mapping[bytes, bytes] = EMPTY) -> None:
        """`contents` are files that are not read from disk, by the paths that would be opened."""
        self.limit = limit
        self._contents = contents
        self._view = memoryview(blank(limit + 1))

    def read(self, fs_path: bytes) -> memoryview | ProblemKind:
        """The raw content, valid until the next call, or why there is none.

        `TOO_LARGE` says that `pieces` should look at the file; `OUTSIDE` that it has become a link.
        """
        if (held := self._contents.get(fs_path)) is not None:
            return ProblemKind.TOO_LARGE if len(held) > self.limit else memoryview(held)
        try:
            descriptor, size = open_regular(fs_path)
        except OSError as error:
            return problem_kind(error)
        try:
            count = fill(descriptor, self._view, size)
        except OSError as error:
            return problem_kind(error)
        finally:
            os.close(descriptor)
        return ProblemKind.TOO_LARGE if count > self.limit else self._view[:count]

    def pieces(self, fs_path: bytes, path: str, overlap: int) -> Iterator[SourceFile | ProblemKind]:
        """A file of any size as pieces of about `limit` bytes, each beginning `overlap` bytes inside the one before.

        A literal of at most `overlap` bytes lies whole in at least one piece; the same region may be met twice.
        `overlap` is at least 4, so that no character or line end is cut. Ends with a problem when reading fails.
        """
        kept, origin = b"", _START
        for block in self._blocks(fs_path):
            if isinstance(block, ProblemKind):
                yield block
                return
            if origin is _START and block.startswith(_UTF8_BOM):
                block, origin = block[len(_UTF8_BOM) :], _AFTER_BOM
            piece = SourceFile(path, kept + block, origin=origin)
            yield piece
            cut = _boundary(piece.data, max(len(piece.data) - max(overlap, 4), 0))
            kept, origin = piece.data[cut:], piece.position(cut)

    def _blocks(self, fs_path: bytes) -> Iterator[bytes | ProblemKind]:
        """The file as UTF-8 in blocks of about `limit` bytes; in one block if it is not read from disk."""
        if (held := self._contents.get(fs_path)) is not None:
            whole = decode("", held)
            yield whole.kind if isinstance(whole, Problem) else whole.data
            return
        try:
            descriptor, _ = open_regular(fs_path)
        except OSError as error:
            yield problem_kind(error)
            return
        try:
            yield from self._decoded(descriptor)
        except OSError as error:
            yield problem_kind(error)
        except UnicodeDecodeError:
            yield ProblemKind.UNDECODABLE
        finally:
            os.close(descriptor)

    def _decoded(self, descriptor: int) -> Iterator[bytes | ProblemKind]:
        view = self._view
        raw = bytes(view[: fill(descriptor, view, len(view))])
        encoding = wide_encoding(raw)
        decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
        block = decoder.decode(raw).removeprefix("\ufeff").encode() if decoder else raw
        if b"\0" in block[:_BINARY_WINDOW]:
            yield ProblemKind.BINARY
            return
        while raw:
            yield block
            raw = bytes(view[: fill(descriptor, view, len(view))])
            block = decoder.decode(raw, final=not raw).encode() if decoder else raw
