"""C#: what words stand for. Usings, namespaces, types; nothing of values."""

import re
from itertools import pairwise

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.csharp_nodes import (
    LAMBDA_KINDS,
    METHOD_KINDS,
    PREPROC_KINDS,
    TYPE_KINDS,
    dotted,
    section_text,
    sections_of,
)
from tlsscan.frontends.dotnet_versions import kept_version
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Binding, Path, PerUnit, Unit, children, field, text_of
from tlsscan.frontends.windows import NAMED, OF_RUNTIME, OLD_WINDOWS, for_old_windows
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

NESTED_TYPE_KINDS = frozenset({"nullable_type", "ref_type", "scoped_type"})
CONDITION_KINDS = frozenset({"if_statement", "while_statement", "conditional_expression", "preproc_if", "preproc_elif"})
USING = lazy(
    rb"(?m)(?:^|(?<=;))[ \t]*(?:global[ \t]+)?using[ \t]+(static[ \t]+)?"
    rb"(?:global::[ \t]*)?([\w.]+(?:<[\w., ]+>)?)[ \t]*;",
    having=[b"using"],
)
NAMESPACE = lazy(rb"(?m)^[ \t]*namespace[ \t]+([\w.]+)", having=[b"namespace"])
TYPE_ARGUMENTS = lazy(r"<[\w.,? ]+>(?=\()")
HEAD = 200_000
MAX_USINGS = 40


class Usings(NamedTuple):
    """What a file imports wholesale, in order: namespaces, types with static members, and its own namespaces."""

    namespaces: tuple[str, ...]
    statics: tuple[str, ...]
    own: tuple[str, ...]


