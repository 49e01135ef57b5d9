"""PowerShell: which conditions only make sure that a flag is set."""

import re

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import is_idle
from tlsscan.frontends.powershell_nodes import BITWISE_KINDS, assignment, peel, sign_of, statements_in
from tlsscan.frontends.unit import Path, field, text_of
from tlsscan.patterns import lazy

BLANK = lazy(r"[\s()'\"*]+")
COPY = lazy(rb"(?im)^[ \t]*(\$\w+)[ \t]*=[ \t]*(\S[^\r\n;]*)")
CAST = lazy(r"\[(?:bool(?:ean)?|int(?:32)?)\]")


def toggled(path: Path, data: bytes) -> tuple[Node, Node, bool] | None:
    """What `P = P -bxor F` toggles, the flag, and whether that is known to be set (else: known to be missing); None
    where the condition around it does not tell."""
    node = path[-1]
    left, operator, value = assignment(node) if node.type == "assignment_expression" else (None, "", None)
    right = peel(value) if value is not None else None
    level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type == "if_statement"), 0)
    if not level or left is None or operator != "=" or right is None or right.child_count != 3:
        return None
    block = next((child for child in path[level].children if child.type == "statement_block"), None)
    sides = [right.children[0], right.children[2]]
    flags = [side for side in sides if _plain(side) != _plain(left)]
    if sign_of(data, right.children[1]) != "-bxor" or len(flags) != 1 or block not in path:
        return None
    asked = CAST.sub("", _plain(field(path[level], "condition")))
    one, other = re.escape(_plain(left)), re.escape(_plain(flags[0]))
    both = rf"(?:{one}-band{other}|{other}-band{one})"
    there = rf"(?:{both}(?:-ne0|-gt0|-eq{other})?|{one}\.hasflag{other})(?:-eq\$true|-ne\$false)?"
    if re.fullmatch(there, asked):
        return left, flags[0], True
    return (left, flags[0], False) if re.fullmatch(rf"(?:-not|!){there}|{both}(?:-eq0|-ne{other})", asked) else None


def ensured(path: Path, data: bytes, acting: frozenset[str]) -> int:
    """The level of an `if` around an assignment that only makes sure that a flag is set; 0 where there is none:
    `if (-not (P -band F)) { P = P -bor F }`, `if (P -notmatch 'F') { P = P -bor F }`."""
    level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type == "if_statement"), 0)
    held, flag = _added(path[-1], data) if level else ("", "")
    block = next((child for child in path[level].children if child.type == "statement_block"), None)
    if not flag or block not in path or field(path[level], "elseif_clauses") or field(path[level], "else_clause"):
        return 0
    if len([child for child in statements_in(block) if not is_idle(child, acting)]) != 1:
        return 0
    word = re.escape(re.split(r"[:.\]]", flag)[-1])
    one, other = rf"(?:{'|'.join(map(re.escape, (held, *_copies(path, level, data, held))))})", re.escape(flag)
    both = rf"(?:{one}-band{other}|{other}-band{one})"
    there = rf"(?:{both}|{one}\.hasflag{other})"
    unset = (
        rf"(?:-not|!)(?:{there}(?:-eq\$true|-ne\$false)?|{both}(?:-ne0|-gt0|-eq{other})|0-ne{both}|\$true-eq{there})"
        rf"|{both}(?:-eq0|-ne{other})|0-eq{both}"
        rf"|{there}(?:-eq\$false|-ne\$true)|(?:\$false-eq|\$true-ne){there}"
        rf"|{one}(?:\.tostring)?-not(?:match|like|contains)(?:{word}|{other})"
        rf"|(?:-not|!){one}(?:\.tostring)?(?:-(?:match|like|contains)|\.contains)(?:{word}|{other})"
    )
    return level if re.fullmatch(unset, CAST.sub("", _plain(field(path[level], "condition")))) else 0


def _copies(path: Path, level: int, data: bytes, held: str) -> list[str]:
    """The variables that hold what a conditional behind them adds to."""
    assigned = COPY.finditer(data, 0, path[level].start_byte)
    values = {found[1].lower().decode(): _blank(found[2].decode("utf-8", "replace")) for found in assigned}
    return [name for name, value in values.items() if value == held]


def _added(node: Node, data: bytes) -> tuple[str, str]:
    """What an assignment adds to, and what: `P = P -bor F`, or `-bxor` where it is missing."""
    left, operator, value = assignment(node) if node.type == "assignment_expression" else (None, "", None)
    right = peel(value) if value is not None else None
    if operator != "=" or right is None or right.type not in BITWISE_KINDS or right.child_count != 3:
        return "", ""
    held, sides = _plain(left), [_plain(right.children[0]), _plain(right.children[2])]
    if sign_of(data, right.children[1]) not in ("-bor", "-bxor") or held not in sides:
        return "", ""
    sides.remove(held)
    return held, sides[0]


def _blank(text: str) -> str:
    return BLANK.sub("", text).lower().replace("[system.", "[")


def _plain(node: Node | None) -> str:
    return _blank(text_of(node))
