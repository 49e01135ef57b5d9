"""Files that --fix writes: what they keep, and which are not written at all."""

import os
import stat
from pathlib import Path

import pytest

from cli_tools import run
from tlsscan import writing
from tlsscan.cli import main
from tlsscan.unified import difference
from tlsscan.writing import Refused, rewrite

CODE = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
MENDED = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n"

ODD = "# \u00e4\u20ac\U0001f512\u2028\x0c\n"
LATIN = "# -*- coding: latin-1 -*- \u00e4\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf" + CODE.encode(), b"\xef\xbb\xbf" + MENDED.encode()),
        (CODE.replace("\n", "\r\n").encode(), MENDED.replace("\n", "\r\n").encode()),
        (CODE.replace("\n", "\r").encode(), MENDED.replace("\n", "\r").encode()),
        (CODE.rstrip("\n").encode(), MENDED.rstrip("\n").encode()),
        (f"{ODD}{CODE}".encode(), f"{ODD}{MENDED}".encode()),
        (f"{LATIN}{CODE}".encode("latin-1"), f"{LATIN}{MENDED}".encode("latin-1")),
        (f"# \u00e4\U0001f512\n{CODE}".encode("utf-16"), f"# \u00e4\U0001f512\n{MENDED}".encode("utf-16")),
        (b"\xfe\xff" + CODE.encode("utf-16-be"), b"\xfe\xff" + MENDED.encode("utf-16-be")),
        (CODE.encode("utf-32"), MENDED.encode("utf-32")),
    ],
    ids=["mark", "crlf", "cr", "no-end", "utf-8", "latin-1", "utf-16", "utf-16-be", "utf-32"],
)  # fmt: skip
def test_encodings_and_line_ends_stay(tmp_path: Path, before: bytes, after: bytes) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(before)
    done = run("--fix", "-f", "concise", ".", cwd=tmp_path)
    assert file.read_bytes() == after, done.err


