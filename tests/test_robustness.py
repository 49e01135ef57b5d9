"""Hostile trees: no crash, no hang, nothing forged, nothing run, nothing silently skipped."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli_tools import PATIENCE, Run, environment, run
from tlsscan import transport
from tlsscan.candidate import Candidate
from tlsscan.extract import Extract, Extractor
from tlsscan.model import Form, Problem, ProblemKind
from tlsscan.packs import load
from tlsscan.scanner import Scanner

posix = pytest.mark.skipif(os.name != "posix", reason="needs links, FIFOs, signals and free names")
DEEP = 100_000
LARGE = 50 * 1024 * 1024


class Sample(NamedTuple):
    """One language: a file's suffix, what stands around code, an old setting, the column of its value, a value that
    means something by itself, a statement that a nested expression fits into."""

    suffix: str
    head: str
    setting: str
    value: str
    literal: str
    statement: str
    tail: str = ""

    @property
    def column(self) -> int:
        return self.setting.index(self.value) + 1

    def file(self, *lines: str) -> str:
        return "\n".join([self.head, *lines, self.tail, ""])


LANGUAGES = {
    "python": Sample(
        "py",
        "import ssl",
        "ssl.SSLContext(ssl.PROTOCOL_TLSv1)",
        "ssl.PROTOCOL_TLSv1",
        "PROTOCOL_TLSv1",
        "x = {}",
    ),
    "ruby": Sample(
        "rb",
        "require 'openssl'",
        "OpenSSL::SSL::SSLContext.new(:TLSv1)",
        ":TLSv1",
        ":TLSv1",
        "x = {}",
    ),
    "php": Sample(
        "php",
        "<?php",
        "curl_setopt(opened(), CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_0);",
        "CURL_SSLVERSION_TLSv1_0",
        "CURL_SSLVERSION_TLSv1_0",
        "$x = {};",
    ),
    "csharp": Sample(
        "cs",
        "using System.Net; class C { void M() {",
        "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;",
        "SecurityProtocolType.Tls",
        "SecurityProtocolType.Tls",
        "var x = {};",
        "} }",
    ),
    "powershell": Sample(
        "ps1",
        "using namespace System.Net",
        "[ServicePointManager]::SecurityProtocol = [SecurityProtocolType]::Tls;",
        "[SecurityProtocolType]::Tls",
        "SecurityProtocolType]::Tls",
        "$x = {}",
    ),
    "vbnet": Sample(
        "vb",
        "Imports System.Net",
        "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls ",
        "SecurityProtocolType.Tls",
        "SecurityProtocolType.Tls",
        "Dim x = {}",
    ),
    "java": Sample(
        "java",
        "import javax.net.ssl.SSLContext; class C { void m() throws Exception {",
        'SSLContext.getInstance("TLSv1.1");',
        '"TLSv1.1"',
        '"TLSv1.1"',
        "Object x = {};",
        "} }",
    ),
}
COMMENTS = {**dict.fromkeys(("python", "ruby", "php", "powershell"), "#"), "vbnet": "'"}
BY_LINE = frozenset({"vbnet"})
"""Languages whose statements end with their lines: a parenthesis that never closes costs no other line."""
EACH = pytest.mark.parametrize("language", LANGUAGES)
PY = LANGUAGES["python"]
OLD = PY.file(PY.setting)


@pytest.fixture(autouse=True)
def known_languages(request: pytest.FixtureRequest) -> None:
    language = request.node.callspec.params.get("language") if hasattr(request.node, "callspec") else None
    if language and not load().for_language(language):
        pytest.skip(f"no rule pack for {language} yet")


def scan(folder: Path, *flags: str, env: dict[str, str] | None = None) -> tuple[Run, Any]:
    """A run and its parsed JSON report."""
    given = run("-f", "json", "--level", "note", *flags, cwd=folder, env=env)
    assert "Traceback" not in given.err
    return given, json.loads(given.out)


def findings(report: Any) -> list[tuple[str, int, int]]:
    """Path, line and column of every finding."""
    return [(f["path"], f["region"]["line"], f["region"]["column"]) for f in report["findings"]]


def problems(report: Any) -> list[tuple[str, str]]:
    """Path and kind of every problem."""
    return [(p["path"], p["kind"]) for p in report["problems"]]


# -- hostile content --------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("no_fork", ["0", "1"])
def test_nested_parentheses_do_not_hide_what_stands_around_them(tmp_path: Path, language: str, no_fork: str) -> None:
    own = LANGUAGES[language]
    nested = own.statement.format("(" * DEEP + "1" + ")" * DEEP)
    (tmp_path / f"a.{own.suffix}").write_text(own.file(own.setting, nested, own.setting))
    given, report = scan(tmp_path, "a." + own.suffix, env={"TLSSCAN_NO_FORK": no_fork})
    assert given.status == 1
    assert findings(report) == [(f"a.{own.suffix}", 2, own.column), (f"a.{own.suffix}", 4, own.column)]
    assert report["problems"] == []


@EACH
def test_parentheses_that_never_close_are_told(tmp_path: Path, language: str) -> None:
    own = LANGUAGES[language]
    nested = own.statement.format("(" * DEEP + "1")
    (tmp_path / f"a.{own.suffix}").write_text(own.file(own.setting, nested, own.setting))
    given, report = scan(tmp_path, "a." + own.suffix)
    assert given.status == 1
    assert (f"a.{own.suffix}", 2, own.column) in findings(report)
    assert problems(report) == ([(f"a.{own.suffix}", "parse-error")] if language not in BY_LINE else [])


@EACH
def test_a_setting_inside_the_parentheses_is_found_by_its_literal(tmp_path: Path, language: str) -> None:
    own = LANGUAGES[language]
    inner = own.setting.rstrip(";")
    line = own.statement.format("(" * DEEP + inner + ")" * DEEP)
    (tmp_path / f"a.{own.suffix}").write_text(own.file(own.setting, line))
    given, report = scan(tmp_path, "a." + own.suffix)
    assert given.status == 1
    assert findings(report) == [
        (f"a.{own.suffix}", 2, own.column),
        (f"a.{own.suffix}", 3, line.index(own.literal) + 1),
    ]
    assert report["findings"][1]["confidence"] == "low"
    assert problems(report) == [(f"a.{own.suffix}", "too-deep")]


@EACH
def test_a_large_file_is_searched_for_literals_and_told(tmp_path: Path, language: str) -> None:
    own = LANGUAGES[language]
    name = f"a.{own.suffix}"
    filler = "x = [1, 2, 'three'];"
    before = own.head.replace("\n", " ") + filler * (LARGE // len(filler)) + " "
    (tmp_path / name).write_text(before + own.setting + filler * 10)
    given, report = scan(tmp_path, name)
    assert findings(report) == [(name, 1, len(before) + own.setting.index(own.literal) + 1)]
    assert report["findings"][0]["confidence"] == "low"
    assert [(p["path"], p["kind"], p["severity"]) for p in report["problems"]] == [(name, "too-large", "degraded")]
    assert report["complete"] is True
    assert given.status in (0, 1)
    assert len(given.out) < 20_000


@pytest.mark.parametrize("language", ["csharp", "python"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_wide_encodings_with_a_mark(tmp_path: Path, language: str, codec: str) -> None:
    own = LANGUAGES[language]
    text = "\ufeff" + own.file("/* \U0001f511 */ " + own.setting if language == "csharp" else own.setting)
    (tmp_path / f"a.{own.suffix}").write_bytes(text.replace("\n", "\r\n").encode(codec))
    _, report = scan(tmp_path)
    lead = len("/* \U0001f511 */ ") if language == "csharp" else 0
    assert findings(report) == [(f"a.{own.suffix}", 2, lead + own.column)]
    region = report["findings"][0]["region"]
    assert region["utf16_column"] == lead + own.column + (1 if lead else 0)
    assert report["problems"] == []


@EACH
@pytest.mark.parametrize(
    ("encode", "line"),
    [
        (lambda text: text.encode(), 3),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), 3),
        (lambda text: text.replace("\n", "\r\n").encode(), 3),
        (lambda text: text.replace("\n", "\r").encode(), 3),
        (lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), 3),
        (lambda text: text.replace("@", "\f\u2028").encode(), 3),
    ],
    ids=["plain", "bom", "crlf", "cr", "bom-crlf", "odd-spaces"],
)
def test_line_ends_and_marks_move_nothing(
    tmp_path: Path, language: str, encode: Callable[[str], bytes], line: int
) -> None:
    own = LANGUAGES[language]
    comment = f"{COMMENTS.get(language, '//')} @"
    (tmp_path / f"a.{own.suffix}").write_bytes(encode(own.file(comment, own.setting)))
    _, report = scan(tmp_path)
    assert findings(report) == [(f"a.{own.suffix}", line, own.column)]


@EACH
def test_bytes_that_are_not_utf_8_are_told_and_cost_nothing(tmp_path: Path, language: str) -> None:
    own = LANGUAGES[language]
    mark = COMMENTS.get(language, "//")
    text = own.file(f"{mark} caf\xe9", own.setting).encode("latin-1")
    (tmp_path / f"a.{own.suffix}").write_bytes(text)
    given, report = scan(tmp_path)
    assert given.status == 1
    assert findings(report) == [(f"a.{own.suffix}", 3, own.column)]
    assert problems(report) == [(f"a.{own.suffix}", "replaced-characters")]


def test_binary_and_broken_wide_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "binary.py").write_bytes(OLD.encode() + b"\0")
    (tmp_path / "broken.py").write_bytes(b"\xff\xfe" + OLD.encode("utf-16-le") + b"\x00\xd8")
    given, report = scan(tmp_path)
    assert given.status == 2
    assert findings(report) == []
    assert problems(report) == [("binary.py", "binary"), ("broken.py", "undecodable")]
    assert report["files"] == {}


def test_more_findings_than_a_file_may_have_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\n" + "ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n" * 600)
    given, report = scan(tmp_path)
    assert given.status == 1
    assert findings(report) == [("a.py", line, 16) for line in range(2, 502)]
    assert problems(report) == [("a.py", "too-many-findings")]


# -- hostile names and entries ----------------------------------------------------------------------------------


@posix
def test_what_is_not_a_regular_file_is_told_and_never_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(OLD)
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "ok.py").write_text(OLD)
    os.mkfifo(tree / "a.py")
    (tree / "b.py").symlink_to("/etc/passwd")
    (tree / "c.py").symlink_to(outside)
    (tree / "gone.py").symlink_to("nowhere")
    (tree / "loop").symlink_to(".")
    (tree / "x.py").mkdir()
    (tree / "x.py" / "inner.py").write_text(OLD)
    listener = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(tree)  # the path of a socket has a small limit
    listener.bind("s.py")
    os.chdir(here)
    given, report = scan(tree)
    listener.close()
    assert given.status == 1
    assert findings(report) == [("ok.py", 2, 16), ("x.py/inner.py", 2, 16)]
    assert problems(report) == [
        ("a.py", "not-regular"),
        ("b.py", "link-out-of-root"),
        ("c.py", "link-out-of-root"),
        ("gone.py", "not-regular"),
        ("s.py", "not-regular"),
    ]
    assert "root:" not in given.out + given.err


@posix
def test_a_name_that_is_not_utf_8_comes_back_byte_for_byte(tmp_path: Path) -> None:
    try:
        with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9.py"), "w") as stream:
            stream.write(OLD)
    except OSError as error:
        if error.errno == errno.EILSEQ:
            pytest.skip("this file system takes UTF-8 names only")
        raise
    _, report = scan(tmp_path)
    assert [f["uri"] for f in report["findings"]] == ["caf%E9.py"]


@posix
@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read, even by root")
def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "ok.py").write_text(OLD)
    (tmp_path / "no.py").write_text(OLD)
    (tmp_path / "no.py").chmod(0)
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    given, report = scan(tmp_path)
    assert given.status == 2
    assert findings(report) == [("ok.py", 2, 16)]
    assert problems(report) == [("no.py", "unreadable")]


# -- files that move, and workers that die ----------------------------------------------------------------------


def candidates(folder: Path, *names: str) -> list[Candidate]:
    return [Candidate(os.fsencode(folder / name), "python", len(os.fsencode(folder)) + 1) for name in names]


@posix
def test_what_changed_after_the_listing_is_told(tmp_path: Path) -> None:
    (tmp_path / "ok.py").write_text(OLD)
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "link.py").symlink_to("ok.py")
    os.mkfifo(tmp_path / "pipe.py")
    files = candidates(tmp_path, "folder.py", "gone.py", "link.py", "ok.py", "ok.py/below.py", "pipe.py")
    with Scanner(Extractor(load(), hashes=False), jobs=1, timeout=10.0) as scanner:
        gathered = scanner.gather([files])
    assert {site.path for site in gathered.sites} == {"ok.py"}
    assert sorted((p.path, p.kind) for p in gathered.problems) == [
        ("folder.py", ProblemKind.NOT_REGULAR),
        ("gone.py", ProblemKind.VANISHED),
        ("link.py", ProblemKind.OUTSIDE),
        ("ok.py/below.py", ProblemKind.VANISHED),
        ("pipe.py", ProblemKind.NOT_REGULAR),
    ]


class Fragile(Extractor):
    """An extractor that comes to grief on files of certain names, as a bug in a grammar would have it."""

    def extract(self, candidate: Candidate) -> Extract | None:
        name = os.path.basename(candidate.path)
        if name.startswith("crash"):
            os.kill(os.getpid(), signal.SIGSEGV)
        if name.startswith("hang"):
            while True:
                signal.pause()
        if name.startswith("greedy"):
            bytearray(1 << 40)
        if name.startswith("bug"):
            raise LookupError("no such node")
        return super().extract(candidate)


@posix
@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_a_worker_that_dies_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.delenv("TLSSCAN_NO_FORK", raising=False)
    names = [f"ok{number}.py" for number in range(40)]
    names[7:7] = ["crash.py", "greedy.py"]
    names[20:20] = ["hang.py", "bug.py"]
    names.append("crash_last.py")
    for name in names:
        (tmp_path / name).write_text(OLD)
    with Scanner(Fragile(load(), hashes=False), jobs=jobs, timeout=1.0) as scanner:
        gathered = scanner.gather([candidates(tmp_path, *names)])
    setting = [site.path for site in gathered.sites if site.form is not Form.TAKING]
    assert setting == sorted(name for name in names if name.startswith("ok"))
    told = {problem.path: problem for problem in gathered.problems}
    assert {path: problem.kind for path, problem in told.items()} == {
        "bug.py": ProblemKind.CRASH,
        "crash.py": ProblemKind.CRASH,
        "crash_last.py": ProblemKind.CRASH,
        "greedy.py": ProblemKind.CRASH,
        "hang.py": ProblemKind.TIMEOUT,
    }
    assert told["crash.py"].text == "worker died with SIGSEGV"
    assert told["greedy.py"].text == "worker ran out of memory"
    assert told["bug.py"].text == "LookupError: no such node"


def test_what_a_worker_sends_comes_back_whole(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\nV = ssl.PROTOCOL_TLSv1 if old else ['x', 3, {}]\nssl.SSLContext(V)\n")
    extractor = Extractor(load(), hashes=True)
    found = extractor.extract(candidates(tmp_path, "a.py")[0])
    assert found is not None
    broken = found._replace(problems=(Problem("a.py", ProblemKind.PARSE_ERROR, "here", found.sites[0].region),))
    assert transport.unpack(transport.pack(broken)) == broken


# -- nothing of the tree is run ---------------------------------------------------------------------------------

WATCH = """
import os
import sys

