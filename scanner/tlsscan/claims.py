"""Runtime claims: what a repository says of the products that its code runs on, and which claim counts where.

A claim states what a file says, with its place. It knows nothing of TLS, and nothing of how files are read.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from tlsscan.model import Place
from tlsscan.products import INSTEAD, Target, Targets, version_key
from tlsscan.records import NamedTuple, StrEnum


class ClaimKind(StrEnum):
    """How binding a claim is, the most binding first."""

    DEPLOYMENT = "deployment"
    """What the code is put on: the image, the platform, the stack."""
    PINNED = "pinned"
    """What tools or the runtime itself obey: a version file, the target of a .NET program."""
    LOCKED = "locked"
    """The version of a library that a lock file has chosen."""
    REQUIREMENT = "requirement"
    """What the code asks for, mostly a lower bound: `python_requires`, a dependency's range."""
    TEST = "test"
    """What continuous integration runs it on: a matrix."""
    BYTECODE = "bytecode"
    """What a compiler writes for, and therefore the oldest runtime that can load it."""
    BUILD = "build"
    """What it is built on, where that is not what it runs on."""
    SYNTAX = "syntax"
    """What alone can read a file of code."""

    @property
    def rank(self) -> int:
        """0 for the most binding."""
        return _RANKS[self]


_RANKS = {kind: rank for rank, kind in enumerate(ClaimKind)}
BINDING = frozenset({ClaimKind.DEPLOYMENT, ClaimKind.PINNED, ClaimKind.LOCKED})
"""What the code runs on, and not only what it should."""

ON_WINDOWS = "it runs on Windows alone, where the system decides"
"""Why a claim on .NET (Core) says less than it does elsewhere."""
SWITCHED = "a switch in its configuration takes the default of its target away"
STRONG = "a switch in its configuration makes it behave as for 4.6"
NATIVE = "it is registered for COM: in a process of another kind .NET Framework behaves as for 4.0, whatever it targets"
"""Why a program behaves otherwise than as one for what it targets."""
_OF_PROJECTS = frozenset({"netfx", "dotnet"})  # products on which projects run that hold scripts, too
_SCRIPTS = (".ps1", ".psm1", ".psd1")
_LAST = 9999  # stands for the last release of a series


class Span(NamedTuple):
    """Versions from `low` to `high`; an empty text leaves that end open.

    `high` is a series: 2.7 ends with the last 2.7.x, so that `Span("2.7", "2.7")` is any 2.7, as a tag of an image or a
    version file means it. With `below` the end itself is left out: `>=3.6,<4` is `Span("3.6", "4", below=True)`.
    """

    low: str = ""
    high: str = ""
    below: bool = False

    @property
    def exact(self) -> bool:
        """Whether one version, or one series, is meant."""
        return bool(self.low) and self.low == self.high

    @property
    def newest(self) -> str:
        """A version beyond all others in it, for comparing; an empty text if there is no upper end."""
        if not self.below:
            return f"{self.high}.{_LAST}" if self.high else ""
        parts = [*version_key(self.high)]
        while parts and not parts[-1]:
            parts.pop()
        return ".".join(map(str, [*parts[:-1], parts[-1] - 1, _LAST])) if parts else ""

    def covers(self, version: str, product: str) -> bool:
        """Whether a version lies in it."""
        key = version_key(version, product)
        return not _under(key, version_key(self.low, product)) and self._ends_after(key, product)

    def meets(self, other: "Span", product: str) -> bool:
        """Whether some version lies in both."""
        here, there = version_key(self.low, product), version_key(other.low, product)
        return self._ends_after(there, product) and other._ends_after(here, product)

    def _ends_after(self, key: tuple[int, ...], product: str) -> bool:
        """Whether a version, or what follows it in its series, does not lie beyond the upper end."""
        end = version_key(self.high, product)
        if not end:
            return True
        return _under(key, end) if self.below else key[: len(end)] <= end

    def __str__(self) -> str:
        if self.exact:
            return self.low
        if self.low == f"{self.high}.0" and not self.below:
            return f"{self.high}.x"
        parts = [f">={self.low}"] if self.low else []
        series = "" if self.high.count(".") > 1 else ".x"
        parts += [f"<{self.high}" if self.below else f"<={self.high}{series}"] if self.high else []
        return ",".join(parts) or "any"


