"""Code that sets no version is told where a claim of the repository falls short, and nowhere else."""

from pathlib import Path

import pytest

from tlsscan import packs
from tlsscan.errors import PackError
from tlsscan.model import Finding, Level
from tlsscan.packcheck import check
from tlsscan.packfiles import PackFile
from tlsscan.scan import Request, scan
from tlsscan.scanner import Scanner
from tree_scans import scanned

BOOK = packs.load()
PROJECT = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>{target}</TargetFramework></PropertyGroup>
</Project>
"""
REQUEST = "using System.Net;\nclass A { object B(string u) { return WebRequest.Create(u); } }\n"
START = """using System.Net;
class Start { static void Main() { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; } }
"""
HTTPS = """import java.net.URL;
import javax.net.ssl.HttpsURLConnection;
class Client {
    Object open(String address) throws Exception {
        return (HttpsURLConnection) new URL(address).openConnection();
    }
}
"""


def findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], shown: Level = Level.WARNING
) -> dict[str, Finding]:
    """The findings at claims in a repository that holds these files, by rule."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report = scan(Request(("."), shown=shown, jobs=1), BOOK).report
    assert report.problems == ()
    return {found.usage.rule: found for found in report.findings if not found.usage.language}


def told(finding: Finding) -> list[str]:
    """The related places of a finding, with what is said of them."""
    return [f"{place.path}:{place.region.line} {place.text}" for place in finding.usage.related]


@pytest.mark.parametrize(
    ("files", "rule", "places"),
    [
        (
            {
                "Dockerfile": "FROM python:2.7.8\n",
                "a.py": "import urllib2\nurllib2.urlopen(address)\n",
                "b.py": "from requests import get as fetch\nimport requests\nfetch(address)\nrequests.Session()\n",
                "c.py": "import urllib2\nurllib2.urlopen('http://localhost/')\nurllib2.urlopen(address, context=own)\n",
            },
            "runtimes/python",
            ["a.py:2 urllib2.urlopen", "b.py:3 requests.get", "b.py:4 requests.Session"],
        ),
        (
            {
                "Dockerfile": "FROM ruby:2.1\nRUN apt-get install -y openssl=0.9.8o-4\n",
                "a.rb": "require 'net/http'\nh = Net::HTTP.new(host, 443)\nh.use_ssl = true\nHTTParty.get(address)\n",
            },
            "runtimes/ruby",
            ["a.rb:3 h.use_ssl", "a.rb:4 HTTParty.get"],
        ),
        (
            {"Dockerfile": "FROM openjdk:7-jre\n", "src/Client.java": HTTPS},
            "runtimes/java",
            ["src/Client.java:5 URL.openConnection"],
        ),
        (
            {"Shop.csproj": PROJECT.format(target="net452"), "A.cs": REQUEST},
            "runtimes/netfx",
            ["A.cs:2 WebRequest.Create"],
        ),
        (
            {
                "Dockerfile": "FROM debian:squeeze\nRUN apt-get install -y php5-curl libcurl3\n",
                "a.php": "<?php curl_init($u);",
            },
            "runtimes/libcurl",
            ["a.php:1 curl_init"],
        ),
    ],
    ids=["python", "ruby", "java", "netfx", "libcurl"],
)
def test_uses_are_related_to_the_claim(
    files: dict[str, str], rule: str, places: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = findings(tmp_path, monkeypatch, files)
    assert told(found[rule]) == [f"{place} leaves the versions to it" for place in places]


@pytest.mark.parametrize(("pinned", "level"), [("2.2.1", Level.NOTE), ("1.26.18", Level.WARNING), ("", Level.WARNING)])
def test_a_library_that_keeps_the_floor_is_no_use_of_what_is_below_it(
    pinned: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {".python-version": "3.9\n", "a.py": "import requests\nrequests.get(address)\n"}
    files |= {"requirements.txt": f"urllib3=={pinned}\n"} if pinned else {}
    assert findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/python"].level is level


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM python:3.12\n", "a.py": "import urllib.request\nurllib.request.urlopen(address)\n"},
        {"Dockerfile": "FROM eclipse-temurin:17\n", "Client.java": HTTPS},
        {"Shop.csproj": PROJECT.format(target="net48"), "A.cs": REQUEST},
        {"A.cs": REQUEST, "Client.java": HTTPS},
    ],
    ids=["python", "java", "netfx", "no claim"],
)
def test_nobody_looks_for_uses_without_a_claim_that_falls_short(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> list[object]:
        raise AssertionError("a second look")

    monkeypatch.setattr(Scanner, "relying", refuse)
    assert findings(tmp_path, monkeypatch, files) == {}


def test_a_setting_of_the_whole_program_decides_for_its_clients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"Shop.csproj": PROJECT.format(target="net452"), "A.cs": REQUEST, "Start.cs": START}
    found = findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"]
    assert found.level is Level.NOTE
    assert told(found) == ["Start.cs:2 ServicePointManager.SecurityProtocol asks for more than the default"]


