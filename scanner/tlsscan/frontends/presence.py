"""Whether a variable has a value where it is used, as the conditions around the use say. Knows no language."""

from collections.abc import Iterable, Iterator, Sequence

from tlsscan.clauses import pieces

MAX_SUBJECT = 80  # letters of what may be compared


def has_value(subject: str, conditions: Iterable[str], given: Sequence[str], missing: Sequence[str]) -> bool:
    """Whether one of some conditions, all of which hold, says that a subject has a value.

    `given` and `missing` are what a language writes for that, and for the opposite, with `{}` for the subject.
    """
    if not subject or len(subject) > MAX_SUBJECT:
        return False
    there = {form.replace("{}", subject) for form in given}
    gone = {form.replace("{}", subject) for form in missing}
    for condition in conditions:
        holds, fails = pieces(condition.replace(" && ", " and "))
        if not there.isdisjoint(map(_bare, holds)) or not gone.isdisjoint(_each(fails)):
            return True
    return False


def _each(fails: Iterable[str]) -> Iterator[str]:
    """What does not hold, part by part: of `a or b` neither does."""
    for text in fails:
        yield from map(_bare, text.replace(" || ", " or ").split(" or "))


def _bare(text: str) -> str:
    """A condition without the parentheses around it."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and ")" not in text[1:-1]:
        text = text[1:-1].strip()
    return text
