"""Python: what a dict holds that is copied, joined with others, or given entries after it was made."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

HEAD = "import ssl\nOLD, NEW = ssl.PROTOCOL_TLSv1, ssl.PROTOCOL_TLSv1_2\nDEFAULTS = {'v': OLD, 't': 3}\n"
END = "    return ssl.SSLContext(o['v'])\n"
OLDEST, NEWER = "fails TLSv1.0", "caps TLSv1.2"


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        pytest.param(["o = DEFAULTS.copy()"], OLDEST, id="copy"),
        pytest.param(["o = DEFAULTS.copy()", "o.update(opts)"], OLDEST, id="update"),
        pytest.param(["o = DEFAULTS | opts"], OLDEST, id="joined"),
        pytest.param(["o = DEFAULTS | {'v': NEW}"], NEWER, id="joined-with-another"),
        pytest.param(["o = dict(DEFAULTS)", "o['v'] = NEW"], NEWER, id="put"),
        pytest.param(["o = dict(DEFAULTS)", "o['w'] = NEW"], OLDEST, id="another-key"),
        pytest.param(["o = DEFAULTS.copy()", "o.update({'v': NEW})"], NEWER, id="update-with-dict"),
        pytest.param(["o = DEFAULTS.copy()", "o.update(v=NEW)"], NEWER, id="update-by-name"),
        pytest.param(["o = {}", "o['v'] = OLD"], OLDEST, id="empty-at-first"),
        pytest.param(["o = {}", "o['v'] = OLD", "o['v'] = NEW"], NEWER, id="twice"),
    ],
)
def test_an_entry_is_what_was_put_there_last(tmp_path: Path, lines: list[str], wanted: str) -> None:
    body = "".join(f"    {line}\n" for line in lines)
    report = scanned(tmp_path, {"a.py": f"{HEAD}def f(opts):\n{body}{END}"})
    assert told(report) == {f"a.py:{5 + len(lines)} o['v']": wanted}


def test_what_others_may_put_there_is_told(tmp_path: Path) -> None:
    code = f"{HEAD}def f(opts):\n    o = DEFAULTS.copy()\n    o.update(opts)\n{END}"
    (found,) = scanned(tmp_path, {"a.py": code}).findings
    assert found.usage.open_by == "opts"


def test_it_is_so_for_get(tmp_path: Path) -> None:
    end = END.replace("o['v']", "o.get('v', OLD)")
    code = f"{HEAD}def f():\n    o = DEFAULTS.copy()\n    o['v'] = NEW\n    o['t'] = 4\n{end}"
    assert told(scanned(tmp_path, {"a.py": code})) == {"a.py:8 o.get('v', OLD)": NEWER}


def test_a_condition_leaves_the_other_way(tmp_path: Path) -> None:
    code = f"{HEAD}def f(new):\n    o = DEFAULTS.copy()\n    if new:\n        o['v'] = NEW\n{END}"
    told_of = {f.usage.condition: f.verdict.value for f in scanned(tmp_path, {"a.py": code}).findings}
    assert told_of["not (new)"] == "fails"


@pytest.mark.parametrize("own", ["def g():\n    o = {}\n    o['v'] = OLD\n", "def g(o):\n    o['v'] = OLD\n"])
def test_a_variable_of_another_function_is_another_one(tmp_path: Path, own: str) -> None:
    code = f"{HEAD}{own}def f():\n    o = dict(DEFAULTS, v=NEW)\n{END}"
    assert OLDEST not in told(scanned(tmp_path, {"a.py": code})).values()


@pytest.mark.parametrize("use", ["OPTS['tls']", "OPTS.get('tls')"])
def test_a_module_fills_a_dict_for_others(tmp_path: Path, use: str) -> None:
    conf = "import ssl\nOPTS = {}\nOPTS['tls'] = ssl.PROTOCOL_TLSv1\n"
    code = f"import ssl\nfrom conf import OPTS\ncontext = ssl.SSLContext({use})\n"
    assert told(scanned(tmp_path, {"conf.py": conf, "a.py": code})) == {f"a.py:3 {use}": OLDEST}
