"""PowerShell: what commands, constructors and functions of the file give. Nothing of operators and literals."""

import re
from collections.abc import Iterator

from tlsscan.frontends import csharp_values as dotnet
from tlsscan.frontends import powershell_values as values
from tlsscan.frontends.expressions import invocation
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_LOWERING, Context
from tlsscan.frontends.powershell_bindings import PowerShellBindings
from tlsscan.frontends.powershell_nodes import command_arguments, command_word, peel, statements_in, unlisted, word_of
from tlsscan.frontends.unit import children, field
from tlsscan.values import Arm, Choice, Name, Text, Value

SILENT_KINDS = frozenset({"assignment_expression", "function_statement", "class_statement", "param_block", "comment"})
RETURN_KINDS = frozenset({"statement_block", "statement_list", "if_statement", "elseif_clauses", "elseif_clause"}) | {
    "else_clause",
    "switch_statement",
    "switch_body",
    "switch_clauses",
    "switch_clause",
    "try_statement",
    "script_block",
    "script_block_body",
    "named_block_list",
    "named_block",
    "pipeline",
}


class PowerShellCommands(PowerShellBindings):
    """What commands and functions give."""

    def command(self, context: Context, node: Node) -> Value:
        """What a command gives: an object that it makes, what a function of the file returns, else its invocation."""
        word = command_word(node)
        if values.INTEGER.fullmatch(word):  # the grammar takes a number with a suffix for a command
            return values.number(word)
        if word.lower() == "new-object":
            names, arguments = self.created(context, node)
            return invocation(names, context.all(arguments))
        if word.lower() == "join-path" and (joined := _joined(context, node)) is not None:
            return joined
        own = [b for b in context.unit.bindings(word) or () if b.kind == "function"] if word else []
        if own and context.depth < MAX_LOWERING and (word, own[-1].offset) not in context.active:
            inside = Context(context.unit, own[-1].path, context.active | {(word, own[-1].offset)}, context.depth + 1)
            found = list(self._returned(inside, own[-1].path[-1]))
            if found:
                return found[0].value if len(found) == 1 else Choice(tuple(found))
        given = command_arguments(node)
        plain = [context.lower(argument.nodes[0]) for argument in given if argument.position is not None]
        named = [(argument.name, context.lower(argument.nodes[0])) for argument in given[:8] if argument.name]
        return invocation((word or "?",), plain, named)

    def created(self, context: Context, node: Node) -> tuple[tuple[str, ...], list[Node]]:
        """The type that `New-Object` makes, and the arguments of its constructor."""
        given = command_arguments(node)
        by_name = {argument.name.lower() or argument.position: argument.nodes for argument in given}
        kind = by_name.get("typename", by_name.get(0))
        typed = "typename" in by_name
        listed = by_name.get("argumentlist", by_name.get("args", by_name.get(0 if typed else 1)))
        text = dotnet.inner(context.lower(kind[0])) if kind is not None else None
        names = self.type_names(context.unit, type_words_of(text.text)) if isinstance(text, Text) else ()
        return names or ("?",), list(_constructor_arguments(listed[0])) if listed is not None else []

    def _returned(self, context: Context, function: Node) -> Iterator[Arm]:
        """What a function of the file gives back, by `return` or as the only statement that gives something."""
        block = next((child for child in function.children if child.type == "script_block"), None)
        found: list[tuple[str, Node]] = []
        stack: list[tuple[str, Node]] = [("", block)] if block is not None else []
        for _ in range(200):
            if not stack:
                break
            condition, node = stack.pop()
            if node.type == "flow_control_statement":
                found.extend(
                    (condition, child) for child in children(node) if word_of(node).lower().startswith("return")
                )
            elif node.type in RETURN_KINDS and not (node.type == "pipeline" and peel(node) is not node):
                around = self.condition(node)
                own = self.snippet(around) if around is not None else condition
                stack.extend((own, child) for child in reversed(children(node)) if child != around)
            elif peel(node).type not in SILENT_KINDS and peel(node).type != "command":
                found.append((condition, node))
        for condition, node in found[:8]:
            yield Arm(condition or self.name_of(function), self.is_guard(condition), context.lower(node))

    def named_types(self, context: Context, node: Node) -> tuple[str, ...]:
        """The names of the types that an argument names: `[T]`, `[type][T]`, `'T'` or a variable."""
        value = dotnet.inner(context.lower(node))
        if isinstance(value, Text):
            return self.type_names(context.unit, value.text)
        return value.names if isinstance(value, Name) else ()


def _joined(context: Context, node: Node) -> Value | None:
    """The path that `Join-Path` makes of two; None where it is given something else."""
    given = {argument.name.lower() or argument.position: argument.nodes for argument in command_arguments(node)}
    first = given.get("path", given.get(0))
    second = given.get("childpath", given.get(0 if "path" in given else 1))
    if len(given) != 2 or first is None or second is None:
        return None
    return context.join(context.lower(first[0]), Text("\\"), context.lower(second[0]))


def type_words_of(text: str) -> str:
    """A type's name in a text, without type arguments."""
    return re.split(r"[\[,]", text.strip())[0]


def _constructor_arguments(node: Node) -> Iterator[Node]:
    """The items of `-ArgumentList a, b`, `@(a, b)` or `(a, b)`."""
    for _ in range(4):
        node = peel(node)
        if node.type == "argument_list":
            listing = field(node, "argument_expression_list")
            yield from (item for child in children(listing) for item in unlisted(child)) if listing is not None else ()
            return
        if node.type == "parenthesized_expression" and node.named_child_count == 1:
            node = children(node)[0] if children(node) else node
        elif node.type == "array_expression" and len(statements_in(node)) == 1:
            node = statements_in(node)[0]
        else:
            break
    yield from (children(node) if node.type == "array_literal_expression" else [node])
