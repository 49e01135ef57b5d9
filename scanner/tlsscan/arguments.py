"""The command line as argparse sees it: commands, the flags of a scan, their words. Decides nothing."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence

from tlsscan.annotations import NoReturn
from tlsscan.errors import UsageError, nearest
from tlsscan.protocol import FLOORS
from tlsscan.reporters import FORMATS, MAX_RESULTS

# argparse would translate its messages: that loads `locale`, a noticeable part of start-up, and what is matched below
# must not depend on a user's language.
vars(argparse).update(_=str, ngettext=lambda one, many, count: one if count == 1 else many)

LEVELS = ("error", "warning", "note")
CONFIDENCES = ("low", "medium", "high")
COMMAND_LINE = "command line"
SCANNED, CONFIGURATION, ASKED = "what is scanned", "configuration", "what is asked for"
ASIDE, REPORT, RUN, FIXES = "what is set aside", "the report", "the run", "what is mended"
"""Groups of flags."""
SUFFIX_FORMATS = {
    ".sarif": "sarif",
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".md": "markdown",
    ".xml": "junit",
    ".html": "html",
    ".cdx.json": "cyclonedx",
}
EPILOG = """\
exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage, configuration, rule pack, missing path, or an
incomplete scan; 130 or 143 interrupted. A command's name wins over a folder's: `tlsscan ./rules` or
`tlsscan scan rules` scans a folder.
"""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """A formatter of one width: to ask for the terminal's, argparse would load shutil and its compressors each run."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


