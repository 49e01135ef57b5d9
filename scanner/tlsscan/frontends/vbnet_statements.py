"""VB.NET's statements, from the tokens of one logical line. Resolves no names."""

from collections.abc import Iterator

from tlsscan.frontends.vbnet_syntax import BINARY, UNARY, Declared, Expr, Expressions, Statement
from tlsscan.frontends.vbnet_tokens import tokens, words
from tlsscan.records import NamedTuple

ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "\\=", "^=", "&=", "<<=", ">>="})
MODIFIERS = words(
    "public private protected friend shared shadows overloads overrides overridable notoverridable mustoverride"
    " mustinherit notinheritable partial default async iterator readonly writeonly widening narrowing withevents"
    " static dim const custom"
)
HEADERS = frozenset({"sub", "function", "operator", "property", "class", "module", "structure", "interface", "enum"})
ACCESSORS = words("get set addhandler removehandler raiseevent")
ASKING = words(
    "elseif while until do loop select case return throw yield with synclock error call raiseevent stop let"
    " addhandler removehandler set get"
)
SILENT = words(
    "end exit continue goto next try finally else option declare event delegate redim erase resume implements on"
)


class Line(NamedTuple):
    """The statements of a logical line, and whether a part of it was not understood."""

    statements: tuple[Statement, ...]
    broken: bool


def parse(text: str, origin: int, encoding: str) -> Line:
    """The statements of a logical line that begins at a byte offset of a file in some encoding. Raises TooDeep."""
    parser = _Statements(tokens(text, origin, encoding), origin)
    return Line(tuple(parser.all()), parser.broken)


