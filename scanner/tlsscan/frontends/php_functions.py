"""PHP's own functions about values: constant(), getenv(), sprintf(), arrays joined, split and merged."""

from collections.abc import Callable, Iterator, Sequence

from tlsscan.annotations import TypeAlias
from tlsscan.frontends.expressions import is_spread, taken_out, unless_spread
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.php_text import dotted, format_parts
from tlsscan.frontends.unit import MAX_ITEMS
from tlsscan.spelled import is_open, named
from tlsscan.values import (
    Arm,
    Choice,
    Entry,
    Listing,
    Mapping,
    Name,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    Via,
    strip,
)

MERGERS = frozenset({"array_merge", "array_replace", "array_merge_recursive", "array_replace_recursive"})
SETTINGS = frozenset({"get_option", "get_site_option", "apply_filters", "variable_get"})
SAME_VALUE = frozenset({"strval", "intval", "array_values", "array_unique"})


def option_key(value: Value) -> str:
    """An array key as an option path writes it: a number by its decimal text, a constant by its name."""
    value, _ = strip(value)
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Number):
        return str(int(value.value))
    return value.names[0] if isinstance(value, Name) else ""


def joined(context: Context, *parts: Value) -> Value:
    """Text concatenation; texts that were joined elsewhere are taken apart, with their definition on the first."""
    flat: list[Value] = [Text("")]
    for part in parts:
        inner, steps = strip(part)
        if isinstance(inner, Operation) and inner.operator == "join":
            first: Value = inner.operands[0]
            for step in reversed(steps):
                first = Via(step, first)
            flat.extend((first, *inner.operands[1:]))
        else:
            flat.append(part)
    return context.join(*[part for part in flat if part != Text("")] or flat[:1])


def element(base: Value, key: Value) -> Value | None:
    """The last entry of an array under a key; None if it is not certain."""
    wanted = option_key(key)
    if isinstance(base, Listing) and wanted.isdigit() and int(wanted) < len(base.items):
        return base.items[int(wanted)]
    if isinstance(base, Mapping) and (wanted or key == Text("")):
        for index, entry in reversed(tuple(enumerate(base.entries))):
            if is_spread(entry):
                return _taken_up(base, index, key, wanted)
            known = option_key(entry.key)
            if known == wanted and (known or strip(entry.key)[0] == key):
                return entry.value
            if not known and strip(entry.key)[0] != Text(""):
                return None
    return None


def _taken_up(base: Mapping, index: int, key: Value, wanted: str) -> Value | None:
    """What an array has under a key where it takes up another one; None where nothing of it is known."""
    spread, before = base.entries[index], element(Mapping(base.entries[:index]), key)
    inner = strip(spread.value)[0]
    if isinstance(inner, Mapping):
        found = element(inner, key)
        return found if found is not None else before
    if before is None and taken_out(spread.value, key) is None:
        return None
    return unless_spread(spread, key, f"'{wanted}'", before)


def merged(values: Sequence[Value]) -> Value | None:
    """Arrays merged, later entries winning; None when none of them is an array that the file shows."""
    inner = [strip(value)[0] for value in values]
    if not any(isinstance(value, (Mapping, Listing)) for value in inner):
        return None
    if all(isinstance(value, Listing) for value in inner):
        return Listing(tuple(item for value in inner if isinstance(value, Listing) for item in value.items))
    entries: list[Entry] = []
    for value in inner:
        if isinstance(value, Mapping):
            entries.extend(value.entries)
        else:
            entries.append(Entry(Unknown("a spread array"), value))
    return Mapping(tuple(entries[-MAX_ITEMS:]))


