"""C# and VB.NET: what `#if` around a place asks, however it lies across other constructs. Nothing of meaning."""

import re
from collections.abc import Iterable
from functools import lru_cache

from tlsscan.clauses import exclude
from tlsscan.patterns import lazy

DIRECTIVE = lazy(
    rb"(?m)^[ \t]*#[ \t]*(?i:(if|elseif|elif|else|endif|end[ \t]+if|define|undef|const))\b([^\r\n]*)", re.ASCII
)
COMMENT = lazy(r"//.*|'.*|/\*.*")
THEN = lazy(r"(?i)\bthen\s*$")
VB_WORDS = ((r"\bandalso\b|\band\b", "&&"), (r"\borelse\b|\bor\b", "||"), (r"\bnot\b", "!"), (r"<>", "!="))
LONGEST = 200
MOST = 2000  # arms of one file
OWN = frozenset({"define", "undef", "const"})  # a file that defines symbols itself


@lru_cache(maxsize=8)
def _arms(data: bytes, caseless: bool) -> tuple[tuple[int, int, str], ...]:
    """The arms of all `#if` of a file: where each begins and ends, and what it asks."""
    found: list[tuple[int, int, str]] = []
    open_arms: list[tuple[int, str, tuple[str, ...]]] = []  # where, what, and what the arms before it ask
    for match in DIRECTIVE.finditer(data):
        word = match[1].lower()
        if word.decode() in OWN:
            return ()
        passed: tuple[str, ...] = ()
        if word != b"if":
            if not open_arms:
                continue
            start, asked, before = open_arms.pop()
            found.append((start, match.start(), asked))
            passed = before
        if word.startswith(b"end"):
            continue
        own = "" if word == b"else" else _condition(match[2].decode("utf-8", "replace"), caseless)
        denied = [f"not ({text})" for text in passed]
        open_arms.append((match.end(), " and ".join([*denied, *([own] if own else [])]), (*passed, own or "?")))
    return tuple(found[:MOST])


def _condition(text: str, caseless: bool) -> str:
    text = THEN.sub("", COMMENT.sub("", text).strip())
    for pattern, sign in VB_WORDS if caseless else ():
        text = re.sub(pattern, sign, text, flags=re.IGNORECASE)
    text = " ".join(text.upper().split() if caseless else text.split())
    return text if 0 < len(text) <= LONGEST else "?"


def compiled(data: bytes, offset: int, *, caseless: bool = False) -> str:
    """What must hold for the code at an offset to be compiled; an empty text if nothing need."""
    if b"#" not in data or (b"#if" not in data.lower() and b"# if" not in data.lower()):
        return ""
    return " and ".join(asked for start, end, asked in _arms(data, caseless) if start <= offset < end)


def apart(data: bytes, offset: int, others: Iterable[int], use: str = "", *, caseless: bool = False) -> frozenset[int]:
    """Those of other offsets whose code is never compiled together with that at an offset, or with a use of what is
    there that asks for something itself: they stand in other arms of its `#if`."""
    asked = [text for text in (compiled(data, offset, caseless=caseless), use) if text]
    if not asked:
        return frozenset()
    told = {other: compiled(data, other, caseless=caseless) for other in others}
    return frozenset(other for other, text in told.items() if any(exclude(text, one) for one in asked))
