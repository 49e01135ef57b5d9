"""Python expressions as values. Knows nothing of TLS."""

from collections.abc import Iterator, Sequence

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends import python_values as core
from tlsscan.frontends.base import Frontend
from tlsscan.frontends.expressions import invocation, parse_number, qualified, textual
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_WAYS, Context
from tlsscan.frontends.python_hierarchy import ancestors, class_node, descendants, may_enumerate
from tlsscan.frontends.unit import SNIPPET, Binding, Path, Unit, brief, children, field, line_of, text_of
from tlsscan.patterns import lazy
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Entry,
    Invocation,
    Listing,
    Mapping,
    Name,
    Null,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    Via,
    item,
    mapped,
    strip,
)

if TYPE_CHECKING:
    from tlsscan.frontends.python_results import Given

LIST_KINDS = frozenset({"list", "tuple", "set", "expression_list"})
WRAPPER_KINDS = frozenset({"parenthesized_expression", "await", "expression_statement"})
OPERATORS = {"|": "|", "&": "&", "^": "^", "+": "+", "-": "-", "<<": "<<"}
OPTION = lazy(r"add_argument|add_option|option|argument")  # calls that declare an option of a command line
ENUMERATION = lazy(r"(?:^|\.)[A-Z]\w*[a-z]\w*$")  # a class, by its name
OWN = frozenset({"self", "cls", "self.__class__", "type(self)"})  # what has the members of the class around
PROPERTIES = frozenset({"property", "cached_property"})  # decorators of what is read as a field
SUPER = lazy(r"super\(.*\)")
MAX_SMALL = 1_200  # bytes of a function of which it is asked what it makes of what it is passed
MIN_ENTRIES = 2  # of a table that are spoken of where one is put there and another one asked for
CALLABLE_KINDS = frozenset({"identifier", "attribute"})
MAX_RETURNS = 40

SECTIONED = b"onfigParser("  # makes settings in sections: get(section, option)


