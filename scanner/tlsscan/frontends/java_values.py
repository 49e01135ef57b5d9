"""Values that Java's own library makes: texts, lists, look-ups with a default. Knows no syntax trees."""

import re
from collections.abc import Sequence
from functools import reduce

from tlsscan.patterns import lazy
from tlsscan.values import (
    TURNS,
    Arm,
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
    Text,
    Unknown,
    Value,
    Via,
    is_callers,
    is_loop,
    size,
)

LISTS = frozenset(
    {
        "Arrays.asList",
        "List.of",
        "Set.of",
        "Stream.of",
        "Collections.singletonList",
        "Collections.singleton",
        "EnumSet.of",
        "ImmutableList.of",
        "ImmutableSet.of",
        "Lists.newArrayList",
        "Sets.newHashSet",
        "Sequence.of",
        "Collections.emptyList",
        "Collections.emptySet",
        "ImmutableList.builder",
        "ImmutableSet.builder",
        "Stream.builder",
    }
)
MAPS = frozenset({"Map.of", "ImmutableMap.of", "Collections.singletonMap"})
MAP_METHODS = frozenset(name.rpartition(".")[2] for name in MAPS)
SAME = frozenset(
    {
        "Collections.unmodifiableList",
        "Collections.unmodifiableSet",
        "Collections.unmodifiableCollection",
        "List.copyOf",
        "Set.copyOf",
        "ImmutableList.copyOf",
        "ImmutableSet.copyOf",
        "EnumSet.copyOf",
        "Arrays.stream",
        "Arrays.copyOf",
        "Optional.of",
        "Optional.ofNullable",
        "String.valueOf",
        "String.copyValueOf",
        "Objects.requireNonNull",
        "Integer.valueOf",
        "Integer.parseInt",
        "Boolean.valueOf",
        "Boolean.parseBoolean",
    }
)
KEPT = frozenset(
    {
        "toArray",
        "build",
        "stream",
        "parallelStream",
        "toList",
        "distinct",
        "sorted",
        "iterator",
        "clone",
        "only",
        "intern",
    }
)
SEARCHES = frozenset({"max", "min", "findFirst", "findAny", "reduce"})  # after which a default is a last resort
TRIMS = frozenset({"trim", "strip"})
TEXTUAL = frozenset({"toString", "toLowerCase", "toUpperCase", "concat", "append", "split"})
REPLACING = frozenset({"replace", "replaceAll", "replaceFirst"})
DEFAULTED = frozenset({"getProperty", "getOrDefault", "getString", "getenv", "get"})
DEFAULTS = (Text, Listing, Null, Name)  # of a look-up
COLLECTIONS = frozenset(
    {"ArrayList", "LinkedList", "Vector", "HashSet", "LinkedHashSet", "TreeSet", "CopyOnWriteArrayList", "ArrayDeque"}
    | {"JsonArray"}
)
TABLES = frozenset(
    {"HashMap", "LinkedHashMap", "TreeMap", "Hashtable", "ConcurrentHashMap", "Properties", "EnumMap", "WeakHashMap"}
)
FALLBACKS = frozenset(
    {
        "Objects.requireNonNullElse",
        "StringUtils.defaultIfEmpty",
        "StringUtils.defaultIfBlank",
        "StringUtils.defaultString",
        "ObjectUtils.defaultIfNull",
        "ObjectUtils.firstNonNull",
        "MoreObjects.firstNonNull",
    }
)
TEXTS = frozenset({"String", "StringBuilder", "StringBuffer"})
SIFTS = frozenset({"cut", "omit", "keep"})
GROWN = frozenset({"add", "remove", "retain", *SIFTS, "append", "put"})
FILLED = Unknown("it is filled elsewhere")
FILLING = "()"  # marks the parameters of a method that are about to be filled
MAX_RIVALS = 3  # conditionals one after the other whose arms add something else each
ESCAPES = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f", "s": " ", "\n": ""}
MAX_PARTS = 200  # of a value that a method returns, and of one that is passed to it
MAX_TEXT = 2000  # longer texts are not taken apart
_ESCAPE = lazy(r"\\(?:u+([0-9a-fA-F]{4})|([0-3]?[0-7]{1,2})|(.|\n))")
_PLAIN_PATTERN = lazy(r"(?:[\w ,;:/=-]|\\[|.+*s]|\[[ ,;:|]+\]|\\s[*+]){1,20}")
_PLACEHOLDER = lazy(r"\$\{([^:{}$]+)(?::([^{}]*))?\}")


