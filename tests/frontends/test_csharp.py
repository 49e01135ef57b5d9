"""The C# frontend: which sites it sees, under which names and with which values."""

import contextlib
import time

import pytest
from helpers import plain, sites

from tlsscan.frontends import frontend
from tlsscan.frontends.speaker import TooDeep
from tlsscan.model import Form, Site
from tlsscan.source import SourceFile
from tlsscan.values import (
    Arm,
    Bool,
    Callee,
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


def body(*lines: str) -> str:
    """A method whose first statement stands on line 1."""
    return "class C { void M(int given) { " + "\n".join(lines) + "\n} }\n"


def one(code: str, anchor: str) -> Site:
    """The only site of an anchor."""
    (site,) = sites("csharp", code, [anchor])
    return site


def value_of(expression: str, around: str = "") -> Value:
    """The value of an expression that is assigned to `Box.Slot`, without its trace."""
    code = f"class C {{ {around} void M(int given) {{ Box.Slot = {expression}; }} }}"
    made: Value = plain(one(code, "Slot").arguments[0].value)
    return made


A, B = Name(("E.A",)), Name(("E.B",))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("192", Number(192), id="decimal"),
        pytest.param("0xC0", Number(192), id="hexadecimal"),
        pytest.param("0xC0uL", Number(192), id="hexadecimal-with-suffix"),
        pytest.param("0b1100_0000", Number(192), id="binary-with-separator"),
        pytest.param("3_072L", Number(3072), id="separator-and-suffix"),
        pytest.param("0192", Number(192), id="a-leading-zero-is-not-octal"),
        pytest.param("1.5", Number(1.5), id="real"),
        pytest.param("true", Bool(True), id="true"),
        pytest.param("null", Null(), id="null"),
        pytest.param("default(Kind)", Number(0), id="default-of-an-enum"),
        pytest.param('"a\\u0042\\x43\\n"', Text("aBC\n"), id="escapes"),
        pytest.param('@"a\\b""c"', Text('a\\b"c'), id="verbatim-string"),
        pytest.param('"""a"b"""', Text('a"b'), id="raw-string"),
        pytest.param('"""\n    a\n     b\n    """', Text("a\n b"), id="raw-string-of-several-lines"),
        pytest.param('"x"u8', Text("x"), id="utf8-string"),
        pytest.param("'x'", Text("x"), id="character"),
        pytest.param('$"a{"b"}c"', Text("abc"), id="interpolation-of-a-constant"),
        pytest.param('$"{E.A}, {{1}}"', Operation("join", (A, Text(", {1}"))), id="interpolation"),
        pytest.param('$@"a""{1}"', Operation("join", (Text('a"'), Number(1))), id="verbatim-interpolation"),
        pytest.param('"TLS" + "v1"', Text("TLSv1"), id="concatenation"),
        pytest.param("E.A | E.B", Operation("|", (A, B)), id="or"),
        pytest.param("E.A & ~E.B", Operation("&", (A, Operation("~", (B,)))), id="and-not"),
        pytest.param("E.A ^ E.B", Operation("^", (A, B)), id="xor"),
        pytest.param("1 << 4", Operation("<<", (Number(1), Number(4))), id="shift"),
        pytest.param("E.A + 1 - 2", Operation("-", (Operation("+", (A, Number(1))), Number(2))), id="arithmetic"),
        pytest.param("-1", Operation("-", (Number(1),)), id="minus"),
        pytest.param("(Kind)192", Number(192), id="cast"),
        pytest.param("(System.Kind)(0xC0)", Number(192), id="cast-of-parentheses"),
        pytest.param("unchecked((Kind)(int)192)", Number(192), id="unchecked-cast-of-a-cast"),
        pytest.param("E.A as Kind?", A, id="as"),
        pytest.param("E.A!", A, id="null-forgiving"),
        pytest.param("x ? E.A : E.B", Choice((Arm("x", False, A), Arm("not (x)", False, B))), id="ternary"),
        pytest.param(
            "Environment.Version.Major < 4 ? E.A : E.B",
            Choice(
                (Arm("Environment.Version.Major < 4", True, A), Arm("not (Environment.Version.Major < 4)", False, B))
            ),
            id="ternary-on-the-runtime",
        ),
        pytest.param(
            "x.Y ?? E.B",
            Choice((Arm("x.Y is not null", False, Name(("x.Y",))), Arm("x.Y is null", False, B))),
            id="fallback",
        ),
        pytest.param("E.A ?? throw new X()", A, id="fallback-that-throws"),
        pytest.param("null ?? E.B", B, id="fallback-of-nothing"),
        pytest.param(
            'x switch { "1" => E.A, _ => E.B }',
            Choice((Arm('x is "1"', False, A), Arm("x is _", False, B))),
            id="switch-expression",
        ),
        pytest.param("new[] { E.A, E.B }", Listing((A, B)), id="implicit-array"),
        pytest.param("new Kind[] { E.A }", Listing((A,)), id="array"),
        pytest.param("new List<Kind> { E.A, E.B }", Listing((A, B)), id="list"),
        pytest.param("new HashSet<Kind>(new[] { E.A })", Listing((A,)), id="set-of-an-array"),
        pytest.param("[E.A, .. new[] { E.B }]", Listing((A, B)), id="collection-expression-with-spread"),
        pytest.param("(E.A, 2)", Listing((A, Number(2))), id="tuple"),
        pytest.param('new Dictionary<string, K> { { "a", E.A }, ["b"] = E.B }', None, id="dictionary"),
        pytest.param("new Box(1, b: E.A)", Invocation(("Box",), (Number(1),), (("b", A),)), id="constructor"),
        pytest.param('Enum.Parse(typeof(Kind), "Tls12")', Name(("Kind.Tls12",)), id="enum-parse"),
        pytest.param(
            '(Kind)Enum.Parse(typeof(N.Kind), "A, 3")',
            Operation("|", (Name(("N.Kind.A",)), Number(3))),
            id="enum-parse-of-several",
        ),
        pytest.param(
            'Enum.Parse<Kind>("TLS12", true)',
            Name(("Kind.Tls12", "Kind.TLS12")),
            id="enum-parse-without-regard-to-case",
        ),
        pytest.param('Enum.Parse<Kind>("Tls", ignoreCase: false)', Name(("Kind.Tls",)), id="enum-parse-named-argument"),
        pytest.param("Enum.ToObject(typeof(Kind), 768)", Number(768), id="enum-to-object"),
        pytest.param('int.Parse("192")', Number(192), id="int-parse"),
        pytest.param('Convert.ToInt32("C0", 16)', Number(192), id="convert-with-a-base"),
        pytest.param("\"a,b\".Split(',')", Listing((Text("a"), Text("b"))), id="split"),
        pytest.param('string.Join(",", "a", "b")', Text("a,b"), id="join"),
        pytest.param('string.Format("{0}.{1}", "a", 2)', Operation("join", (Text("a."), Number(2))), id="format"),
        pytest.param('" Tls ".Trim().ToLowerInvariant()', Text("tls"), id="trim-and-lower"),
        pytest.param('typeof(Kind).GetField("Tls")', Name(("Kind.Tls",)), id="reflected-field"),
        pytest.param(
            'Environment.GetEnvironmentVariable("TLS")',
            Unknown("the setting TLS decides", "TLS"),
            id="environment-variable",
        ),
        pytest.param(
            'config.GetValue("tls", E.A)',
            Choice(
                (Arm("tls is set", False, Unknown("the setting tls decides", "tls")), Arm("tls is not set", False, A))
            ),
            id="setting-with-a-default",
        ),
        pytest.param('settings["tls"]', Unknown("the setting tls decides", "tls"), id="indexed-setting"),
        pytest.param("given", Parameter("C.M", 0, "given"), id="parameter"),
        pytest.param("nameof(E.A)", Unknown("nameof gives a name, not a value"), id="nameof"),
        pytest.param("x == E.A", Unknown("the result of == is not followed"), id="comparison"),
        pytest.param("x is E.A", Unknown("is pattern expression is not followed"), id="pattern"),
        pytest.param("() => E.A", Unknown("lambda expression is not followed"), id="lambda"),
    ],
)
def test_values(expression: str, expected: Value | None) -> None:
    wanted = expected or Mapping((Entry(Text("a"), A), Entry(Text("b"), B)))
    assert value_of(expression) == wanted


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("held.Value", Choice((Arm("old", False, A),))),
        ("this.held.Value", Choice((Arm("old", False, A),))),
        ("(E) held", Choice((Arm("old", False, A),))),
        ("held ?? E.B", Choice((Arm("held is not null", False, Choice((Arm("old", False, A),))),
                                Arm("held is null", False, B)))),
        ("held", Choice((Arm("not (old)", False, Null()), Arm("old", False, A)))),
        ("(E?) held", Choice((Arm("not (old)", False, Null()), Arm("old", False, A)))),
    ],
)  # fmt: skip
@pytest.mark.parametrize("declared", ["E?", "Nullable<E>"])
def test_what_may_be_null_is_not_where_its_value_is_taken(declared: str, expression: str, expected: Value) -> None:
    setter = "if (old) { held = E.A; } else { held = null; }"
    around = f"{declared} held; bool old; public E? P {{ get {{ return held; }} set {{ {setter} }} }}"
    assert value_of(expression, around) == expected


