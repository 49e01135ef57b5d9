"""Conditions that must not get lost between a value and its use, and those that do not count there."""

from pathlib import Path

import pytest

from core_builders import versions as named
from tlsscan.clauses import worded
from tlsscan.model import Level, Verdict
from tree_scans import scanned


def outcomes(tmp_path: Path, name: str, code: str) -> list[tuple[int, str, Level]]:
    """Line, condition and level of each finding that is shown."""
    found = scanned(tmp_path, {name: code}).findings
    shown = (f for f in found if f.level not in (Level.NOTE, Level.NONE))
    return [(f.usage.place.region.line, f.usage.condition, f.level) for f in shown]


BOUNDS = (
    "import ssl\ndef ctx(hi, lo):\n    c = ssl.create_default_context()\n{}"
    "        {}\n            c.maximum_version = ssl.TLSVersion.TLSv1_2\n"
    "    if lo == 'TLSv1.3':\n        c.minimum_version = ssl.TLSVersion.TLSv1_3\n    return c\n"
)


@pytest.mark.parametrize("check", ["if hasattr(ssl, 'TLSVersion'):", "if sys.version_info >= (3, 7):", "if True:"])
def test_a_check_for_the_runtime_does_not_open_the_block_around_it(check: str, tmp_path: Path) -> None:
    assert not outcomes(tmp_path, "a.py", BOUNDS.format("    if hi == 'TLSv1.2':\n", check))


def test_what_a_check_for_the_runtime_guards_counts_in_its_own_block(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef ctx(lo):\n    c = ssl.create_default_context()\n    if hasattr(ssl, 'TLSVersion'):\n"
        "        c.maximum_version = ssl.TLSVersion.TLSv1_2\n    if lo == 'TLSv1.3':\n"
        "        c.minimum_version = ssl.TLSVersion.TLSv1_3\n    return c\n"
    )
    ((line, condition, _),) = outcomes(tmp_path, "a.py", code)
    assert (line, condition) == (7, "lo == 'TLSv1.3'")


PASSED = (
    "import ssl\ndef tls_set(v=None):\n    if {}:\n        v = ssl.PROTOCOL_TLSv1_2\n"
    "        if hasattr(ssl, 'PROTOCOL_TLS_CLIENT'):\n            v = ssl.PROTOCOL_TLS_CLIENT\n"
    "    return ssl.SSLContext(v)\ntls_set(ssl.PROTOCOL_TLSv1)\n"
)


def test_a_newer_value_under_another_condition_leaves_the_older_one_on_every_runtime(tmp_path: Path) -> None:
    assert outcomes(tmp_path, "a.py", PASSED.format("v is None")) == [(8, "", Level.ERROR)]


def test_a_newer_value_in_both_branches_leaves_the_older_one_on_older_runtimes(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef f(a):\n    v = ssl.PROTOCOL_TLSv1\n    if a:\n        v = ssl.PROTOCOL_TLSv1_2\n"
        "    elif hasattr(ssl, 'PROTOCOL_TLS_CLIENT'):\n        v = ssl.PROTOCOL_TLS_CLIENT\n"
        "    return ssl.SSLContext(v)\n"
    )
    (found,) = scanned(tmp_path, {"a.py": code}).findings
    assert (found.verdict, found.level) == ("fails", Level.NOTE)


@pytest.mark.parametrize(
    ("name", "code", "condition", "level"),
    [
        (
            "a.php",
            "<?php\nfunction f($s, $old) {\n if ($old) {\n  $m = STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;\n }\n"
            " stream_socket_enable_crypto($s, true, $m);\n}\n",
            "$old",
            Level.ERROR,
        ),
        (
            "a.php",
            "<?php\nfunction f($s, $v) {\n if ($v == 'TLSv1') {\n  $m = STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;\n }\n"
            " stream_socket_enable_crypto($s, true, $m);\n}\n",
            "$v == 'TLSv1'",
            Level.WARNING,
        ),
        (
            "a.py",
            "import ssl\ndef f(s, v):\n  if v == 'TLSv1':\n    p = ssl.PROTOCOL_TLSv1\n"
            "  ssl.wrap_socket(s, ssl_version=p)\n",
            "v == 'TLSv1'",
            Level.WARNING,
        ),
        (
            "a.rb",
            "def f(v)\n  p = :TLSv1 if v == 'old'\n  c = OpenSSL::SSL::SSLContext.new\n  c.ssl_version = p\nend\n",
            "v == 'old'",
            Level.ERROR,
        ),
        (
            "A.java",
            "class A { void f(boolean old) throws Exception {\n String p;\n if (old) {\n"
            '  p = "TLSv1";\n }\n System.setProperty("https.protocols", p);\n} }\n',
            "old",
            Level.ERROR,
        ),
    ],
)
def test_a_single_value_keeps_its_condition(name: str, code: str, condition: str, level: Level, tmp_path: Path) -> None:
    ((_, told, at),) = outcomes(tmp_path, name, code)
    assert (told.strip("()"), at) == (condition, level)


