"""Python 2 and 3: from syntax trees to sites."""

import re
from collections.abc import Iterator

from tlsscan.frontends.base import Draft, RawArgument
from tlsscan.frontends.expressions import key_word, qualified
from tlsscan.frontends.grammars import Language, Node, grammar
from tlsscan.frontends.kept import Style
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.python_attempts import before, failed_before
from tlsscan.frontends.python_expressions import LIST_KINDS
from tlsscan.frontends.python_names import PARAMETER_KINDS, PythonNames
from tlsscan.frontends.python_patches import patching
from tlsscan.frontends.python_tables import Owner, Tables
from tlsscan.frontends.speaker import Dialect
from tlsscan.frontends.unit import SNIPPET, Path, Unit, children, field, line_of, text_of
from tlsscan.model import Form
from tlsscan.patterns import lazy
from tlsscan.values import Bool, Invocation, Name, Text, Value, strip

LEAVING_KINDS = frozenset({"return_statement", "raise_statement", "continue_statement"})
BASE_MADE = lazy(rb"^(?:super\(.*?\)|[\w.]+)\.__init__\(")  # `super().__init__(...)`, `Base.__init__(self)`
SPLAT_KINDS = frozenset({"list_splat", "dictionary_splat"})
PARTIALS = frozenset({"functools.partial", "partial", "functools.partialmethod", "partialmethod"})
ADDRESS = lazy(r"[?&;]([A-Za-z_][\w.-]*)=([^\s\"'&;]*)")  # `scheme://host?name=value&name=value`
PAIRS = lazy(r"(?:^|[\s:])([A-Za-z_][\w.-]*)=([^\s:\"']*)")  # `name=value name=value`, `ssl:443:name=value`
PLAIN_PAIRS = lazy(r"(?:[\w.-]+=\S*\s+)+[\w.-]+=\S*|-\w\s*[\w.-]+=\S*|\S+:[\w.-]+=\S*")
ONE_PAIR = lazy(r"[\w.-]+=\S*")  # a setting where it is one of the words of a command


