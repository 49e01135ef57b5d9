"""Java: what a condition compares, and with what outcome."""

from collections.abc import Collection, Iterator

from tree_sitter import Node

from tlsscan.frontends.java_names import arguments, inside
from tlsscan.frontends.leaving import leaving_before
from tlsscan.frontends.unit import Path, field, text_of
from tlsscan.records import NamedTuple

EQUALS = frozenset({"equals", "equalsIgnoreCase"})
SIGNS = {"==": True, "!=": False}
MAX_DENIALS = 8
MAX_SUBJECT = 80  # letters of what may be compared


class Comparison(NamedTuple):
    """Two expressions, and whether a condition holds where they are the same."""

    left: Node
    right: Node
    same: bool


def comparison(condition: Node | None) -> Comparison | None:
    """What a condition compares: `!A.equals(x)`, `x != A`; None for what compares nothing, or more than that."""
    asked = True
    node = inside(condition)
    for _ in range(MAX_DENIALS):
        if node is None or node.type != "unary_expression" or text_of(field(node, "operator")) != "!":
            break
        asked, node = not asked, inside(field(node, "operand"))
    if node is None:
        return None
    sign, given = text_of(field(node, "operator")), arguments(node)
    left, right = field(node, "left"), field(node, "right")
    if node.type == "binary_expression" and sign in SIGNS and left is not None and right is not None:
        return Comparison(left, right, asked is SIGNS[sign])
    base = field(node, "object")
    if node.type == "method_invocation" and text_of(field(node, "name")) in EQUALS and base is not None:
        return Comparison(base, given[0], asked) if len(given) == 1 else None
    return None


def unlike(path: Path, node: Node, functions: Collection[str]) -> Iterator[Node]:
    """What an expression at the end of a path is not there: `else` of `if (x.equals(A))`, `if (!A.equals(x))`, and what
    follows `if (x.equals(A)) return`."""
    written = text_of(node)
    if len(written) > MAX_SUBJECT:
        return
    for level in range(len(path) - 1, 0, -1):
        around, inner = path[level - 1], path[level]
        if inner.type in functions:
            return
        if around.type == "if_statement" and inner != field(around, "condition"):
            yield from _apart(field(around, "condition"), written, inner != field(around, "alternative"))
        elif around.type == "block":
            for passed in leaving_before(inner):
                yield from _apart(field(passed, "condition"), written, False)


def _apart(condition: Node | None, written: str, holds: bool) -> Iterator[Node]:
    """What an expression differs from, where a condition holds or does not."""
    made = comparison(condition)
    if made is None or made.same is holds:
        return
    left, right = text_of(made.left), text_of(made.right)
    if written in (left, right) and left != right:
        yield made.right if written == left else made.left
