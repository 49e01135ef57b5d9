"""Files that are named one by one: what stands around them counts, and is not reported."""

import subprocess
from pathlib import Path

import pytest

from cli_tools import run
from tlsscan import context
from tlsscan.extract import Extractor
from tlsscan.model import ProblemKind, Report
from tlsscan.packs import load
from tlsscan.scan import Request, scan

SETS = "import ssl\n\nTLS = ssl.PROTOCOL_TLSv1\nbad = ssl.SSLContext(TLS)\n"
USES = "import ssl\nfrom conf.settings import TLS\n\nbad = ssl.SSLContext(TLS)\n"
CLOSED = "import ssl\n\nbad = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "app/client.py": USES,
        "app/closed.py": CLOSED,
        "conf/settings.py": SETS,
        "tests/client.py": USES,
        "node_modules/x/closed.py": CLOSED,
        "LICENSE": "free\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "app"], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scanned(*paths: str, **given: object) -> Report:
    return scan(Request(paths, jobs=1)._replace(**given), load()).report


def places(report: Report) -> list[str]:
    return [f"{found.usage.place.path}:{found.usage.place.region.line}" for found in report.findings]


def test_a_constant_of_another_file_of_the_work_tree_counts(repository: Path) -> None:
    report = scanned("app/client.py")
    assert places(report) == ["app/client.py:4"]
    assert [step.path for step in report.findings[0].usage.trace] == ["conf/settings.py"]
    assert report.files == {"python": 1}


def test_nothing_is_looked_for_where_no_name_is_open(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context.Context, "_files", lambda self: pytest.fail("walked"))
    assert places(scanned("app/closed.py")) == ["app/closed.py:3"]


def test_outside_of_a_work_tree_only_the_named_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/settings.py").write_text(SETS)
    (tmp_path / "client.py").write_text(USES)
    monkeypatch.chdir(tmp_path)
    assert places(scanned("client.py")) == []


def test_what_is_excluded_or_ignored_gives_no_constants(repository: Path) -> None:
    assert places(scanned("app/client.py", excludes=("conf",))) == []
    (repository / ".gitignore").write_text("conf/\n")
    assert places(scanned("app/client.py")) == []
    assert places(scanned("app/client.py", respect_ignore=False)) == ["app/client.py:4"]


def test_places_beside_the_working_directory_are_told_from_there(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "app")
    report = scanned("client.py")
    assert [step.path for step in report.findings[0].usage.trace] == ["../conf/settings.py"]


def test_in_a_huge_work_tree_nothing_is_looked_up_and_that_is_told(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "MOST_FILES", 2)
    report = scanned("app/client.py")
    assert places(report) == []
    assert [notice for notice in report.notices if "more than 2 files" in notice]


def test_a_file_beside_that_cannot_be_read_fails_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Extractor, "definitions", lambda *_: ProblemKind.TOO_DEEP)
    report = scanned("app/client.py")
    assert not report.problems
    assert [notice for notice in report.notices if notice.startswith("conf/settings.py could not be searched")]


# -- within -----------------------------------------------------------------------------------------------------


def test_named_files_are_judged_as_a_part_of_the_folder(repository: Path) -> None:
    alone = scanned("tests/client.py")
    part = scanned("tests/client.py", within=".")
    assert [f.level.value for f in alone.findings] == ["error"]
    assert [f.level.value for f in part.findings] == ["warning"]


def test_what_runs_a_named_file_is_known_within_a_folder_too(repository: Path) -> None:
    (repository / "Dockerfile").write_text("FROM python:3.12\n")
    told = "Python 3.12 by Dockerfile:1 (deployment)"
    for within in ("", ".", "app"):
        report = scanned("app/closed.py", within=within)
        assert (report.claims[0], places(report)) == (told, ["app/closed.py:3"])
    git = {"app/closed.py": CLOSED}
    staged = {name.encode(): text.encode() for name, text in git.items()}
    assert scanned("app/closed.py", within=".", contents=staged).claims[0] == told


def test_a_program_is_not_silent_because_the_code_that_connects_is_not_scanned(repository: Path) -> None:
    (repository / "App.csproj").write_text(
        '<Project ToolsVersion="4.0"><PropertyGroup><OutputType>Exe</OutputType>'
        "<TargetFrameworkVersion>v3.5</TargetFrameworkVersion></PropertyGroup></Project>\n"
    )
    (repository / "Plain.cs").write_text("class Plain { int x = 1; }\n")
    (repository / "Get.cs").write_text('class Get { void F() { new System.Net.WebClient().DownloadString("x"); } }\n')
    named = ("App.csproj", "Plain.cs")
    levels = [[finding.level for finding in scanned(*named, within=within).findings] for within in ("", ".")]
    assert levels[0]
    assert levels[0] == levels[1]


def test_within_leaves_out_what_a_scan_of_the_folder_would(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TLSSCAN_NO_FORK", raising=False)  # its notice is not the subject
    named = ("app/closed.py", "node_modules/x/closed.py", "LICENSE")
    assert places(scanned(*named)) == ["app/closed.py:3", "node_modules/x/closed.py:3"]
    report = scanned(*named, within=".")
    assert (places(report), report.notices) == (["app/closed.py:3"], ())
    assert places(scanned(*named, within=".", excludes=("app",))) == []
    assert places(scanned(*named, within=".", excludes=("app/closed.py",))) == []
    assert places(scanned(*named, within=".", excludes=("lib",))) == ["app/closed.py:3"]
    assert places(scanned(*named, within="conf")) == []


def test_excludes_are_relative_to_the_working_directory(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert places(scanned("app/closed.py", within="app", excludes=("/app/closed.py",))) == []
    monkeypatch.chdir(repository / "app")
    assert places(scanned("../app/closed.py", within="..", excludes=("/app/closed.py",))) == []


def test_a_folder_that_is_none_is_a_mistake(repository: Path) -> None:
    given = run("--within", "nowhere", "app/client.py", cwd=repository)
    assert (given.status, given.err) == (2, "tlsscan: error: --within nowhere: no such folder\n")
