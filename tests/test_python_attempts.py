"""Python: what runs only where an attempt before it failed is a fallback, and not all that connects."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

CODE = """import ssl
def connect(s):
    try:
        {first}
    except {error}:
        {handled}
    return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)
"""
WHOLE = "return ssl.wrap_socket(s)"


@pytest.mark.parametrize(
    ("first", "error", "handled", "condition"),
    [
        (WHOLE, "ssl.SSLError", "s.close()", "ssl.SSLError is caught"),
        (WHOLE, "ssl.SSLError as error", "log(error)", "ssl.SSLError is caught"),
        (WHOLE, "KeyError", "s.close()", ""),
        ("s.connect(PLACE)", "ssl.SSLError", "s.close()", ""),
        (WHOLE, "ssl.SSLError", "raise", ""),
    ],
)
def test_what_follows_an_attempt_that_returns(
    first: str, error: str, handled: str, condition: str, tmp_path: Path
) -> None:
    report = scanned(tmp_path, {"a.py": CODE.format(first=first, error=error, handled=handled)})
    (found,) = [f for f in report.findings if f.usage.language == "python" and f.usage.place.region.line == 7]
    assert (found.usage.condition, found.verdict) == (condition, "fails")
    assert found.level is (Level.WARNING if condition else Level.ERROR)
