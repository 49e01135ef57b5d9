"""Open references: names that a file gives no value to, resolved by constants of other files, on demand."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from tlsscan.annotations import TypeAlias
from tlsscan.calls import nearness
from tlsscan.extract import Definition
from tlsscan.included import is_file, is_vague, last_of, means
from tlsscan.languages import PASSING
from tlsscan.model import Site
from tlsscan.replayed import again
from tlsscan.replayed import asked as asked_with
from tlsscan.spelled import as_called, asked_call, constant_of, open_names, passed_call
from tlsscan.values import (
    BEHIND,
    HEIR,
    TYPED,
    Invocation,
    Name,
    Operation,
    Step,
    Value,
    Via,
    is_callers,
    replaced,
    size,
    strip,
)

MAX_ROUNDS = 5  # constants defined by constants of yet other files
MAX_GROWTH = 2000  # values put into one site in a round: lists of lists of constants multiply
FULLY_NAMED = frozenset({"php"})  # languages in which a file tells the whole name of a class that it uses
SHORTEST_WORD = 2  # of one that nothing qualifies: a letter alone stands in every file

Words: TypeAlias = Mapping[str, Mapping[str, Collection[str]]]  # by language: word -> dotted names that may own it
Find: TypeAlias = Callable[[Words], Iterable[tuple[str, Definition]]]
Wanted: TypeAlias = Callable[[Site], Collection[Name]]


def link(sites: Sequence[Site], wanted: Wanted, find: Find) -> list[Site]:
    """Sites with the names filled in that other files define.

    `wanted` says which open names of a site decide something; `find` gives the definitions of words in the files of
    their language, where each word comes with the names of what may own it. A run without such names never calls it.
    """
    definitions: dict[str, dict[str, list[Definition]]] = defaultdict(lambda: defaultdict(list))
    asked: dict[str, set[tuple[str, str]]] = defaultdict(set)
    current = list(sites)
    waiting: Iterable[int] = range(len(current))
    moved = False  # whether the last round has made other names of some
    for _ in range(MAX_ROUNDS):
        open_now = {index: names for index in waiting if (names := wanted(current[index]))}
        missing = _missing(current, open_now, asked)
        if not missing and not moved:
            break
        for language, words in missing.items():
            asked[language] |= {(word, owner) for word, owners in words.items() for owner in owners}
        found = find(missing) if missing else ()
        for language, definition in sorted(found, key=lambda row: (row[1].step.path, row[1].step.region)):
            known = definitions[language][_word(definition.name)]
            if definition not in known:
                known.append(definition)
        linked = {i: _linked(current[i], names, definitions[current[i].language]) for i, names in open_now.items()}
        moved = any(site != current[index] for index, site in linked.items())
        for index, site in linked.items():
            current[index] = site
        waiting = tuple(open_now)
    return current


def missing(sites: Iterable[Site], wanted: Wanted) -> dict[str, dict[str, set[str]]]:
    """The words that `link` is about to look for, by language, with their possible owners."""
    rows = list(sites)
    open_now = {index: names for index, site in enumerate(rows) if (names := wanted(site))}
    return _missing(rows, open_now, defaultdict(set))


def _missing(
    sites: Sequence[Site], open_now: Mapping[int, Collection[Name]], asked: Mapping[str, set[tuple[str, str]]]
) -> dict[str, dict[str, set[str]]]:
    """By language, the words to look for with their possible owners; without what was asked before."""
    missing: dict[str, dict[str, set[str]]] = {}
    for index, names in open_now.items():
        for name in names:
            language, word = sites[index].language, name.names[0].rsplit(".", 1)[-1]
            plain = [full for full in name.names if BEHIND not in full]
            owners = {full.rpartition(".")[0] for full in plain} - {"?"}  # which nothing is called
            for outer, _, own in (owner.rpartition(".") for owner in owners if language in PASSING):
                if outer and (own, outer) not in asked[language]:
                    missing.setdefault(language, {}).setdefault(own, set()).add(outer)
            for member, owner in {_first(full) for full in name.names if BEHIND in full}:
                if (member, owner) not in asked[language]:
                    missing.setdefault(language, {}).setdefault(member, set()).add(owner)
            for file in _files(name, asked[language]):
                missing.setdefault(language, {}).setdefault(file, set()).add("")
            fresh = {owner for owner in owners if (word, owner) not in asked[language]}
            if len(word) < SHORTEST_WORD:
                fresh.discard("")
            if fresh:
                missing.setdefault(language, {}).setdefault(word, set()).update(fresh)
    return missing


def _linked(site: Site, names: Collection[Name], definitions: Mapping[str, list[Definition]]) -> Site:
    left = MAX_GROWTH
    whole = site.language in FULLY_NAMED
    found = {name: _defined(name, site.path, definitions, whole=whole) for name in names}
    if site.language in PASSING:
        found.update((n, _of_another(n, site.path, definitions)) for n, value in found.items() if value is n)
    sizes = {name: size(value, MAX_GROWTH) for name, value in found.items()}

    def fill(part: Value, place: Step) -> Value | None:
        nonlocal left
        name = _name_of(part, site.language)
        if name is None or (name is not part and found.get(name, name) == name):
            return None
        left -= sizes.get(name, 0)
        made = found.get(name, name) if left >= 0 else part
        passed = (*part.arguments, *[one for _, one in part.named]) if isinstance(part, Invocation) else ()
        given = tuple(Via(place, one) if is_callers(one) else one for one in passed)  # callers of this file alone
        if made is part or not isinstance(part, Invocation) or not given:
            return made
        word = name.names[0].rpartition(".")[2]
        made = again(as_called(made, word, given), part, word[word.find("(") :])
        left -= size(made, MAX_GROWTH)
        return made if left >= 0 else part

    places = [Step(site.path, a.region, a.text) for a in site.arguments]
    filled = [replaced(a.value, partial(fill, place=at)) for a, at in zip(site.arguments, places, strict=True)]
    arguments = tuple(a._replace(value=value) for a, value in zip(site.arguments, filled, strict=True))
    return site._replace(arguments=arguments)


def _files(name: Name, asked: Collection[tuple[str, str]]) -> list[str]:
    """The files but the likeliest that a name may stand for, as far as they were not asked for."""
    return [file for file in name.names[1:] if is_file(file) and (file, "") not in asked]


def _word(name: str) -> str:
    """By what definitions of a name are known: its last part."""
    return last_of(name) if is_file(name) else name.rsplit(".", 1)[-1]


def _name_of(part: Value, language: str) -> Name | None:
    """The name of what other files may define: a name itself, the constant that a text names, what a call gives."""
    if isinstance(part, Operation) and part.operator == "named":
        named = constant_of(part)
        return named if isinstance(named, Name) else None
    if isinstance(part, Name):
        return part
    return asked_call(part) or (asked_with(part) if language in PASSING else passed_call(part))


def _defined(name: Name, path: str, definitions: Mapping[str, list[Definition]], *, whole: bool) -> Value:
    """The one value that other files give a name; the name itself if there is none, or more than one. Types that they
    tell of members on the way to it come first. `whole` says that a member of a class is known by its whole name."""
    told = _through(name, path, definitions)
    if told is not name:
        return told
    for candidate in name.names:
        fits = [d for d in definitions.get(_word(candidate), ()) if not _is_type(d) and _same(candidate, d.name)]
        exact = [d for d in fits if d.name == candidate]
        fits = exact if whole and "." in candidate else exact or fits
        fits = _nearest(fits, path) if len(fits) > 1 and not is_vague(candidate) else fits
        values = {repr(d.value) for d in fits}
        if len(values) == 1 and not _mentions_itself(fits[0].value, candidate):
            return Via(fits[0].step, fits[0].value)
    return name


def _of_another(name: Name, path: str, definitions: Mapping[str, list[Definition]]) -> Value:
    """A member of what a module only passes on, or of an object that it makes, as one of what that is; one that a class
    lacks, as one of what the class is made from."""
    for candidate in name.names:
        owner, _, member = candidate.rpartition(".")
        if any(_same(candidate, d.name) for d in definitions.get(member, ())):
            continue  # there is one, though its value is not certain
        fits = [d for d in definitions.get(owner.rpartition(".")[2], ()) if _same(owner, d.name)]
        told = {names: d.step for d in _nearest(fits, path) if (names := _held(d.value))} if fits else {}
        if len(told) == 1 and owner not in next(iter(told)):
            ((names, step),) = told.items()
            return Via(step, Name(tuple(f"{one}.{member}" for one in names)))
    return name


def _held(value: Value) -> tuple[str, ...]:
    """The names of what another name stands for: of a module or a class, of the class of an object that is made, or of
    what a class is made from."""
    inner = strip(value)[0]
    if isinstance(inner, Operation) and inner.operator == HEIR:
        return tuple(name for one in open_names(inner) for name in one.names)
    made = isinstance(inner, Invocation) and inner.names[0].rpartition(".")[2][:1].isupper()
    return inner.names if isinstance(inner, Name) or (made and isinstance(inner, Invocation)) else ()


def _first(name: str) -> tuple[str, str]:
    """Of a name that goes through members, the first of them, and its owner."""
    owner, _, rest = name.partition(BEHIND)
    return rest.partition(".")[0], owner


def _through(name: Name, path: str, definitions: Mapping[str, list[Definition]]) -> Name:
    """A name that goes through members, as a member of the type that the first one has."""
    for candidate in name.names:
        member, owner = _first(candidate) if BEHIND in candidate else ("", "")
        told = [d for d in definitions.get(member, ()) if _is_type(d) and _same(f"{owner}.{member}", d.name)]
        told = _nearest(told, path) if len(told) > 1 else told
        types = {repr(d.value): d.value for d in told}
        if len(types) == 1:
            rest = candidate.partition(BEHIND)[2].partition(".")[2]
            joint = BEHIND if "." in rest else "."
            owners = [full for value in types.values() for full in open_names(value)]
            return Name((*(f"{full}{joint}{rest}" for one in owners for full in one.names), name.names[-1]))
    return name


def _is_type(definition: Definition) -> bool:
    """Whether a definition tells of a type, and gives no value."""
    return isinstance(definition.value, Operation) and definition.value.operator in (TYPED, HEIR)


def _same(used: str, defined: str) -> bool:
    """Whether a used name can mean a defined one: one is the end of the other, at a dot, both qualified or both not."""
    if used == defined:
        return True
    if is_file(used):
        return means(used, defined)
    if "." not in used:
        return False
    inside = "." in defined and used.endswith(f".{defined}")
    return inside or defined.endswith(f".{used}") or _class_member(used, defined)


def _class_member(used: str, defined: str) -> bool:
    """`app.config.Settings.TLS` may mean `Settings.TLS` of `src/app/config.py`: the last two parts agree."""
    return used.rsplit(".", 2)[-2:] == defined.rsplit(".", 2)[-2:]


def _nearest(found: list[Definition], path: str) -> list[Definition]:
    """The definitions whose files share the longest folder with the use."""
    best = max(nearness(d.step.path, path) for d in found)
    return [d for d in found if nearness(d.step.path, path) == best]


def _mentions_itself(value: Value, name: str) -> bool:
    return any(name in inner.names for inner in open_names(value))
