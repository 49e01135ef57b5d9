"""Conditions as texts, part by part: what must hold and what must not. Knows neither languages nor TLS."""

import re
from collections.abc import Iterator, Sequence

from tlsscan.patterns import lazy

CAUGHT = " is caught"
MISSING = " is missing"  # behind names, with commas between them
REFUSED = " is refused"  # the same, where what is installed may be newer than what is claimed, and takes them
_LONGEST = 100
FALSE, TRUE = "false", "true"
_COMPARED = lazy(r"""([\w$@.>-]+) (?:===?|=|-[ic]?eq) (?:'[^']*'|"[^"]*"|\d+)""")  # `m == '1'`
_EQUAL = lazy(r"""([\w$@.:>\[\]'"()-]+?)(?:\s*={2,3}\s*| (?:=|-[ic]?eq) )('[^']*'|"[^"]*"|:\w+|-?\d+)""")
_NOT = lazy(r"(?i)(?:!(?!=)|-not\b|(not)\b)")
_OPERAND = lazy(r"[\w.:$@\\]+(?:\([^()]*\))?")
_JOINS = lazy(r"(?i)&&|\|\||\b(?:and|or|andalso|orelse|xor)\b")
BESIDE = " beside "  # behind a constant, with a numbered one of the same name
BY_DEFAULT = " by default"  # behind a part of a condition that nobody has to ask for


def pieces(condition: str) -> tuple[list[str], list[str]]:
    """What must hold under a condition, and what must not: its parts, those inside `not (...)` apart."""
    holds: list[str] = []
    fails: list[str] = []
    for part in _conjuncts(condition):
        inner = part[5:-1] if part.startswith("not (") and part.endswith(")") else ""
        (fails if inner and _balanced(inner) else holds).append(inner if inner and _balanced(inner) else part)
    return holds, fails


def shared(conditions: Sequence[str]) -> str:
    """The parts that all of some conditions have."""
    others = [set(_conjuncts(condition)) for condition in conditions[1:]]
    first = _conjuncts(conditions[0]) if all(conditions) and conditions else []
    return " and ".join(part for part in first if all(part in every for every in others))


def without(condition: str, other: str) -> str:
    """The parts of a condition that are none of another one."""
    gone = set(_conjuncts(other)) if other else ()
    return " and ".join(part for part in _conjuncts(condition) if part not in gone) if gone else condition


def questions(condition: str) -> Iterator[tuple[str, bool]]:
    """The single questions of a condition, each of which must be answered so, and whether by no: of `a && !b`, `a` and
    (denied) `b`."""
    holds, fails = pieces(condition)
    for text in holds:
        yield from (_asked(part, False) for part in re.split(r"\s*&&\s*", text))
    for text in fails:
        yield from (_asked(part, True) for part in re.split(r"\s*\|\|\s*| or ", text))


