"""What conditions surround a place: branches, handlers, definitions, and whether each is for an older runtime."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, starmap

from tlsscan.annotations import TypeAlias
from tlsscan.clauses import caught, joined, pieces, turned, unwrapped
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.speaker import MAX_CHAIN, nearest_condition
from tlsscan.frontends.unit import SNIPPET, Path, Sides, Unit, field, line_of, text_of
from tlsscan.patterns import lazy

# A level of a path, the condition of the conditional there, whether that has two branches, and whether the path runs
# through the second.
Fork: TypeAlias = tuple[int, Node, bool, bool]

OWN = frozenset({"", "self", "cls"})
MAX_FLAG = 60  # letters of a condition that may be a flag
MAX_BEFORE_END = 20  # statements before one that are looked at

NEGATION = lazy(r"(?:!|\bnot\b)\s*\(?[\w.:]*$")
WORD = lazy(r"\w")
CHOOSES = lazy(r"(?i)\|\||\bx?or\b|\?(?!->)")  # what makes one part of a condition count no longer by itself
RETURNS = lazy(r"\breturn\b")


class Branches:
    """The conditions of one language, by its tables of node kinds and words."""

    block_kinds: frozenset[str] = frozenset()
    function_kinds: frozenset[str] = frozenset()
    class_kinds: frozenset[str] = frozenset()
    if_kinds: frozenset[str] = frozenset()  # whose children are a condition, what runs, and other arms
    guard_words: re.Pattern[str] = lazy(r"(?!)")
    ending_kinds: frozenset[str] = frozenset()  # statements behind which nothing of their block runs
    ended_kinds: frozenset[str] = frozenset()  # the blocks in which they count
    saved_kinds: frozenset[str] = frozenset()  # what runs behind them all the same
    older_words: re.Pattern[str] = lazy(
        r"(?:^|[\s(&|])(?:!(?!=)|not\b)|(?<![<=>])<=?(?![<>=])|\bis None\b|[=!]=\s*(?:null|None|false|-1)\b"
    )
    name_signs: str = r"\w."  # by which a name goes on before a word
    renews_beside: bool = False  # whether an object in a branch or a second attempt is to do the work of the first
    wary_words: re.Pattern[bytes] | None = None  # by which a file tells that it is for several versions of the runtime
    catching_words: re.Pattern[bytes] = lazy(rb"(?!)")  # of handlers
    tried_kinds: frozenset[str] = frozenset()  # what they are part of
    failure_words: re.Pattern[str] = lazy(r"(?!)")  # what a handler of a failed handshake catches
    handler_kinds: frozenset[str] = frozenset({"catch_clause"})
    old_words: re.Pattern[str] = lazy(r"(?!)")  # what is true on an older runtime: `PY2`
    given_forms: Sequence[str] = ()  # conditions that hold where `{}` has a value; none: nothing is said of it
    null_forms: Sequence[str] = ()  # conditions that hold where `{}` holds null
    missing_forms: Sequence[str] = ()  # and those that hold where it has none
    repeats = False  # whether a handler that goes on to call what its `try` calls tries that again
    retries = False  # whether a handler that sets a member of what its `try` uses, or calls one, tries that again
    never = frozenset({"false"})  # conditions that never hold
    always = frozenset({"true"})  # and those that always do
    switches: re.Pattern[str] = lazy(r"(?!)")  # conditions that may ask for a constant, or a member that nothing sets
    joins: re.Pattern[str] = lazy("&&")  # between what all has to hold
    flags = False  # whether a condition may be a flag that keeps what was asked of the runtime
    ignore_case = False  # of names: variables, types and members alike
    _last: tuple[Path, Sequence[Fork]] = ((), ())

    def is_guard(self, condition: str) -> bool:
        """Whether a condition's text asks for an older runtime or a missing constant."""
        words = self.guard_words.search(condition) if condition else None
        return words is not None or self.asks_for_old_system(condition) is not None

    def asks_for_old_system(self, condition: str) -> bool | None:
        """Whether a condition holds on old systems alone, where these say what TLS there is; False where it fails there
        alone, None where it asks for none, or for more."""
        return None

    def is_failure(self, caught: str) -> bool:
        """Whether what a catch clause catches is thrown where no connection came about."""
        return bool(self.failure_words.search(caught))

    def asks_for_older(self, condition: str) -> bool:
        """Whether a guard holds on the older runtime (`not hasattr(...)`, `VERSION < 3`, `PY2`), not on the newer."""
        system = self.asks_for_old_system(condition)
        if system is not None:
            return system
        if inner := turned(condition):
            return not Branches.asks_for_older(self, inner)
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
        within = [text for text, older in self._conditions(path) if older]
        missing = (text for text in within if text.startswith("not (hasattr"))
        nearest = next(iter(within), "")
        return (next(missing, nearest) if nearest.startswith("hasattr") else nearest) or next(
            self._guards_of_definitions(path), ""
        )

    def _guards_of_definitions(self, path: Path) -> Iterator[str]:
        """The conditions by which the definitions around the end of a path are made on an older runtime only:
        `if not hasattr(ssl, "X"): def connect(): ...`."""
        levels = [
            at for at, node in enumerate(path) if node.type in self.function_kinds or node.type in self.class_kinds
        ]
        for level in reversed(levels):
            yield from (text for text, older in self._conditions(path[:level]) if older)

    def _is_defined_under_condition(self, path: Path) -> bool:
        """Whether a definition around the end of a path is made under a condition."""
        kinds = self.function_kinds | self.class_kinds
        levels = [at for at, node in enumerate(path) if node.type in kinds]
        return any(next(self._conditions(path[:level]), None) is not None for level in levels)

    def _conditions(self, path: Path) -> Iterator[tuple[str, bool]]:
        """Conditions around the end of a path, innermost first, and whether its arm is for an older runtime: `else` of
        `if defined(X)`, the body of `if not defined(X)`, what follows either in a chain, and whatever a catch clause
        catches."""
        for fork in self.forks(path):
            yield from self._told_of(path, *fork)

    def _told_of(
        self, path: Path, level: int, condition: Node, branching: bool, otherwise: bool
    ) -> Iterator[tuple[str, bool]]:
        """The condition by which a path runs through a conditional, and those before it in a chain."""
        text = self.asked(path, level, condition)
        of_system = None if branching else self.asks_for_old_system(text)
        older = of_system is not False if not branching else self.asks_for_older(text) != otherwise
        caught = not branching and (self.is_failure(text) or self._is_fallback(path, level))
        guarded = caught or self.is_guard(text)
        last = otherwise and self.condition(path[level + 1]) is None
        passed = list(self._passed_in_chain(path, level)) if otherwise else []
        outside = list(self._passed_outside(path, level)) if last else []
        if last and (passed or outside):  # `else`: none of the conditions holds
            texts = [*[told for told, _ in reversed(outside)], f"not ({text})", *[told for told, _ in reversed(passed)]]
            yield (
                " and ".join(texts[-MAX_CHAIN:]),
                (older and guarded) or any(asked for _, asked in (*outside, *passed)),
            )
            return
        yield from passed
        yield f"not ({text})" if otherwise else text, older and guarded

    def nested(self, path: Path) -> Sequence[str]:
        """The conditions of the conditionals around the end of a path within its function, innermost first, one of each
        and of each chain: what all has to hold there."""
        own = (fork for fork in self.forks(path) if not (fork[3] and self.condition(path[fork[0] + 1]) is not None))
        return [next(self._told_of(path, *fork))[0] for fork in own]

    def is_dead(self, path: Path) -> bool:
        """Whether a constant condition keeps the end of a path from ever running (`if False: ...`), or a statement
        before it that leaves in any case."""
        kinds = self.function_kinds | self.class_kinds
        if self.ending_kinds and any(starmap(self._is_behind_end, pairwise(path))):
            return True
        ends = (len(path), *(at for at, node in enumerate(path) if node.type in kinds))
        return any(self._is_never(path, *fork) for end in ends for fork in self.forks(path[:end]))

    def _is_behind_end(self, block: Node, node: Node) -> bool:
        """Whether a statement of the same block before one leaves that without a condition."""
        if block.type not in self.ended_kinds or node.type in self.saved_kinds:
            return False
        sibling = node.prev_named_sibling
        for _ in range(MAX_BEFORE_END):
            if sibling is None or sibling.type in self.ending_kinds:
                return sibling is not None
            sibling = sibling.prev_named_sibling
        return False

    def _is_never(self, path: Path, level: int, condition: Node, branching: bool, otherwise: bool) -> bool:
        text = self.asked(path, level, condition)
        while text.startswith("not (") or (text.startswith("(") and text.endswith(")")):
            otherwise = otherwise != text.startswith("not")
            text = text.removeprefix("not ")[1:-1].strip()
        if not branching:
            return False
        return self.fold(text) in (self.always if otherwise else self.never) or self._is_switched(
            path[: level + 1], condition, otherwise
        )

    def comes_to(self, path: Path, condition: Node) -> bool | None:
        """What a condition under which the end of a path chooses always comes to; None where it may be either."""
        text = self.fold(text_of(condition).strip("() \n"))
        if text in self.always or text in self.never:
            return text in self.always
        return next((told for told in (False, True) if self._is_switched(path, condition, told)), None)

    def _is_switched(self, path: Path, condition: Node, outcome: bool) -> bool:
        """Whether constants, and members that nothing sets, always bring a condition to an outcome."""
        text = unwrapped(text_of(condition))
        parts = [part.strip() for part in joined(text, self.joins)] if not CHOOSES.search(text) else [text]
        told = (self.switches.fullmatch(part) is not None and self.outcome(path, part) is outcome for part in parts)
        return all(told) if outcome else any(told)

    def outcome(self, path: Path, asked: str) -> bool | None:
        """What a condition at the end of a path that may be a switch always comes to; None where it may be either."""
        return None

    def conditions_around(self, path: Path) -> Iterator[str]:
        """The conditions under which the end of a path runs within its function, innermost first."""
        return (text for text, _ in self._conditions(path))

    def asked_around(self, path: Path) -> Iterator[tuple[Node, bool]]:
        """The conditions that are asked on the way to the end of a path within its function, innermost first, and
        whether each is denied there."""
        for level, condition, branching, otherwise in self.forks(path):
            yield condition, otherwise
            if branching and otherwise:
                yield from ((earlier, True) for _, earlier in self._earlier(path, level))

    def _passed_in_chain(self, path: Path, level: int) -> Iterator[tuple[str, bool]]:
        """The conditions of the branches that stand before a later one of the same chain: none of them holds there."""
        for branch, condition in self._earlier(path, level):
            text = self.asked((*path[: level + 1], branch), level + 1, condition)
            yield f"not ({text})", self.is_guard(text) and not self.asks_for_older(text)

    def _passed_outside(self, path: Path, level: int) -> Iterator[tuple[str, bool]]:
        """The conditions of a chain whose every conditional is the other branch of that before it: none holds in the
        last branch of all."""
        while level and self.is_alternative(path[level - 1], path[level]):
            level -= 1
            condition = self.condition(path[level])
            if condition is None:
                return
            text = self.asked(path, level, condition)
            if text:
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

    def forks(self, path: Path) -> Sequence[Fork]:
        """The conditionals around the end of a path within its function, innermost first."""
        if self._last[0] is not path:  # a site is asked about several times in turn
            self._last = (path, tuple(self._forks_of(path)))
        return self._last[1]

    def _forks_of(self, path: Path) -> Iterator[Fork]:
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
        for level, _, _, otherwise in self.forks(path):
            if path[level].start_byte not in around or path[level] not in use:
                if otherwise:
                    yield from ((branch.start_byte, True) for branch, _ in self._earlier(path, level))
                yield path[level].start_byte, otherwise

    def parted(self, path: Path, use: Path) -> int:
        """The level of a conditional around the end of a path that runs either through that or through a use; 0 where
        there is none."""
        for level, _, branching, otherwise in self.forks(path):
            here, there = path[level + 1 : level + 2], use[level + 1 : level + 2]
            if not (branching and here and there) or use[level] != path[level] or here == there:
                continue
            condition = self.condition(here[0])
            if there[0].start_byte < here[0].start_byte or (otherwise and condition is not None and condition in path):
                continue  # the use comes first, or follows where the condition of a later arm has been asked
            if self.is_alternative(path[level], there[0]):
                return level
        return 0

    def unguarded(self, path: Path, use: Path) -> Sides:
        """Those of the `sides` of a path whose condition asks nothing of the runtime."""
        runtime = [level for level, node, *_ in self.forks(path) if self.is_guard(self.asked(path, level, node))]
        starts = {path[level].start_byte for level in runtime}
        return tuple(side for side in self.sides(path, use) if side[0] not in starts)

    def _is_fallback(self, path: Path, level: int) -> bool:
        """Whether a catch clause sets anew what its `try` sets or uses, calls once more what it calls, or returns what
        else is returned after it: the first value is not known to the runtime."""
        tried = self.tried(path, level)
        if not tried or self.is_unset(path[level], tried):
            return False
        if self.repeats:
            from tlsscan.frontends.again import calls_again

            if calls_again(path[level], path[-1], tried):
                return True
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

    def is_unset(self, handler: Node, tried: str) -> bool:
        """Whether a handler stands for a setting that is not there: what it sets is a default."""
        return False

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

    def made_anew(self, unit: Unit, path: Path, word: str) -> int:
        """Where the variable of the end of a path certainly got another object than it had at first, made of no part of
        that; 0 where it did not, or in a branch of its own that `renews_beside` leaves out."""
        start = path[-1].start_byte
        own = [b for b in unit.bindings(word) or () if b.scope[0] <= start < b.scope[1] and b.offset <= start]
        if len(own) < 2:
            return 0
        around, condition, first = self.blocks(path), self.branch(path)[0], self.blocks(own[0].path)
        mention = re.compile(rf"(?<![{self.name_signs}]){re.escape(word)}(?!\w)")
        for binding in own[:0:-1]:
            blocks = self.blocks(binding.path)
            plain = binding.kind == "value" and binding.operator == "=" and not binding.each
            certain = around[: len(blocks)] == blocks and binding.condition in ("", condition)
            beside = not self.renews_beside or (blocks == first and binding.condition == own[0].condition)
            if plain and certain and beside and not mention.search(text_of(binding.node)):
                return binding.offset
        return 0

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
        further = [text for text in further if text.strip("() ") not in self.always]  # `switch (true)`
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

    def fold(self, word: str) -> str:
        """A word as names are compared: in lower case where their case does not count."""
        return word.lower() if self.ignore_case else word

    def _blocks_that_may_not_run(self, path: Path) -> tuple[int, ...]:
        """The blocks around a path, without those that a check for a newer runtime guards: a current one runs them. The
        arms beside them stay."""
        starts = [*self.blocks(path)]
        for level, condition, branching, otherwise in self.forks(path):
            text = self.asked(path, level, condition)
            if branching and not otherwise and self.is_guard(text) and not self.asks_for_older(text):
                del starts[len(self.blocks(path[:level])) : len(self.blocks(path[: level + 2]))]
        return tuple(starts)

    def _compiled_for_older(self, asked: str) -> str:
        """The part of what conditional compilation asks by which a place is for an older runtime only."""
        holds, fails = pieces(asked)
        found = [text for text in holds if self.is_guard(text) and self.asks_for_older(text)]
        found += [f"not ({text})" for text in fails if self.is_guard(text) and not self.asks_for_older(text)]
        return found[0] if found else ""

    def is_given(self, subject: str, conditions: Iterable[str]) -> bool:
        """Whether conditions that hold say that a variable has a value."""
        if not self.given_forms:
            return False
        from tlsscan.frontends.presence import has_value

        return has_value(subject, conditions, self.given_forms, self.missing_forms)

    def left_before(self, path: Path) -> Iterator[str]:
        """What holds at the end of a path since statements before it leave the function or the loop otherwise."""
        return iter(())

    def subject(self, path: Path, level: int, condition: Node) -> Node:
        """What a branch asks about: its condition, or what its pattern is held against."""
        return condition


def _speaks_of(body: str, subject: str) -> bool:
    """Whether a text uses a member of an object or a module; every method uses those of its own object."""
    return subject not in OWN and re.search(rf"(?<![\w.$@]){re.escape(subject)}\.\w", body) is not None
