"""Ruby: hashes that become entries of others, setters with the name of a logger, and checks of what a user chose."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tlsscan.protocol import tokens
from tree_scans import scanned


def told(tmp_path: Path, code: str) -> list[tuple[int, str]]:
    found = scanned(tmp_path, {"a.rb": code}).findings
    return [(one.usage.place.region.line, one.level.name) for one in found if one.verdict is Verdict.FAILS]


def test_a_hash_that_is_put_under_a_key_has_that_key_above_it(tmp_path: Path) -> None:
    code = "options = {}\noptions[:version] = :TLSv1\nssl = {}\nssl[:ssl] = options\ngo(ssl)\n"
    assert told(tmp_path, code) == [(2, "ERROR")]
    assert told(tmp_path, code.replace("[:ssl]", "[:api]")) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("self.info = { ssl_version: 'SSLv3' }", [(1, "ERROR")]),
        ("logger.info({ ssl_version: 'SSLv3' })", []),
        ("info(ssl_version: 'SSLv3')", []),
    ],
)
def test_a_setter_is_no_log(code: str, expected: list[tuple[int, str]], tmp_path: Path) -> None:
    assert told(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ("OpenSSL::SSL::SSLContext::METHODS.include?(o['version'])", "ERROR"),
        ("OpenSSL::SSL::SSLContext::METHODS.include?(:TLSv1_2)", "NOTE"),
        ("OpenSSL::SSL::SSLContext::METHODS.include? 'TLSv1_2'", "NOTE"),
    ],
)
def test_whether_what_a_user_chose_exists_is_no_check_for_something_newer(
    asked: str, level: str, tmp_path: Path
) -> None:
    code = (
        f"def v(o)\n if {asked}\n  o['version']\n else\n  :TLSv1\n end\nend\n"
        f"def a(c, o)\n if {asked}\n  x = o['version']\n else\n  x = :TLSv1\n end\n"
        " OpenSSL::SSL::SSLContext.new(x)\nend\n"
    )
    assert told(tmp_path, code) == [(12, level)]


def test_branches_that_set_the_same_are_told_apart(tmp_path: Path) -> None:
    code = (
        "def a(h)\n if Conf.old\n  h.min_version = :TLS1\n else\n  h.min_version = :TLS1_2\n end\nend\n"
        "def b(h)\n if Conf.old\n  h.min_version = :TLS1\n end\nend\n"
    )
    found = scanned(tmp_path, {"a.rb": code}).findings
    assert [(one.usage.place.region.line, one.usage.condition) for one in found if one.level is not Level.NOTE] == [
        (3, "Conf.old"),
        (10, ""),
    ]


def test_who_decides_is_told_once(tmp_path: Path) -> None:
    (finding,) = scanned(tmp_path, {"a.rb": "c = OpenSSL::SSL::SSLContext.new(A::Config.v || :TLSv1)\n"}).findings
    assert "(unless A::Config.v)" in finding.message


@pytest.mark.parametrize(
    "code",
    [
        "h = Net::HTTP.new('x')\nh.ssl_version ||= :TLSv1",
        "opts[:ssl_version] ||= :TLSv1",
        "opts[:ssl_version] = :TLSv1 unless opts[:ssl_version]",
    ],
)
def test_what_is_set_where_nothing_is_there_is_told_with_that_condition(tmp_path: Path, code: str) -> None:
    (finding,) = scanned(tmp_path, {"a.rb": f"{code}\n"}).findings
    assert finding.usage.condition.startswith("not (")


@pytest.mark.parametrize(
    ("options", "condition"),
    [
        ("{ssl_version: :TLSv1}.merge(opts)", "not (opts[:ssl_version])"),
        ("{'ssl_version' => 'TLSv1'}.merge(@opts)", "not (@opts['ssl_version'])"),
        ("opts.reverse_merge(ssl_version: :TLSv1)", "not (opts[:ssl_version])"),
        ("opts.merge(ssl_version: :TLSv1)", ""),
        ("{ssl_version: :TLSv1}.merge(verify: 1)", ""),
    ],
)
def test_what_another_hash_may_say_otherwise_has_that_condition(options: str, condition: str, tmp_path: Path) -> None:
    code = f"def f(opts)\n  Net::HTTP.start('h', 443, {options})\nend\n"
    (found,) = scanned(tmp_path, {"a.rb": code}).findings
    assert found.usage.condition == condition


OWN_WORDS = """\
require 'openssl'
VERSIONS = { TLSv1: OpenSSL::SSL::TLS1_VERSION, TLSv1_2: OpenSSL::SSL::TLS1_2_VERSION }
def context(version: nil)
  made = OpenSSL::SSL::SSLContext.new
  if version
    made.min_version = VERSIONS.fetch(version, version)
  end
  made
