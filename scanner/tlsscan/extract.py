"""The worker's side: one file in, its sites, problems and texts out. Runs in a forked child."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from tlsscan import languages
from tlsscan.annotations import TYPE_CHECKING, Any, TypeAlias
from tlsscan.candidate import Candidate
from tlsscan.languages import ALSO_MANIFEST, MANIFEST
from tlsscan.model import Area, Form, Piece, Problem, ProblemKind, Site
from tlsscan.prefilter import Prefilter
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.sinks import SinkIndex, Wish
from tlsscan.source import (
    DEFAULT_LIMIT,
    EMPTY,
    MARK,
    Reader,
    SourceFile,
    decode,
    ended,
    is_binary,
    is_marked,
    wide_encoding,
    without_mark,
)
from tlsscan.values import Region, Step, Value, local_steps

if TYPE_CHECKING:
    from tlsscan.frontends.speaker import Dialect, Knows, Parsed, Sketch, Speaker, Wanted
    from tlsscan.manifests.sheet import Reading
    from tlsscan.manifests.tables import Tables
    from tlsscan.mentions import Mentions
    from tlsscan.searches import CallSearch, Search, Spotting
    from tlsscan.suppressions import Ignore

Anchor: TypeAlias = tuple[int, int]

NEAR = 400  # bytes around what is nested too deeply, searched for literals
MAX_SITES = 500  # of one file; beyond, the file is told as truncated
CONTEXT_LINES = 2
MANIFEST_LIMIT = 10 << 20
HOST_LIMIT = 32 << 20  # of a file that holds code between other text: notebooks keep pictures
LONGEST_LINE = 4_000  # code points of a line that is kept whole for a frame
LONGEST_CONTEXT = 400

PROBLEM_TEXTS = {
    ProblemKind.VANISHED: "is gone",
    ProblemKind.UNREADABLE: "cannot be read",
    ProblemKind.NOT_REGULAR: "is not a regular file",
    ProblemKind.OUTSIDE: "is a link",
    ProblemKind.UNDECODABLE: "is not valid text in its own encoding",
    ProblemKind.BINARY: "holds NUL bytes",
    ProblemKind.TOO_LARGE: "is too large to parse; only literals were looked for",
    ProblemKind.TOO_DEEP: "is nested too deeply; only literals were looked for",
}


UNKNOWN = ", so what it says of runtimes is not known"


class Extract(NamedTuple):
    """What one file gave: sites, problems, the lines around the sites (of long lines pieces), GitHub's hashes of their
    lines, the areas of which its content tells, the suppressions in its comments, what it says of runtimes if it is a
    manifest, and the runtime that its code is written for, where its syntax shows that."""

    sites: tuple[Site, ...] = ()
    problems: tuple[Problem, ...] = ()
    texts: Mapping[int, str] = {}
    hashes: Mapping[int, str] = {}
    areas: tuple[Area, ...] = ()
    ignores: "tuple[Ignore, ...]" = ()
    reading: "Reading | None" = None
    pieces: tuple[Piece, ...] = ()
    dialect: "Dialect | None" = None


class Code(NamedTuple):
    """The code of a file, and its language."""

    language: str
    source: SourceFile


class Definition(NamedTuple):
    """A constant that a file defines for others: qualified name, value, place, the language of the code."""

    name: str
    value: Value
    step: Step
    language: str = ""


class Extractor:
    """Reads, filters and parses files of any language against the sinks of a rulebook."""

    def __init__(
        self, book: Rulebook, *, hashes: bool, contents: Mapping[bytes, bytes] = EMPTY, limit: int = 0
    ) -> None:
        self.book = book
        self._hashes = hashes
        self._contents = contents
        self._reader = Reader(limit or DEFAULT_LIMIT, contents)
        self._large: Reader | None = None
        self._indices: dict[str, SinkIndex] = {}
        self._mentions: dict[str, Mentions] = {}
        self._prefilters: dict[str, Prefilter] = {}
        self._tables: Tables | None = None

    def index(self, language: str) -> SinkIndex:
        """The sinks of a language, built on first use."""
        if language not in self._indices:
            self._indices[language] = SinkIndex(language, self.book)
        return self._indices[language]

    def prefilter(self, language: str) -> Prefilter:
        """What is looked for in the files of a language, built on first use."""
        if language not in self._prefilters:
            self._prefilters[language] = Prefilter(language, self.book.literals(language), [MARK])
        return self._prefilters[language]

    def extract(self, candidate: Candidate) -> Extract | None:
        """The sites of a file; None when not even a literal of a sink stands in it, and it has no problem."""
        if candidate.language == MANIFEST:
            return self.manifest(candidate)
        raw = self.raw(candidate)
        if isinstance(raw, ProblemKind):
            return self._unread(candidate, raw)
        found = self._code_in(candidate, raw)
        if candidate.fs_path.endswith(ALSO_MANIFEST) and (told := self._stated(candidate, raw)) is not None:
            problems = () if found is None else (*found.problems, *told.problems)
            found = told if found is None else found._replace(reading=told.reading, problems=problems)
        return found

    def expect(self, language: str, path: bytes) -> bool:
        """Load what it takes to parse a file of a language, if it will be parsed; whether it will."""
        raw = self._reader.read(path)
        if isinstance(raw, ProblemKind) or not self.prefilter(language).hit(raw):
            return False
        from tlsscan.frontends import frontend

        frontend(language)
        self.index(language)
        return True

    def manifest(self, candidate: Candidate) -> Extract | None:
        """What a manifest says of runtimes; None if it says nothing, and has no problem."""
        raw = self.raw(candidate)
        if isinstance(raw, ProblemKind) or len(raw) > MANIFEST_LIMIT:
            kind = raw if isinstance(raw, ProblemKind) else ProblemKind.TOO_LARGE
            text = "is too large to be read" if kind is ProblemKind.TOO_LARGE else PROBLEM_TEXTS.get(kind, kind.value)
            if kind is ProblemKind.BINARY:  # no manifest is: what says nothing because of that is told
                kind, text = ProblemKind.PARSE_ERROR, f"{text}{UNKNOWN}"
            return Extract(problems=(Problem(candidate.path, kind, text),))
        return self._stated(candidate, raw)

    def _stated(self, candidate: Candidate, raw: memoryview) -> Extract | None:
        from tlsscan.manifestnames import kind_of_path
        from tlsscan.manifests import read
        from tlsscan.manifests.tables import Tables

        kind = kind_of_path(candidate.fs_path)
        source = text_of(candidate.path, raw) if kind else None
        if source is None:
            return None
        if isinstance(source, Problem):
            return Extract(problems=(source._replace(kind=ProblemKind.PARSE_ERROR, text=f"{source.text}{UNKNOWN}"),))
        self._tables = self._tables or Tables(self.book.tables)
        reading = read(kind, source, self._tables)
        if isinstance(reading, Problem):
            return Extract(problems=(reading,))
        ignores: tuple[Ignore, ...] = ()
        if is_marked(source.data):
            from tlsscan.inline import in_manifest

            ignores = tuple(in_manifest(source))
        options = self._options(source, kind, raw)
        said = reading.statements or reading.properties or reading.identity or ignores or reading.faults
        if options is not None:
            return options._replace(reading=reading, ignores=ignores, problems=reading.faults)
        return Extract(reading=reading, ignores=ignores, problems=reading.faults) if said else None

    def _options(self, source: SourceFile, kind: str, raw: memoryview) -> Extract | None:
        """What a manifest sets of the JVM that it starts; None where that is nothing."""
        if kind not in ("dockerfile", "compose") or b"-D" not in bytes(raw):
            return None
        from tlsscan.jvmoptions import options_in

        return self._told(source, options_in(source, kind, self.index("java")), ())

    def _code_in(self, candidate: Candidate, raw: memoryview) -> Extract | None:
        """The sites of a file of a language."""
        wide = bool(wide_encoding(raw))
        if not wide and not self._holds(candidate.language, raw):
            return None
        if candidate.language == "php" and languages.needs_php_tag(candidate.path) and not languages.has_php_tag(raw):
            return None
        if not wide and self._is_silent(candidate.language, raw):
            return Extract()
        source = text_of(candidate.path, raw)
        if isinstance(source, Problem):
            return Extract(problems=(source,))
        return self.read(source, candidate.language) or Extract()

    def _holds(self, kind: str, raw: memoryview) -> bool:
        """Whether a literal of a sink stands in a file of a kind."""
        if kind in self._prefilters:
            return self._prefilters[kind].hit(raw)
        return any(self.prefilter(language).hit(raw) for language in languages.spoken(kind))

    def _is_silent(self, kind: str, raw: memoryview) -> bool:
        """Whether a file in which a literal stands has no anchor, nor anything else that is told of what is decoded."""
        if kind in languages.INSIDE:
            return False
        data = without_mark(bytes(raw))
        return not self.prefilter(kind).anchors(data) and not is_marked(data) and not is_binary(data)

    def spots(self, candidate: Candidate, spottings: "Mapping[str, Spotting]") -> list[int] | None:
        """The numbers of the spots that a file has: most have none. None where a closer look must tell."""
        raw = self.raw(candidate)
        if isinstance(raw, ProblemKind) or wide_encoding(raw):
            return None
        spoken = [language for language in languages.spoken(candidate.language) if language in spottings]
        return [number for language in spoken for number in spottings[language].numbers(raw)]

    def calls(self, candidate: Candidate, searches: "Mapping[str, CallSearch]") -> Extract | None:
        """The calls of functions in a file; None when it holds none and has no problem."""
        code = self._code(candidate, searches)
        if isinstance(code, Problem):
            return Extract(problems=(code,))
        if code is None:
            return None
        source, search = code.source, searches[code.language]
        anchors = search.anchors(source.data, source.path)
        if not anchors:
            return None
        from tlsscan.frontends import frontend

        speaker = frontend(code.language)
        unit = speaker.parse(source)
        calls = search.calls
        sites, deep = _sites(speaker, unit, anchors, lambda draft: calls.wants(draft, source.path), calls.knows)
        problems = [Problem(source.path, ProblemKind.TOO_DEEP, PROBLEM_TEXTS[ProblemKind.TOO_DEEP])] if deep else []
        if len(sites) >= MAX_SITES:
            problems.append(Problem(source.path, ProblemKind.TRUNCATED, f"has more than {MAX_SITES} places"))
        return self._told(source, sites, problems, self._ignored(source, code.language, unit))

    def _code(self, candidate: Candidate, searches: "Mapping[str, Search | CallSearch]") -> Code | Problem | None:
        """A file's code, where the search of its language concerns the file; None for other files."""
        raw = self.raw(candidate)
        if isinstance(raw, ProblemKind):
            return Problem(candidate.path, raw, PROBLEM_TEXTS.get(raw, raw.value))
        if not wide_encoding(raw) and not any(
            searches[language].concerns(raw, candidate.path)
            for language in languages.spoken(candidate.language)
            if language in searches
        ):
            return None
        source, language = text_of(candidate.path, raw), candidate.language
        if isinstance(source, Problem):
            return source
        if language in languages.INSIDE:
            from tlsscan.hosts import program
            from tlsscan.hosts.assembly import TooMuchCode

            try:
                language, source, *_ = program(language, source)
            except TooMuchCode:  # told when the file was read for its own sake
                return None
        return Code(language, source) if language in searches else None

    def raw(self, candidate: Candidate) -> memoryview | ProblemKind:
        """The content of a file. What has code between other text may be larger: only the code is parsed."""
        raw = self._reader.read(candidate.fs_path)
        if raw is not ProblemKind.TOO_LARGE or candidate.language not in (*languages.INSIDE, MANIFEST):
            return raw
        self._large = self._large or Reader(max(HOST_LIMIT, self._reader.limit), self._contents)
        return self._large.read(candidate.fs_path)

    def folded(self, candidate: Candidate) -> bytes | None:
        """The text of a file in lower case; None if it cannot be read."""
        raw = self.raw(candidate)
        source = text_of(candidate.path, raw) if not isinstance(raw, ProblemKind) else None
        return source.data.lower() if isinstance(source, SourceFile) else None

    def read(self, source: SourceFile, kind: str) -> Extract | None:
        """The sites of a text in a language, or of a kind that holds code of one; None if it names no sink."""
        if kind in languages.INSIDE:
            return self._hosted(source, kind)
        anchors = self.prefilter(kind).anchors(source.data)
        if not anchors:
            return self._told(source, (), (), self._ignored(source, kind))
        sites, problems, unit = self._understood(source, kind, anchors)
        ignores = self._ignored(source, kind, unit)
        if kind == "powershell":
            for code in _compiled(source):
                declared = self.read(code, "csharp") or Extract()
                sites, problems = [*sites, *declared.sites], [*problems, *declared.problems]
                ignores += declared.ignores
        found = self._told(source, sites, problems, ignores)
        return _dated(found, kind, unit)

    def _hosted(self, source: SourceFile, kind: str) -> Extract | None:
        """The sites of the code in a file, and the mentions where code could not be told from the rest."""
        from tlsscan.hosts import program
        from tlsscan.hosts.assembly import TooMuchCode

        try:
            found = program(kind, source)
        except TooMuchCode:
            told = [Problem(source.path, ProblemKind.TOO_LARGE, PROBLEM_TEXTS[ProblemKind.TOO_LARGE])]
            named = [site for language in languages.spoken(kind) for site in self.mentions(language).sites(source)]
            return self._told(source, named, told)
        if not found.language:
            text = f"holds code of {found.foreign[:40]}, which is not read"
            return Extract(problems=(Problem(source.path, ProblemKind.FOREIGN, text),))
        code = found.source
        anchors = self.prefilter(found.language).anchors(code.data)
        sites: list[Site] = []
        problems: list[Problem] = []
        unit: Parsed | None = None
        if anchors:
            sites, problems, unit = self._understood(code, found.language, anchors)
        if found.broken is not None:
            region = source.region(*found.broken)
            problems.append(Problem(source.path, ProblemKind.PARSE_ERROR, found.trouble, region))
            sites.extend(self._mentioned(found.language, source, [found.broken], sites))
        ignores: list[Ignore] = []
        if is_marked(source.data):
            from tlsscan.inline import in_host

            unit = unit if unit is not None else _parsed(code, found.language)
            ignores = [*self._ignored(code, found.language, unit), *in_host(kind, found, source, unit)]
        return _dated(self._told(source, sites, problems, ignores), found.language, unit)

    def _ignored(self, source: SourceFile, language: str, unit: "Parsed | None" = None) -> "list[Ignore]":
        """The suppressions in the comments of a program."""
        if not is_marked(source.data):
            return []
        from tlsscan.inline import in_code

        return list(in_code(unit if unit is not None else _parsed(source, language), source))

    def _understood(
        self, source: SourceFile, language: str, anchors: Sequence[Anchor]
    ) -> tuple[list[Site], list[Problem], "Parsed"]:
        """The sites of a text that names sinks, what was not understood, and the parsed text."""
        from tlsscan.frontends import frontend

        index = self.index(language)

        def wanted(draft: "Sketch") -> Wish | None:
            return index.wants(draft, draft.wants())

        problems: list[Problem] = []
        if source.replaced:
            text = "is not valid UTF-8; odd bytes were kept as they are"
            problems.append(Problem(source.path, ProblemKind.REPLACED, text))
        speaker = frontend(language)
        unit = speaker.parse(source)
        sites, deep = _sites(speaker, unit, anchors, wanted, index.knows)
        sites = index.placed(sites, source.data)
        if deep:
            problems.append(Problem(source.path, ProblemKind.TOO_DEEP, PROBLEM_TEXTS[ProblemKind.TOO_DEEP]))
        if len(sites) >= MAX_SITES:
            problems.append(Problem(source.path, ProblemKind.TRUNCATED, f"has more than {MAX_SITES} places"))
        broken = unit.errors([anchor for anchor in anchors if anchor not in deep])
        if broken:
            region = source.region(*broken[0])
            problems.append(Problem(source.path, ProblemKind.PARSE_ERROR, "does not parse here", region))
        unread = [*broken, *((max(start - NEAR, 0), min(end + NEAR, len(source.data))) for start, end in sorted(deep))]
        sites.extend(self._mentioned(language, source, unread, sites))
        return sites, problems, unit

    def _mentioned(
        self, language: str, source: SourceFile, unread: Iterable[tuple[int, int]], sites: Sequence[Site]
    ) -> Iterator[Site]:
        """Mentions inside stretches that were not understood, where there is no site."""
        regions = [region for site in sites for region in (site.region, *(a.region for a in site.arguments))]
        covered = [(region.start, region.end) for region in regions]
        for start, end in unread:
            for mention in self.mentions(language).sites(source, start, end):
                if not any(a <= mention.region.start < b for a, b in covered):
                    covered.append((mention.region.start, mention.region.end))
                    yield mention

    def mentions(self, language: str) -> "Mentions":
        """The text fallback of a language, built on first use."""
        if language not in self._mentions:
            from tlsscan.mentions import Mentions

            self._mentions[language] = Mentions(language, self.book.for_language(language))
        return self._mentions[language]

    def _unread(self, candidate: Candidate, kind: ProblemKind) -> Extract | None:
        if kind is not ProblemKind.TOO_LARGE:
            return Extract(problems=(Problem(candidate.path, kind, PROBLEM_TEXTS.get(kind, kind.value)),))
        sites: dict[tuple[int, int], Site] = {}
        texts: dict[int, str] = {}
        kept: dict[tuple[int, int], Piece] = {}
        named = False
        spoken = languages.spoken(candidate.language)
        problems = [Problem(candidate.path, kind, PROBLEM_TEXTS[kind])]
        for piece in self._reader.pieces(candidate.fs_path, candidate.path, 256):
            if isinstance(piece, ProblemKind):
                problems.append(Problem(candidate.path, piece, PROBLEM_TEXTS.get(piece, piece.value)))
                break
            named = named or any(self.prefilter(language).hit(piece.data) for language in spoken)
            for site in (site for language in spoken for site in self.mentions(language).sites(piece)):
                if len(sites) < MAX_SITES:
                    sites.setdefault((site.region.start, site.region.end), site)
                    _add_lines(texts, kept, piece, site)
        if not named:
            return Extract(problems=tuple(problems))
        hashes = self._hashed(candidate, {site.region.line for site in sites.values()})
        return Extract(tuple(sites.values()), tuple(problems), texts, hashes, pieces=tuple(kept.values()))

    def _hashed(self, candidate: Candidate, lines: set[int]) -> dict[int, str]:
        """GitHub's hashes of lines of a file that is too large to parse, if it may be read whole at all."""
        if not self._hashes or not lines:
            return {}
        self._large = self._large or Reader(HOST_LIMIT)
        raw = self._large.read(candidate.fs_path)
        if isinstance(raw, ProblemKind) or wide_encoding(raw):
            return {}
        from tlsscan.linehash import line_hashes

        return line_hashes(bytes(raw).decode("utf-8", "replace"), lines)

    def _told(
        self,
        source: SourceFile,
        sites: Sequence[Site],
        problems: Sequence[Problem],
        ignores: "Sequence[Ignore]" = (),
    ) -> Extract | None:
        if not sites and not problems and not ignores:
            return None
        from tlsscan.origin import areas_told

        hashes: dict[int, str] = {}
        if self._hashes and sites:
            lines = {region.line for site in sites for region in _reportable(site)}
            from tlsscan.linehash import line_hashes

            hashes = line_hashes(source.content.decode("utf-8", "replace"), lines)
        areas = areas_told(source.content, sites[0].language) if sites else ()
        texts, pieces = _lines_around(source, sites)
        return Extract(tuple(sites), tuple(problems), texts, hashes, areas, tuple(ignores), pieces=pieces)

    def definitions(self, candidate: Candidate, searches: "Mapping[str, Search]") -> list[Definition] | ProblemKind:
        """The constants of a file that the search of its language is for, or why they are not known."""
        code = self._code(candidate, searches)
        if isinstance(code, Problem):
            return code.kind
        return self._defined(code.source, searches[code.language]) if code is not None else []

    def _defined(self, source: SourceFile, search: "Search") -> list[Definition] | ProblemKind:
        from tlsscan.frontends import frontend
        from tlsscan.frontends.speaker import TooDeep

        speaker = frontend(search.language)
        present = [word for word in search.words if speaker.may_define(source.data, word)]
        if search.language not in languages.NAMED_BY_FILE:
            present = [word for word in present if search.declares(source.data, word)]
        if not present:
            return []
        try:
            found = list(speaker.definitions(speaker.parse(source), present))
        except TooDeep:
            return ProblemKind.TOO_DEEP
        return [Definition(d.name, d.value, d.step, search.language) for d in found]


