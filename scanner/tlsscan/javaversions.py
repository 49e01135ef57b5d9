"""Java's ways to ask for its version, as ranges: `System.getProperty("java.version").startsWith("1.6")`."""

import re
from collections.abc import Iterator

from tlsscan.annotations import TypeAlias
from tlsscan.clauses import questions
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple


class Limit(NamedTuple):
    """One comparison with a version, by its parts: 6u45 is (6, 0, 45)."""

    operator: str
    version: tuple[int, ...]


Ranges: TypeAlias = tuple[tuple[Limit, ...], ...]

WORDS = (
    "java.version",
    "specification.version",
    "java.runtime",
    "java.class",
    "JAVA",
    "Java",
    "javaVersion",
    "javaMajorVersion",
    "Runtime.version",
)
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_CLASSES_OF_JAVA_1 = 44  # of `java.class.version`
_TEXT = (
    r"""(?:(?:java\.lang\.)?System\.getProperty\(\s*"java\.(?:(?:vm\.)?specification\.|runtime\.)?version"\s*(?:,\s*"[^"]*"\s*)?\)"""
    r"|(?:\w+\.)*JAVA_(?:SPECIFICATION_|RUNTIME_)?VERSION)(?:\.trim\(\)|\.substring\(0, ?3\))*"
)
_NUMBER = (
    rf"(?:(?:Double|Float)\.(?:parse(?:Double|Float)|valueOf)\(\s*{_TEXT}\s*\)|(?:\w+\.)*JAVA_VERSION_FLOAT"
    r"|Runtime\.version\(\)\.(?:feature|major)\(\))"
)
_CLASS = (
    r"""(?:Double|Float)\.(?:parse(?:Double|Float)|valueOf)\(\s*(?:System\.getProperty\(\s*"java\.class\.version"\s*\)"""
    r"|(?:\w+\.)*JAVA_CLASS_VERSION)\s*\)"
)
_COUNTED = r"(?:\w+\.)*(?:JAVA_(?:MAJOR_)?VERSION|java(?:Major)?Version\(\))"  # a number, as that is held against one
_LITERAL = r"([0-9]+(?:\.[0-9]+)?)[fFdD]?"
_BEGINS = lazy(rf"""{_TEXT}\.(?:startsWith|contains|equals)\(\s*"([^"]+)"\s*\)""")
_INDEXED = lazy(rf"""{_TEXT}\.indexOf\(\s*"([^"]+)"\s*\)\s*(==\s*0|>=\s*0|>\s*-1|!=\s*-1|<\s*0|==\s*-1)""")
_EQUALS = lazy(rf"""\s*"([^"]+)"\.equals\(\s*{_TEXT}\s*\)""")
_ORDERED = lazy(rf"""{_TEXT}\.compareTo\(\s*"(1\.[0-9])[^"]*"\s*\)\s*(<=?|>=?)\s*0""")
_ORDERING = lazy(rf"""\s*"(1\.[0-9])[^"]*"\.compareTo\(\s*{_TEXT}\s*\)\s*(<=?|>=?)\s*0""")
_COMPARED = lazy(rf"(?:({_CLASS})|{_NUMBER}|{_COUNTED})\s*(<=?|>=?|==|!=)\s*{_LITERAL}")
_BEHIND = lazy(rf"{_LITERAL}\s*(<=?|>=?)\s*(?:({_CLASS})|{_NUMBER}|{_COUNTED})")
_FLAG = lazy(r"(?:\w+\.)*IS_JAVA_(?:1_)?([0-9]+)")
_BOUND = lazy(r"(?:\w+\.)*isJavaVersionAt(Least|Most)\(\s*(?:(?:\w+\.)*JAVA_(?:1_)?([0-9]+)|([0-9.]+)[fF]?)\s*\)")
_WHOLE = lazy(r"(?:1\.([0-9])|([0-9]{2}|9))(?:\.?|\.0[._]?)")
_UPDATE = lazy(r"1\.([0-9])\.0_([0-9]+)")
_MATCHED = lazy(rf"""{_TEXT}\.matches\(\s*"([^"]+)"\s*\)|(?:\w+\.)*Pattern\.matches\(\s*"([^"]+)"\s*,\s*{_TEXT}\s*\)""")
_PLAIN = lazy(r"(?:[\w., :^$|?*+()\[\]-]|\\\\[.dws])+")  # as it is written: with its backslashes doubled
_FIRST, _FIRST_OF_ONE_NUMBER, _NEWEST = 5, 9, 40
HAS, LACKS = "this Java has ", "this Java has no "
_THERE = lazy(rf'{HAS}"TLSv1\.[12]"')
_MISSING = lazy(rf'{LACKS}"TLSv1\.[12]"')
_WHOLE_TEXT, _WHOLE_NUMBER = lazy(_TEXT), lazy(_NUMBER)