def test_code_that_sets_nothing_keeps_a_claim_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = """import javax.net.ssl.SSLSocket;
class Other { void set(SSLSocket socket) { socket.setEnabledProtocols(new String[] {"TLSv1.2"}); } }
"""
    files = {"Dockerfile": "FROM openjdk:7-jre\n", "Client.java": HTTPS, "Other.java": asking}
    found = findings(tmp_path, monkeypatch, files)["runtimes/java"]
    assert found.level is Level.WARNING
    assert told(found) == [
        "Client.java:5 URL.openConnection leaves the versions to it",
        "Other.java:2 socket.setEnabledProtocols asks for more than the default",
    ]


def test_code_that_asks_by_name_leaves_a_claim_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Java 7's context of TLS 1.2 has the older ones beside it: what is wrong is not that it falls short."""
    asking = """import javax.net.ssl.*;
class Other { void set() throws Exception {
  SSLContext context = SSLContext.getInstance("TLSv1.2");
  context.init(null, null, null);
  HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
} }
"""
    files = {"Dockerfile": "FROM openjdk:7-jre\n", "Other.java": asking}
    found = findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/java"]
    assert found.level is Level.NOTE
    assert told(found) == ["Other.java:3 SSLContext.getInstance asks for more than the default"]


def test_what_has_a_better_default_does_not_rely_on_a_worse_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"Dockerfile": "FROM php:5.6-apache\n", "a.php": "<?php file_get_contents('https://example.org/');"}
    assert told(findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/php"]) == []


def test_each_claim_has_the_code_that_it_counts_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import ssl\nssl.create_default_context()\n"
    files = {
        "old/Dockerfile": "FROM python:2.7.8\n",
        "old/a.py": code,
        "new/Dockerfile": "FROM python:3.12\n",
        "new/a.py": code,
        "old/tests/test_a.py": code,
    }
    found = findings(tmp_path, monkeypatch, files)["runtimes/python"]
    assert told(found) == ["old/a.py:2 ssl.create_default_context leaves the versions to it"]


def test_a_name_of_ones_own_is_no_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = "namespace Shop { class WebClient { } class A { object B() { return new WebClient(); } } }\n"
    files = {"Shop.csproj": PROJECT.format(target="net452"), "A.cs": own, "B.cs": REQUEST}
    assert [place.path for place in findings(tmp_path, monkeypatch, files)["runtimes/netfx"].usage.related] == ["B.cs"]


def test_of_many_uses_the_first_are_told_and_all_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import urllib2\n" + "urllib2.urlopen(address)\n" * 13
    found = findings(tmp_path, monkeypatch, {"Dockerfile": "FROM python:2.7.8\n", "a.py": code})["runtimes/python"]
    assert [place.region.line for place in found.usage.related] == list(range(2, 12))
    assert "13 places leave the versions to it, of which 10 are told" in found.message


def test_settings_that_rely_on_a_default_are_counted_with_the_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import ssl, urllib2\nssl.SSLContext(ssl.PROTOCOL_SSLv23)\n" + "urllib2.urlopen(address)\n" * 13
    found = findings(tmp_path, monkeypatch, {".python-version": "3.8.1\n", "a.py": code})["runtimes/python"]
    assert [place.region.line for place in found.usage.related] == [2, *range(3, 13)]
    assert "14 places leave the versions to it, of which 11 are told" in found.message


QUEUE = """using RabbitMQ.Client;
class Queue { void Build(ConnectionFactory factory) { factory.Ssl.Enabled = true; } }
"""
PACKAGE = '<packages><package id="RabbitMQ.Client" version="5.1.2" /></packages>\n'


@pytest.mark.parametrize(
    ("files", "rule", "level", "places"),
    [
        ({"requirements.txt": "gunicorn==19.6.0\n"}, "runtimes/gunicorn", Level.NOTE, []),
        (
            {"requirements.txt": "gunicorn==19.6.0\n", "gunicorn.conf.py": 'certfile = "server.pem"\n'},
            "runtimes/gunicorn",
            Level.WARNING,
            ["gunicorn.conf.py:1 certfile"],
        ),
        ({"packages.config": PACKAGE}, "runtimes/rabbitmq-client", Level.NOTE, []),
        (
            {"packages.config": PACKAGE, "Queue.cs": QUEUE},
            "runtimes/rabbitmq-client",
            Level.WARNING,
            ["Queue.cs:2 factory.Ssl.Enabled"],
        ),
        (
            {
                "packages.config": PACKAGE,
                "Queue.cs": QUEUE,
                "Other.cs": QUEUE.replace(
                    "Enabled = true", "Version = System.Security.Authentication.SslProtocols.Tls12"
                ),
            },
            "runtimes/rabbitmq-client",
            Level.NOTE,
            [],
        ),
    ],
    ids=["gunicorn", "gunicorn with TLS", "RabbitMQ", "RabbitMQ with TLS", "RabbitMQ with a version"],
)
def test_a_library_that_mostly_does_without_tls_is_a_note_unless_code_uses_it(
    files: dict[str, str],
    rule: str,
    level: Level,
    places: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = findings(tmp_path, monkeypatch, files, Level.NOTE)[rule]
    assert found.level is level
    assert told(found) == [f"{place} leaves the versions to it" for place in places]


def test_an_image_of_net_framework_does_not_say_what_a_program_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "Dockerfile": "FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8\n",
        "Shop.csproj": PROJECT.format(target="net452"),
        "A.cs": REQUEST,
    }
    found = findings(tmp_path, monkeypatch, files)
    assert list(found) == ["runtimes/netfx"]
    assert found["runtimes/netfx"].usage.place.path == "Shop.csproj"


USES = """\
schema: 1
library: demo
base: modern
evidence: wire
languages: python
defaults:
  - id: demo/use
    title: A use
    sinks:
      - {sink}
    references: https://example.org/
    examples: x
"""
TABLES = """\
schema: 1
bases:
  modern:
    title: a modern library
    rows: [{offered: TLSv1.2, possible: TLSv1.2, evidence: wire}]
"""


@pytest.mark.parametrize(
    ("sink", "mistake"),
    [
        ("{call: '*'}", "a name is needed here"),
        ("{call: lib.connect_tls, of: lib.x}", "`of` belongs to an option"),
        ("{call: lib.connect_tls, unless: {is: ['1']}}", "has no 'position' or 'argument'"),
        ("{call: lib.connect_tls, position: 1}", "unknown key 'position' in a use"),
        ("{call: lib.get}", "'get' is too common to look for"),
    ],
)
def test_mistakes_in_packs_are_told(sink: str, mistake: str) -> None:
    texts = [("demo", USES.replace("{sink}", sink)), ("runtimes", TABLES)]
    with pytest.raises(PackError, match=mistake):
        check([PackFile(pack, "lib", f"{pack}/lib.yaml", text.encode()) for pack, text in texts])


def test_rules_that_decide_for_a_use_are_there() -> None:
    texts = [
        ("demo", USES.replace("{sink}", "{call: lib.connect_tls}") + "    governed: demo/x\n"),
        ("runtimes", TABLES),
    ]
    with pytest.raises(PackError, match="no rule has the id 'demo/x'"):
        check([PackFile(pack, "lib", f"{pack}/lib.yaml", text.encode()) for pack, text in texts])


STREAM = "using System.Net.Security;\nclass S {{ void B(SslStream s) {{ s.{call}; }} }}\n"


@pytest.mark.parametrize(
    ("call", "role"),
    [
        ("AuthenticateAsServer(own)", "server"),
        ("AuthenticateAsServerAsync(own)", "server"),
        ("BeginAuthenticateAsServer(own, Done, null)", "server"),
        ("AuthenticateAsClient(host)", "client"),
        ("BeginAuthenticateAsClient(host, Done, null)", "client"),
    ],
)
def test_a_stream_that_leaves_the_versions_to_the_framework(
    call: str, role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"Shop.csproj": PROJECT.format(target="net452"), "S.cs": STREAM.format(call=call)}
    found = findings(tmp_path, monkeypatch, files)["runtimes/netfx"]
    assert [place.path for place in found.usage.related] == ["S.cs"]
    assert found.usage.role == role
    to_clients = "clients that require TLS 1.2 cannot connect to what does not ask for TLS 1.2"
    assert (to_clients if role == "server" else "cannot connect to a server") in found.message
    assert ("cannot connect to a server" in found.message) == (role == "client")


FEED = """using System.Net;
class Feed { public static void Read(string address) {
  var client = new Client { Proxy = null };
  ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
  client.OpenRead(address);
} }
"""
READY = """using System.Net;
class Ready : WebClient { public Ready() { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; } }
"""
DERIVED = """using System.Net;
class Client : WebClient { WebRequest GetWebRequest(Uri a) { return base.GetWebRequest(a); } }
"""


@pytest.mark.parametrize(
    ("main", "level"),
    [
        ('new Client().DownloadString("https://x.example/");', Level.WARNING),
        ('new Client().DownloadString("http://x.example/");', Level.NOTE),
        ("Other();", Level.NOTE),
        (
            "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; new Client().DownloadString(a[0]);",
            Level.NOTE,
        ),
        ("Feed.Read(a[0]);", Level.NOTE),
        ("new Ready().DownloadString(a[0]);", Level.NOTE),
        ("new Client().DownloadString(a[0]); Feed.Read(a[0]);", Level.WARNING),
    ],
)
def test_what_a_class_is_made_from_leaves_the_versions_to_the_framework(
    main: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = f"using System.Net;\nclass P {{ static void Main(string[] a) {{ {main} }} }}\n"
    files = {"Shop.csproj": PROJECT.format(target="net452"), "Client.cs": DERIVED, "P.cs": start}
    files |= {"F.cs": FEED} if "Feed" in main else {}
    files |= {"R.cs": READY} if "Ready" in main else {}
    found = findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"]
    assert found.level is level
    assert ("Client.cs:2 WebClient leaves the versions to it" in told(found)) == (level is Level.WARNING)


@pytest.mark.parametrize(("call", "told"), [("AuthenticateAsServer(own)", []), ("Close()", ["Start.cs"])])
def test_what_a_stream_does_not_heed_is_not_told_beside_it(
    call: str, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "Shop.csproj": PROJECT.format(target="net452"),
        "S.cs": STREAM.replace("void", "public void").format(call=call),
    }
    files["Start.cs"] = START.replace("Tls12;", "Tls12; new S().B(Open());")
    related = findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"].usage.related
    assert [place.path for place in related if "asks for more" in place.text] == told


@pytest.mark.parametrize("target", ["net452", "net35"])
def test_what_helps_two_kinds_of_uses_is_one_sentence(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = STREAM.format(call="AuthenticateAsClient(host)")
    files = {"Shop.csproj": PROJECT.format(target=target), "A.cs": REQUEST, "S.cs": stream}
    said = findings(tmp_path, monkeypatch, files)["runtimes/netfx"].remediation
    assert [said.count(words) for words in ("Until then", "SystemDefaultTlsVersions", "3072")] == [1, 1, 2]
    assert "; and pass" in said
    assert "do not heed ServicePointManager; or set " in said


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("A.vb", 'Module A\nSub Main()\nMy.Computer.Network.DownloadFile("https://x/a", "a")\nEnd Sub\nEnd Module\n'),
        ("A.cs", 'using System.Xml.Linq;\nclass A { object B() { return XDocument.Load("https://x/a"); } }\n'),
    ],
)
def test_what_downloads_by_itself_relies_on_the_framework(
    name: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = findings(tmp_path, monkeypatch, {"Shop.csproj": PROJECT.format(target="net452"), name: code})
    assert [place.path for place in found["runtimes/netfx"].usage.related] == [name]


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("<?php curl_init('https://example.org/');", Level.NOTE),
        ("<?php $c = new SoapClient($wsdl); file_get_contents('https://example.org/');", Level.NOTE),
        ("<?php fsockopen('ssl://example.org', 443);", Level.NOTE),
        ("<?php echo 1;", Level.NOTE),
        ("<?php fsockopen('tls://example.org', 443);", Level.WARNING),
        ("<?php stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);", Level.WARNING),
    ],
)
@pytest.mark.parametrize("version", ["5.4", "5.6", "7.1"])
def test_php_is_judged_by_code_that_means_one_version_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, code: str, level: Level
) -> None:
    files = {"Dockerfile": f"FROM php:{version}-cli\n", "a.php": code}
    found = findings(tmp_path, monkeypatch, files, Level.NOTE)
    assert found["runtimes/php"].level is level
    assert "through tls:// and STREAM_CRYPTO_METHOD_TLS_CLIENT: what uses them" in found["runtimes/php"].message


