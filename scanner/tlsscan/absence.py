"""Arms of a choice that a call rules out: `if protocol is None` does not hold where the call passes a protocol."""

from collections.abc import Callable, Iterator

from tlsscan.clauses import questions
from tlsscan.patterns import lazy
from tlsscan.values import Arm, Choice, Invocation, Null, Operation, Parameter, Unknown, Value, parts, strip

_SUBJECT = r"[$@:]*(\w+)"
NOTHING = lazy(
    _SUBJECT + r"(?: is None| ={2,3} (?:None|nil|null)|\.(?:nil|blank|empty)\?)|(?:empty|is_null)\(\$?(\w+)\)"
)
SOMETHING = lazy(_SUBJECT + r"(?: is not None| !={1,2} (?:None|nil|null)|\.present\?)?|isset\(\$?(\w+)\)")


def is_ruled_out(arm: Arm, names: frozenset[str], fill: Callable[[Parameter], Value | None], within: Value) -> bool:
    """Whether an arm of a value asks that one of some parameters is missing which the caller surely fills."""
    words = names.intersection(_missing(arm.condition)) if arm.condition else ()
    if not words:
        return False
    given = (fill(one) for one in _parameters(within) if one.name in words)
    return any(value is not None and is_there(value) for value in given)


def _missing(condition: str) -> Iterator[str]:
    """The variables that have no value where a condition holds."""
    for text, denied in questions(condition):
        found = (SOMETHING if denied else NOTHING).fullmatch(text)
        if found is not None:
            yield next(filter(None, found.groups()))


def _parameters(value: Value) -> Iterator[Parameter]:
    if isinstance(value, Parameter):
        yield value
        return
    for part in parts(value):
        yield from _parameters(part)


def is_there(value: Value) -> bool:
    """Whether what is passed surely is something: no `None`, and nothing of which that is not known."""
    value, _ = strip(value)
    if isinstance(value, Choice):
        return all(is_there(arm.value) for arm in value.arms)
    if isinstance(value, Parameter):
        return value.default is None or is_there(value.default)
    if isinstance(value, Operation):
        return value.operator != "item" and all(map(is_there, value.operands))
    return not isinstance(value, Null | Unknown | Invocation)
