"""What a vocabulary knows of a single value: by its key, by the end of a name, by the members of a type."""

from collections.abc import Iterator
from functools import cached_property

from tlsscan.clauses import MISSING, REFUSED
from tlsscan.model import Kind
from tlsscan.products import Condition, Runtimes
from tlsscan.records import NamedTuple
from tlsscan.rules import Key, Meaning, Meanings, Vocabulary
from tlsscan.texts import counting
from tlsscan.values import (
    Bool,
    Invocation,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Symbol,
    Text,
    Value,
    strip,
)

ASKING = (  # words of conditions that ask for a version
    *("PHP_VERSION", "PHP_MAJOR", "phpversion", "SDK_INT"),
    *("java.", "JAVA_", "isJavaVersion", "javaVersion", "javaMajorVersion", "Runtime.v", "this Java"),
    *("version_info", "hexversion", "sys.version", "python_version", "PY2", "PY3", "RUBY_VERSION"),
    "OPENSSL_VERSION",
)
BREAKS = "breaks"
NAMING = (
    *("defined", "hasattr", "in dir", "getattr", ".HAS_", "respond_to?", "ethods", "METHODS", "constants"),
    *(MISSING, REFUSED),
)
"""Words of conditions that ask for names."""


class Lens(NamedTuple):
    """Through what a value is read: the vocabulary, the sink's kind, the runtimes, the names of the slot itself, the
    number that flag operators start from, whether names mind no case, whether that number only stands for what was
    written before, and whether a name counts as missing where a claim says so."""

    vocabulary: Vocabulary
    kind: Kind
    runtimes: Runtimes
    own: tuple[str, ...] = ()
    initial: int | None = None
    caseless: bool = False
    stacked: bool = False
    strict: bool = False


def narrowed(runtimes: Runtimes, *conditions: str) -> Runtimes | None:
    """The runtimes on which code runs under some conditions; None if it runs on none that is claimed."""
    left: Runtimes | None = runtimes
    for condition in conditions:
        if left is not None and _asks(condition):
            from tlsscan.demands import under

            left = under(left, condition)
    return left


def lacking(runtimes: Runtimes, vocabulary: Vocabulary, *conditions: str) -> Runtimes:
    """Runtimes on which code runs under some conditions: what asks for a name to be missing takes what is assumed for a
    version without that name."""
    for condition in dict.fromkeys(conditions):
        if asks_for_names(condition, vocabulary):
            from tlsscan.demands import without

            runtimes = without(runtimes, condition, vocabulary)
    return runtimes


def is_affirmed(runtimes: Runtimes, condition: str, vocabulary: Vocabulary) -> bool:
    """Whether a condition asks for an old version, or for what only that lacks, but claims say that this is what code
    runs on."""
    if not (runtimes.claimed and (_asks(condition) or asks_for_names(condition, vocabulary))):
        return False
    from tlsscan.demands import affirmed

    return affirmed(runtimes, condition, vocabulary)


def _asks(condition: str) -> bool:
    return any(word in condition for word in ASKING)


def asks_for_names(condition: str, vocabulary: Vocabulary) -> bool:
    """Whether a condition may ask whether names are there, of which the vocabulary tells since when they are."""
    return bool(vocabulary.since) and any(word in condition for word in NAMING)


def lookup(value: Value, lens: Lens) -> Meaning | None:
    """What the vocabulary says of a scalar value itself; None if it does not know it."""
    return lens.vocabulary.lacking if is_absent(value, lens) else _known(value, lens)


def is_absent(value: Value, lens: Lens) -> bool:
    """Whether a value is a name that a claimed runtime does not have."""
    if not (lens.strict and lens.runtimes.claimed and lens.runtimes.surely) or lens.vocabulary.lacking is None:
        return False
    from tlsscan.existence import absent

    if not isinstance(value, Name | Symbol | Text):
        return False
    return any(absent(key, lens.vocabulary, lens.runtimes) for key in _keys(value, lens.vocabulary))


def _known(value: Value, lens: Lens) -> Meaning | None:
    if lens.caseless and isinstance(value, Name):
        return _known(Name(tuple(name.lower() for name in value.names)), _lowered(lens))
    for key in _keys(value, lens.vocabulary):
        meaning = choose(lens.vocabulary.entries.get(key, ()), lens.runtimes)
        if meaning is not None:
            return meaning
    if isinstance(value, Name):
        return _by_suffix(value, lens)
    if isinstance(value, Text) and lens.vocabulary.syntax.case == "insensitive":
        return _any_case(value.text, lens)
    return None


class _Index:
    """The names of a vocabulary, as they are asked for: by their last part, and in lower case."""

    def __init__(self, entries: dict[Key, Meanings]) -> None:
        self.entries = entries

    @cached_property
    def by_last(self) -> dict[str, list[tuple[Key, Meanings]]]:
        """The names that end in a part."""
        found: dict[str, list[tuple[Key, Meanings]]] = {}
        for key, meanings in self.entries.items():
            if key.type == "name":
                found.setdefault(key.value.rpartition(".")[2], []).append((key, meanings))
        return found

    @cached_property
    def lowered(self) -> dict[Key, Meanings]:
        """The names alone, in lower case."""
        names = ((key, meanings) for key, meanings in self.entries.items() if key.type == "name")
        return {Key("name", key.value.lower()): meanings for key, meanings in names}


