"""Python: what is done with the object that a call makes, and with the argument that a function of the file takes."""

import re
from collections.abc import Iterator, Sequence

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.model import AGAIN, THROWN_AWAY, UNUSED
from tlsscan.patterns import lazy
from tlsscan.reporting import reports

MAX_USES = 40  # of one variable in one function
MOST_IN_TURN = 4  # objects that a variable gets in one block: with more, each is an example for itself
MAX_FOLLOWING = 12  # statements behind an assignment that are looked at
COMPARING_KINDS = frozenset({"comparison_operator", "assert_statement", "not_operator"})
ASSIGNMENT_KINDS = frozenset({"assignment", "augmented_assignment"})
CONDITIONAL_KINDS = frozenset({"if_statement", "elif_clause", "while_statement", "conditional_expression"})
SELF = ("self.", "cls.")
SCOPE_KINDS = frozenset({"class_definition", "lambda"})
ASSERTION = lazy(r"(?:\w+\.)*assert(?!\w*raises)\w*", re.IGNORECASE)  # what raises is called, and may connect
BY_NAME = (b"locals()", b"vars()", b"eval(", b"exec(", b"exec ")


def uses(frontend: Frontend, unit: Unit, path: Path) -> tuple[str, ...]:
    """The members of what the call at the end of a path makes, if the code does nothing else with it."""
    call, parent = path[-1], path[-2]
    if parent.type == "attribute" and field(parent, "object") == call:
        return (text_of(field(parent, "attribute")),)
    if parent.type == "expression_statement":
        tried = len(path) > 3 and path[-4].type == "try_statement" and field(path[-4], "body") == path[-3]
        return (THROWN_AWAY,) if tried else ()
    left, function = field(parent, "left"), frontend.function(path)
    if parent.type != "assignment" or left is None or left.type != "identifier":
        return _tried(frontend, unit, path, ())
    until = _replaced(path, left)
    hidden = function is not None and b"global " not in (function.text or b"")
    if until and (hidden or unit.source.data.find(b"(", parent.end_byte, until) < 0):
        found = [_use(use) for use in _occurrences(unit, (parent.end_byte, until), left)]
        _, end = frontend.scope_range(function, unit)
        if all(found) and any(map(_is_read, _occurrences(unit, (until, end), left))):
            return tuple(sorted({UNUSED, *found}))
    if function is None:
        return ()
    every = list(_occurrences(unit, (function.start_byte, function.end_byte), left))
    found = [_use(use) for use in (list(filter(_is_read, every)) or every)]
    if not all(found) or len(found) > MAX_USES:
        return _tried(frontend, unit, path, every)
    if found and UNUSED not in found:
        return tuple(found)
    return tuple(sorted({UNUSED, *found})) if _is_plain_local(unit, path, function) else ()


def _tried(frontend: Frontend, unit: Unit, path: Path, places: Sequence[Path]) -> tuple[str, ...]:
    """What is caught where a handler does without what is made, and used at some places."""
    function = frontend.function(path)
    if len(places) > MAX_USES or b"except" not in ((function or path[0]).text or b""):
        return ()
    from tlsscan.frontends.python_attempts import without_it

    caught = without_it(frontend, unit, path, [use for use in places if not _use(use)])
    return (f"{AGAIN}{caught}",) if caught else ()


def members_called(frontend: Frontend, unit: Unit, path: Path) -> tuple[str, ...]:
    """The methods that are called on what the call at the end of a path makes: at once, on the local variable that gets
    it, or on that member of its class."""
    call, parent = path[-1], path[-2]
    if parent.type == "attribute" and field(parent, "object") == call:
        return (text_of(field(parent, "attribute")),)
    left = field(parent, "left") if parent.type == "assignment" and field(parent, "right") == call else None
    member = left is not None and text_of(left).startswith(SELF)
    if left is None or not (left.type == "identifier" or member):
        return ()
    start, end = frontend.scope_range(frontend.around_class(path) if member else frontend.function(path), unit)
    called = re.compile(rb"(?<![\w.])" + re.escape(left.text or b"") + rb"\s*\.\s*(\w+)\s*\(")
    return tuple(dict.fromkeys(found[1].decode() for found in called.finditer(unit.source.data, start, end)))


