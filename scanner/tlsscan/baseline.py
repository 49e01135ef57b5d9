"""The baseline: findings that were there when a code base was taken on, told by what they are, not by their lines.

An entry has the path (below `root`, which is told from the folder of the file), the rule, the definition around, and an
identity of what stands there; no line, verdict, level or confidence. A `note` is free for people.
"""

import json
import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tlsscan.annotations import Any
from tlsscan.discovery import git_top_level
from tlsscan.errors import TlsscanError, UsageError
from tlsscan.identity import anywhere
from tlsscan.model import Aside, AsideKind, Finding, ProblemKind, Remark, RemarkKind, Severity
from tlsscan.osfiles import problem_kind, read_capped
from tlsscan.patterns import lazy
from tlsscan.protocol import BY_TOKEN, Version
from tlsscan.records import NamedTuple
from tlsscan.reporters.dump import dump
from tlsscan.rulebook import Rulebook
from tlsscan.sifting import Evidence, Sifted
from tlsscan.wholefile import whole_file

SCHEMA = "tlsscan-baseline/1"
DEFAULT = ".tlsscan-baseline.json"
LARGEST = 64 << 20
_ROOT = lazy(r"\.|\.\.(?:/\.\.)*")
_IDENTITY = lazy(r"[0-9a-f]{32}")
_FIELDS = ("path", "rule", "in", "identity", "note")


class Entry(NamedTuple):
    """A finding of a baseline. `path` is relative to the root, `symbol` the definition around it."""

    path: str
    rule: str
    symbol: str
    identity: str
    note: str = ""


class Baseline(NamedTuple):
    """A baseline file: its path as given, where the paths in it begin, as seen from its folder, the floor that it was
    written for, and its entries."""

    place: str
    root: str
    floor: Version
    entries: tuple[Entry, ...]


class Fit(NamedTuple):
    """Which entry each finding has (None: it is new), by number; and the entries that fit nothing any more, as far as
    their rules are loaded."""

    entries: tuple[int | None, ...]
    stale: tuple[int, ...]


# -- the file -------------------------------------------------------------------------------------------------------


def load(place: str) -> Baseline:
    """The baseline in a file. Raises UsageError with the place of what is wrong."""
    try:
        data = read_capped(os.fsencode(os.path.realpath(place)), LARGEST)
    except (OSError, ValueError) as error:
        missing = isinstance(error, OSError) and problem_kind(error) is ProblemKind.VANISHED
        reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "not a path"
        hint = f"`tlsscan baseline -o {place}` writes one" if missing else ""
        raise UsageError(f"the baseline cannot be read: {reason}", place=place, hint=hint) from None
    try:
        document = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise _damaged(place + line, "it is not JSON") from None
    return _checked(document, place)


def _damaged(place: str, text: str) -> UsageError:
    hint = "`tlsscan baseline` writes one; mend it, or take it away and write it again"
    return UsageError(f"this is no baseline: {text}", place=place, hint=hint)


def _checked(document: Any, place: str) -> Baseline:
    schema = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(schema, str) or not schema.startswith("tlsscan-baseline/"):
        raise _damaged(place, f"it has no schema {SCHEMA!r}")
    if schema != SCHEMA:
        hint = f"this version knows {SCHEMA}"
        raise UsageError("the baseline was written by another version of tlsscan", place=place, hint=hint)
    root, floor, entries = document.get("root"), document.get("floor"), document.get("entries")
    if not isinstance(root, str) or not _ROOT.fullmatch(root):
        raise _damaged(place, "its root is neither '.' nor one or more '..'")
    if not isinstance(floor, str) or floor not in BY_TOKEN:
        raise _damaged(place, "its floor is no version")
    if not isinstance(entries, list):
        raise _damaged(place, "it has no list of entries")
    return Baseline(place, root, BY_TOKEN[floor], tuple(_entry(item, n, place) for n, item in enumerate(entries, 1)))


