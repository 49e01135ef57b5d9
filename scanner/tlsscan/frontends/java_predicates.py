"""Java: what the predicate of a stream or a collection lets through: `p -> !p.equals("A")`, `"A"::equals`."""

import re
from collections.abc import Iterator, Sequence

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import arguments, inside, unwrap
from tlsscan.frontends.java_values import bare, string
from tlsscan.frontends.unit import children, field, text_of
from tlsscan.records import NamedTuple
from tlsscan.values import Text, Value

MAX_TESTS = 16
BEGINS = "startsWith"
HOLDS = "contains"
TAKEN = {BEGINS: "cut=", HOLDS: "omit=", "equals": "remove="}
"""By the method of a test, how what passes it is taken out of a collection."""


class Test(NamedTuple):
    """One comparison with a text: by which method, and where the text stands."""

    method: str
    text: str
    node: Node

    def holds(self, word: str) -> bool:
        """Whether a word passes."""
        if self.method == HOLDS:
            return self.text in word
        return word.startswith(self.text) if self.method == BEGINS else word == self.text


class Predicate(NamedTuple):
    """Tests of which one must hold, or, where they are denied, none may."""

    tests: tuple[Test, ...]
    denied: bool = False

    def holds(self, word: str) -> bool:
        """Whether a word is let through."""
        return any(test.holds(word) for test in self.tests) != self.denied

    def names(self) -> tuple[Text, ...]:
        """All words that can be let through; () if the tests do not name them."""
        if self.denied or any(test.method != "equals" for test in self.tests):
            return ()
        return tuple(Text(test.text) for test in self.tests)


def predicate(node: Node | None) -> Predicate | None:
    """What a lambda or a method reference tests; None for what is not plain."""
    if node is None:
        return None
    if node.type == "method_reference":
        parts = children(node)
        told = parts and parts[0].type == "string_literal" and text_of(parts[-1]) == "equals"
        text = string(text_of(parts[0])) if told else None
        return Predicate((Test("equals", text.text, parts[0]),)) if isinstance(text, Text) else None
    if node.type != "lambda_expression":
        return None
    word = text_of(field(node, "parameters")).strip("() ").rpartition(" ")[2]
    return _of(field(node, "body"), word, 0)


def membership(node: Node | None) -> tuple[Node, bool] | None:
    """The collection of which a predicate asks whether it contains what it is told, and whether that is denied."""
    if node is not None and node.type == "method_reference":
        first, *_, last = children(node) or [node]
        return (first, False) if text_of(last) == "contains" else None
    if node is None or node.type != "lambda_expression":
        return None
    word = text_of(field(node, "parameters")).strip("() ").rpartition(" ")[2]
    body = inside(field(node, "body"))
    denied = body is not None and body.type == "unary_expression" and text_of(field(body, "operator")) == "!"
    call = inside(field(body, "operand")) if denied and body is not None else body
    base = field(call, "object") if call is not None and call.type == "method_invocation" else None
    asks = base is not None and text_of(field(call, "name")) == "contains" if call is not None else False
    given = arguments(call) if call is not None and asks else []
    return (base, denied) if base is not None and [text_of(one) for one in given] == [word] else None


def kept(items: Sequence[Value], found: Predicate) -> tuple[Value, ...] | None:
    """The items that a predicate lets through; None where one of them is no text."""
    texts = [(item, bare(item)) for item in items]
    if not all(isinstance(text, Text) for _, text in texts):
        return None
    return tuple(item for item, text in texts if isinstance(text, Text) and found.holds(text.text))


def asked_of(condition: Node | None, word: str, holds: bool) -> Iterator[tuple[str, Node]]:
    """What a condition that holds, or does not, leaves of the texts that a word may be: operators with the texts that
    are asked for; `keep=` with the condition itself where it asks for texts in another way."""
    found = _of(condition, word, 0)
    if found is None:
        told = text_of(condition)
        if condition is not None and '"' in told and re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", told):
            yield "keep=", condition
    elif found.denied is holds:
        yield from ((TAKEN[test.method], test.node) for test in found.tests)
    elif len(found.tests) == 1 and found.tests[0].method == BEGINS:
        yield "keep=", found.tests[0].node
    elif condition is not None:
        yield "keep=", condition


def _of(node: Node | None, word: str, depth: int) -> Predicate | None:
    node = inside(node)
    if node is None or depth > MAX_TESTS:
        return None
    if node.type == "unary_expression" and text_of(field(node, "operator")) == "!":
        inner = _of(field(node, "operand"), word, depth + 1)
        return inner._replace(denied=not inner.denied) if inner is not None else None
    if node.type == "binary_expression":
        left, right = (_of(field(node, side), word, depth + 1) for side in ("left", "right"))
        wanted = {"||": False, "&&": True}.get(text_of(field(node, "operator")))
        if left is None or right is None or not left.denied == right.denied == wanted:
            return None
        return Predicate((*left.tests, *right.tests), left.denied)
    return _called(node, word) if node.type == "method_invocation" else None


def _called(node: Node, word: str) -> Predicate | None:
    method, given, base = text_of(field(node, "name")), arguments(node), unwrap(field(node, "object"))
    if len(given) != 1 or base is None or method not in TAKEN:
        return None
    one, other = (base, given[0]) if method != "equals" or text_of(base) == word else (given[0], base)
    text = string(text_of(other)) if other.type == "string_literal" else None
    return Predicate((Test(method, text.text, other),)) if text_of(one) == word and isinstance(text, Text) else None
