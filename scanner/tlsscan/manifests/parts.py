"""What a program of .NET is made of: the projects that it references, and those that these reference. And what it
starts on."""

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from tlsscan.claims import NATIVE, STRONG, SWITCHED, Claim, ClaimKind, Span, scope_of
from tlsscan.manifests.dotnet import COMPILED, UNDECIDED, UNSAID
from tlsscan.manifests.msbuild import HOSTED, is_portable, is_project, linked
from tlsscan.manifests.sheet import COM, CONFIGURED, LOADED, ON_ANDROID, PART, PROJECT, SWITCHES, Reading
from tlsscan.model import Place
from tlsscan.products import compare, version_key
from tlsscan.records import NamedTuple
from tlsscan.targets import DOTNET, NETFX

MOST = 500  # projects of one program
_SWITCH = "switch.system.net.dontenable"
_STARTED = Span("4.0", "4.0")
"""What .NET Framework behaves as for programs that are for 2.0 to 3.5 and start on 4."""
ANDROID, MANIFEST = "android", "AndroidManifest.xml"


def as_started(claims: Iterable[Claim], readings: Iterable[Reading]) -> Iterator[Claim]:
    """Claims; a program for .NET Framework 2.0 to 3.5 whose `app.config` prefers version 4 starts on that, and behaves
    as one for 4.0. Of several projects in its folder that is of those which have it, if any says so."""
    every = list(claims)
    others = _without_configuration(readings)
    first: dict[str, Claim] = {}
    for claim in every:
        if claim.product == NETFX and claim.place.path.lower().endswith("app.config"):
            first.setdefault(claim.scope, claim)
    newer = {scope: claim for scope, claim in first.items() if not _is_old(claim)}
    old = [claim for claim in every if _is_old(claim) and claim.place.path not in others]
    started = {claim.scope for claim in old if claim.kind is ClaimKind.PINNED}
    told = {
        claim.scope
        for claim in every
        if claim.product == NETFX and claim.kind is ClaimKind.PINNED and claim.spans == (_STARTED,)
    }
    for claim in every:
        start = newer.get(claim.scope) if claim.product == NETFX else None
        if start is None or claim.scope not in started or claim.place.path in others:
            yield claim
        elif claim == start and claim.scope in told:
            continue  # another program in the folder is for that anyway
        elif claim == start:
            why = "the program starts on it, whatever it targets"
            yield claim._replace(kind=ClaimKind.PINNED, spans=(_STARTED,), why=why)
        elif not _is_old(claim):
            yield claim


def _without_configuration(readings: Iterable[Reading]) -> set[str]:
    """The projects that do not list an `app.config` which another one of their folder does: what comes of them has
    none."""
    projects = [reading for reading in readings if reading.family == "msbuild" and is_project(reading.path)]
    having = {reading.path for reading in projects if any(value.name == CONFIGURED for value in reading.properties)}
    scopes = set(map(scope_of, having))
    return {reading.path for reading in projects if scope_of(reading.path) in scopes} - having


def as_switched(claims: Iterable[Claim], readings: Iterable[Reading]) -> Iterator[Claim]:
    """Claims; a program of .NET Framework behaves as one for an older version where a switch in its configuration takes
    a newer default away, and as one for 4.6 where one gives it strong cryptography. What is registered for COM behaves
    as for 4.0, if it is for that or a newer one."""
    readings = list(readings)
    others = _without_configuration(readings)
    said = [(reading, value) for reading in readings for value in reading.properties]
    switches = {scope_of(reading.path): value.text.split(";") for reading, value in said if value.name == SWITCHES}
    native = {reading.path for reading, value in said if value.name == COM}
    for claim in claims:
        if claim.product != NETFX or claim.kind is not ClaimKind.PINNED or not claim.oldest or _is_old(claim):
            yield claim
        elif claim.place.path in native:
            yield claim._replace(spans=(Span("4.0", "4.0"),), why=NATIVE)
        else:
            yield _switched(claim, switches.get(claim.scope, ()) if claim.place.path not in others else ())


