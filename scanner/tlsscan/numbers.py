"""Flag arithmetic: the number that a value is, and what operators make of numbers whose parts may be unknown."""

import re
from collections.abc import Callable, Sequence
from functools import reduce
from math import isfinite

from tlsscan.lookup import Lens, is_own, lookup, members
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.spelled import constant_of
from tlsscan.values import (
    MAX_NESTING,
    SIEVES,
    Bool,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Text,
    Unknown,
    Value,
    Via,
    is_loop,
    strip,
)

NUMERAL = lazy(r"0[xX][0-9a-fA-F]{1,16}|0|[1-9][0-9]{0,18}")


NO_MEMBER = -1
KEEPS: dict[str, Callable[[int | None, list[int | None]], bool]] = {
    "except": lambda number, bounds: number not in bounds,
    "among": lambda number, bounds: number in bounds,
    ">=": lambda number, bounds: _order(number, bounds) >= 0,
    ">": lambda number, bounds: _order(number, bounds) > 0,
    "<=": lambda number, bounds: _order(number, bounds) <= 0,
    "<": lambda number, bounds: _order(number, bounds) < 0,
}


def _order(number: int | None, bounds: list[int | None]) -> int:
    return (number or 0) - (bounds[0] or 0)


class Bits(NamedTuple):
    """A folded number: bits that are set, bits cleared from the initial value, and whether parts are unknown."""

    ones: int = 0
    cleared: int = 0
    initial: bool = False
    partial: bool = False


def number_of(value: Value, lens: Lens) -> int | None:
    """The integer a value is, directly, by the vocabulary, or as the language converts it."""
    if isinstance(value, Number) and isinstance(value.value, int):
        return value.value
    meaning = lookup(value, lens)
    if meaning is not None:
        if meaning.number is not None:
            return meaning.number
        return 0 if meaning.default or meaning is lens.vocabulary.lacking else None
    if lens.vocabulary.coerce == "number":
        return int(value.text, 0) if isinstance(value, Text) and NUMERAL.fullmatch(value.text) else None
    return _coerced(value) if lens.vocabulary.coerce == "php" else None


def _coerced(value: Value) -> int | None:
    """PHP's conversion to int: leading digits of a text, truth as 1, reals cut off."""
    if isinstance(value, Text):
        match = re.match(r"\s*[+-]?\d+", value.text)
        return int(match.group()) if match else 0
    if isinstance(value, Bool):
        return int(value.value)
    if isinstance(value, Number):
        return int(value.value) if isfinite(value.value) else 0
    return 0 if isinstance(value, Null) else None


def fold(value: Value, lens: Lens, depth: int = 0) -> Bits:
    """Flag arithmetic over numbers; what is not known leaves the result partial."""
    while isinstance(value, Via):
        value = value.value
    if isinstance(value, Name) and is_own(value, lens):
        return Bits(lens.initial or 0, 0, True, lens.initial is None)
    if isinstance(value, Operation) and is_loop(value) and depth < MAX_NESTING:
        return _any_of(turns(value, lens), lens, depth)
    if isinstance(value, Operation) and value.operator == "all" and depth < MAX_NESTING:
        return fold(value.operands[0], lens, depth + 1)
    if isinstance(value, Operation) and value.operator == "named":
        value = constant_of(value)
    if isinstance(value, Operation) and value.operator != "join" and depth < MAX_NESTING:
        operands = [fold(operand, lens, depth + 1) for operand in value.operands]
        return _combine(value.operator, operands)
    number = number_of(value, lens)
    return Bits(partial=True) if number is None else Bits(number)


def turns(value: Operation, lens: Lens) -> tuple[Value, ...]:
    """What a loop goes through in turn, without what conditions leave out."""
    if value.operator == "members":
        return members(value, lens) or (Unknown("the members of the enumeration are not known"),)
    if value.operator not in SIEVES:
        return _items(value.operands[0]) if len(value.operands) == 1 else value.operands
    inner = strip(value.operands[0])[0]
    items = turns(inner, lens) if isinstance(inner, Operation) else ()
    numbers = [_ordinal(item, items, lens) for item in items]
    bounds = [_ordinal(bound, items, lens) for bound in value.operands[1:]]
    ordered = value.operator not in ("except", "among")
    if any(number is None for number in (*numbers, *bounds)) or (ordered and NO_MEMBER in bounds):
        return (Unknown("a condition in a loop compares what is not known"),)
    keeps = KEEPS[value.operator]
    return tuple(item for item, number in zip(items, numbers, strict=True) if keeps(number, bounds))


def _items(value: Value) -> tuple[Value, ...]:
    """The items of a list that callers pass or another file defines; of anything else, itself."""
    inner, steps = strip(value)
    if isinstance(inner, Operation) and inner.operator == "all":
        return _items(inner.operands[0])
    if not isinstance(inner, Listing):
        return (value,)
    found = inner.items
    for step in reversed(steps):
        found = tuple(Via(step, item) for item in found)
    return found


def _ordinal(value: Value, items: Sequence[Value], lens: Lens) -> int | None:
    """The number of a member; of a text, that of the member it names, or one that none has."""
    value = strip(value)[0]
    if isinstance(value, Name) and is_own(value, lens):
        return None if lens.stacked else lens.initial
    if not isinstance(value, Text):
        return number_of(value, lens)
    word = value.text.strip().lower()
    names = [item for item in items if isinstance(item, Name)]
    named = next((item for item in names if item.names[0].rpartition(".")[2].lower() == word), value)
    number = number_of(named, lens)
    return number if number is not None or not names else NO_MEMBER


def _any_of(items: Sequence[Value], lens: Lens, depth: int) -> Bits:
    """The items of a loop: where each is put into the flags, or taken out of them, in turn, all of them are."""
    found = [fold(item, lens, depth + 1) for item in items]
    ones = reduce(lambda bits, item: bits | item.ones, found, 0)
    return Bits(ones, partial=any(item.partial for item in found))


def _combine(operator: str, operands: list[Bits]) -> Bits:
    if len(operands) == 1:
        one = operands[0]
        return one._replace(ones=~one.ones if operator == "~" else -one.ones)
    left, right = operands[0], operands[1]
    initial = left.initial or right.initial
    partial = left.partial or right.partial
    if operator == "&":
        return _intersect(left, right, initial)
    if left.initial and operator in ("+", "-"):  # adding and taking away flags, not arithmetic
        opposite = right._replace(ones=~right.ones)
        return _intersect(left, opposite, initial) if operator == "-" else _combine("|", operands)
    if operator in ("|", "^", "+", "-"):
        ones = {
            "|": left.ones | right.ones,
            "^": left.ones ^ right.ones,
            "+": left.ones + right.ones,
            "-": left.ones - right.ones,
        }[operator]
        return Bits(ones, left.cleared | right.cleared, initial, partial)
    if operator == "<<" and not partial and 0 <= right.ones <= 64:
        return Bits(left.ones << right.ones)
    return Bits(partial=True)


def _intersect(left: Bits, right: Bits, initial: bool) -> Bits:
    if left.ones < 0 and right.ones >= 0:
        left, right = right, left
    if right.ones < 0:
        return Bits(left.ones & right.ones, left.cleared | ~right.ones, initial, left.partial or right.partial)
    if left.partial or right.partial:
        return Bits(partial=True)
    return Bits(left.ones & right.ones, left.cleared, initial)
