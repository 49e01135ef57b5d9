"""Chains of branches that assign, in every language: which assignments reach the use."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

PYTHON = """import ssl


def connect(x, y):
    p = {before}
    if x:
        p = {first}
    elif y:
        p = {second}
    else:
        p = {third}
    return ssl.SSLContext(p)
"""
RUBY = """require 'openssl'

def connect(x, y)
  p = {before}
  if x
    p = {first}
  elsif y
    p = {second}
  else
    p = {third}
  end
  OpenSSL::SSL::SSLContext.new(p)
end
"""
PHP = """<?php
function connect($ch, $x, $y) {{
    $p = {before};
    if ($x) {{
        $p = {first};
    }} elseif ($y) {{
        $p = {second};
    }} else {{
        $p = {third};
    }}
    curl_setopt($ch, CURLOPT_SSLVERSION, $p);
}}
"""
JAVA = """import javax.net.ssl.SSLContext;

class Sockets {{
    SSLContext connect(boolean x, boolean y) throws Exception {{
        String p = {before};
        if (x) {{
            p = {first};
        }} else if (y) {{
            p = {second};
        }} else {{
            p = {third};
        }}
        return SSLContext.getInstance(p);
    }}
}}
"""
CSHARP = """using System.Net;

class Sockets {{
    void Connect(bool x, bool y) {{
        var p = {before};
        if (x) {{
            p = {first};
        }} else if (y) {{
            p = {second};
        }} else {{
            p = {third};
        }}
        ServicePointManager.SecurityProtocol = p;
    }}
}}
"""
VBNET = """Imports System.Net

Class Sockets
    Sub Connect(x As Boolean, y As Boolean)
        Dim p = {before}
        If x Then
            p = {first}
        ElseIf y Then
            p = {second}
        Else
            p = {third}
        End If
        ServicePointManager.SecurityProtocol = p
    End Sub
End Class
"""
POWERSHELL = """function Connect($x, $y) {{
    $p = {before}
    if ($x) {{
        $p = {first}
    }} elseif ($y) {{
        $p = {second}
    }} else {{
        $p = {third}
    }}
    [Net.ServicePointManager]::SecurityProtocol = $p
}}
"""
CHAINS = {
    "a.py": (PYTHON, "ssl.PROTOCOL_TLSv1", "ssl.PROTOCOL_TLS_CLIENT"),
    "a.rb": (RUBY, ":TLSv1", ":TLS"),
    "a.php": (PHP, "CURL_SSLVERSION_SSLv3", "CURL_SSLVERSION_DEFAULT"),
    "A.java": (JAVA, '"TLSv1"', '"TLSv1.3"'),
    "a.cs": (CSHARP, "SecurityProtocolType.Tls", "SecurityProtocolType.SystemDefault"),
    "a.vb": (VBNET, "SecurityProtocolType.Tls", "SecurityProtocolType.SystemDefault"),
    "a.ps1": (POWERSHELL, "[Net.SecurityProtocolType]::Tls", "[Net.SecurityProtocolType]::SystemDefault"),
}
BRANCHES = ("first", "second", "third")


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("branch", BRANCHES)
def test_every_branch_of_a_chain_counts(name: str, branch: str, tmp_path: Path) -> None:
    code, old, new = CHAINS[name]
    values = {"before": new, **dict.fromkeys(BRANCHES, new), branch: old}
    (place,) = told(scanned(tmp_path, {name: code.format(**values)}))
    written = code.splitlines().index(next(line for line in code.splitlines() if f"{{{branch}}}" in line)) + 1
    assert place.startswith(f"{name}:{written} ")


@pytest.mark.parametrize("name", CHAINS)
def test_what_stands_before_a_chain_with_an_else_is_overwritten(name: str, tmp_path: Path) -> None:
    code, old, new = CHAINS[name]
    values = {"before": old, **dict.fromkeys(BRANCHES, new)}
    assert not told(scanned(tmp_path, {name: code.format(**values)}))


SWITCH = """using System.Net;
class Sockets
{{
    void Connect(Kind kind)
    {{
        var p = SecurityProtocolType.SystemDefault;
        switch (kind)
        {{
            case Kind.{also}:
            case Kind.Tls1Implicit:
                p = SecurityProtocolType.Tls;
                break;
            case Kind.Tls11:
                p = SecurityProtocolType.Tls11;
                break;
            default:
                p = {other};
                break;
        }}
        ServicePointManager.SecurityProtocol = p;
    }}
}}
"""


@pytest.mark.parametrize(
    ("also", "other", "levels"),
    [
        pytest.param("Tls1Explicit", "SecurityProtocolType.Tls12", {11: "warning", 14: "warning"}, id="all by name"),
        pytest.param(
            "Tls1Explicit",
            "SecurityProtocolType.Ssl3",
            {11: "warning", 14: "warning", 17: "error"},
            id="an old default excuses and blames no other arm",
        ),
        pytest.param("Auto", "SecurityProtocolType.Tls12", {11: "error", 14: "warning"}, id="one label names nothing"),
    ],
)
def test_each_arm_is_judged_by_its_own_labels(also: str, other: str, levels: dict[int, str], tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.cs": SWITCH.format(also=also, other=other)})
    assert {f.usage.place.region.line: f.level.value for f in report.findings} == levels


RETURNS = """using System.Net;
class Sockets
{
    static SecurityProtocolType Either(bool modern)
    {
        if (modern) { return SecurityProtocolType.Tls12; } else { return SecurityProtocolType.Tls; }
    }

