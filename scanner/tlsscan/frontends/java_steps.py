"""Java: where the statements begin that stand before one and surely connect nothing: they set properties and plain
values, or write a log. Loaded where a property is set."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_scopes import BODY_KINDS
from tlsscan.frontends.unit import Path, field, text_of
from tlsscan.patterns import lazy

MAX_BEFORE = 60  # statements and comments
MAX_NODES = 300  # of one of them
PLAIN_KINDS = frozenset({"expression_statement", "local_variable_declaration", "if_statement"})
LEAVING_KINDS = frozenset({"return_statement", "throw_statement", "break_statement", "continue_statement"})
TEXTUAL = frozenset(
    {"equals", "equalsIgnoreCase", "startsWith", "endsWith", "contains", "isEmpty", "length", "trim", "toLowerCase"}
)
"""Methods of a text, which connect nothing whatever they are called on."""
IDLE_KINDS = frozenset({"line_comment", "block_comment"})
SETTERS = frozenset({"setProperty", "put"})
OTHER_CODE = frozenset({"lambda_expression", "method_reference", "switch_expression"}) | BODY_KINDS
_QUIET = lazy(
    r"(?:(?:java\.lang\.)?System\.(?:(?:set|get|clear)Property|getenv|currentTimeMillis|nanoTime)"
    r"|(?:java\.lang\.)?System\.getProperties(?:\(\)\.(?:put|setProperty))?"
    r"|(?:java\.lang\.)?System\.(?:out|err)\.print(?:ln|f)?"
    r"|(?:java\.security\.)?Security\.(?:(?:set|get)Property|addProvider)"
    r"|(?:this\.)?_?(?:log|logger|LOG|LOGGER)\.(?:trace|debug|info|warn|warning|error|fine|finer|finest|config|severe)"
    r"|(?:String|Integer|Long|Boolean)\.(?:valueOf|format|parse\w+|toString))\Z"
)
_PLAIN = lazy(
    r"(?:java\.(?:net|util|lang|io|math)\.)?(?:URL|URI|String|StringBuilder|StringBuffer|Object|Integer|Long|Date|File"
    r"|Properties|(?:Linked)?Hash(?:Map|Set)|Tree(?:Map|Set)|(?:Array|Linked)List|Vector|Hashtable|BigDecimal)(?:<.*>)?\Z"
    r"|[\w.]*Provider\Z"
)


def quiet_since(path: Path) -> int:
    """The byte from which, up to the call at the end of a path, the statements of its block surely connect nothing;
    -1 where the call is no statement of its own."""
    if len(path) < 3 or path[-2].type != "expression_statement":
        return -1
    own = path[-2]
    start = own.start_byte
    before = [child for child in path[-3].named_children if child.end_byte <= start]
    for node in reversed(before[-MAX_BEFORE:]):
        if node.type not in IDLE_KINDS and not _is_quiet(node):
            return node.start_byte if _sets_last(node) else start
        start = node.start_byte
    return start


def _is_quiet(statement: Node) -> bool:
    """Whether all that a statement calls and makes connects nothing."""
    waiting, seen = [statement] if statement.type in PLAIN_KINDS else [], 0
    while waiting and seen < MAX_NODES:
        node = waiting.pop()
        seen += 1
        if node.has_error or node.type in OTHER_CODE | LEAVING_KINDS or not _is_plain(node):
            return False
        waiting.extend(node.named_children)
    return not waiting and seen > 0


def _sets_last(statement: Node) -> bool:
    """Whether a statement sets a property, whatever finds the value first."""
    call = next(iter(statement.named_children), None)
    if call is None or call.type != "method_invocation" or not _is_plain(call):
        return False
    return text_of(field(call, "name")) in SETTERS


def _is_plain(node: Node) -> bool:
    """Whether a node is none that runs other code, or one that is known to connect nothing."""
    if node.type == "method_invocation":
        if text_of(field(node, "name")) in TEXTUAL:
            return True
        base = "".join(text_of(field(node, "object")).split())
        return _QUIET.match(f"{base}.{text_of(field(node, 'name'))}") is not None
    made = node.type == "object_creation_expression"
    return not made or _PLAIN.match("".join(text_of(field(node, "type")).split())) is not None
