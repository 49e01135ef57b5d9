"""The first worker of a scan, forked before anybody knows what there is to scan.

While its parent reads the command line, the configuration and the packs, it loads what it takes to parse the files that
are named: so both processors of a small run are busy from the start. It takes for granted what most runs ask for; where
that turns out wrong, it is ended, and workers are forked as if it had never been.
"""

import os
from collections.abc import Sequence

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.handle import First, SignalsWait, start, unavailable
from tlsscan.languages import INSIDE, language_of
from tlsscan.records import NamedTuple
from tlsscan.worker import Work

if TYPE_CHECKING:
    from tlsscan.rulebook import Rulebook
    from tlsscan.scan import Request
    from tlsscan.tasks import Tasks

OTHERWISE = frozenset({"-h", "--help", "--version", "--staged", "-", "--rules"})
"""Words of a command line that ask for something else than files with the built-in rules."""

MOST = 200
"""So many entries of a named folder are looked at: what lies deeper, the walk finds."""


class _Early(NamedTuple):
    """The worker, the compiled rules that it was forked with, and whether it hashes lines."""

    first: First
    compiled: memoryview
    hashes: bool


_hired: list[_Early] = []


def hire(arguments: Sequence[str]) -> None:
    """Fork the worker for a command line, if that looks like a plain scan; else the crew forks all of its workers."""
    dismiss()
    if unavailable() or any(word.partition("=")[0] in OTHERWISE for word in arguments):
        return
    from tlsscan import packs

    compiled = packs.read_compiled(packs.builtin_directory())
    if not compiled:  # a checkout: nobody knows the rules until all packs were read
        return
    novice = _Novice(compiled, arguments, hashes=any("sarif" in word for word in arguments))
    try:
        with SignalsWait():
            worker = start(novice.prepare, warm=novice.warm)
            _hired.append(_Early(First(worker, frozenset(novice.named)), compiled, novice.hashes))
    except OSError:  # the crew will say so, if that is still so then
        return


def compiled() -> memoryview | None:
    """The compiled rules that the worker was forked with, if there is one."""
    return _hired[0].compiled if _hired else None


def take(book: "Rulebook", request: "Request") -> First | None:
    """The worker, if all that it took for granted holds. It is the caller's now."""
    if not _hired:
        return None
    plain = book.is_stored and request.contents is None and not request.limit
    if not plain or request.hashes != _hired[0].hashes:
        dismiss()
        return None
    return _hired.pop().first


def dismiss() -> None:
    """End the worker, if it was not taken."""
    while _hired:
        _hired.pop().first.worker.bury()


def _named(arguments: Sequence[str]) -> dict[str, list[str]]:
    """The files that are named, and those in the folders that are, by language, as their names tell it."""
    found: dict[str, list[str]] = {}
    words = [word for word in arguments if not word.startswith("-")]
    for path in [inner for word in words or ["."] for inner in _with_entries(word)]:
        language = language_of(os.fsencode(os.path.basename(path)))
        if language is not None and language not in INSIDE:
            found.setdefault(language, []).append(path)
    return found


def _with_entries(word: str) -> list[str]:
    """A word, or what lies in the folder of that name."""
    if language_of(os.fsencode(os.path.basename(word))) is not None:
        return [word]
    try:
        return [os.path.join(word, name) for name in os.listdir(word)[:MOST]]
    except OSError:  # a flag's value, or a mistake that the scan tells
        return [word]


class _Novice:
    """The worker's side."""

    def __init__(self, compiled: memoryview, arguments: Sequence[str], *, hashes: bool) -> None:
        self.compiled = compiled
        self.hashes = hashes
        self.named = _named(arguments)
        self._tasks: Tasks | None = None

    def prepare(self, brief: bytes) -> Work:
        """What a brief asks to do with each file."""
        return self._learned().prepare(brief)

    def warm(self) -> None:
        """Load what files take that will be parsed."""
        extractor = self._learned().extractor
        for language, words in self.named.items():
            for word in words:
                if extractor.expect(language, os.fsencode(word)):
                    break

    def _learned(self) -> "Tasks":
        if self._tasks is None:
            from tlsscan import packs
            from tlsscan.extract import Extractor
            from tlsscan.rulebook import Rulebook
            from tlsscan.tasks import Tasks

            self._tasks = Tasks(Extractor(Rulebook(packs.stored(self.compiled)), hashes=self.hashes))
        return self._tasks
