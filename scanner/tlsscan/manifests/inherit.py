"""From what single manifests say to the claims of a repository: properties are filled in, and what a manifest inherits
from its parents, as far as they are in the repository, counts for it, too."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from tlsscan.claims import BINDING, Claim, ClaimKind, Claims, scope_of
from tlsscan.manifests import msbuild
from tlsscan.manifests.compiles import is_empty
from tlsscan.manifests.docker import LAST, context_of, kind_of
from tlsscan.manifests.meaning import claims_of
from tlsscan.manifests.names import REST, TARGETS
from tlsscan.manifests.parts import as_hosted, as_started, as_switched, on_android, with_parts, without_guests
from tlsscan.manifests.sheet import (
    ARGUMENT,
    BY_HAND,
    CONTEXT,
    PROJECT,
    SYSTEMS,
    TARGET,
    Property,
    Reading,
    Statement,
)
from tlsscan.manifests.tables import Tables
from tlsscan.model import Place
from tlsscan.origin import below as inside
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.targets import DOTNET, NETFX, UNKNOWN
from tlsscan.values import Region

_BRACES = lazy(r"\$\{([\w.:-]+)\}|\$(\w+)")
_PARENTHESES = lazy(r"\$\(([\w.]+)\)")
_ARGUMENTS = lazy(r"\$\{(\w+)(?::?-(?P<default>[^${}]*))?\}|\$(\w+)")
_REFERENCES = {"msbuild": _PARENTHESES, "docker": _ARGUMENTS, "workflow": _ARGUMENTS}
INHERITING = frozenset({"maven", "msbuild"})
"""Families in which a manifest has the statements of its parents."""
PASSING = frozenset({"docker", "workflow"})
"""Families in which a manifest passes values to another one."""
IMPLIED = ("Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props")
DEEPEST = 12  # parents of parents, and properties of properties
MOST = 40  # values of one statement
LINKED_RUNTIMES = frozenset({"python", "ruby", "php"})
"""Runtimes that are linked with the OpenSSL of the system."""


class Layout(NamedTuple):
    """What is known of the places of files: whether a path is one of tests or examples (`aside`), or of a copy of
    somebody else's code (`copied`: what that is put on, nothing here is), what of it lies below what was named, the
    links to a manifest, whose folders it is about, too, and whether a file `exists`, however its case is written."""

    aside: Callable[[str], bool] = lambda path: False
    copied: Callable[[str], bool] = lambda path: False
    below: Callable[[str], str] = partial(inside, roots=("",))
    links: Mapping[str, Iterable[str]] = {}
    exists: Callable[[str], bool] = lambda path: True


COMPOSER = frozenset({"composer.json", "composer.lock"})
PLAIN = Layout()
"""Where nothing is known of them."""


def claims(readings: Iterable[Reading], tables: Tables, lie: Layout = PLAIN) -> list[Claim]:
    """All claims, in the order of the files and lines that make them."""
    family = Family((one for one in readings if not is_empty(one, lie.exists)), lie)
    targeted = _targeted(family.readings)
    every = (statement for reading in family.readings for statement in family.statements(reading))
    statements = [_tried(statement) if _reaches_out(statement, lie.aside) else statement for statement in every]
    found = sorted(
        _on_stacks(claims_of(statements, tables)),
        key=lambda claim: (claim.place.path, claim.place.region, claim.product, claim.scope),
    )
    once: dict[tuple[object, ...], Claim] = {}
    known = Claims(found)
    foreign = {path for path in {claim.place.path for claim in found} if lie.copied(path)}
    for claim in found:  # a line that says the same several times, such as a list of packages, claims it once
        line = _told_at(claim.place)
        if claim.targets:
            claim = targeted(claim)
        if claim.kind is ClaimKind.DEPLOYMENT and claim.place.path in foreign:
            claim = claim._replace(kind=ClaimKind.BUILD)
        where = claim.system if claim.fact else ""  # of each system on its own
        key = (claim.product, claim.spans, claim.kind, claim.scope, line, where)
        first = once.setdefault(key, claim)
        if first.system not in ("", claim.system) and not _alike(first.system, claim.system, known):
            once[key] = first._replace(system="")  # it runs on several, and nothing that one decides holds
    sites = without_guests(_without_idle(once.values()), family.readings, family.use)
    kept = on_android(as_switched(as_hosted(as_started(sites, family.readings)), family.readings), family.readings)
    return [*with_parts(kept, family.readings, family.use, family.ancestors, family.host, lie.aside)]


def _told_at(place: Place) -> tuple[str, int]:
    """Where a claim is told: a line, or of Composer the manifest, which its lock file copies."""
    if posixpath.basename(place.path) in COMPOSER:
        return scope_of(place.path), 0
    return place.path, place.region.line


def _alike(first: str, second: str, known: Claims) -> bool:
    """Whether two systems are configured alike."""
    one, other = ({name: fact.spans for name, fact in known.facts(system).items()} for system in (first, second))
    return one == other


def _reaches_out(statement: Statement, aside: Callable[[str], bool]) -> bool:
    """Whether a test or an example says what the code outside of it is put on."""
    path = statement.place.path
    inside = statement.scope.startswith(scope_of(path)) or aside(f"{statement.scope}{posixpath.basename(path)}")
    return statement.kind is ClaimKind.DEPLOYMENT and not inside and aside(path)


def _tried(statement: Statement) -> Statement:
    return statement._replace(kind=ClaimKind.TEST)


def _on_stacks(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Claims; what a folder is pinned to runs on the stack of Heroku that its `app.json` names."""
    every = list(claims)
    stacks: dict[str, set[str]] = {}
    for claim in every:
        if claim.brought and claim.place.path.endswith("app.json"):
            stacks.setdefault(claim.scope, set()).add(claim.system)
    for claim in every:
        stack = stacks.get(claim.scope, set())
        own = not claim.system and claim.kind in BINDING and not claim.library and claim.product in LINKED_RUNTIMES
        yield claim._replace(system=min(stack)) if own and len(stack) == 1 else claim