def test_permissions_stay(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(CODE)
    file.chmod(0o751)
    run("--fix", ".", cwd=tmp_path)
    assert file.read_text() == MENDED
    assert stat.S_IMODE(file.stat().st_mode) == 0o751
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"], "nothing is left beside it"


def test_a_read_only_file_is_told_and_left(tmp_path: Path) -> None:
    file, other = tmp_path / "a.py", tmp_path / "b.py"
    file.write_text(CODE)
    other.write_text(CODE)
    file.chmod(0o444)
    done = run("--fix", ".", cwd=tmp_path)
    assert file.read_text() == CODE
    assert other.read_text() == MENDED, "one that cannot be written keeps no other from it"
    assert done.status == 2
    assert "a.py is not fixed: it is read-only" in done.err
    assert "fixed 1 finding in 1 file" in done.err
    assert "a.py:2:16" in done.out, "what is left is told"


def test_links_are_not_written_through(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside.py", tmp_path / "tree"
    outside.write_text(CODE)
    inside.mkdir()
    (inside / "link.py").symlink_to(outside)
    run("--fix", "tree", cwd=tmp_path)
    assert outside.read_text() == CODE
    assert (inside / "link.py").is_symlink()


def test_a_file_with_several_names_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(CODE)
    os.link(file, tmp_path / "kept")
    done = run("--fix", ".", cwd=tmp_path)
    assert file.read_text() == CODE
    assert done.status == 2
    assert "several names" in done.err


@pytest.mark.skipif(os.name != "posix", reason="needs permissions and links")
def test_a_preview_leaves_out_what_would_not_be_written(tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text(CODE)
    (tmp_path / "b.py").chmod(0o444)
    os.link(tmp_path / "c.py", tmp_path / "kept")
    done = run("--fix", "--diff", ".", cwd=tmp_path)
    assert [line for line in done.out.splitlines() if line.startswith("+++")] == ["+++ b/a.py"]
    assert done.status == 2
    assert "b.py would not be fixed: it is read-only" in done.err
    assert "c.py would not be fixed: it has several names" in done.err
    assert "would fix 1 finding in 1 file" in done.err
    assert (tmp_path / "a.py").read_text() == CODE


def test_an_interruption_tells_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(CODE)
    take_over = writing._take_over

    def interrupt(path: bytes, part: bytes, status: os.stat_result) -> None:
        if path.endswith(b"b.py"):
            raise KeyboardInterrupt
        take_over(path, part, status)

    monkeypatch.setattr(writing, "_take_over", interrupt)
    monkeypatch.chdir(tmp_path)
    assert main(["--fix", "-j", "1", "."]) == 130
    told = capsys.readouterr().err
    assert "tlsscan: interrupted; fixed a.py:2: write" in told
    assert "tlsscan: interrupted; fixed 1 finding in 1 file\n" in told
    assert [(tmp_path / name).read_text() for name in ("a.py", "b.py")] == [MENDED, CODE]


@pytest.mark.parametrize("name", ["-x.py", "a b.py", "::error.py", "n\new.py", "e\x1b[31m.py", "\u202ebidi.py"])
def test_names_that_could_be_mistaken(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(CODE)
    done = run("--fix", "--diff", "--", ".", cwd=tmp_path)
    assert done.out.startswith("--- ")
    assert len(done.out.splitlines()) == 6
    assert "\x1b" not in done.out + done.err
    assert not any(line.startswith("::") for line in done.err.splitlines())
    assert run("--fix", "-q", "-f", "concise", ".", cwd=tmp_path).status == 1
    assert file.read_text() == MENDED


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"\xff.py")
    with open(path, "w") as stream:
        stream.write(CODE)
    run("--fix", "-q", ".", cwd=tmp_path)
    with open(path) as stream:
        assert stream.read() == MENDED


# -- one file ---------------------------------------------------------------------------------------------------


def refused(path: Path, old: bytes, *roots: Path) -> str:
    with pytest.raises(Refused) as error:
        rewrite(os.fsencode(path), old, b"new", [os.path.realpath(os.fsencode(root)) for root in roots])
    return str(error.value)


def test_what_changed_since_it_was_read_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"newer")
    assert refused(file, b"older", tmp_path) == "it has changed since it was read"
    assert file.read_bytes() == b"newer"
    assert refused(file, b"new", tmp_path) == "it has changed since it was read"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_changes_while_it_is_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    took_over = writing._take_over

    def change(path: bytes, part: bytes, status: os.stat_result) -> None:
        took_over(path, part, status)
        file.write_bytes(b"OLD")

    monkeypatch.setattr(writing, "_take_over", change)
    assert refused(file, b"old", tmp_path) == "it has changed since it was read"
    assert file.read_bytes() == b"OLD"


def test_nothing_outside_of_what_was_named_is_written(tmp_path: Path) -> None:
    tree, other = tmp_path / "tree", tmp_path / "tree-2"
    tree.mkdir()
    other.mkdir()
    file = other / "a"
    file.write_bytes(b"old")
    assert refused(file, b"old", tree) == "it lies outside of what was named"
    (tree / "in").symlink_to(other)
    assert refused(tree / "in" / "a", b"old", tree) == "it lies outside of what was named"
    assert file.read_bytes() == b"old"


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "nothing"])
def test_what_is_no_file_is_left(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        (tmp_path / "b").write_bytes(b"old")
        path.symlink_to(tmp_path / "b")
    assert refused(path, b"old", tmp_path) in ("it is no regular file", "no such file or directory")


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_take_over", interrupt)
    with pytest.raises(KeyboardInterrupt):
        rewrite(os.fsencode(file), b"old", b"new", [os.path.realpath(os.fsencode(tmp_path))])
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


# -- differences ------------------------------------------------------------------------------------------------


def test_a_difference_without_a_line_end() -> None:
    assert difference(b"a b", b"1\n2", b"1\n3") == (
        b"--- a/a b\t\n+++ b/a b\t\n@@ -1,2 +1,2 @@\n 1\n-2\n\\ No newline at end of file\n"
        b"+3\n\\ No newline at end of file\n"
    )
    assert difference(b"a", b"1\n", b"1\n") == b""


def test_carriage_returns_stay_in_a_difference() -> None:
    assert difference(b"a", b"1\r\n2\r\n", b"1\r\n3\r\n").endswith(b" 1\r\n-2\r\n+3\r\n")
