"""Programs of .NET, as claims tell what they are made of: what code they run, in which order, and with which addresses.
By the text of their code, which is read once for all of them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property, partial
from itertools import chain

from tlsscan.addresses import (
    CONFIGURATIONS,
    TRANSFORMS,
    is_other,
    is_refused_unless_plain,
    is_unsent,
    only_plain,
    switched_off,
)
from tlsscan.annotations import TYPE_CHECKING, TypeAlias
from tlsscan.claims import NATIVE, Claim, ClaimKind
from tlsscan.clients import reflects, uses
from tlsscan.configured import made, told
from tlsscan.defaults import Use
from tlsscan.methods import Methods
from tlsscan.model import Finding, Place, ProblemKind, Site, Usage
from tlsscan.naming import Graph, Reached
from tlsscan.preceding import Order, starts
from tlsscan.records import NamedTuple
from tlsscan.rules import Heeded, Rule
from tlsscan.source import Reader
from tlsscan.switches import left_to_system
from tlsscan.uncalled import Text, has_word, is_static, uncalled

if TYPE_CHECKING:
    from tlsscan.manifests.compiles import Compiled
    from tlsscan.manifests.references import Referenced

SPOKEN = ("csharp", "vbnet")  # the languages of which programs are made whose parts are known
_BASIC = (".vb", ".vbhtml")
_PAGES = (".aspx", ".ashx", ".asmx", ".svc", ".cshtml", ".vbhtml", "controller.cs", "controller.vb")
"""What requests call."""
_CODE = (".cs", ".vb", ".cshtml", ".vbhtml")
Relying: TypeAlias = Callable[[Collection[str], Collection[str], Iterable[str], Callable[[str], bool]], Sequence[Site]]
"""The sites of some uses of defaults (ids), in the files of some languages whose paths begin in one of some ways, and
for whose folder something holds."""


class Search(NamedTuple):
    """What looks into code once more: for uses of defaults, whether there is any of some languages below some
    folders, and for what files of some languages declare and name; whether all of a folder is scanned; all files of
    some languages whose paths begin in some way; and what projects are compiled from and reference."""

    relying: Relying
    speaks: Callable[[Collection[str], tuple[str, ...]], bool]
    whole: Callable[[str], bool]
    naming: Callable[[Collection[str], Callable[[str], bool]], Graph]
    texts: Callable[[Collection[str], tuple[str, ...]], Iterable[Text]]
    compiled: "Compiled"
    referenced: "Referenced"


class Programs:
    """The programs of a tree, each by the claim on what it runs on."""

    def __init__(self, claims: Sequence[Claim], search: Search) -> None:
        self._claims = claims
        self._search = search
        self._uncalled: dict[frozenset[str], set[str]] = {}
        self._reached: dict[Claim, Reached] = {}
        self._methods: dict[tuple[str, ...], Methods] = {}
        self._orders: dict[tuple[str, ...], Order] = {}
        self._plain: dict[tuple[str, ...], bool] = {}
        self._left: dict[str, bool] = {}
        self._configured: dict[tuple[str, ...], list[Use]] = {}
        self._holding: dict[tuple[tuple[str, ...], Heeded], bool] = {}
        self._switched: dict[tuple[tuple[str, ...], frozenset[str]], frozenset[str]] = {}
        self._entries: dict[Claim, bool] = {}

    def compiles(self, claim: Claim, path: str) -> bool:
        """Whether a program and its libraries are compiled from a file, as far as their projects tell."""
        compiled = self._search.compiled
        return compiled.has((claim.scope, *claim.parts), path) and not compiled.instead(claim.place.path, path)

    def _made_of(self, claim: Claim) -> tuple[str, ...]:
        """What a program is compiled from, as far as that tells it from others."""
        own = (claim.place.path,) if self._search.compiled.shares(claim.place.path) else ()
        return (*folders_of(claim), *own)

    def knows(self, path: str) -> bool:
        """Whether a file is part of a program that is known."""
        return bool(self._around(path))

    def holds(self, path: str, heeded: Heeded) -> bool:
        """Whether any of the programs that a file is part of may use what alone heeds a setting in that."""
        own = self._around(path)
        if heeded.references and not all(_is_own(claim, path) for claim in own):
            return True  # whatever else uses the library
        key = tuple(part for claim in own for part in self._made_of(claim)), heeded
        if key not in self._holding:
            self._holding[key] = any(self._may_use(claim, heeded) for claim in own)
        return self._holding[key]

    def _may_use(self, claim: Claim, heeded: Heeded) -> bool:
        """Whether a program may use what alone heeds a setting."""
        if heeded.references and not (
            self._search.referenced.has_only(folders_of(claim), frozenset(heeded.references)) and self._is_closed(claim)
        ):
            return True
        return self._uses(claim, heeded.by)

    def _uses(self, claim: Claim, words: Sequence[str]) -> bool:
        """Whether a program uses what some words are of, as far as its code tells."""
        if not has_word(words, (data for _, data in self._code(claim))):
            return False
        code = self._methods_of(claim)
        closed = cache(partial(self._is_closed, claim))

        def called(path: str, at: int) -> bool:
            return not (path.lower().endswith(_CODE) and closed()) or _is_called(code, path, at)

        return not code.code or uses(words, code, called)

    def _is_closed(self, claim: Claim) -> bool:
        """Whether all of a program is known, and what in it calls what."""
        if not (self._is_alone(claim) and self._has_entry(claim) and all(map(self._search.whole, folders_of(claim)))):
            return False
        code = self._methods_of(claim).code
        return bool(code) and not any(map(reflects, code.values()))

    def _around(self, path: str) -> list[Claim]:
        """The claims on what the programs that a file is part of run on."""
        projects = [claim for claim in self._claims if claim.targets and path.startswith(folders_of(claim))]
        home = _longest((place for claim in projects for place in folders_of(claim)), path)
        own = [c for c in projects if c.kind is ClaimKind.PINNED and home in folders_of(c) and self.compiles(c, path)]
        return [claim for claim in own if _runs(claim, path)] or own

    def running(self, claim: Claim, uses: Sequence[Use]) -> Sequence[Use]:
        """Of uses of defaults those in code that a program is known to run: its own, and what this names, or what that
        names, in the libraries that it references, but for methods that nothing calls."""
        unused = self._unused(frozenset(use.enclosing for use in uses if use.place.path.lower().endswith(_CODE)))
        if unused and (claim.parts or self._has_entry(claim)):
            uses = [use for use in uses if use.enclosing not in unused]
        uses = [use for use in uses if not self._is_dead(claim, use.place)]
        inside = [use for use in uses if not _is_own(claim, use.place.path)] if claim.parts else ()
        if not inside:
            return uses
        if claim not in self._reached:
            self._reached[claim] = self._reaching(claim)
        reached = self._reached[claim]
        static = self._static([use for use in inside if reached.makes(use.place.path, use.enclosing)])
        left = [use for use in inside if use in static or not reached.uses(use.place.path, use.enclosing)]
        named = [use for use in inside if use not in left]
        if named and any(_is_own(claim, path) for path in reached.types):
            every, used, own = self._methods_of(claim), cache(reached.uses), partial(_is_own, claim)
            places = ((use, use.place.path, use.place.region.start) for use in named)
            left += [
                use
                for use, path, at in places
                if every.is_off(path, at)
                or every.is_begun_elsewhere(path, at, own)
                or not every.is_called(path, at, used, own)
            ]
        return [use for use in uses if use not in left]

    def _is_dead(self, claim: Claim, place: Place) -> bool:
        """Whether a place is in a program's own code and nothing in the program calls that, where nobody else can."""
        return _is_own(claim, place.path) and self._is_unused(claim, place)

    def _is_unused(self, claim: Claim, place: Place) -> bool:
        """The same of a place in the code of a program or of its libraries: another program may use these."""
        return self._is_alone(claim) and self._is_passed(claim, place)

    def _is_passed(self, claim: Claim, place: Place) -> bool:
        """Whether a program does not call a place in its code, as far as that tells where it starts."""
        code = place.path.lower().endswith(_CODE)
        return (
            code
            and _is_whole_program(claim)
            and self._has_entry(claim)
            and not _is_called(self._methods_of(claim), place.path, place.region.start)
        )

    def is_idle(self, place: Place) -> bool:
        """Whether a place is in the code of programs alone of which none calls it, or in that of a library in the
        folder of one of them, as far as all of them is known."""
        around = [c for c in self._claims if _is_made(c) and _runs(c, place.path) and self.compiles(c, place.path)]
        programs = [claim for claim in around if claim.kind is ClaimKind.PINNED]
        own = {claim.scope for claim in programs}
        libraries = {claim.scope for claim in around} - own
        return (
            bool(programs)
            and all(scope.startswith(tuple(own)) for scope in libraries)
            and all(self._leaves_idle([c for c in programs if c.scope == scope], place) for scope in own)
        )

    def _leaves_idle(self, claims: Sequence[Claim], place: Place) -> bool:
        """Whether a project is a program all of which is known, and does not call a place in its code."""
        return any(self._is_passed(c, place) and all(map(self._search.whole, folders_of(c))) for c in claims)

    def _is_alone(self, claim: Claim) -> bool:
        """Whether what a claim is about is a program which no other project can call, but those that only test it."""
        referenced = any(claim.scope in other.parts and other.hosts for other in self._claims)
        return _is_whole_program(claim) and not referenced

    def _has_entry(self, claim: Claim) -> bool:
        """Whether it can be seen where a program starts: else who calls a method of its own is not known."""
        if claim not in self._entries:
            code = self._code(claim)
            self._entries[claim] = any(path.lower().endswith(_PAGES) or starts(path, data) for path, data in code)
        return self._entries[claim]

    def _reaching(self, claim: Claim) -> Reached:
        """The files whose code a program is known to run."""
        folders = folders_of(claim)
        graph = self._graph.within(lambda path: path.startswith(folders) and self.compiles(claim, path))
        apart = {c.scope for c in self._claims if c.kind is ClaimKind.PINNED and c.scope != claim.scope}
        return graph.reached(partial(_is_own, claim), cache(partial(_home, claim)), apart)

    @cached_property
    def _graph(self) -> Graph:
        """What the code of all programs that have parts declares and names."""
        folders = tuple({place for claim in self._claims if claim.parts for place in folders_of(claim)})
        return self._search.naming(SPOKEN, lambda path: path.startswith(folders))

    def _others(self, uses: Sequence[Use]) -> list[Use]:
        """Those of some uses that send nothing, or are of addresses for another protocol than HTTP, which does without
        TLS by itself."""
        code = self._texts(uses)
        places = ((use, code.get(use.place.path, b""), use.place.region.start) for use in uses)
        return [
            use
            for use, data, at in places
            if (use.addressed and (is_other(data, at) or is_refused_unless_plain(data, at)))
            or is_unsent(data, at, basic=use.place.path.lower().endswith(_BASIC))
        ]

    def _texts(self, uses: Sequence[Use]) -> dict[str, bytes]:
        """The contents of the files in which some uses stand."""
        paths = tuple({use.place.path for use in uses})
        return {text.path: text.data for text in self._search.texts(SPOKEN, paths)} if paths else {}

    def _static(self, uses: Sequence[Use]) -> list[Use]:
        """Those of some uses that stand in static methods: whatever makes an object calls none of them."""
        code = self._texts(uses)
        names = ((use, use.enclosing.rpartition(".")[2]) for use in uses)
        return [use for use, name in names if name and is_static(name, code.get(use.place.path, b""))]

    def secure(self, claim: Claim, uses: Sequence[Use]) -> Sequence[Use]:
        """Of uses of defaults those of which nothing says that they do without TLS: its configuration, or every address
        that stands in the code and the configuration of a program of .NET. None, where that is left to the system."""
        if uses and self.is_left_to_system(claim):
            return ()
        asked = {name for use in uses for name in use.settings}
        if asked:
            off = self._off(claim, frozenset(asked))
            uses = [use for use in uses if not use.settings or not use.settings <= off]
        others = self._others([use for use in uses if use.place.path.lower().endswith((*_CODE, *_PAGES))])
        uses = [use for use in uses if use not in others]
        addressed = [use for use in uses if use.addressed and use.place.path.lower().endswith(_CODE)]
        if not addressed:
            return uses
        made = self._made_of(claim)
        if made not in self._plain:
            reached = self._reached.get(claim)
            code = ((path, data) for path, data in self._code(claim) if reached is None or reached.uses(path))
            self._plain[made] = only_plain(chain(_configurations(claim.scope, (*CONFIGURATIONS, *TRANSFORMS)), code))
        return [use for use in uses if use not in addressed] if self._plain[made] else uses

    def configured(self, claim: Claim, rules: Sequence[Rule]) -> Sequence[Use]:
        """The places where a program of .NET Framework makes clients that its configuration tells to use TLS, as uses
        of defaults by some rules."""
        made_of = self._made_of(claim)
        if claim.product != "netfx" or made_of in self._configured:
            return self._configured.get(made_of, ())
        said = told(data for _, data in _configurations(claim.scope, CONFIGURATIONS))
        files = (Text(path, data) for path, data in self._code(claim)) if said.contracts or said.mail else ()
        uses = [
            Use(Place(one.path, one.region), one.name, tuple(rules), enclosing=one.enclosing)
            for one in made(said, files)
        ]
        return self._configured.setdefault(made_of, uses)

    def is_plain(self, claim: Claim) -> bool:
        """Whether `secure` has found that every address of a program is one without TLS."""
        return self._plain.get(self._made_of(claim), False)

    def is_left_to_system(self, claim: Claim) -> bool:
        """Whether a switch in the configuration of a program of .NET Framework leaves its versions to Windows."""
        if claim.product != "netfx":
            return False
        key = claim.scope
        if key not in self._left:
            self._left[key] = left_to_system(data for _, data in _configurations(claim.scope, CONFIGURATIONS))
        return self._left[key]

    def _off(self, claim: Claim, names: frozenset[str]) -> frozenset[str]:
        """Those of some settings by which a program does without TLS."""
        key = self._made_of(claim), names
        if key not in self._switched:
            written = _configurations(claim.scope, (*CONFIGURATIONS, *TRANSFORMS))
            self._switched[key] = switched_off(names, chain(written, self._code(claim)))
        return self._switched[key]

    def _code(self, claim: Claim) -> Iterator[tuple[str, bytes]]:
        """The files, with their contents, that a program and its libraries are made of."""
        every = self._search.texts(SPOKEN, folders_of(claim))
        return ((text.path, text.data) for text in every if self.compiles(claim, text.path))

    def runs(self, methods: frozenset[str], finding: Finding) -> bool:
        """Whether a setting may run: not in one of some methods of .NET that nothing calls."""
        method = finding.usage.enclosing
        return finding.usage.language not in SPOKEN or method not in self._unused(methods)

    def comes_to(self, claim: Claim, usage: Usage) -> bool:
        """Whether something in a program may call what a place stands in."""
        if usage.language not in SPOKEN:
            return True
        return self.compiles(claim, usage.place.path) and not self._is_unused(claim, usage.place)

    def precedes(self, claim: Claim, finding: Finding, use: Use) -> bool:
        """Whether a setting has been made in a program of .NET before a use of a default."""
        if finding.usage.language not in SPOKEN:
            return True
        at = finding.usage.place
        if not self.compiles(claim, at.path) or self._is_unused(claim, at):
            return False
        order = self._order(claim)
        return order.precedes(at.path, at.region.start, use.place.path, use.place.region.start)

    def _order(self, claim: Claim) -> Order:
        """The code of a program and its libraries, in the order in which it runs."""
        made = self._made_of(claim)
        if made not in self._orders:
            self._orders[made] = Order(self._methods_of(claim))
        return self._orders[made]

    def _methods_of(self, claim: Claim) -> Methods:
        """The methods of a program and its libraries."""
        made = self._made_of(claim)
        if made not in self._methods:
            self._methods[made] = Methods(Text(path, data) for path, data in self._code(claim))
        return self._methods[made]

    def _unused(self, methods: frozenset[str]) -> set[str]:
        """Those of some methods that nothing calls."""
        if methods not in self._uncalled:
            names = {method: method.rpartition(".")[2] for method in methods if "." in method}
            files = self._search.texts(SPOKEN, ("",)) if names else ()
            dead = uncalled(set(names.values()), files)
            self._uncalled[methods] = {method for method, name in names.items() if name in dead}
        return self._uncalled[methods]


