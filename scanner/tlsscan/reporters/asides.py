"""What is set aside, in words. Sets nothing aside."""

from collections import Counter
from collections.abc import Iterable

from tlsscan.display import safe, safe_start, sentence
from tlsscan.model import Aside, AsideKind, Remark

_COUNTED = {
    AsideKind.INLINE: "suppressed",
    AsideKind.BASELINE: "in the baseline",
    AsideKind.UNCHANGED: "in unchanged code",
}
_LABELS = {
    AsideKind.INLINE: "suppressed",
    AsideKind.BASELINE: "in the baseline",
    AsideKind.UNCHANGED: "unchanged",
}


def counted(asides: Iterable[Aside]) -> str:
    """`4 suppressed, 12 in the baseline`; empty if nothing is set aside."""
    numbers = Counter(aside.kind for aside in asides)
    return ", ".join(f"{numbers[kind]} {words}" for kind, words in _COUNTED.items() if numbers[kind])


def label(aside: Aside) -> str:
    """`suppressed`, `in the baseline`, `unchanged`."""
    return _LABELS[aside.kind]


def reason(aside: Aside) -> str:
    """Why a finding is set aside: `suppressed at src/a.py:3: an appliance that speaks nothing newer`."""
    where = f" at {safe(aside.place.path)}:{aside.place.region.line}" if aside.place is not None else ""
    said = sentence(aside.justification)
    return f"{label(aside)}{where}" + (f": {said}" if said else "")


def remark_line(remark: Remark) -> str:
    """`src/a.py:3: unused suppression of python/ssl-context-protocol`."""
    line = f":{remark.region.line}" if remark.region is not None else ""
    return f"{safe_start(remark.path)}{line}: {sentence(remark.text)}"
