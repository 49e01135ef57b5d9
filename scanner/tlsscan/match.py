"""Sites become usages: several sites on one object fold. Knows no syntax trees and no policy."""

import re
from collections.abc import Iterable, Sequence

from tlsscan.bases import bounds, by_update, unclaimed
from tlsscan.clauses import caught_under, denied, exclude
from tlsscan.conditions import asks_for
from tlsscan.evaluate import deciding, meant, readings
from tlsscan.languages import CASELESS
from tlsscan.lookup import Lens, doubted, is_affirmed, is_own, lookup, narrowed
from tlsscan.model import GUESSED, NAMED, Argument, Confidence, Form, Kind, Naming, Permitted, Place, Role, Site, Usage
from tlsscan.products import Runtimes
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.reading import Part, Reading
from tlsscan.records import NamedTuple
from tlsscan.roles import with_sides
from tlsscan.rules import Base, Key, Sink, Where
from tlsscan.semantics import Bounds, State, Write, permitted, write
from tlsscan.sinks import SinkIndex, fits, is_like, may_fit
from tlsscan.slots import ANOTHER, Hit, argument_at, argument_of, filler_of, met_by, only_reports, slots_at
from tlsscan.values import Name, Operation, Region, Step, Value, each_apart, open_names, texts
from tlsscan.ways import adds, decided, examples, follows, goes_on, starts_over, together, used_between

UPPER = frozenset({Kind.EXACTLY, Kind.ENABLED, Kind.MAXIMUM})  # kinds that say where the permitted versions end
LOWER = frozenset({Kind.EXACTLY, Kind.ENABLED, Kind.MINIMUM})  # and where they begin
OPERATORS = frozenset({"|=", "&=", "^=", "+=", "-="})


class Match(NamedTuple):
    """A site that met a rule: one usage for each way its value can turn out.

    Where several sites on one object fold, `usages` stand at the write that decides the newest permitted version and
    `lower` at the one that decides the oldest. `told` is set for what a caller passes: only what stands at the caller
    is told then, the rest was told before.
    """

    usages: tuple[Usage, ...]
    lower: tuple[Usage, ...]
    told: bool = False


# -- sites -> usages --------------------------------------------------------------------------------------------


def match(sites: Iterable[Site], index: SinkIndex, runtimes: Runtimes) -> list[Match]:
    """The usages of sites in program order; several sites on one object fold into one match."""
    sites = list(sites)
    every = with_sides([hit for site in sites for hit in _hits(site, index, runtimes)], sites, index)
    hits = [hit for hit in every if not _told_at_its_definition(hit, every) and not _told_at_its_use(hit, every)]
    groups = _groups(decided(hits))
    judged = [(group, _judge(group, runtimes, _elsewhere(group, groups))) for group in groups]
    judged = _passed_by(judged, runtimes)
    return _tried_again([group[-1] for group, _ in judged], _overwritten(_told_apart(judged)))


def _passed_by(judged: list[tuple[list[Hit], Match]], runtimes: Runtimes) -> list[tuple[list[Hit], Match]]:
    """Matches; those that a write under a condition replaces with the opposite of that, without those that are replaced
    in any case."""
    if len(judged) < 2 or not any(len(group) > 1 and group[-1].site.condition for group, _ in judged):
        return judged
    found: list[tuple[list[Hit], Match]] = []
    for group, made in judged:
        later = [other[-1] for other, after in judged if goes_on(group, other) and _decides(other[-1], after)]
        passed = [denied(hit.site.condition) for hit in later]
        if any(hit.site.condition in passed for hit in later) or None in [narrowed(runtimes, one) for one in passed]:
            continue
        said = " and ".join(dict.fromkeys(passed))
        found.append((group, _unless(made, said) if said and not made.told else made))
    return found


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


