"""PHP: methods of objects whose class stands in the file."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

CLASSES = """<?php
class Base { public function up() { return 4; } }
class S extends Base { private $v = 4; public function v() { return $this->v; } public function n() { return 6; } }
class T { public function v() { return 6; } }
class U { private S $s;
"""


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("function a($ch) { $s = new S(); curl_setopt($ch, CURLOPT_SSLVERSION, $s->v()); }", "allows"),
        ("function a($ch) { $s = new S(); curl_setopt($ch, CURLOPT_SSLVERSION, $s->up()); }", "allows"),
        ("function a($ch, S $s) { curl_setopt($ch, CURLOPT_SSLVERSION, $s->v()); }", "allows"),
        ("function a($ch) { curl_setopt($ch, CURLOPT_SSLVERSION, $this->s->v()); }", "allows"),
        ("function a($ch) { $s = new S(); curl_setopt($ch, CURLOPT_SSLVERSION, $s->n()); }", ""),
        ("function a($ch) { $s = new T(); curl_setopt($ch, CURLOPT_SSLVERSION, $s->v()); }", ""),
        ("function a($ch, S|T $s) { curl_setopt($ch, CURLOPT_SSLVERSION, $s->v()); }", "unresolved"),
        ("function a($ch, $s) { curl_setopt($ch, CURLOPT_SSLVERSION, $s->v()); }", "unresolved"),
        ("function a($ch, R $s) { curl_setopt($ch, CURLOPT_SSLVERSION, $s->v()); }", "unresolved"),
    ],
)
def test_a_method_of_an_object_gives_what_its_class_says(tmp_path: Path, function: str, expected: str) -> None:
    found = told(scanned(tmp_path, {"a.php": f"{CLASSES}{function}\n}}\n"}))
    assert [what.partition(" ")[0] for what in found.values()] == ([expected] if expected else [])
