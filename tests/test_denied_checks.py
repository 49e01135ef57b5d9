"""A check of the running version that is denied as a whole asks for the opposite."""

from pathlib import Path

import pytest

from tlsscan.clauses import turned
from tlsscan.model import Level
from tree_scans import scanned

CODE = {
    "python": ("a.py", "import ssl, sys\nif {}:\n    c = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n    c.wrap_socket(s)\n"),
    "ruby": (
        "a.rb",
        "require 'openssl'\nif {}\n  c = OpenSSL::SSL::SSLContext.new(:TLSv1)\n"
        "  OpenSSL::SSL::SSLSocket.new(s, c).connect\nend\n",
    ),
    "php": (
        "a.php",
        "<?php\n$c = curl_init('https://a.example/');\nif ({}) {{ curl_setopt($c, CURLOPT_SSLVERSION, 1); }}\n",
    ),
    "csharp": (
        "a.cs",
        "using System; using System.Net;\nclass A {{ void Up() {{ if ({}) "
        "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls; }} }}\n",
    ),
    "vbnet": (
        "a.vb",
        "Imports System.Net\nClass A\nSub Up()\nIf {} Then\n"
        "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls\nEnd If\nEnd Sub\nEnd Class\n",
    ),
    "powershell": (
        "a.ps1",
        "if ({}) {{ [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls }}\n",
    ),
    "java": (
        "A.java",
        "import android.os.Build;\nclass A {{ void up(javax.net.ssl.SSLSocket s) {{ if ({}) "
        's.setEnabledProtocols(new String[] {{"TLSv1"}}); }} }}\n',
    ),
}


@pytest.mark.parametrize(
    ("language", "newer", "older"),
    [
        ("python", "not sys.version_info < (2, 6)", "sys.version_info < (2, 6)"),
        ("python", "not (sys.version_info < (2, 7, 9))", "not sys.version_info >= (2, 7, 9)"),
        ("ruby", "!(RUBY_VERSION < '2.0')", "RUBY_VERSION < '2.0'"),
        ("ruby", "not RUBY_VERSION < '2.0'", "!(RUBY_VERSION >= '2.0')"),
        ("php", "!(PHP_VERSION_ID < 50519)", "PHP_VERSION_ID < 50519"),
        ("php", "!version_compare(PHP_VERSION, '5.5.19', '<')", "!version_compare(PHP_VERSION, '5.5.19', '>=')"),
        ("csharp", "!(Environment.Version.Major < 4)", "!(Environment.Version.Major >= 4)"),
        ("vbnet", "Not (Environment.Version.Major < 4)", "Not (Environment.Version.Major >= 4)"),
        (
            "powershell",
            "-not ($PSVersionTable.PSVersion.Major -lt 3)",
            "-not ($PSVersionTable.PSVersion.Major -ge 3)",
        ),
        ("java", "!(Build.VERSION.SDK_INT < 16)", "!(Build.VERSION.SDK_INT >= 16)"),
    ],
)
def test_a_denied_check_for_an_older_runtime_lowers_nothing(
    language: str, newer: str, older: str, tmp_path: Path
) -> None:
    name, code = CODE[language]
    levels = []
    for condition in (newer, older):
        (found,) = scanned(tmp_path / str(len(levels)), {name: code.format(condition)}).findings
        levels.append(found.level)
    assumed = language in ("python", "ruby", "php")  # whose version is newer than the checks ask for
    assert levels[0] is (Level.WARNING if language == "php" else Level.ERROR)
    assert levels[1] is (Level.NOTE if assumed else Level.WARNING)


@pytest.mark.parametrize(
    ("condition", "inner"),
    [
        ("not a < b", "a < b"),
        ("not (a < b)", "(a < b)"),
        ("(!(a < b))", "(a < b)"),
        ("!f(a, '<')", "f(a, '<')"),
        ("-not ($a -lt 3)", "($a -lt 3)"),
        ("not a < b and c", ""),
        ("!a < b", ""),
        ("!(a) < (b)", ""),
        ("a != b", ""),
        ("!= b", ""),
        ("nothing < b", ""),
    ],
)
def test_what_a_condition_denies_as_a_whole(condition: str, inner: str) -> None:
    assert turned(condition) == inner
