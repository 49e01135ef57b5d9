"""Defaults that what is given is merged over, and that are read back under a key: PHP's arrays and Ruby's hashes."""

from pathlib import Path

import pytest

from tree_scans import scanned

OLD, NEW = "CURL_SSLVERSION_TLSv1_0", "CURL_SSLVERSION_TLSv1_2"
READ = "$o['v']"
KEPT = "$this->all['v']"
USE = "curl_setopt($ch, CURLOPT_SSLVERSION, %s);"


def found(tmp_path: Path, name: str, code: str) -> list[tuple[int, str, str]]:
    findings = scanned(tmp_path, {name: code}).findings
    return [(f.usage.place.region.line, str(f.verdict), f.usage.condition) for f in findings]


@pytest.mark.parametrize(
    "merged",
    [
        f"$o = array_merge(['v' => {OLD}], $o);",
        f"$d = ['v' => {OLD}, 't' => 3]; $o = array_replace($d, $o);",
        f"$o += ['v' => {OLD}];",
        f"$o = $o + ['v' => {OLD}];",
        f"$o = wp_parse_args($o, ['v' => {OLD}]);",
        f"$o = ['v' => {OLD}, ...$o];",
        f"$d = ['v' => {OLD}]; $o = array_merge($o, ['t' => 3]) + $d;",
    ],
)
def test_php_reads_a_default_back(tmp_path: Path, merged: str) -> None:
    code = f"<?php\nfunction f($o) {{\n{merged}\n{USE % READ}\n}}\n"
    assert found(tmp_path, "a.php", code) == [(4, "allows", "o['v'] is not set")]


@pytest.mark.parametrize(
    ("merged", "expected"),
    [
        (f"$o = array_merge(['v' => {OLD}], $o, ['v' => {NEW}]);", []),
        (f"$o = ['v' => {NEW}] + $o + ['v' => {OLD}];", []),
        ("$o = array_merge(['w' => 4], $o);", [(4, "unresolved", "")]),
        (f"$o = array_merge(['v' => {OLD}], ['v' => {NEW}]);", []),
        (f"$o = array_merge(['v' => {NEW}], $o);", []),
    ],
)
def test_php_takes_what_comes_last(tmp_path: Path, merged: str, expected: list[tuple[int, str, str]]) -> None:
    code = f"<?php\nfunction f($o) {{\n{merged}\n{USE % READ}\n}}\n"
    told = found(tmp_path, "a.php", code)
    assert [(line, verdict, "") for line, verdict, _ in told] == expected


def test_php_keeps_them_in_a_property(tmp_path: Path) -> None:
    code = (
        f"<?php\nclass K {{\n private $defaults = ['v' => {OLD}]; private $all;\n"
        " function __construct($o) { $this->all = array_merge($this->defaults, $o); }\n"
        f" function go($ch) {{ {USE % KEPT} }}\n}}\n"
    )
    assert found(tmp_path, "a.php", code) == [(5, "allows", "o['v'] is not set")]


RUBY = "require 'openssl'\nD = { host: 'x', tls: :TLSv1 }.freeze\ndef f(o = {})\n  h = %s\n"
RUBY += "  c = OpenSSL::SSL::SSLContext.new\n  c.ssl_version = h%s\nend\n"


@pytest.mark.parametrize(
    "merged", ["D.merge(o)", "o.reverse_merge(D)", "{ tls: :TLSv1 }.merge(o)", "{ **D, **o }", "D.dup.merge(o || {})"]
)
@pytest.mark.parametrize("read", ["[:tls]", ".fetch(:tls)"])
def test_ruby_reads_a_default_back(tmp_path: Path, merged: str, read: str) -> None:
    ((line, verdict, condition),) = found(tmp_path, "a.rb", RUBY % (merged, read))
    assert (line, verdict) == (6, "fails")
    assert condition in ("o[:tls] is not set", ":tls is not set")


@pytest.mark.parametrize(
    ("merged", "verdicts"),
    [
        ("D.merge(o).merge(tls: :TLSv1_2)", ["caps"]),
        ("D.merge(o).merge(tls: :TLS)", []),
        ("o.merge(D)", ["fails"]),
        ("{ host: 'x' }.merge(o)", ["unresolved"]),
        ("a.merge(o)", ["unresolved"]),
    ],
)
def test_ruby_takes_what_comes_last(tmp_path: Path, merged: str, verdicts: list[str]) -> None:
    assert [one[1] for one in found(tmp_path, "a.rb", RUBY % (merged, "[:tls]"))] == verdicts


def test_ruby_tells_what_callers_pass_over_a_default(tmp_path: Path) -> None:
    code = RUBY.replace(":TLSv1 }", ":TLSv1_2 }") % ("D.merge(o)", "[:tls]") + "f(tls: :TLSv1_1)\nf(host: 'y')\n"
    assert [one[:2] for one in found(tmp_path, "a.rb", code) if one[1] == "fails"] == [(8, "fails")]
