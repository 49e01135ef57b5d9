"""What a program of .NET references runs as the program does: it decides for the code of its libraries."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Report, Role
from tree_scans import scanned

PROJECT = """<Project ToolsVersion="12.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup>
    <OutputType>{output}</OutputType><TargetFrameworkVersion>{target}</TargetFrameworkVersion>
  </PropertyGroup>
  <ItemGroup>{items}</ItemGroup>
</Project>
"""
SDK = '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>{}</PropertyGroup><ItemGroup>{}</ItemGroup></Project>\n'
ADDING = """using System.Net;
class Start { public void Up() {
  ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
} }
"""
REQUEST = "using System.Net;\nclass A { public object B(string a) {\n  return WebRequest.Create(a);\n} }\n"
QUIET = "using System;\nclass P { static void Main() { new A().B(1); } }\n"


def project(output: str, target: str, *references: str, inside: str = "") -> str:
    items = "".join(f'<ProjectReference Include="{path}">{inside}</ProjectReference>' for path in references)
    return PROJECT.format(output=output, target=target, items=items)


def at(report: Report, path: str, line: int = 3) -> list[str]:
    found = [f for f in report.findings if f.usage.place.path == path and f.usage.place.region.line == line]
    return [f"{f.verdict} {f.level}" for f in found]


@pytest.mark.parametrize(("target", "said"), [("v4.5", "allows warning"), ("v4.8", "caps note")])
def test_the_program_decides_for_its_libraries(target: str, said: str, tmp_path: Path) -> None:
    """`|= Tls12` keeps what the target of the program offers by itself."""
    files = {
        "App/App.csproj": project("WinExe", target, "..\\Shop\\Shop.csproj"),
        "Shop/Shop.csproj": project("Library", "v4.0", "..\\net\\Net.csproj"),
        "Net/Net.csproj": project("Library", "v4.0"),
        "Net/Start.cs": ADDING,
    }
    report = scanned(tmp_path, files)
    assert at(report, "Net/Start.cs") == [said]
    assert at(report, "Net/Net.csproj") == at(report, "Shop/Shop.csproj") == []  # no runtime of its own
    if target == "v4.5":
        message = next(f.message for f in report.findings if f.usage.place.path == "Net/Start.cs")
        assert "on .NET Framework 4.5, App/App.csproj:3" in message


@pytest.mark.parametrize(
    ("home", "inside"),
    [
        ("samples/App", ""),
        ("tests/App", ""),
        ("App", "<ReferenceOutputAssembly>false</ReferenceOutputAssembly>"),
        ("App", "<OutputItemType>Analyzer</OutputItemType>"),
    ],
)
def test_what_only_shows_or_builds_a_library_does_not_decide_for_it(home: str, inside: str, tmp_path: Path) -> None:
    up = "..\\" * (home.count("/") + 1)
    files = {
        f"{home}/App.csproj": project("Exe", "v4.5", f"{up}Net\\Net.csproj", inside=inside),
        "Net/Net.csproj": project("Library", "v4.0"),
        "Net/Start.cs": ADDING,
    }
    report = scanned(tmp_path, files)
    assert "4.5" not in "".join(f.message for f in report.findings if f.usage.place.path == "Net/Start.cs")
    assert at(report, "Net/Net.csproj")


def test_the_build_that_the_program_loads_is_judged(tmp_path: Path) -> None:
    arms = """using System.Net;
