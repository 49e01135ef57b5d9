"""Kinds x bases x versions x floors: what is permitted, and what the policy says of it.

The expectation is written down twice, and never by calling what is tested: as literal rows, and as set comprehensions
in the words of the design. Both must hold.
"""

import itertools

import pytest

from core_builders import at, versions
from tlsscan.model import Confidence, Kind, Level, Permitted, Place, Role, Usage, Verdict
from tlsscan.policy import level, verdict
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.semantics import Bounds, State, Write, permitted, write

EVERY = versions("ssl3 1.0 1.1 1.2 1.3")
FLOORS = {"1.0": Version.TLS1_0, "1.1": Version.TLS1_1, "1.2": Version.TLS1_2, "1.3": Version.TLS1_3}
BASES = {  # offered by default, possible at most
    "modern": (versions("1.2 1.3"), versions("1.0 1.1 1.2 1.3")),
    "old": (versions("1.0 1.1 1.2"), versions("ssl3 1.0 1.1 1.2")),
    "ruby": (versions("1.0 1.1 1.2 1.3"), versions("1.0 1.1 1.2 1.3")),
}


def base(name: str, claimed: bool) -> Bounds:
    offered, possible = BASES[name]
    return Bounds(offered, possible, claimed)


def one(kind: Kind, named: VersionSet, name: str, claimed: bool) -> Permitted:
    return permitted(write(State(), Write(kind, named)), base(name, claimed))


# -- the design in set comprehensions ---------------------------------------------------------------------------


def expected(kind: Kind, v: Version, name: str, claimed: bool) -> tuple[VersionSet, VersionSet]:
    """Permitted and sure: the second column of the design's table of kinds, then its two sentences on claims."""
    offered, possible = BASES[name]
    said = {
        Kind.EXACTLY: {v},
        Kind.MINIMUM: {x for x in possible if x >= v},
        Kind.MAXIMUM: {x for x in offered if x <= v},
        Kind.ENABLED: {v},
        Kind.DISABLED: {x for x in offered if x != v},
        Kind.DEFAULT: set(offered),
        Kind.WEAKENS: {*offered, v},
    }[kind]
    if claimed:
        able = possible | {v} if kind is Kind.WEAKENS else possible
        return frozenset(said & able), frozenset(said & able)
    named = {v} if kind not in (Kind.DISABLED, Kind.DEFAULT) else set()
    between = {x for x in said if v < x < max(possible)} if kind is Kind.MINIMUM else set()
    return frozenset(said | named), frozenset(named | between)


def next_above(kind: Kind, all_of: VersionSet, taken: VersionSet) -> VersionSet:
    """What stands above the oldest version of TLS that is taken away."""
    lowest = min((x for x in taken if x is not Version.SSLV3), default=None)
    above = sorted(x for x in all_of if kind is Kind.DISABLED and lowest is not None and x > lowest)
    return frozenset(above[:1])


def expected_verdict(
    kind: Kind,
    all_of: VersionSet,
    sure: VersionSet,
    newest: Version,
    floor: Version,
    taken: VersionSet,
    offered: VersionSet,
) -> Verdict:
    """The design's table of verdicts; what an assumption alone says is no finding, unless nothing is left, or it is the
    version above one that is taken away."""
    if kind is Kind.DEFAULT and not sure:
        return Verdict.OK
    if not {x for x in all_of if x >= floor}:
        return Verdict.FAILS
    if {x for x in sure | next_above(kind, all_of, taken & offered) if x < floor}:
        return Verdict.ALLOWS
    if kind is not Kind.DEFAULT and not {x for x in all_of if x >= newest}:
        return Verdict.CAPS
    if kind is Kind.DISABLED and floor > Version.TLS1_0 and floor not in all_of and floor in taken:
        return Verdict.CAPS  # what is asked for is taken away, and older versions are not
    return Verdict.OK


CASES = list(itertools.product(Kind, sorted(EVERY), BASES, (False, True)))


@pytest.mark.parametrize(("kind", "version", "name", "claimed"), CASES)
def test_what_one_write_permits(kind: Kind, version: Version, name: str, claimed: bool) -> None:
    outcome = one(kind, frozenset({version}), name, claimed)
    assert (outcome.versions, outcome.sure) == expected(kind, version, name, claimed)
    assert outcome.default is (kind is Kind.DEFAULT)
    assert (outcome.open, outcome.unresolved, outcome.rejected) == (False, "", "")


