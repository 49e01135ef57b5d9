"""PHP, also between HTML: from syntax trees to sites."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tlsscan.frontends.base import Draft, RawArgument
from tlsscan.frontends.definitions import defined
from tlsscan.frontends.grammars import Language, Node, grammar
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.php_bindings import ASSIGNMENT_KINDS, PARAMETER_KINDS, STRING_KINDS, PhpBindings
from tlsscan.frontends.php_calls import CALL_KINDS, METHOD_KINDS, NEW_KINDS, Given, given
from tlsscan.frontends.php_functions import MERGERS, option_key
from tlsscan.frontends.php_names import FUNCTION, PROPERTY
from tlsscan.frontends.php_objects import chained, is_given, is_open, keeps, takes_the_place
from tlsscan.frontends.php_properties import is_promoted, promoted, replaceable, unset
from tlsscan.frontends.php_text import dotted
from tlsscan.frontends.php_values import MEMBER_KINDS
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.included import exact, is_file, means, placed
from tlsscan.model import Addressing, Form
from tlsscan.patterns import lazy
from tlsscan.values import Text, Value, Via, strip

PLAIN_KINDS = frozenset(
    {"name", "qualified_name", "variable_name", "string_content", "string", "encapsed_string"}
    | {"parenthesized_expression", "argument", "arguments", "$", "\\"}
)
ARRAY_WRAPPER_KINDS = frozenset(
    {"array_creation_expression", "argument", "arguments", "parenthesized_expression", "cast_expression"}
    | {"conditional_expression", "variadic_unpacking"}
)
CALLERS = frozenset({"call_user_func", "call_user_func_array"})
MAX_BEHIND = 12  # entries of an array behind one that are looked at
UNITING = frozenset({"+", "??"})
OBJECT = lazy(r"\$\w+(?:\??->\w+)?|(?:self|static)::\$\w+")

SUBJECTS = MEMBER_KINDS | {"variable_name", "scoped_property_access_expression", "member_call_expression"}
"""What conditions say something of."""
MAX_APART = 4  # values that they exclude


class PhpFrontend(PhpBindings):
    """PHP 5 to 8 through tree-sitter-php. Functions and classes are compared without regard to case."""

    language = "php"
    prefixed_calls = True
    tells_rest = True

    @staticmethod
    def grammar() -> Language:
        """The grammar that also reads the HTML around `<?php`."""
        return grammar("tree_sitter_php", "language_php")

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        """New names of what stands at the end of a path: `use ... as`, constants, variables, properties."""
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            if parent.type == "base_clause":
                return ("parent",)
            if parent.type == "namespace_use_clause":
                return (text_of(field(parent, "alias")),)
            if parent.type == "assignment_expression" and field(parent, "right") == node:
                return _assigned_word(field(parent, "left"))
            if parent.type in ("const_element", "property_element"):
                first = children(parent)[0]
                return (text_of(first).lstrip("$"),) if first != node else ()
            if parent.type == "function_call_expression":
                return self._defined_word(parent, node)
            if node.type not in PLAIN_KINDS:
                return ()
        return ()

    def _defined_word(self, call: Node, node: Node) -> Iterable[str]:
        arguments = given(call)
        if node.type != "arguments" or len(arguments) < 2 or arguments[0].node.type not in STRING_KINDS:
            return ()
        defines = dotted(text_of(field(call, "function"))).lower() == "define"
        return (text_of(arguments[0].node).strip("'\""),) if defines else ()

    def defines(self, unit: Unit, path: Path) -> str:
        """A class, a method, a function; a function in no namespace would be PHP's own, and cannot be defined again."""
        name = defined(self, unit, path)
        return name if "." in name else ""

    # -- the link phase --------------------------------------------------------------------------------------

    def may_define(self, data: bytes, word: str) -> bool:
        """Whether the text of a file looks as if it defined a constant, or a function (`name()`), of that name."""
        if is_file(word):
            return b"return" in data
        name = word.removesuffix("()")
        return super().may_define(data, name) or f"${name}".encode() in data

    def definitions(self, unit: Unit, words: Iterable[str]) -> Iterator[Definition]:
        """Constants, properties and what functions return, for other files; the constants of define() are global."""
        for written in words:
            if is_file(written):
                yield from self._given_by_file(unit, written)
                continue
            word = written.removesuffix("()")
            for binding in unit.bindings(word) or ():
                if binding.owner.startswith(FUNCTION) and (binding.owner == FUNCTION) == (word != written):
                    yield from self._method_definition(unit, binding, written)
                defined = bool(binding.path) and binding.path[-1].type == "function_call_expression"
                if is_promoted(binding):
                    yield self._property_definition(unit, binding, word, promoted(unit, binding, word))
                if binding.kind != "value" or binding.node is None or word.startswith("$"):
                    continue
                if self.function(binding.path) is not None and not binding.owner and not defined:
                    continue
                value = Context(unit, binding.path, frozenset({(word, binding.offset)})).lower(binding.node)
                around = "" if defined else self.namespace(unit, binding.offset)
                if binding.owner.startswith(PROPERTY):
                    yield self._property_definition(unit, binding, word, value)
                    continue
                owner = binding.owner
                name = dotted(word) if defined else ".".join(part for part in (around, owner, word) if part)
                yield Definition(name, value, unit.step(binding.path[-1]))
            yield from unset(self, unit, word)

    def _property_definition(self, unit: Unit, binding: Binding, word: str, value: Value) -> Definition:
        parts = (self.namespace(unit, binding.offset), binding.owner.removeprefix(PROPERTY), word)
        name = ".".join(part for part in parts if part)
        return Definition(name, replaceable(unit, binding, name, value), unit.step(binding.path[-1]))

    def _given_by_file(self, unit: Unit, wanted: str) -> Iterator[Definition]:
        """What the file returns to whoever includes it."""
        name = exact(unit.source.path)
        value = self.given_back(Context(unit, (unit.root,)), (unit.root,)) if means(wanted, name) else None
        if value is not None:
            step = value.step if isinstance(value, Via) else unit.step(unit.root)
            yield Definition(name, placed(value.value if isinstance(value, Via) else value), step)

    def _method_definition(self, unit: Unit, binding: Binding, word: str) -> Iterator[Definition]:
        value = self.result(Context(unit, binding.path), binding, word.removesuffix("()"))
        around = self.namespace(unit, binding.offset)
        if value is not None:
            parts = (around, binding.owner.removeprefix(FUNCTION), word)
            yield Definition(".".join(part for part in parts if part), value, unit.step(binding.path[-1]))

    def module(self, unit: Unit) -> str:
        """The file's namespace."""
        return self.namespace(unit)

    # -- drafts ----------------------------------------------------------------------------------------------

    def excluded(self, unit: Unit, path: Path, node: Node) -> Sequence[Value]:
        if node.type not in SUBJECTS:
            return ()
        from tlsscan.frontends.php_compared import unlike

        context = Context(unit, path)
        return [context.lower(other) for other in islice(unlike(path, node, self.function_kinds), MAX_APART)]

    def drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Calls, constructors, assigned properties, array entries, defaults."""
        node = path[-1]
        if node.type in CALL_KINDS or node.type in NEW_KINDS:
            yield self.call_draft(unit, path)
            for one in _argument_paths(node):
                yield from self._numbered(unit, path + one)
        elif node.type in ("assignment_expression", "augmented_assignment_expression"):
            yield from self._assignment_draft(unit, path)
        elif node.type == "array_element_initializer":
            yield from self._entry_draft(unit, path)
        elif node.type in PARAMETER_KINDS:
            name, value = field(node, "name"), field(node, "default_value")
            if name is not None and value is not None:
                word = text_of(name).lstrip("$")
                yield Draft(Form.PARAMETER, (word,), node, name, (RawArgument(None, "", value),))
        elif node.type == "property_element":
            yield from self._property_draft(unit, path)
        elif node.type == "const_element" and self.around_class(path) is not None:
            yield self._constant_draft(unit, path)

    def call_draft(self, unit: Unit, path: Path) -> Draft:
        """The call or the constructor at the end of a path."""
        node = path[-1]
        names, form = self.callee(Context(unit, path), node), Form.CALL
        if node.type in NEW_KINDS:
            form = Form.NEW
        elif node.type == "scoped_call_expression" and text_of(field(node, "name")).lower() == "__construct":
            form, names = Form.NEW, tuple(name.rpartition(".")[0] or name for name in names)
        handed = given(node)
        if names[0].lower() in CALLERS and handed:
            names, handed = self._called_by_name(Context(unit, path), handed, names)
        arguments: list[RawArgument] = []
        position = 0
        for one in handed:
            if one.name:
                arguments.append(RawArgument(None, one.name, one.node))
            elif one.spread:
                position += 100
            else:
                arguments.append(RawArgument(position, "", one.node))
                position += 1
        label = field(node, "function") or field(node, "name") or node
        return Draft(form, names, node, label, tuple(arguments), target=self._call_target(unit, path))

    def _called_by_name(
        self, context: Context, handed: list[Given], names: tuple[str, ...]
    ) -> tuple[tuple[str, ...], list[Given]]:
        """What call_user_func and call_user_func_array call, and with which arguments."""
        function, _ = strip(context.lower(handed[0].node))
        if not isinstance(function, Text) or not function.text:
            return names, handed
        rest = handed[1:]
        if names[0].lower().endswith("_array") and rest:
            items = children(rest[0].node) if rest[0].node.type == "array_creation_expression" else []
            rest = [Given("", children(item)[-1]) for item in items if children(item)]
        return (dotted(function.text.replace("::", "\\")),), rest

    def _call_target(self, unit: Unit, path: Path) -> str:
        """The object that a call configures: what its result is assigned to, its receiver, or (as PHP's own functions
        take it) the first argument."""
        node = path[-1]
        if len(path) > 1 and path[-2].type == "assignment_expression" and field(path[-2], "right") == node:
            return self._object(unit, path, field(path[-2], "left"), node.end_byte)
        if node.type in METHOD_KINDS:
            base = chained(node)
            if base is not None and base.type == "parenthesized_expression":  # `(new X())->set(1)->set(2)`
                return f"@{base.start_byte}"
            return self._object(unit, path, base)
        arguments = given(node)
        if node.type == "function_call_expression" and arguments:
            return self._object(unit, path, arguments[0].node)
        return ""

    def _object(self, unit: Unit, path: Path, node: Node | None, at: int | None = None) -> str:
        """An identity for the object in a variable or property: its scope, its name, and for a variable which of its
        assignments made it. `at` is the place to look from; an object is made at the end of its assignment."""
        word = text_of(node)
        if node is None or not OBJECT.fullmatch(word):
            return ""
        shared = word.startswith(("$this->", "self::", "static::"))
        outer = self.around_class(path) if shared else self.function(path)
        scope = f"{outer.start_byte if outer is not None else -1}:{word}"
        if node.type != "variable_name":
            return scope
        made = self._made_at(unit, self.scope_range(outer, unit), word, node.start_byte if at is None else at)
        return f"{scope}@{made}" if made else scope

    def object_at(self, unit: Unit, path: Path, node: Node | None, at: int | None = None) -> str:
        return self._object(unit, path, node, at)

    def is_plain(self, unit: Unit, path: Path, target: str, addressing: Addressing) -> bool:
        from tlsscan.frontends.php_plain import Addresses

        return Addresses(self, unit, path, addressing).all_plain(target)

    def _made_at(self, unit: Unit, scope: tuple[int, int], word: str, offset: int) -> int:
        """The end of the last assignment of a variable before an offset that does not build on the variable itself; of
        arrays that take the place of each other before anything mentions the variable, the end of the first."""
        mention = re.compile(re.escape(word) + r"(?!\w)")
        made, later = 0, None
        for binding in reversed(unit.bindings(word) or ()):
            if binding.scope != scope or binding.offset > offset or mention.search(text_of(binding.node)):
                continue
            if later is not None and not takes_the_place(unit, word, binding, later):
                break
            made, later = binding.offset, binding.node
            if later is None or later.type != "array_creation_expression":
                break
        return made

    def _member_names(self, context: Context, node: Node) -> tuple[str, ...]:
        """Names of a property that is assigned; empty for what is no property."""
        word = text_of(field(node, "name")).lstrip("$")
        if node.type in MEMBER_KINDS:
            owners = self.object_names(context, field(node, "object"))
            return (*[f"{owner}.{word}" for owner in owners], f"?.{word}")
        if node.type == "scoped_property_access_expression":
            owners = self.class_names(context, field(node, "scope"))
            return tuple(f"{owner}.{word}" for owner in owners) or (f"?.{word}",)
        return ()

    def _assignment_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        operator = text_of(field(node, "operator")) if node.type == "augmented_assignment_expression" else "="
        context, value = Context(unit, path), (RawArgument(None, "", right),)
        if left.type == "subscript_expression":
            base, keys = self._subscripts(context, left)
            if keys and base is not None and not self._is_removed(unit, path, base, keys):
                owner, target = self._member_names(context, base), self._object(unit, path, base)
                if operator == "??=" and is_given(context.lower(left)):
                    return
                if operator not in ("=", "|=") or (operator == "|=" and is_open(context.lower(left))):
                    value, operator = (RawArgument(None, "", node),), "="  # what the entry holds afterwards
                keys, owner, target = self._as_taken(unit, path, base, keys, owner, target)
                yield Draft(Form.OPTION, (keys[-1],), node, left, value, operator, keys, owner, target)
            return
        names = self._member_names(context, left)
        if names:
            base = field(left, "object") or field(left, "scope")
            yield Draft(Form.ASSIGN, names, node, left, value, operator, target=self._object(unit, path, base))

    def _as_taken(
        self, unit: Unit, path: Path, array: Node, keys: tuple[str, ...], owner: tuple[str, ...], target: str
    ) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        """The keys, the owner and the object of an entry of a variable's array, as what takes the array tells them."""
        if array.type != "variable_name":
            return keys, owner, target
        from tlsscan.frontends.php_takers import taker

        taken = taker(self, unit, path, array, target)
        return (*taken.keys, *keys), taken.owner or owner, taken.target or target

    def _is_removed(self, unit: Unit, path: Path, array: Node, keys: tuple[str, ...]) -> bool:
        """Whether an entry is taken out of its array again before anything can use it."""
        if b"unset" not in unit.source.data:
            return False
        from tlsscan.frontends.php_removed import is_removed

        def subscripts(there: Path, node: Node) -> tuple[Node | None, tuple[str, ...]]:
            return self._subscripts(Context(unit, there), node)

        scope = self.scope_range(self.function(path), unit)
        return is_removed(unit, path, text_of(array), keys, scope, subscripts, self.blocks)

    def _subscripts(self, context: Context, node: Node) -> tuple[Node | None, tuple[str, ...]]:
        """The array under a subscript and its keys, outermost first; no keys if one is not constant."""
        keys: list[str] = []
        base: Node | None = node
        while base is not None and base.type == "subscript_expression":
            parts = children(base)
            key = option_key(context.lower(parts[1])) if len(parts) == 2 else ""
            if not key or len(keys) > 7:
                return None, ()
            keys.insert(0, key)
            base = parts[0]
        return base, tuple(keys)

    def _property_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        name, value = field(node, "name"), field(node, "default_value")
        if name is None or value is None:
            return
        word = text_of(name).lstrip("$")
        names = (*[f"{owner}.{word}" for owner in self._owners(unit, path)], f"?.{word}")
        yield Draft(Form.ASSIGN, names, node, name, (RawArgument(None, "", value),))

    def _owners(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The classes that have the member which is declared at the end of a path."""
        from tlsscan.frontends.php_heirs import owners

        return owners(self, Context(unit, path))

    def _constant_draft(self, unit: Unit, path: Path) -> Draft:
        """A constant of a class, which takes the place of one of a parent."""
        parts = children(path[-1])
        names = tuple(f"{owner}.{text_of(parts[0])}" for owner in self._owners(unit, path))
        return Draft(Form.ASSIGN, names, path[-1], parts[0], (RawArgument(None, "", parts[-1]),))

    def _entry_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        parts = children(path[-1])
        if len(parts) != 2:
            return
        keys, level = self.keys_around(unit, path)
        if not keys or keys[-1] == "?" or self._is_overridden(unit, path):
            return
        owner, target = self._passed_to(unit, path[: level + 1], path[level + 1])
        if level >= 0 and path[level].type in ASSIGNMENT_KINDS:
            left: Node | None = field(path[level], "left")
            if left is not None and left.type == "subscript_expression":
                left, outer = self._subscripts(Context(unit, path), left)
                keys = (*outer, *keys)
            if left is not None and self._is_removed(unit, path, left, keys):
                return
            if left is not None:
                keys, owner, target = self._as_taken(unit, path[: level + 1], left, keys, owner, target)
        value = (RawArgument(None, "", parts[1]), *_behind(path[-1]))
        yield Draft(Form.OPTION, (keys[-1],), path[-1], parts[0], value, "=", keys, owner, target)
        yield from self._numbered(unit, (*path, parts[1]))

    def _is_overridden(self, unit: Unit, path: Path) -> bool:
        """Whether another array, or another entry, takes the place of the one at the end of a path."""
        from tlsscan.frontends.php_overridden import is_overridden

        return is_overridden(path, lambda there: Context(unit, there))

    def _numbered(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Entries whose keys are numbers, of an array that is passed or is the value of an entry: no literal finds
        them, only what stands around the array does."""
        if path[-1].type != "array_creation_expression":
            return
        for item in children(path[-1]):
            parts = children(item)
            if len(parts) == 2 and parts[0].type == "integer":
                yield from self._entry_draft(unit, (*path, item))

    def keys_around(self, unit: Unit, path: Path) -> tuple[tuple[str, ...], int]:
        """The keys from the outermost array to an entry, and the level of what stands around that array."""
        keys: list[str] = []
        context = Context(unit, path)
        for level in range(len(path) - 1, -1, -1):
            node = path[level]
            if node.type == "array_element_initializer":
                parts = children(node)
                if len(parts) == 2:
                    keys.insert(0, option_key(context.lower(parts[0])) or "?")
            elif not self._hands_on(context, node):
                return tuple(keys), level
        return tuple(keys), -1

    def _hands_on(self, context: Context, node: Node) -> bool:
        """Whether an array inside a node is, or becomes part of, the node's value."""
        if node.type == "binary_expression":
            return text_of(field(node, "operator")) in UNITING
        if node.type == "function_call_expression":
            return self.callee(context, node)[0].lower() in MERGERS
        return node.type in ARRAY_WRAPPER_KINDS

    def _passed_to(self, unit: Unit, path: Path, array: Node) -> tuple[tuple[str, ...], str]:
        """The names of the call that takes an array (or of the property that does), and the configured object."""
        function = self.function(path)
        place = f"{function.start_byte if function is not None else -1}:@{array.start_byte}"
        if not path:
            return (), place
        node, context = path[-1], Context(unit, path)
        if node.type in CALL_KINDS or node.type in NEW_KINDS:
            draft = self.call_draft(unit, path)
            return draft.names, (draft.target if keeps(path) else "") or place
        if node.type in ASSIGNMENT_KINDS and field(node, "right") == array:
            base = field(node, "left")
            if base is not None and base.type == "subscript_expression":
                base = self._subscripts(context, base)[0]
            names = self._member_names(context, base) if base is not None else ()
            return names, self._object(unit, path, base, array.end_byte) or place
        return (), place


def _argument_paths(call: Node) -> Iterator[Path]:
    """The nodes from below a call to each of its arguments' values."""
    for listing in children(call):
        for argument in children(listing) if listing.type == "arguments" else ():
            parts = children(argument)
            if parts:
                yield (listing, argument, parts[-1])


def _assigned_word(left: Node | None) -> tuple[str, ...]:
    if left is None:
        return ()
    if left.type == "variable_name":
        return (text_of(left),)
    if left.type in MEMBER_KINDS or left.type == "scoped_property_access_expression":
        return (text_of(field(left, "name")).lstrip("$"),)
    return ()


def _behind(entry: Node) -> Iterator[RawArgument]:
    """The entries of an array behind one, by the constants that are their keys: what takes an array in order may not
    come to them."""
    sibling = entry.next_named_sibling
    for _ in range(MAX_BEHIND):
        if sibling is None:
            return
        parts = children(sibling)
        if len(parts) == 2 and parts[0].type == "name":
            yield RawArgument(None, text_of(parts[0]), parts[1])
        sibling = sibling.next_named_sibling
