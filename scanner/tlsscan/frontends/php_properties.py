"""PHP: properties of a class for the code of other files, which may set them. Knows nothing of TLS."""

import re
from collections.abc import Iterator
from itertools import islice

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.php_names import PROPERTY, PhpNames
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Binding, Unit, children, field, text_of
from tlsscan.values import Callee, Parameter, Value, Via

HIDDEN = frozenset({"private", "protected"})
MOST = 20  # places of one name that are looked at


def replaceable(unit: Unit, binding: Binding, name: str, value: Value) -> Value:
    """What a property holds for those who read it elsewhere: where they may set it, too, what they give it, and what it
    has at first only where nothing is set."""
    word = name.rpartition(".")[2]
    alone = sum(1 for other in unit.bindings(word) or () if other.owner == binding.owner) == 1
    declared = binding.path[-2:]
    if not alone or declared[0].type != "property_declaration" or not _is_open(declared[0]):
        return value
    first = value if isinstance(value, Via) else Via(unit.step(declared[1]), value)
    return Parameter(name, 0, word, first, Callee(name, "property", 0))


def unset(frontend: PhpNames, unit: Unit, word: str) -> Iterator[Definition]:
    """The properties of a name that nothing in the file gives a value: what code elsewhere sets."""
    pattern = re.compile(rb"\$" + re.escape(word.encode()) + rb"\s*[;,]")
    for match in islice(pattern.finditer(unit.source.data), MOST):
        path = unit.path_at(match.start())
        level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type == "property_element"), 0)
        around = frontend.around_class(path) if level else None
        if around is None or not _is_open(path[level - 1]) or field(path[level], "default_value") is not None:
            continue
        short = text_of(field(around, "name"))
        if any(one.owner == PROPERTY + short for one in unit.bindings(word) or ()):
            continue
        name = f"{frontend.full_name(unit, short, around.start_byte)}.{word}"
        yield Definition(name, Parameter(name, 0, word, None, Callee(name, "property", 0)), unit.step(path[level]))


def set_before(frontend: PhpNames, context: Context, node: Node, base: Node) -> Value | None:
    """What the function of a use gives a property of one of its variables before that; None where it need not have run,
    or the variable gets another object in between."""
    unit, written, variable = context.unit, text_of(node), text_of(base)
    function = frontend.function(context.path)
    start = function.start_byte if function is not None else 0
    pattern = re.compile(re.escape(written).encode() + rb"\s*=(?![=~>])")
    places = [match.start() for match in islice(pattern.finditer(unit.source.data, start, node.start_byte), MOST)]
    path = unit.path_at(places[-1]) if places else ()
    level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type == "assignment_expression"), 0)
    left, right = (field(path[level], name) for name in ("left", "right")) if level else (None, None)
    if left is None or right is None or text_of(left) != written or frontend.function(path) != function:
        return None
    there, here = frontend.blocks(path[: level + 1]), frontend.blocks(context.path)
    made = any(right.end_byte < one.offset <= node.start_byte for one in unit.bindings(variable) or ())
    key = (written, right.start_byte)
    if here[: len(there)] != there or made or right.end_byte > node.start_byte or key in context.active:
        return None
    inner = Context(unit, path[: level + 1], context.active | {key}, context.depth + 1)
    return Via(unit.step(path[level]), inner.lower(right), True)


def promoted(unit: Unit, binding: Binding, word: str) -> Value:
    """What a property holds that a constructor declares with its parameters."""
    return Context(unit, binding.path).left([binding], word)


def is_promoted(binding: Binding) -> bool:
    """Whether a property is a parameter of the constructor."""
    return binding.kind == "parameter" and binding.owner.startswith(PROPERTY)


def _is_open(declaration: Node) -> bool:
    words = {text_of(part).lower() for part in children(declaration)}
    return words.isdisjoint(HIDDEN | {"readonly", "private(set)", "protected(set)"})