@pytest.mark.parametrize(("kind", "version", "name", "claimed"), CASES)
def test_what_the_policy_says(kind: Kind, version: Version, name: str, claimed: bool) -> None:
    newest = max(BASES[name][0] | BASES[name][1])
    all_of, sure = expected(kind, version, name, claimed)
    outcome = one(kind, frozenset({version}), name, claimed)
    for floor in FLOORS.values():
        wanted = expected_verdict(kind, all_of, sure, newest, floor, frozenset({version}), BASES[name][0])
        assert verdict(outcome, newest, floor) is wanted, floor.label


# -- the same as literal rows -----------------------------------------------------------------------------------

ROWS = """
exactly   1.0   modern assumed | 1.0              | 1.0              | 1.0 caps    | 1.2 fails   | 1.3 fails
exactly   1.0   modern claimed | 1.0              | 1.0              | 1.0 caps    | 1.2 fails   | 1.3 fails
exactly   1.2   modern assumed | 1.2              | 1.2              | 1.0 caps    | 1.2 caps    | 1.3 fails
exactly   1.2   old    assumed | 1.2              | 1.2              | 1.0 ok      | 1.2 ok      | 1.3 fails
exactly   1.3   old    assumed | 1.3              | 1.3              | 1.0 ok      | 1.2 ok      | 1.3 ok
exactly   1.3   old    claimed | -                | -                | 1.0 fails   | 1.2 fails   | 1.3 fails
exactly   ssl3  ruby   assumed | ssl3             | ssl3             | 1.0 fails   | 1.2 fails   | 1.3 fails
exactly   ssl3  ruby   claimed | -                | -                | 1.0 fails   | 1.2 fails   | 1.3 fails
minimum   1.0   modern assumed | 1.0 1.1 1.2 1.3  | 1.0 1.1 1.2      | 1.0 ok      | 1.2 allows  | 1.3 allows
minimum   1.0   modern claimed | 1.0 1.1 1.2 1.3  | 1.0 1.1 1.2 1.3  | 1.0 ok      | 1.2 allows  | 1.3 allows
minimum   1.2   modern assumed | 1.2 1.3          | 1.2              | 1.0 ok      | 1.2 ok      | 1.3 allows
minimum   1.2   old    claimed | 1.2              | 1.2              | 1.0 ok      | 1.2 ok      | 1.3 fails
minimum   ssl3  modern assumed | ssl3 1.0 1.1 1.2 1.3 | ssl3 1.0 1.1 1.2 | 1.0 allows  | 1.2 allows  | 1.3 allows
minimum   ssl3  modern claimed | 1.0 1.1 1.2 1.3  | 1.0 1.1 1.2 1.3  | 1.0 ok      | 1.2 allows  | 1.3 allows
maximum   1.1   modern assumed | 1.1              | 1.1              | 1.0 caps    | 1.2 fails   | 1.3 fails
maximum   1.1   modern claimed | -                | -                | 1.0 fails   | 1.2 fails   | 1.3 fails
maximum   1.2   modern assumed | 1.2              | 1.2              | 1.0 caps    | 1.2 caps    | 1.3 fails
maximum   1.2   old    assumed | 1.0 1.1 1.2      | 1.2              | 1.0 ok      | 1.2 ok      | 1.3 fails
maximum   1.2   old    claimed | 1.0 1.1 1.2      | 1.0 1.1 1.2      | 1.0 ok      | 1.2 allows  | 1.3 fails
maximum   1.2   ruby   claimed | 1.0 1.1 1.2      | 1.0 1.1 1.2      | 1.0 caps    | 1.2 allows  | 1.3 fails
maximum   1.3   modern assumed | 1.2 1.3          | 1.3              | 1.0 ok      | 1.2 ok      | 1.3 ok
enabled   1.1   modern assumed | 1.1              | 1.1              | 1.0 caps    | 1.2 fails   | 1.3 fails
disabled  1.2   modern assumed | 1.3              | -                | 1.0 ok      | 1.2 caps    | 1.3 ok
disabled  1.3   modern assumed | 1.2              | -                | 1.0 caps    | 1.2 caps    | 1.3 fails
disabled  1.0   ruby   claimed | 1.1 1.2 1.3      | 1.1 1.2 1.3      | 1.0 ok      | 1.2 allows  | 1.3 allows
disabled  1.0   ruby   assumed | 1.1 1.2 1.3      | -                | 1.0 ok      | 1.2 allows  | 1.3 allows
default   1.0   modern assumed | 1.2 1.3          | -                | 1.0 ok      | 1.2 ok      | 1.3 ok
default   1.0   modern claimed | 1.2 1.3          | 1.2 1.3          | 1.0 ok      | 1.2 ok      | 1.3 allows
default   1.0   old    assumed | 1.0 1.1 1.2      | -                | 1.0 ok      | 1.2 ok      | 1.3 ok
default   1.0   old    claimed | 1.0 1.1 1.2      | 1.0 1.1 1.2      | 1.0 ok      | 1.2 allows  | 1.3 fails
weakens   1.0   modern assumed | 1.0 1.2 1.3      | 1.0              | 1.0 ok      | 1.2 allows  | 1.3 allows
weakens   1.0   modern claimed | 1.0 1.2 1.3      | 1.0 1.2 1.3      | 1.0 ok      | 1.2 allows  | 1.3 allows
weakens   1.2   modern assumed | 1.2 1.3          | 1.2              | 1.0 ok      | 1.2 ok      | 1.3 allows
"""


