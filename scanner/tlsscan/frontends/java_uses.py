"""Java: what is done with the object that a call makes."""

import re

from tree_sitter import Node

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.java_names import unwrap
from tlsscan.frontends.unit import Path, Unit, field, text_of
from tlsscan.model import THROWN_AWAY
from tlsscan.patterns import lazy

MAX_USES = 40  # of one variable in one method
_GIVEN_OUT = lazy(rb"@(?:\w+\.)*(?:Getter|Data|Value)\b")  # methods that are made of members
_NO_WORDS = r"(?!(?:return|throw|new|else)\b)"
TRYING = frozenset({"try_statement", "try_with_resources_statement"})


def uses(frontend: Frontend, unit: Unit, path: Path) -> tuple[str, ...]:
    """The members of what the call at the end of a path makes, and the calls and constructors that it is passed to
    (`use(`), if the code does nothing else with it."""
    call, parent = path[-1], path[-2]
    if parent.type == "method_invocation" and field(parent, "object") == call:
        return (text_of(field(parent, "name")),)
    if parent.type == "expression_statement":
        tried = len(path) > 3 and path[-4].type in TRYING and field(path[-4], "body") == path[-3]
        return (THROWN_AWAY,) if tried else ()
    name = _kept(parent, call)
    around = _scope(frontend, unit, path, text_of(name)) if name is not None else None
    if name is None or around is None:
        return ()
    inside = (use for use in unit.paths(text_of(name)) if _is_inside(use, around, name))
    found = [word for use in inside if (word := _use(use)) is not None]
    return tuple(found) if found and all(found) and len(found) <= MAX_USES else ()


def _kept(parent: Node, call: Node) -> Node | None:
    """The name of the variable or the member that gets what a call makes."""
    if parent.type == "variable_declarator":
        return field(parent, "name")
    left = field(parent, "left") if parent.type == "assignment_expression" and field(parent, "right") == call else None
    if left is not None and left.type == "field_access":
        return field(left, "field") if text_of(field(left, "object")) == "this" else None
    return left if left is not None and left.type == "identifier" else None


def _scope(frontend: Frontend, unit: Unit, path: Path, word: str) -> Node | None:
    """The method of a local variable, or the class of a private member; None for what others may get."""
    method, around = frontend.function(path), frontend.around_class(path)
    declared = rf"[\w.]+\s+{re.escape(word)}\s*[=;]"
    if method is not None and re.search(rf"(?<![\w.]){_NO_WORDS}{declared}", text_of(method)):
        return method
    private = rf"\bprivate\s+(?:(?:static|final|volatile|transient)\s+)*{declared}"
    own = around is not None and re.search(private, text_of(around)) and not _GIVEN_OUT.search(unit.source.data)
    return around if own else None


def _is_inside(use: Path, around: Node, name: Node) -> bool:
    """Whether a word in a method or a class may be the variable, but for the one that gets it."""
    leaf = use[-1]
    return around.start_byte <= leaf.start_byte < around.end_byte and leaf != name and leaf.type == "identifier"


def _use(use: Path) -> str | None:
    """The member of a variable that is used at a place, or what it is passed to; empty where it goes elsewhere, None
    where it is only declared, written or held against null."""
    at = len(use) - 1
    if use[at - 1].type == "field_access" and text_of(field(use[at - 1], "object")) == "this":
        at -= 1
    node, parent = use[at], use[at - 1]
    if parent.type == "variable_declarator" and field(parent, "name") == node:
        return None
    if parent.type == "assignment_expression" and field(parent, "left") == node:
        return None
    if parent.type == "binary_expression" and "null" in map(text_of, (field(parent, "left"), field(parent, "right"))):
        return None
    if parent.type == "argument_list" and at > 1:
        called = field(use[at - 2], "name") or field(use[at - 2], "type")
        return f"{text_of(called).rpartition('.')[2]}(" if called is not None else ""
    own = parent.type == "method_invocation" and unwrap(field(parent, "object")) == node
    return text_of(field(parent, "name")) if own else ""
