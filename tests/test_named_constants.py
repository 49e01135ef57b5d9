"""Constants whose names are put together: of texts from other files, of what callers pass, of settings."""

from pathlib import Path

import pytest

from tlsscan.model import Report
from tree_scans import scanned, told

PYTHON = """import ssl, os, consts
from consts import PART, Holder
{}
"""
PYTHON_CONSTANTS = 'WHOLE = "PROTOCOL_TLSv1"\nPART = "TLSv1"\nclass Holder:\n    PART = "TLSv1"\n'


@pytest.mark.parametrize(
    "name",
    [
        "consts.WHOLE",
        '"PROTOCOL_" + PART',
        'f"PROTOCOL_{consts.PART}"',
        '"PROTOCOL_%s" % Holder.PART',
        '"PROTOCOL_{}".format(PART)',
    ],
)
@pytest.mark.parametrize("taking", ["getattr(ssl, {})", "vars(ssl)[{}]", "ssl.__dict__[{}]"])
def test_python_takes_a_part_from_another_file(tmp_path: Path, name: str, taking: str) -> None:
    use = f"context = ssl.SSLContext({taking.format(name)})"
    report = scanned(tmp_path, {"consts.py": PYTHON_CONSTANTS, "a.py": PYTHON.format(use)})
    assert told(report) == {f"a.py:3 {taking.format(name)}": "fails TLSv1.0"}


def unresolved(report: Report) -> list[tuple[int, str, str]]:
    found = [f for f in report.findings if f.verdict == "unresolved"]
    return [(f.usage.place.region.line, f.usage.open_by, f.message.partition("statically: ")[2]) for f in found]


@pytest.mark.parametrize(
    ("function", "call", "place"),
    [
        ("def make(v):\n    return ssl.SSLContext(getattr(ssl, v))", 'make("PROTOCOL_TLSv1")', "PROTOCOL_TLSv1"),
        ('def make(v):\n    return ssl.SSLContext(getattr(ssl, "PROTOCOL_" + v))', 'make("TLSv1")', "TLSv1"),
        ('def make(v="TLSv1_2"):\n    return ssl.SSLContext(getattr(ssl, f"PROTOCOL_{v}"))', 'make("TLSv1")', "TLSv1"),
        (
            "class Made:\n    def __init__(self, v):\n        self.v = v\n    def make(self):\n"
            '        return ssl.SSLContext(getattr(ssl, f"PROTOCOL_{self.v}"))',
            'Made("TLSv1").make()',
            "TLSv1",
        ),
    ],
)
def test_python_asks_the_callers_for_a_part(tmp_path: Path, function: str, call: str, place: str) -> None:
    report = scanned(tmp_path, {"lib.py": f"import ssl\n{function}\n", "use.py": f"from lib import *\n{call}\n"})
    failing = {where: what for where, what in told(report).items() if what.startswith("fails")}
    assert failing == {f'use.py:2 "{place}"': "fails TLSv1.0"}
    assert unresolved(report) == []
    assert [f.usage.passed[-1].path for f in report.findings if f.verdict == "fails"] == ["lib.py"]


def test_python_tells_what_decides_a_part(tmp_path: Path) -> None:
    code = """import ssl, os
a = ssl.SSLContext(getattr(ssl, "PROTOCOL_" + os.environ["TLS"]))
def make(version):
    return ssl.SSLContext(getattr(ssl, "PROTOCOL_" + version))
b = ssl.SSLContext(getattr(ssl, "PROTOCOL_" + os.environ.get("TLS", "TLSv1")))
"""
    report = scanned(tmp_path, {"a.py": code})
    assert [(line, name) for line, name, _ in unresolved(report)] == [(2, "TLS"), (4, "version")]
    assert "the caller of make decides (version)" in unresolved(report)[1][2]
    (judged,) = [f for f in report.findings if f.verdict == "fails"]
    assert (judged.usage.place.region.line, judged.usage.condition) == (5, "TLS is not set")


RUBY = "require 'openssl'\nrequire_relative 'names'\ncontext = OpenSSL::SSL::SSLContext.new\ncontext.max_version = {}\n"
RUBY_NAMES = "module Names\n  PART = 'TLS1'\n  WHOLE = 'TLS1_VERSION'\nend\n"


@pytest.mark.parametrize(
    "constant",
    [
        'OpenSSL::SSL.const_get("#{Names::PART}_VERSION")',
        "OpenSSL::SSL.const_get(Names::PART + '_VERSION')",
        "OpenSSL::SSL.const_get(Names::WHOLE)",
        'Object.const_get("OpenSSL::SSL::#{Names::WHOLE}")',
        '"OpenSSL::SSL::#{Names::PART}_VERSION".constantize',
    ],
)
def test_ruby_takes_a_part_from_another_file(tmp_path: Path, constant: str) -> None:
    report = scanned(tmp_path, {"names.rb": RUBY_NAMES, "a.rb": RUBY.format(constant)})
    assert told(report) == {f"a.rb:4 {constant}": "fails TLSv1.0"}


