"""The values of Java expressions."""

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends import java_values as values
from tlsscan.frontends.expressions import parse_number, textual
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_calls import JavaCalls
from tlsscan.frontends.java_names import ANNOTATION_KINDS, DOTTED, unwrap
from tlsscan.frontends.java_scopes import visible
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import Path, children, field, text_of
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Text,
    Unknown,
    Value,
    is_callers,
    left_of,
    put,
)

if TYPE_CHECKING:
    from tlsscan.frontends.java_compared import Comparison

INTEGER_KINDS = frozenset(
    {"decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal"}
)
REAL_KINDS = frozenset({"decimal_floating_point_literal", "hex_floating_point_literal"})
ARRAY_KINDS = frozenset({"array_initializer", "element_value_array_initializer", "argument_list"})
MAX_PARTS = 8  # of the name of a constant
MIN_NAMES = 2  # of a field of an object whose type is known
VARIABLE_KINDS = frozenset({"identifier", "field_access"})
STRING_KINDS = frozenset({"string_literal", "character_literal"})
OPERATORS = frozenset({"|", "&", "^", "+", "-", "<<"})
MAX_TERMS = 200  # of one concatenation


class JavaExpressions(JavaCalls):
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
        first = dotted.partition(".")[0]
        if DOTTED.fullmatch(dotted) and first != "this" and not self.names.is_variable(unit, first, node.start_byte):
            found = context.member(dotted.rpartition(".")[2], word, node)
            if found is not None:
                return values.grown(found)
            names = tuple(f"{name}.{word}" for name in self.names.type_named(unit, dotted))
            return self._of_constant(context, base, word, names) or Name(names)
        names = (*[f"{name}.{word}" for name in self.names.types(unit, context.path, base)], f"?.{word}")
        return self._of_constant(context, base, word, names) or Name(names)

    def _of_constant(self, context: Context, base: Node, word: str, names: tuple[str, ...]) -> Value | None:
        """A field of a constant of an enum that an expression is or holds; None for anything else."""
        if text_of(base).count(".") > MAX_PARTS or not word[:1].islower():
            return None
        if len(names) < MIN_NAMES and b"enum " not in context.unit.source.data:
            return None
        from tlsscan.frontends.java_enums import of_field

        return of_field(self, context, base, word, names)

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
        base = values.bare(context.lower(field(node, "array")))
        if isinstance(base, Listing) and base.items and _counts(context.path, field(node, "index")):
            return Operation("each", base.items)
        index = context.lower(field(node, "index"))
        at = index.value if isinstance(index, Number) and isinstance(index.value, int) else -1
        if isinstance(base, Listing) and 0 <= at < len(base.items):
            return base.items[at]
        if is_callers(base) and at >= 0:
            return Operation("item", (base, index))
        if isinstance(base, Unknown) and base.open_by:
            return base
        return Unknown("an element of an array is not followed")

    def _ternary(self, context: Context, node: Node) -> Value:
        condition = field(node, "condition")
        arms = self.arms(condition, field(node, "consequence"), field(node, "alternative"), context.unit.root)
        from tlsscan.frontends.java_compared import comparison

        value, compared = context.either(condition, arms), comparison(condition)
        if compared is None or not isinstance(value, Choice) or len(value.arms) != len(arms):
            return value
        return self._told_apart(context, value, compared)

    def _told_apart(self, context: Context, value: Choice, compared: "Comparison") -> Value:
        """The arms of a comparison, that for what is not the same without what it was compared with."""
        at = 1 if compared.same else 0
        for one, other in ((compared.left, compared.right), (compared.right, compared.left)):
            if one.type not in VARIABLE_KINDS:
                continue
            own, gone = context.lower(one), values.bare(context.lower(other))
            left = left_of(own, (gone,)) or Unknown(f"{text_of(one)} is something else there")
            if left != own:
                arms = [
                    arm._replace(value=put(arm.value, own, left)) if n == at else arm
                    for n, arm in enumerate(value.arms)
                ]
                return Choice(tuple(arms))
        return value

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


def _counts(path: Path, index: Node | None) -> bool:
    """Whether an index is the counter of a loop around the end of a path: every element in turn."""
    if index is None or index.type != "identifier":
        return False
    loops = [field(node, "init") for node in path if node.type == "for_statement"]
    declared = (field(child, "name") for init in loops if init is not None for child in children(init))
    return any(name is not None and text_of(name) == text_of(index) for name in declared)
