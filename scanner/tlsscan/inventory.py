"""The files of a run as they are found, by kind and by what they may define: later rounds look at few of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from tlsscan.discovery import Candidate
from tlsscan.languages import NAMED_BY_FILE, spoken, stem


class Inventory:
    """Candidates in the order in which they were found."""

    def __init__(self) -> None:
        self.files: list[Candidate] = []
        self._by_kind: dict[str, list[Candidate]] = defaultdict(list)
        self._by_stem: dict[str, dict[bytes, list[Candidate]]] = {}

    def add(self, batch: Collection[Candidate]) -> None:
        """Take more files; not after anything was asked for by what it may define."""
        self.files += batch
        for file in batch:
            self._by_kind[file.language].append(file)

    def speaking(self, languages: Collection[str]) -> list[Candidate]:
        """The files that may hold code of any of the languages."""
        kinds = [kind for kind in self._by_kind if not set(spoken(kind)).isdisjoint(languages)]
        return [file for kind in kinds for file in self._by_kind[kind]]

    def holding(self, language: str, owners: Collection[str]) -> Iterator[Candidate]:
        """The files that may define a member of one of the owners (names of classes, modules, packages).

        Java and Python name the file after what it holds, so there the name of the file answers; elsewhere any file
        may.
        """
        for kind in self._by_kind:
            if language not in spoken(kind):
                continue
            if language not in NAMED_BY_FILE:
                yield from self._by_kind[kind]
                continue
            stems = self._stems(kind, language)
            for owner in owners:
                yield from stems.get(owner.encode("utf-8", "surrogateescape"), ())

    def _stems(self, kind: str, language: str) -> dict[bytes, list[Candidate]]:
        if kind not in self._by_stem:
            found: dict[bytes, list[Candidate]] = defaultdict(list)
            for file in self._by_kind[kind]:
                found[stem(language, file.fs_path)].append(file)
            self._by_stem[kind] = found
        return self._by_stem[kind]