class PythonExpressions(Frontend):
    """The part of the frontend that lowers expressions."""

    def lower(self, context: Context, node: Node) -> Value:
        """The value of an expression."""
        kind = node.type
        if kind == "identifier":
            return context.name(text_of(node), node)
        if kind == "attribute":
            return self._attribute(context, node)
        if kind == "string":
            return self._string(context, node)
        if kind == "concatenated_string":
            return self._join(context, context.all(children(node)))
        if kind in ("integer", "float"):
            return parse_number(text_of(node))
        if kind in ("true", "false"):
            return Bool(kind == "true")
        if kind == "none":
            return Null()
        if kind in LIST_KINDS:
            return Listing(context.all(children(node)))
        if kind in WRAPPER_KINDS:
            return context.lower(node.named_children[0]) if node.named_child_count else Unknown("empty")
        return self._compound(context, node)

    def _compound(self, context: Context, node: Node) -> Value:
        kind = node.type
        if kind == "dictionary":
            return self._dictionary(context, node)
        if kind == "call":
            return self._call(context, node)
        if kind in ("named_expression", "keyword_argument"):
            return context.lower(field(node, "value"))
        if kind == "assignment":
            return context.lower(field(node, "right"))
        if kind == "conditional_expression":
            first, condition, second = (
                node.named_children[i] if node.named_child_count == 3 else None for i in range(3)
            )
            told = _decided(context, condition)
            if told is not None:
                return context.lower(first if told else second)
            return context.either(condition, self.arms(condition, first, second, context.unit.root))
        if kind == "subscript":
            return self._subscript(context, node)
        if kind in ("binary_operator", "boolean_operator", "unary_operator", "not_operator"):
            return self._operator(context, node)
        return Unknown(f"{kind.replace('_', ' ')} is not followed")

    # -- operators and texts ---------------------------------------------------------------------------------

    def _operator(self, context: Context, node: Node) -> Value:
        operator = text_of(field(node, "operator"))
        left, right = field(node, "left"), field(node, "right")
        if node.type == "boolean_operator":
            return self._boolean(context, operator, left, right)
        if node.type == "unary_operator":
            operand = context.lower(field(node, "argument"))
            return Operation("~", (operand,)) if operator == "~" else Operation("-", (operand,))
        first, second = context.lower(left), context.lower(right)
        if operator == "%" and core.is_text(first):
            return self._filled(context, first, list(second.items) if isinstance(second, Listing) else [second])
        if operator == "|" and isinstance(strip(first)[0], Mapping):
            return core.table((first, second), ())
        if operator in OPERATORS:
            if operator == "+" and (textual(first, second) or core.is_text(first) or core.is_text(second)):
                return self._join(context, (first, second))
            return Operation(OPERATORS[operator], (first, second))
        return Unknown(f"the result of {operator or 'not'} is not followed")

    def _boolean(self, context: Context, operator: str, left: Node | None, right: Node | None) -> Value:
        if operator == "or":  # the right side counts where the left one is missing
            told = _decided(context, left, present=True)
            if told is not None:
                return context.lower(left if told else right)
            return context.either(left, [(left, False), (right, True)])
        text = line_of(left)[:SNIPPET]
        return Choice((Arm(text, False, context.lower(right)), Arm(f"not ({text})", False, Null())))

    def _string(self, context: Context, node: Node) -> Value:
        prefix = text_of(node.children[0]).rstrip("'\"").lower() if node.child_count else ""
        found: list[Value] = []
        for child in node.children[1:-1]:
            if child.type == "interpolation":
                found.append(context.lower(field(child, "expression")))
            else:
                raw = text_of(child)
                found.append(Text(raw if "r" in prefix else core.unescape(raw)))
        return self._join(context, found)

    def _join(self, context: Context, given: Sequence[Value]) -> Value:
        whole = core.concatenated(given)
        return whole if whole is not None else context.join(Text(""), *given)

    def _filled(
        self, context: Context, template: Value, given: Sequence[Value], named: dict[str, Value] | None = None
    ) -> Value:
        """A text with its fields filled, by `%` or by `format`."""
        inner = strip(template)[0]
        if len(given) == 1 and isinstance(strip(given[0])[0], Mapping):
            from tlsscan.frontends.python_settings import entries

            named = entries(given[0])
        found = core.pieces(inner.text, given, named or {}) if isinstance(inner, Text) else None
        return self._join(context, found) if found is not None else Unknown("a part of the text is made at run time")

    def _dictionary(self, context: Context, node: Node) -> Value:
        found: list[Entry] = []
        for child in children(node):
            if child.type == "pair":
                found.append(context.entry(context.lower(field(child, "key")), field(child, "value")))
                continue
            inner = child.named_children[0] if child.named_child_count else child
            spread = context.lower(inner)
            known = strip(spread)[0]
            own = known.entries if isinstance(known, Mapping) else (Entry(Unknown("a spread mapping"), spread),)
            found.extend(own)
        return Mapping(tuple(found))

    # -- names -----------------------------------------------------------------------------------------------

    def _attribute(self, context: Context, node: Node) -> Value:
        base, word = field(node, "object"), text_of(field(node, "attribute"))
        if base is not None and text_of(base) in OWN:
            return self._own_member(context, node, word)
        if base is not None and base.type == "attribute" and text_of(base).startswith("self."):
            held = context.member(f"{text_of(base)}.", word, node)
            if held is not None:
                return held
        if base is not None and base.type == "identifier":
            found = context.member(text_of(base), word, node)
            if found is not None and any(b.kind == "import" for b in context.visible(base)):
                found = None  # a class of that name stands for the module where that is missing
            found = found if found is not None else self._option(context, word)
            if found is not None:
                return found
        asked = _of_member(self, context, base, word)
        return asked if asked is not None else self._of_object(context, base, word)

    def _of_object(self, context: Context, base: Node | None, word: str) -> Value:
        """A member of what an expression makes, or is passed; the names of one of anything else."""
        made = strip(context.lower(base))[0] if base is not None else None
        if isinstance(made, Choice) and _makes_different(made):
            return made._replace(arms=tuple(arm._replace(value=Name(qualified(arm.value, word))) for arm in made.arms))
        if base is not None and isinstance(made, Invocation | Parameter):
            from tlsscan.frontends.python_objects import of_object

            told = of_object(self, context, base, made, word)
            if told is not None:
                return told
        return Name(self.members(context, base, word))

    def _own_member(self, context: Context, node: Node, word: str) -> Value:
        """`self.word`: of the class itself, of a class that it is made from, of classes made from it."""
        around = self.around_class(context.path)
        name = text_of(field(around, "name")) if around is not None else ""
        above = ancestors(context.unit, name)
        found = context.member("", word, node)
        if isinstance(found, Unknown):
            found = self.returned(context, word, owner=name) or found
        for base in above:
            found = found if found is not None else context.member(base, word, node)
        below = [(one, context.member(one, word, node)) for one in descendants(context.unit, name)]
        arms = [Arm(f"in {one}", False, value) for one, value in below if value is not None]
        if found is None and not arms:
            foreign = [base for base in self.bases(context, around) if base]
            return Name((*[f"{base}.{word}" for base in foreign], f"?.{word}"))
        if not arms:
            return found if found is not None else Unknown(f"{word} is not a constant")
        first = [Arm(f"not in a class made from {name}", False, found)] if found is not None else []
        return Choice((*first, *arms)[:MAX_WAYS])

    def _made_from(self, context: Context) -> Iterator[str]:
        """The names of the classes that the class around is made from, those of this file too."""
        around = self.around_class(context.path)
        listed = field(around, "superclasses") if around is not None else None
        for base in children(listed) if listed is not None else []:
            if base.type in ("identifier", "attribute"):
                value = strip(context.lower(base))[0]
                yield from value.names if isinstance(value, Name) else (text_of(base),)

    def bases(self, context: Context, owner: Node | None) -> list[str]:
        """The qualified names of the classes that a class is made from, those of this file replaced by theirs."""
        name = text_of(field(owner, "name")) if owner is not None else ""
        owners = [owner, *[class_node(context.unit, above) for above in ancestors(context.unit, name)]]
        found = [base for one in owners if one is not None for base in self._direct_bases(context, one)]
        return list(dict.fromkeys(found))[:MAX_WAYS]

    def is_open(self, context: Context, owner: Node) -> bool:
        """Whether a class may be one of a library: it has bases of another file, or is a base itself."""
        name = text_of(field(owner, "name"))
        owners = (owner, *(class_node(context.unit, above) for above in ancestors(context.unit, name)))
        listed = (field(one, "superclasses") for one in owners if one is not None)
        words = {text_of(base) for one in listed if one is not None for base in children(one)}
        known = {text_of(field(one, "name")) for one in owners if one is not None}
        as_base = (f"{before}{name}{after}".encode() for before in ("(", ", ") for after in (")", ","))
        return bool(words - known - {"object"}) or any(text in context.unit.source.data for text in as_base)

    def _direct_bases(self, context: Context, owner: Node) -> Iterator[str]:
        listed = field(owner, "superclasses")
        for base in children(listed) if listed is not None else []:
            value = strip(context.lower(base))[0] if base.type != "keyword_argument" else None
            yield from value.names if isinstance(value, Name) else ()

    def _option(self, context: Context, word: str) -> Value | None:
        """`args.tls_version` where the file declares an option `--tls-version` of its command line."""
        return self.declared(context, f"--{word}") or self.declared(context, f"--{word.replace('_', '-')}")

    def declared(self, context: Context, flag: str) -> Value | None:
        """The value of a command line's option, if the file declares it."""
        unit = context.unit
        at = unit.source.data.find(flag.encode())
        if at < 0:
            return None
        path = unit.path_at(at)
        call = next((level for level in range(len(path) - 1, -1, -1) if path[level].type == "call"), None)
        if call is None or path[-1].type != "string_content" or text_of(path[-1]) != flag:
            return None
        if not OPTION.fullmatch(self.callee(Context(unit, path[:call]), path[call])[0].rpartition(".")[2]):
            return None
        given = field(path[call], "arguments")
        named = {text_of(field(child, "name")): child for child in children(given)} if given is not None else {}
        default = named.get("default")
        if (flag, at) in context.active:
            return None
        inner = Context(unit, path[:call], context.active | {(flag, at)}, context.depth)
        value: Value | None = None
        if default is not None:
            step = unit.step(field(default, "value") or default)
            value = Via(step._replace(text=f"{flag} = {step.text}"[:SNIPPET]), inner.lower(default))
        if value is not None and text_of(field(named.get("type", path[call]), "value")) == "int":
            value = core.converted("int", value)
        return core.setting(flag, f"the option {flag} decides", value)

    def _subscript(self, context: Context, node: Node) -> Value:
        base = context.lower(field(node, "value"))
        keys = node.children_by_field_name("subscript")
        key = context.lower(keys[0]) if len(keys) == 1 and keys[0].type != "slice" else Unknown("a slice")
        reason = f"{brief(node)} is looked up at run time"
        inner = strip(base)[0]
        found = _by_default(context, field(node, "value"), base, key) or _of_section(context, node, key, reason)
        if found is not None:
            return found
        if isinstance(inner, Name):
            return _named_entry(inner, base, key, reason)
        if isinstance(inner, Unknown) and may_enumerate(context.unit.source.data):
            from tlsscan.frontends.python_enums import entry

            member = entry(context, field(node, "value"), key, reason)
            if member is not None:
                return member
        return _put_there(context, field(node, "value"), inner, key, item(base, key, reason))

    # -- calls -----------------------------------------------------------------------------------------------

    def _call(self, context: Context, node: Node) -> Value:
        names = self.callee(context, node)
        arguments = field(node, "arguments")
        given = children(arguments) if arguments is not None else []
        plain = [context.lower(child) for child in given[:8] if child.type != "keyword_argument"]
        named = [
            (text_of(field(child, "name")), context.lower(field(child, "value")))
            for child in given[:8]
            if child.type == "keyword_argument"
        ]
        if (
            not given
            and names[-1].endswith(".copy")
            and (table := _copied(context, field(node, "function"))) is not None
        ):
            return table
        known = self._builtin(names[0], plain, named)
        if known is None:
            known = self._method(context, node, plain, named)
        return known if known is not None else invocation(names, plain, named)

    def _builtin(self, name: str, plain: list[Value], named: list[tuple[str, Value]]) -> Value | None:
        if name == "dict":
            return core.table(plain, named)
        if not plain:
            return None
        if name == "getattr" and len(plain) == 2:
            return core.member(plain[0], plain[1], "getattr with a name made at run time")
        if name == "getattr" and len(plain) == 3:
            return core.member_or(*plain)
        if name in core.ENVIRONMENT:
            return core.environment([*plain, *[value for word, value in named if word in core.DEFAULTS]])
        if name == "vars":
            return mapped(plain[0], lambda one: Name(qualified(one, "__dict__")))
        return core.converted(name, plain[0]) if name in ("int", "str") else None

    def _method(self, context: Context, node: Node, plain: list[Value], named: list[tuple[str, Value]]) -> Value | None:
        """A method of a text, a look-up in a table or in settings, a function of this file; None for other calls."""
        function = field(node, "function")
        default = next((value for word, value in named if word in core.DEFAULTS), None)
        text = brief(function)
        if default is not None:
            words = [word.text for word, _ in map(strip, plain[:2]) if isinstance(word, Text)]  # a section, an option
            return core.setting(words[-1] if words else "", f"{text}() decides", default)
        if function is not None and function.type in CALLABLE_KINDS:
            found = self._called(context, node, plain, named)
            if found is not None:
                return found
        if function is None or function.type != "attribute":
            return None
        word, base = text_of(field(function, "attribute")), context.lower(field(function, "object"))
        if core.is_text(base):
            if word == "format":
                return self._filled(context, base, plain, dict(named))
            change = core.text_method(word, plain)
            return mapped(base, change) if change is not None else None
        if core.READERS.fullmatch(word) and 1 <= len(plain) <= 2:
            return self._read(context, function, base, plain)
        return None

    def _read(self, context: Context, function: Node, base: Value, plain: list[Value]) -> Value:
        """An entry of a table or of settings, by a method that reads one."""
        table, text = field(function, "object"), brief(function)
        found = _by_default(context, table, base, plain[0])
        if found is not None:
            return found
        plainly = table is not None and table.type in CALLABLE_KINDS  # and none of its sections
        if len(plain) == 2 and plainly and SECTIONED in context.unit.source.data:
            told = _parsed(context, table, base, plain[1], text)
            if told is None and core.PARSED.search(text) and not isinstance(strip(plain[1])[0], Mapping):
                told = core.got(base, plain[1], None, text)
            if told is not None:
                return core.converted("int", told) if text.endswith("int") else told
        got = core.got(base, plain[0], plain[1] if len(plain) > 1 else None, text)
        return _put_there(context, table, strip(base)[0], plain[0], got)

    def _called(self, context: Context, call: Node, plain: list[Value], named: list[tuple[str, Value]]) -> Value | None:
        """What `name()`, `self.name()` or `Class.name()` returns, if this file defines it: the class, or one that it is
        made from."""
        function = field(call, "function")
        word, owner = self._member(context, function)
        if not word.isidentifier():
            return None
        owners = {one.owner for one in context.unit.bindings(word) or () if one.kind == "opaque"}
        above = ancestors(context.unit, owner) if owner and owner not in owners else ()
        owner = next((name for name in above if name in owners), owner)
        found = self.defined(context, word, owner)
        if found is None or found.node is None:
            return None
        if (plain or named) and found.node.end_byte - found.node.start_byte > MAX_SMALL:
            return None
        from tlsscan.frontends.python_results import passed, takes_class, takes_object

        bound = bool(owner) and takes_object(found)
        by_class = bound and function is not None and text_of(field(function, "object")) not in OWN
        if by_class and (not takes_class(found) or descendants(context.unit, owner)):
            return None
        given = passed(found, call, plain, named, bound=bound)
        return self.returned(context, word, owner, given) if given is not None else None

    def _member(self, context: Context, function: Node | None) -> tuple[str, str]:
        """The word that names a function, and the class around, if it is asked of `self`, or the class that it is asked
        of."""
        base = field(function, "object") if function is not None and function.type == "attribute" else None
        word = text_of(field(function, "attribute") if function is not None else None)
        if base is None:
            return text_of(function), ""
        if text_of(base) not in ("self", "cls"):
            own = base.type == "identifier" and b"class " + (base.text or b"") in context.unit.source.data
            return (word, text_of(base)) if own else (text_of(function), "")
        around = self.around_class(context.path)
        return word, text_of(field(around, "name")) if around is not None else ""

    def defined(self, context: Context, word: str, owner: str) -> Binding | None:
        """The one function of this file of a name."""
        found = context.unit.bindings(word) or ()
        bound = [one for one in found if one.owner == owner and one.kind == "opaque" and one.node is not None]
        return bound[0] if len(bound) == 1 and word.isidentifier() else None

    def returned(self, context: Context, word: str, owner: str = "", given: "Given | None" = None) -> Value | None:
        """What a function of this file returns to what is passed to it; None if that cannot be told."""
        bound = self.defined(context, word, owner)
        if bound is None or (word, bound.offset) in context.active:
            return None
        paths = list(self._returns(context.unit, bound))
        if not paths:
            return None
        from tlsscan.frontends.python_results import returned

        return returned(self, context, bound, paths, given or {})

    def given_back(self, context: Context, call: Node) -> Iterator[Path]:
        """The paths to what a function of this file returns where it is called, whatever it is passed."""
        word, owner = self._member(context, field(call, "function"))
        bound = self.defined(context, word, owner) if word.isidentifier() else None
        for path in self._returns(context.unit, bound) if bound is not None else ():
            yield from ((*path, node) for node in path[-1].named_children[:1])

    def _returns(self, unit: Unit, binding: Binding) -> Iterator[Path]:
        """The paths to the return statements of a function."""
        start, end = binding.node.start_byte, binding.node.end_byte  # type: ignore[union-attr]
        for count, offset in enumerate(unit.occurrences("return")):
            if offset < start or offset >= end or count > MAX_RETURNS:
                continue
            path = unit.path_at(offset)
            if len(path) > 1 and path[-2].type == "return_statement" and self.function(path) == binding.node:
                yield path[:-1]

    def _held(self, context: Context, function: Node) -> tuple[str, ...]:
        """The names of what a member that is called holds: `factory = SSL.Context`, `self.factory(method)`."""
        bound = context.unit.bindings(text_of(field(function, "attribute"))) or ()
        if not any(one.owner and one.kind == "value" for one in bound):
            return ()
        held = strip(context.lower(function))[0]
        return held.names if isinstance(held, Name) and "." in held.names[0].strip("?.") else ()

    def callee(self, context: Context, node: Node) -> tuple[str, ...]:
        """The names that a call's function may have."""
        function = field(node, "function")
        if function is None:
            return ("?",)
        if function.type == "attribute":
            base, word = field(function, "object"), text_of(field(function, "attribute"))
            own = self.around_class(context.path) if text_of(base) in ("self", "cls") else None
            if own is not None:
                return (*self._held(context, function), f"{text_of(field(own, 'name'))}.{word}", f"?.{word}")
            if word == "__init__" and SUPER.fullmatch(text_of(base)):
                return tuple(self._made_from(context)) or ("?",)
            return self.members(context, base, word)
        value = strip(context.lower(function))[0]
        if isinstance(value, Name):
            return value.names
        word = text_of(function)
        if not word.isidentifier():
            return ("?",)
        return (f"{self.module(context.unit)}.{word}",) if self._is_defined(context, function) else (word,)

    def members(self, context: Context, base: Node | None, word: str) -> tuple[str, ...]:
        """Names of a member. That of a module is known by its name: no other receiver is meant."""
        value = context.lower(base)
        names = qualified(value, word)
        bindings = context.visible(base) if base is not None and base.type == "identifier" else ()
        module = all(any(node.type == "import_statement" for node in b.path) for b in bindings)
        return names[:-1] if bindings and module and isinstance(value, Name) else names

    def _is_defined(self, context: Context, name: Node) -> bool:
        """Whether a name is that of a function or a class of this file, whichever definition reaches it."""
        kinds = self.function_kinds | self.class_kinds
        bindings = context.visible(name)
        return bool(bindings) and all(b.node is not None and b.node.type in kinds for b in bindings)


