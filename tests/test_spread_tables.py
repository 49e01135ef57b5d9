"""What a dict that a call spreads tells of the side: all of its keys, where all of them are known."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Role
from tree_scans import scanned

VERSION = "'ssl_version': ssl.PROTOCOL_TLSv1"


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param(f"ssl.wrap_socket(s, **{{{VERSION}}})", Role.CLIENT, id="written-there"),
        pytest.param(f"ssl.wrap_socket(s, **{{{VERSION}, 'server_side': True}})", Role.SERVER, id="server"),
        pytest.param(f"o = {{{VERSION}}}\n    ssl.wrap_socket(s, **o)", Role.CLIENT, id="variable"),
        pytest.param(
            f"o = {{{VERSION}}}\n    o['server_side'] = True\n    ssl.wrap_socket(s, **o)", Role.SERVER, id="added"
        ),
        pytest.param(f"o = {{{VERSION}}}\n    o[more] = 1\n    ssl.wrap_socket(s, **o)", Role.BOTH, id="unknown-key"),
        pytest.param(f"o = {{{VERSION}}}\n    o.update(more)\n    ssl.wrap_socket(s, **o)", Role.BOTH, id="updated"),
        pytest.param(f"o = {{{VERSION}}}\n    more(o)\n    ssl.wrap_socket(s, **o)", Role.BOTH, id="handed-on"),
        pytest.param(f"o = {{{VERSION}, **more}}\n    ssl.wrap_socket(s, **o)", Role.BOTH, id="spread-into-it"),
        pytest.param(f"o = {{{VERSION}}}\n    ssl.wrap_socket(s, *more, **o)", Role.BOTH, id="a-list-beside-it"),
    ],
)
def test_what_a_table_does_not_have_is_not_passed(tmp_path: Path, code: str, role: Role) -> None:
    report = scanned(tmp_path, {"a.py": f"import ssl\ndef go(s, more):\n    {code}\n"})
    (found,) = [finding for finding in report.findings if finding.level is Level.ERROR]
    assert found.usage.role is role


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param("log.info('with %s', o)\n    HTTPServer(app, ssl_options=o)", True, id="logged-first"),
        pytest.param("app.validate_security(ssl_options=o)\n    HTTPServer(app, ssl_options=o)", True, id="checked"),
        pytest.param("log.info('with %s', o)\n    return o", True, id="logged-and-given-back"),
        pytest.param("log.info('with %s', o)", False, id="logged-alone"),
        pytest.param("o['certfile'] = app\n    self.assertEqual(o, app.options)", False, id="expected"),
    ],
)
def test_a_log_silences_a_table_that_nothing_else_takes(tmp_path: Path, code: str, told: bool) -> None:
    imports = "import ssl\nfrom tornado.httpserver import HTTPServer\n"
    source = f"{imports}def go(self, app):\n    o = {{{VERSION}}}\n    {code}\n"
    assert bool(scanned(tmp_path, {"a.py": source}).findings) is told


@pytest.mark.parametrize(
    ("code", "place"),
    [
        pytest.param(
            "def made():\n    o = {'host': 'h'}\n    o.update({'ssl_version': 3})\n    return o\n"
            "uvicorn.run(app, **made())",
            5,
            id="given-by-a-function",
        ),
        pytest.param(
            "class A:\n    def made(self):\n        return {'ssl_version': 3}\n"
            "    def run(self):\n        o = self.made()\n        uvicorn.run(app, **o)",
            5,
            id="given-by-a-method",
        ),
        pytest.param("def made():\n    return {'ssl_version': 3}\nCertificate.parse(**made())", 0, id="another-number"),
        pytest.param("ws.assert_called_with(**{'ssl_version': ssl.PROTOCOL_TLSv1})", 0, id="asserted"),
        pytest.param("assert calls == [mock.call(ssl_version=ssl.PROTOCOL_TLSv1)]", 0, id="expected-of-a-mock"),
    ],
)
def test_a_number_means_what_the_library_that_takes_it_says(tmp_path: Path, code: str, place: int) -> None:
    report = scanned(tmp_path, {"a.py": f"import ssl, uvicorn\nfrom unittest import mock\n{code}\n"})
    lines = [finding.usage.place.region.line for finding in report.findings if finding.level is Level.ERROR]
    assert lines == ([place] if place else [])
