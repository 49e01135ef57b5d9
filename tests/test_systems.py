"""Systems that keep old versions out of what does not ask for them: what is said of code and runtimes on them."""

from pathlib import Path

import pytest

from cli_tools import run
from tlsscan.model import Level
from tree_scans import scanned, told

PYTHON = "import ssl\nimport requests\nrequests.get(url)\nssl.SSLContext(ssl.PROTOCOL_TLS).wrap_socket(sock)\n"
LOOSE = "RUN sed -i 's/MinProtocol = TLSv1.2/MinProtocol = TLSv1/' /etc/ssl/openssl.cnf\n"


@pytest.mark.parametrize(
    "image",
    [
        "python:3.9-slim-bullseye",
        "python:3.8-buster",
        "python:3.9-alpine3.18",
        "python:3.7-slim-bookworm",
        "python:3.9",
        "python:3.9-slim",
        "python:3.9.7",
        "python:3.8-alpine",
        "python:2.7.18-slim",
        "acme/python:3.6",
    ],
)
def test_a_language_image_on_such_a_release_offers_nothing_older(tmp_path: Path, image: str) -> None:
    files = {"Dockerfile": f"FROM {image}\nCOPY . /app\n", "app.py": PYTHON}
    assert told(scanned(tmp_path, files)) == {}


@pytest.mark.parametrize("package", ["python3", "python3.8"])
def test_so_does_what_is_installed_on_one(tmp_path: Path, package: str) -> None:
    files = {"Dockerfile": f"FROM ubuntu:focal\nRUN apt-get install -y {package}\n", "app.py": PYTHON}
    assert told(scanned(tmp_path, files)) == {}


@pytest.mark.parametrize("image", ["python:3.7.2", "python:3.9-stretch", "python:3.9-alpine3.12", "cimg/python:3.9"])
def test_elsewhere_it_is_told(tmp_path: Path, image: str) -> None:
    report = scanned(tmp_path, {"Dockerfile": f"FROM {image}\n", "app.py": PYTHON})
    assert list(told(report)) == [f"Dockerfile:1 {image}"]
    assert report.findings[0].level is Level.WARNING


def test_and_where_the_configuration_is_changed(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"Dockerfile": f"FROM python:3.9-slim-bullseye\n{LOOSE}", "app.py": PYTHON})
    assert list(told(report)) == ["Dockerfile:1 python:3.9-slim-bullseye"]


def test_what_code_names_counts_on_such_a_system_too(tmp_path: Path) -> None:
    code = "import ssl\ncontext = ssl.create_default_context()\ncontext.minimum_version = ssl.TLSVersion.TLSv1\n"
    report = scanned(tmp_path, {"Dockerfile": "FROM python:3.9-slim-bullseye\n", "app.py": code})
    assert told(report) == {"app.py:3 ssl.TLSVersion.TLSv1": "allows TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3"}


@pytest.mark.parametrize(("image", "count"), [("ruby:3.1-bullseye", 1), ("ruby:3.1-bookworm", 0)])
def test_ruby_overrides_a_default_but_no_security_level(tmp_path: Path, image: str, count: int) -> None:
    report = scanned(tmp_path, {"Dockerfile": f"FROM {image}\n", "app.rb": "require 'net/http'\nNet::HTTP.get(uri)\n"})
    assert len(report.findings) == count


def test_runtimes_says_what_holds_on_the_system(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.9-bullseye\n")
    lines = run("runtimes", cwd=tmp_path).out.splitlines()
    assert lines[2] == "      CPython's ssl module: offers TLS 1.2, TLS 1.3 by default"
    assert lines[3].startswith("  system-default 1.2  deployment  Dockerfile:1:6: ")
