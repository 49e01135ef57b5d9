"""Java: names that keep what was asked of the version: `String v = System.getProperty("java.version")`, and of Android:
`boolean old = Build.VERSION.SDK_INT < 20`."""

import re
from collections.abc import Mapping
from functools import lru_cache

from tlsscan.frontends.unit import SNIPPET
from tlsscan.patterns import lazy

_ASKS = (
    r"java\.(?:specification\.|runtime\.|class\.)?version\"|\bJAVA_(?:SPECIFICATION_|RUNTIME_|CLASS_)?VERSION\b"
    r"|\bJAVA_VERSION_FLOAT\b|\bIS_JAVA_[0-9]|\bisJavaVersionAt|\bRuntime\.version\(\)"
)
_ANDROID = r"(?:\w+\.)*SDK_INT"
_WORDS = lazy(
    rf"{_ASKS}|\bSDK_INT\b".encode(),
    having=[b'version"', b"JAVA_", b"isJavaVersionAt", b"Runtime.version()", b"SDK_INT"],
)
_QUESTION = lazy(rf"{_ASKS}|^\(?{_ANDROID}(?:\s*[<>]=?\s*[\w.]+)?\)?$")  # not in a text that is put together with it
_SETTING = lazy(r"(?<![\w.])(?:this\.)?([A-Za-z_]\w*)\s*=(?!=)\s*([^;{}]{1,120});")
_METHOD = lazy(r"\bboolean\s+(\w+)\(\s*\)\s*\{\s*return\s+([^;{}]{1,120});\s*\}")
_NAME = lazy(r"(?<![\w.\"])(?:this\.|[A-Z]\w*\.)?([A-Za-z_]\w*)(\(\s*\))?(?![\w\"(])")
_COMPARES = lazy(r"[<>=]=?|\.\w+\(|!|^\(?[\w.]+(?:\(\))?\)?$")
LARGEST = 200_000  # bytes of a file in which they are looked for
ROUNDS = 2  # `v = System.getProperty(..)`, `old = v.startsWith("1.6")`


def asked_of_java(condition: str, data: bytes) -> str:
    """A condition with what its names keep of the version; as it is written where the file tells nothing."""
    if len(data) > LARGEST or not _COMPARES.search(condition):
        return condition
    kept = _kept(data)
    if not kept:
        return condition

    def told_by(found: re.Match[str]) -> str:
        value = kept.get(found[1] + ("()" if found[2] else ""), found[0])
        denied = condition[: found.start()].rstrip().endswith("!") and re.search("[<>]", value)
        return f"({value})" if denied and not value.startswith("(") else value

    told = _NAME.sub(told_by, condition)
    return told if len(told) <= 2 * SNIPPET else condition


@lru_cache(maxsize=1)  # of one file many conditions are asked for
def _kept(data: bytes) -> Mapping[str, str]:
    """By name, what a variable with one value keeps of the version; by name with `()`, what a method tells of it."""
    if not _WORDS.search(data):
        return {}
    text = data.decode("utf-8", "replace")
    given: dict[str, list[str]] = {}
    for form, end in ((_SETTING, ""), (_METHOD, "()")):
        for found in form.finditer(text):
            given.setdefault(found[1] + end, []).append(" ".join(found[2].split()))
    kept: dict[str, str] = {}
    for _ in range(ROUNDS):
        for name, values in given.items():
            if len(set(values)) == 1 and name not in kept:
                value = _NAME.sub(lambda found: kept.get(found[1] + ("()" if found[2] else ""), found[0]), values[0])
                if _QUESTION.search(value):
                    kept[name] = f"({value})" if re.search(r"&&|\|\|", value) else value
    return kept
