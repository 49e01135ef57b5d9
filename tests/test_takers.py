"""Which side of a connection Python code sets, by what takes the object: wherever that goes in its file."""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tlsscan.model import Role
from tlsscan.sinks import is_spelled
from tree_scans import scanned

CONTEXT = "ctx = ssl.SSLContext(ssl.PROTOCOL_TLSv1)"
OPTIONS = '{"certfile": c, "ssl_version": ssl.PROTOCOL_TLSv1}'
FACTORY = "c = twisted.internet.ssl.DefaultOpenSSLContextFactory(k, k, SSL.TLSv1_METHOD)"
IMPORTS = """\
import amqpstorm, asyncio, http.client, ssl, stomp, twisted.internet.ssl, uvicorn, websocket, websockets
from OpenSSL import SSL
from http.client import HTTPSConnection
from urllib.request import urlopen
from requests.adapters import HTTPAdapter
from tornado.httpserver import HTTPServer
from tornado.tcpserver import TCPServer
from tornado.iostream import SSLIOStream
from gevent.pywsgi import WSGIServer
from eventlet import wrap_ssl
from sleekxmpp import ClientXMPP
"""


def _roles(tmp_path: Path, code: str) -> list[Role]:
    report = scanned(tmp_path, {"a.py": f"{IMPORTS}{code}\n"})
    return [finding.usage.role for finding in report.findings if finding.level.rank > 0]


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param("urlopen(u, context=ssl.SSLContext(ssl.PROTOCOL_TLSv1))", Role.CLIENT, id="passed-at-once"),
        pytest.param(
            f"{CONTEXT}\nasync def go(u):\n    return await websockets.connect(u, ssl=ctx)", Role.CLIENT, id="module"
        ),
        pytest.param(
            f"def make():\n    {CONTEXT}\n    return ctx\ndef go(u):\n    return urlopen(u, context=make())",
            Role.CLIENT,
            id="given-by-a-function",
        ),
        pytest.param(
            f"def make():\n    {CONTEXT}\n    return ctx\ndef go(s):\n    mine = make()\n"
            "    s.socket = mine.wrap_socket(s.socket, server_side=True)",
            Role.SERVER,
            id="kept-from-a-function",
        ),
        pytest.param(
            "class A:\n    @property\n    def context(self):\n        return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
            "    def go(self, h):\n        return http.client.HTTPSConnection(h, context=self.context)",
            Role.CLIENT,
            id="property",
        ),
        pytest.param(
            f"def fetch(u, given):\n    return urlopen(u, context=given)\ndef go(u):\n"
            f"    {CONTEXT}\n    return fetch(u, ctx)",
            Role.CLIENT,
            id="a-function's-parameter",
        ),
        pytest.param(
            "class S(HTTPServer):\n    def __init__(self, a, ctx):\n        self.own = ctx\n    def get(self, s):\n"
            f"        return self.own.wrap_socket(s, server_side=True)\ndef go(a):\n    {CONTEXT}\n"
            "    return S(a, ctx)",
            Role.SERVER,
            id="a-class-of-the-file",
        ),
        pytest.param(
            "class A(HTTPAdapter):\n    def init_poolmanager(self, *a, **k):\n"
            f"        {CONTEXT}\n        k['ssl_context'] = ctx\n        return super().init_poolmanager(*a, **k)",
            Role.CLIENT,
            id="an-entry",
        ),
        pytest.param(
            f"class A(TCPServer):\n    def __init__(self):\n        {CONTEXT}\n"
            "        TCPServer.__init__(self, ssl_options=ctx)",
            Role.SERVER,
            id="a-constructor-of-its-base",
        ),
        pytest.param(f"def go(c, app):\n    return HTTPServer(app, ssl_options={OPTIONS})", Role.SERVER, id="table"),
        pytest.param(
            f"def go(c, s, a):\n    mine = {OPTIONS}\n    stream = SSLIOStream(s, ssl_options=mine)\n"
            "    stream.connect(a)",
            Role.CLIENT,
            id="what-is-made-connects",
        ),
        pytest.param(f"def go(c, s):\n    return SSLIOStream(s, ssl_options={OPTIONS})", Role.BOTH, id="stream"),
        pytest.param(f"def go(c, app):\n    WSGIServer(('', 1), app, **{OPTIONS})", Role.SERVER, id="spread"),
        pytest.param(
            f"def go(c, s):\n    mine = {OPTIONS}\n    mine['server_side'] = True\n    return wrap_ssl(s, **mine)",
            Role.SERVER,
            id="another-entry",
        ),
        pytest.param(
            "def wrap(s, **more):\n    return ssl.wrap_socket(s, server_side=True, **more)\n"
            "wrap(s, ssl_version=ssl.PROTOCOL_TLSv1)",
            Role.SERVER,
            id="rest-of-a-function",
        ),
        pytest.param(
            "class A:\n    def __init__(self, at, **more):\n        self.more = more\n    def go(self, s):\n"
            "        return ssl.wrap_socket(s, server_side=True, **self.more)\n"
            "A(at, certfile=c, ssl_version=ssl.PROTOCOL_TLSv1)",
            Role.SERVER,
            id="rest-that-an-object-keeps",
        ),
        pytest.param(
            "def wrap(s, ssl_version=None, **more):\n    WSGIServer(('', 1), app, **more)\n"
            "    return connect(s, ssl_version=ssl_version)\nwrap(s, ssl_version=ssl.PROTOCOL_TLSv1)",
            Role.BOTH,
            id="not-in-the-rest",
        ),
        pytest.param(f"get_config().ServerApp.ssl_options = {OPTIONS}", Role.SERVER, id="notebook"),
        pytest.param(
            "from gunicorn.app.base import BaseApplication\nclass A(BaseApplication):\n"
            f"    def __init__(self, o):\n        self.o = o\ndef go(c):\n    A({OPTIONS}).run()",
            Role.SERVER,
            id="gunicorn",
        ),
        pytest.param(
            "from M2Crypto import SSL as m\nc = m.Context('tlsv1')\ns = m.Connection(c)\ns.connect(a)",
            Role.CLIENT,
            id="m2crypto",
        ),
        pytest.param(
            f"async def go(h, u, c):\n    return await h.fetch(u, ssl_options={OPTIONS})", Role.CLIENT, id="fetch"
        ),
        pytest.param(
            "def go(self, u):\n    c = self.session.adapters['https://'].get_connection(u)\n"
            "    c.ssl_version = ssl.PROTOCOL_TLSv1",
            Role.CLIENT,
            id="from-an-adapter",
        ),
        pytest.param(
            f"opts = {{}}\n{CONTEXT}\nopts['ssl_context'] = ctx\napp.run(**opts)", Role.SERVER, id="options-of-a-server"
        ),
        pytest.param(
            "class T:\n    def __init__(self):\n        self.ssl_version = ssl.PROTOCOL_TLSv1\n"
            "    def go(self, client):\n        client.mount('https://', Adapter(self.ssl_version))",
            Role.CLIENT,
            id="a-member-that-is-passed",
        ),
        pytest.param(
            f"class W:\n    def go(self):\n        {CONTEXT}\n        self.o['sslContext'] = ctx\n    def use(self):\n"
            "        return SmartConnection(**self.o)",
            Role.CLIENT,
            id="by-the-name-of-an-entry",
        ),
        pytest.param(
            "from OpenSSL import SSL\nfrom twisted.internet import ssl as tls\n"
            "class C(tls.ClientContextFactory):\n    def getContext(self):\n"
            "        ctx = SSL.Context(SSL.TLSv1_METHOD)\n        return ctx",
            Role.CLIENT,
            id="the-base-of-a-factory",
        ),
        pytest.param(
            "p.add_option('--v', default=ssl.PROTOCOL_TLSv1, dest='ver')\no = p.parse_args()[0]\n"
            "SimpleSSLWebSocketServer(o.host, version=o.ver)",
            Role.SERVER,
            id="an-option",
        ),
        pytest.param(
            "p.add_argument('--the-version', default=ssl.PROTOCOL_TLSv1)\nurlopen(u, x=o.the_version)",
            Role.CLIENT,
            id="an-option-without-dest",
        ),
        pytest.param(
            f"def go(u):\n    {CONTEXT}\n    for one in [ctx, None]:\n        urlopen(u, context=one)",
            Role.CLIENT,
            id="loop",
        ),
        pytest.param("uvicorn.run(app, ssl_version=ssl.PROTOCOL_TLSv1)", Role.SERVER, id="own-call"),
        pytest.param("stomp.Connection([h], ssl_version=ssl.PROTOCOL_TLSv1)", Role.CLIENT, id="own-class"),
        pytest.param(
            "class B(ClientXMPP):\n    pass\ndef go(j):\n    b = B(j)\n    b.ssl_version = ssl.PROTOCOL_TLSv1",
            Role.CLIENT,
            id="member-of-a-class-of-the-file",
        ),
        pytest.param(
            "ssl._create_default_https_context = lambda: ssl.SSLContext(ssl.PROTOCOL_TLSv1)", Role.CLIENT, id="patched"
        ),
        pytest.param(f"def go(net):\n    {CONTEXT}\n    return net.WebServer(ctx)", Role.SERVER, id="by-its-name"),
        pytest.param("context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\nurlopen(u)", Role.BOTH, id="a-name-alone"),
        pytest.param(f"def go(ws):\n    ws.run_forever(sslopt={OPTIONS})", Role.CLIENT, id="by-its-options"),
        pytest.param(f"amqpstorm.Connection('h', 'u', 'p', ssl_options={OPTIONS})", Role.CLIENT, id="messages"),
        pytest.param(f"{FACTORY}\nreactor.connectSSL('h', 1, f, c)", Role.CLIENT, id="factory-of-a-client"),
        pytest.param(f"{FACTORY}\nreactor.listenSSL(1, f, c)", Role.SERVER, id="factory-of-a-server"),
        pytest.param(FACTORY, Role.SERVER, id="factory"),
        pytest.param(
            "class F(twisted.internet.ssl.DefaultOpenSSLContextFactory):\n    def __init__(self, k):\n"
            "        twisted.internet.ssl.DefaultOpenSSLContextFactory.__init__(self, k, k, SSL.TLSv1_METHOD)\n"
            "def go(reactor, f):\n    reactor.connectSSL('h', 1, f, F('k'))",
            Role.CLIENT,
            id="factory-made-from-it",
        ),
        pytest.param(
            f"mine = {{}}\nother = {{'ssl': {OPTIONS}}}\nmine.update(other)\ndef go(db):\n"
            "    return db.connect(**mine)",
            Role.CLIENT,
            id="put-into-a-table",
        ),
        pytest.param(f"def go(keep):\n    {CONTEXT}\n    return keep(ctx)", Role.BOTH, id="somebody"),
        pytest.param(
            f"def go(u, keep):\n    {CONTEXT}\n    keep(ctx)\n    ctx = make()\n    return urlopen(u, context=ctx)",
            Role.BOTH,
            id="another-object-by-then",
        ),
        pytest.param(
            f"def make():\n    {CONTEXT}\n    return ctx\ndef go(u, s):\n    urlopen(u, context=make())\n"
            "    make().wrap_socket(s, server_side=True)",
            Role.BOTH,
            id="both-sides",
        ),
        pytest.param(
            f"def go(u):\n    {CONTEXT}\ndef other(u, ctx):\n    return urlopen(u, context=ctx)",
            Role.BOTH,
            id="namesake",
        ),
        pytest.param(
            "from OpenSSL import SSL\ndef go(s, other):\n    c = SSL.Connection(SSL.Context(SSL.TLSv1_METHOD), s)\n"
            "    other.connect(s)",
            Role.BOTH,
            id="no-other-library's-connection",
        ),
    ],
)
def test_what_takes_an_object_tells_its_side(tmp_path: Path, code: str, role: Role) -> None:
    assert _roles(tmp_path, code) == [role]


