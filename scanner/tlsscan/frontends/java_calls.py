"""What calls of Java give: methods of its own library, of the file, of enums, and what was put into collections."""

import re
from collections.abc import Iterable, Iterator, Sequence

from tlsscan.frontends import java_values as values
from tlsscan.frontends.expressions import invocation, taken_out
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_bindings import JavaBindings
from tlsscan.frontends.java_names import arguments, is_count, parameters, qualified_class, shorts, unwrap
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import (
    Arm,
    Choice,
    Entry,
    Listing,
    Mapping,
    Name,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    Via,
    is_callers,
    is_loop,
    item,
)

CHAINED_KINDS = frozenset({"method_invocation", "object_creation_expression"})
LOOP_KINDS = frozenset({"enhanced_for_statement", "for_statement", "while_statement", "do_statement"})
ENUM_KINDS = frozenset({"enum_declaration"})
HOLDER_KINDS = frozenset({"identifier", "field_access"})
NO_CONSTANT = "which constant of an enum it is, is not known"
NOTHING_FOUND = "the loop before finds nothing"
MAX_RETURNS = 12  # of one method
MAX_JOINED = 8  # parts of one text
REFERENCE = lazy(r"\(\s*\w+(?:\.\w+)*\s*::\s*(\w+)\s*\)")
GETTERS = ("?.get", "?.is")
METHOD_HINT = rb"\s*\)\s*(?:throws[\w\s.,]+)?[{;]"  # of an interface, too


def _last_resorts_apart(arms: Sequence[Arm]) -> Iterator[Arm]:
    """The ways in which a method returns; a last resort beside others is a statement of its own to be changed."""
    usual = any(not arm.guarded for arm in arms)
    for arm in arms:
        value = arm.value
        if usual and arm.guarded and isinstance(value, Via):
            arm = arm._replace(value=value._replace(local=True))
        yield arm


