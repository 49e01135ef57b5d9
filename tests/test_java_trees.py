"""Java trees: what a finding says of providers, of mocks and of what the tree itself opens again."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Role, Verdict
from tlsscan.protocol import tokens
from tree_scans import scanned, told

CONTEXT = """
import javax.net.ssl.*;
class A {
  void f(String name) throws Exception {
    SSLContext made = SSLContext.getInstance("TLSv1.0"%s);
    made.getServerSocketFactory().createServerSocket(443);
  }
}
"""


@pytest.mark.parametrize(("more", "refused"), [("", True), (", name", False), (', "wolfJSSE"', False)])
def test_a_name_is_refused_to_servers_by_java_own_provider_alone(tmp_path: Path, more: str, refused: bool) -> None:
    said = told(scanned(tmp_path, {"A.java": CONTEXT % more}))
    assert any("fails" in text for text in said.values()) is refused


ENGINE = """
import javax.net.ssl.*;
class Old {
  void f(SSLEngine engine) {
    engine.setEnabledProtocols(new String[] {"TLSv1"});
  }
}
"""
OPENING = """
import java.security.Security;
class Opening {
  static { Security.setProperty("jdk.tls.disabledAlgorithms", %s); }
}
"""
IMAGE = {"Dockerfile": "FROM eclipse-temurin:11.0.21\nCOPY . /app\n", "Old.java": ENGINE}
NAMED = 'Security.getProperty("jdk.tls.disabledAlgorithms").replace("TLSv1, TLSv1.1, ", "")'


def message(tmp_path: Path, files: dict[str, str]) -> str:
    (finding,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Old.java"]
    assert finding.verdict is Verdict.FAILS
    return finding.message


def test_what_the_runtime_has_switched_off_is_named(tmp_path: Path) -> None:
    said = message(tmp_path, IMAGE)
    assert "already breaks every connection: all that is left is TLS 1.0, which the runtime has switched off" in said
    assert "Java 11.0.21, Dockerfile:1" in said


@pytest.mark.parametrize(
    ("given", "opened"),
    [('""', True), (NAMED, True), ("chosen()", True), ('"SSLv3, TLSv1, TLSv1.1"', False)],
)
def test_what_the_tree_may_switch_on_again_is_not_broken_already(tmp_path: Path, given: str, opened: bool) -> None:
    said = message(tmp_path, {**IMAGE, "Opening.java": OPENING % given})
    assert ("enables TLS 1.0: cannot connect" in said) is opened
    assert ("already breaks every connection" in said) is not opened


LENGTHENED = """
import java.security.Security;
class Longer {
  static void f(String more) {
    String list = %s;
    %s
    Security.setProperty("jdk.tls.disabledAlgorithms", list);
  }
}
"""
HELD = 'Security.getProperty("jdk.tls.disabledAlgorithms")'


@pytest.mark.parametrize(
    ("first", "then", "verdict"),
    [
        (HELD, 'if (!list.isEmpty()) list += ", "; list += "RC4";', Verdict.UNRESOLVED),
        (HELD, 'list += ", "; list += more;', Verdict.UNRESOLVED),
        (HELD, 'String end = ""; end += more; list += end;', Verdict.UNRESOLVED),
        ('"SSLv3"', 'list += ", "; list += "TLSv1, TLSv1"; list += ".1";', None),
        ('"SSLv3"', 'list += ", "; list += "TLSv1.1"; list += ", RC4";', Verdict.ALLOWS),
    ],
)
def test_a_list_of_disabled_algorithms_that_grows_is_judged_as_a_whole(
    tmp_path: Path, first: str, then: str, verdict: Verdict | None
) -> None:
    found = scanned(tmp_path, {"Longer.java": LENGTHENED % (first, then)}).findings
    said = [(f.verdict, f.usage.place.region.line) for f in found if f.verdict is not Verdict.OK]
    assert {verdict for verdict, _ in said} == ({verdict} if verdict else set())
    assert verdict is not Verdict.ALLOWS or said == [(Verdict.ALLOWS, 7)]


@pytest.mark.parametrize("name", ["TLSv1", "TLSv1.1", "SSLv3"])
def test_a_context_whose_versions_are_switched_off_is_made_and_offers_nothing(tmp_path: Path, name: str) -> None:
    code = f'class Old {{ void f() {{ g(javax.net.ssl.SSLContext.getInstance("{name}").getSocketFactory()); }} }}'
    said = message(tmp_path, {**IMAGE, "Old.java": code})
    assert "SSLContext.getInstance already breaks every connection as a client: all that is left is " in said
    assert "switched off or does not have (on Java 11.0.21, Dockerfile:1)" in said


MOCKED = """
import javax.net.ssl.*;
import org.mockito.*;
import static org.mockito.Mockito.*;