def test_a_factory_of_contexts_is_on_the_side_of_what_gets_it(tmp_path: Path) -> None:
    code = (
        "from OpenSSL import SSL\nclass F:\n    def getContext(self):\n        ctx = SSL.Context(SSL.TLSv1_METHOD)\n"
        "        return ctx\ndef go(reactor, site):\n    reactor.{}, site, F())"
    )
    assert _roles(tmp_path, code.format("listenSSL(443")) == [Role.SERVER]
    assert _roles(tmp_path, code.format("connectSSL('h', 443")) == [Role.CLIENT]


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param(["s = {}", "s.bind(a)", "s.listen(5)"], Role.SERVER, id="listens"),
        pytest.param(["s = {}", "s.connect(a)"], Role.CLIENT, id="connects"),
        pytest.param(["httpd = http.server.HTTPServer(a, None)", "httpd.socket = {}"], Role.SERVER, id="of-a-server"),
    ],
)
def test_a_socket_that_listens_is_a_server_s_whatever_it_was_made_with(
    tmp_path: Path, code: list[str], role: Role
) -> None:
    made = "ssl.wrap_socket(s, certfile=c, ssl_version=ssl.PROTOCOL_TLSv1)"
    body = "\n    ".join(line.format(made) for line in code)
    assert _roles(tmp_path, f"import http.server\ndef go(s, c, a):\n    {body}") == [role]


