"""What is tried anew, with newer versions, after a connection has failed. Knows neither languages nor TLS."""

from collections.abc import Iterable, Sequence

from tlsscan.clauses import CAUGHT
from tlsscan.model import Permitted, Place, Site, Usage
from tlsscan.patterns import lazy
from tlsscan.slots import Hit

_MISSING = lazy(  # what is caught where a name is missing or a value refused, before there is any connection
    r"\b(?:Attribute|Import|Name|Type|Value|Key|Argument|NoMethod|NoSuch\w*|NotImplemented|ModuleNotFound|ClassNotFound"
    r"|IllegalArgument|Load|Syntax|Unsupported\w*)(?:Error|Exception)\b"
)
TRIED = "tried after that has failed"


def is_retry(site: Site) -> bool:
    """Whether a site stands in a handler that tries again what did not connect."""
    return bool(site.target) and site.guard.endswith(CAUGHT) and not _MISSING.search(site.guard)


def retried(first: Hit, usages: tuple[Usage, ...], later: Iterable[tuple[Hit, Sequence[Usage]]]) -> tuple[Usage, ...]:
    """The usages of a setting with what is permitted where it is made anew, for the same object, after it has failed:
    what connects then does so with any of both."""
    for hit, anew in later:
        outcomes = [usage.permitted for usage in anew]
        if _follows(first, hit.site) and hit.rule.id == first.rule.id and all(map(_is_known, outcomes)):
            place = Place(hit.site.path, hit.argument.region, TRIED)
            usages = tuple(_with(usage, outcomes, place) for usage in usages)
    return usages


def _follows(first: Hit, later: Site) -> bool:
    """Whether a site in a handler makes anew what another one makes: before what may fail, or in it where the call is
    itself the attempt."""
    site, fold = first.site, first.rule.fold
    if (site.home, site.target) != (later.home, later.target) or site.region.start >= later.region.start:
        return False
    around = site.blocks if fold is not None and fold.starts else site.blocks[: len(later.blocks) - 1]
    return later.blocks != site.blocks and later.blocks[: len(around)] == around and not site.guard


def _is_known(permitted: Permitted) -> bool:
    return not permitted.unresolved and not permitted.rejected and bool(permitted.versions)


def _with(usage: Usage, outcomes: Sequence[Permitted], place: Place) -> Usage:
    own = usage.permitted
    newest = max(version for outcome in outcomes for version in outcome.versions)
    if not _is_known(own) or newest <= max(own.versions):
        return usage
    every = frozenset(version for outcome in outcomes for version in outcome.versions)
    sure = frozenset(version for outcome in outcomes for version in outcome.sure)
    permitted = own._replace(versions=own.versions | every, sure=own.sure | sure)
    return usage._replace(permitted=permitted, related=(*usage.related, place))
