"""Which side of a connection .NET code sets: told where the API or the receiver tells it, and nowhere else."""

from pathlib import Path

import pytest

from tlsscan.model import Role, Verdict
from tree_scans import scanned

HEAD = "using System.Net.Http;\nusing System.Net.Security;\nusing System.Security.Authentication;\n"
KESTREL = "Microsoft.AspNetCore.Server.Kestrel.Https.HttpsConnectionAdapterOptions"


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param("k.ConfigureHttpsDefaults(o => o.SslProtocols = SslProtocols.Tls);", Role.SERVER, id="defaults"),
        pytest.param("l.UseHttps(c, (o) => { o.SslProtocols = SslProtocols.Tls; });", Role.SERVER, id="use-https"),
        pytest.param(f"new {KESTREL} {{ SslProtocols = SslProtocols.Tls }};", Role.SERVER, id="options"),
        pytest.param("new HttpClientHandler { SslProtocols = SslProtocols.Tls };", Role.CLIENT, id="handler"),
        pytest.param("x.SslProtocols = SslProtocols.Tls; // HttpClientHandler", Role.BOTH, id="not-told"),
        pytest.param("Run(o => o.SslProtocols = SslProtocols.Tls);", Role.BOTH, id="some-lambda"),
        pytest.param(
            "new SslServerAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls };", Role.SERVER, id="server"
        ),
        pytest.param(
            "new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls };", Role.CLIENT, id="client"
        ),
        pytest.param("((SslStream)s).AuthenticateAsServer(c, true, SslProtocols.Tls, true);", Role.SERVER, id="call"),
        pytest.param(
            'var c = new FluentFTP.FtpClient("h"); c.SslProtocols = SslProtocols.Tls; c.Connect();',
            Role.CLIENT,
            id="ftp",
        ),
        pytest.param(
            "void Up(FluentFTP.IFtpClient c) { c.SslProtocols = SslProtocols.Tls; c.Connect(); }",
            Role.CLIENT,
            id="i-ftp",
        ),
        pytest.param(
            'var c = new Other.FtpClient("h"); c.SslProtocols = SslProtocols.Tls; c.Connect();',
            Role.BOTH,
            id="other-ftp",
        ),
    ],
)
def test_a_side_is_told_where_the_code_tells_it(tmp_path: Path, code: str, role: Role) -> None:
    report = scanned(tmp_path, {"a.cs": f"{HEAD}class C {{ void M(object k, object l) {{ {code} }} }}\n"})
    assert [finding.usage.role for finding in report.findings] == [role]


BOTH = """class Wire {
  void Up(SslStream s) {
    var used = SslProtocols.Ssl3;
    used |= SslProtocols.Tls;
    if (serves) s.AuthenticateAsServer(c, false, used, false);
    else s.AuthenticateAsClient("h", null, used, false);
  }
}
class Passed {
  void In(SslStream s, SslProtocols p) { s.AuthenticateAsServer(c, false, p, false); }
  void Out(SslStream s, SslProtocols p) { s.AuthenticateAsClient("h", null, p, false); }
  void Go(SslStream s) { In(s, SslProtocols.Tls11); Out(s, SslProtocols.Ssl3); }
}
"""