def _named_entry(table: Name, base: Value, key: Value, reason: str) -> Value:
    """The entry of a name that this file gives no value to: an environment variable, a member of an enumeration, an
    entry of a table in another file."""
    word = strip(key)[0]
    if table.names[0].endswith("environ") and isinstance(word, Text):
        return Unknown("an environment variable decides", word.text)
    if table.names[0].endswith("__dict__") or ENUMERATION.search(table.names[0]):
        return core.member(base, key, reason)
    if table.names[0].startswith("?"):
        return Unknown(reason, word.text if isinstance(word, Text) else "")
    return item(base, key, reason)


def _of_member(frontend: PythonExpressions, context: Context, base: Node | None, word: str) -> Value | None:
    """`Version.OLD.value` of an enumeration of this file; None for other attributes."""
    if word not in ("value", "name") or base is None or not may_enumerate(context.unit.source.data):
        return None
    from tlsscan.frontends.python_enums import asked

    return asked(frontend, context, base, word)


def _makes_different(value: Choice) -> bool:
    """Whether each arm makes an object, and conditions decide of which class."""
    made = [strip(arm.value)[0] for arm in value.arms]
    names = {one.names[0] for one in made if isinstance(one, Invocation)}
    classes = all(isinstance(one, Invocation) and one.names[0].rpartition(".")[2][:1].isupper() for one in made)
    return classes and len(names) == len(made) and any(arm.condition for arm in value.arms)


