"""VB.NET: what the branches around a use rule out is not held against callers."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

SETS = "h.SslProtocols = wanted"
CODE = """Imports System.Net.Http
Imports System.Security.Authentication
Public Class Client
  Public Sub Connect(h As HttpClientHandler, wanted As SslProtocols)
    {body}
  End Sub
End Class
Module Callers
  Sub All(c As Client, h As HttpClientHandler)
    c.Connect(h, SslProtocols.Ssl3)
    c.Connect(h, SslProtocols.Tls)
  End Sub
End Module
"""


def passed(tmp_path: Path, body: list[str]) -> list[str]:
    """The last words of the values that callers are told of."""
    found = told(scanned(tmp_path, {"C.vb": CODE.format(body="\n    ".join(body))}))
    return [place.rpartition(".")[2] for place in found if "SslProtocols." in place]


@pytest.mark.parametrize(
    "body",
    [
        ["If wanted <> SslProtocols.Ssl3 Then", SETS, "End If"],
        ["If SslProtocols.Ssl3 <> Wanted AndAlso Ready() Then", SETS, "End If"],
        ["If wanted = SslProtocols.Ssl3 Then Return", SETS],
        ["If wanted = SslProtocols.Ssl3 OrElse Closed() Then", "Log()", "Exit Sub", "End If", SETS],
        ["If wanted = SslProtocols.Ssl3 Then", "Throw New Exception()", "End If", "If Ready() Then", SETS, "End If"],
        ["If wanted = SslProtocols.Ssl3 Then wanted = SslProtocols.None", SETS],
        ["If wanted = SslProtocols.Ssl3 Then", "Log()", "Else", SETS, "End If"],
        ["If wanted = SslProtocols.Ssl3 Then", "Log()", "ElseIf Ready() Then", SETS, "End If"],
        ["Select Case wanted", "Case SslProtocols.Ssl2, SslProtocols.Ssl3", "Log()", "Case Else", SETS, "End Select"],
    ],
)
def test_a_value_that_is_ruled_out(body: list[str], tmp_path: Path) -> None:
    assert passed(tmp_path, body) == ["Tls"]


@pytest.mark.parametrize(
    "body",
    [
        ["If wanted <> SslProtocols.Ssl3 OrElse Ready() Then", SETS, "End If"],
        ["If wanted = SslProtocols.Ssl3 AndAlso Ready() Then Return", SETS],
        ["If wanted = SslProtocols.Ssl3 Then", "Log()", "End If", SETS],
        ["If wanted = SslProtocols.Ssl3 Then", "If Ready() Then", "Return", "End If", "End If", SETS],
        ["If other = SslProtocols.Ssl3 Then Return", SETS],
        ["Select Case wanted", "Case Is > SslProtocols.Ssl3", "Log()", "Case Else", SETS, "End Select"],
    ],
)
def test_a_value_that_may_still_come(body: list[str], tmp_path: Path) -> None:
    assert passed(tmp_path, body) == ["Ssl3", "Tls"]
