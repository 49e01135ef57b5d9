"""What the settings of one object come to: usages, each with the versions that it permits. Knows no syntax trees and no
policy."""

import re
from collections.abc import Iterable, Sequence

from tlsscan.bases import bounds, by_update, unclaimed
from tlsscan.clauses import without
from tlsscan.conditions import asks_for, is_switch, lacked_by
from tlsscan.evaluate import meant, readings
from tlsscan.languages import CASELESS
from tlsscan.lookup import Lens, asks_for_names, doubted, is_absent, lacking, narrowed
from tlsscan.model import (
    GUESSED,
    NAMED,
    NOT_CURRENT,
    NOTHING_USES,
    UNUSED,
    Confidence,
    Form,
    Kind,
    Naming,
    Permitted,
    Place,
    Role,
    Site,
    Usage,
)
from tlsscan.products import Runtimes
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.reading import Part, Reading
from tlsscan.records import NamedTuple
from tlsscan.rules import Base, Meaning, Sink
from tlsscan.semantics import Bounds, State, Write, permitted, write
from tlsscan.sinks import is_like
from tlsscan.slots import Hit, argument_of, is_unused
from tlsscan.spelled import open_names, texts
from tlsscan.values import Name, Operation, Step, Symbol, Text, Value, each_apart, strip
from tlsscan.ways import starts_over

ELSE_GIVEN = "what is given there decides otherwise"
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


def judge(group: Sequence[Hit], runtimes: Runtimes, elsewhere: Sequence[Hit] = ()) -> Match:
    """The usages of the hits that decide: of several on one object the last that moved the upper end of what is
    permitted, and the last that moved the lower end."""
    start = State()
    if elsewhere:
        above = (version for hit in elsewhere for version in hit.readings[0].versions if version > newest_of(group))
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
    found = readings(slot_value(hit), lens_of(hit, runtimes)._replace(initial=0, stacked=True))
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
    if _stands_elsewhere(hit):
        return ()
    made = tuple(_usage(hit, reading, before, related, runtimes) for reading in hit.readings)
    if final is None:
        return made
    named = _added(group, runtimes)
    if any(is_unused(other.site, other.sink) and other.site.uses != (UNUSED,) for other in group):
        made = tuple(usage._replace(doubt=NOTHING_USES) for usage in made)
    return tuple(usage._replace(permitted=final, named=named or usage.named) for usage in made)


def _stands_elsewhere(hit: Hit) -> bool:
    """Whether what decides is an argument that stands where a function takes its parameters: no caller wrote it."""
    site = hit.site
    return site.passed is not None and hit.argument.region in {one.region for one in site.arguments[:-1]}


def _added(group: Sequence[Hit], runtimes: Runtimes) -> tuple[Naming, ...]:
    """The writes to a setting of the process that put its value together, each with the versions that it adds, and its
    own condition."""
    added: list[Naming] = []
    for hit in group if group[0].rule.fold is not None and group[0].rule.fold.process else ():
        reading = hit.readings[0]
        if hit.site.operator == "=" and reading.replaces:
            added.clear()
        versions = frozenset(version for part in reading.parts for version in part.versions)
        place = Place(hit.site.path, hit.argument.region, hit.argument.text)
        asked = _asking(hit.site, reading)
        under = _condition(hit, reading, asked, runtimes)
        added.append(Naming(place, versions, condition=under, asked=bool(asked)))
    return tuple(added) if len(added) > 1 else ()


def _state_permits(hit: Hit, state: State, runtimes: Runtimes) -> Permitted:
    """What a state permits on the base of a hit's rule."""
    return permitted(state, bounds(hit.rule.base, runtimes, hit.sink.role or hit.rule.role), hit.rule.holes)


def read_slot(hit: Hit, runtimes: Runtimes) -> Hit:
    """The hit with the readings of its value."""
    lens = lens_of(hit, runtimes)
    fixed = hit.sink.bare or hit.sink.means
    found = meant(fixed, lens) if fixed else readings(slot_value(hit), lens)
    statements = {_own_step(part, hit.site) for reading in found for part in reading.parts}
    taken = [reading for reading in found if not (reading.untaken or _never(hit, reading, runtimes))]
    if len(taken) == 1 and len(found) == 2:
        taken = [_always(taken[0], next(reading for reading in found if reading is not taken[0]), hit)]
    setting = [reading for reading in taken if not reading.keeps]  # another arm leaves all as it is
    return hit._replace(readings=tuple(_usable(hit, setting or taken)), built=len(statements) > 1)


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
    if not asks_for_names(condition, hit.vocabulary):
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
    return told if any(not leaves_default(reading) for reading in resolved) else [*told, *_first_open(found)]


