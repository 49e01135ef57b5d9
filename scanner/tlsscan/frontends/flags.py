"""A flag that keeps what was asked of the runtime: `HAS_CONTEXT = hasattr(ssl, "SSLContext")`. Knows no language."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from tlsscan.frontends.unit import SNIPPET
from tlsscan.patterns import lazy

_FLAG = lazy(r"(not |!)?((?:self\.|cls\.|@{1,2})?([A-Za-z_]\w*))(?: is (not )?(None))?")
_SETTING = lazy(rb"(?m)^[ \t]*(?:self\.|cls\.|@{1,2})?([A-Za-z_]\w*)[ \t]*=(?![=~>])[ \t]*([^\n]*)")
_BRANCH = lazy(rb"if[ \t]+([^\n]+?)[ \t]*:")
_MADE = lazy(rb"([A-Za-z_]\w*)\.([A-Za-z_]\w*)\(")  # `ssl.SSLContext(...)`
_MISSING = lazy(rb"except\b[^\n:]*\b(?:AttributeError|NameError)\b[^\n:]*:\s*pass\b")
_FALLBACK = lazy(rb"except\b[^:]*\b(?:ImportError|AttributeError|NameError|ModuleNotFoundError)\b[^:]*:")
_TRIED = lazy(rb"from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([^()#\n]+)\)?|\w+[ \t]*=[ \t]*([\w.]+)\.(\w+)")
_UNSET = frozenset({b"None", b"False"})
_TURNED = lazy(r"(\([\d, ]+\)|\d+)\s*([<>]=?)\s*([\w.]+(?:\[[^\]]*\])?)")  # `(2, 7, 9) > sys.version_info`
_COMPARED = lazy(r"([\w.]+(?:\[[^\]]*\])?)\s*([<>]=?)\s*(\([\d, ]+\)|\d+)")
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
MAX_GIVEN = 2  # values of a name that is unset where something is missing
MAX_NAMES = 3  # that a `try` imports, each of which may be missing
MAX_LINES = 60  # before a setting, up to what it stands in
LARGEST = 1_000_000  # bytes of a file in which it is looked for


def spelled_out(condition: str, data: bytes, is_guard: Callable[[str], bool]) -> str:
    """A condition that is such a flag as what it keeps, where the file gives it a value once, or one in each arm of a
    check, or where it stays empty if something is missing that a `try` uses."""
    found = _FLAG.fullmatch(condition)
    if found is None or len(data) > LARGEST or is_guard(condition):
        return condition
    denied = bool(found.group(1)) != (found.group(5) is not None and not found.group(4))
    text = _kept(data, found.group(3).encode())
    if not text or not is_guard(text) or text.count("(") != text.count(")"):
        return condition
    return (f"not {text}" if denied and " and " not in text else f"not ({text})" if denied else text)[:SNIPPET]


def _kept(data: bytes, name: bytes) -> str:
    """What a name keeps; empty where that is not known."""
    given = _given(data).get(name, ())
    handler = next((at for at, value in given if value in _UNSET), None) if given else None
    if handler is not None and len(given) <= MAX_GIVEN:
        imported = _imported(data, name, handler)
        if imported:
            return imported
    if len(given) == 1:
        return given[0][1].decode("utf-8", "replace").partition("#")[0].strip()
    return _of_two(data, given)


def _imported(data: bytes, name: bytes, unset: int) -> str:
    """What is there where the handler that unsets a name does not run: all that its `try` imports, or reads."""
    depth, handler = _header(data, unset)
    if not _FALLBACK.fullmatch(handler):
        return ""
    body = b"\n" + data[: data.rfind(b"\n" + depth + handler, 0, unset)]
    body = body[body.rfind(b"\n" + depth + b"try:") :]
    found: list[str] = []
    for match in _TRIED.finditer(body):
        module, names = (match[1], match[2].split(b",")) if match[1] else (match[3], [match[4]])
        words = [one.split()[0].decode() for one in names if one.strip()]
        found += [f"hasattr({module.decode()}, '{word}')" for word in words]
    return " and ".join(found) if len(found) <= MAX_NAMES else ""


@lru_cache(maxsize=1)  # of one file many conditions are asked for
def _given(data: bytes) -> Mapping[bytes, Sequence[tuple[int, bytes]]]:
    """By name, where something is assigned to it at the beginning of a line, and what."""
    found: dict[bytes, list[tuple[int, bytes]]] = {}
    for match in _SETTING.finditer(data):
        found.setdefault(match[1], []).append((match.start(1), match[2].strip()))
    return found


def _of_two(data: bytes, given: Sequence[tuple[int, bytes]]) -> str:
    """What a name keeps that gets two values; empty where that is not known."""
    if len(given) != 2:
        return ""
    (first, one), (second, other) = given
    above, below = _header(data, first), _header(data, second)
    branch = _BRANCH.fullmatch(above[1])
    if branch is not None and below == (above[0], b"else:") and {one, other} == {b"True", b"False"}:
        asked = _mirrored(branch[1].decode("utf-8", "replace"))
        return asked if one == b"True" else _opposite(asked)
    made = _MADE.match(other) if one == b"None" and below[1] == b"try:" else None
    handler = re.compile(rb"(?m)^" + below[0] + rb"except\b").search(data, second) if made is not None else None
    if made is None or handler is None or _MISSING.match(data, handler.start() + len(below[0])) is None:
        return ""
    return f"hasattr({made[1].decode()}, '{made[2].decode()}')"


def _header(data: bytes, offset: int) -> tuple[bytes, bytes]:
    """The indentation and the text of the line that a line stands in."""
    start = data.rfind(b"\n", 0, offset) + 1
    depth = offset - start
    for _ in range(MAX_LINES):
        if not start:
            break
        end, start = start - 1, data.rfind(b"\n", 0, start - 1) + 1
        line = data[start:end].rstrip()
        text = line.lstrip()
        if text and not text.startswith(b"#") and len(line) - len(text) < depth:
            return line[: len(line) - len(text)], text
    return b"", b""


def _mirrored(text: str) -> str:
    """A comparison with the number on its right side."""
    found = _TURNED.fullmatch(text)
    return f"{found[3]} {_MIRRORED[found[2]]} {found[1]}" if found is not None else text


def _opposite(text: str) -> str:
    """A condition that holds where another one does not."""
    found = _COMPARED.fullmatch(text)
    return f"{found[1]} {_OPPOSITE[found[2]]} {found[3]}" if found is not None else f"not ({text})"
