"""Sites meet sinks: which slot, how sure, and what several writes on one object amount to."""

import pytest

from core_builders import assign, at, book, call, matches, rule, versions, via
from tlsscan.model import GUESSED, LOOSE, NAMED, Argument, Confidence, Form, Role, Site, Usage
from tlsscan.protocol import NO_VERSIONS, Version
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Sink
from tlsscan.sinks import SinkIndex, libraries
from tlsscan.values import (
    Arm,
    Choice,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Step,
    Text,
    Unknown,
    Value,
    Via,
)

WORDS = """
  words:
    values:
      "'TLSv1' | 4": TLSv1.0
      "'TLSv1.1'": TLSv1.1
      "'TLSv1.2' | 6": TLSv1.2
      "'auto' | null": default
      "'refused'": {effect: rejected, note: no such protocol}
"""
FLAGS = """
  flags:
    values:
      "*.Tls": 192
      "*.Tls11": 768
      "*.Tls12": 3072
    flags:
      192: TLSv1.0
      768: TLSv1.1
      3072: TLSv1.2
"""
V1, V2 = Text("TLSv1"), Text("TLSv1.2")


def exactly(sinks: str, extra: str = "") -> Rulebook:
    return book(WORDS, rule("exact", "exactly", "words", sinks, extra))


def only(rules: Rulebook, *sites: Site, **claimed: str) -> Usage:
    (found,) = matches(rules, *sites, **claimed)
    (usage,) = found.usages
    return usage


# -- names and confidence ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sink", "names", "confidence"),
    [
        ("lib.net.connect", ("lib.net.connect",), Confidence.HIGH),
        ("lib.net.connect", ("net.connect",), Confidence.HIGH),
        ("lib.net.connect", ("connect",), Confidence.MEDIUM),
        ("lib.net.connect", ("?.connect",), Confidence.MEDIUM),
        ("lib.net.connect", ("?.net.connect",), Confidence.MEDIUM),
        ("lib.net.connect", ("app.lib.net.connect",), Confidence.MEDIUM),
        ("lib.net.connect", ("x.y", "lib.net.connect"), Confidence.HIGH),
        ("*.connect", ("a.b.connect",), Confidence.MEDIUM),
        ("*.connect", ("connect",), Confidence.MEDIUM),
        ("*.ssl.connect", ("?.ssl.connect",), Confidence.MEDIUM),
        ("*.ssl.connect", ("?.connect",), None),
        ("lib.net.connect", ("other.net.connect",), None),
        ("lib.net.connect", ("lib.connect",), None),
        ("lib.net.connect", ("?.lib.connect",), None),
        ("lib.net.connect", ("lib.net.reconnect",), None),
        ("lib.net.connect", ("lib.net.Connect",), None),
        ("lib.net.connect", ("lib.net.connect.now",), None),
        ("*.connect", ("reconnect",), None),
    ],
)
def test_names_that_mean_a_sink(sink: str, names: tuple[str, ...], confidence: Confidence | None) -> None:
    rules = exactly(f'{{call: "{sink}", position: 0, anchor: connect}}')
    found = matches(rules, call(names, V1))
    assert [u.confidence for m in found for u in m.usages] == ([confidence] if confidence else [])


def test_a_plain_variable_is_not_an_attribute() -> None:
    rules = exactly("{assign: lib.Context.minimum_version}")
    assert not matches(rules, assign("minimum_version", V1))
    assert only(rules, assign("?.minimum_version", V1)).confidence is Confidence.MEDIUM
    settings = exactly("{assign: TLS_PROTOCOL}")
    assert only(settings, assign("TLS_PROTOCOL", V1)).confidence is Confidence.HIGH


def test_names_of_php_functions_ignore_case() -> None:
    rules = exactly("{call: curl_setopt, position: 0}", "languages: [php, ruby]")
    assert SinkIndex("php", rules).wants(call("CURL_SetOpt", V1), ())
    assert not SinkIndex("ruby", rules).wants(call("CURL_SetOpt", V1), ())


@pytest.mark.parametrize(
    ("value", "confidence", "reported"),
    [
        (V1, "lib.connect_tls", True),
        (V1, "?.connect_tls", True),
        (Unknown("made at run time"), "lib.connect_tls", True),
        (Unknown("made at run time"), "?.connect_tls", False),
        (Text("something else"), "lib.connect_tls", True),
        (Text("something else"), "?.connect_tls", False),
        (Text("refused"), "?.connect_tls", True),
    ],
)
def test_a_loose_slot_with_an_unknown_value_is_silent(value: Value, confidence: str, reported: bool) -> None:
    found = matches(exactly("{call: lib.connect_tls, position: 0}"), call(confidence, value))
    assert bool(found) is reported


@pytest.mark.parametrize("name", ["p", "with", "error", "version"])
def test_a_parameter_is_no_call_that_reports_by_its_name(name: str) -> None:
    rules = exactly('{parameter: "*", anchor: TLSv}')
    given = (Argument(None, "", V1, at(1, 20), "value"),)
    assert matches(rules, Site(Form.PARAMETER, (name,), name, "a.py", "python", at(1), given))


