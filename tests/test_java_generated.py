"""Java: accessors without a line of their own: of records, and those that Lombok makes."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

USE = """package a;
class Use {{
    Cfg cfg;
    Object use() throws Exception {{
        {}
        return javax.net.ssl.SSLContext.getInstance({});
    }}
}}
"""
LOMBOK = "import lombok.*;\n{}\npublic class Cfg {{\n    static int count;\n    {}\n}}\n"


def found(tmp_path: Path, cfg: str, value: str, statement: str = "", *, apart: bool = True) -> dict[str, str]:
    use = USE.format(statement, value)
    if apart:
        files = {"a/Cfg.java": f"package a;\n{cfg}", "a/Use.java": use}
    else:
        first = cfg.partition("\n")[0] if cfg.startswith("import") else ""
        rest = cfg[len(first) :] if first else cfg
        head, _, body = use.partition("\n")
        files = {"a/Use.java": f"{head} {first}\n{body}{rest}"}
    rows = told(scanned(tmp_path, files)).items()
    return {place.removeprefix("a/"): what for place, what in rows}


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    ("marks", "members"),
    [
        ("@Data", 'private String protocol = "TLSv1";'),
        ("@Getter", 'private String protocol = "TLSv1";'),
        ("@Value", 'String protocol = "TLSv1";'),
        ("@lombok.Data", 'private String protocol = "TLSv1";'),
        ("", '@Getter @Setter private String protocol = "TLSv1";'),
        ("@Data @Other(prefix = 1)", 'private int a = 1;\n    private String protocol = "TLSv1";'),
    ],
)
def test_lombok_makes_a_getter(tmp_path: Path, marks: str, members: str, apart: bool) -> None:
    rows = found(tmp_path, LOMBOK.format(marks, members), "cfg.getProtocol()", apart=apart)
    assert rows == {"Use.java:6 cfg.getProtocol()": "fails TLSv1.0"}


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    ("cfg", "made", "value"),
    [
        ("record Cfg(String protocol) {}\n", 'new Cfg("TLSv1")', "c.protocol()"),
        (
            "record Cfg(int port, String protocol) { int other() { return 1; } }\n",
            'new Cfg(1, "TLSv1")',
            "c.protocol()",
        ),
        (LOMBOK.format("@Value", "int a; String protocol;"), 'new Cfg(1, "TLSv1")', "c.getProtocol()"),
        (
            LOMBOK.format("@Getter @RequiredArgsConstructor", "int a; final String protocol;"),
            'new Cfg("TLSv1")',
            "c.getProtocol()",
        ),
        (
            LOMBOK.format("@Getter @AllArgsConstructor", 'int a; String b = "x"; String protocol;'),
            'new Cfg(1, "TLSv1")',
            "c.getProtocol()",
        ),
    ],
)
def test_a_constructor_that_nobody_wrote_is_called(
    tmp_path: Path, cfg: str, made: str, value: str, apart: bool
) -> None:
    rows = found(tmp_path, cfg, value, f"Cfg c = {made};", apart=apart)
    assert rows == {'Use.java:5 "TLSv1"': "fails TLSv1.0"}


def test_a_setter_that_nobody_wrote_is_called(tmp_path: Path) -> None:
    cfg = LOMBOK.format("@Data", 'private String protocol = "TLSv1.2";')
    rows = found(tmp_path, cfg, "cfg.getProtocol()", 'new Cfg().setProtocol("TLSv1.1");')
    assert rows == {'Use.java:5 "TLSv1.1"': "fails TLSv1.1", "Use.java:6 cfg.getProtocol()": "caps TLSv1.2"}


def test_a_setter_that_nobody_wrote_replaces_the_default(tmp_path: Path) -> None:
    cfg = LOMBOK.format("@Data", 'private String kept = "TLSv1";')
    rows = found(tmp_path, cfg, "c.getKept()", 'Cfg c = new Cfg(); c.setKept("TLSv1.2");')
    assert rows == {"Use.java:6 c.getKept()": "caps TLSv1.2"}


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    ("cfg", "value"),
    [
        (LOMBOK.format("@Setter", 'private String protocol = "TLSv1";'), "cfg.getProtocol()"),
        (LOMBOK.format("@Data", 'private String protocol = "TLSv1";'), "cfg.protocol()"),
        (LOMBOK.format("@Data", 'private static String protocol = "TLSv1";'), "cfg.getProtocol()"),
        (LOMBOK.format("@Data", 'private String other = "TLSv1";  // protocol'), "cfg.getProtocol()"),
        ('@Data class Cfg { String protocol = "TLSv1"; }\n', "cfg.getProtocol()"),
        ("record Cfg(String protocol) {}\n", "cfg.getProtocol()"),
        ("record Cfg(String protocol) {}\n", "cfg.protocol()"),
        (LOMBOK.format("@Data", "private String protocol;"), "cfg.getProtocol()"),
    ],
)
def test_what_no_accessor_is_made_for_is_not_known(tmp_path: Path, cfg: str, value: str, apart: bool) -> None:
    assert set(found(tmp_path, cfg, value, apart=apart).values()) == {"unresolved"}