def asks_text(text: str) -> bool:
    """Whether an expression is Java's version as a text."""
    return _WHOLE_TEXT.fullmatch(text) is not None


def asks_number(text: str) -> bool:
    """Whether an expression is Java's version as a number."""
    return _WHOLE_NUMBER.fullmatch(text) is not None


def java_demands(condition: str) -> Iterator[Ranges]:
    """The ranges of Java in which a condition holds, as far as it is plain; all of them must."""
    if any(word in condition for word in WORDS):
        every = (java_demand(text, denied) for text, denied in questions(condition))
        yield from (found for found in every if found)


def java_demand(text: str, denied: bool) -> Ranges:
    """The ranges of Java in which a single question is answered so; of one that is not plain none."""
    if denied:
        found = _demand(text)
        return _outside(found) if found is not None else ()
    every = [_asked(part) for part in re.split(r"\s*\|\|\s*", text)]
    return tuple(bounds for one in every for bounds in one or ()) if all(every) else ()


def older_java(condition: str) -> bool | None:
    """Whether a condition holds on old versions of Java only, as far as it can be read; None where it asks for none."""
    if not any(word in condition for word in WORDS):
        return None
    found: list[bool] = []
    for text, denied in questions(condition):
        read = [_asked(part) for part in re.split(r"\s*\|\|\s*", text)]
        found += [_ends(_outside(one) if denied else one) for one in read if one]
    return any(found) if found else None


def _asked(text: str) -> Ranges | None:
    """The ranges for which one comparison holds, which `!` may turn round."""
    (told, denied) = next(iter(questions(text)), ("", False))
    found = _demand(told)
    return _outside(found) if found is not None and denied else found


def _demand(text: str) -> Ranges | None:
    if _MISSING.fullmatch(text):
        return ((Limit("<", (7,)),),)  # those updates of Java 6 that have it are few
    if _THERE.fullmatch(text):
        return ((Limit(">=", (7,)),),)
    begins = _BEGINS.fullmatch(text) or _EQUALS.fullmatch(text)
    if begins is not None:
        return _series(begins[1])
    indexed = _INDEXED.fullmatch(text)
    if indexed is not None:
        found = _series(indexed[1])
        return _outside(found) if found is not None and indexed[2].replace(" ", "") in ("<0", "==-1") else found
    matched = _MATCHED.fullmatch(text)
    if matched is not None:
        return _like(matched[1] or matched[2])
    flag = _FLAG.fullmatch(text)
    return _only(int(flag[1])) if flag is not None else _ordered(text)


