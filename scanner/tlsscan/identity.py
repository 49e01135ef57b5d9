"""The identity of a finding across edits, for baselines and code scanning. Knows no line and no verdict."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from tlsscan.model import Finding, Report

_LENGTH = 32


def fingerprint(finding: Finding, occurrence: int) -> str:
    """32 hex digits from the rule, the path, the enclosing definition and the text that sets the version.

    `occurrence` (from 1) tells equals apart. Line, column, message, level, verdict and confidence have no
    part in it, so that rewording a rule or moving code does not make an old finding new.
    """
    parts = (*_key(finding), str(occurrence))
    # Lengths go in as well: no two different tuples may give the same bytes.
    data = b"".join(b"%d:%s" % (len(raw), raw) for raw in map(_bytes, parts))
    return hashlib.sha256(data).hexdigest()[:_LENGTH]


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """A fingerprint for each finding, in the given order; equals are numbered in program order."""
    seen: Counter[tuple[str, ...]] = Counter()
    result = [""] * len(findings)
    for index in sorted(range(len(findings)), key=lambda index: _program_order(findings[index])):
        key = _key(findings[index])
        seen[key] += 1
        result[index] = fingerprint(findings[index], seen[key])
    return result


def of_report(report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fingerprints of a report's findings, and of those set aside: these take part in the numbering, so that to
    suppress one of two equals does not make the other a new one."""
    every = [*report.findings, *(aside.finding for aside in report.aside)]
    known = report.fingerprints or tuple(fingerprints(every))
    return known[: len(report.findings)], known[len(report.findings) :]


def anywhere(finding: Finding) -> str:
    """32 hex digits from the text that sets the version, whatever it is called and wherever it stands."""
    return hashlib.sha256(_bytes(_folded(finding.usage.value))).hexdigest()[:_LENGTH]


def _key(finding: Finding) -> tuple[str, ...]:
    usage = finding.usage
    return (usage.rule, usage.place.path, usage.enclosing, _folded(usage.api), _folded(usage.value))


def _folded(text: str) -> str:
    return " ".join(text.split())


def _program_order(finding: Finding) -> tuple[str, int, int]:
    place = finding.usage.place
    return place.path, place.region.start, place.region.end


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
