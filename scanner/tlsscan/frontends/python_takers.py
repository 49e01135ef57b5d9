"""Python: where an object goes on which something is set, and what takes it: arguments, tables, what a function of the
file gives, members, parameters. Knows nothing of TLS."""

import re
from collections.abc import Iterator

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.frontends.base import Draft, RawArgument
from tlsscan.frontends.expressions import qualified
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.model import Form
from tlsscan.values import Invocation, strip

if TYPE_CHECKING:
    from tlsscan.frontends.python import PythonFrontend

CARRYING_KINDS = frozenset(
    {
        "argument_list",
        "await",
        "boolean_operator",
        "conditional_expression",
        "dictionary",
        "dictionary_splat",
        "expression_list",
        "lambda",
        "list",
        "list_splat",
        "parenthesized_expression",
        "set",
        "tuple",
    }
)
SPREADING_KINDS = frozenset({"dictionary_splat", "list_splat"})
COPIES = frozenset({"dict", "copy", "deepcopy", "partial"})  # calls that give what they are passed
FILLING = frozenset({"append", "extend", "update"})  # calls that put what they are passed into their receiver
OPTIONS = frozenset({"add_option", "add_argument"})
MAX_HOPS = 5
MAX_TAKERS = 24  # of one object
MAX_USES = 40  # of one variable
MAX_STEPS = 160  # expressions that are followed for one object
SELF = ("self", "cls")
OWN_CALL = "."  # in the place of an argument: the call itself sets something


