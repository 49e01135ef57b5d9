"""Clients of .NET that a program is known to use without TLS rest on no default: what its configuration gives them, and
addresses that are put together elsewhere."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

PROJECT = """<Project ToolsVersion="12.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFrameworkVersion>v4.5.2</TargetFrameworkVersion></PropertyGroup>
</Project>
"""
CORE = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>
  <OutputType>Exe</OutputType><TargetFramework>netcoreapp2.0</TargetFramework>
</PropertyGroup></Project>
"""
ELSEWHERE = 'class Help { void Show() { System.Diagnostics.Process.Start("https://help.example/"); } }\n'
CSHARP = """using System;
using System.Configuration;
using System.Net;
using System.Net.Http;
using System.Net.Mail;
class P {{
  string address; string host = "camera";
  static readonly string Url = ConfigurationManager.AppSettings["Url"].ToString();
  static void Main(string[] a) {{
    {}
  }}
  void Up(string path) {{ address = "http://" + host + "/P/"; }}
  void Move(string action) {{ Post(address + action); }}
  void Post(string to) {{ WebRequest.Create(to).GetResponse(); }}
  static string Made(string query, params object[] more) {{
    var made = "http://feed.example/?" + query;
    return string.Format(made, more);
  }}
}}
"""
NONE = "Console.Write(1);"


def told(tmp_path: Path, files: dict[str, str]) -> tuple[Level, list[str]]:
    """The level of a program's claim, and the places that leave the versions to it."""
    report = scanned(tmp_path, {"App/Help.cs": ELSEWHERE, **files})
    (found,) = [f for f in report.findings if f.usage.place.path.endswith("proj")]
    return found.level, [f"{place.path}:{place.region.line}" for place in found.usage.related]


