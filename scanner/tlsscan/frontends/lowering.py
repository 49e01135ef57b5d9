"""Expressions become values: names are resolved backwards from their use, and every way to it is kept."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from tlsscan.clauses import are_labels, denied, exclude, opposite
from tlsscan.conditions import asks_for_flag, by_default, compares
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import MAX_ITEMS, SNIPPET, Binding, Path, Sides, Unit, line_of, text_of
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.values import (
    SIEVES,
    Arm,
    Choice,
    Entry,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    Via,
    is_callers,
    is_loop,
    left_of,
    strip,
)

MAX_LOWERING = 80  # expressions inside each other, through definitions too: some six frames each
MAX_NESTED = 4  # conditions around a value that are told
MAX_WAYS = 8  # bindings that may reach one use
ABSENT = (Null(),)
_TELLS = lazy(
    r"write-(?:verbose|host|debug|output|warning|information)\b|(?:[\w.]+\.)?(?:console|debug|trace)\.write(?:line)?\("
)
"""Statements, in lower case, that write a line somewhere."""
_QUIET = lazy(
    r"(?:(?:^|[.\[])enum(?:\]::|\.)\w+|\.(?:hasflag|contains|containskey|equals|startswith|endswith|isdefined|getnames?"
    r"|getmember|tolower|toupper|trim|isnullorempty|isnullorwhitespace))(?:<[\w.]+>)?\Z"
    r"|\Anew (?:[\w.]+\.)?(?:list|hashset)<\w+>\Z"
    r"|\A(?:pwd|get-(?:location|date|content|credential|random)|(?:join|split|test|resolve)-path|read-host|import-csv"
    r"|convertfrom-json|convertto-securestring)(?![\w-])",
    re.IGNORECASE,
)
"""What is called to ask something of a text, a list or an enumeration; commands that connect to nothing."""
_WORD = lazy(r"[A-Za-z_]\w*")
_PRESENCE = frozenset(
    {"constant", "defined", "empty", "false", "is", "is_null", "isset", "nil", "none", "not", "null", "set"}
)
_EMPTY = frozenset({"none", "default", "zero"})
_STATEMENTS = frozenset({"expression_statement", "pipeline"})


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
        if self.unit.effort > self.unit.limit:
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
        condition's text guards. A constant condition leaves one of them."""
        arms = tuple(arms)
        always = self.unit.frontend.comes_to(self.path, condition) if condition is not None and len(arms) > 1 else None
        if always is not None:
            return self.lower(arms[0 if always else 1][0])
        text = self.unit.frontend.spelled(line_of(condition)[:SNIPPET], self.unit.root)
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
        own = [b for b in bindings if (fold(b.owner) == fold(owner) if owner else b.owner and not b.held)]
        if not owner or (own[:1] and own[0].held):
            around = [b for b in own if b.scope[0] <= node.start_byte < b.scope[1]]
            own = around or []
        if not own:
            return None
        own = self.unit.frontend.met(self.unit, own, self.path)
        return self._merge(own, max(node.start_byte, max(b.scope[1] for b in own)), word)

    def left(self, bindings: Sequence[Binding], word: str) -> Value:
        """What a name holds at the end of its scope, of some bindings of it."""
        return self._merge(list(bindings), max(binding.scope[1] for binding in bindings), word)

    def visible(self, word: Node) -> list[Binding]:
        """What may give a plain name its value at its use, as far as this file tells."""
        return self._visible(self.unit.bindings(text_of(word)) or (), word.start_byte)

    def _visible(self, bindings: Sequence[Binding], offset: int) -> list[Binding]:
        fits = [b for b in bindings if b.scope[0] <= offset < b.scope[1] and self.unit.frontend.sees(b, self.path)]
        if not fits:
            return []
        innermost = max(b.scope[0] for b in fits)
        return [b for b in fits if b.scope[0] == innermost]

    def _merge(self, bindings: list[Binding], offset: int, word: str, *, turning: bool = False) -> Value:
        """The bindings that can reach a use: back from the use to the first that cannot be passed by. `turning` says
        that the use is what a loop adds to: what it adds elsewhere has been added in another turn."""
        blocks = self.unit.frontend.blocks(self.path)
        scope = bindings[0].scope
        if not self._same_function(bindings[0]):
            offset = scope[1]
        before = [b for b in bindings if b.offset < offset and not _inside(b, offset)] or bindings
        before = self._without_null(before, word) if self.unit.frontend.null_forms else before
        arms: list[Arm] = []
        skipped: list[str] = []  # where something more would have been added in place
        newer: list[Newer] = []
        overwritten: list[tuple[int, ...]] = []
        covered: set[tuple[int, bool]] = set()
        around = self.path if self._same_function(bindings[0]) else ()
        asked = self._asked_around(before) if around else frozenset()
        for index, binding in reversed(tuple(enumerate(before))):
            if self._is_not_taken(binding, asked) or self._stands_apart(binding, around):
                continue
            there = self.unit.frontend.blocks(binding.path)
            if any(there[: len(later)] == later for later in overwritten):
                continue  # a later binding of the same block always follows it
            overwritten.append(there)
            value = self._follow(binding, word)
            if binding.operator != "=":
                value = Operation(binding.operator.rstrip("="), (self._changed(before[:index], binding, word), value))
            sides = tuple(self.unit.frontend.sides(binding.path, around))
            left = _left_by(sides, newer, covered)
            last = self._cannot_be_passed(binding, blocks) or binding.condition in asked
            replaced = last or not any(map(_builds_on, before[index:]))
            further = f"not ({left})" if left and replaced and not binding.guarded else ""
            told = "" if further and last else self._told_with_rest(binding, before[index + 1 :], asked, value)
            condition = " and ".join(filter(None, (told, further)))
            arms.append(Arm(_unless(skipped, binding, condition, last), binding.guarded or bool(left), value))
            if binding.operator != "=" and (
                self._in_loop(binding) if turning else self._in_loop_before(binding, offset)
            ):
                break  # what a loop adds bit by bit is no alternative to what was there before
            if not binding.guarded and self.unit.frontend.is_guard(binding.condition):
                free = self.unit.frontend.unguarded(binding.path, around)
                newer.append(Newer(binding.condition, sides, free))
            if last or (_covers(covered, sides) and not binding.among) or len(arms) >= MAX_WAYS:
                break
        if not arms:
            return Unknown(f"{word} has no value here")
        alone = len(arms) == 1 and (last or asks_for_itself(arms[0].condition, word))
        return arms[0].value if alone else Choice(tuple(arms))

    def _changed(self, earlier: list[Binding], binding: Binding, word: str) -> Value:
        """What a binding that changes a value in place finds there: what other arms of a conditional around it have
        done is none of it, but where a loop may come round to both."""
        around = self._in_loop(binding)
        if binding.condition and not around:
            own = dict(self.unit.frontend.sides(binding.path, self.path))
            told = (
                (other, self.unit.frontend.sides(other.path, self.path) if other.condition else ()) for other in earlier
            )
            earlier = [other for other, sides in told if all(own.get(start, side) is side for start, side in sides)]
        if not earlier:
            return Unknown(f"{word} is changed in place")
        self.unit.effort += 1
        if self.depth >= MAX_LOWERING or self.unit.effort > self.unit.limit:
            return Unknown(f"{word} is changed too often")
        there = Context(self.unit, self.path, self.active, self.depth + 1)  # what is changed may hang on itself
        return there._merge(earlier, binding.offset, word, turning=around)

    def _without_null(self, bindings: list[Binding], word: str) -> list[Binding]:
        """Some bindings without those of null before one that stands where the variable would hold it:
        `if (x == null || x.length == 0) x = ...`."""
        forms = {form.replace("{}", word) for form in self.unit.frontend.null_forms}

        def replaces(binding: Binding) -> bool:
            parts = binding.condition.split("||") if "&&" not in binding.condition else ()
            return binding.operator == "=" and any(part.strip() in forms for part in parts)

        last = max((at for at, binding in enumerate(bindings) if replaces(binding)), default=0)
        given = [b for b in bindings[:last] if not isinstance(strip(self._follow(b, word))[0], Null)]
        return [*given, *bindings[last:]]

    def _is_not_taken(self, binding: Binding, asked: Iterable[str]) -> bool:
        """Whether the branch of a binding was not taken where the use is reached, or never is."""
        if not binding.condition:
            return False
        return any(exclude(binding.condition, text) for text in asked) or self.unit.frontend.is_dead(binding.path)

    def _stands_apart(self, binding: Binding, around: Path) -> bool:
        """Whether a binding stands in another arm of a conditional than its use, and no loop comes round to both."""
        level = self.unit.frontend.parted(binding.path, around) if binding.condition and around else 0
        kinds, functions = self.unit.frontend.loop_kinds, self.unit.frontend.function_kinds
        outer = reversed(binding.path[:level])
        inner = next((node for node in outer if node.type in kinds or node.type in functions), None)
        return level > 0 and (inner is None or inner.type in functions)

    def _told(self, binding: Binding, asked: frozenset[str], value: Value) -> str:
        """The condition of a binding, with those further out that do not hold at the use anyway. In another function
        the defaults of the use's own do not tell whether it holds by itself. What a turn of a loop asks before it adds
        to a value decides nothing of what that was before."""
        if binding.operator != "=" and self._in_loop(binding) and not _begins_empty(value):
            return ""
        nearest, frontend = binding.condition, self.unit.frontend
        outer = frontend.nested(binding.path)[:MAX_NESTED] if nearest else ()
        told = " and ".join((*(text for text in reversed(outer) if text not in asked and text not in nearest), nearest))
        if not told or not compares(told):
            return told
        known = () if self._same_function(binding) else frontend.defaults(binding.path)
        there = Context(self.unit, binding.path, self.active | {(binding.name, binding.offset)}, self.depth)
        return by_default(told, (*known, *frontend.unasked(there)))

    def _told_with_rest(self, binding: Binding, later: Sequence[Binding], asked: frozenset[str], value: Value) -> str:
        """The condition of a binding, and what those of later ones leave to it: none of them holds, but for those that
        cannot hold beside it anyway."""
        told = self._told(binding, asked, value)
        if not told:
            return self._else(binding, later, asked)
        if binding.guarded or binding.operator != "=" or not later:
            return told
        own = dict(self.unit.frontend.sides(binding.path, self.path))
        beside = [other for other in later if other.condition and self._may_follow(other, own, told)]
        return " and ".join(dict.fromkeys(filter(None, (told, self._else(binding, beside, asked)))))

    def _may_follow(self, other: Binding, own: Mapping[int, bool], told: str) -> bool:
        """Whether a later binding may replace one that has a condition: it stands in no other branch than that, changes
        nothing in place, and is not there for newer runtimes."""
        if exclude(told, other.condition) or are_labels(told, other.condition):
            return False
        if {*_WORD.findall(other.name)} <= {*_WORD.findall(text_of(other.node))}:
            return False
        if self.unit.frontend.is_guard(other.condition):
            return False
        return all(own.get(start, side) is side for start, side in self.unit.frontend.sides(other.path, self.path))

    def _else(self, binding: Binding, later: Sequence[Binding], asked: frozenset[str]) -> str:
        """What the conditions of later bindings leave to one: none of them holds."""
        if not self.unit.frontend.tells_rest or not later or asked:
            return ""
        around = [self.unit.frontend.nested(other.path) for other in later]
        plain = all(
            len(texts) == 1 and other.operator == "=" and not other.guarded and self._same_function(other)
            for texts, other in zip(around, later, strict=True)
        )
        if not plain or not self._same_function(binding):
            return ""
        told = list(dict.fromkeys(text for texts in around for text in texts))
        parts = [part for part in (opposite(text, told) for text in told) if part]
        more = len(parts) - MAX_NESTED
        rest = [denied("a later condition" if more == 1 else f"one of {more} later conditions")] if more > 0 else []
        return " and ".join((*parts[:MAX_NESTED], *rest))

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

    def _in_loop(self, binding: Binding) -> bool:
        """Whether a binding stands in a loop of its function."""
        kinds, functions = self.unit.frontend.loop_kinds, self.unit.frontend.function_kinds
        inner = next((node for node in reversed(binding.path) if node.type in kinds or node.type in functions), None)
        return inner is not None and inner.type in kinds

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
            given = self.unit.given.get(binding.offset)
            return given if given is not None else self._parameter(binding, word)
        if binding.kind == "opaque" or binding.node is None:
            return Unknown(f"{word} is not a constant")
        inner = Context(self.unit, binding.path, self.active | {key}, self.depth)
        value = inner.lower(binding.node)
        if binding.each:
            value = each(value, word)
        elif is_loop(value):
            value = self.unit.frontend.picked(binding.path, value)
        step = self.unit.step(binding.path[-1] if binding.path else binding.node)
        members = binding.each and isinstance(value, Operation) and value.operator == "members"
        return Via(step, value, not members and binding.kind == "value" and self._is_local(binding))

    def _is_local(self, binding: Binding) -> bool:
        """Whether a binding is an assignment in the function around the use, or of a script outside of functions."""
        return self._same_function(binding) and not (binding.owner and self.unit.frontend.owner(binding.path))

    def _parameter(self, binding: Binding, word: str) -> Value:
        frontend, default = self.unit.frontend, None
        if binding.node is not None:
            path = binding.path[:-1] if frontend.defaults_outside else binding.path
            inner = Context(self.unit, path, self.active | {(word, binding.offset)}, self.depth)
            step = self.unit.step(binding.node)
            default = Via(step._replace(text=f"{word} = {step.text}"[:SNIPPET]), inner.lower(binding.node))
        callee = frontend.reached(self.unit, binding)
        return Parameter(frontend.enclosing(binding.path), binding.position, word, default, callee)


