"""Whether a setting of the whole process has surely been made before other code of a program of .NET runs. By the text
of its files, and rather yes than no: what starts a program, constructors and what these call come first; what only
handles an event or a request, or is called elsewhere, need not have run, nor what runs under a condition."""

import re
from collections.abc import Callable, Iterable, Iterator

from tlsscan.optional import flags, is_off
from tlsscan.outline import Block, Outline
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.uncalled import MOST_BYTES, Text
from tlsscan.unmade import Unmade, bases, heads

_ENTRY = lazy(
    r"(?i)(?:^|/)(?:program|global|startup|app|application|applicationevents|application\.designer|module\d*|bootstrap\w*)"
    r"(?:\.asax|\.xaml)?\.(?:cs|vb|asax)$|(?:^|/)app_start/"
)
_STARTS = lazy(
    r"(?i)(?:^|/)(?:global|startup|app|application|applicationevents|bootstrap\w*)"
    r"(?:\.asax|\.xaml)?\.(?:cs|vb|asax)$|(?:^|/)app_start/"
)
_MAIN = lazy(rb"(?i)\b(?:void|int|task|task<int>|sub|function)\s+main\s*\(")
_FIRST = frozenset(
    {
        "main", "application_start", "application_startup", "application_beginrequest", "myapplication_startup",
        "onstartup", "onstart", "configuration", "configure", "configureservices", "register", "init", "oninit",
        "initialize", "start", "run", "setup", "bootstrap", "install", "appinitialize", "thisaddin_startup",
        "thisworkbook_startup", "thisdocument_startup",
    }
)  # fmt: skip
_CONVENTION = lazy(
    r"(?i)^(?:main|appinitialize|configur(?:e|ation|e_?services|e_?container)|(?:application|session)_\w+)$"
)
"""Methods that a framework finds by their name alone."""
_BEFORE_OTHERS = lazy(
    r"(?i)^(?:log_?[io]n|sign_?in|connect|open|auth|(?:get|create|refresh)\w*(?:token|client|session)|ensure|prepare)"
)
"""Methods of a class that are called before its others."""
_LOADS = ("_load", "_loaded", "_shown", "_init", "_initialized", "onload", "onshown")
_MAIN_WINDOW = lazy(r"(?i)^(?:frm|form|wnd|window)?_?main|main_?(?:form|window|frm)?$|^(?:form|window)1$|^shell\w*$")
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
_SURELY = lazy(
    rb"(?i)!|<>|\bnot\b|\bnull\b|\bnothing\b|version|https|scheme|securityprotocol|tls|ssl|secur|protocol|hasflag|isdefined"
    rb"|platform|dot_?net_?\d|netfx|framework|windows|\bswitch\b|\bcase\b|\bdefault\b|^\s*else\b(?!\s*if)"
)
"""What conditions ask that are met where it matters, or that are one of several."""
_REQUESTS = lazy(
    rb"\.\s*(?:GetResponse|GetRequestStream|BeginGet|Download|Upload|OpenRead|OpenWrite|Send|Post|Put|Get\w*Async"
    rb"|AuthenticateAs|Execute)\w*\s*\("
)
_SETS = b"SecurityProtocol"
_FOUND = lazy(
    rb"(?i)\b(?:override|overrides|virtual|overridable|abstract|implements)\b|^\s*\[\s*\w"
    rb"|<\s*\w+(?:\([^)\n]*\))?\s*>\s*_?\s*\n"
)
"""What says that others may call a method without its name."""
_PRIVATE = lazy(rb"(?i)\bprivate\b[^(]*\(")
_MENTION = (
    rb"(?:(?<=\breturn )|(?<=\bawait )|(?<=\belse )|(?<=\bthrow )|(?<=\bcase )|(?<=\bin )|(?<=\bwhen )|(?<=\bselect )"
    rb"|(?<=\bwhere )|(?<=\bby )|(?<=\bon )|(?<=\bequals )|(?<=\bgroup )|(?<=\bdo )|(?<=\bor )|(?<=\band )"
    rb"|(?<![\w\]] )(?<!\w> )(?<!>> )(?<!\]> )(?<!\w\? )(?<!>\? )(?<!\]\? ))\b%s\b"
)
"""A word of C# that no type stands before."""
_CONTRACT = lazy(rb"(?i)\b(?:ServiceContract|OperationContract|WebMethod|ComVisible|ComImport|MarshalByRefObject)\b")
_DEEPEST = 4
_MOST_CALLERS = 60  # methods that lead to one
_MOST = 200  # places that are looked at on the way to one


