"""Which methods of a program of .NET call which others, and what of a program nothing calls. By the text of its files:
a call is known by the name of what it calls."""

import re
from collections.abc import Callable, Iterable, Iterator

from tlsscan.arity import passed, taken
from tlsscan.optional import Flags, flags
from tlsscan.outline import Block, Outline
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.uncalled import MOST_BYTES, TRIGGERED, Text
from tlsscan.unmade import Unmade, bases, heads

_CONVENTION = lazy(
    r"(?i)^(?:main|appinitialize|configur(?:e|ation|e_?services|e_?container)|(?:application|session)_\w+)$"
)
"""Methods that a framework finds by their name alone."""
_LOADS = (
    "_load",
    "_loaded",
    "_shown",
    "_init",
    "_initialized",
    "onload",
    "onloaded",
    "onshown",
    "windowloaded",
    "formload",
)
_HANDLES = lazy(
    r"_(?:\w*(?:Click|Clicked|Changed|Changing|Closing|Closed|Completed|Execute|Executed|Opening|Selected|Checked)|Tick"
    r"|Elapsed|DoWork|Key(?:Down|Up|Press)|Mouse(?:Down|Up|Move|Enter|Leave)|Enter|Leave|Validating|Validated|Command)$"
)
_HANDLED_VB = lazy(rb"(?i)\bhandles\s+[\w.]+")
_LOADED_VB = lazy(rb"(?i)\bhandles\b[^\n]*\.(?:load|shown|startup|init|initialized|loaded)\b")
_ASKED = lazy(
    rb"(?i)\[\s*(?:System\.Web\.Services\.)?(?:WebMethod|Http(?:Get|Post|Put|Delete)|OperationContract)\b|<\s*WebMethod\b"
)
"""What requests call."""
_FOUND = lazy(
    rb"(?i)\b(?:override|overrides|virtual|overridable|abstract|implements)\b|^\s*\[\s*\w"
    rb"|<\s*\w+(?:\([^)\n]*\))?\s*>\s*_?\s*\n"
    rb"|" + TRIGGERED
)
"""What says that others may call a method without its name."""
_MENTION = (
    rb"(?:(?<=\breturn )|(?<=\bawait )|(?<=\belse )|(?<=\bthrow )|(?<=\bcase )|(?<=\bin )|(?<=\bwhen )|(?<=\bselect )"
    rb"|(?<=\bwhere )|(?<=\bby )|(?<=\bon )|(?<=\bequals )|(?<=\bgroup )|(?<=\bdo )|(?<=\bor )|(?<=\band )"
    rb"|(?<![\w\]] )(?<!\w> )(?<!>> )(?<!\]> )(?<!\w\? )(?<!>\? )(?<!\]\? ))\b%s\b"
)
"""A word of C# that no type stands before."""
_CONTRACT = lazy(rb"(?i)\b(?:ServiceContract|OperationContract|WebMethod|ComVisible|ComImport|MarshalByRefObject)\b")
_CHAINED = lazy(rb":\s*this\s*\(|(?i:\b(?:Me|MyClass)\s*\.\s*New\b)")
"""A constructor that calls another one of its class."""
_FROM = rb":[^{};()]*\b%s\b|(?i:\binherits)\s+(?:\w+\.)*%s\b"
"""What is made from a class."""
_NEW = rb"(?:(?i:\bnew)\s+(?:\w+\.)*|\b(?:class|record)\b[^{};]*:[^{};]*|(?:<|typeof\s*\()(?:\w+\.)*)\b%s\b"
"""Where objects of a class are made, or of one that is made from it, or others are told to make them."""
_STATIC = lazy(rb"(?i)\b(?:static|shared)\b")
_NOTHING = lazy(rb"\s*\(\s*\)")
"""What a call passes that passes nothing."""
_DEMANDS = lazy(
    rb"(?i)\(\s*(?!(?:this|params|optional|paramarray)\b)(?:\[[^\]\n]*\]\s*|(?:byval|byref)\s+(?!optional|paramarray))*"
    rb"(?!optional\b|paramarray\b)[\w@][^,)=]*[,)]"
)
"""The parameters of a method that cannot do without any."""
_MOST_CALLERS = 60  # methods that lead to one
_MOST = 200  # places that are looked at on the way to one
_AROUND = 300  # bytes before and behind a word that say how it is used


class Method(NamedTuple):
    """A method by its file and the number of its block."""

    path: str
    number: int


class Call(NamedTuple):
    """Where something is called: in a method, at an offset of its file."""

    method: Method
    at: int