class Start { public void Up() {
#if NET40
  ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls11;
#else
  ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
#endif
} }
"""
    files = {
        "App/App.csproj": project("Exe", "v4.6", "../Net/Net.csproj"),
        "Net/Net.csproj": SDK.format("<TargetFrameworks>net40;net45;netstandard2.0</TargetFrameworks>", ""),
        "Net/Start.cs": arms,
    }
    report = scanned(tmp_path, files)
    (found,) = [f for f in report.findings if f.usage.place.path == "Net/Start.cs" and f.usage.place.region.line == 6]
    assert (found.verdict, found.level) == ("allows", Level.WARNING)
    assert "4.6, App/App.csproj:3" in found.message


def test_the_uses_of_libraries_are_those_of_the_program(tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project("Exe", "v4.5", "..\\Net\\Net.csproj"),
        "App/P.cs": QUIET,
        "Net/Net.csproj": project("Library", "v4.0"),
        "Net/A.cs": REQUEST,
    }
    (found,) = scanned(tmp_path, files).findings
    assert (found.usage.place.path, found.level) == ("App/App.csproj", Level.WARNING)
    assert [place.path for place in found.usage.related] == ["Net/A.cs"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("<TargetFrameworkProfile>Profile111</TargetFrameworkProfile>", Level.WARNING),
        ("<ProjectTypeGuids>{786C830F-07A1-408B-BD7F-6EE04809D6DB}</ProjectTypeGuids>", Level.WARNING),
        ("<TargetFrameworkIdentifier>.NETPortable</TargetFrameworkIdentifier>", Level.WARNING),
        ("<TargetFrameworkIdentifier>Silverlight</TargetFrameworkIdentifier>", Level.NOTE),
        ("<ProjectTypeGuids>{A1591282-1198-4647-A2B1-27E5FF5F6F3B}</ProjectTypeGuids>", Level.NOTE),
    ],
)
def test_a_portable_library_is_part_of_the_program_and_claims_nothing(told: str, said: Level, tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project("Exe", "v4.5", "..\\Net\\Net.csproj"),
        "App/P.cs": QUIET,
        "Net/Net.csproj": project("Library", "v4.0").replace("<OutputType>", told + "<OutputType>"),
        "Net/A.cs": REQUEST,
    }
    report = scanned(tmp_path, files)
    assert [(f.usage.place.path, f.level) for f in report.findings] == [("App/App.csproj", said)]
    assert [sentence for sentence in report.claims if "Net/" in sentence] == []


@pytest.mark.parametrize(
    ("reference", "level"),
    [
        ("..\\Net\\Net.csproj", Level.WARNING),
        ("..\\Gone\\Gone.csproj", Level.NOTE),
        ("$(Where)\\Net.csproj", Level.NOTE),
    ],
)
def test_only_what_a_program_is_made_of_is_its_own(reference: str, level: Level, tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project("Exe", "v4.5", reference),
        "App/P.cs": QUIET,
        "Net/Net.csproj": project("Library", "v4.0"),
        "Net/A.cs": REQUEST,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level


def test_what_a_library_sets_for_the_process_speaks_for_the_program(tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project("Exe", "v4.5", "..\\Net\\Net.csproj"),
        "App/A.cs": REQUEST,
        "Net/Net.csproj": project("Library", "v4.0"),
        "Net/Start.cs": ADDING.replace("|=", "="),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert (found.level, [place.path for place in found.usage.related]) == (Level.NOTE, ["Net/Start.cs"])


CONFIG = "<configuration><startup>{}</startup></configuration>\n"
V4 = '<supportedRuntime version="v4.0"/>'
V2 = '<supportedRuntime version="v2.0.50727"/>'


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (V4 + V2, {"App/App.config": ["allows warning"], "App/App.csproj": []}),
        (V2 + V4, {"App/App.csproj": ["fails error"]}),
        (V2, {"App/App.csproj": ["fails error"]}),
    ],
)
def test_what_a_program_starts_on_counts_and_not_what_it_was_built_for(
    config: str, said: dict[str, list[str]], tmp_path: Path
) -> None:
    files = {"App/App.csproj": project("Exe", "v3.5"), "App/A.cs": REQUEST, "App/App.config": CONFIG.format(config)}
    report = scanned(tmp_path, files)
    assert {path: at(report, path, 3 if path.endswith("proj") else 1) for path in said} == said
    if config == V4 + V2:
        remedy = next(f.remediation for f in report.findings if f.usage.place.path == "App/App.config")
        assert "v4.0.30319" in remedy


HAVING = '<ItemGroup><None Include="app.config" /></ItemGroup></Project>'


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("</Project>", {"App/Old.csproj": ["fails error"], "App/app.config": []}),
        (HAVING, {"App/Old.csproj": [], "App/app.config": ["allows warning"]}),
    ],
)
def test_a_configuration_is_that_of_the_project_which_lists_it(
    old: str, said: dict[str, list[str]], tmp_path: Path
) -> None:
    files = {
        "App/Old.csproj": project("Exe", "v3.5").replace("</Project>", old),
        "App/New.csproj": project("Exe", "v4.8").replace("</Project>", HAVING),
        "App/A.cs": REQUEST,
        "App/app.config": CONFIG.format(V4),
    }
    report = scanned(tmp_path, files)
    assert {path: at(report, path, 3 if path.endswith("proj") else 1) for path in said} == said


@pytest.mark.parametrize(("target", "started"), [("v4.0", []), ("v4.5", ["allows warning"])])
def test_what_two_programs_of_a_folder_behave_as_is_told_once(target: str, started: list[str], tmp_path: Path) -> None:
    files = {
        "App/Old.csproj": project("Exe", "v3.5").replace("</Project>", HAVING),
        "App/New.csproj": project("Exe", target).replace("</Project>", HAVING),
        "App/A.cs": REQUEST,
        "App/app.config": CONFIG.format(V4),
    }
    report = scanned(tmp_path, files)
    assert (at(report, "App/app.config", 1), at(report, "App/New.csproj", 3)) == (started, ["allows warning"])


@pytest.mark.parametrize(
    ("output", "reference", "level"),
    [
        ("Library", "nunit.framework, Version=2.6.4.14350, Culture=neutral", "test"),
        ("Library", "Microsoft.VisualStudio.QualityTools.UnitTestFramework", "test"),
        ("Library", "Newtonsoft.Json", "requirement"),
        ("Exe", "nunit.framework", "pinned"),
    ],
)
def test_a_library_that_references_a_test_framework_is_one_of_tests(
    output: str, reference: str, level: str, tmp_path: Path
) -> None:
    text = project(output, "v4.0").replace("<ItemGroup>", f'<ItemGroup><Reference Include="{reference}" />')
    claims = scanned(tmp_path, {"Checks/Checks.csproj": text, "Checks/A.cs": REQUEST}).claims
    assert [claim.rpartition("(")[2].rstrip(")") for claim in claims] == [level]


def test_a_web_application_that_references_a_test_framework_is_one(tmp_path: Path) -> None:
    text = web("bin\\", "..").replace(
        "<ItemGroup>", '<ItemGroup><Reference Include="nunit.framework, Version=2.6.4" />'
    )
    report = scanned(tmp_path, {"Shop/Shop.csproj": text, "Shop/A.cs": REQUEST})
    assert at(report, "Shop/Shop.csproj") == ["allows warning"]


def test_nothing_is_assumed_of_net_where_only_the_framework_is_claimed(tmp_path: Path) -> None:
    code = "class A { void B(System.Net.Security.SslStream s) {\n  s.AuthenticateAsClient(a, b, wanted, c);\n} }\n"
    files = {"A.csproj": project("Exe", "v4.5"), "A.cs": code}
    assert not [text for text in scanned(tmp_path, files).assumed if ".NET 8" in text]
    (tmp_path / "A.csproj").unlink()
    assert [text for text in scanned(tmp_path, {"A.cs": code}).assumed if ".NET 8" in text]


def test_an_add_in_for_office_is_a_program_of_its_own(tmp_path: Path) -> None:
    guids = "<ProjectTypeGuids>{BAA0C2D2-18E2-41B9-852F-F413020CAA33};{F184B08F-C81C-45F6-A57F-5ABD9991F28F}"
    text = project("Library", "v3.5").replace("</OutputType>", f"</OutputType>{guids}</ProjectTypeGuids>")
    report = scanned(tmp_path, {"AddIn.csproj": text, "A.cs": REQUEST})
    assert at(report, "AddIn.csproj") == ["fails error"]


WEB = """<Project ToolsVersion="12.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup>
    <OutputType>Library</OutputType><TargetFrameworkVersion>v4.5</TargetFrameworkVersion>
    <ProjectTypeGuids>{349c5851-65df-11da-9384-00065b846f21};{fae04ec0-301f-11d3-bf4b-00c04f79efbc}</ProjectTypeGuids>
  </PropertyGroup>
  <PropertyGroup Condition=" '$(Configuration)' == 'Debug' "><OutputPath>OUT</OutputPath></PropertyGroup>
  <PropertyGroup Condition=" '$(Configuration)' == 'Release' "><OutputPath>OUT</OutputPath></PropertyGroup>
  <ItemGroup><ProjectReference Include="PATH\\Net\\Net.csproj" /></ItemGroup>
