"""What is made of a Java context has a list of its own: the name of the context decides nothing then, unless it is that
of a version that the Java has switched off."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned, told

HEAD = "import javax.net.ssl.*;\nclass A {\n"
MADE = 'SSLContext c = SSLContext.getInstance("TLS");\nc.init(null, null, null);\n'
LIST = 'new String[] {"TLSv1.2"}'

SETTLED = {
    "socket": f'SSLSocket s = (SSLSocket) c.getSocketFactory().createSocket("a", 443);\ns.setEnabledProtocols({LIST});',
    "factory": "SSLSocketFactory f = c.getSocketFactory();\nSocket p = f.createSocket();\nif (p instanceof SSLSocket) "
    f"((SSLSocket) p).setEnabledProtocols({LIST});",
    "pattern": "SSLSocketFactory f = c.getSocketFactory();\nSocket p = f.createSocket();\n"
    f"if (p instanceof SSLSocket s) {{ s.setEnabledProtocols({LIST}); }}\nuse(p);",
    "alias": "SSLSocketFactory f = c.getSocketFactory();\nSocket p = f.createSocket();\nSSLSocket s = (SSLSocket) p;\n"
    f"s.setEnabledProtocols({LIST});\nuse(p);",
    "assigned": 'SSLSocket s = null;\ns = (SSLSocket) c.getSocketFactory().createSocket("a", 1);\n'
    f"s.setEnabledProtocols({LIST});",
    "engine": f"SSLEngine e = c.createSSLEngine();\ne.setUseClientMode(true);\ne.setEnabledProtocols({LIST});\nuse(e);",
    "parameters": "SSLEngine e = c.createSSLEngine();\nSSLParameters p = e.getSSLParameters();\n"
    f"p.setProtocols({LIST});\ne.setSSLParameters(p);",
    "resource": 'try (SSLSocket s = (SSLSocket) c.getSocketFactory().createSocket("a", 1)) {\n'
    f"s.setEnabledProtocols({LIST});\n}}",
    "httpclient": "org.apache.http.conn.ssl.SSLConnectionSocketFactory f = new org.apache.http.conn.ssl."
    f"SSLConnectionSocketFactory(c, {LIST}, null, verifier);",
    "prepared": "use(new SSLConnectionSocketFactory(c) { protected void prepareSocket(SSLSocket s) { "
    f"s.setEnabledProtocols({LIST}); }} }});",
    "asked of": "SSLSocketFactory f = c.getSocketFactory();\nuse(f.getDefaultCipherSuites().length);\n"
    "use(c.getServerSocketFactory().getSupportedCipherSuites());",
    "manager": "HttpClients.custom().setSSLContext(c).setConnectionManager(m).build();",
    "helper": 'use(only((SSLSocket) c.getSocketFactory().createSocket("a", 1)));\n}\n'
    f"SSLSocket only(SSLSocket s) {{\ns.setEnabledProtocols({LIST});\nreturn s;",
}
OPEN = {
    "plain": 'SSLSocket s = (SSLSocket) c.getSocketFactory().createSocket("a", 443);\ns.startHandshake();',
    "pattern": "SSLSocketFactory f = c.getSocketFactory();\nSocket p = f.createSocket();\n"
    "if (p instanceof SSLSocket s) { s.setEnableSessionCreation(true); }\nuse(p);",
    "other": 'use(c.getSocketFactory().createSocket("a", 1));\n}\nvoid other(SSLSocket s) {\n'
    f"s.setEnabledProtocols({LIST});",
    "one of two": f'SSLSocketFactory f = c.getSocketFactory();\nSSLSocket s = (SSLSocket) f.createSocket("a", 1);\n'
    f's.setEnabledProtocols({LIST});\nf.createSocket("b", 2).getOutputStream().write(1);',
    "only names": "SSLEngine e = c.createSSLEngine();\nSSLParameters p = e.getSSLParameters();\n"
    'p.setEndpointIdentificationAlgorithm("HTTPS");\ne.setSSLParameters(p);',
    "no list": "use(new SSLConnectionSocketFactory(c, null, null, verifier));",
    "kept": f"this.kept = c;\n}}\nSSLContext kept;\nvoid other(SSLSocket s) {{\ns.setEnabledProtocols({LIST});",
    "asked and used": "SSLSocketFactory f = c.getSocketFactory();\nuse(f.getDefaultCipherSuites());\nuse(f);",
    "member": "this.f = c.getSocketFactory();\n}\nSSLSocketFactory f;\nvoid d() {\nuse(f.getDefaultCipherSuites());",
    "no manager": "HttpClients.custom().setSSLContext(c).build();",
    "connection": "HttpsURLConnection.setDefaultSSLSocketFactory(c.getSocketFactory());",
}
WRAPPER = f"""import java.net.Socket;
import javax.net.ssl.*;
class Wrapper extends SSLSocketFactory {{
  private final SSLSocketFactory delegate;
  Wrapper() throws Exception {{
    SSLContext c = SSLContext.getInstance("TLS");
    c.init(null, null, null);
    delegate = c.getSocketFactory();
  }}
  public String[] getDefaultCipherSuites() {{ return delegate.getDefaultCipherSuites(); }}
  public Socket createSocket() {{ return only(delegate.createSocket()); }}
  public Socket createSocket(String host, int port) {{ return only(delegate.createSocket(host, port)); }}
  private Socket only(Socket socket) {{
    if (socket instanceof SSLSocket) {{
      ((SSLSocket) socket).setEnabledProtocols({LIST});
    }}
    return socket;
  }}
}}
"""


def _errors(tmp_path: Path, body: str, runtime: str = "FROM openjdk:7\n") -> list[str]:
    text = body if body.startswith("import") else f"{HEAD}void b() throws Exception {{\n{MADE}{body}\n}}\n}}\n"
    report = scanned(tmp_path, {"A.java": text, "Dockerfile": runtime})
    return [f.usage.value for f in report.findings if f.level is Level.ERROR and f.usage.language]


@pytest.mark.parametrize("name", SETTLED)
def test_a_list_of_its_own_decides(tmp_path: Path, name: str) -> None:
    """Java 7 offers TLS 1.0 under `TLS`, but each socket here has its list."""
    assert _errors(tmp_path, SETTLED[name]) == []


@pytest.mark.parametrize("name", OPEN)
def test_without_one_the_name_decides(tmp_path: Path, name: str) -> None:
    """What connects with the versions of the context fails."""
    assert '"TLS"' in _errors(tmp_path, OPEN[name])


def test_a_factory_that_sets_it_on_each_socket(tmp_path: Path) -> None:
    """All of its sockets pass by the method that sets the list; one that does not is told."""
    assert _errors(tmp_path, WRAPPER) == []
    assert _errors(tmp_path, WRAPPER.replace("only(delegate.createSocket())", "delegate.createSocket()")) == ['"TLS"']


def test_the_list_is_told_where_it_is_old(tmp_path: Path) -> None:
    """What the socket enables is judged, not the name of the context."""
    body = SETTLED["socket"].replace("TLSv1.2", "TLSv1")
    text = f"{HEAD}void b() throws Exception {{\n{MADE}{body}\n}}\n}}\n"
    found = told(scanned(tmp_path, {"A.java": text.replace('"TLS"', '"TLSv1.2"')}))
    assert found == {f"A.java:7 {LIST.replace('TLSv1.2', 'TLSv1')}": "fails TLSv1.0"}


def test_the_remedy_is_not_the_value_at_fault(tmp_path: Path) -> None:
    """On Java 7 no client offers TLS 1.2 by itself; elsewhere `TLS` is the best."""
    body = f"{HEAD}void b() throws Exception {{\n{MADE}{OPEN['plain']}\n}}\n}}\n"
    found = scanned(tmp_path, {"A.java": body, "Dockerfile": "FROM openjdk:7\n"}).findings
    helps = [f.remediation for f in found if f.usage.language]
    assert len(helps) == 1 and "enable TLS 1.2 alone" in helps[0] and 'getInstance("TLS")' not in helps[0]
    found = scanned(tmp_path, {"A.java": body.replace('"TLS"', '"TLSv1"'), "Dockerfile": "FROM openjdk:8\n"}).findings
    assert 'Use SSLContext.getInstance("TLS")' in {f.usage.value: f.remediation for f in found}['"TLSv1"']


PATCHING = f"""package shop;
import java.net.Socket;
import javax.net.ssl.*;
public class NewerFactory extends SSLSocketFactory {{
  private final SSLSocketFactory base;
  public NewerFactory(SSLSocketFactory base) {{ this.base = base; }}
  public Socket createSocket() {{
    SSLSocket socket = (SSLSocket) base.createSocket();
    socket.setEnabledProtocols({LIST});
    return socket;
  }}
}}
"""
HANDING = """package shop;
import javax.net.ssl.*;
class Client {
  void open(HttpsURLConnection to) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    to.setSSLSocketFactory(new NewerFactory(context.getSocketFactory()));
  }
}
"""


@pytest.mark.parametrize(
    ("text", "told"), [(PATCHING, []), (PATCHING.replace("setEnabledProtocols", "log"), ['"TLS"'])]
)
def test_a_factory_of_another_file_that_sets_it(tmp_path: Path, text: str, told: list[str]) -> None:
    """The file of the class that is handed the context's factory tells."""
    files = {"Client.java": HANDING, "NewerFactory.java": text, "Dockerfile": "FROM openjdk:7\n"}
    found = scanned(tmp_path, files).findings
    assert [f.usage.value for f in found if f.level is Level.ERROR and f.usage.language] == told