@pytest.mark.parametrize(
    ("code", "configuration", "level"),
    [
        ("WebRequest.Create(Url);", '<add key="Url" value="http://a.example/" />', Level.NOTE),
        ("WebRequest.Create(Url);", "<add value='http://a.example/' key='Url'/>", Level.NOTE),
        ("WebRequest.Create(Paths.UrlCombine(Url, b, c));", '<add key="Url" value="http://a.example/" />', Level.NOTE),
        ("WebRequest.Create(Paths.UrlCombine(Url, b));", '<add key="Url" value="https://a.example/" />', Level.WARNING),
        ("WebRequest.Create(string.Concat(Url, b));", '<add key="Url" value="http://a.example/" />', Level.NOTE),
        ("WebRequest.Create(Url);", '<add key="Url" value="https://a.example/" />', Level.WARNING),
        (
            "WebRequest.Create(Url);",
            '<add key="Url" value="http://a.example/" /><add key="Url" value="https://a.example/" />',
            Level.WARNING,
        ),
        (
            'var c = new WebClient(); c.DownloadString(ConfigurationManager.AppSettings.Get("Url") + "/x");',
            '<add key="Url" value="http://a.example/" />',
            Level.NOTE,
        ),
        (
            'var c = new WebClient(); c.DownloadString(Url); c.DownloadString("https://b.example/");',
            '<add key="Url" value="http://a.example/" />',
            Level.WARNING,
        ),
        (
            'new SmtpClient { Host = "h", EnableSsl = bool.Parse(ConfigurationManager.AppSettings["Ssl"]) };',
            '<add key="Ssl" value="false" />',
            Level.NOTE,
        ),
        (
            'new SmtpClient { Host = "h", EnableSsl = bool.Parse(ConfigurationManager.AppSettings["Ssl"]) };',
            '<add key="Ssl" value="true" />',
            Level.WARNING,
        ),
        (
            'var c = new HttpClient(); c.BaseAddress = new Uri("http://a.example/"); c.GetAsync("b/" + a[0]);',
            "",
            Level.NOTE,
        ),
        ("WebRequest.Create(Made(a[0], 1));", "", Level.NOTE),
        (NONE, "", Level.NOTE),
    ],
)
def test_what_a_configuration_gives_tells_whether_tls_is_used(
    code: str, configuration: str, level: Level, tmp_path: Path
) -> None:
    settings = f"<configuration><appSettings>{configuration}</appSettings></configuration>"
    files = {"App/App.csproj": PROJECT, "App/P.cs": CSHARP.format(code), "App/App.config": settings}
    assert told(tmp_path, files)[0] is level


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ('Read(System.Web.HttpContext.Current.Server.MapPath("~/a.txt"));', Level.NOTE),
        ('Read(Path.GetDirectoryName(a[0]) + "\\\\x.txt");', Level.NOTE),
        ("Read(Path.Combine(AppDomain.CurrentDomain.BaseDirectory, a[0]));", Level.NOTE),
        ('Read("C:\\\\x.txt");', Level.NOTE),
        ('Read(Path.Combine(a[0], "x.txt"));', Level.WARNING),
    ],
)
def test_a_file_is_read_without_tls(code: str, level: Level, tmp_path: Path) -> None:
    read = "static void Read(string path) { new System.Net.WebClient().DownloadData(path); }"
    main = f'static void Main(string[] a) {{ Use("https://a.example/"); {code} }}'
    code = f"using System;\nusing System.IO;\nclass P {{ {main} {read} }}\n"
    assert told(tmp_path, {"App/App.csproj": PROJECT, "App/P.cs": code})[0] is level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", Level.WARNING),
        ('Process.Start("http://a.example/");', Level.WARNING),
        ('new ProcessStartInfo("http://a.example/");', Level.WARNING),
        ('Get("http://a.example/");', Level.NOTE),
        ('Get("http://a.example/"); Process.Start("https://a.example/");', Level.NOTE),
        ('Get("http://a.example/"); Get("https://a.example/");', Level.WARNING),
        ('Send("<s:E xmlns:s=\\"http://a.example/ns\\"/>");', Level.WARNING),
        ("Send(\"<E xmlns='http://a.example/ns'/>\");", Level.WARNING),
        ('Send(@"<s:E xmlns:s = ""http://a.example/ns""/>");', Level.WARNING),
        ('XNamespace ns = "http://a.example/ns";', Level.WARNING),
        ('[XmlRoot("r", Namespace = "http://a.example/ns")] int x = 1;', Level.WARNING),
        ('Get("http://a.example/"); Send("<s:E xmlns:s=\\"http://b.example/ns\\"/>");', Level.NOTE),
        ('Send("<E xmlns=\\"urn:x\\" to=\\"http://a.example/\\"/>");', Level.NOTE),
    ],
)
def test_what_a_browser_opens_says_nothing_of_requests(text: str, level: Level, tmp_path: Path) -> None:
    code = f"class P {{ static void Main(string[] a) {{ {text} System.Net.WebRequest.Create(a[0]); }} }}\n"
    assert told(tmp_path, {"App/App.csproj": PROJECT, "App/P.cs": code})[0] is level


@pytest.mark.parametrize(
    ("request_", "level"),
    [
        ('HttpMethod.Post, $"http://127.0.0.1:9001/x/{1}"', Level.NOTE),
        ('HttpMethod.Post, new Uri("http://127.0.0.1:9001/x")', Level.NOTE),
        ('HttpMethod.Post, $"https://127.0.0.1:9001/x/{1}"', Level.WARNING),
        ('HttpMethod.Post, $"{a[0]}/x"', Level.WARNING),
        ("", Level.WARNING),
    ],
)
@pytest.mark.parametrize("project", [PROJECT, CORE])
def test_the_address_of_a_request_tells_whether_what_sends_it_uses_tls(
    request_: str, level: Level, project: str, tmp_path: Path
) -> None:
    send = f"using (var m = new HttpRequestMessage({request_})) {{ client.SendAsync(m).Wait(); }}"
    code = f"""using System;
using System.Net.Http;
class P {{
  static readonly HttpClient client = new HttpClient();
  static void Main(string[] a) {{ {send} }}
}}
"""
    found, places = told(tmp_path, {"App/App.csproj": project, "App/P.cs": code})
    assert found is level
    assert places == ([] if level is Level.NOTE else ["App/P.cs:4"])


