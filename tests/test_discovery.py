"""Which files are found, and that everything left out is told."""

import os
import random
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tlsscan.discovery import SKIPPED_DIRECTORIES, Discovery, discover, git_top_level
from tlsscan.errors import UsageError
from tlsscan.ignore import IgnoreRules, IgnoreRulesError
from tlsscan.languages import UNREAD, classify, has_php_tag, language_of, language_of_shebang, needs_php_tag
from tlsscan.model import ProblemKind, Severity

posix = pytest.mark.skipif(os.name != "posix", reason="needs links, FIFOs and free names")
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_LITERAL_PATHSPECS": "1"}
Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Makes files below a fresh directory, which becomes the working directory; returns it."""
    top = tmp_path.resolve() / "top"
    top.mkdir()
    monkeypatch.chdir(top)

    def make(*names: str, **contents: str) -> Path:
        for name in names:
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        for name, content in contents.items():
            (top / name).write_text(content)
        return top

    return make


def write(top: Path, name: str, content: str) -> None:
    (top / name).parent.mkdir(parents=True, exist_ok=True)
    (top / name).write_text(content)


def git(top: Path, *arguments: str) -> str:
    command = ["git", "-c", "core.excludesFile=", *arguments]
    return subprocess.run(command, cwd=top, env=os.environ | QUIET, check=True, capture_output=True, text=True).stdout


def found(result: Discovery) -> list[str]:
    return [candidate.path for candidate in result.files]


def problems(result: Discovery) -> list[tuple[str, ProblemKind]]:
    return [(problem.path, problem.kind) for problem in result.problems]


def skipped(result: Discovery) -> dict[str, str]:
    return dict(result.skipped)


# -- languages


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.py", "python"),
        ("A.PY", "python"),
        ("a.pyi", "python"),
        ("app.wsgi", "python"),
        ("SConstruct", "python"),
        ("a.tar.rb", "ruby"),
        ("Rakefile", "ruby"),
        ("config.ru", "ruby"),
        ("x.gemspec", "ruby"),
        ("a.PhTmL", "php"),
        ("a.inc", "php"),
        ("a.cs", "csharp"),
        ("a.csx", "csharp"),
        ("A.java", "java"),
        ("A.Vb", "vbnet"),
        ("a.ps1", "powershell"),
        ("A.PSM1", "powershell"),
        ("a.psd1", "powershell"),
        (".py", None),
        ("a.", None),
        ("a", None),
        ("", None),
        ("orders.html.erb", "erb"),
        ("a.RHTML", "erb"),
        ("pay.jspf", "jsp"),
        ("Status.aspx", "aspnet"),
        ("Global.asax", "aspnet"),
        ("Index.vbhtml", "razor"),
        ("a.ipynb", "jupyter"),
        ("index.ctp", "php"),
        ("a.pyc", None),
        ("Rakefile.md", None),
        ("a.py.orig", None),
        ("a.kt", None),
        ("a." + "p" * 300, None),
    ],
)
def test_language_by_name(name: str, language: str | None) -> None:
    assert language_of(name.encode()) == language


def test_languages_that_are_not_read_yet() -> None:
    assert classify(b"Main.KT") == ".kt"
    assert (UNREAD[".kt"], UNREAD[".tsx"], UNREAD[".slim"]) == ("Kotlin", "TypeScript", "Slim")


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("#!/usr/bin/python3.11 -u", "python"),
        ("#! /usr/bin/env python", "python"),
        ("#!/usr/bin/env -S PYTHONUTF8=1 python3 -I", "python"),
        ("#!/usr/bin/env -S uv run --script", "python"),
        ("#!/usr/bin/env ruby\r", "ruby"),
        ("#!/usr/local/bin/php", "php"),
        ("#!/usr/bin/env dotnet run", "csharp"),
        ("#!/usr/bin/java --source 21", "java"),
        ("#!/usr/bin/env pwsh", "powershell"),
        ("#!/bin/sh", None),
        ("#!/usr/bin/env", None),
        ("#!", None),
        ("#!" + "x" * 300 + "/python", None),
        ("# python", None),
    ],
)
def test_language_by_shebang(line: str, language: str | None) -> None:
    assert language_of_shebang(line.encode() + b"\nprint\n") == language


def test_shared_suffixes_are_php_by_content() -> None:
    assert [needs_php_tag(name) for name in ("a.inc", "lib/A.MODULE", "a.install", "a.php", "inc")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert has_php_tag(memoryview(b"\n<?PHP echo 1;")) and has_php_tag(b"<?= 1 ?>")
    assert has_php_tag(b"<? $a = 1; ?>")
    assert not has_php_tag(b"; assembler\n<?xml version='1.0'?>")


# -- the walk


def test_paths_are_shown_as_seen_from_the_working_directory(tree: Tree) -> None:
    top = tree("b.py", "src/a.rb", "src-x/c.java", "src/deep/d.cs", "notes.txt")
    assert found(discover(["."])) == ["b.py", "src-x/c.java", "src/a.rb", "src/deep/d.cs"]
    assert found(discover(["src"])) == found(discover(["src/"])) == ["src/a.rb", "src/deep/d.cs"]
    assert found(discover([str(top / "src")])) == ["src/a.rb", "src/deep/d.cs"]
    assert found(discover([])) == found(discover([str(top)])) == found(discover(["."]))
    assert [file.language for file in discover(["."]).files] == ["python", "java", "ruby", "csharp"]


def test_what_lies_outside_the_working_directory_is_shown_in_full(tree: Tree) -> None:
    top = tree("a/x.py", "b/y.py")
    os.chdir(top / "a")
    assert found(discover(["../b"])) == [f"{top}/b/y.py"]


def test_another_working_directory_can_be_given(tree: Tree) -> None:
    top = tree("a/x.py", "a/b/y.py", "node.py")
    result = discover(["."], cwd=str(top / "a"))
    assert found(result) == ["b/y.py", "x.py"]
    assert [Path(os.fsdecode(file.fs_path)) for file in result.files] == [top / "a/b/y.py", top / "a/x.py"]


def test_overlapping_paths_give_each_file_once(tree: Tree) -> None:
    top = tree("src/a.py", "src/lib/b.py", "c.py")
    assert found(discover(["src/lib", "src", "./src/../src/a.py", str(top / "c.py"), "c.py"])) == [
        "c.py",
        "src/a.py",
        "src/lib/b.py",
    ]


def test_unread_languages_are_counted(tree: Tree) -> None:
    tree("a.kt", "b.KT", "c.go", "d.py", "e.txt")
    result = discover(["."])
    assert result.unread == {".go": 1, ".kt": 2}
    assert found(result) == ["d.py"]


def test_a_directory_may_be_named_like_a_file(tree: Tree) -> None:
    tree("odd.py/inner.py", "Gemfile/x.rb")
    assert found(discover(["."])) == ["Gemfile/x.rb", "odd.py/inner.py"]


def test_directories_of_other_programs_are_skipped_unless_named(tree: Tree) -> None:
    tree("node_modules/x/a.py", "bin/b.py", "vendor/c.rb", "target/d.java", "a/__pycache__/e.py", "venv/f.py")
    result = discover(["."])
    assert found(result) == ["bin/b.py", "target/d.java", "vendor/c.rb", "venv/f.py"]
    assert skipped(result) == {"a/__pycache__/": "default", "node_modules/": "default"}
    assert found(discover(["node_modules"])) == ["node_modules/x/a.py"]
    assert not {b"vendor", b"third_party", b"bin", b"obj", b"dist", b"build"} & SKIPPED_DIRECTORIES


def test_an_environment_is_known_by_its_configuration(tree: Tree) -> None:
    tree("venv/lib/a.py", "venv/pyvenv.cfg", "env/b.py", "src/pyvenv.cfg", "src/c.py")
    result = discover(["."])
    assert found(result) == ["env/b.py", "src/c.py"]
    assert skipped(result) == {"venv/": "default"}


def test_scripts_without_suffix(tree: Tree) -> None:
    top = tree(tool="#!/usr/bin/env python3\n", shell="#!/bin/sh\n", plain="#!/usr/bin/env ruby\n")
    write(top, "tool.txt", "#!/usr/bin/env python3\n")
    assert [(file.path, file.language) for file in discover(["."]).files] == [("plain", "ruby"), ("tool", "python")]
    assert [(file.path, file.language) for file in discover(["plain"]).files] == [("plain", "ruby")]


@pytest.mark.parametrize("respected", [True, False])
def test_a_suffix_of_how_a_script_is_run_leaves_its_language_to_its_first_line(tree: Tree, respected: bool) -> None:
    top = tree()
    for name, program in (("a.cgi", "python"), ("b.fcgi", "ruby"), ("c.cgi", "perl"), ("d.plugin", "python")):
        write(top, f"cgi-bin/{name}", f"#!/usr/bin/env {program}\n")
    write(top, "cgi-bin/old.cgi", "#!/usr/bin/python\n")
    write(top, ".gitignore", "old.*\n")
    git(top, "init", "-q")
    read = [("cgi-bin/a.cgi", "python"), ("cgi-bin/b.fcgi", "ruby")]
    ignored = [] if respected else [("cgi-bin/old.cgi", "python")]
    result = discover(["."], respect_ignore=respected)
    assert [(file.path, file.language) for file in result.files] == read + ignored
    assert found(discover(["cgi-bin/a.cgi", "cgi-bin/c.cgi"])) == ["cgi-bin/a.cgi"]


# -- named files


def test_a_named_file_is_scanned_whatever_rules_say(tree: Tree) -> None:
    top = tree("src/a.py", "node_modules/b.rb")
    git(top, "init", "-q")
    write(top, ".gitignore", "*.py\n")
    result = discover(["src/a.py", "node_modules/b.rb"], excludes=["src"])
    assert found(result) == ["node_modules/b.rb", "src/a.py"]
    both = discover([".", "src/a.py"], excludes=["src/a.py"])
    assert found(both) == ["src/a.py"]
    assert "src/a.py" not in skipped(both)


def test_a_named_file_that_is_not_scanned_is_told(tree: Tree) -> None:
    tree("a.txt", "Main.kt", "README", "b.py")
    result = discover(["a.txt", "Main.kt", "README", "b.py"])
    assert found(result) == ["b.py"]
    assert result.unread == {".kt": 1}
    assert result.notices == [
        "a.txt was not scanned: its language is not known",
        "Main.kt was not scanned: Kotlin is not read yet",
        "README was not scanned: its language is not known",
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("gone.py", "no such file"),
        ("a.py/b.py", "not a directory"),
        ("", "empty"),
        ("a\0b", "not a path"),
        ("x" * 5000, "too long"),
    ],
)
def test_a_wrong_path_is_a_mistake(tree: Tree, path: str, reason: str) -> None:
    tree("a.py")
    with pytest.raises(UsageError, match=reason) as caught:
        discover(["a.py", path])
    assert caught.value.place == path


# -- links and special files


@posix
def test_links_are_not_followed(tree: Tree) -> None:
    top = tree("real.py", "lib/b.py", "data.txt", "elsewhere/x.py", "elsewhere/lib/y.py")
    outside = top.parent / "outside"
    (outside / "dir").mkdir(parents=True)
    (outside / "secret.py").write_text("")
    for name, target in {
        "inside.py": "real.py",
        "inside-dir": "lib",
        "loop.py": "loop.py",
        "up": "..",
        "lib/here": ".",
        "dangling.py": "nowhere.py",
        "dangling": "nowhere",
        "disguised.py": "data.txt",
        "escape.py": str(outside / "secret.py"),
        "escape-dir": str(outside / "dir"),
        "chain.py": "escape.py",
        "notes.txt": "/etc/hostname",
    }.items():
        (top / name).symlink_to(target)
    result = discover(["."])
    assert found(result) == ["elsewhere/lib/y.py", "elsewhere/x.py", "lib/b.py", "real.py"]
    assert problems(result) == [
        ("chain.py", ProblemKind.OUTSIDE),
        ("dangling.py", ProblemKind.NOT_REGULAR),
        ("disguised.py", ProblemKind.NOT_REGULAR),
        ("escape-dir", ProblemKind.OUTSIDE),
        ("escape.py", ProblemKind.OUTSIDE),
        ("loop.py", ProblemKind.NOT_REGULAR),
        ("up", ProblemKind.OUTSIDE),
    ]
    assert all(problem.severity is Severity.SKIPPED for problem in result.problems)


@posix
def test_a_named_link_is_resolved_and_must_stay_inside(tree: Tree) -> None:
    top = tree("real/a.py", "real/b.txt")
    outside = top.parent / "outside"
    outside.mkdir()
    (outside / "c.py").write_text("")
    for name, target in {
        "in.py": "real/a.py",
        "in-dir": "real",
        "out.py": "../outside/c.py",
        "out-dir": "../outside",
        "dangling.py": "x",
    }.items():
        (top / name).symlink_to(target)
    assert found(discover(["in.py"])) == found(discover(["in-dir/"])) == ["real/a.py"]
    result = discover(["out.py", "real", "out-dir/c.py"])
    assert found(result) == ["real/a.py"]
    assert problems(result) == [("out-dir/c.py", ProblemKind.OUTSIDE), ("out.py", ProblemKind.OUTSIDE)]
    assert result.notices[0] == "out.py was not scanned: it leads out of the working directory"
    assert found(discover(["out.py", "../outside"])) == [f"{outside}/c.py"]
    with pytest.raises(UsageError, match="leads out of the working directory"):
        discover(["out-dir"])
    with pytest.raises(UsageError, match="no such file"):
        discover(["dangling.py"])


@posix
def test_special_files_are_told_and_never_opened(tree: Tree) -> None:
    top = tree("a.py")
    os.mkfifo(top / "fifo.py")
    os.mkfifo(top / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.rb")
        result = discover(["."])
        named = discover(["fifo.py"])
    assert found(result) == ["a.py"]
    assert problems(result) == [("fifo.py", ProblemKind.NOT_REGULAR), ("socket.rb", ProblemKind.NOT_REGULAR)]
    assert problems(named) == [("fifo.py", ProblemKind.NOT_REGULAR)]
    assert named.notices == ["fifo.py was not scanned: it is not a regular file"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing can be denied to root")
def test_a_denied_directory_is_told(tree: Tree) -> None:
    top = tree("a.py", "locked/b.py")
    (top / "locked").chmod(0)
    result = discover(["."])
    (top / "locked").chmod(0o755)
    assert found(result) == ["a.py"]
    assert problems(result) == [("locked/", ProblemKind.UNREADABLE)]


@posix
def test_any_name_survives(tree: Tree) -> None:
    top = tree()
    names = [b"new\nline.py", b"esc\x1b[31m.py", b"bad\xff\xfe.py", b"-rf.py", b"`id`.rb", "\u202egpj.py".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(top) + b"/" + name)).write_text("")
    result = discover(["."])
    assert [file.fs_path for file in result.files] == sorted(names)
    assert [file.path.encode("utf-8", "surrogateescape") for file in result.files] == sorted(names)
    assert found(discover([os.fsdecode(b"bad\xff\xfe.py")])) == ["bad\udcff\udcfe.py"]


@posix
def test_a_deep_tree_needs_no_recursion(tree: Tree) -> None:
    tree()
    directories = ["/".join(["d"] * depth) for depth in range(1, 1_201)]
    for directory in directories:
        os.mkdir(directory)
    deep = directories[-1] + "/deep.py"
    Path(deep).write_text("")
    assert found(discover(["."])) == [deep]
    os.unlink(deep)
    for directory in reversed(directories):
        os.rmdir(directory)


# -- excludes


def test_excludes_are_gitignore_patterns_from_the_working_directory(tree: Tree) -> None:
    top = tree("src/a.py", "src/gen/b.py", "src/gen/keep.py", "tests/c.py", "lib/tests/d.py", "e_pb2.py", "f.kt")
    patterns = ["./src/gen/*", "!keep.py", "tests/", "*_pb2.py", "*.kt"]
    result = discover(["."], excludes=patterns)
    assert found(result) == ["src/a.py", "src/gen/keep.py"]
    assert skipped(result) == {
        "e_pb2.py": "excluded",
        "lib/tests/": "excluded",
        "src/gen/b.py": "excluded",
        "tests/": "excluded",
    }
    assert result.unread == {}
    assert found(discover([str(top / "src"), "tests"], excludes=["/src/gen"])) == ["src/a.py", "tests/c.py"]


def test_excludes_hold_for_tracked_files_and_without_ignore_rules(tree: Tree) -> None:
    top = tree("a.py", "b.py")
    git(top, "init", "-q")
    git(top, "add", "a.py")
    for respect_ignore in (True, False):
        assert found(discover(["."], excludes=["a.py"], respect_ignore=respect_ignore)) == ["b.py"]


def test_excludes_elsewhere_count_from_the_named_directory(tree: Tree) -> None:
    top = tree("here/x.py", "there/a/b.py", "there/c.py")
    os.chdir(top / "here")
    assert found(discover(["../there"], excludes=["/a"])) == [f"{top}/there/c.py"]


@pytest.mark.parametrize("pattern", ["foo\\", "[z-a].py", "[[:alpha:]].py", "*a*a*a*a*.py", "a/**/b/**/c/**/d"])
def test_a_wrong_exclude_is_a_mistake(tree: Tree, pattern: str) -> None:
    tree("a.py")
    with pytest.raises(UsageError) as caught:
        discover(["a.py"], excludes=[pattern])
    assert caught.value.place == "--exclude"
    assert repr(pattern) in caught.value.message


# -- ignore rules


@pytest.fixture
def repository(tree: Tree) -> Path:
    """A work tree with one tracked file that ignore rules name."""
    top = tree(
        "a.py", "build/tracked.py", "build/made.py", "build/deep/made.py", "build-x/b.py", "sub/c.py", "sub/d.py"
    )
    git(top, "init", "-q")
    write(top, ".gitignore", "build/\n*.log.py\n/sub/d.py\n")
    git(top, "add", "--force", "a.py", "build/tracked.py", "build-x/b.py")
    return top


def test_ignored_files_are_left_out_but_tracked_ones_are_not(repository: Path) -> None:
    result = discover(["."])
    assert found(result) == ["a.py", "build-x/b.py", "build/tracked.py", "sub/c.py"]
    assert skipped(result) == {
        ".git/": "default",
        "build/deep/": "ignored",
        "build/made.py": "ignored",
        "sub/d.py": "ignored",
    }
    assert result.problems == []


def test_ignore_rules_can_be_disregarded(repository: Path) -> None:
    assert found(discover(["."], respect_ignore=False)) == [
        "a.py",
        "build-x/b.py",
        "build/deep/made.py",
        "build/made.py",
        "build/tracked.py",
        "sub/c.py",
        "sub/d.py",
    ]


def test_rules_of_directories_above_hold(repository: Path) -> None:
    assert found(discover(["sub"])) == ["sub/c.py"]
    assert found(discover(["build/deep"])) == ["build/deep/made.py"]
    os.chdir(repository / "sub")
    assert found(discover(["."])) == ["c.py"]


def test_nested_rules_and_negation(repository: Path) -> None:
    write(repository, "sub/.gitignore", "*.py\n!c.py\n!/d.py\n")
    write(repository, "sub/x/e.py", "")
    write(repository, "sub/y/f.py", "")
    write(repository, "sub/y/.gitignore", "!f.py\r\n")
    assert found(discover(["sub"])) == ["sub/c.py", "sub/d.py", "sub/y/f.py"]


def test_what_is_in_an_ignored_directory_cannot_be_called_back(repository: Path) -> None:
    write(repository, ".gitignore", "build/\n!build/made.py\n")
    write(repository, "build/.gitignore", "!made.py\n")
    assert [path for path in found(discover(["."])) if path.startswith("build/")] == ["build/tracked.py"]


def test_info_exclude_is_respected(repository: Path) -> None:
    write(repository, ".git/info/exclude", "c.py\n")
    assert "sub/c.py" not in found(discover(["."]))
    assert "sub/c.py" not in found(discover(["sub"]))
    write(repository, "sub/.gitignore", "!c.py\n")
    assert "sub/c.py" in found(discover(["."]))


def test_an_inner_work_tree_has_its_own_rules(repository: Path) -> None:
    write(repository, "inner/build/e.py", "")
    write(repository, "inner/gone.py", "")
    git(repository / "inner", "init", "-q")
    write(repository, "inner/.gitignore", "gone.py\n")
    git(repository / "inner", "add", ".gitignore")
    result = discover(["inner"])
    assert found(result) == ["inner/build/e.py"]
    assert set(found(result)) < set(found(discover(["."])))


def test_ignore_files_mean_nothing_outside_of_a_work_tree(tree: Tree) -> None:
    top = tree("a.py", "b.py")
    write(top, ".gitignore", "*\n")
    (top / ".git").mkdir()
    assert found(discover(["."])) == ["a.py", "b.py"]


@pytest.mark.parametrize("damage", ["damaged", "split", "fifo"])
def test_without_a_trustworthy_index_ignored_files_are_scanned(repository: Path, damage: str) -> None:
    index = repository / ".git" / "index"
    if damage == "split":
        git(repository, "update-index", "--split-index")
    elif damage == "damaged":
        index.write_bytes(index.read_bytes()[:-30])
    else:
        index.unlink()
        if damage == "fifo" and hasattr(os, "mkfifo"):
            os.mkfifo(index)
    result = discover(["."])
    assert found(result) == found(discover(["."], respect_ignore=False))
    assert problems(result) == [(".git/index", ProblemKind.IGNORE_RULES)]
    assert "ignored files are scanned too" in result.problems[0].text


def test_an_index_is_not_read_while_nothing_is_ignored(repository: Path) -> None:
    write(repository, ".gitignore", "*.txt\n")
    (repository / ".git" / "index").write_bytes(b"damaged")
    result = discover(["."])
    assert "build/made.py" in found(result)
    assert result.problems == []


@pytest.mark.parametrize("content", ["sub\nfoo\\\n", "sub\n*a*b*c*d*e\n", "sub\n" + "x\n" * 5_001, "sub" * 100_000])
def test_rules_that_cannot_be_applied_are_told_and_ignore_nothing(repository: Path, content: str) -> None:
    write(repository, ".gitignore", content)
    result = discover(["."])
    assert found(result) == found(discover(["."], respect_ignore=False))
    assert problems(result) == [(".gitignore", ProblemKind.IGNORE_RULES)]


@posix
def test_a_linked_ignore_file_is_not_read(repository: Path) -> None:
    (repository / ".gitignore").rename(repository / "rules")
    (repository / ".gitignore").symlink_to("rules")
    assert "sub/d.py" in found(discover(["."]))


def test_a_linked_work_tree(repository: Path) -> None:
    git(repository, "add", ".gitignore")
    git(repository, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "one")
    write(repository, ".git/info/exclude", "shared.py\n")
    git(repository, "worktree", "add", "-q", "../linked")
    linked = repository.parent / "linked"
    write(linked, "shared.py", "")
    write(linked, "build/made.py", "")
    assert found(discover(["."], cwd=str(linked))) == ["a.py", "build-x/b.py", "build/tracked.py"]


def test_the_top_level(repository: Path) -> None:
    write(repository, "fake/.git/x", "")
    assert git_top_level(".") == git_top_level("sub") == git_top_level("sub/c.py") == str(repository)
    assert git_top_level("fake") == str(repository)
    assert git_top_level(str(repository.parent)) is None


SEGMENTS = [
    "a",
    "b",
    "foo",
    "*",
    "**",
    "f*",
    "*o",
    "?",
    "[ab]",
    "[!a]",
    "*.py",
    "a.py",
    "\\a",
    "a*b",
    "*a*",
    "[a-c].py",
    "**a",
    "à",
    "*à",
    "b\\[",
]
DIRECTORIES = ["a", "b", "foo", "ab", "à"]
FILES = ["a.py", "b.py", "foo.py", "c.py", "ab.py", "[a].py", "à.py"]


def random_pattern(choose: random.Random) -> str:
    body = "/".join(choose.choice(SEGMENTS) for _ in range(choose.choice([1, 1, 1, 2, 2, 3])))
    bang, slash = choose.choice(["", "", "!"]), choose.choice(["", "", "", "/"])
    return bang + slash + body + choose.choice(["", "", "/", " ", "\r"])


@posix
@pytest.mark.parametrize("seed", range(25))
def test_the_same_files_as_git(tree: Tree, seed: int) -> None:
    choose = random.Random(seed)
    top = tree()
    directories = [""]
    for _ in range(8):
        directories.append(os.path.join(choose.choice(directories), choose.choice(DIRECTORIES)))
    names = sorted({os.path.join(d, name) for d in directories for name in choose.sample(FILES, 4)})
    tree(*names)
    git(top, "init", "-q")
    git(top, "add", "-f", *choose.sample(names, 3))
    for directory in choose.sample(sorted(set(directories)), 2):
        write(top, os.path.join(directory, ".gitignore"), "\n".join(random_pattern(choose) for _ in range(4)))
    write(top, ".git/info/exclude", random_pattern(choose))
    listed = git(top, "ls-files", "-co", "--exclude-standard", "-z").split("\0")
    result = discover(["."])
    assert result.problems == []
    assert set(found(result)) == {name for name in listed if name.endswith(".py")}


def test_patterns_cost_no_more_than_they_may() -> None:
    with pytest.raises(IgnoreRulesError, match="too many wildcards"):
        IgnoreRules([b"*a*a*a*a*a*a*b"])
    rules = IgnoreRules([b"*a*a*b", b"src/**/test/**/*.py"])
    assert rules.ignores(b"", b"a" * 255) is None
    assert rules.ignores(b"src/x/y/test/", b"b.py") is True


@pytest.mark.parametrize(
    ("line", "named", "others"),
    [
        (b"build", ["build", "build/", "src/build"], ["builds", "my-build"]),
        (b"build/", ["build/"], ["build"]),
        (b"/build", ["build", "build/"], ["src/build"]),
        (b"/build/", ["build/"], ["build", "src/build/"]),
        (b"docs/api", ["docs/api", "docs/api/"], ["api", "src/docs/api"]),
        (b"docs/api/", ["docs/api/"], ["docs/api"]),
        (b"*.log", ["a.log", ".log", "a.log/", "src/b.log"], ["a.log.py", "log"]),
        (b"*.egg-info/", ["a.egg-info/", "src/b.egg-info/"], ["a.egg-info"]),
        (b"**/made", ["made", "src/made/", "a/b/made"], ["unmade"]),
        (b"**/*.tmp", ["a.tmp", "src/b.tmp"], ["a.tmp.py"]),
        (b"**/log/old/", ["log/old/", "a/log/old/", "a/b/log/old/"], ["old/", "catalog/old/", "a/log/old"]),
        (b"src/**/gen/*.py", ["src/gen/a.py", "src/a/b/gen/c.py"], ["gen/a.py", "src/gen/a/b.py", "src/gen/a.pyc"]),
        (b"lib/**", ["lib/a", "lib/a/b/"], ["lib/", "src/lib/a"]),
        (b"core.?*", ["core.1", "core.12/", "a/core.x"], ["core.", "acore.1"]),
        (b"a[bc]", ["ab", "ac/"], ["a[bc]"]),
        (b"\\*.py", ["*.py"], ["a.py", "\\*.py"]),
        ("\u00e0.py".encode(), ["\u00e0.py"], ["a.py"]),
    ],
)
def test_a_pattern_names_what_git_says_it_names(line: bytes, named: list[str], others: list[str]) -> None:
    def ignored(path: str, rules: IgnoreRules) -> bool | None:
        at = path.rstrip("/").rfind("/") + 1
        return rules.ignores(path[:at].encode(), path[at:].encode())

    rules, back = IgnoreRules([line]), IgnoreRules([line, b"!" + line])
    assert [ignored(path, rules) for path in named] == [True] * len(named)
    assert [ignored(path, back) for path in named] == [False] * len(named)
    assert [ignored(path, rules) for path in others] == [None] * len(others)
