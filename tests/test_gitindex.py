"""The index as git itself writes it, in every version, and as an attacker may write it."""

import hashlib
import os
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscan.gitindex import (
    MAX_ENTRIES,
    GitIndexError,
    Tracked,
    common_directory,
    git_directory,
    parse_index,
    read_tracked,
)

NAMES = ["a.py", "lib/b.rb", "lib/deep/c.rb", "lib-x/d.py", "z" * 200, "z" * 200 + "/" + "y" * 100, "\u00e9.py"]


def git(where: Path, *arguments: str) -> str:
    quiet = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }
    command = ["git", "-c", "core.excludesFile=", "-c", "protocol.file.allow=always", *arguments]
    return subprocess.run(command, cwd=where, env=os.environ | quiet, check=True, capture_output=True, text=True).stdout


def repository(top: Path, names: list[str], *init: str) -> Path:
    top.mkdir(parents=True, exist_ok=True)
    git(top, "init", "-q", *init)
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    git(top, "add", "--all", "--force")
    return top


def index_of(top: Path) -> bytes:
    return (top / ".git" / "index").read_bytes()


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("repository"), [name for name in NAMES if name != "z" * 200])


EXPECTED = sorted(name.encode() for name in NAMES if name != "z" * 200)


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_versions(top: Path, version: str) -> None:
    git(top, "update-index", "--index-version", version)
    if version == "3":  # git writes 3 only when an entry needs its extra flags
        git(top, "update-index", "--skip-worktree", "a.py")
    data = index_of(top)
    assert data[4:8] == struct.pack(">I", int(version))
    assert parse_index(data) == EXPECTED
    git(top, "update-index", "--no-skip-worktree", "a.py")


def test_a_sha_256_repository(tmp_path: Path) -> None:
    top = repository(tmp_path, ["a.py", "b/c.py"], "--object-format=sha256")
    assert parse_index(index_of(top)) == [b"a.py", b"b/c.py"]


def test_a_skipped_checksum(top: Path) -> None:
    git(top, "update-index", "--index-version", "2")
    assert parse_index(index_of(top)[:-20] + bytes(20)) == EXPECTED


@pytest.mark.parametrize("version", ["2", "4"])
def test_every_truncation_is_refused(top: Path, version: str) -> None:
    git(top, "update-index", "--index-version", version)
    data = index_of(top)
    for length in range(len(data)):
        with pytest.raises(GitIndexError):
            parse_index(data[:length])


@pytest.mark.parametrize("version", ["2", "4"])
def test_every_truncation_with_a_fitting_checksum_is_refused(top: Path, version: str) -> None:
    git(top, "update-index", "--index-version", version)
    body = index_of(top)[:-20]
    end_of_entries = body.index(b"TREE") if b"TREE" in body else len(body)
    for length in range(12, len(body)):
        data = signed(body[:length])
        if length == end_of_entries:
            assert parse_index(data) == EXPECTED
            continue
        with pytest.raises(GitIndexError):
            parse_index(data)


def signed(body: bytes) -> bytes:
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


@given(st.data())
def test_bit_flips_never_crash(top: Path, data: st.DataObject) -> None:
    body = bytearray(index_of(top)[:-20])
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        paths = parse_index(signed(bytes(body)))
    except GitIndexError:
        return
    assert len(paths) == struct.unpack_from(">I", body, 8)[0]
    assert all(path in body or body[7] == 4 for path in paths)


def entry(path: bytes, mode: int = 0o100644, length: int | None = None) -> bytes:
    flags = min(len(path) if length is None else length, 0xFFF)
    head = struct.pack(">24xI32xH", mode, flags) + path
    return head + bytes(8 - len(head) % 8)