def test_an_openssl_that_cannot_is_told_whatever_code_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker = "FROM debian:squeeze\nRUN apt-get install -y php5\n"
    found = findings(tmp_path, monkeypatch, {"Dockerfile": docker, "a.php": "<?php echo 1;"})
    assert found["runtimes/php"].level is Level.ERROR


HANDLER = """using System.Net;
class First : Form {{
  {0} {{ {1} }}
}}
"""
OTHER = """using System.Net;
class Second : Form {{
  void button2_Click(object a, EventArgs b) {{ {0} new WebClient().DownloadString("https://b.example/"); }}
}}
"""
SET = "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;"


@pytest.mark.parametrize(
    ("method", "body", "before", "main", "level"),
    [
        ("void button1_Click(object a, EventArgs b)", SET, "", "Run(new First());", Level.WARNING),
        (
            "void button1_Click(object a, EventArgs b)",
            SET + " new Second().Show();",
            "",
            "Run(new First());",
            Level.NOTE,
        ),
        ("void First_Load(object a, EventArgs b)", SET, "", "Run(new First());", Level.NOTE),
        ("void First_Load(object a, EventArgs b)", SET, "", "Run(new Third());", Level.WARNING),
        ("void First_OnLoaded(object a, RoutedEventArgs b)", SET, "", "Run(new First());", Level.NOTE),
        ("void First_OnLoaded(object a, RoutedEventArgs b)", SET, "", "Run(new Third());", Level.WARNING),
        ("public First()", SET, "", "Run(new First());", Level.NOTE),
        ("public First()", SET, "", "Run(new Third());", Level.WARNING),
        ("public First()", SET, "new First();", "Run(new Third());", Level.NOTE),
        ("public static void Ask()", SET, "First.Ask();", "Run(new Third());", Level.NOTE),
        ("public static void Ask()", SET, "", "First.Ask();", Level.NOTE),
        ("public static string Ask()", SET + " return Get(a);", "", "Use(typeof(First));", Level.WARNING),
        ("private void ThisAddIn_Startup(object a, EventArgs b)", SET, "", "", Level.NOTE),
        ("private void ThisAddIn_Shutdown(object a, EventArgs b)", SET, "", "", Level.WARNING),
        ("public static void AppInitialize()", SET, "", "", Level.NOTE),
    ],
)
def test_a_setting_counts_where_it_was_made_before(
    method: str, body: str, before: str, main: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "Shop.csproj": PROJECT.format(target="net452"),
        "First.cs": HANDLER.format(method, body),
        "Second.cs": OTHER.format(before),
        "Program.cs": f"class P {{ static void Main() {{ {main} }} }}\n",
        "Fourth.cs": "class Fourth { void Go() { var a = First.Ask(); } }\n",
    }
    found = findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"]
    assert found.level is level
    assert ("Second.cs" in [place.path for place in found.usage.related]) == (level is Level.WARNING)


