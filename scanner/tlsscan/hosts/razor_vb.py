"""Razor with VB: `@Code` and other blocks up to their `End`, expressions, imports; markup in code begins with `@<`."""

import re

from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.razor_markup import Markup
from tlsscan.hosts.razor_page import RazorPage
from tlsscan.patterns import lazy

BLOCK = lazy(rb"(?i)(code|functions)\b")
IMPORTS = lazy(rb"(?i)imports[ \t]+([A-Za-z_][\w.]*(?:[ \t]*=[ \t]*[\w.]+)?)")
DIRECTIVE = lazy(rb"(?i)(?:modeltype|inherits|layout|section)\b[^\n]*|end[ \t]+section\b")
STATEMENT = lazy(rb"(?i)(?:if|for|while|do|using|try|select|with|synclock)\b")
OPENS = lazy(
    rb"(?i)[ \t]*(?:if\b.*\bthen[ \t]*(?:'.*)?\r?$|(?:for|while|do|using|try|select|with|synclock)\b)", re.MULTILINE
)
CLOSES = lazy(rb"(?i)[ \t]*(?:end[ \t]+(?:if|while|using|try|select|with|synclock)|next|loop)\b")
COMMENT = lazy(rb"[ \t]*@\*(?:[^*]|\*(?!@))*+(?:\*@|\Z)")
MARKUP = lazy(rb"[ \t]*(?:(?P<line>@:)|@?(?=</?[A-Za-z]))")
NAME = lazy(rb"\[?[A-Za-z_]\w*\]?")
NEXT = lazy(rb"\??\.\[?[A-Za-z_]\w*\]?")
PARENTHESES = lazy(rb"\"[^\"\n]*\"?|[()]")
MAX_EXPRESSION = 20_000  # bytes of one expression
MAX_NESTING = 20  # parentheses in each other in one expression


class Code:
    """A block that is being read: where it goes, and its end (`End Code`), or how many statements are open."""

    def __init__(self, into: Assembly, end: re.Pattern[bytes] | None) -> None:
        self.into = into
        self.end = end
        self.open = 0


class VbPage(RazorPage[Code]):
    """A page with VB."""

    def _transition(self, at: int) -> int:
        data = self._data
        if found := BLOCK.match(data, at):
            into = self._into() if found.group().lower() == b"code" else self.members
            self._around.append(Code(into, re.compile(rb"(?i)[ \t]*end[ \t]+" + found.group() + rb"\b")))
            return found.end()
        if found := IMPORTS.match(data, at):
            self.imports.words(b"Imports ")
            self.imports.take(*found.span(1))
            self.imports.words(b"\n")
            return found.end()
        if STATEMENT.match(data, at):
            self._around.append(Code(self._into(), None))
            return at
        found = DIRECTIVE.match(data, at)
        return found.end() if found is not None else self._written(at, _chain(data, at))

    def _written(self, start: int, end: int) -> int:
        if end > start:
            into = self._into()
            into.words(b"Write(")
            into.take(start, end)
            into.words(b")\n")
        return end

    def _code(self, code: Code, at: int) -> int:
        """One line of a block; the offset after it, or where markup begins."""
        data = self._data
        stop = data.find(b"\n", at)
        stop = len(data) if stop < 0 else stop + 1
        if found := COMMENT.match(data, at):
            return found.end()
        if found := MARKUP.match(data, at):
            line = found["line"] is not None
            self._around.append(Markup(nested=not line, line=line))
            return found.end()
        ended = code.end.match(data, at) if code.end is not None else None
        if ended is None:
            code.into.take(at, stop)
            code.open += bool(OPENS.match(data, at, stop)) - bool(CLOSES.match(data, at, stop))
        if ended is not None or stop == len(data) or (code.end is None and code.open <= 0):
            code.into.words(b"\n")
            self._around.pop()
        return ended.end() if ended is not None else stop


def _balanced(data: bytes, at: int) -> int:
    """Where what a parenthesis opens ends; the place itself if it does not, or is too long."""
    depth = 0
    for token in PARENTHESES.finditer(data, at, at + MAX_EXPRESSION):
        if depth >= MAX_NESTING:
            break
        depth += (token.group() == b"(") - (token.group() == b")")
        if depth <= 0 and token.group() == b")":
            return token.end()
    return at


def _chain(data: bytes, at: int) -> int:
    """Where an expression ends: one in parentheses, or names, members and calls."""
    if data.startswith(b"(", at):
        return _balanced(data, at)
    end = at
    found = NAME.match(data, at)
    while found is not None:
        end = found.end()
        while data[end : end + 1] == b"(":
            after = _balanced(data, end)
            if after == end:
                return end
            end = after
        found = NEXT.match(data, end)
    return end
