"""Java: what is done with the object that a call makes."""

from tree_sitter import Node

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.java_names import unwrap
from tlsscan.frontends.unit import Path, Unit, field, text_of
from tlsscan.model import THROWN_AWAY

MAX_USES = 40  # of one variable in one method
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
    local = len(path) > 3 and path[-3].type == "local_variable_declaration"
    name, method = field(parent, "name"), frontend.function(path)
    if parent.type != "variable_declarator" or not local or name is None or method is None:
        return ()
    found = [_use(use) for use in unit.paths(text_of(name)) if _is_inside(use, method, name)]
    return tuple(found) if found and all(found) and len(found) <= MAX_USES else ()


def _is_inside(use: Path, method: Node, name: Node) -> bool:
    """Whether a word in a method may be the local variable, but for the one that gets it."""
    leaf = use[-1]
    return method.start_byte <= leaf.start_byte < method.end_byte and leaf != name and leaf.type == "identifier"


def _use(use: Path) -> str:
    """The member of a variable that is used at a place, or what it is passed to; empty where it goes elsewhere."""
    parent = use[-2]
    if parent.type == "argument_list" and len(use) > 2:
        called = field(use[-3], "name") or field(use[-3], "type")
        return f"{text_of(called).rpartition('.')[2]}(" if called is not None else ""
    own = parent.type == "method_invocation" and unwrap(field(parent, "object")) == use[-1]
    return text_of(field(parent, "name")) if own else ""
