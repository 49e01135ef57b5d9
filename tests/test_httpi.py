"""HTTPI in Ruby: what its ssl_version is with curb, and what is advised where it has no min_version."""

from pathlib import Path

import pytest

from tree_scans import scanned

SET = "request.auth.ssl.ssl_version = :TLSv1\n"


@pytest.mark.parametrize(
    ("code", "line", "verdict", "rule"),
    [
        (f"{SET}HTTPI.get(request)\n", 1, "fails", "ruby/httpi-ssl-version"),
        (f"request = HTTPI::Request.new(u)\n{SET}HTTPI.get(request)\n", 2, "fails", "ruby/httpi-ssl-version"),
        (f"{SET}HTTPI.get(request, :curb)\n", 1, "allows", "ruby/httpi-curb-ssl-version"),
        (f"HTTPI.adapter = :curb\n{SET}HTTPI.get(request)\n", 2, "allows", "ruby/httpi-curb-ssl-version"),
        (f"{SET}HTTPI::Adapter::Curb.new(request).request(:get)\n", 1, "allows", "ruby/httpi-curb-ssl-version"),
        ("HTTPI.get(request, :curb)\nhttp.ssl_version = :TLSv1\n", 2, "fails", "ruby/ssl-version-attribute"),
    ],
)
def test_curb_takes_it_for_the_lowest_version(tmp_path: Path, code: str, line: int, verdict: str, rule: str) -> None:
    [one] = scanned(tmp_path, {"a.rb": code}).findings
    assert (one.usage.place.region.line, one.verdict, one.usage.rule) == (line, verdict, rule)


@pytest.mark.parametrize("call", ["HTTPI.get(request)", "HTTPI.get(request, :curb)"])
def test_no_bound_is_advised_that_its_adapters_refuse(tmp_path: Path, call: str) -> None:
    [one] = scanned(tmp_path, {"a.rb": f"{SET}{call}\n"}).findings
    assert "min_version" not in one.remediation
