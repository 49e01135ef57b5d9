"""PHP's curl handles: of several settings of one option on one handle the last one counts, from then on."""

import json
from pathlib import Path

import pytest

from cli_tools import run
from tlsscan.model import Level, Verdict
from tree_scans import scanned, told

HEAD = """<?php
function go($url, $fast, $v) {
 $ch = curl_init($url);
"""
OLD = "curl_setopt($ch, CURLOPT_SSLVERSION, 1);"
NEW = "curl_setopt($ch, CURLOPT_SSLVERSION, 6);"
URL = "curl_setopt($ch, CURLOPT_URL, $url);"
RUN = "curl_exec($ch);"


def lines(tmp_path: Path, *statements: str) -> dict[int, str]:
    """What is told of each of the statements of a function, by their number."""
    code = HEAD + "".join(f" {statement}\n" for statement in statements) + "}\n"
    found = told(scanned(tmp_path, {"a.php": code}))
    return {
        int(place.partition(" ")[0].rpartition(":")[2]) - 4: said.partition(" ")[0] for place, said in found.items()
    }


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((OLD, URL, NEW, RUN), {}),
        ((NEW, URL, OLD, RUN), {2: "allows"}),
        ((OLD, URL, OLD, RUN), {2: "allows"}),
        ((OLD, "curl_setopt($ch, CURLOPT_SSLVERSION, 0);", RUN), {}),
        (("curl_setopt_array($ch, [CURLOPT_URL => $url, CURLOPT_SSLVERSION => 1]);", NEW, RUN), {}),
        ((OLD, "curl_setopt_array($ch, [CURLOPT_URL => $url, CURLOPT_SSLVERSION => 6]);", RUN), {}),
        ((OLD, "curl_setopt_array($ch, [CURLOPT_URL => $url, CURLOPT_SSLVERSION => 1]);", RUN), {1: "allows"}),
        (("curl_setopt_array($ch, [CURLOPT_SSLVERSION => 6]);", OLD, RUN), {1: "allows"}),
    ],
)
def test_the_last_one_decides(tmp_path: Path, statements: tuple[str, ...], expected: dict[int, str]) -> None:
    assert lines(tmp_path, *statements) == expected


def test_the_one_that_is_replaced_is_related(tmp_path: Path) -> None:
    code = f"{HEAD} {NEW}\n {OLD}\n}}\n"
    (finding,) = scanned(tmp_path, {"a.php": code}).findings
    assert (finding.verdict, finding.usage.place.region.line) == (Verdict.ALLOWS, 5)
    assert [place.region.line for place in finding.usage.related] == [4]


@pytest.mark.parametrize(
    "used",
    [
        RUN,
        "$result = curl_exec($ch);",
        "curl_multi_add_handle($multi, $ch);",
        "$copy = curl_copy_handle($ch);",
        "$this->send($ch);",
        "$info = curl_getinfo($ch, CURLINFO_SSL_VERIFYRESULT);",
    ],
)
def test_what_held_at_a_use_counts(tmp_path: Path, used: str) -> None:
    assert lines(tmp_path, OLD, used, NEW, RUN) == {0: "allows"}


@pytest.mark.parametrize(
    "between",
    [
        URL,
        "curl_setopt_array($ch, [CURLOPT_POST => true]);",
        "curl_reset($ch);",
        "$this->setHeaders($ch, $url);",
        "if (!is_resource($ch)) { return null; }",
    ],
)
def test_what_only_prepares_a_handle_is_no_use(tmp_path: Path, between: str) -> None:
    assert lines(tmp_path, OLD, between, NEW, RUN) == {}


@pytest.mark.parametrize(
    "between",
    ["$ch = curl_init($url);", "$other = $ch; $ch = curl_init();", "$ch = curl_copy_handle($ch);"],
)
def test_a_handle_made_anew_starts_again(tmp_path: Path, between: str) -> None:
    assert lines(tmp_path, OLD, between, NEW, RUN) == {0: "allows"}


