"""What a setting is where nobody sets it: by the spec of an Ansible module, by `config.setdefault(key, value)`."""

from tlsscan.frontends import python_values as core
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import Path, children, field, text_of
from tlsscan.values import Mapping, Text, Value, Via, strip

MAX_PLACES = 40  # of a word that are looked at
DEFAULT = "setdefault"


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
