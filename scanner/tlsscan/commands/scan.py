"""`tlsscan scan`: paths in, report out."""

from argparse import Namespace
from typing import TYPE_CHECKING

from tlsscan import __version__
from tlsscan.arguments import output_of, scan_parser
from tlsscan.console import FINDINGS, OK, TROUBLE, say
from tlsscan.model import Level, Report
from tlsscan.output import write_report
from tlsscan.protocol import FLOORS
from tlsscan.reporters import prepare

if TYPE_CHECKING:
    from tlsscan.scan import Request


def run(arguments: list[str]) -> int:
    """Scan, and write the report."""
    given = scan_parser().parse_args(arguments)
    if given.version:
        print(f"tlsscan {__version__}")
        return OK
    from tlsscan import packs
    from tlsscan.adopt import sifter
    from tlsscan.scan import empty_folders, scan

    outputs = [output_of(text, given.format) for text in given.output]
    book = packs.load(given.rules)
    request = request_of(given, hashes="sarif" in [given.format, *[name for name, _ in outputs]])
    forms = [name for name, _ in outputs] or [given.format or "full"]
    report, found, _ = scan(request, book, lambda: prepare(forms), sifter(given, book))
    empty = empty_folders(request.paths, found)
    for path in empty:
        say(f"tlsscan: warning: nothing to analyse in {path}")
    if given.verbose:
        for skipped in found.skipped:
            say(f"tlsscan: skipped {skipped.path} ({skipped.reason})")
    write_report(report, book, given, outputs)
    return TROUBLE if given.strict and empty else _status(report, given)


def request_of(given: Namespace, *, hashes: bool) -> "Request":
    """What the flags of a scan ask for; what fails the run is shown."""
    from tlsscan.scan import Request

    shown = Level(given.level)
    fails = getattr(given, "fail_on", "never")
    if fails != "never" and Level(fails).rank < shown.rank:
        shown = Level(fails)
    return Request(
        paths=tuple(given.paths) or (".",),
        floor=FLOORS[given.min_tls],
        shown=shown,
        excludes=tuple(given.exclude),
        respect_ignore=not given.no_ignore,
        jobs=given.jobs,
        hashes=hashes,
        demote=not given.no_demote,
        within=given.within,
    )


def _status(report: Report, given: Namespace) -> int:
    if report.incomplete and not given.allow_incomplete:
        return TROUBLE
    if any(remark.is_wrong for remark in report.remarks):
        return TROUBLE
    if given.fail_on == "never" or given.exit_zero:
        return OK
    least = Level(given.fail_on).rank
    return FINDINGS if any(finding.level.rank >= least for finding in report.findings) else OK