ASKS = 'new WebClient().DownloadString("https://a.example/");'


@pytest.mark.parametrize(
    ("members", "level"),
    [
        (f"static void Main() {{ {SET} {ASKS} }}", Level.NOTE),
        (f"static void Main() {{ {ASKS} {SET} }}", Level.WARNING),
        (f"static void Main() {{ var c = new WebClient(); {SET} c.DownloadString(a); }}", Level.NOTE),
        (f"static void Main() {{ if (old) {SET} {ASKS} }}", Level.WARNING),
        (f"static void Main() {{ if (old) {{ {SET} {ASKS} }} }}", Level.NOTE),
        (f"static void Main() {{ if (useTls12) {SET} {ASKS} }}", Level.NOTE),
        (f"static void Main() {{ if (old) {SET} else {SET} {ASKS} }}", Level.NOTE),
        (f"static void Main() {{\n#if DEBUG\n{SET}\n#endif\n{ASKS} }}", Level.WARNING),
        (f"static void Main() {{\n#if !DEBUG\n{SET}\n#endif\n{ASKS} }}", Level.NOTE),
        (f"static void Main() {{ {ASKS} }}\nprivate void Up() {{ {SET} }}", Level.WARNING),
        (f"static void Main() {{ {ASKS} }}\npublic void Up() {{ {SET} }}", Level.WARNING),
        (f"static void Main() {{ {ASKS} }}\nstatic P() {{ {SET} }}", Level.NOTE),
        (f"static void Main() {{ Up(); {ASKS} }}\nstatic void Up() {{ {SET} }}", Level.NOTE),
        (f"static void Main() {{ if (a) Up(); else {ASKS} }}\nstatic void Up() {{ {SET} {ASKS} }}", Level.WARNING),
        (f"static void Main() {{ if (Has.CheckDotNet45()) {SET} {ASKS} }}", Level.NOTE),
        (
            f"static void Main() {{ Up(); {ASKS} }}\nvoid Up() {{ if (old) Now(); }}\nvoid Now() {{ {SET} }}",
            Level.WARNING,
        ),
        (
            f"static void Main() {{ Up(); {ASKS} }}\nvoid Up() {{ Now(); }}\nvoid Now() {{ {SET} }}",
            Level.NOTE,
        ),
        *(
            (f"static void Main() {{ Up(); {ASKS} }}\nvoid Up() {{ {body} }}\nbool Now() {{ {SET} }}", level)
            for body, level in (
                ("if (until > now) return; Now();", Level.WARNING),
                (f"if (until > now) {{ Log(); return; }} {SET}", Level.WARNING),
                ("if (until > now) { if (list == null) return; } Now();", Level.NOTE),
                ("if (until > now) throw new E(); Now();", Level.NOTE),
                ("if (done) return; done = true; Now();", Level.NOTE),
                ("if (done) return; Now();", Level.WARNING),
                ("try { Log(); } catch { return; } Now();", Level.NOTE),
                ("Now(); if (until > now) return;", Level.NOTE),
                ("return until > now && Now();", Level.WARNING),
                ("return list != null && Now();", Level.NOTE),
                ("if (Now()) { Log(); }", Level.NOTE),
                ("if (until > now && Now()) { Log(); }", Level.WARNING),
                ("if (Now() && until > now) { Log(); }", Level.NOTE),
            )
        ),
        (f"static void Main() {{ if (a) return; Up(); {ASKS} }}\nvoid Up() {{ {SET} }}", Level.NOTE),
        (
            f"static void Main() {{ if (a) return; {SET} Two(); }}\nvoid Two() {{ F(Ask); }}\nvoid Ask() {{ {ASKS} }}",
            Level.NOTE,
        ),
        (f"static void Main() {{ Up(); Ask(); }}\nvoid Ask() {{ {ASKS} }}\nvoid Up() {{ {SET} }}", Level.NOTE),
        (f"static void Main() {{ Ask(); Up(); }}\nvoid Ask() {{ {ASKS} }}\nvoid Up() {{ {SET} }}", Level.WARNING),
        (f"static void Main() {{ Ask(); Up(); }}\nvoid Ask() {{ Up(); {ASKS} }}\nvoid Up() {{ {SET} }}", Level.NOTE),
        *(
            (
                f"static void Main() {{ {main} }}\nvoid One() {{ Ask(); }}\nvoid Ask() {{ {ASKS} }}\n"
                f"void Two() {{ Up(); }}\nvoid Up() {{ {SET} }}",
                level,
            )
            for main, level in (
                ("One(); Two();", Level.WARNING),
                ("Two(); One();", Level.NOTE),
                ("if (old) One(); Two();", Level.NOTE),
                ("if (old) { One(); Two(); }", Level.WARNING),
            )
        ),
        (
            f"static void Main() {{ Ask(); Up(); }}\nvoid Ask() {{ {ASKS} }}\nvoid Up() {{ {SET} {ASKS} }}",
            Level.WARNING,
        ),
        (
            f"static void Main() {{ if (a) A(); else B(); }}\nvoid A() {{ {SET} {ASKS} }}\nvoid B() {{ {ASKS} }}",
            Level.WARNING,
        ),
        (
            f"static void Main() {{ if (a) B(); else new A(); }}\nvoid B() {{ {ASKS} }}\n"
            f"class A {{ public A() {{ {SET} }} }}",
            Level.WARNING,
        ),
        (
            f"static void Main() {{ if (Once()) {{ {SET} Run(new Form()); }} else {{ Post(); }} }}\n"
            "class Form { Form() { Shown += Show; } void Show(object s, EventArgs e) { Tool.Get(); } }\n"
            f"class Tool {{ public static void Get() {{ {ASKS} }} }}",
            Level.NOTE,
        ),
        (
            f"static void Main() {{ if (Once()) {{ {SET} Run(); }} else {{ new Form(); }} }}\n"
            "class Form { Form() { Shown += Show; } void Show(object s, EventArgs e) { Tool.Get(); } }\n"
            f"class Tool {{ public static void Get() {{ {ASKS} }} }}",
            Level.WARNING,
        ),
        (f"static void Main() {{ try {{ {SET} }} finally {{ }} {ASKS} }}", Level.NOTE),
        (f"static void Main() {{ try {{ {ASKS} }} catch {{ {SET} {ASKS} }} }}", Level.WARNING),
        (f"static void Main() {{ using (Open()) {{ {SET} }} {ASKS} }}", Level.NOTE),
        (f"static void Main() {{ {ASKS} }}\nstatic P() {{ Up(); }}\nstatic void Up() {{ {SET} }}", Level.NOTE),
    ],
)
def test_a_setting_counts_where_it_surely_runs_first(
    members: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "Shop.csproj": PROJECT.format(target="net452"),
        "Shop.cs": f"using System.Net;\nclass P {{\n{members}\n}}\n",
    }
    assert findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"].level is level


