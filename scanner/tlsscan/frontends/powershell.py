"""PowerShell: from syntax trees to sites."""

from collections.abc import Iterator
from itertools import islice

from tlsscan.frontends import csharp_values as dotnet
from tlsscan.frontends.base import Draft, RawArgument
from tlsscan.frontends.expressions import key_word
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.powershell_expressions import PowerShellExpressions
from tlsscan.frontends.powershell_flags import ensured, toggled
from tlsscan.frontends.powershell_nodes import (
    CHAIN_KINDS,
    Given,
    arguments_of,
    assigned_variable,
    assignment,
    command_arguments,
    command_word,
    entry_parts,
    is_splat,
    member_parts,
    parameter_default,
    peel,
    property_value,
    variable_parts,
    word_of,
)
from tlsscan.frontends.speaker import Dialect
from tlsscan.frontends.unit import Path, Unit, children, text_of
from tlsscan.model import Form
from tlsscan.patterns import lazy
from tlsscan.values import Listing, Operation, Step, Text, Value

ALL_BOUND = lazy(rb"(?i)[$@](?:PS)?Bound|Get-Variable|@args\b|ExpandString")  # what reads parameters by no name
OBJECT = lazy(r"[$\w:.]+|\[[\w.]+\]")
CORE = lazy(
    rb"""(?im)(?P<line>\A(?:\xef\xbb\xbf)?#![^\r\n]*\bpwsh\b"""
    rb"""|^[ \t]*#requires[ \t][^\r\n]*?(?:-psedition[ \t]+core\b|-version[ \t]+["']?(?P<asked>[6-9])\b))"""
)
"""By which a script tells that Windows PowerShell does not run it, which alone runs on .NET Framework."""
ADDING = frozenset({"add", "set_item"})
MADE_KINDS = frozenset({"cast_expression", "command"})
BETWEEN_KINDS = CHAIN_KINDS | {
    "hash_literal_expression",
    "hash_literal_body",
    "parenthesized_expression",
    "command_elements",
}


