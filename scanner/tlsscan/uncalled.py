"""Methods of .NET that nothing calls, static ones and those of one class alone: what they set, no program has, and what
they do, none does. By the text of all files."""

import re
from collections.abc import Collection, Iterable

from tlsscan.asides import without_comments
from tlsscan.records import NamedTuple

MOST_BYTES = 40 << 20  # of all code together; beyond, everything counts as called
TRIGGERED = rb"\[\s*(?:\w+\.)*\w+Trigger(?:Attribute)?\s*[(\],]|<\s*(?:\w+\.)*\w+Trigger(?:Attribute)?\s*\("
"""An attribute of a parameter that says what has its method called: WebJobs, Azure's functions."""
_LONGEST = 600  # bytes of a list of parameters
_STARTS = ("Main", "main", "Startup", "Start", "AppInitialize")


class Text(NamedTuple):
    """A file of code."""

    path: str
    data: bytes


def has_word(words: Iterable[str], texts: Iterable[bytes]) -> bool:
    """Whether any text has any of some words, in any case."""
    wanted = re.compile(rb"(?i)\b(?:%s)\b" % b"|".join(re.escape(word).encode() for word in words))
    return any(wanted.search(data) is not None for data in texts)


def uncalled(names: Collection[str], files: Iterable[Text]) -> set[str]:
    """Those of some names that are each a method's which nothing calls: the name stands in no other place, be it code,
    markup or a text, and no attribute hands the method to anybody, nor is it one that others find by its form."""
    met: dict[str, list[bytes]] = {name: [] for name in names if name not in _STARTS}
    size = 0
    for file in files:
        size += len(file.data)
        if size > MOST_BYTES:
            return set()
        basic = file.path.lower().endswith((".vb", ".vbhtml"))
        data = file.data.lower() if basic else file.data
        code = b""
        for name, found in met.items():
            if len(found) < 2 and (name.lower() if basic else name).encode() in data:
                word = rb"(?i)\b%s\b" if basic else rb"\b%s\b"
                code = code or _said(file)
                found += [file.data] * len(re.findall(word % re.escape(name.encode()), code)[:2])
    return {
        name
        for name, found in met.items()
        if len(found) == 1 and (is_static(name, found[0]) or _is_private(name, found[0]))
    }


def _said(file: Text) -> bytes:
    """What a file says, but for comments and directives of the compiler, if it is one of code alone."""
    if not file.path.lower().endswith((".cs", ".vb")):
        return file.data
    return without_comments(file.data, basic=file.path.lower().endswith(".vb"))


def _is_private(name: str, data: bytes) -> bool:
    """Whether a text declares a method that its class alone may call, and that handles no event."""
    word = re.escape(name.encode())
    form = rb"(?im)^[^\S\n]*(?:\w+\s+)*?private\s[^;{}=()]*?\b%s\s*\(([^;{}]*?)\)(?![^\n]*\bhandles\b)" % word
    found = re.search(form, data)
    return found is not None and b"EventArgs" not in found[1] and not _is_marked(data, found.start())


def is_static(name: str, data: bytes) -> bool:
    """Whether a text declares a static method, or one of a module, without an attribute."""
    word = re.escape(name.encode())
    shared = rb"(?m)^[^\S\n]*(?:\w+\s+)*?(?:static|Shared)\s[^;{}=()]*?\b%s\s*\("
    found = re.search(shared % word, data)
    if found is None and re.search(rb"(?im)^\s*(?:\w+\s+)?module\s", data) is not None:
        found = re.search(rb"(?im)^[^\S\n]*(?:\w+\s+)*?(?:sub|function)\s+%s\s*\(" % word, data)
    if found is None:
        return False
    return not _is_marked(data, found.start()) and not _is_triggered(data, found.end())


def _is_triggered(data: bytes, at: int) -> bool:
    """Whether an attribute of a parameter, whose list begins there, says what has the method called: WebJobs."""
    taken = re.split(rb"\)\s*(?:\{|=>|\r?\n)", data[at : at + _LONGEST], maxsplit=1)[0]
    return re.search(TRIGGERED, taken) is not None


def _is_marked(data: bytes, at: int) -> bool:
    """Whether an attribute stands above a line."""
    before = (line.strip() for line in reversed(data[:at].split(b"\n")))
    above = next((line for line in before if line and not line.startswith((b"//", b"'"))), b"")
    return above.endswith((b"]", b">", b"> _"))