class Claim(NamedTuple):
    """That the code below a folder runs on a product of some version.

    `product` is a word of the packs' conditions (`python`, `openssl`, `netfx`, `okhttp`). `spans` are alternatives:
    each is possible, none is preferred. `text` is what the file says, as written; `scope` the folder with a slash at
    its end (empty: the working directory), and `why` how the claim follows, where that is more than the text. `targets`
    are all frameworks that a project of .NET is compiled for, if the claim is about those. `parts` are the folders of
    the projects that a program of .NET is made of, beside its own, and the files elsewhere that these compile: their
    code runs as the program `hosts` it, which one that only shows or tests them does not; `own` are other folders and
    files in which code of the program itself lies. What is
    `packaged` was installed as one package of several, and may be there for something else than the code. `system` is
    the image or the machine that it is about, if that is one: claims on the same one belong together. What is `brought`
    is on a system whether it is asked for or not, and a `fact` is how that is configured: it holds only for what runs
    there. A `library` is what a registry of packages has.
    """

    product: str
    spans: tuple[Span, ...]
    text: str
    kind: ClaimKind
    place: Place
    scope: str
    why: str = ""
    targets: Targets = ()
    parts: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    hosts: bool = False
    packaged: bool = False
    system: str = ""
    brought: bool = False
    fact: bool = False
    library: bool = False

    @property
    def says(self) -> str:
        """The versions in few words: `2.7`, `>=3.6`, `7 | 8`."""
        return " | ".join(map(str, self.spans))

    @property
    def oldest(self) -> str:
        """The oldest version that it allows; an empty text if it names no lower end."""
        lows = [span.low for span in self.spans]
        return min(lows, key=lambda low: version_key(low, self.product), default="") if all(lows) else ""

    def allows(self, version: str) -> bool:
        """Whether a version is one of those it speaks of."""
        return any(span.covers(version, self.product) for span in self.spans)

    @property
    def names_one(self) -> bool:
        """Whether it names one version, or one series."""
        return len(self.spans) == 1 and self.spans[0].exact

    def fits(self, system: str) -> bool:
        """Whether it may hold on an image or a machine: that of another one does not."""
        return not (system and self.system) or self.system == system

    def concerns(self, path: str) -> bool:
        """Whether it may be about a file: a script runs on the .NET of its shell, whatever a project targets."""
        if not path.endswith(_SCRIPTS) or self.product not in _OF_PROJECTS:
            return True
        return bool(self.system) or self.place.path.endswith(_SCRIPTS)

    def agrees(self, other: "Claim") -> bool:
        """Whether both may be true."""
        return any(mine.meets(theirs, self.product) for mine in self.spans for theirs in other.spans)


def one_of(system: str, several: int) -> str:
    """A system that is one of several (`member`): nobody tells which."""
    return system if several == 1 else f"{system}|{several}" if several else ""


def several_of(system: str) -> int:
    """How many systems there are of which one is meant."""
    number = system.rpartition("|")[2]
    return int(number) if "|" in system and number.isdecimal() else 1


def member(system: str, number: int) -> str:
    """One of the systems of which another one tells that it is one."""
    return f"{system}/{number}" if several_of(system) > 1 else system


def scope_of(path: str) -> str:
    """The folder of a file, as scopes are written."""
    return path[: path.rfind("/") + 1]


