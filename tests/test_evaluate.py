"""What values say in a vocabulary: every kind of value, every way a vocabulary reads it."""

import pytest

from core_builders import book, rule, runtimes, versions, via
from tlsscan.composed import MAX_ARMS
from tlsscan.evaluate import readings
from tlsscan.lookup import Lens
from tlsscan.model import Kind
from tlsscan.protocol import Version, VersionSet
from tlsscan.reading import Reading
from tlsscan.rules import Key, Meaning, Vocabulary
from tlsscan.values import (
    Arm,
    Bool,
    Callee,
    Choice,
    Entry,
    Invocation,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Symbol,
    Text,
    Unknown,
    Value,
)

VOCABULARIES = r"""
  words:
    values:
      "'TLSv1' | :TLSv1": TLSv1.0
      "'TLSv1.1'": TLSv1.1
      "'TLSv1.2'": TLSv1.2
      "'both'": [TLSv1.0, TLSv1.1]
      "'auto' | null | false": default
      "'SSLv2Hello'": none
      "'floor'": {versions: TLSv1.1, configures: minimum, note: means a minimum}
      "'refused'": {effect: rejected, note: no such protocol}
      "'nothing'": {effect: ignored, note: an empty word}
      "769": TLSv1.0
      "1.5": TLSv1.1
      "(3, 1)": TLSv1.0
      "true": TLSv1.2
      "lib.Exact.V1": TLSv1.0
      "*.V1_1": TLSv1.1
      "*.Version.V1_2": TLSv1.2
      "*.AS_NUMBER": 769
      "'by-product'":
        - {when: {lang: ">=4"}, versions: TLSv1.2}
        - {when: {other: ">=1"}, versions: TLSv1.1}
        - TLSv1.0
      "'refused-by-claim'":
        - {when: {lang: ">=4"}, effect: rejected, note: this lang refuses it}
        - TLSv1.0
  listed:
    include: words
    syntax: {separator: ",", trim: true}
    values:
      "''": default
  spaced:
    include: words
    syntax: {separator: space, case: insensitive}
  many:
    include: words
    syntax: {separator: ":;"}
  prefixed:
    include: words
    syntax: {until: "://"}
  prefixed-list:
    include: words
    syntax: {until: "://", separator: "+"}
  flags:
    values:
      "*.Ssl3": 48
      "*.Tls": 0xC0
      "*.Tls11": 768
      "*.Tls12": 3072
      "*.SystemDefault": default
      "*.Other": 1
      "*.Kinds.Old": 192
      "*.Kinds.New": 3072
    flags:
      48: SSLv3
      0xC0: TLSv1.0
      768: TLSv1.1
      3072: TLSv1.2
      12288: TLSv1.3
  curl:
    coerce: php
    values:
      "CURL_DEFAULT": 0
      "CURL_TLSv1_0": 4
      "CURL_TLSv1_2": 6
      "CURL_MAX_TLSv1_2": 0x60000
    fields:
      - bits: [0, 15]
        configures: minimum
        numbers:
          0: default
          1: {versions: TLSv1.0, note: names any TLS 1}
          4: TLSv1.0
          6: TLSv1.2
          9: {effect: rejected, note: unknown option}
      - bits: [16, 31]
        configures: maximum
        numbers:
          0: default
          5: TLSv1.1
          6: TLSv1.2
  spanning:
    spans: downTo
    values:
      "*.P.V10": TLSv1.0
      "*.P.V11": TLSv1.1
      "*.P.V13": TLSv1.3
      "*.P.V13.only()": TLSv1.3
  numerals:
    coerce: number
    values:
      "0": default
    flags:
      192: TLSv1.0
      3072: TLSv1.2
  calls:
    values:
      "*.supported()": default
      "lib.Old.versions()": TLSv1.0
      "*.supported.versions()": TLSv1.1
  strict:
    include: words
    unknown: {effect: rejected, note: no such word}
  strict-list:
    include: strict
    syntax: {separator: ","}
  signed:
    include: words
    syntax: {separator: ",", add: "+", remove: "-"}
    values:
      "'all'": [TLSv1.0, TLSv1.1, TLSv1.2]
      "'own'": default
  replacing:
    include: signed
    syntax: {separator: space, add: "+", remove: "-", bare: replace}
  guard:
    include: words
    syntax: {separator: ",", trim: true, case: insensitive}
    guards: [TLSv1.0, TLSv1.1]
  holds-all:
    include: [words, listed, spaced, many, prefixed, prefixed-list, flags, numerals, spanning, curl, calls]
"""
RULES = ("holds-all", "strict-list", "replacing", "guard")
BOOK = book(
    VOCABULARIES, *[rule(name, "enabled", name, f"{{call: lib.{name}_versions, position: 0}}") for name in RULES]
)


def vocabulary(name: str) -> Vocabulary:
    return BOOK.vocabulary(f"demo/lib#{name}")


def read(
    value: Value,
    name: str = "words",
    kind: Kind = Kind.ENABLED,
    own: tuple[str, ...] = (),
    initial: int | None = None,
    **claimed: str,
) -> list[Reading]:
    return readings(value, Lens(vocabulary(name), kind, runtimes(**claimed), own, initial))


def only(value: Value, name: str = "words", **more: object) -> Reading:
    (reading,) = read(value, name, **more)  # type: ignore[arg-type]  # passed on as they are
    return reading


def said(reading: Reading) -> VersionSet | str:
    """The versions of a reading's one write; else `default`, an effect, or `?` for what is not known."""
    if reading.unresolved:
        assert not reading.writes
        assert not reading.known
        return "?"
    assert reading.known
    if reading.effect:
        return reading.effect
    ((kind, named),) = reading.writes
    return "default" if kind is Kind.DEFAULT else named