class PowerShellFrontend(PowerShellExpressions):
    """PowerShell through tree-sitter-powershell."""

    repeats = True
    capital_calls = True

    def written_for(self, unit: Unit) -> Dialect | None:
        """.NET, where a script asks for PowerShell 6 or later."""
        found = CORE.search(unit.source.data)
        if found is None or unit.source.path.lower().endswith(".psd1"):
            return None
        version = ">=3.1" if (found["asked"] or b"6") > b"6" else ">=2.0"
        region = unit.source.region(*found.span("line"))
        return Dialect("dotnet", version, Step(unit.source.path, region, found["line"].decode(errors="replace")))

    def drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Drafts of the construct that the last node of a path is."""
        kind = path[-1].type
        if kind == "assignment_expression":
            yield from self._assignment_draft(unit, path)
        elif kind == "command":
            yield from self._command_drafts(unit, path)
        elif kind == "invokation_expression":
            yield self._method_draft(unit, path)
            yield from self._added_draft(unit, path)
        elif kind == "hash_entry":
            yield from self._entry_draft(unit, path)
        elif kind == "script_parameter":
            yield from self._default_draft(unit, path)
        elif kind == "class_property_definition":
            yield from self._property_draft(unit, path)
        elif kind == "string_literal":
            for name, value in dotnet.settings_in(text_of(path[-1]).strip("'\" ")):
                given = (RawArgument(None, "", path[-1], value=Text(value)),)
                yield Draft(Form.SETTING, (name,), path[-1], path[-1], given)

    def ensured(self, unit: Unit, path: Path) -> int:
        return ensured(path, unit.source.data, self.acting_kinds)

    def _assignment_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        left, operator, value = assignment(node)
        if left is None or value is None:
            return
        given = (RawArgument(None, "", value, value=self._toggled(unit, path)),)
        if left.type == "member_access":
            names = self.member_names(Context(unit, path), left)
            target = self._object(path, member_parts(left)[0])
            yield Draft(Form.ASSIGN, names, node, left, given, operator, target=target)
            word = names[-1].rsplit(".", 1)[-1]
            passed = self._passed_to(unit, left) if names[-1].startswith("?.") else ()
            if passed:
                yield Draft(Form.OPTION, (word,), node, left, given, operator, (word,), passed)
        elif left.type == "element_access":
            word = key_word(Context(unit, path).lower(children(left)[-1]))
            if word:
                yield Draft(Form.OPTION, (word,), node, left, given, operator, (word,), self._passed_to(unit, left))

    def _toggled(self, unit: Unit, path: Path) -> Value | None:
        """What `P = P -bxor F` makes of P, where F is known to be set, or to be missing."""
        found = toggled(path, unit.source.data)
        if found is None:
            return None
        held, flag = (Context(unit, path).lower(part) for part in found[:2])
        return Operation("&", (held, Operation("~", (flag,)))) if found[2] else Operation("|", (held, flag))

    def _command_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        word = command_word(node)
        label = next((child for child in node.children if child.type.startswith("command_name")), node)
        context = Context(unit, path)
        arguments = tuple(self._argument(context, given) for given in command_arguments(node))
        yield Draft(Form.CALL, (word or "?",), node, label, arguments)
        if word.lower() == "new-object":
            names, given = self.created(context, node)
            raw = tuple(RawArgument(position, "", argument) for position, argument in enumerate(given))
            yield Draft(Form.NEW, names, node, label, raw, target=self._object(path, self._holder(path)))

    def _argument(self, context: Context, given: Given) -> RawArgument:
        if len(given.nodes) == 1:
            return RawArgument(given.position, given.name, given.nodes[0])
        return RawArgument(given.position, given.name, given.nodes[0], value=Listing(context.all(given.nodes)))

    def _method_draft(self, unit: Unit, path: Path) -> Draft:
        node = path[-1]
        names = self.member_names(Context(unit, path), node)
        arguments = tuple(RawArgument(position, "", given) for position, given in enumerate(arguments_of(node)))
        base, member, _ = member_parts(node)
        made = [name[:-4] for name in names if name.lower().endswith(".new") and not name.startswith("?")]
        caption = (
            f"{text_of(base)}{'::' if made else ''}{text_of(member) if made else ''}" if made else self._called(node)
        )
        if made:
            target = self._object(path, self._holder(path))
            return Draft(Form.NEW, tuple(made), node, node, arguments, target=target, caption=caption)
        return Draft(Form.CALL, names, node, node, arguments, target=self._object(path, base), caption=caption)

    def _added_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """`$table.Add('key', value)`, where `@table` goes to a command."""
        base, member, static = member_parts(path[-1])
        given = arguments_of(path[-1])
        if static or len(given) != 2 or word_of(member).lower() not in ADDING:
            return
        word = key_word(Context(unit, path).lower(given[0]))
        passed = self._passed_to(unit, base) if word else ()
        if passed:
            value = (RawArgument(None, "", given[1]),)
            caption = f"{text_of(base)}[{text_of(given[0])}]"
            yield Draft(Form.OPTION, (word,), path[-1], given[0], value, "=", (word,), passed, caption=caption)

    def _called(self, node: Node) -> str:
        """What a method call reads like without its arguments."""
        return text_of(node).partition("(")[0] if not text_of(node).startswith("(") else text_of(member_parts(node)[1])

    def _entry_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """An entry of a hashtable: an option, or a property of the object that it describes."""
        key, value = entry_parts(path[-1])
        word = key_word(Context(unit, path).lower(key)) if key is not None else ""
        if key is None or value is None or not word:
            return
        given = (RawArgument(None, "", value),)
        keys, owner, types = self._around(unit, path, [word])
        if types and len(keys) == 1:
            names = (*[f"{name}.{word}" for name in types], f"?.{word}")
            made = next(at for at in range(len(path) - 1, 0, -1) if path[at].type in MADE_KINDS)
            yield Draft(
                Form.ASSIGN, names, path[-1], key, given, target=self._object(path, self._holder(path[: made + 1]))
            )
        else:
            yield Draft(Form.OPTION, (word,), path[-1], key, given, "=", tuple(keys), owner)

    def sets_since(self, path: Path, draft: Draft, end: int) -> int:
        """As for all languages; an entry of a hashtable makes an object anew."""
        return super().sets_since(path, draft, end) if path[-1].type != "hash_entry" else -1

    def _around(self, unit: Unit, path: Path, keys: list[str]) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
        """The keys from the outermost hashtable on, the commands it is passed to, and the types it describes."""
        context = Context(unit, path)
        for level in range(len(path) - 2, -1, -1):
            node = path[level]
            if node.type == "hash_entry":
                keys.insert(0, key_word(context.lower(entry_parts(node)[0])))
            elif node.type == "cast_expression":
                return keys, (), self.types_at(unit, children(node)[0])
            elif node.type == "command":
                word = command_word(node)
                return keys, (word,), self.created(context, node)[0] if word.lower() == "new-object" else ()
            elif node.type == "assignment_expression":
                return keys, self._passed_to(unit, assignment(node)[0]), ()
            elif node.type not in BETWEEN_KINDS:
                break
        return keys, (), ()

    def _passed_to(self, unit: Unit, node: Node | None) -> tuple[str, ...]:
        """The commands that are given `@name` when a hashtable is kept in, or changed in, `$name`."""
        base = children(node)[0] if node is not None and node.type in ("member_access", "element_access") else node
        variable = assigned_variable(base)
        word = variable_parts(word_of(variable))[1]
        found: list[str] = []
        for count, offset in enumerate(unit.occurrences(word)):
            if count >= 40 or not word:
                break
            path = unit.path_at(offset)
            if is_splat(path[-1]):
                command = next((above for above in reversed(path) if above.type == "command"), None)
                found.append(command_word(command) if command is not None else "")
        return tuple(dict.fromkeys(name for name in found if name))

    def _default_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """A parameter with a default; that of a script only if the script reads it, be it with all the others."""
        node = path[-1]
        name = next((child for child in node.children if child.type == "variable"), None)
        value = parameter_default(node)
        if name is not None and value is not None:
            word = variable_parts(word_of(name))[1]
            alone = self.function(path) is None and len(list(islice(unit.occurrences(word), 2))) < 2
            if alone and not ALL_BOUND.search(unit.source.data):
                return
            yield Draft(Form.PARAMETER, (word,), node, name, (RawArgument(None, "", value),))

    def _property_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node, owner = path[-1], self.around_class(path)
        name = next((child for child in node.children if child.type == "variable"), None)
        value = property_value(node)
        if name is not None and value is not None and owner is not None:
            word = variable_parts(word_of(name))[1]
            names = (*[f"{kind}.{word}" for kind in self.base_types(unit, owner)], f"?.{word}")
            yield Draft(Form.ASSIGN, names, node, name, (RawArgument(None, "", value),))

    def _holder(self, path: Path) -> Node | None:
        """The left side that the object at the end of a path is assigned to."""
        for node in reversed(path[:-1]):
            if node.type == "assignment_expression":
                return assigned_variable(assignment(node)[0])
            if node.type not in CHAIN_KINDS and node.type != "parenthesized_expression":
                return None
        return None

    def _object(self, path: Path, node: Node | None) -> str:
        """Which object of the file a receiver is."""
        text = peel(node) if node is not None else None
        word = word_of(text).lower().replace("[system.", "[")
        if not OBJECT.fullmatch(word):
            return ""
        outer = self.around_class(path) if word.startswith("$this") else self.function(path)
        return f"{outer.start_byte if outer is not None else -1}:{word}"
