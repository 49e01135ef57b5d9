"""What findings come to on the runtimes that a repository claims: the same code, judged on each that a claim allows.

A claim may be one version, a series, a range or several of them. Versions between which no rule makes a difference are
one and the same; of the others one each is tried. What holds on all of a claim's versions is certain, and where a
claim names several runtimes the worst of them counts; what holds on some versions of a range only is a note.
A series that code is put on (a tag, a version file) is taken for its newest release.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from tlsscan.claims import BINDING, Claim, ClaimKind
from tlsscan.grounds import Combined, Ground, Known, Option, system_of, together
from tlsscan.model import Finding, Level, Place, Usage, Verdict
from tlsscan.policy import grounded
from tlsscan.products import Runtimes, Targets
from tlsscan.records import NamedTuple
from tlsscan.targets import compiling
from tlsscan.values import Region

MOST_WORLDS = 64  # of one file; beyond, only the ends of ranges are tried
ROUNDS = 4
_LOWEST = frozenset({ClaimKind.REQUIREMENT, ClaimKind.BYTECODE})

World = tuple[tuple[str, str], ...]
"""Products with their versions, sorted."""
Key = tuple[str, Region]
Outcome = Mapping[Key, Finding]
Judge = Callable[[str, Runtimes], list[Finding]]
"""The findings in the code of a file, on some runtimes."""


class Judged(NamedTuple):
    """Findings; by claim the places that leave the versions to the runtime it names, and those whose value means
    nothing that reaches the floor on a runtime that it allows."""

    findings: list[Finding]
    resting: dict[Claim, list[Usage]]
    varying: dict[Claim, list[Usage]]


def judged(paths: Iterable[str], judge: Judge, known: Known, compiled: Mapping[str, Collection[str]] = {}) -> Judged:
    """The findings of the code in files, on the runtimes that are known of each. What is compiled for some of a
    project's targets only is judged on those alone; `compiled` tells what `#if` asks in each file."""
    result = Judged([], {}, {})
    for path in paths:
        targets = known.targets(path)
        some = {compiling(text, targets) for text in compiled.get(path, ())} if targets else set[Targets]()
        for chosen in sorted({targets, *filter(None, some)}):
            ground = known.ground(path).compiled_for(chosen, targets)
            _Trial(path, judge, known, ground, targets, chosen).settle(result)
    return result


