"""What a vendor's notice about runtimes says, sentence by sentence: a repository in which it is told, with file and
line, and one in which a newer runtime makes it silent."""

import subprocess
from pathlib import Path

import pytest

from tlsscan import packs
from tlsscan.cli import main
from tlsscan.commands import COMMANDS
from tlsscan.model import Finding, Level, Verdict
from tlsscan.scan import Request, scan

BOOK = packs.load()
TLS_1_2 = "TLS 1.2"
CLIENT = """import javax.net.ssl.SSLContext;

class Client {
    SSLContext context() throws Exception {
        return SSLContext.getInstance("TLS");
    }
}
"""
STARTTLS = """<?php
$mail = stream_socket_client('tcp://mail.example:587');
stream_socket_enable_crypto($mail, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);
"""
PROJECT = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>{target}</TargetFramework>
  </PropertyGroup>
</Project>
"""
SITE = "<configuration><system.web><{}/></system.web></configuration>"
POM = """<project>
  <modelVersion>4.0.0</modelVersion>
  <artifactId>shop</artifactId>
  <properties>
    <maven.compiler.source>{java}</maven.compiler.source>
    <maven.compiler.target>{java}</maven.compiler.target>
  </properties>
</project>
"""


def findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> list[Finding]:
    """All findings of a repository that holds these files."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report = scan(Request(("."), shown=Level.NOTE, jobs=1), BOOK).report
    assert report.problems == ()
    return list(report.findings)


REQUEST = "using System.Net;\nclass A { object B(string a) { return WebRequest.Create(a); } }\n"

SENTENCES = [
    # Python needs 2.7.9 ...
    (
        {"Dockerfile": "FROM python:2.7.8\n"},
        "Dockerfile:1 error",
        "Python 2.7.8 cannot be asked for TLS 1.2, though its default may reach it: what names a version cannot",
    ),
    ({"Dockerfile": "FROM python:3.3-slim\n"}, "Dockerfile:1 error", "Python 3.3 cannot be asked for TLS 1.2"),
    # ... though a program that names no version connects by its default, with an OpenSSL that has TLS 1.2 ...
    (
        {
            "Dockerfile": "FROM ubuntu:14.04\nRUN apt-get install -y python\n",
            "shop.py": "import urllib2\nurllib2.urlopen('https://example.com')\n",
        },
        "Dockerfile:2 warning",
        "Python 2.7.6 offers SSL 3.0 to TLS 1.2 by default: SSL 3.0 to TLS 1.1 may still be negotiated, and it cannot "
        "be asked for TLS 1.2",
    ),
    ({"api/.python-version": "2.7.6\n"}, "api/.python-version:1 error", "Python 2.7.6 cannot be asked for"),
    # ... where a lower bound is no deployment ...
    (
        {"setup.py": "from setuptools import setup\nsetup(name='shop', python_requires='>=2.7')\n"},
        "setup.py:2 note",
        ">=2.7 allows Python 2.7, which cannot be asked for TLS 1.2",
    ),
    # ... and OpenSSL 1.0.1.
    (
        {"Dockerfile": "FROM python:2.7.18\nRUN apt-get install -y openssl=1.0.0k-1\n"},
        "Dockerfile:1 error",
        "Python 2.7.18 cannot reach TLS 1.2",
    ),
    # Ruby needs an OpenSSL of at least 1.0.1.
    (
        {"Dockerfile": "FROM ruby:2.1\nRUN apt-get install -y openssl=0.9.8o-4\n"},
        "Dockerfile:1 error",
        "Ruby 2.1 cannot reach TLS 1.2",
    ),
    (
        {"Dockerfile": "FROM ruby:2.1\nRUN apt-get install -y openssl=0.9.8o-4\n"},
        "Dockerfile:2 error",
        "OpenSSL 0.9.8 cannot reach TLS 1.2",
    ),
    # PHP and libcurl must be up to date.
    (
        {"Dockerfile": "FROM ubuntu:10.04\nRUN apt-get install -y curl\n"},
        "Dockerfile:2 error",
        "libcurl 7.19.7 cannot reach TLS 1.2",
    ),
    (
        {"Dockerfile": "FROM php:5.6-apache\n", "mail.php": "<?php fsockopen('tls://mail.example', 465);\n"},
        "Dockerfile:1 warning",
        "PHP 5.6 offers only TLS 1.0 through tls:// and STREAM_CRYPTO_METHOD_TLS_CLIENT",
    ),
    (
        {"Dockerfile": "FROM php:7.1-fpm\n", "mail.php": STARTTLS},
        "mail.php:3 error",
        "this PHP takes it for TLS 1.0 alone) (on PHP 7.1, Dockerfile:1)",
    ),
    # .NET 3.5 has nothing above TLS 1.0, and later versions may need code.
    (
        {"Shop.csproj": PROJECT.format(target="net35"), "A.cs": REQUEST},
        "Shop.csproj:4 error",
        ".NET Framework 3.5 has nothing above TLS 1.0",
    ),
    (
        {"Shop.csproj": PROJECT.format(target="net452"), "A.cs": REQUEST},
        "Shop.csproj:4 warning",
        ".NET Framework 4.5.2 offers only SSL 3.0 and TLS 1.0 by default: what does not ask for TLS 1.2",
    ),
    (
        {
            "Web.config": SITE.format('compilation targetFramework="4.8"'),
            "App_Code/A.cs": REQUEST,
        },
        "Web.config:1 warning",
        ".NET Framework 4.0 offers only SSL 3.0 and TLS 1.0 by default",
    ),
    # Java 7 must ask for TLS 1.2.
    ({"Dockerfile": "FROM openjdk:7-jre\n"}, "Dockerfile:1 warning", "Java 7 offers only TLS 1.0 by default"),
    (
        {"Dockerfile": "FROM openjdk:7-jre\n", "src/Client.java": CLIENT},
        "src/Client.java:5 error",
        "cannot connect to a server that requires TLS 1.2 (on Java 7, Dockerfile:1)",
    ),
    (
        {"pom.xml": POM.format(java="1.7"), "src/main/java/Client.java": CLIENT},
        "src/main/java/Client.java:5 note",
        "(on Java 7, which pom.xml:6 allows)",
    ),
    # Java 6 must be upgraded, unless its build backports it.
    ({"Dockerfile": "FROM java:6\n"}, "Dockerfile:1 error", "Java 6 has nothing above TLS 1.0 of its own"),
]


