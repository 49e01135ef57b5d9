"""Claims that are findings themselves: a runtime that cannot reach the floor, or does not by itself. Policy, as it has
opinions; what versions offer is said by the tables."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from tlsscan.bases import row_of, turns_of
from tlsscan.claims import BINDING, NATIVE, ON_WINDOWS, STRONG, SWITCHED, Claim, ClaimKind, beside, nearest
from tlsscan.defaults import Use, depends
from tlsscan.grounds import Known, Option
from tlsscan.model import Area, Confidence, Finding, Level, Origin, Permitted, Place, Role, Usage, Verdict
from tlsscan.policy import DEMOTED, LEVELS, Policy, lowered, remedy
from tlsscan.products import Runtimes, Target, edges, version_key
from tlsscan.protocol import Version, in_words
from tlsscan.records import NamedTuple
from tlsscan.rules import BaseRow, Rule
from tlsscan.standing import NO_UPGRADE, Standing, Upgrade, addable, standing, upgrade
from tlsscan.targets import compiling, is_released

MOST_PLACES = 20  # that a rule knows to rely on one claim, told with it
MOST_USES = 10  # of defaults
_RELIES = "leaves the versions to it"
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
        "Assign ServicePointManager.SecurityProtocol = (SecurityProtocolType)3072 before the first request (which "
        "WCF's net.tcp does not heed), or set SchUseStrongCrypto and SystemDefaultTlsVersions to 1 below "
        "HKLM\\SOFTWARE\\[Wow6432Node\\]Microsoft\\.NETFramework\\v4.0.30319; a newer target alone changes nothing."
    ),
}
"""What to do where a newer target would not help, by why a claim follows."""


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


class Case(NamedTuple):
    """A claim at one of its versions, with what that version stands to."""

    claim: Claim
    rule: Rule
    version: str
    row: BaseRow
    stands: Standing
    tentative: bool
    beside: tuple[Claim, ...]
    """Claims on other products that decide, too."""
    named: tuple[str, ...]
    """Versions of other products that were named on the command line, and decide, too."""
    limited: bool
    """Whether another product alone takes the floor away."""
    better: Upgrade
    claimed: Mapping[str, str]
    """The versions that were tried, by product."""

    @property
    def name(self) -> str:
        """As people write it: `Java 7`."""
        return f"{self.rule.called(self.version)} {self.version}"


class Trial(NamedTuple):
    """What a runtime comes to at one version; the fields are those of a case, but for `alone`: others that are claimed
    beside it, or named, change nothing."""

    version: str
    row: BaseRow
    stands: Standing
    alone: bool
    limited: bool
    better: Upgrade
    claimed: Mapping[str, str]


class Floors:
    """Judges claims under a policy."""

    def __init__(self, known: Known, rules: Mapping[str, Rule], policy: Policy, told: Verdicts) -> None:
        self._known = known
        self._rules = rules
        self._policy = policy
        self._told = told
        self._asked: dict[str, Mapping[str, Collection[tuple[int, ...]]]] = {}
        self._trials: dict[tuple[object, ...], tuple[Trial, ...]] = {}

    def cases(self, path: str) -> list[Case]:
        """The claims of a manifest of which something is to be said."""
        cases = map(self._case, self._known.claims.made_by(path))
        return [case for case in cases if case is not None and self._matters(case)]

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
        beside = {claim.product: _version(claim, turns) for claim in self._beside(case.claim, sorted(turns))}
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

    def _case(self, claim: Claim) -> Case | None:
        """What a claim comes to; None where nothing is known of it, a more binding claim is nearer, or another product
        stands for its own: what is built for Android runs on no Java."""
        rule = self._rules.get(claim.product)
        claims = self._known.claims
        if rule is None or claim.product in self._known.named or claims.replaced(claim.product, claim.scope):
            return None
        binding = claim.kind in BINDING
        if not binding and claim not in nearest(self._known.claims, claim.product, claim.scope):
            return None
        columns = [list(self._cases(claim, rule, Option(claim.product, span, claim))) for span in claim.spans]
        columns = [column for column in columns if column]
        if not columns:
            return None
        if binding:  # a range may be its best; of what is named the worst counts
            return min((max(column, key=_standing) for column in columns), key=_standing)
        every = [case for column in columns for case in column]
        surely = claim.kind is ClaimKind.REQUIREMENT and max(map(_standing, every)) <= Standing.SHORT.value
        return min(every, key=_standing)._replace(tentative=not surely)

    def _cases(self, claim: Claim, rule: Rule, option: Option) -> Iterator[Case]:
        """The claim at each version of a span that the tables tell apart."""
        products = self._edges(rule)
        beside = self._beside(claim, products)
        named = {name: self._known.named[name] for name in sorted(products) if name in self._known.named}
        others = {**{other.product: _version(other, products) for other in beside}, **named}
        words = tuple(f"{self._known.called(name, text)} {text}" for name, text in named.items())
        key = (rule.id, option.span, tuple(others.items()))
        if key not in self._trials:  # many manifests claim the same
            self._trials[key] = tuple(self._tried(rule, option, others))
        for trial in self._trials[key]:
            deciding, said = ((), ()) if trial.alone else (beside, words)
            version, row, stands = trial.version, trial.row, trial.stands
            yield Case(
                claim, rule, version, row, stands, False, deciding, said, trial.limited, trial.better, trial.claimed
            )

    def _edges(self, rule: Rule) -> Mapping[str, Collection[tuple[int, ...]]]:
        """By product the versions at which what a rule's rows say may change."""
        if rule.id not in self._asked:
            self._asked[rule.id] = turns_of(rule.base, self._known.beneath)
        return self._asked[rule.id]

    def _tried(self, rule: Rule, option: Option, others: Mapping[str, str]) -> Iterator[Trial]:
        """What a runtime stands to at each version of a span, beside the versions of others."""
        product = option.product
        for version in option.versions(self._edges(rule).get(product, ())):
            runtimes = Runtimes({**others, product: version}, self._known.beneath)
            row = row_of(rule.base, runtimes)
            if row is None:
                continue
            alone = row if not others else row_of(rule.base, runtimes._replace(claimed={product: version}))
            stands = standing(row, self._policy.floor)
            limited = _is_limited(row, product, stands, alone, self._policy.floor)
            claimed = {} if limited else runtimes.claimed
            fine = stands is Standing.FINE  # nothing will be said of it
            better = NO_UPGRADE if fine else self._better(product, rule, version, claimed)
            shown = str(option.span) if option.span.exact or version == "0" else version
            yield Trial(shown, row, stands, alone is row, limited, better, runtimes.claimed)

    def _better(self, product: str, rule: Rule, version: str, claimed: Mapping[str, str]) -> Upgrade:
        """What to upgrade a product to, where others are as they are claimed. Where another one limits it, upgrades
        count only where the version would not do with any."""
        floor = self._policy.floor
        if claimed:
            return upgrade(rule.base, product, version, floor, Runtimes({**claimed}, self._known.beneath))
        alone = Runtimes({product: version}, {})
        row = row_of(rule.base, alone)
        if row is None or standing(row, floor) in (Standing.LOW, Standing.FINE):
            return NO_UPGRADE
        return upgrade(rule.base, product, version, floor, alone)

    def _beside(self, claim: Claim, products: Iterable[str]) -> tuple[Claim, ...]:
        """The claims on other products of a base that name one version, as far as the user names none."""
        open_ = (product for product in products if product not in self._known.named)
        return beside(claim, open_, self._known.claims)

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
        named = _is_direct(claim) or image or (case.rule.speaks and not claim.brought)
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
                *_places(resting),
                *(use.place._replace(text=f"{use.api} {_RELIES}") for use in uses[:MOST_USES]),
                *(_place(usage, "asks for more than the default") for usage in _heeded(asking, uses)[:1]),
            ),
            note=case.row.note,
            origin=origin,
            claims=tuple(Place(c.place.path, c.place.region, c.text) for c in case.beside),
            tentative=case.tentative,
        )
        full = self._level(case, said, bool(resting) and not granted, asking=bool(asking), used=bool(uses))
        full = Level.NOTE if quiet or Area.VENDORED in origin.areas else full  # a copy runs on what its host runs on
        made = lowered(origin, full) if self._policy.demote else full
        return Finding(
            usage=usage,
            verdict=said,
            level=made,
            message=self._message(case, usage.role, granted, spared, filter(None, [_counted(resting, uses), quiet])),
            remediation=self._remedy(case, granted, uses),
            demoted=made is not full,
        )

    def _is_spared(self, case: Case, *, left: bool) -> bool:
        """Whether the default of a runtime that cannot be asked for the floor reaches it with what is claimed beneath,
        and code leaves the versions to that, or at least none is known that asks."""
        beneath = case.claimed.keys() - {case.claim.product}
        able = _is_mute(case, self._policy.floor) and not self._addable(case)
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
        small = small or (asking and not resting) or _is_of_system(case)
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

    def _message(self, case: Case, role: Role, granted: bool, spared: bool, remarks: Iterable[str]) -> str:
        floor = self._policy.floor.label
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
        if self._addable(case):
            most = max(case.row.possible).label
            asked = f"{floor} needs an update, and has to be asked for"
            return f"{lead} has nothing above {most} of its own: {asked}{aside}"
        if case.stands is Standing.CANNOT and not spared:
            asked = f"be asked for {floor}, though its default may reach it"
            how = asked if _is_mute(case, self._policy.floor) else f"reach {floor}"
            return f"{lead} cannot {how}{self._consequence(case, role)}{aside}"
        if case.stands is Standing.SHORT:
            how = f"through {case.row.through}" if case.row.through else "by default"
            return f"{lead} offers only {offered} {how}{self._consequence(case, role)}{aside}"
        low = frozenset(version for version in case.row.offered if version < self._policy.floor)
        asked = f", and it cannot be asked for {floor}" if spared else ""
        return f"{lead} offers {offered} by default: {in_words(low)} may still be negotiated{asked}{aside}"

    def _consequence(self, case: Case, role: Role) -> str:
        floor = self._policy.floor.label
        what = "what runs on it" if case.stands is Standing.CANNOT else f"what does not ask for {floor}"
        if _is_mute(case, self._policy.floor):
            what = "what names a version"
        named = floor if case.row.through and case.stands is Standing.SHORT else "it"
        what = "what uses them" if named == floor else what
        if role is Role.SERVER:
            return f": clients that require {floor} cannot connect to {what}"
        end = f"to a server that requires {named}" if role is Role.CLIENT else f"where {named} is required"
        return f": {what} cannot connect {end}"

    def _remedy(self, case: Case, granted: bool, uses: Sequence[Use]) -> str:
        floor = self._policy.floor
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
        floor, name, better = self._policy.floor, case.rule.library, case.better
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


