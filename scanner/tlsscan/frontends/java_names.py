"""Names of Java: packages, imports, types, and the scopes of variables. Knows no values."""

from itertools import islice

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_scopes import BODY_KINDS, CLASS_KINDS, Uses, find_uses, visible
from tlsscan.frontends.unit import Binding, Path, PerUnit, Unit, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.values import BEHIND

WRAPPED_KINDS = frozenset({"parenthesized_expression", "cast_expression"})
ANNOTATION_KINDS = frozenset({"annotation", "marker_annotation"})
DECLARED = lazy(rb"\b(?:class|interface|enum|record)\s+([A-Za-z_][\w$]*)")
MAX_HEADER = 2000  # imports and classes of a file that are looked at
COUNTS = frozenset({"size", "length"})
DOTTED = lazy(r"\w+(?:\.\w+)*")
MAX_TYPES = 8  # variables followed for the type of one expression
MAX_CHAIN = 200  # calls in one chain
ROOT_KINDS = frozenset({"identifier", "this", "object_creation_expression", "cast_expression", "field_access"})
MAX_WRAPPING = 60  # parentheses and casts around one expression
LANG = frozenset(
    {
        "Boolean",
        "Byte",
        "Character",
        "Class",
        "Double",
        "Enum",
        "Float",
        "Integer",
        "Iterable",
        "Long",
        "Math",
        "Object",
    }
    | {"Process", "ProcessBuilder", "Runtime", "Short", "String", "StringBuffer", "StringBuilder", "System", "Thread"}
)


class Header(NamedTuple):
    """What a file says about names: its package, its imports by simple name, and where it may declare classes.

    `wildcards` are packages or classes of `import a.b.*`, `static_wildcards` classes of `import static a.B.*`,
    `types` the byte offsets of words after `class` and the like.
    """

    package: str
    imports: dict[str, str]
    statics: dict[str, str]
    wildcards: tuple[str, ...]
    static_wildcards: tuple[str, ...]
    types: dict[str, int]