class _Statements(Expressions):
    """The statements of a line."""

    def all(self) -> Iterator[Statement]:
        """Every statement of the line."""
        while not self.at_end():
            yield from self._one_or_more()
            if not self.at_end() and not self.skip(":"):
                self.broken = True
                return

    def _one_or_more(self) -> Iterator[Statement]:
        if self.low() != "if":
            yield self.statement()
            return
        self.deeper()
        start = self.take().start
        condition = self.expression()
        yield Statement("evaluate", start, condition.end, "if", (condition,))
        self.skip("then")
        text, other = self.written(condition), False
        while not self.at_end():
            if not other and self.skip("else"):
                text, other = f"not ({text})", True
            elif not self.skip(":"):
                for made in self._one_or_more():
                    yield made._replace(condition=made.condition or text)
                if self.low() not in ("else", ":"):
                    break
        self._depth -= 1

    def statement(self) -> Statement:
        """One statement, up to the colon or the end of what it stands in."""
        start = self.here
        modifiers: set[str] = set()
        while self.low() in MODIFIERS and self.low(1) not in ASSIGNMENTS | {".", "("}:
            modifiers.add(self.take().low)
        word = self.low()
        if modifiers and word not in HEADERS | SILENT | ACCESSORS:
            return Statement(
                "declare", start, 0, "", (), tuple(self._declarators()), "", frozenset(modifiers)
            )._replace(end=self.past)
        if word in HEADERS and (word == "operator" or self.low(1) not in ASSIGNMENTS | {"."}):
            return self._header(start, frozenset(modifiers))
        if word in ACCESSORS and self.low(1) in ("(", ""):
            return self._header(start, frozenset(modifiers))
        return self._plain(start, word)

    def _plain(self, start: int, word: str) -> Statement:
        if word in ("imports", "inherits", "namespace"):
            return self._import(start, word)
        if word in ("using", "for", "catch"):
            return self._binding(start, word)
        if word == "end":
            self._at = len(self._tokens)
        if word in SILENT:
            self.rest()
            return Statement("nothing", start, self.past, word)
        if word in ASKING and self.low(1) not in ASSIGNMENTS and not self._is_receiver():
            return self._asking(start, word)
        target = self.expression() if word in UNARY else self.postfix()
        if self.low() in ASSIGNMENTS:
            operator = self.take().low
            value = self.expression()
            return Statement("assign", start, value.end, operator, (target, value))
        if not self.at_end() and self.low() in BINARY:
            self.rest()
        return Statement("evaluate", start, self.past, "", (target,))

    def _is_receiver(self) -> bool:
        """Whether the next word has a member taken from it: a dot right after it, unlike in `With .Member`."""
        first, second = self.peek(), self.peek(1)
        return first is not None and second is not None and second.text == "." and first.end == second.start

    def _asking(self, start: int, word: str) -> Statement:
        self.take()
        while self.low() in ("case", "while", "until", "is", "handler", "else", "error") or (
            self.low() in BINARY and self.low() not in ("-", "+")
        ):
            self.take()
        parts: list[Expr] = []
        while not self.at_end() and self.low() not in (":", ")", "else"):
            parts.append(self.expression())
            if not self.skip(",", "to", "then", "is", "when"):
                break
        return Statement("evaluate", start, self.past, word, tuple(parts))

    def _import(self, start: int, word: str) -> Statement:
        self.take()
        names: list[Declared] = []
        while not self.at_end():
            at, alias, name = self.here, "", self.kind_of()
            if self.skip("="):
                alias, name = name, self.kind_of()
            names.append(Declared(alias, at, self.past, name))
            if not self.skip(","):
                self.rest()
                break
        what = {"imports": "import", "inherits": "inherit"}.get(word, "nothing")
        return Statement(what, start, self.past, word, (), tuple(names))

    def _binding(self, start: int, word: str) -> Statement:
        """`Using x As New T`, `For Each x As T In items`, `For i = 1 To 3`, `Catch e As T When ...`"""
        self.take()
        each = self.skip("each")
        first, second = self.peek(), self.low(1)
        if first is not None and first.what == "word" and second in ("as", "=", "in"):
            names = tuple(self._declarators()) if word == "using" else (self._declarator(not each),)
        else:
            names = ()
        parts: list[Expr] = []
        if self.skip("in", "when") or (not names and not self.at_end() and self.low() != ":"):
            parts.append(self.expression())
        if each and names and parts:
            names = (names[0]._replace(value=parts[0]),)
        self.rest()
        return Statement("declare", start, self.past, "each" if each else word, tuple(parts), names)

    def _declarators(self) -> Iterator[Declared]:
        """`a As T = x, b As New U, c, d As V`: names without a type of their own take that of the next."""
        made: list[Declared] = []
        while (token := self.peek()) is not None and token.what == "word":
            made.append(self._declarator(True))
            if not self.skip(","):
                break
        following = ""
        for at in range(len(made) - 1, -1, -1):
            one = made[at]
            following = one.kind_of or ("" if one.value is not None else following)
            made[at] = one._replace(kind_of=following)
        yield from made

    def _declarator(self, valued: bool) -> Declared:
        token = self.take()
        self.skip("?")
        array = self.low() == "("
        while self.low() == "(":
            self.arguments()
        name, value = "", None
        if self.skip("as"):
            if self.low() == "new":
                value = self._creation(self._tokens[self._at])
                name = value.word
            else:
                name = self.kind_of()
        if valued and self.skip("="):
            value = self.expression()
            if self.skip("to"):
                value = None
        return Declared(token.text, token.start, token.end, f"{name}()" if array and name else name, value)

    def _header(self, start: int, modifiers: frozenset[str]) -> Statement:
        word = self.take().low
        token = self.peek()
        own = Declared("", start, self.past)
        if token is not None and token.what in ("word", "mark") and token.text != "(":
            self.take()
            own = Declared(token.text, token.start, token.end)
        self._type_arguments()
        parameters = self.arguments_of_header() if self.low() == "(" else ()
        if self.skip("as"):
            if self.low() == "new":
                made = self._creation(self._tokens[self._at])
                own = own._replace(kind_of=made.word, value=made)
            else:
                own = own._replace(kind_of=self.kind_of())
        if self.skip("="):
            own = own._replace(value=self.expression())
        self.rest()
        return Statement("header", start, self.past, word, (), (own, *parameters), "", modifiers)

    def arguments_of_header(self) -> tuple[Declared, ...]:
        """The parameters of a header, in parentheses."""
        made: list[Declared] = []
        self.skip("(")
        while not self.at_end() and self.low() != ")":
            if self.low() == "<":
                while not self.at_end() and not self.skip(">"):
                    self.take()
            elif self.low() in ("byval", "byref", "optional", "paramarray"):
                self.take()
            elif (token := self.peek()) is not None and token.what == "word":
                made.append(self._declarator(True))
                self.skip(",")
            else:
                self.take()
        self.skip(")")
        return tuple(made)
