"""What is compared in the conditions around a place, and has a value of its own: a setting with a default, a constant.
Knows no language."""

from collections.abc import Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import SNIPPET, Path, children, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Bool, Choice, Number, Parameter, Symbol, Text, Value, strip

ASKED = "?"  # what is being followed in a condition
MOST = 8  # things in one condition that are looked at
DEEPEST = 6  # choices inside each other
UNASKED = lazy(r"|.* is not (?:set|passed|there|known)|there is no such entry|not \([^=<>]*\)|.* is caught")
"""Conditions of a value under which nobody has chosen it."""


def chosen(context: Context, path: Path, condition: Node, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The things of some kinds in a condition at the end of a path, each with what it is unless somebody chooses.
    What they depend on is not asked for its own conditions."""
    if any(word == ASKED for word, _ in context.active):
        return
    inner = Context(context.unit, path, context.active | {(ASKED, condition.start_byte)}, context.depth)
    waiting, looked = [condition], 0
    while waiting and looked < MOST:
        node = waiting.pop(0)
        if node.type in kinds:
            looked += 1
            for given in defaults_in(inner.lower(node)):
                yield text_of(node)[:SNIPPET], given
        waiting.extend(children(node))


def defaults_in(value: Value, depth: int = 0) -> Iterator[str]:
    """What a value is where nobody has chosen one, as code writes it."""
    inner = strip(value)[0]
    if isinstance(inner, Choice) and depth < DEEPEST:
        for arm in inner.arms:
            if UNASKED.fullmatch(arm.condition):
                yield from defaults_in(arm.value, depth + 1)
    elif isinstance(inner, Parameter) and inner.default is not None and 0 < depth < DEEPEST:  # else it is told anyway
        yield from defaults_in(inner.default, depth + 1)
    elif isinstance(inner, Text | Symbol):
        yield repr(inner.text if isinstance(inner, Text) else inner.name)
    elif isinstance(inner, Number | Bool):
        yield str(inner.value)
