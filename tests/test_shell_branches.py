"""What a Dockerfile installs in a branch of a shell's `if` is there under a condition only."""

from pathlib import Path

import pytest

from cli_tools import run
from tlsscan.model import Level
from tree_scans import scanned

OPENS = '<?php fsockopen("tls://example.org", 465);\n'
ASKED = """RUN if [ $(php -r "echo PHP_MAJOR_VERSION;") = "5" ]; then \\
        apt-get install -y php5.6-sybase; \\
    else \\
        docker-php-ext-install pdo_dblib; \\
    fi
"""
COMPARED = """RUN set -eux; \\
    if [ "$V" {sign} "5.6" ]; then apt-get install -y php5.6-sybase; else apt-get install -y php$V-sybase; fi
"""


def claimed(tmp_path: Path, docker: str) -> list[str]:
    """The versions of PHP that a Dockerfile claims."""
    (tmp_path / "Dockerfile").write_text(docker)
    lines = run("runtimes", cwd=tmp_path).out.splitlines()
    return [line.split()[1] for line in lines if line.startswith("  php ")]


def test_a_package_of_a_branch_counts_for_nothing_beside_what_the_image_has(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"Dockerfile": f"FROM php:8.3-apache\n{ASKED}", "a.php": OPENS})
    assert [f for f in report.findings if f.level.rank >= Level.WARNING.rank] == []
    assert claimed(tmp_path, f"FROM php:8.3-apache\n{ASKED}") == ["8.3"]


@pytest.mark.parametrize(("sign", "first", "wanted"), [("=", "8.3", "8.3"), ("!=", "8.3", "5.6"), ("=", "5.6", "5.6")])
def test_a_condition_on_an_argument_decides(tmp_path: Path, sign: str, first: str, wanted: str) -> None:
    text = f"ARG V={first}\nFROM debian:12\nARG V={first}\n{COMPARED.format(sign=sign)}"
    assert claimed(tmp_path, text) == [wanted]


def test_of_branches_that_differ_none_counts_where_nobody_knows_which_it_is(tmp_path: Path) -> None:
    text = "FROM debian:12\nRUN if [ -f old ]; then apt-get install php5.6-cli; else apt-get install php8.2-cli; fi\n"
    assert claimed(tmp_path, text) == []


@pytest.mark.parametrize(
    "command",
    [
        "if [ ! -x /usr/bin/php ]; then apt-get install -y php5.6-cli; fi",
        "case $(uname -m) in x86_64) apt-get install -y php5.6-cli ;; esac",
        "echo if && apt-get install -y php5.6-cli",
        "if true; then echo; fi; apt-get install -y php5.6-cli",
    ],
)
def test_what_is_installed_in_one_branch_alone_or_outside_of_any_counts(tmp_path: Path, command: str) -> None:
    assert claimed(tmp_path, f"FROM debian:12\nRUN {command}\n") == ["5.6"]


@pytest.mark.parametrize(
    "command",
    ["case x in y) apt-get install -y php5.6-cli ;; esac", "if true; then rbenv x; phpenv install 5.6.40; fi"],
)
def test_cases_and_version_managers_are_under_conditions_too(tmp_path: Path, command: str) -> None:
    assert claimed(tmp_path, f"FROM debian:12\nRUN apt-get install -y php8.2-cli\nRUN {command}\n") == ["8.2"]


@pytest.mark.parametrize(("first", "wanted"), [("no", []), ("yes", ["5.3.29"])])
def test_an_archive_is_fetched_where_its_condition_holds(tmp_path: Path, first: str, wanted: list[str]) -> None:
    fetched = "wget https://www.php.net/distributions/php-5.3.29.tar.gz && make install"
    text = f'FROM debian:12\nARG OLD={first}\nRUN if [ "$OLD" = "yes" ]; then {fetched}; fi\n'
    assert claimed(tmp_path, text) == wanted


def test_what_another_stage_has_is_another_matter(tmp_path: Path) -> None:
    text = "FROM php:8.3 AS tools\nFROM debian:12\nRUN if [ -f x ]; then apt-get install -y php5.6-cli; fi\n"
    assert sorted(claimed(tmp_path, text)) == ["5.6", "8.3"]


@pytest.mark.parametrize(("value", "wanted"), [("no", []), ("yes", ["5.6"])])
@pytest.mark.parametrize(
    "command",
    [
        '[ "$L" = "yes" ] && apt-get install -y php5.6-cli || true',
        '[ "$L" != "yes" ] || apt-get install -y php5.6-cli',
        'test "$L" = yes && { echo; apt-get install -y php5.6-cli; }',
        '[[ "$L" == "yes" ]] && (echo; apt-get install -y php5.6-cli)',
        '[ "$L" = "yes" ] && [ "$L" != x ] && apt-get install -y php5.6-cli',
        'case "$L" in yes) apt-get install -y php5.6-cli ;; *) echo ;; esac',
        "case $L in (no) echo ;; maybe | y*) apt-get install -y php5.6-cli ;; esac",
        "case $L in no) echo;; *) if true; then apt-get install -y php5.6-cli; fi;; esac",
    ],
)
def test_what_a_list_or_a_case_decides(tmp_path: Path, value: str, wanted: list[str], command: str) -> None:
    """What does not run under the defaults of arguments counts for nothing."""
    assert claimed(tmp_path, f"FROM debian:12\nARG L={value}\nRUN {command}\n") == wanted


@pytest.mark.parametrize(
    "command",
    [
        "[ -f x ] && echo; apt-get install -y php5.6-cli",
        '[ "$L" = yes ] || true && apt-get install -y php5.6-cli',
        '[ "$L" = yes ] && { echo; } ; apt-get install -y php5.6-cli',
        'case "$L" in yes) echo ;; esac; apt-get install -y php5.6-cli',
    ],
)
def test_what_follows_a_list_or_a_case_runs(tmp_path: Path, command: str) -> None:
    assert claimed(tmp_path, f"FROM debian:12\nARG L=no\nRUN {command}\n") == ["5.6"]


@pytest.mark.parametrize(("value", "level"), [("no", None), ("yes", Level.WARNING)])
def test_what_changes_the_configuration_where_it_does_not_run_changes_nothing(
    tmp_path: Path, value: str, level: Level | None
) -> None:
    changed = 'if [ "$L" = "yes" ]; then sed -i "s/TLSv1.2/TLSv1.0/;s/SECLEVEL=2/SECLEVEL=0/" /etc/ssl/openssl.cnf; fi'
    files = {
        "Dockerfile": f"FROM python:3.9.19\nARG L={value}\nRUN {changed}\n",
        "a.py": "import ssl\nctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n",
    }
    found = [finding.level for finding in scanned(tmp_path, files).findings]
    assert found == ([level] if level else [])