_indices: dict[int, _Index] = {}  # by identity: entries that an index keeps are no others


def _index(entries: dict[Key, Meanings]) -> _Index:
    found = _indices.get(id(entries))
    if found is None:
        found = _indices[id(entries)] = _Index(entries)
    return found


def _lowered(lens: Lens) -> Lens:
    """The lens with the vocabulary's names in lower case."""
    entries = _index(lens.vocabulary.entries).lowered
    return lens._replace(vocabulary=lens.vocabulary._replace(entries=entries), caseless=False)


def is_own(value: Name, lens: Lens) -> bool:
    """Whether a name is the slot itself: what it held before. Where the receiver of either is known, it says so."""
    held, own = ([n.lower() for n in names] if lens.caseless else names for names in (value.names, lens.own))
    bare = all(name.startswith("?") for names in (held, own) for name in names)
    return any(name in own for name in held if bare or not name.startswith("?"))


def choose(meanings: Meanings, runtimes: Runtimes) -> Meaning | None:
    """The first meaning whose condition holds. An effect needs a claim: an assumed runtime removes nothing, but if it
    ignores the value, that is in doubt; what `breaks` is refused there, with that doubt."""
    doubt = ""
    for meaning in meanings:
        if runtimes.holds(meaning.when, claims_only=bool(meaning.effect)):
            found = meaning._replace(effect="rejected") if meaning.effect == BREAKS else meaning
            return found._replace(doubt=doubt) if doubt else found
        if meaning.effect == BREAKS and meaning.when is not None and runtimes.holds(meaning.when):
            return meaning._replace(effect="rejected", doubt=meaning.when.worded())
        doubt = doubt or doubted(meaning.effect, meaning.when, meaning.note, runtimes)
    return None


def doubted(effect: str, when: Condition | None, note: str, runtimes: Runtimes) -> str:
    """In words: under which runtimes, one of which is assumed, a value is ignored; empty if it counts there."""
    if effect != "ignored" or when is None or not runtimes.holds(when):
        return ""
    return f"no effect with {when.worded()}" + (f": {note}" if note else ", which ignores it")


def _keys(value: Value, vocabulary: Vocabulary) -> Iterator[Key]:
    syntax = vocabulary.syntax
    if isinstance(value, Text):
        text = counting(value.text, syntax)
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
            if name.endswith("()"):
                yield from _call_keys(name[:-2])
            else:
                yield Key("name", name)
        if value.names[0].startswith("?.") and value.names[0].endswith("()"):
            yield Key("call", value.names[0][:-2])
    else:
        yield from _composed_keys(value)


def _composed_keys(value: Value) -> Iterator[Key]:
    """The keys of what a call gives, and of a list of numbers."""
    if isinstance(value, Listing):
        numbers = [inner.value for inner, _ in map(strip, value.items) if isinstance(inner, Number)]
        if numbers and len(numbers) == len(value.items):
            yield Key("list", ",".join(map(str, numbers)))
    elif isinstance(value, Invocation):
        for name in value.names:
            yield from _call_keys(name)
        if value.names[0].startswith("?."):
            yield Key("call", value.names[0])


def _call_keys(name: str) -> Iterator[Key]:
    """The keys of what a function of that name gives."""
    bare = name.removeprefix("?.")
    yield Key("call", bare)
    yield from (Key("call", f"*.{tail}") for tail in _tails(bare))


def _tails(name: str) -> Iterator[str]:
    """The ends of a dotted name, shortest first."""
    parts = name.split(".")
    return (".".join(parts[-count:]) for count in range(1, min(len(parts), 4) + 1))


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
            for key, meanings in _index(lens.vocabulary.entries).by_last.get(parts[-1], ()):
                if key.value.endswith(f".{bare}") or bare.endswith(f".{key.value}"):
                    meaning = choose(meanings, lens.runtimes)
                    if meaning is not None:
                        return meaning
    return None


def _any_case(text: str, lens: Lens) -> Meaning | None:
    wanted = next(iter(_keys(Text(text), lens.vocabulary))).value.lower()
    for key, meanings in lens.vocabulary.entries.items():
        if key.type == "text" and key.value.lower() == wanted:
            return choose(meanings, lens.runtimes)
    return None


def members(value: Operation, lens: Lens) -> tuple[Value, ...]:
    """The members of an enumeration that the vocabulary knows."""
    kind, _ = strip(value.operands[0])
    last = {name.rpartition(".")[2] for name in kind.names} if isinstance(kind, Name) else set()
    owners = {word.lower() if lens.caseless else word for word in last}
    found: list[Value] = []
    for key in lens.vocabulary.entries:
        owner = key.value.rpartition(".")[0].rpartition(".")[2] if key.type == "name" else ""
        if owner and (owner.lower() if lens.caseless else owner) in owners:
            found.append(Name((key.value.removeprefix("*."),)))
    return tuple(found)
