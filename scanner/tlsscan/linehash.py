"""GitHub's `primaryLocationLineHash`: the identity of a line by what follows it. Reads no file.

The same numbers as `src/fingerprints.ts` of github/codeql-action, which a code-scanning upload compares with ours.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from functools import reduce
from itertools import accumulate

from tlsscan.patterns import lazy

_BLOCK = 100
_MULTIPLIER = 37
_MASK = (1 << 64) - 1
_END_MARK = "\uffff"
_ASTRAL = lazy("[\U00010000-\U0010ffff]")


def line_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """The hashes of `lines` (from 1); a line that the file does not have is left out.

    `text` is the file decoded as UTF-8 with U+FFFD for what is invalid, its byte order mark kept. Lines end
    with LF, CR LF or CR. A line is looked for by searching for what follows it.
    """
    units = _code_units(text)
    starts = list(accumulate((len(line) + 1 for line in units.split("\n")), initial=0))[:-1]
    wanted = [number for number in sorted(set(lines)) if 1 <= number <= len(starts)]
    places: dict[str, list[int]] = {}
    hashes: dict[int, str] = {}
    for number in wanted:
        window = units[starts[number - 1] : starts[number - 1] + _BLOCK]
        if window not in places:
            places[window] = list(_line_starts_with(units, window))
        hashes[number] = f"{_polynomial(window):x}:{bisect_right(places[window], starts[number - 1])}"
    return hashes


def _line_starts_with(units: str, window: str) -> Iterator[int]:
    """Where lines start that have this window: only these are hashed alike."""
    if units.startswith(window):
        yield 0
    at = units.find("\n" + window)
    while at >= 0:
        yield at + 1
        at = units.find("\n" + window, at + 1)


def _code_units(text: str) -> str:
    """One character per UTF-16 code unit that counts, then the end mark and the padding."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        folded = text.encode().translate(None, b" \t").decode()  # six times quicker than replacing
    else:
        folded = _ASTRAL.sub(_surrogates, text.replace(" ", "").replace("\t", ""))
    return folded + _END_MARK + "\0" * (_BLOCK - 1)


def _surrogates(match: re.Match[str]) -> str:
    offset = ord(match[0]) - 0x10000
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def _polynomial(window: str) -> int:
    return reduce(lambda total, unit: total * _MULTIPLIER + ord(unit), window, 0) & _MASK
