"""Which words of a value name old versions, and what a vocabulary says may stand there instead."""

import re
from collections.abc import Iterator, Sequence

from tlsscan.atoms import Kind as Word
from tlsscan.atoms import Word as Atom
from tlsscan.atoms import part_at, spans_without
from tlsscan.evaluate import readings
from tlsscan.languages import NAMED_BY_FILE
from tlsscan.lookup import Lens
from tlsscan.patterns import lazy
from tlsscan.products import Runtimes
from tlsscan.protocol import Version, VersionSet
from tlsscan.records import NamedTuple
from tlsscan.rules import Replacement
from tlsscan.values import Name, Number, Symbol, Text, Value

ONE_BY_ONE = NAMED_BY_FILE  # languages that import names one by one: another bare name may not be known there
WORD = lazy(r"[A-Za-z_]\w*")


class Swap(NamedTuple):
    """What is written in the place of a word, and what the packs say of it."""

    text: str
    by: Replacement


class Change(NamedTuple):
    """A stretch of a value (from the start of its file), and what is to stand there; in words, what goes, and what
    comes."""

    start: int
    end: int
    text: str
    old: str
    new: str = ""
    by: Replacement | None = None


class Reader(NamedTuple):
    """Reads single words of a value in a vocabulary, under a floor. Where the value reaches the floor, so may words
    that are old only on old runtimes: `newest` are the others, of every product."""

    lens: Lens
    floor: Version
    language: str
    newest: Runtimes | None = None

    def versions(self, value: Value) -> VersionSet:
        """The versions that a value names."""
        found = readings(value, self.lens)
        return found[0].versions if len(found) == 1 and not found[0].unresolved else frozenset()

    def is_old(self, value: Value) -> bool:
        """Whether a value names versions below the floor only, and may be replaced."""
        named = self.versions(value)
        return bool(named) and max(named) < self.floor and not self._keeps(value) and not self.spans(value)

    def spans(self, value: Value) -> bool:
        """Whether a word by itself names versions on both sides of the floor where the runtime is new."""
        if self.newest is None:
            return False
        named = self._replace(lens=self.lens._replace(runtimes=self.newest), newest=None).versions(value)
        return bool(named) and min(named) < self.floor <= max(named)

    def _keeps(self, value: Value) -> bool:
        kept = [_value_of(fix, "") for fix in self.lens.vocabulary.fixes if fix.kept]
        return any(value == one or (isinstance(value, Text) and _folded(value) == _folded(one)) for one in kept)

    def is_fine(self, value: Value) -> bool:
        """Whether a value names versions, and none below the floor."""
        named = self.versions(value)
        return bool(named) and min(named) >= self.floor

    def knows(self, word: Atom) -> bool:
        """Whether a word says something that is understood, or is nothing but punctuation."""
        found = [reading for value in self.values(word) for reading in readings(value, self.lens)]
        return any(one.known and not one.effect for one in found) or not any(map(str.isalnum, word.text))

    def values(self, word: Atom) -> Iterator[Value]:
        """What a word may be: a text without quotes is one in shells."""
        if word.kind is Word.TEXT:
            yield Text(word.text)
        elif word.kind is Word.SYMBOL:
            yield Symbol(word.text)
        elif word.kind is Word.NUMBER:
            yield Number(int(word.text, 0)) if _is_whole(word.text) else Number(float(word.text))
        elif word.kind is Word.NAME:
            yield Name((dotted(word.text),))
            if self.language == "powershell":
                yield Text(word.text)

    def best(self, kind: str, old: str) -> Iterator[Replacement]:
        """What may stand in the place of a value of a kind: the oldest versions that are new enough, and of those what
        is most like it."""
        until = self.lens.vocabulary.syntax.until
        fixes = [fix for fix in self.lens.vocabulary.fixes if fix.key.type == kind and not fix.kept]
        known = [(fix, self.versions(_value_of(fix, until))) for fix in fixes]
        enough = [(min(named), -_likeness(fix.key.value, old), fix) for fix, named in known if self._suffices(named)]
        yield from (fix for _, _, fix in sorted(enough, key=lambda row: row[:2]))

    def _suffices(self, named: VersionSet) -> bool:
        return bool(named) and min(named) >= self.floor


