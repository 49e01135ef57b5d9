"""`tlsscan runtimes`, and which manifests a scan reads."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from cli_tools import run
from manifest_tools import told
from tlsscan.discovery import discover
from tlsscan.languages import MANIFEST
from tlsscan.manifestnames import kind_of_path
from tlsscan.model import ProblemKind, Severity
from tlsscan.packs import load
from tlsscan.scan import Request, Scan, scan

CODE = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree with manifests in several folders; it becomes the working directory."""
    files = {
        "Dockerfile": "FROM python:2.7.8\n",
        "jobs/pom.xml": "<project><properties><java.version>1.7</java.version></properties></project>\n",
        "jobs/build.gradle": "targetCompatibility = 1.6\n",
        "web/app.py": CODE,
        "web/setup.py": "setup(python_requires='>=2.6')\n",
        "web/readme.txt": "python 2.5\n",
        ".github/workflows/ci.yml": "jobs: {a: {container: 'python:3.6'}}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "-A"], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scanned(*paths: str) -> Scan:
    return scan(Request(paths, jobs=1), load())


def test_the_claims_are_printed_by_folder(shop: Path) -> None:
    done = run("runtimes", cwd=shop)
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[0] == "./"
    assert lines[1] == "  python 2.7.8  deployment  Dockerfile:1:6: python:2.7.8 (image python:2.7.8)"
    assert lines[2].startswith("      CPython's ssl module: offers ")
    assert "  python 3.6  test  .github/workflows/ci.yml:1:24: python:3.6 (image python:3.6)" in lines
    assert lines[lines.index("jobs/") + 1] == "  java >=6  bytecode  jobs/build.gradle:1:23: 1.6"
    assert "  python >=2.6  requirement  web/setup.py:1:24: >=2.6" in lines
    assert lines[-1] == "6 claims in 5 manifests"


def test_the_claims_as_json(shop: Path) -> None:
    done = run("runtimes", "-f", "json", "jobs", cwd=shop)
    document = json.loads(done.out)
    assert document["schema"] == "tlsscan-runtimes/1"
    claim = document["claims"][1]
    assert (claim["product"], claim["kind"], claim["path"], claim["line"]) == ("java", "bytecode", "jobs/pom.xml", 1)
    assert claim["versions"] == [{"low": "7", "high": "", "below": False}]
    assert claim["scope"] == "jobs/"
    assert claim["offers"]["oldest"] == ["SSLv3", "TLSv1.0"] or claim["offers"]["oldest"] == ["TLSv1.0"]
    assert claim["offers"]["note"] == "clients have TLS 1.1 and 1.2, but off unless code or a property asks for them"
    assert all("note" not in other["offers"] for other in document["claims"] if other["says"] == ">=3.10")


def test_a_broken_manifest_is_told_and_costs_no_other(shop: Path) -> None:
    (shop / "web" / "pom.xml").write_text("<project>")
    done = run("runtimes", cwd=shop)
    assert done.status == 0
    assert "web/pom.xml:1 is not valid XML" in done.err
    assert "6 claims in 6 manifests" in done.out


def test_a_broken_manifest_degrades_a_scan(shop: Path) -> None:
    (shop / "jobs" / "pom.xml").write_text("<project>")
    report = scanned(".").report
    told_of = [(p.path, p.kind, p.severity) for p in report.problems]
    assert told_of == [("jobs/pom.xml", ProblemKind.PARSE_ERROR, Severity.DEGRADED)]
    assert not report.incomplete


def test_manifests_are_counted_apart_from_source(shop: Path) -> None:
    report = scanned(".").report
    assert report.files == {MANIFEST: 4, "python": 2}
    assert report.unread == {".gradle": 1}


def test_a_scan_of_a_folder_reads_what_lies_in_it_and_above(shop: Path) -> None:
    claims = scanned("web").trail.claims
    assert [told(claim) for claim in claims if claim.product == "python"] == [
        "python 2.7.8 deployment 1:6",
        "python >=2.6 requirement 1:24",
    ]


def test_a_named_file_has_the_manifests_of_the_folders_above(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop / "web")
    claims = scanned("app.py").trail.claims
    assert [(claim.place.path, claim.scope) for claim in claims] == [("../Dockerfile", "../"), ("setup.py", "")]


def test_a_file_without_any_place_of_interest_reads_no_manifest(shop: Path) -> None:
    (shop / "web" / "plain.py").write_text("print()\n")
    assert list(scanned("web/plain.py").trail.claims) == []


def test_manifests_of_other_kinds_of_folders_are_left_out(shop: Path) -> None:
    for folder in ("node_modules/x", ".venv/lib"):
        (shop / folder).mkdir(parents=True)
        (shop / folder / "Dockerfile").write_text("FROM python:3.1\n")
    (shop / ".gitignore").write_text("out/\n")
    (shop / "out").mkdir()
    (shop / "out" / "Dockerfile").write_text("FROM python:3.1\n")
    assert [file.path for file in discover(["."]).files if file.path.endswith("Dockerfile")] == ["Dockerfile"]


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_is_not_followed(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / "Dockerfile"
    other.write_text("FROM python:3.1\n")
    (shop / "jobs" / "Dockerfile").symlink_to(other)
    assert "python 3.1" not in run("runtimes", cwd=shop).out


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("Dockerfile", "dockerfile"),
        ("a/Dockerfile.dev", "dockerfile"),
        ("a/web.Dockerfile", "dockerfile"),
        ("Dockerfile-php7", "dockerfile"),
        ("dockerfile.dev", "dockerfile"),
        ("Dockerfiles", ""),
        ("Containerfile.old", "dockerfile"),
        ("Dockerfile.md", ""),
        ("Dockerfile.dockerignore", ""),
        ("docker-compose.override.yml", "compose"),
        ("docker-compose-prod.yml", "compose"),
        ("compose.override.yaml", "compose"),
        ("compose.prod.yml", "compose"),
        ("compose-dev.yaml", "compose"),
        ("composer.yml", ""),
        ("Web.Config", "dotnet-config"),
        (".github/workflows/ci.yaml", "workflow"),
        ("docs/workflows/ci.yaml", ""),
        ("requirements-dev.txt", "requirements"),
        ("requirements/base.txt", "requirements"),
        ("docs/base.txt", ""),
        ("Shop.csproj", "msbuild"),
        ("Directory.Build.props", "msbuild"),
        ("Shop.exe.config", "dotnet-config"),
        ("Shop.dll.config", ""),
        ("nginx.config", ""),
        ("shop.gemspec", "gemspec"),
        ("mysetup.py", ""),
        ("package.json", ""),
        (".github/actions/setup/action.yml", "action"),
        (".env", "environment"),
        (".env.local", ""),
        ("k8s/web.yml", "kubernetes"),
        ("chart/web-deployment.yaml", "kubernetes"),
        ("ci/php.gitlab-ci.yml", "images"),
        ("gradle/java.gradle", "gradle"),
        ("buildSrc/src/java-conventions.gradle.kts", "gradle"),
        ("app.deps.json", "runtimeconfig"),
        ("Shop.vcxproj", "msbuild"),
        ("Shop.nuspec", "nuspec"),
        ("app/.classpath", "classpath"),
        ("a/pom.xml", "pom"),
        ("apom.xml", ""),
        ("App.project.json", "project-json"),
        ("appveyor-tests.yml", "appveyor"),
        (".buildkite/pipeline.yml", "images"),
        ("dev-requirements.txt", "requirements"),
        (".gitea/workflows/ci.yml", "workflow"),
        (".semaphore/semaphore.yml", "semaphore"),
        ("azure-devops/test.yml", "azure"),
        ("eng/.pipelines/steps/test.yaml", "azure"),
        ("pipelines/k8s/web.yml", "kubernetes"),
        ("k8s/ci/web.yml", "kubernetes"),
        ("deploy/azure-pipelines/web.yml", "azure"),
        ("pipeline/test.yml", ""),
    ],
)
def test_manifests_are_known_by_name(path: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kind_of_path(path.encode()) == kind
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("")
    monkeypatch.chdir(tmp_path)
    found = {file.path for file in discover(["."]).files if kind_of_path(file.fs_path)}
    assert found == ({path} if kind else set())


def test_a_manifest_of_many_megabytes_is_not_read(shop: Path) -> None:
    (shop / "jobs" / "pom.xml").write_bytes(b"<project>" + b" " * (11 << 20) + b"</project>")
    problems = scanned("jobs").report.problems
    assert [(p.path, p.kind, p.text) for p in problems] == [
        ("jobs/pom.xml", ProblemKind.TOO_LARGE, "is too large to be read")
    ]


def test_a_lock_file_of_some_megabytes_is_read(shop: Path) -> None:
    packages = "".join(f'[[package]]\nname = "p{n}"\nversion = "1.0"\n\n' for n in range(60_000))
    (shop / "web" / "poetry.lock").write_text(packages + '[[package]]\nname = "urllib3"\nversion = "1.25"\n')
    done = run("runtimes", "web", cwd=shop)
    assert "urllib3 1.25  locked  web/poetry.lock:240003:12: 1.25" in done.out
