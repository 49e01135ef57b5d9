"""The loader: what it refuses and where, the compiled form, packs of a user, and the schema for editors."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tlsscan import packcheck, packs, yamlreader
from tlsscan.cli import main
from tlsscan.errors import PackError
from tlsscan.model import Form, Kind, Role
from tlsscan.packcheck import check, parse_keys
from tlsscan.packfiles import PackFile, pack_files
from tlsscan.packformat import json_schema
from tlsscan.packs import compile_rules, load
from tlsscan.protocol import Version
from tlsscan.rulebook import Book, Literal, Rulebook, dotted
from tlsscan.rules import Key

RULES = Path(__file__).parents[1] / "rules"

TABLES = """\
schema: 1
assumed:
  lang: {version: "3.10", title: Lang 3.10, because: current}
bases:
  modern:
    title: a library
    products: [lang]
    rows:
      - {offered: [TLSv1.2, TLSv1.3], possible: [TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3], evidence: wire}
"""

PACK = """\
schema: 1
library: demo
base: modern
evidence: wire
languages: [python]
vocabularies:
  words:
    values:
      "'TLSv1'": TLSv1.0
      "*.AUTO": default
rules:
  - id: demo/connect
    title: A connection
    configures: exactly
    vocabulary: words
    sinks:
      - {call: lib.connect_tls, position: 0}
    message: "{api} says {versions}"
    remediation: Do better.
    references: [https://example.org/]
    examples: |
      lib.connect_tls("TLSv1")  # expect: TLSv1.0
"""


def file(text: str | bytes, pack: str = "demo", stem: str = "lib") -> PackFile:
    data = text if isinstance(text, bytes) else text.encode()
    return PackFile(pack, stem, f"{pack}/{stem}.yaml", data)


def loaded(*files: PackFile) -> Rulebook:
    return Rulebook(Book(check([file(TABLES, "runtimes", "t"), *files])))


def refused(*files: PackFile) -> PackError:
    with pytest.raises(PackError) as caught:
        loaded(*files)
    return caught.value


def changed(old: str, new: str, text: str = PACK) -> PackFile:
    assert text.count(old) == 1, old
    return file(text.replace(old, new))


def line_of(text: str, data: bytes) -> int:
    return data.decode().split(text)[0].count("\n") + 1


# -- what is accepted -------------------------------------------------------------------------------------------


def test_a_whole_pack_becomes_a_rule() -> None:
    book = loaded(file(PACK))
    rule = book.rule("demo/connect")
    assert (rule.pack, rule.library, rule.languages, rule.evidence) == ("demo", "demo", ("python",), "wire")
    assert (rule.configures, rule.role, rule.origin) == (Kind.EXACTLY, Role.BOTH, "demo/lib.yaml:12")
    (sink,) = rule.sinks
    assert (sink.form, sink.name, sink.position, sink.anchors) == (Form.CALL, "lib.connect_tls", 0, ("connect_tls",))
    assert set(rule.vocabulary.entries) == {Key("text", "TLSv1"), Key("name", "*.AUTO")}
    (meaning,) = rule.vocabulary.entries[Key("text", "TLSv1")]
    assert meaning.versions == {Version.TLS1_0}
    (row,) = rule.base.rows
    assert row.offered == {Version.TLS1_2, Version.TLS1_3}
    (example,) = rule.examples
    assert (example.language, example.line) == ("python", 21)
    assert book.languages == ["python"]
    assert book.literals("python") == {"connect_tls": Literal()}
    assert book.assumed["lang"].version == "3.10"


def test_names_that_share_a_sink_become_sinks_of_their_own() -> None:
    text = "{call: [A::B.connect_tls, '\\\\A\\\\connect_all'], argument: version, anchor: [connect]}"
    (rule,) = loaded(changed("{call: lib.connect_tls, position: 0}", text)).all()
    assert [(s.name, s.argument, s.anchors) for s in rule.sinks] == [
        ("A.B.connect_tls", "version", ("connect",)),
        ("A.connect_all", "version", ("connect",)),
    ]


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("3", [("number", "3")]),
        ("0xC0", [("number", "192")]),
        ("-2", [("number", "-2")]),
        ("1.20", [("number", "1.2")]),
        ("(3, 1)", [("list", "3,1")]),
        ("'TLSv1'", [("text", "TLSv1")]),
        ('"TLSv1"', [("text", "TLSv1")]),
        ("''", [("text", "")]),
        ("':TLSv1'", [("text", ":TLSv1")]),
        (":TLSv1", [("symbol", "TLSv1")]),
        (":'TLSv1.2'", [("symbol", "TLSv1.2")]),
        (':"a b"', [("symbol", "a b")]),
        ("true", [("bool", "true")]),
        ("nil", [("null", "")]),
        ("ssl.X", [("name", "ssl.X")]),
        ("OpenSSL::SSL::X", [("name", "OpenSSL.SSL.X")]),
        ("\\A\\B", [("name", "A.B")]),
        ("*.X", [("name", "*.X")]),
        (":TLSv1 | 'TLSv1' | 769", [("symbol", "TLSv1"), ("text", "TLSv1"), ("number", "769")]),
    ],
)
def test_keys_have_types(written: str, keys: list[tuple[str, str]]) -> None:
    assert parse_keys(written) == [Key(*key) for key in keys]


@pytest.mark.parametrize(
    "written", ["", "TLS v1", "'TLSv1", "a..b", ":a b", "010", "0x", "1.2.3", "a |", "9lives", "(3)", "(a, 1)"]
)
def test_bad_keys(written: str) -> None:
    with pytest.raises(ValueError):
        parse_keys(written)


def test_names_are_dotted() -> None:
    assert dotted("A::B.c") == "A.B.c"
    assert dotted("\\GuzzleHttp\\Client") == "GuzzleHttp.Client"
    assert dotted(r"\\A\\B") == "A.B"
    assert dotted("*") == "*"


def test_included_entries_give_way_to_own_ones() -> None:
    more = """\
  words-and-more:
    include: words
    syntax: {separator: ","}
    values:
      "'TLSv1'": TLSv1.1
"""
    text = PACK.replace("rules:\n", f"{more}rules:\n").replace("vocabulary: words", "vocabulary: words-and-more")
    vocabulary = loaded(file(text)).rule("demo/connect").vocabulary
    assert vocabulary.entries[Key("text", "TLSv1")][0].versions == {Version.TLS1_1}
    assert vocabulary.entries[Key("name", "*.AUTO")][0].default
    assert vocabulary.syntax.separator == ","


# -- what is refused, with its place and a hint -----------------------------------------------------------------

VOCABULARY = "      \"'TLSv1'\": TLSv1.0\n"
SINK = "{call: lib.connect_tls, position: 0}"

REFUSALS = [
    # fixes
    (
        "rules:\n",
        "    fixes: [\"'TLSv1.2'\"]\nrules:\n",
        "a fix names 'TLSv1.2', which the vocabulary does not know",
        "did you mean 'TLSv1'?",
    ),
    ("rules:\n", "    fixes: [{unsafe: why}]\nrules:\n", "a fix has either 'write' or 'keep'", ""),
    ("rules:\n", "    fixes: [{write: \"'TLSv1'\", safe: true}]\nrules:\n", "unknown key 'safe' in a fix", ""),
    # names and what they need
    (
        "rules:\n",
        "    since: {\"*.NEWEST\": {lib: '>=2'}}\nrules:\n",
        "'since' names '*.NEWEST', which is no name that the vocabulary knows",
        "",
    ),
    # keys
    ("title: A connection", "titel: A connection", "unknown key 'titel' in a rule", "did you mean 'title'?"),
    ("library: demo", "library: demo\nlibary: demo", "unknown key 'libary' in a pack", "did you mean 'library'?"),
    (SINK, "{call: lib.connect_tls, posiion: 0}", "unknown key 'posiion' in a sink", "did you mean 'position'?"),
    (
        SINK,
        "{call: lib.connect_tls, position: 0, level: high}",
        "unknown key 'level' in a sink",
        "a sink has call",
    ),
    ("title: A connection", "title: A connection\n    title: B", "the key 'title' stands already in line 13", ""),
    (VOCABULARY, VOCABULARY * 2, "the key \"'TLSv1'\" stands already in line 9", ""),
    # versions
    ('"*.AUTO": default', '"*.AUTO": 1.10', "'1.10' is not a meaning", ""),
    ('"*.AUTO": default', '"*.AUTO": no', "'no' is not a meaning", ""),
    ('"*.AUTO": default', '"*.AUTO": on', "'on' is not a meaning", ""),
    ('"*.AUTO": default', '"*.AUTO": [TLSv1.0, TLSv1]', "'TLSv1' is not a protocol version", "did you mean 'TLSv1."),
    ('"*.AUTO": default', '"*.AUTO": [TLSv1.0, default]', "'default' is not a protocol version", ""),
    ('"*.AUTO": default', '"*.AUTO": {versions: 1.2}', "'1.2' is not a protocol version", ""),
    ('"*.AUTO": default', '"*.AUTO": []', "at least 1 items are needed here", ""),
    # meanings
    ('"*.AUTO": default', '"*.AUTO": {note: what}', "the meaning says nothing", "versions, number, default or effect"),
    ('"*.AUTO": default', '"*.AUTO": {default: false}', "default: true is all that can be said here", ""),
    ('"*.AUTO": default', '"*.AUTO": {default: true, number: 0}', "a meaning cannot say number and default", ""),
    ('"*.AUTO": default', '"*.AUTO": {effect: ignore}', "'ignore' is not an effect", "did you mean 'ignored'?"),
    ('"*.AUTO": default', '"*.AUTO": 010', "'010' is not a meaning", ""),
    ('"*.AUTO": default', '"*.AUTO": ""', "a meaning is expected here", ""),
    ('"*.AUTO": default', '"AUTO NOW": default', "'AUTO NOW' is not a value", "3, (3, 1), 'text', :symbol, a.Name"),
    ('"*.AUTO": default', "'\"TLSv1\"': default", "stands already in line 9", ""),
    # ranges
    (SINK, SINK[:-1] + ', when: {lang: "3.10"}}', "'3.10' is not a version range", 'like ">=3.7,<3.10 | >=3.12"'),
    (SINK, SINK[:-1] + ', when: {lang: ">=x"}}', "'>=x' is not a version range", ""),
    (SINK, SINK[:-1] + ', when: {Lang: ">=3"}}', "'Lang' is not a product name", ""),
    (SINK, SINK[:-1] + ", when: {}}", "a condition on products (a mapping) is expected here", ""),
    # vocabularies
    ("vocabulary: words", "vocabulary: wrods", "no vocabulary 'wrods'", "did you mean 'words'?"),
    ("  words:\n", "  words:\n    include: shared/x#y\n", "no vocabulary 'shared/x#y'", ""),
    ("  words:\n", "  words:\n    include: words\n", "the vocabulary 'words' includes itself", ""),
    ("  words:\n", "  Words:\n", "'Words' is not a name in kebab case", ""),
    ("  words:\n", "  other: {values: {'1': none}}\n  words:\n", "the vocabulary 'other' is used by no rule", ""),
    ("  words:\n", "  words:\n    coerce: perl\n", "'perl' is not a coercion", "one of php"),
    ("  words:\n", "  words:\n    flags: {0: TLSv1.0}\n", "0 is not a flag", "1 to"),
    # kinds
    ("configures: exactly", "configures: exact", "'exact' is not a kind", "did you mean 'exactly'?"),
    ("configures: exactly", "configures: exactly\n    role: both-ends", "'both-ends' is not a role", ""),
    ("configures: exactly", "configures: exactly\n    holes: open", "'open' is not a treatment of holes", ""),
    ("configures: exactly", "configures: exactly\n    fold: {resets: floor}", "the fold has no 'group'", ""),
    # sinks
    (SINK, "{call: lib.connect_tls, new: lib.ConnectTls, position: 0}", "a sink has exactly one of call, new", ""),
    (SINK, "{position: 0}", "a sink has exactly one of call, new", ""),
    (SINK, "{call: lib.connect_tls}", "a call sink needs a position or an argument", ""),
    (SINK, "{assign: lib.connect_tls, position: 0}", "a assign sink has no position or argument", ""),
    (SINK, "{call: lib.connect_tls, argument: v, rest: true}", "`rest` needs a position", ""),
    (SINK, "{call: lib.connect_tls, position: 0, of: lib.x}", "`of` belongs to an option", ""),
    (SINK, '{call: "*", position: 0}', "any call is known by an argument only", "`argument:`"),
    (SINK, '{assign: "*"}', "a assign sink needs a name", ""),
    (SINK, SINK[:-1] + ", bare: default}", "`bare` is a call without arguments", "another sink"),
    (SINK, "{new: lib.Connection_tls, bare: default}", "`bare` is a call without arguments", "another sink"),
    (SINK, SINK[:-1] + ", means: TLSv1.0}", "`means` is for a call whose arguments change nothing", "leave"),
    (SINK, "{call: lib.connect_tls, position: -1}", "-1 is not a position, from 0", "0 to"),
    (SINK, "{call: lib.connect_tls, position: first}", "a position, from 0 is expected here", ""),
    (SINK, SINK[:-1] + ", where: {is: 3}}", "the where condition has no 'position' or 'argument'", ""),
    (SINK, SINK[:-1] + ", where: {position: 1}}", "the where condition has either 'is' or 'like'", "given"),
    (SINK, SINK[:-1] + ", where: {position: 1, is: 3, given: true}}", "the where condition has either 'is'", "given"),
    (SINK, SINK[:-1] + ", where: {position: 1, is: 3, like: x}}", "the where condition has either 'is' or 'like'", ""),
    (SINK, SINK[:-1] + ", arity: 0}", "0 is not a number of arguments", "1 to"),
    (SINK, SINK[:-1] + ", where: {position: 1, is: a b}}", "'a b' is not a value", ""),
    (SINK, SINK[:-1] + ", vocabulary: word}", "no vocabulary 'word'", "did you mean 'words'?"),
    (SINK, SINK[:-1] + ", rest: yes}", "all arguments from the position on are values: true or false is expected", ""),
    # anchors
    (
        SINK,
        "{call: lib.connect, position: 0}",
        "'connect' is too common to look for",
        "say what to look for: `anchor:`",
    ),
    (SINK, "{call: lib.getInstance, position: 0}", "'getInstance' is too common to look for", "`anchor:`"),
    (SINK, "{call: lib.tls, position: 0}", "'tls' is too common to look for", "`anchor:`"),
    (SINK, '{call: "*", argument: version}', "'version' is too common to look for", "`anchor:`"),
    (SINK, SINK[:-1] + ", anchor: [lib, v1]}", "'v1' is too common to look for", "say something longer"),
    # what a rule needs
    ("    references: [https://example.org/]\n", "", "the rule has no 'references'", ""),
    ("[https://example.org/]", "[]", "at least 1 items are needed here", ""),
    ("[https://example.org/]", "the manual", "'the manual' is not an address", ""),
    ("    remediation: Do better.\n", "", "the rule has no 'remediation'", ""),
    ("    title: A connection\n", "    title:\n", "a text is expected here", ""),
    ("{api} says", "{apii} says", "'{apii}' is nothing that a message can show", "{api}, {value}, {versions}, {side}"),
    ("{api} says", "{api.__class__} says", "is nothing that a message can show", ""),
    ("{api} says", "{ says", "'{' is nothing that a message can show", ""),
    ("id: demo/connect", "id: other/connect", "the rule id 'other/connect' must begin with demo/", ""),
    ("id: demo/connect", "id: demo", "'demo' is not a rule id", ""),
    ("evidence: wire\n", "", "the rule says no evidence", ""),
    ("evidence: wire", "evidence: hearsay", "'hearsay' is not an evidence mark", ""),
    ("base: modern\n", "", "the rule has no base", ""),
    ("base: modern", "base: moden", "no base 'moden' in the runtime tables", "did you mean 'modern'?"),
    ("languages: [python]\n", "", "the pack 'demo' must say its languages", ""),
    ("languages: [python]", "languages: [pyhton]", "'pyhton' is not a language", "did you mean 'python'?"),
    ("schema: 1", "schema: 2", "'2' is not a pack format that this program knows", ""),
    ("schema: 1\n", "", "the pack has no 'schema'", ""),
]


@pytest.mark.parametrize(("old", "new", "message", "hint"), REFUSALS)
def test_refusals(old: str, new: str, message: str, hint: str) -> None:
    bad = changed(old, new)
    error = refused(bad)
    assert message in error.message
    assert hint in error.hint
    assert error.place.startswith("demo/lib.yaml")


@pytest.mark.parametrize(
    ("old", "new", "marker"),
    [
        ("title: A connection", "titel: A connection", "titel"),
        ("title: A connection", "title: A connection\n    title: B", "title: B"),
        ('"*.AUTO": default', '"*.AUTO": 1.10', "1.10"),
        ('"*.AUTO": default', '"*.AUTO":\n        - TLSv1.0\n        - TLSv9', "TLSv9"),
        (SINK, "{call: lib.connect, position: 0}", "lib.connect"),
        (SINK, SINK[:-1] + ',\n         when: {lang: "3.10"}}', '"3.10"'),
        ("configures: exactly", "configures: exact", "exact"),
        ("{api} says", "{apii} says", "{apii}"),
        ("vocabulary: words", "vocabulary: wrods", "id: demo"),
        ('"*.AUTO": default', '"AUTO NOW": default', "AUTO NOW"),
        ("  words:\n", "  other: {values: {'1': none}}\n  words:\n", "other:"),
        ("base: modern", "base: moden", "id: demo"),
    ],
)
def test_a_refusal_names_its_line(old: str, new: str, marker: str) -> None:
    bad = changed(old, new)
    assert refused(bad).place == f"demo/lib.yaml:{line_of(marker, bad.data)}"


FIELDS = """\
vocabularies:
  words:
    fields:
      - {{bits: {bits}, configures: minimum, numbers: {{4: TLSv1.0}}}}
"""


@pytest.mark.parametrize(
    ("bits", "message"),
    [
        ("[0]", "at least 2 items"),
        ("[0, 1, 2]", "at most 2 items"),
        ("[16, 0]", "the bits 16 to 0 are no field"),
        ("[0, 64]", "64 is not a bit"),
        ("[-1, 3]", "-1 is not a bit"),
        ("3", "a list is expected here"),
    ],
)
def test_fields_need_two_bits_in_order(bits: str, message: str) -> None:
    start, end = PACK.index("vocabularies:"), PACK.index("rules:")
    error = refused(file(PACK[:start] + FIELDS.format(bits=bits) + PACK[end:]))
    assert message in error.message
    assert error.place == "demo/lib.yaml:9"


def test_ids_and_names_are_taken_once() -> None:
    other = PACK.replace("library: demo", "library: other")
    again = refused(file(PACK), file(other, stem="other"))
    assert again.message == "the rule id 'demo/connect' is taken by demo/lib.yaml:12"
    assert again.place == "demo/other.yaml:12"
    twin = refused(file(PACK), PackFile("demo", "lib", "demo/lib.yml", other.encode()))
    assert twin.message == "the vocabulary 'demo/lib#words' is taken by demo/lib.yaml:7"
    assert twin.place == "demo/lib.yml:7"
    tables = refused(file(TABLES, "runtimes", "u"))
    assert tables.message == "the product 'lang' is assumed already in runtimes/t.yaml:3"
    bases = refused(file(TABLES.replace("  lang: {", "  lung: {"), "runtimes", "u"))
    assert bases.message == "the base 'modern' is taken by runtimes/t.yaml:5"
    assert bases.place == "runtimes/u.yaml:5"


def test_vocabularies_that_include_each_other_are_refused() -> None:
    circle = "  words:\n    include: more\n"
    more = "  more:\n    include: words\n    values: {'1': none}\n"
    error = refused(changed("  words:\n", more + circle))
    assert error.message in ("the vocabulary 'more' includes itself", "the vocabulary 'words' includes itself")


def test_shared_vocabularies_need_no_use_but_must_be_there() -> None:
    shared = file("schema: 1\nlibrary: many\nvocabularies:\n  all: {values: {'1': TLSv1.0}}\n", "shared", "many")
    assert loaded(file(PACK), shared).vocabulary("shared/many#all").entries
    used = changed("vocabulary: words", "vocabulary: shared/many#all").data.decode().replace("  words:", "  spare:")
    assert refused(shared, file(used)).message == "the vocabulary 'spare' is used by no rule"
    wrong = changed("vocabulary: words", "vocabulary: shared/many#al")
    assert refused(shared, wrong).hint == "did you mean 'shared/many#all'?"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('version: "3.10"', "version: 3.10", "3.10 is a number"),
        ('version: "3.10"', "version: 3", "3 is a number"),
        ('version: "3.10"', "version: latest", "a version is expected here"),
        ("evidence: wire", "evidence: hearsay", "'hearsay' is not an evidence mark"),
        ("offered: [TLSv1.2, TLSv1.3]", "offered: [1.2]", "'1.2' is not a protocol version"),
        ("offered: [TLSv1.2, TLSv1.3], ", "", "the row has no 'offered'"),
        ("    title: a library\n", "", "the base has no 'title'"),
        ("bases:", "basis:", "unknown key 'basis' in a runtimes file"),
    ],
)
def test_refusals_in_tables(old: str, new: str, message: str) -> None:
    bad = changed(old, new, TABLES)
    with pytest.raises(PackError) as caught:
        check([PackFile("runtimes", "t", "runtimes/t.yaml", bad.data)])
    assert message in caught.value.message
    assert caught.value.place.startswith("runtimes/t.yaml:")


def test_a_version_written_as_a_number_is_told_how_to_write_it() -> None:
    with pytest.raises(PackError) as caught:
        check([file(TABLES.replace('"3.10"', "3.10"), "runtimes", "t")])
    assert str(caught.value) == 'runtimes/t.yaml:3: 3.10 is a number (a version is a text: "3.10")'


# -- hostile YAML -----------------------------------------------------------------------------------------------

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b"", "the file is empty", "demo/lib.yaml"),
        (b"# nothing\n", "the file is empty", "demo/lib.yaml"),
        (b"schema: 1\n---\nschema: 1\n", "more than one YAML document", "demo/lib.yaml:2"),
        (b"schema: 1\nlibrary: &x demo\n", "anchors and aliases are not allowed", "demo/lib.yaml:2"),
        (b"schema: 1\nlibrary: *x\n", "anchors and aliases are not allowed", "demo/lib.yaml:2"),
        (BOMB.encode(), "anchors and aliases are not allowed", "demo/lib.yaml:1"),
        (b"schema: !!int 1\n", "the tag tag:yaml.org,2002:int is not allowed", "demo/lib.yaml:1"),
        (b"schema: 1\nx: !!python/object/apply:os.system [id]\n", "is not allowed", "demo/lib.yaml:2"),
        (b"\n" + b"[" * 30_000, "nested more than 50 levels", "demo/lib.yaml:2"),
        (b"a: " + b"{a: " * 30_000, "nested more than 50 levels", "demo/lib.yaml:1"),
        (b"x" * (yamlreader.MAX_BYTES + 1), "the file has more than 1048576 bytes", "demo/lib.yaml"),
        (b"[" + b"0," * (yamlreader.MAX_NODES + 1) + b"]", "more than 200000 nodes", "demo/lib.yaml:1"),
        (b"schema: 1\nlibrary: \xff\n", "not UTF-8 at byte 19", "demo/lib.yaml:2"),
        ("schema: 1".encode("utf-16"), "not UTF-8 at byte 0", "demo/lib.yaml:1"),
        (b"schema: [1\nlibrary: demo\n", "did not find expected", "demo/lib.yaml:2"),
        (b"schema: 1\n\tlibrary: demo\n", "found", "demo/lib.yaml:2"),
        (b"? [a, b]\n: 1\n", "a key must be a plain text", "demo/lib.yaml:1"),
        (b"- schema\n", "a pack (a mapping) is expected here", "demo/lib.yaml:1"),
        (b"schema\n", "a pack (a mapping) is expected here", "demo/lib.yaml:1"),
        (b"<<: {schema: 1}\n", "unknown key '<<' in a pack", "demo/lib.yaml:1"),
    ],
)
def test_hostile_or_broken_yaml(data: bytes, message: str, place: str) -> None:
    error = refused(file(data))
    assert message in error.message
    assert error.place == place


def test_scalars_are_what_was_written() -> None:
    node = yamlreader.read(b"\xef\xbb\xbfa: 1.10\nb: no\nc: 0x10\nd: '1.10'\ne: 2001-01-01\nf: ~\n", "x")
    assert isinstance(node, yamlreader.Mapping)
    seen = [(value.text, value.quoted) for _, value in node.entries if isinstance(value, yamlreader.Scalar)]
    wanted = [("1.10", False), ("no", False), ("0x10", False), ("1.10", True), ("2001-01-01", False), ("~", False)]
    assert seen == wanted


# -- folders ----------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of packs as the built-in one, with shared words."""
    root = tmp_path / "home"
    for pack, text in {
        "runtimes": TABLES,
        "demo": PACK,
        "shared": "schema: 1\nlibrary: many\nvocabularies:\n  all: {values: {'1': TLSv1.0}}\n",
    }.items():
        (root / pack).mkdir(parents=True)
        (root / pack / "lib.yaml").write_text(text, encoding="utf-8")
    (root / "README.md").write_text("not a pack", encoding="utf-8")
    return root


def test_a_folder_of_packs_and_a_folder_that_is_a_pack(home: Path) -> None:
    assert [(f.pack, f.stem) for f in pack_files(str(home))] == [
        ("demo", "lib"),
        ("runtimes", "lib"),
        ("shared", "lib"),
    ]
    (one,) = pack_files(str(home / "demo"))
    assert (one.pack, one.stem, one.place) == ("demo", "lib", f"{home}/demo/lib.yaml")
    assert pack_files(f"{home / 'demo'}/")[0].place == one.place


def test_folders_without_packs(tmp_path: Path) -> None:
    with pytest.raises(PackError) as empty:
        pack_files(str(tmp_path))
    assert empty.value.message == "no .yaml file in this rules folder"
    with pytest.raises(PackError) as missing:
        pack_files(str(tmp_path / "nowhere"))
    assert missing.value.place == str(tmp_path / "nowhere")
    assert "No such file" in missing.value.message


def test_a_file_that_cannot_be_read(home: Path) -> None:
    (home / "demo" / "gone.yaml").symlink_to(home / "nowhere.yaml")
    with pytest.raises(PackError) as caught:
        load(directory=str(home))
    assert caught.value.place == "rules/demo/gone.yaml"


def test_packs_of_a_user_use_what_is_built_in(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "acme").mkdir(parents=True)
    text = PACK.replace("demo/", "acme/").replace("vocabulary: words", "vocabulary: shared/lib#all")
    start, end = text.index("vocabularies:"), text.index("rules:")
    (own / "acme" / "net.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    book = load([str(own)], str(home))
    assert book.ids() == ["acme/connect", "demo/connect"]
    rule = book.rule("acme/connect")
    assert (rule.origin, rule.base.id) == (f"{own}/acme/net.yaml:7", "modern")
    assert rule.vocabulary.entries.keys() == {Key("number", "1")}
    assert load([str(own / "acme")], str(home)).ids() == book.ids()


def test_packs_of_a_user_may_assume_another_version_but_change_nothing_else(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "runtimes"
    own.mkdir()
    assumed, bases = TABLES.split("bases:\n")
    (own / "mine.yaml").write_text(assumed.replace("3.10", "3.7"), encoding="utf-8")
    assert load([str(own)], str(home)).assumed["lang"].version == "3.7"
    (own / "mine.yaml").write_text(f"schema: 1\nbases:\n{bases}", encoding="utf-8")
    with pytest.raises(PackError, match="the base 'modern' is taken by rules/runtimes/lib"):
        load([str(own)], str(home))
    with pytest.raises(PackError, match="the vocabulary 'demo/lib#words' is taken by rules/demo/lib"):
        load([str(home / "demo")], str(home))


# -- the compiled form ------------------------------------------------------------------------------------------


def test_the_compiled_form_equals_the_yaml(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = load(directory=str(home))
    compiled = compile_rules(str(home))
    (home / packs.COMPILED).write_bytes(compiled)
    assert compile_rules(str(home)) == compiled
    monkeypatch.setattr(packcheck, "check", _must_not_run)
    stored = load(directory=str(home))
    bare = [rule._replace(examples=()) for rule in fresh.all()]
    assert stored.all() == bare
    assert stored.languages == fresh.languages
    assert [stored.literals(name) for name in stored.languages] == [fresh.literals(name) for name in fresh.languages]
    assert stored.assumed == fresh.assumed


def test_examples_come_from_the_yaml(home: Path) -> None:
    (home / packs.COMPILED).write_bytes(compile_rules(str(home)))
    assert all(rule.examples for rule in load(directory=str(home), examples=True).all())
    assert not any(rule.examples for rule in load(directory=str(home)).all())


def _must_not_run(*_: object) -> None:
    raise AssertionError("the YAML was read again")


def _with_book(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def damage(data: bytes) -> bytes:
        head, _, rest = data.partition(b"\n")
        length = int(head.split()[2])
        book = json.loads(rest[:length])
        change(book)
        return b"\n".join((head, json.dumps(book).encode().ljust(length) + rest[length:]))

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data.replace(b"\n", b"", 1),
        lambda data: data.replace(b"TLSv1.0", b"TLSv1.3", 1),
        lambda data: b"\x80\x04K\x01." + data,
        lambda data: b"null",
        lambda data: b"[" * 100_000,
        lambda data: b"\xff\xfe" * 100,
        lambda data: b"0" + data[1:],
        _with_book(lambda book: book.pop("literals")),
        _with_book(lambda book: book.update(rules=17)),
        _with_book(lambda book: book.update(vocabularies=[])),
        _with_book(lambda book: book["rules"].clear()),
    ],
)
def test_a_damaged_compiled_form_is_made_again(home: Path, damage: Callable[[bytes], bytes]) -> None:
    fresh = load(directory=str(home)).data
    (home / packs.COMPILED).write_bytes(damage(compile_rules(str(home))))
    assert load(directory=str(home)).data == fresh


def test_a_stale_compiled_form_is_made_again(home: Path) -> None:
    (home / packs.COMPILED).write_bytes(compile_rules(str(home)))
    pack = home / "demo" / "lib.yaml"
    pack.write_text(PACK.replace("demo/connect", "demo/connected"), encoding="utf-8")
    assert load(directory=str(home)).ids() == ["demo/connected"]
    (home / packs.COMPILED).write_bytes(compile_rules(str(home)))
    pack.rename(home / "demo" / "other.yaml")
    assert load(directory=str(home)).rule("demo/connected").origin == "rules/demo/other.yaml:12"


def test_the_compiled_form_may_be_a_folder(home: Path) -> None:
    (home / packs.COMPILED).mkdir()
    assert load(directory=str(home)).ids() == ["demo/connect"]


def test_a_pack_that_does_not_load_is_not_compiled(home: Path) -> None:
    (home / "demo" / "lib.yaml").write_text(PACK.replace("base: modern", "base: none"), encoding="utf-8")
    with pytest.raises(PackError, match="no base 'none'"):
        compile_rules(str(home))


# -- ids that rules had before ----------------------------------------------------------------------------------


def test_an_old_id_leads_to_the_rule() -> None:
    book = loaded(file(PACK + "renamed:\n  demo/open: demo/connect\n"))
    assert (book.current("demo/open"), book.current("demo/connect")) == ("demo/connect", "demo/connect")
    assert book.current("demo/close") is None


def test_an_old_id_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "python").mkdir()
    text = "schema: 1\nlibrary: renames\nrenamed:\n  python/ssl-protocol: python/ssl-context-protocol\n"
    (tmp_path / "python" / "renames.yaml").write_text(text)
    for name in ("python/ssl-protocol", "python/ssl-protocol/fails"):
        assert main(["explain", name, "--rules", str(tmp_path)]) == 0
        assert capsys.readouterr().out.startswith("python/ssl-context-protocol: ")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("  demo/connect: demo/connect\n", "is in use by"),
        ("  demo/open: demo/conect\n", "no rule has the id 'demo/conect' (did you mean 'demo/connect'?)"),
        ("  other/open: demo/connect\n", "must begin with demo/"),
        ("  open: demo/connect\n", "'open' is not a rule id"),
    ],
)
def test_old_ids_are_checked(lines: str, text: str) -> None:
    error = refused(file(PACK + "renamed:\n" + lines))
    assert text in str(error)
    assert error.place == f"demo/lib.yaml:{PACK.count(chr(10)) + 2}"


