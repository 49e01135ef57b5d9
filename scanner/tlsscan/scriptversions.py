"""Python's and Ruby's ways to ask for their version, as bounds: `version_info[:2] <= (2, 6)`, `RUBY_VERSION =~ /^1/`.

What cannot be told for sure, for the way that texts or tuples of other lengths are compared, is not told.
"""

from tlsscan.patterns import lazy
from tlsscan.products import Bound, version_key

_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_SIGN = r"\s*(<=?|>=?|[!=]=)\s*"
_TUPLE = r"""\(\s*([0-9]+(?:\s*,\s*[0-9]+){0,2})\s*,?\s*((?:,?\s*['"]final['"]\s*(?:,\s*0\s*)?)?)\)"""
_INFO = r"(?:sys\.)?version_info(?:\[0?:([1-4])\])?"
_MAJOR = (
    r"(?:(?:sys\.)?version_info(?:\[0\]|\.major)|(?:int\()?(?:sys\.version|(?:platform\.)?python_version_tuple\(\))\[0\]\)?"
    r"|sys\.version(?:_info)?\[:1\])"
)
_FLAG = lazy(r"(?:[\w.]+\.)?(?:IS_)?PY([23])")
_COMPARED = lazy(rf"{_INFO}{_SIGN}{_TUPLE}")
_BEHIND = lazy(rf"{_TUPLE}{_SIGN}{_INFO}")
_BY_MAJOR = lazy(rf"""{_MAJOR}{_SIGN}['"(]?([234])(?:['"]|,?\))?""")
_HEX = lazy(rf"(?:sys\.)?hexversion{_SIGN}0[xX]([0-9a-fA-F]{{7,8}})")
_BEGINS = lazy(
    r"""(?:sys\.version|(?:platform\.)?python_version\(\))\.startswith\(\s*['"]([23](?:\.[0-9])?)\.?['"]\s*\)"""
)

_WRITTEN = r"(?:sys\.version|(?:platform\.)?python_version\(\))"
_AS_TEXTS = lazy(rf"""{_WRITTEN}{_SIGN}['"]([23])(?:\.[0-9.]*)?['"]""")

_RUBY = r"(?:::)?RUBY_VERSION(?:\.(?:dup|to_s))?"
_GEM = r"(?:::)?Gem::Version\.(?:new|create)"
_LITERAL = r"""['"]([0-9]+(?:\.[0-9]+)*)['"](?:\.freeze)?"""
_TEXTS = lazy(rf"{_RUBY}{_SIGN}{_LITERAL}")
_TEXTS_BEHIND = lazy(rf"{_LITERAL}{_SIGN}{_RUBY}")
_GEMS = lazy(rf"{_GEM}\(?\s*{_RUBY}\s*\)?{_SIGN}(?:{_GEM}\(?\s*)?{_LITERAL}\s*\)?")
_GEMS_BEHIND = lazy(rf"{_GEM}\(?\s*{_LITERAL}\s*\)?{_SIGN}{_GEM}\(?\s*{_RUBY}\s*\)?")
_NUMBERS = lazy(rf"{_RUBY}\.to_[fi]{_SIGN}([0-9](?:\.[0-9])?)")
_STARTS = lazy(rf"{_RUBY}\.start_with\?[( ]\s*['\"]([0-9](?:\.[0-9])*)\.?['\"]\s*\)?")
_MATCHES = lazy(rf"{_RUBY}(?:\s*=~\s*| is |\.match\??[( ]\s*)/(?:\^|\\A)([0-9](?:\\?\.[0-9])*)(?:\\?\.)?/\s*\)?")

_NEXT: dict[tuple[int, ...], tuple[int, ...]] = {
    (1, 8, 7): (1, 9),
    (1, 9, 3): (2, 0),
}  # after the last releases of old series


def is_rough(text: str) -> bool:
    """Whether a question compares texts, so that what it demands is not all that it asks."""
    return _AS_TEXTS.fullmatch(text) is not None


def script_demands(text: str, denied: bool) -> tuple[str, tuple[Bound, ...]] | None:
    """The product that a single question is about, and the bounds between which it is answered so."""
    written = _AS_TEXTS.fullmatch(text)
    if written is not None:
        bounds = _of_texts(_OPPOSITE.get(written[1], "") if denied else written[1], int(written[2]))
        return ("python", bounds) if bounds else None
    product, read = ("ruby", _ruby) if "RUBY_VERSION" in text else ("python", _python)
    bounds = read(text)
    if denied and len(bounds) != 1:
        return None
    bounds = tuple(Bound(_OPPOSITE[bound.operator], bound.version) for bound in bounds) if denied else bounds
    return (product, bounds) if bounds else None


