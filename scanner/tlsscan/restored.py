"""Settings of a whole process that are only tried: what was there before is put back before anything can use them."""

from collections.abc import Iterable, Sequence

from tlsscan.model import RESTORED, Form, Site
from tlsscan.slots import restores
from tlsscan.values import strip


def with_restored(sites: Iterable[Site]) -> list[Site]:
    """Sites; those that a later statement of their function takes back (`old = X; X = 1; X = old`), while nothing in
    between does more than set values, say so."""
    sites = list(sites)
    backs = [site for site in sites if site.since >= 0 and site.arguments and restores(site, site.arguments[0].value)]
    return [_marked(site, backs) for site in sites] if backs else sites


def _marked(site: Site, backs: Sequence[Site]) -> Site:
    tried = site.form is Form.ASSIGN and any(_is_taken_back(site, back) for back in backs)
    return site._replace(uses=(*site.uses, RESTORED)) if tried else site


def _is_taken_back(site: Site, back: Site) -> bool:
    """Whether a site stands between where something keeps what it sets and where that is put back."""
    _, steps = strip(back.arguments[0].value)
    kept = max((step.region.start for step in steps if step.path == back.path), default=back.region.start)
    same = site.path == back.path and not set(site.names).isdisjoint(back.names)
    passes = site.blocks[: len(back.blocks)] == back.blocks  # what runs there comes to it in any case
    return same and passes and max(back.since, kept) <= site.region.start < back.region.start