# -- slots ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sink", "site", "value"),
    [
        ("{call: lib.dial_tls, position: 1}", call("lib.dial_tls", V2, V1), "argument1"),
        ("{call: lib.dial_tls, argument: version}", call("lib.dial_tls", V2, version=V1), "version"),
        ("{call: lib.dial_tls, position: 1, argument: version}", call("lib.dial_tls", V2, version=V1), "version"),
        ("{call: lib.dial_tls, position: 1, argument: version}", call("lib.dial_tls", V2, V1), "argument1"),
        ('{call: "*", argument: ssl_version}', call("whatever", ssl_version=V1), "ssl_version"),
        ("{new: lib.DialTls, position: 0}", call("lib.DialTls", V1)._replace(form=Form.NEW), "argument0"),
        ("{call: lib.DialTls, position: 0}", call("lib.DialTls", V1)._replace(form=Form.NEW), "argument0"),
    ],
)
def test_the_slot_of_a_call(sink: str, site: Site, value: str) -> None:
    usage = only(exactly(sink), site)
    assert usage.value == value
    assert usage.permitted.versions == versions("1.0")


@pytest.mark.parametrize(
    ("sink", "site"),
    [
        ("{call: lib.dial_tls, position: 1}", call("lib.dial_tls", V1)),
        ("{call: lib.dial_tls, argument: version}", call("lib.dial_tls", V1, other=V1)),
        ('{call: "*", argument: ssl_version}', call("whatever", V1, tls_version=V1)),
        ("{assign: lib.dial_tls}", call("lib.dial_tls", V1)),
        ("{call: lib.dial_tls, position: 0}", assign("lib.dial_tls", V1)),
    ],
)
def test_other_slots_and_forms_are_silent(sink: str, site: Site) -> None:
    assert not matches(exactly(sink), site)


def test_the_rest_of_the_arguments_are_one_list() -> None:
    rules = book(WORDS, rule("list", "enabled", "words", "{call: lib.enable_tls, position: 1, rest: true}"))
    usage = only(rules, call("lib.enable_tls", Number(9), V1, V2))
    assert usage.permitted.versions == versions("1.0 1.2")
    assert usage.value == "argument1, argument2"
    assert (usage.place.region.start, usage.place.region.end) == (140, 170)
    assert only(rules, call("lib.enable_tls", Number(9), V1)).permitted.versions == versions("1.0")
    assert only(rules, call("lib.enable_tls", Number(9), Listing((V1, V2)))).permitted.versions == versions("1.0 1.2")
    assert not matches(rules, call("lib.enable_tls", Number(9)))


@pytest.mark.parametrize(
    ("condition", "second", "reported"),
    [
        ("{position: 1, is: [OPT_VERSION, 32]}", Name(("OPT_VERSION",)), True),
        ("{position: 1, is: [OPT_VERSION, 32]}", Name(("?.OPT_VERSION",)), True),
        ("{position: 1, is: [OPT_VERSION, 32]}", Number(32), True),
        ("{position: 1, is: [OPT_VERSION, 32]}", via(Number(32)), True),
        ("{position: 1, is: [OPT_VERSION, 32]}", Choice((Arm("a", False, Null()), Arm("", False, Number(32)))), True),
        ("{position: 1, is: [OPT_VERSION, 32]}", Number(33), False),
        ("{position: 1, is: [OPT_VERSION, 32]}", Text("32"), False),
        ("{position: 1, is: [OPT_VERSION, 32]}", Unknown("?"), False),
        ("{position: 2, is: 32}", Number(32), False),
        ("{position: 1, is: \"'x'\"}", Text("x"), True),
        ('{position: 1, is: ":x"}', Text("x"), False),
        ('{position: 1, is: "null"}', Null(), True),
    ],
)
def test_a_condition_on_another_argument(condition: str, second: Value, reported: bool) -> None:
    rules = exactly(f"{{call: set_tls_option, position: 0, where: {condition}}}")
    assert bool(matches(rules, call("set_tls_option", V1, second))) is reported


@pytest.mark.parametrize(
    ("second", "reported"),
    [
        (Text("HKLM:\\X\\TLS 1.0\\Client"), True),
        (via(Text("hklm:\\x\\tls 1.0\\server")), True),
        (Operation("join", (Unknown("?"), Text("\\TLS 1.0\\Client"))), True),
        (
            Operation("join", (Text("X\\"), Operation("each", (Text("TLS 1.2"), Text("TLS 1.0"))), Text("\\Client"))),
            True,
        ),
        (Choice((Arm("a", False, Text("X")), Arm("b", False, Text("Y\\TLS 1.0\\Z")))), True),
        (Operation("join", (Text("X\\"), Unknown("?"), Text("\\Client"))), False),
        (Text("HKLM:\\X\\TLS 1.2\\Client"), False),
        (Number(1), False),
        (Unknown("?"), False),
    ],
)
def test_a_condition_on_the_text_of_another_argument(second: Value, reported: bool) -> None:
    rules = exactly("{call: set_tls_option, position: 0, where: {position: 1, like: '*\\TLS 1.0\\*'}}")
    assert bool(matches(rules, call("set_tls_option", V1, second))) is reported


def test_an_object_may_go_by_the_text_of_another_argument() -> None:
    rules = book(
        WORDS,
        rule(
            "key",
            "exactly",
            "words",
            "{call: set_tls_option, position: 0, where: {position: 1, like: 'key*'}}",
            "fold: {group: key, like: true}\nsides: {client: '*/client', server: '*/server'}",
        ),
    )
    client, server, both = (Text(f"key/{side}") for side in ("client", "server", "other"))
    made = [
        call("set_tls_option", V1, key, line=line)
        for line, key in enumerate((client, server, via(client), both), start=1)
    ]
    found = [match.usages[0] for match in matches(rules, *made)]
    assert {usage.place.region.line: usage.role.value for usage in found} == {3: "client", 2: "server", 4: "both"}