</Project>
"""


def web(out: str, back: str) -> str:
    return WEB.replace("OUT", out).replace("PATH", back)


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("..\\bin\\", []),  # part of Web, which asks for TLS 1.2
        ("..\\BIN", []),
        ("bin\\", ["allows warning"]),
        ("..\\..\\Other\\bin\\", ["allows warning"]),
        ("..\\..\\bin\\", ["allows warning"]),
    ],
)
def test_a_web_project_that_is_built_into_another_one_is_part_of_it(out: str, said: list[str], tmp_path: Path) -> None:
    files = {
        "Web/Web.csproj": web("bin\\", ".."),
        "Web/Global.asax.cs": ADDING.replace("|=", "="),
        "Web/Admin/Admin.csproj": web(out, "..\\.."),
        "Net/Net.csproj": project("Library", "v4.5"),
        "Net/A.cs": REQUEST,
        "Other/Other.csproj": project("Library", "v4.5"),
    }
    report = scanned(tmp_path, files)
    assert at(report, "Web/Admin/Admin.csproj") == said
    assert at(report, "Web/Web.csproj") == ["allows note"]


def test_a_site_before_4_behaves_as_its_project_targets(tmp_path: Path) -> None:
    files = {
        "Web/Web.csproj": web("bin\\", "..").replace("v4.5", "v3.5"),
        "Web/Web.config": "<configuration><system.web><compilation/></system.web></configuration>\n",
        "Web/Admin/Web.config": "<configuration><system.web><compilation/></system.web></configuration>\n",
        "Web/A.cs": REQUEST,
    }
    report = scanned(tmp_path, files)
    assert {f.usage.place.path for f in report.findings} == {"Web/Web.csproj"}


def test_what_is_built_into_a_web_project_uses_defaults_for_it(tmp_path: Path) -> None:
    files = {
        "Web/Web.csproj": web("bin\\", "..").replace("ProjectReference", "Nothing"),
        "Admin/Admin.csproj": web("..\\Web\\bin\\", ".."),
        "Net/Net.csproj": project("Library", "v4.5"),
        "Net/A.cs": REQUEST,
    }
    report = scanned(tmp_path, files)
    assert at(report, "Web/Web.csproj") == ["allows warning"]
    (found,) = [f for f in report.findings if f.usage.place.path == "Web/Web.csproj"]
    assert [place.path for place in found.usage.related] == ["Net/A.cs"]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('<httpRuntime targetFramework="4.5"/>', "offers only SSL 3.0 and TLS 1.0"),
        ('<compilation targetFramework="4.6.2"/>', "offers only SSL 3.0 and TLS 1.0"),
        ('<compilation targetFramework="4.6.2"/><httpRuntime targetFramework="4.6.1"/>', "offers TLS 1.0 to TLS 1.2"),
        ('<compilation targetFramework="4.8"/><httpRuntime targetFramework="4.8"/>', ""),
        ('<compilation debug="true"/><httpRuntime maxRequestLength="1"/>', "4.0, whatever the project targets"),
        ("<compilation/>", "4.0, whatever the project targets"),
    ],
)
def test_the_configuration_of_a_site_says_what_it_behaves_as(config: str, said: str, tmp_path: Path) -> None:
    """Not what its project targets, which decides what it can load."""
    files = {
        "Web/Web.csproj": web("bin\\", "..").replace("v4.5", "v4.6.2"),
        "Web/Web.config": f"<configuration><system.web>{config}</system.web></configuration>\n",
        "Net/Net.csproj": project("Library", "v4.6.2"),
        "Net/A.cs": REQUEST,
    }
    report = scanned(tmp_path, files)
    assert at(report, "Web/Web.csproj") == []
    found = [f for f in report.findings if f.usage.place.path == "Web/Web.config"]
    assert [said in f.message for f in found] == ([True] if said else [])
    assert [[place.path for place in f.usage.related] for f in found] == ([["Net/A.cs"]] if said else [])


def test_the_configuration_of_a_site_decides_also_where_its_project_inherits_a_target(tmp_path: Path) -> None:
    site = '<httpRuntime targetFramework="4.5"/>'
    files = {
        "Directory.Build.props": (
            "<Project><PropertyGroup><TargetFrameworkVersion>v4.6.2</TargetFrameworkVersion></PropertyGroup></Project>\n"
        ),
        "Web/Web.csproj": web("bin\\", "..").replace("<TargetFrameworkVersion>v4.5</TargetFrameworkVersion>", ""),
        "Web/Web.config": f"<configuration><system.web>{site}</system.web></configuration>\n",
        "Web/A.cs": (
            "using System.Net;\nclass A { void B() {\n"
            "  ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;\n} }\n"
        ),
    }
    report = scanned(tmp_path, files)
    (found,) = [f for f in report.findings if f.usage.place.path == "Web/A.cs"]
    assert "SSL 3.0, TLS 1.0 and TLS 1.2" in found.message
    assert {claim.path for claim in found.usage.claims} == {"Web/Web.config"}


@pytest.mark.parametrize(
    ("program", "library", "said"),
    [
        ("v3.5", "v4.7.2", "note"),  # it cannot be built
        ("v4.0", "v4.5", "note"),
        ("v4.5", "v4.5", "warning"),
        ("v4.5", "v4.0", "warning"),
    ],
)
def test_a_program_does_not_load_what_is_for_a_newer_framework(
    program: str, library: str, said: str, tmp_path: Path
) -> None:
    files = {
        "App/App.csproj": project("WinExe", program, "..\\Net\\Net.csproj"),
        "Net/Net.csproj": project("Library", library),
        "Net/A.cs": REQUEST,
    }
    report = scanned(tmp_path, files)
    assert [level.rpartition(" ")[2] for level in at(report, "App/App.csproj")] == [said]
    (found,) = [f for f in report.findings if f.usage.place.path == "App/App.csproj"]
    assert bool(found.usage.related) == (said == "warning")


@pytest.mark.parametrize("home", ["examples/App", "test/App"])
def test_an_example_tells_where_its_library_leaves_the_versions(home: str, tmp_path: Path) -> None:
    stream = "using System.Net.Security;\nclass A { void B(SslStream s) {\n  s.AuthenticateAsClient(h);\n} }\n"
    files = {
        f"{home}/App.csproj": project("Exe", "v4.5.2", "..\\..\\Lib\\Lib.csproj"),
        "Lib/Lib.csproj": project("Library", "v4.5"),
        "Lib/A.cs": stream,
    }
    report = scanned(tmp_path, files)
    (found,) = [f for f in report.findings if f.usage.place.path == f"{home}/App.csproj"]
    assert found.demoted
    assert [place.path for place in found.usage.related] == ["Lib/A.cs"]
    assert "no code here" not in found.message


CLIENT = REQUEST.replace("class A", "public class WebDavClient")


@pytest.mark.parametrize(
    ("program", "between", "level"),
    [
        ("class P { static void Main() { new WebDavClient().B(a); } }", "", Level.WARNING),
        (
            "class P { static void Main() { new Toolkit(); } }",
            "class Toolkit { WebDavClient c = new WebDavClient(); }",
            Level.WARNING,
        ),
        (
            "class P { static void Main(IClient c) { c.B(a); Scan(a.GetTypes()); } }",
            "interface IClient { }",
            Level.WARNING,
        ),
        ("class P { static void Main() { new Toolkit(); } }", "class Toolkit { }", Level.NOTE),
        ("class P { static void Main() { } }", "class Toolkit { WebDavClient c = new WebDavClient(); }", Level.NOTE),
        ("class P { static void Main() { a.Fetch(); } }", "", Level.WARNING),
    ],
    ids=["named", "named-by-what-is-named", "by-its-interface", "another-class", "named-by-nothing", "extension"],
)
def test_only_what_a_program_names_of_its_libraries_is_known_to_run(
    program: str, between: str, level: Level, tmp_path: Path
) -> None:
    code = CLIENT.replace("WebDavClient {", "WebDavClient : IClient {")
    code += "static class Extra { public static void Fetch(this string a) { new WebDavClient(); } }\n"
    files = {
        "App/App.csproj": project("Exe", "v4.5", "..\\Net\\Net.csproj"),
        "App/P.cs": f"using System;\n{program}\n",
        "Net/Net.csproj": project("Library", "v4.0"),
        "Net/WebDavClient.cs": code,
        "Net/Between.cs": f"using System;\n{between}\n",
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level
    assert bool(found.usage.related) is (level is Level.WARNING)
    assert ("no code that the program is known to use leaves" in found.message) is (level is Level.NOTE)


def test_a_module_of_vb_is_named_by_its_members(tmp_path: Path) -> None:
    client = "Imports System.Net\nPublic Module Fetching\n  Public Function Fetch(a As String) As Object\n"
    client += "    Return WebRequest.Create(a)\n  End Function\nEnd Module\n"
    files = {
        "App/App.vbproj": project("Exe", "v4.5", "..\\Net\\Net.vbproj"),
        "App/P.vb": "Module P\n  Sub Main()\n    fetch(a)\n  End Sub\nEnd Module\n",
        "Net/Net.vbproj": project("Library", "v4.0"),
        "Net/Fetching.vb": client,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.vbproj"]
    assert found.level is Level.WARNING
    (tmp_path / "App/P.vb").write_text("Module P\n  Sub Main()\n  End Sub\nEnd Module\n")
    (found,) = [f for f in scanned(tmp_path, {}).findings if f.usage.place.path == "App/App.vbproj"]
    assert found.level is Level.NOTE


def test_what_a_program_compiles_from_elsewhere_names_classes_for_it(tmp_path: Path) -> None:
    text = project("Exe", "v4.5", "..\\Net\\Net.csproj")
    linked = text.replace("<ItemGroup>", '<ItemGroup><Compile Include="..\\Shared\\Use.cs" />')
    files = {
        "App/App.csproj": linked,
        "App/P.cs": "class P { static void Main() { } }\n",
        "Shared/Use.cs": "class Use { object c = new WebDavClient().B(a); }\n",
        "Net/Net.csproj": project("Library", "v4.0"),
        "Net/WebDavClient.cs": CLIENT,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is Level.WARNING
    (found,) = [
        f for f in scanned(tmp_path, {"App/App.csproj": text}).findings if f.usage.place.path == "App/App.csproj"
    ]
    assert found.level is Level.NOTE


@pytest.mark.parametrize(
    ("project_at", "code_at", "level", "demoted"),
    [
        ("App/App.csproj", "App/A.cs", Level.WARNING, False),
        ("App/App.csproj", "App/ClientTests.cs", Level.NOTE, False),  # no part of the program
        ("App/App.csproj", "App/Shop.Tests/A.cs", Level.NOTE, False),
        ("Shop.Samples.Wpf/App.csproj", "Shop.Samples.Wpf/A.cs", Level.NOTE, True),
    ],
)
def test_what_names_of_the_language_call_tests_and_examples_is_no_part_of_the_program(
    project_at: str, code_at: str, level: Level, demoted: bool, tmp_path: Path
) -> None:
    report = scanned(tmp_path, {project_at: project("Exe", "v4.5"), code_at: REQUEST})
    (found,) = [f for f in report.findings if f.usage.place.path == project_at]
    assert (found.level, found.demoted) == (level, demoted)


HELPER = """using System.Net;
public class Http {
  public static string Get(string url) {
    return new WebClient().DownloadString(url);
  }
  public static object Ask(string url, int more) { return WebRequest.Create(url + "?n=" + more); }
  public static string Again(string url) { return Get(url); }
}
"""


@pytest.mark.parametrize(
    ("calls", "lines"),
    [
        (['Http.Get("http://a/");', 'Http.Ask("http://b/" + x, 1);'], []),
        (['Http.Again("http://a/");', 'Http.Ask(Root + "b", 1);'], []),
        (['Http.Get("http://a/");', 'Http.Get("https://a/");', 'Http.Ask("http://b/", 1);'], [4]),
        (['Http.Get("http://a/");', "Http.Get(config.Address);", 'Http.Ask("http://b/", 1);'], []),
        (['Http.Get("http://a/");', 'Http.Get(config.Address ?? "https://d/");', 'Http.Ask("http://b/", 1);'], [4]),
        (['Http.Again("https://a/");', 'Http.Ask("http://b/", 1);'], [4]),
        (['Show("https://d/", Http.Ask);'], [6]),  # who calls it is not known
        (['Show("https://d/");'], []),  # nobody does
    ],
)
def test_an_address_that_callers_pass_tells_whether_tls_is_used(
    calls: list[str], lines: list[int], tmp_path: Path
) -> None:
    body = "\n".join(calls)
    body = f'const string Root = "http://c/";\nstatic void Main() {{ Use(new Http());\n{body}\n}}'
    program = f"using System;\nclass P {{ {body} }}\n"
    files = {"App/App.csproj": project("Exe", "v4.5"), "App/P.cs": program, "App/Http.cs": HELPER}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert [place.region.line for place in found.usage.related] == lines
    assert found.level is (Level.WARNING if lines else Level.NOTE)


@pytest.mark.parametrize(
    ("code", "configuration", "level"),
    [
        ('Go(args[0] ?? "http://a.example/");', "", Level.NOTE),
        ("Go(args[0]);", '<add key="Base" value="http://a.example/" />', Level.NOTE),
        ("Go(args[0]);", '<add key="Base" value="https://a.example/" />', Level.WARNING),
        ('new HttpClient().PostAsync(A.B(args), C); Go("http://a.example/");', "", Level.NOTE),
        ('Go("http://localhost:8080/" + args[0]);', "", Level.NOTE),
        ('Go("http://" + args[0]); Socket("wss://" + args[0]);', "", Level.NOTE),
        ('Go(args[0].Contains("://") ? args[0] : "http://" + args[0]);', "", Level.WARNING),  # which brings its own
        ('if (args[0].IndexOf(@"://") < 0) return; Go("http://a.example/");', "", Level.WARNING),
        ('Go("http://" + args[0]);', "<add><value>https://a.example/</value></add>", Level.WARNING),
        ('Go(args[0]); // "http://a.example/"', '<!-- "http://b.example/" -->', Level.WARNING),
        ('Go(args[0]); Use("http://schemas.example/x", "http://www.w3.org/");', "", Level.WARNING),
        ('Go(args[0]); Use("http://localhost/", "http://a.example/", @"https:\\");', "", Level.WARNING),
        ('Go(args[0]); new System.Net.Mail.SmtpClient("http://a.example/") { EnableSsl = true };', "", Level.WARNING),
    ],
)
def test_a_program_that_writes_addresses_without_tls_alone_is_not_known_to_use_it(
    code: str, configuration: str, level: Level, tmp_path: Path
) -> None:
    program = f"using System.Net.Http;\nclass P {{ static void Main(string[] args) {{ {code}\n}}\n"
    program += "static void Go(string at) { if (at == null) { throw new A(); } System.Net.WebRequest.Create(at); } }\n"
    settings = f'<configuration xmlns:x="http://x.example/"><appSettings>{configuration}</appSettings></configuration>'
    files = {"App/App.csproj": project("Exe", "v4.5"), "App/P.cs": program, "App/App.config": settings}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level


def test_the_modules_of_an_android_application_run_on_its_android(tmp_path: Path) -> None:
    code = 'class A { Object b() throws Exception { return javax.net.ssl.SSLContext.getInstance("TLS"); } }\n'
    files = {
        "app/build.gradle": "apply plugin: 'com.android.application'\nandroid { defaultConfig { minSdkVersion 21 } }\n"
        "dependencies { implementation project(':lib'); implementation project(path: ':core') }\n",
        "lib/build.gradle": "apply plugin: 'com.android.library'\nandroid { defaultConfig { minSdkVersion 16 } }\n",
        "core/build.gradle": "apply plugin: 'java-library'\ntargetCompatibility = 1.7\n",
        "lib/A.java": code,
        "core/A.java": code,
    }
    assert [f for f in scanned(tmp_path, files).findings if f.usage.language] == []
    desktop = "apply plugin: 'application'\ndependencies { implementation project(':core') }\n"
    report = scanned(tmp_path, {"desktop/build.gradle": desktop})
    assert [f.usage.place.path for f in report.findings if f.usage.language] == ["core/A.java"]
    assert any("on Java 7, which core/build.gradle:2 allows" in f.message for f in report.findings)


def test_a_module_whose_build_says_nothing_more_is_one(tmp_path: Path) -> None:
    code = 'class A { Object b() throws Exception { return javax.net.ssl.SSLContext.getInstance("TLS"); } }\n'
    files = {
        "Dockerfile": "FROM openjdk:7\nCOPY a.jar /a.jar\nCMD java -jar /a.jar\n",
        "app/build.gradle": "apply plugin: 'com.android.application'\nandroid { defaultConfig { minSdkVersion 21 } }\n"
        "dependencies { implementation project(':lib') }\n",
        "lib/build.gradle": "apply plugin: 'java'\n",
        "lib/A.java": code,
    }
    assert not any("lib/A.java" in str(f) for f in scanned(tmp_path, files).findings)
    other = {"tool/build.gradle": "apply plugin: 'application'\ndependencies { implementation project(':lib') }\n"}
    assert any("lib/A.java" in str(f) for f in scanned(tmp_path, other).findings)


USING = "using System;\nclass Other {{ void B(Uri a) {{ {} }} }}\n"


@pytest.mark.parametrize(
    ("own", "library", "level"),
    [
        ("new Other().B(1);", "new Feed().C(a);", Level.WARNING),
        ("new Other().B(1);", "Feed.C(a);", Level.WARNING),
        ("new Other().B(1);", "Feed f = new();", Level.WARNING),
        ("new Other().B(1);", "} Feed F { get; } = new(); void G() {", Level.WARNING),
        ("new Other().B(1);", "} Feed F => new(); void G() {", Level.WARNING),
        ("new Other().B(1);", "} Feed F { get; } = null; void G() {", Level.NOTE),
        ("new Other().B(1);", "Add<Feed>(a);", Level.WARNING),
        ("new Other().B(1);", "Assembly.LoadFrom(a);", Level.WARNING),
        ("new Other().B(1);", "Feed f = null; Go((Feed)a, a as Feed); // new Feed()", Level.NOTE),
        ("new Other().B(1);", 'Feed Get(Feed one, Feed other) { return one; } Write("new Feed()");', Level.NOTE),
    ],
)
def test_a_mere_type_makes_nothing(own: str, library: str, level: Level, tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project("WinExe", "v4.5", "..\\Net\\Net.csproj"),
        "App/Start.cs": f"class Start {{ static void Main() {{ {own} }} }}\n",
        "Net/Net.csproj": project("Library", "v4.5"),
        "Net/Feed.cs": REQUEST.replace("class A", "class Feed"),
        "Net/Other.cs": USING.format(library),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level


SETTING = """using System.Net;
class Setting {{
  {0} {{ ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; }}
}}
"""


@pytest.mark.parametrize(
    ("method", "level"),
    [
        ("public static void Never()", Level.WARNING),
        ("public static void Once()", Level.NOTE),
        ("public void Never()", Level.NOTE),
        ("[Obsolete]\n  public static void Never()", Level.NOTE),
        ("static Setting()", Level.NOTE),
        ("static void Main()", Level.NOTE),
    ],
)
def test_a_setting_that_nothing_runs_decides_nothing(method: str, level: Level, tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project("WinExe", "v4.5"),
        "App/A.cs": REQUEST.replace("return", "Setting.Once(); return"),
        "App/Setting.cs": SETTING.format(method),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level


@pytest.mark.parametrize(
    ("made", "level"),
    [
        ("Activator.CreateInstance<P>()", Level.NOTE),
        ("Activator.CreateInstance(typeof(P), 1)", Level.NOTE),
        ("Activator.CreateInstance(Type.GetType(args[0]))", Level.WARNING),
        ("a = (object)Activator.CreateInstance(Type.GetType(args[0]))", Level.WARNING),
        ("a = (IPlugin)Activator.CreateInstance(Type.GetType(args[0]))", Level.NOTE),
        ("a = Activator.CreateInstance(Type.GetType(args[0])) as IPlugin", Level.NOTE),
        ("a = (IClient)Assembly.Load(b).CreateInstance(c)", Level.WARNING),
    ],
)
def test_making_an_object_of_a_named_type_looks_for_no_other(made: str, level: Level, tmp_path: Path) -> None:
    reference = '<ItemGroup><ProjectReference Include="..\\Lib\\Lib.csproj" /></ItemGroup></Project>'
    program = f"using System;\nclass P {{ static void Main(string[] args) {{ Other.N = 1; {made}; a.Get(b); }} }}\n"
    files = {
        "App/App.csproj": project("Exe", "v4.5").replace("</Project>", reference),
        "App/P.cs": program,
        "Lib/Lib.csproj": project("Library", "v4.5"),
        "Lib/Other.cs": "public class Other { public static int N; }\npublic interface IClient { }\n",
        "Lib/Http.cs": HELPER.replace("class Http", "class Http : IClient"),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level


OLD = (
    'using System.Net;\nclass Old {{ public void M() {{ new WebClient().DownloadString("https://x.example/{}"); }} }}\n'
)
COMPILE = '<ItemGroup><Compile Include="{}" /></ItemGroup></Project>'


@pytest.mark.parametrize(
    ("compiled", "level"),
    [
        ("P.cs", Level.NOTE),
        ("P.cs;Old\\Other.cs", Level.NOTE),
        ("P.cs;old\\OLD.cs", Level.WARNING),
        ("P.cs;Old\\*.cs", Level.WARNING),
        ("P.cs;*.cs", Level.NOTE),
        ("**\\*.cs", Level.WARNING),
        ("P.cs;$(Shared)\\Old.cs", Level.WARNING),
        ("P.cs;Old%2FOld.cs", Level.WARNING),
    ],
)
def test_an_old_project_is_made_of_the_files_that_it_lists(compiled: str, level: Level, tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project("Exe", "v4.5").replace("</Project>", COMPILE.format(compiled)),
        "App/P.cs": "class P { static void Main() { new Old().M(); } }\n",
        "App/Old/Old.cs": OLD.format("a"),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level


@pytest.mark.parametrize(
    ("target", "compiled", "said"),
    [
        ("v2.0", "P.cs", (Level.ERROR, "App/P.cs")),
        ("v4.5", "P.cs", (Level.WARNING, "App/P.cs")),
        ("v4.5", "P.cs;Old\\*.cs", (Level.NOTE, "App/Old/Start.cs")),
    ],
)
def test_a_setting_in_a_file_that_the_project_does_not_compile_decides_nothing(
    target: str, compiled: str, said: tuple[Level, str], tmp_path: Path
) -> None:
    first = 'Start.Up(); new System.Net.WebClient().DownloadString("https://x.example/a");'
    files = {
        "App/App.csproj": project("Exe", target).replace("</Project>", COMPILE.format(compiled)),
        "App/P.cs": f"class P {{ static void Main() {{ {first} }} }}\n",
        "App/Old/Start.cs": "using System.Net;\nclass Start { public static void Up() {\n"
        "  ServicePointManager.SecurityProtocol = (SecurityProtocolType)3072;\n} }\n",
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert (found.level, *(place.path for place in found.usage.related)) == said


def test_a_library_that_lists_its_files_is_made_of_them(tmp_path: Path) -> None:
    reference = '<ItemGroup><ProjectReference Include="..\\Lib\\Lib.csproj" /></ItemGroup>'
    program = COMPILE.format("P.cs").replace("</Project>", reference + "</Project>")
    files = {
        "App/App.csproj": project("Exe", "v4.5").replace("</Project>", program),
        "App/P.cs": "class P { static void Main() { new Old().M(); } }\n",
        "Lib/Lib.csproj": project("Library", "v4.5").replace("</Project>", COMPILE.format("New.cs")),
        "Lib/New.cs": OLD.format("new"),
        "Lib/Old.cs": OLD.format("old"),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert [place.path for place in found.usage.related] == ["Lib/New.cs"]


LIBRARY = {
    "Lib/Http.cs": HELPER,
    "Lib/Other.cs": "public class Other { public static int N; }\npublic interface IPlugin { }\n",
}


@pytest.mark.parametrize(
    ("own", "level"),
    [
        ("static void Main() { Other.N = 1; Reset(1); } static void Reset(string Http) { A[0] = Http; }", Level.NOTE),
        ("public string Http { get; set; } static void Main() { Other.N = 1; b = new P { Http = a }; }", Level.NOTE),
        ("static void Main() { Other.N = 1; a.Http = b; }", Level.NOTE),
        ("static void Main() { Other.N = 1; http = 1; }", Level.NOTE),
        ("static void Main() { Other.N = 1; /* Http */ }", Level.NOTE),
        ("public string Http { get; set; } static void Main() { Other.N = 1; new Http().Get(a); }", Level.WARNING),
        ("public Http Http { get; set; } static void Main() { Other.N = 1; Http.Get(a); }", Level.WARNING),
        ("static void Main() { Other.N = 1; Lib.Http.Get(a); }", Level.WARNING),
        ("static void Main() { Other.N = 1; Make<Http>().Get(a); }", Level.WARNING),
    ],
)
def test_what_goes_by_the_name_of_a_class_makes_none(own: str, level: Level, tmp_path: Path) -> None:
    reference = '<ItemGroup><ProjectReference Include="..\\Lib\\Lib.csproj" /></ItemGroup></Project>'
    files = {
        "App/App.csproj": project("Exe", "v4.5").replace("</Project>", reference),
        "App/P.cs": f"using System;\nclass P {{ {own} }}\n",
        "Lib/Lib.csproj": project("Library", "v4.5"),
        **LIBRARY,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level


@pytest.mark.parametrize(("called", "level"), [("Web.Fetch();", Level.WARNING), ("new Web();", Level.NOTE)])
def test_a_use_in_a_static_method_of_a_library_that_nothing_calls_is_none(
    called: str, level: Level, tmp_path: Path
) -> None:
    reference = '<ItemGroup><ProjectReference Include="..\\Lib\\Lib.csproj" /></ItemGroup></Project>'
    files = {
        "App/App.csproj": project("Exe", "v4.5").replace("</Project>", reference),
        "App/P.cs": f"class P {{ static void Main() {{ {called} }} }}\n",
        "Lib/Lib.csproj": project("Library", "v4.5"),
        "Lib/Web.cs": "using System.Net;\npublic class Web {\n  /// <returns>what</returns>\n"
        '  public static object Fetch() {\n    return WebRequest.Create("https://example.com/");\n  }\n}\n',
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is level


def test_addresses_in_code_that_a_program_does_not_use_say_nothing(tmp_path: Path) -> None:
    reference = '<ItemGroup><ProjectReference Include="..\\Lib\\Lib.csproj" /></ItemGroup></Project>'
    files = {
        "App/App.csproj": project("Exe", "v4.5").replace("</Project>", reference),
        "App/P.cs": 'class P { static void Main(string[] a) { Other.N = new Http(); Use("http://a.example/"); } }\n',
        "Lib/Lib.csproj": project("Library", "v4.5"),
        "Lib/Fake.cs": 'public class Fake { string a = "https://a.example/"; }\n',
        **LIBRARY,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    assert found.level is Level.NOTE


@pytest.mark.parametrize(
    ("use", "role"),
    [
        ("new HttpClient().GetStringAsync(A.B());", Role.CLIENT),
        ("", Role.BOTH),
    ],
)
def test_a_runtime_is_on_the_side_of_what_relies_on_it(use: str, role: Role, tmp_path: Path) -> None:
    target = "<OutputType>Exe</OutputType><TargetFramework>netcoreapp3.1</TargetFramework>"
    code = f"using System.Net.Http;\nusing System.Net.Security;\nclass P {{ static void Main() {{ {use} }} }}\n"
    report = scanned(tmp_path, {"App.csproj": SDK.format(target, ""), "P.cs": code})
    (found,) = [f for f in report.findings if f.usage.place.path == "App.csproj"]
    assert found.usage.role is role


@pytest.mark.parametrize(("kind", "said"), [("Library", []), ("Exe", ["allows warning"])])
def test_a_configuration_beside_a_library_makes_no_site(kind: str, said: list[str], tmp_path: Path) -> None:
    configuration = '<configuration><system.web>\n\n<compilation targetFramework="4.8"/></system.web></configuration>\n'
    files = {"Plug/Plug.csproj": project(kind, "v4.8"), "Plug/web.config": configuration, "Plug/A.cs": REQUEST}
    assert at(scanned(tmp_path, files), "Plug/web.config") == said


def test_what_publishes_a_site_is_no_library_that_hides_it(tmp_path: Path) -> None:
    """It lists no code, and the configuration of the site says what that behaves as."""
    publish = """<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
