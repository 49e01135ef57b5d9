"""Conditions around conditions: all of them are told, and those of a definition hold inside it."""

from pathlib import Path

import pytest

from tlsscan.clauses import worded
from tlsscan.model import Level, Verdict
from tree_scans import scanned


def outcomes(tmp_path: Path, name: str, code: str) -> list[tuple[int, str, Level]]:
    """Line, condition and level of each finding that is no note, or fails."""
    found = scanned(tmp_path, {name: code}).findings
    return [
        (f.usage.place.region.line, f.usage.condition, f.level)
        for f in found
        if f.level is not Level.NOTE or f.verdict is Verdict.FAILS
    ]


@pytest.mark.parametrize(
    ("name", "code", "line", "condition"),
    [
        (
            "a.py",
            "import ssl\ndef a(old, proto):\n  v = ssl.PROTOCOL_TLS_CLIENT\n  if proto == 'https':\n    if old:\n"
            "      v = ssl.PROTOCOL_TLSv1\n  return ssl.SSLContext(v)\n",
            6,
            "proto == 'https' and old",
        ),
        (
            "a.rb",
            "def a(old, proto)\n  v = :TLSv1_2\n  if proto == 'https'\n    if old\n      v = :TLSv1\n    end\n  end\n"
            "  OpenSSL::SSL::SSLContext.new(v)\nend\n",
            5,
            "proto == 'https' and old",
        ),
        (
            "A.java",
            'class A { void a(boolean old, String s) throws Exception {\n String v = "TLSv1.2";\n if (s.isEmpty()) {\n'
            '  if (old) {\n   v = "TLSv1";\n  }\n }\n System.setProperty("https.protocols", v);\n} }\n',
            5,
            "s.isEmpty() and old",
        ),
    ],
)
def test_all_conditions_of_a_value_are_told(name: str, code: str, line: int, condition: str, tmp_path: Path) -> None:
    ((at, told, level),) = outcomes(tmp_path, name, code)
    assert (at, told.replace("(s.isEmpty())", "s.isEmpty()").replace("(old)", "old")) == (line, condition)
    assert level is Level.ERROR


def test_what_holds_at_the_use_anyway_is_no_condition_of_its_value(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef a(old, proto):\n  v = ssl.PROTOCOL_TLS_CLIENT\n  if proto:\n    if old:\n"
        "      v = ssl.PROTOCOL_TLSv1\n    return ssl.SSLContext(v)\n"
    )
    assert outcomes(tmp_path, "a.py", code) == [(6, "old", Level.ERROR)]


def test_a_chain_is_no_nesting(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef a(old, proto):\n  v = ssl.PROTOCOL_TLS_CLIENT\n  if proto:\n    pass\n  elif old:\n"
        "      v = ssl.PROTOCOL_TLSv1\n  return ssl.SSLContext(v)\n"
    )
    assert outcomes(tmp_path, "a.py", code) == [(7, "old", Level.ERROR)]


def test_what_a_condition_further_out_asks_for_was_asked_for(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef b(version, x):\n  if version == 'TLSv1':\n    if x:\n"
        "      return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
    )
    assert outcomes(tmp_path, "a.py", code) == [(5, "version == 'TLSv1' and x", Level.WARNING)]


@pytest.mark.parametrize(
    ("name", "code", "line", "condition"),
    [
        (
            "a.py",
            "import ssl\ndef patch(hc):\n  if not hasattr(ssl, 'SSLContext'):\n    def connect(self):\n"
            "      ssl.wrap_socket(self.raw, ssl_version=ssl.PROTOCOL_TLSv1)\n",
            5,
            "not hasattr(ssl, 'SSLContext')",
        ),
        (
            "a.py",
            "import ssl\nif hasattr(ssl, 'SSLContext'):\n  pass\nelse:\n  class A:\n    def connect(self):\n"
            "      ssl.wrap_socket(self.raw, ssl_version=ssl.PROTOCOL_TLSv1)\n",
            7,
            "not (hasattr(ssl, 'SSLContext'))",
        ),
        (
            "a.rb",
            "if RUBY_VERSION < '2.0'\n  def go\n    OpenSSL::SSL::SSLContext.new(:TLSv1)\n  end\nend\n",
            3,
            "RUBY_VERSION < '2.0'",
        ),
    ],
)
def test_what_is_defined_for_an_older_runtime_runs_there(
    name: str, code: str, line: int, condition: str, tmp_path: Path
) -> None:
    assert outcomes(tmp_path, name, code) == [(line, condition, Level.NOTE)]


def test_what_is_defined_for_a_newer_runtime_is_as_urgent_as_ever(tmp_path: Path) -> None:
    code = "import ssl\nif hasattr(ssl, 'X'):\n  def go():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
    assert outcomes(tmp_path, "a.py", code) == [(4, "", Level.ERROR)]


