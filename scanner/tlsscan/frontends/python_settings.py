"""What a setting is where nobody sets it: by the spec of an Ansible module, by `config.setdefault(key, value)`, by what
a ConfigParser is made with, or is given before it reads files."""

from tlsscan.frontends import python_values as core
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import Path, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Invocation, Mapping, Text, Value, Via, strip

MAX_PLACES = 40  # of a word that are looked at
DEFAULT = "setdefault"
PARSER = lazy(r"(?:^|\.)(?:Raw|Safe)?ConfigParser$")
READ = "read_dict"


def by_default(context: Context, table: Node | None, base: Value, key: Value) -> Value | None:
    """The value of an entry of a table that settings fill, where the file tells its default."""
    word = strip(key)[0]
    if not isinstance(word, Text) or not word.text:
        return None
    if core.parameters(base):
        return _specified(context, word.text)
    name = text_of(table).rpartition(".")[2]
    known = table is None or not name.isidentifier() or isinstance(strip(base)[0], Mapping)
    return None if known or DEFAULT.encode() not in context.unit.source.data else _put(context, name, word.text)


def entries(value: Value) -> dict[str, Value]:
    """The entries of a table under texts."""
    inner = strip(value)[0]
    found = inner.entries if isinstance(inner, Mapping) else ()
    words = [(strip(entry.key)[0], entry.value) for entry in found]
    return {word.text: value for word, value in words if isinstance(word, Text)}


def _put(context: Context, table: str, word: str) -> Value | None:
    """What `table.setdefault(word, value)` puts there."""
    for count, path in enumerate(context.unit.paths(word)):
        if count > MAX_PLACES:
            break
        mark = (word, path[-1].start_byte)
        value = _default(path, table) if mark not in context.active else None
        if value is not None:
            inner = Context(context.unit, path, context.active | {mark}, context.depth)
            default = Via(context.unit.step(value), inner.lower(value))
            return core.setting(word, f"the setting {word} decides", default)
    return None


def _default(path: Path, table: str) -> Node | None:
    """The default of the key at the end of a path."""
    if len(path) < 4 or path[-1].type != "string_content" or path[-4].type != "call":
        return None
    function, given = field(path[-4], "function"), children(path[-3])
    if function is None or text_of(field(function, "attribute")) != DEFAULT or len(given) != 2 or given[0] != path[-2]:
        return None
    return given[1] if text_of(field(function, "object")).rpartition(".")[2] == table else None


def _specified(context: Context, word: str) -> Value | None:
    """The value of an Ansible module's parameter: `name=dict(type="str", default=...)` in its argument spec."""
    for count, path in enumerate(context.unit.paths(word)):
        if count > MAX_PLACES:
            break
        entry = next((node for node in reversed(path[-4:]) if node.type in ("keyword_argument", "pair")), None)
        spec_node = field(entry, "value") if entry is not None else None
        if spec_node is None or spec_node.type not in ("call", "dictionary"):
            continue
        mark = (word, spec_node.start_byte)
        if mark in context.active or spec_node.start_byte < path[-1].end_byte:
            continue
        spec = entries(Context(context.unit, path, context.active | {mark}, context.depth).lower(spec_node))
        if "default" in spec:
            return core.setting(word, f"the module's parameter {word} decides", spec["default"])
    return None


# -- ConfigParser -------------------------------------------------------------------------------------------------


def parsed(context: Context, parser: Node | None, made: Value, option: Value, text: str) -> Value | None:
    """What a ConfigParser reads for an option of some section; None for other objects, and names that are not known."""
    inner, word = strip(made)[0], strip(option)[0]
    if not isinstance(inner, Invocation) or PARSER.search(inner.names[0]) is None or not isinstance(word, Text):
        return None
    first = next((value for name, value in inner.named if name == "defaults"), next(iter(inner.arguments), None))
    known = {key.lower(): value for key, value in entries(first).items()} if first is not None else {}
    default = known.get(word.text.lower()) or _given(context, parser, word.text)
    return core.setting(word.text, f"{text} is looked up at run time", default)


def _given(context: Context, parser: Node | None, word: str) -> Value | None:
    """What a parser is given for an option before it reads files."""
    name = text_of(parser).rpartition(".")[2]
    for count, path in enumerate(context.unit.paths(word) if name.isidentifier() else ()):
        if count > MAX_PLACES:
            break
        value = _in_table(path, name)
        mark = (word, path[-1].start_byte)
        if value is not None and mark not in context.active:
            inner = Context(context.unit, path, context.active | {mark}, context.depth)
            return Via(context.unit.step(value), inner.lower(value))
    return None


def _in_table(path: Path, parser: str) -> Node | None:
    """The value of the key at the end of a path, where a parser is given its table: `parser["DEFAULT"] = {...}`,
    `parser.read_dict({"section": {...}})`."""
    if len(path) < 6 or [node.type for node in path[-3:]] != ["pair", "string", "string_content"]:
        return None
    if field(path[-3], "key") != path[-2]:
        return None
    outer = path[-5]
    if outer.type == "assignment":
        left = field(outer, "left")
        table = field(left, "value") if left is not None and left.type == "subscript" else None
        return field(path[-3], "value") if text_of(table).rpartition(".")[2] == parser else None
    call = path[-8] if len(path) > 8 and outer.type == "pair" else None
    function = field(call, "function") if call is not None and call.type == "call" else None
    if function is None or text_of(field(function, "attribute")) != READ:
        return None
    return field(path[-3], "value") if text_of(field(function, "object")).rpartition(".")[2] == parser else None
