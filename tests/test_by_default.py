"""What holds by a default is asked for by nobody, wherever that default is handed on to."""

from pathlib import Path

import pytest

from tlsscan.conditions import by_default
from tlsscan.model import Level, Role
from tree_scans import scanned

ELSEWHERE = """import ssl
class S:
    def __init__(self, protocol={default}):
        if protocol == 'ssl':
            self.p = ssl.PROTOCOL_TLS_CLIENT
        elif protocol == 'tlsv1':
            self.p = ssl.PROTOCOL_TLSv1
    def get(self, sock):
        return ssl.wrap_socket(sock, ssl_version=self.p)
"""
KEPT = """import ssl
class P:
    def __init__(self, other, protocol: str = {default}):
        self.other = other
        self.protocol = protocol
    def get(self, sock):
        if self.protocol == 'ssl':
            v = ssl.PROTOCOL_TLS_CLIENT
        elif self.protocol == 'tlsv1':
            v = ssl.PROTOCOL_TLSv1
        return ssl.wrap_socket(sock, ssl_version=v)
"""
MEMBER = """import ssl
class P:
    protocol = {default}
    def get(self, sock):
        if self.protocol == 'tlsv1':
            return ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)
"""
RUBY = """class P
  def initialize(protocol = {default})
    @protocol = protocol
  end
  def get
    case @protocol
    when 'tlsv1', :tls1 then v = :TLSv1
    else v = :TLSv1_2
    end
    OpenSSL::SSL::SSLContext.new(v)
  end
end
"""


def level(tmp_path: Path, name: str, code: str) -> Level:
    (finding,) = (one for one in scanned(tmp_path, {name: code}).findings if one.level is not Level.NOTE)
    return finding.level


@pytest.mark.parametrize(("name", "code"), [("a.py", ELSEWHERE), ("a.py", KEPT), ("a.py", MEMBER), ("a.rb", RUBY)])
def test_the_default_of_a_constructor_asks_for_nothing(name: str, code: str, tmp_path: Path) -> None:
    assert level(tmp_path, name, code.format(default="'tlsv1'")) is Level.ERROR


@pytest.mark.parametrize(("name", "code"), [("a.py", ELSEWHERE), ("a.py", KEPT), ("a.py", MEMBER), ("a.rb", RUBY)])
def test_another_default_leaves_it_to_who_asks(name: str, code: str, tmp_path: Path) -> None:
    assert level(tmp_path, name, code.format(default="'ssl'")) is Level.WARNING


def test_a_switch_of_a_class_is_off_unless_it_sets_it(tmp_path: Path) -> None:
    code = (
        "import ssl\nclass P:\n    tls1 = False\n    def get(self, s):\n{}        if self.tls1:\n"
        "            return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)\n"
    )
    assert level(tmp_path, "a.py", code.format("")) is Level.WARNING
    assert level(tmp_path, "a.py", code.format("        self.tls1 = True\n")) is Level.ERROR


def test_a_condition_of_another_function_says_what_holds_by_default(tmp_path: Path) -> None:
    (finding,) = scanned(tmp_path, {"a.py": ELSEWHERE.format(default="'tlsv1'")}).findings
    assert finding.usage.condition == "protocol == 'tlsv1' by default"
    assert by_default("a != 'b' and c", [("a", "'b'")]) == "a != 'b' and c"


@pytest.mark.parametrize(
    ("case", "expected"),
    [("'tls1' | 'TLSv1'", Level.WARNING), ("'tls1' | 'old'", Level.ERROR), ("_", Level.ERROR)],
)
def test_a_case_asks_for_what_is_matched(case: str, expected: Level, tmp_path: Path) -> None:
    code = (
        "import ssl\ndef a(s):\n    match s.v:\n        case 'b':\n            pass\n"
        f"        case {case}:\n            return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)\n"
    )
    assert level(tmp_path, "a.py", code) is expected


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("V = ssl.PROTOCOL_TLSv1\ndef go(s, V=V):\n    ssl.SSLContext(V)\n", id="global"),
        pytest.param(
            "class T:\n    V = ssl.PROTOCOL_TLSv1\n    def go(self, V=V):\n        ssl.SSLContext(V)\n", id="class"
        ),
        pytest.param("V = ssl.PROTOCOL_TLSv1\ngo = lambda s, V=V: ssl.SSLContext(V)\n", id="lambda"),
    ],
)
def test_a_default_is_evaluated_around_its_function(tmp_path: Path, code: str) -> None:
    (found,) = scanned(tmp_path, {"a.py": f"import ssl\n{code}"}).findings
    assert (found.verdict, found.usage.condition) == ("fails", "V is not passed")


