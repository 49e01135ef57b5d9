"""What conditions demand of the version of a runtime."""

import pytest

from tlsscan.demands import demands, under
from tlsscan.products import Runtimes


def said(condition: str) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(product, bound.operator, bound.version) for product, bound in demands(condition)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("PHP_VERSION_ID < 50600", [("php", "<", (5, 6, 0))]),
        ("\\PHP_VERSION_ID < 70200 && \\PHP_VERSION_ID >= 50600", [("php", "<", (7, 2, 0)), ("php", ">=", (5, 6, 0))]),
        ("not (PHP_VERSION_ID >= 50600)", [("php", "<", (5, 6, 0))]),
        ("50600 <= PHP_VERSION_ID", [("php", ">=", (5, 6, 0))]),
        ("PHP_MAJOR_VERSION < 7", [("php", "<", (7,))]),
        ("version_compare(PHP_VERSION, '5.6.7', '<')", [("php", "<", (5, 6, 7))]),
        ("$tls and !version_compare(phpversion(), '5.6', 'lt')", [("php", ">=", (5, 6))]),
        ("Build.VERSION.SDK_INT < Build.VERSION_CODES.LOLLIPOP", [("android", "<", (21,))]),
        ("SDK_INT >= 16 && SDK_INT < 22", [("android", ">=", (16,)), ("android", "<", (22,))]),
        ("PHP_VERSION_ID < 50600 || $old", []),
        ("not (SDK_INT >= 21 || forced)", [("android", "<", (21,))]),
        ("PHP_VERSION_ID < $least", []),
        ("version_compare($mine, '5.6', '<')", []),
        ("version_compare(PHP_VERSION, '5.5.19') >= 0", [("php", ">=", (5, 5, 19))]),
        ("version_compare(phpversion(), '5.6') === -1", [("php", "<", (5, 6))]),
        ("version_compare('5.6', PHP_VERSION, '>')", [("php", "<", (5, 6))]),
        ("PHP_VERSION >= '5.6'", [("php", ">=", (5, 6))]),
        ("(float)\\phpversion() >= 7.4", [("php", ">=", (7, 4))]),
        ("'5.6.0' > PHP_VERSION", [("php", "<", (5, 6, 0))]),
    ],
)
def test_demands(condition: str, expected: list[tuple[str, str, tuple[int, ...]]]) -> None:
    assert said(condition) == expected


def test_a_claim_that_denies_a_condition_leaves_nothing_and_an_assumption_gives_way() -> None:
    assert under(Runtimes({"php": "7.1"}, {}), "PHP_VERSION_ID < 50600") is None
    assert under(Runtimes({"php": "5.5"}, {}), "PHP_VERSION_ID < 50600") is not None
    assumed = under(Runtimes({}, {"php": "8.2"}), "PHP_VERSION_ID < 50600")
    assert assumed is not None and assumed.version("php") == ("5.5.99", False)
    assert under(Runtimes({}, {}), "SDK_INT < 21") == Runtimes({}, {})
