"""JSP, with tags or as XML: Java in scriptlets, expressions and declarations; imports in directives."""

import re
from html import unescape

from tlsscan.hosts import Program
from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.tags import CLOSERS, Finder
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

OPENING = lazy(
    rb"<%(?P<mark>--|[@!=]?)|<jsp:(?P<element>scriptlet|expression|declaration)\s*>"
    rb"|<jsp:directive\.(?:page|tag)\b(?P<attributes>[^<>]*)>"
)
IMPORT = lazy(rb"\bimport\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
IMPORTED = lazy(rb"\s*(?:import\s)?\s*((?:static\s+)?[\w.*]+)[^,;]*[,;]?")
ENCODED = lazy(rb"<!\[CDATA\[|\]\]>|&(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")


def program(source: SourceFile) -> Program:
    """The class that the container makes of a page."""
    page = _Page(source)
    code = Assembly(source)
    code.add(page.imports)
    code.words(b"class " + class_name(source.path) + b" {\n")
    code.add(page.members)
    code.words(b"void _jspService() {\n")
    code.add(page.statements)
    code.words(b"}\n}\n")
    return Program("java", code.source())


def class_name(path: str) -> bytes:
    """The name that a container gives to the class of a page: `pay.jsp` -> `pay_jsp`."""
    return re.sub(r"\W", "_", "_" * path.rpartition("/")[2][:1].isdigit() + path.rpartition("/")[2]).encode()


class _Page:
    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self.imports = Assembly(source)
        self.members = Assembly(source)
        self.statements = Assembly(source)
        self._read(source.data)

    def _read(self, data: bytes) -> None:
        finder = Finder(data)
        at = 0
        while (found := OPENING.search(data, at)) is not None:
            at = found.end()
            if found["attributes"] is not None:
                self._directive(*found.span("attributes"))
                continue
            element = found["element"]
            closer = b"</jsp:" + element if element is not None else CLOSERS.get(found["mark"], b"%>")
            end = finder.end(closer, at)
            if end < 0:
                continue
            if element is not None:
                self._element(element, at, end)
            else:
                self._tag(found["mark"], at, end)
            at = end + len(closer)

    def _tag(self, mark: bytes, start: int, end: int) -> None:
        if mark == b"@":
            self._directive(start, end)
        elif mark == b"!":
            self.members.take(start, end)
            self.members.words(b"\n")
        elif mark == b"=":
            self.statements.words(b"out.print(")
            self.statements.take(start, end)
            self.statements.words(b"\n);\n")
        elif not mark:
            self.statements.take(start, end)
            self.statements.words(b"\n")

    def _directive(self, start: int, end: int) -> None:
        for found in IMPORT.finditer(self._source.data, start, end):
            for name in IMPORTED.finditer(self._source.data, *found.span(1 if found[1] is not None else 2)):
                self.imports.words(b"import ")
                self.imports.take(*name.span(1))
                self.imports.words(b";\n")

    def _element(self, element: bytes, start: int, end: int) -> None:
        into = self.members if element == b"declaration" else self.statements
        if element == b"expression":
            into.words(b"out.print(")
        data = self._source.data
        at, plain = start, False
        for found in ENCODED.finditer(data, start, end):
            if plain != (found.group() == b"]]>"):
                continue  # `a[b[0]]> c` outside of CDATA, `&lt;` in it
            into.take(at, found.start())
            at = found.end()
            if found.group().startswith(b"&"):
                into.decoded(unescape(found.group().decode()).encode(), *found.span())
            else:
                plain = not plain
        into.take(at, end)
        into.words(b"\n);\n" if element == b"expression" else b"\n")