def _asked(text: str, denied: bool) -> tuple[str, bool]:
    """A question without what turns it round, and without parentheses around it."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    for sign in ("!", "not "):
        if text.startswith(sign) and not text.startswith("!="):
            return _asked(text.removeprefix(sign), not denied)
    return text, denied


def worded(condition: str) -> str:
    """A condition as a sentence says it: `when A and B, unless C or D`."""
    holds, fails = pieces(condition)
    after = [part for part in holds if part.startswith("after ")]  # an assignment in another method
    handled = any(part.endswith(CAUGHT) for part in holds)
    left_out = (MISSING, REFUSED) if handled else ()
    holds += [inner for part in fails if (inner := turned(part))]
    fails = [part for part in fails if not turned(part)]
    holds = _narrowest([part for part in holds if part not in after and not part.endswith(left_out)])
    holds = _in_turn(holds)
    said = [" and ".join(dict.fromkeys(after))] if after else []
    said += [f"when {' and '.join(dict.fromkeys(holds))}"] if holds else []
    said += [f"unless {' or '.join(dict.fromkeys(fails))}"] if fails else []
    return ", ".join(said)


def _in_turn(parts: list[str]) -> list[str]:
    """Conditions; those that compare one thing with different constants, as turns of a loop do, as alternatives."""
    compared: dict[str, list[str]] = {}
    for part in dict.fromkeys(parts):
        found = _COMPARED.fullmatch(part)
        compared.setdefault(found[1] if found is not None else f" {part}", []).append(part)
    return [" or ".join(several) for several in compared.values()]


def _narrowest(parts: list[str]) -> list[str]:
    """Conditions, without those labels of a `switch` that hold where fewer of them do."""
    if not any(" is " in part for part in parts):
        return parts
    labels = [frozenset(part.removeprefix("case ").rpartition(" is ")[2].split(" or ")) for part in parts]
    return [part for part, own in zip(parts, labels, strict=True) if not any(other < own for other in labels)]


def caught(what: str) -> str:
    """What a handler asks, as a condition: that something is caught."""
    return f"{what[:_LONGEST] or 'an exception'}{CAUGHT}"


def missing(names: Sequence[str]) -> str:
    """That one of some names is not there, as a condition."""
    return f"{', '.join(names)}{MISSING}"


def caught_under(condition: str) -> str:
    """What a handler catches whose condition is a part of one; empty where none is."""
    if CAUGHT not in condition:
        return ""
    return next((part.removesuffix(CAUGHT) for part in pieces(condition)[0] if part.endswith(CAUGHT)), "")


def excuse(condition: str, *, asked: bool) -> str:
    """Why code whose level is lower under a condition runs, in words; `asked` says that a version was asked for."""
    if caught_under(condition):
        return "only after a failed attempt"
    return "only where that version was asked for" if asked else "only where something newer is missing or has failed"


def denied(condition: str) -> str:
    """The opposite of a condition."""
    inner = condition[5:-1] if condition.startswith("not (") and condition.endswith(")") else ""
    return inner if inner and _balanced(inner) else f"not ({condition})"


def turned(condition: str) -> str:
    """What a condition denies as a whole: `x < 3` of `not x < 3`, `!(x < 3)` and `-not (x < 3)`; empty where it does
    not, or denies a part alone."""
    text = unwrapped(condition)
    found = _NOT.match(text)
    if found is None:
        return ""
    inner = text[found.end() :].strip()
    one = _is_enclosed(inner) or _OPERAND.fullmatch(inner) is not None
    return inner if one or (found[1] and not _JOINS.search(inner)) else ""


def unwrapped(condition: str) -> str:
    """A condition without parentheses around all of it."""
    text = condition.strip()
    while _is_enclosed(text):
        text = text[1:-1].strip()
    return text


def _is_enclosed(text: str) -> bool:
    """Whether parentheses stand around all of a text."""
    return text.startswith("(") and text.endswith(")") and _balanced(text[1:-1])


def opposite(condition: str, known: Sequence[str] = ()) -> str:
    """The opposite of a condition, as code writes it; of what only denies others, which of these may hold, without
    those that are `known` not to."""
    holds, fails = pieces(condition)
    if not holds:
        return " or ".join(text for text in fails if text not in known)
    plain = condition.removeprefix("not ")
    return plain if plain != condition and " " not in plain else denied(condition)


def exclude(one: str, other: str) -> bool:
    """Whether two conditions cannot both hold: one asks for what the other denies, or for another constant."""
    holds, fails = pieces(one.replace(BY_DEFAULT, ""))
    also, not_also = pieces(other.replace(BY_DEFAULT, ""))
    if not set(holds).isdisjoint(not_also) or not set(fails).isdisjoint(also):
        return True
    own, others = (dict(filter(None, map(_equal, parts))) for parts in (holds, also))
    return any(others.get(subject, constant) != constant for subject, constant in own.items())


def are_labels(one: str, other: str) -> bool:
    """Whether two conditions are labels of one `switch`, of which the first that fits is taken. One that runs into the
    next tells its label alone."""
    asked, sign, _ = one.partition(" is ")
    if other in ("default", "else") or (sign and other.startswith(asked + sign)):
        return True
    plain = [text.startswith("case ") for text in (one, other)]
    return all(plain) or (any(plain) and any(" is " in text for text in (one, other)))


def _equal(part: str) -> tuple[str, str] | None:
    """What a part compares with a constant, and the constant; None for other parts."""
    found = _EQUAL.fullmatch(part)
    return (found[1], found[2].strip("\"'")) if found is not None else None


def never(condition: str) -> bool:
    """Whether a condition is written so that it never holds: `false`, `else` of `if (true)`."""
    if not condition or condition.lower().find(FALSE) < 0 > condition.lower().find(TRUE):
        return False
    holds, fails = pieces(condition)
    return any(_plain(part) == FALSE for part in holds) or any(_plain(part) == TRUE for part in fails)


def _plain(part: str) -> str:
    return part.strip("$() ").lower()


def _conjuncts(condition: str) -> list[str]:
    """The parts of a condition between `and`s that stand in no parentheses."""
    parts: list[str] = [""]
    for piece in condition.split(" and "):
        parts[-1] += piece
        if _balanced(parts[-1]):
            parts.append("")
        else:
            parts[-1] += " and "
    return [part.removesuffix(" and ") for part in parts if part]


def joined(condition: str, sign: re.Pattern[str]) -> list[str]:
    """The parts of a condition between signs that stand in no parentheses."""
    ends = [(found.start(), found.end()) for found in sign.finditer(condition)]
    parts: list[str] = []
    start = 0
    for end, following in ends:
        if _balanced(condition[start:end]):
            parts.append(condition[start:end])
            start = following
    return [*parts, condition[start:]]


def _balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return False
    return depth == 0
