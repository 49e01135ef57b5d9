"""Java: whether all that is made of an object is given a setting of its own before it is used, so that what the object
was made with decides nothing. Which calls give it, and which members of an object connect nothing, packs say."""

import re
from collections.abc import Iterator, Sequence

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import Names, arguments, parameters, unwrap
from tlsscan.frontends.java_scopes import (
    BLOCK_KINDS,
    BODY_KINDS,
    CLASS_KINDS,
    FIELD_KINDS,
    METHOD_KINDS,
    is_private,
    is_write,
)
from tlsscan.frontends.speaker import Wish
from tlsscan.frontends.unit import Path, Unit, field, text_of
from tlsscan.model import SETTLED, THROWN_AWAY
from tlsscan.overrides import gives
from tlsscan.records import NamedTuple

MAX_STEPS = 120  # places that are looked at for one object
WRAPPED_KINDS = frozenset({"parenthesized_expression", "cast_expression", "ternary_expression"})
ASKING_KINDS = frozenset({"instanceof_expression", "binary_expression"})
CALL = "method_invocation"
CREATION = "object_creation_expression"
OWN_CONSTRUCTION = "explicit_constructor_invocation"
STEP_KINDS = frozenset({"block", "if_statement", "for_statement", "while_statement", "lambda_expression"})
"""What a statement stands in that runs or does not."""
PLAIN_WRITE = 4  # nodes from a block down to the name that a statement of it gives a value
OBJECT = frozenset({"equals", "getClass", "hashCode", "toString"})
"""Members that every object has, of which none connects anything."""
TELLING = frozenset(
    {"print", "println", "printf", "format", "trace", "debug", "info", "warn", "warning", "error", "fine"}
)
"""Methods that only print what they are passed."""


class Fate(NamedTuple):
    """What becomes of an object: whether anything is made of it at all, and whether the object itself gets the
    setting, whatever else is done with it."""

    made: bool = False
    settled: bool = False


GIVEN = Fate(True, True)
IDLE = Fate()


def settled(names: Names, unit: Unit, path: Path, wish: Wish) -> tuple[str, ...]:
    """Whether all that is made of what the call at the end of a path makes is given its own setting: by one of the
    calls that settle it. `m` is a method; `m(w)` one that counts where `w` is called on its argument; `K/1` a
    constructor that gets it at that position; `m+n` what is passed to `m` where `n` gets something in the same
    chain of calls, which leaves it without effect; `m>n` what is passed to `m` of an object that gets another
    setting by `n` after that; `+n` what `n` is passed there, if that is of a class that gives the setting. Idle
    members connect nothing; what is only asked such is settled, too. The answer is `SETTLED`, with the name of each
    class of another file that is handed something and has to do it, and what is done on the way of what sinks ask
    for; `THROWN_AWAY` where nothing at all comes of it; nothing if it is no."""
    if later := dict(word.split(">") for word in wish.settling if ">" in word):
        from tlsscan.frontends.java_replaced import is_replaced

        if is_replaced(unit, path, later):
            return (SETTLED,)
    follower = _Follower(names, unit, wish.settling, wish.idle)
    if beside := follower.made_beside(path):
        return (f"{SETTLED}{beside.removeprefix(SETTLED)}",)
    fate = follower.of_value(path)
    if fate is None or not fate.made:
        return (THROWN_AWAY,) if fate == IDLE and follower.looked and not follower.kept else ()
    classes = sorted(follower.handed) or [""]
    return (*(f"{SETTLED}{name}" for name in classes), *sorted(follower.done & wish.telling))