@pytest.mark.parametrize(
    ("usings", "expression", "names"),
    [
        pytest.param("using System.Net;", "Kind.Tls", ("System.Net.Kind.Tls", "Kind.Tls"), id="using"),
        pytest.param("global using System.Net;", "Kind.Tls", ("System.Net.Kind.Tls", "Kind.Tls"), id="global-using"),
        pytest.param(
            "using System; using System.Net;",
            "Kind.Tls",
            ("System.Kind.Tls", "System.Net.Kind.Tls", "Kind.Tls"),
            id="one-line",
        ),
        pytest.param(
            "using System.Net;\nusing global::Other;",
            "Kind.Tls",
            ("System.Net.Kind.Tls", "Other.Kind.Tls", "Kind.Tls"),
            id="several-usings-in-order",
        ),
        pytest.param(
            "using static System.Net.Kind;", "Tls", ("System.Net.Kind.Tls", "C.Tls", "Tls"), id="using-static"
        ),
        pytest.param("using K = System.Net.Kind;", "K.Tls", ("System.Net.Kind.Tls",), id="alias-of-a-type"),
        pytest.param("using N = System.Net;", "N.Kind.Tls", ("System.Net.Kind.Tls",), id="alias-of-a-namespace"),
        pytest.param(
            "using System.Net;\nusing K = Kind;",
            "K.Tls",
            ("System.Net.Kind.Tls", "Kind.Tls"),
            id="alias-of-a-bare-name",
        ),
        pytest.param("using System;", "System.Net.Kind.Tls", ("System.Net.Kind.Tls",), id="fully-qualified"),
        pytest.param("", "global::System.Net.Kind.Tls", ("System.Net.Kind.Tls",), id="global-prefix"),
        pytest.param(
            "namespace Shop.Mail;", "Kind.Tls", ("Shop.Mail.Kind.Tls", "Shop.Kind.Tls", "Kind.Tls"), id="file-namespace"
        ),
        pytest.param("// using System.Net;", "Kind.Tls", ("Kind.Tls",), id="a-using-in-a-comment"),
    ],
)
def test_names_through_usings(usings: str, expression: str, names: tuple[str, ...]) -> None:
    site = one(f"{usings}\nclass C {{ void M() {{ Box.Slot = {expression}; }} }}", "Slot")
    assert plain(site.arguments[0].value) == Name(names)


def test_block_namespace_and_nested_type_make_the_qualified_name() -> None:
    code = "namespace A.B { class Outer { class Inner { public static int P; } void M() { Inner.P = 1; } } }"
    assert one(code, "Inner.P").names == ("A.B.Outer.Inner.P",)


@pytest.mark.parametrize("operator", ["=", "|=", "&=", "^=", "+=", "-="])
def test_static_property_assignment_keeps_its_operator(operator: str) -> None:
    site = one(f"using System.Net;\nclass C {{ void M() {{\n Box.Slot {operator} E.A; }} }}", "Slot")
    assert (site.form, site.operator, site.region.line) == (Form.ASSIGN, operator, 3)
    assert site.names == ("System.Net.Box.Slot", "Box.Slot", "?.Slot")


