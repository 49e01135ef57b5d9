"""C# in scripts of PowerShell: here-strings that `Add-Type` compiles, whether they are its argument, an option of it or
in a variable that it is given."""

import re
from collections.abc import Iterator

from tlsscan.hosts.assembly import Assembly
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

_NEAR = 600  # bytes before a text in which the command that takes it begins
_HERE = lazy(
    rb"<#(?s:.*?)(?:#>|\Z)|(?<![^\s;{}()|])#[^\n]*"
    rb"|@(?P<quote>['\"])[ \t]*\r?\n(?P<text>(?s:.*?))(?<=\n)(?P=quote)@(?P<rest>[^\n]*)"
)
"""Comments, and texts outside of them."""
_GIVEN = lazy(rb"(?i)\badd-type\b(?:[^\n;|]|`\r?\n)*\Z")
_OPTION = lazy(rb"(?i)\b(?:type|member)definition\s*=\s*\Z")
_MEMBERS = lazy(rb"(?i)\bmemberdefinition[\s=`]*\Z")
_KEPT = lazy(rb"(?i)\$(?:\w+:)?(\w+)\s*=\s*\Z")
_OTHER = lazy(rb"(?i)-language\s+['\"]?(?!csharp)\w")


def programs(source: SourceFile) -> Iterator[SourceFile]:
    """What each of the texts declares, as a program."""
    data = source.data
    for found in _HERE.finditer(data):
        if found["quote"] is None:
            continue
        before = data[max(found.start() - _NEAR, 0) : found.start()]
        if not _is_compiled(before, found["rest"], data):
            continue
        code = Assembly(source)
        members = _MEMBERS.search(before) is not None
        code.words(b"class Members {\n" if members else b"")
        code.take(*found.span("text"))
        code.words(b"}" if members else b"")
        yield code.source()


def _is_compiled(before: bytes, after: bytes, data: bytes) -> bool:
    """Whether a command compiles the text between two others as C#."""
    given = _GIVEN.search(before)
    if given is not None:
        return _OTHER.search(given.group() + after) is None
    if _OPTION.search(before) is not None:
        return True
    kept = _KEPT.search(before)
    if kept is None:
        return False
    name = re.escape(kept[1])
    taken = re.compile(
        rb"(?i)\badd-type\b(?:[^\n;|]|`\r?\n)*\$(?:\w+:)?%s\b[^\n]*|\$(?:\w+:)?%s\s*\|\s*add-type\b[^\n]*"
        % (name, name)
    )
    return any(_OTHER.search(use.group()) is None for use in taken.finditer(data))
