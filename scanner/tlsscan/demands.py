"""What conditions in code demand of the version that they run on: `PHP_VERSION_ID < 50600`, `SDK_INT >= 21`."""

from collections.abc import Iterator

from tlsscan.clauses import CAUGHT, caught_under, pieces, questions
from tlsscan.comparisons import php_compared
from tlsscan.existence import answered, missing_by
from tlsscan.javaversions import HAS, LACKS, java_demand, java_demands
from tlsscan.opensslversions import openssl_demand
from tlsscan.patterns import lazy
from tlsscan.products import Bound, Condition, Runtimes, compare, spelled, version_key
from tlsscan.rules import Vocabulary
from tlsscan.scriptversions import is_rough, script_demands

_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_SIDES_CHANGED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_WORDS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_NUMBER = r"(PHP_VERSION_ID|PHP_MAJOR_VERSION|(?:[\w.]*\.)?SDK_INT)"
_COMPARED = lazy(rf"\\?{_NUMBER}\s*(<=?|>=?)\s*([\w.]+)")
_TURNED = lazy(rf"([\w.]+)\s*(<=?|>=?)\s*\\?{_NUMBER}")
_CALLED = lazy(
    r"""\\?version_compare\s*\(\s*(?:\(float\)\s*)?\\?(?:PHP_VERSION|phpversion\s*\(\s*\))\s*,\s*['"]([0-9][0-9.]*)['"]\s*,"""
    r"""\s*['"](<=?|>=?|lt|le|gt|ge)['"]\s*\)"""
)
_OR = lazy(r"\bor\b|\|\|")
_ASKS_MORE = lazy(
    r"is caught|defined|hasattr|getattr|respond_to|exist|version|\bPY\d|HAS_|HAVE_|SDK_INT|METHODS|Error|Exception"
    r"|(?i:support|legacy|old)"
)
"""What may ask the runtime for more than its version, or be a guard of another sort."""
_OF_THREE_PARTS = ("php", "python", "ruby")
_LEVELS = {  # https://developer.android.com/reference/android/os/Build.VERSION_CODES
    name: level
    for level, names in {
        14: "ICE_CREAM_SANDWICH",
        15: "ICE_CREAM_SANDWICH_MR1",
        16: "JELLY_BEAN",
        17: "JELLY_BEAN_MR1",
        18: "JELLY_BEAN_MR2",
        19: "KITKAT",
        20: "KITKAT_WATCH",
        21: "LOLLIPOP",
        22: "LOLLIPOP_MR1",
        23: "M",
        24: "N",
        25: "N_MR1",
        26: "O",
        27: "O_MR1",
        28: "P",
        29: "Q",
        30: "R",
    }.items()
    for name in names.split()
}


def under(runtimes: Runtimes, condition: str) -> Runtimes | None:
    """The runtimes on which code runs under a condition; None if a claim says that it never does. Where the version is
    only assumed, it is one for which the condition holds."""
    for product, ranges in _ranges(condition, runtimes):
        if not ranges or runtimes.may_hold(product, ranges):
            continue
        if product in runtimes.claimed or product in runtimes.granted:
            return None
        if product in runtimes.assumed and product != "openssl":  # which what reads no condition may take for too old
            latest = _within(product, ranges[-1][-1])
            runtimes = _assuming(runtimes, product, latest)
    return runtimes


def _assuming(runtimes: Runtimes, product: str, version: str) -> Runtimes:
    """Runtimes where another version of a product is assumed."""
    is_older = compare(version_key(version, product), version_key(runtimes.assumed[product], product)) < 0
    older = product if is_older else runtimes.older
    return runtimes._replace(assumed={**runtimes.assumed, product: version}, older=older)


def _ranges(condition: str, runtimes: Runtimes) -> Iterator[tuple[str, tuple[tuple[Bound, ...], ...]]]:
    """The products and ranges in which their versions must lie under a condition."""
    yield from ((product, ((bound,),)) for product, bound in demands(condition))
    if HAS in condition and "android" in runtimes.claimed:
        for text, denied in questions(condition):
            if text.startswith(HAS) and "||" not in text:  # the first that has the names of TLS 1.1 and 1.2
                yield "android", ((Bound("<" if text.startswith(LACKS) != denied else ">=", (16,)),),)
        return
    for ranges in java_demands(condition):
        yield "java", tuple(tuple(Bound(limit.operator, limit.version) for limit in limits) for limits in ranges)