def test_an_old_id_is_never_used_again() -> None:
    first = check([file(TABLES, "runtimes", "t"), file(PACK + "renamed:\n  demo/open: demo/connect\n")])
    again = PACK.replace("demo/connect", "demo/open")
    with pytest.raises(PackError, match="'demo/open' is what 'demo/connect' was called before"):
        check([file(again, stem="other")], first)
    with pytest.raises(PackError, match="renamed already"):
        both = PACK.replace("demo/connect", "demo/send") + "renamed:\n  demo/open: demo/send\n"
        check([file(both, stem="other")], first)


# -- the schema for editors -------------------------------------------------------------------------------------


def test_the_schema_file_is_what_the_loader_reads() -> None:
    written = (RULES / "pack.schema.json").read_text(encoding="utf-8")
    assert written == json.dumps(json_schema(), indent=2) + "\n", "make it again from tlsscan.packformat.json_schema()"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


def seen_by_an_editor(text: str) -> Any:
    """YAML as JSON: keys as they are written, scalars resolved to numbers, truth and null."""
    loader = yaml.SafeLoader(text)
    node = loader.get_single_node()
    return _plain(loader, node)


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(loader, value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item) for item in node.value]
    return loader.construct_object(node)


def in_editor(text: str) -> bool:
    return bool(Draft202012Validator(json_schema()).is_valid(seen_by_an_editor(text)))


