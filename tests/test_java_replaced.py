"""Java: what is set on parameters that are replaced on the socket right after says nothing."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

USE = """import javax.net.ssl.*;
class Use {{
    void use(SSLEngine e, SSLEngine other, SSLParameters given) throws Exception {{
        SSLParameters p = new SSLParameters();
        p.setProtocols(new String[] {{"TLSv1"}});
        {}
    }}
}}
"""
NEW = 'setEnabledProtocols(new String[] {"TLSv1.2"});'


def failing(tmp_path: Path, statements: str) -> list[str]:
    report = scanned(tmp_path, {"Use.java": USE.format(statements)})
    return [place for place, what in told(report).items() if what.startswith("fails")]


@pytest.mark.parametrize(
    "statements",
    [
        f"e.setSSLParameters(p); e.{NEW}",
        f"p.setNeedClientAuth(true); e.setSSLParameters(p); e.setUseClientMode(true); e.{NEW}",
        f"e.setSSLParameters(p); e.{NEW} other.setSSLParameters(p); other.{NEW}",
    ],
)
def test_parameters_that_are_replaced_decide_nothing(tmp_path: Path, statements: str) -> None:
    assert failing(tmp_path, statements) == []


@pytest.mark.parametrize(
    "statements",
    [
        "e.setSSLParameters(p);",
        f"e.{NEW} e.setSSLParameters(p);",
        f"e.setSSLParameters(p); other.{NEW}",
        f"e.setSSLParameters(p); e.beginHandshake(); e.{NEW}",
        f"e.setSSLParameters(p); e.wrap(a, b); e.{NEW}",
        f"e.setSSLParameters(p); if (a) {{ e.{NEW} }}",
        f"e.setSSLParameters(p); e.{NEW} other.setSSLParameters(p);",
        f"e.setSSLParameters(p); e.{NEW} keep(p);",
        "e.setSSLParameters(p); e.setEnabledProtocols(null);",
    ],
)
def test_parameters_that_may_come_to_a_connection_are_judged(tmp_path: Path, statements: str) -> None:
    assert any(place.startswith("Use.java:5 ") for place in failing(tmp_path, statements))


APACHE = """import javax.net.ssl.SSLContext;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.ssl.SSLContexts;
class Use {{
    SSLConnectionSocketFactory use() throws Exception {{
        SSLContext c = SSLContexts.custom().setProtocol("TLSv1").build();
        return new SSLConnectionSocketFactory(c, {}, null, verifier);
    }}
}}
"""


@pytest.mark.parametrize(
    ("protocols", "message"), [('new String[] {"TLSv1.2"}', "without cipher suites"), ("null", "offer TLS 1.0")]
)
def test_a_factory_with_protocols_of_its_own_leaves_a_context_that_is_switched_off(
    tmp_path: Path, protocols: str, message: str
) -> None:
    report = scanned(tmp_path, {"Use.java": APACHE.format(protocols)})
    told_there = [f.message for f in report.findings if f.usage.place.region.line == 6]
    assert len(told_there) == 1 and message in told_there[0]
