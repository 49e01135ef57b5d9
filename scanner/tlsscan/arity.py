"""How many things a call of C# or Basic passes, and how many a method takes: by that, calls tell overloads apart. By
the text, in which texts and comments are blank."""

import re

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

_GENERIC = lazy(rb"(?<=\w)<[\w\s,.?\[\]]*>|\((?i:of)\b[^()]*\)")
_OPTIONAL = lazy(rb"=|(?i:\b(?:optional|params|paramarray)\b)")
_ANY_NUMBER = lazy(rb"(?i)\b(?:params|paramarray)\b")
_EXTENDS = lazy(rb"\s*(?:\[[^\]]*\]\s*)*this\b")
_OPENING = lazy(rb"\s*(?:<[\w\s,.?\[\]]*>|\((?i:of)\b[^()]*\))?\s*\(")
_DEEPER = dict(zip(b"([{)]}", (1, 1, 1, -1, -1, -1), strict=True))
_LONGEST = 4000  # bytes of a call
_MOST = 1000


class Arity(NamedTuple):
    """How many arguments a method takes, at least and at most."""

    least: int
    most: int

    def __contains__(self, count: object) -> bool:
        return isinstance(count, int) and self.least <= count <= self.most


def taken(header: bytes, name: str) -> Arity | None:
    """How many arguments a method takes, as its header says; None if it does not, or an extension may be called in two
    ways."""
    found = re.search(
        rb"\b%s\s*(?:<[^()]*>|\((?i:of)\b[^()]*\))?\s*\(" % re.escape(name.encode()), header, re.IGNORECASE
    )
    inside = _inside(header, found.end()) if found is not None else None
    if inside is None or _EXTENDS.match(inside) is not None:
        return None
    each = [part for part in _parts(inside) if part.strip()]
    if any(_ANY_NUMBER.search(part) is not None for part in each):
        return Arity(sum(_OPTIONAL.search(part) is None for part in each), _MOST)
    return Arity(sum(_OPTIONAL.search(part) is None for part in each), len(each))


def passed(code: bytes, written: bytes, at: int) -> int | None:
    """How many arguments a call passes whose name ends at an offset of a code (`written`: with its texts), none where
    it has no parentheses; None if that cannot be told."""
    opening = _OPENING.match(code, at)
    if opening is None:
        return 0
    inside = _inside(code, opening.end())
    if inside is None:
        return None
    each = _parts(inside)
    return len(each) if len(each) > 1 or written[opening.end() : opening.end() + len(inside)].strip() else 0


def _inside(code: bytes, start: int) -> bytes | None:
    """What stands in parentheses behind the opening one."""
    depth = 1
    for at in range(start, min(len(code), start + _LONGEST)):
        depth += _DEEPER.get(code[at], 0)
        if depth == 0:
            return code[start:at]
    return None


def _parts(inside: bytes) -> list[bytes]:
    """What the commas part that stand in no parentheses of their own."""
    plain = inside
    while (less := _GENERIC.sub(b"", plain)) != plain:
        plain = less
    parts, depth, last = [], 0, 0
    for at, sign in enumerate(plain):
        depth += _DEEPER.get(sign, 0)
        if sign == ord(",") and depth == 0:
            parts.append(plain[last:at])
            last = at + 1
    return [*parts, plain[last:]]