def _ordered(text: str) -> Ranges | None:
    """The ranges of a comparison by order."""
    bound = _BOUND.fullmatch(text)
    if bound is not None:
        at = int(bound[2]) if bound[2] else _release(bound[3])
        return (((Limit(">=", (at,)) if bound[1] == "Least" else Limit("<", (at + 1,))),),)
    ordered, ordering = _ORDERED.fullmatch(text), _ORDERING.fullmatch(text)
    if ordered is not None:
        return _by_sign(ordered[2], int(ordered[1][2:]))
    if ordering is not None:
        return _by_sign(_TURNED[ordering[2]], int(ordering[1][2:]))
    compared, behind = _COMPARED.fullmatch(text), _BEHIND.fullmatch(text)
    if compared is not None:
        return _by_sign(compared[2], _number(compared[3], bool(compared[1])))
    return _by_sign(_TURNED[behind[2]], _number(behind[1], bool(behind[3]))) if behind is not None else None


def _number(text: str, of_classes: bool) -> int:
    return int(float(text)) - _CLASSES_OF_JAVA_1 if of_classes else _release(text)


def _release(text: str) -> int:
    """The release that a number stands for: 1.6 and 160 are Java 6, 11 is Java 11."""
    if text.isdecimal():
        return (int(text) - 100) // 10 if int(text) >= 100 else int(text)
    return int(text.partition(".")[2][:1]) if text.startswith("1.") else int(float(text))


def _by_sign(sign: str, release: int) -> Ranges:
    """The ranges of a comparison of whole releases."""
    if sign in ("==", "!="):
        return _only(release) if sign == "==" else _outside(_only(release))
    return ((Limit(sign, (release,)) if sign in ("<", ">=") else Limit(_of_next(sign), (release + 1,)),),)


def _of_next(sign: str) -> str:
    """What `<=` and `>` of a release say of the one after it."""
    return "<" if sign == "<=" else ">="


def _series(text: str) -> Ranges | None:
    """The range of what a text begins the versions of; None for one that is not that of whole releases."""
    if text == "1.":
        return ((Limit("<", (9,)),),)
    update = _UPDATE.fullmatch(text)
    if update is not None:
        return ((Limit("==", (int(update[1]), 0, int(update[2]))),),)
    whole = _WHOLE.fullmatch(text)
    return _only(int(whole[1] or whole[2])) if whole is not None else None


def _like(pattern: str) -> Ranges | None:
    """The range of the releases whose versions a regular expression matches; None where they are several."""
    if not _PLAIN.fullmatch(pattern):
        return None
    try:
        like = re.compile(pattern.replace("\\\\", "\\"))
    except re.error:
        return None
    every = range(_FIRST, _NEWEST)
    found = [release for release in every if any(like.fullmatch(text) for text in _versions_of(release))]
    if not found or found != [*range(found[0], found[-1] + 1)]:
        return None
    since = (Limit(">=", (found[0],)),) if found[0] > _FIRST else ()
    until = (Limit("<", (found[-1] + 1,)),) if found[-1] + 1 < _NEWEST else ()
    return (since + until,) if since + until else None


def _versions_of(release: int) -> tuple[str, ...]:
    """Some of the versions of a release, as Java tells them."""
    name = f"1.{release}" if release < _FIRST_OF_ONE_NUMBER else str(release)
    return (name, f"{name}.0_45" if release < _FIRST_OF_ONE_NUMBER else f"{name}.0.2")


def _only(release: int) -> Ranges:
    return ((Limit(">=", (release,)), Limit("<", (release + 1,))),)


def _outside(ranges: Ranges) -> Ranges:
    """What is in none of some ranges; of several only where each is one bound or a whole release of its own."""
    if len(ranges) != 1:
        return ()
    bounds = ranges[0]
    if bounds[0].operator == "==":
        return ((Limit("<", bounds[0].version),), (Limit(">", bounds[0].version),))
    return tuple((Limit(_OPPOSITE[bound.operator], bound.version),) for bound in bounds)


def _ends(ranges: Ranges) -> bool:
    """Whether all ranges have an end, beyond which newer versions are."""
    ended = ("<", "<=", "==")
    return bool(ranges) and all(any(bound.operator in ended for bound in bounds) for bounds in ranges)
