"""Java: what a condition compares, and with what outcome."""

from tree_sitter import Node

from tlsscan.frontends.java_names import arguments, inside
from tlsscan.frontends.unit import field, text_of
from tlsscan.records import NamedTuple

EQUALS = frozenset({"equals", "equalsIgnoreCase"})
SIGNS = {"==": True, "!=": False}
MAX_DENIALS = 8


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
