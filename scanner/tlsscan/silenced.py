"""Suppressions in comments against findings: what is set aside, and what is wrong, out of date or of no use."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tlsscan.errors import UsageError, nearest
from tlsscan.model import Aside, AsideKind, Finding, Place, Problem, Remark, RemarkKind, Severity, Verdict
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.sifting import Evidence, Sifted
from tlsscan.suppressions import Ignore

VERDICTS = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.OK)


class Named(NamedTuple):
    """What one id in a suppression names: a rule, and one of its verdicts or (empty) all. Or the mistake in it."""

    written: str
    rule: str = ""
    verdict: str = ""
    mistake: str = ""

    def fits(self, finding: Finding) -> bool:
        """Whether a finding is meant."""
        return finding.usage.rule == self.rule and self.verdict in ("", finding.verdict.value)


class Suppression(NamedTuple):
    """A suppression of a file, its ids looked up; with the day's end it may have run out."""

    path: str
    ignore: Ignore
    named: tuple[Named, ...]
    expired: bool

    def fitting(self, finding: Finding) -> Named | None:
        """The id by which a finding of its file is suppressed; None if it is not."""
        if self.expired or self.ignore.mistake or not self.ignore.covers(finding.usage.place.region.line):
            return None
        return next((named for named in self.named if not named.mistake and named.fits(finding)), None)


def today() -> str:
    """The day on which dates are judged: that of SOURCE_DATE_EPOCH, else today, in UTC. Raises UsageError."""
    import time

    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 12):
        raise UsageError(f"{given!r} is not a number of seconds", place="SOURCE_DATE_EPOCH")
    return time.strftime("%Y-%m-%d", time.gmtime(int(given) if given else None))


def named(written: str, book: Rulebook) -> Named:
    """What an id means: `python/ssl-context-protocol`, or with a verdict as in SARIF, `.../fails` or `.../fails-note`;
    ids that a rule had before still work."""
    pack, _, rest = written.partition("/")
    rule, slash, verdict = rest.partition("/")
    known = book.current(f"{pack}/{rule}")
    if known is None:
        hint = _hint(f"{pack}/{rule}" if rule else pack, book)
        return Named(written, mistake=f"no rule has the id {written!r} ({hint})")
    word = verdict.partition("-")[0]
    if slash and word not in VERDICTS:
        hint = nearest(word, VERDICTS) or f"one of {', '.join(VERDICTS)}"
        return Named(written, mistake=f"{verdict!r} is no verdict ({hint})")
    return Named(written, known, word)


def _hint(written: str, book: Rulebook) -> str:
    """What an unknown id may have been meant for; without its pack it may be that of several rules."""
    ids = book.ids()
    if "/" not in written:
        meant = [known for known in ids if known.partition("/")[2] == written]
        if meant:
            return f"did you mean {' or '.join(map(repr, meant))}?"
    return nearest(written, ids) or "tlsscan rules lists them"


def silence(evidence: Evidence, book: Rulebook, *, reasons: bool = False) -> Sifted:
    """Set aside what comments suppress; with `reasons` those alone that give one."""
    if not evidence.ignores:
        return Sifted(evidence.findings)
    suppressions = _looked_up(evidence.ignores, book, reasons=reasons)
    kept: list[Finding] = []
    aside: list[Aside] = []
    used: set[tuple[str, int, str]] = set()
    for finding in evidence.findings:
        path = finding.usage.place.path
        found = [(one, fit) for one in suppressions.get(path, ()) if (fit := one.fitting(finding)) is not None]
        if not found:
            kept.append(finding)
            continue
        used.update((path, one.ignore.region.start, fit.written) for one, fit in found)
        ignore = found[0][0].ignore
        aside.append(Aside(finding, AsideKind.INLINE, ignore.reason, Place(path, ignore.region)))
    every = [one for path in sorted(suppressions) for one in suppressions[path]]
    doubt = set(suppressions) if evidence.alone else _in_doubt(evidence.problems)
    return Sifted(kept, aside, list(_remarks(every, used, doubt)))


def _looked_up(
    ignores: Mapping[str, Sequence[Ignore]], book: Rulebook, *, reasons: bool
) -> dict[str, list[Suppression]]:
    day = today() if any(ignore.until for found in ignores.values() for ignore in found) else ""
    return {
        path: [
            Suppression(path, ignore, tuple(named(text, book) for text in ignore.ids), "" < ignore.until < day)
            for ignore in (map(_reasoned, found) if reasons else found)
        ]
        for path, found in ignores.items()
    }


def _reasoned(ignore: Ignore) -> Ignore:
    """A suppression, as a mistake if it gives no reason."""
    if ignore.reason or ignore.mistake:
        return ignore
    return ignore._replace(mistake="it gives no reason, and --require-reason demands one")


def _in_doubt(problems: Iterable[Problem]) -> set[str]:
    """Files that were not wholly understood: what suppresses nothing there may do so yet."""
    return {problem.path for problem in problems if problem.severity is not Severity.SKIPPED}


def _remarks(suppressions: Iterable[Suppression], used: set[tuple[str, int, str]], doubt: set[str]) -> Iterator[Remark]:
    for one in suppressions:
        path, ignore = one.path, one.ignore
        if ignore.mistake:
            yield Remark(RemarkKind.WRONG, path, f"a suppression is not understood: {ignore.mistake}", ignore.region)
            continue
        wrong = [name for name in one.named if name.mistake]
        for name in wrong:
            yield Remark(RemarkKind.WRONG, path, f"a suppression is not understood: {name.mistake}", ignore.region)
        right = [name.written for name in one.named if not name.mistake]
        unused = [text for text in right if (path, ignore.region.start, text) not in used]
        if one.expired and right:
            text = f"the suppression of {', '.join(right)} ended with {ignore.until}"
            yield Remark(RemarkKind.EXPIRED, path, text, ignore.region)
        elif unused and path not in doubt:
            text = f"nothing here is suppressed by {', '.join(unused)}"
            yield Remark(RemarkKind.UNUSED, path, text, ignore.region)
