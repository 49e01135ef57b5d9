"""What all frontends share: paths to anchors, names resolved backwards from their use, sites from drafts.

A frontend knows the syntax of one language and nothing of TLS. It names node kinds and fields only in
comparisons with `.type`, in tables whose names end in KINDS, and in calls of `field`: a contract test checks them
against the installed grammar.
"""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from tree_sitter import Language, Node, Parser, Tree

from tlsscan.clauses import exclude
from tlsscan.conditions import asks_for_flag
from tlsscan.frontends.presence import has_value
from tlsscan.frontends.speaker import Definition, Knows, TooDeep, Wish, anything, nearest_condition
from tlsscan.model import Argument, Form, Site
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.source import WORD_BYTES, SourceFile
from tlsscan.values import (
    Arm,
    Callee,
    Choice,
    Entry,
    Invocation,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Region,
    Step,
    Symbol,
    Text,
    Unknown,
    Value,
    Via,
    is_callers,
    left_of,
    strip,
)

if TYPE_CHECKING:
    from abc import ABC
else:
    ABC = object  # to look for what is abstract in thirty classes would take a fiftieth of a run on five files

MAX_DEPTH = 2000  # deeper trees are scanned by literals only (real code reaches 3,333 in machine-made sources)
MAX_LOWERING = 80  # expressions inside each other, through definitions too: some six frames each
MAX_OCCURRENCES = 400  # of one name in one file; beyond, its value counts as unknown
MAX_CHAIN = 4  # conditions of a chain that its last branch is told by
MAX_ITEMS = 200  # of one list, mapping or argument list
MAX_WAYS = 8  # bindings that may reach one use
MAX_RENAMES = 40  # new anchors found in one file
MAX_LETTERS = 40  # places of a name of one letter that becomes an anchor
MAX_EFFORT = 20_000  # expressions lowered for one anchor: `b = a | a; c = b | b; ...` doubles with every line
LARGE_PART, LARGE_ERROR = 10, 400  # a tenth of a file, and so many bytes, are much to lose in one place
MAX_ERRORS = 500  # nodes with errors inside that are looked at for a large one
MAX_DIGITS = 100  # of one number
SNIPPET = 120
MAX_BRIEF = 60  # letters of an expression that a reason quotes

NEGATION = lazy(r"(?:!|\bnot\b)\s*\(?[\w.:]*$")
RETURNS = lazy(r"\breturn\b")
LITERALS = (Text, Symbol, Number)
ABSENT = (Null(),)

Path: TypeAlias = tuple[Node, ...]


class Draft(NamedTuple):
    """A construct around an anchor, before its values are looked at: enough to ask whether any sink wants it."""

    form: Form
    names: tuple[str, ...]
    node: Node
    label: Node
    arguments: "tuple[RawArgument, ...]" = ()
    operator: str = "="
    option: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    target: str = ""
    caption: str = ""  # the API as a person reads it, where no single node (`label`) holds it

    def wants(self) -> tuple[str, ...]:
        """The names of the arguments, for sinks that are known by their argument."""
        return tuple(argument.name for argument in self.arguments if argument.name)


class RawArgument(NamedTuple):
    """One argument of a draft: the node that holds the value, its name if it has one, its position if it has one."""

    position: int | None
    name: str
    node: Node
    rest: bool = False
    value: Value | None = None


Sides: TypeAlias = tuple[tuple[int, bool], ...]
Wanted: TypeAlias = Callable[[Draft], Wish | bool | None]


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


def brief(node: Node | None) -> str:
    """The source text of a node in one line, cut off where it is long."""
    text = " ".join(text_of(node).split())
    return text if len(text) <= MAX_BRIEF else f"{text[: MAX_BRIEF - 3]}..."


def children(node: Node) -> list[Node]:
    """Named children without comments, at most MAX_ITEMS."""
    return [child for child in node.named_children[: MAX_ITEMS + 20] if "comment" not in child.type][:MAX_ITEMS]


class Unit:
    """One parsed file with the names it binds. `knows` tells whether anybody may want a call of that last name."""

    def __init__(self, frontend: "Frontend", source: SourceFile, tree: Tree) -> None:
        self.frontend = frontend
        self.source = source
        self.root = tree.root_node
        self._tree = tree
        self.effort = 0
        self.knows: Knows = anything
        self._bindings: dict[str, tuple[Binding, ...] | None] = {}
        self._set: dict[str, list[int]] = {}

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

    def occurrences(self, name: str) -> Iterator[int]:
        """Byte offsets of a word in the file; none of the empty word that a parser puts where one is missing."""
        data, word = self._searched, name.encode()
        word = word.lower() if self.frontend.ignore_case else word
        at = data.find(word) if word else -1
        while at >= 0:
            end = at + len(word)
            if (at == 0 or data[at - 1] not in WORD_BYTES) and (end == len(data) or data[end] not in WORD_BYTES):
                yield at
            at = data.find(word, end)

    def paths(self, name: str) -> Iterator[Path]:
        """Paths to a word in the file, without those that are too deep: nothing is bound that deep in an expression."""
        for offset in self.occurrences(name):
            with suppress(TooDeep):
                yield self.path_at(offset)

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
        for count, path in enumerate(self.paths(name)):
            if count >= MAX_OCCURRENCES:
                return None
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
                if broken is not None:
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
            if node.is_error and node.end_byte - node.start_byte >= least:
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