<PropertyGroup><TargetFrameworkVersion>v4.5</TargetFrameworkVersion></PropertyGroup>
<Import Project="$(VSToolsPath)\\Web\\Microsoft.WebSite.Publishing.targets" /></Project>
"""
    configuration = "<configuration><system.web>{}</system.web></configuration>"
    files = {
        "Site/website.csproj": publish,
        "Site/Web.config": configuration.format(
            '\n<compilation targetFramework="4.8"/><httpRuntime maxRequestLength="1"/>'
        ),
        "Site/Service.svc": '<%@ ServiceHost Language="C#" Service="Service" CodeBehind="~/App_Code/Service.cs" %>\n',
        "Site/App_Code/Service.cs": """using System.Net;
public class Service : IService {
  public string Pay() { return new WebClient().DownloadString("https://api.example.com/"); }
}
""",
    }
    report = scanned(tmp_path, files)
    assert at(report, "Site/Web.config", 2) == ["allows warning"]
    assert at(report, "Site/website.csproj", 2) == []


@pytest.mark.parametrize(
    ("assembly", "level"), [("Lib", Level.NOTE), ("Shop.Lib, Version=1.0.0.0", Level.NOTE), ("Other", Level.WARNING)]
)
def test_a_module_that_the_configuration_of_a_site_loads_is_part_of_it(
    assembly: str, level: Level, tmp_path: Path
) -> None:
    module = """using System.Net;
