"""PHP: what included files give, and the settings of a framework that stand in files."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

GOOD, OLD = "CURL_SSLVERSION_TLSv1_2", "CURL_SSLVERSION_TLSv1_1"
SETTINGS = f"<?php\nreturn [\n    'tls' => {OLD},\n    'wire' => ['tls' => {OLD}, 'new' => {GOOD}],\n];\n"


def said(tmp_path: Path, files: dict[str, str]) -> dict[str, str]:
    return {place.partition(" ")[0]: what.partition(" ")[0] for place, what in told(scanned(tmp_path, files)).items()}


def script(value: str, before: str = "") -> str:
    return f"<?php {before}\n$ch = curl_init('https://pay.example');\ncurl_setopt($ch, CURLOPT_SSLVERSION, {value});\n"


@pytest.mark.parametrize(
    ("before", "value", "expected"),
    [
        ("$all = require 'settings.php';", "$all['tls']", "allows"),
        ("$all = require_once __DIR__ . '/settings.php';", "$all['wire']['tls']", "allows"),
        ("$all = include dirname(__FILE__) . '/settings.php';", "$all['wire']['tls']", "allows"),
        ("$all = include(dirname(__DIR__) . '/app/settings.php');", "$all['tls']", "allows"),
        ("$all = require ROOT . '/app/settings.php';", "$all['tls']", "allows"),
        ("$all = require base_path('app/settings.php');", "$all['tls']", "allows"),
        ("", "(include __DIR__ . '/settings.php')['wire']['tls']", "allows"),
        ("$all = require 'settings.php'; $wire = $all['wire'];", "$wire['tls']", "allows"),
        ("$all = require 'settings.php';", f"$all['tls'] ?? {GOOD}", "allows"),
        ("$all = require 'settings.php';", f"$all['wire']['new'] ?? {OLD}", ""),
        ("$all = require 'settings.php';", "$all['wire']['new']", ""),
        ("$all = require 'settings.php';", "$all['other']", "unresolved"),
        ("$all = require 'missing.php';", "$all['wire']['tls']", "unresolved"),
        ("$all = require '../settings.php';", "$all['tls']", "unresolved"),
        ('$all = require __DIR__ . "/$name.php";', "$all['tls']", "unresolved"),
    ],
)
def test_an_entry_of_an_included_file(tmp_path: Path, before: str, value: str, expected: str) -> None:
    files = {"app/settings.php": SETTINGS, "app/a.php": script(value, before)}
    assert said(tmp_path, files) == ({"app/a.php:3": expected} if expected else {})


def test_the_way_leads_to_the_entry(tmp_path: Path) -> None:
    files = {"settings.php": SETTINGS, "a.php": script("$all['tls']", "$all = require 'settings.php';")}
    (finding,) = scanned(tmp_path, files).findings
    assert ("settings.php", 3) in {(step.path, step.region.line) for step in finding.usage.trace}
    assert "is set" not in finding.message


def test_the_file_beside_counts_first_and_the_path_is_meant_as_it_is_written(tmp_path: Path) -> None:
    good = SETTINGS.replace(OLD, GOOD)
    files = {
        "settings.php": SETTINGS,
        "app/settings.php": good,
        "app/a.php": script("$all['tls']", "$all = require 'settings.php';"),
        "app/b.php": script("$all['tls']", "$all = require __DIR__ . '/../settings.php';"),
        "app/c.php": script("$all['tls']", "$all = require ROOT . '/settings.php';"),
    }
    assert said(tmp_path, files) == {"app/b.php:3": "allows", "app/c.php:3": "unresolved"}


def test_what_a_file_puts_together_before_it_returns_it(tmp_path: Path) -> None:
    settings = f"<?php\n$all = ['tls' => {OLD}];\nreturn $all;\n"
    files = {"settings.php": settings, "a.php": script("$all['tls']", "$all = require 'settings.php';")}
    assert said(tmp_path, files) == {"a.php:3": "allows"}


def test_a_member_that_keeps_what_a_file_gives(tmp_path: Path) -> None:
    code = """<?php
class Wire {
    private $all;
    function __construct() { $this->all = require __DIR__ . '/settings.php'; }
    function send($ch) { curl_setopt($ch, CURLOPT_SSLVERSION, $this->all['tls']); }
}
"""
    assert said(tmp_path, {"settings.php": SETTINGS, "a.php": code}) == {"a.php:5": "allows"}


SERVICES = "<?php\nreturn [\n    'shop' => [\n        'tls' => {value},\n    ],\n];\n"


@pytest.mark.parametrize(
    ("value", "asked", "expected"),
    [
        (OLD, "config('services.shop.tls')", "allows"),
        (OLD, f"config('services.shop.tls', {GOOD})", "allows"),
        (GOOD, f"config('services.shop.tls', {OLD})", ""),
        (f"env('SHOP_TLS', {OLD})", "config('services.shop.tls')", "allows"),
        (f"env('SHOP_TLS', {OLD})", "Config::get('services.shop.tls')", "allows"),
        (f"env('SHOP_TLS', {OLD})", "config()->get('services.shop.tls')", "allows"),
        (f"env('SHOP_TLS', {GOOD})", "config('services.shop.tls')", ""),
        ("env('SHOP_TLS')", "config('services.shop.tls')", "unresolved"),
        (OLD, "config('services.shop.port')", "unresolved"),
        (OLD, "config('other.shop.tls')", "unresolved"),
        (OLD, f"config('services.shop.port', {OLD})", "allows"),
        (OLD, "config($key)", "unresolved"),
    ],
)
def test_a_setting_of_a_framework(tmp_path: Path, value: str, asked: str, expected: str) -> None:
    code = f"<?php\nnamespace App;\nuse Illuminate\\Support\\Facades\\Config;\n{script(asked)[6:]}"
    files = {"config/services.php": SERVICES.format(value=value), "app/Shop.php": code}
    found = said(tmp_path, files)
    assert found == ({"app/Shop.php:6": expected} if expected else {})


def test_of_several_programs_the_settings_of_the_own_one_count(tmp_path: Path) -> None:
    files = {
        "one/config/services.php": SERVICES.format(value=OLD),
        "two/config/services.php": SERVICES.format(value=GOOD),
        "one/app/a.php": script("config('services.shop.tls')"),
        "two/app/a.php": script("config('services.shop.tls')"),
    }
    assert said(tmp_path, files) == {"one/app/a.php:3": "allows"}


def test_files_that_include_each_other_end(tmp_path: Path) -> None:
    files = {
        "a.php": script("$all['tls']", "$all = require 'b.php';") + "return require 'b.php';\n",
        "b.php": "<?php\nreturn require 'a.php';\n",
        "deep.php": script("$all" + "['a']" * 3000, "$all = require 'b.php';"),
        "join.php": script("$all['a']", "$all = require " + " . ".join(["'x'"] * 3000) + ";"),
    }
    assert all(what == "unresolved" for what in said(tmp_path, files).values())
