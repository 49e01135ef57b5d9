"""Colours of the text reporters: plain ANSI, or nothing."""

from tlsscan.model import Level

BOLD = "1"
DIM = "2"
GREEN = "32"
BLUE = "34"
_RED = "31"
_YELLOW = "33"
_CYAN = "36"

LEVEL_COLOR = {Level.ERROR: _RED, Level.WARNING: _YELLOW, Level.NOTE: _CYAN, Level.NONE: DIM}


def paint(text: str, style: str, color: bool) -> str:
    """`text` in an ANSI style such as `1;31`, or as it is."""
    return f"\x1b[{style}m{text}\x1b[0m" if color and text else text
