"""Which lines of a text are not in an older one. Where it cannot tell soon, a line counts as new. Knows no git."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

MOST_PAIRS = 250_000  # of lines that are compared with each other, where none is there but once


def added_lines(old: Sequence[bytes], new: Sequence[bytes]) -> set[int]:
    """The numbers (from 1) of the lines of `new` that were added. Lines are compared without their ends."""
    found: set[int] = set()
    stack = [(0, len(old), 0, len(new))]
    while stack:
        a, b, c, d = _trimmed(old, new, *stack.pop())
        if a == b or c == d:
            found.update(range(c + 1, d + 1))
            continue
        pairs = _anchors(old, new, a, b, c, d)
        if pairs:
            stack.extend(_gaps(pairs, a, b, c, d))
        elif (b - a) * (d - c) <= MOST_PAIRS:
            found.update(_compared(old, new, a, b, c, d))
        else:
            found.update(range(c + 1, d + 1))
    return found


def _trimmed(old: Sequence[bytes], new: Sequence[bytes], a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
    """The stretches without what they begin and end with in common."""
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    return a, b, c, d


def _anchors(old: Sequence[bytes], new: Sequence[bytes], a: int, b: int, c: int, d: int) -> list[tuple[int, int]]:
    """The longest run of lines that stand once in both, in the same order."""
    once = {line for line, number in Counter(old[a:b]).items() if number == 1}
    once &= {line for line, number in Counter(new[c:d]).items() if number == 1}
    there = {old[at]: at for at in range(a, b) if old[at] in once}
    pairs = [(there[new[at]], at) for at in range(c, d) if new[at] in once]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (at, _) in enumerate(pairs):
        place = bisect_left(tails, at)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(at)
            ends.append(number)
        else:
            tails[place], ends[place] = at, number
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _gaps(pairs: Sequence[tuple[int, int]], a: int, b: int, c: int, d: int) -> Iterator[tuple[int, int, int, int]]:
    for at, other in (*pairs, (b, d)):
        yield a, at, c, other
        a, c = at + 1, other + 1


def _compared(old: Sequence[bytes], new: Sequence[bytes], a: int, b: int, c: int, d: int) -> Iterator[int]:
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind in ("insert", "replace"):
            yield from range(c + start + 1, c + end + 1)
