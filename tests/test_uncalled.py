"""What nothing in a program calls leaves no version to a default there, whatever others do that have a copy of it."""

from pathlib import Path

import pytest

from test_parts import project
from tlsscan.model import Level
from tlsscan.scan import Request, scan
from tree_scans import rules, scanned

HELPER = """using System.Net;
using System.Collections.Generic;
namespace Conn {{
  public static class Http {{
    public static string Get(string url) {{ return new WebClient().DownloadString(url); }}
    {0}
  }}
}}
"""
MAIN = "using System.Net;\nclass P {{ static void Main() {{ {0} }} {1} }}\n"
CALL = 'Conn.Http.Get("https://api.example.com/");'


def levels(tmp_path: Path, files: dict[str, str]) -> dict[str, Level]:
    """The level at each project."""
    found = scanned(tmp_path, files).findings
    return {f.usage.place.path: f.level for f in found if f.usage.rule == "runtimes/netfx"}


def test_a_call_in_another_program_calls_its_own_copy(tmp_path: Path) -> None:
    files = {
        "A/A.csproj": project("Exe", "v4.0"),
        "A/Conn.cs": HELPER.format(""),
        "A/P.cs": MAIN.format("", ""),
        "B/B.csproj": project("Exe", "v4.0"),
        "B/Conn.cs": HELPER.format(""),
        "B/P.cs": MAIN.format(CALL, ""),
    }
    assert levels(tmp_path, files) == {"A/A.csproj": Level.NOTE, "B/B.csproj": Level.WARNING}


def test_another_project_may_call_what_it_references(tmp_path: Path) -> None:
    files = {
        "A/A.csproj": project("Exe", "v4.0"),
        "A/Conn.cs": HELPER.format(""),
        "A/P.cs": MAIN.format("", ""),
        "B/B.csproj": project("Exe", "v4.0", "..\\A\\A.csproj"),
        "B/P.cs": MAIN.format(CALL, ""),
    }
    assert levels(tmp_path, files)["A/A.csproj"] is Level.WARNING


WINDOW = """using System.Net;
namespace Show {{
  public class Window : System.Windows.Forms.Form {{
    protected override void OnLoad(EventArgs e) {{ Fetch(); }}
    {0} void Fetch() {{ new WebClient().DownloadString("https://api.example.com/"); }}
  }}
  public class Helper {{ public static Window One; public void Use() {{ Begin.Front(); {1} }} }}
}}
"""


BEGIN = """namespace Show { static class Begin {
  static void Main() { Helper.One = new Window(); Run(Helper.One); }
  public static void Front() { if (Helper.One != null) Native.SetFront(1); }
} }
"""


@pytest.mark.parametrize(
    ("kind", "use", "main", "level"),
    [
        ("public", "One.OnLoad(null);", "new Helper().Use();", Level.NOTE),
        ("public void Make() { new ResourceManager(typeof(Window)); } public", "", "", Level.NOTE),
        ("public static void Make() { new Window(); } public", "Window.Make();", "new Helper().Use();", Level.WARNING),
        ("public", "One = new Window();", "new Helper().Use();", Level.WARNING),
        ("public", "Make<Window>();", "new Helper().Use();", Level.WARNING),
        ("public", "} class Other : Window {", "new Helper().Use();", Level.WARNING),
        ("public", "a = b ? c : One.Window;", "new Helper().Use();", Level.NOTE),
        ("public", "", "new Helper().Use(); new Show.Window();", Level.WARNING),
        ("public static", "Window.Fetch();", "new Helper().Use();", Level.WARNING),
    ],
)
def test_the_windows_of_another_program_are_made_by_its_main(
    kind: str, use: str, main: str, level: Level, tmp_path: Path
) -> None:
    files = {
        "A/A.csproj": project("Exe", "v4.0"),
        "A/Window.cs": WINDOW.format(kind, use),
        "A/P.cs": BEGIN,
        "B/B.csproj": project("Exe", "v4.0", "..\\A\\A.csproj"),
        "B/P.cs": "using Show;\n" + MAIN.format(main, ""),
    }
    assert levels(tmp_path, files) == {"A/A.csproj": Level.WARNING, "B/B.csproj": level}


