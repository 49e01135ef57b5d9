"""What a value says in a vocabulary: readings. Pure functions of value, vocabulary, kind and runtimes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tlsscan.model import Kind
from tlsscan.products import Runtimes
from tlsscan.protocol import NO_VERSIONS, VersionSet
from tlsscan.rules import Key, Meaning, Meanings, Vocabulary
from tlsscan.values import (
    Bool,
    Choice,
    Invocation,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Step,
    Symbol,
    Text,
    Unknown,
    Value,
    Via,
)

MAX_ARMS = 16


class Reading(NamedTuple):
    """One way a value can be read: the writes it amounts to, or why nothing is known.

    `known` says that the vocabulary knows the value, `partial` that a part of it is unknown; `number` is the number
    behind flags. `condition` and `guarded` tell the arm, `steps` the definitions on the way.
    """

    writes: tuple[tuple[Kind, VersionSet], ...] = ()
    known: bool = False
    partial: bool = False
    replaces: bool = True
    unresolved: str = ""
    effect: str = ""
    note: str = ""
    condition: str = ""
    guarded: bool = False
    open_by: str = ""
    steps: tuple[Step, ...] = ()


class Lens(NamedTuple):
    """Through what a value is read: the vocabulary, the sink's kind, the runtimes, the names of the slot itself and
    the number that flag operators start from."""

    vocabulary: Vocabulary
    kind: Kind
    runtimes: Runtimes
    own: tuple[str, ...] = ()
    initial: int | None = None


class Bits(NamedTuple):
    """A folded number: bits that are set, bits cleared from the initial value, and whether parts are unknown."""

    ones: int = 0
    cleared: int = 0
    initial: bool = False
    partial: bool = False


def readings(value: Value, lens: Lens) -> list[Reading]:
    """All ways the value can be read, at most MAX_ARMS, in source order."""
    found: list[Reading] = []
    for reading in _read(value, lens, 0):
        found.append(reading)
        if len(found) >= MAX_ARMS:
            break
    return found


def _read(value: Value, lens: Lens, depth: int) -> Iterator[Reading]:
    if depth > 200:
        yield Reading(unresolved="the value is nested too deeply")
    elif isinstance(value, Via):
        for reading in _read(value.value, lens, depth + 1):
            yield reading._replace(steps=(value.step, *reading.steps))
    elif isinstance(value, Choice):
        for arm in value.arms:
            for reading in _read(arm.value, lens, depth + 1):
                text = " and ".join(part for part in (arm.condition, reading.condition) if part)
                yield reading._replace(condition=text, guarded=arm.guarded or reading.guarded)
    elif isinstance(value, Parameter):
        yield from _parameter(value, lens, depth)
    elif isinstance(value, Listing):
        yield _union(value.items, lens)
    elif isinstance(value, Operation):
        yield from _operation(value, lens, depth)
    else:
        yield _scalar(value, lens)


def _parameter(value: Parameter, lens: Lens, depth: int) -> Iterator[Reading]:
    reason = f"the caller of {value.function.rpartition('.')[2] or 'this function'} decides ({value.name})"
    if value.default is None:
        yield Reading(unresolved=reason)
        return
    for reading in _read(value.default, lens, depth + 1):
        if reading.unresolved or not reading.known:
            yield Reading(unresolved=reason)
        else:
            yield reading._replace(condition=f"{value.name} is not passed")


def _operation(value: Operation, lens: Lens, depth: int) -> Iterator[Reading]:
    """Distribute over the arms of operands, so that every combination is read."""
    for index, operand in enumerate(value.operands):
        inner = operand
        steps: tuple[Step, ...] = ()
        while isinstance(inner, Via):
            steps = (*steps, inner.step)
            inner = inner.value
        if isinstance(inner, Choice):
            for arm in inner.arms:
                operands = (*value.operands[:index], arm.value, *value.operands[index + 1 :])
                for reading in _read(Operation(value.operator, operands), lens, depth + 1):
                    text = " and ".join(part for part in (arm.condition, reading.condition) if part)
                    yield reading._replace(
                        condition=text, guarded=arm.guarded or reading.guarded, steps=(*steps, *reading.steps)
                    )
            return
    if value.operator == "join":
        yield _joined(value, lens)
    elif lens.vocabulary.flags or lens.vocabulary.fields:
        bits = _fold(value, lens)
        yield _from_bits(bits, lens)._replace(steps=_steps_in(value))
    elif value.operator in ("|", "+"):
        yield _union(value.operands, lens)
    else:
        yield Reading(unresolved=f"the result of {value.operator} is not known")


def _joined(value: Operation, lens: Lens) -> Reading:
    """A text made of parts: enough when the part that counts is known."""
    lead = ""
    for part in value.operands:
        inner: Value = part
        while isinstance(inner, Via):
            inner = inner.value
        if not isinstance(inner, Text):
            break
        lead += inner.text
    until = lens.vocabulary.syntax.until
    if until and until in lead:
        return _scalar(Text(lead), lens)._replace(steps=_steps_in(value))
    return Reading(unresolved="a part of the text is made at run time")


def _steps_in(value: Operation) -> tuple[Step, ...]:
    return tuple(part.step for part in value.operands if isinstance(part, Via))


def _union(items: tuple[Value, ...], lens: Lens) -> Reading:
    """A list of values: the union of what they name. Unknown items leave it open."""
    versions: VersionSet = NO_VERSIONS
    known = partial = default = False
    steps: list[Step] = []
    notes: list[str] = []
    effects: set[str] = set()
    for item in items:
        for reading in readings(item, lens):
            steps.extend(reading.steps)
            known = known or reading.known
            partial = partial or bool(reading.unresolved) or reading.partial
            default = default or any(kind is Kind.DEFAULT for kind, _ in reading.writes)
            versions |= frozenset(v for _, named in reading.writes for v in named)
            notes.append(reading.note)
            effects.add(reading.effect)
    if not known:
        return Reading(unresolved="no item of the list is known")
    if not versions and "rejected" in effects:
        return Reading(effect="rejected", known=True, note="".join(notes[:1]))
    if not versions and (default or partial):
        return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True, steps=tuple(steps))
    writes = ((lens.kind, versions),)
    return Reading(writes, known=True, partial=partial, steps=tuple(steps), note=next((n for n in notes if n), ""))


def _scalar(value: Value, lens: Lens) -> Reading:
    if isinstance(value, Unknown):
        return Reading(unresolved=value.reason, open_by=value.open_by)
    if isinstance(value, Invocation):
        return Reading(unresolved=f"the result of {value.names[0]}() is not known")
    if isinstance(value, Mapping):
        return Reading(unresolved="a mapping is not a value that is known here")
    if isinstance(value, Text) and lens.vocabulary.syntax.separator:
        parts = _split(value.text, lens.vocabulary.syntax.separator)
        if len(parts) > 1:
            return _union(tuple(Text(part) for part in parts), lens)
    meaning = lookup(value, lens)
    if meaning is not None:
        return _from_meaning(meaning, lens)
    number = _number(value, lens)
    if number is not None and (lens.vocabulary.flags or lens.vocabulary.fields):
        return _from_bits(Bits(number), lens)
    return Reading(unresolved=f"{describe(value)} is not a value that this rule knows")


def describe(value: Value) -> str:
    """A value as a message shows it."""
    if isinstance(value, Text):
        return repr(value.text[:60])
    if isinstance(value, Symbol):
        return f":{value.name}"
    if isinstance(value, Number | Bool):
        return str(value.value).lower()
    if isinstance(value, Name):
        return value.names[0].removeprefix("?.")
    return "the value" if not isinstance(value, Null) else "null"


def _split(text: str, separator: str) -> list[str]:
    if separator == "space":
        return text.split()
    return [part for part in re.split(f"[{re.escape(separator)}]", text) if part.strip()]


def _from_meaning(meaning: Meaning, lens: Lens) -> Reading:
    if meaning.effect:
        return Reading(effect=meaning.effect, known=True, note=meaning.note)
    if meaning.default:
        return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True, note=meaning.note)
    if meaning.versions is None:
        return _from_bits(Bits(meaning.number or 0), lens)._replace(note=meaning.note)
    return Reading(writes=((meaning.configures or lens.kind, meaning.versions),), known=True, note=meaning.note)


def _from_bits(bits: Bits, lens: Lens) -> Reading:
    number = bits.ones
    if bits.partial and not number and not bits.cleared:
        return Reading(unresolved="a part of the flags is not known")
    if bits.cleared and not number:
        return _removal(bits, lens)
    if lens.vocabulary.fields:
        return _from_fields(number, lens, bits.partial)
    if number == 0:
        return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True, partial=bits.partial)
    versions = _decode(number, lens.vocabulary)
    if not versions:
        return Reading(unresolved=f"{number} names no version that this rule knows")
    return Reading(((lens.kind, versions),), known=True, partial=bits.partial, replaces=not bits.initial)


def _removal(bits: Bits, lens: Lens) -> Reading:
    """Flags taken away from what was there: the opposite of the sink's kind."""
    if lens.kind is Kind.ENABLED:
        removed = _decode(bits.cleared, lens.vocabulary)
        return Reading(((Kind.DISABLED, removed),), known=True, replaces=False)
    return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True)


