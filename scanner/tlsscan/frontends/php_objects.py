"""What PHP statements set or change: chains of setters, arrays that a variable gets one after the other, entries."""

import re

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.php_bindings import ASSIGNMENT_KINDS
from tlsscan.frontends.php_calls import METHOD_KINDS
from tlsscan.frontends.unit import Binding, Path, Unit, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Name, Number, Operation, Text, Unknown, Value, is_callers, strip

MOST_BETWEEN = 2000  # bytes between two assignments of a variable that are looked through
SETTER = lazy(r"(?:set|add|option|opt)(?![a-z])")


def takes_the_place(unit: Unit, word: str, earlier: Binding, later: Node) -> bool:
    """Whether an array replaces all entries of the one that a variable has got before, and nothing between the two
    mentions the variable, but for what gives it the later one."""
    if earlier.node is None or earlier.node.type != later.type:
        return False
    between = unit.source.data[earlier.offset : later.start_byte]
    name = word.lstrip("$").encode()
    unseen = rb"|\$\$|\b(?:compact|get_defined_vars|include|include_once|require|require_once|eval)\b"
    mentions = re.findall(rb"\b" + re.escape(name) + rb"\b" + unseen, between[:MOST_BETWEEN])
    given = re.search(rb"\$" + re.escape(name) + rb"\s*=\s*$", between) is not None
    keys = [set(re.findall(r"(\w+)['\"]?\s*=>", text_of(array))) for array in (earlier.node, later)]
    return mentions == [name] and given and len(between) <= MOST_BETWEEN and keys[0] <= keys[1]


def chained(call: Node) -> Node | None:
    """What the first call of a chain of setters is called on: `$x` of `$x->setA(1)->setB(2)`."""
    base = field(call, "object")
    while base is not None and base.type in METHOD_KINDS and SETTER.match(text_of(field(base, "name"))):
        base = field(base, "object")
    return base


def is_open(value: Value) -> bool:
    """Whether nothing here tells a value."""
    return is_callers(value) or isinstance(strip(value)[0], Unknown)


def is_given(value: Value) -> bool:
    """Whether a value is surely there."""
    inner = strip(value)[0]
    constant = isinstance(inner, Name) and "." not in inner.names[0]
    flags = isinstance(inner, Operation) and inner.operator in ("|", "&")
    return constant or flags or isinstance(inner, Number | Text)


def keeps(path: Path) -> bool:
    """Whether the object of a call has afterwards what is passed to it: a call that does something uses it once."""
    node = path[-1]
    left = field(path[-2], "left") if len(path) > 1 and path[-2].type in ASSIGNMENT_KINDS else None
    if node.type not in METHOD_KINDS or (left is not None and left.type == "variable_name"):
        return True
    from tlsscan.handling import Handling, handled

    return handled(text_of(field(node, "name"))) is Handling.PREPARES
