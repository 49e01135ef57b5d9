"""What conditions in code ask of names (`defined('X')`, `hasattr(ssl, "X")`), and whether any runtime answers so."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from tlsscan.clauses import questions
from tlsscan.patterns import lazy
from tlsscan.products import Condition, Runtimes, edges, version_key
from tlsscan.rules import Vocabulary

_IS_THERE = lazy(
    r"""\\?defined\s*\(\s*['"]\\?([\w\\:]+)['"]\s*\)"""
    r"""|hasattr\s*\(\s*[\w.]+\s*,\s*['"](\w+)['"]\s*\)"""
    r"""|['"](\w+)['"] in dir\s*\(\s*[\w.]+\s*\)"""
)
MOST = 500  # combinations of versions that are looked at


def never(condition: str, vocabulary: Vocabulary, runtimes: Runtimes) -> bool:
    """Whether no runtime, or none that is claimed, has the names that a condition asks for and lacks those that it asks
    to be missing: what came together cannot be there by halves."""
    there: list[Condition] = []
    missing: list[Condition] = []
    for text, denied in questions(condition):
        name = _asked(text)
        if not denied and is_misspelt(name, vocabulary):
            return True
        needs = _needs(name, vocabulary) if name else None
        if needs is not None:
            (missing if denied else there).append(needs)
    for needs in (*there, *missing):
        runtimes.holds(needs)  # who has claims, or some that allow several versions, tries those on which this depends
    if not missing and not (there and runtimes.claimed):
        return False
    return not any(
        all(one.holds(needs) for needs in there) and not any(one.holds(needs) for needs in missing)
        for one in _each(runtimes, (*there, *missing))
    )


def asks_for_misspelt(condition: str, vocabulary: Vocabulary) -> bool:
    """Whether a condition asks for a name to be there that is none for its letters' case."""
    return any(not denied and is_misspelt(_asked(text), vocabulary) for text, denied in questions(condition))


def is_misspelt(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is one of the vocabulary but for the case of its letters, in which no runtime has it."""
    if not name:
        return False
    last, known = _last(name), [_last(key.value) for key in vocabulary.entries if key.type == "name"]
    return last not in known and last.lower() in map(str.lower, known)


def _asked(text: str) -> str:
    """The name that a question is about; empty if it is about none."""
    found = _IS_THERE.fullmatch(text)
    return next(filter(None, found.groups())) if found is not None else ""


def _last(name: str) -> str:
    return name.replace("::", "\\").replace(".", "\\").rpartition("\\")[2]


def _needs(name: str, vocabulary: Vocabulary) -> Condition | None:
    """What a name of a vocabulary needs to be there; None where nothing is known of it."""
    last = name.replace("::", "\\").rpartition("\\")[2]
    return next((when for key, when in vocabulary.since if key.value.rpartition(".")[2] == last), None)


def _each(runtimes: Runtimes, conditions: Iterable[Condition]) -> Iterator[Runtimes]:
    """Runtimes of every sort that conditions tell apart: of a claimed product the claimed version alone."""
    versions: dict[str, set[tuple[int, ...]]] = {}
    for condition in conditions:
        for name, ranges in condition.products:
            versions.setdefault(name, {(0,)}).update(edges(ranges))
    for name, text in runtimes.claimed.items():
        if name in versions and version_key(text, name):
            versions[name] = {version_key(text, name)}
    names: Sequence[str] = tuple(versions)
    for number, chosen in enumerate(product(*(sorted(versions[name]) for name in names))):
        if number >= MOST:
            yield Runtimes({}, {})  # too many to tell: it lacks all, as an old runtime does
            return
        yield Runtimes({}, {name: ".".join(map(str, key)) for name, key in zip(names, chosen, strict=True)})
