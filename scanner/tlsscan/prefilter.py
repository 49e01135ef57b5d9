"""Which files hold the name of any sink, and where: one pass over the bytes for all literals of a language."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.languages import LOWERED
from tlsscan.rulebook import Literal
from tlsscan.source import WORD_BYTES

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

LITTLE = 1 << 15
"""So many bytes are searched for one literal after the other, before it pays to make what finds all at once."""


class Prefilter:
    """The literals of one language. `hit` answers yes or no for a whole file; `anchors` finds every occurrence.

    A file that imports `SSLContext` but never says `getInstance` need not be parsed, and neither need one that says
    `SslProtocols` where `SslProtocol` is looked for: `packs.Literal` tells what else must hold.
    """

    def __init__(self, language: str, literals: Mapping[str, Literal], beside: Iterable[bytes] = ()) -> None:
        self.lower = language in LOWERED
        self._literals = [literal.encode() for literal in literals]
        self._words = [tuple(word.encode() for word in row.words) for row in literals.values()]
        self._whole = [row.whole for row in literals.values()]
        self._beside = list(beside)  # what makes a file worth reading, and is no anchor
        self._searched = 0

    def hit(self, data: bytes | memoryview) -> bool:
        """Whether any literal stands in the data."""
        if self._is_little(data):
            data = self.folded(data)
            return any(word in data for word in (*self._literals, *self._beside))
        data = self.folded(data) if self.lower else data
        first, others = self._automata
        found = first is not None and first.find_matches_as_indexes(data)
        return bool(found or (others and any(one.find_matches_as_indexes(data) for one in others)))

    def folded(self, data: bytes | memoryview) -> bytes:
        """The data as literals are looked for in it."""
        return bytes(data).lower() if self.lower else bytes(data)

    def held(self, folded: bytes) -> set[int]:
        """The numbers of the literals that stand in folded data."""
        return {index for index, _, _ in self._found(folded)}

    def anchors(self, data: bytes) -> list[tuple[int, int]]:
        """Start and end of every literal in the data, overlapping ones too, in order, each start once."""
        data = self.folded(data)
        found = self._found(data)
        useful = {index: self._useful(index, data) for index in {index for index, _, _ in found}}
        kept = [(start, end) for index, start, end in found if useful[index] and self._stands(index, data, start, end)]
        return sorted({start: (start, end) for start, end in kept}.values())

    def _useful(self, index: int, data: bytes) -> bool:
        words = self._words[index]
        return not words or any(_holds(data, word) for word in words)

    def _stands(self, index: int, data: bytes, start: int, end: int) -> bool:
        """Whether a literal that must be a word of its own is one here."""
        return not self._whole[index] or _is_word(data, start, end)

    def _is_little(self, data: bytes | memoryview) -> bool:
        self._searched += len(data)
        return self._searched <= LITTLE

    def _found(self, data: bytes) -> list[tuple[int, int, int]]:
        """The number, start and end of every literal in folded data, in the order of their ends."""
        if not self._is_little(data):
            return self._every.find_matches_as_indexes(data, overlapping=True)
        found: list[tuple[int, int, int]] = []
        for index, literal in enumerate(self._literals):
            at = data.find(literal)
            while at >= 0:
                found.append((index, at, at + len(literal)))
                at = data.find(literal, at + 1)
        return sorted(found, key=lambda row: row[2])

    @cached_property
    def _automata(self) -> "tuple[BytesAhoCorasick | None, list[BytesAhoCorasick]]":
        """What finds whether there is any. A literal that holds another one adds nothing to that; beyond 64 patterns
        the search is six times slower, and so it is for overlapping matches."""
        from ahocorasick_rs import BytesAhoCorasick, MatchKind

        joined = b"\0".join(self._literals)
        inner = [b for b in self._literals if joined.count(b) > 1]
        least = [a for a in self._literals if not any(b != a and b in a for b in inner)] + self._beside
        shares = (least[at : at + 64] for at in range(0, len(least), 64))
        every = [BytesAhoCorasick(share, matchkind=MatchKind.LeftmostFirst) for share in shares]
        return (every[0] if every else None), every[1:]

    @cached_property
    def _every(self) -> "BytesAhoCorasick":
        from ahocorasick_rs import BytesAhoCorasick, MatchKind

        return BytesAhoCorasick(self._literals, matchkind=MatchKind.Standard)


def _holds(data: bytes, word: bytes) -> bool:
    """Whether a word stands in the data as a word of its own."""
    at = data.find(word)
    while at >= 0:
        if _is_word(data, at, at + len(word)):
            return True
        at = data.find(word, at + 1)
    return False


def _is_word(data: bytes, start: int, end: int) -> bool:
    before = start > 0 and data[start - 1] in WORD_BYTES and data[start] in WORD_BYTES
    after = end < len(data) and data[end] in WORD_BYTES and data[end - 1] in WORD_BYTES
    return not before and not after