def wanted(text: str) -> VersionSet | str:
    return text if text in ("default", "?", "rejected", "ignored") else versions(text)


# -- scalars ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (Text("TLSv1"), "1.0"),
        (Symbol("TLSv1"), "1.0"),
        (Name(("TLSv1",)), "?"),
        (Text("tlsv1"), "?"),
        (Text(" TLSv1"), "?"),
        (Text("both"), "1.0 1.1"),
        (Text("auto"), "default"),
        (Null(), "default"),
        (Bool(False), "default"),
        (Bool(True), "1.2"),
        (Text("true"), "?"),
        (Number(1), "?"),
        (Number(769), "1.0"),
        (Listing((Number(3), Number(1))), "1.0"),
        (Listing((via(Number(3)), Number(1))), "1.0"),
        (Listing((Number(3), Number(9))), "?"),
        (Number(1.5), "1.1"),
        (Text("769"), "?"),
        (Text("SSLv2Hello"), "-"),
        (Text("refused"), "rejected"),
        (Text("nothing"), "ignored"),
        (Name(("lib.Exact.V1",)), "1.0"),
        (Name(("Exact.V1",)), "1.0"),
        (Name(("app.lib.Exact.V1",)), "1.0"),
        (Name(("V1",)), "?"),
        (Name(("other.V1",)), "?"),
        (Name(("xlib.Exact.V1",)), "?"),
        (Name(("V1_1",)), "1.1"),
        (Name(("a.b.c.d.V1_1",)), "1.1"),
        (Name(("?.V1_1",)), "1.1"),
        (Name(("a.V1_1x",)), "?"),
        (Name(("a.Version.V1_2",)), "1.2"),
        (Name(("V1_2",)), "?"),
        (Name(("a.V1_2",)), "?"),
        (Name(("nothing.KNOWN", "lib.Exact.V1")), "1.0"),
        (Name(("lib.AS_NUMBER",)), "1.0"),
        (Unknown("made at run time"), "?"),
        (Invocation(("compute",), ()), "?"),
        (Mapping((Entry(Text("a"), Text("TLSv1")),)), "?"),
    ],
)
def test_values_of_every_kind(value: Value, outcome: str) -> None:
    assert said(only(value)) == wanted(outcome)
    behind = only(via(via(value, 7), 8))
    assert said(behind) == wanted(outcome)
    assert [step.region.line for step in behind.steps] == [8, 7]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Unknown("made at run time"), "made at run time"),
        (Invocation(("compute",), ()), "the result of compute() is not known"),
        (Invocation(("option",), (Text("pay.tls"),)), "the result of option('pay.tls') is not known"),
        (Invocation(("option",), (Text("a sentence"),)), "the result of option() is not known"),
        (Text("TLSv9"), "'TLSv9' is not a value that this rule knows"),
        (Symbol("TLSv9"), ":TLSv9 is not a value that this rule knows"),
        (Number(7), "7 is not a value that this rule knows"),
        (Name(("?.mode",)), "no fixed value of mode was found"),
    ],
)
def test_what_is_not_known_says_why(value: Value, reason: str) -> None:
    assert only(value).unresolved == reason


DECIDING = [
    (Unknown("the environment decides", "TLS"), "words", "the environment decides", "TLS"),
    (Name(("app.Settings.TLS",)), "words", "no fixed value of app.Settings.TLS was found", "app.Settings.TLS"),
    (Name(("System.Mail.Mode", "Kit.Mail.Mode")), "words", "no fixed value of Mail.Mode was found", "Mail.Mode"),
    (Name(("a.X", "b.Y")), "words", "no fixed value of a.X was found", "a.X"),
    (Invocation(("?.settings.read",), ()), "words", "the result of settings.read() is not known", "settings.read()"),
    (Name(("app.Options.mode()",)), "words", "the result of app.Options.mode() is not known", "app.Options.mode()"),
    (Parameter("app.connect", 0, "mode"), "words", "the caller of connect decides (mode)", "mode"),
    (
        Operation(
            "item", (Parameter("app.connect", 0, "options", callee=Callee("app.connect", "function")), Text("mode"))
        ),
        "words",
        "the caller of connect decides (options['mode'])",
        "options['mode']",
    ),
    (
        Parameter("connect", 0, "mode", Text("TLSv9")),
        "words",
        "the caller of connect decides (mode)",
        "mode",
    ),
    (
        Listing((Text("TLSv9"), Parameter("connect", 0, "mode"))),
        "words",
        "no item of the list is known ('TLSv9' is not a value that this rule knows)",
        "mode",
    ),
    (
        Operation("|", (Unknown("it is read", "TLS"), Name(("lib.Unheard",)))),
        "flags",
        "a part of the flags is not known (it is read)",
        "TLS",
    ),
    (
        Operation("join", (Text("TLSv1."), Parameter("connect", 1, "minor"))),
        "words",
        "a part of the text is made at run time (the caller of connect decides (minor))",
        "minor",
    ),
]


@pytest.mark.parametrize(("value", "name", "reason", "open_by"), DECIDING, ids=[row[2] for row in DECIDING])
def test_what_decides_is_named(value: Value, name: str, reason: str, open_by: str) -> None:
    reading = only(value, name)
    assert (reading.unresolved, reading.open_by) == (reason, open_by)


def test_a_part_that_is_not_known_is_named_beside_what_is() -> None:
    reading = only(Operation("|", (Name(("Kinds.Old",)), Name(("app.Extra",)))), "flags")
    assert (said(reading), reading.partial, reading.open_by) == (versions("1.0"), True, "app.Extra")


def test_the_name_that_decides_is_kept() -> None:
    assert only(Unknown("the environment decides", "TLS")).open_by == "TLS"
    assert only(Listing((Text("TLSv1"), Unknown("the environment decides", "TLS")))).open_by == "TLS"


