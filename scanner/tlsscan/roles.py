"""Which side of a connection an object is on, by what else is done with it: `x.wrap_socket(s, server_side=True)`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tlsscan.model import GUESSED, Confidence, Form, Role, Site
from tlsscan.records import NamedTuple
from tlsscan.rules import Sink
from tlsscan.sinks import OWN_CALL, SinkIndex
from tlsscan.sinktable import ANY
from tlsscan.slots import Hit, argument_of, is_meant

Object = tuple[str, str]  # the file, what identifies the object
NOWHERE: Object = ("", "")


class Told(NamedTuple):
    """Where which side is told, of the rules of which fold (None for any), and whether that is what most such objects
    are: another place may tell otherwise."""

    site: Site
    role: Role | None
    group: str | None
    presumed: bool = False


def with_sides(hits: Sequence[Hit], sites: Iterable[Site], index: SinkIndex) -> list[Hit]:
    """The hits, those on an object of which all that tells a side tells the same with that side."""
    wanted = {_object(hit) for hit in hits} - {NOWHERE}
    told: dict[Object, list[Told]] = defaultdict(list)
    sites = [*sites] if wanted else []
    for site in sites:
        for rule, sink in index.telling(site) if site.target or site.handed or site.receiver else ():
            group = rule.fold.group if rule.fold is not None else ""
            objects = (site.target, site.receiver) if sink.object is None else (site.handed,)
            keys = {(site.home, one) for one in objects} & wanted
            asked = not sink.members or not set(sink.members).isdisjoint(site.members)
            if keys and asked and _is_there(site, sink) and is_meant(site._replace(form=Form.CALL), sink):
                for key in keys:
                    told[key].append(Told(site, sink.role, None if _takes_any(sink) else group, sink.presumed))
    made = [site for site in sites if told and _makes(site)]
    return [_on_side(hit, told.get(_object(hit), ()), made, index) for hit in hits]


def _takes_any(sink: Sink) -> bool:
    return sink.object is not None and sink.object.argument == ANY


def _is_there(site: Site, sink: Sink) -> bool:
    """Whether the object is what a sink of calls that take one means, the argument in its slot."""
    if site.form is not Form.TAKING or sink.object is None or _takes_any(sink):
        return True
    slot = site.option[0]
    return slot == sink.object.argument or slot == str(sink.object.position)


def _object(hit: Hit) -> Object:
    """The object that a hit configures; none where its rule tells the side."""
    return NOWHERE if _is_told(hit) else (hit.site.home, hit.site.identity)


def _is_told(hit: Hit) -> bool:
    """Whether its rule tells the side of a hit, and not only by what is not passed, or by a guess at the receiver."""
    guessed = hit.ground == GUESSED or (hit.site.form is Form.ASSIGN and hit.confidence is not Confidence.HIGH)
    if guessed or hit.sink.presumed:
        return False
    absent = any(where.optional and argument_of(hit.site, where) is None for where in hit.sink.where)
    return not absent and (hit.sink.role or hit.rule.role or Role.BOTH) is not Role.BOTH


def _on_side(hit: Hit, told: Iterable[Told], made: Sequence[Site], index: SinkIndex) -> Hit:
    if _is_told(hit):
        return hit
    group = hit.rule.fold.group if hit.rule.fold is not None else ""
    found = [
        one
        for one in told
        if one.group in (None, group)
        and not (hit.sink.presumed and one.site.option == (OWN_CALL,))  # that is what is presumed
        and not any(_is_between(between, hit.site, one.site) for between in made)
    ]
    roles = {one.role for one in found if not one.presumed} or {one.role for one in found}
    if not roles and hit.sink.role is None:
        roles = {sink.role for _, sink in index.owners(hit.site)}
    return hit._replace(sink=hit.sink._replace(role=roles.pop()), sided=True) if len(roles) == 1 else hit


def _makes(site: Site) -> bool:
    """Whether a site makes the object that its target then is."""
    word = site.variable
    return bool(word) and site.form is Form.CALL and site.target != site.receiver and not site.text.startswith(word)


def _is_between(made: Site, one: Site, other: Site) -> bool:
    """Whether a target surely becomes another object between two sites that have to do with it."""
    if made.target != one.target or not made.path == one.path == other.path:
        return False
    first, last = sorted((one, other), key=lambda site: site.region.start)
    if made is one and not (_makes(first) and (first.enclosing, first.blocks) == (made.enclosing, made.blocks)):
        return False  # what is done with it may come after it, too; a fallback is on the side of what it stands for
    passed = last.blocks[: len(made.blocks)] == made.blocks
    return passed and first.region.start < made.region.start <= last.region.start
