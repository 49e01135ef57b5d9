"""PHP's arrays in variables: the key under which another array has one, the call that takes it, what is set there after
it."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

OLD, NEW = "STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT", "STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT"
GUZZLE = "<?php\nuse GuzzleHttp\\Client;\nfunction f() {\n%s\n}\n"


def rules_at(tmp_path: Path, code: str) -> dict[int, str]:
    """The rule and the verdict of each line of which something is told."""
    report = scanned(tmp_path, {"a.php": code})
    return {f.usage.place.region.line: f"{f.usage.rule} {f.verdict}" for f in report.findings}


@pytest.mark.parametrize(
    "given",
    [
        f"$s = ['crypto_method' => {OLD}]; return stream_context_create(['ssl' => $s]);",
        f"$s = []; $s['crypto_method'] = {OLD}; return stream_context_create(['ssl' => $s]);",
        f"$s = ['crypto_method' => {OLD}]; $o = ['http' => [], 'ssl' => $s]; return stream_context_create($o, []);",
        f"$s = ['crypto_method' => {OLD}]; $s['x'] = 1; g(stream_context_create(['ssl' => $s])); h($s);",
    ],
)
def test_an_array_under_a_key_is_what_that_says(tmp_path: Path, given: str) -> None:
    assert rules_at(tmp_path, GUZZLE % given) == {4: "php/stream-crypto-method fails"}


@pytest.mark.parametrize(
    "given",
    [
        f"$s = ['crypto_method' => {OLD}]; return new Client($s);",
        f"$s = ['crypto_method' => {OLD}]; return $this->send(['more' => $s]);",
        f"$s = ['crypto_method' => {OLD}]; g($s); $s = []; stream_context_create(['ssl' => $s]);",
    ],
)
def test_other_arrays_stay_what_the_file_says(tmp_path: Path, given: str) -> None:
    assert rules_at(tmp_path, GUZZLE % given) == {4: "php/http-client-crypto-method allows"}


def lines(tmp_path: Path, code: str) -> list[int]:
    found = told(scanned(tmp_path, {"a.php": f"<?php\n{code}\n"}))
    return sorted(int(place.partition(" ")[0].rpartition(":")[2]) for place in found)


FIRST = "$o = [CURLOPT_URL => $u, CURLOPT_SSLVERSION => CURL_SSLVERSION_TLSv1_0];\n"
SECOND = "curl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{FIRST}curl_setopt_array($ch, $o);\n{SECOND}", []),
        (f"{FIRST}$ch = curl_init();\ncurl_setopt_array($ch, $o);\n{SECOND}", []),
        (f"$o = [];\n$o[CURLOPT_SSLVERSION] = 4;\ncurl_setopt_array($ch, $o);\n{SECOND}", []),
        (f"{FIRST}{SECOND}curl_setopt_array($ch, $o);", [2]),
        (f"{FIRST}curl_setopt_array($ch, $o);\ncurl_exec($ch);\n{SECOND}", [2]),
        (f"{FIRST}curl_setopt_array($ch, $o);\ncurl_setopt_array($h, $o);\n{SECOND}", [2]),
        (f"{FIRST}curl_setopt_array($h, $o);\n{SECOND}", [2]),
        (f"{FIRST}if ($x) {{ curl_setopt_array($ch, $o); }}\n{SECOND}", [2]),
        (f"{FIRST}curl_setopt_array($ch, $o);\nif ($x) {{ {SECOND} }}", [2]),
        (f"{FIRST}$p = array_merge($ch, $o);\n{SECOND}", [2]),
        (f"{FIRST}$o = [CURLOPT_URL => $u, CURLOPT_SSLVERSION => 6];\ncurl_setopt_array($ch, $o);", []),
    ],
)
def test_what_a_handle_gets_after_its_array(tmp_path: Path, code: str, expected: list[int]) -> None:
    assert lines(tmp_path, code) == expected
