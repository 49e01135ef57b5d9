"""Ruby expressions as values. Knows syntax and core methods, nothing of TLS."""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence

from tree_sitter import Node

from tlsscan.frontends import ruby_values as core
from tlsscan.frontends.base import (
    SNIPPET,
    Context,
    Frontend,
    children,
    field,
    invocation,
    key_word,
    parse_number,
    text_of,
    textual,
)
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
SPREAD_KINDS = frozenset({"splat_argument", "hash_splat_argument"})
HANDLER_KINDS = frozenset({"rescue", "ensure", "else"})
UNLESS_KINDS = frozenset({"unless", "unless_modifier"})
OPERATORS = frozenset({"|", "&", "^", "+", "-", "<<"})
OLDER_FIRST = re.compile(r"<|^!|^not\b|\.nil\?$|\bunless\b")
PASSED_ON = frozenset({"tap", "then", "yield_self"})
EACH = frozenset({"each", "map", "collect", "flat_map", "each_with_index", "reverse_each"})
COLLECTIONS = frozenset({"Set", "Array", "SortedSet"})


class RubyValues(Frontend):
    """The half of the frontend that lowers expressions."""

    @abstractmethod
    def self_names(self, context: Context) -> tuple[str, ...]:
        """What a receiver that is not written may be: bases, mixins, the class itself."""

    @abstractmethod
    def nesting(self, context: Context) -> tuple[str, ...]:
        """The dotted names of the modules around a place, innermost first."""

    def lower(self, context: Context, node: Node) -> Value:
        method = LOWER_KINDS.get(node.type)
        if method is None:
            return Unknown(f"{node.type.replace('_', ' ')} is not followed")
        return method(self, context, node)

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
                entries.append(Entry(*self.pair(context, node)))
                continue
            spread = core.plain(context.lower(node))
            known = spread.entries if isinstance(spread, Mapping) else (Entry(Unknown("a spread hash"), spread),)
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
        return Invocation(self.own_names(context, word), ())

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
            return self._lexical(context, last) if last is not None else Unknown("a name is missing")
        base = self._lexical(context, scope) if scope.type == "constant" else context.lower(scope)
        for owner in core.owner_names(base):
            found = context.member(owner, word, node)
            if found is not None:
                return found
        return Name(core.member_names(base, word))

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

    def _choice(self, condition: Node | None, values: Iterable[tuple[Value, bool]]) -> Value:
        text = squeezed(condition)
        guard = self.is_guard(text)
        return Choice(tuple(Arm(text, guard and marked, value) for value, marked in values))

    def _conditional(self, context: Context, node: Node) -> Value:
        condition = field(node, "condition")
        first = self._optional(context, field(node, "consequence"))
        second = self._optional(context, field(node, "alternative"))
        older_first = asks_for_older(squeezed(condition), node)
        return self._choice(condition, [(first, older_first), (second, not older_first)])

    def _optional(self, context: Context, node: Node | None) -> Value:
        return context.lower(node) if node is not None else Null()

    def _modifier(self, context: Context, node: Node) -> Value:
        condition = field(node, "condition")
        older = asks_for_older(squeezed(condition), node)
        return self._choice(condition, [(context.lower(field(node, "body")), older), (Null(), not older)])

    def _case(self, context: Context, node: Node) -> Value:
        arms: list[Arm] = []
        for child in children(node):
            if child.type == "when":
                text = " ".join(" ".join(text_of(p) for p in child.children_by_field_name("pattern")[:8]).split())
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
            text = " ".join(text_of(field(handler, "exceptions")).split())[:SNIPPET]
            body = self._optional(context, field(handler, "body"))
            arms.append(Arm(f"rescue {text}".strip(), self.is_guard(text), body))
        return Choice(tuple(arms))

    def _rescued(self, context: Context, node: Node) -> Value:
        body, handler = context.lower(field(node, "body")), context.lower(field(node, "handler"))
        return Choice((Arm("no exception", False, body), Arm("rescue", True, handler)))

    def _wrapped(self, context: Context, node: Node) -> Value:
        inner = children(node)
        return context.lower(inner[0]) if len(inner) == 1 else Listing(context.all(inner))

    def _assigned_value(self, context: Context, node: Node) -> Value:
        operator = text_of(field(node, "operator")) if node.type == "operator_assignment" else "="
        if operator not in ("=", "||="):
            return Unknown(f"the result of {operator} is not followed")
        return context.lower(field(node, "right"))

    def _reference(self, context: Context, node: Node) -> Value:
        keys = children(node)[1:]
        base = context.lower(field(node, "object"))
        names = core.owner_names(base)
        if names and names[0] in COLLECTIONS:
            return Listing(tuple(self._spread(context, keys)))
        key = context.lower(keys[0]) if len(keys) == 1 else Unknown("a slice")
        if names and names[0] == "ENV":
            return core.environment(key, None)
        found = core.looked_up(base, key)
        return found if found is not None else _run_time(node)

    # -- calls -----------------------------------------------------------------------------------------------

    def callee(self, context: Context, node: Node, base: Value | None = None) -> tuple[str, ...]:
        """The names of the method that a call calls; `base` is its receiver's value when that is known already."""
        receiver, word = field(node, "receiver"), text_of(field(node, "method")) or "call"
        if receiver is not None:
            return core.member_names(base if base is not None else context.lower(receiver), word)
        if word == "super":
            return self._inherited(context)
        return self.own_names(context, word)

    def _inherited(self, context: Context) -> tuple[str, ...]:
        function = self.function(context.path)
        word = text_of(field(function, "name")) if function is not None else ""
        names = self.self_names(context)
        return (*names, "?.new") if word == "initialize" else (*[f"{name}.{word}" for name in names], f"?.{word}")

    def _call(self, context: Context, node: Node) -> Value:
        receiver, method = field(node, "receiver"), field(node, "method")
        word = text_of(method) or "call"
        if receiver is None:
            return self._bare_call(context, node, word)
        if word == "class" and receiver.type == "self":
            return Name(self.self_names(context) or ("?",))
        base = context.lower(receiver)
        given = field(node, "arguments")
        known = self._core_call(context, node, base, word, given)
        if known is not None:
            return known
        found = None if given is not None else self._reader(context, node, base, word)
        if found is not None:
            return found
        if word == "new":
            return self._invoked(context, core.owner_names(base) or ("?.new",), given)
        names = core.member_names(base, word)
        if given is None and field(node, "block") is None and word.isidentifier():
            return core.attribute(base, names)
        return self._invoked(context, names, given)

    def _bare_call(self, context: Context, node: Node, word: str) -> Value:
        given = field(node, "arguments")
        if given is None and word != "super":
            return self._word(context, word, node)
        arguments = children(given) if given is not None else []
        if word in core.CASTS and len(arguments) == 1:
            return core.mapped(context.lower(arguments[0]), core.CASTS[word])
        if word == "const_get" and arguments:
            return core.constant(Name(self.self_names(context) or ("Object",)), context.lower(arguments[0]))
        return self._invoked(context, self.callee(context, node), given)

    def _reader(self, context: Context, node: Node, base: Value, word: str) -> Value | None:
        """A method of this file that is called without arguments, as the value it returns."""
        if isinstance(core.plain(base), Name | Invocation):
            for owner in core.owner_names(base):
                found = context.member(owner, word, node)
                if found is not None:
                    return found
        return None

    def _invoked(self, context: Context, names: tuple[str, ...], given: Node | None) -> Value:
        arguments = children(given)[:8] if given is not None else []
        plain = [context.lower(child) for child in arguments if child.type != "pair"]
        named: list[tuple[str, Value]] = []
        for child in arguments:
            if child.type == "pair":
                key, value = self.pair(context, child)
                named.append((key_word(key), value))
        return invocation(names, plain, named)

    def _core_call(self, context: Context, node: Node, base: Value, word: str, given: Node | None) -> Value | None:
        """What a core method makes of its receiver; None for other methods."""
        if word in core.SAME:
            return base
        if word in core.CONVERSIONS and given is None:
            return core.mapped(base, core.CONVERSIONS[word])
        if word == "constantize":
            return core.constant(None, base)
        arguments = children(given)[:8] if given is not None else []
        if word in ("map", "collect", "reduce", "inject"):
            return self._folded(context, base, word, arguments)
        if word == "new" and core.owner_names(base)[:1] in (("Set",), ("Array",)) and len(arguments) == 1:
            return context.lower(arguments[0])
        if word in ARGUMENT_METHODS and arguments:
            values = [context.lower(child) for child in arguments if child.type != "pair"]
            return self._with_arguments(context, node, base, word, values)
        return self._with_arguments(context, node, base, word, []) if word in ("split", "join") else None

    def _with_arguments(
        self, context: Context, node: Node, base: Value, word: str, values: Sequence[Value]
    ) -> Value | None:
        if word in core.MERGES:
            given = field(node, "arguments")
            pairs = [child for child in children(given) if child.type == "pair"] if given is not None else []
            other = self.mapping(context, pairs) if pairs else values[0] if values else Unknown("nothing")
            return core.merged(other, base) if word.startswith("reverse") else core.merged(base, other)
        if word == "split":
            return core.split(base, values[0] if values else None)
        if word == "join":
            return core.joined(base, values[0] if values else None)
        if not values:
            return None
        if word == "const_get":
            return core.constant(base, values[0])
        if word in ("fetch", "dig"):
            return self._fetched(context, node, base, values)
        return core.replaced(base, values) if len(values) == 2 else None

    def _fetched(self, context: Context, node: Node, base: Value, values: Sequence[Value]) -> Value:
        block = field(node, "block")
        inner = children(field(block, "body") or block) if block is not None else []
        default = values[1] if len(values) > 1 else context.lower(inner[0]) if len(inner) == 1 else None
        if core.owner_names(base)[:1] == ("ENV",):
            return core.environment(values[0], default)
        found = core.looked_up(base, values[0])
        if found is not None:
            return found
        return _run_time(node) if default is None else core.fallback(_run_time(node), default)

    def _folded(self, context: Context, base: Value, word: str, arguments: Sequence[Node]) -> Value | None:
        if len(arguments) != 1:
            return None
        argument = arguments[0]
        inner = children(argument) if argument.type == "block_argument" else [argument]
        step = context.lower(inner[0]) if len(inner) == 1 else Unknown("a block")
        if word in ("reduce", "inject"):
            return core.folded(base, step)
        name = step.name if isinstance(step, Symbol) else ""
        return core.each_item(base, core.CONVERSIONS[name]) if name in core.CONVERSIONS else None

    def _yielded(self, context: Context, node: Node) -> Value:
        """What a block receives from the call at the end of the path: most likely what the call makes."""
        call = context.path[-1]
        receiver, word = field(call, "receiver"), text_of(field(call, "method"))
        if receiver is None:
            return Invocation(self.callee(context, call), ())
        base = context.lower(receiver)
        if word in PASSED_ON or word in EACH:
            return base
        names = core.owner_names(base) if isinstance(core.plain(base), Name) else ()
        if word == "new":
            return Invocation(names, ())
        return Invocation((*names, *[name for name in core.member_names(base, word) if name not in names]), ())


