"""TOML manifests as trees: `tomlreader` says what a file means, a look at its lines where each value stands."""

import re

from tlsscan.annotations import TypeAlias
from tlsscan.manifests.tree import Broken, Node
from tlsscan.patterns import lazy

Path: TypeAlias = tuple[str | int, ...]

_HEADER = lazy(r"[ \t]*(\[\[?)[ \t]*([^\n#]*?)[ \t]*\]\]?\s*(?:#.*)?$")
_ENTRY = lazy(
    r"""[ \t]*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)[ \t]*=[ \t]*"""
)
_BLANK_LINES = lazy(r"(?:[ \t\r]*\n)+")
_PART = lazy(r"""[\w-]+|"[^"\n]*"|'[^'\n]*'""")
_TOKEN = lazy(r"""'''[\s\S]*?'''|\"{3}[\s\S]*?\"{3}|'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[\[\]{}]|\n""")


def read(data: bytes) -> Node:
    """The document. Raises Broken."""
    from tlsscan.tomlreader import TomlError, loads

    text = data.decode("utf-8", "replace")
    try:
        plain = loads(text.replace("\r\n", "\n"))
    except TomlError as error:
        offset = _line_offset(data, error.line) if error.line else -1
        raise Broken(f"is not valid TOML: {error.text}", offset) from None
    places = _places(text)
    return _node(plain, (), places, (0, len(data)), "")


def _line_offset(data: bytes, line: int) -> int:
    return sum(map(len, data.splitlines(keepends=True)[: line - 1]))


def _node(value: object, path: Path, places: dict[Path, tuple[int, int]], around: tuple[int, int], key: str) -> Node:
    """A value as a node; what has no place of its own stands where the value around it does."""
    start, end = places.get(path, around)
    if isinstance(value, dict):
        items = [_node(item, (*path, name), places, (start, end), name) for name, item in value.items()]
        return Node("", start, end, key, items, True)
    if isinstance(value, list):
        return Node("", start, end, key, [_node(v, (*path, i), places, (start, end), "") for i, v in enumerate(value)])
    quoted = isinstance(value, str) and path in places and end - start >= 2
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Node(text, start + quoted, end - quoted, key, quoted=isinstance(value, str))


def _places(text: str) -> dict[Path, tuple[int, int]]:
    """Where the values of entries stand, by the path of their keys, in bytes."""
    found: dict[Path, tuple[int, int]] = {}
    arrays: dict[Path, int] = {}
    table: Path = ()
    at = 0
    width = 0  # of what stands before `at`, in bytes
    while at < len(text):
        if blanks := _BLANK_LINES.match(text, at):
            width += blanks.end() - at
            at = blanks.end()
            continue
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        stop = line_end
        if header := _HEADER.match(text, at, line_end):
            table = _table(_keys(header[2]), header[1] == "[[", arrays)
            found[table] = (width, width + len(text[at:line_end].encode()))
        elif entry := _ENTRY.match(text, at, line_end):
            stop = _value_end(text, entry.end())
            value = text[entry.end() : stop].rstrip()
            start = width + len(text[at : entry.end()].encode())
            path = (*table, *_keys(entry[1]))
            found[path] = (start, start + len(value.encode()))
            _inside(value, path, start, found)
            following = text.find("\n", stop)
            stop = len(text) if following < 0 else following
        width += len(text[at : stop + 1].encode())
        at = stop + 1
    return found


def _keys(text: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _table(keys: Path, repeated: bool, arrays: dict[Path, int]) -> Path:
    """The path of a table, with the number of each array of tables on the way."""
    path: Path = ()
    for number, key in enumerate(keys):
        path = (*path, key)
        if repeated and number == len(keys) - 1:
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path = (*path, arrays[path])
    return path


def _value_end(text: str, start: int) -> int:
    """Where a value ends: at a comment or the end of the line outside of brackets."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        mark = token.group()
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif not depth and (mark == "\n" or mark.startswith("#")):
            return token.start()
    return len(text)


def _inside(value: str, path: Path, start: int, found: dict[Path, tuple[int, int]]) -> None:
    """The places of texts in a list of texts, and of entries of an inline table."""
    if value.startswith("["):
        tokens = list(_TOKEN.finditer(value))
        if not any(token.group() in "[{" for token in tokens[1:]):
            strings = [token for token in tokens if token.group()[0] in "'\""]
            begin, before = start, 0
            for number, token in enumerate(strings):
                begin += len(value[before : token.start()].encode())
                before = token.start()
                found[(*path, number)] = (begin, begin + len(token.group().encode()))
    elif value.startswith("{"):
        pattern = r"""([\w-]+|"[^"]*")[ \t]*=[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w.+-]+)"""
        begin, before = start, 0
        for entry in re.finditer(pattern, value):
            begin += len(value[before : entry.start(2)].encode())
            before = entry.start(2)
            found.setdefault((*path, entry[1].strip('"')), (begin, begin + len(entry[2].encode())))