class Claims(tuple[Claim, ...]):
    """Claims, in order, as they are asked for: by product and folder, by file."""

    def upwards(self, product: str, path: str) -> list[list[Claim]]:
        """The claims on a product that hold for a file, by folder, the nearest first."""
        scopes = self._scopes.get(product)
        if scopes is None:
            return []
        found = [scopes[scope] for scope in self._folders(scope_of(path)) if scope in scopes]
        alone = scopes.get(path, []) if path in self._alone else []
        return [[*alone, *(found[0] if found else ())], *found[1:]] if alone else found

    def runs(self, claim: Claim, path: str) -> bool:
        """Whether code in a file is of the program that a claim is about, or of its libraries. They may be programs
        themselves, which run as what they are made for."""
        if not (claim.targets or claim.parts or claim.own):  # not of a project
            return False
        if claim.hosts and path in claim.own + claim.parts:
            return True
        near = next((f for f in self._folders(scope_of(path)) if f in self._claimed or f in self._made), None)
        return near is not None and (near == claim.scope or (claim.hosts and near in claim.parts + claim.own))

    def around(self, path: str) -> dict[str, tuple[Claim, ...]]:
        """The claims that count for a file, by product; the same for all files of a folder."""
        if path in self._alone or path.endswith(_SCRIPTS):
            return self._around.setdefault(path, self._around.get(path) or self._counting(path))
        folder = scope_of(path)
        if (known := self._around.get(folder)) is not None:
            return known
        below: list[str] = []  # folders without claims of their own: for them the same counts as above
        found: dict[str, tuple[Claim, ...]] | None = None
        while found is None:
            below.append(folder)
            parent = folder[: folder.rfind("/", 0, -1) + 1]
            alone = folder in self._claimed or not parent or (folder.startswith("../") and is_above(folder))
            found = self._counting(folder) if alone else self._around.get(parent)
            folder = parent
        self._around.update(dict.fromkeys(below, found))
        return found

    def _counting(self, folder: str) -> dict[str, tuple[Claim, ...]]:
        near = ((product, nearest(self, product, folder)) for product in self._products)
        found = {product: claims for product, claims in near if claims}
        return {name: claims for name, claims in found.items() if not self.replaced(name, folder)}

    def replaced(self, product: str, folder: str) -> bool:
        """Whether what stands for a product is claimed for a folder, and no claim on the product itself is nearer."""
        own = self._depth(product, folder)
        others = [self._depth(other, folder) for other, replaced in INSTEAD.items() if replaced == product]
        return any(own <= other for other in others if other >= 0)

    def _depth(self, product: str, folder: str) -> int:
        """How deep the nearest folder is that has claims on a product; -1 where none has."""
        scopes = self._scopes.get(product, {})
        return next((len(scope) for scope in self._folders(folder) if scope in scopes), -1)

    def targets(self, path: str) -> Targets:
        """What the project around a file is compiled for; nothing where that is not known, or not wholly."""
        folder = scope_of(path)
        if folder not in self._compiled:
            found = next((self._targets[scope] for scope in self._folders(folder) if scope in self._targets), ())
            self._compiled[folder] = found if all(target.version for target in found) else ()
        return self._compiled[folder]

    def _folders(self, folder: str) -> Sequence[str]:
        """A folder and those above it, the nearest first."""
        known = self._chains.get(folder)
        if known is None:
            parts = [folder]
            while parts[-1] and not is_above(parts[-1]):
                parts.append(scope_of(parts[-1][:-1]))
            known = (*parts[:-1], "", *(() if folder.startswith("/") else self._above))
            self._chains[folder] = known
        return known

    @cached_property
    def _chains(self) -> dict[str, Sequence[str]]:
        return {}

    def facts(self, system: str) -> dict[str, Claim]:
        """How an image or a machine is configured, by product; of one that is one of several, as far as all of them
        are alike."""
        several = several_of(system)
        if several == 1:
            return self._facts.get(system, {})
        every = [self._facts.get(member(system, number), {}) for number in range(several)]
        return {
            product: fact
            for product, fact in every[0].items()
            if all(product in other and other[product].spans == fact.spans for other in every)
        }

    @cached_property
    def _facts(self) -> dict[str, dict[str, Claim]]:
        found: dict[str, dict[str, Claim]] = {}
        for claim in self:
            if claim.fact and claim.system and claim.names_one:
                found.setdefault(claim.system, {}).setdefault(claim.product, claim)
        return found

    def made_by(self, path: str) -> list[Claim]:
        """The claims that a manifest makes, each once."""
        return list(self._files.get(path, ()))

    @cached_property
    def levels(self) -> "Claims":
        """The claims of what compilers write for: what is older cannot load it, whatever it is tested on."""
        return Claims(claim for claim in self if claim.kind is ClaimKind.BYTECODE)

    @cached_property
    def _scopes(self) -> dict[str, dict[str, list[Claim]]]:
        found: dict[str, dict[str, list[Claim]]] = {}
        for claim in self:
            for scope in dict.fromkeys((claim.scope, *(claim.parts + claim.own if claim.hosts else ()))):
                if scope == claim.scope or (claim.product, scope) not in self._programs:
                    found.setdefault(claim.product, {}).setdefault(scope, []).append(claim)
        return found

    @cached_property
    def _programs(self) -> frozenset[tuple[str, str]]:
        """The folders of programs that have parts of their own, with what they run on: they run as that, whatever
        references them."""
        return frozenset((claim.product, claim.scope) for claim in self if claim.kind is ClaimKind.PINNED)

    @cached_property
    def _made(self) -> frozenset[str]:
        return frozenset(place for claim in self if claim.hosts for place in claim.parts + claim.own)

    @cached_property
    def _alone(self) -> frozenset[str]:
        """Files for which something is claimed by their own paths."""
        return frozenset(scope for scope in self._claimed if scope and not scope.endswith("/"))

    @cached_property
    def _claimed(self) -> frozenset[str]:
        return frozenset(scope for scopes in self._scopes.values() for scope in scopes)

    @cached_property
    def _targets(self) -> dict[str, Targets]:
        found: dict[str, dict[Target, None]] = {}
        for claim in self:
            if claim.targets:
                found.setdefault(claim.scope, {}).update(dict.fromkeys(claim.targets))
        return {scope: tuple(targets) for scope, targets in found.items()}

    @cached_property
    def _compiled(self) -> dict[str, Targets]:
        return {}

    @cached_property
    def _files(self) -> dict[str, dict[Claim, None]]:
        found: dict[str, dict[Claim, None]] = {}
        for claim in self:
            found.setdefault(claim.place.path, {})[claim] = None
        return found

    @cached_property
    def _above(self) -> list[str]:
        """The scopes above the working directory, the nearest first."""
        return sorted({claim.scope for claim in self if is_above(claim.scope)}, key=len)

    @cached_property
    def _products(self) -> list[str]:
        return sorted(self._scopes)

    @cached_property
    def _around(self) -> dict[str, dict[str, tuple[Claim, ...]]]:
        return {}