MASTER = """using System.Net;
public partial class newMain : MasterPage {{ protected void Page_Load(object s, EventArgs e) {{ {0} }} }}
"""
PAGE = """using System.Net;
public partial class Ask : Page {{ protected void go_Click(object s, EventArgs e) {{ {0} }} }}
"""


@pytest.mark.parametrize(
    ("pages", "level"),
    [
        ({"Ask.aspx": '<%@ Page MasterPageFile="~/newMain.Master" %>'}, Level.NOTE),
        ({"Ask.aspx": '<%@ Page Inherits="Ask" %>'}, Level.WARNING),
        ({}, Level.WARNING),
        (
            {
                "Ask.aspx": '<%@ Page MasterPageFile="~/newMain.Master" %>',
                "a/Ask.aspx": '<%@ Page MasterPageFile="~/Other.Master" %>',
                "Other.Master": '<%@ Master Inherits="Other" %>',
            },
            Level.WARNING,
        ),
        (
            {
                "Ask.aspx": '<%@ Page MasterPageFile="inner.master" %>',
                "inner.master": '<%@ Master MasterPageFile="newMain.Master" %>',
            },
            Level.NOTE,
        ),
    ],
)
def test_a_master_page_sets_for_the_pages_that_name_it(
    pages: dict[str, str], level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "Web.config": '<configuration><system.web><httpRuntime targetFramework="4.5" /></system.web></configuration>\n',
        "newMain.Master.cs": MASTER.format(SET),
        "Ask.aspx.cs": PAGE.format(ASKS),
        **pages,
    }
    assert findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"].level is level


