"""The fixes that findings may have, as their rules and values give them; nobody has tried them yet.

Loaded by each run on files with findings, and so light: `mending` tries fixes.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.candidate import Candidate
from tlsscan.edits import edited
from tlsscan.fixes import MENDED, PATTERNS, Around, Slot, propose
from tlsscan.model import Fix, Place, Report
from tlsscan.osfiles import read_capped
from tlsscan.patterns import ready
from tlsscan.products import Bound, version_key
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Replacement
from tlsscan.scan import Request, Scan
from tlsscan.source import EMPTY, SourceFile, decode
from tlsscan.values import Region

if TYPE_CHECKING:
    from tlsscan.claims import Claim, Span
    from tlsscan.grounds import Known

MOST_BYTES = 32 << 20  # of a file that is changed


class Files:
    """The files of a scan as they are now, read once."""

    def __init__(self, files: Iterable[Candidate], held: Mapping[bytes, bytes]) -> None:
        self._files = files
        self._held = held
        self._raw: dict[bytes, bytes | None] = {}

    @cached_property
    def paths(self) -> dict[str, bytes]:
        """How the file system calls the files, by the paths that a report shows."""
        return {file.path: file.fs_path for file in self._files}

    def raw(self, path: bytes) -> bytes | None:
        """The bytes of a file; None if it cannot be read."""
        if path not in self._raw:
            self._raw[path] = self._held.get(path)
            if self._raw[path] is None:
                try:
                    self._raw[path] = read_capped(path, MOST_BYTES)
                except OSError:
                    self._raw[path] = None
        return self._raw[path]

    def source(self, path: str) -> SourceFile | None:
        """A file's text, by the path that a report shows; None for one that was not scanned, or that is no text which
        can be written back as it was."""
        raw = self.raw(self.paths[path]) if path in self.paths else None
        found = decode(path, raw) if raw is not None else None
        return found if isinstance(found, SourceFile) and edited(raw or b"", ()) == raw else None


def get_ready() -> None:
    """Compile what most findings take, while nothing else is to be done."""
    ready(*PATTERNS)


class Proposals:
    """Finds what the findings of a scan may be mended with."""

    def __init__(self, result: Scan, report: Report, book: Rulebook, request: Request) -> None:
        self.files = Files(result.found.files, {**(request.contents or EMPTY), **request.overlay})
        self._result = result
        self._report = report
        self._book = book
        self._request = request
        self._slots: dict[tuple[str, Region], Slot] | None = None
        self._claimed: Known | None = None

    def report(self) -> Report:
        """The report, each finding with the fix that it may have."""
        return with_each(self._report, self.every())

    def every(self) -> dict[int, Fix]:
        """Fixes by the numbers of their findings."""
        found: dict[int, Fix] = {}
        for number, finding in enumerate(self._report.findings):
            usage = finding.usage
            if finding.verdict not in MENDED or not usage.language or usage.place.path not in self.files.paths:
                continue
            floor = finding._replace(floor=finding.floor or self._report.floor)
            rule = self._book.rule(usage.rule)
            fix = propose(floor, rule, Around(self.files.source, self._needs, self._slot))
            if fix is not None:
                found[number] = fix
        return found

    def _needs(self, by: Replacement, path: str) -> str | None:
        """Why a value is not certain to be known where a file runs; None if it is not."""
        if by.needs is None or not (self._result.trail.claims or self._request.runtimes):
            return ""
        from tlsscan.claims import ClaimKind, Span

        known = self._known()
        around = known.claims.around(path)
        unsure = False
        for product, ranges in by.needs.products:
            claims: Sequence[Claim] = around.get(product, ())
            spans = [
                (span, claim.kind is ClaimKind.TEST and "." in span.low) for claim in claims for span in claim.spans
            ]
            if product in known.named:
                spans = [(Span(known.named[product], known.named[product]), False)]
            met = [_meets(span, product, ranges, any_of_series=tested) for span, tested in spans]
            if met and not any(one or one is None for one in met):
                return None
            unsure = unsure or not all(met)
        return f"it needs {by.needs.worded()}, and older ones are allowed" if unsure else ""

    def _known(self) -> "Known":
        if self._claimed is None:
            from tlsscan.verdicts import known_of

            claims, request = self._result.trail.claims, self._request
            self._claimed = known_of(claims, request.runtimes, request.assume, self._book)
        return self._claimed

    def _slot(self, place: Place) -> Slot | None:
        """How a place sets something."""
        if self._slots is None:
            every = ((site, one) for site in self._result.trail.sites for one in site.arguments)
            self._slots = {
                (site.path, argument.region): Slot(site.form, argument.value, site.condition)
                for site, argument in every
            }
        return self._slots.get((place.path, place.region))


def with_each(report: Report, fixes: Mapping[int, Fix]) -> Report:
    """A report, each finding with its fix."""
    found = enumerate(report.findings)
    return report._replace(findings=tuple(one._replace(fix=fixes.get(number)) for number, one in found))


def _meets(
    span: "Span", product: str, ranges: Iterable[Sequence[Bound]], *, any_of_series: bool = False
) -> bool | None:
    """Whether the versions of a span lie in ranges; None if only some do. A series counts as its newest release, but
    for a minor one that classifiers or tests name: users may have any of it."""
    newest = version_key(span.newest, product) if span.newest else (1 << 30,)
    oldest = newest if span.exact and not any_of_series else version_key(span.low, product) if span.low else (0,)
    inside = [any(all(bound.holds(key) for bound in bounds) for bounds in ranges) for key in (oldest, newest)]
    return inside[0] if inside[0] == inside[1] else None
