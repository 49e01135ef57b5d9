"""C#: from syntax trees to sites."""

from collections.abc import Iterator, Sequence

from tlsscan.frontends import csharp_values as values
from tlsscan.frontends.base import Draft, RawArgument, Wanted
from tlsscan.frontends.csharp_directives import Arms, arm_by_arm, inside
from tlsscan.frontends.csharp_expressions import CSharpExpressions
from tlsscan.frontends.csharp_members import this_initializer
from tlsscan.frontends.csharp_nodes import (
    CREATION_KINDS,
    INITIALIZER_KINDS,
    MEMBER_KINDS,
    PREPROC_KINDS,
    TYPED_KINDS,
    Receiver,
    anonymous_entries,
    argument_value,
    arguments_of,
    assigned,
    chains,
    dotted,
    property_value,
    result_type,
    returned,
    split_member,
    targeted,
)
from tlsscan.frontends.csharp_receivers import member_names
from tlsscan.frontends.csharp_ruled import added, ensured, is_set, ruled_out, switched
from tlsscan.frontends.expressions import key_word
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.speaker import Knows, anything
from tlsscan.frontends.unit import Path, PerUnit, Unit, children, field, text_of
from tlsscan.model import Argument, Form, Site
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile
from tlsscan.values import Arm, Choice, Name, Operation, Text, Value

LARGEST = 400_000  # bytes of a file that is parsed once more
MAX_ERRORS = 200
SMALL_ERROR = 2000  # bytes; what is larger is broken by something inside it

TEXT_KINDS = frozenset({"string_literal", "verbatim_string_literal", "string_content", "raw_string_content"})
CHAINING_KINDS = frozenset({"base_list", "constructor_initializer", "constructor_declaration"})
OBJECT = lazy(r"\w+(\.\w+)?")


