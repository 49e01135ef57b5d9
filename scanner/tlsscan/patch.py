"""A patch on its way to stdout: as it is for programs, and so that nothing in it is obeyed where it is looked at."""

import os
import re
import sys
from stat import S_ISREG

from tlsscan.display import safe

ESCAPED = "the patch is shown with escapes, which cannot be applied: write it to a file (> FILE)"
_COMMAND = re.compile(rb"(?i)##(?:\[|vso\[|teamcity\[)")
_AGENTS = ("TF_BUILD", "TEAMCITY_VERSION")
"""Variables of build agents that look for commands anywhere in a line, and cannot be told to stop."""


def put_out(patch: bytes) -> str:
    """Write a patch to stdout; what must be said of that, if anything.

    A terminal shows what is hidden in it. A file gets its bytes. So does a pipe; but where that may be the log of a
    build, GitHub's runner is told to obey nothing in it, in lines that programs which apply patches pass over, and
    other agents get the text with escapes if it holds commands for them.
    """
    sys.stdout.flush()
    if not patch:
        return ""
    if sys.stdout.isatty():
        _show(patch)
        return ""
    logged = not _is_file()
    if logged and any(map(os.environ.get, _AGENTS)) and _COMMAND.search(patch):
        _show(patch)
        return ESCAPED
    if logged and os.environ.get("GITHUB_ACTIONS"):
        token = os.urandom(16).hex().encode()
        patch = b"::stop-commands::%b\n%b::%b::\n" % (token, patch, token)
    sys.stdout.buffer.write(patch)
    sys.stdout.buffer.flush()
    return ""


def _is_file() -> bool:
    try:
        return S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _show(patch: bytes) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    for line in patch.removesuffix(b"\n").split(b"\n"):
        shown = safe(line.decode("utf-8", "surrogateescape"), tabs=True)
        print(shown.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
