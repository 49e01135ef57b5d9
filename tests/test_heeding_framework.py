"""ServicePointManager of a program of .NET Framework that has no client at all, as far as all of it is known."""

from pathlib import Path

import pytest

from tlsscan.model import Finding, Level
from tree_scans import scanned

PROJECT = """<Project ToolsVersion="15.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <Import Project="$(MSBuildExtensionsPath)\\$(MSBuildToolsVersion)\\Microsoft.Common.props" />
  <PropertyGroup>
    <OutputType>Exe</OutputType><TargetFrameworkVersion>v4.8</TargetFrameworkVersion>
  </PropertyGroup>
  <ItemGroup>
    <Reference Include="System" /><Reference Include="System.Core, Version=4.0.0.0" />{references}
  </ItemGroup>
  <ItemGroup>{files}{parts}</ItemGroup>
  <Import Project="$(MSBuildToolsPath)\\Microsoft.CSharp.targets" />
</Project>
"""
LISTED = '<Compile Include="Start.cs" /><Compile Include="Work.cs" />'
SHORT = """<Project Sdk="Microsoft.NET.Sdk{of}"><PropertyGroup>
  <OutputType>Exe</OutputType><TargetFramework>net48</TargetFramework>{more}
</PropertyGroup>{items}</Project>
"""
START = """using System.Net;
namespace Mill { class Start { static void Main() {
  ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;
  new Work().Grind();
} } }
"""
WORK = """namespace Mill { public class Work {
  public void Grind() { %s }
  public string Ask() { %s }
} }
"""
COUNT = "System.Console.WriteLine(2);"
ASK = 'return new System.Net.WebClient().DownloadString("https://mill.example/");'
NOTE = "no client that heeds it is known in this program"


def _setting(tmp_path: Path, files: dict[str, str]) -> Finding:
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Mill/Start.cs"]
    assert found.usage.place.region.line == 3
    assert (NOTE in found.message) is (found.level is Level.NOTE)
    return found


@pytest.mark.parametrize(
    ("grind", "ask", "level"),
    [
        (COUNT, "return null;", Level.NOTE),
        (COUNT, ASK, Level.NOTE),
        (COUNT, "/* HttpClient */ return null;", Level.NOTE),
        ("Ask();", ASK, Level.ERROR),
        ("new System.Net.Http.HttpClient();", "return null;", Level.ERROR),
        ('System.Net.WebRequest.CreateHttp("https://mill.example/");', "return null;", Level.ERROR),
        ('System.Xml.Linq.XDocument.Load("https://mill.example/a");', "return null;", Level.ERROR),
        ('System.Reflection.Assembly.LoadFrom("tools.dll");', "return null;", Level.ERROR),
        ('GetType().GetMethod("As" + "k").Invoke(this, null);', ASK, Level.ERROR),
        ('System.Type.GetType("System.Net.WebClient");', "return null;", Level.ERROR),
    ],
)
def test_what_the_code_of_a_program_uses(grind: str, ask: str, level: Level, tmp_path: Path) -> None:
    files = {
        "Mill/Mill.csproj": PROJECT.format(references="", files=LISTED, parts=""),
        "Mill/Start.cs": START,
        "Mill/Work.cs": WORK % (grind, ask),
    }
    assert _setting(tmp_path, files).level is level


@pytest.mark.parametrize(
    ("references", "parts", "level"),
    [
        ('<Reference Include="System.Net.Http" /><Reference Include="system.xml" />', "", Level.NOTE),
        ('<Reference Include="RestSharp"><HintPath>..\\lib\\RestSharp.dll</HintPath></Reference>', "", Level.ERROR),
        ('<Reference Include="System.ServiceModel" />', "", Level.ERROR),
        ('<Reference Include="System.Web.Services" />', "", Level.ERROR),
        ('<PackageReference Include="Acme.Sdk" Version="1.0" />', "", Level.ERROR),
        ('<PackageReference Include="Newtonsoft.Json" Version="13.0.1" />', "", Level.NOTE),
        ("", '<ProjectReference Include="..\\Far\\Far.csproj" />', Level.ERROR),
        ("", '<ProjectReference Include="..\\Near\\Near.csproj" />', Level.NOTE),
        ("", '<ProjectReference Include="..\\Open\\Open.csproj" />', Level.ERROR),
        ("", '<COMReference Include="Feeder" />', Level.ERROR),
        ("", '<Import Project="..\\shared.targets" />', Level.ERROR),
    ],
)
def test_what_a_program_references(references: str, parts: str, level: Level, tmp_path: Path) -> None:
    library = PROJECT.replace(">Exe<", ">Library<")
    item = '<Compile Include="Own.cs" />'
    files = {
        "Mill/Mill.csproj": PROJECT.format(references=references, files=LISTED, parts=parts),
        "Mill/Start.cs": START,
        "Mill/Work.cs": WORK % (COUNT, "return null;"),
        "Near/Near.csproj": library.format(references="", files=item, parts=""),
        "Near/Own.cs": "namespace Near { public class Own { } }\n",
        "Open/Open.csproj": library.format(references='<Reference Include="Acme" />', files=item, parts=""),
        "Open/Own.cs": "namespace Open { public class Own { } }\n",
    }
    assert _setting(tmp_path, files).level is level


