"""C#: what a field or a property holds when a method reads it, here or in another file."""

import re
from collections.abc import Iterable, Iterator

from tlsscan.frontends.constructors import Setting, turns
from tlsscan.frontends.csharp_bindings import CSharpBindings
from tlsscan.frontends.csharp_nodes import type_node
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import TYPED, Callee, Name, Operation, Parameter, Value, Via

SETTER = lazy(r"^[^{]*\b(?:public|internal)\b[^{]*\{[^{}]*(?<!private )(?<!protected )\b(?:set|init)\s*;[^{}]*\}")
DECLARING = frozenset({"property_declaration", "variable_declarator"})
TYPE_ENDS = ("class_declaration", "struct_declaration", "record_declaration")
METHOD_HINT = rb"\s*\)\s*[{=/]"
DECLARED = rb"\b(?:public|protected|internal|private|readonly|static)\s+[\w.<>?, ]+\s"


class CSharpMembers(CSharpBindings):
    """The values of members, in the order in which the life of an object gives them."""

    def met(self, unit: Unit, bindings: list[Binding], path: Path) -> list[Binding]:
        """The initializer, the constructors, then methods; alone what the function of the use itself has set before, or
        a method that it calls in any case. What such a method of a constructor sets, that sets."""
        bindings = _compiled_with(unit, bindings, path) if len(bindings) > 1 and path else bindings
        if len(bindings) < 2 or not all(binding.owner for binding in bindings):
            return bindings
        here = self._set_before(bindings, path) or self._set_by_calls(bindings, path)
        if here:
            return here
        owner = self.around_class(bindings[0].path)
        made = self._constructors(owner, self._is_static(bindings))
        counted = frozenset(node.start_byte for node in made)
        settings = [self._setting(binding, made) for binding in bindings]
        bindings = [_plain(b) if one.constructor >= 0 else b for b, one in zip(bindings, settings, strict=True)]
        return [self._in_turn(bindings[turn.place], turn.among) for turn in turns(settings, counted)]

    def _set_by_calls(self, bindings: list[Binding], path: Path) -> list[Binding]:
        """The bindings of a method that the function of a use calls before it in any case, if it sets the member."""
        function = self.function(path)
        if function is None:
            return []
        at, chosen = -1, None
        for binding in map(_plain, bindings):
            method = self.function(binding.path)
            if method is None or method == function or binding.operator != "=" or binding.condition:
                continue
            called = _called(function, text_of(field(method, "name")), path[-1].start_byte)
            at, chosen = (called, method) if called > at else (at, chosen)
        return [_plain(one) for one in bindings if self.function(one.path) == chosen] if chosen is not None else []

    def _set_before(self, bindings: list[Binding], path: Path) -> list[Binding]:
        """The bindings of the function around a use, from the last on that the use cannot be reached without."""
        function, blocks = self.function(path), self.blocks(path)
        if function is None:
            return []
        here = [b for b in bindings if b.offset < path[-1].start_byte and self.function(b.path) == function]
        around = [i for i, b in enumerate(here) if b.operator == "=" and self._runs(b, blocks)]
        return here[around[-1] :] if around else []

    def _runs(self, binding: Binding, blocks: tuple[int, ...]) -> bool:
        there = self.blocks(binding.path)
        return blocks[: len(there)] == there

    def _setting(self, binding: Binding, made: list[Node]) -> Setting:
        function = self.function(binding.path)
        if function is None or function.type == "property_declaration":
            return Setting(initial=True)
        certain = binding.operator == "=" and not _plain(binding).condition
        if function in made:
            return Setting(function.start_byte, certain=certain)
        name = text_of(field(function, "name"))
        if len(made) == 1 and certain and _called(made[0], name, made[0].end_byte) >= 0:
            return Setting(made[0].start_byte, certain=True)
        return Setting()

    def _in_turn(self, binding: Binding, among: bool) -> Binding:
        after = f"after {self.enclosing(binding.path)}()"
        return binding._replace(among=True, condition=binding.condition or after) if among else binding

    def _constructors(self, owner: Node | None, static: bool) -> list[Node]:
        """The constructors of a class that call no other one of it."""
        body = field(owner, "body") if owner is not None else None
        made = [node for node in children(body) if node.type == "constructor_declaration"] if body is not None else []
        return [node for node in made if _has_static(node) == static and this_initializer(node) is None]

    def _is_static(self, bindings: Iterable[Binding]) -> bool:
        """Whether some bindings are those of a static member."""
        for binding in bindings:
            level = self._member_level(binding.path)
            function = self.function(binding.path)
            node = binding.path[level] if level is not None else function
            constructor = node is not None and node.type == "constructor_declaration"
            if node is not None and (level is not None or constructor) and _has_static(node):
                return True
        return False

    def may_define(self, data: bytes, word: str) -> bool:
        """Whether the text of a file looks as if it defined a member, or a method without parameters (`name()`)."""
        if word.endswith("()"):
            return re.search(rb"\b" + re.escape(word[:-1].encode()) + METHOD_HINT, data) is not None
        if super().may_define(data, word):
            return True
        name = word.encode()
        return name in data and re.search(DECLARED + re.escape(name) + rb"\s*;", data) is not None

    def definitions(self, unit: Unit, words: Iterable[str]) -> Iterator[Definition]:
        """Constants, members and what methods return that the file defines under one of the words, for uses in other
        files: a member that is set in several places is any of what these give."""
        for word in words:
            if word.endswith("()"):
                yield from self._results(unit, word.removesuffix("()"))
                continue
            several: dict[str, list[Binding]] = {}
            for binding in unit.bindings(word) or ():
                if binding.owner and binding.kind in ("value", "opaque"):
                    several.setdefault(self.defined_name(unit, binding, word), []).append(binding)
            yield from self._typed(unit, word)
            if not several and (filled := self.settable(unit, word)) is not None:
                yield filled
            for name, bindings in several.items():
                value = self._held(unit, bindings, word)
                if value is not None:
                    yield Definition(name, self.replaceable(unit, word, value), unit.step(bindings[0].path[-1]))

    def settable(self, unit: Unit, word: str) -> Definition | None:
        """A property that nothing but code elsewhere sets, as what that passes; None if there is no such one, or
        several go by the word."""
        found = [binding for binding in unit.bindings(word) or () if binding.kind == "declared"]
        node = found[0].path[-1] if len(found) == 1 else None
        if node is None or not _has_setter(node):
            return None
        name = self.defined_name(unit, found[0], word)
        callee = Callee(name, "property", 0)
        return Definition(name, Parameter(name, 0, word, None, callee), unit.step(node))

    def replaceable(self, unit: Unit, word: str, value: Value) -> Value:
        """What a property or a field holds for those who read it: where code elsewhere may set it, what that passes,
        and what it has at first only where nothing is set."""
        found = unit.bindings(word) or ()
        node = found[0].path[-1] if len(found) == 1 and found[0].kind == "value" else None
        if node is None or not (_has_setter(node) or _is_open_field(found[0].path)):
            return value
        name = self.defined_name(unit, found[0], word)
        first = value if isinstance(value, Via) else Via(unit.step(node), value)
        return Parameter(name, 0, word, first, Callee(name, "property", 0))

    def set_on(self, unit: Unit, path: Path, name: str, word: str) -> Path | None:
        """The assignment by which the function of a use last sets a member of one of its variables before it; None
        where it need not run, or the variable is given several values."""
        function, use = self.function(path), path[-1].start_byte
        held = self.variables(unit, name, use)
        if function is None or len(held) != 1 or self.is_member(held[0]):
            return None
        blocks, last = self.blocks(path), None
        for offset in unit.occurrences(word, function.start_byte, use):
            found = _setting_of(unit.path_at(offset), name, word)
            if found and found[-1].end_byte <= use and self.function(found) == function:
                last = found
        there = self.blocks(last) if last is not None else ()
        return last if blocks[: len(there)] == there else None

    def _results(self, unit: Unit, word: str) -> Iterator[Definition]:
        """What the methods of a name that have no parameters return."""
        for binding in unit.bindings(word) or ():
            method = binding.path[-1]
            listed = field(method, "parameters")
            if binding.kind != "method" or binding.node is None or (listed is not None and children(listed)):
                continue
            active = frozenset({(word, binding.offset)})
            value = Context(unit, binding.path, active).lower(binding.node)
            for owner in self.own_name(unit, self.around_class(binding.path))[:1]:
                yield Definition(f"{owner}.{word}()", value, unit.step(method))

    def _typed(self, unit: Unit, word: str) -> Iterator[Definition]:
        """The types of the fields and properties that go by a word, for those who reach a member through one; of one
        that a base of another file declares, what a constructor makes there."""
        every = unit.bindings(word) or ()
        own = [one for one in every if one.path[-1].type in DECLARING and self.is_member(one)]
        made = [(one, self._made(one)) for one in every] if not own else []
        for binding, given in (*((one, type_node(one)) for one in own), *made):
            types = self.type_names(unit, given) if given is not None else ()
            if types and "." in types[0]:
                name, step = self.defined_name(unit, binding, word), unit.step(binding.path[-1])
                yield Definition(name, Operation(TYPED, (Name(types),)), step)

    def _made(self, binding: Binding) -> Node | None:
        """The type of what a constructor gives a member: `Services = new Services()`."""
        function, made = self.function(binding.path), binding.node
        if function is None or function.type != "constructor_declaration" or made is None or not binding.owner:
            return None
        return field(made, "type") if made.type == "object_creation_expression" else None

    def _held(self, unit: Unit, bindings: list[Binding], word: str) -> Value | None:
        """What a member holds for those who read it from elsewhere; None if nothing gives it a value."""
        if not any(binding.kind == "value" for binding in bindings):
            return None
        first = bindings[0]
        if len(bindings) == 1:
            active = frozenset({(word, first.offset)})
            return Context(unit, first.path, active).lower(first.node) if first.operator == "=" else None
        outside = tuple(first.path[: first.path.index(self.around_class(first.path) or first.path[0])])
        return Context(unit, outside).member(first.owner, word, unit.root)


