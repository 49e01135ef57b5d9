"""PHP: which ways through a function the constants take that a call passes. Loaded only where a call passes some."""

import re
from collections.abc import Mapping, Sequence

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.php_calls import Given
from tlsscan.frontends.php_cases import run_into
from tlsscan.frontends.unit import Path, children, field, text_of
from tlsscan.values import Bool, Null, Number, Text, Value, strip

CONSTANT = (Text, Number, Bool, Null)
LOOSE = {"==": True, "!=": False, "<>": False}
STRICT = {"===": True, "!==": False}
CHANGING = r"\s*(?:\?\?|<<|>>|\*\*|[-+*/%|&^.])?=(?![=>])|\s*(?:\+\+|--)|\s*[,\]][^;=]*\]\s*="
CONDITIONAL_KINDS = frozenset({"if_statement", "else_if_clause"})


def constants(context: Context, function: Node, arguments: Sequence[Given]) -> dict[str, Value]:
    """The constants that a call passes for parameters which the function leaves as they are, by these; those that it
    does not pass have their defaults."""
    listing, body = field(function, "parameters"), text_of(field(function, "body"))
    if listing is None or any(one.spread for one in arguments) or re.search(r"&\s*\$|\$\$|\bextract\b", body):
        return {}
    named = {one.name: one.node for one in arguments if one.name}
    plain = [one.node for one in arguments if not one.name]
    found: dict[str, Value] = {}
    for position, parameter in enumerate(children(listing)):
        name = text_of(field(parameter, "name"))
        if parameter.type != "simple_parameter" or text_of(parameter).startswith("&"):
            continue
        given = plain[position] if position < len(plain) else named.get(name.lstrip("$"))
        node = given if given is not None else field(parameter, "default_value")
        value = strip(context.lower(node))[0] if node is not None else None
        if isinstance(value, CONSTANT) and not re.search(rf"{re.escape(name)}\b(?:{CHANGING})", body):
            found[name] = value
    return found


class Ways:
    """What is known of the ways through a function."""

    def __init__(self, context: Context, known: Mapping[str, Value]) -> None:
        self._context = context
        self._known = known

    def taken(self, path: Path) -> bool | None:
        """Whether a call comes by the end of a path, if nothing leaves before; None where that is not known."""
        certain: bool | None = True
        for level in range(len(path) - 1, 0, -1):
            held = self._held(path[level - 1], path[level])
            if held is False:
                return False
            certain = certain if held else None
        return certain

    def value(self, path: Path) -> Path:
        """The path on to what a conditional expression at its end comes to, as far as that is known."""
        node = path[-1]
        inner: Node | None = None
        if node.type in ("return_statement", "parenthesized_expression"):
            inner = children(node)[-1] if children(node) else None
        elif node.type == "conditional_expression" and field(node, "body") is not None:
            held = self._decided(field(node, "condition"))
            inner = None if held is None else field(node, "body" if held else "alternative")
        elif node.type == "match_expression":
            inner = self._matched(node)
        if inner is None:
            return path
        found = self.value((*path, inner))
        plain = node.type in ("return_statement", "parenthesized_expression")
        return path if plain and found[-1] == inner else found

    def _held(self, parent: Node, node: Node) -> bool | None:
        """Whether a call goes from a node into one below it."""
        if parent.type in CONDITIONAL_KINDS and node != field(parent, "condition"):
            held = self._decided(field(parent, "condition"))
            if node == field(parent, "body"):
                return held
            earlier = [one for one in parent.children_by_field_name("alternative") if one.end_byte <= node.start_byte]
            before = [held, *(self._decided(field(one, "condition")) for one in earlier)]
            return False if True in before else None if None in before else True
        if node.type in ("case_statement", "default_statement"):
            return self._reached(parent.parent, parent, node)
        loops = parent.type.startswith(("for", "while", "do_", "try", "catch", "finally"))
        return None if loops else True

    def _reached(self, switch: Node | None, block: Node, case: Node) -> bool | None:
        """Whether a call comes to a case of a switch, by its label or from the case before it."""
        subject = self._subject(switch)
        if subject is None:
            return None
        into = [case, *run_into(case)]
        labels = [one for one in children(block) if one.type == "case_statement"]
        same = {one.id: _same(subject, self._constant(field(one, "value")), strict=False) for one in labels}
        if None in same.values():
            return None
        default = any(one.type == "default_statement" for one in into) and True not in same.values()
        return default or any(same.get(one.id) is True for one in into)

    def _matched(self, node: Node) -> Node | None:
        subject, body = self._subject(node), field(node, "body")
        if subject is None or body is None:
            return None
        for arm in children(body):
            asked = field(arm, "conditional_expressions")
            if asked is None:
                return field(arm, "return_expression")
            same = [_same(subject, self._constant(one), strict=True) for one in children(asked)]
            if None in same:
                return None
            if True in same:
                return field(arm, "return_expression")
        return None

    def _subject(self, node: Node | None) -> Value | None:
        inner = children(condition) if (condition := field(node, "condition") if node else None) is not None else []
        return self._known.get(text_of(inner[0])) if len(inner) == 1 else None

    def _constant(self, node: Node | None) -> Value:
        return strip(self._context.lower(node))[0]

    def _decided(self, node: Node | None) -> bool | None:
        """Whether a condition holds; None where that is not known."""
        if node is None:
            return None
        if node.type == "parenthesized_expression" and len(children(node)) == 1:
            return self._decided(children(node)[0])
        if node.type == "variable_name":
            return _truth(self._known.get(text_of(node)))
        if node.type == "unary_op_expression" and text_of(field(node, "operator")) == "!":
            held = self._decided(field(node, "argument"))
            return None if held is None else not held
        return self._compared(node) if node.type == "binary_expression" else None

    def _compared(self, node: Node) -> bool | None:
        operator, sides = text_of(field(node, "operator")), [field(node, "left"), field(node, "right")]
        wanted = STRICT.get(operator, LOOSE.get(operator))
        known = [self._known.get(text_of(side)) for side in sides]
        if wanted is None or known.count(None) != 1:
            return None
        (own,) = (value for value in known if value is not None)
        same = _same(own, self._constant(sides[1 if known[0] is not None else 0]), strict=operator in STRICT)
        return None if same is None else same == wanted


def _truth(value: Value | None) -> bool | None:
    if isinstance(value, Text):
        return value.text not in ("", "0")
    return bool(value.value) if isinstance(value, Number | Bool) else False if isinstance(value, Null) else None


def _same(one: Value, other: Value, *, strict: bool) -> bool | None:
    """Whether two constants are the same for PHP; None where one is none, or where kinds of values are mixed."""
    if not isinstance(one, CONSTANT) or not isinstance(other, CONSTANT):
        return None
    if strict:
        return type(one) is type(other) and one == other
    numbers = [_number(value) for value in (one, other)]
    if None not in numbers:
        return numbers[0] == numbers[1]
    return one == other if type(one) is type(other) else None


def _number(value: Value) -> float | None:
    if isinstance(value, Number):
        return float(value.value)
    return float(value.text) if isinstance(value, Text) and re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", value.text) else None
