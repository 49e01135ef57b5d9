"""`tlsscan baseline`: what there is to find today is written down, so that a scan tells only what is new."""

import os
from argparse import Namespace
from collections import Counter

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.arguments import Parser, scanned_flags
from tlsscan.console import OK, TROUBLE, say
from tlsscan.display import count
from tlsscan.errors import UsageError
from tlsscan.settings import settle
from tlsscan.sifting import Evidence, Sifted

if TYPE_CHECKING:
    from tlsscan.baseline import Baseline
    from tlsscan.protocol import Version


def run(arguments: list[str]) -> int:
    """Scan, and write the baseline; notes in the one before, and entries of files that were not scanned, are kept."""
    given = _parser().parse(arguments)
    from tlsscan import baseline, packs
    from tlsscan.adopt import sifter
    from tlsscan.reporters.asides import remark_line
    from tlsscan.reporters.summary import narrowed
    from tlsscan.scan import scan
    from tlsscan.scanning import listed, request_of, told, with_rules

    place = given.output or baseline.DEFAULT
    listed(given)
    settings = settle(given)
    book = packs.load(given.rules)
    request = request_of(with_rules(settings, book), hashes=False)
    terms = request.asked()
    before = _before(place, request.floor)
    after = before
    comments = sifter(_inline_only(given), book, request.floor)

    def keep(evidence: Evidence) -> Sifted:
        nonlocal after
        sifted = comments(evidence)
        shown = (finding for finding in sifted.findings if finding.level.rank >= request.shown.rank)
        known = [finding for finding in shown if terms.refusal(finding) is None]
        after = baseline.updated(before, evidence._replace(findings=known), book)._replace(floor=request.floor)
        return sifted

    report = told(scan(request, book, sift=keep), settings)
    baseline.save(after)
    for line in (*(() if given.quiet else report.notices), *narrowed(report)):
        say(f"tlsscan: {line}")
    if not given.quiet:
        kept = (Counter(before.entries) & Counter(after.entries)).total()
        say(
            f"tlsscan: wrote {place}: {count(len(after.entries), 'entry', 'entries')}"
            f" ({len(after.entries) - kept} new, {len(before.entries) - kept} gone);"
            f" scan with --baseline {place}"
        )
    for problem in [problem for problem in report.problems if report.incomplete][:20]:
        say(f"tlsscan: {problem.path} {problem.text}")
    wrong = [remark for remark in report.remarks if remark.is_wrong]
    for remark in wrong:
        say(f"tlsscan: {remark_line(remark)}")
    return TROUBLE if wrong or (report.incomplete and not given.allow_incomplete) else OK


def _inline_only(given: Namespace) -> Namespace:
    return Namespace(**{**vars(given), "baseline": None, "diff": None})


def _before(place: str, floor: "Version") -> "Baseline":
    """The baseline that is there, or a new one. Raises UsageError for another file in its place."""
    from tlsscan import baseline

    if os.path.islink(place):
        raise UsageError("the baseline is a link, which is not followed to write", place=place, hint="name the file")
    return baseline.load(place) if os.path.lexists(place) else baseline.empty(place, floor)


def _parser() -> Parser:
    """The parser of `tlsscan baseline`."""
    from tlsscan.baseline import DEFAULT

    parser = Parser(
        "tlsscan baseline",
        "Write down what is found today; `tlsscan --baseline FILE` then tells only what is new.",
        "tlsscan baseline [options] [PATH ...]",
    )
    parser.without_twin.add("output")
    scanned_flags(parser)
    parser.add_argument("-o", "--output", default="", metavar="FILE", help=f"the file to write (default {DEFAULT})")
    return parser
