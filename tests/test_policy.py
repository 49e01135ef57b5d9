"""The policy's words: who cannot connect to whom, what is shut out, what decides. Never the wrong direction."""

import pytest

from core_builders import at, book, rule, versions
from tlsscan.model import (
    GUESSED,
    Area,
    Confidence,
    Finding,
    Level,
    Naming,
    Origin,
    Permitted,
    Place,
    Role,
    Usage,
    Verdict,
)
from tlsscan.policy import Policy, findings, judge, lowerings, remedy
from tlsscan.protocol import FLOORS, NO_VERSIONS, Version
from tlsscan.rules import Remedy, Rule

WORDS = """
  words:
    values:
      "'TLSv1'": TLSv1.0
"""
RULE: Rule = book(WORDS, rule("said", "exactly", "words", "{call: lib.connect_tls, position: 0}")).rule("demo/said")
FLOOR = Policy(Version.TLS1_2)


def usage(permitted: Permitted, role: Role = Role.BOTH, newest: Version = Version.TLS1_3) -> Usage:
    return Usage(
        rule=RULE.id,
        place=Place("a.py", at(1)),
        api="lib.connect",
        value="'TLSv1'",
        language="python",
        permitted=permitted,
        newest=newest,
        role=role,
        confidence=Confidence.HIGH,
    )


def exact(text: str) -> Permitted:
    return Permitted(versions(text), versions(text))


def said(one: Usage, floor: Version = Version.TLS1_2) -> Finding:
    return judge([one], RULE, Policy(floor))


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.CLIENT, "lib.connect says TLS 1.0: cannot connect to a server that requires TLS 1.2"),
        (Role.SERVER, "lib.connect says TLS 1.0: clients that require TLS 1.2 cannot connect"),
        (Role.BOTH, "lib.connect says TLS 1.0: cannot connect where TLS 1.2 is required"),
    ],
)
def test_what_fails_says_who_cannot_connect(role: Role, words: str) -> None:
    finding = said(usage(exact("1.0"), role))
    assert (finding.verdict, finding.level, finding.message) == (Verdict.FAILS, Level.ERROR, words)
    assert not finding.broken_already
    assert finding.remediation == "Do better."


@pytest.mark.parametrize(
    ("floor", "text", "verdict", "words"),
    [
        ("1.2", "1.0 1.1 1.2 1.3", Verdict.ALLOWS, "TLS 1.0 to TLS 1.3: TLS 1.0 and TLS 1.1 may still be negotiated"),
        ("1.2", "1.0 1.2", Verdict.ALLOWS, "TLS 1.0 and TLS 1.2: TLS 1.0 may still be negotiated"),
        ("1.2", "ssl3 1.0 1.1 1.2", Verdict.ALLOWS, "SSL 3.0 to TLS 1.2: SSL 3.0 to TLS 1.1 may still be negotiated"),
        ("1.3", "1.2 1.3", Verdict.ALLOWS, "TLS 1.2 and TLS 1.3: TLS 1.2 may still be negotiated"),
        ("1.2", "1.2", Verdict.CAPS, "TLS 1.2: TLS 1.3 is shut out"),
        ("1.3", "1.2", Verdict.FAILS, "TLS 1.2: cannot connect where TLS 1.3 is required"),
        ("1.0", "1.0", Verdict.CAPS, "TLS 1.0: TLS 1.3 is shut out"),
        ("1.2", "1.2 1.3", Verdict.OK, "TLS 1.2 and TLS 1.3"),
    ],
)
def test_the_words_of_a_verdict(floor: str, text: str, verdict: Verdict, words: str) -> None:
    finding = said(usage(exact(text)), {"1.0": Version.TLS1_0, "1.2": Version.TLS1_2, "1.3": Version.TLS1_3}[floor])
    assert (finding.verdict, finding.message) == (verdict, f"lib.connect says {words}")


@pytest.mark.parametrize(
    ("permitted", "words"),
    [
        (exact("1.0"), "lib.connect speaks only TLS 1.0"),
        (exact("1.0 1.1"), "lib.connect speaks only TLS 1.0 and TLS 1.1"),
        (exact("1.0 1.1 1.2"), "lib.connect speaks TLS 1.0 to TLS 1.2"),
        (exact("1.0")._replace(open=True), "lib.connect speaks TLS 1.0"),
    ],
)
def test_only_is_said_of_few_versions_and_where_all_are_known(permitted: Permitted, words: str) -> None:
    told = judge([usage(permitted)], RULE._replace(message="{api} speaks {only}{versions}"), FLOOR)
    assert told.message.startswith(f"{words}:")


