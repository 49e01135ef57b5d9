"""What Razor pages of both languages share: markup and code that take turns, and the three places where code goes."""

from abc import ABC, abstractmethod

from tlsscan.annotations import Generic, Protocol, TypeVar
from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.razor_markup import Markup
from tlsscan.source import SourceFile


class Block(Protocol):
    """A block of code that is being read, and where it goes."""

    into: Assembly


B = TypeVar("B", bound=Block)


class RazorPage(ABC, Generic[B]):
    """A page, taken apart: the imports, what stands in its class, and what its method does."""

    def __init__(self, source: SourceFile) -> None:
        self._data = source.data
        self.imports = Assembly(source)
        self.members = Assembly(source)
        self.statements = Assembly(source)
        self._around: list[Markup | B] = [Markup()]
        at = 0
        while self._around:
            top = self._around[-1]
            at = self._markup(top, at) if isinstance(top, Markup) else self._code(top, at)

    def _markup(self, markup: Markup, at: int) -> int:
        step = markup.read(self._data, at)
        if step.at_code:
            return self._transition(step.offset + 1)
        self._around.pop()
        if markup.template:
            self._into().words(b"} ")
        return step.offset

    def _into(self) -> Assembly:
        """Where the code around goes."""
        return next((one.into for one in reversed(self._around) if not isinstance(one, Markup)), self.statements)

    @abstractmethod
    def _transition(self, at: int) -> int:
        """What stands after an `@` of markup; the offset after it, or where a block begins."""

    @abstractmethod
    def _code(self, code: B, at: int) -> int:
        """On in a block; the offset after it, or where markup begins."""
