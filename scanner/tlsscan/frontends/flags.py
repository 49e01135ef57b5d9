"""A flag that keeps what was asked of the runtime: `HAS_CONTEXT = hasattr(ssl, "SSLContext")`. Knows no language."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from tlsscan.frontends.unit import SNIPPET
from tlsscan.patterns import lazy

_FLAG = lazy(r"(not |!)?((?:self\.|cls\.|@{1,2})?([A-Za-z_]\w*))")
_SETTING = lazy(rb"(?m)^[ \t]*(?:self\.|cls\.|@{1,2})?([A-Za-z_]\w*)[ \t]*=(?![=~>])[ \t]*([^\n]*)")
LARGEST = 1_000_000  # bytes of a file in which it is looked for


def spelled_out(condition: str, data: bytes, is_guard: Callable[[str], bool]) -> str:
    """A condition that is such a flag as what it keeps, where the file gives it a value once."""
    found = _FLAG.fullmatch(condition)
    if found is None or len(data) > LARGEST or is_guard(condition):
        return condition
    given = _given(data).get(found.group(3).encode()) or b""
    text = given.decode("utf-8", "replace").partition("#")[0].strip()
    if not text or not is_guard(text) or text.count("(") != text.count(")"):
        return condition
    return f"{found.group(1) or ''}{text}"[:SNIPPET]


@lru_cache(maxsize=1)  # of one file many conditions are asked for
def _given(data: bytes) -> Mapping[bytes, bytes | None]:
    """By name, what is assigned at the beginning of a line; None where that is more than one value."""
    found: dict[bytes, bytes | None] = {}
    for name, value in _SETTING.findall(data):
        found[name] = None if name in found else value
    return found
