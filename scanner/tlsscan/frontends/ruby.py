"""Ruby: from syntax trees to sites."""

from collections.abc import Iterator
from itertools import islice

from tlsscan.frontends import ruby_values as core
from tlsscan.frontends.base import Draft, RawArgument
from tlsscan.frontends.expressions import key_word
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.ruby_bind import (
    ASSIGNMENT_KINDS,
    CONDITIONAL_OPERATORS,
    NAME_KINDS,
    OPTIONAL_KINDS,
    PLAIN_KINDS,
    ROW_KINDS,
    TUPLE_KINDS,
    module_names,
    remembered,
)
from tlsscan.frontends.ruby_declared import MADE, RubyDeclarations
from tlsscan.frontends.ruby_lower import CONSTANT_KINDS
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.model import STANDS_IN, Form
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.reporting import reports
from tlsscan.values import Arm, Choice, Invocation, Name, Value

THROUGH_KINDS = frozenset(
    {"hash", "array", "argument_list", "parenthesized_statements", "conditional"}
    | {"hash_splat_argument", "splat_argument", "binary"}
)
_MOCKS = lazy(rb"\breceive\b|\bstub|\.expects\b|\bshould_receive\b", having=[b"receive", b"stub", b".expects"])
OBJECT = lazy(r"(?:self|[@$]{0,2}[a-z_]\w*|(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*)(?:\.\w+){0,3}")
SPLAT_KINDS = frozenset({"splat_argument", "hash_splat_argument"})
SEVERAL_KINDS = frozenset({"splat_argument", "rest_assignment"})
BODY_KINDS = frozenset({"body_statement", "block_body"})
NAMING = frozenset({"let", "subject", "define_method", "memoize"})  # calls that name the value of their block
MAX_USES = 40  # uses of a variable that are looked at for the call it is passed to
MAX_HOPS = 3
HASH_KINDS = frozenset({"hash", "parenthesized_statements", "argument_list"})
LONGEST = 60  # letters of what is told to be missing


class Slot(NamedTuple):
    """Where a hash goes: the keys above it, and the names of the call that takes it."""

    keys: tuple[str, ...]
    owner: tuple[str, ...] = ()
    start: int = -1