@pytest.mark.parametrize(
    ("helper", "main", "more", "level"),
    [
        ("", CALL, "", Level.WARNING),
        ("", "", "", Level.NOTE),
        ("public static string Get(string a, string b) { return Get(a + b); }", "", "", Level.NOTE),
        (
            "public static string Get(string a, string b) { return Get(a + b); }",
            'Conn.Http.Get(u, "b");',
            "",
            Level.WARNING,
        ),
        (f"public static void Sms() {{ {CALL} }}", "", "", Level.NOTE),
        (f"public static void Sms() {{ {CALL} }}", "Conn.Http.Sms();", "", Level.WARNING),
        ("", "var all = urls.Select(Conn.Http.Get);", "", Level.WARNING),
        ("", "", f"private void a_Click(object a, EventArgs b) {{ {CALL} }}", Level.WARNING),
        ("", "", f"static readonly string Text = {CALL}", Level.WARNING),
        ("", "", f"public override string ToString() {{ return {CALL} }}", Level.WARNING),
        ("", "", f"public string Text {{ get {{ return {CALL} }} }}", Level.WARNING),
        ("", "", f"private void Never() {{ {CALL} }}", Level.NOTE),
        ("", "new Thread(Never).Start();", f"private void Never() {{ {CALL} }}", Level.WARNING),
        ("", 'typeof(P).GetMethod("Never");', f"private void Never() {{ {CALL} }}", Level.WARNING),
        ("", 'Log("Never do this");', f"private void Never() {{ {CALL} }}", Level.NOTE),
    ],
)
def test_only_what_a_program_calls_runs(helper: str, main: str, more: str, level: Level, tmp_path: Path) -> None:
    files = {"A.csproj": project("Exe", "v4.0"), "Conn.cs": HELPER.format(helper), "P.cs": MAIN.format(main, more)}
    assert levels(tmp_path, files) == {"A.csproj": level}


def test_the_members_of_a_class_that_others_know_by_its_base_may_be_called(tmp_path: Path) -> None:
    files = {
        "A.csproj": project("Exe", "v4.0"),
        "Conn.cs": HELPER.format(""),
        "P.cs": MAIN.format("", ""),
        "Job.cs": f"class Job : IJob {{ public void Execute(IContext a) {{ {CALL} }} }}\n",
    }
    assert levels(tmp_path, files) == {"A.csproj": Level.WARNING}
    files["IJob.cs"] = "interface IJob { void Execute(IContext a); }\n"
    assert levels(tmp_path, files) == {"A.csproj": Level.NOTE}


SETS = "public static void Init() { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; }"
INIT = "Conn.Http.Init(); "


@pytest.mark.parametrize(
    ("more", "first", "level"),
    [
        ("", "", Level.WARNING),
        ("", INIT, Level.NOTE),
        ("public static void Init(int a) { Init(); }", "", Level.WARNING),
        ("public static void Init(int a) { Init(); }", "Conn.Http.Init(1); ", Level.NOTE),
        ("public static void Setup() { Init(); }", "", Level.WARNING),
        ("static Http() { Init(); }", "", Level.NOTE),
    ],
)
def test_a_setting_that_nothing_calls_decides_nothing(more: str, first: str, level: Level, tmp_path: Path) -> None:
    helper = HELPER.format(f"{SETS} {more}")
    files = {
        "A/A.csproj": project("Exe", "v4.0"),
        "A/Conn.cs": helper,
        "A/P.cs": MAIN.format(first + CALL, ""),
        "B/B.csproj": project("Exe", "v4.0"),
        "B/Conn.cs": helper,
        "B/P.cs": MAIN.format(INIT + CALL, ""),
    }
    assert levels(tmp_path, files) == {"A/A.csproj": level, "B/B.csproj": Level.NOTE}


