"""Java: what is done with the object that a call makes, or that a setter is called on where it is made nearby."""

import re

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import unwrap
from tlsscan.frontends.unit import Path, Unit, field, text_of
from tlsscan.model import THROWN_AWAY
from tlsscan.patterns import lazy

MAX_USES = 40  # of one variable in one method
_GIVEN_OUT = lazy(rb"@(?:\w+\.)*(?:Getter|Data|Value)\b")  # methods that are made of members
_CAST = lazy(r"^\(\s*[\w.]+\s*\)\s*")
_MADE = lazy(r"(\w+)\.(?:createSocket\(\s*\)|createSSLEngine\([^()]*\))$")
_NO_WORDS = r"(?!(?:return|throw|new|else)\b)"
TRYING = frozenset({"try_statement", "try_with_resources_statement"})


def uses(frontend: Frontend, unit: Unit, path: Path) -> tuple[str, ...]:
    """The members of what the call at the end of a path makes, and the calls and constructors that it is passed to
    (`use(`), if the code does nothing else with it."""
    call, parent = path[-1], path[-2]
    if call.type == "method_invocation" and text_of(field(call, "name")).startswith("set"):
        return _of_receiver(frontend, unit, path)
    if parent.type == "method_invocation" and field(parent, "object") == call:
        return (text_of(field(parent, "name")),)
    if parent.type == "expression_statement":
        tried = len(path) > 3 and path[-4].type in TRYING and field(path[-4], "body") == path[-3]
        return (THROWN_AWAY,) if tried else ()
    if _is_held_against_null(parent):
        return (THROWN_AWAY,)
    name = _kept(parent, call)
    around = _scope(frontend, unit, path, text_of(name)) if name is not None else None
    return _told(unit, text_of(name), around, name) if name is not None and around is not None else ()


def _of_receiver(frontend: Frontend, unit: Unit, path: Path) -> tuple[str, ...]:
    """What is done with what a setter is called on: an engine, or a socket without a peer, for a local variable that
    gets nothing else, where the method hands on what made it, and so connects by that."""
    target, method = unwrap(field(path[-1], "object")), frontend.function(path)
    if target is None or target.type != "identifier" or method is None:
        return ()
    word, text = text_of(target), text_of(method)
    given = re.findall(rf"(?<![\w.]){re.escape(word)}\s*=(?!=)\s*([^;]*);", text)
    made = _MADE.match(_CAST.sub("", given[0])) if len(given) == 1 else None
    if made is None or not re.search(rf"\w\((?:[^()]*,)?\s*{made[1]}\s*[,)]", text[text.find("{") :]):
        return ()
    return _told(unit, word, method) if _scope(frontend, unit, path, word) == method else ()


def _told(unit: Unit, word: str, around: Node, gets: Node | None = None) -> tuple[str, ...]:
    """What is done with a variable in a method or a class, but where it gets its value; empty if that is not known."""
    inside = (use for use in unit.paths(word) if _is_inside(use, around, gets))
    found = [done for use in inside if (done := _use(use)) is not None]
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


def _is_inside(use: Path, around: Node, name: Node | None) -> bool:
    """Whether a word in a method or a class may be the variable, but for the one that gets it."""
    leaf = use[-1]
    return around.start_byte <= leaf.start_byte < around.end_byte and leaf != name and leaf.type == "identifier"


def _is_held_against_null(parent: Node) -> bool:
    sides = (field(parent, "left"), field(parent, "right")) if parent.type == "binary_expression" else ()
    return "null" in map(text_of, sides)


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
    if _is_held_against_null(parent):
        return None
    if parent.type == "argument_list" and at > 1:
        called = field(use[at - 2], "name") or field(use[at - 2], "type")
        return f"{text_of(called).rpartition('.')[2]}(" if called is not None else ""
    own = parent.type == "method_invocation" and unwrap(field(parent, "object")) == node
    return text_of(field(parent, "name")) if own else ""