def test_a_value_that_reaches_both_sides_is_told_of_both(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.cs": HEAD + BOTH})
    found = {f.usage.place.region.line - 3: f for f in report.findings if f.usage.place.region.line < 12}
    assert list(found) == [3, 4]
    assert (found[4].usage.role, found[4].level) == (Role.BOTH, "error")
    assert "cannot connect where TLS 1.2 is required" in found[4].message
    assert [place.region.line - 3 for place in found[4].usage.related] == [5, 6]
    others = {f.usage.value: f.usage.role for f in report.findings if f.usage.place.region.line > 12}
    assert others == {"SslProtocols.Tls11": Role.SERVER, "SslProtocols.Ssl3": Role.CLIENT}


PROJECT = """\
<Project><PropertyGroup><OutputType>Exe</OutputType><TargetFrameworkVersion>v4.0</TargetFrameworkVersion>
</PropertyGroup></Project>
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("x.SslProtocol = SslProtocols.None;", [], id="somebody's-own-property"),
        pytest.param("x.SslProtocols = SslProtocols.None;", [], id="somebody's-list"),
        pytest.param("ServicePointManager.SecurityProtocol = SecurityProtocolType.SystemDefault;", ["fails"], id="it"),
        pytest.param(
            "ServicePointManager.SecurityProtocol = SecurityProtocolType.SystemDefault | SecurityProtocolType.Tls12;",
            ["caps"],
            id="nothing-added",
        ),
        pytest.param(
            "ServicePointManager.SecurityProtocol = SecurityProtocolType.SystemDefault | SecurityProtocolType.Tls;",
            ["fails"],
            id="nothing-added-to-tls-1.0",
        ),
        pytest.param("ServicePointManager.SecurityProtocol = (SecurityProtocolType)12288;", [], id="tls-1.3"),
    ],
)
def test_what_an_old_target_refuses(tmp_path: Path, code: str, expected: list[str]) -> None:
    """The system's default, where it surely comes as far as the framework; not a number that a newer one takes."""
    text = f"using System.Net;\n{HEAD}class C {{ void M() {{ {code} }} }}\n"
    report = scanned(tmp_path, {"a.cs": text, "a.csproj": PROJECT})
    assert [str(f.verdict) for f in report.findings if f.usage.place.path == "a.cs"] == expected


CONTEXT = "context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)"
LOWEST = "context.minimum_version = ssl.TLSVersion.TLSv1"
MADE = "context = ssl.create_default_context"
IMPORTS = """\
import asyncio, socketserver, ssl
from functools import partial
from http.client import HTTPSConnection
from imaplib import IMAP4_SSL
"""


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param([CONTEXT, "s = context.wrap_socket(s, server_side=True)"], Role.SERVER, id="server"),
        pytest.param([CONTEXT, "return context.wrap_socket(s, True)"], Role.SERVER, id="by-position"),
        pytest.param([CONTEXT, "context.wrap_bio(s, t, server_hostname=h)"], Role.CLIENT, id="client"),
        pytest.param([CONTEXT, "context.wrap_socket(s, server_hostname=None)"], Role.CLIENT, id="nothing-passed"),
        pytest.param([CONTEXT, "context.wrap_socket(s, server_side=side)"], Role.BOTH, id="not-known"),
        pytest.param([CONTEXT, "other.wrap_socket(s, server_side=True)"], Role.BOTH, id="another-object"),
        pytest.param(
            [CONTEXT, "context.wrap_socket(s, server_side=True)", "context.wrap_socket(t, server_hostname=h)"],
            Role.BOTH,
            id="two-sides",
        ),
        pytest.param([f"{MADE}(ssl.Purpose.CLIENT_AUTH)", LOWEST], Role.SERVER, id="purpose"),
        pytest.param([f"{MADE}(purpose=ssl.Purpose.SERVER_AUTH)", LOWEST], Role.CLIENT, id="purpose-by-name"),
        pytest.param([f"{MADE}(purpose)", LOWEST], Role.BOTH, id="purpose-not-known"),
        pytest.param(["context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)", LOWEST], Role.SERVER, id="protocol"),
        pytest.param(["context = ssl.SSLContext(ssl.PROTOCOL_TLS)", LOWEST], Role.BOTH, id="any-protocol"),
        pytest.param([CONTEXT, "s = context.wrap_socket(s)"], Role.CLIENT, id="wrapped-as-client"),
        pytest.param([CONTEXT, "s = context.wrap_socket(s, False)"], Role.CLIENT, id="no-server"),
        pytest.param([CONTEXT, "s = context.wrap_socket(s, **h)"], Role.BOTH, id="more-may-be-passed"),
        pytest.param([CONTEXT, "s = context.wrap_socket(s, *t)"], Role.BOTH, id="more-by-position"),
        pytest.param([CONTEXT, "return HTTPSConnection(h, 443, context=context)"], Role.CLIENT, id="https"),
        pytest.param([CONTEXT, "return IMAP4_SSL(h, 993, ssl_context=context)"], Role.CLIENT, id="imap"),
        pytest.param([CONTEXT, "return HTTPSConnection(h, 443, context=other)"], Role.BOTH, id="other-context"),
        pytest.param([CONTEXT, "return keep(h, 443, context=context)"], Role.BOTH, id="some-function"),
        pytest.param([CONTEXT, "app.run(ssl_context=context)"], Role.SERVER, id="flask"),
        pytest.param(
            [f"{MADE}()", LOWEST, "await asyncio.start_server(h, ssl=context)"], Role.SERVER, id="asyncio-server"
        ),
        pytest.param(
            [CONTEXT, "HTTPSConnection(h, context=context)", "context.wrap_socket(s, server_side=True)"],
            Role.BOTH,
            id="both-by-use",
        ),
        pytest.param(["ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)"], Role.CLIENT, id="function"),
        pytest.param(
            ["ssl.wrap_socket(s, server_side=side, ssl_version=ssl.PROTOCOL_TLSv1)"], Role.BOTH, id="function-not-known"
        ),
        pytest.param(["ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1, **h)"], Role.BOTH, id="function-with-more"),
        pytest.param(["t = partial(ssl.wrap_socket, ssl_version=ssl.PROTOCOL_TLSv1)"], Role.BOTH, id="prepared"),
    ],
)
def test_what_is_done_with_an_object_tells_its_side(tmp_path: Path, code: list[str], role: Role) -> None:
    body = "".join(f"    {line}\n" for line in code)
    report = scanned(tmp_path, {"a.py": f"{IMPORTS}async def go(s, t, h, side, purpose):\n{body}"})
    assert [finding.usage.role for finding in report.findings if finding.level.rank > 0] == [role]


