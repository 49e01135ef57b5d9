"""One way a value can be read, and what an entry of a vocabulary, a number or flags amount to."""

from functools import reduce
from itertools import takewhile

from tlsscan.included import is_file, path_of
from tlsscan.lookup import Lens, choose
from tlsscan.model import Kind
from tlsscan.numbers import Bits
from tlsscan.protocol import NO_VERSIONS, VersionSet
from tlsscan.records import NamedTuple
from tlsscan.rules import Key, Meaning, Vocabulary
from tlsscan.values import Bool, Name, Null, Number, Operation, Step, Symbol, Text, Value, strip


class Part(NamedTuple):
    """The versions that a value names in one statement: an assignment before its use, or (None) the use itself."""

    step: Step | None
    versions: VersionSet = NO_VERSIONS


class Reading(NamedTuple):
    """One way a value can be read: the writes it amounts to, or why nothing is known.

    `known` says that the vocabulary knows the value, `partial` that a part of it is unknown, `replaces` that nothing of
    what was there before is left. `condition` and `guarded` tell the arm, `steps` the definitions on the way, `parts`
    what each statement names that had a part in the value. `doubt` says where the assumed runtime would ignore it;
    `elsewhere` what it is on others than those that are assumed of the products in `supposed`.
    `untaken`: the claimed runtime never takes this arm; `past` is the product whose assumed version does not.
    `keeps`: it puts back what the slot holds.
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
    parts: tuple[Part, ...] = ()
    doubt: str = ""
    untaken: bool = False
    elsewhere: str = ""
    supposed: tuple[str, ...] = ()
    past: str = ""
    keeps: bool = False

    @property
    def versions(self) -> VersionSet:
        """The versions that its writes name."""
        return frozenset(version for _, named in self.writes for version in named)


def describe(value: Value) -> str:
    """A value as a message shows it."""
    if isinstance(value, Text):
        return repr(value.text[:60])
    if isinstance(value, Symbol):
        return f":{value.name}"
    if isinstance(value, Number | Bool):
        return str(value.value).lower()
    if isinstance(value, Name):
        return shown(value.names)
    if isinstance(value, Operation) and value.operator in ("+", "join"):
        parts = [strip(part)[0] for part in value.operands]
        known = [part.text if isinstance(part, Text) else "..." for part in parts]
        return repr("".join(known)[:60]) if set(known) != {"..."} else "the value"
    return "the value" if not isinstance(value, Null) else "null"


def of_file(table: Value, *keys: Value) -> str:
    """Why an entry of what another file gives is not known; an empty text for other tables."""
    while isinstance(table, Operation) and table.operator == "item":
        keys = (table.operands[1], *keys)
        table = strip(table.operands[0])[0]
    if not isinstance(table, Name) or not is_file(table.names[0]):
        return ""
    words = "".join(f"[{describe(strip(key)[0])}]" for key in keys)
    return f"no fixed value of {words} of {shown(table.names)} is known"


def shown(names: tuple[str, ...]) -> str:
    """What all the names that one may stand for have in common at their end; the likeliest if that is nothing."""
    if is_file(names[0]):
        return path_of(names[0])
    if len(names) == 1:
        return names[0].removeprefix("?.")
    tails = [name.removeprefix("?.").split(".")[::-1] for name in names]
    common = takewhile(lambda row: len(set(row)) == 1, zip(*tails, strict=False))
    return ".".join([row[0] for row in common][::-1]) or names[0].removeprefix("?.")


def from_meaning(meaning: Meaning, lens: Lens) -> Reading:
    """What an entry of a vocabulary amounts to, also on other runtimes than one that is only assumed."""
    return _beside(_meant(meaning, lens), meaning, lens)


def _beside(made: Reading, meaning: Meaning, lens: Lens) -> Reading:
    """A reading with what its meaning is on other runtimes than one that is only assumed."""
    if not meaning.elsewhere or meaning.when is None:
        return made
    supposed = tuple(name for name, _ in meaning.when.products if name not in lens.runtimes.claimed)
    return made._replace(elsewhere=meaning.elsewhere, supposed=supposed) if supposed else made


def _meant(meaning: Meaning, lens: Lens) -> Reading:
    if meaning.effect:
        return Reading(effect=meaning.effect, known=True, note=meaning.note, doubt=meaning.doubt)
    if meaning.default:
        return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True, note=meaning.note)
    if meaning.versions is None:
        return _from_number(meaning, lens)
    write = (meaning.configures or lens.kind, meaning.versions)
    return Reading(writes=(write,), known=True, note=meaning.note, doubt=meaning.doubt)


def _from_number(meaning: Meaning, lens: Lens) -> Reading:
    """A word that stands for a number: judged by flags or fields, or as that number's own entry."""
    number = meaning.number or 0
    if lens.vocabulary.flags or lens.vocabulary.fields:
        made = from_bits(Bits(number), lens)
        return made._replace(note=meaning.note or made.note, doubt=meaning.doubt or made.doubt)
    other = choose(lens.vocabulary.entries.get(Key("number", str(number)), ()), lens.runtimes)
    if other is None or other.number is not None:
        return Reading(unresolved=f"{number} names no version that this rule knows")
    return from_meaning(other, lens)