@pytest.mark.parametrize(
    "query",
    [
        "var all = from u in urls select Fetch(u);",
        "var all = from u in urls where Fetch(u) == null select u;",
        "do Fetch(u); while (true);",
    ],
)
def test_what_a_query_calls_runs(query: str, tmp_path: Path) -> None:
    more = "static string Fetch(string u) { return new WebClient().DownloadString(u + Https); }"
    address = 'const string Https = "https://a/";'
    files = {"A.csproj": project("Exe", "v4.0"), "P.cs": MAIN.format(query, address + more)}
    assert levels(tmp_path, files) == {"A.csproj": Level.WARNING}


@pytest.mark.parametrize(("asked", "level"), [("", Level.NOTE), ("Fetch()", Level.WARNING)])
def test_a_module_of_basic(asked: str, level: Level, tmp_path: Path) -> None:
    code = f"""Imports System.Net
Module M
  Sub Main()
    {asked}
  End Sub
  Public Function Fetch() As String
    Return New WebClient().DownloadString("https://api.example.com/")
  End Function
End Module
"""
    other = 'Module N\n  Dim a As String = "CN=Fetch Root"\n  Sub Main()\n    Fetch()\n  End Sub\nEnd Module\n'
    files = {
        "A/A.vbproj": project("Exe", "v4.0"),
        "A/M.vb": code,
        "B/B.vbproj": project("Exe", "v4.0"),
        "B/N.vb": other,
    }
    assert levels(tmp_path, files)["A/A.vbproj"] is level


@pytest.mark.parametrize(
    ("first", "then", "level"),
    [
        ("WebRequest.Create(u).GetResponse();", "Conn.Http.Init();", Level.WARNING),
        ("var a = WebRequest.Create(u);", "Conn.Http.Init(); a.GetResponse();", Level.NOTE),
        ("Conn.Http.Init();", "WebRequest.Create(u).GetResponse();", Level.NOTE),
    ],
)
def test_a_setting_that_a_method_calls_after_its_request_is_late(
    first: str, then: str, level: Level, tmp_path: Path
) -> None:
    files = {
        "A.csproj": project("Exe", "v4.0"),
        "Conn.cs": f"using System.Net;\nnamespace Conn {{ public static class Http {{ {SETS} }} }}\n",
        "P.cs": MAIN.format('string u = "https://a.example.com/"; ' + first + then, ""),
    }
    assert levels(tmp_path, files) == {"A.csproj": level}


@pytest.mark.parametrize(("called", "level"), [("", Level.WARNING), ("Conn.Http.Init(); ", Level.NOTE)])
def test_a_setting_of_a_library_that_its_program_never_calls(called: str, level: Level, tmp_path: Path) -> None:
    files = {
        "A/A.csproj": project("Exe", "v4.0", "..\\L\\L.csproj"),
        "A/P.cs": MAIN.format(called + 'new Conn.Rest().Get("https://a.example.com/");', ""),
        "L/L.csproj": project("Library", "v4.0"),
        "L/Http.cs": f"using System.Net;\nnamespace Conn {{ public static class Http {{ {SETS} }} }}\n",
        "L/Rest.cs": "using System.Net;\nnamespace Conn { public class Rest {\n"
        "  public object Get(string a) { return WebRequest.Create(a).GetResponse(); }\n} }\n",
    }
    assert levels(tmp_path, files) == {"A/A.csproj": level}


OLD = "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;"
SETTING = "dotnet/service-point-security-protocol"


def settings(tmp_path: Path, files: dict[str, str]) -> list[tuple[str, Level]]:
    """Where settings are told, and how loudly."""
    found = scanned(tmp_path, files).findings
    return [(f.usage.place.path, f.level) for f in found if f.usage.rule == SETTING]