def _tried_again(ends: Sequence[Hit], made: list[Match]) -> list[Match]:
    """Matches, those that are tried first with what is tried after they have failed; `ends` are their last hits."""
    if not any(caught_under(hit.site.condition) for hit in ends):
        return made
    from tlsscan.retries import Attempt, with_retries

    upper = with_retries([Attempt(*pair) for pair in zip(ends, (one.usages for one in made), strict=True)])
    lower = with_retries([Attempt(*pair) for pair in zip(ends, (one.lower for one in made), strict=True)])
    return [one._replace(usages=up, lower=low) for one, up, low in zip(made, upper, lower, strict=True)]


def _elsewhere(group: Sequence[Hit], groups: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Where a file also sets for the process what a write adds to: writes of other functions, or further up, that reach
    further than it does. They may come first, so that what it starts from is not all that is left."""
    first = group[0]
    fold, site = first.rule.fold, first.site
    if fold is None or not (fold.process and first.sink.initial and first.certain and adds(first)):
        return []
    top = _top(group)
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


def _top(group: Sequence[Hit]) -> Version:
    """The newest version that writes name."""
    named = (version for hit in group for version in (hit.readings[0].versions if hit.certain else ()))
    return max(named, default=Version.TLS1_3)


def _overwritten(judged: Sequence[tuple[list[Hit], Match]]) -> list[Match]:
    """Matches, those of a process with what a later one says that replaces them before anything can use them."""
    found: list[Match] = []
    last: dict[tuple[str, str, str], tuple[Hit, Match]] = {}
    for group, made in reversed(judged):
        first, end = group[0], group[-1]
        fold = first.rule.fold
        if fold is not None and fold.process and first.site.target:
            key = (first.site.home, first.site.target, fold.group)
            later, said = last.get(key, (None, made))
            if later is not None and _replaced(end.site, later):
                undone = said.usages[0].undone or said.usages[0].permitted
                made = made._replace(usages=_with_undone(made.usages, undone), lower=_with_undone(made.lower, undone))
            last[key] = first, made
        found.append(made)
    return found[::-1]


def _replaced(earlier: Site, later: Hit) -> bool:
    site = later.site
    plain = site.operator == "=" and later.certain and later.readings[0].replaces
    return plain and site.blocks == earlier.blocks and 0 <= site.since <= earlier.region.start


def _with_undone(usages: Iterable[Usage], undone: Permitted) -> tuple[Usage, ...]:
    return tuple(usage._replace(undone=undone) for usage in usages)


def _hits(site: Site, index: SinkIndex, runtimes: Runtimes) -> list[Hit]:
    found: list[Hit] = []
    left = narrowed(runtimes, site.condition, site.guard)
    if left is None:
        return []
    runtimes = left
    if site.guard and is_affirmed(runtimes, " and ".join(filter(None, (site.condition, site.guard)))):
        site = site._replace(guard="")
    if runtimes.chosen:
        from tlsscan.compilation import as_compiled

        chosen = as_compiled(site, runtimes)
        if chosen is None:
            return []
        site = chosen
    slots = slots_at(site, index, runtimes)
    for hit in sorted(slots, key=lambda hit: (hit.confidence is not Confidence.HIGH, -hit.ground)):
        if any(other.rule.id == hit.rule.id for other in found):
            continue
        if hit.confidence is not Confidence.HIGH and only_reports(site, hit.sink):
            continue
        hit = _read(hit, runtimes)
        if hit.readings:
            found.append(hit)
    return found


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
            unknown = (reading.unresolved for reading in readings(_slot_value(hit), _lens(hit, runtimes)))
            why = next(filter(None, unknown), "the value is not known")
            reason = f"{why}, and it is not certain that this is the setting of that library"
        if rule.id not in told and found.get(rule.id, ANOTHER) == ANOTHER:
            found[rule.id] = reason
    return found


def slots_of(site: Site, index: SinkIndex, runtimes: Runtimes) -> list[Argument]:
    """What fills the slots of a site that some sink reads, each once."""
    if site.form in (Form.PARAMETER, Form.MENTION):
        return []  # met by their values alone
    found: dict[Region, Argument] = {}
    for hit in slots_at(site, index, runtimes):
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
        lens = _lens(hit, runtimes)
        for name in open_names(hit.argument.value):
            known_here = lookup(name, lens) is not None and not _is_namesake(name, lens)
            understood = is_own(name, lens._replace(own=site.names)) or known_here
            (known if understood else found).add(name)
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


def _groups(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits that write to one object, in program order; most stand alone. What only adds to a setting of the process
    says nothing by itself where more may be added right after it (`_begins`).

    A hit joins the writes of its target that have certainly happened: those in its own block, or in a block around it.
    In a deeper block it may be passed by, so it then opens a group of its own, with the writes before it; what is added
    to a setting of the process further out joins those, too (`_beside`). A site that makes a new object begins anew.
    Where the object is used between two writes, what holds at the use is judged, and then what the later writes make
    of it.
    """
    groups: list[list[Hit]] = []
    open_groups: dict[tuple[str, str, str], list[list[Hit]]] = {}
    passed_by: dict[tuple[str, str, str], list[list[Hit]]] = {}
    listed = examples(hits)
    for hit in hits:
        fold = hit.rule.fold
        target = _target(hit)
        if fold is None or not target or not hit.certain or id(hit.site) in listed:
            groups.append([hit])
            continue
        key = (hit.site.home, target, fold.group)
        own = open_groups.setdefault(key, [])
        if fold.process:
            passed_by[key] = _beside(hit, own, passed_by.get(key, []))
        before = next(
            (group for group in reversed(own) if follows(group[-1], hit) and not _beside_arm(group, hit)), None
        )
        if before is not None and fold.process and _apart(before[-1].site, hit):
            before = None
        if before is None or (fold.starts and before[-1].site.region != hit.site.region):
            group = [hit]
        elif together(before[-1], hit) and not used_between(before[-1].site, hit.site):
            before[:] = [one for one in before if not (fold.like and one.sink.vocabulary is hit.sink.vocabulary)]
            before.append(hit)  # a value of a registry's key is the one that was written last
            continue
        else:
            group = [*before, hit]
        own.append(group)
        groups.append(group)
    return [_closed(group) for group in groups if not _begins(group, groups)]


def _closed(group: list[Hit]) -> list[Hit]:
    """Writes to a key of a registry; without those that open a version, where another value of the key keeps it closed
    by default."""
    fold = group[0].rule.fold
    opening = [hit for hit in group if fold is not None and fold.like and hit.kind is Kind.WEAKENS]
    closing = [hit for hit in opening if hit.certain and all(map(_leaves, hit.readings))]
    return [hit for hit in group if hit in closing or hit not in opening] if closing else group


def _begins(group: Sequence[Hit], groups: Sequence[Sequence[Hit]]) -> bool:
    """Whether a group is the beginning of another one, and all that it adds to a setting of the process is added to
    by a step that may not run."""
    fold, size = group[0].rule.fold, len(group)
    if fold is None or not fold.process or not all(map(adds, group)):
        return False
    longer = (other for other in groups if len(other) > size and other[0] is group[0])
    return any(
        other[size].site.alone > 0
        and adds(other[size])
        and all(one is two for one, two in zip(group, other, strict=False))
        for other in longer
    )


def _beside_arm(group: Sequence[Hit], hit: Hit) -> bool:
    """Whether a hit stands in another arm of a conditional than one of those before it."""
    condition = hit.site.condition
    return bool(condition) and any(exclude(other.site.condition, condition) for other in group if other.site.condition)


def _beside(hit: Hit, own: list[list[Hit]], beside: Sequence[list[Hit]]) -> list[list[Hit]]:
    """The groups of deeper blocks that a write further out adds to, as on the way through them nothing uses the setting
    between the two; they leave `own`, whose groups hold what runs in any case. So it is with a step of a block of its
    own, which stands beside steps that add, too."""
    if not adds(hit):
        return []
    alone = hit.site.alone if hit.site.passed is None else 0
    blocks = hit.site.blocks[: len(hit.site.blocks) - alone]
    deeper = [group for group in own if len(group[-1].site.blocks) > len(blocks) and (not alone or adds(group[0]))]
    joined = [
        group
        for group in (*beside, *deeper)
        if group[-1].site.blocks[: len(blocks)] == blocks and not _apart(group[-1].site, hit)
    ]
    for group in joined:
        if group in deeper:
            own.remove(group)
        group.append(hit)
    return joined


def _target(hit: Hit) -> str:
    """Which object a hit writes to: of a call that is kept nowhere, what it makes. What several calls of a function add
    to a setting of the process is one."""
    site, fold = hit.site, hit.rule.fold
    if fold is None or fold.like:
        return " ".join(_compared(hit)) if fold is not None else site.target
    if not site.target and site.passed is None and site.form is Form.CALL and not fold.process:
        return f"{site.region.start}"
    if site.passed is None or not fold.process or not hit.certain or hit.readings[0].replaces:
        return site.target
    return f"{site.target.partition('>')[0]}<{site.path} {site.enclosing} {site.condition}"


def _apart(earlier: Site, hit: Hit) -> bool:
    """Whether something between two sites may use what the earlier one has set. Where it is known that nothing does,
    a write that adds to it may stand further below."""
    later = hit.site
    if later.passed is not None and earlier.passed is not None:
        return hit.argument.region.line > max(given.region.end_line for given in earlier.arguments) + 1
    if later.since >= 0 and adds(hit):
        return earlier.region.start < later.since
    return later.region.line > earlier.region.end_line + 1 or 0 <= earlier.region.start < later.since


def _compared(hit: Hit) -> tuple[str, ...]:
    """The texts that the sink's `like` compares."""
    given = (argument_of(hit.site, where) for where in hit.sink.where if where.like)
    return tuple(text for argument in given if argument is not None for text in texts(argument.value))


def _side(hit: Hit) -> Role | None:
    """The side of a connection that the texts tell which a `like` compares, or else the constants of the value; None
    where they tell none, or both."""
    sides = hit.rule.sides
    if not sides:
        return None
    told = _compared(hit) or tuple(full for name in open_names(_slot_value(hit)) for full in name.names[:1])
    found = {next((role for role, likes in sides if any(is_like(text, like) for like in likes)), None) for text in told}
    return found.pop() if len(found) == 1 else None


def _judge(group: Sequence[Hit], runtimes: Runtimes, elsewhere: Sequence[Hit] = ()) -> Match:
    """The usages of the hits that decide: of several on one object the last that moved the upper end of what is
    permitted, and the last that moved the lower end."""
    start = State()
    if elsewhere:
        above = (version for hit in elsewhere for version in hit.readings[0].versions if version > _top(group))
        start = State(enabled=frozenset(above), touched=True)
    if len(group) == 1:
        alone = _usages([*group, *elsewhere], group[0], start, None, runtimes)
        return Match(alone, alone)
    group = sorted(group, key=lambda hit: hit.sink.order)
    upper = lower = (group[0], start)
    state = start
    ends = _ends(_state_permits(group[0], state, runtimes))
    for given in group:
        hit = _onto(given, state, runtimes) if state != start else given
        before, state = state, _written(state, hit.readings[0], hit)
        low, high = _ends(_state_permits(hit, state, runtimes))
        upper = (hit, before) if high != ends[1] or _replaces(hit, upper[0], UPPER) else upper
        lower = (hit, before) if low != ends[0] or _replaces(hit, lower[0], LOWER) else lower
        ends = low, high
    final = _state_permits(group[-1], state, runtimes)
    return Match(_usages(group, *upper, final, runtimes), _usages(group, *lower, final, runtimes))


def _replaces(later: Hit, earlier: Hit, end: frozenset[Kind]) -> bool:
    """Whether a write overwrites what an earlier one said of an end, if only with the same: then it decides."""
    kinds = [{kind for kind, _ in hit.readings[0].writes if kind in end} for hit in (later, earlier)]
    if later.site is earlier.site:
        return bool(kinds[0])
    plain = later.site.operator == "=" and later.readings[0].replaces
    if plain and starts_over(later):
        return True
    return plain and later.rule.id == earlier.rule.id and bool(kinds[0]) and kinds[0] == kinds[1]


def _onto(hit: Hit, state: State, runtimes: Runtimes) -> Hit:
    """The hit as read on top of earlier writes: flag operators then start from those, not from the initial number."""
    if state.enabled is None or not hit.sink.initial:
        return hit
    found = readings(_slot_value(hit), _lens(hit, runtimes)._replace(initial=0, stacked=True))
    plain = len(found) == 1 and not found[0].unresolved and not found[0].untaken
    return hit._replace(readings=tuple(found)) if plain else hit


def _ends(outcome: Permitted) -> tuple[tuple[Version | None, Version | None], Version | None]:
    """The lower end (of all versions, and of those that are sure) and the upper end of what is permitted."""
    low = min(outcome.versions, default=None), min(outcome.sure, default=None)
    return low, max(outcome.versions, default=None)


def _usages(
    group: Sequence[Hit], hit: Hit, before: State, final: Permitted | None, runtimes: Runtimes
) -> tuple[Usage, ...]:
    related = tuple(
        Place(other.site.path, other.argument.region, f"{other.site.text} is set here, too")
        for other in group
        if other.site is not hit.site
    )
    made = tuple(_usage(hit, reading, before, related, runtimes) for reading in hit.readings)
    if final is None:
        return made
    named = _added(group)
    return tuple(usage._replace(permitted=final, named=named or usage.named) for usage in made)


def _added(group: Sequence[Hit]) -> tuple[Naming, ...]:
    """The writes to a setting of the process that put its value together, each with the versions that it adds."""
    added: list[Naming] = []
    for hit in group if group[0].rule.fold is not None and group[0].rule.fold.process else ():
        reading = hit.readings[0]
        if hit.site.operator == "=" and reading.replaces:
            added.clear()
        versions = frozenset(version for part in reading.parts for version in part.versions)
        added.append(Naming(Place(hit.site.path, hit.argument.region, hit.argument.text), versions))
    return tuple(added) if len(added) > 1 else ()


def _state_permits(hit: Hit, state: State, runtimes: Runtimes) -> Permitted:
    """What a state permits on the base of a hit's rule."""
    return permitted(state, bounds(hit.rule.base, runtimes, hit.sink.role or hit.rule.role), hit.rule.holes)


def _read(hit: Hit, runtimes: Runtimes) -> Hit:
    """The hit with the readings of its value."""
    lens = _lens(hit, runtimes)
    found = meant(hit.sink.bare, lens) if hit.sink.bare else readings(_slot_value(hit), lens)
    statements = {_own_step(part, hit.site) for reading in found for part in reading.parts}
    taken = [reading for reading in found if not (reading.untaken or _never(hit, reading, runtimes))]
    if len(taken) == 1 and len(found) == 2:
        taken = [_always(taken[0], next(reading for reading in found if reading is not taken[0]), hit)]
    return hit._replace(readings=tuple(_usable(hit, taken)), built=len(statements) > 1)


def _always(reading: Reading, never: Reading, hit: Hit) -> Reading:
    """The reading of an arm, without its condition where the opposite of that never holds."""
    asked, denied = reading.condition, never.condition
    opposite = denied in (f"not ({asked})", f"!{asked}") or asked in (f"not ({denied})", f"!{denied}")
    if not asked or not opposite:
        return reading
    if reading.guarded:
        from tlsscan.existence import asks_for_misspelt

        return reading._replace(condition="", guarded=False) if asks_for_misspelt(denied, hit.vocabulary) else reading
    return reading._replace(condition="")


def _never(hit: Hit, reading: Reading, runtimes: Runtimes) -> bool:
    """Whether the conditions of a reading ask for names of the vocabulary to be there, or missing, as on no runtime."""
    told = dict.fromkeys((reading.condition, hit.site.condition, hit.site.guard))
    condition = " and ".join(filter(None, told))
    if not hit.vocabulary.since or not any(word in condition for word in ("defined", "hasattr", "in dir")):
        return False
    from tlsscan.existence import never

    return never(condition, hit.vocabulary, runtimes)


def _usable(hit: Hit, found: list[Reading]) -> list[Reading]:
    """The readings that count. A loose slot with a value that is not known stays silent."""
    open_by = next((reading.open_by for reading in found if reading.open_by), "")
    loose = hit.confidence is not Confidence.HIGH or hit.site.passed is not None or hit.sink.known
    if loose or hit.site.form in (Form.PARAMETER, Form.MENTION):
        found = [reading for reading in found if reading.known]
    guessed = hit.ground != NAMED and hit.confidence is not Confidence.HIGH
    unsure = hit.site.form is Form.PARAMETER or (hit.site.form is Form.ASSIGN and guessed)
    if unsure:  # whether the value comes as far as the runtime is not known
        found = [reading for reading in found if reading.effect != "rejected"]
    resolved = [reading for reading in found if not reading.unresolved]
    if not resolved:
        return found[:1]
    told = [reading._replace(open_by=reading.open_by or open_by) for reading in resolved]
    return told if any(not _leaves(reading) for reading in resolved) else [*told, *_first_open(found)]


def _leaves(reading: Reading) -> bool:
    """Whether all that a value says is that the default stands: beside it, what is not known may be all that is set."""
    return not reading.effect and all(kind is Kind.DEFAULT for kind, _ in reading.writes)


def _first_open(found: Iterable[Reading]) -> list[Reading]:
    """The first reading that is not known, where there is one."""
    return next(([reading] for reading in found if reading.unresolved), [])


def _slot_value(hit: Hit) -> Value:
    value = each_apart(hit.argument.value) if hit.kind is Kind.DISABLED else hit.argument.value
    if hit.site.form is Form.ASSIGN and hit.site.operator in OPERATORS:
        return Operation(hit.site.operator[:-1], (Name(hit.site.names), value))
    return value


def _lens(hit: Hit, runtimes: Runtimes) -> Lens:
    initial = next((value for when, value in hit.sink.initial if runtimes.holds(when)), None)
    own = hit.site.names if hit.site.form is Form.ASSIGN else ()
    return Lens(hit.vocabulary, hit.kind, runtimes, own, initial, hit.site.language in CASELESS)


def _written(state: State, reading: Reading, hit: Hit) -> State:
    fold = hit.rule.fold
    plain = reading.replaces and hit.site.operator == "=" and not hit.sink.adds
    if plain and hit.kind is Kind.ENABLED and hit.vocabulary.flags:
        state = state._replace(removed=NO_VERSIONS)  # one number is all of the list: what was taken out of it is back
    for number, (kind, versions) in enumerate(reading.writes):
        change = Write(
            kind=kind,
            versions=versions,
            partial=reading.partial,
            replaces=plain,
            resets=fold.resets if fold and not number else (),
            pinned=fold.pinned if fold else "",
        )
        state = write(state, change)
    return state


def _usage(hit: Hit, reading: Reading, state: State, related: tuple[Place, ...], runtimes: Runtimes) -> Usage:
    site, rule = hit.site, hit.rule
    base = bounds(rule.base, runtimes, hit.sink.role or rule.role)
    effect = reading.effect or _sink_effect(hit.sink, runtimes)
    outcome = _permitted(hit, reading, effect, state, base)
    told = (reading.condition, site.condition)
    asked = next((text for text in told if asks_for(text, reading.versions, site.defaults)), "")
    return Usage(
        rule=rule.id,
        place=Place(site.path, hit.argument.region, hit.argument.text),
        api=site.text,
        value=hit.argument.text,
        language=site.language,
        permitted=outcome,
        newest=max(base.offered | base.possible, default=Version.TLS1_3),
        role=_role(hit),
        confidence=hit.confidence,
        trace=reading.steps,
        related=related,
        enclosing=site.enclosing,
        condition=(reading.condition if reading.guarded else "")
        or site.guard
        or asked
        or reading.condition
        or _directive(site, runtimes),
        guarded=reading.guarded or bool(site.guard or asked),
        open_by=reading.open_by,
        note=_note(effect, reading.note, rule.note if hit.ground != GUESSED else "")
        or by_update(rule.base, runtimes, outcome.versions),
        doubt="" if effect else reading.doubt or doubted(hit.sink.effect, hit.sink.when, "", runtimes),
        vocabulary=hit.vocabulary.id,
        unclaimed=unclaimed(rule.base, runtimes),
        assumed=_assumed(outcome, rule.base, runtimes) or _started(hit, reading, state, runtimes),
        named=_named(hit, reading) if hit.built and site.passed is None else (),
        passed=site.passed.steps if site.passed is not None else (),
        asked=bool(asked),
        base=rule.base.id,
        compiled=site.compiled,
        ground=GUESSED if effect and hit.confidence is not Confidence.HIGH else hit.ground,  # it takes a version away
    )


def _directive(site: Site, runtimes: Runtimes) -> str:
    """What `#if` around a site asks, unless that holds for all that its project is compiled for."""
    if "?" in site.compiled:
        return ""
    if not (site.compiled and runtimes.targets):
        return site.compiled
    from tlsscan.targets import always

    return "" if always(site.compiled, runtimes.targets) else site.compiled


def _note(effect: str, said: str, else_said: str) -> str:
    """What is to be known of a value: of one that is ignored, that and why; else what is true of the whole rule."""
    if effect == "ignored":
        return f"has no effect here: {said}" if said else "has no effect here"
    return said or else_said


def _role(hit: Hit) -> Role:
    """Which side a hit configures; where the library is a guess, so is what it would say of that, and so where the
    name alone does not tell which of a rule's sinks is meant."""
    if hit.ground == GUESSED or (hit.site.form is Form.ASSIGN and _is_one_of(hit)):
        return Role.BOTH
    return hit.sink.role or _side(hit) or hit.rule.role


def _is_one_of(hit: Hit) -> bool:
    """Whether a hit whose receiver is not known may as well be one of a sink for the other side."""
    if hit.confidence is Confidence.HIGH:
        return False
    word = hit.sink.name.rpartition(".")[2]
    return len({sink.role for sink in hit.rule.sinks if sink.name.rpartition(".")[2] == word}) > 1


def _own_step(part: Part, site: Site) -> Step | None:
    """The statement of a part of a value, if it stands in the site's own file: what others say is told at the use."""
    return part.step if part.step is not None and part.step.path == site.path else None


def _named(hit: Hit, reading: Reading) -> tuple[Naming, ...]:
    """The places that name versions: statements before the use, or the use itself."""
    site, argument = hit.site, hit.argument
    here = Place(site.path, argument.region, argument.text)
    found: dict[Place, VersionSet] = {}
    for part in reading.parts:
        step = _own_step(part, site)
        place = here if step is None else Place(*step)
        found[place] = found.get(place, NO_VERSIONS) | part.versions
    return tuple(Naming(place, versions) for place, versions in found.items() if versions)


def _assumed(outcome: Permitted, base: Base, runtimes: Runtimes) -> tuple[str, ...]:
    """The products whose assumed version took part in what is permitted."""
    if outcome.unresolved or outcome.rejected or (outcome.versions and outcome.versions == outcome.sure):
        return ()
    return unclaimed(base, runtimes)


def _started(hit: Hit, reading: Reading, state: State, runtimes: Runtimes) -> tuple[str, ...]:
    """The products whose assumed version tells what flags start from that a write adds to."""
    if reading.replaces or reading.unresolved:
        return ()
    conditions = (when for when, _ in hit.sink.initial if when is not None)
    products = dict.fromkeys(name for when in conditions for name, _ in when.products)
    return tuple(name for name in products if name not in runtimes.claimed)


def _sink_effect(sink: Sink, runtimes: Runtimes) -> str:
    return sink.effect if sink.effect and (sink.when is None or runtimes.holds(sink.when, claims_only=True)) else ""


def _permitted(hit: Hit, reading: Reading, effect: str, state: State, base: Bounds) -> Permitted:
    if effect == "ignored":
        return permitted(State(), base, hit.rule.holes)
    if reading.unresolved:
        return Permitted(unresolved=reading.unresolved)
    if effect == "rejected":
        return Permitted(rejected=reading.note or "the runtime refuses this value")
    return permitted(_written(state, reading, hit), base, hit.rule.holes)
