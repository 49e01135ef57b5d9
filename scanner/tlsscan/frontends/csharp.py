"""C#: from syntax trees to sites."""

import re
from collections.abc import Iterator

from tree_sitter import Language, Node

from tlsscan.frontends import csharp_values as values
from tlsscan.frontends.base import (
    MAX_ITEMS,
    MAX_LOWERING,
    Binding,
    Context,
    Draft,
    Path,
    RawArgument,
    Unit,
    children,
    field,
    invocation,
    key_word,
    text_of,
    textual,
)
from tlsscan.frontends.csharp_names import (
    INITIALIZER_KINDS,
    METHOD_KINDS,
    PREPROC_KINDS,
    TYPE_KINDS,
    TYPED_KINDS,
    CSharpNames,
    argument_value,
    assigned,
    dotted,
    property_value,
)
from tlsscan.model import Form
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
CREATION_KINDS = frozenset({"object_creation_expression", "implicit_object_creation_expression"})
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
MEMBER_KINDS = frozenset({"member_access_expression", "conditional_access_expression"})
CUT_KINDS = frozenset({"invocation_expression", "member_access_expression", "assignment_expression"})
NOT_RETURNING_KINDS = frozenset({"lambda_expression", "anonymous_method_expression", "local_function_statement"})
LIST_TYPES = frozenset(
    {"List", "HashSet", "SortedSet", "Collection", "ReadOnlyCollection", "ArrayList", "Stack", "Queue", "LinkedList"}
)
OPERATORS = frozenset({"|", "&", "^", "+", "-", "<<"})
OBJECT = re.compile(r"\w+(\.\w+)?")

Receiver = tuple[tuple[str, ...], bool]


