"""How Java's names get their values: imports, variables, fields, parameters. Evaluates nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.definitions import defined
from tlsscan.frontends.grammars import Language, Node, grammar
from tlsscan.frontends.java_names import ANNOTATION_KINDS, Names, arguments, inside, operator_of, qualified_class
from tlsscan.frontends.java_scopes import (
    ARM_KINDS,
    BLOCK_KINDS,
    CLASS_KINDS,
    FUNCTION_KINDS,
    METHOD_KINDS,
    PARAMETER_KINDS,
    declaration_of,
    declares_field,
    declares_local,
    is_write,
    local_scope,
    owner_level,
    owner_name,
)
from tlsscan.frontends.leaving import is_left, passed_by
from tlsscan.frontends.unit import SNIPPET, Binding, Path, Unit, children, field, line_of, text_of
from tlsscan.patterns import lazy
from tlsscan.values import Callee

BRANCH_KINDS = frozenset({"if_statement", "while_statement", "for_statement", "enhanced_for_statement", "do_statement"})
NAME_KINDS = frozenset(
    {"identifier", "field_access", "string_literal", "string_fragment", "multiline_string_fragment"}
    | {"parenthesized_expression", "cast_expression"}
)
TURN_KINDS = frozenset(
    {"while_statement", "for_statement", "enhanced_for_statement", "do_statement", "lambda_expression"}
)
"""What may run several times."""
ASKS_SUPPORTED = '.contains("TLSv1.'
NAMED_KINDS = frozenset({"method_declaration", "constructor_declaration"})
GROWTH = {
    "add": "add=",
    "addAll": "add=",
    "addFirst": "add=",
    "addLast": "add=",
    "remove": "remove=",
    "removeAll": "remove=",
    "retainAll": "retain=",
    "append": "append=",
}
TAKING = frozenset({"remove=", "retain=", "cut=", "omit=", "keep="})
PUTS = frozenset({"put", "setProperty", "putIfAbsent"})
INJECTED = frozenset({"Value", "ConfigProperty", "DefaultValue"})

_OF_ONE = lazy(r"=\s*new\s+[\w.]+\s*\[\s*1\s*\]\s*;?$")


class JavaBindings(Frontend):
    """The part of the frontend that binds names."""

    language = "java"
    block_kinds = BLOCK_KINDS
    function_kinds = FUNCTION_KINDS
    class_kinds = CLASS_KINDS
    guard_words = lazy(
        r"\b(SDK_INT|VERSION_CODES|java\.(?:(?:vm\.)?specification\.|runtime\.|class\.)?version|JAVA_(?:SPECIFICATION_|CLASS_)?VERSION\w*"
        r"|IS_JAVA_\d\w*|JavaVersion|java(?:Major)?Version|isJava\w*|Runtime\.version|NoSuchAlgorithmException|NoSuchFieldError|NoSuchMethodError|ClassNotFoundException"
        r"|this Java has)\b"
    )

    switches = lazy(r"!?\s*(?:this\.|[A-Z]\w*\.)?[A-Za-z_]\w*")
    null_forms = ("{} == null", "null == {}", "this.{} == null")
    older_words = lazy(r"<|!|\bnot\b|== *null")
    definition_hint = rb"\s*(?:\[\s*\]\s*)*=[^=~]"  # `String NAMES[] = {`

    def __init__(self) -> None:
        super().__init__()
        self.names = Names()

    @staticmethod
    def grammar() -> Language:
        """The grammar of tree-sitter-java."""
        return grammar("tree_sitter_java")

    def asks_for_older(self, condition: str) -> bool:
        """By the versions of Java for which a guard holds, where it asks for those."""
        from tlsscan.javaversions import older_java

        told = older_java(condition)
        return super().asks_for_older(condition) if told is None else told

    def spelled(self, condition: str, root: Node) -> str:
        """A condition with what its names keep of the version of Java, and what it asks of the supported protocols."""
        if ASKS_SUPPORTED in condition:
            from tlsscan.frontends.java_supported import asked_of_supported

            condition = asked_of_supported(condition, root.text or b"")
        from tlsscan.frontends.java_flags import LARGEST, asked_of_java

        plain = not condition or root.end_byte > LARGEST
        return condition if plain else asked_of_java(condition, root.text or b"")

    def asked(self, path: Path, level: int, condition: Node) -> str:
        """What a branch asks; of an arm of a switch on the version of Java, what an `if` would ask; of a handler that
        only a Java without TLS 1.2 reaches, that too."""
        text = super().asked(path, level, condition)
        if text.startswith(("NoSuchAlgorithmException", "java.security.NoSuchAlgorithmException")):
            from tlsscan.frontends.java_missing import missing

            return text + missing(self.tried(path, level), path[0].text or b"")
        subject = field(path[level - 2], "condition") if level >= 2 and path[level].type in ARM_KINDS else None
        if subject is None:
            return text
        from tlsscan.frontends.java_switches import asked_by_arm

        written = self.spelled(line_of(inside(subject))[:SNIPPET], path[0])
        return (asked_by_arm(written, path, level) or text) if self.is_guard(written) else text

    def _told_of(
        self, path: Path, level: int, condition: Node, branching: bool, otherwise: bool
    ) -> Iterator[tuple[str, bool]]:
        """As of any other language; an arm of a switch is for an older runtime where what it asks is."""
        if path[level].type not in ARM_KINDS:
            yield from super()._told_of(path, level, condition, branching, otherwise)
            return
        text = self.asked(path, level, condition)
        yield text, self.is_guard(text) and self.asks_for_older(text)

    def guard(self, path: Path) -> str:
        """The condition for an older runtime: around the end of a path, or of an `if` before it that leaves early."""
        return super().guard(path) or passed_by(path, self.function_kinds, self._without)

    def _without(self, path: Path) -> str:
        condition = self.condition(path[-1])
        text = self.asked(path, len(path) - 1, condition) if condition is not None else ""
        return f"not ({text})" if self.is_guard(text) and not self.asks_for_older(text) else ""

    def condition(self, node: Node) -> Node | None:
        """The condition of a branch: of an if, a case label, what a catch clause catches."""
        if node.type in ("if_statement", "ternary_expression"):
            return inside(field(node, "condition"))
        if node.type in ARM_KINDS or node.type == "catch_clause":
            return node.named_children[0] if node.named_child_count else None
        return None

    def is_dead(self, path: Path) -> bool:
        """Also what follows an `if` that a switch makes leave in any case."""
        return super().is_dead(path) or is_left(path, METHOD_KINDS, self.comes_to)

    def outcome(self, path: Path, asked: str) -> bool | None:
        from tlsscan.frontends.java_constants import outcome

        return outcome(path, asked, self.function(path))

    def handled(self, condition: Node) -> Node | None:
        return next((child for child in condition.named_children if child.type == "catch_type"), condition)

    def blocks(self, path: Path) -> tuple[int, ...]:
        """Blocks, and single statements that stand for one: `if (x) p = 1;`."""
        found: list[int] = []
        for level, node in enumerate(path):
            lone = level > 0 and path[level - 1].type in BRANCH_KINDS and node != field(path[level - 1], "condition")
            if node.type in BLOCK_KINDS or lone:
                found.append(node.start_byte)
        return tuple(found)

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        """A constant of a wildcard static import, or a type."""
        header = self.names.header(unit)
        if word[:1].isupper() and not word.isupper():
            return self.names.type_named(unit, word)
        return (*[f"{owner}.{word}" for owner in header.static_wildcards], word)

    def bind(self, unit: Unit, path: Path) -> Iterable[Binding]:
        """Imports, enum constants, fields, local variables, parameters, assignments, additions to collections."""
        if path[-1].type != "identifier" or len(path) < 3:
            return
        parent = path[-2]
        if path[1].type == "import_declaration":
            yield from self._import(unit, path)
        elif parent.type == "enum_constant" and field(parent, "name") == path[-1]:
            level = owner_level(path)
            name = f"{qualified_class(self.names.header(unit).package, path)}.{text_of(path[-1])}"
            yield self._made("import", path, level, path[:-1], owner_name(path, level))._replace(names=(name,))
        elif declares_field(path):
            yield from self._field(unit, path)
        elif declares_local(path):
            yield from self._local(unit, path)
        elif is_write(path):
            yield from self._assigned(unit, path)
        else:
            yield from self._grown(unit, path)

    def _made(self, kind: str, path: Path, level: int, within: Path, owner: str = "") -> Binding:
        """A binding visible in the node at a level of the path."""
        condition, guarded = self.branch(within)
        return Binding(
            kind=kind,
            name=text_of(path[-1]),
            scope=(path[level].start_byte, path[level].end_byte),
            offset=path[-1].start_byte,
            path=within,
            owner=owner,
            condition=condition,
            guarded=guarded,
        )

    def _import(self, unit: Unit, path: Path) -> Iterator[Binding]:
        header = self.names.header(unit)
        word = text_of(path[-1])
        name = header.imports.get(word) or header.statics.get(word)
        if name is not None and "".join(text_of(path[2]).split()) == name and path[2].end_byte == path[-1].end_byte:
            yield self._made("import", path, 0, path[:2])._replace(names=(name,))

    def _field(self, unit: Unit, path: Path) -> Iterator[Binding]:
        declaration, level = path[-3], owner_level(path)
        value = field(path[-2], "value") or injection(declaration)
        made = self._made("value", path, level, path[:-2], owner_name(path, level))
        scope = made.scope
        if value is None:
            if any(scope[0] <= offset < scope[1] for offset in self.names.uses(unit, made.name).writes):
                return
            made = made._replace(kind="opaque")
        yield made._replace(node=value, names=self.names.type_of(unit, field(declaration, "type")))

    def _local(self, unit: Unit, path: Path) -> Iterator[Binding]:
        parent = path[-2]
        if parent.type == "formal_parameter" or path[-3].type in PARAMETER_KINDS:
            yield from self._parameter(unit, path)
            return
        declaration = declaration_of(path)
        within = path[:-2] if declaration == path[-3] else path[:-1]
        value = field(parent, "value") if parent.type != "instanceof_expression" else None
        made = self._made("value", path, 0, within)._replace(scope=local_scope(path), node=value)
        if value is None:
            writes = self.names.uses(unit, made.name).writes
            if any(made.scope[0] <= offset < made.scope[1] for offset in writes):
                return
            made = made._replace(kind="opaque")
        names = self.names.type_of(unit, _declared_type(declaration))
        yield made._replace(names=names, each=parent.type == "enhanced_for_statement")

    def _parameter(self, unit: Unit, path: Path) -> Iterator[Binding]:
        level = next((i for i in range(len(path) - 1, 0, -1) if path[i].type in FUNCTION_KINDS), 0)
        parameter = path[-2] if path[-2].type == "formal_parameter" else path[-3]
        spread = children(parameter)[0] if parameter.type == "spread_parameter" else None
        typed = field(parameter, "type") or spread
        kind = "parameter" if path[level].type in METHOD_KINDS else "opaque"
        made = self._made(kind, path, level, path[: level + 1])._replace(condition="", guarded=False)
        listing = field(path[level], "parameters")
        position = sum(1 for child in children(listing) if child.end_byte < path[-1].start_byte) if listing else 0
        names = () if parameter.type == "spread_parameter" else self.names.type_of(unit, typed)
        yield made._replace(position=position, node=injection(parameter), names=names, scope=local_scope(path))

    def called(self, unit: Unit, path: Path, parameters: Sequence[Node], at: int) -> Callee | None:
        """Nobody calls the methods of an anonymous class by their names, nor the constructor of an enum."""
        level = owner_level(path)
        if path[-1].type not in NAMED_KINDS or not level or path[level - 1].type not in CLASS_KINDS:
            return None
        made = path[-1].type == "constructor_declaration"
        if made and path[level - 1].type == "enum_declaration":
            return None
        owner = qualified_class(self.names.header(unit).package, path[:level])
        name = owner if made else f"{owner}.{text_of(field(path[-1], 'name'))}"
        kind, rest = "constructor" if made else "method", parameters[at].type == "spread_parameter"
        spread = any(parameter.type == "spread_parameter" for parameter in parameters)
        count = len(parameters)
        return Callee(
            name, kind, at, "", "rest" if rest else "", count - 1 if spread else count, -1 if spread else count
        )

    def _assigned(self, unit: Unit, path: Path) -> Iterator[Binding]:
        level = len(path) - 2
        through = path[level].type == "field_access"
        level -= int(through)
        operator = operator_of(path[level])
        base = field(path[-2], "object") if through else None
        made = self._written(unit, path, level, base)
        if made is not None:
            yield made._replace(node=field(path[level], "right"), operator=operator)

    def _written(self, unit: Unit, path: Path, level: int, base: Node | None) -> Binding | None:
        """A binding at the write on a level of the path: of a local variable, or of a field of a class around."""
        uses = self.names.uses(unit, text_of(path[-1]))
        offset = path[-1].start_byte
        local = max((scope for scope in uses.local if scope[0] <= offset < scope[1]), default=None)
        body = owner_level(path)
        if local is not None and base is None and local[0] > path[body].start_byte:
            typed = self.names.type_of(unit, _declared_type(uses.local[local]))
            return self._made("value", path, 0, path[: level + 1])._replace(scope=local, names=typed)
        if base is not None and base.type != "this":
            word = text_of(base)
            if word not in self.names.header(unit).types or not uses.fields:
                return None
            return self._made("value", path, 0, path[: level + 1], word)._replace(scope=next(iter(uses.fields)))
        if not body:
            return None
        within = [scope for scope in uses.fields if scope[0] <= offset < scope[1]]
        if within and base is None:
            body = next((i for i in range(len(path)) if path[i].start_byte == max(within)[0]), body)
        made = self._made("value", path, body, path[: level + 1], owner_name(path, body))
        declared = uses.fields.get(made.scope)
        if declared is not None:
            made = made._replace(names=self.names.type_of(unit, field(declared, "type")))
        method = self.function(path)
        if method is None or method.type != "method_declaration" or made.condition:
            return made
        from tlsscan.frontends.java_made import runs_first

        own = [at for at in uses.writes if made.scope[0] <= at < made.scope[1]]
        first = runs_first(path, method, own)
        return made if first else made._replace(condition=f"after {text_of(field(method, 'name'))}()")

    def _grown(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """`list.add(x)`, `array[0] = x`, `table.put(k, v)`, `addAll(list, x)` as additions to what a variable holds."""
        leaf, parent = path[-1], path[-2]
        uses = self.names.uses(unit, text_of(leaf))
        if not uses.local and not uses.fields:
            return
        if parent.type == "array_access" and path[-3].type == "assignment_expression":
            if field(parent, "array") == leaf and field(path[-3], "left") == parent:
                yield from self._put(unit, path)
        elif parent.type == "method_invocation" and field(parent, "object") == leaf:
            yield from self._called(unit, path)
        elif parent.type == "argument_list" and text_of(field(path[-3], "name")) == "toArray":
            if path[-4].type == "expression_statement":  # the list is copied into an array that was made before
                yield from self._addition(unit, path, len(path) - 3, field(path[-3], "object"), "add=")
        elif parent.type == "argument_list" and text_of(field(path[-3], "name")).startswith("add"):
            given = children(parent)
            for node in given[given.index(leaf) + 1 :]:
                for made in self._addition(unit, path, len(path) - 3, node, "add="):
                    yield made._replace(offset=node.start_byte)

    def _put(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """`array[0] = x` as an addition; of an array of one, as all of it."""
        right, uses = field(path[-3], "right"), self.names.uses(unit, text_of(path[-1]))
        made = self._written(unit, path, len(path) - 3, None)
        only = made is not None and _OF_ONE.search(text_of(uses.local.get(made.scope)))
        if made is not None and only and right is not None:
            yield made._replace(node=right)
        else:
            yield from self._addition(unit, path, len(path) - 3, right, "add=")

    def _called(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """The additions of a chain of calls on the variable at the end of a path."""
        for level in range(len(path) - 2, 0, -1):
            call = path[level]
            if call.type != "method_invocation" or field(call, "object") != path[level + 1]:
                return
            word, given = text_of(field(call, "name")), arguments(call)
            if word == "removeIf":
                yield from self._removed(unit, path, level, given)
                return
            if word in PUTS and len(given) == 2:
                node, operator = field(call, "arguments"), "put="
            else:
                node, operator = given[-1] if given else None, GROWTH.get(word, "")
            if not operator or node is None:
                return
            several = self._chosen(path[: level + 1], node) if operator == "add=" else [node]
            for number, one in enumerate(several):
                for made in self._addition(unit, path, level, one, operator):
                    yield made._replace(offset=node.start_byte + number)
            if operator == "add=" and several == [node] and node.type == "identifier":
                yield from self._sifted(unit, path, level, node)

    def _chosen(self, path: Path, node: Node) -> list[Node]:
        """What is added: of what a loop goes through the texts for which a condition around asks."""
        if node.type != "identifier":
            return [node]
        from tlsscan.frontends.java_compared import chosen

        return chosen(path, node) or [node]

    def _sifted(self, unit: Unit, path: Path, level: int, node: Node) -> Iterator[Binding]:
        """What conditions leave of the loop variable that is added to a collection."""
        if not any(around.type == "enhanced_for_statement" for around in path[:level]):
            return
        from tlsscan.frontends.java_compared import sifted

        for number, (operator, asked) in enumerate(sifted(path[: level + 1], node, self.function_kinds)):
            for made in self._addition(unit, path, level, asked, operator):
                yield made._replace(offset=node.end_byte + number, condition="", guarded=False)

    def _removed(self, unit: Unit, path: Path, level: int, given: Sequence[Node]) -> Iterator[Binding]:
        """What `removeIf` takes out of a collection: the texts that its predicate names, or how they begin."""
        from tlsscan.frontends.java_predicates import TAKEN, predicate

        found = predicate(next(iter(given), None))
        for test in found.tests if found is not None and not found.denied else ():
            for made in self._addition(unit, path, level, test.node, TAKEN[test.method]):
                yield made._replace(offset=test.node.start_byte)

    def _addition(self, unit: Unit, path: Path, level: int, node: Node | None, operator: str) -> Iterator[Binding]:
        """What is added under a condition may be there beside the rest, unless that asks for an older runtime, or the
        other arm adds something else."""
        made = self._written(unit, path, level, None)
        if made is not None and node is not None:
            told = made.guarded or operator in TAKING or self.is_guard(made.condition)
            told = told or (operator == "add=" and self._has_rival(path, text_of(path[-1])))
            yield made._replace(node=node, operator=operator, condition=made.condition if told else "")

    def _has_rival(self, path: Path, word: str) -> bool:
        """Whether both arms of the conditional around an addition add to the collection, once in all."""
        inner = list(takewhile(lambda node: node.type not in METHOD_KINDS, reversed(path)))
        if any(node.type in TURN_KINDS for node in inner):
            return False
        adds = re.compile(rf"(?<![\w.]){re.escape(word)}\s*\.\s*add")
        forks = (
            [field(node, "consequence"), field(node, "alternative")] for node in inner if node.type == "if_statement"
        )
        return any(all(arm is not None and adds.search(text_of(arm)) for arm in arms) for arms in forks)

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        """The variable or field that is given exactly what stands at the end of a path, a static import of it, or
        `super` and `this`, by which a subclass, or another constructor of its class, calls a constructor."""
        if len(path) > 2 and path[1].type == "import_declaration":
            imported = text_of(path[2]).rpartition(".")[2].strip()
            return (imported,) if imported in self.names.header(unit).statics else ()
        if any(node.type == "superclass" for node in path[-4:]):
            return ("super",)
        if len(path) > 1 and path[-2].type == "constructor_declaration":
            return ("this",) if _leaves_it_to_another(path[-2]) else ()
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            if parent.type == "variable_declarator" and field(parent, "value") == node:
                return (text_of(field(parent, "name")),)
            if parent.type == "assignment_expression" and field(parent, "right") == node:
                left = field(parent, "left")
                word = field(left, "field") if left is not None and left.type == "field_access" else left
                return (text_of(word),) if word is not None and word.type == "identifier" else ()
            if node.type not in NAME_KINDS:
                return ()
        return ()

    def defines(self, unit: Unit, path: Path) -> str:
        return defined(self, unit, path)

    def module(self, unit: Unit) -> str:
        """The package."""
        return self.names.header(unit).package


def _leaves_it_to_another(constructor: Node) -> bool:
    """Whether a constructor begins with a call of another one of its class: `this("TLSv1")`."""
    body = field(constructor, "body")
    first = next(iter(children(body)), None) if body is not None else None
    other = first is not None and first.type == "explicit_constructor_invocation"
    return other and text_of(field(first or constructor, "constructor")) == "this"


def _declared_type(declaration: Node) -> Node | None:
    """The type of a local variable, also of one made by a pattern or a catch clause."""
    if declaration.type == "instanceof_expression":
        return field(declaration, "right")
    if declaration.type == "catch_formal_parameter":
        caught = next((child for child in children(declaration) if child.type == "catch_type"), None)
        return caught.named_children[0] if caught is not None and caught.named_child_count == 1 else None
    if declaration.type == "type_pattern":
        return declaration.named_children[0]
    return field(declaration, "type")


def injection(declaration: Node) -> Node | None:
    """The annotation of a field or parameter that fills it from the configuration."""
    modifiers = next((child for child in children(declaration) if child.type == "modifiers"), None)
    for child in children(modifiers) if modifiers is not None else []:
        if child.type in ANNOTATION_KINDS and text_of(field(child, "name")).rpartition(".")[2] in INJECTED:
            return child
    return None