def _compiled(source: SourceFile) -> Iterator[SourceFile]:
    """The C# that a script of PowerShell compiles."""
    if b"add-type" not in source.data.lower():
        return
    from tlsscan.hosts.addtype import programs

    yield from programs(source)


def _dated(extract: Extract | None, language: str, unit: "Parsed | None") -> Extract | None:
    """What a file gave, with the runtime that its code is written for, if any of it matters."""
    if extract is None or unit is None or not extract.sites:
        return extract
    from tlsscan.frontends import frontend

    return extract._replace(dialect=frontend(language).written_for(unit))


def _sites(
    speaker: "Speaker[Any]", unit: "Parsed", anchors: Sequence[Anchor], wanted: "Wanted", knows: "Knows"
) -> tuple[list[Site], set[Anchor]]:
    """At most MAX_SITES sites, and the anchors that are nested too deeply: these cost the others nothing."""
    from tlsscan.frontends.speaker import TooDeep

    try:
        return list(islice(speaker.sites(unit, anchors, wanted, knows), MAX_SITES)), set()
    except TooDeep:
        pass
    sites: dict[tuple[Region, Form, tuple[str, ...], tuple[str, ...]], Site] = {}
    deep: set[Anchor] = set()
    for anchor in anchors:
        try:
            for site in islice(speaker.sites(unit, [anchor], wanted, knows), MAX_SITES - len(sites)):
                sites[site.region, site.form, site.option, site.names] = site
        except TooDeep:
            deep.add(anchor)
    return sorted(sites.values(), key=lambda site: (site.region.start, site.region.end)), deep


