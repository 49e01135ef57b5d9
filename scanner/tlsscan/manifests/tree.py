"""What JSON, YAML and TOML have in common: trees of texts, lists and mappings, with their places in the file."""

from collections.abc import Iterator

from tlsscan.records import NamedTuple

MAX_DEPTH = 100
MAX_NODES = 500_000


class Broken(ValueError):
    """A manifest that is not what its name promises: what is wrong, and the byte offset if it is known."""

    def __init__(self, text: str, offset: int = -1) -> None:
        super().__init__(text)
        self.text = text
        self.offset = offset


class Node(NamedTuple):
    """A scalar (`items` is None) as its text, or a list or mapping (`mapping`) of nodes, keys being their `key`."""

    text: str
    start: int
    end: int
    key: str = ""
    items: "list[Node] | None" = None
    mapping: bool = False
    quoted: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end

    def get(self, *keys: str) -> "Node | None":
        """What stands under a path of keys; a list of one mapping is not looked into."""
        node = self
        for key in keys:
            found = next((item for item in node.items or () if node.mapping and item.key == key), None)
            if found is None:
                return None
            node = found
        return node

    def word(self, *keys: str) -> str:
        """The text under a path of keys; empty if there is none."""
        node = self.get(*keys)
        return node.text if node is not None and node.items is None else ""

    def scalars(self, *keys: str) -> "list[Node]":
        """The texts under a path of keys: one, or those of a list."""
        node = self.get(*keys)
        if node is None:
            return []
        if node.items is None:
            return [node]
        return [] if node.mapping else [item for item in node.items if item.items is None]

    def children(self, *keys: str) -> "list[Node]":
        """The entries or items under a path of keys."""
        node = self.get(*keys)
        return node.items or [] if node is not None else []

    def walk(self) -> "Iterator[Node]":
        """This node and all below it, each once however often it is referred to, without recursion."""
        waiting, seen = [self], set()
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            waiting.extend(reversed(node.items or ()))
