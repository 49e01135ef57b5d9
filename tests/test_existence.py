"""Conditions that ask for the existence of names: what came together is not there by halves."""

from pathlib import Path

import pytest

from tlsscan.existence import never
from tlsscan.model import NOT_CURRENT, Level
from tlsscan.products import Condition, Runtimes, parse_ranges
from tlsscan.rules import Key, Vocabulary
from tree_scans import scanned, told


def since(**products: str) -> Condition:
    return Condition(tuple((name, parse_ranges(ranges, name)) for name, ranges in products.items()))


OLD = since(php=">=5.5.19,<5.6 | >=5.6.3", libcurl=">=7.34")
NEW = since(php=">=7.3", libcurl=">=7.52")
NAMES = Vocabulary(
    "demo",
    {},
    since=((Key("name", "*.V1_1"), OLD), (Key("name", "*.V1_2"), OLD), (Key("name", "*.V1_3"), NEW)),
)


@pytest.mark.parametrize(
    ("condition", "claimed", "expected"),
    [
        ("defined('V1_1') and not (defined('V1_2'))", {}, True),
        ('defined("V1_1") && !\\defined("\\\\V1_2")', {}, True),
        ('hasattr(ssl, "V1_1") and not hasattr(ssl, "V1_2")', {}, True),
        ("'V1_1' in dir(ssl) and not ('V1_2' in dir(ssl))", {}, True),
        ("defined('V1_3') and not (defined('V1_2'))", {}, True),
        ("defined('V1_2') and not (defined('V1_3'))", {}, False),
        ("not (defined('V1_2'))", {}, False),
        ("not (defined('V1_2'))", {"php": "8.2"}, False),  # as libcurl may be old
        ("not (defined('V1_2'))", {"php": "8.2", "libcurl": "7.88.1"}, True),
        ("not (defined('V1_2'))", {"php": "5.6.1", "libcurl": "7.88.1"}, False),
        ("defined('V1_3')", {"php": "7.1"}, True),
        ("defined('V1_3')", {}, False),
        ("defined('V1_1') and not (defined('V1_2') && $new)", {}, False),
        ("defined('V1_1') and not (defined('OTHER'))", {}, False),
        ("defined('V1_1') || $old and not (defined('V1_2'))", {}, False),
    ],
)
def test_conditions_that_no_runtime_meets(condition: str, claimed: dict[str, str], expected: bool) -> None:
    assert never(condition, NAMES, Runtimes(claimed, {})) is expected


def test_versions_on_which_an_answer_depends_are_tried() -> None:
    asked: dict[str, set[tuple[int, ...]]] = {}
    never("not (defined('V1_3'))", NAMES, Runtimes({"php": "8.2"}, {}, asked))
    assert asked["php"] == {(7, 3)}


IMAP = """<?php
function start($socket) {
    $method = STREAM_CRYPTO_METHOD_TLS_CLIENT;
    if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
        $method = STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
    } elseif (defined('STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT')) {
        $method = STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT;
    }
    return stream_socket_enable_crypto($socket, true, $method);
}
"""
CURL = """<?php
if (defined('CURL_SSLVERSION_TLSv1_2')) {
    curl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
} elseif (defined('CURL_SSLVERSION_TLSv1_1')) {
    curl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_1);
} elseif (!defined('CURL_SSLVERSION_TLSv1_3')) {
    curl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1);
}
"""
PYTHON = """import ssl
if hasattr(ssl, "PROTOCOL_TLSv1_2"):
    version = ssl.PROTOCOL_TLSv1_2
elif hasattr(ssl, "PROTOCOL_TLSv1_1"):
    version = ssl.PROTOCOL_TLSv1_1
else:
    version = ssl.PROTOCOL_TLSv1
context = ssl.SSLContext(version)
"""


def test_an_arm_for_a_constant_that_came_with_a_newer_one_is_dead(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"imap.php": IMAP, "curl.php": CURL, "context.py": PYTHON})
    lines = {place.partition(" ")[0]: said for place, said in told(report).items()}
    assert lines == {
        "context.py:7": "fails TLSv1.0",
        "curl.php:7": "allows TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3",
        "imap.php:3": "fails TLSv1.0",  # where neither is there, it is PHP before 5.6
    }


RAISED = """import ssl
def connect(version=None):
    if version is None:
        version = ssl.PROTOCOL_TLSv1
        if hasattr(ssl, "PROTOCOL_TLS"):
            version = ssl.PROTOCOL_TLS
    return ssl.SSLContext(version)
"""