def _decode(number: int, vocabulary: Vocabulary) -> VersionSet:
    return frozenset(v for mask, versions in vocabulary.flags if number & mask for v in versions)


def _from_fields(number: int, lens: Lens, partial: bool) -> Reading:
    writes: list[tuple[Kind, VersionSet]] = []
    note = ""
    for field in lens.vocabulary.fields:
        part = (number >> field.low) & ((1 << (field.high - field.low + 1)) - 1)
        meaning = choose(field.numbers.get(part, ()), lens.runtimes)
        if meaning is None:
            if part:
                return Reading(unresolved=f"{number} is not a value that this rule knows")
            continue
        if meaning.effect:
            return Reading(effect=meaning.effect, known=True, note=meaning.note)
        note = note or meaning.note
        if not meaning.default and meaning.versions is not None:
            writes.append((meaning.configures or field.configures, meaning.versions))
    return Reading(tuple(writes) or ((Kind.DEFAULT, NO_VERSIONS),), known=True, partial=partial, note=note)


# -- lookup -----------------------------------------------------------------------------------------------------


def lookup(value: Value, lens: Lens) -> Meaning | None:
    """What the vocabulary says of a scalar value itself; None if it does not know it."""
    for key in _keys(value, lens.vocabulary):
        meaning = choose(lens.vocabulary.entries.get(key, ()), lens.runtimes)
        if meaning is not None:
            return meaning
    if isinstance(value, Name):
        return _by_suffix(value, lens)
    if isinstance(value, Text) and lens.vocabulary.syntax.case == "insensitive":
        return _any_case(value.text, lens)
    return None