def test_a_server_of_the_file_that_wraps_its_own_socket(tmp_path: Path) -> None:
    code = (
        "from xmlrpc.server import SimpleXMLRPCServer\nclass S(SimpleXMLRPCServer):\n    def __init__(self, a, c):\n"
        "        self.socket = ssl.wrap_socket(self.socket, certfile=c, ssl_version=ssl.PROTOCOL_TLSv1)"
    )
    assert _roles(tmp_path, code) == [Role.SERVER]


CTX = "OpenSSL::SSL::SSLContext.new(:TLSv1)"


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param(
            "def set(http)\n  http.use_ssl = true\n  http.ssl_version = :TLSv1\nend", Role.CLIENT, id="a-member"
        ),
        pytest.param(
            "def go(tok)\n  http = tok.consumer.http\n  http.ssl_version = :TLSv1\n  http.request(nil)\nend",
            Role.CLIENT,
            id="what-is-called",
        ),
        pytest.param("def go(agent)\n  agent.ssl_version = :TLSv1\n  agent.get('x')\nend", Role.CLIENT, id="asks"),
        pytest.param("def go(box)\n  box.ssl_version = :TLSv1\n  box.get\nend", Role.BOTH, id="a-getter"),
        pytest.param(
            f"def context\n  ctx = {CTX}\n  ctx\nend\ndef go(s)\n  OpenSSL::SSL::SSLServer.new(s, context)\nend",
            Role.SERVER,
            id="given-by-a-method",
        ),
        pytest.param(
            f"def context\n  {CTX}\nend\ndef go(s)\n  t = OpenSSL::SSL::SSLSocket.new(s, context)\n  t.connect\nend",
            Role.CLIENT,
            id="what-is-made-connects",
        ),
        pytest.param(
            f"class A\n  def initialize\n    @ctx = {CTX}\n  end\n  def go(s)\n"
            "    OpenSSL::SSL::SSLServer.new(s, @ctx)\n"
            "  end\nend",
            Role.SERVER,
            id="kept",
        ),
        pytest.param(
            f"ctx = {CTX}\nsmtp = Net::SMTP.new('h', 1)\nsmtp.enable_starttls(ctx)",
            Role.CLIENT,
            id="passed-to-a-method",
        ),
        pytest.param(
            "server = WEBrick::HTTPServer.new(:SSLEnable => true)\nserver.ssl_context.ssl_version = :TLSv1",
            Role.SERVER,
            id="what-it-belongs-to",
        ),
        pytest.param(
            f"def serve(s)\n  ctx = OpenSSL::SSL::SSLContext.new\n  OpenSSL::SSL::SSLServer.new(s, ctx)\nend\n"
            f"ctx = {CTX}\nsmtp.enable_starttls(ctx)",
            Role.CLIENT,
            id="another-variable-of-the-name-in-a-method",
        ),
        pytest.param("run({ :wsdl => 'x', :ssl_version => :TLSv1 })", Role.CLIENT, id="another-entry"),
        pytest.param(
            "def go(h, opts)\n  opts.merge!(ssl_version: :TLSv1)\n  Net::HTTP.start(h, 1, opts)\nend",
            Role.CLIENT,
            id="merged-into-a-variable",
        ),
        pytest.param("run(OpenSSL::SSL::SSLContext.new(:TLSv1_server))", Role.SERVER, id="the-word-tells"),
        pytest.param("http.ssl_version = 'TLSv1_client'", Role.CLIENT, id="a-text-tells"),
        pytest.param(
            "def connection_completed\n  start_tls(:ssl_version => %w(tlsv1))\nend", Role.CLIENT, id="where-it-stands"
        ),
        pytest.param(
            "class TlsServer < TcpServer\n  def post_init\n    start_tls({ :ssl_version => %w(tlsv1) })\n  end\nend",
            Role.SERVER,
            id="class",
        ),
        pytest.param("class Client\n  OPTIONS = { :ssl_version => :TLSv1 }\nend", Role.CLIENT, id="class-of-a-client"),
        pytest.param(
            "class Server\n  OPTIONS = { :ssl_version => :TLSv1 }\nend", Role.BOTH, id="class-that-may-connect"
        ),
        pytest.param(f"ctx = {CTX}\nnats.connect({{ tls: {{ context: ctx }} }})", Role.CLIENT, id="passed-in-a-hash"),
        pytest.param(
            "class Thing < ActiveResource::Base\n  self.ssl_options = { :ssl_version => :TLSv1 }\nend",
            Role.CLIENT,
            id="active-resource",
        ),
        pytest.param(
            "run(:method => :start_tls, :tls_options => { :ssl_version => 'TLSv1' })", Role.CLIENT, id="outer-entry"
        ),
        pytest.param("run({ :name => 'x', :ssl_version => :TLSv1 })", Role.BOTH, id="no-entry-that-tells"),
        pytest.param(
            "def go(u)\n  RestClient::Resource.new(u, opts)\nend\n"
            "def opts\n  o = {}\n  o[:ssl_version] = 'TLSv1'\n  o\nend",
            Role.CLIENT,
            id="a-hash-of-a-method",
        ),
    ],
)
def test_what_ruby_does_with_an_object_tells_its_side(tmp_path: Path, code: str, role: Role) -> None:
    report = scanned(tmp_path, {"a.rb": f"require 'openssl'\n{code}\n"})
    assert [finding.usage.role for finding in report.findings if finding.level.rank > 0] == [role]


