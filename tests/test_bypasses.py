"""A setting of the whole process on one way to a use of a default, and the other ways to that."""

import pytest

from tlsscan.methods import Methods
from tlsscan.preceding import Order
from tlsscan.uncalled import Text

SET = "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;"
HTTP = "class Http { public string Get(string u) { return new WebClient().DownloadString(u); } }"
STATIC = "static class Http { public static string Get(string u) { return new WebClient().DownloadString(u); } }"
CHOOSES = 'class P { static void Main(string[] x) { if (x[0] == "a") new A().Go(); else new B().Go(); } }'
SETS = f"class A {{ public void Go() {{ {SET} new Http().Get(u); }} }}"


def precedes(*texts: str, kind: str = "cs") -> bool:
    """Whether the first setting in some files comes before the first client that is made."""
    files = [Text(f"F{number}.{kind}", text.encode()) for number, text in enumerate(texts)]
    places = [
        next((file.path, file.data.index(word)) for file in files if word in file.data)
        for word in (b"SecurityProtocol =", b"WebClient()")
    ]
    (setting, at), (use, where) = places
    return Order(Methods(files)).precedes(setting, at, use, where)


@pytest.mark.parametrize(
    ("other", "covered"),
    [
        ("class B { public void Go() { new Http().Get(u); } }", False),
        ("class B { public void Go() { (new Http()).Get(u); } }", False),
        ("class B { public void Go() { var h = new Http(); h.Get(u); } }", False),
        ("class B { public void Go() { Http h = Make(); h.Get(u); } }", False),
        ("class B { private readonly Http h; public void Go() { return this.h.Get(u); } }", False),
        ("class B { public void Go() { Next(); } private void Next() { new Http().Get(u); } }", False),
        (
            "class B : Base { public void Go() { Next(u); } } class Base { void Next(S s) { new Http().Get(s); } }",
            False,
        ),
        ("class B { public void Go() { var h = Make(); h.Get(u); } }", True),
        ("class B { public void Go() { IHttp h = Make(); h.Get(u); } }", True),
        ("class B { public void Go() { h.Get(u); } }", True),
        ("class B { void Two(Http h) { } public void Go(Other h) { h.Get(u); } }", True),
        (f"class B {{ public void Go() {{ {SET} new Http().Get(u); }} }}", True),
        (f"class B {{ public void Go() {{ Up(); new Http().Get(u); }} void Up() {{ {SET} }} }}", True),
        (f"class B {{ public B() {{ {SET} }} public void Go() {{ new Http().Get(u); }} }}", True),
        (
            f"class B {{ static int x = Up(); public void Go() {{ new Http().Get(u); }} static int Up() {{ {SET} }} }}",
            True,
        ),
        (
            f"class B : Up {{ public void Go() {{ new Http().Get(u); }} }} class Up {{ public Up() {{ {SET} }} }}",
            True,
        ),
        (f"class B {{ public void Go() {{ if (old) {SET} new Http().Get(u); }} }}", False),
        (f"class B {{ public void Go() {{ if (!connected) {SET} new Http().Get(u); }} }}", True),
        (
            "class B { public void Go() { Run(Tls.Up); new Http().Get(u); } } class Tls { static void Up() { %s } }",
            True,
        ),
        ('class B { public void Go() { Find("SecurityProtocol"); new Http().Get(u); } }', True),
        ("class B { public virtual void Go() { new Http().Get(u); } }", True),
        ("class B { public void Go() { new Http().Get(u); } } class C { class Http { } }", True),
    ],
)
def test_what_one_caller_sets_does_not_help_another_one(other: str, covered: bool) -> None:
    assert precedes(HTTP, SETS, other.replace("%s", SET), CHOOSES) == covered


@pytest.mark.parametrize(
    ("http", "covered"),
    [
        (
            "class Http { public string Get(string u, int n) { } public string Get(string u) { new WebClient(); } }",
            False,
        ),
        ("class Http { public string Get(object u) { } public string Get(string u) { new WebClient(); } }", True),
        ("class Http { public virtual string Get(string u) { new WebClient(); } }", True),
    ],
)
def test_a_call_is_surely_of_one_method_where_no_other_one_fits(http: str, covered: bool) -> None:
    assert precedes(http, SETS, "class B { public void Go() { new Http().Get(u); } }", CHOOSES) == covered