class SocketTest {
  @Mock private SSLEngine engine;
  private SSLSocket own;
  private SSLEngine real;

  void before() { own = mock(SSLSocket.class); }

  void told(SSLSocket socket, InOrder order) {
    SSLSocket made = Mockito.mock(SSLSocket.class);
    %s.setEnabledProtocols(new String[] {"TLSv1"});
  }
}
"""
STAND_INS = ["verify(socket)", "Mockito.verify(socket, times(1))", "order.verify(socket)", "doNothing().when(socket)"]


@pytest.mark.parametrize("receiver", [*STAND_INS, "made", "own", "this.own", "engine", "((SSLSocket) made)"])
def test_what_is_set_on_a_mock_is_no_setting(tmp_path: Path, receiver: str) -> None:
    assert not scanned(tmp_path, {"SocketTest.java": MOCKED % receiver}).findings


@pytest.mark.parametrize("receiver", ["socket", "real", "this.real", "spy(socket)"])
def test_what_is_set_on_others_in_a_test_with_mocks_is_one(tmp_path: Path, receiver: str) -> None:
    assert len(scanned(tmp_path, {"SocketTest.java": MOCKED % receiver}).findings) == 1


TURNS = """
import javax.net.ssl.*;
class Turns {
  void f() throws Exception {
    for (String name : new String[] {%s}) {
      SSLContext.getInstance(name%s);
    }
  }
}
"""


@pytest.mark.parametrize(
    ("names", "more", "versions", "note"),
    [
        ('"TLSv1", "TLSv1.1"', "", "TLSv1.0 TLSv1.1", "one at a time, in a loop"),
        ('"TLSv1", "TLSv1.3"', "", "TLSv1.0 TLSv1.2 TLSv1.3", "one at a time, in a loop"),
        ('"SSLv2", "TLSv1", "TLSv1.2"', "", "TLSv1.0 TLSv1.2", "one at a time, in a loop"),
        ('"TLS", "TLSv1"', "", "TLSv1.0", "one at a time, in a loop, and what is offered by default"),
        (
            '"TLSv1", "TLSv1.1"',
            ", made()",
            "TLSv1.0 TLSv1.1",
            "one at a time, in a loop; the provider decides what it makes of the name",
        ),
    ],
)
def test_names_of_a_loop_are_contexts_one_at_a_time(
    tmp_path: Path, names: str, more: str, versions: str, note: str
) -> None:
    (finding,) = scanned(tmp_path, {"Turns.java": TURNS % (names, more)}).findings
    assert " ".join(tokens(finding.usage.permitted.versions)) == versions
    assert finding.usage.note == note


BUILT = """
package m;
public class Names {
  public static final String[] ALL;
  static {
    if (Build.VERSION.SDK_INT >= 16) {
      ALL = new String[] {"TLSv1.2", "TLSv1.1"};
    } else {
      ALL = new String[] {"TLSv1"};
    }
  }
}
"""
TAKING = """
package m;
import javax.net.ssl.*;
class Taking {
  void f(SSLSocket socket) { socket.setEnabledProtocols(Names.ALL); }
}
"""


def test_a_field_that_an_initializer_sets_in_branches_is_known_in_other_files(tmp_path: Path) -> None:
    (finding,) = scanned(tmp_path, {"Names.java": BUILT, "Taking.java": TAKING}).findings
    assert (finding.usage.place.path, finding.usage.place.region.line) == ("Taking.java", 5)
    assert finding.verdict is Verdict.ALLOWS
    assert tokens(finding.usage.permitted.versions) == ["TLSv1.1", "TLSv1.2"]
    assert "SDK_INT >= 16" in finding.message


PROBE = """
import javax.net.ssl.*;
class Probe {
  Object f() throws Exception {
    %s
  }
}
"""
PROBES = [
    'try { SSLContext.getInstance("TLSv1.1"); return 1; } catch (Exception e) { return 0; }',
    'return SSLContext.getInstance("TLSv1").getSupportedSSLParameters().getProtocols();',
    'SSLContext c = SSLContext.getInstance("TLSv1"); c.init(null, null, null); return c.getProtocol();',
    'try { return SSLContext.getInstance("TLSv1") != null; } catch (Exception e) { return false; }',
    'return null == SSLContext.getInstance("TLSv1.1") ? 0 : 1;',
    'SSLContext c = SSLContext.getInstance("TLSv1"); SSLParameters all = c.getDefaultSSLParameters(); return all;',
    'SSLContext c = null; try { c = SSLContext.getInstance("TLSv1"); } catch (Exception e) { } return c != null;',
    'SSLContext c = SSLContext.getInstance("TLSv1"); for (String s : c.getSupportedSSLParameters().getProtocols())'
    " { System.out.println(s); } return null;",
]
MADE = [
    'try { return SSLContext.getInstance("TLSv1.1"); } catch (Exception e) { return 0; }',
    'return SSLContext.getInstance("TLSv1").getSocketFactory();',
    'SSLContext c = SSLContext.getInstance("TLSv1"); c.init(null, null, null); return c;',
    'SSLContext c = SSLContext.getInstance("TLSv1"); log(c.getProtocol()); return make(c);',
    'SSLContext c; return (c = SSLContext.getInstance("TLSv1")) != null ? make(c) : null;',
    'SSLContext c = SSLContext.getInstance("TLSv1"); log(c.getSupportedSSLParameters()); return c;',
]


@pytest.mark.parametrize(("code", "count"), [*((code, 0) for code in PROBES), *((code, 1) for code in MADE)])
def test_a_context_that_is_only_asked_for_connects_nothing(tmp_path: Path, code: str, count: int) -> None:
    assert len(scanned(tmp_path, {"Probe.java": PROBE % code}).findings) == count


OWN = """
package q;
public class Stack {
  private String[] enabled = {"TLSv1.2", "TLSv1.1"};
  public String[] getEnabledProtocols() { return enabled; }
}
"""
ASKING = """
package q;
import javax.net.ssl.SSLSocket;
class Asking {
  private Stack stack;
  void f(SSLSocket socket, SSLSocket other) { socket.setEnabledProtocols(%s.getEnabledProtocols()); }
}
"""


@pytest.mark.parametrize(("receiver", "versions"), [("stack", ["TLSv1.1", "TLSv1.2"]), ("other", [])])
def test_a_getter_of_the_tree_is_none_of_the_library_that_is_called_alike(
    tmp_path: Path, receiver: str, versions: list[str]
) -> None:
    found = scanned(tmp_path, {"q/Stack.java": OWN, "q/Asking.java": ASKING % receiver}).findings
    assert [version for finding in found for version in tokens(finding.usage.permitted.versions)] == versions


def test_a_statement_that_gives_a_value_is_not_told_as_an_argument(tmp_path: Path) -> None:
    """The message says what is returned, in the place of the argument."""
    code = """import com.rabbitmq.client.ConnectionFactory;
