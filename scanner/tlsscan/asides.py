"""Texts and comments of C# and Basic, and code without them. By the text: no syntax tree is needed to skip them."""

import re

from tlsscan.patterns import lazy

ASIDES = lazy(rb"(\$?@\$?\"(?:[^\"]|\"\")*\"|\$?\"(?:\\.|[^\"\\\n])*\")|'(?:\\.|[^'\\\n])'|//[^\n]*|/\*[\s\S]*?\*/")
ASIDES_VB = lazy(rb"(\"[^\"\n]*\")|'[^\n]*")
"""The first group is a text; what has none is a character or a comment."""
_DIRECTIVE = lazy(rb"(?m)^[ \t]*\#[^\n]*")
_VISIBLE = lazy(rb"[^\s]")
_HOLE = lazy(rb"(?<=\{)[^{}\"\n]+(?=\})")
"""Code in a text."""


def without_asides(code: bytes, *, basic: bool = False) -> bytes:
    """Code without texts and comments, but with what stands in the holes of texts."""
    return (ASIDES_VB if basic else ASIDES).sub(_left, code)


def without_comments(code: bytes, *, basic: bool = False) -> bytes:
    """Code without comments and directives of the compiler."""
    return _DIRECTIVE.sub(b"", (ASIDES_VB if basic else ASIDES).sub(lambda found: found[1] or b" ", code))


def blanked(code: bytes, *, basic: bool = False) -> bytes:
    """Code in which texts, comments and directives of the compiler are blank, and all else stands where it did."""
    return _DIRECTIVE.sub(_blank, (ASIDES_VB if basic else ASIDES).sub(_blank, code))


def with_texts(code: bytes, *, basic: bool = False) -> bytes:
    """Code in which comments and directives of the compiler are blank, and all else stands where it did."""
    kept = (ASIDES_VB if basic else ASIDES).sub(lambda found: found[1] or _VISIBLE.sub(b" ", found.group()), code)
    return _DIRECTIVE.sub(lambda found: _VISIBLE.sub(b" ", found.group()), kept)


def _left(found: re.Match[bytes]) -> bytes:
    """What is left of a text or a comment."""
    return b" ".join((b" ", *_HOLE.findall(found.group()), b" ")) if _has_holes(found) else b" "


def _blank(found: re.Match[bytes]) -> bytes:
    text = found.group()
    if not _has_holes(found):
        return _VISIBLE.sub(b" ", text)
    made = bytearray(_VISIBLE.sub(b" ", text))
    for hole in _HOLE.finditer(text):
        made[hole.start() : hole.end()] = hole.group()
    return bytes(made)


def _has_holes(found: re.Match[bytes]) -> bool:
    return found.group().startswith((b"$", b"@$"))
