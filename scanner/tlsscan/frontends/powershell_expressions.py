"""PowerShell: the values of expressions. Knows what concerns values in .NET's class library, nothing of TLS."""

import re
from collections.abc import Iterator

from tlsscan.frontends import csharp_values as dotnet
from tlsscan.frontends import powershell_values as values
from tlsscan.frontends.expressions import invocation, key_word, qualified, taken_out, textual
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_LOWERING, Context, each
from tlsscan.frontends.powershell_commands import SILENT_KINDS
from tlsscan.frontends.powershell_loops import PowerShellLoops
from tlsscan.frontends.powershell_nodes import (
    ADDITIVE_KINDS,
    BITWISE_KINDS,
    COMPARISON_KINDS,
    ENCLOSED_KINDS,
    FOREACH,
    FORMAT_KINDS,
    LOGICAL_KINDS,
    arguments_of,
    command_word,
    entry_parts,
    hash_entries,
    is_splat,
    member_parts,
    only_sifts,
    peel,
    sign_of,
    statements_in,
    type_words,
    unlisted,
    variable_parts,
    word_of,
)
from tlsscan.frontends.sieve import NOTHING, sifted
from tlsscan.frontends.speaker import MAX_CHAIN
from tlsscan.frontends.unit import children, field, text_of
from tlsscan.frontends.windows import for_old_windows
from tlsscan.spelled import is_open
from tlsscan.values import (
    Arm,
    Choice,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    is_callers,
    is_loop,
)

LIST_KINDS = frozenset({"array_literal_expression", "range_expression"})
HERE_KINDS = frozenset({"expandable_here_string_literal", "verbatim_here_string_characters"})
STRING_KINDS = frozenset({"expandable_string_literal", "expandable_here_string_literal"})
SAME_MEMBERS = frozenset({"value__", "tostring", "toarray", "psbase"})
ENUM_METHODS = frozenset({"system.enum.parse", "system.enum.toobject"})
LISTING_METHODS = frozenset({"system.enum.getvalues", "system.enum.getnames"})
OWN_LISTING = (".getnames", ".getvalues")
OWN_MEMBERS = frozenset({"getenumvalues", "getenumnames"})
LOOPS = frozenset({"foreach-object", "foreach", "%"})
MOST_TEXTS = 20
COMPARED = r"\s*\)*\s*-[ci]?(?:not)?(?:eq|ne|like|match|in|contains|gt|ge|lt|le)\b"
ENVIRONMENT = "system.environment.getenvironmentvariable"