class Takers:
    """Follows one object through its file."""

    def __init__(self, frontend: "PythonFrontend", unit: Unit) -> None:
        self._frontend = frontend
        self._unit = unit
        self._seen: set[tuple[int, int, str]] = set()
        self._found: list[Draft] = []
        self._paths: list[Path] = []

    def of(self, path: Path, draft: Draft) -> list[tuple[Path, Draft]]:
        """The calls that take what a draft at the end of a path makes, sets something on or is an entry of, its own
        first; and the places where it is kept under a name that others know."""
        node = path[-1]
        if draft.form is Form.ASSIGN or (
            draft.form is Form.OPTION and node.type in ("assignment", "augmented_assignment")
        ):
            left = field(node, "left")
            base = _base(left)
            self._belongs(path, base)
            self._variable(path, base, 0)
            if left is not None and text_of(base) in SELF:
                self._variable(path, left, 0)
        elif draft.form is Form.OPTION:
            self._value(path, 0)
        elif draft.names[0].rpartition(".")[2] in OPTIONS:
            self._option(node, 0)
        else:
            if node.type == "call":
                self._take(path, OWN_CALL)
                self._rest(path)
            receiver = field(field(node, "function") or node, "object") if draft.receiver else None
            self._variable(path, receiver, 0)
            self._value(path, 0)
            around = self._frontend.around_class(path) if _is_constructor(node) else None
            if around is not None:
                self._instances(around, 0)
        return list(zip(self._paths, self._found, strict=True))

    def _belongs(self, path: Path, base: Node | None) -> None:
        """What is set is a member of an object that a call of a class makes."""
        context = Context(self._unit, path)
        made = strip(context.lower(base))[0] if base is not None and text_of(base) not in SELF else None
        if base is not None and isinstance(made, Invocation):
            names = (*made.names, *self._bases(context, made.names[0].rpartition(".")[2]))
            self._add(path, Draft(Form.TAKING, names, path[-1], base, option=(OWN_CALL,)))

    # -- from an expression outwards -------------------------------------------------------------------------

    def _value(self, path: Path, hops: int) -> None:
        """Where the value at the end of a path goes."""
        if hops > MAX_HOPS or len(self._seen) > MAX_STEPS or not self._is_new(path[-1], "value"):
            return
        slot = ""
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            kind = parent.type
            if kind == "keyword_argument":
                slot = text_of(field(parent, "name"))
            elif kind == "pair" and field(parent, "value") == node:
                slot = ""
            elif kind == "call" and field(parent, "arguments") == node:
                if not self._passed(path[:level], slot or _position(path[level + 1 :], node), hops):
                    return
                slot = ""
            elif kind == "conditional_expression" and parent.named_children[1:2] == [node]:
                return
            elif kind not in CARRYING_KINDS and kind != "pair":
                self._ends(path[: level + 1], hops)
                return

    def _passed(self, path: Path, slot: str, hops: int) -> bool:
        """A call at the end of a path takes the value in a slot; whether what it gives is to be followed as well."""
        names = self._frontend.callee(Context(self._unit, path), path[-1])
        last = names[0].rpartition(".")[2]
        if last in COPIES:
            return True
        if last in FILLING:
            self._variable(path, field(field(path[-1], "function") or path[-1], "object"), hops + 1)
            return False
        self._take(path, slot)
        self._parameter(path, slot, hops + 1)
        return last[:1].isupper()

    def _option(self, node: Node, hops: int) -> None:
        """What is done with an option of the command line that a call declares: `options.word`."""
        given = self._frontend.given_to(node) if node.type == "call" else ()
        flags = [text_of(one.node).strip("'\"") for one in given if one.position is not None]
        named = [text_of(one.node).strip("'\"") for one in given if one.name == "dest"]
        long = [flag.lstrip("-").replace("-", "_") for flag in flags if flag.startswith("--") or flag[:1] != "-"]
        word = next(iter([*named, *long]), "")
        for count, offset in enumerate(self._unit.occurrences(word) if word.isidentifier() else ()):
            if count > MAX_USES:
                return
            use = self._unit.path_at(offset)
            if len(use) > 2 and use[-2].type == "attribute" and field(use[-2], "attribute") == use[-1]:
                self._value(use[:-1], hops)

    def _ends(self, path: Path, hops: int) -> None:
        """What becomes of a value in a statement, or of a member of it."""
        node, parent = path[-1], path[-2]
        if parent.type == "attribute" and field(parent, "object") == node:
            outer = path[-3] if len(path) > 2 else parent
            if outer.type == "call" and field(outer, "function") == parent:
                self._take(path[:-2], "")
            elif outer.type in ("argument_list", "keyword_argument"):
                self._value(path[:-1], hops + 1)
        elif parent.type == "assignment" and field(parent, "right") == node:
            self._kept(path[:-1], field(parent, "left"), hops)
        elif parent.type == "for_statement" and field(parent, "right") == node:
            self._variable(path, field(parent, "left"), hops)
        elif parent.type == "return_statement":
            self._returned(path, hops + 1)

    def _kept(self, path: Path, left: Node | None, hops: int) -> None:
        """A value is assigned to a variable, to a member, or to an entry of a table."""
        base = _base(left) if left is not None and left.type == "subscript" else left
        names = self._known_as(path, base) if base is not None and base is left else ()
        if base is not None and names:
            self._add(path, Draft(Form.TAKING, names, path[-1], base, option=("=",)))
        self._variable(path, base, hops)

    def _known_as(self, path: Path, left: Node) -> tuple[str, ...]:
        """The names by which others know what an assignment at the end of a path keeps: members, what a module has."""
        context = Context(self._unit, path)
        if left.type == "identifier":
            return () if self._frontend.function(path) is not None else (text_of(left),)
        holder, word = field(left, "object"), text_of(field(left, "attribute"))
        if holder is None or text_of(holder) not in SELF:
            return qualified(context.lower(holder or left), word)
        bases = self._frontend.bases(context, self._frontend.around_class(path))
        return tuple(f"{base}.{word}" for base in bases if base[:1] != "?")

    # -- variables -------------------------------------------------------------------------------------------

    def _variable(self, path: Path, node: Node | None, hops: int) -> None:
        """The uses of a variable, or of a member of `self`, that has the value at the end of a path."""
        if node is None or hops > MAX_HOPS or not re.fullmatch(r"(?:(?:self|cls)\.)?\w+", text_of(node)):
            return
        word = text_of(node).rpartition(".")[2]
        imported = node.type == "identifier" and any(b.kind == "import" for b in self._unit.bindings(word) or ())
        if imported or not self._is_new(node, "variable"):
            return
        owner = self._frontend.owner(path) if node.type == "identifier" else None
        member = owner is not None or node.type == "attribute"
        around = self._frontend.around_class(path) if member else self._frontend.function(path)
        self._uses(word, around, node, hops, member=member)

    def _uses(self, word: str, around: Node | None, node: Node | None, hops: int, *, member: bool) -> None:
        start, end = self._frontend.scope_range(around, self._unit)
        count = 0
        for offset in self._unit.occurrences(word, start, end):
            if node is not None and node.start_byte <= offset < node.end_byte:
                continue
            count += 1
            if count > MAX_USES:
                return
            use = self._unit.path_at(offset)
            own = len(use) > 2 and use[-2].type == "attribute" and field(use[-2], "attribute") == use[-1]
            if own != member or text_of(use[-1]) != word:
                continue
            if member:
                if text_of(field(use[-2], "object")) in SELF:
                    self._value(use[:-1], hops + 1)
            elif not _is_name_only(use) and self._is_same(word, around, node, use):
                self._value(use, hops + 1)

    def _is_same(self, word: str, around: Node | None, node: Node | None, use: Path) -> bool:
        """Whether a variable is still the one that got the value: no later assignment in a block around the use gives
        it another, and no function in between has its own."""
        start, end = self._frontend.scope_range(around, self._unit)
        first = node.end_byte if node is not None else start
        here = self._frontend.function(use)
        if here is around and use[-1].start_byte < first:
            return False
        for binding in self._unit.bindings(word) or ():
            if binding.owner or not start <= binding.offset < end or (node is not None and binding.offset < first):
                continue
            own = binding.scope != (start, end)
            if own and binding.scope[0] <= use[-1].start_byte < binding.scope[1]:
                return False
            if not own and node is not None and binding.offset < use[-1].start_byte and _surely(binding, use):
                return False
        return True

    # -- functions of the file -------------------------------------------------------------------------------

    def _returned(self, path: Path, hops: int) -> None:
        """A function of the file gives the value: what is done with that where it is called."""
        level = next((i for i in range(len(path) - 1, 0, -1) if path[i].type in self._frontend.function_kinds), 0)
        name = text_of(field(path[level], "name")) if level else ""
        if not name or hops > MAX_HOPS or not self._is_new(path[level], "returned"):
            return
        owner = self._frontend.owner(path[:level])
        decorated = path[level - 1].type == "decorated_definition"
        is_property = decorated and re.search(rb"@[\w.]*property\b", path[level - 1].text or b"") is not None
        before = len(self._seen)
        if owner is not None:
            bases = (base for base in self._frontend.bases(Context(self._unit, path), owner) if base)
            names = tuple(f"{base}.{name}" for base in bases)
            self._add(path, Draft(Form.TAKING, names, path[level], path[level], option=("=",)))
        for use in self._places(name, owner):
            called = len(use) > 1 and use[-2].type == "call" and field(use[-2], "function") == use[-1]
            if called and not is_property:
                self._value(use[:-1], hops)
            elif is_property and not called:
                self._value(use, hops)
        if owner is not None and len(self._seen) == before:  # whoever gets the object asks it
            self._instances(owner, hops)

    def _places(self, name: str, owner: Node | None) -> Iterator[Path]:
        """The uses of a function of the file, or of a method, by the expression that names it."""
        for count, offset in enumerate(self._unit.occurrences(name)):
            if count > MAX_USES:
                return
            use = self._unit.path_at(offset)
            if len(use) < 3:
                continue
            own = use[-2].type == "attribute" and field(use[-2], "attribute") == use[-1]
            if owner is None and use[-1].type == "identifier" and not own and not _is_name_only(use):
                yield use
            inside = owner is not None and owner.start_byte <= offset < owner.end_byte
            if owner is not None and own and (inside or text_of(field(use[-2], "object")) not in SELF):
                yield use[:-1]

    def _instances(self, owner: Node, hops: int) -> None:
        """Where objects of a class of the file go, or the class itself."""
        name = text_of(field(owner, "name"))
        for use in self._places(name, None):
            called = use[-2].type == "call" and field(use[-2], "function") == use[-1]
            self._value(use[:-1] if called else use, hops + 1)

    def _rest(self, path: Path) -> None:
        """What a function of the file does with the named arguments that it takes as `**options`."""
        function = self._callee(path)
        names = _parameters(function) if function is not None else []
        more = [one.name for one in self._frontend.given_to(path[-1]) if one.name and one.name not in names]
        if more and any(name.startswith("**") for name in names[-1:]):
            self._parameter(path, more[0], 0)

    def _parameter(self, path: Path, slot: str, hops: int) -> None:
        """What a function of the file does with what it is passed in a slot."""
        function = self._callee(path)
        if function is None or hops > MAX_HOPS or not slot:
            return
        names = _parameters(function)
        bound = names[:1] in (["self"], ["cls"])
        at = int(slot) + bound if slot.isdecimal() else -1
        rest = next((name[2:] for name in names if name.startswith("**")), "") if slot.isidentifier() else ""
        word = slot if slot in names else names[at] if 0 <= at < len(names) else rest
        if word.isidentifier() and self._is_new(function, word):
            self._uses(word, function, None, hops, member=False)

    def _callee(self, path: Path) -> Node | None:
        """The function of the file that a call at the end of a path calls; of a class, its constructor."""
        function = field(path[-1], "function")
        own = function is not None and text_of(field(function, "object")) in SELF
        if function is None or (function.type != "identifier" and not own):
            return None
        word = text_of(function).rpartition(".")[2]
        around = self._frontend.around_class(path) if own else None
        owner = text_of(field(around, "name")) if around is not None else ""
        found = [b.node for b in self._unit.bindings(word) or () if b.kind == "opaque" and b.owner == owner]
        node = found[0] if len(found) == 1 else None
        if node is not None and node.type == "class_definition":
            body = field(node, "body")
            inner = [
                field(one, "definition") or one
                for one in (children(body) if body is not None else ())
                if one.type in ("function_definition", "decorated_definition")
            ]
            return next((one for one in inner if text_of(field(one, "name")) == "__init__"), None)
        return node if node is not None and node.type == "function_definition" else None

    # -- what takes it ---------------------------------------------------------------------------------------

    def _take(self, path: Path, slot: str) -> None:
        """A call at the end of a path takes the value in a slot, or is made on it."""
        call = path[-1]
        context = Context(self._unit, path)
        called: tuple[str, ...] = (f"?.{text_of(field(field(call, 'function') or call, 'attribute'))}",)
        if slot:
            called = (*self._inherited(context, call), *self._frontend.callee(context, call))
        names = tuple(name.removesuffix(".__init__") for name in called)
        label = field(call, "function") or call
        given = self._frontend.given_to(call)
        spread = self._frontend.tables.spread(self._unit, path)
        entries = tuple(RawArgument(None, word, at, value=value) for word, at, value in spread)
        more = self._frontend.may_pass_more(call)
        made = Draft(Form.TAKING, names, call, label, (*given, *entries), option=(slot,), more=more)
        self._add(path, made)

    def _inherited(self, context: Context, call: Node) -> Iterator[str]:
        """The names of the classes that a class of the file is made from, where a call makes an object of one, and of
        what `super()` calls there."""
        function = field(call, "function")
        word, above = text_of(function), text_of(field(function or call, "object")).startswith("super(")
        around = self._frontend.around_class(context.path) if above else None
        if around is not None:
            member = text_of(field(function or call, "attribute"))
            yield from (f"{base}.{member}" for base in self._frontend.bases(context, around) if base)
        yield from self._bases(context, word)

    def _bases(self, context: Context, word: str) -> Iterator[str]:
        for binding in (self._unit.bindings(word) or ()) if word.isidentifier() else ():
            if binding.node is not None and binding.node.type == "class_definition":
                yield from (base for base in self._frontend.bases(context, binding.node) if base)

    def _add(self, path: Path, draft: Draft) -> None:
        if len(self._found) < MAX_TAKERS:
            self._found.append(draft)
            self._paths.append(path)

    def _is_new(self, node: Node, what: str) -> bool:
        key = (node.start_byte, node.end_byte, what)
        new = key not in self._seen
        self._seen.add(key)
        return new


