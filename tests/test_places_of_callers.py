"""What is told at a caller stands there: what decides elsewhere is told where it stands, once."""

from pathlib import Path

from tree_scans import scanned, told

LIBRARY = """import ssl
from ldap3 import Tls

class Resolver(object):
    @staticmethod
    def context(uri=None, version=None, options=None):
        options = options or (ssl.OP_NO_TLSv1_2, ssl.OP_NO_TLSv1_3)
        return Tls(version=version,
                   ssl_options=options)

    @classmethod
    def test(cls, param):
        return cls.context(uri=param, version=param)
"""
CALLER = '"""Asks a Resolver."""\ndef pretest(kind, params):\n    cls = found(kind)\n    return cls.test(params)\n'


def test_an_argument_that_no_caller_passes_is_told_where_it_stands(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"lib.py": LIBRARY, "use.py": CALLER})
    assert {place.partition(" ")[0] for place in told(report)} == {"lib.py:9"}


def test_what_a_caller_passes_is_told_there(tmp_path: Path) -> None:
    use = "import ssl\nfrom lib import Resolver\nResolver.context('ldaps://a', ssl.PROTOCOL_TLSv1)\n"
    report = scanned(tmp_path, {"lib.py": LIBRARY, "use.py": use})
    assert told(report)["use.py:3 ssl.PROTOCOL_TLSv1"] == "fails TLSv1.0"
