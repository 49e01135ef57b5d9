"""What a program only tries of the settings of its whole process, and takes back before anything can use it."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

CALL = 'new WebClient().DownloadString("https://shop.example/");'
CS = """using System;
using System.Net;
class P {{
  static void Main() {{
    var old = ServicePointManager.SecurityProtocol;
    {tried}
    {between}
    {last}
    {call}
  }}
}}
"""
SET = "ServicePointManager.SecurityProtocol = SecurityProtocolType.{};"
BACK = "ServicePointManager.SecurityProtocol = old;"
TRIED = "try {{ {} }} catch (Exception) {{ bad = true; }}"
VB = """Imports System.Net
Module P
  Sub Main()
    Dim old As SecurityProtocolType = ServicePointManager.SecurityProtocol
    Dim bad As Boolean = False
    Try
      ServicePointManager.SecurityProtocol = SecurityProtocolType.Ssl3
    Catch e As Exception
      bad = True
    End Try
    If Environment.Version.Revision = 42000 Then
      bad = True
    Else
      Try
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls
      Catch e As Exception
        bad = True
      End Try
    End If
    {between}
    {last}
    Dim c As New WebClient()
    c.DownloadString("https://shop.example/")
  End Sub
End Module
"""


def lines(tmp_path: Path, name: str, code: str) -> list[int]:
    """The lines of settings that are told."""
    places = told(scanned(tmp_path, {name: code}))
    return sorted(int(place.partition(" ")[0].rpartition(":")[2]) for place in places)


@pytest.mark.parametrize(
    ("tried", "between", "last", "expected"),
    [
        (SET.format("Tls"), "", BACK, []),
        (TRIED.format(SET.format("Tls")), "", BACK, []),
        (TRIED.format(SET.format("Tls")), CALL, BACK, [6]),  # which connects with it
        (TRIED.format(SET.format("Tls")), "Fetch();", BACK, [6]),  # which may
        (TRIED.format(SET.format("Tls")), "", "", [6]),
        (TRIED.format(SET.format("Tls")), "", "if (bad) { " + BACK + " }", [6]),
        (TRIED.format(SET.format("Tls")), "", "ServicePointManager.SecurityProtocol = other;", [6, 8]),
        (TRIED.format(SET.format("Tls")), BACK, SET.format("Tls11"), [8]),
    ],
)
def test_what_is_put_back_before_it_is_used(
    tried: str, between: str, last: str, expected: list[int], tmp_path: Path
) -> None:
    code = CS.format(tried=tried, between=between, last=last, call=CALL)
    assert lines(tmp_path, "P.cs", code) == expected


@pytest.mark.parametrize(
    ("between", "last", "expected"),
    [
        ("", "ServicePointManager.SecurityProtocol = old", []),
        ("Fetch()", "ServicePointManager.SecurityProtocol = old", [7, 15]),
        ("", "", [7, 15]),
    ],
)
def test_the_same_in_vb(between: str, last: str, expected: list[int], tmp_path: Path) -> None:
    assert lines(tmp_path, "P.vb", VB.format(between=between, last=last)) == expected


def test_flags_of_an_enumeration_that_nobody_knows_are_not_known(tmp_path: Path) -> None:
    """The loop adds all of its own enumeration's members: what it started from is not all that is there."""
    loop = "foreach (Mine p in Enum.GetValues(typeof(Mine))) all |= (SecurityProtocolType)p;"
    code = CS.format(tried="SecurityProtocolType all = 0;", between=loop, last="", call="")
    code = code.replace(loop, loop + " ServicePointManager.SecurityProtocol = all;")
    project = (
        "<Project><PropertyGroup><OutputType>Exe</OutputType><TargetFrameworkVersion>v4.0</TargetFrameworkVersion>"
    )
    files = {"P.cs": code, "P.csproj": f"{project}</PropertyGroup></Project>"}
    found = told(scanned(tmp_path, files))
    assert [said.partition(" ")[0] for place, said in found.items() if place.startswith("P.cs:")] == ["unresolved"]


VB_LOOPS = """Imports System.Net
Module P
  Sub Main()
    Dim all As SecurityProtocolType = 0
    For Each p In Allowed()
      If (chosen And p) = p Then
        Try
          all = all Or p
        Catch e As Exception
        End Try
      End If
    Next
    If all = 0 Then
      For Each p In Allowed()
        Try
          all = all Or p
        Catch e As Exception
        End Try
      Next
      {inside}
    End If
    {outside}
  End Sub
End Module
"""
VB_SET = "ServicePointManager.SecurityProtocol = all"


@pytest.mark.parametrize(("inside", "outside"), [(VB_SET, ""), ("", VB_SET)])
def test_what_a_loop_adds_to_is_not_what_was_there_before(inside: str, outside: str, tmp_path: Path) -> None:
    project = (
        "<Project><PropertyGroup><OutputType>Exe</OutputType><TargetFrameworkVersion>v4.0</TargetFrameworkVersion>"
    )
    files = {
        "P.vb": VB_LOOPS.format(inside=inside, outside=outside),
        "P.vbproj": f"{project}</PropertyGroup></Project>",
    }
    found = told(scanned(tmp_path, files))
    assert [said.partition(" ")[0] for place, said in found.items() if place.startswith("P.vb:")] == ["unresolved"]