FILTERING = """package shop;
import java.net.Socket;
import java.util.*;
import javax.net.ssl.*;
public class NewerFactory extends SSLSocketFactory {
  private final SSLSocketFactory base;
  public NewerFactory(SSLSocketFactory base) { this.base = base; }
  public Socket createSocket() { return new Filtered((SSLSocket) base.createSocket()); }
  static class Filtered extends Delegate {
    Filtered(SSLSocket delegate) { super(delegate); %s }
    @Override public void setEnabledProtocols(String[] protocols) {
      List<String> left = new ArrayList<>(Arrays.asList(protocols));
      left.remove("SSLv3");
      protocols = left.toArray(new String[0]);
      super.setEnabledProtocols(protocols);
    }
  }
  static class Delegate extends SSLSocket {
    final SSLSocket delegate;
    Delegate(SSLSocket delegate) { this.delegate = delegate; }
    @Override public void setEnabledProtocols(final String... names) { delegate.setEnabledProtocols(names); }
  }
}
"""


@pytest.mark.parametrize(
    ("own", "told"),
    [("", ['"TLS"']), ('super.setEnabledProtocols(new String[] {"TLSv1.2"});', [])],
)
def test_a_socket_that_hands_its_setting_on_sets_nothing_by_itself(tmp_path: Path, own: str, told: list[str]) -> None:
    """Sockets without SSL 3.0 filter what others enable: the context's name decides, unless they enable a list."""
    files = {"Client.java": HANDING, "NewerFactory.java": FILTERING % own, "Dockerfile": "FROM openjdk:7\n"}
    found = scanned(tmp_path, files).findings
    assert [f.usage.value for f in found if f.level is Level.ERROR and f.usage.language] == told


