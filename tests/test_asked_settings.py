"""Calls whose callers say what it is that they set: `curl_setopt($handle, $option, $value)`."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

CURL = """<?php
class Net {
  public static function set($handle, $option, $value = 0) { return curl_setopt($handle, $option, $value); }
}
"""


@pytest.mark.parametrize("option", ["CURLOPT_SSLVERSION", "32", r"\CURLOPT_SSLVERSION"])
def test_the_caller_names_the_option(tmp_path: Path, option: str) -> None:
    report = scanned(tmp_path, {"net.php": CURL, "use.php": f"<?php\nNet::set($h, {option}, 3);\n"})
    assert told(report) == {"use.php:2 3": "fails SSLv3"}
    (finding,) = report.findings
    assert [(step.path, step.region.line) for step in finding.usage.passed] == [("net.php", 3)]


@pytest.mark.parametrize(
    "call",
    [
        "Net::set($h, CURLOPT_TIMEOUT, 3);",
        "Net::set($h, CURLOPT_SSLVERSION, 6);",
        "Net::set($h, $option, 3);",
        "Net::set($h, CURLOPT_SSLVERSION, $version);",
        "Other::set($h, CURLOPT_SSLVERSION, 3);",
        "",
    ],
)
def test_nothing_else_is_told_neither_where_it_is_handed_on(tmp_path: Path, call: str) -> None:
    report = scanned(tmp_path, {"net.php": CURL, "use.php": f"<?php\n{call}\n"})
    assert [f for f in told(report).values() if not f.startswith("fine")] == []


def test_a_method_of_the_object_is_one_setting_and_not_two(tmp_path: Path) -> None:
    """`setOpt` is known as that of a class around curl, too."""
    code = """<?php
class Curl {
  public function setOpt($option, $value) { return curl_setopt($this->handle, $option, $value); }
}
$curl = new Curl();
$curl->setOpt(CURLOPT_SSLVERSION, 3);
"""
    assert told(scanned(tmp_path, {"a.php": code})) == {"a.php:6 3": "fails SSLv3"}


def test_what_a_value_means_is_the_option_s(tmp_path: Path) -> None:
    code = """<?php
function option($link, $name, $value) { ldap_set_option($link, $name, $value); }
option(null, LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_0);
option(null, LDAP_OPT_PROTOCOL_VERSION, 3);
"""
    assert list(told(scanned(tmp_path, {"a.php": code}))) == ["a.php:3 LDAP_OPT_X_TLS_PROTOCOL_TLS1_0"]
