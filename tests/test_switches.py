"""Switches by which a program of .NET Framework leaves its versions to Windows, whatever it targets."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

PROJECT = """<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFrameworkVersion>v4.6.1</TargetFrameworkVersion></PropertyGroup>
</Project>
"""
CODE = (
    'class P {{ static void Main() {{ {0}\n new System.Net.WebClient().DownloadString("https://example.com/"); }} }}\n'
)
CONFIGURATION = "<configuration><runtime>{0}</runtime></configuration>\n"
SWITCH = "Switch.System.Net.DontEnableSystemDefaultTlsVersions"


@pytest.mark.parametrize(
    ("configured", "code", "level"),
    [
        ("", "", Level.WARNING),
        (f'<AppContextSwitchOverrides value="{SWITCH}=false" />', "", Level.NOTE),
        (f'<AppContextSwitchOverrides value="Switch.System.Net.A=true;{SWITCH}=False" />', "", Level.NOTE),
        (f'<AppContextSwitchOverrides value="{SWITCH}=true" />', "", Level.WARNING),
        (f'<!-- <AppContextSwitchOverrides value="{SWITCH}=false" /> -->', "", Level.WARNING),
        ("", f'AppContext.SetSwitch("{SWITCH}", false);', Level.NOTE),
        ("", f'// AppContext.SetSwitch("{SWITCH}", false);', Level.WARNING),
    ],
)
def test_a_switch_leaves_the_versions_to_windows(configured: str, code: str, level: Level, tmp_path: Path) -> None:
    files = {"P.csproj": PROJECT, "P.cs": CODE.format(code), "App.config": CONFIGURATION.format(configured)}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "P.csproj"]
    assert found.level is level
    assert ("leaves the versions to Windows" in found.message) == (level is Level.NOTE and not code)
