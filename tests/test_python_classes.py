"""Python: members of classes that other files make from others."""

from pathlib import Path

import pytest

from tlsscan.frontends.python_classes import declares
from tree_scans import scanned, told

BASE = "import ssl\nclass Base(object):\n    TLS = ssl.PROTOCOL_TLSv1\n"
USE = "import ssl\nfrom {} import {}\ncontext = ssl.SSLContext({})\n"


@pytest.mark.parametrize(
    ("files", "use", "value"),
    [
        pytest.param({"conf.py": f"{BASE}class P(Base):\n    pass\n"}, ("conf", "P"), "P.TLS", id="of-one-file"),
        pytest.param(
            {"conf.py": f"{BASE}class C(Base): pass\nclass D: pass\nclass P(D, C):\n    X = 1\n"},
            ("conf", "P"),
            "P.TLS",
            id="two-above",
        ),
        pytest.param(
            {"base.py": BASE, "conf.py": "from base import Base\nclass P(Base):\n    pass\n"},
            ("conf", "P"),
            "P.TLS",
            id="of-another-file",
        ),
        pytest.param(
            {"pk/__init__.py": "", "pk/base.py": BASE, "pk/conf.py": "from . import base\nclass P(base.Base): pass\n"},
            ("pk.conf", "P"),
            "P.TLS",
            id="of-a-module",
        ),
        pytest.param(
            {"conf.py": f"{BASE}class P(Base):\n    pass\nsettings = P()\n"},
            ("conf", "settings"),
            "settings.TLS",
            id="of-an-object",
        ),
        pytest.param(
            {"conf.py": f"{BASE}class P(Base):\n    TLS = Base.TLS\n"}, ("conf", "P"), "P.TLS", id="given-again"
        ),
    ],
)
def test_a_class_has_what_it_is_made_from(
    tmp_path: Path, files: dict[str, str], use: tuple[str, str], value: str
) -> None:
    report = scanned(tmp_path, {**files, "use.py": USE.format(*use, value)})
    assert told(report) == {f"use.py:3 {value}": "fails TLSv1.0"}


def test_self_has_what_a_class_of_a_third_file_has(tmp_path: Path) -> None:
    files = {
        "base.py": BASE,
        "mid.py": "from base import Base\nclass Mid(Base):\n    pass\n",
        "use.py": "import ssl\nfrom mid import Mid\nclass K(Mid):\n    def a(self): return ssl.SSLContext(self.TLS)\n",
    }
    assert told(scanned(tmp_path, files)) == {"use.py:4 self.TLS": "fails TLSv1.0"}


@pytest.mark.parametrize(
    "own",
    [
        pytest.param("TLS = compute()", id="not-known"),
        pytest.param("TLS = ssl.PROTOCOL_TLS", id="another-one"),
        pytest.param("def __init__(self, tls): self.TLS = tls", id="of-the-object"),
    ],
)
def test_a_class_that_has_its_own_has_not_that_of_its_base(tmp_path: Path, own: str) -> None:
    conf = f"{BASE}class P(Base):\n    {own}\n"
    report = scanned(tmp_path, {"conf.py": conf, "use.py": USE.format("conf", "P", "P.TLS")})
    assert "fails TLSv1.0" not in told(report).values()


def test_a_class_is_not_its_base(tmp_path: Path) -> None:
    """What is asked of the class itself is not answered by what it is made from."""
    conf = "import ssl\nclass P(str):\n    pass\n"
    report = scanned(tmp_path, {"conf.py": conf, "use.py": USE.format("conf", "P", "P")})
    assert not any(verdict.startswith("fails") for verdict in told(report).values())


def test_the_setting_of_a_module_is_no_member_of_a_class(tmp_path: Path) -> None:
    conf = "import ssl\nclass Base:\n    SSL_VERSION = ssl.PROTOCOL_TLSv1\nclass P(Base):\n    pass\n"
    report = scanned(tmp_path, {"conf.py": conf, "use.py": USE.format("conf", "P", "P.SSL_VERSION")})
    assert told(report) == {"use.py:3 P.SSL_VERSION": "fails TLSv1.0"}
    assert not scanned(tmp_path / "alone", {"conf.py": conf}).findings


@pytest.mark.parametrize("sign", ["(", " ", "class ", "P"])
def test_looking_for_a_class_is_linear(sign: str) -> None:
    assert not declares(b"class P " + sign.encode() * 100_000, "Q")
    declares(b"class P" + sign.encode() * 100_000, "P")