SERVES = "c.getServerSocketFactory();"
CONNECTS = [
    "use(new org.apache.http.conn.ssl.SSLSocketFactory(c));",
    "use(new org.apache.http.nio.conn.ssl.SSLIOSessionStrategy(c));",
    "java.net.http.HttpClient.newBuilder().sslContext(c);",
    "factory.useSslProtocol(c);",
]
SIDED = "import javax.net.ssl.*;\nclass A {{\n  native void use(Object o);\n{}\n}}\n"
METHOD = '  void {}() throws Exception {{ SSLContext c = SSLContext.getInstance("TLSv1"); {} }}'


def shown(tmp_path: Path, *methods: str) -> list[int]:
    files = {"A.java": SIDED.format("\n".join(methods))}
    return [f.usage.place.region.line - 3 for f in scanned(tmp_path, files).findings if f.level is Level.ERROR]


@pytest.mark.parametrize("connects", CONNECTS)
def test_what_a_client_takes_connects_whatever_else_serves(tmp_path: Path, connects: str) -> None:
    assert shown(tmp_path, METHOD.format("both", SERVES + connects)) == [1]
    assert shown(tmp_path, METHOD.format("one", SERVES), METHOD.format("other", connects)) == [2]


def test_what_only_serves_is_no_client_whatever_else_connects(tmp_path: Path) -> None:
    other = "  Object other(SSLContext x) { return x.getSocketFactory(); }"
    assert shown(tmp_path, METHOD.format("one", SERVES), other) == []


