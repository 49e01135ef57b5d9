"""Java code that makes factories of sockets for clients of HTTPS and for nobody else, by its text."""

import re

from tlsscan.asides import without_comments
from tlsscan.patterns import lazy

BARE, FILLED = "?0", "?1"
"""What the idleness of a site begins with as long as it is not known who has its class: where its method makes a socket
without a peer, where it makes another."""
_API = lazy(r"\bHttpsURLConnection\b|\bokhttp3?\b")
_TEXT = lazy(r'"(?:\\.|[^"\\\n])*"')
_GOES = lazy(
    r"\b(?:setSSLSocketFactory|setDefaultSSLSocketFactory|sslSocketFactory|setSslSocketFactory)\s*\(\s*$",
    having=("SocketFactory",),
)
MAX_NAMED = 40  # of one class, or of one variable, in a file
BEFORE = 200  # characters that are looked at before a name


def waiting(owner: str, *, bare: bool) -> str:
    """The idleness of a site in a method of a class, as long as it is not known who has that."""
    return f"{BARE if bare else FILLED}{owner}"


def is_kept_for_https(text: str, owner: str) -> bool:
    """Whether all that code does with a class by its name is to make objects that clients of HTTPS are given, or to
    declare it."""
    code = _TEXT.sub(lambda found: found[0] if found[0].endswith(f'.{owner}"') else '""', _without_comments(text))
    places = list(re.finditer(rf"\b{re.escape(owner)}\b", code))
    if len(places) > MAX_NAMED or not all(_is_fine(code, place) for place in places):
        return False
    return not re.search(rf"\bnew\s+{re.escape(owner)}\b", code) or _API.search(code) is not None


def _is_fine(code: str, place: re.Match[str]) -> bool:
    """Whether the name of a class at a place declares it, or what is made there goes to a client of HTTPS."""
    before, after = code[max(0, place.start() - BEFORE) : place.start()], code[place.end() : place.end() + BEFORE]
    if re.search(r"\b(?:class|import(?:\s+[\w.]+\.)?)\s*$", before) or after.startswith(".class.getSimpleName()"):
        return True
    made = re.search(r"\bnew\s+(?:\w+\.)*$", before)
    if made is None:
        declared = re.match(r"\s+(\w+)\s*[=;]", after)
        constructor = re.match(r"\s*\([^()]*\)[\w\s,.]*\{", after) is not None
        return constructor or (declared is not None and _goes_to_clients(code, declared[1]))
    given = before[: made.start()]
    kept = re.search(r"(?<![\w.])(?:this\s*\.\s*)?(\w+)\s*=\s*$", given)
    return _GOES.search(given) is not None or (kept is not None and _goes_to_clients(code, kept[1]))


def _goes_to_clients(code: str, word: str) -> bool:
    """Whether a variable is passed to a client of HTTPS, and else only declared, where others cannot see it, or given
    a value."""
    uses = list(re.finditer(rf"\b{re.escape(word)}\b", code))
    told = [_is_passed(code, use) for use in uses[:MAX_NAMED]]
    return len(uses) <= MAX_NAMED and None not in told and True in told


def _is_passed(code: str, use: re.Match[str]) -> bool | None:
    """Whether a variable is passed to a client of HTTPS at a place; None where others may get it."""
    before, after = code[max(0, use.start() - BEFORE) : use.start()], code[use.end() : use.end() + BEFORE]
    if re.match(r"\s*(?:=(?!=)|;)", after):
        seen = re.search(r"\b(?:public|protected|return)\b[\w\s.]*$|=\s*(?:this\s*\.\s*)?$", before)
        return None if seen is not None else False
    passed = _GOES.search(re.sub(r"this\s*\.\s*$", "", before)) is not None and re.match(r"\s*[,)]", after)
    return True if passed else None


def _without_comments(text: str) -> str:
    return without_comments(text.encode("utf-8", "replace")).decode("utf-8", "replace")
