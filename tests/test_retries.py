"""What is tried anew with newer versions after a connection has failed: then both are permitted."""

from pathlib import Path

import pytest

from tree_scans import scanned

BEFORE = """import ssl
def connect(go, host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    try:
        return go(host, sslContext=context)
    except {caught}:
        context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
        return go(host, sslContext=context)
"""
INSIDE = """import ssl
class C:
    def connect(self, s):
        try:
            self.sock = ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)
        except {caught}:
            self.sock = ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_SSLv23)
"""
MADE = """import ssl
def connect(host):
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    except {caught}:
        context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    return context
"""


def first(tmp_path: Path, code: str, caught: str) -> str:
    """Verdict and level of the first place."""
    found = scanned(tmp_path, {"a.py": code.format(caught=caught)}).findings
    finding = min(found, key=lambda one: one.usage.place.region.line)
    return f"{finding.verdict.value} {finding.level.name}"


@pytest.mark.parametrize("code", [BEFORE, INSIDE])
@pytest.mark.parametrize("caught", ["ssl.SSLError", "Exception", "(ssl.SSLError, OSError)"])
def test_a_newer_version_in_the_handler_reaches_the_floor(code: str, caught: str, tmp_path: Path) -> None:
    assert first(tmp_path, code, caught) == "allows WARNING"


@pytest.mark.parametrize(
    ("code", "caught"),
    [(BEFORE, "AttributeError"), (INSIDE, "AttributeError"), (MADE, "Exception"), (MADE, "ValueError")],
)
def test_what_is_missing_or_only_made_is_no_attempt(code: str, caught: str, tmp_path: Path) -> None:
    assert first(tmp_path, code, caught) == "fails ERROR"


def test_the_retry_is_related(tmp_path: Path) -> None:
    found = scanned(tmp_path, {"a.py": BEFORE.format(caught="ssl.SSLError")}).findings
    (finding,) = (one for one in found if one.usage.place.region.line == 3)
    assert [(place.region.line, place.text) for place in finding.usage.related] == [(7, "tried after that has failed")]


def test_an_older_version_in_the_handler_leaves_the_first_as_it_is(tmp_path: Path) -> None:
    code = INSIDE.replace("PROTOCOL_TLSv1)", "PROTOCOL_TLSv1_2)").replace("PROTOCOL_SSLv23)", "PROTOCOL_TLSv1)")
    assert first(tmp_path, code, "ssl.SSLError") == "caps NOTE"
