"""A project of .NET that lists its code, none of which is there, is built by nobody and says nothing."""

from pathlib import Path

import pytest

from tree_scans import scanned

PROJECT = """<Project ToolsVersion="4.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003"><PropertyGroup>
<OutputType>Exe</OutputType><TargetFrameworkVersion>{version}</TargetFrameworkVersion></PropertyGroup>
<ItemGroup>{items}</ItemGroup></Project>
"""
USE = 'class P {{ static void Main() {{ new System.Net.WebClient().DownloadString("https://x.example/{}"); }} }}\n'


def project(*items: str, version: str = "v4.5.2") -> str:
    return PROJECT.format(version=version, items="".join(items))


def compiled(path: str) -> str:
    return f'<Compile Include="{path}" />'


REFERENCE = '<ProjectReference Include="..\\App\\App.csproj" />'


def told(tmp_path: Path, files: dict[str, str]) -> set[str]:
    return {f"{f.usage.place.path} {f.level}" for f in scanned(tmp_path, files).findings}


def test_it_takes_nothing_from_the_program_that_it_names(tmp_path: Path) -> None:
    files = {"App/App.csproj": project(compiled("P.cs")), "App/P.cs": USE.format("a")}
    alone = told(tmp_path / "alone", files)
    assert alone == {"App/App.csproj warning"}
    files["Stub/Stub.csproj"] = project(compiled("Gone.cs"), compiled("More\\Gone.cs"), REFERENCE)
    assert told(tmp_path / "both", files) == alone


@pytest.mark.parametrize("path", ["P.cs", "sub\\p.CS", "*.cs", "Gone.cs;SUB\\P.cs", "..\\Shared\\S.cs"])
def test_one_file_of_it_is_enough(path: str, tmp_path: Path) -> None:
    files = {
        "App/App.csproj": project(compiled(path), compiled("Other.cs")),
        "App/P.cs": USE.format("a"),
        "App/Sub/P.cs": USE.format("b"),
        "Shared/S.cs": USE.format("c"),
    }
    assert "App/App.csproj warning" in told(tmp_path, files)


def test_a_project_that_lists_nothing_has_what_lies_below_it(tmp_path: Path) -> None:
    files = {
        "App/App.csproj": '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
        "<TargetFramework>net452</TargetFramework></PropertyGroup></Project>\n",
        "App/P.cs": USE.format("a"),
    }
    assert "App/App.csproj warning" in told(tmp_path, files)


@pytest.mark.parametrize(
    "path", ["a\\" * 5000 + "X.cs", "..\\" * 5000 + "X.cs", "\\\\server\\share\\X.cs", "C:\\X.cs", "/X.cs"]
)
def test_where_files_are_said_to_be_does_no_harm(path: str, tmp_path: Path) -> None:
    """Nothing outside of the project's folder is looked for: there, files count as being there."""
    files = {"App/App.csproj": project(compiled(path)), "App/P.cs": USE.format("a")}
    outside = not path.startswith("a")
    assert {one.partition(" ")[0] for one in told(tmp_path, files)} == ({"App/App.csproj"} if outside else set())
