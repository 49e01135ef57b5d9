"""What the expressions of several languages have in common, as values."""

import re
from collections.abc import Iterable

from tlsscan.frontends.lowering import MAX_WAYS
from tlsscan.values import (
    Arm,
    Choice,
    Entry,
    Invocation,
    Name,
    Number,
    Operation,
    Parameter,
    Symbol,
    Text,
    Unknown,
    Value,
    Via,
    is_callers,
    strip,
)

MAX_DIGITS = 100  # of one number
LITERALS = (Text, Symbol, Number)


def parse_number(text: str) -> Value:
    """A numeric literal of any of the languages: decimal, hex, octal, binary, with `_` and type suffixes."""
    body = text.replace("_", "").lower()
    if len(body) > MAX_DIGITS:  # Python itself refuses to write some thousand digits out
        return Unknown("the number has too many digits")
    if not body.startswith("0x"):
        body = body.rstrip("fdm")
    body = body.rstrip("ul")
    try:
        if re.fullmatch(r"0[0-7]+", body):
            return Number(int(body, 8))
        if re.fullmatch(r"\d+", body) or body[:2] in ("0x", "0b", "0o"):
            return Number(int(body, 0))
        return Number(float(body))
    except ValueError:
        return Unknown(f"{text} is not a number that is understood")


def invocation(names: tuple[str, ...], arguments: Iterable[Value], named: Iterable[tuple[str, Value]] = ()) -> Value:
    """A call whose result is unknown, bounded."""
    return Invocation(names, tuple(arguments)[:8], tuple(named)[:8])


def qualified(base: Value, word: str) -> tuple[str, ...]:
    """Names of a member: of a name, of what a call made, of any of several, or of something unknown."""
    while isinstance(base, Via):
        base = base.value
    if isinstance(base, Name):
        return tuple(dict.fromkeys((*[f"{name}.{word}" for name in base.names], f"?.{word}")))
    if isinstance(base, Invocation):
        return (*[f"{name}.{word}" for name in base.names if name != "?"], f"?.{word}")
    if isinstance(base, Choice):  # `try: import ssl` ... `except ImportError: ssl = None`
        names = [name for arm in base.arms for name in qualified(arm.value, word)]
        return tuple(dict.fromkeys(sorted(names, key=lambda name: name.startswith("?"))))[:MAX_WAYS]
    return (f"?.{word}",)


def taken_out(base: Value, key: Value) -> Value | None:
    """An entry of what callers pass, or of a constant that another file may define; None for other values."""
    inner, sought = strip(base)[0], strip(key)[0]
    while isinstance(inner, Operation) and inner.operator == "item":  # an entry of an entry
        inner = strip(inner.operands[0])[0]
    constant = isinstance(inner, Name) and inner.names[0][0] not in "?$" and isinstance(sought, LITERALS)
    return Operation("item", (base, key)) if constant or is_callers(inner) or is_callers(sought) else None


SPREAD = "a spread "
"""How the reason of a key begins that stands for those of a whole table which another one takes up."""


def is_spread(entry: Entry) -> bool:
    """Whether an entry stands for the entries of a table that is not known here."""
    key = strip(entry.key)[0]
    return isinstance(key, Unknown) and key.reason.startswith(SPREAD)


def unless_spread(entry: Entry, key: Value, word: str, before: Value | None) -> Value:
    """What stands under a key of a table that takes up another one after what it held there itself: what the other one
    has, or what was there before."""
    read = taken_out(entry.value, key)
    if before is None:
        return read if read is not None else Unknown(f"{word} is looked up at run time")
    held = strip(entry.value)[0]
    told = f"{held.name.lstrip('$@')}[{word}]" if isinstance(held, Parameter) else word
    other = read if read is not None else Unknown(f"{told} is looked up at run time")
    return Choice((Arm(f"{told} is set", False, other), Arm(f"{told} is not set", False, before)))


def key_word(value: Value) -> str:
    """A mapping key as an option path writes it; an empty text for keys that are not constant. A dot inside a key is
    none between two."""
    while isinstance(value, Via):
        value = value.value
    if isinstance(value, Text):
        return value.text.replace(".", "\\.")
    if isinstance(value, Symbol):
        return value.name.replace(".", "\\.")
    if isinstance(value, Number):
        return str(value.value)
    if isinstance(value, Name):
        return value.names[0]
    return ""


def textual(first: Value, second: Value) -> bool:
    """Whether adding two values joins texts."""
    return any(
        isinstance(part, Text) or (isinstance(part, Operation) and part.operator == "join") for part in (first, second)
    )