class _Method(NamedTuple):
    """A method by its file and the number of its block."""

    path: str
    number: int


class _Call(NamedTuple):
    """Where something is called: in a method, at an offset of its file."""

    method: _Method
    at: int


class Order:
    """The code of a program, in the order in which it may run."""

    def __init__(self, files: Iterable[Text]) -> None:
        self._code: dict[str, bytes] = {}
        self._entries = b""
        self._outlines: dict[str, Outline] = {}
        self._called: dict[_Method, list[_Call]] = {}
        self._ways: dict[tuple[_Method, bool], dict[_Method, int]] = {}
        self._begins: dict[_Method, bool] = {}
        self._closed: dict[str, bool] = {}
        self._off: dict[bytes, bool] = {}
        self._entered: dict[_Method, bool] = {}
        self._named: dict[_Method, list[_Call]] = {}
        self._small: dict[str, bytes] = {}
        self._unmade = Unmade(self._code, self._outline, self._is_closed)
        size = 0
        for file in files:
            size += len(file.data)
            if size > MOST_BYTES:
                self._code.clear()
                break
            self._code[file.path] = file.data
            if starts(file.path, file.data):
                self._entries += file.data

    def precedes(self, setting: str, at: int, use: str, where: int) -> bool:
        """Whether the setting at an offset of a file comes before what stands at an offset of a file."""
        if setting not in self._code or use not in self._code:
            return True
        own, other = self._outline(setting), self._outline(use)
        here, there = _Method(setting, own.method(at)), _Method(use, other.method(where))
        if here.number < 0 or not own.owner(here.number):
            return True
        if here == there:
            return self._comes_first(own, at, where)
        owner, user = own.owner(here.number), _class_of(other, where)
        end = self._end(own, here.number, at)
        leads = self._ways_to(there).get(here, -1)
        if _has(user, own.code[at:end]) or at <= leads < end or (leads >= 0 and self._makes(there)):
            return True
        if not _is_sure(own, at, _OUTSIDE) or self._is_too_late(here, there, where):
            return False
        block = own.blocks[here.number]
        if self._prepares(block, owner) and (owner == user or _inherits(owner, other.code)):
            return True
        return self._is_first(here) or (there.number >= 0 and self._is_earlier(here, there, where))

    def is_called(self, path: str, at: int, used: Callable[[str, str], bool], own: Callable[[str], bool]) -> bool:
        """Whether something may call what stands at an offset of a file of a library, whose class is used: code that is
        a program's own, a class of which `used` holds (by file and name), or who needs no name for that."""
        method = _Method(path, self._outline(path).method(at)) if path in self._code else _Method(path, -1)
        if path in self._code and not own(path) and self._unmade.has(path, at):
            return False
        waiting, met = [method], {method}
        while waiting:
            method = waiting.pop()
            if method.number < 0 or own(method.path) or len(met) > _MOST_CALLERS or self._is_entered(method):
                return True
            if method not in self._named:
                mentions = self._makers(method) if self._makes(method) else self._mentions(method)
                alone = {(call.method, call.at if call.method.number < 0 else 0): call for call in mentions}
                self._named[method] = [*alone.values()]
            new = [call for call in self._named[method] if call.method not in met]
            new = [call for call in new if used(call.method.path, _class_of(self._outline(call.method.path), call.at))]
            new = [call for call in new if own(call.method.path) or not self._unmade.has(call.method.path, call.at)]
            met.update(call.method for call in new)
            waiting += [call.method for call in new]
        return False

    def is_off(self, path: str, at: int) -> bool:
        """Whether what stands at an offset of a file is behind a flag for TLS that the code never sets."""
        names = flags(self._outline(path), at) if path in self._code else ()
        for name in (name for name in names if name not in self._off):
            held = [one for one, data in self._code.items() if name in data]
            self._off[name] = is_off(name, map(self._outline, held), (self._code[one] for one in held))
        return any(self._off[name] for name in names)

    def _is_entered(self, method: _Method) -> bool:
        """Whether others may call a method without its name."""
        if method not in self._entered:
            self._entered[method] = self._may_be_found(method)
        return self._entered[method]

    def _may_be_found(self, method: _Method) -> bool:
        """Whether that is so: a constructor of a class that others may make, a property, instead of that of a base or
        for an interface from elsewhere, by an attribute, an event or a request, or by a text."""
        outline, block = self._outline(method.path), self._block(method)
        owner, header = outline.owner(method.number), block.header
        if self._makes(method):
            return self._unmade.named(method.path, block.start) is None
        if _FOUND.search(header) is not None or _loads(block) or _is_handler(block, owner):
            return True
        if (
            _CONVENTION.search(block.name) is not None
            or block.inside < 0
            or b"(" not in header
            or b"EventArgs" in header
        ):
            return True
        if any(self._is_spoken_of(block.name.encode(), path, data) for path, data in self._code.items()):
            return True
        open_ = _is_open(block, basic=_is_basic(method.path)) or b"partial" in outline.code
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
        codes = [self._outline(path).code for path, data in self._code.items() if word in data]
        found = [(heads(name, [code]), code) for code in codes]
        if any(own and _CONTRACT.search(code) is not None for own, code in found):
            return []
        return [head for own, _ in found for head in own]

    def _makers(self, constructor: _Method) -> list[_Call]:
        """Where the class of a constructor is named."""
        places = self._unmade.named(constructor.path, self._block(constructor).start)
        return [_Call(_Method(path, self._outline(path).method(at)), at) for path, at in places or ()]

    def _mentions(self, method: _Method) -> list[_Call]:
        """Where a method is named, but for its declarations."""
        block = self._block(method)
        word = re.escape(block.name.encode())
        found = self._places(_MENTION % word, block.name, rb"(?i:\b%s\b)" % word)
        if _is_open(block, basic=_is_basic(method.path)) or b"partial" in self._outline(method.path).code:
            return found
        return [call for call in found if call.method.path == method.path]

    def _outline(self, path: str) -> Outline:
        if path not in self._outlines:
            self._outlines[path] = Outline(self._code[path], basic=_is_basic(path))
        return self._outlines[path]

    def _block(self, method: _Method) -> Block:
        return self._outline(method.path).blocks[method.number]

    def _comes_first(self, outline: Outline, at: int, where: int) -> bool:
        """Whether a setting comes before a use in the same method, or at least before that connects."""
        if at < where:
            return _is_sure(outline, at, where)
        return _REQUESTS.search(outline.code, where, at) is None

    def _end(self, outline: Outline, number: int, at: int) -> int:
        """Where it ends what runs after a setting in its method, if that runs."""
        doubtful = (block.end for block in outline.branches(at) if not _is_met(outline, block))
        return next(doubtful, outline.blocks[number].end)

    def _prepares(self, block: Block, owner: str) -> bool:
        """Whether a method runs before others of its class."""
        small = block.name.lower()
        made = block.name == owner or small in (*_FIRST, "new")
        return made or _loads(block) or _BEFORE_OTHERS.search(block.name) is not None

    def _is_first(self, method: _Method, depth: int = 0) -> bool:
        """Whether a method belongs to the start of a program."""
        if method not in self._begins:
            self._begins[method] = False  # on its own way
            self._begins[method] = self._starts(method, depth)
        return self._begins[method]

    def _starts(self, method: _Method, depth: int) -> bool:
        outline, block = self._outline(method.path), self._block(method)
        owner, small = outline.owner(method.number), block.name.lower()
        if small in _FIRST or _STARTS.search(method.path) is not None:
            return True
        if _loads(block):
            return _has(owner, self._entries) or _MAIN_WINDOW.search(owner) is not None
        if _is_handler(block, owner):
            return False
        called = self._callers(method)
        if not called:
            return self._is_kept(method) if depth == 0 else _has(owner, self._entries)
        if depth >= _DEEPEST:
            return False
        sure = filter(self._is_done, called)
        return any(call.method.number < 0 or self._is_first(call.method, depth + 1) for call in sure)

    def _is_earlier(self, setting: _Method, use: _Method, where: int) -> bool:
        """Whether some method calls what makes a setting before it comes to a use."""
        after = {**self._ways_to(use), use: where}
        for method, at in self._ways_to(setting, surely=True).items():
            comes = method in after and (at < after[method] or self._makes(use))
            if comes and _is_sure(self._outline(method.path), at, after[method]):
                return True
        return False

    def _is_too_late(self, setting: _Method, use: _Method, where: int) -> bool:
        """Whether all that calls what makes a setting has made a request before, or called a method that makes one."""
        if use.number < 0 or self._makes(use):
            return False
        request = _REQUESTS.search(self._outline(use.path).code, where, self._block(use).end)
        if request is None:
            return False
        sets, uses = self._callers(setting), self._callers(use)
        first = {call.method: min(other.at for other in uses if other.method == call.method) for call in uses}
        first[use] = request.start()
        return bool(sets) and all(
            call.method.number >= 0 and first.get(call.method, call.at) < call.at for call in sets
        )

    def _makes(self, method: _Method) -> bool:
        """Whether a method is a constructor: what is made connects later."""
        name = self._block(method).name if method.number >= 0 else ""
        return name.lower() == "new" or (bool(name) and name == self._outline(method.path).owner(method.number))

    def _ways_to(self, method: _Method, *, surely: bool = False) -> dict[_Method, int]:
        """The methods that call one, or what calls it (`surely`: what does so in any case): where each first does."""
        if (method, surely) not in self._ways:
            found: dict[_Method, int] = {}
            now = [method] if method.number >= 0 else []
            for _ in range(_DEEPEST):
                calls = [call for one in now for call in self._callers(one) if call.method.number >= 0]
                led = [call for call in calls if not surely or self._is_done(call)]
                now = list(dict.fromkeys(call.method for call in led if call.method not in found))[:_MOST]
                for call in calls:
                    found[call.method] = min(found.get(call.method, call.at), call.at)
            found.pop(method, None)
            self._ways[method, surely] = found
        return self._ways[method, surely]

    def _is_done(self, call: _Call) -> bool:
        """Whether a method makes a call whenever it runs."""
        return _is_sure(self._outline(call.method.path), call.at, _OUTSIDE)

    def _callers(self, method: _Method) -> list[_Call]:
        """Where a method is called; of a constructor, where its class is made."""
        if method not in self._called:
            block, owner = self._block(method), self._outline(method.path).owner(method.number)
            made = block.name == owner or block.name.lower() == "new"
            word = re.escape((owner if made else block.name).encode())
            if made:
                static = re.search(rb"(?i)\b(?:static|shared)\b", block.header) is not None
                found = [] if static else self._places(rb"(?i:\bnew)\s+(?:\w+\.)*%s\b" % word, owner)
                every = [] if found else self._places(rb"\b%s\b" % word, owner)
                found += [call for call in every if _class_of(self._outline(call.method.path), call.at) != owner]
            else:
                called = b"(" in block.header
                found = self._places(
                    _call_of(word) if called else rb"\b%s\b" % word, block.name, rb"(?i:\b%s\b)" % word
                )
            self._called[method] = [call for call in found[:_MOST] if call.method != method]
        return self._called[method]

    def _places(self, form: bytes, word: str, basic: bytes = b"") -> list[_Call]:
        """Where some form of a word stands (in Basic perhaps another one), but for the declaration of a method."""
        patterns = re.compile(form, re.MULTILINE), re.compile(basic or form, re.MULTILINE)
        found: list[_Call] = []
        for path in [path for path in self._code if self._holds(path, word)]:
            outline, pattern = self._outline(path), patterns[_is_basic(path)]
            near = _near(outline.code, word.encode(), basic=_is_basic(path))
            places = (place.start() for start, end in near for place in pattern.finditer(outline.code, start, end))
            calls = (_Call(_Method(path, outline.method(at)), at) for at in places)
            found += [call for call in calls if not self._declares(call, word)]
            if len(found) > _MOST:
                break
        return found

    def _holds(self, path: str, word: str) -> bool:
        """Whether a word stands in a file, in Basic in any case."""
        if not _is_basic(path):
            return word.encode() in self._code[path]
        if path not in self._small:
            self._small[path] = self._code[path].lower()
        return word.lower().encode() in self._small[path]

    def _declares(self, call: _Call, name: str) -> bool:
        """Whether what looks like a call is the declaration of a method."""
        if call.method.number < 0:
            return False
        block = self._block(call.method)
        return block.name.lower() == name.lower() and call.at < block.start + len(block.header)

    def _is_kept(self, method: _Method) -> bool:
        """Whether something else than a call that can be seen may run a method: not one of its class alone that nothing
        mentions, or that is given to an event."""
        block = self._block(method)
        if _PRIVATE.search(block.header) is None:
            return True
        word = re.escape(block.name.encode())
        event = rb"(?:\+=\s*(?:new\s+[\w.<>]+\s*\(\s*)?|(?i:\baddressof\s+))(?:this\.|Me\.)?%s\b"
        given = self._places(event % word, block.name)
        methods = (self._block(place.method) for place in given if place.method.number >= 0)
        if any(b"HttpApplication" in found.header for found in methods):
            return True  # each request goes through a module
        return not given and bool(self._places(rb"\b%s\b" % word, block.name))


