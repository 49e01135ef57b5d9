"""Where an object is put to use between two places that set something on it. Loaded where there are two such places."""

import re
from collections.abc import Iterable, Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.speaker import TooDeep
from tlsscan.frontends.unit import Path, Unit, field
from tlsscan.handling import Handling, acts, handled
from tlsscan.languages import CASELESS
from tlsscan.model import Form, Site
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

MAX_PLACES = 40  # of an object between two sites, the last ones
MEMBER = lazy(rb"\s*(?:[&?]?\.|\??->|::)\s*(\w+[?!]?)[ \t]*(\(?)")
CALLED = lazy(rb"(\w+[?!]?)\s*$")
CREATION = lazy(rb"\s*new\b")
RECEIVED = lazy(rb"([$@\w.>-]+)\s*:?=\s*(?:await\s+)?$")
NAMED = lazy(rb"\s+as\s+(\w+)")
WRITTEN = lazy(rb"\s*(?:\|\||&&|[|&^+-])?=(?![=~>])")
ENDS = lazy(rb"[ \t]*(?:[\n\r;#}]|(?:if|unless|rescue|and|or|end)\b|\Z)")
LISTING_KINDS = frozenset({"argument_list", "arguments", "command_elements"})
NOT_CODE = ("comment", "string", "content", "symbol")


class Call(NamedTuple):
    """What is done with an object at a place: the name of the member or of the call, whether the object is passed to
    it, whether anything is called at all, and whether the object is the first that is passed."""

    name: str
    passed: bool
    called: bool
    first: bool = False


def with_uses(unit: Unit, sites: Iterable[Site]) -> Iterator[Site]:
    """The sites of a file, in program order, each with the last place before it where its object is used since the
    first of the sites on that object."""
    before: dict[str, tuple[int, int]] = {}
    for site in sites:
        word = site.variable
        if not word:
            yield site
            continue
        end, used = before.get(site.target, (site.region.start, -1))
        used = max(used, last_use(unit, word, end, site.region.start))
        before[site.target] = max(end, site.region.end), site.region.start if _is_use(unit, word, site) else used
        yield site._replace(used=used) if used >= 0 else site


def _is_use(unit: Unit, word: str, site: Site) -> bool:
    """Whether a site is itself a call by which the object is used: `context.wrap_socket(...)`."""
    own = site.form is Form.CALL and unit.source.data.startswith(word.encode(), site.region.start)
    return own and acts(site.names[0].rpartition(".")[2])


def last_use(unit: Unit, word: str, start: int, end: int, *, further: bool = True) -> int:
    """The last place between two offsets where an object is put to use; -1 if there is none. With `further`, also
    by what is made of it there."""
    caseless = unit.frontend.language in CASELESS
    if start >= end or not (caseless or word.encode() in unit.source.data[start:end]):
        return -1
    text = rb"(?<![\w.$@:>])(?:this(?:\.|->))?(" + re.escape(word.encode()) + rb")(?!\w)"
    pattern = re.compile(text, re.IGNORECASE if caseless else 0)
    places = [found.span(1) for found in pattern.finditer(unit.source.data, start, end)]
    for place in reversed(places[-MAX_PLACES:]):
        try:
            path = unit.path_at(place[0])
        except TooDeep:
            continue
        if _is_put_to_use(unit, path, place, (start, end), further):
            return place[0]
    return -1


def _is_put_to_use(unit: Unit, path: Path, place: tuple[int, int], window: tuple[int, int], further: bool) -> bool:
    """Whether the object that stands at a place is used by the code around it, up to its statement."""
    frontend = unit.frontend
    if frontend.capital_calls and WRITTEN.match(unit.source.data, place[1]):
        return True  # the variable gets another object: what is set after that is of that one
    ends = frontend.block_kinds | frontend.function_kinds | frontend.class_kinds
    level = next((at for at, node in enumerate(path) if (node.start_byte, node.end_byte) == place), 0)
    if not level or _is_elsewhere(unit, path, level, window[0]):
        return False
    members, made = 0, False
    for at in range(level, 0, -1):
        if path[at - 1].type in ends:
            break
        if path[at - 1].type.startswith("return") and (not made or frontend.capital_calls):
            return True
        does, member = _done(unit, path, at, members)
        if does is not None and does is not Handling.MAKES:
            return does is Handling.USES
        made = made or does is Handling.MAKES
        members = 0 if does is Handling.MAKES else members + member
        if made and does is None and further and _becomes_used(unit, path, at, window[1]):
            return True
    return False


