"""What workers tell comes back as it was."""

from pathlib import Path

import pytest

from core_builders import at
from tlsscan.extract import Extract
from tlsscan.model import Form, Site
from tlsscan.transport import pack, unpack
from tree_scans import scanned

# What only the parent fills.
LATER = {"passed"}
EVERY = {
    "operator": "|=",
    "option": ("tls", "version"),
    "owner": ("client.connect",),
    "enclosing": "Shop.connect",
    "target": "12:context",
    "receiver": "12:maker",
    "handed": "12:given",
    "members": ("connect",),
    "more": True,
    "wary": True,
    "likely": "client",
    "idle": "nothing runs there",
    "blocks": (4, 9),
    "alone": 1,
    "guard": "old",
    "condition": "not new",
    "near": ("requests",),
    "since": 7,
    "used": 3,
    "uses": ("load_cert_chain",),
    "compiled": "NET45",
    "defaults": (("timeout", "None"), ("proto", "'tlsv1'")),
}


RUBY = """require 'net/http'
def get(host, port = 443)
  http = Net::HTTP.new(host, port)
  http.use_ssl = true
end
"""


def test_every_field_of_a_site_comes_back() -> None:
    assert EVERY.keys() == Site._field_defaults.keys() - LATER
    site = Site(Form.CALL, ("client.connect",), "client.connect", "a.py", "python", at(3), ())._replace(**EVERY)
    assert all(getattr(site, name) != default for name, default in Site._field_defaults.items() if name not in LATER)
    (told,) = unpack(pack(Extract(sites=(site,)))).sites
    assert told == site
    assert hash(told) == hash(site)


@pytest.mark.parametrize(
    ("image", "name", "code", "line"),
    [
        ("python:2.7.6", "a.py", "import urllib2\ndef get(url, timeout=None):\n    return urllib2.urlopen(url)\n", 3),
        ("ruby:2.1.5", "a.rb", RUBY, 4),
    ],
)
def test_uses_of_defaults_in_a_function_with_defaults_are_related(
    tmp_path: Path, image: str, name: str, code: str, line: int
) -> None:
    report = scanned(tmp_path, {"Dockerfile": f"FROM {image}\n", name: code})
    (found,) = [f for f in report.findings if f.usage.place.path.endswith("Dockerfile")]
    assert [(place.path.rpartition("/")[2], place.region.line) for place in found.usage.related] == [(name, line)]