PROXY = """Partial Public Class Stamping
  Inherits System.Web.Services.Protocols.SoapHttpClientProtocol
  Public Sub New()
    Me.Url = "https://a.example/stamp"
  End Sub
End Class
"""
STAMPS = """Partial Class {0}
  Inherits System.Web.UI.Page
  Protected Sub {1} Handles go.Click
    Dim s As New Stamping()
    {2}
    s.Stamp("x")
  End Sub
End Class
"""
HANDLED = "go_Click(ByVal s As Object, ByVal e As EventArgs)"


@pytest.mark.parametrize(
    ("one", "two", "level"),
    [
        (HANDLED, "", Level.WARNING),
        (HANDLED, "System.Net." + SET.rstrip(";"), Level.NOTE),
        ("Cancel()", "", Level.WARNING),
    ],
)
def test_a_page_sets_for_its_own_use_of_a_proxy(
    one: str, two: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "Web.config": '<configuration><system.web><httpRuntime targetFramework="4.5" /></system.web></configuration>\n',
        "App_Code/Reference.vb": PROXY,
        "One.aspx.vb": STAMPS.format("One", one, "System.Net." + SET.rstrip(";")).replace(
            "Cancel() Handles go.Click", "Cancel()"
        ),
        "Two.aspx.vb": STAMPS.format("Two", HANDLED, two),
    }
    found = findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"]
    assert found.level is level
    assert ("App_Code/Reference.vb" in [place.path for place in found.usage.related]) == (level is Level.WARNING)


