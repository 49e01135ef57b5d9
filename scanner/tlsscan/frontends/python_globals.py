"""Python: what functions give a name of their module: `global name`. Knows nothing of TLS."""

import re
from collections.abc import Sequence

from tlsscan.frontends.branches import Branches
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Binding, Path, Unit, field, text_of

NOTHING = frozenset({"None", "''", '""', "0", "False"})  # what such a name holds until a function gives it a value


def is_global(unit: Unit, function: Node | None, word: str) -> bool:
    """Whether a function says of a name that it is its module's."""
    if function is None or unit.source.data.find(b"global", function.start_byte, function.end_byte) < 0:
        return False
    said = rb"(?m)(?:^|;)[ \t]*global[ \t]+(?:\w+[ \t]*,[ \t]*)*" + re.escape(word.encode()) + rb"[ \t]*(?:$|[,;#\r])"
    return re.search(said, unit.source.data[function.start_byte : function.end_byte]) is not None


def met(frontend: Branches, unit: Unit, bindings: Sequence[Binding], path: Path) -> list[Binding]:
    """The bindings of a name of a module that a use may meet, in the order in which they run: alone what the function
    of the use has set before, if the use is not reached without; else what the module gives it, then what functions
    do, of which any may have run."""
    inside = _inside(frontend, unit, bindings)
    if not inside or any(binding.owner or binding.kind == "parameter" for binding in bindings):
        return list(bindings)
    here = _set_before(frontend, inside, path)
    if here:
        return here
    outside = [b for b in bindings if b not in inside and not _is_nothing(b)]
    given = [b for b in inside if not _is_nothing(b)]
    several = bool(outside) or len({_name(frontend, binding) for binding in given}) > 1
    return [*outside, *[_in_turn(frontend, b) if several else b for b in given]] or list(bindings)


def shared(frontend: Branches, unit: Unit, bindings: Sequence[Binding]) -> list[Binding]:
    """What a module gives a name, and what functions give it; none where no function does."""
    inside = [binding for binding in _inside(frontend, unit, bindings) if not _is_nothing(binding)]
    if not inside:
        return []
    outside = [b for b in bindings if not b.owner and frontend.function(b.path) is None and not _is_nothing(b)]
    return [*outside, *inside]


def _inside(frontend: Branches, unit: Unit, bindings: Sequence[Binding]) -> list[Binding]:
    """The bindings that a function makes for its module."""
    start, end = 0, unit.root.end_byte
    return [b for b in bindings if b.scope[0] == start and b.scope[1] > end and frontend.function(b.path) is not None]


def _set_before(frontend: Branches, inside: Sequence[Binding], path: Path) -> list[Binding]:
    """The bindings of the function around a use, from the last on that the use cannot be reached without."""
    function, blocks = frontend.function(path), frontend.blocks(path)
    here = [b for b in inside if b.offset < path[-1].start_byte and frontend.function(b.path) == function]
    sure = [at for at, b in enumerate(here) if blocks[: len(there := frontend.blocks(b.path))] == there]
    return here[sure[-1] :] if sure and function is not None else []


def _is_nothing(binding: Binding) -> bool:
    return binding.kind == "value" and binding.operator == "=" and text_of(binding.node) in NOTHING


def _name(frontend: Branches, binding: Binding) -> str:
    return text_of(field(frontend.function(binding.path) or binding.path[0], "name"))


def _in_turn(frontend: Branches, binding: Binding) -> Binding:
    """A binding of a function that need not have run."""
    after = f"after {_name(frontend, binding)}()"
    return binding._replace(among=True, condition=binding.condition or after)
