"""PHP statements: the conditions under which code runs, and the places that give a name its value."""

import re
from collections.abc import Iterable, Iterator, Sequence

from tlsscan.clauses import caught
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.leaving import is_left, passed_by
from tlsscan.frontends.php_calls import given
from tlsscan.frontends.php_cases import CASE_KINDS, labelled, run_into
from tlsscan.frontends.php_names import (
    CLASS,
    CLASS_KINDS,
    FUNCTION,
    IMPORTED_CLASS,
    IMPORTED_CONSTANT,
    IMPORTED_FUNCTION,
    PROPERTY,
    QUALIFIED_KINDS,
    TYPE,
)
from tlsscan.frontends.php_text import GUARD_WORDS, SWITCHES, asks_for_definition, asks_for_old, brief, dotted, opposite
from tlsscan.frontends.php_values import MEMBER_KINDS, PhpValues
from tlsscan.frontends.speaker import MAX_CHAIN, nearest_condition
from tlsscan.frontends.unit import SNIPPET, Binding, Path, Unit, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Callee

BLOCK_KINDS = frozenset({"compound_statement", "colon_block", "case_statement", "default_statement"})
DEFINITION_KINDS = CLASS_KINDS | {"function_definition"}
CLOSURE_KINDS = frozenset({"anonymous_function", "arrow_function"})  # made where the code around them runs
CLAUSE_KINDS = frozenset({"else_if_clause", "else_clause"})
BRANCH_KINDS = CLAUSE_KINDS | {"if_statement"}
STRING_KINDS = frozenset({"string", "encapsed_string"})
ASSIGNMENT_KINDS = frozenset(
    {"assignment_expression", "reference_assignment_expression", "augmented_assignment_expression"}
)
PARAMETER_KINDS = frozenset({"simple_parameter", "variadic_parameter", "property_promotion_parameter"})
SHORT_CIRCUIT = {"or": False, "||": False, "and": True, "&&": True}


