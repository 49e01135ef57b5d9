"""The VB.NET frontend: which sites it sees, under which names and with which values."""

import contextlib
import random
import time
from pathlib import Path

import pytest
from helpers import plain, sites

from tlsscan.frontends import frontend
from tlsscan.frontends.speaker import TooDeep
from tlsscan.model import Form, Site
from tlsscan.source import SourceFile
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Entry,
    Invocation,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    strip,
)
from tree_scans import scanned, told

OTHER = Name(("C.Other", "Other"))


def body(*lines: str) -> str:
    """A method whose first statement stands on line 3."""
    return "\n".join(["Class C", "Sub M(given As Integer)", *lines, "End Sub", "End Class", ""])


def one(code: str, anchor: str) -> Site:
    """The only site of an anchor."""
    (site,) = sites("vbnet", code, [anchor])
    return site


def value_of(expression: str, around: str = "") -> Value:
    """The value of an expression that is assigned to `Box.Slot`, without its trace."""
    code = f"Class C\n{around}\nSub M(given As Integer)\nBox.Slot = {expression}\nEnd Sub\nEnd Class\n"
    made: Value = plain(one(code, "Slot").arguments[0].value)
    return made


OLD = "Environment.Version.Major < 4"
A, B = Name(("E.A", "?.A")), Name(("E.B", "?.B"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("192", Number(192), id="decimal"),
        pytest.param("&HC0", Number(192), id="hexadecimal"),
        pytest.param("&hc0UI", Number(192), id="hexadecimal-with-suffix"),
        pytest.param("&O300", Number(192), id="octal"),
        pytest.param("&B1100_0000", Number(192), id="binary-with-separator"),
        pytest.param("3_072L", Number(3072), id="separator-and-suffix"),
        pytest.param("3072%", Number(3072), id="type-character"),
        pytest.param("1.5", Number(1.5), id="real"),
        pytest.param("TRUE", Bool(True), id="true"),
        pytest.param("Nothing", Null(), id="nothing"),
        pytest.param('"a""b"', Text('a"b'), id="doubled-quotes"),
        pytest.param('"x"c', Text("x"), id="character"),
        pytest.param('"a\nb"', Text("a\nb"), id="text-of-several-lines"),
        pytest.param('$"abc"', Text("abc"), id="interpolation-without-holes"),
        pytest.param('$"{f("b")}"', Unknown("a part of the text is made at run time"), id="interpolation"),
        pytest.param(
            '$"a{f("b")}"',
            Operation("join", (Text("a"), Unknown("a part of the text is made at run time"))),
            id="interpolation-that-begins-with-a-text",
        ),
        pytest.param(
            '"a" + Other + "b" + Other + "c"',
            Operation("join", (Text("a"), OTHER, Text("b"), OTHER, Text("c"))),
            id="concatenation-of-many-by-plus",
        ),
        pytest.param('"TLS" & "v1"', Text("TLSv1"), id="concatenation"),
        pytest.param('"TLS" + "v1"', Text("TLSv1"), id="concatenation-by-plus"),
        pytest.param("E.A Or E.B", Operation("|", (A, B)), id="or"),
        pytest.param("E.A And Not E.B", Operation("&", (A, Operation("~", (B,)))), id="and-not"),
        pytest.param("E.A Xor E.B", Operation("^", (A, B)), id="xor"),
        pytest.param("1 << 4", Operation("<<", (Number(1), Number(4))), id="shift"),
        pytest.param("E.A + 1 - 2", Operation("-", (Operation("+", (A, Number(1))), Number(2))), id="arithmetic"),
        pytest.param("1 Or 2 And 3", Operation("|", (Number(1), Operation("&", (Number(2), Number(3))))), id="binding"),
        pytest.param("-1", Operation("-", (Number(1),)), id="minus"),
        pytest.param("CType(192, Kind)", Number(192), id="ctype"),
        pytest.param("DirectCast(&HC00, N.Kind)", Number(3072), id="directcast"),
        pytest.param("TryCast(E.A, Kind)", A, id="trycast"),
        pytest.param("CInt((192))", Number(192), id="cint-of-parentheses"),
        pytest.param("1 Or _\n  2", Operation("|", (Number(1), Number(2))), id="continued-line"),
        pytest.param("1 Or ' why\n  2", Operation("|", (Number(1), Number(2))), id="continued-after-a-comment"),
        pytest.param("CType(\n  1,\n  Kind\n)", Number(1), id="continued-in-parentheses"),
        pytest.param("If(x, E.A, E.B)", Choice((Arm("x", False, A), Arm("not (x)", False, B))), id="if-operator"),
        pytest.param("IIf(x, E.A, E.B)", Choice((Arm("x", False, A), Arm("not (x)", False, B))), id="iif"),
        pytest.param(
            "If(E.A, E.B)",
            Choice((Arm("E.A IsNot Nothing", False, A), Arm("E.A Is Nothing", False, B))),
            id="coalescing-if",
        ),
        pytest.param(
            f"If({OLD}, E.A, E.B)",
            Choice((Arm(OLD, True, A), Arm(f"not ({OLD})", False, B))),
            id="if-on-the-runtime",
        ),
        pytest.param("{E.A, E.B}", Listing((A, B)), id="array-literal"),
        pytest.param("New Kind() {E.A}", Listing((A,)), id="array"),
        pytest.param("New List(Of Kind) From {E.A, E.B}", Listing((A, B)), id="list"),
        pytest.param("New HashSet(Of Kind)({E.A})", Listing((A,)), id="set-of-an-array"),
        pytest.param('New Dictionary(Of String, Kind) From {{"a", E.A}}', Mapping((Entry(Text("a"), A),)), id="table"),
        pytest.param("New Box(1, b:=E.A)", Invocation(("Box",), (Number(1),), (("b", A),)), id="constructor"),
        pytest.param('[Enum].Parse(GetType(Kind), "Tls12")', Name(("Kind.Tls12",)), id="enum-parse"),
        pytest.param(
            'CType([Enum].Parse(GetType(N.Kind), "A, 3"), Kind)',
            Operation("|", (Name(("N.Kind.A",)), Number(3))),
            id="enum-parse-of-several",
        ),
        pytest.param("[Enum].ToObject(GetType(Kind), 768)", Number(768), id="enum-to-object"),
        pytest.param('Integer.Parse("192")', Number(192), id="integer-parse"),
        pytest.param('Convert.ToInt32("C0", 16)', Number(192), id="convert-with-a-base"),
        pytest.param('" Tls ".Trim().ToLower()', Text("tls"), id="trim-and-lower"),
        pytest.param(
            'Environment.GetEnvironmentVariable("TLS")', Unknown("the setting TLS decides", "TLS"), id="environment"
        ),
        pytest.param(
            'ConfigurationManager.AppSettings("tls")', Unknown("the setting tls decides", "tls"), id="setting"
        ),
        pytest.param("My.Settings.Tls", Unknown("the setting Tls decides", "Tls"), id="own-setting"),
        pytest.param("given", Parameter("C.M", 0, "given"), id="parameter"),
        pytest.param("Global.N.Kind.A", Name(("N.Kind.A", "?.A")), id="global-prefix"),
        pytest.param("x = E.A", Unknown("the result of = is not followed"), id="comparison"),
        pytest.param("x Is E.A", Unknown("the result of is is not followed"), id="identity"),
        pytest.param("Function() E.A", Unknown("a lambda is not followed"), id="lambda"),
        pytest.param("From k In all Select k", Unknown("the result of a query"), id="query"),
        pytest.param("<a>text</a>", Unknown("an XML literal"), id="xml-literal"),
        pytest.param("Make(1)", Invocation(("C.Make", "Make"), (Number(1),)), id="unknown-call"),
    ],
)
def test_values(expression: str, expected: Value) -> None:
    assert value_of(expression) == expected