class CSharpFrontend(CSharpExpressions):
    """C# through tree-sitter-c-sharp."""

    repeats = True
    capital_calls = True

    def __init__(self) -> None:
        super().__init__()
        self._arms: PerUnit[tuple[Unit, Arms] | None] = PerUnit(lambda unit: None)

    def parse(self, source: SourceFile) -> Unit:
        """The file as a unit. Where `#if` cuts constructs in two, it is read once with each end of the arms."""
        unit = super().parse(source)
        broken = unit.root.has_error and len(source.data) <= LARGEST
        found = arm_by_arm(source.data, self._errors) if broken else None
        if found is None:
            return unit
        first, last = (Unit(self, source, self._parser.parse(arms.data)) for arms in found)
        self._arms.keep(first, (last, found[0]))
        return first

    def readings(self, unit: Unit) -> Sequence[Unit]:
        other = self._arms.of(unit)
        return (unit,) if other is None else (unit, other[0])

    def _errors(self, data: bytes) -> list[int]:
        """Where a text does not parse: the places themselves, and what stands first in them, not what is broken around
        them."""
        found: list[int] = []
        stack = [self._parser.parse(data).root_node]
        while stack and len(found) < MAX_ERRORS:
            node = stack.pop()
            if node.is_missing or (node.is_error and node.end_byte - node.start_byte < SMALL_ERROR):
                found.append(node.start_byte)
                found.extend(part.start_byte for part in node.named_children[:1] if part.start_byte > node.start_byte)
            elif node.has_error:
                stack.extend(node.children)
        return found

    def sites(
        self, unit: Unit, anchors: Sequence[tuple[int, int]], wanted: Wanted, knows: Knows = anything
    ) -> Iterator[Site]:
        """The sites around the anchors that some sink wants, in program order, each once."""
        other, arms = self._arms.of(unit) or (None, None)
        if other is None or arms is None:
            yield from super().sites(unit, anchors, wanted, knows)
            return
        found: dict[tuple[int, Form, tuple[str, ...], tuple[str, ...]], Site] = {}
        read = [anchor for anchor in anchors if not inside(arms.blanked, anchor[0])]
        for one, places in ((unit, read), (other, anchors)):
            for site in super().sites(one, places, wanted, knows):
                key = (site.region.start, site.form, site.names, site.option)
                found[key] = self._either(found[key], site, arms) if key in found else site
        yield from sorted(found.values(), key=lambda site: (site.region.start, site.region.end))

    def _either(self, one: Site, other: Site, arms: Arms) -> Site:
        """A place that was read with two arms of an `#if` inside it: its values may be those of either."""
        pairs = zip(one.arguments, other.arguments, strict=False)
        given = tuple(a if a.value == b.value else self._either_value(a, b, arms) for a, b in pairs)
        return one._replace(arguments=given) if len(one.arguments) == len(other.arguments) else one

    def _either_value(self, one: Argument, other: Argument, arms: Arms) -> Argument:
        start, end = min(one.region.start, other.region.start), max(one.region.end, other.region.end)
        text = arms.condition(start, end)
        guard, older = self.is_guard(text), self.asks_for_older(text)
        first, second = Arm(text, guard and older, one.value), Arm(f"not ({text})", guard and not older, other.value)
        return one._replace(value=Choice((first, second)))

    def drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Drafts of the construct that the last node of a path is; of `T x = new()` also from its type, which alone
        names the class that is made."""
        yield from self._own_drafts(unit, path)
        for made in targeted(path):
            yield self._new_draft(unit, made)

    def _own_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        kind = node.type
        if kind == "invocation_expression":
            yield from self._call_drafts(unit, path)
        elif kind in CREATION_KINDS:
            yield self._new_draft(unit, path)
        elif kind in CHAINING_KINDS:
            yield from self._chained_drafts(unit, path)
        elif kind == "assignment_expression":
            yield from self._assignment_draft(unit, path)
        elif kind in INITIALIZER_KINDS:
            yield from self._entry_drafts(unit, path)
        elif kind == "parameter":
            yield from self._default_draft(node)
        elif kind in ("variable_declarator", "property_declaration", "method_declaration"):
            yield from self._member_drafts(unit, path)
        elif kind in TEXT_KINDS:
            text = values.inner(Context(unit, path).lower(node)) if kind.endswith("literal") else Text(text_of(node))
            for name, value in values.settings_in(text.text) if isinstance(text, Text) else ():
                yield Draft(Form.SETTING, (name,), node, node, (RawArgument(None, "", node, value=Text(value)),))

    def _call_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        context = Context(unit, path)
        function = field(node, "function")
        arguments = raw_arguments(arguments_of(node))
        member = function is not None and function.type in MEMBER_KINDS
        word = split_member(function)[1] if function is not None and member else dotted(text_of(function))
        if not unit.knows(word.rpartition(".")[2]) and word != "SetValue" and not any(a.name for a in arguments):
            return
        target = ""
        if function is not None and function.type in MEMBER_KINDS:
            target = self._object(unit, path, text_of(split_member(function)[0]))
        names = self.callee(context, function)
        yield Draft(Form.CALL, names, node, function or node, arguments, target=target)
        if names[-1] == "?.SetValue" and len(arguments) in (2, 3) and function is not None:
            expression, _ = split_member(function)
            found = values.inner(context.lower(expression))
            if isinstance(found, Name) and "GetProperty" in self._source_of(context, expression):
                value = (RawArgument(None, "", arguments[1].node),)
                yield Draft(Form.ASSIGN, found.names, node, function, value)

    def _source_of(self, context: Context, node: Node | None) -> str:
        """The text of an expression, or of the value of the variable that it is."""
        if node is None or node.type != "identifier":
            return text_of(node)
        found = self.variables(context.unit, text_of(node), node.start_byte)
        return " ".join(text_of(binding.node) for binding in found)

    def _new_draft(self, unit: Unit, path: Path) -> Draft:
        node = path[-1]
        names = self._created(unit, path) or ("?",)
        target = self._object(unit, path, self._holder(path))
        label = field(node, "type") or node
        return Draft(Form.NEW, names, node, label, raw_arguments(arguments_of(node)), target=target)

    def _chained_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """`: base(...)` and `: this(...)`, the latter from its constructor, too, which alone names the class. And what
        a class is made from."""
        if path[-1].type == "base_list":
            yield from self._derived_draft(unit, path)
            return
        if path[-1].type == "constructor_initializer":
            yield self._chained_draft(unit, path)
            return
        initializer = this_initializer(path[-1])
        if initializer is not None and unit.knows(text_of(field(path[-1], "name"))):
            yield self._chained_draft(unit, (*path, initializer))

    def _chained_draft(self, unit: Unit, path: Path) -> Draft:
        node, owner = path[-1], self.around_class(path)
        chained = any(child.type == "this" for child in node.children)
        names = self.own_name(unit, owner) if chained else self.base_types(unit, owner)
        return Draft(Form.NEW, names or ("?",), node, node, raw_arguments(arguments_of(node)))

    def _derived_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """A class calls the constructor of the one that it is made from without a word, where it does not by `base`."""
        owner = path[-2] if len(path) > 1 else None
        base = next(iter(children(path[-1])), None)
        if owner is None or base is None or owner.type != "class_declaration" or chains(owner):
            return
        yield Draft(Form.NEW, self.type_names(unit, base) or ("?",), base, base)

    def _created(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The type that a `new` makes; `new()` takes it from where the object goes."""
        if path[-1].type == "object_creation_expression":
            return self.type_names(unit, field(path[-1], "type"))
        for level in range(len(path) - 2, 0, -1):
            node = path[level]
            if node.type in TYPED_KINDS:
                return self.type_names(unit, field(node, "type"))
            if node.type == "assignment_expression":
                return self._left_names(unit, path[: level + 1])[0]
            if node.type in ("return_statement", "arrow_expression_clause"):
                function = self.function(path[:level])
                return self.type_names(unit, result_type(function)) if function is not None else ()
            if node.type not in ("variable_declarator", "parenthesized_expression"):
                return ()
        return ()

    def _left_names(self, unit: Unit, path: Path) -> Receiver:
        """What an assignment's left side may be called."""
        left = field(path[-1], "left")
        if left is None:
            return (), False
        if left.type == "identifier" and self._filled(path) is not None:
            names, certain = self._filled_names(unit, path)
            return tuple(f"{name}.{text_of(left)}" for name in names), certain
        return self.receiver(Context(unit, path), left)

    def _assignment_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        operator = text_of(field(node, "operator")) or "="
        switched = self._switched(unit, path, right)
        flag = added(node)[1] if operator == "=" else None
        if flag is not None:  # `x = x | y` is `x |= y`
            known = self._switched(unit, path, flag)
            switched = Operation("|", (Context(unit, path).lower(left), known)) if known is not None else None
        value = (RawArgument(None, "", right, value=switched),)
        toggled = right if operator == "^=" else added(node, "^")[1] if operator == "=" else None
        if toggled is not None and is_set(self.branch(path)[0], left, toggled):
            known = switched if operator == "^=" else None
            taken = Operation("~", (known or Context(unit, path).lower(toggled),))
            operator, value = "&=", (RawArgument(None, "", toggled, value=taken),)
        elif toggled is not None and ensured(path, self.acting_kinds):  # what is not there is added
            operator, value = "|=", (RawArgument(None, "", toggled),)
        if left.type in MEMBER_KINDS:
            base, word = split_member(left)
            types, certain = self.receiver(Context(unit, path), base)
            types = types or self.handed(Context(unit, path), base)
            names = member_names(types, certain or self.declares(unit, types, word), word)
            yield Draft(Form.ASSIGN, names, node, left, value, operator, target=self._object(unit, path, text_of(base)))
        elif left.type == "identifier":
            yield from self._bare_assignment(unit, path, left, Draft(Form.ASSIGN, (), node, left, value, operator))
        elif left.type == "element_binding_expression":
            word = key_word(self._key(Context(unit, path), left))
            if word:
                yield self._option(unit, path, node, left, word, right)
        elif left.type == "element_access_expression":
            yield from self._subscript_draft(unit, path, left, right)

    def ensured(self, unit: Unit, path: Path) -> int:
        return ensured(path, self.acting_kinds)

    def _switched(self, unit: Unit, path: Path, node: Node) -> Value | None:
        """What `switch (x)` knows of `x` in one of its sections: one of the labels, or none of them."""
        context = Context(unit, path)
        labels, others = switched(path, node)
        if labels:
            return Operation("each", tuple(map(context.lower, labels)))
        return Operation("except", (context.lower(node), *map(context.lower, others))) if others else None

    def _bare_assignment(self, unit: Unit, path: Path, left: Node, draft: Draft) -> Iterator[Draft]:
        word = text_of(left)
        level = self._filled(path)
        if level is not None:
            holder = ".".join((self._holder(path[: level + 1]), *self._filled_words(path, level)))
            yield draft._replace(names=self._entry_names(unit, path, word), target=self._object(unit, path, holder))
        elif self.is_local(unit, word, left.start_byte) is None:
            names = self._bare_names(unit, path, word)[:-1]
            own = self._is_own_member(unit, path, word)
            names = names if own and names else (*names, f"?.{word}")
            yield draft._replace(names=names, target=self._object(unit, path, "this"))

    def sets_since(self, path: Path, draft: Draft, end: int) -> int:
        """As for all languages; an initializer makes an object anew, and replaces nothing of one that was there."""
        return super().sets_since(path, draft, end) if self._filled(path) is None else -1

    def _filled(self, path: Path) -> int | None:
        """The level of the expression whose initializer an assignment stands in; None if it stands in none."""
        inside = path[-1].type in INITIALIZER_KINDS
        for level in range(len(path) - 2, -1, -1):
            kind = path[level].type
            if path[level].is_error or kind in PREPROC_KINDS:
                continue
            if kind in INITIALIZER_KINDS:
                inside = True
            elif kind in CREATION_KINDS or kind == "with_expression":
                return level if inside else None
            elif not inside or kind != "assignment_expression":
                return None
        return None

    def _filled_names(self, unit: Unit, path: Path) -> Receiver:
        """The type of the object that an initializer entry belongs to, with the members in between."""
        level = self._filled(path)
        if level is None:
            return (), False
        if path[level].type == "with_expression":
            names = self.receiver(Context(unit, path), path[level].named_children[0])[0]
        else:
            names = self._created(unit, path[: level + 1])
        tail = "".join(f".{word}" for word in self._filled_words(path, level))
        return tuple(f"{name}{tail}" for name in names), False

    def _entry_names(self, unit: Unit, path: Path, word: str) -> tuple[str, ...]:
        """The names of a member that an initializer sets; a class of this file that declares it has no other."""
        types, certain = self._filled_names(unit, path)
        return member_names(types, certain or self.declares(unit, types, word), word)

    def _filled_words(self, path: Path, level: int) -> list[str]:
        """The members between a creation and an entry of its nested initializers."""
        filled = [node for node in path[level + 1 : -1] if node.type in ("assignment_expression", "with_initializer")]
        return [text_of(field(node, "left") or children(node)[0]) for node in filled]

    def _entry_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Entries that are no assignments: `{ "k", v }`, `with { P = v }`, `new { p = v }`."""
        node = path[-1]
        given = children(node)
        if node.type == "with_initializer":
            value = assigned(node)
            if value is not None:
                names = self._entry_names(unit, path, text_of(given[0]))
                yield Draft(Form.ASSIGN, names, node, given[0], (RawArgument(None, "", value),))
        elif node.type == "anonymous_object_creation_expression":
            for key, value in anonymous_entries(node):
                yield self._option(unit, path, node, key, text_of(key), value)
        elif len(given) == 2 and len(path) > 1 and path[-2].type == "initializer_expression":
            word = key_word(Context(unit, path).lower(given[0]))
            if word:
                yield self._option(unit, path, node, given[0], word, given[1])

    def _option(self, unit: Unit, path: Path, node: Node, label: Node, word: str, value: Node) -> Draft:
        owner: tuple[str, ...] = ()
        for above in reversed(path[:-1]):
            if above.type == "invocation_expression":
                owner = self.callee(Context(unit, path), field(above, "function"))
            if above.type not in ("argument", "argument_list", "initializer_expression", *CREATION_KINDS):
                break
        return Draft(Form.OPTION, (word,), node, label, (RawArgument(None, "", value),), "=", (word,), owner)

    def _subscript_draft(self, unit: Unit, path: Path, left: Node, right: Node) -> Iterator[Draft]:
        keys: list[str] = []
        base: Node | None = left
        context = Context(unit, path)
        while base is not None and base.type == "element_access_expression" and len(keys) < 8:
            word = key_word(self._key(context, base))
            if not word:
                return
            keys.insert(0, word)
            base = field(base, "expression")
        names = self.receiver(context, base)[0]
        operator = text_of(field(path[-1], "operator")) or "="
        yield Draft(
            Form.OPTION, (keys[-1],), path[-1], left, (RawArgument(None, "", right),), operator, tuple(keys), names
        )

    def _default_draft(self, node: Node) -> Iterator[Draft]:
        name, value = field(node, "name"), assigned(node)
        if name is not None and value is not None:
            yield Draft(Form.PARAMETER, (text_of(name),), node, name, (RawArgument(None, "", value),))

    def _member_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """A field's or property's value, and what a member returns that a base class or an interface may ask for: what
        a class only tells of itself sets nothing."""
        node = path[-1]
        name = field(node, "name")
        if name is None or (node.type == "variable_declarator" and self._member_level(path) is None):
            return
        overrides = "override" in [text_of(child) for child in node.children[:12]]
        if node.type == "method_declaration" and not overrides:
            return
        value = assigned(node) if node.type == "variable_declarator" else property_value(node) or field(node, "body")
        owner = self.around_class(path)
        bases = self.base_types(unit, owner)
        computed = value is not None and value.type in ("block", "arrow_expression_clause")
        if computed and not bases and not overrides:
            return
        types = bases if computed else (*bases, *self.own_name(unit, owner))
        names = member_names(types, bool(types) and not overrides, text_of(name))
        for found in [found for _, found in returned(value)] if value is not None else []:
            given = (RawArgument(None, "", self._declared_with(unit, owner, found) or found),)
            yield Draft(Form.ASSIGN, names, found if value != found else name, name, given)

    def _declared_with(self, unit: Unit, owner: Node | None, found: Node) -> Node | None:
        """The value that a field is declared with, where a getter gives the field and nothing but a setter fills it."""
        if found.type != "identifier" or owner is None:
            return None
        own = [binding for binding in unit.bindings(text_of(found)) or () if self.around_class(binding.path) == owner]
        first = [binding.node for binding in own if self.function(binding.path) is None]
        filled = all(text_of(binding.node) == "value" for binding in own if self.function(binding.path) is not None)
        return first[0] if len(first) == 1 and filled else None

    def compiled(self, unit: Unit, node: Node) -> str:
        if b"#" not in unit.source.data:
            return ""
        from tlsscan.frontends.compiled import compiled

        return compiled(unit.source.data, node.start_byte)

    def excluded(self, unit: Unit, path: Path, node: Node) -> Sequence[Value]:
        word = text_of(node).removeprefix("this.")
        found = ruled_out(path, word, self.function_kinds) if OBJECT.fullmatch(word) else []
        return [Context(unit, path).lower(other) for other in found[:4]]

    def _holder(self, path: Path) -> str:
        """The text of what the expression at the end of a path is assigned to."""
        for level in range(len(path) - 2, 0, -1):
            node = path[level]
            if node.type in ("variable_declarator", "property_declaration"):
                return text_of(field(node, "name"))
            if node.type == "assignment_expression":
                outer = self._filled(path[: level + 1])
                word = text_of(field(node, "left"))
                return word if outer is None else f"{self._holder(path[: outer + 1])}.{word}"
            if node.type not in ("parenthesized_expression", "await_expression", "cast_expression"):
                return ""
        return ""

    def _object(self, unit: Unit, path: Path, text: str) -> str:
        """Which object of the file a receiver is: members of the class are the same in all its methods."""
        text = values.object_of(text.removeprefix("this."))
        if not OBJECT.fullmatch(text):
            return ""
        first = text.partition(".")[0]
        offset = path[-1].start_byte
        outer = self.function(path)
        if text == "this" or (self.is_local(unit, first, offset) is None and self._is_own_member(unit, path, first)):
            outer = self.around_class(path)
        return f"{outer.start_byte if outer is not None else -1}:{text}"

    def _is_own_member(self, unit: Unit, path: Path, word: str) -> bool:
        owner = self.around_class(path)
        return any(self._of_class(binding, owner) for binding in unit.bindings(word) or ())


def raw_arguments(nodes: list[Node]) -> tuple[RawArgument, ...]:
    """The arguments of a call in order; named ones have no position."""
    made: list[RawArgument] = []
    for position, node in enumerate(nodes):
        name, value = field(node, "name"), argument_value(node)
        if value is not None:
            made.append(RawArgument(None if name is not None else position, text_of(name), value))
    return tuple(made)
