"""A runtime's default matters to what connects: where no code is known to, or none is there, its claim is a note."""

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
REQUEST = "using System.Net;\nclass B { object C(string a) => WebRequest.Create(a); }\n"
CALLS = "class StartController { public StartController() { new B().C(null); } }\n"
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
@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"Shop/B.cs": 'class ProcessLibrary { string url = "https://example.org/"; /* new WebClient() */ }\n'},
        {"Shop/packages.config": '<packages><package id="Octokit" version="1" /></packages>'},
        {"Shop/B.cs": 'using System.Net;\nclass B { object C() => WebRequest.Create("http://example.org/"); }\n'},
        {"Other/Other.csproj": OLD, "Other/B.cs": REQUEST},
    ],
    ids=["nothing", "words", "a package", "no TLS", "another's code"],
)
def test_a_program_of_which_nothing_is_known_to_connect_is_a_note(
    beside: dict[str, str], target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"Shop/Shop.csproj": PROJECT.format(target=target, items=""), "Shop/A.cs": QUIET, **beside}
    found = judged(tmp_path, monkeypatch, files)["Shop/Shop.csproj"]
    assert found.level is Level.NOTE
    assert "no code here is known to leave the versions to it" in found.message


@pytest.mark.parametrize(
    "code",
    [
        "using System.Net;\nclass B { object C(string a) => WebRequest.Create(a); }\n",
        "using System.Net;\nclass B { object C(string a) => HttpWebRequest.CreateHttp(a); }\n",
        "class B { void C(System.Net.Security.SslStream s) { s.AuthenticateAsClient(nameof(s)); } }\n",
        "class B { void C(System.Net.FtpWebRequest r) { r.EnableSsl = true; } }\n",
        "class B { object C() => new System.ServiceModel.BasicHttpsBinding(); }\n",
        "class B : System.Web.Services.Protocols.SoapHttpClientProtocol { B(string a) { this.Url = a; } }\n",
    ],
)
def test_a_use_of_the_default_makes_a_claim_a_warning(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"Shop.csproj": OLD, "A.cs": QUIET, "B.cs": code, "Start.cs": CALLS}
    found = judged(tmp_path, monkeypatch, files)["Shop.csproj"]
    assert found.level is Level.WARNING
    assert [place.path for place in found.usage.related] == ["B.cs"]
    asks = "set ServicePointManager.SecurityProtocol to" in found.remediation
    assert asks == ("SslStream" not in code)  # which does not heed it


def test_what_the_program_sets_speaks_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = (
        "using System.Net;\nclass S { static void Up() {\n"
        "  ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;\n} }\n"
    )
    found = judged(tmp_path, monkeypatch, {"Shop.csproj": OLD, "A.cs": REQUEST, "S.cs": start})["Shop.csproj"]
    assert (found.level, [place.path for place in found.usage.related]) == (Level.NOTE, ["S.cs"])


def test_files_that_were_named_one_by_one_are_not_all_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"Shop.csproj": OLD, "A.cs": QUIET, "B.cs": "class B { }\n"}
    found = judged(tmp_path, monkeypatch, files, ("Shop.csproj", "A.cs"))
    assert found["Shop.csproj"].level is Level.WARNING


TLS = "fsockopen('tls://example.org', 443);"
CURL = "$ch = curl_init('https://example.org/');"
LEFT = "no code here is known to use them"
TREE = {
    "Dockerfile": "FROM ubuntu:14.04\nRUN apt-get install -y php5-cli gcc\n",
    "main.c": "int main() { return 0; }\n",
}


@pytest.mark.parametrize(
    ("files", "quiet"),
    [
        (TREE, "there is no PHP code here"),
        ({**TREE, "web/index.php": f"<?php {TLS}\n"}, ""),
        ({**TREE, "bin/run": f"#!/usr/bin/env php\n<?php {TLS}\n"}, ""),
        ({"Dockerfile": "FROM php:5.5-cli\n", "a.php": f"<?php {TLS}\n"}, ""),
        ({"Dockerfile": "FROM php:5.5-cli\n", "a.php": f"<?php {CURL}\n"}, LEFT),
        ({**TREE, "Dockerfile": "FROM php:5.5-cli\n"}, LEFT),
        ({"Dockerfile": "FROM ubuntu:10.04\nRUN apt-get install -y php5-cli\n", "a.php": f"<?php {CURL}\n"}, ""),
    ],
    ids=["no PHP", "PHP", "a script", "its image", "its image, for curl", "its image alone", "OpenSSL too old for all"],
)
def test_an_interpreter_matters_to_code_that_has_its_default(
    files: dict[str, str], quiet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = judged(tmp_path, monkeypatch, files, rule="runtimes/php")["Dockerfile"]
    assert (found.level is Level.NOTE) == bool(quiet)
    assert quiet in found.message


JRE = "FROM debian:8\nRUN apt-get update && apt-get install -y openjdk-7-jre\n"
POM = (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>a</groupId>'
    "<artifactId>b</artifactId><version>1</version><properties><maven.compiler.target>1.7</maven.compiler.target>"
    "</properties></project>"
)


@pytest.mark.parametrize(
    ("files", "quiet"),
    [
        ({"Dockerfile": JRE, "a.php": f"<?php {CURL}\n"}, True),
        ({"Dockerfile": "FROM centos:6\nRUN yum install -y java-1.6.0-openjdk\n", "A.cs": QUIET}, True),
        ({"Dockerfile": JRE, "A.java": "class A {}\n"}, False),
        ({"Dockerfile": JRE, "pom.xml": POM, "src/main/kotlin/A.kt": "class A\n"}, False),
        ({"Dockerfile": "FROM java:7\n", "a.php": f"<?php {CURL}\n"}, False),
    ],
    ids=["PHP", "C#", "Java", "what asks for Java", "its image"],
)
def test_so_does_a_java_that_a_package_brings(
    files: dict[str, str], quiet: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = judged(tmp_path, monkeypatch, files, rule="runtimes/java")["Dockerfile"]
    assert (found.level is Level.NOTE) == quiet
    assert ("there is no Java code here" in found.message) == quiet


def test_code_elsewhere_in_the_tree_does_not_run_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"tools/build/Dockerfile": TREE["Dockerfile"], "web/index.php": f"<?php {TLS}\n"}
    found = judged(tmp_path, monkeypatch, files, rule="runtimes/php")["tools/build/Dockerfile"]
    assert (found.level, "there is no PHP code here" in found.message) == (Level.NOTE, True)


def test_what_a_copy_says_of_runtimes_is_a_note_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "vendor/smarty/smarty/runners/Dockerfile": "FROM php:5.5-cli\n",
        "vendor/smarty/smarty/a.php": f"<?php {TLS}\n",
        "docker/Dockerfile": "FROM php:5.5-cli\n",
        "docker/a.php": f"<?php {TLS}\n",
    }
    found = judged(tmp_path, monkeypatch, files, rule="runtimes/php")
    loud = {path: finding.level for path, finding in found.items() if finding.level is not Level.NOTE}
    assert loud == {"docker/Dockerfile": Level.WARNING}