class Context:
    """Where an expression stands: the unit, the ancestors, and what is being followed (against cycles)."""

    def __init__(
        self, unit: Unit, path: Path, active: frozenset[tuple[str, int]] = frozenset(), depth: int = 0
    ) -> None:
        self.unit = unit
        self.path = path
        self.active = active
        self.depth = depth

    @property
    def offset(self) -> int:
        """Where the expression's construct begins."""
        return self.path[-1].start_byte if self.path else 0

    def lower(self, node: Node | None) -> Value:
        """The value of an expression."""
        if node is None:
            return Unknown("nothing is there")
        if self.depth >= MAX_LOWERING:
            return Unknown("the expression is nested too deeply")
        self.unit.effort += 1
        if self.unit.effort > MAX_EFFORT:
            return Unknown("too many definitions to follow")
        inner = Context(self.unit, self.path, self.active, self.depth + 1)
        return self.unit.frontend.lower(inner, node)

    def all(self, nodes: Iterable[Node]) -> tuple[Value, ...]:
        """The values of several expressions."""
        return tuple(self.lower(node) for node in nodes)

    def entry(self, key: Value, node: Node | None) -> Entry:
        """An entry of a mapping whose value is an expression."""
        return Entry(key, self.lower(node), self.unit.step(node) if node is not None else None)

    def either(self, condition: Node | None, arms: Iterable[tuple[Node | None, bool]]) -> Value:
        """A choice between two expressions, the second when the condition does not hold; `bool` says which arm the
        condition's text guards."""
        text = " ".join(text_of(condition).split())[:SNIPPET]
        guard = self.unit.frontend.is_guard(text)
        texts = (text, f"not ({text})")
        return Choice(
            tuple(
                Arm(told, guard and marked, self._given(node, told))
                for told, (node, marked) in zip(texts, arms, strict=False)
            )
        )

    def _given(self, node: Node | None, condition: str) -> Value:
        """The value of an expression under a condition, which may say that it has one: `x if x else y`."""
        value = self.lower(node)
        if node is None or not self.unit.frontend.is_given(text_of(node), (condition,)):
            return value
        left = left_of(value, ABSENT)
        return left if left is not None else Unknown("a condition around it excludes it")

    def join(self, *parts: Value) -> Value:
        """Text concatenation; texts side by side become one."""
        flat: list[Value] = []
        for part in parts:
            pieces = part.operands if isinstance(part, Operation) and part.operator == "join" else (part,)
            for piece in pieces:
                if isinstance(piece, Text) and flat and isinstance(flat[-1], Text):
                    flat[-1] = Text(flat[-1].text + piece.text)
                else:
                    flat.append(piece)
        return flat[0] if len(flat) == 1 else Operation("join", tuple(flat))

    def name(self, word: str, node: Node) -> Value:
        """The value of a plain name at its use: its definition in the file, or the names it may stand for."""
        bindings = self.unit.bindings(word)
        if bindings is None:
            return Unknown(f"{word} is assigned too often in this file to follow")
        visible = self._visible(bindings, node.start_byte)
        if not visible:
            return Name(self.unit.frontend.qualify(self.unit, word))
        value = self._merge(self.unit.frontend.met(self.unit, visible, self.path), node.start_byte, word)
        carried = self._carried(visible, node.start_byte, word)
        return Choice((Arm("", False, value), *carried)) if carried else value

    def member(self, owner: str, word: str, node: Node) -> Value | None:
        """The value of a member of a class or module of this file; None when the file has none."""
        bindings = self.unit.bindings(word) or ()
        fold = self.unit.frontend.fold
        own = [b for b in bindings if b.owner and (not owner or fold(b.owner) == fold(owner))]
        if not owner:
            around = [b for b in own if b.scope[0] <= node.start_byte < b.scope[1]]
            own = around or []
        if not own:
            return None
        own = self.unit.frontend.met(self.unit, own, self.path)
        return self._merge(own, max(node.start_byte, max(b.scope[1] for b in own)), word)

    def visible(self, word: Node) -> list[Binding]:
        """What may give a plain name its value at its use, as far as this file tells."""
        return self._visible(self.unit.bindings(text_of(word)) or (), word.start_byte)

    def _visible(self, bindings: Sequence[Binding], offset: int) -> list[Binding]:
        fits = [b for b in bindings if b.scope[0] <= offset < b.scope[1] and self.unit.frontend.sees(b, self.path)]
        if not fits:
            return []
        innermost = max(b.scope[0] for b in fits)
        return [b for b in fits if b.scope[0] == innermost]

    def _merge(self, bindings: list[Binding], offset: int, word: str) -> Value:
        """The bindings that can reach a use: back from the use to the first that cannot be passed by."""
        blocks = self.unit.frontend.blocks(self.path)
        scope = bindings[0].scope
        if not self._same_function(bindings[0]):
            offset = scope[1]
        before = [b for b in bindings if b.offset < offset and not _inside(b, offset)] or bindings
        arms: list[Arm] = []
        skipped: list[str] = []  # what must not hold, where something is not added in place
        newer: list[tuple[str, Sides]] = []  # branches for newer runtimes that are passed by, and what they ask
        overwritten: list[tuple[int, ...]] = []
        covered: set[tuple[int, bool]] = set()
        around = self.path if self._same_function(bindings[0]) else ()
        asked = self._asked_around(before) if around else frozenset()
        for index, binding in reversed(tuple(enumerate(before))):
            if any(exclude(binding.condition, text) for text in asked):
                continue  # this branch was not taken where the use is reached
            there = self.unit.frontend.blocks(binding.path)
            if any(there[: len(later)] == later for later in overwritten):
                continue  # a later binding of the same block always follows it
            overwritten.append(there)
            value = self._follow(binding, word)
            if binding.operator != "=":
                earlier = before[:index]
                rest = self._merge(earlier, binding.offset, word) if earlier else Unknown(f"{word} is changed in place")
                value = Operation(binding.operator.rstrip("="), (rest, value))
            sides = tuple(self.unit.frontend.sides(binding.path, around))
            left = _left_by(sides, newer)
            last = self._cannot_be_passed(binding, blocks) or binding.condition in asked
            condition = f"not ({left})" if left and last and not binding.guarded else binding.condition
            arms.append(Arm(_unless(skipped, binding, condition, last), binding.guarded or bool(left), value))
            if binding.operator != "=" and self._in_loop_before(binding, offset):
                break  # what a loop adds bit by bit is no alternative to what was there before
            if not binding.guarded and self.unit.frontend.is_guard(binding.condition):
                newer.append((binding.condition, sides))
            if last or (_covers(covered, sides) and not binding.among) or len(arms) >= MAX_WAYS:
                break
        if not arms:
            return Unknown(f"{word} has no value here")
        return arms[0].value if len(arms) == 1 else Choice(tuple(arms))

    def _carried(self, bindings: Sequence[Binding], offset: int, word: str) -> list[Arm]:
        """What a later statement of a loop around the use gives a variable for the next turn: a second attempt."""
        kinds = self.unit.frontend.loop_kinds
        loop = next((node for node in reversed(self.path) if node.type in kinds), None)
        if loop is None or self.unit.frontend.function(self.path) in self.path[self.path.index(loop) :]:
            return []
        inside = [b for b in bindings if loop.start_byte <= b.offset < loop.end_byte and not b.each]
        blocks = self.unit.frontend.blocks(self.path)
        if any(b.offset < offset and self._cannot_be_passed(b, blocks) for b in inside):
            return []
        later = [b for b in inside if b.offset > offset and b.operator == "=" and b.kind == "value"]
        return [Arm(b.condition, b.guarded, self._follow(b, word)) for b in later[:MAX_WAYS] if self._same_function(b)]

    def _asked_around(self, bindings: Sequence[Binding]) -> frozenset[str]:
        """The conditions around the use, where a binding has one that may be held against them."""
        if not any(binding.condition for binding in bindings):
            return frozenset()
        return frozenset(self.unit.frontend.conditions_around(self.path))

    def _in_loop_before(self, binding: Binding, offset: int) -> bool:
        """Whether a binding stands in a loop that ends before a use."""
        kinds = self.unit.frontend.loop_kinds
        return any(node.type in kinds and node.end_byte <= offset for node in binding.path)

    def _same_function(self, binding: Binding) -> bool:
        function = self.unit.frontend.function(self.path)
        there = self.unit.frontend.function(binding.path)
        return (function.start_byte if function else -1) == (there.start_byte if there else -1)

    def _cannot_be_passed(self, binding: Binding, blocks: tuple[int, ...]) -> bool:
        """True when every way to the use runs through the binding: its blocks enclose the use, or it is a change in
        place that only an older runtime passes by (`x |= FLAG if defined? FLAG`), or that hands a flag on which is
        given (`if ((p & A) != 0) x |= B`): what is put together so may be all of it."""
        there = self.unit.frontend.blocks(binding.path)
        if binding.operator in ("|=", "+=") and asks_for_flag(binding.condition):
            return True
        if binding.operator != "=" and not binding.guarded and self.unit.frontend.is_guard(binding.condition):
            return True
        return blocks[: len(there)] == there or not binding.condition

    def _follow(self, binding: Binding, word: str) -> Value:
        key = (word, binding.offset)
        if key in self.active:
            return Unknown(f"{word} is defined by itself")
        if binding.kind == "import":
            return Name(binding.names)
        if binding.kind == "parameter":
            return self._parameter(binding, word)
        if binding.kind == "opaque" or binding.node is None:
            return Unknown(f"{word} is not a constant")
        inner = Context(self.unit, binding.path, self.active | {key}, self.depth)
        value = inner.lower(binding.node)
        if binding.each:
            value = each(value, word)
        step = self.unit.step(binding.path[-1] if binding.path else binding.node)
        return Via(step, value, binding.kind == "value" and self._is_local(binding))

    def _is_local(self, binding: Binding) -> bool:
        """Whether a binding is an assignment in the function around the use, or of a script outside of functions."""
        return self._same_function(binding) and not (binding.owner and self.unit.frontend.owner(binding.path))

    def _parameter(self, binding: Binding, word: str) -> Value:
        frontend, default = self.unit.frontend, None
        if binding.node is not None:
            inner = Context(self.unit, binding.path, self.active | {(word, binding.offset)}, self.depth)
            default = inner.lower(binding.node)
        callee = frontend.reached(self.unit, binding)
        return Parameter(frontend.enclosing(binding.path), binding.position, word, default, callee)


