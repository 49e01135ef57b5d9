"""VB.NET's statements and expressions, from the tokens of one logical line. Resolves no names."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pygments.lexers.dotnet import VbNetLexer
from pygments.token import Keyword, Name, Number, Operator, String, Whitespace

from tlsscan.frontends.speaker import TooDeep


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


MAX_NESTING = 100
LONGEST_CONDITION = 120
LOW, COMPARED, NEGATED = 1, 5, 4
BINARY = {
    **dict.fromkeys(("xor",), 1),
    **dict.fromkeys(("or", "orelse"), 2),
    **dict.fromkeys(("and", "andalso"), 3),
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">=", "is", "isnot", "like"), COMPARED),
    **dict.fromkeys(("<<", ">>"), 6),
    "&": 7,
    **dict.fromkeys(("+", "-"), 8),
    "mod": 9,
    "\\": 10,
    **dict.fromkeys(("*", "/"), 11),
    "^": 13,
}
UNARY = {"not": NEGATED, "-": 12, "+": 12, "await": 12, "addressof": 12, "typeof": COMPARED + 1}
ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "\\=", "^=", "&=", "<<=", ">>="})
CASTS = frozenset({"ctype", "directcast", "trycast"})
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
TEXTS = re.compile(r'\$"(?:[^"{]|""|\{\{|\{[^{}"]*(?:"[^"]*"[^{}"]*)*\})*"|"[^"]*(?:""[^"]*)*"')
HEX = re.compile(r"[hob][0-9a-f_]+(?:u?[sil]|[%&])?", re.IGNORECASE)


class Expr(NamedTuple):
    """An expression: what it is, where it stands (byte offsets), and what it is made of.

    `what` is one of name, member (no part: of the object of the `With` around), call, new, cast, binary, unary, if,
    array, lambda, typeof, number, text, interpolated, omitted, unknown. `word` is a name, an operator, a literal's
    text, a type, or the reason why it is unknown.
    """

    what: str
    start: int
    end: int
    word: str = ""
    parts: "tuple[Expr, ...]" = ()
    given: "tuple[Given, ...]" = ()
    entries: "tuple[Given, ...]" = ()
    body: "tuple[Statement, ...]" = ()


class Given(NamedTuple):
    """An argument or an entry of an object initializer, with its name if it has one."""

    name: str
    value: Expr
    start: int


class Declared(NamedTuple):
    """A variable, parameter, property or field as its declaration names it: its type, its value, `As New`."""

    name: str
    start: int
    end: int
    kind_of: str = ""
    value: Expr | None = None


class Statement(NamedTuple):
    """One statement: `assign` (target, value), `declare`, `evaluate`, `header`, `import`, `inherit` or `nothing`.

    `word` is the operator, or the keyword that it begins with; `condition` what a one-line `If` around it asks.
    """

    what: str
    start: int
    end: int
    word: str = ""
    parts: tuple[Expr, ...] = ()
    names: tuple[Declared, ...] = ()
    condition: str = ""
    modifiers: frozenset[str] = frozenset()

    def values(self) -> "list[Expr]":
        """The expressions that it is made of."""
        return [*self.parts, *[one.value for one in self.names if one.value is not None]]


class Token(NamedTuple):
    """A word, number, text or mark; `low` is its text in lower case, an empty one for texts and bracketed words."""

    what: str
    text: str
    low: str
    start: int
    end: int


def tokens(text: bytes, origin: int) -> list[Token]:
    """The tokens of a logical line that begins at a byte offset."""
    plain = text.decode("utf-8", "surrogateescape")
    places = _Offsets(plain, origin)
    made: list[Token] = []
    for at, sort, value in VbNetLexer().get_tokens_unprocessed(TEXTS.sub(_filled, plain)):
        written = plain[at : at + len(value)]
        if sort in String or (sort is not Name.Attribute and sort not in Whitespace and value.strip()):
            _add(made, sort, written, places.byte(at), places.byte(at + len(value)))
    return [token for token in made if token.text]


def _filled(match: re.Match[str]) -> str:
    """An interpolated text with nothing in it that the lexer could take for its end."""
    whole = match.group()
    return whole if whole.startswith('"') else f'$"{"x" * (len(whole) - 3)}"'


class _Offsets:
    """Byte offsets of the characters of a line."""

    def __init__(self, text: str, origin: int) -> None:
        self._text = text
        self._origin = origin
        self._ascii = text.isascii()
        self._at = 0
        self._bytes = 0

    def byte(self, index: int) -> int:
        """The offset of a character; asked for in rising order."""
        if self._ascii:
            return self._origin + index
        if index < self._at:
            self._at = self._bytes = 0
        self._bytes += len(self._text[self._at : index].encode("utf-8", "surrogateescape"))
        self._at = index
        return self._origin + self._bytes


def _add(made: list[Token], sort: object, value: str, start: int, end: int) -> None:
    """One more token; those that the lexer takes apart (`&HC0`, `3_072`, `[Enum]`, `"a""b"`) become one again."""
    last = made[-1] if made and made[-1].end == start else Token("", "", "", -1, -1)
    if sort in String:
        _add_text(made, last, value, start, end)
    elif last.text == "&" and HEX.fullmatch(value):
        made[-1] = Token("number", f"&{value}", "", last.start, end)
    elif last.what == "number" and (value[0].isalnum() or value[0] == "_"):
        made[-1] = last._replace(text=last.text + value, end=end)
    elif last.text == ":" and value == "=":
        made[-1] = Token("mark", ":=", ":=", last.start, end)
    elif value == "]" and len(made) >= 2 and made[-2].text == "[":
        made[-2:] = [Token("word", made[-1].text, "", made[-2].start, end)]
    elif sort in Number:
        made.append(Token("number", value, "", start, end))
    elif sort in Name or sort in Keyword or sort in Operator.Word:
        _add_word(made, value, start, end)
    else:
        made.append(Token("mark", value, value, start, end))


def _add_text(made: list[Token], last: Token, value: str, start: int, end: int) -> None:
    if last.what == "opening":
        what = "text" if value in ('"', '"c', '"C') else "opening"
        made[-1] = last._replace(what=what, text=last.text + value, end=end)
    elif last.what == "text" and not _is_closed(last.text):
        made[-1] = last._replace(text=last.text + value, end=end)
    elif last.text == "$":
        made[-1] = Token("opening", f"${value}", "", last.start, end)
    else:
        made.append(Token("text", value, "", start, end))


def _add_word(made: list[Token], value: str, start: int, end: int) -> None:
    """A word; `&` and `!` right after it are operators more often than type characters."""
    word = value.rstrip("%&@!#$")
    made.append(Token("word", word, word.lower(), start, start + len(word.encode("utf-8", "surrogateescape"))))
    if value.endswith(("&", "!")):
        made.append(Token("mark", value[-1], value[-1], end - 1, end))


def _is_closed(raw: str) -> bool:
    """Whether the pieces of a string literal make a whole one."""
    return len(raw) > 1 and raw.rstrip("cC").endswith('"') and raw.count('"') % 2 == 0


class Line(NamedTuple):
    """The statements of a logical line, and whether a part of it was not understood."""

    statements: tuple[Statement, ...]
    broken: bool


def parse(text: bytes, origin: int) -> Line:
    """The statements of a logical line that begins at a byte offset. Raises TooDeep."""
    parser = _Statements(tokens(text, origin), origin)
    return Line(tuple(parser.all()), parser.broken)


def flat(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements and those of the lambdas inside them, outermost first."""
    waiting = list(reversed(list(statements)))
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(inner for value in one.values() for part in walk(value) for inner in part.body)


