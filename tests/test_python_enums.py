"""Python: values and names of the members of enumerations."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

ENUM = (
    "import ssl\nfrom enum import Enum, IntEnum\nclass Version(Enum):\n    OLD = ssl.PROTOCOL_TLSv1\n"
    "    NEW = ssl.PROTOCOL_TLSv1_2\n"
)
WORDS = "import ssl\nimport enum\nclass Name(enum.Enum):\n    PROTOCOL_TLSv1 = 1\n    PROTOCOL_TLSv1_2 = 2\n"
PAIRS = "import ssl\nfrom enum import Enum\nclass Pair(Enum):\n    OLD = ('1.0', ssl.PROTOCOL_TLSv1)\n"
HEIR = f"{ENUM}class Base(IntEnum):\n    pass\nclass Heir(Base):\n    OLD = ssl.PROTOCOL_TLSv1\n"
NAMESAKES = f"{ENUM}class Other(Enum):\n    OLD = ssl.PROTOCOL_TLSv1_2\n    NEW = ssl.PROTOCOL_TLSv1\n"
OTHER = "import ssl\nfrom enum import Enum\nclass Box:\n    OLD = ssl.PROTOCOL_TLSv1\n"
OLDEST, NEWER, OPEN = "fails TLSv1.0", "caps TLSv1.2", "unresolved"
CASES = [
    pytest.param(ENUM, "{}Version.OLD.value", OLDEST, id="value"),
    pytest.param(ENUM, "{}Version.NEW.value", NEWER, id="value-new"),
    pytest.param(ENUM, "{}Version['OLD'].value", OLDEST, id="by-name"),
    pytest.param(ENUM, "{}Version['NEW'].value", NEWER, id="by-name-new"),
    pytest.param(WORDS, "getattr(ssl, {}Name.PROTOCOL_TLSv1.name)", OLDEST, id="name"),
    pytest.param(WORDS, "getattr(ssl, {}Name.PROTOCOL_TLSv1_2.name)", NEWER, id="name-new"),
    pytest.param(PAIRS, "{}Pair.OLD.value[1]", OLDEST, id="pair"),
    pytest.param(HEIR, "{}Heir.OLD.value", OLDEST, id="of-another"),
    pytest.param(NAMESAKES, "{}Version.OLD.value", OLDEST, id="namesake"),
    pytest.param(NAMESAKES, "{}Other.OLD.value", NEWER, id="namesake-new"),
    pytest.param(OTHER, "{}Box.OLD.value", OPEN, id="no-enumeration"),
]


@pytest.mark.parametrize(("code", "used", "wanted"), CASES)
def test_a_member_has_a_value_and_a_name(tmp_path: Path, code: str, used: str, wanted: str) -> None:
    used = used.format("")
    report = scanned(tmp_path, {"a.py": f"{code}context = ssl.SSLContext({used})\n"})
    assert told(report) == {f"a.py:{code.count(chr(10)) + 1} {used}": wanted}


@pytest.mark.parametrize(("code", "used", "wanted"), CASES)
def test_a_member_of_another_file_has_a_value_and_a_name(tmp_path: Path, code: str, used: str, wanted: str) -> None:
    used = used.format("kinds.")
    use = f"import ssl\nfrom pk import kinds\ncontext = ssl.SSLContext({used})\n"
    report = scanned(tmp_path, {"pk/__init__.py": "", "pk/kinds.py": code, "use.py": use})
    assert told(report) == {f"use.py:3 {used}": wanted}


def test_a_variable_and_a_parameter_hold_a_member(tmp_path: Path) -> None:
    code = (
        f"{ENUM}chosen = Version.OLD\na = ssl.SSLContext(chosen.value)\n"
        "def context(version: Version = Version.NEW):\n    return ssl.SSLContext(version.value)\n"
        "def run():\n    context(Version.OLD)\n"
    )
    assert told(scanned(tmp_path, {"a.py": code})) == {
        "a.py:7 chosen.value": OLDEST,
        "a.py:9 version.value": NEWER,
        "a.py:11 Version.OLD": OLDEST,
    }


def test_the_value_of_something_else_is_not_known(tmp_path: Path) -> None:
    code = (
        f"{ENUM}def context(version, other: dict = None):\n    a = ssl.SSLContext(version.value)\n"
        "    for one in Version:\n        ssl.SSLContext(one.value)\n    return ssl.SSLContext(other.value)\n"
        "def run():\n    context(Version.OLD)\n"
    )
    assert set(told(scanned(tmp_path, {"a.py": code})).values()) == {OPEN}