class A {
  static final String OLD = "TLSv1";
  void set(ConnectionFactory factory) throws Exception { factory.useSslProtocol(pick(new String[0])); }
  String pick(String[] known) {
    for (String name : known) { if (name.equals("TLSv1.2")) return "TLSv1.2"; }
    return OLD;
  }
}
"""
    (found,) = scanned(tmp_path, {"A.java": code}).findings
    assert found.usage.place.region.line == 7
    assert found.message.startswith("factory.useSslProtocol(OLD) offers TLS 1.0")


def test_a_default_counts_whoever_passes_the_settings(tmp_path: Path) -> None:
    """The default of a look-up is the code's own word; what a caller puts into the table is told there."""
    code = """import java.util.*;
import javax.net.ssl.*;
class A {
  static final List<String> ALL = Arrays.asList("TLSv1.2", "TLSv1.1");
  static void set(SSLSocket socket, Settings settings) {
    socket.setEnabledProtocols(settings.getAsList("names", ALL).toArray(new String[0]));
  }
  static void one(SSLSocket socket, Map<String, String> map) {
    socket.setEnabledProtocols(new String[] {map.getOrDefault("name", "TLSv1.2")});
  }
  void use(SSLSocket socket) {
    Map<String, String> map = new HashMap<>();
    map.put("name", "TLSv1");
    one(socket, map);
  }
}
"""
    found = {f.usage.place.region.line: f for f in scanned(tmp_path, {"A.java": code}).findings}
    bad = {line: f.verdict for line, f in found.items() if f.verdict is not Verdict.CAPS}
    assert bad == {6: Verdict.ALLOWS, 14: Verdict.FAILS}
    assert "when names is not set" in found[6].message


