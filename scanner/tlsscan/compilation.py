"""Sites as they are compiled for some targets: without the arms of `#if` that these leave out."""

from tlsscan.model import Argument, Site
from tlsscan.products import Runtimes
from tlsscan.targets import always, compiling
from tlsscan.values import Arm, Choice, Operation, Parameter, Value, Via

DEEPEST = 12


def as_compiled(site: Site, runtimes: Runtimes) -> Site | None:
    """A site as the chosen targets have it; None if they do not. What holds for all targets of its project is no guard
    for an older one."""
    if site.compiled and not compiling(site.compiled, runtimes.chosen):
        return None
    guard = "" if site.guard and always(site.guard, runtimes.targets) else site.guard
    arguments = tuple(_argument(argument, runtimes) for argument in site.arguments)
    return site._replace(guard=guard, arguments=arguments)


def _argument(argument: Argument, runtimes: Runtimes) -> Argument:
    return argument._replace(value=_left(argument.value, runtimes))


def _left(value: Value, runtimes: Runtimes, depth: int = 0) -> Value:
    """A value without the arms that are not compiled; as it is, where none would be left."""
    if depth > DEEPEST:
        return value
    if isinstance(value, Via):
        return value._replace(value=_left(value.value, runtimes, depth + 1))
    if isinstance(value, Operation):
        return value._replace(operands=tuple(_left(part, runtimes, depth + 1) for part in value.operands))
    if isinstance(value, Parameter) and value.default is not None:
        return value._replace(default=_left(value.default, runtimes, depth + 1))
    if not isinstance(value, Choice):
        return value
    arms = [arm for arm in value.arms if compiling(arm.condition, runtimes.chosen)] or value.arms
    kept = tuple(_arm(arm._replace(value=_left(arm.value, runtimes, depth + 1)), runtimes) for arm in arms)
    return kept[0].value if len(kept) == 1 and not kept[0].condition else Choice(kept)


def _arm(arm: Arm, runtimes: Runtimes) -> Arm:
    """An arm; without its condition, where that holds for all targets."""
    if not arm.condition or not always(arm.condition, runtimes.targets):
        return arm
    return arm._replace(condition="", guarded=False)
