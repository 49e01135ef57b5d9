"""A setting that is tried first, and what a handler of its failure tries next: together they say what is reached.

`try: connect(TLSv1)` and `except SSLError: connect(TLSv1_2)` does connect where TLS 1.2 is required, and so does
`try: connect()` and `except SSLError: connect(TLSv1)`.
"""

from collections import defaultdict
from collections.abc import Sequence

from tlsscan.bases import bounds
from tlsscan.clauses import caught, caught_under, pieces
from tlsscan.model import AGAIN, Place, Usage
from tlsscan.patterns import lazy
from tlsscan.products import Runtimes
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet, in_words
from tlsscan.records import NamedTuple
from tlsscan.slots import Hit, is_tried_without

_FAILED = lazy(
    r"SSL|TLS|[Hh]andshake|Connect|[Ss]ocket|Authentication|WebException|IOE|OSError|EnvironmentError|EOF|URLError"
)
# What no server makes of a version that it refuses, whatever it says of that: an alert, an end or a reset.
_OTHERWISE = lazy(
    r"[\w.:\\]*(?:Cert|Unverified|[Tt]ime(?:d_?)?[Oo]ut|TIMEDOUT|SSLWant|ZeroReturn|Refused|REFUSED|gaierror|UnknownHost)\w*"
    r"|\s+as\s+\w+"
)
_ANY = lazy(r"an exception|(?:[\w.:\\]+[.:\\])?(?:Base|Standard)?(?:Exception|Error|Throwable)(?: as \w+)?")


class Attempt(NamedTuple):
    """A setting: its last site, and what it permits."""

    hit: Hit
    usages: tuple[Usage, ...]


def with_retries(attempts: Sequence[Attempt], runtimes: Runtimes) -> list[tuple[Usage, ...]]:
    """What settings permit, together with what a handler of a failed attempt tries next, where that is newer: another
    setting, or none."""
    later: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if caught_under(attempt.hit.site.condition):
            later[attempt.hit.site.home, attempt.hit.site.enclosing].append(attempt)
    retried = [_retried(one, later.get((one.hit.site.home, one.hit.site.enclosing), ())) for one in attempts]
    pairs = zip(attempts, retried, strict=True)
    made = [_without(one.hit, usages, runtimes) if is_tried_without(one.hit) else usages for one, usages in pairs]
    return [
        _after_another(one._replace(usages=usages), attempts, runtimes)
        if caught_under(one.hit.site.condition)
        else usages
        for one, usages in zip(attempts, made, strict=True)
    ]


def _after_another(second: Attempt, every: Sequence[Attempt], runtimes: Runtimes) -> tuple[Usage, ...]:
    """What a handler of a failed connection sets, together with what was tried before: what is offered by default,
    unless the file sets something else that is no newer. A setting of the process stays after that."""
    hit, usages = second.hit, second.usages
    lasts = hit.rule.fold is not None and hit.rule.fold.process
    if lasts or not _FAILED.search(_OTHERWISE.sub("", caught_under(hit.site.condition))):
        return usages
    others = [one for one in every if one.hit.site.home == hit.site.home and not caught_under(one.hit.site.condition)]
    newer = _newer(usages, bounds(hit.rule.base, runtimes, hit.sink.role or hit.rule.role).offered)
    old = all(version < Version.TLS1_2 for version in _permitted(second))
    if not (old and newer) or not all(_newer(usages, _permitted(one)) for one in others):
        return usages
    told = f"{in_words(_permitted(second))} only after a failed attempt"
    when = caught(caught_under(hit.site.condition))
    return tuple(
        _widened(usage, newer, NO_VERSIONS, told)._replace(guarded=False, condition=usage.condition or when)
        for usage in usages
    )


def _without(hit: Hit, usages: tuple[Usage, ...], runtimes: Runtimes) -> tuple[Usage, ...]:
    """What is permitted together with what is offered by default, which a handler falls back to."""
    caught = next(use.removeprefix(AGAIN) for use in hit.site.uses if use.startswith(AGAIN))
    error = _OTHERWISE.sub("", caught)
    if not (_FAILED.search(error) or _ANY.fullmatch(error)):
        return usages
    newer = _newer(usages, bounds(hit.rule.base, runtimes, hit.sink.role or hit.rule.role).offered)
    told = f"{in_words(newer)} only after a failed attempt, which is made again without it"
    return tuple(_widened(usage, newer, newer, told) for usage in usages) if newer else usages


def _retried(first: Attempt, later: Sequence[Attempt]) -> tuple[Usage, ...]:
    usages = first.usages
    for second in later:
        newer = _newer(usages, _permitted(second)) if _tries_again(first.hit, second.hit) else NO_VERSIONS
        if newer:
            usages = tuple(_with(usage, newer, second) for usage in usages)
    return usages


def _permitted(attempt: Attempt) -> VersionSet:
    return frozenset(version for usage in attempt.usages for version in usage.permitted.versions)


def _newer(usages: Sequence[Usage], retried: VersionSet) -> VersionSet:
    """What a retry reaches beyond all that was tried before it."""
    known = [usage.permitted for usage in usages]
    if not all(permitted.versions for permitted in known) or any(permitted.open for permitted in known):
        return NO_VERSIONS
    top = max(version for permitted in known for version in permitted.versions)
    return frozenset(version for version in retried if version > top)


def _tries_again(first: Hit, second: Hit) -> bool:
    """Whether a site in a handler sets anew what another site has set for what is tried."""
    one, other = first.site, second.site
    if first.rule.id != second.rule.id or caught_under(one.condition) or one.region.start > other.region.start:
        return False
    error, around = _OTHERWISE.sub("", caught_under(other.condition)), other.blocks[:-1]
    apart = any(mine != its for mine, its in zip(one.blocks, other.blocks, strict=False))
    if apart:  # what is tried in a handler is a block of that
        always = one.condition in ("", *pieces(other.condition)[0])  # a block that is tried asks for nothing
        return always and _FAILED.search(error) is not None
    same = bool(one.target) and one.target == other.target and around[: len(one.blocks)] == one.blocks
    return same and (_FAILED.search(error) or _ANY.fullmatch(error)) is not None


def _with(usage: Usage, newer: VersionSet, second: Attempt) -> Usage:
    site = second.hit.site
    sure = frozenset(version for used in second.usages for version in used.permitted.sure) & newer
    place = Place(site.path, second.hit.argument.region, f"{site.text} is set here after a failed attempt")
    widened = _widened(usage, newer, sure, f"{in_words(newer)} only after a failed attempt")
    return widened._replace(related=(*usage.related, place))


def _widened(usage: Usage, newer: VersionSet, sure: VersionSet, told: str) -> Usage:
    permitted = usage.permitted
    return usage._replace(
        permitted=permitted._replace(versions=permitted.versions | newer, sure=permitted.sure | sure),
        note=f"{usage.note}; {told}" if usage.note else told,
    )
