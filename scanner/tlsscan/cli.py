"""The command `tlsscan`: arguments in, report out, exit status. The only place that prints."""

import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from tlsscan import __version__
from tlsscan.errors import TlsscanError, UsageError, nearest

if TYPE_CHECKING:
    from argparse import Namespace

    from tlsscan.model import Report
    from tlsscan.reporters import Options, RuleText
    from tlsscan.rulebook import Rulebook
    from tlsscan.scan import Request

OK, FINDINGS, TROUBLE = 0, 1, 2
MOST_NAMED = 20  # files that were not analysed, on stderr


class Terminated(BaseException):
    """SIGTERM arrived."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status; without arguments of its own it is the process, and ends it."""
    status = _guarded(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        _leave(status)
    return status


def _leave(status: int) -> NoReturn:
    """End at once: to take the interpreter apart would cost a small scan a tenth of its time."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _guarded(arguments: Sequence[str]) -> int:
    """The exit status of a run, whatever happens in it."""
    _prepare()
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except TlsscanError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    except Terminated:
        return 143
    except BrokenPipeError:
        _discard_stdout()  # the reader is gone: leave quietly, as `yes | head` does
        return 141
    except OSError as error:
        _discard_stdout()
        return _fail(f"{error.filename or 'cannot write'}: {error.strerror or error}")
    except Exception as error:  # the last resort: a bug of ours must not exit with the status of findings
        from tlsscan.worker import describe

        return _fail(f"internal error, please report it (TLSSCAN_DEBUG=1 says more): {describe(error)}")


def _prepare() -> None:
    def terminate(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Terminated

    gc.set_threshold(100_000)  # records and parsed packs are no cyclic garbage, but would be searched for it
    _reopen()
    with suppress(ValueError):  # not in the main thread: somebody else owns the signals
        signal.signal(signal.SIGTERM, terminate)


def _reopen() -> None:
    """Standard streams that can be relied on; closed ones become harmless, or the next file opened would be stdout.

    What replaces stdout is not writable: a report that nobody can get is an error, not a success.
    """
    for descriptor, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest free number, which is this one
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    elif isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):
        # With PYTHONUNBUFFERED the interpreter drops what a pipe does not take at once.
        raw, encoding, errors = sys.stdout.buffer, sys.stdout.encoding, sys.stdout.errors
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _fail(text: str) -> int:
    from tlsscan.display import safe

    with suppress(OSError, ValueError):
        print(f"tlsscan: error: {safe(text)}", file=sys.stderr)
    return TROUBLE


def _discard_stdout() -> None:
    """Let what is still buffered go nowhere, or the interpreter would fail once more when it exits."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str]) -> int:
    from tlsscan.arguments import command_of

    command, rest = command_of(arguments)
    return {"scan": _scan, "rules": _rules, "explain": _explain, "check-rules": _check_rules}[command](rest)


# -- scan -------------------------------------------------------------------------------------------------------


def _scan(arguments: list[str]) -> int:
    from tlsscan.arguments import output_of, scan_parser

    given = scan_parser().parse_args(arguments)
    if given.version:
        print(f"tlsscan {__version__}")
        return OK
    from tlsscan import packs
    from tlsscan.reporters import prepare
    from tlsscan.scan import empty_folders, scan

    outputs = [output_of(text, given.format) for text in given.output]
    book = packs.load(given.rules)
    request = _request(given, hashes="sarif" in [given.format, *[name for name, _ in outputs]])
    forms = [name for name, _ in outputs] or [given.format or "full"]
    report, found = scan(request, book, lambda: prepare(forms))
    empty = empty_folders(request.paths, found)
    for path in empty:
        _say(f"tlsscan: warning: nothing to analyse in {path}")
    if given.verbose:
        for skipped in found.skipped:
            _say(f"tlsscan: skipped {skipped.path} ({skipped.reason})")
    _write(report, book, given, outputs)
    return TROUBLE if given.strict and empty else _status(report, given)


def _request(given: "Namespace", *, hashes: bool) -> "Request":
    from tlsscan.model import Level
    from tlsscan.protocol import FLOORS
    from tlsscan.scan import Request

    shown = Level(given.level)
    if given.fail_on != "never" and Level(given.fail_on).rank < shown.rank:
        shown = Level(given.fail_on)
    return Request(
        paths=tuple(given.paths) or (".",),
        floor=FLOORS[given.min_tls],
        shown=shown,
        excludes=tuple(given.exclude),
        respect_ignore=not given.no_ignore,
        jobs=given.jobs,
        hashes=hashes,
        demote=not given.no_demote,
    )


def _say(text: str) -> None:
    from tlsscan.display import safe

    with suppress(OSError, ValueError):
        print(safe(text), file=sys.stderr)


def _write(report: "Report", book: "Rulebook", given: "Namespace", outputs: list[tuple[str, str]]) -> None:
    from tlsscan.arguments import wants_color
    from tlsscan.reporters import write

    texts = _rule_texts(report, book)
    options = _options(given)
    if given.redact:
        from tlsscan.redaction import redact

        report = redact(report)
    for name, path in outputs:
        if path == "-":
            write(name, report, texts, options, sys.stdout)
        else:
            _write_file(name, path, report, texts, options)
    if not outputs:
        form = given.format or "full"
        if form in ("full", "concise"):
            options = options._replace(color=wants_color(given.color))
        write(form, report, texts, options, sys.stdout)
    told = not outputs and (given.format or "full") == "full"
    if not told and (report.incomplete or not given.quiet):
        from tlsscan.reporters.summary import summary_line

        _say_what_is_missing(report, verbose=given.verbose, quiet=given.quiet)
        _say(summary_line(report))
    cut = len(report.findings) - options.max_results
    if options.max_results and cut > 0 and "sarif" in [given.format, *[name for name, _ in outputs]]:
        from tlsscan.reporters.summary import too_many

        _say(f"tlsscan: warning: {too_many(cut, options.max_results)}")


def _say_what_is_missing(report: "Report", *, verbose: bool, quiet: bool) -> None:
    """Name what was not analysed where the report on stdout does not: a log of a failed run must say which files."""
    from tlsscan.model import Severity

    if not quiet:
        for notice in report.notices:
            _say(f"tlsscan: {notice}")
    missing = [p for p in report.problems if verbose or p.severity is Severity.INCOMPLETE]
    for problem in missing[:MOST_NAMED]:
        _say(f"tlsscan: {problem.path} {problem.text}")
    if len(missing) > MOST_NAMED:
        _say(f"tlsscan: and {len(missing) - MOST_NAMED} more")


def _options(given: "Namespace") -> "Options":
    from tlsscan.reporters import Options

    return Options(
        verbose=given.verbose,
        quiet=given.quiet,
        sarif_root=_sarif_prefix(given.sarif_root),
        tool_version=__version__,
        max_results=given.max_results,
    )


def _sarif_prefix(root: str | None) -> str:
    """The path from the SARIF root (the top of the work tree, unless given) down to the working directory."""
    from tlsscan.discovery import git_top_level

    top = os.path.realpath(root) if root is not None else git_top_level(".")
    if top is None:
        return ""
    if root is not None and not os.path.isdir(top):
        raise UsageError("no such folder", place=f"--sarif-root {root}")
    prefix = os.path.relpath(os.path.realpath("."), top).replace(os.sep, "/")
    if prefix.startswith(".."):
        raise UsageError("does not hold the working directory", place=f"--sarif-root {root}")
    return "" if prefix == "." else prefix


def _rule_texts(report: "Report", book: "Rulebook") -> "dict[str, RuleText]":
    from tlsscan.policy import remedy
    from tlsscan.reporters import RuleText

    texts: dict[str, RuleText] = {}
    for identifier in sorted({finding.usage.rule for finding in report.findings}):
        rule = book.rule(identifier)
        advice = remedy(rule, report.floor)
        texts[identifier] = RuleText(rule.id, rule.title, f"{rule.title}.", advice, rule.references)
    return texts


def _write_file(name: str, path: str, report: "Report", texts: "dict[str, RuleText]", options: "Options") -> None:
    """Write beside the target and rename, so that a reader never sees half a report; devices are written directly."""
    from tlsscan.reporters import write

    try:
        if path.startswith("/dev/") or path.endswith("/") or (os.path.exists(path) and not os.path.isfile(path)):
            with open(path, "w", encoding="utf-8") as stream:
                write(name, report, texts, options, stream)
            return
        target = os.path.realpath(path)
        part = f"{target}.{os.getpid()}.part"
        try:
            with open(part, "w", encoding="utf-8", newline="\n") as stream:
                write(name, report, texts, options, stream)
            os.replace(part, target)
        except BaseException:  # an interruption, too, leaves no half-written file behind
            with suppress(OSError):
                os.unlink(part)
            raise
    except OSError as error:
        raise TlsscanError(f"cannot write: {error.strerror}", place=path) from None


def _status(report: "Report", given: "Namespace") -> int:
    from tlsscan.model import Level

    if report.incomplete and not given.allow_incomplete:
        return TROUBLE
    if given.fail_on == "never" or given.exit_zero:
        return OK
    least = Level(given.fail_on).rank
    return FINDINGS if any(finding.level.rank >= least for finding in report.findings) else OK


# -- rules, explain, check-rules --------------------------------------------------------------------------------


def _rules(arguments: list[str]) -> int:
    from tlsscan import packs
    from tlsscan.arguments import rules_parser

    given = rules_parser().parse_args(arguments)
    book = packs.load(given.rules)
    if given.format == "json":
        from tlsscan.catalogue import catalogue

        print(catalogue(book, __version__), end="")
        return OK
    rules = book.all()
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        print(f"{rule.id:{width}}  {rule.configures.value:9}  {rule.title}")
    return OK


def _explain(arguments: list[str]) -> int:
    from tlsscan import packs
    from tlsscan.arguments import explain_parser
    from tlsscan.explain import explain

    given = explain_parser().parse_args(arguments)
    book = packs.load(given.rules, examples=True)
    identifier = given.rule
    if identifier not in book.ids():
        identifier = identifier.rsplit("/", 1)[0]  # a report's id ends in the verdict
    if identifier not in book.ids():
        raise UsageError(f"no rule {given.rule!r}", hint=nearest(given.rule, book.ids()) or "see tlsscan rules")
    print(explain(book.rule(identifier)), end="")
    return OK


def _check_rules(arguments: list[str]) -> int:
    from tlsscan import packs
    from tlsscan.arguments import check_parser
    from tlsscan.selfcheck import check_rules

    given = check_parser().parse_args(arguments)
    extra, under = list(given.rules), ""
    if given.path:
        home, real = os.path.realpath(packs.builtin_directory()), os.path.realpath(given.path)
        if home in (real, *_parents(real)):
            under = os.path.normpath(os.path.join(packs.LABEL, os.path.relpath(real, home)))
        else:
            under = os.path.dirname(given.path) or "." if os.path.isfile(given.path) else given.path
            extra.append(under)
    book = packs.load(extra, examples=True)
    count, failures = check_rules(book, under)
    for failure in failures:
        print(f"{failure.place}: {failure.rule}: {failure.text}")
    if not count:
        raise UsageError("no rule there", place=given.path)
    print(f"{count} rules checked, {len(failures)} failures", file=sys.stderr)
    return TROUBLE if failures else OK


def _parents(path: str) -> list[str]:
    found = [os.path.dirname(path)]
    while found[-1] != os.path.dirname(found[-1]):
        found.append(os.path.dirname(found[-1]))
    return found
