"""Branches of shell commands: what stands in an `if` or a `case` runs where a condition holds, and not in any case."""

from collections.abc import Callable
from enum import Enum

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

MOST = 200  # of what one instruction runs
_TOKEN = lazy(
    rb"(?P<join>\\\r?\n)|(?P<text>'[^']*'|\"(?:\\.|[^\"\\])*\")|(?P<end>[;&|\n(])|(?P<word>[^\s;&|('\"\\]+)|\\."
)
_FOLLOWING = frozenset([b"if", b"elif", b"then", b"else", b"do", b"!", b"{", b"time"])
"""Words that another command follows."""
_COMPARED = lazy(r"(?:\[\[?|test)\s+(?P<left>\S+)\s+(?P<sign>==?|!=)\s+(?P<right>[^\s\]]+)\s*(?:\]\]?)?\s*;?\s*")
_OPEN = lazy(r"[$`*?\[(\\]")
"""What makes a text none that is known here."""


class Runs(Enum):
    """Whether commands run."""

    ALWAYS = 0
    PERHAPS = 1
    NEVER = 2


class Branch(NamedTuple):
    """A stretch of commands, and whether they run where what is around it does."""

    start: int
    end: int
    runs: Runs


class _Frame:
    """An `if` or a `case` that has no end yet."""

    def __init__(self, start: int, *, chooses: bool) -> None:
        self.start = start  # of the condition, or of what runs under it
        self.runs = Runs.PERHAPS if chooses else Runs.ALWAYS
        self.before: list[bool | None] = []  # whether the conditions up to here hold


def branches(data: bytes, start: int, end: int, known: Callable[[str], str]) -> list[Branch]:
    """The branches of the commands between two offsets. `known` puts what is known of variables into a text."""
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
    return word in _FOLLOWING or word.startswith(b"--")


def _enter(
    word: bytes,
    span: tuple[int, int],
    data: bytes,
    frames: list[_Frame],
    found: list[Branch],
    known: Callable[[str], str],
) -> None:
    if word in (b"if", b"case"):
        frames.append(_Frame(span[1], chooses=word == b"case"))
        return
    if not frames:
        return
    frame = frames[-1]
    if word == b"then":
        frame.before.append(_holds(data[frame.start : span[0]], known))
        frame.runs = _runs(frame.before)
        frame.start = span[1]
    elif word in (b"elif", b"else", b"fi", b"esac"):
        found.append(Branch(frame.start, span[0], frame.runs))
        frame.start = span[1]
        if word == b"else":
            frame.runs = _runs([*frame.before, True])
        elif word != b"elif":
            frames.pop()


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