@pytest.mark.parametrize(
    ("of", "more", "items", "beside", "level"),
    [
        ("", "", "", "", Level.NOTE),
        (".Web", "", "", "", Level.ERROR),
        ("", "<UseWPF>true</UseWPF>", "", "", Level.ERROR),
        ("", "", '<ItemGroup><PackageReference Include="Acme.Sdk" Version="1" /></ItemGroup>', "", Level.ERROR),
        ("", "", "", '<ItemGroup><PackageReference Include="Acme.Sdk" Version="1" /></ItemGroup>', Level.ERROR),
        ("", "", "", "<PropertyGroup><LangVersion>9</LangVersion></PropertyGroup>", Level.NOTE),
    ],
)
def test_a_project_of_the_short_form(of: str, more: str, items: str, beside: str, level: Level, tmp_path: Path) -> None:
    files = {
        "Mill/Mill.csproj": SHORT.format(of=of, more=more, items=items),
        "Mill/Start.cs": START,
        "Mill/Work.cs": WORK % (COUNT, "return null;"),
    }
    if beside:
        files["Directory.Build.props"] = f"<Project>{beside}</Project>\n"
    assert _setting(tmp_path, files).level is level


def test_a_program_that_another_one_references_runs_there_too(tmp_path: Path) -> None:
    caller = '<ItemGroup><ProjectReference Include="..\\Mill\\Mill.csproj" /></ItemGroup>'
    files = {
        "Mill/Mill.csproj": SHORT.format(of="", more="", items=""),
        "Mill/Start.cs": START,
        "Mill/Work.cs": WORK % (COUNT, "return null;"),
        "Town/Town.csproj": SHORT.format(of="", more="", items=caller),
        "Town/Go.cs": "class Go { static void Main() { new Mill.Work().Ask(); } }\n",
    }
    assert _setting(tmp_path, files).level is Level.ERROR


@pytest.mark.parametrize(("kind", "level"), [("Library", Level.ERROR), ("Exe", Level.NOTE)])
def test_a_library_is_made_for_programs_that_are_not_known(kind: str, level: Level, tmp_path: Path) -> None:
    project = SHORT.format(of="", more="", items="").replace(">Exe<", f">{kind}<")
    files = {"Mill/Mill.csproj": project, "Mill/Start.cs": START, "Mill/Work.cs": WORK % (COUNT, "return null;")}
    assert _setting(tmp_path, files).level is level


def test_on_both_kinds_of_net_nothing_may_heed_it_on_either(tmp_path: Path) -> None:
    project = SHORT.format(of="", more="", items="").replace("TargetFramework>", "TargetFrameworks>")
    project = project.replace("net48", "net48;net8.0")
    for name, ask, level in (("one", COUNT, Level.NOTE), ("two", "new System.Net.Http.HttpClient();", Level.ERROR)):
        files = {"Mill/Mill.csproj": project, "Mill/Start.cs": START, "Mill/Work.cs": WORK % (ask, "return null;")}
        found = [f for f in scanned(tmp_path / name, files).findings if f.usage.place.path == "Mill/Start.cs"]
        assert [f.level for f in found] == [level]


def test_a_program_in_basic(tmp_path: Path) -> None:
    project = PROJECT.format(references="", files='<Compile Include="Start.vb" />', parts="").replace(
        "CSharp", "VisualBasic"
    )
    start = """Imports System.Net
Module Start
  Sub Main()
    ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls
    {}
  End Sub
End Module
"""
    for name, code, level in (("one", "Console.WriteLine(1)", Level.NOTE), ("two", ASKED, Level.ERROR)):
        files = {"Mill/Mill.vbproj": project, "Mill/Start.vb": start.format(code)}
        found = [f for f in scanned(tmp_path / name, files).findings if f.usage.place.path == "Mill/Start.vb"]
        assert [(f.usage.place.region.line, f.level) for f in found] == [(4, level)]


ASKED = 'My.Computer.Network.DownloadFile("https://mill.example/a", "a")'