def _switched(claim: Claim, switches: Sequence[str]) -> Claim:
    """A claim, as the switches of the program decide. `DontEnableSystemDefaultTlsVersions` is false for 4.7 and later,
    `DontEnableSchUseStrongCrypto` for 4.6 and later; the second counts only where the first is true."""
    target = version_key(claim.oldest)
    weak, strong = (f"{_SWITCH}schusestrongcrypto={value}" in switches for value in ("true", "false"))
    if target >= (4, 7) and f"{_SWITCH}systemdefaulttlsversions=true" not in switches:
        return claim
    if strong and target < (4, 6):
        return claim._replace(spans=(Span("4.6", "4.6"),), why=STRONG)
    if target < ((4, 6) if weak else (4, 7)):
        return claim
    behaves = "4.5" if weak else "4.6"
    return claim._replace(spans=(Span(behaves, behaves),), why=SWITCHED)


def without_guests(
    claims: Iterable[Claim], readings: Iterable[Reading], use: Callable[[Reading], ClaimKind | None]
) -> Iterator[Claim]:
    """Claims; without what sites would behave as by themselves in folders of libraries, what they are compiled for by
    ASP.NET in those of projects, which compile them beforehand, and whatever is claimed of sites in those of modules
    for other sites: these run in another one."""
    kinds: dict[str, set[ClaimKind | None]] = {}
    hosted: set[str] = set()
    for reading in readings:
        if reading.family == "msbuild" and is_project(reading.path):
            kinds.setdefault(scope_of(reading.path), set()).add(use(reading))
            if any(value.name == PROJECT and value.text == HOSTED for value in reading.properties):
                hosted.add(scope_of(reading.path))
    for claim in claims:
        if claim.scope in hosted and _is_of_site(claim):
            continue
        home = max((scope for scope in kinds if claim.scope.startswith(scope)), key=len, default=None)
        if claim.why == UNSAID and (claim.scope not in kinds or ClaimKind.PINNED not in kinds[claim.scope]):
            continue
        if claim.why == COMPILED and home is not None:
            continue
        if claim.why != UNDECIDED or home is None or ClaimKind.PINNED in kinds[home]:
            yield claim


