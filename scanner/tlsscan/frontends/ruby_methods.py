"""Ruby: what a method of the file gives a call, with the arguments of that call. Loaded only where such a call is a
value. Knows nothing of TLS."""

import re
from collections.abc import Iterator, Mapping

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends import ruby_values as core
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.ruby_lower import UNLESS_KINDS, squeezed
from tlsscan.frontends.unit import Path, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.values import Arm, Bool, Choice, Invocation, Null, Parameter, Unknown, Value, Via, replaced, size, strip

if TYPE_CHECKING:
    from tlsscan.frontends.ruby_bind import RubyNames

METHOD_KINDS = frozenset({"method", "singleton_method"})
TAKEN_KINDS = frozenset({"identifier", "optional_parameter", "keyword_parameter"})
MODIFIER_KINDS = frozenset({"if_modifier", "unless_modifier"})
BRANCH_KINDS = frozenset({"if", "unless", "elsif", "conditional"})
BODY_KINDS = frozenset({"body_statement", "then", "else", "parenthesized_statements"})
NOT_FOLLOWED = lazy(r"\b(?:rescue|ensure|yield|super|retry|redo|while|until|loop)\b")
EARLY = lazy(r"\breturn\b[^\n;]*\b(?:if|unless)\b")
RETURNS = lazy(r"\breturn\b")
EQUAL = {"==": True, "===": True, "!=": False}
CHANGING = r"\s*(?:\|\||&&|<<|>>|\*\*|[-+*/%|&^])?=(?![=~>])|\s*,[^\n;=]*=(?![=~>])|\.\w+!"
LONGEST = 3000  # letters of a method
MOST_WAYS = 6
MOST_DEFINED = 2  # of one name that are looked at
MOST_PARTS = 60


class Way(NamedTuple):
    """An expression that a method gives, and the condition under which it does."""

    path: Path
    condition: str
    guarded: bool


def given(frontend: "RubyNames", context: Context, word: str, owner: str, call: Node | None) -> Value | None:
    """What the method of a name gives that a call means; None where this file does not tell. `owner` is the class or
    module whose own method it is; empty for a call without a receiver."""
    path = _definition(frontend, context, word, owner)
    listing = field(call, "arguments") if call is not None else None
    if path is None or (word, path[-1].start_byte) in context.active or (call is not None and field(call, "block")):
        return None
    inner = Context(context.unit, path, context.active | {(word, path[-1].start_byte)}, context.depth + 1)
    taken = _taken(context, inner, path[-1], listing)
    body = field(path[-1], "body")
    if taken is None or body is None or len(text := text_of(body)) > LONGEST or NOT_FOLLOWED.search(text):
        return None
    walk = _Walk(frontend, inner, _constants(taken, text))
    ways = list(walk.ways((*path, body)))
    values = [_filled(_lowered(inner, way), frontend.enclosing(path), taken) for way in ways]
    if (
        walk.lost
        or not 0 < len(values) <= MOST_WAYS
        or all(isinstance(strip(v)[0], Invocation | Unknown) for v in values)
    ):
        return None
    if len(values) == 1 and not ways[0].condition:
        return values[0]
    return Choice(tuple(Arm(way.condition, way.guarded, value) for way, value in zip(ways, values, strict=True)))


def _definition(frontend: "RubyNames", context: Context, word: str, owner: str) -> Path | None:
    """The path to the only method of a name in this file that may be meant."""
    unit = context.unit
    if not word.isidentifier():
        return None
    written = re.compile(rb"\bdef[ \t]+(?:self\.)?(" + re.escape(word.encode()) + rb")(?![\w?!=])")
    found = [unit.path_at(match.start(1)) for match in written.finditer(unit.source.data)][: MOST_DEFINED + 1]
    around = owner or next(iter(frontend.nesting(context)), "")
    methods = [(path, _owner(path)) for path in found if len(path) > 1 and path[-2].type in METHOD_KINDS]
    fitting = [path for path, own in methods if own == around]
    if not fitting and not owner:
        fitting = [path for path, own in methods if not own]
    if len(fitting) != 1 or len(found) > MOST_DEFINED or (owner and fitting[0][-2].type == "method"):
        return None
    return fitting[0][:-1]