class CSharpFrontend(CSharpNames):
    """C# through tree-sitter-c-sharp."""

    @staticmethod
    def grammar() -> Language:
        import tree_sitter_c_sharp

        return Language(tree_sitter_c_sharp.language())

    # -- values ----------------------------------------------------------------------------------------------

    def lower(self, context: Context, node: Node) -> Value:
        kind = node.type
        if node.has_error:
            directive = _cut_by_directive(node)
            if directive is not None:
                return self._preprocessed(context, directive)
        if kind in WRAPPER_KINDS:
            return context.lower(argument_value(node))
        if kind == "identifier":
            return self._identifier(context, node)
        if kind in MEMBER_KINDS:
            return self._member_value(context, node)
        if kind in ("cast_expression", "as_expression"):
            return context.lower(field(node, "value") or field(node, "left"))
        if kind in STRING_KINDS:
            return self._string(context, node)
        if kind in SCALAR_KINDS:
            return self._scalar(kind, text_of(node))
        return self._compound(context, node)

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
            arms = [(field(node, "consequence"), True), (field(node, "alternative"), True)]
            return context.either(field(node, "condition"), [arm for arm in arms if not _throws(arm[0])])
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
            pairs = _anonymous(node)
            return Mapping(tuple(Entry(Text(text_of(key)), context.lower(value)) for key, value in pairs))
        if kind == "typeof_expression":
            return Name(self.type_names(context.unit, field(node, "type")) or (text_of(field(node, "type")),))
        if kind == "default_expression":
            return Null() if text_of(field(node, "type")) in ("string", "object") else Number(0)
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
                entries.append(Entry(key, context.lower(field(child, "right"))))
            elif child.type == "initializer_expression" and len(children(child)) == 2:
                key_node, value = children(child)
                entries.append(Entry(context.lower(key_node), context.lower(value)))
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
            return context.lower(left) if _throws(right) else context.either(left, [(left, False), (right, False)])
        if operator not in OPERATORS:
            return Unknown(f"the result of {operator} is not followed")
        first, second = context.lower(left), context.lower(right)
        if operator == "+" and textual(values.inner(first), values.inner(second)):
            return context.join(first, second)
        return Operation(operator, (first, second))

    def _signed(self, sign: str, operand: Value) -> Value:
        return operand if sign == "+" else Unknown(f"the result of {sign} is not followed")

    def _switch(self, context: Context, node: Node) -> Value:
        arms: list[Arm] = []
        for child in children(node):
            if child.type != "switch_expression_arm" or child.named_child_count < 2:
                continue
            if not _throws(child.named_children[-1]):
                text = f"{text_of(node.named_children[0])} is {text_of(child.named_children[0])}"
                arms.append(Arm(text[:120], False, context.lower(child.named_children[-1])))
        return Choice(tuple(arms)) if arms else Unknown("a switch without values")

    def _preprocessed(self, context: Context, node: Node) -> Value:
        """`#if A` x `#else` y `#endif` inside an expression: both arms."""
        condition, other = field(node, "condition"), field(node, "alternative")
        content = next((c for c in children(node) if c not in (condition, other) and not c.is_error), None)
        if condition is None:
            return context.lower(content)
        arms = [(content, True), (other, True)] if other is not None else [(content, True)]
        return context.either(condition, arms)

    def _returned(self, context: Context, block: Node) -> Value:
        found = list(returned(block))
        if not found:
            return Unknown("nothing is returned")
        if len(found) == 1:
            return context.lower(found[0][1])
        return Choice(tuple(Arm(condition, self.is_guard(condition), context.lower(node)) for condition, node in found))

    def _element(self, context: Context, node: Node) -> Value:
        key = values.inner(self._key(context, node))
        base = values.inner(context.lower(field(node, "expression")))
        if isinstance(base, Mapping):
            found = (entry.value for entry in base.entries if values.inner(entry.key) == key)
            return next(found, Unknown("a key that is not listed"))
        if isinstance(base, Listing) and isinstance(key, Number) and 0 <= key.value < len(base.items):
            return base.items[int(key.value)]
        if isinstance(key, Text):
            return values.setting(key.text, None)
        return Unknown(f"{' '.join(text_of(node).split())[:60]} is looked up at run time")

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
        return context.join(Text(""), *parts)

    def _creation(self, context: Context, node: Node) -> Value:
        kind, arguments = field(node, "type"), _arguments(node)
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

    # -- names as values -------------------------------------------------------------------------------------

    def _identifier(self, context: Context, node: Node) -> Value:
        word = text_of(node)
        visible = self.variables(context.unit, word, node.start_byte)
        if visible and all(binding.kind == "declared" for binding in visible):
            return Unknown(f"{word} is set elsewhere")
        value = context.name(word, node)
        if isinstance(value, Name) and not visible:
            owner = self.around_class(context.path)
            for base in self.base_types(context.unit, owner):
                found = context.member(base.rpartition(".")[2], word, node)
                if found is not None:
                    return found
        return value

    def _member_value(self, context: Context, node: Node) -> Value:
        expression, word = _split_member(node)
        names, certain = self.receiver(context, expression)
        found = self._own_member(context, names, word, node)
        if found is not None:
            return found
        if not names:
            return Name((f"?.{word}",))
        full = tuple(f"{name}.{word}" for name in names)
        instance = not certain and expression is not None and self._is_instance(context, expression)
        return Name((*full, f"?.{word}") if instance else full)

    def _own_member(self, context: Context, names: tuple[str, ...], word: str, node: Node) -> Value | None:
        """The value of a member of a type of this file."""
        for name in names:
            last = name.rpartition(".")[2]
            known = self.type_binding(context.unit, last, node.start_byte)
            if known is not None and name in known.names:
                found = context.member(last, word, node)
                if found is not None:
                    return found
        return None

    def _is_instance(self, context: Context, node: Node) -> bool:
        while node.type in MEMBER_KINDS:
            expression, _ = _split_member(node)
            if expression is None:
                return False
            node = expression
        if node.type != "identifier":
            return node.type not in ("predefined_type", "alias_qualified_name")
        found = self.variables(context.unit, text_of(node), node.start_byte)
        return any(binding.kind != "import" for binding in found) and not self._is_color(context, node, found)

    # -- receivers -------------------------------------------------------------------------------------------

    def receiver(self, context: Context, node: Node | None) -> Receiver:
        """The possible names of what a member is taken from: a type, or the type of an object; and whether that is
        certain."""
        words: list[str] = []
        while node is not None and len(words) < MAX_LOWERING:
            if node.type in MEMBER_KINDS:
                node, word = _split_member(node)
                words.insert(0, word)
            elif node.type in ("parenthesized_expression", "postfix_unary_expression", "await_expression"):
                node = argument_value(node)
            else:
                break
        if node is not None and node.type == "identifier" and words and self._is_root(context, node):
            return (".".join((text_of(node), *words)),), True
        names, certain = self._base_names(context, node) if node is not None else ((), False)
        for word in words:
            names = self._step(context, names, word)
        return names, certain

    def _is_root(self, context: Context, node: Node) -> bool:
        """`System` in `System.Net.Dns`: the first part of a namespace."""
        word = text_of(node)
        usings = self.usings(context.unit)
        roots = {space.partition(".")[0] for space in (*usings.namespaces, *usings.own, *usings.statics)}
        return word in (roots | {"System"}) and not context.unit.bindings(word)

    def _step(self, context: Context, names: tuple[str, ...], word: str) -> tuple[str, ...]:
        """The type of a member that a class of this file declares, else the member's own name."""
        declared: list[str] = []
        for binding in (context.unit.bindings(word) or ())[:8] if names else ():
            owner = self.around_class(binding.path) if binding.kind != "method" and self.is_member(binding) else None
            if set(self.own_name(context.unit, owner)) & set(names):
                declared.extend(self._binding_type(context, binding))
        return tuple(dict.fromkeys(declared)) or tuple(f"{name}.{word}" for name in names)

    def _base_names(self, context: Context, node: Node) -> Receiver:
        kind = node.type
        if kind == "identifier":
            return self._word_names(context, node)
        if kind == "generic_name" or kind == "predefined_type" or kind == "alias_qualified_name":
            return self.type_names(context.unit, node), kind != "generic_name"
        if kind in ("this", "base"):
            owner = self.around_class(context.path)
            own = self.own_name(context.unit, owner) if kind == "this" else ()
            return (*own, *self.base_types(context.unit, owner)), False
        if kind in ("cast_expression", "as_expression"):
            return self.type_names(context.unit, field(node, "type") or field(node, "right")), False
        if kind == "object_creation_expression":
            return self.type_names(context.unit, field(node, "type")), False
        if kind == "invocation_expression":
            return self._result_names(context, node), False
        return (), False

    def _word_names(self, context: Context, node: Node) -> Receiver:
        word = text_of(node)
        found = self.variables(context.unit, word, node.start_byte)
        imported = next((binding for binding in found if binding.kind == "import"), None)
        if imported is not None:
            return imported.names, True
        if not found:
            return self.qualify(context.unit, word), False
        if self._is_color(context, node, found):
            return self.type_names(context.unit, node) or (word,), False
        names: list[str] = []
        for binding in found[-4:]:
            names.extend(self._binding_type(context, binding))
        return tuple(dict.fromkeys(names)), False

    def _is_color(self, context: Context, node: Node, found: list[Binding]) -> bool:
        """`Color Color { get; }`: the word names the member and its type alike."""
        return any(dotted(text_of(_type_node(binding))).rstrip("?") == text_of(node) for binding in found)

    def _binding_type(self, context: Context, binding: Binding) -> tuple[str, ...]:
        node = _type_node(binding)
        if node is not None and node.type != "implicit_type":
            return self.type_names(context.unit, node)
        key = (binding.name, binding.offset)
        if binding.node is None or binding.kind != "value" or binding.each:
            return ()
        if key in context.active or context.depth >= MAX_LOWERING:
            return ()
        inside = Context(context.unit, binding.path, context.active | {key}, context.depth + 1)
        return self.receiver(inside, binding.node)[0]

    def _result_names(self, context: Context, node: Node) -> tuple[str, ...]:
        """The type that a method of this file returns."""
        made = self._methods(context, field(node, "function"))
        return self.type_names(context.unit, _type_node(made[0])) if made else ()

    def _methods(self, context: Context, function: Node | None) -> list[Binding]:
        """The methods of this file that a call may run."""
        if function is None:
            return []
        unit, word = context.unit, text_of(function)
        if function.type == "identifier":
            found = [b for b in unit.bindings(word) or () if b.kind == "method"]
            return [b for b in found if b.scope[0] <= function.start_byte < b.scope[1]]
        if function.type != "member_access_expression":
            return []
        expression, word = _split_member(function)
        found = [b for b in unit.bindings(word) or () if b.kind == "method"]
        names = self.receiver(context, expression)[0] if found else ()
        return [b for b in found if set(names) & set(self.own_name(unit, self.around_class(b.path)))]

    # -- calls -----------------------------------------------------------------------------------------------

    def _invocation(self, context: Context, node: Node) -> Value:
        function = field(node, "function")
        if text_of(function) == "nameof":
            return Unknown("nameof gives a name, not a value")
        arguments = _arguments(node)
        made = self._methods(context, function)
        if made:
            return self._run(context, made)
        plain, named = self._given(context, arguments)
        known = self._library(context, function, plain)
        return known if known is not None else invocation(self.callee(context, function), plain, named)

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
        expression, word = _split_member(function)
        owner = dotted(text_of(expression)).rpartition(".")[2]
        if owner == "Enum" and plain:
            return self._enum(context, function, word, plain)
        if owner in values.NUMBER_TYPES and word in values.NUMBER_METHODS and plain:
            return values.to_number(plain)
        if owner in ("string", "String") and plain:
            return self._text_call(context, word, plain)
        if word in ("GetEnvironmentVariable", "GetValue"):
            return _setting(word, owner, plain)
        if word in ("GetProperty", "GetField") and plain:
            return self._reflected(context, expression, plain[0])
        if word in values.RECEIVER_METHODS:
            return values.on_receiver(word, context.lower(expression), plain)
        return None

    def _enum(self, context: Context, function: Node, word: str, plain: list[Value]) -> Value | None:
        if word == "ToObject" and len(plain) == 2:
            return plain[1]
        if word != "Parse":
            return None
        name = field(function, "name")
        generic = name is not None and name.type == "generic_name"
        listed = argument_value(name) if generic and name is not None else None
        kind: Value = plain[0]
        if listed is not None:
            kind = Name(self.type_names(context.unit, argument_value(listed)))
        rest = plain if generic else plain[1:]
        ignore = len(rest) > 1 and values.inner(rest[1]) != Bool(False)
        return values.enum_member(values.inner(kind), rest[0], ignore) if rest else None

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

    def callee(self, context: Context, function: Node | None) -> tuple[str, ...]:
        """The names that a called method may have."""
        if function is not None and function.type in MEMBER_KINDS:
            expression, word = _split_member(function)
            names, certain = self.receiver(context, expression)
            return member_names(names, certain, word)
        word = dotted(text_of(function))
        if not word.isidentifier():
            return ("?",)
        return self._bare_names(context.unit, context.path, word)

    def _bare_names(self, unit: Unit, path: Path, word: str) -> tuple[str, ...]:
        """Names of a member that is used without a receiver: of the class around, its bases, or a static using."""
        owner = self.around_class(path)
        own = self.own_name(unit, owner)
        declared = any(self._of_class(binding, owner) for binding in unit.bindings(word) or ())
        statics = () if declared else self.usings(unit).statics
        types = (*statics, *self.base_types(unit, owner), *own)
        return tuple(dict.fromkeys([*[f"{name}.{word}" for name in types], word]))

    def _of_class(self, binding: Binding, owner: Node | None) -> bool:
        """Whether a binding is the declaration of a member of a class."""
        if owner is None or binding.path[-1].type not in (*METHOD_KINDS, "property_declaration", "variable_declarator"):
            return False
        return self.is_member(binding) and self.around_class(binding.path) == owner

    # -- drafts ----------------------------------------------------------------------------------------------

    def drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        kind = node.type
        if kind == "invocation_expression":
            yield from self._call_drafts(unit, path)
        elif kind in CREATION_KINDS:
            yield self._new_draft(unit, path)
        elif kind == "constructor_initializer":
            yield self._chained_draft(unit, path)
        elif kind == "assignment_expression":
            yield from self._assignment_draft(unit, path)
        elif kind in INITIALIZER_KINDS:
            yield from self._entry_drafts(unit, path)
        elif kind == "parameter":
            yield from self._default_draft(node)
        elif kind in ("variable_declarator", "property_declaration", "method_declaration"):
            yield from self._member_drafts(unit, path)

    def _call_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        context = Context(unit, path)
        function = field(node, "function")
        arguments = raw_arguments(_arguments(node))
        target = ""
        if function is not None and function.type in MEMBER_KINDS:
            target = self._object(unit, path, text_of(_split_member(function)[0]))
        names = self.callee(context, function)
        yield Draft(Form.CALL, names, node, function or node, arguments, target=target)
        if names[-1] == "?.SetValue" and len(arguments) in (2, 3) and function is not None:
            expression, _ = _split_member(function)
            found = values.inner(context.lower(expression))
            if isinstance(found, Name) and "GetProperty" in self._source_of(context, expression):
                value = (RawArgument(None, "", arguments[1].node),)
                yield Draft(Form.ASSIGN, found.names, node, function, value)

    def _source_of(self, context: Context, node: Node | None) -> str:
        """The text of an expression, or of the value of the variable that it is."""
        if node is None or node.type != "identifier":
            return text_of(node)
        found = self.variables(context.unit, text_of(node), node.start_byte)
        return " ".join(text_of(binding.node) for binding in found)

    def _new_draft(self, unit: Unit, path: Path) -> Draft:
        node = path[-1]
        names = self._created(unit, path) or ("?",)
        target = self._object(unit, path, self._holder(path))
        label = field(node, "type") or node
        return Draft(Form.NEW, names, node, label, raw_arguments(_arguments(node)), target=target)

    def _chained_draft(self, unit: Unit, path: Path) -> Draft:
        """`: base(...)` and `: this(...)`"""
        node, owner = path[-1], self.around_class(path)
        chained = any(child.type == "this" for child in node.children)
        names = self.own_name(unit, owner) if chained else self.base_types(unit, owner)
        return Draft(Form.NEW, names or ("?",), node, node, raw_arguments(_arguments(node)))

    def _created(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The type that a `new` makes; `new()` takes it from where the object goes."""
        if path[-1].type == "object_creation_expression":
            return self.type_names(unit, field(path[-1], "type"))
        for level in range(len(path) - 2, 0, -1):
            node = path[level]
            if node.type in TYPED_KINDS:
                return self.type_names(unit, field(node, "type"))
            if node.type == "assignment_expression":
                return self._left_names(unit, path[: level + 1])[0]
            if node.type in ("return_statement", "arrow_expression_clause"):
                function = self.function(path[:level])
                return self.type_names(unit, _result_type(function)) if function is not None else ()
            if node.type not in ("variable_declarator", "parenthesized_expression"):
                return ()
        return ()

    def _left_names(self, unit: Unit, path: Path) -> Receiver:
        """What an assignment's left side may be called."""
        left = field(path[-1], "left")
        if left is None:
            return (), False
        if left.type == "identifier" and self._filled(path) is not None:
            names, certain = self._filled_names(unit, path)
            return tuple(f"{name}.{text_of(left)}" for name in names), certain
        return self.receiver(Context(unit, path), left)

    def _assignment_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        operator = text_of(field(node, "operator")) or "="
        value = (RawArgument(None, "", right),)
        if left.type in MEMBER_KINDS:
            base, word = _split_member(left)
            names = member_names(*self.receiver(Context(unit, path), base), word)
            yield Draft(Form.ASSIGN, names, node, left, value, operator, target=self._object(unit, path, text_of(base)))
        elif left.type == "identifier":
            yield from self._bare_assignment(unit, path, left, Draft(Form.ASSIGN, (), node, left, value, operator))
        elif left.type == "element_binding_expression":
            word = key_word(self._key(Context(unit, path), left))
            if word:
                yield self._option(unit, path, node, left, word, right)
        elif left.type == "element_access_expression":
            yield from self._subscript_draft(unit, path, left, right)

    def _bare_assignment(self, unit: Unit, path: Path, left: Node, draft: Draft) -> Iterator[Draft]:
        word = text_of(left)
        level = self._filled(path)
        if level is not None:
            holder = ".".join((self._holder(path[: level + 1]), *self._filled_words(path, level)))
            names = member_names(*self._filled_names(unit, path), word)
            yield draft._replace(names=names, target=self._object(unit, path, holder))
        elif self.is_local(unit, word, left.start_byte) is None:
            names = self._bare_names(unit, path, word)[:-1]
            yield draft._replace(names=(*names, f"?.{word}"), target=self._object(unit, path, "this"))

    def _filled(self, path: Path) -> int | None:
        """The level of the expression whose initializer an assignment stands in; None if it stands in none."""
        inside = path[-1].type in INITIALIZER_KINDS
        for level in range(len(path) - 2, -1, -1):
            kind = path[level].type
            if kind in INITIALIZER_KINDS:
                inside = True
            elif kind in CREATION_KINDS or kind == "with_expression":
                return level if inside else None
            elif kind not in (*PREPROC_KINDS, "ERROR") and not (inside and kind == "assignment_expression"):
                return None
        return None

    def _filled_names(self, unit: Unit, path: Path) -> Receiver:
        """The type of the object that an initializer entry belongs to, with the members in between."""
        level = self._filled(path)
        if level is None:
            return (), False
        if path[level].type == "with_expression":
            names = self.receiver(Context(unit, path), path[level].named_children[0])[0]
        else:
            names = self._created(unit, path[: level + 1])
        tail = "".join(f".{word}" for word in self._filled_words(path, level))
        return tuple(f"{name}{tail}" for name in names), False

    def _filled_words(self, path: Path, level: int) -> list[str]:
        """The members between a creation and an entry of its nested initializers."""
        filled = [node for node in path[level + 1 : -1] if node.type in ("assignment_expression", "with_initializer")]
        return [text_of(field(node, "left") or children(node)[0]) for node in filled]

    def _entry_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Entries that are no assignments: `{ "k", v }`, `with { P = v }`, `new { p = v }`."""
        node = path[-1]
        given = children(node)
        if node.type == "with_initializer":
            value = assigned(node)
            if value is not None:
                names = member_names(*self._filled_names(unit, path), text_of(given[0]))
                yield Draft(Form.ASSIGN, names, node, given[0], (RawArgument(None, "", value),))
        elif node.type == "anonymous_object_creation_expression":
            for key, value in _anonymous(node):
                yield self._option(unit, path, node, key, text_of(key), value)
        elif len(given) == 2 and len(path) > 1 and path[-2].type == "initializer_expression":
            word = key_word(Context(unit, path).lower(given[0]))
            if word:
                yield self._option(unit, path, node, given[0], word, given[1])

    def _option(self, unit: Unit, path: Path, node: Node, label: Node, word: str, value: Node) -> Draft:
        owner: tuple[str, ...] = ()
        for above in reversed(path[:-1]):
            if above.type == "invocation_expression":
                owner = self.callee(Context(unit, path), field(above, "function"))
            if above.type not in ("argument", "argument_list", "initializer_expression", *CREATION_KINDS):
                break
        return Draft(Form.OPTION, (word,), node, label, (RawArgument(None, "", value),), "=", (word,), owner)

    def _subscript_draft(self, unit: Unit, path: Path, left: Node, right: Node) -> Iterator[Draft]:
        keys: list[str] = []
        base: Node | None = left
        context = Context(unit, path)
        while base is not None and base.type == "element_access_expression" and len(keys) < 8:
            word = key_word(self._key(context, base))
            if not word:
                return
            keys.insert(0, word)
            base = field(base, "expression")
        names = self.receiver(context, base)[0]
        operator = text_of(field(path[-1], "operator")) or "="
        yield Draft(
            Form.OPTION, (keys[-1],), path[-1], left, (RawArgument(None, "", right),), operator, tuple(keys), names
        )

    def _default_draft(self, node: Node) -> Iterator[Draft]:
        name, value = field(node, "name"), assigned(node)
        if name is not None and value is not None:
            yield Draft(Form.PARAMETER, (text_of(name),), node, name, (RawArgument(None, "", value),))

    def _member_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """A field's or property's value, and what a member returns that overrides one of a base class."""
        node = path[-1]
        name = field(node, "name")
        if name is None or (node.type == "variable_declarator" and self._member_level(path) is None):
            return
        if node.type == "method_declaration" and "override" not in [text_of(child) for child in node.children[:12]]:
            return
        value = assigned(node) if node.type == "variable_declarator" else property_value(node) or field(node, "body")
        owner = self.around_class(path)
        types = (*self.base_types(unit, owner), *self.own_name(unit, owner))
        names = member_names(types, False, text_of(name))
        for found in [found for _, found in returned(value)] if value is not None else []:
            yield Draft(Form.ASSIGN, names, found if value != found else name, name, (RawArgument(None, "", found),))

    # -- objects ---------------------------------------------------------------------------------------------

    def _holder(self, path: Path) -> str:
        """The text of what the expression at the end of a path is assigned to."""
        for level in range(len(path) - 2, 0, -1):
            node = path[level]
            if node.type in ("variable_declarator", "property_declaration"):
                return text_of(field(node, "name"))
            if node.type == "assignment_expression":
                outer = self._filled(path[: level + 1])
                word = text_of(field(node, "left"))
                return word if outer is None else f"{self._holder(path[: outer + 1])}.{word}"
            if node.type not in ("parenthesized_expression", "await_expression", "cast_expression"):
                return ""
        return ""

    def _object(self, unit: Unit, path: Path, text: str) -> str:
        """Which object of the file a receiver is: members of the class are the same in all its methods."""
        text = text.removeprefix("this.")
        if not OBJECT.fullmatch(text):
            return ""
        first = text.partition(".")[0]
        offset = path[-1].start_byte
        outer = self.function(path)
        if text == "this" or (self.is_local(unit, first, offset) is None and self._is_own_member(unit, path, first)):
            outer = self.around_class(path)
        return f"{outer.start_byte if outer is not None else -1}:{text}"

    def _is_own_member(self, unit: Unit, path: Path, word: str) -> bool:
        owner = self.around_class(path)
        return any(self._of_class(binding, owner) for binding in unit.bindings(word) or ())


def member_names(names: tuple[str, ...], certain: bool, word: str) -> tuple[str, ...]:
    """Names of a member; the last says that the receiver may be something else."""
    full = tuple(f"{name}.{word}" for name in names)
    return full if certain else (*full, f"?.{word}")


def raw_arguments(nodes: list[Node]) -> tuple[RawArgument, ...]:
    """The arguments of a call in order; named ones have no position."""
    made: list[RawArgument] = []
    for position, node in enumerate(nodes):
        name, value = field(node, "name"), argument_value(node)
        if value is not None:
            made.append(RawArgument(None if name is not None else position, text_of(name), value))
    return tuple(made)


def returned(body: Node) -> Iterator[tuple[str, Node]]:
    """The expressions that a body gives, each with the condition it stands under; nested functions left out."""
    if body.type != "block":
        yield "", body.named_children[0] if body.type == "arrow_expression_clause" and body.named_child_count else body
        return
    stack: list[tuple[str, Node]] = [("", body)]
    for _ in range(MAX_ITEMS):
        if not stack:
            return
        condition, node = stack.pop()
        if node.type == "return_statement":
            value = argument_value(node)
            if value is not None:
                yield condition, value
            continue
        around = field(node, "condition")
        condition = " ".join(text_of(around).split())[:120] if around is not None else condition
        inside = [child for child in children(node) if child.type not in NOT_RETURNING_KINDS and child != around]
        stack.extend((condition, child) for child in reversed(inside) if not child.type.endswith("_expression"))


def _arguments(node: Node) -> list[Node]:
    listing = field(node, "arguments") or next((c for c in node.children if c.type == "argument_list"), None)
    return [child for child in children(listing) if child.type == "argument"] if listing is not None else []


def _split_member(node: Node) -> tuple[Node | None, str]:
    """`a.B`, `a?.B`: the receiver and the member's word."""
    if node.type == "conditional_access_expression":
        bound = next((child for child in node.named_children[1:] if child.type == "member_binding_expression"), None)
        return field(node, "condition"), dotted(text_of(field(bound, "name"))) if bound is not None else ""
    return field(node, "expression"), dotted(text_of(field(node, "name")))


def _type_node(binding: Binding) -> Node | None:
    """The declared type of a variable, or the result type of a method."""
    for node in reversed(binding.path[-3:]):
        if node.type in METHOD_KINDS:
            return _result_type(node)
        if node.type in TYPED_KINDS:
            return field(node, "type")
        if node.type in TYPE_KINDS:
            return None
    return None


def _result_type(function: Node) -> Node | None:
    return field(function, "returns") or field(function, "type")


def _anonymous(node: Node) -> Iterator[tuple[Node, Node]]:
    """The `name = value` pairs of an anonymous object."""
    given = [child for child in node.children[:MAX_ITEMS] if child.is_named or child.type == "="]
    for index in range(1, len(given) - 1):
        if given[index].type == "=":
            yield given[index - 1], given[index + 1]


def _cut_by_directive(node: Node) -> Node | None:
    """The `#if` that a statement ends in, when its arms hold the semicolon: the grammar then joins what follows."""
    for _ in range(8):
        if node.type not in CUT_KINDS or not node.named_child_count:
            return None
        node = node.named_children[0]
        if node.type == "preproc_if":
            return node
    return None


def _throws(node: Node | None) -> bool:
    return node is not None and node.type == "throw_expression"


def _setting(word: str, owner: str, plain: list[Value]) -> Value | None:
    """`GetEnvironmentVariable("X")`, `configuration.GetValue("x", default)`, `Registry.GetValue(key, "x", default)`."""
    plain = plain[1:] if owner == "Registry" else plain
    key = values.inner(plain[0]) if plain else None
    if not isinstance(key, Text):
        return None
    default = plain[1] if word == "GetValue" and len(plain) > 1 else None
    return values.setting(key.text, default)
