"""The program in a working directory that was deleted."""

import os
import subprocess
from pathlib import Path

import pytest

from cli_tools import command, environment


@pytest.mark.skipif(os.name != "posix", reason="elsewhere it cannot be deleted")
def test_a_working_directory_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\n")
    words = " ".join(f"'{word}'" for word in command(str(tmp_path / "a.py")))
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", f"rmdir '{gone}'; exec {words}"], cwd=gone, env=environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, b"tlsscan: error: the working directory is gone\n")
