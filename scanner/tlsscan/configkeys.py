"""What a configuration file may say: the table of its keys, and the checks of their values.

A key of the same name as a flag fills that flag. To add one: a row in `KEYS`, and the flag.
"""

import os
from collections.abc import Callable, Iterator, Mapping

from tlsscan.annotations import Any
from tlsscan.configfiles import Found
from tlsscan.configread import Document, Plain, read
from tlsscan.errors import UsageError, nearest
from tlsscan.globs import Globs
from tlsscan.ignore import IgnoreRulesError
from tlsscan.protocol import FLOORS, Version
from tlsscan.records import NamedTuple
from tlsscan.selection import Selector, selector

LEVELS = ("error", "warning", "note")
BY_PATH = ("min-tls", "ignore")
"""The keys that may differ by path."""


class PathRule(NamedTuple):
    """What holds for the files that a glob names, instead of the rest of the file."""

    glob: str
    globs: Globs
    floor: Version | None
    ignore: tuple[Selector, ...]
    place: str


class Configuration(NamedTuple):
    """A file that was read and found right. `values` are by key; globs, selectors and paths are ready for use."""

    path: str
    values: Mapping[str, Any]
    places: Mapping[str, str]
    paths: tuple[PathRule, ...] = ()
    beside: tuple[str, ...] = ()

    def get(self, key: str) -> Any:
        """The value of a key; None if the file does not have it."""
        return self.values.get(key)


class _Reader(NamedTuple):
    """One file while it is checked."""

    found: Found
    document: Document

    def wrong(self, message: str, *path: str | int, hint: str = "") -> UsageError:
        """An error at a value."""
        return UsageError(message, place=self.document.value(*path), hint=hint)

    def text(self, value: Plain, *path: str | int) -> str:
        if isinstance(value, str):
            if "\0" in value:
                raise self.wrong(f"{_named(path)} holds a NUL", *path)
            return value
        shown = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
        hint = f'write "{shown}"' if shown else ""
        raise self.wrong(f"{_named(path)} must be a text, not {_kind(value)}", *path, hint=hint)

    def flag(self, value: Plain, *path: str | int) -> bool:
        if isinstance(value, bool):
            return value
        raise self.wrong(f"{_named(path)} must be true or false, not {_kind(value)}", *path)

    def texts(self, value: Plain, *path: str | int) -> list[str]:
        if isinstance(value, list):
            return [self.text(item, *path, number) for number, item in enumerate(value)]
        hint = f'write ["{value}"]' if isinstance(value, str) and value.isprintable() else ""
        raise self.wrong(f"{_named(path)} must be a list of texts, not {_kind(value)}", *path, hint=hint)

    def choice(self, known: tuple[str, ...], value: Plain, *path: str | int) -> str:
        text = self.text(value, *path)
        if text in known:
            return text
        raise self.wrong(
            f"{_named(path)} cannot be {text!r}", *path, hint=nearest(text, known) or f"one of {', '.join(known)}"
        )

    def selectors(self, value: Plain, *path: str | int) -> tuple[Selector, ...]:
        texts = self.texts(value, *path)
        return tuple(selector(text, self.document.value(*path, number)) for number, text in enumerate(texts))

    def globs(self, value: Plain, *path: str | int) -> Globs:
        texts = self.texts(value, *path)
        for number, text in enumerate(texts):
            self.glob(text, *path, number)
        return self.glob(texts, *path)

    def glob(self, texts: str | list[str], *path: str | int) -> Globs:
        """Globs of this file. Raises UsageError for one that cannot be applied."""
        given = [texts] if isinstance(texts, str) else texts
        try:
            if not all(text.strip() for text in given):
                raise IgnoreRulesError("an empty pattern")
            return Globs.of(given, self.found.folder)
        except IgnoreRulesError as error:
            raise self.wrong(f"{_named(path)}: {error}", *path) from None

    def file(self, value: Plain, *path: str | int) -> str:
        """A path, from the folder of this file; inside the work tree, if this file is the tree's own."""
        text = self.text(value, *path)
        if not text:
            return ""
        joined = os.path.normpath(os.path.join(self.found.folder, text))
        top = self.found.top
        if top is not None and os.path.commonpath([os.path.realpath(joined), top]) != top:
            raise self.wrong(f"{_named(path)}: {text!r} lies outside of the work tree", *path)
        relative = os.path.relpath(joined)
        return joined if relative.startswith("..") or os.path.isabs(text) else relative

    def files(self, value: Plain, *path: str | int) -> list[str]:
        return [self.file(text, *path, number) for number, text in enumerate(self.texts(value, *path))]

    def path_rules(self, value: Plain, *path: str | int) -> tuple[PathRule, ...]:
        if not isinstance(value, dict):
            raise self.wrong(f"{_named(path)} must be a table from globs to keys, not {_kind(value)}", *path)
        return tuple(self.path_rule(glob, inner, *path, glob) for glob, inner in value.items())

    def path_rule(self, glob: str, value: Plain, *path: str | int) -> PathRule:
        if not isinstance(value, dict):
            raise self.no_table(glob, value, *path)
        inner = {key: (written, item) for key, written, item in self.known(value, BY_PATH, *path)}
        floor: Version | None = None
        ignore: tuple[Selector, ...] = ()
        if "min-tls" in inner:
            written, item = inner["min-tls"]
            floor = FLOORS[self.choice(tuple(FLOORS), item, *path, written)]
        if "ignore" in inner:
            written, item = inner["ignore"]
            ignore = self.selectors(item, *path, written)
        return PathRule(glob, self.glob(glob, *path), floor, ignore, self.document.key(*path))

    def no_table(self, glob: str, value: Plain, *path: str | int) -> UsageError:
        """An error at what has no keys, but stands where those of a glob should."""
        if _plain(glob) in BY_PATH:
            above = '"legacy/**":' if self.found.path.endswith((".yaml", ".yml")) else '[per-path."legacy/**"]'
            message = f"{glob} stands where a glob should"
            return UsageError(message, place=self.document.key(*path), hint=f"write {above} above it")
        floor = isinstance(value, str) and value in FLOORS
        example = f'{{ min-tls = "{value}" }}' if floor else "{ ignore = [...] }"
        return self.wrong(f"{glob!r} must be a table, not {_kind(value)}", *path, hint=f"write {example}")

    def known(
        self, table: Mapping[str, Plain], keys: tuple[str, ...], *path: str | int
    ) -> Iterator[tuple[str, str, Plain]]:
        """The entries of a table: the key as it is called here, as it is written there, and its value."""
        seen: dict[str, str] = {}
        for written, value in table.items():
            key = _plain(written)
            if key in KEYS and key not in keys:
                hint = f"only {' and '.join(BY_PATH)} can"
                raise UsageError(f"{written} cannot differ by path", place=self.document.key(*path, written), hint=hint)
            if key not in keys:
                hint = nearest(key, keys) or f"one of {', '.join(keys)}"
                raise UsageError(f"unknown key {written!r}", place=self.document.key(*path, written), hint=hint)
            if key in seen:
                raise UsageError(f"{written!r} is {seen[key]!r} once more", place=self.document.key(*path, written))
            seen[key] = written
            yield key, written, value


