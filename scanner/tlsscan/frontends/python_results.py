"""Python: what a function of a file returns to one that calls it, by what it is passed. Knows nothing of TLS.

Conditions that ask about what is passed are decided where that is constant, `if name == "1.0"` where a call passes
a literal. A comparison that cannot be decided turns one word into another, which is chosen elsewhere: nothing is told
then.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from tlsscan.annotations import TypeAlias
from tlsscan.conditions import compares
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_WAYS, Context
from tlsscan.frontends.python_expressions import PythonExpressions
from tlsscan.frontends.unit import Binding, Path, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Invocation,
    Listing,
    Name,
    Null,
    Number,
    Parameter,
    Text,
    Unknown,
    Value,
    parts,
    strip,
)
from tlsscan.values import Mapping as Table

Given: TypeAlias = Mapping[int, Value]  # what parameters hold, by where they stand

SPLATS = frozenset({"list_splat_pattern", "dictionary_splat_pattern"})
SEPARATORS = frozenset({"positional_separator", "keyword_separator"})
SPREAD = frozenset({"list_splat", "dictionary_splat"})
WORD = lazy(r"[A-Za-z_]\w*")
MAX_NESTING = 12
COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "==": lambda left, right: left == right,
    "is": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "is not": lambda left, right: left != right,
}


def takes_object(binding: Binding) -> bool:
    """Whether a method takes its object, or its class."""
    return "@staticmethod" not in _decorators(binding)


def takes_class(binding: Binding) -> bool:
    """Whether a method takes its class."""
    return "@classmethod" in _decorators(binding)


def _decorators(binding: Binding) -> frozenset[str]:
    """The decorators of a function, as they are written."""
    around = binding.path[-1] if binding.path else None
    if around is None or around.type != "decorated_definition":
        return frozenset()
    return frozenset(text_of(child) for child in around.named_children if child.type == "decorator")


def passed(
    binding: Binding, call: Node | None, plain: Sequence[Value], named: Sequence[tuple[str, Value]], *, bound: bool
) -> Given | None:
    """What a call passes to the parameters of a function; None if it does not fit, or passes what is not known one by
    one. `bound` says that the first parameter is the object."""
    given = field(call, "arguments") if call is not None else None
    if given is not None and any(child.type in SPREAD for child in given.named_children):
        return None
    items = _items(binding)
    words = [_name(item) for item in items if not _is_splat(item)]
    if len(words) < len(items) and (plain or named):
        return None
    words = words[1:] if bound else words
    found: dict[int, Value] = {}
    rest = dict(named)
    for at, word in enumerate(words):
        value = plain[at] if at < len(plain) else rest.pop(text_of(word), None)
        if value is not None:
            found[word.start_byte] = value
    return None if rest or len(plain) > len(words) else found


def _items(binding: Binding) -> list[Node]:
    listing = field(binding.node, "parameters") if binding.node is not None else None
    return [item for item in children(listing) if item.type not in SEPARATORS] if listing is not None else []


def taken(binding: Binding) -> set[str]:
    """The names of the parameters of a function."""
    return {text_of(_name(item)) for item in _items(binding)}


def _is_splat(item: Node) -> bool:
    return item.type in SPLATS or any(child.type in SPLATS for child in item.named_children[:1])


def _name(item: Node) -> Node:
    if item.type == "identifier":
        return item
    return field(item, "name") or next(iter(item.named_children), item)


def returned(
    frontend: PythonExpressions, context: Context, binding: Binding, paths: Sequence[Path], given: Given
) -> Value | None:
    """What a function gives that returns at the ends of some paths and is passed some values; None if that cannot be
    told."""
    unit, before = context.unit, context.unit.given
    unit.given = {**before, **defaults(context, binding), **given}
    try:
        arms = list(_arms(frontend, context, binding, paths))
    finally:
        unit.given = before
    values = [arm.value if arm is not None else None for arm in arms]
    own = frontend.enclosing(paths[0])
    if not values or any(value is None or _is_open(value, own) for value in values):
        return None
    told = tuple(arm for arm in arms if arm is not None)
    return told[0].value if len(told) == 1 else Choice(told[:MAX_WAYS])


def defaults(context: Context, binding: Binding) -> Given:
    """What the parameters hold that nothing is passed to."""
    found: dict[int, Value] = {}
    for item in _items(binding):
        default, name = field(item, "value"), field(item, "name")
        if default is not None and name is not None:
            outer = Context(context.unit, binding.path, _inside(context, binding), context.depth)
            found[name.start_byte] = outer.lower(default)
    return found


def _inside(context: Context, binding: Binding) -> frozenset[tuple[str, int]]:
    return context.active | {(binding.name, binding.offset)}


def _arms(
    frontend: PythonExpressions, context: Context, binding: Binding, paths: Sequence[Path]
) -> Iterator[Arm | None]:
    """What comes back at each return that may be reached, up to the first that surely is; None where it depends on what
    something is compared with."""
    names = taken(binding)
    for path in paths:
        here = Context(context.unit, path, _inside(context, binding), context.depth)
        answers = [_holds(here, names, node, otherwise) for node, otherwise in frontend.asked_around(path)]
        if False in answers:
            continue
        condition, guarded = _reached(frontend, path)
        if None in answers and not guarded and not frontend.is_guard(condition):
            if any(map(compares, frontend.conditions_around(path))):
                yield None
                return
            condition = condition or " and ".join(frontend.conditions_around(path))
        elif None not in answers and not guarded:
            condition = _left(frontend, path, names)
        node = path[-1].named_children[0] if path[-1].named_child_count else None
        yield Arm(condition, guarded, here.lower(node) if node is not None else Null())
        if None not in answers and not any(node.type == "try_statement" for node in path):
            return


def _reached(frontend: PythonExpressions, path: Path) -> tuple[str, bool]:
    """The condition of a branch, and whether it is for an older runtime only."""
    condition, guarded = frontend.branch(path)
    early = frontend.guard(path) if not guarded else ""
    return (early, True) if early else (condition, guarded)


def _left(frontend: PythonExpressions, path: Path, names: set[str]) -> str:
    """What holds at a return since others before it were not reached, but for what was decided by what is passed."""

    def counts(text: str) -> bool:
        return not compares(text) and not frontend.is_guard(text) and names.isdisjoint(WORD.findall(text))

    return " and ".join(filter(counts, frontend.left_before(path)))


def compares_any(value: Value, names: set[str], depth: int = 0) -> bool:
    """Whether a value is one under a condition that compares one of some names with something."""
    inner = strip(value)[0]
    if not isinstance(inner, Choice) or depth > MAX_NESTING:
        return False
    asked = (arm.condition for arm in inner.arms if compares(arm.condition))
    if any(not names.isdisjoint(WORD.findall(text)) for text in asked):
        return True
    return any(compares_any(arm.value, names, depth + 1) for arm in inner.arms)


def _is_open(value: Value, own: str, depth: int = 0) -> bool:
    """Whether a value depends on a parameter of the function itself, or was not understood at all: in none of the ways
    it can turn out. What is a parameter of the caller's is for the caller's callers to tell."""
    value = strip(value)[0]
    if isinstance(value, Parameter):
        return value.callee is None or value.function == own
    if isinstance(value, Unknown) or depth > MAX_NESTING:
        return True
    if isinstance(value, Choice):
        inner = [strip(arm.value)[0] for arm in value.arms]
        known = [one for one in inner if not isinstance(one, Unknown)]
        return not known or any(_is_open(one, own, depth + 1) for one in known)
    return not isinstance(value, Invocation) and any(_is_open(part, own, depth + 1) for part in parts(value))


# -- conditions about what is passed ------------------------------------------------------------------------------


def decided(context: Context, condition: Node, *, present: bool) -> bool | None:
    """What a condition of an expression comes to by what is passed to the function around; None where that is open.
    `present` says that it asks whether a value is there: `value or other`."""
    data = context.unit.source.data
    found = (re.compile(rb"\w+").match(data, at) for at in context.unit.given)
    names = {one.group().decode() for one in found if one is not None}
    if present and text_of(condition) in names:
        value = context.lower(condition)
        if not _constant(value)[0] and _is_there(value):
            return True
    return _holds(context, names, condition, False)


def _holds(context: Context, names: set[str], condition: Node, otherwise: bool) -> bool | None:
    """Whether a branch is taken whose condition asks about parameters, or compares; None where that is open."""
    text = text_of(condition)
    if names.isdisjoint(WORD.findall(text)) and not compares(text):
        return None
    answer = _answer(context, condition)
    return answer if answer is None else answer != otherwise


def _answer(context: Context, node: Node, depth: int = 0) -> bool | None:
    """What a condition comes to."""
    if depth > MAX_NESTING:
        return None
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return _answer(context, node.named_children[0], depth + 1)
    if node.type == "not_operator":
        inner = field(node, "argument")
        answer = _answer(context, inner, depth + 1) if inner is not None else None
        return answer if answer is None else not answer
    if node.type == "boolean_operator":
        sides = [_answer(context, one, depth + 1) for one in node.named_children[:2]]
        decides = text_of(field(node, "operator")) == "or"
        return decides if decides in sides else None if None in sides else not decides
    if node.type == "comparison_operator":
        return _compared(context, node)
    known, value = _constant(context.lower(node))
    return bool(value) if known else None


def _compared(context: Context, node: Node) -> bool | None:
    if node.named_child_count != 2:
        return None
    left, right = (context.lower(child) for child in node.named_children)
    operator = " ".join(text_of(child) for child in node.children if not child.is_named)
    known, one = _constant(left)
    if operator in ("in", "not in"):
        several = _several(right)
        return (one in several) == (operator == "in") if known and several is not None else None
    both, other = _constant(right)
    if both and other is None and not known and operator in COMPARISONS and _is_there(left):
        return "!" in operator or "not" in operator
    compare = COMPARISONS.get(operator)
    return compare(one, other) if known and both and compare is not None else None


def _is_there(value: Value, depth: int = 0) -> bool:
    """Whether what is passed is something that goes by a name, or what a caller has to pass: no `None`, then."""
    inner = strip(value)[0]
    if isinstance(inner, Choice) and depth < MAX_NESTING:
        return all(_is_there(arm.value, depth + 1) for arm in inner.arms)
    return isinstance(inner, Name) or (isinstance(inner, Parameter) and inner.default is None)


def _several(value: Value) -> list[object] | None:
    """The constants that a list or a table holds; None where one of them is not known."""
    inner = strip(value)[0]
    keys = [entry.key for entry in inner.entries] if isinstance(inner, Table) else None
    found = [_constant(one) for one in (inner.items if isinstance(inner, Listing) else keys or ())]
    return [one for _, one in found] if found and all(known for known, _ in found) else None


def _constant(value: Value) -> tuple[bool, object]:
    """Whether a value is a constant, and which."""
    inner = strip(value)[0]
    if isinstance(inner, Text):
        return True, inner.text
    if isinstance(inner, Number | Bool):
        return True, inner.value
    return isinstance(inner, Null), None
