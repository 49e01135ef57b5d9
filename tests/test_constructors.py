"""What members of objects hold: initializers, constructors that call each other, methods; in C# and VB.NET."""

from pathlib import Path

import pytest

from tlsscan.frontends.constructors import Setting, Turn, turns
from tree_scans import scanned, told

HEAD = "using System.Net.Security;\nusing System.Security.Authentication;\n"
USE = '    public void Go(SslStream s) { s.AuthenticateAsClient("h", null, _p, false); }\n}\n'
VB_HEAD = "Imports System.Net.Security\nImports System.Security.Authentication\n"
VB_USE = '    Sub Go(s As SslStream)\n        s.AuthenticateAsClient("h", Nothing, _p, False)\n    End Sub\nEnd Class\n'


def test_an_initializer_counts_unless_every_constructor_sets_the_member() -> None:
    initial, one, other = Setting(initial=True), Setting(10, certain=True), Setting(20, certain=True)
    method = Setting()
    assert turns([one, initial, method], {10}) == [Turn(0), Turn(2, among=True)]
    assert turns([one, initial], {10, 20}) == [Turn(1), Turn(0, among=True)]
    assert turns([one, other, initial], {10, 20}) == [Turn(0, among=True), Turn(1, among=True)]
    assert turns([initial, method], set()) == [Turn(0), Turn(1, among=True)]
    assert turns([initial, Setting(10)], {10}) == [Turn(0), Turn(1)]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls;\n    public C() { _p = SslProtocols.Tls12; }\n",
            {6: "caps"},
            id="the constructor overwrites it",
        ),
        pytest.param(
            "    public C() { _p = SslProtocols.Tls12; }\n    private SslProtocols _p = SslProtocols.Tls;\n",
            {6: "caps"},
            id="declared below",
        ),
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls;\n"
            "    public C() { _p = SslProtocols.Tls12; }\n    public C(int x) { }\n",
            {7: "fails TLSv1.0"},
            id="one constructor leaves it",
        ),
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls12;\n"
            "    public C() { _p = SslProtocols.Tls; }\n    public C(int x) { _p = SslProtocols.None; }\n",
            {7: "fails TLSv1.0"},
            id="the first constructor is one of several",
        ),
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls;\n"
            "    public C(bool b) { if (b) { _p = SslProtocols.Tls12; } else { _p = SslProtocols.None; } }\n",
            {6: "caps"},
            id="both branches of the only constructor",
        ),
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls;\n"
            "    public SslProtocols P { get => _p; set => _p = value; }\n",
            {6: "fails TLSv1.0"},
            id="a setter that is an expression need not be called",
        ),
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls;\n    public C() => _p = SslProtocols.Tls12;\n",
            {6: "caps"},
            id="a constructor that is an expression is",
        ),
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls;\n    public C(Config c) { _p = c.Read(); }\n",
            {6: "unresolved"},
            id="unknown",
        ),
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls;\n"
            "    public C(SslProtocols p, bool x) { _p = p; }\n    public C(SslProtocols p) : this(p, false) { }\n"
            "    public C() : this(SslProtocols.Ssl3) { }\n",
            {7: "fails SSLv3"},
            id="constructors that call each other",
        ),
        pytest.param(
            "    private SslProtocols _p = SslProtocols.Tls;\n    public C(SslProtocols p) { _p = p; }\n"
            "    public C() { }\n    static C Make() => new C(SslProtocols.Tls11);\n",
            {7: "fails TLSv1.1", 8: "fails TLSv1.0"},
            id="a caller and the initializer",
        ),
        pytest.param(
            "    private static SslProtocols _p = SslProtocols.Tls;\n    static C() { _p = SslProtocols.Tls12; }\n"
            "    public C() { }\n",
            {7: "caps"},
            id="static constructor",
        ),
        pytest.param(
            "    private static SslProtocols _p = SslProtocols.Tls;\n    public C() { _p = SslProtocols.Tls12; }\n",
            {6: "fails TLSv1.0"},
            id="a static member outlives constructors",
        ),
    ],
)
def test_what_a_method_reads_of_its_object_in_csharp(members: str, expected: dict[int, str], tmp_path: Path) -> None:
    report = scanned(tmp_path, {"C.cs": f"{HEAD}class C {{\n{members}{USE}"})
    _agrees(told(report), expected)


def test_what_a_method_sets_itself_is_what_it_uses(tmp_path: Path) -> None:
    code = f"{HEAD}class C {{\n    private SslProtocols _p = SslProtocols.Tls;\n" + (
        "    void Go(SslStream s) {\n        _p = SslProtocols.Tls12;\n"
        '        s.AuthenticateAsClient("h", null, _p, false);\n'
        "    }\n    void Back() { _p = SslProtocols.Ssl3; }\n}\n"
    )
    _agrees(told(scanned(tmp_path, {"C.cs": code})), {7: "caps"})


def test_a_member_of_another_file_is_any_of_what_its_constructors_give(tmp_path: Path) -> None:
    code = (
        "namespace Shop;\nusing System.Security.Authentication;\npublic class Link {\n"
        "    private SslProtocols _p = SslProtocols.Default;\n"
        "    public Link(string h, SslProtocols p) { _p = p; }\n"
        "    public Link(string h) : this(h, SslProtocols.None) { }\n"
        "    public SslProtocols Protocol { get { return _p; } set { _p = value; } }\n}\n"
    )
    use = f"{HEAD}using Shop;\nclass Use {{\n    void Go(Link link, SslStream s) {{\n        {{}}\n"
    use += '        s.AuthenticateAsClient("h", null, link.Protocol, false);\n    }\n}\n'
    found = told(scanned(tmp_path / "fine", {"Link.cs": code, "Use.cs": use.replace("{}", 'new Link("h");')}))
    assert not {said for said in found.values() if said.startswith(("fails", "allows"))}, found
    old = use.replace("{}", 'new Link("h", SslProtocols.Tls);')
    found = told(scanned(tmp_path / "old", {"Link.cs": code, "Use.cs": old}))
    assert {place: said for place, said in found.items() if said.startswith("fails")} == {
        "Use.cs:6 SslProtocols.Tls": "fails TLSv1.0"
    }