def test_a_single_value_under_the_condition_of_its_use_has_none_of_its_own(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef f(s, old):\n  if old:\n    p = ssl.PROTOCOL_TLSv1\n"
        "  if old:\n    ssl.wrap_socket(s, ssl_version=p)\n"
    )
    assert outcomes(tmp_path, "a.py", code) == [(6, "", Level.ERROR)]


def test_a_constant_that_may_be_defined_before_has_no_condition(tmp_path: Path) -> None:
    code = (
        "<?php\nif (!defined('MY_METHOD')) define('MY_METHOD', STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT);\n"
        "stream_socket_enable_crypto($s, true, MY_METHOD);\n"
    )
    assert [condition for _, condition, _ in outcomes(tmp_path, "a.php", code)] == [""]


def test_a_constant_that_each_function_defines_where_it_is_missing_has_one_value(tmp_path: Path) -> None:
    function = (
        "function {}($h) {{ if (!defined('CURL_SSLVERSION_TLSv1')) {{ define('CURL_SSLVERSION_TLSv1', 1); }}\n"
        "  curl_setopt($h, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1);\n}}\n"
    )
    code = "<?php\n" + "".join(function.format(name) for name in "ab")
    assert outcomes(tmp_path, "a.php", code) == [(3, "", Level.WARNING), (6, "", Level.WARNING)]


def test_a_constant_that_one_arm_or_the_other_defines_may_have_either_value(tmp_path: Path) -> None:
    arms = "if ($old) { define('MY', 3); } else { define('MY', 6); }"
    code = f"<?php\n{arms}\ncurl_setopt($h, CURLOPT_SSLVERSION, MY);\n"
    assert [condition for _, condition, _ in outcomes(tmp_path, "a.php", code)] == ["$old"]


FLOOR = (
    "import ssl\ndef f(s):\n    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"
    "    if hasattr(context, 'minimum_version'):\n        context.minimum_version = ssl.TLSVersion.TLSv1_2\n"
    "    else:\n        context.options = ssl.OP_NO_SSLv2 | ssl.OP_NO_SSLv3\n    return context.wrap_socket(s)\n"
)


@pytest.mark.parametrize(("version", "told"), [("3.8", False), ("3.6", True)])
def test_what_a_claimed_python_has_leaves_the_other_arm_dead(version: str, told: bool, tmp_path: Path) -> None:
    found = scanned(tmp_path, {"a.py": FLOOR, ".python-version": f"{version}\n"}).findings
    shown = [f.usage.place.path for f in found if f.level not in (Level.NOTE, Level.NONE)]
    assert shown == ([".python-version"] if told else [])


def test_arms_of_a_check_for_the_runtime_are_not_laid_together(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef f(s):\n    c = ssl.create_default_context()\n    if hasattr(ssl, 'HAS_TLSv1_3'):\n"
        "        c.maximum_version = ssl.TLSVersion.TLSv1_2\n    else:\n"
        "        c.minimum_version = ssl.TLSVersion.TLSv1_3\n"
    )
    assert not outcomes(tmp_path, "a.py", code)


@pytest.mark.parametrize(
    ("name", "code", "condition"),
    [
        (
            "a.py",
            "import ssl\nif hasattr(ssl, 'PROTOCOL_SSLv2'):\n"
            "    c = ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_SSLv2)\n",
            "hasattr(ssl, 'PROTOCOL_SSLv2')",
        ),
        (
            "a.py",
            "import ssl\nif not hasattr(ssl, 'PROTOCOL_SSLv3'):\n    v = ssl.PROTOCOL_TLS_CLIENT\n"
            "else:\n    v = ssl.PROTOCOL_SSLv3\nc = ssl.wrap_socket(s, ssl_version=v)\n",
            "not (not hasattr(ssl, 'PROTOCOL_SSLv3'))",
        ),
    ],
)
def test_old_constants_are_there_on_old_runtimes(name: str, code: str, condition: str, tmp_path: Path) -> None:
    assert [(told, at) for _, told, at in outcomes(tmp_path, name, code)] == [(condition, Level.WARNING)]


