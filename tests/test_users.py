"""What the files that use a class say of what it hands out: whether a context serves."""

from pathlib import Path

import pytest

from tlsscan.model import Report, Role
from tree_scans import scanned, told

MADE = """package shop.tls;
import javax.net.ssl.*;
public class Contexts {
    SSLContext make(KeyManager[] keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1");
        context.init(keys, null, null);
        return context;
    }
}
"""
SERVES = """package shop.proxy;
import javax.net.ssl.*;
import shop.tls.Contexts;
class Acceptor {
    void accept(java.net.Socket plain, Contexts contexts) throws Exception {
        SSLSocketFactory factory = contexts.make(null).getSocketFactory();
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, "x", 1, true);
        socket.setUseClientMode(false);
    }
}
"""
CONNECTS = """package shop.proxy;
import shop.tls.Contexts;
class Fetcher {
    void fetch(javax.net.ssl.HttpsURLConnection to, Contexts contexts) throws Exception {
        to.setSSLSocketFactory(contexts.make(null).getSocketFactory());
    }
}
"""
HANDS_ON = """package shop.proxy;
import javax.net.ssl.*;
import shop.tls.Contexts;
public class Relay {
    SSLSocketFactory factory(Contexts contexts, boolean own) throws Exception {
        SSLContext context = own ? SSLContext.getInstance("TLSv1.1") : contexts.make(null);
        return context.getSocketFactory();
    }
}
"""
TAKES = """package shop.proxy;
class Handler {
    void handle(java.net.Socket plain, Relay relay) throws Exception {
        var socket = (javax.net.ssl.SSLSocket) relay.factory(null, true).createSocket(plain, "x", 1, true);
        socket.setUseClientMode(false);
    }
}
"""
OLD = {'tls/Contexts.java:5 "TLSv1"': "fails TLSv1.0"}


def roles(report: Report) -> set[Role]:
    return {finding.usage.role for finding in report.findings}


def test_a_context_that_only_serves_is_bound_by_no_name(tmp_path: Path) -> None:
    assert told(scanned(tmp_path, {"tls/Contexts.java": MADE, "proxy/Acceptor.java": SERVES})) == {}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"proxy/Acceptor.java": SERVES, "proxy/Fetcher.java": CONNECTS},  # both: clients are bound
        {"proxy/Acceptor.java": SERVES.replace("shop.tls.Contexts;", "other.Contexts.*;")},  # another class
        {"proxy/Acceptor.java": SERVES.replace("(false)", "(true)")},
    ],
    ids=["nobody", "a client too", "not this class", "a client"],
)
def test_without_a_server_or_with_a_client_too_the_name_counts(tmp_path: Path, files: dict[str, str]) -> None:
    report = scanned(tmp_path, {"tls/Contexts.java": MADE, **files})
    assert (told(report), roles(report)) == (OLD, {Role.CLIENT})


def test_users_of_the_package_need_no_import(tmp_path: Path) -> None:
    here = SERVES.replace("shop.proxy", "shop.tls").replace("import shop.tls.Contexts;\n", "")
    assert told(scanned(tmp_path, {"tls/Contexts.java": MADE, "tls/Acceptor.java": here})) == {}
    assert told(scanned(tmp_path, {"tls/Contexts.java": MADE, "tls/Acceptor.java": "", "a/Acceptor.java": here})) == OLD


def test_who_hands_a_context_on_to_a_server_serves(tmp_path: Path) -> None:
    files = {"tls/Contexts.java": MADE, "proxy/Relay.java": HANDS_ON}
    assert told(scanned(tmp_path / "served", {**files, "proxy/Handler.java": TAKES})) == {}
    assert told(scanned(tmp_path / "unknown", files)) == OLD | {'proxy/Relay.java:6 "TLSv1.1"': "fails TLSv1.1"}


def test_on_a_claimed_runtime_it_has_the_defaults_of_a_server(tmp_path: Path) -> None:
    """Java 7 offers TLS 1.2 as a server only."""
    claim = {"Dockerfile": "FROM openjdk:7u80\n"}
    report = scanned(tmp_path, {"tls/Contexts.java": MADE, "proxy/Acceptor.java": SERVES, **claim})
    assert [place for place in told(report) if place.startswith("tls")] == []
