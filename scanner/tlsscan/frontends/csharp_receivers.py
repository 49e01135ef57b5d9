"""C#: what a member or a method is called on, and so which names it may have."""

from tlsscan.frontends.csharp_members import CSharpMembers
from tlsscan.frontends.csharp_nodes import (
    LAMBDA_KINDS,
    MEMBER_KINDS,
    METHOD_KINDS,
    Receiver,
    argument_value,
    dotted,
    split_member,
    type_node,
)
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_LOWERING, Context
from tlsscan.frontends.unit import Binding, Path, Unit, field, text_of
from tlsscan.values import BEHIND


class CSharpReceivers(CSharpMembers):
    """The names of members and methods."""

    def receiver(self, context: Context, node: Node | None) -> Receiver:
        """The possible names of what a member is taken from: a type, or the type of an object; and whether that is
        certain."""
        words: list[str] = []
        while node is not None and len(words) < MAX_LOWERING:
            if node.type in MEMBER_KINDS:
                node, word = split_member(node)
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
        return self._told(context, names, word) or tuple(f"{name}.{word}" for name in names)

    def _told(self, context: Context, names: tuple[str, ...], word: str) -> tuple[str, ...]:
        """The type of a member that a class of this file declares."""
        declared: list[str] = []
        for binding in (context.unit.bindings(word) or ())[:8] if names else ():
            owner = self.around_class(binding.path) if binding.kind != "method" and self.is_member(binding) else None
            if set(self.own_name(context.unit, owner)) & set(names):
                declared.extend(self._binding_type(context, binding))
        return tuple(dict.fromkeys(declared))

    def _base_names(self, context: Context, node: Node) -> Receiver:
        kind = node.type
        if kind == "identifier":
            return self._word_names(context, node)
        if kind in ("generic_name", "predefined_type", "alias_qualified_name"):
            return self.type_names(context.unit, node), kind != "generic_name"
        if kind in ("this", "base"):
            owner = self.around_class(context.path)
            own = self.own_name(context.unit, owner) if kind == "this" else ()
            return (*own, *self.base_types(context.unit, owner)), False
        if kind in ("cast_expression", "as_expression"):
            return self.type_names(context.unit, field(node, "type") or field(node, "right")), False
        if kind == "object_creation_expression":
            return self.type_names(context.unit, field(node, "type")), False
        if kind == "invocation_expression" and context.depth < MAX_LOWERING:
            inside = Context(context.unit, context.path, context.active, context.depth + 1)
            return self._result_names(inside, node), False
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

    def through(self, context: Context, node: Node, word: str) -> tuple[str, ...]:
        """The names of a member behind others whose types only another file tells: `Type>settings.Protocols`."""
        root: Node | None = node
        words = [word]
        while root is not None and len(words) < MAX_LOWERING:
            if root.type not in MEMBER_KINDS:
                kept = self._kept(context, root)
                if kept is None:
                    break
                root = kept
            root, member = split_member(root)
            words.insert(0, member)
        names = self._base_names(context, root)[0] if root is not None else ()
        while len(words) > 1 and (told := self._told(context, names, words[0])):
            names, words = told, words[1:]
        return tuple(f"{name}{BEHIND}{'.'.join(words)}" for name in names) if len(words) > 1 else ()

    def _kept(self, context: Context, node: Node) -> Node | None:
        """The member that a `var` keeps."""
        found = self.variables(context.unit, text_of(node), node.start_byte) if node.type == "identifier" else []
        kind = type_node(found[0]) if len(found) == 1 else None
        value = found[0].node if kind is not None and kind.type == "implicit_type" else None
        return value if value is not None and value.type in MEMBER_KINDS else None

    def handed(self, context: Context, node: Node | None) -> tuple[str, ...]:
        """What a method hands to the lambda that it is passed, known by the method: `b.UseHttps(o => o.P = v)` sets
        `UseHttps().P`."""
        if node is None or node.type != "identifier":
            return ()
        found = self.variables(context.unit, text_of(node), node.start_byte)
        path = found[0].path if len(found) == 1 else ()
        level = next((at for at in range(len(path) - 1, 2, -1) if path[at].type in LAMBDA_KINDS), 0)
        taken = field(path[level], "parameters") if level else None
        if taken is None or not taken.start_byte <= found[0].offset < taken.end_byte:
            return ()
        call = path[level - 3]
        function = field(call, "function") if path[level - 1].type == "argument" else None
        if function is None:
            return ()
        word = split_member(function)[1] if function.type in MEMBER_KINDS else dotted(text_of(function))
        return (f"{word}()",) if word.isidentifier() else ()

    def _is_color(self, context: Context, node: Node, found: list[Binding]) -> bool:
        """`Color Color { get; }`: the word names the member and its type alike."""
        return any(dotted(text_of(type_node(binding))).rstrip("?") == text_of(node) for binding in found)

    def _binding_type(self, context: Context, binding: Binding) -> tuple[str, ...]:
        node = type_node(binding)
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
        return self.type_names(context.unit, type_node(made[0])) if made else ()

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
        expression, word = split_member(function)
        found = [b for b in unit.bindings(word) or () if b.kind == "method"]
        names = self.receiver(context, expression)[0] if found else ()
        return [b for b in found if set(names) & set(self.own_name(unit, self.around_class(b.path)))]

    def callee(self, context: Context, function: Node | None) -> tuple[str, ...]:
        """The names that a called method may have."""
        if function is not None and function.type in MEMBER_KINDS:
            expression, word = split_member(function)
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

    def declares(self, unit: Unit, types: tuple[str, ...], word: str) -> bool:
        """Whether a class of this file that goes by one of the names declares a member: it is that class's own then."""
        for binding in (unit.bindings(word) or ()) if types else ():
            owner = self.around_class(binding.path)
            if self._of_class(binding, owner) and set(types) & set(self.own_name(unit, owner)):
                return True
        return False

    def _of_class(self, binding: Binding, owner: Node | None) -> bool:
        """Whether a binding is the declaration of a member of a class."""
        if owner is None or binding.path[-1].type not in (*METHOD_KINDS, "property_declaration", "variable_declarator"):
            return False
        return self.is_member(binding) and self.around_class(binding.path) == owner

    def _is_instance(self, context: Context, node: Node) -> bool:
        while node.type in MEMBER_KINDS:
            expression, _ = split_member(node)
            if expression is None:
                return False
            node = expression
        if node.type != "identifier":
            return node.type not in ("predefined_type", "alias_qualified_name")
        found = self.variables(context.unit, text_of(node), node.start_byte)
        return any(binding.kind != "import" for binding in found) and not self._is_color(context, node, found)


def member_names(names: tuple[str, ...], certain: bool, word: str) -> tuple[str, ...]:
    """Names of a member; the last says that the receiver may be something else."""
    full = tuple(f"{name}.{word}" for name in names)
    return full if certain else (*full, f"?.{word}")