    static SecurityProtocolType Newer()
    {
#if NETSTANDARD
        return SecurityProtocolType.Tls12;
#else
        return SecurityProtocolType.Tls;
#endif
    }

    void One() { ServicePointManager.SecurityProtocol = Either(true); }
    void Two() { ServicePointManager.SecurityProtocol = Newer(); }
}
"""


def test_a_branch_that_returns_keeps_its_side(tmp_path: Path) -> None:
    found = {f.usage.place.region.line: f for f in scanned(tmp_path, {"a.cs": RETURNS}).findings}
    assert [found[line].usage.condition for line in (18, 19)] == ["not (modern)", "not (NETSTANDARD)"]
    assert [found[line].level.value for line in (18, 19)] == ["error", "warning"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (
            "a.py",
            "import ssl\ndef a(x, y):\n  p = ssl.PROTOCOL_TLSv1\n  if x:\n    p = ssl.PROTOCOL_TLS_CLIENT\n  elif y:\n"
            "    pass\n  else:\n    p = ssl.PROTOCOL_TLSv1_2\n  return ssl.SSLContext(p)\n",
        ),
        (
            "a.php",
            "<?php\nfunction a($ch, $x, $y) {\n $p = 4;\n if ($x) {\n  $p = 6;\n } elseif ($y) {\n  b();\n } else {\n"
            "  $p = 7;\n }\n curl_setopt($ch, CURLOPT_SSLVERSION, $p);\n}\n",
        ),
        (
            "A.cs",
            "class A { void B(bool x, bool y) {\n var p =\n  SecurityProtocolType.Tls;\n if (x) {\n"
            "  p = SecurityProtocolType.Tls12;\n } else if (y) {\n  C();\n } else {\n"
            "  p = SecurityProtocolType.Tls12;\n }\n ServicePointManager.SecurityProtocol = p;\n} }\n",
        ),
    ],
)
def test_a_branch_between_that_sets_nothing_leaves_what_was_before(name: str, code: str, tmp_path: Path) -> None:
    found = [one for one in scanned(tmp_path, {name: code}).findings if one.level.name != "NOTE"]
    assert len(found) == 1 and "TLS 1.0" in found[0].message


@pytest.mark.parametrize("change", ["{0} |= {1}", "{0} = {0} | {1}"])
def test_arms_for_older_and_newer_runtimes_never_run_together(change: str, tmp_path: Path) -> None:
    setting = "ServicePointManager.SecurityProtocol"
    code = f"""using System;
using System.Net;
class A {{ void B() {{
  if (Environment.Version.Major < 4) {{ {setting} = SecurityProtocolType.Ssl3; }}
  else {{ {change.format(setting, "SecurityProtocolType.Tls12")}; }}
}} }}
"""
    places = told(scanned(tmp_path, {"A.cs": code}))
    assert places["A.cs:4 SecurityProtocolType.Ssl3"] == "fails SSLv3"


APART = {
    "a.py": """import ssl
