"""`tlsscan files`: what would be scanned and as what, what would not, and why."""

from collections.abc import Iterator

from tlsscan import __version__
from tlsscan.annotations import Any
from tlsscan.arguments import Parser, configuration_flags, file_flags
from tlsscan.console import OK, say
from tlsscan.discovery import Discovery, Walk
from tlsscan.display import count, safe_start
from tlsscan.languages import DISPLAY, UNREAD
from tlsscan.reporters.dump import dump
from tlsscan.reporters.uri import relative_uri
from tlsscan.scan import walk_of
from tlsscan.scanning import files_of, listed
from tlsscan.settings import Settings, settle

SCHEMA = "tlsscan-files/1"


def run(arguments: list[str]) -> int:
    """Print the list."""
    given = _parser().parse(arguments)
    listed(given)
    settings = settle(given)
    walk = walk_of(files_of(settings))
    for _ in walk.batches():
        pass
    found = walk.finish()
    if given.format == "json":
        print(dump(_document(walk, found, settings), indent=2), end="")
        return OK
    for path, text in sorted(_lines(walk, found)):
        print(f"{safe_start(path)}: {text}")
    for notice in (*settings.notices, *found.notices):
        say(f"tlsscan: {notice}")
    say(f"{count(len(found.files), 'file')} to scan; {count(len(found.skipped), 'entry', 'entries')} left out")
    return OK


def _lines(walk: Walk, found: Discovery) -> Iterator[tuple[str, str]]:
    for file in found.files:
        yield file.path, DISPLAY.get(file.language, file.language)
    for skipped in found.skipped:
        yield skipped.path, f"left out ({skipped.reason})"
    for path, language in _unread(walk):
        yield path, f"not read ({language})"
    for problem in found.problems:
        yield problem.path, f"not scanned ({problem.text})"


def _unread(walk: Walk) -> Iterator[tuple[str, str]]:
    for path in sorted(walk.unread):
        yield path.removeprefix(walk.lead).decode("utf-8", "surrogateescape"), UNREAD[walk.unread[path]]


def _document(walk: Walk, found: Discovery, settings: Settings) -> dict[str, Any]:
    def entry(path: str, **more: str) -> dict[str, str]:
        return {"path": safe_start(path), "uri": relative_uri(path), **more}

    return {
        "schema": SCHEMA,
        "tool": {"name": "tlsscan", "version": __version__},
        "configuration": settings.file or None,
        "files": [entry(file.path, language=file.language) for file in found.files],
        "left_out": [entry(skipped.path, reason=skipped.reason) for skipped in found.skipped],
        "unread": [entry(path, language=language) for path, language in _unread(walk)],
        "problems": [entry(p.path, kind=p.kind.value, text=p.text) for p in found.problems],
        "notices": [*settings.notices, *found.notices],
    }


def _parser() -> Parser:
    """The parser of `tlsscan files`."""
    parser = Parser("tlsscan files", "List what would be scanned, what would not, and why.")
    parser.without_twin.add("format")
    file_flags(parser)
    configuration_flags(parser)
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="format of the list")
    return parser
