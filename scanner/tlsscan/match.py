"""Sites become usages: several sites on one object fold. Knows no syntax trees and no policy."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from tlsscan.clauses import caught_under, denied, exclude
from tlsscan.composed import deciding
from tlsscan.evaluate import readings
from tlsscan.languages import COUNTING, PASSING
from tlsscan.lookup import Lens, is_affirmed, is_own, lacking, lookup, narrowed
from tlsscan.model import Argument, Confidence, Form, Kind, Permitted, Place, Site
from tlsscan.objects import grouped
from tlsscan.outcomes import Match, judge, lens_of, newest_of, read_slot, slot_value
from tlsscan.products import Runtimes
from tlsscan.replayed import asked, asked_in
from tlsscan.restored import with_restored
from tlsscan.roles import with_sides
from tlsscan.rules import Key, Sink, Where
from tlsscan.sinks import SinkIndex, fits, may_fit
from tlsscan.slots import (
    ANOTHER,
    OTHERWISE,
    Hit,
    argument_at,
    argument_of,
    filler_of,
    is_tried_without,
    met_by,
    only_reports,
    slots_at,
)
from tlsscan.spelled import open_calls, open_names, passed_call, passing_calls
from tlsscan.values import Name, Region, Step
from tlsscan.ways import MOST_OF_MEMBER, MOST_OVER, adds, decided, goes_on


def match(sites: Iterable[Site], index: SinkIndex, runtimes: Runtimes) -> list[Match]:
    """The usages of sites in program order; several sites on one object fold into one match."""
    sites = with_restored(sites)
    every = with_sides([hit for site in sites for hit in _hits(site, index, runtimes)], sites, index)
    told = [hit for hit in every if not _told_at_its_use(hit, every)]  # a definition that is not tells nobody
    hits = [hit for hit in told if not _told_at_its_definition(hit, told)]
    groups = grouped(decided(hits))
    judged = [(group, judge(group, runtimes, _elsewhere(group, groups))) for group in groups]
    judged = _passed_by(judged, runtimes)
    return _tried_again([group[-1] for group, _ in judged], _overwritten(_told_apart(judged)), runtimes)


def _passed_by(judged: list[tuple[list[Hit], Match]], runtimes: Runtimes) -> list[tuple[list[Hit], Match]]:
    """Matches; those that a write under a condition replaces with the opposite of that, without those that are replaced
    in any case, if in one arm by what is not known."""
    if len(judged) < 2 or not any(len(group) > 1 and group[-1].site.condition for group, _ in judged):
        return judged
    unsure = [hit for (hit, *_), _ in judged if hit.site.condition and not hit.certain and not adds(hit)]
    found: list[tuple[list[Hit], Match]] = []
    for group, made in judged:
        after = [(other[-1], told) for other, told in judged if goes_on(group, other)]
        passed = [denied(hit.site.condition) for hit, told in after if _decides(hit, told)]
        ends = [hit for hit, _ in after]
        if _is_set_in_both_arms(ends, unsure) or None in [narrowed(runtimes, one) for one in passed]:
            continue
        said = " and ".join(dict.fromkeys(passed))
        found.append((group, _unless(made, said) if said and not made.told else made))
    return found


def _is_set_in_both_arms(hits: Sequence[Hit], unsure: Sequence[Hit]) -> bool:
    """Whether some write of an object under a condition is made with another value where that does not hold, known or
    not."""
    places = [(_what(hit), hit.site.condition) for hit in (*hits, *unsure)] if hits else []
    return any((_what(hit), denied(hit.site.condition)) in places for hit in hits)


def _what(hit: Hit) -> tuple[str, str, str, Kind]:
    """What a write sets, of which object."""
    return hit.site.home, hit.site.target, hit.rule.id, hit.kind


def _decides(hit: Hit, made: Match) -> bool:
    """Whether a hit decides all of what a match says."""
    place = hit.site.path, hit.argument.region
    return all((one.place.path, one.place.region) == place for one in (*made.usages, *made.lower))


def _unless(made: Match, condition: str) -> Match:
    """A match; what it says under no other condition, under that one."""
    usages, lower = (
        tuple(one if one.condition else one._replace(condition=condition) for one in every)
        for every in (made.usages, made.lower)
    )
    return made._replace(usages=usages, lower=lower)


def _told_apart(judged: Sequence[tuple[list[Hit], Match]]) -> list[tuple[list[Hit], Match]]:
    """Matches; where branches that exclude each other set the same of one object, each with its condition."""
    conditions: dict[tuple[str, str, str], list[str]] = {}
    for group, _ in judged:
        last = group[-1]
        if last.site.target and last.site.condition:
            key = (last.site.home, last.site.target, last.rule.id)
            conditions.setdefault(key, []).append(last.site.condition)
    found: list[tuple[list[Hit], Match]] = []
    for group, made in judged:
        site, key = group[-1].site, (group[-1].site.home, group[-1].site.target, group[-1].rule.id)
        if site.condition and any(exclude(site.condition, other) for other in conditions.get(key, ())):
            made = _unless(made, site.condition)
        found.append((group, made))
    return found


def _tried_again(ends: Sequence[Hit], made: list[Match], runtimes: Runtimes) -> list[Match]:
    """Matches, those that are tried first with what is tried after they have failed; `ends` are their last hits."""
    if not any(caught_under(hit.site.condition) or is_tried_without(hit) for hit in ends):
        return made
    from tlsscan.retries import Attempt, with_retries

    upper = with_retries([Attempt(*pair) for pair in zip(ends, (one.usages for one in made), strict=True)], runtimes)
    lower = with_retries([Attempt(*pair) for pair in zip(ends, (one.lower for one in made), strict=True)], runtimes)
    return [one._replace(usages=up, lower=low) for one, up, low in zip(made, upper, lower, strict=True)]


def _elsewhere(group: Sequence[Hit], groups: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Where a file also sets for the process what a write adds to: writes of other functions, or further up, that reach
    further than it does. They may come first, so that what it starts from is not all that is left."""
    first = group[0]
    fold, site = first.rule.fold, first.site
    if fold is None or not (fold.process and first.sink.initial and first.certain and adds(first)):
        return []
    top = newest_of(group)
    return [
        hit
        for hit in (other[0] for other in groups if other is not group)
        if hit.rule.id == first.rule.id
        and hit.certain
        and not adds(hit)
        and hit.site.home == site.home
        and (hit.site.enclosing != site.enclosing or hit.site.region.start < site.region.start)
        and any(version > top for version in hit.readings[0].versions)
    ]