def leaves_default(reading: Reading) -> bool:
    """Whether all that a value says is that the default stands: beside it, what is not known may be all that is set."""
    return not reading.effect and all(kind is Kind.DEFAULT for kind, _ in reading.writes)


def _first_open(found: Iterable[Reading]) -> list[Reading]:
    """The first reading that is not known, where there is one."""
    return next(([reading] for reading in found if reading.unresolved), [])


def slot_value(hit: Hit) -> Value:
    """What a site writes into the slot of its sink, with what it changes in place."""
    value = each_apart(hit.argument.value) if hit.kind is Kind.DISABLED else hit.argument.value
    if hit.site.form is Form.ASSIGN and hit.site.operator in OPERATORS:
        return Operation(hit.site.operator[:-1], (Name(hit.site.names), value))
    return value


def lens_of(hit: Hit, runtimes: Runtimes) -> Lens:
    """What the value of a hit is read with."""
    initial = next((value for when, value in hit.sink.initial if runtimes.holds(when)), None)
    own = hit.site.names if hit.site.form is Form.ASSIGN else ()
    caseless, strict = hit.site.language in CASELESS, not hit.site.wary and hit.confidence is Confidence.HIGH
    return Lens(hit.vocabulary, hit.kind, runtimes, own, initial, caseless, strict=strict)


def _written(state: State, reading: Reading, hit: Hit) -> State:
    fold = hit.rule.fold
    plain = reading.replaces and hit.site.operator == "=" and not hit.sink.adds
    if plain and hit.kind is Kind.ENABLED and hit.vocabulary.flags:
        state = state._replace(removed=NO_VERSIONS)  # one number is all of the list: what was taken out of it is back
        if fold is not None and fold.local and leaves_default(reading):
            state = State()
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
    if effect == "ignored" and not reading.effect:
        reading = reading._replace(condition="", guarded=False, open_by="")  # whatever the value is
    lacking = _lacking(hit, runtimes) if not effect else None
    if lacking is not None:
        effect, reading = lacking.effect, reading._replace(note=lacking.note, unresolved="")
    outcome = _permitted(hit, reading, effect, state, base)
    asked = _asking(site, reading)
    past = _past(hit, reading, runtimes)
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
        condition=_condition(hit, reading, asked, runtimes),
        guarded=reading.guarded or bool(site.guard or asked),
        open_by=reading.open_by,
        note=_note(effect, reading.note if effect == reading.effect else "", rule.note if hit.ground != GUESSED else "")
        or by_update(rule.base, runtimes, outcome.versions)
        or (ELSE_GIVEN if lacked_by(site.condition, site.text) else ""),
        doubt=_doubt(hit, reading, effect, past, runtimes),
        vocabulary=hit.vocabulary.id,
        unclaimed=unclaimed(rule.base, runtimes),
        assumed=_assumed(outcome, rule.base, runtimes)
        or _started(hit, reading, state, runtimes)
        or reading.supposed
        or ((past,) if past else ()),
        named=_named(hit, reading) if hit.built and site.passed is None else (),
        passed=site.passed.steps if site.passed is not None else (),
        asked=bool(asked),
        base=rule.base.id,
        compiled=site.compiled,
        idle=hit.kind is Kind.WEAKENS and outcome.default,
        elsewhere=reading.elsewhere if not effect else "",
        ground=GUESSED if effect and hit.confidence is not Confidence.HIGH else hit.ground,  # it takes a version away
    )


def _asking(site: Site, reading: Reading) -> str:
    """The condition around a setting that asks for just the versions that it sets; an empty text if there is none."""
    told = (reading.condition, site.condition)
    return next((text for text in told if asks_for(text, reading.versions, site.defaults)), "")


def _condition(hit: Hit, reading: Reading, asked: str, runtimes: Runtimes) -> str:
    """The condition that is told of a setting."""
    site = hit.site
    return (
        (reading.condition if reading.guarded else "")
        or site.guard
        or asked
        or reading.condition
        or lacked_by(site.condition, site.text)
        or (site.condition if is_switch(site.condition, site.defaults) else "")
        or (without(site.condition, site.compiled) if _is_of_process(hit) else "")
        or _directive(site, runtimes)
    )