SIDED = {
    "connects": ('SSLSocket s = (SSLSocket) factory.createSocket("a", 1);', Role.CLIENT),
    "accepts": ("SSLSocket s = (SSLSocket) listening.accept();", Role.SERVER),
    "turned": (
        'SSLSocket s = (SSLSocket) factory.createSocket(p, "a", 1, true); s.setUseClientMode(false);',
        Role.SERVER,
    ),
    "engine": ("SSLEngine s = context.createSSLEngine(); s.setUseClientMode(false);", Role.SERVER),
    "cast": ("Object made = listening.accept(); SSLSocket s = (SSLSocket) made;", Role.SERVER),
    "any factory": (
        "javax.net.SocketFactory f = SSLSocketFactory.getDefault(); java.net.Socket q = f.createSocket();"
        " SSLSocket s = (SSLSocket) q;",
        Role.CLIENT,
    ),
    "cast each time": ("((SSLSocket) p).setUseClientMode(true); SSLSocket s = (SSLSocket) p;", Role.CLIENT),
    "cast of what is open": ("SSLSocket s = (SSLSocket) p;", Role.BOTH),
    "open": ("SSLEngine s = context.createSSLEngine();", Role.BOTH),
}


@pytest.mark.parametrize("name", SIDED)
def test_what_is_done_with_a_socket_tells_its_side(tmp_path: Path, name: str) -> None:
    """How a socket comes about, and its mode, say who connects."""
    made, role = SIDED[name]
    arguments = "SSLSocketFactory factory, SSLServerSocket listening, SSLContext context, java.net.Socket p"
    code = f"""import javax.net.ssl.*;
class A {{
  void set({arguments}) throws Exception {{
    {made}
    s.setEnabledProtocols(new String[] {{"TLSv1"}});
  }}
}}
"""
    (found,) = scanned(tmp_path, {"A.java": code}).findings
    assert found.usage.role is role


SERVES = {
    "engine": """s.setHttpsConfigurator(new com.sun.net.httpserver.HttpsConfigurator(made) {
      public void configure(com.sun.net.httpserver.HttpsParameters p) {
        try {
          SSLEngine engine = SSLContext.getDefault().createSSLEngine();
          p.setProtocols(engine.getEnabledProtocols());
        } catch (Exception e) { }
      }
    });""",
    "management": """java.util.Map<String, Object> env = new java.util.HashMap<>();
    env.put("jmx.remote.tls.socket.factory", made.getSocketFactory());
    javax.management.remote.JMXConnectorServerFactory.newJMXConnectorServer(u, env, m).start();""",
    "undertow": 'io.undertow.Undertow.builder().addHttpsListener(1, "h", made);',
    "mina": 'chain.addLast("ssl", new SslFilter(made));',
    "sockets": "w.setWebSocketFactory(new org.java_websocket.server.DefaultSSLWebSocketServerFactory(made));",
}


CONFIGURES = "public void configure(final HttpsParameters p) {{ {} }}"


@pytest.mark.parametrize(
    ("own", "bounds"),
    [
        ("", True),
        (CONFIGURES.format("p.setSSLParameters(getSSLContext().getDefaultSSLParameters());"), True),
        (CONFIGURES.format("p.setSSLParameters(made.getDefaultSSLParameters());"), True),
        (CONFIGURES.format("p.setSSLParameters(SSLContext.getDefault().getDefaultSSLParameters());"), False),
        (CONFIGURES.format("p.setNeedClientAuth(true);"), False),
        (
            CONFIGURES.format(
                "SSLParameters q = made.getDefaultSSLParameters(); q.setProtocols(N); p.setSSLParameters(q);"
            ),
            False,
        ),
    ],
)
def test_a_configurator_gives_its_server_what_clients_of_the_context_have(
    tmp_path: Path, own: str, bounds: bool
) -> None:
    code = f"""import com.sun.net.httpserver.*;
import javax.net.ssl.*;
class A {{
  static final String[] N = {{"TLSv1.2", "TLSv1.3"}};
  void set(HttpsServer s) throws Exception {{
    SSLContext made = SSLContext.getInstance("TLSv1");
    made.init(null, null, null);
    s.setHttpsConfigurator(new HttpsConfigurator(made) {{ {own} }});
  }}
}}
"""
    found = scanned(tmp_path, {"A.java": code}).findings
    assert [(f.usage.role, f.level) for f in found] == ([(Role.SERVER, Level.ERROR)] if bounds else [])


