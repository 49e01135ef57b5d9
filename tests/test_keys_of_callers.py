""".NET: the entry of a table under a key that a parameter holds, by its default or by what callers pass."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

CSHARP = """using System.Net;
using System.Collections.Generic;
class A {{
  static readonly Dictionary<string, SecurityProtocolType> Map = new() {{
    ["old"] = SecurityProtocolType.Tls, ["new"] = SecurityProtocolType.Tls12 }};
  void Go({taken}) {{
    ServicePointManager.SecurityProtocol = Map[{key}];
  }}
  void Use() {{ {use} }}
}}
"""
BASIC = """Imports System.Net
Imports System.Collections.Generic
Class A
  Shared ReadOnly Map As New Dictionary(Of String, SecurityProtocolType) From {{
    {{"old", SecurityProtocolType.Tls}}, {{"new", SecurityProtocolType.Tls12}}}}
  Sub Go({taken})
    ServicePointManager.SecurityProtocol = Map({key})
  End Sub
  Sub Use()
    {use}
  End Sub
End Class
"""
SHELL = """function Go {{
  param({taken})
  $map = @{{ old = 'Tls'; new = 'Tls12' }}
  [Net.ServicePointManager]::SecurityProtocol = $map[{key}]
}}
{use}
"""


def found(tmp_path: Path, name: str, text: str) -> set[str]:
    return {f"{place.partition(':')[2]}: {said}" for place, said in told(scanned(tmp_path, {name: text})).items()}


@pytest.mark.parametrize(
    ("taken", "key", "use", "expected"),
    [
        ('string n = "old"', "n", "", {"7 Map[n]: fails TLSv1.0"}),
        ('string n = "new"', "n", "", {"7 Map[n]: caps TLSv1.2"}),
        ('string n = "none"', "n", "", {"7 Map[n]: unresolved"}),
        ("string n", "n", 'Go("old");', {'9 "old": fails TLSv1.0'}),
        ("string n", "n", "Go(Read());", {"7 Map[n]: unresolved"}),
        ("bool b", 'b ? "old" : "new"', "", {'7 Map[b ? "old" : "new"]: fails TLSv1.0'}),
        ("string n", "Keys.Wanted", "", {"7 Map[Keys.Wanted]: unresolved"}),
        ("System.IO.TextReader r", "r.ReadLine()", "", {"7 Map[r.ReadLine()]: unresolved"}),
    ],
)
def test_csharp(taken: str, key: str, use: str, expected: set[str], tmp_path: Path) -> None:
    assert found(tmp_path, "a.cs", CSHARP.format(taken=taken, key=key, use=use)) == expected


@pytest.mark.parametrize(
    ("taken", "key", "use", "expected"),
    [
        ('Optional n As String = "old"', "n", "", {"7 Map(n): fails TLSv1.0"}),
        ("n As String", "n", 'Go("old")', {'10 "old": fails TLSv1.0'}),
        ("n As String", "n", "Go(Read())", {"7 Map(n): unresolved"}),
    ],
)
def test_basic(taken: str, key: str, use: str, expected: set[str], tmp_path: Path) -> None:
    assert found(tmp_path, "a.vb", BASIC.format(taken=taken, key=key, use=use)) == expected


@pytest.mark.parametrize(
    ("taken", "key", "use", "expected"),
    [
        ("$v = 'old'", "$v", "", {"4 $map[$v]: fails TLSv1.0"}),
        ("$v", "$v", "Go 'old'", {"6 'old': fails TLSv1.0"}),
        ("$v", "$v", "Go (Get-It)", {"4 $map[$v]: unresolved"}),
        ("$v", "$env:WANTED", "", {"4 $map[$env:WANTED]: unresolved"}),
    ],
)
def test_powershell(taken: str, key: str, use: str, expected: set[str], tmp_path: Path) -> None:
    assert found(tmp_path, "a.ps1", SHELL.format(taken=taken, key=key, use=use)) == expected
