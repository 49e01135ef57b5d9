"""PHP: members that a class made from another one gives a value of its own."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

BASE = """<?php
namespace Shop;
{kind} Client {{
    {declared}
    public function fetch($url) {{
        $ch = curl_init($url);
        curl_setopt($ch, CURLOPT_SSLVERSION, {used});
        return curl_exec($ch);
    }}
}}
"""
HEIR = """<?php
namespace Shop\\Old;
use Shop\\Client;
class Till extends Client {{
    {declared}
}}
"""
GOOD, OLD = "CURL_SSLVERSION_TLSv1_2", "CURL_SSLVERSION_TLSv1_1"
THERE = f"old/Till.php:5 {OLD}"


def found(tmp_path: Path, base: str, used: str, heir: str, kind: str = "class") -> dict[str, str]:
    files = {"Client.php": BASE.format(kind=kind, declared=base, used=used), "old/Till.php": HEIR.format(declared=heir)}
    return {place: what.partition(" ")[0] for place, what in told(scanned(tmp_path, files)).items()}


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        ("protected $tls = {};", "$this->tls"),
        ("public ?int $tls = {};", "$this->tls"),
        ("protected static $tls = {};", "static::$tls"),
        ("const TLS = {};", "static::TLS"),
        ("protected const int TLS = {};", "$this::TLS"),
    ],
)
def test_what_a_class_declares_anew_is_told_there(tmp_path: Path, declared: str, used: str) -> None:
    assert found(tmp_path, declared.format(GOOD), used, declared.format(OLD)) == {THERE: "allows"}


@pytest.mark.parametrize(
    ("declared", "used"),
    [("protected $tls;", "$this->tls"), ("", "$this->tls"), ("", "static::TLS")],
)
def test_of_a_member_that_only_others_give_a_value_theirs_is_told(tmp_path: Path, declared: str, used: str) -> None:
    heir = f"const TLS = {OLD};" if "TLS" in used else f"protected $tls = {OLD};"
    assert found(tmp_path, declared, used, heir, "abstract class") == {THERE: "allows"}


@pytest.mark.parametrize(
    ("kind", "base", "used", "heir"),
    [
        ("class", "private $tls = {};", "$this->tls", "private $tls = {};"),
        ("class", "const TLS = {};", "self::TLS", "const TLS = {};"),
        ("class", "const TLS = {};", "Client::TLS", "const TLS = {};"),
        ("class", "protected static $tls = {};", "self::$tls", "protected static $tls = {};"),
        ("final class", "protected $tls = {};", "$this->tls", "protected $tls = {};"),
        ("class", "protected $tls = {};", "$this->tls", "protected $port = {};"),
    ],
)
def test_what_the_base_reads_of_itself_alone_stays_its_own(
    tmp_path: Path, kind: str, base: str, used: str, heir: str
) -> None:
    assert found(tmp_path, base.format(GOOD), used, heir.format(OLD), kind) == {}


def test_what_the_base_declares_is_told_where_an_heir_is_better(tmp_path: Path) -> None:
    declared = "protected $tls = {};"
    told = found(tmp_path, declared.format(OLD), "$this->tls", declared.format(GOOD))
    assert told == {"Client.php:7 $this->tls": "allows"}


def test_the_own_value_of_the_base_stands_without_a_condition(tmp_path: Path) -> None:
    base = BASE.format(kind="class", declared=f"protected $tls = {OLD};", used="$this->tls")
    (finding,) = scanned(tmp_path, {"Client.php": base}).findings
    assert "not set" not in finding.message


def test_what_an_heir_declares_leads_to_where_the_base_takes_it(tmp_path: Path) -> None:
    base = BASE.format(kind="class", declared=f"protected $tls = {GOOD};", used="$this->tls")
    heir = HEIR.format(declared=f"protected $tls = {OLD};")
    (finding,) = scanned(tmp_path, {"Client.php": base, "old/Till.php": heir}).findings
    assert [(step.path, step.region.line) for step in finding.usage.passed] == [("Client.php", 7)]


def test_what_a_constructor_of_an_heir_gives_is_told_there(tmp_path: Path) -> None:
    heir = f"public function __construct() {{ $this->tls = {OLD}; }}"
    assert found(tmp_path, f"protected $tls = {GOOD};", "$this->tls", heir) == {THERE: "allows"}


def test_a_class_of_another_namespace_is_no_heir(tmp_path: Path) -> None:
    heir = HEIR.format(declared=f"protected $tls = {OLD};").replace("use Shop", "use Bank")
    files = {
        "Client.php": BASE.format(kind="class", declared=f"protected $tls = {GOOD};", used="$this->tls"),
        "old/Till.php": heir,
    }
    assert told(scanned(tmp_path, files)) == {}


def test_an_heir_of_an_heir_in_one_file_declares_anew(tmp_path: Path) -> None:
    heirs = HEIR.format(declared="protected $port = 1;") + f"class Slip extends Till {{\n protected $tls = {OLD};\n}}\n"
    base = BASE.format(kind="class", declared=f"protected $tls = {GOOD};", used="$this->tls")
    found = told(scanned(tmp_path, {"Client.php": base, "old/Till.php": heirs}))
    assert list(found) == [f"old/Till.php:8 {OLD}"]


def test_a_class_names_the_constant_that_its_trait_reads(tmp_path: Path) -> None:
    base = BASE.format(kind="trait", declared="", used="self::TLS")
    heir = HEIR.format(declared=f"use Client;\n const TLS = {OLD};").replace(" extends Client", "")
    found = told(scanned(tmp_path, {"Client.php": base, "old/Till.php": heir}))
    assert list(found) == [f"old/Till.php:6 {OLD}"]


def test_a_class_that_its_base_names_itself_is_still_known(tmp_path: Path) -> None:
    code = """<?php
class Caller {
    protected $class = 'Wire';
    function go() { $wire = new $this->class(); $wire->setTls(CURL_SSLVERSION_TLSv1_1); }
}
class Wire { function setTls($v) { $ch = curl_init('https://a'); curl_setopt($ch, CURLOPT_SSLVERSION, $v); } }
"""
    found = told(scanned(tmp_path, {"a.php": code}))
    assert list(found) == [f"a.php:4 {OLD}"]


def test_chains_and_circles_of_heirs_end(tmp_path: Path) -> None:
    chain = "".join(f"class C{n} extends C{n + 1} {{ protected $tls = static::TLS; }}\n" for n in range(2000))
    circle = "class A extends B { protected $tls = static::TLS; const TLS = static::TLS; }\nclass B extends A {}\n"
    used = "class D extends A { function f($ch) { curl_setopt($ch, CURLOPT_SSLVERSION, $this->tls); } }\n"
    found = told(scanned(tmp_path, {"a.php": f"<?php\n{chain}{circle}{used}"}))
    assert all(what.startswith("unresolved") for what in found.values())
