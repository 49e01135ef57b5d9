"""Comments in a syntax tree, and the statement that one stands above or behind. Knows no language."""

import re

from tlsscan.annotations import Protocol
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.speaker import TooDeep
from tlsscan.patterns import lazy

MOST_NODES = 400  # of a statement that are looked at for a block in it
SEQUENCES = lazy(
    r"(?:^|_)(?:program|module|unit|file|block|body|statements|statement_list|declaration_list|then|else|clause|group)$"
)
"""Kinds of nodes that hold statements: they begin where their first one does, but are not it."""
BODIES = lazy(r"(?:^|_)(?:block|body|compound_statement|declaration_list|accessor_list|then|do)$")


class Readable(Protocol):
    """A file as a tree."""

    def path_at(self, start: int) -> tuple[Node, ...]:
        """The nodes from the root to the leaf at a byte offset. Raises TooDeep."""


def around(unit: Readable, offset: int) -> tuple[int, int] | None:
    """The comment that an offset stands in."""
    try:
        path = unit.path_at(offset)
    except TooDeep:
        return None
    node = next((node for node in reversed(path) if "comment" in node.type), None)
    return (node.start_byte, node.end_byte) if node is not None else None


def beginning(unit: Readable, offset: int) -> tuple[int, int] | None:
    """What begins at an offset, a statement or a part of one; up to its block, if it has one."""
    try:
        path = unit.path_at(offset)
    except TooDeep:
        return None
    node = next((node for node in path[1:] if node.start_byte == offset and _is_whole(node)), None)
    if node is None:
        return None
    body = _body(node)
    return node.start_byte, node.end_byte if body is None else body.start_byte


def ending(unit: Readable, offset: int, limit: int) -> tuple[int, int] | None:
    """What ends with the byte at an offset, or behind it but before a limit: the largest part of a statement without a
    block."""
    try:
        path = unit.path_at(offset)
    except TooDeep:
        return None
    found = None
    for node in reversed(path[1:]):
        if node.end_byte > limit or not _is_whole(node) or _body(node) is not None:
            break
        found = (node.start_byte, node.end_byte)
    return found


def _is_whole(node: Node) -> bool:
    """Whether a node is a statement or a part of one: what does not parse may go on to the end of the file."""
    return not node.has_error and SEQUENCES.search(node.type) is None


def _body(node: Node) -> Node | None:
    """The first block in a statement."""
    return _first(node, BODIES)


def _first(node: Node, kinds: re.Pattern[str]) -> Node | None:
    """The first of a node's descendants that is of some kind, in program order."""
    stack = list(reversed(node.children))
    for _ in range(MOST_NODES):
        if not stack:
            break
        inner = stack.pop()
        if inner.is_named and kinds.search(inner.type):
            return inner
        stack.extend(reversed(inner.children))
    return None
