"""What a value says in a vocabulary: readings. Pure functions of value, vocabulary, kind and runtimes."""

from collections.abc import Iterator

from tlsscan.clauses import caught
from tlsscan.composed import (
    MAX_ARMS,
    adding,
    combinations,
    deciding,
    first_choice,
    first_default,
    pieces,
    settled,
    steps_in,
    taken,
)
from tlsscan.conditions import only_names_versions
from tlsscan.included import is_file
from tlsscan.lookup import (
    Lens,
    choose,
    is_absent,
    is_affirmed,
    is_own,
    lacking,
    lookup,
    narrowed,
)
from tlsscan.model import Kind
from tlsscan.numbers import Bits, fold, turns
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.reading import Part, Reading, describe, from_bits, from_meaning, of_file
from tlsscan.rules import Meanings
from tlsscan.single import cut_out, signed, single, unguarded, unlisted, word
from tlsscan.spelled import constant_of, known_lead
from tlsscan.texts import counting, fitting, whole_words, words
from tlsscan.values import (
    MAX_NESTING,
    OVERRIDDEN,
    SIEVES,
    Arm,
    Choice,
    Invocation,
    Listing,
    Name,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    Via,
    is_callers,
    is_loop,
    item,
    left_of,
    parts,
    strip,
)

SSL = frozenset({Version.SSLV2, Version.SSLV3})
IN_TURN = "one at a time, in a loop"
UNTIL = "one after the other, until one works"
ONE_OF_THEM = "one of them at a time"
ONE_VALUE = (Kind.EXACTLY, Kind.MINIMUM, Kind.MAXIMUM)  # kinds that write one version each time
MADE = "a part of the text is made at run time"


def readings(value: Value, lens: Lens) -> list[Reading]:
    """All ways the value can be read, at most MAX_ARMS, in source order."""
    found: list[Reading] = []
    for reading in _read(value, lens, 0):
        found.append(reading)
        if len(found) >= MAX_ARMS:
            break
    return found


def meant(meanings: Meanings, lens: Lens) -> list[Reading]:
    """What the first of some meanings says whose condition holds."""
    meaning = choose(meanings, lens.runtimes)
    return [from_meaning(meaning, lens)] if meaning is not None else []


def _read(value: Value, lens: Lens, depth: int) -> Iterator[Reading]:
    if depth > 200:
        yield Reading(unresolved="the value is nested too deeply")
    elif isinstance(value, Via):
        for reading in _read(value.value, lens, depth + 1):
            parts = _stated(value, reading.parts)
            yield reading._replace(steps=(value.step, *reading.steps), parts=parts)
    elif isinstance(value, Choice):
        for arm in taken(value):
            if only_names_versions(arm.condition):
                yield Reading(unresolved="it translates the name of a version that is chosen elsewhere")
            else:
                yield from _in_arm(arm, arm.value, lens, depth)
    elif isinstance(value, Parameter):
        yield from _parameter(value, lens, depth)
    elif isinstance(value, Operation) and value.operator in _LEFT and not is_loop(value):
        yield from _LEFT[value.operator](value, lens, depth)
    elif isinstance(value, Listing | Operation):
        yield from _composed(value, lens, depth)
    else:
        reading = _scalar(value, lens)
        yield reading._replace(parts=(Part(None, reading.versions),))


def _in_arm(arm: Arm, value: Value, lens: Lens, depth: int) -> Iterator[Reading]:
    """Readings of a value in an arm, with the arm's condition added, on the runtimes that this leaves."""
    runtimes = narrowed(lens.runtimes, arm.condition)
    runtimes = lacking(runtimes, lens.vocabulary, arm.condition) if runtimes is not None else None
    left = lens if runtimes is None or runtimes is lens.runtimes else lens._replace(runtimes=runtimes)
    left = left._replace(strict=False) if arm.condition else left  # it may not run where a name is missing
    guarded = arm.guarded and not is_affirmed(lens.runtimes, arm.condition, lens.vocabulary)
    for reading in _read(value, left, depth + 1):
        text = " and ".join(part for part in (arm.condition, reading.condition) if part)
        reading = reading._replace(condition=text, guarded=guarded or reading.guarded)
        reading = reading._replace(past=left.runtimes.older or reading.past)
        yield reading if runtimes is not None else reading._replace(untaken=True)


