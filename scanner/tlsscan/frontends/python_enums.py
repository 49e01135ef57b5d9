"""Python: the members of enumerations, of which code asks the value (`Version.OLD.value`) or the name. A member stands
for its value here, so that one of any kind of enumeration means the same. Knows nothing of TLS."""

from collections.abc import Iterator

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.python_hierarchy import ancestors, class_path, may_enumerate
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Entry, Mapping, Parameter, Text, Value, item, strip

ASKED = frozenset({"value", "name"})
CLASS = lazy(rb"(?m)^[ \t]*class[ \t]+(\w+)[ \t]*\([^()#]*(?:Enum|Flag)\b")
MAX_MEMBERS = 100
MAX_ENUMS = 50


def is_enum(unit: Unit, name: str) -> bool:
    """Whether a class of this file is an enumeration."""
    if not may_enumerate(unit.source.data):
        return False
    paths = (class_path(unit, one) for one in (name, *ancestors(unit, name)))
    listed = (field(path[-1], "superclasses") for path in paths if path)
    bases = (text_of(base) for one in listed if one is not None for base in children(one))
    return any(base.endswith(("Enum", "Flag")) for base in bases)


def asked(frontend: Frontend, context: Context, base: Node, word: str) -> Value | None:
    """The value or the name of what is a member of an enumeration of this file; None for anything else."""
    if word not in ASKED or not _is_member(frontend, context, base):
        return None
    if word == "value":
        return context.lower(base)
    return Text(text_of(field(base, "attribute"))) if base.type == "attribute" else None


def _is_member(frontend: Frontend, context: Context, node: Node, depth: int = 0) -> bool:
    """Whether an expression is a member of an enumeration: as it says, as a variable gets, or as an annotation says."""
    if node.type == "attribute":
        return is_enum(context.unit, text_of(field(node, "object")))
    if node.type == "subscript":
        return is_enum(context.unit, text_of(field(node, "value")))
    bindings = context.visible(node) if node.type == "identifier" and depth < 2 else ()
    if bindings and all(one.kind == "value" and one.node is not None and not one.each for one in bindings):
        return all(_is_member(frontend, context, one.node, depth + 1) for one in bindings if one.node is not None)
    held = strip(context.lower(node))[0] if bindings else None
    if not isinstance(held, Parameter) or not may_enumerate(context.unit.source.data):
        return False
    from tlsscan.frontends.python_objects import annotated

    kind = annotated(frontend, context.unit, held)
    return kind is not None and is_enum(context.unit, text_of(kind).strip("'\""))


def entry(context: Context, table: Node | None, key: Value, reason: str) -> Value | None:
    """The member of an enumeration of this file under a name: `Version["OLD"]`; None for anything else."""
    if table is None or table.type != "identifier" or not is_enum(context.unit, text_of(table)):
        return None
    path = class_path(context.unit, text_of(table))
    rows = ((word, context.member(text_of(table), word, path[-1])) for word in _words(path))
    return item(Mapping(tuple(Entry(Text(word), value) for word, value in rows if value is not None)), key, reason)


def _words(path: Path) -> Iterator[str]:
    """The names of the members of an enumeration."""
    body = field(path[-1], "body")
    for statement in children(body)[:MAX_MEMBERS] if body is not None else ():
        node = statement.named_children[0] if statement.type == "expression_statement" else None
        left = field(node, "left") if node is not None and node.type == "assignment" else None
        if left is not None and left.type == "identifier" and not text_of(left).startswith("_"):
            yield text_of(left)


def definitions(frontend: Frontend, unit: Unit, word: str) -> Iterator[Definition]:
    """The values, or the names, of all members of the enumerations of a module, for other files."""
    found = [match.group(1).decode() for match in CLASS.finditer(unit.source.data)][:MAX_ENUMS]
    for name in dict.fromkeys(found):
        path = class_path(unit, name)
        if not path or frontend.function(path) is not None:
            continue
        outer = [text_of(field(node, "name")) for node in path if node.type in frontend.class_kinds]
        context = Context(unit, path[:-1])
        for member in _words(path):
            value = Text(member) if word == "name" else context.member(name, member, path[-1])
            full = ".".join(filter(None, (frontend.module(unit), *outer, member, word)))
            if value is not None:
                yield Definition(full, value, unit.step(path[-1]))
