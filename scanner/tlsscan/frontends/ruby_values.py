"""What Ruby's core methods make of known values. Knows neither syntax trees nor TLS."""

import re
from collections.abc import Callable, Sequence

from tlsscan.frontends.expressions import is_spread, taken_out, unless_spread
from tlsscan.spelled import is_open, named
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Entry,
    Invocation,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Symbol,
    Text,
    Unknown,
    Value,
    Via,
    is_callers,
    is_loop,
    strip,
)

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "s": " ", "e": "\x1b", "0": "\0", "\n": ""}
ROOTS = frozenset({"Object", "Kernel", "Module"})
CHANGES = frozenset({"merge!", "update", "reverse_merge!", "deep_merge!"})  # those that change their receiver
MERGES = frozenset({"merge", "merge!", "update", "reverse_merge", "reverse_merge!", "deep_merge", "deep_merge!"})
SAME = frozenset(
    {"freeze", "dup", "clone", "itself", "tap", "presence", "compact", "uniq", "flatten", "to_a", "to_h", "to_ary"}
    | {"to_hash", "deep_dup", "with_indifferent_access", "symbolize_keys", "stringify_keys", "to_set", "entries"}
)
SPREAD_HASH = Unknown("a spread hash")  # in the place of the keys of a hash that is not known
MAX_ENTRIES = 12  # of a hash whose key is made at run time
CONSTANT = (Text, Symbol, Number, Bool, Null)
ONLY = ".instance"  # what gives the only object of a class
MAX_NAMES = 6  # of one receiver
_FLAG_OPERATORS = frozenset({"|", "&", "^", "+"})


def plain(value: Value) -> Value:
    """The value without the definitions it was reached through."""
    while isinstance(value, Via):
        value = value.value
    return value


def mapped(value: Value, change: Callable[[Value], Value]) -> Value:
    """A change applied to what a value can turn out to be, its trace and its conditions kept."""
    if isinstance(value, Via):
        return value._replace(value=mapped(value.value, change))
    if isinstance(value, Choice):
        return Choice(tuple(arm._replace(value=mapped(arm.value, change)) for arm in value.arms))
    if isinstance(value, Parameter) and value.default is not None:
        return value._replace(default=mapped(value.default, change))
    return change(value)


def member_names(base: Value, word: str) -> tuple[str, ...]:
    """Names of a method or attribute of a value; `?.word` is the last one when the receiver is not certain."""
    base = plain(base)
    if isinstance(base, Choice):
        found = [name for arm in base.arms[:8] for name in member_names(arm.value, word) if name[0] != "?"]
        return (*dict.fromkeys(found), f"?.{word}")
    names = [f"{name}.{word}" for name in owner_names(base)[:MAX_NAMES] if name != "?"]
    return tuple(names) if isinstance(base, Name) and _is_constant(base) else (*names, f"?.{word}")


def owner_names(base: Value) -> tuple[str, ...]:
    """The names of a thing whose member or entry is used: of a constant, or of what a call returns."""
    base = plain(base)
    names = base.names if isinstance(base, Name | Invocation) else ()
    return (*[name for name in names if name[0] != "?"], *[name for name in names if name[0] == "?"])


def attribute(base: Value, names: tuple[str, ...]) -> Value:
    """What a call without arguments reads. Only the attribute of a constant, or of an object of a class, is looked for
    in other files, so that of another object has its uncertain name first."""
    owners, word = certain_owners(base), names[-1].rpartition(".")[2]
    first = tuple(f"{owner}.{word}" for owner in owners)
    return Name(tuple(dict.fromkeys((*first, *names))) if owners else (names[-1], *names[:-1]))


