"""What PHP's streams mean by their transports and constants on the PHP that a repository names, end to end."""

from pathlib import Path

import pytest

from tlsscan.model import Finding, Level, Role, Verdict
from tlsscan.protocol import Version
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
        "a.php:4 'tlsv1.1://' . $address": "fails",  # this PHP has no such transport
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


def test_the_arm_for_an_older_php_means_what_that_php_makes_of_it(tmp_path: Path) -> None:
    code = """<?php
$type = STREAM_CRYPTO_METHOD_TLS_CLIENT;
if (PHP_VERSION_ID >= 50600) {
    $type = STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
}
stream_socket_enable_crypto($socket, true, $type);
"""
    found = by_line(scanned(tmp_path / "any", _made(tmp_path / "any", {"a.php": code})).findings, "a.php")
    assert [(found[line].verdict, found[line].level) for line in (2, 4)] == [
        (Verdict.FAILS, Level.NOTE),
        (Verdict.ALLOWS, Level.WARNING),
    ]
    new = _made(tmp_path / "new", {"Dockerfile": "FROM php:7.1\n", "a.php": code})
    assert set(by_line(scanned(tmp_path / "new", new).findings, "a.php")) == {4}
    old = _made(tmp_path / "old", {"Dockerfile": "FROM php:5.5\n", "a.php": code})
    assert set(by_line(scanned(tmp_path / "old", old).findings, "a.php")) == {2}


def test_an_option_of_a_context_in_the_arm_for_a_php_that_does_not_know_it_sets_nothing(tmp_path: Path) -> None:
    code = """<?php
$type = defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT') ? STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT
    : STREAM_CRYPTO_METHOD_TLS_CLIENT;
$context = stream_context_create(['ssl' => ['crypto_method' => $type]]);
stream_socket_enable_crypto($socket, true, $type);
$later = STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
if (version_compare(PHP_VERSION, '7.0', '<')) $later = STREAM_CRYPTO_METHOD_TLS_CLIENT;
$other = stream_context_create(['ssl' => ['crypto_method' => $later]]);
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert {line: finding.verdict for line, finding in found.items()} == {
        4: Verdict.CAPS,
        5: Verdict.FAILS,
        7: Verdict.FAILS,  # PHP 5.6 takes it for TLS 1.0 alone
    }


def _made(path: Path, files: dict[str, str]) -> dict[str, str]:
    path.mkdir()
    return files


def test_any_client_is_its_number(tmp_path: Path) -> None:
    code = """<?php
stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_ANY_CLIENT);
stream_socket_enable_crypto($s, true, 127);
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert found[2].usage.permitted.versions == found[3].usage.permitted.versions


def test_the_default_of_a_constructor_reaches_another_class_through_a_property(tmp_path: Path) -> None:
    maker = """<?php
class Connector extends Base {
    private $method;
    public function __construct(string $host, int $method = STREAM_CRYPTO_METHOD_TLS_CLIENT) {
        $this->method = $method;
    }
    public function connect(): Client {
        $client = parent::connect();
        $client->startTls($this->method);
        return $client;
    }
}
"""
    client = """<?php
class Client {
    public function startTls(int $method) { stream_socket_enable_crypto($this->socket, true, $method); }
}
"""
    report = scanned(tmp_path, {"a.php": maker, "b.php": client})
    assert told(report) == {"a.php:9 $this->method": "allows TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3"}