def bare(value: Value) -> Value:
    """A value without the definitions it was reached through."""
    while isinstance(value, Via):
        value = value.value
    return value


def unescape(raw: str) -> str:
    """A string's content after its escapes."""
    return _ESCAPE.sub(_escaped, raw) if "\\" in raw else raw


def _escaped(match: "re.Match[str]") -> str:
    if match.group(1):
        return chr(int(match.group(1), 16))
    if match.group(2):
        return chr(int(match.group(2), 8))
    return ESCAPES.get(match.group(3), match.group(3))


def text_block(raw: str) -> str:
    """The content of a text block, from the line after its opening quotes, without the common indentation."""
    lines = raw.replace("\r\n", "\n").split("\n")[1:]
    counted = [line for index, line in enumerate(lines) if line.strip() or index == len(lines) - 1]
    indent = min((len(line) - len(line.lstrip()) for line in counted), default=0)
    return unescape("\n".join(line[indent:].rstrip(" \t") for line in lines))


def string(literal: str) -> Value:
    """The value of a string or character literal with its quotes."""
    if literal.startswith('"""'):
        return Text(text_block(literal[3:-3]))
    return Text(unescape(literal[1:-1]))


def as_text(value: Value) -> Value:
    """A number as text concatenation writes it; other values as they are."""
    inner = bare(value)
    return Text(str(inner.value)) if isinstance(inner, Number) and isinstance(inner.value, int) else inner


def split(value: Value, separator: Value) -> Value:
    """The parts of a text, for the separators whose meaning is plain; trailing empty parts fall away as in Java."""
    text, pattern = bare(value), bare(separator)
    if not isinstance(pattern, Text) or not _PLAIN_PATTERN.fullmatch(pattern.text):
        return Unknown("a text is split by a pattern that is not followed")
    if isinstance(text, Choice):
        return Choice(tuple(arm._replace(value=split(arm.value, separator)) for arm in text.arms))
    if isinstance(text, Unknown):
        return text
    if not isinstance(text, Text) or len(text.text) > MAX_TEXT:
        return Unknown("a text that is split is not known")
    parts = re.split(pattern.text, text.text)
    while parts and not parts[-1]:
        parts.pop()
    return Listing(tuple(Text(part) for part in parts))


def trimmed(value: Value) -> Value:
    """A text, or each text of a list, without the white space around it; of what is not known yet, that as well."""
    inner = bare(value)
    if isinstance(inner, Listing):
        return Listing(tuple(trimmed(item) for item in inner.items))
    if isinstance(inner, Parameter) or is_loop(inner):
        return Operation("trimmed", (value,))
    return Text(inner.text.strip()) if isinstance(inner, Text) else value


def mapped(value: Value, reference: str) -> Value | None:
    """A list after `map(String::trim)` and other references to what is understood; None for what is not."""
    inner, word = bare(value), reference.rpartition("::")[2]
    if not isinstance(inner, Listing):
        return None
    if word in TRIMS:
        return trimmed(inner)
    if word in ("toLowerCase", "toUpperCase"):
        return Listing(tuple(changed_case(item, word) or item for item in inner.items))
    return inner if word in ("toString", "valueOf") else None


