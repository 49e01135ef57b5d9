"""PHP's last resorts: calls that are made once more, on the same object or for the same variable, where an earlier call
has failed, and what is set for one."""

import re
from collections.abc import Iterator

from tlsscan.frontends.grammars import Node
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
_ERROR = lazy(r"\w+_err(?:no|or)\s*\(\s*(\$\w+(?:->\w+)*)\s*\)(?:\s*(?:(?:!={1,2}|>)\s*\S+|={2,3}\s*[1-9]\d*))?")
_RUN = lazy(r"(?<![\w$>:\\])(\w+)\s*\(\s*(\$\w+(?:->\w+)*)\s*\)")


def is_last_resort(path: Path, level: int, condition: str) -> bool:
    """Whether what runs at the end of a path, below `level`, under a condition repeats a call that has failed then, or
    sets something for one that is repeated."""
    call = next((node for node in reversed(path[level:]) if node.type in CALL_KINDS), None)
    if call is None:
        return False
    if path[level - 1].type == "catch_clause":
        return _is_tried_again(path, level, call)
    failed = _what_failed(condition)
    before = _before(path, level)
    if failed and any(_is_what_failed(attempt, failed, before) for attempt in _attempts(path, call, failed)):
        return True
    arguments = given(call)
    subject = text_of(arguments[0].node) if len(arguments) > 1 else ""
    if not _VARIABLE.fullmatch(subject):
        return False
    failing = _ERROR.fullmatch(condition)
    last = _given_last(failed, before) if _VARIABLE.fullmatch(failed) else failed
    if failing is None and (not failed or _runs(last, subject) == set()):
        return False
    if failing is not None and failing.group(1) != subject:
        return False
    earlier = _runs(before if failing is not None else last, subject)
    return not earlier.isdisjoint(_runs(text_of(path[level]), subject))


def _is_tried_again(path: Path, level: int, call: Node) -> bool:
    """Whether a handler calls, or sets something for, what its `try` has called with the same object."""
    arguments, tried = given(call), text_of(field(path[level - 2], "body"))
    subject = text_of(arguments[0].node) if len(arguments) > 1 else ""
    if not _VARIABLE.fullmatch(subject):
        return False
    again = _runs(tried, subject) & _runs(text_of(path[level]), subject)
    repeated = any(re.search(attempt, tried) for attempt in _attempts(path, call, ""))
    return bool(again) or (repeated and "setopt" not in text_of(field(call, "function")))


def _is_what_failed(attempt: str, failed: str, before: str) -> bool:
    """Whether a variable or a call that is false is what an attempt has given."""
    if not _VARIABLE.fullmatch(failed):
        return re.search(rf"(?<![\w$>:\\]){attempt}", failed) is not None
    return re.match(rf"@?\s*{attempt}", _given_last(failed, before)) is not None


def _given_last(variable: str, before: str) -> str:
    """What was assigned to a variable last in a text, and what follows it."""
    return (re.split(rf"{re.escape(variable)}\s*=(?![=>])\s*", before)[1:] or [""])[-1]


def _before(path: Path, level: int) -> str:
    """The text before a condition in the block around it."""
    statement = path[level - 1]
    around = path[level - 2] if level > 1 else statement
    return (around.text or b"")[: statement.start_byte - around.start_byte][-MAX_BEFORE:].decode("utf-8", "replace")


def _what_failed(condition: str) -> str:
    """The variable or call that a condition says is false."""
    for pattern in _FAILED:
        found = pattern.fullmatch(condition)
        if found is not None:
            return found.group(1).strip()
    return ""


def _runs(text: str, subject: str) -> set[str]:
    """The functions that are called with nothing but an object: `curl_exec($ch)`."""
    return {name for name, given_to in _RUN.findall(text) if given_to == subject and "err" not in name}


def _attempts(path: Path, call: Node, failed: str) -> Iterator[str]:
    """Patterns for earlier attempts of a call: the same function with the same object as its first argument, or, where
    its result is kept in a variable, for the one that is false."""
    arguments, listing = given(call), field(call, "arguments")
    if len(arguments) < 2 or listing is None:
        return
    name = re.escape((call.text or b"")[: listing.start_byte - call.start_byte].decode("utf-8", "replace").strip())
    first = text_of(arguments[0].node)
    if first.startswith("$"):
        yield rf"{name}\s*\(\s*{re.escape(first)}\s*[,)]"
    kept = next((node for node in reversed(path[: path.index(call)]) if node.type == "assignment_expression"), None)
    variable = text_of(field(kept, "left")) if kept is not None else ""
    right = text_of(field(kept, "right")).lstrip("@ ") if kept is not None else ""
    if _VARIABLE.fullmatch(variable) and right == text_of(call) and re.search(rf"{re.escape(variable)}(?!\w)", failed):
        yield rf"{name}\s*\("
