"""`tlsscan completion`: what a shell needs to complete commands, flags and values. shtab makes it of our parsers."""

import argparse
from importlib import import_module

from tlsscan.arguments import Parser, scan_parser
from tlsscan.commands import COMMANDS
from tlsscan.console import OK
from tlsscan.errors import TlsscanError

SHELLS = ("bash", "zsh", "fish", "powershell")
_FILES = frozenset({"PATH", "FILE", "[FORMAT=]PATH"})


def run(arguments: list[str]) -> int:
    """Print the script."""
    given = _parser().parse_args(arguments)
    try:
        import shtab
    except ImportError:
        hint = "pip install shtab; the script then goes to stdout"
        raise TlsscanError("completion is made by the package shtab, which is not installed", hint=hint) from None
    whole = _whole()
    for parser in (whole, *_commands(whole).values()):
        for action in parser._actions:
            if action.metavar in _FILES or action.metavar == "DIR":
                kind = shtab.DIRECTORY if action.metavar == "DIR" else shtab.FILE
                vars(action)["complete"] = kind
    print(shtab.complete(whole, given.shell), end="")
    return OK


def _whole() -> argparse.ArgumentParser:
    """One parser of everything, as a shell sees it: the flags of a scan, or a command and its own."""
    parser = argparse.ArgumentParser("tlsscan", add_help=False, conflict_handler="resolve", parents=[scan_parser()])
    paths = next(action for action in parser._actions if action.dest == "paths")
    parser._remove_action(paths)  # what is no command is a file, which shells complete by themselves
    commands = parser.add_subparsers(metavar="COMMAND")
    for name in COMMANDS:
        own = _command(name)
        commands.add_parser(
            name, help=own.description, parents=[own], add_help=False, conflict_handler="resolve", prog=own.prog
        )
    return parser


def _command(name: str) -> argparse.ArgumentParser:
    if name == "scan":
        return scan_parser()
    parser: argparse.ArgumentParser = import_module(f"tlsscan.commands.{name.replace('-', '_')}")._parser()
    return parser


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def _parser() -> Parser:
    """The parser of `tlsscan completion`."""
    parser = Parser("tlsscan completion", "Print what a shell needs to complete our commands and flags.")
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=" or ".join(SHELLS))
    return parser
