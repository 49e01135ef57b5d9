"""Fixes for the findings of a report, each of which was tried: what it makes of a file is scanned before it is told."""

from collections.abc import Callable, Mapping, Sequence

from tlsscan.edits import clash, edited, moved
from tlsscan.fixes import MENDED
from tlsscan.languages import MANIFEST
from tlsscan.model import Edit, Finding, Fix, Level, ProblemKind, Report, Verdict
from tlsscan.proposals import Proposals, with_each
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.scan import Request, Scan, scan

MOST_MANIFESTS = 500
TRIES = 4
_FINE = frozenset({Verdict.OK, Verdict.CAPS})
_BROKEN = frozenset({ProblemKind.PARSE_ERROR, ProblemKind.TOO_DEEP, ProblemKind.CRASH, ProblemKind.TIMEOUT})

Spot = tuple[bytes, int, str]
"""A file, a byte in it, a rule."""


class Trial(NamedTuple):
    """Fixes by the numbers of their findings, and what they make of files."""

    fixes: dict[int, Fix]
    contents: dict[bytes, bytes]


class Mender:
    """Finds the fixes of one scan."""

    def __init__(self, result: Scan, report: Report, book: Rulebook, request: Request) -> None:
        self._result = result
        self._report = report
        self._book = book
        self._request = request
        self._proposals = Proposals(result, report, book, request)
        self._files = self._proposals.files
        self._before: Scan | None = None

    def report(self) -> Report:
        """The report, each finding with the fix that it has."""
        every = self._proposals.every()
        if not every:
            return self._report
        safe = {number: fix for number, fix in every.items() if not fix.unsafe}
        told = self.tried({**safe, **every}, once=True).fixes
        return with_each(self._report, told)

    def trial(self, *, unsafe: bool) -> Trial:
        """The fixes that hold together, and what they make of the files."""
        return self.tried({number: fix for number, fix in self._proposals.every().items() if unsafe or not fix.unsafe})

    def tried(self, fixes: dict[int, Fix], *, once: bool = False) -> Trial:
        """Of some fixes those that hold together: no two overlap, and a scan of what they make of the files finds what
        they mend no more, and nothing new. `once`: without another scan where some were left out."""
        fixes = self._apart(fixes)
        for _ in range(TRIES):
            contents = self._contents(fixes)
            if contents is None or not contents:
                break
            failed = self._failed(fixes, contents)
            if not failed:
                return Trial(fixes, contents)
            fixes = {number: fix for number, fix in fixes.items() if number not in failed}
            if once:
                return Trial(fixes, {})
        return Trial({}, {})

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

    def _failed(self, fixes: Mapping[int, Fix], contents: Mapping[bytes, bytes]) -> set[int]:
        """The numbers of the fixes that do not hold."""
        concerned = self._concerned(fixes)
        after = self._scanned(concerned, contents)
        edits: dict[bytes, set[Edit]] = {}
        for fix in fixes.values():
            for edit in fix.edits:
                edits.setdefault(self._files.paths[edit.path], set()).add(edit)
        said = _said(after)
        failed = {number for number in fixes if not self._holds(self._report.findings[number], said, edits)}
        strange = {spot[0] for spot in self._fresh(after, said, edits, concerned)}
        if strange:
            failed |= {n for n, fix in fixes.items() if any(self._files.paths[e.path] in strange for e in fix.edits)}
            failed = failed or set(fixes)
        return failed

    def _holds(self, finding: Finding, said: Mapping[Spot, Verdict], edits: Mapping[bytes, set[Edit]]) -> bool:
        """Whether all is well where a finding was."""
        usage = finding.usage
        path = self._files.paths[usage.place.path]
        spot = (path, moved(usage.place.region.start, edits.get(path, ())), usage.rule)
        now = said.get(spot)
        return now in _FINE or (now is None and bool(usage.named))

    def _fresh(
        self,
        after: Scan,
        said: Mapping[Spot, Verdict],
        edits: Mapping[bytes, set[Edit]],
        concerned: Sequence[bytes],
    ) -> set[Spot]:
        """What is bad after edits and was not before them, and files that became harder to read."""
        bad = {spot for spot, verdict in said.items() if verdict in MENDED} | _broken(after)
        known = {spot for spot, verdict in _said(self._result).items() if verdict in MENDED} | _broken(self._result)
        new = bad - {(path, moved(at, edits.get(path, ())), rule) for path, at, rule in known}
        if not new:
            return new
        self._before = self._before or self._scanned(concerned, {})  # fewer files are known then than to the whole scan
        known = {spot for spot, verdict in _said(self._before).items() if verdict in MENDED} | _broken(self._before)
        return new - {(path, moved(at, edits.get(path, ())), rule) for path, at, rule in known}

    def _concerned(self, fixes: Mapping[int, Fix]) -> list[bytes]:
        """The files that have a part in what is mended."""
        paths: set[str] = set()
        for number, fix in fixes.items():
            usage = self._report.findings[number].usage
            paths |= {usage.place.path, *(edit.path for edit in fix.edits)}
            paths |= {step.path for step in (*usage.trace, *usage.passed)} | {place.path for place in usage.related}
        return sorted(self._files.paths[path] for path in paths if path in self._files.paths)

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


def _decoded(path: bytes) -> str:
    import os

    return os.fsdecode(path)


def _said(result: Scan) -> dict[Spot, Verdict]:
    """The verdict of each place that was judged."""
    names = {file.path: file.fs_path for file in result.found.files}
    return {
        (names[f.usage.place.path], f.usage.place.region.start, f.usage.rule): f.verdict
        for f in result.trail.judged
        if f.usage.place.path in names
    }


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
