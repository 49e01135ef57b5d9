"""Which files of a program name what others declare: what is in a library that it references, and is named nowhere on
the way from its own code, is not known to run in it. By the text of C# and VB.NET, and rather too much than too little:
whoever inherits an interface, or hands one on as a type, may get any class that implements it. What is only the type of
a variable, a parameter or a result makes nothing, unless something on the way looks for types by itself."""

import marshal
from collections.abc import Callable, Collection, Mapping

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

_TYPE = lazy(
    rb"(?i)\b(?:class|struct|structure|interface|enum|record|module)[ \t]+(?:(?:class|struct)[ \t]+)?@?(\w+)"
    rb"(?:<[^{};]*?>)?[ \t]*(?:\([^{};]*?\))?\s*(?::([^{;]*))?"
)
_ENDS = lazy(rb"(?i)\bend[ \t]+\w+")
_OF_VB = lazy(rb"(?im)^[ \t]*(?:inherits|implements)[ \t]+(.+)$")
_EXTENSION = lazy(rb"\b(\w+)[ \t]*(?:<[^>()]*>)?[ \t]*\(\s*this[ \t]")
_MODULE = lazy(rb"(?im)^[ \t]*(?:(?:public|friend)[ \t]+)?module[ \t]+\w+")
_OF_MODULE = lazy(rb"(?i)\b(?:sub|function|property|const|dim)[ \t]+(\w+)")
_WORD = lazy(rb"[^\W\d]\w*")
_ASIDE = lazy(rb"@\"(?:[^\"]|\"\")*\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])'|//[^\n]*|/\*[\s\S]*?\*/")
_ASIDE_VB = lazy(rb"\"[^\"\n]*\"|'[^\n]*")
"""Texts and comments."""
_TYPED = lazy(
    rb"\b(?!(?:new|return|throw|await)\b)[A-Za-z_][\w.]*(?:\[\]|\?)*\s+[A-Za-z_]\w*\s*"
    rb"(?=[,);{(]|=>|=(?!=)(?!\s*new\s*\())|(?<!typeof)\(\s*[\w.]+\s*\)|\b(?:is|as)\s+[\w.]+"
)
_TYPED_VB = lazy(rb"(?i)\bAs\s+(?!New\b)[\w.]+")
"""What only has a type."""
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
    """What the text of a file declares, in lower case: the words by which it is used, and what its classes are made
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


def declared(text: bytes) -> Declared:
    """What a text declares."""
    looks = any(sign in text for sign in _LOOKS) or _MAKES.search(text) is not None
    text = _ENDS.sub(b"", text)
    words: set[bytes] = set()
    bases: set[bytes] = set()
    for found in _TYPE.finditer(text):
        words.add(found[1].lower())
        bases.update(_words(found[2] or b""))
    for found in _OF_VB.finditer(text):
        bases.update(_words(found[1]))
    words.update(word.lower() for word in _EXTENSION.findall(text))
    if _MODULE.search(text):  # its members go by their own names
        words.update(word.lower() for word in _OF_MODULE.findall(text))
    loose = not words or any(base.endswith(_BY_REFLECTION) for base in bases)
    return Declared(frozenset(words), frozenset(bases), loose, looks)


def named(text: bytes, wanted: Mapping[bytes, int], *, basic: bool = False) -> list[int]:
    """The numbers of the words that stand in a text, of C# or Basic, in another place than as a mere type."""
    text = (_ASIDE_VB if basic else _ASIDE).sub(b" ", text)
    text = (_TYPED_VB if basic else _TYPED).sub(b" ", text)
    return [wanted[word] for word in _words(text) if word in wanted]


def _words(text: bytes) -> set[bytes]:
    return set(_WORD.findall(text.lower()))


class Graph(NamedTuple):
    """Files with what they declare, and the numbers of the words that each names."""

    declared: Mapping[str, Declared]
    words: Mapping[bytes, int]
    named: Mapping[str, Collection[int]]

    def reached(self, own: Callable[[str], bool]) -> set[str]:
        """The files whose code is known to be used, from those that are a program's own. All, where there are none."""
        holders: dict[int, list[str]] = {}
        for path, told in self.declared.items():
            for word in told.words | told.bases:
                if word in self.words:
                    holders.setdefault(self.words[word], []).append(path)
        waiting = [path for path in self.declared if own(path)]
        if not waiting:
            return set(self.declared)
        waiting += [path for path, told in self.declared.items() if told.loose]
        met = set(waiting)
        followed: set[int] = set()
        while waiting:
            fresh = set(self.named.get(waiting.pop(), ())) - followed
            followed |= fresh
            for path in (path for number in fresh for path in holders.get(number, ())):
                if path not in met:
                    met.add(path)
                    waiting.append(path)
        return set(self.declared) if any(self.declared[path].looks for path in met) else met


def numbered(every: Mapping[str, Declared]) -> dict[bytes, int]:
    """The words that files declare, each with a number."""
    words = sorted({word for told in every.values() for word in told.words})
    return {word: number for number, word in enumerate(words)}
