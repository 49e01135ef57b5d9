"""Only what was added: --diff and --staged, in repositories that git makes."""

import json
import os
import shutil
import subprocess
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli_tools import Run, command, environment, run
from hostile_git import QUIET, git
from tlsscan.linediff import added_lines

OLD = "import ssl\n\n\ndef connect():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
NEW = "\n\ndef other():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)\n"

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(folder: Path, message: str = "x") -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A branch `work` that left `main` after one commit."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    write(folder, "a.py", OLD)
    write(folder, "lib/b.py", OLD)
    commit(folder)
    git(folder, "checkout", "-qb", "work")
    return folder


def scan(folder: Path, *flags: str) -> Run:
    return run("-f", "json", *flags, cwd=folder)


def places(given: Run) -> list[str]:
    assert given.out, given.err
    return [f"{f['path']}:{f['region']['line']}" for f in json.loads(given.out)["findings"]]


def unchanged(given: Run) -> int:
    return [f["suppression"]["kind"] for f in json.loads(given.out)["suppressed"]].count("unchanged")


# -- lines ----------------------------------------------------------------------------------------------------------

LINES = st.lists(st.sampled_from([b"a", b"b", b"c", b"", b"}", b"x"]), max_size=30)


@given(LINES, LINES)
def test_what_is_left_without_the_added_lines_was_there(old: list[bytes], new: list[bytes]) -> None:
    added = added_lines(old, new)
    left = iter(old)
    assert all(line in left for number, line in enumerate(new, 1) if number not in added)
    assert not added_lines(new, new)


@given(st.lists(st.integers(0, 999).map(lambda n: b"%d" % n), unique=True, max_size=40), st.data())
def test_of_lines_that_differ_only_the_inserted_are_added(old: list[bytes], data: st.DataObject) -> None:
    new, expected = list(old), set()
    for at in sorted(data.draw(st.sets(st.integers(0, len(old)))), reverse=True):
        new.insert(at, b"new %d" % at)
    expected = {number for number, line in enumerate(new, 1) if line.startswith(b"new")}
    assert added_lines(old, new) == expected


def test_large_texts_take_no_time() -> None:
    old = [b"%d" % (n % 7) for n in range(20_000)]
    new = [*old[:10_000], b"x", *old[10_000:]]
    assert added_lines(old, new) == {10_001}
    assert len(added_lines(old, [b"%d" % (n % 11) for n in range(20_000)])) <= 20_000
    reordered = [b"%d" % n for n in range(20_000)]
    assert len(added_lines(reordered, reordered[10_000:] + reordered[:10_000])) == 10_000


def test_it_adds_no_more_than_another_way_of_comparing() -> None:
    old, new = OLD.encode().splitlines(), (OLD.replace("connect", "link") + NEW).encode().splitlines()
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    assert added_lines(old, new) == {
        n for k, _, _, c, d in codes if k in ("insert", "replace") for n in range(c + 1, d + 1)
    }


# -- since a commit -------------------------------------------------------------------------------------------------


@needs_git
def test_only_lines_that_were_added_count(repository: Path) -> None:
    write(repository, "a.py", "# a word\n" + OLD + NEW)
    given = scan(repository, "--diff")
    assert (given.status, places(given), unchanged(given)) == (1, ["a.py:10"], 2)
    commit(repository)
    assert places(scan(repository, "--diff")) == ["a.py:10"], "committed on the branch"
    assert places(scan(repository, "--diff", "HEAD")) == []
    assert places(scan(repository, "--diff=main", "lib")) == []
    main = git(repository, "rev-parse", "main")
    assert f"tlsscan: lines added since main ({main[:12]}) count\n" in given.err
    assert "tlsscan: lines" not in scan(repository, "--diff", "-q").err


@needs_git
def test_what_came_to_the_other_branch_meanwhile_is_none_of_ours(repository: Path) -> None:
    commit_here = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-q", "main")
    write(repository, "lib/b.py", "# gone\n")
    commit(repository)
    git(repository, "checkout", "-q", "work")
    write(repository, "c.py", OLD)
    given = scan(repository, "--diff", "main")
    assert (places(given), commit_here[:12] in given.err) == (["c.py:5"], True)


@needs_git
def test_untracked_renamed_and_copied_files(repository: Path) -> None:
    write(repository, "new.py", OLD)
    git(repository, "mv", "lib/b.py", "lib/c.py")
    write(repository, "lib/c.py", OLD + NEW)
    assert places(scan(repository, "--diff")) == ["lib/c.py:9", "new.py:5"]
    git(repository, "add", "-A")
    git(repository, "rm", "-q", "--cached", "a.py")
    assert "lib/c.py:5" not in places(scan(repository, "--diff"))