def test_another_configuration_for_its_release_counts(tmp_path: Path) -> None:
    files = {
        "App/App.csproj": PROJECT,
        "App/P.cs": CSHARP.format("WebRequest.Create(Url);"),
        "App/App.config": '<configuration><add key="Url" value="http://dev/" /></configuration>',
        "App/App.Release.config": '<configuration><add key="Url" value="https://a.example/" /></configuration>',
    }
    assert told(tmp_path, files) == (Level.WARNING, ["App/P.cs:10"])


PROXY = """Namespace Svc
    Partial Public Class Service
        Inherits System.Web.Services.Protocols.SoapHttpClientProtocol
        Public Sub New()
            MyBase.New
            Me.Url = Global.App.My.MySettings.Default.App_Svc
        End Sub
    End Class
End Namespace
"""
DESIGNER = """Namespace My
    Partial Friend NotInheritable Class MySettings
        <Global.System.Configuration.ApplicationScopedSettingAttribute(),  _
         Global.System.Configuration.DefaultSettingValueAttribute("{}")>  _
        Public ReadOnly Property App_Svc() As String
            Get
                Return CType(Me("App_Svc"),String)
            End Get
        End Property
    End Class
End Namespace
"""
WRITTEN = """<configuration><applicationSettings><App.My.MySettings>
  <setting name="App_Svc" serializeAs="String">
    <value>{}</value>
  </setting>
</App.My.MySettings></applicationSettings></configuration>
"""


@pytest.mark.parametrize(
    ("begun", "written", "level"),
    [
        ("http://x.example/server.php", "", Level.NOTE),
        ("https://x.example/server.php", "", Level.WARNING),
        ("https://x.example/server.php", "http://x.example/server.php", Level.NOTE),
        ("http://x.example/server.php", "https://x.example/server.php", Level.WARNING),
    ],
)
def test_a_proxy_has_the_address_of_its_setting(begun: str, written: str, level: Level, tmp_path: Path) -> None:
    files = {
        "App/App.vbproj": PROJECT,
        "App/Reference.vb": PROXY,
        "App/Settings.Designer.vb": DESIGNER.format(begun),
        "App/M.vb": "Module M\n    Sub Main()\n        Dim s As New Svc.Service()\n    End Sub\nEnd Module\n",
        **({"App/App.config": WRITTEN.format(written)} if written else {}),
    }
    assert told(tmp_path, files)[0] is level