def _entry(item: Any, number: int, place: str) -> Entry:
    if not isinstance(item, dict) or not all(isinstance(item.get(key, ""), str) for key in _FIELDS):
        raise _damaged(place, f"entry {number} is no mapping of texts")
    if not item.get("path") or not item.get("rule") or not _IDENTITY.fullmatch(item.get("identity", "")):
        raise _damaged(place, f"entry {number} has no path, rule or identity")
    if strange := [key for key in item if key not in _FIELDS]:
        raise _damaged(place, f"entry {number} has an unknown key {strange[0]!r}")
    return Entry(item["path"], item["rule"], item.get("in", ""), item["identity"], item.get("note", ""))


def save(baseline: Baseline) -> None:
    """Write a baseline, sorted, whole or not at all. Raises TlsscanError."""
    entries = [dict(zip(_FIELDS, entry, strict=True)) for entry in sorted(baseline.entries)]
    document = {"schema": SCHEMA, "root": baseline.root, "floor": baseline.floor.token, "entries": entries}
    try:
        with whole_file(baseline.place) as stream:
            stream.write(dump(document, indent=2))
    except OSError as error:
        raise TlsscanError(f"cannot write: {error.strerror}", place=baseline.place) from None


def empty(place: str, floor: Version) -> Baseline:
    """A new baseline. Its paths begin at the top of the work tree that the file lies in, or at its own folder."""
    folder = os.path.dirname(os.path.realpath(place))
    top = git_top_level(folder)
    root = os.path.relpath(top, folder).replace(os.sep, "/") if top is not None else "."
    return Baseline(place, root if _ROOT.fullmatch(root) else ".", floor, ())


# -- entries and findings -------------------------------------------------------------------------------------------


class Paths:
    """The paths of a run as a baseline has them: relative to its root, whatever the working directory is."""

    def __init__(self, baseline: Baseline) -> None:
        folder = os.path.dirname(os.path.realpath(baseline.place))
        self._root = _posix(os.path.realpath(os.path.join(folder, baseline.root)))
        self._cwd = _posix(os.path.realpath(os.getcwd()))

    def of(self, path: str) -> str:
        """How an entry writes the path of a finding."""
        return posixpath.relpath(posixpath.join(self._cwd, path), self._root)

    def is_below(self, path: str, folder: str) -> bool:
        """Whether an entry's path lies in a folder of the run."""
        name, above = posixpath.join(self._root, path), posixpath.join(self._cwd, folder)
        return posixpath.normpath(name).startswith(posixpath.join(posixpath.normpath(above), ""))

    def is_gone(self, path: str) -> bool:
        """Whether the file of an entry is there no more."""
        name = posixpath.join(self._root, path)
        try:
            return not os.path.lexists(name.encode("utf-8", "surrogateescape"))
        except (ValueError, OSError):
            return True


def _posix(path: str) -> str:
    """A path as reports have it: UTF-8 whatever the locale, other bytes as lone surrogates."""
    return os.fsencode(path).decode("utf-8", "surrogateescape").replace(os.sep, "/")


def entry_of(finding: Finding, paths: Paths, note: str = "") -> Entry:
    """A finding as an entry."""
    usage = finding.usage
    return Entry(paths.of(usage.place.path), usage.rule, usage.enclosing, anywhere(finding), note)


def fit(baseline: Baseline, evidence: Evidence, book: Rulebook) -> Fit:
    """Which entry stands for which finding, each for one: first by path; then those left over, wherever the file of
    the entry is gone or was looked through. What nothing is known of stays as it is; so does what is gone from where
    nothing was looked through: it may have moved there, too."""
    findings, entries = evidence.findings, baseline.entries
    paths = Paths(baseline)
    looked = {paths.of(path) for path in _looked_through(evidence)}
    keys = [_key(entry, book.current(entry.rule) or entry.rule) for entry in entries]
    wanted = [_key(entry_of(finding, paths), finding.usage.rule) for finding in findings]
    order = sorted(range(len(findings)), key=lambda number: _program_order(findings[number]))
    fitted: list[int | None] = [None] * len(findings)

    def assign(numbers: Iterable[int], first: int) -> None:
        """Give entries to findings whose keys are equal from their `first` part on."""
        free: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number in numbers:
            free[keys[number][first:]].append(number)
        for number in order:
            if fitted[number] is None and (equal := free[wanted[number][first:]]):
                fitted[number] = equal.pop(0)

    assign(range(len(entries)), 0)
    taken = set(fitted)
    left = [
        n for n, entry in enumerate(entries) if n not in taken and (entry.path in looked or paths.is_gone(entry.path))
    ]
    assign(left, 1)
    taken = set(fitted)

    def is_searched(entry: Entry) -> bool:
        """Whether the file of an entry would have been found if it were where it was."""
        return any(paths.is_below(entry.path, folder) for folder in evidence.found.walked)

    judged = (n for n in left if n not in taken and book.current(entries[n].rule) is not None)
    return Fit(tuple(fitted), tuple(n for n in judged if entries[n].path in looked or is_searched(entries[n])))