def _overwritten(judged: Sequence[tuple[list[Hit], Match]]) -> list[Match]:
    """Matches, those of a process, or of a member of one object, with what a later one says that replaces them before
    anything can use them, to which they are related. What is set anew time and again is a list of examples, each of
    which is meant."""
    found = [made for _, made in judged]
    last: dict[tuple[str, str, str], tuple[Hit, list[int]]] = {}
    for at in range(len(judged) - 1, -1, -1):
        first, end = judged[at][0][0], judged[at][0][-1]
        fold = first.rule.fold
        if not first.site.target or not (fold.process if fold is not None else _is_of_object(first.site)):
            continue
        key = (first.site.home, first.site.target, fold.group if fold is not None else first.rule.id)
        later, chain = last.get(key, (None, []))
        if later is None or not _replaced(end.site, later):
            _undo(found, chain, judged)
            later, chain = None, []
        chain.append(at)
        last[key] = first if later is None or first.site.blocks == later.site.blocks else later, chain
    for _, chain in last.values():
        _undo(found, chain, judged)
    return found


def _undo(found: list[Match], chain: Sequence[int], judged: Sequence[tuple[list[Hit], Match]]) -> None:
    """Says of the matches of a chain, the last one first, that this replaces the others."""
    ends = [judged[at][0][-1] for at in chain]
    beside = Counter(hit.site.blocks for hit in ends if hit.rule.fold is None)
    if 1 < len(chain) <= MOST_OVER and all(times <= MOST_OF_MEMBER for times in beside.values()):
        last = chain[0]
        for at in chain[1:]:
            found[last] = _with_related(found[last], found[at])
            found[at] = _with_undone(found[at], found[last].usages[0].permitted)


def _is_of_object(site: Site) -> bool:
    """Whether a site sets a member of an object of its own function."""
    return site.form is Form.ASSIGN and site.passed is None


def _replaced(earlier: Site, later: Hit) -> bool:
    """Whether a later write of the same block, or of one around it, replaces one before anything can use that."""
    site = later.site
    plain = site.operator == "=" and later.certain and later.readings[0].replaces
    around = earlier.blocks[: len(site.blocks)] == site.blocks
    return plain and around and 0 <= site.since <= earlier.region.start < site.region.start


