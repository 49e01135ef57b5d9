"""The policy: the only place that has opinions. From permitted versions to verdict, level and words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tlsscan.clauses import exclude, excuse, pieces, shared, worded
from tlsscan.model import (
    DORMANT,
    GUESSED,
    NOT_CURRENT,
    Area,
    Confidence,
    Finding,
    Level,
    Naming,
    Origin,
    Permitted,
    Place,
    Role,
    Usage,
    Verdict,
)
from tlsscan.patterns import lazy
from tlsscan.protocol import Version, VersionSet, in_words
from tlsscan.records import NamedTuple
from tlsscan.rules import Rule
from tlsscan.values import Region

LEVELS = {
    Verdict.FAILS: Level.ERROR,
    Verdict.ALLOWS: Level.WARNING,
    Verdict.CAPS: Level.NOTE,
    Verdict.UNRESOLVED: Level.NOTE,
    Verdict.OK: Level.NONE,
}
FEW = 2  # versions, of which a message may say "only"
STATEMENT = lazy(r"return\s+([^;]+);?|[\w$@. <>\[\]]+?\s*=\s*([^=~>;][^;]*);")
"""A statement that gives a value, and what it gives."""
SIDES = {Role.CLIENT: " as a client", Role.SERVER: " as a server"}
LOWERED = {Level.ERROR: Level.WARNING, Level.WARNING: Level.NOTE, Level.NOTE: Level.NOTE, Level.NONE: Level.NONE}


UNTAKEN = (*DORMANT, NOT_CURRENT)  # doubts that make a finding a note
DEMOTED = frozenset({Area.TEST, Area.EXAMPLE, Area.DOCUMENTATION})  # code that no user of the product runs


class Policy(NamedTuple):
    """What a person asks for: the lowest acceptable version, and whether tests and the like are one level lower."""

    floor: Version
    demote: bool = True


def verdict(permitted: Permitted, newest: Version, floor: Version) -> Verdict:
    """What the policy says of permitted versions, where `newest` is the newest the base has."""
    if permitted.unresolved:
        return Verdict.UNRESOLVED
    if permitted.rejected:
        return Verdict.FAILS
    low = bool(_low(permitted, floor))
    reaches = any(version >= floor for version in permitted.versions)
    if not reaches:
        return _below(permitted, low)
    if low:
        return Verdict.ALLOWS
    if permitted.open or permitted.default or (max(permitted.versions) >= newest and not _gap(permitted, floor)):
        return Verdict.OK
    return Verdict.CAPS


def _low(permitted: Permitted, floor: Version) -> VersionSet:
    """The versions below the floor that are permitted for more than an assumed runtime's offering them."""
    return frozenset(version for version in permitted.sure | permitted.left if version < floor)


def _gap(permitted: Permitted, floor: Version) -> bool:
    """Whether the floor itself is taken away, although older versions are left alone: no way to ask for a newer one."""
    left = {version for version in Version if Version.TLS1_0 <= version < floor} - permitted.taken
    return floor in permitted.taken and bool(left)


def _below(permitted: Permitted, low: bool) -> Verdict:
    """Nothing that is known reaches the floor: is that the code's doing, and is all of it known?"""
    if permitted.default and not permitted.sure:
        return Verdict.OK
    if permitted.open:
        return Verdict.ALLOWS if low else Verdict.UNRESOLVED
    return Verdict.FAILS


def said_of(usage: Usage, floor: Version) -> Verdict:
    """The verdict on a usage. One that is fine as far as it is known, but of which somebody decides a part, is open;
    one that is overwritten before anything can use it is fine, whatever the later one is: that is told."""
    if usage.undone is not None and verdict(usage.undone, usage.newest, floor) is not Verdict.UNRESOLVED:
        return Verdict.OK
    said = verdict(usage.permitted, usage.newest, floor)
    decided = usage.permitted.open and bool(usage.open_by)
    return Verdict.UNRESOLVED if said is Verdict.OK and decided else said


def level(usage: Usage, said: Verdict) -> Level:
    """The verdict's level; one lower behind a guard for an older runtime, for a bare mention, and where the assumed
    runtime would ignore the value. What nothing uses is a note at most, and what only an older runtime than the assumed
    one comes to, if it fails there: that one has nothing better, but need not permit older versions beside a newer; so
    is what only an assumed runtime offers above the versions that are taken away."""
    made = LEVELS[said]
    if said is Verdict.ALLOWS and usage.permitted.left and not usage.permitted.sure:
        return Level.NOTE
    chosen = usage.doubt == NOT_CURRENT and said is not Verdict.FAILS
    if usage.doubt in UNTAKEN and not chosen:
        return min(made, Level.NOTE, key=lambda one: one.rank)
    if usage.guarded or usage.confidence is Confidence.LOW or (usage.doubt and not chosen):
        made = LOWERED[made]
    return made


