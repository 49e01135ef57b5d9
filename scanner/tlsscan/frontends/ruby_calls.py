"""Ruby calls as values: core methods of known receivers, names for all others. Knows nothing of TLS."""

from collections.abc import Callable, Sequence

from tlsscan.frontends import ruby_values as core
from tlsscan.frontends.expressions import invocation, key_word, taken_out
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.ruby_lower import CONSTANT_KINDS, GROUP_KINDS, LIST_KINDS, VARIABLE_KINDS, RubyExpressions
from tlsscan.frontends.unit import brief, children, field, text_of
from tlsscan.values import Arm, Choice, Invocation, Listing, Name, Symbol, Unknown, Value

PASSED_ON = frozenset({"tap", "then", "yield_self"})
EACH = frozenset({"each", "map", "collect", "flat_map", "each_with_index", "reverse_each"})
OWN = frozenset({"self", "self.class"})
COLLECTIONS = frozenset({"Set", "Array", "SortedSet"})
ARGUMENT_METHODS = core.MERGES | {"split", "join", "fetch", "dig", "const_get", "sub", "gsub", "tr"}


class RubyValues(RubyExpressions):
    """The part of the frontend that lowers every expression."""

    def lower(self, context: Context, node: Node) -> Value:
        method = LOWER_KINDS.get(node.type)
        if method is None:
            return Unknown(f"{node.type.replace('_', ' ')} is not followed")
        return method(self, context, node)

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
        if found is None:
            found = taken_out(base, key)
        return found if found is not None else _run_time(node)

    # -- calls -----------------------------------------------------------------------------------------------

    def callee(self, context: Context, node: Node, base: Value | None = None) -> tuple[str, ...]:
        """The names of the method that a call calls; `base` is its receiver's value when that is known already."""
        receiver, word = field(node, "receiver"), text_of(field(node, "method")) or "call"
        if receiver is not None:
            return core.member_names(base if base is not None else self.thing(context, receiver), word)
        if word == "super":
            return self._inherited(context)
        return self.own_names(context, word)

    def thing(self, context: Context, node: Node) -> Value:
        """A receiver's value; a constant that stands for plain data keeps its name, since it is the data's owner."""
        value = context.lower(node)
        if node.type in CONSTANT_KINDS and not core.owner_names(value):
            return Name((text_of(node).removeprefix("::").replace("::", "."),))
        return value

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
        made = _called_at_once(receiver, word)
        if made is not None:
            return context.lower(made)
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
        of = next(iter(core.owner_names(base)), "?") if receiver.type in CONSTANT_KINDS else "?"
        of = "" if text_of(receiver) in OWN else of
        result = self.given_by_method(context, word, of, node) if of[:1] != "?" else None
        if result is not None:
            return result
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
        if word != "super" and (found := self.given_by_method(context, word, "", node)) is not None:
            return found
        return self._invoked(context, self.callee(context, node), given)

    def _reader(self, context: Context, node: Node, base: Value, word: str) -> Value | None:
        """A method of this file that is called without arguments, as the value it returns."""
        if isinstance(core.plain(base), Name | Invocation):
            for owner in core.owner_names(base):
                found = context.member(owner, word, node)
                if found is not None:
                    return found
            owners = self._owners_of(context, field(node, "receiver"), base)
            return self.given_by_accessor(context, owners, word) if owners else None
        return None

    def _owners_of(self, context: Context, receiver: Node | None, base: Value) -> tuple[str, ...]:
        """What may have the accessor that is read: a constant, as it is written there, or the class of an object."""
        if receiver is None or receiver.type not in CONSTANT_KINDS:
            return core.certain_owners(base)
        word = text_of(receiver).removeprefix("::").replace("::", ".")
        return (*(f"{around}.{word}" for around in self.nesting(context)), word)

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
        given = children(field(node, "arguments") or node)
        if len(given) == 2 and text_of(given[0]) == text_of(given[1]):
            values = values[:1]  # a word that is its own translation is not known to be one of them
        block = field(node, "block")
        inner = children(field(block, "body") or block) if block is not None else []
        default = values[1] if len(values) > 1 else context.lower(inner[0]) if len(inner) == 1 else None
        if core.owner_names(base)[:1] == ("ENV",):
            return core.environment(values[0], default)
        if text_of(field(node, "method")) == "dig" and len(values) > 1:
            return self._dug(node, base, values)
        found = core.looked_up(base, values[0])
        if found is not None:
            way = core.plain(found)
            if default is None or not isinstance(way, Choice) or isinstance(core.plain(values[0]), core.CONSTANT):
                return found
            return Choice((*way.arms, Arm("there is no such entry", False, default)))
        read = taken_out(base, values[0]) or _run_time(node)
        return read if default is None else core.fallback(read, default)

    @staticmethod
    def _dug(node: Node, base: Value, keys: Sequence[Value]) -> Value:
        """An entry of an entry: `dig(:a, :b)`."""
        for key in keys:
            found = core.looked_up(base, key) or taken_out(base, key)
            if found is None:
                return _run_time(node)
            base = found
        return base

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


def _called_at_once(receiver: Node, word: str) -> Node | None:
    """The body of `-> { ... }.call` and `lambda { ... }.call`."""
    if word != "call":
        return None
    if receiver.type == "lambda":
        block = field(receiver, "body")
    elif receiver.type == "call" and text_of(field(receiver, "method")) in ("lambda", "proc"):
        block = field(receiver, "block")
    else:
        return None
    return field(block, "body") if block is not None else None


def _run_time(node: Node) -> Unknown:
    return Unknown(f"{brief(node)} is looked up at run time")


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
