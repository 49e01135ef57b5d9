"""Parameters followed to the callers of their function, in every language: what is told, and where."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from core_builders import call
from tlsscan.callers import MAX_GROWTH, MAX_NAMESAKES, MAX_OPENINGS, follow
from tlsscan.calls import Calls, Question
from tlsscan.model import Level, Site
from tlsscan.protocol import tokens
from tlsscan.searches import Spot, spots_of_calls
from tlsscan.values import Callee, Listing, Parameter, Text
from tree_scans import scanned, told

PYTHON_MAKER = "import ssl\n\ndef connect(host, version):\n    return ssl.SSLContext(version)\n"
RUBY_MAKER = """module Shop
  class Client
    def initialize(host, version)
      @version = version
    end

    def self.connect(version, host = nil)
      OpenSSL::SSL::SSLContext.new(version)
    end

    def open
      OpenSSL::SSL::SSLContext.new(@version)
    end
  end
end
"""
PHP_MAKER = """<?php
namespace Shop;

function fetch($url, $version) {
    $ch = curl_init($url);
    curl_setopt($ch, CURLOPT_SSLVERSION, $version);
}

class Client {
    private $options;
    public function __construct(private int $version, array $options = []) {
        $this->options = $options;
    }
    public function open($ch) {
        curl_setopt($ch, CURLOPT_SSLVERSION, $this->version);
    }
    public static function send($ch, int $tls = CURL_SSLVERSION_TLSv1_2) {
        curl_setopt($ch, CURLOPT_SSLVERSION, $tls);
    }
    public function stream() {
        return stream_context_create(['ssl' => ['crypto_method' => $this->options['tls']]]);
    }
}
"""
JAVA_MAKER = """package shop;

import javax.net.ssl.*;

class Sockets {
    private final String protocol;

    Sockets(String protocol) {
        this.protocol = protocol;
    }

    static SSLContext context(String protocol) throws Exception {
        return SSLContext.getInstance(protocol);
    }

    static SSLContext context(int port, String name) throws Exception {
        return null;
    }

    void limit(SSLSocket socket, String... protocols) {
        socket.setEnabledProtocols(protocols);
    }

    SSLContext own() throws Exception {
        return SSLContext.getInstance(protocol);
    }
}
"""
CSHARP_MAKER = """using System.Net;
using System.Security.Authentication;
using System.Net.Http;

namespace Shop
{
    class Tls
    {
        private readonly SslProtocols protocols;
        public Tls(SslProtocols protocols) { this.protocols = protocols; }
        public static void Allow(SecurityProtocolType type) { ServicePointManager.SecurityProtocol = type; }
        public static void Add(SecurityProtocolType type, bool really = true)
        {
            ServicePointManager.SecurityProtocol |= type;
        }
        public void Fill(HttpClientHandler handler) { handler.SslProtocols = protocols; }
    }
}
"""
VBNET_MAKER = """Imports System.Net

Public Module TlsSettings
    Public Sub Allow(ByVal host As String, ByVal kind As SecurityProtocolType)
        ServicePointManager.SecurityProtocol = kind
    End Sub
End Module

Public Class Gateway
    Private ReadOnly kind As SecurityProtocolType
    Public Sub New(ByVal kind As SecurityProtocolType)
        Me.kind = kind
    End Sub
    Public Sub Open()
        ServicePointManager.SecurityProtocol = kind
    End Sub
