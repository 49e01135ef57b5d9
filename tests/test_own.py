"""Names that the scanned code itself defines: they hide a library's, unless they hand on to it."""

from pathlib import Path

import pytest

from tlsscan.model import Verdict
from tree_scans import scanned, told

PY_OWN = "class SSLContext:\n    def __init__(self, protocol):\n        self.protocol = protocol\n\n\n"
PY_SHIM = (
    "from ssl import *\nimport ssl as _ssl\n\n\nclass SSLContext(_ssl.SSLContext):\n    pass\n\n\n"
    "def wrap_socket(sock, ssl_version=None):\n    return _ssl.wrap_socket(sock, ssl_version=ssl_version)\n"
)
PY_MODULE = PY_OWN + "def wrap_socket(sock, ssl_version):\n    return sock\n"
PY_USE = "from {} import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\nssl.wrap_socket(a, ssl_version=ssl.PROTOCOL_TLSv1)\n"
PHP_OWN = "<?php\nnamespace Foo;\nfunction curl_setopt($handle, $option, $value) {}\n"
PHP_USE = "<?php\nnamespace Foo;\ncurl_setopt($ch, CURLOPT_SSLVERSION, 4);\n"
JAVA_OWN = "package p;\nclass SSLContext { static SSLContext getInstance(String s) { return null; } }\n"
JAVA_USE = 'class A { void f() throws Exception { Object c = SSLContext.getInstance("TLSv1"); } }\n'

SILENT = {
    "a class of the file": {"a.py": PY_OWN + "SSLContext(3)\n"},
    "a function of the file": {
        "a.py": "import ssl\ndef wrap_socket(sock, ssl_version=None):\n    return sock\n"
        "wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)\n"
    },
    "a method of the class": {
        "a.py": "import ssl\nclass X:\n    def wrap_socket(self, sock, ssl_version=None):\n        pass\n"
        "    def go(self):\n        self.wrap_socket(1, ssl_version=ssl.PROTOCOL_TLSv1)\n"
    },
    "an object that goes by the module's name": {
        "a.py": "class Foo:\n    def SSLContext(self, x): pass\n\n\nssl = Foo()\nssl.SSLContext(3)\n"
    },
    "another module under the module's name": {"a.py": "import myssl as ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"},
    "a module of the tree": {"mine/ssl.py": PY_MODULE, "use.py": PY_USE.format("mine")},
    "a function of the namespace": {"a.php": PHP_USE.replace("curl", "function curl_setopt($a, $b, $c) {}\ncurl", 1)},
    "a function of the namespace in another file": {"fn.php": PHP_OWN, "use.php": PHP_USE},
    "constants of the namespace": {
        "a.php": PHP_USE.replace("curl", "const CURLOPT_SSLVERSION = 'x';\ncurl", 1),
    },
    "a Java class of the file": {"A.java": JAVA_OWN + JAVA_USE},
    "a Java class of the package, and a wildcard import": {
        "p/SSLContext.java": JAVA_OWN,
        "p/A.java": "package p;\nimport javax.net.ssl.*;\n" + JAVA_USE,
    },
    "an imported Java class": {"A.java": "import org.foo.SSLContext;\n" + JAVA_USE},
    "a Java class of the file with the method of a library's": {
        "A.java": "package p;\nimport javax.net.ssl.*;\nclass A { void f(SSLSocket s) {\n"
        's.setEnabledProtocols(new String[]{"TLSv1"}); } }\n'
        "class SSLSocket { void setEnabledProtocols(String[] x) {} }\n"
    },
    "an attribute of a class of the file": {
        "a.rb": "class HTTP\n  attr_accessor :ssl_version\nend\nh = HTTP.new\nh.ssl_version = :TLSv1\n"
    },
    "an attribute of a class of the tree": {
        "http.rb": "module Mine\n  class HTTP\n    def ssl_version=(v)\n      @ssl_version = v\n    end\n  end\nend\n",
        "a.rb": "h = Mine::HTTP.new\nh.ssl_version = :TLSv1\n",
    },
    "a module inside the module": {
        "a.rb": "module Mine\n  module OpenSSL\n    module SSL\n      class SSLContext\n"
        "        attr_accessor :ssl_version\n      end\n    end\n  end\n"
        "  ctx = OpenSSL::SSL::SSLContext.new(:TLSv1)\n  ctx.ssl_version = :TLSv1\nend\n"
    },
}

