"""GitHub's `primaryLocationLineHash`: the identity of a line by what follows it. Reads no file.

The same numbers as `src/fingerprints.ts` of github/codeql-action, which a code-scanning upload compares with ours.
"""

import re
from collections.abc import Collection, Iterator
from functools import reduce

_BLOCK = 100
_MULTIPLIER = 37
_MASK = (1 << 64) - 1
_END_MARK = "\uffff"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def line_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """The hashes of `lines` (from 1); a line that the file does not have is left out.

    `text` is the file decoded as UTF-8 with U+FFFD for what is invalid, its byte order mark kept. Lines end
    with LF, CR LF or CR. Takes one pass over the text, whatever number of lines is asked for.
    """
    units = _code_units(text)
    windows = {number: units[start : start + _BLOCK] for number, start in _line_starts(units) if number in lines}
    # Two lines have the same hash when they have the same window, so counting windows saves hashing every line.
    seen = dict.fromkeys(windows.values(), 0)
    hashes: dict[int, str] = {}
    for number, start in _line_starts(units):
        window = units[start : start + _BLOCK]
        if window in seen:
            seen[window] += 1
            if number in windows:
                hashes[number] = f"{_polynomial(window):x}:{seen[window]}"
    return hashes


def _code_units(text: str) -> str:
    """One character per UTF-16 code unit that counts, then the end mark and the padding."""
    folded = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    return _ASTRAL.sub(_surrogates, folded) + _END_MARK + "\0" * (_BLOCK - 1)


def _surrogates(match: re.Match[str]) -> str:
    offset = ord(match[0]) - 0x10000
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def _line_starts(units: str) -> Iterator[tuple[int, int]]:
    number, start = 1, 0
    while True:
        yield number, start
        newline = units.find("\n", start)
        if newline < 0:
            return
        number, start = number + 1, newline + 1


def _polynomial(window: str) -> int:
    return reduce(lambda total, unit: total * _MULTIPLIER + ord(unit), window, 0) & _MASK
