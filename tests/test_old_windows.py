"""Conditions of .NET code that ask for a Windows by the text of its name."""

from pathlib import Path

import pytest

from tlsscan.clauses import worded
from tlsscan.frontends.windows import for_old_windows
from tlsscan.model import Level
from tree_scans import scanned


@pytest.mark.parametrize(
    ("condition", "old"),
    [
        ('osName.Contains("Windows 7")', True),
        ('osName.StartsWith("Microsoft Windows XP") || osName.StartsWith("Microsoft Windows Vista")', True),
        ('osName.Contains("Windows Server 2008")', True),
        ("$os.Caption -like '*Windows 7*'", True),
        ("$os.Caption -match 'Server 2003|Server 2008'", True),
        ('InStr(My.Computer.Info.OSFullName, "Vista") > 0', True),
        ('OSVersion.StartsWith("6.1")', True),
        ('osName.IndexOf("Win7") != -1', True),
        ('Not osName.Contains("Windows 10") AndAlso Not osName.Contains("Windows 11")', True),
        ('!(osName.Contains("Windows 10") || osName.Contains("Windows 11"))', True),
        ("$os -notlike '*Windows 10*'", True),
        ('osName <> "Windows 11"', True),
        ('osName.IndexOf("Windows 10") < 0', True),
        ('osName is "Windows 10" or "Windows 11"', False),
        ('osName.Contains("Windows 8") Or osName.Contains("Windows 10")', False),
        ('osName.Contains("Windows Server 2016") Or forced', False),
        ('!osName.Contains("Windows 7")', False),
        ("$os -notmatch 'Windows 7'", False),
        ('osName.Contains("Windows 7") == false', False),
        ('osName.Contains("Windows 7") Or forced', None),
        ('osName.Contains("Windows 10") && enabled', None),
        ('osName.Contains("Windows 7") && osName.Contains("Windows 10")', True),
        ('osName.Contains("Windows 7") || osName.Contains("Windows 10")', False),
        ('osName.Contains("Windows")', None),
        ('mode == "7"', None),
        ('iosVersion.StartsWith("10")', None),
        ('position == "Seat 7"', None),
        ('plan.Contains("Window 10")', None),
        ("Environment.OSVersion.Version.Major >= 10", None),
    ],
)
def test_what_a_condition_asks_of_windows(condition: str, old: bool | None) -> None:
    assert for_old_windows(condition) is old


@pytest.mark.parametrize("times", [100, 700, 10_000])
def test_conditions_nested_deep_end(times: int) -> None:
    assert for_old_windows("!" * times + "osName == 'Windows 7'") is None
    assert for_old_windows("(" * times + "osName == 'Windows 7'" + ")" * times) is None


VB = """Imports System.Net
Public Class Uplink
    Public Sub Prepare()
        Dim osName As String = My.Computer.Info.OSFullName
{}
    End Sub
End Class
"""
CS = "using System.Net;\nclass Uplink {{\n  void Prepare(string osName) {{\n{}\n  }}\n}}\n"


def _set(version: str) -> str:
    return f"ServicePointManager.SecurityProtocol = SecurityProtocolType.{version}"


def shown(tmp_path: Path, name: str, code: str) -> list[tuple[int, str, Level]]:
    """Line, condition as it is worded and level of each finding that is shown."""
    found = scanned(tmp_path, {name: code}).findings
    wanted = (f for f in found if f.level not in (Level.NOTE, Level.NONE))
    return [(f.usage.place.region.line, worded(f.usage.condition), f.level) for f in wanted]


def test_cases_that_ask_one_by_one_are_worded_as_what_they_ask(tmp_path: Path) -> None:
    lines = [
        "        Select Case True",
        '            Case osName.Contains("Windows 7"), osName.Contains("Vista")',
        f"                {_set('Tls')}",
        '            Case osName.Contains("Windows 10")',
        f"                {_set('Tls12')}",
        "            Case Else",
        f"                {_set('Tls')}",
        "        End Select",
    ]
    assert shown(tmp_path, "a.vb", VB.format("\n".join(lines))) == [
        (7, 'when osName.Contains("Windows 7") or osName.Contains("Vista")', Level.WARNING),
        (
            11,
            'unless osName.Contains("Windows 7") or osName.Contains("Vista") or osName.Contains("Windows 10")',
            Level.WARNING,
        ),
    ]


def test_so_they_are_where_no_windows_is_asked_for_which_is_no_excuse(tmp_path: Path) -> None:
    lines = [
        "        Select Case True",
        '            Case osName.Contains("Lab"), Ready(1, 2)',
        f"                {_set('Tls12')}",
        "            Case Else",
        f"                {_set('Tls')}",
        "        End Select",
    ]
    ((line, condition, level),) = shown(tmp_path, "a.vb", VB.format("\n".join(lines)))
    assert (line, condition, level) == (9, 'unless osName.Contains("Lab") or Ready(1, 2)', Level.ERROR)


@pytest.mark.parametrize(("newest", "level"), [("Windows 11", Level.WARNING), ("Blue", Level.ERROR)])
def test_the_last_case_of_a_name_is_told_by_the_systems_before_it(newest: str, level: Level, tmp_path: Path) -> None:
    lines = [
        "        Select Case osName",
        f'            Case "{newest}"',
        f"                {_set('Tls12')}",
        "            Case Else",
        f"                {_set('Tls')}",
        "        End Select",
    ]
    ((line, condition, told),) = shown(tmp_path, "a.vb", VB.format("\n".join(lines)))
    wanted = f'unless osName is "{newest}"' if level is Level.WARNING else "when osName is something else"
    assert (line, condition, told) == (9, wanted, level)


