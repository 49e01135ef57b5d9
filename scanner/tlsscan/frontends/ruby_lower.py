"""Ruby literals, names, operators and branches as values. Knows nothing of TLS."""

import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence

from tlsscan.clauses import caught
from tlsscan.conditions import only_names_versions
from tlsscan.frontends import ruby_values as core
from tlsscan.frontends.base import Frontend
from tlsscan.frontends.expressions import parse_number, textual
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import SNIPPET, children, field, line_of, text_of
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Entry,
    Invocation,
    Listing,
    Mapping,
    Name,
    Null,
    Operation,
    Symbol,
    Text,
    Unknown,
    Value,
)

LIST_KINDS = frozenset({"array", "string_array", "symbol_array", "right_assignment_list"})
GROUP_KINDS = frozenset({"parenthesized_statements", "begin", "body_statement", "then", "else", "block_body"})
VARIABLE_KINDS = frozenset({"instance_variable", "class_variable", "global_variable"})
PIECE_KINDS = frozenset({"string_content", "heredoc_content"})
SYMBOL_KINDS = frozenset({"delimited_symbol", "bare_symbol"})
MAX_PATTERNS = 8  # of one `when`
HANDLER_KINDS = frozenset({"rescue", "ensure", "else"})
CONSTANT_KINDS = frozenset({"constant", "scope_resolution"})
UNLESS_KINDS = frozenset({"unless", "unless_modifier"})
OPERATORS = frozenset({"|", "&", "^", "+", "-", "<<"})


