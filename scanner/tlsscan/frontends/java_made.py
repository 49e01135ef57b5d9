"""Java: methods that run whenever an object of their class is made. Loaded where such a method may give a member its
value."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import ANNOTATION_KINDS, unwrap
from tlsscan.frontends.unit import Path, field, text_of

CONTAINER = frozenset({"PostConstruct", "Before", "BeforeEach", "BeforeClass", "BeforeAll", "BeforeMethod"})
"""What marks a method that the container, or the runner of tests, calls before any other."""
FIRST = frozenset({"afterPropertiesSet"})
INITIALIZERS = frozenset({"static_initializer", "block"})
OWN_CONSTRUCTION = "explicit_constructor_invocation"


def runs_first(path: Path, method: Node, writes: Iterable[int]) -> bool:
    """Whether a method in a path runs whenever an object of its class is made, and is the only place that writes a
    member, of which all writes are given by their offsets."""
    body = next((around for around, node in pairwise(path) if node == method), None)
    if body is None or any(not method.start_byte <= offset < method.end_byte for offset in writes):
        return False
    name = text_of(field(method, "name"))
    return name in FIRST or not CONTAINER.isdisjoint(annotations(method)) or _is_always_called(body, name)


def annotations(method: Node) -> Iterator[str]:
    """The names of the annotations of a method."""
    modifiers = next((child for child in method.named_children if child.type == "modifiers"), None)
    for child in modifiers.named_children if modifiers is not None else ():
        if child.type in ANNOTATION_KINDS:
            yield text_of(field(child, "name")).rpartition(".")[2]


def _is_always_called(body: Node, name: str) -> bool:
    """Whether each constructor of a class that calls no other one of it calls a method in any case, or an initializer
    does."""
    if any(_calls(block, name) for member in body.named_children for block in _initializers(member)):
        return True
    made = [field(member, "body") for member in body.named_children if member.type == "constructor_declaration"]
    every = [block for block in made if block is not None and not _leaves_it_to_another(block)]
    return bool(every) and all(_calls(block, name) for block in every)


def _initializers(member: Node) -> Iterator[Node]:
    if member.type in INITIALIZERS:
        yield from (member, *(child for child in member.named_children if child.type == "block"))


def _leaves_it_to_another(block: Node) -> bool:
    first = next(iter(block.named_children), None)
    other = first is not None and first.type == OWN_CONSTRUCTION
    return other and text_of(field(first, "constructor") if first is not None else None) == "this"


def _calls(block: Node, name: str) -> bool:
    """Whether a statement of a block is a call of a method of the own object."""
    calls = (unwrap(next(iter(child.named_children), None)) for child in block.named_children)
    return any(
        call is not None
        and call.type == "method_invocation"
        and text_of(field(call, "name")) == name
        and text_of(field(call, "object")) in ("", "this")
        for call in calls
    )
