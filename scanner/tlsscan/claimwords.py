"""What is said of a claim on a runtime that falls short: the message, and the remedy."""

from collections.abc import Iterable, Iterator, Sequence

from tlsscan.bases import row_of
from tlsscan.cases import Case, is_direct, is_mute, is_of_system
from tlsscan.claims import NATIVE, ON_WINDOWS, SWITCHED, Claim, ClaimKind
from tlsscan.defaults import Use, depends
from tlsscan.grounds import Known
from tlsscan.model import Place, Role, Usage
from tlsscan.policy import remedy
from tlsscan.products import Runtimes
from tlsscan.protocol import Version, in_words
from tlsscan.standing import Standing, addable

MOST_PLACES = 20  # that a rule knows to rely on one claim, told with it
MOST_USES = 10  # of defaults
RELIES = "leaves the versions to it"
_RELY = "leave the versions to it"
_ALLOWED = {
    ClaimKind.REQUIREMENT: "{says} allows {name}, which",
    ClaimKind.TEST: "it is tested on {name}, which",
    ClaimKind.BYTECODE: "it is compiled for {name} and later; {name}",
    ClaimKind.BUILD: "it is built on {name}, which",
}

_INSTEAD = {
    SWITCHED: "Remove the switch from the configuration, or set it to false.",
    NATIVE: (
        "Set ServicePointManager.SecurityProtocol to SecurityProtocolType.Tls12 (3072, cast to that type, where the "
        "name is missing) before the first request (which WCF's net.tcp does not heed), or set SchUseStrongCrypto and "
        "SystemDefaultTlsVersions to 1 below "
        "HKLM\\SOFTWARE\\[Wow6432Node\\]Microsoft\\.NETFramework\\v4.0.30319; a newer target alone changes nothing."
    ),
}
"""What to do where a newer target would not help, by why a claim follows."""


class Wording:
    """Says what claims come to under a floor."""

    def __init__(self, known: Known, floor: Version) -> None:
        self._known = known
        self._floor = floor

    def message(self, case: Case, role: Role, granted: bool, spared: bool, remarks: Iterable[str]) -> str:
        """What a claim comes to for those that rely on it, of some role. `granted`: code takes an update for granted;
        `spared`: the default does reach the floor, though nobody can ask for it; `remarks` stand in brackets."""
        floor = self._floor.label
        lead = case.name
        if case.tentative:
            says = "it" if case.claim.text.replace(".", "").isdecimal() else case.claim.text
            lead = _ALLOWED[case.claim.kind].format(says=says, name=case.name)
        facts = [case.row.note] if case.row.note else []
        facts += [f"with {other.product} {other.says}, {_where(other)}" for other in case.beside]
        facts += [f"with {other}, named on the command line" for other in case.named]
        facts += [case.claim.why] if _is_explained(case) else []
        facts += remarks
        aside = f" ({'; '.join(facts)})" if facts else ""
        offered = in_words(case.row.offered)
        if granted:
            return f"{lead} has {floor} only with an update, which this code takes for granted{aside}"
        if addable(case.row, self._floor):
            most = max(case.row.possible).label
            asked = f"{floor} needs an update, and has to be asked for"
            return f"{lead} has nothing above {most} of its own: {asked}{aside}"
        if case.stands is Standing.CANNOT and not spared:
            asked = f"be asked for {floor}, though its default may reach it"
            how = asked if is_mute(case, self._floor) else f"reach {floor}"
            return f"{lead} cannot {how}{self._consequence(case, role)}{aside}"
        if case.stands is Standing.SHORT:
            how = f"through {case.row.through}" if case.row.through else "by default"
            return f"{lead} offers only {offered} {how}{self._consequence(case, role)}{aside}"
        low = frozenset(version for version in case.row.offered if version < self._floor)
        asked = f", and it cannot be asked for {floor}" if spared else ""
        return f"{lead} offers {offered} by default: {in_words(low)} may still be negotiated{asked}{aside}"

    def _consequence(self, case: Case, role: Role) -> str:
        floor = self._floor.label
        what = "what runs on it" if case.stands is Standing.CANNOT else f"what does not ask for {floor}"
        if is_mute(case, self._floor):
            what = "what names a version"
        named = floor if case.row.through and case.stands is Standing.SHORT else "it"
        what = "what uses them" if named == floor else what
        if role is Role.SERVER:
            return f": clients that require {floor} cannot connect to {what}"
        end = f"to a server that requires {named}" if role is Role.CLIENT else f"where {named} is required"
        return f": {what} cannot connect {end}"

    def remedy(self, case: Case, granted: bool, uses: Sequence[Use]) -> str:
        """What mends it: an upgrade, and what helps until then."""
        floor = self._floor
        if case.claim.why in _INSTEAD:
            return _INSTEAD[case.claim.why]
        first = case.row.remedy if case.limited and case.row.remedy else remedy(case.rule, floor)
        texts = [first, *self._upgrades(case)]
        own = not case.limited and max(case.row.possible | case.row.patched) >= max(floor, Version.TLS1_2)
        if granted:
            texts.append("Until then make sure that every system it runs on has the update.")
        elif own:
            texts += self._until(case, uses)
        return " ".join(texts)

    def _until(self, case: Case, uses: Sequence[Use]) -> list[str]:
        """What helps short of an upgrade, in one sentence: the runtime itself, or what the uses of its defaults go
        through."""
        return _together(list(dict.fromkeys(self._remedies(case, uses))))

    def _remedies(self, case: Case, uses: Sequence[Use]) -> Iterator[str]:
        bases = {rule.base.id: rule.base for use in uses for rule in use.rules if depends(rule, case.rule)}
        if not bases or case.rule.base.id in bases:
            yield from filter(None, [case.row.remedy])
        for base in (base for name, base in sorted(bases.items()) if name != case.rule.base.id):
            row = row_of(base, Runtimes(dict(case.claimed), self._known.beneath))
            yield from [row.remedy] if row is not None and row.remedy else []

    def _upgrades(self, case: Case) -> Iterator[str]:
        """Sentences about what to upgrade to."""
        floor, name, better = self._floor, case.rule.library, case.better
        short = case.stands in (Standing.CANNOT, Standing.SHORT)
        many, chosen = bool(better.clean[1:]), better.chooser
        clean = f"{name} {_listed(better.clean)} {'offer' if many else 'offers'} nothing older"
        if chosen:
            clean = f"{name} {_listed(better.clean)} {'leave' if many else 'leaves'} the choice to {chosen}"
        if better.reaches and short:
            first = "are the first" if better.reaches[1:] else "is the first"
            does = f"to offer {floor.label} by default"
            if max(case.row.offered) >= floor:
                does = f"that can be asked for {floor.label}"
            also = f", {clean}" if better.clean and better.clean != better.reaches else ""
            yield f"{name} {_listed(better.reaches)} {first} {does}{also}."
        elif better.clean:
            yield f"{clean}." if chosen else f"{clean} by default."


