"""Values in text that is not parsed: what is told of them, and by which rule."""

from pathlib import Path

import pytest

from tree_scans import scanned

BROKEN = "import ssl\ndef f(:\n    x = = {}\n    class ((((\n"


@pytest.mark.parametrize(
    ("value", "rule"),
    [("ssl.PROTOCOL_TLSv1", "python/ssl-context-protocol"), ("SSL.TLSv1_METHOD", "python/pyopenssl-method")],
)
def test_a_bare_value_is_told_by_a_rule_about_what_qualifies_it(tmp_path: Path, value: str, rule: str) -> None:
    (finding,) = scanned(tmp_path, {"a.py": BROKEN.format(value)}).findings
    assert finding.usage.rule == rule


JAVA = "class A {{\n  void f( {{ {{{{{{ ;\n    {}\n"


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ('connector.setSslEnabledProtocols( = "TLSv1.1"', "java/tomcat-enabled-protocols"),
        ('SSLContext.getInstance(a ? b : "TLSv1.1")', "java/ssl-context-protocol"),
        ('String[] names = getSslEnabledProtocolsOf() + "TLSv1.1"', ""),
        ('use("TLSv1.1")', ""),
    ],
)
def test_a_literal_is_told_by_a_rule_whose_words_stand_near_it_or_not_at_all(
    tmp_path: Path, code: str, rule: str
) -> None:
    found = scanned(tmp_path, {"A.java": JAVA.format(code)}).findings
    assert [finding.usage.rule for finding in found] == ([rule] if rule else [])
