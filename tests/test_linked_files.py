"""Files outside of a project's folder that it compiles belong to its program; what is a program itself runs as that,
whatever references it."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Report
from tree_scans import scanned

PROJECT = """<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup>{types}<OutputType>{output}</OutputType>
    <TargetFrameworkVersion>{target}</TargetFrameworkVersion></PropertyGroup>
  <ItemGroup>{items}</ItemGroup>{more}
</Project>
"""
WEB = "<ProjectTypeGuids>{349c5851-65df-11da-9384-00065b846f21}</ProjectTypeGuids>"
ADDING = """using System.Net;
partial class Program { static Program() {
  ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
} }
"""
MAIN = "partial class Program { static void Main() { new Net().Get(); } }\n"
NET = """using System.Net.Http;
public class Net { public void Get() {
  var text = new HttpClient().GetStringAsync("https://example.com/").Result;
} }
"""
SHARED = '<Project><ItemGroup><Compile Include="$(MSBuildThisFileDirectory)Start.cs" /></ItemGroup></Project>\n'
IMPORT = '<Import Project="..\\Shared\\Shared.projitems" Label="Shared" />'


def project(output: str, target: str, *compiled: str, parts: str = "", types: str = "", more: str = "") -> str:
    items = "".join(f'<Compile Include="{path}" />' for path in compiled)
    items += "".join(f'<ProjectReference Include="{path}" />' for path in parts.split())
    return PROJECT.format(output=output, target=target, items=items, types=types, more=more)


def levels(report: Report, path: str) -> list[str]:
    return [f"{f.verdict} {f.level}" for f in report.findings if f.usage.place.path == path]


@pytest.mark.parametrize(
    ("compiled", "more"),
    [(["Main.cs"], IMPORT), (["Main.cs", "..\\Shared\\Start.cs"], ""), (["Main.cs", "..\\Shared\\*.cs"], "")],
)
def test_what_a_program_compiles_from_elsewhere_runs_as_it_does(compiled: list[str], more: str, tmp_path: Path) -> None:
    """It is judged on the program's framework, and what it sets decides for the program."""
    files = {
        "App/App.csproj": project("Exe", "v4.5.2", *compiled, parts="..\\Lib\\Lib.csproj", more=more),
        "App/Main.cs": MAIN,
        "Shared/Shared.projitems": SHARED,
        "Shared/Start.cs": ADDING,
        "Lib/Lib.csproj": project("Library", "v4.5.1", "Net.cs"),
        "Lib/Net.cs": NET,
    }
    report = scanned(tmp_path, files)
    assert levels(report, "Shared/Start.cs") == ["allows warning"]
    assert "4.5.2, App/App.csproj:3" in next(f.message for f in report.findings if f.usage.language)
    assert levels(report, "App/App.csproj") == ["allows note"]


