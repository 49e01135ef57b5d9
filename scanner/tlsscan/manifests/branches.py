"""Branches of shell commands: what stands in an `if` or a `case`, or behind a test and `&&`, runs where that holds."""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from fnmatch import fnmatchcase

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

MOST = 200  # of what one instruction runs
_TOKEN = lazy(
    rb"(?P<join>\\\r?\n)|(?P<text>'[^']*'|\"(?:\\.|[^\"\\])*\")|(?P<end>[;&|\n(])|(?P<word>[^\s;&|('\"\\]+)|\\."
)
_FOLLOWING = frozenset([b"if", b"elif", b"then", b"else", b"do", b"!", b"{", b"time"])
"""Words that another command follows."""
_TEST = lazy(
    rb"(?P<test>(?:\[\[?|test)\s(?:[^;&|\n'\"\\]|\\\r?\n|'[^']*'|\"(?:\\.|[^\"\\])*\")*)(?P<sign>&&|\|\|)(?:\s|\\\r?\n)*"
)
_CASE = lazy(rb"(?:\s|\\\r?\n)+(?P<subject>\S+)(?:\s|\\\r?\n)+in\b")
_ARM = lazy(rb"(?:\s|\\\r?\n)*\(?(?P<patterns>[^();\n]*)\)")
_INNER = lazy(rb"\bcase\s+\S+\s+in\b")
_COMPARED = lazy(r"(?:\[\[?|test)\s+(?P<left>\S+)\s+(?P<sign>==?|!=)\s+(?P<right>[^\s\]]+)\s*(?:\]\]?)?\s*;?\s*")
_OPEN = lazy(r"[$`*?\[(\\]")
"""What makes a text none that is known here."""


class Runs(Enum):
    """Whether commands run."""

    ALWAYS = 0
    PERHAPS = 1
    NEVER = 2


_CHOSEN = {True: Runs.ALWAYS, None: Runs.PERHAPS, False: Runs.NEVER}


class Branch(NamedTuple):
    """A stretch of commands, and whether they run where what is around it does."""

    start: int
    end: int
    runs: Runs


class _Frame:
    """An `if` or a `case` that has no end yet; of a case whose arms are known, they are the branches."""

    def __init__(self, start: int, *, chooses: bool, known: bool = False) -> None:
        self.start = start  # of the condition, or of what runs under it
        self.known = known
        self.runs = Runs.PERHAPS if chooses else Runs.ALWAYS
        self.before: list[bool | None] = []  # whether the conditions up to here hold


def branches(data: bytes, start: int, end: int, known: Callable[[str], str]) -> list[Branch]:
    """The branches of the commands between two offsets. `known` puts what is known of variables into a text."""
    data = data[:end]
    found: list[Branch] = []
    frames: list[_Frame] = []
    leads = True
    for token in _TOKEN.finditer(data, start, end):
        word = token["word"]
        if token["join"]:
            continue
        if len(found) >= MOST:
            break
        if leads and word is not None:
            _enter(word, token.span(), data, frames, found, known)
        leads = token["end"] is not None or (leads and word is not None and _is_followed(word))
    return found


def _is_followed(word: bytes) -> bool:
    """Whether another command comes after a word that stands where one begins; flags of the instruction come first."""
    return word in _FOLLOWING or word.startswith(b"--") or word.endswith(b")")


def _enter(
    word: bytes,
    span: tuple[int, int],
    data: bytes,
    frames: list[_Frame],
    found: list[Branch],
    known: Callable[[str], str],
) -> None:
    if word in (b"if", b"case"):
        arms = list(_arms(data, span[1], known)) if word == b"case" else []
        frames.append(_Frame(span[1], chooses=word == b"case", known=bool(arms)))
        found.extend(arms)
        return
    if word in (b"[", b"[[", b"test"):
        found.extend(_listed(data, span[0], known))
    if not frames:
        return
    frame = frames[-1]
    if word == b"then":
        frame.before.append(_holds(data[frame.start : span[0]], known))
        frame.runs = _runs(frame.before)
        frame.start = span[1]
    elif word in (b"elif", b"else", b"fi", b"esac"):
        if not frame.known:
            found.append(Branch(frame.start, span[0], frame.runs))
        frame.start = span[1]
        if word == b"else":
            frame.runs = _runs([*frame.before, True])
        elif word != b"elif":
            frames.pop()