def test_writes_of_a_process_join_where_nothing_stands_between_them() -> None:
    sink = "{assign: lib.Process.versions_tls}"
    rules = book(WORDS, rule("p", "exactly", "words", sink, "fold: {group: p, process: true}"))
    first, second = (
        assign("lib.Process.versions_tls", value, line=line, target="p") for line, value in ((1, V1), (2, V2))
    )
    (joined,) = matches(rules, first, second)
    assert joined.usages[0].permitted.versions == versions("1.2")
    later = assign("lib.Process.versions_tls", V2, line=3, target="p")
    apart = matches(rules, first, later)
    assert [match.usages[0].place.region.line for match in apart] == [1, 3]
    assert not any(match.usages[0].related for match in apart)
    assert len(matches(rules, first, second._replace(since=first.region.end))) == 2


def test_a_write_of_a_process_is_undone_by_one_before_which_values_are_only_set() -> None:
    sink = "{assign: lib.Process.versions_tls}"
    rules = book(WORDS, rule("p", "exactly", "words", sink, "fold: {group: p, process: true}"))
    first, second, third = (
        assign("lib.Process.versions_tls", value, line=line, target="p") for line, value in ((1, V1), (4, V1), (7, V2))
    )
    second = second._replace(since=first.region.start)
    alone, last, _ = matches(rules, first, second, third)
    assert alone.usages[0].undone == last.usages[0].permitted
    assert last.usages[0].undone is None
    found = matches(rules, first, second, third._replace(since=first.region.start))
    undone = [match.usages[0].undone for match in found]
    assert [said.versions if said is not None else None for said in undone] == [versions("1.2")] * 2 + [None]
    inside = third._replace(since=first.region.start, blocks=(5,))
    assert matches(rules, first, inside)[0].usages[0].undone is None


def test_several_conditions_must_all_hold() -> None:
    rules = exactly("{call: set_tls_option, position: 0, where: [{position: 1, is: 32}, {argument: key, like: 'a*'}]}")
    assert matches(rules, call("set_tls_option", V1, Number(32), key=Text("Abc")))
    assert not matches(rules, call("set_tls_option", V1, Number(32), key=Text("bc")))
    assert not matches(rules, call("set_tls_option", V1, Number(33), key=Text("abc")))


def test_an_overload_is_known_by_the_number_of_its_arguments() -> None:
    rules = exactly("{call: set_tls_option, position: 0, arity: 3}")
    assert matches(rules, call("set_tls_option", V1, Null(), Null()))
    assert matches(rules, call("set_tls_option", V1, Null(), flag=Null()))
    assert not matches(rules, call("set_tls_option", V1, Null()))
    left_away = call("set_tls_option", V1, Null(), Null())
    assert matches(rules, left_away._replace(arguments=(left_away.arguments[0], left_away.arguments[2])))


def test_a_member_that_is_passed_on_is_told_where_it_is_defined() -> None:
    rules = exactly("{assign: '*.versions', anchor: versions}")
    own = assign("?.versions", V1, line=3)
    defined = Via(Step("a.py", at(3)._replace(end=900), "versions = 'TLSv1'"), V1)
    copied = assign("a.versions", defined, line=9)
    (given,) = copied.arguments
    copied = copied._replace(arguments=(given._replace(text="other.versions"),))
    assert [found.usages[0].place.region.line for found in matches(rules, own, copied)] == [3]
    assert [found.usages[0].place.region.line for found in matches(rules, copied)] == [9]
    elsewhere = copied._replace(arguments=(given._replace(text="DEFAULT"),))
    assert [found.usages[0].place.region.line for found in matches(rules, own, elsewhere)] == [3, 9]


def test_a_condition_on_a_named_argument() -> None:
    rules = exactly("{call: set_tls_option, position: 0, where: {argument: option, is: 32}}")
    assert matches(rules, call("set_tls_option", V1, option=Number(32)))
    assert not matches(rules, call("set_tls_option", V1, option=Number(33)))
    assert not matches(rules, call("set_tls_option", V1))


def option(path: tuple[str, ...], owner: tuple[str, ...] = (), value: Value = V1) -> Site:
    given = (Argument(None, "", value, at(1, 20), "value"),)
    return Site(Form.OPTION, (path[-1],), path[-1], "a.py", "python", at(1), given, option=path, owner=owner)


@pytest.mark.parametrize(
    ("sink", "site", "confidence"),
    [
        ("{option: tls_version}", option(("tls_version",)), Confidence.MEDIUM),
        ("{option: ssl.tls_version}", option(("ssl", "tls_version")), Confidence.MEDIUM),
        ("{option: ssl.tls_version}", option(("a", "ssl", "tls_version")), Confidence.MEDIUM),
        ("{option: tls_version, of: lib.open_all}", option(("tls_version",), ("lib.open_all",)), Confidence.HIGH),
        ("{option: tls_version, of: lib.open_all}", option(("tls_version",), ("?.open_all",)), Confidence.MEDIUM),
        ("{option: ssl.tls_version}", option(("tls_version",)), None),
        ("{option: tls_version}", option(("xtls_version",)), None),
        ("{option: tls_version, of: lib.open_all}", option(("tls_version",), ("lib.other",)), None),
        ("{option: tls_version, of: lib.open_all}", option(("tls_version",)), None),
    ],
)
def test_option_paths_match_at_their_end(sink: str, site: Site, confidence: Confidence | None) -> None:
    found = matches(exactly(sink), site)
    assert [u.confidence for m in found for u in m.usages] == ([confidence] if confidence else [])


