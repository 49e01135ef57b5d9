"""What has to be upgraded before a remedy can be followed."""

from pathlib import Path

import pytest

from tlsscan import packs
from tlsscan.model import Level
from tlsscan.scan import Request, scan

BOOK = packs.load()
WRAP = "import ssl\nssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_{})\n"
RUBY = "require 'net/http'\nh = Net::HTTP.new('a', 443)\nh.use_ssl = true\nh.ssl_version = :TLSv1_2\nh.start\n"
JAVA = 'class A { void b(javax.net.ssl.SSLSocket s) { s.setEnabledProtocols(new String[] {"TLSv1"}); } }\n'
OLD = "FROM centos:6.4\nRUN yum install -y python ruby\n"


def remedies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], *runtimes: str) -> dict[str, str]:
    """What is advised at each place in code."""
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report = scan(Request((".",), shown=Level.WARNING, jobs=1, runtimes=runtimes), BOOK).report
    code = [finding for finding in report.findings if finding.usage.language]
    return {f"{f.usage.place.path}:{f.usage.place.region.line}": f.remediation for f in code}


@pytest.mark.parametrize("name", ["SSLv23", "TLSv1"])
def test_what_no_code_can_reach_is_upgraded_first(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = remedies(tmp_path, monkeypatch, {"Dockerfile": OLD, "a.py": WRAP.format(name)})
    assert found["a.py:2"].startswith(
        "First upgrade OpenSSL 1.0.0 to 1.0.1 or later and Python 2.6.6 to 2.7.9 or later "
        "(or install an update that brings TLS 1.2 to it). Then: Use ssl.create_default_context().wrap_socket("
    )


def test_it_holds_for_every_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = remedies(tmp_path, monkeypatch, {"Dockerfile": OLD, "a.rb": RUBY})
    assert found["a.rb:4"].startswith("First upgrade OpenSSL 1.0.0 to 1.0.1 or later. Then: Delete the line")


@pytest.mark.parametrize(
    ("runtime", "said"),
    [
        ("java=6", "First upgrade Java 6 to 7 or later (or install an update that brings TLS 1.2 to it). Then: "),
        ("android=10", "First upgrade Android API level 10 to 16 or later. Then: "),
    ],
)
def test_a_table_whose_last_row_falls_short(
    runtime: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = remedies(tmp_path, monkeypatch, {"A.java": JAVA}, runtime)
    assert found["A.java:1"].startswith(said)


@pytest.mark.parametrize(
    "claimed",
    [
        "FROM centos:7\nRUN yum install -y python\n",  # its 2.7.5 has PEP 466
        "FROM python:2.7\n",
        "FROM ubuntu:22.04\n",
        "FROM python:2.7.8 AS old\nRUN true\nFROM python:3.9\n",
    ],
)
def test_nothing_is_upgraded_where_the_remedy_can_be_followed(
    claimed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = remedies(tmp_path, monkeypatch, {"Dockerfile": claimed, "a.py": WRAP.format("TLSv1")})
    assert found["a.py:2"].startswith("Use ssl.create_default_context().wrap_socket(")


def test_of_several_runtimes_the_newest_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"Dockerfile": "FROM python:2.7.8\n", "Dockerfile.new": "FROM python:3.9\n", "a.py": WRAP.format("TLSv1")}
    assert remedies(tmp_path, monkeypatch, files)["a.py:2"].startswith("Use ssl.create_default_context().wrap_socket(")


def test_a_bound_is_no_runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"setup.py": "from setuptools import setup\nsetup(python_requires='>=2.6')\n", "a.py": WRAP.format("TLSv1")}
    assert remedies(tmp_path, monkeypatch, files)["a.py:2"].startswith("Use ssl.create_default_context().wrap_socket(")


@pytest.mark.parametrize("value", ["6", "CURL_SSLVERSION_TLSv1_2"])
def test_a_libcurl_that_does_not_know_a_value_is_told(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.php").write_text(f"<?php\ncurl_setopt($c, CURLOPT_SSLVERSION, {value});\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (found,) = scan(Request((".",), jobs=1, runtimes=("libcurl=7.21",)), BOOK).report.findings
    assert "this libcurl does not know the value, and negotiates as without it" in found.message
    assert "libcurl knows it from 7.34 on" in " ".join(found.remediation.split())