@pytest.mark.parametrize(
    ("own", "bounds"),
    [
        ("", True),
        (CONFIGURES.format("p.setSSLParameters(made.getDefaultSSLParameters());"), True),
        (CONFIGURES.format("p.setNeedClientAuth(true);"), False),
        (CONFIGURES.format("p.setSSLParameters(SSLContext.getDefault().getDefaultSSLParameters());"), False),
    ],
)
@pytest.mark.parametrize(
    "beside",
    [
        'SSLSocketFactory.getDefault().createSocket("h", 1);',
        "other.getSocketFactory().createSocket();",
        "java.net.Socket plain = factory.createSocket();",
    ],
)
def test_what_else_a_class_connects_makes_no_client_of_the_context_of_a_server(
    tmp_path: Path, own: str, bounds: bool, beside: str
) -> None:
    code = f"""import com.sun.net.httpserver.*;
import javax.net.ssl.*;
class A {{
  void serve(HttpsServer s) throws Exception {{
    SSLContext made = SSLContext.getInstance("TLSv1");
    made.init(null, null, null);
    s.setHttpsConfigurator(new HttpsConfigurator(made) {{ {own} }});
  }}
  void send(SSLContext other, javax.net.SocketFactory factory) throws Exception {{ {beside} }}
}}
"""
    found = scanned(tmp_path, {"A.java": code}).findings
    assert [(f.usage.role, f.level) for f in found] == ([(Role.SERVER, Level.ERROR)] if bounds else [])


@pytest.mark.parametrize(
    "use", ["made.getSocketFactory().createSocket();", "SSLContext.setDefault(made);", "go(made);"]
)
def test_a_context_of_a_server_that_connects_itself_is_a_client(tmp_path: Path, use: str) -> None:
    code = f"""import com.sun.net.httpserver.*;
import javax.net.ssl.*;
class A {{
  void serve(HttpsServer s) throws Exception {{
    SSLContext made = SSLContext.getInstance("TLSv1");
    s.setHttpsConfigurator(new HttpsConfigurator(made));
    {use}
  }}
  void send() throws Exception {{ SSLSocketFactory.getDefault().createSocket("h", 1); }}
}}
"""
    (found,) = scanned(tmp_path, {"A.java": code}).findings
    assert (found.usage.role, found.level) == (Role.CLIENT, Level.ERROR)


def test_a_context_for_a_configurator_in_another_file_bounds_its_server(tmp_path: Path) -> None:
    made = 'class Contexts { static SSLContext made() throws Exception { return SSLContext.getInstance("TLSv1"); } }'
    use = "class Serving { void f(HttpsServer s) { s.setHttpsConfigurator(new HttpsConfigurator(Contexts.made())); } }"
    files = {
        "Contexts.java": f"import javax.net.ssl.*;\n{made}\n",
        "Serving.java": f"import com.sun.net.httpserver.*;\n{use}\n",
    }
    (found,) = scanned(tmp_path, files).findings
    assert (found.usage.role, found.level) == (Role.SERVER, Level.ERROR)


@pytest.mark.parametrize(
    ("also", "role"),
    [("", Role.SERVER), ("Object o = make().getSocketFactory();", Role.CLIENT), ("HttpClient c;", Role.CLIENT)],
)
def test_a_context_beside_a_connector_of_jetty_is_a_servers(tmp_path: Path, also: str, role: Role) -> None:
    code = f"""import javax.net.ssl.*;
import org.eclipse.jetty.server.*;
import org.eclipse.jetty.util.ssl.SslContextFactory;
class A {{
  private SSLContext make() throws Exception {{ return SSLContext.getInstance("TLSv1"); }}
  void serve(Server server, SslContextFactory.Server f) throws Exception {{
    f.setSslContext(make());
    server.addConnector(new ServerConnector(server, f));
    {also}
  }}
}}
"""
    (found,) = scanned(tmp_path, {"A.java": code}).findings
    assert (found.usage.role, found.level) == (role, Level.ERROR)