TOLD = {
    "a module of the tree that hands on": (
        {"shim/ssl.py": PY_SHIM, "use.py": PY_USE.format("shim")},
        ["use.py:2", "use.py:3"],
    ),
    "the library beside a module of the tree": (
        {"mine/ssl.py": PY_MODULE, "use.py": "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"},
        ["use.py:2"],
    ),
    "a class for want of the library's": (
        {
            "a.py": "try:\n    from ssl import SSLContext\nexcept ImportError:\n    class SSLContext(object):\n"
            "        pass\nSSLContext(3)\n"
        },
        ["a.py:6"],
    ),
    "PHP's own function, in full": (
        {"fn.php": PHP_OWN, "use.php": PHP_USE.replace("curl_setopt", "\\curl_setopt")},
        ["use.php:3"],
    ),
    "a function of another namespace": (
        {"fn.php": PHP_OWN, "use.php": PHP_USE.replace("Foo", "Bar")},
        ["use.php:3"],
    ),
    "a function that stands in for PHP's in tests": (
        {"tests/fn.php": PHP_OWN, "src/use.php": PHP_USE},
        ["src/use.php:3"],
    ),
    "the library's class, opened again": (
        {
            "a.rb": "class OpenSSL::SSL::SSLContext\n  attr_accessor :ssl_version\nend\n"
            "OpenSSL::SSL::SSLContext.new(:TLSv1)\n"
        },
        ["a.rb:4"],
    ),
    "a writer that hands on": (
        {
            "a.rb": "class Client\n  def ssl_version=(v)\n    @easy.ssl_version = v\n  end\nend\n"
            "c = Client.new\nc.ssl_version = :SSLv3\n"
        },
        ["a.rb:7"],
    ),
    "an attribute that is passed on": (
        {
            "options.rb": "class Options\n  attr_accessor :ssl_version\nend\n",
            "a.rb": "o = Options.new\no.ssl_version = :TLSv1\n",
            "b.rb": "def go(options)\n  http = Net::HTTP.new('h')\n  http.ssl_version = options.ssl_version\nend\n",
        },
        ["a.rb:2"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_what_the_code_itself_defines_is_not_the_library(files: dict[str, str], tmp_path: Path) -> None:
    report = scanned(tmp_path, files)
    assert told(report) == {}
    assert report.problems == ()


@pytest.mark.parametrize(("files", "places"), TOLD.values(), ids=TOLD)
def test_what_hands_on_is_the_library(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    said = told(scanned(tmp_path, files))
    assert sorted(place.partition(" ")[0] for place, text in said.items() if text[:5] in ("fails", "allow")) == places


OPTIONS = "class HTTPOptions\n  attr_accessor :ssl_version\nend\n"
REQUEST = "def go(options)\n  Typhoeus::Request.new(url, sslversion: options.ssl_version)\nend\n"
SETTING = "subject.ssl_version = :tlsv1\n"


def test_an_attribute_of_ones_own_means_what_it_is_handed_to(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"lib/o.rb": OPTIONS, "lib/r.rb": REQUEST, "lib/use.rb": SETTING})
    (finding,) = [f for f in report.findings if f.usage.place.path == "lib/use.rb"]
    assert (finding.usage.rule, finding.verdict) == ("ruby/typhoeus-sslversion", Verdict.ALLOWS)


@pytest.mark.parametrize(
    "options",
    [
        "class HTTP < Group\n  attr_accessor :ssl_version\nend\n",
        "class HTTP < Group\n  attr_accessor :ssl_version\n  def ssl_version=(v)\n    @ssl_version = v\n  end\nend\n",
    ],
)
def test_so_does_that_of_a_class_which_is_made_from_another(options: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"lib/o.rb": options, "lib/r.rb": REQUEST, "lib/use.rb": SETTING})
    (finding,) = [f for f in report.findings if f.usage.place.path == "lib/use.rb"]
    assert (finding.usage.rule, finding.verdict) == ("ruby/typhoeus-sslversion", Verdict.ALLOWS)


def test_an_attribute_of_a_class_that_is_made_from_another_may_be_the_librarys(tmp_path: Path) -> None:
    options = OPTIONS.replace("HTTPOptions", "Options < Net::HTTP")
    report = scanned(tmp_path, {"lib/o.rb": options, "lib/use.rb": "o = Options.new('h')\no.ssl_version = :TLSv1\n"})
    (finding,) = report.findings
    assert (finding.usage.rule, finding.verdict) == ("ruby/ssl-version-attribute", Verdict.FAILS)


def test_an_attribute_that_is_handed_to_one_of_its_name_means_that(tmp_path: Path) -> None:
    wrapped = REQUEST + "def other(http, options)\n  http.ssl_version = options.ssl_version\nend\n"
    setting = SETTING.replace(":tlsv1", ":TLSv1")
    report = scanned(tmp_path, {"lib/o.rb": OPTIONS, "lib/r.rb": wrapped, "lib/use.rb": setting})
    (finding,) = [f for f in report.findings if f.usage.place.path == "lib/use.rb"]
    assert (finding.usage.rule, finding.verdict) == ("ruby/ssl-version-attribute", Verdict.FAILS)


def test_the_attribute_of_a_library_that_the_file_speaks_of_stays_its_own(tmp_path: Path) -> None:
    setting = "http = Net::HTTP.new('h', 443)\nhttp.ssl_version = :TLSv1\n"
    report = scanned(tmp_path, {"lib/o.rb": OPTIONS, "lib/r.rb": REQUEST, "lib/use.rb": setting})
    (finding,) = [f for f in report.findings if f.usage.place.path == "lib/use.rb"]
    assert (finding.usage.rule, finding.verdict) == ("ruby/ssl-version-attribute", Verdict.FAILS)
