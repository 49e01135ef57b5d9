"""Parameters followed to the callers of their function, in every language: what is told, and where."""

from pathlib import Path

import pytest

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
            "src/go.php:6 ['tls' => STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT]": "fails TLSv1.0",
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
