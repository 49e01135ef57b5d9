"""A setting that what a program runs on heeds for some clients alone, of which it has none, is a level lower."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tree_scans import scanned

PROJECT = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>
  <OutputType>Exe</OutputType><TargetFramework{several}>{targets}</TargetFramework{several}>
</PropertyGroup></Project>
"""
SETTING = """using System.Net;
class P { static void Main() {
  ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12 | SecurityProtocolType.Tls11;
  new Feed().Read();
} }
"""
FEED = "using System.Net;\nusing System.Net.Http;\nclass Feed {{ public void Read() {{\n  {}\n}} }}\n"
NOTE = "of .NET's clients only WebClient, HttpWebRequest, FtpWebRequest and SmtpClient heed it"


@pytest.mark.parametrize(
    ("targets", "code", "level"),
    [
        ("net6.0", 'new HttpClient().GetAsync("https://a.example/");', Level.NOTE),
        ("netcoreapp3.0", "System.Console.Write(1);", Level.NOTE),
        ("net6.0", 'new WebClient().DownloadString("https://a.example/");', Level.WARNING),
        ("net6.0", 'WebRequest.Create("https://a.example/");', Level.WARNING),
        ("net6.0", "var proxy = WebRequest.DefaultWebProxy;", Level.NOTE),
        ("net48", 'new HttpClient().GetAsync("https://a.example/");', Level.WARNING),
        ("net48;net6.0", 'new HttpClient().GetAsync("https://a.example/");', Level.WARNING),
        ("", 'new HttpClient().GetAsync("https://a.example/");', Level.WARNING),
    ],
)
def test_a_setting_that_nothing_heeds(targets: str, code: str, level: Level, tmp_path: Path) -> None:
    files = {"App/P.cs": SETTING, "App/Feed.cs": FEED.format(code)}
    if targets:
        files["App/App.csproj"] = PROJECT.format(several="s" if ";" in targets else "", targets=targets)
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/P.cs"]
    assert found.level is level
    assert (NOTE in found.message) is (level is Level.NOTE)


@pytest.mark.parametrize("version", ["Tls", "Tls12"])
@pytest.mark.parametrize(
    ("code", "kind", "level"),
    [
        ('new HttpClient().GetAsync("https://a.example/");', "Exe", Level.NOTE),
        ('new HttpClient().GetAsync("https://a.example/");', "Library", Level.WARNING),
        ('new WebClient().DownloadString("https://a.example/");', "Exe", Level.ERROR),
    ],
)
def test_in_a_program_that_is_known_nothing_breaks(
    version: str, code: str, kind: str, level: Level, tmp_path: Path
) -> None:
    files = {
        "App.csproj": PROJECT.format(several="", targets="net8.0").replace("Exe", kind),
        "P.cs": SETTING.replace("Tls12 | SecurityProtocolType.Tls11", version),
        "Feed.cs": FEED.format(code),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "P.cs"]
    assert found.level is (level if version == "Tls" else Level.NOTE)
    assert (NOTE in found.message) is (level is not Level.ERROR)
    assert not (found.usage.assumed and level is Level.NOTE)


PARTS = '<ItemGroup><ProjectReference Include="..\\Lib\\Lib.csproj" /></ItemGroup></Project>'