def without(runtimes: Runtimes, condition: str, vocabulary: Vocabulary) -> Runtimes:
    """Runtimes that lack the names which a condition asks to be missing: where the version is only assumed, it is the
    last one before they came."""
    for needs in missing_by(condition, vocabulary):
        product, ranges = needs.products[0]
        came = next((bound for bound in ranges[0] if bound.operator == ">="), None)
        if came is not None and product in runtimes.assumed and product not in runtimes.claimed:
            before = _within(product, Bound("<", came.version))
            if runtimes.holds(Condition(((product, ((came,),)),))):
                runtimes = _assuming(runtimes, product, before)
    return runtimes


def demands(condition: str) -> Iterator[tuple[str, Bound]]:
    """The products and bounds that must hold under a condition, as far as they are plain."""
    for text, denied in questions(condition):
        yield from _of_question(text, denied, condition)


def affirmed(runtimes: Runtimes, condition: str, vocabulary: Vocabulary) -> bool:
    """Whether claims say that the version is what a condition demands, and that the names of a vocabulary are there, or
    not, as it asks, and it asks for nothing else of the runtime."""
    asked = [*_ranges(condition, runtimes)]
    held = (product in runtimes.claimed and runtimes.holds(Condition(((product, at),))) for product, at in asked)
    if not all(held):
        return False
    named = [answered(text, denied, vocabulary, runtimes) for text, denied in questions(condition)]
    if False in named or not (asked or True in named):
        return False
    told = True in named and bool(caught_under(condition))
    every = (
        (text, known or (not is_rough(text) and _of_question(text, denied, condition)) or java_demand(text, denied))
        for known, (text, denied) in zip(named, questions(condition), strict=True)
    )
    return all(known or not _ASKS_MORE.search(text) or (told and text.endswith(CAUGHT)) for text, known in every)


def _of_question(text: str, denied: bool, condition: str) -> list[tuple[str, Bound]]:
    """What a single question demands; of Python or Ruby nothing where an `or` may stand before it."""
    found = _demand(text, denied)
    if found is not None:
        return [found]
    told = script_demands(text, denied)
    if told is None or any(_OR.search(part) for part in pieces(condition)[0]):
        return []
    return [(told[0], bound) for bound in told[1]]


def _demand(text: str, denied: bool) -> tuple[str, Bound] | None:
    called = _CALLED.fullmatch(php_compared(text))
    compared, turned = _COMPARED.fullmatch(text), _TURNED.fullmatch(text)
    if called is not None:
        product, version, sign = "php", version_key(called[1]), _WORDS.get(called[2], called[2])
    elif compared is not None:
        (product, version), sign = _version(compared[1], compared[3]), compared[2]
    elif turned is not None:
        (product, version), sign = _version(turned[3], turned[1]), _SIDES_CHANGED[turned[2]]
    else:
        bound = openssl_demand(text, denied)
        return ("openssl", bound) if bound is not None else None
    return (product, Bound(_OPPOSITE[sign] if denied else sign, version)) if version else None


def _version(name: str, text: str) -> tuple[str, tuple[int, ...]]:
    """The product that a name tells, and the version that a number or a constant stands for; () if it is none."""
    if name.endswith("SDK_INT"):
        level = _LEVELS.get(text.rpartition(".")[2], int(text) if text.isdecimal() else 0)
        return "android", (level,) if level else ()
    if not text.isdecimal():
        return "php", ()
    number = int(text)
    return "php", (number,) if name.startswith("PHP_MAJOR") else (number // 10000, number // 100 % 100, number % 100)


def _within(product: str, bound: Bound) -> str:
    """A version for which a bound holds: of those before another, a late one."""
    key = bound.version
    if bound.operator == "<":
        last = max((at for at, part in enumerate(key) if part), default=0)
        key = (*key[:last], key[last] - 1, *([99] if product in _OF_THREE_PARTS else []))
    elif bound.operator == ">":
        key = (*key, 1)
    return spelled(key, product)
