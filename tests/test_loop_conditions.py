"""What conditions inside a loop leave of what it goes through: an enumeration of which only some members are taken."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Report
from tree_scans import scanned

SILENT = "TLS 1.2 and up"
SOME = "not known statically"
ALL = "SSL 3.0 to TLS 1.3"
TLS = "TLS 1.0 to TLS 1.3"

EVERY = "[Enum]::GetValues([Net.SecurityProtocolType])"
SET = "[Net.ServicePointManager]::SecurityProtocol ="
ADD = f"{SET} [Net.ServicePointManager]::SecurityProtocol -bor $p"


def _says(report: Report, expected: str) -> None:
    """That the one setting means what is expected; of versions that nobody warns of, no finding at all."""
    messages = [
        found.message for found in report.findings if found.usage.rule == "dotnet/service-point-security-protocol"
    ]
    if expected == SILENT:
        assert messages == []
    else:
        (message,) = messages
        assert expected in message


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$p -ge 'Tls12'", SILENT),
        ("'Tls12' -le $p", SILENT),
        ("$p -gt [Net.SecurityProtocolType]::Tls11", SILENT),
        ("[int]$p -ge 3072", SILENT),
        ("-not ($p -lt 'Tls12')", SILENT),
        ("$p -ne 'Ssl3' -and $p -ne 'Tls' -and $p -ne 'Tls11'", SILENT),
        ("$p -notin 'Ssl3', 'Tls', 'Tls11'", SILENT),
        ("@('Ssl3', 'Tls', 'Tls11') -notcontains $p", SILENT),
        ("$p -in 'Tls12', 'Tls13'", SILENT),
        ("!($old -contains $p)", SILENT),
        ("$p -ne 'Ssl3'", TLS),
        ("$p -ne 'Ssl3' -and $other", TLS),
        ("$p -le 'Tls11'", "SSL 3.0 to TLS 1.1"),
        ("$other -eq 3", ALL),
        ("$p -match 'Tls1[23]'", SOME),
        ("$p -ge $least", SOME),
        ("$p -ge 'Nothing'", SOME),
        ("$p -eq 'Tls12' -or $p -eq 'Tls13'", SILENT),
        ("$p -eq 'Tls12' -or $other", SOME),
        ("Test-It $p", SOME),
    ],
)
def test_powershell(condition: str, expected: str, tmp_path: Path) -> None:
    code = f"$old = 'Ssl3', 'Tls', 'Tls11'\nforeach ($p in {EVERY}) {{\n    if ({condition}) {{ {ADD} }}\n}}\n"
    _says(scanned(tmp_path, {"a.ps1": code}), expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"foreach ($p in {EVERY}) {{ if ($p -lt 'Tls12') {{ continue }}; {ADD} }}", SILENT),
        (f"foreach ($p in {EVERY}) {{ if ($p -lt 'Tls12') {{ Skip-It }} else {{ {ADD} }} }}", SILENT),
        (f"foreach ($p in {EVERY}) {{ if ($x) {{ }} elseif ($p -lt 'Tls') {{ }} else {{ {ADD} }} }}", TLS),
        (f"foreach ($p in {EVERY}) {{ if ($p -match 'Tls1[23]') {{ }} else {{ {ADD} }} }}", SOME),
        (f"foreach ($p in {EVERY}) {{ if ($p -gt 'Tls') {{ break }}; {ADD} }}", SOME),
        (f"foreach ($p in {EVERY}) {{ switch ($p) {{ 'Tls12' {{ {ADD} }} }} }}", SOME),
        (f"foreach ($p in {EVERY}) {{ if ($p -ge 'Tls12') {{ $s += $p }} }}\n{SET} $s", SILENT),
        (f"foreach ($p in {EVERY}) {{ if ($p -ge 'Tls') {{ $s += $p }} }}\n{SET} $s", TLS),
        (f"{EVERY} | Where-Object {{ $_ -ge 'Tls12' }} | % {{ {ADD.replace('$p', '$_')} }}", SILENT),
        (f"{EVERY} | ? {{ $_ -ne 'Ssl3' }} | % {{ {ADD.replace('$p', '$_')} }}", TLS),
        (f"{EVERY} | ? {{ Test-It $_ }} | % {{ {ADD.replace('$p', '$_')} }}", SOME),
        (f"{EVERY} | % {{ if ($_ -ge 'Tls12') {{ {ADD.replace('$p', '$_')} }} }}", SILENT),
    ],
)
def test_where_powershell_asks(code: str, expected: str, tmp_path: Path) -> None:
    _says(scanned(tmp_path, {"a.ps1": code + "\n"}), expected)


USING = "using System;\nusing System.Net;\nusing T = System.Net.SecurityProtocolType;\n"
CS = USING + "class C {{ void M(T other, bool b) {{\n"
CS_LOOP = CS + "foreach (T p in Enum.GetValues(typeof(T))) {{ {} }} }} }}\n"


CURRENT = "[Net.ServicePointManager]::SecurityProtocol.value__"
LARGER = "[Math]::Max({}, [Net.SecurityProtocolType]::{}.value__)"


@pytest.mark.parametrize(
    ("least", "expected"),
    [
        ("[Net.SecurityProtocolType]::Tls", "TLS 1.1 to TLS 1.3"),
        ("[Net.SecurityProtocolType]::Tls11", SILENT),
        (LARGER.format(CURRENT, "Tls"), "TLS 1.1 to TLS 1.3"),
        (LARGER.format(CURRENT, "Tls11"), SILENT),
        (LARGER.format("$other", "Tls"), SOME),
        ("[Math]::Min(48, 192)", SOME),
    ],
)
def test_what_powershell_keeps_of_an_enumeration_is_left_of_it(least: str, expected: str, tmp_path: Path) -> None:
    """In a variable as in a pipeline."""
    kept = f"$least = {least}\n$newer = {EVERY} | Where-Object {{ $_ -gt $least }}\n"
    add = ADD.replace("$p", "$_")
    _says(scanned(tmp_path / "piped", {"a.ps1": f"{kept}$newer | ForEach-Object {{\n    {add}\n}}\n"}), expected)
    _says(scanned(tmp_path / "looped", {"a.ps1": f"{kept}foreach ($p in $newer) {{\n    {ADD}\n}}\n"}), expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if (p >= T.Tls12) {}", SILENT),
        ("if (T.Tls12 <= p) {}", SILENT),
        ("if ((int)p > 768) {}", SILENT),
        ("if (p != T.Ssl3 && p != T.Tls && p != T.Tls11) {}", SILENT),
        ("if (!(p == T.Ssl3 || p == T.Tls || p == T.Tls11)) {}", SILENT),
        ("if (!new[] {{ T.Ssl3, T.Tls, T.Tls11 }}.Contains(p)) {}", SILENT),
        ("if (p < T.Tls12) continue; {}", SILENT),
        ("if (p < T.Tls12) {{ b = true; }} else {}", SILENT),
        ("if (p != T.Ssl3) {}", TLS),
        ("if (b) {}", ALL),
        ("{}", ALL),
        ("if (p != other) {}", SOME),
        ('if (p.ToString().StartsWith("Tls1")) {}', SOME),
        ("if (p < T.Tls12) break; {}", SOME),
        ("switch (p) {{ case T.Tls12: {} break; }}", "connect with TLS 1.2:"),
    ],
)
def test_csharp(code: str, expected: str, tmp_path: Path) -> None:
    filled = code.replace("{}", "ServicePointManager.SecurityProtocol |= p;").replace("{{", "{").replace("}}", "}")
    _says(scanned(tmp_path, {"C.cs": CS_LOOP.format(filled)}), expected)


def test_csharp_where_the_sum_is_set_later(tmp_path: Path) -> None:
    loop = "T all = 0; foreach (T p in Enum.GetValues(typeof(T))) if (p >= T.{}) all |= p;"
    code = CS.format() + loop + " ServicePointManager.SecurityProtocol = all; } }\n"
    _says(scanned(tmp_path / "new", {"C.cs": code.replace("{}", "Tls12")}), SILENT)
    _says(scanned(tmp_path / "old", {"C.cs": code.replace("{}", "Tls")}), TLS)


def test_csharp_of_the_items_of_a_list(tmp_path: Path) -> None:
    code = (
        "foreach (T p in new[] { T.Tls, T.Tls12, T.Tls13 }) if (p != T.Tls) ServicePointManager.SecurityProtocol |= p;"
    )
    _says(scanned(tmp_path, {"C.cs": CS.format() + code + " } }\n"}), SILENT)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("If p >= T.Tls12 Then {}", SILENT),
        ("If T.Tls12 <= p Then\n{}\nEnd If", SILENT),
        ("If p <> T.Ssl3 AndAlso p <> T.Tls AndAlso p <> T.Tls11 Then\n{}\nEnd If", SILENT),
        ("If Not (p = T.Ssl3 Or p = T.Tls Or p = T.Tls11) Then\n{}\nEnd If", SILENT),
        ("If p < T.Tls12 Then Continue For\n{}", SILENT),
        ("If p < T.Tls12 Then\nContinue For\nEnd If\n{}", SILENT),
        ("If p < T.Tls12 Then\nb = True\nElse\n{}\nEnd If", SILENT),
        ("If p <> T.Ssl3 Then\n{}\nEnd If", TLS),
        ("If b Then\n{}\nEnd If", ALL),
        ('If p.ToString() Like "Tls1*" Then\n{}\nEnd If', SOME),
        ("If p <> T.Ssl3 Then\n{}\nContinue For\nEnd If", TLS),
        ("If p < T.Tls12 Then Exit For\n{}", SOME),
        ("Select Case p\nCase T.Tls12\n{}\nEnd Select", SOME),
    ],
)
def test_vbnet(lines: str, expected: str, tmp_path: Path) -> None:
    use = "ServicePointManager.SecurityProtocol = ServicePointManager.SecurityProtocol Or p"
    loop = f"For Each p As T In [Enum].GetValues(GetType(T))\n{lines.replace('{}', use)}\nNext"
    head = "Imports System.Net\nImports T = System.Net.SecurityProtocolType\nClass C\nSub M(b As Boolean)\n"
    _says(scanned(tmp_path, {"C.vb": f"{head}{loop}\nEnd Sub\nEnd Class\n"}), expected)


CHOSEN = """import java.util.*;
import javax.net.ssl.SSLSocket;
class A {{ void f(SSLSocket s) {{
  List<String> l = new ArrayList<>();
  for (String p : s.getSupportedProtocols()) {{ if ({}) {{ l.add(p); }} }}
  s.setEnabledProtocols(l.toArray(new String[0]));
}} }}
"""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ('p.equals("TLSv1") || "TLSv1.2".equals(p)', "enables TLS 1.0 and TLS 1.2"),
        ('p.equals("TLSv1")', "enables TLS 1.0:"),
        ('!p.equals("TLSv1")', ""),
        ('p.equals("TLSv1") || wanted(p)', "not known statically"),
    ],
)
def test_of_what_a_socket_has_a_list_keeps_what_is_asked_for(tmp_path: Path, asked: str, told: str) -> None:
    found = [f.message for f in scanned(tmp_path, {"A.java": CHOSEN.format(asked)}).findings]
    assert told in found[0] if told else not found


@pytest.mark.parametrize(
    ("first", "chain", "level"),
    [
        ("default", ("0", "1", "2"), Level.NOTE),
        ("SslProtocols.Tls", ("9", "1", "2"), Level.WARNING),
        ("default", ("5", "6", "7"), Level.WARNING),
    ],
)
def test_versions_that_a_loop_adds_by_the_digits_of_a_setting_are_asked_for(
    first: str, chain: tuple[str, str, str], level: Level, tmp_path: Path
) -> None:
    names = ("SslProtocols.Tls", "SslProtocols.Tls11", "SslProtocols.Tls12")
    adds = " else ".join(f"if (m == '{digit}') Tls |= {name};" for digit, name in zip(chain, names, strict=True))
    code = f"""using System.IO; using System.Net.Security; using System.Security.Authentication;