def test_what_a_function_of_another_file_returns_counts_through_a_wrapper_of_the_same_name(tmp_path: Path) -> None:
    choice = """<?php
if (!function_exists('tls_type')) {
function tls_type() {
    return STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
}}
"""
    wrapper = """<?php
class Streams {
    public static function stream_socket_enable_crypto($socket, $type) {
        return stream_socket_enable_crypto($socket, true, $type);
    }
}
"""
    use = """<?php
function direct($socket) { stream_socket_enable_crypto($socket, true, tls_type()); }
function wrapped($socket) { Streams::stream_socket_enable_crypto($socket, tls_type()); }
function other($socket) { stream_socket_enable_crypto($socket, true, tls_type(2)); }
"""
    report = scanned(tmp_path, {"choice.php": choice, "wrapper.php": wrapper, "use.php": use})
    found = {line: finding.verdict for line, finding in by_line(report.findings, "use.php").items()}
    assert found == {2: Verdict.FAILS, 3: Verdict.FAILS, 4: Verdict.UNRESOLVED}


def test_a_flag_that_asks_for_an_old_version_by_name_is_a_condition_unless_it_is_set_by_itself(tmp_path: Path) -> None:
    code = """<?php
class Client {
    protected $forceTLS10 = false;
    private $useTls10 = true;
    private $ssl3 = false;
    function __construct() { $this->ssl3 = true; }
    function asked($ch) { if ($this->forceTLS10) { curl_setopt($ch, CURLOPT_SSLVERSION, 4 | (4 << 16)); } }
    function usual($ch) { if ($this->useTls10) { curl_setopt($ch, CURLOPT_SSLVERSION, 4 | (4 << 16)); } }
    function made($ch) { if ($this->ssl3) { curl_setopt($ch, CURLOPT_SSLVERSION, 4 | (4 << 16)); } }
}
function passed($ch, $tls10 = false) { if ($tls10) { curl_setopt($ch, CURLOPT_SSLVERSION, 4 | (4 << 16)); } }
function other($ch, $old = false) { if ($old) { curl_setopt($ch, CURLOPT_SSLVERSION, 4 | (4 << 16)); } }
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert {line: finding.level for line, finding in found.items()} == {
        7: Level.WARNING,
        8: Level.ERROR,
        9: Level.ERROR,
        11: Level.WARNING,
        12: Level.ERROR,
    }
    assert "when $this->forceTLS10" in found[7].message


def test_a_closure_runs_under_the_conditions_around_it(tmp_path: Path) -> None:
    code = """<?php
if (PHP_VERSION_ID < 50600) {
    add_action('http_api_curl', function ($ch) {
        curl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_0 | CURL_SSLVERSION_MAX_TLSv1_0);
    });
}
"""
    finding = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")[4]
    assert finding.level is Level.NOTE and "when PHP_VERSION_ID < 50600" in finding.message


def test_a_flag_that_the_value_has_already_is_told_as_one_of_two_reasons(tmp_path: Path) -> None:
    code = """<?php
function start($s) {
    $method = STREAM_CRYPTO_METHOD_TLS_CLIENT;
    if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
        $method |= STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
        $method |= STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
    }
    stream_socket_enable_crypto($s, true, $method);
}
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert sorted(found) == [3, 6]
    assert "TLS 1.0 and TLS 1.1 may still be negotiated, TLS 1.1 because of this line as well" in found[6].message


def test_a_definition_that_is_made_once_is_for_no_older_runtime(tmp_path: Path) -> None:
    old = "stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT);"
    code = f"""<?php
if (!class_exists('Shop\\\\Imap', false)) {{ class Imap {{ function start($s) {{
    {old} }} }} }}
if (!function_exists('start')) {{ function start($s) {{
    {old} }} }}
if (!function_exists('json_encode')) {{ function other($s) {{
    {old} }} }}
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert {line: finding.level for line, finding in found.items()} == {
        3: Level.ERROR,
        5: Level.ERROR,
        7: Level.WARNING,
    }


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ("class_exists('imap') == false", Level.ERROR),
        ("class_exists('Imap', false) === FALSE", Level.ERROR),
        ("false === \\class_exists('Shop\\Imap')", Level.ERROR),
        ("class_exists('Other') == false", Level.WARNING),
    ],
)
def test_a_class_that_is_declared_once(asked: str, level: Level, tmp_path: Path) -> None:
    old = "stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT);"
    code = f"<?php\nif ({asked}) {{\nclass Imap {{ function start($s) {{\n{old}\n}} }}\n}}\n"
    (found,) = scanned(tmp_path, {"a.php": code}).findings
    assert (found.usage.place.region.line, found.level) == (4, level)


def test_a_stream_that_ends_tls_has_no_versions(tmp_path: Path) -> None:
    code = "<?php\nstream_socket_enable_crypto($s, false, $method);\nstream_socket_enable_crypto($s, $on, 9);\n"
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert list(found) == [3]


def test_what_a_method_adds_to_a_property_begins_with_what_it_has_set_before(tmp_path: Path) -> None:
    code = """<?php
