"""Java: a constructor that calls another one of its class is a caller of that."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

APP = """import javax.net.ssl.SSLContext;
public class App {
    private final String protocol;
    %s
    public App(String protocol) { this.protocol = protocol; }
    SSLContext use() throws Exception { return SSLContext.getInstance(protocol); }
}
"""


@pytest.mark.parametrize(
    ("constructors", "expected"),
    [
        ('public App() { this("TLSv1"); }', {'4 "TLSv1"': "fails TLSv1.0"}),
        ('public App() { /* old */ this("TLSv1.2"); log(); }', {'4 "TLSv1.2"': "caps TLSv1.2"}),
        ('public App() { this("TLSv1", 443); }', {"6 protocol": "unresolved"}),
        ("App(String a, int b) { this(a); }\n    App(int b) { this(OLD, b); }\n    "
         'static final String OLD = "TLSv1.1";', {"5 OLD": "fails TLSv1.1"}),
        ('static class In { In() { this("TLSv1"); } In(String s) { } }', {"6 protocol": "unresolved"}),
    ],
)  # fmt: skip
def test_a_constructor_passes_another_one_its_version(
    tmp_path: Path, constructors: str, expected: dict[str, str]
) -> None:
    report = scanned(tmp_path, {"App.java": APP % constructors})
    assert {place.partition(":")[2]: what for place, what in told(report).items()} == expected