def _has_setter(node: Node) -> bool:
    """Whether a node is a property that code elsewhere may set."""
    return node.type == "property_declaration" and SETTER.search(text_of(node)) is not None


def _is_open_field(path: Path) -> bool:
    """Whether a declarator is that of a field that any code may set: a public one of public types."""
    around = [node for node in path if node.type == "field_declaration" or node.type.endswith(TYPE_ENDS)]
    words = [{text_of(child) for child in node.children if child.type == "modifier"} for node in around]
    field_found = bool(around) and around[-1].type == "field_declaration"
    return field_found and all("public" in own for own in words) and words[-1].isdisjoint({"readonly", "const"})


def _setting_of(path: Path, name: str, word: str) -> Path:
    """The path to the assignment whose left side ends in a member of a variable: `name.word = ...`, or an entry of the
    initializer that makes it; empty if there is none."""
    level = next((i for i in range(len(path) - 1, 0, -1) if path[i].type == "assignment_expression"), 0)
    node = path[level]
    left = field(node, "left") if level else None
    if left is None or left.end_byte < path[-1].end_byte or text_of(field(node, "operator") or node.children[1]) != "=":
        return ()
    made = path[level - 2] if level > 2 and path[level - 1].type == "initializer_expression" else None
    if made is None:
        return path[: level + 1] if text_of(left) == f"{name}.{word}" else ()
    holder = field(path[level - 3], "name") or field(path[level - 3], "left")
    entry = made.type.endswith("object_creation_expression") and text_of(left) == word
    return path[: level + 1] if entry and text_of(holder) == name else ()


