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
STRONG = "Switch.System.Net.DontEnableSchUseStrongCrypto"
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
        ("", f'AppContext.SetSwitch("{STRONG}", false);', Level.WARNING),
        ("", f'AppContext.SetSwitch("{STRONG}", false);AppContext.SetSwitch("{SWITCH}", false);', Level.NOTE),
    ],
)
def test_a_switch_leaves_the_versions_to_windows(configured: str, code: str, level: Level, tmp_path: Path) -> None:
    files = {"P.csproj": PROJECT, "P.cs": CODE.format(code), "App.config": CONFIGURATION.format(configured)}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "P.csproj"]
    assert found.level is level
    assert ("leaves the versions to Windows" in found.message) == (level is Level.NOTE and not code)
    told = [(place.path, place.text) for place in found.usage.related]
    assert told == ([("P.cs", "System.Net.WebClient leaves the versions to it")] if level is Level.WARNING else [])


SHORT, LOW = "offers only SSL 3.0 and TLS 1.0", "offers TLS 1.0 to TLS 1.2"


@pytest.mark.parametrize(
    ("target", "switches", "said"),
    [
        ("v4.5.2", f"{STRONG}=false", LOW),
        ("v4.5.2", f"{STRONG}=true", SHORT),
        ("v4.5.2", "", SHORT),
        ("v4.6.1", f"{STRONG}=true", SHORT),
        ("v4.6.1", f"{STRONG}=false", LOW),
        ("v4.8", f"{SWITCH}=true", LOW),
        ("v4.8", f"{SWITCH} = True; {STRONG} = true", SHORT),
        ("v4.8", f"{STRONG}=true", ""),
        ("v4.8", f"{SWITCH}=false", ""),
    ],
)
def test_switches_decide_what_a_program_behaves_as(target: str, switches: str, said: str, tmp_path: Path) -> None:
    written = f'<AppContextSwitchOverrides value="{switches}" />'
    files = {
        "P.csproj": PROJECT.replace("v4.6.1", target),
        "P.cs": CODE.format(""),
        "App.config": CONFIGURATION.format(written),
    }
    found = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "P.csproj"]
    assert [said in f.message for f in found] == ([True] if said else [])
    taken = any("takes the default of its target away" in f.message for f in found)
    assert taken == all("Remove the switch" in f.remediation for f in found if f.remediation) if said else not found


COM = "<RegisterForComInterop>true</RegisterForComInterop>"


@pytest.mark.parametrize(
    ("target", "more", "said"),
    [("v4.6.2", COM, SHORT), ("v4.8", COM, SHORT), ("v3.5", COM, "has nothing above TLS 1.0"), ("v4.8", "", "")],
)
def test_a_library_that_is_registered_for_com(target: str, more: str, said: str, tmp_path: Path) -> None:
    project = PROJECT.replace("v4.6.1", target).replace("<OutputType>Exe", f"{more}<OutputType>Library")
    client = (
        'public class C { public void Go() { new System.Net.WebClient().DownloadString("https://a.example/"); } }\n'
    )
    found = scanned(tmp_path, {"C.csproj": project, "C.cs": client}).findings
    assert [said in f.message for f in found] == ([True] if said else [])
    assert [[place.path for place in f.usage.related] for f in found] == ([["C.cs"]] if said else [])
    newer = target > "v4"
    assert all(("registered for COM" in f.message) == newer for f in found)
    assert all(("Target .NET Framework" in f.remediation) != newer for f in found)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("v4.6.1", ".NET Framework 4.7 leaves the choice to Windows."),
        ("v4.5.2", ".NET Framework 4.6 is the first to offer TLS 1.2 by default, .NET Framework 4.7 leaves the"),
    ],
)
def test_what_newer_ones_offer_is_for_windows_to_say(target: str, said: str, tmp_path: Path) -> None:
    files = {"P.csproj": PROJECT.replace("v4.6.1", target), "P.cs": CODE.format("")}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "P.csproj"]
    assert said in found.remediation
    assert "nothing older" not in found.remediation