class Names:
    """Headers and uses of the files at hand, each worked out once."""

    def __init__(self) -> None:
        self._headers: PerUnit[Header] = PerUnit(_read_header)
        self._uses: PerUnit[dict[str, Uses]] = PerUnit(lambda unit: {})

    def header(self, unit: Unit) -> Header:
        """The package, imports and top-level types of a file."""
        return self._headers.of(unit)

    def uses(self, unit: Unit, word: str) -> Uses:
        """Where a word is declared and written."""
        known = self._uses.of(unit)
        if word not in known:
            known[word] = find_uses(unit, word)
        return known[word]

    def type_named(self, unit: Unit, dotted: str) -> tuple[str, ...]:
        """The qualified names that a type's name may stand for, most likely first."""
        first, dot, rest = dotted.partition(".")
        tail = dot + rest
        if rest and first[:1].islower():
            return (dotted,)
        header = self.header(unit)
        if first in header.imports:
            return (header.imports[first] + tail,)
        own = self._own_type(unit, first)
        if own:
            return (own + tail,)
        if first in LANG:
            return (f"java.lang.{first}{tail}",)
        local = f"{header.package}.{first}" if header.package else first
        return (*[f"{package}.{first}{tail}" for package in header.wildcards], local + tail)

    def _own_type(self, unit: Unit, word: str) -> str:
        offset = self.header(unit).types.get(word)
        path = unit.path_at(offset) if offset is not None else ()
        if len(path) < 2 or path[-2].type not in CLASS_KINDS:
            return ""
        return qualified_class(self.header(unit).package, path)

    def type_of(self, unit: Unit, node: Node | None) -> tuple[str, ...]:
        """The qualified names of the class that a type node stands for; none for arrays, primitives and `var`."""
        while node is not None and node.type in ("generic_type", "annotated_type"):
            inner = children(node)
            node = next((child for child in inner if "type_identifier" in child.type), None)
        if node is None or node.type not in ("type_identifier", "scoped_type_identifier"):
            return ()
        word = "".join(text_of(node).split())
        return () if word == "var" else self.type_named(unit, word)

    def class_names(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The qualified names of the class around a path and of what it extends and implements."""
        for level in range(len(path) - 1, 0, -1):
            if path[level].type in BODY_KINDS:
                return self._class_at(unit, path[:level])
        return ()

    def _class_at(self, unit: Unit, path: Path) -> tuple[str, ...]:
        node = path[-1]
        if node.type == "object_creation_expression":
            return self.type_of(unit, field(node, "type"))
        names = [qualified_class(self.header(unit).package, path)]
        for parent in _parents(node):
            names.extend(self.type_of(unit, parent))
        return tuple(names)

    def inherited(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The qualified names of what the classes around a path extend and implement, innermost first."""
        names: list[str] = []
        for node in reversed(path):
            if node.type in CLASS_KINDS:
                for parent in _parents(node):
                    names.extend(self.type_of(unit, parent))
        return tuple(names)

    # -- the types of expressions ------------------------------------------------------------------------------

    def types(self, unit: Unit, path: Path, node: Node | None, depth: int = 0) -> tuple[str, ...]:
        """The qualified names of classes that an expression is an instance of, or that it names itself; for a chain
        of calls the class that it begins with, with and without the first call."""
        if node is None or depth > MAX_TYPES:
            return ()
        kind = node.type
        if kind == "method_invocation":
            return self._chain(unit, path, node, depth)
        if kind in ("cast_expression", "object_creation_expression"):
            return self.type_of(unit, field(node, "type"))
        if kind == "identifier":
            return self._identifier(unit, path, node, depth)
        if kind == "field_access":
            return self._field(unit, path, node, depth)
        if kind == "this":
            return self.class_names(unit, path)
        if kind == "super":
            return self.inherited(unit, path)
        if kind == "parenthesized_expression":
            return self.types(unit, path, inside(node), depth)
        return ()

    def _identifier(self, unit: Unit, path: Path, node: Node, depth: int) -> tuple[str, ...]:
        word = text_of(node)
        found = visible(unit.bindings(word), node.start_byte)
        declared = next((binding.names for binding in found if binding.names), ())
        if declared:
            return declared
        for binding in found:
            if binding.kind == "value" and binding.operator == "=" and not binding.each:
                return self.types(unit, binding.path, binding.node, depth + 1)
        return self.type_named(unit, word) if not found and word[:1].isupper() else ()

    def _field(self, unit: Unit, path: Path, node: Node, depth: int = 0) -> tuple[str, ...]:
        base, word = field(node, "object"), text_of(field(node, "field"))
        if base is None:
            return ()
        if base.type == "this" or text_of(base).endswith(".this"):
            around = [b for b in unit.bindings(word) or () if b.owner and b.scope[0] <= node.start_byte < b.scope[1]]
            return next((binding.names for binding in around if binding.names), ())
        dotted = "".join(text_of(node).split())
        if DOTTED.fullmatch(dotted) and not self.is_variable(unit, dotted.partition(".")[0], node.start_byte):
            return self.type_named(unit, dotted)
        return self.told(unit, self.types(unit, path, base, depth + 1), word)

    def _chain(self, unit: Unit, path: Path, node: Node, depth: int) -> tuple[str, ...]:
        calls: list[Node] = []
        base: Node | None = node
        while base is not None and base.type == "method_invocation" and len(calls) < MAX_CHAIN:
            calls.append(base)
            base = field(base, "object")
        words = [text_of(field(call, "name")) for call in reversed(calls)]
        if base is None:
            first = words.pop(0)
            names = (*self.returned(unit, first), *self.header(unit).statics.get(first, "").split())
        else:
            names = self.types(unit, path, base, depth + 1)
        while words and (told := self.told(unit, names, f"{words[0]}()")):
            names = told
            del words[0]
        return (*[f"{name}.{words[0]}" for name in names], *names) if words and base is not None else names

    def told(self, unit: Unit, owners: tuple[str, ...], word: str) -> tuple[str, ...]:
        """The types that classes of this file declare for a member: for a field, or for what a method gives (`name()`);
        none where overloads disagree, or where a type parameter stands there."""
        header = self.header(unit)
        if not any(owner.rpartition(".")[2] in header.types for owner in owners):
            return ()
        own = frozenset(owners)
        if not word.endswith("()"):
            fields = [
                b for b in unit.bindings(word) or () if b.owner and qualified_class(header.package, b.path) in own
            ]
            return next((binding.names for binding in fields if binding.names), ())
        methods = self.uses(unit, word[:-2]).methods
        found = {self.result(unit, path) for path in methods if qualified_class(header.package, path) in own}
        return found.pop() if len(found) == 1 else ()

    def result(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The declared type of what the method at the end of a path gives, if that is a class."""
        typed = field(path[-1], "type")
        word = text_of(typed)
        listed = (field(node, "type_parameters") for node in path)
        if any(word == text_of(child).split()[0] for every in listed if every is not None for child in children(every)):
            return ()
        return self.type_of(unit, typed)

    def through(self, unit: Unit, path: Path, node: Node) -> tuple[str, ...]:
        """The names of a call behind members whose types only another file tells: `Type>config().protocols()`."""
        words: list[str] = []
        base: Node | None = node
        while base is not None and len(words) < MAX_TYPES:
            if base.type == "method_invocation" and not arguments(base):
                words.insert(0, f"{text_of(field(base, 'name'))}()")
                base = inside(field(base, "object"))
            elif base.type == "field_access" and not self._field(unit, path, base):
                words.insert(0, text_of(field(base, "field")))
                base = inside(field(base, "object"))
            elif base.type == "identifier" and (kept := self._kept(unit, base)) is not None:
                path, base = kept.path, inside(kept.node)
            else:
                break
        if base is None or base.type not in ROOT_KINDS:
            return ()
        names = self.types(unit, path, base)
        if not names and base.type == "identifier" and not visible(unit.bindings(text_of(base)), base.start_byte):
            names = self.inherited(unit, path)  # a field of a class that the one around extends
            words.insert(0, text_of(base))
        while len(words) > 1 and (told := self.told(unit, names, words[0])):
            names = told
            del words[0]
        if len(words) < 2:
            return ()
        return tuple(f"{name}{BEHIND}{'.'.join(words)}" for name in names if "." in name and not _is_librarys(name))

    def _kept(self, unit: Unit, node: Node) -> Binding | None:
        """What a variable without a type of its own holds."""
        found = visible(unit.bindings(text_of(node)), node.start_byte)
        one = found[0] if len(found) == 1 else None
        return one if one is not None and not (one.names or one.each or one.node is None) else None

    def returned(self, unit: Unit, word: str) -> tuple[str, ...]:
        """The declared result types of the file's methods so named."""
        methods = self.uses(unit, word).methods
        return tuple(name for method in methods for name in self.type_of(unit, field(method[-1], "type")))

    def unqualified(self, unit: Unit, path: Path, word: str) -> tuple[str, ...]:
        """The names of a method called without a receiver; the last one is `?.word`."""
        header = self.header(unit)
        if word in header.statics:
            return (header.statics[word], f"?.{word}")
        owners = (*self.class_names(unit, path), *header.static_wildcards)
        return (*[f"{owner}.{word}" for owner in owners], f"?.{word}")

    def is_variable(self, unit: Unit, word: str, offset: int) -> bool:
        """Whether a bare word at an offset is a variable, a parameter or a field of this file."""
        return any(binding.kind != "import" for binding in visible(unit.bindings(word), offset))

    def callee(self, unit: Unit, path: Path, node: Node) -> tuple[str, ...]:
        """The names that the method of a call may have, most likely first."""
        base, word = field(node, "object"), text_of(field(node, "name"))
        if base is None:
            return self.unqualified(unit, path, word)
        names = tuple(f"{name}.{word}" for name in self.types(unit, path, base))
        if base.type in ("identifier", "field_access") and names:
            first = text_of(base).partition(".")[0].strip()
            if first != "this" and not self.is_variable(unit, first, node.start_byte):
                return names
        return (*names, f"?.{word}")


def _parents(node: Node) -> list[Node]:
    """The type nodes that a class extends and implements."""
    found: list[Node] = []
    for child in children(node):
        if child.type in ("superclass", "super_interfaces", "extends_interfaces"):
            for inner in children(child):
                found.extend(children(inner) if inner.type == "type_list" else [inner])
    return found


def qualified_class(package: str, path: Path) -> str:
    """The qualified name of the innermost class of a path: `a.b.Outer.Inner`."""
    names = [text_of(field(node, "name")) for node in path if node.type in CLASS_KINDS]
    return ".".join(part for part in (package, *names) if part)


def _is_librarys(name: str) -> bool:
    """Whether a class is one of Java's own."""
    return name.startswith(("java.", "javax."))


def unwrap(node: Node | None) -> Node | None:
    """An expression without parentheses and casts."""
    for _ in range(MAX_WRAPPING):
        if node is None or node.type not in WRAPPED_KINDS:
            return node
        node = field(node, "value") if node.type == "cast_expression" else next(iter(children(node)), None)
    return None


def inside(node: Node | None) -> Node | None:
    """An expression without the parentheses around it."""
    for _ in range(MAX_WRAPPING):
        if node is None or node.type != "parenthesized_expression":
            return node
        node = next(iter(children(node)), None)
    return None


def _read_header(unit: Unit) -> Header:
    package = ""
    imports: dict[str, str] = {}
    statics: dict[str, str] = {}
    wildcards: list[str] = []
    static_wildcards: list[str] = []
    for node in unit.root.named_children[:MAX_HEADER]:
        if node.type == "package_declaration":
            package = _dotted(node)
        elif node.type == "import_declaration":
            name = _dotted(node)
            static = any(child.type == "static" for child in node.children)
            if node.named_children[-1].type == "asterisk":
                (static_wildcards if static else wildcards).append(name)
            else:
                (statics if static else imports)[name.rpartition(".")[2]] = name
    return Header(package, imports, statics, tuple(wildcards), tuple(static_wildcards), _types(unit.source.data))


def _types(data: bytes) -> dict[str, int]:
    found: dict[str, int] = {}
    for match in islice(DECLARED.finditer(data), MAX_HEADER):
        found.setdefault(match.group(1).decode("utf-8", "replace"), match.start(1))
    return found


def _dotted(node: Node) -> str:
    name = next((child for child in node.named_children if child.type in ("scoped_identifier", "identifier")), None)
    return "".join(text_of(name).split())


def arguments(node: Node) -> list[Node]:
    """The argument nodes of a call."""
    given = field(node, "arguments")
    return children(given) if given is not None else []


def is_count(node: Node) -> bool:
    """Whether an expression says how many there are of something: `names.length`, `names.size() + 1`."""
    inner = unwrap(node)
    for _ in range(MAX_WRAPPING):
        if inner is None or inner.type != "binary_expression":
            break
        inner = unwrap(field(inner, "left"))
    if inner is None:
        return False
    if inner.type == "field_access":
        return text_of(field(inner, "field")) == "length"
    return inner.type == "method_invocation" and not arguments(inner) and text_of(field(inner, "name")) in COUNTS


def parameters(method: Node) -> list[Node]:
    """The parameter nodes of a method."""
    listed = field(method, "parameters")
    return children(listed) if listed is not None else []


def operator_of(assignment: Node) -> str:
    """The operator of an assignment as written."""
    return text_of(field(assignment, "operator")) or "="


def shorts(names: tuple[str, ...]) -> set[str]:
    """Class and method of qualified names: `Arrays.asList`."""
    return {".".join(name.split(".")[-2:]) for name in names}
