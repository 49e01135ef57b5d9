"""Texts and comments of C# and Basic, and code without them. By the text: no syntax tree is needed to skip them."""

import re

from tlsscan.patterns import lazy

ASIDES = lazy(rb"(@\"(?:[^\"]|\"\")*\"|\"(?:\\.|[^\"\\\n])*\")|'(?:\\.|[^'\\\n])'|//[^\n]*|/\*[\s\S]*?\*/")
ASIDES_VB = lazy(rb"(\"[^\"\n]*\")|'[^\n]*")
"""The first group is a text; what has none is a character or a comment."""
_DIRECTIVE = lazy(rb"(?m)^[ \t]*\#[^\n]*")
_VISIBLE = lazy(rb"[^\s]")


def without_asides(code: bytes, *, basic: bool = False) -> bytes:
    """Code without texts and comments."""
    return (ASIDES_VB if basic else ASIDES).sub(b" ", code)


def blanked(code: bytes, *, basic: bool = False) -> bytes:
    """Code in which texts, comments and directives of the compiler are blank, and all else stands where it did."""
    return _DIRECTIVE.sub(_blank, (ASIDES_VB if basic else ASIDES).sub(_blank, code))


def _blank(found: re.Match[bytes]) -> bytes:
    return _VISIBLE.sub(b" ", found.group())
