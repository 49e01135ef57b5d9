"""The person in the terminal: which files, which settings, completion, progress, colours, versions."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cli_tools import PATIENCE, Run, command, environment, run
from tlsscan import __version__
from tlsscan.commands import COMMANDS

FAILS = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
ALLOWS = "import ssl\nctx = ssl.create_default_context()\nctx.minimum_version = ssl.TLSVersion.TLSv1\n"
PINNED, LOWEST = "python/ssl-context-protocol", "python/ssl-context-minimum"
Tls = Callable[..., Run]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
def tls(top: Path) -> Tls:
    """Runs the program in a fresh work tree, with what it reads on stdin."""

    def call(*arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> Run:
        done = subprocess.run(
            command(*arguments), cwd=top, env=environment(env), input=stdin, capture_output=True, timeout=PATIENCE
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


def put(top: Path, contents: dict[str, str]) -> None:
    for name, text in contents.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)


def paths(given: Run) -> list[str]:
    return [found["path"] for found in json.loads(given.out)["findings"]]


# -- which files


def test_only_what_is_included_is_scanned(tls: Tls, top: Path) -> None:
    put(top, {"src/a.py": FAILS, "src/b.py": FAILS, "lib/a.py": FAILS, "lib/deep/b.py": FAILS})
    assert paths(tls("-f", "json", "--include", "a.py")) == ["lib/a.py", "src/a.py"]
    assert paths(tls("-f", "json", "--include", "lib/", "--include", "/src/b.*")) == [
        "lib/a.py",
        "lib/deep/b.py",
        "src/b.py",
    ]
    assert paths(tls("-f", "json", "--include", "a.py", "--exclude", "src")) == ["lib/a.py"]
    assert paths(tls("-f", "json", "--include", "a.py", "src/b.py")) == ["src/b.py"], "it is named"
    assert paths(tls("-f", "json", "--include", "a.py", "--force-exclude", "src/b.py")) == []
    assert "tlsscan: error: --include: the pattern" in tls("--include", "[[:x:]]").err


def test_excludes_hold_for_what_is_named_only_if_forced(tls: Tls, top: Path) -> None:
    put(top, {"src/a.py": FAILS, "gen/a.py": FAILS, "gen/b/c.py": FAILS, "node_modules/x/a.py": FAILS})
    put(top, {"tlsscan.toml": "exclude = ['/gen/']\n"})
    named = ["src/a.py", "gen/a.py", "gen/b/c.py", "node_modules/x/a.py"]
    assert paths(tls("-f", "json", *named)) == sorted(named)
    assert paths(tls("-f", "json", "--force-exclude", *named)) == ["src/a.py"]
    assert paths(tls("-f", "json", "--force-exclude", "gen", "src")) == ["src/a.py"]
    assert paths(tls("-f", "json", "--force-exclude", "--exclude", "src", *named)) == ["gen/a.py", "gen/b/c.py"]
    assert tls("--force-exclude", "gen/a.py").status == 0


@pytest.mark.parametrize("between", [b"\n", b"\r\n", b"\0"])
def test_paths_from_a_list(tls: Tls, top: Path, between: bytes) -> None:
    put(top, {"a.py": FAILS, "b c.py": FAILS, "d.py": FAILS})
    data = between.join([b"a.py", b"b c.py", b""])
    assert paths(tls("-f", "json", "--files-from", "-", stdin=data)) == ["a.py", "b c.py"]
    (top / "list").write_bytes(data)
    assert paths(tls("-f", "json", "--files-from", "list", "d.py")) == ["a.py", "b c.py", "d.py"]


def test_an_empty_list_is_no_folder(tls: Tls, top: Path) -> None:
    put(top, {"a.py": FAILS})
    given = tls("-f", "json", "--files-from", "-")
    assert (given.status, paths(given), json.loads(given.out)["files"]) == (0, [], {})


def test_a_list_that_is_wrong_is_an_error(tls: Tls, top: Path) -> None:
    assert tls("--files-from", "none").err == "tlsscan: error: --files-from none: no such file or directory\n"
    assert tls("--files-from", "-", stdin=b"none.py\n").err == "tlsscan: error: none.py: no such file or directory\n"


def test_stdin_is_scanned_under_a_name(tls: Tls, top: Path) -> None:
    put(top, {"tlsscan.toml": "exclude = ['gen']\n[per-path.'old/']\nmin-tls = '1.0'\n", "a.py": "", "b.py": FAILS})

    def scanned(name: str, text: str, *flags: str) -> list[tuple[str, int]]:
        given = tls("-f", "json", "--stdin-filename", name, *flags, "-", stdin=text.encode())
        assert given.status in (0, 1), given.err
        return [(row["path"], row["region"]["line"]) for row in json.loads(given.out)["findings"]]

    assert scanned("a.py", FAILS) == [("a.py", 2)], "whatever the file itself holds"
    assert scanned("new/folder/x.py", FAILS) == [("new/folder/x.py", 2)]
    assert scanned("./new/../x.rb", "require 'openssl'\nOpenSSL::SSL::SSLContext.new(:TLSv1)\n") == [("x.rb", 2)]
    assert scanned("old/x.py", FAILS) == []
    assert scanned("gen/x.py", FAILS) == [("gen/x.py", 2)]
    assert scanned("gen/x.py", FAILS, "--force-exclude") == []
    assert scanned("a.py", f"# tlsscan: ignore-file[{PINNED}] known\n{FAILS}") == []
    given = tls("--stdin-filename", "notes.txt", "-", stdin=b"x")
    assert (given.status, "its language is not known" in given.out) == (0, True)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["-"], "-: a name tells the language (tlsscan --stdin-filename src/app.py - < app.py)"),
        (["--stdin-filename", "a.py"], "--stdin-filename: stdin is not scanned (name - as the path)"),
        (["--stdin-filename", "a.py", "-", "b.py"], "-: stdin is scanned alone (name it with no other file)"),
    ],
)
def test_stdin_needs_a_name_and_is_alone(tls: Tls, flags: list[str], said: str) -> None:
    given = tls(*flags)
    assert (given.status, given.err) == (2, f"tlsscan: error: {said}\n")


def test_a_larger_file_is_parsed_if_that_is_asked_for(tls: Tls, top: Path) -> None:
    put(top, {"a.py": FAILS + "#" * 3_000})
    assert [p["kind"] for p in json.loads(tls("-f", "json", "--max-file-size", "1K").out)["problems"]] == ["too-large"]
    for size in ("4K", "4096", "1MiB", "2mb"):
        assert paths(tls("-f", "json", "--max-file-size", size)) == ["a.py"], size
    for size in ("many", "0", "-1", "9G"):
        assert "is not a size from 1K to 256M" in tls(f"--max-file-size={size}").err


def test_the_time_for_a_file_is_a_number_of_seconds(tls: Tls, top: Path) -> None:
    put(top, {"a.py": FAILS})
    assert tls("--timeout", "0.5").status == 1
    for text in ("0", "nan", "x"):
        given = tls("--timeout", text)
        assert (given.status, "is not a number of seconds from 0.1 to 3600" in given.err) == (2, True)


def test_files_lists_what_would_be_scanned_and_why_not(tls: Tls, top: Path) -> None:
    put(top, {"src/a.py": "", "src/b.rb": "", "gen/a.py": "", "old/a.py": "", "node_modules/a.py": "", "x.kt": ""})
    put(top, {"tlsscan.toml": "exclude = ['gen']\n", ".gitignore": "old/\n"})
    (top / "link.py").symlink_to("/nowhere")
    subprocess.run(["git", "add", "tlsscan.toml"], cwd=top, check=True)
    given = tls("files")
    assert given.status == 0
    assert given.out.splitlines() == [
        ".git/: left out (default)",
        "gen/: left out (excluded by tlsscan.toml)",
        "link.py: not scanned (is a link that leads nowhere)",
        "node_modules/: left out (default)",
        "old/: left out (ignored)",
        "src/a.py: Python",
        "src/b.rb: Ruby",
        "x.kt: not read (Kotlin)",
    ]
    assert given.err == "2 files to scan; 4 entries left out\n"
    document = json.loads(tls("files", "-f", "json", "--isolated").out)
    assert (document["schema"], document["configuration"]) == ("tlsscan-files/1", None)
    assert [(row["path"], row["language"]) for row in document["files"]] == [
        ("gen/a.py", "python"),
        ("old/a.py", "python"),
        ("src/a.py", "python"),
        ("src/b.rb", "ruby"),
    ]
    assert document["left_out"] == [
        {"path": ".git/", "uri": ".git", "reason": "default"},
        {"path": "node_modules/", "uri": "node_modules", "reason": "default"},
    ]
    assert document["unread"] == [{"path": "x.kt", "uri": "x.kt", "language": "Kotlin"}]
    assert [(row["path"], row["kind"]) for row in document["problems"]] == [("link.py", "not-regular")]


# -- which settings


def test_config_shows_what_holds_and_where_it_is_from(tls: Tls, top: Path) -> None:
    put(top, {"tlsscan.toml": "min-tls = '1.3'\nexclude = ['gen']\n[per-path.'old/']\nmin-tls = '1.0'\n"})
    given = tls("config", "--show", "--level", "note", env={"TLSSCAN_IGNORE": "python,ruby", "TLSSCAN_FORMAT": "sarif"})
    rows = {row[0]: row[1:] for line in given.out.splitlines() if len(row := re.split(r" {2,}", line)) == 3}
    assert given.out.startswith("configuration: tlsscan.toml\n")
    assert rows["min-tls"] == ["1.3", "(tlsscan.toml:1:1)"]
    assert rows["level"] == ["note", "(command line)"]
    assert rows["fail-on"] == ["warning", "(default)"]
    assert rows["ignore"] == ["python, ruby", "(TLSSCAN_IGNORE)"]
    assert rows["exclude"] == ["gen", "(tlsscan.toml:2:1)"]
    assert rows["per-path old/"] == ["min-tls 1.0", "(tlsscan.toml:3:11)"]
    put(top, {"policy.toml": "fail-on = 'note'\nexclude = []\n"})
    document = json.loads(tls("config", "-f", "json", "--policy", "policy.toml").out)
    told = {row["key"]: (row["value"], row["source"]) for row in document["settings"]}
    assert (document["schema"], document["policy"]) == ("tlsscan-config/1", "policy.toml")
    assert told["fail-on"] == ("note", "policy.toml:1:1")
    assert told["exclude"] == ([], "policy.toml:2:1")
    assert told["min-tls"] == ("1.3", "tlsscan.toml:1:1")
    assert told["per-path old/"] == ({"min-tls": "1.0"}, "tlsscan.toml:3:11")
    assert document["notices"] == ["tlsscan.toml:2:1: exclude does not hold: policy.toml has it, too"]
    assert tls("config", "--isolated").out.startswith("configuration: none\n")


# -- statistics, versions, debugging


def test_statistics_count_by_rule_and_verdict(tls: Tls, top: Path) -> None:
    put(top, {"a.py": FAILS, "b.py": FAILS, "c.py": ALLOWS})
    lines = [f"2  error    {PINNED}/fails", f"1  warning  {LOWEST}/allows"]
    given = tls("--statistics")
    assert (given.status, given.out.splitlines()[:3]) == (1, [*lines, ""])
    assert given.out.splitlines()[3].startswith("Found 3 findings")
    for flags in (["-f", "json"], ["-o", "out.sarif"]):
        given = tls("--statistics", *flags)
        assert [line for line in lines if line not in given.err.splitlines()] == []
        assert "2  error" not in given.out


def test_the_version_tells_of_its_parts(tls: Tls) -> None:
    assert tls("--version").out == f"tlsscan {__version__}\n"
    lines = tls("--version", "-v").out.splitlines()
    assert lines[0] == f"tlsscan {__version__}"
    assert lines[1].startswith(f"Python {sys.version_info.major}.{sys.version_info.minor}.")
    assert re.fullmatch(r"rules [0-9a-f]{8} \(\d+ files: .*python.*\)", lines[2])
    assert any(re.fullmatch(r"tree-sitter-ruby [\d.]+", line) for line in lines)


def test_an_internal_error_is_one_line_unless_more_is_asked_for(top: Path) -> None:
    put(top, {"a.py": FAILS})
    code = (
        "import sys\nfrom tlsscan import packs\n"
        "def load(*_, **__): raise RuntimeError('secret of the author')\n"
        "packs.load = load\nfrom tlsscan.cli import main\nraise SystemExit(main(sys.argv[1:]))"
    )

    def err(*flags: str, env: dict[str, str] | None = None) -> str:
        done = subprocess.run([sys.executable, "-c", code, *flags], cwd=top, env=environment(env), capture_output=True)
        assert (done.returncode, done.stdout) == (2, b"")
        return done.stderr.decode()

    assert err().count("\n") == 1
    assert "--debug says more" in err()
    assert "Traceback" in err("--debug")
    assert "Traceback" in err(env={"TLSSCAN_DEBUG": "1"})


# -- completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_knows_commands_flags_and_values(tls: Tls, shell: str) -> None:
    pytest.importorskip("shtab")
    given = tls("completion", shell)
    assert (given.status, given.err) == (0, "")
    for word in (*COMMANDS, "min-tls", "fail-on", "isolated", "1.3", "junit"):
        assert word in given.out, word


def test_bash_completes(tls: Tls, top: Path) -> None:
    pytest.importorskip("shtab")
    (top / "script").write_text(tls("completion", "bash").out)
    lines = """
        source ./script
        shown() {
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMPREPLY=()
            _shtab_tlsscan
            echo "${COMPREPLY[*]}"
        }
        shown tlsscan --min-tls ''
        shown tlsscan scan --fail-on n
        shown tlsscan expl
        shown tlsscan rules --format ''
        shown tlsscan --extend-s
    """
    done = subprocess.run(["bash", "-c", lines], cwd=top, capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.splitlines() == ["1.0 1.1 1.2 1.3", "note never", "explain", "text json", "--extend-select"]


def test_without_what_makes_it_completion_tells_what_to_install(top: Path) -> None:
    code = "import sys\nsys.modules['shtab'] = None\nfrom tlsscan.cli import main\nraise SystemExit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "completion", "bash"]
    done = subprocess.run(words, cwd=top, env=environment(), capture_output=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"shtab, which is not installed (pip install shtab;" in done.stderr


# -- on a terminal

pty = pytest.importorskip("pty")


def on_terminal(top: Path, *arguments: str, env: dict[str, str] | None = None, stdout: bool = False) -> tuple[str, str]:
    """What a run writes to stdout and to the terminal that is its stderr (and its stdout, if asked for)."""
    ours, theirs = pty.openpty()
    seen = bytearray()

    def read() -> None:
        try:
            while data := os.read(ours, 65536):
                seen.extend(data)
        except OSError:  # how Linux tells that the other end is closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    own = {"TERM": "xterm", "CI": "", **(env or {})}
    out = theirs if stdout else subprocess.PIPE
    with subprocess.Popen(command(*arguments), cwd=top, env=environment(own), stdout=out, stderr=theirs) as process:
        os.close(theirs)
        text = process.communicate(timeout=PATIENCE)[0]
    reader.join(PATIENCE)
    os.close(ours)
    return (text or b"").decode(), seen.decode()


@pytest.fixture
def slow(top: Path) -> Path:
    """A tree that takes longer than a second to scan."""
    deep = "x = [" + "[1, {2: (3, 4)}], " * 20_000 + "]\n"
    put(top, {f"a{number}.py": FAILS + deep for number in range(12)})
    return top


def test_progress_is_shown_after_a_second_and_gone_before_the_report(slow: Path) -> None:
    begun = time.monotonic()
    out, seen = on_terminal(slow, "-j", "1", "-f", "json")
    assert time.monotonic() - begun > 1, "this test needs a slower tree"
    assert len(json.loads(out)["findings"]) == 12
    shown, _, after = seen.rpartition("\r\x1b[K")
    assert re.search(r"tlsscan: reading \d+ of 12 files, \d+ s", shown)
    assert "tlsscan: reading" not in after
    assert "Found 12 findings" in after


@pytest.mark.parametrize(
    ("flags", "env"),
    [
        (["--no-progress"], {}),
        (["-q"], {}),
        ([], {"CI": "true"}),
        ([], {"TERM": "dumb"}),
        ([], {"TLSSCAN_NO_PROGRESS": "1"}),
    ],
)
def test_progress_stays_away(slow: Path, flags: list[str], env: dict[str, str]) -> None:
    _, seen = on_terminal(slow, "-j", "1", "-f", "json", *flags, env=env)
    assert "\r\x1b[K" not in seen


def test_a_pipe_gets_no_progress(slow: Path) -> None:
    given = run("-j", "1", "-f", "json", cwd=slow, env={"TERM": "xterm", "CI": ""})
    assert "\x1b" not in given.err


@pytest.mark.parametrize(
    ("env", "colored"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"TERM": "dumb", "FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_on_a_terminal(top: Path, env: dict[str, str], colored: bool) -> None:
    put(top, {"a.py": FAILS})
    _, seen = on_terminal(top, "a.py", "--no-progress", env=env, stdout=True)
    assert ("\x1b[" in seen) is colored


# -- exit statuses, row by row as README.md tells them


@pytest.mark.parametrize(
    ("row", "content", "flags", "status"),
    [
        ("nothing at or above --fail-on", ALLOWS, ["--fail-on", "error"], 0),
        ("--exit-zero", FAILS, ["--exit-zero"], 0),
        ("findings", FAILS, [], 1),
        ("usage", FAILS, ["--no-such-flag"], 2),
        ("configuration", FAILS, ["--config", "bad.toml"], 2),
        ("rule pack", FAILS, ["--rules", "packs"], 2),
        ("missing path", FAILS, ["missing"], 2),
        ("incomplete", FAILS, [".", "odd.py"], 2),
        ("incomplete, allowed", FAILS, ["--allow-incomplete", ".", "odd.py"], 1),
        ("strict", FAILS, ["--strict", "a.py", "empty"], 2),
        ("strict, but not empty", FAILS, ["--strict", "a.py"], 1),
        ("a baseline that is none", FAILS, ["--baseline", "bad.toml"], 2),
        ("a suppression that is wrong", FAILS + "# tlsscan: ignore[none/such] x\n", [], 2),
    ],
)
def test_every_row_of_the_table_of_exit_statuses(
    tls: Tls, top: Path, row: str, content: str, flags: list[str], status: int
) -> None:
    put(top, {"a.py": content, "bad.toml": "levle = 1", "packs/python/x.yaml": "schema: 1\nnone: 1\n"})
    (top / "empty").mkdir()
    if "odd.py" in flags:
        (top / "odd.py").write_bytes(b"\xff\xfe\x00\xd8x")
    assert tls(*flags).status == status, row