TWISTED = "from twisted.internet.ssl import CertificateOptions, TLSVersion\n"


@pytest.mark.parametrize(
    ("lowest", "highest", "verdict", "versions"),
    [
        ("TLSv1_0", "TLSv1_0", Verdict.FAILS, "1.0"),
        ("TLSv1_0", "TLSv1_2", Verdict.ALLOWS, "1.0 1.1 1.2"),
        ("TLSv1_2", "TLSv1_0", Verdict.FAILS, "-"),
    ],
)
def test_two_bounds_in_one_call_are_one_statement(
    lowest: str, highest: str, verdict: Verdict, versions: str, tmp_path: Path
) -> None:
    call = (
        f"CertificateOptions(insecurelyLowerMinimumTo=TLSVersion.{lowest}, lowerMaximumSecurityTo=TLSVersion.{highest})"
    )
    (found,) = scanned(tmp_path, {"a.py": f"{TWISTED}serve({call})\n{call}\n"}).findings[:1]
    assert (found.verdict, found.usage.permitted.versions) == (verdict, named(versions))
    assert found.usage.place.text == f"TLSVersion.{lowest if verdict is Verdict.ALLOWS else highest}"


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ("config.read('v', default='1.0')", Level.ERROR),
        ("options.get('v', '1.0')", Level.ERROR),
        ("options.get('v', '1.2')", Level.WARNING),
        ("options.get('v')", Level.WARNING),
    ],
)
def test_what_a_member_is_by_default_nobody_asks_for(given: str, level: Level, tmp_path: Path) -> None:
    code = (
        f"import ssl\nclass A:\n    def __init__(self, config, options):\n        self.v = {given}\n"
        "    def go(self, s):\n        if self.v == '1.0':\n            p = ssl.PROTOCOL_TLSv1\n"
        "        else:\n            p = ssl.PROTOCOL_TLSv1_2\n        ssl.wrap_socket(s, ssl_version=p)\n"
    )
    assert [at for *_, at in outcomes(tmp_path, "a.py", code)] == [level]


@pytest.mark.parametrize("asked", ["a == null", "a == null || a.length == 0", "null == a"])
def test_null_that_is_replaced_is_no_value(tmp_path: Path, asked: str) -> None:
    code = f"""class A {{ void f(javax.net.ssl.SSLSocket s, Given g) {{
  String[] a = null;
  if (g.has()) {{ a = g.names(); }}
  if ({asked}) {{ a = new String[] {{"TLSv1.2", "TLSv1.3"}}; }}
  s.setEnabledProtocols(a);
}} }}
"""
    report = scanned(tmp_path, {"A.java": code, "Dockerfile": "FROM openjdk:12\nCOPY . /app\n"})
    (claim,) = (found for found in report.findings if found.usage.place.path == "Dockerfile")
    assert not claim.usage.related


def test_what_a_condition_denies_and_permits_the_same_is_told_beside_it(tmp_path: Path) -> None:
    source = """import ssl, sys
import paho.mqtt.client as mqtt
class MQTT:
    def __init__(self, tls_version):
        mqtt.Client().tls_set('ca', tls_version=tls_version)
def setup(v):
    if v == '1.2':
        tls = ssl.PROTOCOL_TLSv1_2
    elif v == '1.0':
        tls = ssl.PROTOCOL_TLSv1
    elif v == 'any':
        tls = ssl.PROTOCOL_TLS
    else:
        tls = ssl.PROTOCOL_TLSv1
    MQTT(tls)
"""
    (found,) = scanned(tmp_path, {"a.py": source}).findings
    assert "unless v == '1.2' or v == '1.0' or" in found.message
    assert "; TLS 1.0 also when v == '1.0')" in found.message


CASES = "switch (sec) {{ case Sec.Tls: {set} = SecurityProtocolType.Tls; break; case {other}: Go(); break; }}"
VB_CASES = "Select Case sec\nCase Sec.TLS\n{set} = SecurityProtocolType.Tls\nCase {other}\nGo()\nEnd Select"


