"""YAML as data with places: strings, lists and mappings only, every node with its line and column.

Documents are checked as a stream of events before anything recursive touches them: the C composer overflows the
stack on some ten thousand nested brackets.
"""

from collections.abc import Iterable, Iterator

from tlsscan.annotations import TYPE_CHECKING, TypeAlias
from tlsscan.errors import PackError
from tlsscan.records import NamedTuple

if TYPE_CHECKING:
    from yaml import Event, MarkedYAMLError

MAX_BYTES = 1 << 20
MAX_DEPTH = 50
MAX_NODES = 200_000
TOO_DEEP = f"nested more than {MAX_DEPTH} levels"


class Scalar(NamedTuple):
    """A scalar, always as the text that was written; `quoted` unless it is a plain one."""

    text: str
    line: int
    quoted: bool = False
    column: int = 0


class Sequence(NamedTuple):
    """A list."""

    items: tuple["Node", ...]
    line: int
    column: int = 0


class Mapping(NamedTuple):
    """A mapping in written order; keys are scalars and unique."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    line: int
    column: int = 0


Node: TypeAlias = Scalar | Sequence | Mapping


class _Open(NamedTuple):
    """A list or mapping whose end has not come yet."""

    mapping: bool
    items: list[Node]
    line: int
    column: int


def read(data: bytes, name: str) -> Node:
    """The one document of a YAML file. Raises PackError with file and line for anything but plain data."""
    import yaml

    if len(data) > MAX_BYTES:
        raise PackError(f"the file has more than {MAX_BYTES} bytes", place=name)
    loader = getattr(yaml, "CLoader", yaml.Loader)
    try:
        return _build(_checked(yaml.parse(data.decode("utf-8-sig"), Loader=loader), name), name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PackError(f"not UTF-8 at byte {error.start}", place=f"{name}:{line}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError(_problem(error), place=f"{name}:{line}") from None
    except yaml.YAMLError as error:
        raise PackError(str(error).splitlines()[0], place=name) from None


def _problem(error: "MarkedYAMLError") -> str:
    """What is wrong, in our words where libyaml's own limit is met before an event reaches ours (it reads ahead)."""
    problem = str(error.problem or "not YAML")
    return TOO_DEEP if "maximum nesting depth" in problem else problem


def _checked(events: Iterable["Event"], name: str) -> "Iterator[Event]":
    """The events, refused beyond the limits, with aliases, tags or several documents."""
    from yaml import DocumentStartEvent, NodeEvent
    from yaml.events import CollectionEndEvent, CollectionStartEvent

    depth = nodes = documents = 0
    for event in events:
        place = f"{name}:{_line(event)}"
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise PackError("more than one YAML document", place=place)
        elif isinstance(event, NodeEvent):
            nodes += 1
            if event.anchor:  # of an alias event it is the name that it refers to
                raise PackError("anchors and aliases are not allowed", place=place)
            _refuse_tag(event, place)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise PackError(TOO_DEEP, place=place)
        if nodes > MAX_NODES:
            raise PackError(f"more than {MAX_NODES} nodes", place=place)
        yield event


def _refuse_tag(event: "Event", place: str) -> None:
    tag = getattr(event, "tag", None)
    if tag:
        raise PackError(f"the tag {tag} is not allowed", place=place)


def _line(event: "Event") -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _column(event: "Event") -> int:
    return event.start_mark.column + 1 if event.start_mark else 1


def _build(events: Iterable["Event"], name: str) -> Node:
    from yaml import MappingStartEvent, ScalarEvent
    from yaml.events import CollectionEndEvent, CollectionStartEvent

    stack = [_Open(False, [], 1, 1)]
    for event in events:
        if isinstance(event, ScalarEvent):
            stack[-1].items.append(Scalar(event.value, _line(event), event.style not in ("", None), _column(event)))
        elif isinstance(event, CollectionStartEvent):
            stack.append(_Open(isinstance(event, MappingStartEvent), [], _line(event), _column(event)))
        elif isinstance(event, CollectionEndEvent):
            done = stack.pop()
            items = Sequence(tuple(done.items), done.line, done.column)
            stack[-1].items.append(_mapping(done, name) if done.mapping else items)
    if not stack[0].items:
        raise PackError("the file is empty", place=name)
    return stack[0].items[0]


def _mapping(done: _Open, name: str) -> Mapping:
    entries: list[tuple[Scalar, Node]] = []
    seen: dict[str, int] = {}
    for key, value in zip(done.items[::2], done.items[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise PackError("a key must be a plain text", place=f"{name}:{key.line}")
        if key.text in seen:
            raise PackError(f"the key {key.text!r} stands already in line {seen[key.text]}", place=f"{name}:{key.line}")
        seen[key.text] = key.line
        entries.append((key, value))
    return Mapping(tuple(entries), done.line, done.column)
