"""Texts of PHP: escapes, printf formats, and what a condition asks for. Knows nothing of syntax trees."""

import re

from tlsscan.clauses import turned
from tlsscan.comparisons import php_compared
from tlsscan.patterns import lazy

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "e": "\x1b", "f": "\f"}
_ESCAPE = lazy(r"\\(?:x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]{1,6})\}|([0-7]{1,3})|([ntrvef\\$\"]))")
_PLACEHOLDER = lazy(r"%(%|[-+]?[ 0]?\d*(?:\.\d+)?[bcdeEfFgGosuxX])")

FEATURE_TESTS = r"defined|function_exists|method_exists|class_exists|enum_exists|extension_loaded"
GUARD_WORDS = lazy(
    rf"\b(?:{FEATURE_TESTS}|version_compare|phpversion|curl_version|PHP_VERSION(?:_ID)?|PHP_(?:MAJOR|MINOR)_VERSION"
    r"|OPENSSL_VERSION_(?:NUMBER|TEXT)|(?:ssl_)?version_number)\b",
    re.IGNORECASE,
)
_ASKS_FOR_OLD = lazy(
    rf"!\s*\(?\s*\\?(?:{FEATURE_TESTS})\b|(?<![<?])<=?(?![<>?])|['\"](?:<=?|lt|le)['\"]|={{2,3}}\s*false\b",
    re.IGNORECASE,
)

_EXISTS = r"\\?(?:class|interface|trait|enum|function)_exists\s*\(\s*(?:['\"]([\w\\]+)['\"]|([\w\\]+)::class)"
_MISSING = lazy(
    rf"!\s*{_EXISTS}|{_EXISTS}[^()]*\)\s*={{2,3}}\s*false\b|\bfalse\s*={{2,3}}\s*{_EXISTS}",
    re.IGNORECASE,
)
_SWITCH = r"(?:\$this->\w+|self::\$?\w+|static::\$\w+|[A-Z_][A-Z0-9_]*)"
SWITCHES = lazy(
    rf"!?\s*{_SWITCH}|!\s*empty\s*\(\s*{_SWITCH}\s*\)|{_SWITCH}\s*={{2,3}}\s*(?i:true)|(?i:true)\s*={{2,3}}\s*{_SWITCH}"
)
"""Conditions that may ask for a constant, or for a property that nothing sets."""
_NEGATED = lazy(r"!\s*[\\$\w]+(?:\([^()]*\))?")


def asks_for_old(condition: str) -> bool:
    """Whether a guard holds on the older runtime (`!defined('X')`, `PHP_VERSION_ID < 70400`), not on the newer."""
    if inner := turned(condition):
        return not asks_for_old(inner)
    return bool(_ASKS_FOR_OLD.search(php_compared(condition)))


def asks_for_definition(condition: str) -> str:
    """The class or function that has to be missing by a condition (`!class_exists('X')`), by its last name in lower
    case; an empty text if it asks for none."""
    found = _MISSING.search(condition)
    return next(filter(None, found.groups())).rpartition("\\")[2].lower() if found is not None else ""


def unescape(sequence: str, *, quoted: bool) -> str:
    """The character that an escape sequence stands for; `quoted` tells '...' from "..." and heredocs."""
    if quoted:
        return sequence[1:] if sequence in ("\\'", "\\\\") else sequence
    return _ESCAPE.sub(_character, sequence)


def _character(match: re.Match[str]) -> str:
    hexadecimal, point, octal, letter = match.groups()
    if letter is not None:
        return _ESCAPES.get(letter, letter)
    code = int(octal, 8) & 0xFF if octal is not None else int(hexadecimal or point, 16)
    return chr(code) if code <= 0x10FFFF else match.group(0)


def format_parts(text: str) -> list[str | None]:
    """A printf format cut at its placeholders, each of which is None; positional ones (`%1$s`) are not read."""
    parts: list[str | None] = []
    last = 0
    for match in _PLACEHOLDER.finditer(text):
        parts.append(text[last : match.start()])
        parts.append("%" if match.group(1) == "%" else None)
        last = match.end()
    parts.append(text[last:])
    return parts


def dotted(name: str) -> str:
    """A qualified name as the records write it: `\\GuzzleHttp\\Client` -> `GuzzleHttp.Client`."""
    return re.sub(r"\s+", "", name).strip("\\").replace("\\", ".")


def brief(text: str) -> str:
    """A condition on one line, without the parentheses that the syntax demands."""
    flat = " ".join(text.split())
    if flat.startswith("(") and flat.endswith(")") and flat.count("(", 1) == flat.count(")", 0, -1):
        inner = flat[1:-1].strip()
        return inner if _balanced(inner) else flat
    return flat


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def opposite(condition: str) -> str:
    """The condition of the other branch."""
    return condition[1:].lstrip() if _NEGATED.fullmatch(condition) else f"not ({condition})"
