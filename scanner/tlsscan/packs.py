"""Rule packs: from YAML files to checked, JSON-ready data, and from that (or its compiled form) to rules.

Built-in packs are compiled to JSON when the wheel is built, keyed by the content of the YAML files; a compiled form
that is damaged or stale is made again in memory. Knows nothing of syntax trees or policy.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from operator import attrgetter
from typing import Any
from zlib import crc32

from tlsscan.errors import PackError, nearest
from tlsscan.languages import CASELESS
from tlsscan.model import Form, Kind, Role
from tlsscan.products import Condition, parse_ranges
from tlsscan.protocol import BY_TOKEN, NO_VERSIONS, VersionSet
from tlsscan.records import NamedTuple
from tlsscan.rules import (
    Base,
    BaseRow,
    Example,
    Field,
    Fold,
    Key,
    Meaning,
    Meanings,
    Remedy,
    Rule,
    Sink,
    SinkKey,
    Syntax,
    Vocabulary,
    Where,
)

FORMAT = "3"
COMPILED = "compiled.json"
SUFFIXES = (".yaml", ".yml")
LABEL = "rules"  # the built-in folder in places, wherever it is installed
DEFAULT_LANGUAGES = {
    "python": ["python"],
    "ruby": ["ruby"],
    "php": ["php"],
    "dotnet": ["csharp", "powershell", "vbnet"],
    "java": ["java"],
}
LOWERED = CASELESS | {"php"}  # languages whose function names ignore case: anchors are looked for in lower case
SHORTEST_ANCHOR = 4  # of a name; what a pack says itself may be shorter by one
MAX_BYTES = 1 << 20  # of one file; the reader of YAML refuses more
COMMON_WORDS = frozenset(
    word
    for words in (
        "options option version versions protocol protocols method methods open connect create request start",
        "getinstance instance builder build client server context socket config default execute session",
        "initialize defaults setprotocol setprotocols setproperty setoption",
    )
    for word in words.split()
)
Plain = dict[str, Any]


def builtin_directory() -> str:
    """Where the built-in packs are: beside the installed package, or `rules/` of the checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    shipped = os.path.join(here, "packs")
    if os.path.isdir(shipped):
        return shipped
    return os.path.join(os.path.dirname(os.path.dirname(here)), "rules")


# -- files -> checked data --------------------------------------------------------------------------------------


class PackFile(NamedTuple):
    """One YAML file: its pack (the folder), its stem, the place for messages, its bytes."""

    pack: str
    stem: str
    place: str
    data: bytes


def pack_files(directory: str, label: str = "") -> list[PackFile]:
    """The YAML files of a folder of packs, or of a folder that is one pack; `label` stands for the folder in places.

    Raises PackError if there are none.
    """
    found: list[PackFile] = []
    label = label or directory.rstrip("/") or directory
    for entry in _entries(directory):
        if entry.is_dir():
            inner = [e for e in _entries(entry.path) if e.name.endswith(SUFFIXES)]
            found.extend(_pack_file(entry.name, e, f"{label}/{entry.name}/{e.name}") for e in inner)
        elif entry.name.endswith(SUFFIXES):
            own = os.path.basename(os.path.abspath(directory))
            found.append(_pack_file(own, entry, f"{label}/{entry.name}"))
    if not found:
        raise PackError("no .yaml file in this rules folder", place=directory)
    return found


def _entries(directory: str) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(directory) as entries:
            return sorted(entries, key=attrgetter("name"))
    except OSError as error:
        raise PackError(f"cannot read the rules folder: {error.strerror}", place=directory) from None