def _without_idle(found: Collection[Claim]) -> list[Claim]:
    """Without what configuration asks of .NET Framework beside projects that are for .NET alone: nothing reads it."""
    families: dict[str, set[str]] = {}
    for claim in found:
        families.setdefault(claim.scope, set()).update(target.family for target in claim.targets)
    idle = {scope for scope, several in families.items() if several == {DOTNET}}
    return [
        claim
        for claim in found
        if not (claim.scope in idle and claim.product == NETFX and claim.place.path.lower().endswith(".config"))
    ]


def _targeted(readings: Iterable[Reading]) -> Callable[[Claim], Claim]:
    """What makes it unsure for what the code of a project is compiled: a project there defines symbols of the SDK
    itself, or one elsewhere compiles files below it, too."""
    by_hand: dict[str, set[str]] = {}
    outside: set[str] = set()
    for reading in readings:
        scope = scope_of(reading.path)
        for value in reading.properties:
            if value.name == BY_HAND:
                by_hand.setdefault(scope, set()).update(value.text.split(";"))
        outside.update(msbuild.linked(reading))

    def targeted(claim: Claim) -> Claim:
        scope = claim.scope
        if any(place.startswith(scope) for place in outside):
            return claim._replace(targets=(UNKNOWN,))
        near = (own for other, own in by_hand.items() if scope.startswith(other) or other.startswith(scope))
        symbols = tuple(sorted(set().union(*near)))
        return claim._replace(targets=tuple(target._replace(own=symbols) for target in claim.targets))

    return targeted


def _as_named(reading: Reading, below: Callable[[str], str]) -> Reading:
    """A Dockerfile, or a compose file, about the folder that its path tells below what was named: the folders above
    that, and where the command is run, say nothing of it."""
    inner = below(reading.path) if reading.family == "docker" else ""
    if "/" not in inner or inner == reading.path:
        return reading
    old, new = context_of(reading.path), reading.path[: -len(inner)] + context_of(inner)
    if old == new:
        return reading
    placed = (one._replace(scope=new) if one.scope == old else one for one in reading.statements)
    return reading._replace(statements=tuple(placed))


