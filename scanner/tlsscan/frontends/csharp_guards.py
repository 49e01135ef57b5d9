"""C#: the values that a variable does not have where it is used, as the branches around the use say."""

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from tlsscan.frontends.base import Path, children, field, text_of
from tlsscan.frontends.csharp_nodes import argument_value

LEAVING = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement"})
BRANCHES = frozenset({"if_statement", "conditional_expression"})
JOINS = {"==": "||", "!=": "&&"}  # of which all parts are false, or true, if the whole is
MAX_DEPTH = 8


def ruled_out(path: Path, word: str, functions: frozenset[str]) -> list[Node]:
    """What a variable is not at the end of a path: `if (x == V) return`, `else` of it, `if (x != V)`. What was
    compared before the variable is set once more says nothing."""
    found: list[Node] = []
    sets = re.compile(rf"(?<![\w.])(?:this\.)?{re.escape(word)}\s*(?:[|&^+-]|\?\?)?=(?![=>])")
    for level in range(len(path) - 1, 0, -1):
        node, inner = path[level - 1], path[level]
        if node.type in BRANCHES and inner != field(node, "condition"):
            otherwise = inner in node.children_by_field_name("alternative")
            found.extend(_compared(field(node, "condition"), word, "==" if otherwise else "!="))
        elif node.type in ("block", "switch_section"):
            before = [child for child in children(node) if child.end_byte <= inner.start_byte]
            last = max((at for at, child in enumerate(before) if sets.search(text_of(child))), default=-1)
            found.extend(_left(before[last + 1 :], word))
            if last >= 0:
                break
        elif node.type in functions:
            break
    return found


def _left(statements: Sequence[Node], word: str) -> Iterator[Node]:
    """What a variable is not after statements that leave the block if it is."""
    for statement in statements:
        if statement.type == "if_statement" and _leaves(field(statement, "consequence")):
            yield from _compared(field(statement, "condition"), word, "==")


def _leaves(body: Node | None) -> bool:
    if body is not None and body.type == "block":
        body = next(iter(reversed(children(body))), None)
    return body is not None and body.type in LEAVING


def _compared(condition: Node | None, word: str, operator: str, depth: int = 0) -> Iterator[Node]:
    """What a condition compares a variable with, by an operator whose outcome is known."""
    while condition is not None and condition.type == "parenthesized_expression":
        condition = argument_value(condition)
    if condition is None or condition.type != "binary_expression" or depth > MAX_DEPTH:
        return
    left, right, used = field(condition, "left"), field(condition, "right"), text_of(field(condition, "operator"))
    if used == JOINS[operator]:
        yield from _compared(left, word, operator, depth + 1)
        yield from _compared(right, word, operator, depth + 1)
    elif used == operator and left is not None and right is not None:
        for one, other in ((left, right), (right, left)):
            if text_of(one).removeprefix("this.") == word:
                yield other
