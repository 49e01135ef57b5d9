"""What code leaves to runtimes that no file names: the summary tells it, and findings name the assumption."""

from pathlib import Path

import pytest

from tlsscan.cli import main

CODE = {
    "a.py": "import requests\nrequests.get('https://x.org')\nrequests.post('https://x.org')\n",
    "b.cs": 'using System.Net;\nclass A { void M() { new WebClient().DownloadString("https://x.org"); } }\n',
    "c.php": '<?php\n$s = stream_socket_client("tls://x.org:443");\n',
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scanned(tree: Path, capsys: pytest.CaptureFixture[str], name: str, *options: str) -> list[str]:
    (tree / name).write_text(CODE[name], encoding="utf-8")
    main([".", "--level", "note", "--exit-zero", *options])
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("name", "option", "wanted"),
    [
        (
            "a.py",
            ["--runtime", "python=2.7.8"],
            "Claimed: Python 2.7.8 is named on the command line: it cannot be asked for TLS 1.2; 2 places leave the "
            "versions to it (requests.get in a.py:2, requests.post in a.py:3)",
        ),
        (
            "a.py",
            ["--assume", "oldest"],
            "Assumed: the oldest Python is assumed (--assume oldest): it cannot reach TLS 1.2; 2 places leave the "
            "versions to it (requests.get in a.py:2, requests.post in a.py:3)",
        ),
        (
            "a.py",
            ["--runtime", "python=3.6,openssl=1.0.0"],
            "Claimed: OpenSSL 1.0.0 is named on the command line: it cannot reach TLS 1.2; 2 places leave the "
            "versions to it (requests.get in a.py:2, requests.post in a.py:3)",
        ),
        (
            "b.cs",
            ["--assume", "oldest"],
            "Assumed: the oldest .NET Framework is assumed (--assume oldest): it has nothing above TLS 1.0 of its own: "
            "TLS 1.2 needs an update; 1 place leaves "
            "the versions to it (WebClient in b.cs:2)",
        ),
    ],
)
def test_code_that_sets_nothing_is_told_with_its_runtime(
    tree: Path, capsys: pytest.CaptureFixture[str], name: str, option: list[str], wanted: str
) -> None:
    assert wanted in scanned(tree, capsys, name, *option)


def test_a_runtime_that_is_new_enough_has_nothing_left_to_it(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = scanned(tree, capsys, "a.py", "--runtime", "python=3.13")
    assert "Claimed: Python 3.13 is named on the command line" in told


def test_what_a_file_claims_is_not_assumed_to_be_the_oldest(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / ".python-version").write_text("3.13.1\n", encoding="utf-8")
    assert not [line for line in scanned(tree, capsys, "a.py", "--assume", "oldest") if line.startswith("Assumed")]


def test_a_setting_of_the_whole_program_decides_for_what_it_governs(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sets = "ServicePointManager.SecurityProtocol = (SecurityProtocolType)3072;"
    start = f"using System.Net;\nclass S {{ static void Main() {{ {sets} }} }}\n"
    (tree / "s.cs").write_text(start, encoding="utf-8")
    assert not [line for line in scanned(tree, capsys, "b.cs", "--assume", "oldest") if "leaves the versions" in line]


def test_what_holds_on_an_old_runtime_only_names_it(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says = "stream_socket_client speaks TLS 1.0: cannot connect to a server that requires TLS 1.2"
    oldest = scanned(tree, capsys, "c.php", "--assume", "oldest")
    assert oldest[0] == f"error[php/stream-transport] fails: {says} (on the oldest PHP)"
    none = scanned(tree, capsys, "c.php", "--assume", "none")
    assert none[0] == f"note[php/stream-transport] fails: {says} (on an old PHP, and nothing says which it runs on)"
    assert not [line for line in scanned(tree, capsys, "c.php") if "stream" in line]


@pytest.mark.parametrize(
    ("manifest", "content"),
    [
        ("Dockerfile", "FROM php:8.3\n"),
        ("composer.json", '{"require": {"php": "^8.1"}}\n'),
        ("Dockerfile", "FROM php:7.4\n"),
    ],
)
def test_a_runtime_that_is_known_has_no_oldest_library_beneath_it(
    tree: Path, capsys: pytest.CaptureFixture[str], manifest: str, content: str
) -> None:
    (tree / manifest).write_text(content, encoding="utf-8")
    assert not [line for line in scanned(tree, capsys, "c.php", "--assume", "oldest") if line.startswith("error")]
