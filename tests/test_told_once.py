"""One mistake is told once, and what a loop goes through is told as what it is."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned, told

POOL = "from OpenSSL import SSL\n"


def test_the_default_of_a_parameter_is_told_where_it_is_used(tmp_path: Path) -> None:
    code = (
        "def wrap(sock, ssl_version=SSL.TLSv1_1_METHOD):\n    return SSL.Connection(SSL.Context(ssl_version), sock)\n"
    )
    report = scanned(tmp_path, {"a.py": POOL + code})
    (finding,) = report.findings
    assert told(report) == {"a.py:3 ssl_version": "fails TLSv1.1"}
    assert finding.usage.condition == "ssl_version is not passed"
    assert [(step.region.line, step.text) for step in finding.usage.trace] == [(2, "ssl_version = SSL.TLSv1_1_METHOD")]


def test_the_default_of_a_parameter_that_an_attribute_keeps_is_told_where_that_is_used(tmp_path: Path) -> None:
    code = (
        "class A:\n    def __init__(self, ssl_version=SSL.TLSv1_METHOD):\n        self.ssl_version = ssl_version\n"
        "    def go(self):\n        wrap_socket(ssl_version=self.ssl_version)\n"
    )
    assert told(scanned(tmp_path, {"a.py": POOL + code})) == {"a.py:6 self.ssl_version": "fails TLSv1.0"}


KEPT = "require 'net/http'\nclass C\n  %s\n  def initialize(%s)\n    @ssl_version = ssl_version\n  end\n"
APPLIED = "  def go\n    h = Net::HTTP.new('x', 443)\n    h.ssl_version = %s\n    h\n  end\nend\n"


@pytest.mark.parametrize("taken", ["ssl_version: :TLSv1", "ssl_version = :TLSv1", "host, ssl_version: :TLSv1"])
@pytest.mark.parametrize("read", ["@ssl_version", "ssl_version"])
def test_a_default_that_is_kept_under_the_name_of_its_slot_is_told_where_that_is_used(
    tmp_path: Path, taken: str, read: str
) -> None:
    code = KEPT % ("attr_reader :ssl_version", taken) + APPLIED % read
    assert told(scanned(tmp_path, {"a.rb": code})) == {f"a.rb:9 {read}": "fails TLSv1.0"}


def test_what_a_caller_passes_for_such_a_default_is_told_with_him(tmp_path: Path) -> None:
    code = KEPT % ("", "ssl_version: :TLSv1_2") + APPLIED % "@ssl_version" + "C.new(ssl_version: :TLSv1)\n"
    found = {where: what for where, what in told(scanned(tmp_path, {"a.rb": code})).items() if what[:4] == "fail"}
    assert found == {"a.rb:13 :TLSv1": "fails TLSv1.0"}


def test_the_default_of_a_parameter_that_nothing_uses_is_told_where_it_stands(tmp_path: Path) -> None:
    code = "def wrap(sock, ssl_version=SSL.TLSv1_1_METHOD):\n    return other(ssl_version)\n"
    assert told(scanned(tmp_path, {"a.py": POOL + code})) == {"a.py:2 SSL.TLSv1_1_METHOD": "fails TLSv1.1"}


def test_the_default_of_another_function_is_told_all_the_same(tmp_path: Path) -> None:
    code = (
        "def one(v=SSL.TLSv1_METHOD):\n    return SSL.Context(v)\ndef two(v=SSL.TLSv1_1_METHOD):\n    return other(v)\n"
    )
    found = told(scanned(tmp_path, {"a.py": POOL + code}))
    assert found == {"a.py:3 v": "fails TLSv1.0", "a.py:4 SSL.TLSv1_1_METHOD": "fails TLSv1.1"}


def test_the_items_of_a_loop_are_met_one_at_a_time(tmp_path: Path) -> None:
    code = "for m in [SSL.TLSv1_2_METHOD, SSL.TLSv1_METHOD]:\n    SSL.Context(m)\n"
    (finding,) = scanned(tmp_path / "a", {"a.py": POOL + code}).findings
    assert finding.usage.note == "one at a time, in a loop"
    mixed = "for m in [SSL.SSLv23_METHOD, SSL.TLSv1_METHOD]:\n    SSL.Context(m)\n"
    (finding,) = scanned(tmp_path / "b", {"a.py": POOL + mixed}).findings
    assert finding.usage.note == "one at a time, in a loop, and what is offered by default"


@pytest.mark.parametrize(
    ("items", "use", "note"),
    [
        ("'Tls', 'Tls12'", "{} = $p", ""),
        ("'Tls', 'Tls12'", "{} = $p -join ','", ""),
        ("'Tls', 'Tls12'", "foreach ($q in $p) {{ {} = $q }}", "one at a time, in a loop"),
        ("[Enum]::GetValues([Net.SecurityProtocolType])", "{} = $p", ""),
    ],
)
def test_what_a_loop_collects_is_there_at_once(items: str, use: str, note: str, tmp_path: Path) -> None:
    code = f"$p = @()\nforeach ($x in {items}) {{ if ('Ssl3' -ne $x) {{ $p += $x }} }}\n"
    code += use.format("[Net.ServicePointManager]::SecurityProtocol")
    (finding,) = scanned(tmp_path, {"a.ps1": code}).findings
    versions = finding.usage.permitted.versions
    assert (finding.verdict.value, finding.usage.note) == ("allows", note)
    assert {version.label for version in versions} >= {"TLS 1.0", "TLS 1.2"}


def test_what_is_true_of_a_library_that_is_only_guessed_is_not_said(tmp_path: Path) -> None:
    own = "ssl_options do |opts|\n  opts.verify_mode = :peer\n  opts.version = :SSLv2\nend\n"
    (guess,) = scanned(tmp_path / "a", {"a.rb": own}).findings
    assert guess.usage.note == ""
    assert "If this is a setting of Faraday" in guess.remediation
    known = "Faraday.new(url) do |c|\n  c.ssl.version = :SSLv2\nend\n"
    (finding,) = scanned(tmp_path / "b", {"a.rb": known}).findings
    assert finding.usage.note == "the adapter decides whether it is heeded"


def test_an_attribute_that_hands_on_what_it_keeps_is_told_where_that_goes(tmp_path: Path) -> None:
    code = (
        "import ssl\nclass A:\n    def __init__(self, ssl_version=ssl.PROTOCOL_TLSv1):\n"
        "        self.ssl_version = ssl_version\n"
    )
    assert told(scanned(tmp_path / "a", {"a.py": code})) == {"a.py:4 ssl_version": "fails TLSv1.0"}
    used = code + "    def go(self):\n        ssl.wrap_socket(s, ssl_version=self.ssl_version)\n"
    assert told(scanned(tmp_path / "b", {"a.py": used})) == {"a.py:6 self.ssl_version": "fails TLSv1.0"}


def test_a_loop_over_a_list_of_another_file_meets_its_items(tmp_path: Path) -> None:
    files = {
        "versions.py": "import ssl\nALL = [ssl.PROTOCOL_TLSv1, ssl.PROTOCOL_TLSv1_2]\n",
        "a.py": "import ssl\nfrom versions import ALL\nfor v in ALL:\n    ssl.SSLContext(v)\n",
    }
    assert told(scanned(tmp_path, files)) == {"a.py:4 v": "allows TLSv1.0 TLSv1.2"}


def test_an_entry_that_is_looked_up_is_no_loop(tmp_path: Path) -> None:
    table = "T = {'old': SSL.TLSv1_METHOD, 'new': SSL.TLSv1_2_METHOD}\n"
    code = f"{table}def one(account):\n    SSL.Context(T[account.tls])\n"
    (finding,) = scanned(tmp_path, {"a.py": POOL + code}).findings
    assert finding.usage.note == "one of them at a time"


def test_an_attribute_of_a_class_is_told_where_it_is_used(tmp_path: Path) -> None:
    code = """import ssl