def choose(meanings: Meanings, runtimes: Runtimes) -> Meaning | None:
    """The first meaning whose condition holds. An effect needs a claim: an assumed runtime removes nothing."""
    for meaning in meanings:
        if runtimes.holds(meaning.when, claims_only=bool(meaning.effect)):
            return meaning
    return None


def _keys(value: Value, vocabulary: Vocabulary) -> Iterator[Key]:
    syntax = vocabulary.syntax
    if isinstance(value, Text):
        text = value.text
        if syntax.until:
            text = text.split(syntax.until, 1)[0] if syntax.until in text else ""
        yield Key("text", text.strip() if syntax.trim else text)
    elif isinstance(value, Symbol):
        yield Key("symbol", value.name)
    elif isinstance(value, Number):
        yield Key("number", str(value.value))
    elif isinstance(value, Bool):
        yield Key("bool", "true" if value.value else "false")
    elif isinstance(value, Null):
        yield Key("null", "")
    elif isinstance(value, Name):
        for name in value.names:
            yield Key("name", name)


def _by_suffix(value: Name, lens: Lens) -> Meaning | None:
    """Names whose qualification is written short, or that a wildcard key takes from anywhere."""
    for name in value.names:
        bare = name.removeprefix("?.")
        parts = bare.split(".")
        for count in range(1, min(len(parts), 4) + 1):
            tail = ".".join(parts[-count:])
            meaning = choose(lens.vocabulary.entries.get(Key("name", f"*.{tail}"), ()), lens.runtimes)
            if meaning is not None:
                return meaning
        if len(parts) >= 2:
            for key, meanings in lens.vocabulary.entries.items():
                if key.type == "name" and (key.value.endswith(f".{bare}") or bare.endswith(f".{key.value}")):
                    return choose(meanings, lens.runtimes)
    return None


def _any_case(text: str, lens: Lens) -> Meaning | None:
    wanted = next(iter(_keys(Text(text), lens.vocabulary))).value.lower()
    for key, meanings in lens.vocabulary.entries.items():
        if key.type == "text" and key.value.lower() == wanted:
            return choose(meanings, lens.runtimes)
    return None


# -- numbers ----------------------------------------------------------------------------------------------------


def _number(value: Value, lens: Lens) -> int | None:
    """The integer a value is, directly, by the vocabulary, or as the language converts it."""
    if isinstance(value, Number) and isinstance(value.value, int):
        return value.value
    meaning = lookup(value, lens)
    if meaning is not None:
        if meaning.number is not None:
            return meaning.number
        return 0 if meaning.default else None
    return _coerced(value) if lens.vocabulary.coerce == "php" else None


def _coerced(value: Value) -> int | None:
    """PHP's conversion to int: leading digits of a text, truth as 1, reals cut off."""
    if isinstance(value, Text):
        match = re.match(r"\s*[+-]?\d+", value.text)
        return int(match.group()) if match else 0
    if isinstance(value, Bool):
        return int(value.value)
    if isinstance(value, Number):
        return int(value.value)
    return 0 if isinstance(value, Null) else None


def _fold(value: Value, lens: Lens, depth: int = 0) -> Bits:
    """Flag arithmetic over numbers; what is not known leaves the result partial."""
    while isinstance(value, Via):
        value = value.value
    if isinstance(value, Name) and any(name in lens.own for name in value.names):
        return Bits(lens.initial or 0, 0, True, lens.initial is None)
    if isinstance(value, Operation) and depth < 60:
        operands = [_fold(operand, lens, depth + 1) for operand in value.operands]
        return _combine(value.operator, operands)
    number = _number(value, lens)
    return Bits(partial=True) if number is None else Bits(number)


def _combine(operator: str, operands: list[Bits]) -> Bits:
    if len(operands) == 1:
        one = operands[0]
        return one._replace(ones=~one.ones if operator == "~" else -one.ones)
    left, right = operands[0], operands[1]
    initial = left.initial or right.initial
    partial = left.partial or right.partial
    if operator == "&":
        return _intersect(left, right, initial)
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
        return Bits(left.ones & right.ones, left.cleared | ~right.ones, initial, left.partial)
    if left.partial or right.partial:
        return Bits(partial=True)
    return Bits(left.ones & right.ones, left.cleared, initial)
