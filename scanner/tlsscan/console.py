"""What a command says beside its report, and how it may end."""

import sys

OK, FINDINGS, TROUBLE = 0, 1, 2
"""Exit statuses: nothing at or above `--fail-on`, findings, a user's mistake or an incomplete scan."""


def say(text: str) -> None:
    """A line on stderr; nobody there to read it is no error."""
    from tlsscan.display import safe

    try:
        print(safe(text), file=sys.stderr)
    except (OSError, ValueError):
        return
