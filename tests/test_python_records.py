"""Python: members of objects whose constructor is made from the fields of their class, or gives them what it takes."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

HEAD = "import ssl\nOLD, NEW = ssl.PROTOCOL_TLSv1, ssl.PROTOCOL_TLSv1_2\n"
DATA = "from dataclasses import dataclass, field\n@dataclass\nclass Conf:\n    host: str\n    version: int = OLD\n"
FIELD = "import dataclasses as d\n@d.dataclass\nclass Conf:\n    host: str\n    version: int = d.field(default=OLD)\n"
MADE = "from dataclasses import dataclass, field\n@dataclass(frozen=True)\nclass Conf:\n    host: str\n"
FACTORY = f"{MADE}    version: int = field(default_factory=lambda: OLD)\n"
LATER = f"{MADE}    version: int = field(default=OLD, init=False)\n    other: int = 0\n"
TUPLE = "from typing import NamedTuple\nclass Conf(NamedTuple):\n    host: str\n    version: int = OLD\n"
ATTRS = "import attr\n@attr.s\nclass Conf(object):\n    host = attr.ib()\n    version = attr.ib(default=OLD)\n"
MODEL = "from pydantic import BaseModel, Field\nclass Conf(BaseModel):\n    host: str\n    version: int = Field(OLD)\n"
HEIR = f"{DATA}@dataclass\nclass Sub(Conf):\n    port: int = 1\n"
PLAIN = "class Conf:\n    def __init__(self, host, version=OLD):\n        self.version = version\n"
BY_NAME = f"{MADE}    _: dataclasses.KW_ONLY\n    version: int = OLD\n    port: int = 2\n"
CLASS_WIDE = "from typing import ClassVar\n" + MADE + "    x: ClassVar[int] = 2\n    version: int = OLD\n"
OLDEST, NEWER = "fails TLSv1.0", "caps TLSv1.2"


def verdict(folder: Path, code: str, used: str) -> str:
    """What is told of the value of a context."""
    report = scanned(folder, {"a.py": f"{HEAD}{code}context = ssl.SSLContext({used})\n"})
    return told(report).get(f"a.py:{code.count(chr(10)) + 3} {used}", "")


@pytest.mark.parametrize(
    ("code", "used", "wanted"),
    [
        pytest.param(DATA, "Conf('h').version", OLDEST, id="default"),
        pytest.param(DATA, "Conf('h', NEW).version", NEWER, id="by-place"),
        pytest.param(DATA, "Conf(version=NEW, host='h').version", NEWER, id="by-name"),
        pytest.param(f"{DATA}conf = Conf('h', NEW)\n", "conf.version", NEWER, id="variable"),
        pytest.param(f"{DATA}conf = Conf('h')\n", "conf.version", OLDEST, id="variable-default"),
        pytest.param(FIELD, "Conf('h').version", OLDEST, id="field"),
        pytest.param(FIELD, "Conf('h', NEW).version", NEWER, id="field-by-place"),
        pytest.param(FACTORY, "Conf('h').version", OLDEST, id="factory"),
        pytest.param(FACTORY, "Conf('h', NEW).version", NEWER, id="factory-by-place"),
        pytest.param(LATER, "Conf('h', NEW).version", OLDEST, id="not-passed"),
        pytest.param(TUPLE, "Conf('h').version", OLDEST, id="tuple"),
        pytest.param(TUPLE, "Conf('h', NEW).version", NEWER, id="tuple-by-place"),
        pytest.param(ATTRS, "Conf('h').version", OLDEST, id="attrs"),
        pytest.param(ATTRS, "Conf('h', NEW).version", NEWER, id="attrs-by-place"),
        pytest.param(MODEL, "Conf(host='h').version", OLDEST, id="model"),
        pytest.param(MODEL, "Conf(host='h', version=NEW).version", NEWER, id="model-by-name"),
        pytest.param(HEIR, "Sub('h').version", OLDEST, id="inherited"),
        pytest.param(HEIR, "Sub('h', NEW, 3).version", NEWER, id="inherited-by-place"),
        pytest.param(PLAIN, "Conf('h').version", OLDEST, id="constructor"),
        pytest.param(PLAIN, "Conf('h', NEW).version", NEWER, id="constructor-by-place"),
        pytest.param(PLAIN, "Conf('h', version=NEW).version", NEWER, id="constructor-by-name"),
        pytest.param(BY_NAME, "Conf('h', version=NEW).version", NEWER, id="by-name-alone"),
        pytest.param(CLASS_WIDE, "Conf('h', NEW).version", NEWER, id="of-the-class"),
        pytest.param(f"{DATA}conf = Conf('h')\nconf.version = NEW\n", "conf.version", "unresolved", id="set-later"),
    ],
)
def test_an_object_has_what_it_is_made_with(tmp_path: Path, code: str, used: str, wanted: str) -> None:
    assert verdict(tmp_path, code, used) == wanted


@pytest.mark.parametrize(
    "taken",
    ["conf: Conf", "conf: 'Conf'", "conf: Optional[Conf] = None", "conf: Conf | None = None"],
)
def test_an_annotation_names_the_class(tmp_path: Path, taken: str) -> None:
    code = f"{HEAD}{DATA}def connect({taken}):\n    return ssl.SSLContext(conf.version)\n"
    given = "def run():\n    connect(Conf('h', version=ssl.PROTOCOL_TLSv1_1))\n"
    assert told(scanned(tmp_path, {"a.py": code + given})) == {
        "a.py:9 conf.version": OLDEST,
        "a.py:11 ssl.PROTOCOL_TLSv1_1": "fails TLSv1.1",
    }


@pytest.mark.parametrize(
    "taken", ["conf", "conf: Other", "conf: dict[str, Conf]", "conf: list[Conf]", "conf: A | Conf"]
)
def test_another_annotation_tells_nothing(tmp_path: Path, taken: str) -> None:
    code = f"{HEAD}{DATA}def connect({taken}):\n    return ssl.SSLContext(conf.version)\n"
    assert told(scanned(tmp_path, {"a.py": code})) == {"a.py:9 conf.version": "unresolved"}


def test_a_record_keeps_what_it_is_passed(tmp_path: Path) -> None:
    code = (
        f"{DATA}    def context(self):\n        return ssl.SSLContext(self.version)\n"
        "class Client:\n    def __init__(self, conf: Conf):\n        self.conf = conf\n"
        "    def context(self):\n        return ssl.SSLContext(self.conf.version)\n"
        "def run():\n    Conf('h', ssl.PROTOCOL_TLSv1_1).context()\n"
    )
    assert told(scanned(tmp_path, {"a.py": HEAD + code})) == {
        "a.py:9 self.version": OLDEST,
        "a.py:14 self.conf.version": OLDEST,
        "a.py:16 ssl.PROTOCOL_TLSv1_1": "fails TLSv1.1",
    }


def test_a_record_of_itself_ends(tmp_path: Path) -> None:
    code = f"{HEAD}{MADE}    version: int = Conf('h').version\ncontext = ssl.SSLContext(Conf('h').version)\n"
    assert told(scanned(tmp_path, {"a.py": code})) == {"a.py:8 Conf('h').version": "unresolved"}
