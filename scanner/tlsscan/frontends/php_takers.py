"""PHP: what takes the array that a variable holds: the array that has it under a key, the call that it is passed to."""

from collections.abc import Iterator
from itertools import islice

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.php_bindings import ASSIGNMENT_KINDS
from tlsscan.frontends.php_calls import CALL_KINDS, NEW_KINDS
from tlsscan.frontends.php_functions import MERGERS
from tlsscan.frontends.php_objects import keeps
from tlsscan.frontends.speaker import TooDeep
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.records import NamedTuple

if TYPE_CHECKING:
    from tlsscan.frontends.php import PhpFrontend

NAMED_KINDS = NEW_KINDS | {"function_call_expression", "scoped_call_expression"}
"""Calls whose name tells what is called; what a method of some object does with its options is not known."""
ENTRY = "array_element_initializer"
MAX_USES = 40  # of one variable in its function
MAX_HOPS = 3


class Taker(NamedTuple):
    """Where an array goes: the keys above it, the names of the call that takes it, the object which that sets."""

    keys: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    target: str = ""


def taker(frontend: "PhpFrontend", unit: Unit, path: Path, array: Node, target: str) -> Taker:
    """What takes the array of a variable in which the end of a path sets something; `target` is the array's own
    identity."""
    found = _taken(frontend, unit, path, array, target, MAX_HOPS)
    return found if found.keys else found._replace(owner=())


def _taken(frontend: "PhpFrontend", unit: Unit, path: Path, array: Node, target: str, hops: int) -> Taker:
    uses = list(islice(_uses(frontend, unit, path, array, target), MAX_USES)) if hops > 0 else []
    for use in uses:
        if use[-2].type == ENTRY and children(use[-2])[-1] == use[-1]:
            found = _under_a_key(frontend, unit, path, use, hops)
            return found if len(uses) == 1 else found._replace(target="")
    if len(uses) != 1 or uses[0][-2].type != "argument":
        return Taker()
    return _called(frontend, unit, path, uses[0][:-3])


def _uses(frontend: "PhpFrontend", unit: Unit, path: Path, array: Node, target: str) -> Iterator[Path]:
    """The places after the end of a path where a variable is more than the base of a subscript, as long as it holds
    the same array."""
    word, function = text_of(array), frontend.function(path)
    end = frontend.scope_range(function, unit)[1]
    for offset in islice(unit.occurrences(word, path[-1].end_byte, end), MAX_USES):
        use = _path(unit, offset)
        while len(use) > 3 and use[-1].type != "variable_name":
            use = use[:-1]
        if len(use) < 4 or text_of(use[-1]) != word or frontend.function(use) != function:
            continue
        parent = use[-2]
        if parent.type in ASSIGNMENT_KINDS and field(parent, "left") == use[-1]:
            if frontend.object_at(unit, path, use[-1], parent.end_byte) != target:
                return
        elif parent.type != "subscript_expression" or children(parent)[0] != use[-1]:
            yield use


def _under_a_key(frontend: "PhpFrontend", unit: Unit, path: Path, use: Path, hops: int) -> Taker:
    """The taker of an array whose variable, at the end of `use`, is an entry of another; none that no name tells."""
    keys, level = frontend.keys_around(unit, use[:-1])
    if not keys or "?" in keys or level < 0:
        return Taker()
    outer = use[: level + 1]
    if outer[-1].type in CALL_KINDS or outer[-1].type in NEW_KINDS:
        named = outer[-1].type in NAMED_KINDS
        return _called(frontend, unit, path, outer)._replace(keys=keys) if named else Taker()
    left = field(outer[-1], "left") if outer[-1].type in ASSIGNMENT_KINDS else None
    if left is None or left.type != "variable_name":
        return Taker()
    there = _taken(frontend, unit, outer, left, frontend.object_at(unit, outer, left, outer[-1].end_byte), hops - 1)
    return Taker((*there.keys, *keys), there.owner) if there.owner else Taker()


def _called(frontend: "PhpFrontend", unit: Unit, path: Path, call: Path) -> Taker:
    """A call as a taker; with the object that it sets if what stands between the end of a path and the call, which
    surely comes after it, does nothing with that."""
    if call[-1].type not in CALL_KINDS and call[-1].type not in NEW_KINDS:
        return Taker()
    draft, blocks = frontend.call_draft(unit, call), frontend.blocks(call)
    owner = draft.names if call[-1].type in NAMED_KINDS else ()
    if not draft.target or not _sets(call, draft.names[0]) or frontend.blocks(path)[: len(blocks)] != blocks:
        return Taker(owner=owner)
    word = draft.target.partition(":")[2].partition("@")[0]
    between = islice(unit.occurrences(word, path[-1].end_byte, call[-1].start_byte), MAX_USES)
    uses = [_path(unit, offset) for offset in between]
    touched = (not use or frontend.object_at(unit, use, _variable(use)) == draft.target for use in uses)
    return Taker(owner=owner, target="" if any(touched) else draft.target)


def _sets(call: Path, name: str) -> bool:
    """Whether the object of a call, what it makes or what it is given first, has afterwards what else it is given."""
    if name.lower() in MERGERS or not keeps(call):
        return False
    made = len(call) > 1 and call[-2].type in ASSIGNMENT_KINDS
    from tlsscan.handling import Handling, handled

    return made or handled(name, passed=True, prefixed=True) is Handling.PREPARES


def _path(unit: Unit, offset: int) -> Path:
    """The path to an offset; empty where it is too deep."""
    try:
        return unit.path_at(offset)
    except TooDeep:
        return ()


def _variable(path: Path) -> Node:
    return next((node for node in reversed(path) if node.type == "variable_name"), path[-1])
