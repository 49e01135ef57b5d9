"""The format of pack files: one description that the loader reads with and the editors' JSON Schema is made from."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from tlsscan.errors import PackError, nearest
from tlsscan.model import Evidence, Form, Kind, Role
from tlsscan.products import parse_ranges
from tlsscan.protocol import BY_TOKEN
from tlsscan.yamlreader import Mapping as MapNode
from tlsscan.yamlreader import Node, Scalar, Sequence

Plain: TypeAlias = Any  # JSON-ready: dict, list, str, int, bool
Schema: TypeAlias = dict[str, Any]


class Shape(NamedTuple):
    """One thing a pack may say: how to read it from a node, and its JSON Schema."""

    read: Callable[[Node, str], Plain]
    schema: Schema


def refuse(message: str, node: Node, name: str, hint: str = "") -> PackError:
    """A pack error at the line of a node."""
    return PackError(message, place=f"{name}:{node.line}", hint=hint)


def text(pattern: str = "", what: str = "a text") -> Shape:
    """A non-empty scalar that matches a pattern."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or not node.text.strip():
            raise refuse(f"{what} is expected here", node, name)
        if pattern and not re.fullmatch(pattern, node.text):
            raise refuse(f"{node.text!r} is not {what}", node, name)
        return node.text

    schema: Schema = {"type": ["string", "number", "boolean", "null"]} if not pattern else {"type": "string"}
    return Shape(read, {**schema, **({"pattern": f"^(?:{pattern})$"} if pattern else {}), "description": what})


def word(known: tuple[str, ...], what: str) -> Shape:
    """One of a fixed list of words."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar):
            raise refuse(f"{what} is expected here", node, name)
        if node.text not in known:
            hint = nearest(node.text, known) or f"one of {', '.join(known)}"
            raise refuse(f"{node.text!r} is not {what}", node, name, hint)
        return node.text

    return Shape(read, {"enum": list(known), "description": what})


def number(what: str = "a number") -> Shape:
    """An integer, decimal or hexadecimal."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or not re.fullmatch(r"-?\d+|0[xX][0-9a-fA-F]+", node.text):
            raise refuse(f"{what} is expected here", node, name)
        return int(node.text, 0)

    return Shape(read, {"type": ["integer", "string"], "description": what})


def flag(what: str) -> Shape:
    """true or false."""

    def read(node: Node, name: str) -> Plain:
        if not isinstance(node, Scalar) or node.text not in ("true", "false"):
            raise refuse(f"{what}: true or false is expected", node, name)
        return node.text == "true"

    return Shape(read, {"type": "boolean", "description": what})


def listing(item: Shape, *, single: bool = False, least: int = 1) -> Shape:
    """A list; with `single`, one item may stand for a list of one."""

    def read(node: Node, name: str) -> Plain:
        if isinstance(node, Sequence):
            if len(node.items) < least:
                raise refuse(f"at least {least} is needed here", node, name)
            return [item.read(child, name) for child in node.items]
        if single:
            return [item.read(node, name)]
        raise refuse("a list is expected here", node, name)

    many: Schema = {"type": "array", "items": item.schema, "minItems": least}
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

    return Shape(read, {"type": "object", "minProperties": 1, "additionalProperties": value.schema, "description": what})


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


def _ranges() -> Shape:
    def read(node: Node, name: str) -> Plain:
        try:
            parse_ranges(node.text if isinstance(node, Scalar) else "")
        except ValueError as error:
            raise refuse(f"{str(error)!r} is not a version range", node, name, 'like ">=3.7,<3.10 | >=3.12"') from None
        return node.text  # type: ignore[union-attr]  # a scalar, or parse_ranges would have refused it

    return Shape(read, {"type": "string", "description": "version range, alternatives parted by |"})


def _is_map(node: Node) -> int:
    return 2 if isinstance(node, Sequence) and any(isinstance(i, MapNode) for i in node.items) else isinstance(node, MapNode)


VERSIONS = tuple(BY_TOKEN)
PRODUCT = text(r"[a-z][a-z0-9-]*", "a product name")
VERSION = word(VERSIONS, "a protocol version")
VERSION_LIST = listing(VERSION, single=True)
WHEN = table(PRODUCT, _ranges(), "condition on products")
KIND = word(tuple(kind.value for kind in Kind), "a kind")
ROLE = word(tuple(role.value for role in Role), "a role")
EVIDENCE = word(tuple(e.value for e in Evidence), "an evidence mark")
EFFECT = word(("ignored", "rejected"), "an effect")
IDENTIFIER = text(r"[a-z][a-z0-9-]*", "a name in kebab case")
URL = text(r"https?://\S+", "an address")
HOLES = word(("kept", "filled", "cut-above"), "a treatment of holes")
LANGUAGE = word(("python", "ruby", "php", "csharp", "java"), "a language")

