"""What IPython adds to Python: magics, shell commands, questions. Of the first line of a cell, whose it is."""

import re

from tlsscan.patterns import lazy

LINE = lazy(
    rb"^(?P<lead>[ \t]*+(?P<assigned>[\w.,\[\]'\" \t]++=[ \t]*+)?)"
    rb"(?:(?P<timed>%(?:time|timeit|prun|memit)\b(?:[ \t]+-[a-z]\b(?:[ \t]*\d+)?)*)"
    rb"|(?:!(?!=)|%{1,2}[A-Za-z_]\w*(?![\w(.)])|\?{1,2}[A-Za-z%])(?:[^\n\\]|\\(?:\r\n|.))*+"
    rb"|[A-Za-z_][\w.]*\?{1,2}[ \t]*$)",
    re.MULTILINE | re.DOTALL,
)
CELL_MAGIC = lazy(rb"\s*%%(\w+|!)[ \t]*([^\n]*)")
PYTHON_MAGICS = frozenset(
    {b"time", b"timeit", b"capture", b"prun", b"memit", b"python", b"python2", b"python3", b"pypy"}
)
WRITING = frozenset({b"writefile", b"file"})


def is_python(cell: bytes) -> bool:
    """Whether a cell is Python, not handed to another program by its first line."""
    magic = CELL_MAGIC.match(cell)
    if magic is None or magic[1] in PYTHON_MAGICS:
        return True
    return magic[1] in WRITING and magic[2].rstrip().endswith(b".py")


def plain(text: bytes) -> bytes:
    """Python without IPython's own lines, of the same length: each of them becomes a number."""
    return LINE.sub(_number, text)


def _number(found: re.Match[bytes]) -> bytes:
    """What stands in for a line; code after `%time` stays."""
    lead = found["lead"]
    room = len(found.group()) - len(lead)
    if found["timed"] is None:
        return lead + b"0".ljust(room)
    return lead + (b"" if found["assigned"] else b"0;").ljust(room)
