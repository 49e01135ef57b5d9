"""Python: what a small function returns, by what a call passes to it."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

HEAD = "import os, ssl\nOLD, NEW = ssl.PROTOCOL_TLSv1, ssl.PROTOCOL_TLSv1_2\n"
ENV = "def env(key, default=None):\n    return os.environ.get(key, default)\n"
CHAIN = (
    "def parse(name='1.2'):\n    if name == '1.0':\n        return OLD\n    elif name in ('1.2', 'new'):\n"
    "        return NEW\n    else:\n        return ssl.PROTOCOL_TLSv1_1\n"
)
TABLE = "VERSIONS = {'1.0': OLD, '1.2': NEW}\ndef parse(name):\n    return VERSIONS[name]\n"
FLAG = "def version(legacy=False):\n    if legacy:\n        return OLD\n    return NEW\n"
NEGATED = "def version(*, modern: bool = True):\n    if not modern: return OLD\n    return NEW\n"
METHODS = (
    "class C:\n    V = OLD\n    @staticmethod\n    def of(x): return x\n"
    "    @classmethod\n    def version(cls): return cls.V\n"
    "    def get(self, legacy): return OLD if legacy else NEW\n"
)
OLDEST, MIDDLE, NEWER = "fails TLSv1.0", "fails TLSv1.1", "caps TLSv1.2"


def verdict(folder: Path, code: str, used: str) -> str:
    """What is told of the value of a context."""
    report = scanned(folder, {"a.py": f"{HEAD}{code}context = ssl.SSLContext({used})\n"})
    line = code.count("\n") + 3
    return told(report).get(f"a.py:{line} {used}", "")


@pytest.mark.parametrize(
    ("code", "used", "wanted"),
    [
        pytest.param(ENV, "getattr(ssl, env('P', 'PROTOCOL_TLSv1'))", OLDEST, id="setting"),
        pytest.param(ENV, "getattr(ssl, env(key='P', default='PROTOCOL_TLSv1_1'))", MIDDLE, id="by-name"),
        pytest.param(CHAIN, "parse('1.0')", OLDEST, id="first"),
        pytest.param(CHAIN, "parse('new')", NEWER, id="one-of-several"),
        pytest.param(CHAIN, "parse('x')", MIDDLE, id="else"),
        pytest.param(CHAIN, "parse()", NEWER, id="default"),
        pytest.param(TABLE, "parse('1.0')", OLDEST, id="table"),
        pytest.param(TABLE, "parse('1.2')", NEWER, id="table-new"),
        pytest.param(FLAG, "version(True)", OLDEST, id="flag"),
        pytest.param(FLAG, "version(legacy=True)", OLDEST, id="flag-by-name"),
        pytest.param(FLAG, "version()", NEWER, id="no-flag"),
        pytest.param(NEGATED, "version(modern=False)", OLDEST, id="negated"),
        pytest.param(NEGATED, "version()", NEWER, id="not-negated"),
        pytest.param("def named(n): return getattr(ssl, 'PROTOCOL_' + n)\n", "named('TLSv1')", OLDEST, id="text"),
        pytest.param(
            "def parse(n):\n    v = n.lower()\n    if v == 'old': return OLD\n    return NEW\n",
            "parse('OLD')",
            OLDEST,
            id="by-variable",
        ),
        pytest.param(
            "def parse(n):\n    if n is None or n == '': return OLD\n    return NEW\n", "parse(None)", OLDEST, id="or"
        ),
        pytest.param(METHODS, "C.of(OLD)", OLDEST, id="static"),
        pytest.param(METHODS, "C.version()", OLDEST, id="of-class"),
        pytest.param(f"{METHODS}class D(C): pass\n", "D.of(OLD)", OLDEST, id="inherited"),
        pytest.param("def f(x=None): return x or OLD\n", "f()", OLDEST, id="or-else"),
        pytest.param("def f(x=None): return x or OLD\n", "f(NEW)", NEWER, id="is-there"),
        pytest.param("def f(x=None): return getattr(ssl, x or 'PROTOCOL_TLSv1')\n", "f('')", OLDEST, id="empty"),
        pytest.param("def f(x): return OLD if x is None else x\n", "f(NEW)", NEWER, id="is-not-none"),
        pytest.param("def inner(x): return x\ndef f(y): return inner(y)\n", "f(OLD)", OLDEST, id="through-two"),
        pytest.param("def same(x): return x\n", "same(same(OLD))", OLDEST, id="twice"),
    ],
)
def test_it_is_what_the_call_asks_for(tmp_path: Path, code: str, used: str, wanted: str) -> None:
    assert verdict(tmp_path, code, used) == wanted


@pytest.mark.parametrize(
    ("code", "used"),
    [
        pytest.param(CHAIN, "parse(os.environ['V'])", id="setting"),
        pytest.param(CHAIN, "parse(name=x)", id="unknown"),
        pytest.param(CHAIN, "parse(*names)", id="spread"),
        pytest.param(TABLE, "parse(get('x'))", id="table"),
        pytest.param(METHODS, "C.get(True)", id="the-object-is-passed"),
        pytest.param(f"{METHODS}class D(C):\n    V = NEW\n", "C.version(1)", id="does-not-fit"),
        pytest.param("def f(x): return f(x)\n", "f(OLD)", id="itself"),
        pytest.param("def f(*xs): return xs[0]\n", "f(OLD)", id="rest"),
        pytest.param(
            "if os.name:\n    def f(): return OLD\nelse:\n    def f(): return compute()\n", "f()", id="one-of-two"
        ),
        pytest.param("def f(x):\n    if mode() == 'a': return OLD\n    return NEW\n", "f(1)", id="compared"),
    ],
)
def test_what_is_chosen_elsewhere_stays_unresolved(tmp_path: Path, code: str, used: str) -> None:
    assert verdict(tmp_path, code, used).startswith("unresolved")


def test_a_flag_that_nobody_passes_is_told(tmp_path: Path) -> None:
    code = f"{HEAD}def version():\n    if settings.legacy:\n        return OLD\n    return NEW\n"
    (found,) = scanned(tmp_path, {"a.py": f"{code}context = ssl.SSLContext(version())\n"}).findings
    assert (found.usage.place.region.line, found.usage.condition) == (7, "settings.legacy")


def test_a_method_decides_by_what_it_is_passed(tmp_path: Path) -> None:
    code = f"{HEAD}{METHODS}    def a(self): return ssl.SSLContext(self.get(True))\n"
    code += "    def b(self): return ssl.SSLContext(self.get(False))\n"
    assert told(scanned(tmp_path, {"a.py": code})) == {
        "a.py:10 self.get(True)": OLDEST,
        "a.py:11 self.get(False)": NEWER,
    }


@pytest.mark.parametrize("passed", ["pick(v)", "VERSIONS[v]", "parse(v)"])
def test_what_a_caller_passes_goes_through_it(tmp_path: Path, passed: str) -> None:
    code = f"{HEAD}{TABLE}def pick(x): return VERSIONS.get(x)\ndef make(v): return ssl.SSLContext({passed})\n"
    assert told(scanned(tmp_path, {"a.py": f"{code}make('1.0')\n"})) == {"a.py:8 '1.0'": OLDEST}


def test_a_failure_is_another_way(tmp_path: Path) -> None:
    code = "def f(x):\n    try:\n        return NEW\n    except AttributeError:\n        return OLD\n"
    assert verdict(tmp_path, code, "f(1)") == verdict(tmp_path, code.replace("(x)", "()"), "f()")