class _Trial:
    """A file, tried on all runtimes that its code may run on as it is compiled for some targets."""

    def __init__(
        self,
        path: str,
        judge: Judge,
        known: Known,
        ground: Ground,
        targets: Targets = (),
        chosen: Targets = (),
    ) -> None:
        self._targets = targets
        self._chosen_targets = chosen
        self._path = path
        self._judge = judge
        self._known = known
        self._ground = ground
        self._edges: dict[str, set[tuple[int, ...]]] = {}
        self._outcomes: dict[World, Outcome] = {}
        self._facts: dict[World, Mapping[str, Claim]] = {}

    def settle(self, result: Judged) -> None:
        """Add what is found to a result."""
        plain = self._on(())
        worlds = self._worlds()
        keys = {key for world in worlds for key in self._on(world)} | set(plain)
        for key in sorted(keys):
            world, tentative = self._chosen(key, worlds)
            finding = self._on(world).get(key)
            if finding is not None:
                self._add(result, finding, key, world, tentative)
                if not tentative and finding.verdict is Verdict.ALLOWS:
                    self._note_failing(result, key, worlds)

    def _on(self, world: World) -> Outcome:
        """What is found in a world, by place."""
        if world not in self._outcomes:
            runtimes = self._known.runtimes()._replace(
                claimed=dict(world),
                asked=self._edges,
                targets=self._targets,
                chosen=self._chosen_targets,
                granted=self._granted(world),
                surely=self._alone(world),
            )
            found = [finding for finding in self._judge(self._path, runtimes) if self._concerns(finding)]
            self._outcomes[world] = {(f.usage.place.path, f.usage.place.region): f for f in found}
        return self._outcomes[world]

    def _granted(self, world: World) -> Mapping[str, str]:
        """What is taken for granted beneath a runtime on which the code surely runs, unless something is said of it."""
        said = any(name in self._known.under for name, _ in world)
        return {} if said or not self._surely(world) else self._known.least

    def _surely(self, world: World) -> bool:
        """Whether the code surely runs on a runtime of a world."""
        names = (name for name, _ in world if name in self._ground.options and name not in self._known.under)
        return any(map(self._ground.binding, names))

    def _alone(self, world: World) -> bool:
        """Whether that is all it runs on, as far as anybody says."""
        known = [self._ground.options[name] for name, _ in world if name in self._ground.options]
        return self._surely(world) and all(len(options) == 1 for options in known)

    def _concerns(self, finding: Finding) -> bool:
        """Whether a place is compiled for just the targets that are looked at."""
        text = finding.usage.compiled if self._targets else ""
        return (compiling(text, self._targets) if text else self._targets) == self._chosen_targets

    def _worlds(self) -> list[World]:
        """All worlds that the claims allow, as far as some rule tells them apart; what is asked is known once it was
        tried."""
        worlds: list[World] = []
        for _ in range(ROUNDS):
            before = {name: set(edges) for name, edges in self._edges.items()}
            worlds = self._combined(self._names())
            for world in worlds:
                self._on(world)
            for world in self._lowest(self._names()):
                self._on(world)
            if before == self._edges:
                break
        return worlds

    def _names(self) -> list[str]:
        return sorted(name for name in self._ground.options if name in self._edges)

    def _combined(self, names: Sequence[str], given: Mapping[str, Sequence[Option]] = {}) -> list[World]:
        """The worlds of some products: each version of each of their options, or of those that are given."""
        columns = []
        for name in names:
            options = given.get(name, self._ground.options[name])
            columns.append([(option, version) for option in options for version in self._versions(option)])
        many = 1
        for column in columns:
            many *= len(column)
        if many > MOST_WORLDS:
            columns = [[column[0], column[-1]] for column in columns]
        found = (self._world(combined) for combined in together(islice(product(*columns), MOST_WORLDS)))
        return list(dict.fromkeys(found))

    def _world(self, combined: Combined) -> World:
        """What holds where some options do, with how their system is configured."""
        plain = tuple((option.product, version) for option, version in combined)
        facts = self._ground.facts(system_of(combined))
        asked = {name: fact for name, fact in facts.items() if name in self._edges}
        if not asked:
            return plain
        world = tuple(sorted([*plain, *((name, fact.spans[0].low) for name, fact in asked.items())]))
        self._facts.setdefault(world, asked)
        return world

    def _versions(self, option: Option) -> list[str]:
        return option.versions(self._edges.get(option.product, ()))

    def _chosen(self, key: Key, worlds: Sequence[World]) -> tuple[World, bool]:
        """The world that counts for a place, and whether the claims only allow it."""
        names = self._names()
        certain = self._certain(key, [name for name in names if self._ground.binding(name)])
        if not worlds:
            return certain, False
        if not any(key in self._on(world) for world in worlds) and self._asserts(names):
            return worlds[0], False  # what is required leaves no runtime on which the code runs
        worst = max(worlds, key=lambda world: self._badness(key, world))
        worse = [world for world in worlds if self._badness(key, world) > self._badness(key, certain)]
        if len(worse) == len(worlds) and self._asserts(names):
            return min(worlds, key=lambda world: self._badness(key, world)), False
        lowest = self._lowest(names)
        if lowest and all(self._betters(key, world, certain) for world in lowest):
            return max(lowest, key=lambda world: self._badness(key, world)), False
        level = self._on(certain)[key].level if key in self._on(certain) else Level.NONE
        if self._badness(key, worst) > self._badness(key, certain) and level.rank <= Level.NOTE.rank:
            return worst, True
        if self._asserts(names) and all(self._badness(key, w) == self._badness(key, certain) for w in worlds):
            return worst, False  # it is as bad on all that is required: there its conditions are known
        return certain, False

    def _asserts(self, names: Iterable[str]) -> bool:
        """Whether what holds on all versions of the claims is certain: not of tests and builds, which say nothing of
        what else it runs on."""
        weak = [option for name in names for option in self._ground.options[name] if not option.binding]
        return bool(weak) and all(o.claim is not None and o.claim.kind is ClaimKind.REQUIREMENT for o in weak)

    def _lowest(self, names: Sequence[str]) -> list[World]:
        """The worlds, if all that is claimed without saying what code runs on is the oldest runtime that it can run on;
        where it is tested on some of these, all of them."""
        levels = self._ground.levels
        options = {name: levels.get(name, self._ground.options[name]) for name in names}
        weak = [option for several in options.values() for option in several if not option.binding]
        bounds = all(option.claim is not None and option.claim.kind in _LOWEST for option in weak)
        return self._combined(names, options) if weak and bounds else []

    def _betters(self, key: Key, world: World, certain: World) -> bool:
        """Whether a finding is less bad in a world, which does not take it away."""
        return key in self._on(world) and self._badness(key, world) < self._badness(key, certain)

    def _certain(self, key: Key, names: Sequence[str]) -> World:
        """Of the runtimes that are claimed the worst, each range taken at its best."""
        every = product(*([(option, "") for option in self._ground.options[name]] for name in names))
        chosen: list[World] = []
        for combined in together(every):
            only = {option.product: (option,) for option, _ in combined}
            chosen.append(min(self._combined(list(only), only), key=lambda world: self._badness(key, world)))
        return max(chosen, key=lambda world: self._badness(key, world))

    def _badness(self, key: Key, world: World) -> tuple[int, int]:
        finding = self._on(tuple(sorted(world))).get(key)
        if finding is None:
            return (0, -len(Verdict))
        return (finding.level.rank, -list(Verdict).index(finding.verdict))

    def _add(self, result: Judged, finding: Finding, key: Key, world: World, tentative: bool) -> None:
        if finding.usage.idle and not finding.usage.related:
            result.findings.append(finding._replace(level=Level.NONE))
            return
        if finding.level is Level.NONE:
            result.findings.append(self._switched_off(finding, key, world))
            return
        deciding = self._deciding(finding, key, world)
        claims = [option.claim for option in deciding if option.claim is not None]
        rests = self._rests(finding)
        if claims and rests:
            for claim in claims:
                result.resting.setdefault(claim, []).append(finding.usage)
            judged = any(self._known.judges(claim) for claim in claims)
            if finding.verdict is Verdict.ALLOWS and not tentative and judged:  # breaks nothing; told at the claim
                result.findings.extend(list(self._shutting(key)) or [finding._replace(level=Level.NONE)])
                return
        told = tuple(Place(claim.place.path, claim.place.region, _said(claim)) for claim in claims)
        words = tuple(self._words(option, dict(world)[option.product], tentative) for option in deciding)
        weak = rests and finding.verdict is Verdict.ALLOWS and (bool(claims) or not finding.usage.permitted.default)
        result.findings.append(grounded(finding, words, told, tentative or weak) if words else finding)

    def _note_failing(self, result: Judged, key: Key, worlds: Sequence[World]) -> None:
        """Add what a value means on runtimes that claims merely allow, where it fails: of each claim the worst."""
        noted: set[Claim] = set()
        for world in sorted(worlds, key=lambda world: self._badness(key, world), reverse=True):
            finding = self._on(world).get(key)
            if finding is None or finding.verdict is not Verdict.FAILS:
                continue
            claims = (option.claim for option in self._deciding(finding, key, world))
            for claim in (claim for claim in claims if claim is not None and claim not in noted):
                noted.add(claim)
                result.varying.setdefault(claim, []).append(finding.usage)

    def _switched_off(self, finding: Finding, key: Key, world: World) -> Finding:
        """What is fine on the runtime that is claimed, which has versions switched off that the code names: a note of
        that, for they may be negotiated on another one."""
        plain = self._on(()).get(key)
        if plain is None or plain.verdict is not Verdict.ALLOWS or finding.usage.permitted.default:
            return finding
        low = {version for version in plain.usage.permitted.sure if version < (plain.floor or self._known.floor)}
        deciding = self._deciding(finding, key, world)
        if not low - finding.usage.permitted.versions or not deciding:
            return finding
        told = tuple(
            Place(option.claim.place.path, option.claim.place.region, _said(option.claim))
            for option in deciding
            if option.claim is not None
        )
        words = (self._words(option, dict(world)[option.product], False) for option in deciding)
        off = ", ".join(f"not {said}, which has them switched off" for said in words)
        return grounded(plain, (off,), told, tentative=True)

    def _shutting(self, key: Key) -> Iterator[Finding]:
        """What a place shuts out on a runtime that is blamed for the rest."""
        every = (outcome[key] for outcome in self._outcomes.values() if key in outcome)
        for finding in every:
            if finding.shutting and finding.level is not Level.NONE:
                yield finding._replace(verdict=Verdict.CAPS, level=Level.NOTE, message=finding.shutting)
                break

    def _rests(self, finding: Finding) -> bool:
        """Whether all that is wrong at a place comes with the runtime: the code names no old version."""
        permitted = finding.usage.permitted
        low = {version for version in permitted.versions if version < (finding.floor or self._known.floor)}
        return permitted.default or (finding.verdict is Verdict.ALLOWS and low <= permitted.inherited)

    def _deciding(self, finding: Finding, key: Key, world: World) -> list[Option]:
        """The claims without which something else would be found; where each alone changes nothing, the fewest that do
        it together."""
        alone = [pair for pair in world if not self._suffice(finding, key, [one for one in world if one != pair])]
        few = [] if alone or self._suffice(finding, key, []) else list(world)
        for pair in tuple(few):
            fewer = [one for one in few if one != pair]
            few = fewer if self._suffice(finding, key, fewer) else few
        return [self._option(name, version, world) for name, version in alone or few]

    def _suffice(self, finding: Finding, key: Key, some: Iterable[tuple[str, str]]) -> bool:
        """Whether the same is found where only a part of what is known is."""
        other = self._on(tuple(some)).get(key)
        return other is not None and _gist(other) == _gist(finding)

    def _option(self, name: str, version: str, world: World) -> Option:
        told = self._ground.options.get(name)
        options = (*self._ground.levels.get(name, ()), *told) if told else self._configured(name, world)
        return next((option for option in options if option.span.covers(version, name)), options[0])

    def _configured(self, name: str, world: World) -> tuple[Option, ...]:
        fact = self._facts[world][name]
        return (Option(name, fact.spans[0], fact, fact.kind in BINDING),)

    def _words(self, option: Option, version: str, tentative: bool) -> str:
        title = self._known.called(option.product, version)
        if not option.binding and option.claim is None:
            old = f"{title} {version}" if version != "0" else f"an old {title}"
            return f"on {old}, and nothing says which it runs on"
        if not option.is_said:
            return f"on the oldest {title}"
        version = str(option.span) if option.span.exact or version == "0" else version
        if option.claim is None:
            return f"on {title} {version}"
        place = option.claim.place
        where = f"{place.path}:{place.region.line}"
        if option.claim.kind is ClaimKind.SYNTAX and option.claim.why:
            return f"on {title} {version} and later"
        if option.claim.kind is ClaimKind.SYNTAX:
            return f"on {title} {version}, which {where} is written for"
        allows = tentative or not (option.span.exact or version in option.claim.text)
        return f"on {title} {version}, {f'which {where} allows' if allows else where}"


def _gist(finding: Finding) -> tuple[object, ...]:
    permitted = finding.usage.permitted
    usage = finding.usage
    return (
        finding.verdict,
        permitted.versions,
        permitted.sure,
        permitted.rejected,
        usage.note,
        usage.guarded,
        usage.doubt,
    )


def _said(claim: Claim) -> str:
    return f"{claim.text} ({claim.why})" if claim.why else claim.text