@pytest.mark.parametrize(
    ("name", "form", "other", "told"),
    [
        ("a.cs", CASES, "Sec.Tls11", ("sec is Sec.Tls beside Tls11", Level.WARNING)),
        (
            "a.cs",
            "if (sec == Sec.Tls) {{ {set} = SecurityProtocolType.Tls; }} else if (sec == {other}) Go();",
            "Sec.Tls12",
            ("sec == Sec.Tls beside Tls12", Level.WARNING),
        ),
        ("a.cs", CASES, "Sec.None", ("sec is Sec.Tls", Level.ERROR)),
        ("a.cs", CASES, "Old.Tls11", ("sec is Sec.Tls", Level.ERROR)),
        ("a.vb", VB_CASES, "Sec.TLS11", ("sec is Sec.TLS beside TLS11", Level.WARNING)),
        ("a.vb", VB_CASES, "Sec.None", ("sec is Sec.TLS", Level.ERROR)),
    ],
)
def test_a_type_of_its_own_names_the_oldest_version_without_a_number(
    name: str, form: str, other: str, told: tuple[str, Level], tmp_path: Path
) -> None:
    body = form.format(set="System.Net.ServicePointManager.SecurityProtocol", other=other)
    code = f"class A {{ void S(Sec sec) {{ {body} }} }}"
    if name.endswith("vb"):
        code = f"Class A\nSub S(sec As Sec)\n{body}\nEnd Sub\nEnd Class\n"
    assert [found[1:] for found in outcomes(tmp_path, name, code)] == [told]


def replaced(arms: int) -> str:
    """Python with a value that several conditions in turn may replace."""
    told = "".join(f"    if c{at}:\n        v = ssl.PROTOCOL_TLSv1_2\n" for at in range(arms))
    return f"import ssl\ndef f(s):\n    v = ssl.PROTOCOL_TLSv1\n{told}    ssl.wrap_socket(s, ssl_version=v)\n"


@pytest.mark.parametrize(
    ("arms", "rest"), [(4, ""), (5, " and not (a later condition)"), (7, " and not (one of 3 later conditions)")]
)
def test_more_conditions_than_are_told_leave_a_condition(arms: int, rest: str, tmp_path: Path) -> None:
    told = " and ".join(f"not (c{at})" for at in range(4))
    assert outcomes(tmp_path, "a.py", replaced(arms)) == [(3, told + rest, Level.ERROR)]


RUBY = "require 'net/http'\ndef f(http, a)\n  v = :TLSv1\n{}  http.ssl_version = v\nend\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("  v = :TLSv1_2 if a\n", "not (a)"),
        ("  if a\n    v = :TLSv1_2\n  end\n", "not (a)"),
        ("  v = :TLSv1_2 unless a\n", "a"),
    ],
)
def test_what_ruby_may_replace_is_told_with_what_leaves_it(code: str, told: str, tmp_path: Path) -> None:
    assert outcomes(tmp_path, "a.rb", RUBY.format(code)) == [(3, told, Level.ERROR)]


MIDDLE = "import ssl\ndef f(s, a, b):\n    v = ssl.PROTOCOL_TLS\n{}    ssl.wrap_socket(s, ssl_version=v)\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("    if a:\n        v = ssl.PROTOCOL_TLSv1\n    if b:\n        v = ssl.PROTOCOL_TLSv1_2\n", "a and not (b)"),
        ("    if a:\n        v = ssl.PROTOCOL_TLSv1\n    elif b:\n        v = ssl.PROTOCOL_TLSv1_2\n", "a"),
        ("    if a:\n        v = ssl.PROTOCOL_TLSv1\n    if not a:\n        v = ssl.PROTOCOL_TLSv1_2\n", "a"),
        (
            "    match a:\n        case b.C:\n            v = ssl.PROTOCOL_TLSv1\n"
            "        case b.D:\n            v = ssl.PROTOCOL_TLSv1_2\n",
            "a is b.C",
        ),
    ],
)
def test_what_a_condition_sets_and_a_later_one_may_replace_is_told_with_both(
    code: str, told: str, tmp_path: Path
) -> None:
    assert outcomes(tmp_path, "a.py", MIDDLE.format(code)) == [(4 + code.count("case b.C") + 1, told, Level.ERROR)]


def test_a_question_that_denies_is_no_alternative_to_a_comparison(tmp_path: Path) -> None:
    code = "  v = :TLSv1_1 if a == 3\n  v = :TLSv1_2 unless a\n"
    found = scanned(tmp_path, {"a.rb": RUBY.replace(":TLSv1\n", ":TLSv1_2\n").format(code)}).findings
    assert [f.message.rpartition(" (")[2] for f in found if f.level is Level.ERROR] == ["when a == 3 and a)"]