def since(path: Path, plain: frozenset[str], acting: frozenset[str], end: int = 0) -> int:
    """Where the statements begin that stand before the end of a path in its block and do nothing but set values; -1
    where the language does not tell them. `end` is the level of its statement, if that is none of the plain ones."""
    level = end or next((at for at in range(len(path) - 1, 0, -1) if path[at].type in plain), 0)
    while level > 1 and len(_held(path[level - 1], acting)) == 1:
        level -= 1
    if not level or len(path[level - 1].children) > MAX_ITEMS:
        return -1
    start = path[level].start_byte
    for node in reversed([child for child in path[level - 1].named_children if child.end_byte <= start]):
        if not is_idle(node, acting) and not _only_sets(node, plain, acting):
            return node.start_byte if _only_asks(node, path[level], plain, acting) else start
        start = node.start_byte
    return start


class Kinds(NamedTuple):
    """Kinds of nodes: statements that only set something, what may run anything, conditionals, what handles errors."""

    plain: frozenset[str]
    acting: frozenset[str]
    ifs: frozenset[str]
    tries: frozenset[str]


def is_idle(node: Node, acting: frozenset[str]) -> bool:
    """Whether a node does nothing but tell somebody something: a comment, an empty statement, a line of a log."""
    if "comment" in node.type or node.type == "empty_statement":
        return True
    if node.type not in _STATEMENTS or "write" not in (text := text_of(node).lower()) or not _TELLS.match(text):
        return False
    waiting, calls = [node], 0
    while waiting and calls < 2:
        inner = waiting.pop()
        calls += inner.type in acting
        waiting.extend(inner.named_children)
    return calls < 2


