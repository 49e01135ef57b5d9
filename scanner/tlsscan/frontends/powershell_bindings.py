"""PowerShell: what gives a variable its value or its type: assignments, parameters, loops, class properties."""

import re
from collections.abc import Iterable, Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.powershell_names import PowerShellNames
from tlsscan.frontends.powershell_nodes import (
    CHAIN_KINDS,
    FILE_SCOPES,
    VARIABLE_KINDS,
    assigned_variable,
    assignment,
    command_arguments,
    command_word,
    declared_type,
    is_splat,
    member_parts,
    parameter_default,
    peel,
    property_value,
    variable_parts,
    word_of,
)
from tlsscan.frontends.unit import Binding, Path, Unit, children, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Callee

SWITCH = lazy(r"\[\s*(?:switch|switchparameter)\s*\]", re.IGNORECASE)
PARAMETER_KINDS = frozenset({"script_parameter", "class_method_parameter"})
LEFT_KINDS = CHAIN_KINDS | {"cast_expression"}
EXACT_KINDS = CHAIN_KINDS | {
    "string_literal",
    "expandable_string_literal",
    "verbatim_string_characters",
    "type_literal",
    "type_spec",
    "type_name",
    "type_identifier",
    "array_expression",
    "parenthesized_expression",
    "statement_list",
}
OPERATORS = {"=": "=", "+=": "+=", "-=": "-="}
SETTERS = frozenset({"set-variable", "new-variable", "sv", "nv"})


