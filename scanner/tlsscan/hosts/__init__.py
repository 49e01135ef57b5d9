"""Kinds of files that hold code between other text: which stretches are code, in which language, as one program.

A host knows how its container finds the code and what it makes of it; it knows no syntax tree and nothing of TLS. The
program that comes out has everything that counts as code and nothing else, so a name in HTML or in the output of a
notebook is no name. One technique serves all parsers (a parser's own ranges would not do: expressions need an end,
directives become imports, declarations stand elsewhere than they are written, and text of JSON has escapes).
"""

from importlib import import_module

from tlsscan.annotations import Protocol
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile

MODULES = {"erb": "erb", "jsp": "jsp", "aspnet": "aspnet", "razor": "razor", "jupyter": "notebook"}


class Program(NamedTuple):
    """The code of a file. `language` is its id, or empty when it is a language (`foreign`) that is not read.

    `broken` is the stretch of the file in which code could not be told from the rest, and `trouble` says why.
    """

    language: str
    source: SourceFile
    foreign: str = ""
    broken: tuple[int, int] | None = None
    trouble: str = ""


class Host(Protocol):
    """A kind of file."""

    def program(self, source: SourceFile) -> Program:
        """The code in a file."""


def program(kind: str, source: SourceFile) -> Program:
    """The code in a file of a kind (see `languages.INSIDE`). Raises assembly.TooMuchCode."""
    host: Host = import_module(f"tlsscan.hosts.{MODULES[kind]}")
    return host.program(source)
