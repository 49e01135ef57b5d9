"""What conditions in code ask of names (`defined('X')`, `hasattr(ssl, "X")`), and whether any runtime answers so."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product

from tlsscan.clauses import REFUSED, questions
from tlsscan.patterns import lazy
from tlsscan.products import Condition, Runtimes, compare, edges, version_key
from tlsscan.records import NamedTuple
from tlsscan.rules import Key, Vocabulary

_IS_THERE = lazy(
    r"""\\?defined\s*\(\s*['"]\\?(?P<php>[\w\\:]+)['"]\s*\)"""
    r"""|hasattr\s*\(\s*[\w.]+\s*,\s*['"](?P<attribute>\w+)['"]\s*\)"""
    r"""|hasattr (?P<plain>\w+)|['"](?P<listed>\w+)['"] in dir\s*\(\s*[\w.]+\s*\)"""
    r"""|getattr\s*\(\s*[\w.]+\s*,\s*['"](?P<got>\w+)['"]\s*,\s*(?:None|False)\s*\)(?:\s*(?:is not|!=)\s*None)?"""
    r"""|[\w.]+\.(?P<flag>HAS_\w+)|defined\?[( ]\s*(?:::)?(?P<ruby>[\w@:.]+)\s*=?\s*\)?"""
    r"""|(?:[\w@:.]+\.)?(?:respond_to|(?:public_|instance_)?method_defined|const_defined)\?[( ]\s*"""
    r"""(?::['"]?|['"])(?P<asked>\w+)=?['"]?\s*(?:,\s*\w+\s*)?\)?"""
    r"""|(?:[\w@:.]+(?:\.|::))?(?:(?:public_)?(?:instance_)?methods|constants|METHODS)(?:\(\s*\w*\s*\))?"""
    r"""\.(?:include|member)\?[( ]\s*(?::['"]?|['"])(?P<among>\w+)=?['"]?\s*\)?"""
)
_IS_MISSING = lazy(
    r"""(?P<names>\w+(?:, \w+)*) is (?:missing|refused)"""
    r"""|getattr\s*\(\s*[\w.]+\s*,\s*['"](?P<got>\w+)['"]\s*,\s*None\s*\)\s*(?:is|==)\s*None"""
)
MOST = 500  # combinations of versions that are looked at


class _Question(NamedTuple):
    """What a condition asks of names: that all of them are there, or (`missing`) that one of them is not."""

    names: tuple[str, ...]
    missing: bool = False


def never(condition: str, vocabulary: Vocabulary, runtimes: Runtimes) -> bool:
    """Whether no runtime, or none that is claimed, has the names that a condition asks for and lacks those that it asks
    to be missing: what came together cannot be there by halves."""
    there: list[Condition] = []
    missing: list[list[Condition]] = []
    for question in _questions(condition):
        if not question.missing and any(is_misspelt(name, vocabulary) for name in question.names):
            return True
        needs = [_needs(name, vocabulary) for name in question.names]
        known = [one for one in needs if one is not None]
        if not question.missing:
            there += known
        elif len(known) == len(needs):
            missing.append(known)
    for one in (*there, *chain.from_iterable(missing)):
        runtimes.holds(one)  # who has claims, or some that allow several versions, tries those on which this depends
    if not missing and not (there and runtimes.claimed):
        return False
    return not any(
        all(map(one.holds, there)) and not any(all(map(one.holds, some)) for some in missing)
        for one in _each(runtimes, (*there, *chain.from_iterable(missing)))
    )


def missing_by(condition: str, vocabulary: Vocabulary) -> Iterator[Condition]:
    """What the names need to be there that a condition asks to be missing, each by itself."""
    for question in _questions(condition) if REFUSED not in condition else ():
        needs = _needs(question.names[0], vocabulary) if question.missing and len(question.names) == 1 else None
        if needs is not None:
            yield needs


def answered(text: str, denied: bool, vocabulary: Vocabulary, runtimes: Runtimes) -> bool | None:
    """Whether what is claimed is sure to answer a single question about names so; None where it asks for none, or
    nothing is known of one, or what is installed may be newer than what is claimed."""
    question = _question(text, denied) if not text.endswith(REFUSED) else None
    needs = [_needs(name, vocabulary) for name in question.names] if question is not None else []
    known = [one for one in needs if one is not None]
    if question is None or len(known) != len(needs) or not runtimes.claimed:
        return None
    for one in known:
        runtimes.holds(one)
    return all(all(map(one.holds, known)) != question.missing for one in _each(runtimes, known))


def _questions(condition: str) -> Iterator[_Question]:
    for text, denied in questions(condition):
        found = _question(text, denied)
        if found is not None:
            yield found


def _question(text: str, denied: bool) -> _Question | None:
    """The question of names that a text is; None if it is none."""
    missing = _IS_MISSING.fullmatch(text)
    if missing is not None:
        names = missing["names"].split(", ") if missing["names"] else [missing["got"]]
        return _Question(tuple(names), not denied)
    name = _asked(text)
    return _Question((name,), denied) if name else None


def absent(key: Key, vocabulary: Vocabulary, runtimes: Runtimes) -> bool:
    """Whether claims say that a value of the vocabulary is not there."""
    needs = _needs(key.value, vocabulary, key.type)
    of_claimed = [one for one in needs.products if one[0] in runtimes.claimed] if needs is not None else []
    return not all(runtimes.holds(Condition((one,))) for one in of_claimed)


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


def _needs(name: str, vocabulary: Vocabulary, kind: str = "") -> Condition | None:
    """What a name of a vocabulary needs to be there, or a value of some kind; None where nothing is known of it."""
    last = _last(name)
    return next(
        (
            when
            for key, when in vocabulary.since
            if (key.value == name if key.type == "text" else _last(key.value) == last) and kind in ("", key.type)
        ),
        None,
    )


def _each(runtimes: Runtimes, conditions: Iterable[Condition]) -> Iterator[Runtimes]:
    """Runtimes of every sort that conditions tell apart: of a claimed product the claimed version alone, of one beneath
    it none that is older than what is granted."""
    versions: dict[str, set[tuple[int, ...]]] = {}
    for condition in conditions:
        for name, ranges in condition.products:
            versions.setdefault(name, {(0,)}).update(edges(ranges))
    for name, text in runtimes.granted.items():
        if name in versions:
            least = version_key(text, name)
            versions[name] = {least, *(key for key in versions[name] if compare(key, least) > 0)}
    for name, text in runtimes.claimed.items():
        if name in versions and version_key(text, name):
            versions[name] = {version_key(text, name)}
    names: Sequence[str] = tuple(versions)
    for number, chosen in enumerate(product(*(sorted(versions[name]) for name in names))):
        if number >= MOST:
            yield Runtimes({}, {})  # too many to tell: it lacks all, as an old runtime does
            return
        yield Runtimes({}, {name: ".".join(map(str, key)) for name, key in zip(names, chosen, strict=True)})
