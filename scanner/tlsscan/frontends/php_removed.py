"""PHP's options that are taken out of their array again before anything can use them: `unset($options[KEY])`."""

import re
from collections.abc import Callable, Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, Unit, children, text_of

Keys = Callable[[Path, Node], tuple[Node | None, tuple[str, ...]]]
"""The array under a subscript and its keys."""
Blocks = Callable[[Path], tuple[int, ...]]


def is_removed(
    unit: Unit, path: Path, array: str, keys: tuple[str, ...], scope: tuple[int, int], keys_of: Keys, blocks: Blocks
) -> bool:
    """Whether the entry at the end of a path is certainly removed from its array, which nothing uses until then."""
    end, around = path[-1].end_byte, blocks(path)
    mention = re.compile(re.escape(array.encode()) + rb"(?!\w)(?!\s*\[)(?!\s*=(?!=))")
    for there, subscript in _unset(unit, (end, scope[1])):
        outer = blocks(there)
        base, removed = keys_of(there, subscript) if subscript.type == "subscript_expression" else (subscript, ())
        if base is None or text_of(base) != array or keys[: len(removed)] != removed:
            continue
        if around[: len(outer)] == outer and not mention.search(unit.source.data[end : there[-1].start_byte]):
            return True
    return False


def _unset(unit: Unit, scope: tuple[int, int]) -> Iterator[tuple[Path, Node]]:
    """The `unset` statements in a stretch of a file, each with what it removes."""
    for offset in unit.occurrences("unset"):
        if not scope[0] <= offset < scope[1]:
            continue
        path = unit.path_at(offset)
        level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type == "unset_statement"), 0)
        for target in children(path[level]) if level else ():
            yield path[: level + 1], target
