"""Which files of a program name what others declare: what is in a library that it references, and is named nowhere on
the way from its own code, is not known to run in it. By the text of C# and VB.NET: whoever hands an interface to
somebody as a type may get any class that implements it. What is only the type of a variable, a parameter or a result
makes nothing, nor does a variable that goes by the name of a class, unless something on the way makes objects of types
that the text does not say. What looks for types by itself makes any that can be made: no static class."""

import marshal
import re
from collections.abc import Callable, Collection, Iterable, Mapping

from tlsscan.asides import without_asides
from tlsscan.patterns import lazy
from tlsscan.pieces import pieces
from tlsscan.records import NamedTuple

_TYPE = lazy(
    rb"(?i)\b(?:class|struct|structure|interface|enum|record|module)[ \t]+(?:(?:class|struct)[ \t]+)?"
    rb"(?!(?:in|is|as|if|and|or|not)\b)@?(\w+)(?:<[^{};]*?>)?[ \t]*(?:\([^{};]*?\))?\s*(?::([^{;]*))?"
)
_LISTS = lazy(rb"(?i)\benum\b")
"""A type that runs nothing, whoever names it."""
_ENDS = lazy(rb"(?i)\bend[ \t]+\w+")
_OF_VB = lazy(rb"(?im)^[ \t]*(?:inherits|implements)[ \t]+(.+)$")
_EXTENSION = lazy(rb"\b(\w+)[ \t]*(?:<[^>()]*>)?[ \t]*\(\s*this[ \t]")
_MODULE = lazy(rb"(?im)^[ \t]*(?:(?:public|friend)[ \t]+)?module[ \t]+\w+")
_OF_MODULE = lazy(rb"(?i)\b(?:sub|function|property|const|dim)[ \t]+(\w+)")
_WORD = lazy(rb"[^\W\d]\w*")
SPACES = lazy(rb"(?im)\b(?:using|namespace)\s+[\w.]+\s*(?=[;{])|^[ \t]*(?:Imports|Namespace)[ \t]+[\w., \t]+$")
"""Names of namespaces."""
_CHAINED = lazy(rb"([^\W\d]\w*)(?:\.(?=([^\W\d]\w*)))?")
_TYPED = lazy(
    rb"\b(?!(?:new|return|throw|await)\b)[A-Za-z_][\w.]*(?:\[\]|\?)*\s+[A-Za-z_]\w*\s*"
    rb"(?=[,);(]|\{(?![^{}]*\}\s*=\s*new\s*\()|=>(?!\s*new\s*\()|=(?![>=])(?!\s*new\s*\())"
    rb"|(?<!typeof)\(\s*[\w.]+\s*\)|\b(?:is|as)\s+[\w.]+|\.\w+\s*(?=[;+\-\]&|!]|=[^>])"
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
_QUALIFIED = lazy(rb"\w+\s*\.\s*")
_MADE = lazy(
    rb"\(\s*(?:\w+\.)*(\w+)\s*\)\s*(?:System\.)?(?:Reflection\.)?(?:Activator\.CreateInstance\b"
    rb"|Assembly\.Load\w*\([^;]*?\)\.CreateInstance\b)(?:\s*\(\s*(?:System\.)?Type\.GetType\()?"
    rb"|\b(?:Activator\.CreateInstance\b|Assembly\.Load\w*\([^;]*?\)\.CreateInstance\b)[^;]*?\)\s*as\s+(?:\w+\.)*(\w+)"
)
_MADE_VB = lazy(rb"(?i)\b(?:CType|DirectCast|TryCast)\(\s*Activator\.CreateInstance\b[^\n]*,\s*(?:\w+\.)*(\w+)\s*\)")
"""What is made of a class that the text does not say, but what that derives from."""
_ANY = lazy(rb"(?i:object|dynamic|var)|T(?:[A-Z]\w*)?")
"""Types from which anything derives, or that somebody else says."""
_HERE = (b"RegisterAssembly", b"AsImplementedInterfaces", b".GetTypes(", b".Scan(")
_ANYWHERE = (
    b"Assembly.Load", b"GetExportedValue", b"ImportMany", b"CompositionContainer", b"DirectoryCatalog",
    b".GetAssemblies(", b"Type.GetType(",
)  # fmt: skip
"""What makes objects of classes that nothing names: the first of those of the assemblies that it is told."""
_OF_LIBRARY = lazy(rb"\bType\.GetType\(\s*@?\"System\.[\w.]+\"\s*\)")
_ATTRIBUTES = lazy(rb"(?i)[\[<][ \t]*assembly[ \t]*:[^\n]*")
"""What says something of an assembly, and runs nowhere."""
_ABOUT = lazy(rb"(?i)\b(?:typeof|gettype)\s*\([\w\s.]+\)\s*\.\s*(?:assembly|namespace|name|fullname)\b")
"""What asks where a type is or how it is called: nothing of it runs."""
_MAKES = lazy(rb"(?i)\bActivator\.CreateInstance\b(?!\s*<|\s*\(\s*(?:Of\b|typeof\b|GetType\s*\(\s*[\w.]+\s*\)\s*[,)]))")
"""That of a type which the text does not say."""
_BY_TEXT = lazy(
    rb"\bGetExportedTypes\b|\bDefinedTypes\b|\bTypeNameHandling\b|\.CreateInstance(?:From|AndUnwrap)?\s*\(\s*\""
    rb"|\b(?:ContextRegistry|XmlInterpreter|UnityConfigurationSection|FromAssembly\w*|FromThisAssembly)\b",
    having=(
        b"GetExportedTypes", b"DefinedTypes", b"TypeNameHandling", b"CreateInstance", b"ContextRegistry",
        b"XmlInterpreter", b"UnityConfigurationSection", b"FromAssembly", b"FromThisAssembly",
    ),
)  # fmt: skip
"""What has others do so."""
_MAKEABLE = lazy(rb"(?im)(?:^|[;{}\]>])[ \t]*(?:(?!static\b)[a-z]+[ \t]+)*(?:class|struct|structure|record)[ \t]+\w")
"""A type of which objects can be made."""
_MEMBER = lazy(rb"(?i)\b(?:public|private|protected|internal|friend)[ \t]([^;={}()\n]*)\(")
_STATIC = lazy(rb"(?i)\b(?:static|shared)\b")
_BY_REFLECTION = (b"controller", b"hub", b"ihttphandler", b"ihttpmodule", b"page", b"usercontrol", b"webservice")
"""Endings of what a framework makes by itself: nobody names a class that is made from these."""


class Declared(NamedTuple):
    """What code declares: the names of its types, other words by which it is used, and what its classes are made from.
    `loose` if a framework may find it without a name; `looks` if it may itself make what it does not name: what derives
    from something in its own project (1), or in any (2), or anything (3); `makes` if it makes objects of types that
    others tell it; `makeable` if there is anything of which an object can be made; `lists` are the names of its
    enumerations, which run nothing."""

    types: frozenset[bytes] = frozenset()
    members: frozenset[bytes] = frozenset()
    bases: frozenset[bytes] = frozenset()
    loose: bool = False
    looks: int = 0
    makes: bool = False
    makeable: bool = False
    lists: frozenset[bytes] = frozenset()


class Node(NamedTuple):
    """A type by the path of its file and its name in lower case; by an empty name what stands beside several types, or
    all of a file."""

    path: str
    name: bytes = b""


def code_of(path: str, text: bytes, *, basic: bool = False) -> list[tuple[bytes, bytes]]:
    """The names and the code of the types of a file, without texts and comments."""
    left = without_asides(_OF_LIBRARY.sub(b" ", text), basic=basic)
    return pieces(left, basic=basic) if path.lower().endswith((".cs", ".vb")) else [(b"", left)]


def declarations(path: str, text: bytes, *, basic: bool = False) -> bytes:
    """What the types of a file declare, as bytes for another process."""
    every = code_of(path, text, basic=basic)
    found = ((name, declared(code, basic=basic)) for name, code in every)
    alone = len(every) == 1
    return marshal.dumps([(name, tuple(d if name or alone else d._replace(loose=False))) for name, d in found])


def unpacked(path: str, payload: bytes) -> dict[Node, Declared]:
    """What `declarations` has written."""
    return {Node(path, name): Declared(*told) for name, told in marshal.loads(payload)}


def namings(path: str, text: bytes, words: "Wanted", *, basic: bool = False) -> bytes:
    """What the types of a file name, as bytes for another process."""
    every = code_of(path, text, basic=basic)
    return marshal.dumps([(name, sorted(words.named(code, basic=basic))) for name, code in every])


def named_by(path: str, payload: bytes) -> dict[Node, Collection[int]]:
    """What `namings` has written."""
    return {Node(path, name): numbers for name, numbers in marshal.loads(payload)}


def declared(text: bytes, *, basic: bool = False) -> Declared:
    """What code of C# or Basic declares, without texts and comments."""
    left = _MADE_VB.sub(_unless_any, _MADE.sub(_unless_any, text))
    makes = _MAKES.search(left) is not None
    attributes = _ATTRIBUTES.search(text) is not None
    text = _ENDS.sub(b"", text)
    types: set[bytes] = set()
    bases: set[bytes] = set()
    lists: set[bytes] = set()
    for found in _TYPE.finditer(text):
        if _LISTS.match(found[0]) is not None:
            lists.add(found[1])
            continue
        types.add(found[1])
        bases.update(_words(found[2] or b""))
    for found in _OF_VB.finditer(text):
        bases.update(_words(found[1]))
    members = {*_EXTENSION.findall(text)}
    if _MODULE.search(text):  # its members go by their own names
        members.update(_OF_MODULE.findall(text))
    loose = not (types or lists or attributes) or any(base.lower().endswith(_BY_REFLECTION) for base in bases)
    makeable = _MAKEABLE.search(text) is not None and (bool(bases) or not _all_static(text))
    words = frozenset(types), frozenset(members), frozenset(bases)
    return Declared(*words, loose, _looks(left), makes, makeable, frozenset(lists))


def _all_static(text: bytes) -> bool:
    """Whether all methods are static that a text declares: an object runs none of them."""
    found = _MEMBER.findall(text)
    return bool(found) and all(_STATIC.search(before) for before in found)


def seeks(text: bytes) -> bool:
    """Whether code may make objects of classes that it does not name, or says which by a text."""
    left = _OF_LIBRARY.sub(b" ", text)
    return _looks(left) > 0 or _MAKES.search(left) is not None or _BY_TEXT.search(left) is not None


def _looks(text: bytes) -> int:
    """Where a text looks for types by itself: nowhere, in its own project, in any, or for whatever there is."""
    if any(sign in text for sign in _ANYWHERE):
        return 3
    told = any(sign in text for sign in _HERE)
    return 0 if not told else 1 if b"GetExecutingAssembly(" in text else 2


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
        """The numbers of the words that stand in code, of C# or Basic, in another place than as a mere type, or as
        the name of a variable. Beyond the last of them, those of types that the text hands to somebody or makes others
        of; beyond these, of what stands anywhere; beyond these, of words behind which another one stands as a member:
        they are named if that is no type; and beyond these, of words behind what may be a namespace."""
        wanted = self._caseless if basic else self._exact
        several = len(self._caseless)
        told = _basic(text) if basic else _c(text)
        known = {wanted[word] for word, member in told.words if word in wanted and member not in wanted}
        pairs = ((wanted[word], wanted[member]) for word, member in told.words if word in wanted and member in wanted)
        handed = {wanted[word] + several for word in told.handed if word in wanted}
        every = {wanted[word] + 2 * several for word in told.every if word in wanted}
        spaced = {
            (3 + several) * several + wanted[member]
            for space, member in told.words
            if member in wanted and space not in wanted and (basic or space[:1].isupper())
        }
        return (
            known
            | handed
            | every
            | spaced
            | {(3 + word) * several + member for word, member in pairs if word not in known}
        )


class _Told(NamedTuple):
    """Words that a text names, each with the one that stands behind it as a member (or an empty one); types that it
    hands to somebody; all words."""

    words: set[tuple[bytes, bytes]]
    handed: set[bytes]
    every: set[bytes]


def _silent(text: bytes) -> bytes:
    """Code without names that have nothing run."""
    return _ABOUT.sub(b" ", _ATTRIBUTES.sub(b" ", SPACES.sub(b" ", text)))


def _c(text: bytes) -> _Told:
    text = _silent(text)
    handed = _groups(_MADE, text) | _handed(_HANDED, text)
    types = _groups(_AS_TYPE, text).union(*(_words(found[2] or b"") for found in _TYPE.finditer(text)))
    variables = {found[2] for found in _VARIABLE.finditer(text) if found[1] != found[2]}
    return _told(types, _TYPED.sub(b" ", text), variables, handed, text)


def _basic(text: bytes) -> _Told:
    text = _silent(text.lower())
    handed = _groups(_MADE_VB, text) | _handed(_HANDED_VB, text)
    variables = {found[1] for found in _VARIABLE_VB.finditer(text) if found[1] != found[2]}
    return _told(_groups(_AS_TYPE_VB, text), _TYPED_VB.sub(b" ", text), variables, handed, text)


def _told(types: set[bytes], left: bytes, variables: set[bytes], handed: set[bytes], text: bytes) -> _Told:
    chained = {(word, member) for word, member in _CHAINED.findall(left) if word not in variables}
    return _Told({(word, b"") for word in types} | chained, handed, _words(text))


def _handed(pattern: re.Pattern[bytes], text: bytes) -> set[bytes]:
    """The types themselves, and not what they are declared in."""
    groups = (group for found in pattern.finditer(text) for group in found.groups() if group)
    return {word for group in groups for word in _words(_QUALIFIED.sub(b"", group))}


def _groups(pattern: re.Pattern[bytes], text: bytes) -> set[bytes]:
    return {word for found in pattern.finditer(text) for group in found.groups() for word in _words(group or b"")}


def _words(text: bytes) -> set[bytes]:
    return set(_WORD.findall(text))


class Reached(NamedTuple):
    """The types whose code is known to be used; those of them that only what looks for types by itself makes; all
    names of types, by file."""

    nodes: Collection[Node]
    made: Collection[Node]
    types: Mapping[str, Collection[bytes]]

    def uses(self, path: str, method: str = "") -> bool:
        """Whether a method of a file belongs to what is used; without one, whether anything there does."""
        return any(node in self.nodes for node in self._meant(path, method))

    def makes(self, path: str, method: str) -> bool:
        """Whether a method of a file belongs to what nothing names."""
        used = [node for node in self._meant(path, method) if node in self.nodes]
        return bool(used) and all(node in self.made for node in used)

    def _meant(self, path: str, method: str) -> list[Node]:
        names = self.types.get(path, ())
        inside = {part.lower().encode() for part in method.split(".") if part} & {*names}
        return [Node(path, name) for name in inside or names]


class Graph(NamedTuple):
    """Types with what they declare, the numbers of words in lower case, those of the words that each names
    (`Wanted.named`), and the files that could not be read for that: they may name anything."""

    declared: Mapping[Node, Declared]
    words: Mapping[bytes, int]
    named: Mapping[Node, Collection[int]]
    lost: frozenset[str] = frozenset()

    def within(self, holds: Callable[[str], bool]) -> "Graph":
        """The same of those files for whose path something holds."""
        held = {path for path in {node.path for node in self.declared} if holds(path)}
        declared = {node: told for node, told in self.declared.items() if node.path in held}
        return self._replace(declared=declared, lost=frozenset(filter(holds, self.lost)))

    def reached(self, own: Callable[[str], bool], home: Callable[[str], str], apart: Collection[str] = ()) -> Reached:
        """The types whose code is known to be used, from those that are a program's own. All, where there are none, or
        where it is not known what some file names. `home` tells the folder of a file's project: what that declares
        itself is what its files mean. In those that are `apart`, which are programs themselves, no framework finds
        anything."""
        types: dict[str, list[bytes]] = {path: [b""] for path in self.lost}
        for path, name in self.declared:
            types.setdefault(path, []).append(name)
        if self.lost or not any(map(own, types)):
            return Reached({*self.declared, *map(Node, self.lost)}, (), types)
        every = self.declared.items()
        first = [node for node, told in every if own(node.path) or (told.loose and home(node.path) not in apart)]
        walk = _Walk(self, home, apart)
        walk.go(first)
        return Reached(walk.nodes, walk.made, types)

    def numbers(self, words: Collection[bytes]) -> set[int]:
        """The numbers of words."""
        return {self.words[word.lower()] for word in words if word.lower() in self.words}


class _Walk:
    """The way from some types of a program to all that they use."""

    def __init__(self, graph: Graph, home: Callable[[str], str], apart: Collection[str]) -> None:
        self.nodes: set[Node] = set()
        self.made: set[Node] = set()
        self._graph = graph
        self._home = home
        self._apart = apart
        self._several = len(graph.words)
        self._by_name: dict[tuple[int, str], list[Node]] = {}
        self._by_base: dict[int, list[Node]] = {}
        self._homes: dict[int, set[str]] = {}
        self._own: set[tuple[int, str]] = set()
        for node, told in graph.declared.items():
            folder = home(node.path)
            self._own.update((number, folder) for number in graph.numbers(told.types | told.lists))
            for number in graph.numbers(told.lists):
                self._by_name.setdefault((number, folder), [])
                self._homes.setdefault(number, set()).add(folder)
            for number in graph.numbers(told.types | told.members):
                self._by_name.setdefault((number, folder), []).append(node)
                self._homes.setdefault(number, set()).add(folder)
            for number in graph.numbers(told.bases):
                self._by_base.setdefault(number, []).append(node)
        self._followed: set[tuple[int, str]] = set()
        self._waiting: list[Node] = []
        self._searched: set[tuple[str, bool]] = set()
        self._makes = False

    def go(self, first: Iterable[Node]) -> None:
        """Find all that is used."""
        self._take(first)
        while self._waiting:
            node = self._waiting.pop()
            told, folder = self._graph.declared[node], self._home(node.path)
            if (told.makes or told.looks) and not self._makes:
                self._makes = True
                self._waiting = [*self.nodes]  # what they only mention counts now
            for number in self._graph.named.get(node, ()):
                self._follow(number, folder)
            if told.looks:
                self._search(folder if told.looks == 1 else "*", anything=told.looks > 2)

    def _take(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self.made.discard(node)
            if node not in self.nodes:
                self.nodes.add(node)
                self._waiting.append(node)

    def _search(self, where: str, *, anything: bool) -> None:
        """Take what can be made in a project, or anywhere but in other programs: what derives from something, or
        whatever there is."""
        if self._searched.isdisjoint({(where, anything), ("*", anything), ("*", True)}):
            self._searched.add((where, anything))
            for node, told in self._graph.declared.items():
                home = self._home(node.path)
                wanted = told.makeable and (anything or told.bases) and where in ("*", home)
                if wanted and node not in self.nodes and (where == home or home not in self._apart):
                    self._take([node])
                    self.made.add(node)

    def _follow(self, number: int, folder: str) -> None:
        """Take what declares a word that a file of some project names."""
        if (number, folder) in self._followed:
            return
        kind, word = divmod(number, self._several)
        if kind == 2 and not self._makes:
            return
        self._followed.add((number, folder))
        if kind == 3 + self._several:  # `Space.Type`, which need not be what the own project calls so
            for one in self._homes.get(word, set()) - {folder}:
                self._take(self._by_name[word, one])
            return
        if kind > 2:
            if word in self._homes:
                return
            word = kind - 3
        meant = [folder] if (word, folder) in self._own else self._homes.get(word, ())
        for one in meant:
            self._take(self._by_name[word, one])
        if kind == 1:
            self._take(self._by_base.get(word, ()))


def numbered(every: Iterable[Declared]) -> dict[bytes, int]:
    """The words that types declare, each with a number; words that differ in case have the same one."""
    words = sorted({word for told in every for word in told.types | told.members | told.lists})
    numbers: dict[bytes, int] = {}
    return {word: numbers.setdefault(word.lower(), len(numbers)) for word in words}
