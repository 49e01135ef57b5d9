"""What pack files are made of, whatever they say: texts, numbers, lists, mappings, each with how to read it from a
node and its JSON Schema."""

import re
from collections.abc import Callable, Mapping

from tlsscan.annotations import Any, TypeAlias
from tlsscan.errors import PackError, nearest
from tlsscan.products import parse_ranges
from tlsscan.records import NamedTuple
from tlsscan.yamlreader import Mapping as MapNode
from tlsscan.yamlreader import Node, Scalar, Sequence

NUMBER = "0|-?[1-9][0-9]{0,18}|0[xX][0-9a-fA-F]{1,16}"
MIN_NUMBER, MAX_NUMBER = -(1 << 63), (1 << 64) - 1
Plain: TypeAlias = Any  # JSON-ready: dict, list, str, int, bool
Schema: TypeAlias = dict[str, Any]


class Shape(NamedTuple):
    """One thing a pack may say: how to read it from a node, and its JSON Schema."""

    read: Callable[[Node, str], Plain]
    schema: Schema


def refuse(message: str, node: Node, name: str, hint: str = "") -> PackError:
    """A pack error at the line of a node."""
    return PackError(message, place=f"{name}:{node.line}", hint=hint)


def text(pattern: str = "", what: str = "a text", unquoted: tuple[str, ...] = ()) -> Shape:
    """A non-empty scalar that matches a pattern. `unquoted` are the JSON types that an editor may see in its place."""
    unquoted = unquoted if pattern else ("number", "boolean", "null")

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or not node.text.strip():
            raise refuse(f"{what} is expected here", node, name)
        if pattern and not re.fullmatch(pattern, node.text):
            raise refuse(f"{node.text!r} is not {what}", node, name)
        return node.text

    schema: Schema = {"type": ["string", *unquoted], "pattern": f"^(?:{pattern})$" if pattern else r"\S"}
    return Shape(read, {**schema, "description": what})


def template(fields: tuple[str, ...], what: str) -> Shape:
    """A text with `{field}` for some of the fields, and no other braces."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or not node.text.strip():
            raise refuse(f"{what} is expected here", node, name)
        for brace in re.findall(r"\{[^{}]*\}|[{}]", node.text):
            if brace[1:-1] not in fields or len(brace) < 2:
                known = ", ".join(f"{{{field}}}" for field in fields)
                raise refuse(f"{brace!r} is nothing that {what} can show", node, name, f"{known} are")
        return node.text

    known = "|".join(rf"\{{{field}\}}" for field in fields)
    return Shape(read, {"type": "string", "pattern": rf"^(?:[^{{}}]|{known})+$", "description": what})


def version() -> Shape:
    """A product's version: a text, since YAML takes 3.10 for 3.1."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or not re.match("[0-9]", node.text):
            raise refuse("a version is expected here", node, name)
        if not node.quoted and re.fullmatch(r"[0-9]+(\.[0-9]*)?", node.text):
            raise refuse(f"{node.text} is a number", node, name, f'a version is a text: "{node.text}"')
        return node.text

    return Shape(read, {"type": "string", "pattern": "^[0-9]", "description": "a version"})


def word(known: tuple[str, ...], what: str) -> Shape:
    """One of a fixed list of words."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar):
            raise refuse(f"{what} is expected here", node, name)
        if node.text not in known:
            hint = nearest(node.text, known) or f"one of {', '.join(known)}"
            raise refuse(f"{node.text!r} is not {what}", node, name, hint)
        return node.text

    seen = [*known, *[int(token) for token in known if token.isdecimal()]]  # an editor sees `schema: 1` as a number
    return Shape(read, {"enum": seen, "description": what})


def number(what: str = "a number", least: int = MIN_NUMBER, most: int = MAX_NUMBER) -> Shape:
    """An integer, decimal or hexadecimal, within bounds."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or not re.fullmatch(NUMBER, node.text):
            raise refuse(f"{what} is expected here", node, name)
        value = int(node.text, 0)
        if not least <= value <= most:
            raise refuse(f"{node.text} is not {what}", node, name, f"{least} to {most}")
        return value

    schema: Schema = {"type": ["integer", "string"], "pattern": f"^(?:{NUMBER})$", "minimum": least, "maximum": most}
    return Shape(read, {**schema, "description": what})