def from_bits(bits: Bits, lens: Lens) -> Reading:
    """What a number amounts to that flags or fields judge."""
    number = bits.ones
    if bits.partial and not number and not bits.cleared:
        return Reading(unresolved="a part of the flags is not known")
    if bits.cleared and not number:
        return _removal(bits, lens)
    if lens.vocabulary.fields:
        return _from_fields(number, lens, bits.partial)
    if (refused := _refused(number, lens)) is not None:
        return from_meaning(refused, lens)
    if number == 0:
        return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True, partial=bits.partial)
    versions = _decode(number, lens.vocabulary)
    if not versions and lens.kind is Kind.DISABLED:
        return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True, partial=bits.partial)
    if not versions:
        return Reading(unresolved=f"{number} names no version that this rule knows")
    return Reading(((lens.kind, versions),), known=True, partial=bits.partial, replaces=not bits.initial)


def _refused(number: int, lens: Lens) -> Meaning | None:
    """What a flag of a number means that a claimed runtime refuses, whatever else is set: where it runs in any case,
    and is compiled for nothing else."""
    found = [choose(meanings, lens.runtimes) for mask, meanings in lens.vocabulary.refused if number & mask == mask]
    families = {target.family for target in lens.runtimes.chosen}
    surely = lens.strict and lens.runtimes.surely and len(families) <= 1
    return next(filter(None, found), None) if surely else None


def _removal(bits: Bits, lens: Lens) -> Reading:
    """Flags taken away from what was there: the opposite of the sink's kind. Of a number that has none, nothing is."""
    nothing = bits.initial and lens.initial == 0 and not lens.stacked
    if lens.kind is Kind.ENABLED and not nothing:
        removed = _decode(bits.cleared, lens.vocabulary)
        return Reading(((Kind.DISABLED, removed),), known=True, partial=bits.partial, replaces=False)
    kept = bits.initial  # what an earlier write has set there
    return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True, partial=bits.partial, replaces=not kept)


def _decode(number: int, vocabulary: Vocabulary) -> VersionSet:
    return frozenset(v for mask, versions in vocabulary.flags if number & mask for v in versions)


def _from_fields(number: int, lens: Lens, partial: bool) -> Reading:
    writes: list[tuple[Kind, VersionSet]] = []
    meanings: list[Meaning] = []
    note = doubt = ""
    for field in lens.vocabulary.fields:
        part = (number >> field.low) & ((1 << (field.high - field.low + 1)) - 1)
        meaning = choose(field.numbers.get(part, ()), lens.runtimes)
        if meaning is None:
            if part:
                return Reading(unresolved=f"{number} is not a value that this rule knows")
            continue
        if meaning.effect:
            return Reading(effect=meaning.effect, known=True, note=meaning.note)
        note, doubt = note or meaning.note, doubt or meaning.doubt
        meanings.append(meaning)
        if not meaning.default and meaning.versions is not None:
            writes.append((meaning.configures or field.configures, meaning.versions))
    alone = len(writes) <= 1  # what one field is elsewhere, another one may change there
    writes = writes or [(Kind.DEFAULT, NO_VERSIONS)]
    made = Reading(tuple(writes), known=True, partial=partial, note=note, doubt=doubt)
    return reduce(lambda reading, meaning: _beside(reading, meaning, lens), meanings if alone else (), made)