@pytest.mark.parametrize("name", SERVES)
@pytest.mark.parametrize("also", ["", "made.getSocketFactory().createSocket();"])
def test_what_a_server_is_given_serves_unless_it_connects_as_well(tmp_path: Path, name: str, also: str) -> None:
    code = f"""import javax.net.ssl.*;
class A {{
  void set(com.sun.net.httpserver.HttpsServer s, org.java_websocket.server.WebSocketServer w) throws Exception {{
    SSLContext made = SSLContext.getInstance("TLSv1");
    made.init(null, null, null);
    {SERVES[name]}
    {also}
  }}
}}
"""
    assert bool(scanned(tmp_path, {"A.java": code}).findings) is bool(also)


def test_what_an_android_allowed_by_a_project_means_for_a_default_is_told_with_it(tmp_path: Path) -> None:
    gradle = "apply plugin: 'com.android.application'\nandroid { defaultConfig { minSdkVersion 16 } }\n"
    code = """import javax.net.ssl.*;
class A { void f() throws Exception {
  SSLContext made = SSLContext.getInstance("TLS");
  made.init(null, null, null);
  HttpsURLConnection.setDefaultSSLSocketFactory(made.getSocketFactory());
} }
"""
    found = scanned(tmp_path, {"app/build.gradle": gradle, "app/src/main/java/A.java": code}).findings
    (claimed,) = [f for f in found if f.usage.rule == "runtimes/android"]
    assert [(place.path, place.region.line) for place in claimed.usage.related] == [("app/src/main/java/A.java", 3)]


SERVED = """import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
class A {{ void f(Connector connector, Http11NioProtocol handler, String name) {{ {statement} }} }}
"""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ('handler.setSSLProtocol("TLSv1");', (Verdict.FAILS, Role.SERVER)),
        ('handler.setSslProtocol("TLSv1");', None),
        ("handler.setSslProtocol(name);", None),
        ('connector.setProperty("sslProtocol", "TLSv1");', None),
        ('connector.setAttribute("sslProtocol", "TLSv1");', None),
    ],
)
def test_the_name_of_a_context_bounds_no_server_of_tomcat(
    tmp_path: Path, statement: str, said: tuple[Verdict, Role] | None
) -> None:
    found = scanned(tmp_path, {"A.java": SERVED.format(statement=statement)}).findings
    assert [(f.verdict, f.usage.role) for f in found] == ([said] if said else [])


VERTX = """import io.vertx.core.http.*;
import java.util.*;
class A {{ void f() {{ {type} o = new {type}(); {statement} }} }}
"""


@pytest.mark.parametrize(
    ("type", "statement", "said"),
    [
        ("HttpServerOptions", 'o.addEnabledSecureTransportProtocol("TLSv1.0");', []),
        ("HttpClientOptions", 'o.removeEnabledSecureTransportProtocol("TLSv1.0");', []),
        ("HttpServerOptions", 'o.addEnabledSecureTransportProtocol("TLSv1");', [(Verdict.ALLOWS, Role.SERVER)]),
        (
            "HttpClientOptions",
            'o.setEnabledSecureTransportProtocols(Set.of("TLSv1.0", "TLSv1.1"));',
            [(Verdict.FAILS, Role.CLIENT)],
        ),
    ],
)
def test_vertx_leaves_out_names_that_nothing_has(
    tmp_path: Path, type: str, statement: str, said: list[tuple[Verdict, Role]]
) -> None:
    found = scanned(tmp_path, {"A.java": VERTX.format(type=type, statement=statement)}).findings
    assert [(f.verdict, f.usage.role) for f in found] == said


FACTORY = """import javax.net.ssl.*;
import java.net.Socket;
class A extends {base} {{
  private SSLSocketFactory made;
  public Socket createSocket(String host, int port) throws java.io.IOException {{
    return older(made.createSocket(host, port));
  }}
  private Socket older(Socket socket) {{
    if (socket instanceof SSLSocket) {{ ((SSLSocket) socket).setEnabledProtocols(new String[] {{"TLSv1"}}); }}
    {also}
    return socket;
  }}
}}
"""


@pytest.mark.parametrize(
    ("base", "also", "role"),
    [
        ("SSLSocketFactory", "", Role.CLIENT),
        ("javax.net.ssl.SSLSocketFactory", "", Role.CLIENT),
        ("Base", "", Role.BOTH),
        ("SSLSocketFactory", "((SSLSocket) socket).setUseClientMode(mode);", Role.BOTH),
    ],
)
def test_a_socket_in_a_factory_of_clients_is_one_of_them(tmp_path: Path, base: str, also: str, role: Role) -> None:
    found = scanned(tmp_path, {"A.java": FACTORY.format(base=base, also=also)}).findings
    assert [(f.verdict, f.usage.role) for f in found] == [(Verdict.FAILS, role)]