ADDRESSES = """using System.Configuration;
namespace Shop {
  static class Urls {
    public const string Plain = "http://a.example/";
    public const string Secure = "https://a.example/";
    public const string Key = "Url";
    public const string Off = "Ssl";
    public const string On = "Tls";
    public static string Set { get { return ConfigurationManager.AppSettings["Url"]; } }
  }
}
"""


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("WebRequest.Create(Urls.Plain + a[0]);", Level.NOTE),
        ("WebRequest.Create(Urls.Secure + a[0]);", Level.WARNING),
        ("WebRequest.Create(Urls.Set);", Level.NOTE),
        ('WebRequest.Create($"{Urls.Set}x?id={a[0]}");', Level.NOTE),
        ('WebRequest.Create($"{Urls.Plain}x?id={a[0]}");', Level.NOTE),
        ('WebRequest.Create($"{Urls.Secure}x?id={a[0]}");', Level.WARNING),
        ("WebRequest.Create(new Uri(Urls.Plain));", Level.NOTE),
        ("new WebClient().DownloadString(Urls.Plain);", Level.NOTE),
        ("WebRequest.Create(ConfigurationManager.AppSettings[Urls.Key]);", Level.NOTE),
        ('WebRequest.Create(ConfigurationManager.AppSettings.Get(Urls.Key) + "/x");', Level.NOTE),
        ("WebRequest.Create(ConfigurationManager.AppSettings[Urls.Secure]);", Level.WARNING),
        (
            "new Mail.SmtpClient { EnableSsl = bool.Parse(ConfigurationManager.AppSettings[Urls.Off]) }.Send(a);",
            Level.NOTE,
        ),
        (
            "new Mail.SmtpClient { EnableSsl = bool.Parse(ConfigurationManager.AppSettings[Urls.On]) }.Send(a);",
            Level.WARNING,
        ),
        ("var c = new RestSharp.RestClient { BaseUrl = new Uri(Urls.Set + 1) };", Level.NOTE),
        ("var c = new RestSharp.RestClient(); c.BaseUrl = new Uri(Urls.Secure); c.Execute(a);", Level.WARNING),
        ("WebRequest.Create(new Uri(Root(a[0])));", Level.WARNING),
    ],
)
def test_addresses_of_other_files_tell_whether_tls_is_used(code: str, level: Level, tmp_path: Path) -> None:
    files = {
        "App/App.csproj": PROJECT,
        "App/P.cs": "using System;\nusing System.Net;\n"
        f"namespace Shop {{ class P {{ static void Main(string[] a) {{\n{code}\n}} }} }}\n",
        "App/Urls.cs": ADDRESSES,
        "App/App.config": '<configuration><add key="Url" value="http://a.example/" /><add key="Ssl" value="false" />'
        '<add key="Tls" value="true" /></configuration>',
    }
    assert told(tmp_path, files)[0] is level


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("Site/App_Code/Feed.cs", Level.WARNING),
        ("Site/Pages/Feed.aspx.cs", Level.WARNING),
        ("Site/Pages/Feed.Master.vb", Level.WARNING),
        ("Site/Pages/Feed.ashx", Level.WARNING),
        ("Site/Functions/Feed.cs", Level.NOTE),
    ],
)
def test_a_site_without_a_project_compiles_its_pages_and_app_code(path: str, level: Level, tmp_path: Path) -> None:
    code = 'using System.Net;\nclass A { void M() { new WebClient().DownloadString("https://a.example/"); } }\n'
    if path.endswith(".vb"):
        code = (
            'Class A\n    Sub M()\n        Dim a = New System.Net.WebClient()\n        a.DownloadString("https://a/")\n'
        )
        code += "    End Sub\nEnd Class\n"
    page = '<%@ WebHandler Language="C#" Class="A" %>\n' if path.endswith("ashx") else ""
    site = '<configuration><system.web><compilation targetFramework="4.0" /></system.web></configuration>'
    report = scanned(tmp_path, {"Site/Web.config": site, path: page + code})
    (found,) = [f for f in report.findings if f.usage.place.path == "Site/Web.config"]
    assert found.level is level


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ('WebRequest.Create("http://" + a + "/b/" + c + "/d").GetResponse()', Level.NOTE),
        ('WebRequest.Create("https://" + a + "/b/" + c + "/d").GetResponse()', Level.WARNING),
        ('WebRequest.Create($"http://host/{a}/b").GetResponse()', Level.NOTE),
        ('WebRequest.Create($"https://host/{a}/b").GetResponse()', Level.WARNING),
        ("Dim d = New WebClient()\n    d.Headers.Add(a, b)\n    ' d.DownloadString(a)", Level.NOTE),
        ("Dim d = New WebClient()\n    d.Headers.Add(a, b)\n    d.DownloadString(a)", Level.WARNING),
        ("Using d As New WebClient()\n    d.Headers.Add(a, b)\n    End Using", Level.NOTE),
        ("Dim d As New Mail.SmtpClient(a)\n    d.Port = 587\n    d.EnableSsl = True\n    ' d.Send(b)", Level.NOTE),
        ("Dim d As New Mail.SmtpClient(a)\n    d.EnableSsl = True\n    d.Send(b)", Level.WARNING),
    ],
)
def test_addresses_of_basic(code: str, level: Level, tmp_path: Path) -> None:
    text = f"Imports System.Net\nModule P\n  Sub Main()\n    Dim c = Made(1).Part\n    {code}\n  End Sub\nEnd Module\n"
    assert told(tmp_path, {"App/App.vbproj": PROJECT, "App/P.vb": text})[0] is level


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (
            "var r = WebRequest.Create(a[0]);\n r.Method = WebRequestMethods.Ftp.UploadFile;\n r.GetResponse();",
            Level.NOTE,
        ),
        (
            "var r = WebRequest.Create(a[0]);\n r.Method = WebRequestMethods.Http.Post;\n r.GetResponse();",
            Level.WARNING,
        ),
        ("using (var d = new WebClient())\n {\n d.Headers.Add(b);\n }", Level.NOTE),
        ("using (var d = new WebClient())\n {\n d.Headers.Add(b);\n Send(d);\n }", Level.WARNING),
        ("var d = new WebClient { Proxy = null };\n d.DownloadString(a[0]);", Level.WARNING),
        ("var d = new HttpClient();\n d.Timeout = b;", Level.NOTE),
        ("var d = new HttpClient().GetStringAsync(a[0]).Result;", Level.WARNING),
        ("var d = WebRequest.Create(a[0]).GetResponse();", Level.WARNING),
        ("var d = new HttpClient();\n d.Timeout = b;\n return d;", Level.WARNING),
        ("HttpClient d = new();\n d.Timeout = b;", Level.NOTE),
        ("HttpClient d = new();\n d.Timeout = b;\n return d;", Level.WARNING),
        ("HttpClient d = new();\n d.GetAsync(a[0]);", Level.WARNING),
        ('WebClient d = new();\n d.DownloadString("http://a.example/");', Level.NOTE),
        ("Mail.SmtpClient d = new Mail.SmtpClient(h);\n d.Port = 1;\n d.EnableSsl = true;\n // d.Send(m);", Level.NOTE),
        ("Mail.SmtpClient d = new Mail.SmtpClient(h);\n d.EnableSsl = true;\n d.Send(m);", Level.WARNING),
        ("var d = new Mail.SmtpClient(h);\n d.EnableSsl = true;\n e.Sender = d;", Level.WARNING),
        ("var d = Made(h) as Mail.SmtpClient;\n d.EnableSsl = true;", Level.WARNING),
    ],
)
def test_what_sends_nothing_and_what_sends_it_otherwise(code: str, level: Level, tmp_path: Path) -> None:
    text = CSHARP.format(code + '\n var other = "https://b.example/";')
    assert told(tmp_path, {"App/App.csproj": PROJECT, "App/P.cs": text})[0] is level


