"""An object that is set, used, and set anew: what held at the use is told; what only prepares it is no use."""

from pathlib import Path

import pytest

from tlsscan.handling import Handling, handled
from tree_scans import scanned, told

PYTHON = """import logging, ssl
def go(self, s, legacy):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ctx.minimum_version = ssl.TLSVersion.TLSv1
    {between}
    ctx.minimum_version = ssl.TLSVersion.TLSv1_2
    connect(ctx)
"""
RUBY = """require 'net/http'
def go(legacy)
  http = Net::HTTP.new('h', 443)
  http.ssl_version = :TLSv1
  {between}
  http.ssl_version = :TLSv1_2
  http.get('/b')
end
"""
JAVA = """import javax.net.ssl.*;
class A {{
  void go(SSLSocket socket) throws Exception {{
    socket.setEnabledProtocols(new String[] {{"TLSv1"}});
    {between}
    socket.setEnabledProtocols(new String[] {{"TLSv1.2"}});
    socket.startHandshake();
  }}
}}
"""
PHP = """<?php
function go() {{
 $ctx = stream_context_create();
 stream_context_set_option($ctx, 'ssl', 'crypto_method', STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT);
 {between}
 stream_context_set_option($ctx, 'ssl', 'crypto_method', STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT);
 return file_get_contents('https://a', false, $ctx);
}}
"""
FILES = {"a.py": PYTHON, "a.rb": RUBY, "A.java": JAVA, "a.php": PHP}
OLD = 4  # the line of the first write in each of them


def first_write(tmp_path: Path, name: str, between: str) -> list[str]:
    """What is told of the first write, if anything."""
    found = told(scanned(tmp_path, {name: FILES[name].format(between=between)}))
    return [said for place, said in found.items() if place.startswith(f"{name}:{OLD} ")]


@pytest.mark.parametrize(
    ("name", "between"),
    [
        ("a.py", "connect(ctx)"),
        ("a.py", "urlopen('https://a', context=ctx)"),
        ("a.py", "s = ctx.wrap_socket(s)"),
        ("a.py", "with ctx.wrap_socket(s) as tls:\n        tls.send(b'')"),
        ("a.py", "if legacy:\n        return ctx"),
        ("a.py", "Client(ctx).get('/')"),
        ("a.py", "x = Client(ctx)\n    x.get('/')"),
        ("a.py", "with Client(context=ctx) as x:\n        x.get('/')"),
        ("a.py", "if legacy:\n        connect(ctx)"),
        ("a.rb", "http.get('/a')"),
        ("a.rb", "http.get '/a'"),
        ("a.rb", "http.start"),
        ("a.rb", "http.start do |h|\n    h.get('/')\n  end"),
        ("a.rb", "response = http.request(Net::HTTP::Get.new('/'))"),
        ("a.rb", "download(http) if legacy"),
        ("A.java", "socket.startHandshake();"),
        ("A.java", "send(socket);"),
        ("A.java", "Session session = new Session(socket); session.open();"),
        ("a.php", "$page = file_get_contents('https://a', false, $ctx);"),
    ],
)
def test_what_was_used_is_told_although_it_is_overwritten(name: str, between: str, tmp_path: Path) -> None:
    (said,) = first_write(tmp_path, name, between)
    assert "TLSv1.0" in said


@pytest.mark.parametrize(
    ("name", "between"),
    [
        ("a.py", "ctx.load_cert_chain('a.pem')"),
        ("a.py", "ctx.check_hostname = True"),
        ("a.py", "logging.info('%s', ctx)"),
        ("a.py", "assert ctx.get_ca_certs()"),
        ("a.py", "setup_ciphers(ctx)"),
        ("a.py", "self.ctx = ctx"),
        ("a.py", "x = Client(ctx)"),
        ("a.py", "def later():\n        connect(ctx)"),
        ("a.py", "connect(other, ctx=None)"),
        ("a.py", "# connect(ctx)"),
        ("a.py", "s.note('connect(ctx)')"),
        ("a.rb", "http.read_timeout = 5"),
        ("a.rb", "http.open_timeout ||= 5"),
        ("a.rb", "http.set_debug_output($stderr)"),
        ("a.rb", "puts http.port"),
        ("a.rb", "at = http.address"),
        ("a.rb", "logger.debug(http)"),
        ("a.rb", "raise 'no' unless http.use_ssl?"),
        ("A.java", "socket.setSoTimeout(3);"),
        ("A.java", "if (socket.isBound()) { log.info(socket); }"),
        ("A.java", "socket.addHandshakeCompletedListener(event -> send(socket));"),
        ("a.php", "stream_context_set_option($ctx, 'ssl', 'verify_peer', true);"),
    ],
)
def test_what_only_prepares_an_object_is_no_use(name: str, between: str, tmp_path: Path) -> None:
    assert first_write(tmp_path, name, between) == []


def test_what_is_set_after_a_use_adds_to_what_was_set_before(tmp_path: Path) -> None:
    code = (
        "import ssl\n"
        "ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"
        "ctx.minimum_version = ssl.TLSVersion.TLSv1_2\n"
        "connect(ctx)\n"
        "ctx.maximum_version = ssl.TLSVersion.TLSv1_2\n"
    )
    assert told(scanned(tmp_path, {"a.py": code})) == {"a.py:5 ssl.TLSVersion.TLSv1_2": "caps TLSv1.2"}


@pytest.mark.parametrize(
    ("name", "passed", "does"),
    [
        ("get", False, Handling.USES),
        ("get_ca_certs", False, Handling.PREPARES),
        ("getInputStream", False, Handling.PREPARES),
        ("set_options", False, Handling.PREPARES),
        ("curl_exec", True, Handling.USES),
        ("configure_tls", True, Handling.PREPARES),
        ("Connection", True, Handling.MAKES),
        ("build_opener", True, Handling.MAKES),
        ("wrap_socket", False, Handling.USES),
        ("use_ssl?", False, Handling.PREPARES),
        ("open_timeout", False, Handling.PREPARES),
    ],
)
def test_what_a_name_says(name: str, passed: bool, does: Handling) -> None:
    assert handled(name, passed=passed) is does


COMPARED = "def test(self):\n    expected = {{'weak': True, 'ssl_version': {value}}}\n    {use}\n"


@pytest.mark.parametrize(
    ("value", "use", "silent"),
    [
        ("'PROTOCOL_TLSv1'", "assert scan() == expected", True),
        ("'PROTOCOL_TLSv1'", "if expected != scan(): raise Error", True),
        ("['TLSv1']", "scan(expected)", True),  # no option of that name takes a list
        ("'PROTOCOL_TLSv1'", "scan(expected)", False),
        ("'PROTOCOL_TLSv1'", "connect(expected)\n    assert expected == before", False),
    ],
)
def test_a_table_that_is_only_compared_sets_nothing(value: str, use: str, silent: bool, tmp_path: Path) -> None:
    assert (told(scanned(tmp_path, {"a.py": COMPARED.format(value=value, use=use)})) == {}) is silent