class _Follower:
    """Follows objects through one file."""

    def __init__(self, names: Names, unit: Unit, words: frozenset[str], idle: frozenset[str]) -> None:
        self._names, self._unit, self._idle = names, unit, idle | OBJECT
        self._methods = {word for word in words if word.isidentifier()}
        self._holding = dict(word.rstrip(")").split("(") for word in words if word.endswith(")"))
        self._places = dict(word.split("/") for word in words if "/" in word)
        self._beside = dict(word.split("+") for word in words if "+" in word[1:])
        self._others = {word[1:] for word in words if word.startswith("+")}
        self.handed: set[str] = set()
        self.done: set[str] = set()  # members, what they are told, and what is passed on, wherever it was followed
        self.kept = False  # in a member, which others may use
        self.looked = False  # whether anything is done with it, or another takes its place
        self._steps = 0
        self._seen: set[int] = set()

    def of_value(self, path: Path) -> Fate | None:
        """What becomes of the object that the expression at the end of a path gives; None where that is not known, or
        where it is used as it is."""
        self._steps += 1
        level = len(path) - 1
        while (
            level > 1 and path[level - 1].type in WRAPPED_KINDS and field(path[level - 1], "condition") != path[level]
        ):
            level -= 1
        if self._steps > MAX_STEPS or level < 2:
            return None
        node, parent, above = path[level], path[level - 1], path[level - 2]
        if parent.type == "method_invocation" and field(parent, "object") == node:
            return self._of_call(path[:level])
        if parent.type in ("variable_declarator", "resource") and field(parent, "value") == node:
            name = field(parent, "name")
            return self._of_field(name) if above.type in FIELD_KINDS else self._of_local(path, name)
        if parent.type == "assignment_expression" and field(parent, "right") == node:
            return self._of_target(path, field(parent, "left"))
        if parent.type == "argument_list":
            return self._of_argument(path[: level + 1])
        if parent.type == "instanceof_expression" and field(parent, "left") == node:
            name = field(parent, "name")  # another name for the same object
            return self._of_local(path, name) if name is not None else IDLE
        if parent.type == "return_statement":
            return self._of_result(path)
        return IDLE if parent.type in ASKING_KINDS else None  # compared, or put into a text

    def _of_call(self, path: Path) -> Fate | None:
        """What a call at the end of a path does with the object that it is called on."""
        word, given = text_of(field(path[-1], "name")), arguments(path[-1])
        self.looked = True
        self.done.update((word, f"{word}({', '.join(map(text_of, given))})"))
        if word in self._methods:
            return GIVEN
        if word in self._idle:
            return IDLE
        if word in self._holding:
            return GIVEN if given and self._is_called(path, given[0], self._holding[word]) else IDLE
        fate = self.of_value(path)
        return fate._replace(settled=False) if fate is not None else None

    def _is_called(self, path: Path, given: Node, word: str) -> bool:
        """Whether a method is called on the variable that is passed, in the function around."""
        around = _function(path)
        name, inside = text_of(given), text_of(around)
        return given.type != "identifier" or f"{name}.{word}(" in "".join(inside.split())

    def _of_target(self, path: Path, left: Node | None) -> Fate | None:
        if left is not None and left.type == "field_access" and text_of(field(left, "object")) == "this":
            return self._of_field(field(left, "field"))
        if left is None or left.type != "identifier":
            return None
        local = self._names.uses(self._unit, text_of(left)).local
        if any(start <= left.start_byte < end for start, end in local):
            return self._of_local(path, left)
        return self._of_field(left)

    def _of_local(self, path: Path, name: Node | None) -> Fate | None:
        around = _function(path)
        if around is None or name is None:
            return None
        end = self._replaced(path, name)
        read = next(self._reads(name, around, end), None) is not None
        self.looked = self.looked or read or bool(end)
        return self._of_variable(name, around, end) if read else IDLE

    def _replaced(self, path: Path, name: Node) -> int:
        """The end of the next statement of the same block that gives a local variable another value; 0 where none does.
        What fails in a `try` leaves a variable of outside as it is."""
        level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type in BLOCK_KINDS), 0)
        block, scopes = path[level], self._names.uses(self._unit, text_of(name)).local
        if path[level - 1].type.startswith("try") and not any(start >= block.start_byte for start, _ in scopes):
            return 0
        later = (use for use in self._unit.paths(text_of(name)) if use[-1].start_byte > path[-1].end_byte)
        sets = (use for use in later if len(use) - level == PLAIN_WRITE and use[level] == block and is_write(use))
        return min((use[level + 1].end_byte for use in sets), default=0)

    def _of_field(self, name: Node | None) -> Fate | None:
        if name is None or not self._names.uses(self._unit, text_of(name)).fields:
            return None
        self.kept = True
        return self._of_variable(name, self._unit.root)

    def _of_variable(self, name: Node, around: Node, end: int = 0) -> Fate | None:
        """What is done with a variable, in all places where it stands, or in those up to an end."""
        if name.start_byte in self._seen:
            return IDLE
        self._seen.add(name.start_byte)
        every = [self.of_value(use) for use in self._reads(name, around, end)]
        return _together(every)

    def _reads(self, name: Node, around: Node, end: int) -> Iterator[Path]:
        """Where a variable is used in a method or a class, or from its name up to an end."""
        first, last = (name.start_byte, end) if end else (around.start_byte, around.end_byte)
        for use in self._unit.paths(text_of(name)):
            leaf, parent = use[-1], use[-2]
            inside = first <= leaf.start_byte < last and leaf != name
            if not inside or leaf.type != "identifier" or is_write(use):
                continue
            if parent.type == "field_access":
                if field(parent, "field") == leaf and text_of(field(parent, "object")) == "this":
                    yield use[:-1]
            elif field(parent, "name") != leaf:
                yield use

    def _of_argument(self, path: Path) -> Fate | None:
        """What a call or a constructor does with what is passed to it."""
        call, given = path[-3], path[-1]
        if call.type == OWN_CONSTRUCTION:
            body = next((node for node in reversed(path) if node.type in BODY_KINDS), None)
            return GIVEN if self._sets(body) else None
        named = field(call, "type" if call.type == CREATION else "name")
        word = text_of(named).partition("<")[0].rpartition(".")[2]
        if (word in TELLING or word.startswith("assert")) and not any(self._declared(word)):
            return IDLE
        self.done.add(f"{word}(")
        own = next((child for child in call.children if child.type in BODY_KINDS), None)
        if self._sets(own) or (word in self._beside and self._gives(path[:-2], self._beside[word])):
            return Fate(True)
        passed = arguments(call)
        place = int(self._places.get(word, "-1"))
        if 0 <= place < len(passed) and passed[place].type != "null_literal" and passed[place] != given:
            return Fate(True)
        if call.type == CREATION and word.isidentifier() and not any(self._declared(word)):
            self.handed.add(word)
            return Fate(True)
        return self._of_parameter(word, passed.index(given), len(passed)) if given in passed else None

    def made_beside(self, path: Path) -> str:
        """The class of what one of some methods is passed beside the call at the end of a path: `SETTLED` where it is
        one of this file that gives the setting, empty where nothing there does."""
        for word in sorted(self._others):
            call = self._call_beside(path, word)
            made = self._made(path, unwrap(arguments(call)[0])) if call is not None else ""
            bodies = (
                [field(use[-2], "body") for use in self._unit.paths(made) if use[-2].type in CLASS_KINDS]
                if made
                else []
            )
            if made and (not bodies or any(map(self._sets, bodies))):
                return SETTLED if bodies else made
        return ""

    def _made(self, path: Path, given: Node | None) -> str:
        """The class of what an argument makes, or the one local variable that it is."""
        if given is not None and given.type == CREATION:
            return text_of(field(given, "type")).partition("<")[0].rpartition(".")[2]
        name, around = text_of(given), _function(path)
        made = (
            re.findall(rf"(?<![\w.]){name}\s*=\s*new\s+(?:\w+\.)*(\w+)", text_of(around)) if name.isidentifier() else []
        )
        return made[0] if len(made) == 1 else ""

    def _gives(self, path: Path, word: str) -> bool:
        """Whether a method gets something beside the call at the end of a path."""
        return self._call_beside(path, word) is not None

    def _call_beside(self, path: Path, word: str) -> Node | None:
        """The call of a method that gets something in the chain of calls that the one at the end of a path is a part
        of, or where its variable is used, in a statement that runs whenever that one does."""
        whole = _chain(path)
        *calls, root = _calls(whole[-1])
        own = next((call for call in calls if _is_given(call, word)), None)
        if own is not None:
            return own
        kept = field(whole[-2], "name") if whole[-2].type == "variable_declarator" else root
        around = _function(path)
        if kept is None or kept.type != "identifier" or text_of(kept)[:1].isupper() or around is None:
            return None  # a class has many objects
        inside = (
            use for use in self._unit.paths(text_of(kept)) if around.start_byte <= use[-1].start_byte < around.end_byte
        )
        for use in inside:
            call = next((call for call in _calls(_made_or_used(use)) if _is_given(call, word)), None)
            step = next((node for node in reversed(use) if node.type in STEP_KINDS), None) if call is not None else None
            if step is not None and step in path and step.type == "block":
                return call
        return None

    def _sets(self, body: Node | None) -> bool:
        """Whether the body of a class gives the setting to something."""
        return body is not None and any(gives(text_of(body), word) for word in self._methods)

    def _of_parameter(self, word: str, position: int, count: int) -> Fate | None:
        """What the one method or constructor of this file that is so called does with its argument."""
        found = [path[-1] for path in self._declared(word) if len(parameters(path[-1])) == count]
        if len(found) != 1:
            return None
        listed, body = parameters(found[0]), field(found[0], "body")
        name = field(listed[position], "name")
        return self._of_variable(name, body) if name is not None and body is not None else None

    def _declared(self, word: str) -> Iterator[Path]:
        for path in self._unit.paths(word):
            if len(path) > 2 and path[-2].type in METHOD_KINDS and field(path[-2], "name") == path[-1]:
                yield path[:-1]

    def _of_result(self, path: Path) -> Fate | None:
        """What callers of the private method around do with what it returns."""
        method = _function(path)
        if method is None or method.type != "method_declaration" or not is_private(method):
            return None
        name = field(method, "name")
        if name is None or name.start_byte in self._seen:
            return IDLE
        self._seen.add(name.start_byte)
        calls = [use[:-1] for use in self._unit.paths(text_of(name)) if _is_called_there(use)]
        return _together([self.of_value(call) for call in calls])