def _key(entry: Entry, rule: str) -> tuple[str, ...]:
    """What entries are compared by, the path first."""
    return (entry.path, rule, entry.symbol, entry.identity)


def _program_order(finding: Finding) -> tuple[str, int, int]:
    place = finding.usage.place
    return place.path, place.region.start, place.region.end


def _looked_through(evidence: Evidence) -> Iterator[str]:
    """The files of which all findings are known: not those that were named one by one, since a finding may come from
    what another file does with them."""
    if evidence.alone:
        return iter(())
    doubt = {problem.path for problem in evidence.problems if problem.severity is not Severity.SKIPPED}
    return (file.path for file in evidence.found.files if file.path not in doubt)


def apply(baseline: Baseline, evidence: Evidence, book: Rulebook, floor: Version) -> Sifted:
    """Set aside what the baseline has, and tell of entries that fit nothing; not so if less is asked for than then."""
    fitted = fit(baseline, evidence, book)
    kept = [finding for finding, number in zip(evidence.findings, fitted.entries, strict=True) if number is None]
    aside = [
        Aside(finding, AsideKind.BASELINE, baseline.entries[number].note)
        for finding, number in zip(evidence.findings, fitted.entries, strict=True)
        if number is not None
    ]
    stale = fitted.stale if floor >= baseline.floor else ()
    remarks = [Remark(RemarkKind.STALE, baseline.place, _stale(baseline.entries[number])) for number in stale]
    return Sifted(kept, aside, remarks)


def _stale(entry: Entry) -> str:
    return f"an entry fits no finding any more: {_named(entry)} (--baseline-prune takes it out)"


def _named(entry: Entry) -> str:
    where = f" in {entry.symbol}" if entry.symbol else ""
    return f"{entry.rule} in {entry.path}{where}"


def taken_out(baseline: Baseline, evidence: Evidence, book: Rulebook) -> list[str]:
    """What `pruned` leaves out, in words."""
    stale = (baseline.entries[number] for number in fit(baseline, evidence, book).stale)
    return [f"{baseline.place}: took out {_named(entry)}, which is found no more" for entry in stale]


def pruned(baseline: Baseline, evidence: Evidence, book: Rulebook) -> Baseline:
    """The baseline without entries that fit nothing any more, the others as their findings are now; notes stay."""
    fitted = fit(baseline, evidence, book)
    paths = Paths(baseline)
    entries = dict(enumerate(baseline.entries))
    for finding, number in zip(evidence.findings, fitted.entries, strict=True):
        if number is not None:
            entries[number] = entry_of(finding, paths, entries[number].note)
    for number in fitted.stale:
        del entries[number]
    return baseline._replace(entries=tuple(entries.values()))


def updated(baseline: Baseline, evidence: Evidence, book: Rulebook) -> Baseline:
    """A pruned baseline with entries for all findings that had none."""
    fitted = fit(baseline, evidence, book)
    paths = Paths(baseline)
    fresh = [entry_of(f, paths) for f, number in zip(evidence.findings, fitted.entries, strict=True) if number is None]
    kept = pruned(baseline, evidence, book)
    return kept._replace(entries=(*kept.entries, *fresh))
