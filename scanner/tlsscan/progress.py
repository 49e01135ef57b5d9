"""A line on a terminal while a scan takes longer than a second, gone before anything else is written.

A timer interrupts the process now and then to write it, so that the scan itself need not think of it.
"""

import os
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from tlsscan.annotations import TypeAlias

AFTER, EVERY = 1.0, 0.2
CLEAR = "\r\x1b[K"


Look: TypeAlias = Callable[[], tuple[str, int, int]]
"""Tells what a scan does, with how many files, of how many that are known so far."""


class Progress:
    """Shows the state of a scan from its start to its end; use it in a `with`. Nothing is shown where it would not be
    seen or not go away: in a pipe, in CI, on a dumb terminal, with `--quiet` or `--no-progress`."""

    def __init__(self, given: Namespace) -> None:
        self._shows = not (given.no_progress or given.quiet) and _is_lively()
        self._look: Look | None = None
        self._written = False

    def watch(self, look: Look) -> None:
        """Take what tells the state, once there is something to tell."""
        self._look = look

    def __enter__(self) -> "Progress":
        if self._shows:
            try:
                signal.signal(signal.SIGALRM, self._show)
            except ValueError:  # not in the main thread: somebody else owns the signals
                self._shows = False
                return self
            self._start = time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, AFTER, EVERY)
        return self

    def __exit__(self, *_: object) -> None:
        if not self._shows:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)  # one may be on its way
        if self._written:
            self._write(CLEAR)

    def _show(self, number: int, frame: FrameType | None) -> None:
        if self._look is None:
            return
        doing, done, known = self._look()
        text = f"tlsscan: {doing} {done:,} of {known:,} files, {time.monotonic() - self._start:.0f} s"
        with suppress(OSError):
            text = text[: (os.get_terminal_size(2).columns or 80) - 1]
        self._written = True
        self._write(f"{CLEAR}{text}")

    def _write(self, text: str) -> None:
        with suppress(OSError):
            os.write(2, text.encode())


def _is_lively() -> bool:
    if os.environ.get("CI") or os.environ.get("TERM") in (None, "", "dumb") or not hasattr(signal, "setitimer"):
        return False
    with suppress(OSError, ValueError):
        return sys.stderr.isatty()
    return False
