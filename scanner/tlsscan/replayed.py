"""Calls of functions that other files define, asked for with what they pass: `version_for("old")`. Constants decide
conditions there, so the name that is asked for holds them; whatever else is passed stands in its place as a parameter
that `spelled.as_called` fills. Knows nothing of TLS."""

from collections.abc import Iterator

from tlsscan.records import NamedTuple
from tlsscan.spelled import OWN
from tlsscan.values import (
    MAX_NESTING,
    Bool,
    Callee,
    Invocation,
    Name,
    Null,
    Number,
    Parameter,
    Text,
    Value,
    decode,
    encode,
    mapped,
    parts,
    strip,
)

MAX_PASSED = 6
MAX_PACKED = 800  # digits of what a call passes
CONSTANTS = (Text, Number, Bool, Null)


class Call(NamedTuple):
    """A function's name, and what is passed to it by place and by name."""

    word: str
    plain: tuple[Value, ...]
    named: tuple[tuple[str, Value], ...]


def asked(value: Value) -> Name | None:
    """What a call gives that passes something, as a name that holds the constants which it passes."""
    if not isinstance(value, Invocation) or not 0 < len(value.arguments) + len(value.named) <= MAX_PASSED:
        return None
    rows = [*(("", one) for one in value.arguments), *value.named]
    plain = [[word, encode(inner) if isinstance(inner := strip(one)[0], CONSTANTS) else None] for word, one in rows]
    import json

    packed = json.dumps(plain, separators=(",", ":")).encode().hex()
    if len(packed) > MAX_PACKED:
        return None
    names = tuple(f"{name}({packed})" for name in value.names if "." in name and not name.startswith(OWN))
    return Name(names) if names else None


def asked_in(value: Value, depth: int = 0) -> Iterator[Invocation]:
    """The calls in a value that pass something."""
    if isinstance(value, Invocation):
        if asked(value) is not None:
            yield value
        return
    for part in parts(value) if depth < MAX_NESTING else ():
        yield from asked_in(part, depth + 1)


def passed(word: str) -> Call | None:
    """What a name of `asked` asks for; None for one of something else. What is no constant is a parameter that goes by
    the word."""
    name, _, packed = word.partition("(")
    import json

    try:
        told = [_given(word, at, *row) for at, row in enumerate(json.loads(bytes.fromhex(packed[:-1])))]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None  # a text of the code that looks like such a name
    return Call(name, tuple(one for key, one in told if not key), tuple((key, one) for key, one in told if key))


def _given(word: str, at: int, key: str, constant: object) -> tuple[str, Value]:
    if constant is None:
        return key, Parameter(word, at, key or str(at), None, Callee(word, "passed"))
    return key, decode(constant)


def again(value: Value, call: Invocation, suffix: str) -> Value:
    """What another file gives for a call; where it only hands the name on, the call by that name."""

    def renamed(one: Value) -> Value:
        if not isinstance(one, Name) or not all(name.endswith(suffix) for name in one.names):
            return one
        return call._replace(names=tuple(name.removesuffix(suffix) for name in one.names))

    return mapped(value, renamed)
