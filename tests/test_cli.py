"""The command line: exit statuses, outputs, streams, commands."""

import io
import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli_tools import PATIENCE, SOURCE_ROOT, Run, command, environment, run
from tlsscan import __version__
from tlsscan.cli import main
from tlsscan.packs import load
from tlsscan.reporters import FORMATS, SUMMED_UP

posix = pytest.mark.skipif(os.name != "posix", reason="needs signals, devices and process groups")

ERROR = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
WARNING = "import ssl\nctx = ssl.create_default_context()\nctx.minimum_version = ssl.TLSVersion.TLSv1\n"
NOTE = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n"
FINE = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"
RULE = "python/ssl-context-protocol"
Main = Callable[..., Run]


@pytest.fixture(autouse=True)
def signals_stay() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Main:
    """Runs `main` in the fresh directory `tmp_path`."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "TLSSCAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Run:
        status = main(arguments)
        streams = capsys.readouterr()
        return Run(status, streams.out, streams.err)

    return call


def put(folder: Path, **contents: str) -> None:
    for name, text in contents.items():
        (folder / f"{name}.py").write_text(text)


def levels(given: Run) -> list[tuple[str, int, str]]:
    """Path, line and level of every finding of a concise report."""
    rows = [re.match(r"(.+?):(\d+):\d+: (\w+) ", line) for line in given.out.splitlines()]
    return [(row[1], int(row[2]), row[3]) for row in rows if row]


@pytest.mark.parametrize(
    "written", ["define('OUR_TLS', CURL_SSLVERSION_TLSv1_0);", "const OUR_TLS = CURL_SSLVERSION_TLSv1_0;"]
)
def test_a_php_constant_of_another_file_is_followed(tls: Main, tmp_path: Path, written: str) -> None:
    (tmp_path / "config.php").write_text(f"<?php\n{written}\n")
    (tmp_path / "use.php").write_text("<?php\n$ch = curl_init();\ncurl_setopt($ch, CURLOPT_SSLVERSION, OUR_TLS);\n")
    given = tls("-f", "json", ".")
    (result,) = json.loads(given.out)["findings"]
    assert (result["path"], result["region"]["line"]) == ("use.php", 3)
    assert "config.php" in json.dumps(result)


# -- exit statuses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("content", "flags", "status"),
    [
        (FINE, [], 0),
        (NOTE, [], 0),
        (NOTE, ["--fail-on", "note"], 1),
        (WARNING, [], 1),
        (WARNING, ["--fail-on", "error"], 0),
        (ERROR, [], 1),
        (ERROR, ["--fail-on", "error"], 1),
        (ERROR, ["--fail-on", "never"], 0),
        (ERROR, ["--exit-zero"], 0),
        (ERROR, ["--min-tls", "1.0"], 0),
        (NOTE, ["--min-tls", "1.3"], 1),
        (ERROR, ["--level", "error", "--fail-on", "note"], 1),
        (NOTE, ["--level", "error", "--fail-on", "note"], 1),
    ],
)
def test_status_depends_on_the_findings_and_not_on_the_format(
    tls: Main, tmp_path: Path, form: str, content: str, flags: list[str], status: int
) -> None:
    put(tmp_path, a=content)
    assert tls("-f", form, *flags).status == status


@pytest.mark.parametrize("form", FORMATS)
def test_what_fails_the_run_is_never_hidden(tls: Main, tmp_path: Path, form: str) -> None:
    put(tmp_path, a=NOTE)
    given = tls("-f", form, "--level", "error", "--fail-on", "note")
    assert given.status == 1
    assert "ssl-context-protocol" in given.out


def test_sarif_paths_may_begin_below_the_working_directory(tls: Main, tmp_path: Path) -> None:
    (tmp_path / "api" / "src").mkdir(parents=True)
    put(tmp_path, **{"api/src/a": ERROR, "b": ERROR})
    results = json.loads(tls("-f", "sarif", "--sarif-root", "api").out)["runs"][0]["results"]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert sorted(uris) == ["outside-root/__/b.py", "src/a.py"]


def test_a_category_tells_sarif_runs_apart(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=ERROR)
    ids = [
        json.loads(tls("-f", "sarif", *flags).out)["runs"][0]["automationDetails"]["id"]
        for flags in ([], ["--sarif-category", "nightly"])
    ]
    assert ids == ["tlsscan/", "tlsscan/nightly/"]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("r.md", "## tlsscan"),
        ("r.xml", "<?xml"),
        ("r.csv", "path,"),
        ("r.cdx.json", '{\n  "$schema": "http://cyclonedx.org/'),
        ("r.jsonl", '{"type":"run"'),
        ("gitlab=q.json", "[\n"),
    ],
)
def test_a_file_has_the_format_of_its_name(tls: Main, tmp_path: Path, name: str, start: str) -> None:
    put(tmp_path, a=ERROR)
    assert tls("-o", name).status == 1
    assert (tmp_path / name.rpartition("=")[2]).read_text().startswith(start)


def test_level_chooses_what_is_shown(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=ERROR, b=WARNING, c=NOTE)
    error, warning, note = ("a.py", 2, "error"), ("b.py", 3, "warning"), ("c.py", 2, "note")
    assert levels(tls("-f", "concise")) == [error, warning]
    assert levels(tls("-f", "concise", "--level", "note")) == [error, warning, note]
    assert levels(tls("-f", "concise", "--level", "error", "--fail-on", "error")) == [error]
    assert levels(tls("-f", "concise", "--level", "error", "--fail-on", "never")) == [error]


@pytest.mark.parametrize("form", ["concise", "json", "sarif"])
def test_what_was_not_analysed_is_named_on_stderr(tls: Main, tmp_path: Path, form: str) -> None:
    (tmp_path / "odd.py").write_bytes(b"\xff\xfe\x00\xd8x")
    (tmp_path / "notes.txt").write_text("ssl.PROTOCOL_TLSv1")
    given = tls("-f", form, "odd.py", "notes.txt")
    assert given.status == 2
    assert "tlsscan: odd.py not valid UTF-16" in given.err
    assert "tlsscan: notes.txt was not scanned: its language is not known" in given.err
    assert "odd.py" in tls("-f", form, "-q", "odd.py").err


def test_tests_are_one_level_lower_and_decide_the_exit_status(tls: Main, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    put(tmp_path / "tests", client=WARNING, server=NOTE)
    given = tls()
    assert given.status == 0
    assert "Hidden: 2 findings below the shown level" in given.out
    assert "some only for where they stand: 1 in tests\n" in given.out
    assert tls("--no-demote").status == 1
    assert levels(tls("-f", "concise", "--no-demote")) == [("tests/client.py", 3, "warning")]
    assert levels(tls("-f", "concise", "--level", "note")) == [
        ("tests/client.py", 3, "note"),
        ("tests/server.py", 2, "note"),
    ]


@pytest.mark.parametrize("named", ["tests", "tests/", "./tests", "tests/client.py"])
def test_what_is_named_itself_is_no_test_for_its_folder(tls: Main, tmp_path: Path, named: str) -> None:
    (tmp_path / "tests").mkdir()
    put(tmp_path / "tests", client=ERROR)
    assert levels(tls("-f", "concise", named)) == [("tests/client.py", 2, "error")]
    assert levels(tls("-f", "concise", str(tmp_path / "tests"))) == [("tests/client.py", 2, "error")]
    assert levels(tls("-f", "concise", ".", named)) == [("tests/client.py", 2, "warning")]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_generated_code_is_labelled_by_its_first_lines(tls: Main, tmp_path: Path, jobs: str) -> None:
    put(tmp_path, a=ERROR, b=f"# @generated by a tool\n{ERROR}")
    found = json.loads(tls("-f", "json", "-j", jobs).out)["findings"]
    assert [(f["path"], f["level"], f["origin"]["areas"]) for f in found] == [
        ("a.py", "error", []),
        ("b.py", "error", ["generated"]),
    ]


def test_what_sarif_leaves_out_is_said(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=ERROR, b=ERROR)
    given = tls("-o", "out.sarif", "--max-results", "1")
    assert "tlsscan: warning: 1 result of the least severe left out of the SARIF: it holds 1" in given.err
    assert len(json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]) == 1
    for flags in (["-o", "out.sarif"], ["-o", "out.sarif", "--max-results", "0"], ["-f", "json", "--max-results", "1"]):
        assert "left out" not in tls(*flags).err
    assert tls("--max-results", "many").status == 2


def test_a_setting_in_a_text_is_called_by_its_name_and_not_by_the_text(tls: Main, tmp_path: Path) -> None:
    text = "cache.example.com,ssl=true,sslProtocols=tls11,password=hunter2"
    (tmp_path / "Cache.cs").write_text(
        f'class Cache {{ void Open() {{ StackExchange.Redis.ConnectionMultiplexer.Connect("{text}"); }} }}\n'
    )
    (row,) = tls("-f", "concise").out.splitlines()
    assert "sslProtocols offers TLS 1.1" in row
    assert "hunter2" not in row


def test_the_exit_status_tells_hidden_findings_in_the_summary(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=NOTE)
    given = tls()
    assert given.status == 0
    assert "Hidden: 1 finding below the shown level" in given.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--levle", "note"], "unrecognized arguments: --levle (did you mean '--level'?)"),
        (["--alow-incomplete"], "(did you mean '--allow-incomplete'?)"),
        (["--lev", "note"], "unrecognized arguments: --lev"),
        (["--format", "sarfi"], "argument -f/--format: invalid choice 'sarfi' (did you mean 'sarif'?)"),
        (["--min-tls", "2"], "argument --min-tls: invalid choice '2' (one of 1.0, 1.1, 1.2, 1.3)"),
        (["-j", "many"], "argument -j/--jobs: 'many' is not a number from 1 to 256"),
        (["-j", "0"], "argument -j/--jobs: '0' is not a number from 1 to 256"),
        (["-o"], "argument -o/--output: expected one argument (see tlsscan --help)"),
        (["-o", "jsn=x.txt"], "--output: unknown format 'jsn' (did you mean 'json'?)"),
        (["-o", "sarif="], "--output: no file is named (FORMAT=PATH or PATH)"),
        (["missing"], "missing: no such file or directory"),
        ([""], "a path is empty"),
        (["--rules", "missing"], "missing: cannot read the rules folder: No such file or directory"),
        (["--sarif-root", "missing"], "--sarif-root missing: no such folder"),
        (["--sarif-root", "/dev"], "--sarif-root /dev: neither holds the working directory nor lies in it"),
        (["-q", "baseline"], "baseline: a command stands before its flags (tlsscan baseline ...)"),
        (["explain", "python/ssl-contxt-protocol"], f"no rule 'python/ssl-contxt-protocol' (did you mean '{RULE}'?)"),
        (["explain"], "name a rule, or say --all (see tlsscan rules)"),
        (["check-rules", "missing"], "missing: cannot read the rules folder: No such file or directory"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(tls: Main, tmp_path: Path, arguments: list[str], said: str) -> None:
    put(tmp_path, a=ERROR)
    given = tls(*arguments)
    assert given.status == 2
    assert given.out == ""
    assert given.err.startswith("tlsscan: error: ")
    assert said in given.err
    assert given.err.count("\n") == 1


def test_a_bad_pack_is_told_with_its_line(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=ERROR)
    pack = tmp_path / "own" / "python"
    pack.mkdir(parents=True)
    (pack / "x.yaml").write_text("schema: 1\nlibrary: x\nvocabulries: {}\n")
    given = tls("--rules", "own")
    assert given.status == 2
    assert given.out == ""
    assert re.fullmatch(r"tlsscan: error: own/python/x\.yaml:3: .*'vocabulries'.*'vocabularies'.*\n", given.err)


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_makes_the_scan_incomplete(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=FINE, b=FINE)
    (tmp_path / "b.py").chmod(0)
    given = tls("-f", "json")
    assert given.status == 2
    assert [(p["path"], p["kind"]) for p in json.loads(given.out)["problems"]] == [("b.py", "unreadable")]


@pytest.mark.parametrize("form", FORMATS)
def test_an_incomplete_scan_is_status_2_unless_allowed(tls: Main, tmp_path: Path, form: str) -> None:
    put(tmp_path, a=ERROR)
    (tmp_path / "b.py").write_bytes(b"\xff\xfeP\xd8\x00")
    assert tls("-f", form).status == 2
    assert tls("-f", form, "--exit-zero").status == 2
    assert tls("-f", form, "--fail-on", "never").status == 2
    assert tls("-f", form, "--allow-incomplete").status == 1
    assert tls("-f", form, "--allow-incomplete", "--exit-zero").status == 0


@pytest.mark.parametrize("form", FORMATS)
def test_an_incomplete_scan_says_so_even_when_quiet(tls: Main, tmp_path: Path, form: str) -> None:
    put(tmp_path, a=FINE)
    (tmp_path / "b.py").write_bytes(b"\xff\xfeP\xd8\x00")
    given = tls("-q", "-f", form)
    assert "the scan is incomplete" in (given.out if form in SUMMED_UP else given.err)


def test_nothing_to_analyse_is_a_warning_and_status_2_only_when_strict(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=FINE)
    (tmp_path / "empty").mkdir()
    given = tls("empty")
    assert given.status == 0
    assert given.err == "tlsscan: warning: nothing to analyse in empty\n"
    assert tls("empty", "--strict").status == 2
    assert tls(".", "--strict").status == 0
    assert tls(str(tmp_path), "--strict").status == 0


def test_every_named_folder_must_hold_something(tls: Main, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    put(tmp_path / "full", a=ERROR)
    (tmp_path / "fullish").mkdir()
    given = tls("full", "fullish", "-f", "concise", "--strict")
    assert given.status == 2
    assert levels(given) == [("full/a.py", 2, "error")]
    assert "nothing to analyse in fullish\n" in given.err


def test_an_internal_error_is_not_mistaken_for_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, a=ERROR)
    monkeypatch.chdir(tmp_path)
    errors = io.StringIO()
    monkeypatch.setattr(sys, "stdout", object())
    monkeypatch.setattr(sys, "stderr", errors)
    assert main([]) == 2
    assert errors.getvalue().startswith("tlsscan: error: internal error")
    assert "Traceback" not in errors.getvalue()


# -- signals ----------------------------------------------------------------------------------------------------


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@posix
@pytest.mark.skipif(not Path(f"/proc/self/task/{os.getpid()}/children").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_with_its_workers(tmp_path: Path, number: signal.Signals, status: int) -> None:
    slow = ERROR + "x = [[1], {2: (3, 4)}]\n" * 60_000
    for index in range(30):
        (tmp_path / f"a{index}.py").write_text(slow)
    (tmp_path / "old.json").write_text("old")
    with subprocess.Popen(
        command("-j", "2", "-o", "old.json", "-o", "new.sarif"),
        cwd=tmp_path,
        env=environment({"TLSSCAN_NO_FORK": ""}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        while not children(process.pid):
            assert process.poll() is None, "the run ended before its first worker was seen"
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == status
    assert (out, err) == (b"", b"")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert (tmp_path / "old.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".py") == ["old.json"]


# -- outputs ----------------------------------------------------------------------------------------------------


def kind_of(text: str) -> str:
    """The format of a report, by its content."""
    if not text.startswith("{"):
        return "full" if "\nFound 1 finding" in text else "concise"
    document = json.loads(text)
    return "sarif" if document.get("version") == "2.1.0" else document["schema"]


@pytest.mark.parametrize(
    ("flags", "file", "kind"),
    [
        (["-o", "a.sarif"], "a.sarif", "sarif"),
        (["-o", "a.SARIF"], "a.SARIF", "sarif"),
        (["-o", "a.json"], "a.json", "tlsscan-report/1"),
        (["-o", "a.txt"], "a.txt", "full"),
        (["-f", "concise", "-o", "a.txt"], "a.txt", "concise"),
        (["-f", "concise", "-o", "a.json"], "a.json", "tlsscan-report/1"),
        (["-o", "json=x.txt"], "x.txt", "tlsscan-report/1"),
        (["-o", "sarif=x.json"], "x.json", "sarif"),
        (["-o", "full=a=b.txt"], "a=b.txt", "full"),
        (["-o", "a-b=c.json"], "a-b=c.json", "tlsscan-report/1"),
    ],
)
def test_a_file_gets_the_format_that_was_asked_for(
    tls: Main, tmp_path: Path, flags: list[str], file: str, kind: str
) -> None:
    put(tmp_path, a=ERROR)
    given = tls(*flags)
    assert given.status == 1
    assert given.out == ""
    assert given.err.endswith("Found 1 finding (1 error) in 1 file; scanned 1 file (python 1)\n")
    assert kind_of((tmp_path / file).read_text()) == kind


@pytest.mark.parametrize(
    ("flags", "kind"),
    [(["-o", "sarif=-"], "sarif"), (["-o", "-"], "full"), (["-f", "json", "-o", "-"], "tlsscan-report/1")],
)
def test_a_hyphen_is_stdout(tls: Main, tmp_path: Path, flags: list[str], kind: str) -> None:
    put(tmp_path, a=ERROR)
    assert kind_of(tls(*flags).out) == kind
    assert not (tmp_path / "-").exists()


def test_a_report_on_stdout_that_sums_up_is_not_summed_up_again(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=ERROR)
    (tmp_path / "tlsscan.toml").write_text("fail-on = 'never'")
    plain = tls()
    assert (plain.out.count("Found 1 finding"), plain.err) == (1, "")
    given = tls("-o", "a.sarif", "-o", "full=-")
    assert (given.out, given.err) == (plain.out, "")
    given = tls("-o", "concise=-", "-o", "markdown=-")
    assert given.err == ""
    given = tls("-o", "concise=-", "-o", "a.md")
    assert given.err.endswith("\nFound 1 finding (1 error) in 1 file; scanned 1 file (python 1)\n")


def test_several_outputs_of_one_run(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=ERROR)
    given = tls("-o", "a.sarif", "-o", "a.json", "-o", "concise=-", "--fail-on", "never")
    assert given.status == 0
    assert levels(given) == [("a.py", 2, "error")]
    assert kind_of((tmp_path / "a.sarif").read_text()) == "sarif"
    assert kind_of((tmp_path / "a.json").read_text()) == "tlsscan-report/1"
    assert {path.name for path in tmp_path.iterdir()} == {"a.py", "a.sarif", "a.json"}


def test_a_link_keeps_pointing_at_the_report(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=ERROR)
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "latest.json").symlink_to("real.json")
    tls("-o", "latest.json")
    assert (tmp_path / "latest.json").is_symlink()
    assert kind_of((tmp_path / "real.json").read_text()) == "tlsscan-report/1"


@pytest.mark.parametrize(
    ("path", "reason"),
    [("missing/x.json", "No such file or directory"), ("folder", "Is a directory"), ("a.json/", "Is a directory")],
)
def test_an_output_that_cannot_be_written_is_status_2(tls: Main, tmp_path: Path, path: str, reason: str) -> None:
    put(tmp_path, a=ERROR)
    (tmp_path / "folder").mkdir()
    given = tls("-o", path)
    assert given.status == 2
    assert given.err == f"tlsscan: error: {path}: cannot write: {reason}\n"
    assert {p.name for p in tmp_path.iterdir()} == {"a.py", "folder"}


@posix
def test_a_full_disk_leaves_the_old_report_whole(tmp_path: Path) -> None:
    put(tmp_path, a=ERROR)
    (tmp_path / "report.json").write_text("old")
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (512, {resource.RLIM_INFINITY}))"
    code = f"{limited}\nfrom tlsscan.cli import main\nraise SystemExit(main(['-j1', '-o', 'report.json']))"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=tmp_path, env=environment(), capture_output=True, timeout=PATIENCE
    )
    assert done.returncode == 2
    assert done.stderr == b"tlsscan: error: report.json: cannot write: File too large\n"
    assert (tmp_path / "report.json").read_text() == "old"
    assert {p.name for p in tmp_path.iterdir()} == {"a.py", "report.json"}


# -- streams ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "sarif", "concise", "full"])
def test_stdout_holds_the_report_alone(tls: Main, tmp_path: Path, form: str) -> None:
    put(tmp_path, a=ERROR)
    (tmp_path / "empty").mkdir()
    given = tls("-f", form, "a.py", "empty")
    assert "nothing to analyse in empty" in given.err
    assert "nothing to analyse" not in given.out
    if form in ("json", "sarif"):
        json.loads(given.out)
    if form == "concise":
        assert len(given.out.splitlines()) == len(levels(given)) == 1


def many_findings(folder: Path) -> None:
    put(folder, a="import ssl\n" + "ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n" * 400)


@posix
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves_early_hears_no_complaint(tmp_path: Path, unbuffered: str) -> None:
    many_findings(tmp_path)
    env = environment({"PYTHONUNBUFFERED": unbuffered})
    with subprocess.Popen(command(), cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(f"error[{RULE}] fails: ".encode())
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) in (0, 141)


@posix
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("make", [many_findings, lambda folder: put(folder, a=ERROR)], ids=["long", "short"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_device_is_one_line_and_status_2(tmp_path: Path, form: str, make: Callable[[Path], None]) -> None:
    make(tmp_path)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("-q", "-f", form),
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == b"tlsscan: error: cannot write: No space left on device\n"


@posix
@pytest.mark.parametrize(
    ("redirect", "flags", "status", "said"),
    [
        (">&-", "", 2, "tlsscan: error: cannot write: Bad file descriptor\n"),
        (">&-", "-q -o a.json", 1, ""),
        ("<&-", "-q -o a.json", 1, ""),
        ("2>&-", "-o a.json", 1, ""),
        ("<&- >&- 2>&-", "-o a.json", 1, ""),
        ("<&- >&- 2>&-", "missing", 2, ""),
    ],
)
def test_closed_streams(tmp_path: Path, redirect: str, flags: str, status: int, said: str) -> None:
    put(tmp_path, a=ERROR)
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m tlsscan {flags} {redirect}', sys.executable],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, b"", said.encode())
    if "a.json" in flags:
        assert kind_of((tmp_path / "a.json").read_text()) == "tlsscan-report/1"


@posix
def test_few_descriptors_no_home_and_a_read_only_directory(tmp_path: Path) -> None:
    put(tmp_path, a=ERROR)
    tmp_path.chmod(0o555)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))"
    code = f"{limited}\nfrom tlsscan.cli import main\nraise SystemExit(main(['-j8', '-f', 'concise', '-q']))"
    env = {key: value for key, value in environment().items() if key not in ("HOME", "TMPDIR")}
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=tmp_path, env=env, capture_output=True, timeout=PATIENCE, check=False
    )
    tmp_path.chmod(0o755)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"a.py:2:16: error fails ")


@pytest.mark.parametrize(
    ("flags", "env", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["-f", "json", "--color", "always"], {}, False),
        (["-f", "sarif"], {"FORCE_COLOR": "1"}, False),
        (["-o", "full=-"], {"FORCE_COLOR": "1"}, True),
        (["-o", "sarif=-", "-o", "github=-"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(
    tls: Main, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str], env: dict[str, str], colored: bool
) -> None:
    put(tmp_path, a=ERROR)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in tls(*flags).out) is colored


# -- what is scanned --------------------------------------------------------------------------------------------


def test_a_command_wins_over_a_folder_of_its_name(tls: Main, tmp_path: Path) -> None:
    for name in ("rules", "explain"):
        (tmp_path / name).mkdir()
        put(tmp_path / name, a=ERROR)
    assert RULE in tls("rules").out
    assert levels(tls("./rules", "-f", "concise")) == [("rules/a.py", 2, "error")]
    assert levels(tls("scan", "rules", "-f", "concise")) == [("rules/a.py", 2, "error")]
    assert levels(tls("scan", "explain", "rules", "-f", "concise")) == [
        ("explain/a.py", 2, "error"),
        ("rules/a.py", 2, "error"),
    ]
    assert levels(tls("-f", "concise", "rules")) == [("rules/a.py", 2, "error")]


def test_exclude_and_ignore_files(tls: Main, tmp_path: Path) -> None:
    for name in ("src", "old", "vendor"):
        (tmp_path / name).mkdir()
        put(tmp_path / name, a=ERROR)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("old/\n")
    subprocess.run(["git", "add", ".gitignore"], cwd=tmp_path, check=True)
    src, old, vendor = (("src/a.py", 2, "error"), ("old/a.py", 2, "error"), ("vendor/a.py", 2, "error"))
    assert levels(tls("-f", "concise")) == [src, vendor]
    assert levels(tls("-f", "concise", "--no-ignore")) == [old, src, vendor]
    assert levels(tls("-f", "concise", "--exclude", "vendor", "--exclude", "/old")) == [src]
    assert levels(tls("-f", "concise", "old")) == levels(tls("-f", "concise", "old/"))


def test_what_is_assumed_is_told_of_the_libraries_that_were_met(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a="import ssl\n")
    assert "Assumed:" not in tls().out
    put(tmp_path, a=NOTE)
    given = tls("--level", "note")
    assert [line for line in given.out.splitlines() if line.startswith("Assumed:")] == [
        "Assumed: CPython 3.12 is assumed (current and supported)"
    ]
    assert (
        "= assumes CPython 3.12, as nothing here says which version is installed" in given.out
    )  # it is what has TLS 1.3
    put(tmp_path, a=FINE)
    assert "Assumed: CPython 3.12" in tls().out


def test_quiet_leaves_the_findings(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=ERROR)
    given = tls("-q")
    assert given.out.startswith(f"error[{RULE}] fails: ")
    assert given.out.endswith("\nFound 1 finding (1 error) in 1 file; scanned 1 file (python 1).\n")
    assert "Assumed:" not in given.out
    assert tls("-q", "-f", "concise").err == ""


def test_verbose_lists_what_was_skipped(tls: Main, tmp_path: Path) -> None:
    put(tmp_path, a=FINE)
    (tmp_path / "b.py").write_bytes(b"PROTOCOL_TLSv1\0")
    (tmp_path / "node_modules").mkdir()
    given = tls("-v", "--exclude", "nothing")
    assert given.status == 0
    assert "Not source: 1 file\n  binary (1)\n    b.py: holds NUL bytes\n" in given.out
    assert "tlsscan: skipped node_modules/ (default)\n" in given.err
    assert "b.py" not in tls().out


# -- other commands ---------------------------------------------------------------------------------------------


def test_version_loads_neither_packs_nor_grammars(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom tlsscan.cli import main\nstatus = main(['--version'])\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('tree_sitter', 'yaml', 'ahocorasick_rs', 'pathspec', 'sarif_om', 'rich')"
        " or m in ('tlsscan.packs', 'tlsscan.scan')))\nraise SystemExit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.decode() == f"tlsscan {__version__}\n[]\n"


def test_help_names_every_command_and_status(tmp_path: Path) -> None:
    given = run("--help", cwd=tmp_path)
    assert (given.status, given.err) == (0, "")
    for word in ("rules", "explain RULE", "check-rules", "completion SHELL", "--fail-on", "exit status: 0 nothing"):
        assert word in given.out


def test_rules_as_json_trace_every_rule_to_its_evidence(tls: Main) -> None:
    given = tls("rules", "--format", "json")
    assert (given.status, given.err) == (0, "")
    document = json.loads(given.out)
    assert (document["schema"], document["tool"]) == ("tlsscan-rules/1", {"name": "tlsscan", "version": __version__})
    rules = {row["id"]: row for row in document["rules"]}
    assert list(rules) == load().ids()
    keys = "id title pack library languages kind role base evidence references origin remediation note fixes sinks"
    assert {" ".join(row) for row in document["rules"]} == {keys}
    assert all(row["references"] and row["evidence"] and row["sinks"] for row in document["rules"])
    told = rules["ruby/sslcontext-method"]
    assert (told["kind"], told["pack"], told["languages"]) == ("exactly", "ruby", ["ruby"])
    assert "OpenSSL::SSL::SSLContext" in [sink["api"] for sink in told["sinks"]]
    curl = rules["php/curl-setopt-sslversion"]
    assert [(s["form"], s["api"], s["position"]) for s in curl["sinks"]][:1] == [("call", "curl_setopt", 2)]
    assert "CURLOPT_SSLVERSION" in curl["sinks"][0]["text"]
    assert "TLSv1_2" in curl["remediation"]["TLSv1.2"]
    assert "TLSv1_2" not in curl["remediation"]["TLSv1.3"]
    assert "*.CURL_SSLVERSION_TLSv1_3 with php >=7.3 and libcurl >=7.52" in curl["fixes"]
    assert tls("rules", "-f", "text").out == tls("rules").out


def test_rules_lists_every_rule(tls: Main) -> None:
    given = tls("rules")
    assert given.status == 0
    assert [line.split()[0] for line in given.out.splitlines()] == load().ids()


@pytest.mark.parametrize("name", [RULE, f"{RULE}/fails"])
def test_explain_tells_the_whole_rule(tls: Main, name: str) -> None:
    given = tls("explain", name)
    assert given.status == 0
    assert given.out.startswith(f"{RULE}: Protocol of an ssl.SSLContext\n")
    for part in ("Where it looks:", "Values:", "What to do:", "Examples", "References:", "PROTOCOL_TLSv1"):
        assert part in given.out


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("java/disabled-algorithms", "  a text that names not all of TLSv1.0, TLSv1.1: those it leaves out"),
        ("java/https-protocols", "  any other text like tls*, ssl*, *[!a-z]tls*, *[!a-z]ssl*: rejected"),
        ("java/ssl-enabled-protocols", "  ?.getEnabledProtocols(): left to the runtime"),
        (
            "java/jetty-exclude-protocols",
            "  call org.eclipse.jetty.util.ssl.SslContextFactory.setExcludeProtocols without arguments: no version",
        ),
        (
            "java/jetty-exclude-protocols",
            "  call org.eclipse.jetty.util.ssl.SslContextFactory.addExcludeProtocols: argument 1"
            " (added to what was set before)",
        ),
    ],
)
def test_explain_tells_what_a_slot_and_a_text_mean(tls: Main, rule: str, line: str) -> None:
    assert line in tls("explain", rule).out.splitlines()


PACK = """\
schema: 1
library: acme
base: cpython-ssl
evidence: source
vocabularies:
  words:
    values: {"'old'": TLSv1.0, "'new'": TLSv1.2}
