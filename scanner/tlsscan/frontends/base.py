"""What all frontends share: paths to anchors, names resolved backwards from their use, sites from drafts.

A frontend knows the syntax of one language and nothing of TLS. It names node kinds and fields only in
comparisons with `.type`, in tables whose names end in KINDS, and in calls of `field`: a contract test checks them
against the installed grammar.
"""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from tree_sitter import Language, Node, Parser

from tlsscan.clauses import caught, exclude, never, pieces
from tlsscan.frontends.lowering import ABSENT, Context, Kinds, since, sole
from tlsscan.frontends.speaker import Definition, Dialect, Knows, Wish, anything, nearest_condition
from tlsscan.frontends.unit import SNIPPET, Binding, Path, Sides, Unit, children, few, field, line_of, text_of
from tlsscan.model import SETTLED, Argument, Form, Site
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile
from tlsscan.values import Callee, Choice, Operation, Unknown, Value, Via, is_loop, strip

if TYPE_CHECKING:
    from abc import ABC

    from tlsscan.frontends.kept import Style
else:
    ABC = object  # to look for what is abstract in thirty classes would take a fiftieth of a run on five files

OWN = frozenset({"", "self", "cls"})
MAX_CHAIN = 4  # conditions of a chain that its last branch is told by
MAX_FLAG = 60  # letters of a condition that may be a flag
MAX_RENAMES = 40  # new anchors found in one file

NEGATION = lazy(r"(?:!|\bnot\b)\s*\(?[\w.:]*$")
WORD = lazy(r"\w")
RETURNS = lazy(r"\breturn\b")


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
    receiver: str = ""
    more: bool = False

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


Wanted: TypeAlias = Callable[[Draft], Wish | bool | None]