@pytest.mark.parametrize(
    ("output", "helper", "main", "level"),
    [
        ("Exe", f"public void Old() {{ {OLD} }}", "", Level.NOTE),
        ("Exe", f"public void Old() {{ {OLD} }}", "new Conn.Tool().Old();", Level.ERROR),
        ("Exe", f"public void Old() {{ {OLD} }}", 'Call(new Conn.Tool(), "Old");', Level.ERROR),
        ("Exe", f"[Start] public void Old() {{ {OLD} }}", "", Level.ERROR),
        ("Exe", f"public Tool() {{ {OLD} }}", "", Level.NOTE),
        ("Exe", f"public Tool() {{ {OLD} }}", "new Conn.Tool();", Level.ERROR),
        ("Library", f"public void Old() {{ {OLD} }}", "", Level.ERROR),
    ],
)
def test_a_setting_that_no_program_calls_is_a_note(
    output: str, helper: str, main: str, level: Level, tmp_path: Path
) -> None:
    files = {
        "A.csproj": project(output, "v4.0"),
        "Tool.cs": f"using System.Net;\nnamespace Conn {{ public class Tool {{ {helper} }} }}\n",
        "P.cs": MAIN.format(f"{main} new WebClient();", ""),
    }
    assert settings(tmp_path, files) == [("Tool.cs", level)]


def test_who_calls_what_a_site_holds_is_known(tmp_path: Path) -> None:
    """Its project makes a library, its configuration says what runs."""
    files = {
        "A.csproj": project("Library", "v4.6.1"),
        "Web.config": '<configuration><system.web><httpRuntime targetFramework="4.5.2"/></system.web></configuration>',
        "Conn.cs": HELPER.format("").replace(
            "return new WebClient", SETS.partition("{ ")[2][:-1] + "return new WebClient"
        ),
        "Global.asax.cs": f"class G {{ void Application_Start() {{ {CALL} }} }}\n",
        "Tool.cs": f"using System.Net;\npublic static class Tool {{ public static void Old() {{ {OLD} }} }}\n",
    }
    assert ("Tool.cs", Level.NOTE) in settings(tmp_path, files)
    files["Index.cshtml"] = "@{ Tool.Old(); }\n"
    assert ("Tool.cs", Level.ERROR) in settings(tmp_path, files)


def test_a_site_needs_no_project(tmp_path: Path) -> None:
    files = {
        "Web.config": '<configuration><system.web><httpRuntime targetFramework="4.5.2"/></system.web></configuration>',
        "App_Code/Tool.cs": f"using System.Net;\npublic class Tool {{ public void Old() {{ {OLD} }} }}\n",
        "Default.aspx": '<%@ Page Language="C#" CodeFile="Default.aspx.cs" Inherits="D" %>\n',
        "Default.aspx.cs": "partial class D : Page { void Page_Load() { } }\n",
    }
    assert settings(tmp_path, files) == [("App_Code/Tool.cs", Level.NOTE)]
    files["Default.aspx.cs"] = "partial class D : Page { void Page_Load() { new Tool().Old(); } }\n"
    assert settings(tmp_path, files) == [("App_Code/Tool.cs", Level.ERROR)]


def test_who_calls_is_not_known_where_a_part_is_scanned(tmp_path: Path) -> None:
    tool = f"using System.Net;\npublic class Tool {{ public void Old() {{ {OLD} }} }}\n"
    main = MAIN.format("new Tool().Old(); new WebClient();", "")
    files = {"A/A.csproj": project("Exe", "v4.0"), "A/B/Tool.cs": tool, "A/P.cs": main}
    assert settings(tmp_path, files) == [("A/B/Tool.cs", Level.ERROR)]
    part = scan(Request((str(tmp_path / "A/B"),), shown=Level.NOTE, jobs=1), rules()).report
    assert [f.level for f in part.findings if f.usage.rule == SETTING] == [Level.ERROR]


