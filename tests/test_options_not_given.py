"""PHP: an entry of options that gets an old version only where nobody has given one."""

from pathlib import Path

import pytest

from tlsscan.conditions import lacked_by
from tlsscan.model import Finding, Level, Verdict
from tree_scans import scanned

FEED = """<?php
function feed($url, $options = array()) {{
    {}
    {}
}}
"""
OLD = "STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT"
ADDED = f"{{ $options['crypto_method'] = {OLD}; }}"
CONTEXT = "return file_get_contents($url, false, stream_context_create(['ssl' => $options]));"
READ = "$s = stream_socket_client($url); stream_socket_enable_crypto($s, true, $options['crypto']);"


def found(tmp_path: Path, *lines: str) -> Finding:
    """The one finding."""
    (finding,) = scanned(tmp_path, {"feed.php": FEED.format(*lines)}).findings
    return finding


@pytest.mark.parametrize(
    "asked",
    [
        "!isset($options['crypto_method'])",
        "empty($options['crypto_method'])",
        "!array_key_exists('crypto_method', $options)",
        "$options['crypto_method'] === null",
    ],
)
def test_an_entry_for_want_of_one_is_told_so(asked: str, tmp_path: Path) -> None:
    told = found(tmp_path, f"if ({asked}) {ADDED}", CONTEXT)
    assert (told.verdict, told.level, told.usage.condition) == (Verdict.FAILS, Level.ERROR, asked)
    assert told.message.endswith(f"(when {asked}; what is given there decides otherwise)")


@pytest.mark.parametrize("asked", ["!isset($options['host'])", "isset($options['crypto_method'])", "$old"])
def test_other_conditions_say_nothing_of_it(asked: str, tmp_path: Path) -> None:
    assert found(tmp_path, f"if ({asked}) {ADDED}", CONTEXT).usage.condition == ""


@pytest.mark.parametrize("asked", ["!isset($options['crypto'])", "empty($options['crypto'])"])
def test_so_is_one_that_is_read_later(asked: str, tmp_path: Path) -> None:
    told = found(tmp_path, f"if ({asked}) {{ $options['crypto'] = {OLD}; }}", READ)
    assert (told.verdict, told.usage.condition) == (Verdict.FAILS, asked)
    assert f"(when {asked}; options['crypto'] can change it)" in told.message


def test_what_is_set_in_any_case_has_no_condition(tmp_path: Path) -> None:
    told = found(tmp_path, f"$options['crypto'] = {OLD};", READ)
    assert (told.verdict, told.usage.condition) == (Verdict.FAILS, "")


@pytest.mark.parametrize(
    ("condition", "written", "part"),
    [
        ('!isset($a["x"])', "$a['x']", '!isset($a["x"])'),
        ("$on && !isset($a['x'])", "$a['x']", "!isset($a['x'])"),
        ("not (isset($a['x']))", "$a['x']", "!isset($a['x'])"),
        ("$on and not (isset($a['x']) || $b)", "$a['x']", "!isset($a['x'])"),
        ("$on || !isset($a['x'])", "$a['x']", ""),
        ("!isset($a['x'], $b)", "$a['x']", ""),
        ("!isset($a['xy'])", "$a['x']", ""),
        ("", "$a['x']", ""),
    ],
)
def test_the_part_of_a_condition_that_asks_for_what_is_written(condition: str, written: str, part: str) -> None:
    assert lacked_by(condition, written) == part
