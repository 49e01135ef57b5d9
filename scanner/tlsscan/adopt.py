"""Which findings count, as the flags of a scan and the comments in the code say. Loads only what is asked for."""

from argparse import Namespace

from tlsscan.rulebook import Rulebook
from tlsscan.sifting import Evidence, Sifted


def sift(evidence: Evidence, given: Namespace, book: Rulebook) -> Sifted:
    """Set aside what the flags and the comments in the code say."""
    sifted = Sifted(evidence.findings)
    if evidence.ignores and not given.no_suppress:
        from tlsscan.silenced import silence

        sifted = silence(evidence, book)
    return sifted