def grounded(finding: Finding, words: Iterable[str], claims: tuple[Place, ...], tentative: bool) -> Finding:
    """The finding with the claims that decide it. Where a claim only allows the runtime on which it holds, it is a
    note."""
    weaker = tentative and finding.level.rank > Level.NOTE.rank
    return finding._replace(
        usage=finding.usage._replace(claims=claims, tentative=tentative),
        level=Level.NOTE if weaker else finding.level,
        message=f"{finding.message} ({'; '.join(words)})",
    )


def lowered(origin: Origin, made: Level) -> Level:
    """A level as it is in tests, examples and documentation: one lower."""
    return made if DEMOTED.isdisjoint(origin.areas) else LOWERED[made]


def remedy(rule: Rule, floor: Version, role: Role = Role.BOTH) -> str:
    """What a rule says to do under a floor, on a side. No advice asks for less than TLS 1.2, whatever is tolerated."""
    wanted, said = max(floor, Version.TLS1_2), rule.remediation
    own = said.client if role is Role.CLIENT else said.server if role is Role.SERVER else ()
    text = (own or said[:2])[wanted is not Version.TLS1_2]
    return text.format(floor=wanted.label, minor=wanted.label[-1])


def findings(usages: Sequence[Usage], rule: Rule, policy: Policy) -> list[Finding]:
    """The findings of a match: one, or one for each statement that names a version below the floor, where several
    put the value together: each of those has to be changed."""
    whole = judge(usages, rule, policy)
    if whole.verdict not in (Verdict.FAILS, Verdict.ALLOWS) or whole.usage.permitted.rejected:
        return [whole]
    moved: dict[Place, list[Usage]] = {}
    stated = {(one.place.path, one.place.region): one.place for usage in usages for one in usage.named}
    for usage in usages:
        for naming in (_where_stated(naming, usage, stated) for naming in usage.named):
            if any(version < policy.floor for version in naming.versions & usage.permitted.sure):
                asked = usage.asked if naming.asked is None else naming.asked
                excused = asked or (usage.guarded and _is_excused(usage, usages, whole, policy))
                others = {version for one in usage.named if one.place != naming.place for version in one.versions}
                told = naming._replace(
                    versions=naming.versions | _brought(usage, naming), common=naming.versions & others
                )
                said = "; ".join(filter(None, (usage.note, *_sometimes(usage, policy.floor))))
                moved.setdefault(naming.place, []).append(
                    _at(usage._replace(guarded=excused, asked=asked, note=said), told)
                )
    return [judge(told, rule, policy) for told in moved.values()] or [whole]


def _sometimes(usage: Usage, floor: Version) -> Iterator[str]:
    """The versions from the floor on that only statements under conditions add to a setting, in words."""
    always = {version for one in usage.named if not one.condition for version in one.versions}
    for naming in usage.named:
        added = frozenset(version for version in naming.versions - always if version >= floor)
        if added and naming.condition:
            yield f"{in_words(added)} only {worded(naming.condition)}"


def _where_stated(naming: Naming, usage: Usage, stated: Mapping[tuple[str, Region], Place]) -> Naming:
    """What the use itself names, at the statement on the way to it that another arm is told at."""
    if naming.place != usage.place:
        return naming
    known = (stated.get((step.path, step.region)) for step in usage.trace)
    place = next((place for place in known if place is not None and place != usage.place), usage.place)
    return naming._replace(place=place)


def _brought(usage: Usage, naming: Naming) -> VersionSet:
    """What a statement permits with the versions that it names, though no statement names it: what lies above a floor,
    or in a gap."""
    said = {version for every in usage.named for version in every.versions}
    return frozenset(version for version in usage.permitted.sure - said if version > min(naming.versions))


def _is_excused(usage: Usage, usages: Sequence[Usage], whole: Finding, policy: Policy) -> bool:
    """Whether an arm for an older runtime makes a statement less urgent: not where newer ones are no better off, as the
    arms that its condition shuts out say, or else all of them."""
    said = LEVELS[verdict(usage.permitted, usage.newest, policy.floor)].rank
    newer = [one for one in usages if not one.guarded and exclude(one.condition, usage.condition)]
    others = [verdict(one.permitted, one.newest, policy.floor) for one in newer] or [whole.verdict]
    return whole.usage.guarded or any(said > LEVELS[other].rank for other in others)


