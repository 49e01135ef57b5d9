"""PHP's last resorts: calls that are made once more, on the same object, where an earlier call has failed."""

import re

from tree_sitter import Node

from tlsscan.frontends.php_calls import CALL_KINDS, given
from tlsscan.frontends.unit import Path, field, text_of
from tlsscan.patterns import lazy

MAX_BEFORE = 4096  # bytes before a condition in which the attempt is looked for
_FAILED = (
    lazy(r"!\s*([^&|]+)"),
    lazy(r"not \(([^&|]+)\)"),
    lazy(r"([^&|]+?)\s*={2,3}\s*false", re.IGNORECASE),
    lazy(r"false\s*={2,3}\s*([^&|]+)", re.IGNORECASE),
    lazy(r"([^&|]+?)\s*!={1,2}\s*true", re.IGNORECASE),
)
_VARIABLE = lazy(r"\$\w+(?:->\w+)*")


def is_last_resort(path: Path, level: int, condition: str) -> bool:
    """Whether what runs at the end of a path, below `level`, under a condition repeats a call that has failed then."""
    failed = _what_failed(condition)
    call = next((node for node in reversed(path[level:]) if node.type in CALL_KINDS), None) if failed else None
    attempt = _attempt(call) if call is not None else None
    if attempt is None:
        return False
    if not _VARIABLE.fullmatch(failed):
        return re.search(rf"(?<![\w$>:\\]){attempt}", failed) is not None
    statement = path[level - 1]
    around = path[level - 2] if level > 1 else statement
    before = (around.text or b"")[: statement.start_byte - around.start_byte][-MAX_BEFORE:].decode("utf-8", "replace")
    given_last = re.split(rf"{re.escape(failed)}\s*=(?![=>])\s*", before)[1:][-1:]
    return bool(given_last) and re.match(rf"@?\s*{attempt}", given_last[0]) is not None


def _what_failed(condition: str) -> str:
    """The variable or call that a condition says is false."""
    for pattern in _FAILED:
        found = pattern.fullmatch(condition)
        if found is not None:
            return found.group(1).strip()
    return ""


def _attempt(call: Node) -> str | None:
    """A pattern for the calls of the same function with the same first argument."""
    arguments, listing = given(call), field(call, "arguments")
    if len(arguments) < 2 or listing is None or not text_of(arguments[0].node).startswith("$"):
        return None
    name = (call.text or b"")[: listing.start_byte - call.start_byte].decode("utf-8", "replace").strip()
    return rf"{re.escape(name)}\s*\(\s*{re.escape(text_of(arguments[0].node))}\s*[,)]"
