"""From the settings of a run to a scan, and from its result to the whole report: what every command does that scans."""

from tlsscan.model import Report
from tlsscan.rulebook import Rulebook
from tlsscan.scan import Request, Scan
from tlsscan.settings import Settings, shown_level


def with_rules(settings: Settings, book: Rulebook) -> Settings:
    """The settings, with ids that rules had before turned into those of today. Raises UsageError for a rule that is
    selected or ignored somewhere, and does not exist."""
    if not settings.terms.chooses:
        return settings
    from tlsscan.selection import known

    ids = book.ids()
    return settings._replace(terms=settings.terms.each(lambda one: known(one, ids, book.current)))


def request_of(settings: Settings, *, hashes: bool) -> Request:
    """What the settings ask of a scan."""
    given = settings.given
    return Request(
        paths=tuple(given.paths) or (".",),
        floor=settings.terms.floor,
        shown=shown_level(given),
        excludes=(*given.exclude, *given.extend_exclude),
        respect_ignore=not (given.no_ignore or given.isolated),
        jobs=given.jobs,
        hashes=hashes,
        demote=settings.terms.demote,
        within=given.within,
        terms=settings.terms,
        barred=settings.barred,
        isolated=given.isolated,
        runtimes=tuple(given.runtime),
        assume=given.assume,
    )


def told(result: Scan, settings: Settings) -> Report:
    """The report, with what files that were read for the settings narrow, and what does not hold of them."""
    if settings.own is None and not settings.notices:
        return result.report
    from tlsscan.narrowing import completed

    return completed(result, settings)