def _with_undone(made: Match, undone: Permitted) -> Match:
    usages, lower = (tuple(one._replace(undone=undone) for one in every) for every in (made.usages, made.lower))
    return made._replace(usages=usages, lower=lower)


def _with_related(made: Match, earlier: Match) -> Match:
    """A match, with the place of one that it replaces."""
    place = earlier.usages[0].place
    also = Place(place.path, place.region, f"{earlier.usages[0].api} is set here, too")
    usages, lower = (
        tuple(one._replace(related=(also, *one.related)) for one in every) for every in (made.usages, made.lower)
    )
    return made._replace(usages=usages, lower=lower)


def _hits(site: Site, index: SinkIndex, runtimes: Runtimes) -> list[Hit]:
    found: list[Hit] = []
    left = narrowed(runtimes, site.condition, site.guard)
    if left is None:
        return []
    runtimes = left
    if runtimes.chosen:
        from tlsscan.compilation import as_compiled

        chosen = as_compiled(site, runtimes)
        if chosen is None:
            return []
        site = chosen
    slots = [_affirmed(hit, runtimes) for hit in slots_at(site, index, runtimes)]
    for hit in sorted(slots, key=lambda hit: (hit.confidence is not Confidence.HIGH, -hit.ground)):
        if any(other.rule.id == hit.rule.id for other in found):
            continue
        if hit.confidence is not Confidence.HIGH and only_reports(site, hit.sink):
            continue
        hit = read_slot(hit, lacking(runtimes, hit.vocabulary, site.condition, site.guard))
        if hit.readings:
            found.append(hit)
    return found if len(found) < 2 else _surest(found)


