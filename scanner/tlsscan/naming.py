"""Which files of a program name what others declare: what is in a library that it references, and is named nowhere on
the way from its own code, is not known to run in it. By the text of C# and VB.NET: whoever hands an interface to
somebody as a type may get any class that implements it. What is only the type of a variable, a parameter or a result
makes nothing, nor does a variable that goes by the name of a class, unless something on the way looks for types by
itself."""

import marshal
import re
from collections.abc import Callable, Collection, Mapping

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

_TYPE = lazy(
    rb"(?i)\b(?:class|struct|structure|interface|enum|record|module)[ \t]+(?:(?:class|struct)[ \t]+)?"
    rb"(?!(?:in|is|as|if|and|or|not)\b)@?(\w+)(?:<[^{};]*?>)?[ \t]*(?:\([^{};]*?\))?\s*(?::([^{;]*))?"
)
_ENDS = lazy(rb"(?i)\bend[ \t]+\w+")
_OF_VB = lazy(rb"(?im)^[ \t]*(?:inherits|implements)[ \t]+(.+)$")
_EXTENSION = lazy(rb"\b(\w+)[ \t]*(?:<[^>()]*>)?[ \t]*\(\s*this[ \t]")
_MODULE = lazy(rb"(?im)^[ \t]*(?:(?:public|friend)[ \t]+)?module[ \t]+\w+")
_OF_MODULE = lazy(rb"(?i)\b(?:sub|function|property|const|dim)[ \t]+(\w+)")
_WORD = lazy(rb"[^\W\d]\w*")
_SPACES = lazy(rb"(?im)\b(?:using|namespace)\s+[\w.]+\s*(?=[;{])|^[ \t]*(?:Imports|Namespace)[ \t]+[\w., \t]+$")
"""Names of namespaces."""
_CHAINED = lazy(rb"([^\W\d]\w*)(?:\.(?=([^\W\d]\w*)))?")
_ASIDE = lazy(rb"@\"(?:[^\"]|\"\")*\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])'|//[^\n]*|/\*[\s\S]*?\*/")
_ASIDE_VB = lazy(rb"\"[^\"\n]*\"|'[^\n]*")
"""Texts and comments."""
_TYPED = lazy(
    rb"\b(?!(?:new|return|throw|await)\b)[A-Za-z_][\w.]*(?:\[\]|\?)*\s+[A-Za-z_]\w*\s*"
    rb"(?=[,);{(]|=>|=(?!=)(?!\s*new\s*\())|(?<!typeof)\(\s*[\w.]+\s*\)|\b(?:is|as)\s+[\w.]+|\.\w+\s*(?=[;+\-\]&|!]|=[^>])"
)
_TYPED_VB = lazy(rb"(?i)\bAs\s+(?!New\b)[\w.]+")
"""What only has a type, and members that are no types."""
_VARIABLE = lazy(
    rb"\b(?!(?:new|return|throw|await|in|is|as|out|ref|else|case|class|struct|record|interface|enum|namespace)\b)"
    rb"([A-Za-z_]\w*)(?:<[^<>;{}()]*>)?(?:\[\]|\?)*\s+([A-Za-z_]\w*)\s*(?=[,);{]|=>|=(?!=))"
)
_VARIABLE_VB = lazy(rb"(?i)\b([A-Za-z_]\w*)(?:\(\))?\s+As\s+(?:New\s+)?(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)")
"""A variable, a parameter or a property, with the last word of its type."""
_AS_TYPE = lazy(rb"\b(?:new|using\s+\w+\s*=)\s*([\w.]+)")
_AS_TYPE_VB = lazy(rb"(?i)\b(?:new|inherits|implements)\s+([\w.]+)")
"""Words that can be those of types alone."""
_HANDED = lazy(rb"<([\w\s.,?\[\]]+)>|\btypeof\s*\(([^()]*)\)")
_HANDED_VB = lazy(rb"(?i)\(\s*of\s+([\w., ]+)|\bgettype\s*\(([^()]*)\)")
"""Types that are handed to somebody: who may make what derives from them."""
_MADE = lazy(
    rb"\(\s*(?:\w+\.)*(\w+)\s*\)\s*(?:System\.)?(?:Reflection\.)?(?:Activator\.CreateInstance\b"
    rb"|Assembly\.Load\w*\([^;]*?\)\.CreateInstance\b)(?:\s*\(\s*(?:System\.)?Type\.GetType\()?"
    rb"|\b(?:Activator\.CreateInstance\b|Assembly\.Load\w*\([^;]*?\)\.CreateInstance\b)[^;]*?\)\s*as\s+(?:\w+\.)*(\w+)"
)
_MADE_VB = lazy(rb"(?i)\b(?:CType|DirectCast|TryCast)\(\s*Activator\.CreateInstance\b[^\n]*,\s*(?:\w+\.)*(\w+)\s*\)")
"""What is made of a class that the text does not say, but what that derives from."""
_ANY = lazy(rb"(?i:object|dynamic|var)|T(?:[A-Z]\w*)?")
"""Types from which anything derives, or that somebody else says."""
_LOOKS = (
    b"Assembly.Load", b"GetExportedValue", b"ImportMany", b"CompositionContainer",
    b"DirectoryCatalog", b"RegisterAssembly", b"AsImplementedInterfaces", b".GetAssemblies(", b".GetTypes(",
    b"Type.GetType(", b".Scan(",
)  # fmt: skip
"""What makes objects of classes that nothing names."""
_MAKES = lazy(rb"(?i)\bActivator\.CreateInstance\b(?!\s*<|\s*\(\s*(?:Of\b|typeof\b|GetType\s*\(\s*[\w.]+\s*\)\s*[,)]))")
"""That of a type which the text does not say."""
_BY_REFLECTION = (b"controller", b"hub", b"ihttphandler", b"ihttpmodule", b"page", b"usercontrol", b"webservice")
"""Endings of what a framework makes by itself: nobody names a class that is made from these."""


