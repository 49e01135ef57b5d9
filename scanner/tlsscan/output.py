"""A report's way out: the forms, files and streams that were asked for. A file is whole or is not written."""

import os
import sys
from argparse import Namespace

from tlsscan import __version__
from tlsscan.arguments import wants_color
from tlsscan.console import say
from tlsscan.discovery import git_top_level
from tlsscan.errors import TlsscanError, UsageError
from tlsscan.model import Report, Severity
from tlsscan.policy import remedy
from tlsscan.protocol import Version
from tlsscan.reporters import COLOURED, STATISTICS, SUMMED_UP, Options, Provenance, RuleText, write
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Rule

MOST_NAMED = 20  # files that were not analysed, on stderr


def write_report(report: Report, book: Rulebook, given: Namespace, outputs: list[tuple[str, str]]) -> None:
    """Write the report in every form that was asked for, and what must be said beside it on stderr."""
    texts = _rule_texts(report, book)
    options = _options(given)
    if given.redact:
        from tlsscan.redaction import redact

        report = redact(report)
    outputs = outputs or [(_form(given), "-")]
    for name, path in outputs:
        if path == "-":
            color = name in COLOURED and wants_color(given.color)
            write(name, report, texts, options._replace(color=color), sys.stdout)
        else:
            _write_file(name, path, report, texts, options)
    shown = {name for name, path in outputs if path == "-"}
    told = not shown.isdisjoint(SUMMED_UP)
    if given.statistics and STATISTICS not in shown:
        _say_statistics(report)
    if not told:
        say_summary(report, given)
    cut = len(report.findings) - options.max_results
    if options.max_results and cut > 0 and "sarif" in [name for name, _ in outputs]:
        from tlsscan.reporters.summary import too_many

        say(f"tlsscan: warning: {too_many(cut, options.max_results)}")


def say_summary(report: Report, given: Namespace) -> None:
    """What must be said of a run whose report on stdout does not say it."""
    _say_what_is_narrowed(report)
    if report.incomplete or not given.quiet or any(remark.is_wrong for remark in report.remarks):
        from tlsscan.reporters.summary import summary_line

        _say_what_is_missing(report, verbose=given.verbose, quiet=given.quiet)
        say(summary_line(report))


def _form(given: Namespace) -> str:
    """The form on stdout. Numbers stand in the place of findings that are for a person."""
    if given.statistics and given.format in (None, *COLOURED):
        return STATISTICS
    return given.format or "full"


def _say_statistics(report: Report) -> None:
    from tlsscan.reporters.statistics import table

    for line in table(report, Options()):
        say(line)


def _say_what_is_narrowed(report: Report) -> None:
    """What the configuration of the scanned repository leaves out, however quiet the run is."""
    if report.narrowed:
        from tlsscan.reporters.summary import narrowed

        for line in narrowed(report):
            say(f"tlsscan: {line}")


def _say_what_is_missing(report: Report, *, verbose: bool, quiet: bool) -> None:
    """Name what was not analysed where the report on stdout does not: a log of a failed run must say which files."""
    if not quiet:
        for notice in report.notices:
            say(f"tlsscan: {notice}")
    _say_remarks(report, verbose=verbose, quiet=quiet)
    missing = [p for p in report.problems if verbose or p.severity is Severity.INCOMPLETE]
    for problem in missing[:MOST_NAMED]:
        say(f"tlsscan: {problem.path} {problem.text}")
    if len(missing) > MOST_NAMED:
        say(f"tlsscan: and {len(missing) - MOST_NAMED} more")


def _say_remarks(report: Report, *, verbose: bool, quiet: bool) -> None:
    """What is amiss with suppressions and the baseline: mistakes always, the rest unless it is to be quiet."""
    if not report.remarks:
        return
    from tlsscan.reporters.asides import remark_line

    told = [remark for remark in report.remarks if remark.is_wrong or not quiet]
    for remark in told if verbose else told[:MOST_NAMED]:
        say(f"tlsscan: {remark_line(remark)}")
    if len(told) > MOST_NAMED and not verbose:
        say(f"tlsscan: and {len(told) - MOST_NAMED} more remarks (-v lists them)")


