"""A file to scan, as the walk hands it on to workers."""

from tlsscan.records import NamedTuple


class Candidate(NamedTuple):
    """A file to scan: what to open, its language id, and how many bytes of `fs_path` stand before what is shown."""

    fs_path: bytes
    language: str
    hidden: int = 0

    @property
    def path(self) -> str:
        """How the file is shown: relative to the working directory if inside. UTF-8 whatever the locale, other bytes
        as lone surrogates, so that reports do not depend on it."""
        return self.fs_path[self.hidden :].decode("utf-8", "surrogateescape")
