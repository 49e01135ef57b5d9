"""Java: what a method of another file, or of a base class, gives for what it is passed."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

USE = """package a;
class Use{} {{
    Object use(boolean flag, String given) throws Exception {{
        return javax.net.ssl.SSLContext.getInstance({});
    }}
}}
"""
HELPER = 'package a;\npublic class Helper {{\n    {}\n    static final String OLD = "TLSv1.1";\n}}\n'


def rows(tmp_path: Path, method: str, value: str, base: str = "") -> list[tuple[str, str]]:
    files = {"a/Helper.java": HELPER.format(method), "a/Use.java": USE.format(base, value)}
    report = scanned(tmp_path, files)
    assert all(place.startswith("a/Use.java:4 ") for place in told(report))
    return [(what, f.message) for what, f in zip(told(report).values(), report.findings, strict=True)]


TERNARY = "static String get(String key, String def) { String v = System.getenv(key); return v == null ? def : v; }"
LEAVING = TERNARY.replace("return v == null ? def : v;", "if (v == null) { return def; } return v;")
PROPERTY = "static String get(String key, String def) { return System.getProperty(key, def); }"
OTHERS = "static String of(String key, String def) { return get(key, def); } " + TERNARY


@pytest.mark.parametrize("method", [TERNARY, LEAVING, PROPERTY, OTHERS])
@pytest.mark.parametrize(("passed", "what"), [('"TLSv1"', "fails TLSv1.0"), ("Helper.OLD", "fails TLSv1.1")])
def test_the_default_that_a_call_passes_is_judged(tmp_path: Path, method: str, passed: str, what: str) -> None:
    name = "of" if method is OTHERS else "get"
    ((said, message),) = rows(tmp_path, method, f'Helper.{name}("pay.tls", {passed})')
    assert said == what
    assert "pay.tls can change it" in message


@pytest.mark.parametrize(
    ("method", "value", "base"),
    [
        ('static String map(boolean old) { return old ? "TLSv1" : "TLSv1.2"; }', "Helper.map(flag)", ""),
        ('static String map(boolean old) { if (old) { return "TLSv1"; } return "TLSv1.2"; }', "Helper.map(flag)", ""),
        ('static String map(boolean old) { return old ? "TLSv1" : "TLSv1.2"; }', "map(flag)", " extends Helper"),
        ('String map(boolean old) { return old ? "TLSv1" : "TLSv1.2"; }', "new Helper().map(flag)", ""),
        ('String name(String part) { return "TLSv" + part; }', 'new Helper().name("1")', ""),
    ],
)
def test_what_a_method_elsewhere_gives_is_judged(tmp_path: Path, method: str, value: str, base: str) -> None:
    assert [said for said, _ in rows(tmp_path, method, value, base)] == ["fails TLSv1.0"]


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ('static String map(boolean old) { return old ? "TLSv1" : "TLSv1.2"; }', "Helper.map(flag, 1)"),
        ('static String map(int a) { return "TLSv1"; } static String map(String b) { return b; }', "Helper.map(3)"),
        ('static String map(String... all) { return "TLSv1"; }', 'Helper.map("a")'),
        ("static native String map(int a);", "Helper.map(3)"),
        ('static String map(int a) { return "TLSv1"; }', "other.map(3)"),
        ("static String map(String a) { return map(a); }", 'Helper.map("TLSv1")'),
    ],
)
def test_what_may_be_another_method_is_not_known(tmp_path: Path, method: str, value: str) -> None:
    assert {said for said, _ in rows(tmp_path, method, value)} == {"unresolved"}


def test_calls_of_calls_that_multiply_are_left_unknown(tmp_path: Path) -> None:
    several = ", ".join(["a"] * 150)
    method = f"static Object of(Object a) {{{{ return new Object[] {{{{ {several} }}}}; }}}}"
    value = "Helper.of(" * 12 + '"TLSv1"' + ")" * 12
    files = {"a/Helper.java": HELPER.format(method.format()), "a/Use.java": USE.format("", value)}
    assert set(told(scanned(tmp_path, files)).values()) <= {"unresolved"}


def test_files_whose_methods_call_each_other_end(tmp_path: Path) -> None:
    other = "package a;\nclass Other { static String of(String a, int n) { return Helper.of(a, n); } }\n"
    method = "static String of(String a, int n) { return n > 0 ? Other.of(a, n) : a; }"
    files = {
        "a/Helper.java": HELPER.format(method),
        "a/Other.java": other,
        "a/Use.java": USE.format("", 'Helper.of("TLSv1", 3)'),
    }
    assert "fails TLSv1.0" in told(scanned(tmp_path, files)).values()