end
"""


def test_a_word_that_is_its_own_translation_says_nothing(tmp_path: Path) -> None:
    assert not [f for f in scanned(tmp_path, {"a.rb": OWN_WORDS}).findings if f.level.rank > 1]


def test_an_option_that_any_method_may_have_is_refused_by_none(tmp_path: Path) -> None:
    files = {
        "a.rb": "open(min_version: :TLSv1_2)\nc = OpenSSL::SSL::SSLContext.new\nc.min_version = :TLSv1_2\n",
        ".ruby-version": "3.3.0\n",
    }
    found = [f for f in scanned(tmp_path, files).findings if f.level.rank > 1]
    assert [(f.usage.place.region.line, str(f.verdict)) for f in found] == [(3, "fails")]


@pytest.mark.parametrize(
    ("off", "said"),
    [
        ("OpenSSL::SSL::OP_NO_TLSv1", [(Verdict.ALLOWS, Level.NOTE)]),
        ("OpenSSL::SSL::OP_NO_TLSv1 | OpenSSL::SSL::OP_NO_TLSv1_1", []),
        ("OpenSSL::SSL::OP_NO_SSLv2 | OpenSSL::SSL::OP_NO_SSLv3", []),
    ],
)
def test_who_takes_tls_1_0_away_by_itself_leaves_tls_1_1(
    tmp_path: Path, off: str, said: list[tuple[Verdict, Level]]
) -> None:
    code = f"require 'openssl'\nctx = OpenSSL::SSL::SSLContext.new\nctx.options |= {off}\nserve(ctx)\n"
    assert [(one.verdict, one.level) for one in scanned(tmp_path, {"a.rb": code}).findings] == said


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("log 'x'; :TLSv1", "fails TLSv1.0"),
        ("v = 'TLSv1'; v.to_sym", "fails TLSv1.0"),
        ("log :TLSv1; :TLSv1_2", "caps TLSv1.2"),
        ("return :TLSv1_2 if new?; :TLSv1", "fails TLSv1.0"),
        ("load; :TLSv1; rescue LoadError; :TLSv1_2", "unresolved"),
    ],
)
def test_the_name_of_a_method_stands_for_the_last_that_it_says(tmp_path: Path, body: str, expected: str) -> None:
    lines = "\n".join(f"  {line}" for line in body.split("; "))
    code = f"require 'net/http'\nclass A\n def version\n{lines}\n end\n def go\n"
    code += "  h = Net::HTTP.new('a.example', 443)\n  h.ssl_version = version\n end\nend\n"
    (found,) = scanned(tmp_path, {"a.rb": code}).findings
    said = " ".join([found.verdict, *tokens(found.usage.permitted.versions)])
    assert said == expected


MADE = "require 'openssl'\ndef a(x)\n  c = OpenSSL::SSL::SSLContext.new\n"
PARAMS, NEWER = "  c.set_params(ssl_version: :TLSv1)\n", "  c.ssl_version = :TLSv1_2\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (PARAMS + NEWER, {5: "caps"}),
        (NEWER + PARAMS, {5: "fails"}),
        (PARAMS + "  c.set_params(ssl_version: :TLSv1_2)\n", {5: "caps"}),
        (PARAMS + "  d.ssl_version = :TLSv1_2\n", {4: "fails", 5: "caps"}),
        (PARAMS + "  c = OpenSSL::SSL::SSLContext.new\n  c.ssl_version = :TLSv1_2\n", {4: "fails", 6: "caps"}),
        (PARAMS + "  c.ssl_version = :TLSv1_2 if x\n", {4: "fails", 5: "caps"}),
    ],
)
def test_what_set_params_gives_is_what_the_context_has(tmp_path: Path, code: str, expected: dict[int, str]) -> None:
    found = scanned(tmp_path, {"a.rb": f"{MADE}{code}  c\nend\n"}).findings
    assert {f.usage.place.region.line: str(f.verdict) for f in found} == expected