def _constant(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    value = _spelled(strip(values[0])[0])
    if isinstance(value, Choice):
        told = [_constant(context, node, [arm.value]) or Unknown("constant() of nothing") for arm in value.arms]
        return Choice(tuple(arm._replace(value=made) for arm, made in zip(value.arms, told, strict=True)))
    if isinstance(value, Operation | Parameter) or is_open(value):
        return named(values[0])
    if isinstance(value, Unknown) and value.open_by:
        return value
    if not isinstance(value, Text) or not value.text:
        return Unknown("constant() with a name made at run time")
    scope, _, word = value.text.rpartition("::")
    if scope:
        return context.member(dotted(scope).rpartition(".")[2], word, node) or Name((f"{dotted(scope)}.{word}",))
    if "\\" in value.text.lstrip("\\"):
        return Name((dotted(value.text),))
    return context.name(value.text.lstrip("\\"), node)


def _spelled(value: Value) -> Value:
    """A text put together from texts and numbers, as one, or as one in each arm; anything else as it is."""
    if not isinstance(value, Operation) or value.operator != "join":
        return value
    pieces = [strip(part)[0] for part in value.operands]
    for index, part in enumerate(pieces):
        if isinstance(part, Choice):
            around = pieces[:index], pieces[index + 1 :]
            ways = [Operation("join", (*around[0], arm.value, *around[1])) for arm in part.arms]
            return Choice(tuple(arm._replace(value=way) for arm, way in zip(part.arms, ways, strict=True)))
    if all(isinstance(part, Text | Number) for part in pieces):
        return Text("".join(part.text if isinstance(part, Text) else str(part[0]) for part in pieces))
    return value


def _environment(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    name, _ = strip(values[0])
    variable = name.text if isinstance(name, Text) else ""
    return Unknown(f"the environment variable {variable} decides", variable)


def _environment_or(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    read = _environment(context, node, values)
    if len(values) < 2 or not isinstance(read, Unknown):
        return read
    name = read.open_by
    return Choice((Arm(f"{name} is set", False, read), Arm(f"{name} is not set", False, values[1])))


def setting(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    """A setting read by its name, with what it is where it is not set."""
    name, _ = strip(values[0])
    if not isinstance(name, Text) or len(values) < 2:
        return None
    return _or_default(name, Unknown(f"the setting {name.text} decides", name.text), values)


def configured(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    """A setting read by its name where files of settings may say what it is, by the first part of the name."""
    from tlsscan.frontends.php_included import setting_of

    name, _ = strip(values[0])
    read = setting_of(name.text) if isinstance(name, Text) and len(values) < 3 else None
    if read is None or not isinstance(name, Text):
        return setting(context, node, values)
    return _or_default(name, read, values) if len(values) == 2 else read


def _or_default(name: Text, read: Value, values: Sequence[Value]) -> Value:
    return Choice((Arm(f"{name.text} is set", False, read), Arm(f"{name.text} is not set", False, values[1])))


def _formatted(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    form, _ = strip(values[0])
    if not isinstance(form, Text):
        return None
    rest = iter(values[1:])
    return joined(context, *[_placed(part, rest) for part in format_parts(form.text)])


def _placed(part: str | None, rest: Iterator[Value]) -> Value:
    return Text(part) if part is not None else next(rest, Unknown("a placeholder is not filled"))


def _imploded(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    inner = [strip(value)[0] for value in values]
    pieces = next((value for value in inner if isinstance(value, Listing)), None)
    glue = next((value for value in inner if isinstance(value, Text)), Text("") if len(values) == 1 else None)
    if pieces is None or glue is None or not pieces.items:
        return None
    parts: list[Value] = []
    for item in pieces.items:
        parts.extend((glue, item))
    return joined(context, *parts[1:])


def _exploded(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    if len(values) != 2:
        return None
    glue, text = strip(values[0])[0], strip(values[1])[0]
    if not isinstance(glue, Text) or not isinstance(text, Text) or not glue.text:
        return None
    return Listing(tuple(Text(part) for part in text.text.split(glue.text)))


def _same(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    return values[0] if len(values) == 1 else None


def _on_text(change: Callable[[str], str]) -> "SpecialFunction":
    def changed(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
        text, _ = strip(values[0])
        return Text(change(text.text)) if isinstance(text, Text) and len(values) == 1 else None

    return changed


def _merging(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    return merged(values)


def _completed(context: Context, node: Node, values: Sequence[Value]) -> Value | None:
    """What is given, with defaults for what it does not hold."""
    return merged(values[1::-1]) if len(values) == 2 else None


SpecialFunction: TypeAlias = Callable[[Context, Node, Sequence[Value]], Value | None]
SPECIAL_FUNCTIONS: dict[str, SpecialFunction] = {
    "constant": _constant,
    "getenv": _environment,
    "env": _environment_or,
    "config": configured,
    **dict.fromkeys(SETTINGS, setting),
    "sprintf": _formatted,
    "implode": _imploded,
    "join": _imploded,
    "explode": _exploded,
    "strtolower": _on_text(str.lower),
    "strtoupper": _on_text(str.upper),
    "trim": _on_text(str.strip),
    **dict.fromkeys(MERGERS, _merging),
    "wp_parse_args": _completed,
    **dict.fromkeys(SAME_VALUE, _same),
}
