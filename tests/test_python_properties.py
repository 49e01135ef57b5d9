"""Python: what properties give, members of objects of one class or another, and members by way of the class."""

from pathlib import Path

import pytest

from tlsscan.model import Verdict
from tree_scans import scanned

SUITES = """import ssl
class Suite(object):
    @property
    def protocol(self):
        return self._protocol
class Old(Suite):
    _protocol = ssl.PROTOCOL_TLSv1
class New(Suite):
    _protocol = ssl.PROTOCOL_TLSv1_2
"""
SERVER = """import ssl
import suites
class Server(object):
    def __init__(self, new):
        {}
    def start(self, sock):
        return ssl.wrap_socket(sock, server_side=True, ssl_version=self.suite.protocol)
"""
EITHER = "if new:\n            self.suite = suites.{}()\n        else:\n            self.suite = suites.{}()"


@pytest.mark.parametrize(
    ("made", "verdict", "condition"),
    [
        pytest.param("self.suite = suites.Old()", Verdict.FAILS, "", id="old"),
        pytest.param("self.suite = suites.New()", Verdict.CAPS, "", id="new"),
        pytest.param(EITHER.format("Old", "New"), Verdict.FAILS, "new", id="old-first"),
        pytest.param(EITHER.format("New", "Old"), Verdict.FAILS, "not (new)", id="new-first"),
    ],
)
def test_a_property_gives_what_the_class_of_the_object_holds(
    tmp_path: Path, made: str, verdict: Verdict, condition: str
) -> None:
    report = scanned(tmp_path, {"suites.py": SUITES, "server.py": SERVER.format(made)})
    (found,) = report.findings
    assert (found.verdict, found.usage.condition) == (verdict, condition)


def test_a_method_is_no_property(tmp_path: Path) -> None:
    suites = SUITES.replace("    @property\n", "")
    report = scanned(tmp_path, {"suites.py": suites, "server.py": SERVER.format("self.suite = suites.Old()")})
    assert [found.verdict for found in report.findings] == [Verdict.UNRESOLVED]


@pytest.mark.parametrize("way", ["self", "cls", "self.__class__", "type(self)", "Maker"])
def test_members_of_the_class_by_way_of_the_class(tmp_path: Path, way: str) -> None:
    head = "import ssl\nclass Maker:\n    version = ssl.PROTOCOL_TLSv1\n"
    code = f"{head}    def make(self):\n        return ssl.SSLContext({way}.version)\n"
    (found,) = scanned(tmp_path, {"a.py": code}).findings
    assert found.verdict is Verdict.FAILS


def test_a_variable_that_gets_another_object_is_another(tmp_path: Path) -> None:
    made = "    c = ssl.create_default_context()\n    c.{} = ssl.TLSVersion.{}\n    c.wrap_socket(s)\n"
    two = made.format("maximum_version", "TLSv1_2") + made.format("minimum_version", "TLSv1_3")
    code = f"import ssl\ndef go(s):\n{two}"
    assert [found.verdict for found in scanned(tmp_path, {"a.py": code}).findings] == [Verdict.CAPS]
