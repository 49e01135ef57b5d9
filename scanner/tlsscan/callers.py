"""Parameters that decide: what callers pass stands for the parameter, and is told where they pass it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tlsscan.absence import is_ruled_out
from tlsscan.annotations import TypeAlias
from tlsscan.calls import Question, certainty, nearness, passed
from tlsscan.model import Argument, Passed, Site
from tlsscan.records import NamedTuple
from tlsscan.values import (
    MAX_NESTING,
    Arm,
    Bool,
    Callee,
    Choice,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Step,
    Symbol,
    Text,
    Unknown,
    Value,
    Via,
    entry_of,
    is_callers,
    item,
    parts,
    size,
    strip,
    with_parts,
)
from tlsscan.values import Mapping as MappingValue

MAX_HOPS = 2  # from a slot to callers, and to theirs
MAX_OPENINGS = 8  # slots that the parameters of one function fill
MAX_NAMESAKES = 40  # slots of functions of one name
MAX_BESIDE = 20  # other sites on the same object
MAX_GROWTH = 2000  # values that one slot is made of

AFTER = "after "  # begins the condition of what a method puts into a member
PRESENCE = frozenset(
    {"self", "this", "is", "not", "None", "nil", "null", "isset", "empty"} | {"it", "passed", "the", "entry", "set"}
)

Slots: TypeAlias = Callable[[Site], Sequence[Argument]]
Ask: TypeAlias = Callable[[Sequence[Question]], Iterable[Site]]
Link: TypeAlias = Callable[[Sequence[Site]], list[Site]]


class Filled(NamedTuple):
    """A value as a caller fills it: the definitions between the parameter and its use, and where the caller names the
    value, if that is inside what it passes."""

    value: Value
    steps: tuple[Step, ...] = ()
    place: Step | None = None


class Opening(NamedTuple):
    """A slot that parameters of one function fill, and the sites that configure the same object, it among them."""

    site: Site
    slot: Argument
    questions: Mapping[str, Question]
    beside: tuple[Site, ...]


def follow(sites: Sequence[Site], slots: Slots, ask: Ask, link: Link) -> list[Site]:
    """The sites that callers fill, each with those that configure the same object; their targets are told apart.

    `slots` gives what fills the slots of a site, `ask` the calls of functions in the files of the tree, `link` fills
    in what other files define. A run without open parameters calls neither.
    """
    found: list[Site] = []
    current = list(sites)
    known: set[tuple[object, ...]] = set()
    for hop in range(MAX_HOPS):
        openings = list(_openings(current, slots, known))
        if not openings:
            break
        current = [site for site in link(list(_answered(openings, ask, hop))) if not _copies(site)]
        found.extend(current)
    return found


def asked_by(sites: Iterable[Site], slots: Slots) -> Iterator[Question]:
    """What `follow` is about to ask of the callers of sites, or a little more."""
    for site in sites:
        if any(_holds_parameter(argument.value) for argument in site.arguments):
            for slot in slots(site):
                for questions in _asked(site, slot).values():
                    yield from questions.values()


# -- what is open -----------------------------------------------------------------------------------------------


def _openings(sites: Sequence[Site], slots: Slots, known: set[tuple[object, ...]]) -> Iterator[Opening]:
    """The slots that callers decide; of a later round only those that an earlier one filled."""
    later = any(site.passed is not None for site in sites)
    beside: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for site in sites:
        for target in {site.target, site.receiver, site.handed} - {""}:
            beside[site.home, target].append(site)
    counts: dict[tuple[object, ...], int] = defaultdict(int)
    for site in sites:
        if later and site.passed is None:
            continue
        if not any(_holds_parameter(argument.value) for argument in site.arguments):
            continue
        for slot in slots(site):
            for callee, questions in _asked(site, slot).items():
                key = (site.path, callee, *(question.callee for question in questions.values()))
                origin = (key, site.passed.steps[-1] if site.passed is not None else (site.path, slot.region))
                namesakes = (site.language, callee.rpartition(".")[2].lower(), "")
                full = counts[key] >= MAX_OPENINGS or counts[namesakes] >= MAX_NAMESAKES
                if origin not in known and not full:
                    known.add(origin)
                    counts[key] += 1
                    counts[namesakes] += 1
                    near = beside[site.home, site.target] if site.target else [site]
                    near = near if len(near) <= MAX_BESIDE else [site]
                    yield Opening(site, slot, questions, tuple(near))


def _holds_parameter(value: Value) -> bool:
    return next(_parameters(value), None) is not None


class Open(NamedTuple):
    """A parameter in a value: the key under which it is looked into, and the file of its function."""

    parameter: Parameter
    keys: tuple[str, ...]
    home: str


def _parameters(value: Value, home: str = "", keys: tuple[str, ...] = (), depth: int = 0) -> Iterator[Open]:
    """The parameters in a value of a file that callers can reach. What stands behind a definition of another file (the
    getter of a field, which a setter fills) is of that file."""
    if depth > MAX_NESTING:
        return
    if isinstance(value, Parameter):
        if value.callee is not None:
            yield Open(value, keys, home)
        return
    if isinstance(value, Operation) and value.operator == "item":
        base, key = value.operands
        yield from _parameters(base, home, _key(key), depth + 1)
        yield from _parameters(key, home, (), depth + 1)
        return
    if isinstance(value, Via):
        yield from _parameters(value.value, value.step.path, keys, depth + 1)
        return
    inner = tuple(entry.value for entry in value.entries) if isinstance(value, MappingValue) else parts(value)
    for part in inner:
        yield from _parameters(part, home, keys, depth + 1)


def _key(value: Value) -> tuple[str, ...]:
    """A constant key as a caller writes it as the name of an argument."""
    key, _ = strip(value)
    word = getattr(key, "text", None) or getattr(key, "name", None)
    return (word,) if isinstance(word, str) else ()


def _asked(site: Site, slot: Argument) -> dict[str, dict[str, Question]]:
    """What to ask of the callers of each function whose parameters fill a slot, by its name and by parameter."""
    found: dict[str, dict[str, Question]] = defaultdict(dict)
    for parameter, keys, home in _parameters(slot.value, site.path):
        callee = parameter.callee
        if isinstance(callee, Callee):
            known = found[callee.name].get(parameter.name)
            both = known is None or (known.keys and keys)
            every = tuple(dict.fromkeys((*(known.keys if known else ()), *keys))) if both else ()
            found[callee.name][parameter.name] = Question(site.language, home, parameter.name, callee, every)
    for argument in site.arguments:  # what they pass beside may say what it is that is set
        beside = strip(argument.value)[0]
        if isinstance(beside, Parameter) and beside.callee is not None and beside.callee.name in found:
            questions = found[beside.callee.name]
            questions.setdefault(beside.name, Question(site.language, site.path, beside.name, beside.callee))
    return found


# -- what callers say -------------------------------------------------------------------------------------------


def _answered(openings: Sequence[Opening], ask: Ask, hop: int) -> Iterator[Site]:
    """The sites of openings as each caller fills them."""
    by_word: dict[str, list[Opening]] = defaultdict(list)
    for opening in openings:
        name = next(iter(opening.questions.values())).callee.name
        by_word[name.rpartition(".")[2].lower()].append(opening)
    number = 0
    calls = list(ask([question for opening in openings for question in opening.questions.values()]))
    others = _by_object(calls)
    for call in calls:
        words = {name.rpartition(".")[2].lower() for name in call.names}
        fits = [row for word in sorted(words) for opening in by_word.get(word, ()) for row in _certain(opening, call)]
        for opening, sure in _meant(fits, call.path):
            number += 1
            yield from _filled(opening, call, sure, f"{hop}.{number}", others.get(_object(call), ()))


def _object(call: Site) -> tuple[str, str, str]:
    return call.path, call.enclosing, call.target


def _by_object(calls: Iterable[Site]) -> dict[tuple[str, str, str], list[Site]]:
    """The calls on each object that a function keeps."""
    found: dict[tuple[str, str, str], list[Site]] = defaultdict(list)
    for call in calls:
        if call.target:
            found[_object(call)].append(call)
    return found


def _meant(fits: Sequence[tuple[Opening, bool]], path: str) -> list[tuple[Opening, bool]]:
    """The openings that a call is for: of functions that go by one name those of the nearest file. Where it is not
    certain what is called, and where two are as near, any of them may be meant."""
    certain = [(opening, sure) for opening, sure in fits if sure]
    if not certain:
        return list(fits) if len({_function(opening) for opening, _ in fits}) == 1 else []
    homes: dict[str, set[str]] = defaultdict(set)
    for opening, _ in certain:
        home, name = _function(opening)
        homes[name].add(home)
    kept: set[tuple[str, str]] = set()
    for name, paths in homes.items():
        best = max((home == path, nearness(home, path)) for home in paths)
        nearest = [home for home in paths if (home == path, nearness(home, path)) == best]
        kept |= {(nearest[0], name)} if len(nearest) == 1 else set()
    return [row for row in certain if _function(row[0]) in kept]


def _certain(opening: Opening, call: Site) -> Iterator[tuple[Opening, bool]]:
    question = next(iter(opening.questions.values()))
    sure = certainty(call, question, call.path) if call.language == question.language else None
    if sure is not None:
        yield opening, sure


def _function(opening: Opening) -> tuple[str, str]:
    question = next(iter(opening.questions.values()))
    return question.path, question.callee.name


def _filled(opening: Opening, call: Site, sure: bool, number: str, others: Sequence[Site]) -> Iterator[Site]:
    """The sites of one opening as a caller fills them; none where it passes nothing that is looked at. `others` are
    all the calls on the object of this one."""
    given: dict[str, Argument] = {}
    for name, question in opening.questions.items():
        argument = passed(call, question)
        told = argument is not None and not _is_own(argument.value, question) and (sure or not _is_bare(argument.value))
        if told and argument is not None and not _is_default(argument, call.path, opening.slot.value):
            given[name] = argument
    if not given:
        return
    made = _as_passed(opening, call, given, sure)
    for site in opening.beside if made is not None else ():
        target, receiver, handed = (
            f"{one}>{number}" if one else "" for one in (site.target, site.receiver, site.handed)
        )
        own = made if made is not None and site is opening.site else _beside(site, opening, given)
        yield (own if own is made else _of_object(own, others))._replace(
            target=target, receiver=receiver, handed=handed
        )


def _of_object(site: Site, calls: Sequence[Site]) -> Site:
    """A site on the same object, with what other calls on the caller's object pass to their methods; members that none
    of them sets have what the object came with."""

    def fill(parameter: Parameter) -> Value | None:
        callee = parameter.callee
        if callee is None or callee.kind != "method":
            return None
        question = Question(site.language, site.home, parameter.name, callee)
        meant = (call for call in reversed(calls) if certainty(call, question, call.path))
        argument = next(filter(None, (passed(call, question) for call in meant)), None)
        return argument.value if argument is not None else None

    def settled(value: Value) -> Value:
        made = fill_in(value, fill)
        return made.value if made is not None else _as_made(value)

    return site._replace(arguments=tuple(one._replace(value=settled(one.value)) for one in site.arguments))


def _as_made(value: Value, depth: int = 0) -> Value:
    """A value without what methods that nobody calls would put there."""
    if depth > MAX_NESTING:
        return value
    if isinstance(value, Via):
        return value._replace(value=_as_made(value.value, depth + 1))
    if not isinstance(value, Choice):
        return value
    left = tuple(arm for arm in value.arms if not (arm.condition.startswith(AFTER) and _holds_parameter(arm.value)))
    if len(left) == 1 and not left[0].condition and not left[0].guarded:
        return left[0].value
    return value._replace(arms=left) if left else value


def _copies(site: Site) -> bool:
    """Whether a caller hands on what the same function was given elsewhere: `b.setVersion(a.getVersion())`."""
    slot = site.arguments[-1:] if site.passed is not None else ()
    held = (one.parameter for argument in slot for one in _parameters(argument.value))
    function = site.passed.function if site.passed is not None else ""
    return any(one.function != site.enclosing and one.callee and one.callee.name == function for one in held)


def _is_own(value: Value, question: Question) -> bool:
    """Whether a function that calls itself passes its own parameter on: nothing is said anew."""
    if isinstance(value, Choice):
        return any(_is_own(arm.value, question) for arm in value.arms)
    if isinstance(value, Via):  # what a member holds by then, another call has left there
        return value.local and _is_own(value.value, question)
    if isinstance(value, Operation) and value.operator == "except":
        return _is_own(value.operands[0], question)
    return isinstance(value, Parameter) and value.callee == question.callee


def _is_default(argument: Argument, path: str, value: Value) -> bool:
    """Whether an argument is what a property has at first, which is told where that is used."""
    firsts = (one.parameter.default for one in _parameters(value) if one.parameter.default is not None)
    start, end = argument.region.start, argument.region.end
    steps = (step for first in firsts for step in strip(first)[1])
    return any(step.path == path and step.region.start <= start and end <= step.region.end for step in steps)


def _is_bare(value: Value) -> bool:
    """A number or a truth fits too much to be taken for a version where it is not certain what is called."""
    return isinstance(strip(value)[0], Number | Bool | Null)


def _filler(opening: Opening, given: Mapping[str, Argument]) -> Callable[[Parameter], Value | None]:
    function = _function(opening)[1]

    def fill(parameter: Parameter) -> Value | None:
        ours = parameter.callee is not None and parameter.callee.name == function
        argument = given.get(parameter.name) if ours else None
        return argument.value if argument is not None else None

    return fill


def _as_passed(opening: Opening, call: Site, given: Mapping[str, Argument], sure: bool) -> Site | None:
    """The site of an opening with what a caller passes in its slot; None where it passes nothing that fits there."""
    site, slot = opening.site, opening.slot
    filled = fill_in(slot.value, _filler(opening, given))
    if filled is None or size(filled.value, MAX_GROWTH) > MAX_GROWTH:
        return None
    source = next(given[parameter.name] for parameter, *_ in _parameters(slot.value) if parameter.name in given)
    if filled.place is not None and filled.place.path == call.path:
        source = source._replace(region=filled.place.region, text=filled.place.text)
    before = site.passed or Passed((), site.path, True)
    start, end = slot.region.start, slot.region.end
    kept = [
        argument
        for argument in _beside(site, opening, given).arguments
        if argument.region != slot.region and (site.passed or not start <= argument.region.start < end)
    ]
    taker = before.function.rpartition(".")[2] or site.text
    way = (*filled.steps, Step(site.path, slot.region, f"{taker} takes {slot.text}"), *before.steps)
    function = _function(opening)[1]
    return site._replace(
        path=call.path,
        arguments=(*kept, slot._replace(value=filled.value, region=source.region, text=source.text)),
        enclosing=call.enclosing,
        guard=call.guard or site.guard,
        condition=call.condition or site.condition,
        compiled=_compiled(site, call),
        passed=Passed(way, before.home, sure and before.sure, function),
    )


def _compiled(site: Site, call: Site) -> str:
    """What `#if` asks of a setting and of a call of its function, where both are of one project."""
    if not call.compiled:
        return site.compiled
    from tlsscan.claims import scope_of

    near = scope_of(call.path) == scope_of(site.home)
    return " and ".join(dict.fromkeys(text for text in (call.compiled if near else "", site.compiled) if text))


def _beside(site: Site, opening: Opening, given: Mapping[str, Argument]) -> Site:
    """A site on the same object, with what the caller passes in its arguments."""
    fill = _filler(opening, given)
    new = [(argument, fill_in(argument.value, fill)) for argument in site.arguments]
    arguments = tuple(argument._replace(value=made.value) if made else argument for argument, made in new)
    return site._replace(arguments=arguments)


def fill_in(value: Value, fill: Callable[[Parameter], Value | None], depth: int = 0) -> Filled | None:
    """A value with parameters filled, and the definitions between them and the use; None where nothing was filled.

    Arms of a choice in which nothing was filled are left out, and so are defaults: they are not what the caller says.
    """
    if depth > MAX_NESTING:
        return None

    def inside(part: Value) -> Filled | None:
        return fill_in(part, fill, depth + 1)

    if isinstance(value, Parameter):
        given = fill(value)
        return Filled(given) if given is not None else None
    if isinstance(value, Via):
        found = inside(value.value)
        return found._replace(steps=(*found.steps, value.step)) if found is not None else None
    if isinstance(value, Choice):
        return _filled_choice(value, inside, fill)
    if isinstance(value, Operation) and value.operator == "item":
        return _filled_item(value, inside)
    if isinstance(value, Listing | Operation):
        return _filled_parts(value, inside)
    return None


def _filled_item(value: Operation, inside: Callable[[Value], Filled | None]) -> Filled | None:
    """The entry that a caller decides; None where what it passes has no such entry."""
    base, key = value.operands
    table, word = inside(base) or Filled(base), inside(key) or Filled(key)
    if table.value == base and word.value == key:
        return None
    held, asked = strip(table.value)[0], strip(word.value)[0]
    listed = isinstance(held, MappingValue) and isinstance(asked, Name) and entry_of(held, asked) is not None
    if not is_callers(held) and not _is_key(word.value) and not listed:
        return None
    found = item(table.value, word.value, "")
    if isinstance(strip(found)[0], Unknown):
        return None
    entry = entry_of(held, strip(word.value)[0]) if isinstance(held, MappingValue) else None
    place = entry.place if entry is not None and table.value != base else None
    return Filled(found, (*table.steps, *word.steps), place)


def _is_key(value: Value) -> bool:
    """Whether a value is known well enough to look it up; another one would stand for any entry."""
    value, _ = strip(value)
    if isinstance(value, Choice):
        return all(_is_key(arm.value) for arm in value.arms)
    return isinstance(value, Text | Symbol | Number | Bool | Null) or is_callers(value)


def _filled_choice(
    value: Choice, inside: Callable[[Value], Filled | None], fill: Callable[[Parameter], Value | None]
) -> Filled | None:
    kept: list[tuple[Arm, Filled]] = []
    names = frozenset(held.parameter.name for held in _parameters(value))
    for arm in value.arms:
        if is_ruled_out(arm, names, fill, value):
            continue
        found = inside(arm.value)
        if found is not None:
            said = "" if _is_presence(arm) else arm.condition
            kept.append((Arm(said, arm.guarded, found.value), found))
    if not kept:
        return None
    arms = tuple(arm for arm, _ in kept)
    alone = len(arms) == 1 and not arms[0].condition and not arms[0].guarded
    return kept[0][1]._replace(value=arms[0].value if alone else Choice(arms))


def _is_presence(arm: Arm) -> bool:
    """Whether an arm's condition asks no more than whether its parameter was passed: `version is not None`, or that
    its function was called."""
    if re.fullmatch(r"\S+ is (?:not )?passed", arm.condition):
        return True
    asked = list(_parameters(arm.value))
    if any(arm.condition.endswith(f"{parameter.function.rpartition('.')[2]}()") for parameter, *_ in asked):
        return arm.condition.startswith(AFTER)  # the setter that is called
    names = {word for parameter, keys, _ in asked for word in (parameter.name, *keys)}
    compares = re.search(r"[<>]=?(?!\w)|==", arm.condition) is not None
    return not compares and set(re.findall(r"\w+", arm.condition)) <= names | PRESENCE


def _filled_parts(value: Listing | Operation, inside: Callable[[Value], Filled | None]) -> Filled | None:
    found = [inside(part) for part in parts(value)]
    if not any(found):
        return None
    items = tuple(new.value if new is not None else old for new, old in zip(found, parts(value), strict=True))
    steps = tuple(step for new in found if new is not None for step in new.steps)
    return Filled(with_parts(value, items), steps)