class Ftp:
    ssl_version = ssl.PROTOCOL_TLSv1
    def auth(self):
        return ssl.wrap_socket(self.sock, ssl_version=self.ssl_version)
class Other(Base):
    ssl_version = ssl.PROTOCOL_TLSv1
"""
    found = [(f.usage.place.region.line, f.usage.rule) for f in scanned(tmp_path, {"a.py": code}).findings]
    assert found == [(5, "python/ssl-wrap-socket-version"), (7, "python/ssl-version-argument")]


def test_what_statements_put_together_is_told_there_and_not_once_more_where_it_is_passed_on(tmp_path: Path) -> None:
    socket = (
        "<?php\nclass Net_Socket extends PEAR {\n public function enableCrypto($enabled, $type) {\n"
        "  return stream_socket_enable_crypto($this->fp, $enabled, $type);\n }\n}\n"
    )
    mail = (
        "<?php\nclass Net_SMTP {\n public function __construct() { $this->socket = new Net_Socket(); }\n"
        " public function start() {\n  $method = STREAM_CRYPTO_METHOD_TLS_CLIENT;\n"
        "  $method |= STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;\n"
        "  $this->socket->enableCrypto(true, $method);\n }\n"
        " public function plain() {\n  $this->socket->enableCrypto(true, STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT);\n }\n}\n"
    )
    for name, manifest in (("any", {}), ("claimed", {"Dockerfile": "FROM php:8.2-apache\n"})):
        (tmp_path / name).mkdir()
        found = told(scanned(tmp_path / name, {"Socket.php": socket, "SMTP.php": mail, **manifest}))
        lines = sorted(int(place.partition(" ")[0].rpartition(":")[2]) for place in found if place.startswith("SMTP"))
        assert lines == [5, 6, 10]


@pytest.mark.parametrize(("protocol", "rule"), [("'tlsv1'", "m2crypto-protocol"), ("'tls'", "m2crypto-weak-crypto")])
def test_weak_crypto_is_asked_for_with_what_negotiates_alone(protocol: str, rule: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.py": f"from M2Crypto import SSL\nSSL.Context({protocol}, weak_crypto=True)\n"})
    found = [one.usage.rule.removeprefix("python/") for one in report.findings if one.level is not Level.NOTE]
    assert found == [rule]


def test_the_default_of_a_parameter_of_basic_is_told_where_it_is_used(tmp_path: Path) -> None:
    code = (
        "Imports System.Net\nClass A\nSub Up(Optional ByVal p As SecurityProtocolType = SecurityProtocolType.Tls)\n"
        "If p <> 0 Then ServicePointManager.SecurityProtocol = p\nEnd Sub\nEnd Class\n"
    )
    report = scanned(tmp_path, {"a.vb": code})
    (finding,) = report.findings
    assert told(report) == {"a.vb:4 p": "fails TLSv1.0"}
    assert [(step.region.line, step.text) for step in finding.usage.trace] == [(3, "p = SecurityProtocolType.Tls")]
