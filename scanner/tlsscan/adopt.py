"""Which findings count, as the flags of a scan and the comments in the code say. Loads only what is asked for."""

from argparse import Namespace
from typing import TYPE_CHECKING

from tlsscan.sifting import Evidence, Sift, Sifted

if TYPE_CHECKING:
    from tlsscan.rulebook import Rulebook


def sifter(given: Namespace, book: "Rulebook") -> Sift:
    """What sets aside what comments suppress, and of the rest what the baseline has. Raises UsageError for a baseline
    that is none, before anything is scanned."""
    steps: list[Sift] = []
    if not given.no_suppress:
        steps.append(lambda evidence: _silenced(evidence, book))
    if given.baseline is not None and not given.no_suppress:
        steps.append(_baseline(given, book))

    def sift(evidence: Evidence) -> Sifted:
        sifted = Sifted(evidence.findings)
        for step in steps:
            now = step(evidence._replace(findings=sifted.findings))
            sifted = Sifted(now.findings, (*sifted.aside, *now.aside), (*sifted.remarks, *now.remarks))
        return sifted

    return sift


def _silenced(evidence: Evidence, book: "Rulebook") -> Sifted:
    if not evidence.ignores:
        return Sifted(evidence.findings)
    from tlsscan.silenced import silence

    return silence(evidence, book)


def _baseline(given: Namespace, book: "Rulebook") -> Sift:
    from tlsscan import baseline
    from tlsscan.protocol import FLOORS

    floor = FLOORS[given.min_tls]
    known = baseline.load(given.baseline)

    def known_ones(evidence: Evidence) -> Sifted:
        if not given.baseline_prune or floor < known.floor:
            return baseline.apply(known, evidence, book, floor)
        less = baseline.pruned(known, evidence, book)
        if sorted(less.entries) != sorted(known.entries):
            baseline.save(less)
        return baseline.apply(less, evidence, book, floor)

    return known_ones
