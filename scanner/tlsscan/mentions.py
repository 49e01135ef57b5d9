"""Bare mentions: what literals alone tell of text that is not parsed (too large, too deep, broken). Low confidence."""

import re
from collections.abc import Iterable, Iterator

from tlsscan.model import Argument, Form, Site
from tlsscan.rules import Rule
from tlsscan.source import SourceFile
from tlsscan.values import Name

SHORTEST_NAME = 8
MAX_MENTIONS = 50  # of one file


class Mentions:
    """The value names of a language's vocabularies that are distinctive enough to mean something by themselves."""

    def __init__(self, language: str, rules: Iterable[Rule]) -> None:
        self.language = language
        words = {word for rule in rules for word in _distinctive(rule)}
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        body = "|".join(re.escape(word) for word in longest_first)
        self._pattern = re.compile(rf"(?<![\w$])(?:{body})(?![\w$])".encode()) if words else None

    def sites(self, source: SourceFile, start: int = 0, end: int | None = None) -> Iterator[Site]:
        """Mention sites in a stretch of a file, at most MAX_MENTIONS."""
        if self._pattern is None:
            return
        stop = len(source.data) if end is None else end
        for count, match in enumerate(self._pattern.finditer(source.data, start, stop)):
            if count >= MAX_MENTIONS:
                return
            yield self._site(source, match)

    def _site(self, source: SourceFile, match: re.Match[bytes]) -> Site:
        text = match.group().decode("utf-8", "replace")
        region = source.region(match.start(), match.end())
        name = text.replace("::", ".").replace("\\", ".")
        argument = Argument(None, "", Name((name,)), region, text)
        return Site(Form.MENTION, (name,), text, source.path, self.language, region, (argument,))


def _distinctive(rule: Rule) -> Iterator[str]:
    """Value names that hold a digit or a capital run of their own, as the code writes them at the least."""
    for key in rule.vocabulary.entries:
        if key.type == "name":
            last = key.value.rsplit(".", 1)[-1]
            if len(last) >= SHORTEST_NAME and "_" in last:
                yield last