def _is_constructor(node: Node) -> bool:
    """Whether a call is the constructor of a base: `Base.__init__(self, value)`, `super().__init__(value)`."""
    function = field(node, "function")
    return function is not None and text_of(field(function, "attribute")) == "__init__"


def _base(left: Node | None) -> Node | None:
    """The variable whose member or entry is set."""
    while left is not None and left.type == "subscript":
        left = field(left, "value")
        if left is not None and left.type != "subscript":
            return left
    return field(left, "object") if left is not None and left.type == "attribute" else None


def _parameters(function: Node) -> list[str]:
    """The names of a function's parameters, with the stars before those that take the rest."""
    listing = field(function, "parameters")
    items = [item for item in children(listing) if not item.type.endswith("_separator")] if listing is not None else []
    return [text_of(field(item, "name") or item).partition(":")[0].strip() for item in items]


def _position(inner: Path, listing: Node) -> str:
    """The position of an argument among those of a call; none of what is spread."""
    argument = inner[0] if inner else None
    if argument is None or argument.type in SPREADING_KINDS or argument.type == "keyword_argument":
        return "*"
    return str(sum(1 for child in children(listing) if child.end_byte <= argument.start_byte))


def _is_name_only(use: Path) -> bool:
    """Whether a word stands there as the name of something else: a keyword of a call, a definition, an import, a
    parameter, what is assigned to."""
    leaf, parent = use[-1], use[-2]
    if leaf.type != "identifier" or "import" in "".join(node.type for node in use[-4:]):
        return True
    if parent.type in ("keyword_argument", "function_definition", "class_definition", "default_parameter"):
        return field(parent, "name") == leaf
    return parent.type == "assignment" and field(parent, "left") == leaf


def _surely(binding: Binding, use: Path) -> bool:
    """Whether an assignment stands in a block around a use."""
    block = next((node for node in reversed(binding.path) if node.type in ("block", "module")), None)
    return block is not None and any(node == block for node in use)
