"""The scan: files through workers to sites, sites through rules to usages, usages through the policy to a report."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tlsscan import extract as extraction
from tlsscan.discovery import Candidate, discover
from tlsscan.evaluate import Lens, lookup
from tlsscan.extract import Definition, Extractor
from tlsscan.link import link
from tlsscan.match import Match, match
from tlsscan.model import Confidence, Finding, Level, Problem, Report, Site
from tlsscan.packs import Rulebook
from tlsscan.policy import Policy, judge
from tlsscan.prefilter import Prefilter
from tlsscan.products import Runtimes
from tlsscan.protocol import Version
from tlsscan.supervisor import protection, supervise
from tlsscan.values import Name

TIMEOUT = 10.0  # seconds for one file


class Request(NamedTuple):
    """What to scan and how. Paths and excludes as the user wrote them; `jobs` 0 means one for each processor."""

    paths: tuple[str, ...]
    floor: Version = Version.TLS1_2
    shown: Level = Level.WARNING
    excludes: tuple[str, ...] = ()
    respect_ignore: bool = True
    jobs: int = 0
    hashes: bool = False
    timeout: float = TIMEOUT


class Gathered(NamedTuple):
    """What the workers found, before any rule has judged it."""

    sites: list[Site]
    problems: list[Problem]
    texts: dict[str, dict[int, str]]
    hashes: dict[tuple[str, int], str]


def scan(request: Request, book: Rulebook) -> Report:
    """The report of a scan. Raises UsageError for paths that do not exist."""
    found = discover(request.paths, excludes=request.excludes, respect_ignore=request.respect_ignore)
    scanner = Scanner(book, found.files, request)
    gathered = scanner.gather()
    runtimes = Runtimes({}, {product: row.version for product, row in book.assumed.items()})
    findings = findings_of(scanner.matches(gathered.sites, runtimes), book, Policy(request.floor))
    shown = [finding for finding in findings if finding.level.rank >= max(request.shown.rank, Level.NOTE.rank)]
    noted = [finding for finding in findings if finding.level is not Level.NONE]
    notices = [*found.notices, *([protection()] if protection() else [])]
    return Report(
        findings=tuple(shown),
        problems=tuple(sorted([*found.problems, *gathered.problems], key=_problem_order)),
        files=dict(sorted(Counter(candidate.language for candidate in found.files).items())),
        unread=found.unread,
        assumed=_assumed(noted, book),
        floor=request.floor,
        texts=gathered.texts,
        line_hashes=gathered.hashes,
        hidden=len(noted) - len(shown),
        notices=tuple(notices),
    )


class Scanner:
    """One run over a list of files: the workers' state, inherited by fork."""

    def __init__(self, book: Rulebook, files: Sequence[Candidate], request: Request) -> None:
        self._files = files
        self._request = request
        self._extractor = Extractor(book, hashes=request.hashes)

    def gather(self) -> Gathered:
        """The sites of all files."""

        def work(index: int) -> bytes | None:
            found = self._extractor.extract(self._files[index])
            return extraction.pack(found) if found is not None else None

        gathered = Gathered([], [], {}, {})
        for outcome in self._supervise(len(self._files), work):
            path = self._files[outcome.index].path
            if outcome.failure is not None:
                gathered.problems.append(Problem(path, outcome.failure.kind, outcome.failure.text))
            elif outcome.payload:
                found = extraction.unpack(outcome.payload)
                gathered.sites.extend(found.sites)
                gathered.problems.extend(found.problems)
                gathered.texts[path] = dict(found.texts)
                gathered.hashes.update({(path, line): value for line, value in found.hashes.items()})
        gathered.sites.sort(key=lambda site: (site.path, site.region))
        return gathered

    def _supervise(self, count: int, work):  # type: ignore[no-untyped-def]  # a generator of supervisor outcomes
        jobs = self._request.jobs or os.cpu_count() or 1
        return supervise(count, work, jobs=jobs, timeout=self._request.timeout)

    def matches(self, sites: Sequence[Site], runtimes: Runtimes) -> list[Match]:
        """The usages of all sites, open names linked first."""
        linked = link(sites, lambda site, name: self._known(site, name, runtimes), self._find)
        found: list[Match] = []
        for language in sorted({site.language for site in linked}):
            own = [site for site in linked if site.language == language]
            found.extend(match(own, self._extractor.index(language), runtimes))
        return found

    def _known(self, site: Site, name: Name, runtimes: Runtimes) -> bool:
        """Whether a vocabulary of a sink that the site may meet has the name."""
        names = [argument.name for argument in site.arguments if argument.name]
        for rule, sink, _ in self._extractor.index(site.language).candidates(site, names):
            lens = Lens(sink.vocabulary or rule.vocabulary, sink.configures or rule.configures, runtimes)
            if lookup(name, lens) is not None or name.names[0] in site.names:
                return True
        return False

    def _find(self, language: str, words: Sequence[str]) -> Iterable[Definition]:
        files = [candidate for candidate in self._files if candidate.language == language]
        literals = Prefilter(language, words)

        def work(index: int) -> bytes | None:
            found = self._extractor.definitions(files[index], words, literals)
            return extraction.pack_definitions(found) if found else None

        for outcome in self._supervise(len(files), work):
            if outcome.payload:
                yield from extraction.unpack_definitions(outcome.payload)


def findings_of(matches: Iterable[Match], book: Rulebook, policy: Policy) -> list[Finding]:
    """The findings of matches in final order, one for each place: the surest, then the most severe."""
    best: dict[tuple[object, ...], Finding] = {}
    for found in matches:
        finding = judge(found.usages, book.rule(found.usages[0].rule), policy)
        place = finding.usage.place
        key = (place.path, place.region)
        if key not in best or _preference(finding) > _preference(best[key]):
            best[key] = finding
    return sorted(best.values(), key=_finding_order)


def _preference(finding: Finding) -> tuple[bool, int, int]:
    order = [Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]
    resolved = not finding.usage.permitted.unresolved
    return (resolved, order.index(finding.usage.confidence), finding.level.rank)


def _finding_order(finding: Finding) -> tuple[object, ...]:
    place = finding.usage.place
    return (place.path, place.region.line, place.region.column, finding.usage.rule)


def _problem_order(problem: Problem) -> tuple[str, str, str]:
    return (problem.path, problem.kind.value, problem.text)


def _assumed(findings: Iterable[Finding], book: Rulebook) -> tuple[str, ...]:
    """Sentences about the assumed products that took part in findings."""
    products = sorted({product for finding in findings for product in finding.usage.assumed})
    rows = [book.assumed[product] for product in products if product in book.assumed]
    return tuple(f"{row.title} is assumed ({row.because})" if row.because else f"{row.title} is assumed" for row in rows)
