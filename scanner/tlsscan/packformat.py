"""The format of pack files: one description that the loader reads with and the editors' JSON Schema is made from."""

import re
from itertools import combinations

from tlsscan.model import SINK_FORMS, Evidence, Form, Kind, Role
from tlsscan.protocol import BY_TOKEN
from tlsscan.shapes import (
    NUMBER,
    Plain,
    Schema,
    Shape,
    code,
    either,
    flag,
    listing,
    number,
    ranges,
    record,
    refuse,
    table,
    template,
    text,
    word,
)
from tlsscan.yamlreader import Mapping as MapNode
from tlsscan.yamlreader import Node, Scalar, Sequence

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
    plain = _named(node, name)
    if bool(plain.pop("given", False)) == ("is" in plain or "like" in plain):
        raise refuse("the where condition has either 'is' or 'like'", node, name, "or `given: true`, for any value")
    return plain


def _unless(node: Node, name: str) -> Plain:
    """A condition on an argument that is named, or that it is passed at all."""
    plain = _named(node, name)
    if "given" in plain:
        raise refuse("without values any is meant", node, name, "leave `given` out")
    return plain


def _named(node: Node, name: str) -> Plain:
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
WHEN = table(PRODUCT, ranges(), "condition on products")
KIND = word(tuple(kind.value for kind in Kind), "a kind")
ROLE = word(tuple(role.value for role in Role), "a role")
EVIDENCE = word(tuple(e.value for e in Evidence), "an evidence mark")
EFFECT = word(("ignored", "rejected"), "an effect")
MEANT = word(("ignored", "rejected", "breaks"), "an effect")
DONE = r"\w+(\((true\)|false\))?)?"
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
        "effect": MEANT,
        "when": WHEN,
        "note": text(),
        "elsewhere": text(),
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
        "lacking": MEANING,
        "refused": table(number("a flag", 1), MEANINGS, "table of flags"),
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
        "given": flag("whatever is passed there"),
    },
    what="where condition",
)
_SLOT = record({"position": POSITION, "argument": text()}, what="argument")
WHERE = Shape(
    _where,
    {
        **_WHERE_FIELDS.schema,
        "anyOf": [{"required": ["position"]}, {"required": ["argument"]}],
        "oneOf": [{"required": ["is"]}, {"required": ["like"]}, {"required": ["given"]}],
    },
)
UNLESS = Shape(
    _unless,
    {
        **_WHERE_FIELDS.schema,
        "anyOf": [{"required": ["position"]}, {"required": ["argument"]}],
        "not": {"anyOf": [{"required": ["is", "like"]}, {"required": ["given"]}]},
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
        "means": MEANINGS,
        "adds": flag("a write joins what was set before"),
        "overloaded": flag("other overloads take something else in this place"),
        "presumed": flag("the role is that of most such objects, unless what takes one tells another"),
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
        "named": listing(text(r"[a-z*]+", "a pattern of small letters"), single=True),
        "chained": flag("only on the result of a call that no variable keeps"),
        "untold": flag("only where the code leaves open what the receiver is"),
        "outermost": flag("only where the option stands under no other key"),
        "idle": listing(text(r"\w+", "a member of what the call makes"), single=True),
        "settled": listing(
            text(r"\w+(\(\w+\)|/\d|[+>]\w+)?|\+\w+", "a call, and what its argument must be"), single=True
        ),
        "despite": listing(text(DONE, "a member, or what it is passed to"), single=True),
        "done": listing(text(r"\w+\(?", "a member, or what it is passed to"), single=True),
        "undone": listing(text(DONE, "a member, or what it is passed to"), single=True),
        "order": number("when the library applies it, from 1", 1, 9),
    },
    what="sink",
)
REMEDY = template(("floor", "minor"), "a remedy")
BY_FLOOR = {"TLSv1.2": REMEDY, "TLSv1.3": REMEDY}
BY_SIDE = either(
    lambda node: int(isinstance(node, MapNode)), REMEDY, record(BY_FLOOR, tuple(BY_FLOOR), "remedy by floor")
)
REMEDIES = either(
    lambda node: int(isinstance(node, MapNode)),
    REMEDY,
    record({**BY_FLOOR, "default": REMEDY, "client": BY_SIDE, "server": BY_SIDE}, tuple(BY_FLOOR), "remedy by floor"),
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
                    "presumed": flag("it counts where nothing else tells a side"),
                },
                ("role",),
                "call that tells a side",
            )
        ),
        "addressed": record(
            {
                "like": text(what="a pattern"),
                "by": listing(text(r"\w+/\d( \w+)?", "a call, a position and maybe a key"), single=True),
                "unless": listing(text(r"\w+", "a key or a call"), single=True),
                "bare": flag("an address without a scheme is one without TLS, too"),
            },
            ("like", "by"),
            "way to give addresses",
        ),
        "holes": HOLES,
        "heeded": listing(
            record(
                {
                    "product": PRODUCT,
                    "by": listing(text(r"[\w.]+", "what code calls it"), single=True),
                    "note": text(),
                    "references": listing(text(r"[\w.]+", "an assembly or a package"), single=True),
                },
                ("product", "by", "note"),
                "table of what alone heeds a setting",
            ),
            single=True,
        ),
        "fold": record(
            {
                "group": IDENTIFIER,
                "resets": listing(word(("floor", "ceiling", "enabled", "removed"), "a part"), single=True),
                "pinned": word(("rejected",), "what a pinned object does"),
                "starts": flag("the site makes a new object"),
                "process": flag("the setting is that of the whole process"),
                "like": flag("objects go by the text that `like` compares"),
                "local": flag("only what one function writes joins"),
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
        "governed": listing(text(r"[a-z]+/[a-z0-9-]+( [\w.]+)?", "a rule id, or one and a call"), single=True),
        "references": listing(URL, single=True),
        "examples": either(lambda node: int(isinstance(node, Sequence)), code(), listing(EXAMPLE)),
    },
    ("id", "title", "sinks", "references", "examples"),
    "use of a default",
)
SIDES = (Role.CLIENT, Role.SERVER)
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
        "sides": record(
            {
                side.value: listing(text(r"\S+", "what a file holds, without white space"), single=True)
                for side in SIDES
            },
            tuple(side.value for side in SIDES),
            "table of words by side",
        ),
        "renamed": table(RULE_ID, RULE_ID, "table of rules that had another id"),
    },
    ("schema", "library"),
    "pack",
)


def json_schema() -> Schema:
    """The schema of a pack file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tlsscan rule pack",
        **PACK.schema,
    }