def _stated(via: Via, found: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts of a value that a definition gives: where no statement of their own names them, it does."""
    if not via.local:
        return found
    return tuple(part if part.step is not None else part._replace(step=via.step) for part in found)


def _parameter(value: Parameter, lens: Lens, depth: int) -> Iterator[Reading]:
    asked = _asks(value)
    if value.default is None:
        yield asked
        return
    for reading in _read(value.default, lens, depth + 1):
        if reading.unresolved or not reading.known:
            yield asked
        elif value.callee is not None and value.callee.takes == OVERRIDDEN:
            yield reading
        else:
            given = "set" if value.callee is not None and value.callee.kind == "property" else "passed"
            yield reading._replace(condition=f"{value.name} is not {given}")


def _asks(value: Value, *keys: Value) -> Reading:
    """Who decides: the caller of a function, by a parameter or an entry of one."""
    base, _ = strip(value)
    while isinstance(base, Operation):
        keys = (base.operands[1], *keys)
        base = strip(base.operands[0])[0]
    if not isinstance(base, Parameter):
        return Reading(unresolved="the caller decides", parts=(Part(None),))
    if base.callee is not None and base.callee.kind == "property":
        return Reading(unresolved=f"{base.name} is set elsewhere", open_by=base.name, parts=(Part(None),))
    told = (describe(strip(key)[0]) for key in keys)
    what = base.name + "".join(f"[{key}]" for key in told if key != "the value")
    made = base.callee.name if base.callee is not None and base.callee.kind == "constructor" else base.function
    owner, _, function = made.rpartition(".")
    if base.callee is None and owner.rpartition(".")[2] == function:  # which nobody calls: of an enum
        return Reading(unresolved=f"which {function} it is decides ({what})", open_by=what, parts=(Part(None),))
    reason = f"the caller of {made.rpartition('.')[2] or 'this function'} decides ({what})"
    return Reading(unresolved=reason, open_by=what, parts=(Part(None),))


def _looked_up(value: Operation, lens: Lens, depth: int) -> Iterator[Reading]:
    """The entry of a table: of one that another file defines, by now, or a member by its name."""
    base, key = settled(value.operands[0]), value.operands[1]
    table, steps = strip(base)
    reason = f"an entry of {describe(table) if isinstance(table, Name) else 'a table'} is looked up at run time"
    if is_callers(base):
        yield _asks(base, key)
        return
    if is_callers(key):
        yield from _under_parameter(base, key, reason, lens, depth)
        return
    if isinstance(table, Operation) and table.operator == "item":
        yield Reading(unresolved=of_file(table, key) or reason)
        return
    if isinstance(table, Name) and is_file(table.names[0]):
        yield Reading(unresolved=of_file(table, key))
        return
    if isinstance(table, Name):
        word = strip(key)[0]
        member = Name(tuple(f"{name}.{word.text}" for name in table.names)) if isinstance(word, Text) else None
        known = member is not None and lookup(member, lens) is not None
        yield _scalar(member, lens) if member is not None and known else Reading(unresolved=reason)
        return
    for reading in _read(item(table, key, reason), lens, depth + 1):
        yield reading._replace(steps=(*steps, *reading.steps))


def _compared(value: Operation, lens: Lens, depth: int) -> Iterator[Reading]:
    """A value that comparisons around its use keep from being some others."""
    left = left_of(value.operands[0], value.operands[1:])
    yield from _read(left if left is not None else Unknown("a comparison around it excludes it"), lens, depth + 1)


def _sifted(value: Operation, lens: Lens, depth: int) -> Iterator[Reading]:
    """What no text names without what tests of its texts take away."""
    from tlsscan.sifted import left_by

    yield from (left_by(reading, value, lens) for reading in _read(value.operands[0], lens, depth + 1))


_LEFT = {"item": _looked_up, "except": _compared, "sifted": _sifted}


def _under_parameter(table: Value, key: Value, reason: str, lens: Lens, depth: int) -> Iterator[Reading]:
    """The entry under a key that callers pass: that of the parameter's default, if it is known."""
    parameter, steps = strip(key)
    if not isinstance(parameter, Parameter) or parameter.default is None:
        yield _asks(key)
        return
    given = parameter._replace(default=item(table, parameter.default, reason))
    for reading in _parameter(given, lens, depth + 1):
        yield reading._replace(steps=(*steps, *reading.steps))


def _composed(value: Listing | Operation, lens: Lens, depth: int) -> Iterator[Reading]:
    """A list or an operation. Choices inside are distributed over it, so that every combination is read."""
    value = value._replace(operands=tuple(map(_at_first, value.operands))) if isinstance(value, Operation) else value
    if combinations(value) <= MAX_ARMS:
        chosen = first_choice(value)
        if chosen is not None:
            for arm, whole in chosen:
                yield from _in_arm(arm, whole, lens, depth)
            return
    if isinstance(value, Operation) and value.operator in ("join", "named"):
        told = list(_by_default(value, lens, depth))
        if told:
            yield from told
            return
    reading = _whole(value, lens)
    if lens.vocabulary.lacking is not None and _is_wholly_absent(value, lens):
        reading = from_meaning(lens.vocabulary.lacking, lens)
    if _is_text(value, lens):
        yield reading._replace(parts=(Part(None, reading.versions),))
    elif isinstance(value, Operation) and value.operator in ("join", "members", "named"):
        lead = _stated_first(value, (Part(None, reading.versions),))
        yield reading._replace(parts=lead)
    else:
        yield reading._replace(parts=tuple(_parts_in(value, lens)))


def _is_text(value: Value, lens: Lens) -> bool:
    """Whether a value is the text of a list that switches off what it names, made by several `+=`: no piece says
    anything alone, as what one leaves out another may name."""
    return bool(lens.vocabulary.guards) and isinstance(value, Operation) and value.operator == "+"


def _at_first(value: Value, depth: int = 0) -> Value:
    """An operand; of a property that others may set, what it has at first."""
    if isinstance(value, Via) and depth < MAX_NESTING:
        return value._replace(value=_at_first(value.value, depth + 1))
    if isinstance(value, Operation) and depth < MAX_NESTING:
        return value._replace(operands=tuple(_at_first(one, depth + 1) for one in value.operands))
    own = isinstance(value, Parameter) and value.callee is not None and value.callee.kind == "property"
    return value.default if own and isinstance(value, Parameter) and value.default is not None else value


def _is_wholly_absent(value: Listing | Operation, lens: Lens) -> bool:
    """Whether flags are put together of nothing but names that a claimed runtime does not have."""
    if not isinstance(value, Operation) or value.operator not in ("|", "+"):
        return False
    return all(is_absent(strip(operand)[0], lens) for operand in value.operands)


def _by_default(value: Operation, lens: Lens, depth: int) -> Iterator[Reading]:
    """A text with what a parameter in the part that counts is when nothing is passed; none where that is not known."""
    found = first_default(deciding(value, lens.vocabulary))
    if found is None:
        return
    parameter, whole = found
    for reading in _read(whole, lens, depth + 1):
        if reading.unresolved or not reading.known:
            return
        asked = f"{parameter.name} is not passed"
        yield reading._replace(condition=" and ".join(filter(None, (asked, reading.condition))))


def _whole(value: Listing | Operation, lens: Lens) -> Reading:
    """A list or an operation without choices inside."""
    if isinstance(value, Listing):
        return _listed(value, lens)
    if is_loop(value):
        return _looped(value, lens)
    if value.operator == "all":
        return _all(value.operands[0], lens)
    if value.operator == "named":
        return _blaming(_scalar(constant_of(value), lens), value, lens)._replace(steps=steps_in(value))
    if value.operator == "join" or _is_text(value, lens):
        return _joined(value, lens)
    if value.operator == "trimmed":
        syntax = lens.vocabulary.syntax._replace(trim=True)
        return _union(value.operands, lens._replace(vocabulary=lens.vocabulary._replace(syntax=syntax)))
    if value.operator == "without" and lens.vocabulary.guards:
        return cut_out(value, lens)._replace(steps=steps_in(value))
    if lens.vocabulary.flags or lens.vocabulary.fields:
        return _blaming(from_bits(fold(value, lens), lens), value, lens)._replace(steps=steps_in(value))
    if value.operator in ("|", "+"):
        return _union(value.operands, lens)
    return Reading(unresolved=f"the result of {value.operator} is not known")


def _listed(value: Listing, lens: Lens) -> Reading:
    meaning = lookup(value, lens)
    if meaning is None and lens.vocabulary.coerce == "php":
        return from_bits(Bits(int(bool(value.items))), lens)._replace(note="PHP takes an array for the number 1")
    if meaning is None and lens.kind in ONE_VALUE and len(value.items) > 0 and not lens.vocabulary.fields:
        return Reading(unresolved="a list is no version")
    if meaning is not None:
        return from_meaning(meaning, lens)
    found, only = _union(value.items, lens), strip(value.items[0])[0] if len(value.items) == 1 else None
    alone = lens.kind is Kind.ENABLED and isinstance(only, Operation) and only.operator == "each"
    return found._replace(note=IN_TURN) if alone and len(found.versions) > 1 and not found.note else found


def _stated_first(value: Value, found: tuple[Part, ...], depth: int = 0) -> tuple[Part, ...]:
    """The part of a text, which its beginning names."""
    if isinstance(value, Via):
        return _stated(value, _stated_first(value.value, found, depth + 1))
    if isinstance(value, Operation) and value.operands and depth < MAX_NESTING:
        return _stated_first(value.operands[0], found, depth + 1)
    return found


def _parts_in(value: Value, lens: Lens, depth: int = 0) -> Iterator[Part]:
    """What the statements behind a value add to it; what they take away again adds nothing."""
    if isinstance(value, Via):
        yield from _stated(value, tuple(_parts_in(value.value, lens, depth + 1)))
    elif isinstance(value, Operation) and value.operator in SIEVES and is_loop(value):
        yield Part(None, _whole(value, lens).versions)
    elif isinstance(value, Listing | Operation) and depth < MAX_NESTING:
        given = adding(value)
        for operand in parts(value):
            for part in _parts_in(operand, lens, depth + 1):
                yield part if operand in given else part._replace(versions=NO_VERSIONS)
    elif not (isinstance(value, Name) and is_own(value, lens)):
        yield Part(None, _scalar(value, lens).versions)


def _joined(value: Operation, lens: Lens) -> Reading:
    """A text made of parts: enough when the part that counts is known."""
    if lens.vocabulary.guards:
        return unguarded(pieces(value), lens)._replace(steps=steps_in(value))
    lead, whole = known_lead(value)
    until = lens.vocabulary.syntax.until
    if whole or (until and until in lead):
        return _scalar(Text(lead), lens)._replace(steps=steps_in(deciding(value, lens.vocabulary)))
    syntax = lens.vocabulary.syntax
    if syntax.separator and not until and not syntax.add:
        alone = lens._replace(vocabulary=lens.vocabulary._replace(syntax=syntax._replace(separator="")))
        known = tuple(Text(word) for word in whole_words(pieces(value), syntax))
        found = _union((*known, Unknown(MADE)), alone)
        if found.known:
            return found._replace(steps=steps_in(value))
    return _blaming(Reading(unresolved=MADE), value, lens)


def _blaming(reading: Reading, value: Value, lens: Lens) -> Reading:
    """A reading that is not wholly known, with the first part of its value that is not."""
    if not reading.unresolved and not reading.partial:
        return reading
    part = _unknown_part(value, lens)
    reason = f"{reading.unresolved} ({part.unresolved})" if reading.unresolved and part.unresolved else ""
    return reading._replace(unresolved=reason or reading.unresolved, open_by=reading.open_by or part.open_by)


def _unknown_part(value: Value, lens: Lens, depth: int = 0) -> Reading:
    """Why the first part of a value that is not known is not; a reading without a reason if there is none."""
    value, _ = strip(value)
    if isinstance(value, Listing | Operation) and depth < MAX_NESTING:
        inside = (_unknown_part(part, lens, depth + 1) for part in parts(value))
        return next((reading for reading in inside if reading.unresolved), Reading())
    if isinstance(value, Parameter):
        return next(iter(_parameter(value, lens, depth)))
    if isinstance(value, Unknown | Invocation) or (isinstance(value, Name) and not is_own(value, lens)):
        return _scalar(value, lens)
    return Reading()


def _union(items: tuple[Value, ...], lens: Lens) -> Reading:
    """A list of values: the union of what they name. Unknown items leave it open, and so does a default among them. SSL
    that the assumed runtime would ignore counts only where there is nothing else."""
    every = [_naming(reading, item) for item in items for reading in readings(item, lens)]
    heeded = [reading for reading in every if not (reading.doubt and reading.versions <= SSL)]
    found = heeded if any(reading.versions for reading in heeded) else every
    refused = next((reading for reading in found if reading.effect == "rejected"), None)
    strict = lens.vocabulary.unknown is not None and lens.vocabulary.unknown.effect == "rejected"
    if not any(reading.known for reading in found):
        if strict and refused is not None:
            return refused
        first = next((reading for reading in found if reading.unresolved), Reading())
        reason = f" ({first.unresolved})" if first.unresolved else ""
        open_by = next((reading.open_by for reading in found if reading.open_by), "")
        return Reading(unresolved=f"no item of the list is known{reason}", open_by=open_by)
    named: dict[Kind, VersionSet] = {}
    for kind, versions in (pair for reading in found for pair in reading.writes if pair[0] is not Kind.DEFAULT):
        named[kind] = named.get(kind, NO_VERSIONS) | versions
    default = any(kind is Kind.DEFAULT for reading in found for kind, _ in reading.writes)
    unknown = any(reading.unresolved or reading.partial for reading in found)
    common = Reading(
        known=True,
        partial=unknown or default,
        note=next((reading.note for reading in found if reading.note), ""),
        open_by=next((reading.open_by for reading in found if reading.open_by), ""),
        steps=tuple(step for reading in found for step in reading.steps),
        doubt=found[0].doubt if all(reading.doubt for reading in found) else "",
    )
    if any(named.values()) and not (strict and refused is not None):
        return common._replace(writes=tuple(named.items()))
    if refused is not None:
        return common._replace(effect="rejected", note=refused.note, partial=False)
    if unknown and not default:
        return common._replace(known=False, partial=False, unresolved="no item that is known names a version")
    if default or any(reading.effect == "ignored" for reading in found):
        return common._replace(writes=((Kind.DEFAULT, NO_VERSIONS),), partial=False)
    return common._replace(writes=((lens.kind, NO_VERSIONS),))


def _naming(reading: Reading, item: Value) -> Reading:
    """The reading of an item of a list; of a text that is refused it says which."""
    text, _ = strip(item)
    if reading.effect != "rejected" or not isinstance(text, Text):
        return reading
    return reading._replace(note=f"{reading.note}: {describe(text)}")


def _is_turned(value: Value) -> bool:
    """Whether a loop goes through values one after the other; else it is one of them."""
    while isinstance(value, Operation) and value.operator in SIEVES:
        value = strip(value.operands[0])[0]
    return isinstance(value, Operation) and value.operator != "any"


def _in_turn(items: tuple[Value, ...], lens: Lens, note: str) -> Reading:
    """The items of a loop, one at a time, or of a table, one of them. Where they write in different ways, or name
    several highest versions, any of the versions may be met; above a lowest one all that there are, and up to a highest
    one from TLS 1.2 on."""
    found = _union(items, lens)
    alone = bool(lens.vocabulary.flags) if lens.kind is Kind.ENABLED else lens.kind in ONE_VALUE
    if len(items) > 1 and found.versions and alone:
        single = [one for item in items for one in readings(item, lens)]
        left = any(kind is Kind.DEFAULT for one in single for kind, _ in one.writes)
        common = next(iter(notes)) if len(notes := {one.note for one in single}) == 1 else ""
        note += ", and what is offered by default" if left else ""
        found = found._replace(note="; ".join(filter(None, (note, common))))
    highest = [v for kind, named in found.writes if kind is Kind.MAXIMUM for v in named]
    if len(found.writes) > 1 or len(highest) > 1:
        every = frozenset(v for _, named in found.writes for v in named)
        lowest = min((v for kind, named in found.writes if kind is Kind.MINIMUM for v in named), default=None)
        above = frozenset(v for v in Version if lowest is not None and v >= lowest)
        below = frozenset(v for v in Version if highest and Version.TLS1_2 <= v <= max(highest))
        return found._replace(writes=((Kind.ENABLED, every | above | below),))
    return found


def _looped(value: Operation, lens: Lens) -> Reading:
    """What a loop goes through, or any entry of a table."""
    if value.operator == "members":
        return _union(turns(value, lens), lens)
    if value.operator == "until":
        return _until_one_works(value.operands, lens)
    return _in_turn(turns(value, lens), lens, IN_TURN if _is_turned(value) else ONE_OF_THEM)


def _all(value: Value, lens: Lens) -> Reading:
    """What a loop goes through, where it all comes together."""
    inner, steps = strip(value)
    items = turns(inner, lens) if isinstance(inner, Operation) else (value,)
    found = _union(items, lens)
    return found._replace(steps=(*steps, *found.steps), note="" if found.versions else found.note)


def _until_one_works(items: tuple[Value, ...], lens: Lens) -> Reading:
    """The items of a loop that ends with the first that works: where that is the newest, the others are for peers with
    which it has failed."""
    found, first = _in_turn(items, lens, UNTIL), _union(items[:1], lens)
    newest = bool(first.versions) and not found.unresolved and max(first.versions) == max(found.versions)
    return found._replace(condition=caught(""), guarded=True) if newest else found


def _scalar(value: Value, lens: Lens) -> Reading:
    return _text(value, lens) if isinstance(value, Text) else single(value, lens)


def _text(value: Text, lens: Lens) -> Reading:
    """A text: a word, a list in the library's syntax, or a pattern of words."""
    syntax = lens.vocabulary.syntax
    if lens.vocabulary.guards:
        return unguarded([value.text], lens)
    if syntax.add:
        return signed(value.text, lens)
    if syntax.separator:
        found = words(counting(value.text, syntax), syntax)
        alone = lens._replace(vocabulary=lens.vocabulary._replace(syntax=syntax._replace(separator="", until="")))
        if len(found) > 1:
            return _union(tuple(Text(word) for word in found), alone)
        if found:
            value, lens = Text(found[0]), alone
    return _fitted(value, lens) if syntax.pattern and lookup(value, lens) is None else word(value, lens)


def _fitted(pattern: Text, lens: Lens) -> Reading:
    """All the words of the vocabulary that a regular expression fits; one that fits none names no version."""
    known = [key.value for key in lens.vocabulary.entries if key.type == "text"]
    found = fitting(pattern.text, known)
    if found is None:
        return unlisted(pattern, lens)
    if not found and lens.vocabulary.unknown is not None:
        return from_meaning(lens.vocabulary.unknown, lens)._replace(known=False)
    return _union(tuple(map(Text, found)), lens) if found else Reading(writes=((lens.kind, NO_VERSIONS),), known=True)