@pytest.mark.parametrize(
    ("condition", "asked", "words"),
    [
        ("OSError is caught", False, "it runs only after a failed attempt (when OSError is caught)"),
        ("v == 'TLSv1'", True, "it runs only where that version was asked for (when v == 'TLSv1')"),
        ("not (has(X))", False, "it runs only where something newer is missing or has failed (unless has(X))"),
    ],
)
def test_a_lower_level_has_one_reason(condition: str, asked: bool, words: str) -> None:
    finding = said(usage(exact("1.0"))._replace(guarded=True, condition=condition, asked=asked))
    assert lowerings(finding) == [words]


def test_what_is_taken_away_is_named() -> None:
    finding = said(usage(Permitted(versions("1.3"), taken=versions("1.2"))))
    assert (finding.verdict, finding.level) == (Verdict.CAPS, Level.NOTE)
    assert finding.message == "lib.connect says TLS 1.3: TLS 1.2 is shut out"


def test_only_what_is_sure_may_still_be_negotiated() -> None:
    finding = said(usage(Permitted(versions("1.0 1.1 1.2 1.3"), versions("1.0"))))
    assert finding.message.endswith(": TLS 1.0 may still be negotiated")


@pytest.mark.parametrize(
    ("floor", "words"),
    [("1.0", "Say TLS 1.2 (v1_2)."), ("1.2", "Say TLS 1.2 (v1_2)."), ("1.3", "Say TLS 1.3 (v1_3).")],
)
def test_the_remedy_names_the_floor_and_never_less_than_tls_1_2(floor: str, words: str) -> None:
    text = "Say {floor} (v1_{minor})."
    assert remedy(RULE._replace(remediation=Remedy(text, text)), FLOORS[floor]) == words


def test_a_rule_may_have_another_remedy_for_tls_1_3() -> None:
    two = RULE._replace(remediation=Remedy("Leave it out.", "Say it."))
    told = [judge([usage(exact("1.0"))], two, Policy(floor)).remediation for floor in FLOORS.values()]
    assert told == ["Leave it out.", "Leave it out.", "Leave it out.", "Say it."]


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.CLIENT, ["Trust.", "Trust."]), (Role.SERVER, ["Serve.", "Serve it."]), (Role.BOTH, ["Make.", "Make it."])],
)
def test_a_rule_may_have_another_remedy_for_a_side(role: Role, words: list[str]) -> None:
    sided = Remedy("Make.", "Make it.", client=("Trust.", "Trust."), server=("Serve.", "Serve it."))
    of_side = usage(exact("1.0"))._replace(role=role)
    floors = (Policy(FLOORS["1.2"]), Policy(FLOORS["1.3"]))
    assert [judge([of_side], RULE._replace(remediation=sided), floor).remediation for floor in floors] == words


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("text", ["1.0", "1.0 1.2", "1.2", "1.2 1.3", "1.0 1.1 1.2 1.3", "ssl3"])
@pytest.mark.parametrize("floor", [Version.TLS1_0, Version.TLS1_1, Version.TLS1_2, Version.TLS1_3])
def test_never_the_wrong_direction(role: Role, text: str, floor: Version) -> None:
    finding = said(usage(exact(text), role), floor)
    permitted = versions(text)
    low = {v for v in permitted if v < floor}
    assert ("cannot connect" in finding.message) == (not permitted - low)
    assert ("may still be negotiated" in finding.message) == bool(low and permitted - low)
    if "shut out" in finding.message:
        assert max(permitted) < Version.TLS1_3
        assert not low
    if "cannot connect" in finding.message:
        assert f"{floor.label}" in finding.message
        assert ("clients that require" in finding.message) == (role is Role.SERVER)
        assert ("a server that requires" in finding.message) == (role is Role.CLIENT)


def test_unresolved_names_what_decides() -> None:
    plain = said(usage(Permitted(unresolved="the result of compute() is not known")))
    assert (plain.verdict, plain.level) == (Verdict.UNRESOLVED, Level.NOTE)
    assert plain.message == (
        "lib.connect sets a TLS version that is not known statically: the result of compute() is not known"
    )
    opened = said(usage(Permitted(unresolved="a setting is read"))._replace(open_by="TLS_MIN"))
    assert opened.message.endswith(": a setting is read; TLS_MIN decides")
    once = said(usage(Permitted(unresolved="the environment variable TLS_MIN decides"))._replace(open_by="TLS_MIN"))
    assert once.message.endswith(": the environment variable TLS_MIN decides")


