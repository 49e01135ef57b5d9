"""Java: what a condition compares, and with what outcome."""

from collections.abc import Collection, Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import arguments, inside
from tlsscan.frontends.leaving import leaving_before
from tlsscan.frontends.unit import Path, field, text_of
from tlsscan.records import NamedTuple

EQUALS = frozenset({"equals", "equalsIgnoreCase"})
SIGNS = {"==": True, "!=": False}
MAX_DENIALS = 8
_PLAIN = frozenset({"block", "expression_statement"})
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


def chosen(path: Path, node: Node) -> list[Node]:
    """The texts of which a loop variable at the end of a path is one, by the `if` around its use, where that asks for
    nothing else: `if (p.equals("TLSv1") || p.equals("TLSv1.2")) l.add(p)`."""
    word = text_of(node)
    for level in range(len(path) - 1, 0, -1):
        around, inner = path[level - 1], path[level]
        if around.type == "if_statement" and inner == field(around, "consequence"):
            loop = next((one for one in reversed(path[: level - 1]) if one.type == "enhanced_for_statement"), None)
            turned = loop is not None and text_of(field(loop, "name")) == word
            return list(_one_of(field(around, "condition"), word)) if turned else []
        if inner.type not in _PLAIN and inner != path[-1]:
            break
    return []


def sifted(path: Path, node: Node, functions: Collection[str]) -> Iterator[tuple[str, Node]]:
    """What the conditions around a loop variable at the end of a path, and early ends before it, leave of what its loop
    goes through: operators for a collection with the texts that they ask for; of one that is not understood, `keep=`
    with all of it."""
    from tlsscan.frontends.java_predicates import asked_of

    word = text_of(node)
    for level in range(len(path) - 1, 0, -1):
        around, inner = path[level - 1], path[level]
        if inner.type in functions or inner.type == "enhanced_for_statement":
            return
        if around.type == "if_statement" and inner != field(around, "condition"):
            conditions = [(field(around, "condition"), inner != field(around, "alternative"))]
        elif around.type == "block":
            conditions = [(field(passed, "condition"), False) for passed in leaving_before(inner)]
        else:
            conditions = []
        for condition, holds in conditions:
            yield from asked_of(condition, word, holds)


def _one_of(condition: Node | None, word: str) -> list[Node]:
    """The texts of which a word is one where a condition holds; none if it asks for anything else."""
    node = inside(condition)
    if node is not None and node.type == "binary_expression" and text_of(field(node, "operator")) == "||":
        left, right = (_one_of(field(node, side), word) for side in ("left", "right"))
        return [*left, *right] if left and right else []
    made = comparison(node)
    sides = (made.left, made.right) if made is not None and made.same else ()
    texts = [side for side in sides if side.type == "string_literal"]
    return texts if len(texts) == 1 and word in map(text_of, sides) else []