@pytest.mark.parametrize("row", ROWS.strip().splitlines())
def test_literal_rows(row: str) -> None:
    subject, all_of, sure, *said = row.split("|")
    kind, token, name, knowledge = subject.split()
    outcome = one(Kind(kind), versions(token), name, knowledge == "claimed")
    assert outcome.versions == versions(all_of)
    assert outcome.sure == versions(sure)
    newest = max(BASES[name][0] | BASES[name][1])
    for floor, wanted in (part.split() for part in said):
        assert verdict(outcome, newest, FLOORS[floor]) == wanted, f"floor {floor}"


@pytest.mark.parametrize(
    ("said", "plain", "guarded"),
    [
        (Verdict.FAILS, Level.ERROR, Level.WARNING),
        (Verdict.ALLOWS, Level.WARNING, Level.NOTE),
        (Verdict.CAPS, Level.NOTE, Level.NOTE),
        (Verdict.UNRESOLVED, Level.NOTE, Level.NOTE),
        (Verdict.OK, Level.NONE, Level.NONE),
    ],
)
def test_a_verdict_has_a_level_and_a_guard_or_a_bare_mention_lowers_it_by_one(
    said: Verdict, plain: Level, guarded: Level
) -> None:
    usage = Usage(
        rule="demo/x",
        place=Place("a.py", at(1)),
        api="x",
        value="y",
        language="python",
        permitted=Permitted(),
        newest=Version.TLS1_3,
        role=Role.BOTH,
        confidence=Confidence.HIGH,
    )
    assert level(usage, said) is plain
    assert level(usage._replace(guarded=True), said) is guarded
    assert level(usage._replace(confidence=Confidence.LOW), said) is guarded
    assert level(usage._replace(confidence=Confidence.MEDIUM), said) is plain


# -- several named versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("kind", [Kind.EXACTLY, Kind.ENABLED])
def test_sets_are_permitted_as_named_unless_a_claim_takes_some_away(kind: Kind, name: str) -> None:
    possible = BASES[name][1]
    for size in (2, 3, 4):
        for named in map(frozenset, itertools.combinations(EVERY, size)):
            assert one(kind, named, name, False) == Permitted(named, named)
            left = named & possible
            assert one(kind, named, name, True) == Permitted(left, left, lacking=named - possible)


@pytest.mark.parametrize("name", BASES)
def test_several_disabled_versions_leave_the_rest_of_what_is_offered(name: str) -> None:
    for size in (2, 3):
        for named in map(frozenset, itertools.combinations(EVERY, size)):
            left = frozenset(x for x in BASES[name][0] if x not in named)
            above = next_above(Kind.DISABLED, left, named & BASES[name][0])
            assert one(Kind.DISABLED, named, name, False) == Permitted(left, NO_VERSIONS, taken=named, left=above)
            assert one(Kind.DISABLED, named, name, True) == Permitted(left, left, taken=named, inherited=left)


def test_taking_the_floor_away_shuts_it_out_unless_everything_older_goes_too() -> None:
    def said(*writes: Write) -> Verdict:
        return verdict(folded("modern", *writes), Version.TLS1_3, Version.TLS1_2)

    assert said(w(OFF, "1.2")) is Verdict.CAPS
    assert said(w(OFF, "1.0 1.2")) is Verdict.CAPS
    assert said(w(OFF, "1.0 1.1 1.2")) is Verdict.OK
    assert said(w(OFF, "1.0 1.1")) is Verdict.OK
    assert said(w(MIN, "1.2"), w(OFF, "1.2", replaces=False)) is Verdict.OK
    assert said(w(ON, "1.3"), w(OFF, "1.0", replaces=False)) is Verdict.OK


