"""Where findings stand, end to end: at the use of a value, or at the statements that put it together."""

import re
from pathlib import Path

import pytest

from cli_tools import run
from tlsscan.model import Level
from tree_scans import scanned, told

STARTTLS = """<?php
function start($socket) {
    $method = STREAM_CRYPTO_METHOD_TLS_CLIENT;
    if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
        $method |= STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
        $method |= STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
    }
    return stream_socket_enable_crypto($socket, true, $method);
}
"""
NEWEST_WHERE_KNOWN = """<?php
function start($socket) {
    $method = STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
    if (defined('STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT')) {
        $method |= STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT;
    }
    return stream_socket_enable_crypto($socket, true, $method);
}
"""
ONE_STATEMENT = """<?php
$method = STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
stream_socket_enable_crypto($socket, true, $method);
"""
CONSTANTS = """<?php
class Smtp {
    const BASE = STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;
    const MORE = STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
    function start($socket) {
        stream_socket_enable_crypto($socket, true, self::BASE | self::MORE);
    }
}
"""
BRANCHES = """<?php
function start($socket, $options) {
    if (isset($options['method'])) {
        $method = $options['method'];
    } else {
        $method = STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
    }
    stream_socket_enable_crypto($socket, true, $method);
}
"""
TRANSPORT = """<?php
function connect($host, $old) {
    $transport = 'tls';
    if ($old) {
        $transport = 'tlsv1.0';
    }
    return fsockopen($transport . '://' . $host, 443);
}
"""
TAKEN_AWAY = """<?php
function start($socket) {
    $method = STREAM_CRYPTO_METHOD_ANY_CLIENT;
    $method &= ~STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;
    stream_socket_enable_crypto($socket, true, $method);
}
"""
CSHARP = """using System.Security.Authentication;
class Channel {
    void Open(System.Net.Security.SslStream stream, string host) {
        var protocols = SslProtocols.Tls;
        protocols |= SslProtocols.Tls12;
        stream.AuthenticateAsClient(host, null, protocols, false);
    }
}
"""
PYTHON = """import ssl

def context(old):
    protocol = ssl.PROTOCOL_TLS_CLIENT
    if old:
        protocol = ssl.PROTOCOL_TLSv1
    return ssl.SSLContext(protocol)
"""


@pytest.mark.parametrize(
    ("name", "code", "lines"),
    [
        ("starttls.php", STARTTLS, [3, 6]),
        ("one.php", ONE_STATEMENT, [3]),
        ("constants.php", CONSTANTS, [6]),
        ("branches.php", BRANCHES, [6]),
        ("transport.php", TRANSPORT, [5]),
        ("taken.php", TAKEN_AWAY, [3]),
        ("Channel.cs", CSHARP, [4]),
        ("context.py", PYTHON, [6]),
    ],
)
def test_findings_stand_where_the_old_version_is_named(tmp_path: Path, name: str, code: str, lines: list[int]) -> None:
    (tmp_path / name).write_text(code)
    told = run("-f", "concise", "--exit-zero", name, cwd=tmp_path).out
    assert [int(line) for line in re.findall(rf"^{re.escape(name)}:(\d+):", told, re.MULTILINE)] == lines


def test_the_use_is_told_with_each_statement(tmp_path: Path) -> None:
    (tmp_path / "starttls.php").write_text(STARTTLS)
    told = run("--exit-zero", "starttls.php", cwd=tmp_path).out
    assert "TLS 1.0 and TLS 1.1 may still be negotiated, TLS 1.1 because of this line" in told
    assert " --> starttls.php:6:9" in told
    assert "^^^^" in told
    assert told.count("related: starttls.php:8:55: stream_socket_enable_crypto uses the value here") == 2


def test_a_version_that_only_older_runtimes_lack_is_not_shut_out(tmp_path: Path) -> None:
    assert told(scanned(tmp_path, {"newest.php": NEWEST_WHERE_KNOWN})) == {}


GETTER = """<?php
namespace App\\Mail;
trait Crypto {
    public function method(): int {
        $method = STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
        $method |= STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
        return $method;
    }
    public static function pinned() {
        return STREAM_CRYPTO_METHOD_SSLv3_CLIENT;
    }
}
"""
GETTING = """<?php
namespace App\\Mail\\Protocol;
use App\\Mail\\Crypto;
class Smtp {
    use Crypto;
    function start($socket) {
        stream_socket_enable_crypto($socket, true, $this->method());
        stream_socket_enable_crypto($socket, true, Crypto::pinned());
        stream_socket_enable_crypto($socket, true, $this->unknown());
    }
}
"""


def test_what_a_method_of_another_file_returns_is_told_at_the_use(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"src/Crypto.php": GETTER, "src/Smtp.php": GETTING})
    assert told(report) == {
        "src/Smtp.php:7 $this->method()": "allows TLSv1.1 TLSv1.2",
        "src/Smtp.php:8 Crypto::pinned()": "fails SSLv3",
        "src/Smtp.php:9 $this->unknown()": "unresolved",
    }
    steps = [step.text for step in report.findings[0].usage.trace]
    assert steps[0].startswith("public function method()")


def test_a_list_that_a_method_puts_together_is_told_at_its_statements(tmp_path: Path) -> None:
    code = """import java.util.*;
import javax.net.ssl.SSLEngine;
class Context {
    private final String[] names;
    Context() { names = chosen(); }
    private static String[] chosen() {
        List<String> found = new ArrayList<String>();
        found.add("TLSv1.2");
        found.add("TLSv1.1");
        return found.toArray(new String[0]);
    }
    void set(SSLEngine engine) { engine.setEnabledProtocols(names); }
    void reset(SSLEngine engine) { engine.setEnabledProtocols(names); }
}
"""
    found = scanned(tmp_path, {"Context.java": code}).findings
    assert {(finding.usage.place.region.line, finding.level) for finding in found} == {(9, Level.WARNING)}