FIELD = """  private SSLContext c;
  void open() throws Exception { this.c = SSLContext.getInstance("TLSv1"); c.init(null, null, null); }
  Object use() { return c == null ? null : %s; }"""


@pytest.mark.parametrize(("use", "told"), [("c.getServerSocketFactory()", []), ("this.c.getSocketFactory()", [2])])
def test_what_is_done_with_a_private_member_tells_its_side(tmp_path: Path, use: str, told: list[int]) -> None:
    other = "  Object other(SSLContext x) { return x.getSocketFactory(); }"
    more = "  Object more(SSLContext x) { return x.getServerSocketFactory(); }"
    assert shown(tmp_path, FIELD % use, other, more) == told


def test_a_member_that_others_may_get_may_connect(tmp_path: Path) -> None:
    assert shown(tmp_path, "  @lombok.Getter" + FIELD.replace("  Object use", "  Object none") % "null") == [2]


HANDED_OUT = """  private static final SSLContext SERVER_CONTEXT;
  private static final SSLContext CLIENT_CONTEXT;
  static {
    SSLContext serverContext = SSLContext.getInstance("TLSv1");
    SSLContext clientContext = SSLContext.getInstance("TLSv1");
    SERVER_CONTEXT = serverContext;
    CLIENT_CONTEXT = clientContext;
  }
  public static SSLContext getServerContext() { return SERVER_CONTEXT; }
  public static SSLContext getClientContext() { return CLIENT_CONTEXT; }
  static SSLContext createBogusServerSslContext() { return SSLContext.getInstance("TLSv1"); }
  static SSLContext createContext() { return SSLContext.getInstance("TLSv1"); }"""


def test_what_is_called_a_servers_context_serves(tmp_path: Path) -> None:
    """Factories of contexts for both sides hand them out: their names tell which is which."""
    assert shown(tmp_path, HANDED_OUT) == [5, 12]


def test_a_name_is_less_than_what_is_done(tmp_path: Path) -> None:
    body = 'SSLContext serverContext = SSLContext.getInstance("TLSv1"); use(serverContext.getSocketFactory());'
    assert shown(tmp_path, f"  void a() {{ {body} }}") == [1]


