"""What C# gives a variable in a catch clause, for another attempt, is a last resort: one level lower."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

HEAD = "using System.IO;\nusing System.Net.Security;\nusing System.Security.Authentication;\nclass A {{\n{}\n}}\n"
FIRST = "try {{ s.AuthenticateAsClient(h, null, {0}, false); {1}}} catch (IOException) {{ {0} = SslProtocols.Tls; {2}}}"


@pytest.mark.parametrize("name", ["p", "wanted"])
@pytest.mark.parametrize(
    "loop", [("while (true) {", "break; ", "", "}"), ("again:", "", "goto again; ", "")], ids=["while", "goto"]
)
def test_another_attempt_in_a_loop(name: str, loop: tuple[str, str, str, str], tmp_path: Path) -> None:
    before, done, again, after = loop
    body = f"void F(SslStream s, string h) {{ var {name} = SslProtocols.Tls12;\n{before}"
    body += FIRST.format(name, done, again) + after + " }"
    (found,) = scanned(tmp_path, {"A.cs": HEAD.format(body)}).findings
    assert (found.verdict, found.level) == ("fails", Level.WARNING)
    assert found.usage.condition == "IOException is caught"


def test_a_variable_that_the_first_attempt_does_not_use_is_no_last_resort(tmp_path: Path) -> None:
    body = (
        "void F(SslStream s, string h) { var p = SslProtocols.Tls12;\n"
        "try { Open(h, other_p, 0); } catch (IOException) { p = SslProtocols.Tls; }\n"
        "s.AuthenticateAsClient(h, null, p, false); }"
    )
    (found,) = scanned(tmp_path, {"A.cs": HEAD.format(body)}).findings
    assert (found.verdict, found.level) == ("fails", Level.ERROR)


@pytest.mark.parametrize(
    ("flag", "used", "lowered"),
    [
        ("HAS = hasattr(ssl, 'SSLContext')", "not HAS", True),
        ("OLD = sys.version_info < (2, 7, 9)  # no context", "OLD", True),
        ("HAS = hasattr(ssl, 'SSLContext')", "HAS", False),
        ("HAS = hasattr(ssl, 'SSLContext')\nHAS = True", "not HAS", False),
        ("HAS = options.get('context')", "not HAS", False),
    ],
)
def test_a_flag_says_what_it_keeps_of_the_runtime(flag: str, used: str, lowered: bool, tmp_path: Path) -> None:
    wrapped = "ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)"
    code = f"import ssl, sys\n{flag}\ndef a(s):\n    if {used}:\n        {wrapped}\n"
    ternary = f"V = ssl.PROTOCOL_TLSv1 if {used} else ssl.PROTOCOL_SSLv23\nssl.SSLContext(V)\n"
    found = scanned(tmp_path, {"a.py": code, "b.py": f"import ssl, sys\n{flag}\n{ternary}"}).findings
    levels = {one.usage.place.path.rpartition("/")[2]: one.level for one in found}
    assert levels == dict.fromkeys(("a.py", "b.py"), Level.NOTE if lowered else Level.ERROR)


@pytest.mark.parametrize(
    ("name", "handled", "again", "level"),
    [
        ("A.cs", "catch (WebException)", "return Get(u);", Level.WARNING),
        (
            "A.cs",
            "catch (WebException x) when (x.Status == S)",
            "try { return Get(u); } finally { Log(); }",
            Level.WARNING,
        ),
        ("A.cs", "catch", "return Get(u);", Level.WARNING),
        ("A.cs", "catch", "Console.WriteLine(u);", Level.ERROR),
        ("A.ps1", "catch", "Invoke-WebRequest $u", Level.WARNING),
        ("A.ps1", "catch", "Write-Host $u", Level.ERROR),
    ],
)
def test_what_failed_is_called_again_with_an_older_version(
    name: str, handled: str, again: str, level: Level, tmp_path: Path
) -> None:
    if name.endswith(".cs"):
        old = "ServicePointManager.SecurityProtocol = SecurityProtocolType.Ssl3;"
        tried = f"try {{ Console.WriteLine(1); return Get(u); }} {handled} {{ {old} {again} }}"
        code = f"using System.Net;\nclass A {{ string F(string u) {{ {tried} return null; }} }}\n"
    else:
        old = "[Net.ServicePointManager]::SecurityProtocol = 'Ssl3'"
        code = f"try {{ Write-Host 1; Invoke-WebRequest $u }} catch {{ {old}; {again} }}\n"
    (found,) = scanned(tmp_path, {name: code}).findings
    assert (found.verdict, found.level) == ("fails", level)
    assert level is Level.ERROR or found.usage.condition.endswith("is caught")


def test_a_class_that_stands_for_a_missing_module_decides_nothing(tmp_path: Path) -> None:
    code = (
        "try:\n    import ssl\nexcept ImportError:\n    class ssl:\n        PROTOCOL_TLSv1 = 3\n"
        "def go(sock):\n    return ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)\n"
    )
    (found,) = scanned(tmp_path, {"a.py": code}).findings
    assert (found.level, found.usage.condition) == (Level.ERROR, "")


@pytest.mark.parametrize(("newer", "level"), [("TLSv1_2", Level.NOTE), ("TLSv1_1", Level.NOTE), ("TLS", Level.WARNING)])
def test_each_place_is_guarded_by_itself(newer: str, level: Level, tmp_path: Path) -> None:
    """pyOpenSSL has the first two since 0.14, the last since 21.1."""
    code = (
        f"import sys\nfrom OpenSSL import SSL\ndef go():\n    if hasattr(SSL, '{newer}_METHOD'):\n"
        f"        v = SSL.{newer}_METHOD\n    else:\n        v = SSL.TLSv1_METHOD\n"
        "    if sys.platform == 'darwin':\n        v = SSL.TLSv1_METHOD\n    return SSL.Context(v)\n"
    )
    found = {one.usage.place.region.line: one.level for one in scanned(tmp_path, {"a.py": code}).findings}
    assert (found[7], found[9]) == (level, Level.ERROR)


LADDER = """using System; using System.Net;
class A {{
  static void Main() {{
    try {{ ServicePointManager.SecurityProtocol = {first}; }}
    catch (NotSupportedException) {{
      ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;
    }}
    new WebClient().DownloadString("https://x.example.com");
  }}
}}
"""
SDK = (
    '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>{}</TargetFramework></PropertyGroup></Project>\n'
)


@pytest.mark.parametrize(
    ("target", "first", "told"),
    [
        ("net472", "SecurityProtocolType.Tls12 | SecurityProtocolType.Tls11", False),
        ("net472", "(SecurityProtocolType)3072 | (SecurityProtocolType)768", False),
        ("net45", "SecurityProtocolType.Tls12", False),
        ("net45", 'SecurityProtocolType.Tls12; Log.Write("TLS 1.2; newer.")', False),
        ("net45", 'SecurityProtocolType.Tls12; Reader.Read("TLS")', True),
        ("net40", "(SecurityProtocolType)3072", True),
        ("", "SecurityProtocolType.Tls12", True),
        ("net472", "(SecurityProtocolType)12288 | SecurityProtocolType.Tls12", True),
        ("net472", "Best(); Other.Thing = SecurityProtocolType.Tls12", True),
    ],
)
def test_what_a_claimed_framework_takes_leads_to_no_handler(
    target: str, first: str, told: bool, tmp_path: Path
) -> None:
    files = {"A.cs": LADDER.format(first=first), **({"A.csproj": SDK.format(target)} if target else {})}
    found = [one for one in scanned(tmp_path, files).findings if one.usage.place.region.line == 6]
    assert [one.level for one in found] == ([Level.WARNING] if told else [])
    assert all(one.usage.condition.startswith("NotSupportedException is caught") for one in found)