def _parsed(source: SourceFile, language: str) -> "Parsed":
    from tlsscan.frontends import frontend

    unit: Parsed = frontend(language).parse(source)
    return unit


def text_of(path: str, raw: memoryview) -> SourceFile | Problem:
    """A file's text; a lone CR becomes LF, since most grammars would let a comment run on to the end of the file."""
    source = decode(path, raw)
    if isinstance(source, Problem) or source.data.count(b"\r") == source.data.count(b"\r\n"):
        return source
    return SourceFile(path, ended(source.data), replaced=source.replaced, origin=source.origin)


def _reportable(site: Site) -> Iterator[Region]:
    """Where a finding of a site may stand: its arguments, the assignments that put their values together, or, where a
    call passes nothing, the call."""
    if not site.arguments:
        yield site.region
    for argument in site.arguments:
        yield argument.region
        yield from (step.region for step in local_steps(argument.value))


def _lines_around(source: SourceFile, sites: Iterable[Site]) -> tuple[dict[int, str], tuple[Piece, ...]]:
    texts: dict[int, str] = {}
    pieces: dict[tuple[int, int], Piece] = {}
    for site in sites:
        _add_lines(texts, pieces, source, site)
    return texts, tuple(pieces.values())


def _add_lines(texts: dict[int, str], pieces: dict[tuple[int, int], Piece], source: SourceFile, site: Site) -> None:
    add_lines(texts, source, _reportable(site), pieces)


def add_lines(
    texts: dict[int, str],
    source: SourceFile,
    regions: Iterable[Region],
    pieces: dict[tuple[int, int], Piece] | None = None,
) -> None:
    """Keep the lines of regions and those around them, for frames; of long ones, which would be decoded again and
    again, and of lines that are cut in two because the file is read in pieces, only what stands around a region."""
    for region in regions:
        line, last = region.line, min(region.end_line, region.line + 20)
        cut = source.origin.line if source.origin.column > 1 else 0
        if region.end_column > LONGEST_LINE or line == cut:
            if pieces is not None:
                pieces.setdefault((line, region.column), source.piece(region))
            continue
        for number in range(max(line - CONTEXT_LINES, 1), last + CONTEXT_LINES + 1):
            if number not in texts and number != cut:
                limit = LONGEST_LINE if line <= number <= last else LONGEST_CONTEXT
                texts[number] = source.line_text(number)[:limit]