def _options(given: Namespace) -> Options:
    return Options(
        verbose=given.verbose,
        quiet=given.quiet,
        sarif_root=_sarif_prefix(given.sarif_root),
        tool_version=__version__,
        max_results=given.max_results,
        show_suppressed=given.show_suppressed,
        sarif_suppressed=given.sarif_suppressed == "include",
        provenance=_provenance() if given.sarif_provenance else None,
        category=given.sarif_category,
        unsafe_fixes=getattr(given, "unsafe_fixes", False),
    )


def _provenance() -> Provenance:
    from tlsscan.provenance import provenance_of

    known = provenance_of(".")
    if not known.uri:
        say("tlsscan: warning: SARIF names no repository: this one has no remote with an address on a network")
    return known


def _sarif_prefix(root: str | None) -> str:
    """The path from the SARIF root (the top of the work tree, unless given) down to the working directory; with a slash
    before it, from there down to the root."""
    top = os.path.realpath(root) if root is not None else git_top_level(".")
    if top is None:
        return ""
    if root is not None and not os.path.isdir(top):
        raise UsageError("no such folder", place=f"--sarif-root {root}")
    here = os.path.realpath(".")
    prefix = os.path.relpath(here, top).replace(os.sep, "/")
    below = os.path.relpath(top, here).replace(os.sep, "/")
    if prefix == ".." or prefix.startswith("../"):
        if below.startswith(".."):
            raise UsageError("neither holds the working directory nor lies in it", place=f"--sarif-root {root}")
        return f"/{below}"
    return "" if prefix == "." else prefix


def _rule_texts(report: Report, book: Rulebook) -> dict[str, RuleText]:
    every = [*report.findings, *(aside.finding for aside in report.aside)]
    return {rule: rule_text_of(book.rule(rule), report.floor) for rule in sorted({f.usage.rule for f in every})}


def rule_text_of(rule: Rule, floor: Version) -> RuleText:
    """What reporters may know of a rule, under a floor."""
    return RuleText(rule.id, rule.title, f"{rule.title}.", remedy(rule, floor), rule.references)


def _refuse_link(path: str) -> None:
    """Raise UsageError where a link, which the scanned tree may have brought, leads elsewhere than the name says. What
    stands below /dev, and links to devices, are what they are."""
    if path.startswith("/dev/"):
        return
    beside = os.path.join(os.path.realpath(os.path.dirname(path)), "")
    to_file = os.path.isfile(path) or not os.path.exists(path)
    if os.path.islink(path) and to_file and not os.path.realpath(path).startswith(beside):
        raise UsageError("is a link that leads out of its folder", place=path, hint="name the file, or remove it")
    here = os.path.join(os.path.realpath("."), "")
    folder = os.path.dirname(os.path.normpath(os.path.join(here, path)))
    if f"{folder}/".startswith(here) and not os.path.join(os.path.realpath(folder), "").startswith(here):
        raise UsageError("lies behind a link that leads elsewhere", place=path, hint="name the folder itself")


def _write_file(name: str, path: str, report: Report, texts: dict[str, RuleText], options: Options) -> None:
    """A file is written whole or not at all; devices are written directly."""
    _refuse_link(path)
    try:
        if path.startswith("/dev/") or path.endswith("/") or (os.path.exists(path) and not os.path.isfile(path)):
            with open(path, "w", encoding="utf-8") as stream:
                write(name, report, texts, options, stream)
            return
        from tlsscan.wholefile import whole_file

        with whole_file(path) as stream:
            write(name, report, texts, options, stream)
    except OSError as error:
        raise TlsscanError(f"cannot write: {error.strerror}", place=path) from None