CHAIN = (
    "import ssl\nif hasattr(ssl, 'PROTOCOL_TLS'):\n    v = ssl.PROTOCOL_TLS\nelif hasattr(ssl, 'PROTOCOL_SSLv3'):\n"
    "    v = ssl.PROTOCOL_SSLv3\nelse:\n    v = ssl.PROTOCOL_SSLv23\nc = ssl.SSLContext(v)\n"
    "c.wrap_socket(s, server_hostname='h.example')\n"
)


@pytest.mark.parametrize(
    ("version", "place", "verdict", "level"),
    [("3.12", "", None, None), ("3.8", ".python-version:1", Verdict.ALLOWS, Level.WARNING)],
)
def test_a_claimed_python_takes_the_first_arm_of_a_chain_for_old_constants(
    version: str, place: str, verdict: Verdict | None, level: Level | None, tmp_path: Path
) -> None:
    found = scanned(tmp_path, {"a.py": CHAIN, ".python-version": f"{version}\n"}).findings
    told = [(f"{f.usage.place.path}:{f.usage.place.region.line}", f.verdict, f.level) for f in found]
    assert told == ([(place, verdict, level)] if place else [])


def test_a_later_arm_for_an_old_constant_needs_those_before_to_fail(tmp_path: Path) -> None:
    (found,) = scanned(tmp_path, {"a.py": CHAIN}).findings
    said = "when hasattr(ssl, 'PROTOCOL_SSLv3'), unless hasattr(ssl, 'PROTOCOL_TLS')"
    assert (worded(found.usage.condition), found.usage.place.region.line, found.level) == (said, 5, Level.NOTE)


METHODS = (
    "from OpenSSL import SSL\nif hasattr(SSL, 'TLSv1_2_METHOD'):\n    m = SSL.TLSv1_2_METHOD\n"
    "elif hasattr(SSL, 'TLSv1_METHOD'):\n    m = SSL.TLSv1_METHOD\nc = SSL.Context(m)\n"
    "SSL.Connection(c, s).set_connect_state()\n"
)


@pytest.mark.parametrize(
    ("pinned", "level"), [("", Level.NOTE), ("pyOpenSSL==0.13\n", Level.WARNING), ("pyOpenSSL==17.0.0\n", None)]
)
def test_methods_that_every_newer_pyopenssl_has_leave_a_note_to_the_arms_after(
    pinned: str, level: Level | None, tmp_path: Path
) -> None:
    found = scanned(tmp_path, {"a.py": METHODS, "requirements.txt": pinned}).findings
    assert [one.level for one in found if one.verdict is Verdict.FAILS] == ([level] if level is not None else [])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("A.cs", "n == 1 ? SslProtocols.Default : SslProtocols.Tls", "(when n == 1; TLS 1.0 also unless n == 1; "),
        ("A.cs", "n == 1 ? SslProtocols.Default : SslProtocols.Tls12", "(when n == 1; SslProtocols.Default means"),
        (
            "A.vb",
            "If((n = 0), SslProtocols.Tls12, If((n = 1), SslProtocols.Default, SslProtocols.Tls))",
            "(when n = 1, unless n = 0; TLS 1.0 also unless n = 0 or n = 1; ",
        ),
        (
            "A.vb",
            "If(n = 0, SslProtocols.Tls12, If(n = 1, SslProtocols.Default, SslProtocols.Tls12))",
            "(when n = 1, unless n = 0; SslProtocols.Default means",
        ),
    ],
)
def test_what_the_other_arm_of_a_conditional_permits_is_told(name: str, value: str, said: str, tmp_path: Path) -> None:
    cs = "using System.Net.Security;\nusing System.Security.Authentication;\nclass A {{ void B(int n, SslStream s) {{\n"
    vb = "Imports System.Net.Security\nImports System.Security.Authentication\nClass A\n"
    vb += "Sub B(n As Integer, s As SslStream)\n"
    call = 's.AuthenticateAsClient("h", {none}, {value}, {no})'
    code = cs + call + ";\n}} }}\n" if name == "A.cs" else vb + call + "\nEnd Sub\nEnd Class\n"
    none, no = ("null", "false") if name == "A.cs" else ("Nothing", "False")
    (found,) = scanned(tmp_path, {name: code.format(none=none, value=value, no=no)}).findings
    assert said in found.message