class PowerShellExpressions(PowerShellLoops):
    """The values of expressions."""

    def lower(self, context: Context, node: Node) -> Value:
        """The value of an expression or statement node."""
        node = peel(node)
        kind = node.type
        if kind == "variable":
            return self._variable_value(context, node)
        if kind == "string_literal":
            return self._string(context, node.children[0])
        if kind in ("integer_literal", "real_literal"):
            return values.number(word_of(node))
        if kind == "generic_token":
            return values.bare_word(word_of(node))
        if kind == "simple_name":
            return Text(word_of(node))
        if kind == "type_literal":
            return Name(self.types_at(context.unit, node) or (type_words(node),))
        if kind == "parenthesized_expression":
            return context.lower(children(node)[0]) if children(node) else Null()
        return self._compound(context, node)

    def _compound(self, context: Context, node: Node) -> Value:
        kind = node.type
        if kind == "member_access":
            return self._member_value(context, node)
        if kind == "invokation_expression":
            return self._method(context, node)
        if kind == "element_access":
            return self._element(context, node)
        if kind == "cast_expression":
            return self._cast(context, node)
        if kind == "expression_with_unary_operator":
            return self._unary(context, node)
        if kind in LIST_KINDS:
            return Listing(tuple(context.lower(item) for child in children(node) for item in unlisted(child)))
        if kind == "hash_literal_expression":
            pairs = [entry_parts(entry) for entry in hash_entries(node)]
            return Mapping(tuple(context.entry(context.lower(key), value) for key, value in pairs))
        if kind == "command":
            return self.command(context, node)
        return self._statement(context, node)

    def _statement(self, context: Context, node: Node) -> Value:
        kind = node.type
        if kind in ENCLOSED_KINDS:
            return self._enclosed(context, node)
        if kind == "assignment_expression":
            return context.lower(field(node, "value"))
        if kind == "if_statement":
            return Choice(tuple(self._branches(context, node)))
        if kind == "switch_statement":
            return Choice(tuple(self._clauses(context, node))) if not node.has_error else Unknown("a switch")
        if kind in BITWISE_KINDS or kind in ADDITIVE_KINDS or kind in COMPARISON_KINDS or kind in FORMAT_KINDS:
            return self._binary(context, node)
        if kind == "pipeline_chain":
            return context.lower(children(node)[0]) if only_sifts(node) else self._left_by_stages(context, node)
        if kind in LOGICAL_KINDS:
            return Unknown("the result of a condition is not followed")
        return Unknown(f"{kind.replace('_', ' ')} is not followed")

    # -- literals and variables ------------------------------------------------------------------------------

    def _string(self, context: Context, node: Node) -> Value:
        raw = text_of(node) if node.type in HERE_KINDS else text_of(node).strip()
        if node.type == "verbatim_string_characters":
            return Text(values.verbatim(raw))
        if node.type not in STRING_KINDS:
            return Text(values.here(raw))
        content = node.text or b""
        first = content.find(b'"') + 1
        first = content.find(b"\n") + 1 if node.type in HERE_KINDS else first
        last = content.rfind(b'"')
        last = content.rfind(b"\n", 0, last) if node.type in HERE_KINDS else last
        parts: list[Value] = []
        for child in children(node):
            start, end = child.start_byte - node.start_byte, child.end_byte - node.start_byte
            parts.append(Text(values.unescape(content[first:start].decode("utf-8", "replace"))))
            parts.append(context.lower(child))
            first = end
        tail = Text(values.unescape(content[first : max(first, last)].decode("utf-8", "replace")))
        return self._texts_in_turn(context, [*parts, tail])

    def _texts_in_turn(self, context: Context, parts: list[Value]) -> Value:
        """The parts of a text as one; where a loop gives one of them, the texts in turn."""
        several = [(at, dotnet.inner(part)) for at, part in enumerate(parts)]
        looped = [(at, part) for at, part in several if isinstance(part, Operation) and part.operator == "each"]
        if len(looped) != 1 or len(looped[0][1].operands) > MOST_TEXTS:
            return context.join(*parts)
        at, items = looped[0]
        return Operation("each", tuple(context.join(*parts[:at], item, *parts[at + 1 :]) for item in items.operands))

    def _variable_value(self, context: Context, node: Node) -> Value:
        scope, word = variable_parts(word_of(node))
        if not scope and word.lower() in values.CONSTANTS:
            return values.CONSTANTS[word.lower()]
        if scope == "env":
            return Unknown(f"the environment variable {word} decides", word)
        if word in ("_", "PSItem"):
            return self._piped(context, node)
        if not word or is_splat(node):
            return Unknown(f"{word_of(node)[:60]} is not known")
        value = context.name(word, node)
        if value != Name((f"${word}",)):
            return self._unfiltered(context, word, values.appended(value))
        other = self.elsewhere(context.unit, scope, word)
        return other if other is not None else Unknown(f"${word} is not set in this file")

    def _unfiltered(self, context: Context, word: str, value: Value) -> Value:
        """The items of a loop, unless something around the use asks which of them it is."""
        plain = dotnet.inner(value)
        if isinstance(plain, Operation) and plain.operator != "each" and is_loop(plain):
            return sifted(value, list(self.asked_of(context, word)), word)
        if not isinstance(plain, Operation) or plain.operator != "each":
            return value
        compared = re.compile(
            rf"\$\{{?{re.escape(word)}\}}?{COMPARED}|contains\s+\$\{{?{re.escape(word)}\b", re.IGNORECASE
        )
        if any(compared.search(text) for text in self.conditions_around(context.path)):
            return Unknown(f"{word} takes some of the values of a loop")
        return value

    def _left_by_stages(self, context: Context, node: Node) -> Value:
        """What `Where-Object` leaves of the members of an enumeration: `[enum]::GetValues(...) | where { ... }`."""
        first, *stages = children(node)
        asked = [self.asked_by(context, stage) for stage in stages]
        value = context.lower(first) if asked and NOTHING not in asked else None
        if value is None or not is_loop(value):
            return Unknown("pipeline chain is not followed")
        return sifted(value, [(question, True) for question in asked], "$_")

    def _piped(self, context: Context, node: Node) -> Value:
        """`$_` in the block of a `ForEach-Object`: what the pipeline gives to it, in turn."""
        blocks = [level for level, above in enumerate(context.path) if above.type == "script_block_expression"]
        around = list(context.path[: blocks[-1]]) if blocks else []
        method = next((above for above in reversed(around) if above.type == "invokation_expression"), None)
        command = next((above for above in reversed(around) if above.type == "command"), None)
        if method is not None and (command is None or command.start_byte < method.start_byte):
            base, member, _ = member_parts(method)
            if base is not None and word_of(member) == FOREACH.decode() and context.depth < MAX_LOWERING:
                return self._unfiltered(context, "_", each(context.lower(base), word_of(node)))
        if command is not None and command_word(command).lower() in LOOPS:
            chain = around[around.index(command) - 1]
            given = [child for child in children(chain) if child.end_byte <= command.start_byte]
            if given and context.depth < MAX_LOWERING:
                value = each(context.lower(given[0]), word_of(node))
                asked = [self.asked_by(context, stage) for stage in given[1:]]
                if NOTHING not in asked:
                    left = sifted(value, [(question, True) for question in asked], word_of(node))
                    return self._unfiltered(context, "_", left)
        return Unknown(f"{word_of(node)[:60]} is not known")

    # -- members and calls -----------------------------------------------------------------------------------

    def member_word(self, context: Context, member: Node | None) -> str:
        """The name of a member: plain, in quotes, or held by a variable; empty when it is made at run time."""
        inner = children(member) if member is not None else []
        if not inner:
            return ""
        return word_of(inner[0]) if inner[0].type == "simple_name" else key_word(context.lower(inner[0]))

    def member_names(self, context: Context, node: Node) -> tuple[str, ...]:
        """The names of `a.B` or `[a]::B`, the last one `?.B` unless the receiver is certain."""
        base, member, static = member_parts(node)
        word = self.member_word(context, member)
        if base is None or not word:
            return ("?",)
        names = self._receiver(context, base)
        full = tuple(f"{name}.{word}" for name in names)
        return full if static and full and base.type == "type_literal" else tuple(dict.fromkeys((*full, f"?.{word}")))

    def _receiver(self, context: Context, node: Node) -> tuple[str, ...]:
        """The types that an object may have, or the names of the type itself."""
        node = peel(node)
        if node.type == "parenthesized_expression" and children(node):
            return self._receiver(context, children(node)[0]) if context.depth < MAX_LOWERING else ()
        if node.type == "cast_expression":
            return self.types_at(context.unit, children(node)[0])
        if node.type == "variable" and word_of(node).lower() == "$this":
            owner = self.around_class(context.path)
            return (self.name_of(owner), *self.base_types(context.unit, owner)) if owner is not None else ()
        if node.type == "member_access":
            inside = Context(context.unit, context.path, context.active, context.depth + 1)
            names = self.member_names(inside, node) if context.depth < MAX_LOWERING else ()
            return tuple(name for name in names if not name.startswith("?"))
        declared = self.declared(context.unit, node) if node.type == "variable" else ()
        found = qualified(context.lower(node), "")[:-1]
        return tuple(dict.fromkeys((*declared, *[name.rstrip(".") for name in found])))

    def _member_value(self, context: Context, node: Node) -> Value:
        base, member, static = member_parts(node)
        word = self.member_word(context, member)
        if base is None or not word:
            return self._members_in_turn(context, base, member)
        if not static:
            if word_of(base).lower() == "$this":
                found = context.member("", word, node)
                return found if found is not None else Name(self.member_names(context, node))
            value = context.lower(base)
            if word.lower() in SAME_MEMBERS:
                return value
            held = values.entry(dotnet.inner(value), Text(word))
            if held is not None and is_loop(held) and self._is_asked(context, word_of(base)):
                held = None
            if held is None and is_callers(value):
                held = taken_out(value, Text(word))
            if held is not None:
                return held
        elif base.type == "type_literal":
            found = context.member(type_words(base), word, node)
            if found is not None:
                return found
        return Name(self.member_names(context, node))

    def _is_asked(self, context: Context, variable: str) -> bool:
        """Whether a condition around asks something of a variable or its members."""
        asked = re.compile(rf"{re.escape(variable)}(?!\w)", re.IGNORECASE)
        return any(asked.search(text) for text in self.conditions_around(context.path))

    def _members_in_turn(self, context: Context, base: Node | None, member: Node | None) -> Value:
        """`[a]::$name`, where a loop gives the names, or callers (also of a script): a name converts to the member."""
        inner = children(member)[0] if member is not None and member.named_child_count else None
        held = context.lower(inner) if inner is not None else None
        words = dotnet.inner(held) if held is not None else None
        types = self._receiver(context, base) if base is not None else ()
        if types and isinstance(words, Operation) and words.operator != "each" and is_loop(words):
            return words
        if types and held is not None and (is_open(held) or isinstance(words, Choice | Parameter)):
            return held
        if not types or not isinstance(words, Operation) or words.operator != "each":
            return Unknown("a member whose name is made at run time")
        return Operation("each", tuple(values.cast(types, dotnet.inner(item)) for item in words.operands))

    def _method(self, context: Context, node: Node) -> Value:
        names = self.member_names(context, node)
        given = arguments_of(node)[:8]
        if names[-1].lower().endswith(".new") and not names[-1].startswith("?"):
            return invocation(tuple(name[:-4] for name in names), context.all(given))
        first = names[0].lower()
        listing = first in LISTING_METHODS or (first.endswith(OWN_LISTING) and member_parts(node)[2])
        if listing and given:
            return Operation("members", (Name(self.named_types(context, given[0])),))
        if first in ENUM_METHODS and len(given) > 1:
            return values.cast(self.named_types(context, given[0]), context.lower(given[1]))
        if first == ENVIRONMENT and given:
            return dotnet.setting(key_word(context.lower(given[0])) or "an environment variable", None)
        word = names[-1].rsplit(".", 1)[-1]
        found = self._on_receiver(context, node, word, given)
        return found if found is not None else invocation(names, context.all(given))

    def _on_receiver(self, context: Context, node: Node, word: str, given: list[Node]) -> Value | None:
        """A method that keeps the meaning of what it is called on, or takes a text apart."""
        base, _, static = member_parts(node)
        if word.lower() in OWN_MEMBERS and base is not None and not static:
            return dotnet.enum_members(context.lower(base))
        known = {name.lower(): name for name in dotnet.RECEIVER_METHODS}.get(word.lower())
        if static or known is None or base is None:
            return None
        return dotnet.on_receiver(known, context.lower(base), context.all(given))

    def _element(self, context: Context, node: Node) -> Value:
        base, key = (*children(node), None, None)[:2]
        table, word = context.lower(base), context.lower(key)
        found = values.entry(dotnet.inner(table), dotnet.inner(word))
        if found is None and is_callers(table):
            found = taken_out(table, word)
        if found is None and isinstance(dotnet.inner(table), Mapping):
            found = dotnet.under(table, word, f"{self.snippet(node)} is looked up at run time")
        return found if found is not None else Unknown(f"{self.snippet(node)} is looked up at run time")

    # -- operators and statements ----------------------------------------------------------------------------

    def _cast(self, context: Context, node: Node) -> Value:
        given = children(node)
        listed = unlisted(node)
        if len(listed) > 1:
            return Listing(context.all(listed))
        if len(given) != 2:
            return Unknown("a conversion")
        words = type_words(given[0])
        if words.lower() in ("type", "system.type"):
            return Name(self.named_types(context, given[1]) or ("?",))
        return values.cast(self.types_at(context.unit, given[0]), context.lower(given[1]))

    def _unary(self, context: Context, node: Node) -> Value:
        sign, operand = word_of(node.children[0]).lower(), context.lower(node.children[-1])
        if sign == ",":
            return Listing((operand,))
        if sign == "+":
            return operand
        if sign == "-" and isinstance(operand, Number):
            return Number(-operand.value)
        if sign == "-join":
            return self._joined(context, operand, Text(""))
        if sign == "-split":
            return values.split(operand, Text(r"\s+"))
        return (
            values.operation(sign, operand)
            if sign in ("-bnot", "-")
            else Unknown(f"the result of {sign} is not followed")
        )

    def _binary(self, context: Context, node: Node) -> Value:
        if node.child_count != 3:
            return Unknown(f"{self.snippet(node)} is not understood")
        left, sign, right = node.children
        operator = sign_of(context.unit.source.data, sign)
        if operator == "??":
            return values.coalesced(context.lower(left), context.lower(right), self.snippet(left))
        if operator == "-f":
            return self._format(context, left, right)
        if operator == "-as":
            return values.cast(self.named_types(context, right), context.lower(left))
        first, second = context.lower(left), context.lower(right)
        if operator in ("-split", "-csplit", "-isplit"):
            return values.split(first, dotnet.inner(second))
        if operator == "-join":
            return self._joined(context, first, second)
        if operator == "+" and textual(dotnet.inner(first), dotnet.inner(second)):
            return context.join(dotnet.inner(first), dotnet.inner(second))
        if operator == "+" and isinstance(dotnet.inner(first), Listing):
            return Listing(values.flat([first, second]))
        return values.operation(operator, first, second)

    def _joined(self, context: Context, value: Value, mark: Value) -> Value:
        plain = dotnet.inner(value)
        separator = mark.text.strip() if isinstance(mark, Text) else ""
        if separator == "," and isinstance(plain, Operation) and plain.operator == "members":
            return plain
        if separator == "," and isinstance(plain, Listing) and any(not isinstance(item, Text) for item in plain.items):
            return plain  # members of an enumeration: what becomes of the text means what the list means
        pieces = values.joined(value, mark)
        return context.join(*pieces) if pieces else Unknown("a joined text is made at run time")

    def _format(self, context: Context, left: Node, right: Node) -> Value:
        """`'{0}' -f 'a'`"""
        given = dotnet.inner(context.lower(right))
        items = given.items if isinstance(given, Listing) else (given,)
        pieces = dotnet.formatted([context.lower(left), *items])
        return context.join(Text(""), *pieces) if pieces is not None else Unknown("a text is made at run time")

    def _enclosed(self, context: Context, node: Node) -> Value:
        """`@( )`, `$( )` and the arms of an `if` that is used as a value: what their statements give."""
        given = [statement for statement in statements_in(node) if peel(statement).type not in SILENT_KINDS]
        items = [context.lower(statement) for statement in given]
        if node.type == "array_expression":
            return Listing(values.flat(items))
        if len(items) == 1:
            return items[0]
        return Listing(values.flat(items)) if items else Null()

    def _branches(self, context: Context, node: Node) -> Iterator[Arm]:
        """The arms of an `if`, with those of its `elseif` and `else`."""
        condition = field(node, "condition")
        text = self.snippet(condition)
        older = self.asks_for_older(text)
        chain = field(node, "elseif_clauses")
        last = field(node, "else_clause")
        passed = [f"not ({text})"]
        yield Arm(text, older and self.is_guard(text), context.lower(_block(node)))
        for clause in children(chain) if chain is not None else []:
            own = self.snippet(field(clause, "condition"))
            passed.append(f"not ({own})")
            yield Arm(own, self.asks_for_older(own) and self.is_guard(own), context.lower(_block(clause)))
        if last is not None:
            yield Arm(" and ".join(passed[-MAX_CHAIN:]), not older and self.is_guard(text), context.lower(_block(last)))

    def _clauses(self, context: Context, node: Node) -> Iterator[Arm]:
        body = next((child for child in node.children if child.type == "switch_body"), None)
        inner = children(body)[0] if body is not None and body.named_child_count else None
        for clause in children(inner) if inner is not None else []:
            if clause.type == "switch_clause":
                asked = self.chosen(node, children(clause)[0])
                yield Arm(asked, for_old_windows(asked) is True, context.lower(_block(clause)))


def _block(node: Node) -> Node | None:
    return next((child for child in node.children if child.type == "statement_block"), None)