class PowerShellBindings(PowerShellNames):
    """What gives names their values."""

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        """An unbound variable, told from names by its sign."""
        return (f"${word}",)

    def sees(self, binding: Binding, path: Path) -> bool:
        """Properties of classes and functions are not visible by a variable's name."""
        return not binding.owner and binding.kind != "function"

    def bind(self, unit: Unit, path: Path) -> Iterable[Binding]:
        """The bindings that the word at the end of a path makes; none if it is a use."""
        leaf = path[-1]
        if leaf.type == "function_name":
            return [self._function(unit, path)]
        if leaf.type in VARIABLE_KINDS:
            level = len(path) - (2 if leaf.type == "braced_variable" else 1)
            return list(self._variable(unit, path, level))
        if leaf.type == "simple_name":
            return list(self._own_property(unit, path))
        return list(self._set_variable(unit, path))

    def _made(self, unit: Unit, kind: str, path: Path, within: Path, node: Node | None = None) -> Binding:
        """A binding in the scope that the variable's own prefix or the function around it gives."""
        scope, word = variable_parts(word_of(path[-1]))
        function = None if scope in FILE_SCOPES else self.function(within)
        condition, guarded = self.branch(within)
        return Binding(
            kind=kind,
            name=word or word_of(path[-1]),
            scope=self.scope_range(function, unit),
            offset=path[-1].start_byte,
            path=within,
            node=node,
            condition=condition,
            guarded=guarded,
        )

    def _function(self, unit: Unit, path: Path) -> Binding:
        made = self._made(unit, "function", path, path[:-1])
        return made._replace(name=word_of(path[-1]).rsplit(":", 1)[-1], scope=self.scope_range(None, unit))

    def _variable(self, unit: Unit, path: Path, level: int) -> Iterator[Binding]:
        variable, parent = path[level], path[level - 1]
        if parent.type in PARAMETER_KINDS:
            yield self._parameter(unit, path, level - 1)
        elif parent.type == "class_property_definition":
            yield self._property(unit, path, level - 1)
        elif parent.type == "foreach_statement" and not is_splat(variable):
            given = [child for child in children(parent) if child.type != "statement_block"]
            if variable == given[0]:
                yield self._made(unit, "value", path, path[:level], given[-1])._replace(each=True)
        else:
            yield from self._assigned(unit, path, level)

    def _parameter(self, unit: Unit, path: Path, level: int) -> Binding:
        holder = next(i for i in range(level, -1, -1) if path[i].type in PARAMETER_KINDS)
        listed = [child for child in children(path[holder - 1]) if child.type in PARAMETER_KINDS]
        position = listed.index(path[holder]) if path[holder] in listed else 0
        made = self._made(unit, "parameter", path, path[: holder + 1], parameter_default(path[holder]))
        return made._replace(position=position, condition="", guarded=False)

    def reached(self, unit: Unit, binding: Binding) -> Callee | None:
        """How callers reach a parameter of a function, by its name or by its place among those that are no switches,
        or one of a method."""
        path = binding.path
        level = next((i for i in range(len(path) - 1, -1, -1) if path[i].type in self.function_kinds), None)
        if level is None or any(node.type == "script_block_expression" for node in path[level:]):
            return None
        listed = [child for child in children(path[-2]) if child.type in PARAMETER_KINDS]
        before = listed[: binding.position]
        word, owner = self.name_of(path[level]), self.name_of(self.around_class(path[:level]))
        if path[level].type == "class_method_definition":
            made = word.lower() == owner.lower()
            kind, name = ("constructor", owner) if made else ("method", f"{owner}.{word}")
            return Callee(name, kind, len(before), least=0, most=len(listed))
        position = sum(1 for child in before if not SWITCH.search(text_of(child)))
        return Callee(word, "function", position, binding.name)

    def _property(self, unit: Unit, path: Path, level: int) -> Binding:
        owner, value = self.around_class(path), property_value(path[level])
        kind = "value" if value is not None else "opaque"
        made = self._made(unit, kind, path, path[: level + 1], value)
        return made._replace(owner=self.name_of(owner), scope=self.scope_range(owner, unit))

    def _assigned(self, unit: Unit, path: Path, level: int) -> Iterator[Binding]:
        top = level
        while top > 0 and path[top - 1].type in LEFT_KINDS:
            top -= 1
            if path[top].type == "left_assignment_expression":
                break
        if top == level or path[top].type != "left_assignment_expression":
            return
        left, operator, value = assignment(path[top - 1])
        within = path[:top]
        if assigned_variable(left) == path[level]:
            known = OPERATORS.get(operator) if value is not None else None
            made = self._made(unit, "value" if known else "opaque", path, within, value)
            yield made._replace(operator=known or "=")
        elif left is not None and left.type == "array_literal_expression":
            yield self._unpacked(unit, path, level, left, value)

    def _unpacked(self, unit: Unit, path: Path, level: int, left: Node, value: Node | None) -> Binding:
        """`$a, $b = 1, 2`"""
        targets = [assigned_variable(peel(child)) for child in children(left)]
        right = peel(value) if value is not None else None
        values = children(right) if right is not None and right.type == "array_literal_expression" else []
        if path[level] in targets and len(values) == len(targets):
            return self._made(unit, "value", path, path[:level], values[targets.index(path[level])])
        return self._made(unit, "opaque", path, path[:level])

    def _own_property(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """`$this.Name = value`"""
        level = next((i for i in range(len(path) - 1, 0, -1) if path[i].type == "left_assignment_expression"), 0)
        owner = self.around_class(path)
        if not level or owner is None or len(path) < 3 or path[-3].type != "member_access":
            return
        left, operator, value = assignment(path[level - 1])
        if left != path[-3] or word_of(member_parts(path[-3])[0]).lower() != "$this":
            return
        known = OPERATORS.get(operator) if value is not None else None
        made = self._made(unit, "value" if known else "opaque", path, path[:level], value)
        condition = made.condition or f"after {self.enclosing(path)}"
        scope = self.scope_range(owner, unit)
        yield made._replace(owner=self.name_of(owner), scope=scope, operator=known or "=", condition=condition)

    def _set_variable(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """`Set-Variable -Name tls -Value 3072`"""
        command = next((node for node in reversed(path[-12:]) if node.type == "command"), None)
        if command is None or command_word(command).lower() not in SETTERS:
            return
        given = {given.name.lower() or given.position: given.nodes for given in command_arguments(command)}
        name, value = given.get("name", given.get(0)), given.get("value", given.get(1))
        if name is not None and path[-1].start_byte == peel(name[0]).start_byte:
            node = value[0] if value is not None else None
            within = path[: path.index(command) + 1]
            made = self._made(unit, "value" if node is not None else "opaque", path, within, node)
            yield made._replace(name=word_of(path[-1]).strip("'\""))

    def declared(self, unit: Unit, node: Node) -> tuple[str, ...]:
        """The types that the declarations of a variable name."""
        word = variable_parts(word_of(node))[1]
        found = [b for b in unit.bindings(word) or () if b.scope[0] <= node.start_byte < b.scope[1] and not b.owner]
        innermost = max((b.scope[0] for b in found), default=0)
        names = [name for b in found if b.scope[0] == innermost for name in self.types_at(unit, declared_type(b.path))]
        return tuple(dict.fromkeys(names))

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        """The variable that gets exactly what stands at the end of a path, by assignment or as an item of a loop."""
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            if parent.type == "assignment_expression":
                left, _, value = assignment(parent)
                variable = assigned_variable(left)
                return (variable_parts(word_of(variable))[1],) if variable is not None and value == node else ()
            if parent.type == "foreach_statement":
                first = children(parent)[0]
                return (variable_parts(word_of(first))[1],) if first != node and node.type in EXACT_KINDS else ()
            if node.type not in EXACT_KINDS and not _is_of_path(node):
                return ()
        return ()


def _is_of_path(node: Node) -> bool:
    """Whether a node is a `Join-Path`, or what that is given: a part of a path stands for the path."""
    return node.type == "command_elements" or (node.type == "command" and command_word(node).lower() == "join-path")