class Server {
    private static $method = null;
    static function secure() {
        self::$method = STREAM_CRYPTO_METHOD_TLSv1_1_SERVER | STREAM_CRYPTO_METHOD_TLSv1_2_SERVER;
        if (PHP_VERSION_ID >= 70400)
            self::$method |= STREAM_CRYPTO_METHOD_TLSv1_3_SERVER;
    }
    static function reset() { self::$method = null; }
    function accept($s) { stream_socket_enable_crypto($s, true, self::$method); }
}
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert {line: finding.level for line, finding in found.items()} == {5: Level.WARNING}
    assert "permits TLS 1.1 to TLS 1.3" in found[5].message


def test_a_condition_that_decides_nothing_of_what_is_wrong_is_not_told(tmp_path: Path) -> None:
    code = """<?php
function start($s) {
    $method = STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
    if (PHP_VERSION_ID >= 70400) $method |= STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT;
    stream_socket_enable_crypto($s, true, $method);
}
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert {line: (finding.level, finding.usage.condition) for line, finding in found.items()} == {
        3: (Level.WARNING, "")
    }


def test_callers_of_what_asks_for_another_argument_too_are_told(tmp_path: Path) -> None:
    code = """<?php
function secure($s, $on, $type) { return stream_socket_enable_crypto($s, $on, $type); }
secure($s, true, STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT);
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert {line: finding.verdict for line, finding in found.items()} == {3: Verdict.FAILS}


def test_methods_that_a_loop_tries_are_told_as_one_at_a_time(tmp_path: Path) -> None:
    code = """<?php
foreach ([STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT, STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT] as $method) {
    if (stream_socket_enable_crypto($s, true, $method)) break;
}
$all = 0;
foreach ([STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT, STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT] as $method) { $all |= $method; }
stream_socket_enable_crypto($s, true, $all);
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert {line: "one at a time" in finding.message for line, finding in found.items()} == {3: True, 6: False}


def test_a_condition_that_always_holds_on_a_claimed_php_is_not_told(tmp_path: Path) -> None:
    code = """<?php
