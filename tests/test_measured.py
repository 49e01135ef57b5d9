"""What was measured on the wire, by runtime and version, follows from the packs and a claim alone."""

import pytest

from tlsscan import packs
from tlsscan.protocol import BY_TOKEN, tokens
from tlsscan.selfcheck import Checker

CHECKER = Checker(packs.load())
ALL = "1.0 1.1 1.2 1.3"


def wanted(text: str) -> list[str]:
    """`1.0 1.1` as tokens; `-` is nothing at all."""
    return tokens(BY_TOKEN[f"TLSv{word}"] for word in text.split() if word != "-")


def permitted(language: str, path: str, code: str, **claims: str) -> list[str]:
    """What the one setting in some code permits on a claimed runtime: the arm that decides."""
    found = CHECKER.matches(language, path, code, list(claims.items()))
    assert len(found) == 1, code
    outcome = found[0].usages[0].permitted
    assert not outcome.unresolved
    return tokens(outcome.versions)


# -- Python, by interpreter, all on one OpenSSL -----------------------------------------------------------------------

OLD = ("2.7.18", "3.6.15", "3.7.16", "3.8.18", "3.9.18")
NEW = ("3.10.13", "3.11.7", "3.12.1", "3.13.0")
BOUNDS = ("3.7.16", "3.8.18", "3.9.18")
PYTHON = [
    ("ssl.SSLContext(ssl.PROTOCOL_TLS)", OLD, ALL),
    ("ssl.SSLContext(ssl.PROTOCOL_TLS)", NEW, "1.2 1.3"),
    ("ssl.SSLContext(ssl.PROTOCOL_SSLv23)", OLD, ALL),
    ("ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)", ("3.6.15", *BOUNDS), ALL),
    ("ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)", NEW, "1.2 1.3"),
    ("ssl.SSLContext(ssl.PROTOCOL_TLSv1)", OLD, "1.0"),
    ("ssl.SSLContext(3)", OLD, "1.0"),
    ("ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)", OLD, "1.1"),
    ("ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)", (*OLD, *NEW), "1.2"),
    ("ssl.create_default_context().minimum_version = ssl.TLSVersion.TLSv1", (*BOUNDS, *NEW), ALL),
    ("ssl.create_default_context().minimum_version = ssl.TLSVersion.TLSv1_2", (*BOUNDS, *NEW), "1.2 1.3"),
    ("ssl.create_default_context().minimum_version = 771", (*BOUNDS, *NEW), "1.2 1.3"),
    ("ssl.create_default_context().minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED", NEW, ALL),
    ("ssl.create_default_context().minimum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED", (*BOUNDS, *NEW), "1.3"),
    ("ssl.create_default_context().options |= ssl.OP_NO_TLSv1_2", BOUNDS, "1.0 1.1"),
    ("ssl.create_default_context().options |= ssl.OP_NO_TLSv1_2", NEW, "1.3"),
]


@pytest.mark.parametrize(
    ("code", "version", "offers"), [(code, version, offers) for code, on, offers in PYTHON for version in on]
)
def test_python_by_interpreter(code: str, version: str, offers: str) -> None:
    assert permitted("python", "a.py", f"import ssl\nc = {code}\n".replace("c = ssl.create", "ssl.create"),
                     python=version) == wanted(offers)  # fmt: skip


# -- Java, names of contexts by version, as shipped -------------------------------------------------------------------

JAVA = [
    ("TLS", ALL, "1.2 1.3"),
    ("SSL", ALL, "1.2 1.3"),
    ("Default", ALL, "1.2 1.3"),
    ("TLSv1.3", ALL, "1.2 1.3"),
    ("TLSv1.2", "1.0 1.1 1.2", "1.2"),
    ("TLSv1.1", "1.0 1.1", "-"),
    ("TLSv1", "1.0", "-"),
    ("SSLv3", "1.0", "-"),
    ("SSLv2", "-", "-"),
    ("TLSv1.0", "-", "-"),
    ("TLS1.2", "-", "-"),
]


@pytest.mark.parametrize(("name", "old", "new"), JAVA)
@pytest.mark.parametrize("version", ["11.0.9", "11.0.13", "17", "17.0.15", "25"])
def test_java_names_by_version(name: str, old: str, new: str, version: str) -> None:
    code = f'class A {{ Object a() throws Exception {{ return javax.net.ssl.SSLContext.getInstance("{name}"); }} }}'
    assert permitted("java", "A.java", code, java=version) == wanted(old if version == "11.0.9" else new)


