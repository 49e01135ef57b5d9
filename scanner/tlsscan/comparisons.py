"""PHP's ways to compare versions, as one: `version_compare(PHP_VERSION, '5.6', '<')`."""

import re

from tlsscan.patterns import lazy

_VERSION = r"(\\?PHP_VERSION|(?:\(float\)\s*)?\\?phpversion\s*\(\s*\))"
_TEXT = r"""(?:['"]([0-9][0-9.]*)['"]|([0-9]+\.[0-9]+))"""
_RESULT = lazy(r"(\\?version_compare\s*\((?:[^()]|\(\s*\))*)\)\s*(<=?|>=?|[!=]==?)\s*(-?[01])(?![\w.])")
_TURNED = lazy(
    rf"""\\?version_compare\s*\(\s*{_TEXT}\s*,\s*(\$?[\w\\>\[\]'"-]+(?:\(\s*\))?)\s*,"""
    r"""\s*['"](<=?|>=?|lt|le|gt|ge)['"]\s*\)"""
)
_PLAIN = lazy(rf"{_VERSION}\s*(<=?|>=?)\s*{_TEXT}")
_BEHIND = lazy(rf"{_TEXT}\s*(<=?|>=?)\s*{_VERSION}")
_SIGNS = {
    ">=": {"0": ">=", "-1": ">=", "1": ">"},
    ">": {"-1": ">=", "0": ">"},
    "<": {"0": "<", "1": "<="},
    "<=": {"-1": "<", "0": "<="},
    "==": {"-1": "<", "1": ">"},
    "!=": {"-1": ">=", "1": "<="},
}
_SIDES_CHANGED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "lt": ">", "gt": "<", "le": ">=", "ge": "<="}


def php_compared(condition: str) -> str:
    """A condition with each comparison of PHP's version in the one form; all else as it is written."""
    if "version" not in condition.lower():
        return condition
    told = _RESULT.sub(_by_result, condition)
    told = _TURNED.sub(_by_sides, told)
    told = _BEHIND.sub(lambda found: _call(found[4], found[1] or found[2], _SIDES_CHANGED[found[3]]), told)
    return _PLAIN.sub(lambda found: _call(found[1], found[3] or found[4], found[2]), told)


def _call(version: str, text: str, sign: str) -> str:
    return f"version_compare({version}, '{text}', '{sign}')"


def _by_result(found: re.Match[str]) -> str:
    """`version_compare(a, b) < 0`."""
    sign = _SIGNS[found[2][:2]].get(found[3])
    return f"{found[1]}, '{sign}')" if sign else found[0]


def _by_sides(found: re.Match[str]) -> str:
    """`version_compare('5.6', PHP_VERSION, '>')`."""
    return _call(found[3], found[1] or found[2], _SIDES_CHANGED[found[4]])