def _version(claim: Claim, turns: Mapping[str, Collection[tuple[int, ...]]]) -> str:
    """The version that a claim beside another one stands for: of a series its last part, of a range the oldest."""
    return Option(claim.product, claim.spans[0], claim).versions(turns.get(claim.product, ()))[0]


def _is_limited(row: BaseRow, product: str, stands: Standing, alone: BaseRow | None, floor: Version) -> bool:
    """Whether a row that falls short does so for other products: it is about these alone, or also about these, and
    `alone` the product stands better."""
    about = {name for name, _ in row.when.products} if row.when is not None else set()
    better = alone is not None and standing(alone, floor).value > stands.value
    return stands in (Standing.CANNOT, Standing.SHORT) and bool(about - {product}) and (product not in about or better)


def _is_mute(case: Case, floor: Version) -> bool:
    """Whether nothing that code may set reaches a floor, though a default that names no version does."""
    return case.stands is Standing.CANNOT and max(case.row.offered) >= floor


def _listed(versions: Sequence[str]) -> str:
    *most, last = versions or ("",)
    return f"{', '.join(most)} and {last}" if most else last


def _is_of_system(case: Case) -> bool:
    """Whether no version of the runtime decides, since the program runs on Windows alone."""
    return case.claim.product == "dotnet" and case.claim.why == ON_WINDOWS