def f(cfg, sock):
    v = ssl.PROTOCOL_TLS_CLIENT
    if cfg is not None:
        if cfg == "1.0":
            v = ssl.PROTOCOL_TLSv1
    else:
        ssl.SSLContext(v).wrap_socket(sock)
{after}""",
    "a.php": """<?php
function f($cfg, $c) {
    $v = CURL_SSLVERSION_DEFAULT;
    if ($cfg !== null) {
        if ($cfg == "1.0") { $v = CURL_SSLVERSION_SSLv3; }
    } else {
        curl_setopt($c, CURLOPT_SSLVERSION, $v);
        curl_exec($c);
    }
{after}}
""",
    "A.java": """import javax.net.ssl.SSLContext;
class A {
  void f(String cfg) throws Exception {
    String v = "TLSv1.3";
    if (cfg != null) {
      if (cfg.equals("1.0")) { v = "TLSv1"; }
    } else {
      SSLContext.getInstance(v).getSocketFactory().createSocket("h", 443);
    }
{after}  }
}
""",
    "a.rb": """require 'net/http'
def f(cfg, http)
  v = :TLSv1_2
  if cfg
    if cfg == "1.0"
      v = :TLSv1
    end
  else
    http = Net::HTTP.new("h", 443)
    http.ssl_version = v
    http.start
  end
{after}end
""",
    "a.cs": """using System.Net;
class A {
  void F(string cfg) {
    var v = SecurityProtocolType.Tls12;
    if (cfg != null) { if (cfg == "1.0") v = SecurityProtocolType.Tls; }
    else { ServicePointManager.SecurityProtocol = v; }
{after}  }
}
""",
    "a.vb": """Imports System.Net
Module A
  Sub F(cfg As String)
    Dim v = SecurityProtocolType.Tls12
    If cfg IsNot Nothing Then
      If cfg = "1.0" Then
        v = SecurityProtocolType.Tls
      End If
    Else
      ServicePointManager.SecurityProtocol = v
    End If
{after}  End Sub
End Module
""",
    "a.ps1": """$v = [Net.SecurityProtocolType]::Tls12
if ($cfg) {
  if ($cfg -eq "1.0") { $v = [Net.SecurityProtocolType]::Tls }
} else {
  [Net.ServicePointManager]::SecurityProtocol = $v
}
{after}""",
}
AFTER = {
    "a.py": "    ssl.SSLContext(v).wrap_socket(sock)\n",
    "a.php": "    curl_setopt($c, CURLOPT_SSLVERSION, $v);\n    curl_exec($c);\n",
    "A.java": '    SSLContext.getInstance(v).getSocketFactory().createSocket("h", 443);\n',
    "a.rb": "  http.ssl_version = v\n  http.start\n",
    "a.cs": "    ServicePointManager.SecurityProtocol = v;\n",
    "a.vb": "    ServicePointManager.SecurityProtocol = v\n",
    "a.ps1": "[Net.ServicePointManager]::SecurityProtocol = $v\n",
}


@pytest.mark.parametrize("name", APART)
def test_a_nested_branch_of_another_arm_does_not_reach_a_use(name: str, tmp_path: Path) -> None:
    def old(after: str, folder: str) -> list[str]:
        code = APART[name].replace("{after}", after)
        return [said for said in told(scanned(tmp_path / folder, {name: code})).values() if said.startswith("fails")]

    assert old("", "arm") == []
    assert len(old(AFTER[name], "after")) == 1


def test_a_loop_comes_round_to_both_arms(tmp_path: Path) -> None:
    code = """using System.Net;
class A {
  void F(string[] all) {
    var v = SecurityProtocolType.Tls12;
    foreach (var one in all) {
      if (one != "go") { if (one == "1.0") v = SecurityProtocolType.Tls; }
      else { ServicePointManager.SecurityProtocol = v; }
    }
  }
}
"""
    assert "fails TLSv1.0" in told(scanned(tmp_path, {"A.cs": code})).values()


def test_a_condition_of_a_later_arm_is_asked_before_the_last(tmp_path: Path) -> None:
    code = """import ssl
def f(a, sock, v=ssl.PROTOCOL_TLS_CLIENT):
    if a:
        pass
    elif (v := ssl.PROTOCOL_TLSv1) is None:
        pass
    else:
        ssl.SSLContext(v).wrap_socket(sock)
"""
    assert "fails TLSv1.0" in told(scanned(tmp_path, {"a.py": code})).values()
