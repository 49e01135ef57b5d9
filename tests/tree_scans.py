"""Scans of small trees in this process, for tests that ask where something is told."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tlsscan.model import Finding, Level, Report
from tlsscan.packs import load
from tlsscan.protocol import tokens
from tlsscan.rulebook import Rulebook
from tlsscan.scan import Request, scan


@cache
def rules() -> Rulebook:
    """The built-in rules."""
    return load()


def scanned(tmp_path: Path, files: Mapping[str, str]) -> Report:
    """The report on a tree of files, notes included."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        return scan(Request((".",), shown=Level.NOTE, jobs=1), rules()).report
    finally:
        os.chdir(here)


def told(report: Report) -> dict[str, str]:
    """What is told at each place (`file:line value`): the verdict and the versions."""
    return {f"{f.usage.place.path}:{f.usage.place.region.line} {f.usage.value}": _said(f) for f in report.findings}


def _said(finding: Finding) -> str:
    return f"{finding.verdict} {' '.join(tokens(finding.usage.permitted.versions))}".strip()
