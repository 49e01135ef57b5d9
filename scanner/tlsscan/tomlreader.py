"""TOML that strangers wrote: the one place that parses it. The standard library's reader takes minutes for a key of
many thousand parts; such documents, which nobody writes, are refused before it sees them."""

import tomllib

from tlsscan.annotations import Any
from tlsscan.patterns import lazy

MAX_PARTS = 20
"""The most parts of a dotted key."""
MAX_DEPTH = 50
"""The most brackets in brackets."""

_TOKEN = lazy(
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[.\[\]{}=,\n]"
)


class TomlError(ValueError):
    """What is wrong with a document, and where: line and column from 1, or zeros where that is not known."""

    def __init__(self, text: str, line: int = 0, column: int = 0) -> None:
        super().__init__(text)
        self.text = text
        self.line = line
        self.column = column


def loads(text: str) -> dict[str, Any]:
    """The document. Raises TomlError."""
    _refuse_absurd(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem, _, at = str(error).partition(" (at ")
        words = at.rstrip(")").replace(",", "").split()  # `line 3 column 5`, or `end of document`
        line, column = (int(words[1]), int(words[3])) if words[:1] == ["line"] else _point(text, len(text))
        raise TomlError(f"{problem[:1].lower()}{problem[1:]}", line, column) from None
    except (RecursionError, ValueError) as error:  # a number of thousands of digits
        raise TomlError(f"it cannot be read ({type(error).__name__})") from None


def _refuse_absurd(text: str) -> None:
    """Raise TomlError for a key of too many parts and for brackets that are nested too deeply."""
    parts = depth = 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign == ".":
            parts += 1
            if parts >= MAX_PARTS:
                raise TomlError(f"a key of more than {MAX_PARTS} parts", *_point(text, token.start()))
        elif sign in "[]{}=,\n":
            parts = 0
            depth = max(0, depth + (sign in "[{") - (sign in "]}"))
            if depth > MAX_DEPTH:
                raise TomlError("nested too deeply", *_point(text, token.start()))


def _point(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