def test_a_meaning_may_have_a_kind_and_a_note_of_its_own() -> None:
    reading = only(Text("floor"), kind=Kind.EXACTLY)
    assert reading.writes == ((Kind.MINIMUM, versions("1.1")),)
    assert reading.note == "means a minimum"
    assert only(Text("refused")).note == "no such protocol"


# -- conditions -------------------------------------------------------------------------------------------------


def test_the_first_meaning_whose_condition_holds_counts() -> None:
    assert said(only(Text("by-product"))) == versions("1.2")  # the assumed lang 5
    assert said(only(Text("by-product"), lang="3")) == versions("1.0")
    assert said(only(Text("by-product"), lang="3", other="2")) == versions("1.1")


def test_an_effect_needs_a_claim() -> None:
    assert said(only(Text("refused-by-claim"))) == versions("1.0")
    assert said(only(Text("refused-by-claim"), lang="3")) == versions("1.0")
    assert said(only(Text("refused-by-claim"), lang="4")) == "rejected"


# -- lists and texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "outcome", "partial"),
    [
        ([Text("TLSv1"), Text("TLSv1.2")], "1.0 1.2", False),
        ([Text("TLSv1")], "1.0", False),
        ([Text("SSLv2Hello"), Text("TLSv1.2")], "1.2", False),
        ([Text("SSLv2Hello")], "-", False),
        ([Text("TLSv1"), Unknown("?")], "1.0", True),
        ([Text("TLSv1"), Text("TLSv9")], "1.0", True),
        ([Unknown("?"), Text("TLSv9")], "?", False),
        ([Unknown("?"), Text("SSLv2Hello")], "?", False),
        ([Text("auto")], "default", False),
        ([Text("auto"), Text("TLSv1")], "1.0", True),
        ([Text("refused"), Text("refused")], "rejected", False),
        ([Listing((Text("TLSv1"),)), Text("TLSv1.1")], "1.0 1.1", False),
        ([], "?", False),
    ],
)
def test_a_list_is_the_union_of_what_it_names(items: list[Value], outcome: str, partial: bool) -> None:
    reading = only(Listing(tuple(items)))
    assert said(reading) == wanted(outcome)
    assert reading.partial is partial


def test_a_loop_variable_is_any_of_its_items_in_turn() -> None:
    each = Operation("each", (Text("TLSv1"), via(Text("TLSv1.2"))))
    assert said(only(via(each), kind=Kind.EXACTLY)) == versions("1.0 1.2")
    assert said(only(Operation("each", (TLS, TLS12)), "flags")) == versions("1.0 1.2")
    assert only(Operation("each", (Text("TLSv1"), Unknown("?")))).partial


def test_a_lowest_version_met_in_turn_reaches_up_to_the_newest() -> None:
    mixed = only(Operation("each", (Number(4), Number(0x60000))), "curl")
    assert (said(mixed), mixed.writes[0][0]) == (versions("1.0 1.2 1.3") | {Version.TLS1_1}, Kind.ENABLED)


def test_php_takes_an_array_for_one() -> None:
    some = only(Listing((Name(("CURL_TLSv1_2",)),)), "curl")
    assert (some.writes, some.note) == (((Kind.MINIMUM, versions("1.0")),), "PHP takes an array for the number 1")
    assert only(Listing(()), "curl").writes == ((Kind.DEFAULT, frozenset()),)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (Text("192"), "1.0"),
        (Text("0xCC0"), "1.0 1.2"),
        (Text("0"), "default"),
        (Text("TLSv1"), "?"),
        (Text("0192"), "?"),
        (Number(3072), "1.2"),
        (Null(), "?"),
    ],
)
def test_texts_that_are_numbers(value: Value, outcome: str) -> None:
    assert said(only(value, "numerals")) == wanted(outcome)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (Invocation(("lib.P.V13.downTo",), (via(Name(("P.V10",))),)), "1.0 1.1 1.2 1.3"),
        (Invocation(("P.V11.downTo", "?.downTo"), (Name(("P.V11",)),)), "1.1"),
        (Invocation(("P.V13.only",), ()), "1.3"),
        (Invocation(("P.V13.downTo",), (Unknown("?"),)), "?"),
        (Invocation(("P.V13.downTo",), ()), "?"),
        (Invocation(("P.V12.downTo",), (Name(("P.V10",)),)), "?"),
        (Invocation(("P.V13.upTo",), (Name(("P.V10",)),)), "?"),
    ],
)
def test_a_span_holds_every_version_between_its_ends(value: Value, outcome: str) -> None:
    assert said(only(value, "spanning")) == wanted(outcome)


def test_putting_back_what_was_there_changes_nothing() -> None:
    assert said(only(via(OWN), "flags", own=OWN.names, initial=0)) == "default"
    assert only(OWN, "flags").unresolved


def test_what_is_done_with_every_item_of_a_loop_adds_up() -> None:
    each = Operation("each", (TLS, via(TLS12)))
    for value, outcome in ((op("|", OWN, each), "1.0 1.2"), (op("&", Number(16320), op("~", each)), "1.1 1.3")):
        assert said(only(value, "flags", own=OWN.names, initial=0)) == wanted(outcome)
    assert only(op("|", OWN, Operation("each", (TLS, UNKNOWN))), "flags", own=OWN.names, initial=0).partial


def test_all_members_of_an_enumeration_are_those_that_the_vocabulary_knows() -> None:
    members = Operation("members", (Name(("N.Kinds", "Kinds")),))
    assert said(only(members, "flags")) == versions("1.0 1.2")
    assert said(only(op("|", OWN, via(members)), "flags", own=OWN.names, initial=0)) == versions("1.0 1.2")
    assert only(Operation("members", (Name(("Strangers",)),)), "flags").unresolved


