"""What a Python module only passes on: names that it imports and others import from it."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

OLD = "import ssl\nLEGACY = ssl.PROTOCOL_TLSv1\n"
USE = "import ssl\nfrom {} import {}\ncontext = ssl.SSLContext({})\n"


@pytest.mark.parametrize(
    ("passing", "name"),
    [
        pytest.param({"pk/r.py": "from pk.s import LEGACY\n"}, "LEGACY", id="imported"),
        pytest.param({"pk/r.py": "from .s import LEGACY\n"}, "LEGACY", id="relative"),
        pytest.param({"pk/r.py": "from pk.s import (\n    LEGACY as OTHER,\n)\n"}, "OTHER", id="renamed"),
        pytest.param({"pk/r.py": "from pk.s import *\n"}, "LEGACY", id="all"),
        pytest.param({"pk/r.py": "from .s import *\n"}, "LEGACY", id="all-relative"),
        pytest.param({"pk/r.py": "from . import LEGACY\n", "pk/__init__.py": "from .s import LEGACY\n"}, "LEGACY"),
        pytest.param(
            {"pk/r.py": "from pk.t import *\n", "pk/t.py": "from pk.s import LEGACY as FIRST\nSECOND = FIRST\n"},
            "SECOND",
            id="a-constant-between",
        ),
        pytest.param({"pk/r.py": "from ssl import PROTOCOL_TLSv1 as LEGACY\n"}, "LEGACY", id="of-the-library"),
    ],
)
def test_it_is_what_the_other_module_has(tmp_path: Path, passing: dict[str, str], name: str) -> None:
    use = USE.format("pk.r", name, name)
    files = {"pk/__init__.py": "", "pk/s.py": OLD, **passing, "use.py": use}
    report = scanned(tmp_path, files)
    assert told(report) == {f"use.py:3 {name}": "fails TLSv1.0"}
    (finding,) = report.findings
    assert "pk/r.py" in {step.path for step in finding.usage.trace}


@pytest.mark.parametrize("imported", ["from .s import LEGACY\n", "from .s import *\n"])
@pytest.mark.parametrize(
    ("use", "value"),
    [
        (USE.format("pk", "LEGACY", "LEGACY"), "LEGACY"),
        ("import ssl, pk\n\nx = ssl.SSLContext(pk.LEGACY)\n", "pk.LEGACY"),
    ],
)
def test_a_package_passes_on_what_its_modules_have(tmp_path: Path, imported: str, use: str, value: str) -> None:
    files = {"src/pk/__init__.py": imported, "src/pk/s.py": OLD, "src/use.py": use}
    assert told(scanned(tmp_path, files)) == {f"src/use.py:3 {value}": "fails TLSv1.0"}


def test_what_stands_in_for_a_missing_module_is_another_way(tmp_path: Path) -> None:
    """Neither is certain: which of them is there, the machine decides."""
    files = {
        "pk/r.py": "try:\n    from ssl import PROTOCOL_TLSv1_2 as V\n"
        "except ImportError:\n    from ssl import PROTOCOL_TLSv1 as V\n",
        "use.py": USE.format("pk.r", "V", "V"),
    }
    report = scanned(tmp_path, files)
    assert [f.verdict for f in report.findings if "TLSv1.0" in str(f.usage.permitted.versions)] != ["fails"]


def test_modules_that_import_each_other_say_nothing(tmp_path: Path) -> None:
    files = {
        "a.py": "from b import V\n",
        "b.py": "from a import V\n",
        "c.py": "from c import *\n",
        "use.py": USE.format("a", "V", "V") + "import c\nother = ssl.SSLContext(c.W)\n",
    }
    report = scanned(tmp_path, files)
    assert told(report) == {"use.py:3 V": "unresolved", "use.py:5 c.W": "unresolved"}


def test_a_chain_of_thousands_is_left_unresolved(tmp_path: Path) -> None:
    links = {f"m{at}.py": f"from m{at + 1} import V\n" for at in range(2000)}
    files = {**links, "m2000.py": "import ssl\nV = ssl.PROTOCOL_TLSv1\n", "use.py": USE.format("m0", "V", "V")}
    report = scanned(tmp_path, files)
    assert told(report) == {"use.py:3 V": "unresolved"}


def test_a_module_s_own_value_counts(tmp_path: Path) -> None:
    files = {
        "pk/s.py": OLD,
        "pk/r.py": "import ssl\nfrom pk.s import *\nLEGACY = ssl.PROTOCOL_TLSv1_2\n",
        "pk/f.py": "from pk.s import LEGACY\ndef get():\n    from pk.t import LEGACY\n",
        "pk/t.py": "import ssl\nLEGACY = ssl.PROTOCOL_TLSv1_1\n",
        "use.py": USE.format("pk.r", "LEGACY", "LEGACY") + "import pk.f\nother = ssl.SSLContext(pk.f.LEGACY)\n",
    }
    assert told(scanned(tmp_path, files)) == {
        "use.py:3 LEGACY": "caps TLSv1.2",
        "use.py:5 pk.f.LEGACY": "fails TLSv1.0",
    }


SETTINGS = """import ssl
class Settings:
    VERSION = ssl.PROTOCOL_TLSv1
    def __init__(self, name="TLSv1_1"):
        self.name = name