DOWN = "var d = new WebClient();\n foreach (var u in a) {\n {}\n d.DownloadString(u);\n }\n d.Dispose();"


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (
            'foreach (var u in a) {\n if (u.Substring(0, 7) != "http://") { b.Add(u); continue; }\n'
            " WebRequest.Create(u).GetResponse();\n }",
            Level.NOTE,
        ),
        (
            'foreach (var u in a) {\n if (!u.StartsWith("http://", c)) throw new Exception();\n'
            " WebRequest.Create(new Uri(u)).GetResponse();\n }",
            Level.NOTE,
        ),
        (
            'foreach (var u in a) {\n if (u.Substring(0, 7) != "http://") { b.Add(u); }\n'
            " WebRequest.Create(u).GetResponse();\n }",
            Level.WARNING,
        ),
        (
            'foreach (var u in a) {\n if (u.Substring(0, 8) != "https://") continue;\n'
            " WebRequest.Create(u).GetResponse();\n }",
            Level.WARNING,
        ),
        (
            'foreach (var u in a) {\n if (!u.StartsWith("http://")) continue;\n }\n var u = a[1];\n'
            " WebRequest.Create(u).GetResponse();",
            Level.WARNING,
        ),
        (
            'foreach (var u in a) {\n if (!u.StartsWith("http://")) continue;\n u = b;\n'
            " WebRequest.Create(u).GetResponse();\n }",
            Level.WARNING,
        ),
        (DOWN.replace("{}", 'if (u.Substring(0, 7).ToLower() != "http://") continue;'), Level.NOTE),
        (DOWN.replace("{}", 'if (!u.StartsWith("http://")) { d.DownloadString(b); continue; }'), Level.WARNING),
        (DOWN.replace("{}", ""), Level.WARNING),
    ],
)
def test_addresses_that_are_refused_unless_they_do_without_tls(code: str, level: Level, tmp_path: Path) -> None:
    text = CSHARP.format(code + '\n var other = "https://b.example/";')
    assert told(tmp_path, {"App/App.csproj": PROJECT, "App/P.cs": text})[0] is level


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ('lbSite.Text = "https://b.example/";', Level.NOTE),
        ('this.linkLabel1.Text = "https://b.example/";', Level.NOTE),
        ('aboutLabel.Content = "https://b.example/";', Level.NOTE),
        ('txtServer.Text = "https://b.example/";', Level.WARNING),
    ],
)
def test_addresses_that_a_label_shows(code: str, level: Level, tmp_path: Path) -> None:
    text = CSHARP.format(code + "\n WebRequest.Create(a[0]).GetResponse();")
    assert told(tmp_path, {"App/App.csproj": PROJECT, "App/P.cs": text})[0] is level