@needs_git
def test_a_value_that_changed_elsewhere_counts_where_it_is_used(repository: Path) -> None:
    write(repository, "conf.py", "import ssl\nTLS = ssl.PROTOCOL_TLS_CLIENT\n")
    write(repository, "use.py", "import ssl\nfrom conf import TLS\nssl.SSLContext(TLS)\n")
    commit(repository)
    write(repository, "conf.py", "import ssl\nTLS = ssl.PROTOCOL_TLSv1\n")
    assert places(scan(repository, "--diff", "HEAD")) == ["use.py:3"]
    commit(repository)
    assert places(scan(repository, "--diff", "HEAD")) == []


@needs_git
@pytest.mark.parametrize(
    "text", [OLD.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + OLD.encode(), OLD.encode("utf-16")]
)
def test_line_ends_and_encodings_are_no_changes(repository: Path, text: bytes) -> None:
    write(repository, "a.py", text)
    assert places(scan(repository, "--diff")) == []


@needs_git
def test_it_works_from_a_folder_and_on_one_file(repository: Path) -> None:
    write(repository, "lib/b.py", OLD + NEW)
    write(repository, "a.py", OLD + NEW)
    assert places(scan(repository / "lib", "--diff")) == ["b.py:9"]
    assert places(scan(repository / "lib", "--diff", "main", "../a.py")) == [f"{repository}/a.py:9"]
    assert places(scan(repository, "lib/b.py", "--diff")) == ["lib/b.py:9"]
    assert places(scan(repository, "--diff", "--", "lib/b.py")) == ["lib/b.py:9"]


@needs_git
def test_the_default_is_the_default_branch_of_the_remote(repository: Path, tmp_path: Path) -> None:
    write(repository, "a.py", OLD + NEW)
    commit(repository)
    git(tmp_path, "clone", "-q", "--branch", "work", str(repository), "clone")
    clone = tmp_path / "clone"
    git(clone, "remote", "set-head", "origin", "main")
    given = scan(clone, "--diff")
    assert (places(given), "since origin/main (" in given.err) == (["a.py:9"], True)
    git(clone, "remote", "set-head", "origin", "--delete")
    assert "since origin/main (" in scan(clone, "--diff").err
    git(repository, "checkout", "-q", "main")
    write(repository, "a.py", OLD)
    given = scan(repository, "--diff")
    assert (places(given), "since HEAD (" in given.err) == ([], True)


NO_DEFAULT = "--diff: no default branch is known: name one, as in --diff origin/main"


@needs_git
def test_without_a_default_branch_nothing_is_guessed(repository: Path, tmp_path: Path) -> None:
    write(repository, "a.py", OLD + NEW)
    commit(repository)
    git(repository, "checkout", "-q", "main")
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "work", f"file://{repository}", "branch")
    merge = tmp_path / "merge"
    merge.mkdir()
    git(merge, "init", "-q", "-b", "main")
    git(merge, "remote", "add", "origin", f"file://{repository}")
    git(merge, "fetch", "-q", "--depth=1", "origin", "+work:refs/remotes/pull/1/merge")
    git(merge, "checkout", "-q", "refs/remotes/pull/1/merge")
    for shallow in (tmp_path / "branch", merge):
        given = scan(shallow, "--diff")
        assert (given.status, given.out, NO_DEFAULT in given.err) == (2, "", True)
        assert "git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*', or fetch-depth: 0" in given.err
        git(shallow, "fetch", "-q", "--unshallow", "origin", "+refs/heads/*:refs/remotes/origin/*")
        assert places(scan(shallow, "--diff")) == ["a.py:9"]
    git(repository, "checkout", "-q", "work")
    git(repository, "branch", "-m", "main", "trunk")
    given = scan(repository, "--diff")
    assert (given.status, given.out, NO_DEFAULT in given.err, "cut short" in given.err) == (2, "", True, False)
    assert places(scan(repository, "--diff", "trunk")) == ["a.py:9"]


@needs_git
def test_on_the_default_branch_itself_the_last_commit_counts(repository: Path) -> None:
    git(repository, "checkout", "-q", "main")
    git(repository, "branch", "master", "work")
    write(repository, "a.py", OLD + NEW)
    given = scan(repository, "--diff")
    assert (places(given), "since HEAD (" in given.err) == (["a.py:9"], True)


