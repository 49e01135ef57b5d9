"""What follows an `if` that leaves early: where that is for a newer runtime, it runs on an older one only; where it is
sure to leave, never."""

from collections.abc import Callable, Collection, Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, field, text_of
from tlsscan.patterns import lazy

LEAVING = frozenset(
    {"return_statement", "throw_statement", "continue_statement", "break_statement", "exit_statement"}
    | {"throw_expression"}
)
BLOCKS = frozenset({"block", "constructor_body", "compound_statement", "colon_block", "expression_statement"})
_EARLY = lazy(r"\bif\s*\([!\w\s.$>:&-]*\)\s*\{?[^{}]*?\b(?:return|throw|continue|break|exit)\b", having=["if"])
"""An `if` that asks for plain names alone and may leave; what looks for it costs less than the tree."""
MOST_BEFORE = 20  # statements before one that are looked at


def passed_by(path: Path, functions: Collection[str], otherwise: Callable[[Path], str]) -> str:
    """What holds at the end of a path in a function since an `if` before it, which has no other arm, leaves.

    `otherwise` gives the condition of an `if`, at the end of a path, turned round; empty where it does not count.
    """
    found = ""
    for level in range(len(path) - 1, 0, -1):
        if path[level].type in functions:
            return found
        if not found and path[level - 1].type in BLOCKS:
            every = (otherwise((*path[:level], before)) for before in leaving_before(path[level]))
            found = next(filter(None, every), "")
    return ""


def is_left(path: Path, functions: Collection[str], comes_to: Callable[[Path, Node], bool | None]) -> bool:
    """Whether an `if` before the end of a path in its outermost function leaves in any case.

    `comes_to` tells what a condition at the end of a path always comes to.
    """
    top = next((level for level, node in enumerate(path) if node.type in functions), 0)
    if not _EARLY.search(text_of(path[top])):
        return False
    for level in range(len(path) - 1, top, -1):
        if path[level - 1].type in BLOCKS:
            asked = (field(before, "condition") for before in leaving_before(path[level]))
            if any(condition is not None and comes_to(path[:level], condition) for condition in asked):
                return True
    return False


def leaving_before(statement: Node) -> Iterator[Node]:
    """The conditionals before a statement in its block, the last first, that have no other arm and leave."""
    sibling = statement.prev_named_sibling
    for _ in range(MOST_BEFORE):
        if sibling is None:
            break
        if sibling.type == "if_statement" and _always_leaves(sibling):
            yield sibling
        sibling = sibling.prev_named_sibling


def _always_leaves(conditional: Node) -> bool:
    body = field(conditional, "consequence") or field(conditional, "body")
    return body is not None and field(conditional, "alternative") is None and leaves(body)


def leaves(node: Node) -> bool:
    """Whether a statement, or the last one of a block, leaves what is around it."""
    while node.type in BLOCKS:
        inner = [child for child in node.named_children if "comment" not in child.type]
        if not inner:
            return False
        node = inner[-1]
    return node.type in LEAVING
