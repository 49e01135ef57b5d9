"""Settings of an object that a loop makes anew, and of one whose lowest version is not known."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Version
from tree_scans import scanned

OPTIONS = "(ssl.OP_NO_TLSv1, ssl.OP_NO_TLSv1_1, ssl.OP_NO_TLSv1_2, ssl.OP_NO_TLSv1_3)"
NEW = f"import ssl\nfor o in {OPTIONS}:\n    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n    c.options |= o\n"
ONE = f"import ssl\nc = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nfor o in {OPTIONS}:\n    c.options |= o\n"
INNER = (
    f"import ssl\nfor h in (1, 2):\n    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n    for o in {OPTIONS}:\n"
    "        c.options |= o\n"
)


def verdicts(tmp_path: Path, name: str, code: str) -> list[str]:
    return [one.verdict.value for one in scanned(tmp_path, {name: code}).findings]


def test_what_one_turn_takes_away_another_has(tmp_path: Path) -> None:
    assert verdicts(tmp_path, "a.py", NEW) == ["caps"]


def test_of_an_object_with_too_many_namesakes_it_adds_up_to_nothing(tmp_path: Path) -> None:
    others = "".join(f"def f{number}(c): go(c)\n" for number in range(300))
    assert verdicts(tmp_path, "a.py", NEW + others) == ["caps"]


@pytest.mark.parametrize("code", [ONE, INNER])
def test_on_one_object_it_adds_up(code: str, tmp_path: Path) -> None:
    assert verdicts(tmp_path, "a.py", code) == ["fails"]


def test_a_block_makes_a_new_object_each_turn(tmp_path: Path) -> None:
    one, each = "c = OpenSSL::SSL::SSLContext.new", "[OpenSSL::SSL::OP_NO_TLSv1_2, OpenSSL::SSL::OP_NO_TLSv1_3]"
    code = "{}\n{}.each do |o|\n {}\n c.options |= o\nend\n"
    assert verdicts(tmp_path, "a.rb", "require 'openssl'\n" + code.format("", each, one)) == ["fails"]
    (finding,) = scanned(tmp_path, {"a.rb": "require 'openssl'\n" + code.format("", each, one)}).findings
    assert len(finding.usage.permitted.versions) == 2  # what lies above the one that is missing is not offered
    (finding,) = scanned(tmp_path, {"a.rb": "require 'openssl'\n" + code.format(one, each, "")}).findings
    assert len(finding.usage.permitted.versions) == 2


LEVEL = (
    "from OpenSSL import SSL\ndef f(version):\n    c = SSL.Context(SSL.TLS_CLIENT_METHOD)\n"
    '    c.set_cipher_list(b"@SECLEVEL=0:ALL")\n{}    return c\n'
)


def test_an_unknown_lowest_version_decides_what_a_security_level_opens(tmp_path: Path) -> None:
    bounded = LEVEL.format("    c.set_min_proto_version(version.value)\n")
    assert verdicts(tmp_path, "a.py", bounded) == ["unresolved"]
    maybe = LEVEL.format("    if version:\n        c.set_min_proto_version(version.value)\n")
    assert sorted(verdicts(tmp_path, "a.py", maybe)) == ["allows", "unresolved"]


APART = (
    "def a(m)\n c = OpenSSL::SSL::SSLContext.new\n"
    " c.options |= OpenSSL::SSL::OP_NO_TLSv1 unless m.include? :TLSv1\n"
    " c.options |= OpenSSL::SSL::OP_NO_TLSv1_1 unless m.include? :TLSv1_1\n"
    " c.options |= OpenSSL::SSL::OP_NO_TLSv1_2 unless m.include? :TLSv1_2\nend\n"
)


def test_what_conditions_take_away_one_by_one_is_not_known(tmp_path: Path) -> None:
    assert verdicts(tmp_path, "a.rb", APART) == ["allows", "unresolved", "unresolved"]  # the oldest leaves the next


def test_one_that_is_conditional_is_judged_with_what_is_not(tmp_path: Path) -> None:
    alone = (
        "def a(m)\n c = OpenSSL::SSL::SSLContext.new\n"
        " c.options |= OpenSSL::SSL::OP_NO_TLSv1_2 if m\n c.options |= OpenSSL::SSL::OP_NO_TLSv1_3\nend\n"
    )
    assert "fails" in verdicts(tmp_path, "a.rb", alone)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (
            "a.rb",
            "c = OpenSSL::SSL::SSLContext.new\n"
            "c.options |= OpenSSL::SSL::OP_NO_TLSv1 if defined?(OpenSSL::SSL::OP_NO_TLSv1)\n"
            "c.options |= OpenSSL::SSL::OP_NO_TLSv1_1 if defined?(OpenSSL::SSL::OP_NO_TLSv1_1)\n",
        ),
        (
            "a.py",
            "import ssl\nc = ssl.SSLContext(ssl.PROTOCOL_SSLv23)\nif hasattr(ssl, 'OP_NO_TLSv1'):\n"
            "    c.options |= ssl.OP_NO_TLSv1\nif hasattr(ssl, 'OP_NO_TLSv1_1'):\n    c.options |= ssl.OP_NO_TLSv1_1\n",
        ),
    ],
)
@pytest.mark.parametrize("claimed", [{}, {".python-version": "3.8.1\n", ".ruby-version": "2.7.0\n"}])
def test_a_check_for_what_current_runtimes_have_holds(
    name: str, code: str, claimed: dict[str, str], tmp_path: Path
) -> None:
    found = scanned(tmp_path, {name: code, **claimed}).findings
    assert [one for one in found if one.usage.place.path.endswith(name) and one.verdict.value == "fails"] == []


BOTH = [
    ("a.rb", "[S::TLS1_VERSION, S::TLS1_2_VERSION].each do |v|\n c = S::SSLContext.new\n {}\nend\n"),
    ("a.rb", "c = S::SSLContext.new\n[S::TLS1_VERSION, S::TLS1_2_VERSION].each do |v|\n {}\nend\n"),
]


@pytest.mark.parametrize("set_", ["c.min_version = c.max_version = v", "c.min_version = v\n c.max_version = v"])
@pytest.mark.parametrize(("name", "code"), BOTH, ids=["new", "one"])
def test_an_item_that_is_the_lowest_and_the_highest_version_is_told_once(
    tmp_path: Path, name: str, code: str, set_: str
) -> None:
    text = "require 'openssl'\n" + code.replace("S::", "OpenSSL::SSL::").format(set_)
    (finding,) = scanned(tmp_path, {name: text}).findings
    assert (finding.verdict.value, finding.usage.note) == ("allows", "one at a time, in a loop")
    assert [version.name for version in sorted(finding.usage.permitted.versions)] == ["TLS1_0", "TLS1_2"]


TRIED = (
    "import ssl\ndef f(s):\n    for v in {}:\n        try:\n            c = ssl.SSLContext(v)\n"
    "            c.wrap_socket(s)\n            {}\n        except ssl.SSLError:\n            {}\n"
)
NEW_FIRST, OLD_FIRST = "(ssl.PROTOCOL_TLSv1_2, ssl.PROTOCOL_TLSv1)", "(ssl.PROTOCOL_TLSv1, ssl.PROTOCOL_TLSv1_2)"


@pytest.mark.parametrize(
    ("items", "end", "handler", "level"),
    [
        (NEW_FIRST, "break", "continue", "note"),
        (NEW_FIRST, "return c", "pass", "note"),
        (OLD_FIRST, "return c", "pass", "warning"),
        (NEW_FIRST, "found.append(v)", "pass", "warning"),
        (NEW_FIRST, "return c", "raise", "warning"),
        (NEW_FIRST, "continue", "pass", "warning"),
    ],
)
def test_a_loop_until_one_works_tries_the_next_after_a_failure(
    items: str, end: str, handler: str, level: str, tmp_path: Path
) -> None:
    (finding,) = scanned(tmp_path, {"a.py": TRIED.format(items, end, handler)}).findings
    assert (finding.verdict.value, finding.level.value) == ("allows", level)
    assert bool(finding.usage.condition) is (level == "note")


def test_so_it_is_in_ruby(tmp_path: Path) -> None:
    code = (
        "require 'openssl'\ndef f(s)\n [:TLSv1_2, :TLSv1].each do |v|\n  begin\n"
        "   c = OpenSSL::SSL::SSLContext.new\n   c.ssl_version = v\n   go(s, c)\n   break\n"
        "  rescue OpenSSL::SSL::SSLError\n  end\n end\nend\n"
    )
    (finding,) = scanned(tmp_path, {"a.rb": code}).findings
    assert (finding.verdict.value, finding.level.value) == ("allows", "note")


POWERSHELL_TRIED = """foreach ($p in [Net.SecurityProtocolType]::{}, [Net.SecurityProtocolType]::{}) {{
    try {{
        [Net.ServicePointManager]::SecurityProtocol = $p
        Invoke-WebRequest https://example.com
        {}
    }} catch {{ {} }}
}}
"""


@pytest.mark.parametrize(
    ("first", "second", "end", "handler", "level"),
    [
        ("Tls12", "Tls", "break", "", "note"),
        ("Tls12", "Tls", "exit 0", "continue", "note"),
        ("Tls", "Tls12", "break", "", "warning"),
        ("Tls12", "Tls", "continue", "", "warning"),
        ("Tls12", "Tls", "$done += 1", "", "warning"),
        ("Tls12", "Tls", "break", "throw", "warning"),
    ],
)
def test_so_it_is_in_powershell(first: str, second: str, end: str, handler: str, level: str, tmp_path: Path) -> None:
    (finding,) = scanned(tmp_path, {"a.ps1": POWERSHELL_TRIED.format(first, second, end, handler)}).findings
    assert (finding.verdict.value, finding.level.value) == ("allows", level)


def test_what_a_block_gives_new_objects_is_one_at_a_time(tmp_path: Path) -> None:
    code = "[:TLSv1, :TLSv1_2].each do |v|\n c = OpenSSL::SSL::SSLContext.new\n c.ssl_version = v\nend\n"
    (finding,) = scanned(tmp_path, {"a.rb": code}).findings
    assert (finding.verdict.value, finding.usage.note) == ("allows", "one at a time, in a loop")


IN_A_LIST = """import javax.net.ssl.*;
class A {
  void all(SSLSocketFactory f) throws Exception { for (String p : new String[] {"TLSv1.2", "TLSv1"}) { %s } }
  void probe(SSLSocketFactory f, String p) throws Exception {
    SSLSocket s = (SSLSocket) f.createSocket();
    s.setEnabledProtocols(new String[] {p});
  }
}
"""


def test_a_list_of_what_a_loop_goes_through_is_one_at_a_time(tmp_path: Path) -> None:
    (finding,) = scanned(tmp_path, {"A.java": IN_A_LIST % "probe(f, p);"}).findings
    assert (finding.verdict.value, finding.usage.note) == ("allows", "one at a time, in a loop")


def test_what_a_loop_collects_is_no_list_of_one_thing(tmp_path: Path) -> None:
    kept = "java.util.List<String> l = new java.util.ArrayList<>(); for (String p : NAMES) { if (g(p)) l.add(p); }"
    names = 'static final String[] NAMES = {"TLSv1", "TLSv1.2"};'
    used = "s.setEnabledProtocols(l.toArray(new String[0]));"
    code = f"class A {{ {names} void f(javax.net.ssl.SSLSocket s) {{ {kept} {used} }} }}"
    (finding,) = scanned(tmp_path, {"A.java": code}).findings
    assert (finding.verdict.value, finding.usage.note) == ("allows", "")


def test_a_list_of_what_is_tried_until_one_works_falls_back(tmp_path: Path) -> None:
    tried = (
        "try { SSLSocket s = (SSLSocket) f.createSocket(); s.setEnabledProtocols(new String[] {p});"
        " s.startHandshake(); return; } catch (java.io.IOException e) { }"
    )
    report = scanned(tmp_path, {"A.java": IN_A_LIST.replace("probe(SSL", "unused(SSL") % tried})
    (finding,) = (found for found in report.findings if found.verdict.value != "unresolved")
    assert finding.usage.guarded
    assert "is caught" in finding.message


KEPT = "String h = null; for (String p : NAMES) {{ if (a.contains(p)) {{ h = p; break; }} }} {}"
GIVEN = "static String first(List<String> a) { for (String p : NAMES) if (a.contains(p)) return p; return null; }"


@pytest.mark.parametrize(
    ("member", "statements"),
    [
        ("", KEPT.format("s.setEnabledProtocols(new String[] {h});")),
        (GIVEN, "s.setEnabledProtocols(new String[] {first(a)});"),
    ],
)
def test_the_first_that_fits_leaves_the_others_to_where_it_does_not(
    tmp_path: Path, member: str, statements: str
) -> None:
    names = 'static final String[] NAMES = {"TLSv1.3", "TLSv1.2", "TLSv1.1"};'
    head = "import java.util.*;\nimport javax.net.ssl.*;\n"
    code = f"{head}class A {{ {names} {member} void f(SSLSocket s, List<String> a) {{ {statements} }} }}"
    (finding,) = scanned(tmp_path, {"A.java": code}).findings
    assert (finding.verdict.value, finding.level.value, finding.usage.guarded) == ("allows", "note", True)
    assert 'unless a.contains("TLSv1.3")' in finding.message


@pytest.mark.parametrize(("length", "verdict"), [(1, "fails"), (2, "allows")])
def test_an_array_of_one_holds_what_was_put_last(tmp_path: Path, length: int, verdict: str) -> None:
    puts = f'String[] a = new String[{length}]; a[0] = "TLSv1.2"; if (old) {{ a[{length - 1}] = "TLSv1"; }}'
    head = "class A { void f(javax.net.ssl.SSLSocket s, boolean old) { "
    report = scanned(tmp_path, {"A.java": head + puts + " s.setEnabledProtocols(a); } }"})
    (finding,) = (found for found in report.findings if found.verdict.value in ("fails", "allows"))
    assert (finding.verdict.value, "when old" in finding.message) == (verdict, length == 1)


REMADE = """def go(x)
  ctx = OpenSSL::SSL::SSLContext.new
  ctx.max_version = OpenSSL::SSL::TLS1_2_VERSION
  connect(ctx)
{}
  connect(ctx)