def test_a_property_that_refers_to_itself_keeps_its_name() -> None:
    site = one("using N;\nclass C { void M() { Box.Slot = Box.Slot | E.A; } }", "Slot")
    value = plain(site.arguments[0].value)
    assert value == Operation("|", (Name(("N.Box.Slot", "Box.Slot")), Name(("N.E.A", "E.A"))))


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("void M(Box b) { b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="parameter"),
        pytest.param("void M() { Box b = Make(); b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="typed-local"),
        pytest.param("void M() { var b = new Box(); b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="inferred-local"),
        pytest.param("void M() { var b = (Box)o; b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="local-of-a-cast"),
        pytest.param("void M() { (o as Box).Slot = 1; }", ("Box.Slot", "?.Slot"), id="cast-receiver"),
        pytest.param("Box b; void M() { b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="field"),
        pytest.param("Box b; void M() { this.b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="field-through-this"),
        pytest.param(
            "Box Box { get; } void M() { Box.Slot = 1; }", ("Box.Slot", "?.Slot"), id="property-named-as-its-type"
        ),
        pytest.param("Box? b; void M() { b!.Slot = 1; }", ("Box.Slot", "?.Slot"), id="nullable-field"),
        pytest.param("Box<int> b; void M() { b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="generic-field"),
        pytest.param("Top t; void M() { t.Sub.Slot = 1; }", ("Top.Sub.Slot", "?.Slot"), id="member-of-a-member"),
        pytest.param(
            "Box Make() => null; void M() { var b = Make(); b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="result"
        ),
        pytest.param("void M() { foreach (Box b in all) b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="foreach"),
        pytest.param("void M() { if (o is Box b) b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="pattern-variable"),
        pytest.param("void M() { Get(out Box b); b.Slot = 1; }", ("Box.Slot", "?.Slot"), id="out-variable"),
        pytest.param("void M() { Run(o => o.Slot = 1); }", ("Run().Slot", "?.Slot"), id="lambda-parameter"),
        pytest.param("void M() { a.Run(1, (o) => { o.Slot = 1; }); }", ("Run().Slot", "?.Slot"), id="lambda-with-body"),
        pytest.param("void M() { Run(o => { var p = new(); p.Slot = 1; }); }", ("?.Slot",), id="variable-in-a-lambda"),
        pytest.param(
            "void M() { Run((Box o) => { o.Slot = 1; }); }", ("Box.Slot", "?.Slot"), id="typed-lambda-parameter"
        ),
        pytest.param("void M() { Make().Slot = 1; }", ("?.Slot",), id="result-of-an-unknown-call"),
        pytest.param("void M(dynamic d) { d.Slot = 1; }", ("?.Slot",), id="dynamic"),
        pytest.param("void M() { new Box { Slot = 1 }; }", ("Box.Slot", "?.Slot"), id="initializer"),
        pytest.param("Box b = new() { Slot = 1 };", ("Box.Slot", "?.Slot"), id="target-typed-initializer"),
        pytest.param(
            "void M() { new Top { Sub = { Slot = 1 } }; }", ("Top.Sub.Slot", "?.Slot"), id="nested-initializer"
        ),
        pytest.param(
            "void M() { new Top { S = new Box { Slot = 1 } }; }", ("Box.Slot", "?.Slot"), id="initializer-inside"
        ),
        pytest.param(
            "Top t = new() { Sub = new() { Slot = 1 } };", ("Top.Sub.Slot", "?.Slot"), id="target-typed-twice"
        ),
        pytest.param("Box M() { return new() { Slot = 1 }; }", ("Box.Slot", "?.Slot"), id="target-typed-by-the-result"),
        pytest.param("Box b; void M() { b = b with { Slot = 1 }; }", ("Box.Slot", "?.Slot"), id="with"),
        pytest.param("int Slot { get; set; } = 1;", ("C.Slot",), id="property-initializer"),
        pytest.param("override int Slot => 1;", ("?.Slot",), id="expression-bodied-property"),
        pytest.param("override int Slot { get { return 1; } }", ("?.Slot",), id="getter"),
        pytest.param("override int Slot() { return 1; }", ("?.Slot",), id="overriding-method"),
        pytest.param("static int Slot = 1;", ("C.Slot",), id="field-initializer"),
        pytest.param("C() { Slot = 1; }", ("C.Slot", "?.Slot"), id="own-member"),
        pytest.param("C() { this.Slot = 1; }", ("C.Slot", "?.Slot"), id="own-member-through-this"),
    ],
)
def test_assigned_member_names(code: str, names: tuple[str, ...]) -> None:
    site = one(f"class C {{ {code} }}", "Slot")
    assert (site.form, site.names) == (Form.ASSIGN, names)
    assert plain(site.arguments[0].value) == Number(1)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("void M() { Wire w = new(E.A); }", id="local"),
        pytest.param("void M() { using Wire w = new(E.A); }", id="local-of-a-using"),
        pytest.param("void M() { using (Wire w = new(E.A)) { } }", id="using"),
        pytest.param("Wire w = new(E.A) { Late = true };", id="field"),
        pytest.param("static readonly Net.Wire w = new(E.A);", id="field-of-a-qualified-type"),
        pytest.param("Wire? w; C() { w = new(E.A); }", id="field-that-a-constructor-sets"),
        pytest.param("Wire w { get; set; } void M() { w ??= new(E.A); }", id="property-that-is-set-once"),
        pytest.param("Wire w { get; } = new(E.A);", id="property"),
        pytest.param("Wire w => new(E.A);", id="getter"),
        pytest.param("Wire Make() => new(E.A);", id="method"),
    ],
)
def test_a_new_without_a_type_is_found_by_the_type_that_it_takes(code: str) -> None:
    site = one(f"class C {{ {code} }}", "Wire")
    assert (site.form, site.names[-1].rpartition(".")[2]) == (Form.NEW, "Wire")
    assert [plain(argument.value) for argument in site.arguments] == [A]


@pytest.mark.parametrize(
    ("code", "at"),
    [
        pytest.param("class A : Wire { }", "Wire", id="no-constructor"),
        pytest.param("class A : Wire, IOther { A() { Late(); } }", "Wire", id="constructor-without-a-word-of-it"),
        pytest.param("class A : Net.Wire { }", "Net.Wire", id="qualified"),
        pytest.param("class A : Wire { A() : base(E.A) { } }", ": base(E.A)", id="said-by-base"),
    ],
)
def test_a_class_calls_the_constructor_of_the_one_that_it_is_made_from(code: str, at: str) -> None:
    (site,) = [site for site in sites("csharp", code, ["Wire"]) if site.form is Form.NEW]
    assert site.names[-1].rpartition(".")[2] == "Wire"
    assert code.encode()[site.region.start : site.region.end].decode() == at


@pytest.mark.parametrize(
    "code", ["interface A : Wire { }", "class A : Other, Wire { }", "class A<T> where T : Wire { }"]
)
def test_what_only_names_a_type_in_its_head_makes_none(code: str) -> None:
    assert [site for site in sites("csharp", code, ["Wire"]) if site.form is Form.NEW] == []


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("void M() { Wire w; Other o; o = new(E.A); }", id="another-variable"),
        pytest.param("void M(Wire w) { Other o = new(E.A); }", id="parameter"),
        pytest.param("List<Wire> w = new(E.A);", id="list-of-them"),
        pytest.param("Func<Wire> w; C() { w = new(E.A); }", id="function-that-gives-one"),
        pytest.param("Wire w = Make(new(E.A));", id="argument-of-a-call"),
    ],
)
def test_a_new_without_a_type_is_none_of_a_type_beside_it(code: str) -> None:
    assert [site for site in sites("csharp", f"class C {{ {code} }}", ["Wire"]) if site.form is Form.NEW] == []


def test_inherited_member_is_named_after_the_base() -> None:
    site = one("using N;\nclass C : Box { C() { Slot = 1; } }", "Slot")
    assert site.names == ("N.Box.Slot", "Box.Slot", "C.Slot", "?.Slot")


def test_static_using_names_a_bare_target() -> None:
    site = one("using static System.Net.Box;\nclass C { void M() { Slot |= 1; } }", "Slot")
    assert (site.names[0], site.operator) == ("System.Net.Box.Slot", "|=")


def test_local_variables_are_no_sites() -> None:
    assert sites("csharp", body("int Slot = 1; Slot = 2;"), ["Slot"]) == []


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("void M(Wire w) { w.Open(h, E.A, late: true); }", ("Wire.Open", "?.Open"), id="typed-parameter"),
        pytest.param("Wire _w; void M() { _w?.Open(h, E.A, late: true); }", ("Wire.Open", "?.Open"), id="conditional"),
        pytest.param("void M() { x.y().Open(h, E.A, late: true); }", ("?.Open",), id="unknown-receiver"),
        pytest.param("void M() { new Wire(1).Open(h, E.A, late: true); }", ("Wire.Open", "?.Open"), id="new-receiver"),
        pytest.param("void M() { Open<int>(h, E.A, late: true); }", ("C.Open", "Open"), id="own-generic-method"),
        pytest.param("async M() { await Wire.Open(h, E.A, late: true); }", ("Wire.Open", "?.Open"), id="await"),
    ],
)
def test_calls(code: str, names: tuple[str, ...]) -> None:
    site = one(f"class C {{ {code} }}", "Open")
    assert (site.form, site.names) == (Form.CALL, names)
    given = [(argument.position, argument.name, plain(argument.value)) for argument in site.arguments]
    assert given == [(0, "", Name(("C.h", "h"))), (1, "", A), (None, "late", Bool(True))]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("void M() { new Wire(1, E.A); }", ("N.Wire", "Wire"), id="new"),
        pytest.param("Wire w = new(1, E.A);", ("N.Wire", "Wire"), id="target-typed"),
        pytest.param("Wire w; C() { w = new(1, E.A); }", ("N.Wire", "Wire"), id="target-typed-by-assignment"),
        pytest.param("void M() { new N.Wire<int>(1, E.A); }", ("N.Wire",), id="qualified-generic"),
    ],
)
def test_constructors(code: str, names: tuple[str, ...]) -> None:
    found = sites("csharp", f"using N;\nclass C {{ {code} }}", ["Wire", "new("])
    (site,) = [site for site in found if site.form is Form.NEW]
    assert site.names == names
    assert [argument.position for argument in site.arguments] == [0, 1]
    assert plain(site.arguments[1].value) == Name(("N.E.A", "E.A"))


