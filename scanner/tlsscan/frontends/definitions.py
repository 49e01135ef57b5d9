"""Names that a file itself gives to a class, a function or an attribute: they hide a library's of that name.

Knows nothing of TLS. A definition that hands on to a namesake (`def wrap_socket(...): return ssl.wrap_socket(...)`),
and one of a class that is made from another, does not count: it does what the library does.
"""

import re

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends.grammars import Node
from tlsscan.source import SourceFile

if TYPE_CHECKING:
    from tlsscan.frontends.base import Frontend
    from tlsscan.frontends.unit import Path, Unit

PARENT_KINDS = frozenset({"superclass", "base_clause", "base_list", "argument_list"})
PLAIN_PARENTS = frozenset({"(object)", "()", "(object,)"})
WRITER_KINDS = frozenset({"setter"})
MAX_BODY = 20_000  # bytes of a definition that are looked through for a namesake


def defined(frontend: "Frontend", unit: "Unit", path: "Path", *, made: bool = False) -> str:
    """The qualified name of the class or function whose name ends a path; empty if it ends otherwise, or hands on, or
    (unless `made` from another counts, too) is of a class that is made from another."""
    level = len(path) - 2
    if level > 0 and path[level].type in WRITER_KINDS:
        level -= 1
    if level < 1 or path[level].type not in frontend.function_kinds | frontend.class_kinds:
        return ""
    node, name = path[level], path[level].child_by_field_name("name")
    if name is None or name != path[level + 1] or hands_on(unit.source, node, path[-1]):
        return ""
    around = (inner for inner in path[: level + 1] if inner.type in frontend.class_kinds)
    if not made and any(_is_made_from_another(inner) for inner in around):
        return ""
    word = (path[level + 1].text or b"").decode("utf-8", "replace")
    return ".".join(part for part in (frontend.module(unit), frontend.enclosing(path[:level]), word) if part)


def hands_on(source: SourceFile, node: Node, leaf: Node) -> bool:
    """Whether a definition names a member of something else that is called as itself."""
    body = source.data[leaf.end_byte : min(node.end_byte, leaf.end_byte + MAX_BODY)]
    return re.search(rb"[.\\:>]" + re.escape(leaf.text or b"") + rb"\b", body) is not None


def _is_made_from_another(node: Node) -> bool:
    for child in node.named_children[:8]:
        if child.type in PARENT_KINDS:
            return b"".join((child.text or b"").split()).decode("utf-8", "replace") not in PLAIN_PARENTS
    return False
