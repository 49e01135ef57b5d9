"""Rule packs: the built-in ones in their compiled form, all others from YAML.

Built-in packs are compiled when the wheel is built, keyed by the content of the YAML files; a compiled form that is
damaged or stale is made again in memory. Knows nothing of syntax trees or policy.
"""

import json
import os
from collections.abc import Iterable
from zlib import crc32

from tlsscan.annotations import TYPE_CHECKING, Any
from tlsscan.rulebook import Book, Plain, Rulebook, head_of, sink_table

if TYPE_CHECKING:
    from tlsscan.packfiles import PackFile

FORMAT = "8"
COMPILED = "compiled.json"
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
    """The compiled form of a folder of packs: a line with two checksums, and the book without its examples, which no
    scan needs. Raises PackError."""
    from tlsscan.packcheck import check
    from tlsscan.packfiles import pack_files

    files = pack_files(directory, LABEL)
    book = check(files)
    for rule in (*book["rules"], *book["defaults"]["rules"]):
        rule["examples"] = []
    data = _stored(book)
    return f"{content_key(files)} {_digest(data)}\n".encode() + data


def _stored(book: Plain) -> bytes:
    """A line with what every run needs, and then the rest (rules, tables of sinks, vocabularies, bases), each part with
    its place told in that line."""
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
    return json.dumps(index, separators=(",", ":"), sort_keys=True).encode() + b"\n" + b"".join(parts)


def _digest(data: bytes) -> str:
    return f"{crc32(data):08x}"


def load(
    extra: Iterable[str] = (), directory: str = "", *, examples: bool = False, compiled: bytes | None = None
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


def read_compiled(directory: str) -> bytes:
    """The compiled form beside packs; nothing if there is none."""
    try:
        with open(os.path.join(directory, COMPILED), "rb", buffering=0) as stream:
            return stream.read()
    except OSError:
        return b""


def stored(compiled: bytes) -> Book | None:
    """The book of a compiled form that is whole, fresh or not."""
    head, _, data = compiled.partition(b"\n")
    if head[9:] != _digest(data).encode():
        return None
    index, _, blob = data.partition(b"\n")
    return Book(json.loads(index), blob)


def _fresh(compiled: bytes, files: "list[PackFile]") -> Book | None:
    """The book of a compiled form that is whole and made from exactly these files."""
    return stored(compiled) if compiled.startswith(f"{content_key(files)} ".encode()) else None
