"""Python: what functions of other files give for what a call passes, and members of objects that are made there."""

from pathlib import Path

import pytest

from tlsscan.replayed import asked, passed
from tlsscan.values import Invocation, Name, Null, Number, Parameter, Text, Value
from tree_scans import scanned, told

HEAD = "import ssl\nOLD, NEW = ssl.PROTOCOL_TLSv1, ssl.PROTOCOL_TLSv1_2\n"
TABLE = f"{HEAD}def version(name):\n    return {{'1.0': OLD, '1.2': NEW}}[name]\n"
CHAIN = (
    f"{HEAD}def version(name='1.2', other=None):\n    if name == '1.0':\n        return OLD\n"
    "    elif name in ('1.2', 'new'):\n        return NEW\n    else:\n        raise ValueError(name)\n"
)
FLAG = f"{HEAD}def version(legacy=False, *, strict=True):\n    return OLD if legacy and strict else NEW\n"
SAME = "def version(value):\n    return value\n"
METHODS = (
    f"{HEAD}class Tls:\n    @staticmethod\n    def of(legacy):\n        return OLD if legacy else NEW\n"
    "    @classmethod\n    def made(cls, legacy):\n        return OLD if legacy else NEW\n"
)
MADE = f"{HEAD}class Conf:\n    def __init__(self, host, version=OLD):\n        self.version = version\n"
DATA = (
    f"{HEAD}from dataclasses import dataclass\n@dataclass\nclass Conf:\n    host: str\n    version: int = OLD\n"
    "class Sub(Conf):\n    pass\n"
)
OLDEST, NEWER, OPEN = "fails TLSv1.0", "caps TLSv1.2", "unresolved"


def verdict(folder: Path, home: str, used: str, imported: str = "from pk.tls import *") -> str:
    """What is told of the value of a context in another file."""
    use = f"import ssl\nfrom pk import tls\n{imported}\ncontext = ssl.SSLContext({used})\n"
    return told(scanned(folder, {"pk/__init__.py": "", "pk/tls.py": home, "use.py": use}))[f"use.py:4 {used}"]


@pytest.mark.parametrize(
    ("home", "used", "wanted"),
    [
        pytest.param(TABLE, "tls.version('1.0')", OLDEST, id="table"),
        pytest.param(TABLE, "tls.version(name='1.2')", NEWER, id="table-by-name"),
        pytest.param(TABLE, "tls.version('x')", OPEN, id="table-without"),
        pytest.param(TABLE, "tls.version(*given)", OPEN, id="spread"),
        pytest.param(TABLE, "tls.version(input())", OPEN, id="of-a-call"),
        pytest.param(CHAIN, "tls.version('1.0')", OLDEST, id="first"),
        pytest.param(CHAIN, "tls.version('new')", NEWER, id="one-of-several"),
        pytest.param(CHAIN, "tls.version(other='1.0')", NEWER, id="default"),
        pytest.param(CHAIN, "tls.version(input())", OPEN, id="comparison"),
        pytest.param(CHAIN, "tls.version('1.0', 2, 3)", OPEN, id="too-many"),
        pytest.param(FLAG, "tls.version(True)", OLDEST, id="flag"),
        pytest.param(FLAG, "tls.version(True, strict=False)", NEWER, id="two-flags"),
        pytest.param(FLAG, "tls.version(legacy=False)", NEWER, id="no-flag"),
        pytest.param(SAME, "tls.version(ssl.PROTOCOL_TLSv1)", OLDEST, id="same"),
        pytest.param(SAME, "tls.version(value=ssl.PROTOCOL_TLSv1_2)", NEWER, id="same-by-name"),
        pytest.param(METHODS, "tls.Tls.of(True)", OLDEST, id="static"),
        pytest.param(METHODS, "tls.Tls.of(False)", NEWER, id="static-new"),
        pytest.param(METHODS, "tls.Tls.made(True)", OLDEST, id="of-class"),
        pytest.param(MADE, "tls.Conf('h', OLD).version", OLDEST, id="constructor"),
        pytest.param(MADE, "tls.Conf('h', NEW).version", NEWER, id="constructor-new"),
        pytest.param(MADE, "tls.Conf('h').version", OLDEST, id="constructor-default"),
        pytest.param(MADE, "tls.Conf(version=NEW, host='h').version", NEWER, id="constructor-by-name"),
        pytest.param(DATA, "tls.Conf('h').version", OLDEST, id="record"),
        pytest.param(DATA, "tls.Conf('h', ssl.PROTOCOL_TLSv1_2).version", NEWER, id="record-new"),
        pytest.param(DATA, "tls.Sub('h', ssl.PROTOCOL_TLSv1_2).version", NEWER, id="record-above"),
        pytest.param(DATA, "tls.Sub('h').version", OLDEST, id="record-above-default"),
    ],
)
def test_what_a_call_passes_decides(tmp_path: Path, home: str, used: str, wanted: str) -> None:
    assert verdict(tmp_path, home, used) == wanted