def test_what_a_newer_name_replaces_under_a_condition_stays_where_that_is_missing(tmp_path: Path) -> None:
    (found,) = scanned(tmp_path, {"a.py": RAISED}).findings
    assert (found.level, found.usage.assumed) == (Level.NOTE, ("CPython 3.12",))
    assert found.usage.condition == 'version is None and not (hasattr(ssl, "PROTOCOL_TLS"))'
    assert scanned(tmp_path, {"a.py": RAISED, ".python-version": "3.11.4\n"}).findings == ()


MISSING = """<?php
if (!defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
    stream_socket_enable_crypto($socket, true, STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT);
}
"""


def test_a_claimed_runtime_that_has_the_constant_never_takes_the_other_arm(tmp_path: Path) -> None:
    claim = '{"config": {"platform": {"php": "8.2.0"}}}'
    assert "old.php:3 STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT" in told(scanned(tmp_path, {"old.php": MISSING}))
    report = scanned(tmp_path, {"composer.json": claim, "old.php": MISSING})
    assert [place for place in told(report) if place.startswith("old.php")] == []


def test_a_constant_in_the_wrong_case_is_on_no_runtime(tmp_path: Path) -> None:
    code = (
        "<?php\n"
        "curl_setopt($ch, CURLOPT_SSLVERSION, defined('CURL_SSLVERSION_TLSV1') ? CURL_SSLVERSION_TLSV1 : 1);\n"
        "curl_setopt($other, CURLOPT_SSLVERSION, !defined('CURL_SSLVERSION_TLSV1_2') ? 1 : CURL_SSLVERSION_TLSv1_2);\n"
    )
    findings = scanned(tmp_path, {"a.php": code}).findings
    assert [(f.usage.place.region.line, f.level, f.usage.condition) for f in findings] == [
        (2, Level.WARNING, ""),
        (3, Level.WARNING, ""),
    ]


OLD_PYTHON = """import ssl
try:
    chosen = ssl.PROTOCOL_TLS_CLIENT
except AttributeError:
    chosen = ssl.PROTOCOL_TLSv1
context = ssl.SSLContext(chosen)
try:
    from ssl import PROTOCOL_TLS as other
except ImportError:
    from ssl import PROTOCOL_TLSv1_1 as other
again = ssl.SSLContext(other)
third = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLSv1_2", ssl.PROTOCOL_TLSv1))
fourth = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT if ssl.HAS_TLSv1_2 else ssl.PROTOCOL_TLSv1)
if not hasattr(ssl, "create_default_context"):
    fifth = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
if ssl.OPENSSL_VERSION_INFO < (1, 0, 1):
    sixth = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
try:
    load(ssl.PROTOCOL_TLS)
except AttributeError:
    seventh = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
try:
    eighth = ssl.SSLContext(settings.version)
except AttributeError:
    eighth = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
"""
OLD_RUBY = """a.respond_to?(:min_version=) ? a.min_version = :TLS1_2 : a.ssl_version = :TLSv1
if Net::HTTP.method_defined?(:min_version=)
  b.max_version = :TLS1_3
else
  b.ssl_version = :TLSv1
end
c.ssl_version = :TLSv1 unless OpenSSL::SSL.const_defined?(:TLS1_2_VERSION)
d.ssl_version = :TLSv1 unless defined?(OpenSSL::SSL::TLS1_2_VERSION)
e.ssl_version = :TLSv1 unless OpenSSL::SSL::SSLContext::METHODS.include?(:TLSv1_2)
f.ssl_version = :TLSv1 if OpenSSL::OPENSSL_VERSION_NUMBER < 0x10001000
begin
  g.min_version = OpenSSL::SSL::TLS1_2_VERSION
rescue NoMethodError, NameError
  g.ssl_version = :TLSv1
end
begin
  h.min_version = settings.lowest
rescue NoMethodError
  h.ssl_version = :TLSv1
end
"""
OLD = [
    (".python-version", "a.py", OLD_PYTHON),
    (".ruby-version", "a.rb", OLD_RUBY),
]


def levels(tmp_path: Path, files: dict[str, str]) -> dict[int, Level]:
    findings = (f for f in scanned(tmp_path, files).findings if not f.usage.place.path.startswith("."))
    return {f.usage.place.region.line: f.level for f in findings if f.level is not Level.NOTE}


