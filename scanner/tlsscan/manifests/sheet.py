"""What a reader notes while it reads a manifest: statements, properties that others refer to, and what it inherits."""

from collections.abc import Callable

from tlsscan.claims import ClaimKind, scope_of
from tlsscan.model import Place, Problem, ProblemKind
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile

CONTEXT = "context of "
"""What begins the name of a property that tells the folder which a Dockerfile is built from, before its path."""
PROJECT, OUTPUT, DEFAULT_OUTPUT = "Project.Is", "OutputType", "Project.Output"
"""Properties that tell of a project of MSBuild what comes of it."""
BY_HAND, LINKED, PART = "Project.Symbols", "Project.Linked", "Project.Part"
"""Properties that tell which symbols that the SDK defines for targets a project defines itself, the folder of files
elsewhere that it compiles, and a project that it references."""
MODULE = "Project.Module"
"""One that tells that a build of Gradle is that of a project, which others may be made of, whatever else it says."""
ON_ANDROID = "Project.Android"
"""One that tells that the code around a manifest runs on Android."""
REFERENCES = "Project.References"
"""One that tells the assemblies and packages that a project references, each on a line; `*` for what is not told."""
LOADED = "Site.Loaded"
"""One that tells the assembly of a module which the configuration of a site loads."""
SWITCHES = "Program.Switches"
"""One that tells which switches the configuration of a program sets, each as `name=value` in lower case."""
CONFIGURED = "Project.Configured"
"""One that tells that a program which comes of a project has the `app.config` beside it."""
COM = "Project.Com"
"""One that tells that a library is registered for COM."""
COMPILED = "Project.Compiled"
"""One that tells all files which a project compiles, each on a line, if it lists them."""
REMOVED = "Project.Removed"
"""One that tells what a project takes out of the files below it (`-path`), and in again (`+path`), each on a line."""
ARGUMENT = "argument of "
"""What begins the name of a property that is passed to a Dockerfile, before its path and the name of the argument."""
TARGET = "target of "
"""What begins the name of one that tells which stage of a Dockerfile a service is, before its path and the service."""
JAVA_HOME = "java home"
"""The grammar of a folder that tells which of several JDKs of a system runs."""
SYSTEMS = frozenset(["image", "changed image", "image on a policy", "host", "box", "runtime"])
"""Grammars of what names an image, a machine or a platform, which is one by itself."""
LONGEST = 1000  # of a text that is read as a version: what is longer is none


class Statement(NamedTuple):
    """That a manifest says something of a subject, before anybody has understood it.

    `subject` is a product, or something that tables translate: an image (`image`), a package of a registry
    (`pypi:urllib3`) or of an operating system (`os:debian:wheezy`). `grammar` says how `text` is to be read: a name of
    `names.NAMES` or of `ranges.GRAMMARS`, or one of the table's. The text may refer to properties.
    `system` tells the image or the machine that it is about from others. What is `open` may hold or not: it stands
    under a condition. Of a Dockerfile it `serves` the stages that have what it says, by their names, if they are what
    runs; an empty name is the last one.
    """

    subject: str
    grammar: str
    text: str
    kind: ClaimKind
    place: Place
    scope: str
    why: str = ""
    system: str = ""
    open: bool = False
    serves: tuple[str, ...] = ()


class Property(NamedTuple):
    """A named value that statements of this or of other manifests refer to."""

    name: str
    text: str
    place: Place


class Reading(NamedTuple):
    """What a manifest gave: statements, properties, and the files or coordinates whose properties and statements it has
    as well (`parents`); `identity` is how others name it. `family` are the manifests that may refer to each other.
    `faults` are what keeps a part of it from being understood; they do not travel with it."""

    path: str
    family: str
    statements: tuple[Statement, ...] = ()
    properties: tuple[Property, ...] = ()
    parents: tuple[str, ...] = ()
    identity: str = ""
    faults: tuple[Problem, ...] = ()


class Said(NamedTuple):
    """A statement before it is known whether anybody asks for it, so with a stretch of bytes as its place."""

    subject: str
    grammar: str
    text: str
    kind: ClaimKind
    span: tuple[int, int]
    scope: str
    why: str
    system: str
    open: bool
    serves: tuple[str, ...]

    def at(self, place: Place) -> Statement:
        """The statement."""
        subject, grammar, text, kind, _, scope, why, system, is_open, serves = self
        return Statement(subject, grammar, text, kind, place, scope, why, system, is_open, serves)


class Sheet:
    """Collects what a reader says of one file."""

    def __init__(self, source: SourceFile, family: str) -> None:
        self.source = source
        self.scope = scope_of(source.path)
        self.said: list[Said] = []
        self.properties: list[Property] = []
        self.parents: list[str] = []
        self.identity = ""
        self.system = ""
        self.serves: tuple[str, ...] = ()
        self.faults: list[Problem] = []
        self._family = family

    def say(
        self,
        subject: str,
        grammar: str,
        text: str,
        span: tuple[int, int],
        kind: ClaimKind,
        *,
        why: str = "",
        scope: str | None = None,
        open: bool = False,
    ) -> None:
        """Note a statement; `span` is where its text stands, in bytes."""
        text = " ".join(text.split())
        if text and len(text) <= LONGEST:
            here = self.scope if scope is None else scope
            system = self.system or (self.system_at(span) if grammar in SYSTEMS else "")
            self.said.append(Said(subject, grammar, text, kind, span, here, why, system, open, self.serves))

    def fault(self, text: str, offset: int) -> None:
        """Note what keeps a part of the file from being understood, in the words after its path."""
        if not any(fault.region is not None and fault.region.start == offset for fault in self.faults):
            region = self.source.region(offset, offset)
            text = f"{text}, so what it says of runtimes may not be known"
            self.faults.append(Problem(self.source.path, ProblemKind.PARSE_ERROR, text, region))

    def system_at(self, span: tuple[int, int]) -> str:
        """The system that is named at a place, where it is not part of a job or a stage."""
        return f"{self.source.path}:{self.source.region(*span).start}"

    def define(self, name: str, text: str, span: tuple[int, int]) -> None:
        """Note a property. Of two with one name the first one counts."""
        self.properties.append(Property(name, text.strip(), self._place(span)))

    def reading(self, concerns: Callable[[str, str], bool]) -> Reading:
        """Everything that was noted, but for statements whose subject and text concern nobody: a lock file, or a
        manifest of Maven, has hundreds."""
        return Reading(
            self.source.path,
            self._family,
            tuple(said.at(self._place(said.span)) for said in self.said if concerns(said.subject, said.text)),
            tuple(self.properties),
            tuple(self.parents),
            self.identity,
            tuple(self.faults),
        )

    def _place(self, span: tuple[int, int]) -> Place:
        return Place(self.source.path, self.source.region(*span))


def above(scope: str, levels: int = 1) -> str:
    """The folder so many levels above one; the working directory has none above."""
    for _ in range(levels):
        scope = scope_of(scope.rstrip("/"))
    return scope
