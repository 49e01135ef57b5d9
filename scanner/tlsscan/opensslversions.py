"""Ways to ask for the version of OpenSSL, as bounds: `OPENSSL_VERSION_NUMBER < 0x1000100f`, of any language."""

from tlsscan.patterns import lazy
from tlsscan.products import Bound, version_key

_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_SIGN = r"\s*(<=?|>=?)\s*"
_NUMBER = r"[\\\w.:]*\bOPENSSL_VERSION_NUMBER\b"
_INFO = r"[\w.]*\bOPENSSL_VERSION_INFO(?:\[0?:[1-5]\])?"
_HEX = r"0[xX]([0-9a-fA-F]{8})[lL]?"
_TUPLE = r"\(\s*([0-9]+(?:\s*,\s*[0-9]+){0,4})\s*,?\s*\)"
_COMPARED = lazy(rf"(?:{_NUMBER}{_SIGN}{_HEX}|{_INFO}{_SIGN}{_TUPLE})")
_BEHIND = lazy(rf"(?:{_HEX}{_SIGN}{_NUMBER}|{_TUPLE}{_SIGN}{_INFO})")


def openssl_demand(text: str, denied: bool) -> Bound | None:
    """The bound within which the version must lie if a question is answered so, its letter left out: between 1.0.1 and
    1.0.1f nobody can tell."""
    if "OPENSSL_VERSION" not in text:
        return None
    compared, behind = _COMPARED.fullmatch(text), _BEHIND.fullmatch(text)
    if compared is not None:
        sign, number, numbers = compared[1] or compared[3], compared[2], compared[4]
    elif behind is not None:
        sign, number, numbers = _TURNED[behind[2] or behind[4]], behind[1], behind[3]
    else:
        return None
    key = _of_number(int(number, 16)) if number else version_key(numbers)
    return _bound(_OPPOSITE[sign] if denied else sign, key)


def _of_number(number: int) -> tuple[int, ...]:
    """The parts of 0xMNNFFPPS."""
    return (number >> 28, number >> 20 & 255, number >> 12 & 255, number >> 4 & 255)


def _bound(sign: str, key: tuple[int, ...]) -> Bound:
    whole, more = key[:3], any(key[3:])
    if sign in (">", ">="):
        return Bound(">=", whole)
    last = (*whole[:-1], whole[-1] + 1)
    return Bound("<", last if more or sign == "<=" else whole)
