"""PHP: what comparisons around a use say that a value is not."""

from collections.abc import Collection, Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.leaving import leaving_before
from tlsscan.frontends.unit import Path, children, field, text_of

SIGNS = {"===": True, "==": True, "!==": False, "!=": False, "<>": False}
CLAUSES = frozenset({"else_if_clause", "else_clause"})
MAX_SUBJECT = 80  # letters of what may be compared


def unlike(path: Path, node: Node, functions: Collection[str]) -> Iterator[Node]:
    """What an expression at the end of a path is not there: `else` of `if ($x === A)`, `if ($x !== A)`, and what
    follows `if ($x === A) return`."""
    written = text_of(node)
    if len(written) > MAX_SUBJECT:
        return
    for level in range(len(path) - 1, 0, -1):
        around, inner = path[level - 1], path[level]
        if inner.type in functions:
            return
        if around.type in ("if_statement", "else_if_clause") and inner == field(around, "body"):
            yield from _apart(around, written, True)
        elif around.type == "if_statement" and inner.type in CLAUSES:
            yield from _apart(around, written, False)
            for other in around.children_by_field_name("alternative"):
                yield from _apart(other, written, False) if other.start_byte < inner.start_byte else ()
        elif around.type == "compound_statement":
            for passed in leaving_before(inner):
                yield from _apart(passed, written, False)


def _apart(branch: Node, written: str, holds: bool) -> Iterator[Node]:
    """What an expression differs from, where the condition of a branch holds or does not."""
    condition = field(branch, "condition")
    while condition is not None and condition.type == "parenthesized_expression":
        condition = next(iter(children(condition)), None)
    if condition is None or condition.type != "binary_expression":
        return
    left, right, same = field(condition, "left"), field(condition, "right"), text_of(field(condition, "operator"))
    if left is None or right is None or SIGNS.get(same) is not (not holds):
        return
    for one, other in ((left, right), (right, left)):
        if text_of(one) == written != text_of(other):
            yield other