public class Mod : UrlRoutingModule {
  protected override void Init(HttpApplication a) { a.PostResolveRequestCache += Set; }
  private void Set(object s, EventArgs e) { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; }
}
"""
    added = f'<modules><add name="U" type="Lib.Mod, {assembly}"/></modules>'
    site = f'<system.web><httpRuntime targetFramework="4.5"/></system.web><system.webServer>{added}</system.webServer>'
    named = "<OutputType>Library</OutputType><AssemblyName>Shop.Lib</AssemblyName>"
    files = {
        "Web/Web.csproj": WEB.replace("PATH\\", "..\\").replace("OUT", "bin\\"),
        "Web/Web.config": f"<configuration>{site}</configuration>",
        "Web/P.cs": "public class W { public void M() { new A().B(null); } }\n",
        "Net/Net.csproj": project("Library", "v4.5"),
        "Net/A.cs": REQUEST,
        "Lib/Lib.csproj": project("Library", "v4.5").replace("<OutputType>Library</OutputType>", named),
        "Lib/Mod.cs": module,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Web/Web.config"]
    assert found.level is level


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (
            '<Reference Include="DotNetNuke, V=9"/><Content Include="View.ascx"/>',
            {"Web/Web.csproj": "note"},
        ),
        ('<Reference Include="DotNetNuke"/><Content Include="Default.aspx"/>', {"Web/Web.config": "warning"}),
        ('<Content Include="View.ascx"/>', {"Web/Web.config": "warning"}),
    ],
)
def test_modules_for_the_site_of_others_are_no_site(items: str, said: dict[str, str], tmp_path: Path) -> None:
    site = '<system.web><httpRuntime targetFramework="4.5"/></system.web>'
    files = {
        "Web/Web.csproj": web("bin\\", "..").replace("</Project>", f"<ItemGroup>{items}</ItemGroup></Project>"),
        "Web/Web.config": f"<configuration>{site}</configuration>",
        "Web/A.cs": REQUEST,
    }
    report = scanned(tmp_path, files)
    assert {f.usage.place.path: f.level for f in report.findings} == said


DESKTOP = '<Project Sdk="{sdk}"><PropertyGroup><OutputType>WinExe</OutputType>{more}</PropertyGroup></Project>\n'
CORE = "<TargetFramework>netcoreapp3.1</TargetFramework>"


@pytest.mark.parametrize(
    ("sdk", "more", "level"),
    [
        ("Microsoft.NET.Sdk", CORE, Level.WARNING),
        ("Microsoft.NET.Sdk", f"{CORE}<UseWPF>true</UseWPF>", Level.NOTE),
        ("Microsoft.NET.Sdk", f"{CORE}<UseWindowsForms>True</UseWindowsForms>", Level.NOTE),
        ("Microsoft.NET.Sdk", f"{CORE}<UseWPF>false</UseWPF>", Level.WARNING),
        ("Microsoft.NET.Sdk.WindowsDesktop", CORE, Level.NOTE),
        ("Microsoft.NET.Sdk", f"{CORE}<RuntimeIdentifiers>win-x64;win10-x86</RuntimeIdentifiers>", Level.NOTE),
        ("Microsoft.NET.Sdk", f"{CORE}<RuntimeIdentifiers>win-x64;linux-x64</RuntimeIdentifiers>", Level.WARNING),
        ("Microsoft.NET.Sdk", CORE.replace("coreapp3.1", "461") + "<UseWPF>true</UseWPF>", Level.WARNING),
    ],
)
def test_on_windows_the_system_decides_for_dotnet(sdk: str, more: str, level: Level, tmp_path: Path) -> None:
    code = 'class P { static void Main() { new System.Net.Http.HttpClient().GetStringAsync("https://a.example/"); } }\n'
    (found,) = scanned(tmp_path, {"P.csproj": DESKTOP.format(sdk=sdk, more=more), "P.cs": code}).findings
    assert found.level is level
    assert ("Windows alone" in found.message) == (level is Level.NOTE)


OLDEST = """<Project DefaultTargets="Build" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><OutputType>Exe</OutputType>{0}</PropertyGroup>
  <Import Project="{1}" />