def _owner(path: Path) -> str:
    names = [text_of(field(node, "name")) for node in path if node.type in ("class", "module")]
    return ".".join(name.removeprefix("::").replace("::", ".") for name in names)


def _taken(context: Context, inner: Context, method: Node, listing: Node | None) -> dict[str, Value] | None:
    """What each parameter of a method holds in a call; None where that cannot be told."""
    parameters = children(listed) if (listed := field(method, "parameters")) is not None else []
    arguments = children(listing) if listing is not None else []
    if any(one.type not in TAKEN_KINDS for one in parameters) or any("splat" in one.type for one in arguments):
        return None
    named = {text_of(field(one, "key")): field(one, "value") for one in arguments if one.type == "pair"}
    plain = [one for one in arguments if one.type != "pair"]
    places = [one for one in parameters if one.type != "keyword_parameter"]
    taken: dict[str, Value] = {}
    for one in parameters:
        name = text_of(field(one, "name") or one)
        node = named.get(name) if one.type == "keyword_parameter" else dict(zip(places, plain, strict=False)).get(one)
        default = field(one, "value")
        if node is not None:
            taken[name] = context.lower(node)
        elif default is None:
            return None
        else:
            taken[name] = inner.lower(default)
    return taken if len(plain) <= len(places) and named.keys() <= taken.keys() else None


def _constants(taken: Mapping[str, Value], body: str) -> dict[str, Value]:
    """The parameters whose value is known and stays as it is."""
    known = {name: strip(value)[0] for name, value in taken.items()}
    return {name: one for name, one in known.items() if isinstance(one, core.CONSTANT) and not _is_changed(name, body)}


def _is_changed(name: str, body: str) -> bool:
    """Whether a method gives a parameter another value: `v ||= 1`, `v, w = f`, `v.strip!`."""
    return re.search(rf"\b{re.escape(name)}\b(?:{CHANGING})", body) is not None


def _lowered(inner: Context, way: Way) -> Value:
    value = Context(inner.unit, way.path, inner.active, inner.depth).lower(way.path[-1])
    return Via(inner.unit.step(way.path[-1]), value)


def _filled(value: Value, function: str, taken: Mapping[str, Value]) -> Value:
    """A value with what a call passes in place of the method's parameters."""
    if any(size(part, MOST_PARTS) > MOST_PARTS for part in (value, *taken.values())):
        return Unknown("the result of a method is too long to follow")

    def fill(part: Value) -> Value | None:
        return taken.get(part.name) if isinstance(part, Parameter) and part.function == function else None

    return replaced(value, fill)