@pytest.mark.parametrize(
    ("path", "parts", "level"),
    [
        ("App/Feed.cs", "", Level.WARNING),
        ("Other/Feed.cs", "", Level.NOTE),
        ("App/Tool/Feed.cs", "", Level.WARNING),
        ("Lib/Feed.cs", "", Level.NOTE),
        ("Lib/Feed.cs", PARTS, Level.WARNING),
        ("Start.ps1", "", Level.NOTE),
    ],
    ids=[
        "its own",
        "another program's",
        "below it, beside another project",
        "a library's",
        "its library's",
        "a script",
    ],
)
def test_what_heeds_a_setting_is_code_of_the_same_program(path: str, parts: str, level: Level, tmp_path: Path) -> None:
    project = PROJECT.format(several="", targets="net6.0")
    files = {
        "App/P.cs": SETTING,
        "App/App.csproj": project.replace("</Project>", parts) if parts else project,
        "App/Tool/Tool.csproj": project,
        "Other/Other.csproj": project,
        "Lib/Lib.csproj": project.replace("Exe", "Library"),
        path: FEED.format('new WebClient().DownloadString("https://a.example/");'),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/P.cs"]
    assert found.level is level


REFUSED = "ServicePointManager of .NET Core and later throws NotSupportedException for SSL 3.0"


@pytest.mark.parametrize(
    ("targets", "code", "verdict"),
    [
        ("net8.0", "{} = {};", Verdict.FAILS),
        ("netcoreapp2.1", "{} = {};", Verdict.FAILS),
        ("net48", "{} = {};", Verdict.ALLOWS),
        ("net48;net8.0", "{} = {};", Verdict.ALLOWS),
        ("netcoreapp2.0", "{} = {};", Verdict.ALLOWS),
        ("netstandard2.0", "{} = {};", Verdict.ALLOWS),
        ("", "{} = {};", Verdict.ALLOWS),
        ("net8.0", "if (a.Length > 1) {} = {};", Verdict.ALLOWS),
        ("net8.0", "try {{ {} = {}; }} catch (System.NotSupportedException) {{ }}", Verdict.ALLOWS),
    ],
)
def test_what_a_setter_refuses_fails_whatever_else_is_set(
    targets: str, code: str, verdict: Verdict, tmp_path: Path
) -> None:
    setting = code.format(
        "ServicePointManager.SecurityProtocol", "SecurityProtocolType.Ssl3 | SecurityProtocolType.Tls12"
    )
    main = f'static void Main(string[] a) {{\n  {setting}\n  new WebClient().DownloadString("https://a.example/"); }}'
    files = {"App/P.cs": f"using System.Net;\nclass P {{ {main} }}\n"}
    if targets:
        files["App/App.csproj"] = PROJECT.format(several="s" if ";" in targets else "", targets=targets)
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/P.cs"]
    assert (found.usage.place.region.line, found.verdict) == (3, verdict)
    assert (REFUSED in found.message) is (verdict is Verdict.FAILS)


WEAK = "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls\n"
ASKS = "Invoke-RestMethod https://a.example/\n"
MODULE = "@{{ ModuleVersion = '1'\n{}\nDotNetFrameworkVersion = '4.0'\nRootModule = 'M.psm1' }}\n"


@pytest.mark.parametrize(
    ("head", "code", "level"),
    [
        ("#!/usr/bin/env pwsh\n", ASKS, Level.WARNING),
        ("#Requires -Version 7.0\n", ASKS, Level.WARNING),
        ("#requires -PSEdition Core\n", ASKS, Level.WARNING),
        ("#Requires -Version 7\n", "(new-object net.webclient).DownloadString('https://a.example/')\n", Level.ERROR),
        ("#Requires -Version 5.1\n", ASKS, Level.ERROR),
        ("#Requires -Version 3\n# as in 7\n", ASKS, Level.ERROR),
        ("#!/usr/bin/powershell\n", ASKS, Level.ERROR),
        ("", ASKS, Level.ERROR),
    ],
)
def test_a_script_that_only_newer_powershell_runs(head: str, code: str, level: Level, tmp_path: Path) -> None:
    other = "(New-Object Net.WebClient).DownloadString('https://b.example/')\n"
    (found,) = scanned(tmp_path, {"a.ps1": head + WEAK + code, "b.ps1": other}).findings
    assert (found.level, NOTE in found.message) == (level, level is Level.WARNING)


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ("PowerShellVersion = '7.2'", Level.WARNING),
        ("CompatiblePSEditions = 'Core'", Level.WARNING),
        ("PowerShellVersion = '5.1'", Level.ERROR),
        ("CompatiblePSEditions = 'Core', 'Desktop'", Level.ERROR),
    ],
)
def test_a_module_that_only_newer_powershell_loads(asked: str, level: Level, tmp_path: Path) -> None:
    files = {"M/M.psd1": MODULE.format(asked), "M/M.psm1": "function Get-It {\n" + WEAK + ASKS + "}\n"}
    found = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "M/M.psm1"]
    assert [f.level for f in found] == [level]