def _compiled_with(unit: Unit, bindings: list[Binding], path: Path) -> list[Binding]:
    """Some bindings without those in another arm of an `#if` around a use, unless all of them are."""
    if b"#" not in unit.source.data:
        return bindings
    from tlsscan.frontends.compiled import apart

    gone = apart(unit.source.data, path[-1].start_byte, (binding.offset for binding in bindings), unit.compiled)
    return [binding for binding in bindings if binding.offset not in gone] or bindings


def _plain(binding: Binding) -> Binding:
    """A binding without the condition that its method has been called."""
    return binding._replace(condition="") if binding.condition.startswith("after ") else binding


def _called(function: Node, name: str, before: int) -> int:
    """Where a function calls a method of its own class in any case, the last time before a place; -1 if nowhere."""
    body = field(function, "body")
    found = -1
    for statement in children(body) if body is not None and name and body.type == "block" else ():
        if statement.type != "expression_statement" or statement.end_byte > before:
            continue
        call: Node | None = statement.named_children[0]
        if call is not None and call.type == "await_expression":
            call = call.named_children[-1]
        callee = text_of(field(call, "function")) if call is not None and call.type == "invocation_expression" else ""
        if callee in (name, f"this.{name}"):
            found = statement.start_byte
    return found


def this_initializer(constructor: Node) -> Node | None:
    """`: this(...)`, by which a constructor calls another one of its class."""
    for child in constructor.children:
        if child.type == "constructor_initializer":
            return child if any(part.type == "this" for part in child.children) else None
    return None


def _has_static(node: Node) -> bool:
    return any(text_of(child) in ("static", "const") for child in node.children[:12])