def test_a_side_is_told_of_what_callers_pass_and_of_members(tmp_path: Path) -> None:
    helper = """\
import ssl
def serve(sock, version):
    context = ssl.SSLContext(version)
    return context.wrap_socket(sock, server_side=True)
class Client:
    def __init__(self):
        self.context = ssl.SSLContext(ssl.PROTOCOL_SSLv3)
    def connect(self, sock, host):
        return self.context.wrap_socket(sock, server_hostname=host)
"""
    user = "import ssl\nfrom helper import serve\nserve(sock, ssl.PROTOCOL_TLSv1)\n"
    report = scanned(tmp_path, {"helper.py": helper, "user.py": user})
    found = [(f.usage.place.path, f.usage.place.region.line, f.usage.role) for f in report.findings if f.level.rank > 1]
    assert found == [("helper.py", 7, Role.CLIENT), ("user.py", 3, Role.SERVER)]


OLD = "ctx = OpenSSL::SSL::SSLContext.new\n  ctx.ssl_version = :TLSv1"


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param("s = OpenSSL::SSL::SSLSocket.new(tcp, ctx)\n  s.connect", Role.CLIENT, id="connects"),
        pytest.param("OpenSSL::SSL::SSLSocket.new(tcp, ctx).connect_nonblock", Role.CLIENT, id="at-once"),
        pytest.param("@s = OpenSSL::SSL::SSLSocket.new tcp, ctx\nend\ndef up\n  @s.connect", Role.CLIENT, id="member"),
        pytest.param("s = OpenSSL::SSL::SSLSocket.new(tcp, ctx)\n  s.accept", Role.SERVER, id="accepts"),
        pytest.param("OpenSSL::SSL::SSLServer.new(tcp, ctx)", Role.SERVER, id="server"),
        pytest.param("s = OpenSSL::SSL::SSLSocket.new(tcp, ctx)\n  s.close", Role.BOTH, id="not-told"),
        pytest.param("s = OpenSSL::SSL::SSLSocket.new(tcp, other)\n  s.connect", Role.BOTH, id="another-context"),
        pytest.param(
            "s = OpenSSL::SSL::SSLSocket.new(tcp, ctx)\n  side ? s.accept : s.connect", Role.BOTH, id="two-sides"
        ),
        pytest.param("s = OpenSSL::SSL::SSLSocket.new(tcp, ctx)\n  tcp.connect", Role.BOTH, id="something-else"),
    ],
)
def test_what_a_socket_of_ruby_does_tells_the_side_of_its_context(tmp_path: Path, code: str, role: Role) -> None:
    report = scanned(
        tmp_path,
        {"a.rb": f"require 'openssl'\nKINDS = [TCPServer, TCPSocket]\ndef go(tcp, side)\n  {OLD}\n  {code}\nend\n"},
    )
    assert [finding.usage.role for finding in report.findings if finding.level.rank > 0] == [role]


def test_a_name_that_is_another_object_by_then_tells_no_side(tmp_path: Path) -> None:
    code = (
        "import ssl, socketserver, urllib.request\ndef run(server):\n    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
        "    server(context=context)\n    context = ssl.create_default_context()\n"
        "    urllib.request.urlopen('https://localhost', context=context)\n"
    )
    ((_, role),) = [(f.usage.place.region.line, f.usage.role) for f in scanned(tmp_path, {"a.py": code}).findings[:1]]
    assert role is Role.BOTH
    branches = code.replace("    context = ssl.create", "    if server:\n        context = ssl.create")
    assert scanned(tmp_path, {"a.py": branches}).findings[0].usage.role is Role.CLIENT