def test_base_constructor_call() -> None:
    (site,) = sites("csharp", "class C : Wire { C() : base(host, E.A) { } }", ["E.A", "Wire"])
    assert (site.form, site.names, plain(site.arguments[1].value)) == (Form.NEW, ("Wire",), A)


def test_reflected_property_is_assigned() -> None:
    direct = 'typeof(Box).GetProperty("Slot").SetValue(null, E.A, null);'
    kept = 'var prop = typeof(Box).GetProperty("Slot");\nprop.SetValue(null, E.A);'
    for code, line in ((direct, 1), (kept, 2)):
        found = [site for site in sites("csharp", body(code), ["Slot"]) if site.form is Form.ASSIGN]
        assert [(site.names, site.region.line, plain(site.arguments[0].value)) for site in found] == [
            (("Box.Slot",), line, A)
        ]


def test_options_of_dictionaries_anonymous_objects_and_subscripts() -> None:
    code = body(
        'Open(new Dictionary<string, int> { { "ssl", 1 }, ["tls"] = 2 });',
        "Open(new { ssl = 3 });",
        'cfg["a"]["tls"] = 4;',
    )
    found = sites("csharp", code, ["ssl", "tls"])
    assert [(site.form, site.option, site.region.line, plain(site.arguments[0].value)) for site in found] == [
        (Form.OPTION, ("ssl",), 1, Number(1)),
        (Form.OPTION, ("tls",), 1, Number(2)),
        (Form.OPTION, ("ssl",), 2, Number(3)),
        (Form.OPTION, ("a", "tls"), 3, Number(4)),
    ]
    assert [site.owner for site in found[:3]] == [("C.Open", "Open")] * 3


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ('"a=1;Slot Kind = x, y;b=2"', [("Slot Kind", "x, y")]),
        ('"host:1,ssl=true,Slot=x|y"', [("Slot", "x|y")]),
        ('"redis://h?ssl=true&Slot=x"', [("Slot", "x")]),
        ('@"Slot=x"', [("Slot", "x")]),
        ('"Slot=x,y"', [("Slot", "x,y")]),
        ('"Slot=x,y=z"', [("Slot", "x")]),
        ('"a=1;Slot=\\"x, y\\";b=2"', [("Slot", "x, y")]),
        ('$"a={a};Slot=x;b={b}"', [("Slot", "x")]),
        ('"Slot="', []),
        ('"Slot is x"', []),
        ('"Slot = x"', []),
        ('"if (Slot=x)"', []),
    ],
)
def test_settings_in_texts(text: str, settings: list[tuple[str, str]]) -> None:
    found = [site for site in sites("csharp", body(f"Open({text});"), ["Slot"]) if site.form is Form.SETTING]
    assert [(site.names[0], site.arguments[0].value) for site in found] == [(k, Text(v)) for k, v in settings]


