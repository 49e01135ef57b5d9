"""PHP expressions as values."""

from collections.abc import Callable

from tlsscan.frontends.expressions import parse_number, taken_out
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context, asks_for_itself
from tlsscan.frontends.php_calls import SELF_WORDS, PhpCalls
from tlsscan.frontends.php_functions import element, joined, merged
from tlsscan.frontends.php_names import IMPORTED_CONSTANT, PROPERTY
from tlsscan.frontends.php_text import asks_for_old, brief, opposite, unescape
from tlsscan.frontends.unit import MAX_ITEMS, SNIPPET, children, field, text_of
from tlsscan.included import is_of_file
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
    Parameter,
    Text,
    Unknown,
    Value,
    strip,
)

MEMBER_KINDS = frozenset({"member_access_expression", "nullsafe_member_access_expression"})
ARITHMETIC = frozenset({"|", "&", "^", "+", "-", "<<"})
COUNTING = {1: ("<", "<="), -1: (">", ">=")}
INPUT = frozenset({"$_GET", "$_POST", "$_REQUEST", "$_COOKIE", "$_FILES", "$_SESSION", "$GLOBALS"})
ENVIRONMENT = frozenset({"$_ENV", "$_SERVER"})


class PhpValues(PhpCalls):
    """The part of the frontend that lowers expressions."""

    def lower(self, context: Context, node: Node) -> Value:
        """The value of an expression node; Unknown with a reason for what is not understood."""
        rule = LOWERING_KINDS.get(node.type)
        if rule is None:
            return Unknown(f"{node.type.replace('_', ' ')} is not followed")
        return rule(self, context, node)

    # -- literals --------------------------------------------------------------------------------------------

    def number(self, context: Context, node: Node) -> Value:
        """An integer or real literal."""
        return parse_number(text_of(node))

    def constant_word(self, context: Context, node: Node) -> Value:
        """true, false, null in any case."""
        return Null() if node.type == "null" else Bool(text_of(node).lower() == "true")

    def text(self, context: Context, node: Node) -> Value:
        """A string of any quoting; interpolated parts keep their own values."""
        quoted = node.type == "string"
        parts: list[Value] = []
        for child in children(node):
            if child.type == "escape_sequence":
                parts.append(Text(unescape(text_of(child), quoted=quoted)))
            elif child.type in ("string_content", "nowdoc_string"):
                parts.append(Text(text_of(child)))
            else:
                parts.append(context.lower(child))
        return joined(context, *parts)

    def here_document(self, context: Context, node: Node) -> Value:
        """<<<X and <<<'X'."""
        body = field(node, "value")
        return self.text(context, body) if body is not None else Text("")

    def array(self, context: Context, node: Node) -> Value:
        """[...] and array(...): a list when no element has a key."""
        elements = children(node)
        if not any(self._keyed(element) for element in elements):
            return Listing(context.all(elements))
        entries = []
        for index, item in enumerate(elements):
            parts = children(item)
            if len(parts) == 2:
                entries.append(context.entry(context.lower(parts[0]), parts[1]))
            else:
                key = Unknown("a spread array") if self._keyed(item) else Number(index)
                entries.append(Entry(key, context.lower(item)))
        return Mapping(tuple(entries))

    def _keyed(self, item: Node) -> bool:
        parts = children(item)
        return len(parts) == 2 or (len(parts) == 1 and parts[0].type == "variadic_unpacking")

    # -- names -----------------------------------------------------------------------------------------------

    def variable(self, context: Context, node: Node) -> Value:
        """$x through its assignments; input of a request decides superglobals."""
        word = text_of(node)
        if word == "$this" or word in INPUT or word in ENVIRONMENT:
            return Unknown(f"{word} is known at run time only")
        return self._tidy(context, context.name(word, node))

    def _tidy(self, context: Context, value: Value) -> Value:
        """Variables as other phases know them: parameters without `$`, unset ones unknown."""
        if isinstance(value, Name) and value.names[0].startswith("$"):
            return Unknown(f"{value.names[0]} is not set where this file shows it")
        if isinstance(value, Parameter):
            return value._replace(name=value.name.removeprefix("$"))
        if isinstance(value, Choice):
            return Choice(tuple(arm._replace(value=self._tidy(context, arm.value)) for arm in value.arms))
        return value

    def constant(self, context: Context, node: Node) -> Value:
        """A constant, by `use const`, by definition in the file, or open by its name."""
        unit, word = context.unit, text_of(node)
        if node.type == "name":
            imported = self.imported(unit, word, IMPORTED_CONSTANT)
            return Name(imported) if imported else context.name(word, node)
        return self._named(context, self.absolute(unit, node), node)

    def _named(self, context: Context, full: str, node: Node) -> Value:
        short = full.rpartition(".")[2]
        space = self.namespace(context.unit, node.start_byte)
        if full == (f"{space}.{short}" if space else short):
            value = context.name(short, node)
            return value if not isinstance(value, Name) else Name((full,))
        return Name((full,))

    def class_constant(self, context: Context, node: Node) -> Value:
        """self::X, Foo::X, Foo::class, an enum's case."""
        parts = children(node)
        scope, word = parts[0], text_of(parts[-1])
        names = self.class_names(context, scope)
        if word.lower() == "class":
            return Text(names[-1].replace(".", "\\")) if names else Unknown("the class is known at run time only")
        found = self.member_of(context, scope, word, node, "") if parts[-1].type == "name" else None
        found = self._of_heirs(context, scope, word, found)
        if found is not None:
            return found
        if text_of(scope).lower() in SELF_WORDS:
            only = text_of(scope).lower() == "parent"
            names = self.own_names(context.unit, context.path, parents_only=only, interfaces=True)
        return Name(tuple(f"{name}.{word}" for name in names) or (f"?.{word}",))

    def member(self, context: Context, node: Node) -> Value:
        """$this->x through the class, `->value` of an enum's case, or open by the receiver's class."""
        base, name = field(node, "object"), field(node, "name")
        if base is None or name is None or name.type != "name":
            return Unknown("the property's name is known at run time only")
        word = text_of(name)
        if base.type == "class_constant_access_expression" and word == "value":
            return context.lower(base)
        if text_of(base) != "$this":
            from tlsscan.frontends.php_properties import set_before

            given = set_before(self, context, node, base) if base.type == "variable_name" else None
            if given is not None:
                return given
            return Name((*[f"{owner}.{word}" for owner in self.object_names(context, base)], f"?.{word}"))
        found = self._of_heirs(context, base, word, self.member_of(context, base, word, node, PROPERTY))
        if found is not None:
            return self._tidy(context, found)
        return Name(tuple(f"{name}.{word}" for name in self.own_names(context.unit, context.path)) or (f"?.{word}",))

    def static_member(self, context: Context, node: Node) -> Value:
        """self::$x, Foo::$x."""
        scope, word = field(node, "scope"), text_of(field(node, "name")).lstrip("$")
        found = self._of_heirs(context, scope, word, self.member_of(context, scope, word, node, PROPERTY))
        if found is not None:
            return self._tidy(context, found)
        return Name(tuple(f"{name}.{word}" for name in self.class_names(context, scope)) or (f"?.{word}",))

    def _of_heirs(self, context: Context, scope: Node | None, word: str, found: Value | None) -> Value | None:
        """What a member is, of which this is what the file says: also what classes made from its class declare."""
        if scope is None or text_of(scope).lower() not in (*SELF_WORDS, "$this"):
            return found
        from tlsscan.frontends.php_heirs import overridable

        return overridable(self, context, scope, word, found)

    def included(self, context: Context, node: Node) -> Value:
        """What an included file returns."""
        from tlsscan.frontends.php_included import included

        return included(context, node)

    def subscript(self, context: Context, node: Node) -> Value:
        """$array[key] of an array that the file shows; $_ENV['X'] is open by X."""
        parts = children(node)
        if len(parts) != 2:
            return Unknown("an element is appended")
        key, _ = strip(context.lower(parts[1]))
        if text_of(parts[0]) in ENVIRONMENT and isinstance(key, Text):
            return Unknown(f"the environment variable {key.text} decides", key.text)
        base, _ = strip(context.lower(parts[0]))
        found = element(base, key) or taken_out(base, key)
        assigned = self._assigned_element(context, node)
        if assigned is None:
            return found if found is not None else Unknown(f"{brief(text_of(node))[:60]} is looked up at run time")
        bindings = context.unit.bindings(text_of(node)) or ()
        if found is None or any(not binding.condition for binding in bindings):
            return assigned
        alone = len(bindings) == 1 and asks_for_itself(bindings[0].condition, bindings[0].name)
        return Choice((Arm(bindings[0].condition if alone else "", False, assigned), Arm("", False, found)))

    def _assigned_element(self, context: Context, node: Node) -> Value | None:
        """What `$array[key] = v` gave an element that is spelled the same way; None if nothing did."""
        word, array = text_of(node), text_of(node).partition("[")[0]
        if not word.startswith("$") or not self._outlives(context, word, array, node.start_byte):
            return None
        value = context.name(word, node)
        return None if isinstance(value, Name | Unknown) else self._tidy(context, value)

    def _outlives(self, context: Context, element: str, array: str, offset: int) -> bool:
        """Whether an element was assigned, and the array not made anew since then."""
        made = [b.offset for b in context.unit.bindings(array) or () if b.offset <= offset and not b.condition]
        given = [b.offset for b in context.unit.bindings(element) or () if b.offset <= offset]
        return bool(given) and max(given) > max(made, default=-1)

    # -- operators -------------------------------------------------------------------------------------------

    def binary(self, context: Context, node: Node) -> Value:
        """`.`, bit operators, sums, and `??`."""
        operator = text_of(field(node, "operator"))
        left, right = field(node, "left"), field(node, "right")
        if operator == ".":
            return joined(context, *context.all(_concatenated(node)))
        if operator == "??":
            return self._fallback(context, left, right)
        if operator not in ARITHMETIC:
            return Unknown(f"the result of {operator} is not followed")
        return self._arithmetic(operator, context.lower(left), context.lower(right))

    def _arithmetic(self, operator: str, first: Value, second: Value) -> Value:
        if operator == "+" and (array := merged((second, first))) is not None:
            return array
        return Operation(operator, (first, second))

    def _fallback(self, context: Context, left: Node | None, right: Node | None) -> Value:
        whole = context.lower(left)
        first, _ = strip(whole)
        if isinstance(first, Unknown) and first.open_by:
            name = first.open_by
        elif is_of_file(first):
            name, first = brief(text_of(left))[:SNIPPET], whole
        else:
            name = ""
        if name:
            arms = (Arm(f"{name} is set", False, first), Arm(f"{name} is not set", False, context.lower(right)))
            return Choice(arms)
        return context.either(left, [(left, False), (right, False)])

    def unary(self, context: Context, node: Node) -> Value:
        """~x, -x, +x."""
        operator, operand = text_of(field(node, "operator")), context.lower(field(node, "argument"))
        if operator in ("~", "-"):
            return Operation(operator, (operand,))
        return operand if operator == "+" else Unknown(f"the result of {operator} is not followed")

    def counted(self, context: Context, node: Node) -> Value:
        """What a loop counts: `for ($x = 1; $x <= 6; $x++)`."""
        around = next((one for one in reversed(context.path) if one != node), node)
        first, condition, update = (field(around, name) for name in ("initialize", "condition", "update"))
        unknown = Unknown("what a loop counts is not followed")
        if first is None or condition is None or text_of(field(first, "left")) != text_of(field(condition, "left")):
            return unknown
        start, end = (strip(context.lower(field(part, "right")))[0] for part in (first, condition))
        step, asked = (-1 if "--" in text_of(update) else 1), text_of(field(condition, "operator"))
        if not isinstance(start, Number) or not isinstance(end, Number) or asked not in COUNTING[step]:
            return unknown
        stop = int(end.value) + (step if "=" in asked else 0)
        numbers = tuple(map(Number, range(int(start.value), stop, step)[:MAX_ITEMS]))
        return Operation("each", numbers) if numbers else unknown

    def conditional(self, context: Context, node: Node) -> Value:
        """c ? a : b and a ?: b."""
        condition, body, other = field(node, "condition"), field(node, "body"), field(node, "alternative")
        if body is None:
            return self._fallback(context, condition, other)
        text = brief(text_of(condition))
        guard, old = self.is_guard(text), asks_for_old(text)
        return Choice(
            (
                Arm(text[:SNIPPET], guard and old, context.lower(body)),
                Arm(opposite(text)[:SNIPPET], guard and not old, context.lower(other)),
            )
        )

    def match(self, context: Context, node: Node) -> Value:
        """match: one arm for each result; `default` is a fallback where the others test for features."""
        block, subject = field(node, "body"), brief(text_of(field(node, "condition"))).lower()
        arms: list[Arm] = []
        tested = False
        for branch in children(block) if block is not None else []:
            condition = brief(text_of(field(branch, "conditional_expressions")))[:SNIPPET]
            default = branch.type == "match_default_expression"
            guarded = tested if default else self.is_guard(condition) and asks_for_old(condition)
            tested = tested or (self.is_guard(condition) and not guarded)
            value = context.lower(field(branch, "return_expression"))
            told = condition if subject == "true" else f"case {condition}"[:SNIPPET]
            arms.append(Arm("default" if default else told, guarded, value))
        return Choice(tuple(arms)) if arms else Unknown("an empty match")

    def assigned(self, context: Context, node: Node) -> Value:
        """The value of an assignment; for `$x .= y` what the variable holds afterwards."""
        left, right = field(node, "left"), field(node, "right")
        if node.type != "augmented_assignment_expression":
            return context.lower(right)
        operator = text_of(field(node, "operator")).removesuffix("=")
        if operator == "??":
            return self._fallback(context, left, right)
        first, second = context.lower(left), context.lower(right)
        if operator == ".":
            return joined(context, first, second)
        if operator not in ARITHMETIC:
            return Unknown(f"the result of {operator}= is not followed")
        return self._arithmetic(operator, first, second)


