"""What later rounds look for in files: which words stand there, definitions of constants, calls of functions."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from tlsscan import languages
from tlsscan.calls import Calls, Question, words_of
from tlsscan.included import exact, is_file, means
from tlsscan.languages import LOWERED
from tlsscan.patterns import lazy
from tlsscan.prefilter import Prefilter
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Literal

DECLARATION = lazy(rb"(?i:\b(?:class|struct|interface|enum|record|trait|module|namespace|package)\s+)[\w.:\\]*\Z")
DECLARATION_REACH = 120
HOLDING = lazy(rb"[ \t]*=[ \t]*(?:::)?[A-Z][\w:]*\.new\b")  # `Settings = OpenStruct.new`


class Spot(NamedTuple):
    """Two words that a file of a language must hold to be looked into (an empty second one: the first alone), for
    calls or for definitions. Where the first is a setter of Java, `given` asks for what a class gives it by itself;
    where it is a class of Java, `kept` asks that what is made of it is for clients of HTTPS alone."""

    language: str
    word: str
    beside: str
    calls: bool = False
    given: bool = False
    kept: bool = False


def spots_of_words(language: str, owners: Mapping[str, Collection[str]]) -> Iterator[Spot]:
    """What a file holds that defines one of the words for one of its owners."""
    for word, own in owners.items():
        for owner in own if not is_file(word) else ():
            yield _spot(language, word, owner.rpartition(".")[2])


def spots_of_calls(questions: Iterable[Question]) -> Iterator[Spot]:
    """What a file holds that calls one of the functions and is not its home."""
    for question in questions:
        word, *owners = words_of(question.callee, question.language)
        for owner in owners or [""]:
            yield _spot(question.language, word, owner)._replace(calls=True)


def _spot(language: str, word: str, beside: str) -> Spot:
    """The longer word is looked for first: it is the rarer one."""
    first, second = sorted((word, beside), key=len, reverse=True)
    return Spot(language, first.lower(), second.lower()) if language in LOWERED else Spot(language, first, second)


def _holds(data: bytes, spot: Spot) -> bool:
    """Whether a file that has the words of a spot is found to be what it asks for."""
    if spot.given:
        from tlsscan.overrides import gives

        return gives(data.decode("utf-8", "replace"), spot.word.rstrip("("))
    if spot.kept:
        from tlsscan.httpsonly import is_kept_for_https

        return is_kept_for_https(data.decode("utf-8", "replace"), spot.word)
    return True


class Spotting:
    """Many spots of one language, each known by a number."""

    def __init__(self, language: str, spots: Mapping[int, Spot]) -> None:
        self._numbers: dict[str, list[tuple[bytes, int]]] = defaultdict(list)
        self._asking = {number: spot for number, spot in spots.items() if spot.given or spot.kept}
        for number, spot in spots.items():
            self._numbers[spot.word].append((spot.beside.encode(), number))
        self._words = list(self._numbers)
        self._prefilter = Prefilter(language, dict.fromkeys(self._words, Literal()))

    def numbers(self, raw: memoryview) -> list[int]:
        """The numbers of the spots that a file has."""
        if not self._prefilter.hit(raw):
            return []
        data = self._prefilter.folded(raw)
        held = [self._words[index] for index in self._prefilter.held(data)]
        found = [number for word in held for beside, number in self._numbers[word] if beside in data]
        return [number for number in found if number not in self._asking or _holds(data, self._asking[number])]


class Search:
    """What is looked for in the files of one language: words, and the dotted names of what may own them (an empty
    text: nothing)."""

    def __init__(self, language: str, owners: Mapping[str, Collection[str]]) -> None:
        self.language = language
        self.words = sorted(owners)
        self._files = [word for word in self.words if is_file(word)]
        self.owners = {part for own in owners.values() for name in own for part in name.split(".")}
        self._owners = {
            word: sorted({name.rpartition(".")[2].encode() for name in own}) for word, own in owners.items()
        }
        plain = [word for word in self.words if not is_file(word)]
        spelled = [word.lower() for word in plain] if language in LOWERED else plain
        if language in languages.PASSING:  # what a module passes on may be a function
            spelled = [word.partition("(")[0] for word in spelled]
        if language in languages.COUNTING:  # `get(2)`
            spelled += {
                word[at : at + 1].lower() + word[at + 1 : -2] for word in spelled if (at := _accessed(word)) >= 0
            }
            spelled = [word if word.endswith("()") else re.sub(r"\(\d+\)$", "(", word) for word in spelled]
        self._prefilter = Prefilter(language, dict.fromkeys(spelled, Literal()))
        self._named = {owner for own in self._owners.values() for owner in own}

    def concerns(self, raw: memoryview, path: str) -> bool:
        """Whether a word stands in a file, and the name of anything that may own one; or what passes on any word. Or
        whether it is asked what the file itself gives."""
        if self._files and any(means(word, exact(path)) for word in self._files):
            return True
        if not self._prefilter.hit(raw):
            return self.language in languages.PASSING and languages.PASSING[self.language] in bytes(raw)
        data = bytes(raw)
        return self.language in languages.NAMED_BY_FILE or any(owner in data for owner in self._named)

    def declares(self, data: bytes, word: str) -> bool:
        """Whether the text of a file declares anything that may own a word: `class Settings`, `namespace Shop`."""
        owners = self._owners[word]
        return b"" in owners or any(_declares(data, owner) for owner in owners)


class CallSearch:
    """The calls that are looked for in the files of one language, with the literals that find them."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        literals = calls.literals()
        self._prefilter = Prefilter(calls.language, literals)
        self._at_home = Prefilter(calls.language, dict.fromkeys(literals, Literal()))

    def concerns(self, raw: memoryview, path: str) -> bool:
        """Whether a function may be called in a file."""
        return bool(self.anchors(bytes(raw), path))

    def anchors(self, data: bytes, path: str) -> list[tuple[int, int]]:
        """Where the functions are named in a file."""
        prefilter = self._at_home if self.calls.is_home(path) else self._prefilter
        return prefilter.anchors(data)


def _accessed(word: str) -> int:
    """Where the name of the field begins in that of its accessor: `getName()`, `isOld()`, `name()`."""
    if not word.endswith("()"):
        return -1
    return next((len(lead) for lead in ("get", "is") if word.startswith(lead) and word[len(lead)].isupper()), 0)


def _declares(data: bytes, owner: bytes) -> bool:
    at = data.find(owner)
    while at >= 0:
        if DECLARATION.search(data, max(at - DECLARATION_REACH, 0), at) or HOLDING.match(data, at + len(owner)):
            return True
        at = data.find(owner, at + 1)
    return False