def _at(usage: Usage, naming: Naming) -> Usage:
    """The usage as a statement sees it that names some of its versions."""
    place = naming.place
    usage = usage if naming.condition is None else usage._replace(condition=naming.condition)
    if place == usage.place:
        return usage._replace(named=(naming,))
    use = usage.place._replace(text=_use(usage))
    trace = tuple(step for step in usage.trace if (step.path, step.region) != (place.path, place.region))
    return usage._replace(
        place=place,
        value=place.text,
        named=(naming,),
        trace=trace,
        related=(use, *(one for one in usage.related if (one.path, one.region) != (place.path, place.region))),
        origin=naming.origin,
    )


def _use(usage: Usage) -> str:
    return f"{usage.api} uses the value here"


def slot_of(usage: Usage) -> Place:
    """Where a value is used that is told at one of the statements that put it together; else where it is told."""
    use = next(iter(usage.related), usage.place)
    return use if usage.named and use.text == _use(usage) else usage.place


def judge(usages: Iterable[Usage], rule: Rule, policy: Policy) -> Finding:
    """The finding of a match: its arm with the highest level (of those the one that the assumed runtime does not come
    to, or else the first that is not for an older runtime only), with final words.

    A match whose arms are all fine gives a finding with verdict ok and level none. An arm for an older runtime shuts
    no newer version out where there is another arm: that runtime has none.
    """
    judged = [(usage, said_of(usage, policy.floor)) for usage in _alike(tuple(usages))]
    counted = [pair for pair in judged if not (pair[0].guarded and pair[1] is Verdict.CAPS)] or judged
    usage, said = max(counted, key=lambda pair: (level(*pair).rank, pair[0].doubt == NOT_CURRENT, not pair[0].guarded))
    if not usage.guarded and len(judged) > 1 and _is_in_all(usage, said, judged, policy.floor):
        usage = usage._replace(condition=shared([one.condition for one, _ in judged]))
    full = level(usage, said)
    made = lowered(usage.origin, full) if policy.demote else full
    return Finding(
        usage=usage,
        verdict=said,
        level=made,
        message=_message(usage, said, rule, policy.floor, tuple(_others(usage, counted, policy.floor))),
        remediation=_advice(usage, said, rule, policy.floor),
        broken_already=said is Verdict.FAILS and not usage.permitted.versions and not usage.assumed,
        demoted=made is not full,
        shutting=_message(usage, Verdict.CAPS, rule, policy.floor) if _shuts(usage, said, policy.floor) else "",
    )


def _shuts(usage: Usage, said: Verdict, floor: Version) -> bool:
    """Whether all that is too old comes with the runtime, but the code shuts out what is newer."""
    permitted = usage.permitted
    low = {version for version in permitted.versions if version < floor}
    plain = said is Verdict.ALLOWS and not (permitted.open or permitted.default)
    return plain and low <= permitted.inherited and max(permitted.versions) < usage.newest


def _is_in_all(told: Usage, said: Verdict, judged: Sequence[tuple[Usage, Verdict]], floor: Version) -> bool:
    """Whether an arm's condition decides nothing of what is wrong there: that is wrong with all of them, or it is no
    better on the older runtimes that the others are for, where all stand at one statement or those permit no other old
    version."""
    if _all_as_low(told, said, judged, floor):
        return True
    others = [(one, verdict) for one, verdict in judged if one is not told]
    stated = len(told.named) == 1 and all(one.named[:1] == one.named and one.place == told.place for one, _ in others)
    worse = all(one.guarded and verdict in (Verdict.FAILS, Verdict.ALLOWS) for one, verdict in others)
    return (stated or _no_lower(told, others, floor)) and worse and said is Verdict.ALLOWS


def _no_lower(told: Usage, others: Iterable[tuple[Usage, Verdict]], floor: Version) -> bool:
    """Whether other arms permit none below the floor that the one that is told does not."""
    own = told.permitted.sure
    return all(v in own for one, _ in others for v in one.permitted.versions if v < floor)


def _all_as_low(told: Usage, said: Verdict, judged: Iterable[tuple[Usage, Verdict]], floor: Version) -> bool:
    """Whether what is wrong with an arm is wrong with all of them: its condition then decides nothing of that."""
    if said not in (Verdict.FAILS, Verdict.ALLOWS):
        return False
    own = {version for version in told.permitted.sure if version < floor}
    return all(verdict is said and own == {v for v in one.permitted.sure if v < floor} for one, verdict in judged)


