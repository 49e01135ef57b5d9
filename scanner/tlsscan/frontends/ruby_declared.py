"""Ruby: calls that set something by its name, as the assignments that they are. Knows nothing of TLS."""

from collections.abc import Iterator
from itertools import takewhile

from tlsscan.frontends import ruby_values as core
from tlsscan.frontends.base import Draft, RawArgument
from tlsscan.frontends.expressions import key_word
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.ruby_bind import BLOCK_KINDS, RubyNames
from tlsscan.frontends.unit import children, field
from tlsscan.model import Form
from tlsscan.values import Arm, Choice, Value

SENDERS = frozenset({"send", "public_send", "__send__"})
SETTERS = frozenset({"instance_variable_set", "class_variable_set", "const_set"})
ACCESSORS = frozenset(
    f"{kind}_{word}" for kind in ("cattr", "mattr", "thread_cattr", "thread_mattr") for word in ("accessor", "writer")
) | {"class_attribute", "config_accessor"}
SETTINGS = frozenset({"set", "default", "setting"})  # `set :name, value`, of a class or a script that configures itself
MADE = SENDERS | SETTERS | ACCESSORS | {"new", "store"}  # calls with a receiver that are more than what they are named
NAMED_KINDS = frozenset({"simple_symbol", "delimited_symbol", "string"})
Arguments = tuple[RawArgument, ...]


class RubyDeclarations(RubyNames):
    """The part of the frontend that knows `send(:x=, 1)`, `class_attribute :x, default: 1` and their like."""

    def by_name(
        self, context: Context, word: str, base: Value | None, arguments: Arguments, target: str
    ) -> Iterator[Draft]:
        """Drafts of what a call sets by its name."""
        if not arguments or arguments[0].position != 0:
            return
        if word in SENDERS:
            yield from self._sent(context, base, arguments, target)
        elif word in SETTERS and len(arguments) == 2:
            name = key_word(context.lower(arguments[0].node)).lstrip("@")
            names = core.member_names(base, name) if base is not None else self.own_names(context, name)
            yield from self._set(context, names if name else (), arguments[0].node, arguments[1].node, target)
        elif base is None or word in ACCESSORS:
            yield from self._declared(context, word, base, arguments)

    def _set(
        self, context: Context, names: tuple[str, ...], label: Node, value: Node, target: str = ""
    ) -> Iterator[Draft]:
        if names:
            yield Draft(Form.ASSIGN, names, context.path[-1], label, (RawArgument(None, "", value),), target=target)

    def _sent(self, context: Context, base: Value | None, arguments: Arguments, target: str) -> Iterator[Draft]:
        """`object.send(:name, value)` as the call or the assignment that it is."""
        word = key_word(context.lower(arguments[0].node))
        rest = tuple(
            raw._replace(position=raw.position - 1) if raw.position is not None else raw for raw in arguments[1:]
        )
        name = word.rstrip("=")
        names = core.member_names(base, name) if base is not None else self.own_names(context, name)
        if name and name != word and rest:
            yield from self._set(context, names, arguments[0].node, rest[0].node, target)
        elif name:
            yield Draft(Form.CALL, names, context.path[-1], arguments[0].node, rest, target=target)

    def _declared(self, context: Context, word: str, base: Value | None, arguments: Arguments) -> Iterator[Draft]:
        """`class_attribute :a, :b, default: 1`, `option :a, default: 1`, `cattr_accessor(:a) { 1 }`, `set :a, 1`."""
        named = [raw for raw in takewhile(lambda raw: raw.node.type in NAMED_KINDS, arguments) if not raw.name]
        if not named:
            return
        default = next((raw.node for raw in arguments if raw.name == "default"), None)
        open_to = (
            word not in ACCESSORS and default is not None
        )  # `config_param :a, default: 1`: users may say otherwise
        if default is None and word in ACCESSORS:
            default = _block_value(context.path[-1])
        if default is None and word in SETTINGS and len(arguments) == 2:
            named, default = named[:1], arguments[1].node
        if default is not None:
            for raw in named[:8]:
                name = key_word(context.lower(raw.node))
                names = core.member_names(base, name) if base is not None else self.own_names(context, name)
                for made in self._set(context, names, raw.node, default):
                    kept = Choice((Arm("nothing else is set", False, context.lower(default)),)) if open_to else None
                    yield made._replace(arguments=(made.arguments[0]._replace(value=kept),))


def _block_value(call: Node) -> Node | None:
    """The only expression of a call's block."""
    block = field(call, "block")
    body = field(block, "body") if block is not None and block.type in BLOCK_KINDS else None
    inner = children(body) if body is not None else []
    return inner[0] if len(inner) == 1 else None
