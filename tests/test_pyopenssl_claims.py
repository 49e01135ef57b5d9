"""What pyOpenSSL offers by itself is what its OpenSSL does: that of cryptography's wheels, or the system's."""

from pathlib import Path

import pytest

from tlsscan.model import Finding, Level, Role, Verdict
from tree_scans import scanned

SERVER = """from OpenSSL import SSL
from flask import Flask
context = SSL.Context(SSL.SSLv23_METHOD)
context.use_privatekey_file("k")
Flask("x").run(ssl_context=context)
"""
OLD_SYSTEM = "FROM ubuntu:16.04\nRUN apt-get install -y python-dev python-pip\n"
BOUNDED = "context.set_min_proto_version(SSL.TLS1_2_VERSION)\n"


def _relied(tmp_path: Path, **files: str) -> list[Finding]:
    """What is said of claims that the context relies on."""
    names = {"runtime": "runtime.txt", "requirements": "requirements.txt"}
    tree = {"server.py": SERVER, **{names.get(name, name): text for name, text in files.items()}}
    return [one for one in scanned(tmp_path, tree).findings if one.usage.related]


@pytest.mark.parametrize(
    ("files", "place", "rule"),
    [
        ({"Dockerfile": OLD_SYSTEM}, "Dockerfile:2", "runtimes/python"),
        ({"runtime": "python-2.7.18\n"}, "runtime.txt:1", "runtimes/python"),
        ({"requirements": "pyOpenSSL==17.5.0\ncryptography==2.1.4\n"}, "requirements.txt:2", "runtimes/cryptography"),
        ({"requirements": "cryptography==36.0.2\n"}, "requirements.txt:1", "runtimes/cryptography"),
    ],
)
def test_a_context_without_a_floor_is_told_at_the_claim(
    tmp_path: Path, files: dict[str, str], place: str, rule: str
) -> None:
    (found,) = _relied(tmp_path, **files)
    assert f"{found.usage.place.path}:{found.usage.place.region.line} {found.usage.rule}" == f"{place} {rule}"
    assert (found.level, found.verdict, found.usage.role) == (Level.WARNING, Verdict.ALLOWS, Role.SERVER)
    assert [(one.path, one.region.line) for one in found.usage.related] == [("server.py", 3)]


@pytest.mark.parametrize(
    "files",
    [
        {"requirements": "cryptography==41.0.7\n"},
        {"requirements": "cryptography>=2.1\n"},  # newer ones do as well
        {"Dockerfile": "FROM python:3.8-alpine\nRUN pip install pyopenssl\n"},  # a wheel with OpenSSL 3
        {"Dockerfile": OLD_SYSTEM, "server.py": SERVER.replace("Flask(", BOUNDED + "Flask(")},
    ],
)
def test_what_brings_a_newer_openssl_or_sets_a_floor_is_not(tmp_path: Path, files: dict[str, str]) -> None:
    assert _relied(tmp_path, **files) == []


def test_cryptography_alone_connects_nothing(tmp_path: Path) -> None:
    files = {"a.py": "from cryptography.fernet import Fernet\n", "requirements.txt": "cryptography==2.1.4\n"}
    assert not scanned(tmp_path, files).findings
