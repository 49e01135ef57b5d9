"""A flag that keeps what was asked of the runtime: `HAS_CONTEXT = hasattr(ssl, "SSLContext")`. Knows no language."""

import re
from collections.abc import Callable

from tlsscan.frontends.unit import SNIPPET
from tlsscan.patterns import lazy

_FLAG = lazy(r"(not |!)?((?:self\.|cls\.|@{1,2})?([A-Za-z_]\w*))")
LARGEST = 1_000_000  # bytes of a file in which it is looked for


def spelled_out(condition: str, data: bytes, is_guard: Callable[[str], bool]) -> str:
    """A condition that is such a flag as what it keeps, where the file gives it a value once."""
    found = _FLAG.fullmatch(condition)
    if found is None or len(data) > LARGEST or is_guard(condition):
        return condition
    setting = rf"(?m)^[ \t]*(?:self\.|cls\.|@{{1,2}})?{found.group(3)}[ \t]*=(?![=~>])[ \t]*([^\n]*)"
    given = re.findall(setting.encode(), data)
    text = given[0].decode("utf-8", "replace").partition("#")[0].strip() if len(given) == 1 else ""
    if not text or not is_guard(text) or text.count("(") != text.count(")"):
        return condition
    return f"{found.group(1) or ''}{text}"[:SNIPPET]