def squeezed(node: Node | None) -> str:
    """A condition's text on one line, bounded."""
    return " ".join(text_of(node).split())[:SNIPPET]


def asks_for_older(condition: str, node: Node) -> bool:
    """Whether the first arm of a conditional node is the one for an older runtime."""
    return bool(OLDER_FIRST.search(condition)) != (node.type in UNLESS_KINDS)


def _heredoc_text(value: Value) -> Value:
    """The content without the opening's line end and the end word's indentation, which the grammar counts to it."""
    if isinstance(value, Text):
        return Text(re.sub(r"\A\r?\n|[ \t]+\Z", "", value.text))
    return value


def _run_time(node: Node) -> Unknown:
    return Unknown(f"{' '.join(text_of(node).split())[:60]} is looked up at run time")


ARGUMENT_METHODS = core.MERGES | {"split", "join", "fetch", "dig", "const_get", "sub", "gsub", "tr"}
LOWER_KINDS: dict[str, Callable[[RubyValues, Context, Node], Value]] = {
    "integer": RubyValues._number,
    "float": RubyValues._number,
    "nil": RubyValues._literal,
    "true": RubyValues._literal,
    "false": RubyValues._literal,
    "simple_symbol": RubyValues._symbol,
    "hash_key_symbol": RubyValues._symbol,
    "character": RubyValues._character,
    "string": RubyValues._string,
    "bare_string": RubyValues._string,
    "chained_string": RubyValues._string,
    "delimited_symbol": RubyValues._string,
    "bare_symbol": RubyValues._string,
    "heredoc_beginning": RubyValues._heredoc,
    "hash": RubyValues._hash,
    "identifier": RubyValues._identifier,
    "constant": RubyValues._constant,
    "scope_resolution": RubyValues._scoped,
    "self": RubyValues._self,
    "binary": RubyValues._binary,
    "unary": RubyValues._unary,
    "conditional": RubyValues._conditional,
    "if": RubyValues._conditional,
    "elsif": RubyValues._conditional,
    "unless": RubyValues._conditional,
    "if_modifier": RubyValues._modifier,
    "unless_modifier": RubyValues._modifier,
    "case": RubyValues._case,
    "rescue_modifier": RubyValues._rescued,
    "splat_argument": RubyValues._wrapped,
    "hash_splat_argument": RubyValues._wrapped,
    "pattern": RubyValues._wrapped,
    "return": RubyValues._wrapped,
    "argument_list": RubyValues._wrapped,
    "assignment": RubyValues._assigned_value,
    "operator_assignment": RubyValues._assigned_value,
    "element_reference": RubyValues._reference,
    "call": RubyValues._call,
    "block": RubyValues._yielded,
    "do_block": RubyValues._yielded,
    **dict.fromkeys(LIST_KINDS, RubyValues._list),
    **dict.fromkeys(GROUP_KINDS, RubyValues._group),
    **dict.fromkeys(VARIABLE_KINDS, RubyValues._variable),
}
