"""Java: whether what an object was given is replaced wherever the object is put to use. Loaded where packs ask."""

from collections.abc import Mapping

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import arguments, unwrap
from tlsscan.frontends.java_scopes import BLOCK_KINDS, METHOD_KINDS, declares_local
from tlsscan.frontends.unit import Path, Unit, field, text_of

MAX_USES = 40  # of one variable
CALL = "method_invocation"
STATEMENT = "expression_statement"


def is_replaced(unit: Unit, path: Path, later: Mapping[str, str]) -> bool:
    """Whether the local variable that the call at the end of a path sets something on is then passed to nothing but
    calls whose receivers get another setting afterwards, by the call that `later` names, in the same block."""
    receiver = unwrap(field(path[-1], "object"))
    method = next((node for node in reversed(path) if node.type in METHOD_KINDS), None)
    if receiver is None or receiver.type != "identifier" or method is None or path[-2].type != STATEMENT:
        return False
    uses = [use for use in unit.paths(text_of(receiver)) if method.start_byte <= use[-1].start_byte < method.end_byte][
        : MAX_USES + 1
    ]
    if len(uses) > MAX_USES or not any(declares_local(use) and use[-2].type == "variable_declarator" for use in uses):
        return False
    passed = [use for use in uses if use[-1].start_byte > path[-1].end_byte and not _is_set(use)]
    return bool(passed) and all(_is_followed(unit, use, later) for use in passed)


def _is_set(use: Path) -> bool:
    """Whether something is only set on a variable, or asked of it."""
    return use[-2].type == CALL and field(use[-2], "object") == use[-1] and use[-3].type == STATEMENT


def _is_followed(unit: Unit, use: Path, later: Mapping[str, str]) -> bool:
    """Whether a variable is passed to a call as a statement, after which the receiver of that call gets another setting
    before it is put to use."""
    if len(use) < 5 or use[-2].type != "argument_list" or use[-3].type != CALL or use[-4].type != STATEMENT:
        return False
    call, block = use[-3], use[-5]
    word, receiver = later.get(text_of(field(call, "name")), ""), text_of(field(call, "object"))
    if not word or not receiver.isidentifier() or block.type not in BLOCK_KINDS:
        return False
    for statement in block.named_children:
        if statement.start_byte < call.end_byte or receiver not in text_of(statement):
            continue
        inner = statement.named_children[0] if statement.type == STATEMENT else None
        name = text_of(field(inner, "name")) if inner is not None else ""
        if inner is None or text_of(field(inner, "object")) != receiver or not name.startswith("set"):
            return False  # it may connect
        if name == word:
            return _is_one(arguments(inner))
    return False


def _is_one(given: list[Node]) -> bool:
    return len(given) == 1 and given[0].type != "null_literal"
