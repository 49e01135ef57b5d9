"""Java: a getter behind a getter is one of the class that the first one gives."""

from pathlib import Path

import pytest

from tlsscan.model import Verdict
from tree_scans import scanned

HELD = 'class Names { String[] old = {"TLSv1", "TLSv1.2"}; String[] listed() { return old.clone(); } }'
HOLDER = "class Holder { Names names; Names names() { return names; } <T> T any() { return null; } }"
ASKED = "interface Asked { Names names(); }"
BASE = "class Base { protected final Asked asked; }"
OTHER = 'class Other { String[] listed() { return new String[] {"TLSv1"}; } }'
USE = """class Use extends Base {
  Holder holder;
  void use(javax.net.ssl.SSLSocket socket, Asked given) {
    %s
  }
}
"""
CLASSES = {"Names": HELD, "Holder": HOLDER, "Asked": ASKED, "Base": BASE, "Other": OTHER}
SET = "socket.setEnabledProtocols(%s);"


def verdicts(tmp_path: Path, statement: str, *, apart: bool) -> list[Verdict]:
    code = USE % statement
    files = {f"{name}.java": f"package a;\n{text}\n" for name, text in CLASSES.items()} if apart else {}
    whole = "\n".join(("package a;", *(() if apart else CLASSES.values()), code))
    report = scanned(tmp_path, {**files, "Use.java": whole})
    return [found.verdict for found in report.findings if found.usage.place.path == "Use.java"]


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        SET % "holder.names().listed()",
        SET % "this.holder.names().listed()",
        SET % "given.names().listed()",
        SET % "new Holder().names().listed()",
        SET % "holder.names.listed()",
        "var kept = holder.names(); " + SET % "kept.listed()",
        "Names kept = holder.names(); " + SET % "kept.listed()",
    ],
)
def test_the_type_of_what_a_call_gives_is_that_of_the_next_receiver(
    tmp_path: Path, statement: str, apart: bool
) -> None:
    assert verdicts(tmp_path, statement, apart=apart) == [Verdict.ALLOWS]


def test_a_field_of_a_class_that_is_extended_has_a_type(tmp_path: Path) -> None:
    assert verdicts(tmp_path, SET % "asked.names().listed()", apart=True) == [Verdict.ALLOWS]


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("value", ["holder.any().listed()", "more().listed()"])
def test_what_has_no_type_of_its_own_is_not_known(tmp_path: Path, value: str, apart: bool) -> None:
    assert verdicts(tmp_path, SET % value, apart=apart) == [Verdict.UNRESOLVED]


GETTER = """package a;
import org.example.net.Transport;
class Use {
  void use(javax.net.ssl.SSLSocket socket, javax.net.ssl.SSLContext context, Transport other) {
    socket.setEnabledProtocols(%s);
  }
}
"""


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("other.getEnabledProtocols()", [Verdict.UNRESOLVED]),
        ("other.getSupportedProtocols()", [Verdict.UNRESOLVED]),
        ("socket.getEnabledProtocols()", []),
        ("context.createSSLEngine().getSupportedProtocols()", []),
        ("kept.getEnabledProtocols()", []),
    ],
)
def test_a_getter_of_java_s_own_is_one_of_its_classes(tmp_path: Path, value: str, told: list[Verdict]) -> None:
    report = scanned(tmp_path, {"Use.java": GETTER % value})
    assert [found.verdict for found in report.findings] == told
