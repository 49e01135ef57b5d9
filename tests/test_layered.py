"""Java: factories of sockets that are given to clients of HTTPS alone, which make their sockets over others."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Report
from tree_scans import scanned

FACTORY = """package shop.net;
import java.io.*;
import java.net.*;
import javax.net.ssl.*;
public class PinnedFactory extends SSLSocketFactory {
    private final SSLSocketFactory inner;
    public PinnedFactory(SSLSocketFactory inner) { this.inner = inner; }
    public String[] getDefaultCipherSuites() { return inner.getDefaultCipherSuites(); }
    public String[] getSupportedCipherSuites() { return inner.getSupportedCipherSuites(); }
    @Override public Socket createSocket(Socket plain, String host, int port, boolean close) throws IOException {
        SSLSocket socket = (SSLSocket) inner.createSocket(plain, host, port, close);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        return socket;
    }
    @Override public Socket createSocket(String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) inner.createSocket(host, port);
        socket.setEnabledProtocols(new String[] {"TLSv1"});
        return socket;
    }
    @Override public Socket createSocket() throws IOException {
        SSLSocket socket = (SSLSocket) inner.createSocket();
        socket.setEnabledProtocols(new String[] {"TLSv1.1"});
        return socket;
    }
}
"""
HOST, NONE = 17, 22
USER = """package shop.app;
import shop.net.PinnedFactory;
import {api};
class Client {{
    void open({type} client, javax.net.ssl.SSLSocketFactory own) throws Exception {{
        {made}
    }}
}}
"""
HTTPS = ("javax.net.ssl.HttpsURLConnection", "HttpsURLConnection")
GIVEN = "client.setSSLSocketFactory(new PinnedFactory(own));"
KEPT = "PinnedFactory made = new PinnedFactory(own); client.setSSLSocketFactory(made);"
OKHTTP = ("okhttp3.OkHttpClient", "OkHttpClient.Builder")
BUILT = "PinnedFactory made = new PinnedFactory(own); client.sslSocketFactory(made, null).build();"


def user(made: str, api: tuple[str, str] = HTTPS) -> str:
    return USER.format(api=api[0], type=api[1], made=made)


def levels(report: Report) -> dict[int, Level]:
    return {
        finding.usage.place.region.line: finding.level
        for finding in report.findings
        if finding.usage.place.path == "net/PinnedFactory.java" and finding.verdict == "fails"
    }


def found(tmp_path: Path, files: dict[str, str], factory: str = FACTORY) -> dict[int, Level]:
    return levels(scanned(tmp_path, {"net/PinnedFactory.java": factory, **files}))


TOLD = {HOST: Level.ERROR, NONE: Level.ERROR}


@pytest.mark.parametrize(
    ("made", "api", "none"),
    [
        (GIVEN, HTTPS, Level.ERROR),  # the JDK asks for a socket without a peer, Android does not
        (KEPT, HTTPS, Level.ERROR),
        (BUILT, OKHTTP, Level.NOTE),
        ("android.util.Log.v(null, null); " + GIVEN, HTTPS, Level.ERROR),
        (GIVEN.replace("client.setSSL", "HttpsURLConnection.setDefaultSSL"), HTTPS, Level.ERROR),
    ],
)
def test_what_clients_of_https_do_not_call_is_a_note(
    tmp_path: Path, made: str, api: tuple[str, str], none: Level
) -> None:
    assert found(tmp_path, {"app/Client.java": user(made, api)}) == {HOST: Level.NOTE, NONE: none}


def test_on_android_no_socket_without_a_peer_is_asked_for(tmp_path: Path) -> None:
    android = user(GIVEN).replace("import java", "import android.content.Context;\nimport java", 1)
    assert found(tmp_path, {"app/Client.java": android}) == {HOST: Level.NOTE, NONE: Level.NOTE}


@pytest.mark.parametrize(
    "made",
    [
        "new PinnedFactory(own).createSocket(null, 1);",
        KEPT + " made.createSocket();",
        "PinnedFactory made = new PinnedFactory(own); keep(made); client.setSSLSocketFactory(made);",
        GIVEN + " Object other = new PinnedFactory(own);",
        GIVEN + ' System.setProperty("java.naming.ldap.factory.socket", PinnedFactory.class.getName());',
        GIVEN + ' System.setProperty("mail.smtp.ssl.socketFactory.class", "shop.net.PinnedFactory");',
        GIVEN + " client.take(PinnedFactory::new);",
    ],
)
def test_where_others_may_have_one_all_of_it_counts(tmp_path: Path, made: str) -> None:
    assert found(tmp_path, {"app/Client.java": user(made)}) == TOLD


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"app/Client.java": user("client.setSSLSocketFactory(own);")},
        {"app/Client.java": user(GIVEN, ("org.shop.Client", "Client"))},  # what that does is not known
        {"app/Client.java": user(GIVEN), "app/Mail.java": "package shop.app; class Mail { PinnedFactory factory; }"},
        {"app/Client.java": user(GIVEN), "app/Other.java": "class Other extends shop.net.PinnedFactory {}"},
    ],
    ids=["nobody", "not made", "another client", "kept elsewhere", "a class made from it"],
)
def test_where_it_is_not_known_who_has_one_all_of_it_counts(tmp_path: Path, files: dict[str, str]) -> None:
    assert found(tmp_path, files) == TOLD


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("inner.createSocket(plain, host, port, close)", "createSocket(host, port)"),
        ("inner.createSocket(plain, host, port, close)", "this.createSocket(host, port)"),
        ("return inner.getSupportedCipherSuites();", 'createSocket("x", 1); createSocket(); return null;'),
        ("import javax.net.ssl.*;", "import javax.net.ssl.*;\nimport org.apache.http.conn.ssl.SSLSocketFactory;"),
        ("extends SSLSocketFactory", "extends javax.net.SocketFactory"),
    ],
)
def test_a_class_that_calls_the_others_itself_or_is_none_of_them(tmp_path: Path, written: str, instead: str) -> None:
    factory = FACTORY.replace(written, instead, 1)
    shift = instead.count("\n")
    told = {line - shift: level for line, level in found(tmp_path, {"app/C.java": user(GIVEN)}, factory).items()}
    assert told == TOLD


def test_a_class_whose_layered_one_makes_nothing_counts_wholly(tmp_path: Path) -> None:
    start = FACTORY.index("        SSLSocket socket")
    end = FACTORY.index("    }\n    @Override public Socket createSocket(String")
    lines = FACTORY[start:end].count("\n") - 1
    factory = FACTORY[:start] + "        return null;\n" + FACTORY[end:]
    told = found(tmp_path, {"app/Client.java": user(GIVEN)}, factory)
    assert told == {HOST - lines: Level.ERROR, NONE - lines: Level.ERROR}


def test_a_class_in_the_file_of_its_client(tmp_path: Path) -> None:
    nested = FACTORY.replace("public class", "private static class").partition("import javax.net.ssl.*;\n")[2]
    file = f"""package shop.app;
import java.io.*;
import java.net.*;
import javax.net.ssl.*;
class Client {{
{nested}
    void open(HttpsURLConnection to) {{ to.setSSLSocketFactory(new PinnedFactory(null)); }}
}}
"""
    report = scanned(tmp_path, {"app/Client.java": file})
    told = {f.usage.place.region.line: f.level for f in report.findings if f.verdict == "fails"}
    line = file[: file.index('{"TLSv1"}')].count("\n") + 1
    assert told == {line: Level.NOTE, line + 5: Level.ERROR}