@needs_git
def test_a_repository_without_a_commit_is_all_new(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, "a.py", OLD)
    for flags in (("--diff",), ("--staged",)):
        git(tmp_path, "add", "-A")
        assert places(scan(tmp_path, *flags)) == ["a.py:5"]


@needs_git
def test_what_git_does_not_know_is_told_with_a_hint(repository: Path) -> None:
    for flags, text in (
        (("--diff=nowhere",), "git knows no commit 'nowhere'"),
        (("--diff", "lib"), "lib is a path: write `--diff -- lib`, or name the commit first"),
        (("--diff", "--staged"), "--diff and --staged cannot be had at once"),
    ):
        given = scan(repository, *flags)
        assert (given.status, given.out) == (2, "")
        assert text in given.err
    git(repository, "checkout", "-q", "--orphan", "alone")
    commit(repository, "another root")  # of the same second, it would be the same commit
    given = scan(repository, "--diff=main")
    assert (given.status, "main and HEAD have no commit in common" in given.err) == (2, True)


@needs_git
def test_a_history_that_was_cut_short_is_told(repository: Path, tmp_path: Path) -> None:
    write(repository, "a.py", OLD + NEW)
    commit(repository)
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "work", f"file://{repository}", "shallow")
    shallow = tmp_path / "shallow"
    for flags in (("--diff=origin/main",), ("--diff=main",)):
        given = scan(shallow, *flags)
        assert given.status == 2
        assert "the history is cut short here: fetch more of it (git fetch --unshallow, or fetch-depth: 0" in given.err
    git(shallow, "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    assert "the history is cut short here" in scan(shallow, "--diff=origin/main").err
    assert places(scan(shallow, "--diff=HEAD")) == []


@needs_git
def test_linked_work_trees_and_longer_ids(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"), "main")
    write(tmp_path / "linked", "a.py", OLD + NEW)
    git(tmp_path / "linked", "add", "-A")
    for flag in ("--diff", "--staged"):
        assert places(scan(tmp_path / "linked", flag)) == ["a.py:9"]
    longer = tmp_path / "longer"
    longer.mkdir()
    git(longer, "init", "-q", "-b", "main", "--object-format=sha256")
    write(longer, "a.py", OLD)
    git(longer, "add", "-A")
    assert places(scan(longer, "--staged")) == ["a.py:5"]
    commit(longer)
    write(longer, "a.py", OLD + NEW)
    assert places(scan(longer, "--diff")) == ["a.py:9"]


@needs_git
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives files away")
def test_whoever_the_files_belong_to(repository: Path) -> None:
    write(repository, "a.py", OLD + NEW)
    for path in (repository, *repository.rglob("*")):
        os.chown(path, 12345, 12345)
    assert places(scan(repository, "--diff")) == ["a.py:9"]


@needs_git
def test_submodules_are_compared_with_the_commit_that_was_recorded(repository: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "-q", "-b", "main")
    write(inner, "i.py", OLD)
    commit(inner)
    git(repository, "checkout", "-q", "main")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    commit(repository)
    git(repository, "checkout", "-qB", "work")
    assert places(scan(repository, "--diff", "main")) == []
    write(repository / "sub", "i.py", OLD + NEW)
    assert places(scan(repository, "--diff", "main")) == ["sub/i.py:9"]
    write(repository, "nested/n.py", OLD)
    git(repository / "nested", "init", "-q")
    assert places(scan(repository, "--diff", "main")) == ["nested/n.py:5", "sub/i.py:9"]


@needs_git
def test_baseline_and_comments_come_first(repository: Path) -> None:
    write(
        repository,
        "a.py",
        OLD + NEW.replace("\n    return", "\n    # tlsscan: ignore[python/ssl-context-protocol] x\n    return"),
    )
    given = scan(repository, "--diff")
    kinds = sorted(f["suppression"]["kind"] for f in json.loads(given.out)["suppressed"])
    assert (places(given), kinds) == ([], ["inline", "unchanged", "unchanged"])


# -- what is staged -------------------------------------------------------------------------------------------------


@needs_git
def test_the_index_is_scanned_not_the_work_tree(repository: Path) -> None:
    write(repository, "a.py", OLD + NEW)
    assert places(scan(repository, "--staged")) == []
    git(repository, "add", "a.py")
    write(repository, "a.py", "print(1)\n")
    write(repository, "lib/b.py", OLD + NEW)
    given = scan(repository, "--staged")
    assert (given.status, places(given), unchanged(given)) == (1, ["a.py:9"], 3)
    frame = run("--staged", cwd=repository).out
    assert "9 |     return ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)" in frame
    assert places(scan(repository, "--staged", "lib")) == []
    assert places(scan(repository / "lib", "--staged")) == []
    assert places(scan(repository / "lib", "--staged", "..")) == [f"{repository}/a.py:9"]


@needs_git
def test_nothing_staged_is_nothing_to_tell(repository: Path) -> None:
    given = scan(repository, "--staged")
    assert (given.status, places(given), json.loads(given.out)["files"]) == (0, [], {})


@needs_git
def test_staged_files_that_are_gone_renamed_or_links_now(repository: Path) -> None:
    write(repository, "new.py", OLD)
    git(repository, "add", "new.py")
    git(repository, "mv", "a.py", "moved.py")
    (repository / "new.py").unlink()
    (repository / "moved.py").unlink()
    if os.name == "posix":
        (repository / "moved.py").symlink_to("/etc/passwd")
    given = scan(repository, "--staged")
    assert (given.status, places(given), unchanged(given)) == (1, ["new.py:5"], 2)
    git(repository, "add", "-A")
    assert places(scan(repository, "--staged")) == []


@needs_git
def test_constants_of_files_that_are_not_staged_are_known(repository: Path) -> None:
    write(repository, "conf.py", "import ssl\nTLS = ssl.PROTOCOL_TLSv1\n")
    commit(repository)
    write(repository, "use.py", "import ssl\nfrom conf import TLS\nssl.SSLContext(TLS)\n")
    git(repository, "add", "use.py")
    assert places(scan(repository, "--staged")) == ["use.py:3"]


@needs_git
def test_a_staged_constant_is_told_where_an_unchanged_file_uses_it(repository: Path) -> None:
    write(repository, "conf.py", "import ssl\nTLS = ssl.PROTOCOL_TLSv1_2\n")
    write(repository, "use.py", "import ssl\nfrom conf import TLS\nssl.SSLContext(TLS)\n")
    commit(repository)
    write(repository, "conf.py", "import ssl\nTLS = ssl.PROTOCOL_TLSv1\n")
    git(repository, "add", "conf.py")
    write(repository, "conf.py", "import ssl\nTLS = ssl.PROTOCOL_TLSv1_2\n")
    assert places(scan(repository, "--staged")) == ["use.py:3"]


@needs_git
def test_excludes_hold_and_large_files_are_told(repository: Path) -> None:
    write(repository, "gen/x.py", OLD)
    write(repository, "large.py", OLD + "#" * 3_000_000)
    git(repository, "add", "-A")
    given = scan(repository, "--staged", "--exclude", "gen")
    assert [p for p in places(given) if not p.startswith("large")] == []
    told = {p["path"]: p["kind"] for p in json.loads(given.out)["problems"]}
    assert told == {"large.py": "too-large"}


@needs_git
def test_in_a_hook_the_index_of_the_commit_counts(repository: Path) -> None:
    """`git commit FILE` commits from an index of its own, and says so to the hook."""
    write(repository, "a.py", OLD + NEW)
    write(repository, "lib/b.py", OLD + NEW)
    git(repository, "add", "lib/b.py")
    out = repository / ".git" / "seen"
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    words = " ".join(f"'{word}'" for word in command("-f", "concise", "--staged"))
    hook.write_text(f"#!/bin/sh\n{words} > '{out}'\nexit 0\n")
    hook.chmod(0o755)
    env = {**environment(), **QUIET}
    subprocess.run(["git", "commit", "-qm", "x", "a.py"], cwd=repository, env=env, check=True, capture_output=True)
    assert [line.split(" ")[0] for line in out.read_text().splitlines()] == ["a.py:9:27:"]


@needs_git
@pytest.mark.skipif(os.name != "posix", reason="needs free names")
@pytest.mark.parametrize("flag", ["--diff", "--staged"])
def test_names_forge_nothing(repository: Path, flag: str) -> None:
    name = b'x\n::error::\x1b[31m\xff "\t.py'
    (repository / os.fsdecode(name)).write_text(OLD)
    (repository / "-rf.py").write_text(OLD)
    (repository / ":(top)x.py").write_text(OLD)
    git(repository, "add", "-A")
    for form in ("full", "concise", "json", "sarif"):
        given = run("-f", form, flag, cwd=repository)
        assert given.status == 1
        for text in (given.out, given.err):
            assert "\x1b" not in text
            assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert len(places(scan(repository, flag))) == 3


@needs_git
@pytest.mark.skipif(os.name != "posix", reason="needs free names")
def test_names_of_branches_forge_nothing(repository: Path) -> None:
    given = scan(repository, "--diff=\x1b[31m::error")
    assert (given.status, "\x1b" in given.err) == (2, False)
