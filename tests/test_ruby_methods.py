"""Ruby: what methods of the file give the calls that stand in a slot, with what these pass."""

from pathlib import Path

import pytest

from tree_scans import scanned

CODE = """require 'openssl'
{method}
class V
  def self.version(legacy = true)
    legacy ? :TLSv1 : :TLSv1_2
  end
  def make
    OpenSSL::SSL::SSLContext.new({call})
  end
end
"""


def verdicts(tmp_path: Path, method: str, call: str, name: str = "a.rb") -> list[tuple[str, str]]:
    report = scanned(tmp_path, {name: CODE.format(method=method, call=call)})
    return [(str(f.verdict), f.usage.condition) for f in report.findings]


EARLY = "def pick(v)\n  return :TLSv1 if v == '1.0'\n  return :TLSv1_1 if v == '1.1'\n  :SSLv23\nend"
CASE = "def pick(v)\n  case v\n  when '1.0', '1' then :TLSv1\n  when '1.1'\n    :TLSv1_1\n  else :SSLv23\n  end\nend"
BRANCH = "def pick(v)\n  if v == '1.0'\n    :TLSv1\n  elsif '1.1' == v\n    :TLSv1_1\n  else\n    :SSLv23\n  end\nend"
LEAVES = "def pick(v)\n  unless v != '1.0'\n    return :TLSv1\n  end\n  return :TLSv1_1 if v == '1.1'\n  :SSLv23\nend"


@pytest.mark.parametrize("method", [EARLY, CASE, BRANCH, LEAVES])
@pytest.mark.parametrize(("argument", "expected"), [("1.0", [("fails", "")]), ("1.1", [("fails", "")]), ("1.2", [])])
def test_an_argument_decides_the_way(
    tmp_path: Path, method: str, argument: str, expected: list[tuple[str, str]]
) -> None:
    assert verdicts(tmp_path, method, f"pick('{argument}')") == expected


@pytest.mark.parametrize(
    ("method", "call", "expected"),
    [
        ("def sym(s); s.to_sym; end", "sym('TLSv1')", [("fails", "")]),
        ("def ver(minor: 0); minor == 0 ? :TLSv1 : :SSLv23; end", "ver", [("fails", "")]),
        ("def ver(minor: 0); minor == 0 ? :TLSv1 : :SSLv23; end", "ver(minor: 3)", []),
        ("def env(k, d)\n  ENV[k] || d\nend", "env('P', 'TLSv1')", [("fails", "not (ENV[k])")]),
        ("def early\n  return :TLSv1 if old?\n  :SSLv23\nend", "early", [("fails", "old?")]),
        ("", "V.version", [("fails", "")]),
        ("", "V.version(false)", [("caps", "")]),
        ("", "self.class.version(1)", [("fails", "")]),
    ],
)
def test_what_a_method_gives_is_told(tmp_path: Path, method: str, call: str, expected: list[tuple[str, str]]) -> None:
    assert verdicts(tmp_path, method, call) == expected


@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("def f(v)\n  begin; v; rescue; :TLSv1; end\nend", "f(x)"),
        ("def f(*v)\n  :TLSv1\nend", "f('a')"),
        ("def f(v)\n  :TLSv1\nend", "f(*x)"),
        ("def f(v)\n  :TLSv1\nend", "f('a', 'b')"),
        ("def f(v)\n  :TLSv1\nend\ndef f(w)\n  :SSLv23\nend", "f('a')"),
        ("class W\n  def f(v)\n    :TLSv1\n  end\nend", "f('a')"),
        ("class W\n  def f(v)\n    :TLSv1\n  end\nend", "W.f('a')"),
        ("def f(v)\n  if x\n    return :TLSv1 if y\n    z\n  end\n  :TLSv1\nend", "f('a')"),
        ("def f(v)\n  f(v)\nend", "f('a')"),
        ("def f(v)\n  v = other(v)\n  v\nend", "f('TLSv1')"),
    ],
)
def test_what_is_not_sure_stays_unresolved(tmp_path: Path, method: str, call: str) -> None:
    assert [verdict for verdict, _ in verdicts(tmp_path, method, call)] == ["unresolved"]


def test_a_parameter_that_gets_another_value_decides_nothing(tmp_path: Path) -> None:
    method = "def f(v)\n  v = 3 if late?\n  v == 1 ? :TLSv1 : :SSLv23\nend"
    assert verdicts(tmp_path, method, "f(2)") == [("fails", "v == 1")]


def test_a_long_line_is_read_in_linear_time(tmp_path: Path) -> None:
    scanned(tmp_path, {"a.rb": CODE.format(method="def f(v)\n " + "return " * 15_000 + "\nend", call="f('TLSv1')")})
