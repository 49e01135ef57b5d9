"""Ruby: what is done with the object that a call makes."""

import re
from collections.abc import Iterator

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.model import THROWN_AWAY, UNUSED

MAX_USES = 40  # of one variable in one method
ASSIGNMENT_KINDS = frozenset({"assignment", "operator_assignment"})
VARIABLE_KINDS = frozenset({"identifier", "instance_variable"})
BY_NAME = (b"binding", b"eval")
NO_VALUE = frozenset({"comment", "rescue", "ensure", "else"})
BODY_KINDS = frozenset({"begin", "body_statement"})


def uses(frontend: Frontend, unit: Unit, path: Path) -> tuple[str, ...]:
    """The methods of what the call at the end of a path makes, if the code does nothing else with it."""
    call, parent = path[-1], path[-2]
    if parent.type == "call" and field(parent, "receiver") == call:
        return (text_of(field(parent, "method")),)
    if parent.type in BODY_KINDS:
        return (THROWN_AWAY,) if _is_tried(path) else ()
    left, function = field(parent, "left"), frontend.function(path)
    if parent.type != "assignment" or left is None or left.type != "identifier" or function is None:
        return ()
    found = [_use(use) for use in _occurrences(unit, function, left)]
    if found or not _is_plain_local(unit, path, function):
        return tuple(found) if all(found) and len(found) <= MAX_USES else ()
    return (UNUSED,)


def members_called(frontend: Frontend, unit: Unit, path: Path) -> tuple[str, ...]:
    """The methods that are called on what the call at the end of a path makes: at once, on the local variable that gets
    it, or on that member of its class."""
    call, parent = path[-1], path[-2] if len(path) > 1 else path[-1]
    if parent.type == "call" and field(parent, "receiver") == call:
        return (text_of(field(parent, "method")),)
    left = field(parent, "left") if parent.type in ASSIGNMENT_KINDS and field(parent, "right") == call else None
    if left is None or left.type not in VARIABLE_KINDS:
        return ()
    around = frontend.function(path) if left.type == "identifier" else frontend.around_class(path)
    start, end = frontend.scope_range(around, unit)
    called = re.compile(rb"(?<![\w.@$])" + re.escape(left.text or b"") + rb"\s*&?\.\s*(\w+)")
    return tuple(dict.fromkeys(found[1].decode() for found in called.finditer(unit.source.data, start, end)))


def _is_tried(path: Path) -> bool:
    """Whether a statement of a `begin` with a `rescue` gives a value that nobody gets."""
    body, around = path[-2], path[-3] if len(path) > 2 else None
    rescued = any(child.type == "rescue" for child in children(body))
    after = [child for child in children(body) if child.start_byte > path[-1].start_byte]
    followed = bool(after) and after[0].type != "rescue"
    if followed or body.type != "begin" or around is None or around.type != "body_statement":
        return rescued and followed
    return rescued and body != children(around)[-1]


def _occurrences(unit: Unit, function: Node, left: Node) -> Iterator[Path]:
    """The places in a method where a local variable stands, but for the one that gets it."""
    for use in unit.paths(text_of(left)):
        leaf = use[-1]
        named = use[-2].type == "call" and field(use[-2], "method") == leaf and field(use[-2], "receiver") is not None
        inside = function.start_byte <= leaf.start_byte < function.end_byte and leaf != left
        if inside and leaf.type == "identifier" and not named:
            yield use


def _is_plain_local(unit: Unit, path: Path, function: Node) -> bool:
    """Whether what an assignment of a method makes stays there: it is a statement of the method itself and not the
    last, which the method would return, and the method asks for its variables by no other way."""
    assignment, body = path[-2], path[-3]
    after = [
        child for child in children(body) if child.start_byte >= assignment.end_byte and child.type not in NO_VALUE
    ]
    if body.type != "body_statement" or body not in children(function) or not after:
        return False
    start, end = function.start_byte, function.end_byte
    short = text_of(field(assignment, "left")).encode() + b":"  # `connect(context:)` passes it
    return all(unit.source.data.find(word, start, end) < 0 for word in (short, *BY_NAME))


def _use(use: Path) -> str:
    """The method of a variable that is called at a place; empty where the variable goes elsewhere."""
    parent = use[-2]
    called = parent.type == "call" and field(parent, "receiver") == use[-1]
    return text_of(field(parent, "method")) if called else ""
