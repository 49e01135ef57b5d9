"""XML manifests as trees. A DOCTYPE is refused: no manifest needs one, and entities are how XML attacks its readers."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from tlsscan.manifests.tree import MAX_NODES, Broken
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

MAX_DEPTH = 200
_TAG = lazy(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")


class Element:
    """An element: its name without prefix, attributes, children, its own text, and where its tags begin."""

    __slots__ = ("attributes", "children", "end", "name", "parent", "start", "text")

    def __init__(self, name: str, attributes: dict[str, str], start: int, parent: "Element | None") -> None:
        self.name = name
        self.attributes = attributes
        self.start = start
        self.end = start
        self.parent = parent
        self.children: list[Element] = []
        self.text = ""

    def all(self, *path: str) -> "list[Element]":
        """The elements under a path of names; `*` is any."""
        found = [self]
        for name in path:
            found = [child for element in found for child in element.children if name in (child.name, "*")]
        return found

    def one(self, name: str, *path: str) -> "Element | None":
        """The first element under a path of names."""
        for child in self.children:
            if child.name == name and (found := child.one(*path) if path else child) is not None:
                return found
        return None

    def word(self, *path: str) -> str:
        """The text of the first element under a path, without white space around it."""
        found = self.one(*path)
        return found.text.strip() if found is not None else ""

    def walk(self) -> "Iterator[Element]":
        """This element and all below it, in order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


class Xml:
    """A parsed document over its bytes."""

    def __init__(self, data: bytes, root: Element) -> None:
        self.data = data
        self.root = root

    def text_span(self, element: Element) -> tuple[int, int]:
        """Where the text of a leaf stands, without white space around it."""
        tag = _TAG.match(self.data, element.start)
        start, end = (tag.end() if tag else element.start), element.end
        inner = self.data[start:end]
        lead = len(inner) - len(inner.lstrip())
        return (start + lead, start + lead + len(inner.strip())) if inner.strip() else (element.start, start)

    def attribute_span(self, element: Element, name: str) -> tuple[int, int]:
        """Where the value of an attribute stands, between its quotes."""
        tag = _TAG.match(self.data, element.start)
        end = tag.end() if tag else element.start
        pattern = rb"[\s:]" + re.escape(name.encode()) + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
        found = re.compile(pattern).search(self.data, element.start, end)
        if found is None:
            return element.start, end
        return found.span(1 if found[1] is not None else 2)


def read(source: SourceFile) -> Xml:
    """The document of a file. Raises Broken."""
    stack: list[Element] = []
    roots: list[Element] = []
    parser = expat.ParserCreate(None if source.replaced else "utf-8")
    parser.buffer_text = True
    count = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_NODES or len(stack) > MAX_DEPTH:
            raise Broken("is nested too deeply or too large", parser.CurrentByteIndex)
        if attributes:
            attributes = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        own = name.rpartition(":")[2] if ":" in name else name
        element = Element(own, attributes, parser.CurrentByteIndex, stack[-1] if stack else None)
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def finish(_: str) -> None:
        stack.pop().end = parser.CurrentByteIndex

    def text(data: str) -> None:
        if stack:
            stack[-1].text += data

    def doctype(*_: object) -> None:
        raise Broken("has a DOCTYPE, which is not read", parser.CurrentByteIndex)

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(source.data, True)
    except expat.ExpatError as error:
        raise Broken(f"is not valid XML: {expat.ErrorString(error.code)}", parser.ErrorByteIndex) from None
    return Xml(source.data, roots[0])
