"""What files run on: by product the runtimes that claims of the repository, the user or assumptions leave possible."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from tlsscan.claims import BINDING, Claim, ClaimKind, Claims, Span
from tlsscan.products import INSTEAD, Runtimes, Target, Targets, compare, spelled, version_key
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple
from tlsscan.targets import DOTNET, FIRST_WITH_STANDARD, NETFX, STANDARD, oldest_for

UNKNOWN = Span("0", "0")  # the oldest there is
_LOWEST = frozenset({ClaimKind.REQUIREMENT, ClaimKind.BYTECODE})

Combined = tuple[tuple["Option", str], ...]
"""Options, each at one of its versions."""


class Option(NamedTuple):
    """One runtime that a claim speaks of. Without a claim it was named on the command line, or is any at all."""

    product: str
    span: Span
    claim: Claim | None = None
    binding: bool = True

    @property
    def is_said(self) -> bool:
        """Whether somebody says so, and it is not for want of anything known that it is tried."""
        return self.claim is not None or (self.binding and self.span != UNKNOWN)

    @property
    def system(self) -> str:
        """The image or the machine that it is about."""
        return self.claim.system if self.claim is not None else ""

    @property
    def leads(self) -> bool:
        """Whether it is claimed by itself: not what comes with a system, nor a library."""
        return self.claim is not None and not (self.claim.brought or self.claim.library)

    def versions(self, edges: Iterable[tuple[int, ...]]) -> list[str]:
        """A version for each part of the span that the edges cut it into, the oldest first; of a series only the newest
        part, since that is what a tag or a version file becomes."""
        low = version_key(self.span.low, self.product)
        inside = [edge for edge in edges if compare(edge, low) > 0 and self.span.covers(_text(edge), self.product)]
        inside.sort(key=lambda edge: (*edge, -1))
        every = [self.span.low or "0", *(spelled(edge, self.product) for edge in inside)]
        return every[-1:] if self.span.exact else every


def system_of(combined: Combined) -> str:
    """The one system that all runtimes of a combination are of; where only what a system brings is known, that one."""
    leading = {option.system for option, _ in combined if option.leads}
    brought = {option.system for option, _ in combined if option.claim is not None and option.claim.brought}
    systems = leading or brought
    return systems.pop() if len(systems) == 1 else ""


def together(every: Iterable[Combined]) -> list[Combined]:
    """Combinations that may be true: what a system brings counts for the runtimes on it only."""
    found: dict[Combined, dict[Combined, None]] = {}
    for combined in every:
        leading = tuple(pair for pair in combined if pair[0].leads)
        systems = {option.system for option, _ in leading}
        kept = tuple(pair for pair in combined if pair[0].leads or _is_among(pair[0], systems))
        found.setdefault(leading, {})[kept] = None
    most = {leading: max(map(len, several)) for leading, several in found.items()}
    return [kept for leading, several in found.items() for kept in several if len(kept) == most[leading]]


def _is_among(option: Option, systems: Collection[str]) -> bool:
    own = option.claim is not None and option.claim.brought and option.system
    return not own or not systems or own in systems


class Ground(NamedTuple):
    """What is known of the products that some files run on: by product, the runtimes that are possible."""

    options: Mapping[str, tuple[Option, ...]]
    facts: Callable[[str], Mapping[str, Claim]] = lambda system: {}
    """How a system is configured, by product."""
    levels: Mapping[str, tuple[Option, ...]] = {}
    """What can load the code at all, of products that only tests tell of otherwise."""

    def binding(self, name: str) -> bool:
        """Whether the claims on a product say what the code runs on, and not only what it should run on: what another
        product replaces it surely does not run on."""
        return name in INSTEAD or all(option.binding for option in self.options[name])

    def compiled_for(self, chosen: Targets, targets: Targets) -> "Ground":
        """The same, where code is compiled for some of the targets of its project only."""
        if chosen == targets:
            return self
        options = dict(self.options)
        for name in (NETFX, DOTNET):
            some = tuple(left for option in options.get(name, ()) for left in _left(option, chosen, targets))
            options.pop(name, None)
            if some:
                options[name] = tuple(dict.fromkeys(some))
        return self._replace(options=options)


def _left(option: Option, chosen: Targets, targets: Targets) -> Iterator[Option]:
    """What is left of a runtime for code that is compiled for some targets of its project only. A program runs on its
    targets; of a library that build is loaded which is for the newest target that the program's runtime can load."""
    exact = option.claim is not None and option.span.exact
    spans = dict(_spans(option.product, targets, standard=exact))
    own = [spans[target] for target in chosen if target in spans]
    if option.claim is None or not option.claim.targets:
        yield from [option] if own else []
    elif option.span.exact:
        yield from [option] if any(span.covers(option.span.low, option.product) for span in own) else []
    else:
        yield from (option._replace(span=span) for span in own)


def _spans(product: str, targets: Targets, *, standard: bool = False) -> Iterator[tuple[Target, Span]]:
    """For each target of a project the versions of a product that load what is compiled for it; with `standard`, those
    of .NET Framework that load .NET Standard, too: what is older than any build of their own."""
    versions = {t: t.version for t in targets if t.family == product}
    oldest = min(map(version_key, versions.values()), default=(9,))
    if product == DOTNET:
        versions |= {t: oldest_for(t.version) for t in targets if t.family == STANDARD}
    elif standard and compare(version_key(FIRST_WITH_STANDARD), oldest) < 0:
        versions |= {t: FIRST_WITH_STANDARD for t in targets if t.family == STANDARD}
    order = sorted(versions, key=lambda target: (version_key(versions[target]), target.family == product))
    for target, after in zip_longest(order, order[1:]):
        if after is None or versions[after] != versions[target]:
            yield target, Span(versions[target], versions[after] if after else "", below=after is not None)