class Frontend(ABC):
    """One language: from bytes and anchors to sites."""

    language = ""
    block_kinds: frozenset[str] = frozenset()
    function_kinds: frozenset[str] = frozenset()
    class_kinds: frozenset[str] = frozenset()
    loop_kinds: frozenset[str] = frozenset()
    turn_kinds: frozenset[str] = frozenset()  # what runs once for each of several things
    plain_kinds: frozenset[str] = frozenset()  # statements that only set something, unless they hold one of the next
    acting_kinds: frozenset[str] = frozenset()  # what may run anything: calls, creations, jumps
    if_kinds: frozenset[str] = frozenset()  # whose children are a condition, what runs, and other arms
    try_kinds: frozenset[str] = frozenset()  # whose first child is what is tried
    guard_words: re.Pattern[str] = lazy(r"(?!)")
    older_words: re.Pattern[str] = lazy(
        r"(?:^|[\s(&|])(?:!(?!=)|not\b)|(?<![<=>])<=?(?![<>=])|\bis None\b|[=!]=\s*(?:null|None|false|-1)\b"
    )
    failure_words: re.Pattern[str] = lazy(r"(?!)")  # what a handler of a failed handshake catches
    handler_kinds: frozenset[str] = frozenset({"catch_clause"})
    old_words: re.Pattern[str] = lazy(r"(?!)")  # what is true on an older runtime: `PY2`
    given_forms: Sequence[str] = ()  # conditions that hold where `{}` has a value; none: nothing is said of it
    missing_forms: Sequence[str] = ()  # and those that hold where it has none
    keeping: "Style | None" = None  # how an object keeps what its constructor is given
    compared_kinds: frozenset[str] = frozenset()  # what a condition may compare; none: nothing is said of its default
    sides_by_use = False  # whether what an object is passed to may tell its side of a connection
    retries = False  # whether a handler that sets a member of what its `try` uses, or calls one, tries that again
    never = frozenset({"false"})  # conditions that never hold
    always = frozenset({"true"})  # and those that always do
    flags = False  # whether a condition may be a flag that keeps what was asked of the runtime
    defaults_outside = False  # whether the default of a parameter is evaluated where its function is defined
    prefixed_calls = False  # whether functions begin with the name of the library whose object they take first
    bare_calls = False  # whether a member is called without parentheses
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

    def is_failure(self, caught: str) -> bool:
        """Whether what a catch clause catches is thrown where no connection came about."""
        return bool(self.failure_words.search(caught))

    def asks_for_older(self, condition: str) -> bool:
        """Whether a guard holds on the older runtime (`not hasattr(...)`, `VERSION < 3`, `PY2`), not on the newer."""
        named = self.old_words.search(condition)
        if named is not None:
            return NEGATION.search(condition[: named.start()]) is None
        return bool(condition) and bool(self.older_words.search(condition))

    def arms(
        self, condition: Node | None, body: Node | None, other: Node | None, root: Node | None = None
    ) -> list[tuple[Node | None, bool]]:
        """The arms of a conditional for `Context.either`, the one for an older runtime marked."""
        text = text_of(condition)
        older = self.asks_for_older(self.spelled(text, root) if root is not None else text)
        return [(body, older), (other, not older)]

    def guard(self, path: Path) -> str:
        """The nearest condition by which the end of a path runs on an older runtime only; an empty text if none."""
        within = (text for text, older in self._conditions(path) if older)
        return next(within, "") or next(self._guards_of_definitions(path), "")

    def _guards_of_definitions(self, path: Path) -> Iterator[str]:
        """The conditions by which the definitions around the end of a path are made on an older runtime only:
        `if not hasattr(ssl, "X"): def connect(): ...`."""
        levels = [
            at for at, node in enumerate(path) if node.type in self.function_kinds or node.type in self.class_kinds
        ]
        for level in reversed(levels):
            yield from (text for text, older in self._conditions(path[:level]) if older)

    def _conditions(self, path: Path) -> Iterator[tuple[str, bool]]:
        """Conditions around the end of a path, innermost first, and whether its arm is for an older runtime: `else` of
        `if defined(X)`, the body of `if not defined(X)`, what follows either in a chain, and whatever a catch clause
        catches."""
        for fork in self._forks(path):
            yield from self._told_of(path, *fork)

    def _told_of(
        self, path: Path, level: int, condition: Node, branching: bool, otherwise: bool
    ) -> Iterator[tuple[str, bool]]:
        """The condition by which a path runs through a conditional, and those before it in a chain."""
        text = self.asked(path, level, condition)
        older = not branching or self.asks_for_older(text) != otherwise
        caught = not branching and (self.is_failure(text) or self._is_fallback(path, level))
        guarded = caught or self.is_guard(text)
        passed = list(self._passed_in_chain(path, level)) if otherwise else []
        if passed and self.condition(path[level + 1]) is None:  # `else`: none of the conditions holds
            texts = [f"not ({text})", *[told for told, _ in reversed(passed)]]
            yield " and ".join(texts[-MAX_CHAIN:]), (older and guarded) or any(asked for _, asked in passed)
            return
        yield f"not ({text})" if otherwise else text, older and guarded
        yield from passed

    def nested(self, path: Path) -> Sequence[str]:
        """The conditions of the conditionals around the end of a path within its function, innermost first, one of each
        and of each chain: what all has to hold there."""
        own = (fork for fork in self._forks(path) if not (fork[3] and self.condition(path[fork[0] + 1]) is not None))
        return [next(self._told_of(path, *fork))[0] for fork in own]

    def is_dead(self, path: Path) -> bool:
        """Whether a constant condition keeps the end of a path from ever running: `if False: ...`."""
        kinds = self.function_kinds | self.class_kinds
        ends = (len(path), *(at for at, node in enumerate(path) if node.type in kinds))
        return any(self._is_never(path, *fork) for end in ends for fork in self._forks(path[:end]))

    def _is_never(self, path: Path, level: int, condition: Node, branching: bool, otherwise: bool) -> bool:
        text = self.asked(path, level, condition)
        while text.startswith("not (") or (text.startswith("(") and text.endswith(")")):
            otherwise = otherwise != text.startswith("not")
            text = text.removeprefix("not ")[1:-1].strip()
        return branching and self.fold(text) in (self.always if otherwise else self.never)

    def conditions_around(self, path: Path) -> Iterator[str]:
        """The conditions under which the end of a path runs within its function, innermost first."""
        return (text for text, _ in self._conditions(path))

    def _passed_in_chain(self, path: Path, level: int) -> Iterator[tuple[str, bool]]:
        """The conditions of the branches that stand before a later one of the same chain: none of them holds there."""
        for branch, condition in self._earlier(path, level):
            text = self.asked((*path[: level + 1], branch), level + 1, condition)
            yield f"not ({text})", self.is_guard(text) and not self.asks_for_older(text)

    def _earlier(self, path: Path, level: int) -> Iterator[tuple[Node, Node]]:
        """The branches of a chain after its first one and before that of a path, the last first, with conditions."""
        for branch in reversed(self.further(path[level])):
            condition = self.condition(branch) if branch.end_byte <= path[level + 1].start_byte else None
            if condition is not None:
                yield branch, condition

    def further(self, node: Node) -> Sequence[Node]:
        """The branches of a conditional after its first one, that all are children of it."""
        return node.children_by_field_name("alternative")

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
        whether the path runs through its second branch. A chain is told as if each of its branches stood in the second
        one of that before it."""
        around = {node.start_byte for node in use}
        for level, _, _, otherwise in self._forks(path):
            if path[level].start_byte not in around or path[level] not in use:
                if otherwise:
                    yield from ((branch.start_byte, True) for branch, _ in self._earlier(path, level))
                yield path[level].start_byte, otherwise

    def unguarded(self, path: Path, use: Path) -> Sides:
        """Those of the `sides` of a path whose condition asks nothing of the runtime."""
        runtime = [level for level, node, *_ in self._forks(path) if self.is_guard(self.asked(path, level, node))]
        starts = {path[level].start_byte for level in runtime}
        return tuple(side for side in self.sides(path, use) if side[0] not in starts)

    def _is_fallback(self, path: Path, level: int) -> bool:
        """Whether a catch clause sets anew what its `try` sets or uses, calls once more what it calls, or returns what
        else is returned after it: the first value is not known to the runtime."""
        tried = self.tried(path, level)
        if not tried:
            return False
        if path[-1].type.startswith("return"):
            function = self.function(path)
            after = text_of(function) if function is not None else ""
            return RETURNS.search(after.replace(text_of(path[level]), "")) is not None
        made = len(path) > level + 2 and "assignment" in path[-2].type  # what is called gives a variable its value
        return any(self._goes_again(path[level], text_of(node), tried) for node in path[-2 if made else -1 :])

    def _goes_again(self, handler: Node, written: str, tried: str) -> bool:
        """Whether a statement sets anew what is set or used in the text of a `try`, or calls what that calls."""
        target = re.split(r"[=(]", written, maxsplit=1)[0].strip()
        if not WORD.search(target):
            return False
        if self.tries_again(handler) and _speaks_of(tried, target.rpartition(".")[0]):
            return True
        if written[len(target) :].lstrip().startswith("("):
            return re.search(rf"(?<![\w.$]){re.escape(target)}\s*\(", tried) is not None
        plain = rf"(?<![\w.$]){re.escape(target)}"
        return re.search(rf"{plain} =|[(,=]\s*{plain}\s*[,)]", tried) is not None

    def tried(self, path: Path, level: int) -> str:
        """The text of what the catch clause at a level of a path catches the errors of; empty inside of that."""
        around = next((node for node in reversed(path[max(level - 2, 0) : level]) if "try" in node.type), None)
        body = field(around, "body") or next(iter(around.named_children), None) if around is not None else None
        return text_of(body) if body is not None and body not in path else ""

    def tries_again(self, handler: Node) -> bool:
        """Whether a handler that sets a member of what its `try` uses, or calls one, tries that again."""
        return self.retries

    def asked(self, path: Path, level: int, condition: Node) -> str:
        """What a branch asks, as a text; of a handler, what it catches."""
        if path[level].type in self.handler_kinds:
            return caught(line_of(self.handled(condition)) if condition.is_named else "")
        return self.spelled(line_of(condition)[:SNIPPET], path[0])

    def spelled(self, condition: str, root: Node) -> str:
        """A condition with what a flag in it keeps of the runtime; as it is written where the file tells nothing."""
        if not self.flags or not condition or len(condition) > MAX_FLAG or not condition[-1].isalnum():
            return condition
        from tlsscan.frontends.flags import spelled_out

        return spelled_out(condition, root.text or b"", self.is_guard)

    def handled(self, condition: Node) -> Node | None:
        """The types in what a handler catches; None where it does not say."""
        return condition

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
        told = nearest_condition(list(self._conditions(path)))
        defined = "" if told[1] else next(self._guards_of_definitions(path), "")
        return (f"{defined} and {told[0]}" if told[0] else defined, True) if defined else told

    def _where(self, path: Path) -> str:
        """All conditions under which the end of a path runs, outermost first."""
        nearest = self.branch(path)[0]
        further = [text for text in self.nested(path)[:MAX_CHAIN] if text not in nearest] if nearest else []
        return " and ".join((*reversed(further), nearest))

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
            if self.sides_by_use:
                queue.extend(unit.places_passed(self.made(path)))
        found.sort(key=lambda site: (site.region.start, site.region.end))
        targets = [site.target for site in found if site.target]
        if len(set(targets)) < len(targets):
            from tlsscan.frontends.using import with_uses

            yield from with_uses(unit, found)
            return
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
                if wish and not self.is_dead(path[:level]):
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
        """The site of a draft, unless the value of an argument rules it out, or nothing ever runs it. Only wanted
        arguments are looked at."""
        compiled = self.compiled(unit, draft.node)
        if never(compiled):
            return
        arguments: list[Argument] = []
        for raw in draft.arguments:
            made = self._looked_at(unit, path, raw, wish)
            if is_loop(made.value):
                made = made._replace(value=self._turned(unit, path, draft, made.value))
            gone = self.excluded(unit, path, raw.node) if draft.operator == "=" and raw.value is None else ()
            if gone:
                made = made._replace(value=Operation("except", (made.value, *gone)))
            if not isinstance(wish, bool) and wish.refuses(made.position, made.name, made.value):
                return
            arguments.append(made)
        end = self.ensured(unit, path) if draft.form is Form.ASSIGN else 0
        blocks = self._blocks_that_may_not_run(path[: end + 1] if end else path)
        kinds = Kinds(self.plain_kinds, self.acting_kinds, self.if_kinds, self.try_kinds)
        step = sole(path, end, kinds) if draft.form is Form.ASSIGN else 0
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
            receiver=draft.receiver,
            handed=self._handed(unit, path, draft, wish),
            members=self.members_called(unit, path) if not isinstance(wish, bool) and wish.asks_members else (),
            more=draft.more,
            blocks=blocks,
            alone=len(blocks) - len(self._blocks_that_may_not_run(path[: step + 1])) if step else 0,
            guard=self.guard(path) or self._compiled_for_older(compiled),
            condition=self._where(path),
            defaults=(*self.defaults(path), *self.unasked(Context(unit, path))),
            since=since(path, self.plain_kinds, self.acting_kinds, step or end) if draft.form is Form.ASSIGN else -1,
            uses=self._used(unit, path, wish) if not isinstance(wish, bool) and len(path) > 1 else (),
            compiled=compiled,
        )

    def _used(self, unit: Unit, path: Path, wish: Wish) -> tuple[str, ...]:
        """What sinks want to know of the uses of what a call makes."""
        settled = self.settled(unit, path, wish.settling, wish.idle) if wish.settling else ()
        if settled:
            return tuple(f"{SETTLED}{name}" for name in settled)
        return self.uses(unit, path) if wish.asks_uses else ()

    def _blocks_that_may_not_run(self, path: Path) -> tuple[int, ...]:
        """The blocks around a path, without those that a check for a newer runtime guards: a current one runs them. The
        arms beside them stay."""
        starts = [*self.blocks(path)]
        for level, condition, branching, otherwise in self._forks(path):
            text = self.asked(path, level, condition)
            if branching and not otherwise and self.is_guard(text) and not self.asks_for_older(text):
                del starts[len(self.blocks(path[:level])) : len(self.blocks(path[: level + 2]))]
        return tuple(starts)

    def _turned(self, unit: Unit, path: Path, draft: Draft, value: Value) -> Value:
        """What a loop around a draft goes through, as what it is for the object that each turn makes, or tries."""
        from tlsscan.frontends.turned import ends_at_success, in_turn, is_new_each_turn

        if ends_at_success(path, self.function_kinds):
            return in_turn(value, "until")
        root = draft.target.partition(":")[2].split(".")[0] if self.turn_kinds else ""
        new = root.isidentifier() and is_new_each_turn(path, unit.bindings(root) or (), self.turn_kinds)
        return in_turn(value, "apart") if new else value

    def _compiled_for_older(self, asked: str) -> str:
        """The part of what conditional compilation asks by which a place is for an older runtime only."""
        holds, fails = pieces(asked)
        found = [text for text in holds if self.is_guard(text) and self.asks_for_older(text)]
        found += [f"not ({text})" for text in fails if self.is_guard(text) and not self.asks_for_older(text)]
        return found[0] if found else ""

    def defaults(self, path: Path) -> tuple[tuple[str, str], ...]:
        """The parameters of the function around a path that have a default, each with that, as they are written, and
        the members of its class that a constructor gives such a parameter."""
        from tlsscan.frontends.kept import defaults_of, kept

        function, around = self.function(path), self.around_class(path)
        own = defaults_of(function) if function is not None else ()
        members = kept(around, self.function_kinds, self.keeping) if around is not None and self.keeping else ()
        return (*own, *members)

    def unasked(self, context: Context) -> tuple[tuple[str, str], ...]:
        """What is compared around a place, each with its default, or what it is in any case."""
        path = context.path
        forks = [*self._forks(path)] if self.compared_kinds else []
        if not forks:
            return ()
        from tlsscan.frontends.chosen import chosen

        asked = [(path[: level + 1], self.subject(path, level, condition)) for level, condition, *_ in forks]
        return tuple(pair for around, node in asked for pair in chosen(context, around, node, self.compared_kinds))

    def subject(self, path: Path, level: int, condition: Node) -> Node:
        """What a branch asks about: its condition, or what its pattern is held against."""
        return condition

    def ensured(self, unit: Unit, path: Path) -> int:
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

    def _handed(self, unit: Unit, path: Path, draft: Draft, wish: Wish | bool) -> str:
        """The object that a call is passed where a sink looks for one."""
        if isinstance(wish, bool):
            return ""
        given = (raw.node for raw in draft.arguments if wish.is_object(raw.position, raw.name))
        return next(filter(None, (self.object_at(unit, path, node) for node in given)), "")

    def object_at(self, unit: Unit, path: Path, node: Node | None) -> str:
        """What identifies the object that a node in a path names; empty where it names none."""
        return ""

    def members_called(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """What is called on what the call at the end of a path makes, wherever its variable is known."""
        return ()

    def uses(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The members of what the call at the end of a path makes, if the code does nothing else with it."""
        return ()

    def settled(self, unit: Unit, path: Path, words: frozenset[str], idle: frozenset[str]) -> tuple[str, ...]:
        """Whether all that is made of what the call at the end of a path makes gets a setting of its own, by one of the
        words, and nothing else is done with it but what is idle: an empty text, or the classes that have to do so;
        nothing if not."""
        return ()

    def only_compares(self, unit: Unit, path: Path, word: str) -> bool:
        """Whether the end of a path calls a function of this file that only compares its argument of that name."""
        return False

    def is_given(self, subject: str, conditions: Iterable[str]) -> bool:
        """Whether conditions that hold say that a variable has a value."""
        if not self.given_forms:
            return False
        from tlsscan.frontends.presence import has_value

        return has_value(subject, conditions, self.given_forms, self.missing_forms)

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

    def written_for(self, unit: Unit) -> Dialect | None:
        """The runtime that alone can read a file, as its syntax shows; None for most."""
        return None

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
                if binding.held or (self.function(binding.path) is not None and not binding.owner):
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


def _speaks_of(body: str, subject: str) -> bool:
    """Whether a text uses a member of an object or a module; every method uses those of its own object."""
    return subject not in OWN and re.search(rf"(?<![\w.$@]){re.escape(subject)}\.\w", body) is not None


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
