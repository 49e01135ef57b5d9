"""What a report says of the run as a whole: counts, gaps, assumptions. Knows no single finding."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tlsscan.display import be, clip, count, safe, safe_start, sentence
from tlsscan.languages import INSIDE
from tlsscan.model import DORMANT, Finding, Level, Problem, ProblemKind, Report, Role, Severity, Verdict
from tlsscan.reporters import Options
from tlsscan.reporters.order import levels
from tlsscan.reporters.origins import counted
from tlsscan.reporters.style import BOLD, GREEN, LEVEL_COLOR, paint

_LISTED = 10
_TEXT_COLUMNS = 200
_HEADLINES = {
    Severity.INCOMPLETE: ("Not analysed, so the scan is incomplete", LEVEL_COLOR[Level.ERROR]),
    Severity.DEGRADED: ("Analysed only in part", LEVEL_COLOR[Level.WARNING]),
    Severity.SKIPPED: ("Not source", ""),
}
_ROLES = {Role.CLIENT: "outbound (client)", Role.SERVER: "inbound (server)", Role.BOTH: "either side"}


def title(report: Report) -> str:
    """A few words for the head of a document."""
    if report.findings:
        files = len({finding.usage.place.path for finding in report.findings})
        return f"tlsscan: {levels(report.findings)} in {count(files, 'file')}"
    return "tlsscan: the scan is incomplete" if report.incomplete else "tlsscan: no finding"


def summary_line(report: Report) -> str:
    """One line for stderr: findings by level, files scanned, and whether the scan is complete."""
    return "; ".join([_headline(report), *_gaps(report)])


def summary(report: Report, options: Options) -> str:
    """The lines that end a full report; with `quiet` only the headline and what makes the scan incomplete."""
    style = BOLD if report.findings or report.incomplete or not report.files else f"{BOLD};{GREEN}"
    lines = [paint(f"{_headline(report)}.", style, options.color)]
    if not options.quiet:
        lines += _meaning(report)
    for severity in Severity:
        if _wanted(severity, options):
            lines += _problem_lines(report, severity, options.color)
    lines += _remarks(report, options)
    lines += [f"{line[:1].upper()}{line[1:]}" for line in narrowed(report)]
    if not options.quiet:
        lines += _context(report, options)
    return "\n".join(lines)


def too_many(cut: int, limit: int) -> str:
    """That a document holds only the most severe findings."""
    return f"{count(cut, 'result')} of the least severe left out of the SARIF: it holds {limit} (--max-results)"


def narrowed(report: Report) -> list[str]:
    """What the configuration of the scanned repository leaves out: told even when quiet."""
    texts = "; ".join(safe(one.text) for one in report.narrowed)
    return [f"narrowed by {safe(report.configuration)}: {texts}"] if texts else []


def _wanted(severity: Severity, options: Options) -> bool:
    if severity is Severity.SKIPPED:
        return options.verbose
    return severity is Severity.INCOMPLETE or not options.quiet


def _headline(report: Report) -> str:
    if not report.findings:
        return _nothing_found(report)
    files = len({finding.usage.place.path for finding in report.findings})
    found = f"Found {count(len(report.findings), 'finding')} ({levels(report.findings)}) in {count(files, 'file')}"
    return f"{found}; {_scanned(report, 'scanned')}"


def _nothing_found(report: Report) -> str:
    if not report.files:
        return "No file was scanned"
    found = f"No setting below {report.floor.label} found"
    if report.hidden:
        found = "No finding at the shown level"
    if report.aside:
        found = "No finding but those set aside"
    text = _scanned(report, f"{found} in")
    return f"{text}, but the scan is incomplete" if report.incomplete else text


def _scanned(report: Report, verb: str) -> str:
    languages = _counts(report.files)
    return f"{verb} {count(sum(report.files.values()), 'file')}" + (f" ({languages})" if languages else "")


def _counts(numbers: dict[str, int]) -> str:
    return ", ".join(f"{safe(name)} {numbers[name]}" for name in sorted(numbers) if numbers[name])


def _gaps(report: Report) -> Iterator[str]:
    if report.aside:
        yield _set_aside(report)
    by_severity = Counter(problem.severity for problem in report.problems)
    if number := by_severity[Severity.INCOMPLETE]:
        yield f"{count(number, 'file')} not analysed"
    if number := by_severity[Severity.DEGRADED]:
        yield f"{count(number, 'file')} analysed only in part"
    if unread := sum(report.unread.values()):
        yield f"{count(unread, 'source file')} in languages tlsscan cannot read"
    if report.hidden:
        only = f" ({counted(report.demoted)})" if report.demoted else ""
        yield f"{count(report.hidden, 'finding')} below the shown level{only}"


def _meaning(report: Report) -> Iterator[str]:
    """What the findings amount to, and for which end of the connection."""
    if not report.findings:
        return
    verdicts = Counter(finding.verdict for finding in report.findings)
    broken = sum(finding.broken_already for finding in report.findings)
    doubted = sum(map(_is_doubted, report.findings))
    breaking = sum(f.verdict is Verdict.FAILS and not f.broken_already for f in report.findings) - doubted
    short = sum(f.verdict is Verdict.ALLOWS and f.usage.permitted.falls_short(report.floor) for f in report.findings)
    allowing = verdicts[Verdict.ALLOWS] - short
    floor = report.floor.label
    parts = (
        (broken, f"{be(broken)} broken already"),
        (breaking, f"{_verb(breaking, 'break')} when versions below {floor} are switched off"),
        (doubted, f"{_verb(doubted, 'fail')} only on other runtimes than the assumed one"),
        (short, f"{_verb(short, 'fall')} short of {floor} by default, unless it is asked for or switched on"),
        (allowing, f"{_verb(allowing, 'permit')} versions below {floor} as well"),
        (verdicts[Verdict.CAPS], f"{_verb(verdicts[Verdict.CAPS], 'exclude')} a newer version"),
        (verdicts[Verdict.UNRESOLVED], f"{be(verdicts[Verdict.UNRESOLVED])} not known statically"),
    )
    yield f"Meaning: {_listed(parts)}."
    roles = Counter(finding.usage.role for finding in report.findings)
    yield f"Direction: {_listed((roles[role], words) for role, words in _ROLES.items())}."
    if any(finding.fix is not None for finding in report.findings):
        from tlsscan.reporters import remedies

        yield f"Fixable: {remedies.counted(report.findings)}."
    areas = Counter(finding.usage.origin.areas[0] for finding in report.findings if finding.usage.origin.areas)
    if areas:
        own = len(report.findings) - areas.total()
        yield f"Where: {own} in the product's own code, {counted(areas)}."


def _is_doubted(finding: Finding) -> bool:
    """Whether a finding fails on other runtimes alone than the one that is assumed; what that refuses is broken."""
    fails = finding.verdict is Verdict.FAILS and not finding.broken_already
    return fails and finding.usage.doubt not in ("", *DORMANT)


def _verb(number: int, verb: str) -> str:
    return f"{verb}s" if number == 1 else verb


def _listed(parts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{number} {words}" for number, words in parts if number)


def _problem_lines(report: Report, severity: Severity, color: bool) -> Iterator[str]:
    problems = [problem for problem in report.problems if problem.severity is severity]
    if not problems:
        return
    headline, style = _HEADLINES[severity]
    yield paint(f"{headline}: {count(len(problems), 'file')}", style, color and bool(style))
    for kind in ProblemKind:
        of_kind = [problem for problem in problems if problem.kind is kind]
        if not of_kind:
            continue
        yield f"  {kind} ({len(of_kind)})"
        for problem in of_kind[:_LISTED]:
            yield f"    {_problem_line(problem)}"
        if len(of_kind) > _LISTED:
            yield f"    and {len(of_kind) - _LISTED} more"


def _problem_line(problem: Problem) -> str:
    where = safe_start(problem.path)
    if problem.region is not None:
        where += f":{problem.region.line}:{problem.region.column}"
    return ": ".join(part for part in (where, clip(problem.text, _TEXT_COLUMNS)) if part)


def _set_aside(report: Report) -> str:
    from tlsscan.reporters.asides import counted

    return counted(report.aside)


def _remarks(report: Report, options: Options) -> Iterator[str]:
    """What is amiss with suppressions and the baseline, mistakes first."""
    if not report.remarks:
        return
    from tlsscan.reporters.asides import remark_line

    wrong = [remark for remark in report.remarks if remark.is_wrong]
    if wrong:
        yield paint(f"Not understood: {count(len(wrong), 'suppression')}", LEVEL_COLOR[Level.ERROR], options.color)
        yield from (f"  {remark_line(remark)}" for remark in wrong)
    tidy = [] if options.quiet else [remark for remark in report.remarks if not remark.is_wrong]
    if tidy:
        yield "To tidy up:"
        yield from (f"  {remark_line(remark)}" for remark in (tidy if options.verbose else tidy[:_LISTED]))
        if len(tidy) > _LISTED and not options.verbose:
            yield f"  and {len(tidy) - _LISTED} more (-v lists them)"


def _context(report: Report, options: Options) -> Iterator[str]:
    """What the reader must know to trust the result."""
    if report.aside:
        shown = "" if options.show_suppressed else " (--show-suppressed lists them)"
        yield f"Set aside: {_set_aside(report)}{shown}"
    if hosts := {kind: number for kind, number in report.files.items() if kind in INSIDE}:
        yield f"Read for the code in them alone: {count(sum(hosts.values()), 'file')} ({_counts(hosts)})"
    if unread := sum(report.unread.values()):
        yield f"Not readable by tlsscan: {count(unread, 'source file')} ({_counts(report.unread)})"
    for text in report.claims[:_LISTED]:
        yield f"Claimed: {sentence(text)}"
    if len(report.claims) > _LISTED:
        yield f"Claimed: and {len(report.claims) - _LISTED} more (tlsscan runtimes lists them)"
    for text in report.assumed:
        yield f"Assumed: {sentence(text)}"
    if report.hidden:
        only = f", some only for where they stand: {counted(report.demoted)}" if report.demoted else ""
        yield f"Hidden: {count(report.hidden, 'finding')} below the shown level (--level note shows them){only}"
    for notice in report.notices:
        yield f"Notice: {sentence(notice)}"
