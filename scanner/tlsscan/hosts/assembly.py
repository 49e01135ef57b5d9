"""The code of a file that is not all code, as one text to parse, and where each byte of it stands in the file."""

from bisect import bisect_right
from enum import IntEnum

from tlsscan.records import NamedTuple
from tlsscan.source import DEFAULT_LIMIT, Position, SourceFile
from tlsscan.values import Region

MAX_RUNS = 400_000


class TooMuchCode(Exception):
    """The program would be larger than what is parsed, or made of too many pieces."""


class Sort(IntEnum):
    """What a run of bytes is: as in the file, what an escape sequence stands for, or words that are not in the file."""

    PLAIN = 0
    ESCAPE = 1
    WORDS = 2


class Run(NamedTuple):
    """A run of bytes from `at` on in the program, and the stretch of the file that it comes from.

    Words between two stretches begin where the second does and end where the first did.
    """

    at: int
    start: int
    end: int
    sort: Sort


class Assembly:
    """Puts a program together from stretches of a file and words between them. Raises TooMuchCode."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self._parts: list[bytes] = []
        self._runs: list[Run] = []
        self._length = 0
        self._left = 0  # the end of the last stretch of the file
        self._words: list[int] = []  # the runs since then, which begin where the next stretch does

    def take(self, start: int, end: int) -> None:
        """A stretch of the file as it stands there."""
        if start < end:
            self._add(self.file.data[start:end], Run(self._length, start, end, Sort.PLAIN))

    def decoded(self, text: bytes, start: int, end: int) -> None:
        """What an escape sequence of the file stands for."""
        self._add(text, Run(self._length, start, end, Sort.ESCAPE))

    def words(self, text: bytes) -> None:
        """Text that is not in the file."""
        self._words.append(len(self._runs))
        self._put(text, Run(self._length, self._left, self._left, Sort.WORDS))

    def add(self, other: "Assembly") -> None:
        """All of another assembly of the same file."""
        for run, part in zip(other._runs, other._parts, strict=True):
            if run.sort is Sort.WORDS:
                self.words(part)
            else:
                self._add(part, run._replace(at=self._length))

    def text(self) -> bytes:
        """The program."""
        return b"".join(self._parts)

    def source(self, data: bytes | None = None) -> SourceFile:
        """The program as a source file; `data`, of the same length, may stand in for its text."""
        return Assembled(self.file, self.text() if data is None else data, self._runs)

    def _add(self, text: bytes, run: Run) -> None:
        for index in self._words:
            self._runs[index] = self._runs[index]._replace(start=run.start)
        self._words.clear()
        self._left = run.end
        self._put(text, run)

    def _put(self, text: bytes, run: Run) -> None:
        if self._length + len(text) > DEFAULT_LIMIT or len(self._runs) >= MAX_RUNS:
            raise TooMuchCode
        self._runs.append(run)
        self._parts.append(text)
        self._length += len(text)


class Assembled(SourceFile):
    """A program inside a file. `data` is what gets parsed; lines, columns and offsets are those of the file."""

    __slots__ = ("_at", "_runs", "file")

    def __init__(self, file: SourceFile, data: bytes, runs: list[Run]) -> None:
        super().__init__(file.path, data, replaced=file.replaced, origin=file.origin)
        self.file = file
        self._runs = runs or [Run(0, 0, 0, Sort.WORDS)]
        self._at = [run.at for run in self._runs]

    @property
    def content(self) -> bytes:
        """The file's own text."""
        return self.file.content

    def region(self, start: int, end: int) -> Region:
        """The region of the file that a stretch of `data` comes from."""
        first = self._start(start)
        return self.file.region(first, max(first, self._end(end)) if end > start else first)

    def position(self, offset: int) -> Position:
        """The position in the file of a byte of `data`."""
        return self.file.position(self._start(offset))

    @property
    def line_count(self) -> int:
        """How many lines the file has."""
        return self.file.line_count

    def line_text(self, line: int) -> str:
        """A line of the file."""
        return self.file.line_text(line)

    def holds(self, offset: int) -> bool:
        """Whether a byte of the file is part of the program."""
        return any(run.start <= offset < run.end for run in self._runs if run.sort is not Sort.WORDS)

    def code_on(self, start: int, end: int) -> int | None:
        """Where in `data` the first code stands that comes from a stretch of the file."""
        found: list[tuple[int, int]] = []
        for run in self._runs:
            if run.sort is Sort.PLAIN and run.start < end and run.end > start:
                first = max(run.start, start)
                text = self.file.data[first : min(run.end, end)]
                if text.strip():
                    at = first + len(text) - len(text.lstrip())
                    found.append((at, run.at + at - run.start))
        return min(found)[1] if found else None

    def _start(self, offset: int) -> int:
        run = self._runs[max(bisect_right(self._at, offset) - 1, 0)]
        return min(run.start + offset - run.at, run.end) if run.sort is Sort.PLAIN else run.start

    def _end(self, offset: int) -> int:
        run = self._runs[max(bisect_right(self._at, offset - 1) - 1, 0)]
        return run.start + offset - run.at if run.sort is Sort.PLAIN else run.end