ALLOWED = {allowed!r}


def tell(event, what):
    os.write(2, f"FORBIDDEN {{event}} {{what}}\\n".encode())  # reaches us from a forked worker, too


def hook(event, arguments):
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "socket.connect",
                 "socket.bind", "socket.getaddrinfo", "socket.__new__", "ctypes.dlopen", "pickle.find_class",
                 "shutil.rmtree", "os.remove", "os.rename", "urllib.Request"):
        tell(event, arguments)
    if event == "import" and arguments[0].split(".")[0] not in ALLOWED:
        tell(event, arguments[0])
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        tell(event, arguments)
    if event == "exec" and getattr(arguments[0], "co_filename", "").startswith({tree!r}):
        tell(event, arguments[0].co_filename)


sys.addaudithook(hook)
from tlsscan.cli import main

sys.exit(main(["-f", {form!r}, "--level", "note", "-v", "-j", "2"]))
"""


def hostile_tree(tree: Path) -> None:
    """A repository that tries to have itself run."""
    bomb = f"open({str(tree / 'ran')!r}, 'w').close()\n"
    files = {
        "setup.py": bomb + OLD,
        "conftest.py": bomb,
        "sitecustomize.py": bomb,
        "tlsscan.py": bomb,
        "yaml.py": bomb,
        "tree_sitter_python/__init__.py": bomb,
        "rules/python/evil.yaml": "!!python/object/apply:os.system ['touch ran']\n",
        "pyproject.toml": "[build-system]\nrequires = ['evil']\nbuild-backend = 'setup'\nbackend-path = ['.']\n",
        "tlsscan.toml": "exclude = ['$(touch${IFS}ran)', '`hook`', '${HOME}']\n",
        ".gitattributes": "* filter=evil diff=evil\n",
        ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ran\n',
        "Rakefile": "system 'touch ran'\n",
        "Gemfile": "`touch ran`\n",
        "composer.json": '{"scripts": {"post-install-cmd": "touch ran"}}\n',
        "pom.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "http://192.0.2.1/">]><project>&e;</project>\n',
        "x.csproj": '<Project><Target Name="x"><Exec Command="touch ran"/></Target></Project>\n',
        "lib/a.py": OLD,
    }
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    subprocess.run(["git", "add", "lib"], cwd=tree, check=True)
    hook = tree / "evil.sh"
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    with open(tree / ".git" / "config", "a") as config:
        config.write(f"[core]\n\tfsmonitor = {hook}\n\tpager = {hook}\n\tsshCommand = {hook}\n")
        config.write(f'[filter "evil"]\n\tclean = {hook}\n\tsmudge = {hook}\n[diff "evil"]\n\ttextconv = {hook}\n')


ALLOWED = {
    *sys.stdlib_module_names,
    *("tlsscan", "tree_sitter", "tree_sitter_python", "tree_sitter_ruby", "ahocorasick_rs", "yaml", "_yaml"),
    *("pathspec", "sarif_om", "attr", "attrs", "_distutils_hack"),
    "org",  # the standard library's `copy` asks for Jython's types
}


@pytest.mark.parametrize("form", ["full", "sarif"])
@pytest.mark.parametrize("no_fork", ["0", "1"])
def test_a_hostile_tree_is_only_read(tmp_path: Path, form: str, no_fork: str) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    hostile_tree(tree)
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    assert tree / "ran" not in before
    code = WATCH.format(allowed=ALLOWED, tree=str(tree), form=form)
    done = subprocess.run(
        [sys.executable, "-P", "-B", "-c", code],
        cwd=tree,
        env=environment({"TLSSCAN_NO_FORK": no_fork}),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    said = done.stderr.decode()
    assert "FORBIDDEN" not in said
    assert done.returncode == 1, said
    for name in ("setup.py", "lib/a.py"):
        assert name in done.stdout.decode()
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before