</Project>
"""


@pytest.mark.parametrize(
    ("more", "imported", "said"),
    [
        ("", "$(MSBuildBinPath)\\Microsoft.CSharp.targets", ["allows warning"]),
        (
            "",
            '$(MSBuildBinPath)\\Microsoft.CSharp.targets" /><Import Project="..\\packages\\NUnit.3\\build\\N.props',
            ["allows warning"],
        ),
        ("", "$(MSBuildToolsPath)\\Microsoft.VisualBasic.targets", ["allows warning"]),
        (
            "",
            '$(MSBuildToolsPath)\\Microsoft.CSharp.targets" /><Import Project="..\\Common.props',
            [],
        ),
        ("", "$(MSBuildBinPath)\\Microsoft.CompactFramework.CSharp.targets", []),
        ("<SilverlightVersion>v4.0</SilverlightVersion>", "$(MSBuildBinPath)\\Microsoft.CSharp.targets", []),
        ("<TargetFrameworkVersion>v4.8</TargetFrameworkVersion>", "$(MSBuildBinPath)\\Microsoft.CSharp.targets", []),
    ],
)
def test_a_project_that_names_no_framework_is_for_the_first_that_msbuild_knows(
    more: str, imported: str, said: list[str], tmp_path: Path
) -> None:
    files = {"A.csproj": OLDEST.format(more, imported), "P.cs": QUIET, "A.cs": REQUEST}
    report = scanned(tmp_path, files)
    assert at(report, "A.csproj") == said
    told = [f.message for f in report.findings if f.usage.place.path == "A.csproj"]
    assert all("MSBuild takes that, as the project names no framework" in message for message in told)