def _pack_file(pack: str, entry: "os.DirEntry[str]", place: str) -> PackFile:
    """Every run reads all packs, to know whether the compiled form is fresh: plain system calls are quickest."""
    try:
        descriptor = os.open(entry.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            data = os.read(descriptor, MAX_BYTES + 1)
            while data and len(data) <= MAX_BYTES and (more := os.read(descriptor, MAX_BYTES + 1)):
                data += more
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PackError(f"cannot be read: {error.strerror}", place=place) from None
    return PackFile(pack, os.path.splitext(entry.name)[0], place, data)


def content_key(files: Iterable[PackFile]) -> str:
    """A checksum over names and contents of pack files.

    It tells stale from fresh, and defends against nobody: who can write here can write the packs themselves.
    """
    value = crc32(FORMAT.encode())
    for file in files:
        value = crc32(f"\0{file.pack}/{file.stem}\0{len(file.data)}\0".encode(), value)
        value = crc32(file.data, value)
    return f"{value:08x}"


def compile_rules(directory: str) -> bytes:
    """The compiled form of a folder of packs: a line with two checksums, and the book without its examples, which no
    scan needs. Raises PackError."""
    files = pack_files(directory, LABEL)
    book = check(files)
    for rule in book["rules"]:
        rule["examples"] = []
    data = _stored(book)
    return f"{content_key(files)} {_digest(data)}\n".encode() + data


def _stored(book: Plain) -> bytes:
    """A line with what every run needs, and then the rules and vocabularies, each with its place told in that line."""
    parts: list[bytes] = []
    at = 0

    def keep(item: Any) -> tuple[int, int]:
        nonlocal at
        parts.append(json.dumps(item, separators=(",", ":"), sort_keys=True).encode())
        at += len(parts[-1])
        return at - len(parts[-1]), at

    index = {
        **book,
        "rules": [[*_head(rule), *keep(rule)] for rule in book["rules"]],
        "vocabularies": {name: keep(book["vocabularies"][name]) for name in sorted(book["vocabularies"])},
    }
    return json.dumps(index, separators=(",", ":"), sort_keys=True).encode() + b"\n" + b"".join(parts)


def _digest(data: bytes) -> str:
    return f"{crc32(data):08x}"


def check(files: Iterable[PackFile], onto: Plain | None = None) -> Plain:
    """Checked data of pack files, added to another book if one is given. Raises PackError at the first mistake."""
    from tlsscan import packformat, yamlreader

    book: Plain = {"rules": [], "vocabularies": {}, "bases": {}, "assumed": {}, "literals": {}}
    if onto is not None:
        book = json.loads(json.dumps(onto))
    fresh: list[Plain] = []
    assumed: dict[str, str] = {}
    for file in files:
        node = yamlreader.read(file.data, file.place)
        if file.pack == "runtimes":
            _add_runtimes(book, packformat.RUNTIMES.read(node, file.place), file.place, assumed)
        else:
            fresh.append({**packformat.PACK.read(node, file.place), "file": file})
    for pack in fresh:
        _add_vocabularies(book, pack)
    for pack in fresh:
        for name, _, _ in pack.get("vocabularies", []):
            _check_vocabulary(book, f"{_scope(pack['file'])}#{name}")
    for pack in fresh:
        _add_rules(book, pack)
    _check_use(book)
    _resolve_keys(book)
    return book


def _add_runtimes(book: Plain, plain: Plain, path: str, assumed: dict[str, str]) -> None:
    """Tables of one file. Packs of a user may assume another version of a product, but not twice."""
    for product, row, line in plain.get("assumed", []):
        place = f"{path}:{line}"
        if product in assumed:
            raise PackError(f"the product {product!r} is assumed already in {assumed[product]}", place=place)
        assumed[product] = place
        book["assumed"][product] = row
    for name, base, line in plain.get("bases", []):
        place = f"{path}:{line}"
        if name in book["bases"]:
            raise PackError(f"the base {name!r} is taken by {book['bases'][name]['place']}", place=place)
        book["bases"][name] = {**base, "place": place}


def _scope(file: PackFile) -> str:
    return f"{file.pack}/{file.stem}"


def _add_vocabularies(book: Plain, pack: Plain) -> None:
    for name, vocabulary, line in pack.get("vocabularies", []):
        full = f"{_scope(pack['file'])}#{name}"
        vocabulary["place"] = f"{pack['file'].place}:{line}"
        vocabulary["include"] = [_vocabulary_id(n, pack["file"]) for n in vocabulary.get("include", [])]
        if full in book["vocabularies"]:
            taken = book["vocabularies"][full]["place"]
            raise PackError(f"the vocabulary {full!r} is taken by {taken}", place=vocabulary["place"])
        book["vocabularies"][full] = vocabulary


def _resolve_keys(book: Plain) -> None:
    """Keys in their own notation become pairs of type and value once, not in every run."""
    for vocabulary in book["vocabularies"].values():
        for row in vocabulary.get("values", []):
            if isinstance(row[0], str):
                row[0] = parse_keys(row[0])
    for sink in (sink for rule in book["rules"] for sink in rule["sinks"] if "where" in sink):
        for where in sink["where"]:
            where["is"] = [key for item in where.get("is", []) for key in _resolved(item)]


def _resolved(item: Any) -> list[Any]:
    return parse_keys(item) if isinstance(item, str) else [item]


def _vocabulary_id(name: str, file: PackFile) -> str:
    return name if "#" in name else f"{_scope(file)}#{name}"


def _check_use(book: Plain) -> None:
    """Every vocabulary serves a rule, except those that packs share."""
    used = {rule["vocabulary"] for rule in book["rules"]}
    used |= {sink["vocabulary"] for rule in book["rules"] for sink in rule["sinks"] if "vocabulary" in sink}
    used |= {name for vocabulary in book["vocabularies"].values() for name in vocabulary["include"]}
    for name, vocabulary in book["vocabularies"].items():
        if name not in used and not name.startswith("shared/"):
            raise PackError(f"the vocabulary {name.split('#')[1]!r} is used by no rule", place=vocabulary["place"])


def _check_vocabulary(book: Plain, name: str) -> None:
    """What a vocabulary includes is there and does not include it; no two keys of its own are the same value."""
    vocabulary = book["vocabularies"][name]
    place = vocabulary["place"]
    for included in vocabulary["include"]:
        if included not in book["vocabularies"]:
            raise PackError(f"no vocabulary {included!r}", place=place, hint=nearest(included, book["vocabularies"]))
    if name in _included(book, name):
        raise PackError(f"the vocabulary {name.split('#')[1]!r} includes itself", place=place)
    path = place.rsplit(":", 1)[0]
    seen: dict[Key, int] = {}
    for text, _, line in vocabulary.get("values", []):
        for key in _checked_keys(text, path, line) if isinstance(text, str) else ():
            if key in seen:
                raise PackError(f"the value {text!r} stands already in line {seen[key]}", place=f"{path}:{line}")
            seen[key] = line


def _included(book: Plain, name: str) -> set[str]:
    """The vocabularies that one includes, directly or not."""
    found: set[str] = set()
    waiting = list(book["vocabularies"][name]["include"])
    while waiting:
        other = waiting.pop()
        if other not in found and other in book["vocabularies"]:
            found.add(other)
            waiting.extend(book["vocabularies"][other]["include"])
    return found


def _add_rules(book: Plain, pack: Plain) -> None:
    file: PackFile = pack["file"]
    seen = {rule["id"]: rule["origin"] for rule in book["rules"]}
    for rule in pack.get("rules", []):
        place = f"{file.place}:{rule['line']}"
        if rule["id"] in seen:
            raise PackError(f"the rule id {rule['id']!r} is taken by {seen[rule['id']]}", place=place)
        if rule["id"].split("/")[0] != file.pack:
            raise PackError(f"the rule id {rule['id']!r} must begin with {file.pack}/", place=place)
        seen[rule["id"]] = place
        book["rules"].append(_complete(book, pack, rule, place))


def _complete(book: Plain, pack: Plain, rule: Plain, place: str) -> Plain:
    """A rule with what the file gives it, its sinks expanded and its names checked."""
    file: PackFile = pack["file"]
    languages = rule.get("languages") or pack.get("languages") or DEFAULT_LANGUAGES.get(file.pack)
    if not languages:
        raise PackError(f"the pack {file.pack!r} must say its languages", place=file.place)
    base = rule.get("base") or pack.get("base")
    if not base:
        raise PackError("the rule has no base (say it in the rule or once in the file)", place=place)
    if base not in book["bases"]:
        raise PackError(f"no base {base!r} in the runtime tables", place=place, hint=nearest(base, book["bases"]))
    rule = {
        **rule,
        "pack": file.pack,
        "library": pack["library"],
        "languages": languages,
        "base": base,
        "origin": place,
    }
    rule["evidence"] = rule.get("evidence") or pack.get("evidence") or ""
    if not rule["evidence"]:
        raise PackError("the rule says no evidence (wire, source, documentation or page)", place=place)
    rule["vocabulary"] = _known_vocabulary(book, rule["vocabulary"], file, place)
    rule["sinks"] = [sink for given in rule["sinks"] for sink in _sinks(book, given, file)]
    for language in languages:
        _add_literals(book, language, rule)
    return rule


def _check_slot(form: str, sink: Plain, place: str) -> None:
    called = form in (Form.CALL.value, Form.NEW.value)
    slot = "position" in sink or "argument" in sink
    if "bare" in sink and (slot or form != Form.CALL.value):
        raise PackError("`bare` is a call without arguments", place=place, hint="another sink for its arguments")
    if called and not slot and "bare" not in sink:
        raise PackError(f"a {form} sink needs a position or an argument", place=place)
    if not called and ("position" in sink or "argument" in sink or "rest" in sink):
        raise PackError(f"a {form} sink has no position or argument", place=place)
    if sink.get("rest") and "position" not in sink:
        raise PackError("`rest` needs a position", place=place)
    if "of" in sink and form != Form.OPTION.value:
        raise PackError("`of` belongs to an option", place=place)
    if "*" in sink[form] and form not in (Form.CALL.value, Form.NEW.value, Form.PARAMETER.value):
        raise PackError(f"a {form} sink needs a name", place=place)
    if "*" in sink[form] and called and "argument" not in sink:
        raise PackError("any call is known by an argument only", place=place, hint="`argument:`")


def _known_vocabulary(book: Plain, name: str, file: PackFile, place: str) -> str:
    full = _vocabulary_id(name, file)
    if full not in book["vocabularies"]:
        own = [v.split("#")[1] if v.startswith(f"{_scope(file)}#") else v for v in book["vocabularies"]]
        raise PackError(f"no vocabulary {name!r}", place=place, hint=nearest(name, own))
    return full


def _sinks(book: Plain, sink: Plain, file: PackFile) -> Iterator[Plain]:
    place = f"{file.place}:{sink['line']}"
    forms = [form.value for form in Form if form.value in sink]
    if len(forms) != 1:
        raise PackError(f"a sink has exactly one of {', '.join(f.value for f in Form)}", place=place)
    form = forms[0]
    _check_slot(form, sink, place)
    plain = {key: value for key, value in sink.items() if key != form}
    if "vocabulary" in sink:
        plain["vocabulary"] = _known_vocabulary(book, sink["vocabulary"], file, place)
    if "where" in sink:
        for key in (key for where in sink["where"] for key in where.get("is", [])):
            _checked_keys(key, file.place, sink["line"])
    for name in sink[form]:
        inside = dotted(name)
        written = {"written": name} if name != inside else {}
        yield {**plain, **written, "form": form, "name": inside, "anchors": _anchors(form, inside, sink, place)}


def _anchors(form: str, name: str, sink: Plain, place: str) -> list[str]:
    """The literals that find a sink: as written in the pack, else the last part of its name."""
    given: list[str] = sink.get("anchor") or []
    for literal in given:
        if len(literal) < SHORTEST_ANCHOR - 1:
            raise PackError(f"{literal!r} is too common to look for", place=place, hint="say something longer")
    if given:
        return given
    word = str(sink.get("argument", "")) if name == "*" else (name if form == Form.SETTING else name.rsplit(".", 1)[-1])
    if len(word) < SHORTEST_ANCHOR or word.lower() in COMMON_WORDS:
        raise PackError(f"{word!r} is too common to look for", place=place, hint="say what to look for: `anchor:`")
    return [word]


def _add_literals(book: Plain, language: str, rule: Plain) -> None:
    """The literals to look for, each with `words`, one of which must stand in the file as well (none: no more), and
    whether it is a `whole` word: what a pack says itself may be a part of one."""
    known = book["literals"].setdefault(language, {})
    lower = language in LOWERED
    for sink in rule["sinks"]:
        word = _last_word(sink).lower() if lower else _last_word(sink)
        for literal in sink["anchors"]:
            literal = literal.lower() if lower else literal
            row = known.setdefault(literal, {"words": [word], "whole": True})
            row["whole"] = row["whole"] and "anchor" not in sink
            if word in literal or not row["words"]:
                row["words"] = []
            elif word not in row["words"]:
                row["words"].append(word)


def _last_word(sink: Plain) -> str:
    """What must be written wherever the sink is met under whatever receiver."""
    name = str(sink["name"])
    if name == "*":
        return str(sink.get("argument", ""))
    return name if sink["form"] == Form.SETTING.value else name.rsplit(".", 1)[-1]


def _checked_keys(text: str, place: str, line: int) -> list[Key]:
    try:
        return parse_keys(text)
    except ValueError:
        raise PackError(
            f"{text!r} is not a value", place=f"{place}:{line}", hint="3, (3, 1), 'text', :symbol, a.Name"
        ) from None


def dotted(name: str) -> str:
    """A qualified name as the engine writes it: `A::B`, `\\A\\B` and `A.B` are all `A.B`."""
    return re.sub(r"::|\\+", ".", name).strip(".") if name != "*" else name


def parse_keys(text: str) -> list[Key]:
    """A vocabulary key, or alternatives parted by ` | `, in the pack's own notation. Raises ValueError."""
    return [_parse_key(part.strip()) for part in re.split(r"\s\|\s", text)]


def _parse_key(text: str) -> Key:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return Key("text", text[1:-1])
    if re.fullmatch(r"0|-?[1-9][0-9]{0,18}|0[xX][0-9a-fA-F]{1,16}", text):
        return Key("number", str(int(text, 0)))
    if re.fullmatch(r"\([0-9]{1,18}(?:, ?[0-9]{1,18})+\)", text):
        return Key("list", text[1:-1].replace(" ", ""))
    if re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", text):
        return Key("number", str(float(text)))
    if text in ("true", "false"):
        return Key("bool", text)
    if text in ("null", "nil"):
        return Key("null", "")
    symbol = re.fullmatch(r""":(\w+|'[^']+'|"[^"]+")""", text)
    if symbol:
        return Key("symbol", symbol[1].strip("'\""))
    if re.fullmatch(r"(\*\.)?(?![0-9])[\\\w$]+(?:(?:\.|::|\\)[\w$]+)*", text):
        return Key("name", dotted(text))
    if re.fullmatch(r"(\*\.)?(?![0-9])[\w$]+(?:(?:\.|::)[\w$]+)*\(\)", text):
        return Key("call", dotted(text[:-2]))
    raise ValueError(text)


# -- checked data -> rules --------------------------------------------------------------------------------------


class Assumed(NamedTuple):
    """An assumed runtime: its version, its name for people, and why that version."""

    version: str
    title: str
    because: str


class Literal(NamedTuple):
    """What makes a literal an anchor: one of some words stands in the file, too, and it is a word of its own."""

    words: tuple[str, ...] = ()
    whole: bool = True


class Head(NamedTuple):
    """What is known of a rule before it is built. A sink is told by its form, its name and its argument."""

    id: str
    languages: tuple[str, ...]
    base: str
    sinks: tuple[tuple[str, str, str], ...]


def _head(rule: Plain) -> Head:
    sinks = tuple((sink["form"], sink["name"], sink.get("argument", "")) for sink in rule["sinks"])
    return Head(rule["id"], tuple(rule["languages"]), rule["base"], sinks)


class Book:
    """Checked data of packs, or their stored form: rules and vocabularies are then decoded one by one, when needed."""

    def __init__(self, plain: Plain, blob: bytes | None = None) -> None:
        self.plain = plain
        self._blob = blob
        rows = plain["rules"]
        if blob is None:
            self.heads = [_head(rule) for rule in rows]
            self._rules: dict[str, Any] = {rule["id"]: rule for rule in rows}
        else:
            self.heads = [Head(row[0], tuple(row[1]), row[2], tuple(map(tuple, row[3]))) for row in rows]
            self._rules = {row[0]: row[4:] for row in rows}

    def rule(self, identifier: str) -> Plain:
        """A rule as data. Raises KeyError."""
        return self._decoded(self._rules[identifier])

    def vocabulary(self, name: str) -> Plain:
        """A vocabulary as data."""
        return self._decoded(self.plain["vocabularies"][name])

    def whole(self) -> Plain:
        """Everything, decoded."""
        names = self.plain["vocabularies"]
        return {
            **self.plain,
            "rules": [self.rule(head.id) for head in self.heads],
            "vocabularies": {name: self.vocabulary(name) for name in names},
        }

    def _decoded(self, item: Any) -> Plain:
        if self._blob is None:
            plain: Plain = item
        else:
            plain = json.loads(self._blob[item[0] : item[1]])
        return plain


class Rulebook:
    """All loaded rules. Rules of a language are built on first use."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._vocabularies: dict[str, Vocabulary] = {}
        self._bases: dict[str, Base] = {}
        self._rules: dict[str, Rule] = {}
        self.assumed = {
            product: Assumed(row["version"], row["title"], row.get("because", ""))
            for product, row in book.plain["assumed"].items()
        }

    @property
    def data(self) -> Plain:
        """The checked data, for adding packs to it."""
        return self._book.whole()

    @cached_property
    def languages(self) -> list[str]:
        """The languages that any rule is for."""
        return list(self._book.plain["literals"])

    def literals(self, language: str) -> dict[str, Literal]:
        """What is looked for in the files of a language."""
        rows = self._book.plain["literals"].get(language, {})
        return {literal: Literal(tuple(row["words"]), row["whole"]) for literal, row in rows.items()}

    def ids(self) -> list[str]:
        """All rule ids, sorted."""
        return sorted(head.id for head in self._book.heads)

    def rule(self, identifier: str) -> Rule:
        """A rule by its id. Raises KeyError."""
        if identifier not in self._rules:
            self._rules[identifier] = self._build_rule(self._book.rule(identifier))
        return self._rules[identifier]

    def for_language(self, language: str) -> list[Rule]:
        """The rules that apply to a language, by id."""
        return [self.rule(head.id) for head in sorted(self._book.heads) if language in head.languages]

    def sink_keys(self, language: str) -> Iterator[SinkKey]:
        """The keys of all sinks of a language, by rule id; none of its rules is built for that."""
        for head in sorted(self._book.heads):
            if language in head.languages:
                for number, (form, name, argument) in enumerate(head.sinks):
                    yield SinkKey(Form(form), name, argument, partial(self._resolve, head.id, number))

    def _resolve(self, identifier: str, number: int) -> tuple[Rule, Sink]:
        rule = self.rule(identifier)
        return rule, rule.sinks[number]

    def all(self) -> list[Rule]:
        """Every rule, by id."""
        return [self.rule(identifier) for identifier in self.ids()]

    def _build_rule(self, plain: Plain) -> Rule:
        examples = plain["examples"]
        return Rule(
            id=plain["id"],
            title=plain["title"],
            pack=plain["pack"],
            library=plain["library"],
            languages=tuple(plain["languages"]),
            configures=Kind(plain["configures"]),
            vocabulary=self.vocabulary(plain["vocabulary"]),
            base=self._base(plain["base"]),
            role=Role(plain.get("role", "both")),
            sinks=tuple(self._sink(sink) for sink in plain["sinks"]),
            message=plain["message"],
            remediation=_remedy(plain["remediation"]),
            references=tuple(plain["references"]),
            evidence=plain["evidence"],
            examples=tuple(
                _example(e, plain["languages"][0]) for e in (examples if isinstance(examples, list) else [examples])
            ),
            origin=plain["origin"],
            holes=plain.get("holes", "kept"),
            fold=_fold(plain.get("fold")),
            note=plain.get("note", ""),
        )

    def _sink(self, plain: Plain) -> Sink:
        vocabulary = plain.get("vocabulary")
        return Sink(
            form=Form(plain["form"]),
            name=plain["name"],
            written=plain.get("written") or plain["name"],
            position=plain.get("position"),
            argument=plain.get("argument", ""),
            rest=plain.get("rest", False),
            of=tuple(dotted(name) for name in plain.get("of", [])),
            where=tuple(_where(where) for where in plain.get("where", [])),
            arity=plain.get("arity", 0),
            configures=Kind(plain["configures"]) if "configures" in plain else None,
            vocabulary=self.vocabulary(vocabulary) if vocabulary else None,
            role=Role(plain["role"]) if "role" in plain else None,
            effect=plain.get("effect", ""),
            when=_condition(plain.get("when")),
            initial=_initial(plain.get("initial")),
            anchors=tuple(plain["anchors"]),
            bare=_meanings(plain["bare"]) if "bare" in plain else (),
            adds=plain.get("adds", False),
            overloaded=plain.get("overloaded", False),
            sure=plain.get("sure", False),
            known=plain.get("known", False),
            files=tuple(plain.get("files", [])),
            order=plain.get("order", 0),
        )

    def vocabulary(self, name: str) -> Vocabulary:
        """A vocabulary by its full id, with what it includes; own entries win."""
        if name not in self._vocabularies:
            self._vocabularies[name] = self._build_vocabulary(name)
        return self._vocabularies[name]

    def _build_vocabulary(self, name: str) -> Vocabulary:
        plain = self._book.vocabulary(name)
        made = Vocabulary(name, {})
        for included in plain["include"]:
            other = self.vocabulary(included)
            made = Vocabulary(
                name,
                {**made.entries, **other.entries},
                other.flags or made.flags,
                other.fields or made.fields,
                other.syntax if other.syntax != Syntax() else made.syntax,
                other.coerce or made.coerce,
                other.unknown or made.unknown,
                other.guards or made.guards,
                other.spans or made.spans,
            )
        own = {Key(*key): _meanings(m) for keys, m, _ in plain.get("values", []) for key in keys}
        flags = tuple((n, _versions(v)) for n, v, _ in plain.get("flags", []))
        fields = tuple(
            Field(f["bits"][0], f["bits"][1], Kind(f["configures"]), {n: _meanings(m) for n, m, _ in f["numbers"]})
            for f in plain.get("fields", [])
        )
        syntax = _syntax(plain["syntax"]) if "syntax" in plain else made.syntax
        return Vocabulary(
            name,
            {**made.entries, **own},
            flags or made.flags,
            fields or made.fields,
            syntax,
            plain.get("coerce", "") or made.coerce,
            _meaning(plain["unknown"]) if "unknown" in plain else made.unknown,
            _versions(plain["guards"]) if "guards" in plain else made.guards,
            plain.get("spans", "") or made.spans,
        )

    def _base(self, name: str) -> Base:
        if name not in self._bases:
            plain = self._book.plain["bases"][name]
            rows = tuple(
                BaseRow(_condition(r.get("when")), _versions(r["offered"]), _versions(r["possible"]))
                for r in plain["rows"]
            )
            self._bases[name] = Base(name, plain["title"], tuple(plain.get("products", [])), rows)
        return self._bases[name]


def _id(plain: Plain) -> str:
    return str(plain["id"])


def _remedy(plain: str | Plain) -> Remedy:
    if isinstance(plain, str):
        return Remedy(plain, plain)
    return Remedy(plain["TLSv1.2"], plain["TLSv1.3"])


def _example(plain: Plain, language: str) -> Example:
    code = plain["code"] if isinstance(plain["code"], dict) else plain
    return Example(plain.get("language", language), plain.get("file", ""), code["code"], code["line"])


def _fold(plain: Plain | None) -> Fold | None:
    if plain is None:
        return None
    return Fold(plain["group"], tuple(plain.get("resets", [])), plain.get("pinned", ""), plain.get("starts", False))


def _where(plain: Plain) -> Where:
    keys = tuple(Key(*key) for key in plain["is"])
    return Where(plain.get("position"), plain.get("argument", ""), keys, tuple(plain.get("like", [])))


def _condition(rows: list[list[Any]] | None) -> Condition | None:
    if not rows:
        return None
    return Condition(tuple((product, parse_ranges(ranges, product)) for product, ranges, _ in rows))


def _initial(plain: Any) -> tuple[tuple[Condition | None, int], ...]:
    if plain is None:
        return ()
    if isinstance(plain, int):
        return ((None, plain),)
    return tuple((_condition(row.get("when")), row["value"]) for row in plain)


def _versions(tokens: list[str]) -> VersionSet:
    return frozenset(BY_TOKEN[token] for token in tokens)


def _syntax(plain: Plain) -> Syntax:
    return Syntax(**{key: value for key, value in plain.items() if key != "line"})


def _meanings(plain: Any) -> Meanings:
    if isinstance(plain, dict):
        return (_meaning(plain),)
    if any(isinstance(item, dict) for item in plain):
        return tuple(meaning for item in plain for meaning in _meanings(item if isinstance(item, dict) else [item]))
    if len(plain) == 1 and plain[0] not in BY_TOKEN:
        word = plain[0]
        if word == "default":
            return (Meaning(default=True),)
        return (Meaning(versions=NO_VERSIONS),) if word == "none" else (Meaning(number=int(word, 0)),)
    return (Meaning(versions=_versions([word for word in plain if word in BY_TOKEN])),)


def _meaning(plain: Plain) -> Meaning:
    return Meaning(
        versions=_versions(plain["versions"]) if "versions" in plain else None,
        number=plain.get("number"),
        default=plain.get("default", False),
        configures=Kind(plain["configures"]) if "configures" in plain else None,
        effect=plain.get("effect", ""),
        when=_condition(plain.get("when")),
        note=plain.get("note", ""),
    )


# -- loading ----------------------------------------------------------------------------------------------------


def load(extra: Iterable[str] = (), directory: str = "", *, examples: bool = False) -> Rulebook:
    """The built-in rules (or those of `directory`), with the packs of further folders added; with their examples only
    if asked for. Raises PackError."""
    home = directory or builtin_directory()
    files = pack_files(home, LABEL)
    book = None if examples else _compiled(home, files)
    if book is None:
        book = Book(check(files))
    for folder in extra:
        book = Book(check(pack_files(folder), onto=book.whole()))
    return Rulebook(book)


def _compiled(directory: str, files: list[PackFile]) -> Book | None:
    """The book of the compiled form beside the packs, if it is whole and made from exactly these files."""
    try:
        with open(os.path.join(directory, COMPILED), "rb") as stream:
            head, _, data = stream.read().partition(b"\n")
    except OSError:
        return None
    if head != f"{content_key(files)} {_digest(data)}".encode():
        return None
    index, _, blob = data.partition(b"\n")
    return Book(json.loads(index), blob)
