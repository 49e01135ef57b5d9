"""A runtime's default matters to what connects: where no code of a project can, or none is there, it is a note."""

from pathlib import Path

import pytest

from tlsscan import packs
from tlsscan.model import Finding, Level
from tlsscan.scan import Request, scan

BOOK = packs.load()
PROJECT = """<Project ToolsVersion="12.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup>
    <OutputType>Exe</OutputType><TargetFrameworkVersion>{target}</TargetFrameworkVersion>
  </PropertyGroup>
  <ItemGroup><Reference Include="System" /><Reference Include="System.Net.Http" />{items}</ItemGroup>
</Project>
"""
OLD = PROJECT.format(target="v4.5", items="")
QUIET = """using System;
using System.Net;
class A { static void Main() { Console.Write(Dns.GetHostEntry(IPAddress.Loopback).HostName); } }
"""


def judged(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    paths: tuple[str, ...] = (".",),
    rule: str = "runtimes/netfx",
) -> dict[str, Finding]:
    """The findings at claims of .NET Framework, or of another rule, by file."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report = scan(Request(paths, shown=Level.NOTE, jobs=1), BOOK).report
    assert report.problems == ()
    return {f.usage.place.path: f for f in report.findings if f.usage.rule == rule}


@pytest.mark.parametrize("target", ["v3.5", "v4.5"])
def test_a_program_that_never_connects_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    files = {"Shop/Shop.csproj": PROJECT.format(target=target, items=""), "Shop/A.cs": QUIET}
    found = judged(tmp_path, monkeypatch, files)["Shop/Shop.csproj"]
    assert found.level is Level.NOTE
    assert "no code here was seen to connect" in found.message


@pytest.mark.parametrize(
    "files",
    [
        {"Shop.csproj": OLD},
        {"Shop.csproj": OLD, "Other/Other.csproj": OLD, "Other/A.cs": QUIET},
        {"Shop.csproj": OLD, "A.cs": QUIET, "B.cs": "class B { Fetcher Make() { return HTTPCLIENT.Get(); } }\n"},
        {"Shop.csproj": OLD, "A.cs": QUIET.replace("Write", 'Write("https://example.org/");Console.Write')},
        {"Shop.csproj": OLD, "A.cs": QUIET, "App.config": "<configuration><system.serviceModel /></configuration>\n"},
        {"Shop.csproj": PROJECT.format(target="v4.5", items='<PackageReference Include="Octokit" />'), "A.cs": QUIET},
        {"Shop.csproj": PROJECT.format(target="v4.5", items='<Compile Include="..\\B.cs" />'), "A.cs": QUIET},
        {"Shop.csproj": OLD, "A.cs": QUIET, "packages.config": '<packages><package id="A" version="1" /></packages>'},
        {"Shop.fsproj": PROJECT.format(target="v4.5", items='<Compile Include="B.fs" />'), "make.ps1": "exit 0\n"},
    ],
    ids=["no code", "another's code", "a client", "an address", "a binding", "a package", "elsewhere", "NuGet", "F#"],
)
def test_what_may_connect_keeps_a_claim_a_warning(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = next(f for path, f in judged(tmp_path, monkeypatch, files).items() if path.startswith("Shop."))
    assert found.level is Level.WARNING
    assert "no code" not in found.message


def test_files_that_were_named_one_by_one_are_not_all_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"Shop.csproj": OLD, "A.cs": QUIET, "B.cs": "class B { }\n"}
    found = judged(tmp_path, monkeypatch, files, ("Shop.csproj", "A.cs"))
    assert found["Shop.csproj"].level is Level.WARNING


TREE = {
    "Dockerfile": "FROM ubuntu:14.04\nRUN apt-get install -y php5-cli gcc\n",
    "main.c": "int main() { return 0; }\n",
}


@pytest.mark.parametrize(
    ("files", "level"),
    [
        (TREE, Level.NOTE),
        ({**TREE, "web/index.php": "<?php echo 1;\n"}, Level.WARNING),
        ({**TREE, "bin/run": "#!/usr/bin/env php\n<?php echo 1;\n"}, Level.WARNING),
        ({**TREE, "Dockerfile": "FROM php:5.5-cli\n"}, Level.WARNING),
    ],
    ids=["no PHP", "PHP", "a script", "its image"],
)
def test_an_interpreter_that_comes_with_a_package_matters_to_its_code(
    files: dict[str, str], level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = judged(tmp_path, monkeypatch, files, rule="runtimes/php")["Dockerfile"]
    assert found.level is level
    assert ("there is no PHP code here" in found.message) == (level is Level.NOTE)
