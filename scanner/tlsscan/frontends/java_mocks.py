"""Objects of Java tests that stand in for others: what is set on them reaches no library."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import ANNOTATION_KINDS, Names, unwrap
from tlsscan.frontends.java_scopes import visible
from tlsscan.frontends.unit import Unit, children, field, text_of

LIBRARIES = (b"ockito", b"EasyMock", b"jmockit")
ASKING = frozenset({"verify", "when", "given", "should", "then", "expect"})  # they give what only notes a call
MAKING = frozenset({"mock", "createMock", "createNiceMock", "createStrictMock", "niceMock", "strictMock"})
MARKING = frozenset({"Mock", "MockBean", "MockitoBean", "Mocked", "Injectable"})


def is_stand_in(names: Names, unit: Unit, receiver: Node | None) -> bool:
    """Whether the receiver of a call is an object of a library for mocks: `verify(socket)`, a variable that was given
    `mock(SSLSocket.class)`, a field marked `@Mock`."""
    node = unwrap(receiver)
    if node is None or not any(word in unit.source.data for word in LIBRARIES):
        return False
    if node.type == "method_invocation":
        return text_of(field(node, "name")) in ASKING | MAKING
    if node.type == "field_access" and text_of(field(node, "object")) == "this":
        node = field(node, "field")
    if node is None or node.type != "identifier":
        return False
    word = text_of(node)
    found = visible(unit.bindings(word), node.start_byte)
    made = any(_is_made(unwrap(binding.node)) for binding in found if binding.kind == "value")
    own = all(binding.owner for binding in found)
    return made or (own and any(map(_is_marked, names.uses(unit, word).fields.values())))


def _is_made(value: Node | None) -> bool:
    return value is not None and value.type == "method_invocation" and text_of(field(value, "name")) in MAKING


def _is_marked(declaration: Node) -> bool:
    """Whether a field has an annotation that fills it with a mock."""
    marks = [mark for child in declaration.children if child.type == "modifiers" for mark in children(child)]
    return any(text_of(field(mark, "name")) in MARKING for mark in marks if mark.type in ANNOTATION_KINDS)