def _folded(value: Value) -> str:
    """A text whatever its case; empty for all else."""
    return value.text.lower() if isinstance(value, Text) else ""


def dotted(text: str) -> str:
    """A name as keys are written."""
    return text.replace("[", "").replace("]::", ".").replace("::", ".").replace("->", ".").replace("\\", ".").strip(".")


def _is_whole(text: str) -> bool:
    return "." not in text


def _value_of(fix: Replacement, until: str) -> Value:
    """A key as a value; of a text, with what ends the part that counts."""
    kind, text = fix.key
    if kind == "text":
        return Text(text + until)
    if kind == "symbol":
        return Symbol(text)
    return Number(int(text)) if kind == "number" else Name((text.removeprefix("*."),))


def _likeness(one: str, other: str) -> int:
    """How much two words have in common at their ends."""
    one, other = one.rpartition(".")[2].lower(), other.rpartition(".")[2].lower()
    return _common(one, other) + _common(one[::-1], other[::-1])


def _common(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def mended(items: Sequence[Atom], reader: Reader, *, single: bool) -> list[Change] | None:
    """What takes the old values out of a list or flags; where nothing is left then, one of them becomes a new one."""
    for item in items:
        if item.kind in (Word.TEXT, Word.WORDS) and (inside := _listed(item, reader)) is not None:
            return inside if len([one for one in items if one.kind is item.kind]) == 1 else None
    old = [number for number, item in enumerate(items) if any(map(reader.is_old, reader.values(item)))]
    fine = [number for number, item in enumerate(items) if any(map(reader.is_fine, reader.values(item)))]
    mixed = _mixed(items, reader) if not old else None
    if mixed is not None or not old or (single and not fine):
        return mixed  # of several settings of one object, none is made twice
    if any(reader.spans(value) for item in items for value in reader.values(item)):
        return None  # it stays, or something newer is lost with it
    if not all(reader.knows(items[number]) for place in old for number in _beside(items, place)):
        return None
    kept = _kept(items, old, reader, alone=not fine)
    if kept is None:
        return None
    made = [_swapped(items[number], reader) for number in kept]
    gone = [number for number in old if number not in kept]
    spans = spans_without(items, gone)
    if spans is None or any(change is None for change in made):
        return None
    out = [Change(start, end, "", "") for start, end in spans]
    if out:
        out[0] = out[0]._replace(old=", ".join(items[number].written for number in gone))
    return [*(change for change in made if change is not None), *out]


def _kept(items: Sequence[Atom], old: list[int], reader: Reader, *, alone: bool) -> list[int] | None:
    """Those of the old values that become new ones, while the others go; None where that cannot be told."""
    parted = any(part_at(items, number) == "," for number in range(len(items)))
    if reader.lens.vocabulary.fields:
        return None if parted else old
    if parted and reader.language == "vbnet":  # `If(a, x, y)`: no flags are a list
        beside = {part_at(items, near) for number in old for near in (number - 1, number + 1)}
        return old if beside <= {"", ","} else None
    return old[:1] if alone else []


def _beside(items: Sequence[Atom], number: int) -> Iterator[int]:
    """The items of the list or the flags that one stands in."""
    for step in (-2, 2):
        at = number + step
        while 0 <= at < len(items) and part_at(items, at - step // 2):
            yield at
            at += step


def _mixed(items: Sequence[Atom], reader: Reader) -> list[Change] | None:
    """A number of old and new flags together becomes one of the new alone."""
    numbers = [item for item in items if item.kind is Word.NUMBER and _is_whole(item.text)]
    if len(numbers) != 1 or not reader.lens.vocabulary.flags:
        return None
    item, value = numbers[0], int(numbers[0].text, 0)
    below = [mask for mask, named in reader.lens.vocabulary.flags if max(named) < reader.floor]
    left, other = value, value
    for mask in below:
        left &= ~mask
    for mask, _ in reader.lens.vocabulary.flags:
        other -= mask if value & mask == mask else 0
    if left == value or other or not reader.is_fine(Number(left)):
        return None
    text = hex(left) if item.text[:2].lower() == "0x" else str(left)
    return [Change(item.inner, item.inner + len(item.text), text, item.written, text)]


def _swapped(item: Atom, reader: Reader) -> Change | None:
    """A word with a newer one in its place."""
    until = reader.lens.vocabulary.syntax.until
    if until and until in item.text:
        lead = item.text.partition(until)[0]
        item = item._replace(text=lead, written=lead)
    swap = next(_swaps(item, reader), None)
    if swap is None:
        return None
    end = item.inner + len(item.text)
    return Change(item.inner, end, swap.text, item.written, item.with_text(swap.text), swap.by)


def _swaps(item: Atom, reader: Reader) -> Iterator[Swap]:
    if item.kind is Word.NAME:
        yield from _renamed(item.text, reader)
    if item.kind is Word.TEXT or (item.kind is Word.NAME and reader.language == "powershell"):
        yield from _retold(item.text, reader)
    if item.kind is Word.SYMBOL:
        yield from (
            Swap(fix.key.value, fix) for fix in reader.best("symbol", item.text) if WORD.fullmatch(fix.key.value)
        )
    if item.kind is Word.NUMBER:
        yield from (Swap(fix.key.value.rpartition(".")[2], fix) for fix in reader.best("name", "") if fix.bare)
        yield from (Swap(_like_number(fix.key.value, item.text), fix) for fix in reader.best("number", ""))


def _like_number(number: str, old: str) -> str:
    return hex(int(number)) if old[:2].lower() == "0x" else number


def _renamed(name: str, reader: Reader) -> Iterator[Swap]:
    """A name with another last part, which the vocabulary must know."""
    last = WORD.findall(name)[-1]
    owner = name[: -len(last)]
    if not owner.strip("\\") and reader.language in ONE_BY_ONE:
        return
    for fix in reader.best("name", last):
        made = owner + fix.key.value.rpartition(".")[2]
        if reader.is_fine(Name((dotted(made),))):
            yield Swap(made, fix)


def _retold(text: str, reader: Reader) -> Iterator[Swap]:
    """A text with another word in its place; where case does not count, what both begin with stays as it is written."""
    caseless = reader.lens.vocabulary.syntax.case == "insensitive"
    for fix in reader.best("text", text):
        kept = _common(text.lower(), fix.key.value.lower()) if caseless else 0
        yield Swap(text[:kept] + fix.key.value[kept:], fix)


def _listed(item: Atom, reader: Reader) -> list[Change] | None:
    """The changes inside a text that lists several values; None for one that does not."""
    syntax = reader.lens.vocabulary.syntax
    if syntax.add or syntax.until:
        return None
    separator = "space" if item.kind is Word.WORDS else syntax.separator
    if not separator:
        return None
    pattern = r"\s" if separator == "space" else "".join(f"\\{sign}" for sign in separator)
    alone = reader.lens.vocabulary._replace(syntax=syntax._replace(separator=""))
    inner = reader._replace(lens=reader.lens._replace(vocabulary=alone))
    parts = _split(item, pattern, trim=syntax.trim)
    symbols = item.kind is Word.WORDS and not any(
        inner.versions(Text(part.text)) for part in parts if part.kind is Word.TEXT
    )
    if symbols:
        parts = [part._replace(kind=Word.SYMBOL) if part.kind is Word.TEXT else part for part in parts]
    if len(parts) < 2 and item.kind is Word.TEXT:
        return None
    return mended(parts, inner, single=False)


def _split(item: Atom, pattern: str, *, trim: bool) -> list[Atom]:
    """The words of a text and what parts them, as words of a source."""
    found: list[Atom] = []
    for match in re.finditer(rf"[^{pattern}]+|[{pattern}]+", item.text):
        start, text = item.inner + match.start(), match.group()
        if re.fullmatch(rf"[{pattern}]+", text):
            found.append(Atom(Word.PART, text, start, start + len(text), start, text))
            continue
        lead = len(text) - len(text.lstrip()) if trim else 0
        word = text.strip() if trim else text
        found.append(Atom(Word.TEXT, word, start + lead, start + lead + len(word), start + lead, word))
    while found and found[0].kind is Word.PART:
        found.pop(0)
    while found and found[-1].kind is Word.PART:
        found.pop()
    return found
