"""C# and VB.NET: constants whose names tell less than those beside them. Nothing of meaning."""

import re

from tlsscan.clauses import BESIDE
from tlsscan.patterns import lazy

_MEMBER = lazy(r"\b([A-Za-z_]\w*)\.([A-Za-z]+)(?= or |$)")  # what a comparison ends in
LARGEST = 1_000_000  # bytes of a file in which it is looked for


def with_siblings(condition: str, data: bytes) -> str:
    """A condition with the numbered constant of the same name behind one without a number, where the file names one of
    the same type: `mode is Mode.Old beside Old2`. A flag that looked for in others, `(all And F) = F`, is no mode."""
    if len(data) > LARGEST or _MEMBER.search(condition) is None:
        return condition
    return _MEMBER.sub(
        lambda found: _beside(found, data) if condition.count(found[0]) == 1 else found[0],
        condition,
    )


def _beside(found: re.Match[str], data: bytes) -> str:
    written = re.escape(found[0].encode())
    other = re.search(rb"(?i)\b%b_?\d\w*" % written, data)
    name = other[0].decode("utf-8", "replace").rpartition(".")[2] if other is not None else ""
    return f"{found[0]}{BESIDE}{name}" if name else found[0]