def _others(told: Usage, judged: Iterable[tuple[Usage, Verdict]], floor: Version) -> Iterator[str]:
    """What other arms of a match permit below the floor that the one that is told does not, in words; and where what
    its condition denies permits the same."""
    known = told.permitted.versions
    denied: set[str] = set()
    for usage, said in judged:
        if not usage.condition or said not in (Verdict.FAILS, Verdict.ALLOWS):
            continue
        own = frozenset(version for version in usage.permitted.sure if version < floor)
        low = own - known
        if low:
            known |= low
            yield f"{in_words(low)} {worded(usage.condition)}"
        elif own and own <= told.permitted.sure and usage.condition not in denied and _is_denied(usage, told):
            denied.add(usage.condition)
            yield f"{in_words(own)} also {worded(usage.condition)}"


def _is_denied(usage: Usage, told: Usage) -> bool:
    """Whether the condition of the arm that is told denies what the condition of another one asks for, or is denied by
    that."""
    (asked, refused), (own, denied) = pieces(usage.condition), pieces(told.condition)
    return not (set(asked).isdisjoint(denied) and set(refused).isdisjoint(own))


def _alike(usages: Sequence[Usage]) -> Sequence[Usage]:
    """The arms of a match; where all of them come to the same, with what their conditions share, and not what tells
    them apart."""
    outcomes = {(usage.permitted, usage.note, usage.doubt) for usage in usages}
    told = {usage.condition for usage in usages}
    if len(outcomes) > 1 or len(told) == 1:
        return usages
    common = shared([usage.condition for usage in usages])
    return [usage._replace(condition=common) for usage in usages if not usage.guarded] or usages


def _remedy_of(usage: Usage, rule: Rule, floor: Version) -> str:
    """The remedy of a rule; where nothing there names its library, for the case that it is meant."""
    text = remedy(rule, floor, usage.role)
    left = usage.permitted.default and bool(usage.permitted.sure)
    if left and rule.remediation.default and floor <= Version.TLS1_2:
        text = rule.remediation.default.format(floor=Version.TLS1_2.label, minor="2")
    if usage.ground > GUESSED:
        return text
    wanted = max(floor, Version.TLS1_2).label
    return f"Let it name no version below {wanted}. If this is a setting of {rule.library}: {text}"


def _advice(usage: Usage, said: Verdict, rule: Rule, floor: Version) -> str:
    """The remedy as it applies to the usage: what is not known has to be looked at first; copies and generated files
    are not mended in place."""
    text = _remedy_of(usage, rule, floor)
    if said is Verdict.UNRESOLVED:
        text = (
            f"Make sure that {_decider(usage, rule) or 'it'} can name no version below {floor.label}. Otherwise: {text}"
        )
    origin = usage.origin
    if Area.VENDORED in origin.areas:
        package = f"{origin.package} (this is {origin.version})" if origin.version else origin.package
        return f"This is a copy of somebody else's code: upgrade {package or 'it'}. Where no release mends it: {text}"
    if Area.GENERATED in origin.areas:
        return f"This file is generated: change what it is made from. {text}"
    return text


def _expression(value: str) -> str:
    """A value in the words of a message: of a statement that gives it, what it gives."""
    found = STATEMENT.fullmatch(value)
    return found[1] or found[2] if found else value


def because(usage: Usage, said: Verdict, floor: Version) -> str:
    """Why a usage has its verdict, in words."""
    permitted = usage.permitted
    low = in_words(_low(permitted, floor))
    if said is Verdict.FAILS:
        return f"the runtime refuses it: {permitted.rejected}" if permitted.rejected else "nothing permitted reaches it"
    if said is Verdict.ALLOWS and permitted.falls_short(floor):
        return f"the default does not reach it, which is {low}: only what asks for more does"
    if said is Verdict.ALLOWS:
        return f"it is reached, but {low} may be negotiated, too"
    if said is Verdict.CAPS:
        return f"it is met, but {(floor if _gap(permitted, floor) else usage.newest).label} is shut out"
    if said is Verdict.UNRESOLVED:
        return f"what is permitted is not known: {permitted.unresolved or 'a part of the value is open'}"
    if usage.undone is not None:
        return "it is overwritten before anything can use it"
    if any(version < floor for version in permitted.versions) or not permitted.versions:
        return "nothing below it is named here, and an assumed runtime alone is no reason for an alarm"
    return "nothing permitted is below it"