def test_parameter_defaults() -> None:
    code = "class C { void M(int a, Kind kind = E.A) { } }\nrecord R(Kind kind = E.B);"
    found = sites("csharp", code, ["kind"])
    assert [(site.form, site.names, site.region.line) for site in found] == [
        (Form.PARAMETER, ("kind",), 1),
        (Form.PARAMETER, ("kind",), 2),
    ]
    assert [plain(site.arguments[0].value) for site in found] == [A, B]


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        pytest.param("const int K = 192;", Number(192), id="const"),
        pytest.param("static readonly Kind K = (Kind)0xC0;", Number(192), id="static-readonly"),
        pytest.param("Kind K => E.A;", A, id="expression-bodied-property"),
        pytest.param("Kind K { get; } = E.A;", A, id="property-initializer"),
        pytest.param("Kind K { get { return E.A; } }", A, id="getter"),
        pytest.param("Kind K { get => E.A; set { } }", A, id="expression-bodied-getter"),
        pytest.param("Kind K; C() { K = E.A; }", A, id="constructor"),
        pytest.param(
            "const int J = 1, K = J | 2;", Operation("|", (Number(1), Number(2))), id="constant-of-a-constant"
        ),
        pytest.param("Kind K { get; set; }", Unknown("K is set elsewhere"), id="property-without-a-value"),
        pytest.param("const int K = L; const int L = K;", Unknown("K is defined by itself"), id="cycle"),
    ],
)
def test_members_of_the_class_by_bare_name(around: str, expected: Value) -> None:
    assert value_of("K", around) == expected


@pytest.mark.parametrize(
    ("expression", "around", "expected"),
    [
        pytest.param(
            "Keep.K", "static class Keep { public const int K = 192; }", Number(192), id="constant-of-a-class"
        ),
        pytest.param("C.K", "const int K = 192;", Number(192), id="constant-of-the-own-class"),
        pytest.param("this.K", "int K = 192;", Number(192), id="this"),
        pytest.param("Old.Tls10", "enum Old { Tls10 = 0x300, Other }", Number(768), id="enum-member"),
        pytest.param("(int)Old.Other", "enum Old { Tls10 = 0x300, Other }", None, id="enum-member-without-a-value"),
        pytest.param("Get()", "Kind Get() => E.A;", A, id="expression-bodied-method"),
        pytest.param("C.Get()", "static Kind Get() { return E.A; }", A, id="static-method"),
        pytest.param(
            "Get()",
            "Kind Get() { if (old) { return E.A; } return E.B; }",
            Choice((Arm("old", False, A), Arm("", False, B))),
            id="method-with-two-returns",
        ),
        pytest.param("Get()", "Kind Get() => Get();", Unknown("Get is not followed"), id="method-that-calls-itself"),
        pytest.param('Map["b"]', 'Dictionary<string, Kind> Map = new() { ["a"] = E.A, ["b"] = E.B };', B, id="table"),
        pytest.param("All[1]", "Kind[] All = { E.A, E.B };", B, id="array-item"),
        pytest.param("Kind.Tls", "Kind Kind { get; } = E.A;", Name(("Kind.Tls",)), id="color-color"),
    ],
)
def test_members_and_methods_of_the_file(expression: str, around: str, expected: Value | None) -> None:
    assert value_of(expression, around) == (expected or Unknown("Other is not a constant"))


def arms(value: Value) -> list[Value]:
    assert isinstance(value, Choice)
    return [arm.value for arm in value.arms]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("var k = E.A; Box.Slot = k;", [A], id="local"),
        pytest.param("var k = E.A; k = E.B; Box.Slot = k;", [B], id="the-last-assignment-counts"),
        pytest.param("var k = E.A; if (x) k = E.B; Box.Slot = k;", [B, A], id="conditional-assignment"),
        pytest.param("Kind k; if (x) k = E.A; else k = E.B; Box.Slot = k;", [B, A], id="both-branches"),
        pytest.param(
            "Kind k = E.A; switch (x) { case 1: k = E.B; break; } Box.Slot = k;", [B, A], id="switch-statement"
        ),
        pytest.param("foreach (var k in new[] { E.A, E.B }) Box.Slot = k;", [Operation("each", (A, B))], id="foreach"),
        pytest.param(
            "foreach (E k in Enum.GetValues(typeof(E))) Box.Slot = k;",
            [Operation("members", (Name(("E",)),))],
            id="foreach-member",
        ),
        pytest.param('if (Enum.TryParse("A", out E k)) Box.Slot = k;', [A], id="try-parse"),
        pytest.param('Enum.TryParse<E>("a", true, out var k); Box.Slot = k;', [Name(("E.A", "E.a"))], id="try-parse-t"),
        pytest.param('E k; Enum.TryParse("A", out k); Box.Slot = k;', [A], id="try-parse-into-a-variable"),
        pytest.param('int.TryParse("192", out var k); Box.Slot = (E)k;', [Number(192)], id="try-parse-of-a-number"),
        pytest.param("Get(out var k); Box.Slot = k;", [Unknown("a call sets it")], id="out-of-another-method"),
        pytest.param("var (j, k) = (E.A, E.B); Box.Slot = k;", [B], id="tuple"),
        pytest.param("Kind j, k; (j, k) = (E.A, E.B); Box.Slot = j;", [A], id="tuple-assignment"),
        pytest.param("{ var k = E.A; } { var k = E.B; Box.Slot = k; }", [B], id="blocks-side-by-side"),
        pytest.param("var k = E.A; k |= E.B; Box.Slot = k;", [Operation("|", (A, B))], id="compound-assignment"),
        pytest.param(
            "var k = E.A; foreach (var x in all) if (x.Ok) k |= x.Kind; Box.Slot = k;",
            [Operation("|", (A, Name(("?.Kind",))))],
            id="grown-in-a-loop",
        ),
        pytest.param("var k = E.A; Run(() => { Box.Slot = k; });", [A], id="captured"),
        pytest.param("var k = E.A; var j = k; Box.Slot = j;", [A], id="a-local-of-a-local"),
    ],
)
def test_local_values(code: str, expected: list[Value]) -> None:
    value = plain(one(body(code), "Slot").arguments[0].value)
    assert (arms(value) if isinstance(value, Choice) else [value]) == expected


@pytest.mark.parametrize(
    ("head", "found"),
    [("class C", 0), ("class C : Options", 1), ("class C : IOptions", 1)],
    ids=["own", "base", "interface"],
)
@pytest.mark.parametrize("body", ["{ get { return E.A; } }", "{ get => E.A; }", "=> E.A;"])
def test_a_getter_sets_something_only_where_others_may_ask_for_it(head: str, body: str, found: int) -> None:
    code = f"{head} {{ public Kind Slot {body} }}"
    assert len(sites("csharp", code, ["Slot"])) == found
    kept = f"{head} {{ public Kind Slot {{ get; set; }} = E.A; }}"
    assert len(sites("csharp", kept, ["Slot"])) == 1


