"""Loops that try one thing after the other: what makes a new object in each turn, and what ends at the first success.
Knows no language."""

from collections.abc import Sequence

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.leaving import BLOCKS, LEAVING
from tlsscan.frontends.unit import Binding, Path
from tlsscan.values import Operation, Value, Via

MOST_INSIDE = 6
_LEAVES = LEAVING | {"return", "break", "next", "raise_statement"}
_GOES_ON = frozenset({"continue_statement", "next"})
_BODIES = BLOCKS | {"body_statement", "then", "statement_block", "statement_list"}
_HANDLERS = frozenset({"except_clause", "catch_clause", "rescue"})
_BESIDE = _HANDLERS | {
    "catch_clauses",
    "else",
    "else_clause",
    "finally_clause",
    "ensure",
    "exceptions",
    "exception_variable",
}
_TRIES = frozenset({"try_statement", "try_with_resources_statement", "begin"})
_WORDS = {word: f"{word}_statement" for word in ("break", "continue", "exit", "return", "throw")}  # PowerShell's


def is_new_each_turn(path: Path, made: Sequence[Binding], loops: frozenset[str]) -> bool:
    """Whether the innermost loop around the end of a path makes the object that some bindings give a name."""
    level = next((at for at in range(len(path) - 1, -1, -1) if path[at].type in loops), -1)
    if level < 0:
        return False
    loop, end = path[level], path[-1]
    return any(
        one.kind == "value"
        and one.operator == "="
        and not one.each
        and loop.start_byte <= one.offset < end.start_byte
        and one.node is not None
        and one.node.end_byte <= end.start_byte
        for one in made
    )


def ends_at_success(path: Path, functions: frozenset[str]) -> bool:
    """Whether the end of a path is tried in a loop that goes on only where an attempt has failed: what is tried leaves
    the loop, and what handles its failure does not."""
    for level in range(len(path) - 2, 0, -1):
        node = path[level]
        if node.type in functions:
            return False
        handlers = _handlers(node)
        if node.type in _TRIES and handlers:
            return path[level + 1].type not in _BESIDE and _leaves_alone(node, path[level - 1], handlers)
    return False


def _handlers(node: Node) -> list[Node]:
    grouped = (part for child in node.named_children if child.type == "catch_clauses" for part in child.named_children)
    return [child for child in (*node.named_children, *grouped) if child.type in _HANDLERS]


def _kind(node: Node) -> str:
    """The kind of a statement; of PowerShell's one kind that leaves something, that which its word tells."""
    if node.type != "flow_control_statement":
        return node.type
    return _WORDS.get((node.text or b"").split()[0].decode("ascii", "replace").lower(), node.type)


def _leaves_alone(tried: Node, around: Node, handlers: Sequence[Node]) -> bool:
    """Whether a `try` leaves at its end, or what follows it does where its handlers go on before."""
    left = [_last(handler) for handler in handlers]
    beside = _statements(around)
    if tried in beside and beside[-1] != tried:
        return _kind(beside[-1]) in _LEAVES and all(kind in _GOES_ON for kind in left)
    otherwise = next((child for child in tried.named_children if child.type in ("else_clause", "else")), tried)
    end = _last(otherwise)
    return end in _LEAVES and end not in _GOES_ON and not any(kind in _LEAVES - _GOES_ON for kind in left)


def _statements(node: Node) -> list[Node]:
    return [child for child in node.named_children if "comment" not in child.type and child.type not in _BESIDE]


def _last(node: Node) -> str:
    """The kind of the last statement of a block, or of the block that a statement holds; empty if it holds none."""
    for _ in range(MOST_INSIDE):
        inner = _statements(node)
        if not inner:
            return ""
        node = inner[-1]
        if node.type not in _BODIES:
            break
    return _kind(node)


def in_turn(value: Value, operator: str) -> Value:
    """What a loop goes through as what stands alone in each turn (`apart`), or is tried until one works (`until`)."""
    if isinstance(value, Via):
        return value._replace(value=in_turn(value.value, operator))
    if isinstance(value, Operation) and value.operator in ("each", "apart") and len(value.operands) > 1:
        return Operation(operator, value.operands)
    return value
