"""PowerShell: what words stand for. Types, scopes, conditions, definitions; nothing of values."""

import re
from collections.abc import Sequence

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.grammars import Language, Node, grammar
from tlsscan.frontends.powershell_nodes import CURLY, VARIABLE_KINDS, readable, type_words, variable_parts, word_of
from tlsscan.frontends.unit import Path, PerUnit, Unit, children, field, line_of
from tlsscan.frontends.windows import NAMED, OLD_WINDOWS, for_old_windows, last_arm
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile
from tlsscan.values import Name, Region, Value

NAMESPACE = lazy(rb"(?mi)^[ \t]*using[ \t]+namespace[ \t]+([\w.]+)")
IMPORT = lazy(rb"(?mi)^[ \t]*(?:\.[ \t]+\S|import-module\b|using[ \t]+module\b)|\bimport-module\b")
HEAD = 200_000
NAMING_KINDS = frozenset({"function_name", "simple_name"})
ACCELERATORS = {
    "enum": "System.Enum",
    "environment": "System.Environment",
    "convert": "System.Convert",
    "wmi": "System.Management.ManagementObject",
}


class PowerShellUnit(Unit):
    """A script, of which typographic quotes are read as the last byte, or the first one, of their three."""

    def region(self, node: Node) -> Region:
        """Where a node is, with whole quotes."""
        data, start, end = self.source.data, node.start_byte, node.end_byte
        before, behind = data[start - 2 : start + 1], data[end - 1 : end + 2]
        first = start - 2 if before and CURLY.fullmatch(before) else start
        return self.source.region(first, end + 2 if CURLY.fullmatch(behind) else end)