def _surest(hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a site, without those that only may be meant by a value that is surely meant by another rule: what
    becomes of that, as a part of something else, say, is all that there is to tell of it."""
    sure = {hit.argument.region for hit in hits if hit.confidence is Confidence.HIGH}
    return [hit for hit in hits if hit.confidence is Confidence.HIGH or hit.argument.region not in sure]


def _affirmed(hit: Hit, runtimes: Runtimes) -> Hit:
    """A hit; without the check for an older runtime around it where claims say that this is what code runs on."""
    site = hit.site
    if not site.guard:
        return hit
    asked = " and ".join(dict.fromkeys(filter(None, (site.condition, site.guard))))
    return hit._replace(site=site._replace(guard="")) if is_affirmed(runtimes, asked, hit.vocabulary) else hit


def silences(site: Site, index: SinkIndex, runtimes: Runtimes) -> dict[str, str]:
    """The rules that a site met by name and that say nothing of it, each with the reason."""
    told = {hit.rule.id for hit in _hits(site, index, runtimes)}
    found: dict[str, str] = {}
    for rule, sink, confidence in met_by(site, index, runtimes):
        filler = filler_of(site, sink, runtimes)
        if isinstance(filler, str):
            reason = filler
        elif confidence is not Confidence.HIGH and only_reports(site, sink):
            reason = "it is handed to an assertion, a log or the like"
        else:
            hit = Hit(site, rule, sink, filler, confidence)
            unknown = (reading.unresolved for reading in readings(slot_value(hit), lens_of(hit, runtimes)))
            why = next(filter(None, unknown), "the value is not known")
            reason = f"{why}, and it is not certain that this is the setting of that library"
        known = found.get(rule.id, ANOTHER)
        if rule.id not in told and (known == ANOTHER or (known == OTHERWISE and reason != ANOTHER)):
            found[rule.id] = reason
    return found


def slots_of(site: Site, index: SinkIndex, runtimes: Runtimes) -> list[Argument]:
    """What fills the slots of a site that some sink reads, or may if callers say so, each once."""
    if site.form in (Form.PARAMETER, Form.MENTION):
        return []  # met by their values alone
    found: dict[Region, Argument] = {}
    for hit in slots_at(site, index, runtimes, asked=True):
        value = deciding(hit.argument.value, hit.vocabulary)
        found.setdefault(hit.argument.region, hit.argument._replace(value=value))
    return list(found.values())


def open_names_of(site: Site, index: SinkIndex, runtimes: Runtimes) -> set[Name]:
    """The names in the slots of a site's sinks that no vocabulary of theirs knows: other files may define them."""
    if site.form in (Form.PARAMETER, Form.MENTION):
        return set()  # met by their values alone
    found: set[Name] = set()
    known: set[Name] = set()
    for hit in slots_at(site, index, runtimes):
        lens = lens_of(hit, runtimes)
        value = hit.argument.value
        for name in (*open_names(value), *(open_calls(value) if site.language in PASSING else ())):
            known_here = lookup(name, lens) is not None and not _is_namesake(name, lens)
            understood = is_own(name, lens._replace(own=site.names)) or known_here
            (known if understood else found).add(name)
        if site.language in COUNTING:
            calls = (call for call in passing_calls(value) if lookup(call, lens) is None)
            found.update(filter(None, map(passed_call, calls)))
        if site.language in PASSING:
            found.update(filter(None, (asked(call) for call in asked_in(value) if lookup(call, lens) is None)))
    return (found - known) | _open_keys(site, index, runtimes)


def _is_namesake(name: Name, lens: Lens) -> bool:
    """Whether a call of a method of some class is known by the method's name alone: that class may be of the tree."""
    called = name.names[0].removesuffix("()")
    if called == name.names[0] or called.startswith("?.") or called.count(".") < 2:
        return False
    return Key("call", called) not in lens.vocabulary.entries


def _open_keys(site: Site, index: SinkIndex, runtimes: Runtimes) -> set[Name]:
    """The names that say which setting a call is about (`setProperty(Keys.PROTOCOLS, "TLSv1")`), where its value is one
    of that setting and other files may define them."""
    found: set[Name] = set()
    for rule, sink, _ in met_by(site, index, runtimes):
        keys = [name for where in sink.where for name in _open_key(site, sink, where)]
        value = argument_at(site, sink) if keys else None
        lens = Lens(sink.vocabulary or rule.vocabulary, sink.configures or rule.configures, runtimes)
        if value is not None and any(reading.known for reading in readings(value.value, lens)):
            found.update(keys)
    return found


def _open_key(site: Site, sink: Sink, where: Where) -> set[Name]:
    """The names in an argument that may be what a condition asks for; none of the library itself, which are known."""
    argument = argument_of(site, where)
    if argument is None or fits(argument.value, where) or not may_fit(argument.value, where):
        return set()
    library = sink.name.partition(".")[0]
    return {name for name in open_names(argument.value) if name.names[0].partition(".")[0] != library}


def _told_at_its_definition(hit: Hit, hits: Sequence[Hit]) -> bool:
    """`a.protocols = b.protocols`, where the member's own value is a place of the same rule: once is enough."""
    if hit.site.form is not Form.ASSIGN or not all(reading.steps for reading in hit.readings):
        return False
    word = hit.site.names[0].rpartition(".")[2]
    if re.search(rf"(?:^|[.:>@])\s*{re.escape(word)}$", hit.argument.text) is None:
        return False
    return all(any(_defines(other, hit, step) for step in reading.steps for other in hits) for reading in hit.readings)


def _told_at_its_use(hit: Hit, hits: Sequence[Hit]) -> bool:
    """The default of a parameter, and an attribute of unknown kind that keeps one, where what is done with it is told:
    once is enough."""
    site, steps = hit.site, [step for reading in hit.readings for step in reading.steps]
    kept = site.form is Form.ASSIGN and hit.confidence is not Confidence.HIGH
    if site.form is not Form.PARAMETER and not kept:
        return False
    start, end = hit.argument.region.start, hit.argument.region.end
    used = (other for other in hits if other.site.path == site.path and other.site.form is not Form.PARAMETER)
    if kept and not steps:  # of another rule that is sure: one of the same may be told at its definition, which is this
        used = (other for other in used if other.rule.id != hit.rule.id and other.confidence is Confidence.HIGH)
    return any(
        step.region.start <= start and end <= step.region.end and (not kept or set(steps) < {*reading.steps})
        for other in used
        if other is not hit
        for reading in other.readings
        for step in reading.steps
    )


def _defines(other: Hit, hit: Hit, step: Step) -> bool:
    """Whether another hit of the same rule stands in a definition."""
    region = other.argument.region
    inside = step.region.start <= region.start and region.end <= step.region.end
    return inside and other is not hit and other.rule.id == hit.rule.id and other.site.path == step.path