@pytest.mark.parametrize(
    ("near", "ground", "role"),
    [((), LOOSE, Role.BOTH), (("far",), LOOSE, Role.BOTH), (("lib",), NAMED, Role.CLIENT)],
)
def test_a_guess_at_the_receiver_counts_where_the_file_names_the_library(
    near: tuple[str, ...], ground: int, role: Role
) -> None:
    rules = exactly("{option: tls_version, of: lib.open_all, role: client}\n{option: tls_version}")
    found = only(rules, option(("tls_version",), ("?.open_all",))._replace(near=near))
    assert (found.ground, found.role) == (ground, role)
    alone = exactly("{option: tls_version, of: lib.open_all}")
    guess = only(alone, option(("tls_version",), ("?.open_all",))._replace(near=near))
    assert guess.ground == (NAMED if "lib" in near else GUESSED)
    assert only(alone, option(("tls_version",), ("lib.open_all",))).ground == NAMED


def test_the_words_of_libraries_are_looked_for_in_the_file() -> None:
    rules = exactly("{option: tls_version, of: [lib.open_all, Far.Away.open_all]}")
    index = SinkIndex("python", rules)
    guess = option(("tls_version",), ("?.open_all",))
    assert index.placed([guess], b"require 'far'; library.open_all")[0].near == ("Far",)
    assert index.placed([option(("tls_version",), ("lib.open_all",))], b"import lib")[0].near == ()


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("org.lib.Options.open_all", "Options"),
        ("org.lib.Options.Builder.open_all", "Options"),
        ("org.lib.Options.get().open_all", "Options"),
        ("Lib.Net.Options.open_all", "Options"),  # a namespace, not a class around it
    ],
)
def test_classes_are_known_by_their_own_name_or_that_of_the_class_around_them(name: str, word: str) -> None:
    assert libraries(Sink(Form.CALL, name), "csharp" if name.startswith("L") else "java") == [word]


def test_a_sink_may_ask_what_else_the_file_holds() -> None:
    rules = exactly("{call: lib.some_tls, position: 0, beside: serve(, without: [connect(, dial(]}")
    index = SinkIndex("python", rules)
    site = call("lib.some_tls", V1)

    def found(text: bytes) -> bool:
        return bool(matches(rules, *index.placed([site], text)))

    assert found(b"serve (here)")
    assert not found(b"serve(here); dial( there )")
    assert not found(b"other(here)")


def test_a_sink_may_be_met_on_what_no_variable_keeps() -> None:
    rules = exactly("{call: lib.copy.some_tls, position: 0, chained: true}")
    assert matches(rules, call("lib.copy.some_tls", V1, target="40:"))
    assert not matches(rules, call("lib.copy.some_tls", V1, target="40:kept"))


def test_a_dot_inside_a_key_parts_no_path() -> None:
    assert not matches(exactly("{option: ssl.tls_version}"), option(("ssl\\.tls_version",)))
    quoted = exactly("{option: \"'ssl.tls_version'\"}")
    assert matches(quoted, option(("ssl\\.tls_version",)))
    assert matches(quoted, option(("a", "ssl\\.tls_version")))
    assert not matches(quoted, option(("ssl", "tls_version")))


@pytest.mark.parametrize(
    ("owner", "reported"),
    [
        ("?.find_by!", False),
        ("Server.where", False),
        ("?.assert_called_with", False),
        ("?.with", False),
        ("logger.info", False),
        ("lib.get", True),
        ("", True),
    ],
)
def test_an_entry_that_is_only_expected_or_logged_sets_nothing(owner: str, reported: bool) -> None:
    site = option(("tls_version",), (owner,) if owner else ())
    assert bool(matches(exactly("{option: tls_version}"), site)) is reported


def test_a_known_setting_counts_whatever_its_name_sounds_like() -> None:
    site = option(("tls_version",), ("lib.expect_tls",))
    assert matches(exactly("{option: tls_version, of: lib.expect_tls}"), site)


# -- what a sink says beside its name ---------------------------------------------------------------------------


def test_a_sink_may_have_its_own_kind_vocabulary_and_role() -> None:
    sinks = """
        {call: lib.low_tls, position: 0, configures: minimum, role: client}
        {call: lib.flag_tls, position: 0, configures: enabled, vocabulary: flags}
        {call: lib.plain_tls, position: 0}
    """
    rules = book(WORDS + FLAGS, rule("mixed", "exactly", "words", sinks, "role: server"))
    low = only(rules, call("lib.low_tls", V2))
    assert (low.permitted.versions, low.role) == (versions("1.2 1.3"), Role.CLIENT)
    assert only(rules, call("lib.flag_tls", Number(960))).permitted.versions == versions("1.0 1.1")
    plain = only(rules, call("lib.plain_tls", V2))
    assert (plain.permitted.versions, plain.role) == (versions("1.2"), Role.SERVER)


def test_a_sink_under_a_condition() -> None:
    sinks = """
        {call: lib.old_tls, position: 0, when: {lang: "<4"}}
        {call: lib.new_tls, position: 0, when: {lang: ">=4"}}
    """
    rules = exactly(sinks)
    assert not matches(rules, call("lib.old_tls", V1))
    assert matches(rules, call("lib.old_tls", V1), lang="3")
    assert matches(rules, call("lib.new_tls", V1))
    assert not matches(rules, call("lib.new_tls", V1), lang="3")


