"""What conditions inside a loop leave of the values that it goes through. Frontends say what is asked; no syntax."""

from collections.abc import Iterable, Sequence

from tlsscan.records import NamedTuple
from tlsscan.values import Listing, Name, Number, Operation, Text, Unknown, Value, mapped, strip

OPPOSITE = {"==": "!=", "!=": "==", ">=": "<", "<": ">=", ">": "<=", "<=": ">"}
MIRRORED = {"==": "==", "!=": "!=", ">=": "<=", "<=": ">=", ">": "<", "<": ">"}
FILTERS = {"==": "among", "!=": "except"}
JOINS = {"and": True, "or": False}  # of which all parts hold, or fail, if the whole does


class Asked(NamedTuple):
    """What a condition asks of the variable of a loop.

    `what` is a comparison with `values` (`==`: is it any of them), `and`, `or`, `not` of `parts`, empty for what has
    nothing to do with it, `?` for what is not understood.
    """

    what: str
    parts: tuple["Asked", ...] = ()
    values: tuple[Value, ...] = ()


NOTHING = Asked("")
OTHER = Asked("?")


def compared(operator: str, bounds: Iterable[Value], mirrored: bool = False) -> Asked:
    """A comparison of the variable with constants, or with those of a list; on the other side if `mirrored`."""
    plain: list[Value] = []
    for bound in bounds:
        inner = strip(bound)[0]
        plain.extend(inner.items if isinstance(inner, Listing) else (bound,))
    known = all(isinstance(strip(value)[0], Text | Name | Number) for value in plain)
    if operator not in OPPOSITE or not known or (len(plain) != 1 and operator not in FILTERS):
        return OTHER
    return Asked(MIRRORED[operator] if mirrored else operator, (), tuple(plain))


def sifted(value: Value, asked: Sequence[tuple[Asked, bool]], word: str) -> Value:
    """What conditions, and whether each holds, leave of the values of a loop; unknown where one is not understood."""

    def sift(given: Value) -> Value:
        for question, holds in asked:
            left = _left(given, question, holds)
            if left is None:
                return Unknown(f"{word} takes some of the values of a loop")
            given = left
        return given

    return mapped(value, sift)


def _any_of(parts: Iterable[Asked], holds: bool) -> tuple[Value, ...]:
    """What the variable is one of, where any of some questions is answered so: `p == A || p == B`."""
    found: list[Value] = []
    for part in parts:
        answer = holds
        while part.what == "not":
            part, answer = part.parts[0], not answer
        if part.what in JOINS and JOINS[part.what] != answer:
            inner = _any_of(part.parts, answer)
        else:
            inner = part.values if part.what == ("==" if answer else "!=") else ()
        if not inner:
            return ()
        found += inner
    return tuple(found)


def _left(value: Value, asked: Asked, holds: bool) -> Value | None:
    if not asked.what:
        return value
    if asked.what == "not":
        return _left(value, asked.parts[0], not holds)
    if asked.what in JOINS:
        if JOINS[asked.what] != holds:
            any_of = _any_of(asked.parts, holds)
            return Operation("among", (value, *any_of)) if any_of else None
        left: Value | None = value
        for part in asked.parts:
            left = _left(left, part, holds) if left is not None else None
        return left
    if asked.what not in OPPOSITE:
        return None
    operator = asked.what if holds else OPPOSITE[asked.what]
    return Operation(FILTERS.get(operator, operator), (value, *asked.values))