rules:
  - id: python/acme-wire
    title: Version of an Acme wire
    configures: exactly
    vocabulary: words
    sinks:
      - {call: acme.open_wire, position: 0}
    message: "{api} speaks only {versions}"
    remediation: Say 'new'.
    references: [https://example.org/acme]
    examples: |
      import acme
      acme.open_wire("old")       # expect: TLSv1.0
      acme.open_wire("new")       # expect: TLSv1.2
      print("acme.open_wire")
"""


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    folder = tmp_path / "own" / "python"
    folder.mkdir(parents=True)
    (folder / "acme.yaml").write_text(PACK)
    return folder


def test_rules_adds_a_pack(tls: Main, tmp_path: Path, own_pack: Path) -> None:
    put(tmp_path, a='import acme\n\nacme.open_wire("old")\n')
    given = tls("--rules", "own", "-f", "concise")
    assert given.out.startswith("a.py:3:16: error fails python/acme-wire acme.open_wire speaks only TLS 1.0")
    assert "python/acme-wire" in tls("rules", "--rules", "own").out
    assert "Say 'new'." in tls("explain", "python/acme-wire", "--rules", "own").out


@pytest.mark.parametrize("path", ["own", "own/python", "own/python/acme.yaml"])
def test_check_rules_runs_the_examples_below_a_path(tls: Main, own_pack: Path, path: str) -> None:
    given = tls("check-rules", path)
    assert (given.status, given.out, given.err) == (0, "", "1 rule checked, 0 failures\n")


def test_check_rules_tells_the_line_that_does_not_hold(tls: Main, own_pack: Path) -> None:
    (own_pack / "acme.yaml").write_text(
        PACK.replace('"new")       # expect: TLSv1.2', '"new")       # expect: TLSv1.3')
    )
    given = tls("check-rules", "own")
    assert given.status == 2
    assert given.out == "own/python/acme.yaml:21: python/acme-wire: expected TLSv1.3, got TLSv1.2\n"
    assert given.err == "1 rule checked, 1 failure\n"


def test_check_rules_of_the_built_in_packs(tls: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SOURCE_ROOT.parent)
    given = tls("check-rules", "rules/python")
    listed = [line for line in tls("rules").out.splitlines() if line.startswith("python/")]
    uses = [rule for rule in load().defaults() if rule.id.startswith("python/")]
    told = f"{len(listed)} rules and {len(uses)} uses of defaults checked, 0 failures\n"
    assert (given.out, given.err) == ("", told)


@pytest.mark.parametrize("target", ["precious", "missing"])
def test_a_report_is_not_written_through_a_link(tls: Main, tmp_path: Path, target: str) -> None:
    (tmp_path / "precious").write_text("precious")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "report.json").symlink_to(tmp_path / target)
    given = tls(str(tree), "-o", f"json={tree / 'report.json'}")
    assert given.status == 2
    assert "is a link that leads out of its folder" in given.err
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "missing").exists()


def test_a_report_is_not_written_behind_a_link_of_a_folder(
    tls: Main, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, other = tmp_path / "tree", tmp_path / "other"
    tree.mkdir()
    other.mkdir()
    (tree / "out").symlink_to(other)
    monkeypatch.chdir(tree)
    given = tls("-o", "json=out/report.json")
    assert (given.status, list(other.iterdir())) == (2, [])
    assert "lies behind a link" in given.err
    assert tls("-o", f"json={other}/report.json").status == 0


def test_paths_may_stand_between_flags(tls: Main, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "b.py", "-c.py"):
        (tmp_path / name).write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    given = tls("a.py", "-f", "concise", "b.py", "--level", "note", "--", "-c.py")
    assert [line.partition(":")[0] for line in given.out.splitlines()] == ["-c.py", "a.py", "b.py"]
    wrong = tls("a.py", "-f", "concise", "b.py", "--levle", "note")
    assert (wrong.status, "--level" in wrong.err) == (2, True)


@pytest.mark.parametrize("flags", [["-o", "full=./a.py"], ["--fix", "-o", "sarif=a.py"], ["-o", "json={}/a.py", "."]])
def test_a_report_takes_the_place_of_no_file_that_is_scanned(
    tls: Main, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
    (tmp_path / "a.py").write_text(code)
    given = tls("a.py", *(flag.format(tmp_path) for flag in flags))
    assert (given.status, (tmp_path / "a.py").read_text()) == (2, code)
    assert "a report would take the place of a file that is scanned" in given.err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["-o", "a.json", "-o", "sarif=./a.json"], "two reports go to one place"),
        (["--baseline-prune"], "there is no baseline to prune"),
    ],
)
def test_what_would_be_lost_or_do_nothing_is_a_usage_error(
    tls: Main, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    given = tls(*flags)
    assert (given.status, said in given.err) == (2, True), given.err
