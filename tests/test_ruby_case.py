"""Ruby's `case`: each `when` asks for any of its patterns, `else` for none of them, and together they cover."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tree_scans import scanned, told

CODE = """require 'openssl'
def init(wanted)
  version = {before}
  case wanted
  {branches}
  end
  OpenSSL::SSL::SSLContext.new(version)
end
"""


def outcomes(tmp_path: Path, code: str) -> list[tuple[int, str, Level]]:
    """Line, condition and level of each finding that is no note, or fails."""
    found = scanned(tmp_path, {"a.rb": code}).findings
    return [
        (f.usage.place.region.line, f.usage.condition, f.level)
        for f in found
        if f.level is not Level.NOTE or f.verdict is Verdict.FAILS
    ]


@pytest.mark.parametrize(
    ("branches", "expected"),
    [
        (
            "when 'TLS1.1', :TLSv1_1 then version = :TLSv1_1",
            [(5, "wanted is 'TLS1.1' or :TLSv1_1", Level.WARNING)],
        ),
        ("when :TLSv1 then version = :TLSv1", [(5, "wanted is :TLSv1", Level.WARNING)]),
        (
            "when 'TLS1.1', 'weak' then version = :TLSv1_1",
            [(5, "wanted is 'TLS1.1' or 'weak'", Level.ERROR)],
        ),
        (
            "when 'TLS1.1' then version = :TLSv1_1 when 'b' then version = :TLSv1_2 else version = :TLSv1",
            [
                (5, "not (wanted is 'TLS1.1') and not (wanted is 'b')", Level.ERROR),
                (5, "wanted is 'TLS1.1'", Level.WARNING),
            ],
        ),
    ],
)
def test_a_branch_asks_for_any_of_its_patterns(
    branches: str, expected: list[tuple[int, str, Level]], tmp_path: Path
) -> None:
    code = CODE.format(before=":SSLv23", branches=branches)
    assert sorted(outcomes(tmp_path, code), key=lambda one: one[1]) == expected


def test_an_else_and_every_when_leave_nothing_of_what_was_before(tmp_path: Path) -> None:
    whole = "when 'a', 'b' then version = :TLSv1_2 when 'c' then version = :TLSv1_2 else version = :TLSv1_2"
    assert outcomes(tmp_path, CODE.format(before=":TLSv1", branches=whole)) == []
    part = "when 'a', 'b' then version = :TLSv1_2 when 'c' then other = 1 else version = :TLSv1_2"
    assert [line for line, _, _ in outcomes(tmp_path, CODE.format(before=":TLSv1", branches=part))] == [3]


def test_what_was_asked_for_by_name_is_lower_where_it_is_set(tmp_path: Path) -> None:
    code = (
        "def a(c, v)\n case v\n when 'TLS1.1', :TLSv1_1\n  c.ssl_version = :TLSv1_1\n"
        " else\n  c.ssl_version = :TLSv1\n end\nend\n"
    )
    assert [(line, level) for line, _, level in outcomes(tmp_path, code)] == [(4, Level.WARNING), (6, Level.ERROR)]


def test_a_case_of_the_running_ruby_is_a_guard(tmp_path: Path) -> None:
    code = (
        "c = OpenSSL::SSL::SSLContext.new\ncase RUBY_VERSION\nwhen /^1\\.8/\n c.ssl_version = :TLSv1\n"
        "else\n c.ssl_version = :TLSv1_1\nend\n"
    )
    assert [(line, level) for line, _, level in outcomes(tmp_path, code)] == [(4, Level.NOTE), (6, Level.ERROR)]


def test_a_case_without_a_subject_asks_what_its_branches_do(tmp_path: Path) -> None:
    code = (
        "def a(v)\n x = :TLSv1_2\n case\n when v == 1, v == 2 then x = :TLSv1\n end\n"
        " OpenSSL::SSL::SSLContext.new(x)\nend\n"
    )
    assert outcomes(tmp_path, code) == [(4, "v == 1 or v == 2", Level.ERROR)]
    inside = "def a\n case b(ssl_version: :TLSv1)\n when 1 then 2\n end\nend\n"
    assert outcomes(tmp_path, inside) == [(2, "", Level.ERROR)]


TABLE = "require 'openssl'\nV = { 'old' => :TLSv1, 'new' => :TLSv1_2, 'any' => :SSLv23 }.freeze\n"
MAKE = "def make(%s)\n  OpenSSL::SSL::SSLContext.new(%s)\nend\n"


@pytest.mark.parametrize(
    ("taken", "read", "call", "expected"),
    [
        ("name = 'old'", "V[name]", "", {"a.rb:4 V[name]": "fails TLSv1.0"}),
        ("name: 'old'", "V.fetch(name)", "", {"a.rb:4 V.fetch(name)": "fails TLSv1.0"}),
        ("name = 'any'", "V[name]", "", {}),
        ("name", "V[name]", "make('old')", {"a.rb:6 'old'": "fails TLSv1.0"}),
        ("name", "V.fetch(name, :SSLv23)", "make('old')", {"a.rb:6 'old'": "fails TLSv1.0"}),
        ("name", "V[name]", "make('new')", {"a.rb:6 'new'": "caps TLSv1.2"}),
        ("name", "V[name]", "make('any')", {}),
        ("name", "V[name]", "make('other')", {"a.rb:4 V[name]": "unresolved"}),
        ("name", "V[name]", "", {"a.rb:4 V[name]": "unresolved"}),
    ],
)
def test_a_table_is_asked_with_what_callers_pass(
    tmp_path: Path, taken: str, read: str, call: str, expected: dict[str, str]
) -> None:
    assert told(scanned(tmp_path, {"a.rb": f"{TABLE}{MAKE % (taken, read)}{call}\n"})) == expected