def test_each_constructor_that_calls_another_has_callers_of_its_own(tmp_path: Path) -> None:
    code = f"{HEAD}class C {{\n    SslProtocols _p;\n    public C(SslProtocols p, int x, int y) {{ _p = p; }}\n" + (
        "    public C(SslProtocols p, int x) : this(p, x, 1) { }\n    public C(SslProtocols p) : this(p, 1, 2) { }\n"
    )
    made = "    C One() => new C(SslProtocols.Ssl3, 1);\n    C Two() => new C(SslProtocols.Tls);\n"
    _agrees(told(scanned(tmp_path, {"C.cs": code + made + USE})), {8: "fails SSLv3", 9: "fails TLSv1.0"})


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param(
            "    Private _p As SslProtocols = SslProtocols.Tls\n    Public Sub New()\n        _p = SslProtocols.Tls12\n"
            "    End Sub\n",
            {9: "caps"},
            id="the constructor overwrites it",
        ),
        pytest.param(
            "    Private _p As SslProtocols = SslProtocols.Tls\n    Public Sub New()\n        _p = SslProtocols.Tls12\n"
            "    End Sub\n    Public Sub New(x As Integer)\n    End Sub\n",
            {11: "fails TLSv1.0"},
            id="one constructor leaves it",
        ),
        pytest.param(
            "    Private _p As SslProtocols = SslProtocols.Tls\n    Public Sub New(p As SslProtocols)\n"
            "        Me._p = p\n"
            "    End Sub\n    Public Sub New()\n        Me.New(SslProtocols.Ssl3)\n    End Sub\n"
            "    Public Sub New(x As Integer, y As Integer)\n        MyClass.New(SslProtocols.Tls11)\n    End Sub\n",
            {9: "fails SSLv3", 12: "fails TLSv1.1"},
            id="constructors that call each other",
        ),
        pytest.param(
            "    Private Shared _p As SslProtocols = SslProtocols.Tls\n    Public Sub New()\n"
            "        _p = SslProtocols.Tls12\n    End Sub\n",
            {9: "fails TLSv1.0"},
            id="a shared member outlives constructors",
        ),
    ],
)
def test_what_a_method_reads_of_its_object_in_vbnet(members: str, expected: dict[int, str], tmp_path: Path) -> None:
    report = scanned(tmp_path, {"C.vb": f"{VB_HEAD}Class C\n{members}{VB_USE}"})
    _agrees(told(report), expected)


def _agrees(found: dict[str, str], expected: dict[int, str]) -> None:
    lines = {int(place.split(":")[1].split()[0]): said for place, said in found.items()}
    assert set(lines) == set(expected), found
    assert all(lines[line].startswith(said) for line, said in expected.items()), found


CLASSES = {
    "A.cs": "using System.Net;\nclass A {{\n  SecurityProtocolType p = SecurityProtocolType.Tls;\n{made}"
    "  void Init() {{ p = SecurityProtocolType.Tls12; }}\n"
    "  void Up(bool b) {{ {before} ServicePointManager.SecurityProtocol = p; }}\n}}\n",
    "A.vb": "Imports System.Net\nClass A\nPrivate p As SecurityProtocolType = SecurityProtocolType.Tls\n{made}"
    "Private Sub Init()\np = SecurityProtocolType.Tls12\nEnd Sub\nSub Up(b As Boolean)\n{before}\n"
    "ServicePointManager.SecurityProtocol = p\nEnd Sub\nEnd Class\n",
}


@pytest.mark.parametrize(
    ("name", "made", "before", "verdict"),
    [
        ("A.cs", "", "", "fails"),
        ("A.cs", "", "Init();", "caps"),
        ("A.cs", "", "this.Init();", "caps"),
        ("A.cs", "", "if (b) { Init(); }", "fails"),
        ("A.cs", "", "other.Init();", "fails"),
        ("A.cs", "  A() { Init(); }\n", "", "caps"),
        ("A.cs", "  A(bool b) { if (b) Init(); }\n", "", "fails"),
        ("A.cs", "  A() { Init(); }\n  A(bool b) { }\n", "", "fails"),
        ("A.vb", "", "", "fails"),
        ("A.vb", "", "Init()", "caps"),
        ("A.vb", "", "Call Me.Init", "caps"),
        ("A.vb", "", "If b Then Init()", "fails"),
        ("A.vb", "", "If b Then\nInit()\nEnd If", "fails"),
        ("A.vb", "Public Sub New()\nInit()\nEnd Sub\n", "", "caps"),
        ("A.vb", "Public Sub New()\nOther.Init()\nEnd Sub\n", "", "fails"),
    ],
)
def test_what_a_method_sets_that_is_called_in_any_case(
    name: str, made: str, before: str, verdict: str, tmp_path: Path
) -> None:
    (said,) = told(scanned(tmp_path, {name: CLASSES[name].format(made=made, before=before)})).values()
    assert said.partition(" ")[0] == verdict
