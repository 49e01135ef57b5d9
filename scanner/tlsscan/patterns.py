"""Regular expressions that are compiled when they are first used: a run on five files needs few of them."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from tlsscan.annotations import Any, AnyStr, cast


class _Lazy:
    """Stands for a compiled pattern. What is asked of it is kept as an attribute, so that it is asked but once."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern = text
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked of any attribute of a class: nothing is matched yet
            raise AttributeError(name)
        found = getattr(re.compile(self.pattern, self.flags), name)
        setattr(self, name, found)
        return found


class _Having(_Lazy):
    """The same for a pattern of which some literal stands in whatever it finds."""

    def __init__(self, text: str | bytes, flags: int, literals: Sequence[Any]) -> None:
        super().__init__(text, flags)
        self._literals = literals

    def search(self, text: Any, *span: int) -> Any:
        """What is found first; nothing at once where none of the literals is there."""
        return self._compiled.search(text, *span) if self._has(text, *span) else None

    def finditer(self, text: Any, *span: int) -> Any:
        """All that is found."""
        return self._compiled.finditer(text, *span) if self._has(text, *span) else iter(())

    def _has(self, text: Any, *span: int) -> bool:
        """Whether one of the literals stands in a stretch of a text; its ends are no negative numbers."""
        return any(text.find(one, *span) >= 0 for one in self._literals)

    @cached_property
    def _compiled(self) -> re.Pattern[Any]:
        return re.compile(self.pattern, self.flags)


def lazy(text: AnyStr, flags: int = 0, *, having: Sequence[AnyStr] = ()) -> re.Pattern[AnyStr]:
    """`re.compile(text, flags)`, put off until something is matched with it; a mistake is told only then. One of the
    literals in `having` stands in whatever it finds: it is not even compiled for a text without any."""
    return cast("re.Pattern[AnyStr]", _Having(text, flags, having) if having else _Lazy(text, flags))


def ready(*patterns: re.Pattern[Any]) -> None:
    """Compile patterns now, since nothing else is to be done."""
    for pattern in patterns:
        _ = pattern.search


def places(text: str, word: str) -> Iterator[int]:
    """Where a word begins in a text: what begins with it is found there sooner than by a search."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