CONNECTION = "c = SSL.Connection(ctx, s)"


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param([CONNECTION, "c.connect(a)"], Role.CLIENT, id="connects"),
        pytest.param(["SSL.Connection(context=ctx, socket=s).set_connect_state()"], Role.CLIENT, id="at-once"),
        pytest.param([CONNECTION, "c.bind(a)", "c.listen(5)"], Role.SERVER, id="listens"),
        pytest.param(
            ["self.c = SSL.Connection(ctx, s)", "def up(self):", "    self.c.set_accept_state()"],
            Role.SERVER,
            id="member",
        ),
        pytest.param(["app.run(ssl_context=ctx)"], Role.SERVER, id="flask"),
        pytest.param([CONNECTION, "c.set_accept_state()", "c.set_connect_state()"], Role.BOTH, id="two-sides"),
        pytest.param([CONNECTION, "s.connect(a)"], Role.BOTH, id="something-else"),
        pytest.param(["c = SSL.Connection(other, s)", "c.connect(a)"], Role.BOTH, id="another-context"),
    ],
)
def test_what_a_connection_of_pyopenssl_does_tells_the_side_of_its_context(
    tmp_path: Path, code: list[str], role: Role
) -> None:
    lines = ["def go(self, s, a, other, app):", "ctx = SSL.Context(SSL.TLSv1_METHOD)"]
    text = "from OpenSSL import SSL\nclass C:\n    "
    text += "\n    ".join(line if line.startswith(("def ", "    ")) else f"    {line}" for line in (*lines, *code))
    report = scanned(tmp_path, {"a.py": f"{text}\n"})
    assert [finding.usage.role for finding in report.findings if finding.level.rank > 0] == [role]


def test_a_class_gives_its_objects_what_it_names(tmp_path: Path) -> None:
    code = (
        "from OpenSSL import SSL\nclass C:\n    ctx = SSL.Context(SSL.TLSv1_METHOD)\n"
        "    def go(self, s):\n        c = SSL.Connection(self.ctx, s)\n        c.connect(('h', 1))\n"
        "class Other:\n    def go(self, s):\n        SSL.Connection(self.ctx, s).set_accept_state()\n"
    )
    assert [finding.usage.role for finding in scanned(tmp_path, {"a.py": code}).findings] == [Role.CLIENT]


JAVA = """import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.server.*;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import io.netty.handler.ssl.SslContextBuilder;
import com.sun.net.httpserver.HttpsParameters;
class A {{ void f(HttpsParameters h) throws Exception {{ {} }} }}
"""
MADE = 'SslContextFactory x = new {}(); x.setIncludeProtocols("TLSv1"); {}'


@pytest.mark.parametrize(
    ("code", "role"),
    [
        (MADE.format("SslContextFactory.Server", ""), Role.SERVER),
        (MADE.format("SslContextFactory.Client", ""), Role.CLIENT),
        (MADE.format("SslContextFactory", "g(new SslConnectionFactory(x, n));"), Role.SERVER),
        (MADE.format("SslContextFactory", "new ServerConnector(server, x);"), Role.SERVER),
        (MADE.format("SslContextFactory", "HttpClient c = new HttpClient(x);"), Role.CLIENT),
        (MADE.format("SslContextFactory", "new HttpClient(x); new ServerConnector(server, x);"), Role.BOTH),
        (MADE.format("SslContextFactory", "SslContextFactory y = x; keep(x);"), Role.BOTH),
        ('SslContextBuilder.forServer(k, c).protocols("TLSv1").build();', Role.SERVER),
        ('SslContextBuilder b = SslContextBuilder.forClient(); b.protocols("TLSv1");', Role.CLIENT),
        ('h.setProtocols(new String[] {"TLSv1"});', Role.SERVER),
    ],
)
def test_a_java_object_is_on_the_side_of_what_makes_it_or_takes_it(tmp_path: Path, code: str, role: Role) -> None:
    report = scanned(tmp_path, {"A.java": JAVA.format(code)})
    assert [finding.usage.role for finding in report.findings] == [role]


def test_what_a_server_excludes_is_held_against_what_servers_have(tmp_path: Path) -> None:
    code = 'SslContextFactory x = new SslContextFactory.Server(); x.setExcludeProtocols("SSLv3");'
    report = scanned(tmp_path, {"A.java": JAVA.format(code), "Dockerfile": "FROM openjdk:7\nCOPY . /app\n"})
    assert not [f for f in report.findings if f.usage.place.path == "A.java" and f.verdict is Verdict.FAILS]


@pytest.mark.parametrize(
    ("before", "role"),
    [
        ("    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n", Role.BOTH),
        ("    if s:\n        c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n", Role.CLIENT),
    ],
)
def test_a_variable_that_is_assigned_anew_has_not_the_side_of_its_earlier_value(
    tmp_path: Path, before: str, role: Role
) -> None:
    code = f"import ssl\ndef run(s):\n{before}    c = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n    return c\n"
    assert [f.usage.role for f in scanned(tmp_path, {"a.py": code}).findings if f.level.rank > 0] == [role]


def test_what_another_function_does_with_a_member_tells_its_side(tmp_path: Path) -> None:
    code = (
        "import ssl\nclass A:\n    def go(self, s):\n        self.c.wrap_socket(s, server_side=True)\n"
        "    def make(self):\n        self.c = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
    )
    assert [f.usage.role for f in scanned(tmp_path, {"a.py": code}).findings] == [Role.SERVER]
