"""VB.NET: conditionals that only make sure that a flag is set, and the statements before one that only set values."""

import re

from tlsscan.frontends.vbnet_names import Unit
from tlsscan.frontends.vbnet_syntax import Expr, Statement, walk
from tlsscan.frontends.vbnet_text import Block
from tlsscan.patterns import lazy

ACTING = frozenset({"call", "parsed", "new", "lambda", "unknown", "interpolated"})
ASKING = frozenset(
    {"hasflag", "contains", "containskey", "equals", "startswith", "endswith", "isdefined", "getname", "getnames"}
    | {"getmember", "tolower", "toupper", "trim", "isnullorempty", "isnullorwhitespace"}
)
BETWEEN: tuple[list[bytes], ...] = ([], [b"else"], [b"end", b"if"], [b"try"], [b"end", b"try"])
BLANK = lazy(r"[\s()]+")
ENDED = lazy(rb"end\s+if\s*\Z")
MAX_LINES = 100


def ensured(unit: Unit, offset: int) -> bool:
    """Whether the conditional around an assignment only makes sure that a flag is set, and so runs like the assignment
    alone: `If Not P.HasFlag(F) Then P = P Or F`, `If (P And F) = 0 Then`."""
    statements = unit.statements(unit.layout.line_at(offset))
    inline = len(statements) == 2 and bool(statements[1].condition)
    block = unit.block_at(offset)
    if not inline and (len(statements) != 1 or not _is_alone(unit, block)):
        return False
    asked = statements[0] if inline else next(iter(unit.statements(block.head)), None)
    if asked is None or asked.word != "if" or len(asked.parts) != 1 or statements[-1].start != offset:
        return False
    held, flag = _added(unit, statements[-1])
    one, other = re.escape(held), re.escape(flag)
    unset = (
        rf"not{one}(?:\.hasflag{other}|and{other}={other})|{one}(?:and{other}(?:=0|<>{other})|\.hasflag{other}=false)"
    )
    return bool(flag) and re.fullmatch(unset, _plain(unit, asked.parts[0])) is not None


def toggled(unit: Unit, statement: Statement) -> tuple[Expr, Expr, bool] | None:
    """What `P = P Xor F` toggles, the flag, and whether that is known to be set (else: known to be missing); None where
    the condition around it does not tell."""
    held, flag = _added(unit, statement, ("xor",))
    if not flag:
        return None
    asked = _plain_text(unit.branch(statement.start, statement.condition)[0])
    one, other = re.escape(held), re.escape(flag)
    there = rf"(?:{one}\.hasflag{other}|{one}and{other}={other}|{other}and{one}={other}|{one}and{other}<>0)"
    value = statement.parts[1]
    parts = [part for part in value.parts if _plain(unit, part) == flag][:1] or [value.parts[1]]
    if re.fullmatch(rf"{there}(?:=true)?", asked):
        return statement.parts[0], parts[0], True
    if re.fullmatch(rf"not{there}|{one}\.hasflag{other}=false|{one}and{other}(?:=0|<>{other})", asked):
        return statement.parts[0], parts[0], False
    return None


def _is_alone(unit: Unit, block: Block) -> bool:
    """Whether a block is an `If` without other arms that holds one line."""
    if block.what != "if" or block.head < 0 or ENDED.search(unit.layout.lowered, block.start, block.end) is None:
        return False
    return _holds_one_line(unit, block)


def alone(unit: Unit, offset: int) -> int:
    """How many blocks hold nothing but an assignment, and run or do not run by themselves: an `If` without other arms,
    a `Try`."""
    inline = len(unit.statements(unit.layout.line_at(offset))) == 2
    block = unit.block_at(offset)
    tried = block.what == "try" and block.head >= 0 and _holds_one_line(unit, block)
    return int(inline) + int(not inline and (tried or _is_alone(unit, block)))


def _holds_one_line(unit: Unit, block: Block) -> bool:
    last = unit.layout.line_at(block.end)
    return sum(1 for line in range(block.head + 1, min(last, block.head + MAX_LINES)) if _words(unit, line)) == 1


def _added(unit: Unit, statement: Statement, operators: tuple[str, ...] = ("or", "xor")) -> tuple[str, str]:
    """What an assignment adds to, and what: `P = P Or F`, or `Xor` where it is missing."""
    if statement.what != "assign" or statement.word != "=" or statement.parts[1].word.lower() not in operators:
        return "", ""
    held, sides = _plain(unit, statement.parts[0]), [_plain(unit, part) for part in statement.parts[1].parts]
    if held not in sides:
        return "", ""
    sides.remove(held)
    return held, sides[0]


def _plain(unit: Unit, expression: Expr) -> str:
    return _plain_text(unit.text(expression.start, expression.end))


def _plain_text(text: str) -> str:
    return BLANK.sub("", text).lower()


def _words(unit: Unit, line: int) -> list[bytes]:
    return unit.layout.line_text(line).lower().split()


def since(unit: Unit, offset: int) -> int:
    """Where the lines begin that stand before an assignment in a method and do nothing but set values; -1 outside."""
    if unit.method(offset) is None:
        return -1
    layout = unit.layout
    line = layout.line_at(offset)
    for before in range(line - 1, max(line - MAX_LINES, -1), -1):
        words = _words(unit, before)
        if words in BETWEEN or words[:1] == [b"catch"]:
            continue
        found = unit.statements(before)
        if not found or not all(_only_sets(statement) for statement in found):
            if len(found) == 1 and found[0].what == "assign":  # its value is there before it sets it
                return layout.starts[before]
            break
        line = before
    return layout.starts[line]


def _only_sets(statement: Statement) -> bool:
    """Whether a statement sets values, or begins an arm, and calls nothing."""
    if statement.what not in ("assign", "declare") and statement.word not in ("if", "elseif"):
        return False
    parts = [part for value in statement.values() for part in walk(value)]
    return not any(part.what in ACTING and not _asks(part) for part in parts)


def _asks(part: Expr) -> bool:
    """Whether a part only tells something of a text, a list or an enumeration."""
    called = part.parts[0] if part.what == "call" and part.parts else None
    if called is None or called.what != "member":
        return False
    owner = called.parts[0].word.lower().strip("[]") if called.parts else ""
    return called.word.lower() in ASKING or owner == "enum"
