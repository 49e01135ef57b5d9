"""JSON manifests as trees; comments are allowed, as the tools that read such files allow them."""

from tlsscan.hosts import jsontext
from tlsscan.manifests.codetext import without_comments
from tlsscan.manifests.tree import MAX_DEPTH, MAX_NODES, Broken, Node


def read(data: bytes) -> Node:
    """The document. Raises Broken."""
    if b"//" in data or b"/*" in data:
        data = without_comments(data, "c")
    stack = [Node("", 0, len(data), "", [])]
    count = 0
    try:
        for event in jsontext.events(data):
            count += 1
            if count > MAX_NODES or event.depth > MAX_DEPTH:
                raise Broken("is nested too deeply or too large", event.start)
            if event.what == "end":
                done = stack.pop()
                _items(stack[-1])[-1] = done._replace(end=event.end)
                continue
            made = _node(data, event)
            _items(stack[-1]).append(made)
            if made.items is not None:
                stack.append(made)
    except jsontext.Malformed as error:
        raise Broken("is not valid JSON", error.offset) from None
    return _items(stack[0])[0]


def _items(node: Node) -> list[Node]:
    return node.items if node.items is not None else []


def _node(data: bytes, event: jsontext.Event) -> Node:
    if event.what in ("object", "list"):
        return Node("", event.start, event.end, event.key, [], event.what == "object")
    if event.what == "plain":
        return Node(data[event.start : event.end].decode(), event.start, event.end, event.key)
    parts = [data[a:b] if piece is None else piece for piece, a, b in jsontext.pieces(data, event.start, event.end)]
    text = b"".join(parts).decode("utf-8", "replace")
    return Node(text, event.start, event.end, event.key, quoted=True)
