"""Which files hold the name of any sink, and where: one pass over the bytes for all literals of a language."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from tlsscan.packs import LOWERED


class Prefilter:
    """The literals of one language. `hit` answers yes or no for a whole file; `anchors` finds every occurrence.

    A mapping gives each literal words one of which must stand in the file, too, for it to be an anchor: a file that
    imports `SSLContext` but never says `getInstance` need not be parsed.
    """

    def __init__(self, language: str, literals: Mapping[str, Iterable[str]] | Iterable[str]) -> None:
        self.lower = language in LOWERED
        words = literals if isinstance(literals, Mapping) else {}
        self._literals = [literal.encode() for literal in literals]
        self._words = [tuple(word.encode() for word in words.get(literal, ())) for literal in literals]
        # A literal that holds another one adds nothing to the yes or no; beyond 64 patterns the search is six times
        # slower, and so it is for overlapping matches.
        least = [a for a in self._literals if not any(b != a and b in a for b in self._literals)]
        self._automata = [
            BytesAhoCorasick(least[i : i + 64], matchkind=MatchKind.LeftmostFirst) for i in range(0, len(least), 64)
        ]

    def hit(self, data: bytes | memoryview) -> bool:
        """Whether any literal stands in the data."""
        if self.lower:
            data = bytes(data).lower()
        return any(automaton.find_matches_as_indexes(data) for automaton in self._automata)

    def anchors(self, data: bytes) -> list[tuple[int, int]]:
        """Start and end of every literal in the data, overlapping ones too, in order, each start once."""
        if self.lower:
            data = data.lower()
        found = self._every.find_matches_as_indexes(data, overlapping=True)
        useful = {index: self._useful(index, data) for index in {index for index, _, _ in found}}
        return sorted({start: (start, end) for index, start, end in found if useful[index]}.values())

    def _useful(self, index: int, data: bytes) -> bool:
        words = self._words[index]
        return not words or any(word in data for word in words)

    @cached_property
    def _every(self) -> BytesAhoCorasick:
        return BytesAhoCorasick(self._literals, matchkind=MatchKind.Standard)
