"""Claims that are findings themselves: a runtime that cannot reach the floor, or does not by itself. Policy, as it has
opinions; what versions offer is said by the tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from tlsscan.bases import row_of
from tlsscan.cases import Case, Cases, is_direct, is_mute, is_of_system, version_of
from tlsscan.claims import BINDING, STRONG, SWITCHED, Claim, nearest
from tlsscan.claimwords import MOST_USES, RELIES, Wording, counted, place, places
from tlsscan.defaults import Use, depends
from tlsscan.grounds import Known
from tlsscan.model import Area, Confidence, Finding, Level, Origin, Permitted, Place, Role, Usage, Verdict
from tlsscan.policy import DEMOTED, LEVELS, Policy, lowered
from tlsscan.products import Runtimes, Target, edges, version_key
from tlsscan.records import NamedTuple
from tlsscan.rules import Rule
from tlsscan.standing import Standing, addable, standing
from tlsscan.targets import compiling, is_released


class Verdicts(NamedTuple):
    """What the judgement of claims takes from that of code: by claim the places that rely on it, all findings, by claim
    the places that mean something old on what it allows, whether anything is known to run one, whether one has been
    made in the program of a claim before a use of a default, and whether that program comes to it at all."""

    resting: Mapping[Claim, Sequence[Usage]]
    findings: Sequence[Finding]
    varying: Mapping[Claim, Sequence[Usage]] = {}
    runs: Callable[[Finding], bool] = lambda finding: True
    precedes: Callable[[Claim, Finding, Use], bool] = lambda claim, finding, use: True
    comes_to: Callable[[Claim, Usage], bool] = lambda claim, usage: True


class Floors:
    """Judges claims under a policy."""

    def __init__(self, known: Known, rules: Mapping[str, Rule], policy: Policy, told: Verdicts) -> None:
        self._known = known
        self._policy = policy
        self._told = told
        self._cases = Cases(known, rules, policy.floor)
        self._wording = Wording(known, policy.floor)

    def cases(self, path: str) -> list[Case]:
        """The claims of a manifest of which something is to be said."""
        return [case for case in self._cases.made_by(path) if self._matters(case)]

    def most(self, case: Case) -> Level:
        """The level that a claim may have, whatever code relies on it."""
        said = Verdict.FAILS if case.stands is Standing.CANNOT or _may_settle(case) else Verdict.ALLOWS
        return self._level(case, said, bool(self._told.resting.get(case.claim)), used=True)

    def relies(self, case: Case, use: Use) -> bool:
        """Whether a use of a default has what is wrong with a claim: the claim counts for its file, what it uses stands
        no better on that runtime, and no setting of the whole program decides for it; nor does a library between them
        keep the floor by itself."""
        rules = [rule for rule in use.rules if depends(rule, case.rule)]
        if not rules or not self._counts(case, use.place.path):
            return False
        standings = [(rule, self._stands(case, rule)) for rule in rules]
        if any(stands is Standing.FINE for _, stands in standings):
            return False
        return any(
            stands is not None and stands.value <= case.stands.value and not self._is_governed(case, rule, use)
            for rule, stands in standings
        )

    def _counts(self, case: Case, path: str) -> bool:
        own = not case.claim.hosts and any(path.startswith(folder) for folder in case.claim.parts)
        claims = self._known.claims
        if not case.claim.concerns(path):
            return False
        return own or case.claim in nearest(claims, case.claim.product, path) or claims.runs(case.claim, path)

    def _stands(self, case: Case, rule: Rule) -> Standing | None:
        """How what a rule is about stands on the runtime of a case; None if that is not known."""
        turns: dict[str, set[tuple[int, ...]]] = {}
        for name, ranges in (one for row in rule.base.rows if row.when is not None for one in row.when.products):
            turns.setdefault(name, set()).update(edges(ranges))
        beside = {claim.product: version_of(claim, turns) for claim in self._cases.beside(case.claim, sorted(turns))}
        row = row_of(rule.base, Runtimes({**beside, **case.claimed}, self._known.beneath))
        return standing(row, self._policy.floor) if row is not None else None

    def _is_governed(self, case: Case, rule: Rule, use: Use) -> bool:
        """Whether the program has set for all of itself, before a use, what that would leave to a default."""
        return any(
            governs(rule, finding)
            and not (self._policy.demote and DEMOTED & {*finding.usage.origin.areas})
            and self._counts(case, finding.usage.place.path)
            and is_released(finding.usage.compiled)
            and self._is_compiled(case, finding.usage)
            and self._told.runs(finding)
            and self._told.precedes(case.claim, finding, use)
            for finding in self._told.findings
        )

    def _is_settled(self, case: Case, uses: Iterable[Use]) -> bool:
        """Whether what leaves the versions to a runtime surely has its default, and that falls short: no other code
        sets what is meant, which may be the same object."""
        about = {name.partition(" ")[0] for use in uses for rule in use.rules for name in rule.governed}
        usages = (finding.usage for finding in self._told.findings if finding.usage.rule in about)
        own = (usage.place.path for usage in usages if not DEMOTED & {*usage.origin.areas})
        return _may_settle(case) and not any(self._counts(case, path) for path in own)

    def _matters(self, case: Case) -> bool:
        """Whether something is to be said: not of what is fine, and of defaults that merely offer old versions as well
        only where the version or an interpreter is named, or code relies on it."""
        if case.stands is Standing.FINE:
            return False
        return case.stands is not Standing.LOW or (not case.tentative and self._is_meant(case))

    def _is_meant(self, case: Case) -> bool:
        claim = case.claim
        if case.rule.relied:
            return bool(self._told.resting.get(claim))
        image = claim.system and not (claim.brought or claim.packaged or claim.library)  # of this very product
        named = is_direct(claim) or image or (case.rule.speaks and not claim.brought)
        return bool(named or claim.why in (SWITCHED, STRONG) or self._told.resting.get(claim))

    def finding(self, case: Case, origin: Origin, uses: Sequence[Use], *, quiet: str = "") -> Finding:
        """The finding at a claim, whose manifest stands in some place of the repository; the uses of defaults rely on
        it. `quiet` says why nothing that is here can."""
        resting = self._resting(case)
        quiet = quiet if not (resting or uses or self._decides(case)) else ""
        asking = self._asking(case)
        granted = bool(asking) and not uses and self._is_granted(case, resting)
        spared = self._is_spared(case, left=bool(uses or self._told.resting.get(case.claim)) or not self._naming(case))
        sure = case.stands is Standing.CANNOT and not (granted or spared)
        said = Verdict.FAILS if sure or (uses and self._is_settled(case, uses)) else Verdict.ALLOWS
        usage = Usage(
            rule=case.rule.id,
            place=case.claim.place,
            api=case.name,
            value=case.claim.text,
            language="",
            permitted=Permitted(versions=case.row.offered, sure=case.row.offered, default=not spared),
            newest=max(case.row.offered | case.row.possible),
            role=_role(case, resting, uses),
            confidence=Confidence.HIGH,
            related=(
                *places(resting),
                *(use.place._replace(text=f"{use.api} {RELIES}") for use in uses[:MOST_USES]),
                *(place(usage, "asks for more than the default") for usage in _heeded(asking, uses)[:1]),
            ),
            note=case.row.note,
            origin=origin,
            claims=tuple(Place(c.place.path, c.place.region, c.text) for c in case.beside),
            tentative=case.tentative,
        )
        remarks = filter(None, [counted(resting, uses), quiet])
        full = self._level(case, said, bool(resting) and not granted, asking=bool(asking), used=bool(uses))
        full = Level.NOTE if quiet or Area.VENDORED in origin.areas else full  # a copy runs on what its host runs on
        made = lowered(origin, full) if self._policy.demote else full
        return Finding(
            usage=usage,
            verdict=said,
            level=made,
            message=self._wording.message(case, usage.role, granted, spared, remarks),
            remediation=self._wording.remedy(case, granted, uses),
            demoted=made is not full,
        )

    def _is_spared(self, case: Case, *, left: bool) -> bool:
        """Whether the default of a runtime that cannot be asked for the floor reaches it with what is claimed beneath,
        and code leaves the versions to that, or at least none is known that asks."""
        beneath = case.claimed.keys() - {case.claim.product}
        able = is_mute(case, self._policy.floor) and not self._addable(case)
        return bool(left and beneath) and able and not self._decides(case)

    def _decides(self, case: Case) -> bool:
        """Whether code is known that fails because of a claim: what it names means something old on that runtime."""
        return any(
            finding.verdict is Verdict.FAILS
            and finding.usage.base == case.rule.base.id
            and any(place[:2] == case.claim.place[:2] for place in finding.usage.claims)
            for finding in self._told.findings
        )

    def _level(self, case: Case, said: Verdict, resting: bool, *, asking: bool = False, used: bool = False) -> Level:
        """The verdict's level. A note where the runtime is only allowed; where its default reaches the floor, unless
        code relies on that and a newer release does better; and where all code that is known asks for more, if it may:
        not where that takes an update which few systems have. Also where TLS is optional, and not known to be used."""
        weak = case.claim.kind in BINDING and any(other.kind not in BINDING for other in case.beside)
        small = case.tentative or weak or (case.rule.optional and not (resting or used))
        asking = asking and not used and (case.row.shipped or not self._addable(case))
        small = small or (case.stands is Standing.LOW and not ((resting or used) and case.better.clean))
        small = small or (asking and not resting) or is_of_system(case)
        return Level.NOTE if small else LEVELS[said]

    def _resting(self, case: Case) -> list[Usage]:
        """The places that leave the versions to a runtime; where that falls short, those that fall short with it."""
        floor = self._policy.floor
        found = [*self._told.resting.get(case.claim, ()), *self._varying(case)]
        found = [usage for usage in found if self._told.comes_to(case.claim, usage)]
        low = case.stands is Standing.LOW
        return [usage for usage in found if low or all(version < floor for version in usage.permitted.versions)]

    def _varying(self, case: Case) -> list[Usage]:
        """The places whose value means no more than the default on what is claimed, of a runtime whose default comes
        through some means only: they are such."""
        found = self._told.varying.get(case.claim, ()) if case.row.through or case.tentative else ()
        same = (usage for usage in found if case.tentative or usage.base == case.rule.base.id)
        return [usage for usage in same if usage.permitted.versions == case.row.offered]

    def _asking(self, case: Case) -> list[Usage]:
        """The places that set versions which reach the floor, where the default does not; also those that leave older
        ones of the runtime beside these."""
        return self._naming(case) if case.stands is Standing.SHORT or self._addable(case) else []

    def _naming(self, case: Case) -> list[Usage]:
        """The places that name versions which reach the floor, whether the runtime knows them or not."""
        varying = {usage.place for usage in self._varying(case)}
        return [
            usage
            for usage in (*(finding.usage for finding in self._told.findings), *self._told.resting.get(case.claim, ()))
            if usage.language
            and usage.base == case.rule.base.id
            and not usage.permitted.default
            and usage.place not in varying
            and any(version >= self._policy.floor for version in usage.permitted.versions)
            and case.claim in nearest(self._known.claims, case.claim.product, usage.place.path)
            and self._is_compiled(case, usage)
            and self._told.comes_to(case.claim, usage)
        ]

    def _is_compiled(self, case: Case, usage: Usage) -> bool:
        """Whether a place is compiled for the framework of a case: `#if` may keep it for other targets of a project."""
        targets = self._known.targets(usage.place.path) if usage.compiled else ()
        own = [target for target in targets if _is_target(target, case)]
        return not own or any(target in own for target in compiling(usage.compiled, targets))

    def _addable(self, case: Case) -> bool:
        """Whether an update, of which the version tells nothing, makes the floor possible."""
        return addable(case.row, self._policy.floor)

    def _is_granted(self, case: Case, resting: Iterable[Usage]) -> bool:
        """Whether code that asks for the floor takes an update for granted: nothing leaves it to the default."""
        floor = self._policy.floor
        reaching = all(max(usage.permitted.versions, default=floor) >= floor for usage in resting)
        return self._addable(case) and reaching


def governs(rule: Rule, finding: Finding) -> bool:
    """Whether a setting is one that decides for the whole program what a use of a default leaves open."""
    told = (text.partition(" ") for text in rule.governed)
    return any(finding.usage.rule == name and finding.usage.api.endswith(call) for name, _, call in told)


def _may_settle(case: Case) -> bool:
    """Whether a runtime whose default falls short is one for which code alone sets anything else."""
    return case.rule.sole and case.stands is Standing.SHORT and not case.row.through and not case.tentative


def _is_target(target: Target, case: Case) -> bool:
    product = case.claim.product
    return target.family == product and version_key(target.version, product) == version_key(case.version, product)


def _role(case: Case, resting: Sequence[Usage], uses: Sequence[Use]) -> Role:
    """The side of what is known to rely on a claim; where nothing is, that of the runtime's table."""
    sides = {rule.role for use in uses for rule in use.rules if depends(rule, case.rule)}
    sides |= {usage.role for usage in resting}
    return Role.BOTH if len(sides) > 1 else next(iter(sides), case.rule.role)


def _heeded(asking: Sequence[Usage], uses: Sequence[Use]) -> list[Usage]:
    """Of settings those of what some use leaves to its default, or all where there is none: what streams use heeds no
    setting of the whole process."""
    bases = {rule.base.id for use in uses for rule in use.rules}
    return [usage for usage in asking if not bases or usage.base in bases]
