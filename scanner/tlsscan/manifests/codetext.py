"""Code that manifests are written in, read as text: comments blanked out, so that offsets stay what they are."""

import re

from tlsscan.patterns import lazy

_STRING = rb"""(?P<text>'''[\s\S]*?(?:'''|\Z)|\"{3}[\s\S]*?(?:\"{3}|\Z)|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_C = lazy(_STRING + rb"|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)")
_HASH = lazy(_STRING + rb"|(?<![$\w])#[^\n]*")
BLANKS = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))


_COMMENT_LINE = lazy(rb"^[ \t]*#[^\r\n]*", re.MULTILINE)


def blanked(found: re.Match[bytes]) -> bytes:
    """What a pattern found, with blanks in the place of everything but line ends."""
    return found.group().translate(BLANKS)


def without_comment_lines(data: bytes) -> bytes:
    """Code with blanks in place of the lines that are comments; `#` behind other text stays."""
    return _COMMENT_LINE.sub(blanked, data) if b"#" in data else data


_PYTHON = lazy(
    rb"(?P<long>'''|\"{3})|(?P<comment>#[^\n]*)|(?P<text>'(?:[^'\\\n]|\\[\s\S])*'|\"(?:[^\"\\\n]|\\[\s\S])*\")"
    rb"|(?P<quote>['\"])|(?P<open>[\[({])|(?P<close>[\])}])"
)
_PAIRS = {b"]": b"[", b")": b"(", b"}": b"{"}


def unclosed(data: bytes) -> tuple[str, int] | None:
    """What is opened in Python's code and not closed, or the other way round, and where that is."""
    waiting: list[tuple[bytes, int]] = []
    at = 0
    while token := _PYTHON.search(data, at):
        at = token.end()
        if token["long"]:
            ended = re.compile(rb"(?:[^\\]|\\[\s\S])*?" + token["long"]).match(data, at)
            if ended is None:
                return "has a text that does not end", token.start()
            at = ended.end()
        elif token["quote"]:
            return "has a text that does not end", token.start()
        elif token["open"]:
            waiting.append((token["open"], token.start()))
        elif token["close"] and (not waiting or waiting.pop()[0] != _PAIRS[token["close"]]):
            return f"has a {token['close'].decode()} that closes nothing", token.start()
    return (f"has a {waiting[-1][0].decode()} that is not closed", waiting[-1][1]) if waiting else None


def texts(data: bytes) -> "list[tuple[int, int]]":
    """Where texts in quotes stand in code of `c` style."""
    return [found.span() for found in _C.finditer(data) if found["text"] is not None]


def without_long_texts(data: bytes) -> bytes:
    """Code with blanks in place of texts in triple quotes."""
    if b'"""' not in data and b"'''" not in data:
        return data

    def blank(found: re.Match[bytes]) -> bytes:
        long = found["text"] is not None and found["text"][:3] in (b'"""', b"'''")
        return blanked(found) if long else found.group()

    return _C.sub(blank, data)


def without_comments(data: bytes, style: str) -> bytes:
    """Code with blanks in place of its comments: of `c` style, or of `hash` style."""

    def blank(found: re.Match[bytes]) -> bytes:
        return found.group() if found["text"] is not None else blanked(found)

    marks = (b"//", b"/*") if style == "c" else (b"#",)
    if not any(mark in data for mark in marks):
        return data
    return (_C if style == "c" else _HASH).sub(blank, data)
