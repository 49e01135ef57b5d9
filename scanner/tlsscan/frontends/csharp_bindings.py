"""C#: what gives a name its value or its type: declarations, assignments, parameters, patterns."""

from collections.abc import Iterable, Iterator
from itertools import islice

from tlsscan.frontends.csharp_names import CSharpNames
from tlsscan.frontends.csharp_nodes import (
    INITIALIZER_KINDS,
    LAMBDA_KINDS,
    METHOD_KINDS,
    PREPROC_KINDS,
    TYPE_KINDS,
    argument_value,
    assigned,
    declared_bare,
    dotted,
    is_out,
    matched,
    property_value,
)
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import MAX_OCCURRENCES, Binding, Path, Unit, children, field, line_of, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Callee

PATTERN_KINDS = frozenset(
    {
        "declaration_expression",
        "declaration_pattern",
        "recursive_pattern",
        "catch_declaration",
        "from_clause",
        "let_clause",
        "var_pattern",
    }
)
RENAMING_KINDS = frozenset({"using_directive", "variable_declarator", "assignment_expression"})
EXACT_KINDS = frozenset(
    {
        "identifier",
        "qualified_name",
        "alias_qualified_name",
        "string_literal",
        "string_literal_content",
        "verbatim_string_literal",
        "argument",
        "argument_list",
        "invocation_expression",
    }
)
MAX_BASES = 8  # types by which the objects of a class may be known
_TARGETED = lazy(rb"=\s*new\s*\(", having=[b"new"])
FOLDED = frozenset({"=", "|=", "&=", "^=", "+=", "-=", "<<="})