class CSharpNames(Frontend):
    """What names of namespaces and types stand for."""

    language = "csharp"
    definition_hint = rb"\s*(?:=[^=~]|\{\s*get\b)"
    block_kinds = frozenset({"block", "arrow_expression_clause", "switch_section"}) | PREPROC_KINDS
    class_kinds = TYPE_KINDS
    wary_words = lazy(rb"(?!)")
    catching_words = lazy(rb"\bcatch\b")
    tried_kinds = frozenset({"try_statement"})
    loop_kinds = frozenset(
        {"foreach_statement", "for_statement", "while_statement", "do_statement", "labeled_statement"}
    )
    plain_kinds = frozenset({"expression_statement", "local_declaration_statement"})
    if_kinds = frozenset({"if_statement"})
    try_kinds = frozenset({"try_statement"})
    acting_kinds = frozenset(
        {"invocation_expression", "object_creation_expression", "implicit_object_creation_expression"}
        | {"await_expression", "yield_statement", "using_statement", "lock_statement"}
        | {"return_statement", "throw_statement", "break_statement", "continue_statement", "goto_statement"}
        | {"local_function_statement", "lambda_expression", "anonymous_method_expression"}
    )
    function_kinds = (
        frozenset(
            {
                "constructor_declaration",
                "destructor_declaration",
                "operator_declaration",
                "conversion_operator_declaration",
                "accessor_declaration",
                "property_declaration",
                "indexer_declaration",
            }
        )
        | METHOD_KINDS
        | LAMBDA_KINDS
    )
    guard_words = lazy(
        r"\bNET(?:11|20|30|35|4\d{1,2})\w*\b|\bNET(?:FRAMEWORK|FX(?!_CORE\b)|STANDARD|COREAPP)\w*|\bMONO\w*\b|__MonoCS__"
        r"|\bEnvironment\.(?:OS)?Version\b|\bOSVersion\b|\bFrameworkDescription\b|\bIsOSPlatform\b"
        r"|\bIsWindowsVersionAtLeast\b|\bIsDefined\b|\bGetNames\b|\bGetMember\b"
        r"|\bTryParse(?:<[\w.]+>)?\((?:typeof\([\w.]+\), ?)?[@$]?\""
        r"|\b(?:PlatformNotSupported|NotSupported|Argument|MissingField|MissingMember|TypeInitialization)Exception\b"
        rf"|{NAMED}|{OF_RUNTIME}"
    )
    old_words = lazy(OLD_WINDOWS)

    def __init__(self) -> None:
        super().__init__()
        self._usings: PerUnit[Usings] = PerUnit(lambda unit: _read_usings(unit.source.data[:HEAD]))
        self._scopes: PerUnit[dict[str, tuple[tuple[int, int], ...]]] = PerUnit(lambda unit: {})

    def asks_for_older(self, condition: str) -> bool:
        """`#if NET45` holds on the older runtime, `Enum.IsDefined(...)` on the newer; a negation turns either."""
        old_symbol = re.search(r"\b(?:NET(?:11|20|30|35|4\d{1,2})\b|MONO|__MonoCS__)", condition) is not None
        return old_symbol != super().asks_for_older(TYPE_ARGUMENTS.sub("", condition))

    def asks_for_old_system(self, condition: str) -> bool | None:
        """By the names of Windows."""
        return for_old_windows(condition)

    def spelled(self, condition: str, root: Node) -> str:
        """A condition with the version of the runtime that a variable keeps."""
        return kept_version(condition, root)

    def condition(self, node: Node) -> Node | None:
        """The condition of a branch, a `case`, a `catch` or an `#if`; None for other nodes."""
        kind = node.type
        if kind in CONDITION_KINDS:
            return field(node, "condition")
        if kind == "switch_statement":
            return field(node, "value")
        if kind == "switch_section":
            patterns = (child for child in node.children if child.type.endswith("_pattern") or child.type == "default")
            return next(patterns, None)
        if kind == "catch_clause":
            return next((child for child in node.children if child.type == "catch_declaration"), node.children[0])
        return None

    def asked(self, path: Path, level: int, condition: Node) -> str:
        """What a branch asks; a `case` with what is switched on, a handler with the values that it stands for."""
        text = super().asked(path, level, condition)
        if path[level].type == "catch_clause" and "NotSupported" in text:
            from tlsscan.frontends.missing import dotnet_refused

            return text + dotnet_refused(text, self.tried(path, level))
        if path[level].type == "switch_section" and level >= 2:
            labels = next((labels for labels, section in sections_of(path[level - 1]) if section == path[level]), None)
            text = section_text(path[level - 2], labels) if labels else text
        if "." not in text:
            return text
        from tlsscan.frontends.siblings import with_siblings

        return with_siblings(text, path[0].text or b"")

    def handled(self, condition: Node) -> Node | None:
        return field(condition, "type")

    def blocks(self, path: Path) -> tuple[int, ...]:
        """Start offsets of blocks, switch sections, preprocessor arms and single statements under an `if`."""
        first = [path[0].start_byte] if path and path[0].type in self.block_kinds else []
        return (*first, *[node.start_byte for above, node in pairwise(path) if self._is_block(above, node)])

    def _is_block(self, above: Node, node: Node) -> bool:
        if node.type in self.block_kinds:
            return True
        return above.type == "if_statement" and field(above, "condition") != node

    def enclosing(self, path: Path) -> str:
        """The qualified name of the member around a path; a constructor goes by the name of its class."""
        kinds = self.class_kinds | self.function_kinds
        nodes = [node for node in path if node.type in kinds and node.type != "constructor_declaration"]
        return ".".join(text for text in (text_of(field(node, "name")) for node in nodes) if text)

    def module(self, unit: Unit) -> str:
        """The first namespace of the file."""
        own = self.usings(unit).own
        return own[0] if own else ""

    def usings(self, unit: Unit) -> Usings:
        """The wholesale imports of a file."""
        return self._usings.of(unit)

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        """Names that an unbound word may stand for: through the usings, the own namespaces, or as it stands."""
        usings = self.usings(unit)
        spaces = (*usings.namespaces, *usings.own, *usings.statics)
        return (*[f"{space}.{word}" for space in spaces], word)

    def type_names(self, unit: Unit, node: Node | None) -> tuple[str, ...]:
        """The qualified names that a type may have; none for `var`, arrays, tuples and the like."""
        while node is not None and node.type in NESTED_TYPE_KINDS:
            node = field(node, "type")
        if node is None:
            return ()
        kind = node.type
        if kind == "generic_name":
            return self._type_word(unit, text_of(node.named_children[0]), node.start_byte)
        if kind == "identifier" and text_of(node) != "dynamic":
            return self._type_word(unit, text_of(node), node.start_byte)
        if kind in ("qualified_name", "alias_qualified_name"):
            return self._type_path(unit, node)
        return (text_of(node),) if kind == "predefined_type" else ()

    def _type_path(self, unit: Unit, node: Node) -> tuple[str, ...]:
        first, _, rest = dotted(text_of(node)).partition(".")
        if text_of(node).startswith("global::"):
            return (f"{first}.{rest}" if rest else first,)
        known = self.type_binding(unit, first, node.start_byte)
        if known is not None:
            return tuple(f"{name}.{rest}" for name in known.names)
        return (f"{first}.{rest}",)

    def _type_word(self, unit: Unit, word: str, offset: int) -> tuple[str, ...]:
        known = self.type_binding(unit, word, offset)
        return known.names if known is not None else self.qualify(unit, word)

    def type_binding(self, unit: Unit, word: str, offset: int) -> Binding | None:
        """The alias or the type of this file that a word names."""
        fits = (b for b in unit.bindings(word) or () if b.kind == "import" and b.scope[0] <= offset < b.scope[1])
        return next(fits, None)

    def base_types(self, unit: Unit, owner: Node | None) -> tuple[str, ...]:
        """The qualified names of what a class derives from."""
        listed = next((child for child in owner.children if child.type == "base_list"), None) if owner else None
        names: list[str] = []
        for child in children(listed) if listed is not None else []:
            base = field(child, "type") if child.type == "primary_constructor_base_type" else child
            names.extend(self.type_names(unit, base))
        return tuple(names)

    def own_name(self, unit: Unit, owner: Node | None) -> tuple[str, ...]:
        """The qualified name of a class of this file."""
        if owner is None:
            return ()
        word = text_of(field(owner, "name"))
        known = self.type_binding(unit, word, owner.start_byte)
        return known.names if known is not None else (word,)


def _read_usings(data: bytes) -> Usings:
    namespaces: list[str] = []
    statics: list[str] = []
    for match in USING.finditer(data):
        kept = statics if match.group(1) else namespaces
        kept.append(dotted(match.group(2).decode("utf-8", "replace")))
    own: list[str] = []
    for match in NAMESPACE.finditer(data):
        parts = match.group(1).decode("utf-8", "replace").split(".")
        own.extend(".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return Usings(*(tuple(dict.fromkeys(names))[:MAX_USINGS] for names in (namespaces, statics, own)))
