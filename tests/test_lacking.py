"""Names that a claimed runtime does not have: what uses them fails, unless the code expects that."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

PYTHON = """import ssl
ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1_2)
c = ssl.create_default_context()
c.minimum_version = ssl.TLSVersion.TLSv1_2
ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TABLE = {"a": ssl.PROTOCOL_TLSv1, "b": ssl.PROTOCOL_TLSv1_2}
ssl.wrap_socket(s, ssl_version=TABLE["b"])
try:
    ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1_2)
except ssl.SSLError:
    pass
try:
    ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1_2)
except Exception:
    ssl.wrap_socket(s)
"""
CONDITIONAL = """import ssl
if modern:
    a = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    def connect():
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
def leave():
    if not modern:
        return None
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1_2 if modern else ssl.PROTOCOL_TLSv1_1)
class A:
    if modern:
        def connect(self):
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""
RUBY = """h = Net::HTTP.new("x", 443)
h.min_version = :TLS1_2
c = OpenSSL::SSL::SSLContext.new
c.ssl_version = :TLSv1_2
other.min_version = :TLS1_2
begin
  d = OpenSSL::SSL::SSLContext.new
  d.ssl_version = :TLSv1_2
rescue => e
  puts e
end
"""
PHP = """<?php
stream_socket_enable_crypto($a, true, STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT);
stream_socket_enable_crypto($b, true, STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT);
stream_socket_enable_crypto($c, true, STREAM_CRYPTO_METHOD_TLS_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT);
if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {
    stream_socket_enable_crypto($d, true, STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT);
}
stream_socket_enable_crypto($e, true, 33);
"""


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({".python-version": "2.7.8\n", "a.py": PYTHON}, [2, 4, 5, 7]),
        ({".python-version": "3.6.8\n", "a.py": PYTHON}, [4]),
        ({".python-version": "3.12.1\n", "a.py": PYTHON}, []),
        ({".python-version": "2.7.8\n", "a.py": f"{PYTHON}if hasattr(ssl, 'SSLContext'): pass\n"}, []),
        ({".python-version": "2.7.8\n", "a.py": f"{PYTHON}version = sys.version_info\n"}, []),
        ({".python-version": "2.7.8\n", "a.py": CONDITIONAL}, []),
        ({".python-version": "2.7.8\n", "Dockerfile": "FROM python:3.8\n", "b/a.py": PYTHON}, []),
        ({".python-version": "2.7.8\n3.8.1\n", "a.py": PYTHON}, []),
        ({"setup.py": "setup(python_requires='>=2.7')\n", "a.py": PYTHON}, []),
        ({"a.py": PYTHON}, []),
        ({".ruby-version": "1.9.3-p551\n", "a.rb": RUBY}, [2, 4]),
        ({".ruby-version": "2.3.8\n", "a.rb": RUBY}, [2]),
        ({".ruby-version": "2.7.8\n", "a.rb": RUBY}, []),
        ({".ruby-version": "1.9.3-p551\n", "a.rb": f"{RUBY}puts 1 if h.respond_to?(:x)\n"}, []),
        ({"Dockerfile": "FROM php:5.4-apache\nCOPY . /app\n", "a.php": PHP}, [2, 3]),
        ({"Dockerfile": "FROM php:5.4-apache\nCOPY . /app\n", "a.php": f"{PHP}$v = PHP_VERSION;\n"}, []),
        ({"Dockerfile": "FROM php:7.4-apache\nCOPY . /app\n", "a.php": PHP}, []),
    ],
)
def test_a_name_that_a_claimed_runtime_lacks_fails(tmp_path: Path, files: dict[str, str], lines: list[int]) -> None:
    found = [f for f in scanned(tmp_path, files).findings if f.usage.permitted.rejected and f.level is Level.ERROR]
    assert [f.usage.place.region.line for f in found] == lines


def test_beside_a_name_that_is_there_it_counts_for_nothing(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM php:5.4-apache\nCOPY . /app\n", "a.php": PHP}
    found = next(f for f in scanned(tmp_path, files).findings if f.usage.place[1].line == 4)
    assert (found.level, found.verdict, len(found.usage.permitted.versions)) == (Level.ERROR, "fails", 1)
