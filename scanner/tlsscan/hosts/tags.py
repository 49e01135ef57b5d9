"""Code between `<%` and `%>`, as ERB, JSP and ASP.NET write it."""

import re
from collections.abc import Iterator

from tlsscan.records import NamedTuple

CLOSERS = {b"--": b"--%>"}


class Tag(NamedTuple):
    """A tag: its mark (`=`, `@`, `--`, or nothing), and where the text inside it begins and ends."""

    mark: bytes
    start: int
    end: int


class Finder:
    """Finds the next end of something; what has no end is looked for once, however often it begins."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._missing: set[bytes] = set()

    def end(self, closer: bytes, start: int) -> int:
        """Where a closer stands at or after an offset, in any case; -1 if nowhere."""
        if closer in self._missing:
            return -1
        found = re.compile(re.escape(closer), re.IGNORECASE).search(self._data, start)
        if found is None:
            self._missing.add(closer)
            return -1
        return found.start()


def tags(data: bytes, marks: bytes) -> Iterator[Tag]:
    """All tags of a text, in order. `marks` is a pattern for what may follow `<%`. One without an end is text."""
    opening = re.compile(rb"<%(" + marks + rb")")
    finder = Finder(data)
    at = 0
    while (found := opening.search(data, at)) is not None:
        closer = CLOSERS.get(found.group(1), b"%>")
        end = finder.end(closer, found.end())
        at = found.end() if end < 0 else end + len(closer)
        if end >= 0:
            yield Tag(found.group(1), found.end(), end)
