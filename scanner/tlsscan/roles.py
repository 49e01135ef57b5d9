"""Which side of a connection an object is on, by what else is done with it: `x.wrap_socket(s, server_side=True)`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tlsscan.model import Form, Role, Site
from tlsscan.sinks import SinkIndex
from tlsscan.slots import Hit, is_meant

Object = tuple[str, str, str]  # the file, the target, the group of rules that fold
NOWHERE: Object = ("", "", "")


def with_sides(hits: Sequence[Hit], sites: Iterable[Site], index: SinkIndex) -> list[Hit]:
    """The hits, those on an object of which all that tells a side tells the same with that side."""
    wanted = {_object(hit) for hit in hits} - {NOWHERE}
    told: dict[Object, list[tuple[Site, Role | None]]] = defaultdict(list)
    sites = [*sites] if wanted else []
    for site in sites:
        for rule, sink in index.telling(site) if site.target or site.handed else ():
            group = rule.fold.group if rule.fold is not None else ""
            told_of = (site.target, site.receiver) if sink.object is None else (site.handed,)
            keys = {(site.home, one, group) for one in told_of} & wanted
            asked = not sink.members or not set(sink.members).isdisjoint(site.members)
            if keys and asked and is_meant(site, sink):
                for key in keys:
                    told[key].append((site, sink.role))
    made = [site for site in sites if told and _makes(site)]
    return [_on_side(hit, told.get(_object(hit), ()), made) for hit in hits]


def _object(hit: Hit) -> Object:
    """The object that a hit configures; none where that is not known, or where its rule tells the side."""
    fold, target = hit.rule.fold, hit.site.target
    if fold is None or not target or (hit.sink.role or hit.rule.role) is not Role.BOTH:
        return NOWHERE
    return hit.site.home, target, fold.group


def _on_side(hit: Hit, told: Iterable[tuple[Site, Role | None]], made: Sequence[Site]) -> Hit:
    roles = {role for site, role in told if not any(_is_between(one, hit.site, site) for one in made)}
    return hit._replace(sink=hit.sink._replace(role=roles.pop())) if len(roles) == 1 else hit


def _makes(site: Site) -> bool:
    """Whether a site makes the object that its target then is."""
    word = site.target.partition(":")[2]
    return bool(word) and site.form is Form.CALL and site.target != site.receiver and not site.text.startswith(word)


def _is_between(made: Site, one: Site, other: Site) -> bool:
    """Whether a target surely becomes another object between two sites that have to do with it."""
    if made.target != one.target or not made.path == one.path == other.path:
        return False
    first, last = sorted((one, other), key=lambda site: site.region.start)
    passed = last.blocks[: len(made.blocks)] == made.blocks
    return passed and first.region.start < made.region.start <= last.region.start
