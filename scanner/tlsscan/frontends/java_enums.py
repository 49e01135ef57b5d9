"""Java: what an accessor gives of an enum constant that a variable holds. Loaded where one is called on a variable."""

from collections.abc import Iterable, Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import children, field, text_of
from tlsscan.values import Choice, Name, Value, Via

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
    """The names of a call on what a variable holds, where that is a constant of the type that the call is known by:
    `Tls.V10.getId()`, else that of `called`. None where it holds no such constant."""
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
            yield f"{name}.{accessor}()"


def _is_any(value: Value, called: tuple[str, ...]) -> bool:
    if isinstance(value, Choice):
        return any(_is_any(arm.value, called) for arm in value.arms)
    return _is_any(value.value, called) if isinstance(value, Via) else value != Name(called)