def _python(text: str) -> tuple[Bound, ...]:
    flag = _FLAG.fullmatch(text)
    if flag is not None:
        return (Bound("<" if flag[1] == "2" else ">=", (3,)),)
    major = _BY_MAJOR.fullmatch(text)
    if major is not None:
        return _of_majors(major[1], int(major[2]))
    hexed = _HEX.fullmatch(text)
    if hexed is not None:
        return _of_releases(hexed[1], int(hexed[2], 16))
    begins = _BEGINS.fullmatch(text)
    if begins is not None:
        return _series(version_key(begins[1])) if "." in begins[1] else _of_majors("==", int(begins[1]))
    compared, behind = _COMPARED.fullmatch(text), _BEHIND.fullmatch(text)
    if compared is not None:
        return _of_tuples(compared[2], compared[3], compared[1], whole=bool(compared[4]))
    if behind is not None:
        return _of_tuples(_TURNED[behind[3]], behind[1], behind[4], whole=bool(behind[2]))
    return ()


def _of_majors(sign: str, number: int) -> tuple[Bound, ...]:
    """A comparison of the first number alone; there are but 2 and 3."""
    if sign in ("==", "!="):
        if number not in (2, 3):
            return ()
        return (Bound("<" if (number == 2) == (sign == "==") else ">=", (3,)),)
    return (_of_whole(sign, (number,)),)


def _of_texts(sign: str, number: int) -> tuple[Bound, ...]:
    """A comparison of texts, of which only the first number is sure: `"2.7.18" < "2.7.9"`."""
    if sign in ("<", "<=") and number == 2:
        return (Bound("<", (3,)),)
    return (Bound(">=", (3,)),) if sign in (">", ">=") and number == 3 else ()


def _of_tuples(sign: str, numbers: str, cut: str | None, *, whole: bool) -> tuple[Bound, ...]:
    """A comparison of tuples: all five parts of a version are more than any shorter tuple that they begin with."""
    key = version_key(numbers)
    if cut is not None and len(key) > int(cut):
        return ()
    if cut is not None and len(key) == int(cut) and not whole:
        return _series(key) if sign == "==" else () if sign == "!=" else (_of_whole(sign, key),)
    if sign in ("==", "!=") or (whole and sign in ("<=", ">")):
        return ()
    return (Bound("<" if sign[0] == "<" else ">=", key),)


def _of_releases(sign: str, number: int) -> tuple[Bound, ...]:
    """A comparison of `sys.hexversion`: a byte for each part, and one that is 0xf0 for what is released."""
    key = (number >> 24, number >> 16 & 255, number >> 8 & 255)
    if sign in ("==", "!="):
        return ()
    return (_of_whole(sign, key) if number & 255 >= 0xF0 else Bound("<" if sign[0] == "<" else ">=", key),)


def _ruby(text: str) -> tuple[Bound, ...]:
    matched = _STARTS.fullmatch(text) or _MATCHES.fullmatch(text)
    if matched is not None:
        return _series(version_key(matched[1]))
    numbered = _NUMBERS.fullmatch(text)
    if numbered is not None:
        return _of_numbers(numbered[1], numbered[2], whole=".to_i" in text)
    gems = "Gem::" in text
    compared = (_GEMS if gems else _TEXTS).fullmatch(text)
    if compared is not None:
        return _of_versions(compared[1], compared[2], texts=not gems)
    behind = (_GEMS_BEHIND if gems else _TEXTS_BEHIND).fullmatch(text)
    return _of_versions(_TURNED[behind[2]], behind[1], texts=not gems) if behind is not None else ()


def _of_numbers(sign: str, number: str, *, whole: bool) -> tuple[Bound, ...]:
    """A comparison of the first numbers: `RUBY_VERSION.to_f <= 1.9`."""
    if whole and "." in number:
        return ()
    key = version_key(number)[: 1 if whole else 2]
    key = key if whole or len(key) > 1 else (*key, 0)
    return _series(key) if sign == "==" else () if sign == "!=" else (_of_whole(sign, key),)


def _of_versions(sign: str, version: str, *, texts: bool) -> tuple[Bound, ...]:
    """A comparison by order; of texts only where each part is one digit, for `"10"` is before `"9"`."""
    key = version_key(version)
    if sign not in _OPPOSITE or (texts and max(key) > 9):
        return ()
    after = _NEXT.get(key)
    if sign in ("<=", ">") and after is not None:
        sign, key = "<" if sign == "<=" else ">=", after
    return (Bound(sign, key),)


def _series(key: tuple[int, ...]) -> tuple[Bound, ...]:
    """What begins with some parts. Before Ruby 2 there is but 1."""
    return (*([] if key == (1,) else [Bound(">=", key)]), Bound("<", _after(key)))


def _of_whole(sign: str, key: tuple[int, ...]) -> Bound:
    """A comparison of as many parts as a version is cut to."""
    return Bound(sign, key) if sign in ("<", ">=") else Bound("<" if sign == "<=" else ">=", _after(key))


def _after(key: tuple[int, ...]) -> tuple[int, ...]:
    return (*key[:-1], key[-1] + 1)