def _replaced(path: Path, left: Node) -> int:
    """Where a later statement of the same block gives a variable another object, made of no part of the first; 0 where
    none does, or so many that they are a list of examples."""
    following = path[-3].next_named_sibling if len(path) > 3 else None
    word = re.escape(left.text or b"")
    for _ in range(MAX_FOLLOWING):
        if following is None:
            return 0
        made = following.named_children[0] if following.type == "expression_statement" else following
        if made.type == "assignment" and text_of(field(made, "left")) == text_of(left):
            listed = len(re.findall(rb"(?m)^[^\S\n]*%s[^\S\n]*=(?!=)" % word, path[-4].text or b"")) > MOST_IN_TURN
            return 0 if listed or re.search(rb"\b%s\b" % word, _right(made)) else following.start_byte
        following = following.next_named_sibling
    return 0


def _right(assignment: Node) -> bytes:
    right = field(assignment, "right")
    return (right.text or b"") if right is not None else b""


def _occurrences(unit: Unit, area: tuple[int, int], left: Node) -> Iterator[Path]:
    """The places in a stretch of a file where a variable stands, but for the one that gets it."""
    for use in unit.paths(text_of(left)):
        leaf, parent = use[-1], use[-2]
        inside = area[0] <= leaf.start_byte < area[1] and leaf != left
        named = field(parent, "attribute") == leaf or field(parent, "name") == leaf
        if inside and not named and leaf.type == "identifier":
            yield use


def _is_plain_local(unit: Unit, path: Path, function: Node) -> bool:
    """Whether what an assignment of a function makes stays there: it is a statement of its own, and of no class inside
    the function, which asks for its variables by no other way."""
    inside = path[path.index(function) + 1 : -1]
    if any(node.type in SCOPE_KINDS for node in inside) or path[-3].type != "expression_statement":
        return False
    start, end = function.start_byte, function.end_byte
    return all(unit.source.data.find(word, start, end) < 0 for word in BY_NAME)


def _use(use: Path) -> str:
    """The member of a variable that is used at a place; empty where the variable goes elsewhere."""
    parent, above = use[-2], use[-3]
    if parent.type != "attribute":
        asserted = parent.type == "argument_list" and above.type == "call"
        return UNUSED if asserted and ASSERTION.fullmatch(text_of(field(above, "function"))) else ""
    if above.type in ASSIGNMENT_KINDS and field(above, "left") == parent:
        return UNUSED  # a member is set, which connects nothing
    return text_of(field(parent, "attribute"))


def _is_read(use: Path) -> bool:
    """Whether a place does something with what a variable holds: in a list of examples nothing does."""
    return not (use[-2].type == "assignment" and field(use[-2], "left") == use[-1])


def only_compares(frontend: Frontend, unit: Unit, path: Path, word: str) -> bool:
    """Whether the call at the end of a path is one of a function of this file that takes an argument of that name and
    only compares it: `self.check_context(ssl_version=X)` of a test."""
    called = text_of(field(path[-1], "function"))
    own = called.startswith(SELF)
    around = frontend.around_class(path) if own else None
    owner = text_of(field(around, "name")) if around is not None else ""
    name = called.partition(".")[2] if own else called
    if not name.isidentifier():
        return False
    found = [b for b in unit.bindings(name) or () if b.kind == "opaque" and b.owner == owner and b.node is not None]
    node = found[0].node if len(found) == 1 else None
    listing, body = (field(node, "parameters"), field(node, "body")) if node is not None else (None, None)
    if listing is None or body is None or word not in (text_of(_named(item)) for item in children(listing)):
        return False
    places = [use for use in unit.paths(word) if body.start_byte <= use[-1].start_byte < body.end_byte]
    read = [use for use in places if not _is_name_only(use)]
    return 0 < len(read) <= MAX_USES and all(_is_compared(use, word) for use in read)


def _named(item: Node) -> Node | None:
    return field(item, "name") or (item.named_children[0] if item.named_child_count else item)


def _is_name_only(use: Path) -> bool:
    """Whether a word stands there as the name of something else: a member, a keyword of a call."""
    leaf, parent = use[-1], use[-2]
    if leaf.type != "identifier":
        return True
    return field(parent, "attribute") == leaf or (parent.type == "keyword_argument" and field(parent, "name") == leaf)


def _is_compared(use: Path, word: str) -> bool:
    """Whether a value is compared there, handed to an assertion, or only gets another default."""
    for level in range(len(use) - 2, 0, -1):
        node, inner = use[level], use[level + 1]
        if node.type in COMPARING_KINDS or (node.type in CONDITIONAL_KINDS and field(node, "condition") == inner):
            return True
        if node.type == "call" and field(node, "arguments") == inner:
            return reports(text_of(field(node, "function")))
        if node.type == "assignment":
            return text_of(field(node, "left")) == word
        if node.type.endswith("_statement") or node.type == "block":
            return False
    return False