@pytest.mark.parametrize("caught", ["rescue", "rescue => e", "rescue ArgumentError", "rescue KeyError"])
def test_what_a_rescue_sets_anew_is_a_last_resort(caught: str, tmp_path: Path) -> None:
    body = f"  http.ssl_version = :TLSv1_2\n{caught}\n  http.ssl_version = :TLSv1\n"
    (told,) = outcomes(tmp_path / "a", "a.rb", f"def a(http)\n{body}end\n")
    (inner,) = outcomes(tmp_path / "b", "a.rb", f"def a(http)\nbegin\n{body}end\nend\n")
    level = Level.NOTE if "ArgumentError" in caught else Level.WARNING  # the name is missing
    assert (told[0], inner[0], told[2], inner[2]) == (4, 5, level, level)
    what = caught.split()[1] if caught.endswith("Error") else "an exception"
    assert told[1] == inner[1]
    assert told[1].startswith(f"{what} is caught")


CHAINS = {
    "a.cs": (
        "using System.Net;\nclass A { void Go(int a) {\n  if (a == 1)\n    {set}Tls12;\n  else if (a == 2)\n"
        "    {set}Tls11;\n  else\n    {set}Tls;\n{end} } }\n",
        "a == 1",
        "a == 2",
    ),
    "a.vb": (
        "Imports System.Net\nClass A\nSub Go(a As Integer)\nIf a = 1 Then\n{set}Tls12\nElseIf a = 2 Then\n{set}Tls11\n"
        "Else\n{set}Tls\nEnd If\n{end}\nEnd Sub\nEnd Class\n",
        "a = 1",
        "a = 2",
    ),
    "a.ps1": (
        "function Go($a) {\nif ($a -eq 1) {\n{set}Tls12\n} elseif ($a -eq 2) {\n{set}Tls11\n} else {\n{set}Tls\n}\n"
        "{end}\n}\n",
        "$a -eq 1",
        "$a -eq 2",
    ),
}
WRITES = {
    "a.cs": ("ServicePointManager.SecurityProtocol", "p"),
    "a.vb": ("ServicePointManager.SecurityProtocol", "p"),
    "a.ps1": ("[Net.ServicePointManager]::SecurityProtocol", "$p"),
}


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("name", CHAINS)
def test_each_branch_of_a_chain_is_told_with_its_condition(name: str, kept: bool, tmp_path: Path) -> None:
    code, first, second = CHAINS[name]
    setting, variable = WRITES[name]
    of_enum = "[Net.SecurityProtocolType]::" if name == "a.ps1" else "SecurityProtocolType."
    code = code.replace("{set}", f"{variable if kept else setting} = {of_enum}")
    code = code.replace("{end}", f"{setting} = {variable}{';' if name == 'a.cs' else ''}" if kept else "")
    if kept and name != "a.ps1":
        start = "void Go(int a) {" if name == "a.cs" else "Sub Go(a As Integer)\n"
        declared = " SecurityProtocolType p;" if name == "a.cs" else "Dim p As SecurityProtocolType\n"
        code = code.replace(start, start + declared)
    middle, last = [worded(condition) for _, condition, _ in outcomes(tmp_path, name, code)]
    assert middle.startswith(f"when {second}")
    assert last == f"unless {first} or {second}"


SET = {"a.php": "stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_{}_CLIENT);", "a.rb": "h.ssl_version = :{}"}
SCRIPTS = {
    "elseif": (
        "a.php",
        "<?php\nif ($a == 1) {{\n{}\n}} elseif ($a == 2) {{\n{}\n}} elseif ($a == 3) {{\n{}\n}} else {{\n{}\n}}\n",
    ),
    "else if": (
        "a.php",
        "<?php\nif ($a == 1) {{\n{}\n}} else if ($a == 2) {{\n{}\n}} else if ($a == 3) {{\n{}\n}} else {{\n{}\n}}\n",
    ),
    "elsif": ("a.rb", "require 'net/http'\nif a == 1\n{}\nelsif a == 2\n{}\nelsif a == 3\n{}\nelse\n{}\nend\n"),
}


@pytest.mark.parametrize("form", SCRIPTS)
def test_each_branch_of_a_script_is_told_with_its_condition(form: str, tmp_path: Path) -> None:
    name, code = SCRIPTS[form]
    versions = (
        ("TLSv1_0", "TLSv1_2", "TLSv1_1", "TLSv1_1") if name == "a.php" else ("TLSv1", "TLSv1_2", "TLSv1_1", "SSLv3")
    )
    told = outcomes(tmp_path, name, code.format(*(SET[name].format(version) for version in versions)))
    sign = "$" if name == "a.php" else ""
    assert [worded(condition) for _, condition, _ in told] == [
        f"when {sign}a == 1",
        f"when {sign}a == 3",
        f"unless {sign}a == 1 or {sign}a == 2 or {sign}a == 3",
    ]


def test_branches_that_exclude_each_other_by_a_constant_alone_tell_it(tmp_path: Path) -> None:
    old = "curl_setopt($c, CURLOPT_SSLVERSION, 1);"
    two = f"<?php\nif ($a == 'x') {{\n{old}\n}} elseif ($a == 'y') {{\n{old}\n}}\n"
    assert [condition for _, condition, _ in outcomes(tmp_path, "a.php", two)] == ["$a == 'x'", "$a == 'y'"]