@pytest.mark.parametrize(
    ("named", "kept", "filled", "cut"),
    [
        ("1.0 1.2", "1.0 1.2", "1.0 1.1 1.2", "1.0"),
        ("1.0 1.3", "1.0 1.3", "1.0 1.1 1.2 1.3", "1.0"),
        ("1.0 1.1 1.3", "1.0 1.1 1.3", "1.0 1.1 1.2 1.3", "1.0 1.1"),
        ("ssl3 1.2 1.3", "ssl3 1.2 1.3", "ssl3 1.0 1.1 1.2 1.3", "ssl3"),
        ("1.2 1.3", "1.2 1.3", "1.2 1.3", "1.2 1.3"),
        ("1.1", "1.1", "1.1", "1.1"),
    ],
)
def test_holes(named: str, kept: str, filled: str, cut: str) -> None:
    state = write(State(), Write(Kind.ENABLED, versions(named)))
    for treatment, wanted in (("kept", kept), ("filled", filled), ("cut-above", cut)):
        outcome = permitted(state, base("modern", False), treatment)
        assert outcome.versions == versions(wanted), treatment
        assert outcome.sure == versions(wanted), treatment  # both ends are named


def test_holes_made_by_taking_away_are_treated_alike() -> None:
    state = write(State(), Write(Kind.DISABLED, versions("1.1")))
    assert permitted(state, base("ruby", False), "kept").versions == versions("1.0 1.2 1.3")
    assert permitted(state, base("ruby", False), "filled").versions == versions("1.0 1.1 1.2 1.3")
    assert permitted(state, base("ruby", False), "cut-above").versions == versions("1.0")


# -- folds ------------------------------------------------------------------------------------------------------

BOUNDS = ("floor", "ceiling", "enabled")
EX, MIN, MAX, ON, OFF, DEF, WEAK = (
    Kind.EXACTLY,
    Kind.MINIMUM,
    Kind.MAXIMUM,
    Kind.ENABLED,
    Kind.DISABLED,
    Kind.DEFAULT,
    Kind.WEAKENS,
)


def folded(name: str, *changes: Write, claimed: bool = False) -> Permitted:
    state = State()
    for change in changes:
        state = write(state, change)
    return permitted(state, base(name, claimed))


def w(kind: Kind, named: str, **more: object) -> Write:
    return Write(kind, versions(named))._replace(**more)


@pytest.mark.parametrize(
    ("name", "changes", "wanted"),
    [
        # two bounds hold together, in either order
        ("modern", [w(MIN, "1.1"), w(MAX, "1.2")], "1.1 1.2"),
        ("modern", [w(MAX, "1.2"), w(MIN, "1.1")], "1.1 1.2"),
        ("modern", [w(MIN, "1.0"), w(MAX, "1.0")], "1.0"),
        ("modern", [w(MIN, "1.3"), w(MAX, "1.2")], "-"),
        # a later bound replaces the same bound
        ("modern", [w(MIN, "1.0"), w(MIN, "1.2")], "1.2 1.3"),
        ("modern", [w(MAX, "1.1"), w(MAX, "1.3")], "1.2 1.3"),
        # `ssl_version=` erases an earlier minimum, and an earlier one does not survive it
        ("ruby", [w(MIN, "1.2"), w(EX, "1.0", resets=BOUNDS)], "1.0"),
        ("ruby", [w(MIN, "1.2"), w(DEF, "-", resets=BOUNDS)], "1.0 1.1 1.2 1.3"),
        ("ruby", [w(EX, "1.0"), w(DEF, "-", resets=BOUNDS), w(MIN, "1.1")], "1.1 1.2 1.3"),
        # what is enabled stays below a ceiling
        ("modern", [w(MAX, "1.2"), w(ON, "1.0 1.2 1.3")], "1.0 1.2"),
        ("modern", [w(MAX, "1.1"), w(ON, "1.2 1.3")], "-"),
        # `options =` replaces, `|=` adds
        ("ruby", [w(OFF, "1.0"), w(OFF, "1.1")], "1.0 1.2 1.3"),
        ("ruby", [w(OFF, "1.0"), w(OFF, "1.1", replaces=False)], "1.2 1.3"),
        ("modern", [w(ON, "1.2"), w(ON, "1.0")], "1.0"),
        ("modern", [w(ON, "1.2"), w(ON, "1.0", replaces=False)], "1.0 1.2"),
        # taking away what is enabled, and adding it again
        ("modern", [w(ON, "1.0 1.2"), w(OFF, "1.0", replaces=False)], "1.2"),
        ("modern", [w(OFF, "1.0", replaces=False), w(ON, "1.0 1.2", replaces=False)], "1.0 1.2"),
        # what is taken away stays away under an exact version
        ("modern", [w(OFF, "1.0"), w(EX, "1.0")], "-"),
        ("modern", [w(EX, "1.0"), w(OFF, "1.0")], "-"),
        # a lifted security level opens, bounds still hold
        ("modern", [w(WEAK, "1.0 1.1"), w(MIN, "1.1")], "1.1 1.2 1.3"),
        ("modern", [w(MIN, "1.2"), w(WEAK, "1.0")], "1.2 1.3"),
        # a value that names no version (DTLS) changes nothing
        ("modern", [w(MIN, "1.0"), w(EX, "-")], "1.0 1.1 1.2 1.3"),
    ],
)
def test_writes_on_one_object_fold(name: str, changes: list[Write], wanted: str) -> None:
    assert folded(name, *changes).versions == versions(wanted)


