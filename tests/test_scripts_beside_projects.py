"""Scripts in the folder of a project of .NET: they run on the .NET of their shell, whatever the project targets."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

PROJECT = """<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFrameworkVersion>v3.5</TargetFrameworkVersion></PropertyGroup>
</Project>
"""
GET = "(New-Object System.Net.WebClient).DownloadFile('https://example.com/a', 'a')\n"
CODE = 'class P { static void Main() { new System.Net.WebClient().DownloadString("https://example.com/"); } }\n'


@pytest.mark.parametrize("name", ["build/Get.ps1", "Get.psm1"])
def test_what_a_script_leaves_open_is_no_matter_of_a_project(name: str, tmp_path: Path) -> None:
    (found,) = scanned(
        tmp_path, {"P.csproj": PROJECT, "P.cs": "class P { static void Main() { } }\n", name: GET}
    ).findings
    assert (found.level, found.usage.related) == (Level.NOTE, ())
    assert "no code here is known" in found.message


def test_code_beside_a_script_counts(tmp_path: Path) -> None:
    (found,) = scanned(tmp_path, {"P.csproj": PROJECT, "P.cs": CODE, "Get.ps1": GET}).findings
    assert (found.level, [place.path for place in found.usage.related]) == (Level.ERROR, ["P.cs"])


def test_a_script_is_not_judged_on_what_a_project_targets(tmp_path: Path) -> None:
    script = "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::SystemDefault\n" + GET
    found = scanned(tmp_path, {"P.csproj": PROJECT, "P.cs": CODE, "Get.ps1": script}).findings
    assert [finding.usage.place.path for finding in found] == ["P.csproj"]


def test_what_a_script_asks_for_decides_for_no_project(tmp_path: Path) -> None:
    script = "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12\n" + GET
    found = scanned(tmp_path, {"P.csproj": PROJECT, "P.cs": CODE, "Get.ps1": script}).findings
    assert [(f.usage.place.path, f.level) for f in found if f.level is not Level.NOTE] == [("P.csproj", Level.ERROR)]
