"""PHP's arrays put together: `+` keeps the left entry, `array_replace` and `array_merge` the last one; the latter and
`...` number anew what has a number for a key, as all options of curl have."""

from pathlib import Path

import pytest

from tlsscan.model import Verdict
from tree_scans import scanned, told

OLD, NEW = "CURLOPT_SSLVERSION => 3", "CURLOPT_SSLVERSION => 6"
SOAP_OLD, SOAP_NEW = "'ssl_method' => SOAP_SSL_METHOD_SSLv3", "'ssl_method' => SOAP_SSL_METHOD_SSLv23"
STREAM_OLD, STREAM_NEW = (
    f"'ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_{minor}_CLIENT]"
    for minor in (0, "2_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_3")
)


def places(tmp_path: Path, code: str) -> list[int]:
    """The lines of which something is told that is not fine."""
    found = told(scanned(tmp_path, {"a.php": f"<?php\n{code}\n"}))
    return sorted(int(place.partition(" ")[0].rpartition(":")[2]) for place in found)


@pytest.mark.parametrize(
    "joined",
    [
        f"[{NEW}] + [\n{OLD}]",
        f"array_replace([\n{OLD}], [{NEW}])",
        f"array_merge([\n{OLD}], [{NEW}])",
        f"array_merge([{NEW}], [\n{OLD}])",
        f"array_merge_recursive($more, [\n{OLD}])",
        f"[...[\n{OLD}], {NEW}]",
    ],
)
def test_an_entry_that_is_not_there_says_nothing(tmp_path: Path, joined: str) -> None:
    assert places(tmp_path, f"curl_setopt_array($ch, {joined});") == []


@pytest.mark.parametrize(
    "joined",
    [
        f"[\n{OLD}] + [{NEW}]",
        f"$more + [\n{OLD}]",
        f"[CURLOPT_URL => $url] + [\n{OLD}]",
        f"array_replace([{NEW}], [\n{OLD}])",
        f"array_replace($more, [\n{OLD}])",
        f"array_replace([\n{OLD}], $more)",
        f"[...$more, \n{OLD}]",
    ],
)
def test_an_entry_that_is_there_or_may_be_is_told(tmp_path: Path, joined: str) -> None:
    assert places(tmp_path, f"curl_setopt_array($ch, {joined});") == [3]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"new SoapClient($w, [{SOAP_NEW}] + [\n{SOAP_OLD}]);", []),
        (f"new SoapClient($w, [\n{SOAP_OLD}] + [{SOAP_NEW}]);", [3]),
        (f"new SoapClient($w, array_merge([\n{SOAP_OLD}], [{SOAP_NEW}]));", []),
        (f"new SoapClient($w, array_merge([{SOAP_NEW}], [\n{SOAP_OLD}]));", [3]),
        (f"new SoapClient($w, [...$more, \n{SOAP_OLD}]);", [3]),
        (f"stream_context_create([{STREAM_NEW}] + [\n{STREAM_OLD}]);", []),
        (f"stream_context_create([\n{STREAM_OLD}] + [{STREAM_NEW}]);", [3]),
        (f"new Client(array_merge($more, ['curl' => [\n{OLD}]]));", [3]),
        (f"new Client(array_merge(['curl' => [\n{OLD}]], ['curl' => [{NEW}]]));", []),
        (f"$o = [{NEW}];\n$o += [\n{OLD}];\ncurl_setopt_array($ch, $o);", []),
        (f"$o = [CURLOPT_URL => $u];\n$o += [\n{OLD}];\ncurl_setopt_array($ch, $o);", [4]),
        (f"$o = [];\nif ($x) {{ $o[CURLOPT_SSLVERSION] = 6; }}\n$o += [\n{OLD}];\ncurl_setopt_array($ch, $o);", [5]),
        (f"function f($o = [{NEW}]) {{\n$o += [\n{OLD}];\ncurl_setopt_array($ch, $o); }}", [4]),
    ],
)
def test_other_arrays(tmp_path: Path, code: str, expected: list[int]) -> None:
    assert places(tmp_path, code) == expected


FIRST = "<?php\n$o = ['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_TLS_CLIENT%s]];\n"
SECOND = "$o = ['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT]];\n"
USED = "stream_context_create($o);\n"


def lines(tmp_path: Path, code: str, verdict: Verdict) -> dict[int, str]:
    found = scanned(tmp_path, {"a.php": code}).findings
    return {f.usage.place.region.line: f.usage.condition for f in found if f.verdict is verdict}


def test_an_array_that_another_replaces_before_its_use_is_not_told(tmp_path: Path) -> None:
    assert lines(tmp_path, FIRST % "" + SECOND + USED, Verdict.ALLOWS) == {}
    assert lines(tmp_path, FIRST % "" + USED + SECOND + USED, Verdict.ALLOWS) == {2: ""}
    assert lines(tmp_path, FIRST % "" + "$p = compact('o');\n" + SECOND + USED, Verdict.ALLOWS) == {2: ""}
    assert lines(tmp_path, FIRST % "" + "require 'send.php';\n" + SECOND + USED, Verdict.ALLOWS) == {2: ""}
    bounded = FIRST % ", 'min_proto_version' => STREAM_CRYPTO_PROTO_TLSv1_2"
    old = SECOND.replace("TLSv1_2", "TLS")
    assert lines(tmp_path, bounded + old + USED, Verdict.ALLOWS) == {3: ""}  # no bound is left of the first


def test_one_that_may_be_replaced_is_told_with_the_opposite(tmp_path: Path) -> None:
    maybe = FIRST % "" + "if ($new) {\n" + SECOND + "}\n" + USED
    assert lines(tmp_path, maybe, Verdict.ALLOWS) == {2: "not ($new)"}
    asked = FIRST % "" + "if (version_compare(PHP_VERSION, '5.6') >= 0) {\n" + SECOND + "}\n" + USED
    assert lines(tmp_path, asked, Verdict.ALLOWS) == {}
    arms = "<?php\nif ($x) {\n" + FIRST.removeprefix("<?php\n") % "" + "} else {\n" + SECOND + "}\n" + USED
    assert lines(tmp_path, arms, Verdict.ALLOWS).keys() == {3}
    (tmp_path / "Dockerfile").write_text("FROM php:7.0\n")
    newer = asked.replace("5.6", "7.1")
    assert lines(tmp_path, newer, Verdict.FAILS) == {2: ""}  # the condition never holds there


def test_what_all_arms_of_a_definition_share_is_told_of_it(tmp_path: Path) -> None:
    code = "<?php\n$v = $a ? CURL_SSLVERSION_TLSv1 : 1;\n$v = $b ? CURL_SSLVERSION_TLSv1_0 : $v;\n"
    assert lines(tmp_path, code + "curl_setopt($h, CURLOPT_SSLVERSION, $v);\n", Verdict.ALLOWS) == {
        2: "not ($b)",
        3: "$b",
    }
