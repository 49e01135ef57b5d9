"""The markup of Razor pages: where it begins and ends inside code, and which `@` lead to code. Knows no language."""

import re

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr !doctype".split())
COMMENT = {b"<!--": b"-->", b"-->": b""}  # -> what ends what is open then
RAW = frozenset({b"script", b"style"})
TOKEN = lazy(
    rb"@[@*]?|<!--|-->|<!?(?P<open>[A-Za-z][\w:.-]*)|</(?P<close>[A-Za-z][\w:.-]*)[^<>]{0,200}>|(?P<empty>/>)|(?P<end>>)"
    rb"|(?P<line>\n)|(?P<quote>[\"'])"
)
WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


class Step(NamedTuple):
    """Where the reading of markup stopped: at an `@` that leads to code, or at the end of the markup."""

    offset: int
    at_code: bool


class Markup:
    """A stretch of markup that is read piece by piece.

    `nested` markup stands in code and ends with the tag that it began with; `line` markup (`@:`) with its line; other
    markup with the file. A `template` stands in an expression.
    """

    def __init__(self, *, nested: bool = False, line: bool = False, template: bool = False) -> None:
        self.nested = nested
        self.line = line
        self.template = template
        self._first = b""  # the name of the tag that it begins with: where its last one closes, the markup ends
        self._depth = 0
        self._raw = b""  # the script, style or comment that is open: what is in it is no markup
        self._tag = b""  # the tag whose attributes are read
        self._quote = b""  # what ends the value that is read: a `>` in it ends no tag

    def read(self, data: bytes, at: int) -> Step:
        """On to the next code or to the end."""
        while (found := TOKEN.search(data, at)) is not None:
            at = found.end()
            token = found.group()
            if token == b"@*":
                end = data.find(b"*@", at)
                at = len(data) if end < 0 else end + 2
            elif token == b"@@":
                continue
            elif token == b"@":
                if not _is_in_word(data, found.start()):
                    return Step(found.start(), True)
            elif self._ends(found):
                return Step(at, False)
        return Step(len(data), False)

    def _ends(self, found: re.Match[bytes]) -> bool:
        """Takes note of a tag or the end of a line; whether the markup ends with it."""
        if found["line"] is not None:
            return self.line
        if found["quote"] is not None or self._quote:
            if self._tag:
                self._quoted(found)
            return False
        if found.group() in COMMENT:
            self._raw = COMMENT[found.group()] if self._raw in (b"", b"-->") else self._raw
            return self.nested and self._depth <= 0 and not self._raw
        if self._raw and (found["close"] or b"").lower() != self._raw:
            return False
        if found["open"] is not None:
            self._tag = found["open"].lower()
        elif found["close"] is not None:
            self._depth -= found["close"].lower() == self._first
            self._raw, self._tag = b"", b""
            return self.nested and self._depth <= 0
        elif self._tag:
            tag, self._tag = self._tag, b""
            if found["end"] is None or tag in VOID:
                return self.nested and self._depth <= 0
            self._first = self._first or tag
            self._depth += tag == self._first
            self._raw = tag if tag in RAW else b""
        return False

    def _quoted(self, found: re.Match[bytes]) -> None:
        mark = found.group()
        if self._quote:
            self._quote = b"" if mark == self._quote else self._quote
        elif found.string[max(found.start() - 2, 0) : found.start()].rstrip().endswith(b"="):
            self._quote = mark


def _is_in_word(data: bytes, at: int) -> bool:
    """Whether an `@` stands in a word, as in an address of mail."""
    return at > 0 and data[at - 1] in WORD and at + 1 < len(data) and data[at + 1] in WORD
