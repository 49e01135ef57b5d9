"""How a text lists versions: cut, split, signed. Knows a library's syntax and no values of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from tlsscan.records import NamedTuple
from tlsscan.rules import Syntax

MAX_PATTERN = 200  # characters of a regular expression
MAX_REPEATS = 6  # in one: more could take long even on short words


class Term(NamedTuple):
    """A word of a text and what it does to the set so far: `add`, `remove` or `replace`."""

    action: str
    word: str


def counting(text: str, syntax: Syntax) -> str:
    """The part of a text that counts: what stands before `until`; nothing where that does not occur."""
    lead, until, _ = text.partition(syntax.until) if syntax.until else (text, "x", "")
    return lead if until else ""


def words(text: str, syntax: Syntax) -> list[str]:
    """The parts of a text that are not blank, with the white space around them."""
    if syntax.separator == "space":
        return text.split()
    return [part for part in re.split(f"[{re.escape(syntax.separator)}]", text) if part.strip()]


def terms(text: str, syntax: Syntax) -> Iterator[Term]:
    """The words of a text whose syntax has signs, in order. A sign may stand where a separator is left out."""
    signs = {syntax.add: "add", syntax.remove: "remove"}
    gaps = r"\s" if syntax.separator == "space" else re.escape(syntax.separator)
    known = "".join(re.escape(sign) for sign in signs)
    for sign, word in re.findall(rf"([{known}]?)\s*([^{known}{gaps}]+)", counting(text, syntax)):
        if word.strip():
            yield Term(signs.get(sign, syntax.bare), word.strip())


def whole_words(pieces: Sequence[str | None], syntax: Syntax) -> list[str]:
    """The words of a text of which only some pieces are known (None for the others): those that end inside a known
    piece, or where the text does."""
    mark = "\0"
    joined = "".join(mark if piece is None else piece for piece in pieces)
    return [word.strip() for word in words(joined, syntax) if mark not in word]


def resembles(text: str, patterns: Sequence[str]) -> bool:
    """Whether a text fits one of some patterns, in any case, or there are none."""
    return not patterns or any(fnmatchcase(text.lower(), pattern.lower()) for pattern in patterns)


def fitting(pattern: str, known: Iterable[str]) -> list[str] | None:
    """The words that a regular expression fits as a whole; None where it is none that is read here."""
    if len(pattern) > MAX_PATTERN or len(re.findall(r"[*+{]", pattern)) > MAX_REPEATS:
        return None
    try:
        compiled = re.compile(pattern)
    except re.error:
        return None
    return [word for word in known if compiled.fullmatch(word)]


def cut_words(text: str) -> list[str]:
    """The words in what is cut out of a text, which may be a pattern: `,?\\s*TLSv1(,|$)`."""
    plain = re.sub(r"\\[bBsSdDwW]", " ", text).replace("\\.", ".")
    return re.findall(r"[A-Za-z][\w.]*", plain)