def _is_explained(case: Case) -> bool:
    """Whether it is told how a claim follows."""
    why = case.claim.why
    return _is_of_system(case) if why == ON_WINDOWS else bool(why) and not _is_direct(case.claim)


def _is_direct(claim: Claim) -> bool:
    """Whether the version itself stands in the manifest, and does not follow from what does."""
    written = _digits(claim.text)
    return any(_digits(span.low) in written for span in claim.spans)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _role(case: Case, resting: Sequence[Usage], uses: Sequence[Use]) -> Role:
    """The side of what is known to rely on a claim; where nothing is, that of the runtime's table."""
    sides = {rule.role for use in uses for rule in use.rules if depends(rule, case.rule)}
    sides |= {usage.role for usage in resting}
    return Role.BOTH if len(sides) > 1 else next(iter(sides), case.rule.role)


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


def _standing(case: Case) -> int:
    return case.stands.value


def _heeded(asking: Sequence[Usage], uses: Sequence[Use]) -> list[Usage]:
    """Of settings those of what some use leaves to its default, or all where there is none: what streams use heeds no
    setting of the whole process."""
    bases = {rule.base.id for use in uses for rule in use.rules}
    return [usage for usage in asking if not bases or usage.base in bases]


def _places(usages: Sequence[Usage]) -> Iterator[Place]:
    for usage in usages[:MOST_PLACES]:
        yield _place(usage, _RELIES)


def _place(usage: Usage, words: str) -> Place:
    return usage.place._replace(text=f"{usage.api} {words}")


def _counted(resting: Sequence[Usage], uses: Sequence[Use]) -> str:
    """How many places rely on a claim, where not all are told."""
    every = len(resting) + len(uses)
    told = min(len(resting), MOST_PLACES) + min(len(uses), MOST_USES)
    return f"{every} places {_RELY}, of which {told} are told" if told < every else ""


def _where(claim: Claim) -> str:
    return f"{claim.place.path}:{claim.place.region.line}"
