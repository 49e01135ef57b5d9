"""What PHP's streams mean by their transports and constants on the PHP that a repository names, end to end."""

from pathlib import Path

from tlsscan.model import Finding, Level, Role, Verdict
from tree_scans import scanned, told

TRANSPORTS = """<?php
fsockopen('ssl://' . $host, 443);
fsockopen('tls://' . $host, 443);
stream_socket_server('tlsv1.1://' . $address);
"""
SIDES = """<?php
stream_socket_enable_crypto($socket, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);
stream_socket_enable_crypto($socket, true, STREAM_CRYPTO_METHOD_TLS_SERVER);
stream_socket_enable_crypto($socket, true, $server ? STREAM_CRYPTO_METHOD_TLS_SERVER : STREAM_CRYPTO_METHOD_TLS_CLIENT);
stream_socket_enable_crypto($socket, true, 9);
"""


def by_line(findings: tuple[Finding, ...], path: str) -> dict[int, Finding]:
    return {f.usage.place.region.line: f for f in findings if f.usage.place.path == path}


def test_ssl_negotiates_where_tls_means_one_version(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"Dockerfile": "FROM php:5.4-apache\n", "a.php": TRANSPORTS})
    assert told(report) == {
        "Dockerfile:1 php:5.4-apache": "allows TLSv1.0",
        "a.php:3 'tls://' . $host": "fails TLSv1.0",
        "a.php:4 'tlsv1.1://' . $address": "fails TLSv1.1",
    }
    (runtime,) = (f for f in report.findings if f.usage.place.path == "Dockerfile")
    assert [(place.path, place.region.line) for place in runtime.usage.related] == [("a.php", 3)]


def test_functions_and_constants_tell_the_side(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.php": TRANSPORTS, "b.php": SIDES})
    assert by_line(report.findings, "a.php")[4].usage.role is Role.SERVER
    sides = {line: finding.usage.role for line, finding in by_line(report.findings, "b.php").items()}
    assert sides == {2: Role.CLIENT, 3: Role.SERVER, 4: Role.BOTH, 5: Role.BOTH}


LAST_RESORT = """<?php
$r = stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);
if ($r == false) $r = stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_SSLv3_CLIENT);
"""


def test_what_is_tried_after_a_failure_is_a_last_resort_under_its_condition(tmp_path: Path) -> None:
    finding = by_line(scanned(tmp_path, {"a.php": LAST_RESORT}).findings, "a.php")[3]
    assert (finding.verdict, finding.level) == (Verdict.FAILS, Level.WARNING)
    assert "when $r == false" in finding.message


BOUND = """<?php
$context = stream_context_create(['ssl' => ['min_proto_version' => STREAM_CRYPTO_PROTO_TLSv1_2]]);
"""


def test_an_option_that_a_php_does_not_know_leaves_what_https_offers(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"Dockerfile": "FROM php:5.6-apache\n", "a.php": BOUND})
    assert told(report) == {"Dockerfile:1 php:5.6-apache": "allows TLSv1.0"}
    known = scanned(tmp_path, {"Dockerfile": "FROM php:8.2-apache\n", "a.php": BOUND})
    assert by_line(known.findings, "a.php") == {}