def test_conditions_leave_some_of_what_a_loop_goes_through() -> None:
    members = via(Operation("members", (Name(("N.Kinds", "Kinds")),)))
    new, old = Name(("Kinds.New",)), Name(("Kinds.Old",))
    for operator, bound, outcome in (
        ("except", old, "1.2"),
        ("among", old, "1.0"),
        (">=", new, "1.2"),
        (">", Number(192), "1.2"),
        ("<=", Text("Old"), "1.0"),
        ("<", new, "1.0"),
        ("except", Text("none of them"), "1.0 1.2"),
    ):
        left = Operation(operator, (members, via(bound)))
        assert said(only(left, "flags")) == versions(outcome), operator
        assert said(only(op("|", OWN, left), "flags", own=OWN.names, initial=0)) == versions(outcome), operator
    both = Operation("except", (Operation(">=", (members, old)), old))
    assert said(only(both, "flags")) == versions("1.2")
    assert only(Operation(">=", (members, Text("none of them"))), "flags").unresolved
    assert only(Operation("except", (members, UNKNOWN)), "flags").unresolved


def test_items_keep_kinds_of_their_own() -> None:
    reading = only(Listing((Text("TLSv1.2"), Text("floor"), Text("TLSv1"))))
    assert reading.writes == ((Kind.ENABLED, versions("1.0 1.2")), (Kind.MINIMUM, versions("1.1")))


def test_the_steps_to_all_items_are_told() -> None:
    reading = only(via(Listing((via(Text("TLSv1"), 5), via(Text("TLSv1.2"), 6))), 4))
    assert [step.region.line for step in reading.steps] == [4, 5, 6]


@pytest.mark.parametrize(
    ("name", "text", "outcome"),
    [
        ("listed", "TLSv1,TLSv1.2", "1.0 1.2"),
        ("listed", " TLSv1 , TLSv1.2 ", "1.0 1.2"),
        ("listed", "TLSv1,", "1.0"),
        ("listed", " TLSv1.2 ", "1.2"),
        ("listed", "", "default"),
        ("listed", "tlsv1,tlsv1.2", "?"),
        ("words", "TLSv1,TLSv1.2", "?"),
        ("spaced", "TLSv1  tlsv1.2\tTLSV1.1", "1.0 1.1 1.2"),
        ("spaced", "tlsV1", "1.0"),
        ("spaced", "TLSv1,TLSv1.2", "?"),
        ("many", "TLSv1:TLSv1.1;TLSv1.2", "1.0 1.1 1.2"),
        ("many", "TLSv1: TLSv1.1", "1.0"),
        ("prefixed", "TLSv1.1://example.org:443", "1.1"),
        ("prefixed", "TLSv1.1", "?"),
        ("prefixed", "example.org/TLSv1.1://", "?"),
        ("prefixed-list", "TLSv1+TLSv1.2://example.org/a+b", "1.0 1.2"),
        ("prefixed-list", "TLSv1+TLSv1.2", "?"),
    ],
)
def test_texts_with_a_syntax(name: str, text: str, outcome: str) -> None:
    assert said(only(Text(text), name)) == wanted(outcome)


def test_an_unknown_word_leaves_a_text_open() -> None:
    assert only(Text("TLSv1,TLSv9"), "listed").partial
    assert only(Text("TLSv1: TLSv1.1"), "many").partial
    assert not only(Text("TLSv1:TLSv1.1"), "many").partial


def join(*parts: Value) -> Operation:
    return Operation("join", parts)


@pytest.mark.parametrize(
    ("name", "value", "outcome"),
    [
        ("words", join(Text("TLSv1"), via(Text(".2"))), "1.2"),
        ("words", join(Text("TLSv1."), via(Number(1))), "1.1"),
        ("words", join(join(Text("TLS"), Symbol("v1")), Text(".2")), "1.2"),
        ("words", join(Text("TLSv1"), Unknown("?")), "?"),
        ("words", join(Unknown("?"), Text("TLSv1")), "?"),
        ("prefixed", join(Text("TLSv1://"), Unknown("the host")), "1.0"),
        ("prefixed", join(via(Text("TLSv1.1")), Text("://"), Name(("host",)), Text(":443")), "1.1"),
        ("prefixed", join(Text("TLSv1"), Unknown("?"), Text("://")), "?"),
        ("listed", join(Text("TLSv1,"), Text("TLSv1.2")), "1.0 1.2"),
        ("listed", join(Unknown("?"), Text(",TLSv1,"), Unknown("?"), Text(",TLSv1.2")), "1.0 1.2"),
        ("listed", join(Text("TLSv1"), Unknown("?"), Text(",TLSv1.2")), "1.2"),
        ("listed", join(Text("TLSv1"), Unknown("?"), Text(",x")), "?"),
        # a text that names a constant
        ("words", Operation("named", (join(Text("lib::Exact::V"), Number(1)),)), "1.0"),
        ("words", Operation("named", (join(Text("lib\\Exact\\V"), Unknown("?")),)), "?"),
        ("flags", Operation("|", (Operation("named", (Text("P.Tls"),)), Number(3072))), "1.0 1.2"),
    ],
)
def test_joined_texts(name: str, value: Value, outcome: str) -> None:
    assert said(only(value, name)) == wanted(outcome)


@pytest.mark.parametrize(
    ("conditions", "outcome"),
    [
        ((":TLSv1", ":TLSv1_2"), "?"),
        (("'1.0'", '"1.2"'), "?"),
        ((":SSLv3 'SSLv23'", "else"), "1.2"),
        (("'sandbox'", "'live'"), "1.0"),
        (("version == 'TLSv1'", ""), "1.0"),
    ],
)
def test_a_table_from_names_of_versions_decides_nothing(conditions: tuple[str, str], outcome: str) -> None:
    first, second = conditions
    arms = Choice((Arm(first, False, Text("TLSv1")), Arm(second, False, Text("TLSv1.2"))))
    found = [reading for reading in read(arms) if not reading.unresolved]
    assert said(found[0]) == wanted(outcome) if found else outcome == "?"