def test_what_a_switch_returns_is_told_with_what_it_asks() -> None:
    code = (
        "static class U { static Kind To(V v) { switch (v) { case V.Old: case V.Older: return E.A; "
        "default: return E.B; } } void M() { Box.Slot = U.To(x); } }"
    )
    (found,) = sites("csharp", code, ["Slot"])
    value, _ = strip(found.arguments[0].value)
    assert isinstance(value, Choice)
    assert [arm.condition for arm in value.arms] == ["v is V.Old or V.Older", "v is something else"]


def test_a_case_is_told_with_what_is_switched_on() -> None:
    code = "Kind k; switch (x.Y) { case 1: k = E.A; break; default: k = E.B; break; } Box.Slot = k;"
    value = plain(one(body(code), "Slot").arguments[0].value)
    assert value == Choice((Arm("x.Y is something else", False, B), Arm("x.Y is 1", False, A)))


def test_a_local_hides_a_field_and_a_field_of_another_class_is_not_seen() -> None:
    code = "class C { int k = 1; void M() { int k = 2; Box.Slot = k; } }\nclass D { void M() { Box.Slot = k; } }"
    values = [plain(site.arguments[0].value) for site in sites("csharp", code, ["Slot"])]
    assert values == [Number(2), Name(("D.k", "k"))]


def test_a_member_of_a_base_class() -> None:
    here = "class B { protected const int K = 1; }\nclass C : B { void M() { Box.Slot = K; } }"
    assert plain(one(here, "Slot").arguments[0].value) == Number(1)
    elsewhere = "using N;\nnamespace Shop;\nclass C : B { void M() { Box.Slot = K; } }"
    names = ("N.B.K", "Shop.B.K", "B.K", "Shop.C.K", "K")
    assert plain(one(elsewhere, "Slot").arguments[0].value) == Name(names)


def test_a_field_that_a_method_changes_may_have_both_values() -> None:
    code = "class C { Kind k = E.A; void Set() { k = E.B; } void M() { Box.Slot = k; } }"
    assert plain(one(code, "Slot").arguments[0].value) == Choice((Arm("after C.Set", False, B), Arm("", False, A)))


def test_trace_leads_through_constants() -> None:
    code = "class C {\n  const int J = 192;\n  const int K = J;\n  void M() {\n    Box.Slot = (Kind)K;\n  }\n}"
    _, trace = strip(one(code, "Slot").arguments[0].value)
    assert [(step.region.line, step.text) for step in trace] == [(3, "K = J"), (2, "J = 192")]


def test_field_set_in_a_lambda_parameter_is_not_a_parameter_of_the_method() -> None:
    assert value_of("0", "") == Number(0)
    site = one(body("Run(p => { Box.Slot = p; });"), "Slot")
    assert plain(site.arguments[0].value) == Unknown("p is not a constant")


def test_preprocessor_arms_are_told_apart() -> None:
    code = body(
        "\n#if NET45", "Box.Slot = E.A;", "#elif OTHER", "Box.Slot = E.B;", "#else", "Box.Slot = 3;", "#endif\n"
    )
    found = sites("csharp", code, ["Slot"])
    assert [(site.region.line, plain(site.arguments[0].value), site.guard) for site in found] == [
        (3, A, "NET45"),
        (5, B, ""),
        (7, Number(3), ""),
    ]
    assert len({site.blocks for site in found}) == 3


@pytest.mark.parametrize("end", [";", ""], ids=["semicolon-in-the-arms", "semicolon-behind"])
@pytest.mark.parametrize("after", ["Next();", "x.Y = 3;", "var z = 1;", "return;", ""])
def test_preprocessor_inside_an_expression_gives_both_arms(end: str, after: str) -> None:
    lines = ["\nBox.Slot =", "#if NET45", f"E.A{end}", "#else", f"E.B{end}", "#endif", f"{'' if end else ';'} {after}"]
    value = plain(one(body(*lines), "Box.Slot").arguments[0].value)
    assert value == Choice((Arm("NET45", True, A), Arm("not (NET45)", False, B)))


def test_preprocessor_around_an_argument_and_an_initializer_entry() -> None:
    code = body("\nw.Open(h,\n#if X\nE.A,\n#else\nE.B,\n#endif\n1);", "new Box {\n#if X\nSlot = E.A,\n#endif\nB = 1 };")
    call, entry = sites("csharp", code, ["Open", "Slot"])
    assert plain(call.arguments[1].value) == Choice((Arm("X", False, A), Arm("not (X)", False, B)))
    assert (entry.names, plain(entry.arguments[0].value)) == (("Box.Slot", "?.Slot"), A)


@pytest.mark.parametrize(
    ("code", "operator"),
    [
        ("if (Box.Slot.HasFlag(E.A)) { Box.Slot ^= E.A; }", "&="),
        ("if ((Box.Slot & E.A) == E.A) Box.Slot ^= E.A;", "&="),
        ("if ((Box.Slot & E.A) != 0) Box.Slot ^= E.A;", "&="),
        ("if (!Box.Slot.HasFlag(E.A)) Box.Slot ^= E.A;", "|="),
        ("if ((Box.Slot & E.A) == 0) Box.Slot = Box.Slot ^ E.A;", "|="),
        ("if (Box.Slot.HasFlag(E.A)) { } else { Box.Slot ^= E.A; }", "^="),
        ("if (Box.Slot.HasFlag(E.B)) { Box.Slot ^= E.A; }", "^="),
        ("Box.Slot ^= E.A;", "^="),
    ],
)
def test_toggling_a_flag_takes_it_away_where_it_is_set_and_adds_it_where_it_is_not(code: str, operator: str) -> None:
    (site,) = [site for site in sites("csharp", body(code), ["Slot"]) if site.form is Form.ASSIGN]
    value = Operation("~", (A,)) if operator == "&=" else A
    assert (site.operator, plain(site.arguments[0].value)) == (operator, value)


@pytest.mark.parametrize(
    ("code", "guard"),
    [
        ("try { Box.Slot = E.B; } catch { Box.Slot = E.A; }", "an exception is caught"),
        ("try { Box.Slot = E.B; } catch (Exception e) { Box.Slot = E.A; }", "Exception is caught"),
        ("try { Go(); } catch (Exception e) { Box.Slot = E.A; }", ""),
        ("try { Go(); } catch { try { Box.Slot = E.A; } catch { } }", ""),
    ],
)
def test_what_a_catch_sets_once_more_is_for_an_older_runtime(code: str, guard: str) -> None:
    found = [site for site in sites("csharp", body(code), ["Slot"]) if plain(site.arguments[0].value) == A]
    assert [site.guard for site in found] == [guard]


