"""Of several projects in one folder that one counts for a file which is compiled from it."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tree_scans import scanned

PROJECT = """<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup>
    <OutputType>Exe</OutputType><TargetFrameworkVersion>{target}</TargetFrameworkVersion>
  </PropertyGroup>
  <ItemGroup>{items}</ItemGroup>
</Project>
"""
USE = """using System.Net.Security; using System.Security.Authentication;
class {0} {{ static void Main() {{ var line = new SslStream(null);
  line.AuthenticateAsClient("host", null, SslProtocols.{1}, true); }} }}
"""
CALL = """class {0} {{ static void Main() {{
  new System.Net.Security.SslStream(null).AuthenticateAsClient("host"); }} }}
"""


def _project(target: str, *files: str) -> str:
    return PROJECT.format(target=target, items="".join(f'<Compile Include="{name}" />' for name in files))


@pytest.mark.parametrize("file", ["Ant.cs", "Bee.cs"])
def test_a_place_rests_on_the_target_of_its_own_project(file: str, tmp_path: Path) -> None:
    files = {
        "Ant.csproj": _project("v4.5", "Ant.cs"),
        "Bee.csproj": _project("v4.5", "Bee.cs"),
        "Ant.cs": "class Ant { static void Main() { } }\n",
        "Bee.cs": "class Bee { static void Main() { } }\n",
        file: USE.format(file[:3], "None"),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == file]
    assert (found.usage.place.region.line, found.verdict, found.level) == (3, Verdict.FAILS, Level.ERROR)
    assert [place.path for place in found.usage.claims] == [f"{file[:3]}.csproj"]
    assert f"{file[:3]}.csproj:3" in found.message


@pytest.mark.parametrize(
    ("ant", "bee", "both", "claims"),
    [
        ("v4.5", "v4.7.2", False, []),
        ("v4.7.2", "v4.5", False, ["Bee.csproj"]),
        ("v4.5", "v4.7.2", True, ["Ant.csproj"]),
    ],
    ids=["a newer one", "an older one", "both compile it"],
)
def test_what_another_project_of_the_folder_targets(
    ant: str, bee: str, both: bool, claims: list[str], tmp_path: Path
) -> None:
    files = {
        "Ant.csproj": _project(ant, "Ant.cs", *(["Bee.cs"] if both else [])),
        "Bee.csproj": _project(bee, "Bee.cs"),
        "Ant.cs": "class Ant { }\n",
        "Bee.cs": USE.format("Bee", "None"),
    }
    found = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Bee.cs" and f.level is Level.ERROR]
    assert [place.path for f in found for place in f.usage.claims] == claims


def test_a_file_that_no_project_of_the_folder_lists_may_run_on_any(tmp_path: Path) -> None:
    files = {
        "Ant.csproj": _project("v4.5", "Ant.cs"),
        "Bee.csproj": _project("v4.5", "Bee.cs"),
        "Ant.cs": "class Ant { }\n",
        "Bee.cs": "class Bee { }\n",
        "Cow.vb": "Class Cow\nEnd Class\n",
        "more/Cow.cs": USE.format("Cow", "None"),
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "more/Cow.cs"]
    assert [place.path for place in found.usage.claims] == ["Ant.csproj"]


@pytest.mark.parametrize(("file", "place"), [("Ant.cs", "Ant.csproj"), ("Bee.cs", "Bee.csproj")])
def test_a_use_of_a_default_is_told_at_the_target_of_its_own_project(file: str, place: str, tmp_path: Path) -> None:
    files = {
        "Ant.csproj": _project("v4.5", "Ant.cs"),
        "Bee.csproj": _project("v4.5", "Bee.cs"),
        "Ant.cs": "class Ant { static void Main() { } }\n",
        "Bee.cs": "class Bee { static void Main() { } }\n",
        file: CALL.format(file[:3]),
    }
    found = [f for f in scanned(tmp_path, files).findings if f.usage.place.path.endswith(".csproj")]
    assert {f.usage.place.path: [use.path for use in f.usage.related] for f in found}[place] == [file]
    assert [f.usage.place.path for f in found if f.usage.related] == [place]