def is_property(node: Node) -> bool:
    """Whether a definition is that of a property."""
    decorators = [child for child in node.children if child.type == "decorator"]
    return any(text_of(one).lstrip("@ ").rpartition(".")[2] in PROPERTIES for one in decorators)


def _copied(context: Context, function: Node | None) -> Value | None:
    """The dict that is copied by its method; None for other objects."""
    table = field(function, "object") if function is not None else None
    value = context.lower(table) if table is not None else None
    return value if value is not None and isinstance(strip(value)[0], Mapping) else None


def _put_there(context: Context, table: Node | None, made: Value, key: Value, first: Value) -> Value:
    """The entry of a dict that a variable holds, with what the dict is given after it was made."""
    if table is None or table.type != "identifier" or not isinstance(made, Mapping):
        return first
    word, data = table.text or b"", context.unit.source.data
    if word + b".update(" not in data and data.count(word + b"[") < MIN_ENTRIES:
        return first
    from tlsscan.frontends.python_entries import put

    return put(context, table, key, first)


def _decided(context: Context, condition: Node | None, *, present: bool = False) -> bool | None:
    """What a condition comes to by what is passed to the function around, where a call of it is followed."""
    if not context.unit.given or condition is None:
        return None
    from tlsscan.frontends.python_results import decided

    return decided(context, condition, present=present)


def _parsed(context: Context, parser: Node | None, made: Value, option: Value, text: str) -> Value | None:
    from tlsscan.frontends.python_settings import parsed

    return parsed(context, parser, made, option, text)


def _of_section(context: Context, node: Node, option: Value, reason: str) -> Value | None:
    """`parser["section"]["option"]`; None for other entries."""
    section = field(node, "value")
    if section is None or section.type != "subscript" or SECTIONED not in context.unit.source.data:
        return None
    parser = field(section, "value")
    return _parsed(context, parser, context.lower(parser), option, reason)


def _by_default(context: Context, table: Node | None, base: Value, key: Value) -> Value | None:
    if not core.parameters(base) and b"setdefault" not in context.unit.source.data:
        return None
    from tlsscan.frontends.python_settings import by_default

    return by_default(context, table, base, key)