def test_long_texts_that_begin_like_namespaces_take_no_time() -> None:
    from tlsscan.addresses import only_plain

    for text in ("xmlns:" * 20_000, "xmlns=" + "a" * 100_000, "xmlns=" + " " * 100_000, "Namespace" + " " * 100_000):
        assert not only_plain([("a.cs", f'var http = "{text}";'.encode())])


@pytest.mark.parametrize(
    ("page", "plain"),
    [
        ('<a href="https://a.example/">@Model.Name</a>', True),
        ("<script src='https://cdn.example/x.js'></script>", True),
        ('@{ var client = new RestClient("https://a.example/"); }', False),
        ('@{ ViewBag.Service = "https://a.example/"; }', False),
    ],
)
@pytest.mark.parametrize("name", ["Views/Index.cshtml", "Index.aspx"])
def test_what_a_browser_fetches_is_no_address_of_the_program(page: str, plain: bool, name: str) -> None:
    from tlsscan.addresses import only_plain

    code = b'class A { string at = "http://localhost/api"; }'
    assert only_plain([("a.cs", code), (name, page.encode())]) is plain


@pytest.mark.parametrize(
    ("own", "level"),
    [
        ('WebRequest.Create("http://ip.example/").GetResponse();', Level.WARNING),
        ('new WebClient().DownloadString(new Uri("http://ip.example/"));', Level.WARNING),
        ('Root = "http://feed.example/"; WebRequest.Create(Root).GetResponse();', Level.NOTE),
    ],
)
def test_an_address_that_one_request_takes_is_none_of_others(own: str, level: Level, tmp_path: Path) -> None:
    code = (
        "using System;\nusing System.Net;\nclass P {\n  static string Root;\n"
        f"  static void Main(string[] a) {{\n    {own}\n"
        "    WebRequest.Create(Read(a[0])).GetResponse();\n  }\n}\n"
    )
    report = scanned(tmp_path, {"App.csproj": PROJECT, "P.cs": code})
    (found,) = [f for f in report.findings if f.usage.place.path.endswith("proj")]
    assert found.level is level
    lines = [place.region.line for place in found.usage.related]
    assert lines == ([7] if level is Level.WARNING else [])
