"""`tlsscan scan`: paths in, report out."""

import os
from argparse import Namespace
from collections.abc import Callable

from tlsscan import __version__
from tlsscan.annotations import TYPE_CHECKING
from tlsscan.arguments import output_of, scan_parser
from tlsscan.commands import COMMANDS
from tlsscan.console import FINDINGS, OK, TROUBLE, say
from tlsscan.errors import UsageError, nearest
from tlsscan.model import Level, Report
from tlsscan.output import say_summary, write_report
from tlsscan.progress import Progress
from tlsscan.reporters import FIXING, INVENTORIES, OFFERING, prepare
from tlsscan.settings import settle

if TYPE_CHECKING:
    from tlsscan.discovery import Discovery
    from tlsscan.handle import First
    from tlsscan.mending import Look
    from tlsscan.rulebook import Rulebook
    from tlsscan.scan import Request, Scan
    from tlsscan.scanning import Mended


def run(arguments: list[str]) -> int:
    """Scan, and write the report."""
    given = scan_parser().parse(arguments)
    if given.version:
        print(f"tlsscan {__version__}")
        if given.verbose:
            from tlsscan.versions import versions

            print("".join(f"{name} {version}\n" for name, version in versions()), end="")
        return OK
    if given.paths and not os.path.lexists(given.paths[0]):
        _refuse_command(given.paths[0])
    return _scan(given)


def _scan(given: Namespace) -> int:
    from tlsscan import early, packs
    from tlsscan.adopt import sifter, staged
    from tlsscan.scan import empty_folders, scan
    from tlsscan.scanning import listed, piped, request_of, told, with_rules

    _settle_fixes(given)
    listed(given)
    stdin = piped(given)
    settings = settle(given)
    outputs = [output_of(text, given.format) for text in given.output]
    _refuse_twice(outputs)
    if given.baseline_prune and given.baseline is None:
        raise UsageError("there is no baseline to prune", place="--baseline-prune", hint="add --baseline FILE")
    book = packs.load(given.rules, compiled=early.compiled())
    settings = with_rules(settings, book)
    request = request_of(settings, hashes="sarif" in [given.format, *[name for name, _ in outputs]])
    request = request._replace(contents=stdin) if stdin is not None else request
    index = staged(given)
    if index is not None:
        within = request.within or (given.paths[0] if len(given.paths) == 1 and os.path.isdir(given.paths[0]) else ".")
        # What is staged may change what files mean that are not: these are looked at as they are.
        paths = (*(given.paths or ["."]), *index.paths) if index.paths else ()
        request = request._replace(paths=paths, contents=index.contents, lost=index.problems, within=within)
    forms = [name for name, _ in outputs] or [given.format or "full"]
    if given.unsafe_fixes and not given.fix and FIXING.isdisjoint(forms):
        raise UsageError("nothing is to be fixed", place="--unsafe-fixes", hint="add --fix, and --diff to look first")
    prepare(INVENTORIES.intersection(forms))  # what these are made with may not be installed
    sift = sifter(given, book, request.floor, index)

    def look(request: "Request", first: "Callable[[], First | None]" = lambda: None) -> "tuple[Scan, Report]":
        with Progress(given) as progress:
            result = scan(request, book, lambda: _prepare(forms), sift, progress.watch, first)
        return result, told(result, settings)

    first = look(request, lambda: early.take(book, request))
    _refuse_sources(outputs, first[0].found)
    made = _mended(look, first, request, book, given, forms)
    made = made._replace(report=_stocked(made.report, forms, made.result, request, book))
    empty = empty_folders(request.paths, made.result.found)
    for path in empty:
        say(f"tlsscan: warning: nothing to analyse in {path}")
    if given.verbose:
        if settings.file:
            say(f"tlsscan: configuration: {settings.file}")
        for skipped in made.result.found.skipped:
            say(f"tlsscan: skipped {skipped.path} ({skipped.reason})")
    if outputs or not (given.fix_diff or (given.fix and stdin is not None)):
        write_report(made.report, book, given, outputs)
    else:  # stdout holds the difference, or what stdin is to be
        say_summary(made.report, given)
    return TROUBLE if given.strict and empty else _status(made, given)


