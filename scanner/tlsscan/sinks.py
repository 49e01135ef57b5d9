"""The sinks of a language, and which of them a draft or a site may meet, by its names. What workers know of rules."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain

from tlsscan.languages import CASELESS, same_word
from tlsscan.model import Addressing, Confidence, Construct, Form, Role, Site
from tlsscan.products import Runtimes
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Key, Rule, Sink, Where
from tlsscan.sinktable import CALLED, Row, argument_key, folds, group, last_part
from tlsscan.spelled import texts
from tlsscan.values import (
    TURNS,
    Bool,
    Choice,
    Invocation,
    Name,
    Null,
    Number,
    Operation,
    Symbol,
    Text,
    Value,
    Via,
    is_callers,
    parts,
    strip,
)

DECLARING = frozenset({"java", "csharp", "vbnet"})  # languages whose variables have declared classes
_MOST_MET = 4096  # what is remembered of names; beyond, a file of a hundred thousand names would cost memory
_ADDRESSES = {"Uri": 0, "URI": 0, "URL": 0, "HttpRequestMessage": 1}
"""What classes of addresses, and of what is sent to one, are called; and where they are given it."""
OWN_CALL = "."  # in the place of an argument of what takes an object: it is what sets something, too
OWN = "="  # before the name of something that the scanned code itself defines (see `own`)


class Wish(NamedTuple):
    """What the sinks that a draft may meet want of its arguments."""

    called: bool
    sinks: tuple[Sink, ...]
    language: str

    @property
    def asks_uses(self) -> bool:
        """Whether it counts what is done with the object that is made."""
        return any(sink.idle for sink in self.sinks)

    @property
    def open_sides(self) -> bool:
        """Whether some sink leaves open on which side of a connection the object is."""
        return any((sink.role is None or sink.presumed) and sink.object is None for sink in self.sinks)

    @property
    def settling(self) -> frozenset[str]:
        """The calls by which what is made of the object gets a setting of its own."""
        return frozenset(word for sink in self.sinks for word in sink.settled)

    @property
    def telling(self) -> frozenset[str]:
        """What counts if it is done with an object of which all that is made gets a setting of its own."""
        return frozenset(word for sink in self.sinks if sink.despite for word in (*sink.despite, *sink.undone))

    @property
    def idle(self) -> frozenset[str]:
        """The members of the object that connect nothing."""
        return frozenset(word for sink in self.sinks for word in sink.idle)

    @property
    def asks_members(self) -> bool:
        """Whether it counts what is called on the object that is made."""
        return any(sink.members for sink in self.sinks)

    @property
    def addressing(self) -> Addressing | None:
        """How the object is given addresses, where some may do without TLS."""
        return next((sink.addressed for sink in self.sinks if sink.addressed is not None), None)

    def is_object(self, position: int | None, name: str) -> bool:
        """Whether an argument is the object of which a sink tells the side."""
        slots = (sink.object for sink in self.sinks if sink.object is not None)
        return any(_is_slot(slot.position, slot.argument, position, name, self.language) for slot in slots)

    def takes(self, position: int | None, name: str) -> bool:
        """Whether any sink reads an argument."""
        return not self.called or any(self._reads(sink, position, name) for sink in self.sinks)

    def _reads(self, sink: Sink, position: int | None, name: str) -> bool:
        if _is_slot(sink.position, sink.argument, position, name, self.language):
            return True
        if sink.rest and position is not None and sink.position is not None and position >= sink.position:
            return True
        wheres = (*sink.where, *sink.unless)
        return any(_is_slot(where.position, where.argument, position, name, self.language) for where in wheres)

    def refuses(self, position: int | None, name: str, value: Value) -> bool:
        """Whether a value is none of those that every sink demands of that argument."""
        if not self.called:
            return False
        return all(any(self._rules_out(where, position, name, value) for where in sink.where) for sink in self.sinks)

    def _rules_out(self, where: Where, position: int | None, name: str, value: Value) -> bool:
        slot = _is_slot(where.position, where.argument, position, name, self.language)
        if slot and not where.keys and not where.like:  # whatever is passed there
            return isinstance(strip(value)[0], Null)
        return slot and not fits(value, where) and not may_fit(value, where)


def _is_slot(position: int | None, argument: str, given: int | None, name: str, language: str) -> bool:
    if given is not None and given == position:
        return True
    return bool(argument) and same_word(name, argument, language)


class SinkIndex:
    """The sinks of one language, found by form and the last part of a name."""

    def __init__(self, language: str, book: Rulebook) -> None:
        self.language = language
        self._book = book
        found = book.sinks(language)
        self._named: dict[str, dict[str, list[Row]]] = found["named"]
        self._arguments: dict[str, list[Row]] = found["arguments"]
        self._telling: dict[str, list[Row]] = found["telling"]
        self._taking: dict[str, list[Row]] = found["taking"]
        self._owners = frozenset(found["owners"])
        self._words = frozenset(found["words"])
        self._met: dict[tuple[object, ...], list[tuple[Rule, Sink, Confidence]]] = {}

    def _rows(self, form: Form, last: str) -> Sequence[Row]:
        return self._named.get(group(form), {}).get(last, ())

    def _resolve(self, row: Row) -> tuple[Rule, Sink]:
        return self._book.resolve(row[1], row[2])

    def _last(self, form: Form, name: str) -> str:
        return last_part(form, name, self.language)

    def candidates(self, named: Construct, arguments: Iterable[str]) -> list[tuple[Rule, Sink, Confidence]]:
        """The sinks that a draft or a site may meet, by its names alone: the sure ones, then those for any receiver.
        A site is asked for again and again: on each runtime that it is judged on."""
        arguments = tuple(arguments) if named.form in CALLED else ()
        said = (named.option, named.owner) if named.form is Form.OPTION else (named.names, arguments)
        key = (named.form, *said)
        if key not in self._met:
            if len(self._met) > _MOST_MET:
                self._met.clear()
            self._met[key] = self._candidates(named, arguments)
        return self._met[key]

    def _candidates(self, named: Construct, arguments: Iterable[str]) -> list[tuple[Rule, Sink, Confidence]]:
        found: list[tuple[Rule, Sink, Confidence]] = []
        names = (".".join(named.option),) if named.form is Form.OPTION else named.names
        if self.language in DECLARING and named.form in CALLED and names[0].rpartition(".")[0] in self._owners:
            names = tuple(name for name in names if not name.startswith("?."))  # of a class whose sinks are all known
        for last in dict.fromkeys(self._last(named.form, name) for name in names):
            for row in self._rows(named.form, last):
                rule, sink = self._resolve(row)
                confidence = self._confidence(named, names, sink)
                open_enough = not sink.untold or any(name.startswith("?.") for name in names)
                if confidence is not None and open_enough and (confidence is Confidence.HIGH or not sink.sure):
                    found.append((rule, sink, confidence))
        if named.form is Form.PARAMETER:
            found.extend((*self._resolve(row), Confidence.MEDIUM) for row in self._rows(named.form, "*"))
        if named.form in CALLED and not named.names[0].startswith(OWN):
            for argument in arguments:
                known = self._arguments.get(argument_key(argument, self.language), ())
                found.extend((*self._resolve(row), Confidence.MEDIUM) for row in known)
        return sorted(found, key=lambda hit: (hit[2] is not Confidence.HIGH, not hit[1].name.startswith("*")))

    def telling(self, named: Construct) -> list[tuple[Rule, Sink]]:
        """What a call may be that says on which side of a connection its object is."""
        if named.form is not Form.TAKING and named.form not in CALLED:
            return []
        words = {
            self._last(Form.CALL, name) for name in (named.names if named.form is Form.TAKING else named.names[:1])
        }
        found = (self._resolve(row) for word in words for row in self._telling.get(word, ()))
        fold = folds(Form.CALL, self.language)
        told = [(rule, sink) for rule, sink in found if _name_confidence(named.names, sink.name, fold) is not None]
        return [*told, *self._takers(named.names)] if named.form is Form.TAKING else told

    def owners(self, site: Site) -> list[tuple[Rule, Sink]]:
        """What tells a side of whatever it is passed, of that to which a member or an entry belongs."""
        names = site.owner if site.form is Form.OPTION else ()
        if site.form is Form.ASSIGN:
            names = tuple(filter(None, (name.rpartition(".")[0].removesuffix("()").strip("?") for name in site.names)))
        found = self._takers(names) if names else ()
        return [(rule, sink) for rule, sink in found if not sink.where and not sink.members]

    def _takers(self, names: Sequence[str]) -> Iterator[tuple[Rule, Sink]]:
        """What tells a side of whatever it is passed: of names that are known, else of those that fit a pattern."""
        fold, known = folds(Form.CALL, self.language), False
        words = {self._last(Form.CALL, name) for name in names}
        for row in (row for word in words for row in self._taking.get(word, ())):
            confidence = _name_confidence(names, row[0], fold)
            if confidence is Confidence.HIGH or (confidence is not None and row[0].startswith("*.")):
                rule, sink = self._resolve(row)
                known = known or not sink.members
                yield rule, sink
        for row in () if known else self._taking.get("", ()):
            if any(is_spelled(name, row[0]) for name in names):
                yield self._resolve(row)

    def placed(self, sites: Iterable[Site], data: bytes) -> list[Site]:
        """The sites of a file with what its text holds of the words and signs that their sinks ask for."""
        known: dict[tuple[str, bool], bool] = {}
        dense = data.translate(None, b" \t\r\n")

        def holds(word: str, sign: bool) -> bool:
            if (word, sign) not in known:
                known[word, sign] = word.encode() in dense if sign else _holds(data, word, self.language)
            return known[word, sign]

        sides = self._book.sides(self.language)

        def told() -> str:
            spoken = [side.value for side, words in sides.items() if any(holds(word, True) for word in words)]
            return spoken[0] if len(spoken) == 1 else ""

        return [self._beside(site, holds, told) for site in sites]

    def _beside(self, site: Site, holds: Callable[[str, bool], bool], told: Callable[[], str]) -> Site:
        met = self.candidates(site, [argument.name for argument in site.arguments if argument.name])
        unsure = (sink for _, sink, confidence in met if confidence is not Confidence.HIGH)
        words = {word for sink in unsure for word in libraries(sink, site.language)}
        signs = {sign for _, sink, _ in met for sign in (*sink.beside, *sink.without)}
        near = [*(word for word in words if holds(word, False)), *(sign for sign in signs if holds(sign, True))]
        leaves_open = any((sink.role or rule.role) is Role.BOTH for rule, sink, _ in met)
        return site._replace(near=tuple(sorted(near)), likely=told() if leaves_open else "")

    def knows(self, word: str) -> bool:
        """Whether the name of a call or constructor that some sink is about, or that tells a side, ends in a word."""
        last = self._last(Form.CALL, word)
        return bool(self._rows(Form.CALL, last)) or last in self._telling or last in self._taking

    def _is_spoken_of(self, name: str) -> bool:
        """Whether a sink goes by the last part of a name, or is a member of something that does."""
        last = name.rpartition(".")[2].rstrip("=")
        met = self._last(Form.CALL, last)
        return last in self._words or any(self._rows(form, met) for form in (Form.CALL, Form.ASSIGN))

    def is_sink(self, name: str) -> bool:
        """Whether a sink has exactly this name."""
        last = self._last(Form.CALL, name)
        return any(row[0] == name for form in (Form.CALL, Form.ASSIGN) for row in self._rows(form, last))

    def mentioned(
        self, value: Value, runtimes: Runtimes, near: Sequence[str] = ()
    ) -> list[tuple[Rule, Sink, Confidence]]:
        """The rule whose vocabulary knows a bare value, with a sink for it: of what qualifies the value, where any is
        about that, else the one with the most names. A literal says nothing by itself: for it the rules count whose
        words stand near it, the nearest first."""
        from tlsscan.lookup import Lens, lookup

        named = chain.from_iterable(rows for of_form in self._named.values() for rows in of_form.values())
        ids = {row[1] for row in (*named, *chain.from_iterable(self._arguments.values()))}
        rules = {identifier: self._book.rule(identifier) for identifier in ids}
        owner = value.names[0].rpartition(".")[0] if isinstance(value, Name) else ""

        def order(rule: Rule) -> tuple[int, int, str]:
            """By names, so that a name which is told for each side counts once."""
            called = {sink.name for sink in rule.sinks if sink.form in CALLED and sink.name.startswith(f"{owner}.")}
            return -len(called) if owner else 0, -len({sink.name for sink in rule.sinks}), rule.id

        ordered = sorted(rules.values(), key=order)
        if not isinstance(value, Name):
            told = [(rule, {word for sink in rule.sinks for word in words_of(sink)}) for rule in ordered]
            ordered = [rule for word in near for rule, words in told if word in words]
        for rule in ordered:
            lens = Lens(rule.vocabulary, rule.configures, runtimes, caseless=self.language in CASELESS)
            if lookup(value, lens) is not None:
                return [(rule, Sink(Form.MENTION, ""), Confidence.LOW)]
        return []

    def wants(self, named: Construct, arguments: Iterable[str]) -> Wish | None:
        """What the sinks that it may meet want of it; None if there are none."""
        if named.form is Form.DECLARATION:
            return Wish(False, (), self.language) if self._is_spoken_of(named.names[0]) else None
        if named.form is Form.TAKING:
            takers = tuple(sink for _, sink in self.telling(named))
            return Wish(True, takers, self.language) if takers else None
        sinks = tuple(sink for _, sink, _ in self.candidates(named, arguments))
        sinks += tuple(sink for _, sink in self.telling(named))
        return Wish(named.form in CALLED, sinks, self.language) if sinks else None

    def _confidence(self, named: Construct, names: Sequence[str], sink: Sink) -> Confidence | None:
        fold = folds(named.form, self.language)
        if named.form is Form.OPTION:
            return _option_confidence(names[0], named.owner, sink, fold)
        if named.form is Form.ASSIGN and "." in sink.name:
            names = [name for name in names if "." in name]  # a plain variable is not an attribute of anything
        return _name_confidence(names, sink.name, fold)


def libraries(sink: Sink, language: str) -> list[str]:
    """The words by which files know what a sink belongs to: of declared classes their own name (of one inside another,
    that of the outer one: `Builder` says nothing), else the first part of the qualified name. None where any receiver
    will do."""
    names = sink.of if sink.form is Form.OPTION else (sink.name,)
    parts = [name.split(".") for name in names if "." in name and not name.startswith("*")]
    return [_known_by(found, language).rstrip("()") for found in parts]


def words_of(sink: Sink) -> Iterable[str]:
    """The whole words by which a text speaks of a sink: its literals, or its name where they are pieces of that."""
    last = sink.name.rpartition(".")[2]
    return [last if word in last else word for word in sink.anchors]


def asks_users(sink: Sink) -> bool:
    """Whether a sink asks what the files hold that use the class of its file."""
    return bool(sink.users_hold)


def users_sign(sink: Sink) -> str:
    """What stands for the answer in `Site.near`, if it is yes."""
    return " ".join(("users hold", *sink.users_hold, "and not", *sink.users_without))


def _known_by(parts: Sequence[str], language: str) -> str:
    if language not in DECLARING:
        return parts[0]
    at = next((at for at, part in enumerate(parts) if part[:1].isupper()), 0)
    return parts[at] if 0 < at < len(parts) - 2 else parts[-2]  # packages are in lower case, namespaces are not


def _holds(data: bytes, word: str, language: str) -> bool:
    """Whether a text holds a word: the name of a class as the language writes it, that of a library in any case."""
    exact = language in DECLARING and language not in CASELESS
    return re.search(rb"(?<!\w)" + re.escape(word.encode()) + rb"(?!\w)", data, 0 if exact else re.I) is not None


def _name_confidence(names: Sequence[str], wanted: str, ignore_case: bool = False) -> Confidence | None:
    """How sure it is that a site's names mean a sink's name; None if they do not."""
    wanted = wanted.lower() if ignore_case else wanted
    for given in names:
        name = given.lower() if ignore_case else given
        if name.startswith(OWN):  # of the scanned code itself: exactly that
            if name == f"{OWN}{wanted}":
                return Confidence.HIGH
            continue
        if name == wanted:
            return Confidence.HIGH
        if name.startswith("?."):
            tail = name[2:]
            whole = wanted.removeprefix("*.")  # where any receiver will do, nothing of it may be missing
            if tail in (wanted, whole) or (whole == wanted and wanted.endswith(f".{tail}")):
                return Confidence.MEDIUM
        elif wanted.startswith("*.") and (name == wanted[2:] or name.endswith(wanted[1:])):
            return Confidence.MEDIUM
        elif wanted.endswith(f".{name}") and ("." in name or not wanted.startswith("*.")):
            return Confidence.HIGH if "." in name else Confidence.MEDIUM
        elif "." in wanted and name.endswith(f".{wanted}"):
            return Confidence.MEDIUM
    return None


def _option_confidence(path: str, owner: Sequence[str], sink: Sink, fold: bool = False) -> Confidence | None:
    path, name = (path.lower(), sink.name.lower()) if fold else (path, sink.name)
    longer = "\\." in name and path.endswith(f"\\.{name}")  # a key with dots of its own is no part of another one
    if path != name and (sink.outermost or longer or not path.endswith(f".{name}")):
        return None
    if not sink.of:
        return Confidence.MEDIUM
    for call in sink.of:
        confidence = _name_confidence(owner, call, fold)
        if confidence is not None:
            return confidence
    return None


def fits(value: Value, where: Where) -> bool:
    """Whether a value may be what a condition asks for: any but null, if that asks for none."""
    if not where.keys and not where.like:
        return not isinstance(strip(value)[0], Null)
    if where.like:
        return any(is_like(text, like) for text in texts(_address(value)) for like in where.like)
    return any(_is_key(arm, where.keys) for arm in _arms(value))


def _address(value: Value) -> Value:
    """What an address is made of, where a value is one or is sent to one: `new Uri("http://example.org/")`,
    `ROOT + path`, `new HttpRequestMessage(HttpMethod.Get, "http://example.org/")`."""
    made = strip(value)[0]
    if isinstance(made, Operation) and made.operator == "+":
        return made._replace(operator="join", operands=tuple(map(_address, made.operands)))
    if not isinstance(made, Invocation):
        return value
    at = _ADDRESSES.get(made.names[0].rpartition(".")[2])
    return value if at is None or len(made.arguments) <= at else _address(made.arguments[at])


def with_addresses(site: Site) -> Site:
    """A site that is given what its addresses are made of."""
    return site._replace(arguments=tuple(one._replace(value=_address(one.value)) for one in site.arguments))


def may_fit(value: Value, where: Where) -> bool:
    """Whether another file may say that a value is what a condition asks for: a member of something, by full name; or
    callers, who pass it."""
    inner = strip(value)[0]
    named = isinstance(inner, Name) and "." in inner.names[0].removeprefix("?.")
    return bool(where.keys) and (named or is_callers(inner))


def is_spelled(name: str, wanted: str) -> bool:
    """Whether a name is spelled as one with `*` in it says. Without regular expressions: dozens are asked for one name,
    and to compile them would take longer than the rest of a small file."""
    first, *others = wanted.split("*")
    *between, last = others
    at = len(first)
    if not name.startswith(first) or not name.endswith(last) or len(name) < at + len(last):
        return False
    for part in between:
        at = name.find(part, at, len(name) - len(last)) + len(part)
        if at < len(part):
            return False
    return True


def is_like(text: str, like: str) -> bool:
    """Whether a text is like a pattern, in any case."""
    return fnmatchcase(text.lower(), like.lower())


def _arms(value: Value) -> list[Value]:
    while isinstance(value, Via):
        value = value.value
    several = isinstance(value, Choice) or (isinstance(value, Operation) and value.operator in TURNS)
    return [inner for part in parts(value) for inner in _arms(part)] if several else [value]


def _is_key(value: Value, keys: Sequence[Key]) -> bool:
    for key in keys:
        if key.type == "text" and _is_text(value, key.value):
            return True
        if isinstance(value, Symbol) and key == Key("symbol", value.name):
            return True
        if isinstance(value, Number) and key == Key("number", str(value.value)):
            return True
        if isinstance(value, Bool) and key == Key("bool", str(value.value).lower()):
            return True
        if isinstance(value, Null) and key.type == "null":
            return True
        if isinstance(value, Name) and _is_named(value, key):
            return True
    return False


def _is_named(value: Name, key: Key) -> bool:
    """Whether a name, or a call of one, is the wanted one."""
    called = tuple(name.removesuffix("()") for name in value.names if name.endswith("()"))
    names = called if key.type == "call" else value.names
    return key.type in ("name", "call") and bool(names) and _name_confidence(names, key.value) is not None


def _is_text(value: Value, wanted: str) -> bool:
    """Whether a text is the wanted one, or ends like one that begins with `*.`, also when it begins at run time."""
    if isinstance(value, Operation) and value.operator == "join" and wanted.startswith("*."):
        return _is_text(strip(value.operands[-1])[0], wanted)
    return isinstance(value, Text) and (
        value.text == wanted or (wanted.startswith("*.") and value.text.endswith(wanted[1:]))
    )
