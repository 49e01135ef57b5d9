"""The same tree gives the same bytes, however the work is divided, ordered and spelled."""

import os
import random
import shutil
from functools import cache
from pathlib import Path

import pytest

from cli_tools import run

FORMATS = ("full", "json", "sarif", "concise")
PYTHON = """\
import ssl
import settings

ctx = ssl.SSLContext(settings.PROTOCOL_{n})
ctx = ssl.SSLContext(ssl.PROTOCOL_TLSv1 if old() else ssl.PROTOCOL_TLSv1_2)
ctx.minimum_version = ssl.TLSVersion.TLSv1
ctx.options |= ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3
"""
RUBY = "http.ssl_version = :TLSv1\nOpenSSL::SSL::SSLContext.new(:TLSv1_1)\n"
JAVA = 'class A{n} {{ void m() throws Exception {{ javax.net.ssl.SSLContext.getInstance("TLSv1.1"); }} }}\n'
POM = "<project><properties><maven.compiler.release>{version}</maven.compiler.release></properties></project>"


def build(top: Path, order: list[int]) -> None:
    """A tree of several languages with values in other files, manifests and problems, its files made in the given
    order."""
    (top / ".git").mkdir(parents=True)
    for number in order:
        folder = top / f"part{number % 7}"
        folder.mkdir(exist_ok=True)
        (folder / f"a{number}.py").write_text(PYTHON.format(n=number))
        (folder / f"b{number}.rb").write_text(RUBY)
        module = folder / f"module{number}"
        module.mkdir()
        (module / "pom.xml").write_text(POM.format(version=7 + number % 2))
        (module / f"A{number}.java").write_text(JAVA.format(n=number))
        if number % 10 == 0:
            (folder / f"broken{number}.py").write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1\n((((")
            (folder / f"binary{number}.py").write_bytes(b"PROTOCOL_TLSv1\0")
            (folder / f"x{number}.kt").write_text("")
    constants = [f"PROTOCOL_{number} = ssl.PROTOCOL_TLSv1" for number in order]
    (top / "settings.py").write_text("\n".join(["import ssl", *sorted(constants)]))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("determinism") / "tree"
    build(top, list(range(60)))
    return top


@cache
def reference(tree: Path, form: str) -> str:
    given = run("-f", form, "--level", "note", "-j", "1", cwd=tree, env={"PYTHONHASHSEED": "0"})
    assert given.status == 1
    assert given.out.count("part") > 100
    return given.out


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("jobs", "env"),
    [
        ("2", {"PYTHONHASHSEED": "1"}),
        ("8", {"PYTHONHASHSEED": "random"}),
        ("2", {"PYTHONHASHSEED": "random", "LC_ALL": "C", "TZ": "Asia/Kathmandu", "COLUMNS": "40"}),
        ("8", {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "300", "TERM": "xterm-256color"}),
    ],
    ids=["two", "eight", "locale", "terminal"],
)
def test_jobs_hash_seed_and_surroundings(tree: Path, form: str, jobs: str, env: dict[str, str]) -> None:
    assert run("-f", form, "--level", "note", "-j", jobs, cwd=tree, env=env).out == reference(tree, form)


def without_notices(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "without worker processes" not in line)


@pytest.mark.parametrize("form", ["full", "concise"])
def test_without_fork_only_a_notice_is_added(tree: Path, form: str) -> None:
    given = run("-f", form, "--level", "note", cwd=tree, env={"TLSSCAN_NO_FORK": "1"})
    assert without_notices(given.out) == without_notices(reference(tree, form))
    if form == "full":
        assert "Notice: TLSSCAN_NO_FORK is set: files were read without worker processes" in given.out


@pytest.mark.parametrize("form", ["json", "sarif"])
@pytest.mark.parametrize("spelling", [".", "./", "{}", "{}/", "{}/part1/..", "./part1/../", "../tree"])
def test_the_spelling_of_the_root(tree: Path, form: str, spelling: str) -> None:
    given = run("-f", form, "--level", "note", spelling.format(tree), cwd=tree)
    assert given.out == reference(tree, form)


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_naming_folders_twice_or_in_another_order(tree: Path, form: str) -> None:
    parts = [f"part{number}" for number in range(7)]
    expected = run("-f", form, *parts, cwd=tree).out
    assert run("-f", form, *reversed(parts), "part3", "./part0/", cwd=tree).out == expected


@pytest.mark.parametrize("form", ["json", "full"])
def test_the_order_of_a_directory(tree: Path, tmp_path: Path, form: str) -> None:
    order = list(range(60))
    random.Random(7).shuffle(order)
    build(tmp_path / "tree", order)
    assert run("-f", form, "--level", "note", cwd=tmp_path / "tree").out == reference(tree, form)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_root_reached_through_a_link(tree: Path, tmp_path: Path) -> None:
    shutil.copytree(tree, tmp_path / "real")
    (tmp_path / "link").symlink_to("real")
    assert run("-f", "json", "--level", "note", cwd=tmp_path / "link").out == reference(tree, "json")
