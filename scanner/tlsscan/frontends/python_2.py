"""Python: syntax that Python 3 cannot read. Knows nothing of TLS."""

from itertools import islice

from tlsscan.frontends.speaker import Dialect, TooDeep
from tlsscan.frontends.unit import Path, Unit, children
from tlsscan.patterns import lazy
from tlsscan.values import Step

HINT = lazy(
    rb"""(?m)^[ \t]*(?:print[ \t]*["'\w]|exec[ \t]+["'\w]|raise[ \t]+[\w.]+[ \t]*,"""
    rb"""|except[ \t]+(?:[\w.]+|\([^()\n]*\))[ \t]*,[ \t]*[a-z_]\w*[ \t]*:)""",
    having=(b"print", b"exec", b"raise", b"except"),
)
MOST = 30  # places that look like it
STATEMENT_KINDS = frozenset({"print_statement", "exec_statement"})


def written_for(unit: Unit) -> Dialect | None:
    """Python 2, where a statement shows that no Python 3 reads the file: `print "x"`, `except E, e:`, `raise E, "x"`.
    What both can read, though it means something else, says nothing: `print >>f, x`."""
    data = unit.source.data
    for found in islice(HINT.finditer(data), MOST):
        at = found.start() + len(found.group()) - len(found.group().lstrip(b" \t"))
        try:
            path = unit.path_at(at)
        except TooDeep:
            continue
        if any(_is_old(path, level, at) for level in range(len(path))):
            step = unit.step(path[-1])
            return Dialect(
                "python", "2.7", Step(step.path, step.region, data[at : found.end()].decode(errors="replace"))
            )
    return None


def _is_old(path: Path, level: int, at: int) -> bool:
    """Whether a node that begins at a place is a statement of Python 2 alone."""
    node = path[level]
    if node.start_byte != at or node.has_error:
        return False
    if node.type in STATEMENT_KINDS:
        return True
    if node.type == "except_clause":
        return len(node.children_by_field_name("value")) > 1
    return node.type == "raise_statement" and any(child.type == "expression_list" for child in children(node))
