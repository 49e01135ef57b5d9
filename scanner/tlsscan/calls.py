"""Calls of functions whose parameters decide something: which constructs may be such calls, and what they pass.

Knows neither syntax trees nor rules: a function is known by its name, and so is what calls it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tlsscan.languages import CASELESS, LOWERED, same_word
from tlsscan.model import Addressing, Argument, Construct, Form, Site
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Literal
from tlsscan.sinktable import IGNORES_CASE
from tlsscan.slots import rest_of
from tlsscan.values import Callee, Entry, Step, Symbol, Text, Value
from tlsscan.values import Mapping as MappingValue

MAKES_BY_CALL = frozenset({"python", "ruby"})  # `Client(...)`, `super(...)` in a constructor
WHOLE_NAMES = frozenset({"java", "php"})  # languages whose calls carry the whole name or none
LOOSE_TYPES = frozenset({"ruby", "vbnet", "csharp"})  # languages in which a type may go by its last name alone
SINGLETONS = frozenset({"csharp", "vbnet"})  # languages in which `Thing.Instance.connect` goes by these words
FACTORIES = frozenset({"python", "ruby"})  # languages in which `thing.connect` need not tell what `thing` is


PROPERTY = "property"


class Question(NamedTuple):
    """A parameter whose callers decide: the file and the name of its function, how they reach it, and which of its
    entries count (none: all of it)."""

    language: str
    path: str
    parameter: str
    callee: Callee
    keys: tuple[str, ...] = ()


class Calls:
    """The calls that are looked for in the files of one language."""

    def __init__(self, language: str, questions: Iterable[Question]) -> None:
        self.language = language
        self.questions = tuple(dict.fromkeys(questions))
        self._by_word: dict[str, list[Question]] = defaultdict(list)
        for question in self.questions:
            self._by_word[self._folded(_last(question.callee.name))].append(question)
        self._homes = {question.path for question in self.questions}

    def _folded(self, name: str) -> str:
        return name.lower() if _ignores_case(self.language) else name

    def literals(self) -> Mapping[str, Literal]:
        """The names of the functions, each with the words of which one stands in a file that calls it."""
        found: dict[str, Literal] = {}
        for question in self.questions:
            word, *owners = (_spelled(word, self.language) for word in words_of(question.callee, self.language))
            known = found.get(word)
            both = known is None or bool(known.words and owners)
            found[word] = Literal(tuple(dict.fromkeys((*(known.words if known else ()), *owners))) if both else ())
        return found

    def is_home(self, path: str) -> bool:
        """Whether one of the functions stands in a file: there nothing need name its owner."""
        return path in self._homes

    def knows(self, word: str) -> bool:
        """Whether one of the functions has that last name."""
        return self._folded(word) in self._by_word

    def wants(self, named: Construct, path: str) -> "CallWish | None":
        """What is wanted of a construct in a file; None if it calls none of the functions."""
        if named.form not in (Form.CALL, Form.NEW, Form.ASSIGN):
            return None
        words = {self._folded(_last(name)) for name in named.names}
        asked = [
            question
            for word in words
            for question in self._by_word.get(word, ())
            if certainty(named, question, path) is not None
        ]
        return CallWish(tuple(asked)) if asked else None


class CallWish(NamedTuple):
    """Which arguments of a call are wanted."""

    questions: tuple[Question, ...]

    @property
    def asks_uses(self) -> bool:
        """Whether it counts what is done with what the call makes: never."""
        return False

    @property
    def open_sides(self) -> bool:
        """Nobody asks for that here."""
        return False

    @property
    def settling(self) -> frozenset[str]:
        """The calls by which what is made of it gets a setting of its own: none is asked for."""
        return frozenset()

    @property
    def telling(self) -> frozenset[str]:
        """What else is done with what a call makes is of no account."""
        return frozenset()

    @property
    def idle(self) -> frozenset[str]:
        """The members that connect nothing: none is asked for."""
        return frozenset()

    @property
    def asks_members(self) -> bool:
        """Whether it counts what is called on what the call makes: never."""
        return False

    @property
    def addressing(self) -> Addressing | None:
        """How the object is given addresses: of no account."""
        return None

    def is_object(self, position: int | None, name: str) -> bool:
        """Whether it is looked at which object an argument is: never."""
        return False

    def takes(self, position: int | None, name: str) -> bool:
        """Whether an argument fills one of the parameters."""
        return any(_fills(question, position, name) for question in self.questions)

    def refuses(self, position: int | None, name: str, value: Value) -> bool:
        """Whether a value rules the call out: none does."""
        return False


def _fills(question: Question, position: int | None, name: str) -> bool:
    callee = question.callee
    if callee.kind == PROPERTY:
        return position is None
    if position is not None:
        return position == callee.position or (callee.takes == "rest" and position >= callee.position)
    if same_word(name, callee.argument, question.language):
        return True
    return callee.takes in ("named", "options") and (not question.keys or name in question.keys)


def certainty(named: Construct, question: Question, path: str) -> bool | None:
    """Whether a construct certainly calls a function; None if it does not."""
    callee, language = question.callee, question.language
    made = callee.kind == "constructor"
    if (named.form is Form.ASSIGN) != (callee.kind == PROPERTY):
        return None
    if (named.form is Form.NEW) != made and not (made and language in MAKES_BY_CALL):
        return None
    full, names, types = callee.name, named.names, callee.through
    if _ignores_case(language):
        full, names = full.lower(), tuple(name.lower() for name in names)
        types = tuple(name.lower() for name in types)
    known = [name for name in names if not name.startswith("?")]
    here = path == question.path
    if any(_means(name, full, question, here) for name in known):
        return callee.kind != "function" or "." in full or len(known) == 1 or language != "ruby"
    last = _last(full)
    if made and language in LOOSE_TYPES and last in known:
        return False
    if language == "python" and any(_is_exported(name, full) for name in known):
        return False
    if callee.kind == "function" and language == "vbnet" and last in known:
        return False
    if any(_is_through(name, last, types) for name in names):
        return False
    if language in SINGLETONS and callee.kind in ("method", PROPERTY) and any(_is_held(name, full) for name in names):
        return False
    elsewhere = any(_is_of_class(name, language) for name in named.names if not name.startswith("?"))
    return False if callee.kind == "method" and f"?.{last}" in names and not elsewhere else None


def _means(name: str, full: str, question: Question, here: bool) -> bool:
    """Whether a name is that of a function, as a whole or from some dot on."""
    if name == full:
        return True
    if question.language in WHOLE_NAMES:
        return False
    if question.language == "python" and name[:1].isupper() and not here:
        return False  # a class of the file itself: those of others go by their modules
    if "." not in name:
        return here and question.callee.kind != "method" and full.endswith(f".{name}")
    return full.endswith(f".{name}") or ("." in full and name.endswith(f".{full}"))


def _is_exported(name: str, full: str) -> bool:
    """`app.Client` for `app.net.client.Client`: a package may hand on what its modules define."""
    parts = iter(full.split("."))
    return (
        "." in name
        and not name[0].isupper()
        and _last(name) == _last(full)
        and all(part in parts for part in name.split("."))
    )


def _is_through(name: str, word: str, types: Sequence[str]) -> bool:
    """Whether a name is that of a method on an object that is known as one of some types: `net.IClient.connect`."""
    before, _, last = name.rpartition(".")
    return last == word and _last(before) in types


def _is_held(name: str, full: str) -> bool:
    """Whether a name is that of a member behind one of its own class, which hands out an object of it:
    `Config.Instance.Protocol`."""
    parts, owned = name.split("."), full.split(".")
    return len(parts) > 2 and len(owned) > 1 and parts[-1] == owned[-1] and parts[-3] == owned[-2]


def _is_of_class(name: str, language: str) -> bool:
    """Whether a name tells the class of its receiver."""
    before, _, owner = name.rpartition(".")[0].rpartition(".")
    if language == "php" and owner[:1].islower() and _last(before)[:1].isupper():
        return False  # what a method of a class has made
    return bool(owner) and (language not in FACTORIES or owner[:1].isupper())


def passed(site: Site, question: Question) -> Argument | None:
    """What a call passes for a parameter; None where it leaves it to the default, or cannot be told."""
    callee = question.callee
    if callee.kind == PROPERTY:
        return site.arguments[0] if site.arguments and site.operator == "=" else None
    count = len(site.arguments)
    if count < callee.least or (callee.most >= 0 and count > callee.most):
        return None
    named = [argument for argument in site.arguments if argument.position is None and argument.name]
    if callee.argument:
        for argument in named:
            if same_word(argument.name, callee.argument, question.language):
                return argument
    if callee.takes == "named":
        return _entries(site, named, question)
    if callee.takes == "rest":
        return rest_of(site, callee.position)
    if named and question.language == "powershell":  # whose places are those that the named ones leave
        return None
    found = next((a for a in site.arguments if a.position is not None and a.position == callee.position), None)
    return _entries(site, named, question) if found is None and callee.takes == "options" else found


def _entries(site: Site, named: Sequence[Argument], question: Question) -> Argument | None:
    """Named arguments as the mapping that the function sees."""
    kept = [argument for argument in named if not question.keys or argument.name in question.keys]
    if not kept:
        return None
    kinds = (Text, Symbol) if question.language == "ruby" else (Text,)
    entries = tuple(Entry(key(a.name), a.value, Step(site.path, a.region, a.text)) for a in kept for key in kinds)
    return kept[0]._replace(value=MappingValue(entries))


def nearness(path: str, other: str) -> int:
    """How near two files are: how many of their outer folders are the same."""
    count = 0
    for a, b in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count


def words_of(callee: Callee, language: str) -> tuple[str, ...]:
    """The last part of a function's name, and the words of which one must stand beside it: what owns the function."""
    parts = callee.name.split(".")
    if callee.kind == "constructor" or (language == "vbnet" and callee.kind == "function"):
        return (parts[-1],)
    owners = parts[-3:-1] if language == "python" and callee.kind == "function" else parts[-2:-1]
    return (parts[-1], *owners, *(callee.through if owners else ()))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _ignores_case(language: str) -> bool:
    return language in CASELESS or language in IGNORES_CASE


def _spelled(word: str, language: str) -> str:
    return word.lower() if language in LOWERED else word
