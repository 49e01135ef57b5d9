"""The outline of code by its text: which method and which conditions a place stands in."""

import pytest

from tlsscan.asides import blanked, without_asides
from tlsscan.outline import Outline

CSHARP = b"""using System;
namespace N {
  public class A : B {
    int x = Get(1);
    public A(int a) : base(a) { for (int i = 0; i < 3; i++) { First(); } }
    static void Main(string[] args) {
      if (args.Length > 1) { Second(); } else Third("} { ;");
      try { Fourth(); } catch (Exception e) { Fifth(); }
      switch (a) { case 1: Sixth(); break; }
    }
    public static int Arrow(int a) => Seventh(a);
    public string Text { get { return Eighth(); } }
  }
}
"""
BASIC = b"""Public Module M
  Private Declare Function Foo Lib "x" ()
  Public Property Auto As String
  ReadOnly Property Full As String
    Get
      Return First()
    End Get
  End Property
  Sub Main()
    If a Then Second()
    If x Then
      Third()
    Else
      Fourth()
    End If
    Try
      Fifth()
    Catch ex As Exception
      Sixth()
    End Try
    Seventh() ' If nothing Then
  End Sub
End Module
"""


@pytest.mark.parametrize(
    ("code", "word", "method", "conditions"),
    [
        (CSHARP, b"Get(1)", "", []),
        (CSHARP, b"First()", "A", []),
        (CSHARP, b"Second()", "Main", [b"if (args.Length > 1)"]),
        (CSHARP, b"Third(", "Main", [b"else"]),
        (CSHARP, b"Fourth()", "Main", []),
        (CSHARP, b"Fifth()", "Main", [b"catch (Exception e)"]),
        (CSHARP, b"Sixth()", "Main", [b"case 1: Sixth()", b"switch (a)"]),
        (CSHARP, b"Seventh(", "Arrow", []),
        (CSHARP, b"Eighth()", "Text", []),
        (BASIC, b"First()", "Full", []),
        (BASIC, b"Second()", "Main", [b"If a"]),
        (BASIC, b"Third()", "Main", [b"If x Then"]),
        (BASIC, b"Fourth()", "Main", [b"Else"]),
        (BASIC, b"Fifth()", "Main", []),
        (BASIC, b"Sixth()", "Main", [b"Catch ex As Exception"]),
        (BASIC, b"Seventh()", "Main", []),
    ],
)
def test_where_a_place_stands(code: bytes, word: bytes, method: str, conditions: list[bytes]) -> None:
    outline = Outline(code, basic=code is BASIC)
    at = code.index(word)
    number = outline.method(at)
    assert (outline.blocks[number].name if number >= 0 else "") == method
    assert [b" ".join(block.header.split()) for block in outline.branches(at)] == conditions
    assert number < 0 or outline.owner(number) == ("A" if code is CSHARP else "M")
    assert len(outline.code) == len(code)


def test_code_in_the_holes_of_a_text_stays() -> None:
    code = b'var a = $"b {Get(c)} d"; var e = "{Get(f)}"; var g = $@"{h}";'
    left = blanked(code)
    assert left.split() == b"var a = Get(c) ; var e = ; var g = h ;".split()
    assert (len(left), left.index(b"Get")) == (len(code), code.index(b"Get"))
    assert without_asides(code).split() == b"var a = Get(c) ; var e = ; var g = h ;".split()


@pytest.mark.parametrize(
    "given",
    [
        b"ByVal s As Object, _\n    ByVal e As EventArgs",
        b"ByVal s As Object, _ \r\n    ByVal e As EventArgs",
        b"ByVal s As Object,\n    ByVal e As EventArgs",
        b"\n    ByVal s As Object",
    ],
)
def test_a_statement_of_basic_goes_on_behind_the_end_of_its_line(given: bytes) -> None:
    code = b"Class A\n  Private Sub F(" + given + b") Handles Me.Startup\n"
    code += b"    If a _\n      AndAlso b Then\n      First()\n    End If\n  End Sub\nEnd Class\n"
    outline = Outline(code, basic=True)
    number = outline.method(code.index(b"First"))
    assert outline.blocks[number].name == "F"
    assert outline.blocks[number].header.rstrip().endswith(b"Handles Me.Startup")
    conditions = [block.header.split() for block in outline.branches(code.index(b"First"))]
    assert conditions == [[b"If", b"a", b"AndAlso", b"b", b"Then"]]
    assert len(outline.code) == len(code)
