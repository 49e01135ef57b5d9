"""How much is followed in one file: what takes long is given up, and what is plain is still found."""

from pathlib import Path

import pytest

from tlsscan.frontends import lowering, unit
from tlsscan.frontends.lowering import Context
from tlsscan.values import Value
from tree_scans import scanned, told

STEP = "    if (c({0})) v = v + w;\n    if (d({0})) w = w + v;\n"
ANCHOR = '    p.setProperty(w + {0}, "TLSv1");\n'
ABOVE = """import javax.net.ssl.*;
class A {
  Object a() throws Exception { return SSLContext.getInstance("TLSv1").getSocketFactory(); }
"""
BODY = '  void b(java.util.Properties p) {\n    String v = "x", w = "y";\n' + "".join(map(STEP.format, range(30)))
ANCHORS = "".join(map(ANCHOR.format, range(60)))


def test_a_file_with_many_places_that_take_long_costs_little_more_than_a_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent = 0
    lower = Context.lower

    def counted(self: Context, node: lowering.Node | None) -> Value:
        nonlocal spent
        spent += 1
        return lower(self, node)

    monkeypatch.setattr(Context, "lower", counted)
    monkeypatch.setattr("os.fork", None, raising=False)
    monkeypatch.delattr("os.fork")
    report = scanned(tmp_path, {"A.java": ABOVE + BODY + ANCHORS + "  }\n}\n"})
    assert spent < 4 * unit.MOST_EFFORT
    assert {place.partition(" ")[0] for place in told(report)} >= {"A.java:3"}