class RubyFrontend(RubyDeclarations):
    """Ruby through tree-sitter-ruby."""

    sides_by_use = True
    tells_rest = True
    follows_objects = True
    name_signs = r"\w@$.:"

    def idle(self, unit: Unit, path: Path) -> str:
        if not _MOCKS.search(unit.source.data):
            return ""
        from tlsscan.frontends.ruby_mocks import is_mocked

        return STANDS_IN if is_mocked(path) else ""

    def uses(self, unit: Unit, path: Path) -> tuple[str, ...]:
        if path[-1].type != "call":
            return ()
        from tlsscan.frontends.ruby_uses import uses

        return uses(self, unit, path)

    def members_called(self, unit: Unit, path: Path) -> tuple[str, ...]:
        from tlsscan.frontends.ruby_uses import members_called

        return members_called(self, unit, path)

    def takers(self, unit: Unit, path: Path, draft: Draft) -> list[tuple[Path, Draft]]:
        from tlsscan.frontends.ruby_takers import Takers

        return Takers(self, unit).of(path, draft)

    def drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        if node.type == "call":
            yield from self._call_drafts(unit, path)
        elif node.type in ASSIGNMENT_KINDS:
            yield from self._assignment_draft(unit, path)
        elif node.type == "pair":
            yield from self._pair_draft(unit, path)
        elif node.type in OPTIONAL_KINDS:
            name, value = field(node, "name"), field(node, "value")
            if name is not None and value is not None:
                yield Draft(Form.PARAMETER, (text_of(name),), node, name, (RawArgument(None, "", value),))

    def _call_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        receiver, method = field(node, "receiver"), field(node, "method")
        if method is None or (len(path) > 1 and path[-2].type in ASSIGNMENT_KINDS and field(path[-2], "left") == node):
            return
        context = Context(unit, path)
        arguments = self.given(context, field(node, "arguments"))
        word = text_of(method)
        if receiver is not None and not unit.knows(word) and word not in MADE and not any(a.name for a in arguments):
            return
        base = self.thing(context, receiver) if receiver is not None else None
        target, more = self._call_target(unit, path), self._may_pass_more(node)
        if word == "new":
            names = self._constructed(context, base)
            if names:
                yield Draft(Form.NEW, names, node, receiver or method, arguments, target=target, more=more)
                return
        names = self.callee(context, node, base)
        yield from self.by_name(context, word, base, arguments, target)
        if word == "store" and receiver is not None and len(arguments) == 2:
            key = key_word(context.lower(arguments[0].node))
            value = (RawArgument(None, "", arguments[1].node),)
            yield from self._stored(context, receiver, [key] if key else [], arguments[0].node, value, "=")
        yield Draft(Form.CALL, names, node, method, arguments, target=target, more=more)

    def _may_pass_more(self, call: Node) -> bool:
        """Whether a call spreads something: what that adds is not known."""
        given = field(call, "arguments")
        return any(child.type in SPLAT_KINDS for child in children(given)) if given is not None else False

    def _constructed(self, context: Context, base: Value | None) -> tuple[str, ...]:
        if base is None:
            return self.self_names(context)
        inner = core.plain(base)
        return inner.names if isinstance(inner, Name | Invocation) and not inner.names[0].startswith("?") else ()

    def given_to(self, context: Context, call: Node) -> tuple[RawArgument, ...]:
        """The arguments of a call."""
        return self.given(context, field(call, "arguments"))

    def given(self, context: Context, given: Node | None) -> tuple[RawArgument, ...]:
        """What an argument list holds."""
        arguments: list[RawArgument] = []
        position = 0
        for child in children(given) if given is not None else []:
            if child.type == "pair":
                value = field(child, "value")
                word = key_word(context.lower(field(child, "key")))
                short = None if value is not None else self._short(context, child)
                arguments.append(RawArgument(None, word, value or child, value=short))
            elif child.type in SPLAT_KINDS:
                position += 100
            elif child.type != "block_argument":
                arguments.append(RawArgument(position, "", child))
                position += 1
        return tuple(arguments)

    def _short(self, context: Context, pair: Node) -> Value:
        return self.pair(context, pair)[1]

    def _call_target(self, unit: Unit, path: Path) -> str:
        """The variable that a constructor's result is assigned to, or the receiver of a method call."""
        if len(path) > 1 and path[-2].type in ASSIGNMENT_KINDS and field(path[-2], "right") == path[-1]:
            return self.object_at(unit, path, field(path[-2], "left"))
        return self.object_at(unit, path, field(path[-1], "receiver"))

    def object_at(self, unit: Unit, path: Path, node: Node | None) -> str:
        if node is None or node.end_byte - node.start_byte > 120:
            return ""
        text = text_of(node).replace("&.", ".")
        if not OBJECT.fullmatch(text):
            return ""
        root = text.split(".")[0]
        if root[0] in ":$" or root[0].isupper():
            return f"-1:{text}"
        if root[0] != "@" and root != "self":
            made = self.made_anew(unit, path, root)
            return f"{self._variable_scope(unit, path, root)}:{text}{f'@{made}' if made else ''}"
        around = self.function(path) or self.around_class(path)  # what other methods did before is not known
        return f"{around.start_byte if around is not None else -1}:{text}"

    def _variable_scope(self, unit: Unit, path: Path, word: str) -> int:
        offset = path[-1].start_byte
        spans = [b.scope for b in unit.bindings(word) or () if b.scope[0] <= offset < b.scope[1]]
        if spans:
            inner = max(spans)
            return inner[0] if inner != self.scope_range(None, unit) else -1
        function = self.function(path)
        return function.start_byte if function is not None else -1

    def _assignment_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        operator = text_of(field(node, "operator")) if node.type == "operator_assignment" else "="
        operator = "=" if operator in CONDITIONAL_OPERATORS else operator
        if left.type in TUPLE_KINDS:
            values = children(right) if right.type in ROW_KINDS else [right] if right.type in PLAIN_KINDS else []
            several = any(node.type in SEVERAL_KINDS for node in (*children(left), *values))
            for target, value in zip(children(left), values, strict=False) if not several else ():
                yield from self._target_draft(unit, path, target, value, operator)
        else:
            yield from self._target_draft(unit, path, left, right, operator)

    def _target_draft(self, unit: Unit, path: Path, left: Node, right: Node, operator: str) -> Iterator[Draft]:
        node, context = path[-1], Context(unit, path)
        value = (RawArgument(None, "", right, value=self._in_default(context, left, right)),)
        if left.type == "call":
            base = field(left, "receiver")
            names = self.callee(context, left)
            yield Draft(Form.ASSIGN, names, node, left, value, operator, target=self.object_at(unit, path, base))
        elif left.type == "element_reference":
            yield from self._entry_draft(context, left, value, operator)
        elif left.type in CONSTANT_KINDS:
            yield Draft(Form.ASSIGN, self._constant_names(context, left), node, left, value, operator)
        elif left.type in ("instance_variable", "class_variable") and not self.is_setter(path, left):
            word = text_of(left).lstrip("@")
            names = tuple(f"{name}.{word}" for name in self.self_names(context)) or (text_of(left),)
            yield Draft(Form.ASSIGN, names, node, left, value, operator, target=self.object_at(unit, path, left))

    def _in_default(self, context: Context, left: Node, right: Node) -> Value | None:
        """What `options[:version] ||= :TLSv1` sets, or `... = :TLSv1 unless options[:version]`, with the condition that
        nothing else is there."""
        node, around = context.path[-1], context.path[-2] if len(context.path) > 1 else None
        kept = text_of(field(node, "operator")) == "||="
        if around is not None and around.type == "unless_modifier":
            kept = kept or text_of(field(around, "condition")) == text_of(left)
        if not kept or left.type not in ("call", "element_reference"):
            return None
        return Choice((Arm(f"not ({text_of(left)[:LONGEST]})", False, context.lower(right)),))

    def _constant_names(self, context: Context, left: Node) -> tuple[str, ...]:
        if left.type == "scope_resolution":
            scope = field(left, "scope")
            base = context.lower(scope) if scope is not None else None
            word = text_of(field(left, "name"))
            return core.member_names(base, word) if base is not None else (word,)
        return (".".join((*module_names(context.path), text_of(left))),)

    def _entry_draft(
        self, context: Context, left: Node, value: tuple[RawArgument, ...], operator: str
    ) -> Iterator[Draft]:
        base, keys = self._subscript(context, left)
        if base is not None:
            yield from self._stored(context, base, keys, left, value, operator)

    def _stored(
        self,
        context: Context,
        base: Node,
        keys: list[str],
        label: Node,
        value: tuple[RawArgument, ...],
        operator: str,
    ) -> Iterator[Draft]:
        """An entry that is put into a hash: by a subscript, or by `store`."""
        path = context.path
        if not keys:
            return
        owner = core.owner_names(self.thing(context, base))
        slot = Slot(tuple(keys), owner, -1)
        if base.type in NAME_KINDS and base.type != "constant" and not _is_certain(owner):
            passed = self._passed(context.unit, (*path, base), MAX_HOPS)
            slot = Slot((*passed.keys, *keys), passed.owner or owner, passed.start)
        target = self.object_at(context.unit, path, base)
        yield Draft(Form.OPTION, (keys[-1],), path[-1], label, value, operator, slot.keys, slot.owner, target)

    def _subscript(self, context: Context, node: Node) -> tuple[Node | None, list[str]]:
        keys: list[str] = []
        base: Node | None = node
        while base is not None and base.type == "element_reference" and len(keys) < 8:
            given = children(base)[1:]
            word = key_word(context.lower(given[0])) if len(given) == 1 else ""
            if not word:
                return None, []
            keys.insert(0, word)
            base = field(base, "object")
        return base, keys

    def _pair_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        key, value = field(node, "key"), field(node, "value")
        word = key_word(Context(unit, path).lower(key)) if key is not None else ""
        if key is None or not word:
            return
        slot = self._slot(unit, path[:-1], (word,), MAX_HOPS)
        short = None if value is not None else self._short(Context(unit, path), node)
        over = self._merged_over(path) if value is not None else ""
        if over:
            unset = f"not ({over}[{core.written(core.plain(Context(unit, path).lower(key)))}])"
            short = Choice((Arm(unset, False, Context(unit, path).lower(value)),))
        argument = RawArgument(None, "", value or key, value=short)
        target = self._prepared(unit, path, slot.start) or f"{slot.start}:()" if slot.start >= 0 else ""
        yield Draft(Form.OPTION, (word,), node, key, (argument,), "=", slot.keys, slot.owner, target)

    def _prepared(self, unit: Unit, path: Path, start: int) -> str:
        """The object on which the call that takes an entry sets it: `context.set_params(ssl_version: v)`; empty for a
        call that does something else."""
        level = next((at for at, node in enumerate(path) if node.start_byte == start and node.type == "call"), -1)
        receiver = field(path[level], "receiver") if level >= 0 else None
        if receiver is None or receiver.type not in NAME_KINDS or receiver.type == "constant":
            return ""
        from tlsscan.handling import Handling, handled

        sets = handled(text_of(field(path[level], "method"))) is Handling.PREPARES
        return self.object_at(unit, path[: level + 1], receiver) if sets else ""

    @staticmethod
    def _merged_over(path: Path) -> str:
        """The hash whose entries take the place of those around the end of a path: `o` in `{...}.merge(o)`, and in
        `o.reverse_merge(...)`; empty where none does, or where it is written out."""
        level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type == "call"), 0)
        call = path[level]
        word, receiver, given = text_of(field(call, "method")), field(call, "receiver"), field(call, "arguments")
        if word not in core.MERGES or receiver is None or given is None:
            return ""
        within = path[level + 1] == receiver
        taken = receiver if not within else next(iter(children(given)), None)
        if word.startswith("reverse") == within or any(node.type not in HASH_KINDS for node in path[level + 1 : -1]):
            return ""
        if taken is None or taken.type not in (*NAME_KINDS, "call", "element_reference"):
            return ""
        return text_of(taken)[:LONGEST]

    def _slot(self, unit: Unit, path: Path, keys: tuple[str, ...], hops: int) -> Slot:
        """Climbs from an entry to the call that takes the outermost hash, through variables that hold it."""
        owner: tuple[str, ...] = ()
        for level in range(len(path) - 1, -1, -1):
            node = path[level]
            if node.type == "pair":
                keys = (key_word(Context(unit, path[: level + 1]).lower(field(node, "key"))), *keys)
            elif node.type == "call":
                word = text_of(field(node, "method"))
                if field(node, "arguments") in path[level + 1 : level + 2]:
                    owner = (*owner, *self._taker(unit, path[: level + 1]))
                    if word not in core.MERGES:
                        return Slot(keys, owner, node.start_byte)
                    receiver = field(node, "receiver")
                    if word in core.CHANGES and receiver is not None and receiver.type in NAME_KINDS:
                        passed = self._passed(unit, (*path[: level + 1], receiver), hops)
                        return Slot((*passed.keys, *keys), (*owner, *passed.owner), passed.start)
                elif word not in core.MERGES and word not in core.SAME:
                    break
            elif node.type in ASSIGNMENT_KINDS:
                held = self._held(unit, path[: level + 1], keys, hops)
                return held._replace(owner=(*owner, *held.owner))
            elif node.type not in THROUGH_KINDS:
                returned = self._returned(unit, path[: level + 2], hops)
                return Slot((*returned.keys, *keys), (*owner, *returned.owner), returned.start)
        return Slot(keys, owner)

    def _returned(self, unit: Unit, path: Path, hops: int) -> Slot:
        """The slot of what a method without parameters returns, where its name is passed on: `ssl: tls_options`."""
        body, last = path[-2:] if len(path) > 1 else (None, None)
        if body is None or body.type not in BODY_KINDS or last != children(body)[-1] or hops <= 0 or len(path) < 4:
            return Slot(())
        name = field(path[-3], "name") if path[-3].type == "method" else _named_block(path[-4], path[-3])
        if name is None or field(path[-3], "parameters") is not None:
            return Slot(())
        return self._passed(unit, (*path[:-2], name), hops - 1)

    def _taker(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The names of the call or constructor at the end of a path."""
        context = Context(unit, path)
        receiver = field(path[-1], "receiver")
        base = self.thing(context, receiver) if receiver is not None else None
        if text_of(field(path[-1], "method")) == "new":
            names = self._constructed(context, base)
            return (*names, *[f"{name}.new" for name in names]) if names else ("?.new",)
        return self.callee(context, path[-1], base)

    def _held(self, unit: Unit, path: Path, keys: tuple[str, ...], hops: int) -> Slot:
        """The slot of a hash that is assigned: to an attribute, under a key, or to a variable that is passed on."""
        node, context = path[-1], Context(unit, path)
        left = field(node, "left")
        if left is None or field(node, "right") is None:
            return Slot(keys)
        if left.type == "call":
            setter = () if reports(text_of(field(left, "method"))) else self.callee(context, left)
            return Slot(keys, setter, node.start_byte)
        if left.type == "element_reference":
            base, above = self._subscript(context, left)
            return Slot((*above, *keys), core.owner_names(self.thing(context, base)) if base is not None else ())
        passed = Slot(())
        if left.type in NAME_KINDS and hops > 0:
            passed = self._passed(unit, (*path, left), hops - 1)
        own = self._constant_names(context, left) if left.type in CONSTANT_KINDS else ()
        return Slot((*passed.keys, *keys), passed.owner or own, passed.start)

    def _passed(self, unit: Unit, path: Path, hops: int) -> Slot:
        """The first call that takes the variable at the end of a path."""
        known = remembered(unit).takers
        offset = path[-1].start_byte
        if offset not in known:
            known[offset] = Slot(())  # while it is looked for: a variable that is passed to itself
            known[offset] = self._first_taker(unit, path[-1], hops)
        return Slot(*known[offset])

    def _first_taker(self, unit: Unit, leaf: Node, hops: int) -> Slot:
        """The first call that does more with a variable than to tell it; one that tells it if nothing else is done."""
        word, kind = (text_of(leaf), leaf.type) if leaf.type != "simple_symbol" else (text_of(leaf)[1:], "identifier")
        scopes = [b.scope for b in unit.bindings(word) or () if b.scope[0] <= leaf.start_byte < b.scope[1]]
        if not scopes:  # the name of a method of several statements
            around = self.around_class(unit.path_at(leaf.start_byte))
            scopes = [self.scope_range(around, unit)]
        span = max(scopes)
        uses = (offset for offset in unit.occurrences(word) if span[0] <= offset < span[1])
        told: list[Slot] = []
        kept = Slot(())  # where it only becomes the entry of another hash
        serves = False
        for offset in islice(uses, MAX_USES):
            use = unit.path_at(offset)
            if use[-1].type != kind:
                continue
            passed = _is_passed(use)
            slot = self._slot(unit, use[:-1], (), hops) if passed else Slot(())
            if slot.start >= 0 and slot.owner:
                if not any(map(reports, slot.owner)):
                    return slot
                told.append(slot)
            elif slot.keys and not kept.keys:
                kept = slot
            serves = serves or (not passed and _is_read(use))
        return told[0] if told and not serves else kept


def _named_block(call: Node, block: Node) -> Node | None:
    """The name under which the value of a block is known: `let(:options) { ... }`."""
    given = field(call, "arguments") if call.type == "call" and field(call, "block") == block else None
    first = children(given)[:1] if given is not None and text_of(field(call, "method")).rstrip("!") in NAMING else []
    return first[0] if first and first[0].type == "simple_symbol" else None


def _is_passed(path: Path) -> bool:
    """Whether a variable stands where its value goes into a call, or under a key."""
    parent = path[-2]
    if parent.type == "assignment":
        left = field(parent, "left")
        return field(parent, "right") == path[-1] and left is not None and left.type == "element_reference"
    if parent.type == "pair":
        return field(parent, "value") == path[-1]
    if parent.type == "call":
        return text_of(field(parent, "method")) in core.MERGES | core.SAME and field(parent, "receiver") == path[-1]
    return parent.type in ("argument_list", "hash_splat_argument")


def _is_read(path: Path) -> bool:
    """Whether an entry of a variable is used, or something is done with it."""
    parent = path[-2]
    return parent.type in ("element_reference", "call") and path[-1] in (
        field(parent, "object"),
        field(parent, "receiver"),
    )


def _is_certain(names: tuple[str, ...]) -> bool:
    return bool(names) and names[0][0].isupper() and names[0] != "Hash"