def _prepare(forms: list[str]) -> None:
    """Load what the report takes, while workers are busy."""
    prepare(forms)
    if not (OFFERING | FIXING).isdisjoint(forms):
        from tlsscan import proposals

        proposals.get_ready()


def _mended(
    look: "Look",
    first: "tuple[Scan, Report]",
    request: "Request",
    book: "Rulebook",
    given: Namespace,
    forms: list[str],
) -> "Mended":
    """What a scan found, after fixes or with those that there are, as far as that is asked for."""
    from tlsscan.scanning import Mended

    (result, report), changed = first, False
    if given.fix:
        from tlsscan.fixing import mend

        made = mend(look, first, request, book, given)
        if made.failed or given.fix_diff or request.contents is not None:
            return made
        result, report, changed = made.result, made.report, made.changed
    tried = not FIXING.isdisjoint(forms) or (given.fix and not OFFERING.isdisjoint(forms))
    if report.findings and tried:
        from tlsscan.mending import with_fixes

        report = with_fixes(result, report, book, request)
    elif report.findings and not OFFERING.isdisjoint(forms):
        from tlsscan.proposals import Proposals

        report = Proposals(result, report, book, request).report()
    return Mended(report, result, changed)


def _settle_fixes(given: Namespace) -> None:
    """Tell a bare `--diff` beside `--fix` from one that names a commit; what follows it may be a path. Raises
    UsageError."""
    asked: list[str] = getattr(given, "diffs", [] if given.diff is None else [given.diff])
    bare = [one for one in asked if given.fix and (not one or os.path.lexists(one))]
    given.fix_diff = bool(bare)
    if bare:
        given.paths = [*filter(None, bare), *given.paths]
        given.diff = next((one for one in reversed(asked) if one not in bare), None)
    if given.fix and given.staged:
        raise UsageError("what is staged is not written", place="--fix", hint="fix the files, and stage them again")


def _stocked(report: Report, forms: list[str], result: "Scan", request: "Request", book: "Rulebook") -> Report:
    """The report, with all that the scan knows where a format wants it."""
    if INVENTORIES.isdisjoint(forms):
        return report
    from tlsscan.bill import inventory_of

    return report._replace(inventory=inventory_of(result, request, book))


def _refuse_command(word: str) -> None:
    """Raise UsageError for what is no path, but is or looks like a command."""
    if word in COMMANDS:
        raise UsageError("a command stands before its flags", place=word, hint=f"tlsscan {word} ...")
    if hint := nearest(word, COMMANDS, 0.75):
        raise UsageError("neither a command nor a path", place=word, hint=hint)


def _refuse_twice(outputs: list[tuple[str, str]]) -> None:
    """Raise UsageError for two reports that go to one file; on stdout they may follow each other."""
    seen: set[str] = set()
    for _, path in outputs:
        place = "-" if path in ("-", "/dev/stdout") else os.path.realpath(path)
        if place in seen and place not in (os.devnull, "-"):
            raise UsageError("two reports go to one place", place=f"--output {path}", hint="name another file")
        seen.add(place)


def _refuse_sources(outputs: list[tuple[str, str]], found: "Discovery") -> None:
    """Raise UsageError for a report that would take the place of a file that was scanned."""
    if not outputs:
        return
    here = os.path.join(os.path.realpath(b"."), b"")
    for _, path in outputs:
        place = os.path.realpath(os.fsencode(path)).removeprefix(here).replace(os.fsencode(os.sep), b"/")
        if found.opened(place) is not None:
            text = "a report would take the place of a file that is scanned"
            raise UsageError(text, place=f"--output {path}", hint="name another file")


def _status(made: "Mended", given: Namespace) -> int:
    report = made.report
    if (report.incomplete and not given.allow_incomplete) or made.failed:
        return TROUBLE
    if any(remark.is_wrong for remark in report.remarks):
        return TROUBLE
    if given.fail_on == "never" or given.exit_zero:
        return OK
    least = Level(given.fail_on).rank
    return FINDINGS if made.changed or any(finding.level.rank >= least for finding in report.findings) else OK
