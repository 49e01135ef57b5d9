"""ASP.NET pages, controls and handlers: C# or VB in `<% %>` and in scripts that run at the server."""

import re

from tlsscan.hosts import Program
from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.jsp import class_name
from tlsscan.hosts.tags import CLOSERS, Finder
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile

ATTRIBUTE_TEXT = rb"(?:[^<>\"']|\"[^\"]{0,300}\"|'[^']{0,300}'){0,400}"
OPENING = lazy(rb"(?i)<%(?P<mark>--|#:|[:#$]|\s*[@=]|)|<script\b(?P<script>" + ATTRIBUTE_TEXT + rb")>")
ATTRIBUTE = lazy(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
NAME = lazy(rb"\s*(\w+)")
QUALIFIED = lazy(rb"[A-Za-z_][\w.]*")
HANDLERS = (".ashx", ".asmx", ".svc")  # all that follows the directive is code
LANGUAGES = {
    b"c#": "csharp",
    b"cs": "csharp",
    b"csharp": "csharp",
    b"vb": "vbnet",
    b"vbs": "vbnet",
    b"vbscript": "vbnet",
}
LANGUAGES |= {b"visualbasic": "vbnet"}
CSHARP_ENDS = lazy(rb"[;{}][ \t]*\r?$", re.MULTILINE)
EXPRESSIONS = frozenset({b"=", b":", b"#", b"#:"})


class Span(NamedTuple):
    """A stretch of a file."""

    start: int
    end: int


class Spelling(NamedTuple):
    """How a language writes what ASP.NET makes of a page."""

    use: tuple[bytes, bytes]
    opening: bytes
    base: bytes
    opened: bytes
    method: bytes
    close: bytes


SPELLINGS = {
    "csharp": Spelling((b"using ", b";\n"), b"class ", b" : ", b" {\n", b"void Render() {\n", b"}\n}\n"),
    "vbnet": Spelling(
        (b"Imports ", b"\n"), b"Class ", b"\nInherits ", b"\n", b"Sub Render()\n", b"End Sub\nEnd Class\n"
    ),
}
WRITE = {"csharp": (b"Response.Write(", b"\n);\n"), "vbnet": (b"Response.Write(", b")\n")}


def program(source: SourceFile) -> Program:
    """The class that ASP.NET makes of a page, or the classes of a handler."""
    page = _Page(source)
    language = page.language()
    if language not in SPELLINGS:
        return Program("", source, foreign=language)
    return Program(language, page.code(language).source())


class _Page:
    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._declared = b""
        self._behind = b""
        self._imports: list[Span] = []
        self._base: Span | None = None
        self._members: list[Span] = []
        self._statements: list[tuple[bytes, Span]] = []
        self._between: list[Span] = []
        self._read(source.data)

    def _read(self, data: bytes) -> None:
        finder = Finder(data)
        at = left = 0
        while (found := OPENING.search(data, at)) is not None:
            at = found.end()
            script = found["script"]
            if script is not None:
                attributes = _attributes(data, *found.span("script"))
                if _text(data, attributes.get(b"runat")) != b"server":
                    continue
                self._declared = self._declared or _text(data, attributes.get(b"language"))
            mark = (found["mark"] or b"").strip()
            closer = b"</script" if script is not None else CLOSERS.get(mark, b"%>")
            end = finder.end(closer, at)
            if end < 0:
                continue
            self._between.append(Span(left, found.start()))
            if script is not None:
                self._members.append(Span(at, end))
            else:
                self._tag(mark, Span(at, end))
            at = left = end + len(closer)
        self._between.append(Span(left, len(data)))

    def _tag(self, mark: bytes, inside: Span) -> None:
        if mark == b"@":
            self._directive(inside)
        elif not mark or mark in EXPRESSIONS:
            self._statements.append((mark, inside))

    def _directive(self, inside: Span) -> None:
        data = self._source.data
        name = NAME.match(data, *inside)
        attributes = _attributes(data, *inside)
        word = name.group(1).lower() if name is not None else b""
        if word == b"import" and b"namespace" in attributes:
            self._imports.append(attributes[b"namespace"])
            return
        if word in (b"assembly", b"register", b"reference", b"outputcache"):
            return
        self._declared = _text(data, attributes.get(b"language")) or self._declared
        for attribute in (b"codebehind", b"codefile", b"src"):
            self._behind = self._behind or _text(data, attributes.get(attribute)).rpartition(b".")[2]
        self._base = attributes.get(b"inherits", self._base)

    def _is_handler(self) -> bool:
        return self._source.path.lower().endswith(HANDLERS)

    def language(self) -> str:
        """The id of the page's language; one that is not known is told as it is written.

        Where neither a directive nor the file behind says it, the configuration does: then the code is looked at.
        """
        told = self._declared or self._behind
        if told:
            return LANGUAGES.get(told, told.decode("utf-8", "replace"))
        spans = self._between if self._is_handler() else [*self._members, *[span for _, span in self._statements]]
        data = self._source.data
        return "csharp" if any(CSHARP_ENDS.search(data[start:end].rstrip()) for start, end in spans) else "vbnet"

    def code(self, language: str) -> Assembly:
        """The program in a language."""
        spelling = SPELLINGS[language]
        code = Assembly(self._source)
        self._use(code, spelling)
        if self._is_handler():
            for span in self._between:
                code.take(*span)
                code.words(b"\n")
            return code
        code.words(spelling.opening + class_name(self._source.path))
        if self._base is not None and QUALIFIED.fullmatch(self._source.data, *self._base):
            code.words(spelling.base)
            code.take(*self._base)
        code.words(spelling.opened)
        for span in self._members:
            code.take(*span)
            code.words(b"\n")
        code.words(spelling.method)
        for mark, span in self._statements:
            before, after = WRITE[language] if mark else (b"", b"\n")
            if before:
                code.words(before)
            code.take(*span)
            code.words(after)
        code.words(spelling.close)
        return code

    def _use(self, code: Assembly, spelling: Spelling) -> None:
        before, after = spelling.use
        code.words(before + b"System" + after)
        for span in self._imports:
            if QUALIFIED.fullmatch(self._source.data, *span):
                code.words(before)
                code.take(*span)
                code.words(after)


def _attributes(data: bytes, start: int, end: int) -> dict[bytes, Span]:
    found = ATTRIBUTE.finditer(data, start, end)
    return {one.group(1).lower(): Span(*one.span(one.lastindex or 0)) for one in found}


def _text(data: bytes, span: Span | None) -> bytes:
    return data[span.start : span.end].strip().lower() if span is not None else b""