def since(path: Path, plain: frozenset[str], acting: frozenset[str], end: int = 0) -> int:
    """Where the statements begin that stand before the end of a path in its block and do nothing but set values; -1
    where the language does not tell them. `end` is the level of its statement, if that is none of the plain ones."""
    level = end or next((at for at in range(len(path) - 1, 0, -1) if path[at].type in plain), 0)
    while level > 1 and path[level - 1].named_child_count == 1:
        level -= 1
    if not level or len(path[level - 1].children) > MAX_ITEMS:
        return -1
    start = path[level].start_byte
    for node in reversed([child for child in path[level - 1].named_children if child.end_byte <= start]):
        if "comment" not in node.type and not _only_sets(node, plain, acting):
            return node.start_byte if node.type == path[level].type else start  # its value is there before it sets it
        start = node.start_byte
    return start


def _only_sets(statement: Node, plain: frozenset[str], acting: frozenset[str]) -> bool:
    """Whether a statement sets values, without a call."""
    waiting, found = [statement], False
    for _ in range(MAX_ITEMS):
        if not waiting:
            return found
        node = waiting.pop()
        if node.type in acting or node.has_error:
            return False
        found = found or node.type in plain
        waiting.extend(node.named_children)
    return False


def _inside(binding: Binding, offset: int) -> bool:
    """Whether a use stands in the value of a binding: `x = x | y` uses what x was before."""
    return binding.node is not None and binding.node.start_byte <= offset < binding.node.end_byte


