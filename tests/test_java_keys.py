"""Java: what decides is told by its name, also where a helper is passed it."""

from pathlib import Path

import pytest

from tree_scans import scanned

USE = """import javax.net.ssl.SSLContext;
class Use {{
    static final String KEY = "pay.tls";
    static final java.util.Map<String, String> TABLE = new java.util.HashMap<>();
    {}
    Object use(String[] all, String given) throws Exception {{ return SSLContext.getInstance({}); }}
}}
"""
GET = "String get(String k, String d) {{ {} }}"
CHECKED = GET.format("String v = System.getProperty(k); return v == null ? d : v;")
PLAIN = GET.format("return System.getProperty(k, d);")
FLAG = 'String get(boolean b) { return b ? "TLSv1" : "TLSv1.2"; }'


@pytest.mark.parametrize(
    ("members", "value", "told"),
    [
        (CHECKED, 'get("a.tls", "TLSv1")', "(when v == null; a.tls can change it)"),
        (CHECKED, 'get(KEY, "TLSv1")', "(when v == null; pay.tls can change it)"),
        (PLAIN, 'get("a.tls", "TLSv1")', "(when a.tls is not set; a.tls can change it)"),
        (PLAIN, 'get(given, "TLSv1")', "(when given is not set; given can change it)"),
        (FLAG, "get(given != null)", "(when b)"),
        ("", 'TABLE.getOrDefault(given, "TLSv1")', "(when given is not set; given can change it)"),
        ("", "all[0]", "the caller of use decides (all[0])"),
        ("", 'System.getProperty("a.tls").split(",")[0]', "a.tls decides"),
    ],
)
def test_the_setting_is_named(tmp_path: Path, members: str, value: str, told: str) -> None:
    (finding,) = scanned(tmp_path, {"Use.java": USE.format(members, value)}).findings
    assert finding.message.endswith(told)


def test_an_element_is_what_callers_pass(tmp_path: Path) -> None:
    call = 'Object call() throws Exception { return use(new String[] {"TLSv1", "TLSv1.2"}, null); }'
    findings = scanned(tmp_path, {"Use.java": USE.format(call, "all[0]")}).findings
    assert [(f.usage.place.region.line, str(f.verdict)) for f in findings] == [(5, "fails")]
    findings = scanned(tmp_path, {"Use.java": USE.format(call, "all[2]")}).findings
    assert [(f.usage.place.region.line, str(f.verdict)) for f in findings] == [(6, "unresolved")]
