"""What an object keeps of the defaults of its constructor, and of its class. Knows no language."""

import re
from collections.abc import Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import SNIPPET, children, field, text_of
from tlsscan.records import NamedTuple

LONGEST = 50_000  # bytes of a class in which it is looked for whether a member is set again
MOST = 60  # statements of a class, or of a constructor, that are looked at
DEFINING = "definition"  # what a decorated definition calls the function in it


class Style(NamedTuple):
    """How a language writes it: the name of a constructor, what stands before the name of a member, and whether what a
    class body assigns is a member of its objects."""

    constructor: str
    own: str
    members: bool


def kept(around: Node, functions: frozenset[str], style: Style) -> Iterator[tuple[str, str]]:
    """The members of a class that its constructor gives a parameter with a default, each with that default, and those
    that the class itself gives a value."""
    body = field(around, "body")
    for part in children(body)[:MOST] if body is not None else ():
        made = field(part, DEFINING) or part
        if made.type in functions:
            if text_of(field(made, "name")) == style.constructor:
                yield from _given(made, style.own)
        elif style.members and body is not None:
            for left, right in _assignments(part):
                member = f"{style.own}{text_of(left)}"
                if not _is_set_again(body, member):
                    yield member, text_of(right)[:SNIPPET]


def _is_set_again(body: Node, member: str) -> bool:
    """Whether a method of a class sets a member, as far as that is looked for."""
    setting = rf"(?<![\w.]){re.escape(member)}\s*(?::[^=\n]+)?=(?!=)".encode()
    return body.end_byte - body.start_byte > LONGEST or re.search(setting, body.text or b"") is not None


def defaults_of(function: Node) -> Iterator[tuple[str, str]]:
    """The parameters of a function that have a default, each with that, as they are written."""
    listing = field(function, "parameters")
    for item in children(listing) if listing is not None else ():
        name, value = field(item, "name"), field(item, "value")
        if name is not None and value is not None:
            yield text_of(name), text_of(value)[:SNIPPET]


def _given(made: Node, own: str) -> Iterator[tuple[str, str]]:
    """The members that a constructor gives parameters with defaults."""
    given = dict(defaults_of(made))
    body = field(made, "body")
    for part in children(body)[:MOST] if body is not None and given else ():
        for left, right in _assignments(part):
            if text_of(left).startswith(own) and text_of(right) in given:
                yield text_of(left), given[text_of(right)]


def _assignments(statement: Node) -> Iterator[tuple[Node, Node]]:
    """The two sides of an assignment that a statement is."""
    for node in (statement, *children(statement)[:1]):
        if node.type == "assignment":
            left, right = field(node, "left"), field(node, "right")
            if left is not None and right is not None:
                yield left, right
            return
