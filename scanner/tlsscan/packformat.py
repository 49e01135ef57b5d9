"""The format of pack files: one description that the loader reads with and the editors' JSON Schema is made from."""

import re
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any, TypeAlias

from tlsscan.errors import PackError, nearest
from tlsscan.model import SINK_FORMS, Evidence, Form, Kind, Role
from tlsscan.products import parse_ranges
from tlsscan.protocol import BY_TOKEN
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


def _ranges() -> Shape:
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


_OUTCOMES = ("versions", "number", "default")  # of which a meaning says one at most


def _meanings_form(node: Node) -> int:
    """0 for a word, 1 for a mapping, 2 for a list with a mapping in it, 3 for a list of words."""
    if isinstance(node, Sequence):
        return 2 if any(isinstance(item, MapNode) for item in node.items) else 3
    return int(isinstance(node, MapNode))


def _meaning(node: Node, name: str) -> Plain:
    """A meaning that says one thing."""
    plain = _MEANING_FIELDS.read(node, name)
    said = [key for key in _OUTCOMES if key in plain]
    if len(said) > 1:
        raise refuse(f"a meaning cannot say {' and '.join(said)} together", node, name)
    if not said and "effect" not in plain:
        raise refuse("the meaning says nothing", node, name, "versions, number, default or effect")
    return plain


def _default(node: Node, name: str) -> Plain:
    """`default: true`: its opposite would say nothing."""
    if not isinstance(node, Scalar) or node.text != "true":
        raise refuse("default: true is all that can be said here", node, name)
    return True


def _where(node: Node, name: str) -> Plain:
    """A condition on an argument that is named."""
    plain = _unless(node, name)
    if "is" not in plain and "like" not in plain:
        raise refuse("the where condition has either 'is' or 'like'", node, name)
    return plain


def _unless(node: Node, name: str) -> Plain:
    """A condition on an argument that is named, or that it is passed at all."""
    plain = _WHERE_FIELDS.read(node, name)
    if "position" not in plain and "argument" not in plain:
        raise refuse("the where condition has no 'position' or 'argument'", node, name)
    if "is" in plain and "like" in plain:
        raise refuse("the where condition has either 'is' or 'like'", node, name)
    return plain


def _bits(node: Node, name: str) -> Plain:
    """The lowest and the highest bit of a field."""
    low, high = plain = _BIT_PAIR.read(node, name)
    if low > high:
        raise refuse(f"the bits {low} to {high} are no field", node, name, "[lowest, highest]")
    return plain


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
LANGUAGE = word(("python", "ruby", "php", "csharp", "powershell", "vbnet", "java"), "a language")

MEANING_WORDS = rf"default|none|{NUMBER}|" + "|".join(re.escape(v) for v in VERSIONS)
SIMPLE_MEANING = text(MEANING_WORDS, "a meaning", ("integer",))
_MEANING_FIELDS = record(
    {
        "versions": VERSION_LIST,
        "number": number(),
        "default": Shape(_default, {"const": True, "description": "left to the runtime"}),
        "configures": KIND,
        "effect": EFFECT,
        "when": WHEN,
        "note": text(),
    },
    what="meaning",
)
MEANING = Shape(
    _meaning,
    {
        **_MEANING_FIELDS.schema,
        "anyOf": [{"required": [key]} for key in (*_OUTCOMES, "effect")],
        "not": {"anyOf": [{"required": list(pair)} for pair in combinations(_OUTCOMES, 2)]},
    },
)
ALTERNATIVE = either(lambda node: int(isinstance(node, MapNode)), SIMPLE_MEANING, MEANING)
ONE_WORD = Shape(lambda node, name: [SIMPLE_MEANING.read(node, name)], SIMPLE_MEANING.schema)
MEANINGS = either(_meanings_form, ONE_WORD, MEANING, listing(ALTERNATIVE), listing(VERSION))
KEY = text(what="a vocabulary key")
SYNTAX = record(
    {
        "separator": text(r".+", "separator characters, or `space`"),
        "trim": flag("white space around a part is dropped"),
        "case": word(("sensitive", "insensitive"), "a treatment of case"),
        "until": text(r".+", "the text that ends the part that counts"),
        "add": text(r".", "the character before a word that is added"),
        "remove": text(r".", "the character before a word that is taken away"),
        "bare": word(("add", "replace"), "what a word without such a character does"),
        "pattern": flag("a text is a regular expression for words"),
    },
    what="syntax",
)
_BIT_PAIR = listing(number("a bit", 0, 63), least=2, most=2)
FIELD = record(
    {"bits": Shape(_bits, _BIT_PAIR.schema), "configures": KIND, "numbers": table(number(), MEANINGS)},
    ("bits", "configures", "numbers"),
    "field",
)
FIX = record(
    {
        "write": KEY,
        "keep": KEY,
        "needs": WHEN,
        "unsafe": text(what="what the value changes beside the versions"),
        "bare": flag("the name is known everywhere, so that it can take the place of a number"),
    },
    what="fix",
)


