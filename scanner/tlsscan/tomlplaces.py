"""Where the keys and values of a TOML document stand. The standard library's reader does not tell; this one reads a
document that is known to be fine, and only to say where something in it is wrong."""

import re
from collections.abc import Iterator

from tlsscan.annotations import TypeAlias
from tlsscan.records import NamedTuple
from tlsscan.tomlreader import loads

Path: TypeAlias = tuple[str | int, ...]
Point: TypeAlias = tuple[int, int]

_TOKENS = (
    r"(?P<skip>[ \t]+|\#[^\n]*)"
    r"|(?P<line>\r?\n)"
    r'|(?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<sign>[\[\]{}=,.])"
    r"|(?P<word>[^\s\[\]{}=,.\"'#]+)"
)


class _Token(NamedTuple):
    kind: str
    text: str
    at: Point


def places_in(text: str) -> tuple[dict[Path, Point], dict[Path, Point]]:
    """Line and column (from 1) of every key and of every value, by the way to them; items of a list by number."""
    reader = _Reader(list(_tokens(text)))
    reader.document()
    return reader.keys, reader.values


def _tokens(text: str) -> Iterator[_Token]:
    line, start = 1, 0
    for match in re.finditer(_TOKENS, text, re.DOTALL):
        kind = match.lastgroup or ""
        if kind != "skip":
            yield _Token(kind, match[0], (line, match.start() - start + 1))
        if breaks := match[0].count("\n"):
            line += breaks
            start = match.start() + match[0].rindex("\n") + 1


class _Reader:
    """One pass over the tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.keys: dict[Path, Point] = {}
        self.values: dict[Path, Point] = {}
        self._tokens = tokens
        self._next = 0
        self._counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._next < len(self._tokens):
            if self._take("line"):
                continue
            if self._take("sign", "["):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        """`[a.b]`, or `[[a.b]]`: then the way ends in a number."""
        several = self._take("sign", "[")
        path = self._key(())
        while self._take("sign", "]"):
            pass
        if several:
            number = self._counts.get(path, 0)
            self._counts[path] = number + 1
            path = (*path, number)
        return path

    def _pair(self, table: Path) -> None:
        path = self._key(table)
        self._take("sign", "=")
        self._value(path)

    def _key(self, path: Path) -> Path:
        """A dotted key; each of its parts is a key of its own, told where it first stands."""
        while True:
            token = self._shift()
            path = (*path, _plain(token))
            self.keys.setdefault(path, token.at)
            if not self._take("sign", "."):
                return path

    def _value(self, path: Path) -> None:
        token = self._shift()
        self.values[path] = token.at
        if token == _Token("sign", "[", token.at):
            self._items(path)
        elif token == _Token("sign", "{", token.at):
            while not self._end("}"):
                self._pair(path)
        else:  # a number may hold a point, a date a space
            while self._next < len(self._tokens) and not self._at(",", "]", "}") and not self._is("line"):
                self._next += 1

    def _items(self, path: Path) -> None:
        number = 0
        while not self._end("]"):
            self._value((*path, number))
            number += 1

    def _end(self, bracket: str) -> bool:
        """Pass over what stands between items; whether the bracket ends them."""
        while self._take("line") or self._take("sign", ","):
            pass
        return self._next >= len(self._tokens) or self._take("sign", bracket)

    def _is(self, kind: str) -> bool:
        return self._next < len(self._tokens) and self._tokens[self._next].kind == kind

    def _at(self, *signs: str) -> bool:
        return self._is("sign") and self._tokens[self._next].text in signs

    def _take(self, kind: str, text: str = "") -> bool:
        taken = self._is(kind) and (not text or self._tokens[self._next].text == text)
        self._next += taken
        return taken

    def _shift(self) -> _Token:
        if self._next >= len(self._tokens):
            return _Token("word", "", (1, 1))
        self._next += 1
        return self._tokens[self._next - 1]


def _plain(token: _Token) -> str:
    return str(loads(f"x = {token.text}")["x"]) if token.kind == "text" else token.text