KEPT = """
import android.os.Build;
class Kept {
  %s
  void f(javax.net.ssl.SSLSocket socket) throws Exception {
    if (%s) { socket.setEnabledProtocols(new String[] {"TLSv1"}); socket.startHandshake(); }
  }
}
"""


@pytest.mark.parametrize(
    ("member", "asked", "level"),
    [
        ("static final boolean OLD = Build.VERSION.SDK_INT < 20;", "OLD", Level.WARNING),
        ("boolean old() { return Build.VERSION.SDK_INT < Build.VERSION_CODES.LOLLIPOP; }", "old()", Level.WARNING),
        ("private final boolean fresh = Build.VERSION.SDK_INT >= 21;", "!fresh", Level.WARNING),
        ("final int sdk = Build.VERSION.SDK_INT;", "sdk < 20", Level.WARNING),
        ("private final boolean fresh = Build.VERSION.SDK_INT >= 21;", "fresh", Level.ERROR),
        ('final String agent = "a" + Build.VERSION.SDK_INT;', "agent.length() < 20", Level.ERROR),
    ],
)
def test_a_name_that_keeps_a_check_of_android_is_that_check(
    tmp_path: Path, member: str, asked: str, level: Level
) -> None:
    (finding,) = scanned(tmp_path, {"Kept.java": KEPT % (member, asked)}).findings
    assert finding.level is level


DROPPED = """
import javax.net.ssl.*;
class Dropped {
  Object f(SSLSocketFactory factory, SSLContext context, Params given) throws Exception {
    %s
    it.setEnabledProtocols(new String[] {"TLSv1.1", "TLSv1.2"});
    %s
  }
}
"""


@pytest.mark.parametrize(
    ("made", "then", "told"),
    [
        ("SSLSocket it = (SSLSocket) factory.createSocket();", "given.setFactory(factory); return null;", False),
        (
            'SSLEngine it = context.createSSLEngine("h", 1);',
            "it.setUseClientMode(true); return go(1, context);",
            False,
        ),
        ("SSLSocket it = (SSLSocket) factory.createSocket();", "return null;", True),
        ("SSLSocket it = (SSLSocket) factory.createSocket();", "return it;", True),
        ("SSLSocket it = (SSLSocket) factory.createSocket();", "it.connect(at); return use(factory);", True),
        ('SSLSocket it = (SSLSocket) factory.createSocket("h", 1);', "return null;", True),
        (
            "SSLEngine it = context.createSSLEngine();",
            "given.set(it.getEnabledProtocols()); return use(context);",
            True,
        ),
        ("SSLEngine it = context.createSSLEngine();", "return () -> it.wrap(from, to);", True),
        ("SSLSocket it = given.socket();", "return null;", True),
    ],
)
def test_a_socket_that_is_set_and_dropped_connects_nothing(tmp_path: Path, made: str, then: str, told: bool) -> None:
    assert bool(scanned(tmp_path, {"Dropped.java": DROPPED % (made, then)}).findings) is told


REPLACED = """import java.util.*;
import javax.net.ssl.*;
import java.net.*;
class A {
  void serve(SSLServerSocketFactory factory) throws Exception {
    try (SSLServerSocket s = (SSLServerSocket) factory.createServerSocket(1)) {
      s.setEnabledProtocols(new String[] {"TLSv1", "TLSv1.2"});
      s.setReuseAddress(true);
      s.setEnabledProtocols(new String[] {%s});
    }
  }
}
"""


@pytest.mark.parametrize(("last", "found"), [('"TLSv1.2"', {}), ('"TLSv1"', {"A.java:9": "fails"})])
def test_what_a_later_list_replaces_is_not_taken_for_a_setting_of_another_library(
    tmp_path: Path, last: str, found: dict[str, str]
) -> None:
    """Several packages might define the class, so that a setter of any name meets a looser rule as well."""
    report = scanned(tmp_path, {"A.java": REPLACED % last})
    shown = [f for f in report.findings if f.level.rank > Level.NOTE.rank]
    assert {f"A.java:{f.usage.place.region.line}": f.verdict.value for f in shown} == found