class Known(NamedTuple):
    """All that is known of runtimes: claims of the repository, versions that the user names, what is assumed of the
    others, of which not even that, what products are called (by version, where that changed), the floor, the files
    that are scanned (None: all that is known): manifests above them say what code runs on, but are not judged; of
    which the oldest counts; which of them lie under others; by file what its syntax says, where nothing else does;
    what is taken for granted of what lies under a claimed runtime; and whether another project in the folder of one
    compiles a file in its stead."""

    claims: Claims = Claims()
    named: Mapping[str, str] = {}
    assumed: Mapping[str, str] = {}
    open: frozenset[str] = frozenset()
    titles: Mapping[str, str] = {}
    renamed: Mapping[str, Callable[[str], str]] = {}
    floor: Version = Version.TLS1_2
    scanned: frozenset[str] | None = None
    oldest: frozenset[str] = frozenset()
    under: frozenset[str] = frozenset()
    written: Mapping[str, Claim] = {}
    least: Mapping[str, str] = {}
    instead: Callable[[str, str], bool] = lambda project, path: False

    @property
    def supposed(self) -> dict[str, str]:
        """What is assumed of each product, with the oldest version of those of which the oldest counts."""
        return {**self.assumed, **dict.fromkeys(self.oldest, UNKNOWN.low)}

    @property
    def beneath(self) -> dict[str, str]:
        """The same beneath a runtime that is known: it need not go with the oldest of the libraries that it uses."""
        return {**self.assumed, **dict.fromkeys(self.oldest - self.under, UNKNOWN.low)}

    @property
    def bare(self) -> bool:
        """Whether there is nothing but assumptions."""
        return not (self.claims or self.named or self.open or self.oldest or self.written)

    def called(self, product: str, version: str) -> str:
        """What people call a product at a version."""
        if version and product in self.renamed:
            return self.renamed[product](version)
        return self.titles.get(product, product)

    def judges(self, claim: Claim) -> bool:
        """Whether a claim is a finding where it stands."""
        return self.scanned is None or claim.place.path in self.scanned

    def runtimes(self) -> Runtimes:
        """What is usually assumed."""
        return Runtimes({}, dict(self.assumed))

    def targets(self, path: str) -> Targets:
        """All frameworks that the code of a file is compiled for; nothing where that is not known, or where the user
        says what it runs on."""
        return () if NETFX in self.named or DOTNET in self.named else self.claims.targets(path)

    def ground(self, path: str) -> Ground:
        """What is known of the runtimes of a file."""
        found: dict[str, tuple[Option, ...]] = {name: (Option(name, Span(), None, False),) for name in self.open}
        around = self.claims.around(path)
        known = any(name not in self.under and not near[0].fact for name, near in around.items())
        known = known or not self.under.issuperset(self.named)
        oldest = self.oldest - self.under if known else self.oldest
        found.update((name, (Option(name, UNKNOWN),)) for name in oldest)
        for name, near in around.items():
            if near[0].fact:
                continue
            own = self._own(near, path)
            found[name] = tuple(self._option(name, span, claim) for claim in own for span in claim.spans)
        levels = {name: self._levels(name, near, path) for name, near in around.items()}
        syntax = self.written.get(path)
        if syntax is not None and syntax.product not in found:
            found[syntax.product] = tuple(Option(syntax.product, span, syntax, False) for span in syntax.spans)
        for name, version in self.named.items():
            found[name] = (Option(name, Span(version, version)),)
        return Ground(found, self._facts, {name: several for name, several in levels.items() if several})

    def _own(self, near: Sequence[Claim], path: str) -> Sequence[Claim]:
        """The claims that count for a file: of several projects in a folder those that compile it, if any does."""
        if len({claim.place.path for claim in near if claim.targets}) < 2:
            return near
        left = [claim for claim in near if not (claim.targets and self.instead(claim.place.path, path))]
        return left or near

    def _levels(self, name: str, near: Sequence[Claim], path: str) -> tuple[Option, ...]:
        """What is compiled for a product, where the claims that count are of tests; nothing where these run it on what
        could not load that."""
        if name in self.named or any(claim.kind is not ClaimKind.TEST for claim in near):
            return ()
        levels = self.claims.levels.around(path).get(name, ())
        loads = all(any(claim.agrees(level) for level in levels) for claim in near)
        return tuple(self._option(name, span, claim) for claim in levels for span in claim.spans) if loads else ()

    def _option(self, name: str, span: Span, claim: Claim) -> Option:
        """What a claim allows; where the oldest counts, the oldest of it alone."""
        if name in self.oldest and span.low and claim.kind in _LOWEST:
            return Option(name, Span(span.low, span.low), claim)
        return Option(name, span, claim, claim.kind in BINDING)

    def _facts(self, system: str) -> Mapping[str, Claim]:
        facts = self.claims.facts(system)
        return {name: fact for name, fact in facts.items() if name not in self.named}


def _text(key: tuple[int, ...]) -> str:
    return ".".join(map(str, key))


def claims_of(known: Known, paths: Iterable[str]) -> Iterator[Claim]:
    """The claims that count for any of some files, each once."""
    grounds = (known.ground(path) for path in paths)
    options = (option for ground in grounds for several in ground.options.values() for option in several)
    yield from dict.fromkeys(option.claim for option in options if option.claim is not None)