def _fix_row() -> Shape:
    """A fix, or just what it writes."""
    short = Shape(lambda node, name: {"write": KEY.read(node, name), "line": node.line}, KEY.schema)
    return either(lambda node: int(isinstance(node, MapNode)), short, FIX)


VOCABULARY = record(
    {
        "include": listing(text(r"[a-z0-9-]+|shared/[a-z0-9-]+#[a-z0-9-]+", "a vocabulary"), single=True),
        "values": table(KEY, MEANINGS, "table of values"),
        "flags": table(number("a flag", 1), VERSION_LIST, "table of flags"),
        "fields": listing(FIELD),
        "syntax": SYNTAX,
        "coerce": word(("php", "number"), "a coercion"),
        "unknown": either(lambda node: int(isinstance(node, MapNode)), ONE_WORD, MEANING),
        "resembling": listing(text(r".+", "a pattern")),
        "guards": VERSION_LIST,
        "spans": text(r"\w+", "the name of a method"),
        "fixes": listing(_fix_row()),
        "since": table(KEY, WHEN, "table of names"),
    },
    what="vocabulary",
)
VOCABULARY_NAME = text(r"[a-z0-9-]+|shared/[a-z0-9-]+#[a-z0-9-]+", "a vocabulary name")
POSITION = number("a position, from 0", 0, 99)
_WHERE_FIELDS = record(
    {
        "position": POSITION,
        "argument": text(),
        "is": listing(KEY, single=True),
        "like": listing(text(what="a pattern of a text"), single=True),
        "optional": flag("it also holds where nothing is passed there"),
    },
    what="where condition",
)
_SLOT = record({"position": POSITION, "argument": text()}, what="argument")
WHERE = Shape(
    _where,
    {
        **_WHERE_FIELDS.schema,
        "anyOf": [{"required": ["position"]}, {"required": ["argument"]}],
        "oneOf": [{"required": ["is"]}, {"required": ["like"]}],
    },
)
UNLESS = Shape(
    _unless,
    {
        **_WHERE_FIELDS.schema,
        "anyOf": [{"required": ["position"]}, {"required": ["argument"]}],
        "not": {"required": ["is", "like"]},
    },
)
INITIAL = either(
    lambda node: int(not isinstance(node, Scalar)),
    number("a number"),
    listing(record({"when": WHEN, "value": number()}, ("value",), "initial value")),
)
PLACE = {
    "where": listing(WHERE, single=True, most=8),
    "arity": number("a number of arguments", 1, 99),
    "files": listing(text(r"[^\\]+", "a file pattern"), single=True),
    "beside": listing(text(r"\S+", "what the file must hold, without white space"), single=True),
    "without": listing(text(r"\S+", "what the file must not hold, without white space"), single=True),
    "anchor": listing(text(what="a literal"), single=True),
}
SINK = record(
    {
        **{form.value: listing(text(what="an API name"), single=True) for form in SINK_FORMS},
        **PLACE,
        "position": POSITION,
        "argument": text(what="an argument name"),
        "rest": flag("all arguments from the position on are values"),
        "of": listing(text(what="an API name"), single=True),
        "vocabulary": VOCABULARY_NAME,
        "configures": KIND,
        "role": ROLE,
        "effect": EFFECT,
        "when": WHEN,
        "initial": INITIAL,
        "bare": MEANINGS,
        "adds": flag("a write joins what was set before"),
        "overloaded": flag("other overloads take something else in this place"),
        "sure": flag("only where the code tells the receiver"),
        "known": flag("only values that the vocabulary knows"),
        "users": record(
            {
                "hold": listing(text(r"\S+", "what one of the files that use the class must hold"), single=True),
                "without": listing(text(r"\S+", "what none of those files may hold"), single=True),
            },
            ("hold",),
            "condition on files",
        ),
        "chained": flag("only on the result of a call that no variable keeps"),
        "untold": flag("only where the code leaves open what the receiver is"),
        "idle": listing(text(r"\w+", "a member of what the call makes"), single=True),
        "order": number("when the library applies it, from 1", 1, 9),
    },
    what="sink",
)
REMEDY = template(("floor", "minor"), "a remedy")
REMEDIES = either(
    lambda node: int(isinstance(node, MapNode)),
    REMEDY,
    record({"TLSv1.2": REMEDY, "TLSv1.3": REMEDY}, ("TLSv1.2", "TLSv1.3"), "remedy by floor"),
)
EXAMPLE = record({"language": LANGUAGE, "file": text(), "code": code()}, ("code",), "example")
RULE_ID = text(r"[a-z]+/[a-z0-9-]+", "a rule id")
RULE = record(
    {
        "id": RULE_ID,
        "title": text(),
        "languages": listing(LANGUAGE, single=True),
        "configures": KIND,
        "vocabulary": VOCABULARY_NAME,
        "base": IDENTIFIER,
        "role": ROLE,
        "sides": record(
            {"client": listing(text(), single=True), "server": listing(text(), single=True)},
            ("client", "server"),
            "table of sides",
        ),
        "tells": listing(
            record(
                {
                    **{form.value: listing(text(what="an API name"), single=True) for form in (Form.CALL, Form.NEW)},
                    **{key: shape for key, shape in PLACE.items() if key != "where"},
                    "where": listing(UNLESS, single=True, most=8),
                    "unless": listing(UNLESS, single=True, most=8),
                    "role": word((Role.CLIENT.value, Role.SERVER.value), "a side"),
                    "object": _SLOT,
                    "members": listing(text(r"\w+", "a member of what the call makes"), single=True),
                },
                ("role",),
                "call that tells a side",
            )
        ),
        "holes": HOLES,
        "fold": record(
            {
                "group": IDENTIFIER,
                "resets": listing(word(("floor", "ceiling", "enabled", "removed"), "a part"), single=True),
                "pinned": word(("rejected",), "what a pinned object does"),
                "starts": flag("the site makes a new object"),
                "process": flag("the setting is that of the whole process"),
                "like": flag("objects go by the text that `like` compares"),
            },
            ("group",),
            "fold",
        ),
        "evidence": EVIDENCE,
        "note": text(),
        "sinks": listing(SINK),
        "message": template(("api", "value", "versions", "side", "only"), "a message"),
        "remediation": REMEDIES,
        "references": listing(URL, single=True),
        "examples": either(lambda node: int(isinstance(node, Sequence)), code(), listing(EXAMPLE)),
    },
    ("id", "title", "configures", "vocabulary", "sinks", "message", "remediation", "references", "examples"),
    "rule",
)
DEFAULT_FORMS = (Form.CALL, Form.NEW, Form.ASSIGN, Form.OPTION)
DEFAULT_USE = record(
    {
        "id": RULE_ID,
        "title": text(),
        "languages": listing(LANGUAGE, single=True),
        "base": IDENTIFIER,
        "role": ROLE,
        "evidence": EVIDENCE,
        "note": text(),
        "sinks": listing(
            record(
                {
                    **{form.value: listing(text(what="an API name"), single=True) for form in DEFAULT_FORMS},
                    **PLACE,
                    "of": listing(text(what="an API name"), single=True),
                    "unless": listing(UNLESS, single=True, most=8),
                    "witness": flag("no use itself: it tells of what it is called on whether that is one"),
                },
                what="use",
            )
        ),
        "governed": listing(RULE_ID, single=True),
        "references": listing(URL, single=True),
        "examples": either(lambda node: int(isinstance(node, Sequence)), code(), listing(EXAMPLE)),
    },
    ("id", "title", "sinks", "references", "examples"),
    "use of a default",
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
        "defaults": listing(DEFAULT_USE),
        "renamed": table(RULE_ID, RULE_ID, "table of rules that had another id"),
    },
    ("schema", "library"),
    "pack",
)
ROW = record(
    {
        "when": WHEN,
        "offered": VERSION_LIST,
        "possible": VERSION_LIST,
        "server": VERSION_LIST,
        "patched": VERSION_LIST,
        "shipped": flag("whether current systems have the update that `patched` is about"),
        "exact": flag("only for claims of such a very version"),
        "through": text(what="by what it offers that, where it offers more by other means"),
        "note": text(),
        "remedy": text(),
        "evidence": EVIDENCE,
        "references": listing(URL, single=True),
    },
    ("offered", "possible", "evidence"),
    "row",
)
FLOOR = record(
    {
        "id": text(r"runtimes/[a-z0-9-]+", "a rule id that begins with runtimes/"),
        "title": text(),
        "name": text(what="the product's name, as people write it"),
        "former": record({"name": text(), "before": version()}, ("name", "before"), "former name"),
        "optional": flag("whether what it is for mostly does without TLS"),
        "speaks": listing(LANGUAGE),
        "proven": flag("whether it matters only to code that is known to leave the versions to it"),
        "mistaken": record({"versions": _ranges(), "for": PRODUCT}, ("versions", "for"), "mistake"),
        "product": PRODUCT,
        "base": IDENTIFIER,
        "role": ROLE,
        "remediation": REMEDIES,
        "references": listing(URL, single=True),
        "examples": code(),
    },
    ("id", "title", "name", "product", "base", "remediation", "references", "examples"),
    "floor",
)
BROUGHT = record(
    {
        "since": _ranges(),
        "unless": listing(text("[a-z]+", "what parts of tags begin with")),
        "brings": table(PRODUCT, version(), "table of products"),
    },
    ("since", "brings"),
    "configuration",
)
ENDED = record(
    {"version": version(), "parts": listing(text("[a-z0-9.]+", "what parts of tags begin with"))},
    ("version",),
    "ended image",
)
PACKAGE_NAME = text(r"[^\s:]+(?::[^\s:]+)?", "the name of a package or an image")
COMPACT = flag("whether numbers in names are written without dots (php74)")
IMAGE = record(
    {
        "names": listing(PACKAGE_NAME),
        "product": PRODUCT,
        "after": listing(text("[a-z-]+", "a word of tags")),
        "last": flag("whether the version is the last part of a tag"),
        "second": flag("whether the version is the second part of a tag"),
        "first": version(),
        "linked": flag("whether it uses the libraries of the release that a tag names"),
        "base": listing(PRODUCT),
        "called": text(r"[a-z]+\{version\}", "what platforms for functions call it"),
        "compact": COMPACT,
        "configured": listing(BROUGHT),
        "ended": listing(ENDED),
        "references": listing(URL, single=True),
    },
    ("names", "product", "references"),
    "image",
)
RELEASE = record(
    {
        "names": listing(text(r"[\w.]+", "the name or number of a release"), single=True),
        "hosts": listing(text(r"[\w.-]+", "what hosted machines with the release are called"), single=True),
        "contains": table(PRODUCT, listing(version(), single=True), "table of products"),
        "onwards": table(PRODUCT, listing(version(), single=True), "table of products"),
        "firm": flag("whether no policy that it comes with undoes what its configuration decides"),
        "evidence": EVIDENCE,
        "references": listing(URL, single=True),
    },
    ("names", "contains", "evidence"),
    "release",
)
DISTRIBUTION = record(
    {"names": listing(PACKAGE_NAME), "base": listing(PRODUCT), "releases": listing(RELEASE)},
    ("names", "releases"),
    "distribution",
)
SYSTEM_PACKAGE = record(
    {
        "names": listing(PACKAGE_NAME),
        "product": PRODUCT,
        "series": text("[0-9]+", "the series that names without a number stand for"),
        "dotted": flag("whether a number in the name says nothing unless it has a dot (python3)"),
        "with": listing(PRODUCT),
        "apart": flag("whether it comes from elsewhere, so that what the release has says nothing of it"),
        "compact": COMPACT,
        "ended": listing(ENDED),
        "references": listing(URL, single=True),
    },
    ("names", "product"),
    "package",
)
REPOSITORY = record(
    {
        "names": listing(text(r"[^\s$]+", "what a repository is called, with * for anything")),
        "products": listing(PRODUCT),
        "compact": COMPACT,
        "references": listing(URL, single=True),
    },
    ("names", "products", "references"),
    "repository",
)
REGISTRY_NAME = text("maven|nuget|packagist|pypi|rubygems", "a registry of packages")
RUNTIMES = record(
    {
        "schema": SCHEMA_VERSION,
        "images": listing(IMAGE),
        "distributions": table(IDENTIFIER, DISTRIBUTION, "table of distributions"),
        "always": listing(PRODUCT),
        "hosted": listing(PRODUCT),
        "configured": table(PRODUCT, text(), "table of products with what messages call them"),
        "system-packages": listing(SYSTEM_PACKAGE),
        "repositories": listing(REPOSITORY),
        "libraries": table(PRODUCT, table(REGISTRY_NAME, listing(PACKAGE_NAME)), "table of libraries"),
        "assumed": table(
            PRODUCT,
            record({"version": version(), "title": text(), "because": text()}, ("version", "title"), "assumed runtime"),
            "table of assumed runtimes",
        ),
        "bases": table(
            IDENTIFIER,
            record(
                {"title": text(), "products": listing(PRODUCT), "bundled": listing(PRODUCT), "rows": listing(ROW)},
                ("title", "rows"),
                "base",
            ),
            "table of bases",
        ),
        "floors": listing(FLOOR),
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