def test_a_list_with_a_part_made_at_run_time_may_hold_more() -> None:
    assert only(join(Text("TLSv1.2,"), Unknown("?")), "listed").partial


# -- flags ------------------------------------------------------------------------------------------------------

TLS, TLS11, TLS12 = Name(("P.Tls",)), Name(("P.Tls11",)), Name(("P.Tls12",))
OWN = Name(("Manager.Protocol",))
UNKNOWN = Unknown("?")


def test_the_steps_to_what_stands_behind_a_prefix_are_not_told() -> None:
    value = join(via(Text("TLSv1"), 3), Text("://"), via(Text("host"), 4))
    assert [step.region.line for step in only(value, "prefixed").steps] == [3]
    assert [step.region.line for step in only(join(via(Text("TLSv1"), 3), via(Text(".2"), 4))).steps] == [3, 4]


def op(operator: str, *operands: Value) -> Operation:
    return Operation(operator, operands)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (TLS, "1.0"),
        (Number(192), "1.0"),
        (Number(3072), "1.2"),
        (Number(128), "1.0"),  # one half of a two-bit flag is enough
        (Number(0), "default"),
        (Name(("P.SystemDefault",)), "default"),
        (Number(1), "?"),
        (Name(("P.Other",)), "?"),
        (op("|", TLS, TLS12), "1.0 1.2"),
        (op("|", op("|", Number(192), TLS11), via(TLS12)), "1.0 1.1 1.2"),
        (op("+", TLS, TLS11), "1.0 1.1"),
        (op("^", op("|", TLS, TLS12), TLS), "1.2"),
        (op("-", op("|", TLS, TLS12), TLS), "1.2"),
        (op("&", op("|", TLS, TLS12), op("~", TLS)), "1.2"),
        (op("&", op("~", TLS), op("|", TLS, TLS12)), "1.2"),
        (op("&", op("|", TLS, TLS12), TLS12), "1.2"),
        (op("<<", Number(3), Number(6)), "1.0"),
        (op("&", TLS, TLS12), "default"),
    ],
)
def test_numbers_are_judged_by_their_bits(value: Value, outcome: str) -> None:
    reading = only(value, "flags")
    assert said(reading) == wanted(outcome)
    assert not reading.partial


@pytest.mark.parametrize(
    ("value", "outcome", "partial"),
    [
        (op("|", TLS, UNKNOWN), "1.0", True),
        (op("|", UNKNOWN, op("|", TLS, TLS12)), "1.0 1.2", True),
        (op("|", UNKNOWN, Name(("P.None",))), "?", False),
        (op("&", TLS, UNKNOWN), "?", False),
        (op("<<", UNKNOWN, Number(3)), "?", False),
        (op("<<", Number(1), Number(4000)), "?", False),
    ],
)
def test_unknown_operands_leave_flags_partial(value: Value, outcome: str, partial: bool) -> None:
    reading = only(value, "flags")
    assert said(reading) == wanted(outcome)
    assert reading.partial is partial


@pytest.mark.parametrize(
    ("initial", "value", "outcome", "replaces", "partial"),
    [
        (0, op("|", OWN, TLS), "1.0", False, False),
        (240, op("|", OWN, TLS12), "ssl3 1.0 1.2", False, False),
        (None, op("|", OWN, TLS), "1.0", False, True),
        (0, op("|", TLS, OWN), "1.0", False, False),
        (0, op("^", OWN, TLS), "1.0", False, False),
        (240, op("^", OWN, TLS), "ssl3", False, False),
        (0, op("+", OWN, TLS), "1.0", False, False),
        (240, op("+", OWN, TLS), "ssl3 1.0", False, False),
        (240, op("-", OWN, TLS), "ssl3", False, False),
        (240, op("&", OWN, op("~", TLS)), "ssl3", False, False),
        (240, op("&", OWN, op("~", op("|", TLS, Number(48)))), None, False, False),
        (0, op("|", OWN, op("|", TLS, UNKNOWN)), "1.0", False, True),
        (0, op("|", op("&", OWN, op("~", TLS)), TLS12), "1.2", False, False),
    ],
)
def test_operators_start_from_the_initial_number(
    initial: int | None, value: Value, outcome: str | None, replaces: bool, partial: bool
) -> None:
    reading = only(value, "flags", own=("Manager.Protocol",), initial=initial)
    if outcome is None:
        assert reading.writes == ((Kind.DISABLED, versions("ssl3 1.0")),)
    else:
        assert said(reading) == wanted(outcome)
    assert (reading.replaces, reading.partial) == (replaces, partial)


def test_taking_flags_away_disables_them() -> None:
    without = only(op("&", OWN, op("~", op("|", TLS, TLS11))), "flags", own=("Manager.Protocol",))
    assert without.writes == ((Kind.DISABLED, versions("1.0 1.1")),)
    assert not without.replaces
    minus = only(op("-", OWN, TLS), "flags", own=("Manager.Protocol",))
    assert minus.writes == ((Kind.DISABLED, versions("1.0")),)


def test_from_no_flags_none_is_taken_away() -> None:
    """0 stays 0, which leaves the choice to the system."""
    for value in (op("&", OWN, op("~", op("|", TLS, TLS12))), op("-", OWN, TLS), op("&", OWN, TLS)):
        reading = only(value, "flags", own=("Manager.Protocol",), initial=0)
        assert reading.writes == ((Kind.DEFAULT, versions("")),)


