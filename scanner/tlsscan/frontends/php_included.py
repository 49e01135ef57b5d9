"""PHP: what a file gives to whoever includes it, and settings of a framework by their keys. Knows nothing of TLS."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.php_text import dotted
from tlsscan.frontends.unit import Unit, children, field, text_of
from tlsscan.included import ending, exact
from tlsscan.values import Name, Operation, Text, Unknown, Value

TEXT_KINDS = frozenset({"string", "encapsed_string"})
MAX_PARTS = 8
SETTING = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+){1,7}")
NOT_FOLLOWED = Unknown("what the included file gives is not known")


def included(context: Context, node: Node) -> Value:
    """What `require 'file.php'` and its like give."""
    parts = children(node)
    names = tuple(_names(context.unit, parts[-1])) if parts else ()
    return Name(names) if names else NOT_FOLLOWED


def setting_of(key: str) -> Value | None:
    """What a file of settings has under a key: `services.shop.port` is an entry of what `config/services.php` gives."""
    if not SETTING.fullmatch(key):
        return None
    file, *words = key.split(".")
    found: Value = Name((ending(f"config/{file}.php"),))
    for word in words:
        found = Operation("item", (found, Text(word)))
    return found


def _names(unit: Unit, node: Node) -> Iterator[str]:
    """The files that a path may name, likeliest first: of one without a folder that it begins in, the file beside this
    one, else any of that name."""
    parts = _concatenated(node)
    tail = "".join(filter(None, map(_literal, parts[1:])))
    if not parts or any(_literal(part) is None for part in parts[1:]):
        return
    here = posixpath.dirname(unit.source.path)
    lead = _literal(parts[0])
    if lead is not None:
        if not lead.startswith("/"):
            yield from _joined(here, lead + tail)
            yield from [ending(lead + tail)] if not lead.startswith(".") else ()
        return
    up = _folder(parts[0])
    if up is not None and tail.startswith("/"):
        yield from _joined(here, "../" * up + tail.lstrip("/"))
        return
    whole = tail or _argument(parts[0])
    if whole.endswith(".php") and ".." not in whole:
        yield ending(whole)


def _joined(folder: str, tail: str) -> Iterator[str]:
    path = posixpath.normpath(posixpath.join(folder, tail))
    if not path.startswith("../"):
        yield exact(path)


def _concatenated(node: Node) -> Sequence[Node]:
    """The operands of a chain of `.`, in order; none if they are too many."""
    found: list[Node] = []
    current: Node | None = _bare(node)
    while current is not None and current.type == "binary_expression" and text_of(field(current, "operator")) == ".":
        right = field(current, "right")
        found.extend([right] if right is not None else [])
        current = field(current, "left")
        if len(found) > MAX_PARTS:
            return ()
    return [_bare(part) for part in (*([current] if current is not None else []), *reversed(found))]


def _bare(node: Node) -> Node:
    while node.type == "parenthesized_expression" and children(node):
        node = children(node)[0]
    return node


def _literal(node: Node) -> str | None:
    """The text of a string without escapes and variables."""
    parts = children(node) if node.type in TEXT_KINDS else []
    plain = all(part.type == "string_content" for part in parts)
    return "".join(map(text_of, parts)) if node.type in TEXT_KINDS and plain else None


def _folder(node: Node) -> int | None:
    """How far above the folder of the file an expression is: `__DIR__`, `dirname(__FILE__)`, `dirname(__DIR__, 2)`."""
    up = 0
    for _ in range(MAX_PARTS):
        word = text_of(node).upper()
        if word == "__DIR__":
            return up
        if word == "__FILE__":
            return up - 1 if up else None
        called = dotted(text_of(field(node, "function"))).lower() if node.type == "function_call_expression" else ""
        given = _given(node)
        if called != "dirname" or not given:
            return None
        count = text_of(given[1]) if len(given) > 1 else "1"
        if not count.isdigit() or len(count) > 1:
            return None
        up, node = up + int(count), given[0]
    return None


def _given(node: Node) -> list[Node]:
    """What a call passes."""
    listed = field(node, "arguments") if node.type == "function_call_expression" else None
    return [parts[-1] for one in (children(listed) if listed is not None else ()) if (parts := children(one))]


def _argument(node: Node) -> str:
    """The only argument of a function that makes a whole path of it, `base_path('config/app.php')`; else nothing."""
    given = _given(node)
    text = _literal(given[0]) if len(given) == 1 else None
    return text or ""
