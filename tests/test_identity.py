"""A finding keeps its identity while the code around it moves and the rule is reworded."""

import pytest

from report_builders import NEEDLE, SOURCE, finding, usage
from tlsscan.identity import fingerprint, fingerprints
from tlsscan.model import Confidence, Finding, Level, Verdict

_TWICE = f"a = f({NEEDLE})\nb = f({NEEDLE})\n"


def _moved() -> Finding:
    return finding(usage(source="# new\n" * 9 + SOURCE.replace("ctx", "  context")))


@pytest.mark.parametrize(
    "same",
    [
        _moved(),
        finding(message="other words", level=Level.NOTE),
        finding(verdict=Verdict.ALLOWS),
        finding(usage()._replace(confidence=Confidence.LOW)),
        finding(usage()._replace(value=f"\n {NEEDLE} \t")),
    ],
    ids=["moved", "reworded", "verdict", "confidence", "white space"],
)
def test_what_has_no_part_in_the_identity(same: Finding) -> None:
    assert fingerprint(same, 1) == fingerprint(finding(), 1)


@pytest.mark.parametrize(
    "other",
    [
        finding(usage(path="app/server.py")),
        finding(usage()._replace(rule="python/other")),
        finding(usage()._replace(enclosing="connect")),
        finding(usage()._replace(value="ssl.PROTOCOL_SSLv3")),
        finding(usage()._replace(api="ssl.wrap_socket")),
        finding(usage()._replace(api="ssl.SSLContextssl", value=".PROTOCOL_TLSv1")),
    ],
    ids=["path", "rule", "enclosing", "value", "api", "shifted border"],
)
def test_what_makes_another_finding(other: Finding) -> None:
    assert fingerprint(other, 1) != fingerprint(finding(), 1)


def test_equals_are_numbered_in_program_order_whatever_the_order_given() -> None:
    first, second = (finding(usage(_TWICE, occurrence=number)) for number in (1, 2))
    assert fingerprints([first, second]) == [fingerprint(first, 1), fingerprint(second, 2)]
    assert fingerprints([second, first]) == [fingerprint(second, 2), fingerprint(first, 1)]
    assert fingerprint(first, 1) != fingerprint(second, 2)


def test_the_value_is_fixed_for_ever() -> None:
    # A change here makes every baseline and every code scanning alert new.
    assert fingerprint(finding(), 1) == "793545ae7d8c94877f8d5aaf764c9fa5"


def test_a_path_that_is_not_utf8_has_an_identity() -> None:
    assert fingerprint(finding(usage(path="a\udcff.py")), 1) != fingerprint(finding(usage(path="a\udcfe.py")), 1)