@pytest.mark.parametrize(
    ("symbols", "guard"), [("!WINDOWS_PHONE && !NETFX_CORE", ""), ("NETFX_CORE", ""), ("NET35", "NET35")]
)
def test_a_symbol_of_another_kind_of_app_is_no_older_runtime(symbols: str, guard: str) -> None:
    (site,) = sites("csharp", body(f"\n#if {symbols}\nBox.Slot = E.A;\n#endif\n"), ["Slot"])
    assert site.guard == guard


EITHER = (Arm("OLD", False, A), Arm("not (OLD)", False, B))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param(
            ["try { Go(); }", "#if OLD", "catch (X) { }", "#endif", "catch (Y) { Box.Slot = E.A; }"],
            [(6, A)],
            id="catch-of-one-arm",
        ),
        pytest.param(
            ["Box.Slot =", "#if OLD", "E.A;", "Go();", "#else", "E.B;", "#endif"], [(2, Choice(EITHER))], id="two-ends"
        ),
        pytest.param(
            ["var x = new Box {", "#if OLD", "Slot = E.A,", "#else", "Slot = E.B,", "#endif", "};"],
            [(4, A), (6, B)],
            id="entries-of-an-initializer",
        ),
        pytest.param(
            ["Box.Slot = new[] {", "#if OLD", "E.A,", "#else", "E.B,", "#endif", "};"],
            [(2, Choice(tuple(arm._replace(value=Listing((arm.value,))) for arm in EITHER)))],
            id="items-of-a-list",
        ),
        pytest.param(
            ["Go(", "#if OLD", "1);", "#else", "2);", "#endif", "Box.Slot = E.A;"], [(8, A)], id="nothing-at-the-place"
        ),
    ],
)
def test_directives_that_cut_constructs_in_two(lines: list[str], found: list[tuple[int, Value]]) -> None:
    code = "\n".join(["class C { void M() {", *lines, "} }"])
    made = [(site.region.line, plain(site.arguments[0].value)) for site in sites("csharp", code, ["Slot"])]
    assert made == found
    unit = frontend("csharp").parse(SourceFile("C.cs", code.encode()))
    assert unit.errors([(code.index("Slot"), code.index("Slot") + 4)]) == []


@pytest.mark.parametrize(
    ("condition", "guard"),
    [
        ('Enum.TryParse("Tls12", out t)', True),
        ('Enum.TryParse<SecurityProtocolType>("Tls12", out var t)', True),
        ('Enum.TryParse(typeof(SecurityProtocolType), "Tls12", out var t)', True),
        ('Enum.TryParse(ConfigurationManager.AppSettings["Protocol"], out t)', False),
        ("Enum.TryParse<SecurityProtocolType>(chosen, out var t)", False),
    ],
)
def test_only_a_name_that_is_parsed_asks_for_the_runtime(condition: str, guard: bool) -> None:
    (site,) = sites("csharp", f"class C {{ void M() {{ if (!{condition}) {{ x.Slot = 1; }} }} }}", ["Slot"])
    assert bool(site.guard) is guard


@pytest.mark.parametrize(
    ("condition", "guard"),
    [
        ("Environment.OSVersion.Version.Major < 6", True),
        ("Environment.OSVersion.Version.Major == 5", True),
        ("Environment.OSVersion.Version.Major == 6 && Environment.OSVersion.Version.Minor == 1", True),
        ("Environment.OSVersion.Version.Major == 6 && Environment.OSVersion.Version.Minor >= 2", False),
        ("Environment.OSVersion.Version.Major > 5", False),
        ("Environment.OSVersion.Version.Major == 10", False),
        ("IsWindowsXP()", True),
        ("Platform.IsXP", True),
        ("!Platform.IsXP", False),
        ("Platform.IsVistaOrLater", False),
        ("Options.IsXPath", False),
        ("osVersion.Major < 6", True),
        ("NETFrameworkVersion.Get().Minor < 5", True),
        ("frameworkVersion >= 45", False),
        ("serverVersion.Major < 2", False),
        ("GizmosVersion.Major < 2", False),
    ],
)
def test_what_asks_for_an_old_windows_is_a_guard(condition: str, guard: bool) -> None:
    (site,) = sites("csharp", f"class C {{ void M() {{ if ({condition}) {{ x.Slot = 1; }} }} }}", ["Slot"])
    assert bool(site.guard) is guard


@pytest.mark.parametrize(
    ("kept", "condition", "guard"),
    [
        ("var v = Environment.OSVersion.Version;", "v.Major < 6", True),
        ("var v = Environment.OSVersion.Version;", "v.Major >= 6", False),
        ("Version v = Environment.Version;", "v < new Version(4, 5)", True),
        ("Version v = NETFrameworkVersion.Get();", "v.Minor < 5", True),
        ("Version v = Server.Version;", "v.Minor < 5", False),
        ("var v = Environment.OSVersion.Version; v = Server.Version;", "v.Major < 6", False),
    ],
)
def test_a_variable_that_keeps_the_version_of_the_runtime_is_asked_for_it(
    kept: str, condition: str, guard: bool
) -> None:
    (site,) = sites("csharp", f"class C {{ void M() {{ {kept} if ({condition}) {{ x.Slot = 1; }} }} }}", ["Slot"])
    assert bool(site.guard) is guard
    (site,) = sites("csharp", f"class C {{ void M() {{ {kept} x.Slot = {condition} ? 1 : 2; }} }}", ["Slot"])
    assert isinstance(value := site.arguments[0].value, Choice)
    assert [arm.guarded for arm in value.arms] == [guard, "Server" not in kept and not guard]


def test_catch_of_a_missing_feature_is_a_guard() -> None:
    code = body("try { Box.Slot = E.A; } catch (NotSupportedException) { Box.Slot = E.B; }")
    assert [site.guard for site in sites("csharp", code, ["Slot"])] == [
        "",
        "NotSupportedException is caught and A is refused",
    ]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("// Box.Slot = E.A;", id="line-comment"),
        pytest.param("/* Box.Slot = E.A; */", id="block-comment"),
        pytest.param("/// <see cref='Box.Slot'/>", id="documentation"),
        pytest.param('var s = "Box.Slot = E.A";', id="string"),
        pytest.param("if (Box.Slot == E.A) { }", id="comparison"),
        pytest.param("if (Box.Slot is E.A) { }", id="pattern"),
        pytest.param("switch (Box.Slot) { case E.A: break; }", id="switch"),
        pytest.param("var n = nameof(Box.Slot);", id="nameof"),
        pytest.param("var old = Box.Slot;", id="read"),
    ],
)
def test_mentions_are_no_sites(code: str) -> None:
    assert sites("csharp", body(code, ""), ["Slot"]) == []


