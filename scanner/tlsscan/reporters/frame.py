"""A line of source with carets under a region of it. Knows nothing of findings."""

from tlsscan.display import ELLIPSIS, Cell, cells, width
from tlsscan.model import Piece, Report
from tlsscan.records import NamedTuple
from tlsscan.values import Region

COLUMNS = 160
_LEAD = 40


class Excerpt(NamedTuple):
    """A line as shown, at most COLUMNS wide, with the column (from 0) and the width of its carets."""

    text: str
    caret: int
    carets: int


def piece_of(report: Report, path: str, region: Region) -> Piece | None:
    """The line on which a region begins, or what there is of it."""
    text = report.texts.get(path, {}).get(region.line)
    if text is not None:
        return Piece(region.line, 0, text)
    held = (piece for piece in report.pieces.get(path, ()) if piece.line == region.line)
    return next((piece for piece in held if 0 <= region.column - 1 - piece.first <= len(piece.text)), None)


def excerpt(text: str, first: int, last: int, before: bool = False, after: bool = False) -> Excerpt:
    """The line `text` around its code points `first` to `last` (from 0, end exclusive); `before` and `after` say that
    the line goes on there.

    A line that is too wide is cut to a window around `first`, so that minified code is never printed whole.
    """
    text = text.rstrip("\r\n")
    first = min(first, len(text))
    last = min(max(last, first), len(text))
    base = max(0, first - COLUMNS)
    row = cells(text[base : first + COLUMNS])
    begin, end = _window(row, first - base, before or after or base > 0 or first + COLUMNS < len(text))
    head = ELLIPSIS if before or base + begin > 0 else ""
    tail = ELLIPSIS if after or base + end < len(text) else ""
    shown = head + "".join(cell.text for cell in row[begin:end]) + tail
    caret = len(head) + _columns(row[begin : first - base])
    return Excerpt(shown, caret, max(1, _columns(row[first - base : min(last - base, end)])))


def code_frame(piece: Piece, region: Region) -> list[str]:
    """The lines of a frame, numbered, for the first line of `region`; `...` says that the region goes on."""
    goes_on = region.end_line > region.line
    first, last = region.column - 1 - piece.first, region.end_column - 1 - piece.first
    last = len(piece.text) if goes_on else last
    shown = excerpt(piece.text, first, last, piece.first > 0, piece.more)
    number = str(region.line)
    gutter = " " * len(number)
    frame = [f"{gutter} |", f"{number} | {shown.text}".rstrip(), f"{gutter} | {' ' * shown.caret}{'^' * shown.carets}"]
    return [*frame, ELLIPSIS] if goes_on else frame


def _columns(row: list[Cell]) -> int:
    return sum(cell.width for cell in row)


def _window(row: list[Cell], focus: int, cropped: bool) -> tuple[int, int]:
    """The cells to show: all if they fit, else some before `focus` and what fits after it."""
    if not cropped and _columns(row) <= COLUMNS:
        return 0, len(row)
    begin = focus
    lead = 0
    while begin > 0 and lead + row[begin - 1].width <= _LEAD:
        begin -= 1
        lead += row[begin].width
    end = focus
    room = COLUMNS - 2 * width(ELLIPSIS) - lead
    while end < len(row) and row[end].width <= room:
        room -= row[end].width
        end += 1
    return begin, end