def _listed(versions: Sequence[str]) -> str:
    *most, last = versions or ("",)
    return f"{', '.join(most)} and {last}" if most else last


def _is_explained(case: Case) -> bool:
    """Whether it is told how a claim follows."""
    why = case.claim.why
    return is_of_system(case) if why == ON_WINDOWS else bool(why) and not is_direct(case.claim)


def _together(remedies: Sequence[str]) -> list[str]:
    """Remedies; two that begin alike and offer the same besides (`, or ...`) are one sentence."""
    if len(remedies) != 2:
        return list(remedies)
    one, other = remedies
    lead = _common(one, other).rpartition(" ")[0]
    same = _common(one[::-1], other[::-1])[::-1]
    offer = same[same.find(", or ") :] if ", or " in same else ""
    if not lead or not offer:
        return list(remedies)
    first, second = (text.removesuffix(offer).removeprefix(lead).strip() for text in remedies)
    return [f"{lead} {first}; and {second};{offer[1:]}"]


def _common(one: str, other: str) -> str:
    """What two texts both begin with."""
    return one[: next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))]


def places(usages: Sequence[Usage]) -> Iterator[Place]:
    """Where the versions are left to a runtime, the first of many, each with these words."""
    for usage in usages[:MOST_PLACES]:
        yield place(usage, RELIES)


def place(usage: Usage, words: str) -> Place:
    """The place of a setting, with what is said of it."""
    return usage.place._replace(text=f"{usage.api} {words}")


def counted(resting: Sequence[Usage], uses: Sequence[Use]) -> str:
    """How many places rely on a claim, where not all are told."""
    every = len(resting) + len(uses)
    told = min(len(resting), MOST_PLACES) + min(len(uses), MOST_USES)
    return f"{every} places {_RELY}, of which {told} are told" if told < every else ""


def _where(claim: Claim) -> str:
    return f"{claim.place.path}:{claim.place.region.line}"