def walk(expression: Expr) -> Iterator[Expr]:
    """An expression and all inside it but the statements of lambdas, outermost first."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed([*one.parts, *[g.value for g in one.given], *[e.value for e in one.entries]]))


class _Reader:
    """A place in a list of tokens."""

    def __init__(self, found: list[Token], origin: int) -> None:
        self._tokens = found
        self._at = 0
        self._origin = origin
        self._depth = 0
        self.broken = False

    def low(self, ahead: int = 0) -> str:
        """The next token in lower case; an empty text at the end, for literals and for bracketed words."""
        at = self._at + ahead
        return self._tokens[at].low if at < len(self._tokens) else ""

    def peek(self, ahead: int = 0) -> Token | None:
        """The next token."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def take(self) -> Token:
        """The next token, which must be there."""
        self._at += 1
        return self._tokens[self._at - 1]

    def skip(self, *words: str) -> bool:
        """Whether the next token was one of these; it is then taken."""
        if self.low() in words and self.low():
            self._at += 1
            return True
        return False

    @property
    def here(self) -> int:
        """Where the next token begins."""
        token = self.peek()
        return token.start if token is not None else self.past

    @property
    def past(self) -> int:
        """Where the last token that was taken ends."""
        return self._tokens[self._at - 1].end if self._at else self._origin

    def written(self, expression: Expr) -> str:
        """An expression as a condition shows it."""
        text, past = "", expression.start
        for token in self._tokens:
            if expression.start <= token.start < expression.end and len(text) < LONGEST_CONDITION:
                text += f"{' ' if token.start > past else ''}{token.text}"
                past = token.end
        return text[:LONGEST_CONDITION]

    def deeper(self) -> None:
        """Counts one more level. Raises TooDeep."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise TooDeep

    def at_end(self) -> bool:
        """Whether no token is left."""
        return self._at >= len(self._tokens)

    def rest(self) -> None:
        """Takes all that is left in the parentheses or the statement around."""
        level = 0
        while not self.at_end():
            word = self.low()
            level += (word in ("(", "{")) - (word in (")", "}"))
            if level < 0 or (level == 0 and word == ":"):
                return
            self.take()

    def kind_of(self) -> str:
        """A type's name, dotted, without the arguments of generics; arrays end in `()`."""
        words: list[str] = []
        if self.low() == "(":
            self.take()
            self.rest()
            self.skip(")")
        while (token := self.peek()) is not None and token.what == "word":
            words.append(self.take().text)
            self._type_arguments()
            if not self.skip("."):
                break
        made = ".".join(words)
        self.skip("?")
        while self.low() == "(" and self.low(1) in (")", ","):
            self._at += 1
            while self.skip(","):
                pass
            self.skip(")")
            made += "()"
        return made

    def _type_arguments(self) -> None:
        if self.low() == "(" and self.low(1) == "of":
            self._at += 1
            self.rest()
            self.skip(")")


