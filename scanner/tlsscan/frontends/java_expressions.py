"""The values of Java expressions."""

from tree_sitter import Node

from tlsscan.frontends import java_values as values
from tlsscan.frontends.base import Context, children, field, invocation, parse_number, text_of, textual
from tlsscan.frontends.java_bindings import JavaBindings
from tlsscan.frontends.java_names import ANNOTATION_KINDS, DOTTED, arguments, qualified_class, shorts, unwrap
from tlsscan.frontends.java_scopes import visible
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    Via,
)

INTEGER_KINDS = frozenset(
    {"decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal"}
)
REAL_KINDS = frozenset({"decimal_floating_point_literal", "hex_floating_point_literal"})
CHAINED_KINDS = frozenset({"method_invocation", "object_creation_expression"})
ARRAY_KINDS = frozenset({"array_initializer", "element_value_array_initializer"})
STRING_KINDS = frozenset({"string_literal", "character_literal"})
OPERATORS = frozenset({"|", "&", "^", "+", "-", "<<"})
MAX_TERMS = 200  # of one concatenation


class JavaExpressions(JavaBindings):
    """The part of the frontend that lowers expressions."""

    def lower(self, context: Context, node: Node) -> Value:
        """The value of an expression, or of an annotation that fills a field."""
        kind = node.type
        if kind == "identifier":
            return self._identifier(context, node)
        if kind == "field_access":
            return self._field_access(context, node)
        if kind in STRING_KINDS:
            return self._string(context, node)
        if kind in ARRAY_KINDS:
            return Listing(context.all(children(node)))
        if kind in INTEGER_KINDS or kind in REAL_KINDS:
            return parse_number(text_of(node))
        if kind in ("true", "false"):
            return Bool(kind == "true")
        if kind == "null_literal":
            return Null()
        if kind in ("parenthesized_expression", "cast_expression"):
            inner = unwrap(node)
            return context.lower(inner) if inner is not None else Unknown("the expression is nested too deeply")
        return self._compound(context, node)

    def _compound(self, context: Context, node: Node) -> Value:
        kind = node.type
        if kind == "method_invocation":
            return self._call(context, node)
        if kind == "object_creation_expression":
            return self._new(context, node)
        if kind == "array_creation_expression":
            return self._array(context, node)
        if kind == "binary_expression":
            return self._binary(context, node)
        if kind == "ternary_expression":
            return self._ternary(context, node)
        if kind == "assignment_expression":
            return context.lower(field(node, "right"))
        return self._rare(context, node)

    def _rare(self, context: Context, node: Node) -> Value:
        kind = node.type
        if kind in ANNOTATION_KINDS:
            return self._injected(context, node)
        if kind == "unary_expression":
            operator, operand = text_of(field(node, "operator")), context.lower(field(node, "operand"))
            return Operation(operator, (operand,)) if operator in ("-", "~") else Unknown(f"the result of {operator}")
        if kind == "switch_expression":
            return self._switch(context, node)
        if kind == "array_access":
            return self._element(context, node)
        if kind == "lambda_expression":
            body = field(node, "body")
            if body is not None and body.type != "block":
                return context.lower(body)
        return Unknown(f"{kind.replace('_', ' ')} is not followed")

    def _identifier(self, context: Context, node: Node) -> Value:
        word, unit = text_of(node), context.unit
        value = values.grown(context.name(word, node))
        if not isinstance(value, Name) or visible(unit.bindings(word), node.start_byte):
            return value
        parents = self.names.inherited(unit, context.path)
        for parent in parents:
            found = context.member(parent.rpartition(".")[2], word, node)
            if found is not None:
                return found
        return Name((*[f"{parent}.{word}" for parent in parents], *value.names))

    def _field_access(self, context: Context, node: Node) -> Value:
        base, word, unit = field(node, "object"), text_of(field(node, "field")), context.unit
        if base is None:
            return Unknown("a field of nothing")
        dotted = "".join(text_of(base).split())
        if base.type == "this" or dotted.endswith(".this"):
            found = context.member("", word, node)
            if found is not None:
                return values.grown(found)
            owners = self.names.class_names(unit, context.path)
            return Name((*[f"{owner}.{word}" for owner in owners], f"?.{word}"))
        if DOTTED.fullmatch(dotted) and not self.names.is_variable(unit, dotted.partition(".")[0], node.start_byte):
            found = context.member(dotted.rpartition(".")[2], word, node)
            if found is not None:
                return values.grown(found)
            return Name(tuple(f"{name}.{word}" for name in self.names.type_named(unit, dotted)))
        return Name((*[f"{name}.{word}" for name in self.names.types(unit, context.path, base)], f"?.{word}"))

    def _string(self, context: Context, node: Node) -> Value:
        if any(child.type == "string_interpolation" for child in node.named_children[:20]):
            return Unknown("a string template is filled at run time")
        return values.string(text_of(node))

    def _array(self, context: Context, node: Node) -> Value:
        value = field(node, "value")
        if value is not None:
            return context.lower(value)
        size = field(node, "dimensions")
        empty = size is not None and size.named_child_count == 1 and text_of(size.named_children[0]) == "0"
        return Listing(()) if empty else Listing((values.FILLED,))

    def _element(self, context: Context, node: Node) -> Value:
        base, index = values.bare(context.lower(field(node, "array"))), context.lower(field(node, "index"))
        at = index.value if isinstance(index, Number) and isinstance(index.value, int) else -1
        if isinstance(base, Listing) and 0 <= at < len(base.items):
            return base.items[at]
        return Unknown("an element of an array is not followed")

    def _ternary(self, context: Context, node: Node) -> Value:
        condition = field(node, "condition")
        arms = self.arms(condition, field(node, "consequence"), field(node, "alternative"))
        return context.either(condition, arms)

    def _switch(self, context: Context, node: Node) -> Value:
        arms: list[Arm] = []
        body = field(node, "body")
        for rule in children(body) if body is not None else []:
            parts = children(rule)
            if rule.type != "switch_rule" or len(parts) < 2:
                return Unknown("a switch is not followed")
            result = parts[-1]
            if result.type == "block":
                result = next((child for child in children(result) if child.type == "yield_statement"), result)
            if result.type == "throw_statement":
                continue
            if result.type in ("expression_statement", "yield_statement") and result.named_child_count:
                arms.append(Arm(text_of(parts[0]), False, context.lower(result.named_children[0])))
            else:
                arms.append(Arm(text_of(parts[0]), False, Unknown("a branch of a switch is not followed")))
        return Choice(tuple(arms)) if arms else Unknown("a switch is not followed")

    def _binary(self, context: Context, node: Node) -> Value:
        operator = text_of(field(node, "operator"))
        if operator == "+":
            return self._sum(context, node)
        if operator not in OPERATORS:
            return Unknown(f"the result of {operator} is not followed")
        return Operation(operator, (context.lower(field(node, "left")), context.lower(field(node, "right"))))

    def _sum(self, context: Context, node: Node) -> Value:
        """A chain of `+` without recursion over its left side."""
        terms: list[Node] = []
        left: Node | None = node
        while left is not None and left.type == "binary_expression" and text_of(field(left, "operator")) == "+":
            right = field(left, "right")
            if right is None or len(terms) >= MAX_TERMS:
                return Unknown("a long concatenation is not followed")
            terms.append(right)
            left = field(left, "left")
        total = context.lower(left)
        for term in reversed(terms):
            value = context.lower(term)
            first, second = values.bare(total), values.bare(value)
            if textual(first, second):
                total = context.join(values.as_text(first), values.as_text(second))
            else:
                total = Operation("+", (total, value))
        return total

    def _injected(self, context: Context, node: Node) -> Value:
        """The default in an annotation that fills a field: `@Value("${name:default}")`."""
        given = field(node, "arguments")
        named: dict[str, Value] = {}
        for child in children(given) if given is not None else []:
            if child.type == "element_value_pair":
                named[text_of(field(child, "key"))] = context.lower(field(child, "value"))
            else:
                named["value"] = context.lower(child)
        if "defaultValue" in named:
            return values.lookup(named.get("name", Unknown("a setting")), named["defaultValue"])
        text = values.bare(named.get("value", named.get("name", Null())))
        declaration = context.path[-1] if context.path else None
        typed = text_of(field(declaration, "type")) if declaration is not None else ""
        several = typed.endswith("[]") or typed.startswith(("List", "Set", "Collection"))
        if isinstance(text, Text):
            return values.placeholder(text.text, several)
        return Unknown("it is injected")

    # -- calls as values -------------------------------------------------------------------------------------

    def _call(self, context: Context, node: Node) -> Value:
        names = self.names.callee(context.unit, context.path, node)
        nodes = arguments(node)
        given = context.all(nodes if shorts(names) & values.LISTS else nodes[:8])
        made = self._standard(names, given)
        if made is None:
            made = self._of_receiver(context, node, names, given)
        if made is None and not given:
            made = self._own_result(context, node) or self._of_enum(context, node)
        return made if made is not None else invocation(names, given)

    def _standard(self, names: tuple[str, ...], given: tuple[Value, ...]) -> Value | None:
        """What a static method of the standard library makes of its arguments."""
        short = shorts(names)
        if short & values.LISTS:
            return values.listed(given)
        if short & values.MAPS:
            return values.mapping(given)
        if short & values.SAME and given:
            return given[0]
        if "String.join" in short and len(given) >= 2:
            return values.joined(given[0], given[1:])
        if "Objects.requireNonNullElse" in short and len(given) == 2:
            return values.or_else(given[0], given[1])
        if short & {"System.getProperty", "System.getenv"} and given:
            return values.lookup(given[0], given[1] if len(given) > 1 else None)
        return self._constant_of(names, given)

    def _constant_of(self, names: tuple[str, ...], given: tuple[Value, ...]) -> Value | None:
        """`Type.valueOf("X")` and `Enum.valueOf(Type.class, "X")` as the constant X of the type."""
        if len(given) != 1 or not names[0].endswith(".valueOf") or names[0].startswith(("?", "java.lang.")):
            return None
        text = values.bare(given[0])
        if not isinstance(text, Text) or not text.text.isidentifier():
            return None
        return Name(tuple(f"{name.removesuffix('.valueOf')}.{text.text}" for name in names if name[0] != "?"))

    def _of_receiver(
        self, context: Context, node: Node, names: tuple[str, ...], given: tuple[Value, ...]
    ) -> Value | None:
        """What a method makes of the value that it is called on."""
        word, base = names[-1].rpartition(".")[2], field(node, "object")
        if base is None:
            return None
        if word in values.DEFAULTED and given:
            return self._looked_up(context, base, word, given)
        if word in ("orElse", "orElseGet", "getOrElse") and given:
            return values.or_else(context.lower(base), given[-1])
        if word in values.KEPT and not any(isinstance(item, Text) for item in given):
            return context.lower(base)
        if word in ("add", "addAll") and base.type in CHAINED_KINDS:
            return values.extended(context.lower(base), word, given)
        if word in values.TRIMS and not given:
            return values.trimmed(context.lower(base))
        if word == "map" and DOTTED.sub("", text_of(node.children[-1])) == "(::)":
            return values.mapped(context.lower(base), text_of(node.children[-1]).strip("()"))
        if word in values.REPLACING:
            return values.replaced(context.lower(base), word, given)
        if word in values.TEXTUAL:
            return self._textual(context, context.lower(base), word, given)
        return None

    def _looked_up(self, context: Context, base: Node, word: str, given: tuple[Value, ...]) -> Value | None:
        if word == "get" or len(given) > 1:
            found = values.entry(context.lower(base), given[0])
            if found is not None:
                return found
        if word == "get" or (word == "getString" and len(given) < 2):
            return None
        return values.lookup(given[0], given[-1] if len(given) > 1 else None)

    def _textual(self, context: Context, base: Value, word: str, given: tuple[Value, ...]) -> Value | None:
        if word == "split" and given:
            return values.split(base, given[0])
        text = values.bare(base)
        if not isinstance(text, Text) and not (isinstance(text, Operation) and text.operator == "join"):
            return None
        if word == "toString":
            return base
        if word in ("concat", "append") and len(given) == 1:
            return context.join(text, values.bare(given[0]))
        if word in ("toLowerCase", "toUpperCase"):
            return values.changed_case(text, word)
        return Unknown("a text is changed at run time")

    def _own_result(self, context: Context, node: Node) -> Value | None:
        """What a method of this file without parameters returns, if it only returns."""
        base, name = field(node, "object"), field(node, "name")
        if name is None or (base is not None and base.type != "this"):
            return None
        methods = self.names.uses(context.unit, text_of(name)).methods
        if len(methods) != 1 or (text_of(name), methods[0][-1].start_byte) in context.active:
            return None
        body = field(methods[0][-1], "body")
        only = children(body) if body is not None else []
        if len(only) != 1 or only[0].type != "return_statement" or not only[0].named_child_count:
            return None
        key = (text_of(name), methods[0][-1].start_byte)
        inner = Context(context.unit, (*methods[0], only[0]), context.active | {key}, context.depth)
        return Via(context.unit.step(only[0]), inner.lower(only[0].named_children[0]))

    def _of_enum(self, context: Context, node: Node) -> Value | None:
        """`Proto.OLD.label()` of an enum of this file whose constants are made from one value."""
        base = unwrap(field(node, "object"))
        if base is None or base.type != "field_access":
            return None
        word = text_of(field(base, "field"))
        owner = self.names.types(context.unit, context.path, field(base, "object"))
        for path in self.names.uses(context.unit, word).constants:
            given = arguments(path[-1])
            name = qualified_class(self.names.header(context.unit).package, path)
            if name in owner and len(given) == 1 and self._returns_a_field(context, node):
                inner = Context(context.unit, path, context.active, context.depth)
                return Via(context.unit.step(path[-1]), inner.lower(given[0]))
        return None

    def _returns_a_field(self, context: Context, node: Node) -> bool:
        """Whether the method that a call means is one of this file that returns what a constructor was given."""
        methods = self.names.uses(context.unit, text_of(field(node, "name"))).methods
        body = field(methods[0][-1], "body") if len(methods) == 1 else None
        only = children(body) if body is not None else []
        if len(only) != 1 or only[0].type != "return_statement" or not only[0].named_child_count:
            return False
        result = text_of(only[0].named_children[0]).removeprefix("this.")
        given = [b for b in context.unit.bindings(result) or () if b.owner and b.node is not None]
        return len(given) == 1 and isinstance(Context(context.unit, given[0].path).lower(given[0].node), Parameter)

    def _new(self, context: Context, node: Node) -> Value:
        names = self.names.type_of(context.unit, field(node, "type"))
        simple = names[0].rpartition(".")[2] if names else ""
        given = context.all(arguments(node)[:8])
        if simple in values.COLLECTIONS:
            return self._collection(context, node, given)
        if simple in values.TEXTS:
            return given[0] if given and not isinstance(given[0], Number) else Text("")
        return invocation(names or ("?",), given)

    def _collection(self, context: Context, node: Node, given: tuple[Value, ...]) -> Value:
        """A copy of another collection, or a new one with what an initializer block adds."""
        if given and not isinstance(values.bare(given[0]), Number):
            return given[0]
        body = next((child for child in children(node) if child.type == "class_body"), None)
        added: list[Value] = []
        for block in children(body) if body is not None else []:
            for statement in children(block) if block.type == "block" else []:
                call = next(iter(children(statement)), None)
                if call is not None and call.type == "method_invocation" and text_of(field(call, "name")) == "add":
                    added.extend(context.all(arguments(call)[-1:]))
        return Listing(tuple(added)) if added else Listing((values.FILLED,))