WEEDED = """import java.util.*;
import javax.net.ssl.*;
class A {
  void a(SSLSocket s) {
    List<String> names = new ArrayList<>(Arrays.asList("TLSv1", "TLSv1.2"));
    names.%s;
    s.setEnabledProtocols(names.toArray(new String[0]));
  }
}
"""
WEAK = """import java.util.*;
class Known {
  static final List<String> WEAK = Arrays.asList("SSLv3", "TLSv1");
  static final String OLD = "TLSv1";
  static final String NEW = "TLSv1.2";
}
"""


@pytest.mark.parametrize(
    ("call", "verdicts"),
    [
        ("removeAll(Known.WEAK)", []),
        ("remove(Known.OLD)", []),
        ("remove(Known.NEW)", [Verdict.ALLOWS]),
        ("removeAll(Elsewhere.WEAK)", [Verdict.ALLOWS]),
    ],
)
def test_what_a_constant_of_another_file_takes_out_of_a_list_is_gone(
    tmp_path: Path, call: str, verdicts: list[Verdict]
) -> None:
    found = scanned(tmp_path, {"A.java": WEEDED % call, "Known.java": WEAK}).findings
    assert [f.verdict for f in found if f.level.rank > Level.NOTE.rank] == verdicts


IN_MODULE = """package x;
import javax.net.ssl.*;
class N {
  SSLSocketFactory a() throws Exception {
    SSLContext c = SSLContext.getInstance("TLSv1");
    c.init(null, null, null);
    return c.getSocketFactory();
  }
}
"""
PLUGIN = 'plugins {{ id("com.android.library"){} }}\n'
OPEN_LEVEL = "android { defaultConfig { minSdk = levels.least.get() } }\n"
MANIFEST = '<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="x">{}</manifest>\n'


@pytest.mark.parametrize(
    ("files", "level"),
    [
        ({"app/src/main/AndroidManifest.xml": MANIFEST.format("")}, Level.NOTE),
        ({"app/build.gradle.kts": PLUGIN.format("") + OPEN_LEVEL}, Level.NOTE),
        ({"build.gradle.kts": PLUGIN.format(" apply false")}, Level.ERROR),
        ({"other/AndroidManifest.xml": MANIFEST.format("")}, Level.ERROR),
        (
            {
                "AndroidManifest.xml": MANIFEST.format(""),
                "app/pom.xml": "<project><properties><java.version>8</java.version></properties></project>",
            },
            Level.ERROR,
        ),
    ],
)
def test_a_module_of_android_that_names_no_level_is_of_a_current_one(
    files: dict[str, str], level: Level, tmp_path: Path
) -> None:
    """Android takes the name of a context for little: it offers its default, at most without TLS 1.3."""
    report = scanned(tmp_path, {"app/src/main/java/x/N.java": IN_MODULE, **files})
    (found,) = [one for one in report.findings if one.usage.language]
    assert found.level is level
    assert any("Android API level >=29 is taken for granted" in one for one in report.claims) is (level is Level.NOTE)


ECLIPSE = "eclipse.preferences.version=1\norg.eclipse.jdt.core.compiler.codegen.targetPlatform=1.6\n"


@pytest.mark.parametrize(("folder", "told"), [("", True), ("app/", False)])
def test_what_an_app_of_android_is_compiled_for_is_no_java_that_it_runs_on(
    folder: str, told: bool, tmp_path: Path
) -> None:
    sdk = MANIFEST.format('<uses-sdk android:minSdkVersion="14" />')
    use = "class N { void a() { new org.apache.http.impl.client.DefaultHttpClient(); } }\n"
    files = {
        "app/AndroidManifest.xml": sdk,
        "app/src/N.java": use,
        f"{folder}.settings/org.eclipse.jdt.core.prefs": ECLIPSE,
    }
    rules = {found.usage.rule for found in scanned(tmp_path, files).findings}
    assert ("runtimes/java" in rules) is told
    assert "runtimes/android" in rules


def test_a_level_that_is_made_a_number_of_a_property(tmp_path: Path) -> None:
    build = "android {\n  defaultConfig {\n    minSdkVersion Integer.parseInt(project.LEAST)\n  }\n}\n"
    files = {"app/src/N.java": IN_MODULE, "app/build.gradle": build, "gradle.properties": "LEAST=24\n"}
    assert any("Android API level >=24 by gradle.properties:1" in one for one in scanned(tmp_path, files).claims)
