"""Systems that keep old versions out of what does not ask for them: what is said of code and runtimes on them."""

from itertools import pairwise
from pathlib import Path

import pytest

from cli_tools import run
from tlsscan.model import Level, Verdict
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
    at = next(number for number, line in enumerate(lines) if line.startswith("  python 3.9  deployment"))
    assert lines[at + 1] == "      CPython's ssl module: offers TLS 1.2, TLS 1.3 by default"
    assert lines[at + 2].startswith("  system-default 1.2  deployment  Dockerfile:1:6: ")


CONTEXT = "import ssl\nctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"
SETUP = 'from setuptools import setup\nsetup(python_requires=">=3.6")\n'
CI = "jobs:\n  a:\n    runs-on: ubuntu-20.04\n    steps: [{run: make}]\n"
MATRIX = """jobs:
  a:
    runs-on: ubuntu-22.04
    steps: [{run: make}]
  b:
    runs-on: windows-2022
    steps:
      - {uses: actions/setup-python@v5, with: {python-version: "3.9"}}
  c:
    runs-on: ubuntu-22.04
    steps:
      - {uses: actions/setup-python@v5, with: {python-version: "3.8"}}
  d:
    strategy: {matrix: {os: [ubuntu-22.04, macos-13]}}
    runs-on: ${{ matrix.os }}
    steps:
      - {uses: actions/setup-python@v5, with: {python-version: "3.7"}}
"""


@pytest.mark.parametrize(
    "beside",
    [{}, {".github/workflows/ci.yml": CI}, {".devcontainer/Dockerfile": "FROM ubuntu:jammy\n"}],
    ids=["nothing", "a machine", "a container"],
)
def test_another_system_takes_nothing_from_a_requirement(tmp_path: Path, beside: dict[str, str]) -> None:
    report = scanned(tmp_path, {"setup.py": SETUP, "app.py": CONTEXT, **beside})
    assert list(told(report)) == ["app.py:2 ssl.PROTOCOL_TLS_CLIENT"]


@pytest.mark.parametrize("image", ["debian:bullseye", "ubuntu:jammy"])
def test_nor_does_the_image_that_is_put_out(tmp_path: Path, image: str) -> None:
    files = {"Dockerfile": f"FROM {image}\n", ".python-version": "3.9\n", "app.py": CONTEXT}
    assert list(told(scanned(tmp_path, files))) == [".python-version:1 3.9"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("FROM ubuntu:jammy AS tools\nFROM python:3.6-stretch\n", ""),
        ("FROM python:3.6-stretch\n", "FROM python:3.9-bullseye\n"),
    ],
    ids=["another stage", "another image"],
)
def test_nor_does_another_stage_or_image(tmp_path: Path, first: str, second: str) -> None:
    files = {"Dockerfile": first, "app.py": CONTEXT}
    files |= {"Dockerfile.web": second} if second else {}
    assert [key.rpartition(" ")[2] for key in told(scanned(tmp_path, files))] == ["python:3.6-stretch"]


def test_a_stage_has_what_the_one_has_that_it_is_made_from(tmp_path: Path) -> None:
    docker = "FROM ubuntu:focal AS base\nFROM debian:stretch AS tools\nFROM base\nRUN apt-get install -y python3.8\n"
    assert told(scanned(tmp_path, {"Dockerfile": docker, "app.py": PYTHON})) == {}