class RubyExpressions(Frontend):
    """The part of the frontend that lowers literals, names, operators and branches."""

    @abstractmethod
    def self_names(self, context: Context) -> tuple[str, ...]:
        """What a receiver that is not written may be: bases, mixins, the class itself."""

    @abstractmethod
    def nesting(self, context: Context) -> tuple[str, ...]:
        """The dotted names of the modules around a place, innermost first."""

    @abstractmethod
    def given_by_method(self, context: Context, word: str, owner: str, call: Node | None) -> Value | None:
        """What a method of this file gives a call; None where that is not told."""

    @abstractmethod
    def given_by_accessor(self, context: Context, owners: Sequence[str], word: str) -> Value | None:
        """What an accessor of one of some classes gives; None where this file does not tell."""

    # -- literals --------------------------------------------------------------------------------------------

    def _number(self, context: Context, node: Node) -> Value:
        return parse_number(text_of(node).lower().removeprefix("0d"))

    def _literal(self, context: Context, node: Node) -> Value:
        return Null() if node.type == "nil" else Bool(node.type == "true")

    def _symbol(self, context: Context, node: Node) -> Value:
        return Symbol(text_of(node).strip(":"))

    def _character(self, context: Context, node: Node) -> Value:
        return Text(text_of(node)[1:])

    def _string(self, context: Context, node: Node) -> Value:
        parts = [self._piece(context, child) for child in node.children[:400] if child.is_named]
        joined = core.concatenated(parts)
        return core.mapped(joined, core.as_symbol) if node.type in SYMBOL_KINDS else joined

    def _piece(self, context: Context, node: Node) -> Value:
        if node.type in PIECE_KINDS:
            return Text(text_of(node))
        if node.type == "escape_sequence":
            return Text(core.unescape(text_of(node)))
        if node.type == "interpolation":
            inner = children(node)
            return context.lower(inner[0]) if len(inner) == 1 else Unknown("an interpolation is not followed")
        return context.lower(node)

    def _heredoc(self, context: Context, node: Node) -> Value:
        tag, squiggly = core.heredoc_tag(text_of(node))
        offset = context.unit.source.data.find(b"\n", node.end_byte)
        for _ in range(8):
            if offset < 0:
                break
            body = next((n for n in context.unit.path_at(offset) if n.type == "heredoc_body"), None)
            if body is None:
                break
            parts = [child for child in body.children[:400] if child.is_named]
            if text_of(parts[-1]).strip() == tag:
                value = core.concatenated([self._piece(context, part) for part in parts[:-1]])
                return _heredoc_text(core.undent(value) if squiggly else value)
            offset = body.end_byte
        return Unknown("a heredoc whose end is not found")

    def _list(self, context: Context, node: Node) -> Value:
        return Listing(tuple(self._spread(context, children(node))))

    def _spread(self, context: Context, nodes: Iterable[Node]) -> list[Value]:
        items: list[Value] = []
        for node in nodes:
            value = context.lower(node)
            inner = core.plain(value)
            if node.type == "splat_argument" and isinstance(inner, Listing):
                items.extend(inner.items)
            elif node.type == "pair":
                items.append(Mapping((Entry(*self.pair(context, node)),)))
            else:
                items.append(value)
        return items

    def _hash(self, context: Context, node: Node) -> Value:
        return self.mapping(context, children(node))

    def mapping(self, context: Context, nodes: Sequence[Node]) -> Value:
        """The hash that pairs and double splats make."""
        entries: list[Entry] = []
        for node in nodes:
            if node.type == "pair":
                value = field(node, "value")
                place = context.unit.step(value) if value is not None else None
                entries.append(Entry(*self.pair(context, node), place))
                continue
            spread = core.plain(context.lower(node))
            known = spread.entries if isinstance(spread, Mapping) else (Entry(core.SPREAD_HASH, spread),)
            entries.extend(known)
        return Mapping(tuple(entries))

    def pair(self, context: Context, node: Node) -> tuple[Value, Value]:
        """Key and value of a pair; `name:` alone takes the value of that name."""
        key, value = field(node, "key"), field(node, "value")
        if key is None:
            return Unknown("a pair without a key"), context.lower(value)
        lowered = context.lower(key)
        if any(child.type == ":" for child in node.children):
            lowered = core.as_symbol(lowered)
        if value is not None:
            return lowered, context.lower(value)
        return lowered, self._word(context, text_of(key), key)

    # -- names -----------------------------------------------------------------------------------------------

    def _identifier(self, context: Context, node: Node) -> Value:
        return self._word(context, text_of(node), node)

    def _word(self, context: Context, word: str, node: Node) -> Value:
        """A local variable, a parameter, or a call of a method of this object without arguments."""
        value = context.name(word, node)
        if not isinstance(value, Name) or value.names[0] != word:
            return value
        read = self._read(context, word, node) or self.given_by_method(context, word, "", None)
        return read or Invocation(self.own_names(context, word), ())

    def _read(self, context: Context, word: str, node: Node) -> Value | None:
        """What `attr_reader` makes of a word: the variable of that name, where the file sets it."""
        declared = rf"\battr_(?:reader|accessor)\b[^#\n]*:{re.escape(word)}\b".encode()
        if not word.isidentifier() or re.search(declared, context.unit.source.data) is None:
            return None
        value = context.name(f"@{word}", node)
        return value if not isinstance(value, Name) else None

    def own_names(self, context: Context, word: str) -> tuple[str, ...]:
        """Names of a method that is called without a receiver."""
        return (*[f"{name}.{word}" for name in self.self_names(context)], word, f"?.{word}")

    def _variable(self, context: Context, node: Node) -> Value:
        word = text_of(node)
        value = context.name(word, node)
        if isinstance(value, Name) and value.names[0] == word:
            return Unknown(f"{word} gets its value elsewhere")
        return value

    def _constant(self, context: Context, node: Node) -> Value:
        word = text_of(node)
        value = self._lexical(context, node)
        if not isinstance(value, Name) or value.names[0] != word:
            return value
        for owner in self.nesting(context):
            found = context.member(owner, word, node)
            if found is not None:
                return found
        names = [f"{owner}.{word}" for owner in (*self.nesting(context), *self.self_names(context))]
        return Name(tuple(dict.fromkeys((*value.names, *names))))

    def _lexical(self, context: Context, node: Node) -> Value:
        word = text_of(node)
        if context.unit.bindings(word) is None:  # named too often to follow, but constants rarely change
            return Name(self.qualify(context.unit, word))
        return context.name(word, node)

    def _scoped(self, context: Context, node: Node) -> Value:
        scope, last = field(node, "scope"), field(node, "name")
        word = text_of(last)
        if scope is None:
            return self._top(context, last) if last is not None else Unknown("a name is missing")
        base = self._lexical(context, scope) if scope.type == "constant" else context.lower(scope)
        for owner in core.owner_names(base):
            found = context.member(owner, word, node)
            if found is not None:
                return found
        return Name(core.member_names(base, word))

    def _top(self, context: Context, node: Node) -> Value:
        """`::Name`: of the file's own definitions, only those that stand in no module."""
        nested = [binding for binding in context.unit.bindings(text_of(node)) or () if binding.owner]
        return Name((text_of(node),)) if nested else self._lexical(context, node)

    def _self(self, context: Context, node: Node) -> Value:
        return Invocation(self.self_names(context) or ("?",), ())

    # -- operators and branches ------------------------------------------------------------------------------

    def _binary(self, context: Context, node: Node) -> Value:
        operator = text_of(field(node, "operator"))
        left, right = field(node, "left"), field(node, "right")
        if operator in ("||", "or"):
            return self._fallback(context, left, right)
        if operator in ("&&", "and"):
            value = context.lower(right)
            return self._choice(left, [(value, False), (Null(), False)])
        if operator not in OPERATORS:
            return Unknown(f"the result of {operator} is not followed")
        first, second = context.lower(left), context.lower(right)
        together = core.combined(operator, first, second)
        if together is not None:
            return together
        if operator in ("+", "<<") and textual(core.plain(first), core.plain(second)):
            return core.concatenated([first, second])
        return Operation(operator, (first, second))

    def _fallback(self, context: Context, left: Node | None, right: Node | None) -> Value:
        first = context.lower(left)
        if left is not None and left.type == "element_reference" and text_of(left).endswith(f"[{text_of(right)}]"):
            return first  # a table that translates words: what is its own translation is not known to be one of them
        read = core.plain(first)
        if isinstance(read, Null):
            return context.lower(right)
        if isinstance(read, Unknown) and read.open_by:
            return core.fallback(read, context.lower(right))
        return self._choice(left, [(first, False), (context.lower(right), True)])

    def _unary(self, context: Context, node: Node) -> Value:
        operator = text_of(field(node, "operator"))
        value = context.lower(field(node, "operand"))
        if operator in ("~", "-"):
            return Operation(operator, (value,))
        return value if operator == "+" else Unknown(f"the result of {operator} is not followed")

    def _choice(self, condition: Node | None, values: Iterable[tuple[Value, bool]], *, unless: bool = False) -> Value:
        """Two values, the first when the condition holds (or, with `unless`, when it does not)."""
        text = squeezed(condition)
        guard = self.is_guard(text)
        texts = (f"not ({text})", text) if unless else (text, f"not ({text})")
        return Choice(
            tuple(Arm(told, guard and marked, value) for told, (value, marked) in zip(texts, values, strict=False))
        )

    def _conditional(self, context: Context, node: Node) -> Value:
        condition = field(node, "condition")
        first = self._optional(context, field(node, "consequence"))
        second = self._optional(context, field(node, "alternative"))
        older_first = self.asks_for_older(squeezed(condition)) != (node.type in UNLESS_KINDS)
        return self._choice(
            condition, [(first, older_first), (second, not older_first)], unless=node.type in UNLESS_KINDS
        )

    def _optional(self, context: Context, node: Node | None) -> Value:
        return context.lower(node) if node is not None else Null()

    def _modifier(self, context: Context, node: Node) -> Value:
        condition = field(node, "condition")
        older = self.asks_for_older(squeezed(condition)) != (node.type in UNLESS_KINDS)
        values = [(context.lower(field(node, "body")), older), (Null(), not older)]
        return self._choice(condition, values, unless=node.type in UNLESS_KINDS)

    def _case(self, context: Context, node: Node) -> Value:
        arms: list[Arm] = []
        for child in children(node):
            if child.type == "when":
                text = patterns(child, ", ")
                text = text if only_names_versions(text) else switched(node, child)
                body = self._optional(context, field(child, "body"))
                arms.append(Arm(text[:SNIPPET], self.is_guard(text), body))
            elif child.type == "else":
                arms.append(Arm("else", False, context.lower(child)))
        return Choice(tuple(arms)) if arms else Unknown("a case without branches")

    def _group(self, context: Context, node: Node) -> Value:
        """The last expression of a group, or what a `rescue` puts in its place."""
        inner = [child for child in children(node) if child.type not in HANDLER_KINDS]
        value = context.lower(inner[-1]) if inner else Null()
        handlers = [child for child in children(node) if child.type == "rescue"]
        if not handlers or node.type in ("then", "else"):
            return value
        arms = [Arm("no exception", False, value)]
        for handler in handlers:
            text = caught(line_of(field(handler, "exceptions")))
            body = self._optional(context, field(handler, "body"))
            bare = field(handler, "exceptions") is None
            arms.append(Arm(text, bare or self.is_guard(text) or self.is_failure(text), body))
        return Choice(tuple(arms))

    def _rescued(self, context: Context, node: Node) -> Value:
        body, handler = context.lower(field(node, "body")), context.lower(field(node, "handler"))
        return Choice((Arm("no exception", False, body), Arm(caught(""), True, handler)))

    def _wrapped(self, context: Context, node: Node) -> Value:
        inner = children(node)
        return context.lower(inner[0]) if len(inner) == 1 else Listing(context.all(inner))

    def _assigned_value(self, context: Context, node: Node) -> Value:
        operator = text_of(field(node, "operator")) if node.type == "operator_assignment" else "="
        if operator not in ("=", "||="):
            return Unknown(f"the result of {operator} is not followed")
        return context.lower(field(node, "right"))


def squeezed(node: Node | None) -> str:
    """A condition's text on one line, bounded."""
    return line_of(node)[:SNIPPET]


def patterns(when: Node, between: str) -> str:
    """The patterns of a `when`, side by side."""
    return between.join(line_of(pattern) for pattern in when.children_by_field_name("pattern")[:MAX_PATTERNS])


def switched(case: Node, when: Node) -> str:
    """What a branch of a `case` asks: any of its patterns of what that is about."""
    subject, asked = line_of(field(case, "value")), patterns(when, " or ")
    return (f"{subject} is {asked}" if subject else asked)[:SNIPPET]


def _heredoc_text(value: Value) -> Value:
    """The content without the opening's line end and the end word's indentation, which the grammar counts to it."""
    if isinstance(value, Text):
        return Text(re.sub(r"\A\r?\n|[ \t]+\Z", "", value.text))
    return value
