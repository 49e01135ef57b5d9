"""Runs the program as a user does, in a child process, for the tests that need a real one."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import tlsscan

SOURCE_ROOT = Path(tlsscan.__file__).parent.parent
PATIENCE = 120.0
"""Seconds after which a run counts as hanging."""


class Run(NamedTuple):
    """What a finished run left: exit status, stdout and stderr."""

    status: int
    out: str
    err: str


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a run: ours, without what would colour or change a report, and with the package in reach."""
    own = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "TLSSCAN_DEBUG")}
    return {**own, "PYTHONPATH": str(SOURCE_ROOT), **(given or {})}


def command(*arguments: str) -> list[str]:
    """The command line of a run."""
    return [sys.executable, "-m", "tlsscan", *arguments]


def run(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run to the end."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(env), capture_output=True, timeout=PATIENCE, check=False
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
