"""Classes of other files that objects are handed to: one that gives what it makes of them a setting of its own settles
what they were made with. Only where files are named after their classes."""

from collections.abc import Iterator, Sequence

from tlsscan.inventory import Sightings
from tlsscan.model import SETTLED, Site
from tlsscan.records import NamedTuple
from tlsscan.searches import Spot
from tlsscan.sinks import SinkIndex

SUFFIX = ".java"


class Handed(NamedTuple):
    """A site whose object is handed to classes, and the calls by which these would settle it."""

    number: int
    classes: tuple[str, ...]
    words: tuple[str, ...]


class Wrappers:
    """The sites that wait for what such classes do."""

    def __init__(self, sites: Sequence[Site], index: SinkIndex) -> None:
        self._handed: list[Handed] = []
        for number, site in enumerate(sites):
            classes = tuple(
                use.removeprefix(SETTLED) for use in site.uses if use.startswith(SETTLED) and use != SETTLED
            )
            if classes:
                sinks = [sink for _, sink, _ in index.candidates(site, ())]
                words = sorted({f"{word}(" for sink in sinks for word in sink.settled if word.isidentifier()})
                self._handed.append(Handed(number, classes, tuple(words)))

    def spots(self) -> Iterator[Spot]:
        """What is to be looked for in files: the calls."""
        yield from (_spot(word) for handed in self._handed for word in handed.words)

    def told(self, sites: list[Site], seen: Sightings) -> list[Site]:
        """The sites, settled where each of the classes gives the setting."""
        found = list(sites)
        for handed in self._handed:
            files = seen.files(map(_spot, handed.words))
            names = {file.path.rpartition("/")[2].removesuffix(SUFFIX) for file in files}
            told = (SETTLED, *(use for use in sites[handed.number].uses if not use.startswith(SETTLED)))
            uses = told if names.issuperset(handed.classes) else tuple(f"{name}(" for name in handed.classes)
            found[handed.number] = sites[handed.number]._replace(uses=uses)
        return found


def _spot(word: str) -> Spot:
    return Spot("java", word, "", given=True)
