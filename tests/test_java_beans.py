"""Java: an object whose setter is called before its getter holds what it was given, not what it had at first."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

CONFIG = """class Config {
    private String protocol = "TLSv1";
    public String getProtocol() { return protocol; }
    public void setProtocol(String p) { this.protocol = p; }
}
"""
USE = """import javax.net.ssl.SSLContext;
class Use {
    SSLContext use(Config given, boolean flag) throws Exception {
        %s
        return SSLContext.getInstance(c.getProtocol());
    }
}
"""


def found(tmp_path: Path, statements: str, *, apart: bool, config: str = CONFIG) -> dict[str, str]:
    use = USE % statements.replace("; ", ";\n        ")
    files = {"Config.java": config, "Use.java": use} if apart else {"Use.java": use + config}
    return {place.partition(":")[2]: what for place, what in told(scanned(tmp_path, files)).items()}


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    "statements",
    [
        'Config c = new Config(); c.setProtocol("{}");',
        'var c = new Config(); c.setProtocol("{}");',
        'Config c = given; c.setProtocol("{}");',
        'Config c = new Config(); c.setProtocol("SSLv3"); c.setProtocol("{}");',
        'Config c = new Config(); if (flag) {{ c.setProtocol("SSLv3"); }} c.setProtocol("{}");',
    ],
)
@pytest.mark.parametrize(("value", "what"), [("TLSv1.2", "caps TLSv1.2"), ("TLSv1.1", "fails TLSv1.1")])
def test_a_setter_replaces_what_the_field_has_at_first(
    tmp_path: Path, statements: str, value: str, what: str, apart: bool
) -> None:
    made = statements.format(value)
    line = 5 + made.count("; ")
    assert found(tmp_path, made, apart=apart) == {f"{line} c.getProtocol()": what}


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    "statements",
    [
        "Config c = new Config();",
        'Config c = new Config(); Config d = new Config(); d.setProtocol("TLSv1.2");',
        'Config c = new Config(); c.setProtocol("TLSv1.2"); c = new Config();',
        'Config c = new Config(); if (flag) { c.setProtocol("TLSv1.2"); }',
        'Config c = new Config(); Runnable r = () -> c.setProtocol("TLSv1.2");',
    ],
)
def test_what_may_not_be_set_has_its_default(tmp_path: Path, statements: str, apart: bool) -> None:
    assert "fails TLSv1.0" in found(tmp_path, statements, apart=apart).values()


@pytest.mark.parametrize("apart", [False, True])
def test_what_is_set_under_a_condition_after_that_is_another_way(tmp_path: Path, apart: bool) -> None:
    statements = 'Config c = new Config(); c.setProtocol("TLSv1.2"); if (flag) { c.setProtocol("TLSv1.1"); }'
    assert any("TLSv1.1" in what for what in found(tmp_path, statements, apart=apart).values())
    assert not any("TLSv1.0" in what for what in found(tmp_path, statements, apart=apart).values())


def test_a_setter_that_does_more_is_not_followed(tmp_path: Path) -> None:
    config = CONFIG.replace("this.protocol = p;", 'this.protocol = "TLS" + p;')
    made = found(tmp_path, 'Config c = new Config(); c.setProtocol("v1.2");', apart=False, config=config)
    assert "6 c.getProtocol()" not in {place for place, what in made.items() if what.startswith("caps")}
