"""Ruby: what the accessors of a class, a module or a struct give, for those who read them on it or on its objects.

Knows nothing of TLS.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.values import Callee, Parameter, Value, Via, strip

if TYPE_CHECKING:
    from tlsscan.frontends.ruby_bind import RubyNames

READERS = frozenset({"attr_reader", "attr_accessor"})
SHARED = frozenset({"class_attribute", "config_accessor"}) | {
    f"{kind}_{word}" for kind in ("cattr", "mattr", "thread_cattr", "thread_mattr") for word in ("reader", "accessor")
}
MODULE_KINDS = frozenset({"class", "module"})
METHOD_KINDS = frozenset({"method", "singleton_method"})
BLOCK_KINDS = frozenset({"block", "do_block"})
STRUCTS = frozenset({"Struct.new", "Data.define"})
OPEN_STRUCT = "OpenStruct"
MADE = re.compile(rb"\b([A-Z]\w*)\s*=\s*(?:::)?[A-Z][\w:]*\.new\b")
MOST = 20  # places of one name that are looked at


def given(frontend: "RubyNames", context: Context, owners: Sequence[str], word: str) -> Value | None:
    """What an accessor of one of some classes of this file gives; None where none has it."""
    unit = context.unit
    if not owners or not word.isidentifier() or (word, -1) in context.active:
        return None
    found = {made.name: made for made in accessors(frontend, unit, word, context.active)}
    for owner in owners:
        made = found.get(f"{owner}.{word}")
        if made is not None:
            return Via(made.step, made.value)
    return None


def accessors(
    frontend: "RubyNames", unit: Unit, word: str, active: frozenset[tuple[str, int]] = frozenset()
) -> Iterator[Definition]:
    """What the accessors of a name give, by what has them."""
    active = active | {(word, -1)}
    for path, call in _declared(unit, word):
        owner = _owner(path)
        shared = text_of(field(call, "method")) in SHARED or any(node.type == "singleton_class" for node in path)
        value = _held(frontend, Context(unit, path, active), owner, word, shared=shared)
        value = value if value is not None else _default(frontend, Context(unit, path, active), call)
        if value is not None and owner:
            step = unit.step(call)
            yield Definition(f"{owner}.{word}", _settable(f"{owner}.{word}", word, value, call), step)
    yield from _in_structs(frontend, unit, word, active)


def may_have(data: bytes, word: str) -> bool:
    """Whether the text of a file looks as if an accessor, or a struct, gave something under a name."""
    name = re.escape(word.encode())
    return re.search(rb":" + name + rb"\b|\b" + name + rb":|\b[A-Z]\w*\." + name + rb"\s*=[^=~>]", data) is not None


def _declared(unit: Unit, word: str) -> Iterator[tuple[Path, Node]]:
    """The calls that declare an accessor of a name, with the path to each."""
    pattern = re.compile(rb":" + re.escape(word.encode()) + rb"(?![\w?!=])")
    for match in islice(pattern.finditer(unit.source.data), MOST):
        path = unit.path_at(match.start())
        level = next((at for at in range(len(path) - 1, -1, -1) if path[at].type == "call"), -1)
        call = path[level] if level >= 0 else None
        if call is not None and text_of(field(call, "method")) in READERS | SHARED:
            yield path[: level + 1], call


def _owner(path: Path) -> str:
    names = [text_of(field(node, "name")) for node in path if node.type in MODULE_KINDS]
    return ".".join(name.removeprefix("::").replace("::", ".") for name in names)


def _held(frontend: "RubyNames", context: Context, owner: str, word: str, *, shared: bool) -> Value | None:
    """What the variable behind an accessor holds: of an object what `initialize` gives it, of a class what its body
    does; what other methods give it counts once they were called."""
    bindings = [
        _later(frontend, binding, shared)
        for variable in (f"@{word}", f"@@{word}")
        for binding in context.unit.bindings(variable) or ()
        if _owner(binding.path) == owner and _is_of(frontend, binding, shared)
    ]
    assigned = _assigned(frontend, context, owner, word) if shared else None
    if assigned is not None:
        return assigned
    if not any(not binding.condition for binding in bindings):
        return None
    return context.left(bindings, f"@{word}")


def _is_of(frontend: "RubyNames", binding: Binding, shared: bool) -> bool:
    """Whether a variable that is set belongs to the class itself, if it is shared, or to an object of it."""
    function = frontend.function(binding.path)
    own = function is None or function.type == "singleton_method"
    inside = own or any(node.type == "singleton_class" for node in binding.path)
    return binding.name.startswith("@@") or inside == shared


def _later(frontend: "RubyNames", binding: Binding, shared: bool) -> Binding:
    function = frontend.function(binding.path)
    name = text_of(field(function, "name")) if function is not None else ""
    at_first = (not name) if shared else name == "initialize"
    return binding if at_first or binding.condition else binding._replace(condition=f"after {name}()")


def _assigned(frontend: "RubyNames", context: Context, owner: str, word: str) -> Value | None:
    """What `self.x = 1` in the body of a class, or `Settings.x = 1` outside of methods, gives an accessor last."""
    unit, found = context.unit, None
    pattern = re.compile(rb"\." + re.escape(word.encode()) + rb"\s*=(?![=~>])")
    for match in islice(pattern.finditer(unit.source.data), MOST):
        path = unit.path_at(match.start() + 1)
        level = next((at for at in range(len(path) - 1, -1, -1) if path[at].type == "assignment"), -1)
        left, right = (field(path[level], name) for name in ("left", "right")) if level >= 0 else (None, None)
        if left is None or right is None or left.end_byte < match.start() or frontend.function(path) is not None:
            continue
        receiver = text_of(field(left, "receiver")).removeprefix("::").replace("::", ".")
        named = _owner(path) if receiver == "self" else receiver
        plain = named == owner and not any(node.type in BLOCK_KINDS for node in path[:level])
        if plain and not frontend.branch(path[:level])[0]:
            inner = Context(unit, path[: level + 1], context.active)
            found = Via(unit.step(path[level]), inner.lower(right))
    return found


def _default(frontend: "RubyNames", context: Context, call: Node) -> Value | None:
    """`mattr_accessor :x, default: 1` and `mattr_accessor(:x) { 1 }`."""
    listed, block = field(call, "arguments"), field(call, "block")
    for one in children(listed) if listed is not None else ():
        if one.type == "pair" and text_of(field(one, "key")) == "default":
            value = field(one, "value")
            return _placed(context, value) if value is not None else None
    body = children(field(block, "body") or block) if block is not None else []
    return _placed(context, body[0]) if len(body) == 1 else None


def _placed(context: Context, node: Node) -> Value:
    return Via(context.unit.step(node), context.lower(node))


def _settable(name: str, word: str, value: Value, call: Node) -> Value:
    """What an accessor gives, where code elsewhere may set it and the class alone does so here."""
    writes = not text_of(field(call, "method")).endswith("reader")
    if not writes or _open(value):
        return value
    return Parameter(name, 0, word, value, Callee(name, "property", 0))


def _open(value: Value) -> bool:
    return isinstance(strip(value)[0], Parameter)


def _in_structs(
    frontend: "RubyNames", unit: Unit, word: str, active: frozenset[tuple[str, int]]
) -> Iterator[Definition]:
    """What the constants of a file that hold a struct have under a name."""
    for match in islice(MADE.finditer(unit.source.data), MOST):
        for binding in unit.bindings(match.group(1).decode()) or ():
            if binding.kind != "value" or binding.node is None or frontend.function(binding.path) is not None:
                continue
            context = Context(unit, binding.path, active | {(binding.name, binding.offset)})
            owner = ".".join(part for part in (_owner(binding.path), binding.name) if part)
            value = _assigned(frontend, context, owner, word) or _entry(context, binding.node, word)
            if value is not None:
                made = Parameter(f"{owner}.{word}", 0, word, value, Callee(f"{owner}.{word}", "property", 0))
                yield Definition(f"{owner}.{word}", value if _open(value) else made, unit.step(binding.path[-1]))


def _entry(context: Context, made: Node, word: str) -> Value | None:
    """What a struct was made with under a name."""
    made = field(made, "receiver") or made if text_of(field(made, "method")) == "freeze" else made
    listed = field(made, "arguments")
    if text_of(field(made, "method")) != "new" or listed is None:
        return None
    members = _members(context, text_of(field(made, "receiver")).removeprefix("::").replace("::", "."))
    if members is None:
        return None
    plain = [one for one in children(listed) if one.type != "pair"]
    for pair in children(listed):
        value = field(pair, "value") if pair.type == "pair" else None
        if value is not None and text_of(field(pair, "key")).strip(":'\"") == word:
            return _placed(context, value)
    at = members.index(word) if word in members else len(plain)
    return _placed(context, plain[at]) if at < len(plain) else None


def _members(context: Context, name: str) -> list[str] | None:
    """The members of a struct that `Struct.new(:a, :b)` makes, in order; of an open one none; None for other things."""
    if name == OPEN_STRUCT:
        return []
    for binding in context.unit.bindings(name.rpartition(".")[2]) or ():
        made = binding.node if binding.kind == "value" else None
        if made is not None and f"{text_of(field(made, 'receiver'))}.{text_of(field(made, 'method'))}" in STRUCTS:
            listed = field(made, "arguments")
            return [text_of(one).lstrip(":") for one in children(listed)] if listed is not None else []
    return None
