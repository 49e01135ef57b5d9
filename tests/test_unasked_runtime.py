"""A runtime that cannot be asked for the floor, though its default reaches it."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tree_scans import scanned

DOCKERFILE = "FROM ubuntu:14.04.5\nRUN apt-get update && apt-get install -y python-dev openssl\nCOPY . /app\n"


@pytest.mark.parametrize(
    ("code", "verdict", "level"),
    [
        pytest.param('print("hello")\n', Verdict.ALLOWS, Level.WARNING, id="no-tls"),
        pytest.param(
            'import urllib2\nurllib2.urlopen("https://a.example/")\n', Verdict.ALLOWS, Level.WARNING, id="default"
        ),
        pytest.param(
            "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2).wrap_socket(s)\n", Verdict.FAILS, Level.ERROR, id="named"
        ),
    ],
)
def test_it_fails_only_where_code_asks(tmp_path: Path, code: str, verdict: Verdict, level: Level) -> None:
    report = scanned(tmp_path, {"Dockerfile": DOCKERFILE, "a.py": code})
    found = [(f.verdict, f.level) for f in report.findings if f.usage.place.path == "Dockerfile"]
    assert found == [(verdict, level)]
