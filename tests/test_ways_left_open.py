"""Beside a way that leaves the default, what is not known still counts, and so does the default of a look-up."""

from pathlib import Path

import pytest

from tlsscan.model import Finding, Verdict
from tree_scans import scanned

USE = """package a;
import java.util.*;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
class A {
  static final List<String> ALL = Arrays.asList("TLSv1.2", "TLSv1.1");
  final Settings settings;
  final String prefix;
  A(Settings settings) { this.settings = settings; this.prefix = start(); }
  Object use(SSLContext context, String[] given) {
    return new SSLConnectionSocketFactory(context, %s, null, null);
  }
  String[] some(boolean none, String[] names) { if (none) { return null; } return names; }
  String[] pick(boolean none, String[] names) { if (none) { return null; } return new String[] {"TLSv1.2"}; }
  List<String> asked(String key, List<String> other) { return settings.getAsList(prefix + key, other); }
  String[] listed(String key, List<String> other) {
    List<String> list = asked(key, other);
    if (list == null) { return null; }
    return list.toArray(new String[0]);
  }
}
"""


def found_in(tmp_path: Path, files: dict[str, str]) -> Finding:
    (found,) = scanned(tmp_path, files).findings
    return found


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("some(true, given)", "the caller of use decides (given)"),
        ("some(true, load())", "the result of load() is not known"),
        ("names() == null ? null : names()", "the result of names() is not known"),
    ],
)
def test_what_is_not_known_counts_beside_null(tmp_path: Path, value: str, reason: str) -> None:
    found = found_in(tmp_path, {"A.java": USE % value})
    assert found.verdict is Verdict.UNRESOLVED
    assert reason in found.message


def test_what_is_known_counts_beside_null(tmp_path: Path) -> None:
    assert found_in(tmp_path, {"A.java": USE % "pick(true, given)"}).verdict is Verdict.CAPS


def test_a_method_hands_on_the_default_of_a_look_up(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"A.java": USE % 'listed("names", ALL)'})
    assert found.verdict is Verdict.ALLOWS
    assert "(when the setting is not set; settings['...names'] can change it)" in found.message


def test_callers_answer_what_is_open_beside_null(tmp_path: Path) -> None:
    caller = 'class B { void go(A a, SSLContext context) { a.use(context, new String[] {"TLSv1.2"}); } }'
    files = {"A.java": USE % "some(true, given)", "B.java": f"package a;\n{caller}\n"}
    (found,) = scanned(tmp_path, files).findings
    assert found.verdict is Verdict.CAPS
    assert found.usage.place.path == "B.java"