End Class
"""
POWERSHELL_MAKER = """function Set-Tls {
    param(
        [string] $Server,
        [switch] $Force,
        $Protocol
    )
    [Net.ServicePointManager]::SecurityProtocol = $Protocol
}
"""

CASES = {
    "python in the file": (
        {"a.py": f"{PYTHON_MAKER}connect('x', ssl.PROTOCOL_TLSv1)\nconnect(version=ssl.PROTOCOL_TLSv1_1, host='y')\n"},
        {"a.py:5 ssl.PROTOCOL_TLSv1": "fails TLSv1.0", "a.py:6 ssl.PROTOCOL_TLSv1_1": "fails TLSv1.1"},
    ),
    "python across files": (
        {
            "app/net.py": PYTHON_MAKER,
            "app/use.py": "import ssl\nfrom app import net\nfrom .net import connect as go\n"
            "OLD = ssl.PROTOCOL_TLSv1\nnet.connect('x', OLD)\ngo('x', ssl.PROTOCOL_SSLv3)\n",
        },
        {"app/use.py:5 OLD": "fails TLSv1.0", "app/use.py:6 ssl.PROTOCOL_SSLv3": "fails SSLv3"},
    ),
    "ruby in the file": (
        {"a.rb": f"{RUBY_MAKER}Shop::Client.connect(:TLSv1)\nShop::Client.new('x', :TLSv1_1)\n"},
        {"a.rb:16 :TLSv1": "fails TLSv1.0", "a.rb:17 :TLSv1_1": "fails TLSv1.1"},
    ),
    "ruby across files": (
        {
            "lib/client.rb": RUBY_MAKER,
            "bin/go.rb": "require 'client'\nmodule Shop\n  OLD = :TLSv1\n  Client.new('x', OLD)\nend\n"
            "Shop::Client.connect(:SSLv3, 'x')\n",
        },
        {"bin/go.rb:4 OLD": "fails TLSv1.0", "bin/go.rb:6 :SSLv3": "fails SSLv3"},
    ),
    "php in the file": (
        {"a.php": f"{PHP_MAKER}fetch('https://x', 3);\n(new Client(6))->open($ch);\n"},
        {"a.php:24 3": "fails SSLv3", "a.php:25 6": ""},
    ),
    "php across files": (
        {
            "src/Client.php": PHP_MAKER,
            "src/go.php": "<?php\nuse Shop\\Client;\nuse function Shop\\fetch;\n"
            "fetch(version: CURL_SSLVERSION_SSLv3, url: 'https://x');\nClient::send($ch, CURL_SSLVERSION_SSLv3);\n"
            "new Client(6, ['tls' => STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT]);\n",
        },
        {
            "src/go.php:4 CURL_SSLVERSION_SSLv3": "fails SSLv3",
            "src/go.php:5 CURL_SSLVERSION_SSLv3": "fails SSLv3",
            "src/go.php:6 STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT": "fails TLSv1.0",
        },
    ),
    "java in the file": (
        {
            "Sockets.java": JAVA_MAKER.replace(
                "    SSLContext own()",
                '    void all(SSLSocket s) throws Exception { context("SSLv3"); context(1, "TLSv1");'
                ' this.limit(s, "TLSv1", "TLSv1.1"); }\n    SSLContext own()',
            )
        },
        {
            'Sockets.java:24 "SSLv3"': "fails SSLv3",
            'Sockets.java:24 "TLSv1", "TLSv1.1"': "fails TLSv1.0 TLSv1.1",
        },
    ),
    "java across files": (
        {
            "shop/Sockets.java": JAVA_MAKER,
            "shop/Use.java": 'package shop;\n\nclass Use {\n    static final String OLD = "TLSv1.1";\n'
            "    void go(javax.net.ssl.SSLSocket s, Sockets sockets) throws Exception {\n"
            "        sockets.limit(s, OLD);\n    }\n}\n",
        },
        {"shop/Use.java:6 OLD": "fails TLSv1.1"},
    ),
    "csharp in the file": (
        {
            "Tls.cs": CSHARP_MAKER.replace(
                "        public void Fill",
                "        void All() { Allow(SecurityProtocolType.Tls); Tls.Add(type: SecurityProtocolType.Ssl3); }\n"
                "        public void Fill",
            )
        },
        {"Tls.cs:16 SecurityProtocolType.Tls": "fails TLSv1.0", "Tls.cs:16 SecurityProtocolType.Ssl3": "fails SSLv3"},
    ),
    "csharp across files": (
        {
            "Tls.cs": CSHARP_MAKER,
            "Use.cs": "using System.Net;\nusing System.Security.Authentication;\nusing Shop;\nclass Use\n{\n"
            "    void Go()\n    {\n        Tls.Allow((SecurityProtocolType)192);\n"
            "        var tls = new Tls(SslProtocols.Tls11);\n    }\n}\n",
        },
        {"Use.cs:8 (SecurityProtocolType)192": "fails TLSv1.0", "Use.cs:9 SslProtocols.Tls11": "fails TLSv1.1"},
    ),
    "vbnet in the file": (
        {
            "a.vb": f'{VBNET_MAKER}Class Use\n    Sub Go()\n        Allow("x", SecurityProtocolType.Tls)\n'
            "    End Sub\nEnd Class\n"
        },
        {"a.vb:20 SecurityProtocolType.Tls": "fails TLSv1.0"},
    ),
    "vbnet across files": (
        {
            "Tls.vb": VBNET_MAKER,
            "Use.vb": "Imports System.Net\nClass Use\n    Sub Go()\n"
            '        TlsSettings.Allow(kind:=SecurityProtocolType.Tls11, host:="x")\n'
            "        Dim it As New Gateway(SecurityProtocolType.Ssl3)\n"
            '        allow("y", SecurityProtocolType.Tls)\n    End Sub\nEnd Class\n',
        },
        {
            "Use.vb:4 SecurityProtocolType.Tls11": "fails TLSv1.1",
            "Use.vb:5 SecurityProtocolType.Ssl3": "fails SSLv3",
            "Use.vb:6 SecurityProtocolType.Tls": "fails TLSv1.0",
        },
    ),
    "powershell in the file": (
        {
            "a.ps1": f"{POWERSHELL_MAKER}Set-Tls -Server x -Protocol Tls\n"
            "set-tls x ([Net.SecurityProtocolType]::Tls11)\n"
        },
        {"a.ps1:9 Tls": "fails TLSv1.0", "a.ps1:10 ([Net.SecurityProtocolType]::Tls11)": "fails TLSv1.1"},
    ),
    "powershell across files": (
        {
            "Tls.psm1": POWERSHELL_MAKER,
            "go.ps1": "Import-Module ./Tls.psm1\nSet-Tls -Protocol 'Ssl3' -Server x\n",
        },
        {"go.ps1:2 'Ssl3'": "fails SSLv3"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_caller_passes_is_told_where_it_is_passed(case: str, tmp_path: Path) -> None:
    files, expected = CASES[case]
    found = told(scanned(tmp_path, files))
    for place, said in expected.items():
        assert found.get(place, "").startswith(said) and (said or place not in found), found
    others = {place for place, said in found.items() if not said.startswith("unresolved")} - set(expected)
    assert not others, found


# -- what counts as a caller, and as its word ---------------------------------------------------------------------


def said(tmp_path: Path, **files: str) -> dict[str, str]:
    """What is told of a tree of Python modules."""
    return told(scanned(tmp_path, {f"{name}.py": text for name, text in files.items()}))


MAKER = "import ssl\n\nclass Client:\n    def connect(self, version):\n        return ssl.SSLContext(version)\n"


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        pytest.param("from a import Client\nClient().connect({})", "fails TLSv1.0", id="object"),
        pytest.param("from a import Client\nmade = Client()\nmade.connect({})", "fails TLSv1.0", id="variable"),
        pytest.param("from a import Client\ndef f(c: Client):\n    c.connect({})", "fails TLSv1.0", id="unknown"),
        pytest.param("import a\na.Client().connect({})", "fails TLSv1.0", id="module"),
        pytest.param("def f(client):\n    client.connect({})", "", id="file that does not name the class"),
        pytest.param("from a import Client\nfrom b import Other\nOther().connect({})", "", id="another class"),
        pytest.param("from a import Client\ndef connect(x): pass\nconnect({})", "", id="function of that name"),
        pytest.param("from a import Client\nClient().reconnect({})", "", id="another method"),
        pytest.param("from a import Client\nClient().connect(pick(), {})", "", id="another argument"),
        pytest.param("from a import Client\nClient().connect(*{})", "", id="spread"),
        pytest.param("# Client().connect({})\nfrom a import Client", "", id="comment"),
    ],
)
def test_which_calls_are_meant(use: str, expected: str, tmp_path: Path) -> None:
    found = said(tmp_path, a=MAKER, use="import ssl\n" + use.format("ssl.PROTOCOL_TLSv1") + "\n")
    assert [text for place, text in found.items() if place.startswith("use.py")] == ([expected] if expected else [])
    assert [text for place, text in found.items() if place.startswith("a.py")] == ([] if expected else ["unresolved"])


def test_a_number_says_nothing_where_it_is_not_certain_what_is_called(tmp_path: Path) -> None:
    use = "<?php\nuse Shop\\Client;\nfunction f($client, Client $known) {{\n    {}(3);\n}}\n"
    pin = "function pin($v) { curl_setopt($this->h, CURLOPT_SSLVERSION, $v); }"
    client = f"<?php\nnamespace Shop;\nclass Client {{\n    {pin}\n}}\n"
    sure = told(scanned(tmp_path / "sure", {"a.php": client, "b.php": use.format("$known->pin")}))
    assert sure == {"b.php:4 3": "fails SSLv3"}
    unsure = told(scanned(tmp_path / "unsure", {"a.php": client, "b.php": use.format("$client->pin")}))
    assert list(unsure) == ["a.php:4 $v"]


def test_two_functions_that_might_be_meant_cancel_out(tmp_path: Path) -> None:
    two = MAKER + MAKER.replace("Client", "Server").partition("\n\n")[2]
    found = said(
        tmp_path, a=two, use="import ssl\nfrom a import Client, Server\ndef f(x): x.connect(ssl.PROTOCOL_TLSv1)\n"
    )
    assert set(found.values()) == {"unresolved"}


CONNECTOR = """using System.Net.Security;
using System.Security.Authentication;
namespace Shop.Net {{
    public class {name} : IConnector {{
        private readonly SslStream stream;
        public void Connect(string host, SslProtocols protocols) {{
            stream.AuthenticateAsClient(host, null, protocols, false);
        }}
    }}
}}
"""
CONTRACT = """using System.Security.Authentication;
namespace Shop.Net {
    public interface IConnector { void Connect(string host, SslProtocols protocols); }
}
"""
VB_CONNECTOR = """Imports System.Net.Security
Imports System.Security.Authentication
Public Class Plug
    Implements IConnector
    Public Sub Connect(host As String, protocols As SslProtocols) Implements IConnector.Connect
        Dim stream As New SslStream(Nothing)
        stream.AuthenticateAsClient(host, Nothing, protocols, False)
    End Sub