@pytest.mark.parametrize(
    "asked",
    [
        "defined('CURL_SSLVERSION_TLSv1_2')",
        "version_compare(PHP_VERSION, '5.5.19', '>=')",
        "PHP_VERSION_ID >= 50519",
    ],
)
def test_one_for_newer_runtimes_leaves_the_first_to_older_ones(tmp_path: Path, asked: str) -> None:
    for statement in (f"if ({asked}) {{ {NEW} }}", f"if ({asked}) {NEW}"):
        assert lines(tmp_path, OLD, URL, statement, RUN) == {}
    code = f"{HEAD} {OLD}\n if ({asked}) {{ {NEW} }}\n}}\n"
    found = told(scanned(tmp_path, {"Dockerfile": "FROM php:5.4-apache\n", "a.php": code}))
    assert "a.php:4 1" in found


def test_one_under_any_other_condition_leaves_it_with_that(tmp_path: Path) -> None:
    code = f"{HEAD} {OLD}\n if ($fast) {{\n {NEW}\n }}\n}}\n"
    (finding,) = scanned(tmp_path, {"a.php": code}).findings
    assert (finding.verdict, finding.usage.place.region.line) == (Verdict.ALLOWS, 4)
    assert "unless $fast" in finding.message


def test_both_arms_replace_it(tmp_path: Path) -> None:
    both = f"if ($fast) {{ {NEW} }} else {{ curl_setopt($ch, CURLOPT_SSLVERSION, 7); }}"
    assert lines(tmp_path, "curl_setopt($ch, CURLOPT_SSLVERSION, 3);", both, RUN) == {}


def test_the_proxy_has_an_option_of_its_own(tmp_path: Path) -> None:
    proxy = "curl_setopt($ch, CURLOPT_PROXY_SSLVERSION, {});"
    assert lines(tmp_path, OLD, proxy.format(6), RUN) == {0: "allows"}
    assert lines(tmp_path, NEW, proxy.format(4), NEW, RUN) == {1: "allows"}
    assert lines(tmp_path, proxy.format(4), proxy.format(6), RUN) == {}


def test_handles_are_told_apart(tmp_path: Path) -> None:
    assert lines(tmp_path, OLD, "curl_setopt($other, CURLOPT_SSLVERSION, 6);", RUN) == {0: "allows"}


def test_a_class_around_curl_has_one_handle(tmp_path: Path) -> None:
    old, new = (f"$curl->setOption(CURLOPT_SSLVERSION, {version});" for version in (1, 6))
    assert lines(tmp_path, old, "$curl->setOption(CURLOPT_URL, $url);", new, "$curl->exec();") == {}
    assert lines(tmp_path, old, "$curl->get($url);", new) == {0: "allows"}
    assert lines(tmp_path, new, old) == {1: "allows"}


def test_a_list_of_examples_is_no_program(tmp_path: Path) -> None:
    settings = [f"curl_setopt($ch, CURLOPT_SSLVERSION, {version});" for version in (1, 4, 5, 1, 4, 6)]
    assert sorted(lines(tmp_path, *settings)) == [0, 1, 2, 3, 4]
    assert lines(tmp_path, *settings[:3], NEW, RUN) == {}


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ("$curl->setOption(CURLOPT_SSLVERSION, 1)->setOption(CURLOPT_SSLVERSION, 6);", {}),
        ("(new Curl())->setOption(CURLOPT_SSLVERSION, 1)->setUrl($url)->setOption(CURLOPT_SSLVERSION, 6);", {}),
        ("$curl->setOption(CURLOPT_SSLVERSION, 6)->setOption(CURLOPT_SSLVERSION, 1);", {0: "allows"}),
        ("$curl->setOption(CURLOPT_SSLVERSION, 1)->send()->setOption(CURLOPT_SSLVERSION, 6);", {0: "allows"}),
        ("$a->getA()->setOption(CURLOPT_SSLVERSION, 1); $a->getB()->setOption(CURLOPT_SSLVERSION, 6);", {0: "allows"}),
    ],
)
def test_a_chain_of_setters_sets_one_object(tmp_path: Path, chain: str, expected: dict[int, str]) -> None:
    assert lines(tmp_path, chain) == expected


