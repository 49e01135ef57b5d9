"""Configuration files: which one holds, what it may say, what it narrows, and what it cannot."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from cli_tools import PATIENCE, SOURCE_ROOT, Run, environment
from tlsscan.cli import main
from tlsscan.configfiles import Found, ground_of, lookup
from tlsscan.configkeys import KEYS, configuration
from tlsscan.errors import TlsscanError
from tlsscan.reporters import FORMATS
from tlsscan.selection import known, selector

Main = Callable[..., Run]
FAILS = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
ALLOWS = "import ssl\nctx = ssl.create_default_context()\nctx.minimum_version = ssl.TLSVersion.TLSv1\n"
CLIENT = "import ssl\nimport urllib3\nurllib3.PoolManager(ssl_version=ssl.PROTOCOL_TLSv1)\n"
PINNED, LOWEST, POOL = "python/ssl-context-protocol", "python/ssl-context-minimum", "python/urllib3-ssl-version"


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Main:
    """Runs `main` in a fresh work tree, which is `tmp_path / "top"`."""
    top = tmp_path / "top"
    top.mkdir()
    monkeypatch.chdir(top)
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    for name in [name for name in os.environ if name.startswith("TLSSCAN_") and name != "TLSSCAN_NO_FORK"]:
        monkeypatch.delenv(name)

    def call(*arguments: str) -> Run:
        status = main(arguments)
        streams = capsys.readouterr()
        return Run(status, streams.out, streams.err)

    return call


@pytest.fixture
def top(tls: Main, tmp_path: Path) -> Path:
    return tmp_path / "top"


def notices(given: Run) -> list[str]:
    """The notices of a JSON report, without the one about a run without worker processes."""
    return [text for text in json.loads(given.out)["notices"] if not text.startswith("TLSSCAN_NO_FORK")]


def put(top: Path, contents: dict[str, str]) -> None:
    for name, text in contents.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)


def found(given: Run) -> list[tuple[str, str, str]]:
    """Path, rule and level of the findings of a JSON report."""
    return [(f["path"], f["rule"], f["level"]) for f in json.loads(given.out)["findings"]]


def narrowed(given: Run) -> dict[str, tuple[str, int]]:
    """What a JSON report says of its configuration, by key."""
    rows = json.loads(given.out)["narrowed"]
    return {row["key"]: (row["text"], row["count"]) for row in rows}


# -- which file holds


def holds(given: Run) -> str | None:
    path = json.loads(given.out)["configuration"]
    assert path is None or isinstance(path, str)
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tlsscan.toml", 'fail-on = "never"\n'),
        (".tlsscan.toml", 'fail_on = "never"\n'),
        (".tlsscan.yaml", "fail-on: never\n"),
        (".tlsscan.yml", "# a comment\nfail-on: never\n"),
        ("pyproject.toml", '[tool.tlsscan]\nfail-on = "never"\n'),
        ("pyproject.toml", '[tool]\ntlsscan = { fail-on = "never" }\n'),
        ("pyproject.toml", '[ tool . "tlsscan" ]\nfail-on = "never"\n'),
    ],
)
def test_each_kind_of_file_is_read(tls: Main, top: Path, name: str, text: str) -> None:
    put(top, {"a.py": FAILS})
    assert tls().status == 1
    put(top, {name: text})
    given = tls("-f", "json", "-v")
    assert (given.status, holds(given)) == (0, name)
    assert f"tlsscan: configuration: {name}\n" in given.err


def test_the_nearest_one_from_the_named_folder_up_to_the_top_of_the_work_tree(tls: Main, top: Path) -> None:
    put(top, {"services/api/a.py": FAILS, "services/web/a.py": FAILS, "../tlsscan.toml": "level = 'error'\n"})
    assert holds(tls("-f", "json", "services/api")) is None
    put(top, {"tlsscan.toml": "level = 'error'\n"})
    assert holds(tls("-f", "json", "services/api")) == "tlsscan.toml"
    put(
        top, {"services/api/.tlsscan.yaml": "level: note\n", "services/pyproject.toml": "[project]\nname = 'tlsscan'\n"}
    )
    assert holds(tls("-f", "json", "services/api")) == "services/api/.tlsscan.yaml"
    assert holds(tls("-f", "json", "services/web")) == "tlsscan.toml"
    assert holds(tls("-f", "json", "services/web", "services/api")) == "tlsscan.toml"
    assert holds(tls("-f", "json", "services/api/a.py")) == "tlsscan.toml", "a named file counts for where we are"


def test_without_version_control_nothing_above_the_named_folder_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {"tlsscan.toml": "", "a/x.py": "", "b/x.py": "", "b/tlsscan.toml": ""})
    monkeypatch.chdir(tmp_path)
    for paths, name in (
        (["a"], None),
        (["b"], "b/tlsscan.toml"),
        (["."], "tlsscan.toml"),
        (["a/x.py"], "tlsscan.toml"),
        ([str(tmp_path / "a")], None),
    ):
        ground = ground_of(paths)
        assert ground is not None
        given = lookup(ground)
        assert (given and given.path) == name, paths
    assert ground_of(["a", "b"]) is None, "what they have in common was not named"


def test_a_named_file_outside_of_where_we_are_has_the_configuration_of_its_folder(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, {"other/x.py": FAILS, "other/tlsscan.toml": "ignore = ['python']"})
    assert tls(str(tmp_path / "other" / "x.py")).status == 0


def test_of_two_in_one_folder_one_holds_and_that_is_told(tls: Main, top: Path) -> None:
    put(top, {"a.py": FAILS, ".tlsscan.yaml": "level: error", "pyproject.toml": "[tool.tlsscan]\nlevel = 'note'"})
    given = tls("-f", "json")
    assert holds(given) == ".tlsscan.yaml"
    notice = "the configuration is .tlsscan.yaml; pyproject.toml beside it does not hold"
    assert notices(given) == [notice]


def test_a_named_configuration_holds_instead_of_the_one_that_would_be_found(tls: Main, top: Path) -> None:
    put(top, {"a.py": FAILS, "tlsscan.toml": "fail-on = 'never'", "ci/strict.toml": "fail-on = 'note'"})
    assert tls().status == 0
    assert tls("--config", "ci/strict.toml").status == 1
    assert tls("--isolated").status == 1


def test_globs_are_relative_to_the_folder_of_the_file(tls: Main, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(top, {"src/old/a.py": FAILS, "old/a.py": FAILS, "src/tlsscan.toml": "exclude = ['/old']"})
    assert found(tls("-f", "json", "src")) == []
    assert [path for path, _, _ in found(tls("-f", "json", "."))] == ["old/a.py", "src/old/a.py"]
    (top / "src/tlsscan.toml").rename(top / "tlsscan.toml")
    assert [path for path, _, _ in found(tls("-f", "json", "src"))] == ["src/old/a.py"]
    monkeypatch.chdir(top / "src")
    (path,) = [path for path, _, _ in found(tls("-f", "json", "--config", "../tlsscan.toml", ".."))]
    assert path.endswith("/top/src/old/a.py")


def test_globs_of_a_file_from_elsewhere_are_relative_to_the_top_of_the_scanned_tree(
    tls: Main, top: Path, tmp_path: Path
) -> None:
    put(top, {"src/old/a.py": FAILS, "old/a.py": FAILS})
    put(tmp_path, {"org.toml": "exclude = ['/old']"})
    assert [path for path, _, _ in found(tls("-f", "json", "--config", "../org.toml"))] == ["src/old/a.py"]
    assert [path for path, _, _ in found(tls("-f", "json", "--policy", "../org.toml"))] == ["src/old/a.py"]


# -- what a file may say


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("tlsscan.toml", "levle = 'note'", "tlsscan.toml:1:1: unknown key 'levle' (did you mean 'level'?)"),
        ("tlsscan.toml", "\n  min_tsl = '1.2'", "tlsscan.toml:2:3: unknown key 'min_tsl' (did you mean 'min-tls'?)"),
        ("tlsscan.toml", "min-tls = 1.2", 'tlsscan.toml:1:11: min-tls must be a text, not a number (write "1.2")'),
        ("tlsscan.toml", "level = 'erorr'", "tlsscan.toml:1:9: level cannot be 'erorr' (did you mean 'error'?)"),
        (
            "tlsscan.toml",
            "exclude = 'a'",
            'tlsscan.toml:1:11: exclude must be a list of texts, not a text (write ["a"])',
        ),
        (
            "tlsscan.toml",
            "exclude = [\n 'a',\n 3]",
            'tlsscan.toml:3:2: exclude must be a text, not a number (write "3")',
        ),
        ("tlsscan.toml", "exclude = ['[[:x:]]']", "tlsscan.toml:1:12: exclude: the pattern '[[:x:]]' uses a character"),
        ("tlsscan.toml", "ignore = ['', 'x']", "tlsscan.toml:1:11: an empty rule id"),
        ("tlsscan.toml", "ignore = ['python', 'pyton']", "tlsscan.toml:1:21: no rule 'pyton' (did you mean 'python'?)"),
        ("tlsscan.toml", "demote = 'no'", "tlsscan.toml:1:10: demote must be true or false, not a text"),
        ("tlsscan.toml", "level =", "tlsscan.toml:1:8: not TOML: invalid value"),
        ("tlsscan.toml", "a = 1\na = 2", "tlsscan.toml:2:6: not TOML: cannot overwrite a value"),
        (
            "tlsscan.toml",
            "level = 'note'\nlevel_ = 1",
            "tlsscan.toml:2:1: unknown key 'level_' (did you mean 'level'?)",
        ),
        ("tlsscan.toml", "min-tls='1.2'\nmin_tls='1.3'", "tlsscan.toml:2:1: 'min_tls' is 'min-tls' once more"),
        (
            "tlsscan.toml",
            "[per-path]\n'x' = '1.0'",
            "tlsscan.toml:2:7: 'x' must be a table, not a text (write { min-tls",
        ),
        ("tlsscan.toml", "[per-path.'x']\nmin = '1'", "tlsscan.toml:2:1: unknown key 'min' (did you mean 'min-tls'?)"),
        (
            "tlsscan.toml",
            "[per-path.'x']\nignor = []",
            "tlsscan.toml:2:1: unknown key 'ignor' (did you mean 'ignore'?)",
        ),
        (
            "tlsscan.toml",
            "[per-path.'x']\nexclude = ['a']",
            "tlsscan.toml:2:1: exclude cannot differ by path (only min-tls and ignore can)",
        ),
        (
            "tlsscan.toml",
            "[per-path]\nmin_tls = '1.0'",
            'tlsscan.toml:2:1: min_tls stands where a glob should (write [per-path."legacy/**"] above it)',
        ),
        (
            ".tlsscan.yaml",
            "per-path:\n  ignore: [python]",
            '.tlsscan.yaml:2:3: ignore stands where a glob should (write "legacy/**": above it)',
        ),
        ("tlsscan.toml", "[per-path.'x']\nmin-tls='2'", "tlsscan.toml:2:9: min-tls cannot be '2' (one of 1.0, 1.1,"),
        ("tlsscan.toml", "rules = ['../packs']", "tlsscan.toml:1:10: rules: '../packs' lies outside of the work tree"),
        ("tlsscan.toml", "rules = ['/']", "tlsscan.toml:1:10: rules: '/' lies outside of the work tree"),
        ("tlsscan.toml", "output = ['x']", "tlsscan.toml:1:1: unknown key 'output'"),
        (".tlsscan.yaml", "level: note\nmin-tls: [1]", ".tlsscan.yaml:2:10: min-tls must be a text, not a list"),
        (".tlsscan.yaml", "demote: 'true'", ".tlsscan.yaml:1:9: demote must be true or false, not a text"),
        (".tlsscan.yaml", "ignore:\n  - pyton", ".tlsscan.yaml:2:5: no rule 'pyton'"),
        (".tlsscan.yaml", "levle: note", ".tlsscan.yaml:1:1: unknown key 'levle'"),
        (".tlsscan.yaml", "- level", ".tlsscan.yaml:1:1: must be a mapping of keys to values"),
        (".tlsscan.yaml", "level: *x", ".tlsscan.yaml:1: anchors and aliases are not allowed"),
        (".tlsscan.yaml", "level: !!python/object:x y", ".tlsscan.yaml:1: the tag "),
        ("pyproject.toml", "[tool.tlsscan]\n\nlevel = 3", "pyproject.toml:3:9: level must be a text, not a number"),
        ("pyproject.toml", "[tool]\ntlsscan = 1", "pyproject.toml:2:1: tool.tlsscan must be a table"),
    ],
)
def test_what_a_file_may_not_say_is_told_with_its_place(tls: Main, top: Path, name: str, text: str, said: str) -> None:
    put(top, {"a.py": FAILS, name: text})
    given = tls()
    assert (given.status, given.out) == (2, "")
    assert given.err.startswith(f"tlsscan: error: {said}"), given.err
    assert given.err.count("\n") == 1


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = '\xff'", b"x = " + b"[" * 5000, b"x = " + b"9" * 5000])
def test_a_hostile_file_is_an_error_in_one_line(tls: Main, top: Path, data: bytes) -> None:
    put(top, {"a.py": FAILS})
    (top / "tlsscan.toml").write_bytes(data)
    given = tls()
    assert (given.status, given.out, given.err.count("\n")) == (2, "", 1)
    assert given.err.startswith("tlsscan: error: tlsscan.toml")
    assert "internal error" not in given.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a." * 50000 + "b = 1\n", "1:40: not TOML: a key of more than 20 parts"),
        ("# x\n[" + "'a' . " * 50000 + "b]\n", "2:120: not TOML: a key of more than 20 parts"),
        ("level = 'note'\nx = { " + "a." * 50000 + "b = 1 }\n", "2:46: not TOML: a key of more than 20 parts"),
        ("x = " + "{a=" * 20000 + "1" + "}" * 20000, "1:155: not TOML: nested too deeply"),
    ],
    ids=["key", "table", "inline", "nested"],
)
def test_what_would_take_minutes_to_read_is_refused_at_once(tls: Main, top: Path, text: str, said: str) -> None:
    put(top, {"a.py": FAILS, ".tlsscan.toml": text})
    began = time.monotonic()
    given = tls()
    assert time.monotonic() - began < 5
    assert (given.status, given.out, given.err) == (2, "", f"tlsscan: error: .tlsscan.toml:{said}\n")


def test_points_in_texts_and_comments_are_no_parts_of_keys(tls: Main, top: Path) -> None:
    many = "a." * 50
    escaped = '"""\n' + many + '\\""""'
    put(top, {"a.py": FAILS, ".tlsscan.toml": f"# {many}{'[' * 99}\nexclude = ['{many}', {escaped}, '''\n{many}''']\n"})
    assert tls().status == 1


@pytest.mark.parametrize("name", ["tlscan", "tls-scan", "tlssacn", "TLSScan", '"tls_scan"'])
def test_a_table_with_nearly_our_name_is_told(tls: Main, top: Path, name: str) -> None:
    put(top, {"a.py": FAILS, "pyproject.toml": f"[project]\nname = 'x'\n[tool.{name}]\nfail-on = 'never'\n"})
    given = tls("-f", "json")
    table = name.strip('"')
    told = f"pyproject.toml: [tool.{table}] sets nothing here (did you mean [tool.tlsscan]?)"
    assert (given.status, notices(given)) == (1, [told])
    assert told in given.err
    assert notices(tls("-f", "json", "--isolated")) == []


def test_tables_of_other_tools_are_none_of_ours(tls: Main, top: Path) -> None:
    tables = "".join(f"[tool.{name}]\n" for name in ("ruff", "scanner", "tls", "sslscan", "tox", "semgrep-scan.x"))
    put(top, {"a.py": FAILS, "pyproject.toml": tables})
    assert notices(tls("-f", "json")) == []


def test_a_pyproject_that_is_too_large_is_an_error_only_where_it_speaks_of_this_program(tls: Main, top: Path) -> None:
    padding = "# padding\n" * 300_000
    put(top, {"a.py": FAILS, "pyproject.toml": f"{padding}[tool.other]\n"})
    assert tls().status == 1
    put(top, {"pyproject.toml": f"[tool.tlsscan]\nfail-on = 'never'\n{padding}"})
    given = tls()
    assert given.status == 2
    assert "pyproject.toml: the configuration cannot be read: larger than 1048576 bytes" in given.err


WORDS = st.sampled_from([*KEYS, *(key.replace("-", "_") for key in KEYS), "x", ""])
LEAVES = st.sampled_from(
    ["1.2", "error", "never", "python", "caps", "*.py", "!a/**/b", "[z-a]", "\\", "../x", "", 1, 1.2, True]
)
PLAIN = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))


@holds_for(st.dictionaries(WORDS, PLAIN, max_size=4))
def test_any_document_is_understood_or_refused_with_its_place(plain: dict[str, Any]) -> None:
    for name, data in (("x.toml", toml(plain)), ("x.yaml", json.dumps(plain))):
        try:
            configuration(Found(name, data.encode(), "/top", "/top"))
        except TlsscanError as error:
            assert re.match(rf"{name}:\d+", error.place), (error.place, error.message)


def toml(value: Any) -> str:
    """A document, or the value of a key."""

    def written(inner: Any) -> str:
        if isinstance(inner, dict):
            return "{" + ", ".join(f"{json.dumps(key)} = {written(one)}" for key, one in inner.items()) + "}"
        return "[" + ", ".join(map(written, inner)) + "]" if isinstance(inner, list) else json.dumps(inner)

    return "".join(f"{json.dumps(key)} = {written(inner)}\n" for key, inner in value.items())


@pytest.mark.skipif(os.name != "posix", reason="needs links and FIFOs")
def test_links_are_followed_inside_the_work_tree_only(tls: Main, top: Path, tmp_path: Path) -> None:
    put(tmp_path, {"secret": "password = 'hunter2'"})
    put(top, {"a.py": FAILS, "shared/lint.toml": "fail-on = 'never'"})
    (top / "tlsscan.toml").symlink_to("shared/lint.toml")
    assert tls().status == 0
    (top / "tlsscan.toml").unlink()
    (top / "tlsscan.toml").symlink_to("../secret")
    given = tls()
    assert given.status == 2
    assert "leads out of the work tree" in given.err
    assert "password" not in given.err
    (top / "tlsscan.toml").unlink()
    os.mkfifo(top / "tlsscan.toml")
    assert "tlsscan.toml: the configuration cannot be read: not a regular file" in tls().err


def test_an_empty_file_narrows_nothing(tls: Main, top: Path) -> None:
    put(top, {"a.py": FAILS, ".tlsscan.yaml": "# nothing yet\n"})
    given = tls("-f", "json")
    assert (given.status, holds(given), narrowed(given)) == (1, ".tlsscan.yaml", {})


def test_the_example_of_the_readme_is_one(tls: Main, top: Path) -> None:
    text = (SOURCE_ROOT.parent / "README.md").read_text()
    example = text.split("```toml\n", 1)[1].split("```", 1)[0]
    put(top, {"legacy/a.py": FAILS, "generated/a.py": FAILS, "a.py": FAILS, "tlsscan.toml": example})
    given = tls("-f", "json")
    assert (found(given), given.err.count("tlsscan: error")) == ([("a.py", PINNED, "error")], 0)


# -- flags, environment, files


def test_flags_win_over_the_environment_and_that_over_the_file(
    tls: Main, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(top, {"a.py": FAILS, "tlsscan.toml": "min-tls = '1.0'\nignore = ['python']\n"})
    assert found(tls("-f", "json")) == []
    monkeypatch.setenv("TLSSCAN_MIN_TLS", "1.3")
    monkeypatch.setenv("TLSSCAN_IGNORE", "ruby, php")
    given = tls("-f", "json")
    assert found(given) == [("a.py", PINNED, "error")]
    assert json.loads(given.out)["floor"] == "TLSv1.3"
    assert json.loads(tls("-f", "json", "--min-tls", "1.1").out)["floor"] == "TLSv1.1"
    assert found(tls("-f", "json", "--ignore", "python/ssl")) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TLSSCAN_MIN_TLS", "2", "TLSSCAN_MIN_TLS: invalid choice '2' (one of 1.0, 1.1, 1.2, 1.3)"),
        ("TLSSCAN_FORMAT", "sarfi", "TLSSCAN_FORMAT: invalid choice 'sarfi' (did you mean 'sarif'?)"),
        ("TLSSCAN_JOBS", "many", "TLSSCAN_JOBS: 'many' is not a number from 1 to 256 (see tlsscan --help)"),
        ("TLSSCAN_EXIT_ZERO", "maybe", "TLSSCAN_EXIT_ZERO: 'maybe' is neither 1 nor 0"),
        ("TLSSCAN_MIN_TSL", "1.3", "no flag has the variable TLSSCAN_MIN_TSL (did you mean 'TLSSCAN_MIN_TLS'?)"),
        ("TLSSCAN_IGNORE", "pyton", "TLSSCAN_IGNORE: no rule 'pyton' (did you mean 'python'?)"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    tls: Main, top: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    put(top, {"a.py": FAILS})
    monkeypatch.setenv(name, value)
    given = tls()
    assert (given.status, given.err) == (2, f"tlsscan: error: {said}\n")
    assert tls("--version").status == 0


def test_what_variables_say(tls: Main, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(top, {"a.py": FAILS, "b.py": FAILS, "c,d.py": FAILS})
    for name, value, paths in (
        ("TLSSCAN_EXCLUDE", "a.py,b.py", ["c,d.py"]),
        ("TLSSCAN_EXCLUDE", "a.py\nc,d.py\n", ["b.py"]),
        ("TLSSCAN_EXCLUDE", "", ["a.py", "b.py", "c,d.py"]),
        ("TLSSCAN_PIPELINE_TOKEN", "of somebody else", ["a.py", "b.py", "c,d.py"]),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert [path for path, _, _ in found(tls("-f", "json"))] == paths
    for value, status in (("1", 0), ("TRUE", 0), ("0", 1), ("no", 1)):
        monkeypatch.setenv("TLSSCAN_EXIT_ZERO", value)
        assert tls().status == status


def test_every_long_flag_has_a_variable(tls: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    from tlsscan.arguments import scan_parser

    flags = [flag for action in scan_parser()._actions for flag in action.option_strings if flag.startswith("--")]
    for flag in set(flags) - {"--help", "--version"}:
        variable = "TLSSCAN_" + flag[2:].upper().replace("-", "_")
        monkeypatch.setenv(variable, "1")
    try:
        scan_parser().parse([])
    except Exception as error:
        assert "no flag has" not in str(error)


COMMANDS_WITH_VARIABLES = [["files"], ["baseline"], ["config"], ["why", "a.py:1"], ["runtimes"], ["rules"]]


@pytest.mark.parametrize("command", COMMANDS_WITH_VARIABLES, ids=lambda words: words[0])
def test_a_variable_of_a_flag_of_a_scan_is_a_mistake_nowhere(
    tls: Main, top: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    put(top, {"a.py": FAILS})
    for name in ("IGNORE", "SELECT", "SHOW_SUPPRESSED", "EXTEND_SELECT", "FORMAT", "ROLE", "STRICT", "DEMOTE"):
        value = {"FORMAT": "json", "ROLE": "client", "IGNORE": "ruby"}.get(name, "python" if "SELECT" in name else "1")
        with monkeypatch.context() as patch:
            patch.setenv(f"TLSSCAN_{name}", value)
            given = tls(*command)
            assert (given.status, "variable" in given.err) == (0, False), (name, given.err)


def test_packs_and_runtimes_of_the_environment_are_those_of_every_command(
    tls: Main, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_cli import PACK

    put(top, {"packs/python/acme.yaml": PACK, "Dockerfile": "FROM python:2.7\n"})
    monkeypatch.setenv("TLSSCAN_RULES", "packs")
    assert "python/acme-wire" in tls("rules").out
    assert tls("explain", "python/acme-wire").status == 0
    assert tls("explain", "python/nothing").status == 2
    monkeypatch.setenv("TLSSCAN_RUNTIME", "python=3.6")
    assert "does not count: python 3.6 is named" in tls("runtimes").out
    monkeypatch.setenv("TLSSCAN_EXCLUDE", "Dockerfile")
    assert "0 claims in 0 manifests" in tls("runtimes").out


def test_excludes_of_a_flag_replace_those_of_the_file_or_are_added_to_them(tls: Main, top: Path) -> None:
    put(top, {"a.py": FAILS, "b.py": FAILS, "tlsscan.toml": "exclude = ['a.py']"})
    assert [path for path, _, _ in found(tls("-f", "json", "--exclude", "b.py"))] == ["a.py"]
    assert found(tls("-f", "json", "--extend-exclude", "b.py")) == []


# -- what is narrowed

TREE = {"src/a.py": FAILS, "src/b.py": ALLOWS, "src/c.py": CLIENT, "gen/a.py": FAILS, "x.py": FAILS}
ALL = [
    ("gen/a.py", PINNED, "error"),
    ("src/a.py", PINNED, "error"),
    ("src/b.py", LOWEST, "warning"),
    ("src/c.py", POOL, "error"),
    ("x.py", PINNED, "error"),
]
NARROWING: list[tuple[str, str, str, list[int], int, str, int]] = [
    # key, configuration, policy against it, what is left of ALL, status, what is told, its number
    ("exclude", "exclude = ['gen/', 'x.py']", "exclude = []", [1, 2, 3], 1, "1 file and 1 folder excluded", 2),
    ("ignore", "ignore = ['python/ssl']", "ignore = []", [3], 1, "4 findings ignored", 4),
    ("ignore", "[per-path.'src/**']\nignore = ['python']", "ignore = []", [0, 4], 1, "3 findings ignored", 3),
    ("select", "select = ['python/urllib3']", "select = []", [3], 1, "4 findings not selected", 4),
    ("select", "select = ['ruby']", "select = ['python']", [], 0, "5 findings not selected", 5),
    ("role", "role = 'server'", "role = 'both'", [0, 1, 2, 4], 1, "1 finding left out by their role", 1),
    (
        "min-tls",
        "min-tls = '1.0'",
        "min-tls = '1.2'",
        [],
        0,
        "the floor is TLS 1.0 instead of TLS 1.2 (5 findings lowered or gone)",
        5,
    ),
    (
        "min-tls",
        "[per-path.'src']\nmin-tls = '1.0'",
        "min-tls = '1.2'",
        [0, 4],
        1,
        "the floor is TLS 1.0 for src (3 findings lowered or gone)",
        3,
    ),
    (
        "fail-on",
        "fail-on = 'never'",
        "fail-on = 'warning'",
        [0, 1, 2, 3, 4],
        0,
        "no finding fails the run (5 findings would)",
        5,
    ),
    (
        "level",
        "level = 'error'\nfail-on = 'error'",
        "level = 'warning'\nfail-on = 'warning'",
        [0, 1, 3, 4],
        1,
        "1 finding below level error not shown",
        1,
    ),
]


@pytest.mark.parametrize(
    ("key", "text", "policy", "left", "status", "said", "number"),
    NARROWING,
    ids=[f"{n[0]}-{n[1][:12]}" for n in NARROWING],
)
def test_what_a_repository_narrows_is_told_and_does_not_hold_against_a_policy(
    tls: Main,
    top: Path,
    tmp_path: Path,
    key: str,
    text: str,
    policy: str,
    left: list[int],
    status: int,
    said: str,
    number: int,
) -> None:
    put(top, TREE)
    assert found(tls("-f", "json")) == ALL

    put(top, {"tlsscan.toml": text})
    given = tls("-f", "json")
    assert (found(given), given.status) == ([ALL[at] for at in left], status)
    assert narrowed(given)[key] == (said, number)
    assert said in given.err
    told = [line for line in tls().out.splitlines() if line.startswith("Narrowed by tlsscan.toml: ")]
    assert len(told) == 1
    assert said in told[0]
    assert said in tls("-q").out
    assert said in tls("-q", "-f", "concise").err
    assert said in notifications(tls("-q", "-f", "sarif"), "narrowed-by-configuration")[0]

    isolated = tls("-f", "json", "--isolated")
    assert (found(isolated), isolated.status, narrowed(isolated), holds(isolated)) == (ALL, 1, {}, None)

    put(tmp_path, {"policy.toml": policy})
    ruled = tls("-f", "json", "--policy", "../policy.toml")
    assert (found(ruled), ruled.status) == (ALL, 1)
    assert key not in narrowed(ruled)
    notices = json.loads(ruled.out)["notices"]
    assert any(notice.startswith("tlsscan.toml:1:") and "../policy.toml" in notice for notice in notices), notices


def notifications(given: Run, identifier: str) -> list[str]:
    run: dict[str, Any] = json.loads(given.out)["runs"][0]
    told = run["invocations"][0]["toolExecutionNotifications"]
    return [one["message"]["text"] for one in told if one["descriptor"]["id"] == identifier]


@pytest.mark.parametrize("by", ["command line", "TLSSCAN_MIN_TLS"])
def test_a_floor_of_command_line_or_environment_is_the_least_for_every_path(
    tls: Main, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    text = "[per-path.'src/']\nmin-tls = '1.0'\n[per-path.'gen/']\nmin-tls = '1.3'\n"
    put(top, {**TREE, "tlsscan.toml": text})
    put(tmp_path, {"policy.toml": "[per-path.'x.py']\nmin-tls = '1.0'\n"})
    flags = ["--min-tls", "1.2"] if by == "command line" else []
    if not flags:
        monkeypatch.setenv("TLSSCAN_MIN_TLS", "1.2")
    given = tls("-f", "json", "--policy", "../policy.toml", *flags)
    assert (found(given), narrowed(given)) == (ALL, {})
    told = json.loads(given.out)["notices"]
    assert f"tlsscan.toml:1:11: min-tls of src/ does not hold: {by} asks for 1.2" in told
    assert f"../policy.toml:1:11: min-tls of x.py does not hold: {by} asks for 1.2" in told
    assert json.loads(given.out)["findings"][0]["message"].count("1.3"), "a glob may be stricter"


def test_a_policy_that_says_what_is_ignored_leaves_nothing_to_select(tls: Main, top: Path, tmp_path: Path) -> None:
    put(top, {**TREE, "tlsscan.toml": "select = ['php']"})
    put(tmp_path, {"policy.toml": "ignore = []"})
    given = tls("-f", "json", "--policy", "../policy.toml")
    assert (found(given), narrowed(given)) == (ALL, {})
    notice = "tlsscan.toml:1:1: select does not hold: ../policy.toml says what is ignored"
    assert notices(given) == [notice]
    shown = json.loads(tls("config", "-f", "json", "--policy", "../policy.toml").out)["settings"]
    assert [row["value"] for row in shown if row["key"] == "select"] == [[]]


def test_the_strict_policy_of_the_readme_leaves_a_repository_nothing(tls: Main, top: Path, tmp_path: Path) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    (policy,) = re.findall(r"```toml\n(# policy\.toml\n.*?)```", readme, re.DOTALL)
    put(tmp_path, {"policy.toml": policy})
    put(top, TREE)
    assert tls("baseline", "-o", "known.json").status == 0
    lax = "exclude = ['*']\nignore = ['python']\nselect = ['php']\nrole = 'server'\nmin-tls = '1.0'\nlevel = 'error'\n"
    lax += "fail-on = 'never'\nbaseline = 'known.json'\n[per-path.'*']\nmin-tls = '1.0'\nignore = ['python']\n"
    put(top, {"tlsscan.toml": lax})
    assert tls().status == 0
    given = tls("-f", "json", "--policy", "../policy.toml")
    assert (found(given), given.status, narrowed(given)) == (ALL, 1, {})


@pytest.mark.parametrize(
    "text",
    [
        "exclude = ['none']",
        "ignore = ['ruby']",
        "select = ['python']",
        "role = 'client'",
        "[per-path.'none/**']\nignore = ['python']",
        "level = 'error'\nfail-on = 'error'",
        "baseline = 'known.json'",
    ],
)
def test_what_leaves_nothing_out_this_time_is_not_told(tls: Main, top: Path, text: str) -> None:
    put(top, {"a.py": CLIENT, "empty/b.py": ""})
    assert tls("baseline", "-o", "known.json", "empty").status == 0
    put(top, {"tlsscan.toml": text})
    given = tls("-f", "json")
    assert len(found(given)) == 1
    assert set(narrowed(given)) <= {"fail-on"}
    for words in ("no file excluded", "no finding ignored", "no finding not selected", "no finding set aside"):
        assert words not in tls("-v").out


def test_a_lower_floor_and_a_gate_that_fails_on_less_are_told_even_if_nothing_is_lost(tls: Main, top: Path) -> None:
    put(top, {"a.py": CLIENT, "tlsscan.toml": "fail-on = 'error'\n[per-path.'z']\nmin-tls = '1.0'\n"})
    assert "Narrowed by tlsscan.toml: the floor is TLS 1.0 for z; only errors fail the run\n" in tls().out


def test_what_is_stricter_is_not_told(tls: Main, top: Path) -> None:
    put(top, {"a.py": FAILS, "tlsscan.toml": "min-tls = '1.3'\nlevel = 'note'\nfail-on = 'note'\ndemote = false\n"})
    given = tls("-f", "json")
    assert (given.status, narrowed(given), json.loads(given.out)["floor"]) == (1, {}, "TLSv1.3")


def test_what_a_flag_says_instead_is_not_told_of_the_file(tls: Main, top: Path) -> None:
    put(top, {**TREE, "tlsscan.toml": "min-tls = '1.0'\nignore = ['python']\nfail-on = 'never'\nexclude = ['src']"})
    given = tls("-f", "json", "--min-tls", "1.2", "--ignore", "ruby", "--fail-on", "error", "--exclude", "none")
    assert (found(given), given.status, narrowed(given)) == (ALL, 1, {})


def test_a_baseline_of_the_repository_is_told_and_does_not_hold_against_isolation_or_a_policy(
    tls: Main, top: Path, tmp_path: Path
) -> None:
    put(top, TREE)
    assert tls("baseline", "-o", "known.json").status == 0
    put(top, {"tlsscan.toml": "baseline = 'known.json'"})
    given = tls("-f", "json")
    assert (found(given), given.status) == ([], 0)
    assert narrowed(given) == {"baseline": ("5 findings set aside by its baseline", 5)}
    assert found(tls("-f", "json", "--isolated")) == ALL
    assert found(tls("-f", "json", "--no-suppress")) == ALL
    put(tmp_path, {"policy.toml": "baseline = ''"})
    ruled = tls("-f", "json", "--policy", "../policy.toml")
    assert (found(ruled), narrowed(ruled)) == (ALL, {})
    assert notices(ruled) == ["tlsscan.toml:1:1: baseline does not hold: ../policy.toml has it, too"]
    put(top, {"tlsscan.toml": "baseline = '../known.json'"})
    assert "baseline: '../known.json' lies outside of the work tree" in tls().err


def test_a_policy_sets_what_flags_do_not(tls: Main, top: Path, tmp_path: Path) -> None:
    put(top, TREE)
    put(tmp_path, {"policy.toml": "min-tls = '1.3'\n[per-path.'src/']\nmin-tls = '1.0'\n"})
    given = tls("-f", "json", "--policy", "../policy.toml")
    assert [path for path, _, _ in found(given)] == ["gen/a.py", "x.py"]
    assert narrowed(given) == {}
    put(top, {"tlsscan.toml": "[per-path.'src/b.py']\nmin-tls = '1.2'\n"})
    assert [path for path, _, _ in found(tls("-f", "json", "--policy", "../policy.toml"))] == [
        "gen/a.py",
        "src/b.py",
        "x.py",
    ], "stricter is welcome"


def test_a_policy_may_come_from_the_environment(
    tls: Main, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(top, {**TREE, "tlsscan.toml": "fail-on = 'never'"})
    put(tmp_path, {"policy.toml": "fail-on = 'error'"})
    assert tls().status == 0
    monkeypatch.setenv("TLSSCAN_POLICY", "../policy.toml")
    assert tls().status == 1
    monkeypatch.setenv("TLSSCAN_POLICY", "../none.toml")
    assert "../none.toml: the configuration cannot be read: no such file" in tls().err


def test_the_last_glob_that_names_a_file_sets_its_floor(tls: Main, top: Path) -> None:
    put(top, {**TREE, "tlsscan.toml": "[per-path.'**']\nmin-tls = '1.0'\n[per-path.'src/b.py']\nmin-tls = '1.2'\n"})
    given = tls("-f", "json")
    assert found(given) == [ALL[2]]
    assert [row["floor"] for row in json.loads(given.out)["findings"]] == [None]
    assert json.loads(given.out)["floor"] == "TLSv1.2"


def test_a_floor_of_its_own_is_told_at_the_finding(tls: Main, top: Path) -> None:
    put(
        top,
        {"a.py": "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n", "tlsscan.toml": "per-path.'a.py'.min-tls='1.3'"},
    )
    (row,) = json.loads(tls("-f", "json").out)["findings"]
    assert (row["floor"], row["level"]) == ("TLSv1.3", "error")
    assert "the floor is TLS 1.3" in tls().out


def test_packs_of_the_repository_add_rules(tls: Main, top: Path) -> None:
    from test_cli import PACK

    put(top, {"a.py": 'import acme\n\nacme.open_wire("old")\n', "own/python/acme.yaml": PACK})
    assert found(tls("-f", "json")) == []
    put(top, {"tlsscan.toml": "rules = ['own']"})
    assert [rule for _, rule, _ in found(tls("-f", "json"))] == ["python/acme-wire"]


def test_a_pack_of_the_repository_is_data(tls: Main, top: Path) -> None:
    put(top, {"a.py": FAILS, "tlsscan.toml": "rules = ['own']"})
    put(top, {"own/python/evil.yaml": "!!python/object/apply:os.system ['touch ran']\n"})
    given = tls()
    assert (given.status, "own/python/evil.yaml:1: the tag " in given.err) == (2, True)
    assert not (top / "ran").exists()


def test_why_tells_who_does_not_want_a_finding(tls: Main, top: Path) -> None:
    put(top, {"a.py": FAILS, "tlsscan.toml": "ignore = ['python']"})
    assert "no, ignored by tlsscan.toml\n" in tls("why", "a.py:2").out
    put(top, {"tlsscan.toml": "[per-path.'a.py']\nmin-tls = '1.0'"})
    assert "the floor is TLS 1.0" in tls("why", "a.py:2").out


def test_what_looks_like_a_command_is_told(tls: Main, top: Path) -> None:
    assert tls("fils").err == "tlsscan: error: fils: neither a command nor a path (did you mean 'files'?)\n"


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "sarif"])
def test_a_configuration_forges_nothing(tls: Main, top: Path, form: str) -> None:
    glob = "\\u001b[31m\\n::error title=x::y\\u202e##[error]"
    put(top, {"a.py": FAILS, "tlsscan.toml": f"[per-path.\"{glob}\"]\nmin-tls = '1.0'\n"})
    for flags in ([], ["-q"], ["-v"]):
        given = tls("-f", form, *flags)
        assert narrowing_is_told(given), flags
        for text in (given.out, given.err):
            assert not {"\x1b", "\u202e"} & set(text)
            assert not [line for line in text.splitlines() if line.startswith("::error title=x")]
            assert "##[error]" not in text
    put(top, {"tlsscan.toml": f'"{glob}" = 1\n'})
    given = tls("-f", form)
    assert (given.status, given.err.count("\n"), "\x1b" in given.err) == (2, 1, False)


def narrowing_is_told(given: Run) -> bool:
    return "the floor is TLS 1.0 for" in given.out + given.err


# -- selection


@pytest.mark.parametrize(
    ("flags", "left"),
    [
        (["--select", "python"], [0, 1, 2, 3, 4]),
        (["--select", "python/ssl-context"], [0, 1, 2, 4]),
        (["--select", f"{PINNED},{POOL}"], [0, 1, 3, 4]),
        (["--select", "allows"], [2]),
        (["--select", "python/fails"], [0, 1, 3, 4]),
        (["--ignore", "fails"], [2]),
        (["--ignore", "python/ssl/fails"], [2, 3]),
        (["--ignore", f"{PINNED}/allows"], [0, 1, 2, 3, 4]),
        (["--ignore", "python", "--select", "python/urllib3"], [3]),
        (["--ignore", "python", "--extend-select", "python/urllib3"], [3]),
        (["--select", "python", "--ignore", "fails"], [2]),
        (["--select", "python/ssl", "--extend-select", "python/urllib3"], [0, 1, 2, 3, 4]),
        (["--select", "python/ssl", "--ignore", "python/ssl"], []),
        (["--role", "server"], [0, 1, 2, 4]),
        (["--role", "client"], [0, 1, 2, 3, 4]),
    ],
)
def test_rules_verdicts_and_roles_are_chosen(tls: Main, top: Path, flags: list[str], left: list[int]) -> None:
    put(top, TREE)
    given = tls("-f", "json", *flags)
    assert found(given) == [ALL[at] for at in left]
    assert given.status == (1 if left else 0)


def test_findings_are_chosen_by_their_certainty(tls: Main, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guess = "import ssl, acme\nacme.Pool(ssl_version=ssl.PROTOCOL_TLSv1)\n"
    put(top, {"sure.py": FAILS, "likely.py": guess, "text.py": "import ssl\nssl.SSLContext(((ssl.PROTOCOL_TLSv1\n"})
    certain = {f["path"]: f["confidence"] for f in json.loads(tls("-f", "json", "--level", "note").out)["findings"]}
    assert certain == {"sure.py": "high", "likely.py": "medium", "text.py": "low"}
    for least, left in (("low", sorted(certain)), ("medium", ["likely.py", "sure.py"]), ("high", ["sure.py"])):
        assert [path for path, _, _ in found(tls("-f", "json", "--level", "note", "--confidence", least))] == left
    monkeypatch.setenv("TLSSCAN_CONFIDENCE", "high")
    assert [path for path, _, _ in found(tls("-f", "json", "--level", "note"))] == ["sure.py"]
    assert "no, less certain than asked for by the command line" in tls("why", "likely.py:2").out
    assert tls("--confidence", "hihg").err.endswith("invalid choice 'hihg' (did you mean 'high'?)\n")


def test_a_place_is_judged_by_its_best_rule_and_then_ignored(tls: Main, top: Path) -> None:
    put(top, {"a.py": CLIENT})
    assert found(tls("-f", "json", "--ignore", "python/urllib3")) == [], "no looser rule tells of it instead"


def test_an_id_that_a_rule_had_before_still_chooses_it() -> None:
    ids = ["python/new-name"]
    one = known(selector("python/old-name/fails"), ids, {"python/old-name": "python/new-name"}.get)
    assert (one.rule, one.verdict) == ("python/new-name", "fails")


def test_a_suppression_of_an_ignored_rule_is_not_called_unused(tls: Main, top: Path) -> None:
    put(top, {"a.py": FAILS.replace("\n", f"\n# tlsscan: ignore[{PINNED}] known\n", 1)})
    for flags in ([], ["--ignore", "python"], ["--select", "ruby"]):
        report = json.loads(tls("-f", "json", *flags).out)
        assert (report["findings"], report["remarks"]) == ([], [])
        assert len(report["suppressed"]) == (0 if flags else 1)
    assert found(tls("-f", "json", "--isolated")) == [("a.py", PINNED, "error")]


# -- what it costs


def test_without_a_file_nothing_of_it_is_loaded(top: Path) -> None:
    put(top, {"a.py": FAILS, "pyproject.toml": "[project]\ndependencies = ['tlsscan']\n"})
    code = (
        "import sys\nfrom tlsscan.cli import main\nmain(['-q', 'a.py'])\n"
        "heavy = {'tomllib', 'tlsscan.configkeys', 'tlsscan.configread', 'tlsscan.selection',"
        " 'tlsscan.globs', 'tlsscan.narrowing', 'tlsscan.environment'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    env = {name: value for name, value in environment().items() if not name.startswith("TLSSCAN_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=top, env=env, capture_output=True, timeout=PATIENCE, check=True
    )
    assert done.stderr.decode() == "[]\n"
