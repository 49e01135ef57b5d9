"""A setting of the whole process that .NET code writes several times: what replaces, what adds, what is one object."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

VB = """Imports System.Net
Module Start
  Sub Up()
    {body}
  End Sub
  Sub Add(one As SecurityProtocolType)
    Try
      ServicePointManager.SecurityProtocol = ServicePointManager.SecurityProtocol Or one
    Catch ex As NotSupportedException
    End Try
  End Sub
End Module
"""
CS = """using System.Net;
class Start {{
  void Up() {{
    {body}
  }}
  void Add(SecurityProtocolType one) {{
    try {{ ServicePointManager.SecurityProtocol |= one; }} catch (System.NotSupportedException) {{ }}
  }}
}}
"""
SET = "ServicePointManager.SecurityProtocol"


def found(tmp_path: Path, name: str, *body: str) -> dict[int, str]:
    """Verdict and versions by line of the body."""
    text = (VB if name.endswith(".vb") else CS).format(body="\n    ".join(body))
    return {
        int(place.partition(":")[2].partition(" ")[0]) - 3: said
        for place, said in told(scanned(tmp_path / name[2:], {name: text})).items()
        if said != "unresolved"  # what nobody passes
    }


def test_one_class_however_it_is_qualified(tmp_path: Path) -> None:
    body = [f"{SET} = SecurityProtocolType.Ssl3", f"System.Net.{SET} = SecurityProtocolType.Tls12", "Go()"]
    assert found(tmp_path, "A.vb", *body) == {2: "caps TLSv1.2"}
    assert found(tmp_path, "A.cs", *(f"{line};" for line in body)) == {2: "caps TLSv1.2"}


def test_what_is_assigned_anew_was_not_taken_away(tmp_path: Path) -> None:
    vb = f"{SET} = {SET} And Not SecurityProtocolType.Tls"
    assert found(tmp_path, "A.vb", vb, f"{SET} = SecurityProtocolType.Tls") == {2: "fails TLSv1.0"}
    cs = f"{SET} &= ~SecurityProtocolType.Tls;"
    both = f"{SET} = SecurityProtocolType.Tls | SecurityProtocolType.Tls12;"
    assert found(tmp_path, "A.cs", cs, both) == {2: "allows TLSv1.0 TLSv1.2"}


@pytest.mark.parametrize(("name", "end"), [("A.vb", ""), ("A.cs", ";")])
def test_what_calls_add_in_turn_is_one_setting(name: str, end: str, tmp_path: Path) -> None:
    calls = [f"Add(SecurityProtocolType.{version}){end}" for version in ("Tls", "Tls11", "Tls12")]
    assert found(tmp_path, name, *calls) == {1: "allows TLSv1.0 TLSv1.1 TLSv1.2", 2: "allows TLSv1.0 TLSv1.1 TLSv1.2"}
    apart = found(tmp_path, name, calls[0], f"Connect(){end}", f"Send(){end}", calls[2])
    assert apart == {1: "fails TLSv1.0", 4: "caps TLSv1.2"}