@pytest.mark.parametrize("word", ["elseif", "else if"])
def test_the_first_of_a_chain_of_branches_is_told_with_its_condition(tmp_path: Path, word: str) -> None:
    chain = f"if ($v == 'a') {{ {OLD} }} {word} ($v == 'b') {{ {NEW} }} {word} ($fast) {{ {NEW} }} else {{ {NEW} }}"
    (finding,) = scanned(tmp_path, {"a.php": f"{HEAD} {chain}\n {RUN}\n}}\n"}).findings
    assert (finding.usage.place.region.line, finding.usage.condition) == (4, "$v == 'a'")


@pytest.mark.parametrize(
    ("statements", "told_of"),
    [
        (("$ch = curl_init('http://sms.example/send');", OLD, RUN), False),
        (("$ch = curl_init();", "curl_setopt($ch, CURLOPT_URL, 'http://sms.example/?to=' . $v);", OLD, RUN), False),
        (("$to = 'http://sms.example/';", "$ch = curl_init();", OLD, "curl_setopt($ch, CURLOPT_URL, $to);"), False),
        (("$ch = @curl_init();", 'curl_setopt($ch, CURLOPT_URL, "http://{$url}/x");', "if (!$ch) {}", OLD), False),
        (
            ("$ch = curl_init('http://a.example/');", OLD, "curl_setopt($ch, CURLOPT_FOLLOWLOCATION, false);", RUN),
            False,
        ),
        (
            (
                "$ch = curl_init();",
                "curl_setopt_array($ch, [CURLOPT_URL => 'http://a.example/', CURLOPT_SSLVERSION => 1]);",
                "$r = curl_exec($ch);",
            ),
            False,
        ),
        (("$ch = curl_init('sms.example:8080/send');", OLD, RUN), False),
        (("$ch = curl_init();", "curl_setopt($ch, CURLOPT_URL, 'sms.example/?to=' . $v);", OLD, RUN), False),
        (("$ch = curl_init('sms.example');", OLD, "curl_setopt($ch, CURLOPT_DEFAULT_PROTOCOL, 'https');", RUN), True),
        (("$ch = curl_init('imap.example/x');", OLD, "curl_setopt($ch, CURLOPT_USE_SSL, 3);", RUN), True),
        (("$ch = curl_init('sms.example' . $v);", OLD, RUN), True),
        (("$ch = curl_init('https://a.example/');", OLD, RUN), True),
        (("$ch = curl_init('http://a.example/');", "curl_setopt($ch, CURLOPT_URL, $url);", OLD, RUN), True),
        (("$ch = curl_init('http://a.example/');", OLD, "curl_setopt($ch, CURLOPT_FOLLOWLOCATION, 1);", RUN), True),
        (("$ch = curl_init('http://a.example/');", OLD, "curl_setopt($ch, $fast, $v);", RUN), True),
        (("$ch = curl_init('http://a.example/');", OLD, "curl_setopt_array($ch, $v);", RUN), True),
        (("$ch = curl_init('http://a.example/');", OLD, "$this->prepare($ch);", RUN), True),
        (("$ch = curl_init('http://a.example/');", OLD, "return $ch;"), True),
        (("$ch = curl_init('http://a.example/');", OLD, "$c = curl_copy_handle($ch);"), True),
        (("$ch = curl_init('http://a.example/');", OLD, "$f = function () use ($ch) {};"), True),
        (("$to = $fast ? 'http://a.example/' : 'https://a.example/';", "$ch = curl_init($to);", OLD), True),
        (("$ch = curl_init();", OLD, RUN), True),
        (("$ch = curl_init('http://a.example/');", RUN, "$ch = curl_init($url);", OLD, RUN), True),
        ((OLD, "curl_setopt($ch, CURLOPT_URL, 'http://a.example/');", RUN), True),
    ],
)
def test_a_handle_that_is_given_addresses_of_http_alone_uses_no_tls(
    tmp_path: Path, statements: tuple[str, ...], told_of: bool
) -> None:
    code = "<?php\nfunction go($url, $fast, $v, $ch) {\n" + "\n".join(statements) + "\n}\n"
    assert bool(told(scanned(tmp_path, {"a.php": code}))) is told_of