class Methods:
    """The methods of a program, and what calls them; none where there is too much code."""

    def __init__(self, files: Iterable[Text]) -> None:
        self.code: dict[str, bytes] = {}
        self._outlines: dict[str, Outline] = {}
        self._called: dict[Method, list[Call]] = {}
        self._closed: dict[str, bool] = {}
        self._flags = Flags(self._holding)
        self._entered: dict[Method, bool] = {}
        self._named: dict[Method, list[Call]] = {}
        self._small: dict[str, bytes] = {}
        self._unmade = Unmade(self.code, self.outline, self._is_closed)
        size = 0
        for file in files:
            size += len(file.data)
            if size > MOST_BYTES:
                self.code.clear()
                break
            self.code[file.path] = file.data

    def outline(self, path: str) -> Outline:
        """The outline of a file."""
        if path not in self._outlines:
            self._outlines[path] = Outline(self.code[path], basic=is_basic(path))
        return self._outlines[path]

    def block(self, method: Method) -> Block:
        """The block that a method is."""
        return self.outline(method.path).blocks[method.number]

    def makes(self, method: Method) -> bool:
        """Whether a method is a constructor: what is made connects later."""
        name = self.block(method).name if method.number >= 0 else ""
        return name.lower() == "new" or (bool(name) and name == self.outline(method.path).owner(method.number))

    def callers(self, method: Method) -> list[Call]:
        """Where a method is called; of a constructor, where its class is made."""
        if method not in self._called:
            block, owner = self.block(method), self.outline(method.path).owner(method.number)
            made = block.name == owner or block.name.lower() == "new"
            word = re.escape((owner if made else block.name).encode())
            if made:
                found = [] if is_shared(block) else self.places(rb"(?i:\bnew)\s+(?:\w+\.)*%s\b" % word, owner)
                every = [] if found else self.places(rb"\b%s\b" % word, owner, leads=True)
                fit = [call for call in found if self._makes_by(call, method, word)]
                found = fit if fit or not found else self.places(_FROM % (word, word), owner)
                found += [call for call in every if class_of(self.outline(call.method.path), call.at) != owner]
            else:
                called = b"(" in block.header
                form = _call_of(word) if called else rb"\b%s\b" % word
                found = self.places(form, block.name, rb"(?i:\b%s\b)" % word, leads=True)
                found = [call for call in found if self._may_call(call, method, len(block.name))]
            self._called[method] = [call for call in found[:_MOST] if call.method != method]
        return self._called[method]

    def is_made(self, constructor: Method) -> bool:
        """Whether something makes an object of the class of a constructor, by that or by another one."""
        owner = self.outline(constructor.path).owner(constructor.number)
        return bool(self.places(rb"(?i:\bnew)\s+(?:\w+\.)*%s\b" % re.escape(owner.encode()), owner))

    def _makes_by(self, call: Call, constructor: Method, word: bytes) -> bool:
        """Whether what makes an object may do so with one of the constructors of its class: what it passes fits, or
        others of them may call that one."""
        outline, block = self.outline(constructor.path), self.block(constructor)
        takes = taken(block.header, block.name)
        if takes is None or _CHAINED.search(outline.code) is not None:
            return True
        path = call.method.path
        named = re.compile(rb"\b%s\b" % word, re.IGNORECASE).search(self.outline(path).code, call.at)
        gives = passed(self.outline(path).code, self.code[path], named.end()) if named is not None else None
        return gives is None or gives in takes

    def _may_call(self, call: Call, method: Method, length: int) -> bool:
        """Whether a call by the name of a method may be one of it: not where that is not seen, nor one that passes
        nothing although the method demands something."""
        if call.method.path != method.path and not self._is_seen(method):
            return False
        empty = _NOTHING.match(self.code[call.method.path], call.at + length) is not None  # where texts are not blank
        return not (empty and _demands(self.block(method)))

    def _is_seen(self, method: Method) -> bool:
        """Whether other files may hold code that may call a method."""
        outline = self.outline(method.path)
        return is_open(self.block(method), basic=is_basic(method.path)) or b"partial" in outline.code

    def places(self, form: bytes, word: str, basic: bytes = b"", *, leads: bool = False) -> list[Call]:
        """Where some form of a word stands (in Basic perhaps another one), but for the declaration of a method. With
        `leads` the form begins with the word."""
        patterns = re.compile(form, re.MULTILINE), re.compile(basic or form, re.MULTILINE)
        found: list[Call] = []
        for path in [path for path in self.code if self._holds(path, word)]:
            outline, pattern = self.outline(path), patterns[is_basic(path)]
            places = _places(outline.code, pattern, word.encode(), leads=leads, basic=is_basic(path))
            calls = (Call(Method(path, outline.method(at)), at) for at in places)
            found += [call for call in calls if not self._declares(call, word)]
            if len(found) > _MOST:
                break
        return found

    def is_called(self, path: str, at: int, used: Callable[[str, str], bool], own: Callable[[str], bool]) -> bool:
        """Whether something may call what stands at an offset of a file of a library, whose class is used: code that is
        a program's own, a class of which `used` holds (by file and name), or who needs no name for that."""
        method = Method(path, self.outline(path).method(at)) if path in self.code else Method(path, -1)
        if path in self.code and not own(path) and self._unmade.has(path, at, own):
            return False
        waiting, met = [method], {method}
        while waiting:
            method = waiting.pop()
            if method.number < 0 or own(method.path) or len(met) > _MOST_CALLERS or self._is_entered(method):
                return True
            if method not in self._named:
                mentions = self._makers(method) if self.makes(method) else self.mentions(method)
                alone = {(call.method, call.at if call.method.number < 0 else 0): call for call in mentions}
                self._named[method] = [*alone.values()]
            new = [c for c in self._named[method] if c.method not in met and not self.is_off(c.method.path, c.at)]
            new = [call for call in new if used(call.method.path, class_of(self.outline(call.method.path), call.at))]
            lost = [c for c in new if not own(c.method.path) and self._unmade.has(c.method.path, c.at, own)]
            new = [call for call in new if call not in lost]
            met.update(call.method for call in new)
            waiting += [call.method for call in new]
        return False

    def is_begun_elsewhere(self, path: str, at: int, own: Callable[[str], bool]) -> bool:
        """Whether what stands at an offset of a file needs an object that only `Main` of another program makes, whose
        code this one uses as that of a library."""
        if path not in self.code or is_basic(path):  # where a form has an object that goes by its name
            return False
        outline = self.outline(path)
        number, owner = outline.method(at), class_of(outline, at)
        if number < 0 or not owner or is_shared(outline.blocks[number]):
            return False
        named = self.places(_NEW % re.escape(owner.encode()), owner)
        begun = [call for call in named if self._is_of_main(call) and not own(call.method.path)]
        return bool(begun) and all(call in begun or self._is_inside(call, owner) for call in named)

    def _is_of_main(self, call: Call) -> bool:
        return call.method.number >= 0 and self.block(call.method).name == "Main"

    def _is_inside(self, call: Call, owner: str) -> bool:
        """Whether something stands in a method that needs an object of a class."""
        inside = call.method.number >= 0 and class_of(self.outline(call.method.path), call.at) == owner
        return inside and not is_shared(self.block(call.method))

    def is_off(self, path: str, at: int) -> bool:
        """Whether what stands at an offset of a file is behind a flag for TLS that the code never sets."""
        names = flags(self.outline(path), at) if path in self.code else ()
        return any(map(self._flags.is_off, names))

    def _holding(self, name: bytes) -> list[tuple[Outline, bytes]]:
        """The files that a name stands in."""
        return [(self.outline(path), data) for path, data in self.code.items() if name in data]

    def _is_entered(self, method: Method) -> bool:
        """Whether others may call a method without its name."""
        if method not in self._entered:
            self._entered[method] = self._may_be_found(method)
        return self._entered[method]

    def _may_be_found(self, method: Method) -> bool:
        """Whether that is so: a constructor of a class that others may make, a property, instead of that of a base or
        for an interface from elsewhere, by an attribute, an event or a request, or by a text."""
        outline, block = self.outline(method.path), self.block(method)
        owner, header = outline.owner(method.number), block.header
        if self.makes(method):
            return self._unmade.named(method.path, block.start) is None
        if _FOUND.search(header) is not None or loads(block) or is_handler(block, owner):
            return True
        if (
            _CONVENTION.search(block.name) is not None
            or block.inside < 0
            or b"(" not in header
            or b"EventArgs" in header
        ):
            return True
        if any(self._is_spoken_of(block.name.encode(), path, data) for path, data in self.code.items()):
            return True
        open_ = is_open(block, basic=is_basic(method.path)) or b"partial" in outline.code
        return open_ and not self._is_closed(owner)

    def _is_spoken_of(self, name: bytes, path: str, data: bytes) -> bool:
        """Whether a file holds a name as a text, or anywhere, if it is a page."""
        page = not path.lower().endswith((".cs", ".vb"))
        return name in data and (page or b'"%s"' % name in data)

    def _is_closed(self, name: str) -> bool:
        """Whether a class is made from what the code itself declares alone, so that only that can call its methods."""
        if name not in self._closed:
            self._closed[name] = False  # on its own way
            made_from = [bases(head) for head in self._heads(name)]
            every = set[bytes]().union(*made_from)
            self._closed[name] = bool(made_from) and all(self._is_closed(base.decode()) for base in every)
        return self._closed[name]

    def _heads(self, name: str) -> list[bytes]:
        """What the declarations of a type are made from; nothing where one is a contract that others may call."""
        word = name.encode()
        codes = [self.outline(path).code for path, data in self.code.items() if word in data]
        found = [(heads(name, [code]), code) for code in codes]
        if any(own and _CONTRACT.search(code) is not None for own, code in found):
            return []
        return [head for own, _ in found for head in own]

    def _makers(self, constructor: Method) -> list[Call]:
        """Where the class of a constructor is named."""
        places = self._unmade.named(constructor.path, self.block(constructor).start)
        return [Call(Method(path, self.outline(path).method(at)), at) for path, at in places or ()]

    def mentions(self, method: Method) -> list[Call]:
        """Where a method is named, but for its declarations."""
        block = self.block(method)
        word = re.escape(block.name.encode())
        found = self.places(_MENTION % word, block.name, rb"(?i:\b%s\b)" % word, leads=True)
        return [call for call in found if self._may_call(call, method, len(block.name))]

    def _holds(self, path: str, word: str) -> bool:
        """Whether a word stands in a file, in Basic in any case."""
        if not is_basic(path):
            return word.encode() in self.code[path]
        if path not in self._small:
            self._small[path] = self.code[path].lower()
        return word.lower().encode() in self._small[path]

    def _declares(self, call: Call, name: str) -> bool:
        """Whether what looks like a call is the declaration of a method."""
        if call.method.number < 0:
            return False
        block = self.block(call.method)
        return block.name.lower() == name.lower() and call.at < block.start + len(block.header)