def lowerings(finding: Finding) -> list[str]:
    """Why the level of a finding is lower than its verdict's."""
    usage = finding.usage
    reasons = []
    if usage.guarded:
        reasons.append(f"it runs {excuse(usage.condition, asked=usage.asked)} ({worded(usage.condition)})")
    if usage.confidence is Confidence.LOW:
        reasons.append("it is a bare mention in text that was not parsed")
    if usage.doubt:
        refused = f"it is only assumed that it runs on {usage.doubt}"
        ignored = usage.doubt if usage.doubt in UNTAKEN else f"the assumed runtime would ignore it ({usage.doubt})"
        reasons.append(refused if usage.permitted.rejected and usage.doubt not in UNTAKEN else ignored)
    if usage.tentative:
        reasons.append("what the repository says of its runtime only allows the one on which this holds")
    if finding.demoted:
        reasons.append("it stands in " + ", ".join(sorted(area for area in usage.origin.areas if area in DEMOTED)))
    return reasons if LEVELS[finding.verdict] is not finding.level else []


def _message(usage: Usage, said: Verdict, rule: Rule, floor: Version, others: Sequence[str] = ()) -> str:
    if said is Verdict.UNRESOLVED:
        reason = usage.permitted.unresolved or "a part of the value is not known"
        what = _decider(usage, rule)
        by = f"; {what} decides" if what and what not in reason else ""
        return f"{usage.api} sets a TLS version that is not known statically: {reason}{by}"
    if usage.permitted.rejected:
        assumed = usage.doubt and usage.doubt not in UNTAKEN
        fails = "fails on the runtime that is assumed" if assumed else "already fails"
        return f"{usage.api} {fails}: {usage.permitted.rejected}{_only(usage)}"
    if said is Verdict.FAILS and not usage.permitted.versions and not usage.assumed:
        lacking = in_words(usage.permitted.lacking)
        left = f"all that is left is {lacking}, which the runtime has switched off or does not have"
        broken = f"already breaks every connection{SIDES.get(usage.role, '')}"
        return f"{usage.api} {broken}: {left if lacking else 'no version is left'}{_only(usage)}"
    versions = in_words(usage.permitted.versions)
    fact = rule.message.format(
        api=usage.api,
        versions=versions,
        value=_expression(usage.value),
        side=SIDES.get(usage.role, ""),
        only="only " if len(usage.permitted.versions) <= FEW and not usage.permitted.open else "",
    )
    if usage.ground == GUESSED and not usage.permitted.default:
        fact = f"{usage.api} permits {versions}"  # the message of a rule says of what library
    if usage.confidence is Confidence.LOW:
        fact = f"{usage.value} stands in text that was not parsed; as a setting it permits {versions}"
    return f"{fact}{_consequence(usage, said, floor)}{_aside(usage, rule, others)}"


def _consequence(usage: Usage, said: Verdict, floor: Version) -> str:
    required = floor.label
    if said is Verdict.FAILS:
        if usage.role is Role.SERVER:
            return f": clients that require {required} cannot connect"
        if usage.role is Role.CLIENT:
            return f": cannot connect to a server that requires {required}"
        return f": cannot connect where {required} is required"
    if said is Verdict.ALLOWS:
        low = _low(usage.permitted, floor)
        named = next((naming for naming in usage.named if naming.place == usage.place), None)
        here = low & named.versions if named is not None else low
        also = " as well" if named is not None and here & named.common else ""
        share = f", {in_words(here)} because of this line{also}" if here and here != low else ""
        return f": {in_words(low)} may still be negotiated{share}"
    if said is Verdict.CAPS:
        shut = floor if _gap(usage.permitted, floor) else usage.newest
        return f": {shut.label} is shut out"
    return ""


def _decider(usage: Usage, rule: Rule) -> str:
    """What can change a setting, or decides it; a constant beside those that the rule is about does not."""
    owner = usage.open_by.rpartition(".")[0]
    if not owner:
        return usage.open_by
    names = [key.value for key in rule.vocabulary.entries if key.type == "name"]
    beside = {name.removeprefix("*.").rpartition(".")[0] for name in (*names, *(sink.name for sink in rule.sinks))}
    return "" if owner in beside else usage.open_by


def _only(usage: Usage) -> str:
    """The condition under which something holds."""
    return f" ({worded(usage.condition)})" if usage.condition else ""


def _names(condition: str, decider: str) -> bool:
    """Whether a condition says that nobody decides: `unless` that is there."""
    return decider in (text.replace("::", ".") for text in pieces(condition)[1])


def _aside(usage: Usage, rule: Rule, others: Sequence[str]) -> str:
    parts = []
    if usage.condition:
        parts.append(worded(usage.condition))
    parts += others
    if _decider(usage, rule) and not _names(usage.condition, usage.open_by):
        parts.append(f"{usage.open_by} can change it")
    if usage.note:
        parts.append(usage.note)
    if usage.doubt:
        parts.append(usage.doubt)
    if usage.elsewhere:
        parts.append(usage.elsewhere)
    return f" ({'; '.join(parts)})" if parts else ""
