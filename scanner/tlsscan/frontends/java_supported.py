"""Java: what a question about the supported protocols asks of the Java it runs on: `supported.contains("TLSv1.2")`."""

import re
from functools import lru_cache

from tlsscan.javaversions import HAS
from tlsscan.patterns import lazy

_SOURCE = r"\.getSupportedSSLParameters\(\)\s*\.getProtocols\(\)|\.getSupportedProtocols\(\)"
_SOURCES = lazy(_SOURCE.encode())
_HANDED_ON = r"(?:(?:java\.util\.)?(?:Arrays\.asList|(?:List|Set)\.of|new \w+(?:<\w*>)?)\(\s*)*"
_VALUE = lazy(rf"\s*{_HANDED_ON}(?:[\w.()\" ]*?(?:{_SOURCE})|(?:this\.)?(?P<name>[A-Za-z_]\w*))[\s)]*")
_ASKED = lazy(r"(?<![\w.)(])([\w.()\" <>]+?)\.contains\(\"TLSv1\.([12])\"\)")
_SETTING = lazy(r"(?<![\w.])(?:this\.)?([A-Za-z_]\w*)\s*=(?!=)\s*([^;{}]{1,200});")
_METHOD = lazy(r"\s(\w+)\(\s*(?:final\s+)?(?:String\s?(?:\[\]|\.\.\.)|\w+<String>)\s*(\w+)\s*\)[\w\s,.]{0,60}\{")
_CHANGED = r"(?<![\w.])(?:this\.)?{}\.(?:remove|retain|add|clear|set)\w*\("
LARGEST = 200_000  # bytes of a file in which they are looked for
ROUNDS = 4  # `m(socket.getSupportedProtocols())`, its parameter, a list of that


def asked_of_supported(condition: str, data: bytes) -> str:
    """A condition with what it asks of the supported protocols as a question about Java; as it is written where its
    collection may be another one."""
    if len(data) > LARGEST or not _SOURCES.search(data):
        return condition

    def told_by(found: re.Match[str]) -> str:
        if not _is_supported(found[1], _holders(data)):
            return found[0]
        return f'{HAS}"TLSv1.{found[2]}"'

    return _ASKED.sub(told_by, condition)


@lru_cache(maxsize=1)  # of one file many conditions are asked for
def _holders(data: bytes) -> frozenset[str]:
    """The variables of a file that hold the supported protocols and nothing else."""
    text = data.decode("utf-8", "replace")
    given: dict[str, set[str]] = {}
    for setting in _SETTING.finditer(text):
        given.setdefault(setting[1], set()).add(setting[2])
    for method in _METHOD.finditer(text):
        passed = re.findall(rf"(?<!\w){method[1]}\(([^;{{}}]{{1,200}})\)\s*[;)]", text)
        given.setdefault(method[2], set()).update(passed or {""})
    given = {name: values for name, values in given.items() if not re.search(_CHANGED.format(name), text)}
    held: frozenset[str] = frozenset()
    for _ in range(ROUNDS):
        held |= {name for name, values in given.items() if all(_is_supported(value, held) for value in values)}
    return held


def _is_supported(value: str, held: frozenset[str]) -> bool:
    """Whether an expression is the supported protocols, or a variable that holds them, in whatever collection."""
    found = _VALUE.fullmatch(value)
    return found is not None and (found["name"] is None or found["name"] in held)
