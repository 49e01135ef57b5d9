"""The pre-commit hooks: which files they ask for, and real runs of pre-commit in a repository of a user."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import yaml

from cli_tools import SOURCE_ROOT, environment
from tlsscan import languages, manifestnames

ROOT = SOURCE_ROOT.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
NAMED = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
NAMED |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in NAMED.items()}

pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="needs the checkout")


def hooks() -> dict[str, dict[str, object]]:
    return {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text())}


def pattern() -> str:
    """The files that tlsscan may read: source by suffix and name, manifests, and what has no suffix and may begin with
    `#!`."""
    suffixes = {suffix for suffix, kind in languages.KNOWN_SUFFIXES.items() if not kind.startswith(".")}
    suffixes |= {*manifestnames.BY_ENDING}
    names = {name for name in (*languages.BY_NAME, *manifestnames.BY_EXACT_NAME) if b"." in name}
    names = {name.lower() for name in names if name[name.rfind(b".") :] not in suffixes}
    documents = (b".yml", b".yaml")
    workflows = [("workflow", folder, documents) for folder in manifestnames._WORKFLOWS]
    begun = [*manifestnames._FOLDERS, *manifestnames._PARTS, *workflows]
    families = sorted(rf"{re.escape(start.decode())}[^/]*({_any(endings)})" for _, start, endings in begun)
    families.append(f"({_any({*manifestnames._KUBERNETES, *manifestnames.PIPELINES})})/.*({_any(documents)})")
    whole = "|".join(["[^./]+", r"(Docker|Container)file[^/]*", _any(names), *families])
    return rf"(?i)(({_any(suffixes)})|(^|/)({whole}))$"


def _any(words: Iterable[bytes]) -> str:
    return "|".join(re.escape(word.decode()) for word in sorted(words))


def test_the_hooks_ask_for_the_files_that_are_read() -> None:
    """With TLSSCAN_UPDATE=1 in the environment the manifest is written anew."""
    if os.environ.get("TLSSCAN_UPDATE") == "1":
        line = f"  files: '{pattern()}'\n"
        MANIFEST.write_text(re.sub(r"  files: '.*'\n", lambda _: line, MANIFEST.read_text()))
    assert hooks()["tlsscan"]["files"] == pattern(), "TLSSCAN_UPDATE=1 pytest tests/test_hook.py writes it anew"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("app.py", True),
        ("src/Shop/Payment.CS", True),
        ("web/Default.aspx", True),
        ("Gemfile", True),
        ("sub dir/Rakefile", True),
        ("bin/deploy", True),
        ("home/.irbrc", True),
        ("Dockerfile.prod", True),
        ("deploy/docker-compose.test.yml", True),
        (".github/workflows/build.yaml", True),
        ("deploy/base/web.yaml", True),
        (".azure/test.yml", True),
        ("config/locales/de.yml", False),
        ("app/Shop.csproj", True),
        ("requirements-dev.txt", True),
        (".python-version", True),
        ("pom.xml", True),
        ("README.md", False),
        ("app.py.txt", False),
        ("main.go", False),
        (".gitignore", False),
        ("docs/notes.txt", False),
        ("data.xml", False),
    ],
)
def test_a_hook_asks_for(path: str, asked: bool) -> None:
    assert bool(re.search(str(hooks()["tlsscan"]["files"]), path)) is asked


def test_one_process_reads_all_files() -> None:
    assert all(hook["require_serial"] is True for hook in hooks().values())


def test_the_hook_of_the_whole_tree_gets_no_files() -> None:
    hook = hooks()["tlsscan-repo"]
    assert (hook["pass_filenames"], hook["always_run"]) == (False, True)


# -- pre-commit itself ------------------------------------------------------------------------------------------


def git(*words: str, cwd: Path) -> str:
    done = subprocess.run(
        ["git", *words], cwd=cwd, env={**os.environ, **QUIET, **NAMED}, capture_output=True, text=True, check=True
    )
    return done.stdout


def committed(folder: Path) -> Path:
    git("init", "-q", cwd=folder)
    git("add", "--all", cwd=folder)
    git("commit", "-q", "-m", "x", cwd=folder)
    return folder


class PreCommit:
    """pre-commit with a store of its own; the environment of the hooks is built once."""

    def __init__(self, top: Path, project: Path) -> None:
        self.top = top
        self.project = project
        self.environment = {**environment(), **QUIET, **NAMED, "PRE_COMMIT_HOME": str(top / "store")}
        self.environment.pop("PYTHONPATH")
        self.revision = git("rev-parse", "HEAD", cwd=project).strip()

    def repository(self, files: Mapping[str, str], hook: str = "tlsscan", arguments: str = "") -> Path:
        """A user's repository, everything staged, that uses a hook."""
        folder = self.top / f"user {len(list(self.top.glob('user *')))}"
        folder.mkdir()
        given = f"\n        args: {arguments}" if arguments else ""
        config = f"repos:\n  - repo: {self.project}\n    rev: {self.revision}\n    hooks:\n      - id: {hook}{given}\n"
        for name, text in {**files, ".pre-commit-config.yaml": config}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        git("init", "-q", cwd=folder)
        git("add", "--all", cwd=folder)
        return folder

    def run(self, *words: str, cwd: Path) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", *words, "--color", "never"],
            cwd=cwd,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory: pytest.TempPathFactory) -> PreCommit:
    pytest.importorskip("pre_commit", reason="needs pre-commit")
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("needs git and the work tree")
    top = tmp_path_factory.mktemp("hook")
    project = top / "project"
    for name in git("ls-files", "-co", "--exclude-standard", "-z", "--deduplicate", cwd=ROOT).split("\0"):
        if name and not name.startswith(("tests/", "fixtures/")) and (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, project / name)
    return PreCommit(top, committed(project))


