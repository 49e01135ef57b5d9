"""How code of .NET asks for the runtime or the system below it: for an old Windows, which has no newer TLS, by the
number of the system or by its name, and for versions of either by names of its own."""

import re
from collections.abc import Iterator, Sequence

from tlsscan.frontends.speaker import MAX_CHAIN
from tlsscan.patterns import lazy

NAMED = r"\b(?:Is|On|RunningOn)(?:Running)?(?:On)?_?(?:Microsoft)?(?:Win(?:dows)?)?_?(?:XP|2000|2003|Vista|7)\b"
NUMBERED = r"\bOSVersion\.Version\.Major\s*(?:==?|-eq)\s*[56]\b(?!.*(?:>|-g[te]\b))"
OLD_WINDOWS = rf"{NUMBERED}|{NAMED}"
OF_RUNTIME = (
    r"(?-i:\b(?:\w*(?:Framework|Runtime|Windows|DotNet|NET|Net|CLR|Clr|OS)|net|clr|framework|runtime|windows|os|dotnet)"
    r"_?[Vv]ersion\b)"
)
"""A name that says it is the version of the runtime or the system: `osVersion`, `NETFrameworkVersion`."""

MAX_DEPTH = 20  # of questions in one another
MAX_TEXT = 800  # letters of a condition that is taken apart
_RELEASE = r"(xp|vista|95|98|nt|me|7|8(?:\.1)?|1[01]|20(?:00|03|08|12|16|19|22|25))(?![\w.])"
_SYSTEM = lazy(rf"(?:\bwin(?:dows)?|\bserver)[ _]?(?:server[ _]?)?{_RELEASE}", re.IGNORECASE)
_BARE = lazy(rf"[*% ^.]*(?:{_RELEASE}|(5(?:\.\d)?|6(?:\.[0-3])?|10\.0)(?![\d]))[*% .$\w]*", re.IGNORECASE)
_ABOUT_SYSTEM = lazy(
    r"(?:\b|_|(?<=[a-z])(?=[A-Z]))(?i:os)(?:\b|_|[A-Z]|(?i:name|version|caption|fullname))"
    r"|(?i:operating_?system|\bwindows_?(?:name|version)|\.caption\b)"
)
_LITERAL = lazy(r"""(["'])((?:(?!\1).)*)\1""")
_PIECE = lazy(
    r"""("[^"]*"|'[^']*')|([(\[{])|([)\]}])|(\|\||(?<!\w)-or\b|\b(?:orelse|or)\b)|(&&|(?<!\w)-and\b|\b(?:andalso|and)\b)""",
    re.IGNORECASE,
)
_DENIED = lazy(r"(?:!(?!=)|(?:-not|not)\b)\s*", re.IGNORECASE)
_OTHERWISE = lazy(
    r"(?:!=|<>|-[ci]?(?:ne|notlike|notmatch|notcontains|notin)\b)\s*(?:@?\(\s*)?[\"']"
    r"|[\"']\s*(?:!=|<>|-[ci]?ne\b)|(?:(?<![!<>=])={1,2}|-eq)\s*(?:-1|\$?false)\b|(?:!=|<>|-ne)\s*\$?true\b|<\s*0"
    r"|\binstr\b.*(?<![<>])=\s*0",
    re.IGNORECASE,
)
_OLD = frozenset({"xp", "vista", "95", "98", "nt", "me", "7", "2000", "2003", "2008", "6", "6.0", "6.1"})


def for_old_windows(condition: str) -> bool | None:
    """Whether a condition that asks for a Windows by its name, or by the text of its version, holds on old ones alone,
    and on such as are not known; False where it fails on these alone, None where it asks for none, or for more."""
    if len(condition) > MAX_TEXT or not _LITERAL.search(condition):
        return None
    holds, fails = _confined(condition, _ABOUT_SYSTEM.search(condition) is not None)
    return holds if holds != fails else None


def last_arm(plain: str, cases: Sequence[str], *, each: bool) -> str:
    """What the last arm of a `switch` asks, by what its cases ask: where `each` asks for itself (`switch (true)`), that
    none of them holds; else that none of those does that ask for newer systems; else `plain`."""
    passed = [text for text in cases if each or for_old_windows(text) is False]
    return " and ".join(f"not ({text})" for text in passed[-MAX_CHAIN:]) or plain


def _confined(text: str, about: bool, depth: int = 0) -> tuple[bool, bool]:
    """Whether a condition holds only on old systems, and whether it fails only there."""
    text = text.strip()
    if depth > MAX_DEPTH:
        return False, False
    for word, every in ((4, False), (5, True)):
        parts = list(_split(text, word))
        if len(parts) > 1:
            told = [_confined(part, about, depth + 1) for part in parts]
            holds, fails = (one for one, _ in told), (other for _, other in told)
            return (any(holds), all(fails)) if every else (all(holds), any(fails))
    denied = _DENIED.match(text)
    if denied is not None:
        held, failed = _confined(text[denied.end() :], about, depth + 1)
        return failed, held
    if text.startswith("(") and text.endswith(")"):
        return _confined(text[1:-1], about, depth + 1)
    systems = {old for literal in _LITERAL.finditer(text) for old in _systems(literal[2], about)}
    if len(systems) != 1:
        return False, False
    old = systems.pop() != (_OTHERWISE.search(text) is not None)
    return old, not old


def _split(text: str, word: int) -> Iterator[str]:
    """The parts of a condition between those words that stand in no parentheses and in no text."""
    depth = start = 0
    for found in _PIECE.finditer(text):
        depth += (found.lastindex == 2) - (found.lastindex == 3)
        if found.lastindex == word and depth == 0:
            yield text[start : found.start()]
            start = found.end()
    yield text[start:]


def _systems(literal: str, about: bool) -> Iterator[bool]:
    """For each Windows that a text names, whether it is an old one."""
    named = [found[1] for found in _SYSTEM.finditer(literal)]
    bare = _BARE.fullmatch(literal) if about and not named else None
    if bare is not None:
        named = [bare[1] or bare[2]]
    return (name.lower() in _OLD or name.startswith("5") for name in named)