def test_what_nothing_calls_asks_for_nothing(tmp_path: Path) -> None:
    """A program is no better off for it."""
    files = {
        "A.csproj": project("Exe", "v4.5"),
        "Conn.cs": HELPER.format(SETS),
        "P.cs": MAIN.format(CALL, ""),
    }
    found = scanned(tmp_path, files).findings
    told = next(f for f in found if f.usage.rule == "runtimes/netfx")
    assert told.level is Level.WARNING
    assert "asks for more" not in "".join(place.text for place in told.usage.related)


SETTER = """using System.Net.Http;
{0}class Old{1} {{
  HttpClient client;
  public Old() {{ var h = new HttpClientHandler(); h.SslProtocols = SslProtocols.Tls; client = new HttpClient(h); }}
  {2}
}}
"""


def setter(before: str = "", bases: str = "", more: str = "") -> str:
    return SETTER.format(before, bases, more)


@pytest.mark.parametrize(
    ("main", "old", "more", "idle"),
    [
        ("", setter(), "", True),
        ("", setter("[Serializable] sealed "), "", True),
        ("", setter(bases=" : IDisposable", more="public void Dispose() { }"), "", True),
        ("", setter(bases=" : Base"), "class Base { }", True),
        ("", setter(more="public static Old Make() { return new Old(); }"), "", True),
        ("", setter(), "class Mine { private void Never() { new Old(); } }", True),
        ("// new Old()", setter(), "namespace App.Old { class Other { } }", True),
        ("new Old();", setter(), "", False),
        ("Old.Make();", setter(more="public static Old Make() { return new Old(); }"), "", False),
        ("services.AddSingleton<Old>();", setter(), "", False),
        ("new New();", setter(), "class New : Old { }", False),
        ("new New();", setter(), "class New { Old old = new Old(); }", False),
        ("new New().Go();", setter(), "class New { public void Go() { new Old(); } }", False),
        ("", setter(bases=" : IJob"), "", False),
        ("", setter(bases=" : Form"), "", False),
        ("", setter("[Export] "), "", False),
        ("", setter(more='[Function("a")] public void Run() { }'), "", False),
        ("", setter("partial "), "", False),
        ('Make("App.Old, App");', setter(), "", False),
        ("Activator.CreateInstance(Type.GetType(args[0]));", setter(), "", False),
        ("foreach (var type in typeof(P).Assembly.GetTypes()) Use(type);", setter(), "", False),
        ("builder.RegisterAssemblyTypes(typeof(P).Assembly);", setter(), "", False),
        ("", setter(), "class View { System.Windows.Controls.Grid grid; }", False),
        ("", setter().replace("Old", "OldController"), "", False),
    ],
)
def test_what_a_class_sets_that_nothing_makes_is_a_note(
    main: str, old: str, more: str, *, idle: bool, tmp_path: Path
) -> None:
    files = {"A.csproj": project("Exe", "v4.8"), "P.cs": MAIN.format(main, ""), "Old.cs": old, "More.cs": more}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Old.cs"]
    assert (found.level is Level.NOTE, "nothing in the program calls" in found.message) == (idle, idle)


def test_a_library_s_class_may_be_made_by_others(tmp_path: Path) -> None:
    files = {"A.csproj": project("Library", "v4.8"), "P.cs": MAIN.format("", ""), "Old.cs": setter()}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Old.cs"]
    assert found.level is not Level.NOTE


