"""Which findings count, as the flags of a scan and the comments in the code say. Loads only what is asked for."""

from argparse import Namespace
from collections.abc import Callable

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.console import say
from tlsscan.errors import UsageError
from tlsscan.protocol import Version
from tlsscan.sifting import Evidence, Sift, Sifted

if TYPE_CHECKING:
    from tlsscan.changes import Lines, Staged
    from tlsscan.rulebook import Rulebook


def staged(given: Namespace) -> "Staged | None":
    """What is staged, if only that is to be scanned. Raises UsageError outside of a git work tree."""
    if not given.staged:
        return None
    if given.diff is not None:
        raise UsageError("--diff and --staged cannot be had at once", hint="--staged is what the next commit adds")
    from tlsscan import changes

    return changes.staged(given.paths or ["."])


def sifter(given: Namespace, book: "Rulebook", floor: Version, index: "Staged | None" = None) -> Sift:
    """What sets aside what comments suppress, of the rest what the baseline has, and of that what was not added. Raises
    UsageError for a baseline that is none or a commit that is not there, before anything is scanned."""
    steps: list[Sift] = []
    if not given.no_suppress:
        steps.append(lambda evidence: _silenced(evidence, book, reasons=given.require_reason))
    if given.baseline is not None and not given.no_suppress:
        steps.append(_baseline(given, book, floor))
    if index is not None:
        steps.append(_added(lambda evidence: index.lines))
    elif given.diff is not None:
        steps.append(_since(given))

    def sift(evidence: Evidence) -> Sifted:
        sifted = Sifted(evidence.findings)
        for step in steps:
            now = step(evidence._replace(findings=sifted.findings))
            sifted = Sifted(
                now.findings,
                (*sifted.aside, *now.aside),
                (*sifted.remarks, *now.remarks),
                (*sifted.notices, *now.notices),
            )
        return sifted

    return sift


def _silenced(evidence: Evidence, book: "Rulebook", *, reasons: bool) -> Sifted:
    if not evidence.ignores:
        return Sifted(evidence.findings)
    from tlsscan.silenced import silence

    return silence(evidence, book, reasons=reasons)


def _baseline(given: Namespace, book: "Rulebook", floor: Version) -> Sift:
    from tlsscan import baseline

    known = baseline.load(given.baseline)

    def known_ones(evidence: Evidence) -> Sifted:
        if not given.baseline_prune or floor < known.floor:
            return baseline.apply(known, evidence, book, floor)
        less = baseline.pruned(known, evidence, book)
        if sorted(less.entries) != sorted(known.entries):
            baseline.save(less)
        sifted = baseline.apply(less, evidence, book, floor)
        return sifted._replace(notices=baseline.taken_out(known, evidence, book))

    return known_ones


def _since(given: Namespace) -> Sift:
    from tlsscan.changes import Since, places_of

    since = Since(given.paths or ["."], given.diff)
    if not given.quiet:
        for base in since.roots:
            say(f"tlsscan: lines added since {base.words()} count")
    return _added(lambda evidence: since.lines({path for f in evidence.findings for path, _ in places_of(f)}))


def _added(lines_of: "Callable[[Evidence], Lines]") -> Sift:
    def added(evidence: Evidence) -> Sifted:
        from tlsscan.changes import sifted

        return sifted(evidence, lines_of(evidence))

    return added
