"""What of the libraries of a program of .NET its code is known to use."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tlsscan.naming import Declared, Graph, Node
from tlsscan.pieces import pieces
from tree_scans import scanned

PROJECT = """<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup>{types}<OutputType>{output}</OutputType>
    <TargetFrameworkVersion>v4.5</TargetFrameworkVersion></PropertyGroup>
  <ItemGroup>{items}</ItemGroup>
</Project>
"""
WEB = "<ProjectTypeGuids>{349c5851-65df-11da-9384-00065b846f21}</ProjectTypeGuids>"
GET = 'return new HttpClient().GetStringAsync("https://example.com/").Result;'
INSTANCE = f"public class Http {{\n  public string Get() {{\n    {GET}\n  }}\n}}\n"
DERIVED = INSTANCE.replace("class Http", "class Http : IHttp")
STATIC = f"public static class Http {{\n  public static string Get() {{\n    {GET}\n  }}\n}}\n"
STATIC_MEMBER = f"public class Http {{\n  public static string Get() {{\n    {GET}\n  }}\n}}\n"


def project(output: str, *parts: str, types: str = "") -> str:
    items = "".join(f'<ProjectReference Include="{path}" />' for path in parts)
    return PROJECT.format(output=output, items=items, types=types)


def level_of(tmp_path: Path, program: str, library: dict[str, str]) -> Level:
    """That of a program, which references a library."""
    files = {
        "App/App.csproj": project("Exe", "..\\Lib\\Lib.csproj"),
        "App/P.cs": program,
        "Lib/Lib.csproj": project("Library"),
        **{f"Lib/{name}": f"using System.Net.Http;\n{text}" for name, text in library.items()},
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.csproj"]
    return found.level


MAIN = "class P { static void Main() { new Some().Do(); } }\n"
CALLING = MAIN.replace("Do();", "Do(); it.Get();")
SOME = "public class Some { public void Do() {\n  {}\n} }\n"


@pytest.mark.parametrize(
    ("does", "http", "level"),
    [
        ("Container.RegisterAssemblyTypes(typeof(Some).Assembly);", INSTANCE, Level.NOTE),
        ("Container.RegisterAssemblyTypes(typeof(Some).Assembly); Http a;", INSTANCE, Level.WARNING),
        ("Container.RegisterAssemblyTypes(typeof(Some).Assembly);", DERIVED, Level.WARNING),
        ("Container.RegisterAssemblyByConvention(Assembly.GetExecutingAssembly());", DERIVED, Level.WARNING),
        ("Container.RegisterAssemblyTypes(typeof(Some).Assembly);", STATIC, Level.NOTE),
        ("Container.RegisterAssemblyTypes(typeof(Some).Assembly);", STATIC_MEMBER, Level.NOTE),
        ("Container.RegisterAssemblyTypes(typeof(Some).Assembly); Http.Get();", STATIC, Level.WARNING),
        ("Container.RegisterAssemblyTypes(typeof(Some).Assembly); Http.Get();", STATIC_MEMBER, Level.WARNING),
        ("Load(typeof(Http).Assembly, typeof(Http).Name);", INSTANCE, Level.NOTE),
        ("Load(typeof(Http));", INSTANCE, Level.WARNING),
        ("object a = Activator.CreateInstance(type);", INSTANCE, Level.NOTE),
        ("object a = Activator.CreateInstance(type); Http b;", INSTANCE, Level.WARNING),
        ("object a; Http b;", INSTANCE, Level.NOTE),
        ('table.Columns.Add("Name", System.Type.GetType("System.String"));', INSTANCE, Level.NOTE),
        ('object a = Type.GetType("Lib.Http");', INSTANCE, Level.WARNING),
    ],
)
def test_what_looks_for_types_makes_objects_alone(does: str, http: str, level: Level, tmp_path: Path) -> None:
    never = "public class Never { public static void Do() { Http.Get(); } }\n"  # nothing names it
    library = {"Some.cs": SOME.replace("{}", does), "Http.cs": http, "Never.cs": never}
    assert level_of(tmp_path, CALLING, library) is level


def test_a_program_that_looks_through_itself_makes_nothing_of_its_libraries(tmp_path: Path) -> None:
    scan = "foreach (var type in Assembly.GetExecutingAssembly().GetTypes()) { Add(type); } new Some();"
    program = f"class P {{ static void Main() {{ {scan} }} }}\n"
    assert level_of(tmp_path, program, {"Some.cs": "public class Some { }\n", "Http.cs": INSTANCE}) is Level.NOTE


@pytest.mark.parametrize(
    "attribute", ["[assembly: AssemblyTitle(Http.Title)]", "[assembly: InternalsVisibleTo(Http.A)]"]
)
def test_attributes_of_an_assembly_use_nothing(attribute: str, tmp_path: Path) -> None:
    library = {"Some.cs": "public class Some { }\n", "Properties/AssemblyInfo.cs": attribute, "Http.cs": INSTANCE}
    assert level_of(tmp_path, "class P { static void Main() { new Some(); } }\n", library) is Level.NOTE


def test_pages_of_a_site_that_a_program_references_run_in_the_site(tmp_path: Path) -> None:
    """Nothing in the program serves them."""
    page = INSTANCE.replace("class Http", "class HttpController : Controller")
    files = {
        "App/App.csproj": project("Exe", "..\\Site\\Site.csproj"),
        "App/P.cs": "class P { static void Main() { new Some(); } }\n",
        "Site/Site.csproj": project("Library", types=WEB),
        "Site/Some.cs": "public class Some { }\n",
        "Site/HttpController.cs": f"using System.Net.Http;\n{page}",
    }
    found = {f.usage.place.path: f.level for f in scanned(tmp_path, files).findings}
    assert found == {"App/App.csproj": Level.NOTE, "Site/Site.csproj": Level.WARNING}


def test_a_type_of_another_program_does_not_hide_a_member_of_that_name(tmp_path: Path) -> None:
    """`Http.Get` names Http, even where something elsewhere in the tree declares a type that is called Get."""
    files = {
        "App/App.csproj": project("Exe", "..\\Lib\\Lib.csproj"),
        "App/P.cs": "class P { static void Main() { Http.Get(); } }\n",
        "Lib/Lib.csproj": project("Library"),
        "Lib/Http.cs": f"using System.Net.Http;\n{STATIC}",
        "Other/Other.csproj": project("Exe", "..\\Lib\\Lib.csproj"),
        "Other/P.cs": "class P { static void Main() { new Get(); } }\n",
        "Other/Get.cs": "class Get { }\n",
    }
    found = {f.usage.place.path: f.level for f in scanned(tmp_path, files).findings}
    assert found == {"App/App.csproj": Level.WARNING, "Other/Other.csproj": Level.NOTE}


@pytest.mark.parametrize(
    ("main", "level"),
    [("new Some();", Level.NOTE), ("new Other();", Level.WARNING), ("new Http().Get();", Level.WARNING)],
)
def test_of_several_types_in_a_file_those_are_used_that_are_named(main: str, level: Level, tmp_path: Path) -> None:
    several = f"namespace Lib {{ public class Some {{ }}\n{INSTANCE}class Other {{ object a = new Http().Get(); }} }}\n"
    library = {"Several.cs": several}
    assert level_of(tmp_path, f"class P {{ static void Main() {{ {main} }} }}\n", library) is level


@pytest.mark.parametrize(
    ("main", "level"),
    [
        ("Use(Http.Kind.Fast);", Level.NOTE),
        ("Use(Lib.Http.Kind.Fast, typeof(Http.Kind));", Level.NOTE),
        ("Use(Kind.Fast);", Level.NOTE),
        ("Use(Http.Kind.Fast); new Http().Get();", Level.WARNING),
        ("Http.Shared.Get();", Level.WARNING),
    ],
)
def test_an_enumeration_in_a_class_uses_nothing_of_it(main: str, level: Level, tmp_path: Path) -> None:
    listed = INSTANCE.replace("{\n", "{\n  public enum Kind { Fast, Slow }\n", 1)
    code = f"using static Lib.Http;\nclass P {{ static void Main() {{ {main} }} }}\n"
    assert level_of(tmp_path, code, {"Http.cs": f"namespace Lib {{ {listed} }}\n"}) is level


@pytest.mark.parametrize(("made", "level"), [("Some", Level.NOTE), ("Http", Level.WARNING)])
def test_types_of_basic_in_one_file(made: str, level: Level, tmp_path: Path) -> None:
    several = """Imports System.Net