def in_loader(text: str) -> bool:
    shared = file("schema: 1\nlibrary: many\nvocabularies:\n  all: {values: {'1': TLSv1.0}}\n", "shared", "many")
    try:
        loaded(file(text), shared)
    except PackError:
        return False
    return True


BUILT_IN = sorted(p for p in RULES.glob("*/*.yaml") if p.parent.name != "runtimes")


@pytest.mark.parametrize("path", BUILT_IN, ids=[f"{p.parent.name}/{p.stem}" for p in BUILT_IN])
def test_built_in_packs_fit_the_schema(path: Path) -> None:
    errors = list(Draft202012Validator(json_schema()).iter_errors(seen_by_an_editor(path.read_text(encoding="utf-8"))))
    assert [(list(error.path), error.message[:200]) for error in errors] == []


VALID = [
    ('"*.AUTO": default', '"*.AUTO": 0x10'),
    ('"*.AUTO": default', '"*.AUTO": 192'),
    ('"*.AUTO": default', '"*.AUTO": none'),
    ('"*.AUTO": default', '"*.AUTO": [TLSv1.0, TLSv1.1]'),
    ('"*.AUTO": default', '"*.AUTO": {versions: TLSv1.0, note: x, configures: minimum}'),
    ('"*.AUTO": default', '"*.AUTO": [{when: {lang: ">=3,<4 | >=5"}, effect: rejected, note: 5}, TLSv1.0]'),
    ('"*.AUTO": default', "3: default\n      0x11: default\n      null: default\n      true: default"),
    ("  words:\n", "  words:\n    flags: {0x20: [TLSv1.0, TLSv1.1], 64: TLSv1.2}\n"),
    ("  words:\n", "  words:\n    fields: [{bits: [0, 15], configures: minimum, numbers: {0: default, 1: TLSv1.0}}]\n"),
    ("  words:\n", "  words:\n    include: shared/many#all\n    syntax: {separator: ',', trim: true}\n"),
    (SINK, SINK[:-1] + ", where: {position: 1, is: [32, null, true, a.B]}}"),
    (SINK, SINK[:-1] + ", initial: 0xC0, rest: true, role: client}"),
    (SINK, SINK[:-1] + ', initial: [{when: {lang: "<4"}, value: 48}, {value: 0}]}'),
    (SINK, "{option: [ssl.version_tls, tls.version_tls], of: lib.open_tls, anchor: TLSv}"),
    (
        "configures: exactly",
        "configures: enabled\n    fold: {group: g, resets: floor, starts: true}\n    holes: cut-above",
    ),
    ("languages: [python]", "languages: python"),
    ("Do better.", "Demand {floor}; 1.{minor} in numbers."),
    ("remediation: Do better.", 'remediation: {TLSv1.2: "Say 2.", TLSv1.3: "Say {floor}."}'),
    (
        "remediation: Do better.",
        "remediation: {TLSv1.2: A., TLSv1.3: B., client: C., server: {TLSv1.2: D., TLSv1.3: E.}}",
    ),
]


