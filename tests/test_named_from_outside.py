"""What is said of a tree does not depend on where the command is run."""

import os
from pathlib import Path

import pytest

from tlsscan.model import Level, Report
from tlsscan.scan import Request, scan
from tree_scans import rules

CODE = "<?php\nstream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);\n"


def said(report: Report, root: str) -> list[tuple[str, int, str, str]]:
    found = report.findings
    return [
        (f.usage.place.path.removeprefix(root), f.usage.place.region.line, f.verdict, f.message.replace(root, ""))
        for f in found
    ]


def run_at(folder: Path, path: str) -> Report:
    here = os.getcwd()
    os.chdir(folder)
    try:
        return scan(Request((path,), shown=Level.NOTE, jobs=1), rules()).report
    finally:
        os.chdir(here)


@pytest.mark.parametrize(
    "dockerfile", ["docker/Dockerfile", "docker/x/Dockerfile", "docker/x/y/Dockerfile", "Dockerfile"]
)
@pytest.mark.parametrize("above", ["", "docker", "ci/containers"])
def test_the_folder_that_a_dockerfile_is_about(tmp_path: Path, dockerfile: str, above: str) -> None:
    tree, aside = tmp_path / above / "tree", tmp_path / "aside"
    for path, text in ((tree / dockerfile, "FROM php:5.6-fpm\n"), (tree / "lib/a.php", CODE)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    aside.mkdir()
    inside = said(run_at(tree, "."), "")
    assert [(path, verdict) for path, _, verdict, _ in inside] == [(dockerfile, "allows"), ("lib/a.php", "fails")]
    assert said(run_at(aside, str(tree)), f"{tree}/") == inside
    assert (
        said(run_at(tmp_path, f"{above}/tree" if above else "tree"), f"{above}/tree/" if above else "tree/") == inside
    )