def test_taking_something_unknown_away_is_not_known() -> None:
    assert only(op("&", OWN, op("~", UNKNOWN)), "flags", own=("Manager.Protocol",), initial=0).unresolved
    some = only(op("&", OWN, op("~", op("|", TLS, UNKNOWN))), "flags", own=("Manager.Protocol",))
    assert some.writes == ((Kind.DISABLED, versions("1.0")),)
    assert some.partial


def test_taking_flags_away_where_flags_disable_is_no_statement() -> None:
    reading = only(op("&", OWN, op("~", TLS)), "flags", kind=Kind.DISABLED, own=("Manager.Protocol",), initial=0)
    assert said(reading) == "default"


# -- fields and coercion ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (Number(4), "1.0", None),
        (Number(6), "1.2", None),
        (Name(("CURL_TLSv1_2",)), "1.2", None),
        (Number(0x60000), None, "1.2"),
        (Number(0x50004), "1.0", "1.1"),
        (op("|", Name(("CURL_TLSv1_0",)), Name(("CURL_MAX_TLSv1_2",))), "1.0", "1.2"),
        (op("+", Name(("CURL_TLSv1_2",)), Name(("CURL_MAX_TLSv1_2",))), "1.2", "1.2"),
        (op("|", Number(6), op("<<", Number(6), Number(16))), "1.2", "1.2"),
        # as PHP converts them
        (Bool(True), "1.0", None),
        (Number(1.2), "1.0", None),
        (Text("6"), "1.2", None),
        (Text(" 4 and more"), "1.0", None),
        (Text("6.9"), "1.2", None),
    ],
)
def test_fields_of_a_packed_number(value: Value, low: str | None, high: str | None) -> None:
    bounds = [(Kind.MINIMUM, low), (Kind.MAXIMUM, high)]
    assert only(value, "curl").writes == tuple((kind, versions(text)) for kind, text in bounds if text)


@pytest.mark.parametrize(
    "value", [Number(0), Text("TLSv1"), Text(""), Bool(False), Null(), Number(0.9), Number(float("inf"))]
)
def test_what_becomes_zero_is_the_default(value: Value) -> None:
    assert said(only(value, "curl")) == "default"


def test_fields_with_numbers_of_no_meaning() -> None:
    assert only(Number(3), "curl").unresolved == "3 is not a value that this rule knows"
    assert only(Number(0x90004), "curl").unresolved
    assert said(only(Number(9), "curl")) == "rejected"
    assert only(Number(1), "curl").note == "names any TLS 1"


def test_without_coercion_types_stay_apart() -> None:
    assert only(Text("192"), "flags").unresolved
    assert only(Bool(True), "flags").unresolved
    assert only(Number(192.0), "flags").unresolved


# -- arms -------------------------------------------------------------------------------------------------------


def either(condition: str, first: Value, second: Value, guarded: bool = False) -> Choice:
    return Choice((Arm(condition, False, first), Arm(f"not {condition}", guarded, second)))


def test_every_arm_is_read_with_its_condition() -> None:
    old, new = read(either("modern", Text("TLSv1.2"), via(Text("TLSv1"), 3), guarded=True))
    assert (said(old), old.condition, old.guarded) == (versions("1.2"), "modern", False)
    assert (said(new), new.condition, new.guarded) == (versions("1.0"), "not modern", True)
    assert [step.region.line for step in new.steps] == [3]


def test_nested_arms_join_their_conditions() -> None:
    inner = either("b", Text("TLSv1"), Text("TLSv1.1"), guarded=True)
    found = read(either("a", Text("TLSv1.2"), inner))
    assert [(said(r), r.condition, r.guarded) for r in found] == [
        (versions("1.2"), "a", False),
        (versions("1.0"), "not a and b", False),
        (versions("1.1"), "not a and not b", True),
    ]


@pytest.mark.parametrize(
    "value",
    [
        op("|", either("a", TLS, TLS11), TLS12),
        op("|", TLS12, via(either("a", TLS, TLS11))),
        op("|", op("|", via(either("a", TLS, TLS11)), TLS12), TLS12),
        op("&", op("~", op("~", either("a", op("|", TLS, TLS12), op("|", TLS11, TLS12)))), Number(0xFFFF)),
    ],
)
def test_choices_inside_operations_are_distributed(value: Value) -> None:
    assert [(said(r), r.condition) for r in read(value, "flags")] == [
        (versions("1.0 1.2"), "a"),
        (versions("1.1 1.2"), "not a"),
    ]


def test_choices_inside_lists_are_distributed() -> None:
    found = read(Listing((either("a", Text("TLSv1"), Text("TLSv1.1")), Text("TLSv1.2"))))
    assert [(said(r), r.condition) for r in found] == [(versions("1.0 1.2"), "a"), (versions("1.1 1.2"), "not a")]


def test_choices_inside_texts_are_distributed() -> None:
    found = read(join(Text("TLSv1."), either("a", Text("1"), Text("2"))))
    assert [said(r) for r in found] == [versions("1.1"), versions("1.2")]


def test_too_many_combinations_of_a_list_become_their_union() -> None:
    items = tuple(either(f"c{i}", Text("TLSv1" if i == 0 else "TLSv1.1"), Text("TLSv1.2")) for i in range(30))
    assert [said(r) for r in read(Listing(items))] == [versions("1.0 1.1 1.2")]


def test_the_number_of_arms_is_bounded() -> None:
    value: Value = Text("TLSv1")
    for i in range(40):
        value = either(f"c{i}", Text("TLSv1.2"), value)
    assert len(read(value)) == MAX_ARMS


def test_depth_is_bounded() -> None:
    value: Value = Text("TLSv1")
    for _ in range(5000):
        value = via(value)
    (reading,) = read(value)
    assert reading.unresolved == "the value is nested too deeply"


# -- parameters -------------------------------------------------------------------------------------------------


