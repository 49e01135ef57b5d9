"""Java: what the setter of a bean has put into it before its getter is asked in the same method. Loaded where a file
calls both."""

import re
from collections.abc import Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import Names, arguments, parameters, qualified_class
from tlsscan.frontends.java_scopes import is_write
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import Binding, Path, field, text_of
from tlsscan.values import Value

LIBRARYS = ("java.", "javax.", "jakarta.")
MAX_CALLS = 20  # of one setter in one file
CALL = "method_invocation"


def set_before(context: Context, names: Names, call: Node) -> Value | None:
    """What a getter gives of an object whose setter is certainly called before, in the same method and on the same
    variable; None where no such call is there, or where the setter does more than to keep what it is passed."""
    base, getter = field(call, "object"), text_of(field(call, "name"))
    setter = f"set{getter.removeprefix('is' if getter.startswith('is') else 'get')}"
    if base is None or base.type != "identifier":
        return None
    types = names.types(context.unit, context.path, base)
    if not types or types[0].startswith(LIBRARYS) or not _keeps(context, names, setter, types):
        return None
    calls = list(_calls(context, base, setter))
    blocks = context.unit.frontend.blocks(context.path)
    certain = [made for made in calls if blocks[: len(there := context.unit.frontend.blocks(made.path))] == there]
    since = max((made.offset for made in certain), default=-1)
    if since < 0 or _is_replaced(context, base, since):
        return None
    return context.left([made for made in calls if made.offset >= since], text_of(base))


def _calls(context: Context, base: Node, setter: str) -> Iterator[Binding]:
    """The calls of a setter on a variable, before a use of it in the same function, like assignments."""
    unit, frontend = context.unit, context.unit.frontend
    function = frontend.function(context.path)
    for count, path in enumerate(unit.paths(setter)):
        call = path[-2]
        if count >= MAX_CALLS or function is None or path[-1].start_byte > base.start_byte:
            return
        if call.type != CALL or field(call, "name") != path[-1] or text_of(field(call, "object")) != text_of(base):
            continue
        given = arguments(call)
        if len(given) == 1 and frontend.function(path) == function:
            condition, guarded = frontend.branch(path[:-1])
            yield Binding(
                kind="value",
                name=text_of(base),
                scope=(function.start_byte, base.start_byte + 1),
                offset=path[-1].start_byte,
                path=path[:-1],
                node=given[0],
                condition=condition,
                guarded=guarded,
            )


def _is_replaced(context: Context, base: Node, since: int) -> bool:
    """Whether a variable is another object by the time of its use than it was at an offset."""
    places = context.unit.occurrences(text_of(base), since, base.start_byte)
    paths = (context.unit.path_at(offset) for offset in places)
    return any(is_write(path) or _is_declared(path) for path in paths)


def _is_declared(path: Path) -> bool:
    return path[-2].type == "variable_declarator" and field(path[-2], "name") == path[-1]


def _keeps(context: Context, names: Names, setter: str, types: tuple[str, ...]) -> bool:
    """Whether a setter keeps what it is passed, and nothing else, as far as this file declares it."""
    unit = context.unit
    package = names.header(unit).package
    for path in names.uses(unit, setter).methods:
        listed = parameters(path[-1])
        if qualified_class(package, path) in types and len(listed) == 1:
            name = text_of(field(listed[0], "name"))
            if re.search(rf"=\s*{re.escape(name)}\s*;", text_of(field(path[-1], "body"))) is None:
                return False
    return True