def _listed(data: bytes, start: int, known: Callable[[str], str]) -> Iterator[Branch]:
    """What runs behind a test that a list begins with: `[ a = b ] && this || that`."""
    test = _TEST.match(data, start)
    if test is None:
        return
    holds = _holds(test["test"], known)
    at, sign = test.end(), test["sign"]
    for _ in range(2):
        runs = Runs.PERHAPS if holds is None else Runs.ALWAYS if holds is (sign == b"&&") else Runs.NEVER
        stop = _end_of_list(data, at, sign)
        yield Branch(at, stop, runs)
        if sign != b"&&" or data[stop : stop + 2] != b"||":
            return
        at, sign = stop + 2, b"||"


def _end_of_list(data: bytes, start: int, sign: bytes) -> int:
    """Where ends what runs behind a sign: at the end of the list, or at the other sign."""
    closed, depth = {b"{": b"}", b"(": b")"}.get(data[start : start + 1]), 0
    for token in _TOKEN.finditer(data, start):
        mark = token["end"] or b""
        word = token["word"] or b""
        depth += (mark == b"(") + (word == b"{") - word.count(b")") - (word == b"}")
        if closed and depth <= 0 and closed in word:
            return token.end()
        two = data[token.start() : token.start() + 2]
        other = two in (b"&&", b"||") and two != sign
        if depth <= 0 and not closed and (mark in (b";", b"\n") or other or word == b"fi"):
            return token.start()
    return len(data)


def _arms(data: bytes, start: int, known: Callable[[str], str]) -> Iterator[Branch]:
    """The arms of a `case`, as far as one can be told from the other: not where another case stands in one."""
    head = _CASE.match(data, start)
    stop = data.find(b"esac", start)
    if head is None or stop < 0 or _INNER.search(data, head.end(), stop):
        return
    subject: str | None = _plain(head["subject"].decode("utf-8", "replace"), known)
    taken: bool | None = False
    at = head.end()
    while arm := _ARM.match(data, at, stop):
        ended = data.find(b";;", arm.end(), stop)
        at = ended + 2 if ended >= 0 else stop
        texts = arm["patterns"].decode("utf-8", "replace").split("|")
        fits = _fits(subject, [_plain(text, known) for text in texts])
        here = False if taken else None if fits is None or (fits and taken is None) else fits
        yield Branch(arm.end(), at, _CHOSEN[here])
        taken = taken or (None if fits is None else fits or taken)


def _plain(text: str, known: Callable[[str], str]) -> str | None:
    """A text without quotes, if it is known."""
    text = known(re.sub("[\"']|\\\\\n", "", text.strip()))
    return None if "$" in text or "`" in text else text


def _fits(subject: str | None, patterns: list[str | None]) -> bool | None:
    """Whether a text fits one of some patterns; None where that is not known."""
    if "*" in patterns:
        return True
    if subject is None:
        return None
    fitting = [pattern is not None and fnmatchcase(subject, pattern) for pattern in patterns]
    return True if any(fitting) else None if None in patterns else False


def _runs(conditions: list[bool | None]) -> Runs:
    """Whether that runs which stands under the last of some conditions, where none before it holds."""
    *before, last = conditions
    if True in before or last is False:
        return Runs.NEVER
    return Runs.ALWAYS if last and all(other is False for other in before) else Runs.PERHAPS


def _holds(condition: bytes, known: Callable[[str], str]) -> bool | None:
    """Whether a condition holds that compares two texts; None where that is not known."""
    text = condition.decode("utf-8", "replace").replace("\\\n", " ").replace('"', "").replace("'", "").strip()
    compared = _COMPARED.fullmatch(text)
    if compared is None:
        return None
    left, right = (known(compared[side]) for side in ("left", "right"))
    if _OPEN.search(left + right):
        return None
    return (left == right) is (compared["sign"] != "!=")


def runs_at(at: int, among: list[Branch]) -> Runs:
    """Whether what stands at an offset runs."""
    around = {branch.runs for branch in among if branch.start <= at < branch.end}
    return next((runs for runs in (Runs.NEVER, Runs.PERHAPS) if runs in around), Runs.ALWAYS)
