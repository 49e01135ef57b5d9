"""Claims on runtimes, held against a floor: each at the version of those that it allows which counts, with what that
version stands to. What versions offer is said by the tables."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from tlsscan.bases import row_of, turns_of
from tlsscan.claims import BINDING, ON_WINDOWS, Claim, ClaimKind, beside, nearest
from tlsscan.grounds import Known, Option
from tlsscan.products import Runtimes
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple
from tlsscan.rules import BaseRow, Rule
from tlsscan.standing import NO_UPGRADE, Standing, Upgrade, standing, upgrade


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


class Cases:
    """The claims of a tree, as what they come to under a floor."""

    def __init__(self, known: Known, rules: Mapping[str, Rule], floor: Version) -> None:
        """`rules` are those about the runtimes themselves, by product."""
        self._known = known
        self._rules = rules
        self._floor = floor
        self._asked: dict[str, Mapping[str, Collection[tuple[int, ...]]]] = {}
        self._trials: dict[tuple[object, ...], tuple[Trial, ...]] = {}

    def made_by(self, path: str) -> Iterator[Case]:
        """What the claims of a manifest come to; those of which nothing is known are left out."""
        cases = map(self._case, self._known.claims.made_by(path))
        return (case for case in cases if case is not None)

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
        beside = self.beside(claim, products)
        named = {name: self._known.named[name] for name in sorted(products) if name in self._known.named}
        others = {**{other.product: version_of(other, products) for other in beside}, **named}
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
            stands = standing(row, self._floor)
            limited = _is_limited(row, product, stands, alone, self._floor)
            claimed = {} if limited else runtimes.claimed
            fine = stands is Standing.FINE  # nothing will be said of it
            better = NO_UPGRADE if fine else self._better(product, rule, version, claimed)
            shown = str(option.span) if option.span.exact or version == "0" else version
            yield Trial(shown, row, stands, alone is row, limited, better, runtimes.claimed)

    def _better(self, product: str, rule: Rule, version: str, claimed: Mapping[str, str]) -> Upgrade:
        """What to upgrade a product to, where others are as they are claimed. Where another one limits it, upgrades
        count only where the version would not do with any."""
        floor = self._floor
        if claimed:
            return upgrade(rule.base, product, version, floor, Runtimes({**claimed}, self._known.beneath))
        alone = Runtimes({product: version}, {})
        row = row_of(rule.base, alone)
        if row is None or standing(row, floor) in (Standing.LOW, Standing.FINE):
            return NO_UPGRADE
        return upgrade(rule.base, product, version, floor, alone)

    def beside(self, claim: Claim, products: Iterable[str]) -> tuple[Claim, ...]:
        """The claims on other products of a base that name one version, as far as the user names none."""
        open_ = (product for product in products if product not in self._known.named)
        return beside(claim, open_, self._known.claims)


def version_of(claim: Claim, turns: Mapping[str, Collection[tuple[int, ...]]]) -> str:
    """The version that a claim beside another one stands for: of a series its last part, of a range the oldest."""
    return Option(claim.product, claim.spans[0], claim).versions(turns.get(claim.product, ()))[0]


def _is_limited(row: BaseRow, product: str, stands: Standing, alone: BaseRow | None, floor: Version) -> bool:
    """Whether a row that falls short does so for other products: it is about these alone, or also about these, and
    `alone` the product stands better."""
    about = {name for name, _ in row.when.products} if row.when is not None else set()
    better = alone is not None and standing(alone, floor).value > stands.value
    return stands in (Standing.CANNOT, Standing.SHORT) and bool(about - {product}) and (product not in about or better)


def _standing(case: Case) -> int:
    return case.stands.value


def is_of_system(case: Case) -> bool:
    """Whether no version of the runtime decides, since the program runs on Windows alone."""
    return case.claim.product == "dotnet" and case.claim.why == ON_WINDOWS


def is_direct(claim: Claim) -> bool:
    """Whether the version itself stands in the manifest, and does not follow from what does."""
    written = _digits(claim.text)
    return any(_digits(span.low) in written for span in claim.spans)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def is_mute(case: Case, floor: Version) -> bool:
    """Whether nothing that code may set reaches a floor, though a default that names no version does."""
    return case.stands is Standing.CANNOT and max(case.row.offered) >= floor