class _Walk:
    """Goes through a method as far as what is known of its parameters decides the way."""

    def __init__(self, frontend: "RubyNames", context: Context, known: Mapping[str, Value]) -> None:
        self._frontend = frontend
        self._context = context
        self._known = known
        self.lost = False  # whether there are ways that are not followed

    def ways(self, path: Path, before: tuple[str, ...] = ()) -> Iterator[Way]:
        """What the node at the end of a path gives, in order; `before` are the conditions that did not hold."""
        node = path[-1]
        if node.type in BODY_KINDS:
            yield from self._of_body(path, before)
        elif node.type == "return":
            inner = children(node)
            values = children(inner[0]) if inner else []
            if len(values) == 1:
                yield from self.ways((*path, inner[0], values[0]), before)
        elif (chosen := self._chosen(node)) is not None:
            yield from self.ways((*path, *chosen), before)
        else:
            self.lost = self.lost or EARLY.search(text_of(node)) is not None
            yield Way(path, " and ".join(f"not ({text})" for text in before), False)

    def _of_body(self, path: Path, before: tuple[str, ...]) -> Iterator[Way]:
        """The statements of a body: those that return, and the last one."""
        parts = [child for child in children(path[-1]) if child.type != "comment"]
        for part in parts[:-1]:
            if RETURNS.search(text_of(part)) is None:
                continue
            here = (*path, part)
            held = self._holds(part) if part.type in MODIFIER_KINDS or part.type in ("if", "unless") else None
            if part.type == "return" or held is True:
                yield from self.ways(self._body(here), before)
                return
            if held is False and field(part, "alternative") is None:
                continue
            body = self._body(here)
            if body == here or field(part, "alternative") is not None or not _returns(body[-1]):
                self.lost = True
                return
            condition, guarded = self._frontend.branch(self._return_in(body))
            yield from (Way(way.path, condition, guarded) for way in self.ways(self._return_in(body), before))
            asked = squeezed(field(part, "condition"))
            before = (*before, asked) if part.type not in UNLESS_KINDS else before
        if parts:
            yield from self.ways((*path, parts[-1]), before)

    @staticmethod
    def _body(path: Path) -> Path:
        """The path to what a conditional runs."""
        body = field(path[-1], "body") or field(path[-1], "consequence")
        return (*path, body) if body is not None else path

    @staticmethod
    def _return_in(path: Path) -> Path:
        return path if path[-1].type == "return" else (*path, children(path[-1])[-1])

    def _holds(self, node: Node) -> bool | None:
        """Whether the branch of a conditional is taken, as far as that is known."""
        held = self._decided(field(node, "condition"))
        return held if held is None else held != (node.type in UNLESS_KINDS)

    def _chosen(self, node: Node) -> Path | None:
        """The branch of a conditional that a call takes, below it; None where that is not known."""
        if node.type in BRANCH_KINDS:
            held = self._holds(node)
            branch = None if held is None else field(node, "consequence" if held else "alternative")
            return (branch,) if branch is not None else None
        subject = field(node, "value") if node.type == "case" else None
        value = self._known.get(text_of(subject)) if subject is not None else None
        if value is None:
            return None
        for child in children(node):
            if child.type == "else":
                return (child,)
            if child.type != "when":
                continue
            patterns = [strip(self._context.lower(one))[0] for one in child.children_by_field_name("pattern")]
            if not all(isinstance(one, core.CONSTANT) for one in patterns):
                return None
            body = field(child, "body")
            if value in patterns:
                return (child, body) if body is not None else None
        return None

    def _decided(self, node: Node | None) -> bool | None:
        """Whether a condition holds; None where that is not known."""
        if node is None:
            return None
        if node.type == "identifier":
            value = self._known.get(text_of(node))
            return None if value is None else not (isinstance(value, Null) or value == Bool(False))
        if node.type == "parenthesized_statements" and len(children(node)) == 1:
            return self._decided(children(node)[0])
        if node.type == "unary" and text_of(field(node, "operator")) in ("!", "not"):
            held = self._decided(field(node, "operand"))
            return None if held is None else not held
        if node.type == "call" and text_of(field(node, "method")) == "nil?":
            value = self._known.get(text_of(field(node, "receiver")))
            return None if value is None else isinstance(value, Null)
        return self._compared(node) if node.type == "binary" else None

    def _compared(self, node: Node) -> bool | None:
        """Whether a comparison of a parameter with a constant holds."""
        same = EQUAL.get(text_of(field(node, "operator")))
        sides = [field(node, "left"), field(node, "right")]
        named = [self._known.get(text_of(side)) for side in sides]
        if same is None or named.count(None) != 1:
            return None
        other = sides[0] if named[0] is None else sides[1]
        constant = strip(self._context.lower(other))[0] if other is not None else None
        known = named[0] if named[0] is not None else named[1]
        return (constant == known) == same if isinstance(constant, core.CONSTANT) else None


def _returns(node: Node) -> bool:
    """Whether what a conditional runs is a `return` with one value, or ends in one and has no other."""
    last = node if node.type == "return" else (children(node) or [node])[-1]
    return last.type == "return" and len(RETURNS.findall(text_of(node))) == 1
