"""The files of a run as they are found, by kind, by what they may define and by words that stand in them: later rounds
look at few of them."""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.candidate import Candidate
from tlsscan.languages import NAMED_BY_FILE, spoken, stem

if TYPE_CHECKING:
    from tlsscan.searches import Spot


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

    def below(
        self, languages: Collection[str], beginnings: Iterable[str], holds: Callable[[str], bool]
    ) -> list[Candidate]:
        """Those of them whose path begins in one of some ways, and for whose folder, as it is shown with a slash at its
        end, something holds."""
        leads = tuple(_encoded(beginnings))
        told: dict[tuple[bytes, int], bool] = {}
        found: list[Candidate] = []
        folder, above, holding = b"", -1, False
        for file in self.speaking(languages):
            path, _, hidden = file
            if not path.startswith(leads, hidden):
                continue
            cut = path.rfind(b"/") + 1
            if hidden != above or path[:cut] != folder:  # files of a folder come one after the other
                folder, above = path[:cut], hidden
                if (folder, hidden) not in told:
                    told[folder, hidden] = holds(folder[hidden:].decode("utf-8", "surrogateescape"))
                holding = told[folder, hidden]
            if holding:
                found.append(file)
        return found

    def speaks(self, languages: Collection[str], beginnings: tuple[str, ...]) -> bool:
        """Whether there is any file that may hold code of the languages, and whose path begins in one of some ways."""
        return any(file.path.startswith(beginnings) for file in self.speaking(languages))

    def at(self, paths: Collection[str]) -> list[Candidate]:
        """The files at some paths, as they are shown."""
        names = {os.path.basename(path).encode("utf-8", "surrogateescape") for path in paths}
        named = (file for file in self.files if os.path.basename(file.fs_path) in names)
        return [file for file in named if file.path in paths]

    def called(self, language: str, names: Collection[str]) -> "Iterator[Candidate]":
        """The files of a language whose paths end in one of some names."""
        wanted = {name.encode("utf-8", "surrogateescape") for name in names}
        return (file for file in self.speaking({language}) if os.path.basename(file.fs_path) in wanted)

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


def _encoded(beginnings: Iterable[str]) -> Iterator[bytes]:
    """How paths as the file system has them begin; manifests may tell of folders that no file can be in."""
    for beginning in beginnings:
        try:
            yield beginning.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            continue


class Sightings:
    """Which files have which spots, as far as that was looked for."""

    def __init__(self) -> None:
        self._files: dict[Spot, list[Candidate]] = {}

    def fresh(self, spots: "Iterable[Spot]") -> "list[Spot]":
        """Those that were not looked for yet, each once; from now on they count as looked for."""
        found = [spot for spot in dict.fromkeys(spots) if spot not in self._files]
        self._files.update((spot, []) for spot in found)
        return found

    def add(self, spots: "Iterable[Spot]", file: Candidate) -> None:
        """A file that has some spots."""
        for spot in spots:
            self._files[spot].append(file)

    def files(self, spots: "Iterable[Spot]") -> set[Candidate]:
        """The files that have any of the spots."""
        return {file for spot in spots for file in self._files[spot]}
