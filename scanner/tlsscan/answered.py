"""What is told where a helper gets its setting from callers: they answer for it, each at its own place."""

from collections.abc import Callable, Sequence, Set

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.model import Usage
from tlsscan.values import Region

if TYPE_CHECKING:
    from tlsscan.outcomes import Match


def told_at_callers(
    own: "Sequence[Match]",
    passed: "Sequence[Match]",
    is_test: Callable[[str, str], bool] = lambda path, language: False,
) -> "list[Match]":
    """Matches without what callers answer: a slot that is not known where it stands, but by some caller, who is no test
    unless that is one. Where a part of the slot was known before, a caller is told of only if it adds to that."""

    def answers(usage: Usage) -> bool:
        path, slot = usage.place.path, usage.passed[-1].path
        return not _is_left(usage) and (not is_test(path, usage.language) or is_test(slot, usage.language))

    places = {_place(usage): usage.permitted for found in own for usage in found.usages if usage.permitted.open}
    kept: list[Match] = []
    answered: set[tuple[str, Region]] = set()
    for found in passed:
        usages = [usage for usage in (*found.usages, *found.lower) if usage.passed]
        origins = {(usage.passed[-1].path, usage.passed[-1].region) for usage in usages}
        answered |= origins if any(map(answers, usages)) else set()
        before = next((places[origin] for origin in origins if origin in places), None)
        if not found.usages:
            continue
        if before is None or any(not usage.permitted.sure <= before.sure for usage in usages):
            kept.append(found._replace(told=True))
    left = (_unanswered(found, answered) for found in own)
    return [*(found for found in left if found.usages), *kept]


def _is_left(usage: Usage) -> bool:
    """Whether a caller leaves the default only under a condition: what it passes otherwise is not known."""
    return usage.permitted.default and bool(usage.condition)


def _unanswered(found: "Match", answered: Set[tuple[str, Region]]) -> "Match":
    """A match without the ways its value can turn out that callers decide, where they have answered."""
    usages = tuple(one for one in found.usages if not (one.permitted.unresolved and _place(one) in answered))
    return found if len(usages) == len(found.usages) else found._replace(usages=usages, lower=usages)


def _place(usage: Usage) -> tuple[str, Region]:
    return (usage.place.path, usage.place.region)