def after_replace(value: Value, word: str, given: Sequence[Value]) -> Value | None:
    """A text after its `replace`, `replaceAll` or `replaceFirst`; of one that is not known, what was cut out."""
    if len(given) != 2:
        return None
    text, old, new = bare(value), bare(given[0]), bare(given[1])
    if not isinstance(old, Text) or not isinstance(new, Text):
        return Unknown("a text is changed at run time")
    if isinstance(text, Text) and (word == "replace" or re.fullmatch(r"[\w ,;:/=-]*", old.text)):
        return Text(text.text.replace(old.text, new.text, 1 if word == "replaceFirst" else -1))
    if not new.text.strip(" ,") and not isinstance(text, Text):
        return Operation("without", (value, old))
    return Unknown("a text is changed at run time")


def joined(separator: Value, parts: Sequence[Value]) -> Value:
    """String.join: one text when every part is one."""
    items = items_of(parts)
    glue = bare(separator)
    if not isinstance(glue, Text) or not items or any(is_loop(item) for item in items):
        return Unknown("a part of the text is made at run time")
    return _text_of([part for item in items for part in (glue, item)][1:])


def items_of(values: Sequence[Value]) -> tuple[Value, ...]:
    """The items that a varargs slot receives: a single array stands for its items."""
    only = bare(values[0]) if len(values) == 1 else None
    return only.items if isinstance(only, Listing) else tuple(values)


def listed(values: Sequence[Value]) -> Value:
    """A list made from arguments; a single argument that is not known to be an item stands for the list."""
    only = bare(values[0]) if len(values) == 1 else None
    if isinstance(only, Listing | Choice):
        return values[0]
    return Listing(tuple(values))


def extended(value: Value, word: str, given: Sequence[Value]) -> Value | None:
    """A list after `add` and the like in a chain of calls: `builder().add(x)`; None for what is no list."""
    inner = bare(value)
    if not isinstance(inner, Listing) or not given:
        return None
    held = tuple(item for item in inner.items if item != FILLED)
    return Listing(held + (items_of(given) if word == "addAll" else tuple(given)))


def mapping(values: Sequence[Value]) -> Value:
    """A map made from keys and values in turn."""
    return Mapping(tuple(Entry(key, value) for key, value in zip(values[::2], values[1::2], strict=False)))


def changed_case(value: Value, word: str) -> Value | None:
    """A text in lower or upper case; None for what is no text."""
    text = bare(value)
    if not isinstance(text, Text):
        return None
    return Text(text.text.lower() if word == "toLowerCase" else text.text.upper())


def setting(name: str) -> Value:
    """What is read from a property or an environment variable."""
    return Unknown(f"{name} decides", name)


def lookup(key: Value, default: Value | None) -> Value:
    """A property or environment variable read by its name, with or without a default."""
    inner = bare(key)
    if isinstance(inner, Text):
        name = inner.text
    elif isinstance(inner, Name):
        name = inner.names[0].removeprefix("?.")
    else:
        name = inner.name if isinstance(inner, Parameter) else "a setting"
    return setting(name) if default is None else or_else(setting(name), default)


def asks(word: str, given: Sequence[Value]) -> bool:
    """Whether a call may read a setting that has a default: `getSomething(name, default)`."""
    return len(given) == 2 and re.match(r"(?:get|opt|read|find|fetch|lookup)(?![a-z])", word) is not None


def or_default(value: Value, given: Sequence[Value]) -> Value:
    """An entry of a table that callers pass, asked for with a default: that counts, whatever they pass."""
    if len(given) != 2 or not isinstance(bare(given[1]), Text | Listing | Name | Parameter):
        return value
    key = bare(given[0])
    name = key.text if isinstance(key, Text) else "the setting"
    return Choice((Arm(f"{name} is set", False, value), Arm(f"{name} is not set", False, given[1])))