def test_an_effect_without_condition_holds_always() -> None:
    rules = exactly(
        "{call: lib.noop_tls, position: 0, effect: ignored}\n{call: lib.no_tls, position: 0, effect: rejected}"
    )
    ignored = only(rules, call("lib.noop_tls", V1))
    assert ignored.permitted.default
    assert ignored.permitted.versions == versions("1.2 1.3")
    assert ignored.note == "the value has no effect here"
    refused = only(rules, call("lib.no_tls", V1))
    assert refused.permitted.rejected
    assert refused.permitted.versions == NO_VERSIONS


def test_an_assumed_runtime_that_ignores_a_setting_leaves_it_in_doubt() -> None:
    sink = only(
        exactly('{call: lib.some_tls, position: 0, effect: ignored, when: {lang: ">=4"}}'), call("lib.some_tls", V1)
    )
    assert (sink.permitted.versions, sink.doubt) == (
        versions("1.0"),
        "no effect with lang 4 and later, which ignores it",
    )
    words = """
      words:
        values:
          "'TLSv1'":
            - {when: {lang: ">=4,<7 | >=9"}, effect: ignored, note: it is refused}
            - TLSv1.0
    """
    rules = book(words, rule("exact", "exactly", "words", "{call: lib.some_tls, position: 0}"))
    assert (
        only(rules, call("lib.some_tls", V1)).doubt
        == "no effect with lang 4 and later and before 7 or 9 and later: it is refused"
    )
    assert only(rules, call("lib.some_tls", V1), lang="3").doubt == ""
    assert only(rules, call("lib.some_tls", V1), lang="4").permitted.default


@pytest.mark.parametrize("effect", ["ignored", "rejected"])
def test_an_effect_under_a_condition_needs_a_claim(effect: str) -> None:
    rules = exactly(f'{{call: lib.some_tls, position: 0, effect: {effect}, when: {{lang: ">=4"}}}}')
    assert only(rules, call("lib.some_tls", V1)).permitted.versions == versions("1.0")
    assert only(rules, call("lib.some_tls", V1), lang="3").permitted.versions == versions("1.0") & versions("1.0")
    claimed = only(rules, call("lib.some_tls", V1), lang="4").permitted
    assert (claimed.default, bool(claimed.rejected)) == (effect == "ignored", effect == "rejected")


def test_the_first_sink_of_a_rule_that_fits_counts() -> None:
    sinks = "{call: lib.pick_tls, position: 0, role: client}\n{call: lib.pick_tls, position: 1, role: server}"
    assert only(exactly(sinks), call("lib.pick_tls", V1, V2)).role is Role.CLIENT


# -- what a usage tells -----------------------------------------------------------------------------------------


def test_a_usage_tells_place_trace_and_base() -> None:
    rules = exactly("{call: lib.connect_tls, position: 0}")
    usage = only(rules, call("lib.connect_tls", via(V1, 7), line=3))
    assert (usage.rule, usage.api, usage.value, usage.language) == (
        "demo/exact",
        "lib.connect_tls",
        "argument0",
        "python",
    )
    assert (usage.place.path, usage.place.region) == ("a.py", at(3, 20))
    assert [step.region.line for step in usage.trace] == [7]
    assert usage.newest is Version.TLS1_3
    assert only(rules, call("lib.connect_tls", V1), lang="3").newest is Version.TLS1_0


def test_an_assumption_is_told_where_it_took_part() -> None:
    low = book(WORDS, rule("low", "minimum", "words", "{call: lib.low_tls, position: 0}"))
    assert only(low, call("lib.low_tls", V1)).assumed == ("lang",)
    assert only(low, call("lib.low_tls", V1), lang="5").assumed == ()
    assert only(low, call("lib.low_tls", Unknown("?"))).assumed == ()
    assert only(exactly("{call: lib.connect_tls, position: 0}"), call("lib.connect_tls", V1)).assumed == ()
    off = book(FLAGS, rule("off", "disabled", "flags", "{call: lib.off_tls, position: 0}"))
    assert only(off, call("lib.off_tls", Number(3072))).assumed == ("lang",)


def test_arms_become_usages_in_source_order() -> None:
    value = Choice((Arm("new", False, V2), Arm("old", True, V1)))
    (found,) = matches(exactly("{call: lib.connect_tls, position: 0}"), call("lib.connect_tls", value))
    assert [(u.permitted.versions, u.condition, u.guarded) for u in found.usages] == [
        (versions("1.2"), "new", False),
        (versions("1.0"), "old", True),
    ]


@pytest.mark.parametrize("name", ["lib.connect_tls", "?.connect_tls"])
def test_a_default_of_the_environment_is_judged_and_the_variable_named(name: str) -> None:
    value = Choice((Arm("TLS is set", False, Unknown("TLS decides", "TLS")), Arm("TLS is not set", False, V1)))
    usage = only(exactly("{call: lib.connect_tls, position: 0}"), call(name, value))
    assert usage.permitted.versions == versions("1.0")
    assert usage.open_by == "TLS"
    assert usage.condition == "TLS is not set"


def test_the_guard_of_a_site_counts_for_all_its_arms() -> None:
    usage = only(exactly("{assign: lib.Context.mode_tls}"), assign("lib.Context.mode_tls", V1, guard="if PY2"))
    assert (usage.condition, usage.guarded) == ("if PY2", True)


def test_the_condition_told_is_the_one_that_makes_the_level_lower() -> None:
    value = Choice((Arm("TLS is set", False, Unknown("TLS decides", "TLS")), Arm("TLS is not set", False, V1)))
    usage = only(exactly("{assign: lib.Context.mode_tls}"), assign("lib.Context.mode_tls", value, guard="if PY2"))
    assert (usage.condition, usage.guarded) == ("if PY2", True)