def test_what_is_not_known_has_to_be_looked_at_first() -> None:
    open_value = usage(Permitted(unresolved="a setting is read"))
    assert said(open_value).remediation == "Make sure that it can name no version below TLS 1.2. Otherwise: Do better."
    named = said(open_value._replace(open_by="TLS_MIN"), Version.TLS1_3)
    assert named.remediation == "Make sure that TLS_MIN can name no version below TLS 1.3. Otherwise: Do better."


def test_a_default_is_judged_and_what_can_change_it_is_named() -> None:
    finding = said(usage(exact("1.0"))._replace(open_by="TLS_MIN", condition="TLS_MIN is not set"))
    assert finding.verdict is Verdict.FAILS
    assert finding.message.endswith("(when TLS_MIN is not set; TLS_MIN can change it)")


def test_a_constant_of_the_library_can_change_nothing() -> None:
    finding = said(usage(exact("1.0"))._replace(open_by="lib.OLD_METHOD"))
    assert "OLD_METHOD" not in finding.message


def test_what_the_assumed_runtime_would_ignore_is_one_level_lower() -> None:
    finding = said(usage(exact("1.0"))._replace(doubt="no effect with lang 4 and later, which ignores it"))
    assert (finding.verdict, finding.level) == (Verdict.FAILS, Level.WARNING)
    assert finding.message.endswith("(no effect with lang 4 and later, which ignores it)")


def test_a_remedy_of_a_library_that_nothing_names_is_for_the_case_that_it_is_meant() -> None:
    finding = said(usage(exact("1.0"))._replace(ground=GUESSED))
    assert finding.remediation == "Let it name no version below TLS 1.2. If this is a setting of demo: Do better."
    assert finding.message == "lib.connect permits TLS 1.0: cannot connect where TLS 1.2 is required"


def test_what_fails_on_one_way_only_says_which() -> None:
    refused = usage(Permitted(rejected="no such name"))._replace(condition="Exception e", guarded=True)
    assert said(refused).message == "lib.connect already fails: no such name (when Exception e)"


def test_conditions_and_notes_stand_aside() -> None:
    finding = said(usage(exact("1.2"))._replace(condition="PY2", note="names any TLS 1"))
    assert finding.message == "lib.connect says TLS 1.2: TLS 1.3 is shut out (when PY2; names any TLS 1)"


def test_an_assignment_of_another_method_counts_after_it() -> None:
    finding = said(usage(exact("1.2"))._replace(condition="after set()"))
    assert finding.message == "lib.connect says TLS 1.2: TLS 1.3 is shut out (after set())"


def test_a_refused_setting_is_broken_already() -> None:
    finding = said(usage(Permitted(rejected="JSSE has no protocol of this name")))
    assert (finding.verdict, finding.level, finding.broken_already) == (Verdict.FAILS, Level.ERROR, True)
    assert finding.message == "lib.connect already fails: JSSE has no protocol of this name"


def test_nothing_permitted_is_broken_already_unless_an_assumption_says_so() -> None:
    assert said(usage(Permitted())).broken_already
    assumed = said(usage(Permitted())._replace(assumed=("python",)))
    assert assumed.verdict is Verdict.FAILS
    assert not assumed.broken_already


def test_a_value_of_which_nothing_known_counts_is_unresolved() -> None:
    finding = said(usage(Permitted(versions("1.1"), NO_VERSIONS, open=True)))
    assert finding.verdict is Verdict.UNRESOLVED
    assert finding.message.endswith("not known statically: a part of the value is not known")


# -- where it stands --------------------------------------------------------------------------------------------


def placed(text: str, *areas: Area, package: str = "", version: str = "") -> Usage:
    return usage(exact(text))._replace(origin=Origin(areas, package, version))


