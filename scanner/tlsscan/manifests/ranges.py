"""Version constraints of package managers as spans. What is not understood gives nothing, never a guess."""

import re
from collections.abc import Callable, Iterable

from tlsscan.claims import Span
from tlsscan.patterns import lazy
from tlsscan.products import version_key

_NUMBER = r"v?(?P<number>[0-9]+(?:\.[0-9]+)*)(?P<wild>\.?[*xX])?"
_VERSION = lazy(r"v?([0-9]+(?:[._+-][0-9]+|u[0-9]+|[._-]?b[0-9]+)*)")
_BOUND = lazy(rf"(?P<op>===|~=|~>|==|>=|<=|!=|<>|\^|~|>|<|=)?\s*{_NUMBER}[\w.+-]*@?\w*")
_INTERVAL = lazy(
    r"(?P<open>[\[(\]])\s*(?P<low>[^,\[\]()]*?)\s*(?P<comma>,\s*(?P<high>[^,\[\]()]*?)\s*)?(?P<close>[\])\[])"
)


def series(text: str) -> tuple[Span, ...]:
    """One version or series: `2.7`, `v8.0.252`, `3.10.*`."""
    found = _VERSION.match(text.strip())
    return (Span(found[1], found[1]),) if found else ()


def least(text: str) -> tuple[Span, ...]:
    """A version or anything newer."""
    return tuple(Span(span.low) for span in series(text))


def bounds(text: str) -> tuple[Span, ...]:
    """Comparisons that all hold, parted by commas or blanks, and alternatives parted by `||`.

    This is what Python (PEP 440), Poetry, RubyGems and Composer write; `~` and `^` mean in each of them what they mean
    here, but for a bare version, which the callers know.
    """
    spans = [_all_of(part) for part in re.split(r"\|\|?", text)]
    return tuple(span for span in spans if span is not None)


def _all_of(text: str) -> Span | None:
    """Comparisons that all hold as one span; what they exclude in the middle is left to them."""
    hyphen = re.fullmatch(r"\s*([0-9][\w.]*)\s+-\s+([0-9][\w.]*)\s*", text)
    if hyphen:
        return Span(hyphen[1], hyphen[2])
    if text.strip() in ("*", "x", "X"):
        return Span()
    found = [part for part in re.split(r"[,\s]+", re.sub(r"([<>=~^!])\s+", r"\1", text.strip())) if part]
    parts = [
        _comparison(part) for part in found if part not in ("*", "and", "&&") and not part.startswith(("!=", "<>"))
    ]
    return _meet([part for part in parts if part is not None]) if parts and None not in parts else None


def _comparison(text: str) -> Span | None:
    found = _BOUND.fullmatch(text.strip("'\" "))
    if found is None:
        return None
    number, operator = found["number"], found["op"] or ""
    if operator in (">=", ">"):
        return Span(number)
    if operator in ("<", "<="):
        return Span("", number, operator == "<")
    if operator in ("~=", "~>"):
        return _within(number, number.rpartition(".")[0] or number)
    if operator == "~":
        return _within(number, ".".join(number.split(".")[:2]))
    if operator == "^":
        return _within(number, _caret(number))
    if found["wild"]:
        return _within(number, number)
    return Span(number, number)


def _within(low: str, series: str) -> Span:
    """What lies in a series from some version on. All of `2.7` begins with 2.7.0, while a plain 2.7 is its last."""
    return Span(f"{low}.0" if low == series and low.count(".") < 2 else low, series)


def _caret(number: str) -> str:
    """The series that `^` allows: up to the first part that is not zero."""
    parts = number.split(".")
    kept = next((place + 1 for place, part in enumerate(parts) if int(part)), len(parts))
    return ".".join(parts[:kept])


def _meet(spans: Iterable[Span]) -> Span:
    """What lies in all of some spans."""
    met = Span()
    for span in spans:
        if span.low and (not met.low or version_key(span.low) > version_key(met.low)):
            met = met._replace(low=span.low)
        if span.high and (not met.high or version_key(span.newest) < version_key(met.newest)):
            met = met._replace(high=span.high, below=span.below)
    return met


def composer(text: str) -> tuple[Span, ...]:
    """A constraint of Composer: `~5.6` reaches up to the next major version, `~5.6.1` up to the next minor."""
    return bounds(re.sub(r"~(?![>=])\s*(?=[0-9])", "~>", re.sub(r"@\w+", "", text)))


def intervals(text: str) -> tuple[Span, ...]:
    """Maven's and NuGet's intervals: `[1.7,)`, `(,1.0]`, `[1.2]`; several are alternatives."""
    found: list[Span] = []
    for part in _INTERVAL.finditer(text):
        low = series(part["low"])
        if not part["comma"]:
            found.extend(low)
            continue
        high = series(part["high"])
        below = part["close"] in (")", "[") and bool(high)
        found.append(Span(low[0].low if low else "", high[0].low if high else "", below))
    return tuple(found)


def maven(text: str) -> tuple[Span, ...]:
    """A dependency's version in Maven or Gradle: a plain version is what is used (by Gradle at least); `1.2.+` is
    a series."""
    return intervals(text) if text.strip()[:1] in "[](" else series(text.strip().removesuffix("+").rstrip("."))


def nuget(text: str) -> tuple[Span, ...]:
    """A dependency's version in NuGet: a plain version is the oldest that will do, and the one that is taken."""
    return intervals(text) if text.strip()[:1] in "[(" else series(text.strip().removesuffix("*").rstrip("."))


GRAMMARS: dict[str, Callable[[str], tuple[Span, ...]]] = {
    "series": series,
    "least": least,
    "bounds": bounds,
    "composer": composer,
    "maven": maven,
    "gradle": maven,
    "nuget": nuget,
}
"""How a text says versions, by the name that readers use for it."""
