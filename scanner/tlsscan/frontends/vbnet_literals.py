"""VB.NET: what literals are worth, and texts put together."""

import re

from tlsscan.frontends import csharp_values as dotnet
from tlsscan.patterns import lazy
from tlsscan.values import Number, Operation, Text, Unknown, Value

NUMBER = lazy(r"(?:&(?P<base>[hob]))?(?P<digits>[0-9a-f_.]+?)(?P<suffix>u?[sil]|[dfr%&@!#])?", re.IGNORECASE)
BASES = {"h": 16, "o": 8, "b": 2}


def number(text: str) -> Value:
    """A numeric literal: decimal, `&H`, `&O`, `&B`, with `_` and type characters."""
    match = NUMBER.fullmatch(text)
    if match is None:
        return Unknown(f"{text} is not a number that is understood")
    base, digits = match.group("base"), match.group("digits").replace("_", "")
    if base is not None and base in "hH" and (match.group("suffix") or "").lower() in ("d", "f"):
        digits += match.group("suffix")
    try:
        return Number(int(digits, BASES[base.lower()] if base else 10)) if "." not in digits else Number(float(digits))
    except ValueError:
        return Unknown(f"{text} is not a number that is understood")


def unquoted(raw: str) -> str:
    """The content of a string or character literal."""
    return re.sub(r'"[cC]?\Z', "", raw[1:]).replace('""', '"')


def interpolated(raw: str) -> Value:
    """A text with holes, of which that before the first hole is known."""
    first, hole, _ = raw.partition("{")
    if not hole:
        return Text(unquoted(raw))
    rest = Unknown("a part of the text is made at run time")
    known = unquoted(first)
    return Operation("join", (Text(known), rest)) if known and "{{" not in raw else rest


def is_text(value: Value) -> bool:
    """Whether a value is a text, or one that is put together."""
    value = dotnet.inner(value)
    return isinstance(value, Text) or (isinstance(value, Operation) and value.operator == "join")


def joined(*parts: Value) -> Value:
    """Text concatenation; texts side by side become one."""
    flat: list[Value] = []
    for part in parts:
        plain = dotnet.inner(part)
        pieces = plain.operands if isinstance(plain, Operation) and plain.operator == "join" else (part,)
        for piece in pieces:
            bare = dotnet.inner(piece)
            if isinstance(bare, Text) and flat and isinstance(flat[-1], Text):
                flat[-1] = Text(flat[-1].text + bare.text)
            else:
                flat.append(bare if isinstance(bare, Text) else piece)
    return flat[0] if len(flat) == 1 else Operation("join", tuple(flat))