@pytest.mark.parametrize(
    ("areas", "levels"),
    [
        ((), [Level.ERROR, Level.WARNING, Level.NOTE, Level.NONE]),
        ((Area.TEST,), [Level.WARNING, Level.NOTE, Level.NOTE, Level.NONE]),
        ((Area.EXAMPLE,), [Level.WARNING, Level.NOTE, Level.NOTE, Level.NONE]),
        ((Area.DOCUMENTATION,), [Level.WARNING, Level.NOTE, Level.NOTE, Level.NONE]),
        ((Area.VENDORED,), [Level.ERROR, Level.WARNING, Level.NOTE, Level.NONE]),
        ((Area.GENERATED,), [Level.ERROR, Level.WARNING, Level.NOTE, Level.NONE]),
        ((Area.TEST, Area.VENDORED), [Level.WARNING, Level.NOTE, Level.NOTE, Level.NONE]),
    ],
)
def test_tests_and_the_like_are_one_level_lower(areas: tuple[Area, ...], levels: list[Level]) -> None:
    usual = [Level.ERROR, Level.WARNING, Level.NOTE, Level.NONE]
    for text, level, full in zip(["1.0", "1.0 1.2", "1.2", "1.2 1.3"], levels, usual, strict=True):
        one = placed(text, *areas)
        assert (said(one).level, said(one).demoted) == (level, level is not full)
        kept = judge([one], RULE, Policy(Version.TLS1_2, demote=False))
        assert (kept.level, kept.demoted, kept.verdict) == (full, False, said(one).verdict)


def test_an_old_runtime_in_a_test_is_two_levels_lower() -> None:
    assert said(placed("1.0", Area.TEST)._replace(guarded=True)).level is Level.NOTE


def test_the_worst_arm_is_told_in_tests_too() -> None:
    caps, allows = placed("1.2", Area.TEST), placed("1.0 1.2", Area.TEST)
    assert judge([caps, allows], RULE, FLOOR).verdict is Verdict.ALLOWS


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (placed("1.0", Area.TEST), "Do better."),
        (
            placed("1.0", Area.VENDORED, package="acme/sdk"),
            "This is a copy of somebody else's code: upgrade acme/sdk. Where no release mends it: Do better.",
        ),
        (
            placed("1.0", Area.VENDORED, package="rest-client", version="1.6.7"),
            "This is a copy of somebody else's code: upgrade rest-client (this is 1.6.7). "
            "Where no release mends it: Do better.",
        ),
        (
            placed("1.0", Area.VENDORED),
            "This is a copy of somebody else's code: upgrade it. Where no release mends it: Do better.",
        ),
        (placed("1.0", Area.GENERATED), "This file is generated: change what it is made from. Do better."),
    ],
)
def test_copies_and_generated_files_are_not_mended_in_place(one: Usage, words: str) -> None:
    assert said(one).remediation == words


# -- arms -------------------------------------------------------------------------------------------------------


def arm(text: str, condition: str, guarded: bool = False) -> Usage:
    return usage(exact(text))._replace(condition=condition, guarded=guarded)


@pytest.mark.parametrize(
    ("arms", "condition", "level"),
    [
        ([arm("1.2 1.3", "a"), arm("1.0", "b")], "b", Level.ERROR),
        ([arm("1.0", "a"), arm("1.0 1.2", "b")], "a", Level.ERROR),
        ([arm("1.2", "a"), arm("1.0 1.2", "b")], "b", Level.WARNING),
        ([arm("1.2 1.3", "a"), arm("1.3", "b")], "a", Level.NONE),
        # a guard on an older runtime lowers its arm by one level, and another arm may then be the worst
        ([arm("1.2 1.3", "new"), arm("1.0", "old", guarded=True)], "old", Level.WARNING),
        ([arm("1.1 1.2", "new"), arm("1.0", "old", guarded=True)], "new", Level.WARNING),
        # where all arms come to the same, or older runtimes fare no better, no condition decides anything
        ([arm("1.0 1.2", "new"), arm("1.0", "old", guarded=True)], "", Level.WARNING),
        ([arm("1.0 1.1", "old", guarded=True), arm("1.0 1.1 1.2", "new")], "", Level.WARNING),
        ([arm("1.0 1.2", "old", guarded=True), arm("1.0 1.2", "new")], "", Level.WARNING),
        ([arm("1.0 1.2", "old", guarded=True), arm("1.0 1.2", "old", guarded=True)], "old", Level.NOTE),
        ([arm("1.2", "new"), arm("1.0 1.2", "old", guarded=True)], "new", Level.NOTE),
        ([arm("1.0", "old", guarded=True), arm("1.0 1.2", "new")], "", Level.WARNING),
        # an older runtime has no newer version that it could shut out
        ([arm("1.2 1.3", "new"), arm("1.2", "old", guarded=True)], "new", Level.NONE),
        ([arm("1.2", "old", guarded=True)], "old", Level.NOTE),
    ],
)
def test_the_worst_arm_is_judged(arms: list[Usage], condition: str, level: Level) -> None:
    finding = judge(arms, RULE, FLOOR)
    assert (finding.usage.condition, finding.level) == (condition, level)


# -- values put together by several statements ------------------------------------------------------------------