End Class
"""


def test_a_caller_of_a_caller_need_hold_no_more_than_the_text_of_a_version(tmp_path: Path) -> None:
    """`TLSv1` is a literal that is an anchor only beside the setter of a property."""
    found = scanned(
        tmp_path,
        {
            "Maker.java": "package a;\nimport javax.net.ssl.SSLContext;\npublic class Maker {\n    public static"
            " SSLContext make(String protocol) throws Exception {\n        return SSLContext.getInstance(protocol);\n"
            "    }\n}\n",
            "Middle.java": "package a;\npublic class Middle {\n    public static Object connect(String host, String"
            " protocol) throws Exception {\n        return Maker.make(protocol);\n    }\n}\n",
            "Top.java": "package a;\npublic class Top {\n    public void run() throws Exception {\n"
            '        Middle.connect("host", "TLSv1");\n    }\n}\n',
        },
    )
    assert list(told(found)) == ['Top.java:4 "TLSv1"']


def through(kind: str) -> str:
    return (
        "using System.Security.Authentication;\nusing Shop.Net;\nclass Use {\n"
        f'    private readonly {kind} way;\n    void Go() {{ way.Connect("h", SslProtocols.Tls); }}\n}}\n'
    )


def test_who_calls_a_method_through_its_interface_is_a_caller(tmp_path: Path) -> None:
    """The file that calls names the interface alone: what makes the object stands elsewhere."""
    files = {"IConnector.cs": CONTRACT, "Plug.cs": CONNECTOR.format(name="Plug"), "Use.cs": through("IConnector")}
    assert told(scanned(tmp_path / "one", files)) == {"Use.cs:5 SslProtocols.Tls": "fails TLSv1.0"}
    two = {**files, "Other.cs": CONNECTOR.format(name="Other")}
    assert not [place for place in told(scanned(tmp_path / "two", two)) if place.startswith("Use.cs")]
    other = {**files, "Use.cs": through("IConnection")}
    assert not [place for place in told(scanned(tmp_path / "other", other)) if place.startswith("Use.cs")]


def test_who_calls_a_method_through_its_interface_is_a_caller_in_visual_basic(tmp_path: Path) -> None:
    use = (
        "Imports System.Security.Authentication\nClass Use\n    Private way As iconnector\n    Sub Go()\n"
        '        way.Connect("h", SslProtocols.Tls)\n    End Sub\nEnd Class\n'
    )
    assert told(scanned(tmp_path, {"Plug.vb": VB_CONNECTOR, "Use.vb": use})) == {
        "Use.vb:5 SslProtocols.Tls": "fails TLSv1.0"
    }


SINGLETON = """using System.Net;
namespace Shop {
    public class Config {
        private static readonly Config it = new Config();
        public static Config Instance { get { return it; } }
        public SecurityProtocolType Protocol { get; set; }
    }
}
"""
HEEDED = """using System.Net;
using Shop;
class Service {
    public Service(Config config) { ServicePointManager.SecurityProtocol = config.Protocol; }
}
"""


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("Config.Instance.Protocol = SecurityProtocolType.Tls;", "fails TLSv1.0"),
        ("var it = Config.Instance; it.Protocol = SecurityProtocolType.Tls;", "fails TLSv1.0"),
        ("Other.Instance.Protocol = SecurityProtocolType.Tls;", ""),
        ("Config.Instance.Former.Protocol = SecurityProtocolType.Tls;", ""),
        ("Config.Instance.Protocol = (SecurityProtocolType)192;", ""),
    ],
)
def test_what_is_set_on_the_one_object_of_a_class_of_another_file(way: str, expected: str, tmp_path: Path) -> None:
    use = f"using System.Net;\nusing Shop;\nclass Use {{\n    void Go() {{\n        {way}\n    }}\n}}\n"
    found = told(scanned(tmp_path, {"Config.cs": SINGLETON, "Service.cs": HEEDED, "Use.cs": use}))
    assert [said for place, said in found.items() if place.startswith("Use.cs")] == ([expected] if expected else [])
    assert [said for place, said in found.items() if place.startswith("Service")] == (
        [] if expected else ["unresolved"]
    )


NULLABLE = """using System;
using System.Net;
class Link {{
    public Link(SecurityProtocolType? p) {{ if (p.HasValue) {{ ServicePointManager.SecurityProtocol = p.Value; }} }}
    static SecurityProtocolType? Read(string s) {{
        if (s == null) return null;
        return {given};
    }}
    static void Main(string[] a) {{ new Link(Read(a[0])); }}
}}
"""


@pytest.mark.parametrize("use", ["if (given.Versions.HasValue) h.SslProtocols = given.Versions.Value;",
                                 "h.SslProtocols = (SslProtocols) given.Versions;",
                                 "h.SslProtocols = given.Versions ?? SslProtocols.Tls12;",
                                 "if (given.Versions is SslProtocols v) h.SslProtocols = v;",
                                 "if (given.Versions is { } v && Go()) { h.SslProtocols = v; }",
                                 "if (given.Versions is not SslProtocols v) return; h.SslProtocols = v;"])  # fmt: skip
@pytest.mark.parametrize("declared", ["SslProtocols?", "Nullable<SslProtocols>"])
def test_who_sets_a_member_that_may_be_null_is_a_caller(use: str, declared: str, tmp_path: Path) -> None:
    usings = "using System; using System.Net.Http; using System.Security.Authentication;\n"
    files = {
        "Given.cs": f"{usings}public class Given {{ public {declared} Versions {{ get; set; }} }}\n",
        "Use.cs": f"{usings}public class Use {{ void Up(HttpClientHandler h, Given given) {{ {use} }} }}\n",
        "Set.cs": f"{usings}public class Set {{ Given Old() => new Given {{ Versions = SslProtocols.Tls }}; }}\n",
        "None.cs": f"{usings}public class None {{ Given Open() => new Given {{ Versions = null }}; }}\n",
    }
    found = told(scanned(tmp_path, files))
    assert {place: text for place, text in found.items() if "caps" not in text} == {
        "Set.cs:2 SslProtocols.Tls": "fails TLSv1.0"
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("(SecurityProtocolType)Enum.Parse(typeof(SecurityProtocolType), s)", {"A.cs:4 p.Value": "unresolved"}),
        ("SecurityProtocolType.Tls", {"A.cs:9 Read(a[0])": "fails TLSv1.0"}),
    ],
)
def test_a_caller_that_may_leave_the_default_has_not_answered_for_the_rest(
    given: str, expected: dict[str, str], tmp_path: Path
) -> None:
    assert told(scanned(tmp_path, {"A.cs": NULLABLE.format(given=given)})) == expected


def test_a_setter_counts_for_slots_of_several_files(tmp_path: Path) -> None:
    peer = """package shop;