class _Diff(argparse.Action):
    """Keeps what each `--diff` says: beside `--fix` a bare one does not mean what one with a name means."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        """Add one."""
        namespace.diff = values
        namespace.diffs = [*getattr(namespace, "diffs", ()), values]


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are ours: one line, with the nearest match, exit code 2."""

    def __init__(self, prog: str, description: str, usage: str | None = None, epilog: str | None = None) -> None:
        super().__init__(prog, usage, description, epilog, formatter_class=_Formatter, allow_abbrev=False)
        self.without_twin = {"help", "version"}
        """The destinations of flags that no variable of the environment sets: they mean something else elsewhere."""

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The values of all flags: from the command line, else from the environment's twins, else the defaults.

        `sources` tells where each comes from that is no default.
        """
        defaults = {a.dest: a.default for a in reversed(self._actions) if a.default is not argparse.SUPPRESS}
        for action in self._actions:
            action.default = argparse.SUPPRESS
        given, left = self.parse_known_args(arguments)
        if left:  # paths between flags, if it is not a mistake
            given = self.parse_intermixed_args(arguments)
        sources = dict.fromkeys(vars(given), COMMAND_LINE)
        if any(name.startswith("TLSSCAN_") for name in os.environ) and not getattr(given, "version", False):
            from tlsscan.environment import from_environment

            for name, (value, variable) in from_environment(self, self.without_twin, scan_parser).items():
                if name not in sources:
                    setattr(given, name, value)
                    sources[name] = variable
        for name, default in defaults.items():
            if name not in sources:
                setattr(given, name, default)
        given.sources = sources
        return given

    def error(self, message: str) -> NoReturn:
        """Raise UsageError for what argparse complains of."""
        unknown = message.removeprefix("unrecognized arguments: ")
        hint = ""
        if unknown != message:
            flags = [option for action in self._actions for option in action.option_strings]
            hint = nearest(unknown.split()[0].split("=")[0], flags)
        elif choice := re.search(r"invalid choice: '(.*)' \(choose from (.*)\)$", message):
            message = message[: choice.start()] + f"invalid choice {choice[1]!r}"
            known = choice[2].replace("'", "").split(", ")
            hint = nearest(choice[1], known) or f"one of {', '.join(known)}"
        raise UsageError(message, hint=hint or f"see {self.prog} --help")


def rules_flag(parser: argparse.ArgumentParser) -> None:
    """The flag of a command that loads packs and scans nothing."""
    parser.add_argument("--rules", action="append", default=[], metavar="DIR", help="add the rule packs of a folder")


def runtime_flag(add: Callable[..., object]) -> None:
    """The flag that says what code runs on."""
    add(
        "--runtime",
        action="append",
        default=[],
        metavar="PRODUCT=VERSION",
        help="what the code runs on, whatever the repository says: java=7,openssl=1.0.2",
    )


def jobs_flag(add: Callable[..., object]) -> None:
    """The flag of a command that reads many files."""
    add("-j", "--jobs", type=_jobs, default=0, metavar="N", help="worker processes (default: one for each processor)")


def scan_parser() -> Parser:
    """The parser of `tlsscan scan`. A flag gets its variable in the environment by itself (`environment`); one of the
    same name as a key of the configuration (`configkeys`) is filled by that."""
    description = (
        "Which TLS versions does this code permit, and does that meet the policy? "
        "Further commands: why FILE:LINE, baseline, runtimes, doctor, files, config, rules, explain RULE, check-rules, "
        "completion SHELL."
    )
    parser = Parser("tlsscan", description, "tlsscan [scan] [options] [PATH ...]", EPILOG)
    scanned_flags(parser)
    gate_flags(parser)
    adopting_flags(parser)
    _fix_flags(parser)
    _report_flags(parser)
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    return parser


def scanned_flags(parser: argparse.ArgumentParser) -> None:
    """What to scan and how to judge it: the flags of every command that scans."""
    file_flags(parser)
    configuration_flags(parser)
    add = _group(parser, ASKED)
    add("--min-tls", choices=tuple(FLOORS), default="1.2", help="the lowest version that is acceptable (default 1.2)")
    add("--level", choices=LEVELS, default="warning", help="the lowest level that is shown (default warning)")
    add("--select", action="extend", type=_words, default=[], metavar="RULES", help="only these: ids or their starts")
    add("--ignore", action="extend", type=_words, default=[], metavar="RULES", help="not these")
    add("--extend-select", action="extend", type=_words, default=[], metavar="RULES", help="these as well")
    add("--role", choices=("client", "server", "both"), default="both", help="outbound or inbound settings only")
    add("--confidence", choices=CONFIDENCES, default="low", help="the least certainty that is shown (default low)")
    runtime_flag(add)
    add(
        "--assume",
        choices=("current", "oldest", "none"),
        default="current",
        help="what counts where nothing says which runtime it is (default current)",
    )
    add("--no-demote", action="store_true", help="keep the level of what stands in tests, examples, docs")
    add("--demote", dest="no_demote", action="store_false", help="one level lower there (default)")
    add("--allow-incomplete", action="store_true", help="do not exit 2 when files could not be analysed")
    add = _group(parser, ASIDE)
    add("--no-suppress", action="store_true", help="set nothing aside that comments or a baseline suppress")
    add("--require-reason", action="store_true", help="a suppression without a reason is a mistake")
    add = _group(parser, RUN)
    add("--timeout", type=_seconds, default=10.0, metavar="S", help="seconds for one file (default 10)")
    add("--max-file-size", type=_size, default=0, metavar="SIZE", help="most bytes to parse: 500K, 4M (default 2M)")
    add("--debug", action="store_true", help="tell where in the program an internal error is")
    jobs_flag(add)
    add("--no-progress", action="store_true", help="show no progress on a terminal")
    add("-q", "--quiet", action="store_true", help="say less beside the findings")
    add("-v", "--verbose", action="store_true", help="list what was skipped, and tell which configuration holds")


def file_flags(parser: argparse.ArgumentParser) -> None:
    """Which files are meant."""
    parser.add_argument("paths", nargs="*", default=[], metavar="PATH", help="files or folders (default: .)")
    add = _group(parser, SCANNED)
    add("--exclude", action="append", default=[], metavar="GLOB", help="leave out, as in a .gitignore; may be repeated")
    add("--extend-exclude", action="append", default=[], metavar="GLOB", help="leave out beside what is configured")
    add("--include", action="append", default=[], metavar="GLOB", help="only what one of these names")
    add("--force-exclude", action="store_true", help="leave out what is excluded even where it is named itself")
    add("--no-ignore", action="store_true", help="scan what .gitignore leaves out, too")
    add("--files-from", default="", metavar="FILE", help="scan the paths in FILE (-: stdin), one a line or after NUL")
    add("--stdin-filename", default="", metavar="NAME", help="with - as the PATH: scan stdin, as the content of NAME")
    add("--within", default="", metavar="DIR", help="judge named files as a scan of DIR would: its excludes, its tests")


def configuration_flags(parser: argparse.ArgumentParser) -> None:
    """Which configuration holds, and which rule packs."""
    add = _group(parser, CONFIGURATION)
    add("--config", default="", metavar="FILE", help="this file, instead of the nearest tlsscan.toml or the like")
    add("--policy", default="", metavar="FILE", help="what no configuration of the scanned repository can weaken")
    add(
        "--isolated",
        action="store_true",
        help="heed nothing in the scanned tree: no configuration, baseline, inline ignore, .gitignore",
    )
    add("--rules", action="append", default=[], metavar="DIR", help="add the rule packs of a folder")


def gate_flags(parser: argparse.ArgumentParser) -> None:
    """What fails a run."""
    add = _group(parser, ASKED)
    add(
        "--fail-on",
        choices=(*LEVELS, "never"),
        default="warning",
        help="the lowest level that fails the run (default warning)",
    )
    add("--exit-zero", action="store_true", help="exit 0 in spite of findings")
    add("--strict", action="store_true", help="exit 2 when a named folder holds nothing to analyse")


def adopting_flags(parser: argparse.ArgumentParser) -> None:
    """What findings are set aside, and where they are told all the same."""
    add = _group(parser, ASIDE)
    add("--baseline", default=None, metavar="FILE", help="set aside what `tlsscan baseline` has written to FILE")
    add(
        "--diff",
        action=_Diff,
        nargs="?",
        const="",
        default=None,
        metavar="REF",
        help="only findings on lines added since this branch left REF (default: the remote's default branch); "
        "beside --fix, without REF: print what --fix would change, and write nothing (with another --diff=REF: "
        "there only)",
    )
    add("--staged", action="store_true", help="scan what is staged in git: only findings on lines that it adds")
    add("--baseline-prune", action="store_true", help="take out of the baseline what is found no more")
    add("--show-suppressed", action="store_true", help="list what is set aside, too")
    add(
        "--sarif-suppressed",
        choices=("omit", "include"),
        default="omit",
        help="what is set aside in SARIF, with `suppressions` (default omit: code scanning would take it for open)",
    )


def _fix_flags(parser: argparse.ArgumentParser) -> None:
    """What is changed."""
    add = _group(parser, FIXES)
    add("--fix", action="store_true", help="write what mends findings; with --diff print the difference instead")
    add("--unsafe-fixes", action="store_true", help="with --fix: also what may change more than the versions")


def _report_flags(parser: argparse.ArgumentParser) -> None:
    """What is written, and where."""
    add = _group(parser, REPORT)
    add("-f", "--format", choices=FORMATS, default=None, help="format of the report (default full)")
    add("-o", "--output", action="append", default=[], metavar="[FORMAT=]PATH", help="write to a file; may be repeated")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours in the report")
    add("--sarif-provenance", action="store_true", help="name the repository and its commit in SARIF")
    add("--sarif-root", default=None, metavar="DIR", help="where SARIF paths begin (default: top of the work tree)")
    add("--sarif-category", default="", metavar="NAME", help="what tells several SARIF runs of one commit apart")
    add(
        "--max-results",
        type=_results,
        default=MAX_RESULTS,
        metavar="N",
        help=f"the most results in SARIF, the most severe first (default {MAX_RESULTS}; 0: all)",
    )
    add("--statistics", action="store_true", help="count the findings by rule and verdict")
    add("--redact", action="store_true", help="mask string literals that name no protocol")


def _group(parser: argparse.ArgumentParser, title: str) -> "Callable[..., argparse.Action]":
    """What adds a flag to the group of a title, which is made when it is first asked for."""
    for group in parser._action_groups:
        if group.title == title:
            return group.add_argument
    return parser.add_argument_group(title).add_argument


def _words(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 256")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0.1 to 3600")
    return seconds


def _size(text: str) -> int:
    number, unit = text.upper().removesuffix("B").removesuffix("I"), 1
    for letter, factor in (("K", 1 << 10), ("M", 1 << 20)):
        if number.endswith(letter):
            number, unit = number[:-1], factor
    size = int(number) * unit if number.isascii() and number.isdigit() and len(number) < 10 else 0
    if not 1 << 10 <= size <= 1 << 28:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size from 1K to 256M")
    return size


def _results(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return int(text)


def output_of(text: str, default: str | None) -> tuple[str, str]:
    """Format and path of an `--output`: from `FORMAT=PATH`, else the extension, else `--format`."""
    name, equals, path = text.partition("=")
    if not text or (equals and name in FORMATS and not path):
        raise UsageError("no file is named", place="--output", hint="FORMAT=PATH or PATH")
    if equals and name in FORMATS:
        return name, path
    if equals and name.isalpha() and not os.path.exists(text):
        hint = nearest(name, FORMATS) or f"one of {', '.join(FORMATS)}"
        raise UsageError(f"unknown format {name!r}", place="--output", hint=hint)
    suffix = ".cdx.json" if text.lower().endswith(".cdx.json") else os.path.splitext(text)[1].lower()
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
