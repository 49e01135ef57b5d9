"""What manifests say of runtimes: the cases of tests/data/manifests, and files that are broken or hostile."""

import random
from pathlib import Path

import pytest

from manifest_tools import Case, cases, readings, tables, told_all
from tlsscan.manifests.excerpt import excerpt
from tlsscan.manifests.inherit import claims
from tlsscan.model import ProblemKind
from tlsscan.source import SourceFile

DATA = Path(__file__).parent / "data" / "manifests"
DAMAGE = [
    b"",
    b"{",
    b"[",
    b'"',
    b"<",
    b"$",
    b"${",
    b"\xff",
    b"\n",
    b"\t",
    b":",
    b"9" * 30,
    b"<<",
    b"*a",
    b"&a",
    b"\\",
    b"#",
]
CASES = [
    pytest.param(case, id=f"{file.stem}-{case.name}")
    for file in sorted(DATA.glob("*.txt"))
    for case in cases(file.read_text())
]


@pytest.mark.parametrize("case", CASES)
def test_manifests_claim(case: Case) -> None:
    assert told_all(case.files) == case.expected


@pytest.mark.parametrize("case", CASES)
def test_line_ends_make_no_difference(case: Case) -> None:
    assert told_all({path: text.replace("\n", "\r\n") for path, text in case.files.items()}) == case.expected


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("pom.xml", "<project>\n<a>\n</project>", 3),
        ("pom.xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>\n<project>&b;</project>', 1),
        ("build.xml", "<project>" + "<a>" * 300 + "</a>" * 300 + "</project>", 1),
        ("composer.json", '{"require": {\n"php": }', 2),
        ("composer.json", "[" * 20_000, 1),
        ("pyproject.toml", "[project]\nname =\n", 2),
        ("pyproject.toml", "a = " + "[" * 20_000, 1),
        ("pyproject.toml", "a = " + "9" * 5000, None),
        (".travis.yml", "python:\n  - [2.7\n", 3),
        (".travis.yml", "[" * 30_000, 1),
        ("docker-compose.yml", "a: &a [x]\nb: *a\n" + "".join(f"c{n}: &c{n} [{'*a, ' * 9}]\n" for n in range(3)), 0),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_broken_manifest_is_a_problem(path: str, text: str, line: int | None) -> None:
    found, problems = readings({path: text})
    if line == 0:
        assert not problems
        return
    assert not found
    assert [problem.kind for problem in problems] == [ProblemKind.PARSE_ERROR]
    region = problems[0].region
    assert (region.line if region is not None else None) == line


@pytest.mark.parametrize("case", CASES)
def test_damaged_manifests_are_read_or_told(case: Case) -> None:
    """No damage to a file makes a reader fail: it claims what it can, or tells that the file is broken."""
    dice = random.Random(case.name)
    for path, text in case.files.items():
        for _ in range(15):
            data = bytearray(text.encode())
            for _ in range(dice.randrange(1, 4)):
                at = dice.randrange(len(data) + 1)
                data[at : at + dice.randrange(3)] = dice.choice(DAMAGE)
            found, problems = readings({path: bytes(data[: dice.choice([len(data), dice.randrange(len(data) + 1)])])})
            claims(found, tables())
            assert len(found) == 1 or problems


def test_aliases_of_aliases_cost_nothing_and_are_told() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    found, problems = readings({".gitlab-ci.yml": bomb + "image: python:2.7\n"})
    assert not found
    assert [problem.text.partition(",")[0] for problem in problems] == [
        "refers to its parts so often that it is too large"
    ]


def test_a_manifest_in_another_encoding_keeps_its_places() -> None:
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<project><name>ä</name>'
    text = f"{head}<properties><java.version>1.7</java.version></properties></project>\n"
    assert told_all({"pom.xml": text}) == ["java >=7 bytecode 2:50"]
    found, problems = readings({"pom.xml": text.encode("latin-1")})
    assert not problems
    assert found[0].statements[0].place.region.column == 50


def test_of_a_lock_file_only_known_packages_are_parsed() -> None:
    """What is left stands where it stood; what follows the packages is kept."""
    known = '[[package]]\nname = "Paho_MQTT"\nversion = "1.6.1"\n\n[package.source]\nurl = "x"\n\n'
    other = '[[package]]\nname = "left"\nversion = "1.0" \n\n[[package.files]]\nname = "ä"\n\n'
    text = f'requires-python = ">=3.8"\n\n{other}{known}{other}[metadata]\nlock-version = "2.0"\n'
    source = SourceFile("uv.lock", text.encode())
    cut = excerpt("python-lock", source, tables().packages).data
    assert len(cut) == len(source.data)
    assert cut.replace(b" ", b"").count(b"\n") == text.count("\n")
    assert b"left" not in cut
    assert b"Paho_MQTT" in cut
    assert b"lock-version" in cut
    assert told_all({"uv.lock": text}) == ["python >=3.8 requirement 1:20", "paho-mqtt 1.6.1 locked 12:12"]


def test_a_lock_file_with_texts_over_lines_is_parsed_whole() -> None:
    source = SourceFile("uv.lock", b'[[package]]\nname = "left"\nnote = """\n[[package]]\n"""\n')
    assert excerpt("python-lock", source, tables().packages) is source


@pytest.mark.parametrize(
    ("name", "parsed"), [("Npgsql", True), ("Newtonsoft.Json", False), ("\\u004epgsql", True), ("Npgsql.Other", False)]
)
def test_packages_of_nuget_are_parsed_if_one_is_known(name: str, parsed: bool) -> None:
    source = SourceFile("packages.lock.json", b'{"dependencies": {"net6.0": {"%s": {}}}}' % name.encode())
    assert (excerpt("packages-lock", source, tables().packages) is source) is parsed


@pytest.mark.parametrize(
    "table",
    [
        "ext { versions = [minSdk: 21, compileSdk: 28] }\n",
        "buildscript {\n  ext.versions = [\n    'compileSdk': 31,\n    'minSdk': 21\n  ]\n}\n",
    ],
)
def test_gradle_looks_a_version_up_in_a_table(table: str) -> None:
    script = "apply plugin: 'com.android.application'\nandroid { defaultConfig { minSdkVersion versions.minSdk } }\n"
    (found,) = told_all({"build.gradle": table, "app/build.gradle": script})
    assert "android >=21" in found and found.endswith(" app/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dependencies { implementation project(':a') } // 5", []),
        ("x = // the level\n 8\nsourceCompatibility = x", ["java >=8 bytecode 2:2"]),
        ("implementation group: 'io.netty', name: 'netty-all', version: '4.1.1'", ["netty 4.1.1 locked 1:64"]),
    ],
)
def test_a_build_of_gradle_is_read_if_it_may_say_anything(text: str, expected: list[str]) -> None:
    assert told_all({"build.gradle": text}) == expected


