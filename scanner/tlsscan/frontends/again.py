"""Handlers that try once more what has failed, with something else set for the whole process. By their text."""

from tlsscan.frontends.grammars import Node
from tlsscan.patterns import lazy

_CALLS = lazy(
    r"(?i)\b(?!(?:if|while|for|foreach|switch|using|lock|catch|return|write\w*|log\w*|tostring|format|add|append\w*|close"
    r"|dispose|show|sleep|parse|exit|trace\w*|print\w*|debug|info|warn|error)\b)"
    r"(?:(\w+)\s*\(|((?!write|out|start|log)[a-z]+-\w+))"
)
"""Calls of functions, and commands of PowerShell, but for what only tells of something."""


def calls_again(handler: Node, statement: Node, tried: str) -> bool:
    """Whether a handler calls, after a statement in it, what a text calls that was tried."""
    start, end = statement.end_byte - handler.start_byte, handler.end_byte - handler.start_byte
    after = (handler.text or b"")[start:end].decode("utf-8", "replace")
    first = {found[1] or found[2] for found in _CALLS.finditer(tried)}
    return any((found[1] or found[2]) in first for found in _CALLS.finditer(after))
