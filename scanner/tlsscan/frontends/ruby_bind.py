"""Ruby: where names get their values, and what a name may belong to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from tlsscan.frontends import ruby_values as core
from tlsscan.frontends.base import Frontend
from tlsscan.frontends.branches import Fork
from tlsscan.frontends.definitions import defined
from tlsscan.frontends.grammars import Language, Node, Tree, grammar
from tlsscan.frontends.kept import Style
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.ruby_calls import EACH, RubyValues
from tlsscan.frontends.ruby_lower import UNLESS_KINDS, VARIABLE_KINDS, switched
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Binding, Path, Unit, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile
from tlsscan.values import Callee, Name, Value

MODULE_KINDS = frozenset({"class", "module"})
CLOSURE_KINDS = frozenset({"block", "do_block", "lambda"})
BLOCK_KINDS = frozenset({"block", "do_block"})
CONDITIONAL_KINDS = frozenset({"if", "unless", "elsif", "if_modifier", "unless_modifier", "conditional", "while"})
NAME_KINDS = frozenset({"identifier", "constant"}) | VARIABLE_KINDS
PLAIN_KINDS = frozenset({"scope_resolution", "string", "string_content", "simple_symbol"})
SWITCH_KINDS = frozenset({"case", "when"})
_OTHERWISE_GIVEN = lazy(r"\b(?:return|rescue|ensure)\b")
PARAMETER_LIST_KINDS = frozenset({"method_parameters", "block_parameters", "lambda_parameters"})
OPTIONAL_KINDS = frozenset({"optional_parameter", "keyword_parameter"})
TAKING_KINDS = frozenset({"splat_parameter", "hash_splat_parameter"})
STARRED_KINDS = frozenset({"splat_parameter", "hash_splat_parameter", "block_parameter", "destructured_parameter"})
ASSIGNMENT_KINDS = frozenset({"assignment", "operator_assignment"})
TUPLE_KINDS = frozenset({"left_assignment_list", "destructured_left_assignment"})
ROW_KINDS = frozenset({"right_assignment_list", "array"})
PATTERN_KINDS = frozenset({"exception_variable", "rest_assignment", "keyword_pattern", "as_pattern", "array_pattern"})
CONDITIONAL_OPERATORS = frozenset({"||=", "&&="})
PATH_LIKE = lazy(r"(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*")
MIXIN = lazy(
    rb"(?m)^[ \t]*(?:include|extend|prepend)[ \t(]+([A-Z][\w:]*(?:[ \t]*,[ \t]*[A-Z][\w:]*)*)",
    having=(b"include", b"extend", b"prepend"),
)
REOPENING = frozenset(f"{kind}_{word}" for kind in ("class", "module", "instance") for word in ("eval", "exec"))
MAX_OPENED = 40  # depth of an expression in which such a block is still looked for
MAX_ASSIGNMENTS = 20  # of one variable in that stretch
LOOK_BACK = 20_000  # bytes of a scope before a block that are searched for an outer variable
WRITERS = frozenset({"attr_accessor", "attr_writer"})


class RubyUnit(Unit):
    """A parsed file that remembers what is asked again and again."""

    def __init__(self, frontend: Frontend, source: SourceFile, tree: Tree) -> None:
        """As the base class; `takers` keeps which call takes a variable, by the place where it is written."""
        super().__init__(frontend, source, tree)
        self.takers: dict[int, tuple[tuple[str, ...], tuple[str, ...], int]] = {}
        self._last: tuple[Path, tuple[Node, ...]] = ((), ())

    @cached_property
    def mixins(self) -> tuple[str, ...]:
        """Modules that the file includes or extends anywhere."""
        found: list[str] = []
        for match in MIXIN.finditer(self.source.data[:200_000]):
            found.extend(part.strip().decode("utf-8", "replace") for part in match.group(1).split(b","))
        return tuple(dict.fromkeys(name.removesuffix("::").replace("::", ".") for name in found[:12] if name))

    @cached_property
    def reopens(self) -> bool:
        """Whether the file may run a block as if it stood in another class or object."""
        return b"_eval" in self.source.data or b"_exec" in self.source.data

    def modules(self, path: Path) -> tuple[Node, ...]:
        """The classes and modules around a path, outermost first."""
        if self._last[0] is not path:
            self._last = (path, tuple(node for node in path if node.type in MODULE_KINDS))
        return self._last[1]


class RubyNames(RubyValues):
    """The half of the frontend that knows scopes, modules and assignments."""

    language = "ruby"
    block_kinds = frozenset(
        {"then", "else", "do", "block", "do_block", "rescue", "ensure", "when", "if_modifier", "unless_modifier"}
    )
    function_kinds = frozenset({"method", "singleton_method"})
    turn_kinds = frozenset({"for", "block", "do_block"})
    compared_kinds = frozenset({"identifier", "instance_variable", "constant", "call", "element_reference"})
    flags = True
    bare_calls = True
    never = frozenset({"false", "nil"})
    class_kinds = frozenset({"class", "module", "singleton_class"})
    guard_words = lazy(
        r"\bdefined\?(?!\W*JRUBY)|\brespond_to\?|\b(?:const|method|instance_method)_defined\?|\bRUBY_VERSION\b"
        r"|\b(?:public_)?instance_methods\b|\bMETHODS\b(?!\.(?:include|member)\?[\s(]*[^\s(:'\"])|\bGem::Version\b"
        r"|\b(?:Name|NoMethod|Argument)Error\b"
        r"|\bOPENSSL_VERSION_NUMBER\b|\bOPENSSL_(?:LIBRARY_)?VERSION\b[^&|]*[<>=~]|\bOpenSSL::VERSION\b"
    )

    keeping = Style("initialize", "@", members=False)
    handler_kinds = frozenset({"rescue"})
    ending_kinds = frozenset({"return"})
    ended_kinds = frozenset({"body_statement", "then", "else", "block_body"})
    saved_kinds = frozenset({"rescue", "ensure", "else"})
    wary_words = lazy(
        rb"\b(?:Name|NoMethod|Argument)Error\b|\brespond_to\?|\b\w*defined\?|\bMETHODS\b|\bRUBY_VERSION\b",
        having=(b"Error", b"respond_to?", b"defined?", b"METHODS", b"RUBY_VERSION"),
    )
    catching_words = lazy(rb"\brescue\b")
    tried_kinds = frozenset({"begin", "body_statement", "do_block", "rescue_modifier"})
    failure_words = lazy(r"\bSSL(?:\w*|::\w*)Error\b")
    older_words = lazy(rf"{Frontend.older_words.pattern}|\.nil\?")
    old_words = lazy(
        r"\bRUBY_VERSION\b(?:\.to_\w+)?(?:\s*(?:={2,3}|=~)\s*| is )[/'\"^\\A]*1\b"
        r"|\bRUBY_VERSION\.(?:start_with\?|match\??|include\?)[ (]*[/'\"^\\A]*1\b"
    )
    given_forms = ("{}", "!{}.nil?", "!{}.blank?", "!{}.empty?", "{}.present?", "{} != nil", "not {}.nil?")
    missing_forms = ("!{}", "not {}", "{}.nil?", "{}.blank?", "{}.empty?", "{} == nil")
    definition_hint = rb"\s*(?:\|\|)?=[^=~]"

    @staticmethod
    def grammar() -> Language:
        return grammar("tree_sitter_ruby")

    def condition(self, node: Node) -> Node | None:
        if node.type in CONDITIONAL_KINDS:
            return field(node, "condition")
        if node.type == "when":
            return field(node, "pattern")
        if node.type == "rescue":
            return field(node, "exceptions") or node.children[0]
        first = _whens(node)[:1] if node.type == "case" else []
        return field(first[0], "pattern") if first else None

    def asked(self, path: Path, level: int, condition: Node) -> str:
        """What a branch asks; a `case` and its `when`s with what they compare, a handler with the names that it
        stands for."""
        node = path[level]
        if node.type == "rescue":
            from tlsscan.frontends.missing import ruby_missing

            text = super().asked(path, level, condition)
            return text + ruby_missing(text, self.tried(path, level))
        if node.type == "when":
            return switched(path[level - 1], node)
        if node.type == "case":
            return switched(node, _whens(node)[0])
        return super().asked(path, level, condition)

    def subject(self, path: Path, level: int, condition: Node) -> Node:
        case = {"when": path[level - 1], "case": path[level]}.get(path[level].type)
        return (field(case, "value") if case is not None else None) or condition

    def further(self, node: Node) -> Sequence[Node]:
        return _whens(node)[1:] if node.type == "case" else super().further(node)

    def _forks_of(self, path: Path) -> Iterator[Fork]:
        """As everywhere; a `case` is about its first `when`, and all the others are what is left of it."""
        for fork in super()._forks_of(path):
            level = fork[0]
            inner = path[level + 1].type if level + 1 < len(path) else ""
            first = path[level].type == "when" and path[level] in _whens(path[level - 1])[:1]
            if not first and (path[level].type != "case" or inner in ("when", "else")):
                yield fork

    def tried(self, path: Path, level: int) -> str:
        handler, around = path[level], path[level - 1]
        if handler.type != "rescue" or around.text is None:
            return ""
        return around.text[: handler.start_byte - around.start_byte].decode("utf-8", "replace")

    def tries_again(self, handler: Node) -> bool:
        """A handler of any error; others are of something that went wrong before the connection."""
        return text_of(field(handler, "exceptions")) in ("", "StandardError", "Exception")

    def blocks(self, path: Path) -> tuple[int, ...]:
        kinds = self.block_kinds
        return tuple(node.start_byte for node in path if node.type in kinds or is_conditional_assignment(node))

    def is_alternative(self, node: Node, inner: Node) -> bool:
        if node.type == "case":
            return inner not in _whens(node)[:1]
        return super().is_alternative(node, inner) != (node.type in UNLESS_KINDS)

    def is_ternary(self, node: Node) -> bool:
        return node.type in SWITCH_KINDS

    def parse(self, source: SourceFile) -> Unit:
        """The file as a unit."""
        return RubyUnit(self, source, self._parser.parse(source.data))

    # -- what a name may belong to -----------------------------------------------------------------------------

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        return (word, *[f"{mixin}.{word}" for mixin in remembered(unit).mixins])

    def nesting(self, context: Context) -> tuple[str, ...]:
        names = module_names(remembered(context.unit).modules(context.path))
        return tuple(".".join(names[:count]) for count in range(len(names), 0, -1))

    def given_by_method(self, context: Context, word: str, owner: str, call: Node | None) -> Value | None:
        data, name = context.unit.source.data, word.encode()
        if b"def " + name not in data and b"def self." + name not in data:
            return None
        from tlsscan.frontends.ruby_methods import given

        return given(self, context, word, owner, call)

    def given_by_accessor(self, context: Context, owners: Sequence[str], word: str) -> Value | None:
        from tlsscan.frontends.ruby_settings import given, may_have

        return given(self, context, owners, word) if may_have(context.unit.source.data, word) else None

    def self_names(self, context: Context) -> tuple[str, ...]:
        unit = remembered(context.unit)
        around = unit.modules(context.path)
        opened = self._opened(context) if unit.reopens else ()
        if opened:
            return opened
        names = [*(self._bases(context, around[-1]) if around else ()), *unit.mixins]
        own = ".".join(module_names(around))
        return tuple(dict.fromkeys((*names, own) if own else names))

    def _opened(self, context: Context) -> tuple[str, ...]:
        """The names of what `class_eval`, `instance_eval` and their like open around a place."""
        path = context.path
        for level in range(len(path) - 1, 0, -1):
            call = path[level - 1]
            if path[level].type in MODULE_KINDS:
                break
            if path[level].type in BLOCK_KINDS and text_of(field(call, "method")) in REOPENING:
                receiver = field(call, "receiver")
                outer = Context(context.unit, path[:level], context.active, context.depth + 1)
                if receiver is None or receiver.type == "self" or context.depth > MAX_OPENED:
                    break
                return tuple(name for name in core.owner_names(self.thing(outer, receiver)) if name[0] != "?")
        return ()

    def _bases(self, context: Context, node: Node) -> list[str]:
        word = _superclass(node)
        if not word:
            return []
        value = context.name(word, node) if "." not in word else None
        return list(value.names) if isinstance(value, Name) else [word]

    def defines(self, unit: Unit, path: Path) -> str:
        """A class, a method, a writer (`HTTP.ssl_version=`), also one that `attr_accessor` makes; that of a class that
        is made from another ends in `==`."""
        if path[-1].type != "simple_symbol":
            made = defined(self, unit, path)
            writer = defined(self, unit, path, made=True) if not made and path[-2].type == "setter" else ""
            return made or (f"{writer}=" if writer.endswith("=") else "")
        call = path[-3] if len(path) > 3 else None
        around = self.owner(path)
        if call is None or around is None or text_of(field(call, "method")) not in WRITERS:
            return ""
        word = text_of(path[-1]).lstrip(":")
        elsewhere = re.sub(r"#.*|\battr_.*", "", text_of(around)).count(word)
        end = "==" if _superclass(around) else "="
        return "" if elsewhere else f"{'.'.join(module_names(path))}.{word}{end}"

    # -- bindings --------------------------------------------------------------------------------------------

    def bind(self, unit: Unit, path: Path) -> Iterable[Binding]:
        leaf = path[-1]
        if leaf.type not in NAME_KINDS or len(path) < 2:
            return
        parent = path[-2]
        if parent.type in self.function_kinds:
            yield from self._method(unit, path)
        elif parent.type in MODULE_KINDS or (len(path) > 2 and path[-3].type in MODULE_KINDS):
            yield from self._module(unit, path)
        elif any(node.type in PARAMETER_LIST_KINDS for node in path[-4:-1]):
            yield from self._parameter(unit, path)
        elif parent.type == "for" and field(parent, "pattern") == leaf:
            values = children(field(parent, "value") or parent)
            made = self._binding(unit, "value", path, path[:-1], values[0] if values else None)
            yield made._replace(each=True)
        elif parent.type in PATTERN_KINDS:
            yield self._binding(unit, "opaque", path, path)
        else:
            yield from self._assigned(unit, path)

    def _binding(
        self, unit: Unit, kind: str, path: Path, within: Path, node: Node | None = None, operator: str = "="
    ) -> Binding:
        condition, guarded = self.branch(within)
        if operator in CONDITIONAL_OPERATORS:
            condition, operator = condition or f"{text_of(path[-1])} is not set", "="
        constant = path[-1].type == "constant" and self.function(within) is None
        return Binding(
            kind=kind,
            name=text_of(path[-1]),
            scope=self._scope(unit, within, path[-1]),
            offset=path[-1].start_byte,
            path=within,
            node=node,
            owner=".".join(module_names(within)) if constant else "",
            operator=operator,
            condition=condition,
            guarded=guarded,
        )

    def _scope(self, unit: Unit, path: Path, leaf: Node) -> tuple[int, int]:
        if leaf.type == "global_variable":
            return self.scope_range(None, unit)
        if leaf.type in VARIABLE_KINDS or leaf.type == "constant":
            around = [node for node in path if node.type in MODULE_KINDS]
            return self.scope_range(around[-1] if around else None, unit)
        return self._local_scope(unit, path, leaf)

    def _local_scope(self, unit: Unit, path: Path, leaf: Node) -> tuple[int, int]:
        """The scope of a local variable: the outermost block, method or class that assigns it before the next one."""
        hard = self.function_kinds | self.class_kinds
        levels = [index for index, node in enumerate(path) if node.type in hard]
        start = levels[-1] if levels else 0
        scope = self.scope_range(path[start] if levels else None, unit)
        pattern = re.compile(rb"(?<![\w@$.:])" + re.escape(leaf.text or b"") + rb"\s*(?:\|\||&&|[-+|&^*])?=(?![=~>])")
        for level in range(start + 1, len(path)):
            node = path[level]
            if node.type in CLOSURE_KINDS:
                span = (max(scope[0], node.start_byte - LOOK_BACK), node.start_byte)
                if self._assigns(unit, pattern, span, path, start, level):
                    break
                scope = (node.start_byte, node.end_byte)
        return scope

    def _assigns(
        self, unit: Unit, pattern: re.Pattern[bytes], span: tuple[int, int], path: Path, start: int, end: int
    ) -> bool:
        """Whether a stretch assigns a variable in the scope between two levels of a path."""
        limits = self.function_kinds | self.class_kinds | CLOSURE_KINDS
        own: list[Node] | None = None
        for match in islice(pattern.finditer(unit.source.data, *span), MAX_ASSIGNMENTS):
            own = [node for node in path[start:end] if node.type in limits] if own is None else own
            there = [node for node in unit.path_at(match.start()) if node.type in limits]
            if there[-len(own) :] == own if own else not there:
                return True
        return False

    def _method(self, unit: Unit, path: Path) -> Iterator[Binding]:
        """A method without parameters: its name stands for the last that it says, if it says nothing else by `return`
        or in a handler."""
        node, leaf = path[-2], path[-1]
        if field(node, "name") != leaf or field(node, "parameters") is not None:
            return
        body = field(node, "body")
        parts = children(body) if body is not None and body.type == "body_statement" else []
        last = parts[-1] if len(parts) > 1 and not _OTHERWISE_GIVEN.search(text_of(body)) else body
        if last is not None and (last.type != "body_statement" or len(parts) == 1):
            around = [n for n in path if n.type in MODULE_KINDS]
            made = self._binding(unit, "value", path, path[:-1], last)
            scope = self.scope_range(around[-1] if around else None, unit)
            yield made._replace(scope=scope, owner=".".join(module_names(path)), condition="", guarded=False)

    def _module(self, unit: Unit, path: Path) -> Iterator[Binding]:
        level = len(path) - 2 if path[-2].type in MODULE_KINDS else len(path) - 3
        node, name = path[level], field(path[level], "name")
        if name != path[level + 1] or (name != path[-1] and field(path[-2], "name") != path[-1]):
            return
        outer = path[:level]
        around = [n for n in outer if n.type in MODULE_KINDS]
        own = ".".join(module_names(path[: level + 1]))
        base = _superclass(node)
        made = self._binding(unit, "import", path, outer)
        scope = self.scope_range(around[-1] if around and name == path[-1] else None, unit)
        yield made._replace(names=(own, base) if base else (own,), scope=scope, owner=own.rpartition(".")[0])

    def _parameter(self, unit: Unit, path: Path) -> Iterator[Binding]:
        leaf, parent = path[-1], path[-2]
        if parent.type in OPTIONAL_KINDS and field(parent, "name") != leaf:
            return
        level = next(i for i in range(len(path) - 1, -1, -1) if path[i].type in PARAMETER_LIST_KINDS)
        holder = path[level - 1]
        position = next((i for i, child in enumerate(children(path[level])) if child == path[level + 1]), 0)
        default = field(parent, "value") if parent.type in OPTIONAL_KINDS else None
        scope = (holder.start_byte, holder.end_byte)
        starred = any(node.type in STARRED_KINDS for node in path[level:])
        if path[level].type == "method_parameters":
            taken = not starred or parent.type in TAKING_KINDS
            made = self._binding(unit, "parameter" if taken else "opaque", path, path[:level], default)
            yield made._replace(scope=scope, position=position, condition="", guarded=False)
        elif starred or position or holder.type not in BLOCK_KINDS:
            made = self._binding(unit, "value" if default is not None else "opaque", path, path[:level], default)
            yield made._replace(scope=scope, condition="", guarded=False)
        else:
            made = self._binding(unit, "value", path, path[: level - 1], holder)
            each = text_of(field(path[level - 2], "method")) in EACH
            yield made._replace(scope=scope, each=each, condition="", guarded=False)

    def called(self, unit: Unit, path: Path, parameters: Sequence[Node], at: int) -> Callee | None:
        """A last parameter also takes what callers write as `name: value`."""
        owner, word = ".".join(module_names(path)), text_of(field(path[-1], "name"))
        made = bool(owner) and word == "initialize"
        name = owner if made else f"{owner}.{word}" if owner else word
        kind = "constructor" if made else "method" if owner else "function"
        item = parameters[at]
        if item.type == "keyword_parameter":
            return Callee(name, kind, argument=text_of(field(item, "name")))
        if item.type == "hash_splat_parameter":
            return Callee(name, kind, takes="named")
        if item.type == "splat_parameter":
            return Callee(name, kind, at, takes="rest")
        last = all(other.type == "block_parameter" for other in parameters[at + 1 :])
        return Callee(name, kind, at, takes="options" if last else "")

    def _assigned(self, unit: Unit, path: Path) -> Iterator[Binding]:
        for level in range(len(path) - 2, max(len(path) - 5, -1), -1):
            node, left = path[level], path[level + 1]
            if node.type in ASSIGNMENT_KINDS:
                if field(node, "left") == left:
                    yield from self._target(unit, path, level)
                return
            if node.type not in TUPLE_KINDS and node.type not in ("rest_assignment", "scope_resolution"):
                return

    def _target(self, unit: Unit, path: Path, level: int) -> Iterator[Binding]:
        node, left, leaf = path[level], path[level + 1], path[-1]
        right = field(node, "right")
        operator = text_of(field(node, "operator")) if node.type == "operator_assignment" else "="
        if left == leaf:
            if not self.is_setter(path, leaf):
                yield self._binding(unit, "value", path, path[: level + 1], right, operator)
        elif left.type == "scope_resolution" and field(left, "name") == leaf:
            made = self._binding(unit, "value", path, path[: level + 1], right, operator)
            owner = text_of(field(left, "scope")).removeprefix("::").replace("::", ".")
            yield made._replace(owner=owner, scope=self.scope_range(left if owner else None, unit))
        elif left.type in TUPLE_KINDS:
            yield self._unpacked(unit, path, level, right)

    def is_setter(self, path: Path, variable: Node) -> bool:
        """True for `def x=(value) @x = value`: what callers pass is seen where they pass it."""
        function = self.function(path)
        name = field(function, "name") if function is not None else None
        return variable.type in VARIABLE_KINDS and name is not None and name.type == "setter"

    def _unpacked(self, unit: Unit, path: Path, level: int, right: Node | None) -> Binding:
        targets = children(path[level + 1])
        values = children(right) if right is not None and right.type in ROW_KINDS else []
        if path[-1] in targets and len(values) == len(targets):
            return self._binding(unit, "value", path, path[: level + 1], values[targets.index(path[-1])])
        return self._binding(unit, "opaque", path, path[: level + 1])

    def may_define(self, data: bytes, word: str) -> bool:
        if word[:1].isupper():
            return super().may_define(data, word)
        if re.search(rb"\bdef\s+(?:self\.)?" + re.escape(word.encode()) + rb"\b", data) is not None:
            return True
        from tlsscan.frontends.ruby_settings import may_have

        return may_have(data, word)

    def definitions(self, unit: Unit, words: Iterable[str]) -> Iterator[Definition]:
        """Constants, and methods that return one value; a script's local variables are no other file's business."""
        for word in words:
            if word[:1].isupper():
                yield from super().definitions(unit, [word])
                continue
            for binding in unit.bindings(word) or ():
                if binding.owner and binding.kind == "value" and binding.path[-1].type in self.function_kinds:
                    value = Context(unit, binding.path, frozenset({(word, binding.offset)})).lower(binding.node)
                    yield Definition(f"{binding.owner}.{word}", value, unit.step(binding.path[-1]))
            from tlsscan.frontends.ruby_settings import accessors

            yield from accessors(self, unit, word)

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        if any(node.type == "superclass" for node in path[-4:]):
            return ("super",)
        for level in range(len(path) - 1, 0, -1):
            node, parent = path[level], path[level - 1]
            if node.type not in NAME_KINDS and node.type not in PLAIN_KINDS:
                break
            if parent.type == "assignment" and field(parent, "right") == node:
                left = field(parent, "left")
                return (text_of(left),) if left is not None and left.type in NAME_KINDS else ()
        return ()

    def made(self, path: Path) -> str:
        for level in range(len(path) - 1, 1, -1):
            node, parent, outer = path[level], path[level - 1], path[level - 2]
            if node.type not in NAME_KINDS and node.type not in PLAIN_KINDS:
                break
            if parent.type == "call" and field(parent, "receiver") == node:
                left = field(outer, "left") if outer.type in ASSIGNMENT_KINDS else None
                return text_of(left).lstrip("@") if left is not None and left.type in NAME_KINDS else ""
        return ""


def _whens(case: Node) -> list[Node]:
    return [child for child in case.named_children if child.type == "when"]


def is_conditional_assignment(node: Node) -> bool:
    """Whether a node is `x ||= y` or `x &&= y`."""
    return node.type == "operator_assignment" and text_of(field(node, "operator")) in CONDITIONAL_OPERATORS


def module_names(path: Path) -> list[str]:
    """The dotted names of the classes and modules around a path, outermost first."""
    names = [text_of(field(node, "name")) for node in path if node.type in MODULE_KINDS]
    return [name.removeprefix("::").replace("::", ".") for name in names if name]


def _superclass(node: Node) -> str:
    """The dotted name of a class's superclass, as written; an empty text when it is computed or missing."""
    given = field(node, "superclass") if node.type == "class" else None
    text = text_of(given.named_children[0]) if given is not None and given.named_child_count else ""
    return text.removeprefix("::").replace("::", ".") if PATH_LIKE.fullmatch(text) else ""


def remembered(unit: Unit) -> RubyUnit:
    """The unit as the one that `parse` makes."""
    if not isinstance(unit, RubyUnit):
        raise TypeError("a Ruby file must be parsed by the Ruby frontend")
    return unit
