"""C#: what calls of the base class library do to values (Enum.Parse, Split, settings with a default). No syntax."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import reduce

from tlsscan.frontends.expressions import parse_number
from tlsscan.patterns import lazy
from tlsscan.values import (
    TURNS,
    Arm,
    Choice,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    Via,
    is_loop,
    item,
    left_of,
)

SETTING_NAME = lazy(r"[A-Za-z][\w -]{0,60}")
SYSTEM = lazy(r"^(?:global::)?(?:System\.(?:\w+\.)*|Net\.)(?=\w+$)", re.IGNORECASE)
ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b"}
ESCAPE = lazy(r"\\(?:x([0-9a-fA-F]{1,4})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
SAME_METHODS = frozenset({"ToString", "ToArray", "ToList", "ToHashSet", "AsReadOnly", "AsEnumerable", "AsSpan", "Cast"})
TEXT_METHODS = frozenset({"Trim", "TrimStart", "TrimEnd", "ToLower", "ToUpper", "ToLowerInvariant", "ToUpperInvariant"})
NUMBER_METHODS = frozenset({"Parse", "ToInt32", "ToInt64", "ToInt16", "ToUInt32", "ToByte"})
NUMBER_TYPES = frozenset(
    {"int", "long", "short", "uint", "ulong", "ushort", "byte", "Int32", "Int64", "Int16", "Convert"}
)
RECEIVER_METHODS = SAME_METHODS | TEXT_METHODS | {"Split", "GetValueOrDefault"}


def object_of(text: str) -> str:
    """A receiver as it is compared with others: a class of the system goes by its name alone, qualified or not."""
    return SYSTEM.sub("", text)


def unescape(raw: str) -> str:
    """The content of an ordinary string literal."""
    return ESCAPE.sub(_escaped, raw) if "\\" in raw else raw


def _escaped(match: re.Match[str]) -> str:
    digits = match.group(1) or match.group(2) or match.group(3)
    if digits:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else ""
    return ESCAPES.get(match.group(4), match.group(4))


def raw_text(content: str) -> str:
    """The content of a raw string literal: the indentation of its last line goes from every line."""
    if "\n" not in content:
        return content
    lines = content.split("\n")
    indent = lines[-1]
    kept = [line.removeprefix(indent) for line in lines[1:-1]] if not indent.strip() else lines
    return "\n".join(line.rstrip("\r") for line in kept)


def number(text: str) -> Value:
    """A numeric literal; unlike in C, a leading zero means nothing."""
    return parse_number(re.sub(r"^0+(?=[0-9])", "", text))


def over(value: Value, change: Callable[[Value], Value]) -> Value:
    """A value changed behind its definitions and in every arm."""
    if isinstance(value, Via):
        return value._replace(value=over(value.value, change))
    if isinstance(value, Choice):
        return Choice(tuple(Arm(arm.condition, arm.guarded, over(arm.value, change)) for arm in value.arms))
    return change(value)


def inner(value: Value) -> Value:
    """A value without the definitions it was reached through."""
    while isinstance(value, Via):
        value = value.value
    return value


def given(value: Value) -> Value:
    """What `Value` gives of something that may be null: what else it may be."""
    left = left_of(value, (Null(),))
    return left if left is not None else Unknown("it has no value")


def enum_member(kind: Value, value: Value, ignore_case: bool) -> Value:
    """`Enum.Parse`: members of an enum by name, several separated by commas, or a number."""
    names = kind.names if isinstance(kind, Name) else ()

    def parse(given: Value) -> Value:
        if isinstance(given, Name | Parameter) or (isinstance(given, Operation) and given.operator == "join"):
            return given  # the text itself, which callers and other files may give
        if isinstance(given, Operation) and is_loop(given):  # names of members: some, or of all of them
            first = given.operands if given.operator in TURNS else given.operands[:1]
            kept = () if given.operator in TURNS else given.operands[1:]
            return given._replace(operands=(*(over(one, parse) for one in first), *kept))
        if not isinstance(given, Text) or not names:
            open_by = given.open_by if isinstance(given, Unknown) else ""
            return Unknown("the name of an enum member is made at run time", open_by)
        members = [_member(names, word.strip(), ignore_case) for word in given.text.split(",")]
        return reduce(lambda left, right: Operation("|", (left, right)), members)

    return over(value, parse)


def _member(names: tuple[str, ...], word: str, ignore_case: bool) -> Value:
    if re.fullmatch(r"-?\d+", word):
        return Number(int(word))
    spellings = dict.fromkeys([word[:1].upper() + word[1:].lower(), word] if ignore_case else [word])
    return Name(tuple(f"{name}.{spelling}" for name in names for spelling in spellings))


def enum_members(kind: Value) -> Value | None:
    """`Enum.GetValues`: all members of an enum that is named."""
    named = inner(kind)
    return Operation("members", (named,)) if isinstance(named, Name) else None


def to_number(arguments: Sequence[Value]) -> Value:
    """`int.Parse`, `Convert.ToInt32`: the number, or what decides it."""
    base = inner(arguments[1]) if len(arguments) > 1 else Number(10)
    radix = base.value if isinstance(base, Number) and base.value in (2, 8, 16) else 10

    def parse(given: Value) -> Value:
        if not isinstance(given, Text):
            return given
        try:
            return Number(int(given.text, int(radix)))
        except ValueError:
            return Unknown(f"{given.text!r} is not a number")

    return over(arguments[0], parse)


def on_receiver(word: str, receiver: Value, arguments: Sequence[Value]) -> Value | None:
    """A method that keeps the meaning of what it is called on, or takes texts apart; None for other methods."""
    if word == "GetValueOrDefault" and len(arguments) == 1:
        return Choice((Arm("it has a value", False, given(receiver)), Arm("it has no value", False, arguments[0])))
    plain = inner(receiver)
    if word in SAME_METHODS and isinstance(plain, Text | Name | Number | Listing):
        return receiver
    if isinstance(plain, Unknown) and plain.open_by and not arguments and word in SAME_METHODS | TEXT_METHODS:
        return receiver
    if word in TEXT_METHODS and isinstance(plain, Text | Choice):
        return over(receiver, lambda given: _text_method(word, given))
    if word == "Split" and isinstance(plain, Text) and arguments:
        return _split(plain.text, inner(arguments[0]))
    return None


def _text_method(word: str, given: Value) -> Value:
    if not isinstance(given, Text):
        return given
    if word.startswith("Trim"):
        return Text(given.text.strip())
    return Text(given.text.lower() if word.startswith("ToLower") else given.text.upper())


def _split(text: str, separator: Value) -> Value | None:
    separators = separator.items if isinstance(separator, Listing) else (separator,)
    marks = [mark.text for mark in map(inner, separators) if isinstance(mark, Text) and mark.text]
    if not marks:
        return None
    parts = re.split("|".join(re.escape(mark) for mark in marks), text)
    return Listing(tuple(Text(part) for part in parts))


def joined(arguments: Sequence[Value]) -> list[Value] | None:
    """The pieces of `string.Join(separator, ...)`."""
    separator, rest = arguments[0], arguments[1:]
    first = inner(rest[0]) if rest else None
    items = first.items if len(rest) == 1 and isinstance(first, Listing) else tuple(rest)
    if not items:
        return None
    pieces: list[Value] = [items[0]]
    for piece in items[1:]:
        pieces += [inner(separator), piece]
    return pieces


def formatted(arguments: Sequence[Value]) -> list[Value] | None:
    """The pieces of `string.Format("{0}.{1}", ...)`; of a text that is not wholly known that with which it begins."""
    pattern, rest = inner(arguments[0]), Unknown("a text is made at run time")
    if isinstance(pattern, Operation) and pattern.operator == "join":
        start = inner(pattern.operands[0])
        return [Text(start.text.partition("{")[0]), rest] if isinstance(start, Text) else None
    if not isinstance(pattern, Text):
        return None
    pieces: list[Value] = []
    for index, part in enumerate(re.split(r"\{(\d+)[^{}]*\}", pattern.text)):
        position = int(part) + 1 if index % 2 and len(part) < 4 else 0
        if index % 2 and position >= len(arguments):
            return [*pieces, rest]
        pieces.append(inner(arguments[position]) if index % 2 else Text(part.replace("{{", "{").replace("}}", "}")))
    return pieces


def under(table: Value, key: Value, reason: str) -> Value:
    """The entry of a table under a key that a caller passes, or one of several."""
    asked = isinstance(inner(key), Parameter | Choice)
    return item(table, key, reason) if asked else Unknown(reason)


def settings_in(text: str) -> Iterator[tuple[str, str]]:
    """The settings in a connection string or an address: `a=b;name=value`, `host?a=b&name=value`, `host,name=value`."""
    separators = ";" if ";" in text else "?&" if "?" in text else ","
    listed = separators == "," and text.count("=") == 1 and "=" in text.partition(",")[0]  # `name=a,b`
    parts = [text] if listed else re.split(f"[{separators}]", text) if "=" in text else []
    for part in parts:
        name, _, value = part.partition("=")
        alone = len(parts) == 1 and (name.endswith(" ") or value.startswith(" "))  # a sentence, not a setting
        if SETTING_NAME.fullmatch(name.strip()) and value.strip() and not alone:
            yield name.strip(), value.strip().strip("\"'")


def setting(key: str, default: Value | None) -> Value:
    """A lookup in the environment or in configuration, with its default if the call names one."""
    read = Unknown(f"the setting {key} decides", key)
    if default is None:
        return read
    return Choice((Arm(f"{key} is set", False, read), Arm(f"{key} is not set", False, default)))
