"""What is told at a caller stands there: what decides elsewhere is told where it stands, once."""

from pathlib import Path

from tree_scans import scanned, told

LIBRARY = """import ssl
from ldap3 import Tls

OLD = (ssl.OP_NO_TLSv1_2, ssl.OP_NO_TLSv1_1, ssl.OP_NO_TLSv1, ssl.OP_NO_SSLv3)

class Resolver(object):
    @staticmethod
    def context(uri=None, tls_version=None, tls_options=None):
        if uri.startswith("ldaps"):
            if not tls_version:
                tls_version = int(ssl.PROTOCOL_TLS)
            if not tls_options:
                tls_options = OLD if int(tls_version) == int(ssl.PROTOCOL_TLS) else None
            return Tls(validate=ssl.CERT_NONE, version=int(tls_version),
                       ssl_options=tls_options)

    @classmethod
    def testconnection(cls, param):
        return cls.context(uri=param.get("uri"), tls_version=param.get("version"), tls_options=None)
"""
CALLER = (
    '"""Asks a Resolver."""\ndef pretest(kind, params):\n    cls = found(kind)\n    return cls.testconnection(params)\n'
)


def test_an_argument_that_no_caller_passes_is_told_where_it_stands(tmp_path: Path) -> None:
    setup = 'from setuptools import setup\nsetup(name="x", python_requires=">=2.7")\n'
    report = scanned(tmp_path, {"lib.py": LIBRARY, "use.py": CALLER, "setup.py": setup})
    assert {place.partition(" ")[0] for place in told(report)} == {"lib.py:14", "lib.py:15", "setup.py:2"}


def test_what_a_caller_passes_is_told_there(tmp_path: Path) -> None:
    use = "import ssl\nfrom lib import Resolver\nResolver.context('ldaps://a', ssl.PROTOCOL_TLSv1, ())\n"
    report = scanned(tmp_path, {"lib.py": LIBRARY, "use.py": use})
    assert told(report)["use.py:3 ssl.PROTOCOL_TLSv1"] == "fails TLSv1.0"