def _is_of_process(hit: Hit) -> bool:
    """Whether a hit is a statement that sets something for the whole process: what it does not run for, it says nothing
    of, while whatever else a statement under a condition sets is set for what that condition is about."""
    fold, site = hit.rule.fold, hit.site
    return fold is not None and fold.process and site.passed is None and not asks_for_itself(site)


def asks_for_itself(site: Site) -> bool:
    """Whether the condition around a write asks for what it writes to."""
    word = re.escape(site.names[0].rpartition(".")[2]) if site.condition else ""
    return bool(word) and re.search(rf"(?i)(?<!\w){word}(?!\w)", site.condition) is not None


def _past(hit: Hit, reading: Reading, runtimes: Runtimes) -> str:
    """The product of which a guard asks for an older version than the one that is assumed, since nothing is claimed."""
    guard = hit.site.guard
    left = narrowed(runtimes, guard) if guard else None
    asked = lacking(left, hit.vocabulary, guard).older if left is not None else ""
    return asked or (reading.past if reading.guarded else "")


def _doubt(hit: Hit, reading: Reading, effect: str, past: str, runtimes: Runtimes) -> str:
    """Why a setting may be without effect."""
    if is_unused(hit.site, hit.sink):
        return NOTHING_USES
    if hit.site.idle:
        return hit.site.idle
    if past:
        return NOT_CURRENT
    if effect:
        return reading.doubt if effect == "rejected" else ""
    return reading.doubt or doubted(hit.sink.effect, hit.sink.when, "", runtimes)


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
        return f"the value has no effect here: {said}" if said else "the value has no effect here"
    return said or else_said


def _role(hit: Hit) -> Role:
    """Which side a hit configures; where nothing else tells, the one that its file speaks of."""
    role = _own_role(hit)
    process = hit.rule.fold is not None and hit.rule.fold.process
    return Role(hit.site.likely) if role is Role.BOTH and hit.site.likely and not process else role


def _own_role(hit: Hit) -> Role:
    """Which side a hit is known to configure; where the library is a guess, so is what it would say of that, and so
    where the name alone does not tell which of a rule's sinks is meant: only the value may tell it then."""
    if not hit.sided and (hit.ground == GUESSED or (hit.site.form is Form.ASSIGN and _is_one_of(hit))):
        return side_of(hit) or Role.BOTH
    return hit.sink.role or side_of(hit) or hit.rule.role


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


def _lacking(hit: Hit, runtimes: Runtimes) -> Meaning | None:
    """What it means that what a site calls is not there, where claims say so. In Ruby that is also what it assigns."""
    called = hit.sink.form in (Form.CALL, Form.NEW) or (hit.sink.form is Form.ASSIGN and hit.site.language == "ruby")
    absent = called and is_absent(Name((hit.sink.name,)), lens_of(hit, runtimes))
    return hit.vocabulary.lacking if absent else None


def _permitted(hit: Hit, reading: Reading, effect: str, state: State, base: Bounds) -> Permitted:
    if effect == "ignored":
        return permitted(State(), base, hit.rule.holes)
    if reading.unresolved:
        return Permitted(unresolved=reading.unresolved)
    if effect == "rejected":
        return Permitted(rejected=reading.note or "the runtime refuses this value")
    return permitted(_written(state, reading, hit), base, hit.rule.holes)


def compared(hit: Hit) -> tuple[str, ...]:
    """The texts that the sink's `like` compares."""
    given = (argument_of(hit.site, where) for where in hit.sink.where if where.like)
    return tuple(text for argument in given if argument is not None for text in texts(argument.value))


def side_of(hit: Hit) -> Role | None:
    """The side of a connection that the texts tell which a `like` compares, or else the value: a word, or the constants
    in it; None where they tell none, or both."""
    sides = hit.rule.sides
    if not sides:
        return None
    value = strip(slot_value(hit))[0]
    word = (value.name,) if isinstance(value, Symbol) else (value.text,) if isinstance(value, Text) else ()
    told = compared(hit) or word or tuple(full for name in open_names(slot_value(hit)) for full in name.names[:1])
    found = {next((role for role, likes in sides if any(is_like(text, like) for like in likes)), None) for text in told}
    return found.pop() if len(found) == 1 else None


def newest_of(group: Sequence[Hit]) -> Version:
    """The newest version that writes name."""
    named = (version for hit in group for version in (hit.readings[0].versions if hit.certain else ()))
    return max(named, default=Version.TLS1_3)
