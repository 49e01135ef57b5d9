"""Python: entries that a dict is given after it was made: `table["key"] = value`, `table.update(key=value)`."""

from collections.abc import Iterator
from itertools import islice

from tlsscan.clauses import denied
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_WAYS, Context
from tlsscan.frontends.python_settings import entries
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.values import Arm, Choice, Mapping, Text, Unknown, Value, Via, strip

MAX_USES = 40  # of a variable that are looked at


def put(context: Context, table: Node, key: Value, first: Value) -> Value:
    """The entry of a table under a key, which is `first` where the table gets no other one on the way to its use."""
    word = strip(key)[0]
    if not isinstance(word, Text):
        return first
    frontend, unit = context.unit.frontend, context.unit
    blocks, function = frontend.blocks(context.path), frontend.function(context.path)
    arms: list[Arm] = []
    for path in reversed(list(_uses(context, table))):
        mark = (word.text, path[-1].start_byte)
        inside = frontend.function(path) == function
        if mark in context.active or (inside and path[-1].start_byte >= table.start_byte):
            continue
        here = Context(unit, path, context.active | {mark}, context.depth)
        for value in _given(here, word.text):
            condition, guarded = frontend.branch(path)
            around = frontend.blocks(path)
            sure = not condition and (not inside or blocks[: len(around)] == around)
            known = not isinstance(value, Unknown)
            arms.append(Arm("" if sure and known else condition or _told(value), guarded, value))
            if sure and known:
                return arms[0].value if len(arms) == 1 else Choice(tuple(arms[:MAX_WAYS]))
    if not arms:
        return first
    left = " and ".join(denied(arm.condition) for arm in arms if not isinstance(arm.value, Unknown))
    return Choice((*arms[: MAX_WAYS - 1], Arm(left, False, _anywhere(first))))


def _anywhere(value: Value) -> Value:
    """A value whose definitions are no statements that put it together: the table as a whole is."""
    value, steps = strip(value)
    for step in reversed(steps):
        value = Via(step, value)
    return value


def _told(value: Value) -> str:
    return f"{value.open_by} has it" if isinstance(value, Unknown) and value.open_by else ""


def _uses(context: Context, table: Node) -> Iterator[Path]:
    """The paths to uses of a variable, or of a name of the module, which change it."""
    word, bound = text_of(table), {binding.offset for binding in context.visible(table)}
    for count, path in enumerate(context.unit.paths(word)):
        if count >= MAX_USES:
            return
        if len(path) > 3 and path[-2].type in ("subscript", "attribute") and path[-1] == path[-2].named_children[0]:
            seen = Context(context.unit, path).visible(path[-1])
            if bound and {binding.offset for binding in seen} == bound:
                yield path


def _given(context: Context, word: str) -> Iterator[Value]:
    """What a use of a table puts under a key; something unknown where all of another table goes into it."""
    node, outer = context.path[-2], context.path[-3]
    if node.type == "subscript":
        keys, value = node.children_by_field_name("subscript"), field(outer, "right")
        filled = outer.type == "assignment" and field(outer, "left") == node and len(keys) == 1
        if filled and value is not None and strip(context.lower(keys[0]))[0] == Text(word):
            yield Via(context.unit.step(outer), context.lower(value))
    elif outer.type == "call" and field(outer, "function") == node and text_of(field(node, "attribute")) == "update":
        arguments = field(outer, "arguments")
        for child in reversed(children(arguments)) if arguments is not None else ():
            if child.type == "keyword_argument":
                if text_of(field(child, "name")) == word:
                    yield Via(context.unit.step(child), context.lower(field(child, "value")))
            elif child.type != "dictionary_splat" and word in (known := entries(context.lower(child))):
                yield Via(context.unit.step(child), known[word])
            elif child.type not in ("dictionary", "call"):
                yield Unknown(f"{text_of(child)} may have it", text_of(child))


def filled(unit: Unit, word: str, made: Value) -> Value:
    """A dict of a module with the entries that the module gives it afterwards, in any case."""
    table, frontend = strip(made)[0], unit.frontend
    if not isinstance(table, Mapping) or word.encode() + b"[" not in unit.source.data:
        return made
    found = list(table.entries)
    for path in islice(unit.paths(word), MAX_USES):
        node, outer = path[-2], path[-3] if len(path) > 2 else path[0]
        if node.type != "subscript" or outer.type != "assignment" or field(outer, "left") != node:
            continue
        keys, value = node.children_by_field_name("subscript"), field(outer, "right")
        if frontend.function(path) is None and not frontend.branch(path)[0] and len(keys) == 1:
            here = Context(unit, path)
            key = here.lower(keys[0])
            found = [entry for entry in found if strip(entry.key)[0] != strip(key)[0]] + [here.entry(key, value)]
    return Mapping(tuple(found))
