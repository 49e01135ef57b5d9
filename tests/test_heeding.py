"""A setting that what a program runs on heeds for some clients alone, of which it has none, is a level lower."""

from pathlib import Path

import pytest

from tlsscan.model import Level
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
