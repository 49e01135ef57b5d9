"""VB.NET's tokens: the words, numbers, texts and marks of a logical line."""

import re

from pygments.lexers.dotnet import VbNetLexer
from pygments.token import Keyword, Name, Number, Operator, String, Whitespace

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

TEXTS = lazy(r'\$"(?:[^"{]|""|\{\{|\{[^{}"]*(?:"[^"]*"[^{}"]*)*\})*"|"[^"]*(?:""[^"]*)*"')
HEX = lazy(r"[hob][0-9a-f_]+(?:u?[sil]|[%&])?", re.IGNORECASE)


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


class Token(NamedTuple):
    """A word, number, text or mark; `low` is its text in lower case, an empty one for texts and bracketed words."""

    what: str
    text: str
    low: str
    start: int
    end: int


def tokens(plain: str, origin: int, encoding: str = "utf-8") -> list[Token]:
    """The tokens of a logical line that begins at a byte offset of a file in some encoding."""
    places = _Offsets(plain, origin, encoding)
    made: list[Token] = []
    for at, sort, value in VbNetLexer().get_tokens_unprocessed(TEXTS.sub(_filled, plain)):
        written = plain[at : at + len(value)]
        if sort in String or (sort is not Name.Attribute and sort not in Whitespace and value.strip()):
            _add(made, sort, written, places.byte(at), places.byte(at + len(value)))
    return [token for token in made if token.text]


def _filled(match: re.Match[str]) -> str:
    """An interpolated text with nothing in it that the lexer could take for its end."""
    whole = match.group()
    return whole if whole.startswith('"') else f'$"{"x" * (len(whole) - 3)}"'


class _Offsets:
    """Byte offsets of the characters of a line."""

    def __init__(self, text: str, origin: int, encoding: str) -> None:
        self._text = text
        self._encoding = encoding
        self._origin = origin
        self._ascii = text.isascii()
        self._at = 0
        self._bytes = 0

    def byte(self, index: int) -> int:
        """The offset of a character; asked for in rising order."""
        if self._ascii:
            return self._origin + index
        if index < self._at:
            self._at = self._bytes = 0
        self._bytes += len(self._text[self._at : index].encode(self._encoding))
        self._at = index
        return self._origin + self._bytes


def _add(made: list[Token], sort: object, value: str, start: int, end: int) -> None:
    """One more token; those that the lexer takes apart (`&HC0`, `3_072`, `[Enum]`, `"a""b"`) become one again."""
    last = made[-1] if made and made[-1].end == start else Token("", "", "", -1, -1)
    if sort in String:
        _add_text(made, last, value, start, end)
    elif last.text == "&" and HEX.fullmatch(value):
        made[-1] = Token("number", f"&{value}", "", last.start, end)
    elif last.what == "number" and (value[0].isalnum() or value[0] == "_"):
        made[-1] = last._replace(text=last.text + value, end=end)
    elif last.text == ":" and value == "=":
        made[-1] = Token("mark", ":=", ":=", last.start, end)
    elif value == "]" and len(made) >= 2 and made[-2].text == "[":
        made[-2:] = [Token("word", made[-1].text, "", made[-2].start, end)]
    elif sort in Number:
        made.append(Token("number", value, "", start, end))
    elif sort in Name or sort in Keyword or sort in Operator.Word:
        _add_word(made, value, start, end)
    else:
        made.append(Token("mark", value, value, start, end))


def _add_text(made: list[Token], last: Token, value: str, start: int, end: int) -> None:
    if last.what == "opening":
        what = "text" if value in ('"', '"c', '"C') else "opening"
        made[-1] = last._replace(what=what, text=last.text + value, end=end)
    elif last.what == "text" and not _is_closed(last.text):
        made[-1] = last._replace(text=last.text + value, end=end)
    elif last.text == "$":
        made[-1] = Token("opening", f"${value}", "", last.start, end)
    else:
        made.append(Token("text", value, "", start, end))


def _add_word(made: list[Token], value: str, start: int, end: int) -> None:
    """A word; `&` and `!` right after it are operators more often than type characters."""
    word = value.rstrip("%&@!#$")
    made.append(Token("word", word, word.lower(), start, end - len(value) + len(word)))
    if value.endswith(("&", "!")):
        made.append(Token("mark", value[-1], value[-1], end - 1, end))


def _is_closed(raw: str) -> bool:
    """Whether the pieces of a string literal make a whole one."""
    return len(raw) > 1 and raw.rstrip("cC").endswith('"') and raw.count('"') % 2 == 0
