"""What PHP names stand for: namespaces, imports, classes with their parents, functions, receivers of methods."""

import re
from collections.abc import Iterator

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context, asks_for_itself
from tlsscan.frontends.php_text import dotted
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Choice, Invocation, Name, Parameter, Text, Value, strip

CLASS_KINDS = frozenset(
    {"class_declaration", "interface_declaration", "trait_declaration", "enum_declaration", "anonymous_class"}
)
FUNCTION_KINDS = frozenset({"function_definition", "method_declaration", "anonymous_function", "arrow_function"})
QUALIFIED_KINDS = frozenset({"qualified_name", "relative_name"})
PARENT_KINDS = frozenset({"base_clause", "class_interface_clause"})
IMPORTED_CLASS, IMPORTED_FUNCTION, IMPORTED_CONSTANT = "use", "use function", "use const"
CLASS, TYPE, PROPERTY, FUNCTION = "class", "type ", "$", "()"
NAMESPACE = lazy(rb"namespace\s+([\w\\]+)\s*[;{]", having=(b"namespace",))
STATEMENT_START = lazy(rb"(?:^|[\n\r;}]|<\?php)\s*\Z")
NAMESPACE_WINDOW = 200_000
MAX_PARENTS = 8
MAX_NAMES = 8

_OF_PHP = lazy(r"\bPHP_(?:VERSION|MAJOR)|\bphpversion\b")