def test_a_reset_to_the_default_is_the_default_again() -> None:
    assert folded("old", w(MIN, "1.0"), w(DEF, "-", resets=BOUNDS)) == Permitted(BASES["old"][0], default=True)


def test_a_minimum_on_a_pinned_object_is_refused() -> None:
    outcome = folded("modern", w(EX, "1.2"), w(MIN, "1.0", pinned="rejected"))
    assert outcome.rejected
    assert outcome.versions == NO_VERSIONS
    assert verdict(outcome, Version.TLS1_3, Version.TLS1_2) is Verdict.FAILS
    assert not folded("modern", w(MIN, "1.0", pinned="rejected")).rejected
    assert not folded("modern", w(MIN, "1.2"), w(MAX, "1.3", pinned="rejected")).rejected
    unpinned = folded("modern", w(EX, "1.2"), w(DEF, "-", resets=BOUNDS), w(MIN, "1.2", pinned="rejected"))
    assert unpinned == Permitted(versions("1.2 1.3"), versions("1.2"))


def test_a_minimum_whose_own_version_is_taken_away_names_the_next() -> None:
    outcome = folded("modern", w(MIN, "1.0"), w(OFF, "1.0", replaces=False))
    taken = versions("ssl3 1.0") | {Version.SSLV2}
    assert outcome == Permitted(versions("1.1 1.2 1.3"), versions("1.1 1.2"), taken=taken)
    assert verdict(outcome, Version.TLS1_3, Version.TLS1_2) is Verdict.ALLOWS
    lifted = folded("modern", w(MIN, "1.0"), w(OFF, "1.0 1.1", replaces=False))
    assert verdict(lifted, Version.TLS1_3, Version.TLS1_2) is Verdict.OK


def test_nothing_enabled_permits_nothing() -> None:
    outcome = folded("modern", w(ON, "-"))
    assert outcome == Permitted(NO_VERSIONS)
    assert verdict(outcome, Version.TLS1_3, Version.TLS1_2) is Verdict.FAILS


# -- values of which a part is unknown --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "named", "wanted"),
    [
        (ON, "1.0", Verdict.ALLOWS),  # 1.0 for sure, perhaps more
        (ON, "1.2", Verdict.OK),
        (ON, "1.0 1.2", Verdict.ALLOWS),
        (MIN, "1.0", Verdict.ALLOWS),
        (MAX, "1.1", Verdict.ALLOWS),
        (OFF, "1.2 1.3", Verdict.FAILS),  # the unknown part can only take more away
        (OFF, "1.0", Verdict.OK),
    ],
)
def test_partial_values(kind: Kind, named: str, wanted: Verdict) -> None:
    outcome = folded("modern", w(kind, named, partial=True))
    assert outcome.open is (kind is not OFF)
    assert verdict(outcome, Version.TLS1_3, Version.TLS1_2) is wanted


def test_an_unknown_part_of_what_is_taken_away_leaves_nothing_sure() -> None:
    outcome = folded("ruby", w(OFF, "1.0", partial=True), claimed=True)
    assert outcome == Permitted(
        versions("1.1 1.2 1.3"), NO_VERSIONS, taken=versions("1.0"), inherited=versions("1.1 1.2 1.3")
    )
    assert verdict(outcome, Version.TLS1_3, Version.TLS1_2) is Verdict.OK


def test_unresolved_and_rejected_outweigh_versions() -> None:
    for floor in FLOORS.values():
        assert verdict(Permitted(unresolved="why"), Version.TLS1_3, floor) is Verdict.UNRESOLVED
        assert verdict(Permitted(rejected="why"), Version.TLS1_3, floor) is Verdict.FAILS