class Family:
    """The manifests of a repository, as they refer to each other."""

    def __init__(self, readings: Iterable[Reading], lie: Layout = PLAIN) -> None:
        self._lie = lie
        self.readings = sorted((_as_named(one, lie.below) for one in readings), key=lambda reading: reading.path)
        self._by_path = {reading.path: reading for reading in self.readings}
        self._by_identity: dict[str, list[Reading]] = {}
        for reading in self.readings:
            if reading.identity:
                self._by_identity.setdefault(reading.identity, []).append(reading)
        self._contexts: dict[str, list[str]] = {}
        self._served: dict[str, list[tuple[str, Property]]] = {}
        self._passed: dict[str, list[Property]] = {}
        for value in (value for reading in self.readings if reading.family in PASSING for value in reading.properties):
            if value.name.startswith(CONTEXT):
                self._contexts.setdefault(value.name.removeprefix(CONTEXT), []).append(value.text)
            elif value.name.startswith(TARGET):
                path, _, service = value.name.removeprefix(TARGET).rpartition(" ")
                self._served.setdefault(path, []).append((service, value))
            elif value.name.startswith(ARGUMENT):
                self._passed.setdefault(value.name.removeprefix(ARGUMENT), []).append(value)
        self._passed = {name: self._known(values) for name, values in self._passed.items()}
        self._targets = {reading.path: self._find_targets(reading) for reading in self.readings if _is_staged(reading)}
        self._parents: dict[str, list[Reading]] = {}
        self._above: dict[str, list[Reading]] = {}
        self._named: dict[str, dict[str, list[Property]]] = {}
        self._uses: dict[str, ClaimKind | None] = {}

    def _known(self, values: Iterable[Property]) -> list[Property]:
        """What is passed, with what the environment of its compose file has in the place of variables."""
        found = []
        for value in values:
            giver = self._by_path[value.place.path]

            def given(match: "re.Match[str]", giver: Reading = giver) -> str:
                own = self._environment(giver, match[1] or match[3])
                return own[0].text if own else match["default"] or match.group()

            text = _ARGUMENTS.sub(given, value.text) if giver.parents else value.text
            found += [value._replace(text=text)] if "$" not in text else []
        return found

    def _find_targets(self, reading: Reading) -> set[str]:
        """The stages of a Dockerfile that compose files name as what services are, or that are pushed; where none is,
        the last one. What one of several files for a service leaves open, another one tells, and a stage for
        development is none."""
        there = {name for statement in reading.statements for name in statement.serves}
        services: dict[str, set[str]] = {}
        for service, value in self._served.get(reading.path, ()):
            known = [one.text.lower() for one in self._known([value])] or [LAST]
            services.setdefault(f"{scope_of(value.place.path)} {service}", set()).update(known)
        found: set[str] = set()
        for named in services.values():
            running = {name for name in named if name in there and name and kind_of(name) is ClaimKind.DEPLOYMENT}
            found |= running or (named & {LAST})
        return found or {LAST}

    def _environment(self, reading: Reading, name: str) -> Sequence[Property]:
        """The values of a variable in files beside a compose file: the first file that has it counts."""
        if reading.family != "docker":
            return ()
        for parent in reading.parents:
            if own := self._passed.get(f"{scope_of(reading.path)}{parent} {name}"):
                return own
        return ()

    def statements(self, reading: Reading) -> Iterator[Statement]:
        """What holds for a manifest: its own statements, and those of its parents that it does not make itself."""
        if reading.family == "msbuild":
            yield from self._as_used(self._stated(reading), reading)
        else:
            yield from (self._as_placed(statement, reading) for statement in self._stated(reading))

    def _as_placed(self, statement: Statement, reading: Reading) -> Statement:
        """A statement; of an image that runs, or of what is on it, as binding as the place of the file makes it."""
        docker = reading.family == "docker"
        if statement.serves:
            runs = not self._targets[reading.path].isdisjoint(statement.serves)
            statement = statement._replace(kind=ClaimKind.DEPLOYMENT if runs else ClaimKind.BUILD)
        if statement.kind is not ClaimKind.DEPLOYMENT or not (docker or statement.grammar == "image"):
            return statement
        path = self._lie.below(statement.place.path)
        named = path if docker or reading.family == "hosted" else f"{scope_of(path)}Dockerfile"
        return statement._replace(kind=kind_of(named))

    def _as_used(self, statements: Iterable[Statement], reading: Reading) -> Iterator[Statement]:
        """Statements of a project about what it targets, as binding as what it is makes them."""
        for statement in statements:
            if statement.grammar not in TARGETS:
                yield statement
            elif (kind := self.use(reading)) is not None:
                yield statement._replace(kind=kind)

    def _is_news(self, statement: Statement, reading: Reading) -> bool:
        """Whether an inherited statement means more for a project than for all that is below its parent."""
        return statement.grammar in TARGETS and self.use(reading) is not statement.kind

    def use(self, reading: Reading) -> ClaimKind | None:
        """How binding the targets of a project are."""
        if not msbuild.is_project(reading.path):
            return ClaimKind.REQUIREMENT
        if reading.path not in self._uses:
            made = msbuild.use(lambda name: self._values(name, reading))
            hosted = made is ClaimKind.PINNED and self.host(reading) is not None
            self._uses[reading.path] = ClaimKind.REQUIREMENT if hosted else made
        return self._uses[reading.path]

    def host(self, reading: Reading) -> Reading | None:
        """The web project into whose folder for assemblies a web project is built: it runs there, and not by itself."""
        if not self._is_web(reading):
            return None
        scope = scope_of(reading.path)
        built = {text.replace("\\", "/").rstrip("/") for text in self._values("OutputPath", reading)}
        folders = {posixpath.normpath(scope + text) for text in built}
        if len(folders) != 1 or posixpath.basename(*folders).lower() != "bin":
            return None
        outer = scope_of(*folders).lower()  # a file system of Windows is meant
        if outer == scope.lower():
            return None
        near = [other for other in self.readings if scope_of(other.path).lower() == outer and self._is_web(other)]
        return near[0] if len(near) == 1 else None

    def _is_web(self, reading: Reading) -> bool:
        return any(value.name == PROJECT and value.text == msbuild.WEB for value in reading.properties)

    def _values(self, name: str, reading: Reading) -> list[str]:
        """What a property of a project may be."""
        place = Place(reading.path, Region(1, 1, 1, 1, 1, 1, 0, 0))
        return [text for text, _ in self._texts(f"$({name})", place, reading, _PARENTHESES)]

    def _stated(self, reading: Reading) -> Iterator[Statement]:
        own = [filled for statement in reading.statements for filled in self._filled(statement, reading)]
        scopes = self._scopes(reading)
        if scopes:
            own = [statement._replace(scope=scope) for scope in scopes for statement in own]
        yield from own
        if reading.family not in INHERITING:
            return
        said = {_matter(statement) for statement in own}
        scope = scope_of(reading.path)
        for parent in self.ancestors(reading):
            fresh = [statement for statement in parent.statements if _matter(statement) not in said]
            for statement in fresh:
                theirs = set(self._filled(statement, parent))
                for filled in self._filled(statement, reading):
                    if self._is_news(filled, reading) or filled not in theirs or not scope.startswith(filled.scope):
                        yield filled._replace(scope=scope)
            said.update(map(_matter, fresh))

    def _scopes(self, reading: Reading) -> Sequence[str]:
        """The folders that a manifest is about, where that is not told by its own place: those that a Dockerfile is
        built from, and those of links to it."""
        links = self._lie.links.get(reading.path, ())
        if reading.family == "docker":
            return [*self._contexts.get(reading.path, []), *map(context_of, links)]
        return [scope_of(reading.path), *map(scope_of, links)] if links else []

    def ancestors(self, reading: Reading) -> list[Reading]:
        """The parents of a manifest and theirs, the nearest first."""
        if reading.path not in self._above:
            self._above[reading.path] = self._find_ancestors(reading)
        return self._above[reading.path]

    def _find_ancestors(self, reading: Reading) -> list[Reading]:
        found: dict[str, Reading] = {}
        waiting = self.parents(reading)
        for _ in range(DEEPEST):
            if not waiting:
                break
            fresh = [parent for parent in waiting if parent.path not in found and parent.path != reading.path]
            found.update({parent.path: parent for parent in fresh})
            waiting = [grand for parent in fresh for grand in self.parents(parent)]
        return list(found.values())

    def parents(self, reading: Reading) -> list[Reading]:
        """The manifests that one refers to, as far as they are in the repository."""
        if reading.path not in self._parents:
            self._parents[reading.path] = list(self._find_parents(reading))
        return self._parents[reading.path]

    def _find_parents(self, reading: Reading) -> Iterator[Reading]:
        if reading.family == "maven":
            yield from self._maven_parent(reading)
            return
        for name in reading.parents:
            if found := self._by_path.get(posixpath.normpath(scope_of(reading.path) + name)):
                yield found
        if reading.family == "msbuild" and posixpath.basename(reading.path) not in IMPLIED:
            for name in IMPLIED:
                yield from self._upwards(reading, name)
        if reading.family in ("gradle", "docker"):
            scope = scope_of(reading.path)
            above = [r for r in self.readings if r.family == reading.family and scope.startswith(_home(r))]
            yield from sorted((r for r in above if r.path != reading.path), key=lambda r: -len(_home(r)))

    def _upwards(self, reading: Reading, name: str) -> Iterator[Reading]:
        """The nearest file of a name in the folders above."""
        folder = scope_of(reading.path)
        while True:
            if (found := self._by_path.get(folder + name)) and found.path != reading.path:
                yield found
                return
            if not folder:
                return
            folder = scope_of(folder.rstrip("/"))

    def _maven_parent(self, reading: Reading) -> Iterator[Reading]:
        """By path if that file is the one that is meant, else by its coordinates, the nearest file."""
        if len(reading.parents) < 2:
            return
        relative, identity = reading.parents[0], reading.parents[1]
        if relative:
            path = posixpath.normpath(scope_of(reading.path) + relative)
            for place in (path, f"{path}/pom.xml"):
                found = self._by_path.get(place)
                if found is not None and found.identity == identity:
                    yield found
                    return
        named = [other for other in self._by_identity.get(identity, ()) if other.path != reading.path]
        if named:
            yield max(named, key=lambda other: len(posixpath.commonprefix([other.path, reading.path])))

    def _filled(self, statement: Statement, reading: Reading) -> list[Statement]:
        """A statement with properties in the place of references; it stands where its text is written. Without the
        value of one it says nothing."""
        pattern = _REFERENCES.get(reading.family, _BRACES)
        if not pattern.search(statement.text) and not pattern.search(statement.subject):
            return [statement]
        subjects = [text for text, _ in self._texts(statement.subject, statement.place, reading, pattern)]
        texts = self._texts(statement.text, statement.place, reading, pattern)
        filled = [
            statement._replace(subject=subject, text=text, place=place) for subject in subjects for text, place in texts
        ][:MOST]
        return filled if len(filled) == 1 else [one._replace(system=_image_of(one)) for one in filled]

    def _texts(
        self, text: str, place: Place, reading: Reading, pattern: "re.Pattern[str]"
    ) -> Sequence[tuple[str, Place]]:
        """What a text with references may amount to, and where that is written."""
        done: list[tuple[str, Place]] = []
        waiting = [(text, place)]
        for _ in range(DEEPEST):
            if not waiting:
                break
            following: list[tuple[str, Place]] = []
            for written, where in waiting:
                found = pattern.search(written)
                if found is None:
                    done.append((written, where))
                    continue
                known = len(following)
                whole = found.span() == (0, len(written))
                name, *_ = filter(None, (found[1], found[found.re.groups]))
                default = found.groupdict().get("default")
                values = self._passed.get(f"{reading.path} {name}") or self._environment(reading, name)
                for value in values if default else self.lookup(name, reading, found.group()):
                    inner = written[: found.start()] + value.text + written[found.end() :]
                    if len(following) < MOST:
                        following.append((inner, value.place if whole else where))
                if len(following) == known and default:  # of an argument that nothing else is passed for
                    following.append((written[: found.start()] + default + written[found.end() :], where))
                elif len(following) == known and ";" in written:  # one of a list: the others are known
                    following.append((written[: found.start()] + REST + written[found.end() :], where))
            waiting = following
        return done

    def lookup(self, name: str, reading: Reading, written: str) -> list[Property]:
        """What defines a property for a manifest: itself, or the nearest parent that does. A value that adds to the one
        before (`$(A);more`) is none."""
        if reading.family in PASSING and (passed := self._passed.get(f"{reading.path} {name}")):
            return passed
        if given := self._environment(reading, name):
            return list(given)
        for holder in (reading, *self.ancestors(reading)):
            own = [
                value
                for value in self._properties(holder).get(_spelled(name, reading), ())
                if written not in value.text
            ]
            if own:
                return own
        if "." in name and reading.family == "gradle":  # versions.java, libs.versions.java
            return self.lookup(name.partition(".")[2], reading, written)
        return []

    def _properties(self, reading: Reading) -> dict[str, list[Property]]:
        """The properties of a manifest by name."""
        if reading.path not in self._named:
            named: dict[str, list[Property]] = {}
            for value in reading.properties:
                named.setdefault(_spelled(value.name, reading), []).append(value)
            self._named[reading.path] = named
        return self._named[reading.path]


def _is_staged(reading: Reading) -> bool:
    return any(statement.serves for statement in reading.statements)


def _matter(statement: Statement) -> str:
    """What a statement is about: of two that do not agree on it, the nearer one counts."""
    return "target" if statement.grammar in TARGETS else statement.subject


def _image_of(statement: Statement) -> str:
    """Which system a statement is about where what it is made from may be several images: what is said of all of them
    is about none."""
    if statement.grammar in SYSTEMS:
        return f"{statement.system} {statement.text}"
    is_told = statement.system and statement.subject.startswith("os:")
    return f"{statement.system} {statement.subject[3:].partition(' ')[0]}" if is_told else ""


def _spelled(name: str, reading: Reading) -> str:
    """A property's name as its family compares it."""
    return name.lower() if reading.family == "msbuild" else name


def _home(reading: Reading) -> str:
    """The folder whose manifests a file serves."""
    folder = scope_of(reading.path)
    return scope_of(folder.rstrip("/")) if folder.endswith(("gradle/", "buildSrc/")) else folder
