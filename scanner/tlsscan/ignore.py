"""Patterns of one `.gitignore` (or of `--exclude`) as a fast yes or no. Knows nothing of directories or git.

pathspec translates each pattern; here they are joined, so that an entry that no pattern names costs one match.
"""

import re
import warnings
from collections.abc import Iterable
from typing import NamedTuple

MAX_PATTERNS = 5_000
_MAX_WITHIN = 3
_MAX_ACROSS = 2
_UTF8_BOM = b"\xef\xbb\xbf"
_ANYWHERE = b"^(?:.+/)?"
_DIRECTORY_MARK = b"(?P<ps_d>/)"


class IgnoreRulesError(ValueError):
    """A pattern cannot be applied; the text says which and why."""


class _Pattern(NamedTuple):
    regex: bytes
    ignores: bool
    by_name: bool
    line: bytes


class IgnoreRules:
    """Patterns in the order of their file. The last one that matches an entry decides."""

    __slots__ = ("_names", "_ordered", "_paths", "_patterns")

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Raises IgnoreRulesError, so that a caller applies either all rules of a file or none."""
        lines = [line for line in lines if line.strip() and not line.startswith(b"#")]
        if len(lines) > MAX_PATTERNS:
            raise IgnoreRulesError(f"more than {MAX_PATTERNS} patterns")
        self._patterns = [pattern for line in lines if (pattern := _translate(line)) is not None]
        self._names = _joined([p for p in self._patterns if p.by_name])
        self._paths = _joined([p for p in self._patterns if not p.by_name])
        self._ordered: list[tuple[re.Pattern[bytes], _Pattern]] = []

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def ignores(self, prefix: bytes, name: bytes) -> bool | None:
        """True to leave the entry out, False to keep it, None when no pattern speaks of it.

        `prefix` is its directory relative to that of the ignore file, empty or ending in a slash; the
        name of a directory ends in a slash. What patterns say of the directories above is not repeated here.
        """
        by_name = self._names is not None and self._names.match(name)
        if not by_name and (self._paths is None or not self._paths.match(prefix + name)):
            return None
        if not self._ordered:
            self._ordered = [(_compile(p.regex), p) for p in reversed(self._patterns)]
        path = prefix + name
        for regex, pattern in self._ordered:
            if regex.match(name if pattern.by_name else path):
                return pattern.ignores
        return None


def lines_of(content: bytes) -> list[bytes]:
    """The lines of an ignore file as git splits them."""
    return [line.removesuffix(b"\r") for line in content.removeprefix(_UTF8_BOM).split(b"\n")]


def _joined(patterns: list[_Pattern]) -> re.Pattern[bytes] | None:
    """One regex for all patterns, or None for none."""
    if not patterns:
        return None
    try:
        return _compile(b"|".join(p.regex for p in patterns))
    except (re.error, OverflowError) as error:
        culprit = next((p for p in patterns if not _is_valid(p)), None)
        which = f"the pattern {_shown(culprit.line)} is not valid" if culprit else "the patterns are too large together"
        raise IgnoreRulesError(which) from error


def _is_valid(pattern: _Pattern) -> bool:
    try:
        _compile(pattern.regex)
    except (re.error, OverflowError):
        return False
    return True


def _compile(regex: bytes) -> re.Pattern[bytes]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # `[[]` is a fine glob; re fears a future meaning
        return re.compile(regex, re.DOTALL)


def _translate(line: bytes) -> _Pattern | None:
    """One line as a regex that matches the whole of an entry's name or path; None for what git passes over."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    line = _prepared(line)
    _refuse_costly(line)
    try:
        regex, ignores = GitIgnoreSpecPattern.pattern_to_regex(line)
    except ValueError as error:
        raise IgnoreRulesError(f"the pattern {_shown(line)} is not valid") from error
    if regex is None or ignores is None:
        return None
    body = line.rstrip().removeprefix(b"!").removeprefix(b"**/")
    by_name = b"/" not in body[:-1]
    return _Pattern(_whole(regex, by_name), ignores, by_name, line)


def _whole(regex: bytes, by_name: bool) -> bytes:
    """pathspec matches an entry through its directories; here each entry is asked for itself alone, as git does."""
    inside = regex.endswith(b"/")  # `abc/**` names what is in abc, not abc
    start = b"" if regex.startswith(b"^") else b".*"
    if by_name:
        regex = regex.removeprefix(_ANYWHERE)
    return b"(?:" + start + regex.replace(_DIRECTORY_MARK, b"/") + (b".+" if inside else b"") + rb")\Z"


def _prepared(line: bytes) -> bytes:
    """The line in a spelling that pathspec reads as git does."""
    if not line.endswith(b"\\ "):
        line = line.rstrip(b" ")
    if line[-1:] in (b"\xa0", b"\x85"):
        # pathspec reads bytes as Latin-1 and strips these spaces: both end UTF-8 letters, U+00E0 among them.
        return line[:-1] + b"[" + line[-1:] + b"]"
    return line + b"*/" if line.endswith(b"/**/") else line  # the directories in abc, not abc


def _refuse_costly(line: bytes) -> None:
    """Backtracking costs the length of a name to the power of its wildcards: a hostile file must not stall a scan."""
    if b"[:" in line:
        raise IgnoreRulesError(f"the pattern {_shown(line)} uses a character class such as [:alpha:]")
    parts = line.rstrip(b"/").split(b"/")
    across = parts[1:-1].count(b"**")
    within = max(0 if part == b"**" else part.count(b"*") for part in parts)
    if across > _MAX_ACROSS or within > _MAX_WITHIN:
        raise IgnoreRulesError(f"the pattern {_shown(line)} has too many wildcards")


def _shown(line: bytes) -> str:
    return repr(line[:80].decode("utf-8", "backslashreplace"))
