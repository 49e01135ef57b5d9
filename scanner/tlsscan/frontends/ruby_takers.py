"""Ruby: what is done with an object on which something is set, and what takes it: methods that are called on it,
arguments, members, what a method of the file gives. Knows nothing of TLS."""

from collections.abc import Iterator

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends import ruby_values as core
from tlsscan.frontends.base import Draft
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.model import Form

if TYPE_CHECKING:
    from tlsscan.frontends.ruby import RubyFrontend

ASSIGNMENT_KINDS = frozenset({"assignment", "operator_assignment"})
CARRYING_KINDS = frozenset({"argument_list", "binary", "conditional", "hash", "parenthesized_statements", "then"})
NAMED_KINDS = frozenset({"identifier", "instance_variable", "constant"})
ENDING_KINDS = frozenset({"body_statement", "block_body", "else", "ensure", "begin"})
RECEIVER = "self"  # in the place of an argument: the object that something is called on
WITHIN = "in"  # before the name of the method that something stands in
BESIDE = "."  # and that other entries stand beside it
MAX_HASHES = 3  # around an entry
MAX_HOPS = 4
MAX_TAKERS = 24  # of one object
MAX_USES = 40  # of one name
MAX_STEPS = 120  # expressions that are followed for one object


class Takers:
    """Follows one object through its file."""

    def __init__(self, frontend: "RubyFrontend", unit: Unit) -> None:
        self._frontend = frontend
        self._unit = unit
        self._seen: set[tuple[int, int]] = set()
        self._found: list[tuple[Path, Draft]] = []

    def of(self, path: Path, draft: Draft) -> list[tuple[Path, Draft]]:
        """The calls that take what a draft at the end of a path makes or sets something on, or that are made on it."""
        node = path[-1]
        if draft.form is Form.NEW:
            self._value(path, 0)
        elif draft.form is Form.ASSIGN and node.type in ASSIGNMENT_KINDS:
            self._name(path, field(field(node, "left") or node, "receiver"), 0)
        elif draft.form is Form.OPTION and node.type in ASSIGNMENT_KINDS:
            self._name(path, field(field(node, "left") or node, "object"), 0)
        elif draft.form is Form.OPTION and len(path) > 1:
            self._beside(path, draft)
            self._value(path, 0)
        return self._found

    def _beside(self, path: Path, draft: Draft) -> None:
        """The other entries of the hash that an entry at the end of a path stands in; the method around it; the class
        around that, also with the method that takes the hash."""
        hashes = [node for node in path[:-1] if node.type in ("hash", "argument_list")][-MAX_HASHES:]
        keys = [key for node in hashes for key in _entries(node)]
        function, around = self._frontend.function(path), self._frontend.around_class(path)
        inside = [text_of(field(node, "name")).rpartition("::")[2] for node in (function, around) if node is not None]
        takers = [name.rpartition(".")[2] for name in draft.owner[:1]]
        names = [f"?.{key}" for key in keys]
        names += [f"{WITHIN}.{word}" for word in inside]
        names += [f"{WITHIN}.{word}.{taker}" for word in inside[-1:] if around is not None for taker in takers]
        made = Draft(Form.TAKING, tuple(names) or ("?",), path[-1], path[-1], option=(BESIDE,))
        self._found.append((path, made))

    def _value(self, path: Path, hops: int) -> None:
        """Where the value at the end of a path goes."""
        key = (path[-1].start_byte, path[-1].end_byte)
        if hops > MAX_HOPS or len(self._seen) > MAX_STEPS or key in self._seen:
            return
        self._seen.add(key)
        slot = ""
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            if parent.type == "call":
                self._called(path[:level], node, slot or _position(path[level + 1 :], node))
                return
            if parent.type == "pair":
                slot = text_of(field(parent, "key")).strip(":'\"")
            elif parent.type in ASSIGNMENT_KINDS:
                if field(parent, "right") == node:
                    self._name(path[:level], field(parent, "left"), hops)
                return
            elif parent.type not in CARRYING_KINDS:
                self._ends(path[: level + 1], hops)
                return

    def _called(self, path: Path, node: Node, slot: str) -> None:
        call = path[-1]
        if field(call, "receiver") == node:
            self._take(path, RECEIVER)
        elif field(call, "arguments") == node:
            self._take(path, slot)

    def _ends(self, path: Path, hops: int) -> None:
        """A value is what a method of the file gives: by `return`, or since it is the last that it says."""
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            if parent.type in ("return", "argument_list"):
                continue
            if parent.type == "method":
                self._uses(path[: level - 1], text_of(field(parent, "name")), "", hops + 1)
                return
            returned = any(one.type == "return" for one in path[level:])
            last = [child for child in children(parent) if child.type not in ("rescue", "ensure", "else")][-1:] == [
                node
            ]
            if not (returned or (parent.type in ENDING_KINDS and last)):
                return

    def _name(self, path: Path, node: Node | None, hops: int) -> None:
        """The uses of a variable, a member or a method without arguments that has the value at the end of a path."""
        if node is not None and node.type in NAMED_KINDS:
            self._uses(path, text_of(node), node.type, hops)

    def _uses(self, path: Path, word: str, kind: str, hops: int) -> None:
        local = kind == "identifier" and self._is_variable(path, word)
        around = self._frontend.function(path) if local else self._frontend.around_class(path)
        start, end = self._frontend.scope_range(around, self._unit)
        for count, offset in enumerate(self._unit.occurrences(word.lstrip("@"), start, end)):
            if count > MAX_USES or hops > MAX_HOPS:
                return
            use = self._unit.path_at(offset)
            if text_of(use[-1]) != word or len(use) < 2 or _is_bound(use):
                continue
            if local and self._frontend.function(use) != around:
                continue  # a method does not see the variables around it
            if use[-2].type == "call" and field(use[-2], "method") == use[-1]:
                receiver = field(use[-2], "receiver")
                if not local and kind != "instance_variable" and (receiver is None or text_of(receiver) == "self"):
                    self._value(use[:-1], hops + 1)
            else:
                self._value(use, hops + 1)

    def _is_variable(self, path: Path, word: str) -> bool:
        """Whether a plain word is a variable or a parameter of the method around, not a method of the class."""
        offset = path[-1].start_byte
        return any(b.scope[0] <= offset < b.scope[1] and not b.owner for b in self._unit.bindings(word) or ())

    def _take(self, path: Path, slot: str) -> None:
        """A call at the end of a path takes the value in a slot, or is made on it; also where it is assigned to."""
        call, context = path[-1], Context(self._unit, path)
        receiver, word = field(call, "receiver"), text_of(field(call, "method"))
        if len(self._found) >= MAX_TAKERS:
            return
        if slot == RECEIVER:
            given = () if len(path) < 2 or path[-2].type in ASSIGNMENT_KINDS else self._frontend.given_to(context, call)
            self._found.append((path, Draft(Form.TAKING, (f"?.{word}",), call, call, given, option=(slot,))))
            return
        base = self._frontend.thing(context, receiver) if receiver is not None else None
        inner = core.plain(base) if base is not None and word == "new" else None
        made = getattr(inner, "names", ()) if inner is not None else ()
        names = (*made, *self._frontend.callee(context, call, base))
        given = self._frontend.given_to(context, call)
        self._found.append((path, Draft(Form.TAKING, names, call, call, given, option=(slot,))))


def _entries(node: Node) -> Iterator[str]:
    """The keys of a hash, those of words also with these: `method_is_start_tls`."""
    for one in children(node):
        key, value = (text_of(field(one, name)).strip(":'\"") for name in ("key", "value"))
        if one.type == "pair" and key.isidentifier():
            yield key
            if value.isidentifier():
                yield f"{key}_is_{value}"


def _position(inner: Path, listing: Node) -> str:
    """The position of an argument among those of a call."""
    argument = inner[0] if inner else None
    if argument is None or argument.type == "pair":
        return "*"
    return str(sum(1 for child in children(listing) if child.end_byte <= argument.start_byte))


def _is_bound(use: Path) -> bool:
    """Whether a word gets its value at a place, or is only the name of something there."""
    leaf, parent = use[-1], use[-2]
    assigned = parent.type in ASSIGNMENT_KINDS and field(parent, "left") == leaf
    return assigned or (parent.type in ("method", "class", "module") and field(parent, "name") == leaf)
