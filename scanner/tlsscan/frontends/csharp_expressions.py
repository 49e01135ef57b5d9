"""C#: the values of expressions. Knows the base class library where it concerns values, nothing of TLS."""

import re

from tlsscan.frontends import csharp_values as values
from tlsscan.frontends.csharp_nodes import (
    CREATION_KINDS,
    MATCHING_KINDS,
    MEMBER_KINDS,
    PREPROC_KINDS,
    anonymous_entries,
    argument_value,
    arguments_of,
    arm_text,
    cut_by_directive,
    dotted,
    is_out,
    matched,
    returned,
    split_member,
    throws,
    type_node,
)
from tlsscan.frontends.csharp_receivers import CSharpReceivers
from tlsscan.frontends.expressions import invocation, textual
from tlsscan.frontends.grammars import Language, Node, grammar
from tlsscan.frontends.lowering import ABSENT, MAX_LOWERING, Context
from tlsscan.frontends.unit import MAX_ITEMS, SNIPPET, Binding, Path, brief, children, field, line_of, text_of
from tlsscan.frontends.windows import for_old_windows
from tlsscan.patterns import lazy
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Entry,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Text,
    Unknown,
    Value,
    Via,
    is_loop,
    left_of,
)

WRAPPER_KINDS = frozenset(
    {
        "parenthesized_expression",
        "await_expression",
        "checked_expression",
        "expression_statement",
        "expression_element",
        "collection_element",
        "arrow_expression_clause",
        "ref_expression",
        "argument",
        "return_statement",
    }
)
ARRAY_KINDS = frozenset({"array_creation_expression", "implicit_array_creation_expression"})
STRING_KINDS = frozenset(
    {
        "string_literal",
        "verbatim_string_literal",
        "raw_string_literal",
        "character_literal",
        "interpolated_string_expression",
    }
)
SCALAR_KINDS = frozenset({"integer_literal", "real_literal", "boolean_literal", "null_literal"})
INTERPOLATION_KINDS = frozenset({"interpolation_start", "interpolation_quote", "interpolation_brace"})
LIST_TYPES = frozenset(
    {"List", "HashSet", "SortedSet", "Collection", "ReadOnlyCollection", "ArrayList", "Stack", "Queue", "LinkedList"}
)
NULLABLE = lazy(r"(?:System\.)?Nullable<")
OPERATORS = frozenset({"|", "&", "^", "+", "-", "<<"})