function start($s) {
    $method = STREAM_CRYPTO_METHOD_TLS_CLIENT;
    if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
        $method |= STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
    }
    stream_socket_enable_crypto($s, true, $method);
}
"""
    report = scanned(tmp_path, {"a.php": code, "Dockerfile": "FROM php:7.4-apache\n"})
    finding = by_line(report.findings, "a.php")[3]
    assert finding.level is Level.WARNING and "when defined" not in finding.message


TWICE = """<?php
function send($f, $req) {
    $f->create($req, ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT]);
    $f->create($req, ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT]);
    $this->made = $f->make($req, ['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_SSLv3_CLIENT]]);
    $this->made = $f->make($req, ['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT]]);
    $f->setOptions(['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_SSLv3_CLIENT]]);
    $f->setOptions(['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT]]);
}
"""


def test_a_call_that_does_something_does_not_replace_what_an_earlier_one_was_given(tmp_path: Path) -> None:
    found = by_line(scanned(tmp_path, {"a.php": TWICE}).findings, "a.php")
    assert {line: finding.verdict for line, finding in found.items()} == {
        3: Verdict.FAILS,
        4: Verdict.FAILS,
        5: Verdict.FAILS,
        6: Verdict.CAPS,
        8: Verdict.FAILS,
    }


GUZZLE = """<?php
$client = new \\GuzzleHttp\\Client();
$client->get($url, ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT]);
$client->post($url, ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT]);
$options['crypto_method'] = STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
$client->get($url, ['stream_context' => ['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT]]]);
"""


def test_an_http_client_asks_curl_for_its_lowest_version(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"Dockerfile": "FROM php:7.3-apache\n", "a.php": GUZZLE})
    found = by_line(report.findings, "a.php")
    said = {
        line: (f.verdict, min(f.usage.permitted.versions), max(f.usage.permitted.versions)) for line, f in found.items()
    }
    assert said == {
        3: (Verdict.ALLOWS, Version.TLS1_0, Version.TLS1_3),
        4: (Verdict.ALLOWS, Version.TLS1_0, Version.TLS1_3),
        5: (Verdict.ALLOWS, Version.TLS1_1, Version.TLS1_3),
        6: (Verdict.FAILS, Version.TLS1_0, Version.TLS1_0),
    }


OLDER = """<?php
if (version_compare('7.2.0', PHP_VERSION, '>')) {
    stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT);
}
if (PHP_VERSION_ID < 70200) {
    $method = STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;
}
stream_socket_enable_crypto($s, true, $method);
function older($ch, $curl) {
    if ($curl['version_number'] >= 0x072200) {
        return;
    }
    curl_setopt($ch, CURLOPT_SSLVERSION, 1);
}
"""


def test_what_runs_on_an_older_version_than_the_assumed_one_alone_is_a_note(tmp_path: Path) -> None:
    found = by_line(scanned(tmp_path, {"a.php": OLDER}).findings, "a.php")
    assert {line: (f.verdict, f.level) for line, f in found.items()} == {
        3: (Verdict.FAILS, Level.NOTE),
        8: (Verdict.FAILS, Level.NOTE),
        13: (Verdict.ALLOWS, Level.NOTE),
    }
    assert "when PHP_VERSION_ID < 70200" in found[8].message


def test_what_no_required_php_runs_says_nothing(tmp_path: Path) -> None:
    required = '{"require": {"php": "~8.1.0 || ~8.2.0"}}'
    found = by_line(scanned(tmp_path, {"composer.json": required, "a.php": OLDER}).findings, "a.php")
    assert sorted(found) == [13]


RUNS_ON = """<?php $method = 0;
switch ($least) {
    case 'a': $method |= STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;
    case 'b': $method |= STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
    case 'c': $method |= STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
}
stream_socket_enable_crypto($s, true, $method);
switch ($name) {
    case 'old':
    case 'tls':
        $version = 1;
        break;
    case 'x':
        $version = 1;
    default:
        $version = 6;
}
curl_setopt($ch, CURLOPT_SSLVERSION, $version);
"""


def test_a_case_runs_into_the_next_unless_it_ends(tmp_path: Path) -> None:
    found = by_line(scanned(tmp_path, {"a.php": RUNS_ON}).findings, "a.php")
    assert {line: f.verdict for line, f in found.items() if f.level is not Level.NOTE} == {
        3: Verdict.ALLOWS,
        4: Verdict.ALLOWS,
        11: Verdict.ALLOWS,
    }
    assert "TLS 1.0 to TLS 1.2" in found[3].message
    assert "(when case 'a')" in found[3].message
    assert "(when $name is 'old' or 'tls')" in found[11].message


def test_a_constant_that_means_the_default_on_an_allowed_php_relies_on_it(tmp_path: Path) -> None:
    code = "<?php\nstream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);\n"
    report = scanned(tmp_path, {"composer.json": '{"require": {"php": ">=5.2.11"}}', "a.php": code})
    (runtime,) = (f for f in report.findings if f.usage.place.path == "composer.json")
    assert "no code here" not in runtime.message
    assert [place.text for place in runtime.usage.related] == ["stream_socket_enable_crypto leaves the versions to it"]


def test_what_all_arms_of_a_statement_ask_is_told(tmp_path: Path) -> None:
    code = """<?php
$method = STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
if (defined('STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT')) $method |= STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT;
if ($insecure) {
    $method |= STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
}
stream_socket_enable_crypto($s, true, $method);
"""
    (finding,) = (f for f in scanned(tmp_path, {"a.php": code}).findings if f.verdict is Verdict.ALLOWS)
    assert (finding.usage.place.region.line, finding.usage.condition) == (5, "$insecure")


def test_the_default_of_a_parameter_in_an_address_is_told(tmp_path: Path) -> None:
    code = """<?php
function a($host, $v = '1.0') { return fsockopen("tlsv{$v}://$host", 443); }
function b($host, $p = 'tlsv1.1') { return fsockopen($p . '://' . $host, 443); }
function c($host = 'tlsv1.0', $p = 'tlsv1.2') { return fsockopen("$p://$host", 443); }
function d($host, $p = 'ssl') { return fsockopen("$p://$host", 443); }
function e($host, $p) { return fsockopen("$p://$host", 443); }
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    told = {line: finding.verdict for line, finding in found.items() if finding.level is not Level.NOTE}
    assert told == {2: Verdict.FAILS, 3: Verdict.FAILS}
    assert "when v is not passed" in found[2].message


def test_each_version_of_a_matrix_is_judged_by_what_the_code_means_on_it(tmp_path: Path) -> None:
    files = {
        ".travis.yml": 'language: php\nphp:\n  - "5.4"\n  - "5.5"\n  - "5.6"\n',
        "a.php": "<?php stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);\n",
    }
    runtimes = [one for one in scanned(tmp_path, files).findings if one.usage.rule == "runtimes/php"]
    assert [one.usage.place.region.line for one in runtimes] == [3, 4, 5]
    texts = {place.text for one in runtimes for place in one.usage.related}
    assert texts == {"stream_socket_enable_crypto leaves the versions to it"}


def test_where_only_tests_name_a_php_another_one_is_assumed(tmp_path: Path) -> None:
    code = "<?php stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);\n"
    travis = 'language: php\nphp: "5.5"\n'
    assert any("PHP 8.2" in text for text in scanned(tmp_path, {".travis.yml": travis, "a.php": code}).assumed)
    pinned = {"composer.json": '{"require": {"php": "^7.2"}}', "a.php": code}
    assert not scanned(tmp_path / "other", pinned).assumed


def test_what_stands_in_all_arms_is_told_without_what_only_adds_to_it(tmp_path: Path) -> None:
    code = """<?php
$method = STREAM_CRYPTO_METHOD_TLS_CLIENT;
if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
    $method |= STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
    $method |= STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
}
stream_socket_enable_crypto($socket, true, $method);
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert "defined" not in found[2].message
    assert found[2].verdict is Verdict.ALLOWS
    assert "TLS 1.1 because of this line as well (when defined(" in found[5].message


FLAGS = """<?php
function all($o) {
    $o['ssl']['crypto_method'] = STREAM_CRYPTO_METHOD_ANY_CLIENT;
    $o['ssl']['crypto_method'] &= ~STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT & ~STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
    stream_context_create($o);
}
function some($o) {
    $o['ssl']['crypto_method'] = STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
    $o['ssl']['crypto_method'] |= STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;
    stream_context_create($o);
}
function more($o) {
    $o['ssl']['crypto_method'] |= STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;
    stream_context_create($o);
}
function less($o) {
    $o['ssl']['crypto_method'] &= ~STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT;
    stream_context_create($o);
}
function given($o) {
    $o['ssl']['crypto_method'] ??= STREAM_CRYPTO_METHOD_TLS_CLIENT;
    stream_context_create($o);
}
"""


def test_what_is_added_to_an_option_or_taken_from_it(tmp_path: Path) -> None:
    found = by_line(scanned(tmp_path, {"a.php": FLAGS}).findings, "a.php")
    assert {line: f.verdict for line, f in found.items() if f.level is not Level.NOTE} == {
        9: Verdict.ALLOWS,
        13: Verdict.ALLOWS,  # whatever else there is
        21: Verdict.ALLOWS,
    }
    assert "unless $o['ssl']['crypto_method']" in found[21].message


def test_an_option_that_is_there_is_not_set_again(tmp_path: Path) -> None:
    code = """<?php
$o["ssl"]["crypto_method"] = STREAM_CRYPTO_METHOD_TLS_CLIENT;
$o["ssl"]["crypto_method"] ??= STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
stream_context_create($o);
"""
    found = by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")
    assert {line: f.usage.condition for line, f in found.items()} == {2: ""}


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("$v = 1; if ($x) { $v = 6; }", "not ($x)"),
        ("$v = 1; if ($x) { $v = 6; } elseif ($y) { $v = 7; }", "not ($x) and not ($y)"),
        ("$v = 1; if ($x) { if ($y) { $v = 6; } }", ""),  # which of the two fails is not told
        ("$v = 1;", ""),
    ],
)
def test_a_value_that_may_be_replaced_is_told_with_the_opposite(tmp_path: Path, code: str, condition: str) -> None:
    use = "curl_setopt($ch, CURLOPT_SSLVERSION, $v);"
    (finding,) = scanned(tmp_path, {"a.php": f"<?php\nfunction f($x, $y, $z) {{ {code} {use} }}\n"}).findings
    assert (finding.verdict, finding.usage.condition) == (Verdict.ALLOWS, condition)


@pytest.mark.parametrize(
    ("tried", "level"),
    [
        ("stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT);", Level.WARNING),
        ("other($s);", Level.ERROR),
    ],
)
def test_what_a_handler_calls_once_more_is_a_last_resort(tmp_path: Path, tried: str, level: Level) -> None:
    again = "stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT);"
    code = f"<?php\ntry {{ {tried} }} catch (Exception $e) {{\n{again}\n}}\n"
    assert by_line(scanned(tmp_path, {"a.php": code}).findings, "a.php")[3].level is level


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("5.6.0", Verdict.FAILS), ("5.6.6", Verdict.ALLOWS), ("5.6.7", Verdict.FAILS), ("5.6", Verdict.FAILS)],
)
def test_the_first_release_that_packages_are_fit_for_stands_for_its_series(
    version: str, verdict: Verdict, tmp_path: Path
) -> None:
    pinned = f'{{"config": {{"platform": {{"php": "{version}"}}}}}}'
    code = "<?php\nstream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);\n"
    report = scanned(tmp_path, {"composer.json": pinned, "a.php": code})
    (found,) = (f for f in report.findings if f.usage.place.path == "a.php")
    assert found.verdict is verdict


@pytest.mark.parametrize(
    ("others", "required", "expected"),
    [
        ("TLS_CLIENT", "", "allows TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3"),
        ("TLSv1_2_CLIENT", "", "caps TLSv1.2"),
        ("TLSv1_0_CLIENT", "", "fails TLSv1.0"),
        ("TLSv1_0_CLIENT", "7.1.0", "fails SSLv3 TLSv1.0"),
        ("SSLv2_CLIENT", "", "fails SSLv2 SSLv3"),
    ],
)
def test_in_a_loop_the_ssl_that_no_current_php_has_counts_only_where_nothing_else_is_tried(
    tmp_path: Path, others: str, required: str, expected: str
) -> None:
    code = f"""<?php
foreach ([STREAM_CRYPTO_METHOD_{others}, STREAM_CRYPTO_METHOD_SSLv3_CLIENT] as $m) {{
    if (stream_socket_enable_crypto($s, true, $m)) {{ return; }}
}}
"""
    claim = {"composer.json": f'{{"config": {{"platform": {{"php": "{required}"}}}}}}'} if required else {}
    found = told(scanned(tmp_path, {"a.php": code, **claim}))
    assert found["a.php:3 $m"] == expected


@pytest.mark.parametrize(
    ("method", "required", "verdict", "level", "said"),
    [
        ("SSLv3_CLIENT", "", Verdict.FAILS, Level.WARNING, "SSL 3.0: cannot connect"),
        ("SSLv3_CLIENT", "7.1.0", Verdict.FAILS, Level.ERROR, "SSL 3.0: cannot connect"),
        ("SSLv3_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT", "8.2.0", Verdict.FAILS, Level.ERROR, "permits TLS 1.0:"),
        (
            "SSLv2_CLIENT | STREAM_CRYPTO_METHOD_SSLv23_CLIENT",
            "8.2.0",
            Verdict.ALLOWS,
            Level.WARNING,
            "TLS 1.0 to TLS 1.2",
        ),
    ],
)
def test_a_php_without_ssl_3_takes_it_for_something_newer(
    method: str, required: str, verdict: Verdict, level: Level, said: str, tmp_path: Path
) -> None:
    pinned = f'{{"config": {{"platform": {{"php": "{required}"}}}}}}' if required else "{}"
    code = f"<?php\nstream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_{method});\n"
    report = scanned(tmp_path, {"composer.json": pinned, "a.php": code})
    (found,) = (f for f in report.findings if f.usage.place.path == "a.php")
    assert (found.verdict, found.level) == (verdict, level)
    assert said in found.message
    assert ("no effect with PHP 7.4 and later" in found.message) == (not required)


@pytest.mark.parametrize("call", ["fsockopen('tlsv1.0://' . $host, 443)", "pfsockopen('sslv3://x', 443)"])
def test_no_context_is_advised_for_a_call_that_takes_none(call: str, tmp_path: Path) -> None:
    (finding,) = scanned(tmp_path, {"a.php": f"<?php\n{call};\n"}).findings
    assert "fsockopen and pfsockopen take no context: use stream_socket_client" in finding.remediation


MASK = """<?php
function tls_method() {
    $method = STREAM_CRYPTO_METHOD_TLS_CLIENT;
    if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
        $method |= STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
        $method |= STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
    }
    return $method;
}
"""


@pytest.mark.parametrize("claim", [{}, {"composer.json": '{"require": {"php": ">=8.1"}}'}])
def test_a_mask_that_old_runtimes_only_have_less_of_has_no_condition(tmp_path: Path, claim: dict[str, str]) -> None:
    use = "<?php\nrequire_once 'f.php';\nstream_socket_enable_crypto($h, true, tls_method());\n"
    (finding,) = scanned(tmp_path, {"f.php": MASK, "a.php": use, **claim}).findings
    assert (finding.usage.condition, finding.level) == ("", Level.WARNING)


ALONE = "<?php\nstream_socket_enable_crypto($h, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);\n"


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("", True),
        ('{"require": {"php": ">=5.3.0"}}', True),
        ('{"require": {"php": ">=7.2"}}', False),
        ('{"config": {"platform": {"php": "8.2.1"}}}', False),
    ],
)
def test_what_a_constant_is_on_other_runtimes_is_told_where_one_is_only_assumed(
    tmp_path: Path, claim: str, told: bool
) -> None:
    report = scanned(tmp_path, {"a.php": ALONE, **({"composer.json": claim} if claim else {})})
    finding = next(finding for finding in report.findings if finding.usage.place.path == "a.php")
    assert ("before PHP 7.2" in finding.message) is told
    assert finding.usage.assumed == (("PHP 8.2",) if told else ())
    assert finding.level is Level.WARNING
