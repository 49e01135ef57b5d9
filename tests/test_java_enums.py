"""Java: an accessor of an enum constant that a variable, a field, a constant or a parameter holds."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

TLS = """enum Tls {
    V10("TLSv1"), V12("TLSv1.2");
    final String id;
    Tls(String id) { this.id = id; }
    public String getId() { return id; }
    public String other() { return "TLS" + id; }
    SSLContext make() throws Exception { return SSLContext.getInstance(id); }
}
"""
USE = """class Use {
    private Tls version = Tls.V10;
    static final Tls DEFAULT = Tls.V10;
    static final Tls INSTANCE = load();
    SSLContext use(Tls given, boolean flag) throws Exception {
        %s
    }
}
"""
IMPORT = "import javax.net.ssl.SSLContext;\n"


def found(tmp_path: Path, statements: str, *, apart: bool, extra: str = "") -> dict[str, str]:
    use = USE % statements + extra
    head = f"package a;\n{IMPORT}"
    files = {"a/Tls.java": head + TLS, "a/Use.java": head + use} if apart else {"a/Use.java": head + use + TLS}
    start = "a/Use.java:"
    report = scanned(tmp_path, files)
    every = {f"{f.usage.place.path}:{f.usage.place.region.line} {f.usage.value}": f.message for f in report.findings}
    assert not any("caller of Tls" in message for message in every.values())
    rows = told(report).items()
    return {place.removeprefix(start): what for place, what in rows if place.startswith(start)}


def use_of(value: str) -> str:
    return f"return SSLContext.getInstance({value});"


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    ("statements", "value"),
    [
        (use_of("version.getId()"), "version.getId()"),
        (use_of("this.version.getId()"), "this.version.getId()"),
        (use_of("DEFAULT.getId()"), "DEFAULT.getId()"),
        (use_of("Tls.V10.getId()"), "Tls.V10.getId()"),
        ("Tls t = Tls.V10; " + use_of("t.getId()"), "t.getId()"),
        ("Tls t = flag ? Tls.V10 : Tls.V10; " + use_of("(t).getId()"), "(t).getId()"),
        (use_of("Tls.V10.id"), "Tls.V10.id"),
        (use_of("version.id"), "version.id"),
        (use_of("this.version.id"), "this.version.id"),
        (use_of("DEFAULT.id"), "DEFAULT.id"),
        ("Tls t = Tls.V10; " + use_of("t.id"), "t.id"),
    ],
)
def test_what_holds_a_constant_gives_what_that_is_made_from(
    tmp_path: Path, statements: str, value: str, apart: bool
) -> None:
    rows = found(tmp_path, statements, apart=apart)
    assert rows.pop(f"8 {value}") == "fails TLSv1.0"
    assert not any(what.startswith("fails") for what in rows.values())


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    "statements",
    [
        use_of("given.getId()"),
        use_of("given.id"),
        use_of("INSTANCE.id"),
        use_of("Tls.V10.other"),
        use_of("Tls.V11.id"),
        "Tls t = pick(); " + use_of("t.id"),
        use_of("INSTANCE.getId()"),
        use_of("version.other()"),
        use_of("Tls.valueOf(name).getId()"),
        "Tls t = pick(); " + use_of("t.getId()"),
    ],
)
def test_what_is_not_known_to_hold_one_stays_unresolved(tmp_path: Path, statements: str, apart: bool) -> None:
    assert set(found(tmp_path, statements, apart=apart).values()) <= {"unresolved"}


def test_callers_pass_a_constant(tmp_path: Path) -> None:
    extra = "class Other {\n    void call(Use use) throws Exception { use.use(Tls.V10, true); }\n}\n"
    rows = found(tmp_path, use_of("given.getId()"), apart=False, extra=extra)
    assert rows["12 Tls.V10"] == "fails TLSv1.0"
    assert [what for place, what in rows.items() if place.startswith("8 ")] == []


@pytest.mark.parametrize("apart", [False, True])
def test_a_getter_of_what_is_no_enum_is_one_of_its_class(tmp_path: Path, apart: bool) -> None:
    holder = 'class Cfg { static final Cfg ONE = new Cfg(); String getP() { return "TLSv1.1"; } }\n'
    statements = "Cfg c = Cfg.ONE; " + use_of("c.getP()")
    rows = found(tmp_path, statements, apart=apart, extra=holder)
    assert rows["8 c.getP()"] == "fails TLSv1.1"


def test_a_field_is_what_callers_pass_a_constant_with(tmp_path: Path) -> None:
    calls = "class Call { void a(Use u) { u.use(Tls.V10, true); u.use(Tls.V12, true); } }\n"
    rows = found(tmp_path, use_of("given.id"), apart=False, extra=calls)
    passed = {place.partition(" ")[2]: what for place, what in rows.items() if not place.endswith(" id")}
    assert passed == {"Tls.V10": "fails TLSv1.0", "Tls.V12": "caps TLSv1.2"}


def test_a_long_chain_of_fields_ends(tmp_path: Path) -> None:
    chain = "p" + ".id" * 5_000
    code = f'enum P {{ OLD("a"); final P id; P(P id) {{ this.id = id; }}\nObject a(P p) {{ {use_of(chain)} }} }}\n'
    report = scanned(tmp_path, {"P.java": IMPORT + code})
    assert not report.problems
    assert set(told(report).values()) == {"unresolved"}