@pytest.mark.parametrize(
    ("imports", "expression", "names"),
    [
        pytest.param("Imports System.Net", "Kind.Tls", ("System.Net.Kind.Tls", "Kind.Tls", "?.Tls"), id="imports"),
        pytest.param("imports A.B, D", "Kind.Tls", ("A.B.Kind.Tls", "D.Kind.Tls", "Kind.Tls", "?.Tls"), id="several"),
        pytest.param("Imports K = System.Net.Kind", "K.Tls", ("System.Net.Kind.Tls",), id="alias-of-a-type"),
        pytest.param("Imports k = System.Net.Kind", "K.Tls", ("System.Net.Kind.Tls",), id="alias-in-another-case"),
        pytest.param("Imports N = System.Net", "N.Kind.Tls", ("System.Net.Kind.Tls",), id="alias-of-a-namespace"),
        pytest.param("Imports System.Net.Kind", "Tls", ("C.Tls", "System.Net.Kind.Tls", "Tls"), id="imported-type"),
        pytest.param("Imports System", "System.Net.Kind.Tls", ("System.Net.Kind.Tls",), id="fully-qualified"),
        pytest.param("", "Net.Kind.Tls", ("Net.Kind.Tls", "?.Tls"), id="imports-of-the-project"),
        pytest.param("' Imports System.Net", "Kind.Tls", ("Kind.Tls", "?.Tls"), id="imports-in-a-comment"),
        pytest.param("REM Imports System.Net", "Kind.Tls", ("Kind.Tls", "?.Tls"), id="imports-in-a-remark"),
    ],
)
def test_names_through_imports(imports: str, expression: str, names: tuple[str, ...]) -> None:
    site = one(f"{imports}\nClass C\nSub M()\nBox.Slot = {expression}\nEnd Sub\nEnd Class\n", "Slot")
    assert plain(site.arguments[0].value) == Name(names)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("Sub M(b As Box)\nb.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="parameter"),
        pytest.param("Sub M()\nDim b As Box = Make()\nb.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="typed-local"),
        pytest.param("Sub M()\nDim b = New Box\nB.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="inferred-local"),
        pytest.param("Sub M()\nDim a, b As New Box()\nb.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="as-new"),
        pytest.param("Sub M()\nDim b = CType(o, Box)\nb.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="of-a-cast"),
        pytest.param("Sub M()\nDirectCast(o, Box).Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="cast-receiver"),
        pytest.param("Private b As Box\nSub M()\nb.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="field"),
        pytest.param("Dim b As Box\nSub M()\nMe.b.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="field-through-me"),
        pytest.param("Property Box As Box\nSub M()\nBox.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="color-color"),
        pytest.param(
            "Private b As Box(Of Integer)\nSub M()\nb.Slot = 1\nEnd Sub", ("Box.Slot", "?.Slot"), id="generic"
        ),
        pytest.param(
            "Private t As Top\nSub M()\nt.Sub.Slot = 1\nEnd Sub", ("Top.Sub.Slot", "?.Slot"), id="of-a-member"
        ),
        pytest.param(
            "Function Make() As Box\nEnd Function\nSub M()\nDim b = Make()\nb.Slot = 1\nEnd Sub",
            ("Box.Slot", "?.Slot"),
            id="result",
        ),
        pytest.param("Sub M()\nFor Each b As Box In all\nb.Slot = 1\nNext\nEnd Sub", ("Box.Slot", "?.Slot"), id="each"),
        pytest.param("Sub M()\nUsing b As New Box\nb.Slot = 1\nEnd Using\nEnd Sub", ("Box.Slot", "?.Slot"), id="using"),
        pytest.param("Sub M(o As Box)\nWith o\n.Slot = 1\nEnd With\nEnd Sub", ("Box.Slot", "?.Slot"), id="with"),
        pytest.param(
            "Sub M(o As Top)\nWith o\nWith .Sub\n.Slot = 1\nEnd With\nEnd With\nEnd Sub",
            ("Top.Sub.Slot", "?.Slot"),
            id="with-inside-with",
        ),
        pytest.param("Sub M()\nMake().Slot = 1\nEnd Sub", ("?.Slot",), id="result-of-an-unknown-call"),
        pytest.param("Sub M()\nDim b = New Box With {.Slot = 1}\nEnd Sub", ("Box.Slot", "?.Slot"), id="initializer"),
        pytest.param(
            "Sub M()\nDim t = New Top With { ' why\n  .S = New Box With {\n    .Slot = 1\n  }\n}\nEnd Sub",
            ("Box.Slot", "?.Slot"),
            id="initializer-inside",
        ),
        pytest.param("Property Slot As Integer = 1", ("C.Slot",), id="property-initializer"),
        pytest.param("Private Shared Slot As Integer = 1", ("C.Slot",), id="field-initializer"),
        pytest.param(
            "Overrides ReadOnly Property Slot As Integer\nGet\nReturn 1\nEnd Get\nEnd Property",
            ("C.Slot", "?.Slot"),
            id="getter",
        ),
        pytest.param(
            "Protected Overrides Function Slot() As Integer\nReturn 1\nEnd Function",
            ("C.Slot", "?.Slot"),
            id="overriding-function",
        ),
        pytest.param("Sub New()\nSlot = 1\nEnd Sub", ("C.Slot", "?.Slot"), id="own-member"),
        pytest.param("Sub New()\nMe.Slot = 1\nEnd Sub", ("C.Slot", "?.Slot"), id="own-member-through-me"),
        pytest.param("Sub M()\nRun(Sub(x) b.Slot = 1)\nEnd Sub", ("b.Slot", "?.Slot"), id="lambda-of-one-line"),
        pytest.param("Sub M()\nRun(Sub(x)\nb.Slot = 1\nEnd Sub)\nEnd Sub", ("b.Slot", "?.Slot"), id="lambda-of-lines"),
        pytest.param("Sub M()\na = 1 : Box.Slot = 1 : a = 2\nEnd Sub", ("Box.Slot", "?.Slot"), id="between-colons"),
    ],
)
def test_assigned_member_names(code: str, names: tuple[str, ...]) -> None:
    site = one(f"Class C\n{code}\nEnd Class\n", "Slot")
    assert (site.form, site.names) == (Form.ASSIGN, names)
    assert plain(site.arguments[0].value) == Number(1)


def test_inherited_member_is_named_after_the_base() -> None:
    site = one("Imports N\nClass C\nInherits Box\nSub New()\nSlot = 1\nEnd Sub\nEnd Class\n", "Slot")
    assert site.names == ("N.Box.Slot", "Box.Slot", "C.Slot", "N.Slot", "?.Slot")


def test_namespace_and_nested_type_make_the_qualified_name() -> None:
    code = "Namespace A.B\nClass Outer\nClass Inner\nEnd Class\nSub M()\nInner.P = 1\nEnd Sub\nEnd Class\nEnd Namespace"
    assert one(code, "Inner.P").names == ("A.B.Outer.Inner.P",)


@pytest.mark.parametrize("operator", ["=", "+=", "-="])
def test_assignment_keeps_its_operator(operator: str) -> None:
    site = one(f"Imports System.Net\nModule C\nSub M()\nBox.Slot {operator} E.A\nEnd Sub\nEnd Module\n", "Slot")
    assert (site.form, site.operator, site.region.line, site.text) == (Form.ASSIGN, operator, 4, "Box.Slot")
    assert site.names == ("System.Net.Box.Slot", "Box.Slot", "?.Slot")


def test_a_property_that_refers_to_itself_keeps_its_name() -> None:
    site = one(body("Box.Slot = box.SLOT Or E.A"), "Slot")
    assert plain(site.arguments[0].value) == Operation("|", (Name(("box.SLOT", "?.SLOT")), A))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("If Box.Slot = E.A Then Stop", id="comparison"),
        pytest.param("If Box.Slot = E.A AndAlso x Then", id="comparison-of-a-block"),
        pytest.param("Dim same = Box.Slot = E.A", id="comparison-in-a-declaration"),
        pytest.param("Return Box.Slot = E.A", id="comparison-that-is-returned"),
        pytest.param("While Box.Slot = E.A\nEnd While", id="loop"),
        pytest.param("Do Until Box.Slot = E.A\nLoop", id="until"),
        pytest.param("Select Case Box.Slot\nCase E.A\nEnd Select", id="select"),
        pytest.param("' Box.Slot = E.A", id="comment"),
        pytest.param("''' <c>Box.Slot = E.A</c>", id="documentation"),
        pytest.param("REM Box.Slot = E.A", id="remark"),
        pytest.param("a = 1 : Rem Box.Slot = E.A", id="remark-after-a-statement"),
        pytest.param('Dim text = "Box.Slot = E.A"', id="text"),
        pytest.param('Dim text = "\nBox.Slot = E.A\n"', id="text-of-several-lines"),
        pytest.param("Dim Slot As Integer = 1\nSlot = 2", id="local-variable"),
        pytest.param("Run(Function(x) x.Slot = 1)", id="comparison-in-a-lambda"),
        pytest.param('#Region "Box.Slot = E.A"\n#End Region', id="directive"),
        pytest.param("Box.Slot &= E.A", id="text-appended"),
    ],
)
def test_these_set_nothing(code: str) -> None:
    assert [site for site in sites("vbnet", body(code), ["Slot"]) if site.form is Form.ASSIGN] == []


def test_attributes_and_members_of_enumerations_set_nothing() -> None:
    code = (
        "<Shape(Slot:=E.A)>\nEnum Kind\n  Slot = 192\nEnd Enum\nClass C\n<Shape(Slot:=E.A)> Dim P As Integer\nEnd Class"
    )
    assert sites("vbnet", code, ["Slot"]) == []


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("Sub M(w As Wire)\nw.Open(h, E.A, late:=True)\nEnd Sub", ("Wire.Open", "?.Open"), id="parameter"),
        pytest.param(
            "Private w As Wire\nSub M()\nw?.Open(h, E.A, Late:=True)\nEnd Sub", ("Wire.Open", "?.Open"), id="?"
        ),
        pytest.param("Sub M()\nx.y().Open(h, E.A, late:=True)\nEnd Sub", ("?.Open",), id="unknown-receiver"),
        pytest.param("Sub M()\nCall New Wire(1).Open(h, E.A, late:=True)\nEnd Sub", None, id="new-receiver"),
        pytest.param("Sub M()\nOpen(Of Integer)(h, E.A, late:=True)\nEnd Sub", ("C.Open", "Open"), id="own-generic"),
        pytest.param(
            "Async Sub M()\nAwait Wire.Open(h, E.A, late:=True)\nEnd Sub", ("Wire.Open", "?.Open"), id="await"
        ),
        pytest.param("Sub M()\nDim t = Wire.Open(h, E.A, late:=True)\nEnd Sub", ("Wire.Open", "?.Open"), id="declared"),
        pytest.param("Sub M(w As Wire)\nWith w\n.Open(h, E.A, late:=True)\nEnd With\nEnd Sub", None, id="with"),
        pytest.param("Sub M()\nIf a Then Wire.Open(h, E.A, late:=True)\nEnd Sub", None, id="one-line-if"),
    ],
)
def test_calls(code: str, names: tuple[str, ...] | None) -> None:
    site = one(f"Class C\n{code}\nEnd Class\n", "Open")
    assert (site.form, site.names) == (Form.CALL, names or ("Wire.Open", "?.Open"))
    given = [(argument.position, argument.name.lower(), plain(argument.value)) for argument in site.arguments]
    assert given == [(0, "", Name(("C.h", "h"))), (1, "", A), (None, "late", Bool(True))]


def test_arguments_left_away_keep_the_positions_of_the_others() -> None:
    site = one(body("w.Open(1, , E.A)"), "Open")
    assert [(argument.position, plain(argument.value)) for argument in site.arguments] == [(0, Number(1)), (2, A)]


@pytest.mark.parametrize(
    ("head", "body", "found"),
    [
        ("Class C", "", ["Wire"]),
        ("Class C", "Sub New()\nLate()\nEnd Sub", ["Wire"]),
        ("Class C", "Sub New()\nMyBase.New(E.A)\nEnd Sub", ["MyBase.New"]),
        ("Interface C", "", []),
    ],
)
def test_a_class_calls_the_constructor_of_the_one_that_it_is_made_from(head: str, body: str, found: list[str]) -> None:
    code = f"{head}\nInherits N.Wire\n{body}\nEnd {head.partition(' ')[0]}\n"
    made = [site for site in sites("vbnet", code, ["Wire"]) if site.form is Form.NEW]
    assert [site.text.rpartition("N.")[2] for site in made] == found
    assert all(site.names[0] == "N.Wire" for site in made)


def test_constructors_and_those_of_the_base() -> None:
    code = "Class C\nInherits Wire\nSub New()\nMyBase.New(host, E.A)\nDim w As New N.Wire(1, E.A)\nEnd Sub\nEnd Class"
    found = [site for site in sites("vbnet", code, ["Wire", "New"]) if site.form is Form.NEW]
    assert [(site.region.line, site.names, plain(site.arguments[1].value)) for site in found] == [
        (4, ("Wire",), A),
        (5, ("N.Wire",), A),
    ]


def test_parameter_defaults() -> None:
    site = one("Class C\nSub M(ByVal host As String, Optional ByVal slot As Kind = E.A)\nEnd Sub\nEnd Class", "slot")
    assert (site.form, site.names, plain(site.arguments[0].value)) == (Form.PARAMETER, ("slot",), A)


@pytest.mark.parametrize(
    ("code", "path", "owner"),
    [
        pytest.param('b("Slot") = 1', ("Slot",), ("Box",), id="default-property"),
        pytest.param('b.Item("Slot") = 1', ("Slot",), ("Box",), id="item"),
        pytest.param('b("a")("Slot") = 1', ("a", "Slot"), ("Box",), id="path"),
        pytest.param('Run({{"Slot", 1}})', ("Slot",), (), id="collection-initializer"),
        pytest.param("Run(New With {.Slot = 1})", ("Slot",), (), id="anonymous-object"),
    ],
)
def test_options(code: str, path: tuple[str, ...], owner: tuple[str, ...]) -> None:
    found = sites("vbnet", body("Dim b As Box", code), ["Slot"])
    (site,) = [site for site in found if site.form is Form.OPTION]
    assert (site.option, site.owner, plain(site.arguments[0].value)) == (path, owner, Number(1))


def test_reflected_property_is_assigned() -> None:
    direct = 'GetType(Box).GetProperty("Slot").SetValue(Nothing, E.A, Nothing)'
    kept = 'Dim prop = GetType(Box).GetProperty("Slot")\nprop.SetValue(Nothing, E.A)'
    for code, line in ((direct, 3), (kept, 4)):
        found = [site for site in sites("vbnet", body(code), ["Slot", "prop"]) if site.form is Form.ASSIGN]
        assert [(site.names, site.region.line, plain(site.arguments[0].value)) for site in found] == [
            (("Box.Slot",), line, A)
        ]


# -- names and their values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("around", "lines", "expected"),
    [
        pytest.param("Const K As Integer = 192", ["Box.Slot = K"], Number(192), id="constant-of-the-class"),
        pytest.param("Const K = 192", ["Box.Slot = c.k"], Number(192), id="qualified-in-another-case"),
        pytest.param("Private Shared ReadOnly K As Kind = CType(192, Kind)", ["Box.Slot = K"], Number(192), id="field"),
        pytest.param("Const K = 1", ["Const K = 2", "Box.Slot = K"], Number(2), id="shadowing"),
        pytest.param("", ["Dim k = 1", "k = 2", "Box.Slot = k"], Number(2), id="the-last-assignment"),
        pytest.param("", ["Dim k = 1", "Box.Slot = k", "k = 2"], Number(1), id="not-a-later-one"),
        pytest.param(
            "",
            ["Dim k = 1", "k = k Or 2", "Box.Slot = k"],
            Operation("|", (Number(1), Number(2))),
            id="what-it-was-before",
        ),
        pytest.param(
            "", ["Dim k = 1", "k += 2", "Box.Slot = k"], Operation("+", (Number(1), Number(2))), id="compound"
        ),
        pytest.param(
            "",
            ["Dim k = 1", "If x Then", "k = 2", "End If", "Box.Slot = k"],
            Choice((Arm("x", False, Number(2)), Arm("", False, Number(1)))),
            id="branch",
        ),
        pytest.param(
            "",
            ["Dim k As Integer", "If x Then", "k = 1", "Else", "k = 2", "End If", "Box.Slot = k"],
            Choice((Arm("not (x)", False, Number(2)), Arm("x", False, Number(1)))),
            id="both-branches",
        ),
        pytest.param(
            "",
            ["Dim k = 1", "If x Then k = 2", "Box.Slot = k"],
            Choice((Arm("x", False, Number(2)), Arm("", False, Number(1)))),
            id="one-line-branch",
        ),
        pytest.param(
            "",
            ["For Each k In {E.A, E.B}", "Box.Slot = k", "Next"],
            Operation("each", (A, B)),
            id="loop",
        ),
        pytest.param(
            "",
            ["For Each k As Kind In [Enum].GetValues(GetType(E))", "Box.Slot = k", "Next"],
            Operation("members", (Name(("E",)),)),
            id="loop-over-an-enumeration",
        ),
        pytest.param(
            "",
            ["Dim k As E", 'If [Enum].TryParse("A", k) Then', "Box.Slot = k", "End If"],
            Name(("E.A",)),
            id="try-parse",
        ),
        pytest.param(
            "",
            ["Dim k As E", '[Enum].TryParse("a", True, k)', "Box.Slot = k"],
            Name(("E.A", "E.a")),
            id="try-parse-any-case",
        ),
        pytest.param("", ['Box.Slot = CInt("192")'], Number(192), id="text-that-becomes-a-number"),
        pytest.param(
            "ReadOnly Property K As Kind\nGet\nReturn E.A\nEnd Get\nEnd Property", ["Box.Slot = Me.K"], A, id="getter"
        ),
        pytest.param(
            "Property K As Kind\nFunction F() As Kind\nReturn E.A\nEnd Function",
            ["Box.Slot = K"],
            Unknown("K is set elsewhere"),
            id="property-without-a-getter",
        ),
        *(
            pytest.param(
                f"{held}\nSub Up()\nIf x Then\nk = E.A\nElse\nk = Nothing\nEnd If\nEnd Sub",
                [f"Box.Slot = {use}"],
                Choice((Arm("x", False, A),)),
                id=f"{use}-of-what-may-be-nothing",
            )
            for held, use in (("Dim k As E?", "k.Value"), ("Dim k As Nullable(Of E)", "Me.k.Value"))
        ),
        pytest.param("Dim k As E? = Nothing", ["Box.Slot = If(k, E.B)"], B, id="fallback-of-nothing"),
        pytest.param("", ["For k = 1 To 3", "Box.Slot = k", "Next"], Unknown("k is not a constant"), id="counted"),
        pytest.param("Private k As Integer", ["Box.Slot = k"], Unknown("k is set elsewhere"), id="declared-only"),
        pytest.param("Const A1 = B1\nConst B1 = A1", ["Box.Slot = A1"], Unknown("A1 is defined by itself"), id="cycle"),
        pytest.param("Enum Own\n  Old = &HC0\nEnd Enum", ["Box.Slot = Own.Old"], Number(192), id="own-enumeration"),
    ],
)
def test_values_behind_names(around: str, lines: list[str], expected: Value) -> None:
    code = "\n".join(["Class C", around, "Sub M(x As Boolean)", *lines, "End Sub", "End Class"])
    assert plain(one(code, "Slot").arguments[0].value) == expected


def test_constant_of_a_module_of_the_file_with_its_trace() -> None:
    code = "Module Keep\n  Public Const Old As Integer = 192\nEnd Module\n" + body("Box.Slot = Old")
    value, steps = strip(one(code, "Slot").arguments[0].value)
    assert value == Number(192)
    assert [(step.region.line, step.text) for step in steps] == [(2, "Old As Integer = 192")]


def test_what_gets_a_value_becomes_an_anchor() -> None:
    (site,) = sites("vbnet", body("Dim old = E.Slot", "Box.P = old"), ["Slot", "zzz"]) or [None]
    assert site is None
    made = frontend("vbnet")
    data = body("Dim old = E.Slot", "Box.P = old").encode()
    start = data.index(b"Slot")
    found = made.sites(made.parse(SourceFile("a", data)), [(start, start + 4)], lambda draft: draft.names[0] == "Box.P")
    assert [site.region.line for site in found] == [4]


def defined(code: str, word: str) -> list[tuple[str, Value]]:
    """What a file defines under a word, for other files."""
    made = frontend("vbnet")
    unit = made.parse(SourceFile("K.vb", code.encode()))
    return [(definition.name, plain(definition.value)) for definition in made.definitions(unit, [word])]


def test_a_property_of_another_file_is_what_its_getter_returns() -> None:
    code = (
        "Public Module Keep\nPublic ReadOnly Property Old As Kind\nGet\nReturn E.A\nEnd Get\nEnd Property\nEnd Module"
    )
    assert frontend("vbnet").may_define(code.encode(), "Old")
    assert defined(code, "Old") == [("Keep.Old", A), ("Old", A)]


def test_definitions_for_other_files() -> None:
    code = "Namespace N\nClass Keep\nPublic Const K As Integer = 192\nSub M()\nDim k = 1\nEnd Sub\nEnd Class\n"
    assert defined(code, "K") == [("N.Keep.K", Number(192))]
    assert frontend("vbnet").may_define(code.encode(), "k")
    assert not frontend("vbnet").may_define(b"If K == 2 Then", "K")


def test_members_of_modules_are_defined_under_their_bare_names_too() -> None:
    code = "Public Module Keep\nPublic ReadOnly K As Integer = 192\nEnd Module\n"
    assert defined(code, "K") == [("Keep.K", Number(192)), ("K", Number(192))]


def test_an_own_function_gives_what_it_returns() -> None:
    around = "Function Old(x As Boolean) As Integer\nIf x Then Return 192\nReturn 768\nEnd Function"
    arms = (Arm("x", False, Number(192)), Arm("", False, Number(768)))
    assert value_of("Old(True)", around) == value_of("Me.old(True)", around) == Choice(arms)


@pytest.mark.parametrize(
    ("lines", "guard"),
    [
        pytest.param(["#If NET35 Then", "Box.Slot = 1", "#End If"], "NET35", id="directive"),
        pytest.param(["#If NET46 Then", "#Else", "Box.Slot = 1", "#End If"], "", id="other-arm-of-a-directive"),
        pytest.param(["#If NETCOREAPP Then", "#Else", "Box.Slot = 1", "#End If"], "not (NETCOREAPP)", id="newer"),
        pytest.param(
            ["If Environment.Version.Major < 4 Then", "Box.Slot = 1", "End If"],
            "Environment.Version.Major < 4",
            id="version",
        ),
        pytest.param(
            ["If Environment.Version.Major < 4 Then Box.Slot = 1"], "Environment.Version.Major < 4", id="one-line"
        ),
        pytest.param(
            ["Try", "x()", "Catch e As NotSupportedException", "Box.Slot = 1", "End Try"],
            "NotSupportedException is caught",
            id="catch",
        ),
        pytest.param(
            ["If Environment.OSVersion.Version.Major = 5 Then Box.Slot = 1"],
            "Environment.OSVersion.Version.Major = 5",
            id="old-windows",
        ),
        pytest.param(["If isWindowsXP Then Box.Slot = 1"], "isWindowsXP", id="old-windows-by-name"),
        pytest.param(["If Not IsXP() Then Box.Slot = 1"], "", id="no-old-windows"),
        pytest.param(["If strict Then", "Box.Slot = 1", "End If"], "", id="another-condition"),
    ],
)
def test_guards(lines: list[str], guard: str) -> None:
    assert one(body(*lines), "Slot").guard == guard


def test_both_arms_of_a_directive_are_sites() -> None:
    code = body("#If NET35 Then", "Box.Slot = 1", "#Else", "Box.Slot = 2", "#End If")
    found = sites("vbnet", code, ["Slot"])
    assert [(site.region.line, plain(site.arguments[0].value)) for site in found] == [(4, Number(1)), (6, Number(2))]


def test_targets_tell_objects_apart() -> None:
    code = "\n".join(
        [
            "Class C",
            "Private b As Box",
            "Sub M()",
            "Dim a As New Box With {.Slot = 1}",
            "a.Slot = 2",
            "b.Slot = 3",
            "End Sub",
            "Sub N(a As Box)",
            "a.Slot = 4",
            "With Me.b",
            ".Slot = 5",
            "End With",
            "End Sub",
            "End Class",
        ]
    )
    targets = {site.region.line: site.target for site in sites("vbnet", code, ["Slot"])}
    assert targets[4] == targets[5] != targets[9]
    assert targets[6] == targets[11] == "0:b"


def test_enclosing_blocks_and_columns() -> None:
    site = one("Class C\n  Property P As Integer\n    Get\n      If x Then\n      é.Slot = E.A\n", "Slot")
    assert (site.enclosing, site.region.line, site.region.column, site.region.end_column) == ("C.P", 5, 7, 19)
    assert len(site.blocks) == 4


# -- robustness -------------------------------------------------------------------------------------------------


def test_syntax_errors_nearby_do_not_hide_a_site() -> None:
    site = one(body("Dim = = ) foo", "Box.Slot = E.A", "If ] Then"), "Slot")
    assert (site.region.line, plain(site.arguments[0].value)) == (4, A)


def test_a_line_that_is_not_understood_is_told() -> None:
    made = frontend("vbnet")
    data = body("Box.Slot = ; ] 1", "Box.Slot = 1").encode()
    unit = made.parse(SourceFile("a", data))
    start = data.index(b"Box")
    assert unit.errors([(start, start + 3), (start + 4, start + 8)]) == [(start, start + len("Box.Slot = ; ] 1"))]
    after = data.rindex(b"Box")
    assert unit.errors([(after, after + 3)]) == []


@pytest.mark.parametrize(
    "code",
    [
        "Box.Slot = " + "(" * 100_000 + "1" + ")" * 100_000,
        "Box.Slot = " + "(" * 20_000 + "1" + ")" * 20_000,
        "Box.Slot = " + "1 Or " * 200_000 + "1",
        "Box.Slot = " + "1 Or Box.Slot Or " * 3_000 + "1",
        "Box.Slot = 1 : " * 66_000,
        "Box.Slot = a" + ".Slot(1)" * 6_000,
        "Box.Slot = " + "Not " * 12_000 + "1",
        "If a Then " * 5_000 + "Box.Slot = 1",
        "If Slot Then\n" * 50_000,
        "Box.Slot = 1 Or _\n" * 50_000,
        "Box.Slot = " + '"' * 999_999,
        '$"{"' * 200_000 + "Slot",
        "Sub(Slot" * 100_000,
        "#If Slot Then\n" * 50_000,
        "Slot = Slot\n" * 50_000 + "Box.Slot = Slot\n",
    ],
    ids=[
        "parentheses",
        "fewer-parentheses",
        "one-line-of-1-MB",
        "a-line-of-anchors",
        "statements-on-one-line",
        "calls",
        "negations",
        "one-line-branches",
        "blocks",
        "continued-lines",
        "quotes",
        "holes",
        "lambdas",
        "directives",
        "assignments",
    ],
)
def test_large_and_deep_files_take_linear_time(code: str) -> None:
    made = frontend("vbnet")
    data = code.encode()
    places = [(at, at + 4) for at in range(len(data) - 4) if data[at : at + 4] == b"Slot"]
    started = time.process_time()
    unit = made.parse(SourceFile("a", data))
    with contextlib.suppress(TooDeep):
        for site in list(made.sites(unit, places[:3000], lambda draft: True)):
            assert 0 <= site.region.start <= site.region.end <= len(data)
        unit.errors(places)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes_and_random_words_never_crash(seed: int) -> None:
    made, chance = frontend("vbnet"), random.Random(seed)
    words = " \n:()\"'{}.,=&#[]<_".join(
        ["Slot", "Sub", "End", "If", "Then", "Else", "With", "New", "Dim", "As", "Of", "$"]
    )
    for _ in range(60):
        noise = bytes(chance.randrange(256) for _ in range(200))
        text = "".join(chance.choice(words) for _ in range(300)).encode()
        data = noise + b" Slot " + text + b"\nBox.Slot = " + noise[:50]
        unit = made.parse(SourceFile("a", data))
        places = [(at, at + 4) for at in range(len(data) - 4) if data[at : at + 4] == b"Slot"]
        with contextlib.suppress(TooDeep):
            for site in made.sites(unit, places, lambda draft: True):
                assert 0 <= site.region.start <= site.region.end <= len(data)
            unit.errors(places)


def test_sources_of_an_old_code_page_are_read_as_they_are() -> None:
    data = 'Class Caf\xe9\nSub M()\nDim \xe9t\xe9 = "r\xe9sum\xe9" : Box.Slot = \xe9t\xe9\nEnd Sub\nEnd Class\n'.encode(
        "latin-1"
    )
    made = frontend("vbnet")
    unit = made.parse(SourceFile("a", data))
    start = data.index(b"Slot")
    (site,) = made.sites(unit, [(start, start + 4)], lambda draft: draft.form is Form.ASSIGN)
    assert (plain(site.arguments[0].value), site.enclosing) == (Text("r\xe9sum\xe9"), "Caf\xe9.M")
    assert (site.region.start, site.region.end) == (data.index(b"Box"), data.index(b"\nEnd Sub"))


def test_a_statement_on_the_line_of_its_case_stands_in_it() -> None:
    code = body('Select Case v\n    Case "a:b" : Box.Slot = E.A\n    Case E.B, E.C: Box.Slot = E.B\nEnd Select')
    found = [site for site in sites("vbnet", code, ["Slot"]) if site.form is Form.ASSIGN]
    assert [site.condition for site in found] == ['v is "a:b"', "v is E.B or E.C"]


FTP = "Imports System.Security.Authentication\nImports FluentFTP\n"
TLS = "System.Security.Authentication.SslProtocols.Tls"


@pytest.mark.parametrize(
    ("head", "member", "expected"),
    [
        ("Class A", f"Shared Property Protocols As SslProtocols = {TLS}", {}),
        ("Class A", f"Private Protocols As SslProtocols = {TLS}", {}),
        (
            "Class A",
            f"Property Protocols As SslProtocols\nFunction Other() As SslProtocols\nReturn {TLS}\nEnd Function",
            {},
        ),
        (
            "Class A",
            f"ReadOnly Property Protocols As SslProtocols\nGet\nReturn {TLS}\nEnd Get\nEnd Property",
            {},
        ),
        ("Class A\nInherits FtpProfile", f"Overrides Property Protocols As SslProtocols = {TLS}", {5: "fails TLSv1.0"}),
        (
            "Class A\nInherits FtpProfile",
            f"Overrides ReadOnly Property Protocols As SslProtocols\nGet\nReturn {TLS}\nEnd Get\nEnd Property",
            {7: "fails TLSv1.0"},
        ),
    ],
)
def test_a_member_is_of_its_class_or_of_a_base(
    head: str, member: str, expected: dict[int, str], tmp_path: Path
) -> None:
    report = told(scanned(tmp_path, {"a.vb": f"{FTP}{head}\n{member}\nEnd Class\n"}))
    assert {int(place.split(":")[1].split()[0]): said for place, said in report.items()} == expected


def test_what_has_no_body_gives_nothing_of_the_next_one(tmp_path: Path) -> None:
    code = (
        "Imports System.Net\nMustInherit Class A\n"
        "MustOverride Function Wanted() As SecurityProtocolType\n"
        "Function Other() As SecurityProtocolType\nReturn SecurityProtocolType.Tls\nEnd Function\n"
        "Sub Go()\nServicePointManager.SecurityProtocol = Wanted()\nEnd Sub\nEnd Class\n"
    )
    assert told(scanned(tmp_path, {"a.vb": code})) == {"a.vb:8 Wanted()": "unresolved"}


def test_the_condition_of_what_stands_for_nothing(tmp_path: Path) -> None:
    read = 'Environment.GetEnvironmentVariable("TLS")'
    code = (
        "Imports System\nImports System.Net\nClass A\nSub Go()\n"
        f'Dim v = If({read}, "Tls")\n'
        "ServicePointManager.SecurityProtocol = [Enum].Parse(GetType(SecurityProtocolType), v)\nEnd Sub\nEnd Class\n"
    )
    (finding,) = scanned(tmp_path, {"a.vb": code}).findings
    assert finding.usage.condition == f"{read} Is Nothing"