settings = Settings()
given = Settings(name="TLSv1")
"""


@pytest.mark.parametrize("passing", ["from app.conf.base import *\n", "from .base import Settings, settings, given\n"])
@pytest.mark.parametrize("value", ["Settings.VERSION", "settings.VERSION", "conf.settings.VERSION"])
def test_a_member_of_what_is_passed_on_is_one_of_the_class(tmp_path: Path, passing: str, value: str) -> None:
    use = f"import ssl\nfrom app import conf\nfrom app.conf import *\nx = ssl.SSLContext({value})\n"
    files = {"app/__init__.py": "", "app/conf/__init__.py": passing, "app/conf/base.py": SETTINGS, "app/use.py": use}
    assert told(scanned(tmp_path, files)) == {f"app/use.py:4 {value}": "fails TLSv1.0"}


def test_a_member_of_one_of_two_classes_is_not_known(tmp_path: Path) -> None:
    files = {
        "conf.py": "import sys\nfrom old import A\nfrom new import B\nif sys.argv:\n    C = A\nelse:\n    C = B\n",
        "old.py": "import ssl\nclass A:\n    V = ssl.PROTOCOL_TLSv1\n",
        "new.py": "import ssl\nclass B:\n    V = ssl.PROTOCOL_TLSv1_2\n",
        "use.py": "import conf, ssl\nx = ssl.SSLContext(conf.C.V)\n",
    }
    assert told(scanned(tmp_path, files)) == {"use.py:2 conf.C.V": "unresolved"}


@pytest.mark.parametrize(
    ("imported", "call"),
    [
        ("from lib.conf import version", "version()"),
        ("from lib import version", "version()"),
        ("import lib", "lib.version()"),
        ("from lib.conf import Conf", "Conf.version()"),
    ],
)
def test_what_a_function_of_another_file_gives_counts(tmp_path: Path, imported: str, call: str) -> None:
    files = {
        "lib/__init__.py": "from .conf import version\n",
        "lib/conf.py": "import ssl\ndef version():\n    return ssl.PROTOCOL_TLSv1\n"
        "class Conf:\n    @staticmethod\n    def version():\n        return ssl.PROTOCOL_TLSv1\n",
        "use.py": f"import ssl\n{imported}\nx = ssl.SSLContext({call})\n",
    }
    assert told(scanned(tmp_path, files)) == {f"use.py:3 {call}": "fails TLSv1.0"}


@pytest.mark.parametrize(
    "body",
    [
        "    return ssl.PROTOCOL_TLSv1 if name == 'old' else ssl.PROTOCOL_TLSv1_2\n",
        "    if name == 'old':\n        return ssl.PROTOCOL_TLSv1\n    return ssl.PROTOCOL_TLSv1_2\n",
        "    return unknown(name)\n",
    ],
)
def test_a_function_that_is_asked_for_a_name_decides_nothing(tmp_path: Path, body: str) -> None:
    files = {
        "conf.py": f"import ssl\ndef version(name):\n{body}",
        "use.py": "import conf, ssl, sys\nx = ssl.SSLContext(conf.version(sys.argv[1]))\n"
        "y = ssl.SSLContext(conf.other())\n",
    }
    assert set(told(scanned(tmp_path, files)).values()) <= {"unresolved"}