def test_a_parameter_without_default_is_told_where_the_slot_is_sure() -> None:
    rules = exactly("{call: lib.connect_tls, position: 0}")
    value = Parameter("Client.open", 0, "version")
    assert only(rules, call("lib.connect_tls", value)).permitted.unresolved == "the caller of open decides (version)"
    assert not matches(rules, call("?.connect_tls", value))


# -- folds ------------------------------------------------------------------------------------------------------

CONTEXT = book(
    WORDS + FLAGS,
    rule(
        "made",
        "exactly",
        "words",
        "{call: lib.Context, position: 0, anchor: Context}",
        "fold: {group: g, starts: true}",
    ),
    rule(
        "mode",
        "exactly",
        "words",
        "{assign: lib.Context.mode_tls}",
        "fold: {group: g, resets: [floor, ceiling, enabled]}",
    ),
    rule("low", "minimum", "words", "{assign: lib.Context.low_tls}", "fold: {group: g, pinned: rejected}"),
    rule("high", "maximum", "words", "{assign: lib.Context.high_tls}", "fold: {group: g, pinned: rejected}"),
    rule("off", "disabled", "flags", "{assign: lib.Context.off_tls, initial: 0}", "fold: {group: g}"),
    rule("on", "enabled", "flags", "{assign: lib.Context.on_tls, initial: 192}", "fold: {group: g}"),
)


def new(value: Value, line: int, target: str = "c") -> Site:
    return call("lib.Context", value, line=line, target=target)


def low(value: Value, line: int, blocks: tuple[int, ...] = ()) -> Site:
    return assign("lib.Context.low_tls", value, line, target="c", blocks=blocks)


def high(value: Value, line: int) -> Site:
    return assign("lib.Context.high_tls", value, line, target="c")


def mode(value: Value, line: int) -> Site:
    return assign("lib.Context.mode_tls", value, line, target="c")


def off(value: Value, line: int, operator: str = "|=") -> Site:
    return assign("lib.Context.off_tls", value, line, operator, target="c")


def on(value: Value, line: int, operator: str = "|=") -> Site:
    return assign("lib.Context.on_tls", value, line, operator, target="c")


def outcome(*sites: Site) -> list[tuple[str, str, str]]:
    """Of every match the line of the write that decides its newest version, of the one that decides its oldest, and
    what is permitted."""
    shown = []
    for found in matches(CONTEXT, *sites):
        (upper,), (lower,) = found.usages, found.lower
        assert upper.permitted == lower.permitted
        allowed = upper.permitted
        text = (
            "refused"
            if allowed.rejected
            else "?"
            if allowed.unresolved
            else " ".join(map(str, sorted(allowed.versions)))
        )
        shown.append((*(f"{u.place.region.line} {u.rule.removeprefix('demo/')}" for u in (upper, lower)), text))
    return sorted(shown)


TLS, TLS11, TLS12 = Number(192), Number(768), Number(3072)


@pytest.mark.parametrize(
    ("sites", "wanted"),
    [
        # the write that decides is told, not the last
        ([new(V1, 1), off(TLS11, 2)], [("1 made", "1 made", "2")]),
        ([new(Text("auto"), 1), low(V1, 2)], [("1 made", "2 low", "2 3 4 5")]),
        ([low(V1, 1), high(Text("TLSv1.1"), 2)], [("2 high", "1 low", "2 3")]),
        ([low(V1, 1), off(TLS, 2)], [("1 low", "2 off", "3 4 5")]),
        ([low(V1, 1), off(TLS11, 2)], [("1 low", "1 low", "2 4 5")]),
        # `mode =` erases an earlier minimum
        ([low(V2, 1), mode(V1, 2)], [("2 mode", "2 mode", "2")]),
        ([low(V1, 1), mode(Text("auto"), 2)], [("2 mode", "2 mode", "4 5")]),
        # a bound on a pinned object
        ([new(V2, 1), low(V1, 2)], [("2 low", "2 low", "refused")]),
        # a new object begins anew, another object is another
        ([new(V1, 1), new(V2, 2)], [("1 made", "1 made", "2"), ("2 made", "2 made", "4")]),
        ([new(V1, 1, "d"), new(V2, 2), low(V1, 3)], [("1 made", "1 made", "2"), ("3 low", "3 low", "refused")]),
        ([new(V1, 1, ""), low(V1, 3)], [("1 made", "1 made", "2"), ("3 low", "3 low", "2 3 4 5")]),
        # what is unknown or refused stands alone and takes nothing from the others
        ([new(V1, 1), off(Unknown("?"), 2)], [("1 made", "1 made", "2"), ("2 off", "2 off", "?")]),
        ([new(V1, 1), mode(Text("refused"), 2)], [("1 made", "1 made", "2"), ("2 mode", "2 mode", "refused")]),
        # flag operators go on from the earlier write, not from the initial number
        ([on(TLS12, 1, "="), on(TLS11, 2)], [("1 on", "2 on", "3 4")]),
        ([on(Number(192 | 3072), 1, "="), on(Operation("~", (TLS,)), 2, "&=")], [("1 on", "2 on", "4")]),
        ([on(TLS12, 1)], [("1 on", "1 on", "2 4")]),
        ([on(Operation("~", (TLS,)), 1, "&="), on(TLS, 2)], [("2 on", "2 on", "2")]),
        # the same once more replaces it, and decides
        ([on(TLS11, 1, "="), on(TLS11, 2, "=")], [("2 on", "2 on", "3")]),
        ([low(V1, 1), low(V1, 2)], [("1 low", "2 low", "2 3 4 5")]),
    ],
)
def test_writes_on_one_object(sites: list[Site], wanted: list[tuple[str, str, str]]) -> None:
    assert outcome(*sites) == wanted


