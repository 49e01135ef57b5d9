"""A program that tests reference is judged by its own code: what these call or make of it, it does not."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

PROGRAM = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>
  <OutputType>Exe</OutputType><TargetFramework>net40</TargetFramework>
</PropertyGroup>{}</Project>
"""
REFERENCE = '<ItemGroup><ProjectReference Include="{}Barn\\Barn.csproj" /></ItemGroup>'
START = "class Start { static void Main() { %s } }\n"
LOAD = """using System.Net;
public class Load {
  public string Fetch() { return new WebClient().DownloadString("https://barn.example/"); }
}
"""
SET = """using System.Net;
public class Gate {
  public void Open() { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls; }
}
"""
MADE = "var made = System.Activator.CreateInstance(System.Type.GetType(name)); new Load().Fetch(); new Gate().Open();"


@pytest.mark.parametrize("made", [MADE, "new Load().Fetch(); new Gate().Open();"])
@pytest.mark.parametrize(
    ("folder", "main", "level"),
    [
        ("tests/Barn.Tests", "System.Console.WriteLine(1);", Level.NOTE),
        ("tests/Barn.Tests", "new Load().Fetch(); new Gate().Open();", Level.ERROR),
        ("Farm", "System.Console.WriteLine(1);", Level.ERROR),
    ],
    ids=["tests alone", "itself, too", "another program"],
)
def test_a_setting_that_only_tests_call(folder: str, main: str, level: Level, made: str, tmp_path: Path) -> None:
    up = "..\\" * (folder.count("/") + 1)
    files = {
        "Barn/Barn.csproj": PROGRAM.format(""),
        "Barn/Start.cs": START % main,
        "Barn/Load.cs": LOAD,
        "Barn/Gate.cs": SET,
        f"{folder}/T.csproj": PROGRAM.format(REFERENCE.format(up)),
        f"{folder}/T.cs": START % made,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Barn/Gate.cs"]
    assert (found.usage.place.region.line, found.level) == (3, level)


@pytest.mark.parametrize(
    ("main", "places"),
    [("new Load().Fetch();", ["Barn/Load.cs"]), ("System.Console.WriteLine(1);", [])],
)
def test_a_use_of_a_default_that_only_tests_call(main: str, places: list[str], tmp_path: Path) -> None:
    files = {
        "Barn/Barn.csproj": PROGRAM.format(""),
        "Barn/Start.cs": START % main,
        "Barn/Load.cs": LOAD,
        "tests/Barn.Tests/T.csproj": PROGRAM.format(REFERENCE.format("..\\..\\")),
        "tests/Barn.Tests/T.cs": START % MADE.replace("new Gate().Open();", ""),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Barn/Barn.csproj"]
    assert [place.path for place in found.usage.related if place.path.endswith(".cs")] == places


def test_what_tests_alone_request_heeds_no_setting_of_the_program(tmp_path: Path) -> None:
    files = {
        "Barn/Barn.csproj": PROGRAM.format(""),
        "Barn/Start.cs": START % "new Gate().Open();",
        "Barn/Gate.cs": SET,
        "tests/Barn.Tests/T.csproj": PROGRAM.format(REFERENCE.format("..\\..\\")),
        "tests/Barn.Tests/T.cs": START % 'new System.Net.WebClient().DownloadString("https://barn.example/");',
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Barn/Gate.cs"]
    assert (found.level, "no client that heeds it" in found.message) == (Level.NOTE, True)
