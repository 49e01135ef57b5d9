"""What takes the place of `ssl.wrap_socket` decides for what calls that, which newer Pythons hardly do."""

from pathlib import Path

import pytest

from tlsscan.frontends.python_patches import PATCHING
from tlsscan.model import Level
from tree_scans import scanned

FUNCTION = """def old(*args, **kwargs):
    kwargs['ssl_version'] = ssl.PROTOCOL_TLSv1
    return whole(*args, **kwargs)
"""
WRAPPER = (
    "def wrap(function):\n    def old(*args, **kwargs):\n        kwargs['ssl_version'] = ssl.PROTOCOL_TLSv1\n"
    "        return function(*args, **kwargs)\n    return old\n"
)


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (f"whole = ssl.wrap_socket\n{FUNCTION}ssl.wrap_socket = old\n", 4),
        (f"{FUNCTION}whole, ssl.wrap_socket = ssl.wrap_socket, old\n", 3),
        (f"{WRAPPER}ssl.wrap_socket = wrap(ssl.wrap_socket)\n", 4),
        ("ssl.wrap_socket = functools.partial(ssl.wrap_socket, ssl_version=ssl.PROTOCOL_TLSv1)\n", 2),
    ],
)
def test_a_patch_decides_where_it_is_called(code: str, line: int, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.py": f"import functools, ssl, urllib2\n{code}"})
    (found,) = [f for f in report.findings if f.usage.language == "python"]
    assert (found.usage.place.region.line, found.level) == (line, Level.WARNING)
    assert found.usage.condition == PATCHING


def test_what_calls_the_function_itself_is_no_patch(tmp_path: Path) -> None:
    called = "ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)"
    code = f"import ssl\ndef old(s):\n    return {called}\nif ssl.wrap_socket == old: pass\n"
    (found,) = scanned(tmp_path, {"a.py": code}).findings
    assert (found.usage.place.region.line, found.level, found.usage.condition) == (3, Level.ERROR, "")