class Declared(NamedTuple):
    """What the text of a file declares: the words by which it is used, and what its classes are made
    from. `loose` if a framework may find it without a name, `looks` if it may itself make what it does not name."""

    words: frozenset[bytes] = frozenset()
    bases: frozenset[bytes] = frozenset()
    loose: bool = False
    looks: bool = False

    def pack(self) -> bytes:
        """Bytes, for another process."""
        return marshal.dumps(tuple(self))


def unpacked(payload: bytes) -> Declared:
    """What `Declared.pack` has written."""
    return Declared(*marshal.loads(payload))


def declared(text: bytes, *, basic: bool = False) -> Declared:
    """What a text of C# or Basic declares."""
    text = (_ASIDE_VB if basic else _ASIDE).sub(b" ", text)
    left = _MADE_VB.sub(_unless_any, _MADE.sub(_unless_any, text))
    looks = any(sign in left for sign in _LOOKS) or _MAKES.search(left) is not None
    text = _ENDS.sub(b"", text)
    words: set[bytes] = set()
    bases: set[bytes] = set()
    for found in _TYPE.finditer(text):
        words.add(found[1])
        bases.update(_words(found[2] or b""))
    for found in _OF_VB.finditer(text):
        bases.update(_words(found[1]))
    words.update(_EXTENSION.findall(text))
    if _MODULE.search(text):  # its members go by their own names
        words.update(_OF_MODULE.findall(text))
    loose = not words or any(base.lower().endswith(_BY_REFLECTION) for base in bases)
    return Declared(frozenset(words), frozenset(bases), loose, looks)


def _unless_any(made: re.Match[bytes]) -> bytes:
    """What is made as it stands, where nothing says what that derives from."""
    kind = next((group for group in made.groups() if group), b"")
    return made.group() if _ANY.fullmatch(kind) is not None else b" "


class Wanted:
    """Words that files are asked for, with their numbers; Basic minds no case."""

    def __init__(self, numbers: Mapping[bytes, int]) -> None:
        self._exact = numbers
        self._caseless = {word.lower(): number for word, number in numbers.items()}

    def named(self, text: bytes, *, basic: bool = False) -> set[int]:
        """The numbers of the words that stand in a text, of C# or Basic, in another place than as a mere type, or as
        the name of a variable; beyond the last of them, those of types that the text hands to somebody or makes
        others of."""
        words, handed = _basic(text, self._caseless) if basic else _c(text, self._exact)
        wanted = self._caseless if basic else self._exact
        known = {wanted[word] for word in words if word in wanted}
        return known | {wanted[word] + len(self._caseless) for word in handed if word in wanted}


