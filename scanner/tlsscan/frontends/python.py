"""Python 2 and 3: from syntax trees to sites."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tree_sitter import Language, Node

from tlsscan.frontends.base import (
    Binding,
    Context,
    Draft,
    Frontend,
    Path,
    RawArgument,
    Unit,
    children,
    field,
    invocation,
    key_word,
    parse_number,
    qualified,
    text_of,
    textual,
)
from tlsscan.frontends.grammars import grammar
from tlsscan.model import Form
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Entry,
    Listing,
    Mapping,
    Name,
    Null,
    Operation,
    Text,
    Unknown,
    Value,
    Via,
)

IMPORT_KINDS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
LIST_KINDS = frozenset({"list", "tuple", "set", "expression_list"})
PATTERN_KINDS = frozenset({"pattern_list", "tuple_pattern", "list_pattern"})
WRAPPER_KINDS = frozenset({"parenthesized_expression", "await", "expression_statement"})
SPLAT_KINDS = frozenset({"list_splat", "dictionary_splat"})
PARAMETER_KINDS = frozenset({"default_parameter", "typed_default_parameter", "typed_parameter"})
PARAMETER_LIST_KINDS = frozenset({"parameters", "lambda_parameters"})
NAME_KINDS = frozenset({"identifier", "attribute", "dotted_name", "string", "parenthesized_expression"})
OPERATORS = {"|": "|", "&": "&", "^": "^", "+": "+", "-": "-", "<<": "<<"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "\n": ""}
MAX_WILDCARDS = 8  # imports with `*` that are considered
ENVIRONMENT = frozenset({"os.environ.get", "os.getenv", "environ.get", "getenv"})


class PythonFrontend(Frontend):
    """Python through tree-sitter-python, which also reads Python 2."""

    language = "python"
    block_kinds = frozenset({"block"})
    function_kinds = frozenset({"function_definition", "lambda"})
    class_kinds = frozenset({"class_definition"})
    guard_words = re.compile(
        r"\b(hasattr|version_info|PY2|PY3|HAS_TLS\w*|HAS_SSL\w*|OPENSSL_VERSION\w*|ImportError|AttributeError)\b"
    )

    @staticmethod
    def grammar() -> Language:
        """The grammar of Python 3, which also reads most of Python 2."""
        return grammar("tree_sitter_python")

    def condition(self, node: Node) -> Node | None:
        """The condition of an if, an elif, a ternary; what an except clause catches."""
        if node.type in ("if_statement", "elif_clause", "conditional_expression"):
            return field(node, "condition") or (node.named_children[1] if node.named_child_count > 1 else None)
        if node.type == "except_clause":
            return field(node, "value") or (node.named_children[0] if node.named_child_count else None)
        return None

    def is_ternary(self, node: Node) -> bool:
        """Whether a node is `x if c else y`."""
        return node.type == "conditional_expression"

    def is_alternative(self, node: Node, inner: Node) -> bool:
        """Whether a child of a conditional is its else branch."""
        if node.type == "conditional_expression":
            return inner == node.named_children[-1]
        return super().is_alternative(node, inner)

    # -- values ----------------------------------------------------------------------------------------------

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
            return context.join(*context.all(children(node)))
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
        if kind == "named_expression":
            return context.lower(field(node, "value"))
        if kind == "keyword_argument":
            return context.lower(field(node, "value"))
        if kind == "assignment":
            return context.lower(field(node, "right"))
        if kind == "conditional_expression":
            first, condition, second = (
                node.named_children[i] if node.named_child_count == 3 else None for i in range(3)
            )
            return context.either(condition, self.arms(condition, first, second))
        if kind == "subscript":
            return self._subscript(context, node)
        if kind in ("binary_operator", "boolean_operator", "unary_operator", "not_operator"):
            return self._operator(context, node)
        return Unknown(f"{kind.replace('_', ' ')} is not followed")

    def _operator(self, context: Context, node: Node) -> Value:
        operator = text_of(field(node, "operator"))
        left, right = field(node, "left"), field(node, "right")
        if node.type == "boolean_operator" and operator == "or":
            return context.either(left, [(left, False), (right, False)])
        if node.type == "unary_operator":
            operand = context.lower(field(node, "argument"))
            return Operation("~", (operand,)) if operator == "~" else Operation("-", (operand,))
        if node.type == "binary_operator" and operator in OPERATORS:
            first, second = context.lower(left), context.lower(right)
            if operator == "+" and textual(first, second):
                return context.join(first, second)
            return Operation(OPERATORS[operator], (first, second))
        return Unknown(f"the result of {operator or 'not'} is not followed")

    def _string(self, context: Context, node: Node) -> Value:
        prefix = text_of(node.children[0]).rstrip("'\"").lower() if node.child_count else ""
        parts: list[Value] = []
        for child in node.children[1:-1]:
            if child.type == "interpolation":
                parts.append(context.lower(field(child, "expression")))
            else:
                raw = text_of(child)
                parts.append(Text(raw if "r" in prefix else unescape(raw)))
        return context.join(Text(""), *parts)

    def _dictionary(self, context: Context, node: Node) -> Value:
        entries = []
        for child in children(node):
            if child.type == "pair":
                entries.append(Entry(context.lower(field(child, "key")), context.lower(field(child, "value"))))
            else:
                entries.append(Entry(Unknown("a spread mapping"), context.lower(child)))
        return Mapping(tuple(entries))

    def _attribute(self, context: Context, node: Node) -> Value:
        base, word = field(node, "object"), text_of(field(node, "attribute"))
        if base is not None and text_of(base) in ("self", "cls"):
            found = context.member("", word, node)
            return found if found is not None else Name((f"?.{word}",))
        if base is not None and base.type == "identifier":
            found = context.member(text_of(base), word, node)
            if found is not None:
                return found
        return Name(qualified(context.lower(base), word))

    def _subscript(self, context: Context, node: Node) -> Value:
        base = context.lower(field(node, "value"))
        keys = node.children_by_field_name("subscript")
        key = context.lower(keys[0]) if len(keys) == 1 else Unknown("a slice")
        inner = base
        while isinstance(inner, Via):
            inner = inner.value
        if isinstance(inner, Mapping):
            for entry in inner.entries:
                if entry.key == key:
                    return entry.value
        if isinstance(inner, Name) and inner.names[0].endswith("environ") and isinstance(key, Text):
            return Unknown("an environment variable decides", key.text)
        if isinstance(inner, Name) and isinstance(key, Text):
            return Name(tuple(f"{name}.{key.text}" for name in inner.names))
        return Unknown(f"{' '.join(text_of(node).split())[:60]} is looked up at run time")

    def _call(self, context: Context, node: Node) -> Value:
        names = self.callee(context, node)
        arguments = field(node, "arguments")
        given = children(arguments) if arguments is not None else []
        plain = [context.lower(child) for child in given[:8] if child.type != "keyword_argument"]
        if names[0] == "getattr" and len(plain) >= 2:
            return _getattr(plain)
        if names[0] in ENVIRONMENT and plain and isinstance(plain[0], Text):
            return _environment(plain)
        named = [
            (text_of(field(child, "name")), context.lower(field(child, "value")))
            for child in given[:8]
            if child.type == "keyword_argument"
        ]
        return invocation(names, plain, named)

    def callee(self, context: Context, node: Node) -> tuple[str, ...]:
        """The names that a call's function may have."""
        function = field(node, "function")
        if function is None:
            return ("?",)
        if function.type == "attribute":
            return qualified(context.lower(field(function, "object")), text_of(field(function, "attribute")))
        value = context.lower(function)
        while isinstance(value, Via):
            value = value.value
        if isinstance(value, Name):
            return value.names
        word = text_of(function)
        return (word if word.isidentifier() else "?",)

    # -- bindings --------------------------------------------------------------------------------------------

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        """The word itself, and the word in every module that is imported with `*`."""
        return (word, *[f"{module}.{word}" for module in _wildcards(unit.source.data)])

    def sees(self, binding: Binding, path: Path) -> bool:
        """Members of a class are not seen by their bare name."""
        return not binding.owner

    def bind(self, unit: Unit, path: Path) -> Iterable[Binding]:
        """The bindings that an identifier makes: imports, definitions, parameters, assignments."""
        leaf = path[-1]
        if leaf.type != "identifier" or len(path) < 2:
            return
        parent = path[-2]
        statement = next((node for node in reversed(path) if node.type in IMPORT_KINDS), None)
        if statement is not None:
            yield from self._import(unit, path, statement)
        elif parent.type in ("function_definition", "class_definition"):
            yield self._binding(unit, "opaque", path, path[:-2])
        elif parent.type in PARAMETER_KINDS or parent.type in PARAMETER_LIST_KINDS:
            yield from self._parameter(unit, path)
        elif parent.type in ("list_splat_pattern", "dictionary_splat_pattern", "as_pattern_target"):
            yield self._binding(unit, "opaque", path, path)
        else:
            yield from self._assigned(unit, path)

    def _binding(
        self, unit: Unit, kind: str, path: Path, within: Path, node: Node | None = None, operator: str = "="
    ) -> Binding:
        function, owner = self.function(within), self.owner(within)
        condition, guarded = self.branch(within)
        return Binding(
            kind=kind,
            name=text_of(path[-1]),
            scope=self.scope_range(owner or function, unit),
            offset=path[-1].start_byte,
            path=within,
            node=node,
            owner=text_of(field(owner, "name")) if owner is not None else "",
            operator=operator,
            condition=condition,
            guarded=guarded,
        )

    def _import(self, unit: Unit, path: Path, statement: Node) -> Iterator[Binding]:
        leaf = path[-1]
        item = next((node for node in path if node.type in ("aliased_import", "dotted_name")), None)
        if item is None or field(statement, "module_name") in path:
            return
        module = text_of(field(statement, "module_name")).lstrip(".")
        alias = field(item, "alias") if item.type == "aliased_import" else None
        dotted = text_of(field(item, "name") if item.type == "aliased_import" else item)
        if alias is not None:
            if alias != leaf:
                return
        elif leaf.start_byte != item.start_byte:
            return
        elif statement.type == "import_statement":
            dotted = text_of(leaf)
        name = f"{module}.{dotted}" if module else dotted
        yield self._binding(unit, "import", path, path)._replace(names=(name,))

    def _parameter(self, unit: Unit, path: Path) -> Iterator[Binding]:
        parent = path[-2]
        if parent.type in PARAMETER_KINDS and field(parent, "value") == path[-1]:
            return
        if "type" in (node.type for node in path[-3:]):
            return
        function = next((i for i in range(len(path) - 1, -1, -1) if path[i].type in self.function_kinds), None)
        if function is None:
            return
        listing = next((node for node in reversed(path) if node.type in PARAMETER_LIST_KINDS), None)
        position = sum(1 for child in children(listing) if child.end_byte < path[-1].start_byte) if listing else 0
        default = field(parent, "value") if parent.type in PARAMETER_KINDS else None
        made = self._binding(unit, "parameter", path, path[: function + 1], default)
        scope = self.scope_range(path[function], unit)
        yield made._replace(position=position, scope=scope, owner="", condition="", path=path[: function + 1])

    def _assigned(self, unit: Unit, path: Path) -> Iterator[Binding]:
        for level in range(len(path) - 2, max(len(path) - 6, -1), -1):
            node = path[level]
            if node.type in ("assignment", "augmented_assignment"):
                yield from self._target(unit, path, level)
            elif node.type == "named_expression" and field(node, "name") == path[-1]:
                yield self._binding(unit, "value", path, path[: level + 1], field(node, "value"))
            elif node.type == "for_statement" and field(node, "left") == path[level + 1]:
                made = self._binding(unit, "value", path, path[: level + 1], field(node, "right"))
                yield made._replace(each=True) if field(node, "left") == path[-1] else made._replace(kind="opaque")
            elif node.type not in ("attribute", "expression_list") and node.type not in PATTERN_KINDS:
                return

    def _target(self, unit: Unit, path: Path, level: int) -> Iterator[Binding]:
        node, left = path[level], path[level + 1]
        if field(node, "left") != left:
            return
        right = field(node, "right")
        operator = text_of(field(node, "operator")) or "="
        if left == path[-1]:
            yield self._binding(
                unit, "value" if right is not None else "opaque", path, path[: level + 1], right, operator
            )
        elif left.type == "attribute" and field(left, "attribute") == path[-1]:
            owner = self.around_class(path)
            if text_of(field(left, "object")) in ("self", "cls") and owner is not None:
                made = self._binding(unit, "value", path, path[: level + 1], right, operator)
                yield made._replace(owner=text_of(field(owner, "name")), scope=self.scope_range(owner, unit))
        elif left.type in PATTERN_KINDS:
            yield self._unpacked(unit, path, level, left, right)

    def _unpacked(self, unit: Unit, path: Path, level: int, left: Node, right: Node | None) -> Binding:
        targets = children(left)
        values = children(right) if right is not None and right.type in LIST_KINDS else []
        if path[-1] in targets and len(values) == len(targets):
            return self._binding(unit, "value", path, path[: level + 1], values[targets.index(path[-1])])
        return self._binding(unit, "opaque", path, path[: level + 1])

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        """The alias of an import, the left side of an assignment."""
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            if node.type not in NAME_KINDS and node.type != "string_content":
                return ()
            if parent.type == "aliased_import":
                return (text_of(field(parent, "alias")),)
            if parent.type == "import_from_statement" and field(parent, "module_name") == node:
                return [text_of(field(child, "alias") or child) for child in parent.children_by_field_name("name")]
            if parent.type == "assignment" and field(parent, "right") == node:
                left = field(parent, "left")
                word = field(left, "attribute") if left is not None and left.type == "attribute" else left
                return (text_of(word),) if word is not None and word.type == "identifier" else ()
        return ()

    def module(self, unit: Unit) -> str:
        """The path of the file, dotted."""
        parts = re.sub(r"\.pyw?i?$", "", unit.source.path).split("/")
        return ".".join(part for part in parts if part not in ("__init__", "..", "."))

    # -- drafts ----------------------------------------------------------------------------------------------

    def drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Drafts of a call, an assignment, an entry of a dict, a parameter with a default."""
        node = path[-1]
        if node.type == "call":
            yield self._call_draft(unit, path)
        elif node.type in ("assignment", "augmented_assignment"):
            yield from self._assignment_draft(unit, path)
        elif node.type == "pair":
            yield from self._pair_draft(unit, path)
        elif node.type in PARAMETER_KINDS and field(node, "value") is not None:
            name, value = field(node, "name"), field(node, "value")
            if name is not None and value is not None:
                yield Draft(Form.PARAMETER, (text_of(name),), node, name, (RawArgument(None, "", value),))

    def _call_draft(self, unit: Unit, path: Path) -> Draft:
        node = path[-1]
        context = Context(unit, path)
        given = field(node, "arguments")
        arguments: list[RawArgument] = []
        position = 0
        for child in children(given) if given is not None else []:
            value = field(child, "value")
            if child.type == "keyword_argument" and value is not None:
                arguments.append(RawArgument(None, text_of(field(child, "name")), value))
            elif child.type not in SPLAT_KINDS:
                arguments.append(RawArgument(position, "", child))
                position += 1
            else:
                position += 100
        label = field(node, "function") or node
        return Draft(
            Form.CALL, self.callee(context, node), node, label, tuple(arguments), target=self._call_target(unit, path)
        )

    def _call_target(self, unit: Unit, path: Path) -> str:
        """The variable that a constructor's result is assigned to, or the receiver of a method call."""
        if len(path) > 1 and path[-2].type == "assignment" and field(path[-2], "right") == path[-1]:
            return self._object(unit, path, field(path[-2], "left"))
        function = field(path[-1], "function")
        if function is not None and function.type == "attribute":
            return self._object(unit, path, field(function, "object"))
        return ""

    def _object(self, unit: Unit, path: Path, node: Node | None) -> str:
        if node is None or not re.fullmatch(r"\w+(\.\w+)?", text_of(node)):
            return ""
        outer = self.around_class(path) if text_of(node).startswith("self.") else self.function(path)
        return f"{outer.start_byte if outer is not None else -1}:{text_of(node)}"

    def _assignment_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        operator = text_of(field(node, "operator")) or "="
        value = (RawArgument(None, "", right),)
        if left.type == "attribute":
            base = field(left, "object")
            names = qualified(Context(unit, path).lower(base), text_of(field(left, "attribute")))
            yield Draft(Form.ASSIGN, names, node, left, value, operator, target=self._object(unit, path, base))
        elif left.type == "identifier":
            owner = self.owner(path)
            names = self._class_attribute(unit, path, owner, text_of(left)) if owner is not None else (text_of(left),)
            if owner is not None or self.function(path) is None:
                yield Draft(Form.ASSIGN, names, node, left, value, operator)
        elif left.type == "subscript":
            base, keys = self._subscript_keys(unit, path, left)
            if keys:
                owner_names = self._names(Context(unit, path).lower(base))
                names = (keys[-1],)
                yield Draft(Form.OPTION, names, node, left, value, operator, tuple(keys), owner_names)

    def _names(self, value: Value) -> tuple[str, ...]:
        while isinstance(value, Via):
            value = value.value
        return value.names if isinstance(value, Name) else ()

    def _class_attribute(self, unit: Unit, path: Path, owner: Node, word: str) -> tuple[str, ...]:
        bases = field(owner, "superclasses")
        context = Context(unit, path)
        names: list[str] = []
        for base in children(bases) if bases is not None else []:
            value = context.lower(base)
            if isinstance(value, Name):
                names.extend(f"{name}.{word}" for name in value.names)
        return (*names, f"?.{word}")

    def _subscript_keys(self, unit: Unit, path: Path, node: Node) -> tuple[Node | None, list[str]]:
        keys: list[str] = []
        base: Node | None = node
        context = Context(unit, path)
        while base is not None and base.type == "subscript" and len(keys) < 8:
            subscripts = base.children_by_field_name("subscript")
            word = key_word(context.lower(subscripts[0])) if len(subscripts) == 1 else ""
            if not word:
                return None, []
            keys.insert(0, word)
            base = field(base, "value")
        return base, keys

    def _pair_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        key, value = field(node, "key"), field(node, "value")
        if key is None or value is None:
            return
        option, owner = self._option_path(unit, path)
        if option:
            yield Draft(Form.OPTION, (option[-1],), node, key, (RawArgument(None, "", value),), "=", option, owner)

    def _option_path(self, unit: Unit, path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The keys from the outermost mapping to the pair, and the names of the call they are passed to."""
        keys: list[str] = []
        context = Context(unit, path)
        for level in range(len(path) - 1, -1, -1):
            node = path[level]
            if node.type == "pair":
                keys.insert(0, key_word(context.lower(field(node, "key"))))
            elif node.type == "keyword_argument":
                keys.insert(0, text_of(field(node, "name")))
            elif node.type == "call":
                return tuple(keys), self.callee(context, node)
            elif node.type not in ("dictionary", "argument_list", "dictionary_splat", "parenthesized_expression"):
                break
        return tuple(keys), ()


@lru_cache(maxsize=1)
def _wildcards(data: bytes) -> tuple[str, ...]:
    """The modules that a file imports with `*`."""
    found = re.findall(rb"(?m)^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\*", data)
    return tuple(
        module.decode("utf-8", "replace").lstrip(".") for module in found[:MAX_WILDCARDS] if module.strip(b".")
    )


def unescape(raw: str) -> str:
    """A string's content after the escapes that matter for names of versions."""
    if "\\" not in raw:
        return raw
    raw = re.sub(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1) or m.group(2), 16)), raw)
    return re.sub(r"\\([ntr\\'\"\n])", lambda m: ESCAPES[m.group(1)], raw)


def _getattr(arguments: list[Value]) -> Value:
    base, key = arguments[0], arguments[1]
    if not isinstance(base, Name) or not isinstance(key, Text):
        return Unknown("getattr with a name made at run time")
    found = Name(tuple(f"{name}.{key.text}" for name in base.names))
    if len(arguments) < 3:
        return found
    condition = f"hasattr {key.text}"
    return Choice((Arm(condition, False, found), Arm(f"no {key.text}", True, arguments[2])))


def _environment(arguments: list[Value]) -> Value:
    variable = arguments[0].text if isinstance(arguments[0], Text) else ""
    read = Unknown(f"the environment variable {variable} decides", variable)
    if len(arguments) < 2:
        return read
    return Choice((Arm(f"{variable} is set", False, read), Arm(f"{variable} is not set", False, arguments[1])))