def is_shared(block: Block) -> bool:
    """Whether a method needs no object of its class."""
    return _STATIC.search(block.header) is not None


def loads(block: Block) -> bool:
    """Whether a method runs when a page, a window or an application is made."""
    return block.name.lower().endswith(_LOADS) or _LOADED_VB.search(block.header) is not None


def _demands(block: Block) -> bool:
    """Whether a method cannot be called without passing anything."""
    first = block.header.find(b"(", block.header.find(block.name.encode()))
    return first >= 0 and _DEMANDS.match(block.header, first) is not None


def is_handler(block: Block, owner: str) -> bool:
    """Whether a method handles an event or a request."""
    told = _HANDLED_VB.search(block.header) is not None or _ASKED.search(block.header) is not None
    return told or owner.endswith("Controller") or _HANDLES.search(block.name) is not None


def class_of(outline: Outline, at: int) -> str:
    """The name of the type around an offset; empty if there is none."""
    return next((outline.owner(number) for number in outline.around(at)), "")


def is_basic(path: str) -> bool:
    """Whether a file holds Basic."""
    return path.lower().endswith((".vb", ".vbhtml"))


def _places(code: bytes, pattern: re.Pattern[bytes], word: bytes, *, leads: bool, basic: bool) -> Iterator[int]:
    """Where a form of a word begins in code."""
    if not leads:
        near = _near(code, word, basic=basic)
        yield from (place.start() for start, end in near for place in pattern.finditer(code, start, end))
        return
    for found in re.finditer(re.escape(word), code, re.IGNORECASE if basic else 0):
        if pattern.match(code, found.start()) is not None:
            yield found.start()


def _near(code: bytes, word: bytes, *, basic: bool) -> Iterator[tuple[int, int]]:
    """The stretches of code around a word: to look for the form that it stands in everywhere would take long."""
    start = end = -1
    for found in re.finditer(re.escape(word), code, re.IGNORECASE if basic else 0):
        if found.start() - _AROUND > end:
            if end >= 0:
                yield start, end
            start = max(found.start() - _AROUND, 0)
        end = found.end() + _AROUND
    if end >= 0:
        yield start, end


def is_open(block: Block, *, basic: bool) -> bool:
    """Whether a method may be called from outside of its class, or instead of another one."""
    words = {word.lower() for word in block.header.partition(b"(")[0].split()}
    if basic:
        return b"private" not in words
    return bool(words & {b"public", b"internal", b"protected", b"override", b"partial"}) or b"." in block.header


def _call_of(word: bytes) -> bytes:
    """A pattern for calls of a method in C#: what stands behind a type declares it."""
    return (
        rb"(?:(?<=\breturn )|(?<=\bawait )|(?<=\belse )|(?<=\bthrow )|(?<![\w>\]?] ))\b%s\b\s*(?:<[^<>(){};]*>\s*)?\("
        % word
    )