SETTING = """import argparse, os, ssl
def go(conf, args):
    {given}
    if {asked}:
        return ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    return ssl.create_default_context()
"""


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("v = conf.get('tls', {})", "v == {}"),
        ("v = conf.ReadValue('tls', return_type=str, default={})", "v.lower() == {}"),
        ("v = os.environ.get('TLS') or {}", "v in ('a', {})"),
        ("self = conf; self.add_argument('--tls', default={})", "args.tls == {}"),
        ("try:\n        v = conf['tls']\n    except KeyError:\n        v = {}", "v == {}"),
    ],
)
def test_the_default_of_a_setting_asks_for_nothing(given: str, asked: str, tmp_path: Path) -> None:
    asked = asked.format("'tls1'")
    assert level(tmp_path, "a.py", SETTING.format(given=given.format("'tls1'"), asked=asked)) is Level.ERROR
    assert level(tmp_path, "a.py", SETTING.format(given=given.format("'tls1.2'"), asked=asked)) is Level.WARNING


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("v in ('tls1', '')", Level.ERROR), ("v in ('tls1', 'TLSv1')", Level.WARNING), ('v == "tls1"', Level.WARNING)],
)
def test_nothing_may_be_what_a_setting_is_by_default(asked: str, expected: Level, tmp_path: Path) -> None:
    code = SETTING.format(given="v = (conf.version or '').strip()", asked=asked)
    assert level(tmp_path, "a.py", code) is expected


@pytest.mark.parametrize(("default", "expected"), [("True", Level.ERROR), ("False", Level.WARNING)])
def test_a_flag_of_settings_is_what_they_say_by_default(default: str, expected: Level, tmp_path: Path) -> None:
    code = SETTING.format(given=f"legacy = conf.get('legacy', {default})", asked="legacy")
    assert level(tmp_path, "a.py", code) is expected


@pytest.mark.parametrize(
    "given",
    ["@v = opts.fetch(:v, {})", "@v = opts.fetch(:v) {{ {} }}", "@v = opts[:v] || {}", "@v = ENV.fetch('V', {})"],
)
def test_the_default_of_an_entry_in_ruby_asks_for_nothing(given: str, tmp_path: Path) -> None:
    code = (
        "class P\n  def initialize(o)\n    {}\n  end\n  def get\n    v = :TLSv1_2\n    v = :TLSv1 if @v == 'TLSv1'\n"
        "    OpenSSL::SSL::SSLContext.new(v)\n  end\nend\n"
    )
    assert level(tmp_path, "a.rb", code.format(given.format("'TLSv1'"))) is Level.ERROR
    assert level(tmp_path, "a.rb", code.format(given.format("'TLSv1_2'"))) is Level.WARNING


def test_what_is_compared_may_depend_on_itself(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef f(x, y):\n    while x == y:\n        x = g(x)\n        while y != x:\n            y = x\n"
        "    if x == 'tls1':\n        return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
    )
    assert level(tmp_path, "a.py", code) is Level.WARNING


@pytest.mark.parametrize(
    ("makers", "role"),
    [
        (["c.getSocketFactory();"], Role.CLIENT),
        (["c.getServerSocketFactory();"], Role.SERVER),
        (["c.getSocketFactory();", "c.getServerSocketFactory();"], Role.BOTH),
    ],
)
def test_a_runtime_is_on_both_sides_where_clients_and_servers_rely_on_it(
    makers: list[str], role: Role, tmp_path: Path
) -> None:
    code = 'class A{} {{ void b() throws Exception {{\n  SSLContext c = SSLContext.getInstance("TLS");\n  {}\n}} }}\n'
    files = {f"A{n}.java": "import javax.net.ssl.*;\n" + code.format(n, made) for n, made in enumerate(makers)}
    report = scanned(tmp_path, {"Dockerfile": "FROM openjdk:8-jre-alpine\n", **files})
    (found,) = [f for f in report.findings if f.usage.place.path == "Dockerfile"]
    assert found.usage.role is role