def _c(text: bytes, wanted: Collection[bytes]) -> tuple[set[bytes], set[bytes]]:
    handed = _groups(_MADE, text)
    text = _SPACES.sub(b" ", _ASIDE.sub(b" ", text))
    handed |= _groups(_HANDED, text)
    types = _groups(_AS_TYPE, text).union(*(_words(found[2] or b"") for found in _TYPE.finditer(text)))
    variables = {found[2] for found in _VARIABLE.finditer(text) if found[1] != found[2]}
    return types | (_leading(_TYPED.sub(b" ", text), wanted) - variables), handed


def _basic(text: bytes, wanted: Collection[bytes]) -> tuple[set[bytes], set[bytes]]:
    text = text.lower()
    handed = _groups(_MADE_VB, text)
    text = _SPACES.sub(b" ", _ASIDE_VB.sub(b" ", text))
    handed |= _groups(_HANDED_VB, text)
    variables = {found[1] for found in _VARIABLE_VB.finditer(text) if found[1] != found[2]}
    return _groups(_AS_TYPE_VB, text) | (_leading(_TYPED_VB.sub(b" ", text), wanted) - variables), handed


def _groups(pattern: re.Pattern[bytes], text: bytes) -> set[bytes]:
    return {word for found in pattern.finditer(text) for group in found.groups() for word in _words(group or b"")}


def _leading(text: bytes, wanted: Collection[bytes]) -> set[bytes]:
    """The words of a text, without those that only say where the type behind them is."""
    return {word for word, member in set(_CHAINED.findall(text)) if member not in wanted}


def _words(text: bytes) -> set[bytes]:
    return set(_WORD.findall(text))


class Graph(NamedTuple):
    """Files with what they declare, the numbers of words in lower case, and those of the words that each names."""

    declared: Mapping[str, Declared]
    words: Mapping[bytes, int]
    named: Mapping[str, Collection[int]]

    def reached(self, own: Callable[[str], bool], home: Callable[[str], str]) -> set[str]:
        """The files whose code is known to be used, from those that are a program's own. All, where there are none.
        `home` tells the folder of a file's project: what that declares itself is what its files mean."""
        by_name: dict[tuple[int, str], list[str]] = {}
        by_base: dict[int, list[str]] = {}
        homes: dict[int, set[str]] = {}
        for path, told in self.declared.items():
            for number in self._numbers(told.words):
                by_name.setdefault((number, home(path)), []).append(path)
                homes.setdefault(number, set()).add(home(path))
            for number in self._numbers(told.bases):
                by_base.setdefault(number, []).append(path)
        waiting = [path for path in self.declared if own(path)]
        if not waiting:
            return set(self.declared)
        waiting += [path for path, told in self.declared.items() if told.loose]
        met = set(waiting)
        followed: set[tuple[int, str]] = set()
        while waiting:
            path = waiting.pop()
            fresh = {(number, home(path)) for number in self.named.get(path, ())} - followed
            followed |= fresh
            for number, folder in fresh:
                handed, number = divmod(number, len(self.words))
                meant = [folder] if (number, folder) in by_name else homes.get(number, ())
                found = {path for one in meant for path in by_name[number, one]}
                found = found.union(by_base.get(number, ()) if handed else ()) - met
                met |= found
                waiting += found
        return set(self.declared) if any(self.declared[path].looks for path in met) else met

    def _numbers(self, words: Collection[bytes]) -> set[int]:
        return {self.words[word.lower()] for word in words if word.lower() in self.words}


def numbered(every: Mapping[str, Declared]) -> dict[bytes, int]:
    """The words that files declare, each with a number; words that differ in case have the same one."""
    words = sorted({word for told in every.values() for word in told.words})
    numbers: dict[bytes, int] = {}
    return {word: numbers.setdefault(word.lower(), len(numbers)) for word in words}
