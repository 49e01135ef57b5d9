"""A parsed file: the paths from its root to places, and the bindings of the names in it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from tlsscan.annotations import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar
from tlsscan.frontends.grammars import Node, Tree
from tlsscan.frontends.speaker import Knows, TooDeep, anything
from tlsscan.records import NamedTuple
from tlsscan.source import WORD_BYTES, SourceFile
from tlsscan.values import Region, Step

if TYPE_CHECKING:
    from tlsscan.frontends.base import Frontend
    from tlsscan.values import Value

Made = TypeVar("Made")
MAX_DEPTH = 2000  # deeper trees are scanned by literals only (real code reaches 3,333 in machine-made sources)
MAX_OCCURRENCES = 400  # of one name in one file; beyond, its value counts as unknown
MAX_ITEMS = 200  # of one list, mapping or argument list
MAX_EFFORT = 5_000  # expressions lowered for one anchor: `b = a | a; c = b | b; ...` doubles with every line
MOST_EFFORT = 25_000  # for all of a file; then each further anchor has what is left
LEFT_EFFORT = 500
MAX_LETTERS = 40  # places of a name of one letter that becomes an anchor
LARGE_PART, LARGE_ERROR = 10, 400  # a tenth of a file, and so many bytes, are much to lose in one place
MAX_ERRORS = 500  # nodes with errors inside that are looked at for a large one
SNIPPET = 120
MAX_BRIEF = 60  # letters of an expression that a reason quotes

Path: TypeAlias = tuple[Node, ...]
Sides: TypeAlias = tuple[tuple[int, bool], ...]


class Binding(NamedTuple):
    """A place that gives a name its value.

    `kind` is one of `value` (an expression), `import` (a qualified name), `parameter`, `opaque` (a definition or a
    loop: the name is taken, the value unknown). `scope` is the byte range in which the name is visible; `owner` the
    class or module whose member it is; `path` the ancestors of `node`, the value. `among` says that the code around it
    need not run at all: one of several constructors, a method.
    """

    kind: str
    name: str
    scope: tuple[int, int]
    offset: int
    path: Path
    node: Node | None = None
    names: tuple[str, ...] = ()
    owner: str = ""
    operator: str = "="
    position: int = 0
    condition: str = ""
    guarded: bool = False
    each: bool = False
    among: bool = False

    @property
    def held(self) -> bool:
        """Whether it is a member of what a member of its class holds: `self.config.version` (owner `self.config.`)."""
        return self.owner[-1:] == "."


def few(places: Iterable[int], word: str) -> list[int]:
    """Where a word stands; of one letter only if that is in few places, for it may mean anything."""
    if len(word) > 1:
        return list(places)
    found = list(islice(places, MAX_LETTERS + 1))
    return found if len(found) <= MAX_LETTERS else []


def field(node: Node, name: str) -> Node | None:
    """The child in a field of the grammar, or None."""
    return node.child_by_field_name(name)


def text_of(node: Node | None) -> str:
    """The source text of a node; an empty text for None."""
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def line_of(node: Node | None) -> str:
    """The source text of a node in one line."""
    return " ".join(text_of(node).split())


def brief(node: Node | None) -> str:
    """The same, cut off where it is long."""
    text = line_of(node)
    return text if len(text) <= MAX_BRIEF else f"{text[: MAX_BRIEF - 3]}..."


def children(node: Node) -> list[Node]:
    """Named children without comments, at most MAX_ITEMS."""
    return [child for child in node.named_children[: MAX_ITEMS + 20] if "comment" not in child.type][:MAX_ITEMS]


class PerUnit(Generic[Made]):
    """What a frontend works out once of each unit, and keeps as long as that is there."""

    def __init__(self, make: "Callable[[Unit], Made]") -> None:
        self._make = make

    def of(self, unit: "Unit") -> Made:
        """What there is of a unit."""
        if self not in unit.kept:
            unit.kept[self] = self._make(unit)
        made: Made = unit.kept[self]
        return made

    def keep(self, unit: "Unit", made: Made) -> None:
        """Give a unit what was worked out elsewhere."""
        unit.kept[self] = made


def _only_comments(broken: Node) -> bool:
    """Whether what does not parse is nothing but comments: a file without a statement, in some grammars."""
    held = [child for child in broken.children if (child.text or b"").strip()]
    return bool(held) and all("comment" in child.type for child in held)


class Unit:
    """One parsed file with the names it binds. `knows` tells whether anybody may want a call of that last name."""

    def __init__(self, frontend: "Frontend", source: SourceFile, tree: Tree) -> None:
        self.frontend = frontend
        self.source = source
        self.root = tree.root_node
        self._tree = tree
        self.effort = 0
        self.limit = MAX_EFFORT
        self._spent = 0
        self.wary: bool | None = None  # whether it asks for versions of its runtime; None where nobody asked yet
        self.compiled = ""  # what conditional compilation asks around the place whose values are looked at
        self.followed: set[str] = set()  # objects that were followed to what takes them
        self.knows: Knows = anything
        self.given: Mapping[int, Value] = {}  # what is passed to parameters, by where they stand
        self.kept: dict[object, Any] = {}
        self._bindings: dict[str, tuple[Binding, ...] | None] = {}
        self._set: dict[str, list[int]] = {}

    def begin(self) -> None:
        """Begin at another anchor. Where those before it took much, only what is plain is followed from it."""
        self._spent += self.effort
        self.effort, self.compiled = 0, ""
        self.limit = MAX_EFFORT if self._spent < MOST_EFFORT else LEFT_EFFORT

    def path_at(self, start: int) -> Path:
        """The nodes from the root to the leaf at a byte offset. Raises TooDeep beyond MAX_DEPTH."""
        cursor = self._tree.walk()
        path = [self.root]
        step = cursor.goto_first_child_for_byte
        for _ in range(MAX_DEPTH):  # the busiest loop of a scan
            if step(start) is None:
                break
            path.append(cursor.node)  # type: ignore[arg-type]  # None only for a cursor that was deleted
        else:
            raise TooDeep
        while path[-1].start_byte > start and len(path) > 1:
            path.pop()  # white space: the step went to what follows it
        return tuple(path)

    def occurrences(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[int]:
        """Byte offsets of a word in the file, or in a part of it; none of the empty word that a parser puts where one
        is missing."""
        data, word = self._searched, name.encode()
        word = word.lower() if self.frontend.ignore_case else word
        at = data.find(word, start, stop) if word else -1
        while at >= 0:
            end = at + len(word)
            if (at == 0 or data[at - 1] not in WORD_BYTES) and (end == len(data) or data[end] not in WORD_BYTES):
                yield at
            at = data.find(word, end, stop)

    def paths(self, name: str) -> Iterator[Path]:
        """Paths to a word in the file, without those that are too deep: nothing is bound that deep in an expression."""
        for offset in self.occurrences(name):
            try:
                path = self.path_at(offset)
            except TooDeep:
                continue
            yield path

    def attributes_set(self, name: str) -> list[int]:
        """Where attributes of what a word names are assigned to: `name.attribute = ...`, `name.attribute |= ...`."""
        if name not in self._set:
            self._set[name] = self._attributes_set(name) if name else []
        return self._set[name]

    def _attributes_set(self, name: str) -> list[int]:
        data, word = self.source.data, re.escape(name.encode())
        setting = re.compile(rb"(?<![\w.$@])(?:self\.|@)?(" + word + rb")\.\w+[ \t]*[|&^+-]?=(?![=~>])")
        starts = (at - lead for at in self.occurrences(name) for lead in (0, len("@"), len("self.")) if at >= lead)
        found = filter(None, (setting.match(data, start) for start in starts))
        return [match.start(1) for match in islice(found, MAX_OCCURRENCES)]

    def places_passed(self, name: str) -> list[int]:
        """Where what a word names is an argument, or may be one: `f(name)`, `f(key=name, ...)`."""
        end = re.compile(rb"[ \t]*[,)\r\n]")
        found = (at for at in self.occurrences(name) if end.match(self.source.data, at + len(name.encode())))
        return list(islice(found, MAX_OCCURRENCES)) if name else []

    @cached_property
    def _searched(self) -> bytes:
        """The file as names are looked for in it: in lower case where their case does not count."""
        return self.source.data.lower() if self.frontend.ignore_case else self.source.data

    def bindings(self, name: str) -> tuple[Binding, ...] | None:
        """All places that bind a name, in program order; None if there are too many to tell."""
        name = self.frontend.fold(name)
        if name not in self._bindings:
            self._bindings[name] = self._collect(name)
        return self._bindings[name]

    def _collect(self, name: str) -> tuple[Binding, ...] | None:
        found: list[Binding] = []
        fold = self.frontend.fold
        for count, offset in enumerate(self.occurrences(name)):
            if count >= MAX_OCCURRENCES:
                return None
            try:
                path = self.path_at(offset)
            except TooDeep:  # it took the longest, and counts like any other
                continue
            if fold(text_of(path[-1])) == name or self.frontend.same_word(path[-1], name):
                found.extend(self.frontend.bind(self, path))
        return tuple(binding for binding in found if fold(binding.name) == name)

    def errors(self, anchors: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The stretches around anchors that do not parse, in order, each once; without any, the first that is a large
        part of the file: what stands there was not understood either."""
        found: dict[tuple[int, int], None] = {}
        if self.root.has_error:
            for start, _ in anchors:
                broken = next((node for node in reversed(self.path_at(start)) if node.is_error), None)
                if broken is not None and not _only_comments(broken):
                    found[broken.start_byte, broken.end_byte] = None
            if not found:
                found.update(dict.fromkeys(self._large_errors()))
        return list(found)

    def _large_errors(self) -> Iterator[tuple[int, int]]:
        """The first stretch that does not parse and is a large part of the file, if there is one."""
        least = max(self.root.end_byte // LARGE_PART, LARGE_ERROR)
        waiting = [self.root]
        for _ in range(MAX_ERRORS):
            if not waiting:
                return
            node = waiting.pop()
            if node.is_error and node.end_byte - node.start_byte >= least and not _only_comments(node):
                yield node.start_byte, node.end_byte
                return
            inner = (child for child in node.children if child.has_error and child.end_byte - child.start_byte >= least)
            waiting.extend(reversed(list(inner)))

    def comment(self, offset: int) -> tuple[int, int] | None:
        """The comment that an offset stands in."""
        from tlsscan.frontends import comments

        found = (comments.around(unit, offset) for unit in self.frontend.readings(self))
        return next((span for span in found if span is not None), None)

    def beginning(self, offset: int) -> tuple[int, int] | None:
        """The statement, or the part of one, that begins at an offset; up to its block."""
        from tlsscan.frontends import comments

        found = (comments.beginning(unit, offset) for unit in self.frontend.readings(self))
        return next((span for span in found if span is not None), None)

    def ending(self, offset: int, limit: int) -> tuple[int, int] | None:
        """The statement, or the part of one, that ends between two offsets; none with a block."""
        from tlsscan.frontends import comments

        found = (comments.ending(unit, offset, limit) for unit in self.frontend.readings(self))
        return next((span for span in found if span is not None), None)

    def region(self, node: Node) -> Region:
        """Where a node stands."""
        return self.source.region(node.start_byte, node.end_byte)

    def text(self, node: Node) -> str:
        """The text of a node as the file has it: a frontend may show the grammar something else of the same length."""
        return self.source.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def step(self, node: Node) -> Step:
        """A hop of a trace at a node, with the text of its first line."""
        lines = self.text(node).splitlines() or [""]
        return Step(self.source.path, self.region(node), lines[0][:SNIPPET])
