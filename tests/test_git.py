"""git is asked without running anything of the repository's, whatever its configuration says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli_tools import environment, run
from hostile_git import QUIET, git, poison
from tlsscan.git import Repository, _program
from tlsscan.provenance import address

OLD = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
FLAGS = [
    ("--diff",),
    ("--diff=HEAD",),
    ("--diff", "HEAD~1"),
    ("--diff=first",),
    ("--staged",),
    ("--sarif-provenance", "-f", "sarif"),
    (),
    ("--baseline", "known.json", "--baseline-prune"),
    ("why", "a.py:2", "--diff"),
    ("why", "a.py:2", "--staged"),
    ("files",),
    ("config", "--show"),
    ("runtimes",),
    ("baseline", "-o", "again.json"),
]

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="the traps are shell scripts"),
    pytest.mark.skipif(shutil.which("git") is None, reason="needs git"),
]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits, something staged and something changed, on a branch."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.py").write_text(OLD)
    (folder / "c.py").write_text("# c\n" + OLD)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    git(folder, "tag", "first")
    git(folder, "checkout", "-qb", "work")
    (folder / "a.py").write_text(OLD + "ssl.SSLContext(ssl.PROTOCOL_SSLv3)\n")
    git(folder, "commit", "-qam", "two")
    (folder / "b.py").write_text(OLD)
    git(folder, "add", "b.py")
    (folder / "a.py").write_text(OLD + "ssl.SSLContext(ssl.PROTOCOL_SSLv3)\nssl.SSLContext(ssl.PROTOCOL_TLSv1_1)\n")
    return folder


def traps_sprung(folder: Path, marks: Path, *arguments: str) -> set[str]:
    for mark in marks.iterdir():
        mark.unlink()
    subprocess.run(
        ["git", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **QUIET},
    )
    return {mark.name for mark in marks.iterdir()}


def missing_blob(folder: Path) -> str:
    """A file of the first commit whose content is nowhere, so that git wants to fetch it."""
    name = git(folder, "rev-parse", "first:c.py")
    (folder / ".git" / "objects" / name[:2] / name[2:]).unlink()
    return name


def test_the_traps_are_live(repository: Path, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    poison(repository, marks)
    assert {"fsmonitor"} <= traps_sprung(repository, marks, "status")
    attributes = (repository / ".gitattributes").read_text()
    (repository / ".gitattributes").write_text("* diff=evil\n")  # a filter that fails is the end of a comparison
    assert {"diff-command"} <= traps_sprung(repository, marks, "diff", "first", "HEAD")
    assert {"textconv"} <= traps_sprung(repository, marks, "log", "-p", "--no-ext-diff")
    (repository / ".gitattributes").write_text(attributes)
    (repository / "a.py").write_text("x\n")
    sprung = traps_sprung(repository, marks, "-c", "core.fsmonitor=false", "diff-index", "HEAD", "--")
    assert sprung & {"clean", "process"} or traps_sprung(repository, marks, "diff", "--no-ext-diff", "HEAD") & {
        "clean",
        "process",
    }
    assert {"fetch"} <= traps_sprung(repository, marks, "cat-file", "-p", missing_blob(repository))


@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_no_flag_springs_a_trap(repository: Path, tmp_path: Path, flags: tuple[str, ...]) -> None:
    marks = tmp_path / "marks"
    assert run("baseline", "-o", "known.json", cwd=repository).status == 0
    missing_blob(repository)
    poison(repository, marks)
    env = {"PATH": f".:{os.environ['PATH']}", "TLSSCAN_DEBUG": "1"}
    given = run(*flags, cwd=repository, env=env)
    assert given.status in (0, 1), given.err
    assert not list(marks.iterdir())


def test_what_cannot_be_fetched_counts_as_added(repository: Path, tmp_path: Path) -> None:
    missing_blob(repository)
    poison(repository, tmp_path / "marks")
    given = run("--diff=first", "-f", "concise", cwd=repository)
    assert "c.py:3:" in given.out
    assert "a.py:2:" not in given.out


def test_a_scan_without_these_flags_starts_no_program(repository: Path) -> None:
    code = (
        "import sys\n"
        "def watch(event, arguments):\n"
        "    if event in ('subprocess.Popen', 'os.exec', 'os.posix_spawn', 'os.system', 'socket.connect'):\n"
        "        sys.stderr.write('STARTED ' + event)\n"
        "sys.addaudithook(watch)\n"
        "from tlsscan.cli import main\n"
        "main(sys.argv[1:])\n"
        "assert 'subprocess' not in sys.modules and 'tlsscan.git' not in sys.modules\n"
    )
    for flags in ((".",), ("a.py", "--baseline", "known.json"), ("baseline", "-o", "known.json")):
        (repository / "known.json").unlink(missing_ok=True)
        run("baseline", "-o", "known.json", cwd=repository)
        command = [sys.executable, "-c", code, *flags]
        done = subprocess.run(command, cwd=repository, env=environment(), capture_output=True, text=True, check=False)
        assert "STARTED" not in done.stderr
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["-x", "--upload-pack=x", "", "a\0b", "a\nb"])
def test_names_that_are_flags_are_refused(repository: Path, name: str) -> None:
    from tlsscan.errors import UsageError

    with pytest.raises(UsageError, match="is no name of a commit"):
        Repository(str(repository)).commit(name)


def test_a_flag_in_the_place_of_a_commit_is_refused(repository: Path) -> None:
    for words in ("--diff=-x", "--diff=--output=owned"):
        given = run(words, cwd=repository)
        assert given.status == 2
        assert "is no name of a commit" in given.err
    assert not (repository / "owned").exists()


def test_the_repository_brings_no_git_of_its_own(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "git").write_text("#!/bin/sh\n")
    (repository / "git").chmod(0o755)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    assert os.path.isabs(_program())
    assert not _program().startswith(str(repository))


def test_without_git_it_says_so(repository: Path, tmp_path: Path) -> None:
    given = run("--diff", cwd=repository, env={"PATH": str(tmp_path)})
    assert (given.status, given.err) == (
        2,
        "tlsscan: error: there is no git here (--diff, --staged and --sarif-provenance ask it)\n",
    )


def test_a_git_that_hangs_is_given_up(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tlsscan import git as module
    from tlsscan.errors import UsageError

    os.mkfifo(tmp_path / "pipe")
    (repository / ".git" / "config").write_text(f"[include]\n\tpath = {tmp_path / 'pipe'}\n")
    monkeypatch.setattr(module, "TIMEOUT", 0.5)
    with pytest.raises(UsageError, match="did not answer"):
        Repository(str(repository)).commit("HEAD")


@pytest.mark.parametrize("flags", [("--diff",), ("--diff=HEAD",), ("--staged",), ("--sarif-provenance", "-f", "sarif")])
def test_outside_of_a_work_tree_it_says_so(tmp_path: Path, flags: tuple[str, ...]) -> None:
    (tmp_path / "a.py").write_text(OLD)
    given = run(*flags, cwd=tmp_path)
    assert given.status == 2
    assert "no git work tree" in given.err
    assert len(given.err.splitlines()) == 1


# -- where the code came from ---------------------------------------------------------------------------------------

ADDRESSES = {
    "https://user:secret@example.org/team/shop.git": "https://example.org/team/shop.git",
    "https://token@example.org:8443/shop.git?access_token=x#y": "https://example.org:8443/shop.git",
    "git@example.org:team/shop.git": "ssh://example.org/team/shop.git",
    "ssh://git:pw@example.org:22/team/shop.git": "ssh://example.org:22/team/shop.git",
    "https://[::1]/x": "https://[::1]/x",
    "https://example.org/a b\u202e.git": "https://example.org/a%20b%E2%80%AE.git",
    "/srv/git/shop.git": "",
    "file:///srv/git/shop.git": "",
    "ext::sh -c x": "",
    "C:/shop.git": "",
    "https://exa mple.org/": "",
    "https://x:y:z@/": "",
    "": "",
}


@pytest.mark.parametrize("written", ADDRESSES)
def test_addresses_lose_their_secrets(written: str) -> None:
    assert address(written) == ADDRESSES[written]


def test_sarif_names_repository_commit_and_branch(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://user:secret@example.org/team/shop.git")
    given = run("-f", "sarif", "--sarif-provenance", cwd=repository)
    assert "secret" not in given.out + given.err
    (told,) = json.loads(given.out)["runs"][0]["versionControlProvenance"]
    commit = git(repository, "rev-parse", "HEAD")
    assert told == {"repositoryUri": "https://example.org/team/shop.git", "revisionId": commit, "branch": "work"}
    assert "versionControlProvenance" not in json.loads(run("-f", "sarif", cwd=repository).out)["runs"][0]
    git(repository, "remote", "set-url", "origin", "/srv/git/shop.git")
    given = run("-f", "sarif", "--sarif-provenance", cwd=repository)
    assert "versionControlProvenance" not in json.loads(given.out)["runs"][0]
    assert "SARIF names no repository" in given.err
