"""PowerShell: parts of syntax trees. Which kinds of nodes there are, where a node keeps what, and what has to be
written otherwise before the grammar can read it."""

import re

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import MAX_ITEMS, Path, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

CHAIN_KINDS = frozenset(
    {
        "pipeline",
        "pipeline_chain",
        "logical_expression",
        "bitwise_expression",
        "comparison_expression",
        "additive_expression",
        "multiplicative_expression",
        "format_expression",
        "range_expression",
        "array_literal_expression",
        "unary_expression",
        "expression_with_unary_operator",
        "argument_expression",
        "logical_argument_expression",
        "bitwise_argument_expression",
        "comparison_argument_expression",
        "additive_argument_expression",
        "multiplicative_argument_expression",
        "format_argument_expression",
        "range_argument_expression",
        "left_assignment_expression",
        "key_expression",
        "command_name_expr",
        "path_command_name",
        "switch_clause_condition",
    }
)
BITWISE_KINDS = frozenset({"bitwise_expression", "bitwise_argument_expression"})
ADDITIVE_KINDS = frozenset({"additive_expression", "additive_argument_expression"})
COMPARISON_KINDS = frozenset({"comparison_expression", "comparison_argument_expression"})
FORMAT_KINDS = frozenset({"format_expression", "format_argument_expression"})
LOGICAL_KINDS = frozenset({"logical_expression", "logical_argument_expression"})
VARIABLE_KINDS = frozenset({"variable", "braced_variable"})
QUIET_KINDS = frozenset({"command_argument_sep", "redirections", "redirection", "stop_parsing", "comment"})
ENCLOSED_KINDS = frozenset({"sub_expression", "array_expression", "statement_block"})
FILE_SCOPES = frozenset({"script", "global"})
SWITCHES = frozenset(  # parameters of many commands that take no value
    {"force", "passthru", "verbose", "debug", "whatif", "confirm", "recurse", "usebasicparsing", "skipcertificatecheck"}
)
SIFTERS = {  # by what follows them
    "-unique": frozenset({"select-object", "select", "sort-object", "sort"}),
    "": frozenset({"sort-object", "sort", "get-unique", "gu"}),
}
VARIABLE = lazy(r"[$@]\{?(?:(\w+):)?([^{}:]+)\}?")
LISTED = lazy(rb"(?<=[ \t])(-\w+[ \t:]+[A-Za-z]\w*)((?:[ \t]*,[ \t]*[A-Za-z]\w*)+)")
COALESCED = lazy(rb"(?<=[ \t])\?\?(?=[ \t])")
LAST_CLAUSE = lazy(rb"(?<=\})[ \t](?=[ \t]*default[ \t]*\{)")
METHOD = lazy(rb"(?:\.|::)[A-Za-z_]\w*\(")
INSIDE = lazy(rb"[()]|'[^'\n]*'|\"[^\"\n]*\"|(?<=[\s\])'\"\w])-bor(?=[\s\[($'\"])", re.IGNORECASE)
SLASHED = lazy(r"/[A-Za-z]{1,2}")
MAX_ARGUMENTS = 2000  # bytes


class Given(NamedTuple):
    """What a command is given: the nodes of one argument (several where bare words form a list)."""

    position: int | None
    name: str
    nodes: tuple[Node, ...]


DASHES = lazy(rb"(?<=[ \t(,;|{=])\xe2\x80[\x93-\x95](?=[A-Za-z])")  # PowerShell takes them for hyphens
_NUMBER = rb"(?<![\w.$:])(?:0[xX][\da-fA-F]+|\d+(?:\.\d+)?)(?:[lLdD]?[kKmMgGtTpP][bB]|[lLdD])\b(?![.-])"
SUFFIXED = lazy(_NUMBER)
_TEXTS = rb"(?<![^\s;{}()|])#[^\n]*|'[^'\n]*'|\"(?:`.|\"\"|[^\"`\n])*\""
TEXTS = lazy(_TEXTS)
TEXTS_OR_SUFFIXED = lazy(_TEXTS + rb"|(?P<number>" + _NUMBER + rb")")
BEHIND = lazy(rb"(\$\{?[\w:?]+\}?|\))([ \t]*)#+")
_QUOTE, _DOUBLE = rb"(?:'|\xe2\x80[\x98-\x9b])", rb'(?:"|\xe2\x80[\x9c-\x9e])'
_PLAIN, _EXPANDED = rb"(?:(?!\xe2\x80[\x98-\x9b])[^'\n])*", rb'(?:`.|(?!\xe2\x80[\x9c-\x9e])[^"`\n])*'
CURLY = lazy(rb"\xe2\x80[\x98-\x9e]")
QUOTED = lazy(
    rb"<\#(?s:.*?)(?:\#>|\Z)|(?<![^\s;{}()|])\#[^\n]*|@(?P<here>['\"])[ \t]*\r?\n(?s:.*?)(?:\n(?P=here)@|\Z)"
    rb"|(?P<first>" + _QUOTE + rb")(?P<plain>" + _PLAIN + rb")(?P<last>" + _QUOTE + rb")"
    rb"|(?P<opened>" + _DOUBLE + rb")(?P<expanded>" + _EXPANDED + rb")(?P<closed>" + _DOUBLE + rb")"
)
BLANKS = lazy(rb"`(?=[ \t]+\r?$)", re.MULTILINE)  # no line goes on by it: it escapes a blank
FOREACH_METHOD = lazy(rb"(?i)(?<=[\w)\]}'\"]\.)foreach\b")
FOREACH = b"for_ach"


