"""Java: private methods that nothing calls. Loaded where a setting stands in a private method."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_made import annotations
from tlsscan.frontends.speaker import TooDeep
from tlsscan.frontends.unit import Unit, field, text_of
from tlsscan.patterns import lazy

OF_STREAMS = frozenset({"readObject", "writeObject", "readObjectNoData", "readResolve", "writeReplace"})
IDLE_MARKS = frozenset({"Deprecated", "SuppressWarnings"})
"""Annotations by which nothing calls a method."""
_HIDDEN_CALLS = lazy(rb"\bnative\b|\bgetDeclaredMethod|\bMethodHandle|\bReflection\w*")


def is_uncalled(unit: Unit, method: Node) -> bool:
    """Whether no code can call a private method: no other place of its file has its name, which may stand in a text,
    and no framework looks for it."""
    word = text_of(field(method, "name"))
    if word in OF_STREAMS or not IDLE_MARKS.issuperset(annotations(method)):
        return False
    outside = (at for at in unit.occurrences(word) if not method.start_byte <= at < method.end_byte)
    return not any(_may_call(unit, at) for at in outside) and not _HIDDEN_CALLS.search(unit.source.data)


def _may_call(unit: Unit, offset: int) -> bool:
    """Whether a name is more than a part of a comment, or that of another method of the name."""
    try:
        path = unit.path_at(offset)
    except TooDeep:
        return True
    declares = len(path) > 1 and path[-2].type == "method_declaration" and field(path[-2], "name") == path[-1]
    return not (declares or "comment" in path[-1].type)
