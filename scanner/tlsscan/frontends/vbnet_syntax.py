"""VB.NET's expressions, from the tokens of one logical line, and what statements are made of. Resolves no names."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from tlsscan.frontends.speaker import TooDeep
from tlsscan.frontends.vbnet_tokens import Token
from tlsscan.records import NamedTuple

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
CASTS = frozenset({"ctype", "directcast", "trycast"})


class Expr(NamedTuple):
    """An expression: what it is, where it stands (byte offsets), and what it is made of.

    `what` is one of name, member (no part: of the object of the `With` around), call, parsed (what a call gives to its
    last argument), new, cast, binary, unary, if, array, lambda, typeof, number, text, interpolated, omitted, unknown.
    `word` is a name, an operator, a literal's text, a type, or the reason why it is unknown.
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


class Expressions(_Reader, ABC):
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

    @abstractmethod
    def arguments_of_header(self) -> tuple[Declared, ...]:
        """The parameters of a header, in parentheses."""

    @abstractmethod
    def statement(self) -> Statement:
        """One statement."""