def flag(what: str) -> Shape:
    """true or false."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or node.text not in ("true", "false"):
            raise refuse(f"{what}: true or false is expected", node, name)
        return node.text == "true"

    return Shape(read, {"type": "boolean", "description": what})


def listing(item: Shape, *, single: bool = False, least: int = 1, most: int = 1000) -> Shape:
    """A list; with `single`, one item may stand for a list of one."""

    def read(node: Node, name: str) -> Plain:
        if isinstance(node, Sequence):
            if not least <= len(node.items) <= most:
                amount = f"at least {least}" if len(node.items) < least else f"at most {most}"
                raise refuse(f"{amount} items are needed here", node, name)
            return [item.read(child, name) for child in node.items]
        if single:
            return [item.read(node, name)]
        raise refuse("a list is expected here", node, name)

    many: Schema = {"type": "array", "items": item.schema, "minItems": least, "maxItems": most}
    return Shape(read, {"anyOf": [item.schema, many]} if single else many)


def record(fields: Mapping[str, Shape], required: tuple[str, ...] = (), what: str = "mapping") -> Shape:
    """A mapping with known keys; unknown ones are refused with the nearest match. Keeps `line`."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, MapNode):
            raise refuse(f"a {what} (a mapping) is expected here", node, name)
        plain: dict[str, Plain] = {"line": node.line}
        for key, value in node.entries:
            shape = fields.get(key.text)
            if shape is None:
                hint = nearest(key.text, fields) or f"a {what} has {', '.join(fields)}"
                raise refuse(f"unknown key {key.text!r} in a {what}", key, name, hint)
            plain[key.text] = shape.read(value, name)
        for missing in (key for key in required if key not in plain):
            raise refuse(f"the {what} has no {missing!r}", node, name)
        return plain

    properties = {key: shape.schema for key, shape in fields.items()}
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return Shape(read, {**schema, "required": list(required)} if required else schema)


def table(key: Shape, value: Shape, what: str = "table") -> Shape:
    """A mapping with free keys, in written order, as a list of [key, value, line]."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, MapNode) or not node.entries:
            raise refuse(f"a {what} (a mapping) is expected here", node, name)
        return [[key.read(k, name), value.read(v, name), k.line] for k, v in node.entries]

    schema: Schema = {"type": "object", "minProperties": 1, "additionalProperties": value.schema}
    return Shape(read, {**schema, "propertyNames": {"pattern": key.schema["pattern"]}, "description": what})


def either(test: Callable[[Node], int], *shapes: Shape) -> Shape:
    """One of several shapes, chosen by looking at the node."""
    return Shape(lambda node, name: shapes[test(node)].read(node, name), {"anyOf": [s.schema for s in shapes]})


def code() -> Shape:
    """A block of example code; its first line is kept for error messages."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or not node.text.strip():
            raise refuse("example code is expected here", node, name)
        return {"line": node.line, "code": node.text}

    return Shape(read, {"type": "string", "description": "example code with expect: comments"})


def ranges() -> Shape:
    """Versions of a product: `>=3.7,<3.10 | >=3.12`."""

    def read(node: Node, name: str) -> Plain:
        ranges = node.text if isinstance(node, Scalar) else ""
        try:
            parse_ranges(ranges)
        except ValueError as error:
            raise refuse(f"{str(error)!r} is not a version range", node, name, 'like ">=3.7,<3.10 | >=3.12"') from None
        return ranges

    bound = r"\s*(?:>=|<=|==|>|<)\s*[^,|0-9]*[0-9][^,|]*"
    pattern = rf"^{bound}(?:[,|]{bound})*$"
    return Shape(read, {"type": "string", "pattern": pattern, "description": "version range, alternatives parted by |"})