APACHE = 'new SSLConnectionSocketFactory(c, new String[] {"TLSv1"}, null, v)'
CHAINS = [
    (f"HttpClients.custom().setConnectionManager(m).setSSLSocketFactory({APACHE}).build();", False),
    (f"HttpClients.custom().setSSLSocketFactory({APACHE}).disableCookieManagement().setConnectionManager(m);", False),
    (f"var f = {APACHE}; HttpClients.custom().setConnectionManager(m).setSSLSocketFactory(f).build();", False),
    (f"HttpClients.custom().setSSLSocketFactory({APACHE}).setConnectionManager(null).build();", True),
    (f"HttpClients.custom().setSSLSocketFactory({APACHE}).build(); other.setConnectionManager(m);", True),
    (f"HttpClients.custom().setSSLSocketFactory({APACHE}).setRequestExecutor(x.setConnectionManager(m));", True),
    (f"var f = {APACHE}; HttpClients.custom().setConnectionManager(m).setSSLSocketFactory(f); keep(f);", True),
    (f"use(new Setting({APACHE}));", True),
    (f"HttpClients.custom().setConnectionManager(m); use(HttpClients.custom().setSSLSocketFactory({APACHE}));", True),
    (f"HttpClientBuilder b = HttpClients.custom(); b.setConnectionManager(m); b.setSSLSocketFactory({APACHE});", False),
    (
        f"HttpClientBuilder b = HttpClients.custom().setSSLSocketFactory({APACHE}); b.x().setConnectionManager(m);",
        False,
    ),
    (
        f"HttpClientBuilder b = HttpClients.custom(); if (m != null) b.setConnectionManager(m); else"
        f" b.setSSLSocketFactory({APACHE});",
        True,
    ),
    (
        "HttpClientBuilder b = HttpClients.custom().setConnectionManager(m);"
        f" if (own) {{ b.setSSLSocketFactory({APACHE}); }}",
        False,
    ),
    (
        f"HttpClientBuilder b = HttpClients.custom().setSSLSocketFactory({APACHE});"
        " if (own) { b.setConnectionManager(m); }",
        True,
    ),
    (
        "HttpClients.custom().setConnectionManager(m).setSSLSocketFactory(this.own()).build(); }"
        f" private Object own() {{ return {APACHE};",
        False,
    ),
]


@pytest.mark.parametrize(("code", "counts"), CHAINS)
def test_a_connection_manager_leaves_the_factory_of_its_builder_without_effect(
    tmp_path: Path, code: str, counts: bool
) -> None:
    head = "import org.apache.http.conn.ssl.*;\nimport org.apache.http.impl.client.*;\nclass A { void a() {\n"
    setting = "class Setting { void a(javax.net.ssl.SSLSocket s, String[] n) { s.setEnabledProtocols(n); } }"
    found = told(scanned(tmp_path, {"A.java": f"{head}{code}\n}} }}\n", "Setting.java": setting}))
    mine = {place.partition(" ")[0]: said.partition(" ")[0] for place, said in found.items() if "A.java" in place}
    assert mine == ({"A.java:4": "fails"} if counts else {})


CLIENTS = ["socket", "factory", "alias", "assigned", "engine", "resource", "httpclient", "prepared", "helper"]
OTHERS = {
    "manager": SETTLED["manager"],
    "asked of": SETTLED["asked of"],
    "server": f"SSLServerSocket s = (SSLServerSocket) c.getServerSocketFactory().createServerSocket(1);\n"
    f"s.setEnabledProtocols({LIST});",
    "turned round": SETTLED["engine"].replace("(true)", "(false)"),
    "side unknown": SETTLED["engine"].replace("e.setUseClientMode(true);\n", ""),
}


def _named(name: str, body: str) -> str:
    return f"{HEAD}void b() throws Exception {{\n{MADE.replace('TLS', name)}{body}\n}}\n}}\n"


def _context(tmp_path: Path, text: str, runtime: str = "") -> list[tuple[int, Level, str]]:
    """What is told of contexts, with the version that the report says of Java."""
    files = {"A.java": text, **({"Dockerfile": f"FROM openjdk:{runtime}\n"} if runtime else {})}
    found = [f for f in scanned(tmp_path, files).findings if f.usage.rule == "java/ssl-context-protocol"]
    return [(f.usage.place.region.line, f.level, f.message) for f in found if f.level is not Level.NONE]


@pytest.mark.parametrize("body", CLIENTS)
@pytest.mark.parametrize("name", ["TLSv1", "TLSv1.1", "SSLv3"])
def test_a_list_cannot_mend_a_context_whose_version_is_off(tmp_path: Path, body: str, name: str) -> None:
    """Seen on the wire: Java 17 sends nothing, whatever the sockets enable; before the versions were off it does."""
    text = _named(name, SETTLED[body])
    ((line, level, message),) = _context(tmp_path, text, "17")
    assert (line, level) == (4, Level.ERROR)
    assert message.startswith("SSLContext.getInstance already fails: Java since 8u291, 11.0.11 and 16 leaves")
    assert _context(tmp_path, text, "8u181") == []


