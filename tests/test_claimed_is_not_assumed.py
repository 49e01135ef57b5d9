"""Of what is claimed nothing is assumed, nor of what comes with it."""

from pathlib import Path

import pytest

from tree_scans import scanned

RUBY = {"a.rb": "c = OpenSSL::SSL::SSLContext.new\nc.min_version = :TLS1_1\nc.max_version = :TLS1_2\n"}
PYTHON = {"a.py": "import ssl\nc = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"}


@pytest.mark.parametrize(("code", "claim"), [(RUBY, ".ruby-version"), (PYTHON, ".python-version")])
def test_what_is_claimed_is_not_assumed(code: dict[str, str], claim: str, tmp_path: Path) -> None:
    version = "3.0.0" if claim == ".ruby-version" else "3.8.1"
    (tmp_path / "claimed").mkdir()
    (tmp_path / "open").mkdir()
    told = scanned(tmp_path / "claimed", {**code, claim: f"{version}\n"})
    assert told.findings
    assert [one.usage.assumed for one in told.findings if one.usage.assumed] == []
    assert told.assumed == ()
    unknown = scanned(tmp_path / "open", code)
    assert [one.usage.assumed for one in unknown.findings if one.usage.assumed]
    assert unknown.assumed
