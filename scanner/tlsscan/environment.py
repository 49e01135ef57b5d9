"""The environment's twins of flags: `TLSSCAN_MIN_TLS=1.3` for `--min-tls 1.3`, for each long flag of a scan."""

import os
from argparse import SUPPRESS, Action, ArgumentParser, Namespace, _AppendAction
from collections.abc import Callable, Collection, Iterator

from tlsscan.errors import UsageError, nearest

PREFIX = "TLSSCAN_"
NO_TWINS = frozenset({"TLSSCAN_NO_FORK", "TLSSCAN_VERSION"})
"""Variables that are no flags: the first one is for systems where workers cannot be forked, the second is what scripts
that install a version tend to call it."""
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
_ALIKE = 0.75


def from_environment(
    parser: ArgumentParser, without: Collection[str], whole: Callable[[], ArgumentParser]
) -> dict[str, tuple[object, str]]:
    """What variables say: the value of each destination, and the name of the variable. An empty one says nothing.
    Flags `without` a variable are left alone; a variable of a flag that only the `whole` parser has is no mistake."""
    twins = {twin: (flag, action) for action in parser._actions for flag, twin in _twins(action)}
    others: set[str] = set()
    found: dict[str, tuple[object, str]] = {}
    for name in sorted(os.environ):
        text = os.environ[name]
        if not name.startswith(PREFIX) or name in NO_TWINS or not text:
            continue
        if name in twins and twins[name][1].dest in without:
            continue
        if name in twins:
            found.update(_value(parser, *twins[name], name, text))
        elif hint := nearest(name.removeprefix(PREFIX), [twin.removeprefix(PREFIX) for twin in twins], _ALIKE, PREFIX):
            others = others or {twin for action in whole()._actions for _, twin in _twins(action)}
            if name in others:
                continue
            raise UsageError(f"no flag has the variable {name}", hint=hint)
    return found


def _twins(action: Action) -> Iterator[tuple[str, str]]:
    """The long flags of an action with their variables; not of those that print something and end."""
    if action.default is not SUPPRESS or action.dest not in ("help", "version"):
        for flag in action.option_strings:
            if flag.startswith("--") and flag not in ("--help", "--version"):
                yield flag, PREFIX + flag[2:].upper().replace("-", "_")


def _value(
    parser: ArgumentParser, flag: str, action: Action, name: str, text: str
) -> Iterator[tuple[str, tuple[object, str]]]:
    """The value that the parser makes of a text, in the words of the flag's own errors."""
    if action.nargs == 0:
        if text.lower() in _YES:
            yield action.dest, (action.const, name)
        elif text.lower() not in _NO:
            raise UsageError(f"{text!r} is neither 1 nor 0", place=name)
        return
    several = isinstance(action, _AppendAction)
    pieces = [piece.strip() for piece in text.split("\n" if "\n" in text else ",")] if several else [text]
    given = Namespace()
    try:
        parser.parse_args([f"{flag}={piece}" for piece in pieces if piece], given)
    except UsageError as error:
        message = error.message.partition(": ")[2] if error.message.startswith("argument ") else error.message
        raise UsageError(message, place=name, hint=error.hint) from None
    if hasattr(given, action.dest):
        yield action.dest, (getattr(given, action.dest), name)
