"""Razor with C#: blocks, expressions and directives after `@`, and markup at the beginning of a statement."""

import re

from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.razor_markup import Markup
from tlsscan.hosts.razor_page import RazorPage
from tlsscan.patterns import lazy

# Comments, texts, characters, marks; whatever else stands between them is one token, too. What is not closed ends with
# its line or with the file, so that nothing is looked at twice.
TOKEN = lazy(
    rb"(?P<comment>//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|@\*(?:[^*]|\*(?!@))*+(?:\*@|\Z))"
    rb'|"""(?:[^"]|"(?!""))*+(?:"""|\Z)|(?:@\$?|\$@)"[^"]*+(?:""[^"]*+)*+(?:"|\Z)'
    rb'|\$"(?:[^"{\\\n]++|\\[^\n]|\{\{|\{(?:[^{}"\n]{1,200}+|"[^"\n]{0,200}+"){0,20}+\})*+"'
    rb'|\$?"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+(?:"|(?=\\?(?:\n|\Z)))'
    rb"|'(?:\\[^\n]{1,9}?|[^'\\\n])'|(?P<space>\s+)|(?P<markup>@:|@?<(?:!--|[!/]?[A-Za-z]))|(?P<mark>[][{}();:,<@])"
    rb"|[^][{}();:,<@\s\"'/$]+|.",
    re.DOTALL,
)
STARTS = frozenset(b"{};:")  # after these a statement begins
KEYWORD = lazy(rb"(?:if|for|foreach|while|do|switch|try|lock|using|await\s+(?:foreach|using))\b")
ARMS = {
    b"if": re.compile(rb"\s*else\s*(?:\{|if\s*\()"),
    b"try": re.compile(rb"\s*(?:catch\s*[({]|catch\s+when\b|finally\s*\{)"),
    b"do": re.compile(rb"\s*while\s*\("),
}
BODY = lazy(rb"(?:functions|code)\b\s*\{")
USING = lazy(rb"using[ \t]+((?:static[ \t]+)?[A-Za-z_][\w.]*(?:[ \t]*=[ \t]*[\w.<>, ]+)?)[ \t;]*\r?$", re.MULTILINE)
DIRECTIVE = lazy(
    rb"(?:model|inherits|inject|addTagHelper|removeTagHelper|tagHelperPrefix|namespace|page|layout|attribute"
    rb"|implements|typeparam|rendermode|preservewhitespace|sessionstate)\b(?![ \t]*[.(])[^\n]*"
)
HELPER = lazy(rb"helper\s+(?=\w+\s*\()")
SECTION = lazy(rb"section\s+\w+\s*\{")
FIRST = lazy(rb"(?:await[ \t]+)?[A-Za-z_]\w*")
NEXT = lazy(rb"[?!]?\.[A-Za-z_]\w*")
AGAIN = lazy(rb"[{(]|await\b|inject[ \t]|[A-Za-z_]\w*+(?!\s*[=,:;])")
"""What may follow an `@` in code at the beginning of a statement; `@class = ...` is a name of the code."""
OPENING = (b"(", b"[", b"{")


class Code:
    """A block of code that is being read: where it goes, how many braces and parentheses are open. A statement may go
    on after its block with `arms` (`else`), and ends without a block at a semicolon. With `inside` it is read from
    behind its first brace to its last, which is not part of it."""

    def __init__(
        self,
        into: Assembly,
        *,
        statement: bool = False,
        arms: re.Pattern[bytes] | None = None,
        inside: bool = False,
    ) -> None:
        self.into = into
        self.inside = inside
        self._statement = statement
        self._arms = arms
        self._braces = int(inside)
        self._parentheses = 0

    def ends(self, mark: bytes, rest: bytes, at: int) -> bool:
        """Takes note of a mark; whether the block ends with it."""
        self._braces += (mark == b"{") - (mark == b"}")
        self._parentheses += (mark == b"(") - (mark == b")")
        if self._braces > 0 or self._parentheses > 0:  # `new { }` in parentheses is no block
            return False
        if mark == b"}":
            return self._arms is None or self._arms.match(rest, at) is None
        return mark == b";" and self._statement