def readable(data: bytes) -> bytes:
    """The source with what the grammar cannot read replaced by something of the same length that it can: `a, b` of bare
    words, `??` (as the format operator, which binds alike), a `default` on the line of the clause before, `-bor`
    between the parentheses of a method (as `+`), `.ForEach`, which it takes for the keyword (as FOREACH), suffixes of
    numbers in upper case (`5MB`), dashes that stand for hyphens, typographic quotes, a backtick before blanks that end
    a line, and `#` behind a variable in a text, which it takes for a comment."""
    if CURLY.search(data) is not None:
        data = QUOTED.sub(_straight, data)
    data = BLANKS.sub(b" ", data)
    if SUFFIXED.search(data) is not None:
        data = TEXTS_OR_SUFFIXED.sub(lambda found: found["number"].lower() if found["number"] else found.group(), data)
    data = DASHES.sub(b"  -", FOREACH_METHOD.sub(FOREACH, data))
    if BEHIND.search(data) is not None:
        data = TEXTS.sub(_unsharp, data)
    data = LISTED.sub(lambda match: match.group(1) + re.sub(rb",([ \t]+)", rb"\1,", match.group(2)), data)
    return _summed(LAST_CLAUSE.sub(b";", COALESCED.sub(b"-f", data)))


def _straight(found: re.Match[bytes]) -> bytes:
    """A text between typographic quotes, which PowerShell takes for others, between those."""
    kind, groups = (b"'", ("first", "plain", "last")) if found["first"] else (b'"', ("opened", "expanded", "closed"))
    first, inner, last = (found[name] or b"" for name in groups)
    return kind.rjust(len(first)) + inner + kind.ljust(len(last)) if first else found.group()


def _unsharp(text: re.Match[bytes]) -> bytes:
    """A text without the `#` that stand behind its variables; what is no text stays."""
    written = text.group()
    if not written.startswith(b'"'):
        return written
    return BEHIND.sub(lambda found: found.group().replace(b"#", b"~"), written)


def _summed(data: bytes) -> bytes:
    if b"-bor" not in data.lower():
        return data
    made = bytearray(data)
    for call in METHOD.finditer(data):
        depth = 1
        for token in INSIDE.finditer(data, call.end(), call.end() + MAX_ARGUMENTS):
            word = token.group()
            depth += (word == b"(") - (word == b")")
            if not depth:
                break
            if depth == 1 and word.lower() == b"-bor":
                made[token.start() : token.end()] = b"+   "
    return bytes(made)


def sign_of(data: bytes, node: Node) -> str:
    """An operator as the file writes it, in lower case."""
    written = data[node.start_byte : node.end_byte + 3].lstrip().lower()
    return "-bor" if written.startswith(b"-bor") else "??" if written.startswith(b"??") else word_of(node).lower()


def word_of(node: Node | None) -> str:
    """A leaf's text; the grammar puts white space before some."""
    return text_of(node).strip()


def peel(node: Node) -> Node:
    """The node behind the levels of precedence that hold nothing else."""
    while node.type in CHAIN_KINDS and node.child_count == 1:
        node = node.children[0]
    return node


def variable_parts(text: str) -> tuple[str, str]:
    """`$script:x`, `${x}`, `@x`: the scope or drive in lower case, and the name."""
    match = VARIABLE.fullmatch(text.strip())
    return ((match.group(1) or "").lower(), match.group(2)) if match else ("", "")


def type_words(node: Node | None) -> str:
    """The dotted name in a `[Type]`, without type arguments and array brackets; empty if there is none."""
    text = re.sub(r"\s+", "", text_of(node)).strip("[]")
    return re.split(r"[\[,]", text)[0].replace("+", ".")


def member_parts(node: Node) -> tuple[Node | None, Node | None, bool]:
    """`a.B`, `[a]::B`, `a.B(...)`: the receiver, what names the member, and whether it is static."""
    named = children(node)
    member = next((child for child in named if child.type == "member_name"), None)
    return named[0] if named else None, member, any(child.type == "::" for child in node.children)


def unlisted(node: Node) -> list[Node]:
    """`[A], [B], 3` parses as a cast of a list of a cast ...: the items; of anything else the node itself."""
    found: list[Node] = []
    for _ in range(MAX_ITEMS):
        inner = peel(node)
        given, operand = _cast_parts(inner)
        while operand is not None and operand.type == "cast_expression":  # `[type][A], 3`
            given, operand = _cast_parts(operand)
        if operand is None or operand.child_count != 2 or operand.children[0].type != ",":
            return [*found, inner]
        found.append(given[0])
        node = operand.children[1]
    return found


