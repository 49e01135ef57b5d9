"""A configuration file as plain data with places: `file:line:column` for every key and value that may be wrong."""

from collections.abc import Callable, Mapping

from tlsscan import yamlreader
from tlsscan.annotations import TypeAlias
from tlsscan.errors import UsageError
from tlsscan.records import NamedTuple

Path: TypeAlias = tuple[str | int, ...]
Point: TypeAlias = tuple[int, int]
Plain: TypeAlias = "str | bool | int | float | list[Plain] | dict[str, Plain] | object"


class Places(NamedTuple):
    """Line and column of the keys and of the values of a document, by the way to them."""

    keys: Mapping[Path, Point]
    values: Mapping[Path, Point]


class Document(NamedTuple):
    """The data of a file, and where it stands there; places are looked for only when something is wrong."""

    name: str
    plain: dict[str, Plain]
    places: Callable[[], Places]
    base: Path = ()

    def key(self, *path: str | int) -> str:
        """The place of a key, as messages tell it."""
        return self._place(self.places().keys, path)

    def value(self, *path: str | int) -> str:
        """The place of a value; of its key, if only that is known."""
        places = self.places()
        return self._place({**places.keys, **places.values}, path)

    def _place(self, known: Mapping[Path, Point], path: Path) -> str:
        at = known.get(self.base + path)
        return f"{self.name}:{at[0]}:{at[1]}" if at else self.name


def read(name: str, data: bytes) -> Document:
    """The data of a configuration file, by its name: of a pyproject.toml, our table. Raises UsageError with the place
    of what is no TOML or YAML."""
    if name.endswith((".yaml", ".yml")):
        return _yaml(name, data)
    document = _toml(name, data)
    if not name.endswith("pyproject.toml"):
        return document
    tool = document.plain.get("tool")
    table = tool.get("tlsscan", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise UsageError("tool.tlsscan must be a table", place=document.key("tool", "tlsscan"))
    return document._replace(plain=table, base=("tool", "tlsscan"))


def _toml(name: str, data: bytes) -> Document:
    from tlsscan.tomlreader import TomlError, loads

    try:
        text = data.decode("utf-8-sig")
        plain = loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError("not UTF-8", place=f"{name}:{line}:1") from None
    except TomlError as error:
        here = f":{error.line}:{error.column}" if error.line else ""
        raise UsageError(f"not TOML: {error.text}", place=name + here) from None

    def places() -> Places:
        from tlsscan.tomlplaces import places_in

        try:
            return Places(*places_in(text))
        except RecursionError:
            return Places({}, {})

    return Document(name, plain, places)


def _yaml(name: str, data: bytes) -> Document:
    if not _says_anything(data):
        return Document(name, {}, lambda: Places({}, {}))
    node = yamlreader.read(data, name)
    keys: dict[Path, Point] = {}
    values: dict[Path, Point] = {}

    def plain(node: yamlreader.Node, path: Path) -> Plain:
        """The node without its places; the reader bounds how deep it is."""
        values[path] = (node.line, node.column)
        if isinstance(node, yamlreader.Sequence):
            return [plain(item, (*path, number)) for number, item in enumerate(node.items)]
        if isinstance(node, yamlreader.Mapping):
            for key, _ in node.entries:
                keys[(*path, key.text)] = (key.line, key.column)
            return {key.text: plain(value, (*path, key.text)) for key, value in node.entries}
        words = {"true": True, "false": False}
        return node.text if node.quoted else words.get(node.text, node.text)

    whole = plain(node, ())
    if not isinstance(whole, dict):
        raise UsageError("must be a mapping of keys to values", place=f"{name}:{node.line}:{node.column}")
    return Document(name, whole, lambda: Places(keys, values))


def _says_anything(data: bytes) -> bool:
    """Whether a YAML file holds more than comments: an empty configuration is a fine one."""
    lines = (line.strip() for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
    return any(line and not line.startswith(b"#") and line != b"---" for line in lines)
