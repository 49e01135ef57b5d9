"""Entries of PHP's arrays whose place another array's take, or that lose their keys, where arrays are put together:
`$a + $b` keeps the left one's, `array_merge` and `...` the last one's, and these number anew what has a number for one.
"""

from collections.abc import Callable

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.php_calls import given
from tlsscan.frontends.php_functions import MERGERS, option_key
from tlsscan.frontends.php_text import dotted
from tlsscan.frontends.unit import Path, children, field, text_of
from tlsscan.values import Mapping, Name, Number, Value, strip

REPLACING = frozenset({"array_merge", "array_replace"})  # the others join what stands under one key in several arrays
KEEPING = frozenset({"array_replace", "array_replace_recursive"})  # keys that are numbers
COMPARING = frozenset(
    f"array_{kind}{way}"
    for kind in ("diff", "intersect", "udiff", "uintersect")
    for way in ("_key", "_assoc", "_ukey", "_uassoc", "")
)
"""What compares arrays with the first: nothing of the others is in what they give."""
ENTRY = "array_element_initializer"
JOINING_KINDS = frozenset(
    {"variadic_unpacking", "binary_expression", "augmented_assignment_expression", "function_call_expression"}
)


def is_overridden(path: Path, lowering: Callable[[Path], Context]) -> bool:
    """Whether the entry of an array at the end of a path is surely not there, under its keys, in what the arrays around
    it are put together to."""
    entry = 0
    for level in range(len(path) - 1, 0, -1):
        node = path[level]
        if node.type.endswith("statement"):
            return False
        if node.type == ENTRY and len(children(node)) == 2:
            entry = level
        elif entry and node.type in JOINING_KINDS:
            context = lowering(path[: level + 1])
            key = strip(context.lower(children(path[entry])[0]))[0]
            if _is_lost(context, path, level, key):
                return True
    return False


def _is_lost(context: Context, path: Path, level: int, key: Value) -> bool:
    """Whether a key is lost in the node at a level of a path, below which it stands."""
    node, inner = path[level], path[level + 1]
    if node.type == "variadic_unpacking":
        return path[level - 1].type == ENTRY and _is_number(key)
    if node.type in ("binary_expression", "augmented_assignment_expression"):
        adds = text_of(field(node, "operator")) in ("+", "+=")
        return adds and field(node, "right") == inner and _has(context, field(node, "left"), key)
    name = dotted(text_of(field(node, "function"))).lower()
    if name in COMPARING:
        return given(node)[0].node.end_byte < path[level + 2].start_byte
    if name not in MERGERS:
        return False
    if _is_number(key) and name not in KEEPING:
        return True
    later = [one.node for one in given(node) if one.node.start_byte > path[level + 2].end_byte]
    return name in REPLACING and any(_has(context, other, key) for other in later)


def _has(context: Context, array: Node | None, key: Value) -> bool:
    """Whether an array surely has a key."""
    value = strip(context.lower(array))[0] if array is not None else None
    entries = value.entries if isinstance(value, Mapping) else ()
    return option_key(key) in [option_key(entry.key) for entry in entries] if option_key(key) else False


def _is_number(key: Value) -> bool:
    """Whether a key is a number, as constants without a class are that name options."""
    return isinstance(key, Number) or (isinstance(key, Name) and "." not in key.names[0])
