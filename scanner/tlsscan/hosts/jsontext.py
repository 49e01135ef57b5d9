"""JSON, read as a stream of texts with their places. Keeps offsets, builds nothing, follows no nesting by recursion."""

import re
from collections.abc import Iterator

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

MAX_TOKENS = 3_000_000
MAX_DEPTH = 10_000

TOKEN = lazy(
    rb"[ \t\r\n]*+(?:\"(?P<text>[^\"\\\x00-\x1f]*+(?:\\.[^\"\\\x00-\x1f]*+)*+)\""
    rb"|(?P<mark>[{}\[\],:])|(?P<plain>true|false|null|-?[0-9][0-9.eE+-]*))"
)
ESCAPE = lazy(rb"\\(?:u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)", re.DOTALL)
SIMPLE = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f"}
EVENTS = {b"{": "object", b"[": "list", b"}": "end", b"]": "end"}


class Malformed(ValueError):
    """Text that is no JSON, or too much of it, and where."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class Event(NamedTuple):
    """Something of a document: `object` and `list` begin, `end` ends one, `text` is a string between its quotes,
    `plain` another scalar. `key` is the key it stands under, empty inside a list; `depth` counts what is around it."""

    what: str
    key: str
    depth: int
    start: int
    end: int


def events(data: bytes) -> Iterator[Event]:
    """The events of a document, in order. Raises Malformed, after all that stands before."""
    stack: list[bytes] = []
    key, keyed = "", False
    at = 0
    for count, token in enumerate(TOKEN.finditer(data)):
        if token.start() != at or count > MAX_TOKENS or len(stack) > MAX_DEPTH or (count and not stack):
            raise Malformed(at)
        at = token.end()
        mark = token["mark"]
        if mark == b":":
            keyed = True
        elif mark == b",":
            key, keyed = "", False
        elif mark in (b"}", b"]"):
            if not stack or stack.pop() != (b"{" if mark == b"}" else b"["):
                raise Malformed(token.start())
            yield Event("end", "", len(stack), *token.span())
        elif mark is not None:
            yield Event(EVENTS[mark], key, len(stack), *token.span())
            stack.append(mark)
            key, keyed = "", False
        elif token["text"] is not None and stack and stack[-1] == b"{" and not keyed:
            key = token["text"].decode("utf-8", "replace")
        else:
            what = "plain" if token["text"] is None else "text"
            yield Event(what, key, len(stack), *token.span(what))
    if stack or data[at:].strip() or not at:
        raise Malformed(at)


def pieces(data: bytes, start: int, end: int) -> Iterator[tuple[bytes | None, int, int]]:
    """A string as stretches of the file: None for one that stands for itself, or what an escape stands for."""
    at = start
    for found in ESCAPE.finditer(data, start, end):
        if at < found.start():
            yield None, at, found.start()
        yield _meant(found.group()), *found.span()
        at = found.end()
    if at < end:
        yield None, at, end


def _meant(escape: bytes) -> bytes:
    if escape[1:2] != b"u" or len(escape) < 6:
        return SIMPLE.get(escape[1:], escape[1:])
    units = escape.replace(b"\\u", b"")
    return bytes.fromhex(units.decode()).decode("utf-16-be", "replace").encode()
