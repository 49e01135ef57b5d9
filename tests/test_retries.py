"""A newer version that a handler tries after an older one has failed: the code reaches it, but offers the older one."""

from pathlib import Path

import pytest

from tree_scans import scanned

PINNED = "context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)"
NEWER = "context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)"
OLD, NEW = "ssl_version=ssl.PROTOCOL_TLSv1", "ssl_version=ssl.PROTOCOL_TLSv1_2"


def _tried(before: str, tried: str, error: str, retried: str) -> str:
    lines = [before, "try:", f"    {tried}", f"except{error}:", *(f"    {part}" for part in retried.split("; "))]
    return "import ssl\ndef go(s, old):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        pytest.param(
            _tried(PINNED, "return s(context)", " ssl.SSLError", f"{NEWER}; return s(context)"),
            "allows caps",
            id="made",
        ),
        pytest.param(
            _tried(PINNED, "return s(context)", " Exception as e", f"{NEWER}; return s(context)"),
            "allows caps",
            id="any-error",
        ),
        pytest.param(
            _tried("", f"ssl.wrap_socket(s, {OLD})", " socket.error", f"ssl.wrap_socket(s, {NEW})"),
            "allows caps",
            id="called",
        ),
        pytest.param(
            _tried("", f"ssl.wrap_socket(s, {OLD})", " ssl.SSLError", f"try:;     s({NEW});except OSError:;     s = 0"),
            "fails caps",
            id="something-else-tried-in-the-handler",
        ),
        pytest.param(
            _tried(
                "",
                f"ssl.wrap_socket(s, {OLD})",
                " ssl.SSLError",
                f"try:;     ssl.wrap_socket(s, {NEW}); except OSError:;     s = None",
            ),
            "allows caps",
            id="tried-in-the-handler",
        ),
        *(
            pytest.param(
                _tried(PINNED, "return s(context)", f" {error}", f"{NEWER}; return s(context)"), verdicts, id=error
            )
            for error, verdicts in (
                ("ssl.SSLEOFError", "allows caps"),  # so end servers that refuse a version without an alert
                ("ConnectionResetError", "allows caps"),
                ("EnvironmentError", "allows caps"),
                ("(ssl.CertificateError, ssl.SSLError) as e", "allows caps"),
                ("ssl.SSLCertVerificationError", "fails caps"),
                ("(ssl.CertificateError, socket.timeout) as ssl_error", "fails caps"),
                ("requests.exceptions.ConnectTimeout", "fails caps"),
                ("ConnectionRefusedError", "fails caps"),
            )
        ),
        pytest.param(_tried("", PINNED, " AttributeError", NEWER), "fails caps", id="a-name-is-missing"),
        pytest.param(_tried("", PINNED, "", NEWER), "fails caps", id="perhaps-a-name-is-missing"),
        pytest.param(
            _tried(f"if old: {PINNED}", "s()", " ssl.SSLError", "ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)"),
            "fails caps",
            id="not-what-is-tried",
        ),
        pytest.param(
            _tried("", f"ssl.wrap_socket(s, {NEW})", " ssl.SSLError", f"ssl.wrap_socket(s, {OLD})"),
            "caps allows",
            id="an-older-one-after-it",
        ),
        pytest.param(
            _tried("", "s(1)", " ssl.SSLError", f"ssl.wrap_socket(s, {OLD})"), "allows", id="an-older-one-after-none"
        ),
        pytest.param(
            _tried("", "s(1)", " ssl.CertificateError", f"ssl.wrap_socket(s, {OLD})"), "fails", id="for-something-else"
        ),
        pytest.param(
            _tried(
                "", "ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_SSLv3)", " ssl.SSLError", f"ssl.wrap_socket(s, {OLD})"
            ),
            "fails fails",
            id="both-old",
        ),
        pytest.param(_tried(PINNED, "s(1, x=context)", " ssl.SSLError", "s(1)"), "allows", id="without-it"),
        pytest.param(_tried(PINNED, "s(1, context).read()", "", "s(1).read()"), "allows", id="without-it-by-place"),
        pytest.param(
            _tried("", "s(x=ssl.SSLContext(ssl.PROTOCOL_TLSv1))", " Exception", "s()"), "allows", id="made-there"
        ),
        pytest.param(_tried(PINNED, "s(1, x=context)", " TypeError", "s(1)"), "fails", id="no-such-argument"),
        pytest.param(_tried(PINNED, "s(1, 2, x=context)", "", "s(1, x=context)"), "fails", id="with-it-again"),
        pytest.param(_tried(PINNED, "s(1, 2, x=context)", "", "s(1, x=old)"), "fails", id="with-another"),
        pytest.param(_tried(f"{PINNED}; old(context)", "s(1, x=context)", "", "s(1)"), "fails", id="used-elsewhere"),
    ],
)
def test_a_newer_version_is_tried_next(tmp_path: Path, code: str, verdicts: str) -> None:
    found = scanned(tmp_path, {"a.py": code}).findings
    assert " ".join(finding.verdict for finding in found) == verdicts


def test_the_way_without_it_is_told(tmp_path: Path) -> None:
    found = scanned(tmp_path, {"a.py": _tried(PINNED, "s(1, x=context)", " ssl.SSLError", "s(1)")}).findings[0]
    assert found.level == "warning"
    assert found.message.endswith("(TLS 1.2 and TLS 1.3 only after a failed attempt, which is made again without it)")


def test_the_retry_is_named(tmp_path: Path) -> None:
    code = """require 'net/http'
def go(http, request)
  http.ssl_version = :TLSv1
  http.request(request)
rescue OpenSSL::SSL::SSLError
  http.ssl_version = :TLSv1_2
  retry
end
"""
    found = scanned(tmp_path, {"a.rb": code}).findings[0]
    assert (found.verdict, found.level) == ("allows", "warning")
    assert found.message.endswith("TLS 1.0 may still be negotiated (TLS 1.2 only after a failed attempt)")
    assert [place.region.line for place in found.usage.related] == [6]
