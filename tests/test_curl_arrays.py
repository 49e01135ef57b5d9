"""curl_setopt_array ends at the first option that is refused: a handle whose address stands behind an SSL version that
libcurl no longer has connects to nothing."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

URL = "CURLOPT_URL => $address"
OLD = "CURLOPT_SSLVERSION => 3"
REFUSED = ""  # it fails on any libcurl


@pytest.mark.parametrize(
    ("body", "level", "said"),
    [
        (f"$c = curl_init(); curl_setopt_array($c, [{OLD}, {URL}]); curl_exec($c);", Level.ERROR, REFUSED),
        (f"$c = curl_init(); $o = array({OLD}, {URL}); curl_setopt_array($c, $o);", Level.ERROR, REFUSED),
        (f"$c = curl_init(); curl_setopt_array($c, [{URL}, {OLD}]);", Level.WARNING, "sets none of those behind"),
        (f"$c = curl_init($address); curl_setopt_array($c, [{OLD}, {URL}]);", Level.WARNING, "none of those behind"),
        (
            f"$c = curl_init(); $o = [{OLD}, {URL}]; foreach ($o as $k => $v) curl_setopt($c, $k, $v);"
            "curl_setopt_array($c, $p);",
            Level.WARNING,
            "none of those behind",
        ),
    ],
)
def test_what_stands_behind_a_refused_version_is_not_set(body: str, level: Level, said: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.php": f"<?php\nfunction send($address, $p) {{\n  {body}\n}}\n"})
    (found,) = report.findings
    assert (found.level, found.usage.place.region.line) == (level, 3)
    assert said in found.message
    assert bool(said) == ("no effect with libcurl 7.77" in found.message)
