"""Java trees: what a finding says of providers, of mocks and of what the tree itself opens again."""

from pathlib import Path

import pytest
from tree_scans import scanned, told

CONTEXT = """
import javax.net.ssl.*;
class A {
  void f(String name) throws Exception {
    SSLContext made = SSLContext.getInstance("TLSv1.0"%s);
    made.getServerSocketFactory().createServerSocket(443);
  }
}
"""


@pytest.mark.parametrize(("more", "refused"), [("", True), (", name", False), (', "wolfJSSE"', False)])
def test_a_name_is_refused_to_servers_by_java_own_provider_alone(tmp_path: Path, more: str, refused: bool) -> None:
    said = told(scanned(tmp_path, {"A.java": CONTEXT % more}))
    assert any("fails" in text for text in said.values()) is refused
