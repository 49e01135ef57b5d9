"""C#: what the conditions inside a loop ask of its variable."""

import re
from collections.abc import Iterator

from tlsscan.frontends.csharp_nodes import argument_value, arguments_of
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_LOWERING, Context
from tlsscan.frontends.sieve import NOTHING, OPPOSITE, OTHER, Asked, compared
from tlsscan.frontends.unit import Path, children, field, text_of
from tlsscan.patterns import lazy

JOINS = {"&&": "and", "||": "or"}
LEAVES = lazy(r"\b(?:continue|return|break|throw|goto)\b")
MAX_WRAPPERS = 8


def asked_of(context: Context, word: str) -> Iterator[tuple[Asked, bool]]:
    """The conditions between a loop and a use of its variable, and whether each holds at the use."""
    path, frontend = context.path, context.unit.frontend
    for level in range(len(path) - 2, _loop_level(path, word), -1):
        node, inner = path[level], path[level + 1]
        if node.type == "block":
            yield from _left_out(context, node, inner, word)
        condition = frontend.condition(node)
        if condition is not None and condition != inner:
            yield _asked(context, condition, word), not frontend.is_alternative(node, inner)


def _loop_level(path: Path, word: str) -> int:
    for level in range(len(path) - 1, -1, -1):
        if path[level].type == "foreach_statement" and text_of(field(path[level], "left")) == word:
            return level
    return len(path)


def _left_out(context: Context, block: Node, inner: Node, word: str) -> Iterator[tuple[Asked, bool]]:
    """What `if`s ask that go on with the next value: `if (p < V) continue;`."""
    for statement in children(block):
        if statement.end_byte > inner.start_byte:
            return
        if statement.type not in ("if_statement", "switch_statement") or not LEAVES.search(text_of(statement)):
            continue
        body = field(statement, "consequence")
        last = children(body)[-1:] if body is not None and body.type == "block" else [body]
        goes_on = bool(last) and last[0] is not None and last[0].type == "continue_statement"
        if goes_on and field(statement, "alternative") is None:
            yield _asked(context, field(statement, "condition"), word), False
        elif _mentions(statement, word):
            yield OTHER, True


def _asked(context: Context, node: Node | None, word: str) -> Asked:
    """What a condition asks of a variable."""
    while node is not None and node.type == "parenthesized_expression":
        node = argument_value(node)
    if node is None or not _mentions(node, word):
        return NOTHING
    if context.depth >= MAX_LOWERING:
        return OTHER
    deeper = Context(context.unit, context.path, context.active, context.depth + 1)
    if node.type == "prefix_unary_expression" and text_of(node).startswith("!"):
        return Asked("not", (_asked(deeper, node.named_children[-1], word),))
    if node.type == "invocation_expression":
        return _listed(deeper, node, word)
    if node.type != "binary_expression":
        return OTHER
    left, right, used = field(node, "left"), field(node, "right"), text_of(field(node, "operator"))
    if used in JOINS:
        return Asked(JOINS[used], (_asked(deeper, left, word), _asked(deeper, right, word)))
    for one, other in ((left, right), (right, left)):
        if used in OPPOSITE and _is(one, word) and other is not None and not _mentions(other, word):
            return compared(used, [context.lower(other)], mirrored=one == right)
    return OTHER


def _listed(context: Context, call: Node, word: str) -> Asked:
    """`list.Contains(p)`, `p.Equals(V)`, `string.Equals(p, V)`; how texts are compared does not count."""
    function, given = field(call, "function"), arguments_of(call)
    name = text_of(field(function, "name")) if function is not None else ""
    if function is None or name not in ("Contains", "Equals"):
        return OTHER
    holder = field(function, "expression")
    if name == "Equals":
        sides = [holder, *map(argument_value, given)] if _is(holder, word) or len(given) == 1 else []
        sides = sides or [argument_value(one) for one in given]
        others = [side for side in sides[:2] if not _is(side, word)]
        other = others[0] if len(others) == 1 else None
        return compared("==", [context.lower(other)]) if other is not None and not _mentions(other, word) else OTHER
    if holder is None or _mentions(holder, word) or len(given) != 1 or not _is(argument_value(given[0]), word):
        return OTHER
    return compared("==", [context.lower(holder)])


def _is(node: Node | None, word: str) -> bool:
    """Whether an expression is the variable, perhaps as a number."""
    for _ in range(MAX_WRAPPERS):
        if node is None or node.type not in ("parenthesized_expression", "cast_expression"):
            break
        node = field(node, "value") if node.type == "cast_expression" else argument_value(node)
    return text_of(node) == word


def _mentions(node: Node, word: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(word)}\b", text_of(node)) is not None