import javax.net.ssl.SSLSocket;

public class Peer {
    private String[] versions = {"TLSv1.2"};

    public String[] getVersions() {
        return versions;
    }

    public void setVersions(String... versions) {
        this.versions = versions;
    }
"""
    own = "    void dial(SSLSocket s) {\n        s.setEnabledProtocols(getVersions());\n    }\n}\n"
    other = """package shop;
import javax.net.ssl.SSLServerSocket;

class Listener {
    void listen(Peer peer, SSLServerSocket s) {
        s.setEnabledProtocols(peer.getVersions());
    }
}
"""
    use = 'package tool;\nimport shop.*;\nclass Tool {\n  void set(Peer p) {\n    p.setVersions("TLSv1");\n  }\n'
    use += "  void copy(Peer p, Peer q) {\n    p.setVersions(q.getVersions());\n  }\n}\n"
    files = {"shop/Peer.java": peer + own, "shop/Listener.java": other, "tool/Tool.java": use}
    assert told(scanned(tmp_path, files)) == {
        "shop/Peer.java:15 getVersions()": "caps TLSv1.2",
        "shop/Listener.java:6 peer.getVersions()": "caps TLSv1.2",
        'tool/Tool.java:5 "TLSv1"': "fails TLSv1.0",
    }


def test_a_caller_that_hands_an_old_version_on_by_its_name_is_one_level_lower(tmp_path: Path) -> None:
    use = "import ssl\nfrom a import Client\nif name == 'TLSv1':\n    Client().connect(ssl.PROTOCOL_TLSv1)\n"
    (finding,) = [f for f in scanned(tmp_path, {"a.py": MAKER, "use.py": use}).findings if f.usage.passed]
    assert (finding.verdict, finding.level, finding.usage.condition) == ("fails", Level.WARNING, "name == 'TLSv1'")


def test_what_a_caller_passes_limits_what_a_socket_supports(tmp_path: Path) -> None:
    code = """import java.util.*;
import javax.net.ssl.SSLSocket;

class Sockets {
    static void limit(SSLSocket s, String[] wanted) {
        Set<String> both = new HashSet<>(Arrays.asList(s.getSupportedProtocols()));
        both.retainAll(new HashSet<>(Arrays.asList(wanted)));
        s.setEnabledProtocols(both.toArray(new String[0]));
    }

    void use(SSLSocket s) {
        limit(s, new String[] {"TLSv1"});
    }
}
"""
    assert told(scanned(tmp_path, {"Sockets.java": code})) == {
        'Sockets.java:12 new String[] {"TLSv1"}': "fails TLSv1.0",
    }


def test_setters_of_one_name_in_two_classes_hand_on(tmp_path: Path) -> None:
    inner = """package shop;

public class Builder {
    private String version;

    public Builder setVersion(String version) {
        this.version = version;
        return this;
    }

    Object make() throws Exception {
        return javax.net.ssl.SSLContext.getInstance(version);
    }
}
"""
    outer = """package shop;

class Base {
    private String version;

    void setVersion(String version) {
        this.version = version;
    }

    void init() {
        if (version == null) {
            version = "TLSv1";
        }
    }