def _concatenated(node: Node) -> list[Node]:
    """The operands of a chain of `.`, which the grammar nests to the left."""
    parts: list[Node] = []
    current: Node | None = node
    while current is not None and current.type == "binary_expression" and text_of(field(current, "operator")) == ".":
        right = field(current, "right")
        if right is not None:
            parts.append(right)
        current = field(current, "left")
    if current is not None:
        parts.append(current)
    return parts[::-1][:MAX_ITEMS]


LOWERING_KINDS: dict[str, Callable[[PhpValues, Context, Node], Value]] = {
    "name": PhpValues.constant,
    "qualified_name": PhpValues.constant,
    "relative_name": PhpValues.constant,
    "variable_name": PhpValues.variable,
    "class_constant_access_expression": PhpValues.class_constant,
    "member_access_expression": PhpValues.member,
    "nullsafe_member_access_expression": PhpValues.member,
    "scoped_property_access_expression": PhpValues.static_member,
    "subscript_expression": PhpValues.subscript,
    "integer": PhpValues.number,
    "float": PhpValues.number,
    "boolean": PhpValues.constant_word,
    "null": PhpValues.constant_word,
    "string": PhpValues.text,
    "encapsed_string": PhpValues.text,
    "heredoc": PhpValues.here_document,
    "nowdoc": PhpValues.here_document,
    "array_creation_expression": PhpValues.array,
    "binary_expression": PhpValues.binary,
    "unary_op_expression": PhpValues.unary,
    "conditional_expression": PhpValues.conditional,
    "update_expression": PhpValues.counted,
    "match_expression": PhpValues.match,
    "assignment_expression": PhpValues.assigned,
    "reference_assignment_expression": PhpValues.assigned,
    "augmented_assignment_expression": PhpValues.assigned,
    "require_expression": PhpValues.included,
    "require_once_expression": PhpValues.included,
    "include_expression": PhpValues.included,
    "include_once_expression": PhpValues.included,
    "parenthesized_expression": PhpValues.last_child,
    "error_suppression_expression": PhpValues.last_child,
    "clone_expression": PhpValues.last_child,
    "cast_expression": PhpValues.last_child,
    "array_element_initializer": PhpValues.last_child,
    "variadic_unpacking": PhpValues.last_child,
    "argument": PhpValues.last_child,
    "function_call_expression": PhpValues.call,
    "member_call_expression": PhpValues.call,
    "nullsafe_member_call_expression": PhpValues.call,
    "scoped_call_expression": PhpValues.call,
    "object_creation_expression": PhpValues.call,
}