def _done(unit: Unit, path: Path, at: int, members: int) -> tuple[Handling | None, int]:
    """What is done with a node of a path by the node around it, if anything, and whether that is a member of it;
    `members` are those that were taken before, so that what is called is a part of the object."""
    call = _call(unit, path, at)
    if call is None:
        return None, 0
    if not call.called:
        return (Handling.USES, 0) if unit.frontend.bare_calls and _is_called(unit, path[at - 1], call) else (None, 1)
    if members and not call.passed:
        return (Handling.USES if acts(call.name) else Handling.PREPARES), 0
    if call.passed and CREATION.match(unit.source.data, path[at - 1].start_byte):
        does = Handling.MAKES
    elif unit.frontend.capital_calls:
        does = Handling.USES if call.passed else handled(f"{call.name[:1].lower()}{call.name[1:]}")
    else:
        does = handled(call.name, passed=call.passed, prefixed=call.first and unit.frontend.prefixed_calls)
    awaited = at > 1 and "await" in path[at - 2].type
    return (Handling.USES if awaited and does is Handling.MAKES else does), 0


def _call(unit: Unit, path: Path, at: int) -> Call | None:
    """The member of a node of a path that the node around it is, or the call whose arguments it is."""
    data, node, around = unit.source.data, path[at], path[at - 1]
    if node.type in LISTING_KINDS:
        named = CALLED.search(data[around.start_byte : node.start_byte])
        first = len(path) > at + 1 and next(iter(node.named_children), None) == path[at + 1]
        return Call(named.group(1).decode("utf-8", "replace"), True, True, first) if named else None
    member = MEMBER.match(data, node.end_byte) if around.start_byte == node.start_byte else None
    if member is None or member.end(1) > around.end_byte:
        return None
    called = bool(member.group(2)) or field(around, "arguments") is not None or field(around, "block") is not None
    return Call(member.group(1).decode("utf-8", "replace"), False, called)


def _is_elsewhere(unit: Unit, path: Path, level: int, start: int) -> bool:
    """Whether a place is no use of the object before the code goes on: text, the name of an argument, a function that
    only runs later."""
    node, around = path[level], path[level - 1]
    if any(part in path[-1].type for part in NOT_CODE) or field(around, "name") == node:
        return True
    return any(inner.type in unit.frontend.function_kinds and inner.start_byte >= start for inner in path)


def _is_called(unit: Unit, node: Node, call: Call) -> bool:
    """Whether a member that is named without parentheses is surely called, and puts its object to use."""
    written = WRITTEN.match(unit.source.data, node.end_byte) is not None
    acting = call.name.isalpha() and acts(call.name)
    return not written and handled(call.name) is Handling.USES and (acting or _stands_alone(unit, node))


def _stands_alone(unit: Unit, node: Node) -> bool:
    """Whether a node is a statement of its own."""
    data = unit.source.data
    before = data[data.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte]
    return not before.strip() and ENDS.match(data, node.end_byte) is not None


def _becomes_used(unit: Unit, path: Path, at: int, end: int) -> bool:
    """Whether a variable gets what is made of the object, and is used before the object is set anew."""
    data, node, around = unit.source.data, path[at], path[at - 1]
    received = RECEIVED.search(data[around.start_byte : node.start_byte])
    named = NAMED.match(data, node.end_byte)
    word = received.group(1) if received else named.group(1) if named else b""
    return bool(word) and last_use(unit, word.decode("utf-8", "replace"), node.end_byte, end, further=False) >= 0
