"""Patterns of one `.gitignore` (or of `--exclude`) as a fast yes or no. Knows nothing of directories or git.

What a pattern names ends as the pattern does (`build`, `.log`), or begins as its last part does (`core.`): an entry
whose name does neither is passed over without a match. pathspec translates patterns with brackets and escapes.
"""

import re
import warnings
from collections.abc import Iterable, Sequence

from tlsscan.patterns import lazy

MAX_PATTERNS = 5_000
_MAX_WITHIN = 3
_MAX_ACROSS = 2
_UTF8_BOM = b"\xef\xbb\xbf"
_ANYWHERE = b"^(?:.+/)?"
_DIRECTORY_MARK = b"(?P<ps_d>/)"
_BRACKETS = frozenset(b"[]")
_WILD = frozenset(b"*?[]")
_ODD = frozenset(b"\\!# \t\n\r\v\f\x85\xa0")
"""Bytes that are read in ways of their own, escapes and white space, or may be."""
_LAST_WILD = lazy(rb".*[*?\]]", re.DOTALL)
_FIRST_WILD = lazy(rb"[*?].*", re.DOTALL)


class IgnoreRulesError(ValueError):
    """A pattern cannot be applied; the text says which and why."""


class _Pattern:
    """One line: the regex that the whole of an entry's name matches, or its whole path."""

    __slots__ = ("_compiled", "begins", "by_name", "ends", "exact", "ignores", "line", "regex", "within")

    def __init__(self, line: bytes, regex: bytes, ignores: bool) -> None:
        self.line = line
        self.regex = regex
        self.ignores = ignores
        body = _body(line)
        self.by_name = _is_name(body)
        self._compiled: re.Pattern[bytes] | None = None
        *folders, last = body.rstrip(b"/").split(b"/")
        odd = last == b"**" or b"//" in line or not _ODD.isdisjoint(last)
        end = b"" if odd else _LAST_WILD.sub(b"", last)
        self.exact = end == last
        """Whether a name must be what it otherwise must end in."""
        self.ends = [end + b"/", *([] if body.endswith(b"/") else [end])] if end else []
        """What a name must end in, if anything is known of that; and what it must begin with, if only that is known."""
        self.begins = b"" if odd or end or not _BRACKETS.isdisjoint(last) else _FIRST_WILD.sub(b"", last)

        plain = (part for part in folders if part and _WILD.isdisjoint(part) and _ODD.isdisjoint(part))
        self.within = max(plain, key=len, default=b"")
        """What must stand in the path of its directory."""

    def names(self, prefix: bytes, name: bytes) -> bool:
        """Whether the pattern names an entry; see `IgnoreRules.ignores`."""
        return self.compiled().match(name if self.by_name else prefix + name) is not None

    def compiled(self) -> re.Pattern[bytes]:
        """The regex, ready to match."""
        if self._compiled is None:
            self._compiled = _compile(self.regex)
        return self._compiled


