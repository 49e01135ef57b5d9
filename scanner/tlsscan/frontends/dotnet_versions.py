"""C#: a variable that keeps the version of the runtime or the system, for which a condition asks by it."""

import re

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import SNIPPET
from tlsscan.frontends.windows import OF_RUNTIME
from tlsscan.patterns import lazy

LARGEST = 1_000_000  # bytes of a file in which it is looked for what a variable keeps
_ASKED = lazy(r"([A-Za-z_]\w*)(?:\.(?:Major|Minor|Build|Revision)\b|\s*[<>]=?\s*new\b)")
_KEPT = rb"(?<![\w.])%s\s*=(?!=)\s*([^;]{1,120});"
_RUNTIME = lazy(rf"\bEnvironment\.(?:OS)?Version\b|\bOSVersion\b|{OF_RUNTIME}")


def kept_version(condition: str, root: Node) -> str:
    """A condition that compares a variable, with the version of the runtime that this keeps in the place of its name,
    where the file gives it that once; else as it is written."""
    found = _ASKED.match(condition)
    if found is None or root.end_byte > LARGEST or _RUNTIME.search(condition):
        return condition
    given = re.findall(_KEPT % found[1].encode(), root.text or b"")
    text = given[0].decode("utf-8", "replace").strip() if len(given) == 1 else ""
    return f"{text}{condition[found.end(1) :]}"[:SNIPPET] if _RUNTIME.search(text) else condition
