"""Python: the fields of records, classes whose constructor is made from what their bodies declare: dataclasses, named
tuples, models of attrs, pydantic or msgspec. A field is a parameter of that constructor. Knows nothing of TLS."""

from collections.abc import Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.python_hierarchy import ancestors, class_path, may_declare
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.records import NamedTuple
from tlsscan.values import Callee

DECORATORS = frozenset({"dataclass", "s", "attrs", "attributes", "define", "mutable", "frozen"})
BASES = frozenset({"NamedTuple", "Struct"})
BY_NAME = frozenset({"BaseModel", "BaseSettings"})  # whose constructors take fields by name alone
DECLARING = frozenset({"field", "Field", "ib", "attrib"})  # calls that declare a field
FACTORIES = frozenset({"default_factory", "factory"})
PLAIN = frozenset({"object", "Generic", "ABC", "Protocol"})  # bases that bring no fields
MAX_FIELDS = 200


class Field(NamedTuple):
    """A field: where its name stands, what it is by default, its place among the arguments (-1: by name alone) and its
    type."""

    name: str
    offset: int
    default: Node | None
    position: int
    type: Node | None


def fields(unit: Unit, path: Path) -> dict[str, Field]:
    """The fields of the class at the end of a path and of those above it in this file; none if it is no record."""
    if not may_declare(unit.source.data) or not _is_record(unit, path) or _has_constructor(path[-1]):
        return {}
    name = text_of(field(path[-1], "name"))
    above = [one for base in reversed(ancestors(unit, name)) if (one := class_path(unit, base))]
    every = [*above, path]
    by_name = any(not _tells_places(unit, one) for one in every)
    found: dict[str, Field] = {}
    at = 0
    for declared, named, taken in (row for one in every for row in _declared(one)):
        known = found.get(declared.name)
        place = known.position if known is not None else -1 if named or by_name or not taken else at
        at += known is None and taken and not named
        found[declared.name] = declared._replace(position=place)
    return found


def as_field(unit: Unit, path: Path, binding: Binding) -> Binding:
    """A name that a class gives a value to; as a parameter, if it is the field of a record."""
    found = _field_of(unit, path, binding.name)
    if found is None or found.offset != binding.offset:
        return binding
    return binding._replace(kind="parameter", node=found.default, position=max(found.position, 0))


def taken_by(unit: Unit, binding: Binding, module: str) -> Callee | None:
    """How callers reach a field."""
    found = _field_of(unit, binding.path, binding.name)
    outer = [text_of(field(node, "name")) for node in binding.path if node.type == "class_definition"]
    name = ".".join(filter(None, (module, *outer)))
    return Callee(name, "constructor", found.position, found.name) if found is not None else None


def field_type(unit: Unit, binding: Binding) -> Node | None:
    """What a field is annotated with."""
    found = _field_of(unit, binding.path, binding.name)
    return found.type if found is not None else None


def _field_of(unit: Unit, path: Path, word: str) -> Field | None:
    """The field of a name of the innermost class on a path."""
    level = next((at for at in range(len(path) - 1, -1, -1) if path[at].type == "class_definition"), -1)
    return fields(unit, path[: level + 1]).get(word) if level >= 0 else None


def _is_record(unit: Unit, path: Path) -> bool:
    above = [class_path(unit, base) for base in ancestors(unit, text_of(field(path[-1], "name")))]
    return any(_decorated(one) or not BASES.union(BY_NAME).isdisjoint(_bases(one[-1])) for one in (path, *above) if one)


def _decorators(path: Path) -> list[Node]:
    around = path[-2] if len(path) > 1 else None
    if around is None or around.type != "decorated_definition":
        return []
    return [one.named_children[0] for one in around.named_children if one.type == "decorator" and one.named_child_count]


def _decorated(path: Path) -> bool:
    return any(_called(one) in DECORATORS for one in _decorators(path))


def _called(node: Node | None) -> str:
    """The last part of the name of what is called, or of a name."""
    function = field(node, "function") if node is not None and node.type == "call" else node
    return text_of(function).rpartition(".")[2]


def _bases(node: Node) -> set[str]:
    listed = field(node, "superclasses")
    return {text_of(base).partition("[")[0].rpartition(".")[2] for base in children(listed)} if listed else set()


def _tells_places(unit: Unit, path: Path) -> bool:
    """Whether fields may be passed by their places: nothing says otherwise, and none come from other files."""
    bases = _bases(path[-1])
    if not bases.isdisjoint(BY_NAME) or "True" in (_said(one, "kw_only") for one in _decorators(path)):
        return False
    return not bases - BASES - PLAIN - set(ancestors(unit, text_of(field(path[-1], "name"))))


def _has_constructor(node: Node) -> bool:
    body = field(node, "body")
    functions = (one for one in (children(body)[:MAX_FIELDS] if body is not None else ()))
    return any(one.type == "function_definition" and text_of(field(one, "name")) == "__init__" for one in functions)


def _declared(path: Path) -> Iterator[tuple[Field, bool, bool]]:
    """The fields that a class declares itself, whether each is passed by name alone, and whether it is passed."""
    body, named = field(path[-1], "body"), False
    for statement in children(body)[:MAX_FIELDS] if body is not None else ():
        node = statement.named_children[0] if statement.type == "expression_statement" else None
        left, kind = (field(node, "left"), field(node, "type")) if node is not None else (None, None)
        if node is None or left is None or node.type != "assignment" or left.type != "identifier":
            continue
        right, type_text = field(node, "right"), text_of(kind)
        if type_text.rpartition(".")[2] == "KW_ONLY":
            named = True
        elif (kind is not None and "ClassVar" not in type_text) or _called(right) in DECLARING:
            declared = Field(text_of(left), left.start_byte, _default(right), 0, kind)
            yield declared, named or _said(right, "kw_only") == "True", _said(right, "init") != "False"


def _said(call: Node | None, word: str) -> str:
    """What a call passes under a name, as it is written."""
    return text_of(_passed(call, word))


def _passed(call: Node | None, word: str) -> Node | None:
    given = field(call, "arguments") if call is not None and call.type == "call" else None
    named = (one for one in (children(given) if given is not None else ()) if one.type == "keyword_argument")
    return next((field(one, "value") for one in named if text_of(field(one, "name")) == word), None)


def _default(right: Node | None) -> Node | None:
    """What a field is by default, as the expression on the right side of its declaration says it."""
    if right is None or right.type != "call" or _called(right) not in DECLARING:
        return right
    made = next(filter(None, (_passed(right, word) for word in FACTORIES)), None)
    if made is not None:
        return field(made, "body") if made.type == "lambda" else None
    first = next(iter(children(field(right, "arguments") or right)), None)
    plain = first if _called(right) == "Field" and first is not None and first.type != "keyword_argument" else None
    return _passed(right, "default") or plain