def test_a_parameter_without_a_default_is_left_to_the_caller() -> None:
    reading = only(Parameter("Client.connect", 1, "version"))
    assert reading.unresolved == "the caller of connect decides (version)"


def test_the_default_of_a_parameter_counts() -> None:
    reading = only(Parameter("connect", 1, "version", via(Text("TLSv1"), 2)))
    assert said(reading) == versions("1.0")
    assert reading.condition == "version is not passed"
    assert [step.region.line for step in reading.steps] == [2]
    assert said(only(Parameter("connect", 1, "version", Null()))) == "default"


def test_an_unknown_default_is_left_to_the_caller() -> None:
    for default in (Text("TLSv9"), Unknown("?")):
        reading = only(Parameter("connect", 1, "version", default))
        assert reading.unresolved == "the caller of connect decides (version)"


def test_a_loop_over_values_of_several_kinds_may_meet_any_version() -> None:
    entries = {
        Key("text", "new"): (Meaning(versions=frozenset({Version.TLS1_3})),),
        Key("text", "old"): (Meaning(versions=frozenset({Version.TLS1_0}), configures=Kind.ENABLED),),
    }
    lens = Lens(Vocabulary("v", entries), Kind.MAXIMUM, runtimes())
    (found,) = readings(Operation("each", (Text("new"), Text("old"))), lens)
    assert found.writes == ((Kind.ENABLED, frozenset({Version.TLS1_0, Version.TLS1_2, Version.TLS1_3})),)


# -- entries of tables ------------------------------------------------------------------------------------------


TABLE = Mapping((Entry(Text("old"), Text("TLSv1")), Entry(Text("new"), Text("TLSv1.2"))))


def entry_of(table: Value, key: Value) -> Operation:
    return Operation("item", (table, key))


@pytest.mark.parametrize(
    ("table", "key", "outcome"),
    [
        (TABLE, Text("old"), "1.0"),
        (via(TABLE), Text("new"), "1.2"),
        (TABLE, Text("other"), "?"),
        (TABLE, Name(("key",)), "1.0 1.2"),
        (TABLE, Unknown("TLS decides", "TLS"), "1.0 1.2"),
        (TABLE, Parameter("f", 0, "key"), "?"),
        (TABLE, Parameter("f", 0, "key", Text("old"), Callee("f", "function")), "1.0"),
        (TABLE, Parameter("f", 0, "key", Text("other"), Callee("f", "function")), "?"),
        (TABLE, Parameter("f", 0, "key", Null(), Callee("f", "function")), "?"),
        (TABLE, Invocation(("choose",), ()), "?"),
        (TABLE, Unknown("it takes the values of a loop"), "?"),
        (TABLE, Null(), "?"),
        (Listing((Text("TLSv1"), Text("TLSv1.2"))), Number(1), "1.2"),
        (Listing((Text("TLSv1"), Text("TLSv1.2"))), Name(("index",)), "1.0 1.2"),
        (Mapping((Entry(Name(("lib.A",)), Text("TLSv1")),)), Name(("lib.A",)), "1.0"),
        (Mapping((Entry(Name(("lib.A",)), Text("TLSv1")),)), Name(("key",)), "?"),
        (Mapping(()), Name(("key",)), "?"),
        (entry_of(Mapping((Entry(Text("tls"), TABLE),)), Text("tls")), Text("old"), "1.0"),
        (entry_of(Mapping((Entry(Text("tls"), TABLE),)), Text("none")), Text("old"), "?"),
        (entry_of(Name(("lib.TABLE",)), Text("tls")), Text("old"), "?"),
        (Name(("lib.Version",)), Text("V1_2"), "1.2"),
        (Name(("lib.Version",)), Text("V9"), "?"),
        (Name(("lib.TABLE",)), Name(("key",)), "?"),
        (Unknown("a table"), Text("old"), "?"),
    ],
)
def test_an_entry_of_a_table(table: Value, key: Value, outcome: str) -> None:
    assert said(only(entry_of(table, key))) == wanted(outcome)


def test_the_default_of_a_key_is_judged_and_not_every_entry() -> None:
    opened = Choice((Arm("set", False, Unknown("TLS decides", "TLS")), Arm("not set", False, Text("new"))))
    first, second = read(entry_of(TABLE, opened))
    assert (first.open_by, said(first), said(second)) == ("TLS", "?", versions("1.2"))


def test_the_steps_to_a_table_are_told() -> None:
    (reading,) = read(entry_of(via(TABLE), Text("old")))
    assert [step.text for step in reading.steps] == ["NAME = value"]


# -- calls, closed vocabularies, signed texts, guard lists --------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        (("supported",), "default"),
        (("?.supported",), "default"),
        (("a.b.supported",), "default"),
        (("lib.Old.versions",), "1.0"),
        (("a.supported.versions",), "1.1"),
        (("?.versions",), "?"),
        (("supported.more",), "?"),
    ],
)
def test_what_a_call_gives(names: tuple[str, ...], outcome: str) -> None:
    assert said(only(Invocation(names, ()), "calls")) == wanted(outcome)
    assert said(only(Name(names), "calls")) == "?", "a name is no call"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (Text("TLSv1"), "1.0"),
        (Text("TLSv1,TLSv1.2"), "1.0 1.2"),
        (Text("TLSv1,refused"), "rejected"),
        (Text("TLSv1, TLSv1.2"), "rejected"),
        (Text("TLSv1,TLSv9"), "rejected"),
        (Listing((Text("TLSv1"), Text("TLSv9"))), "rejected"),
        (Listing((Text("TLSv1"), Unknown("read"), Text("TLSv9"))), "rejected"),
    ],
)
def test_one_word_that_is_refused_refuses_a_closed_list(value: Value, outcome: str) -> None:
    assert said(only(value, "strict-list")) == wanted(outcome)