class PythonFrontend(PythonNames):
    """Python through tree-sitter-python, which also reads Python 2."""

    language = "python"
    block_kinds = frozenset({"block"})
    turn_kinds = frozenset({"for_statement"})
    function_kinds = frozenset({"function_definition", "lambda"})
    class_kinds = frozenset({"class_definition"})
    old_words = lazy(
        r"\bPY2\w*|\bsys\.version(?:\[0\]\s*==|\.startswith\()\s*[\"']2|\bversion_info(?:\[[^\]]*\]|\.major)?\s*(?:==\s*\(?\s*2\b|!=\s*\(?\s*3\b)"
        r"|\bhasattr\([\w.]+, *['\"]PROTOCOL_SSLv[23]['\"]\)"
    )
    given_forms = ("{}", "{} is not None", "{} != None", "not {} is None", "len({})", "bool({})")
    missing_forms = ("not {}", "{} is None", "{} == None", "None is {}")
    keeping = Style("__init__", "self.", members=True)
    compared_kinds = frozenset({"identifier", "attribute", "subscript", "call"})
    flags = True
    follows_objects = True
    retries = True
    defaults_outside = True
    tells_rest = True
    handler_kinds = frozenset({"except_clause"})
    ending_kinds = frozenset({"return_statement", "raise_statement"})
    ended_kinds = block_kinds
    never = frozenset({"False", "0", "None"})
    always = frozenset({"True", "1"})
    renews_beside = True
    wary_words = lazy(
        rb"\b(?:Attribute|Name|Import)Error\b|\b(?:has|get)attr\(|\bin dir\("
        rb"|\bversion_info\b|\bsys\.(?:hex)?version\b|\bpython_version|\bPY[23]\b|\bimport six\b",
        having=(b"Error", b"attr(", b"in dir(", b"version", b"PY", b"import six"),
    )
    catching_words = lazy(rb"\bexcept\b")
    tried_kinds = frozenset({"try_statement"})
    failure_words = lazy(r"\bSSL(?:\w*|\.)Error\b")
    guard_words = lazy(
        r"\b(hasattr|version_info|hexversion|PY2|PY3|HAS_TLS\w*|HAS_SSL\w*|OPENSSL_VERSION\w*|ImportError|AttributeError)\b"
        r"|\bgetattr\([^()]*,\s*None\)|\bsys\.version\b|\bpython_version(?:_tuple)?\("
    )

    @staticmethod
    def grammar() -> Language:
        """The grammar of Python 3, which also reads most of Python 2."""
        return grammar("tree_sitter_python")

    def condition(self, node: Node) -> Node | None:
        """The condition of an if, an elif, a ternary; what an except clause catches, what a case matches."""
        if node.type in ("if_statement", "elif_clause", "conditional_expression"):
            return field(node, "condition") or (node.named_children[1] if node.named_child_count > 1 else None)
        if node.type == "case_clause":
            return next((child for child in node.named_children if child.type == "case_pattern"), None)
        if node.type == "except_clause":
            caught = field(node, "value") or (node.named_children[0] if node.named_child_count else None)
            return node.children[0] if caught is None or caught.type == "block" else caught
        return None

    def asked(self, path: Path, level: int, condition: Node) -> str:
        """What a branch asks; a `case` with what is matched, a handler with the names that it stands for."""
        text = super().asked(path, level, condition)
        if path[level].type == "except_clause" and "Error" in text:
            from tlsscan.frontends.missing import python_missing

            return text + python_missing(text, self.tried(path, level), text_of(path[level]))
        if path[level].type != "case_clause" or level < 2:
            return text
        guard = line_of(field(path[level], "guard")).removeprefix("if ")
        subject = line_of(field(path[level - 2], "subject"))
        told = f"{subject} is {text if text != '_' else 'none of the others'}"
        return (f"{told} and {guard}" if guard else told)[:SNIPPET]

    def is_unset(self, handler: Node, tried: str) -> bool:
        from tlsscan.frontends.missing import python_unset

        condition = self.condition(handler)
        return condition is not None and condition.is_named and python_unset(line_of(self.handled(condition)), tried)

    def subject(self, path: Path, level: int, condition: Node) -> Node:
        matched = field(path[level - 2], "subject") if path[level].type == "case_clause" and level > 1 else None
        return matched or condition

    def handled(self, condition: Node) -> Node | None:
        return condition.named_children[0] if condition.type == "as_pattern" else condition

    def guard(self, path: Path) -> str:
        """The condition for an older runtime: around the end of a path, or of an `if` before it that leaves early, or
        what it takes to call what it puts in the place of the library's own."""
        return super().guard(path) or self._passed_by(path) or failed_before(self, path) or patching(path)

    def _passed_by(self, path: Path) -> str:
        """`if hasattr(...): return ...` before: what follows runs on an older runtime only."""
        said = (text.removeprefix("not (").removesuffix(")") for text in self._before(path, tried=True))
        asked = (self.spelled(text, path[0]) for text in said)
        return next((f"not ({text})" for text in asked if self.is_guard(text) and not self.asks_for_older(text)), "")

    def left_before(self, path: Path) -> Iterator[str]:
        return self._before(path, tried=False)

    def _before(self, path: Path, *, tried: bool) -> Iterator[str]:
        """What holds since statements before the end of a path leave otherwise; with `tried`, also where they leave
        unless something is thrown."""
        return (text for node in before(path, self.function_kinds) for text in _left(node, tried=tried))

    def uses(self, unit: Unit, path: Path) -> tuple[str, ...]:
        if path[-1].type != "call":
            return ()
        from tlsscan.frontends.python_uses import uses

        return uses(self, unit, path)

    def members_called(self, unit: Unit, path: Path) -> tuple[str, ...]:
        if path[-1].type != "call" or len(path) < 2:
            return ()
        from tlsscan.frontends.python_uses import members_called

        return members_called(self, unit, path)

    def takers(self, unit: Unit, path: Path, draft: Draft) -> list[tuple[Path, Draft]]:
        from tlsscan.frontends.python_takers import Takers

        return Takers(self, unit).of(path, draft)

    def written_for(self, unit: Unit) -> Dialect | None:
        from tlsscan.frontends.python_2 import written_for

        return written_for(unit)

    def only_compares(self, unit: Unit, path: Path, word: str) -> bool:
        if path[-1].type != "call":
            return False
        from tlsscan.frontends.python_uses import only_compares

        return only_compares(self, unit, path, word)

    def is_ternary(self, node: Node) -> bool:
        """Whether a node is `x if c else y`."""
        return node.type == "conditional_expression"

    def is_alternative(self, node: Node, inner: Node) -> bool:
        """Whether a child of a conditional is its else branch."""
        if node.type == "conditional_expression":
            return inner == node.named_children[-1]
        return super().is_alternative(node, inner)

    # -- drafts ----------------------------------------------------------------------------------------------

    def drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Drafts of a call, an assignment, an entry of a dict, a parameter with a default, a text with settings."""
        node = path[-1]
        if node.type == "call":
            yield from self._call_drafts(unit, path)
        elif node.type in ("assignment", "augmented_assignment"):
            yield from self._assignment_draft(unit, path)
        elif node.type == "pair":
            yield from self._pair_draft(unit, path)
        elif node.type == "string_content":
            yield from self._setting_drafts(unit, path)
        elif node.type in PARAMETER_KINDS and field(node, "value") is not None:
            name, value = field(node, "name"), field(node, "value")
            if name is not None and value is not None:
                yield Draft(Form.PARAMETER, (text_of(name),), node, name, (RawArgument(None, "", value),))

    # -- calls -----------------------------------------------------------------------------------------------

    def _call_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        names = self.callee(Context(unit, path), node)
        arguments = self.given_to(node)
        label, target, receiver = field(node, "function") or node, self._made_object(unit, path), ""
        if label.type == "attribute":
            receiver = self.object_at(unit, path, field(label, "object"))
            target = target or receiver
        if names == ("dict",):
            yield from self._dict_drafts(unit, path)
            return
        more = self.may_pass_more(node)
        yield Draft(Form.CALL, names, node, label, arguments, target=target, receiver=receiver, more=more)
        if names[0] in PARTIALS:
            yield from self._partial_draft(unit, path, arguments)
        elif names[0] == "setattr":
            yield from self._setattr_draft(unit, path, arguments)
        elif names[-1].endswith(".__init__") and len(arguments) > 1:
            yield from self._made_draft(unit, path, arguments, label)
        elif names[0].endswith("setdefault") and len(arguments) == 2:
            yield from self._setdefault_draft(unit, path, arguments)
        entries = [RawArgument(None, word, at, value=value) for word, at, value in self.tables.spread(unit, path)]
        switches = [raw for raw in entries if isinstance(raw.value, Bool)]
        more = bool(entries) and not self.tables.is_whole(unit, path)
        for raw in entries:
            beside = [other for other in switches if other.name != raw.name]
            yield Draft(Form.CALL, names, raw.node, label, (*arguments, raw, *beside), target=target, more=more)

    def _dict_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """`dict(key=value)` as the entries that it makes."""
        given = field(path[-1], "arguments")
        named = [child for child in children(given) if child.type == "keyword_argument"] if given is not None else []
        owner = self.tables.owner(unit, path) if named else Owner()
        for child in named:
            name, value = field(child, "name"), field(child, "value")
            if name is not None and value is not None:
                word = text_of(name)
                given_value = (RawArgument(None, "", value),)
                option = (*owner.keys, word)
                yield Draft(Form.OPTION, (word,), path[-1], name, given_value, "=", option, owner.names)

    def _made_draft(self, unit: Unit, path: Path, arguments: tuple[RawArgument, ...], label: Node) -> Iterator[Draft]:
        """`Base.__init__(self, value)` as the constructor's call that it is."""
        base = field(field(path[-1], "function") or path[-1], "object")
        if base is None or arguments[0].position != 0 or text_of(arguments[0].node) != "self":
            return
        value = strip(Context(unit, path).lower(base))[0]
        names = value.names if isinstance(value, Name) else (text_of(base),)
        given = tuple(raw._replace(position=raw.position - 1 if raw.position else None) for raw in arguments[1:])
        yield Draft(Form.CALL, names, path[-1], label, given)

    @property
    def tables(self) -> Tables:
        """What is known of dicts that are built in one place and passed in another."""
        return Tables(self)

    def given_to(self, node: Node) -> tuple[RawArgument, ...]:
        """The arguments of a call."""
        given = field(node, "arguments")
        arguments: list[RawArgument] = []
        position = 0
        for child in children(given) if given is not None else []:
            value = field(child, "value")
            if child.type == "keyword_argument" and value is not None:
                arguments.append(RawArgument(None, text_of(field(child, "name")), value))
            elif child.type not in SPLAT_KINDS:
                arguments.append(RawArgument(position, "", child))
                position += 1
            else:
                position += 100
        return tuple(arguments)

    def may_pass_more(self, call: Node) -> bool:
        """Whether a call spreads something: what that adds is not known."""
        given = field(call, "arguments")
        return any(child.type in SPLAT_KINDS for child in children(given)) if given is not None else False

    def _partial_draft(self, unit: Unit, path: Path, arguments: tuple[RawArgument, ...]) -> Iterator[Draft]:
        """`functools.partial(f, a, key=b)` as the call of `f` that it prepares."""
        first = arguments[0] if arguments and arguments[0].position == 0 else None
        function = strip(Context(unit, path).lower(first.node))[0] if first is not None else None
        if first is not None and isinstance(function, Name):
            rest = tuple(raw._replace(position=raw.position - 1) if raw.position else raw for raw in arguments[1:])
            target = self._made_object(unit, path)
            yield Draft(Form.CALL, function.names, path[-1], first.node, rest, target=target, more=True)

    def _setattr_draft(self, unit: Unit, path: Path, arguments: tuple[RawArgument, ...]) -> Iterator[Draft]:
        """`setattr(object, "name", value)` as the assignment that it is."""
        context = Context(unit, path)
        word = key_word(context.lower(arguments[1].node)) if len(arguments) == 3 else ""
        if word:
            base = arguments[0].node
            value = (RawArgument(None, "", arguments[2].node),)
            names = qualified(context.lower(base), word)
            caption = f"{text_of(base)}.{word}"
            yield Draft(
                Form.ASSIGN, names, path[-1], base, value, target=self.object_at(unit, path, base), caption=caption
            )

    def _setdefault_draft(self, unit: Unit, path: Path, arguments: tuple[RawArgument, ...]) -> Iterator[Draft]:
        """`table.setdefault("key", value)` as the entry that it makes."""
        word = key_word(Context(unit, path).lower(arguments[0].node))
        if word:
            owner = self.tables.owner_of_variable(unit, path, field(field(path[-1], "function") or path[-1], "object"))
            value = (RawArgument(None, "", arguments[1].node),)
            option = (*owner.keys, word)
            yield Draft(Form.OPTION, (word,), path[-1], arguments[0].node, value, "=", option, owner.names)

    def _made_object(self, unit: Unit, path: Path) -> str:
        """The variable that a call's result is assigned to."""
        if len(path) > 1 and path[-2].type == "assignment" and field(path[-2], "right") == path[-1]:
            return self.object_at(unit, path, field(path[-2], "left"))
        return ""

    def object_at(self, unit: Unit, path: Path, node: Node | None) -> str:
        if node is None or not re.fullmatch(r"\w+(\.\w+)?", text_of(node)):
            return ""
        owner = self.owner(path) if node.type == "identifier" else None  # a class gives its objects what it names
        if owner is not None:
            return f"{owner.start_byte}:self.{text_of(node)}"
        outer = self.around_class(path) if text_of(node).startswith("self.") else self.function(path)
        made = self.made_anew(unit, path, text_of(node)) if node.type == "identifier" else 0
        return f"{outer.start_byte if outer is not None else -1}:{text_of(node)}{f'@{made}' if made else ''}"

    # -- assignments and entries -----------------------------------------------------------------------------

    def _assignment_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        operator = text_of(field(node, "operator")) or "="
        value = (RawArgument(None, "", right),)
        if left.type == "attribute":
            base, word = field(left, "object"), text_of(field(left, "attribute"))
            around = self.around_class(path) if text_of(base) in ("self", "cls") else None
            value_of = Context(unit, path).lower(base)
            names = (*_of_object(value_of, word), *qualified(value_of, word))
            if around is not None:
                names = self._class_attribute(unit, path, around, word)
                names = (*self._of_made(unit, path, around, word), *names)
            yield Draft(Form.ASSIGN, names, node, left, value, operator, target=self.object_at(unit, path, base))
        elif left.type == "identifier":
            owner = self.owner(path)
            names = self._class_attribute(unit, path, owner, text_of(left)) if owner is not None else (text_of(left),)
            if owner is not None or self.function(path) is None:
                yield Draft(Form.ASSIGN, names, node, left, value, operator)
        elif left.type == "subscript":
            base, keys = self._subscript_keys(unit, path, left)
            if keys and base is not None:
                yield self._entry_draft(unit, path, left, base, keys)._replace(arguments=value, operator=operator)

    def _entry_draft(self, unit: Unit, path: Path, left: Node, base: Node, keys: list[str]) -> Draft:
        owner = self.tables.owner_of_variable(unit, path, base)
        value = strip(Context(unit, path).lower(base))[0]
        names = (*owner.names, *(value.names if isinstance(value, Name) else ()))
        return Draft(Form.OPTION, (keys[-1],), path[-1], left, (), "=", (*owner.keys, *keys), names)

    def _class_attribute(self, unit: Unit, path: Path, owner: Node, word: str) -> tuple[str, ...]:
        bases, own = self.bases(Context(unit, path), owner), field(owner, "name")
        if own is not None and not self.is_open(Context(unit, path), owner):
            return (f"{text_of(own)}.{word}",)  # of no library's class
        return (*[f"{name}.{word}" for name in bases], f"?.{word}")

    def _of_made(self, unit: Unit, path: Path, owner: Node, word: str) -> Iterator[str]:
        """Names of a member of what is made already where it is set: after the constructors of the bases have run."""
        function = self.function(path)
        level = path.index(function) if function is not None else 0
        before = path[level + 2].prev_named_sibling if 0 < level < len(path) - 2 else None
        begins = text_of(field(path[level], "name")) == "__init__"
        while begins and before is not None and BASE_MADE.search(before.text or b"") is None:
            before = before.prev_named_sibling
        if level and (before is not None or not begins):
            yield from (f"{base}().{word}" for base in self.bases(Context(unit, path), owner) if base[:1] != "?")

    def _subscript_keys(self, unit: Unit, path: Path, node: Node) -> tuple[Node | None, list[str]]:
        keys: list[str] = []
        base: Node | None = node
        context = Context(unit, path)
        while base is not None and base.type == "subscript" and len(keys) < 8:
            subscripts = base.children_by_field_name("subscript")
            word = self.tables.key(context, subscripts[0]) if len(subscripts) == 1 else ""
            if not word:
                return None, []
            keys.insert(0, word)
            base = field(base, "value")
        return base, keys

    def _pair_draft(self, unit: Unit, path: Path) -> Iterator[Draft]:
        node = path[-1]
        key, value = field(node, "key"), field(node, "value")
        if key is None or value is None:
            return
        owner = self.tables.owner(unit, path)
        if owner.keys:
            names, option = (owner.keys[-1],), owner.keys
            yield Draft(Form.OPTION, names, node, key, (RawArgument(None, "", value),), "=", option, owner.names)

    # -- settings in texts -----------------------------------------------------------------------------------

    def _setting_drafts(self, unit: Unit, path: Path) -> Iterator[Draft]:
        """Options in addresses, connection strings and command lines: `host?name=value`, `host=a name=value`."""
        node = path[-1]
        raw = text_of(node)
        if "=" not in raw or len(raw) > SNIPPET * 20 or len(path) < 3 or path[-3].type == "expression_statement":
            return
        alone = path[-3].type in LIST_KINDS and ONE_PAIR.fullmatch(raw.strip())
        plain = PAIRS if alone or PLAIN_PAIRS.fullmatch(raw.strip()) else None
        pairs = ADDRESS if re.search(r"[?&;]", raw) else plain
        for match in pairs.finditer(raw) if pairs is not None else ():
            value: Value | None = Text(match.group(2))
            if not match.group(2):
                value = self._next_piece(unit, path) if match.end() == len(raw) else None
            if value is not None:
                argument = RawArgument(None, "", node, value=value)
                yield Draft(Form.SETTING, (match.group(1),), node, node, (argument,), caption=match.group(1))

    def _next_piece(self, unit: Unit, path: Path) -> Value | None:
        """What an f-string puts after the text at the end of a path."""
        following = path[-1].next_named_sibling
        if following is None or following.type != "interpolation":
            return None
        return Context(unit, path).lower(field(following, "expression"))


def _left(node: Node, *, tried: bool) -> Iterator[str]:
    """The condition under which code goes on after an `if` that returns or raises."""
    body, condition = field(node, "consequence"), field(node, "condition")
    if node.type != "if_statement" or body is None or node.children_by_field_name("alternative"):
        return
    if _leaves(body, tried=tried):
        yield f"not ({line_of(condition)[:SNIPPET]})"


def _leaves(body: Node, *, tried: bool) -> bool:
    """Whether a block ends with a `return` or its like, or, if that is asked, with a `try` or a `with` that does."""
    last = body.named_children[-1] if body.named_children else None
    if last is None or last.type in LEAVING_KINDS:
        return last is not None
    inner = field(last, "body") if tried and last.type in ("try_statement", "with_statement") else None
    return inner is not None and _leaves(inner, tried=tried)


def _of_object(base: Value, word: str) -> tuple[str, ...]:
    """Names that hold for an object's own attribute and not for its class': `Thing().word`."""
    made = strip(base)[0]
    names = made.names if isinstance(made, Invocation) else ()
    return tuple(f"{name}().{word}" for name in names if name.rpartition(".")[2][:1].isupper())
