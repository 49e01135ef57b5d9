"""Where Java's names are declared, written and visible. Knows no types and no values."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import MAX_OCCURRENCES, Binding, Path, Unit, field, text_of
from tlsscan.records import NamedTuple

CLASS_KINDS = frozenset(
    {
        "class_declaration",
        "interface_declaration",
        "enum_declaration",
        "record_declaration",
        "annotation_type_declaration",
    }
)
BODY_KINDS = frozenset({"class_body", "enum_body", "interface_body", "annotation_type_body"})
METHOD_KINDS = frozenset({"method_declaration", "constructor_declaration", "compact_constructor_declaration"})
FUNCTION_KINDS = METHOD_KINDS | {"lambda_expression"}
ARM_KINDS = frozenset({"switch_rule", "switch_block_statement_group"})
BLOCK_KINDS = frozenset({"block", "constructor_body", "switch_block_statement_group", "switch_rule"})
SCOPE_KINDS = FUNCTION_KINDS | {
    "block",
    "constructor_body",
    "for_statement",
    "enhanced_for_statement",
    "try_with_resources_statement",
    "switch_block",
    "catch_clause",
}
PARAMETER_KINDS = frozenset({"formal_parameter", "spread_parameter"})
FIELD_KINDS = frozenset({"field_declaration", "constant_declaration"})
DECLARATION_KINDS = FIELD_KINDS | PARAMETER_KINDS | {"local_variable_declaration"}


class Uses(NamedTuple):
    """Where a word is declared and written in a file: byte ranges of the scopes of local variables and of fields, with
    their declarations, the offsets of assignments, and the paths to the methods and the enum constants of that name."""

    local: dict[tuple[int, int], Node]
    fields: dict[tuple[int, int], Node]
    writes: tuple[int, ...]
    methods: tuple[Path, ...]
    constants: tuple[Path, ...]


def owner_level(path: Path) -> int:
    """The index in a path of the innermost class body around its end; 0 if there is none."""
    return next((level for level in range(len(path) - 2, 0, -1) if path[level].type in BODY_KINDS), 0)


def owner_name(path: Path, level: int) -> str:
    """The name of the class whose body stands at a level of a path."""
    return text_of(field(path[level - 1], "name")) if path[level - 1].type in CLASS_KINDS else "(anonymous)"


def visible(bindings: tuple[Binding, ...] | None, offset: int) -> list[Binding]:
    """The bindings of the innermost scope around an offset that has any."""
    fits = [b for b in bindings or () if b.scope[0] <= offset < b.scope[1]]
    innermost = max((b.scope[0] for b in fits), default=0)
    return [b for b in fits if b.scope[0] == innermost]


def local_scope(path: Path) -> tuple[int, int]:
    """The byte range in which a local name declared at the end of a path is visible."""
    node = next((node for node in reversed(path[:-1]) if node.type in SCOPE_KINDS), path[0])
    start = node.start_byte if node.type in FUNCTION_KINDS else path[-1].start_byte
    return (start, node.end_byte)


def find_uses(unit: Unit, word: str) -> Uses:
    """Where a word is declared and written in a file, as far as the first MAX_OCCURRENCES tell."""
    local: dict[tuple[int, int], Node] = {}
    fields: dict[tuple[int, int], Node] = {}
    writes: list[int] = []
    methods: list[Path] = []
    constants: list[Path] = []
    for count, offset in enumerate(unit.occurrences(word)):
        if count >= MAX_OCCURRENCES:
            break
        path = unit.path_at(offset)
        if len(path) < 3 or path[-1].type != "identifier":
            continue
        if is_write(path):
            writes.append(offset)
        elif declares_field(path):
            body = path[owner_level(path)]
            fields.setdefault((body.start_byte, body.end_byte), path[-3])
        elif declares_local(path):
            local.setdefault(local_scope(path), declaration_of(path))
        elif path[-2].type == "method_declaration" and field(path[-2], "name") == path[-1]:
            methods.append(path[:-1])
        elif path[-2].type == "enum_constant" and field(path[-2], "name") == path[-1]:
            constants.append(path[:-1])
    return Uses(local, fields, tuple(writes), tuple(methods), tuple(constants))


def declaration_of(path: Path) -> Node:
    """The declaration of the local variable whose name ends a path."""
    return path[-3] if path[-3].type in DECLARATION_KINDS else path[-2]


def is_write(path: Path) -> bool:
    """Whether the identifier at the end of a path is assigned to: `x = 1`, `this.x = 1`."""
    level = len(path) - 2
    if path[level].type == "field_access" and field(path[level], "field") == path[-1]:
        level -= 1
    node = path[level]
    return node.type == "assignment_expression" and field(node, "left") == path[level + 1]


def is_private(method: Node) -> bool:
    """Whether a method is for its own class, and those around it, alone."""
    modifiers = next((child for child in method.children if child.type == "modifiers"), None)
    return modifiers is not None and any(child.type == "private" for child in modifiers.children)


def declares_field(path: Path) -> bool:
    """Whether the identifier at the end of a path is the name of a field."""
    return (
        path[-2].type == "variable_declarator" and field(path[-2], "name") == path[-1] and path[-3].type in FIELD_KINDS
    )


def declares_local(path: Path) -> bool:
    """Whether the identifier at the end of a path is the name of a local variable or a parameter."""
    leaf, parent = path[-1], path[-2]
    if parent.type == "inferred_parameters":
        return True
    if parent.type == "lambda_expression":
        return field(parent, "parameters") == leaf
    if parent.type == "variable_declarator" and path[-3].type in FIELD_KINDS:
        return False
    named = parent.type in (
        "variable_declarator",
        "formal_parameter",
        "enhanced_for_statement",
        "resource",
        "catch_formal_parameter",
        "instanceof_expression",
    )
    return (named and field(parent, "name") == leaf) or parent.type == "type_pattern"