def _held(node: Node, acting: frozenset[str]) -> list[Node]:
    return [child for child in node.named_children if not is_idle(child, acting)]


def sole(path: Path, end: int, kinds: Kinds) -> int:
    """The level of the outermost `if` without other arms or `try` that holds nothing but the statement at the end of
    a path; 0 where there is none. `end` is as for `since`."""
    plain, ifs, tries = kinds.plain, kinds.ifs, kinds.tries
    level = end or next((at for at in range(len(path) - 1, 0, -1) if path[at].type in plain), 0)
    found = 0
    for at in range(level - 1, 0, -1):
        above, inner = path[at], path[at + 1]
        held = _held(above, kinds.acting)
        if (above.type in ifs and held[1:] == [inner]) or (above.type in tries and held[0] == inner):
            found = at
        elif len(held) != 1:
            break
    return found


def _only_asks(before: Node, statement: Node, plain: frozenset[str], acting: frozenset[str]) -> bool:
    """Whether a statement of the kind of another one acts only before it sets something: to find the value, or to
    ask whether it sets it."""
    same = before.type == statement.type != "try_statement"
    return same and all(_only_sets(child, plain, acting) for child in before.named_children[1:])


def _only_tells(call: Node) -> bool:
    """Whether a call only tells something of a text, a list or an enumeration; a command, whether it connects to
    nothing."""
    given = next((child for child in call.named_children if child.type.endswith("argument_list")), None)
    plain = text_of(call) if call.type == "command" else ""
    text = text_of(call)[: given.start_byte - call.start_byte] if given is not None else plain
    return _QUIET.search(text) is not None


