"""The rounds of a run: all files for their sites, then few of them for the constants and callers that sites ask for."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, partial

from tlsscan import tasks
from tlsscan.annotations import TYPE_CHECKING, TypeAlias
from tlsscan.candidate import Candidate
from tlsscan.extract import PROBLEM_TEXTS, Definition, Extract, Extractor
from tlsscan.handle import First
from tlsscan.inventory import Inventory, Sightings
from tlsscan.languages import ALSO_MANIFEST, INSIDE, MANIFEST, NAMED_BY_FILE
from tlsscan.model import SETTLED, Area, Argument, Form, Piece, Problem, ProblemKind, Site
from tlsscan.products import Runtimes
from tlsscan.records import NamedTuple
from tlsscan.sinks import SinkIndex, with_addresses
from tlsscan.spelled import leading
from tlsscan.supervisor import Crew, Urgent
from tlsscan.transport import unpack, unpack_definitions
from tlsscan.values import Name
from tlsscan.worker import Item

if TYPE_CHECKING:
    from tlsscan.callers import Slots
    from tlsscan.calls import Question
    from tlsscan.context import Context
    from tlsscan.frontends.speaker import Dialect
    from tlsscan.layered import Layered
    from tlsscan.link import Words
    from tlsscan.makers import Makers
    from tlsscan.manifests.sheet import Reading
    from tlsscan.naming import Graph
    from tlsscan.outcomes import Match
    from tlsscan.searches import Spot
    from tlsscan.suppressions import Ignore
    from tlsscan.uncalled import Text
    from tlsscan.users import Users
    from tlsscan.wrappers import Wrappers

MANIFESTS = 40
"""So many are handed on together, since each such batch cuts what waits in two."""
Around: TypeAlias = "Callable[[list[str]], Context]"


class Gathered(NamedTuple):
    """What the workers found, before any rule has judged it."""

    sites: list[Site]
    problems: list[Problem]
    texts: dict[str, dict[int, str]]
    hashes: dict[tuple[str, int], str]
    areas: dict[str, tuple[Area, ...]]
    ignores: "dict[str, tuple[Ignore, ...]]"
    readings: "list[Reading]"
    pieces: dict[str, tuple[Piece, ...]]
    dialects: "dict[str, Dialect]"

    def add(self, path: str, found: Extract) -> None:
        """Keep what a file gave, but for its sites and problems."""
        if found.texts:
            self.texts.setdefault(path, {}).update(found.texts)
        if found.pieces:
            self.pieces[path] = (*self.pieces.get(path, ()), *found.pieces)
        if found.ignores:
            self.ignores[path] = found.ignores
        if found.reading is not None:
            self.readings.append(found.reading)
        if found.dialect is not None:
            self.dialects[path] = found.dialect
        if found.areas:
            self.areas[path] = found.areas
        self.hashes.update({(path, line): value for line, value in found.hashes.items()})


def _may_state(file: Candidate) -> bool:
    """Whether a file may say what code runs on."""
    return file.language == MANIFEST or file.fs_path.endswith(ALSO_MANIFEST)


class Linked(NamedTuple):
    """Sites whose values are known as far as they can be: as they stand, and as callers fill their parameters."""

    own: Sequence[Site]
    filled: Sequence[Site]

    def homes(self) -> dict[str, set[str]]:
        """The files in which the constructs stand, with what `#if` asks there."""
        found: dict[str, set[str]] = {}
        for site in (*self.own, *self.filled):
            found.setdefault(site.home, set()).update([site.compiled] if site.compiled else ())
        return found

    def by_home(self) -> "dict[str, Linked]":
        """Those of each file."""
        own, filled = (_by_home(sites) for sites in self)
        return {home: Linked(own[home], filled[home]) for home in {**own, **filled}}


def _by_home(sites: Iterable[Site]) -> defaultdict[str, list[Site]]:
    found = defaultdict[str, list[Site]](list)
    for site in sites:
        found[site.home].append(site)
    return found


class Scanner:
    """One run over files as they are found. Close it, or use it in a `with`: its workers live through all rounds."""

    def __init__(
        self,
        extractor: Extractor,
        *,
        jobs: int,
        timeout: float,
        around: "Around | None" = None,
        first: First | None = None,
    ) -> None:
        """`around` makes the work trees around files that were named one by one: their constants count. `first` is a
        worker that is there already."""
        self._extractor = extractor
        self._around = around
        self._context: list[Context] = []
        self.notices: list[str] = []
        self._judged: list[tuple[Sequence[Site], Runtimes, list[Match]]] = []
        """What was matched while workers were busy: sites, the runtimes that were taken, their usages."""
        self._inventory = Inventory()
        self._sightings = Sightings()
        self._telling: set[Candidate] = set()
        """The files in which a literal of a sink stands, or a call of what passes its parameter on to one."""
        self._asked = False
        self._met: set[tuple[object, ...]] = set()
        self._crew = Crew(
            tasks.Tasks(extractor).prepare, jobs=jobs, timeout=timeout, first=first.worker if first else None
        )
        self._ready = first.sorts if first else frozenset()
        self._doing = "reading"
        self.late: list[Problem] = []
        """What went wrong while constants were looked for; the same file may have been told of before."""

    def __enter__(self) -> "Scanner":
        return self

    def __exit__(self, *_: object) -> None:
        self._crew.close()

    def state(self) -> tuple[str, int, int]:
        """What is being done, with how many files, of how many that are known so far."""
        return (self._doing, *self._crew.progress())

    def gather(
        self,
        batches: Iterable[list[Candidate]],
        meanwhile: Iterable[Callable[[], object]] = (),
        stated: Callable[["Sequence[Reading]"], object] = lambda readings: None,
    ) -> Gathered:
        """The sites of all files; the batches are drawn while workers are busy with the ones before. `stated` gets
        what manifests say, once all are read, if that is before the other files are."""
        gathered = Gathered([], [], {}, {}, {}, {}, [], {}, {})
        files, lost, settled = self._inventory.files, gathered.problems.append, partial(stated, gathered.readings)
        for file, payload in self._round(files, self._noted(batches), tasks.sites(), lost, meanwhile, settled):
            found = unpack(payload)
            gathered.sites.extend(found.sites)
            gathered.problems.extend(found.problems)
            gathered.add(file.path, found)
            self._telling.add(file)
            self._prepare(found.sites)
        gathered.sites.sort(key=lambda site: (site.path, site.region))
        self._doing = "following names and callers,"
        return gathered

    def readings(self, gathered: Gathered, roots: Sequence[str]) -> "list[Reading]":
        """What manifests say. Those above what was named are read only if there is code that they may be about; what
        keeps them from saying anything is no concern of this scan."""
        if not gathered.sites:
            return gathered.readings
        from tlsscan.upwards import manifests_above

        above = manifests_above(sorted({site.path for site in gathered.sites} | set(roots)), roots)
        known = {file.path for file in self._inventory.files} if above else set()
        files = [file for file in above if file.path not in known]
        return [*gathered.readings, *self.manifests(files, lambda _: None)] if files else gathered.readings

    def manifests(self, files: Sequence[Candidate], lost: Callable[[Problem], None]) -> "list[Reading]":
        """What some manifests say, and nothing else of them."""
        found: list[Reading] = []
        for _, payload in self._round(files, [files], tasks.manifests(), lost):
            told = unpack(payload)
            found.extend([told.reading] if told.reading is not None else [])
            for problem in told.problems:
                lost(problem)
        return found

    def _prepare(self, sites: Iterable[Site]) -> None:
        """Have the rules that sites may meet built while workers are busy."""
        for site in sites:
            key = (site.language, site.form, site.names, site.option)
            if key not in self._met:
                self._met.add(key)
                names = [argument.name for argument in site.arguments if argument.name]
                for rule, sink, _ in self._extractor.index(site.language).candidates(site, names):
                    _ = sink.vocabulary or rule.vocabulary, rule.base

    def _noted(self, batches: Iterable[list[Candidate]]) -> Iterator[list[Candidate]]:
        """The batches, their files remembered by number. Manifests, and the first batch, go before other files that
        wait: what they say is put together while these are read."""
        stating: list[Candidate] = []
        for batch in batches:
            stating += [file for file in batch if _may_state(file)]
            if not self._inventory.files:  # they may be all
                yield Urgent(self._add(batch))
                stating = []
                continue
            yield self._add([file for file in batch if not _may_state(file)])
            if len(stating) >= MANIFESTS:
                yield Urgent(self._add(stating))
                stating = []
        if stating:
            yield Urgent(self._add(stating))

    def _add(self, batch: list[Candidate]) -> list[Candidate]:
        self._inventory.add(batch)
        for language in {file.language for file in batch} - INSIDE.keys() - {MANIFEST}:
            self._extractor.index(language)  # once here, not once in each worker that is still to be forked
        return batch

    def _round(
        self,
        files: Sequence[Candidate],
        batches: Iterable[Sequence[Candidate]],
        brief: bytes,
        lost: Callable[[Problem], None],
        meanwhile: Iterable[Callable[[], object]] = (),
        settled: Callable[[], object] | None = None,
    ) -> Iterator[tuple[Candidate, bytes]]:
        """What workers tell of files, which may grow with each batch; a file that cost a worker becomes a problem."""
        languages: set[str] = set()  # each begins with its grammar, which takes longer than a few files

        def pieces() -> Iterator[list[Item]]:
            for batch in batches:
                languages.update(file.language for file in batch)
                items = [tuple(file) for file in batch]
                yield Urgent(items) if isinstance(batch, Urgent) else items

        def sorts() -> int:
            return len(languages - self._ready)

        for outcome in self._crew.run(pieces(), brief, sorts=sorts, meanwhile=meanwhile, settled=settled):
            file = files[outcome.index]
            if outcome.failure is not None:
                lost(Problem(file.path, outcome.failure.kind, outcome.failure.text))
            elif outcome.payload:
                yield file, outcome.payload

    def named(
        self, sites: list[Site], roots: Sequence[str], index: Callable[[str], SinkIndex] | None = None
    ) -> list[Site]:
        """The sites, those that mean something of the scanned code itself told apart."""
        if not any(site.form is Form.DECLARATION for site in sites):
            return sites
        from tlsscan.origin import is_of_tests
        from tlsscan.own import own_names

        def is_sink(language: str, name: str) -> bool:
            return (index or self._extractor.index)(language).is_sink(name)

        def is_aside(site: Site) -> bool:
            return is_of_tests(roots, site.path, site.language)

        return own_names(sites, is_sink, is_aside)

    def linked(self, gathered: Gathered, runtimes: Runtimes) -> Linked:
        """All sites, with open names linked and, for parameters, what callers fill in."""
        from tlsscan.callers import asked_by, follow
        from tlsscan.link import link, missing
        from tlsscan.match import open_names_of, slots_of
        from tlsscan.searches import spots_of_calls

        def wanted(site: Site) -> set[Name]:
            return open_names_of(site, self._extractor.index(site.language), runtimes)

        def slots(site: Site) -> list[Argument]:
            return slots_of(site, self._extractor.index(site.language), runtimes)

        def linked(sites: Sequence[Site]) -> list[Site]:
            return link(sites, wanted, self._find)

        def judge() -> None:
            """Done while workers look for calls, if there are any to look for."""
            self._judged = self._judged or [(sites, runtimes, self._matched(sites, runtimes))]

        self._judged = []
        by_name = linked([site for site in gathered.sites if site.language in NAMED_BY_FILE])  # few files are read
        others = [site for site in gathered.sites if site.language not in NAMED_BY_FILE]
        asked = spots_of_calls(asked_by([*by_name, *others], slots))
        using = self._asking(by_name, runtimes)
        making = self._making(by_name)
        handing = self._handing(by_name)
        layering = self._layering(by_name)
        signs = [spot for asking in (using, making, handing, layering) if asking is not None for spot in asking.spots()]
        self._look_for(self._word_spots(missing(others, wanted)), [*asked, *signs])  # for all at once
        by_name = using.told(by_name, self._sightings) if using is not None else by_name
        by_name = making.told(by_name, self._sightings, self._made) if making is not None else by_name
        by_name = handing.told(by_name, self._sightings) if handing is not None else by_name
        by_name = layering.told(by_name, self._sightings) if layering is not None else by_name
        sites = sorted([*by_name, *linked(others)], key=lambda site: (site.path, site.region))
        filled = follow(sites, slots, partial(self._calls, gathered, judge), linked)
        return Linked(sites, filled)

    def matches(self, sites: Linked, runtimes: Runtimes, roots: Sequence[str] = ()) -> "list[Match]":
        """The usages of sites on some runtimes; `roots` are the named folders, as paths show them."""
        known = (found for own, on, found in self._judged if own is sites.own and on is runtimes)
        own = next(known, None) or self._matched(sites.own, runtimes)
        if not sites.filled:
            return own
        from tlsscan.answered import told_at_callers
        from tlsscan.origin import is_of_tests

        return told_at_callers(own, self._matched(sites.filled, runtimes), cache(partial(is_of_tests, roots)))

    def _matched(self, sites: Sequence[Site], runtimes: Runtimes) -> "list[Match]":
        from tlsscan.match import match

        found: list[Match] = []
        for language in sorted({site.language for site in sites}):
            own = [site for site in sites if site.language == language]
            found.extend(match(own, self._extractor.index(language), runtimes))
        return found

    def relying(
        self,
        ids: Collection[str],
        speak: Collection[str],
        beginnings: Iterable[str],
        holds: Callable[[str], bool],
        slots: "Slots",
    ) -> list[Site]:
        """What uses of defaults are made of, in the files of some languages whose paths begin in one of some ways, and
        for whose folder something holds; and what callers pass to them, where that fills one of their slots."""
        from tlsscan.callers import follow
        from tlsscan.link import link

        files = self._inventory.below(speak, beginnings, holds)
        found: list[Site] = []

        def lost(problem: Problem) -> None:
            self.notices.append(f"{problem.path} could not be searched for what relies on a runtime: {problem.text}")

        for _, payload in self._round(files, [files], tasks.defaults(ids), lost):
            found.extend(map(with_addresses, unpack(payload).sites))

        def wanted(site: Site) -> set[Name]:
            """The qualified names with which addresses begin, to which other files may give texts."""
            return {name for one in slots(site) for name in leading(one.value) if "." in name.names[0]}

        def linked(sites: Sequence[Site]) -> list[Site]:
            return link(sites, wanted, self._find)

        found = linked(found)
        passed = follow(found, slots, self._passing, linked)
        return [*found, *passed]

    def _passing(self, questions: "Sequence[Question]") -> list[Site]:
        """The calls of functions, wherever they are."""
        from tlsscan.searches import spots_of_calls

        spots = list(spots_of_calls(questions))
        self._look_for(calls=spots)
        files = sorted(
            self._sightings.files(spots).union(self._inventory.at({question.path for question in questions}))
        )
        rounds = self._round(files, [files], tasks.calls(questions), lambda _: None)
        return [site for _, payload in rounds for site in unpack(payload).sites]

    def naming(self, speak: Collection[str], holds: Callable[[str], bool]) -> "Graph":
        """What the files of some languages for whose path something holds declare and name."""
        from tlsscan.naming import Graph, named_by, numbered, unpacked

        files = [file for file in self._inventory.speaking(speak) if holds(file.path)]
        lost: set[str] = set()
        rounds = partial(self._round, files, [files], lost=lambda problem: lost.add(problem.path))
        every = {
            node: told
            for file, payload in rounds(tasks.declared())
            for node, told in unpacked(file.path, payload).items()
        }
        words = numbered(every.values())
        named = {
            node: numbers
            for file, payload in rounds(tasks.named(words))
            for node, numbers in named_by(file.path, payload).items()
        }
        return Graph(every, {word.lower(): number for word, number in words.items()}, named, frozenset(lost))

    def texts(self, speak: Collection[str], within: tuple[str, ...] = ("",)) -> "Iterator[Text]":
        """All files of some languages whose paths begin in some way, as they are."""
        from tlsscan.uncalled import Text

        for file in (file for file in self._inventory.speaking(speak) if file.path.startswith(within)):
            raw = self._extractor.raw(file)
            if not isinstance(raw, ProblemKind):
                yield Text(file.path, bytes(raw))

    def release(self) -> None:
        """Have the workers end while what they found is judged: no round is to follow soon."""
        self._crew.release()

    def speaks(self, languages: Collection[str], beginnings: tuple[str, ...]) -> bool:
        """Whether any file was met that may hold code of the languages, by how its path begins."""
        return self._inventory.speaks(languages, beginnings)

    def _asking(self, sites: Sequence[Site], runtimes: Runtimes) -> "Users | None":
        """What of sites the users of their classes decide; a file that is alone has none."""
        if not sites or len(self._inventory.speaking({"java"})) < 2:
            return None
        from tlsscan.users import Users

        return Users(sites, self._extractor.index, runtimes)

    def _making(self, sites: Sequence[Site]) -> "Makers | None":
        """Who makes the classes that make sockets; of a file that is alone nobody."""
        if not any("Factory" in site.path for site in sites) or len(self._inventory.speaking({"java"})) < 2:
            return None
        from tlsscan.makers import Makers

        return Makers(sites)

    def _handing(self, sites: Sequence[Site]) -> "Wrappers | None":
        """The classes that objects are handed to which may give them a setting."""
        if not any(site.uses and site.uses[0].startswith(SETTLED) and site.uses != (SETTLED,) for site in sites):
            return None
        from tlsscan.wrappers import Wrappers

        return Wrappers(sites, self._extractor.index("java"))

    @staticmethod
    def _layering(sites: Sequence[Site]) -> "Layered | None":
        """Who has the factories of which a method waits for that."""
        if not any(site.idle.startswith("?") for site in sites):
            return None
        from tlsscan.layered import Layered

        return Layered(sites)

    def _made(self, files: Sequence[Candidate], questions: "Sequence[Question]") -> list[Site]:
        """The calls of functions in some files."""
        found = self._round(files, [files], tasks.calls(questions), self._lost)
        return [site for _, payload in found for site in unpack(payload).sites]

    # -- rounds for what sites ask for -------------------------------------------------------------------------

    def _look_for(self, words: "Iterable[Spot]" = (), calls: "Iterable[Spot]" = ()) -> None:
        """Find the files that have spots, as far as nobody has looked for these yet. Words are looked for around files
        that were named, too."""
        defined = self._sightings.fresh(words)
        wanted = [*defined, *self._sightings.fresh(calls)]
        if wanted:
            files = self._inventory.speaking({spot.language for spot in wanted})
            beside = self._beside() if defined else ()
            files += [file for place in beside for file in place.speaking({spot.language for spot in defined})]
            for file, payload in self._round(files, [files], tasks.spots(wanted), self._lost):
                self._sightings.add((wanted[number] for number in tasks.numbers(payload, len(wanted))), file)

    @staticmethod
    def _word_spots(words: "Words") -> "list[Spot]":
        from tlsscan.searches import spots_of_words

        """The spots of words, for languages whose files do not tell by their names what they define."""
        languages = sorted(words.keys() - NAMED_BY_FILE)
        return [spot for language in languages for spot in spots_of_words(language, words[language])]

    @staticmethod
    def _files_of(words: "Words") -> "Iterator[tuple[str, set[str]]]":
        """By language, the last parts of the paths of files that are asked what they give."""
        from tlsscan.included import is_file, path_of

        for language, owners in words.items():
            names = {path_of(word).rpartition("/")[2] for word in owners if is_file(word)}
            if names:
                yield language, names

    def _find(self, words: "Words") -> Iterator[tuple[str, Definition]]:
        """Definitions of words, with their language, in the files that may hold them for one of their owners."""
        spots = self._word_spots(words)
        self._look_for(spots)
        found = self._sightings.files(spots)
        for language, names in self._files_of(words):
            found.update(self._inventory.called(language, names))
            for place in self._beside():
                found.update(place.called(language, names))
        for language in words.keys() & NAMED_BY_FILE:
            owners = {part for own in words[language].values() for name in own for part in name.split(".")}
            found.update(self._inventory.holding(language, owners))
            for place in self._beside():
                found.update(place.holding(language, owners))
        files = sorted(found)
        for file, payload in self._round(files, [files], tasks.definitions(words), self._lost):
            told = unpack_definitions(payload)
            if isinstance(told, ProblemKind):
                self._lost(Problem(file.path, told, PROBLEM_TEXTS.get(told, told.value)))
            else:
                yield from ((definition.language, definition) for definition in told)

    def _beside(self) -> "list[Context]":
        """The files around those that were named one by one, from the first open name on."""
        if self._around is not None and not self._context:
            self._context = [self._around(self.notices)]
        return self._context

    def _lost(self, problem: Problem) -> None:
        """A file could not be searched; of one that was not named itself that is told, and is no fault of the run."""
        if any(context.holds(problem.path) for context in self._context):
            self.notices.append(f"{problem.path} could not be searched for constants: {problem.text}")
        else:
            self.late.append(problem)

    def _calls(self, gathered: Gathered, meanwhile: Callable[[], None], questions: "Sequence[Question]") -> list[Site]:
        """The calls of functions in the files of their languages, in order; their lines are kept for frames."""
        files = self._asked_files(questions)
        self._asked = True
        calls: list[Site] = []
        for file, payload in self._round(files, [files], tasks.calls(questions), self._lost, [meanwhile]):
            found = unpack(payload)
            calls.extend(found.sites)
            self.late.extend(found.problems)
            gathered.add(file.path, found)
            self._telling.add(file)
        return sorted(calls, key=lambda site: (site.path, site.region))

    def _asked_files(self, questions: "Sequence[Question]") -> list[Candidate]:
        """The files that may hold calls of functions: those in which the functions stand, and those that name them."""
        languages = {question.language for question in questions}
        if self._asked:  # callers of callers are looked for where TLS is spoken of: another look at all costs too much
            return [file for file in self._inventory.speaking(languages) if file in self._telling]
        from tlsscan.searches import spots_of_calls

        spots = list(spots_of_calls(questions))
        self._look_for(calls=spots)
        homes = self._inventory.at({question.path for question in questions})
        return sorted(self._sightings.files(spots).union(homes))
