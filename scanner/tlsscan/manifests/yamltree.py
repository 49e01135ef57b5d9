"""YAML of a scanned repository as trees of texts, lists and mappings; every scalar is the text that was written.

Other than packs, such files may have several documents, anchors and tags. Tags mean nothing here, an alias is the node
that it refers to, and `<<` merges it. Events are counted before anything is built: the C composer overflows the stack
on some ten thousand nested brackets.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.manifests.tree import MAX_DEPTH, MAX_NODES, Broken, Node
from tlsscan.patterns import lazy

if TYPE_CHECKING:
    from yaml import Event, ScalarEvent
    from yaml._yaml import Mark as CMark
    from yaml.error import Mark


_LONG = lazy(r"[^\x00-\x7f]")
"""Code points that are more than one byte."""


def read_all(data: bytes) -> list[Node]:
    """The documents of a file. Raises Broken."""
    import yaml

    loader = getattr(yaml, "CLoader", yaml.Loader)
    text = data.decode("utf-8", "replace")
    try:
        return _Builder(text).build(iter(loader(text).get_event, None))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        offset = len(text[: mark.index].encode()) if mark is not None else -1
        raise Broken(f"is not valid YAML: {error.problem or 'unreadable'}", offset) from None
    except yaml.YAMLError as error:
        raise Broken(f"is not valid YAML: {str(error).splitlines()[0]}") from None


def read(data: bytes) -> Node:
    """The first document that says anything. Raises Broken."""
    documents = read_all(data)
    return documents[0] if documents else Node("", 0, 0)


def lines(data: bytes, node: Node) -> Iterator[Node]:
    """The lines of a text that is written as a block, each where it stands."""
    at = node.start
    for line in node.text.split("\n"):
        if text := line.strip():
            found = data.find(text.encode(), at, max(node.end, at))
            if found >= 0:
                at = found + len(text.encode())
                yield node._replace(text=text, start=found, end=at)
            else:
                yield node._replace(text=text)


class _Builder:
    """Trees from events. Offsets are those of bytes."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._long = [] if text.isascii() else [match.start() for match in _LONG.finditer(text)]
        self._bytes = list(accumulate((len(text[at].encode()) - 1 for at in self._long), initial=0))
        self._open: list[tuple[Node, str | None]] = []
        self._sizes = [0]  # of what is open and of the document: how much it is with everything that it refers to
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._documents: list[Node] = []

    def build(self, events: "Iterable[Event]") -> list[Node]:
        """The documents that events amount to."""
        from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, MappingStartEvent, ScalarEvent

        for count, event in enumerate(events):
            start = self._offset(event.start_mark)
            if count > MAX_NODES or len(self._open) > MAX_DEPTH:
                raise Broken("is nested too deeply or too large", start)
            if isinstance(event, ScalarEvent):
                self._add(self._scalar(event, start), event.anchor, 1)
            elif isinstance(event, CollectionStartEvent):
                node = Node("", start, start, "", [], isinstance(event, MappingStartEvent))
                self._open.append((node, event.anchor))
                self._sizes.append(1)
            elif isinstance(event, CollectionEndEvent):
                node, anchor = self._open.pop()
                items = _entries(node) if node.mapping else node.items
                end = self._offset(event.end_mark)
                self._add(Node("", node.start, end, "", items, node.mapping), anchor, self._sizes.pop())
            elif isinstance(event, AliasEvent):
                known = self._anchors.get(event.anchor or "")
                if known is None:
                    raise Broken(f"refers to *{event.anchor}, which nothing in it is called", start)
                self._add(known[0], "", known[1])
            if self._sizes[-1] > MAX_NODES:
                raise Broken("refers to its parts so often that it is too large", start)
        return self._documents

    def _scalar(self, event: "ScalarEvent", start: int) -> Node:
        end = self._offset(event.end_mark)
        if not event.style:
            return Node(event.value, start, end)
        if event.style in "|>":
            return Node(event.value, self._block(start, end), end)
        return Node(event.value, start + 1, end - 1, quoted=True)

    def _block(self, start: int, end: int) -> int:
        """Where the text of a block begins, behind the line of its `|` or `>`."""
        _, _, rest = self._data[start:end].partition(b"\n")
        return end - len(rest.lstrip()) if rest.strip() else start

    def _add(self, node: Node, anchor: str | None, size: int) -> None:
        self._sizes[-1] += size
        if anchor:
            self._anchors[anchor] = (node, size)
        if self._open:
            into = self._open[-1][0].items
            if into is not None:
                into.append(node)
        else:
            self._documents.append(node)

    def _offset(self, mark: "Mark | CMark | None") -> int:
        """Where a code point of the text stands among its bytes; every event that a parser makes has its marks."""
        index = mark.index if mark is not None else 0
        return index + self._bytes[bisect_left(self._long, index)] if self._long else index


def _entries(mapping: Node) -> list[Node]:
    """The entries of a mapping from its keys and values in turn. What is merged stands behind what is written here."""
    flat = mapping.items or []
    entries: list[Node] = []
    merged: list[Node] = []
    for key, value in zip(flat[::2], flat[1::2], strict=False):
        if key.text == "<<" and value.items is not None:
            sources = [value] if value.mapping else value.items
            merged += [entry for source in sources if source.mapping for entry in source.items or ()]
        else:
            entries.append(Node(value.text, value.start, value.end, key.text, value.items, value.mapping, value.quoted))
    if merged:
        known = {entry.key for entry in entries}
        entries += [entry for entry in merged if entry.key not in known]
    return entries
