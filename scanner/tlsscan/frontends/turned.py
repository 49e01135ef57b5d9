"""A loop that makes a new object in each turn: what its variable is then adds up on none. Knows no language."""

from collections.abc import Sequence

from tlsscan.frontends.unit import Binding, Path
from tlsscan.values import Arm, Choice, Operation, Value, Via


def is_new_each_turn(path: Path, made: Sequence[Binding], loops: frozenset[str]) -> bool:
    """Whether the innermost loop around the end of a path makes the object that some bindings give a name."""
    level = next((at for at in range(len(path) - 1, -1, -1) if path[at].type in loops), -1)
    if level < 0:
        return False
    loop, end = path[level], path[-1]
    return any(
        one.kind == "value"
        and one.operator == "="
        and not one.each
        and loop.start_byte <= one.offset < end.start_byte
        and one.node is not None
        and one.node.end_byte <= end.start_byte
        for one in made
    )


def one_at_a_time(value: Value) -> Value:
    """What a loop goes through as alternatives."""
    if isinstance(value, Via):
        return value._replace(value=one_at_a_time(value.value))
    if isinstance(value, Operation) and value.operator == "each" and len(value.operands) > 1:
        return Choice(tuple(Arm("", False, item) for item in value.operands))
    return value