def test_a_library_has_what_its_interpreter_has(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM python:3.9-bullseye\n", "requirements.txt": "urllib3==1.26.18\n", "app.py": PYTHON}
    assert told(scanned(tmp_path, files)) == {}
    (tmp_path / "Dockerfile").write_text("FROM python:3.9-stretch\n")
    assert "requirements.txt:1 ==1.26.18" in told(scanned(tmp_path, {}))


def test_runtimes_tells_of_each_image_what_it_has(tmp_path: Path) -> None:
    (tmp_path / ".devcontainer").mkdir()
    (tmp_path / ".devcontainer/Dockerfile").write_text("FROM ubuntu:jammy\n")
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci/Dockerfile").write_text("FROM ubuntu:bionic\nRUN apt-get install -y python3\n")
    lines = run("runtimes", cwd=tmp_path).out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  python 3.6  test"))
    assert lines[at + 1] == "      CPython's ssl module: offers TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 by default"


def test_runtimes_tells_of_each_job_what_its_machine_has(tmp_path: Path) -> None:
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(MATRIX)
    lines = run("runtimes", cwd=tmp_path).out.splitlines()
    offers = {
        line.split()[1]: lines[number + 1].partition("offers ")[2].split(",")[0]
        for number, line in enumerate(lines)
        if line.startswith("  python")
    }
    assert offers == {"3.9": "TLS 1.0", "3.8": "TLS 1.2", "3.7": "TLS 1.0"}


@pytest.mark.parametrize("package", ["python3", "python3.6"])
@pytest.mark.parametrize("code", [CONTEXT, "import urllib.request\nurllib.request.urlopen(url)\n"])
def test_a_version_that_the_release_tells_counts_like_one_that_is_written(
    tmp_path: Path, package: str, code: str
) -> None:
    docker = f"FROM ubuntu:bionic\nRUN apt-get install -y {package}\n"
    report = scanned(tmp_path, {"Dockerfile": docker, "app.py": code})
    assert list(told(report)) == [f"Dockerfile:2 {package}"]
    assert report.findings[0].level is Level.WARNING


@pytest.mark.parametrize("package", ["ruby", "ruby2.5"])
def test_so_does_that_of_ruby(tmp_path: Path, package: str) -> None:
    docker = f"FROM ubuntu:bionic\nRUN apt-get install -y {package}\n"
    code = "require 'net/http'\nNet::HTTP.get(uri)\n"
    assert len(scanned(tmp_path, {"Dockerfile": docker, "app.rb": code}).findings) == 1


@pytest.mark.parametrize("code", [CONTEXT, "import urllib.request\nurllib.request.urlopen(url)\n"])
def test_code_that_sets_nothing_relies_on_a_default_too(tmp_path: Path, code: str) -> None:
    report = scanned(tmp_path, {".python-version": "3.9\n", "app.py": code})
    assert list(told(report)) == [".python-version:1 3.9"]
    assert report.findings[0].level is Level.WARNING


def offered(tmp_path: Path, files: dict[str, str]) -> dict[str, str]:
    """What `runtimes` says that is offered, by product and version."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    lines = run("runtimes", cwd=tmp_path).out.splitlines()
    pairs = pairwise(lines)
    return {" ".join(line.split()[:2]): told.partition(": ")[2] for line, told in pairs if told.startswith("      ")}


@pytest.mark.parametrize(
    ("tag", "first"), [("3.1", "TLS 1.2"), ("3.0", "TLS 1.2"), ("3.1-bionic", "TLS 1.0"), ("3.1-alpine", "TLS 1.0")]
)
def test_images_of_net_core_3_have_the_default_of_debian(tmp_path: Path, tag: str, first: str) -> None:
    found = offered(tmp_path, {"Dockerfile": f"FROM mcr.microsoft.com/dotnet/core/aspnet:{tag}\n"})
    assert found[f"dotnet {tag[:3]}"].startswith(f"offers {first}")


def test_a_ruby_that_cannot_be_built_with_the_openssl_of_a_machine_has_its_own(tmp_path: Path) -> None:
    steps = "steps: [{uses: ruby/setup-ruby@v1, with: {ruby-version: '${{ matrix.ruby }}'}}]"
    job = f"jobs:\n  a:\n    runs-on: ubuntu-22.04\n    strategy: {{matrix: {{ruby: ['3.0', '3.1']}}}}\n    {steps}\n"
    found = offered(tmp_path, {".github/workflows/ci.yml": job})
    assert found["ruby 3.0"] == "offers TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 by default"
    assert found["ruby 3.1"] == "offers TLS 1.2, TLS 1.3 by default"


def test_a_range_is_told_from_its_oldest_to_its_newest(tmp_path: Path) -> None:
    pom = (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>a</groupId>'
        "<artifactId>b</artifactId><version>1</version><properties><maven.compiler.target>1.7</maven.compiler.target>"
        "</properties></project>"
    )
    told = (
        "the oldest offers TLS 1.0 by default (clients have TLS 1.1 and 1.2, but off unless code or a property asks "
        "for them), the newest TLS 1.2, TLS 1.3"
    )
    assert offered(tmp_path, {"pom.xml": pom}) == {"java >=7": told}


def test_net_core_before_2_1_has_no_tls_1_3(tmp_path: Path) -> None:
    inner = "<PropertyGroup><TargetFramework>{}</TargetFramework></PropertyGroup>"
    project = f'<Project Sdk="Microsoft.NET.Sdk">{inner}</Project>'
    found = offered(
        tmp_path, {"A.csproj": project.format("netstandard2.0"), "b/B.csproj": project.format("netcoreapp3.1")}
    )
    assert found["dotnet >=2.0"].startswith("the oldest offers TLS 1.0, TLS 1.1, TLS 1.2 by default")
    assert "TLS 1.3" in found["dotnet >=3.1"].partition("newest")[0]


def test_php_says_what_its_streams_mean_by_a_default(tmp_path: Path) -> None:
    found = offered(tmp_path, {".travis.yml": "language: php\nphp: ['5.4', '7.1']\n"})
    assert "TLS 1.0 through tls:// and STREAM_CRYPTO_METHOD_TLS_CLIENT (no constant" in found["php 5.4"]
    assert "TLS 1.0 through tls:// and STREAM_CRYPTO_METHOD_TLS_CLIENT (https://" in found["php 7.1"]


def test_a_library_has_the_interpreter_that_it_is_tested_on(tmp_path: Path) -> None:
    files = {"requirements.txt": "urllib3==1.24.3\n", "tox.ini": "[tox]\nenvlist = py27\n"}
    assert offered(tmp_path, files)["urllib3 1.24.3"] == "offers TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 by default"
    report = scanned(tmp_path, {"app.py": "import requests\nrequests.get(url)\n"})
    assert [(f.usage.place.path, f.level) for f in report.findings] == [("requirements.txt", Level.NOTE)]


@pytest.mark.parametrize(("image", "level"), [("java:8", 1), ("openjdk:8-jre-alpine", 1), ("openjdk:8-jre-slim", 0)])
def test_an_image_that_ended_is_judged_as_it_was_last_built(tmp_path: Path, image: str, level: int) -> None:
    code = 'class A { Object b() throws Exception { return javax.net.ssl.SSLContext.getInstance("TLS"); } }\n'
    report = scanned(tmp_path, {"Dockerfile": f"FROM {image}\n", "A.java": code})
    assert len(report.findings) == level


@pytest.mark.parametrize("image", ["java:8", "openjdk:8-jre-alpine", "openjdk:8u212-jre-alpine"])
def test_and_is_told_though_no_code_has_its_default(tmp_path: Path, image: str) -> None:
    report = scanned(tmp_path, {"Dockerfile": f"FROM {image}\n", "A.java": "class A {}\n"})
    assert [(f.usage.rule, f.level) for f in report.findings] == [("runtimes/java", Level.NOTE)]


def test_code_that_a_compose_file_mounts_runs_on_the_image_that_it_builds(tmp_path: Path) -> None:
    files = {
        "docker-compose.yml": "services: {web: {build: ./docker/php, volumes: ['./public:/var/www/html']}}\n",
        "docker/php/Dockerfile": "FROM php:7.1.20-fpm\n",
        "public/a.php": "<?php fsockopen('tls://example.org', 443);\n",
    }
    report = scanned(tmp_path, files)
    assert [(f.usage.place.path, f.level) for f in report.findings] == [
        ("docker/php/Dockerfile", Level.WARNING),
        ("public/a.php", Level.ERROR),
    ]
    assert report.claims == ("PHP 7.1.20 by docker/php/Dockerfile:1 (deployment)",)


def test_a_library_for_building_is_no_interpreter(tmp_path: Path) -> None:
    docker = "FROM ubuntu:bionic\nRUN apt-get install -y libssl-dev python3\n"
    report = scanned(tmp_path, {"Dockerfile": docker, "app.py": CONTEXT})
    assert list(told(report)) == ["Dockerfile:2 python3"]


def test_an_example_decides_for_no_code_outside_of_it(tmp_path: Path) -> None:
    java = (
        "import javax.net.ssl.SSLSocket;\nclass A {\n"
        '  void set(SSLSocket s) { s.setEnabledProtocols(new String[] {"TLSv1.1", "TLSv1.2"}); }\n}\n'
    )
    compose = "services:\n  web:\n    build:\n      context: ..\n      dockerfile: example/Dockerfile\n"
    files = {
        "example/docker-compose.yml": compose,
        "example/Dockerfile": "FROM eclipse-temurin:17\nCOPY . .\n",
        "core/A.java": java,
    }
    (finding,) = scanned(tmp_path, files).findings
    assert (finding.level, finding.usage.place.path) == (Level.WARNING, "core/A.java")


@pytest.mark.parametrize(
    ("machines", "first"),
    [
        ("ubuntu-24.04, ubuntu-24.04-arm", "TLS 1.2"),
        ("ubuntu-22.04, ubuntu-24.04", "TLS 1.2"),
        ("ubuntu-24.04, macos-13", "TLS 1.0"),
        ("ubuntu-24.04, ubuntu-18.04", "TLS 1.0"),
    ],
)
def test_of_a_job_on_several_machines_what_all_of_them_have(tmp_path: Path, machines: str, first: str) -> None:
    steps = "steps: [{uses: shivammathur/setup-php@v2, with: {php-version: '8.2'}}]"
    matrix = f"strategy: {{matrix: {{os: [{machines}]}}}}"
    job = f"jobs:\n  a:\n    runs-on: ${{{{ matrix.os }}}}\n    {matrix}\n    {steps}\n"
    found = offered(tmp_path, {".github/workflows/ci.yml": job})
    assert found["php 8.2"].startswith(f"offers {first}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".gitlab-ci.yml", "a:\n  image: debian:bookworm\n  script: apt-get install -y php-cli\n"),
        (
            ".circleci/config.yml",
            "jobs: {a: {docker: [{image: 'debian:bookworm'}], steps: [{run: 'apt-get install -y php-cli'}]}}\n",
        ),
        (
            ".github/workflows/ci.yml",
            "jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: 'sudo apt-get install -y php-cli'}]}}\n",
        ),
    ],
)
def test_what_a_job_installs_has_what_its_system_has(tmp_path: Path, name: str, text: str) -> None:
    found = offered(tmp_path, {name: text})
    assert [told for key, told in found.items() if key.startswith("php")] == ["offers TLS 1.2, TLS 1.3 by default"]


def test_what_is_pinned_beside_a_stack_of_heroku_runs_on_it(tmp_path: Path) -> None:
    files = {"app.json": '{"stack": "heroku-20"}', "runtime.txt": "python-3.8.10\n", "Gemfile": 'ruby "2.7.1"\n'}
    found = offered(tmp_path, files)
    assert found["python 3.8.10"] == "offers TLS 1.2, TLS 1.3 by default"
    assert found["ruby 2.7.1"] == "offers TLS 1.2, TLS 1.3 by default"
    found = offered(tmp_path, {"app.json": '{"stack": "heroku-18"}'})
    assert found["python 3.8.10"].startswith("offers TLS 1.0")


def test_documentation_is_built_on_its_machine(tmp_path: Path) -> None:
    text = "build:\n  os: ubuntu-22.04\n  tools:\n    python: '3.9'\n"
    assert offered(tmp_path, {".readthedocs.yaml": text})["python 3.9"] == "offers TLS 1.2, TLS 1.3 by default"


def test_a_function_has_what_its_platform_has(tmp_path: Path) -> None:
    text = "provider: {runtime: python3.8}\nfunctions: {a: {runtime: python3.9}}\n"
    found = offered(tmp_path, {"serverless.yml": text})
    assert found["python 3.8"] == "offers TLS 1.0, TLS 1.1, TLS 1.2 by default"
    assert found["python 3.9"] == "offers TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 by default"


def test_each_image_of_a_matrix_has_what_it_has(tmp_path: Path) -> None:
    matrix = "strategy: {matrix: {image: ['ruby:3.2-alpine', 'ruby:3.0-alpine']}}"
    job = f"jobs:\n  a:\n    {matrix}\n    container: ${{{{ matrix.image }}}}\n"
    found = offered(tmp_path, {".github/workflows/ci.yml": job})
    assert found["ruby 3.2"] == "offers TLS 1.2, TLS 1.3 by default"
    assert found["ruby 3.0"].startswith("offers TLS 1.0")


def test_each_machine_of_a_matrix_has_what_it_has(tmp_path: Path) -> None:
    job = "jobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [ubuntu-24.04, macos-15]}}\n"
    found = offered(tmp_path, {".github/workflows/ci.yml": job})
    assert found["openssl 3.0"] == "offers TLS 1.2, TLS 1.3 by default"


TOX = "[tox]\nenvlist = py27,py34\n"


def test_what_an_image_brings_is_not_given_to_interpreters_that_other_files_name(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM ubuntu:14.04\nCOPY . /app\n", "tox.ini": TOX, "setup.py": SETUP}
    found = offered(tmp_path, files)
    assert found["python 2.7"] == "offers TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 by default"
    assert (
        found["python >=3.6"]
        == "the oldest offers TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 by default, the newest TLS 1.2, TLS 1.3"
    )


@pytest.mark.parametrize(
    ("image", "pinned", "code"),
    [
        ("centos:5", {".python-version": "3.9.1\n", "tox.ini": TOX}, {"app.py": PYTHON}),
        ("debian:6", {".ruby-version": "2.1.5\n"}, {"app.rb": "require 'net/http'\nNet::HTTP.get(uri)\n"}),
    ],
)
def test_nor_does_it_make_one_of_them_fail(
    tmp_path: Path, image: str, pinned: dict[str, str], code: dict[str, str]
) -> None:
    report = scanned(tmp_path, {"Dockerfile": f"FROM {image}\nCOPY . /app\n", **pinned, **code})
    errors = {f.usage.place.path for f in report.findings if f.level is Level.ERROR}
    assert errors <= {"Dockerfile"}  # where the image itself is too old
    assert not any("Dockerfile" in f.message for f in report.findings if f.usage.place.path != "Dockerfile")


def test_an_interpreter_on_the_image_itself_has_what_it_brings(tmp_path: Path) -> None:
    docker = "FROM centos:5\nRUN yum install -y python\n"
    report = scanned(tmp_path, {"Dockerfile": docker, "requirements.txt": "urllib3==1.24.3\n", "app.py": PYTHON})
    assert ("Dockerfile", "runtimes/python", Level.ERROR) in {
        (f.usage.place.path, f.usage.rule, f.level) for f in report.findings
    }


def test_code_of_which_no_interpreter_is_known_runs_on_what_the_image_brings(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"Dockerfile": "FROM centos:5\nCOPY . /app\n", "app.py": PYTHON})
    assert [(f.usage.place.path, f.level) for f in report.findings][:1] == [("Dockerfile", Level.ERROR)]


def test_one_interpreter_of_an_image_is_told_once(tmp_path: Path) -> None:
    dockerfile = "FROM ubuntu:14.04\nRUN apt-get install -y python-pip\nRUN apt-get install -y python-dev\n"
    files = {"Dockerfile": dockerfile, "a.py": 'import requests\nrequests.get("https://x.org")\n'}
    report = scanned(tmp_path, {**files, "Dockerfile.web": dockerfile})
    found = {f.usage.place[0]: f.usage for f in report.findings if f.usage.rule == "runtimes/python"}
    assert [usage.place.region.line for usage in found.values()] == [2, 2]
    for path in ("Dockerfile", "Dockerfile.web"):  # each image on its own
        again = [(place.region.line, place.text) for place in found[path].related if place.path == path]
        assert again == [(3, "likewise python-dev")]


REQUIRED = {"requirements.txt": "urllib3==1.26.19\ngunicorn==20.0.4\n"}
TRAVIS = "language: python\npython: ['3.7', '3.6']\n"
TWICE = {
    "two of one image": {"Dockerfile": "FROM ubuntu:18.04\nRUN apt-get install -y python3.7 python3-pip\n"},
    "a matrix": {".travis.yml": TRAVIS},
    "two images": {"Dockerfile": "FROM python:3.12\n", "Dockerfile.old": "FROM python:3.7.2\n"},
    "one that keeps old versions out": {
        "Dockerfile": "FROM python:3.8-buster\n",
        "Dockerfile.old": "FROM python:3.9-stretch\n",
    },
}


@pytest.mark.parametrize("pythons", TWICE.values(), ids=TWICE)
def test_of_several_interpreters_of_a_library_the_worst_counts(tmp_path: Path, pythons: dict[str, str]) -> None:
    found = offered(tmp_path, {**REQUIRED, **pythons})
    assert found["urllib3 1.26.19"] == "offers TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 by default"
    assert found["gunicorn 20.0.4"] == "offers TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 by default"


def test_where_all_of_them_are_fine_so_is_the_library(tmp_path: Path) -> None:
    pythons = {"Dockerfile": "FROM python:3.8-buster\n", "Dockerfile.new": "FROM python:3.12\n"}
    assert offered(tmp_path, {**REQUIRED, **pythons})["urllib3 1.26.19"] == "offers TLS 1.2, TLS 1.3 by default"


def test_what_holds_on_tested_runtimes_alone_is_a_note(tmp_path: Path) -> None:
    code = {"app.py": "import requests\nrequests.get(url)\n"}
    report = scanned(tmp_path, {**REQUIRED, ".travis.yml": TRAVIS, **code})
    assert {f.level for f in report.findings} == {Level.NOTE}
    assert "requirements.txt" in {f.usage.place.path for f in report.findings}


def test_also_where_the_image_itself_names_it(tmp_path: Path) -> None:
    dockerfile = (
        "FROM laradock/php-fpm:latest-7.1\nRUN apt-get install -y php7.1-soap\nRUN apt-get install -y php7.1-zip\n"
    )
    report = scanned(tmp_path, {"Dockerfile": dockerfile, "a.php": '<?php fsockopen("tls://x.org", 443);\n'})
    (usage,) = [f.usage for f in report.findings if f.usage.rule == "runtimes/php"]
    again = [(p.region.line, p.text) for p in usage.related if p.path == "Dockerfile"]
    assert (usage.place.region.line, again) == (1, [(2, "likewise php7.1-soap"), (3, "likewise php7.1-zip")])


def test_versions_of_one_job_are_told_each(tmp_path: Path) -> None:
    files = {".travis.yml": 'language: python\npython: "2.7.8"\njobs: [{python: "2.7.8"}]\n', "a.py": "import ssl\n"}
    report = scanned(tmp_path, files)
    assert [f.usage.place.region.line for f in report.findings if f.usage.rule == "runtimes/python"] == [2, 3]


@pytest.mark.parametrize(
    ("dockerfile", "product"),
    [
        ("FROM ubuntu:14.04\nRUN apt-get install -y libssl0.9.8 curl\n", "libcurl"),
        ("FROM python:3.6\nRUN wget https://www.openssl.org/source/openssl-1.0.0s.tar.gz && make install\n", "python"),
    ],
)
def test_an_openssl_of_its_own_takes_nothing_from_what_came_linked(
    tmp_path: Path, dockerfile: str, product: str
) -> None:
    report = scanned(tmp_path, {"Dockerfile": dockerfile, "a.py": "import requests\nrequests.get(u)\n"})
    own = [f for f in report.findings if f.usage.rule == f"runtimes/{product}"]
    assert [f.message for f in own if f.verdict is Verdict.FAILS or "openssl" in f.message] == []
    assert [f.level for f in report.findings if f.verdict is Verdict.FAILS and f.level is not Level.NOTE] == []