def test_the_word_that_is_refused_is_told() -> None:
    assert only(Text("TLSv1, TLSv1.2"), "strict-list").note == "no such word: ' TLSv1.2'"
    assert only(Listing((Text("TLSv1"), Text("refused"))), "strict-list").note == "no such protocol: 'refused'"
    assert only(Text("TLSv9"), "strict-list").note == "no such word"


def test_a_list_of_an_open_vocabulary_keeps_what_it_knows() -> None:
    reading = only(Listing((Text("TLSv1"), Text("refused"))))
    assert (said(reading), reading.effect) == (versions("1.0"), "")


@pytest.mark.parametrize("value", [Text("TLSv9"), Listing((Text("TLSv9"),)), Text("TLSv8,TLSv9")])
def test_what_no_closed_vocabulary_knows_is_refused_but_not_known(value: Value) -> None:
    """A loose slot drops it: `setProtocols("http/1.1")` of something else."""
    (reading,) = read(value, "strict-list")
    assert (reading.effect, reading.known, reading.writes) == ("rejected", False, ())


def test_a_closed_vocabulary_says_nothing_of_what_is_no_text() -> None:
    assert [said(only(value, "strict-list")) for value in (Unknown("read"), Name(("a.B",)), Number(7))] == ["?"] * 3


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("TLSv1", "1.0"),
        ("TLSv1,TLSv1.2", "1.0 1.2"),
        ("TLSv1+TLSv1.2", "1.0 1.2"),
        ("+TLSv1.1 + TLSv1.2", "1.1 1.2"),
        ("all", "1.0 1.1 1.2"),
        ("all-TLSv1", "1.1 1.2"),
        ("all,-TLSv1,-TLSv1.1", "1.2"),
        ("-TLSv1,all", "1.0 1.1 1.2"),
        ("all - TLSv1 - TLSv1.1 + TLSv1", "1.0 1.2"),
        ("all-SSLv2Hello", "1.0 1.1 1.2"),
        ("TLSv9", "?"),
        ("", "?"),
        ("TLSv1-TLSv1", "-"),
    ],
)
def test_texts_with_signs_are_read_from_left_to_right(text: str, outcome: str) -> None:
    assert said(only(Text(text), "signed")) == wanted(outcome)


@pytest.mark.parametrize(
    ("text", "writes"),
    [
        ("own", ((Kind.DEFAULT, "-"),)),
        ("own-TLSv1", ((Kind.DISABLED, "1.0"),)),
        ("-TLSv1,own", ((Kind.DEFAULT, "-"),)),
        ("own,-TLSv1.1,TLSv1", ((Kind.DISABLED, "1.1"), (Kind.WEAKENS, "1.0"))),
        ("own-TLSv1+TLSv1", ((Kind.WEAKENS, "1.0"),)),
    ],
)
def test_a_text_may_begin_with_the_default(text: str, writes: tuple[tuple[Kind, str], ...]) -> None:
    assert only(Text(text), "signed").writes == tuple((kind, versions(named)) for kind, named in writes)


def test_a_bare_word_may_replace_what_stood_before() -> None:
    assert said(only(Text("all -TLSv1 TLSv1.1 +TLSv1.2"), "replacing")) == versions("1.1 1.2")
    assert said(only(Text("TLSv9 TLSv1"), "replacing")) == versions("1.0")


def test_a_sign_before_a_word_that_is_not_known_leaves_the_rest() -> None:
    added, taken = only(Text("TLSv1+TLSv9"), "signed"), only(Text("TLSv1-TLSv9"), "signed")
    assert (said(added), added.partial) == (versions("1.0"), True)
    assert (said(taken), taken.partial) == (versions("1.0"), False)


READ = Unknown("read")


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (Text(""), "1.0 1.1"),
        (Text("RC4, MD5withRSA, DH keySize < 1024"), "1.0 1.1"),
        (Operation("join", (Text("TLSv1, TLSv1.1"), READ)), "?"),
        (Operation("join", (READ, Text("TLSv1, TLSv1.1"))), "?"),
        (Operation("join", (READ, Text(", TLSv1"))), "?"),
        (Operation("without", (READ, Text("TLSv1, TLSv1.1, "))), "1.0 1.1"),
        (Operation("without", (Operation("without", (READ, Text("TLSv1,"))), Text(r",\s*TLSv1\.1\b"))), "1.0 1.1"),
        (Operation("without", (READ, Text("RC4, "))), "?"),
        (READ, "?"),
        (Null(), "default"),
    ],
)
def test_what_a_guard_list_leaves_out_becomes_possible(value: Value, outcome: str) -> None:
    assert said(only(value, "guard", kind=Kind.WEAKENS)) == wanted(outcome)


@pytest.mark.parametrize(
    ("value", "opened", "off", "partial"),
    [
        (Text("tlsv1, RC4"), "1.1", "1.0", False),
        (Text("RC4, TLSv1, TLSv1.1 "), "", "1.0 1.1", False),
        (Text("TLSv1 , TLSv1.1, TLSv1.2"), "", "1.0 1.1 1.2", False),
        (Text("TLSv1.1, TLSv1.2"), "1.0", "1.1 1.2", False),
        (Operation("join", (READ, Text(", TLSv1, TLSv1.1"))), "", "1.0 1.1", True),
        (Operation("join", (Text("TLSv1, TLSv1.1, "), READ)), "", "1.0 1.1", True),
    ],
)
def test_what_a_guard_list_names_is_off(value: Value, opened: str, off: str, partial: bool) -> None:
    read = only(value, "guard", kind=Kind.WEAKENS)
    expected = [(Kind.WEAKENS, versions(opened)), (Kind.DISABLED, versions(off))]
    assert (list(read.writes), read.partial) == ([pair for pair in expected if pair[1]], partial)
