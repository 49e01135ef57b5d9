"""Java: from syntax trees to sites."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from tlsscan.frontends import java_values as values
from tlsscan.frontends.base import Draft, RawArgument
from tlsscan.frontends.expressions import key_word
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_expressions import JavaExpressions
from tlsscan.frontends.java_mocks import is_stand_in
from tlsscan.frontends.java_names import (
    ANNOTATION_KINDS,
    DOTTED,
    MAX_CHAIN,
    arguments,
    operator_of,
    parameters,
    shorts,
    unwrap,
)
from tlsscan.frontends.java_scopes import BODY_KINDS, CLASS_KINDS, FIELD_KINDS, is_private, visible
from tlsscan.frontends.java_uses import uses
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.speaker import Wish
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.model import NOTHING_CALLS, Argument, Form
from tlsscan.patterns import lazy
from tlsscan.values import Listing, Operation, Text, Value, is_loop

MAKING = lazy(
    r"(?:create|open|get(?!Instance|Default))[A-Z]\w*"
)  # calls that make something else of what they are called on
FLAG = lazy(r"\(*(?:this\.)?(\w+)\)*")
SUBJECTS = frozenset({"identifier", "field_access", "method_invocation"})  # what conditions say something of
MAX_APART = 4  # values that they exclude
DRIVER = lazy(r"jdbc:[\w:.-]+(?=:/)")  # what an address of JDBC says of its driver
SETTING = lazy(r"-D([A-Za-z_][\w.-]*)=([^\s\"']*)|[?&;]([A-Za-z_][\w.-]*)=([^\s\"'&;)]*)")


class JavaFrontend(JavaExpressions):
    """Java through tree-sitter-java."""

    sides_by_use = True

    def made(self, path: Path) -> str:
        """The variable that a method is called on: what it is passed to may tell its side."""
        node, parent = path[-1], path[-2] if len(path) > 1 else path[-1]
        base = field(parent, "object") if parent.type == "method_invocation" and field(parent, "name") == node else None
        return text_of(base) if base is not None and base.type == "identifier" else ""

    def drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Calls, constructors, assignments, properties in command lines, elements of annotations."""
        node = path[-1]
        if node.type == "method_invocation":
            yield from self._call_drafts(unit, path)
        elif node.type in ("object_creation_expression", "explicit_constructor_invocation"):
            yield from self._new_draft(unit, path)
        elif node.type == "assignment_expression":
            yield from self._assignment_draft(unit, path)
        elif node.type == "variable_declarator" and path[-2].type in FIELD_KINDS:
            yield from self._field_draft(unit, path)
        elif node.type == "string_literal":
            yield from self._setting_drafts(unit, path)
        elif node.type == "element_value_pair":
            yield from self._element_draft(unit, path)
        elif node.type == "method_declaration" and not parameters(node):
            yield from self._override_drafts(unit, path)

    def uses(self, unit: Unit, path: Path) -> tuple[str, ...]:
        return uses(self, unit, path)

    def idle(self, unit: Unit, path: Path) -> str:
        methods = [node for node in path if node.type == "method_declaration"]
        hidden = [node for node in methods if is_private(node)]
        if hidden:
            from tlsscan.frontends.java_uncalled import is_uncalled

            return NOTHING_CALLS if any(is_uncalled(unit, node) for node in hidden) else ""
        if methods and text_of(field(methods[-1], "name")) == "createSocket":
            from tlsscan.frontends.java_layered import other_overload

            return other_overload(self.names, unit, path)
        return ""

    def picked(self, path: Path, value: Value) -> Value:
        from tlsscan.frontends.java_attempts import first_that_fits

        return first_that_fits(path, value, lambda text: self.spelled(text, path[0]))

    def sets_since(self, path: Path, draft: Draft, end: int) -> int:
        if draft.form is not Form.CALL or text_of(field(path[-1], "name")) != "setProperty":
            return super().sets_since(path, draft, end)
        from tlsscan.frontends.java_steps import quiet_since

        return quiet_since(path)

    def object_at(self, unit: Unit, path: Path, node: Node | None) -> str:
        return self._object(unit, path, unwrap(node))

    def settled(self, unit: Unit, path: Path, wish: Wish) -> tuple[str, ...]:
        from tlsscan.frontends.java_settled import settled

        return settled(self.names, unit, path, wish)

    def defaults(self, path: Path) -> tuple[tuple[str, str], ...]:
        """The flags that are asked for around a path, with what they are at first, where the class around tells."""
        asked = [found[1] for text in self.conditions_around(path) if (found := FLAG.fullmatch(text))]
        around = self.around_class(path) if asked else None
        body = text_of(field(around, "body")) if around is not None else ""
        return tuple((word, told) for word in asked if body and (told := _at_first(body, word)))

    def excluded(self, unit: Unit, path: Path, node: Node) -> Sequence[Value]:
        if node.type not in SUBJECTS:
            return ()
        from tlsscan.frontends.java_compared import unlike

        context = Context(unit, path)
        return [context.lower(other) for other in islice(unlike(path, node, self.function_kinds), MAX_APART)]

    def _looked_at(self, unit: Unit, path: Path, raw: RawArgument, wish: Wish | bool) -> Argument:
        made, node = super()._looked_at(unit, path, raw, wish), unwrap(raw.node)
        only = made.value.items[0] if isinstance(made.value, Listing) and len(made.value.items) == 1 else made.value
        if is_loop(only):
            from tlsscan.frontends.java_attempts import one_after_the_other

            tried = one_after_the_other(path, only)
            made = made._replace(value=tried if only is made.value else Listing((tried,)))
        held = field(node, "value") if node is not None and node.type == "array_creation_expression" else None
        items = children(held) if held is not None and isinstance(made.value, Listing) else []
        gone = [self.excluded(unit, path, item) for item in items]
        if not isinstance(made.value, Listing) or not any(gone) or len(gone) != len(made.value.items):
            return made
        pairs = zip(made.value.items, gone, strict=True)
        left = (Operation("except", (item, *others)) if others else item for item, others in pairs)
        return made._replace(value=Listing(tuple(left)))

    def _raw(self, node: Node) -> tuple[RawArgument, ...]:
        return tuple(RawArgument(position, "", child) for position, child in enumerate(arguments(node)))

    def _call_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        word = text_of(field(node, "name"))
        if not unit.knows(word) and word not in values.MAP_METHODS:
            return
        if is_stand_in(self.names, unit, field(node, "object")):
            return
        names = self.names.callee(unit, path, node)
        label = field(node, "name") or node
        target, caption = self._target(unit, path), self._caption(node, names)
        receiver = self._object(unit, path, unwrap(field(node, "object")))
        yield Draft(Form.CALL, names, node, label, self._raw(node), target=target, receiver=receiver, caption=caption)
        if not shorts(names) & values.MAPS:
            return
        context, given = Context(unit, path), arguments(node)
        for key, value in zip(given[::2], given[1::2], strict=False):
            word = key_word(context.lower(key))
            if word:
                owner = self._owner(unit, path)
                yield Draft(Form.OPTION, (word,), key, key, (RawArgument(None, "", value),), "=", (word,), owner)

    def _caption(self, node: Node, names: tuple[str, ...]) -> str:
        """A call without its arguments: its receiver as written, or the class of one that is no plain name, or the
        call that makes something else of that."""
        receiver, word = field(node, "object"), text_of(field(node, "name"))
        base, making = "".join(text_of(receiver).split()), text_of(field(receiver or node, "name"))
        if DOTTED.fullmatch(base):
            return f"{base}.{word}"
        if base and MAKING.fullmatch(making):
            return f"{making}().{word}"
        known = [name for name in names if base and not name.startswith("?")]
        return ".".join(min(known, key=len).split(".")[-2:]) if known else word

    def _owner(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The names of the call or constructor that the end of a path is an argument of."""
        if len(path) < 3 or path[-2].type != "argument_list":
            return ()
        if path[-3].type == "method_invocation":
            return self.names.callee(unit, path[:-2], path[-3])
        if path[-3].type == "object_creation_expression":
            return self.names.type_of(unit, field(path[-3], "type"))
        return ()

    def _new_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        if node.type == "object_creation_expression":
            names, label = self.names.type_of(unit, field(node, "type")), field(node, "type") or node
        else:
            owners = self.names.class_names(unit, path)
            own = text_of(field(node, "constructor")) == "this"
            names, label = owners[:1] if own else owners[1:], field(node, "constructor") or node
        if names:
            yield Draft(Form.NEW, names, node, label, self._raw(node), target=self._target(unit, path))

    def _target(self, unit: Unit, path: Path) -> str:
        """The variable that an object is assigned to, or the receiver of a method call."""
        node = path[-1]
        parent = path[-2] if len(path) > 1 else None
        level = len(path) - 1
        while parent is not None and level > 1 and parent.type in ("parenthesized_expression", "cast_expression"):
            level -= 1
            node, parent = path[level], path[level - 1]
        if parent is not None and parent.type == "variable_declarator" and field(parent, "value") == node:
            return self._object(unit, path, field(parent, "name"))
        if parent is not None and parent.type == "resource":
            return self._object(unit, path, field(parent, "name"))
        if parent is not None and parent.type == "assignment_expression" and field(parent, "right") == node:
            return self._object(unit, path, field(parent, "left"))
        if parent is not None and parent.type == "method_invocation" and field(parent, "object") == node:
            return self._chain_target(unit, path, node)
        return self._chain_target(unit, path, path[-1]) if path[-1].type == "method_invocation" else ""

    def _chain_target(self, unit: Unit, path: Path, node: Node) -> str:
        """The variable that a call's receiver is, or the place where a chain of calls begins."""
        base = unwrap(field(node, "object")) if node.type == "method_invocation" else None
        if base is not None and base.type not in ("method_invocation", "object_creation_expression"):
            found = self._object(unit, path, base)
            if found:
                return found
        for _ in range(MAX_CHAIN):
            inner = unwrap(field(node, "object")) if node.type == "method_invocation" else None
            if inner is None or inner.type not in ("method_invocation", "object_creation_expression"):
                break
            node = inner
        return f"{node.start_byte}:"

    def _object(self, unit: Unit, path: Path, node: Node | None) -> str:
        text = text_of(node).removeprefix("this.")
        if node is None or not re.fullmatch(r"\w+(\.\w+)?", text):
            return ""
        word = text.partition(".")[0]
        found = [] if text_of(node) != text else visible(unit.bindings(word), node.start_byte)
        if found and all(b.kind == "import" for b in found):
            return ""
        if found:
            return self._cast(unit, path, found) or f"{found[0].scope[0]}:{text}"
        if word[:1].isupper():
            return ""
        level = next((i for i in range(len(path) - 1, 0, -1) if path[i].type in BODY_KINDS), 0)
        return f"{path[level].start_byte if level else -1}:{text}"

    def _cast(self, unit: Unit, path: Path, found: Sequence[Binding]) -> str:
        """The object of another variable that a variable only gives another type: `SSLSocket t = (SSLSocket) s;`."""
        value = found[0].node if len(found) == 1 and found[0].kind == "value" and not found[0].owner else None
        other = unwrap(field(value, "value")) if value is not None and value.type == "cast_expression" else None
        return self._object(unit, found[0].path, other) if other is not None and other.type == "identifier" else ""

    def _assignment_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        value = (RawArgument(None, "", right),)
        operator = operator_of(node)
        if left.type == "field_access":
            base, word = field(left, "object"), text_of(field(left, "field"))
            owners = self.names.types(unit, path, base)
            names = (*[f"{owner}.{word}" for owner in owners], f"?.{word}")
            yield Draft(Form.ASSIGN, names, node, left, value, operator, target=self._object(unit, path, base))
        elif left.type == "identifier":
            word = text_of(left)
            found = visible(unit.bindings(word), left.start_byte)
            if not found or found[0].owner:
                names = self.names.unqualified(unit, path, word)
                yield Draft(Form.ASSIGN, names, node, left, value, operator)

    def _field_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        name, value = field(node, "name"), field(node, "value")
        if name is not None and value is not None:
            names = self.names.unqualified(unit, path, text_of(name))
            yield Draft(Form.ASSIGN, names, node, name, (RawArgument(None, "", value),))

    def _override_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """What a method returns by which a class answers the library that it extends: `Version[] getVersions()`."""
        owners = self.names.class_names(unit, path)
        word, own = text_of(field(path[-1], "name")), path[-2].type in BODY_KINDS and path[-3].type in CLASS_KINDS
        names = tuple(f"{owner}.{word}" for owner in (owners[1:] if own else owners))
        for inner in self.returns(unit, path) if names else ():
            value = next(iter(children(inner[-1])), None)
            if value is not None:
                given = (RawArgument(None, "", value),)
                yield Draft(Form.ASSIGN, names, inner[-1], value, given, caption=f"{word}()")

    def _setting_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """System properties in command lines, options in addresses: `-Dname=value`, `host?a=b&name=value`."""
        node = path[-1]
        text = values.string(text_of(node))
        driver = DRIVER.match(text.text) if isinstance(text, Text) else None
        of = (RawArgument(None, "driver", node, value=Text(driver.group())),) if driver else ()
        for match in SETTING.finditer(text.text) if isinstance(text, Text) else ():
            name, written = match.group(1) or match.group(3), match.group(2) or match.group(4) or ""
            value: Value = Text(written)
            if not written and match.end() == len(match.string):
                value = self._next_term(unit, path)
            yield Draft(Form.SETTING, (name,), node, node, (RawArgument(None, "", node, value=value), *of))

    def _next_term(self, unit: Unit, path: Path) -> Value:
        """What is concatenated to the text at the end of a path."""
        for level in range(len(path) - 1, max(len(path) - 3, 0), -1):
            parent = path[level - 1]
            if parent.type == "binary_expression" and field(parent, "left") == path[level]:
                return Context(unit, path).lower(field(parent, "right"))
        return Text("")

    def _element_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """An element of an annotation: `@Options(protocols = {"a"})`."""
        node = path[-1]
        key, value = field(node, "key"), field(node, "value")
        annotation = next((item for item in reversed(path) if item.type in ANNOTATION_KINDS), None)
        if key is not None and value is not None and annotation is not None:
            owner = self.names.type_named(unit, text_of(field(annotation, "name")))
            word = text_of(key)
            yield Draft(Form.OPTION, (word,), node, key, (RawArgument(None, "", value),), "=", (word,), owner)


def _at_first(body: str, word: str) -> str:
    """What a flag is before somebody else sets it, as far as the text of its class tells."""
    if re.search(rf"\b{re.escape(word)}\s*=\s*true\b", body):
        return "true"
    return "false" if re.search(rf"\bboolean\s+{re.escape(word)}\s*(?:;|=\s*false\b)", body) else ""