class CSharpBindings(CSharpNames):
    """What gives names their values."""

    def variables(self, unit: Unit, word: str, offset: int) -> list[Binding]:
        """The bindings of a variable or member visible at an offset, declarations without a value included."""
        found = [b for b in unit.bindings(word) or () if b.kind != "method" and b.scope[0] <= offset < b.scope[1]]
        innermost = max((b.scope[0] for b in found), default=0)
        return [b for b in found if b.scope[0] == innermost]

    def is_local(self, unit: Unit, word: str, offset: int) -> tuple[int, int] | None:
        """The scope of the local variable or parameter that a word names at an offset; None if it names none."""
        fits = [scope for scope in self._local_scopes(unit, word) if scope[0] <= offset < scope[1]]
        return max(fits, default=None)

    def _local_scopes(self, unit: Unit, word: str) -> tuple[tuple[int, int], ...]:
        cache = self._scopes.of(unit)
        if word not in cache:
            found: list[tuple[int, int]] = []
            for path in islice(unit.paths(word), MAX_OCCURRENCES):
                made = self._declaration(unit, path)
                found.extend(binding.scope for binding in made if binding.name == word and not self.is_member(binding))
            cache[word] = tuple(dict.fromkeys(found))
        return cache[word]

    def is_member(self, binding: Binding) -> bool:
        """Whether a binding is that of a type, a method, a field, a property or an enum member: no local variable."""
        if binding.owner or binding.kind in ("import", "method"):
            return True
        return self._member_level(binding.path) is not None

    def _member_level(self, path: Path) -> int | None:
        """The level of a field or property in a path that ends in its declarator."""
        if path and path[-1].type == "property_declaration":
            return len(path) - 1
        kinds = [node.type for node in path[-3:]]
        if len(kinds) == 3 and kinds[0] in ("field_declaration", "event_field_declaration"):
            return len(path) - 3
        return None

    def sees(self, binding: Binding, path: Path) -> bool:
        """Members without a value and methods take no part in the value of a name."""
        return binding.kind not in ("declared", "method")

    def bind(self, unit: Unit, path: Path) -> Iterable[Binding]:
        """The bindings that the identifier at the end of a path makes; none if it is a use."""
        made = list(self._declaration(unit, path))
        return made or list(self._assigned(unit, path))

    def _declaration(self, unit: Unit, path: Path) -> Iterator[Binding]:
        leaf = path[-1]
        if leaf.type == "implicit_parameter":
            yield self._local(unit, "opaque", path, path)
        if leaf.type != "identifier" or len(path) < 2:
            return
        parent = path[-2]
        kind = parent.type
        if kind == "tuple_pattern" and len(path) > 3:
            yield from self._unpacked_declaration(unit, path)
        elif kind == "foreach_statement" and field(parent, "left") == leaf:
            made = self._local(unit, "value", path, path[:-1], field(parent, "right"))
            yield made._replace(each=True)
        elif kind == "using_directive" and field(parent, "name") == leaf:
            yield self._alias(unit, path)
        elif field(parent, "name") == leaf:
            yield from self._named(unit, path)

    def _named(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """Bindings of nodes that hold the new name in their field `name`."""
        kind = path[-2].type
        if kind == "variable_declarator":
            yield self._variable(unit, path)
        elif kind == "property_declaration":
            yield self._member(unit, path, property_value(path[-2]))
        elif kind == "enum_member_declaration":
            yield self._enum_member(unit, path)
        elif kind in ("parameter", "parameter_list"):
            yield from self._parameter(unit, path)
        elif kind in TYPE_KINDS:
            yield self._type(unit, path)
        elif kind in METHOD_KINDS:
            yield self._method(unit, path)
        elif kind in PATTERN_KINDS:
            yield self._set_by_call(unit, path) or self._matched(unit, path)

    def _binding(
        self, kind: str, path: Path, within: Path, scope: tuple[int, int], node: Node | None = None, owner: str = ""
    ) -> Binding:
        outside = within[:-1] if within and within[-1].type in self.function_kinds else within
        condition, guarded = self.branch(outside)
        return Binding(
            kind=kind,
            name=text_of(path[-1]),
            scope=scope,
            offset=path[-1].start_byte,
            path=within,
            node=node,
            owner=owner,
            condition=condition,
            guarded=guarded,
        )

    def _local(self, unit: Unit, kind: str, path: Path, within: Path, node: Node | None = None) -> Binding:
        return self._binding(kind, path, within, self.scope_range(self.function(path), unit), node)

    def _variable(self, unit: Unit, path: Path) -> Binding:
        within = path[:-1]
        value = assigned(within[-1])
        if self._member_level(within) is not None:
            return self._member(unit, path, value)
        return self._local(unit, "value" if value is not None else "declared", path, within, value)

    def _member(self, unit: Unit, path: Path, value: Node | None) -> Binding:
        owner = self.around_class(path)
        scope = self.scope_range(owner, unit)
        if value is None:
            return self._binding("declared", path, path[:-1], scope)
        return self._binding("value", path, path[:-1], scope, value, text_of(field(owner, "name")) if owner else "")

    def _enum_member(self, unit: Unit, path: Path) -> Binding:
        owner, value = self.around_class(path), field(path[-2], "value")
        name = text_of(field(owner, "name")) if owner is not None else ""
        kind = "value" if value is not None else "opaque"
        return self._binding(kind, path, path[:-1], self.scope_range(owner, unit), value, name)

    def _parameter(self, unit: Unit, path: Path) -> Iterator[Binding]:
        level = next((i for i in range(len(path) - 2, 0, -1) if path[i].type == "parameter_list"), None)
        if level is None:
            return
        listing, function = path[level], path[level - 1]
        scope = self.scope_range(function, unit)
        if function.type in LAMBDA_KINDS:
            yield self._binding("opaque", path, path[:-1], scope)
            return
        if function.type == "delegate_declaration":
            return
        before = [child for child in children(listing) if child.end_byte < path[-1].end_byte]
        position = sum(1 for child in before if child.type == "parameter")
        default = assigned(path[-2]) if path[-2].type == "parameter" else None
        made = self._binding("parameter", path, path[:-1], scope, default)
        yield made._replace(position=position, condition="", guarded=False)

    def reached(self, unit: Unit, binding: Binding) -> Callee | None:
        """How callers reach a parameter of a method, of a constructor, or of a type's own list."""
        path = binding.path
        level = next((i for i in range(len(path) - 1, 0, -1) if path[i].type == "parameter_list"), 0)
        holder, owner = path[level - 1], self.around_class(path[:level])
        types = self.own_name(unit, owner)
        made = owner == holder or holder.type == "constructor_declaration"
        if not types or not level or (not made and holder.type not in METHOD_KINDS):
            return None
        listed = [child for child in children(path[level]) if child.type == "parameter"]
        name = types[0] if made else f"{types[0]}.{text_of(field(holder, 'name'))}"
        kind = "constructor" if made else "method"
        extends = bool(listed) and any(text_of(child) == "this" for child in listed[0].children[:3])
        spread = any(child.type == "params" for child in path[level].children)
        least = sum(1 for child in listed if assigned(child) is None) - extends
        most = -1 if spread else len(listed) - extends
        takes = "rest" if spread and path[-1].type == "parameter_list" else ""
        bases = self.type_names(unit, field(listed[0], "type")) if extends else self.base_types(unit, owner)
        through = () if made else tuple(dict.fromkeys(base.rpartition(".")[2] for base in bases))
        return Callee(name, kind, binding.position - extends, binding.name, takes, least, most, through[:MAX_BASES])

    def _type(self, unit: Unit, path: Path) -> Binding:
        spaces = [dotted(text_of(field(node, "name"))) for node in path if node.type == "namespace_declaration"]
        outer = [text_of(field(node, "name")) for node in path[:-2] if node.type in TYPE_KINDS]
        space = ".".join(spaces) or self.module(unit)
        name = ".".join(part for part in (space, *outer, text_of(path[-1])) if part)
        made = self._binding("import", path, path[:-1], self.scope_range(None, unit))
        return made._replace(names=(name,))

    def _alias(self, unit: Unit, path: Path) -> Binding:
        target = next((child for child in children(path[-2]) if child != path[-1]), None)
        if target is not None and target.type == "identifier":
            names = self.qualify(unit, text_of(target))
        else:
            names = (dotted(text_of(target)),)
        return self._binding("import", path, path[:-1], self.scope_range(None, unit))._replace(names=names)

    def _method(self, unit: Unit, path: Path) -> Binding:
        outer = self.function(path[:-2]) or self.around_class(path)
        made = self._binding("method", path, path[:-1], self.scope_range(outer, unit), field(path[-2], "body"))
        parameters = line_of(field(path[-2], "parameters"))
        return made._replace(condition=made.condition or f"{made.name}{parameters}")

    def _unpacked_declaration(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """`var (a, b) = (1, 2);`"""
        if path[-3].type != "variable_declarator":
            return
        targets, value = children(path[-2]), assigned(path[-3])
        values = children(value) if value is not None and value.type == "tuple_expression" else []
        if len(values) == len(targets) and path[-1] in targets:
            node = argument_value(values[targets.index(path[-1])])
            yield self._local(unit, "value", path, path[:-2], node)
        else:
            yield self._local(unit, "opaque", path, path[:-2])

    def _assigned(self, unit: Unit, path: Path) -> Iterator[Binding]:
        if path[-1].type != "identifier" or len(path) < 3:
            return
        parent, above = path[-2], path[-3]
        if parent.type == "assignment_expression" and field(parent, "left") == path[-1]:
            if above.type not in INITIALIZER_KINDS and above.type not in PREPROC_KINDS:
                yield self._target(unit, path, path[:-1], field(parent, "right"), text_of(field(parent, "operator")))
        elif parent.type == "member_access_expression" and above.type == "assignment_expression":
            if field(above, "left") == parent and field(parent, "name") == path[-1] and self._is_own(path, parent):
                operator = text_of(field(above, "operator"))
                yield self._target(unit, path, path[:-2], field(above, "right"), operator, True)
        elif parent.type == "argument" and parent.children[0].type in ("out", "ref"):
            yield self._target(unit, path, path[:-1], parent if is_out(parent) else None, "=")
        elif parent.type == "argument" and above.type == "tuple_expression" and len(path) > 4:
            yield from self._tuple_target(unit, path)

    def _set_by_call(self, unit: Unit, path: Path) -> Binding | None:
        """`out var x`: a variable that a call sets."""
        if len(path) < 3 or path[-2].type != "declaration_expression" or not is_out(path[-3]):
            return None
        return self._local(unit, "value", path, path[:-1], path[-3])

    def _matched(self, unit: Unit, path: Path) -> Binding:
        """`x is T name`: what is held against the pattern, if it is there; a variable of any other pattern."""
        node = path[-2] if matched(path[:-1]) is not None else None
        return self._local(unit, "opaque" if node is None else "value", path, path[:-1], node)

    def _is_own(self, path: Path, access: Node) -> bool:
        receiver = text_of(field(access, "expression"))
        owner = self.around_class(path)
        return receiver == "this" or (owner is not None and receiver == text_of(field(owner, "name")))

    def _target(
        self, unit: Unit, path: Path, within: Path, node: Node | None, operator: str, member: bool = False
    ) -> Binding:
        """The binding of an assignment: of a local variable, else of a member of the class around."""
        local = None if member else self.is_local(unit, text_of(path[-1]), path[-1].start_byte)
        owner = self.around_class(path) if local is None else None
        name = text_of(field(owner, "name")) if owner is not None else ""
        kind = "value" if node is not None and operator in (*FOLDED, "??=") else "opaque"
        made = self._binding(kind, path, within, local or self.scope_range(owner, unit), node, name)
        if operator == "??=":
            return made._replace(condition=f"{made.name} is null")
        function = self.function(path)
        if owner is not None and function is not None and function.type != "constructor_declaration":
            made = made._replace(condition=made.condition or f"after {self.enclosing(path)}")
        return made._replace(operator=operator if operator in FOLDED else "=")

    def _tuple_target(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """`(a, b) = (1, 2);`"""
        statement = path[-4]
        if statement.type != "assignment_expression" or field(statement, "left") != path[-3]:
            return
        targets, right = children(path[-3]), field(statement, "right")
        values = children(right) if right is not None and right.type == "tuple_expression" else []
        if len(values) == len(targets) and path[-2] in targets:
            yield self._target(unit, path, path[:-3], argument_value(values[targets.index(path[-2])]), "=")
        else:
            yield self._target(unit, path, path[:-3], None, "=")

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        """The alias of a using, the variable that gets a text or a reflected property, one of this type that gets its
        `new()` later, or `base`, by which a class calls the constructor of the one it is made from."""
        if any(node.type == "base_list" for node in path[-5:]):
            return ("base",)
        if _TARGETED.search(unit.source.data) and (later := declared_bare(path)):
            return later
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            if parent.type in RENAMING_KINDS:
                name = field(parent, "left") if parent.type == "assignment_expression" else field(parent, "name")
                return (text_of(name),) if name is not None and name != node and name.type == "identifier" else ()
            if node.type == "invocation_expression" and not _is_reflection(node):
                return ()
            if node.type not in EXACT_KINDS:
                return ()
        return ()


def _is_reflection(node: Node) -> bool:
    """`typeof(T).GetProperty("P")`: what it gives stands for the property."""
    function = field(node, "function")
    return function is not None and text_of(field(function, "name")) == "GetProperty"