def test_where_nothing_is_known_of_java_it_may_still_work(tmp_path: Path) -> None:
    """An assumption alone is a reason for a warning, which says so; under older assumptions nothing is wrong."""
    ((_, level, message),) = _context(tmp_path, _named("TLSv1", SETTLED["socket"]))
    assert level is Level.WARNING and "fails on the runtime that is assumed: Java since 8u291" in message


@pytest.mark.parametrize("other", OTHERS)
def test_servers_and_what_never_connects_mind_no_name(tmp_path: Path, other: str) -> None:
    """A server has the cipher suites of all versions under any name."""
    assert _context(tmp_path, _named("TLSv1", OTHERS[other]), "17") == []


@pytest.mark.parametrize("name", ["TLS", "SSL", "TLSv1.2", "TLSv1.3"])
def test_a_newer_name_leaves_it_to_the_list(tmp_path: Path, name: str) -> None:
    assert _context(tmp_path, _named(name, SETTLED["socket"]), "17") == []


def test_what_no_java_knows_is_no_context_whatever_the_list(tmp_path: Path) -> None:
    ((_, level, message),) = _context(tmp_path, _named("TLSv1.0", SETTLED["socket"]), "8u181")
    assert level is Level.ERROR and "JSSE has no protocol of this name" in message


def test_a_factory_of_another_file_mends_no_context_either(tmp_path: Path) -> None:
    files = {"Client.java": HANDING.replace('"TLS"', '"TLSv1"'), "NewerFactory.java": PATCHING}
    found = scanned(tmp_path, {**files, "Dockerfile": "FROM openjdk:17\n"}).findings
    assert [f.usage.value for f in found if f.level is Level.ERROR] == ['"TLSv1"']


def test_android_takes_a_name_for_little(tmp_path: Path) -> None:
    text = _named("TLSv1", SETTLED["socket"])
    assert _context(tmp_path, "import android.os.Build;\n" + text) == []
    build = "android { defaultConfig { minSdkVersion 21 } }\n"
    found = scanned(tmp_path, {"A.java": text, "build.gradle": build}).findings
    assert [f for f in found if f.usage.language and f.level.rank > Level.NOTE.rank] == []


IDLE = {
    "printed": "SSLSocket s = (SSLSocket) c.getSocketFactory().createSocket();\nSystem.out.println(s);",
    "in a text": 'SSLEngine e = c.createSSLEngine();\nlog.info("made " + e);',
    "closed": "SSLServerSocket s = (SSLServerSocket) c.getServerSocketFactory().createServerSocket();\n"
    'SSLSocket t = (SSLSocket) c.getSocketFactory().createSocket("a", 1);\nuse(t.getClass());\nt.close();\ns.close();',
    "lists": "SSLEngine e = c.createSSLEngine();\ne.setUseClientMode(true);\n"
    "for (String p : e.getSupportedProtocols()) use(p);\nuse(e.getEnabledProtocols(), e.getEnabledCipherSuites());",
    "kept unused": "SSLSocketFactory f = c.getSocketFactory();\nSSLSocket s = (SSLSocket) f.createSocket();",
    "replaced": 'c = SSLContext.getInstance("TLSv1.2");\nuse(c.getSocketFactory());',
}
AT_WORK = {
    "connected": "SSLSocket s = (SSLSocket) c.getSocketFactory().createSocket();\nSystem.out.println(s);\n"
    "s.connect(a);",
    "printer of its own": "SSLSocket s = (SSLSocket) c.getSocketFactory().createSocket(a, 1);\nerror(s);\n}\n"
    "void error(SSLSocket t) throws Exception {\nt.startHandshake();",
    "member": "s = (SSLSocket) c.getSocketFactory().createSocket();\n}\nSSLSocket s;\n"
    "void d() throws Exception {\ns.close();",
    "given": "SSLSocket s = (SSLSocket) c.getSocketFactory().createSocket();\nuse(s);\ns.close();",
    "in a loop": 'SSLContext d = null;\nfor (;;) {\nif (a) {\nd = SSLContext.getInstance("TLSv1");\n}\nuse(d);\n}\n}\n'
    "void e() throws Exception {\nSSLContext d = null;",
    "read before": "use(c.getSocketFactory());\nc = null;",
    "replaced in a branch": 'if (newer) {\nc = SSLContext.getInstance("TLSv1.2");\n}\nuse(c.getSocketFactory());',
    "replaced if it works": 'try {\nc = null;\nc = SSLContext.getInstance("TLSv1");\nc = SSLContext.getInstance("X");\n'
    "} catch (Exception e) {\n}\nuse(c.getSocketFactory());",
}