class PhpBindings(PhpValues):
    """The part of the frontend that binds names."""

    block_kinds = BLOCK_KINDS
    never = frozenset({"false", "FALSE", "False", "0", "null"})
    always = frozenset({"true", "TRUE", "True", "1"})
    guard_words = GUARD_WORDS
    switches = SWITCHES
    joins = lazy(r"(?i)&&|\band\b")
    wary_words = lazy(
        rb"\bPHP_(?:VERSION|MAJOR)|\bphpversion\b"
        rb"|!\s*\\?defined\s*\([^()]*\)\s*(?:\)|\|\||and\b|&&)\s*\{?\s*\\?define\b",
        having=(b"PHP_", b"phpversion", b"defined"),
    )
    catching_words = lazy(rb"\bcatch\b")
    tried_kinds = frozenset({"try_statement"})
    definition_hint = rb"(?:\s*=[^=~>]|['\"]\s*,|\s*\(\s*\)\s*[:{])"  # `const X = 1`, `define('X', 1)`, `x() {`

    # -- control flow ----------------------------------------------------------------------------------------

    def condition(self, node: Node) -> Node | None:
        """The condition of an if, an elseif or a ternary."""
        if node.type in ("if_statement", "else_if_clause", "conditional_expression"):
            return field(node, "condition")
        return None

    def is_dead(self, path: Path) -> bool:
        """Also what follows an `if` that a switch makes leave in any case."""
        return super().is_dead(path) or is_left(path, self.function_kinds, self.comes_to)

    def outcome(self, path: Path, asked: str) -> bool | None:
        from tlsscan.frontends.php_switches import outcome

        return outcome(path, asked)

    def blocks(self, path: Path) -> tuple[int, ...]:
        """Start offsets of the blocks around a path, with bodies without braces and right sides of `or`."""
        found: list[int] = []
        for index, node in enumerate(path):
            bare = index > 0 and path[index - 1].type in BRANCH_KINDS and field(path[index - 1], "body") == node
            if node.type in CASE_KINDS:
                found.extend(other.start_byte for other in reversed(run_into(node)))
            if node.type in BLOCK_KINDS or bare or (index > 0 and _short_circuit(path[index - 1], node) is not None):
                found.append(node.start_byte)
        return tuple(found)

    def defaults(self, path: Path) -> tuple[tuple[str, str], ...]:
        """The parameters around a path that have a default, and the properties of its class that nothing there turns
        on."""
        function, around = self.function(path), self.around_class(path)
        listing = field(function, "parameters") if function is not None else None
        pairs = [(field(item, "name"), field(item, "default_value")) for item in (children(listing) if listing else ())]
        asked = " ".join(self.conditions_around(path))
        body = field(around, "body") if around is not None and "$this->" in asked else None
        for part in children(body) if body is not None else ():
            declared = [item for item in children(part) if item.type == "property_element"]
            pairs.extend((field(item, "name"), field(item, "default_value")) for item in declared)
        told = ((text_of(name).lstrip("$"), text_of(value)[:SNIPPET]) for name, value in pairs if name and value)
        return tuple((name, value) for name, value in told if name in asked and not _turned_on(name, body))

    def guard(self, path: Path) -> str:
        """The nearest condition by which a path runs on an older runtime only."""
        within = (text for text, fallback in self._conditions(path) if fallback)
        around = next(within, "") or next(self._guards_of_definitions(path), "")
        return around or passed_by(path, self.function_kinds, self._without)

    def _without(self, path: Path) -> str:
        text = brief(text_of(field(path[-1], "condition")))
        return opposite(text)[:SNIPPET] if self.is_guard(text) and not asks_for_old(text) else ""

    def branch(self, path: Path) -> tuple[str, bool]:
        """The nearest condition around a path, with one further out that alone asks for an older runtime, and whether
        any of them does."""
        return nearest_condition(list(self._conditions(path)))

    def nested(self, path: Path) -> Sequence[str]:
        """The conditions around a path, innermost first, but for what a branch of a chain says of those before it."""
        start = max((at for at, node in enumerate(path) if node.type in self.function_kinds), default=0)
        inner = (path[: at + 1] for at in range(len(path) - 1, start, -1) if path[at].type not in CLAUSE_KINDS)
        return [text for around in inner for text, _ in self._branch_of(around)]

    def _conditions(self, path: Path) -> Iterator[tuple[str, bool]]:
        """Conditions under which the end of a path runs, innermost first, and whether each asks for the older
        runtime there (in the branch for it, not in the one for the newer) or makes a failed call once more."""
        for index in range(len(path) - 1, 0, -1):
            node = path[index]
            if node.type in self.function_kinds and node.type not in CLOSURE_KINDS:
                return
            for text, older in self._branch_of(path[: index + 1]):
                from tlsscan.frontends.php_attempts import is_last_resort

                yield text, older or is_last_resort(path, index, text)

    def _branch_of(self, path: Path) -> Iterator[tuple[str, bool]]:
        parent, node = path[-2:]
        if parent.type in ("if_statement", "else_if_clause", "conditional_expression"):
            condition = field(parent, "condition")
            if node.type in CLAUSE_KINDS:
                yield self._alternative(path)
            elif condition is not None and node != condition:
                taken = parent.type != "conditional_expression" or node == field(parent, "body")
                text, older = self._told(brief(text_of(condition)), taken)
                yield text, older and not _defines(node, text)
        elif parent.type == "binary_expression":
            taken_on = _short_circuit(parent, node)
            if taken_on is not None:
                yield self._told(brief(text_of(field(parent, "left"))), taken_on)
        elif parent.type in CASE_KINDS:
            yield labelled(parent)[:SNIPPET], False
        elif parent.type == "catch_clause":
            yield caught(text_of(field(parent, "type"))), False

    def _told(self, condition: str, taken: bool) -> tuple[str, bool]:
        fallback = self.is_guard(condition) and asks_for_old(condition) == taken
        return (condition if taken else opposite(condition))[:SNIPPET], fallback

    def _alternative(self, path: Path) -> tuple[str, bool]:
        """An else or elseif: all conditions before it failed, which makes it a fallback if one tests for features."""
        before: list[Node | None] = []
        for branch, taken in _chain(path):
            earlier = (other for other in branch.children_by_field_name("alternative") if other.end_byte <= taken)
            before.extend(field(one, "condition") for one in (branch, *earlier))
        told = [self._told(brief(text_of(condition)), taken=False) for condition in before]
        body = field(path[-1], "body") if path[-1].type == "else_clause" else None
        last = body is not None and body.type != "if_statement"
        texts = [text for text, _ in (told[-MAX_CHAIN:] if last else told[:1])]
        return " and ".join(texts), any(fallback for _, fallback in told)

    # -- bindings --------------------------------------------------------------------------------------------

    def same_word(self, node: Node, name: str) -> bool:
        """Variables are looked up with their `$`, which is a leaf of its own."""
        return node.type == "$" and name.startswith("$")

    def bind(self, unit: Unit, path: Path) -> Iterable[Binding]:
        """What the variable, name or text at the end of a path is bound to."""
        if len(path) < 3:
            return ()
        kind, parent = path[-1].type, path[-2]
        if kind == "$" and parent.type == "variable_name":
            return self._bind_variable(unit, path)
        if kind == "string_content" and parent.type in STRING_KINDS:
            return self._bind_define(unit, path)
        if kind != "name":
            return ()
        if parent.type in CLASS_KINDS:
            made = self._binding(unit, "opaque", path, path[:-1], owner=CLASS)
            return (made._replace(scope=self.scope_range(None, unit)),)
        if parent.type in ("const_element", "enum_case"):
            return self._bind_constant(unit, path)
        if parent.type in ("function_definition", "method_declaration"):
            method = self._owner_name(path) if parent.type == "method_declaration" else ""
            return (self._binding(unit, "opaque", path, path[:-1], owner=FUNCTION + method),)
        if parent.type == "namespace_use_clause" or parent.type in QUALIFIED_KINDS:
            return self._bind_import(unit, path)
        return self._bind_property(unit, path)

    def _binding(
        self, unit: Unit, kind: str, path: Path, within: Path, node: Node | None = None, owner: str = ""
    ) -> Binding:
        """A binding of the word at the end of `path`. What an assignment gives counts from its end."""
        leaf = path[-1]
        word = text_of(path[-2]) if leaf.type == "$" else text_of(leaf)
        condition, guarded = self.branch(within)
        if node is not None and _appends(node):
            condition, guarded = "", False  # with or without it, the beginning is the same
        return Binding(
            kind=kind,
            name=word,
            scope=self.scope_range(self.function(within), unit),
            offset=leaf.start_byte if node is None else max(node.end_byte, leaf.start_byte),
            path=within,
            node=node,
            owner=owner,
            condition=condition,
            guarded=guarded,
        )

    def _bind_import(self, unit: Unit, path: Path) -> Iterator[Binding]:
        level = next((i for i in range(len(path) - 2, 0, -1) if path[i].type == "namespace_use_clause"), 0)
        if not level:
            return
        clause, leaf = path[level], path[-1]
        alias = field(clause, "alias")
        target = next((part for part in children(clause) if part != alias), None)
        if target is None or (leaf != alias if alias is not None else leaf.end_byte != target.end_byte):
            return
        declaration = next(node for node in reversed(path) if node.type == "namespace_use_declaration")
        group = next((part for part in children(declaration) if part.type == "namespace_name"), None)
        full = dotted(f"{text_of(group)}\\{text_of(target)}" if path[level - 1] != declaration else text_of(target))
        first = next((part for part in children(declaration) if part.type == "namespace_use_clause"), clause)
        word = text_of(field(clause, "type") or field(declaration, "type") or field(first, "type")).lower()
        kind = {"function": IMPORTED_FUNCTION, "const": IMPORTED_CONSTANT}.get(word, IMPORTED_CLASS)
        made = self._binding(unit, "import", path, path, owner=kind)
        yield made._replace(names=(full,), scope=self.scope_range(None, unit))

    def _bind_constant(self, unit: Unit, path: Path) -> Iterator[Binding]:
        parts, owner = children(path[-2]), self.owner(path)
        if len(parts) < 2 or parts[0] != path[-1]:
            return
        name = text_of(field(owner, "name")) if owner is not None else ""
        made = self._binding(unit, "value", path, path[:-1], parts[-1], owner=name)
        yield made._replace(scope=self.scope_range(owner, unit))

    def _bind_define(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """define('X', value), wherever it stands, makes a constant for the whole program."""
        if len(path) < 6 or path[-5].type != "function_call_expression":
            return
        call, arguments = path[-5], given(path[-5])
        defines = dotted(text_of(field(call, "function"))).lower() == "define" and len(arguments) > 1
        if defines and arguments[0].node == path[-2]:
            made = self._binding(unit, "value", path, path[:-4], arguments[1].node)
            yield made._replace(scope=self.scope_range(None, unit))

    def _bind_property(self, unit: Unit, path: Path) -> Iterator[Binding]:
        holder = path[-2]
        if holder.type in MEMBER_KINDS and text_of(field(holder, "object")) == "$this":
            yield from self._bind_assigned_member(unit, path, path[:-1], "$this")
        elif holder.type == "variable_name":
            parent = path[-3]
            if parent.type == "property_element":
                yield from self._bind_declared(unit, path, field(parent, "default_value"), field(path[-4], "type"))
            elif parent.type == "property_promotion_parameter":
                yield from self._bind_promoted(unit, path)
            elif parent.type == "scoped_property_access_expression":
                yield from self._bind_assigned_member(unit, path, path[:-2], text_of(field(parent, "scope")))

    def _owner_name(self, path: Path) -> str:
        return text_of(field(around, "name")) if (around := self.around_class(path)) is not None else ""

    def _member_binding(self, unit: Unit, kind: str, path: Path, within: Path, node: Node | None) -> Binding:
        around = self.around_class(within)
        made = self._binding(unit, kind, path, within, node, owner=PROPERTY + self._owner_name(within))
        return made._replace(scope=self.scope_range(around, unit))

    def _bind_declared(self, unit: Unit, path: Path, default: Node | None, kind: Node | None) -> Iterator[Binding]:
        if default is not None:
            yield self._member_binding(unit, "value", path, path[:-2], default)
        names = self.types(unit, kind)
        if names:
            made = self._member_binding(unit, "opaque", path, path[:-2], None)
            yield made._replace(owner=TYPE + self._owner_name(path), names=names)

    def _bind_promoted(self, unit: Unit, path: Path) -> Iterator[Binding]:
        level = next(i for i in range(len(path) - 1, -1, -1) if path[i].type in self.function_kinds)
        parameter = path[-3]
        yield from self._bind_declared(unit, path, None, field(parameter, "type"))
        made = self._member_binding(unit, "parameter", path, path[: level + 1], field(parameter, "default_value"))
        yield made._replace(position=_position(path[level], parameter), condition="")

    def _bind_assigned_member(self, unit: Unit, path: Path, member: Path, scope: str) -> Iterator[Binding]:
        """$this->x = v, self::$x = v. Outside the constructor a method must have run before it counts."""
        holder = member[-2]
        if holder.type not in ASSIGNMENT_KINDS or field(holder, "left") != member[-1]:
            return
        whole = holder.type == "augmented_assignment_expression"
        within = member[:-1]
        made = self._member_binding(unit, "value", path, within, holder if whole else field(holder, "right"))
        function = self.function(within)
        method = text_of(field(function, "name")) if function is not None else ""
        if not made.condition and method and method.lower() != "__construct":
            made = made._replace(condition=f"after {method}()")
        if scope.lower() not in ("$this", "self", "static"):
            short = dotted(scope).rpartition(".")[2]
            made = made._replace(owner=PROPERTY + short, scope=self.scope_range(None, unit))
        yield made

    def _bind_variable(self, unit: Unit, path: Path) -> Iterator[Binding]:
        variable, holder, within = path[-2], path[-3], path[:-2]
        if holder.type in ASSIGNMENT_KINDS:
            if field(holder, "left") == variable:
                whole = holder.type == "augmented_assignment_expression"
                yield self._binding(unit, "value", path, within, holder if whole else field(holder, "right"))
        elif holder.type == "subscript_expression":
            yield from self._bind_element(unit, path)
        elif holder.type in PARAMETER_KINDS:
            yield from self._bind_parameter(unit, path)
        elif holder.type == "static_variable_declaration" and field(holder, "name") == variable:
            yield self._binding(unit, "value", path, within, field(holder, "value"))
        elif holder.type == "update_expression" and len(path) > 3 and path[-4].type == "for_statement":
            yield self._binding(unit, "value", path, within, holder)
        elif holder.type in ("catch_clause", "update_expression"):  # `$x++`: what it counts is not followed
            yield self._binding(unit, "opaque", path, within)
        elif holder.type == "list_literal":
            yield from self._bind_unpacked(unit, path)
        else:
            yield from self._bind_loop(unit, path)

    def _bind_element(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """$x['key'] = v binds the element, under the name by which it is written."""
        level = len(path) - 3
        while (
            level > 0 and path[level - 1].type == "subscript_expression" and children(path[level - 1])[0] == path[level]
        ):
            level -= 1
        element, holder = path[level], path[level - 1]
        if holder.type in ASSIGNMENT_KINDS and field(holder, "left") == element:
            whole = holder.type == "augmented_assignment_expression"
            made = self._binding(unit, "value", path, path[:level], holder if whole else field(holder, "right"))
            yield made._replace(name=text_of(element))

    def _bind_parameter(self, unit: Unit, path: Path) -> Iterator[Binding]:
        holder = path[-3]
        level = next((i for i in range(len(path) - 1, -1, -1) if path[i].type in self.function_kinds), None)
        if level is None or field(holder, "name") != path[-2]:
            return
        made = self._binding(unit, "parameter", path, path[: level + 1], field(holder, "default_value"))
        position, names = _position(path[level], holder), self.types(unit, field(holder, "type"))
        yield made._replace(position=position, names=names, condition="", offset=path[-1].start_byte)

    def called(self, unit: Unit, path: Path, parameters: Sequence[Node], at: int) -> Callee | None:
        function, around = path[-1], self.around_class(path)
        word = text_of(field(function, "name"))
        if not word:
            return None
        if function.type == "function_definition":
            name, kind = self.full_name(unit, word, function.start_byte), "function"
        elif around is None or around.type == "anonymous_class":
            return None
        else:
            owner = self.full_name(unit, text_of(field(around, "name")), around.start_byte)
            made = word.lower() == "__construct"
            name, kind = owner if made else f"{owner}.{word}", "constructor" if made else "method"
        item = parameters[at]
        if item.type == "variadic_parameter":
            return Callee(name, kind, at, takes="rest")
        return Callee(name, kind, at, text_of(field(item, "name")).lstrip("$"))

    def _bind_unpacked(self, unit: Unit, path: Path) -> Iterator[Binding]:
        variable, targets, holder = path[-2], path[-3], path[-4]
        value = None
        if holder.type == "assignment_expression" and field(holder, "left") == targets:
            right = field(holder, "right")
            items = children(right) if right is not None and right.type == "array_creation_expression" else []
            places = children(targets)
            plain = all(place.type == "variable_name" for place in places)
            if plain and len(places) <= len(items) and all(len(children(item)) == 1 for item in items):
                value = items[places.index(variable)]
        yield self._binding(unit, "value" if value is not None else "opaque", path, path[:-3], value)

    def _bind_loop(self, unit: Unit, path: Path) -> Iterator[Binding]:
        nearest = range(len(path) - 3, max(len(path) - 6, 0), -1)
        level = next((index for index in nearest if path[index].type == "foreach_statement"), 0)
        if not level:
            return
        loop, place = path[level], path[level + 1]
        parts = children(loop)
        if place not in parts[1:2]:
            return
        if place.type == "pair" and children(place)[0] == path[level + 2]:
            yield self._binding(unit, "opaque", path, path[: level + 1])
        else:
            made = self._binding(unit, "value", path, path[: level + 1], parts[0])
            yield made._replace(each=True, offset=path[-1].start_byte)


def _turned_on(name: str, body: Node | None) -> bool:
    """Whether the body of a class sets one of its properties to true."""
    return re.search(rf"\$this->{re.escape(name)}\s*=\s*(?:true|1)\b", text_of(body), re.IGNORECASE) is not None


def _chain(path: Path) -> list[tuple[Node, int]]:
    """The conditional around the clause at the end of a path and those in whose `else if` it stands, the first one
    first, each with where that branch begins."""
    level = len(path) - 1
    found = [(path[level - 1], path[level].start_byte)]
    while level > 2 and path[level - 2].type == "else_clause":
        level -= 2
        found.append((path[level - 1], path[level].start_byte))
    return found[::-1]


def _short_circuit(parent: Node, node: Node) -> bool | None:
    """For the right side of `a or b`: the outcome of `a` on which it runs; None for anything else."""
    if parent.type != "binary_expression" or field(parent, "right") != node:
        return None
    return SHORT_CIRCUIT.get(text_of(field(parent, "operator")).lower())


def _defines(body: Node, condition: str) -> bool:
    """Whether what runs under a condition defines the very thing that the condition asks for, lest it be defined twice:
    that asks for no older runtime."""
    asked = asks_for_definition(condition)
    made = (field(part, "name") for part in children(body) if part.type in DEFINITION_KINDS) if asked else ()
    return any(text_of(name).lower() == asked for name in made if name is not None)


def _appends(node: Node) -> bool:
    return node.type == "augmented_assignment_expression" and text_of(field(node, "operator")) in (".=", "+=")


def _position(function: Node, parameter: Node) -> int:
    listing = field(function, "parameters")
    return sum(1 for part in children(listing) if part.end_byte <= parameter.start_byte) if listing is not None else 0
