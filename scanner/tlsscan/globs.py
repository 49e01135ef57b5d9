"""Globs of a configuration file or of the command line: patterns as in a `.gitignore`, and the folder they stand in."""

import os
from collections.abc import Sequence

from tlsscan.ignore import IgnoreRules
from tlsscan.records import NamedTuple


class Globs(NamedTuple):
    """Patterns relative to a folder (an absolute path)."""

    rules: IgnoreRules
    folder: bytes
    texts: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str], folder: str) -> "Globs":
        """Raises IgnoreRulesError."""
        patterns = [os.fsencode("\\" + text if text.startswith("#") else text.removeprefix("./")) for text in texts]
        return cls(IgnoreRules(patterns), os.fsencode(folder).replace(os.fsencode(os.sep), b"/"), tuple(texts))

    def name(self, path: bytes) -> bool:
        """Whether they name a file (an absolute path) or a folder that it lies in."""
        top = self.folder if self.folder.endswith(b"/") else self.folder + b"/"
        if not path.startswith(top):
            return False
        *folders, name = path[len(top) :].split(b"/")
        prefix = b""
        for folder in folders:
            if self.rules.ignores(prefix, folder + b"/"):
                return True
            prefix += folder + b"/"
        return bool(self.rules.ignores(prefix, name))