def test_ruby_asks_the_callers_for_a_part(tmp_path: Path) -> None:
    code = """require 'openssl'
def context(name)
  made = OpenSSL::SSL::SSLContext.new
  made.max_version = OpenSSL::SSL.const_get("#{name}_VERSION")
  made
end
context('TLS1')
context(ENV['NAME'])
"""
    assert told(scanned(tmp_path, {"a.rb": code})) == {"a.rb:7 'TLS1'": "fails TLSv1.0"}


PHP = "<?php\nuse const Shop\\PREFIX;\nuse Shop\\Names;\n$h = curl_init('https://a.example');\n{}\n"
PHP_NAMES = """<?php
namespace Shop;
const PREFIX = 'CURL_SSLVERSION_';
class Names { const PART = 'SSLv3'; const WHOLE = 'CURL_SSLVERSION_SSLv3'; }
"""


@pytest.mark.parametrize("name", ["PREFIX . 'SSLv3'", "Names::WHOLE", "'CURL_SSLVERSION_' . Names::PART"])
def test_php_takes_a_part_from_another_file(tmp_path: Path, name: str) -> None:
    use = f"curl_setopt($h, CURLOPT_SSLVERSION, constant({name}));"
    report = scanned(tmp_path, {"names.php": PHP_NAMES, "a.php": PHP.format(use)})
    assert told(report) == {f"a.php:5 constant({name})": "fails SSLv3"}


def test_php_tells_what_decides_a_part(tmp_path: Path) -> None:
    use = "curl_setopt($h, CURLOPT_SSLVERSION, constant('CURL_SSLVERSION_' . getenv('TLS')));"
    assert [row[:2] for row in unresolved(scanned(tmp_path, {"a.php": PHP.format(use)}))] == [(5, "TLS")]


CSHARP = """using System; using System.Net; using static Shop.Names; using Shop;
class Net {{
  void Set(string given) {{
    {}
  }}
  void Go() {{ Set("11"); }}
}}
"""
CSHARP_NAMES = 'namespace Shop { public static class Names { public const string Part = "Tls"; } }\n'
SET = "ServicePointManager.SecurityProtocol = (SecurityProtocolType)Enum.Parse(typeof(SecurityProtocolType), {});"


@pytest.mark.parametrize("text", ['Part + "11"', 'Names.Part + "11"', '$"{Part}11"'])
def test_csharp_takes_a_part_from_another_file(tmp_path: Path, text: str) -> None:
    report = scanned(tmp_path, {"Names.cs": CSHARP_NAMES, "Net.cs": CSHARP.format(SET.format(text))})
    assert [(f.usage.place.path, f.usage.place.region.line, f.verdict) for f in report.findings] == [
        ("Net.cs", 4, "fails")
    ]


@pytest.mark.parametrize(
    "code",
    [
        SET.format('"Tls" + given'),
        'SecurityProtocolType t; Enum.TryParse<SecurityProtocolType>($"Tls{given}", out t); '
        "ServicePointManager.SecurityProtocol = t;",
    ],
)
def test_csharp_asks_the_callers_for_a_part(tmp_path: Path, code: str) -> None:
    assert told(scanned(tmp_path, {"Net.cs": CSHARP.format(code)})) == {'Net.cs:6 "11"': "fails TLSv1.1"}


def test_vb_asks_callers_and_other_files_for_a_part(tmp_path: Path) -> None:
    code = """Imports System.Net
Public Class Net
  Sub Fixed()
    ServicePointManager.SecurityProtocol =
      CType([Enum].Parse(GetType(SecurityProtocolType), Names.Part & "11"), SecurityProtocolType)
  End Sub
  Sub Given(text As String)
    ServicePointManager.SecurityProtocol =
      CType([Enum].Parse(GetType(SecurityProtocolType), "Tls" & text), SecurityProtocolType)
  End Sub
  Sub Go()
    Given("11")
  End Sub
End Class
"""
    files = {"Names.vb": 'Public Module Names\n  Public Const Part As String = "Tls"\nEnd Module\n', "Net.vb": code}
    report = scanned(tmp_path, files)
    assert [(f.usage.place.region.line, f.verdict) for f in report.findings] == [(5, "fails"), (12, "fails")]


def test_powershell_asks_the_callers_for_a_part_of_a_member(tmp_path: Path) -> None:
    code = """function Use-Tls($Version) {
  [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::"Tls$Version"
}
Use-Tls '11'
"""
    assert told(scanned(tmp_path, {"a.ps1": code})) == {"a.ps1:4 '11'": "fails TLSv1.1"}


@pytest.mark.parametrize("made", ['String.format("TLSv%s", part)', 'String.join("v", "TLS", part)', '"TLSv" + part'])
def test_java_asks_the_callers_for_a_part(tmp_path: Path, made: str) -> None:
    code = f"""import javax.net.ssl.SSLContext;
class Net {{
  SSLContext of(String part) throws Exception {{ return SSLContext.getInstance({made}); }}
  void go() throws Exception {{ of("1").getSocketFactory().createSocket("a.example", 443); }}
}}
"""
    (finding,) = scanned(tmp_path, {"Net.java": code}).findings
    assert (finding.usage.place.region.line, finding.verdict) == (4, "fails")