def test_a_chain_of_ifs(tmp_path: Path) -> None:
    lines = [
        '        If osName.Contains("Windows 10") Then',
        f"            {_set('Tls12')}",
        '        ElseIf osName.Contains("Windows XP") Then',
        f"            {_set('Tls')}",
        "        Else",
        f"            {_set('Tls')}",
        "        End If",
    ]
    assert [(line, level) for line, _, level in shown(tmp_path, "a.vb", VB.format("\n".join(lines)))] == [
        (8, Level.WARNING),
        (10, Level.WARNING),
    ]


def test_what_is_older_on_new_systems_is_no_excuse(tmp_path: Path) -> None:
    lines = [
        '        If osName.Contains("Windows 10") Then',
        f"            {_set('Tls')}",
        "        Else",
        f"            {_set('Tls12')}",
        "        End If",
    ]
    assert [(line, level) for line, _, level in shown(tmp_path, "a.vb", VB.format("\n".join(lines)))] == [
        (6, Level.ERROR)
    ]


def test_sections_of_csharp(tmp_path: Path) -> None:
    lines = [
        "    switch (true) {",
        '      case true when osName.Contains("Windows 7"):',
        f"        {_set('Tls')}; break;",
        '      case bool _ when osName.Contains("Windows 10"):',
        f"        {_set('Tls12')}; break;",
        f"      default: {_set('Tls')}; break;",
        "    }",
    ]
    assert shown(tmp_path, "a.cs", CS.format("\n".join(lines))) == [
        (6, 'when osName.Contains("Windows 7")', Level.WARNING),
        (9, 'unless osName.Contains("Windows 7") or osName.Contains("Windows 10")', Level.WARNING),
    ]


def test_what_is_switched_on_is_no_condition_where_it_always_holds(tmp_path: Path) -> None:
    lines = ["    switch (true) {", f'      case true when osName.Contains("Lab"): {_set("Tls12")}; break;', "    }"]
    (found,) = scanned(tmp_path, {"a.cs": CS.format("\n".join(lines))}).findings
    assert worded(found.usage.condition) == 'when osName.Contains("Lab")'


def test_sections_of_csharp_on_a_name(tmp_path: Path) -> None:
    lines = [
        "    switch (osName) {",
        f'      case "Windows 10": {_set("Tls")}; break;',
        f'      case string s when s.StartsWith("Windows 11"): {_set("Tls12")}; break;',
        f"      default: {_set('Tls')}; break;",
        "    }",
    ]
    assert shown(tmp_path, "a.cs", CS.format("\n".join(lines))) == [
        (5, 'when osName is "Windows 10"', Level.ERROR),
        (7, 'unless osName is "Windows 10" or osName.StartsWith("Windows 11")', Level.WARNING),
    ]


def test_arms_of_a_switch_expression(tmp_path: Path) -> None:
    arms = 'osName switch { "Windows 10" => SecurityProtocolType.Tls12, _ => SecurityProtocolType.Tls }'
    code = CS.format(f"    ServicePointManager.SecurityProtocol = {arms};")
    assert shown(tmp_path, "a.cs", code) == [(4, 'unless osName is "Windows 10"', Level.WARNING)]


PS = "$os = (Get-CimInstance Win32_OperatingSystem).Caption\n{}\nInvoke-WebRequest https://example.org\n"


def _put(version: str) -> str:
    return f"[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::{version}"


def test_clauses_of_powershell(tmp_path: Path) -> None:
    lines = [
        "switch ($true) {",
        f"  ($os -like '*Windows 7*') {{ {_put('Tls')}; break }}",
        f"  ($os -like '*Windows 10*') {{ {_put('Tls12')}; break }}",
        f"  default {{ {_put('Tls')} }}",
        "}",
    ]
    assert shown(tmp_path, "a.ps1", PS.format("\n".join(lines))) == [
        (3, "when $os -like '*Windows 7*'", Level.WARNING),
        (5, "unless $os -like '*Windows 7*' or $os -like '*Windows 10*'", Level.WARNING),
    ]


def test_clauses_of_powershell_on_a_name(tmp_path: Path) -> None:
    lines = [
        "switch -Wildcard ($os) {",
        f"  '*Windows 10*' {{ {_put('Tls')} }}",
        f"  '*XP*' {{ {_put('Tls')} }}",
        f"  default {{ {_put('Tls')} }}",
        "}",
    ]
    assert shown(tmp_path, "a.ps1", PS.format("\n".join(lines))) == [
        (3, "when $os is '*Windows 10*'", Level.ERROR),
        (4, "when $os is '*XP*'", Level.WARNING),
        (5, "unless $os is '*Windows 10*'", Level.WARNING),
    ]


def test_an_arm_for_an_old_windows_beside_others(tmp_path: Path) -> None:
    code = f"if ($os -like '*Windows 7*') {{ {_put('Tls')} }} else {{ {_put('Tls12')} }}"
    assert shown(tmp_path, "a.ps1", PS.format(code)) == [(2, "when $os -like '*Windows 7*'", Level.WARNING)]
