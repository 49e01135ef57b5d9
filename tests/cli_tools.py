"""Runs the program as a user does, in a child process, for the tests that need a real one."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import tlsscan
from tlsscan.packs import COMPILED, builtin_directory, compile_rules

SOURCE_ROOT = Path(tlsscan.__file__).parent.parent
PATIENCE = 120.0
"""Seconds after which a run counts as hanging."""


class Run(NamedTuple):
    """What a finished run left: exit status, stdout and stderr."""

    status: int
    out: str
    err: str


@cache
def installed() -> Path:
    """A folder with the package as an installation has it: its packs inside, in compiled form, too."""
    top = Path(tempfile.mkdtemp(prefix="tlsscan-installed-"))
    atexit.register(shutil.rmtree, top, ignore_errors=True)
    package, packs = top / "tlsscan", top / "tlsscan" / "packs"
    shutil.copytree(SOURCE_ROOT / "tlsscan", package)
    shutil.copytree(builtin_directory(), packs)
    (packs / COMPILED).write_bytes(compile_rules(str(packs)))
    return top


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a run: ours, without what would colour or change a report, and with the package in reach."""
    own = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "TLSSCAN_DEBUG")}
    return {**own, "PYTHONPATH": str(installed()), **(given or {})}


def command(*arguments: str) -> list[str]:
    """The command line of a run."""
    return [sys.executable, "-m", "tlsscan", *arguments]


def run(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run to the end."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(env), capture_output=True, timeout=PATIENCE, check=False
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
