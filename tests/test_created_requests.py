"""An HttpWebRequest takes the versions as it is made: what is set between that and its response is for later ones."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

PROJECT = """<Project ToolsVersion="12.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFrameworkVersion>v4.5.2</TargetFrameworkVersion></PropertyGroup>
</Project>
"""
CODE = """using System.Net;
class P {{
  static void Main(string[] a) {{
    {0}
    {1}
    {2}
  }}
}}
"""
SETS = "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;"
MADE = "var request = WebRequest.Create(a[0]);"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ((MADE, SETS, "request.GetResponse();"), 4),
        (("var request = (HttpWebRequest)HttpWebRequest.Create(a[0]);", SETS, "request.GetResponse();"), 4),
        ((SETS, MADE, "request.GetResponse();"), 0),
        (("var client = new WebClient();", SETS, "client.DownloadString(a[0]);"), 0),
    ],
)
def test_what_is_set_behind_a_request_is_for_later_ones(lines: tuple[str, str, str], line: int, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"P.csproj": PROJECT, "P.cs": CODE.format(*lines)})
    (found,) = [f for f in report.findings if f.usage.place.path == "P.csproj"]
    assert found.level is (Level.WARNING if line else Level.NOTE)
    told = [place.region.line for place in found.usage.related if "leaves the versions" in place.text]
    assert told == ([line] if line else [])