@pytest.mark.parametrize(("compiled", "said"), [("..\\Other\\Net.cs", Level.WARNING), ("Some.cs", Level.NOTE)])
def test_what_a_library_compiles_from_elsewhere_is_part_of_the_program(
    compiled: str, said: Level, tmp_path: Path
) -> None:
    files = {
        "App/App.csproj": project("Exe", "v4.5.2", "Main.cs", parts="..\\Lib\\Lib.csproj"),
        "App/Main.cs": MAIN,
        "Lib/Lib.csproj": project("Library", "v4.5.1", "Some.cs", compiled),
        "Lib/Some.cs": "public class Some { }\n",
        "Other/Net.cs": NET,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is said


def test_a_linked_file_makes_nothing_else_of_its_folder_the_program_s(tmp_path: Path) -> None:
    """A file of attributes that all projects share lies above them all: the libraries below are libraries still."""
    files = {
        "src/App/App.csproj": project("Exe", "v4.5.2", "Main.cs", "..\\Common.cs", parts="..\\Lib\\Lib.csproj"),
        "src/App/Main.cs": "class P { static void Main() { } }\n",
        "src/Common.cs": "[assembly: AssemblyCompany(nameof(Net))]\n",
        "src/Lib/Lib.csproj": project("Library", "v4.5.1", "Net.cs"),
        "src/Lib/Net.cs": NET,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "src/App/App.csproj"]
    assert found.level is Level.NOTE


HTTP = '<configuration><system.web>\n<httpRuntime targetFramework="{}"/>\n</system.web></configuration>\n'


@pytest.mark.parametrize(("target", "said"), [("4.8", ["caps note"]), ("4.5", ["allows warning"])])
def test_a_site_runs_as_its_own_configuration_says(target: str, said: list[str], tmp_path: Path) -> None:
    """Another web project that references it decides nothing for it."""
    start = "using System.Net;\nclass Global : HttpApplication { void Application_Start(object s, EventArgs e) {\n"
    files = {
        "Web/Web.csproj": project("Library", "v4.8", types=WEB),
        "Web/Web.config": HTTP.format(target),
        "Web/Global.asax.cs": start + "  ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;\n} }\n",
        "More/More.csproj": project("Library", "v4.8", parts="..\\Web\\Web.csproj", types=WEB),
        "More/Web.config": HTTP.format("4.0"),
    }
    assert levels(scanned(tmp_path, files), "Web/Global.asax.cs") == said


def test_a_program_uses_what_is_in_another_one_that_it_references(tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project("Exe", "v4.6.1", parts="..\\Other\\Other.csproj"),
        "App/Main.cs": MAIN,
        "Other/Other.csproj": project("WinExe", "v4.5"),
        "Other/Net.cs": NET,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert (found.level, [place.path for place in found.usage.related]) == (Level.WARNING, ["Other/Net.cs"])


WEAK = "using System.Net;\nclass A { A() { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls; } }\n"
NOT_BUILT = "no project here is compiled from this file"


@pytest.mark.parametrize(
    ("files", "level"),
    [
        ({"App/App.csproj": project("Exe", "v4.5", "Main.cs")}, Level.NOTE),
        ({"App/App.csproj": project("Exe", "v4.5", "Main.cs", "old\\A.cs")}, Level.ERROR),
        ({"App/App.csproj": project("Exe", "v4.5", "Main.cs", "old\\*.cs")}, Level.ERROR),
        ({"App/App.csproj": project("Exe", "v4.5", "Main.cs", more='<Import Project="more.targets" />')}, Level.ERROR),
        (
            {
                "App/App.csproj": project("Exe", "v4.5", "Main.cs"),
                "Two/Two.csproj": project("Exe", "v4.5", "..\\App\\old\\A.cs"),
            },
            Level.ERROR,
        ),
        ({"App/App.csproj": '<Project Sdk="Microsoft.NET.Sdk" />'}, Level.ERROR),
        ({"Two/Two.csproj": project("Exe", "v4.5", "Main.cs")}, Level.ERROR),
    ],
    ids=[
        "left out",
        "listed",
        "by a pattern",
        "not all is known",
        "another's",
        "all below it",
        "in no project's folder",
    ],
)
def test_a_file_that_no_project_lists_is_a_note(files: dict[str, str], level: Level, tmp_path: Path) -> None:
    main = "class Program { static void Main() { new A(); new System.Net.WebClient(); } }\n"
    report = scanned(tmp_path, {**files, "App/Main.cs": main, "App/old/A.cs": WEAK})
    (found,) = [finding for finding in report.findings if finding.usage.place.path == "App/old/A.cs"]
    assert (found.level, NOT_BUILT in found.message) == (level, level is Level.NOTE)


SDK = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net8.0</TargetFramework>{more}</PropertyGroup>
  {items}
</Project>
"""


def sdk(*items: str, more: str = "") -> str:
    return SDK.format(items="".join(f"<ItemGroup>{item}</ItemGroup>" for item in items), more=more)


@pytest.mark.parametrize(
    ("files", "level"),
    [
        ({"App/App.csproj": sdk()}, Level.ERROR),
        ({"App/App.csproj": sdk('<Compile Remove="Old\\A.cs" />')}, Level.NOTE),
        ({"App/App.csproj": sdk('<Compile Remove="B.cs;old\\**" />')}, Level.NOTE),
        ({"App/App.csproj": sdk('<Compile Remove="old/*.cs" />')}, Level.NOTE),
        ({"App/App.csproj": sdk('<Compile Remove="*.cs" />')}, Level.ERROR),
        ({"App/App.csproj": sdk('<Compile Update="old/A.cs" />')}, Level.ERROR),
        ({"App/App.csproj": sdk('<Compile Remove="$(Old)/**/*.cs" />')}, Level.ERROR),
        ({"App/App.csproj": sdk('<Compile Remove="old/**" />', '<Compile Include="old/A.cs" />')}, Level.ERROR),
        ({"App/App.csproj": sdk('<Compile Include="old/A.cs" />', '<Compile Remove="old/**" />')}, Level.NOTE),
        (
            {"App/App.csproj": sdk("""<Compile Condition="'$(TargetFramework)' == 'net48'" Remove="old/**" />""")},
            Level.ERROR,
        ),
        ({"App/App.csproj": sdk('<Compile Remove="old/**" />'), "App/old/Old.csproj": sdk()}, Level.ERROR),
        (
            {
                "App/App.csproj": sdk('<Compile Remove="old/**" />'),
                "Two/Two.csproj": sdk('<Compile Include="../App/old/A.cs" />'),
            },
            Level.ERROR,
        ),
        ({"App/App.csproj": sdk(more="<EnableDefaultCompileItems>false</EnableDefaultCompileItems>")}, Level.ERROR),
        (
            {
                "App/App.csproj": sdk(
                    '<Compile Include="Main.cs" />', more="<EnableDefaultCompileItems>false</EnableDefaultCompileItems>"
                )
            },
            Level.NOTE,
        ),
    ],
    ids=[
        "all below it",
        "one",
        "all below a folder",
        "those of a folder",
        "none but its own",
        "no change",
        "where is not known",
        "in again",
        "in and out",
        "for one target",
        "another project's",
        "linked by another",
        "who knows",
        "listed",
    ],
)
def test_a_file_that_a_project_of_an_sdk_takes_out_is_a_note(
    files: dict[str, str], level: Level, tmp_path: Path
) -> None:
    weak = """using System.Net.Http;
class A { public A() { var h = new HttpClientHandler(); h.SslProtocols = SslProtocols.Tls; new HttpClient(h); } }
"""
    main = "class Program { static void Main() { new A(); } }\n"
    report = scanned(tmp_path, {**files, "App/Main.cs": main, "App/old/A.cs": weak, "Two/Two.cs": main})
    (found,) = [finding for finding in report.findings if finding.usage.place.path == "App/old/A.cs"]
    assert (found.level, NOT_BUILT in found.message) == (level, level is Level.NOTE)


def test_an_engine_for_games_and_a_site_compile_what_no_project_lists(tmp_path: Path) -> None:
    game = project("Library", "v4.5", "Main.cs", more='<ItemGroup><Reference Include="UnityEngine" /></ItemGroup>')
    site = project("Library", "v4.5", "Main.cs", types="{349c5851-65df-11da-9384-00065b846f21}")
    files = {"Game/Game.csproj": game, "Game/Assets/A.cs": WEAK, "Site/Site.csproj": site}
    files |= {"Site/App_Code/A.cs": WEAK, "Site/A.aspx.cs": WEAK}
    found = {f.usage.place.path: f.level for f in scanned(tmp_path, files).findings if f.usage.language}
    assert found == dict.fromkeys(["Game/Assets/A.cs", "Site/App_Code/A.cs", "Site/A.aspx.cs"], Level.ERROR)