def as_hosted(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Claims; without what sites would behave as by themselves that lie in one which says what ASP.NET behaves as, or
    that are for one before 4.0. What the project of a site targets is only what it asks for: its configuration says
    what it behaves as."""
    every = list(claims)
    old = {claim.scope for claim in every if _is_of_project(claim) and _is_old(claim)}
    every = [claim for claim in every if claim.why != UNSAID or claim.scope not in old]
    decided = {c.scope for c in every if _is_of_site(c) and c.why not in (UNDECIDED, UNSAID, COMPILED)}
    lesser = (UNDECIDED, COMPILED)
    kept = [c for c in every if c.why not in lesser or not any(c.scope.startswith(scope) for scope in decided)]
    sites = {claim.scope for claim in kept if _is_of_site(claim)}
    for claim in kept:
        own = _is_of_project(claim) and claim.scope in sites
        yield claim._replace(kind=ClaimKind.REQUIREMENT) if own else claim


def _is_of_project(claim: Claim) -> bool:
    """Whether it is what the project of a program targets, by itself or by the properties that it imports."""
    told = not claim.place.path.lower().endswith(".config")
    return told and claim.product == NETFX and claim.kind is ClaimKind.PINNED


def _is_of_site(claim: Claim) -> bool:
    site = claim.place.path.lower().endswith("web.config")
    return site and claim.product == NETFX and claim.kind is ClaimKind.PINNED


def _is_old(claim: Claim) -> bool:
    return claim.product == NETFX and bool(claim.oldest) and version_key(claim.oldest) < (4,)


def on_android(claims: Iterable[Claim], readings: Iterable[Reading]) -> Iterator[Claim]:
    """Claims; those on the Android that an application asks for with the projects of Gradle that it is made of, and
    that nothing else is made of: what such a one asks for itself only says what could load it."""
    builds = {scope_of(reading.path): reading for reading in readings if reading.family == "gradle"}
    every = list(_as_built(claims, builds))
    made = {scope: _made_of_projects(scope, builds) for scope in builds}
    used = {part for parts in made.values() for part in parts}
    apps = {scope for scope, reading in builds.items() if any(v.name == PROJECT for v in reading.properties)}
    elsewhere = {part for scope, parts in made.items() if scope not in apps and scope not in used for part in parts}
    parts = {scope: tuple(sorted(made[scope] - elsewhere)) for scope in apps}
    hosted = {part for several in parts.values() for part in several}
    for claim in every:
        if claim.product == ANDROID and parts.get(claim.scope):
            yield claim._replace(parts=parts[claim.scope], hosts=True)
        elif claim.product == ANDROID and claim.scope in hosted and claim.kind is ClaimKind.REQUIREMENT:
            yield claim._replace(kind=ClaimKind.BYTECODE)
        else:
            yield claim


def modules_of_android(readings: Iterable[Reading]) -> dict[str, Place]:
    """The folders whose code runs on Android, whatever they say of its level, each with where that is told."""
    told = (value.place for reading in readings for value in reading.properties if value.name == ON_ANDROID)
    return {scope_of(place.path): place for place in told}


def _as_built(claims: Iterable[Claim], builds: Collection[str]) -> Iterator[Claim]:
    """Claims; without the oldest Android that a manifest asks for where its build of Gradle asks for one, too: that
    takes the other one's place."""
    every = list(claims)
    of_android = [claim for claim in every if claim.product == ANDROID]
    manifests = {claim.place.path for claim in of_android if claim.place.path.endswith(MANIFEST)}
    told = {scope_of(claim.place.path) for claim in of_android if claim.place.path not in manifests}
    nearest = {path: max(filter(path.startswith, builds), key=len, default=None) for path in manifests}
    yield from (one for one in every if one.product != ANDROID or nearest.get(one.place.path) not in told)


def _made_of_projects(scope: str, builds: Mapping[str, Reading]) -> set[str]:
    """The folders of the projects that one of Gradle is made of."""
    found: set[str] = set()
    waiting = [scope]
    while waiting and len(found) < MOST:
        own = waiting.pop()
        for value in builds[own].properties:
            folder = _project(own, value.text, builds) if value.name == PART else ""
            if folder and folder not in found:
                found.add(folder)
                waiting.append(folder)
    return found - {scope}


def _project(scope: str, name: str, builds: Mapping[str, Reading]) -> str:
    """The folder of a project by its name, a path from the root of the build: from the nearest folder upwards."""
    above = scope
    while above:
        above = scope_of(above[:-1])
        if f"{above}{name}/" in builds:
            return f"{above}{name}/"
    return ""


class Parts(NamedTuple):
    """The folders of a program's parts, with the files and folders elsewhere that these compile; those beside its own
    in which code of the program itself lies, and whether it only shows or tests its parts."""

    folders: tuple[str, ...]
    own: tuple[str, ...]
    aside: bool


def with_parts(
    claims: Iterable[Claim],
    readings: Iterable[Reading],
    use: Callable[[Reading], ClaimKind | None],
    above: Callable[[Reading], Sequence[Reading]],
    host: Callable[[Reading], Reading | None],
    aside: Callable[[str], bool],
) -> Iterator[Claim]:
    """Claims; those on what a program runs on with the parts of that program. `use` tells what comes of a project,
    `above` what it imports, `host` which one it is built into, `aside` whether a path is one of examples or tests."""
    claims, readings = list(claims), list(readings)
    projects = [reading for reading in readings if reading.family == "msbuild" and is_project(reading.path)]
    named = {reading.path.lower(): reading for reading in projects}
    guests: dict[str, list[Reading]] = {}
    for reading in projects:
        if (outer := host(reading)) is not None:
            guests.setdefault(outer.path, []).append(reading)
    loaded = _loaded(readings, projects)
    parts: dict[str, list[Parts]] = {}
    for reading in projects:
        if use(reading) is ClaimKind.PINNED:
            own = [reading, *guests.get(reading.path, ())]
            made = _parts(own, loaded.get(scope_of(reading.path), ()), named, use, above)._replace(
                aside=aside(reading.path)
            )
            parts.setdefault(scope_of(reading.path), []).append(made)
    targets: dict[tuple[str, str], list[str]] = {}
    for claim in claims:
        targets.setdefault((claim.scope, claim.product), []).append(claim.oldest)
    for claim in claims:
        if claim.kind is ClaimKind.PINNED and claim.product in (NETFX, DOTNET):
            yield _made_of(claim, parts.get(claim.scope, ()), targets)
        else:
            yield claim


def _is_loaded(program: Sequence[str], targets: Sequence[str]) -> bool:
    """Whether a program for some frameworks can load a library that is for some: not what is only for newer ones."""
    own = max(map(version_key, program))
    return not targets or any(compare(version_key(oldest), own) <= 0 for oldest in targets)


def _made_of(claim: Claim, parts: Sequence[Parts], targets: Mapping[tuple[str, str], Sequence[str]]) -> Claim:
    every = (folder for some in parts for folder in some.folders if folder != claim.scope)
    built = targets[claim.scope, claim.product] if _is_of_site(claim) else [claim.oldest]
    folders = [folder for folder in dict.fromkeys(every) if _is_loaded(built, targets.get((folder, claim.product), ()))]
    return claim._replace(
        parts=tuple(folders),
        own=tuple(dict.fromkeys(folder for some in parts for folder in some.own if folder != claim.scope)),
        hosts=not any(some.aside for some in parts),
    )


def _loaded(readings: Sequence[Reading], projects: Sequence[Reading]) -> dict[str, list[str]]:
    """By the folder of a site the projects whose assemblies its configuration loads."""
    told = [(scope_of(r.path), v.text.lower()) for r in readings for v in r.properties if v.name == LOADED]
    made: dict[str, str] = {}
    for reading in projects if told else ():
        names = [value.text for value in reading.properties if value.name == "AssemblyName"]
        for name in (*names, reading.path.rpartition("/")[2].rpartition(".")[0]):
            made.setdefault(name.strip().lower(), reading.path)
    found: dict[str, list[str]] = {}
    for scope, assembly in told:
        if assembly in made:
            found.setdefault(scope, []).append(made[assembly])
    return found


def _parts(
    programs: Sequence[Reading],
    loaded: Sequence[str],
    named: Mapping[str, Reading],
    use: Callable[[Reading], ClaimKind | None],
    above: Callable[[Reading], Sequence[Reading]],
) -> Parts:
    met = {program.path for program in programs}
    waiting = [*programs]
    folders = [scope_of(guest.path) for guest in programs[1:]]
    while waiting and len(met) < MOST:
        reading = waiting.pop()
        for path in (*_referenced(reading, above), *(loaded if reading is programs[0] else ())):
            found = named.get(path.lower())
            if found is not None and found.path not in met and _is_part(found, use(found)):
                met.add(found.path)
                waiting.append(found)
                folders += [scope_of(found.path), *linked(found)]
    guests = (scope_of(guest.path) for guest in programs[1:])
    outside = (place for program in programs for place in linked(program))
    return Parts(tuple(dict.fromkeys(folders)), (*guests, *outside), aside=False)


def _is_part(reading: Reading, kind: ClaimKind | None) -> bool:
    """Whether a project that a program references is a part of it, by what comes of it."""
    return is_portable(reading) if kind is None else kind is not ClaimKind.TEST


def _referenced(reading: Reading, above: Callable[[Reading], Sequence[Reading]]) -> Iterator[str]:
    """The paths of the projects that one references itself; those in what it imports are written as seen from it."""
    for holder in (reading, *above(reading)):
        for value in holder.properties:
            if value.name == PART and value.text:
                yield posixpath.normpath(scope_of(reading.path) + value.text)
