"""Regular expressions that are compiled when they are first used: a run on five files needs few of them."""

import re
from typing import Any, AnyStr, cast


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


def lazy(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """`re.compile(text, flags)`, put off until something is matched with it; a mistake is told only then."""
    return cast("re.Pattern[AnyStr]", _Lazy(text, flags))
