"""C#: conditional compilation that cuts a construct in two, so that the grammar cannot place it. Nothing of meaning."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from tlsscan.annotations import TypeAlias
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

Span: TypeAlias = tuple[int, int]

DIRECTIVE = lazy(rb"(?m)^[ \t]*#[ \t]*(if|elif|else|endif)\b[^\r\n]*")
DIRECTIVE_WORD = lazy(rb"^[ \t]*#[ \t]*if\b|//.*")
NOT_LINE_END = lazy(rb"[^\r\n]")
MAX_ROUNDS = 4


class Group(NamedTuple):
    """One `#if` to its `#endif`: the lines of its directives, the text of each of its arms, and what it asks."""

    lines: tuple[Span, ...]
    arms: tuple[Span, ...]
    condition: str

    @property
    def span(self) -> Span:
        """From the first directive to the last."""
        return (self.lines[0][0], self.lines[-1][1])


class Arms(NamedTuple):
    """A file with one arm of each group that does not parse, what was blanked for it, and those groups."""

    data: bytes
    blanked: tuple[Span, ...]
    groups: tuple[Group, ...]

    def condition(self, start: int, end: int) -> str:
        """What the first of the groups in a stretch asks, or the only one; an empty text if there is none."""
        met = (group.condition for group in self.groups if group.span[0] < end and start < group.span[1])
        return next(met, self.groups[0].condition if len(self.groups) == 1 else "")


def groups(data: bytes) -> list[Group]:
    """All groups of a file that are complete, nested ones too, by where they begin."""
    found: list[Group] = []
    stack: list[list[Span]] = []
    for match in DIRECTIVE.finditer(data):
        word = match.group(1)
        if word == b"if":
            stack.append([match.span()])
        elif stack:
            stack[-1].append(match.span())
            if word == b"endif":
                lines = stack.pop()
                arms = [(a[1], b[0]) for a, b in pairwise(lines)]
                asked = DIRECTIVE_WORD.sub(b"", data[slice(*lines[0])]).decode("utf-8", "replace")
                found.append(Group(tuple(lines), tuple(arms), " ".join(asked.split())))
    return sorted(found, key=lambda group: group.span)


def arm_by_arm(data: bytes, errors: Callable[[bytes], Sequence[int]]) -> tuple[Arms, Arms] | None:
    """The file with the first arms and with the last arms of the groups around errors, where that mends any; `errors`
    gives the offsets of what a text does not parse for. None if nothing is mended."""
    every = groups(data)
    before = errors(data) if every else ()
    left, marked = before, set[Group]()
    for _ in range(MAX_ROUNDS):
        fresh = _around(every, left) - marked
        if not fresh:
            break
        marked |= fresh
        left = errors(_with(data, marked, last=False).data)
    if not marked or len(left) >= len(before):
        return None
    return _with(data, marked, last=False), _with(data, marked, last=True)


def _around(every: Sequence[Group], offsets: Iterable[int]) -> set[Group]:
    """The innermost group around each offset."""
    starts = [group.span[0] for group in every]
    found: set[Group] = set()
    for offset in offsets:
        before = every[: bisect_right(starts, offset)]
        inside = next((group for group in reversed(before) if offset <= group.span[1]), None)
        if inside is not None:
            found.add(inside)
    return found


def _with(data: bytes, marked: Iterable[Group], *, last: bool) -> Arms:
    blanked: list[Span] = []
    for group in marked:
        kept = (group.arms[-1] if len(group.arms) > 1 else None) if last else group.arms[0]
        blanked.extend(arm for arm in group.arms if arm != kept)
        blanked.extend(group.lines)
    text = bytearray(data)
    for start, end in blanked:
        text[start:end] = NOT_LINE_END.sub(b" ", data[start:end])
    return Arms(bytes(text), tuple(sorted(blanked)), tuple(sorted(marked, key=lambda group: group.span)))


def inside(spans: Iterable[Span], offset: int) -> bool:
    """Whether an offset lies in one of some spans."""
    return any(start <= offset < end for start, end in spans)
