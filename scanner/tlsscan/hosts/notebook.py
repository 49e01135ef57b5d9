"""Jupyter notebooks: the code cells of a JSON document, one after the other as one program."""

import re

from tlsscan.hosts import Program
from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.ipython import is_python, plain
from tlsscan.hosts.jsontext import Event, Malformed, events, pieces
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile

SOURCES = frozenset({"source", "input"})  # `input` until format 3
LANGUAGE_PLACES = {
    "language": (("", "metadata", "kernelspec"),),
    "name": (("", "metadata", "language_info"),),
}
CELL_PLACES = {
    "languageId": (("metadata", "vscode"),),
    "language": (("metadata", "dotnet_interactive"),),
    "kernelName": (("metadata", "polyglot_notebook"),),
}
KERNELS = {
    **dict.fromkeys(("", "python", "python2", "python3", "ipython", "ipython2", "ipython3", "pypy", "sage"), "python"),
    **dict.fromkeys(("c#", "csharp"), "csharp"),
    **dict.fromkeys(("powershell", "pwsh"), "powershell"),
}
DIRECTIVE = lazy(rb"^[ \t]*#(?:!|[ri]\b)[^\n]*", re.MULTILINE)  # `#!csharp`, `#r "nuget: ..."`
SWITCH = lazy(rb"\s*#!([\w#-]+)")  # how a cell of .NET chooses its kernel


class Cell:
    """What is known of a cell while it is read. Of a key that comes twice the last counts."""

    def __init__(self) -> None:
        self.kind = ""
        self.language = ""
        self.texts: list[tuple[int, int]] = []


class Frame(NamedTuple):
    """An object or list around the place that is read."""

    key: str
    cell: Cell | None


def program(source: SourceFile) -> Program:
    """The code of a notebook in its own language. What stands before a place that is no JSON is read all the same."""
    reader = _Reader(source.data)
    broken, trouble = None, ""
    try:
        reader.read()
    except Malformed as error:
        broken = (error.offset, len(source.data))
        trouble = "is no JSON from here on; only literals were looked for"
    language = KERNELS.get(reader.language)
    if language is None:
        return Program("", source, reader.language)
    code = Assembly(source)
    for cell in reader.cells:
        own = _text(source, cell)
        if _speaks(cell, own.text(), language):
            code.add(own)
            code.words(b"\n")
    return Program(language, code.source(_plain(code.text(), language)), "", broken, trouble)


def _speaks(cell: Cell, text: bytes, language: str) -> bool:
    """Whether a cell is in the language of its notebook, by what it says of itself or by its first line."""
    if cell.language:
        return KERNELS.get(cell.language) == language
    if language == "python":
        return is_python(text)
    switch = SWITCH.match(text)
    return switch is None or KERNELS.get(switch[1].decode().lower()) == language


def _plain(text: bytes, language: str) -> bytes:
    """Code without what only notebooks know, of the same length."""
    if language == "csharp":
        return DIRECTIVE.sub(lambda found: b" " * len(found.group()), text)
    return plain(text) if language == "python" else text


def _text(source: SourceFile, cell: Cell) -> Assembly:
    """The text of a cell."""
    own = Assembly(source)
    for start, end in cell.texts:
        for meant, begin, stop in pieces(source.data, start, end):
            if meant is None:
                own.take(begin, stop)
            else:
                own.decoded(meant, begin, stop)
    return own


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._around: list[Frame] = []
        self.cells: list[Cell] = []
        self.language = ""

    def read(self) -> None:
        """Collects the code cells in order. Raises Malformed."""
        for event in events(self._data):
            if event.what in ("object", "list"):
                self._begin(event)
            elif event.what == "end":
                frame = self._around.pop()
                if frame.cell is not None and frame.cell.kind == "code":
                    self.cells.append(frame.cell)
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
        elif event.key in CELL_PLACES:
            self._cell_language(event)

    def _cell_language(self, event: Event) -> None:
        """What a cell says of its own language."""
        outer = self._around[-3].cell if len(self._around) > 2 else None
        if outer is not None and tuple(frame.key for frame in self._around[-2:]) in CELL_PLACES[event.key]:
            outer.language = self._value(event).lower()

    def _value(self, event: Event) -> str:
        return self._data[event.start : min(event.end, event.start + 80)].decode("utf-8", "replace")