    Object make() throws Exception {
        return new Builder().setVersion(version).make();
    }
}
"""
    found = told(scanned(tmp_path, {"shop/Builder.java": inner, "shop/Base.java": outer}))
    assert found == {"shop/Base.java:17 version": "fails TLSv1.0"}


def test_of_copies_the_nearest_is_meant(tmp_path: Path) -> None:
    ruby = "class Client\n  def pin(v)\n    OpenSSL::SSL::SSLContext.new(v)\n  end\nend\n"
    use = "Client.new.pin(:TLSv1)\n"
    found = scanned(tmp_path, {"one/a.rb": ruby, "two/a.rb": ruby, "two/use.rb": use, "three/use.rb": use})
    assert told(found) == {"one/a.rb:3 v": "unresolved", "two/use.rb:1 :TLSv1": "fails TLSv1.0"}
    assert found.findings[1].usage.passed[-1].path == "two/a.rb"


def test_a_class_of_the_file_itself_is_not_one_of_another_file(tmp_path: Path) -> None:
    own = "import ssl\nimport a\nclass Client:\n    def connect(self, v): pass\n    def go(self):\n"
    own += "        self.connect(ssl.PROTOCOL_TLSv1)\nClient().connect(ssl.PROTOCOL_TLSv1)\n"
    assert said(tmp_path, a=MAKER, own=own) == {"a.py:5 version": "unresolved"}


def test_unknown_arguments_are_silent_and_leave_the_slot_open(tmp_path: Path) -> None:
    use = "import ssl\nfrom a import Client\nClient().connect(pick())\nClient().connect(unknown)\n"
    assert said(tmp_path, a=MAKER, use=use) == {"a.py:5 version": "unresolved"}


def test_one_answer_is_enough_for_the_slot(tmp_path: Path) -> None:
    use = "import ssl\nfrom a import Client\nClient().connect(pick())\nClient().connect(ssl.PROTOCOL_TLSv1_2)\n"
    assert said(tmp_path, a=MAKER, use=use) == {"use.py:4 ssl.PROTOCOL_TLSv1_2": "caps TLSv1.2"}


def test_a_default_is_judged_where_it_stands(tmp_path: Path) -> None:
    maker = MAKER.replace("version)", "version=ssl.PROTOCOL_TLSv1)", 1)
    use = "import ssl\nfrom a import Client\nClient().connect()\nClient().connect(ssl.PROTOCOL_TLSv1_1)\n"
    found = said(tmp_path, a=maker, use=use)
    assert found["use.py:4 ssl.PROTOCOL_TLSv1_1"] == "fails TLSv1.1"
    assert {place for place in found if place.startswith("use")} == {"use.py:4 ssl.PROTOCOL_TLSv1_1"}
    assert any(place.startswith("a.py") for place in found)


@pytest.mark.parametrize(
    "value",
    [
        "version or ssl.PROTOCOL_TLSv1",
        "ssl.PROTOCOL_TLSv1 if version is None else version",
        "version if version is not None else ssl.PROTOCOL_TLSv1",
        "(ssl.PROTOCOL_TLSv1, version)[1]",
    ],
)
def test_what_the_caller_did_not_choose_is_not_told_there(value: str, tmp_path: Path) -> None:
    maker = MAKER.replace("SSLContext(version)", f"SSLContext({value})")
    found = said(tmp_path, a=maker, use="import ssl\nfrom a import Client\nClient().connect(ssl.PROTOCOL_TLS_CLIENT)\n")
    assert not [place for place in found if place.startswith("use.py")], found


@pytest.mark.parametrize(
    ("passed", "expected"),
    [("'old'", "fails TLSv1.0"), ("'new'", ""), ("pick()", ""), ("'none'", ""), ("OTHER", ""), ("conf.kind", "")],
)
@pytest.mark.parametrize("second", ["", "if hasattr(ssl, 'X'):\n    KINDS = {'new': ssl.PROTOCOL_TLS_CLIENT}\n"])
def test_a_table_translates_what_the_caller_passes(passed: str, expected: str, second: str, tmp_path: Path) -> None:
    table = "KINDS = {'old': ssl.PROTOCOL_TLSv1, 'new': ssl.PROTOCOL_TLS_CLIENT}\n"
    maker = MAKER.replace("SSLContext(version)", "SSLContext(KINDS[version])") + table + second
    found = said(tmp_path, a=maker, use=f"from a import Client\nClient().connect({passed})\n")
    assert [text for place, text in found.items() if place.startswith("use")] == ([expected] if expected else [])


@pytest.mark.parametrize("default", ["", "='PROTOCOL_TLS_CLIENT'", "=None"])
@pytest.mark.parametrize("lookup", ["getattr(ssl, version)", "vars(ssl)[version]", "ssl.__dict__[version]"])
def test_a_caller_passes_the_name_of_a_constant(lookup: str, default: str, tmp_path: Path) -> None:
    maker = MAKER.replace("version)", f"version{default})", 1).replace("SSLContext(version)", f"SSLContext({lookup})")
    use = "from a import Client\nClient().connect('PROTOCOL_TLSv1')\nClient().connect('PROTOCOL_TLS_CLIENT')\n"
    found = said(tmp_path, a=maker, use=use + "Client().connect('other')\nClient().connect(pick())\n")
    assert {place: text for place, text in found.items() if text} == {"use.py:2 'PROTOCOL_TLSv1'": "fails TLSv1.0"}


@pytest.mark.parametrize(
    ("default", "expected"), [("'PROTOCOL_TLSv1'", "fails TLSv1.0"), ("'PROTOCOL_TLS_CLIENT'", ""), ("None", "unres")]
)
def test_a_default_that_names_a_constant_is_judged(default: str, expected: str, tmp_path: Path) -> None:
    maker = MAKER.replace("version)", f"version={default})", 1)
    found = said(tmp_path, a=maker.replace("SSLContext(version)", "SSLContext(getattr(ssl, version))"))
    assert [text[: len(expected)] for text in found.values()] == ([expected] if expected else [])


def test_a_caller_passes_a_part_of_a_constants_name(tmp_path: Path) -> None:
    code = """<?php
class Handle {
    function tls($version) {
        curl_setopt($this->ch, CURLOPT_SSLVERSION, constant("CURL_SSLVERSION_$version"));
    }
}
$handle = new Handle();
$handle->tls('SSLv3');
$handle->tls('TLSv1_2');
"""
    assert told(scanned(tmp_path, {"a.php": code})) == {"a.php:8 'SSLv3'": "fails SSLv3"}


def test_what_stands_behind_the_scheme_of_an_address_is_nobodys_choice(tmp_path: Path) -> None:
    code = """<?php
function connect($scheme, $host, $old) {
    $own = $old ? 'tlsv1.0' : 'tls';
    fsockopen($own . '://' . $host, 443);
    fsockopen($scheme . '://' . $host, 443);
}
connect('tlsv1.1', 'api.example', true);
"""
    assert told(scanned(tmp_path, {"a.php": code})) == {
        "a.php:4 $own . '://' . $host": "fails TLSv1.0",
        "a.php:7 'tlsv1.1'": "fails TLSv1.1",
    }


def test_the_rest_of_a_list_is_told_where_it_stands(tmp_path: Path) -> None:
    java = (
        "package p;\nclass A {\n    static void limit(javax.net.ssl.SSLSocket s, String one) {\n"
        '        s.setEnabledProtocols(new String[] {one, "TLSv1"});\n    }\n}\n'
    )
    use = 'package p;\nclass B {{\n    void f(javax.net.ssl.SSLSocket s) {{ A.limit(s, "{}"); }}\n}}\n'
    fine = told(scanned(tmp_path / "fine", {"p/A.java": java, "p/B.java": use.format("TLSv1.2")}))
    assert not [place for place in fine if place.startswith("p/B.java") and "TLSv1.2" not in place], fine
    bad = told(scanned(tmp_path / "bad", {"p/A.java": java, "p/B.java": use.format("SSLv3")}))
    assert bad['p/B.java:3 "SSLv3"'] == "fails SSLv3 TLSv1.0"


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        ("ssl.TLSVersion.TLSv1", {"use.py:3 ssl.TLSVersion.TLSv1": "allows TLSv1.0 TLSv1.1 TLSv1.2"}),
        ("ssl.TLSVersion.TLSv1_2", {}),
    ],
)
def test_writes_on_one_object_fold_with_what_a_caller_passes(
    passed: str, expected: dict[str, str], tmp_path: Path
) -> None:
    maker = (
        "import ssl\n\ndef make(floor):\n    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"
        "    context.minimum_version = floor\n    context.maximum_version = ssl.TLSVersion.TLSv1_2\n"
        "    return context\n"
    )
    found = said(tmp_path, a=maker, use=f"import ssl\nfrom a import make\nmake({passed})\n")
    assert {place: text for place, text in found.items() if place.startswith("use")} == expected


def test_callers_of_callers(tmp_path: Path) -> None:
    between = "import ssl\nfrom a import Client\ndef go(kind):\n    Client().connect(kind)\n"
    found = scanned(
        tmp_path, {"a.py": MAKER, "b.py": between, "c.py": "import ssl\nfrom b import go\ngo(ssl.PROTOCOL_TLSv1)\n"}
    )
    assert told(found) == {"c.py:3 ssl.PROTOCOL_TLSv1": "fails TLSv1.0"}
    way = [(step.path, step.region.line, step.text) for step in found.findings[0].usage.passed]
    assert way == [
        ("b.py", 4, "connect takes kind"),
        ("a.py", 5, "ssl.SSLContext takes version"),
    ]


def test_the_way_leads_from_the_argument_through_attributes_to_the_slot(tmp_path: Path) -> None:
    maker = (
        "import ssl\n\nclass Client:\n    def __init__(self, version):\n        self.version = version\n\n"
        "    def open(self):\n        return ssl.SSLContext(self.version)\n"
    )
    use = "import ssl\nfrom a import Client\nOLD = ssl.PROTOCOL_TLSv1\ndef work():\n    Client(OLD)\n"
    (finding,) = scanned(tmp_path, {"a.py": maker, "use.py": use}).findings
    usage = finding.usage
    assert (usage.place.path, usage.place.region.line, usage.value, usage.enclosing) == ("use.py", 5, "OLD", "work")
    assert [(step.path, step.region.line) for step in usage.trace] == [("use.py", 3)]
    assert [(step.path, step.region.line) for step in usage.passed] == [("a.py", 5), ("a.py", 8)]


def test_constants_of_other_files_are_linked_in_arguments(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        a=MAKER,
        conf="import ssl\nT = ssl.PROTOCOL_TLSv1\nKINDS = {'old': ssl.PROTOCOL_TLSv1_1}\n",
        use="from a import Client\nimport conf\nClient().connect(conf.T)\nClient().connect(conf.KINDS['old'])\n",
    )
    assert found == {"use.py:3 conf.T": "fails TLSv1.0", "use.py:4 conf.KINDS['old']": "fails TLSv1.1"}


# -- what callers write cannot break a scan -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "def f(v):\n    ssl.SSLContext(v)\n    f(v)\n",
        "def f(v):\n    ssl.SSLContext(v)\n    g(v)\ndef g(w):\n    f(w)\n",
        "def f(v, w):\n    ssl.SSLContext(v)\n    f(w, v)\n",
        "def f(v=None):\n    v = v or f(v)\n    ssl.SSLContext(v)\n    f(f(v))\n",
    ],
)
def test_cycles_end(code: str, tmp_path: Path) -> None:
    found = said(
        tmp_path, a=f"import ssl\n{code}f({'ssl.PROTOCOL_TLSv1' + ', 2' * ('w' in code and 'g' not in code)})\n"
    )
    assert "fails TLSv1.0" in found.values()


def test_a_chain_of_ten_thousand_functions_ends(tmp_path: Path) -> None:
    links = "".join(f"def f{i}(v{i}):\n    f{i + 1}(v{i})\n" for i in range(10_000))
    tail = "def f10000(v):\n    ssl.SSLContext(v)\nf0(ssl.PROTOCOL_TLSv1)\nf9999(ssl.PROTOCOL_TLSv1_1)\n"
    found = said(tmp_path, a=f"import ssl\n{links}{tail}")
    assert found == {"a.py:20005 ssl.PROTOCOL_TLSv1_1": "fails TLSv1.1"}


def test_callers_in_files_that_are_not_read_or_broken_cost_those_files_alone(tmp_path: Path) -> None:
    use = "import ssl\nfrom a import Client\nClient().connect(ssl.PROTOCOL_TLSv1)\n"
    deep = f"x = {'(' * 3000}Client().connect(1){')' * 3000}\n"
    report = scanned(
        tmp_path,
        {
            "a.py": MAKER,
            "big.py": use + "# padding\n" * 300_000,
            "broken.py": f"def (:\n  )(\n{use}\nclass X(\n",
            "deep.py": f"from a import Client\n{deep}",
            "fine.py": use,
            "p/A.java": "package p; import javax.net.ssl.*;\n"
            "class A { static Object of(String v) { return SSLContext.getInstance(v); } }\n",
            "p/Wide.java": "package p; class Wide {{\n {} }}\n".format('Object x = A.of("TLSv1");\n' * 1000),
        },
    )
    found = told(report)
    assert found["fine.py:3 ssl.PROTOCOL_TLSv1"] == found["broken.py:5 ssl.PROTOCOL_TLSv1"] == "fails TLSv1.0"
    kinds = {(problem.path, problem.kind.value) for problem in report.problems}
    assert {("big.py", "too-large"), ("deep.py", "too-deep"), ("p/Wide.java", "too-many-findings")} <= kinds


class Counting:
    """Calls in place of a tree, and how often each was looked at."""

    def __init__(self, calls: list[Site]) -> None:
        self.calls = calls
        self.asked: list[int] = []

    def ask(self, questions: Sequence[Question]) -> list[Site]:
        self.asked.append(len(questions))
        return self.calls


def opened(number: int, name: str = "lib.C.connect") -> Site:
    parameter = Parameter("connect", 0, "version", callee=Callee(name, "method", 0, "version"))
    return call("ssl.SSLContext", parameter, line=number + 1)


def follow_all(sites: list[Site], tree: Counting) -> list[Site]:
    return follow(sites, lambda site: site.arguments, tree.ask, list)


def test_the_sites_grow_with_the_calls_and_not_with_their_square() -> None:
    for count in (100, 1000):
        tree = Counting([call("lib.C.connect", Text("TLSv1"), line=n) for n in range(count)])
        assert len(follow_all([opened(0)], tree)) == count
        assert tree.asked == [1]  # nobody's parameter is left, so nobody is asked again


def test_slots_of_one_function_and_of_one_name_are_bounded() -> None:
    calls = Counting([call("lib.C.connect", Text("TLSv1"))])
    assert len(follow_all([opened(n) for n in range(100)], calls)) == MAX_OPENINGS
    many = Counting([call(f"lib.C{n}.connect", Text("TLSv1")) for n in range(100)])
    follow_all([opened(n, f"lib.C{n}.connect") for n in range(100)], many)
    assert many.asked == [MAX_NAMESAKES]


def test_files_are_found_by_the_rarer_of_two_words() -> None:
    of = Question("java", "p/SslBundle.java", "protocol", Callee("p.SslBundle.of", "method", 0))
    context = Question("java", "p/Tls.java", "protocol", Callee("p.Tls.sslContextFor", "method", 0))
    assert {word: row.words for word, row in Calls("java", [of, context]).literals().items()} == {
        "of": ("SslBundle",),
        "sslContextFor": ("Tls",),
    }
    assert list(spots_of_calls([of, context])) == [
        Spot("java", "SslBundle", "of", calls=True),
        Spot("java", "sslContextFor", "Tls", calls=True),
    ]


def test_without_open_parameters_nobody_is_asked() -> None:
    tree = Counting([])
    closed = call("ssl.SSLContext", Text("TLSv1"), Parameter("f", 0, "lambda's"))
    assert follow_all([closed], tree) == []
    assert tree.asked == []


def test_what_a_caller_passes_cannot_grow_without_end() -> None:
    huge = Listing((Text("TLSv1"),) * MAX_GROWTH)
    assert follow_all([opened(0)], Counting([call("lib.C.connect", huge)])) == []


# -- whom to ask -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("version", "the caller of connect decides (version)"),
        ("options['version']", "the caller of connect decides (options['version'])"),
        ("KINDS[version]", "the caller of connect decides (version)"),
    ],
)
def test_an_open_slot_says_whom_to_ask(slot: str, words: str, tmp_path: Path) -> None:
    code = f"import ssl\nKINDS = {{'a': 1}}\ndef connect(version, **options):\n    ssl.SSLContext({slot})\n"
    (finding,) = scanned(tmp_path, {"a.py": code}).findings
    assert words in finding.message


def test_the_caller_of_a_constructor_makes_one_of_its_class(tmp_path: Path) -> None:
    code = "import ssl\nclass Maker:\n    def __init__(self, version):\n        ssl.SSLContext(version)\n"
    (finding,) = scanned(tmp_path, {"a.py": code}).findings
    assert "the caller of Maker decides (version)" in finding.message


def test_a_list_that_is_fine_as_far_as_it_is_known_says_who_decides_the_rest(tmp_path: Path) -> None:
    code = (
        "package p;\nclass A {\n    void limit(javax.net.ssl.SSLSocket s, String more) {\n"
        '        s.setEnabledProtocols(new String[] {"TLSv1.2", more});\n    }\n}\n'
    )
    (finding,) = scanned(tmp_path, {"p/A.java": code}).findings
    assert finding.message.endswith("a part of the value is not known; more decides")


# -- other ways to pass a value ---------------------------------------------------------------------------------------

RUBY_READER = """class Client
  attr_reader :version
  def initialize(opts = {})
    @version = opts[:version]
  end
  def open
    OpenSSL::SSL::SSLContext.new(version)
  end
end
"""
WAYS = {
    "python: super().__init__": (
        "a.py",
        "import ssl\nclass Base:\n    def __init__(self, v):\n        self.v = v\n    def open(self):\n"
        "        ssl.SSLContext(self.v)\nclass Child(Base):\n    def __init__(self):\n"
        "        super().__init__(ssl.PROTOCOL_TLSv1)\n        Base.__init__(self, ssl.PROTOCOL_TLSv1_1)\n",
        {9: "fails TLSv1.0", 10: "fails TLSv1.1"},
    ),
    "python: named arguments in a dict": (
        "a.py",
        "import ssl\ndef make(host, **options):\n    ssl.SSLContext(options.get('kind', ssl.PROTOCOL_TLS_CLIENT))\n"
        "make('x', kind=ssl.PROTOCOL_TLSv1)\nmake('x', other=ssl.PROTOCOL_TLSv1)\n",
        {4: "fails TLSv1.0"},
    ),
    "python: a dict": (
        "a.py",
        "import ssl\ndef make(options):\n    ssl.SSLContext(options['kind'])\nopts = {\n    'name': 'x',\n"
        "    'kind': ssl.PROTOCOL_TLSv1,\n}\nmake(opts)\nmake({'name': ssl.PROTOCOL_TLSv1})\n",
        {6: "fails TLSv1.0"},
    ),
    "python: only by name": (
        "a.py",
        "import ssl\ndef make(host, *, kind):\n    ssl.SSLContext(kind)\nmake('x', kind=ssl.PROTOCOL_TLSv1)\n"
        "make('x', ssl.PROTOCOL_TLSv1)\n",
        {4: "fails TLSv1.0"},
    ),
    "python: a lambda's parameter is nobody's": (
        "a.py",
        "import ssl\ndef make(kind):\n    return lambda kind: ssl.SSLContext(kind)\nmake(ssl.PROTOCOL_TLSv1)\n",
        {},
    ),
    "ruby: option hash and reader": (
        "a.rb",
        f"{RUBY_READER}Client.new(version: :TLSv1)\nClient.new({{\n  other: 1,\n  version: :TLSv1_1\n}})\n",
        {10: "fails TLSv1.0", 13: "fails TLSv1.1"},
    ),
    "ruby: super": (
        "a.rb",
        f"{RUBY_READER}class Old < Client\n  def initialize\n    super(version: :TLSv1)\n  end\nend\n",
        {12: "fails TLSv1.0"},
    ),
    "ruby: splat": (
        "a.rb",
        "def limit(*names)\n  names.each { |name| OpenSSL::SSL::SSLContext.new(name) }\nend\nlimit :TLSv1, :TLSv1_1\n",
        {4: "fails TLSv1.0 TLSv1.1"},
    ),
    "php: parent::__construct": (
        "a.php",
        "<?php\nclass A { function __construct($v) { curl_setopt($this->h, CURLOPT_SSLVERSION, $v); } }\n"
        "class B extends A {\n    function __construct() { parent::__construct(CURL_SSLVERSION_SSLv3); }\n}\n",
        {4: "fails SSLv3"},
    ),
    "java: super, setters, maps, lists": (
        "A.java",
        "package p;\nimport java.util.*;\nimport javax.net.ssl.*;\nclass A {\n"
        "    private Map<String, String> options;\n"
        "    private String name;\n    A(Map<String, String> options) { this.options = options; }\n"
        "    A setName(String name) { this.name = name; return this; }\n"
        '    Object one() throws Exception { return SSLContext.getInstance(options.get("tls")); }\n'
        "    Object two() throws Exception { return SSLContext.getInstance(name); }\n"
        "    static void limit(SSLSocket s, List<String> l) { s.setEnabledProtocols(l.toArray(new String[0])); }\n}\n"
        'class B extends A {\n    B() { super(Map.of("tls", "TLSv1")); }\n'
        '    void go(SSLSocket s) { new A(null).setName("TLSv1.1"); A.limit(s, List.of("SSLv3")); }\n}\n',
        {14: "fails TLSv1.0", 15: "fails"},
    ),
    "csharp: base, params, records": (
        "a.cs",
        "using System.Net.Http;\nusing System.Security.Authentication;\nclass A {\n"
        "    public A(HttpClientHandler h, SslProtocols p) { h.SslProtocols = p; }\n}\n"
        "class B : A {\n    public B() : base(null, SslProtocols.Tls) { }\n}\n"
        "record R(SslProtocols P) { void Go(HttpClientHandler h) { h.SslProtocols = P; } }\n"
        "class C {\n    object o = new R(SslProtocols.Tls11);\n}\n",
        {7: "fails TLSv1.0", 11: "fails TLSv1.1"},
    ),
    "csharp: a function that calls itself": (
        "a.cs",
        "using System.Net.Security;\nusing System.Security.Authentication;\nclass A {\n"
        "    void Open(SslStream s, SslProtocols p, bool again) {\n"
        "        if (p == SslProtocols.None) { p = SslProtocols.Tls11; }\n"
        "        if (again) { Open(s, p, false); return; }\n"
        '        s.AuthenticateAsClient("host", null, p, false);\n    }\n'
        "    void Open(SslStream s, bool old) { Open(s, old ? SslProtocols.Tls : SslProtocols.Tls12, true); }\n}\n",
        {5: "fails TLSv1.1", 9: "fails TLSv1.0"},
    ),
    "csharp: what a comparison keeps away": (
        "a.cs",
        "using System.Net.Security;\nusing System.Security.Authentication;\nclass A {\n"
        "    SslProtocols mode = SslProtocols.Ssl3;\n"
        "    void Open(SslStream s, SslProtocols p) {\n"
        "        if (p == SslProtocols.Tls) return;\n"
        '        s.AuthenticateAsClient("host", null, p, false);\n    }\n'
        "    void Go(SslStream s) {\n        Open(s, SslProtocols.Tls);\n        Open(s, SslProtocols.Tls11);\n"
        "        Open(s, mode);\n    }\n}\n",
        {11: "fails TLSv1.1", 12: "fails SSLv3"},
    ),
    "vbnet: MyBase.New": (
        "a.vb",
        "Imports System.Net\nPublic Class A\n    Public Sub New(ByVal kind As SecurityProtocolType)\n"
        "        ServicePointManager.SecurityProtocol = kind\n    End Sub\nEnd Class\nPublic Class B\n    Inherits A\n"
        "    Public Sub New()\n        MyBase.New(SecurityProtocolType.Tls)\n    End Sub\nEnd Class\n",
        {10: "fails TLSv1.0"},
    ),
    "powershell: hashtables": (
        "a.ps1",
        "function Use-It {\n    param([string] $Uri, [hashtable] $Options)\n"
        "    [Net.ServicePointManager]::SecurityProtocol = $Options.Tls\n}\n"
        "Use-It -Uri x -Options @{ Tls = 'Tls11' }\n",
        {5: "fails TLSv1.1"},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_other_ways_to_pass_a_value(way: str, tmp_path: Path) -> None:
    name, code, expected = WAYS[way]
    report = scanned(tmp_path, {name: code})
    found = {
        f.usage.place.region.line: f"{f.verdict} {' '.join(tokens(f.usage.permitted.versions))}"
        for f in report.findings
    }
    resolved = {line: text for line, text in found.items() if not text.startswith(("unresolved", "caps"))}
    assert set(resolved) == set(expected), found
    assert all(resolved[line].startswith(text) for line, text in expected.items()), found


def test_the_items_of_a_constant_of_another_file_go_through_a_loop(tmp_path: Path) -> None:
    """The constant may have its brackets behind its name, and its items may be constants of a third file."""
    names = 'package p;\nclass Names {\n    static final String OLD = "TLSv1", NEW = "TLSv1.2";\n}\n'
    lists = "package p;\nclass Lists {\n    static final String ENABLED[] = {Names.NEW, Names.OLD};\n}\n"
    use = """package p;
import java.util.*;
class Use {
    void enable(javax.net.ssl.SSLSocket socket) {
        List<String> supported = Arrays.asList(socket.getSupportedProtocols());
        List<String> enabled = new ArrayList<String>(supported.size());
        for (String name : Lists.ENABLED) {
            if (supported.contains(name)) enabled.add(name);
        }
        socket.setEnabledProtocols(enabled.toArray(new String[enabled.size()]));
    }
}
"""
    report = scanned(tmp_path, {"p/Names.java": names, "p/Lists.java": lists, "p/Use.java": use})
    assert told(report) == {"p/Use.java:10 enabled.toArray(new String[enabled.size()])": "allows TLSv1.0 TLSv1.2"}


@pytest.mark.parametrize("state", ["this", "null", "state: this"])
def test_an_object_may_pass_itself(state: str, tmp_path: Path) -> None:
    begun = f'w.BeginAuthenticateAsClient("h", null, SslProtocols.Tls11, false, new AsyncCallback(Sink), {state});'
    code = f"class P {{ void Go(SslStream w) {{ {begun} }} void Sink(IAsyncResult r) {{ }} }}\n"
    head = "using System;\nusing System.Net.Security;\nusing System.Security.Authentication;\n"
    (found,) = scanned(tmp_path, {"A.cs": head + code}).findings
    assert found.verdict == "fails"


def test_a_name_of_one_word_is_no_member_behind_another(tmp_path: Path) -> None:
    files = {
        "A.cs": "using System.Net;\nclass Helper { public static void Set(SecurityProtocolType p)"
        " { ServicePointManager.SecurityProtocol = p; } }\n",
        "B.cs": "using System.Net;\nclass B { void Go() {\n"
        "  Set(SecurityProtocolType.Tls);\n  Helper.Set(SecurityProtocolType.Ssl3);\n"
        "  new Helper.Set(SecurityProtocolType.Tls);\n} }\n",
    }
    report = scanned(tmp_path, files)
    assert report.problems == ()
    assert told(report)["B.cs:4 SecurityProtocolType.Ssl3"] == "fails SSLv3"


@pytest.mark.parametrize(
    ("at", "told_there"),
    [("src/test/java/p/FirstTest.java", True), ("src/main/java/p/First.java", False)],
)
def test_a_test_decides_nothing_for_the_product(at: str, told_there: bool, tmp_path: Path) -> None:
    sender = (
        "package p;\nclass Sender {\n  void send(String tls) {\n"
        '    new java.util.Properties().setProperty("mail.smtp.ssl.protocols", tls);\n  }\n}\n'
    )
    caller = f'package p;\nclass {Path(at).stem} {{ void t() {{ new Sender().send("TLSv1"); }} }}\n'
    found = told(scanned(tmp_path, {"src/main/java/p/Sender.java": sender, at: caller}))
    assert found.get(f'{at}:2 "TLSv1"') == "fails TLSv1.0"
    assert ("src/main/java/p/Sender.java:4 tls" in found) is told_there
