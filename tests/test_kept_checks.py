"""Conditions of Python that keep, in a flag or in an object that is missing, what was asked of the runtime."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

BOTH_ARMS = "if {}:\n    new = {}\nelse:\n    new = {}\n"
OLDER = "def go(s):\n    if new:\n        pass\n    else:\n        ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)\n"
MISSING = (
    "def go(s):\n    ctx = None\n    try:\n        ctx = ssl.SSLContext(ssl.PROTOCOL_SSLv23)\n"
    "    except {}:\n        {}\n"
    "    if ctx:\n        return ctx.wrap_socket(s)\n    return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)\n"
)
WITH = (
    "def go(s):\n    if hasattr(ssl, 'create_default_context'):\n        with {}:\n"
    "            {}\n    return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)\n"
)
LONGER = (
    "def version():\n    if hasattr(ssl, 'PROTOCOL_TLS'):\n        return ssl.PROTOCOL_TLS\n"
    "    elif hasattr(ssl, 'PROTOCOL_TLSv1_2'):\n        return ssl.PROTOCOL_TLSv1_2\n"
    "    elif hasattr(ssl, 'PROTOCOL_TLSv1'):\n        return ssl.PROTOCOL_TLSv1\n"
    "def go():\n    return ssl.SSLContext(version())\n"
)
UNSET = (
    "try:\n    {}\nexcept {}:\n    new = {}\ndef go(s):\n    if {}:\n"
    "        return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)\n    return ssl.create_default_context()\n"
)
CHAIN = (
    "def go(s, **kw):\n    if hasattr(ssl, 'PROTOCOL_TLSv1_2'):\n        kw['ssl_version'] = ssl.PROTOCOL_TLSv1_2\n"
    "    elif hasattr(ssl, 'PROTOCOL_SSLv3'):\n        kw['ssl_version'] = ssl.PROTOCOL_SSLv3\n    return s(**kw)\n"
)


@pytest.mark.parametrize(
    ("code", "level", "condition"),
    [
        pytest.param(
            BOTH_ARMS.format("(2, 7, 9) > sys.version_info", False, True) + OLDER,
            Level.NOTE,
            "not (sys.version_info >= (2, 7, 9))",
            id="turned",
        ),
        pytest.param(
            BOTH_ARMS.format("hasattr(ssl, 'SSLContext')", True, False) + OLDER,
            Level.NOTE,
            "not (hasattr(ssl, 'SSLContext'))",
            id="has",
        ),
        pytest.param(
            BOTH_ARMS.format("hasattr(ssl, 'SSLContext')", False, True) + OLDER, Level.ERROR, None, id="the-other-way"
        ),
        pytest.param(BOTH_ARMS.format("asked", True, False) + OLDER, Level.ERROR, None, id="no-check"),
        pytest.param(
            MISSING.format("AttributeError", "pass"), Level.NOTE, "not (hasattr(ssl, 'SSLContext'))", id="missing"
        ),
        pytest.param(MISSING.format("ValueError", "pass"), Level.ERROR, None, id="another-failure"),
        pytest.param(MISSING.format("AttributeError", "ctx = s"), Level.ERROR, None, id="set-again"),
        pytest.param(
            WITH.format("suppress(TypeError)", "return s(ssl.create_default_context())"),
            Level.NOTE,
            "not (hasattr(ssl, 'create_default_context'))",
            id="with",
        ),
        pytest.param(WITH.format("lock", "s.prepare()"), Level.ERROR, None, id="with-that-goes-on"),
        pytest.param(
            UNSET.format("from ssl import SSLContext as new", "ImportError", None, "new is None"),
            Level.NOTE,
            "not hasattr(ssl, 'SSLContext')",
            id="unset",
        ),
        pytest.param(
            UNSET.format("from ssl import (SSLContext, OP_ALL)\n    new = True", "ImportError", False, "not new"),
            Level.WARNING,
            "not (hasattr(ssl, 'SSLContext') and hasattr(ssl, 'OP_ALL'))",
            id="several",
        ),
        pytest.param(
            UNSET.format("new = ssl.create_default_context", "AttributeError", None, "not new"),
            Level.NOTE,
            "not hasattr(ssl, 'create_default_context')",
            id="read",
        ),
        pytest.param(
            UNSET.format("from ssl import SSLContext as new", "ImportError", None, "new"),
            Level.ERROR,
            None,
            id="where-it-is-there",
        ),
        pytest.param(
            UNSET.format("from ssl import SSLContext as new", "ValueError", None, "not new"),
            Level.ERROR,
            None,
            id="unset-for-another-reason",
        ),
        pytest.param(
            LONGER,
            Level.NOTE,
            "not (hasattr(ssl, 'PROTOCOL_TLS')) and not (hasattr(ssl, 'PROTOCOL_TLSv1_2'))"
            " and hasattr(ssl, 'PROTOCOL_TLSv1')",
            id="chain-of-three",
        ),
        pytest.param(CHAIN, Level.NOTE, "not (hasattr(ssl, 'PROTOCOL_TLSv1_2'))", id="chain"),
    ],
)
def test_what_was_asked_of_the_runtime_is_kept(tmp_path: Path, code: str, level: Level, condition: str | None) -> None:
    report = scanned(tmp_path, {"a.py": f"import ssl, sys\n{code}"})
    found = [finding for finding in report.findings if finding.verdict in ("fails", "allows")]
    assert [finding.level for finding in found] == [level]
    assert condition is None or found[0].usage.condition == condition


@pytest.mark.parametrize(
    ("tried", "caught", "level"),
    [
        ("v = options['version']", "KeyError", Level.ERROR),
        ("v = conf.get('tls', 'version')", "(c.NoOptionError, c.NoSectionError)", Level.ERROR),
        ("v = VERSIONS[name]", "KeyError", Level.WARNING),
        ("v = ssl.PROTOCOL_TLSv1_2", "AttributeError", Level.NOTE),
    ],
)
def test_what_stands_for_a_setting_that_is_not_there_is_a_default(
    tmp_path: Path, tried: str, caught: str, level: Level
) -> None:
    code = (
        f"import ssl\ndef go(client, options, conf, name):\n    try:\n        {tried}\n    except {caught}:\n"
        "        v = ssl.PROTOCOL_TLSv1\n    client.tls_set('ca', tls_version=v)\n"
    )
    report = scanned(tmp_path, {"a.py": code})
    assert [finding.level for finding in report.findings if finding.verdict == "fails"] == [level]


@pytest.mark.parametrize("flag", ["no_sslv2_implies_sslv3_hello()", "has_sslv3", "HAVE_SSLv3"])
def test_what_a_flag_says_of_the_library_nobody_asked_for(tmp_path: Path, flag: str) -> None:
    code = f"import ssl\ndef go():\n    if {flag}:\n        return ssl.SSLContext(ssl.PROTOCOL_SSLv3)\n"
    assert [finding.level for finding in scanned(tmp_path, {"a.py": code}).findings] == [Level.ERROR]


def test_the_module_below_ssl_decides_nothing_for_python_3_6(tmp_path: Path) -> None:
    code = {"a.py": "import _ssl\n_ssl.PROTOCOL_SSLv23 = _ssl.PROTOCOL_TLSv1\nimport ssl\n"}
    assert not scanned(tmp_path, code).findings
    code[".python-version"] = "2.7.9\n"
    assert [f.level for f in scanned(tmp_path, code).findings if f.usage.place.path == "a.py"] == [Level.ERROR]


def test_what_later_conditions_leave_is_told_with_them(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef go(new, newer):\n    v = ssl.PROTOCOL_TLSv1\n    if new:\n        v = ssl.PROTOCOL_TLSv1_2\n"
        "    elif newer:\n        v = ssl.PROTOCOL_TLS\n    return ssl.SSLContext(v)\n"
    )
    found = [finding for finding in scanned(tmp_path, {"a.py": code}).findings if finding.level is not Level.NOTE]
    assert [(one.level, one.usage.condition) for one in found] == [(Level.ERROR, "not (new) and not (newer)")]


@pytest.mark.parametrize(
    ("later", "level", "condition"),
    [
        ("if not enable_tls1_1:", Level.WARNING, "enable_tls1_1"),
        ("if not (a or b):", Level.ERROR, "a or b"),
        ("if not a and not b:", Level.ERROR, "not (not a and not b)"),
        ("if a and b:", Level.ERROR, "not (a and b)"),
    ],
)
def test_what_a_denied_condition_leaves_is_what_it_denies(
    tmp_path: Path, later: str, level: Level, condition: str
) -> None:
    code = (
        f"import ssl\ndef go(s, a, b, enable_tls1_1):\n    v = ssl.PROTOCOL_TLSv1_1\n    {later}\n"
        "        v = ssl.PROTOCOL_TLSv1_2\n    return ssl.wrap_socket(s, ssl_version=v)\n"
    )
    found = [finding for finding in scanned(tmp_path, {"a.py": code}).findings if finding.level is not Level.NOTE]
    assert [(one.level, one.usage.condition) for one in found] == [(level, condition)]


@pytest.mark.parametrize(
    ("read", "level"),
    [
        ("app.config['LDAP_TLS_METHOD']", Level.ERROR),
        ("self.app.config.get('LDAP_TLS_METHOD')", Level.ERROR),
        ("app.options['LDAP_TLS_METHOD']", Level.NOTE),
        ("app.config['LDAP_TLS']", Level.NOTE),
    ],
)
def test_what_is_put_where_nothing_is_set_is_a_default(tmp_path: Path, read: str, level: Level) -> None:
    code = (
        "import ssl\nfrom ldap3 import Tls\nclass A:\n    def setup(self, app):\n"
        "        app.config.setdefault('LDAP_TLS_METHOD', ssl.PROTOCOL_TLSv1)\n"
        f"        return Tls(version={read})\n"
    )
    (found,) = scanned(tmp_path, {"a.py": code}).findings
    assert found.level is level
    assert level is Level.NOTE or found.usage.condition == "LDAP_TLS_METHOD is not set"
