"""Jupyter notebooks: the code cells of a JSON document, one after the other as one Python program."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tlsscan.hosts import Program
from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.jsontext import Event, Malformed, events, pieces
from tlsscan.source import SourceFile

SOURCES = frozenset({"source", "input"})  # `input` until format 3
LANGUAGE_PLACES = {
    "language": (("", "metadata", "kernelspec"),),
    "name": (("", "metadata", "language_info"),),
}
KERNELS = frozenset({"", "python", "python2", "python3", "ipython", "ipython2", "ipython3", "pypy", "sage"})
LINE = re.compile(
    rb"^(?P<lead>[ \t]*+(?P<assigned>[\w.,\[\]'\" \t]++=[ \t]*+)?)"
    rb"(?:(?P<timed>%(?:time|timeit|prun|memit)\b(?:[ \t]+-[a-z]\b(?:[ \t]*\d+)?)*)"
    rb"|(?:!(?!=)|%{1,2}[A-Za-z_]\w*(?![\w(.)])|\?{1,2}[A-Za-z%])(?:[^\n\\]|\\(?:\r\n|.))*+"
    rb"|[A-Za-z_][\w.]*\?{1,2}[ \t]*$)",
    re.MULTILINE | re.DOTALL,
)
CELL_MAGIC = re.compile(rb"\s*%%(\w+|!)[ \t]*([^\n]*)")
PYTHON_MAGICS = frozenset(
    {b"time", b"timeit", b"capture", b"prun", b"memit", b"python", b"python2", b"python3", b"pypy"}
)
WRITING = frozenset({b"writefile", b"file"})


class Cell:
    """What is known of a cell while it is read. Of a key that comes twice the last counts."""

    def __init__(self) -> None:
        self.kind = ""
        self.texts: list[tuple[int, int]] = []


class Frame(NamedTuple):
    """An object or list around the place that is read."""

    key: str
    cell: Cell | None


def program(source: SourceFile) -> Program:
    """The Python of a notebook. What stands before a place that is no JSON is read all the same."""
    reader = _Reader(source.data)
    code = Assembly(source)
    broken, trouble = None, ""
    try:
        for cell in reader.cells():
            _put(code, source, cell)
    except Malformed as error:
        broken = (error.offset, len(source.data))
        trouble = "is no JSON from here on; only literals were looked for"
    if reader.language not in KERNELS:
        return Program("", source, reader.language)
    return Program("python", code.source(_plain(code.text())), "", broken, trouble)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._around: list[Frame] = []
        self.language = ""

    def cells(self) -> Iterator[Cell]:
        """The code cells in order. Raises Malformed."""
        for event in events(self._data):
            if event.what in ("object", "list"):
                self._begin(event)
            elif event.what == "end":
                frame = self._around.pop()
                if frame.cell is not None and frame.cell.kind == "code":
                    yield frame.cell
            elif event.what == "text":
                self._text(event)

    def _begin(self, event: Event) -> None:
        is_cell = event.what == "object" and self._inside(("", "cells"), ("", "worksheets", "", "cells"))
        self._around.append(Frame(event.key, Cell() if is_cell else None))
        above = self._around[-2].cell if len(self._around) > 1 else None
        if above is not None and event.key in SOURCES:
            above.texts.clear()

    def _inside(self, *ways: tuple[str, ...]) -> bool:
        """Whether the keys of what is around are one of some ways down from the top."""
        return len(self._around) <= 4 and tuple(frame.key for frame in self._around) in ways

    def _text(self, event: Event) -> None:
        around = self._around
        if not around:
            return
        cell = around[-1].cell
        if cell is not None and event.key in SOURCES:
            cell.texts[:] = [(event.start, event.end)]
        elif cell is not None and event.key == "cell_type":
            cell.kind = self._value(event)
        elif len(around) > 1 and around[-2].cell is not None and around[-1].key in SOURCES and not event.key:
            around[-2].cell.texts.append((event.start, event.end))
        elif self._inside(*LANGUAGE_PLACES.get(event.key, ())):
            self.language = self._value(event).lower()

    def _value(self, event: Event) -> str:
        return self._data[event.start : min(event.end, event.start + 80)].decode("utf-8", "replace")


def _put(code: Assembly, source: SourceFile, cell: Cell) -> None:
    """Adds a cell, unless its first line hands it to another program."""
    own = Assembly(source)
    for start, end in cell.texts:
        for meant, begin, stop in pieces(source.data, start, end):
            if meant is None:
                own.take(begin, stop)
            else:
                own.decoded(meant, begin, stop)
    magic = CELL_MAGIC.match(own.text())
    if magic is None or _is_python(*magic.groups()):
        code.add(own)
        code.words(b"\n")


def _is_python(magic: bytes, rest: bytes) -> bool:
    return magic in PYTHON_MAGICS or (magic in WRITING and rest.rstrip().endswith(b".py"))


def _plain(text: bytes) -> bytes:
    """Python without IPython's own lines, of the same length: each of them becomes a number."""
    return LINE.sub(_number, text)


def _number(found: re.Match[bytes]) -> bytes:
    """What stands in for a line; code after `%time` stays."""
    lead = found["lead"]
    room = len(found.group()) - len(lead)
    if found["timed"] is None:
        return lead + b"0".ljust(room)
    return lead + (b"" if found["assigned"] else b"0;").ljust(room)