def test_an_imported_function_is_asked_where_a_package_hands_it_on(tmp_path: Path) -> None:
    files = {
        "pk/__init__.py": "from .tls import version\n",
        "pk/tls.py": CHAIN,
        "use.py": "import ssl\nfrom pk import version\na = ssl.SSLContext(version('1.0'))\n"
        "b = ssl.SSLContext(version('1.2'))\nname = '1.0'\nc = ssl.SSLContext(version(name))\n",
    }
    assert told(scanned(tmp_path, files)) == {
        "use.py:3 version('1.0')": OLDEST,
        "use.py:4 version('1.2')": NEWER,
        "use.py:6 version(name)": OLDEST,
    }


def test_callers_of_the_caller_decide(tmp_path: Path) -> None:
    files = {
        "pk/__init__.py": "",
        "pk/tls.py": TABLE,
        "use.py": "import ssl\nfrom pk.tls import version\ndef context(name):\n"
        "    return ssl.SSLContext(version(name))\ndef run():\n    context('1.0')\n",
    }
    assert told(scanned(tmp_path, files))["use.py:6 '1.0'"] == OLDEST


def test_an_annotation_names_a_class_of_another_file(tmp_path: Path) -> None:
    files = {
        "pk/__init__.py": "",
        "pk/conf.py": DATA,
        "use.py": "import ssl\nfrom pk.conf import Conf\ndef context(conf: Conf):\n"
        "    return ssl.SSLContext(conf.version)\ncontext(Conf('h', ssl.PROTOCOL_TLSv1_1))\n",
    }
    assert told(scanned(tmp_path, files)) == {
        "use.py:4 conf.version": OLDEST,
        "use.py:5 ssl.PROTOCOL_TLSv1_1": "fails TLSv1.1",
    }


def test_functions_that_ask_each_other_end(tmp_path: Path) -> None:
    files = {
        "a.py": "import b\ndef version(n):\n    return b.version(n)\n",
        "b.py": "import a\ndef version(n):\n    return a.version(n)\n",
        "use.py": "import ssl\nimport a\ncontext = ssl.SSLContext(a.version('1.0'))\n",
    }
    assert told(scanned(tmp_path, files)) == {"use.py:3 a.version('1.0')": OPEN}


def test_a_name_holds_the_constants_that_a_call_passes() -> None:
    given = (Text("a.b>c"), Name(("x.Y",)))
    name = asked(Invocation(("pk.f", "?.f"), given, (("k", Number(2)), ("n", Null()))))
    assert name is not None
    (full,) = name.names
    word = full.rpartition(".")[2]
    assert full.startswith("pk.f(") and ">" not in full
    call = passed(word)
    assert call is not None
    assert call.word == "f"
    assert call.plain[0] == Text("a.b>c")
    assert isinstance(call.plain[1], Parameter) and (call.plain[1].function, call.plain[1].position) == (word, 1)
    assert call.named == (("k", Number(2)), ("n", Null()))


@pytest.mark.parametrize(
    "value",
    [
        Invocation(("f",), (Text("a"),)),
        Invocation(("?.f",), (Text("a"),)),
        Invocation(("pk.f",), ()),
        Invocation(("pk.f",), (Text("a" * 400),)),
        Invocation(("pk.f",), (Text("a"),) * 7),
        Name(("pk.f",)),
    ],
)
def test_other_values_are_not_asked_for(value: Value) -> None:
    assert asked(value) is None


def test_a_text_that_looks_like_such_a_name_is_none(tmp_path: Path) -> None:
    use = "import ssl\nfrom pk import tls\nx = ssl.SSLContext(getattr(tls, 'version(35)'))\n"
    files = {"pk/__init__.py": "", "pk/tls.py": TABLE, "use.py": use}
    assert told(scanned(tmp_path, files)) == {"use.py:3 getattr(tls, 'version(35)')": OPEN}


@pytest.mark.parametrize("word", ["f", "f()", "f(2)", "f(zz)", "f(35)", "f(5b5d5d)", "f(5b355d)"])
def test_other_words_hold_no_call(word: str) -> None:
    assert passed(word) is None
