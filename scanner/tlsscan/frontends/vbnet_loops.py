"""VB.NET: what the conditions inside a loop ask of its variable."""

import re
from collections.abc import Callable, Iterator

from tlsscan.frontends.sieve import NOTHING, OPPOSITE, OTHER, Asked, compared
from tlsscan.frontends.vbnet_names import Unit
from tlsscan.frontends.vbnet_ruled import asked_by, last_statement, spelled
from tlsscan.frontends.vbnet_syntax import Expr
from tlsscan.frontends.vbnet_text import METHODS, Block
from tlsscan.patterns import lazy
from tlsscan.values import Value

COMPARISONS = {"=": "==", "<>": "!=", "is": "==", "isnot": "!="}
JOINS = {"and": "and", "andalso": "and", "or": "or", "orelse": "or"}
LEAVES = lazy(r"\b(?:continue|return|exit|throw|goto)\b")
MAX_DEPTH = 20
Lower = Callable[[Expr], Value]


def asked_of(unit: Unit, offset: int, word: str, lower: Lower) -> Iterator[tuple[Asked, bool]]:
    """The conditions between a loop and a use of its variable, and whether each holds at the use."""
    around: list[Block] = []
    for block in unit.block_at(offset).around():
        if block.what in METHODS:
            return
        around.append(block)
        head = unit.text(unit.layout.starts[block.head], unit.layout.ends[block.head]) if block.head >= 0 else ""
        if re.match(rf"(?i)\s*for\s+each\s+{re.escape(word)}\b", head):
            break
    else:
        return
    for condition, holds in (*_in_line(unit, offset), *(pair for block in around for pair in _branches(unit, block))):
        yield _asked(unit, condition, word, lower), holds
    taken = {inner for block in around for inner in (block, *block.passed())}
    for block in around:
        yield from _left_out(unit, block, taken, offset, word, lower)


def _in_line(unit: Unit, offset: int) -> Iterator[tuple[Expr, bool]]:
    """`If A Then B Else C` in one line."""
    line = unit.layout.line_at(offset)
    statements = unit.statements(line)
    first = statements[0] if statements and statements[0].word == "if" and statements[0].parts else None
    if first is not None and first.parts[0].end <= offset:
        before = unit.text(first.parts[0].end, offset)
        yield first.parts[0], re.search(r"(?i)\belse\b", before) is None


def _branches(unit: Unit, block: Block) -> Iterator[tuple[Expr, bool]]:
    """What the arm that a block is asks, and those passed by before it."""
    own = asked_by(unit, block) if block.what in ("if", "elseif") else None
    if block.what == "case" and block.outer is not None:
        own = asked_by(unit, block.outer)
    if own is not None:
        yield own, True
    for arm in block.passed():
        passed = asked_by(unit, arm)
        if passed is not None:
            yield passed, False


def _left_out(
    unit: Unit, block: Block, taken: set[Block], offset: int, word: str, lower: Lower
) -> Iterator[tuple[Asked, bool]]:
    """What `If`s ask that go on with the next value, other than those around the use: `If p < V Then Continue For`."""
    for line in range(block.head + 1, unit.layout.line_at(offset)):
        statements = unit.statements(line) if unit.layout.within[line] is block else ()
        if not statements or statements[0].word not in ("if", "select") or not statements[0].parts:
            continue
        inner = unit.layout.opened.get(line)
        if inner in taken:
            continue
        done = last_statement(unit, inner) if inner is not None else statements[1:2]
        end = inner.end if inner is not None else unit.layout.ends[line]
        text = unit.text(unit.layout.starts[line], end)
        chained = inner is not None and any(inner in arm.passed() for arm in unit.layout.opened.values())
        if done and done[0].word == "continue" and not chained and statements[0].word == "if":
            yield _asked(unit, statements[0].parts[0], word, lower), False
        elif (chained or LEAVES.search(text.lower())) and _mentions(text, word):
            yield OTHER, True


def _asked(unit: Unit, condition: Expr, word: str, lower: Lower, depth: int = 0) -> Asked:
    """What a condition asks of a variable."""
    if not _mentions(unit.text(condition.start, condition.end), word):
        return NOTHING
    parts = condition.parts
    if condition.what not in ("unary", "binary") or depth > MAX_DEPTH:
        return OTHER
    if condition.what == "unary":
        return Asked("not", (_asked(unit, parts[0], word, lower, depth + 1),)) if condition.word == "not" else OTHER
    if condition.word in JOINS:
        return Asked(JOINS[condition.word], tuple(_asked(unit, part, word, lower, depth + 1) for part in parts))
    operator = COMPARISONS.get(condition.word, condition.word)
    for one, other in (parts, parts[::-1]):
        if operator in OPPOSITE and _is(one, word) and not _mentions(unit.text(other.start, other.end), word):
            return compared(operator, [lower(other)], mirrored=one is parts[1])
    return OTHER


def _is(expression: Expr, word: str) -> bool:
    """Whether an expression is the variable, perhaps as a number."""
    while expression.what == "cast" and expression.parts:
        expression = expression.parts[0]
    return spelled(expression) == word.lower()


def _mentions(text: str, word: str) -> bool:
    return re.search(rf"(?i)(?<![\w.]){re.escape(word)}\b", text) is not None