SIMPLE_MEANING = text(r"default|none|-?\d+|0[xX][0-9a-fA-F]+|" + "|".join(re.escape(v) for v in VERSIONS), "a meaning")
MEANING = record(
    {
        "versions": VERSION_LIST,
        "number": number(),
        "default": flag("left to the runtime"),
        "configures": KIND,
        "effect": EFFECT,
        "when": WHEN,
        "note": text(),
    },
    what="meaning",
)
ALTERNATIVE = either(lambda node: int(isinstance(node, MapNode)), SIMPLE_MEANING, MEANING)
MEANINGS = either(_is_map, listing(SIMPLE_MEANING, single=True), MEANING, listing(ALTERNATIVE))
KEY = text(what="a vocabulary key")
SYNTAX = record(
    {
        "separator": text(r".+", "separator characters, or `space`"),
        "trim": flag("white space around a part is dropped"),
        "case": word(("sensitive", "insensitive"), "a treatment of case"),
        "until": text(r".+", "the text that ends the part that counts"),
    },
    what="syntax",
)
FIELD = record(
    {"bits": listing(number("a bit"), least=2), "configures": KIND, "numbers": table(number(), MEANINGS)},
    ("bits", "configures", "numbers"),
    "field",
)
VOCABULARY = record(
    {
        "include": listing(text(r"[a-z0-9-]+|shared/[a-z0-9-]+#[a-z0-9-]+", "a vocabulary"), single=True),
        "values": table(KEY, MEANINGS, "table of values"),
        "flags": table(number(), VERSION_LIST, "table of flags"),
        "fields": listing(FIELD),
        "syntax": SYNTAX,
        "coerce": word(("php",), "a coercion"),
    },
    what="vocabulary",
)
VOCABULARY_NAME = text(r"[a-z0-9-]+|shared/[a-z0-9-]+#[a-z0-9-]+", "a vocabulary name")
WHERE = record(
    {"position": number("a position"), "argument": text(), "is": listing(KEY, single=True)}, ("is",), "where condition"
)
INITIAL = either(
    lambda node: int(not isinstance(node, Scalar)),
    number("a number"),
    listing(record({"when": WHEN, "value": number()}, ("value",), "initial value")),
)
SINK = record(
    {
        **{form.value: listing(text(what="an API name"), single=True) for form in Form},
        "position": number("a position, from 0"),
        "argument": text(what="an argument name"),
        "rest": flag("all arguments from the position on are values"),
        "of": listing(text(what="an API name"), single=True),
        "where": WHERE,
        "vocabulary": VOCABULARY_NAME,
        "configures": KIND,
        "role": ROLE,
        "effect": EFFECT,
        "when": WHEN,
        "initial": INITIAL,
        "anchor": listing(text(what="a literal"), single=True),
    },
    what="sink",
)
EXAMPLE = record({"language": LANGUAGE, "file": text(), "code": code()}, ("code",), "example")
RULE = record(
    {
        "id": text(r"[a-z]+/[a-z0-9-]+", "a rule id"),
        "title": text(),
        "configures": KIND,
        "vocabulary": VOCABULARY_NAME,
        "base": IDENTIFIER,
        "role": ROLE,
        "holes": HOLES,
        "fold": record(
            {
                "group": IDENTIFIER,
                "resets": listing(word(("floor", "ceiling", "enabled", "removed"), "a part"), single=True),
                "pinned": word(("rejected",), "what a pinned object does"),
                "starts": flag("the site makes a new object"),
            },
            ("group",),
            "fold",
        ),
        "evidence": EVIDENCE,
        "note": text(),
        "sinks": listing(SINK),
        "message": text(),
        "remediation": text(),
        "references": listing(URL, single=True),
        "examples": either(lambda node: int(isinstance(node, Sequence)), code(), listing(EXAMPLE)),
    },
    ("id", "title", "configures", "vocabulary", "sinks", "message", "remediation", "references", "examples"),
    "rule",
)
SCHEMA_VERSION = word(("1",), "a pack format that this program knows")
PACK = record(
    {
        "schema": SCHEMA_VERSION,
        "library": text(),
        "languages": listing(LANGUAGE, single=True),
        "base": IDENTIFIER,
        "evidence": EVIDENCE,
        "vocabularies": table(IDENTIFIER, VOCABULARY, "table of vocabularies"),
        "rules": listing(RULE),
    },
    ("schema", "library"),
    "pack",
)
ROW = record(
    {
        "when": WHEN,
        "offered": VERSION_LIST,
        "possible": VERSION_LIST,
        "evidence": EVIDENCE,
        "references": listing(URL, single=True),
    },
    ("offered", "possible", "evidence"),
    "row",
)
RUNTIMES = record(
    {
        "schema": SCHEMA_VERSION,
        "assumed": table(
            PRODUCT,
            record({"version": text(), "title": text(), "because": text()}, ("version", "title"), "assumed runtime"),
            "table of assumed runtimes",
        ),
        "bases": table(
            IDENTIFIER,
            record({"title": text(), "products": listing(PRODUCT), "rows": listing(ROW)}, ("title", "rows"), "base"),
            "table of bases",
        ),
    },
    ("schema",),
    "runtimes file",
)


def json_schema() -> Schema:
    """The schema of a pack file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tlsscan rule pack",
        **PACK.schema,
    }
