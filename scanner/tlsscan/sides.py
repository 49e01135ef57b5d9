"""One value that reaches the settings of both sides of connections: what is told of it is told once, and of both."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tlsscan.annotations import TypeAlias
from tlsscan.model import Place, Role, Usage
from tlsscan.outcomes import Match
from tlsscan.values import Region

Told: TypeAlias = tuple[str, str, Region]


def of_both(matches: Sequence[Match]) -> Sequence[Match]:
    """Matches; what is told at one place of several usages of a rule, which are on different sides, is of both."""
    known: dict[Told, dict[Role, Usage]] = defaultdict(dict)
    roles = set()
    for found in matches:
        for usage in (*found.usages, *found.lower):
            roles.add(usage.role)
            for key in _told(usage):
                known[key].setdefault(usage.role, usage)
    if len(roles) < 2:
        return matches
    return [found._replace(usages=_both(found.usages, known), lower=_both(found.lower, known)) for found in matches]


def _both(usages: Sequence[Usage], known: dict[Told, dict[Role, Usage]]) -> tuple[Usage, ...]:
    return tuple(usage if (other := _other(usage, known)) is None else _joined(usage, other) for usage in usages)


def _other(usage: Usage, known: dict[Told, dict[Role, Usage]]) -> Usage | None:
    """A usage on another side that is told at the same place."""
    every = (other for key in _told(usage) for role, other in known[key].items() if role is not usage.role)
    return next(every, None)


def _joined(usage: Usage, other: Usage) -> Usage:
    place = _sink(other)
    here = _sink(usage)
    if (place.path, place.region) == (here.path, here.region):
        return usage
    return usage._replace(role=Role.BOTH, related=(*usage.related, place))


def _told(usage: Usage) -> Iterator[Told]:
    """The places at which a usage may be told."""
    for place in (usage.place, *(naming.place for naming in usage.named)):
        yield usage.rule, place.path, place.region


def _sink(usage: Usage) -> Place:
    """Where a value is used, with words."""
    at = usage.passed[-1] if usage.passed else usage.place
    return Place(at.path, at.region, f"{usage.api} uses the value here")
