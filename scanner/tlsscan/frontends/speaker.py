"""What the engine asks of a language, however its files are read. Knows no parser, nothing of TLS."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from tlsscan.annotations import Protocol, TypeAlias, TypeVar
from tlsscan.model import Addressing, Construct, Site
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile
from tlsscan.values import Step, Value

MAX_CHAIN = 4  # conditions of a chain that its last branch is told by


class TooDeep(Exception):
    """The code around an anchor is nested beyond what is followed, or a line is longer than that."""


class Definition(NamedTuple):
    """A constant of a file for the link phase: its qualified name and its value."""

    name: str
    value: Value
    step: Step


class Dialect(NamedTuple):
    """A runtime that a file is written for, as no other one can read it, and where that shows."""

    product: str
    version: str
    step: Step


class Sketch(Construct, Protocol):
    """A construct around an anchor, before its values are looked at: enough to ask whether any sink wants it."""

    def wants(self) -> tuple[str, ...]:
        """The names of its arguments."""


class Wish(Protocol):
    """What somebody wants of a construct: which arguments, and which values rule it out."""

    @property
    def asks_uses(self) -> bool:
        """Whether it counts what is done with the object that the construct makes."""

    @property
    def open_sides(self) -> bool:
        """Whether it is to be found out on which side of a connection the object is."""

    @property
    def settling(self) -> frozenset[str]:
        """The calls by which what is made of the object gets a setting of its own."""

    @property
    def telling(self) -> frozenset[str]:
        """What counts if it is done with an object of which all that is made gets a setting of its own."""

    @property
    def idle(self) -> frozenset[str]:
        """The members of the object that connect nothing."""

    @property
    def asks_members(self) -> bool:
        """Whether it counts what is called on what the call makes."""

    @property
    def addressing(self) -> Addressing | None:
        """How the object is given addresses, where it counts whether these are of one kind."""

    def is_object(self, position: int | None, name: str) -> bool:
        """Whether it is looked at which object an argument is."""

    def takes(self, position: int | None, name: str) -> bool:
        """Whether an argument is wanted; the values of others need not be looked at."""

    def refuses(self, position: int | None, name: str, value: Value) -> bool:
        """Whether an argument's value shows that the construct is not wanted after all."""


Wanted: TypeAlias = Callable[[Sketch], Wish | bool | None]
Knows: TypeAlias = Callable[[str], bool]
"""Whether anybody may want a call whose name ends in a word: to find a name out costs more than to ask this."""


def anything(word: str) -> bool:
    """Any call may be wanted."""
    return True


def nearest_condition(around: Sequence[tuple[str, bool]]) -> tuple[str, bool]:
    """The first of some conditions, innermost first, and whether an older runtime is asked for; where some further out
    ask for it, with those before it: all of them, or what must not hold, if the first one asks for it by what is
    there. Without conditions: an empty text."""
    nearest, older = next(iter(around), ("", False))
    outer = list(dict.fromkeys(text for text, old in around if old and text != nearest))[:MAX_CHAIN]
    if older:
        outer = [text for text in outer if text.startswith("not (")] if not nearest.startswith("not ") else []
    return (" and ".join((*reversed(outer), nearest)), True) if outer else (nearest, older)


class Parsed(Protocol):
    """One file as a speaker reads it."""

    def errors(self, anchors: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The stretches around anchors that do not parse, in order, each once."""

    def comment(self, offset: int) -> tuple[int, int] | None:
        """The comment that an offset stands in."""

    def beginning(self, offset: int) -> tuple[int, int] | None:
        """The statement, or the part of one, that begins at an offset; up to its block."""

    def ending(self, offset: int, limit: int) -> tuple[int, int] | None:
        """The statement, or the part of one, that ends between two offsets; none with a block."""


File = TypeVar("File", bound=Parsed)


class Speaker(Protocol[File]):
    """One language: from bytes and anchors (byte ranges) to sites."""

    language: str

    def parse(self, source: SourceFile) -> File:
        """The file, ready for questions about anchors."""

    def sites(
        self, unit: File, anchors: Sequence[tuple[int, int]], wanted: Wanted, knows: Knows = anything
    ) -> Iterator[Site]:
        """The sites around the anchors that are wanted, in program order, each once. Raises TooDeep."""

    def written_for(self, unit: File) -> Dialect | None:
        """The runtime that alone can read a file, as its syntax shows; None for most."""

    def may_define(self, data: bytes, word: str) -> bool:
        """Whether the text of a file looks as if it defined a constant of that name."""

    def definitions(self, unit: File, words: Iterable[str]) -> Iterator[Definition]:
        """Constants that the file defines under one of the words. Raises TooDeep."""
