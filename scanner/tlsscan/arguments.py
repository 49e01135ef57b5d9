"""The command line as argparse sees it: flags, commands, their words. Decides nothing."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from tlsscan.errors import UsageError, nearest
from tlsscan.protocol import FLOORS
from tlsscan.reporters import FORMATS

COMMANDS = ("scan", "rules", "explain", "check-rules")
LEVELS = ("error", "warning", "note")
SUFFIX_FORMATS = {".sarif": "sarif", ".json": "json"}
EPILOG = """\
exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage, rule pack or missing path, or an incomplete scan;
130 or 143 interrupted. A command's name wins over a folder's: `tlsscan ./rules` or `tlsscan scan rules` scans a folder.
"""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are ours: one line, with the nearest match, exit code 2."""

    def error(self, message: str) -> NoReturn:
        unknown = message.removeprefix("unrecognized arguments: ")
        hint = ""
        if unknown != message:
            flags = [option for action in self._actions for option in action.option_strings]
            hint = nearest(unknown.split()[0].split("=")[0], flags)
        raise UsageError(message, hint=hint or "see tlsscan --help")


def _rules_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", action="append", default=[], metavar="DIR", help="add the rule packs of a folder")


def scan_parser() -> Parser:
    """The parser of `tlsscan scan`."""
    parser = Parser(prog="tlsscan", usage="tlsscan [scan] [options] [PATH ...]", epilog=EPILOG, **_style())
    parser.description = (
        "Which TLS versions does this code permit, and does that meet the policy? "
        "Further commands: rules, explain RULE, check-rules [PATH]."
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="files or folders (default: .)")
    add("--min-tls", choices=tuple(FLOORS), default="1.2", help="the lowest version that is acceptable (default 1.2)")
    add("--level", choices=LEVELS, default="warning", help="the lowest level that is shown (default warning)")
    add("--fail-on", choices=(*LEVELS, "never"), default="warning", help="the lowest level that fails the run")
    add("-f", "--format", choices=FORMATS, default=None, help="format of the report (default full)")
    add("-o", "--output", action="append", default=[], metavar="[FORMAT=]PATH", help="write to a file; may be repeated")
    add("--exclude", action="append", default=[], metavar="GLOB", help="leave out, as in a .gitignore; may be repeated")
    add("--no-ignore", action="store_true", help="scan what .gitignore leaves out, too")
    add("-j", "--jobs", type=_jobs, default=0, metavar="N", help="worker processes (default: one for each processor)")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours in the report")
    add("--exit-zero", action="store_true", help="exit 0 in spite of findings")
    add("--allow-incomplete", action="store_true", help="do not exit 2 when files could not be analysed")
    add("--strict", action="store_true", help="exit 2 when a named folder holds nothing to analyse")
    add("--no-demote", action="store_true", help="keep the level of findings in tests and examples")
    add("--sarif-root", default=None, metavar="DIR", help="what SARIF paths are relative to (default: top of the work tree)")
    add("-q", "--quiet", action="store_true", help="say less beside the findings")
    add("-v", "--verbose", action="store_true", help="list what was skipped")
    add("--version", action="store_true", help="print the version and exit")
    _rules_flag(parser)
    return parser


def rules_parser() -> Parser:
    """The parser of `tlsscan rules`."""
    parser = Parser(prog="tlsscan rules", description="List all rules.", **_style())
    _rules_flag(parser)
    return parser


def explain_parser() -> Parser:
    """The parser of `tlsscan explain`."""
    parser = Parser(prog="tlsscan explain", description="Say what a rule means, from its pack.", **_style())
    parser.add_argument("rule", metavar="RULE", help="a rule id, as reports print it")
    _rules_flag(parser)
    return parser


def check_parser() -> Parser:
    """The parser of `tlsscan check-rules`."""
    parser = Parser(prog="tlsscan check-rules", description="Validate rule packs and run every example.", **_style())
    parser.add_argument("path", nargs="?", default="", metavar="PATH", help="a folder of packs, or one pack")
    _rules_flag(parser)
    return parser


def _style() -> dict[str, object]:
    return {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}


def _jobs(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 256:
        raise argparse.ArgumentTypeError("1 to 256")
    return number


def command_of(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The command and what follows it; `scan` when the first word is none."""
    given = list(arguments)
    if given and given[0] in COMMANDS:
        return given[0], given[1:]
    return "scan", given


def output_of(text: str, default: str | None) -> tuple[str, str]:
    """Format and path of an `--output`: from `FORMAT=PATH`, else the extension, else `--format`."""
    name, equals, path = text.partition("=")
    if equals and name in FORMATS:
        return name, path
    if equals and name.isalpha() and not os.path.exists(text):
        raise UsageError(f"unknown format {name!r}", place="--output", hint=nearest(name, FORMATS) or ", ".join(FORMATS))
    suffix = os.path.splitext(text)[1].lower()
    return SUFFIX_FORMATS.get(suffix, default or "full"), text


def wants_color(choice: str) -> bool:
    """Whether the report on stdout is coloured: the flag, then NO_COLOR, FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
