"""HttpClient with a handler of its own rests on the default, whatever the handlers of others in its file are given."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

PROJECT = """<Project ToolsVersion="12.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFrameworkVersion>v4.5.2</TargetFrameworkVersion></PropertyGroup>
</Project>
"""
CODE = """using System.Net.Http;
using System.Security.Authentication;
class P {{
  static void Main(string[] a) {{
    var handler = new HttpClientHandler {{ SslProtocols = SslProtocols.Tls12 }};
    new HttpClient(handler).GetStringAsync(a[0]);
    {0}
  }}
}}
"""


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ("new HttpClient().GetStringAsync(a[1]);", Level.WARNING),
        ("new HttpClient(handler).GetStringAsync(a[1]);", Level.NOTE),
    ],
)
def test_another_s_handler_sets_nothing_for_a_client_that_has_none(more: str, level: Level, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"P.csproj": PROJECT, "P.cs": CODE.format(more)})
    (found,) = [f for f in report.findings if f.usage.place.path == "P.csproj"]
    assert found.level is level
    assert [place.region.line for place in found.usage.related] == ([7] if level is Level.WARNING else [])