GOOD = "import ssl\n\ncontext = ssl.create_default_context()\n"
BAD = "import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
USES = "import ssl\nfrom settings import TLS\n\ncontext = ssl.SSLContext(TLS)\n"
SETS = "import ssl\n\nTLS = ssl.PROTOCOL_TLSv1\n"

runs = pytest.mark.slow


@runs
def test_the_manifest_is_valid(pre_commit: PreCommit) -> None:
    assert pre_commit.run("validate-manifest", str(MANIFEST), cwd=pre_commit.top)[0] == 0


@runs
def test_try_repo_reports_a_bad_file(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"good.py": GOOD, "bad.py": BAD})
    status, out = pre_commit.run("try-repo", str(pre_commit.project), "tlsscan", "--all-files", cwd=user)
    assert status == 1
    assert " --> bad.py:3:26\n" in out
    assert "- exit code: 1" in out
    assert "\x1b" not in out


@runs
def test_a_hook_that_fixes_stops_the_commit_once(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"good.py": GOOD, "bad.py": BAD}, arguments='["--fix", "--"]')
    status, out = pre_commit.run("run", cwd=user)
    assert status == 1
    assert "files were modified by this hook" in out
    assert "tlsscan: fixed bad.py:3: write ssl.PROTOCOL_TLSv1_2 for ssl.PROTOCOL_TLSv1" in out
    assert (user / "bad.py").read_text() == BAD.replace("TLSv1", "TLSv1_2")
    git("add", "--all", cwd=user)
    assert pre_commit.run("run", cwd=user)[0] == 0


@runs
def test_clean_files_pass(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"good.py": GOOD, "notes.md": "PROTOCOL_TLSv1", "LICENSE": "TLSv1", "bin/run": "x"})
    status, out = pre_commit.run("run", cwd=user)
    assert (status, "Passed" in out) == (0, True)


@runs
def test_a_mistake_in_the_configuration_is_told(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"good.py": GOOD}, arguments='["--min-tls", "1.5", "--"]')
    status, out = pre_commit.run("run", cwd=user)
    assert status == 1  # pre-commit's own; it tells that of the hook
    assert "- exit code: 2" in out
    assert "tlsscan: error: argument --min-tls: invalid choice '1.5'" in out


@runs
def test_many_files_are_read_by_one_run_each(pre_commit: PreCommit) -> None:
    files = {f"source/part{number:03}/module.py": BAD if number % 100 == 0 else GOOD for number in range(410)}
    status, out = pre_commit.run("run", cwd=pre_commit.repository(files))
    assert status == 1
    places = re.findall(r"source/part\d+/module\.py:\d+:\d+", out)  # of what is told once, and of the same elsewhere
    assert places == [f"source/part{number:03}/module.py:3:26" for number in range(0, 410, 100)]
    assert "scanned 410 files" in out  # one run: constants and order do not depend on how files are dealt out


@runs
def test_odd_names_are_read_and_cannot_forge_lines(pre_commit: PreCommit) -> None:
    odd = ["a b.py", "-rf.py", "x\n::error title=pwn::.py", "$(touch pwned).py", "`x`.py", "\u202e.py", "é.py", "'.py"]
    user = pre_commit.repository(dict.fromkeys(odd, BAD))
    status, out = pre_commit.run("run", cwd=user)
    assert status == 1
    assert "scanned 8 files" in out
    assert not any(line.startswith("::") for line in out.splitlines())
    assert "\u202e" not in out
    assert not (user / "pwned").exists()


@runs
def test_a_constant_of_an_unstaged_file_is_known(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"settings.py": SETS, "other.py": BAD})
    git("commit", "-q", "-m", "x", "--no-verify", cwd=user)
    (user / "client.py").write_text(USES)
    git("add", "client.py", cwd=user)
    status, out = pre_commit.run("run", cwd=user)
    assert status == 1
    assert " --> client.py:4:26\n" in out
    assert "value from settings.py:3:1" in out
    assert "other.py" not in out


@runs
def test_tests_are_one_level_lower_as_in_a_scan_of_the_tree(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"tests/server.py": BAD}, arguments='["--fail-on", "error", "--"]')
    status, out = pre_commit.run("run", cwd=user)
    assert (status, "Passed" in out) == (0, True)


@runs
def test_the_whole_tree(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"settings.py": SETS, "client.py": USES}, hook="tlsscan-repo")
    git("commit", "-q", "-m", "x", "--no-verify", cwd=user)
    status, out = pre_commit.run("run", cwd=user)
    assert status == 1
    assert " --> client.py:4:26\n" in out


@runs
def test_only_what_a_commit_adds(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"old.py": BAD}, hook="tlsscan-repo", arguments="[--staged]")
    git("commit", "-q", "-m", "x", "--no-verify", cwd=user)
    (user / "old.py").write_text(BAD + "x = 1\n")
    git("add", "old.py", cwd=user)
    assert pre_commit.run("run", cwd=user)[0] == 0
    (user / "new.py").write_text(BAD)
    git("add", "new.py", cwd=user)
    status, out = pre_commit.run("run", cwd=user)
    assert (status, " --> new.py:3:26\n" in out, "old.py" in out) == (1, True, False)


@runs
def test_what_a_configuration_excludes_is_left_out_of_the_files_of_a_commit(pre_commit: PreCommit) -> None:
    user = pre_commit.repository({"made/old.py": BAD, ".tlsscan.toml": 'exclude = ["/made/"]\n'})
    status, out = pre_commit.run("run", cwd=user)
    assert (status, "Passed" in out) == (0, True)
