"""`tlsscan why FILE:LINE`: every answer that a line can have, and each step to it."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli_tools import Run, run

FILES = {
    "conf/settings.py": "import ssl\n\nTLS = ssl.PROTOCOL_TLSv1\n",
    "app/client.py": """\
import ssl
from conf.settings import TLS

bad = ssl.SSLContext(TLS)
good = ssl.create_default_context()
fine = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# never ssl.PROTOCOL_TLSv1 here
if ssl.PROTOCOL_TLSv1 in known: pass
unknown = ssl.SSLContext(choose())
agent.configure(ssl_version=choose())
a, b = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2), ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)
known = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # tlsscan: ignore[python/ssl-context-protocol] an old gate
either = ssl.SSLContext(ssl.PROTOCOL_TLSv1 if old else ssl.PROTOCOL_TLS_CLIENT)
long = ssl.SSLContext(
    ssl.PROTOCOL_TLSv1
)
""",
    "tests/test_client.py": "import ssl\n\nbad = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "broken.py": "import ssl\nbad = ssl.SSLContext(ssl.PROTOCOL_TLSv1\n\n\ndef f(:\n",
    "notes.go": "package main\n",
    "old/Dockerfile": "FROM openjdk:7\n",
    "old/Main.java": """\
import javax.net.ssl.SSLContext;
class Main { void run() throws Exception {
  SSLContext c = SSLContext.getInstance("TLS");
} }
""",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("why")
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top


def why(tree: Path, *words: str) -> str:
    given = run("why", *words, cwd=tree)
    assert (given.status, given.err) == (0, "")
    return given.out


def account(tree: Path, *words: str) -> Any:
    return json.loads(why(tree, *words, "-f", "json"))


def detail(text: str, label: str) -> list[str]:
    """What stands behind a label."""
    return [line[12:] for line in text.splitlines() if line.startswith(f"  {label:9} ")]


def test_a_finding_with_every_step_to_it(tree: Path) -> None:
    text = why(tree, "app/client.py:4")
    assert text.splitlines()[:5] == [
        "ssl.SSLContext: fails",
        " --> app/client.py:4:22",
        "  |",
        "4 | bad = ssl.SSLContext(TLS)",
        "  |                      ^^^",
    ]
    assert detail(text, "rule") == ["python/ssl-context-protocol: Protocol of an ssl.SSLContext"]
    assert detail(text, "from") == ["conf/settings.py:3:1: TLS = ssl.PROTOCOL_TLSv1"]
    assert detail(text, "value") == ["TLS"]
    assert detail(text, "kind") == ["the value permits exactly the named version"]
    assert detail(text, "permits") == ["TLS 1.0"]
    assert detail(text, "certain") == ["high: the qualified name is known"]
    assert detail(text, "policy") == ["the floor is TLS 1.2: nothing permitted reaches it"]
    assert detail(text, "level") == ["error"]
    assert detail(text, "shown") == ["yes"]
    assert detail(text, "base")[0].startswith("CPython's ssl module offers TLS 1.2 and TLS 1.3 by itself")
    assert "[CPython 3.12 is assumed" in detail(text, "base")[0]


def test_what_is_well_says_why(tree: Path) -> None:
    text = why(tree, "app/client.py:6")
    assert text.startswith("ssl.SSLContext: ok\n")
    assert detail(text, "level") == ["none"]
    assert detail(text, "shown") == ["no, all is well"]
    assert detail(text, "policy") == ["the floor is TLS 1.2: nothing permitted is below it"]
    assert not detail(text, "help")


def test_the_floor_is_that_of_the_flag(tree: Path) -> None:
    text = why(tree, "--min-tls", "1.3", "app/client.py:11:24")
    assert detail(text, "policy") == ["the floor is TLS 1.3: nothing permitted reaches it"]


def test_what_is_not_known(tree: Path) -> None:
    text = why(tree, "app/client.py:9")
    assert text.startswith("ssl.SSLContext: unresolved\n")
    assert detail(text, "shown") == ["only with --level note"]
    assert detail(text, "permits")[0].startswith("what is not known: ")


def test_a_site_that_is_passed_over_tells_the_reason(tree: Path) -> None:
    made = account(tree, "app/client.py:10")
    assert made["places"] == []
    assert made["silent"]
    for silent in made["silent"]:
        assert "not certain that this is the setting of that library" in silent["reason"]
    assert "nothing is told [" in why(tree, "app/client.py:10")


@pytest.mark.parametrize("line", [7, 8])
def test_words_that_set_nothing(tree: Path, line: int) -> None:
    made = account(tree, f"app/client.py:{line}")
    assert made["places"] == made["silent"] == []
    assert "PROTOCOL_TLSv1" in made["words"]
    assert 6 in made["nearest"]
    text = why(tree, f"app/client.py:{line}")
    assert text.startswith(f"app/client.py:{line} sets no TLS version that a rule knows of.\n")
    assert "but in nothing that sets: a comment, a comparison, a name." in text


def test_a_line_without_anything(tree: Path) -> None:
    assert why(tree, "app/client.py:3") == (
        "app/client.py:3 sets no TLS version that a rule knows of.\nNearest lines that set one: 4, 6, 9, 11, 12.\n"
    )
    assert "The file has 1 line.\n" in why(tree, "notes.go:9")


def test_a_constant_tells_where_it_is_used(tree: Path) -> None:
    text = why(tree, "conf/settings.py:3")
    assert text.startswith(
        "conf/settings.py:3 takes part in what is set at app/client.py:4:22: ssl.SSLContext speaks only"
    )


def test_a_column_chooses_among_several(tree: Path) -> None:
    both = account(tree, "app/client.py:11")["places"]
    assert [place["verdict"] for place in both] == ["caps", "fails"]
    second = account(tree, "app/client.py:11:70")["places"]
    assert [place["verdict"] for place in second] == ["fails"]


def test_an_app_for_android_runs_on_no_java(tmp_path: Path) -> None:
    (tmp_path / "build.gradle").write_text("android { defaultConfig { minSdkVersion 19 } }\n")
    (tmp_path / "A.java").write_text(
        "import javax.net.ssl.*;\nclass A {\n  void set(SSLSocket s) {\n"
        '    s.setEnabledProtocols(new String[] {"TLSv1.2", "TLSv1"});\n  }\n}\n'
    )
    (told,) = detail(why(tmp_path, "A.java:4"), "base")
    assert told.startswith("Java's JSSE offers SSL 3.0 and TLS 1.0 by itself")
    assert told.endswith("[android >=19 (build.gradle:1) is claimed]")


def test_what_the_repository_says_of_its_runtime_counts(tree: Path) -> None:
    text = why(tree, "old/Main.java:3")
    assert text.startswith("SSLContext.getInstance, in Main.run: fails\n")
    assert detail(text, "base")[0].startswith("Java's JSSE offers TLS 1.0 by itself")
    assert detail(text, "base")[0].endswith("[java 7 (old/Dockerfile:1) is claimed]")
    assert detail(text, "claimed")[0].startswith("old/Dockerfile:1:6: openjdk:7")
    text = why(tree, "old/Main.java:3", "--runtime", "java=17")
    assert text.startswith("SSLContext.getInstance, in Main.run: ok\n")
    assert detail(text, "base")[0].endswith("[java 17 is named on the command line]")


CONTEXT = "import ssl\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"


def test_of_what_a_claimed_runtime_brings_nothing_is_assumed(tmp_path: Path) -> None:
    (tmp_path / "a.rb").write_text("require 'net/http'\nh = Net::HTTP.new('a.example')\nh.ssl_version = :SSLv23\n")
    (base,) = detail(why(tmp_path, "a.rb:3"), "base")
    assert "the openssl gem 3.2 is assumed" in base
    (tmp_path / ".ruby-version").write_text("2.6.0\n")
    (base,) = detail(why(tmp_path, "a.rb:3"), "base")
    assert ("2.6.0" in base, "assumed" in base) == (True, False)


@pytest.mark.parametrize("series", ["3", "3.x", "3.12"])
def test_a_series_is_its_newest_release(tmp_path: Path, series: str) -> None:
    (tmp_path / ".python-version").write_text(f"{series}\n")
    (tmp_path / "app.py").write_text(CONTEXT)
    told = detail(why(tmp_path, "app.py:2"), "base")[0]
    assert told.startswith("CPython's ssl module offers TLS 1.2 and TLS 1.3 by itself")
    assert "(.python-version:1) is claimed]" in told


def test_how_the_system_is_configured_counts_for_what_runs_there_alone(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.9-bullseye\n")
    (tmp_path / "app.py").write_text(CONTEXT)
    told = detail(why(tmp_path, "app.py:2"), "base")[0]
    assert told.startswith("CPython's ssl module offers TLS 1.2 and TLS 1.3 by itself")
    system = "debian bullseye has a system default of TLS 1.2, Dockerfile:1"
    assert told.endswith(f"[python 3.9 (Dockerfile:1) is claimed; {system}]")
    (tmp_path / "Dockerfile").write_text("FROM python:3.9-stretch\n")
    (tmp_path / ".devcontainer").mkdir()
    (tmp_path / ".devcontainer/Dockerfile").write_text("FROM ubuntu:jammy\n")
    (tmp_path / "app.py").write_text("import ssl\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    assert "offers TLS 1.0 to TLS 1.2 by itself" in detail(why(tmp_path, "app.py:2"), "base")[0]


def test_a_claim_is_a_place_like_another(tree: Path) -> None:
    text = why(tree, "old/Dockerfile:1")
    assert text.startswith("Java 7: allows\n")
    assert detail(text, "kind") == ["what the repository says it runs on"]
    assert detail(text, "beside")[0].startswith("old/Main.java:3:41: ")


def test_a_suppression_is_told(tree: Path) -> None:
    text = why(tree, "app/client.py:12")
    assert detail(text, "shown") == ["no, suppressed at app/client.py:12: an old gate"]
    assert detail(text, "level") == ["error"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("ignore[python/ssl-context-protocol] until=2020-01-31 x", "ended with 2020-01-31."),
        ("ignore[python/gone] x", "a suppression is not understood: no rule has the id 'python/gone'"),
        ("ignore all", "a suppression is not understood: it names no rule"),
        ("ignore[python/ssl-context-protocol/allows] x", "nothing here is suppressed by"),
    ],
)
def test_a_comment_that_suppresses_nothing_is_told(tmp_path: Path, words: str, told: str) -> None:
    code = "ssl.SSLContext(ssl.PROTOCOL_TLSv1)"
    (tmp_path / "a.py").write_text(f"import ssl\n# tlsscan: {words}\n{code}\n\n{code}\n")
    for line in (2, 3):
        text = run("why", f"a.py:{line}", cwd=tmp_path).out
        assert text.splitlines()[-1].startswith("The comment in line 2: ")
        assert told in text
    assert "The comment" not in run("why", "a.py:5", cwd=tmp_path).out


def test_every_way_a_value_can_turn_out(tree: Path) -> None:
    (place,) = account(tree, "app/client.py:13")["places"]
    assert [(arm["condition"], arm["verdict"]) for arm in place["arms"]] == [("old", "fails"), ("not (old)", "ok")]


def test_any_line_of_the_site_will_do(tree: Path) -> None:
    for line in (14, 15, 16):
        assert [p["region"]["line"] for p in account(tree, f"app/client.py:{line}")["places"]] == [15]


def test_a_lowered_level_has_its_reason(tree: Path) -> None:
    text = why(tree, "tests/test_client.py:3")
    assert detail(text, "level") == ["warning, lowered: it stands in test"]
    assert detail(why(tree, "tests/test_client.py:3", "--no-demote"), "level") == ["error"]


def test_text_that_does_not_parse(tree: Path) -> None:
    text = why(tree, "broken.py:2")
    assert "The file does not parse here" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "which line? name it as FILE:LINE"),
        (["app/client.py"], "app/client.py: is no FILE:LINE or FILE:LINE:COLUMN"),
        (["app/client.py:0"], "app/client.py:0: is no FILE:LINE or FILE:LINE:COLUMN"),
        (["nowhere.py:1"], "nowhere.py: no such file"),
        (["app/client.py:1", "-f", "sarif"], "--format: there is no sarif here"),
    ],
)
def test_mistakes(tree: Path, words: list[str], told: str) -> None:
    given: Run = run("why", *words, cwd=tree)
    assert given.status == 2
    assert given.err.startswith(f"tlsscan: error: {told}")


def test_a_file_that_is_not_read_says_so(tree: Path) -> None:
    assert "notes.go was not scanned: Go is not read yet" in why(tree, "notes.go:1")


def test_a_file_elsewhere(tree: Path, tmp_path: Path) -> None:
    given = run("why", str(tree / "tests" / "test_client.py:3"), cwd=tmp_path)
    assert (given.status, given.err) == (0, "")
    assert given.out.startswith("ssl.SSLContext: fails\n")


def test_the_reason_is_that_of_the_setting_which_the_call_is(tmp_path: Path) -> None:
    made = 'SSLContext c = SSLContext.getInstance("TLSv1.1"); c.init(null, null, null);'
    (tmp_path / "A.java").write_text(f"import javax.net.ssl.*;\nclass A {{ void a() throws Exception {{ {made} }} }}\n")
    assert "what is made there never comes to a connection" in why(tmp_path, "A.java:2")


def test_no_name_forges_a_line(tmp_path: Path) -> None:
    name = "x\n::error::y.py"
    (tmp_path / name).write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    text = why(tmp_path, f"{name}:2")
    assert not any(line.startswith("::") for line in text.splitlines())
    assert " --> x\\n::error::y.py:2:16\n" in text


def test_what_a_claim_is_told_for_is_no_silence(tmp_path: Path) -> None:
    (tmp_path / "build.gradle").write_text("android { defaultConfig { minSdkVersion 26 } }\n")
    body = "void set(SSLSocket s) { s.setEnabledProtocols(s.getSupportedProtocols()); }"
    (tmp_path / "A.java").write_text(f"import javax.net.ssl.SSLSocket;\nclass A {{ {body} }}\n")
    told = run("why", "A.java:2", cwd=tmp_path).out
    assert "shown     no, for what is too old comes with the runtime" in told
    assert "permits   TLS 1.0 to TLS 1.2" in told


def test_a_default_that_does_not_reach_the_floor_is_not_said_to_reach_it(tmp_path: Path) -> None:
    target = "<OutputType>Exe</OutputType><TargetFrameworkVersion>v4.5</TargetFrameworkVersion>"
    (tmp_path / "a.csproj").write_text(
        f'<Project ToolsVersion="4.0"><PropertyGroup>{target}</PropertyGroup>'
        '<ItemGroup><Compile Include="A.cs"/></ItemGroup></Project>\n'
    )
    fetch = 'new System.Net.WebClient().DownloadString("https://example.org/");'
    (tmp_path / "A.cs").write_text(f"class A {{ static void Main() {{ {fetch} }} }}\n")
    told = why(tmp_path, "a.csproj:1")
    assert "the default does not reach it, which is SSL 3.0 and TLS 1.0: only what asks for more does" in told