@pytest.mark.parametrize(("files", "place", "said"), SENTENCES)
def test_it_is_told(
    files: dict[str, str], place: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for finding in findings(tmp_path, monkeypatch, files):
        at = finding.usage.place
        found[f"{at.path}:{at.region.line} {finding.level}"] = finding.message
    assert place in found
    assert said in found[place]


NUMBER = """using System.Net;
class Start { static void Main() { ServicePointManager.SecurityProtocol = (SecurityProtocolType)3072; } }
"""


def test_code_for_net_3_5_that_asks_for_tls_1_2_takes_an_update_for_granted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = findings(tmp_path, monkeypatch, {"Shop.csproj": PROJECT.format(target="net35"), "Start.cs": NUMBER})
    assert (found.usage.place.path, found.usage.place.region.line) == ("Shop.csproj", 4)
    assert (found.verdict, found.level) == (Verdict.ALLOWS, Level.NOTE)
    assert ".NET Framework 3.5 has TLS 1.2 only with an update, which this code takes for granted" in found.message
    assert "KB3154517 to KB3154520" in found.message
    assert found.remediation.endswith("Until then make sure that every system it runs on has the update.")


def test_code_for_net_3_5_that_asks_for_tls_1_0_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = NUMBER.replace("3072;", "192; new WebClient();")
    found = findings(tmp_path, monkeypatch, {"Shop.csproj": PROJECT.format(target="net35"), "Start.cs": old})
    told = {f"{f.usage.place.path}:{f.usage.place.region.line}": (f.verdict, f.level) for f in found}
    assert told["Start.cs:2"] == (Verdict.FAILS, Level.ERROR)
    assert told["Shop.csproj:4"] == (Verdict.FAILS, Level.NOTE)  # the code says more


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM python:3.12\n"},
        {"Dockerfile": "FROM python:2.7.18\nRUN apt-get install -y openssl=1.0.1t-1\n"},
        {"setup.py": "from setuptools import setup\nsetup(name='shop', python_requires='>=3.10')\n"},
        {"Dockerfile": "FROM ruby:3.3\nRUN apt-get install -y openssl=3.0.11-1\n"},
        {"Dockerfile": "FROM php:8.3-apache\n"},
        {
            "Dockerfile": "FROM ubuntu:24.04\nRUN apt-get install -y curl php-curl\n",
            "get.php": "<?php curl_init($a);\n",
        },
        {"Shop.csproj": PROJECT.format(target="net48")},
        {
            "Web.config": SITE.format('httpRuntime targetFramework="4.8"'),
            "App_Code/A.cs": REQUEST,
        },
        {"Shop.csproj": PROJECT.format(target="net8.0")},
        {"Dockerfile": "FROM eclipse-temurin:8-jre\n"},
        {"Dockerfile": "FROM eclipse-temurin:17-jre\n", "src/Client.java": CLIENT},
        {"pom.xml": POM.format(java="1.8"), "Dockerfile": "FROM eclipse-temurin:17\n", "src/Client.java": CLIENT},
    ],
    ids=lambda files: " ".join(files),
)
def test_a_newer_runtime_makes_it_silent(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loud = [f.message for f in findings(tmp_path, monkeypatch, files) if f.level.rank > Level.NOTE.rank]
    assert loud == []


def test_java_6_with_the_backport_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = findings(tmp_path, monkeypatch, {".tool-versions": "java oracle-6u121\n"})
    assert found.level is Level.WARNING
    assert "this update backports TLS 1.2, but off" in found.message


def test_the_command_line_says_what_the_code_runs_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Client.java").write_text(CLIENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["."]) == 0
    assert main(["--runtime", "java=7", "-f", "concise", "."]) == 1
    assert "error fails java/ssl-context-protocol" in capsys.readouterr().out
    assert main(["--runtime", "java=8u181", "."]) == 1
    assert main(["--runtime", "java=17", "."]) == 0
    assert main(["--runtime", "jvaa=7", "."]) == 2
    assert "no rule knows a product 'jvaa' (did you mean 'java'?)" in capsys.readouterr().err
    assert main(["--runtime", "dotnet=3.5", "."]) == 2
    told = "tlsscan: error: --runtime: there is no .NET Core 3.5 (did you mean netfx=3.5?)\n"
    assert capsys.readouterr().err == told
    assert main(["--runtime", "dotnet=3.1", "."]) == 0
    capsys.readouterr()
    assert main(["--assume", "none", "--fail-on", "note", "."]) == 1
    assert "nothing of Java is assumed (--assume none)" in capsys.readouterr().out


def test_a_manifest_above_what_is_scanned_says_what_code_runs_on_and_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM openjdk:7-jre\n", encoding="utf-8")
    (tmp_path / "src" / "Client.java").write_text(CLIENT, encoding="utf-8")
    (tmp_path / "src" / "Old.java").write_text(CLIENT.replace('"TLS"', '"TLSv1.2"'), encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    report = scan(Request(("src",), shown=Level.NOTE, jobs=1), BOOK).report
    told = [(f.usage.place.path, f.usage.place.region.line, f"{f.verdict} {f.level}") for f in report.findings]
    assert told == [("src/Client.java", 5, "fails error"), ("src/Old.java", 5, "allows note")]
    assert "on Java 7, Dockerfile:1" in report.findings[0].message


def test_runtimes_are_listed_with_what_the_command_line_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM openjdk:17\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["runtimes", "--runtime", "java=6"]) == 0
    out = capsys.readouterr().out
    assert "--runtime\n  java 6  counts whatever is claimed\n      Java's JSSE: offers TLS 1.0 by default" in out
    assert "does not count: java 6 is named" in out
    assert main(["runtimes", "--runtime", "java=7"]) == 0
    assert "offers TLS 1.0 by default" in capsys.readouterr().out
    assert main(["runtimes", "--runtime", "java=7u181"]) == 0
    assert "offers TLS 1.0, TLS 1.1, TLS 1.2 by default" in capsys.readouterr().out
    assert main(["runtimes", "--runtime", "java=>=6"]) == 2


def test_why_tells_what_is_assumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Client.java").write_text(CLIENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["why", "--assume", "oldest", "Client.java:5"]) == 0
    assert "[the oldest Java is assumed (--assume oldest)]" in capsys.readouterr().out
    assert main(["why", "--assume", "none", "Client.java:5"]) == 0
    assert "[nothing of Java is assumed (--assume none)]" in capsys.readouterr().out


def test_the_help_lists_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(command in told for command in COMMANDS)