class PowerShellNames(Frontend):
    """What names of types, variables and definitions stand for."""

    language = "powershell"
    ignore_case = True
    never = frozenset({"$false", "0", "$null"})
    always = frozenset({"$true", "1"})
    block_kinds = frozenset({"statement_block", "switch_clause"})
    plain_kinds = frozenset({"assignment_expression"})
    if_kinds = frozenset({"if_statement"})
    try_kinds = frozenset({"try_statement"})
    acting_kinds = frozenset({"command", "invokation_expression", "script_block_expression", "flow_control_statement"})
    function_kinds = frozenset({"function_statement", "class_method_definition"})
    class_kinds = frozenset({"class_statement"})
    loop_kinds = frozenset({"foreach_statement", "for_statement", "while_statement", "do_statement"})
    definition_hint = rb"[}\"']?\s*=[^=~]"
    guard_words = lazy(
        r"\bPS(?:VersionTable|Version|Edition)\b|\bCLRVersion\b|\bIsCoreCLR\b|\bGetNames?\b|\bIsDefined\b|\bGetMember\b"
        r"|\bOSVersion\b|\bGet-Member\b|\bGetProperty\b"
        r"|\b(?:PlatformNotSupported|NotSupported|Argument|SetValueInvocation|PropertyAssignment|PSInvalidCast)Exception\b"
        rf"|{NAMED}",
        re.IGNORECASE,
    )
    old_words = lazy(OLD_WINDOWS, re.IGNORECASE)
    older_words = lazy(
        r"(?:^|[\s(])(?:!|-not\b)|-(?:lt|le|notin|notcontains|notmatch|notlike)\b|\$null\s+-eq\b|-eq\s+(?:\$null|\$false|0)\b"
        r"|-eq\s*['\"]?Desktop\b",
        re.IGNORECASE,
    )

    def __init__(self) -> None:
        super().__init__()
        self._namespaces: PerUnit[tuple[str, ...]] = PerUnit(_namespaces)

    @staticmethod
    def grammar() -> Language:
        """tree-sitter-powershell."""
        return grammar("tree_sitter_powershell")

    def parse(self, source: SourceFile) -> Unit:
        """The file as a unit, with what the grammar does not know written so that it can be read."""
        return PowerShellUnit(self, source, self._parser.parse(readable(source.data)))

    def asks_for_old_system(self, condition: str) -> bool | None:
        """By the names of Windows."""
        return for_old_windows(condition)

    def condition(self, node: Node) -> Node | None:
        """The condition of an `if`, a loop, a clause of a switch or a catch; None for other nodes."""
        kind = node.type
        if kind in ("if_statement", "elseif_clause"):
            return field(node, "condition")
        if kind == "while_statement":
            return next((child for child in node.children if child.type == "while_condition"), None)
        if kind == "switch_clause":
            return next((child for child in node.children if child.type == "switch_clause_condition"), None)
        if kind == "catch_clause":
            return next((child for child in node.children if child.type == "catch_type_list"), node.children[0])
        return None

    def asked(self, path: Path, level: int, condition: Node) -> str:
        """What a branch asks; a clause of a `switch` with what is switched on."""
        switch = next((node for node in reversed(path[:level]) if node.type == "switch_statement"), None)
        if path[level].type != "switch_clause" or switch is None:
            return super().asked(path, level, condition)
        return self.chosen(switch, condition)

    def chosen(self, switch: Node, pattern: Node) -> str:
        """`switch ($x) { 1 { } default { } }`: `$x is 1`, `$x is something else`."""
        subject = next((child for child in switch.children if child.type == "switch_condition"), None)
        chosen = self.snippet(subject).strip("() ")
        own, around = self._clause(chosen, pattern), pattern.parent.parent if pattern.parent is not None else None
        if around is None or self.snippet(pattern).lower() != "default":
            return own
        patterns = [clause.named_children[0] for clause in children(around) if clause.named_child_count]
        cases = [self._clause(chosen, one) for one in patterns if one != pattern]
        return last_arm(own, cases, each=chosen.lower() == "$true")

    def _clause(self, chosen: str, pattern: Node) -> str:
        """What a clause asks; of `switch ($true)`, for itself."""
        text = self.snippet(pattern)
        if text.lower() == "default":
            return f"{chosen} is something else"
        one = text.startswith(("(", "{")) and text.endswith((")", "}"))
        return text[1:-1].strip() if one and chosen.lower() == "$true" else f"{chosen} is {text}"

    def is_alternative(self, node: Node, inner: Node) -> bool:
        """Whether a child of an `if` is its else branch, or the chain that leads there."""
        return inner.type in ("else_clause", "elseif_clauses")

    def further(self, node: Node) -> Sequence[Node]:
        """The `elseif`s of an `if`."""
        chain = field(node, "elseif_clauses")
        return [child for child in chain.children if child.type == "elseif_clause"] if chain is not None else ()

    def same_word(self, node: Node, name: str) -> bool:
        """Whether a leaf is a variable or a scoped name of that word."""
        return node.type in VARIABLE_KINDS and variable_parts(word_of(node))[1].lower() == name.lower()

    def enclosing(self, path: Path) -> str:
        """The name of the function, or of the class and method, around a path."""
        kinds = self.class_kinds | self.function_kinds
        return ".".join(name for name in (self.name_of(node) for node in path if node.type in kinds) if name)

    def name_of(self, node: Node | None) -> str:
        """The name of a function, class or method."""
        inner = next((child for child in node.children if child.type in NAMING_KINDS), None) if node else None
        return word_of(inner).rsplit(":", 1)[-1]

    def may_define(self, data: bytes, word: str) -> bool:
        """Whether the text of a file looks as if it set a variable of that name."""
        return super().may_define(data.lower(), word.lower())

    def namespaces(self, unit: Unit) -> tuple[str, ...]:
        """The namespaces that the file uses."""
        return self._namespaces.of(unit)

    def type_names(self, unit: Unit, words: str) -> tuple[str, ...]:
        """The qualified names of a type as written: in a namespace that is used, under `System.`, or as it stands."""
        if not words or words.lower().startswith("system."):
            return (words,) if words else ()
        known = ACCELERATORS.get(words.lower())
        spaces = self.namespaces(unit) if "." not in words else ()
        return (*((known,) if known else ()), *[f"{space}.{words}" for space in spaces], f"System.{words}", words)

    def types_at(self, unit: Unit, node: Node | None) -> tuple[str, ...]:
        """The qualified names of a `[Type]`."""
        return self.type_names(unit, type_words(node)) if node is not None and node.type == "type_literal" else ()

    def base_types(self, unit: Unit, owner: Node) -> tuple[str, ...]:
        """The qualified names of what a class derives from."""
        after = [child for child in children(owner) if child.type == "simple_name"][1:]
        return tuple(name for child in after for name in self.type_names(unit, word_of(child)))

    def elsewhere(self, unit: Unit, scope: str, word: str) -> Value | None:
        """A variable that another file may set: a global one, or one of what the file runs in its own scope."""
        if scope == "global" or IMPORT.search(unit.source.data) is not None:
            return Name((word.lower(),))
        return None

    def snippet(self, node: Node | None) -> str:
        """The text of a node on one line."""
        return line_of(node)[:60]


def _namespaces(unit: Unit) -> tuple[str, ...]:
    found = (match.group(1).decode() for match in NAMESPACE.finditer(unit.source.data[:HEAD]))
    return tuple(dict.fromkeys(found))[:40]
