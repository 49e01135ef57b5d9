"""PowerShell: what literals, operators and conversions make of values. No syntax trees."""

import re

from tlsscan.frontends import csharp_values as dotnet
from tlsscan.frontends.expressions import key_word
from tlsscan.patterns import lazy
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Text,
    Unknown,
    Value,
    is_loop,
)

ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "e": "\x1b",
    "\n": "",
}
ESCAPE = lazy(r"`u\{([0-9a-fA-F]{1,6})\}|`\r?(.)|\"\"", re.DOTALL)
INTEGER = lazy(r"(0x[0-9a-f]+|\d+)(?:u?[ysln]?)(kb|mb|gb|tb|pb)?", re.IGNORECASE)
UNITS = {"": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}
NUMBER_TYPES = frozenset(
    word
    for words in ("int int16 int32 int64 uint16 uint32 uint64", "short ushort uint long ulong byte sbyte")
    for word in words.split()
)
PLAIN_TYPES = NUMBER_TYPES | frozenset(
    word
    for words in (
        "string char decimal double float single bool boolean object psobject pscustomobject ordered array hashtable",
        "void switch switchparameter nullable version uri xml regex datetime timespan guid ipaddress scriptblock",
        "securestring pscredential",
    )
    for word in words.split()
)
CONSTANTS: dict[str, Value] = {"true": Bool(True), "false": Bool(False), "null": Null()}
MEMBER = lazy(r"[A-Za-z_]\w*|-?\d+|0x[0-9a-fA-F]+")
OPERATORS = {"-bor": "|", "-band": "&", "-bxor": "^", "-shl": "<<", "+": "+", "-": "-", "-bnot": "~"}


def verbatim(raw: str) -> str:
    """The content of a string in single quotes."""
    return raw[1:-1].replace("''", "'").replace("\u2019\u2019", "\u2019")


def here(raw: str) -> str:
    """The content of a here-string: the lines between the one that opens it and the one that closes it."""
    lines = raw.split("\n")
    return "\n".join(line.removesuffix("\r") for line in lines[1:-1])


def unescape(raw: str) -> str:
    """What stands between the variables of a string in double quotes."""
    return ESCAPE.sub(_escaped, raw) if "`" in raw or '""' in raw else raw


def _escaped(match: re.Match[str]) -> str:
    if match.group(1):
        code = int(match.group(1), 16)
        return chr(code) if code <= 0x10FFFF else ""
    return ESCAPES.get(match.group(2), match.group(2)) if match.group(2) else '"'


def number(text: str) -> Value:
    """A number with its suffixes: `3072`, `0xC00`, `192L`, `1kb`."""
    whole = INTEGER.fullmatch(text)
    if whole is not None:
        digits, unit = whole.group(1).lower(), (whole.group(2) or "").lower()
        return Number(int(digits, 16 if digits.startswith("0x") else 10) * UNITS[unit])
    try:
        return Number(float(text.rstrip("dD")))
    except ValueError:
        return Unknown(f"{text} is not a number that is understood")


def bare_word(text: str) -> Value:
    """An argument without quotes."""
    text = text.removeprefix(",")
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        return Text(text[1:-1])
    return number(text) if INTEGER.fullmatch(text) else Text(text)


def cast(types: tuple[str, ...], value: Value) -> Value:
    """A conversion. Texts become members of what may be an enumeration; other values keep what they mean."""
    plain = types[-1].rsplit(".", 1)[-1].lower() if types else ""
    if plain in NUMBER_TYPES:
        return dotnet.over(value, _as_number)
    if not types or plain in PLAIN_TYPES:
        return value
    return dotnet.over(value, lambda given: _as_member(types, given))


def _as_number(value: Value) -> Value:
    if not isinstance(value, Text):
        return value
    found = number(value.text.strip())
    return found if isinstance(found, Number) else value


def _as_member(types: tuple[str, ...], value: Value) -> Value:
    if isinstance(value, Listing):
        return Listing(tuple(dotnet.over(item, lambda given: _as_member(types, given)) for item in value.items))
    if isinstance(value, Operation) and value.operator == "each":
        return Operation("each", tuple(_as_member(types, dotnet.inner(item)) for item in value.operands))
    if not isinstance(value, Text) or not all(MEMBER.fullmatch(word.strip()) for word in value.text.split(",")):
        return value
    return dotnet.enum_member(Name(types), value, ignore_case=False)


def entry(value: Value, key: Value) -> Value | None:
    """What a hashtable holds under a key, whose case does not count, or a list at an index; of tables that a loop goes
    through, what each of them holds; None if it is not known."""
    if isinstance(value, Operation) and value.operator == "each":
        each = [entry(item, key) for item in map(dotnet.inner, value.operands) if isinstance(item, Mapping)]
        held = tuple(one for one in each if one is not None)
        return Operation("each", held) if 0 < len(held) == len(value.operands) else None
    if isinstance(value, Listing) and isinstance(key, Number) and isinstance(key.value, int):
        return value.items[key.value] if -len(value.items) <= key.value < len(value.items) else None
    word = key_word(key).lower()
    if not isinstance(value, Mapping) or not word:
        return None
    return next((found.value for found in value.entries if key_word(found.key).lower() == word), None)


def flat(items: list[Value]) -> tuple[Value, ...]:
    """What `@( )` makes of what its statements give: lists become part of it."""
    found: list[Value] = []
    for item in items:
        plain = dotnet.inner(item)
        found.extend(plain.items if isinstance(plain, Listing) else (item,))
    return tuple(found)


def appended(value: Value) -> Value:
    """`$list += item`: the list with the item; with all that a loop goes through, if it adds them one by one."""
    if not isinstance(value, Operation) or value.operator != "+" or len(value.operands) != 2:
        return value
    left = appended(dotnet.inner(value.operands[0]))
    added = Operation("all", value.operands[1:]) if is_loop(value.operands[1]) else value.operands[1]
    return Listing(flat([left, added])) if isinstance(left, Listing) else value


def split(value: Value, mark: Value) -> Value:
    """`'a,b' -split ','`; the mark is a pattern, of which only plain ones are understood."""
    pattern = mark.text if isinstance(mark, Text) else ""

    def parts(given: Value) -> Value:
        if not isinstance(given, Text) or not re.fullmatch(r"(?:\\s\*|\\s\+|[ ,;|]|\\\|)+", pattern):
            return Unknown("the parts of a text are made at run time")
        return Listing(tuple(Text(word) for word in re.split(pattern, given.text)))

    return dotnet.over(value, parts)


def joined(value: Value, mark: Value) -> list[Value] | None:
    """The pieces of `'a','b' -join ','`."""
    plain = dotnet.inner(value)
    items = plain.items if isinstance(plain, Listing) else (value,)
    return dotnet.joined([mark, *[dotnet.inner(item) for item in items]])


def coalesced(first: Value, second: Value, text: str) -> Value:
    """`a ?? b`."""
    return Choice((Arm(f"{text} is set", False, first), Arm(f"{text} is not set", False, second)))


def operation(operator: str, *operands: Value) -> Value:
    """An arithmetic operator, or that its result is not followed."""
    known = OPERATORS.get(operator.lower())
    return Operation(known, operands) if known else Unknown(f"the result of {operator} is not followed")