end
"""


@pytest.mark.parametrize(
    ("again", "said"),
    [
        ("  ctx = OpenSSL::SSL::SSLContext.new\n  ctx.min_version = :TLS1", "TLS 1.0 to TLS 1.3"),
        ("  if x\n    ctx = OpenSSL::SSL::SSLContext.new\n    ctx.min_version = :TLS1\n  end", "TLS 1.0 to TLS 1.3"),
        ("  ctx.min_version = :TLS1", "TLS 1.0 to TLS 1.2"),
        ("  ctx ||= OpenSSL::SSL::SSLContext.new\n  ctx.min_version = :TLS1", "TLS 1.0 to TLS 1.2"),
        ("  ctx = prepared(ctx)\n  ctx.min_version = :TLS1", "TLS 1.0 to TLS 1.2"),
        ("  ctx = OpenSSL::SSL::SSLContext.new if x\n  ctx.min_version = :TLS1", "TLS 1.0 to TLS 1.2"),
    ],
)
def test_a_variable_of_ruby_that_gets_another_object_begins_anew(again: str, said: str, tmp_path: Path) -> None:
    (found,) = [f for f in scanned(tmp_path, {"a.rb": REMADE.format(again)}).findings if f.level is Level.WARNING]
    assert f"admits {said}:" in found.message


FLAGGED = """import ssl
def serve(given, loop):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    if given.dh:
        context.options |= {0}
    context.options |= ssl.OP_NO_SSLv3
    loop.create_server(ssl=context)
"""
TESTED = """from setuptools import setup
setup(name="a", classifiers=["Programming Language :: Python :: 3.3", "Programming Language :: Python :: 3.5"])
"""


@pytest.mark.parametrize("flag", ["ssl.OP_SINGLE_DH_USE", "ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET"])
def test_flags_that_are_not_about_versions_are_no_write_of_their_own(flag: str, tmp_path: Path) -> None:
    """A context that is never without what follows is not told as if it might be."""
    found = scanned(tmp_path, {"a.py": FLAGGED.format(flag), "setup.py": TESTED}).findings
    own = [one.usage for one in found if one.usage.place.path == "a.py"]
    assert own
    assert all(Version.SSLV3 not in usage.permitted.versions for usage in own)
    assert all(5 not in {place.region.line for place in usage.related} for usage in own)
