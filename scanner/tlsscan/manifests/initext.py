"""INI manifests (`setup.cfg`, `tox.ini`, `.properties`): entries by section, each with its place."""

from collections.abc import Iterator

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

_LINE = lazy(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_SECTION = lazy(rb"\[([^\]\r\n]+)\]")
_ENTRY = lazy(rb"([^\s=:#;\[][^=:\r\n]*)[=:][ \t]*")


class Entry(NamedTuple):
    """An entry; a value over several lines keeps its line ends, and `start` is where its first text stands."""

    section: str
    key: str
    value: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


def entries(data: bytes) -> Iterator[Entry]:
    """The entries of a file in order. What is no entry is passed over."""
    section = ""
    pending: tuple[str, int, int] | None = None
    at = 0
    while at < len(data):
        line = _LINE.match(data, at)
        end = line.end() if line else len(data)
        text = data[at:end]
        stripped = text.strip()
        indented = text[:1] in (b" ", b"\t")
        if not stripped or stripped[:1] in (b"#", b";", b"!"):
            pass
        elif indented and pending is not None:
            pending = (pending[0], pending[1], at + len(text.rstrip()))
        else:
            if pending is not None:
                yield _made(data, section, *pending)
            pending = None
            if header := _SECTION.match(stripped):
                section = header[1].decode("utf-8", "replace").strip()
            elif entry := _ENTRY.match(data, at + len(text) - len(text.lstrip()), end):
                pending = (entry[1].decode("utf-8", "replace").rstrip(), entry.end(), at + len(text.rstrip()))
        at = end
    if pending is not None:
        yield _made(data, section, *pending)


def _made(data: bytes, section: str, key: str, start: int, end: int) -> Entry:
    value = data[start:end]
    start += len(value) - len(value.lstrip())
    return Entry(section, key, value.strip().decode("utf-8", "replace"), start, max(start, end))
