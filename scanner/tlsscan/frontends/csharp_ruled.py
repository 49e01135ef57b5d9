"""C#: what the branches around a use say of the values there: which a variable does not have, which flags are set."""

import re
from collections.abc import Iterator, Sequence

from tlsscan.frontends.csharp_nodes import argument_value, pattern_value, sections_of
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import is_idle
from tlsscan.frontends.unit import Path, children, field, line_of, text_of
from tlsscan.patterns import lazy

LEAVING = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement"})
BRANCHES = frozenset({"if_statement", "conditional_expression"})
JOINS = {"==": "||", "!=": "&&"}  # of which all parts are false, or true, if the whole is
MAX_DEPTH = 8
UNSET = lazy(r"== ?(?:0|false)\b|!= ?[A-Za-z]")  # a comparison that asks for a flag that is not set
COPY = lazy(rb"(?m)^[ \t]*(?:var|[\w.]+)[ \t]+(\w+)[ \t]*=[ \t]*([\w.]+)[ \t]*;")
SEVERAL = lazy(r"&&|\|\||\?")


def ruled_out(path: Path, word: str, functions: frozenset[str]) -> list[Node]:
    """What a variable is not at the end of a path: `if (x == V) return`, `else` of it, `if (x != V)`. What was
    compared before the variable is set once more says nothing."""
    found: list[Node] = []
    sets = re.compile(rf"(?<![\w.])(?:this\.)?{re.escape(word)}\s*(?:[|&^+-]|\?\?)?=(?![=>])")
    for level in range(len(path) - 1, 0, -1):
        node, inner = path[level - 1], path[level]
        if node.type in BRANCHES and inner != field(node, "condition"):
            otherwise = inner in node.children_by_field_name("alternative")
            found.extend(_compared(field(node, "condition"), word, "==" if otherwise else "!="))
        elif node.type in ("block", "switch_section"):
            before = [child for child in children(node) if child.end_byte <= inner.start_byte]
            last = max((at for at, child in enumerate(before) if sets.search(text_of(child))), default=-1)
            found.extend(_left(before[last + 1 :], word))
            if last >= 0:
                found.extend(_replaced(before[last], sets, word))
                break
        elif node.type in functions:
            break
    return found


def _left(statements: Sequence[Node], word: str) -> Iterator[Node]:
    """What a variable is not after statements that leave the block if it is."""
    for statement in statements:
        if statement.type == "if_statement" and _leaves(field(statement, "consequence")):
            yield from _compared(field(statement, "condition"), word, "==")


def _replaced(statement: Node, sets: re.Pattern[str], word: str) -> Iterator[Node]:
    """What a variable is not after `if (x == V) x = W;`."""
    body = field(statement, "consequence") if statement.type == "if_statement" else None
    if body is None or field(statement, "alternative") is not None:
        return
    inner = children(body) if body.type == "block" else [body]
    if any(child.type == "expression_statement" and sets.match(text_of(child)) for child in inner):
        yield from _compared(field(statement, "condition"), word, "==")


def _leaves(body: Node | None) -> bool:
    if body is not None and body.type == "block":
        body = next(iter(reversed(children(body))), None)
    return body is not None and body.type in LEAVING


def _compared(condition: Node | None, word: str, operator: str, depth: int = 0) -> Iterator[Node]:
    """What a condition compares a variable with, by an operator whose outcome is known."""
    while condition is not None and condition.type == "parenthesized_expression":
        condition = argument_value(condition)
    if condition is None or condition.type != "binary_expression" or depth > MAX_DEPTH:
        return
    left, right, used = field(condition, "left"), field(condition, "right"), text_of(field(condition, "operator"))
    if used == JOINS[operator]:
        yield from _compared(left, word, operator, depth + 1)
        yield from _compared(right, word, operator, depth + 1)
    elif used == operator and left is not None and right is not None:
        for one, other in ((left, right), (right, left)):
            if text_of(one).removeprefix("this.") == word:
                yield other


def is_set(condition: str, left: Node, right: Node) -> bool:
    """Whether what is toggled is known to be set: `if (x.HasFlag(F)) x ^= F`, `if ((x & F) != 0) x ^= F`."""
    flag, holder = line_of(right), line_of(left)
    asked = flag in condition and holder in condition and ("HasFlag" in condition or "&" in condition)
    return asked and not condition.startswith(("!", "not (")) and not UNSET.search(condition)


def ensured(path: Path, acting: frozenset[str]) -> int:
    """The level of an `if` around an assignment that only makes sure that a flag is set; 0 where there is none:
    `if (!x.HasFlag(F)) x |= F`, `if ((x & F) == 0) x |= F`."""
    level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type == "if_statement"), 0)
    body = field(path[level], "consequence") if level else None
    if body is None or field(path[level], "alternative") is not None or body not in path:
        return 0
    held = [child for child in children(body) if not is_idle(child, acting)] if body.type == "block" else [body]
    if len(held) != 1 or held[0].type != "expression_statement":
        return 0
    holder, flag = (line_of(side) for side in added(path[-1], "|^"))
    condition = line_of(field(path[level], "condition"))
    if not flag or SEVERAL.search(condition):
        return 0
    names = (holder, *_copies(path, level, holder))
    return level if any(_asks_for_missing(condition, name, flag) for name in names) else 0


def _asks_for_missing(condition: str, holder: str, flag: str) -> bool:
    """Whether a condition asks if a flag is missing."""
    if condition.startswith((f"({holder} & {flag})", f"({flag} & {holder})")):
        return UNSET.search(condition) is not None
    return condition.startswith(f"!{holder}.HasFlag({flag})")


def _copies(path: Path, level: int, holder: str) -> list[str]:
    """The variables that hold what a conditional behind them adds to: `var old = P; if (!old.HasFlag(F)) P |= F;`."""
    block = path[level - 1]
    before = (block.text or b"")[: path[level].start_byte - block.start_byte]
    named = {found[1]: found[2] for found in COPY.finditer(before)}
    return [name.decode() for name, value in named.items() if value == holder.encode()]


def added(node: Node, operators: str = "|") -> tuple[Node | None, Node | None]:
    """What an assignment adds to, and what: `x |= F`, `x ^= F`, `x = x | F`."""
    left, right, operator = field(node, "left"), field(node, "right"), text_of(field(node, "operator"))
    if operator in ("|=", "^="):
        return left, right
    if operator != "=" or right is None or right.type != "binary_expression":
        return None, None
    one, other = field(right, "left"), field(right, "right")
    if text_of(field(right, "operator")) not in tuple(operators) or line_of(left) not in (line_of(one), line_of(other)):
        return None, None
    return left, other if line_of(one) == line_of(left) else one


def switched(path: Path, node: Node) -> tuple[list[Node], list[Node]]:
    """The labels of the section of `switch (x)` around a use of `x`, or (for its default) those of the others."""
    level = next((at for at in range(len(path) - 1, 1, -1) if path[at].type == "switch_section"), 0)
    subject = line_of(field(path[level - 2], "value")) if level and node.type == "identifier" else ""
    if subject.strip("() ") != text_of(node):
        return [], []
    sections = list(sections_of(path[level - 1]))
    labels = next((labels for labels, section in sections if section == path[level]), [])
    if any(label.type == "default" for label in labels):
        every = [label for given, _ in sections for label in given if label.type != "default"]
        return [], list(map(pattern_value, every))
    return list(map(pattern_value, labels)), []