class _Expressions(_Reader):
    """Expressions by climbing the precedence of operators."""

    def expression(self, least: int = LOW) -> Expr:
        """An expression whose operators bind at least so tightly."""
        self.deeper()
        left = self._unary()
        while (level := BINARY.get(self.low(), 0)) >= least:
            operator = self.take().low
            right = self.expression(level + 1)
            left = Expr("binary", left.start, right.end, operator, (left, right))
        self._depth -= 1
        return left

    def _unary(self) -> Expr:
        level = UNARY.get(self.low())
        if level is None:
            return self.postfix()
        operator = self.take()
        inner = self.expression(level)
        return Expr("unary", operator.start, inner.end, operator.low, (inner,))

    def postfix(self) -> Expr:
        """A primary expression with what is taken from it or passed to it."""
        made = self._primary()
        while True:
            if self.low() == "(" or (self.low() == "?" and self.low(1) == "("):
                self.skip("?")
                if self.low(1) == "of":
                    self._type_arguments()
                else:
                    made = Expr("call", made.start, 0, "", (made,), self.arguments())._replace(end=self.past)
            elif self.low() in (".", "!") or (self.low() == "?" and self.low(1) == "."):
                self.skip("?")
                mark = self.take().low
                made = self._member(made, mark)
            else:
                return made

    def _member(self, base: Expr, mark: str) -> Expr:
        token = self.peek()
        if token is None or token.what != "word":
            return Expr("unknown", base.start, self.past, "an unfinished member", (base,))
        self.take()
        if mark == "!":
            key = Given("", Expr("text", token.start, token.end, token.text), token.start)
            return Expr("call", base.start, token.end, "", (base,), (key,))
        return Expr("member", base.start, token.end, token.text, (base,))

    def arguments(self) -> tuple[Given, ...]:
        """The arguments in parentheses or braces, those left away too."""
        self.take()
        made: list[Given] = []
        while not self.at_end() and self.low() not in (")", "}"):
            start = self.here
            if self.low() == ",":
                made.append(Given("", Expr("omitted", start, start), start))
            else:
                made.append(self._argument(start))
            if not self.skip(",") and self.low() not in (")", "}"):
                self.broken = self.broken or not self.at_end()
                self.rest()
        self.skip(")", "}")
        return tuple(made)

    def _argument(self, start: int) -> Given:
        name = ""
        if self.low(1) == ":=":
            name = self.take().text
            self.take()
        value = self.expression()
        if self.skip("to"):
            value = self.expression()
        return Given(name, value, start)

    def _primary(self) -> Expr:
        token = self.peek()
        if token is None:
            return Expr("unknown", self.past, self.past, "nothing is there")
        if token.what in ("number", "text"):
            self.take()
            what = "interpolated" if token.text.startswith("$") else token.what
            return Expr(what, token.start, token.end, token.text)
        if token.what == "word":
            return self._word(token)
        return self._marked(token)

    def _marked(self, token: Token) -> Expr:
        if token.text == "(":
            self.take()
            inner = self.expression()
            if self.low() == ",":
                inner = inner._replace(what="unknown", word="a tuple")
                self.rest()
            self.skip(")")
            return inner
        if token.text == "{":
            items = tuple(given.value for given in self.arguments())
            return Expr("array", token.start, self.past, "", items)
        if token.text == ".":
            self.take()
            return self._member(Expr("with", token.start, token.end), ".")._replace(start=token.start)
        return self._not_followed(token, "an XML literal" if token.text == "<" else f"{token.text} is not followed")

    def _not_followed(self, token: Token, reason: str) -> Expr:
        self.broken = self.broken or token.text != "<"
        self.take()
        self.rest()
        return Expr("unknown", token.start, self.past, reason)

    def _word(self, token: Token) -> Expr:
        word = token.low
        if word in CASTS and self.low(1) == "(":
            return self._cast(token)
        if word == "new":
            return self._creation(token)
        if word == "gettype" and self.low(1) == "(":
            self._at += 2
            name = self.kind_of()
            self.skip(")")
            return Expr("typeof", token.start, self.past, name)
        if word == "if" and self.low(1) == "(":
            self.take()
            return Expr("if", token.start, 0, "", tuple(g.value for g in self.arguments()))._replace(end=self.past)
        if word in ("sub", "function") and self.low(1) == "(":
            return self._lambda(token)
        if word in ("from", "aggregate") and self.low(2) in ("in", "as"):
            self.take()
            self.rest()
            return Expr("unknown", token.start, self.past, "the result of a query")
        if word == "global" and self.low(1) == ".":
            self._at += 2
            token = self.peek() or token
        self.take()
        return Expr("name", token.start, token.end, token.text)

    def _cast(self, token: Token) -> Expr:
        self._at += 2
        inner = self.expression()
        self.skip(",")
        name = self.kind_of()
        self.skip(")")
        return Expr("cast", token.start, self.past, name, (inner,))

    def _creation(self, token: Token) -> Expr:
        """`New T(...) With {...}`, `New T() {...}`, `New List(Of T) From {...}`, `New With {...}`"""
        self.take()
        name = self.kind_of() if self.low() != "with" else ""
        if self.low() != "{":
            name = name.removesuffix("()")  # no array: a constructor without arguments
        given = self.arguments() if self.low() == "(" else ()
        while self.low() == "(" and self.low(1) in (")", ","):
            self.arguments()
        items: tuple[Expr, ...] = ()
        entries: tuple[Given, ...] = ()
        if self.low() == "{" or (self.low() == "from" and self.low(1) == "{"):
            self.skip("from")
            name = name if name.endswith("()") or not given else f"{name}()"
            items = (self._primary(),)
        elif self.low() == "with" and self.low(1) == "{":
            self.take()
            entries = tuple(self._entries())
        return Expr("new", token.start, self.past, name, items, given, entries)

    def _entries(self) -> Iterator[Given]:
        self.take()
        while not self.at_end() and self.low() != "}":
            start = self.here
            self.skip("key")
            named = self.skip(".")
            token = self.peek()
            if named and token is not None and token.what == "word" and self.low(1) == "=":
                self._at += 2
                yield Given(token.text, self.expression(), start)
            else:
                self.expression()
            if not self.skip(",") and self.low() != "}":
                self.rest()
        self.skip("}")

    def _lambda(self, token: Token) -> Expr:
        """A lambda; of one that goes on in the next lines only the head."""
        self.take()
        self.arguments_of_header()
        if self.skip("as"):
            self.kind_of()
        if self.at_end() or self.low() in (")", ","):
            return Expr("lambda", token.start, self.past)
        if token.low == "function":
            inner = self.expression()
            return Expr("lambda", token.start, inner.end, "", (inner,))
        self.deeper()
        body = self.statement()
        self._depth -= 1
        return Expr("lambda", token.start, body.end, "", (), (), (), (body,))

    def arguments_of_header(self) -> tuple[Declared, ...]:
        """The parameters of a header, in parentheses."""
        raise NotImplementedError

    def statement(self) -> Statement:
        """One statement."""
        raise NotImplementedError


class _Statements(_Expressions):
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
        if self.skip("in", "when") or (not names and not self.at_end()):
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