class JavaCalls(JavaBindings):
    """The part of the frontend that lowers calls and constructors."""

    def _call(self, context: Context, node: Node) -> Value:
        names = self.names.callee(context.unit, context.path, node)
        nodes = arguments(node)
        given = context.all(nodes if shorts(names) & values.LISTS else nodes[:8])
        made = self._standard(names, given)
        if made is None:
            made = self._of_receiver(context, node, names, given)
        if made is None and not given and names[-1].startswith(GETTERS):
            made = self._set_before(context, node)
        if made is None:
            made = self._own_result(context, node, given)
        if made is None and not given:
            made = self._of_enum(context, node)
        if made is not None:
            return made
        if not given and (called := self._called_name(context, node, names)):
            return self._of_held(context, node, called) or Name(called)
        return invocation(names, given)

    def _set_before(self, context: Context, node: Node) -> Value | None:
        """What a getter gives after its setter was called on the same variable."""
        word = text_of(field(node, "name"))
        if f".set{word[2 if word.startswith('is') else 3 :]}(".encode() not in context.unit.source.data:
            return None
        from tlsscan.frontends.java_beans import set_before

        return set_before(context, self.names, node)

    def _of_held(self, context: Context, node: Node, called: tuple[str, ...]) -> Value | None:
        """What a call gives on a variable that holds a constant of an enum which another file declares."""
        base = unwrap(field(node, "object"))
        first = text_of(base).partition(".")[0] if base is not None and base.type in HOLDER_KINDS else ""
        if (
            base is None
            or not first
            or not (first == "this" or self.names.is_variable(context.unit, first, base.start_byte))
        ):
            return None
        from tlsscan.frontends.java_enums import of_constants

        return of_constants(context.lower(base), called, f"{text_of(field(node, 'name'))}()")

    def _called_name(self, context: Context, node: Node, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names of a call without arguments, where any is qualified: by the types behind the members on the way to
        it, which other files declare, and by its own."""
        through = self.names.through(context.unit, context.path, node)
        known = through or not names[0].startswith("?")
        return (*through, *(f"{name}()" for name in names)) if known else ()

    def _standard(self, names: tuple[str, ...], given: tuple[Value, ...]) -> Value | None:
        """What a static method of the standard library makes of its arguments."""
        short = shorts(names)
        if short & values.LISTS:
            return values.listed(given)
        if short & values.MAPS:
            return values.mapping(given)
        if short & values.SAME and given:
            return given[0]
        if "String.join" in short and len(given) >= 2:
            return values.joined(given[0], given[1:])
        if "String.format" in short and given:
            return values.formatted(given[0], given[1:])
        if short & values.FALLBACKS and len(given) == 2:
            return values.or_else(given[0], given[1])
        if short & {"System.getProperty", "System.getenv"} and given:
            return values.lookup(given[0], given[1] if len(given) > 1 else None)
        return self._constant_of(names, given)

    def _constant_of(self, names: tuple[str, ...], given: tuple[Value, ...]) -> Value | None:
        """`Type.valueOf("X")` and `Enum.valueOf(Type.class, "X")` as the constant X of the type."""
        if len(given) != 1 or not names[0].endswith(".valueOf") or names[0].startswith(("?", "java.lang.")):
            return None
        text = values.bare(given[0])
        if not isinstance(text, Text) or not text.text.isidentifier():
            return None
        return Name(tuple(f"{name.removesuffix('.valueOf')}.{text.text}" for name in names if name[0] != "?"))

    def _of_receiver(
        self, context: Context, node: Node, names: tuple[str, ...], given: tuple[Value, ...]
    ) -> Value | None:
        """What a method makes of the value that it is called on."""
        word, base = names[-1].rpartition(".")[2], field(node, "object")
        if base is None:
            return None
        if given and (word in values.DEFAULTED or self._is_lookup(context, node, word, given)):
            return self._looked_up(context, base, word, given)
        if word in ("orElse", "orElseGet", "getOrElse") and given:
            return values.or_else(context.lower(base), given[-1])
        if word in values.KEPT and not any(isinstance(item, Text) for item in given):
            return context.lower(base)
        if word == "downTo" and len(given) == 1:  # both ends of a range
            return Listing((context.lower(base), given[0]))
        if word in ("add", "addAll") and base.type in CHAINED_KINDS:
            return values.extended(context.lower(base), word, given)
        if word in ("map", "filter"):
            return self._streamed(context, node, base, word)
        if word == "collect":
            return self._collected(context, node, base)
        return self._textual(context, base, word, given)

    def _streamed(self, context: Context, node: Node, base: Node, word: str) -> Value | None:
        """`map(String::trim)`, and `filter(known::contains)`, which lets through at most what is there, and there."""
        if word == "filter":
            return self._let_through(context, context.lower(base), next(iter(arguments(node)), None))
        reference = REFERENCE.fullmatch(text_of(field(node, "arguments")))
        return values.mapped(context.lower(base), reference.group(1)) if reference is not None else None

    def _let_through(self, context: Context, base: Value, test: Node | None) -> Value | None:
        """What a predicate lets through of a list; of one that is not known, the names that it asks for."""
        from tlsscan.frontends.java_predicates import kept, membership, predicate

        inner, among = values.bare(base), membership(test)
        if among is not None:
            return self._among(base, context.lower(among[0]), denied=among[1])
        found = predicate(test)
        if found is None:
            return None
        left = kept(inner.items, found) if isinstance(inner, Listing) else None
        if left is None:
            left = found.names() or None
        return Listing(left) if left is not None else None

    def _among(self, base: Value, others: Value, *, denied: bool) -> Value | None:
        """What of a list is there in another collection, or is not; what it holds at most where that is not known."""
        if isinstance(values.bare(others), Text) or (denied and not isinstance(values.bare(base), Listing)):
            return None
        if not isinstance(values.bare(others), Listing | Operation):
            return base
        return values.grown(Operation("remove" if denied else "retain", (base, others)))

    def _collected(self, context: Context, node: Node, base: Node) -> Value | None:
        """A stream put into a list, or joined to a text."""
        into = unwrap(next(iter(arguments(node)), None))
        if into is None or into.type != "method_invocation":
            return None
        stream = context.lower(base)
        if text_of(field(into, "name")) == "joining":
            glue = context.all(arguments(into)[:1])
            return values.joined(glue[0] if glue else Text(""), (stream,))
        return stream

    def _is_lookup(self, context: Context, node: Node, word: str, given: tuple[Value, ...]) -> bool:
        """Whether a call reads a setting that has a default; a method that hands both on is known by the key's type."""
        if not values.asks(word, given):
            return False
        key, default = values.bare(given[0]), values.bare(given[1])
        named = isinstance(key, Text | Name)
        if named and isinstance(default, values.DEFAULTS):
            return True
        handed = isinstance(default, (*values.DEFAULTS, Parameter))
        return handed and (named or self._is_text(context, arguments(node)[0]))

    def _is_text(self, context: Context, node: Node | None) -> bool:
        """Whether an expression is a text by its type: a variable of that type, or something added to one."""
        terms: list[Node] = []
        while node is not None and node.type == "binary_expression" and len(terms) < MAX_JOINED:
            terms.extend(filter(None, (field(node, "right"),)))
            node = field(node, "left")
        terms.extend(filter(None, (node,)))
        typed = (self.names.types(context.unit, context.path, term) for term in terms)
        return any(term.type == "string_literal" for term in terms) or any("java.lang.String" in one for one in typed)

    def _looked_up(self, context: Context, base: Node, word: str, given: tuple[Value, ...]) -> Value | None:
        if word in ("get", "getProperty") or len(given) > 1:
            table = context.lower(base)
            found = values.entry(table, given[0])
            if found is None and is_callers(table):
                taken = taken_out(table, given[0])
                found = values.or_default(taken, given) if taken is not None else None
            if found is not None:
                return found
        if word == "get" or (word == "getString" and len(given) < 2):
            return None
        return values.lookup(given[0], given[-1] if len(given) > 1 else None)

    def _textual(self, context: Context, base: Node, word: str, given: tuple[Value, ...]) -> Value | None:
        """What a method of String makes of a text."""
        if word in values.TRIMS and not given:
            return values.trimmed(context.lower(base))
        if word in values.REPLACING:
            return values.after_replace(context.lower(base), word, given)
        if word not in values.TEXTUAL:
            return None
        value = context.lower(base)
        if word == "split" and given:
            return values.split(value, given[0])
        text = values.bare(value)
        if not isinstance(text, Text) and not (isinstance(text, Operation) and text.operator == "join"):
            return None
        if word == "toString":
            return value
        if word in ("concat", "append") and len(given) == 1:
            return context.join(text, values.as_text(given[0]))
        if word in ("toLowerCase", "toUpperCase"):
            return values.changed_case(text, word)
        return Unknown("a text is changed at run time")

    # -- methods and enums of the file --------------------------------------------------------------------------

    def _own_result(self, context: Context, node: Node, given: tuple[Value, ...]) -> Value | None:
        """What a method of this file returns: its only overload for that many arguments."""
        base, name = field(node, "object"), field(node, "name")
        unit = context.unit
        here = self._is_here(context, base)
        owners = () if here or base is None else self._own_types(context, base)
        if name is None or not (here or owners):
            return None
        paths = self.names.uses(unit, text_of(name)).methods
        fits = [path for path in paths if len(parameters(path[-1])) == len(given)]
        if owners:
            package = self.names.header(unit).package
            fits = [path for path in fits if qualified_class(package, path) in owners]
        if not fits and owners and not given:
            found = self._generated(unit, owners[0], text_of(name))
            return Via(found.step, found.value) if found is not None else None
        if len(fits) != 1 or (text_of(name), fits[0][-1].start_byte) in context.active:
            return None
        if owners and base is not None and any(node.type in ENUM_KINDS for node in fits[0][-4:]):
            made = self.of_its_constants(context, base, fits[0], text_of(field(fits[0][-1], "name")))
            if made is not None:
                return made
        active = context.active | {(text_of(name), fits[0][-1].start_byte)}
        value = self.result_of(unit, fits[0], active, context.depth)
        names = [text_of(field(node, "name")) for node in parameters(fits[0][-1])]
        return value if value is None else values.filled(value, self.enclosing(fits[0]), given, names)

    def _generated(self, unit: Unit, owner: str, word: str) -> Definition | None:
        """What an accessor gives that a class of this file has without a line for it."""
        from tlsscan.frontends.java_generated import made

        return made(self, unit, owner, word)

    def _is_here(self, context: Context, base: Node | None) -> bool:
        """Whether a call without a receiver, on `this`, or on a class of the file means a method of the file."""
        if base is None or base.type == "this":
            return True
        word = text_of(base)
        known = self.names.header(context.unit).types
        return base.type == "identifier" and word in known and word[:1].isupper()

    def _own_types(self, context: Context, base: Node) -> tuple[str, ...]:
        """The classes of this file that a receiver is an instance of."""
        known = self.names.header(context.unit).types
        names = self.names.types(context.unit, context.path, unwrap(base))
        return tuple(name for name in names if name.rpartition(".")[2] in known)

    def result_of(
        self, unit: Unit, path: Path, active: frozenset[tuple[str, int]] = frozenset(), depth: int = 0
    ) -> Value | None:
        """What a method returns: one value, or the values of its branches. None for what is not followed. What follows
        a loop that may return is a last resort."""
        arms: list[Arm] = []
        searched = False
        for inner in self.returns(unit, path):
            only = children(inner[-1])
            if len(only) != 1 or len(arms) >= MAX_RETURNS:
                return None
            condition, guarded = self._reached(inner)
            value = Context(unit, inner, active, depth).lower(only[0])
            found = any(node.type in LOOP_KINDS for node in inner[len(path) :])
            value = self.picked(inner, value) if found and is_loop(value) else value
            last = searched and not found
            arms.append(
                Arm(condition or (NOTHING_FOUND if last else ""), guarded or last, Via(unit.step(inner[-1]), value))
            )
            searched = searched or found
        if not arms:
            return None
        return arms[0].value if len(arms) == 1 else Choice(tuple(_last_resorts_apart(arms)))

    def _reached(self, path: Path) -> tuple[str, bool]:
        """The condition of a branch, and whether it is for an older runtime only."""
        condition, guarded = self.branch(path)
        early = self.guard(path) if not guarded else ""
        return (early, True) if early else (condition, guarded)

    def returns(self, unit: Unit, path: Path) -> Iterator[Path]:
        """The paths to the return statements of a method, without those of lambdas and classes inside it."""
        body = field(path[-1], "body")
        for offset in unit.occurrences("return") if body is not None else ():
            if body is None or not body.start_byte <= offset < body.end_byte:
                continue
            there = unit.path_at(offset)
            level = next((i for i in range(len(there) - 1, 0, -1) if there[i].type == "return_statement"), 0)
            if level and self.function(there[:level]) == path[-1]:
                yield there[: level + 1]

    def _of_enum(self, context: Context, node: Node) -> Value | None:
        """`Proto.OLD.label()` of an enum of this file whose constants are made from one value."""
        base = unwrap(field(node, "object"))
        if base is None or base.type != "field_access":
            return None
        unit, word = context.unit, text_of(field(base, "field"))
        owner = self.names.types(unit, context.path, field(base, "object"))
        for path in self.names.uses(unit, word).constants:
            name = qualified_class(self.names.header(unit).package, path)
            if name in owner:
                return self.held_by(unit, path, text_of(field(node, "name")), context.active)
        return None

    def of_its_constants(self, context: Context, base: Node, member: Path, word: str) -> Value | None:
        """What an accessor or a field of an enum of this file gives for the constant that an expression holds."""
        from tlsscan.frontends.java_enums import constants, label

        level = next(at for at in range(len(member) - 1, 0, -1) if member[at].type in ENUM_KINDS)
        body, owner = field(member[level], "body"), qualified_class(self.names.header(context.unit).package, member)
        if body is None:
            return None
        entries: list[Entry] = []
        for constant in constants(body):
            value = self.held_by(context.unit, (*member[: level + 1], body, constant), word, context.active)
            if value is not None:
                entries.append(Entry(Name((f"{owner}.{label(constant)}",)), value))
        return item(Mapping(tuple(entries)), context.lower(base), NO_CONSTANT) if entries else None

    def held_by(
        self, unit: Unit, constant: Path, accessor: str, active: frozenset[tuple[str, int]] = frozenset()
    ) -> Value | None:
        """What an accessor, or a field, gives for an enum constant: the argument that the constructor keeps there."""
        position = self._kept_argument(unit, accessor, constant[-2])
        given = arguments(constant[-1])
        if position is None or position >= len(given):
            return None
        inner = Context(unit, constant, active)
        return Via(unit.step(constant[-1]), inner.lower(given[position]))

    def _kept_argument(self, unit: Unit, accessor: str, body: Node) -> int | None:
        """Which argument of the constructor a field of an enum keeps, or a method returns, if it only returns that."""
        methods = [path for path in self.names.uses(unit, accessor).methods if body in path]
        only = children(field(methods[0][-1], "body") or body) if len(methods) == 1 else []
        plain = len(only) == 1 and only[0].type == "return_statement" and only[0].named_child_count > 0
        if methods and not plain:
            return None
        result = text_of(only[0].named_children[0]).removeprefix("this.") if methods else accessor
        given = [b for b in unit.bindings(result) or () if b.owner and b.node is not None and body in b.path]
        value = Context(unit, given[0].path).lower(given[0].node) if len(given) == 1 else None
        return value.position if isinstance(value, Parameter) else None

    # -- constructors -------------------------------------------------------------------------------------------

    def _new(self, context: Context, node: Node) -> Value:
        names = self.names.type_of(context.unit, field(node, "type"))
        simple = names[0].rpartition(".")[2] if names else ""
        given = context.all(arguments(node)[:8])
        if simple in values.COLLECTIONS:
            return self._collection(context, node, given)
        if simple in values.TEXTS:
            return given[0] if given and not isinstance(given[0], Number) else Text("")
        if simple in values.TABLES:
            return given[0] if given and isinstance(values.bare(given[0]), Mapping) else values.mapping(())
        return invocation(names or ("?",), given)

    def _collection(self, context: Context, node: Node, given: tuple[Value, ...]) -> Value:
        """A copy of another collection, or a new one with what an initializer block adds; a number is its capacity."""
        if given and not isinstance(values.bare(given[0]), Number) and not is_count(arguments(node)[0]):
            return given[0]
        body = next((child for child in children(node) if child.type == "class_body"), None)
        added: list[Value] = []
        for block in children(body) if body is not None else []:
            for statement in children(block) if block.type == "block" else []:
                call = next(iter(children(statement)), None)
                if call is not None and call.type == "method_invocation" and text_of(field(call, "name")) == "add":
                    added.extend(context.all(arguments(call)[-1:]))
        return Listing(tuple(added)) if added else Listing((values.FILLED,))

    # -- the link phase -----------------------------------------------------------------------------------------

    def may_define(self, data: bytes, word: str) -> bool:
        """Whether the text of a file looks as if it defined a constant, or declared a field or a method without
        parameters (`name()`), or one with some (`name(2)`)."""
        if word.endswith(")") and word[-2].isdigit():
            return re.search(rb"[\w>\]]\s+" + re.escape(word[:-2].encode()), data) is not None
        if not word.endswith("()"):
            declared = rb"[\w>]\s+" + re.escape(word.encode()) + rb"\s*;"
            return super().may_define(data, word) or re.search(declared, data) is not None
        if re.search(rb"\b" + re.escape(word[:-1].encode()) + METHOD_HINT, data) is not None:
            return True
        from tlsscan.frontends.java_generated import may_make

        return may_make(data, word[:-2])

    def definitions(self, unit: Unit, words: Iterable[str]) -> Iterator[Definition]:
        """Constants, and what methods give, for uses in other files."""
        from tlsscan.frontends.java_defined import definitions

        yield from definitions(self, unit, words, super().definitions)