def certain_owners(base: Value) -> tuple[str, ...]:
    """The names of a constant, or of the class of an object that is made without anything being passed."""
    base = plain(base)
    if isinstance(base, Invocation) and not base.arguments and not base.named:
        known = tuple(name for name in base.names if name[0] != "?")
        return known if known and known[0].rpartition(".")[2][:1].isupper() else ()
    if not isinstance(base, Name):
        return ()
    alone = Name(tuple(name.removesuffix(ONLY) for name in base.names if name.endswith(ONLY))) if base.names else base
    base = alone if alone.names else base
    return base.names if _is_constant(base) else ()


def _is_constant(name: Name) -> bool:
    return name.names[0].rpartition(".")[2][:1].isupper()


def unescape(escape: str) -> str:
    """The text of one escape sequence of a double-quoted string."""
    body = escape[1:]
    code = re.fullmatch(r"x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|u\{\s*([0-9a-fA-F]{1,6})\s*\}", body)
    if code:
        number = int(next(part for part in code.groups() if part), 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return ESCAPES.get(body, body)


def heredoc_tag(opening: str) -> tuple[str, bool]:
    """The end word of a heredoc's opening, and whether its indentation is taken away."""
    return opening.lstrip("<-~").strip("\"'`"), opening.startswith("<<~")


def undent(value: Value) -> Value:
    """A squiggly heredoc's text without its common indentation."""
    if not isinstance(value, Text):
        return value
    from textwrap import dedent

    return Text(dedent(value.text))


def as_symbol(value: Value) -> Value:
    """`to_sym` of what is known."""
    return Symbol(value.text) if isinstance(value, Text) else value


def as_text(value: Value) -> Value:
    """`to_s` of what is known."""
    if isinstance(value, Symbol):
        return Text(value.name)
    return Text(str(value.value)) if isinstance(value, Number) else value


def as_integer(value: Value) -> Value:
    """`to_i`, `Integer()` of what is known."""
    if isinstance(value, Number):
        return Number(int(value.value))
    digits = re.match(r"\s*(0[xX][0-9a-fA-F]+|\d+)", value.text) if isinstance(value, Text) else None
    if digits:
        return Number(int(digits.group(1), 16 if digits.group(1)[:2].lower() == "0x" else 10))
    return Null() if isinstance(value, Null) else value


def as_listing(value: Value) -> Value:
    """`Array()` of what is known."""
    return value if isinstance(value, Listing | Name | Invocation | Unknown) else Listing((value,))


def _cased(change: Callable[[str], str]) -> Callable[[Value], Value]:
    def apply(value: Value) -> Value:
        if isinstance(value, Symbol):
            return Symbol(change(value.name))
        return Text(change(value.text)) if isinstance(value, Text) else value

    return apply


def _item(index: int) -> Callable[[Value], Value]:
    def apply(value: Value) -> Value:
        if isinstance(value, Listing) and value.items:
            return value.items[index]
        return Unknown("an item of a list that is not known")

    return apply


def _column(key: bool) -> Callable[[Value], Value]:
    def apply(value: Value) -> Value:
        if isinstance(value, Mapping):
            return Listing(tuple(entry.key if key else entry.value for entry in value.entries))
        return Unknown("a part of a hash that is not known")

    return apply


CONVERSIONS: dict[str, Callable[[Value], Value]] = {
    "to_sym": as_symbol,
    "intern": as_symbol,
    "to_s": as_text,
    "to_str": as_text,
    "to_i": as_integer,
    "strip": _cased(str.strip),
    "chomp": _cased(lambda text: text.rstrip("\r\n")),
    "squish": _cased(lambda text: " ".join(text.split())),
    "upcase": _cased(str.upper),
    "downcase": _cased(str.lower),
    "first": _item(0),
    "last": _item(-1),
    "keys": _column(True),
    "values": _column(False),
}
CASTS: dict[str, Callable[[Value], Value]] = {"Integer": as_integer, "String": as_text, "Array": as_listing}


def each_item(value: Value, change: Callable[[Value], Value]) -> Value:
    """`map` over a known list."""

    def apply(inner: Value) -> Value:
        if isinstance(inner, Listing):
            return Listing(tuple(mapped(item, change) for item in inner.items))
        return Unknown("a list that is not known is mapped")

    return mapped(value, apply)


def concatenated(parts: Sequence[Value]) -> Value:
    """Texts side by side as one; the definitions of the parts stay, and a part with several values makes several."""
    steps = [step for part in parts for step in strip(part)[1]]
    values = [strip(part)[0] for part in parts]
    several = [index for index, value in enumerate(values) if _has_ways(value)]
    if len(several) == 1:
        choice = values[several[0]]
        before, after = values[: several[0]], values[several[0] + 1 :]
        joined: Value = mapped(choice, lambda value: concatenated([*before, value, *after]))
    else:
        texts = [value.text for value in (as_text(value) for value in values) if isinstance(value, Text)]
        joined = Text("".join(texts)) if len(texts) == len(values) else Operation("join", tuple(values))
    for step in reversed(steps):
        joined = Via(step, joined)
    return joined


def _has_ways(value: Value) -> bool:
    """Whether a value is one of several, or what a parameter is when nothing is passed."""
    return isinstance(value, Choice) or (isinstance(value, Parameter) and value.default is not None)


def looked_up(base: Value, key: Value) -> Value | None:
    """The entry of a known hash or list, or any entry of a hash under a key that is made at run time; None when it has
    no such entry, and where callers pass the key."""
    table, steps = strip(base)
    key = plain(key)
    found: Value | None = None
    if isinstance(table, Mapping):
        found = _entry(table.entries, key)
        known = found is not None or isinstance(key, CONSTANT) or is_callers(key)
        found = found if known else _any_entry(table)
    elif isinstance(table, Listing) and isinstance(key, Number) and isinstance(key.value, int):
        found = table.items[key.value] if -len(table.items) <= key.value < len(table.items) else None
    if found is None:
        return None
    for step in reversed(steps):
        found = Via(step, found)
    return found


def _entry(entries: tuple[Entry, ...], key: Value) -> Value | None:
    """The last entry under a key; one that a hash which is not known takes up may take its place."""
    for index, entry in reversed(tuple(enumerate(entries))):
        if plain(entry.key) == key:
            return entry.value
        if is_spread(entry) and isinstance(key, CONSTANT):
            before = _entry(entries[:index], key)
            if before is not None or taken_out(entry.value, key) is not None:
                return unless_spread(entry, key, written(key), before)
            return None
    return None


def _any_entry(table: Mapping) -> Value | None:
    """The entries of a hash as arms, each under its key, as those of a `case`."""
    keys = [written(plain(entry.key)) for entry in table.entries]
    if not 0 < len(keys) <= MAX_ENTRIES or not all(keys):
        return None
    return Choice(tuple(Arm(key, False, entry.value) for key, entry in zip(keys, table.entries, strict=True)))


def written(key: Value) -> str:
    """A constant key as code writes it; an empty text for another."""
    if isinstance(key, Symbol):
        return f":{key.name}"
    return repr(key.text) if isinstance(key, Text) else str(key.value) if isinstance(key, Number) else ""


def merged(base: Value, other: Value) -> Value:
    """Two hashes as one; the later entries win."""
    first, second = plain(base), plain(other)
    if not isinstance(first, Mapping) and not isinstance(second, Mapping):
        return Unknown("a hash that is not known is merged")
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        parts = (part.entries if isinstance(part, Mapping) else (Entry(SPREAD_HASH, part),) for part in (first, second))
        return Mapping(tuple(entry for entries in parts for entry in entries))
    taken = {entry.key for entry in second.entries}
    kept = tuple(entry for entry in first.entries if entry.key not in taken)
    return Mapping(kept + second.entries)


def combined(operator: str, first: Value, second: Value) -> Value | None:
    """`+`, `|` and `-` of two known lists; None when they are not both lists."""
    left, right = plain(first), plain(second)
    if not isinstance(left, Listing) or not isinstance(right, Listing):
        return None
    if operator == "-":
        gone = {plain(item) for item in right.items}
        return Listing(tuple(item for item in left.items if plain(item) not in gone))
    return Listing(left.items + right.items) if operator in ("+", "|") else None


def folded(value: Value, operator: Value) -> Value:
    """`reduce(:|)` of a known list."""
    items, sign = plain(value), plain(operator)
    if isinstance(items, Listing) and items.items and isinstance(sign, Symbol) and sign.name in _FLAG_OPERATORS:
        return Operation(sign.name, items.items) if len(items.items) > 1 else items.items[0]
    return Unknown("the result of a fold is not followed")


def replaced(value: Value, arguments: Sequence[Value]) -> Value:
    """`sub`, `gsub` and `tr` with texts."""
    old, new = (plain(argument) for argument in arguments[:2])
    if not isinstance(old, Text) or not isinstance(new, Text):
        return Unknown("a pattern is replaced in a text")
    before, after = old.text, new.text
    return mapped(value, _cased(lambda text: text.replace(before, after)))


def split(value: Value, separator: Value | None) -> Value:
    """`split` of a known text."""
    by = plain(separator) if separator is not None else None
    mark = by.text.strip() or None if isinstance(by, Text) else None

    def apply(inner: Value) -> Value:
        if isinstance(inner, Text) and (by is None or isinstance(by, Text)):
            return Listing(tuple(Text(part) for part in inner.text.split(mark)))
        return Unknown("a text that is not known is split")

    return mapped(value, apply)


def joined(value: Value, separator: Value | None) -> Value:
    """`join` of a known list of texts."""
    items = plain(value)
    mark = plain(separator) if separator is not None else Text("")
    texts = [as_text(plain(item)) for item in items.items] if isinstance(items, Listing) else []
    if not texts or not isinstance(mark, Text):
        return Unknown("a list that is not known is joined")
    parts = [text.text for text in texts if isinstance(text, Text)]
    return Text(mark.text.join(parts)) if len(parts) == len(texts) else Unknown("a list is joined at run time")


def constant(base: Value | None, word: Value) -> Value:
    """`const_get` and `constantize`: the name that a text spells."""
    inner = plain(base) if base is not None else None
    owner = inner if isinstance(inner, Name) and inner.names[0] not in ROOTS else None
    if is_open(word) and (inner is None or isinstance(inner, Name)):
        return named(word, owner)

    def apply(spelled: Value) -> Value:
        text = as_text(spelled)
        if isinstance(text, Operation) and not is_loop(text):
            return named(text, owner)
        if not isinstance(text, Text) or not re.fullmatch(r"(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*", text.text):
            return Unknown("a constant's name is made at run time", _decider(spelled))
        dotted = text.text.removeprefix("::").replace("::", ".")
        if owner is not None:
            return Name(tuple(f"{name}.{dotted}" for name in owner.names))
        return Name((dotted,)) if inner is None or isinstance(inner, Name) else Name((f"?.{dotted}",))

    return mapped(word, apply)


def _decider(value: Value) -> str:
    """The variable that decides a value, or a part of a text."""
    inner = plain(value)
    if isinstance(inner, Operation):
        return next((name for part in inner.operands if (name := _decider(part))), "")
    return inner.open_by if isinstance(inner, Unknown) else ""


def environment(variable: Value, default: Value | None) -> Value:
    """`ENV[x]` and `ENV.fetch(x, default)`."""
    key = plain(variable)
    name = key.text if isinstance(key, Text) else ""
    read = Unknown(f"the environment variable {name} decides" if name else "an environment variable decides", name)
    return read if default is None else fallback(read, default)


def fallback(first: Value, default: Value) -> Value:
    """What is read at run time, or its default."""
    what = first.open_by if isinstance(first, Unknown) and first.open_by else "the entry"
    return Choice((Arm(f"{what} is set", False, first), Arm(f"{what} is not set", False, default)))
