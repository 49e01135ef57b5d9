"""Python: what the functions of a file give for what a call of another file passes, and what the members of objects are
that such a call makes. Loaded where another file asks for that. Knows nothing of TLS."""

from collections.abc import Iterator

from tlsscan.frontends.lowering import Context
from tlsscan.frontends.python_expressions import MAX_SMALL, PythonExpressions
from tlsscan.frontends.python_hierarchy import class_path, descendants
from tlsscan.frontends.python_objects import member_of
from tlsscan.frontends.python_results import compares_any, passed, taken, takes_class, takes_object
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Binding, Unit
from tlsscan.replayed import Call
from tlsscan.replayed import passed as asked
from tlsscan.values import Value


def definitions(frontend: PythonExpressions, unit: Unit, word: str) -> Iterator[Definition]:
    """What is told under a name that holds what a call passes."""
    call = asked(word)
    owners: set[str] = set()
    for binding in (unit.bindings(call.word) or ()) if call is not None else ():
        is_function = binding.node is not None and binding.node.type in frontend.function_kinds
        value: Value | None = None
        if call is not None and binding.kind == "opaque" and is_function:
            value = _result(frontend, unit, binding, call)
        elif call is not None and binding.owner and binding.owner not in owners and class_path(unit, binding.owner):
            owners.add(binding.owner)
            value = _member(frontend, unit, binding, call)
        if value is not None:
            yield Definition(frontend.defined_name(unit, binding, word), value, unit.step(binding.path[-1]))


def _result(frontend: PythonExpressions, unit: Unit, binding: Binding, call: Call) -> Value | None:
    """What a function of a module, or of a class, gives."""
    if not binding.owner and frontend.function(binding.path) is not None:
        return None
    bound = bool(binding.owner) and takes_object(binding)
    if bound and takes_class(binding) and descendants(unit, binding.owner):
        return None
    if binding.node is None or binding.node.end_byte - binding.node.start_byte > MAX_SMALL:
        return None
    given = passed(binding, None, call.plain, call.named, bound=bound)
    context = Context(unit, binding.path)
    value = frontend.returned(context, binding.name, binding.owner, given) if given is not None else None
    return None if value is None or compares_any(value, taken(binding)) else value


def _member(frontend: PythonExpressions, unit: Unit, binding: Binding, call: Call) -> Value | None:
    """A member of an object that its class makes from what a call passes."""
    path = class_path(unit, binding.owner)
    context = Context(unit, path[:-1])
    return member_of(frontend, context, binding.owner, call.plain, call.named, binding.name, path[-1])