@pytest.mark.parametrize(("inside", "level"), [("", Level.NOTE), ("new Web.Service().Pay();", Level.WARNING)])
def test_a_generated_client_that_nothing_makes_connects_nothing(inside: str, level: Level, tmp_path: Path) -> None:
    proxy = """namespace App.Web {
[System.Web.Services.WebServiceBindingAttribute(Name="ServiceSoap", Namespace="urn:a")]
public partial class Service : System.Web.Services.Protocols.SoapHttpClientProtocol {
  public Service() { this.Url = "https://api.example.com/Service.asmx"; }
  [System.Web.Services.Protocols.SoapDocumentMethodAttribute("urn:a/Pay")]
  public string Pay() { return (string)this.Invoke("Pay", new object[0])[0]; }
} }
"""
    files = {"A.csproj": project("Exe", "v4.5"), "P.cs": MAIN.format(inside, ""), "Web References/Reference.cs": proxy}
    assert levels(tmp_path, files) == {"A.csproj": level}


@pytest.mark.parametrize(
    ("mock", "level"),
    [
        ("expect(RestClient::Request).to receive(:execute).and_return(1)", Level.NOTE),
        ("allow(Net::HTTP).to receive(:new) { http }", Level.NOTE),
        ("stub_request(:get, 'https://a.example/')", Level.NOTE),
        ("expect(RestClient::Request).to receive(:execute).and_call_original", Level.WARNING),
        ("Net::HTTP.any_instance.stubs(:start)", Level.NOTE),
        ("expect(logger).to receive(:warn)", Level.WARNING),
        ("allow(@http).to receive(:request)", Level.WARNING),
        ("allow(Logger).to receive(:level)", Level.WARNING),
        ("get '/'", Level.WARNING),
    ],
)
def test_a_test_that_stands_in_for_what_connects_is_a_note(tmp_path: Path, mock: str, level: Level) -> None:
    code = f"describe A do\n it 'connects' do\n  http.ssl_version = :TLSv1\n  {mock}\n end\nend\n"
    (found,) = scanned(tmp_path, {"spec/a_spec.rb": code}).findings
    assert found.level is level


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ('[TimerTrigger("0 0 1 * * 1-5")] TimerInfo info', Level.WARNING),
        ('TextWriter log, [Microsoft.Azure.WebJobs.BlobTriggerAttribute("x/{name}")] Stream s', Level.WARNING),
        ("[CallerMemberName] string from = null", Level.NOTE),
        ("Trigger info", Level.NOTE),
        ("List<DayTrigger> days", Level.NOTE),
    ],
)
@pytest.mark.parametrize("owner", ["Functions", "Jobs"])
def test_what_a_trigger_of_a_parameter_calls_is_called(owner: str, given: str, level: Level, tmp_path: Path) -> None:
    jobs = (
        f"using Microsoft.Azure.WebJobs;\npublic class {owner} {{\n  public static void Run({given}) {{ {CALL} }}\n}}\n"
    )
    files = {
        "A/A.csproj": project("Exe", "v4.5"),
        "A/Conn.cs": HELPER.format(""),
        "A/Jobs.cs": jobs,
        "A/P.cs": MAIN.format("new JobHost().RunAndBlock();", ""),
    }
    assert levels(tmp_path, files) == {"A/A.csproj": level}


@pytest.mark.parametrize(
    ("main", "level"),
    [
        ("", Level.NOTE),
        ("new Sender().Send();", Level.WARNING),
        ("new Other().Run();", Level.WARNING),
    ],
)
def test_a_class_that_only_an_unmade_one_makes_connects_nothing(main: str, level: Level, tmp_path: Path) -> None:
    code = (
        "using System.Net;\nclass Service { public string Fetch(string url) { "
        "return new WebClient().DownloadString(url); } }\n"
        "class Sender { Service service = new Service();\n"
        '  public void Send() { service.Fetch("https://api.example.com/"); } }\n'
        "class Other { Sender sender = new Sender(); public void Run() { sender.Send(); } }\n"
        "class Store { public void Fetch(string key) { } }\n"
    )
    start = MAIN.format(f'new Store().Fetch("a"); {main}', "")
    files = {"A/A.csproj": project("Exe", "v4.0"), "A/Code.cs": code, "A/P.cs": start}
    assert levels(tmp_path, files) == {"A/A.csproj": level}