class IgnoreRules:
    """Patterns in the order of their file. The last one that matches an entry decides."""

    __slots__ = ("_begins", "_ends", "_exact", "_names", "_paths", "_patterns", "_telling", "_within")

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Raises IgnoreRulesError, so that a caller applies either all rules of a file or none."""
        lines = [line for line in lines if line.strip() and not line.startswith(b"#")]
        if len(lines) > MAX_PATTERNS:
            raise IgnoreRulesError(f"more than {MAX_PATTERNS} patterns")
        self._patterns = [pattern for line in lines if (pattern := _translate(line)) is not None]
        self._telling = [p for p in self._patterns if p.ends or p.begins]
        self._exact = frozenset(end for p in self._telling if p.exact for end in p.ends)
        self._ends = tuple({end for p in self._telling if not p.exact for end in p.ends})
        self._begins = tuple({p.begins for p in self._telling if p.begins})
        others = [p for p in self._patterns if not p.ends and not p.begins]
        self._names = _joined([p for p in others if p.by_name])
        self._paths = _joined([p for p in others if not p.by_name])
        self._within = {p.within for p in others if not p.by_name}

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def speaks_of(self, prefix: bytes, names: Sequence[bytes]) -> bool:
        """Whether any pattern matches any of the entries of a directory; see `ignores`."""
        exact, ends, begins = self._exact, self._ends, self._begins
        likely = [name for name in names if name in exact or name.endswith(ends) or name.startswith(begins)]
        if likely and any(pattern.names(prefix, name) for pattern in self._telling for name in likely):
            return True
        if self._names is not None and any(map(self._names.match, names)):
            return True
        if self._paths is None or not any(part in prefix for part in self._within):
            return False
        return any(self._paths.match(prefix + name) for name in names)

    def ignores(self, prefix: bytes, name: bytes) -> bool | None:
        """True to leave the entry out, False to keep it, None when no pattern speaks of it.

        `prefix` is its directory relative to that of the ignore file, empty or ending in a slash; the
        name of a directory ends in a slash. What patterns say of the directories above is not repeated here.
        """
        if not self.speaks_of(prefix, (name,)):
            return None
        return next((pattern.ignores for pattern in reversed(self._patterns) if pattern.names(prefix, name)), None)


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
        pattern.compiled()
    except (re.error, OverflowError):
        return False
    return True


def _compile(regex: bytes) -> re.Pattern[bytes]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # `[[]` is a fine glob; re fears a future meaning
        return re.compile(regex, re.DOTALL)


def _body(line: bytes) -> bytes:
    """A line without what does not belong to the names that it is about."""
    body = line.rstrip().removeprefix(b"!")
    return body if body == b"**/" else body.removeprefix(b"**/")


def _is_name(body: bytes) -> bool:
    return b"/" not in body[:-1]


def _globbed(line: bytes) -> bytes | None:
    """The regex of a pattern of texts, `*`, `?` and `**`; None for others."""
    body = _body(line)
    if not _ODD.isdisjoint(body) or not _BRACKETS.isdisjoint(body):
        return None
    parts = body.removeprefix(b"/").removesuffix(b"/").split(b"/")
    if b"//" in line or b"" in parts:
        return None
    anywhere = not _is_name(body) and line.removeprefix(b"!").startswith(b"**/")
    regex = b"(?:.+/)?" if anywhere else b""
    for number, part in enumerate(parts, 1):
        if part != b"**":
            regex += _globbed_part(part) + (b"/" if number < len(parts) else b"")
        elif number == len(parts):
            regex += b".+"
        elif not regex.endswith(b"(?:.+/)?"):
            regex += b"(?:.+/)?"
    return b"(?:" + regex + (b"/" if body.endswith(b"/") else b"/?") + rb")\Z"


def _globbed_part(part: bytes) -> bytes:
    while b"**" in part:
        part = part.replace(b"**", b"*")
    return b"[^/]+" if part == b"*" else re.escape(part).replace(rb"\*", b"[^/]*").replace(rb"\?", b"[^/]")


def _translate(line: bytes) -> _Pattern | None:
    """One line as a regex that matches the whole of an entry's name or path; None for what git passes over. Raises
    IgnoreRulesError."""
    line = _prepared(line)
    _refuse_costly(line)
    if regex := _globbed(line):
        return _Pattern(line, regex, not line.startswith(b"!"))
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        translated, ignores = GitIgnoreSpecPattern.pattern_to_regex(line)
    except ValueError as error:
        raise IgnoreRulesError(f"the pattern {_shown(line)} is not valid") from error
    if translated is None or ignores is None:
        return None
    pattern = _Pattern(line, _whole(translated, _is_name(_body(line))), ignores)
    if (pattern.ends or pattern.begins) and not _is_valid(pattern):  # the others are tried together
        raise IgnoreRulesError(f"the pattern {_shown(line)} is not valid")
    return pattern


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
