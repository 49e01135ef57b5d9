"""VB.NET: where an object is put to use between two places that set something on it. Loaded where there are two."""

import re
from collections.abc import Iterable, Iterator

from tlsscan.frontends.vbnet_names import Unit
from tlsscan.handling import Handling, acts, handled
from tlsscan.model import Site
from tlsscan.patterns import lazy

MAX_PLACES = 40  # of an object between two sites, the last ones
NEAR = 200  # bytes before a place that tell whether it is declared there
MEMBERS = lazy(rb"(?:\??\.\w{1,80}){1,6}")
CALL = lazy(rb"[ \t]*\(")
DECLARED = lazy(rb"(?i)(?:^|[\n:])[ \t]*(?:dim|with|using|static|const)[ \t]+\Z")  # `Dim h = x`, `With h`


def with_uses(unit: Unit, sites: Iterable[Site]) -> Iterator[Site]:
    """The sites of a file, in program order, each with the last place before it where its object is used since the
    first of the sites on that object."""
    before: dict[str, tuple[int, int]] = {}
    for site in sites:
        if not site.variable:
            yield site
            continue
        end, used = before.get(site.target, (site.region.start, -1))
        used = max(used, _last_use(unit, site.variable, end, site.region.start))
        before[site.target] = max(end, site.region.end), used
        yield site._replace(used=used) if used >= 0 else site


def _last_use(unit: Unit, word: str, start: int, end: int) -> int:
    """The last place between two offsets where an object is put to use, in text without comments; -1 if there is
    none."""
    pattern = re.compile(rb"(?<![\w.])(?:me\.)?" + re.escape(word.lower().encode()) + rb"(?!\w)")
    places = [found.span() for found in pattern.finditer(unit.layout.lowered, start, end)]
    return next((place[0] for place in reversed(places[-MAX_PLACES:]) if _is_put_to_use(unit, *place)), -1)


def _is_put_to_use(unit: Unit, start: int, end: int) -> bool:
    """Whether the object that stands at a place is used there: a method of it that acts is called, it is passed, kept
    or given back, or its variable gets another."""
    text = unit.layout.text
    members = MEMBERS.match(text, end)
    if members is not None:
        names = members.group().decode("ascii", "replace").replace("?", "").split(".")[1:]
        if CALL.match(text, members.end()) is None:
            return False
        return acts(names[-1]) if len(names) > 1 else handled(_small(names[-1])) is Handling.USES
    return DECLARED.search(bytes(text[max(start - NEAR, 0) : start])) is None


def _small(name: str) -> str:
    """A name of .NET in the way of other languages, whose classes alone begin with a capital."""
    return f"{name[:1].lower()}{name[1:]}"