def _unless(skipped: list[str], binding: Binding, condition: str, last: bool) -> str:
    """The condition of an arm, with those under which more would have been added in place after it; the binding joins
    them, if it may be passed by itself."""
    told = " and ".join(text for text in (*skipped, condition) if text)
    if binding.operator != "=" and binding.condition and not last:
        skipped.append(f"not ({binding.condition})")
    return told


def _covers(covered: set[tuple[int, bool]], sides: Sides) -> bool:
    """Whether every way to a use runs through a binding or those after it, whose branches are `covered`: both branches
    of a conditional cover the branch that it stands in."""
    for start, otherwise in sides:
        covered.add((start, otherwise))
        if (start, not otherwise) not in covered:
            return False
    return bool(sides)


def _left_by(sides: Sides, newer: Sequence[tuple[str, Sides]]) -> str:
    """What a later branch for newer runtimes asks, where a binding is what is left without it; an empty text where
    none is, or where the binding stands in another branch of the same conditional."""
    for condition, passed in newer:
        if not any((start, not otherwise) in passed for start, otherwise in sides):
            return condition
    return ""


def each(value: Value, word: str) -> Value:
    """The value of a loop variable: the items in turn, also of what callers pass or another file defines, or what
    stands for all members of an enumeration."""
    inner = value
    while isinstance(inner, Via):
        inner = inner.value
    if isinstance(inner, Listing) and inner.items:
        return Operation("each", inner.items)
    if is_callers(inner) or (isinstance(inner, Name) and "." in inner.names[0].removeprefix("?.")):
        return Operation("each", (inner,))
    if isinstance(inner, Operation) and inner.operator == "members":
        return inner
    return Unknown(f"{word} takes the values of a loop")


