"""From the settings of a run to a scan, and from its result to the whole report: what every command does that scans."""

import os
import sys
from argparse import Namespace

from tlsscan.errors import UsageError
from tlsscan.model import Report
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.scan import Request, Scan
from tlsscan.settings import Settings, shown_level

LONGEST_LIST = 64 << 20  # bytes of a list of files
LARGEST_STDIN = 256 << 20


class Mended(NamedTuple):
    """The report on what is left, the scan behind it, whether fixes changed anything, and whether a file could not be
    written."""

    report: Report
    result: Scan
    changed: bool = False
    failed: bool = False


def listed(given: Namespace) -> None:
    """Add the paths of `--files-from` to those that were named. Raises UsageError."""
    given.nothing = False
    if not given.files_from:
        return
    place = f"--files-from {given.files_from}"
    try:
        if given.files_from == "-":
            data = _stdin(LONGEST_LIST, place)
        else:
            with open(given.files_from, "rb") as stream:
                data = stream.read(LONGEST_LIST + 1)
    except OSError as error:
        raise UsageError((error.strerror or str(error)).lower(), place=place) from None
    if len(data) > LONGEST_LIST:
        raise UsageError(f"more than {LONGEST_LIST} bytes", place=place)
    names = data.split(b"\0") if b"\0" in data else [line.removesuffix(b"\r") for line in data.split(b"\n")]
    given.paths = [*given.paths, *(os.fsdecode(name) for name in names if name)]
    given.nothing = not given.paths


def piped(given: Namespace) -> dict[bytes, bytes] | None:
    """The content of stdin under the name that it goes by, which takes the place of `-`; None without that. Raises
    UsageError for what does not go together."""
    name = given.stdin_filename
    if "-" not in given.paths:
        if name:
            raise UsageError("stdin is not scanned", place="--stdin-filename", hint="name - as the path")
        return None
    if not name or "\0" in name or name.endswith("/"):
        raise UsageError("a name tells the language", place="-", hint="tlsscan --stdin-filename src/app.py - < app.py")
    if len(given.paths) > 1 or given.files_from or getattr(given, "staged", False):
        raise UsageError("stdin is scanned alone", place="-", hint="name it with no other file")
    here = os.path.realpath(os.fsencode("."))
    path = os.path.normpath(os.path.join(here, os.fsencode(name)))
    inside = path.startswith(os.path.join(here, b""))
    opened = path[len(os.path.join(here, b"")) :] if inside else path
    given.paths = [os.fsdecode(opened)]
    return {opened.replace(os.fsencode(os.sep), b"/"): _stdin(LARGEST_STDIN, "-")}


def _stdin(most: int, place: str) -> bytes:
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise UsageError(f"more than {most} bytes", place=place)
    return data


def with_rules(settings: Settings, book: Rulebook) -> Settings:
    """The settings, with ids that rules had before turned into those of today. Raises UsageError for a rule that is
    selected or ignored somewhere, and does not exist."""
    if not settings.terms.chooses:
        return settings
    from tlsscan.selection import known

    ids = book.ids()
    return settings._replace(terms=settings.terms.each(lambda one: known(one, ids, book.current)))


def files_of(settings: Settings) -> Request:
    """Which files the settings ask for."""
    given = settings.given
    return Request(
        paths=tuple(given.paths) or (() if given.nothing else (".",)),
        excludes=(*given.exclude, *given.extend_exclude),
        respect_ignore=not (given.no_ignore or given.isolated),
        within=given.within,
        barred=settings.barred,
        isolated=given.isolated,
        include=tuple(given.include),
        force=given.force_exclude,
    )


def request_of(settings: Settings, *, hashes: bool) -> Request:
    """What the settings ask of a scan."""
    given = settings.given
    return files_of(settings)._replace(
        floor=settings.terms.floor,
        shown=shown_level(given),
        jobs=given.jobs,
        hashes=hashes,
        demote=settings.terms.demote,
        terms=settings.terms,
        runtimes=tuple(given.runtime),
        assume=given.assume,
        timeout=given.timeout,
        limit=given.max_file_size,
    )


def told(result: Scan, settings: Settings) -> Report:
    """The report, with what files that were read for the settings narrow, and what does not hold of them."""
    if settings.own is None and not settings.notices:
        return result.report
    from tlsscan.narrowing import completed

    return completed(result, settings)