def nearest(claims: Iterable[Claim], product: str, path: str, system: str = "") -> tuple[Claim, ...]:
    """The claims on a product that count for a file.

    Those of the nearest folder upwards, and among them the most binding kind. A more binding claim further up is
    preferred if it agrees with them: `FROM openjdk:7` above says more than a module's bytecode level, but nothing of a
    module that asks for Java 11. Claims of one kind in one folder that differ are all given: each may be true, but for
    those that cannot load what is compiled there, where others can.
    With a `system`, those that are about another one do not count.
    """
    chosen: list[Claim] = []
    for every in (claims if isinstance(claims, Claims) else Claims(claims)).upwards(product, path):
        group = [claim for claim in every if claim.fits(system) and claim.concerns(path)]
        if not group:
            continue
        best = min(claim.kind.rank for claim in group)
        strongest = [claim for claim in group if claim.kind.rank == best]
        if not chosen:
            levels = [claim for claim in group if claim.kind is ClaimKind.BYTECODE]
            chosen = _agreeing(strongest, levels) or strongest
        elif best < chosen[0].kind.rank and (agreeing := _agreeing(strongest, chosen)):
            chosen = agreeing
    return tuple(chosen)


def beside(claim: Claim, products: Iterable[str], claims: Claims) -> tuple[Claim, ...]:
    """The claims on some products that count where a claim does and name one version. What another image or machine
    has is no part of it, nor what is only tested or built of what is deployed or asked for. How a system is configured
    counts for what runs on it, and for libraries of that, whose interpreter may be told by a test alone; of several
    interpreters the worst."""
    asked = [product for product in products if product != claim.product]
    found: list[Claim] = []
    for product in asked:
        near = nearest(claims, product, claim.scope, claim.system)
        if claim.library:
            near = _worst(near, claims)
        if near and not near[0].fact and len({other.spans for other in near}) == 1 and near[0].names_one:
            found.extend(near[:1] if _is_part(near[0], claim) else ())
    if claim.library:
        found = _of_interpreters(found)
    runs = [claim, *(found if claim.library else ())]
    systems = {other.system for other in runs if not (other.library or other.brought)} or {claim.system}
    facts = claims.facts(systems.pop()) if len(systems) == 1 else {}
    return (*found, *(facts[product] for product in asked if product in facts))


def _worst(near: tuple[Claim, ...], claims: Claims) -> tuple[Claim, ...]:
    """Of several interpreters that a library may run on, each one version, the one that is taken for the worst: where
    the configuration of no system decides, the oldest."""
    if not all(other.names_one and not (other.library or other.brought) for other in near):
        return near
    return tuple(sorted(near, key=lambda o: (bool(claims.facts(o.system)), version_key(o.oldest, o.product)))[:1])


def _of_interpreters(found: Sequence[Claim]) -> list[Claim]:
    """Of what counts beside a library that which is on the systems of its interpreters, where these are known."""
    systems = {other.system for other in found if not (other.library or other.brought)}
    return [other for other in found if not (systems and other.brought and other.system) or other.system in systems]


def _is_part(other: Claim, claim: Claim) -> bool:
    """Whether what is said of another product holds for what a claim is about."""
    together = bool(claim.system) and other.system == claim.system
    if other.brought and other.system and not claim.library:
        return together
    if claim.library and not (other.brought or other.library):  # what is known of its interpreter
        return True
    return together or other.kind in BINDING or (claim.kind not in BINDING and other.kind.rank <= claim.kind.rank)


def _agreeing(claims: Iterable[Claim], others: Collection[Claim]) -> list[Claim]:
    return [claim for claim in claims if any(claim.agrees(other) for other in others)]


def is_above(scope: str) -> bool:
    """Whether a scope is a folder above the working directory (`../`): it holds for all relative paths."""
    return scope.startswith("../") and not scope.strip("./")


def _under(key: tuple[int, ...], end: tuple[int, ...]) -> bool:
    """Whether a version is older than another; missing parts are zero."""
    width = max(len(key), len(end))
    return key + (0,) * (width - len(key)) < end + (0,) * (width - len(end))
