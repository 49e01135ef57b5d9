"""What code asks of the version that it runs on is held against what a repository claims."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

PYTHON = """import sys, ssl, six
from six import PY2
def connect():
    if {}:
        return ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    return ssl.create_default_context()
"""
PYTHON_ELSE = """import sys, ssl
VERSION = ssl.PROTOCOL_TLSv1_2 if {} else ssl.PROTOCOL_TLSv1
context = ssl.SSLContext(VERSION)
"""
RUBY = "http = Net::HTTP.new('a.example', 443)\nhttp.ssl_version = :TLSv1 if {}\n"
PHP = "<?php\nif ({}) {{\n  stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_SSLv3_CLIENT);\n}}\n"


def levels(folder: Path, files: dict[str, str], name: str) -> list[Level]:
    found = scanned(folder, files).findings
    return [f.level for f in found if f.usage.place.path == name and f.level is not Level.NONE]


@pytest.mark.parametrize(
    "asked",
    [
        "sys.version_info < (2, 7, 9)",
        "PY2",
        "not six.PY3",
        "sys.version_info[0] == 2",
        "sys.hexversion < 0x020709f0",
        "not sys.version_info >= (3, 10)",
    ],
)
@pytest.mark.parametrize(
    ("claim", "text", "level"),
    [
        ("Dockerfile", "FROM python:3.12\n", None),
        (".python-version", "2.7.6\n", Level.ERROR),
        ("README", "", Level.NOTE),
        ("setup.cfg", "[options]\npython_requires = >=2.7\n", Level.NOTE),
        ("tox.ini", "[tox]\nenvlist = py312\n", Level.NOTE),
    ],
)
def test_python(asked: str, claim: str, text: str, level: Level | None, tmp_path: Path) -> None:
    files = {"a.py": PYTHON.format(asked), claim: text}
    assert levels(tmp_path, files, "a.py") == ([] if level is None else [level])


@pytest.mark.parametrize(("image", "expected"), [("3.12", [Level.NOTE]), ("2.7.6", [Level.ERROR])])
def test_what_else_is_for_an_older_version(image: str, expected: list[Level], tmp_path: Path) -> None:
    files = {"a.py": PYTHON_ELSE.format("sys.version_info >= (3, 0)"), "Dockerfile": f"FROM python:{image}\n"}
    assert levels(tmp_path, files, "a.py") == expected


def test_one_of_several_images_may_run_it(tmp_path: Path) -> None:
    files = {"a.py": PYTHON.format("PY2"), "Dockerfile": "FROM python:3.12\n", "old.Dockerfile": "FROM python:2.7.6\n"}
    assert levels(tmp_path, files, "a.py") == [Level.ERROR]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [("PROTOCOL_TLSv1_2", Level.ERROR), ("PROTOCOL_ACME", Level.WARNING)],  # 2.7.9 brought the first
)
def test_what_is_missing_beside_the_version_lowers_unless_it_surely_is(
    missing: str, expected: Level, tmp_path: Path
) -> None:
    code = PYTHON.format(f"PY2 and not hasattr(ssl, '{missing}')")
    assert levels(tmp_path, {"a.py": code, ".python-version": "2.7.6\n"}, "a.py") == [expected]


@pytest.mark.parametrize(
    "asked",
    [
        'RUBY_VERSION < "2.0"',
        'Gem::Version.new(RUBY_VERSION) < Gem::Version.new("2.0")',
        "RUBY_VERSION =~ /^1\\.9/",
        "RUBY_VERSION.to_f < 2.0",
    ],
)
@pytest.mark.parametrize(("version", "level"), [("3.3", None), ("1.9.3", Level.ERROR), ("", Level.NOTE)])
def test_ruby(asked: str, version: str, level: Level | None, tmp_path: Path) -> None:
    files = {"a.rb": RUBY.format(asked), "Dockerfile": f"FROM ruby:{version}\n" if version else "FROM scratch\n"}
    assert levels(tmp_path, files, "a.rb") == ([] if level is None else [level])


@pytest.mark.parametrize(("version", "level"), [("8.2", None), ("5.4", Level.ERROR), ("", Level.NOTE)])
def test_php(version: str, level: Level | None, tmp_path: Path) -> None:
    files = {"a.php": PHP.format("PHP_VERSION_ID < 50600")}
    files["Dockerfile"] = f"FROM php:{version}\n" if version else "FROM scratch\n"
    assert levels(tmp_path, files, "a.php") == ([] if level is None else [level])


def test_the_claim_that_says_so_is_named(tmp_path: Path) -> None:
    files = {"a.py": PYTHON.format("PY2"), ".python-version": "2.7.6\n"}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "a.py" and f.level is Level.ERROR]
    assert ".python-version:1" in found.message
