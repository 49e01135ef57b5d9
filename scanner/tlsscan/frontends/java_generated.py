"""Java: accessors that no line declares: of records, and those that Lombok makes. Loaded where one is called that is
declared nowhere."""

from collections.abc import Iterator

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_made import annotations
from tlsscan.frontends.java_names import parameters, qualified_class
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.values import Arm, Callee, Choice, Parameter, Value

if TYPE_CHECKING:
    from tlsscan.frontends.java_calls import JavaCalls

GETTING = frozenset({"Data", "Getter", "Value"})
SETTING = frozenset({"Data", "Setter"})
OF_ALL = frozenset({"AllArgsConstructor", "Value"})
OF_FINAL = frozenset({"RequiredArgsConstructor", "Data"})


def property_of(accessor: str) -> str:
    """The field that a getter is for: `getProtocol` is for `protocol`; of a record, that of the same name."""
    for prefix in ("get", "is"):
        rest = accessor[len(prefix) :]
        if accessor.startswith(prefix) and rest[:1].isupper():
            return rest[:1].lower() + rest[1:]
    return accessor


def may_make(data: bytes, accessor: str) -> bool:
    """Whether the text of a file looks as if a class in it had such an accessor without a line for it."""
    word = property_of(accessor)
    return word.encode() in data and ((word == accessor and b"record " in data) or b"lombok" in data)


def made(frontend: "JavaCalls", unit: Unit, owner: str, accessor: str) -> Definition | None:
    """What an accessor gives that a class of a file has without a line for it."""
    if not may_make(unit.source.data, accessor):
        return None
    offset = frontend.names.header(unit).types.get(owner.rpartition(".")[2])
    path = unit.path_at(offset)[:-1] if offset is not None else ()
    if not path or qualified_class(frontend.names.header(unit).package, path) != owner:
        return None
    if path[-1].type == "record_declaration":
        return _of_record(unit, path[-1], owner, accessor)
    return _of_class(unit, path, owner, accessor) if path[-1].type == "class_declaration" else None


def _of_record(unit: Unit, record: Node, owner: str, accessor: str) -> Definition | None:
    listed = parameters(record)
    for position, component in enumerate(listed):
        if text_of(field(component, "name")) == accessor:
            value = _constructed(owner, accessor, position, len(listed))
            return Definition(f"{owner}.{accessor}()", value, unit.step(component))
    return None


def _of_class(unit: Unit, path: Path, owner: str, accessor: str) -> Definition | None:
    """What a field holds that Lombok makes a getter for: what it has at first, what its class sets, what its setter or
    a constructor is passed that Lombok makes."""
    node, word = path[-1], property_of(accessor)
    fields = list(_fields(node))
    found = next(((one, name) for one, name in fields if text_of(field(name, "name")) == word), None)
    marks = frozenset(annotations(node))
    if found is None or word == accessor or GETTING.isdisjoint({*marks, *annotations(found[0])}):
        return None
    given = _passed(fields, found[1], marks, owner)
    body = field(node, "body")
    held = None if given or body is None else Context(unit, (*path, body)).member(owner.rpartition(".")[2], word, body)
    value = given or held
    if value is None:
        return None
    if not _is_final(found[0]) and "Value" not in marks and not SETTING.isdisjoint({*marks, *annotations(found[0])}):
        setter = f"set{word[:1].upper()}{word[1:]}"
        callee = Callee(f"{owner}.{setter}", "method", 0, "", "", 1, 1)
        passed = Parameter(f"{owner.rpartition('.')[2]}.{setter}", 0, word, None, callee)
        value = Choice((Arm(f"after {setter}()", False, passed), Arm("", False, value)))
    return Definition(f"{owner}.{accessor}()", value, unit.step(found[0]))


def _passed(fields: list[tuple[Node, Node]], name: Node, marks: frozenset[str], owner: str) -> Value | None:
    """The parameter of a constructor that Lombok makes which gives a field its value, if one does."""
    if field(name, "value") is not None:
        return None
    every = not OF_ALL.isdisjoint(marks)
    if not every and OF_FINAL.isdisjoint(marks):
        return None
    taken = [declared for one, declared in fields if field(declared, "value") is None and (every or _is_final(one))]
    if name not in taken:
        return None
    return _constructed(owner, text_of(field(name, "name")), taken.index(name), len(taken))


def _constructed(owner: str, name: str, position: int, count: int) -> Parameter:
    simple = owner.rpartition(".")[2]
    callee = Callee(owner, "constructor", position, "", "", count, count)
    return Parameter(f"{simple}.{simple}", position, name, None, callee)


def _fields(node: Node) -> Iterator[tuple[Node, Node]]:
    """The declarations of the fields of a class that each object has, with the name that each declares."""
    body = field(node, "body")
    for member in children(body) if body is not None else ():
        if member.type == "field_declaration" and "static" not in _modifiers(member):
            for child in children(member):
                if child.type == "variable_declarator":
                    yield member, child


def _is_final(declaration: Node) -> bool:
    return "final" in _modifiers(declaration)


def _modifiers(declaration: Node) -> list[str]:
    listed = next((child for child in declaration.children if child.type == "modifiers"), None)
    return [child.type for child in listed.children] if listed is not None else []
