"""Python: what a member of an object holds whose class is known: the call that made it passes it, or an annotation of
a parameter names the class. Loaded where such a member is read. Knows nothing of TLS."""

import re
from collections.abc import Mapping, Sequence

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.expressions import qualified
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.python_expressions import PythonExpressions
from tlsscan.frontends.python_hierarchy import ancestors, class_path
from tlsscan.frontends.python_records import field_type, fields
from tlsscan.frontends.python_results import defaults, passed
from tlsscan.frontends.unit import Binding, Unit, children, field, text_of
from tlsscan.values import Invocation, Name, Parameter, Unknown, Value, strip

MAX_GIVEN = 8  # arguments of a call that are kept
WORDS = frozenset({"identifier", "attribute"})
UNION = frozenset({"Optional", "Final", "Annotated", "Union"})


def of_object(frontend: PythonExpressions, context: Context, base: Node, made: Value, word: str) -> Value | None:
    """What a member of an object is that a call has made, or that is passed; None where nothing tells of its class."""
    if _is_set(context.unit, base, word):
        return Unknown(f"{text_of(base)}.{word} is set where it is used", f"{text_of(base)}.{word}")
    if isinstance(made, Invocation):
        owner = _own_class(frontend, context.unit, made.names[0])
        if not owner:
            return _of_another(made, word)
        return member_of(frontend, context, owner, made.arguments, made.named, word, base)
    return _of_passed(frontend, context, base, made, word) if isinstance(made, Parameter) else None


def _of_another(made: Invocation, word: str) -> Value | None:
    """A member of what a class of another file makes, to be asked for with what the call passes."""
    simple = made.names[0].rpartition(".")[2]
    known = "." in made.names[0].lstrip("?.") and simple[:1].isupper()
    given = bool(made.arguments or made.named) and max(len(made.arguments), len(made.named)) < MAX_GIVEN
    if not known or not given or not word[:1].islower() or any(map(_is_spread, made.arguments)):
        return None
    return made._replace(names=tuple(f"{name}.{word}" for name in made.names if not name.startswith("?")))


def _is_set(unit: Unit, base: Node, word: str) -> bool:
    """Whether the file sets a member of what a variable holds."""
    if base.type != "identifier":
        return False
    assigned = rb"\b%s\.%s[ \t]*=[^=]" % (re.escape(base.text or b""), re.escape(word.encode()))
    return re.search(assigned, unit.source.data) is not None


def _own_class(frontend: PythonExpressions, unit: Unit, name: str) -> str:
    """The class of this file that a name is of; an empty text if it is none of its own."""
    word = name.removeprefix(f"{frontend.module(unit)}.")
    return word if word.isidentifier() and class_path(unit, word) else ""


def member_of(
    frontend: PythonExpressions,
    context: Context,
    owner: str,
    plain: Sequence[Value],
    named: Sequence[tuple[str, Value]],
    word: str,
    node: Node,
) -> Value | None:
    """A member of an object that a class of this file makes from what it is passed; None where that cannot be told."""
    given = _given(frontend, context, owner, plain, named)
    home = next((one for one in (owner, *ancestors(context.unit, owner)) if _has(context.unit, one, word)), "")
    if given is None or not home or (owner, -1) in context.active:
        return None
    unit, before = context.unit, context.unit.given
    inner = Context(unit, context.path, context.active | {(owner, -1)}, context.depth)
    unit.given = {**before, **given}
    try:
        return inner.member(home, word, node)
    finally:
        unit.given = before


def _has(unit: Unit, owner: str, word: str) -> bool:
    """Whether a class gives its objects a member that is no method."""
    own = [one for one in unit.bindings(word) or () if one.owner == owner]
    return bool(own) and all(one.kind in ("value", "parameter") for one in own)


def _given(
    frontend: PythonExpressions,
    context: Context,
    owner: str,
    plain: Sequence[Value],
    named: Sequence[tuple[str, Value]],
) -> Mapping[int, Value] | None:
    """What the parameters of a class' constructor hold, those of fields among them."""
    if len(plain) >= MAX_GIVEN or len(named) >= MAX_GIVEN or any(map(_is_spread, plain)):
        return None
    path = class_path(context.unit, owner)
    record = fields(context.unit, path)
    if not record:
        makers = (frontend.defined(context, "__init__", one) for one in (owner, *ancestors(context.unit, owner)))
        maker: Binding | None = next(filter(None, makers), None)
        if maker is None:
            return None if plain or named else {}
        given = passed(maker, None, plain, named, bound=True)
        return {**defaults(context, maker), **given} if given is not None else None
    inner = Context(context.unit, path, context.active, context.depth)
    found = {one.offset: inner.lower(one.default) for one in record.values() if one.default is not None}
    names = dict(named)
    for one in record.values():
        value = plain[one.position] if 0 <= one.position < len(plain) else names.get(one.name)
        if value is not None:
            found[one.offset] = value
    return found


def _is_spread(value: Value) -> bool:
    inner = strip(value)[0]
    return isinstance(inner, Unknown) and "splat" in inner.reason


# -- annotations --------------------------------------------------------------------------------------------------


def _of_passed(frontend: PythonExpressions, context: Context, base: Node, made: Parameter, word: str) -> Value | None:
    """A member of what is passed for a parameter, by the class that its annotation names."""
    name = annotated(frontend, context.unit, made)
    if name is None:
        return None
    text = text_of(name).strip("'\"")
    if class_path(context.unit, text):
        home = next((one for one in (text, *ancestors(context.unit, text)) if _has(context.unit, one, word)), "")
        return context.member(home, word, base) if home else None
    value = strip(context.lower(name))[0] if name.type in WORDS else context.name(text, base)
    return Name(qualified(value, word)) if isinstance(value, Name) and "." in value.names[0] else None


def annotated(frontend: Frontend, unit: Unit, made: Parameter) -> Node | None:
    """The one class that the annotation of a parameter names."""
    return _class_named(_annotation(frontend, unit, made))


def _annotation(frontend: Frontend, unit: Unit, made: Parameter) -> Node | None:
    """What a parameter is annotated with."""
    for binding in unit.bindings(made.name) or ():
        if binding.kind != "parameter" or frontend.enclosing(binding.path) != made.function:
            continue
        if binding.owner:
            return field_type(unit, binding)
        leaf = unit.path_at(binding.offset)
        return field(leaf[-2], "type") if len(leaf) > 1 else None
    return None


def _class_named(kind: Node | None, depth: int = 0) -> Node | None:
    """The one class that an annotation names, besides that there may be none: `C`, `"C"`, `Optional[C]`, `C | None`."""
    if kind is None or depth > MAX_GIVEN:
        return None
    if kind.type in WORDS:
        return kind
    if kind.type == "string":
        return kind if text_of(kind).strip("'\"").isidentifier() else None
    if kind.type in ("generic_type", "subscript"):
        head = text_of(kind.named_children[0]).rpartition(".")[2] if kind.named_child_count else ""
        inner = kind.named_children[1:] if head in UNION else []
        found = [one for child in inner for one in (children(child) if child.type == "type_parameter" else [child])]
    elif kind.type in ("type", "union_type", "binary_operator", "parenthesized_expression"):
        found = children(kind)
    else:
        return None
    named = [one for one in found if text_of(one) != "None"]
    return _class_named(named[0], depth + 1) if len(named) == 1 else None
