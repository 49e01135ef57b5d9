"""PHP: what objects of classes of another file hold."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

OLD, GOOD = "CURL_SSLVERSION_TLSv1_1", "CURL_SSLVERSION_TLSv1_2"
CLASS = "<?php\nnamespace Shop;\nclass Wire {{\n    {body}\n}}\n"
USE = """<?php
namespace Shop;
function send($ch) {{
    {before}
    curl_setopt($ch, CURLOPT_SSLVERSION, {value});
}}
"""


def said(tmp_path: Path, files: dict[str, str]) -> dict[str, str]:
    return {place.partition(" ")[0]: what.partition(" ")[0] for place, what in told(scanned(tmp_path, files)).items()}


def found(tmp_path: Path, body: str, value: str, before: str = "$wire = new Wire();") -> dict[str, str]:
    return said(tmp_path, {"Wire.php": CLASS.format(body=body), "a.php": USE.format(before=before, value=value)})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("public $tls = {};", "$wire->tls"),
        ("public $tls = {};", "(new Wire())->tls"),
        ("public $tls; function __construct() {{ $this->tls = {}; }}", "$wire->tls"),
        ("function __construct(public readonly int $tls = {}) {{}}", "$wire->tls"),
        ("private $kept = {}; function tls() {{ return $this->kept; }}", "$wire->tls()"),
        ("function tls() {{ return {}; }}", "(new Wire())->tls()"),
        ("public static $tls = {};", "Wire::$tls"),
    ],
)
def test_what_an_object_of_another_file_holds(tmp_path: Path, body: str, value: str) -> None:
    assert found(tmp_path, body.format(OLD), value) == {"a.php:5": "allows"}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("public $tls = {};", "$wire->tls"),
        ("private $kept = {}; function tls() {{ return $this->kept; }}", "$wire->tls()"),
        ("function __construct(public int $tls = {}) {{}}", "$wire->tls"),
    ],
)
def test_a_good_one_is_silent(tmp_path: Path, body: str, value: str) -> None:
    assert found(tmp_path, body.format(GOOD), value) == {}


@pytest.mark.parametrize("first", [";", f" = {GOOD};", f" = {OLD};"])
@pytest.mark.parametrize(("given", "expected"), [(GOOD, {}), (OLD, {"a.php:5": "allows"})])
def test_what_the_function_itself_sets_counts(tmp_path: Path, first: str, given: str, expected: dict[str, str]) -> None:
    assert (
        found(tmp_path, f"public $tls{first}", "$wire->tls", f"$wire = new Wire(); $wire->tls = {given};") == expected
    )


def test_another_object_has_what_the_class_says(tmp_path: Path) -> None:
    before = f"$wire = new Wire(); $wire->tls = {GOOD}; $wire = new Wire();"
    assert found(tmp_path, f"public $tls = {OLD};", "$wire->tls", before) == {"a.php:5": "allows"}


def test_what_others_set_is_told_there(tmp_path: Path) -> None:
    files = {
        "Wire.php": CLASS.format(body="public $tls;"),
        "a.php": "<?php\nnamespace Shop;\nfunction send($ch, Wire $wire) {\n"
        "    curl_setopt($ch, CURLOPT_SSLVERSION, $wire->tls);\n}\n",
        "b.php": f"<?php\nnamespace Shop;\n$wire = new Wire();\n$wire->tls = {OLD};\nsend(curl_init(), $wire);\n",
    }
    assert said(tmp_path, files) == {"b.php:4": "allows"}


@pytest.mark.parametrize(
    ("body", "value", "before"),
    [
        ("private $tls;", "$wire->tls", "$wire = new Wire();"),
        (f"public $tls = {OLD};", "$wire->tls", "$wire = make();"),
        (f"public $tls = {OLD};", "$wire->tls", "$wire = new \\Bank\\Wire();"),
        (f"function tls() {{ return {OLD}; }}", "$wire->tls()", "$wire = new \\Bank\\Wire();"),
        (f"function tls($old) {{ return $old ? {OLD} : {GOOD}; }}", "$wire->tls($x)", "$wire = new Wire();"),
    ],
)
def test_what_is_not_certain_is_told_as_such(tmp_path: Path, body: str, value: str, before: str) -> None:
    assert found(tmp_path, body, value, before) == {"a.php:5": "unresolved"}


def test_objects_that_are_set_from_themselves_end(tmp_path: Path) -> None:
    before = " ".join("$wire->tls = $wire->tls;" for _ in range(500))
    assert found(tmp_path, "public $tls;", "$wire->tls", f"$wire = new Wire(); {before}") == {"a.php:5": "unresolved"}