@pytest.mark.parametrize(
    ("declared", "called", "level"),
    [
        ("private string Get(string a)", "b.Get(u)", Level.WARNING),
        ("public string Get(string a)", "b.Get(u)", Level.NOTE),
        ("public string Get(string a)", 'b.Get("u")', Level.NOTE),
        ("public string Get(string a)", "b.Get()", Level.WARNING),
        ("public string Get(string a = u)", "b.Get()", Level.NOTE),
        ("public string Get(params string[] a)", "b.Get()", Level.NOTE),
        ("public string Get()", "b.Get()", Level.NOTE),
    ],
)
def test_a_call_is_one_of_a_method_that_it_can_call(
    declared: str, called: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Up` sets before it calls something of the name of the method that `Asking` makes its request in."""
    main = "class P { static void Main() { new Asking().Go(); new Setting().Up(b); } }"
    asking = f"class Asking {{ public void Go() {{ var s = this.Get(u); }}\n{declared} {{ {ASKS} }} }}"
    setting = f"class Setting {{ public void Up(B b) {{ {SET} {called}; }} }}"
    files = {"Shop.csproj": PROJECT.format(target="net452"), "P.cs": f"using System.Net;\n{main}\n"}
    files |= {"Asking.cs": f"using System.Net;\n{asking}\n", "Setting.cs": f"using System.Net;\n{setting}\n"}
    assert findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"].level is level


@pytest.mark.parametrize(
    ("made", "more", "level"),
    [
        ('new T("x")', "", Level.WARNING),
        ('new T("x", true)', "", Level.NOTE),
        ('new T("x")', "class U : T { public U() : base(a, true) { } }", Level.NOTE),
        ("new T(a, b, c)", "", Level.NOTE),
    ],
)
def test_a_constructor_sets_for_those_who_call_it(
    made: str, more: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = (
        f"class T {{ public T(string a) {{ A = a; }}\npublic T(string a, bool b) {{ {SET} }}\n"
        f"public T(int a, int b, int c) {{ {SET} }} }}\n{more}"
    )
    body = f"using System.Net;\nclass P {{ static void Main() {{ var t = {made}; {ASKS} }} }}\n{types}\n"
    files = {"Shop.csproj": PROJECT.format(target="net452"), "Shop.cs": body}
    assert findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"].level is level


@pytest.mark.parametrize(
    "members",
    [
        f"public T(string a) : this(a, true) {{ }}\npublic T(string a, bool b) {{ {SET} }}",
        f"public T(string a, bool b = true) {{ {SET} }}",
    ],
)
def test_a_constructor_may_be_reached_in_another_way(
    members: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = f'class P {{ static void Main() {{ var t = new T("x"); {ASKS} }} }}'
    body = f"using System.Net;\n{main}\nclass T {{ {members} }}\n"
    files = {"Shop.csproj": PROJECT.format(target="net452"), "Shop.cs": body}
    assert findings(tmp_path, monkeypatch, files, Level.NOTE)["runtimes/netfx"].level is Level.NOTE


@pytest.mark.parametrize(("targets", "level"), [("net35;net48", Level.ERROR), ("net45;net48", Level.WARNING)])
def test_a_setting_for_other_targets_alone_decides_nothing(
    targets: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = "ServicePointManager.SecurityProtocol = (SecurityProtocolType)3072;"
    made = 'WebRequest.Create("https://x.example").GetResponse();'
    project = PROJECT.format(target=targets).replace("TargetFramework>", "TargetFrameworks>")
    body = f"using System.Net;\nclass P {{ static void Main() {{\n#if NET48\n{sets}\n#endif\n{made}\n}} }}\n"
    found = findings(tmp_path, monkeypatch, {"Shop.csproj": project, "P.cs": body})["runtimes/netfx"]
    assert (found.level, [place.region.line for place in found.usage.related]) == (level, [6])


@pytest.mark.parametrize(
    ("pinned", "called", "level"),
    [
        ("==1.2", "tls_set(ca)", Level.WARNING),
        ("==1.2", "tls_set(ca, tls_version=ssl.PROTOCOL_TLSv1_2)", Level.NOTE),
        ("==1.5.1", "tls_set(ca)", None),
    ],
)
def test_paho_asked_for_tls_1_0_by_itself(tmp_path: Path, pinned: str, called: str, level: Level | None) -> None:
    code = f"import ssl\nimport paho.mqtt.client as mqtt\nclient = mqtt.Client()\nclient.{called}\n"
    report = scanned(tmp_path, {"a.py": code, "requirements.txt": f"paho-mqtt{pinned}\n"})
    found = [one for one in report.findings if one.usage.rule == "runtimes/paho-mqtt"]
    assert [one.level for one in found] == ([level] if level else [])
    uses = [(one.path, one.region.line) for finding in found for one in finding.usage.related]
    assert uses == ([("a.py", 4)] if level is Level.WARNING else [])


@pytest.mark.parametrize(
    ("pinned", "passed", "level"),
    [
        ("==20.3.0", "", Level.ERROR),
        ("==20.3.0", ", contextFactory=options", Level.NOTE),
        ("==21.7.0", "", None),
    ],
)
def test_twisted_sends_mail_with_tls_1_0(tmp_path: Path, pinned: str, passed: str, level: Level | None) -> None:
    called = f"ESMTPSenderFactory(user, secret, sender, receiver, text, done{passed})"
    code = f"from twisted.mail.smtp import ESMTPSenderFactory\nfactory = {called}\n"
    report = scanned(tmp_path, {"a.py": code, "requirements.txt": f"Twisted{pinned}\n"})
    found = [one for one in report.findings if one.usage.rule == "runtimes/twisted"]
    assert [one.level for one in found] == ([level] if level else [])
    uses = [(one.path, one.region.line) for finding in found for one in finding.usage.related]
    assert uses == ([("a.py", 2)] if level is Level.ERROR else [])


def test_what_a_call_spreads_may_hold_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody knows what a call spreads, it may be the version; an entry is no call of its own."""
    files = {
        "Dockerfile": "FROM python:2-alpine\n",
        "unknown.py": "import ssl\ndef wrap(sock, params):\n    return ssl.wrap_socket(sock, **params)\n",
        "entry.py": "import ssl\nparams = read()\nparams['server_side'] = True\nssl.wrap_socket(sock, **params)\n",
        "made.py": "import ssl\nparams = dict(ssl_version=ssl.PROTOCOL_TLSv1)\nssl.wrap_socket(sock, **params)\n",
        "other.py": "import ssl, urllib2\nssl.wrap_socket(sock)\nurllib2.urlopen(address, **params)\n",
    }
    claim = findings(tmp_path, monkeypatch, files)["runtimes/python"]
    assert told(claim) == [
        "other.py:2 ssl.wrap_socket leaves the versions to it",
        "other.py:3 urllib2.urlopen leaves the versions to it",
    ]
