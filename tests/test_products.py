"""Versions of products and ranges over them."""

import itertools

import pytest

from tlsscan.products import Bound, Condition, Runtimes, parse_ranges, version_key


@pytest.mark.parametrize(
    ("text", "product", "key"),
    [
        ("8u291", "java", (8, 0, 291)),
        ("1.8.0_291", "java", (8, 0, 291)),
        ("1.8.0_291-b10", "java", (8, 0, 291, 10)),
        ("1.8", "java", (8,)),
        ("1.7.0", "java", (7, 0)),
        ("11.0.11", "java", (11, 0, 11)),
        ("17", "java", (17,)),
        ("1.8", "ruby", (1, 8)),
        ("1.8", "", (1, 8)),
        ("1.8.7", "ruby", (1, 8, 7)),
        ("3.10", "python", (3, 10)),
        ("3.9", "python", (3, 9)),
        ("1.1.1w", "openssl", (1, 1, 1)),
        ("v2.7.18", "python", (2, 7, 18)),
        ("latest", "python", ()),
    ],
)
def test_version_keys(text: str, product: str, key: tuple[int, ...]) -> None:
    assert version_key(text, product) == key


@pytest.mark.parametrize(
    ("product", "ascending"),
    [
        ("java", "1.6.0_45 7u80 1.8 8u202 1.8.0_291 8u292 9 11 11.0.10 11.0.11 16 17.0.1"),
        ("python", "2.7 2.7.18 3.9 3.9.1 3.10 3.10.1 3.12"),
        ("ruby", "1.8 1.8.7 1.9.3 2.0 2.10 3.3"),
        ("openssl", "0.9.8 1.0.2 1.1.0 1.1.1 3.0 3.0.13"),
    ],
)
def test_versions_are_ordered_as_numbers_not_as_text(product: str, ascending: str) -> None:
    for lower, higher in itertools.combinations(ascending.split(), 2):
        above = Condition(((product, parse_ranges(f">={higher}", product)),))
        assert Runtimes({product: higher}, {}).holds(above)
        assert not Runtimes({product: lower}, {}).holds(above), f"{lower} < {higher}"


def test_missing_parts_count_as_zero() -> None:
    (bound,) = parse_ranges("==3.10")[0]
    assert bound == Bound("==", (3, 10))
    assert bound.holds((3, 10, 0))
    assert not bound.holds((3, 10, 1))
    assert not bound.holds((3, 1))


JSSE = ">=8u291,<9 | >=11.0.11,<12 | >=16"


@pytest.mark.parametrize(
    ("version", "inside"),
    [
        ("8u281", False),
        ("8u291", True),
        ("1.8.0_291", True),
        ("1.8.0_402", True),
        ("1.8", False),
        ("9", False),
        ("11.0.10", False),
        ("11.0.11", True),
        ("11.0.22", True),
        ("12", False),
        ("15.0.2", False),
        ("16", True),
        ("21", True),
        ("latest", False),
    ],
)
def test_alternatives_and_bounds(version: str, inside: bool) -> None:
    condition = Condition((("java", parse_ranges(JSSE, "java")),))
    assert Runtimes({}, {"java": version}).holds(condition) is inside


@pytest.mark.parametrize(
    ("operator", "holding"),
    [(">", ["3.11"]), (">=", ["3.10", "3.11"]), ("==", ["3.10"]), ("<=", ["3.9", "3.10"]), ("<", ["3.9"])],
)
def test_operators(operator: str, holding: list[str]) -> None:
    (bound,) = parse_ranges(f" {operator} 3.10 ")[0]
    assert [text for text in ("3.9", "3.10", "3.11") if bound.holds(version_key(text))] == holding


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ""),
        ("3.10", "3.10"),
        ("~>3.10", "~>3.10"),
        ("=>3.10", "=>3.10"),
        (">=", ">="),
        (">=x", ">=x"),
        (">=3,", ""),
        (">=3 | ", ""),
        (">=3,<4 || >=5", ""),
        ("<4,4", "4"),
    ],
)
def test_bad_ranges_name_the_bad_part(text: str, told: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_ranges(text)
    assert str(caught.value) == told


def test_all_products_of_a_condition_must_hold() -> None:
    condition = Condition((("python", parse_ranges(">=3.7")), ("openssl", parse_ranges(">=3"))))
    assert Runtimes({"python": "3.9"}, {"openssl": "3.0"}).holds(condition)
    assert not Runtimes({"python": "3.9"}, {"openssl": "1.1.1"}).holds(condition)
    assert not Runtimes({"python": "3.9"}, {}).holds(condition)
    assert Runtimes({}, {}).holds(None)


def test_a_claim_wins_over_an_assumption_and_can_be_demanded() -> None:
    condition = Condition((("python", parse_ranges(">=3.10")),))
    assumed, claimed = Runtimes({}, {"python": "3.12"}), Runtimes({"python": "3.7"}, {"python": "3.12"})
    assert assumed.holds(condition)
    assert not assumed.holds(condition, claims_only=True)
    assert not claimed.holds(condition)
    assert Runtimes({"python": "3.11"}, {}).holds(condition, claims_only=True)
    assert claimed.claims(condition)
    assert not assumed.claims(condition)
    assert claimed.version("python") == ("3.7", True)
    assert assumed.version("python") == ("3.12", False)
    assert assumed.version("ruby") == ("", False)
