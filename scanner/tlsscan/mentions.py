"""Bare mentions: what literals alone tell of text that is not parsed (too large, too deep, broken). Low confidence."""

import re
from collections.abc import Iterable, Iterator

from tlsscan.languages import CASELESS
from tlsscan.model import Argument, Form, Site
from tlsscan.rules import Key, Rule
from tlsscan.source import SourceFile
from tlsscan.values import Name, Symbol, Text, Value

SHORTEST_NAME = 8
MAX_MENTIONS = 50  # of one file
_VERSION = re.compile(r"(?:tls|ssl)[\w.]*\d", re.IGNORECASE)


class Mentions:
    """The values of a language's vocabularies that are distinctive enough to mean something by themselves."""

    def __init__(self, language: str, rules: Iterable[Rule]) -> None:
        self.language = language
        keys = {key for rule in rules for key in rule.vocabulary.entries}
        self._values = {self._fold(spelling): value for key in sorted(keys) for spelling, value in _spelled(key)}
        longest_first = sorted(self._values, key=lambda word: (-len(word), word))
        body = "|".join(re.escape(word) for word in longest_first)
        pattern = rf"(?<![\w$.:])(?:(?:\w+(?:\.|::|\\))*)({body})(?![\w$])".encode()
        self._pattern = re.compile(pattern) if body else None

    def _fold(self, text: str) -> str:
        return text.lower() if self.language in CASELESS else text

    def sites(self, source: SourceFile, start: int = 0, end: int | None = None) -> Iterator[Site]:
        """Mention sites in a stretch of a file, at most MAX_MENTIONS."""
        if self._pattern is None:
            return
        stop = len(source.data) if end is None else end
        data = source.data.lower() if self.language in CASELESS else source.data
        for count, match in enumerate(self._pattern.finditer(data, start, stop)):
            if count >= MAX_MENTIONS:
                return
            yield self._site(source, match)

    def _site(self, source: SourceFile, match: re.Match[bytes]) -> Site:
        text = source.data[match.start(1) : match.end(1)].decode("utf-8", "replace")
        region = source.region(match.start(1), match.end(1))
        argument = Argument(None, "", self._values[self._fold(text)], region, text)
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