def test_attributes_are_no_sites() -> None:
    assert sites("csharp", "class C { [Box(Slot = E.A)] [DefaultValue(E.A)] int P { get; set; } }", ["Slot"]) == []


def test_targets_tell_objects_apart() -> None:
    code = (
        "class C { Box _b;\nvoid M() { var b = new Box { Slot = 1 };\nb.Slot = 2;\nthis._b.Slot = 3; }\n"
        "void N() { _b.Slot = 4;\nvar b = Make(); b.Slot = 5; } }"
    )
    first, second, own, again, other = [site.target for site in sites("csharp", code, ["Slot"])]
    assert first == second
    assert own == again
    assert len({first, own, other}) == 3


def test_a_renamed_type_is_followed() -> None:
    code = "using Line = N.Wire;\nclass C { void M() { new Line(E.A); } }"
    found = [site for site in sites("csharp", code, ["Wire"]) if site.form is Form.NEW]
    assert [(site.names, site.region.line) for site in found] == [(("N.Wire",), 2)]


def test_a_constant_with_a_text_is_followed_to_its_uses() -> None:
    code = 'class C { const string Key = "the.switch"; void M() { Set("other");\nSet(Key); } }'
    found = sites("csharp", code, ["the.switch", "Set"])
    assert [(site.names[0], site.region.line) for site in found if site.region.line == 2] == [("C.Set", 2)]
    unit_sites = frontend("csharp").sites(
        frontend("csharp").parse(SourceFile("A.cs", code.encode())), [(code.index("the"), 0)], lambda draft: True
    )
    assert ("C.Set", 2) in [(site.names[0], site.region.line) for site in unit_sites]


@pytest.mark.parametrize(("more", "found"), [("", True), ("k = 1; " * 60, False)])
def test_a_name_of_one_letter_is_followed_where_it_stands_in_few_places(more: str, found: bool) -> None:
    code = f'class C {{ const string k = "the.switch"; void M(int k) {{ {more} }}\nvoid N() {{ Set(k); }} }}'
    unit = frontend("csharp").parse(SourceFile("A.cs", code.encode()))
    made = frontend("csharp").sites(unit, [(code.index("the"), 0)], lambda draft: True)
    assert (2 in [site.region.line for site in made if site.form is Form.CALL]) is found


def test_enclosing_names_the_member() -> None:
    code = (
        "class C { C() { Box.Slot = 1; }\nint P { set { Box.Slot = 2; } }\nvoid M() { void In() { Box.Slot = 3; } } }"
    )
    assert [site.enclosing for site in sites("csharp", code, ["Slot"])] == ["C", "C.P.set", "C.M.In"]


def test_top_level_statements() -> None:
    site = one("var k = E.A;\nBox.Slot = k;\n", "Slot")
    assert (site.region.line, plain(site.arguments[0].value)) == (2, A)


def test_definitions_for_other_files() -> None:
    made = frontend("csharp")
    unit = made.parse(SourceFile("K.cs", b"namespace N; static class Keep { public const int K = 192; }"))
    found = [(definition.name, definition.value) for definition in made.definitions(unit, ["K"])]
    assert found == [("N.Keep.K", Number(192))]


def test_a_property_of_another_file_is_what_its_getter_returns() -> None:
    code = b"static class Keep { public static E Old { get { return E.A; } } public static E Free { get; set; } }"
    made = frontend("csharp")
    assert made.may_define(code, "Old")
    unit = made.parse(SourceFile("K.cs", code))
    old, free = made.definitions(unit, ["Old", "Free"])
    assert (old.name, plain(old.value)) == ("Keep.Old", A)
    assert (free.name, free.value) == (
        "Keep.Free",
        Parameter("Keep.Free", 0, "Free", None, Callee("Keep.Free", "property", 0)),
    )  # what sets it decides


def test_a_long_chain_of_own_calls_ends() -> None:
    code = f"class C {{ C Next() => this; void M() {{ this{'.Next()' * 600}.Slot = 1; }} }}"
    assert one(code, "Slot").names[-1] == "?.Slot"


def test_syntax_errors_nearby_do_not_hide_a_site() -> None:
    site = one(body("int = = ;;) foo(;", "Box.Slot = E.A;", "var x = ] ;"), "Slot")
    assert (site.region.line, plain(site.arguments[0].value)) == (2, A)


@pytest.mark.parametrize(
    "value",
    [
        "(" * 100_000 + "E.A" + ")" * 100_000,
        "a." * 50_000 + "b",
        " | ".join(["E.A"] * 20_000),
        "!" * 50_000 + "b",
        "this" + ".M(1)" * 600,
    ],
    ids=["parentheses", "members", "flags", "negations", "calls"],
)
def test_deep_nesting_is_quick_and_unresolved(value: str) -> None:
    started = time.process_time()
    with contextlib.suppress(TooDeep):
        site = one(body(f"Box.Slot = {value};"), "Box.Slot")
        assert isinstance(plain(site.arguments[0].value), Unknown | Name | Operation | Invocation)
    assert time.process_time() - started < 10


def test_long_chain_of_constants_ends() -> None:
    chain = "".join(f"const int K{i} = K{i - 1};\n" for i in range(1, 60))
    assert value_of("K59", f"const int K0 = 192;\n{chain}") == Number(192)


def test_an_empty_text_by_its_name() -> None:
    (site,) = sites("csharp", "class A { void M() { Box.Slot = string.Empty; } }", ["Slot"])
    assert plain(site.arguments[0].value) == Text("")


def test_directives_in_what_a_declared_variable_is_at_first() -> None:
    lines = ["var p =", "#if OLD", "E.A |", "#endif", "E.B;", "Box.Slot = p;"]
    code = "\n".join(["class C { void M() {", *lines, "} }"])
    (site,) = sites("csharp", code, ["Slot"])
    first, last = (strip(arm.value)[0] for arm in plain(site.arguments[0].value).arms)
    assert (first, last) == (Operation("|", (A, B)), B)
    assert [arm.condition for arm in plain(site.arguments[0].value).arms] == ["OLD", "not (OLD)"]