def _only_sets(statement: Node, plain: frozenset[str], acting: frozenset[str]) -> bool:
    """Whether a statement sets values, without a call. What handles that this did not work does not count."""
    waiting, found = [statement], False
    for _ in range(MAX_ITEMS):
        if not waiting:
            return found
        node = waiting.pop()
        if is_idle(node, acting):
            continue
        if node.has_error or (node.type in acting and not _only_tells(node)):
            return False
        found = found or node.type in plain
        waiting.extend(child for child in node.named_children if not child.type.startswith("catch_"))
    return False


def _begins_empty(value: Value) -> bool:
    """Whether what is changed in place holds nothing at first: `x = 0; ... x |= y`."""
    while isinstance(value, Via | Operation) and (isinstance(value, Via) or value.operands):
        value = value.value if isinstance(value, Via) else value.operands[0]
    if isinstance(value, Choice):
        return all(_begins_empty(arm.value) for arm in value.arms)
    if isinstance(value, Name):
        return value.names[0].rpartition(".")[2].lower() in _EMPTY
    return isinstance(value, Null | Unknown) or (isinstance(value, Number) and not value.value)


def _inside(binding: Binding, offset: int) -> bool:
    """Whether a use stands in the value of a binding: `x = x | y` uses what x was before."""
    return binding.node is not None and binding.node.start_byte <= offset < binding.node.end_byte