class Settings {{ public SslProtocols Tls; public Settings(string text) {{
  Tls = {first};
  for (var i = 6; i < text.Length; i += 9) {{ char m = text[i]; {adds} else throw new System.Exception(); }}
}} }}
class S {{ void Open(Settings s, Stream x) {{
  new SslStream(x).AuthenticateAsClient("h", null, s.Tls, false);
}} }}
"""
    (found,) = scanned(tmp_path, {"A.cs": code}).findings
    assert (found.usage.place.region.line, found.level) == (7, level)


NAMES = """using System; using System.Net;
class A {{ void Up() {{
  var p = SecurityProtocolType.Ssl3 | SecurityProtocolType.Tls;
  Type t = typeof(SecurityProtocolType);
  foreach (string n in Enum.GetNames(t)) {{
    {}
  }}
  ServicePointManager.SecurityProtocol = p;
}} }}
"""


@pytest.mark.parametrize(
    "step",
    [
        'if (n.Equals("Tls11", Text.NoCase) || n == "Tls12")\n p |= (SecurityProtocolType)Enum.Parse(t, n, true);',
        'if (string.Equals("Tls11", n) || n.Equals("Tls12"))\n p |= (SecurityProtocolType)Enum.Parse(t, n);',
        'if (n == "Tls12") p |= (SecurityProtocolType)3072; else if (n.Equals("Tls11", Text.NoCase))\n'
        ' p |= (SecurityProtocolType)Enum.Parse(t, "Tls11", true);',
    ],
)
def test_what_an_enumeration_has_by_name_is_added_to_what_was_there(step: str, tmp_path: Path) -> None:
    found = scanned(tmp_path, {"A.cs": NAMES.format(step)}).findings
    assert [(f.usage.place.region.line, f.usage.condition, f.level) for f in found] == [
        (3, "", Level.WARNING),
        (7, "", Level.WARNING),
    ]
    assert all("with SSL 3.0 to TLS 1.2:" in f.message for f in found)


def test_what_turns_of_a_loop_ask_of_one_thing_are_alternatives(tmp_path: Path) -> None:
    adds = "if (m == '1') p |= SslProtocols.Tls11; else if (m == '2') p |= SslProtocols.Tls12;"
    code = f"""using System.Net.Security; using System.Security.Authentication;
class A {{ void Go(SslStream s, string text) {{
  var p = SslProtocols.None;
  foreach (char m in text) {{ {adds} }}
  s.AuthenticateAsClient("h", null, p, false);
}} }}
"""
    (found,) = scanned(tmp_path, {"A.cs": code}).findings
    assert "(when m == '2' or m == '1')" in found.message