Namespace Lib
  <Serializable()> Public Class Some
    Public Enum Kind
      One
    End Enum
  End Class
  Public Class Http
    Public Function Fetch() As String
      Return New WebClient().DownloadString("https://example.com/")
    End Function
  End Class
End Namespace
"""
    files = {
        "App/App.vbproj": project("Exe", "..\\Lib\\Lib.vbproj"),
        "App/P.vb": f"Module P\n  Sub Main()\n    Dim a = New {made}().fetch()\n  End Sub\nEnd Module\n",
        "Lib/Lib.vbproj": project("Library"),
        "Lib/Several.vb": several,
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "App/App.vbproj"]
    assert found.level is level


def test_pieces_of_code() -> None:
    """A type ends with its own bracket; what stands between types is apart; parts of one type are together."""
    code = (
        b"using A; [B] partial class C { class D { } } delegate void E(); record F(int G); partial class C { int H; }"
    )
    assert {name: text.split() for name, text in pieces(code)} == {
        b"": b"using A; delegate void E();".split(),
        b"c": b"[B] partial class C { class D { } } partial class C { int H; }".split(),
        b"f": b"record F(int G);".split(),
    }
    assert pieces(b"class A { class B { } } // C") == [(b"", b"class A { class B { } } // C")]


@pytest.mark.parametrize(
    ("body", "level"),
    [
        ("public void Do() { } public string Orders() { return Get(); } private string Get() {\n{0}\n}", Level.NOTE),
        (
            "public void Do() { Orders(); } public string Orders() { return Get(); } string Get() {\n{0}\n}",
            Level.WARNING,
        ),
        ("public void Do() { } public void Orders() { Fill(Get); } private string Get() {\n{0}\n}", Level.NOTE),
        ("public void Do() { Fill(Get); } string Get() {\n{0}\n}", Level.WARNING),
        ("public void Do() { } public override string Get() {\n{0}\n}", Level.WARNING),
        ("public void Do() { } [Asked] public string Get() {\n{0}\n}", Level.WARNING),
        ("public void Do() { } public Some() {\n{0}\n}", Level.WARNING),
        ("public void Do() { var a = Text; } private string Text { get {\n{0}\n} }", Level.WARNING),
        ("public void Do() { } private string Text { get {\n{0}\n} }", Level.WARNING),
        ("string made = Made(); public void Do() { } static string Made() {\n{0}\n}", Level.WARNING),
    ],
)
def test_of_a_class_that_is_used_what_nothing_calls_does_not_run(body: str, level: Level, tmp_path: Path) -> None:
    some = f"public class Some {{ {body.replace('{0}', GET)} }}\n"
    assert level_of(tmp_path, MAIN, {"Some.cs": some}) is level


UTILITY = """public static class Util {
  public static string Short(string a) { return a.Trim(); }
  public static string Load(Uri a) { return new Http().Get(); }
}
"""


@pytest.mark.parametrize(
    ("does", "level"),
    [
        ("Util.Short(a);", Level.NOTE),
        ("Util.Load(a);", Level.WARNING),
        ('typeof(Util).GetMethod("Load").Invoke(null, a);', Level.WARNING),
        ("Util.Short(a); Each(Util.Load);", Level.WARNING),
        ("b = a ? Util.Load(a) : null;", Level.WARNING),
        ('b = $"{Util.Load(a)}";', Level.WARNING),
        ('Util.Short(a); b = "Load";', Level.WARNING),
        ("Util.Short(a); // Util.Load(a)", Level.NOTE),
    ],
)
def test_of_a_static_class_those_methods_run_that_are_called(does: str, level: Level, tmp_path: Path) -> None:
    library = {"Util.cs": UTILITY, "Http.cs": INSTANCE}
    assert level_of(tmp_path, f"class P {{ static void Main() {{ {does}\n}} }}\n", library) is level


@pytest.mark.parametrize(
    ("says", "level"),
    [
        ("", Level.NOTE),
        ("#region Fetch()", Level.NOTE),
        ('/// <see cref="Fetch"/>', Level.NOTE),
        ("// Fetch(a)", Level.NOTE),
        ('string a = "Fetch";', Level.WARNING),
        ("object a = Fetch(b);", Level.WARNING),
    ],
)
def test_what_only_stands_in_a_comment_is_not_called(says: str, level: Level, tmp_path: Path) -> None:
    fetch = f"public static string Fetch(this string a) {{\n{GET}\n}}\n"
    own = f"using System.Net.Http;\nclass P {{\n{says}\n{fetch}static void Main() {{ }} }}\n"
    assert level_of(tmp_path, own, {"Some.cs": "public class Some { }\n"}) is level


@pytest.mark.parametrize(
    ("declared", "call", "level"),
    [
        ("public interface ISome { string Get(); }", "", Level.NOTE),
        ("public interface ISome { System.Threading.Tasks.Task<string> Get(); }", "", Level.NOTE),
        ("public interface ISome { string Get(); }", "it.Get();", Level.WARNING),
        ("public interface ISome : IDisposable { string Get(); }", "", Level.WARNING),
        ("[ServiceContract] public interface ISome { [OperationContract] string Get(); }", "", Level.WARNING),
        ("public class ISome : Controller { }", "", Level.WARNING),
        ("public class ISome { public virtual string Get() { return null; } }", "", Level.NOTE),
    ],
)
def test_an_interface_of_its_own_is_called_by_name(declared: str, call: str, level: Level, tmp_path: Path) -> None:
    some = f"public class Some : ISome {{ public void Do() {{ {call} }}\n public string Get() {{\n{GET}\n}} }}\n"
    assert level_of(tmp_path, MAIN, {"Some.cs": some, "ISome.cs": declared + "\n"}) is level


def test_an_interface_may_call_what_a_class_has(tmp_path: Path) -> None:
    some = f"public class Some : ISome {{ public void Do() {{ }}\n public string Get() {{\n{GET}\n}} }}\n"
    assert level_of(tmp_path, MAIN, {"Some.cs": some}) is Level.WARNING


STREAM = """public class Client {
  Options options;
  public Client(Options a) { options = a; }
  public void Go() {
    %s
    new System.Net.Security.SslStream(it).AuthenticateAsClient("example.com");
    %s
  }
}
"""
LEAVES = ("if (!options.UseSsl) return;", "")
AROUND = ("if (options.UseSsl) {", "}")


@pytest.mark.parametrize(
    ("options", "guard", "own", "level"),
    [
        ("public bool UseSsl { get; set; } public Options() { UseSsl = false; }", LEAVES, "", Level.NOTE),
        ("public bool UseSsl { get; set; } = false;", LEAVES, "", Level.WARNING),  # nothing but a default
        ("public bool UseSsl; public Options() { UseSsl = false; }", AROUND, "", Level.NOTE),
        ("public bool UseSsl; public Options() { UseSsl = false; }", ("", ""), "", Level.WARNING),
        ("public bool UseSsl; public Options() { UseSsl = false; }", LEAVES, "a.UseSsl = b;", Level.WARNING),
        ("public bool UseSsl; public Options() { UseSsl = false; }", LEAVES, "a.UseSsl = false;", Level.NOTE),
        ("public bool UseSsl; public Options() { UseSsl = false; }", LEAVES, 'Set(a, "UseSsl");', Level.WARNING),
        ("public bool UseSsl { get { return Read(1); } } void A() { UseSsl = false; }", LEAVES, "", Level.WARNING),
        ("[JsonProperty] public bool UseSsl; public Options() { UseSsl = false; }", LEAVES, "", Level.WARNING),
        ("public bool UseSsl; public Options(bool UseSsl) { UseSsl = false; }", LEAVES, "", Level.WARNING),
    ],
)
def test_what_is_behind_a_flag_that_nothing_sets_does_without_tls(
    options: str, guard: tuple[str, str], own: str, level: Level, tmp_path: Path
) -> None:
    library = {"Client.cs": STREAM % guard, "Options.cs": f"public class Options {{ {options} }}\n"}
    program = f"class P {{ static void Main() {{ var a = new Options(); {own} new Client(a).Go(); }} }}\n"
    assert level_of(tmp_path, program, library) is level


@pytest.mark.parametrize(("page", "level"), [("Ask.aspx", Level.NOTE), ("Readme.txt", Level.WARNING)])
def test_the_pages_of_a_site_call_what_it_has(page: str, level: Level, tmp_path: Path) -> None:
    shown = '<%@ Page Language="C#" %>\n<% Response.Write(1); %>\n'
    fetch = f"public static class Some {{\npublic static string Fetch(this string a) {{\n{GET}\n}} }}\n"
    files = {
        "Web.csproj": project("Library", types=WEB),
        page: shown,
        "Some.cs": f"using System.Net.Http;\n{fetch}",
    }
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Web.csproj"]
    assert found.level is level


@pytest.mark.parametrize(
    ("does", "level"),
    [
        ("Lib.Http.Get();", Level.WARNING),
        ("new Lib.Http().Get();", Level.WARNING),
        ("Http.Get();", Level.NOTE),
        ("this.Http.Get();", Level.NOTE),
    ],
)
def test_a_namesake_behind_a_namespace_need_not_be_the_own_class(does: str, level: Level, tmp_path: Path) -> None:
    program = f"namespace App {{ class Http {{ static void Main() {{ {does} }} }} }}\n"
    library = {"Http.cs": f"namespace Lib {{ {STATIC_MEMBER if 'new' not in does else INSTANCE} }}\n"}
    assert level_of(tmp_path, program, library) is level


def test_a_file_that_could_not_be_read_may_name_anything() -> None:
    declared = {
        Node("App/P.cs", b"p"): Declared(frozenset({b"P"})),
        Node("Lib/A.cs", b"a"): Declared(frozenset({b"A"})),
    }
    graph = Graph(declared, {b"p": 0, b"a": 1}, {})

    def uses(graph: Graph) -> list[bool]:
        own, home = (lambda path: path.startswith("App/")), (lambda path: path.partition("/")[0])
        reached = graph.within(lambda path: path.startswith(("App/", "Lib/"))).reached(own, home)
        return [reached.uses(path) for path in ("App/P.cs", "Lib/A.cs", "Lib/Large.cs")]

    assert uses(graph) == [True, False, False]
    assert uses(graph._replace(lost=frozenset({"Lib/Large.cs"}))) == [True, True, True]
    assert uses(graph._replace(lost=frozenset({"Other/Large.cs"}))) == [True, False, False]


@pytest.mark.parametrize(("scheme", "level"), [("https", Level.WARNING), ("http", Level.NOTE)])
def test_addresses_of_a_file_of_several_types_count_where_one_of_them_is_used(
    scheme: str, level: Level, tmp_path: Path
) -> None:
    program = "class P { static void Main() { new Some().Do(new Settings()); } }\n"
    files = {
        "Some.cs": 'public class Some { public void Do(ISettings s) { new HttpClient().GetStringAsync(s.Url + "x"); '
        'new HttpClient().GetStringAsync("http://example.com/ip"); } }\n',
        "Settings.cs": "public interface ISettings { string Url { get; } }\n"
        f'public class Settings : ISettings {{\n  public string Url => "{scheme}://example.com/";\n}}\n',
    }
    assert level_of(tmp_path, program, files) is level
