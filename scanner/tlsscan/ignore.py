"""Patterns of one `.gitignore` (or of `--exclude`) as a fast yes or no. Knows nothing of directories or git.

Most patterns are a plain name (`build/`), a plain path (`/docs/api`) or an ending (`*.log`): those are looked up.
pathspec translates the others, which are joined, so that an entry that none of them names costs one match.
"""

import re
import warnings
from collections.abc import Iterable, Sequence

from tlsscan.records import NamedTuple

MAX_PATTERNS = 5_000
_MAX_WITHIN = 3
_MAX_ACROSS = 2
_UTF8_BOM = b"\xef\xbb\xbf"
_ANYWHERE = b"^(?:.+/)?"
_DIRECTORY_MARK = b"(?P<ps_d>/)"
_MARKS = frozenset(b"*?[]\\!# \t\r\v\f\xa0\x85")
"""Bytes that make a pattern more than a plain text, or that are read in ways of their own."""


class IgnoreRulesError(ValueError):
    """A pattern cannot be applied; the text says which and why."""


class _Pattern(NamedTuple):
    """One line. `plain` is what a name or path must be, `ending` what it must end in, if it is so simple."""

    regex: bytes
    ignores: bool
    by_name: bool
    line: bytes
    plain: bytes = b""
    ending: bytes = b""


class IgnoreRules:
    """Patterns in the order of their file. The last one that matches an entry decides."""

    __slots__ = ("_endings", "_folders", "_names", "_ordered", "_paths", "_patterns", "_plain_names", "_plain_paths")

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Raises IgnoreRulesError, so that a caller applies either all rules of a file or none."""
        lines = [line for line in lines if line.strip() and not line.startswith(b"#")]
        if len(lines) > MAX_PATTERNS:
            raise IgnoreRulesError(f"more than {MAX_PATTERNS} patterns")
        self._patterns = [pattern for line in lines if (pattern := _translate(line)) is not None]
        self._plain_names = _spellings(p.plain for p in self._patterns if p.by_name and p.plain)
        self._plain_paths = _spellings(p.plain for p in self._patterns if not p.by_name and p.plain)
        self._folders = {path[: path.rstrip(b"/").rfind(b"/") + 1] for path in self._plain_paths}
        self._endings = tuple(_spellings(p.ending for p in self._patterns if p.ending))
        others = [p for p in self._patterns if not p.plain and not p.ending]
        self._names = _joined([p for p in others if p.by_name])
        self._paths = _joined([p for p in others if not p.by_name])
        self._ordered: list[tuple[re.Pattern[bytes], _Pattern]] = []

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def speaks_of(self, prefix: bytes, names: Sequence[bytes]) -> bool:
        """Whether any pattern matches any of the entries of a directory; see `ignores`."""
        if not self._plain_names.isdisjoint(names):
            return True
        if self._endings and any(name.endswith(self._endings) for name in names):
            return True
        if self._names is not None and any(map(self._names.match, names)):
            return True
        if prefix in self._folders and not self._plain_paths.isdisjoint([prefix + name for name in names]):
            return True
        return self._paths is not None and any(self._paths.match(prefix + name) for name in names)

    def ignores(self, prefix: bytes, name: bytes) -> bool | None:
        """True to leave the entry out, False to keep it, None when no pattern speaks of it.

        `prefix` is its directory relative to that of the ignore file, empty or ending in a slash; the
        name of a directory ends in a slash. What patterns say of the directories above is not repeated here.
        """
        if not self.speaks_of(prefix, (name,)):
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


def _spellings(plain: Iterable[bytes]) -> frozenset[bytes]:
    """What entries are called that plain texts mean: a file, or a directory with its slash."""
    return frozenset(spelled for text in plain for spelled in (text.rstrip(b"/") + b"/", text))


def _simple(line: bytes) -> _Pattern | None:
    """A line that is a plain name, a plain path or an ending; None for others."""
    body = line.rstrip().removeprefix(b"!").removeprefix(b"**/")
    any_start = body.startswith(b"*")
    by_name = b"/" not in body[:-1]
    text = body.removeprefix(b"*").removeprefix(b"/")
    if not text.strip(b"/") or b"//" in text or not _MARKS.isdisjoint(text) or (any_start and not by_name):
        return None
    tail = b"" if text.endswith(b"/") else b"/?"
    regex = b"(?:" + (b".*" if any_start else b"") + re.escape(text) + tail + rb")\Z"
    plain, ending = (b"", text) if any_start else (text, b"")
    return _Pattern(regex, not line.startswith(b"!"), by_name, line, plain, ending)


def _translate(line: bytes) -> _Pattern | None:
    """One line as a regex that matches the whole of an entry's name or path; None for what git passes over."""
    line = _prepared(line)
    if simple := _simple(line):
        return simple
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

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
