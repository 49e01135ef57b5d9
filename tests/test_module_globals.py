"""What a function gives a name of its module: `global name`."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

USE = "def go(u, urlopen):\n    return urlopen(u, context=ssl.SSLContext(version))\n"
OLD = "def {}():\n    global a, version\n    version = ssl.PROTOCOL_{}\n"


@pytest.mark.parametrize(
    ("code", "expected", "condition"),
    [
        pytest.param(OLD.format("init", "TLSv1") + USE, "fails TLSv1.0", None, id="alone"),
        pytest.param(f"version = None\n{OLD.format('init', 'TLSv1')}{USE}", "fails TLSv1.0", None, id="nothing-before"),
        pytest.param(
            f"version = ssl.PROTOCOL_TLS\n{OLD.format('init', 'TLSv1')}{USE}", "fails TLSv1.0", "after init()", id="may"
        ),
        pytest.param(
            OLD.format("first", "TLSv1_1") + OLD.format("second", "TLSv1_2") + USE,
            "fails TLSv1.1",
            "after first()",
            id="two-functions",
        ),
        pytest.param(
            f"version = None\n{OLD.format('init', 'TLSv1')}def go():\n    global version\n"
            "    version = ssl.PROTOCOL_TLSv1_2\n    return ssl.SSLContext(version)\n",
            "caps TLSv1.2",
            None,
            id="set-before-the-use",
        ),
        pytest.param(
            f"version = ssl.PROTOCOL_TLSv1_2\ndef init():\n    version = ssl.PROTOCOL_TLSv1\n{USE}",
            "caps TLSv1.2",
            None,
            id="a-function's-own",
        ),
    ],
)
def test_a_function_may_set_it(tmp_path: Path, code: str, expected: str, condition: str | None) -> None:
    report = scanned(tmp_path, {"a.py": f"import ssl\n{code}"})
    assert list(told(report).values()) == [expected]
    assert [finding.usage.condition or None for finding in report.findings] == [condition]


@pytest.mark.parametrize(
    ("first", "expected"),
    [("None", "fails TLSv1.0"), ("ssl.PROTOCOL_TLS", "unresolved"), ("ssl.PROTOCOL_TLSv1", "fails TLSv1.0")],
)
def test_another_file_knows_what_it_may_be(tmp_path: Path, first: str, expected: str) -> None:
    files = {
        "conf.py": f"import ssl\nversion = {first}\n{OLD.format('init', 'TLSv1')}",
        "a.py": "import ssl, conf\ndef go():\n    return ssl.SSLContext(conf.version)\n",
    }
    assert list(told(scanned(tmp_path, files)).values()) == [expected]