@pytest.mark.parametrize(
    ("main", "covered"),
    [
        ("if (a) new A().Go(); else new B().Go();", False),
        ("if (a) { new A().Go(); return; } new B().Go();", False),
        ("new A().Go(); new B().Go();", True),
        (f"{SET} if (a) new A().Go(); else new B().Go();", True),
        ("if (signedIn) new B().Go(); else new A().Go();", True),
        ("if (a) new A().Go(); else Other.Go(b);", True),
    ],
)
def test_where_the_program_comes_to_a_setting_first(main: str, covered: bool) -> None:
    other = "class B { public void Go() { new Http().Get(u); } }"
    assert precedes(HTTP, SETS, other, f"class P {{ static void Main() {{ {main} }} }}") == covered


FORM = "class Two : Form {{ void button2_Click(object a, EventArgs b) {{ {} }} }}"


@pytest.mark.parametrize(
    ("one", "two", "covered"),
    [
        ("class One : Form { void button1_Click(object a, EventArgs b) { %s Http.Get(u); } }", "Http.Get(v);", False),
        ("class One : Form { void btnLogin_Click(object a, EventArgs b) { %s Http.Get(u); } }", "Http.Get(v);", True),
        (
            "class LoginForm : Form { void button1_Click(object a, EventArgs b) { %s Http.Get(u); } }",
            "Http.Get(v);",
            True,
        ),
        (
            "class One : Form { void button1_Click(object a, EventArgs b) { %s Http.Get(u); new Two().Show(); } }",
            "Http.Get(v);",
            True,
        ),
        (
            "class One : Form { void button1_Click(object a, EventArgs b) { %s Http.Get(u); new Three().Show(); } }"
            " class Three : Form { void button3_Click(object a, EventArgs b) { new Two().Show(); } }",
            "Http.Get(v);",
            True,
        ),
        (
            "class One : Form { void One_Load(object a, EventArgs b) { %s Http.Get(u); new Two().Show(); } }",
            "Http.Get(v);",
            True,
        ),
        (
            "class One : Form { void button1_Click(object a, EventArgs b) { %s Http.Get(u); } }",
            "Later(Http.Get);",
            True,
        ),
    ],
)
def test_of_two_buttons_either_may_be_first(one: str, two: str, covered: bool) -> None:
    main = "class P { static void Main() { Run(new Start()); } }"
    assert precedes(STATIC, one.replace("%s", SET), FORM.format(two), main) == covered


def test_of_two_methods_of_a_library_either_may_be_first() -> None:
    one = f"public class One {{ public One() {{ {SET} }} }}"
    node = "public class Node { public void A() { var o = new One(); Http.Get(u); } %s }"
    assert precedes(STATIC, one, node % "")
    assert not precedes(STATIC, one, node % "public void B() { Http.Get(v); }")
    assert precedes(STATIC, one, node % "private void B() { Http.Get(v); }")
    assert precedes(STATIC, one, node % "public void B() { Http.Get(v); } public void Login() { new One(); }")


@pytest.mark.parametrize(
    ("maker", "use", "covered"),
    [
        ("class Pay : IPay { public Pay() { %s } }", "public string Price() { return http.Get(u); }", False),
        ("class Pay : IPay { public Pay() { %s } }", "IPay pay; public string Price() { return http.Get(u); }", True),
        ("class Pay : IHttpModule { public Pay() { %s } }", "public string Price() { return http.Get(u); }", True),
        ("class Pay : IPay { public Pay() { %s } }", "public string Price() { return other.Get(u); }", True),
    ],
)
def test_who_is_not_given_what_sets_has_no_setting(maker: str, use: str, covered: bool) -> None:
    """A container makes the objects: no code does."""
    declared = "interface IHttp { string Get(string u); }"
    http = f"{declared} class Http : IHttp {{ public string Get(string u) {{ new WebClient(); }} }}"
    shop = f"class ShopController {{ IHttp http; {use} }} interface IPay {{ }}"
    assert precedes(http, maker.replace("%s", SET), shop) == covered


@pytest.mark.parametrize(
    ("two", "covered"),
    [
        ("void two_Click(object s, EventArgs e) { var a = new Api(); a.Call(); }", False),
        ("void two_Click(object s, EventArgs e) { Api a = new Api(); a.Call(); }", False),
        ("Api a; void two_Click(object s, EventArgs e) { a = new Api(); }", True),
        ("void two_Click(object s, EventArgs e) { var a = new Api(); Keep(a); }", True),
        ("void two_Click(object s, EventArgs e) { var a = new Api(); %s a.Call(); }", True),
        ("Api a = new Api(); void two_Click(object s, EventArgs e) { a.Call(); }", True),
        ("Api Make(object s, EventArgs e) { var a = new Api(); return a; }", True),
    ],
)
def test_a_client_that_a_method_makes_for_itself(two: str, covered: bool) -> None:
    api = "class Api : Base { public Api() { var c = new WebClient(); } public void Call() { } }"
    one = "class One : Page { void one_Click(object s, EventArgs e) { %s var a = new Api(); a.Call(); } }"
    two = f"class Two : Page {{ {two} }}"
    assert precedes(api, one.replace("%s", SET), two.replace("%s", SET)) == covered


