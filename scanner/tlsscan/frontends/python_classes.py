"""Python: what classes are made from, for other files: a member that a class lacks is one of its bases.

Knows nothing of TLS.
"""

import re
from collections.abc import Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.python_expressions import PythonExpressions
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Unit, children, field, text_of
from tlsscan.values import HEIR, Name, Operation, strip

BASE_KINDS = frozenset({"identifier", "attribute"})
PLAIN = frozenset({"object"})  # what has no members that anybody sets


def declares(data: bytes, word: str) -> bool:
    """Whether the text of a module looks as if it made a class of that name from others."""
    at = data.find(b"class " + word.encode())
    return at >= 0 and re.search(rb"\bclass " + re.escape(word.encode()) + rb"[ \t]*\(", data[at:]) is not None


def made_from(frontend: PythonExpressions, unit: Unit, word: str) -> Iterator[Definition]:
    """The classes of a name that a module makes, each as what it is made from."""
    for binding in unit.bindings(word) or ():
        node = binding.node
        if node is None or node.type not in frontend.class_kinds or frontend.function(binding.path) is not None:
            continue
        names = tuple(_bases(frontend, Context(unit, binding.path), node))
        if names:
            name = frontend.defined_name(unit, binding, word)
            yield Definition(name, Operation(HEIR, (Name(names),)), unit.step(node))


def _bases(frontend: PythonExpressions, context: Context, node: Node) -> Iterator[str]:
    """The names of what a class is made from, as other files know them, in the order of the search for members."""
    listed = field(node, "superclasses")
    for base in children(listed) if listed is not None else ():
        value = strip(context.lower(base))[0] if base.type in BASE_KINDS else None
        if isinstance(value, Name):
            yield from (name for name in value.names if name not in PLAIN and not name.startswith("?"))
        elif base.type == "identifier":
            yield f"{frontend.module(context.unit)}.{text_of(base)}"
