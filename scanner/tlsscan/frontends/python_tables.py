"""Dicts that are built in one place and passed in another. Knows nothing of TLS."""

import re
from collections.abc import Iterator

from tlsscan.frontends.expressions import key_word
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.python_expressions import PythonExpressions
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.records import NamedTuple
from tlsscan.reporting import reports
from tlsscan.values import Arm, Choice, Operation, Value

INNER_KINDS = frozenset({"dictionary", "argument_list", "dictionary_splat", "parenthesized_expression"})
SPREADING_KINDS = frozenset({"list_splat", "dictionary_splat"})
COPIES = frozenset({"dict", "copy.copy", "copy.deepcopy", "copy", "deepcopy", "len", "print", "str", "repr"})
CHANGES = frozenset({"update", "setdefault"})
COMPARED = ("assert",)  # what takes a table that is only compared
COMPARING_KINDS = frozenset({"comparison_operator", "assert_statement"})
GIVING_KINDS = frozenset({"assignment", "return_statement"})  # what hands a table on
MAX_USES = 40  # uses of a variable that are looked at
MAX_HOPS = 3  # dicts made from dicts


class Owner(NamedTuple):
    """Where a dict goes: the keys above an entry with its own, and the names of the call that takes it."""

    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Tables:
    """What a frontend finds out about dicts."""

    def __init__(self, frontend: PythonExpressions) -> None:
        self._frontend = frontend

    # -- from an entry to the call ---------------------------------------------------------------------------

    def owner(self, unit: Unit, path: Path) -> Owner:
        """The keys from the outermost dict to the entry at the end of a path, and the call that takes the dict."""
        keys: list[str] = []
        context = Context(unit, path)
        for level in range(len(path) - 1, -1, -1):
            node = path[level]
            if node.type == "pair":
                keys.insert(0, key_word(context.lower(field(node, "key"))))
            elif node.type == "keyword_argument":
                keys.insert(0, text_of(field(node, "name")))
            elif node.type == "call":
                names = self._frontend.callee(context, node)
                if names[0] != "dict":
                    return Owner(tuple(keys), names)
            elif node.type == "assignment" and level + 1 < len(path) and field(node, "right") == path[level + 1]:
                outer = self.owner_of_variable(unit, path[:level], field(node, "left"))
                return Owner((*outer.keys, *keys), outer.names)
            elif node.type not in INNER_KINDS:
                break
        return Owner(tuple(keys))

    def owner_of_variable(self, unit: Unit, path: Path, node: Node | None) -> Owner:
        """The call that a variable is passed to, and the keyword it is passed as: `f(**opts)`, `f(ssl=opts)`. What is
        only compared goes to an assertion: `assert result == expected`; a log counts where nothing else is done."""
        compared: set[bool] = set()
        told: list[Owner] = []
        goes_on = False
        for use in self._uses(unit, path, node):
            found = self._passed(unit, use, len(use) - 1)
            if found is not None and not any(map(reports, found.names)):
                return found
            if found is not None:
                told.append(found)
            elif not _is_set(use):
                compared.add(_is_compared(use))
                goes_on = goes_on or (len(use) > 1 and use[-2].type in GIVING_KINDS)
        if told:
            return Owner() if goes_on else told[0]
        return Owner((), COMPARED) if compared == {True} else Owner()

    def _uses(self, unit: Unit, path: Path, node: Node | None) -> Iterator[Path]:
        """The paths to the uses of a variable of the same function, or of an attribute of the same class."""
        word = _variable(node)
        member = node is not None and (node.type == "attribute" or self._frontend.owner(path) is not None)
        outer = self._frontend.around_class if member else self._frontend.function
        for count, use in enumerate(unit.paths(word) if word else ()):
            if count >= MAX_USES:
                return
            own = len(use) > 1 and use[-2].type == "attribute" and field(use[-2], "attribute") == use[-1]
            if own == member and outer(use) == outer(path):
                yield use[:-1] if own else use

    def _passed(self, unit: Unit, use: Path, used: int) -> Owner | None:
        """The call that takes what stands at a level of a path, if it is an argument."""
        if used < 3:
            return None
        keyword = use[used - 1] if use[used - 1].type == "keyword_argument" else None
        outer = used - 1 if keyword is not None or use[used - 1].type == "dictionary_splat" else used
        if use[outer - 1].type != "argument_list" or use[outer - 2].type != "call":
            return None
        names = self._frontend.callee(Context(unit, use[: outer - 1]), use[outer - 2])
        keys = (text_of(field(keyword, "name")),) if keyword is not None else ()
        return Owner(keys, names) if names[0] not in COPIES else None

    def key(self, context: Context, node: Node) -> str:
        """The key that an expression is; of a variable also what the conditions around it say: `if key == "word":`."""
        word = key_word(context.lower(node))
        if word or node.type != "identifier":
            return word
        asked = re.compile(rf"{re.escape(text_of(node))} == (['\"])(\w+)\1")
        found = (asked.fullmatch(text) for text in self._frontend.conditions_around(context.path))
        return next((match.group(2) for match in found if match is not None), "")

    # -- from a call to the entries --------------------------------------------------------------------------

    def spread(self, unit: Unit, path: Path) -> Iterator[tuple[str, Node, Value]]:
        """The entries that `**expression` adds to the call at the end of a path: their keys, places and values."""
        given = field(path[-1], "arguments")
        for child in children(given) if given is not None else []:
            if child.type == "dictionary_splat" and child.named_child_count:
                yield from self._entries(unit, path, child.named_children[0], 0)

    def is_whole(self, unit: Unit, path: Path) -> bool:
        """Whether all that a call at the end of a path spreads is known to the last key: a dict that is written there,
        or that a variable of the function holds and nobody else gets."""
        given = field(path[-1], "arguments")
        spread = [child for child in children(given) if child.type in SPREADING_KINDS] if given is not None else []
        return all(
            child.type == "dictionary_splat" and self._is_known(unit, path, child.named_children[0])
            for child in spread
            if child.named_child_count
        )

    def _is_known(self, unit: Unit, path: Path, node: Node) -> bool:
        if node.type == "dictionary":
            context = Context(unit, path)
            return all(
                child.type == "pair" and key_word(context.lower(field(child, "key"))) for child in children(node)
            )
        function = self._frontend.function(path)
        if node.type != "identifier" or function is None:
            return False
        bindings = [b for b in unit.bindings(text_of(node)) or () if b.scope[0] <= node.start_byte < b.scope[1]]
        made = [b.node for b in bindings if b.kind == "value" and b.node is not None and b.operator == "="]
        if not made or len(made) < len(bindings) or any(one.type != "dictionary" for one in made):
            return False
        known = all(self._is_known(unit, path, one) for one in made)
        return known and all(self._keeps_known(unit, use) for use in self._uses(unit, path, node))

    def _keeps_known(self, unit: Unit, use: Path) -> bool:
        """Whether a use of a table adds no entry but under a key that is known."""
        if _is_set(use) or (len(use) > 1 and use[-2].type == "dictionary_splat"):
            return True
        subscript = len(use) > 1 and use[-2].type == "subscript"
        return subscript and all(bool(word) for word, _, _ in self._added(unit, use))

    def _entries(self, unit: Unit, path: Path, node: Node, hops: int) -> Iterator[tuple[str, Node, Value]]:
        context = Context(unit, path)
        if node.type == "dictionary":
            for child in children(node):
                value = field(child, "value")
                if child.type == "pair" and value is not None:
                    yield key_word(context.lower(field(child, "key"))), value, context.lower(value)
                elif child.type == "dictionary_splat" and child.named_child_count and hops < MAX_HOPS:
                    yield from self._entries(unit, path, child.named_children[0], hops + 1)
        elif node.type == "call":
            yield from self._made(unit, path, node, hops)
        elif _variable(node) and hops < MAX_HOPS:
            yield from self._variable_entries(unit, path, node, hops)

    def _made(self, unit: Unit, path: Path, node: Node, hops: int) -> Iterator[tuple[str, Node, Value]]:
        """The entries of `dict(other, key=value)`, and of what a function of the file returns."""
        context = Context(unit, path)
        given = field(node, "arguments")
        if self._frontend.callee(context, node)[0] != "dict":
            for inner in self._frontend.given_back(context, node) if hops < MAX_HOPS else ():
                for word, at, entry in self._entries(unit, inner[:-1], inner[-1], hops + 1):
                    yield word, at, self._where(unit, inner[:-1], at, entry)
            return
        for child in children(given) if given is not None else ():
            value = field(child, "value")
            if child.type == "keyword_argument" and value is not None:
                yield text_of(field(child, "name")), value, context.lower(value)
            elif hops < MAX_HOPS:
                yield from self._entries(unit, path, child, hops + 1)

    def _variable_entries(self, unit: Unit, path: Path, node: Node, hops: int) -> Iterator[tuple[str, Node, Value]]:
        for binding in unit.bindings(_variable(node)) or ():
            seen = binding.scope[0] <= node.start_byte < binding.scope[1] and binding.kind == "value"
            if seen and binding.node is not None:
                for word, at, value in self._entries(unit, binding.path, binding.node, hops + 1):
                    yield word, at, self._where(unit, binding.path, at, value)
        for use in self._uses(unit, path, node):
            for word, at, value in self._added(unit, use):
                yield word, at, self._where(unit, use, at, value)

    def _where(self, unit: Unit, path: Path, at: Node, value: Value) -> Value:
        """A value with the condition of the place that sets it, which the place of the call does not tell."""
        gone = self._frontend.excluded(unit, path, at)
        value = Operation("except", (value, *gone)) if gone else value
        guard = self._frontend.guard(path)
        condition, guarded = (guard, True) if guard else self._frontend.branch(path)
        return Choice((Arm(condition, guarded, value),)) if condition else value

    def _added(self, unit: Unit, use: Path) -> Iterator[tuple[str, Node, Value]]:
        """The entries that a use of a variable adds to it: `opts["key"] = value`, `opts.update(key=value)`."""
        if len(use) < 4:
            return
        parent, outer = use[-2], use[-3]
        context = Context(unit, use[:-2])
        if parent.type == "subscript" and outer.type == "assignment" and field(outer, "left") == parent:
            keys, value = parent.children_by_field_name("subscript"), field(outer, "right")
            if len(keys) == 1 and value is not None:
                yield self.key(context, keys[0]), value, context.lower(value)
        elif parent.type == "attribute" and outer.type == "call" and text_of(field(parent, "attribute")) in CHANGES:
            given = children(field(outer, "arguments") or outer)
            if text_of(field(parent, "attribute")) == "setdefault" and len(given) == 2:
                yield key_word(context.lower(given[0])), given[1], context.lower(given[1])
                return
            for child in given:
                value = field(child, "value")
                if child.type == "keyword_argument" and value is not None:
                    yield text_of(field(child, "name")), value, context.lower(value)
                elif child.type == "dictionary":
                    yield from self._entries(unit, use[:-2], child, 1)


def _is_set(use: Path) -> bool:
    """Whether a variable gets its value at a place."""
    return len(use) > 1 and use[-2].type == "assignment" and field(use[-2], "left") == use[-1]


def _is_compared(use: Path) -> bool:
    """Whether nothing is done with what stands at the end of a path but to compare it."""
    return len(use) > 1 and use[-2].type in COMPARING_KINDS


def _variable(node: Node | None) -> str:
    """The word by which uses of a variable, or of an attribute of `self`, are found."""
    if node is None or node.type not in ("identifier", "attribute"):
        return ""
    if node.type == "identifier":
        return text_of(node)
    return text_of(field(node, "attribute")) if text_of(field(node, "object")) in ("self", "cls") else ""
