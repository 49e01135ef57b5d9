"""Java: a loop that is left with the first value that works. Those after it are used only where it has failed."""

import re
from collections.abc import Callable, Iterable

from tlsscan.clauses import caught, denied
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import inside
from tlsscan.frontends.java_scopes import FUNCTION_KINDS
from tlsscan.frontends.unit import Path, children, field, line_of, text_of
from tlsscan.values import Arm, Choice, Operation, Text, Value, Via, strip

LOOP_KINDS = frozenset({"enhanced_for_statement", "for_statement", "while_statement"})
LEAVING_KINDS = frozenset({"return_statement", "break_statement", "throw_statement"})
TRYING_KINDS = frozenset({"try_statement", "try_with_resources_statement"})


def one_after_the_other(path: Path, value: Value) -> Value:
    """What a loop goes through, at the end of a path: its first item, and the others where an attempt with it failed,
    if the loop is left with what is made there, and goes on only where that throws something."""
    condition = _failing(path)
    return _split(value, condition) if condition else value


def first_that_fits(path: Path, value: Value, spelled: Callable[[str], str]) -> Value:
    """What a loop goes through, where the statement at the end of a path keeps or gives the first that fits, and the
    loop ends: that one, and the others where it does not fit; `spelled` says what a condition asks of the runtime."""
    way = path if path[-1].type == "return_statement" else path[:-1]
    if len(way) < 4 or not _ends(way):
        return value
    level = len(way) - (3 if way[-2].type == "block" else 2)
    loop = next((node for node in reversed(way[:level]) if node.type in LOOP_KINDS | FUNCTION_KINDS), None)
    name = field(loop, "name") if loop is not None and loop.type == "enhanced_for_statement" else None
    asked = line_of(inside(field(way[level], "condition"))) if way[level].type == "if_statement" else ""
    if name is None or field(way[level], "consequence") != way[level + 1] or text_of(name) not in asked:
        return value
    first = next(iter(_operands(value)), None)
    told = re.sub(rf"\b{text_of(name)}\b", lambda _: f'"{first.text}"', asked) if isinstance(first, Text) else asked
    return _split(value, denied(spelled(told)))


def _ends(path: Path) -> bool:
    """Whether the statement at the end of a path leaves the loop, or the one after it does."""
    if path[-1].type == "return_statement":
        return True
    beside = children(path[-2])
    after = beside[beside.index(path[-1]) + 1 :] if path[-1] in beside else []
    return [child.type for child in after[:1]] == ["break_statement"]


def _operands(value: Value) -> tuple[Value, ...]:
    value = strip(value)[0]
    return tuple(strip(item)[0] for item in value.operands) if isinstance(value, Operation) else ()


def _split(value: Value, condition: str) -> Value:
    if isinstance(value, Via):
        return value._replace(value=_split(value.value, condition))
    if isinstance(value, Operation) and value.operator == "each" and len(value.operands) > 1:
        first, *others = value.operands
        rest = others[0] if len(others) == 1 else Operation("each", tuple(others))
        return Choice((Arm("", False, first), Arm(condition, True, rest)))
    return value


def _failing(path: Path) -> str:
    """What is caught where the loop around goes on to its next item; empty where it does so in any case."""
    tried, left, inner = "", False, path[-1]
    for level in range(len(path) - 2, 0, -1):
        node = path[level]
        if node.type in FUNCTION_KINDS:
            return ""
        if node.type in LOOP_KINDS:
            return tried if left else ""
        if node.type == "block" and not tried:
            left = left or any(child.type in LEAVING_KINDS for child in _after(node, inner))
        left = left or node.type == "return_statement"
        if node.type in TRYING_KINDS and field(node, "body") == inner:
            clauses = [child for child in children(node) if child.type == "catch_clause"]
            tried = tried or ("" if any(map(_leaves, clauses)) else _caught(clauses))
        inner = node
    return ""


def _after(block: Node, statement: Node) -> Iterable[Node]:
    return (child for child in children(block) if child.start_byte >= statement.start_byte)


def _leaves(clause: Node) -> bool:
    body = field(clause, "body")
    return body is None or any(child.type in LEAVING_KINDS for child in children(body))


def _caught(clauses: Iterable[Node]) -> str:
    """The condition that the first handler is."""
    clause = next(iter(clauses), None)
    named = (
        next((child for child in children(clause) if child.type == "catch_formal_parameter"), None) if clause else None
    )
    kind = next((child for child in children(named) if child.type == "catch_type"), None) if named else None
    return caught(line_of(kind)) if clause is not None else ""