@pytest.mark.parametrize("name", IDLE)
def test_what_never_comes_to_a_connection_sets_nothing(tmp_path: Path, name: str) -> None:
    text = _named("TLSv1", IDLE[name])
    assert [line for line, *_ in _context(tmp_path, text) if line == 4] == []


@pytest.mark.parametrize("name", AT_WORK)
def test_what_may_connect_is_told(tmp_path: Path, name: str) -> None:
    assert Level.ERROR in [level for _, level, _ in _context(tmp_path, _named("TLSv1", AT_WORK[name]))]


def test_a_context_with_which_nothing_is_done_yet_is_told(tmp_path: Path) -> None:
    """A line of code that goes on elsewhere, or will: one that is only prepared says that nothing comes of it."""
    made = f'{HEAD}void b() throws Exception {{\nSSLContext c = SSLContext.getInstance("TLSv1");\n}}\n}}\n'
    assert [level for _, level, _ in _context(tmp_path, made)] == [Level.ERROR]
    assert _context(tmp_path, made.replace(";\n}\n", ";\nc.init(null, null, null);\n}\n")) == []


OKHTTP = """package shop;
import java.util.*;
import okhttp3.*;
class Client {{
  OkHttpClient.Builder open(OkHttpClient.Builder client, javax.net.ssl.SSLSocketFactory plain) {{
    {before}
    client.connectionSpecs(Arrays.asList(ConnectionSpec.COMPATIBLE_TLS));
    return client;
  }}
}}
"""


@pytest.mark.parametrize(
    ("before", "factory", "counts"),
    [
        ("client.sslSocketFactory(new NewerFactory(plain), trusted);", PATCHING, False),
        ("var made = new NewerFactory(plain); client.sslSocketFactory(made);", PATCHING, False),
        ("client.sslSocketFactory(new NewerFactory(plain));", PATCHING.replace("setEnabledProtocols", "log"), True),
        ("client.sslSocketFactory(plain, trusted);", PATCHING, True),
        ("if (older) { client.sslSocketFactory(new NewerFactory(plain)); }", PATCHING, True),
        ("other.sslSocketFactory(new NewerFactory(plain));", PATCHING, True),
    ],
)
def test_a_list_of_the_factory_bounds_what_a_client_of_okhttp_permits(
    before: str, factory: str, counts: bool, tmp_path: Path
) -> None:
    """OkHttp enables what both its specs and the socket have."""
    found = told(scanned(tmp_path, {"Client.java": OKHTTP.format(before=before), "NewerFactory.java": factory}))
    assert any("Client.java" in place for place in found) is counts


def test_a_factory_of_the_same_file_counts_too(tmp_path: Path) -> None:
    own = (
        PATCHING.partition("javax.net.ssl.*;")[2].replace("public class", "class").replace("(SSL", "(javax.net.ssl.SSL")
    )
    text = OKHTTP.format(before="client.sslSocketFactory(new NewerFactory(plain));")
    for body, counts in ((own, False), (own.replace("setEnabledProtocols", "log"), True)):
        found = told(scanned(tmp_path, {"Client.java": text + body}))
        assert any("COMPATIBLE" in place for place in found) is counts
