"""Code that manifests are written in, read as text: comments blanked out, so that offsets stay what they are."""

import re

from tlsscan.patterns import lazy

_STRING = rb"""(?P<text>'''[\s\S]*?(?:'''|\Z)|\"{3}[\s\S]*?(?:\"{3}|\Z)|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_C = lazy(_STRING + rb"|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)")
_HASH = lazy(_STRING + rb"|(?<![$\w])#[^\n]*")
_BLANKS = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))


def without_comments(data: bytes, style: str) -> bytes:
    """Code with blanks in place of its comments: of `c` style, or of `hash` style."""

    def blank(found: re.Match[bytes]) -> bytes:
        return found.group() if found["text"] is not None else found.group().translate(_BLANKS)

    marks = (b"//", b"/*") if style == "c" else (b"#",)
    if not any(mark in data for mark in marks):
        return data
    return (_C if style == "c" else _HASH).sub(blank, data)
