"""What a person did wrong, told in one line with its place and a hint."""

from collections.abc import Iterable


class TlsscanError(Exception):
    """A mistake of the user or of a pack author: one line, exit code 2, never a traceback."""

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint}"


class PackError(TlsscanError):
    """A rule pack does not say what a pack may say."""


class UsageError(TlsscanError):
    """A flag, a path or a rule id on the command line is wrong."""


def nearest(word: str, known: Iterable[str], alike: float = 0.6, prefix: str = "") -> str:
    """A hint naming the known word closest to `word` (with a prefix that all have), or an empty text."""
    import difflib

    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=alike)
    return f"did you mean {prefix + matches[0]!r}?" if matches else ""