def or_else(value: Value, default: Value) -> Value:
    """A value with what stands in for it when it is missing."""
    inner = bare(value)
    name = inner.open_by if isinstance(inner, Unknown) else ""
    if isinstance(inner, Invocation) and inner.names[0].rpartition(".")[2] in SEARCHES:
        return Choice((Arm("one is found", False, value), Arm("none is found", True, default)))
    if name:
        return Choice((Arm(f"{name} is set", False, value), Arm(f"{name} is not set", False, default)))
    return Choice((Arm("there is a value", False, value), Arm("there is none", False, default)))


def placeholder(text: str, several: bool) -> Value:
    """`${name:default}` as dependency injection resolves it; `several` splits the default at commas."""
    match = _PLACEHOLDER.fullmatch(text.strip())
    if match is None:
        return Unknown("an expression decides") if "{" in text else Text(text)
    name, default = match.group(1).strip(), match.group(2)
    if default is None:
        return setting(name)
    made: Value = Text(default)
    if several:
        made = Listing(tuple(Text(part.strip()) for part in default.split(",")))
    return or_else(setting(name), made)


def formatted(pattern: Value, given: Sequence[Value]) -> Value:
    """String.format with plain `%s` and `%d`: one text when every part is known."""
    text, parts = bare(pattern), items_of(given)
    if not isinstance(text, Text):
        return Unknown("a part of the text is made at run time")
    places = re.findall(r"%[^%n]", text.text)
    if any(place not in ("%s", "%d") for place in places) or len(places) != len(parts):
        return Unknown("a format is not followed")
    around = re.split(r"%[sd]", text.text)
    return _text_of(
        [Text(around[0]), *(one for pair in zip(parts, map(Text, around[1:]), strict=True) for one in pair)]
    )


def filled(value: Value, function: str, given: Sequence[Value], names: Sequence[str]) -> Value | None:
    """What a method returns, with the arguments of one call in place of its parameters, of these names; None where so
    many values would be copied that results of results multiply."""
    if any(size(part, MAX_PARTS) > MAX_PARTS for part in (value, *given)):
        return None
    from tlsscan.spelled import as_called, as_defined

    return as_called(as_defined(value, function, FILLING, names), FILLING, given) if given else value


def entry(value: Value, key: Value) -> Value | None:
    """What a known map holds under a key."""
    inner, wanted = bare(value), bare(key)
    if not isinstance(inner, Mapping):
        return None
    return next((item.value for item in reversed(inner.entries) if bare(item.key) == wanted), None)


def grown(value: Value, depth: int = 0) -> Value:
    """A collection, a table or a text after what was added to and removed from it step by step; where arms added
    something else each, one way each, of many such all together."""
    changes: list[tuple[str, Value]] = []
    inner = bare(value)
    if isinstance(inner, Choice):
        return Choice(tuple(arm._replace(value=grown(arm.value, depth)) for arm in inner.arms))
    while isinstance(inner, Operation) and inner.operator in GROWN and len(inner.operands) == 2:
        changes.append((inner.operator, inner.operands[1]))
        inner = bare(inner.operands[0])
    if not changes:
        return value
    changes.reverse()
    if changes[0][0] == "append":
        return _text_of([inner, *[item for _, item in changes]])
    if changes[0][0] == "put":
        return _table(inner, [item for _, item in changes])
    if isinstance(inner, Choice) and depth < MAX_RIVALS:
        found = [grown(reduce(_changed, changes, arm.value), depth + 1) for arm in inner.arms]
        return Choice(tuple(arm._replace(value=one) for arm, one in zip(inner.arms, found, strict=True)))
    items = _after(_added(inner) if not isinstance(inner, Choice) else _of_arms(inner, depth), changes)
    return Listing(tuple(item for item in items if item != FILLED or len(items) == 1))


def _of_arms(value: Choice, depth: int) -> list[Value]:
    return [item for arm in value.arms for item in _added(grown(arm.value, depth))]