def test_what_a_server_requires_is_named_where_a_runtime_offers_one_version_alone(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM php:5.5\n", "a.php": '<?php fsockopen("tls://x", 443);\n'}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == "Dockerfile"]
    assert "what uses them cannot connect to a server that requires TLS 1.2" in found.message


@pytest.mark.parametrize("value", ["'TLSv1'", "'tls1.0'", "1"])
def test_a_constant_that_something_is_compared_with_is_no_default_of_it(value: str, tmp_path: Path) -> None:
    code = (
        f"import ssl\nTLSv1 = {value}\ndef go(cfg, s):\n    if cfg['v'] == TLSv1:\n        v = ssl.PROTOCOL_TLSv1\n"
        "    else:\n        v = ssl.PROTOCOL_TLS\n    return ssl.wrap_socket(s, ssl_version=v)\n"
    )
    found = [one for one in scanned(tmp_path, {"a.py": code}).findings if one.level is not Level.NOTE]
    assert [(one.level, one.usage.condition) for one in found] == [(Level.WARNING, "cfg['v'] == TLSv1")]


@pytest.mark.parametrize(
    ("runtime", "code", "lines"),
    [
        ("3.9.1", "c = ssl.SSLContext()\n c.wrap_socket(s)\n", [3]),
        ("3.12.1", "c = ssl.SSLContext()\n c.wrap_socket(s)\n", []),
        ("3.9.1", "c = ssl.SSLContext()\n c.minimum_version = ssl.TLSVersion.TLSv1_2\n c.wrap_socket(s)\n", []),
        ("3.9.1", "c = ssl.SSLContext()\n c.load_cert_chain(s)\n", []),
        ("3.9.1", "c = ssl.SSLContext(**o)\n c.wrap_socket(s)\n", []),
    ],
)
def test_a_context_that_is_given_no_protocol_negotiates_like_PROTOCOL_TLS(
    tmp_path: Path, runtime: str, code: str, lines: list[int]
) -> None:
    report = scanned(tmp_path, {"a.py": f"import ssl\ndef f(s, o):\n {code}", ".python-version": f"{runtime}\n"})
    relying = [one for one in report.findings if one.usage.rule == "runtimes/python"]
    assert [place.region.line for one in relying for place in one.usage.related] == lines


def test_a_call_that_passes_nothing_is_shown_with_its_line(tmp_path: Path) -> None:
    code = "import ssl\nc = ssl.SSLContext()\nc.wrap_socket(s)\n"
    setup = "from setuptools import setup\nsetup(python_requires='>=3.6')\n"
    report = scanned(tmp_path, {"a.py": code, "setup.py": setup})
    assert [one.usage.place.region.line for one in report.findings if one.usage.place.path == "a.py"] == [2]
    assert report.texts["a.py"][2] == "c = ssl.SSLContext()"


@pytest.mark.parametrize(
    ("ruby", "lines"),
    [("2.3.8", [4]), ("2.6.0", [4]), ("3.0.1", [4]), ("3.3.0", [])],  # the last may have an OpenSSL 3
)
@pytest.mark.parametrize("word", [":SSLv23", ":TLS", "'SSLv23'"])
def test_a_name_for_whatever_ruby_offers_relies_on_the_ruby_that_is_pinned(
    tmp_path: Path, ruby: str, lines: list[int], word: str
) -> None:
    code = f"require 'net/http'\nh = Net::HTTP.new('a.example', 443)\nh.use_ssl = true\nh.ssl_version = {word}\n"
    report = scanned(tmp_path, {"a.rb": code, ".ruby-version": f"{ruby}\n"})
    (pinned,) = report.findings
    assert (pinned.usage.rule, [place.region.line for place in pinned.usage.related]) == ("runtimes/ruby", lines)


@pytest.mark.parametrize(
    ("default", "condition", "told_of"),
    [
        ("False", "insecure", "insecure"),
        ("None", "insecure", "insecure"),
        ("True", "insecure", ""),
        ("False", "not insecure", ""),
        ("False", "self.insecure", "self.insecure"),
        ("True", "self.insecure", "self.insecure"),
        ("False", "other", ""),
    ],
)
def test_a_flag_that_is_not_set_by_itself_is_told_as_a_condition(
    tmp_path: Path, default: str, condition: str, told_of: str
) -> None:
    code = f"""import ssl
class Client:
    insecure = {default}
    def connect(self, s, other, insecure={default}):
        if {condition}:
            c = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
            c.wrap_socket(s)
"""
    (found,) = scanned(tmp_path, {"a.py": code}).findings
    assert (found.level, found.usage.condition) == (Level.ERROR, told_of)


@pytest.mark.parametrize(
    ("receiver", "decides"), [("CONFIG", "ssl_version"), ("parser", "ssl_version"), ("table", "tls")]
)
def test_of_a_section_and_an_option_the_option_decides(tmp_path: Path, receiver: str, decides: str) -> None:
    code = f"""import configparser, ssl
parser = CONFIG = configparser.ConfigParser()
table = made()
def connect(s):
    c = ssl.SSLContext({receiver}.get('tls', 'ssl_version'))
    c.wrap_socket(s)
"""
    (found,) = scanned(tmp_path, {"a.py": code}).findings
    assert found.usage.open_by == decides
