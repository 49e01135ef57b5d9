"""What heeds a setting of a whole process is a client that the program comes to, and one of the library, not of its
own."""

from pathlib import Path

import pytest

from tlsscan.model import Finding, Level
from tree_scans import scanned

PROJECT = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>
  <OutputType>Exe</OutputType><TargetFramework>{}</TargetFramework>
</PropertyGroup></Project>
"""
START = """using System.Net;
namespace Depot {{ class Start {{ static void Main() {{
  ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;
  {}
}} }} }}
"""
FEED = """using System.Net;
namespace Depot {
  class Feed {
    public void Count() { System.Console.WriteLine(1); }
    public string Fetch() { return new WebClient().DownloadString("https://depot.example/"); }
  }
}
"""
UNUSED = "of which none is known to be used here"


def _setting(tmp_path: Path, files: dict[str, str]) -> Finding:
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path.endswith(("Start.cs", "Start.vb"))]
    return found


@pytest.mark.parametrize(
    ("code", "feed", "level"),
    [
        ("new Feed().Count();", FEED, Level.NOTE),
        ("System.Console.WriteLine(1);", FEED, Level.NOTE),
        ("new Feed().Fetch();", FEED, Level.ERROR),
        ("new Feed().Count();", FEED.replace("Console.WriteLine(1)", "Func<string> f = Fetch; f()"), Level.ERROR),
        ("new Feed().Count();", FEED.replace("class Feed", "class Feed : IFeed"), Level.ERROR),
        ("new Feed().Count();", FEED.replace("class Feed {", "class Feed { WebClient kept = null;"), Level.ERROR),
        ("new Feed().Count();", "// a WebClient is what this had\n" + FEED.replace("WebClient", "Other"), Level.NOTE),
        ('System.Activator.CreateInstance(System.Type.GetType("Depot.Feed"));', FEED, Level.ERROR),
        (
            'System.Activator.CreateInstance(System.Type.GetType("System.Net.WebClient, System"));',
            FEED.replace("WebClient", "Other"),
            Level.ERROR,
        ),
    ],
    ids=["another", "none", "called", "given on", "for an interface", "a field", "said", "sought", "by its name"],
)
def test_a_client_in_a_method_that_nothing_calls_heeds_nothing(
    code: str, feed: str, level: Level, tmp_path: Path
) -> None:
    files = {"App/App.csproj": PROJECT.format("net8.0"), "App/Start.cs": START.format(code), "App/Feed.cs": feed}
    found = _setting(tmp_path, files)
    assert (found.usage.place.region.line, found.level) == (3, level)
    assert (UNUSED in found.message) is (level is Level.NOTE)


def test_a_program_of_which_no_start_is_seen_may_call_anything(tmp_path: Path) -> None:
    start = START.format("new Feed().Count();").replace("void Main", "void Begin")
    files = {"App/App.csproj": PROJECT.format("net8.0"), "App/Start.cs": start, "App/Feed.cs": FEED}
    assert _setting(tmp_path, files).level is Level.ERROR


OWN = """using System.Net.Security;
namespace Depot.Post {{
  public class {name} : System.Net.Mail.SmtpClient {{
    public {name}(string host) : base(host, 465) {{ }}
    public void Go(System.IO.Stream raw) {{
      var stream = new SslStream(raw);
      stream.AuthenticateAsClient(Host, null, System.Security.Authentication.SslProtocols.Tls12, true);
      {more}
    }}
  }}
}}
"""


@pytest.mark.parametrize(
    ("name", "head", "made", "more", "level"),
    [
        ("SmtpClient", "using Depot.Post;\n", "SmtpClient", "", Level.NOTE),
        ("SmtpClient", "", "Post.SmtpClient", "", Level.NOTE),
        ("Courier", "using Depot.Post;\n", "Courier", "", Level.NOTE),
        ("SmtpClient", "using System.Net.Mail;\n", "SmtpClient", "", Level.ERROR),
        ("SmtpClient", "using Depot.Post;\n", "System.Net.Mail.SmtpClient", "", Level.ERROR),
        ("Courier", "using Depot.Post;\n", "Courier", "base.Send(null);", Level.ERROR),
        ("Courier", "using Depot.Post;\n", "Courier", 'new System.Net.Mail.SmtpClient("h");', Level.ERROR),
    ],
)
def test_a_client_of_the_code_itself_that_does_tls_by_itself_heeds_nothing(
    name: str, head: str, made: str, more: str, level: Level, tmp_path: Path
) -> None:
    files = {
        "App/App.csproj": PROJECT.format("net8.0"),
        "App/Start.cs": head + START.format(f'new {made}("post.example").Go(null);'),
        "App/Own.cs": OWN.format(name=name, more=more),
    }
    assert _setting(tmp_path, files).level is level


def test_a_class_derived_from_a_client_without_tls_of_its_own_is_one(tmp_path: Path) -> None:
    own = "namespace Depot { class Courier : System.Net.Mail.SmtpClient { public int Many; } }\n"
    files = {
        "App/App.csproj": PROJECT.format("net8.0"),
        "App/Start.cs": START.format("new Courier().Send(null);"),
        "App/Own.cs": own,
    }
    assert _setting(tmp_path, files).level is Level.ERROR


def test_a_class_of_basic_that_does_tls_by_itself(tmp_path: Path) -> None:
    start = """Imports System.Net
Module Start
  Sub Main()
    ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls
    Dim post = New Courier()
    post.Go(Nothing)
  End Sub
End Module
"""
    own = """Class Courier
  Inherits System.Net.Mail.SmtpClient
  Public Sub Go(raw As System.IO.Stream)
    Dim line = New System.Net.Security.SslStream(raw)
    line.AuthenticateAsClient(Host, Nothing, System.Security.Authentication.SslProtocols.Tls12, True)
  End Sub
End Class
"""
    files = {"App/App.vbproj": PROJECT.format("net8.0"), "App/Start.vb": start, "App/Own.vb": own}
    assert _setting(tmp_path, files).level is Level.NOTE
