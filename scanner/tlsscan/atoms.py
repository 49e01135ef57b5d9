"""The words of a stretch of source: names, literals, operators. Enough syntax of all languages to change a value in
place; knows no meaning of any."""

from collections.abc import Sequence

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple, StrEnum

_NAME = r"\\?[A-Za-z_]\w*(?:(?:\.|::|\\|->)[A-Za-z_]\w*)*"
WORDS = lazy(
    r"(?P<comment>//|/\*|\#(?!\{)|<!--)"
    r"|(?P<text>(?:\b[bBuUrR]{1,2}|@)?(?P<quote>\"|')(?P<content>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote))"
    r"|(?P<words>%[wWiI](?:\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}|<[^<>]*>))"
    r"|(?P<turn>(?i:-bnot|-band|-bxor|\bnot\b|\band\b|\bxor\b)|[~^!&])"
    r"|(?P<part>(?i:-bor|\bor\b)|\|\||[,|])"
    r"|(?P<symbol>(?<![:\w]):[A-Za-z_]\w*)"
    rf"|(?P<name>\[[A-Za-z_][\w.]*\]::[A-Za-z_]\w*|{_NAME})"
    r"|(?P<number>0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<sign>\S)"
)
CAST = lazy(r"\(\s*[A-Za-z_][\w.]*\s*\)\s*$|\[[A-Za-z_][\w.]*\]\s*$")


class Kind(StrEnum):
    """What a word is. A part parts the items of a list or of flags; a turn turns a value round; a comment is where the
    reading ends."""

    TEXT = "text"
    WORDS = "words"
    SYMBOL = "symbol"
    NAME = "name"
    NUMBER = "number"
    PART = "part"
    TURN = "turn"
    SIGN = "sign"
    COMMENT = "comment"


class Word(NamedTuple):
    """A word from `start` to `end`, with what counts of it (a text without its quotes), which stands at `inner`, and
    all of it as written."""

    kind: Kind
    text: str
    start: int
    end: int
    inner: int
    written: str

    def with_text(self, text: str) -> str:
        """The word as it would be written with something else in the place of what counts."""
        return self.written.replace(self.text, text, 1) if self.text else self.written


def words(source: str, symbols: bool, quotes: bool) -> list[Word]:
    """The words of source; with `symbols` a colon before a name makes it one, without `quotes` an apostrophe begins a
    comment."""
    found: list[Word] = []
    at = 0
    while match := WORDS.search(source, at):
        kind = Kind(match.lastgroup or "sign")
        start, at = match.span()
        if kind is Kind.SYMBOL and not symbols:
            kind, at = Kind.SIGN, start + 1
        if not quotes and source[start] == "'":
            kind = Kind.COMMENT
        text, inner = source[start:at], start
        written = text
        if kind is Kind.TEXT:
            text, inner = match["content"], match.start("content")
        elif kind is Kind.WORDS:
            text, inner = text[3:-1], start + 3
        elif kind is Kind.SYMBOL:
            text, inner = text[1:], start + 1
        elif kind is Kind.NUMBER and (cast := CAST.search(source[:start])) is not None:
            start = cast.start()
        found.append(Word(kind, text, start, at, inner, written))
    return found


def spans_without(items: Sequence[Word], gone: Sequence[int]) -> list[tuple[int, int]] | None:
    """What to take out of a source so that some of its words (by number) are gone, each with what parts it from the
    next one; None where something else stands around them."""
    dropped = set(gone)
    found: list[tuple[int, int]] = []
    number = 0
    while number < len(items):
        if number not in dropped:
            number += 1
            continue
        last = number
        while last + 2 in dropped and part_at(items, last + 1):
            last += 2
        before, after = part_at(items, number - 1), part_at(items, last + 1)
        if after and last + 2 < len(items) and (_ends(items, number - 1) or (before and before in (",", after))):
            found.append((items[number].start, items[last + 2].start))
        elif before and number >= 2 and (_ends(items, last + 1) or after):
            found.append((items[number - 2].end, items[last].end))
        else:
            return None
        number = last + 1
    return found


def part_at(items: Sequence[Word], number: int) -> str:
    """What parts two items, if a word does; else an empty text."""
    inside = 0 <= number < len(items) and items[number].kind is Kind.PART
    return items[number].text.lower() if inside else ""


def _ends(items: Sequence[Word], number: int) -> bool:
    """Whether a list or flags begin or end at a word, or with the source."""
    return not 0 <= number < len(items) or items[number].text in tuple("(){}[];")