def _after(items: list[Value], changes: Sequence[tuple[str, Value]]) -> list[Value]:
    """The items of a collection after some changes."""
    for operator, item in changes:
        if operator == "add":
            items = [*items, *map(_collected, _added(item))]
        elif operator == "retain":
            items = _common(items, _added(item))
        elif operator in SIFTS:
            items = [left for kept in items if (left := _sifted(kept, operator, _added(item))) is not None]
        else:
            gone = [bare(part) for part in _added(item)]
            items = [kept for kept in items if bare(kept) not in gone]
            named = tuple(one for one in gone if isinstance(one, Name) and not one.names[0].endswith("()"))
            items = [Operation("except", (kept, *named)) for kept in items] if named else items
            texts = [one for one in gone if isinstance(one, Text)]
            items = [_sifted(kept, operator, texts) or kept for kept in items] if texts else items
    return items


def _sifted(kept: Value, operator: str, asked: Sequence[Value]) -> Value | None:
    """An item that is a text, if what it begins with or holds does not take it away; of what a call gives, what tests
    of its texts leave."""
    texts = tuple(one for one in map(bare, asked) if isinstance(one, Text))
    inner = bare(kept)
    if isinstance(inner, Text):
        if operator == "cut":
            return None if inner.text.startswith(tuple(one.text for one in texts)) else kept
        return None if operator == "omit" and any(one.text in inner.text for one in texts) else kept
    if not _is_called(inner):
        return kept
    if len(texts) < len(asked):
        return Unknown("a condition on what a loop goes through is not understood")
    return Operation("sifted", (kept, Text(operator), *texts))


def _is_called(value: Value) -> bool:
    """Whether a value is the result of a call, or what a loop goes through of one."""
    inner = bare(value)
    while isinstance(inner, Operation) and inner.operator in (*TURNS, "sifted"):
        if inner.operator != "sifted" and len(inner.operands) != 1:
            return False
        inner = bare(inner.operands[0])
    return isinstance(inner, Name) and inner.names[0].endswith("()")


def _changed(value: Value, change: tuple[str, Value]) -> Value:
    return Operation(change[0], (value, change[1]))


def _common(items: list[Value], others: list[Value]) -> list[Value]:
    """What two collections have in common; of one that is not known (what a socket supports), what the other names, or
    callers put there."""
    if not _is_told(items):
        return others if _is_told(others) or any(map(is_callers, others)) else items
    kept = [bare(other) for other in others]
    return [item for item in items if bare(item) in kept] if _is_told(others) else items


def _is_told(items: list[Value]) -> bool:
    """Whether all items are texts and constants, none the result of a call."""
    inner = [bare(item) for item in items]
    return all(isinstance(one, Text) or (isinstance(one, Name) and not one.names[0].endswith("()")) for one in inner)


def _text_of(parts: Sequence[Value]) -> Value:
    """Texts appended to one another."""
    flat = [as_text(part) for part in parts]
    if all(isinstance(part, Text) for part in flat):
        return Text("".join(part.text for part in flat if isinstance(part, Text)))
    return Operation("join", tuple(flat))


def _table(start: Value, puts: Sequence[Value]) -> Value:
    """A table after `put(key, value)`; what it held before counts if that is known."""
    entries = list(start.entries) if isinstance(start, Mapping) else []
    for put in puts:
        pair = bare(put)
        if isinstance(pair, Listing) and len(pair.items) == 2:
            entries.append(Entry(pair.items[0], pair.items[1]))
    return Mapping(tuple(entries))


def _collected(item: Value) -> Value:
    """What a loop goes through, where a list keeps all of it: none of it stands alone."""
    if isinstance(item, Via):
        return item._replace(value=_collected(item.value))
    turned = isinstance(item, Operation) and item.operator == "each"
    return item._replace(operator="any") if isinstance(item, Operation) and turned else item


def _added(item: Value) -> list[Value]:
    inner = bare(item)
    return list(inner.items) if isinstance(inner, Listing) else [item]
