"""PowerShell: what the conditions inside a loop ask of its variable."""

import re
from collections.abc import Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_LOWERING, Context
from tlsscan.frontends.powershell_commands import PowerShellCommands
from tlsscan.frontends.powershell_nodes import (
    COMPARISON_KINDS,
    LOGICAL_KINDS,
    VARIABLE_KINDS,
    command_arguments,
    command_word,
    peel,
    sign_of,
    statements_in,
    variable_parts,
    word_of,
)
from tlsscan.frontends.sieve import NOTHING, OTHER, Asked, compared
from tlsscan.frontends.unit import Path, children, field, text_of
from tlsscan.values import Invocation, Value, strip

SIGNS = {"eq": "==", "ne": "!=", "ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
LISTED = {"in": "==", "notin": "!="}
LISTING = {"contains": "==", "notcontains": "!="}
JOINS = {"-and": "and", "-or": "or"}
WHERE = frozenset({"where-object", "where", "?"})
LEAVING = frozenset({"continue", "return"})


class PowerShellLoops(PowerShellCommands):
    """What is asked of the variable of a loop."""

    def asked_of(self, context: Context, word: str) -> Iterator[tuple[Asked, bool]]:
        """The conditions between a loop and a use of its variable, and whether each holds at the use."""
        path = context.path
        for level in range(len(path) - 2, self._loop_level(path, word), -1):
            node, inner = path[level], path[level + 1]
            if node.type == "statement_list":
                yield from self._left_out(context, node, inner, word)
            elif node.type == "switch_statement" and _mentions(node.named_children[0], word):
                yield OTHER, True
            condition = self.condition(node)
            if condition is None or condition == inner:
                continue
            otherwise = self.is_alternative(node, inner)
            yield self._asked(context, condition, word), not otherwise
            if otherwise:
                yield from self._passed(context, node, path[level + 1 :], word)

    def asked_by(self, context: Context, stage: Node) -> Asked:
        """What a stage of a pipeline asks of what it hands on: `Where-Object { }`; nothing for another stage."""
        command = peel(stage)
        if command.type != "command" or command_word(command).lower() not in WHERE:
            return NOTHING
        given = [bare for argument in command_arguments(command) for bare in map(peel, argument.nodes)]
        body = _only(given[0]) if len(given) == 1 and given[0].type == "script_block_expression" else None
        return self._asked(context, body, "_") if body is not None else OTHER

    def _loop_level(self, path: Path, word: str) -> int:
        """Where the loop stands in a path: the statement, or the block that a pipeline runs."""
        for level in range(len(path) - 1, -1, -1):
            node = path[level]
            if word == "_" and node.type == "script_block_expression":
                return level
            if node.type == "foreach_statement" and node.named_child_count and _is(node.named_children[0], word):
                return level
        return len(path)

    def _passed(self, context: Context, node: Node, inner: Path, word: str) -> Iterator[tuple[Asked, bool]]:
        """What the `elseif`s ask that stand before a branch that is taken."""
        chain = field(node, "elseif_clauses")
        taken = next((step for step in inner if step.type in ("elseif_clause", "else_clause")), None)
        if chain is None or taken is None:
            return
        for clause in children(chain):
            if clause.end_byte <= taken.start_byte:
                yield self._asked(context, field(clause, "condition"), word), False

    def _left_out(self, context: Context, block: Node, inner: Node, word: str) -> Iterator[tuple[Asked, bool]]:
        """What `if`s ask that go on with the next value: `if ($p -lt 'Tls12') { continue }`."""
        for statement in children(block):
            if statement.end_byte > inner.start_byte:
                return
            if statement.type != "if_statement" or not re.search(
                r"(?i)\b(?:continue|return|break|throw)\b", text_of(statement)
            ):
                continue
            body = next((child for child in statement.children if child.type == "statement_block"), None)
            last = statements_in(body)[-1:] if body is not None else []
            alone = not any(field(statement, other) for other in ("elseif_clauses", "else_clause"))
            goes_on = bool(last) and word_of(last[0]).lower() in LEAVING
            if goes_on and alone:
                yield self._asked(context, field(statement, "condition"), word), False
            elif _mentions(statement, word):
                yield OTHER, True

    def _asked(self, context: Context, node: Node | None, word: str) -> Asked:
        """What a condition asks of a variable."""
        node = _bare(node)
        if node is None or not _mentions(node, word):
            return NOTHING
        if node.type == "expression_with_unary_operator":
            inner = self._asked(context, node.children[-1], word)
            return Asked("not", (inner,)) if word_of(node.children[0]).lower() in ("-not", "!") else OTHER
        if node.child_count != 3 or context.depth >= MAX_LOWERING:
            return OTHER
        left, sign, right = node.children
        operator = sign_of(context.unit.source.data, sign)
        if node.type in LOGICAL_KINDS and operator in JOINS:
            deeper = Context(context.unit, context.path, context.active, context.depth + 1)
            parts = (self._asked(deeper, left, word), self._asked(deeper, right, word))
            return Asked(JOINS[operator], parts)
        return self._compared(context, left, operator, right, word) if node.type in COMPARISON_KINDS else OTHER

    def _compared(self, context: Context, left: Node, sign: str, right: Node, word: str) -> Asked:
        plain = sign.removeprefix("-")
        plain = plain if plain in SIGNS or plain in LISTED or plain in LISTING else plain[1:]
        if _is(left, word) and not _mentions(right, word):
            operator = SIGNS.get(plain) or LISTED.get(plain, "")
            bounds = _larger_of(context.lower(right)) if plain in ("gt", "ge") else ()
            if bounds:
                return Asked("and", tuple(compared(operator, [bound]) for bound in bounds))
            return compared(operator, [context.lower(right)])
        if _is(right, word) and not _mentions(left, word):
            operator = SIGNS.get(plain) or LISTING.get(plain, "")
            return compared(operator, [context.lower(left)], mirrored=True)
        return OTHER


def _larger_of(value: Value) -> tuple[Value, ...]:
    """The values of which an expression is the largest: `[Math]::Max(a, b)`; nothing for any other expression."""
    inner = strip(value)[0]
    largest = isinstance(inner, Invocation) and inner.names[0].lower().removeprefix("system.") == "math.max"
    return inner.arguments if isinstance(inner, Invocation) and largest else ()


def _only(block: Node | None) -> Node | None:
    """The one statement of a script block."""
    while block is not None and block.type != "pipeline":
        inner = children(block)
        block = inner[0] if len(inner) == 1 else None
    return block


def _bare(node: Node | None) -> Node | None:
    """A node without precedence levels and parentheses."""
    while node is not None:
        node = peel(node)
        if node.type != "parenthesized_expression" or node.named_child_count != 1:
            break
        node = node.named_children[0]
    return node


def _is(node: Node, word: str) -> bool:
    """Whether an expression is the variable, perhaps as a number or a text."""
    inner = _bare(node)
    while inner is not None and inner.type in ("cast_expression", "expression_with_unary_operator"):
        if inner.type != "cast_expression" and inner.children[0].type != "cast_expression":
            return False
        inner = _bare(inner.children[-1])
    if inner is None or inner.type not in VARIABLE_KINDS:
        return False
    return variable_parts(word_of(inner))[1].lower() in ({"_", "psitem"} if word == "_" else {word.lower()})


def _mentions(node: Node, word: str) -> bool:
    name = "(?:_|PSItem)" if word == "_" else re.escape(word)
    return re.search(rf"(?i)\$\{{?(?:\w+:)?{name}(?![\w])", text_of(node)) is not None
