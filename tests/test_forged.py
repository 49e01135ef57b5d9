"""No name, text or value of a scanned tree forges a line, a colour or a command, whatever is asked of it and in any
format."""

import json
import os
import shutil
from pathlib import Path

import pytest

from cli_tools import Run, run
from hostile_git import git
from report_builders import is_hidden
from tlsscan.cli import main
from tlsscan.reporters import FORMATS

EVIL = "\x1b[31m\n::error title=pwn::x\r##vso[task.x]y ##[error]z \u202e\u200b\u2028<b>|`[x](y)@all=1+1"
LINE = EVIL.replace("\n", " ").replace("\r", " ").replace("\u2028", " ")
FOLDER = f"d{EVIL}"
START = "::error title=pwn::x"
OLD = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
JAVA = 'import javax.net.ssl.*;\nclass A { Object m() throws Exception { return SSLContext.getInstance("TLS"); } }\n'
FILES = {
    f"{FOLDER}/a{EVIL}.py": OLD.replace("ssl.SSL", f"a = '{LINE}'; ssl.SSL"),
    f"{FOLDER}/A.java": JAVA,
    f"{FOLDER}/Dockerfile": "FROM openjdk:7\n",
    f"{FOLDER}/const.php": "<?php\nclass C { const V = 4; }\n",
    f"{FOLDER}/use.php": "<?php\ncurl_setopt($c, CURLOPT_SSLVERSION, C::V);\n",
    f"{FOLDER}/pom.xml": "<project><a></project>",
    f"tests/t{EVIL}.py": OLD,
    "b\udcff\n::error::y.py": OLD,
    f"{START}/Dockerfile": "FROM python:2.7.5\n",
    f"{START}/x.py": OLD,
    f"{START}/pom.xml": "<project><a></project>",
    f"{START}/wrong.py": "x = 1  # tlsscan: ignore[x]\n",
    f"{START}/aside.py": OLD.rstrip() + "  # tlsscan: ignore[python/ssl-context-protocol] x\n",
    f"{START}/expired.py": "x = 1  # tlsscan: ignore[python/ssl-context-protocol] until=2020-01-01 x\n",
    f"{START}.php": "<?php\n",
    f"{START}.go": "package main\n",
    "aside.py": OLD.rstrip() + f"  # tlsscan: ignore[python/ssl-context-protocol] {LINE}\n",
    "unused.py": f"x = 1  # tlsscan: ignore[python/ssl-context-protocol] until=2020-01-01 {LINE}\n",
    f"wrong{EVIL}.py": f"x = 1  # tlsscan: ignore[{LINE}]\n",
    f"only{EVIL}.go": "package main\n",
}
COMMANDS = [
    *(["files"], ["files", "-f", "json"]),
    *(["runtimes"], ["runtimes", "-f", "json"]),
    *(["config"], ["config", "-f", "json"], ["baseline", "-o", "again.json"]),
    *([*words, "-f", form] for words in (["why", f"{FOLDER}/A.java:2"],) for form in ("full", "json")),
    *([*words, "-f", form] for words in (["why", f"{FOLDER}/a{EVIL}.py:2"],) for form in ("full", "json")),
    ["why", f"{FOLDER}/const.php:2"],
    *(["why", f"{START}/x.py:1"], ["why", f"{START}/x.py:2"], ["why", f"{START}/Dockerfile:1"]),
    ["-q"],
    ["--diff=HEAD", "-f", "concise"],
    ["check-rules", FOLDER],
]
MISTAKES = [
    *(["--config", EVIL], ["--policy", EVIL], ["--rules", EVIL], ["--baseline", EVIL], ["-o", f"{EVIL}/x"]),
    *(["--select", EVIL], ["--ignore", EVIL], ["--files-from", EVIL], ["--sarif-root", EVIL]),
    *(["--runtime", EVIL], [f"--diff={EVIL}"], [EVIL], [f"--{EVIL}"], ["-f", EVIL], ["--level", EVIL], ["-j", EVIL]),
    *(["--within", EVIL], ["--exclude", f"{EVIL}[[:x:]]"], ["--timeout", EVIL], ["--max-file-size", EVIL]),
    *(["why", EVIL], ["why", f"{EVIL}:3"], ["explain", EVIL], ["check-rules", EVIL], ["completion", EVIL]),
    *(["files", EVIL], ["config", EVIL], ["runtimes", EVIL], ["baseline", EVIL], ["--max-results", EVIL]),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that tries it with every name and every text, all of it staged and not yet committed."""
    if os.name != "posix" or shutil.which("git") is None:
        pytest.skip("needs free names and git")
    top = tmp_path_factory.mktemp("tree")
    git(top, "init", "-q", "-b", "main")
    git(top, "commit", "-q", "--allow-empty", "-m", "x")
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")
    git(top, "add", "-A")
    os.mkfifo(top / f"f{EVIL}.py")
    os.mkfifo(top / f"{START}.py")
    for name in (f"odd{EVIL}.py", f"{START}.rb", f"{START}/odd.py"):
        (top / name).write_bytes(b"\xff\xfe\x00\xd8x")
    assert run("baseline", "-o", "known.json", f"{FOLDER}/use.php", "tests", cwd=top).status == 0
    entries = json.loads((top / "known.json").read_text())
    gone = {"path": f"gone{EVIL}.py", "rule": "python/ssl-context-protocol", "in": EVIL, "identity": "0" * 32}
    entries["entries"] = [*({**entry, "note": EVIL} for entry in entries["entries"]), {**gone, "note": EVIL}]
    (top / "known.json").write_text(json.dumps(entries))
    return top


def told(given: Run) -> None:
    """Nothing is told but in plain lines that this program wrote."""
    assert "Traceback" not in given.err
    for text in (given.out, given.err):
        assert not {char for char in text if char != "\n" and is_hidden(char)}
        assert "##[" not in text
        assert "##vso[" not in text
        commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
        ours = ("::error file=", "::error title=tlsscan", "::warning file=", "::warning title=tlsscan", "::notice ")
        assert all(line.startswith(ours) for line in commands), commands


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "flags",
    [
        ["-v", "--level", "note", "--no-demote", "--show-suppressed", "--sarif-suppressed=include"],
        ["--baseline", "known.json", "--show-suppressed", "--sarif-suppressed=include", "--sarif-provenance"],
        ["--staged", "--statistics", "--redact", "--strict"],
    ],
    ids=lambda flags: flags[0],
)
def test_no_report_is_forged(tree: Path, form: str, flags: list[str]) -> None:
    given = run("-f", form, *flags, cwd=tree)
    assert given.status == 2, "a suppression is wrong"
    assert given.out
    told(given)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_no_answer_is_forged(tree: Path, words: list[str]) -> None:
    given = run(*words, cwd=tree)
    assert given.status in (0, 1, 2)
    assert given.out or given.err
    told(given)


@pytest.mark.parametrize("words", MISTAKES, ids=lambda words: words[0].replace(EVIL, "evil"))
def test_no_error_is_forged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(OLD)
    status = main(words)
    out, err = capsys.readouterr()
    assert (status, err.count("\n")) == (2, 1), err
    assert err.startswith("tlsscan: error: ")
    told(Run(status, out, err))