class Expression(Code):
    """An expression that is written out: it ends with its last parenthesis or name."""

    def ends(self, mark: bytes, rest: bytes, at: int) -> bool:
        """Takes note of a mark; whether all parentheses are closed."""
        self._parentheses += (mark in OPENING) - (mark in (b")", b"]", b"}"))
        return self._parentheses <= 0


class CSharpPage(RazorPage[Code]):
    """A page with C#."""

    # -- from markup to code -------------------------------------------------------------------------------------

    def _transition(self, at: int) -> int:
        data = self._data
        if data.startswith(b"{", at):
            self._around.append(Code(self._into()))
            return at
        if found := BODY.match(data, at):
            self._around.append(Code(self.members, inside=True))
            return found.end()
        if found := HELPER.match(data, at):
            self._around.append(Code(self.members))
            self.members.words(b"void ")
            return found.end()
        if found := USING.match(data, at):
            self.imports.words(b"using ")
            self.imports.take(*found.span(1))
            self.imports.words(b";\n")
            return found.end()
        if found := KEYWORD.match(data, at):
            self._around.append(Code(self._into(), statement=True, arms=ARMS.get(found.group())))
            return at
        found = SECTION.match(data, at) or DIRECTIVE.match(data, at)
        return found.end() if found is not None else self._written(at)

    def _written(self, at: int) -> int:
        """An expression, in parentheses or not; the offset up to which it has been read."""
        found = FIRST.match(self._data, at)
        if found is None and not self._data.startswith(b"(", at):
            return at
        expression = Expression(self._into())
        expression.into.words(b"Write(")
        self._around.append(expression)
        if found is None:
            return at
        expression.into.take(*found.span())
        return self._goes_on(expression, found.end())

    def _goes_on(self, expression: Expression, at: int) -> int:
        """On to the next parenthesis of an expression, or to its end."""
        while (found := NEXT.match(self._data, at)) is not None:
            expression.into.take(at, found.end())
            at = found.end()
        if not self._data.startswith((b"(", b"["), at):
            expression.into.words(b"\n);\n")
            self._around.pop()
        return at

    # -- code ----------------------------------------------------------------------------------------------------

    def _code(self, code: Code, at: int) -> int:
        """On to the markup in a block, or to its end."""
        start, last = at, b"{"
        for token in TOKEN.finditer(self._data, at):
            text = token.group()
            if text.startswith(b"@*"):
                code.into.take(start, token.start())
                start = token.end()
            if token["comment"] is not None or token["space"] is not None:
                continue
            begins = last[-1] in STARTS
            if token["markup"] is not None and (begins or text.startswith((b"@<", b"@:"))):
                code.into.take(start, token.start())
                return self._nested(code, token, template=not begins)
            if text == b"@" and begins and AGAIN.match(self._data, token.end()):
                code.into.take(start, token.start())
                return self._transition(token.end())
            last = text
            if token["mark"] is not None and code.ends(text, self._data, token.end()):
                code.into.take(start, token.start() if code.inside else token.end())
                if isinstance(code, Expression):
                    return self._goes_on(code, token.end())
                code.into.words(b"\n")
                self._around.pop()
                return token.end()
        code.into.take(start, len(self._data))
        self._around.pop()
        return len(self._data)

    def _nested(self, code: Code, token: re.Match[bytes], *, template: bool) -> int:
        """Markup in code, the body of a function where it stands in an expression; where its first tag or its text
        begins."""
        code.into.words(b" item => {\n" if template else b"\n")
        line = token.group() == b"@:"
        self._around.append(Markup(nested=not line, line=line, template=template))
        return token.end() if line else token.start() + token.group().startswith(b"@")