PROXY = """Class Api
    Inherits SoapHttpClientProtocol
    Public Sub New()
        Dim c = New WebClient()
    End Sub
End Class
Class One
    Sub one_Click(ByVal s As Object, ByVal e As EventArgs) Handles one.Click
        Dim a As New Api()
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12
        a.Ask("x")
    End Sub
End Class
Class Two
    Sub two_Click(ByVal s As Object, ByVal e As EventArgs) Handles two.Click
        {}
    End Sub
End Class
"""


@pytest.mark.parametrize(
    ("body", "covered"),
    [
        ('Dim b As New Api() : b.Ask("x")', False),
        ('Dim b As Api = New Api() : b.Ask("x")', False),
        ('Dim b As New Api() : Keep(B) : b.Ask("x")', True),
        ("kept = New Api()", True),
    ],
)
def test_a_proxy_that_one_page_sets_for_is_bare_on_another_one(body: str, covered: bool) -> None:
    assert precedes(PROXY.format(body), kind="vb") == covered


BASIC = """Module Web
    Public Function Fetch(ByVal u As String) As String
        Return New WebClient().DownloadString(u)
    End Function
End Module
Class A
    Public Sub Go()
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12
        Fetch(u)
    End Sub
End Class
Class B
    Public Sub Go()
        {}
    End Sub
End Class
Module P
    Sub Main()
        If one Then
            Dim a As New A()
            a.Go()
        Else
            Dim b As New B()
            b.Go()
        End If
    End Sub
End Module
"""


@pytest.mark.parametrize(
    ("body", "covered"),
    [
        ("Dim s = Fetch(u)", False),
        ("Dim s = Web.Fetch(u)", False),
        ("Dim s = Fetch", True),
        ("Dim s = other.Fetch(u)", True),
        ("ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12 : Dim s = Fetch(u)", True),
    ],
)
def test_visual_basic_calls_what_modules_have_without_their_name(body: str, covered: bool) -> None:
    assert precedes(BASIC.format(body), kind="vb") == covered


@pytest.mark.parametrize(
    ("fetch", "covered"),
    [
        ("public string Fetch() { return new Http().Get(u); }", True),
        ("public string Fetch() { return Load(); } string Load() { return new Http().Get(u); }", True),
        ("public static string Fetch() { return new Http().Get(u); }", False),
    ],
)
@pytest.mark.parametrize("sets", ["public Site() { %s }", "public Site(bool a) { if (a) %s }"])
def test_what_a_class_sets_as_it_is_made_comes_before_what_its_methods_call(
    sets: str, fetch: str, covered: bool
) -> None:
    site = f"class Site {{ {sets.replace('%s', SET)} {fetch} }}"
    tick = "class W { void Tick(object o, EventArgs e) { site = new Site(x); } void Tock() { %s } }"
    use = "Site.Fetch();" if "static" in fetch else "site.Fetch();"
    assert precedes(HTTP, site, tick % use) == (covered and "if" not in sets)


def test_another_way_to_a_use_needs_no_object_of_the_class_that_sets() -> None:
    site = f"class Site {{ public Site() {{ {SET} }} public string Fetch() {{ return new Http().Get(u); }} }}"
    tick = "class W { void Tick(object o, EventArgs e) { s = new Site(); s.Fetch(); } }"
    assert precedes(HTTP, site, tick)
    assert not precedes(HTTP, site, tick, "class P { static void Main() { new Http().Get(u); } }")


@pytest.mark.parametrize(
    ("made", "covered"),
    [("new Http();", True), ("new Http(1);", False), ("New(typeof(Http));", False), ("", False)],
)
def test_a_constructor_that_nothing_calls_connects_nowhere(made: str, covered: bool) -> None:
    http = "class Http { public Http(int timeout) { w = new WebClient(); } public Http() { } }"
    tock = "class W { void a_Click(object o, EventArgs e) { %s } void b_Click(object o, EventArgs e) { %s } }"
    assert precedes(http, tock % (SET, made)) == covered