def header(count: int, version: int = 2) -> bytes:
    return b"DIRC" + struct.pack(">II", version, count)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (header(MAX_ENTRIES + 1) + entry(b"a"), "more than"),
        (header(1, 5) + entry(b"a"), "unknown version 5"),
        (header(2) + entry(b"a"), "ends inside an entry"),
        (header(1) + entry(b"a", length=2), "another length"),
        (header(1) + entry(b""), "another length"),
        (header(1) + entry(b"d/", mode=0o040000), "sparse"),
        (header(1) + struct.pack(">24xI32xH", 0o100644, 9) + b"unending!", "without an end"),
        (header(1) + entry(b"a") + b"link" + struct.pack(">I", 20) + bytes(20), "split"),
        (header(1) + entry(b"a") + b"sdir" + struct.pack(">I", 0), "needs the extension"),
        (header(1) + entry(b"a") + b"TREE" + struct.pack(">I", 0xFFFFFFFF), "inside an extension"),
        (header(1) + entry(b"a") + b"TRE", "inside an extension"),
        (header(1, 4) + struct.pack(">24xI32xH", 0o100644, 1) + b"\x05a\0", "drops more"),
        (header(1, 4) + struct.pack(">24xI32xH", 0o100644, 1) + b"\xff" * 9, "number without an end"),
        (b"PACK" + struct.pack(">II", 2, 0) + bytes(40), "not a git index"),
    ],
)
def test_what_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(GitIndexError, match=reason):
        parse_index(signed(body))


def test_a_damaged_checksum_is_refused(top: Path) -> None:
    data = bytearray(index_of(top))
    data[40] ^= 1
    with pytest.raises(GitIndexError, match="checksum"):
        parse_index(bytes(data))


def test_names_that_only_begin_alike() -> None:
    tracked = Tracked([b"lib-x/d.py", b"lib/b.rb", b"sub", b"lib.py"])
    answers = {path: tracked.covers(path) for path in (b"lib/", b"lib-x/", b"li/", b"lib", b"lib.py", b"sub/", b"sub")}
    assert [path for path, covered in answers.items() if covered] == [b"lib/", b"lib-x/", b"lib.py", b"sub/", b"sub"]


def test_an_empty_set_covers_nothing() -> None:
    assert not Tracked([]).covers(b"a") and not Tracked([]).covers(b"a/")


def test_a_linked_work_tree_and_a_submodule(tmp_path: Path) -> None:
    top = repository(tmp_path / "main", ["a.py"])
    git(top, "commit", "-q", "-m", "one")
    git(top, "worktree", "add", "-q", "../linked", "-b", "other")
    git(top, "submodule", "add", "-q", str(top), "sub")
    linked = git_directory(os.fsencode(tmp_path / "linked"))
    assert linked is not None
    assert read_tracked(linked).covers(b"a.py")
    assert os.path.realpath(common_directory(linked)) == os.fsencode(os.path.realpath(top / ".git"))
    inner = git_directory(os.fsencode(top / "sub"))
    assert inner is not None
    assert read_tracked(inner).covers(b"a.py")
    outer = git_directory(os.fsencode(top))
    assert outer is not None
    assert read_tracked(outer).covers(b"sub/")


@pytest.mark.parametrize("content", ["", "gitdir:", "gitdir: nowhere", "nonsense", "gitdir: /dev", "gitdir: a\0b"])
def test_a_pointer_that_leads_to_no_repository(tmp_path: Path, content: str) -> None:
    (tmp_path / ".git").write_text(content)
    assert git_directory(os.fsencode(tmp_path)) is None


def test_without_an_index_nothing_is_tracked(tmp_path: Path) -> None:
    tracked = read_tracked(os.fsencode(tmp_path))
    assert (len(tracked), tracked.covers(b"a.py"), tracked.covers(b"lib/")) == (0, False, False)


def test_a_directory_that_only_looks_like_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert git_directory(os.fsencode(tmp_path)) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_an_index_that_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "index")
    with pytest.raises(GitIndexError, match="regular"):
        read_tracked(os.fsencode(tmp_path))
    (tmp_path / "index").unlink()
    (tmp_path / "index").symlink_to("/dev/zero")
    with pytest.raises(GitIndexError):
        read_tracked(os.fsencode(tmp_path))
