"""VB.NET: the values that a variable does not have where it is used, as the branches around the use say."""

import re
from collections.abc import Iterator

from tlsscan.frontends.vbnet_names import Unit
from tlsscan.frontends.vbnet_syntax import Expr, Statement
from tlsscan.frontends.vbnet_text import METHODS, Block

LEAVING = frozenset({"return", "throw", "exit", "continue", "goto"})
JOINS = {"=": ("or", "orelse"), "<>": ("and", "andalso")}  # of which all parts are false, or true, if the whole is
SAME = {"=": ("=", "is"), "<>": ("<>", "isnot")}
MAX_LINES = 200  # before a use in its block
MAX_DEPTH = 8


def ruled_out(unit: Unit, offset: int, word: str) -> list[Expr]:
    """What a variable is not at an offset: `If x = V Then Return` (or `x = W`), `Else` of it, `If x <> V Then`,
    `Case Else` after `Case V`. What was compared before the variable is set once more says nothing."""
    name = word.lower().removeprefix("me.").encode(unit.encoding, "replace")
    sets = re.compile(rb"(?m)(?:^|:|\bthen|\belse)[ \t]*(?:me\.)?" + re.escape(name) + rb"[ \t]*[-+&]?=")
    found: list[Expr] = []
    for block in unit.block_at(offset).around():
        for at, value in (*_asked(unit, block, word), *_left(unit, block, offset, word)):
            if not sets.search(unit.layout.lowered, at, offset):
                found.append(value)
        if block.what in METHODS:
            break
    return found


def _asked(unit: Unit, block: Block, word: str) -> Iterator[tuple[int, Expr]]:
    """What the arm that a block is, and those passed by before it, say of a variable, and from where on."""
    if block.what in ("if", "elseif"):
        yield from ((block.start, value) for value in _compared(asked_by(unit, block), word, "<>"))
    for arm in block.passed():
        yield from ((block.start, value) for value in _compared(asked_by(unit, arm), word, "="))
    if block.what == "case" and block.outer is not None and _is(asked_by(unit, block.outer), word):
        for other in unit.layout.opened.values():
            if other.what == "case" and other.outer is block.outer and other.start < block.start:
                yield from ((block.start, value) for value in _labels(unit, other))


def asked_by(unit: Unit, block: Block) -> Expr | None:
    """What the header of a block asks."""
    for statement in unit.statements(block.head) if block.head >= 0 else ():
        if statement.word in ("if", "elseif", "select") and len(statement.parts) == 1:
            return statement.parts[0]
    return None


def _labels(unit: Unit, block: Block) -> Iterator[Expr]:
    """The values of a `Case`; none where it compares otherwise (`Case Is > 3`, `Case 1 To 3`)."""
    for statement in unit.statements(block.head):
        text = unit.text(statement.start, unit.layout.ends[block.head]).lower()
        if statement.word == "case" and not re.search(r"\bis\b|\bto\b|[<>]", text):
            yield from statement.parts


def _left(unit: Unit, block: Block, offset: int, word: str) -> Iterator[tuple[int, Expr]]:
    """What a variable is not after statements of a block that leave it, or set it anew, if it is, and from where on."""
    last = unit.layout.line_at(offset)
    for line in range(max(block.head + 1, last - MAX_LINES), last):
        inner = unit.layout.opened.get(line)
        if unit.layout.within[line] is not block or not unit.layout.line_text(line).lstrip().lower().startswith(b"if"):
            continue
        statements = unit.statements(line)
        asked = statements[0].parts[0] if statements and statements[0].word == "if" else None
        done = last_statement(unit, inner) if inner is not None else statements[1:2]
        if any(_is_leaving(statement, word) for statement in done):
            end = inner.end if inner is not None else unit.layout.ends[line]
            yield from ((end, value) for value in _compared(asked, word, "="))


def last_statement(unit: Unit, block: Block) -> tuple[Statement, ...]:
    """The last statement of an `If` block, if it stands in no other one inside."""
    for line in range(unit.layout.line_at(max(block.end - 1, block.start)), block.head, -1):
        found = unit.statements(line) if block.start < unit.layout.starts[line] < block.end else ()
        if found and found[-1].word != "end":
            return found[-1:] if unit.layout.within[line] is block else ()
    return ()


def _is_leaving(statement: Statement, word: str) -> bool:
    """Whether a statement leaves what is around it, or gives the variable another value."""
    sets = statement.what == "assign" and statement.word == "=" and _is(statement.parts[0], word)
    return sets or statement.word in LEAVING


def _compared(condition: Expr | None, word: str, operator: str, depth: int = 0) -> Iterator[Expr]:
    """What a condition compares a variable with, by an operator whose outcome is known."""
    if condition is None or condition.what != "binary" or depth > MAX_DEPTH:
        return
    left, right = condition.parts
    if condition.word in JOINS[operator]:
        yield from _compared(left, word, operator, depth + 1)
        yield from _compared(right, word, operator, depth + 1)
    elif condition.word in SAME[operator]:
        for one, other in ((left, right), (right, left)):
            if _is(one, word):
                yield other


def _is(expression: Expr | None, word: str) -> bool:
    """Whether an expression is a variable."""
    return expression is not None and spelled(expression) == word.lower().removeprefix("me.")


def spelled(expression: Expr) -> str:
    """A variable or a member of the object itself, in lower case; an empty text for anything else."""
    own = expression.what == "member" and bool(expression.parts) and expression.parts[0].word.lower() == "me"
    return expression.word.lower() if expression.what == "name" or own else ""
