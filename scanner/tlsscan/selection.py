"""Which findings are wanted: by rule, verdict and role, with the words of `--select`, `--ignore` and configuration.

A selector is a rule's id or the start of one at a `/` or `-` (`python`, `python/ssl`), and may end in a verdict
(`python/ssl/caps`); a verdict alone (`caps`) is one, too. What is ignored stays so, unless a part of it is selected.
"""

from collections.abc import Callable, Iterable, Sequence

from tlsscan.errors import UsageError, nearest
from tlsscan.model import Finding, Level, Verdict
from tlsscan.records import NamedTuple

JUDGED = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.OK)


class Selector(NamedTuple):
    """What a word selects; `place` is where it was said."""

    rule: str
    verdict: str = ""
    level: str = ""
    text: str = ""
    place: str = ""

    def selects(self, finding: Finding) -> bool:
        """Whether a finding is one of those."""
        if self.verdict and self.verdict != finding.verdict.value:
            return False
        return (not self.level or self.level == finding.level.value) and begins(finding.usage.rule, self.rule)

    def refines(self, other: "Selector") -> bool:
        """Whether it selects a part of what the other one does, where both select something."""
        own, wide = self[:3], other[:3]
        narrow = len(self.rule) >= len(other.rule) and all(mine or not its for mine, its in zip(own, wide, strict=True))
        return narrow and own != wide


def begins(identifier: str, start: str) -> bool:
    """Whether a rule's id is `start`, or goes on after it with a new word."""
    return not start or identifier == start or identifier.startswith((f"{start}/", f"{start}-"))


def selector(text: str, place: str = "") -> Selector:
    """The selector that a word is; what it names may not exist, see `check`."""
    rule, _, last = text.rpartition("/")
    verdict, _, level = last.partition("-")
    if verdict in JUDGED and level in ("", *(one.value for one in Level)):
        return Selector(rule, verdict, level, text, place)
    return Selector(text, "", "", text, place)


def known(one: Selector, ids: Sequence[str], current: Callable[[str], str | None]) -> Selector:
    """The selector, by the id that its rule has today. Raises UsageError, with the nearest match, if no rule has it."""
    if not one.text:
        raise UsageError("an empty rule id", place=one.place, hint="see tlsscan rules")
    if any(begins(identifier, one.rule) for identifier in ids):
        return one
    renamed = current(one.rule)
    if renamed is not None:
        return one._replace(rule=renamed)
    starts = {identifier[:cut] for identifier in ids for cut in _words(identifier)}
    hint = nearest(one.text, sorted(starts | {*ids, *JUDGED})) or "see tlsscan rules"
    raise UsageError(f"no rule {one.text!r}", place=one.place, hint=hint)


def _words(identifier: str) -> list[int]:
    """Where the words of an id end."""
    return [number for number, char in enumerate(identifier) if char in "/-"]


def refusal(
    finding: Finding, select: Sequence[Selector], ignore: Iterable[Selector], extended: Iterable[Selector] = ()
) -> str:
    """Why a finding is not wanted: `ignore`, `select`, or an empty text if it is."""
    chosen = [one for one in (*select, *extended) if one.selects(finding)]
    if select and not chosen:
        return "select"
    ignoring = (one for one in ignore if one.selects(finding))
    return "ignore" if any(not any(mine.refines(one) for mine in chosen) for one in ignoring) else ""
