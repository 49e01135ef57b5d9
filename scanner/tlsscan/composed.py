"""The shape of composed values: the choices inside them, their parts, what stands before what counts."""

from collections.abc import Iterator

from tlsscan.rules import Vocabulary
from tlsscan.spelled import known_lead
from tlsscan.values import (
    MAX_NESTING,
    Arm,
    Choice,
    Listing,
    Null,
    Operation,
    Parameter,
    Step,
    Text,
    Unknown,
    Value,
    Via,
    is_callers,
    item,
    parts,
    strip,
    with_parts,
)

MAX_ARMS = 16
TAKING = frozenset({"~", "-", "^"})  # what follows such an operator adds no version


def combinations(value: Value, depth: int = 0) -> int:
    """In how many ways a composed value can turn out; more than MAX_ARMS means too many."""
    value, _ = strip(value)
    if isinstance(value, Choice):
        return sum(combinations(arm.value, depth + 1) for arm in value.arms) if depth < MAX_NESTING else 1
    count = 1
    if isinstance(value, Listing | Operation) and depth < MAX_NESTING:
        for part in parts(value):
            count *= combinations(part, depth + 1)
            if count > MAX_ARMS:
                break
    return count


def first_choice(value: Value, depth: int = 0) -> list[tuple[Arm, Value]] | None:
    """The arms of the first choice inside a value, each with the whole value under that arm."""
    if isinstance(value, Choice):
        return [(arm, arm.value) for arm in value.arms]
    if depth >= MAX_NESTING:
        return None
    if isinstance(value, Via):
        inside = first_choice(value.value, depth + 1)
        return [(arm, value._replace(value=new)) for arm, new in inside] if inside is not None else None
    if not isinstance(value, Listing | Operation):
        return None
    every = parts(value)
    for index, part in enumerate(every):
        inside = first_choice(part, depth + 1)
        if inside is not None:
            return [(arm, with_parts(value, (*every[:index], new, *every[index + 1 :]))) for arm, new in inside]
    return None


def first_default(value: Value, depth: int = 0) -> tuple[Parameter, Value] | None:
    """The first parameter inside a value that has a default, and the whole value with that."""
    if isinstance(value, Parameter):
        return (value, value.default) if value.default is not None else None
    if isinstance(value, Via):
        inside = first_default(value.value, depth + 1)
        return (inside[0], value._replace(value=inside[1])) if inside is not None else None
    if not isinstance(value, Operation) or depth >= MAX_NESTING:
        return None
    every = value.operands
    for index, part in enumerate(every):
        inside = first_default(part, depth + 1)
        if inside is not None:
            return inside[0], Operation(value.operator, (*every[:index], inside[1], *every[index + 1 :]))
    return None


def settled(table: Value, depth: int = 0) -> Value:
    """A table that is itself an entry of a table that is known by now."""
    inner = strip(table)[0]
    if not isinstance(inner, Operation) or inner.operator != "item" or is_callers(inner) or depth > MAX_NESTING:
        return table
    return item(settled(inner.operands[0], depth + 1), inner.operands[1], "an entry of a table is not known")


def taken(choice: Choice) -> tuple[Arm, ...]:
    """The arms of a choice; of one by whether a setting is there, the first alone where a file of settings has it."""
    first = choice.arms[0]
    inner = strip(first.value)[0]
    if len(choice.arms) != 2 or not isinstance(inner, Operation) or inner.operator != "item":
        return choice.arms
    known = strip(settled(first.value))[0]
    there = not isinstance(known, Unknown | Null) and not (isinstance(known, Operation) and known.operator == "item")
    return (first._replace(condition=""),) if there and first.condition.endswith(" is set") else choice.arms


def deciding(value: Value, vocabulary: Vocabulary) -> Value:
    """A value without the parts of a text that stand behind what counts of it: in `'tls://' . $host`, the host."""
    until = vocabulary.syntax.until
    if isinstance(value, Via):
        return value._replace(value=deciding(value.value, vocabulary))
    if until and isinstance(value, Operation) and value.operator == "join":
        for index, part in enumerate(value.operands):
            if any(until in text for text in _texts_in(part)):
                return value._replace(operands=value.operands[: index + 1])
    return value


def _texts_in(value: Value, depth: int = 0) -> Iterator[str]:
    if isinstance(value, Text):
        yield value.text
    for part in parts(value) if depth < MAX_NESTING else ():
        yield from _texts_in(part, depth + 1)


def pieces(value: Operation, depth: int = 0) -> list[str | None]:
    """The parts of a text, None for those that are not known."""
    found: list[str | None] = []
    for part in value.operands:
        inner = strip(part)[0]
        if isinstance(inner, Operation) and inner.operator in ("join", "+") and depth < MAX_NESTING:
            found += pieces(inner, depth + 1)
        else:
            text, whole = known_lead(part)
            found.append(text if whole else None)
    return found


def steps_in(value: Value, depth: int = 0) -> tuple[Step, ...]:
    """The definitions on the way to the operands of an operation."""
    value, steps = strip(value)
    if isinstance(value, Operation) and depth < MAX_NESTING:
        return (*steps, *[step for part in value.operands for step in steps_in(part, depth + 1)])
    return steps


def adding(value: Listing | Operation) -> tuple[Value, ...]:
    """The operands that may add versions."""
    if isinstance(value, Operation) and value.operator in TAKING:
        return value.operands[:1] if len(value.operands) > 1 else ()
    return parts(value)
