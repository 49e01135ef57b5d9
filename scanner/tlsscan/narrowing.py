"""What the configuration of the scanned repository leaves out of its own scan, in words and numbers. It may do so, but
not in silence: every report tells it. What left nothing out this time is not told; a lower floor and a gate that fails
on less are, since they say what the report is about."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.display import count
from tlsscan.merging import excluded_by
from tlsscan.model import AsideKind, Level, Narrowing, Report
from tlsscan.settings import Settings, shown_level
from tlsscan.terms import Refusal

if TYPE_CHECKING:
    from tlsscan.discovery import Skipped
    from tlsscan.scan import Scan, Tally


def completed(result: "Scan", settings: Settings) -> Report:
    """The report with what its configuration narrows, and with what does not hold of it."""
    report = result.report._replace(notices=(*settings.notices, *result.report.notices))
    if settings.own is None:
        return report
    found = (*_narrowings(settings, result.tally, result.found.skipped), *_baseline(settings, report))
    return report._replace(configuration=settings.file, narrowed=found)


def _narrowings(settings: Settings, tally: "Tally", skipped: "Sequence[Skipped]") -> Iterator[Narrowing]:
    source = settings.file
    if left_out := [one.path for one in skipped if one.reason == excluded_by(source)]:
        yield Narrowing(source, "exclude", _excluded(left_out), len(left_out))
    for reason, words in (("ignore", "ignored"), ("select", "not selected"), ("role", "left out by their role")):
        if number := tally.refused[Refusal(reason, source)]:
            yield Narrowing(source, reason, f"{count(number, 'finding')} {words}", number)
    yield from _floors(settings, tally)
    for key, asked, without in settings.lax:
        value = shown_level(settings.given).value if key == "level" else asked
        number = _between(tally.levels, without, value)
        if key != "level":
            yield Narrowing(source, key, _failing(value, number), number)
        elif number:  # what fails the run is shown all the same
            yield Narrowing(source, key, f"{count(number, 'finding')} below level {value} not shown", number)


def _baseline(settings: Settings, report: Report) -> Iterator[Narrowing]:
    own = settings.own
    if own is not None and own.get("baseline") and settings.sources.get("baseline") == own.places["baseline"]:
        number = sum(aside.kind is AsideKind.BASELINE for aside in report.aside)
        if number:
            yield Narrowing(own.path, "baseline", f"{count(number, 'finding')} set aside by its baseline", number)


def _floors(settings: Settings, tally: "Tally") -> Iterator[Narrowing]:
    """The floors that are lower than they would be without the configuration."""
    terms = settings.terms
    without = terms.firm().floor
    lower = [f"the floor is {terms.floor.label} instead of {without.label}"] if terms.floor < without else []
    kept = terms.policy.floor is not None or terms.flags.floor is not None
    lower += [
        f"the floor is {rule.floor.label} for {rule.glob}"
        for rule in terms.own.paths
        if rule.floor is not None and rule.floor < without and not kept
    ]
    if lower:
        number = tally.softened
        lost = f" ({count(number, 'finding')} lowered or gone)" if number else ""
        yield Narrowing(settings.file, "min-tls", f"{', '.join(lower)}{lost}", number)


def _failing(value: str, number: int) -> str:
    """What fails the run, and how many findings do not that else would."""
    fails = {"never": "no finding fails", "error": "only errors fail", "warning": "only warnings and errors fail"}
    least = f"{fails[value]} the run"
    return f"{least} ({count(number, 'finding')} would)" if number else least


def _between(levels: Counter[Level], low: str, high: str) -> int:
    """How many findings are at one level or above it, and below another one."""
    top = Level(high).rank if high != "never" else Level.ERROR.rank + 1
    return sum(number for level, number in levels.items() if Level(low).rank <= level.rank < top)


def _excluded(paths: Sequence[str]) -> str:
    folders = sum(path.endswith("/") for path in paths)
    files = len(paths) - folders
    parts = [count(files, "file")] if files else []
    parts += [count(folders, "folder")] if folders else []
    return f"{' and '.join(parts)} excluded"
