"""YAML as data with places: strings, lists and mappings only, every node with its line.

Documents are checked as a stream of events before anything recursive touches them: the C composer overflows the
stack on some ten thousand nested brackets.
"""

from typing import NamedTuple, TypeAlias

from tlsscan.errors import PackError

MAX_BYTES = 1 << 20
MAX_DEPTH = 50
MAX_NODES = 200_000


class Scalar(NamedTuple):
    """A scalar, always as the text that was written."""

    text: str
    line: int


class Sequence(NamedTuple):
    """A list."""

    items: tuple["Node", ...]
    line: int


class Mapping(NamedTuple):
    """A mapping in written order; keys are scalars and unique."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    line: int


Node: TypeAlias = Scalar | Sequence | Mapping


def read(data: bytes, name: str) -> Node:
    """The one document of a YAML file. Raises PackError with file and line for anything but plain data."""
    import yaml

    if len(data) > MAX_BYTES:
        raise PackError(f"the file has more than {MAX_BYTES} bytes", place=name)
    loader = getattr(yaml, "CLoader", yaml.Loader)
    try:
        text = data.decode("utf-8")
        return _build(list(_checked(yaml.parse(text, Loader=loader), name)), name)
    except UnicodeDecodeError as error:
        raise PackError(f"not UTF-8 at byte {error.start}", place=name) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError(str(error.problem or "not YAML"), place=f"{name}:{line}") from None
    except yaml.YAMLError as error:
        raise PackError(str(error).splitlines()[0], place=name) from None


def _checked(events, name):  # type: ignore[no-untyped-def]  # PyYAML's events have no types worth naming
    """Events without stream framing, refused beyond the limits, with aliases, tags or several documents."""
    depth = nodes = documents = 0
    for event in events:
        kind = type(event).__name__
        place = f"{name}:{event.start_mark.line + 1}"
        if kind == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                raise PackError("a pack file is one YAML document", place=place)
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise PackError("anchors and aliases are not allowed", place=place)
        if getattr(event, "tag", None):
            raise PackError(f"the tag {event.tag} is not allowed", place=place)
        depth += (kind in ("SequenceStartEvent", "MappingStartEvent")) - (kind in ("SequenceEndEvent", "MappingEndEvent"))
        nodes += kind in ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent")
        if depth > MAX_DEPTH:
            raise PackError(f"nested more than {MAX_DEPTH} levels", place=place)
        if nodes > MAX_NODES:
            raise PackError(f"more than {MAX_NODES} nodes", place=place)
        if kind not in ("StreamStartEvent", "StreamEndEvent", "DocumentStartEvent", "DocumentEndEvent"):
            yield kind, event


def _build(events, name):  # type: ignore[no-untyped-def]  # as above
    stack: list[tuple[str, list[Node], int]] = [("root", [], 1)]
    for kind, event in events:
        line = event.start_mark.line + 1
        if kind == "ScalarEvent":
            stack[-1][1].append(Scalar(event.value, line))
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            stack.append((kind, [], line))
        else:
            opened, items, start = stack.pop()
            node = Sequence(tuple(items), start) if opened == "SequenceStartEvent" else _mapping(items, start, name)
            stack[-1][1].append(node)
    if not stack[0][1]:
        raise PackError("the file is empty", place=name)
    return stack[0][1][0]


def _mapping(items: list[Node], line: int, name: str) -> Mapping:
    entries: list[tuple[Scalar, Node]] = []
    seen: dict[str, int] = {}
    for key, value in zip(items[::2], items[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise PackError("a key must be a plain text", place=f"{name}:{key.line}")
        if key.text in seen:
            raise PackError(f"the key {key.text!r} stands already in line {seen[key.text]}", place=f"{name}:{key.line}")
        seen[key.text] = key.line
        entries.append((key, value))
    return Mapping(tuple(entries), line)