_AROUND = 300  # bytes before and behind a word that say how it is used
_OUTSIDE = -1  # no place: all conditions around another one count


def starts(path: str, data: bytes) -> bool:
    """Whether a program starts in a file, as far as that can be seen."""
    return _ENTRY.search(path) is not None or _MAIN.search(data) is not None


def _is_basic(path: str) -> bool:
    return path.lower().endswith((".vb", ".vbhtml"))


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


def _class_of(outline: Outline, at: int) -> str:
    return next((outline.owner(number) for number in outline.around(at)), "")


def _is_sure(outline: Outline, at: int, where: int) -> bool:
    """Whether what stands at an offset runs whenever its method comes to another one: no condition around the first
    leaves that open, but for those around both."""
    return all(block.start <= where < block.end or _is_met(outline, block) for block in outline.branches(at))


def _is_met(outline: Outline, block: Block) -> bool:
    """Whether a condition is met where it matters, or its other arm makes the setting, too."""
    if _SURELY.search(block.header) is not None:
        return True
    rest = outline.code[block.end : block.end + 2000]
    return re.match(rb"(?is)\s*\}?\s*else\b", rest) is not None and _SETS in rest


def _is_open(block: Block, *, basic: bool) -> bool:
    """Whether a method may be called from outside of its class, or instead of another one."""
    words = {word.lower() for word in block.header.partition(b"(")[0].split()}
    if basic:
        return b"private" not in words
    return bool(words & {b"public", b"internal", b"protected", b"override", b"partial"}) or b"." in block.header


def _loads(block: Block) -> bool:
    return block.name.lower().endswith(_LOADS) or _LOADED_VB.search(block.header) is not None


def _is_handler(block: Block, owner: str) -> bool:
    """Whether a method handles an event or a request."""
    told = _HANDLED_VB.search(block.header) is not None or _ASKED.search(block.header) is not None
    return told or owner.endswith("Controller") or _HANDLES.search(block.name) is not None


def _call_of(word: bytes) -> bytes:
    """A pattern for calls of a method in C#: what stands behind a type declares it."""
    return (
        rb"(?:(?<=\breturn )|(?<=\bawait )|(?<=\belse )|(?<=\bthrow )|(?<![\w>\]?] ))\b%s\b\s*(?:<[^<>(){};]*>\s*)?\("
        % word
    )


def _has(word: str, data: bytes) -> bool:
    return bool(word) and word.encode() in data and re.search(rb"\b%s\b" % re.escape(word.encode()), data) is not None


def _inherits(name: str, data: bytes) -> bool:
    found = rb":[^{;()]*\b%s\b|(?i:inherits)\s+(?:\w+\.)*%s\b"
    word = re.escape(name.encode())
    return name.encode() in data and re.search(found % (word, word), data) is not None