@pytest.mark.parametrize(
    ("names", "old", "new"),
    [
        ('"TLSv1"', "1.0", "-"),
        ('"TLSv1.1"', "1.1", "-"),
        ('"TLSv1", "TLSv1.1", "TLSv1.2"', "1.0 1.1 1.2", "1.2"),
        ('"TLSv1", "TLSv1.2"', "1.0 1.2", "1.2"),
        ('"TLSv1.2", "TLSv1.3"', "1.2 1.3", "1.2 1.3"),
        ('"TLSv1.0"', "-", "-"),
    ],
)
def test_java_enabled_protocols(names: str, old: str, new: str) -> None:
    code = f"class A {{ void a(javax.net.ssl.SSLSocket s) {{ s.setEnabledProtocols(new String[] {{{names}}}); }} }}"
    assert permitted("java", "A.java", code, java="11.0.9") == wanted(old)
    assert permitted("java", "A.java", code, java="17.0.15") == wanted(new)


# -- libcurl, by version: what each number makes of the hello, with an OpenSSL that has TLS 1.3 -----------------------

CURL = ("7.53.1", "7.60.0", "7.61.0", "7.88.1", "8.15.0", "8.16.0")
EXACT = 2  # of these versions take a lowest version for the only one
NUMBERS = [
    (0, (ALL, ALL, ALL, ALL, ALL, "1.2 1.3")),
    (1, (ALL,) * 6),
    (4, ("1.0", "1.0", ALL, ALL, ALL, ALL)),
    (5, ("1.1", "1.1", *("1.1 1.2 1.3",) * 4)),
    (6, ("1.2", "1.2", *("1.2 1.3",) * 4)),
    (4 << 16, (ALL, ALL, "1.0", "1.0", "1.0")),
    (5 << 16, (ALL, ALL, "1.0 1.1", "1.0 1.1", "1.0 1.1")),
    (4 | 5 << 16, ("1.0", "1.0", "1.0 1.1", "1.0 1.1", "1.0 1.1", "1.0 1.1")),
]


@pytest.mark.parametrize(
    ("number", "version", "accepts"),
    [(number, version, cell) for number, row in NUMBERS[:-1] for version, cell in zip(CURL, row, strict=False)],
)
def test_curl_by_version(number: int, version: str, accepts: str) -> None:
    code = f"<?php curl_setopt($c, CURLOPT_SSLVERSION, {number});"
    assert permitted("php", "a.php", code, libcurl=version, openssl="3.0") == wanted(accepts)


# -- PHP 8.2's streams ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "accepts"),
    [
        ("STREAM_CRYPTO_METHOD_TLS_CLIENT", ALL),
        ("STREAM_CRYPTO_METHOD_ANY_CLIENT", ALL),
        ("STREAM_CRYPTO_METHOD_TLS_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT", ALL),
        ("STREAM_CRYPTO_METHOD_SSLv23_CLIENT", "1.0 1.1 1.2"),
        ("STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT", "1.0"),
        ("STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT", "1.2"),
        ("STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT", "1.0 1.1 1.2"),
        ("STREAM_CRYPTO_METHOD_ANY_CLIENT & ~8 & ~16", "1.2 1.3"),
    ],
)
def test_php_streams(method: str, accepts: str) -> None:
    code = f"<?php stream_context_create(['ssl' => ['crypto_method' => {method}]]);"
    assert permitted("php", "a.php", code, php="8.2") == wanted(accepts)


# -- .NET Core's SslStream on OpenSSL, by number (without gaps: what becomes of those depends on the system)


@pytest.mark.parametrize(
    ("number", "offers"),
    [
        (192, "1.0"),
        (240, "1.0"),
        (768, "1.1"),
        (960, "1.0 1.1"),
        (3072, "1.2"),
        (12288, "1.3"),
        (15360, "1.2 1.3"),
        (16320, ALL),
        (48, "-"),
    ],
)
@pytest.mark.parametrize("version", ["2.1", "3.1"])
def test_dotnet_core_by_number(number: int, offers: str, version: str) -> None:
    code = f"""using System.Net.Security;
using System.Security.Authentication;
class A {{ void B(SslStream s) {{ s.AuthenticateAsClient("h", null, (SslProtocols){number}, false); }} }}
"""
    assert permitted("csharp", "A.cs", code, dotnet=version) == wanted(offers)


# -- Ruby 3.1 with the openssl gem 3.0 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "offers"),
    [
        ("ssl_version = :TLSv1", "1.0"),
        ("ssl_version = 'TLSv1_2'", "1.2"),
        ("ssl_version = :SSLv23", ALL),
        ("min_version = :TLS1_2", "1.2 1.3"),
        ("min_version = 0x0303", "1.2 1.3"),
        ("max_version = :TLS1_1", "1.0 1.1"),
    ],
)
def test_ruby(code: str, offers: str) -> None:
    text = f"require 'openssl'\ncontext = OpenSSL::SSL::SSLContext.new\ncontext.{code}\n"
    assert permitted("ruby", "a.rb", text, **{"ruby": "3.1.7", "ruby-openssl": "3.0.1"}) == wanted(offers)