class PhpNames(Frontend):
    """The part of the frontend that qualifies names. Owners of bindings that no bare name sees are marked: imports
    and classes by a word, properties by `$` and their class, declared types by `type ` and the property's owner,
    functions and methods by `()` and their class."""

    function_kinds = FUNCTION_KINDS
    class_kinds = CLASS_KINDS

    def namespace(self, unit: Unit, offset: int | None = None) -> str:
        """The namespace at an offset, dotted; the file's first for None; empty if there is none."""
        found = ""
        data = unit.source.data
        for match in NAMESPACE.finditer(data, 0, NAMESPACE_WINDOW):
            if found and (offset is None or match.start() > offset):
                break
            if STATEMENT_START.search(data[max(match.start() - 80, 0) : match.start()]):
                found = dotted(match.group(1).decode("utf-8", "replace"))
        return found

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        """An unqualified constant or function: the global one, or that of the namespace."""
        space = self.namespace(unit)
        return (word, f"{space}.{word}") if space and not word.startswith("$") else (word,)

    def imported(self, unit: Unit, word: str, kind: str) -> tuple[str, ...]:
        """What a `use` of one kind (IMPORTED_*) makes of a word; empty if there is none."""
        for binding in unit.bindings(word) or ():
            if binding.kind == "import" and binding.owner == kind:
                return binding.names
        return ()

    def absolute(self, unit: Unit, node: Node, kind: str = IMPORTED_CLASS) -> str:
        """The full name of a class (or, for a path with a backslash, of anything), as the file's imports make it."""
        text = text_of(node)
        if text.startswith("\\"):
            return dotted(text)
        first, _, rest = dotted(text).partition(".")
        space = self.namespace(unit, node.start_byte)
        if node.type == "relative_name":
            return f"{space}.{rest}" if space else rest
        imported = self.imported(unit, first, kind)
        head = imported[0] if imported else f"{space}.{first}" if space else first
        return f"{head}.{rest}" if rest else head

    def class_names(self, context: Context, node: Node | None) -> tuple[str, ...]:
        """The classes that a node before `::` or after `new` may name; empty if that is decided at run time."""
        if node is None:
            return ()
        word = text_of(node).lower()
        if word in ("self", "static", "parent"):
            return self.own_names(context.unit, context.path, parents_only=word == "parent")
        if node.type == "name" or node.type in QUALIFIED_KINDS:
            return (self.absolute(context.unit, node),)
        if node.type == "anonymous_class":
            return tuple(self.parents(context.unit, node))
        value = _at_first(context.lower(node))
        if isinstance(value, Text) and re.fullmatch(r"[\w\\]+", value.text):
            return (dotted(value.text),)
        return tuple(made_by(value))

    def made_names(self, context: Context, node: Node | None) -> tuple[str, ...]:
        """The class that `new` makes, and what it extends where this file shows that."""
        names = self.class_names(context, node)
        made = self._class_node(context.unit, names[0]) if len(names) == 1 else None
        return (*names, *self.parents(context.unit, made)) if made is not None else names

    def parents(self, unit: Unit, node: Node, interfaces: bool = False) -> Iterator[str]:
        """Full names of what a class extends, and of what it implements."""
        for clause in children(node):
            if clause.type in PARENT_KINDS and (interfaces or clause.type == "base_clause"):
                for name in children(clause):
                    yield self.absolute(unit, name)

    def traits(self, unit: Unit, node: Node) -> Iterator[str]:
        """Full names of the traits that a class uses."""
        body = field(node, "body")
        for part in children(body) if body is not None else ():
            if part.type == "use_declaration":
                yield from (self.absolute(unit, name) for name in children(part) if name.type != "use_list")

    def own_names(
        self, unit: Unit, path: Path, *, parents_only: bool = False, interfaces: bool = False
    ) -> tuple[str, ...]:
        """Names of the class around a path: its parents first, as members of libraries come from there."""
        around = self.around_class(path)
        if around is None:
            return ()
        names = list(self.parents(unit, around, interfaces))
        names.extend(self.traits(unit, around) if not parents_only else ())
        word = text_of(field(around, "name"))
        if word and not parents_only:
            names.append(self.full_name(unit, word, around.start_byte))
        return tuple(names)

    def full_name(self, unit: Unit, word: str, offset: int) -> str:
        """The full name of what the file declares at an offset."""
        space = self.namespace(unit, offset)
        return f"{space}.{word}" if space else word

    def lineage(self, context: Context, scope: Node | None) -> Iterator[str]:
        """Short names of the classes of this file in which a member of `scope` is looked up, nearest first."""
        unit = context.unit
        word = text_of(scope).lower()
        around = self.around_class(context.path)
        if word in ("self", "static", "parent", "$this"):
            if around is None:
                return
            current: Node | None = around
            if word == "parent":
                current = self._class_node(unit, next(self.parents(unit, around), ""))
        else:
            current = self._class_node(unit, next(iter(self.class_names(context, scope)), ""))
        yield from self._above(unit, current)

    def ancestry(self, context: Context, name: str) -> Iterator[str]:
        """Short names of the classes of this file in which a member of an object of a class is looked up."""
        return self._above(context.unit, self._class_node(context.unit, name))

    def _above(self, unit: Unit, current: Node | None) -> Iterator[str]:
        for _ in range(MAX_PARENTS):
            if current is None:
                return
            yield text_of(field(current, "name"))
            for trait in self.traits(unit, current):
                used = self._class_node(unit, trait)
                yield from (text_of(field(used, "name")),) if used is not None else ()
            current = self._class_node(unit, next(self.parents(unit, current), ""))

    def made_above(self, unit: Unit, name: str) -> Iterator[str]:
        """Full names of what a class of this file is made from, and of what that is made from here."""
        current = self._class_node(unit, name)
        for _ in range(MAX_PARENTS):
            if current is None:
                return
            yield from self.parents(unit, current)
            yield from self.traits(unit, current)
            current = self._class_node(unit, next(self.parents(unit, current), ""))

    def _class_node(self, unit: Unit, name: str) -> Node | None:
        short = name.rpartition(".")[2]
        for binding in (unit.bindings(short) or ()) if short else ():
            if binding.owner == CLASS and self.full_name(unit, short, binding.offset) == name:
                return binding.path[-1]
        return None

    def types(self, unit: Unit, node: Node | None) -> tuple[str, ...]:
        """Full names of the classes in a type declaration."""
        if node is None:
            return ()
        parts = [node] if node.type == "named_type" else children(node)
        named = [part.named_children[0] for part in parts if part.type == "named_type" and part.named_child_count]
        return tuple(self.absolute(unit, name) for name in named[:MAX_NAMES])

    def object_names(self, context: Context, node: Node | None) -> tuple[str, ...]:
        """Classes that a receiver may belong to: what made it, or what its declaration says."""
        if node is None:
            return ()
        if text_of(node) == "$this":
            return self.own_names(context.unit, context.path)
        names = [*made_by(strip(context.lower(node))[0]), *self._declared(context, node)]
        return tuple(dict.fromkeys(names))[:MAX_NAMES]

    def _declared(self, context: Context, node: Node) -> Iterator[str]:
        if node.type == "variable_name":
            for binding in context.unit.bindings(text_of(node)) or ():
                if binding.kind == "parameter" and binding.scope[0] <= node.start_byte < binding.scope[1]:
                    yield from binding.names
        elif node.type == "member_access_expression" and text_of(field(node, "object")) == "$this":
            word, around = text_of(field(node, "name")), self.around_class(context.path)
            owner = f"{TYPE}{text_of(field(around, 'name')) if around is not None else ''}"
            for binding in context.unit.bindings(word) or ():
                if binding.owner == owner:
                    yield from binding.names

    def function_names(self, context: Context, node: Node | None) -> tuple[str, ...]:
        """Names of a called function: an unqualified one falls back from the namespace to the global function."""
        if node is None:
            return ("?",)
        if node.type == "name":
            word = text_of(node)
            return self.imported(context.unit, word, IMPORTED_FUNCTION) or self.qualify(context.unit, word)
        if node.type in QUALIFIED_KINDS:
            return (self.absolute(context.unit, node),)
        value = _at_first(context.lower(node))
        if isinstance(value, Text) and re.fullmatch(r"[\w\\]+(::\w+)?", value.text):
            return (dotted(value.text.replace("::", "\\")),)
        return ("?",)

    def member_of(self, context: Context, scope: Node | None, word: str, node: Node, mark: str) -> Value | None:
        """The value of a constant or property (`mark` PROPERTY) of a class of this file, looked up through parents."""
        for owner in self.lineage(context, scope):
            found = context.member(mark + owner, word, node) if mark + owner else None
            if found is not None:
                return found
        return None

    def met(self, unit: Unit, bindings: list[Binding], path: Path) -> list[Binding]:
        """Of a property, alone what the function of the use itself has set before, if the use is not reached without;
        else all that sets it. Of a constant that several places define where it is missing, one: the others find it
        there; so is one that is defined for older versions of PHP alone, as newer ones have it themselves."""
        if (
            len(bindings) == 1
            and bindings[0].guarded
            and _is_constant(bindings[0])
            and _OF_PHP.search(bindings[0].condition)
        ):
            return [bindings[0]._replace(condition="", guarded=False)]
        if bindings[1:] and _is_constant(bindings[0]):
            kept = all(b.condition and asks_for_itself(b.condition, b.name) for b in bindings)
            return bindings[:1] if kept else bindings
        function = self.function(path) if bindings and bindings[0].owner.startswith(PROPERTY) else None
        if function is None or function.type != "method_declaration":
            return bindings
        blocks, start = self.blocks(path), path[-1].start_byte
        here = [b for b in bindings if b.offset <= start and self.function(b.path) == function]
        sure = [at for at, b in enumerate(here) if blocks[: len(there := self.blocks(b.path))] == there]
        return here[sure[-1] :] if sure else bindings

    def sees(self, binding: Binding, path: Path) -> bool:
        """Bare words see what has no owner; variables of the same function only."""
        if binding.owner:
            return False
        return not binding.name.startswith("$") or self._reaches(binding, path)

    def _reaches(self, binding: Binding, path: Path) -> bool:
        """Variables end at their function, but for arrow functions, `use (...)` and `global`."""
        for node in reversed(path):
            if node.type not in self.function_kinds:
                continue
            if (node.start_byte, node.end_byte) == binding.scope:
                return True
            if node.type != "arrow_function" and not _captures(node, binding.name):
                return False
        return True


def _at_first(value: Value) -> Value:
    """A value without the way to it; of what other classes may declare anew, what it is at first."""
    value, _ = strip(value)
    return strip(value.default)[0] if isinstance(value, Parameter) and value.default is not None else value


def _captures(function: Node, variable: str) -> bool:
    word = re.escape(variable) + r"(?!\w)"
    if function.type == "anonymous_function":
        return any(
            part.type == "anonymous_function_use_clause" and re.search(word, text_of(part)) is not None
            for part in children(function)
        )
    return re.search(rf"\bglobal\s[^;]*{word}", text_of(field(function, "body"))) is not None


def made_by(value: Value) -> Iterator[str]:
    """Names of the calls and constructors that a value comes from."""
    value, _ = strip(value)
    if isinstance(value, Invocation):
        yield from (name for name in value.names if not name.startswith("?"))
    elif isinstance(value, Name):
        yield from (name.removesuffix("()") for name in value.names if name.endswith("()"))
    elif isinstance(value, Choice):
        for arm in value.arms[:MAX_NAMES]:
            if not isinstance(strip(arm.value)[0], Choice):
                yield from made_by(arm.value)


def _is_constant(binding: Binding) -> bool:
    return not binding.owner and not binding.name.startswith("$")
