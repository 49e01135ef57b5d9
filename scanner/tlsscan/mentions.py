"""Bare mentions: what literals alone tell of text that is not parsed (too large, too deep, broken). Low confidence."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from tlsscan.languages import CASELESS
from tlsscan.model import Argument, Form, Site
from tlsscan.patterns import lazy
from tlsscan.rules import Key, Rule
from tlsscan.sinks import words_of
from tlsscan.source import SourceFile
from tlsscan.values import Name, Symbol, Text, Value

SHORTEST_NAME = 8
MAX_MENTIONS = 50  # of one file
_REACH = 200  # bytes before a value that are looked at for what qualifies it
_LEAD = lazy(rb"(?<![\w$.:])(?:\w+(?:\.|::|\\))*\Z")
_GOES_ON = lazy(rb"[\w$]")
_WORD = lazy(rb"[\w$]{2}")  # a place between two letters of one word
_VERSION = lazy(r"(?:tls|ssl)[\w.]*\d", re.IGNORECASE)
_VALUE = lazy(r"(?:tls|ssl)[_ -]?v|\d", re.IGNORECASE)  # words that are values, or begin some


class Mentions:
    """The values of a language's vocabularies that are distinctive enough to mean something by themselves."""

    def __init__(self, language: str, rules: Iterable[Rule]) -> None:
        self.language = language
        rules = tuple(rules)
        keys = {key for rule in rules for key in rule.vocabulary.entries}
        self._values = {self._fold(spelling): value for key in sorted(keys) for spelling, value in _spelled(key)}
        anchors = {word for rule in rules for sink in rule.sinks for word in words_of(sink) if not _VALUE.search(word)}
        self._anchors = {self._fold(word).encode(): word for word in sorted(anchors)}
        self._finder = BytesAhoCorasick(list(self._anchors), matchkind=MatchKind.Standard)
        self._words = [spelling.encode() for spelling in self._values]
        self._automaton = BytesAhoCorasick(self._words, matchkind=MatchKind.Standard)

    def _fold(self, text: str) -> str:
        return text.lower() if self.language in CASELESS else text

    def sites(self, source: SourceFile, start: int = 0, end: int | None = None) -> Iterator[Site]:
        """Mention sites in a stretch of a file, at most MAX_MENTIONS."""
        stop = len(source.data) if end is None else end
        data = source.data.lower() if self.language in CASELESS else source.data
        for first, last in islice(self._stretches(data, start, stop), MAX_MENTIONS):
            made = self._site(source, first, last)
            named = isinstance(made.arguments[0].value, Name)
            yield made if named else made._replace(near=self._settings(data, first))

    def _settings(self, data: bytes, offset: int) -> tuple[str, ...]:
        """The words of sinks that stand before a literal in its statement, the nearest first."""
        start = max(offset - _REACH, data.rfind(b";", 0, offset), 0)
        return tuple(dict.fromkeys(word for _, word in sorted(self._words_in(data[start:offset]), reverse=True)))

    def _words_in(self, data: bytes) -> list[tuple[int, str]]:
        """The words of sinks in a text that are no part of longer ones, each with where it ends."""
        words = list(self._anchors.values())
        return [
            (end, words[number])
            for number, start, end in self._finder.find_matches_as_indexes(data, overlapping=True)
            if not (_WORD.match(data[end - 1 : end + 1]) or _WORD.match(data[max(start - 1, 0) : start + 1]))
        ]

    def _stretches(self, data: bytes, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Where a value stands as a word of its own, whatever qualifies it; of several that overlap, the longest."""
        piece = data[start:stop]
        found = self._automaton.find_matches_as_indexes(piece, overlapping=True)
        done = 0
        for _, first, last in sorted(found, key=lambda match: (match[1], -match[2])):
            if (
                first >= done
                and not _GOES_ON.match(piece, last)
                and _LEAD.search(piece[max(first - _REACH, 0) : first])
            ):
                done = last
                yield start + first, start + last

    def _site(self, source: SourceFile, start: int, end: int) -> Site:
        text = source.data[start:end].decode("utf-8", "replace")
        region = source.region(start, end)
        value = self._values[self._fold(text)]
        if isinstance(value, Name):  # what qualifies it tells whose it is
            lead = _LEAD.search(source.data[max(start - _REACH, 0) : start])
            qualifier = re.sub(rb"::|\\", b".", lead[0]).decode("utf-8", "replace") if lead is not None else ""
            value = Name((f"{qualifier}{value.names[0]}",))
        argument = Argument(None, "", value, region, text)
        return Site(Form.MENTION, (text,), text, source.path, self.language, region, (argument,))


def _spelled(key: Key) -> Iterator[tuple[str, Value]]:
    """How the code writes a distinctive key: `PROTOCOL_TLSv1`, `SslProtocols.Tls`, `SslProtocols]::Tls`,
    `"TLSv1.1"`, `:TLSv1`."""
    if key.type == "name":
        parts = key.value.removeprefix("*.").split(".")
        if len(parts[-1]) >= SHORTEST_NAME and "_" in parts[-1]:
            yield parts[-1], Name((parts[-1],))
        elif len(parts) > 1 and len(parts[-2]) >= SHORTEST_NAME:
            yield ".".join(parts[-2:]), Name((".".join(parts[-2:]),))
            yield "]::".join(parts[-2:]), Name((".".join(parts[-2:]),))
    elif key.type == "text" and _VERSION.fullmatch(key.value):
        yield f'"{key.value}"', Text(key.value)
        yield f"'{key.value}'", Text(key.value)
    elif key.type == "symbol" and _VERSION.fullmatch(key.value):
        yield f":{key.value}", Symbol(key.value)