def asks_for_itself(condition: str, word: str) -> bool:
    """Whether a condition asks no more than whether a name is without a value: `if (!defined('A')) define('A', 1);`."""
    asked = {*_WORD.findall(condition)} - {*_WORD.findall(word)}
    return {part.lower() for part in asked} <= _PRESENCE


def _unless(skipped: list[str], binding: Binding, condition: str, last: bool) -> str:
    """The condition of an arm, with those under which more would have been added in place after it; the binding joins
    them, if it may be passed by itself."""
    left = (denied(text) for text in skipped if not exclude(text, condition))  # another arm was not taken anyway
    told = " and ".join(text for text in dict.fromkeys((*left, condition)) if text)
    if binding.operator != "=" and binding.condition and not last:
        skipped.append(binding.condition)
    return told


def _covers(covered: set[tuple[int, bool]], sides: Sides) -> bool:
    """Whether every way to a use runs through a binding or those after it, whose branches are `covered`: both branches
    of a conditional cover the branch that it stands in."""
    for start, otherwise in sides:
        covered.add((start, otherwise))
        if (start, not otherwise) not in covered:
            return False
    return bool(sides)


class Newer(NamedTuple):
    """A branch for newer runtimes that is passed by: what it asks, its sides, and those that ask something else."""

    condition: str
    sides: Sides
    free: Sides


def _builds_on(binding: Binding) -> bool:
    """Whether a binding makes its value of the one that was there before."""
    return binding.operator != "=" or {*_WORD.findall(binding.name)} <= {*_WORD.findall(text_of(binding.node))}


def _left_by(sides: Sides, newer: Sequence[Newer], covered: Set[tuple[int, bool]]) -> str:
    """What a later branch for newer runtimes asks, where a binding is what is left without it; an empty text where
    none is, or where the binding stands in another branch of the same conditional, or outside of one around that
    branch which asks something else: that leaves it on every runtime."""
    for condition, passed, free in newer:
        others = any((start, not otherwise) in passed for start, otherwise in sides)
        if not others and all(one in sides or (one[0], not one[1]) in covered for one in free):
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
    if isinstance(inner, Operation) and (inner.operator == "members" or (inner.operator in SIEVES and is_loop(inner))):
        return inner
    return Unknown(f"{word} takes the values of a loop")
