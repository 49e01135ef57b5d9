"""Fixes for the findings of a report, each of which was tried: what it makes of a file is scanned before it is told."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set

from tlsscan.edits import clash, edited, moved
from tlsscan.fixes import MENDED
from tlsscan.languages import MANIFEST
from tlsscan.model import Edit, Finding, Fix, Level, Place, ProblemKind, Report, Verdict
from tlsscan.proposals import Proposals, with_each
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.scan import Request, Scan, scan

MOST_MANIFESTS = 500
TRIES = 20  # scans, until what was not yet found to hold is left out
_FINE = frozenset({Verdict.OK, Verdict.CAPS})
_BROKEN = frozenset({ProblemKind.PARSE_ERROR, ProblemKind.TOO_DEEP, ProblemKind.CRASH, ProblemKind.TIMEOUT})

Spot = tuple[bytes, int, str]
"""A file, a byte in it, a rule."""


class Trial(NamedTuple):
    """Fixes by the numbers of their findings, and what they make of files."""

    fixes: dict[int, Fix]
    contents: dict[bytes, bytes]


class Wrong(NamedTuple):
    """What is wrong after fixes: those of which the finding stays, and what is bad and was not before."""

    fixes: set[int]
    spots: set[Spot]


class Mender:
    """Finds the fixes of one scan."""

    def __init__(self, result: Scan, report: Report, book: Rulebook, request: Request) -> None:
        self._result = result
        self._report = report
        self._book = book
        self._request = request
        self._proposals = Proposals(result, report, book, request)
        self._files = self._proposals.files
        self._before: dict[tuple[bytes, ...], Scan] = {}

    def report(self) -> Report:
        """The report, each finding with the fix that it has."""
        every = self._proposals.every()
        if not every:
            return self._report
        safe = {number: fix for number, fix in every.items() if not fix.unsafe}
        return with_each(self._report, self.tried({**safe, **every}).fixes)

    def trial(self, *, unsafe: bool) -> Trial:
        """The fixes that hold together, and what they make of the files."""
        return self.tried({number: fix for number, fix in self._proposals.every().items() if unsafe or not fix.unsafe})

    def tried(self, fixes: dict[int, Fix]) -> Trial:
        """Of some fixes those that hold together: no two overlap, and a scan of what they make of the files finds what
        they mend no more, and nothing new. Where something is wrong, those that have no part in it stay, and the
        others are tried again without the one that is at fault."""
        held: dict[int, Fix] = {}
        groups, parted = [self._apart(fixes)], False
        for _ in range(TRIES):
            while groups and not groups[-1]:
                groups.pop()
            if not groups:
                break
            group = groups.pop()
            contents = self._contents({**held, **group})
            if contents is None:
                continue
            near = self._near({**held, **group}, self._files_of(group))
            wrong = self._wrong(near, contents)
            files = {path for path, _, _ in wrong.spots}
            doubted = self._near(group, files | self._files_of(_some(near, wrong.fixes)))
            if not files <= self._files_of(near):  # nobody knows which of them it comes from
                doubted = group
            held.update((number, fix) for number, fix in group.items() if number not in doubted)
            rest = {number: fix for number, fix in doubted.items() if number not in wrong.fixes}
            groups += [rest] if len(rest) < len(doubted) else self._parted(rest, wrong.spots, again=parted)
            parted = parted or len(rest) == len(doubted)
        return Trial(held, (self._contents(held) or {}) if held else {})

    def before(self, path: bytes) -> bytes:
        """A file as it is."""
        return self._files.raw(path) or b""

    def _apart(self, fixes: Mapping[int, Fix]) -> dict[int, Fix]:
        """Of fixes that overlap, the first; the same edit may serve several."""
        taken: list[Edit] = []
        left: dict[int, Fix] = {}
        for number, fix in fixes.items():
            if not any(clash(edit, other) for edit in fix.edits for other in taken):
                taken += [edit for edit in fix.edits if edit not in taken]
                left[number] = fix
        return left

    def _contents(self, fixes: Mapping[int, Fix]) -> dict[bytes, bytes] | None:
        by_path: dict[str, list[Edit]] = {}
        for fix in fixes.values():
            for edit in fix.edits:
                by_path.setdefault(edit.path, []).append(edit)
        made: dict[bytes, bytes] = {}
        for path, edits in by_path.items():
            content = edited(self.before(self._files.paths[path]), edits)
            if content is None:
                return None
            made[self._files.paths[path]] = content
        return made

    def _wrong(self, fixes: Mapping[int, Fix], contents: Mapping[bytes, bytes]) -> Wrong:
        """What does not hold once fixes are made."""
        concerned = sorted(self._files_of(fixes))
        after = self._scanned(concerned, contents)
        edits: dict[bytes, set[Edit]] = {}
        for fix in fixes.values():
            for edit in fix.edits:
                edits.setdefault(self._files.paths[edit.path], set()).add(edit)
        said = _said(after)
        failed = {number for number in fixes if not self._holds(self._report.findings[number], said, edits)}
        return Wrong(failed, self._fresh(after, said, edits, concerned))

    def _holds(self, finding: Finding, said: Mapping[Spot, Finding], edits: Mapping[bytes, set[Edit]]) -> bool:
        """Whether all is well where a finding was, and nothing new enough that was permitted there is taken away."""
        usage = finding.usage
        spots = [self._moved(place, edits) for place in (usage.place, *usage.related)]
        now = said.get((*spots[0], usage.rule))
        if now is None:  # of several settings of one object another one may decide now
            now = next((one for (path, at, _), one in said.items() if (path, at) in spots[1:]), None)
        if now is None:
            return bool(usage.named)
        floor = finding.floor or self._report.floor
        wanted = {version for version in usage.permitted.versions if version >= floor}
        return now.verdict in _FINE and wanted <= now.usage.permitted.versions

    def _moved(self, place: Place, edits: Mapping[bytes, set[Edit]]) -> tuple[bytes, int]:
        """Where a place is after edits."""
        path = self._files.paths.get(place.path, b"")
        return path, moved(place.region.start, edits.get(path, ()))

    def _fresh(
        self,
        after: Scan,
        said: Mapping[Spot, Finding],
        edits: Mapping[bytes, set[Edit]],
        concerned: Sequence[bytes],
    ) -> set[Spot]:
        """What is bad after edits and was not before them, and files that became harder to read."""
        bad = _bad(said) | _broken(after)
        known = _bad(_said(self._result)) | _broken(self._result)
        new = bad - {(path, moved(at, edits.get(path, ())), rule) for path, at, rule in known}
        if not new:
            return new
        key = tuple(concerned)
        if key not in self._before:
            self._before[key] = self._scanned(concerned, {})  # fewer files are known then than to the whole scan
        known = _bad(_said(self._before[key])) | _broken(self._before[key])
        return new - {(path, moved(at, edits.get(path, ())), rule) for path, at, rule in known}

    def _near(self, fixes: Mapping[int, Fix], files: Set[bytes]) -> dict[int, Fix]:
        """The fixes that have to do with some files, and all that have files in common with these."""
        files, left = set(files), dict(fixes)
        while found := [number for number in left if not files.isdisjoint(self._files_of({number: left[number]}))]:
            for number in found:
                files |= self._files_of({number: left.pop(number)})
        return {number: fix for number, fix in fixes.items() if number not in left}

    def _parted(self, fixes: Mapping[int, Fix], spots: Iterable[Spot], *, again: bool) -> list[dict[int, Fix]]:
        """Fixes in two groups, to find the one at fault. Likely it is the nearest to what is wrong, which is therefore
        tried last; if the others were not fine without it, they are halved."""
        if len(fixes) < 2:
            return []
        away = {number: self._distance(fix, spots) for number, fix in fixes.items()}
        order = sorted(fixes, key=lambda number: -away[number])
        near = order[len(order) // 2 :] if again else [n for n in order if away[n] == away[order[-1]]]
        near = near if len(near) < len(order) else order[len(order) // 2 :]
        return [_some(fixes, near), _some(fixes, fixes.keys() - set(near))]

    def _distance(self, fix: Fix, spots: Iterable[Spot]) -> int:
        """How far a fix is from the nearest spot in its files."""
        every = ((edit, spot) for edit in fix.edits for spot in spots if self._files.paths[edit.path] == spot[0])
        return min((abs(edit.region.start - spot[1]) for edit, spot in every), default=1 << 40)

    def _files_of(self, fixes: Mapping[int, Fix]) -> set[bytes]:
        """The files that have a part in what is mended."""
        paths: set[str] = set()
        for number, fix in fixes.items():
            usage = self._report.findings[number].usage
            paths |= {usage.place.path, *(edit.path for edit in fix.edits)}
            paths |= {step.path for step in (*usage.trace, *usage.passed)} | {place.path for place in usage.related}
        return {self._files.paths[path] for path in paths if path in self._files.paths}

    def _scanned(self, paths: Sequence[bytes], contents: Mapping[bytes, bytes]) -> Scan:
        """A scan of some files, and of the manifests above them, with contents instead of theirs."""
        request = self._request
        if request.contents is not None:
            return scan(request._replace(overlay={**request.overlay, **contents}, hashes=False, jobs=1), self._book)
        folders = {path[: path.rfind(b"/") + 1] for path in paths}
        above = [
            file.fs_path
            for file in self._result.found.files
            if file.language == MANIFEST
            and any(f.startswith(file.fs_path[: file.fs_path.rfind(b"/") + 1]) for f in folders)
        ]
        named = sorted({*paths, *above[:MOST_MANIFESTS]})
        narrow = request._replace(
            paths=tuple("./" * path.startswith(b"-") + _decoded(path) for path in named),
            overlay={**request.overlay, **contents},
            shown=Level.NOTE,
            hashes=False,
            jobs=request.jobs or (1 if len(named) < 50 else 0),
            include=(),
            excludes=(),
            within="",
        )
        return scan(narrow, self._book)


def _some(fixes: Mapping[int, Fix], numbers: Collection[int]) -> dict[int, Fix]:
    return {number: fix for number, fix in fixes.items() if number in numbers}


def _decoded(path: bytes) -> str:
    import os

    return os.fsdecode(path)


def _said(result: Scan) -> dict[Spot, Finding]:
    """What is said of each place that was judged."""
    names = {file.path: file.fs_path for file in result.found.files}
    return {
        (names[f.usage.place.path], f.usage.place.region.start, f.usage.rule): f
        for f in result.trail.judged
        if f.usage.place.path in names
    }


def _bad(said: Mapping[Spot, Finding]) -> set[Spot]:
    return {spot for spot, finding in said.items() if finding.verdict in MENDED}


def _broken(result: Scan) -> set[Spot]:
    """The files that were not wholly understood."""
    names = {file.path: file.fs_path for file in result.found.files}
    return {(names.get(p.path, b""), 0, p.kind.value) for p in result.report.problems if p.kind in _BROKEN}


def with_fixes(result: Scan, report: Report, book: Rulebook, request: Request) -> Report:
    """A report, each finding with the fix that it has."""
    if not any(finding.verdict in MENDED for finding in report.findings):
        return report
    return Mender(result, report, book, request).report()


Look = Callable[[Request], tuple[Scan, Report]]
"""What scans as a run does."""