def test_related_writes_are_told() -> None:
    (found,) = matches(CONTEXT, new(Text("auto"), 1), low(V1, 2), off(TLS, 3))
    (usage,) = found.lower
    assert (usage.place.region.line, usage.rule) == (3, "demo/off")
    assert [(place.region.line, place.text) for place in usage.related] == [
        (1, "lib.Context is set here, too"),
        (2, "lib.Context.low_tls is set here, too"),
    ]


def test_a_write_in_a_block_may_be_passed_by() -> None:
    alone = [("1 low", "1 low", "2 3 4 5"), ("2 low", "2 low", "4 5")]
    assert outcome(low(V1, 1, blocks=(7,)), low(V2, 2)) == alone
    assert outcome(low(V1, 1, blocks=(7,)), low(V2, 2, blocks=(8,))) == alone
    assert outcome(low(V1, 1), low(V2, 2, blocks=(7,))) == [("1 low", "1 low", "2 3 4 5"), ("1 low", "2 low", "4 5")]
    both = outcome(low(V1, 1), low(V2, 2, blocks=(7,)), high(Text("TLSv1.1"), 3))
    assert both == [("1 low", "2 low", "4 5"), ("3 high", "1 low", "2 3")]


def built(*values: Value) -> list[tuple[int, str]]:
    """Where the versions of a value of flags are named: the line, and the versions."""
    rules = book(FLAGS, rule("flags", "enabled", "flags", "{call: lib.connect_tls, position: 0}"))
    (found,) = matches(rules, call("lib.connect_tls", *values))
    named = [naming for usage in found.usages for naming in usage.named]
    return [(n.place.region.line, " ".join(v.label for v in sorted(n.versions))) for n in named]


def test_where_several_statements_put_a_value_together_each_is_known() -> None:
    first, second = via(TLS, 3)._replace(local=True), via(TLS11, 4)._replace(local=True)
    assert built(Operation("|", (first, second))) == [(3, "TLS 1.0"), (4, "TLS 1.1")]
    added = via(Operation("|", (first, TLS12)), 5)._replace(local=True)
    assert built(added) == [(3, "TLS 1.0"), (5, "TLS 1.2")]
    assert built(Operation("|", (first, TLS12))) == [(3, "TLS 1.0"), (1, "TLS 1.2")]
    either = Choice((Arm("a", False, first), Arm("not (a)", False, second)))
    assert built(either) == [(3, "TLS 1.0"), (4, "TLS 1.1")]
    assert built(Operation("|", (either, TLS12))) == [(3, "TLS 1.0"), (1, "TLS 1.2"), (4, "TLS 1.1"), (1, "TLS 1.2")]
    # a statement that only takes away names nothing, but has a part in the value; so has one that is not understood
    without = via(Operation("&", (via(Number(4032), 3)._replace(local=True), Operation("~", (TLS,)))), 4)
    assert built(without._replace(local=True)) == [(3, "TLS 1.0 TLS 1.1 TLS 1.2")]
    unknown = via(Unknown("a setting is read"), 3)._replace(local=True)
    assert built(Choice((Arm("", False, unknown), Arm("", False, second)))) == [(4, "TLS 1.1")]


def test_one_statement_and_constants_are_told_at_the_use() -> None:
    assert built(via(TLS, 3)._replace(local=True)) == []
    assert built(Operation("|", (via(TLS, 3), via(TLS11, 4)))) == []
    assert built(via(via(TLS, 3)._replace(local=True), 4)._replace(local=True)) == []


def test_a_library_may_apply_its_settings_in_an_order_of_its_own() -> None:
    group = "fold: {group: g, resets: [floor, ceiling, enabled]}"
    rules = book(
        WORDS,
        rule("mode", "exactly", "words", "{assign: lib.Client.mode_tls, order: 1}", group),
        rule("low", "minimum", "words", "{assign: lib.Client.low_tls, order: 2}", "fold: {group: g, resets: enabled}"),
    )
    written = [assign("lib.Client.low_tls", V1, 1, target="c"), assign("lib.Client.mode_tls", V2, 2, target="c")]
    (found,) = matches(rules, *written)
    assert found.lower[0].place.region.line == 1
    assert found.lower[0].permitted.versions == versions("1.0 1.1 1.2")


def test_a_sure_sink_is_not_met_by_a_guess() -> None:
    rules = exactly("{assign: lib.Client.mode_tls, sure: true}")
    assert only(rules, assign("lib.Client.mode_tls", Number(4))).confidence is Confidence.HIGH
    assert not matches(rules, assign("?.mode_tls", Number(4)))


@pytest.mark.parametrize(
    ("path", "met"),
    [("conf/server.py", True), ("server_conf.py", True), ("a.py", False), ("conf/client.py", False)],
)
def test_a_sink_may_be_met_in_some_files_only(path: str, met: bool) -> None:
    rules = exactly('{assign: mode_tls, files: ["*server*.py"]}')
    assert bool(matches(rules, assign("mode_tls", Number(4))._replace(path=path))) is met


