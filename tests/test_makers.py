"""Classes that make sockets, told by where they are made: for older Androids alone, or anywhere."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

FACTORY = """package shop.net;
import javax.net.ssl.*;
public class TlsSocketFactory extends SSLSocketFactory {
    public java.net.Socket createSocket() { return enable(made()); }
    private java.net.Socket enable(java.net.Socket socket) {
        ((SSLSocket) socket).setEnabledProtocols(new String[] {"TLSv1.1", "TLSv1.2"});
        return socket;
    }
}
"""
MAKER = """package shop.net;
import android.os.Build;
class Clients {{
    Object make() {{
        {}
    }}
}}
"""
OLD = "if (Build.VERSION.SDK_INT < 21) { return new TlsSocketFactory(); } return null;"
ALWAYS = "return Build.VERSION.SDK_INT + new TlsSocketFactory();"
ELSEWHERE = """package shop.app;
import shop.net.TlsSocketFactory;
class App { Object made = new TlsSocketFactory(); }
"""


@pytest.mark.parametrize("name", ["TlsFactory", "TLSSocketFactoryCompat"])
def test_factories_of_other_names_are_known_as_such(tmp_path: Path, name: str) -> None:
    files = {
        f"src/shop/net/{name}.java": FACTORY.replace("TlsSocketFactory", name),
        "src/shop/net/Clients.java": MAKER.format(OLD.replace("TlsSocketFactory", name)),
    }
    (finding,) = scanned(tmp_path, files).findings
    assert finding.level is Level.NOTE


@pytest.mark.parametrize(
    ("maker", "others", "level"),
    [
        (OLD, {}, Level.NOTE),
        (ALWAYS, {}, Level.WARNING),
        ("return null;", {}, Level.WARNING),
        (OLD, {"src/shop/app/App.java": ELSEWHERE}, Level.WARNING),
        (OLD.replace("< 21", ">= 21"), {}, Level.WARNING),
    ],
)
def test_what_is_made_for_older_androids_alone_is_told_as_that(
    tmp_path: Path, maker: str, others: dict[str, str], level: Level
) -> None:
    files = {"src/shop/net/TlsSocketFactory.java": FACTORY, "src/shop/net/Clients.java": MAKER.format(maker), **others}
    (finding,) = scanned(tmp_path, files).findings
    assert finding.level is level
    assert ("SDK_INT < 21" in finding.message) == (level is Level.NOTE)
