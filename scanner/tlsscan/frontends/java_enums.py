"""Java: what an accessor or a field gives of an enum constant that a variable holds. Loaded where one is asked for."""

from collections.abc import Iterable, Iterator

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import qualified_class
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import children, field, text_of
from tlsscan.values import Choice, Name, Value, Via, strip

if TYPE_CHECKING:
    from tlsscan.frontends.java_calls import JavaCalls

MAX_CONSTANTS = 100  # of one enum


def constants(body: Node | None) -> Iterator[Node]:
    """The constants of an enum."""
    for node in children(body)[:MAX_CONSTANTS] if body is not None else ():
        if node.type == "enum_constant":
            yield node


def label(constant: Node) -> str:
    """The name of a constant."""
    return text_of(field(constant, "name"))


def of_constants(held: Value, called: tuple[str, ...], accessor: str) -> Value | None:
    """The names of a call on what a variable holds, or of a field of it, where that is a constant of the type that the
    call is known by: `Tls.V10.getId()`, else that of `called`. None where it holds no such constant."""
    owners = frozenset(name.rpartition(".")[0] for name in called)
    found = _of(held, owners, called, accessor)
    return found if _is_any(found, called) else None


def _of(held: Value, owners: frozenset[str], called: tuple[str, ...], accessor: str) -> Value:
    if isinstance(held, Via):
        return held._replace(value=_of(held.value, owners, called, accessor))
    if isinstance(held, Choice):
        return Choice(tuple(arm._replace(value=_of(arm.value, owners, called, accessor)) for arm in held.arms))
    names = held.names if isinstance(held, Name) else ()
    return Name((*_members(names, owners, accessor), *called))


def _members(names: Iterable[str], owners: frozenset[str], accessor: str) -> Iterator[str]:
    for name in names:
        owner, _, word = name.rpartition(".")
        if owner in owners and word[:1].isupper():
            yield f"{name}.{accessor}"


def _is_any(value: Value, called: tuple[str, ...]) -> bool:
    if isinstance(value, Choice):
        return any(_is_any(arm.value, called) for arm in value.arms)
    return _is_any(value.value, called) if isinstance(value, Via) else value != Name(called)


def of_field(frontend: "JavaCalls", context: Context, base: Node, word: str, called: tuple[str, ...]) -> Value | None:
    """What a field gives of a constant that an expression is or holds; None where it is of no enum. `called` are the
    names of the field by the type of the expression."""
    unit, held = context.unit, context.lower(base)
    constant = strip(held)[0]
    owners = {name.rpartition(".")[0] for name in (*called, *(constant.names if isinstance(constant, Name) else ()))}
    package = frontend.names.header(unit).package
    for binding in unit.bindings(word) or () if b"enum " in unit.source.data else ():
        inside = any(node.type == "enum_declaration" for node in binding.path)
        if binding.owner and inside and qualified_class(package, binding.path) in owners:
            return frontend.of_its_constants(context, base, binding.path, word)
    return of_constants(held, called, word)
