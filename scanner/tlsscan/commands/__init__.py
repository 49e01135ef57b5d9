"""One module a command, named like it. Each has `run(arguments)`, which gives the exit status."""

from collections.abc import Sequence

COMMANDS = (
    "scan",
    "why",
    "baseline",
    "rules",
    "explain",
    "check-rules",
    "runtimes",
    "doctor",
    "files",
    "config",
    "completion",
)


def command_of(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The command and what follows it; `scan` when the first word is none."""
    given = list(arguments)
    if given and given[0] in COMMANDS:
        return given[0], given[1:]
    return "scan", given
