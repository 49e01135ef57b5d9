"""INI manifests (`setup.cfg`, `tox.ini`, `.properties`): entries by section, each with its place."""

from collections.abc import Iterator

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

_LINE = lazy(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_SECTION = lazy(rb"\[([^\]\r\n]+)\]")
_LONG = lazy(rb"[^\n]{2000}")
_ENTRY = lazy(rb"([^\s=:#;\[][^=:\r\n]*)[=:][ \t]*")


def wrong(data: bytes) -> tuple[str, int] | None:
    """What keeps Python's own reader of such files from reading one, and where that is."""
    if _LONG.search(data):  # its patterns take a line in quadratic time
        return None
    import configparser

    text = data.decode("utf-8", "replace")
    try:
        configparser.RawConfigParser(strict=False).read_string(text)
    except configparser.MissingSectionHeaderError as error:
        unclosed = error.line.startswith("[")
        words = "has a section without a closing bracket" if unclosed else "has a line before any section"
        line = error.lineno
    except configparser.ParsingError as error:
        words, line = "has a line that is neither a section nor an entry", error.errors[0][0]
    else:
        return None
    return words, len("".join(f"{line}\n" for line in text.split("\n")[: line - 1]).encode())


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