def _together(every: Sequence[Fate | None]) -> Fate | None:
    """What becomes of an object that several things are done with: what gives it the setting counts for all."""
    known = [fate for fate in every if fate is not None]
    if any(fate.settled for fate in known):
        return GIVEN
    return Fate(any(fate.made for fate in known)) if len(known) == len(every) and known else None


def _chain(path: Path) -> Path:
    """The path to all of the chain of calls that the one at the end of a path is a part of."""
    level = len(path) - 1
    while path[level - 1].type == CALL and field(path[level - 1], "object") == path[level]:
        level -= 1
    return path[: level + 1]


def _calls(call: Node | None) -> Iterator[Node]:
    """The calls of a chain, the last first, and what the first of them is called on."""
    while call is not None:
        yield call
        call = field(call, "object") if call.type == CALL else None


def _made_or_used(use: Path) -> Node | None:
    """What a variable begins with, or the chain of calls on it, at the place of its name."""
    parent = use[-2]
    if parent.type == "variable_declarator" and field(parent, "name") == use[-1]:
        return field(parent, "value")
    return _chain(use[:-1])[-1] if parent.type == CALL and field(parent, "object") == use[-1] else None


def _is_given(call: Node, word: str) -> bool:
    """Whether a call is one of a method that gets something."""
    given = arguments(call) if call.type == CALL and text_of(field(call, "name")) == word else []
    return bool(given) and given[0].type != "null_literal"


def _function(path: Path) -> Node | None:
    return next((node for node in reversed(path[:-1]) if node.type in METHOD_KINDS), None)


def _is_called_there(use: Path) -> bool:
    call = use[-2]
    own = text_of(unwrap(field(call, "object"))) in ("", "this")
    return call.type == "method_invocation" and field(call, "name") == use[-1] and own