@pytest.mark.parametrize(
    ("call", "told_of"),
    [
        ("return $this->post('http://sms.example/', $x);", False),
        ("self::post('sms.example/send', $x); return $this->post('http://sms.example/', $x);", False),
        ("return $this->hand('http://sms.example/');", False),
        ("return $this->post('http://sms.example/', $x) ?: $this->post('https://sms.example/', $x);", True),
        ("return $this->post($x, $x);", True),
        ("return $this->post(...$x);", True),
        ("return array_map([$this, 'post'], $x) ?: $this->post('http://sms.example/', $x);", True),
        ("return $this->$x('https://a.example/') ?: $this->post('http://sms.example/', $x);", True),
        ("return 1;", True),
    ],
)
def test_a_private_method_is_given_addresses_by_the_calls_of_its_file(tmp_path: Path, call: str, told_of: bool) -> None:
    code = f"""<?php
class Sms {{
    public function send($x) {{ {call} }}
    private function hand($to) {{ return $this->post($to . '?a=1', null); }}
    private function post($url, $body) {{
        $ch = curl_init($url);
        {OLD}
        return curl_exec($ch);
    }}
}}
"""
    code = code if "hand(" in call else "\n".join(line for line in code.splitlines() if "hand" not in line)
    assert bool(told(scanned(tmp_path, {"a.php": code}))) is told_of
    public = code.replace("private function post", "public function post")
    assert told(scanned(tmp_path, {"a.php": public}))


def test_a_member_that_is_set_until_others_set_it_is_told_as_a_condition(tmp_path: Path) -> None:
    code = """<?php
class Listener {
    public $pin = true;
    public $skip = false;
    public function process($handle, $other) {
        if ($this->pin) { curl_setopt($handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1); }
        if ($other) { curl_setopt($other, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1); }
    }
}
"""
    use = "<?php\n$listener = new Listener();\n$listener->pin = false;\n$listener->process(curl_init(), null);\n"
    first, second = scanned(tmp_path, {"a.php": code, "b.php": use}).findings
    assert (first.level, "(when $this->pin" in first.message) == (Level.WARNING, True)
    assert (second.level, "when" in second.message) == (Level.WARNING, False)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("4", "before libcurl 7.61 it is TLS 1.0 alone"),
        ("CURL_SSLVERSION_TLSv1_1", "before libcurl 7.61 it is TLS 1.1 alone"),
        ("4 | (6 << 16)", ""),  # which 7.54 knows for a range
        ("1", ""),
    ],
)
@pytest.mark.parametrize("claimed", [False, True])
def test_what_a_lowest_version_is_in_an_older_libcurl_is_told_where_that_is_assumed(
    value: str, said: str, claimed: bool, tmp_path: Path
) -> None:
    (tmp_path / "a.php").write_text(f"<?php curl_setopt($ch, CURLOPT_SSLVERSION, {value});\n")
    named = ["--runtime", "libcurl=7.88.1"] if claimed else []
    (found,) = json.loads(run("-f", "json", "--exit-zero", *named, cwd=tmp_path).out)["findings"]
    assert found["level"] == "warning"
    assert ("before libcurl 7.61" in found["message"]) is (bool(said) and not claimed)
    assert said in found["message"] or claimed
