"""Paths as URIs that every consumer can resolve below the root."""

import re
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscan.reporters.uri import relative_uri


@pytest.mark.parametrize(
    ("path", "root", "uri"),
    [
        ("app/client.py", "", "app/client.py"),
        ("./app//client.py", "", "app/client.py"),
        ("client.py", "services/api", "services/api/client.py"),
        ("client.py", "./services/api/", "services/api/client.py"),
        ("../web/x.py", "services/api", "services/web/x.py"),
        ("a b/ü%20\n.py", "", "a%20b/%C3%BC%2520%0A.py"),
        ("bad\udcff.py", "", "bad%FF.py"),
        ("windows\ud800.py", "", "windows%ED%A0%80.py"),
        ("x:y/z.py", "", "x%3Ay/z.py"),
        ("back\\slash.py", "", "back%5Cslash.py"),
        ("#?[1].py", "", "%23%3F%5B1%5D.py"),
        ("", "", ""),
        (".", "services", "services"),
        ("services/api/client.py", "/services/api", "client.py"),
        ("./services/api/a b.py", "/services", "api/a%20b.py"),
    ],
)
def test_inside(path: str, root: str, uri: str) -> None:
    assert relative_uri(path, root) == uri


@pytest.mark.parametrize(
    ("path", "root", "uri"),
    [
        ("/etc/x.conf", "services", "outside-root/etc/x.conf"),
        ("../x.py", "", "outside-root/__/x.py"),
        ("../../x.py", "a", "outside-root/__/x.py"),
        ("C:/x.py", "", "C%3A/x.py"),
        ("other/x.py", "/services/api", "outside-root/__/__/other/x.py"),
        ("../x.py", "/services", "outside-root/__/__/x.py"),
        ("/x.py", "/services", "outside-root/__/x.py"),
    ],
)
def test_outside_is_neither_absolute_nor_a_climb(path: str, root: str, uri: str) -> None:
    assert relative_uri(path, root) == uri


@given(st.binary(min_size=1, max_size=30), st.sampled_from(["", "services/api", ".."]))
def test_any_path_gives_a_plain_relative_uri(raw: bytes, root: str) -> None:
    uri = relative_uri(raw.decode("utf-8", "surrogateescape"), root)
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*", uri)
    assert not uri.startswith("/")
    assert ".." not in uri.split("/")


@given(st.lists(st.binary(min_size=1, max_size=9).filter(lambda raw: b"/" not in raw), min_size=1, max_size=4))
def test_decoding_gives_the_bytes_of_the_path(segments: list[bytes]) -> None:
    segments = [segment for segment in segments if segment not in (b".", b"..")]
    raw = b"/".join(segments)
    assert unquote_to_bytes(relative_uri(raw.decode("utf-8", "surrogateescape"))) == raw
