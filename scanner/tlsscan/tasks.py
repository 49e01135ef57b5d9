"""What workers are asked to do with files. A task is told as a brief, in bytes, since workers live through several."""

import marshal
from collections.abc import Collection, Mapping, Sequence
from struct import Struct

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.candidate import Candidate
from tlsscan.extract import Extract, Extractor
from tlsscan.model import ProblemKind
from tlsscan.transport import pack, pack_definitions
from tlsscan.values import Callee
from tlsscan.worker import Item, Work

if TYPE_CHECKING:
    from tlsscan.calls import Question
    from tlsscan.searches import Spot

EVERYTHING = b"*"
"""What is told instead of numbers of spots where only a closer look can tell."""

_NUMBER = Struct("=I")


def sites() -> bytes:
    """To find the sites of a file."""
    return marshal.dumps(("sites", None))


def manifests() -> bytes:
    """To read what a manifest says."""
    return marshal.dumps(("manifests", None))


def spots(wanted: "Sequence[Spot]") -> bytes:
    """To tell which spots a file has, by their numbers in the sequence."""
    return marshal.dumps(("spots", [tuple(spot) for spot in wanted]))


def defaults(ids: Collection[str]) -> bytes:
    """To find the uses of defaults in a file, by the ids of their rules."""
    return marshal.dumps(("defaults", sorted(ids)))


def declared() -> bytes:
    """To tell what a file declares."""
    return marshal.dumps(("declared", None))


def named(words: Mapping[bytes, int]) -> bytes:
    """To tell which words a file names, by their numbers."""
    return marshal.dumps(("named", dict(words)))


def calls(questions: "Sequence[Question]") -> bytes:
    """To find the calls of functions in a file."""
    plain = [(row.language, row.path, row.parameter, tuple(row.callee), row.keys) for row in questions]
    return marshal.dumps(("calls", plain))


def definitions(words: Mapping[str, Mapping[str, Collection[str]]]) -> bytes:
    """To find the definitions of words, by language, for their owners."""
    plain = {language: {word: list(own) for word, own in owners.items()} for language, owners in words.items()}
    return marshal.dumps(("definitions", plain))


def numbers(payload: bytes, count: int) -> Sequence[int]:
    """Which of so many spots a worker told."""
    if payload == EVERYTHING:
        return range(count)
    whole = payload[: len(payload) // _NUMBER.size * _NUMBER.size]
    return [number for (number,) in _NUMBER.iter_unpack(whole) if number < count]


class Tasks:
    """The tasks, as a worker does them."""

    def __init__(self, extractor: Extractor) -> None:
        self.extractor = extractor

    def prepare(self, brief: bytes) -> Work:
        """What a brief asks to do with each file."""
        kind, told = marshal.loads(brief)
        if kind == "sites":
            return self._sites
        if kind == "manifests":
            return self._manifests
        if kind == "spots":
            from tlsscan.searches import Spot

            return self._spots([Spot(*row) for row in told])
        if kind == "defaults":
            return self._defaults(told)
        if kind == "declared":
            return self._declared
        if kind == "named":
            return self._named(told)
        if kind == "calls":
            from tlsscan.calls import Question

            return self._calls([Question(*row)._replace(callee=Callee(*row[3])) for row in told])
        return self._definitions(told)

    def _sites(self, piece: Item) -> bytes | None:
        found = self.extractor.extract(Candidate._make(piece))
        return pack(found) if found is not None else None

    def _manifests(self, piece: Item) -> bytes | None:
        found = self.extractor.manifest(Candidate._make(piece))
        return pack(found) if found is not None else None

    def _spots(self, wanted: "Sequence[Spot]") -> Work:
        from tlsscan.searches import Spotting

        spottings = {
            language: Spotting(language, {number: spot for number, spot in enumerate(wanted) if spot[0] == language})
            for language in {spot.language for spot in wanted}
        }

        def work(piece: Item) -> bytes | None:
            found = self.extractor.spots(Candidate._make(piece), spottings)
            return EVERYTHING if found is None else b"".join(map(_NUMBER.pack, found))

        return work

    def _defaults(self, ids: Sequence[str]) -> Work:
        from tlsscan.defaultsearch import DefaultSearch

        search = DefaultSearch(ids, self.extractor)

        def work(piece: Item) -> bytes | None:
            sites = search.sites(Candidate._make(piece))
            return pack(Extract(sites)) if sites else None

        return work

    def _declared(self, piece: Item) -> bytes | None:
        from tlsscan.naming import declarations

        candidate = Candidate._make(piece)
        raw = self.extractor.raw(candidate)
        basic = candidate.language == "vbnet"
        return None if isinstance(raw, ProblemKind) else declarations(candidate.path, bytes(raw), basic=basic)

    def _named(self, wanted: Mapping[bytes, int]) -> Work:
        from tlsscan.naming import Wanted, namings

        words = Wanted(wanted)

        def work(piece: Item) -> bytes | None:
            candidate = Candidate._make(piece)
            raw = self.extractor.raw(candidate)
            if isinstance(raw, ProblemKind):
                return None
            basic = candidate.language == "vbnet"
            return namings(candidate.path, bytes(raw), words, basic=basic)

        return work

    def _calls(self, questions: "Sequence[Question]") -> Work:
        from tlsscan.calls import Calls
        from tlsscan.searches import CallSearch

        searches = {
            language: CallSearch(Calls(language, [row for row in questions if row.language == language]))
            for language in {row.language for row in questions}
        }

        def work(piece: Item) -> bytes | None:
            found = self.extractor.calls(Candidate._make(piece), searches)
            return pack(found) if found is not None else None

        return work

    def _definitions(self, words: Mapping[str, Mapping[str, Collection[str]]]) -> Work:
        from tlsscan.searches import Search

        searches = {language: Search(language, owners) for language, owners in words.items()}

        def work(piece: Item) -> bytes | None:
            found = self.extractor.definitions(Candidate._make(piece), searches)
            return pack_definitions(found) if found else None

        return work