def test_a_table_of_words_that_a_word_stays_in_place_of_refuses_nothing(tmp_path: Path) -> None:
    code = "MAP = make\ndef set(ctx, version = :'TLSv1_2')\n  ctx.min_version = MAP[version] || version\nend\n"
    assert not [f for f in scanned(tmp_path, {"a.rb": f"require 'openssl'\n{code}"}).findings if f.level.rank > 1]


def test_the_default_of_a_setting_holds_where_nothing_else_is_set(tmp_path: Path) -> None:
    code = "class Out < Output\n  config_param :ssl_version, :enum, list: [:TLSv1], :default => :TLSv1\nend\n"
    (found,) = scanned(tmp_path, {"a.rb": code}).findings
    assert (found.usage.condition, found.level) == ("nothing else is set", "error")


@pytest.mark.parametrize("wanted", ["*onnect*", "*Server", "serve*", "a*b*c", "*", "**", "ab*ba", "*.run*ssl*"])
def test_a_name_with_stars_fits_as_a_glob_does(wanted: str) -> None:
    names = ["", "ab", "aba", "abba", "abc", "aXbXc", "acb", "reconnected", "Server", "serve", "x.run_ssl", "x", "bb*c"]
    assert [name for name in names if is_spelled(name, wanted)] == [n for n in names if fnmatchcase(n, wanted)]


@pytest.mark.parametrize(
    ("name", "code", "role"),
    [
        (
            "a.py",
            "import httplib, ssl\nclass Old:\n    wrap_socket = partial(ssl.wrap_socket, ssl_version=3)\n",
            Role.CLIENT,
        ),
        ("a.py", "import ssl\ndef made():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n", Role.BOTH),
        (
            "a.py",
            "import httplib, ssl, socketserver\ndef made():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
            Role.BOTH,
        ),
        (
            "a.py",
            "import ssl, socketserver\ndef made():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
            Role.SERVER,
        ),
        ("a.rb", "def defaults\n  { savon_settings: { ssl_version: :TLSv1 } }\nend\n", Role.CLIENT),
        ("a.rb", "def defaults\n  { settings: { ssl_version: :TLSv1 } }\nend\n", Role.BOTH),
    ],
)
def test_a_file_that_speaks_of_one_side_tells_the_side(tmp_path: Path, name: str, code: str, role: Role) -> None:
    (finding,) = scanned(tmp_path, {name: code}).findings
    assert finding.usage.role is role