Check = Callable[..., Any]

KEYS: dict[str, Check] = {
    "min-tls": lambda reader, *given: reader.choice(tuple(FLOORS), *given),
    "level": lambda reader, *given: reader.choice(LEVELS, *given),
    "fail-on": lambda reader, *given: reader.choice((*LEVELS, "never"), *given),
    "select": _Reader.selectors,
    "ignore": _Reader.selectors,
    "exclude": _Reader.globs,
    "role": lambda reader, *given: reader.choice(("client", "server", "both"), *given),
    "demote": _Reader.flag,
    "rules": _Reader.files,
    "baseline": _Reader.file,
    "per-path": _Reader.path_rules,
}
"""Key -> how its value is checked; the last argument is the way to it in the file."""


def configuration(found: Found) -> Configuration:
    """What a file says. Raises UsageError with place, offending text and nearest match for all that it may not say."""
    document = read(found.path, found.data)
    reader = _Reader(found, document)
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for key, written, value in reader.known(document.plain, tuple(KEYS)):
        values[key] = KEYS[key](reader, value, written)
        places[key] = document.key(written)
    return Configuration(found.path, values, places, values.get("per-path", ()), found.beside)


def _plain(key: str) -> str:
    """A key as it is called here: some files have underscores."""
    return key.replace("_", "-")


def _named(path: tuple[str | int, ...]) -> str:
    """The key that a way leads to or into."""
    return next(str(part) for part in reversed(path) if isinstance(part, str))


def _kind(value: Plain) -> str:
    kinds: dict[type, str] = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return kinds.get(type(value), "a table" if isinstance(value, dict) else "a date")
