"""PHP: whether every address that an object is given is of the kind that a sink names. Knows no library."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.php_bindings import ASSIGNMENT_KINDS
from tlsscan.frontends.php_calls import CALL_KINDS, Given, given
from tlsscan.frontends.php_functions import option_key
from tlsscan.frontends.unit import Binding, Path, Unit, field, text_of
from tlsscan.model import Addressing
from tlsscan.patterns import lazy
from tlsscan.spelled import texts
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Mapping,
    Null,
    Number,
    Parameter,
    Unknown,
    Value,
    replaced,
    strip,
)

if TYPE_CHECKING:
    from tlsscan.frontends.php import PhpFrontend

ASKING_KINDS = frozenset({"parenthesized_expression", "unary_op_expression", "binary_expression"})
CONDITION_KINDS = frozenset({"if_statement", "else_if_clause", "while_statement"})
MAX_USES = 60  # of one variable, or of one method
MAX_CALLERS = 2  # private methods one behind the other
_BARE = lazy(r"[\w-]+(?:\.[\w-]+)*(?::\d+)?(?:[/?#].*)?", re.DOTALL)  # an address without a scheme
_HIDDEN_CALLS = lazy(rb"(?i)(?:->|::)\s*(?:\$\w+|\{[^}]*\})\s*\(|\bcall_user_func|\bReflection\w*|\bfunction\s+__call")
NOTHING = (False, 0, "")


class Addresses:
    """Follows one local variable through its function."""

    def __init__(self, frontend: "PhpFrontend", unit: Unit, path: Path, asked: Addressing) -> None:
        self._frontend = frontend
        self._unit = unit
        self._function = frontend.function(path)
        self._scope = frontend.scope_range(self._function, unit)
        self._asked = asked
        self._passed = Passed(frontend, unit)
        self._met = False

    def all_plain(self, target: str) -> bool:
        """Whether the object that a target identifies is given addresses, and none of another kind."""
        word, at, made = target.partition(":")[2].rpartition("@")
        if not at or not word.startswith("$") or not made.isdigit():
            return False
        bindings = (b for b in self._unit.bindings(word) or () if b.scope == self._scope and b.offset == int(made))
        first = next(bindings, None)
        return first is not None and self._is_made_so(first) and self._is_used_so(word, target) and self._met

    def _is_made_so(self, binding: Binding) -> bool:
        node = binding.node
        while node is not None and node.type == "error_suppression_expression":
            node = node.named_children[0]
        if node is None or node.type not in CALL_KINDS or not self._knows(_name(node)):
            return False
        return self._says_nothing_else((*binding.path, node), given(node))

    def _is_used_so(self, word: str, target: str) -> bool:
        for count, offset in enumerate(self._unit.occurrences(word, *self._scope)):
            if count > MAX_USES:
                return False
            path = self._unit.path_at(offset)
            while len(path) > 1 and path[-1].type != "variable_name":
                path = path[:-1]
            if len(path) < 2 or text_of(path[-1]) != word or _is_assigned(path):
                continue
            if self._frontend.function(path) != self._function:
                return False
            if self._frontend.object_at(self._unit, path, path[-1]) == target and not self._is_harmless(path):
                return False
        return True

    def _is_harmless(self, path: Path) -> bool:
        """Whether a use of the variable at the end of a path gives it no address of another kind, nor it to others."""
        level = len(path) - 2
        if path[level].type == "argument":
            call = path[level - 2]
            arguments = given(call) if call.type in CALL_KINDS else []
            first = bool(arguments) and arguments[0].node == path[-1]
            return first and self._is_of_library(_name(call)) and self._says_nothing_else(path[: level - 1], arguments)
        while level > 0 and path[level].type in ASKING_KINDS:
            level -= 1
        return path[level].type in CONDITION_KINDS

    def _is_of_library(self, name: str) -> bool:
        prefix = self._asked.by[0][0].partition("_")[0] + "_"
        return name.startswith(prefix) and name not in self._asked.unless

    def _knows(self, name: str) -> bool:
        return any(way[0] == name for way in self._asked.by)

    def _says_nothing_else(self, path: Path, arguments: Sequence[Given]) -> bool:
        """Whether a call sets no address of another kind on the object, nor anything that may lead elsewhere."""
        call = path[-1]
        ways = [way for way in self._asked.by if way[0] == _name(call)]
        if not ways:
            return True
        if any(one.name or one.spread for one in arguments):
            return False
        context = Context(self._unit, path)
        values = [self._passed.filled(context.lower(one.node), path) for one in arguments]
        settings = list(_settings(values, ways[0][1], ways[0][2]))
        return all(key is not None and self._is_plain(key, value, [way[2] for way in ways]) for key, value in settings)

    def _is_plain(self, key: str, value: Value, addresses: Sequence[str]) -> bool:
        if key in addresses:
            self._met = True
            return all(self._fits(text.lower()) for text in texts(value))
        inner = strip(value)[0]
        none = isinstance(inner, Null) or (isinstance(inner, Bool | Number) and inner.value in NOTHING)
        return key not in self._asked.unless or none

    def _fits(self, address: str) -> bool:
        if fnmatchcase(address, self._asked.like):
            return True
        return self._asked.bare and _BARE.fullmatch(address) is not None


class Passed:
    """What the parameters of private methods get from the calls of their file."""

    def __init__(self, frontend: "PhpFrontend", unit: Unit) -> None:
        self._frontend = frontend
        self._unit = unit

    def filled(self, value: Value, path: Path, depth: int = 0) -> Value:
        """A value with what callers pass in place of each parameter of the private method around a path, where all of
        them are known."""
        method = next((at for at in range(len(path) - 1, -1, -1) if path[at] == self._frontend.function(path)), 0)
        if depth > MAX_CALLERS or not _is_private(path[: method + 1]):
            return value

        def fill(part: Value) -> Value | None:
            if not isinstance(part, Parameter) or part.function != self._frontend.enclosing(path[: method + 1]):
                return None
            found = list(self._arguments(path[: method + 1], part, depth))
            return Choice(tuple(Arm("", False, one) for one in found)) if found else None

        return replaced(value, fill)

    def _arguments(self, method: Path, parameter: Parameter, depth: int) -> Iterator[Value]:
        """What each call passes; something unknown in place of what may be another one."""
        name = field(method[-1], "name")
        for count, path in enumerate(self._unit.paths(text_of(name))):
            if count > MAX_USES or _HIDDEN_CALLS.search(self._unit.source.data):
                yield Unknown("it may be called by a name that is made at run time")
                return
            if path[-1] == name or path[-1].type == "comment":
                continue
            arguments = given(path[-2]) if path[-2].type in CALL_KINDS and field(path[-2], "name") == path[-1] else []
            if any(one.name or one.spread for one in arguments) or not arguments:
                yield Unknown("it is no plain call")
            elif parameter.position < len(arguments):
                passed = Context(self._unit, path[:-1]).lower(arguments[parameter.position].node)
                yield self.filled(passed, path[:-1], depth + 1)
            else:
                yield parameter.default or Unknown("nothing is passed")


def _is_private(path: Path) -> bool:
    marks = [text_of(child).lower() for child in path[-1].children if child.type == "visibility_modifier"]
    return marks == ["private"] and any(node.type == "class_declaration" for node in path)


def _settings(values: Sequence[Value], position: int, key: str) -> Iterator[tuple[str | None, Value]]:
    """What a call sets, each with its name; None where that is not known."""
    if len(values) <= position:
        return
    value = values[position]
    if not key:
        yield "", value
        return
    inner = strip(value)[0]
    if isinstance(inner, Mapping):
        for entry in inner.entries:
            yield _named(entry.key), entry.value
    elif position > 1:
        yield _named(values[position - 1]), value
    else:
        yield None, value


def _named(key: Value) -> str | None:
    word = option_key(key)
    return word if word and not word[0].isdigit() else None


def _is_assigned(path: Path) -> bool:
    return path[-2].type in ASSIGNMENT_KINDS and field(path[-2], "left") == path[-1]


def _name(call: Node) -> str:
    return text_of(field(call, "function")).lstrip("\\").lower()