@pytest.mark.parametrize(("claim", "name", "code"), OLD)
def test_what_is_for_a_runtime_without_a_name_is_lower(tmp_path: Path, claim: str, name: str, code: str) -> None:
    found = [one for one in scanned(tmp_path, {name: code}).findings if one.verdict in ("fails", "allows")]
    assert len(found) > 6
    assert {(one.level, one.usage.doubt == NOT_CURRENT) for one in found} == {
        (Level.NOTE, True),
        (Level.WARNING, False),
    }


@pytest.mark.parametrize(("claim", "name", "code"), OLD)
def test_what_a_claimed_runtime_has_is_never_missing(tmp_path: Path, claim: str, name: str, code: str) -> None:
    version = "3.12.1" if claim == ".python-version" else "3.3.0"
    unknown = code[: code.rindex(" = ")].count("\n") + 1  # what the last handler stands for, the code does not tell
    assert levels(tmp_path, {claim: version, name: code}) == {unknown: Level.WARNING}


@pytest.mark.parametrize(
    ("claim", "name", "code", "lines"),
    [(*OLD[0], [5, 11, 12, 13, 15, 21]), (*OLD[1], [1, 5, 7, 8, 14])],
)
def test_what_a_claimed_runtime_lacks_is_no_fallback(
    tmp_path: Path, claim: str, name: str, code: str, lines: list[int]
) -> None:
    version = "2.7.8" if claim == ".python-version" else "2.1.5"
    every = levels(tmp_path, {claim: version, name: code})
    assert [line for line, level in every.items() if level is Level.ERROR] == lines


LISTED_METHODS = """HAS = OpenSSL::SSL::SSLContext.public_instance_methods(false).include?(:min_version=)
if OpenSSL::SSL::SSLContext.public_instance_methods(false).include?(:min_version=)
  a.min_version = :TLS1_2
else
  a.ssl_version = :TLSv1
end
if OpenSSL::SSL::SSLContext.instance_methods.include?(:min_version=)
  b.min_version = :TLS1_2
else
  b.ssl_version = :TLSv1
end
if HAS
  c.min_version = :TLS1_2
else
  c.ssl_version = :TLSv1
end
"""


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ({}, dict.fromkeys((5, 10, 15), Level.NOTE)),
        ({".ruby-version": "3.3.0"}, {}),
        ({".ruby-version": "2.1.5"}, dict.fromkeys((5, 10, 15), Level.ERROR)),
    ],
)
def test_a_list_of_the_methods_of_a_class_is_asked_like_respond_to(
    tmp_path: Path, claim: dict[str, str], expected: dict[int, Level]
) -> None:
    found = [one for one in scanned(tmp_path, {**claim, "a.rb": LISTED_METHODS}).findings if one.verdict == "fails"]
    assert {one.usage.place.region.line: one.level for one in found if one.usage.language == "ruby"} == expected


UNCLAIMED = """<?php
if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
    $method = STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT;
} else {
    $method = STREAM_CRYPTO_METHOD_TLS_CLIENT;
}
stream_socket_enable_crypto($socket, true, $method);
if (!defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
    stream_socket_enable_crypto($socket, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);
}
"""


def test_where_a_name_is_missing_the_assumed_runtime_is_one_without_it(tmp_path: Path) -> None:
    findings = scanned(tmp_path, {"a.php": UNCLAIMED}).findings
    old = {f.usage.place.region.line: (f.verdict, f.level) for f in findings if "_TLS_" in f.usage.value}
    assert old == {5: ("fails", Level.NOTE), 9: ("fails", Level.NOTE)}


@pytest.mark.parametrize(
    ("claim", "handled", "expected"),
    [
        (">=3.6", "ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)", None),
        (">=2.7", "ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)", Level.NOTE),
        ("", "ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)", Level.NOTE),
        ("", "OpenSSL.wrap(s, ssl.SSLContext(ssl.PROTOCOL_TLSv1))", Level.WARNING),
    ],
)
def test_a_handler_does_not_stand_for_the_lack_of_what_it_needs_itself(
    tmp_path: Path, claim: str, handled: str, expected: Level | None
) -> None:
    code = f"""import ssl
def connect(s):
    try:
        return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLS)
    except AttributeError:
        return {handled}
"""
    setup = f"from setuptools import setup\nsetup(name='m', python_requires='{claim}')\n"
    report = scanned(tmp_path, {"m.py": code, **({"setup.py": setup} if claim else {})})
    found = [one for one in report.findings if one.usage.place.region.line == 6 and one.usage.place.path == "m.py"]
    assert [one.level for one in found] == ([expected] if expected is not None else [])
