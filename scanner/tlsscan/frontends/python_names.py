"""What gives a Python name its value: imports, parameters, assignments. Knows nothing of TLS."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from tlsscan.frontends.definitions import defined
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.python_classes import declares, made_from
from tlsscan.frontends.python_exports import CALLED, absolute, passed_on, passes_on, starred
from tlsscan.frontends.python_expressions import LIST_KINDS, PythonExpressions, is_property
from tlsscan.frontends.python_hierarchy import descendants, may_declare, may_enumerate
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Callee, Choice, strip

IMPORT_KINDS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
PATTERN_KINDS = frozenset({"pattern_list", "tuple_pattern", "list_pattern"})
PARAMETER_KINDS = frozenset({"default_parameter", "typed_default_parameter", "typed_parameter"})
PARAMETER_LIST_KINDS = frozenset({"parameters", "lambda_parameters"})
STARRED_KINDS = frozenset({"list_splat_pattern", "dictionary_splat_pattern"})
TAKING_KINDS = PARAMETER_LIST_KINDS | {"typed_parameter"}
RETURNED = "return"  # no variable can be called so
NAME_KINDS = frozenset({"identifier", "attribute", "dotted_name", "string", "parenthesized_expression"})
ENTRY_KINDS = frozenset(
    {"string", "pair", "dictionary", "keyword_argument", "argument_list", "call", "parenthesized_expression"}
)
HELD = lazy(r"self\.\w+")


class PythonNames(PythonExpressions):
    """The part of the frontend that finds what a name stands for."""

    definition_hint = rb"\s*(?:(?::[^=\n]{0,80})?=[^=~]|\(\s*self\s*\)\s*(?:->[^:\n]{0,80})?:)"  # or a property

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        """The word itself, and the word in every module that is imported with `*`."""
        return (word, *[f"{module}.{word}" for module in _wildcards(unit.source.data, self.package(unit))])

    def defines(self, unit: Unit, path: Path) -> str:
        return defined(self, unit, path)

    def sees(self, binding: Binding, path: Path) -> bool:
        """Members of a class are seen by their bare name in its body alone, what is a function's own only inside of it:
        the default of a parameter is evaluated around its function."""
        if binding.owner:
            owner = self.owner(path) if not binding.held else None
            return owner is not None and owner.start_byte == binding.scope[0]
        start = binding.scope[0]
        return not start or any(node.start_byte == start and node.type in self.function_kinds for node in path)

    def met(self, unit: Unit, bindings: list[Binding], path: Path) -> list[Binding]:
        if len(bindings) < 2 or not _has_globals(unit):
            return bindings
        from tlsscan.frontends.python_globals import met

        return met(self, unit, bindings, path)

    def shared(self, unit: Unit, bindings: Sequence[Binding]) -> list[Binding]:
        plain = super().shared(unit, bindings)
        if not _has_globals(unit):
            return plain
        from tlsscan.frontends.python_globals import shared

        return shared(self, unit, bindings) or plain

    def definitions(self, unit: Unit, words: Iterable[str]) -> Iterator[Definition]:
        """Constants, those that are only passed on, and what properties give that no more than read what their objects
        hold: of a class, and of those of this file that are made from it."""
        words = tuple(words)
        for definition in super().definitions(unit, words):
            yield _filled(unit, definition)
        for word in words:
            for binding in unit.bindings(word) or ():
                if binding.owner and binding.kind == "parameter":
                    value = Context(unit, binding.path).left([binding], word)
                    yield Definition(self.defined_name(unit, binding, word), value, unit.step(binding.path[-1]))
                elif binding.owner and binding.node is not None and is_property(binding.path[-1]):
                    yield from self._given(unit, binding, word)
            if word.endswith(CALLED):
                yield from self._given_back(unit, word)
            elif word.endswith(")"):
                yield from _replayed(self, unit, word)
            elif _asks_members(unit.source.data, word):
                from tlsscan.frontends.python_enums import definitions

                yield from definitions(self, unit, word)
            yield from passed_on(self, unit, word, self.package(unit))
            if declares(unit.source.data, word):
                yield from made_from(self, unit, word)

    def may_define(self, data: bytes, word: str) -> bool:
        plain, mark, _ = word.partition("(")
        if mark and re.search(rb"\b(?:def|self[ \t]*\.)[ \t]*" + re.escape(plain.encode()) + rb"\b", data):
            return True
        return (
            super().may_define(data, plain)
            or _asks_members(data, word)
            or passes_on(data, word)
            or declares(data, word)
        )

    def _given_back(self, unit: Unit, word: str) -> Iterator[Definition]:
        """What functions of a name give that are passed nothing."""
        for binding in unit.bindings(word.removesuffix(CALLED)) or ():
            kind = binding.node.type if binding.kind == "opaque" and binding.node is not None else ""
            if kind in self.function_kinds and (binding.owner or self.function(binding.path) is None):
                value = self.returned(Context(unit, binding.path), binding.name, binding.owner)
                if value is not None:
                    yield Definition(self.defined_name(unit, binding, word), value, unit.step(binding.path[-1]))

    def _given(self, unit: Unit, binding: Binding, word: str) -> Iterator[Definition]:
        value = self.returned(Context(unit, binding.path), word, owner=binding.owner)
        if value is None:
            return
        step, name = unit.step(binding.node or binding.path[-1]), self.defined_name(unit, binding, word)
        yield Definition(name, value, step)
        arms = strip(value)[0]
        for arm in arms.arms if isinstance(arms, Choice) else ():
            heir = arm.condition.removeprefix("in ")
            if heir in descendants(unit, binding.owner):
                yield Definition(f"{self.module(unit)}.{heir}.{word}", arm.value, step)

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
            yield self._binding(unit, "opaque", path, path[:-2], parent)
        elif self._is_parameter(path):
            yield from self._parameter(unit, path)
        elif parent.type in STARRED_KINDS or parent.type == "as_pattern_target":
            yield self._binding(unit, "opaque", path, path)
        else:
            yield from self._assigned(unit, path)

    def _binding(
        self, unit: Unit, kind: str, path: Path, within: Path, node: Node | None = None, operator: str = "="
    ) -> Binding:
        function, owner, name = self.function(within), self.owner(within), text_of(path[-1])
        condition, guarded = self.branch(within)
        shared = owner is None and _has_globals(unit) and _is_global(unit, function, name)
        return Binding(
            kind=kind,
            name=name,
            scope=self.scope_range(None if shared else owner or function, unit),
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
        source = field(statement, "module_name")
        module = absolute(text_of(source), self.package(unit)) if source is not None else ""
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
        default = field(parent, "value") if parent.type in PARAMETER_KINDS else self._option_default(path, function)
        made = self._binding(unit, "parameter", path, path[: function + 1], default)
        scope = self.scope_range(path[function], unit)
        yield made._replace(position=position, scope=scope, owner="", condition="", path=path[: function + 1])

    def _is_parameter(self, path: Path) -> bool:
        kind = path[-2].type
        starred = kind in STARRED_KINDS and len(path) > 2 and path[-3].type in TAKING_KINDS
        return starred or kind in PARAMETER_KINDS or kind in PARAMETER_LIST_KINDS

    def reached(self, unit: Unit, binding: Binding) -> Callee | None:
        if not binding.owner:
            return super().reached(unit, binding)
        from tlsscan.frontends.python_records import taken_by

        return taken_by(unit, binding, self.module(unit))

    def called(self, unit: Unit, path: Path, parameters: Sequence[Node], at: int) -> Callee | None:
        if any(node.type == "lambda" for node in path):
            return None
        owner, function = self.owner(path[:-1]), text_of(field(path[-1], "name"))
        bound = owner is not None and not _is_static(path)
        if bound and not at:
            return None
        made = bound and function in ("__init__", "__new__")
        parts = (self.module(unit), self.enclosing(path[:-1] if made else path))
        name = ".".join(part for part in parts if part)
        kind = "constructor" if made else "function" if owner is None else "method"
        item, before = parameters[at], [child.type for child in parameters[:at]]
        starred = next((node.type for node in (item, *item.named_children[:1]) if node.type in STARRED_KINDS), "")
        if starred == "dictionary_splat_pattern":
            return Callee(name, kind, takes="named")
        position = at - bound - before.count("positional_separator")
        if starred:
            return Callee(name, kind, position, takes="rest")
        by_name_only = any(kind == "keyword_separator" or kind in STARRED_KINDS for kind in before)
        word = text_of(field(item, "name") or item).partition(":")[0].strip()
        after = any(child.type == "positional_separator" for child in parameters[at:])
        return Callee(name, kind, -1 if by_name_only else position, "" if after else word)

    def _option_default(self, path: Path, function: int) -> Node | None:
        """The default that a decorator declares for a parameter: `@click.option("--tls-version", default="TLSv1")`."""
        outer = path[function - 1] if function else path[0]
        flag = f"--{text_of(path[-1]).replace('_', '-')}"
        for decorator in children(outer) if outer.type == "decorated_definition" else []:
            call = (
                decorator.named_children[0] if decorator.type == "decorator" and decorator.named_child_count else None
            )
            given = children(field(call, "arguments") or call) if call is not None and call.type == "call" else []
            if any(child.type == "string" and text_of(child).strip("'\"") == flag for child in given):
                named = {text_of(field(child, "name")): field(child, "value") for child in given}
                return named.get("default")
        return None

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
            kind = "value" if right is not None else "opaque"
            yield _of_record(unit, path, self._binding(unit, kind, path, path[: level + 1], right, operator))
        elif left.type == "attribute" and field(left, "attribute") == path[-1]:
            owner = self.around_class(path)
            base = text_of(field(left, "object"))
            if owner is not None and (base in ("self", "cls") or HELD.fullmatch(base)):
                made = self._binding(unit, "value", path, path[: level + 1], right, operator)
                name = f"{base}." if "." in base else text_of(field(owner, "name"))
                yield made._replace(owner=name, scope=self.scope_range(owner, unit))
        elif left.type in PATTERN_KINDS:
            yield self._unpacked(unit, path, level, left, right)

    def _unpacked(self, unit: Unit, path: Path, level: int, left: Node, right: Node | None) -> Binding:
        targets = children(left)
        values = children(right) if right is not None and right.type in LIST_KINDS else []
        if path[-1] in targets and len(values) == len(targets):
            return self._binding(unit, "value", path, path[: level + 1], values[targets.index(path[-1])])
        return self._binding(unit, "opaque", path, path[: level + 1])

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        """The alias of an import, the left side of an assignment, the dict that gets an entry and is passed on."""
        if len(path) > 2 and any(node.type == "class_definition" for node in path[-4:-1]):
            made = next(node for node in reversed(path) if node.type == "class_definition")
            if field(made, "superclasses") in path:
                return ("super",)
        spread = next(filter(None, self._spread(unit, path)), "") if b"**" in unit.source.data else ""
        if spread:
            return (spread,)
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

    def made(self, path: Path) -> str:
        for level in range(len(path) - 1, 1, -1):
            node, parent, outer = path[level], path[level - 1], path[level - 2]
            if node.type not in NAME_KINDS:
                break
            if parent.type == "call" and field(parent, "function") == node:
                left = field(outer, "left") if outer.type == "assignment" and field(outer, "right") == parent else None
                word = field(left, "attribute") if left is not None and left.type == "attribute" else left
                return text_of(word) if word is not None and word.type == "identifier" else ""
        return ""

    def _spread(self, unit: Unit, path: Path) -> Iterator[str]:
        """What leads from the key of a dict at the end of a path to `**table`: the variable that has the dict, or gets
        it from a function, the function that returns it."""
        table, data = self._filled_table(path), unit.source.data
        for variable in (table, self.made(path)):
            if variable and b"**" + variable.encode() in data:
                yield variable.rpartition(".")[2]
        function = self.function(path) if table else None
        back = rb"(?m)\breturn %s[ \t]*$" % re.escape(table).encode()
        if function is not None and (table == RETURNED or re.search(back, function.text or b"")):
            yield text_of(field(function, "name"))

    def _filled_table(self, path: Path) -> str:
        """The variable whose dict gets the key at the end of a path; of one that is returned as it is, `RETURNED`."""
        for level in range(len(path) - 1, max(len(path) - 8, 0), -1):
            node, parent = path[level], path[level - 1]
            if parent.type == "subscript":
                outer = path[level - 2] if level > 1 else parent
                filled = outer.type == "assignment" and field(outer, "left") == parent
                return text_of(field(parent, "value")) if filled else ""
            if parent.type == "assignment":
                return text_of(field(parent, "left")) if field(parent, "right") == node else ""
            if parent.type == "call" and text_of(field(parent, "function")).endswith((".update", ".setdefault")):
                return text_of(field(field(parent, "function") or parent, "object"))
            if parent.type not in ENTRY_KINDS:
                return RETURNED if parent.type == "return_statement" else ""
        return ""

    def module(self, unit: Unit) -> str:
        """The path of the file, dotted."""
        parts = re.sub(r"\.pyw?i?$", "", unit.source.path).split("/")
        return ".".join(part for part in parts if part not in ("__init__", "..", "."))

    def package(self, unit: Unit) -> str:
        """The package that the file is part of, or that it makes."""
        module = self.module(unit)
        own = unit.source.path.rpartition("/")[2].startswith("__init__.")
        return module if own else module.rpartition(".")[0]


def _is_static(path: Path) -> bool:
    """Whether the function at the end of a path takes no object: `@staticmethod`."""
    around = path[-2] if len(path) > 1 else None
    if around is None or around.type != "decorated_definition":
        return False
    return any(text_of(child) == "@staticmethod" for child in around.named_children if child.type == "decorator")


def _filled(unit: Unit, definition: Definition) -> Definition:
    """A definition; that of a dict with what it is given after it was made."""
    word = definition.name.rpartition(".")[2]
    if f"{word}[".encode() not in unit.source.data:
        return definition
    from tlsscan.frontends.python_entries import filled

    return definition._replace(value=filled(unit, word, definition.value))


def _asks_members(data: bytes, word: str) -> bool:
    """Whether a word asks what members of enumerations are, and a file may have some."""
    return word in ("value", "name") and may_enumerate(data)


def _replayed(frontend: PythonExpressions, unit: Unit, word: str) -> Iterator[Definition]:
    """What functions of a name give for what a call passes, and members of objects that are made so."""
    from tlsscan.frontends.python_replayed import definitions

    return definitions(frontend, unit, word)


def _of_record(unit: Unit, path: Path, binding: Binding) -> Binding:
    """A binding; that of a field of a record is one of a parameter."""
    if not binding.owner or not may_declare(unit.source.data):
        return binding
    from tlsscan.frontends.python_records import as_field

    return as_field(unit, path, binding)


_wildcards = lru_cache(maxsize=1)(starred)


def _has_globals(unit: Unit) -> bool:
    """Whether a function of a file may say of a name that it is its module's."""
    return b"global " in unit.source.data


def _is_global(unit: Unit, function: Node | None, name: str) -> bool:
    from tlsscan.frontends.python_globals import is_global

    return is_global(unit, function, name)