def _cast_parts(node: Node) -> tuple[list[Node], Node | None]:
    given = children(node)
    return given, peel(given[-1]) if node.type == "cast_expression" and len(given) == 2 else None


def arguments_of(node: Node) -> list[Node]:
    """The arguments between a method's parentheses, in order."""
    listing = next((child for child in node.children if child.type == "argument_list"), None)
    inner = field(listing, "argument_expression_list") if listing is not None else None
    return [item for child in children(inner) for item in unlisted(child)] if inner is not None else []


def command_word(node: Node) -> str:
    """The name of a command as written, without its module; empty when it is computed."""
    name = field(node, "command_name")
    word = word_of(name).strip("'\"").rsplit("\\", 1)[-1]
    return "" if name is None or word.startswith(("$", "(")) else word


def command_arguments(node: Node) -> list[Given]:
    """The arguments of a command. Without a declaration at hand, a parameter takes what follows it as its value; so
    does the `/v` of a program that is no cmdlet."""
    elements = field(node, "command_elements")
    found: list[Given] = []
    name = ""
    position = 0
    given = elements.children[: 4 * MAX_ITEMS] if elements is not None else []
    given = [child for child in given if child.type not in QUIET_KINDS]
    for child, following in zip(given, [*given[1:], None], strict=False):
        if child.type == "command_parameter":
            name = word_of(child).strip("-:")
            name = "" if name.lower() in SWITCHES else name
        elif SLASHED.fullmatch(word_of(child)) and following is not None and not word_of(following).startswith("/"):
            name = word_of(child)
        elif word_of(child).startswith(",") and found and child.type == "generic_token":
            found[-1] = found[-1]._replace(nodes=(*found[-1].nodes, child))
        elif not word_of(child).startswith("@") or child.type == "array_expression" or not is_splat(peel(child)):
            found.append(Given(None if name else position, name, (child,)))
            position += not name
            name = ""
    return found


def only_sifts(node: Node) -> bool:
    """Whether what a pipeline begins with only loses what it has twice, or its order: `... | Select-Object -Unique`."""
    given = children(node)
    if len(given) != 2 or given[1].type != "command":
        return False
    elements = field(given[1], "command_elements")
    told = word_of(elements).lower() if elements is not None else ""
    return command_word(given[1]).lower() in SIFTERS.get(told, ())


def is_splat(node: Node) -> bool:
    """Whether a node is `@name`."""
    return node.type == "variable" and word_of(node).startswith("@")


def assignment(node: Node) -> tuple[Node | None, str, Node | None]:
    """Left side without its precedence levels, operator and value of an assignment."""
    left = next((child for child in node.children if child.type == "left_assignment_expression"), None)
    operator = next((child for child in node.children if child.type == "assignement_operator"), None)
    return peel(left) if left is not None else None, word_of(operator) or "=", field(node, "value")


def assigned_variable(node: Node | None) -> Node | None:
    """The variable that an assignment's left side names, behind its casts."""
    for _ in range(8):
        if node is None or node.type != "cast_expression":
            break
        node = peel(children(node)[-1])
    return node if node is not None and node.type == "variable" else None


def declared_type(path: Path) -> Node | None:
    """The `[Type]` in front of the variable that a binding's path ends in or leads to."""
    for node in reversed(path[-4:]):
        if node.type == "script_parameter":
            attributes = next((child for child in node.children if child.type == "attribute_list"), None)
            inner = [c for a in children(attributes) for c in children(a)] if attributes is not None else []
            return next((child for child in reversed(inner) if child.type == "type_literal"), None)
        if node.type in ("class_method_parameter", "class_property_definition"):
            return next((child for child in node.children if child.type == "type_literal"), None)
        if node.type == "assignment_expression":
            left = assignment(node)[0]
            return children(left)[0] if left is not None and left.type == "cast_expression" else None
    return None


def parameter_default(node: Node) -> Node | None:
    """The default of a script parameter."""
    holder = next((child for child in node.children if child.type == "script_parameter_default"), None)
    return children(holder)[0] if holder is not None and holder.named_child_count else None


def property_value(node: Node) -> Node | None:
    """What a class property starts with."""
    after = False
    for child in node.children:
        if after and child.is_named:
            return child
        after = after or child.type == "="
    return None


def entry_parts(node: Node) -> tuple[Node | None, Node | None]:
    """Key and value of a hashtable's entry."""
    given = children(node)
    return (given[0], given[-1]) if len(given) > 1 else (None, None)


def hash_entries(node: Node) -> list[Node]:
    """The entries of a hashtable literal."""
    body = next((child for child in node.children if child.type == "hash_literal_body"), None)
    return [child for child in children(body) if child.type == "hash_entry"] if body is not None else []


def statements_in(node: Node) -> list[Node]:
    """The statements between braces or in `$( )` and `@( )`."""
    listing = next((child for child in node.children if child.type == "statement_list"), None)
    given = children(listing) if listing is not None else []
    return [child for child in given if child.type != "empty_statement"]
