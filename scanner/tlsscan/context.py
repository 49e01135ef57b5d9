"""The work trees around files that were named one by one. What they define counts; what they do is not reported."""

import os
from collections.abc import Collection, Iterator, Sequence

from tlsscan.candidate import Candidate
from tlsscan.discovery import Walk
from tlsscan.inventory import Inventory
from tlsscan.sieve import Barred
from tlsscan.worktree import top_level

MOST_FILES = 50_000  # of the trees; in larger ones nothing is looked up, so that a hook stays quick


class Context:
    """The files beside the named ones, looked for when the first name is open."""

    def __init__(
        self,
        named: Sequence[Candidate],
        notices: list[str],
        *,
        excludes: Sequence[str] = (),
        respect_ignore: bool = True,
        barred: Sequence[Barred] = (),
    ) -> None:
        """`notices` takes sentences about what was not looked at."""
        self._named = list(named)
        self._notices = notices
        self._excludes = excludes
        self._respect_ignore = respect_ignore
        self._barred = barred
        self._inventory: Inventory | None = None

    def holds(self, path: str) -> bool:
        """Whether a file is one of those beside the named ones."""
        return self._inventory is not None and bool(self._inventory.at({path}))

    def holding(self, language: str, owners: Collection[str]) -> Iterator[Candidate]:
        """The files that may define a member of one of the owners, without those that were named."""
        return self._walked().holding(language, owners)

    def called(self, language: str, names: Collection[str]) -> Iterator[Candidate]:
        """The files of a language whose paths end in one of some names, without those that were named."""
        return self._walked().called(language, names)

    def speaking(self, languages: Collection[str]) -> list[Candidate]:
        """The files that may hold code of any of the languages, without those that were named."""
        return self._walked().speaking(languages)

    def _walked(self) -> Inventory:
        if self._inventory is None:
            self._inventory = Inventory()
            self._inventory.add(self._files())
        return self._inventory

    def _files(self) -> list[Candidate]:
        cwd = os.path.realpath(b".")
        folders = {os.path.dirname(os.path.join(cwd, file.fs_path)) for file in self._named}
        tops = sorted({top for folder in folders if (top := top_level(folder)) is not None})
        if not tops:
            return []
        paths = [os.fsdecode(top) for top in tops]
        walk = Walk(paths, excludes=self._excludes, respect_ignore=self._respect_ignore, barred=self._barred)
        found: dict[bytes, Candidate] = {}
        for batch in walk.batches():
            found.update((file.fs_path, file) for file in batch)
            if len(found) > MOST_FILES:
                text = f"the work tree has more than {MOST_FILES} files"
                self._notices.append(f"constants were looked for in the named files only: {text}")
                return []
        for file in self._named:
            found.pop(file.fs_path, None)
        return [_beside(found[path], cwd) for path in sorted(found)]


def _beside(file: Candidate, cwd: bytes) -> Candidate:
    """The file by its way from the working directory: a report names no place outside of the repository."""
    if not os.path.isabs(file.fs_path):
        return file
    return file._replace(fs_path=os.path.relpath(file.fs_path, cwd).replace(os.fsencode(os.sep), b"/"))