class CSharpExpressions(CSharpReceivers):
    """The values of expressions."""

    @staticmethod
    def grammar() -> Language:
        """tree-sitter-c-sharp."""
        return grammar("tree_sitter_c_sharp")

    def lower(self, context: Context, node: Node) -> Value:
        """The value of an expression node."""
        kind = node.type
        if node.has_error:
            directive = cut_by_directive(node)
            if directive is not None:
                return self._preprocessed(context, directive)
        if kind == "argument" and is_out(node):
            return self._put_out(context)
        if kind in WRAPPER_KINDS:
            return context.lower(argument_value(node))
        if kind == "identifier":
            return self._identifier(context, node)
        if kind in MEMBER_KINDS:
            return self._member_value(context, node)
        if kind in ("cast_expression", "as_expression"):
            return self._cast(context, node)
        if kind in STRING_KINDS:
            return self._string(context, node)
        if kind in SCALAR_KINDS:
            return self._scalar(kind, text_of(node))
        return self._compound(context, node)

    def _cast(self, context: Context, node: Node) -> Value:
        """`(T)x`, `x as T`"""
        inner = field(node, "value") or field(node, "left")
        value = context.lower(inner)
        plain = node.type == "cast_expression" and not text_of(field(node, "type")).endswith("?")
        return values.given(value) if plain and inner is not None and self._may_be_null(context, inner) else value

    def _scalar(self, kind: str, text: str) -> Value:
        if kind == "boolean_literal":
            return Bool(text == "true")
        return Null() if kind == "null_literal" else values.number(text)

    def _compound(self, context: Context, node: Node) -> Value:
        kind = node.type
        if kind == "invocation_expression":
            return self._invocation(context, node)
        if kind in CREATION_KINDS:
            return self._creation(context, node)
        if kind in ("binary_expression", "prefix_unary_expression", "postfix_unary_expression"):
            return self._operator(context, node)
        if kind == "conditional_expression":
            return self._ternary(context, node)
        if kind == "switch_expression":
            return self._switch(context, node)
        if kind in PREPROC_KINDS:
            return self._preprocessed(context, node)
        if kind == "element_access_expression":
            return self._element(context, node)
        if kind == "block":
            return self._returned(context, node)
        if kind == "assignment_expression":
            return context.lower(field(node, "right"))
        return self._literal(context, node)

    def _literal(self, context: Context, node: Node) -> Value:
        kind = node.type
        if kind in ARRAY_KINDS:
            filled = next((child for child in children(node) if child.type == "initializer_expression"), None)
            return context.lower(filled) if filled is not None else Unknown("an array without its items")
        if kind in ("collection_expression", "tuple_expression"):
            return self._items(context, children(node))
        if kind == "initializer_expression":
            return self._initializer(context, node)
        if kind == "anonymous_object_creation_expression":
            pairs = anonymous_entries(node)
            return Mapping(tuple(Entry(Text(text_of(key)), context.lower(value)) for key, value in pairs))
        if kind == "typeof_expression":
            return Name(self.type_names(context.unit, field(node, "type")) or (text_of(field(node, "type")),))
        if kind == "default_expression":
            return Null() if text_of(field(node, "type")) in ("string", "object") else Number(0)
        if kind in MATCHING_KINDS:
            return values.given(context.lower(matched(context.path)))
        if kind in ("alias_qualified_name", "qualified_name"):
            return Name(self.type_names(context.unit, node))
        return Unknown(f"{kind.replace('_', ' ')} is not followed")

    def _items(self, context: Context, nodes: list[Node]) -> Value:
        items: list[Value] = []
        for node in nodes:
            spread = node.named_children[0] if node.type == "collection_element" and node.named_child_count else None
            if spread is not None and spread.type == "spread_element":
                value = values.inner(context.lower(argument_value(spread)))
                items.extend(value.items if isinstance(value, Listing) else (value,))
            else:
                items.append(context.lower(node))
        return Listing(tuple(items))

    def _initializer(self, context: Context, node: Node) -> Value:
        """`{ a, b }` is a list; `{ {k, v} }`, `{ [k] = v }` and `{ P = v }` are mappings."""
        entries: list[Entry] = []
        given = children(node)
        for child in given:
            if child.type == "assignment_expression":
                left = field(child, "left")
                key = Text(text_of(left)) if left is None or left.type == "identifier" else self._key(context, left)
                entries.append(context.entry(key, field(child, "right")))
            elif child.type == "initializer_expression" and len(children(child)) == 2:
                key_node, value = children(child)
                entries.append(context.entry(context.lower(key_node), value))
        if entries:
            return Mapping(tuple(entries))
        return self._items(context, given)

    def _key(self, context: Context, node: Node) -> Value:
        """The one key of `[key]`."""
        listing = field(node, "subscript") or node
        keys = [child for child in children(listing) if child.type == "argument"]
        return context.lower(keys[0]) if len(keys) == 1 else Unknown("several keys")

    def _operator(self, context: Context, node: Node) -> Value:
        if node.type == "postfix_unary_expression":
            return context.lower(node.named_children[0]) if text_of(node).endswith("!") else Unknown("it is counted up")
        if node.type == "prefix_unary_expression":
            sign = node.children[0].type
            operand = context.lower(argument_value(node))
            return Operation(sign, (operand,)) if sign in ("~", "-") else self._signed(sign, operand)
        operator = text_of(field(node, "operator"))
        left, right = field(node, "left"), field(node, "right")
        if operator == "??":
            return context.lower(left) if throws(right) else self._or_else(context, left, right)
        if operator not in OPERATORS:
            return Unknown(f"the result of {operator} is not followed")
        first, second = context.lower(left), context.lower(right)
        if operator == "+" and textual(values.inner(first), values.inner(second)):
            return context.join(first, second)
        return Operation(operator, (first, second))

    def _or_else(self, context: Context, left: Node | None, right: Node | None) -> Value:
        """`a ?? b`"""
        text, other = line_of(left)[:SNIPPET], context.lower(right)
        held = left_of(context.lower(left), ABSENT)
        if held is None:
            return other
        return Choice((Arm(f"{text} is not null", False, held), Arm(f"{text} is null", False, other)))

    def _signed(self, sign: str, operand: Value) -> Value:
        return operand if sign == "+" else Unknown(f"the result of {sign} is not followed")

    def _switch(self, context: Context, node: Node) -> Value:
        arms: list[Arm] = []
        for child in children(node):
            if child.type != "switch_expression_arm" or child.named_child_count < 2:
                continue
            if not throws(child.named_children[-1]):
                asked = arm_text(node, child)
                arms.append(Arm(asked, for_old_windows(asked) is True, context.lower(child.named_children[-1])))
        return Choice(tuple(arms)) if arms else Unknown("a switch without values")

    def _ternary(self, context: Context, node: Node) -> Value:
        condition, body, other = (field(node, "condition"), field(node, "consequence"), field(node, "alternative"))
        if throws(body) or throws(other):
            return context.lower(other if throws(body) else body)
        return context.either(condition, self.arms(condition, body, other, context.unit.root))

    def _preprocessed(self, context: Context, node: Node) -> Value:
        """`#if A` x `#else` y `#endif` inside an expression: both arms."""
        condition, other = field(node, "condition"), field(node, "alternative")
        content = next((c for c in children(node) if c not in (condition, other) and not c.is_error), None)
        if condition is None:
            return context.lower(content)
        arms = self.arms(condition, content, other)
        return context.either(condition, arms if other is not None else arms[:1])

    def _returned(self, context: Context, block: Node) -> Value:
        found = list(returned(block))
        if not found:
            return Unknown("nothing is returned")
        if len(found) == 1:
            return context.lower(found[0][1])
        guards = [self.is_guard(condition) and self.asks_for_older(condition) for condition, _ in found]
        pairs = zip(found, guards, strict=True)
        return Choice(tuple(Arm(condition, guard, context.lower(node)) for (condition, node), guard in pairs))

    def _element(self, context: Context, node: Node) -> Value:
        asked = self._key(context, node)
        key = values.inner(asked)
        base = values.inner(context.lower(field(node, "expression")))
        if isinstance(base, Mapping):
            found = (entry.value for entry in base.entries if values.inner(entry.key) == key)
            return next(found, None) or values.under(base, asked, "a key that is not listed")
        if isinstance(base, Listing) and isinstance(key, Number) and 0 <= key.value < len(base.items):
            return base.items[int(key.value)]
        if isinstance(key, Text):
            return values.setting(key.text, None)
        if isinstance(base, Name) and isinstance(key, Name) and base.names[0].endswith("AppSettings"):
            return invocation(tuple(f"{name}.Get" for name in base.names), (key,))
        return Unknown(f"{brief(node)} is looked up at run time")

    def _string(self, context: Context, node: Node) -> Value:
        text, kind = text_of(node), node.type
        if kind == "interpolated_string_expression":
            return self._interpolated(context, node)
        if kind == "verbatim_string_literal":
            return Text(re.sub(r'^@"|"(u8)?$', "", text).replace('""', '"'))
        if kind == "raw_string_literal":
            content = next((child for child in node.children if child.type == "raw_string_content"), None)
            return Text(values.raw_text(text_of(content)))
        return Text(values.unescape(text.removesuffix("u8")[1:-1]))

    def _interpolated(self, context: Context, node: Node) -> Value:
        start = text_of(node.children[0])
        raw = any(child.type == "interpolation_quote" for child in node.children[:4])
        parts: list[Value] = []
        for child in node.children[:MAX_ITEMS]:
            text = text_of(child)
            if child.type == "interpolation":
                held = [part for part in children(child) if part.type not in INTERPOLATION_KINDS]
                parts.append(values.inner(context.lower(held[0] if held else None)))
            elif child.type == "escape_sequence":
                parts.append(Text(values.unescape(text) if "\\" in text else text[:1]))
            elif child.type == "string_content":
                plain = text if raw else text.replace("{{", "{").replace("}}", "}")
                parts.append(Text(plain.replace('""', '"') if "@" in start else plain))
        return context.join(*(parts if len(parts) > 1 else (Text(""), *parts)))

    def _creation(self, context: Context, node: Node) -> Value:
        kind, arguments = field(node, "type"), arguments_of(node)
        names = self.type_names(context.unit, kind)
        filled = next((child for child in children(node) if child.type == "initializer_expression"), None)
        word = names[-1].rpartition(".")[2] if names else ""
        if kind is not None and kind.type == "array_type":
            return context.lower(filled)
        if word in LIST_TYPES or (word in ("", "Dictionary") and filled is not None):
            return context.lower(filled) if filled is not None else self._copied(context, arguments)
        return invocation(names or ("?",), *self._given(context, arguments))

    def _copied(self, context: Context, arguments: list[Node]) -> Value:
        """`new List<T>(items)`"""
        value = context.lower(arguments[0]) if len(arguments) == 1 else Listing(())
        return value if isinstance(values.inner(value), Listing) else Unknown("a list that is filled elsewhere")

    def _given(self, context: Context, arguments: list[Node]) -> tuple[list[Value], list[tuple[str, Value]]]:
        plain = [context.lower(child) for child in arguments[:8] if field(child, "name") is None]
        named = [child for child in arguments[:8] if field(child, "name") is not None]
        return plain, [(text_of(field(child, "name")), context.lower(child)) for child in named]

    def _identifier(self, context: Context, node: Node) -> Value:
        word = text_of(node)
        visible = self.variables(context.unit, word, node.start_byte)
        if visible and all(binding.kind == "declared" for binding in visible):
            filled = self.settable(context.unit, word)
            return filled.value if filled is not None else Unknown(f"{word} is set elsewhere")
        if visible or context.unit.bindings(word) is None:
            value = context.name(word, node)
            if not is_loop(value):
                return self.replaceable(context.unit, word, value)
            from tlsscan.frontends.csharp_loops import asked_of
            from tlsscan.frontends.sieve import sifted

            return sifted(value, list(asked_of(context, word)), word)
        if word == "value" and self._in_setter(context.path):
            return Unknown("what sets the property decides", "value")
        owner = self.around_class(context.path)
        for base in self.base_types(context.unit, owner):
            found = context.member(base.rpartition(".")[2], word, node)
            if found is not None:
                return found
        return Name(self._bare_names(context.unit, context.path, word))

    def _in_setter(self, path: Path) -> bool:
        """Whether `value` is what a property is given."""
        function = self.function(path)
        return function is not None and text_of(field(function, "name")) in ("set", "init", "add", "remove")

    def _member_value(self, context: Context, node: Node) -> Value:
        expression, word = split_member(node)
        if word == "Empty" and dotted(text_of(expression)) in ("string", "String", "System.String"):
            return Text("")
        names, certain = self.receiver(context, expression)
        found = self._set_here(context, expression, word) or self._own_member(context, names, word, node)
        if found is not None:
            return found
        if word == "Value" and expression is not None and self._may_be_null(context, expression):
            return values.given(context.lower(expression))
        if not names:
            return Name((f"?.{word}",))
        full = tuple(f"{name}.{word}" for name in names)
        if certain or expression is None or not self._is_instance(context, expression):
            return Name(full)
        return Name((*full, *self.through(context, expression, word), f"?.{word}"))

    def _set_here(self, context: Context, expression: Node | None, word: str) -> Value | None:
        """What the function around has put into a member of one of its variables; None where it has not for certain."""
        if expression is None or expression.type != "identifier":
            return None
        path = self.set_on(context.unit, context.path, text_of(expression), word)
        key = (word, path[-1].start_byte) if path is not None else ("", 0)
        if path is None or key in context.active:
            return None
        inside = Context(context.unit, path, context.active | {key}, context.depth)
        return Via(context.unit.step(path[-1]), inside.lower(field(path[-1], "right")))

    def _may_be_null(self, context: Context, node: Node) -> bool:
        """Whether something is declared as `T?` or `Nullable<T>`, whose `Value` is the thing itself, or is a member of
        an object, which it may be."""
        word = text_of(node).removeprefix("this.")
        if not word.isidentifier():
            return node.type == "member_access_expression" and self._is_instance(context, node)
        found = self.variables(context.unit, word, node.start_byte)
        found = found or [b for b in context.unit.bindings(word) or () if self.is_member(b)]
        kinds = [kind for binding in found if (kind := type_node(binding)) is not None]
        return any(kind.type == "nullable_type" or NULLABLE.match(text_of(kind)) for kind in kinds)

    def _own_member(self, context: Context, names: tuple[str, ...], word: str, node: Node) -> Value | None:
        """The value of a member of a type of this file."""
        for name in names:
            last = name.rpartition(".")[2]
            known = self.type_binding(context.unit, last, node.start_byte)
            if known is not None and name in known.names:
                found = context.member(last, word, node)
                if found is not None:
                    return self.replaceable(context.unit, word, found)
        return None

    def _invocation(self, context: Context, node: Node) -> Value:
        function = field(node, "function")
        if text_of(function) == "nameof":
            return Unknown("nameof gives a name, not a value")
        arguments = arguments_of(node)
        made = self._methods(context, function)
        if made:
            return self._run(context, made)
        plain, named = self._given(context, arguments)
        known = self._library(context, function, plain)
        return known if known is not None else self._result(self.callee(context, function), plain, named)

    def _result(self, names: tuple[str, ...], plain: list[Value], named: list[tuple[str, Value]]) -> Value:
        """What a call of another file's method gives: open by its name where that takes no arguments."""
        owned = tuple(f"{name}()" for name in names if "." in name and not name.startswith("?"))
        return Name(owned) if owned and not plain and not named else invocation(names, plain, named)

    def _run(self, context: Context, made: list[Binding]) -> Value:
        """What methods of this file return."""
        arms: list[Arm] = []
        for binding in made[:4]:
            key = (binding.name, binding.offset)
            if key in context.active or len(context.active) >= MAX_LOWERING or binding.node is None:
                arms.append(Arm(binding.condition, False, Unknown(f"{binding.name} is not followed")))
                continue
            inside = Context(context.unit, binding.path, context.active | {key}, context.depth)
            step = context.unit.step(binding.path[-1])
            arms.append(Arm(binding.condition, binding.guarded, Via(step, inside.lower(binding.node))))
        return arms[0].value if len(arms) == 1 else Choice(tuple(arms))

    def _library(self, context: Context, function: Node | None, plain: list[Value]) -> Value | None:
        """What a call of the base class library gives, where that is plain; None otherwise."""
        if function is None or function.type not in MEMBER_KINDS:
            return None
        expression, word = split_member(function)
        owner = dotted(text_of(expression)).rpartition(".")[2]
        if owner == "Enum":
            return self._enum(context, function, word, plain)
        if owner in values.NUMBER_TYPES and word in values.NUMBER_METHODS and plain:
            return values.to_number(plain)
        if owner in ("string", "String") and plain:
            return self._text_call(context, word, plain)
        if word in ("GetEnvironmentVariable", "GetValue") or (word == "Get" and owner == "AppSettings"):
            return _setting(word, owner, plain)
        if word in ("GetProperty", "GetField") and plain:
            return self._reflected(context, expression, plain[0])
        if word in values.RECEIVER_METHODS:
            return values.on_receiver(word, context.lower(expression), plain)
        return None

    def _enum(self, context: Context, function: Node, word: str, plain: list[Value]) -> Value | None:
        if word == "ToObject" and len(plain) == 2:
            return plain[1]
        generic = self._type_argument(context, function)
        given = plain if generic is None else [generic, *plain]
        if word in ("GetValues", "GetNames") and given:
            return values.enum_members(given[0])
        if word != "Parse" or len(given) < 2:
            return None
        ignore = len(given) > 2 and values.inner(given[2]) != Bool(False)
        return values.enum_member(values.inner(given[0]), given[1], ignore)

    def _type_argument(self, context: Context, function: Node | None) -> Value | None:
        """The `T` of `Name<T>(...)`."""
        name = field(function, "name") if function is not None else None
        listed = argument_value(name) if name is not None and name.type == "generic_name" else None
        return Name(self.type_names(context.unit, argument_value(listed))) if listed is not None else None

    def _put_out(self, context: Context) -> Value:
        """What `TryParse(text, out value)` gives to the variable at the end of the path."""
        call = next((node for node in reversed(context.path[-4:]) if node.type == "invocation_expression"), None)
        function = field(call, "function") if call is not None else None
        if call is None or function is None or function.type not in MEMBER_KINDS:
            return Unknown("a call sets it")
        expression, word = split_member(function)
        arguments = arguments_of(call)
        if word != "TryParse" or len(arguments) < 2:
            return Unknown(f"{word}() sets it")
        plain = [context.lower(argument) for argument in arguments[:-1]]
        if dotted(text_of(expression)).rpartition(".")[2] != "Enum":
            return values.to_number(plain[:1])
        kind = self._type_argument(context, function) or Name(self._out_type(context, arguments[-1]))
        ignore = len(plain) > 1 and values.inner(plain[1]) != Bool(False)
        return values.enum_member(kind, plain[0], ignore)

    def _out_type(self, context: Context, argument: Node) -> tuple[str, ...]:
        """The declared type of what an `out` argument sets."""
        given = argument_value(argument)
        if given is not None and given.type == "declaration_expression":
            return self.type_names(context.unit, field(given, "type"))
        found = self.variables(context.unit, text_of(given), argument.start_byte)
        return next((names for b in found if (names := self.type_names(context.unit, type_node(b)))), ())

    def _text_call(self, context: Context, word: str, plain: list[Value]) -> Value | None:
        pieces: list[Value] | None = None
        if word == "Concat":
            pieces = [values.inner(value) for value in plain]
        elif word == "Join":
            pieces = values.joined(plain)
        elif word == "Format":
            pieces = values.formatted(plain)
        return context.join(*[piece for piece in pieces if piece != Text("")] or [Text("")]) if pieces else None

    def _reflected(self, context: Context, expression: Node | None, key: Value) -> Value | None:
        """`typeof(T).GetProperty("P")` is the property itself."""
        key = values.inner(key)
        if expression is None or expression.type != "typeof_expression" or not isinstance(key, Text):
            return None
        return Name(tuple(f"{name}.{key.text}" for name in self.type_names(context.unit, field(expression, "type"))))


def _setting(word: str, owner: str, plain: list[Value]) -> Value | None:
    """`GetEnvironmentVariable("X")`, `AppSettings.Get("x")`, `configuration.GetValue("x", default)`,
    `Registry.GetValue(key, "x", default)`."""
    plain = plain[1:] if owner == "Registry" else plain
    key = values.inner(plain[0]) if plain else None
    if not isinstance(key, Text):
        return None
    default = plain[1] if word == "GetValue" and len(plain) > 1 else None
    return values.setting(key.text, default)
