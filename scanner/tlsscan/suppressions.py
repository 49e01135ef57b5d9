"""What a comment says that suppresses findings: `tlsscan: ignore[rule-id] reason`. Knows no language and no rule."""

import re
from collections.abc import Iterator

from tlsscan.errors import nearest
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.values import Region

FORM = "tlsscan: ignore[rule-id] reason"
FILE_LINES = 10
"""`ignore-file` must stand in one of so many first lines."""
WORDS = ("ignore", "ignore-file")
UNTIL = "write until=YYYY-MM-DD"
MEANT = ("until", "expires")
"""What a key must be like to be told where no date follows it."""
LONGEST_REASON = 300
MOST = 200  # in one file; what is beyond is not read, and its findings show

_DIRECTIVE = lazy(
    r"(?<![\w-])tlsscan:[ \t]*(?P<word>[A-Za-z][\w-]*)[ \t]*(?P<ids>\[[^\]\r\n]*\]?)?(?P<rest>[^\r\n]*)",
    re.IGNORECASE,
)
_ENDING = lazy(r"[ \t]*(?:\*+/|-{0,2}%>|\*@|#>|-->)?[ \t]*\Z")
_DATE = r"(?:(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d)(?![\d.]*\d)"
_UNTIL = lazy(r"(?<![\w-])until[ \t]*=[ \t]*(\S*)", re.IGNORECASE)
_DATE_IN_PROSE = lazy(r"(?<!\S)until\b[ \t]*:?[ \t]*\d{4}-", re.IGNORECASE)
_DATED = lazy(rf"(?<![\w-])([A-Za-z][\w-]*)[ \t]*=[ \t]*[\"']?{_DATE}")
_HEAD = lazy(rf"[ \t:\u2013\u2014-]*([A-Za-z][\w-]*)(?:[ \t]*(=)|([ \t]*:[ \t]*|[ \t]+)[\"']?{_DATE})?")
_DAY = lazy(r"\d{4}-\d\d-\d\d")


class Ignore(NamedTuple):
    """A suppression: the ids as written, the reason, the last day on which it holds (`2027-01-31`, or empty), where it
    stands, the first and last line that it covers (0: all of the file), and the mistake in it, if there is one."""

    ids: tuple[str, ...]
    reason: str
    until: str
    region: Region
    first: int
    last: int
    mistake: str = ""

    def covers(self, line: int) -> bool:
        """Whether findings on a line are meant."""
        return self.last == 0 or self.first <= line <= self.last


class Directive(NamedTuple):
    """What is written in a comment, and where in it: offsets into its text."""

    word: str
    ids: tuple[str, ...]
    reason: str
    until: str
    start: int
    end: int
    mistake: str = ""


def directives(comment: str) -> Iterator[Directive]:
    """The suppressions in the text of a comment, misspelt ones too. Other uses of the program's name are prose."""
    for found in _DIRECTIVE.finditer(comment):
        word, listed = found["word"].lower(), found["ids"]
        if word not in WORDS and listed is None:
            continue
        rest = _ENDING.sub("", found["rest"])
        until, mistake = _until(rest)
        ids = tuple(part.strip() for part in (listed or "").strip("[]").split(",") if part.strip())
        mistake = _mistake(word, listed, ids) or mistake
        reason = " ".join(_UNTIL.sub(" ", rest).split()).lstrip(":-\u2013\u2014 ")[:LONGEST_REASON]
        yield Directive(word, ids, reason, until, found.start(), found.end() - len(found["rest"]) + len(rest), mistake)


def _mistake(word: str, listed: str | None, ids: tuple[str, ...]) -> str:
    if word not in WORDS:
        return f"{word!r} is nothing that a comment can ask for ({nearest(word, WORDS) or FORM})"
    if listed is None:
        return f"it names no rule, and all at once cannot be ignored ({FORM})"
    if not listed.endswith("]"):
        return f"its list of rules has no end ({FORM})"
    return "" if ids else f"its list of rules is empty ({FORM})"


def _until(rest: str) -> tuple[str, str]:
    """The day that a suppression ends with, and the mistake in it."""
    found = _UNTIL.search(rest)
    if found is None:
        prose = _DATE_IN_PROSE.search(rest) is not None
        return "", f"its date has no effect ({UNTIL})" if prose else _stray(rest)
    day = found[1].rstrip(".,;)")
    if not _is_day(day):
        return "", f"{found[1]!r} is no date (until=YYYY-MM-DD)"
    return day, _stray(_UNTIL.sub(" ", rest))


def _stray(rest: str) -> str:
    """The mistake in a reason that holds what somebody took for a key: `utnil=soon`, `expires: 2027-01-31`."""
    found = _DATED.search(rest)
    head = _HEAD.match(rest)
    if found is None and head is not None and (head[3] or head[2]):
        meant = nearest(head[1].lower(), MEANT) != ""
        found = head if meant or (head[3] or "").strip() else None
    return f"{found[1]!r} has no effect ({UNTIL})" if found is not None else ""


def _is_day(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None
