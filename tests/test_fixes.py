"""What --fix writes, in each language, and what it leaves alone; by running the program on files."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from cli_tools import command, environment, run
from hostile_git import git
from tlsscan import mending
from tlsscan.cli import main

PYTHON = "import ssl\n"
JAVA = (
    "import javax.net.ssl.*;\nclass Client {\n    void run(SSLSocket socket) throws Exception {\n        _;\n    }\n}\n"
)
CSHARP = (
    "using System.Net;\nusing System.Security.Authentication;\nclass Client {\n    void Run() {\n        _;\n    }\n}\n"
)
VBNET = "Imports System.Net\nClass Client\n    Sub Run()\n        _\n    End Sub\nEnd Class\n"
RUBY = "require 'net/http'\nhttp = Net::HTTP.new('h', 443)\n_\n"
CURL = "<?php\ncurl_setopt($ch, CURLOPT_SSLVERSION, VALUE);\n"
MANAGER = CSHARP.replace("_", "ServicePointManager.SecurityProtocol = VALUE")
ENABLED = JAVA.replace("_", "socket.setEnabledProtocols(new String[] {VALUE})")
HTTPS = JAVA.replace("_", 'System.setProperty("https.protocols", VALUE)')

SAFE = [
    ("a.py", f"{PYTHON}ssl.SSLContext(VALUE)\n", "ssl.PROTOCOL_TLSv1", "ssl.PROTOCOL_TLSv1_2"),
    ("a.py", "import ssl as tls\ntls.SSLContext(VALUE)\n", "tls.PROTOCOL_TLSv1", "tls.PROTOCOL_TLSv1_2"),
    (
        "a.py",
        f"{PYTHON}c = ssl.create_default_context()\nc.minimum_version = VALUE\n",
        "ssl.TLSVersion.TLSv1",
        "ssl.TLSVersion.TLSv1_2",
    ),
    (
        "a.py",
        f"{PYTHON}def run():\n    version = VALUE\n    return ssl.SSLContext(version)\n",
        "ssl.PROTOCOL_TLSv1",
        "ssl.PROTOCOL_TLSv1_2",
    ),
    (
        "a.py",
        f"{PYTHON}c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nc.minimum_version = VALUE\n",
        "ssl.TLSVersion.TLSv1",
        "ssl.TLSVersion.TLSv1_2",
    ),
    (
        "a.py",
        f"{PYTHON}c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nc.maximum_version = VALUE\n",
        "ssl.TLSVersion.TLSv1_1",
        "ssl.TLSVersion.TLSv1_2",
    ),
    ("A.java", JAVA.replace("_", "SSLContext.getInstance(VALUE).getSocketFactory()"), '"TLSv1"', '"TLSv1.2"'),
    ("a.rb", RUBY.replace("_", "http.ssl_version = VALUE"), ":TLSv1", ":TLSv1_2"),
    ("a.rb", RUBY.replace("_", "http.min_version = VALUE"), ":TLS1", ":TLS1_2"),
    (
        "a.rb",
        RUBY.replace("_", "http.min_version = VALUE"),
        "OpenSSL::SSL::TLS1_1_VERSION",
        "OpenSSL::SSL::TLS1_2_VERSION",
    ),
    ("a.php", CURL, "CURL_SSLVERSION_TLSv1", "CURL_SSLVERSION_TLSv1_2"),
    ("a.php", CURL, "1", "CURL_SSLVERSION_TLSv1_2"),
    (
        "a.php",
        CURL,
        "CURL_SSLVERSION_TLSv1_0 | CURL_SSLVERSION_MAX_TLSv1_1",
        "CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2",
    ),
    ("A.java", JAVA.replace("_", "SSLContext.getInstance(VALUE)"), '"TLSv1"', '"TLSv1.2"'),
    ("A.java", JAVA.replace("_", "SSLContext.getInstance(VALUE)"), '"tlsv1"', '"tlsv1.2"'),
    ("A.java", ENABLED, '"TLSv1", "TLSv1.1", "TLSv1.2"', '"TLSv1.2"'),
    ("A.java", ENABLED, '"TLSv1.2", "TLSv1.1"', '"TLSv1.2"'),
    ("A.java", ENABLED, '"TLSv1",\n            "TLSv1.1"', '"TLSv1.2"'),
    ("A.java", HTTPS, '"TLSv1,TLSv1.1,TLSv1.2"', '"TLSv1.2"'),
    ("A.java", HTTPS, '"TLSv1.2,TLSv1,TLSv1.3"', '"TLSv1.2,TLSv1.3"'),
    ("a.cs", MANAGER, "SecurityProtocolType.Ssl3 | SecurityProtocolType.Tls", "SecurityProtocolType.Tls12"),
    ("a.cs", MANAGER, "SecurityProtocolType.Tls | SecurityProtocolType.Tls12", "SecurityProtocolType.Tls12"),
    ("a.cs", MANAGER, "(SecurityProtocolType)4032", "(SecurityProtocolType)3072"),
    ("a.cs", MANAGER, "(SecurityProtocolType)0xC0", "(SecurityProtocolType)0xc00"),
    (
        "a.vb",
        VBNET.replace("_", "ServicePointManager.SecurityProtocol = VALUE"),
        "SecurityProtocolType.Tls Or SecurityProtocolType.Tls12",
        "SecurityProtocolType.Tls12",
    ),
    (
        "a.ps1",
        "[Net.ServicePointManager]::SecurityProtocol = VALUE\n",
        "[Net.SecurityProtocolType]::Tls -bor [Net.SecurityProtocolType]::Tls11",
        "[Net.SecurityProtocolType]::Tls12",
    ),
    ("a.ps1", "[Net.ServicePointManager]::SecurityProtocol = VALUE\n", "'tls,tls12'", "'tls12'"),
    ("a.erb", "<% h = Net::HTTP.new('h'); h.ssl_version = VALUE %>\n", ":TLSv1", ":TLSv1_2"),
    ("a.jsp", '<%@ page import="javax.net.ssl.*" %>\n<% SSLContext.getInstance(VALUE); %>\n', '"TLSv1"', '"TLSv1.2"'),
]


@pytest.mark.parametrize(("name", "code", "old", "new"), SAFE, ids=range(len(SAFE)))
def test_a_safe_fix(tmp_path: Path, name: str, code: str, old: str, new: str) -> None:
    file = tmp_path / name
    file.write_text(code.replace("VALUE", old))
    done = run("--fix", "-f", "concise", ".", cwd=tmp_path)
    assert file.read_text() == code.replace("VALUE", new), done.err
    assert done.status == 1, "files were changed"
    assert "fixed 1 finding in 1 file" in done.err
    again = run("--fix", "-f", "concise", ".", cwd=tmp_path)
    assert again.status == 0
    assert file.read_text() == code.replace("VALUE", new)


UNSAFE = [
    (
        "it holds only under a condition",
        "a.vb",
        VBNET.replace("_", "ServicePointManager.SecurityProtocol = If((n = 1), VALUE)"),
        "SecurityProtocolType.Ssl3, SecurityProtocolType.Tls",
        "SecurityProtocolType.Tls12, SecurityProtocolType.Tls12",
    ),
    (
        "the value is defined elsewhere",
        "a.py",
        f"{PYTHON}PINNED = VALUE\nssl.SSLContext(PINNED)\n",
        "ssl.PROTOCOL_TLSv1",
        "ssl.PROTOCOL_TLSv1_2",
    ),
    (
        "may serve other uses",
        "a.py",
        f"{PYTHON}def run():\n    v = VALUE\n    log(v)\n    return ssl.SSLContext(v)\n",
        "ssl.PROTOCOL_TLSv1",
        "ssl.PROTOCOL_TLSv1_2",
    ),
    (
        "may use it for something else",
        "a.php",
        "<?php\nfunction setup($ch, $v) { curl_setopt($ch, CURLOPT_SSLVERSION, $v); }\nsetup($ch, VALUE);\n",
        "CURL_SSLVERSION_TLSv1",
        "CURL_SSLVERSION_TLSv1_2",
    ),
    (
        "the name tls10 speaks of the version",
        "a.py",
        f"{PYTHON}tls10 = ssl.SSLContext(VALUE)\ntls12 = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n",
        "ssl.PROTOCOL_TLSv1",
        "ssl.PROTOCOL_TLSv1_2",
    ),
    (
        "the name refuses_tlsv1_1 speaks of the version",
        "a.py",
        f"{PYTHON}def refuses_tlsv1_1():\n    return ssl.SSLContext(VALUE)\n",
        "ssl.PROTOCOL_TLSv1_1",
        "ssl.PROTOCOL_TLSv1_2",
    ),
    (
        "the name poodle speaks of the version",
        "a.py",
        f"{PYTHON}def poodle():\n    return ssl.SSLContext(VALUE)\n",
        "ssl.PROTOCOL_SSLv3",
        "ssl.PROTOCOL_TLSv1_2",
    ),
    (
        "the name has_sslv3 speaks of the version",
        "has_sslv3.py",
        f"{PYTHON}def go():\n    return ssl.SSLContext(VALUE)\n",
        "ssl.PROTOCOL_SSLv3",
        "ssl.PROTOCOL_TLSv1_2",
    ),
    (
        "the code compares it with something",
        "a.py",
        f"{PYTHON}class Ftp(Base):\n    ssl_version = VALUE\n    def auth(self):\n"
        "        return 'TLS' if self.ssl_version == ssl.PROTOCOL_TLSv1 else 'SSL'\n",
        "ssl.PROTOCOL_TLSv1",
        "ssl.PROTOCOL_TLSv1_2",
    ),
    (
        "the code compares it with something",
        "a.rb",
        "http = Net::HTTP.new('h')\nhttp.ssl_version = VALUE\nputs 'new' if :TLSv1_2 != http.ssl_version\n",
        ":TLSv1",
        ":TLSv1_2",
    ),
    (
        "whose setting this is",
        "a.rb",
        "client.ssl_version = VALUE\n",
        ":TLSv1",
        ":TLSv1_2",
    ),
]


@pytest.mark.parametrize(("why", "name", "code", "old", "new"), UNSAFE, ids=range(len(UNSAFE)))
def test_what_may_change_more_is_written_only_when_asked(
    tmp_path: Path, why: str, name: str, code: str, old: str, new: str
) -> None:
    file = tmp_path / name
    file.write_text(code.replace("VALUE", old))
    before = file.read_text()
    done = run("--fix", ".", cwd=tmp_path)
    assert file.read_text() == before
    assert "fixed" not in done.err
    assert "(--fix --unsafe-fixes: " in done.out
    assert why in done.out
    done = run("--fix", "--unsafe-fixes", "-q", ".", cwd=tmp_path)
    assert done.status == 1
    assert f"tlsscan: fixed {name}:" in done.err, "whoever asks for quiet is told what is written all the same"
    assert file.read_text() == code.replace("VALUE", new)


@pytest.mark.parametrize("name", ["tls12", "ssl_context", "ssl_version", "tls1_3", "v1"])
def test_names_that_speak_of_no_old_version_are_no_hindrance(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.py"
    file.write_text(f"{PYTHON}{name} = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    run("--fix", ".", cwd=tmp_path)
    assert file.read_text() == f"{PYTHON}{name} = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--unsafe-fixes", "a.py"], "tlsscan: error: --unsafe-fixes: nothing is to be fixed"),
        (["why", "--fix", "a.py:2"], "tlsscan: error: --fix: a question changes nothing"),
    ],
)
def test_flags_that_ask_for_nothing_are_refused(tmp_path: Path, arguments: list[str], why: str) -> None:
    file = tmp_path / "a.py"
    file.write_text(f"{PYTHON}ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    done = run(*arguments, cwd=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(why)
    assert "PROTOCOL_TLSv1)" in file.read_text()


CONTEXT = "ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
BETWEEN = "SecurityProtocolType.Tls | // old\n            SecurityProtocolType.Tls12"
IGNORED = "# tlsscan: ignore[python/ssl-context-protocol] the terminal is old\n"
TABLE = "V = { old: :TLSv1, new: :TLSv1_2 }.freeze\n"
CASE = 'if (v.equals("TLSv1.1")) { if (fresh) SSLContext.getInstance("TLSv1.1"); }'
SWITCH = 'switch (v) { case "TLSv1": SSLContext.getInstance("TLSv1"); }'
MANAGED = "ServicePointManager.SecurityProtocol"
MISSING = f"if (!{MANAGED}.HasFlag(SecurityProtocolType.Tls11)) {MANAGED} |= SecurityProtocolType.Tls11"
LEFT = [
    (
        "who asks for a name may not have the new one",
        "a.php",
        CURL.replace("VALUE", "defined('CURL_SSLVERSION_TLSv1_0') ? CURL_SSLVERSION_TLSv1_0 : 4"),
    ),
    (
        "a setting in a longer text",
        "A.java",
        'class A { String b = "ssl://h:1?socket.enabledProtocols=TLSv1,TLSv1.1"; }\n',
    ),
    ("a guard for an older runtime", "a.py", f"{PYTHON}if not hasattr(ssl, 'PROTOCOL_TLS'):\n    {CONTEXT}"),
    ("a setting decides", "a.rb", RUBY.replace("_", "http.ssl_version = ENV.fetch('V', 'TLSv1').to_sym")),
    (
        "another name is not imported",
        "a.py",
        "from ssl import SSLContext, PROTOCOL_TLSv1\nSSLContext(PROTOCOL_TLSv1)\n",
    ),
    ("its name tells the version", "a.py", f"{PYTHON}TLS_1 = ssl.PROTOCOL_TLSv1\nssl.SSLContext(TLS_1)\n"),
    ("a comment between", "a.cs", MANAGER.replace("VALUE", BETWEEN)),
    ("an entry of a table", "a.rb", TABLE + RUBY.replace("_", "http.ssl_version = V[:old]")),
    ("generated", "a.py", f"# Code generated by hand. DO NOT EDIT.\n{PYTHON}{CONTEXT}"),
    ("vendored", "vendor/lib/a.py", f"{PYTHON}{CONTEXT}"),
    ("suppressed", "a.py", f"{PYTHON}{IGNORED}{CONTEXT}"),
    ("a list with a word that nobody knows", "A.java", HTTPS.replace("VALUE", '"TLSv1, TLSv1.2"')),
    (
        "flags turned round",
        "a.cs",
        MANAGER.replace("= VALUE", "= (SecurityProtocolType.Tls ^ SecurityProtocolType.Tls12)"),
    ),
]


@pytest.mark.parametrize(("why", "name", "code"), LEFT, ids=[why for why, _, _ in LEFT])
def test_what_is_left_alone(tmp_path: Path, why: str, name: str, code: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code)
    done = run("--fix", "--unsafe-fixes", "--level", "note", ".", cwd=tmp_path)
    assert file.read_text() == code, why
    assert "fixed" not in done.err


def test_vendored_code_is_written_when_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "vendor" / "lib" / "a.py"
    file.parent.mkdir(parents=True)
    file.write_text(f"{PYTHON}ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    run("--fix", "vendor/lib", cwd=tmp_path)
    assert file.read_text() == f"{PYTHON}ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n"


def test_tests_are_not_written_without_being_shown_and_then_unsafely(tmp_path: Path) -> None:
    file = tmp_path / "tests" / "test_a.py"
    file.parent.mkdir()
    file.write_text(f"{PYTHON}ssl.create_default_context().minimum_version = ssl.TLSVersion.TLSv1\n")
    before = file.read_text()
    run("--fix", "--unsafe-fixes", ".", cwd=tmp_path)
    run("--fix", "--level", "note", ".", cwd=tmp_path)
    assert file.read_text() == before
    run("--fix", "--unsafe-fixes", "--level", "note", ".", cwd=tmp_path)
    assert "TLSv1_2" in file.read_text()


def test_a_runtime_that_does_not_know_the_new_name_withholds_it(tmp_path: Path) -> None:
    file = tmp_path / "a.php"
    file.write_text("<?php\ncurl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1);\n")
    before = file.read_text()
    manifest = tmp_path / "composer.json"
    manifest.write_text('{"config": {"platform": {"php": "5.4.10"}}}')
    run("--fix", "--unsafe-fixes", ".", cwd=tmp_path)
    assert file.read_text() == before, "PHP 5.4 has no CURL_SSLVERSION_TLSv1_2"
    manifest.write_text('{"require": {"php": ">=5.3"}}')
    run("--fix", ".", cwd=tmp_path)
    assert file.read_text() == before, "an older PHP is allowed"
    manifest.write_text('{"config": {"platform": {"php": "7.4.10"}}}')
    run("--fix", ".", cwd=tmp_path)
    assert "CURL_SSLVERSION_TLSv1_2" in file.read_text()


def test_a_python_without_tls_1_2_is_not_given_its_name(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(f"{PYTHON}ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    before = file.read_text()
    run("--fix", "--unsafe-fixes", "--runtime", "python=2.7.6", ".", cwd=tmp_path)
    assert file.read_text() == before


@pytest.mark.parametrize(("named", "mended"), [("2.7", False), ("3.8", True), ("3", True)])
def test_a_minor_version_that_a_classifier_names_may_be_any_of_it(tmp_path: Path, named: str, mended: bool) -> None:
    file = tmp_path / "a.py"
    file.write_text(f"{PYTHON}ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    setup = f'from setuptools import setup\nsetup(classifiers=["Programming Language :: Python :: {named}"])\n'
    (tmp_path / "setup.py").write_text(setup)
    run("--fix", ".", cwd=tmp_path)
    assert ("PROTOCOL_TLSv1_2" in file.read_text()) is mended, "2.7.8 has no PROTOCOL_TLSv1_2"


def test_a_higher_floor_is_reached(tmp_path: Path) -> None:
    file = tmp_path / "A.java"
    code = JAVA.replace("_", "SSLContext.getInstance(VALUE)")
    file.write_text(code.replace("VALUE", '"TLSv1.2"'))
    run("--fix", "--min-tls", "1.3", ".", cwd=tmp_path)
    assert file.read_text() == code.replace("VALUE", '"TLSv1.3"')


# -- difference, stdin, exit status -----------------------------------------------------------------------------


def a_tree(folder: Path) -> Path:
    file = folder / "a.py"
    file.write_text(f"{PYTHON}ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    return file


def test_the_difference_is_printed_and_nothing_written(tmp_path: Path) -> None:
    file = a_tree(tmp_path)
    before = file.read_text()
    for arguments in (("--fix", "--diff", "."), (".", "--fix", "--diff"), ("--fix", "--diff")):
        done = run(*arguments, cwd=tmp_path)
        assert file.read_text() == before
        assert done.status == 1
        assert done.out == (
            "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n import ssl\n"
            "-ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n+ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n"
        )
        assert "would fix 1 finding in 1 file" in done.err


def test_no_difference(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\n")
    done = run("--fix", "--diff", ".", cwd=tmp_path)
    assert (done.status, done.out) == (0, "")


def test_a_preview_of_what_a_commit_limits(tmp_path: Path) -> None:
    file = a_tree(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    before = file.read_text() + "def other():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)\n"
    file.write_text(before)
    for flags in (("--diff", "--diff=HEAD"), ("--diff=HEAD", "--diff"), ("--diff=HEAD", "--diff", ".")):
        done = run("--fix", *flags, cwd=tmp_path)
        assert (file.read_text(), done.status) == (before, 1), flags
        changed = [line for line in done.out.splitlines() if line.startswith(("-", "+"))][2:]
        assert changed == [
            "-    return ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)",
            "+    return ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)",
        ], flags
    run("--fix", "--diff=HEAD", cwd=tmp_path)
    assert file.read_text() == before.replace("TLSv1_1", "TLSv1_2")


HIDDEN = "\x1b[31m \u202e ##[error]z ##vso[task.x]y"


def a_hostile_tree(folder: Path) -> bytes:
    """A file whose lines are commands, and the difference that its fix makes."""
    code = b"import ssl\n'''\n::error::x\n%b\r\n'''\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n" % HIDDEN.encode()
    (folder / "a.py").write_bytes(code)
    return (
        b"--- a/a.py\n+++ b/a.py\n@@ -3,4 +3,4 @@\n ::error::x\n %b\r\n '''\n"
        b"-ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n+ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n" % HIDDEN.encode()
    )


def printed(folder: Path, env: dict[str, str], to: Any = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    """A preview, in the environment of a build or in none."""
    own = {**environment(), **dict.fromkeys(("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"), ""), **env}
    arguments = command("--fix", "--diff", "--no-progress")
    return subprocess.run(arguments, cwd=folder, env=own, stdout=to, stderr=subprocess.PIPE, check=False)


@pytest.mark.parametrize("env", [{}, {"GITHUB_ACTIONS": "true"}, {"TF_BUILD": "True"}])
def test_a_file_and_a_pipe_get_the_bytes_of_a_patch(tmp_path: Path, env: dict[str, str]) -> None:
    patch = a_hostile_tree(tmp_path)
    with open(tmp_path / "patch", "wb") as stream:
        printed(tmp_path, env, stream)
    assert (tmp_path / "patch").read_bytes() == patch
    if not env:
        assert printed(tmp_path, env).stdout == patch


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_github_obeys_nothing_in_a_patch(tmp_path: Path) -> None:
    patch = a_hostile_tree(tmp_path)
    out = printed(tmp_path, {"GITHUB_ACTIONS": "true"}).stdout
    first, _, rest = out.partition(b"\n")
    token = first.removeprefix(b"::stop-commands::")
    assert re.fullmatch(rb"[0-9a-f]{32}", token)
    assert rest == patch + b"::" + token + b"::\n"
    assert token not in printed(tmp_path, {"GITHUB_ACTIONS": "true"}).stdout, "nobody can know it before"
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=out, check=True)
    assert b"TLSv1_2" in (tmp_path / "a.py").read_bytes()
    assert printed(tmp_path, {"GITHUB_ACTIONS": "true"}).stdout == b""


def test_other_agents_are_shown_no_command(tmp_path: Path) -> None:
    a_hostile_tree(tmp_path)
    done = printed(tmp_path, {"TF_BUILD": "True"})
    assert rb"#\x23[error]z #\x23vso[task.x]y" in done.stdout
    assert b"##" not in done.stdout
    assert b"write it to a file" in done.stderr
    (tmp_path / "a.py").write_text(f"{PYTHON}{CONTEXT}")
    assert b"\n+ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n" in printed(tmp_path, {"TF_BUILD": "True"}).stdout


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal")
def test_a_terminal_shows_what_is_hidden_in_a_patch(tmp_path: Path) -> None:
    import pty

    patch = a_hostile_tree(tmp_path)
    ours, theirs = pty.openpty()
    printed(tmp_path, {"PYTHONIOENCODING": "utf-8"}, theirs)
    shown = os.read(ours, 1 << 16).replace(b"\r\n", b"\n")
    os.close(theirs)
    os.close(ours)
    assert shown == (
        patch.replace(b"\x1b", rb"\x1b")
        .replace("\u202e".encode(), rb"\u202e")
        .replace(b"##[", rb"#\x23[")
        .replace(b"##vso", rb"#\x23vso")
        .replace(b"y\r\n", b"y\\r\n")
    )


def test_stdin_is_written_to_stdout(tmp_path: Path) -> None:
    code = b"import ssl\r\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\r\n"
    arguments = command("--fix", "--stdin-filename", "a.py", "-")
    done = subprocess.run(arguments, cwd=tmp_path, env=environment(), input=code, capture_output=True, check=False)
    assert done.stdout == code.replace(b"TLSv1)", b"TLSv1_2)")
    assert done.returncode == 1
    arguments = command("--fix", "--stdin-filename", "a.py", "-")
    again = subprocess.run(
        arguments, cwd=tmp_path, env=environment(), input=done.stdout, capture_output=True, check=False
    )
    assert (again.stdout, again.returncode) == (done.stdout, 0)


def test_what_does_not_help_is_offered_no_more(tmp_path: Path) -> None:
    flags = MANAGER.replace("= VALUE", "|= SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12")
    (tmp_path / "A.cs").write_text(flags)
    target = "<PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net452</TargetFramework></PropertyGroup>"
    (tmp_path / "a.csproj").write_text(f'<Project Sdk="Microsoft.NET.Sdk">{target}</Project>')
    plain, fixed = run(".", cwd=tmp_path), run(".", "--fix", cwd=tmp_path)
    assert "= fix: take out SecurityProtocolType.Tls11 (--fix)" in plain.out
    assert "[dotnet/service-point-security-protocol]" in fixed.out
    assert "fix" not in fixed.out.lower()
    assert (tmp_path / "A.cs").read_text() == flags


STREAM = "<?php\nstream_socket_enable_crypto($socket, true, VALUE);\n"
WIDE = "STREAM_CRYPTO_METHOD_TLS_CLIENT"
MORE = "STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT"


@pytest.mark.parametrize("value", [WIDE, f"{WIDE} | {MORE}"])
def test_nothing_new_enough_is_taken_away(tmp_path: Path, value: str) -> None:
    file = tmp_path / "a.php"
    file.write_text(STREAM.replace("VALUE", value))
    plain = run(".", cwd=tmp_path).out
    assert "permits TLS 1.0" in plain
    assert "fix" not in plain.lower(), "it would shut TLS 1.3 out"
    run("--fix", "--unsafe-fixes", ".", cwd=tmp_path)
    assert file.read_text() == STREAM.replace("VALUE", value)
    if value == WIDE:
        run("--fix", "--runtime", "php=5.6.20", ".", cwd=tmp_path)
        new = "STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT"
        assert file.read_text() == STREAM.replace("VALUE", new), "it is TLS 1.0 alone there"


AGAIN = "$o['ssl']['crypto_method'] = VALUE;\n$o['ssl']['crypto_method'] |= VALUE;\nstream_context_create($o);\n"
SOUND = "$c = stream_context_create(['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT]]);\n"


def test_a_fix_that_fails_takes_none_with_it(tmp_path: Path) -> None:
    again = "function f() {\n$o = [];\n" + AGAIN.replace("VALUE", MORE) + "}\n"
    code = "<?php\n" + SOUND + again + SOUND
    (tmp_path / "a.php").write_text(code)
    told = json.loads(run("-f", "json", ".", cwd=tmp_path).out)["findings"]
    assert [(one["region"]["line"], one["fix"] is not None) for one in told] == [(2, True), (5, False), (9, True)]
    run("--fix", ".", cwd=tmp_path)
    assert (tmp_path / "a.php").read_text() == code.replace("TLSv1_0", "TLSv1_2")


@pytest.mark.parametrize(("faulty", "at"), [(0, 10_000), (5, 250), (11, 10_000)])
@pytest.mark.usefixtures("capsys")
def test_the_fix_at_fault_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faulty: int, at: int) -> None:
    """Whatever new comes of one of many fixes in a file, however far from it."""
    (tmp_path / "a.py").write_text(PYTHON + "".join(f"ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # {n}\n" for n in range(12)))
    (tmp_path / "b.py").write_text(f"{PYTHON}{CONTEXT}")
    monkeypatch.chdir(tmp_path)
    tries: list[int] = []
    wrong = mending.Mender._wrong

    def more(self: mending.Mender, fixes: Any, contents: Any) -> mending.Wrong:
        found = wrong(self, fixes, contents)
        tries.append(len(fixes))
        new = {(b"a.py", at, "x")} if b"TLSv1_2)  # %d\n" % faulty in contents.get(b"a.py", b"") else set()
        return found._replace(spots=found.spots | new)

    monkeypatch.setattr(mending.Mender, "_wrong", more)
    main(["--fix", "-q", "-f", "concise", "-j", "1", "."])
    left = (tmp_path / "a.py").read_text().splitlines()
    assert [number for number, line in enumerate(left[1:]) if "TLSv1)" in line] == [faulty]
    assert (tmp_path / "b.py").read_text() == f"{PYTHON}{CONTEXT}".replace("TLSv1", "TLSv1_2")
    assert len(tries) <= mending.TRIES
    assert tries[0] == 13
    assert 13 not in tries[1:]


@pytest.mark.parametrize(
    ("flags", "status"), [((), 1), (("--exit-zero",), 0), (("--fail-on", "never"), 0), (("--diff",), 1)]
)
def test_exit_status_when_all_is_fixed(tmp_path: Path, flags: tuple[str, ...], status: int) -> None:
    a_tree(tmp_path)
    assert run("--fix", *flags, cwd=tmp_path).status == status


def test_what_is_staged_is_not_written(tmp_path: Path) -> None:
    done = run("--fix", "--staged", cwd=tmp_path)
    assert done.status == 2
    assert "what is staged is not written" in done.err


# -- reports ----------------------------------------------------------------------------------------------------


def test_reports_tell_fixes(tmp_path: Path) -> None:
    a_tree(tmp_path)
    (tmp_path / "b.py").write_text(f"{PYTHON}OLD = ssl.PROTOCOL_TLSv1\nssl.SSLContext(OLD)\n")
    told = run(".", cwd=tmp_path).out
    assert "= fix: write ssl.PROTOCOL_TLSv1_2 for ssl.PROTOCOL_TLSv1 (--fix)\n" in told
    assert (
        "= fix: in b.py:2: write ssl.PROTOCOL_TLSv1_2 for ssl.PROTOCOL_TLSv1 (--fix --unsafe-fixes: the value" in told
    )
    assert "Fixable: 1 finding with --fix, 1 more with --fix --unsafe-fixes" in told
    grouped = run("-f", "grouped", ".", cwd=tmp_path).out
    assert "[fixable]\n" in grouped
    assert "[fixable, unsafe]\n" in grouped
    first, second = json.loads(run("-f", "json", ".", cwd=tmp_path).out)["findings"]
    assert first["fix"]["safe"] is True
    assert first["fix"]["edits"][0]["text"] == "ssl.PROTOCOL_TLSv1_2"
    assert first["fix"]["edits"][0]["region"]["start_byte"] == len(PYTHON) + len("ssl.SSLContext(")
    assert second["fix"]["safe"] is False
    assert second["fix"]["unsafe"].startswith("the value is defined elsewhere")


FLAGS = "SecurityProtocolType.Tls | SecurityProtocolType.Tls12"


def applied(log: dict[str, Any], root: Path) -> None:
    """Do what the fixes of a SARIF log say."""
    edits: dict[Path, set[tuple[int, int, int, int, str]]] = {}
    for result in log["runs"][0]["results"]:
        for fix in result.get("fixes", []):
            assert fix["description"]["text"]
            for change in fix["artifactChanges"]:
                for replacement in change["replacements"]:
                    region = replacement["deletedRegion"]
                    place = [region[key] for key in ("startLine", "startColumn", "endLine", "endColumn")]
                    text = replacement["insertedContent"]["text"]
                    edits.setdefault(root / unquote(change["artifactLocation"]["uri"]), set()).add((*place, text))
    for path, wanted in edits.items():
        raw = path.read_bytes()
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        mark = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
        lines = raw.decode(encoding).removeprefix("\ufeff").splitlines(keepends=True)
        for line, column, end_line, end_column, text in sorted(wanted, reverse=True):
            head = lines[line - 1].encode("utf-16-le")[: 2 * (column - 1)].decode("utf-16-le")
            tail = lines[end_line - 1].encode("utf-16-le")[2 * (end_column - 1) :].decode("utf-16-le")
            lines[line - 1 : end_line] = [head + text + tail]
        path.write_bytes((mark + "".join(lines)).encode(encoding))


def test_fixes_of_sarif_come_to_what_fix_writes(tmp_path: Path) -> None:
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        for number, (name, code, old, _) in enumerate(SAFE):
            own = folder / f"n{number}"
            own.mkdir()
            (own / name).write_text(code.replace("VALUE", old))
        with_mark = f"\ufeff# \u00e4\U0001f512\r\nimport ssl\r\nx = '\U0001f512'; {CONTEXT}"
        (folder / "bom.py").write_bytes(with_mark.encode())
        (folder / "wide.cs").write_bytes(("// \u00e4\r\n" + MANAGER.replace("VALUE", FLAGS)).encode("utf-16"))
        (folder / "b.py").write_text(f"{PYTHON}OLD = ssl.PROTOCOL_TLSv1\nssl.SSLContext(OLD)\n")
    for flags in ((), ("--unsafe-fixes",)):
        log = json.loads(run("-f", "sarif", *flags, ".", cwd=tmp_path / "one").out)
        applied(log, tmp_path / "one")
        run("--fix", *flags, "-q", ".", cwd=tmp_path / "two")
        every = [path.relative_to(tmp_path / "one") for path in sorted((tmp_path / "one").rglob("*")) if path.is_file()]
        assert len(every) == len(SAFE) + 3
        for path in every:
            assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path
    assert b"PROTOCOL_TLSv1_2" in (tmp_path / "one" / "bom.py").read_bytes()
    assert (tmp_path / "one" / "wide.cs").read_bytes().decode("utf-16").count("Type.Tls") == 1


def test_explain_tells_what_is_written(tmp_path: Path) -> None:
    out = run("explain", "php/curl-setopt-sslversion", cwd=tmp_path).out
    assert "What --fix writes in the place of older values" in out
    assert "*.CURL_SSLVERSION_TLSv1_2 with php >=5.5.19,<5.6 or >=5.6.3" in out


def test_a_plain_scan_loads_nothing_of_it(tmp_path: Path) -> None:
    a_tree(tmp_path)
    code = (
        "import sys; from tlsscan.commands.scan import run; run(['-f', 'concise', '.']);"
        "print(sorted(name for name in sys.modules if name.startswith('tlsscan.') and "
        "name.rpartition('.')[2] in ('mending', 'fixes', 'swaps', 'atoms', 'edits', 'fixing', 'writing', 'unified')))"
    )
    import sys

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, check=True
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"
