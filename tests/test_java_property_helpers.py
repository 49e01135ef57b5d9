"""Java: helpers that set the system property whose name and value they are passed."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

SET = "static void prop(String k, String v) { System.setProperty(k, v); }"
ABSENT = "static void prop(String k, String v) { if (System.getProperty(k) == null) System.setProperty(k, v); }"
FULL = "static void prop(String k, String v) { java.lang.System.setProperty(k, v); }"
OTHER = "static void prop(String k, String v) { System.out.println(k + v); }"
CALLS = 'class {} {{\n  {}\n  void a() {{\n    {}prop("{}", "TLSv1");\n  }}\n}}\n'


@pytest.mark.parametrize(
    ("helper", "key", "wanted"),
    [
        (SET, "https.protocols", "fails TLSv1.0"),
        (ABSENT, "https.protocols", "fails TLSv1.0"),
        (FULL, "jdk.tls.client.protocols", "fails TLSv1.0"),
        (SET, "zookeeper.ssl.protocol", "fails TLSv1.0"),
        (SET, "file.encoding", ""),
        (OTHER, "https.protocols", ""),
    ],
)
def test_what_a_helper_is_passed_is_set(tmp_path: Path, helper: str, key: str, wanted: str) -> None:
    alone = scanned(tmp_path / "alone", {"A.java": CALLS.format("A", helper, "", key)})
    assert told(alone) == ({'A.java:4 "TLSv1"': wanted} if wanted else {})
    files = {"p/Props.java": f"package p;\npublic class Props {{ {helper} }}\n"}
    use = "package p;\n" + CALLS.format("A", "", "Props.", key)
    apart = scanned(tmp_path / "apart", {**files, "p/A.java": use})
    assert told(apart) == ({'p/A.java:5 "TLSv1"': wanted} if wanted else {})


def test_a_helper_that_nobody_calls_is_silent(tmp_path: Path) -> None:
    assert told(scanned(tmp_path, {"A.java": f"class A {{ {SET} }}\n"})) == {}