class Frontend(ABC):
    """One language: from bytes and anchors to sites."""

    language = ""
    block_kinds: frozenset[str] = frozenset()
    function_kinds: frozenset[str] = frozenset()
    class_kinds: frozenset[str] = frozenset()
    statement_kinds: frozenset[str] = frozenset()
    loop_kinds: frozenset[str] = frozenset()
    plain_kinds: frozenset[str] = frozenset()  # statements that only set something, unless they hold one of the next
    acting_kinds: frozenset[str] = frozenset()  # what may run anything: calls, creations, jumps
    guard_words: re.Pattern[str] = lazy(r"(?!)")
    older_words: re.Pattern[str] = lazy(
        r"(?:^|[\s(&|])(?:!(?!=)|not\b)|(?<![<=>])<=?(?![<>=])|\bis None\b|[=!]=\s*(?:null|None|false|-1)\b"
    )
    old_words: re.Pattern[str] = lazy(r"(?!)")  # what is true on an older runtime: `PY2`
    given_forms: Sequence[str] = ()  # conditions that hold where `{}` has a value; none: nothing is said of it
    missing_forms: Sequence[str] = ()  # and those that hold where it has none
    ignore_case = False  # of names: variables, types and members alike
    definition_hint = rb"\s*(?::[^=\n]{0,80})?=[^=~]"  # what follows the word where a constant gets its value

    def __init__(self) -> None:
        self._parser = Parser(self.grammar())

    @staticmethod
    @abstractmethod
    def grammar() -> Language:
        """The tree-sitter grammar; imported only when a file of the language is parsed."""

    @abstractmethod
    def lower(self, context: Context, node: Node) -> Value:
        """The value of an expression node. What is not understood is Unknown with a reason."""

    @abstractmethod
    def bind(self, unit: Unit, path: Path) -> Iterable[Binding]:
        """The bindings that the identifier at the end of a path makes; none if it is a use."""

    @abstractmethod
    def drafts(self, unit: Unit, path: Path) -> Iterable[Draft]:
        """Drafts of the construct that the last node of `path` is; none if it is none."""

    def parse(self, source: SourceFile) -> Unit:
        """The file as a unit."""
        return Unit(self, source, self._parser.parse(source.data))

    def readings(self, unit: Unit) -> Sequence[Unit]:
        """All ways in which a file was read: one, unless something in it stands for either of two texts."""
        return (unit,)

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        """Names that an unbound word may stand for: itself, and what wildcard imports may bring."""
        return (word,)

    def fold(self, word: str) -> str:
        """A word as names are compared: in lower case where their case does not count."""
        return word.lower() if self.ignore_case else word

    def same_word(self, node: Node, name: str) -> bool:
        """Whether a leaf stands for a name although its text differs (`$name`, `@name`, `:name`)."""
        return text_of(node).lstrip("$@:") == name

    def sees(self, binding: Binding, path: Path) -> bool:
        """Whether a binding whose scope covers a use is visible there by its bare name."""
        return True

    def met(self, unit: Unit, bindings: list[Binding], path: Path) -> list[Binding]:
        """The bindings of a name that a use at the end of a path may meet, in the order in which they run."""
        return bindings

    def is_guard(self, condition: str) -> bool:
        """Whether a condition's text asks for an older runtime or a missing constant."""
        return bool(condition) and bool(self.guard_words.search(condition))

    def asks_for_older(self, condition: str) -> bool:
        """Whether a guard holds on the older runtime (`not hasattr(...)`, `VERSION < 3`, `PY2`), not on the newer."""
        named = self.old_words.search(condition)
        if named is not None:
            return NEGATION.search(condition[: named.start()]) is None
        return bool(condition) and bool(self.older_words.search(condition))

    def arms(self, condition: Node | None, body: Node | None, other: Node | None) -> list[tuple[Node | None, bool]]:
        """The arms of a conditional for `Context.either`, the one for an older runtime marked."""
        older = self.asks_for_older(text_of(condition))
        return [(body, older), (other, not older)]

    def guard(self, path: Path) -> str:
        """The nearest condition by which the end of a path runs on an older runtime only; an empty text if none."""
        return next((text for text, older in self._conditions(path) if older), "")

    def _conditions(self, path: Path) -> Iterator[tuple[str, bool]]:
        """Conditions around the end of a path, innermost first, and whether its arm is for an older runtime: `else` of
        `if defined(X)`, the body of `if not defined(X)`, what follows either in a chain, and whatever a catch clause
        catches."""
        for level, condition, branching, otherwise in self._forks(path):
            text = self.asked(path, level, condition)
            older = not branching or self.asks_for_older(text) != otherwise
            guarded = self.is_guard(text) or (not branching and self._is_fallback(path, level))
            passed = list(self._passed_in_chain(path, level)) if otherwise else []
            if passed and self.condition(path[level + 1]) is None:  # `else`: none of the conditions holds
                texts = [f"not ({text})", *[told for told, _ in reversed(passed)]]
                yield " and ".join(texts[-MAX_CHAIN:]), (older and guarded) or any(asked for _, asked in passed)
                continue
            yield f"not ({text})" if otherwise else text, older and guarded
            yield from passed

    def conditions_around(self, path: Path) -> Iterator[str]:
        """The conditions under which the end of a path runs within its function, innermost first."""
        return (text for text, _ in self._conditions(path))

    def _passed_in_chain(self, path: Path, level: int) -> Iterator[tuple[str, bool]]:
        """The conditions of the branches that stand before a later one of the same chain: none of them holds there."""
        for branch in reversed(path[level].children_by_field_name("alternative")):
            condition = self.condition(branch) if branch.end_byte <= path[level + 1].start_byte else None
            if condition is not None:
                text = self.asked((*path[: level + 1], branch), level + 1, condition)
                yield f"not ({text})", self.is_guard(text) and not self.asks_for_older(text)

    def _forks(self, path: Path) -> Iterator[tuple[int, Node, bool, bool]]:
        """The conditionals around the end of a path within its function, innermost first: the level of each, its
        condition, whether it has two branches, and whether the path runs through the second."""
        for level in range(len(path) - 1, -1, -1):
            node, inner = path[level], path[level + 1 : level + 2]
            if node.type in self.function_kinds:
                return
            condition = self.condition(node)
            if condition is None or condition in path:
                continue
            branching = field(node, "condition") is not None or self.is_ternary(node)
            yield level, condition, branching, branching and bool(inner) and self.is_alternative(node, inner[0])

    def sides(self, path: Path, use: Path) -> Iterator[tuple[int, bool]]:
        """The conditionals around the end of a path that do not surround a use, innermost first: where each starts, and
        whether the path runs through its second branch."""
        around = {node.start_byte for node in use}
        for level, _, _, otherwise in self._forks(path):
            if path[level].start_byte not in around or path[level] not in use:
                yield path[level].start_byte, otherwise

    def _is_fallback(self, path: Path, level: int) -> bool:
        """Whether a catch clause sets anew what its `try` sets or uses, calls once more what it calls, or returns what
        else is returned after it: the first value is not known to the runtime."""
        around = next((node for node in reversed(path[max(level - 2, 0) : level]) if "try" in node.type), None)
        if around is None:
            return False
        if path[-1].type.startswith("return"):
            function = self.function(path)
            after = text_of(function) if function is not None else ""
            return RETURNS.search(after.replace(text_of(path[level]), "")) is not None
        written = text_of(path[-1])
        target = re.split(r"[=(]", written, maxsplit=1)[0].strip()
        body = field(around, "body") or next(iter(around.named_children), None)
        if len(target) <= 1 or body is None or body in path:
            return False
        if written[len(target) :].lstrip().startswith("("):
            return re.search(rf"(?<![\w.$]){re.escape(target)}\s*\(", text_of(body)) is not None
        return re.search(rf"{re.escape(target)} =|[(,]\s*{re.escape(target)}\s*[,)]", text_of(body)) is not None

    def asked(self, path: Path, level: int, condition: Node) -> str:
        """What a branch asks, as a text."""
        return " ".join(text_of(condition).split())[:SNIPPET]

    def is_ternary(self, node: Node) -> bool:
        """Whether a conditional node has its parts by position, not by field."""
        return False

    def is_alternative(self, node: Node, inner: Node) -> bool:
        """Whether a child of a conditional node is its else branch."""
        return inner in node.children_by_field_name("alternative")

    def condition(self, node: Node) -> Node | None:
        """The condition of an if or else-if node; None for other nodes."""
        return None

    def reached(self, unit: Unit, binding: Binding) -> Callee | None:
        """How callers reach the parameter that a binding is; None where nothing tells, as for those of lambdas."""
        kinds = self.function_kinds
        level = next((i for i in range(len(binding.path) - 1, -1, -1) if binding.path[i].type in kinds), None)
        listing = field(binding.path[level], "parameters") if level is not None else None
        if level is None or listing is None:
            return None
        items = children(listing)
        at = next((i for i, item in enumerate(items) if item.start_byte <= binding.offset <= item.end_byte), None)
        return self.called(unit, binding.path[: level + 1], items, at) if at is not None else None

    def called(self, unit: Unit, path: Path, parameters: Sequence[Node], at: int) -> Callee | None:
        """How callers reach one of the parameters of the function at the end of a path; None if they cannot."""
        return None

    def blocks(self, path: Path) -> tuple[int, ...]:
        """Start offsets of the blocks around a path, outermost first."""
        return tuple(node.start_byte for node in path if node.type in self.block_kinds)

    def branch(self, path: Path) -> tuple[str, bool]:
        """The nearest condition under which the end of a path runs (empty if always within its function), and whether
        that is its arm for an older runtime; where one further out is, with that one before it: `elif hasattr(m, "B")`
        after `if hasattr(m, "A")` runs where A is missing."""
        return nearest_condition(list(self._conditions(path)))

    def function(self, path: Path) -> Node | None:
        """The innermost function around a path."""
        return next((node for node in reversed(path) if node.type in self.function_kinds), None)

    def owner(self, path: Path) -> Node | None:
        """The innermost class or module around a path, unless a function stands between."""
        for node in reversed(path):
            if node.type in self.function_kinds:
                return None
            if node.type in self.class_kinds:
                return node
        return None

    def around_class(self, path: Path) -> Node | None:
        """The innermost class around a path, through functions."""
        return next((node for node in reversed(path) if node.type in self.class_kinds), None)

    def enclosing(self, path: Path) -> str:
        """The qualified name of the definition around a path: `Client.connect`; empty at the top level."""
        kinds = self.class_kinds | self.function_kinds
        names = [text_of(field(node, "name")) for node in path if node.type in kinds]
        return ".".join(name.replace("::", ".") for name in names if name)

    def scope_range(self, node: Node | None, unit: Unit) -> tuple[int, int]:
        """The byte range of a scope node; the whole file for None."""
        if node is None:
            return (0, unit.root.end_byte + 1)
        return (node.start_byte, node.end_byte)

    # -- anchors -> sites ------------------------------------------------------------------------------------

    def sites(
        self, unit: Unit, anchors: Sequence[tuple[int, int]], wanted: Wanted, knows: Knows = anything
    ) -> Iterator[Site]:
        """The sites around the anchors (byte ranges) that some sink wants, in program order, each once.

        Where an import or an assignment renames what stands at an anchor, the new name becomes an anchor too. Of an
        object that is made at one, the attributes that are set are looked at: `context.options |= 0x8000000`.
        """
        unit.knows = knows
        seen: set[tuple[int, int, Form, str]] = set()
        found: list[Site] = []
        queue = [start for start, _ in anchors]
        renamed: set[str] = set()
        visited: set[int] = set()
        looked: set[tuple[int, bool]] = set()
        while queue:
            offset = queue.pop()
            if offset in visited:
                continue
            visited.add(offset)
            unit.effort = 0
            path = unit.path_at(offset)
            if "comment" in path[-1].type:
                continue
            found.extend(self._sites_on(unit, path, wanted, seen, looked))
            for word in self.renamed(unit, path):
                if word not in renamed and len(renamed) < MAX_RENAMES:
                    renamed.add(word)
                    queue.extend(few(unit.occurrences(word), word))
            queue.extend(unit.attributes_set(self.made(path)))
        found.sort(key=lambda site: (site.region.start, site.region.end))
        yield from found

    def _sites_on(
        self,
        unit: Unit,
        path: Path,
        wanted: Wanted,
        seen: set[tuple[int, int, Form, str]],
        looked: set[tuple[int, bool]],
    ) -> Iterator[Site]:
        """The sites of the nodes of a path, from its end; where another path ran through a node, that was seen to."""
        for level in range(len(path), 0, -1):
            node, leaf = path[level - 1], level == len(path)
            if (node.id, leaf) in looked:
                break
            looked.add((node.id, leaf))
            for draft in self._drafts_at(unit, path[:level], leaf):
                key = (draft.node.start_byte, draft.node.end_byte, draft.form, ".".join(draft.option) or draft.names[0])
                wish = wanted(draft) if key not in seen else None
                if wish:
                    seen.add(key)
                    yield from self._site(unit, path[:level], draft, wish)
            if node.type in self.function_kinds or node.type in self.class_kinds:
                break

    def _drafts_at(self, unit: Unit, path: Path, leaf: bool) -> Iterator[Draft]:
        yield from self.drafts(unit, path)
        if leaf:
            node = path[-1]
            name = self.defines(unit, path)
            if name:
                yield Draft(Form.DECLARATION, (name,), node, node)
            yield Draft(Form.MENTION, (text_of(node)[:SNIPPET],), node, node, (RawArgument(None, "", node),))

    def _site(self, unit: Unit, path: Path, draft: Draft, wish: Wish | bool) -> Iterator[Site]:
        """The site of a draft, unless the value of an argument rules it out. Only wanted arguments are looked at."""
        arguments: list[Argument] = []
        for raw in draft.arguments:
            made = self._looked_at(unit, path, raw, wish)
            gone = self.excluded(unit, path, raw.node) if draft.operator == "=" and raw.value is None else ()
            if gone:
                made = made._replace(value=Operation("except", (made.value, *gone)))
            if not isinstance(wish, bool) and wish.refuses(made.position, made.name, made.value):
                return
            arguments.append(made)
        end = self.ensured(path) if draft.form is Form.ASSIGN else 0
        yield Site(
            form=draft.form,
            names=draft.names,
            text=" ".join(_caption(unit, draft).split())[:SNIPPET],
            path=unit.source.path,
            language=self.language,
            region=unit.region(draft.node),
            arguments=tuple(arguments),
            operator=draft.operator,
            option=draft.option,
            owner=draft.owner,
            enclosing=self.enclosing(path),
            target=draft.target,
            blocks=self.blocks(path[: end + 1] if end else path),
            guard=self.guard(path),
            condition=self.branch(path)[0],
            since=since(path, self.plain_kinds, self.acting_kinds, end) if draft.form is Form.ASSIGN else -1,
            uses=self.uses(unit, path) if not isinstance(wish, bool) and wish.of_use and len(path) > 1 else (),
            compiled=self.compiled(unit, draft.node),
        )

    def ensured(self, path: Path) -> int:
        """The level of a conditional that only makes sure that a flag is set, and so runs like its assignment alone:
        `if (!P.HasFlag(F)) P |= F;`. 0 where there is none."""
        return 0

    def compiled(self, unit: Unit, node: Node) -> str:
        """What conditional compilation around a node asks; an empty text if it is compiled in any case."""
        return ""

    def _looked_at(self, unit: Unit, path: Path, raw: RawArgument, wish: Wish | bool) -> Argument:
        value: Value = Unknown("nobody asked")
        if isinstance(wish, bool) or wish.takes(raw.position, raw.name):
            value = raw.value if raw.value is not None else Context(unit, path).lower(raw.node)
            if raw.name and raw.position is None and self.only_compares(unit, path, raw.name):
                value = Unknown("the function that takes it only compares it")
            if isinstance(strip(value)[0], Choice):
                guards = [text for text in self.conditions_around(path) if self.is_guard(text)]
                value = _possible(value, guards) if guards else value
        text = " ".join(unit.text(raw.node).split())[:SNIPPET]
        return Argument(raw.position, raw.name, value, unit.region(raw.node), text)

    def excluded(self, unit: Unit, path: Path, node: Node) -> Sequence[Value]:
        """What a variable in a slot is not where it is used, by the comparisons around the use."""
        return ABSENT if self.is_given(text_of(node), (*self.conditions_around(path), *self.left_before(path))) else ()

    def uses(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The members of what the call at the end of a path makes, if the code does nothing else with it."""
        return ()

    def only_compares(self, unit: Unit, path: Path, word: str) -> bool:
        """Whether the end of a path calls a function of this file that only compares its argument of that name."""
        return False

    def is_given(self, subject: str, conditions: Iterable[str]) -> bool:
        """Whether conditions that hold say that a variable has a value."""
        return bool(self.given_forms) and has_value(subject, conditions, self.given_forms, self.missing_forms)

    def left_before(self, path: Path) -> Iterator[str]:
        """What holds at the end of a path since statements before it leave the function or the loop otherwise."""
        return iter(())

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        """The new names of what stands at the end of a path: an import alias, the left side of a plain assignment."""
        return ()

    def defines(self, unit: Unit, path: Path) -> str:
        """The qualified name of what the leaf at the end of a path defines and may hide a library's: a class, a
        function, an attribute; empty if it defines none."""
        return ""

    def made(self, path: Path) -> str:
        """The variable or attribute that gets the object made by a call of what stands at the end of a path."""
        return ""

    # -- the link phase --------------------------------------------------------------------------------------

    def may_define(self, data: bytes, word: str) -> bool:
        """Whether the text of a file looks as if it defined a constant of that name."""
        name = word.encode()
        return name in data and re.search(re.escape(name) + self.definition_hint, data) is not None

    def definitions(self, unit: Unit, words: Iterable[str]) -> Iterator[Definition]:
        """Constants that the file defines under one of the words, for uses in other files."""
        for word in words:
            for binding in unit.bindings(word) or ():
                if binding.kind != "value" or binding.node is None or binding.operator != "=":
                    continue
                if self.function(binding.path) is not None and not binding.owner:
                    continue
                value = Context(unit, binding.path, frozenset({(word, binding.offset)})).lower(binding.node)
                yield Definition(self.defined_name(unit, binding, word), value, unit.step(binding.path[-1]))

    def defined_name(self, unit: Unit, binding: Binding, word: str) -> str:
        """The qualified name of what a binding defines."""
        return ".".join(part for part in (self.module(unit), self.outer(binding), word) if part)

    def module(self, unit: Unit) -> str:
        """The dotted name that the file gives its definitions (a module, a package, a namespace)."""
        return ""

    def outer(self, binding: Binding) -> str:
        """The classes and modules around a binding, dotted."""
        names = [text_of(field(node, "name")) for node in binding.path if node.type in self.class_kinds]
        return ".".join(name.replace("::", ".") for name in names if name)


def _possible(value: Value, conditions: Sequence[str]) -> Value:
    """A value without the arms that other conditions rule out: what is told of the runtime holds everywhere."""
    if isinstance(value, Via):
        return value._replace(value=_possible(value.value, conditions))
    if not isinstance(value, Choice):
        return value
    left = [arm for arm in value.arms if not any(exclude(arm.condition, text) for text in conditions)]
    return Choice(tuple(arm._replace(value=_possible(arm.value, conditions)) for arm in left or value.arms))


def _caption(unit: Unit, draft: Draft) -> str:
    """What a person calls the API. A setting goes by its name: the text it stands in may hold passwords."""
    if draft.caption:
        return draft.caption
    return draft.names[0] if draft.form is Form.SETTING else unit.text(draft.label)


def parse_number(text: str) -> Value:
    """A numeric literal of any of the languages: decimal, hex, octal, binary, with `_` and type suffixes."""
    body = text.replace("_", "").lower()
    if len(body) > MAX_DIGITS:  # Python itself refuses to write some thousand digits out
        return Unknown("the number has too many digits")
    if not body.startswith("0x"):
        body = body.rstrip("fdm")
    body = body.rstrip("ul")
    try:
        if re.fullmatch(r"0[0-7]+", body):
            return Number(int(body, 8))
        if re.fullmatch(r"\d+", body) or body[:2] in ("0x", "0b", "0o"):
            return Number(int(body, 0))
        return Number(float(body))
    except ValueError:
        return Unknown(f"{text} is not a number that is understood")


def invocation(names: tuple[str, ...], arguments: Iterable[Value], named: Iterable[tuple[str, Value]] = ()) -> Value:
    """A call whose result is unknown, bounded."""
    return Invocation(names, tuple(arguments)[:8], tuple(named)[:8])


def qualified(base: Value, word: str) -> tuple[str, ...]:
    """Names of a member: of a name, of what a call made, of any of several, or of something unknown."""
    while isinstance(base, Via):
        base = base.value
    if isinstance(base, Name):
        return tuple(dict.fromkeys((*[f"{name}.{word}" for name in base.names], f"?.{word}")))
    if isinstance(base, Invocation):
        return (*[f"{name}.{word}" for name in base.names if name != "?"], f"?.{word}")
    if isinstance(base, Choice):  # `try: import ssl` ... `except ImportError: ssl = None`
        names = [name for arm in base.arms for name in qualified(arm.value, word)]
        return tuple(dict.fromkeys(sorted(names, key=lambda name: name.startswith("?"))))[:MAX_WAYS]
    return (f"?.{word}",)


def taken_out(base: Value, key: Value) -> Value | None:
    """An entry of what callers pass, or of a constant that another file may define; None for other values."""
    inner, sought = strip(base)[0], strip(key)[0]
    constant = isinstance(inner, Name) and inner.names[0][0] not in "?$" and isinstance(sought, LITERALS)
    return Operation("item", (base, key)) if constant or is_callers(inner) or is_callers(sought) else None


def key_word(value: Value) -> str:
    """A mapping key as an option path writes it; an empty text for keys that are not constant. A dot inside a key is
    none between two."""
    while isinstance(value, Via):
        value = value.value
    if isinstance(value, Text):
        return value.text.replace(".", "\\.")
    if isinstance(value, Symbol):
        return value.name.replace(".", "\\.")
    if isinstance(value, Number):
        return str(value.value)
    if isinstance(value, Name):
        return value.names[0]
    return ""


def textual(first: Value, second: Value) -> bool:
    """Whether adding two values joins texts."""
    return any(
        isinstance(part, Text) or (isinstance(part, Operation) and part.operator == "join") for part in (first, second)
    )