def test_the_pack_of_these_tests_is_fine_for_both() -> None:
    assert in_loader(PACK)
    assert in_editor(PACK)


@pytest.mark.parametrize(("old", "new"), VALID)
def test_what_the_loader_accepts_fits_the_schema(old: str, new: str) -> None:
    text = changed(old, new).data.decode()
    assert in_loader(text)
    assert in_editor(text)


INVALID = [
    ("title: A connection", "titel: A connection"),
    ("library: demo", "library: demo\nextra: 1"),
    (SINK, "{call: lib.connect_tls, position: 0, severity: high}"),
    ('"*.AUTO": default', '"*.AUTO": 1.10'),
    ('"*.AUTO": default', '"*.AUTO": no'),
    ('"*.AUTO": default', '"*.AUTO": TLSv1'),
    ('"*.AUTO": default', '"*.AUTO": []'),
    ('"*.AUTO": default', '"*.AUTO": {versions: TLSv1.0, number: 3}'),
    ('"*.AUTO": default', '"*.AUTO": {note: nothing}'),
    ('"*.AUTO": default', '"*.AUTO": {default: false}'),
    ('"*.AUTO": default', '"*.AUTO": {effect: ignore}'),
    (SINK, SINK[:-1] + ', when: {lang: "3.10"}}'),
    (SINK, SINK[:-1] + ", when: {lang: 3}}"),
    (SINK, SINK[:-1] + ', when: {LANG: ">=3"}}'),
    (SINK, "{call: lib.connect_tls, position: -1}"),
    (SINK, "{call: lib.connect_tls, position: first}"),
    (SINK, "{call: lib.connect_tls, position: 0, rest: 3}"),
    (SINK, SINK[:-1] + ", where: {is: 3}}"),
    ("  words:\n", "  Words:\n"),
    ("  words:\n", "  words:\n    coerce: perl\n"),
    ("  words:\n", "  words:\n    flags: {x: TLSv1.0}\n"),
    ("  words:\n", "  words:\n    flags: {}\n"),
    ("  words:\n", "  words:\n    fields: [{bits: [0], configures: minimum, numbers: {1: TLSv1.0}}]\n"),
    ("  words:\n", "  words:\n    fields: [{bits: [0, 99], configures: minimum, numbers: {1: TLSv1.0}}]\n"),
    ("configures: exactly", "configures: exact"),
    ("configures: exactly", "configures: [exactly]"),
    ("configures: exactly", "configures: exactly\n    role: 3"),
    ("configures: exactly", "configures: exactly\n    fold: {resets: floor}"),
    ("    references: [https://example.org/]\n", ""),
    ("[https://example.org/]", "[]"),
    ("[https://example.org/]", "the manual"),
    ("    remediation: Do better.\n", ""),
    ("Do better.", "Do {better}."),
    ("remediation: Do better.", "remediation: {TLSv1.2: Say 2.}"),
    ("remediation: Do better.", "remediation: {TLSv1.1: Say 1., TLSv1.3: Say 3.}"),
    ("{api} says", "{apii} says"),
    ("{api} says", "{ says"),
    ("id: demo/connect", "id: demo"),
    ("id: demo/connect", "id: 3"),
    ("schema: 1", "schema: 2"),
    ("schema: 1\n", ""),
    ("languages: [python]", "languages: [cobol]"),
    ("evidence: wire", "evidence: hearsay"),
]


@pytest.mark.parametrize(("old", "new"), INVALID)
def test_what_the_schema_refuses_the_loader_refuses_too(old: str, new: str) -> None:
    text = changed(old, new).data.decode()
    assert not in_loader(text)
    assert not in_editor(text)


def test_a_book_that_others_were_added_to_stays_as_it_was(home: Path) -> None:
    book = load(directory=str(home))
    before = copy.deepcopy(book.data)
    more = PACK.replace("demo/connect", "more/connect")
    check([PackFile("more", "lib", "more/lib.yaml", more.encode())], onto=book.data)
    assert book.data == before
