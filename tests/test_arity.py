"""How many arguments calls pass and methods take."""

import pytest

from tlsscan.arity import Arity, passed, taken
from tlsscan.asides import blanked


@pytest.mark.parametrize(
    ("header", "arity"),
    [
        ("public void F()", Arity(0, 0)),
        ("public void F(string a)", Arity(1, 1)),
        ("public void F(Dictionary<string, Tuple<int, int>> a, (int, int) b)", Arity(2, 2)),
        ("public void F(string a, int b = 2)", Arity(1, 2)),
        ("public void F(string a, params string[] b)", Arity(1, 1000)),
        ("public void F<A, B>(A a, B b)", Arity(2, 2)),
        ("[Old(1, 2)] public void F(string a)", Arity(1, 1)),
        ("public static void F(this string a)", None),
        ("public int F", None),
        ("Public Sub F(a As Dictionary(Of String, Integer), Optional b As String = Nothing)", Arity(1, 2)),
        ("Public Sub f(ByVal a As String, ParamArray b() As String)", Arity(1, 1000)),
    ],
)
def test_what_a_method_takes(header: str, arity: Arity | None) -> None:
    assert taken(header.encode(), "F") == arity


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("F()", 0),
        ("F( )", 0),
        ("F", 0),
        ("F { A = 1 }", 0),
        ('F("a, b")', 1),
        ("F(a, G(b, c), new[] { d, e })", 3),
        ("F(new Dictionary<string, List<int>>(), b)", 2),
        ("F<A, B>(a)", 1),
        ("F(x => { return x; }, b)", 2),
        ("F(a, b", None),
    ],
)
def test_what_a_call_passes(call: str, count: int | None) -> None:
    written = call.encode()
    assert passed(blanked(written, basic=False), written, 1) == count
