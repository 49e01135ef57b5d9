"""Rule packs: the built-in ones in their compiled form, all others from YAML.

Built-in packs are compiled when the wheel is built, keyed by the content of the YAML files; a compiled form that is
damaged or stale is made again in memory. Knows nothing of syntax trees or policy.
"""

import json
import os
from collections.abc import Iterable
from mmap import ACCESS_READ, mmap
from zlib import crc32

from tlsscan.annotations import TYPE_CHECKING, Any
from tlsscan.rulebook import Book, Rulebook, head_of, sink_table
from tlsscan.rulebuild import Plain

if TYPE_CHECKING:
    from tlsscan.packfiles import PackFile

FORMAT = "9"
COMPILED = "compiled.json"
_HEAD = b"%s %s %8d\n"
_KEY, _DIGEST, _LENGTH, _START = slice(8), slice(9, 17), slice(18, 26), 27
LABEL = "rules"  # the built-in folder in places, wherever it is installed


def builtin_directory() -> str:
    """Where the built-in packs are: beside the installed package, or `rules/` of the checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    shipped = os.path.join(here, "packs")
    if os.path.isdir(shipped):
        return shipped
    return os.path.join(os.path.dirname(os.path.dirname(here)), "rules")


def content_key(files: "Iterable[PackFile]") -> str:
    """A checksum over names and contents of pack files.

    It tells stale from fresh, and defends against nobody: who can write here can write the packs themselves.
    """
    value = crc32(FORMAT.encode())
    for file in files:
        value = crc32(f"\0{file.pack}/{file.stem}\0{len(file.data)}\0".encode(), value)
        value = crc32(file.data, value)
    return f"{value:08x}"


def compile_rules(directory: str) -> bytes:
    """The compiled form of a folder of packs: a line with two checksums and the length of what every run needs, and the
    book without its examples, which no scan needs. Raises PackError."""
    from tlsscan.packcheck import check
    from tlsscan.packfiles import pack_files

    files = pack_files(directory, LABEL)
    book = check(files)
    for rule in (*book["rules"], *book["defaults"]["rules"]):
        rule["examples"] = []
    index, blob = _stored(book)
    return _HEAD % (content_key(files).encode(), _digest(index + blob), len(index)) + index + blob


def _stored(book: Plain) -> tuple[bytes, bytes]:
    """What every run needs, and then the rest (rules, tables of sinks, vocabularies, bases), each part with its place
    told in the first."""
    parts: list[bytes] = []
    at = 0

    def keep(item: Any) -> tuple[int, int]:
        nonlocal at
        parts.append(json.dumps(item, separators=(",", ":"), sort_keys=True).encode())
        at += len(parts[-1])
        return at - len(parts[-1]), at

    index = {
        **book,
        "rules": [[*head_of(rule), *keep(rule)] for rule in book["rules"]],
        "sinks": {language: keep(sink_table(book["rules"], language)) for language in sorted(book["literals"])},
        "vocabularies": {name: keep(book["vocabularies"][name]) for name in sorted(book["vocabularies"])},
        "bases": {name: keep(book["bases"][name]) for name in sorted(book["bases"])},
        "tables": keep(book["tables"]),
        "defaults": keep(book["defaults"]),
    }
    return json.dumps(index, separators=(",", ":"), sort_keys=True).encode(), b"".join(parts)


def _digest(data: bytes | memoryview) -> bytes:
    return b"%08x" % crc32(data)


def load(
    extra: Iterable[str] = (), directory: str = "", *, examples: bool = False, compiled: memoryview | None = None
) -> Rulebook:
    """The built-in rules (or those of `directory`), with the packs of further folders added; with their examples only
    if asked for. `compiled` is the compiled form, if that has been read already. Raises PackError."""
    from tlsscan.packfiles import pack_files

    home = directory or builtin_directory()
    files = pack_files(home, LABEL)
    book = None if examples else _fresh(read_compiled(home) if compiled is None else compiled, files)
    if book is None:
        book = Book(_checked(files))
    for folder in extra:
        book = Book(_checked(pack_files(folder), book.whole()))
    return Rulebook(book)


def _checked(files: "list[PackFile]", onto: Plain | None = None) -> Plain:
    from tlsscan.packcheck import check

    return check(files, onto)


def read_compiled(directory: str) -> memoryview:
    """The compiled form beside packs, mapped, since of most rules nobody asks; nothing if there is none."""
    try:
        with open(os.path.join(directory, COMPILED), "rb", buffering=0) as stream:
            return memoryview(mmap(stream.fileno(), 0, access=ACCESS_READ))
    except (OSError, ValueError):  # an empty file cannot be mapped
        return memoryview(b"")


def stored(compiled: memoryview) -> Book:
    """The book of a compiled form, whole and fresh or not. Raises ValueError where it cannot be read at all."""
    length = int(bytes(compiled[_LENGTH]))
    return Book(json.loads(str(compiled[_START : _START + length], "ascii")), compiled[_START + length :])


def _fresh(compiled: memoryview, files: "list[PackFile]") -> Book | None:
    """The book of a compiled form that is whole and made from exactly these files."""
    if compiled[_KEY] != content_key(files).encode() or compiled[_DIGEST] != _digest(compiled[_START:]):
        return None
    return stored(compiled)