def naming(line: int, text: str) -> Naming:
    return Naming(Place("a.py", at(line), f"line {line}"), versions(text))


def test_each_statement_that_names_an_old_version_is_told() -> None:
    named = (naming(3, "1.0"), naming(4, "1.2"), naming(5, "1.1"))
    told = findings([usage(exact("1.0 1.1 1.2"))._replace(named=named)], RULE, FLOOR)
    both = "lib.connect says TLS 1.0 to TLS 1.2: TLS 1.0 and TLS 1.1 may still be negotiated"
    assert [(f.usage.place.region.line, f.usage.value, f.message) for f in told] == [
        (3, "line 3", f"{both}, TLS 1.0 because of this line"),
        (5, "line 5", f"{both}, TLS 1.1 because of this line"),
    ]
    assert [(p.region.line, p.text) for p in told[0].usage.related] == [(1, "lib.connect uses the value here")]


def test_a_statement_is_told_with_what_no_statement_names() -> None:
    named = (naming(3, "1.0"), naming(4, "1.2"))
    told = findings([usage(exact("1.0 1.1 1.2"))._replace(named=named)], RULE, FLOOR)
    assert [f.message for f in told] == [
        "lib.connect says TLS 1.0 to TLS 1.2: TLS 1.0 and TLS 1.1 may still be negotiated"
    ]


def test_a_statement_has_the_level_of_where_it_stands_itself() -> None:
    named = (naming(3, "1.0")._replace(origin=Origin((Area.TEST,))), naming(5, "1.1"))
    told = findings([usage(exact("1.0 1.1 1.2"))._replace(named=named)], RULE, FLOOR)
    assert [(f.usage.place.region.line, f.level) for f in told] == [(3, Level.NOTE), (5, Level.WARNING)]


def test_a_statement_is_judged_by_the_worst_arm_it_has_a_part_in() -> None:
    start = naming(3, "1.0")
    arms = [
        arm("1.0 1.2", "new")._replace(named=(start, naming(4, "1.2"))),
        arm("1.0", "not (new)")._replace(named=(start,)),
    ]
    (told,) = findings(arms, RULE, FLOOR)
    assert (told.usage.place.region.line, told.verdict, told.usage.condition) == (3, Verdict.FAILS, "not (new)")


@pytest.mark.parametrize(
    ("newer", "levels"),
    [
        ("1.0 1.2", {3: Level.WARNING, 4: Level.WARNING}),  # both have to be changed
        ("1.2 1.3", {4: Level.NOTE}),
    ],
)
def test_an_older_runtime_excuses_a_statement_only_where_newer_ones_are_better_off(
    newer: str, levels: dict[int, Level]
) -> None:
    arms = [
        arm(newer, "")._replace(named=(naming(3, newer),)),
        arm("1.1 1.2", "old")._replace(named=(naming(4, "1.1"),), guarded=True),
    ]
    assert {
        f.usage.place.region.line: f.level for f in findings(arms, RULE, FLOOR) if f.level is not Level.NONE
    } == levels


def test_an_older_runtime_excuses_what_is_worse_than_the_rest() -> None:
    arms = [
        arm("1.0 1.2", "")._replace(named=(naming(3, "1.0"),)),
        arm("1.1", "old")._replace(named=(naming(4, "1.1"),), guarded=True),
    ]
    assert [(f.usage.place.region.line, f.verdict, f.level) for f in findings(arms, RULE, FLOOR)] == [
        (3, Verdict.ALLOWS, Level.WARNING),
        (4, Verdict.FAILS, Level.WARNING),
    ]


def test_what_is_fine_is_told_once_and_at_its_use() -> None:
    for text in ("1.2 1.3", "1.2"):
        (told,) = findings([usage(exact(text))._replace(named=(naming(3, "1.2"), naming(4, "1.3")))], RULE, FLOOR)
        assert told.usage.place.region.line == 1


def test_braces_in_code_stay_as_they_are() -> None:
    finding = said(usage(exact("1.2 1.3"))._replace(api="{api}", value="{versions}"))
    assert finding.message == "{api} says TLS 1.2 and TLS 1.3"


@pytest.mark.parametrize(
    ("later", "verdict"),
    [("1.2 1.3", Verdict.OK), ("1.2", Verdict.OK), ("1.1", Verdict.OK), ("1.0 1.2", Verdict.OK)],
)
def test_what_is_overwritten_is_fine(later: str, verdict: Verdict) -> None:
    assert said(usage(exact("1.0"))._replace(undone=exact(later))).verdict is verdict
