"""Bounds that leave nothing: such a setting fails already, not only at the deadline."""

from pathlib import Path

import pytest

from tlsscan.model import Verdict
from tree_scans import scanned

PHP = "<?php curl_setopt($c, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_3 | CURL_SSLVERSION_MAX_TLSv1_2);"
PYTHON = (
    "import ssl\nc = ssl.create_default_context()\n"
    "c.minimum_version = ssl.TLSVersion.TLSv1_3\nc.maximum_version = ssl.TLSVersion.{}\n"
)


@pytest.mark.parametrize(("name", "code"), [("a.php", PHP), ("a.py", PYTHON.format("TLSv1_2"))])
def test_a_lowest_version_above_the_highest_fails_already(tmp_path: Path, name: str, code: str) -> None:
    (finding,) = scanned(tmp_path, {name: code}).findings
    assert (finding.verdict, finding.broken_already) == (Verdict.FAILS, True)
    assert "already fails: the lowest version that is set is above the highest" in finding.message


def test_bounds_that_meet_are_no_contradiction(tmp_path: Path) -> None:
    assert not scanned(tmp_path, {"a.py": PYTHON.format("TLSv1_3")}).findings
