"""PHP: constants that a call passes decide the way through the function that it calls."""

from pathlib import Path

import pytest

from tree_scans import scanned

CODE = "<?php\nclass A {{\n{function}\nfunction go($ch) {{ curl_setopt($ch, CURLOPT_SSLVERSION, {call}); }}\n}}\n"
SWITCH = "switch ($n) { case '1.0': return 4; case '1.1': return 5; default: return 6; }"
BRANCHES = "if ($n === '1.0') { return 4; } elseif ('1.1' == $n) { return 5; } else { return 6; }"
LEAVING = "if ($n != '1.0') { return $n === '1.1' ? 5 : 6; } return 4;"
MATCH = "return match ($n) { '1.0', '1' => 4, '1.1' => 5, default => 6 };"
SHARED = "switch ($n) { case '0.9': case '1.0': return 4; case '1.1': $x = 1; return 5; } return 6;"


def said(tmp_path: Path, body: str, call: str, taken: str = "$n") -> list[tuple[str, str, str]]:
    code = CODE.format(function=f"private function v({taken}) {{ {body} }}", call=call)
    findings = scanned(tmp_path, {"a.php": code}).findings
    return [(str(f.verdict), f.usage.condition, f.level.name) for f in findings]


@pytest.mark.parametrize("body", [SWITCH, BRANCHES, LEAVING, MATCH, SHARED])
@pytest.mark.parametrize("call", ["$this->v('%s')", "self::v('%s')", "$this->v(n: '%s')"])
def test_an_argument_decides_the_way(tmp_path: Path, body: str, call: str) -> None:
    assert said(tmp_path / "0", body, call % "1.0") == [("allows", "", "WARNING")]
    assert said(tmp_path / "1", body, call % "1.1") == [("allows", "", "WARNING")]
    assert said(tmp_path / "2", body, call % "1.2") == []


def test_a_default_decides_as_well(tmp_path: Path) -> None:
    taken = "$x, $n = '1.0'"
    assert said(tmp_path / "a", SWITCH, "$this->v(1)", taken) == [("allows", "", "WARNING")]
    assert said(tmp_path / "b", SWITCH, "$this->v(1, '1.2')", taken) == []


@pytest.mark.parametrize(
    ("body", "call"),
    [
        (SWITCH, "$this->v($m)"),
        (f"$n = trim($n); {SWITCH}", "$this->v('1.2')"),
        (f"foreach ($a as $b) {{ {SWITCH} }}", "$this->v('1.2')"),
        ("switch ($n) { case A: return 4; default: return 6; }", "$this->v('1.2')"),
        ("if ($x) { return 4; } return 6;", "$this->v('1.2')"),
    ],
)
def test_what_is_not_decided_keeps_its_conditions(tmp_path: Path, body: str, call: str) -> None:
    told = said(tmp_path, body, call)
    assert told and all(condition for _, condition, _ in told)