def test_a_slot_that_mostly_holds_something_else_is_met_by_known_values_only() -> None:
    rules = exactly("{assign: lib.Client.mode_tls, known: true}")
    assert only(rules, assign("lib.Client.mode_tls", V1)).confidence is Confidence.HIGH
    assert not matches(rules, assign("lib.Client.mode_tls", Unknown("read at run time")))


def test_a_choice_stands_alone() -> None:
    either = Choice((Arm("a", False, V1), Arm("b", False, V2)))
    found = matches(CONTEXT, new(either, 1), off(TLS11, 2))
    assert sorted((u.place.region.line, u.rule) for m in found for u in m.usages) == [
        (1, "demo/made"),
        (1, "demo/made"),
        (2, "demo/off"),
    ]


def test_bounds_of_one_value_are_written_together() -> None:
    packed = """
  packed:
    fields:
      - {bits: [0, 15], configures: minimum, numbers: {4: TLSv1.0, 6: TLSv1.2}}
      - {bits: [16, 31], configures: maximum, numbers: {6: TLSv1.2}}
"""
    fold = "fold: {group: g, resets: [floor, ceiling, enabled]}"
    rules = book(packed, rule("both", "minimum", "packed", "{assign: lib.Handle.range_tls}", fold))
    first = assign("lib.Handle.range_tls", Number(4), 1, target="h")
    assert only(rules, assign("lib.Handle.range_tls", Number(0x60006), 1)).permitted.versions == versions("1.2")
    (found,) = matches(rules, first, assign("lib.Handle.range_tls", Number(0x60000), 2, target="h"))
    assert [(u.place.region.line, u.permitted.versions) for u in found.usages + found.lower] == [
        (2, versions("1.2")),
        (2, versions("1.2")),
    ]


# -- calls without arguments, writes that join ------------------------------------------------------------------


def test_a_call_may_mean_something_by_itself() -> None:
    rules = exactly("{call: lib.Spec.all_tls, bare: TLSv1.1}\n{call: lib.Spec.all_tls, position: 0}")
    usage = only(rules, call("lib.Spec.all_tls"))
    assert (usage.permitted.versions, usage.value) == (versions("1.1"), "lib.Spec.all_tls")
    assert only(rules, call("lib.Spec.all_tls", V1)).permitted.versions == versions("1.0")
    assert only(rules, call("?.all_tls")).confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    ("value", "operator", "found"),
    [
        (via(Name(("lib.Manager.tls",))), "=", False),
        (via(via(Name(("other.Manager.tls", "lib.Manager.tls")))), "=", False),
        (via(Name(("lib.Other.tls",))), "=", True),
        (via(Name(("?.tls",))), "=", True),
        (via(Number(192)), "=", True),
    ],
)
def test_what_a_slot_held_before_is_put_back_in_silence(value: Value, operator: str, found: bool) -> None:
    rules = book(FLAGS, rule("flags", "enabled", "flags", "{assign: lib.Manager.tls, anchor: [Manager]}"))
    assert bool(matches(rules, assign("lib.Manager.tls", value, operator=operator))) is found


EXCLUDES = book(
    WORDS,
    rule(
        "without",
        "disabled",
        "words",
        """{call: lib.Set.without_tls, position: 0}
        {call: lib.Set.without_tls, bare: none}
        {call: lib.Set.also_without_tls, position: 0, adds: true}""",
        "fold: {group: g}",
    ),
)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ((("without_tls", V2), ("without_tls", V1)), "1.2 1.3"),
        ((("without_tls", V2), ("also_without_tls", V1)), "1.3"),
        ((("also_without_tls", V1), ("also_without_tls", V2)), "1.3"),
        ((("without_tls", V2), ("without_tls", None)), "1.2 1.3"),
        ((("also_without_tls", V1), ("without_tls", None), ("also_without_tls", V2)), "1.3"),
    ],
)
def test_a_write_replaces_or_joins_the_one_before(written: tuple[tuple[str, Value | None], ...], left: str) -> None:
    sites = [
        call(f"lib.Set.{name}", *([] if value is None else [value]), line=line, target="o")
        for line, (name, value) in enumerate(written, start=1)
    ]
    (found,) = matches(EXCLUDES, *sites)
    assert found.usages[0].permitted.versions == versions(left)


def test_a_text_of_another_argument_may_be_known_by_its_end() -> None:
    where = """{call: "*.put_tls", position: 1, where: {position: 0, is: "'*.ssl.protocols'"}}"""
    rules = exactly(where)
    assert only(rules, call("?.put_tls", Text("mail.smtp.ssl.protocols"), V1)).permitted.versions == versions("1.0")
    assert matches(rules, call("?.put_tls", Text("mail.ssl.protocol"), V1)) == []
    assert matches(rules, call("?.put_tls", Text("nossl.protocols"), V1)) == []


def test_a_method_that_hands_its_parameter_on_is_no_setting() -> None:
    rules = exactly("{call: lib.Socket.use_tls, position: 0}")
    forwards, sets = Parameter("Wrapper.use_tls", 0, "version"), Parameter("Wrapper.open", 0, "version")
    assert matches(rules, call("lib.Socket.use_tls", via(forwards))) == []
    assert only(rules, call("lib.Socket.use_tls", sets)).permitted.unresolved


def test_an_overloaded_place_is_silent_about_what_is_not_known() -> None:
    rules = exactly("{call: lib.connect_tls, position: 0, overloaded: true}")
    assert matches(rules, call("lib.connect_tls", Unknown("made at run time"))) == []
    assert only(rules, call("lib.connect_tls", V1)).permitted.versions == versions("1.0")