def test_a_key_of_thousands_of_parts_is_a_problem_of_its_manifest_at_once() -> None:
    read, problems = readings({"pyproject.toml": "[project]\nname = 'x'\n" + "a." * 50000 + "b = 1\n"})
    assert not read
    assert [(p.path, p.region and p.region.line) for p in problems] == [("pyproject.toml", 3)]
    assert "a key of more than 20 parts" in problems[0].text


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("PowerShellVersion = '5.1'", ["netfx"]),
        ("PowerShellVersion = '6.0'", ["dotnet"]),
        ('PowerShellVersion = "7.2"', ["dotnet"]),
        ("CompatiblePSEditions = @('Core')", ["dotnet"]),
        ("CompatiblePSEditions = 'Core'", ["dotnet"]),
        ("CompatiblePSEditions = @('Desktop', 'Core')", ["netfx"]),
        ("CompatiblePSEditions = @('Core', 'Desktop')", ["netfx"]),
        ("# PowerShellVersion = '7.0'", ["netfx"]),
    ],
)
def test_a_module_that_windows_powershell_does_not_load_asks_for_dotnet(line: str, asked: list[str]) -> None:
    text = f"@{{\n    ModuleVersion = '1.0'\n    {line}\n    DotNetFrameworkVersion = '4.0'\n}}\n"
    (reading,), _ = readings({"Module.psd1": text})
    assert [statement.subject for statement in reading.statements] == asked