def folders_of(claim: Claim) -> tuple[str, ...]:
    """How the paths of a program's code begin, and of that of its libraries."""
    return (claim.scope, *claim.parts, *claim.own)


def _is_made(claim: Claim) -> bool:
    """Whether a project or the configuration of a site makes a claim, which so tells what code is compiled together."""
    return bool(claim.targets) or claim.place.path.lower().endswith("web.config")


def _is_whole_program(claim: Claim) -> bool:
    """Whether what a claim is about runs by itself, and nothing but code that is read calls its methods."""
    return claim.kind is ClaimKind.PINNED and claim.why != NATIVE


def _runs(claim: Claim, path: str) -> bool:
    """Whether a file is of a program, or of a part that it does not only show or test."""
    return path.startswith(folders_of(claim)) and (claim.hosts or _is_own(claim, path))


def _home(claim: Claim, path: str) -> str:
    """The folder of the project that a file belongs to."""
    return claim.scope if _is_own(claim, path) else _longest(claim.parts, path)


def _is_own(claim: Claim, path: str) -> bool:
    """Whether a file is of a program itself, and not of a library that it references."""
    places = (claim.scope, *claim.own)
    return path.startswith(places) and len(_longest(places, path)) >= len(_longest(claim.parts, path))


def _is_called(code: Methods, path: str, at: int) -> bool:
    """Whether a program calls what stands at an offset of a file, as far as its code tells."""
    return not code.is_off(path, at) and code.is_called(path, at, lambda path, name: True, lambda path: False)


def _longest(places: Iterable[str], path: str) -> str:
    """Of some files and folders the one that a path begins with; of several the nearest."""
    return max((place for place in places if path.startswith(place)), key=len, default="")


def _configurations(scope: str, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files in a program's folder that configure it, with their contents."""
    reader = Reader()
    for name in names:
        raw = reader.read((scope + name).encode("utf-8", "surrogateescape"))
        if not isinstance(raw, ProblemKind):
            yield name, bytes(raw)
