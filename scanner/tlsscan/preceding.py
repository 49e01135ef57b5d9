"""Whether a setting of the whole process has surely been made before other code of a program of .NET runs. By the text
of its files, and rather yes than no: what starts a program, constructors and what these call come first; what only
handles an event or a request, or is called elsewhere, need not have run, nor what runs under a condition."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tlsscan.bypasses import Bypasses
from tlsscan.methods import Call, Method, Methods, class_of, is_handler, is_shared, loads
from tlsscan.outline import Block, Outline
from tlsscan.patterns import lazy
from tlsscan.receivers import Receivers

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
_OFTEN = frozenset({"run", "start", "init", "initialize", "setup", "register", "configure", "install"})
"""Those of them that other methods have for a name as well."""
_BEFORE_OTHERS = lazy(
    r"(?i)^(?:log_?[io]n|sign_?in|connect|open|auth|(?:get|create|refresh)\w*(?:token|client|session)|ensure|prepare)"
)
"""Methods of a class that are called before its others."""
_MAIN_WINDOW = lazy(r"(?i)^(?:frm|form|wnd|window)?_?main|main_?(?:form|window|frm)?$|^(?:form|window)1$|^shell\w*$")
_PAGE = lazy(r"(?i)\.(?:aspx|ascx)\.(?:cs|vb)$")
_MASTER = lazy(r"(?i)([^/]+\.master)\.(?:cs|vb)$")
_FRAMED = lazy(rb"(?i)<%@[^%]*\bmasterpagefile\s*=\s*[\"'](?:[^\"'>]*/)?([^/\"'>]+)[\"']")
"""The master page that a page of ASP.NET names."""
_SURELY = lazy(
    rb"(?i)!|<>|\bnot\b|\bnull\b|\bnothing\b|version|https|scheme|securityprotocol|tls|ssl|secur|protocol|hasflag|isdefined"
    rb"|platform|dot_?net_?\d|netfx|framework|windows|\bswitch\b|\bcase\b|\bdefault\b"
)
"""What conditions ask that are met where it matters, or that are one of several."""
_ELSE = lazy(rb"(?i)\s*else\b(?!\s*if)")
_REQUESTS = lazy(
    rb"\.\s*(?:GetResponse|GetRequestStream|BeginGet|Download|Upload|OpenRead|OpenWrite|Send|Post|Put|Get\w*Async"
    rb"|AuthenticateAs|Execute)\w*\s*\("
)
_CREATED = lazy(rb"(?i)(?:System\s*\.\s*)?(?:Net\s*\.\s*)?(?:Http)?WebRequest\s*\.\s*Create(?:Http|Default)?\b")
_SETS = b"SecurityProtocol"
_IF = lazy(rb"(?i)\s*if\b")
_LEAVES = lazy(rb"(?i)\breturn\b|\bexit\s+(?:sub|function)\b")
_FLAG = lazy(rb"(?i)^\s*if\s*\(?\s*(?:\w+\.)*(\w+)\s*(?:==?\s*true\s*)?(?:\)|then\b)?\s*$")
_JOINS = lazy(rb"(?i)&&|\|\||\b(?:andalso|orelse)\b")
_STATEMENT = 400  # bytes of a statement that are looked at, before a place in it
_PRIVATE = lazy(rb"(?i)\bprivate\b[^(]*\(")
_DEEPEST = 4
_MOST = 200  # places that are looked at on the way to one
_OUTSIDE = -1  # no place: all conditions around another one count


class Order:
    """The code of a program, in the order in which it may run."""

    def __init__(self, methods: Methods) -> None:
        self._methods = methods
        self._entries = b"".join(data for path, data in methods.code.items() if starts(path, data))
        self._ways: dict[tuple[Method, bool], dict[Method, int]] = {}
        self._begins: dict[tuple[Method, bool], bool] = {}
        self._receivers = Receivers(methods)
        self._bypasses = Bypasses(methods, self._receivers, _is_sure, library=not self._entries)
        self._bypassed: dict[tuple[Method, int], bool] = {}

    def precedes(self, setting: str, at: int, use: str, where: int) -> bool:
        """Whether the setting at an offset of a file comes before what stands at an offset of a file."""
        if setting not in self._methods.code or use not in self._methods.code:
            return True
        own, other = self._methods.outline(setting), self._methods.outline(use)
        here, there = Method(setting, own.method(at)), Method(use, other.method(where))
        if here.number < 0 or not own.owner(here.number):
            return True
        block = own.blocks[here.number]
        made = self._made(other, where) if there.number < 0 and own.owner(here.number) != class_of(other, where) else []
        if made:  # a class that is one of clients connects where it is made
            return all(self.precedes(setting, at, call.method.path, call.at) for call in made)
        if here == there:
            return self._comes_first(own, at, where)
        owner, user = own.owner(here.number), class_of(other, where)
        end = self._end(own, here.number, at)
        ways = self._ways_to(there)
        leads = ways.get(here, -1)
        if (
            self._is_begun(own, here, own.code[at:end], ways)
            or _has(user, own.code[at:end])
            or at <= leads < end
            or (leads >= 0 and self._methods.makes(there))
        ):
            return self._is_first(here, strictly=True) or not self._is_bypassed(there, where)
        if not _is_reached(own, at) or self._is_too_late(here, there, where):
            return False
        prepares = self._prepares(block, owner)
        if (prepares and (owner == user or _inherits(owner, other.code))) or self._is_first(here, strictly=True):
            return True
        if self._is_left_out(there):
            return True
        if prepares and any(self._is_of(owner, one) for one in ways):
            return not self._is_bypassed(there, where)
        earlier = self._is_first(here) or (there.number >= 0 and self._is_earlier(here, there, where))
        return earlier and not self._is_bypassed(there, where)

    def _made(self, outline: Outline, where: int) -> list[Call]:
        """Where in methods the class is made in whose declaration something stands."""
        name = class_of(outline, where)
        form = rb"(?i:\bnew)\s+(?:\w+\.)*%s\b" % re.escape(name.encode())
        return [call for call in self._methods.places(form, name) if call.method.number >= 0] if name else []

    def _is_bypassed(self, use: Method, where: int) -> bool:
        if (use, where) not in self._bypassed:
            self._bypassed[use, where] = self._bypasses.has(use, where)
        return self._bypassed[use, where]

    def _is_begun(self, outline: Outline, here: Method, after: bytes, ways: Mapping[Method, int]) -> bool:
        """Whether `Main` goes on, after a setting, to a class that leads to something."""
        begins = outline.blocks[here.number].name.lower() == "main"
        return begins and any(
            _has(self._methods.outline(one.path).owner(one.number), after) for one in ways if one != here
        )

    def _comes_first(self, outline: Outline, at: int, where: int) -> bool:
        """Whether a setting comes before a use in the same method, or at least before that connects. An HttpWebRequest
        takes the versions as it is made: in the sources of .NET Framework from 4.7.2 on, which newer systems have
        whatever a program targets."""
        if at < where:
            return _is_sure(outline, at, where)
        if _CREATED.match(outline.code, where) is not None:
            return False
        return _REQUESTS.search(outline.code, where, at) is None

    def _end(self, outline: Outline, number: int, at: int) -> int:
        """Where it ends what runs after a setting in its method, if that runs."""
        doubtful = (block.end for block in outline.branches(at) if not _is_met(outline, block))
        return next(doubtful, outline.blocks[number].end)

    def _prepares(self, block: Block, owner: str) -> bool:
        """Whether a method runs before others of its class."""
        small = block.name.lower()
        made = block.name == owner or small in (*_FIRST, "new")
        return made or loads(block) or _BEFORE_OTHERS.search(block.name) is not None

    def _is_left_out(self, use: Method) -> bool:
        """Whether a method is a constructor of a class that is made by others of it alone."""
        made = use.number >= 0 and self._methods.makes(use) and self._methods.is_made(use)
        return made and not self._methods.callers(use)

    def _is_of(self, owner: str, method: Method) -> bool:
        """Whether a method needs an object of a class that is made before it runs."""
        same = self._methods.outline(method.path).owner(method.number) == owner
        return same and not is_shared(self._methods.block(method))

    def _is_first(self, method: Method, depth: int = 0, *, strictly: bool = False) -> bool:
        """Whether a method belongs to the start of a program (`strictly`: a name alone does not make it so where
        something calls it)."""
        if (method, strictly) not in self._begins:
            self._begins[method, strictly] = False  # on its own way
            self._begins[method, strictly] = self._starts(method, depth, strictly=strictly)
        return self._begins[method, strictly]

    def _starts(self, method: Method, depth: int, *, strictly: bool) -> bool:
        outline, block = self._methods.outline(method.path), self._methods.block(method)
        owner, small = outline.owner(method.number), block.name.lower()
        named = small in _FIRST or _STARTS.search(method.path) is not None
        if named and not (strictly and small in _OFTEN and self._methods.callers(method)):
            return True
        master = _MASTER.search(method.path)
        if loads(block) and master is not None:
            return self._frames_all(master[1].lower())
        if loads(block):
            return _has(owner, self._entries) or _MAIN_WINDOW.search(owner) is not None
        if is_handler(block, owner):
            return False
        called = self._methods.callers(method)
        if not called and self._methods.makes(method) and self._methods.is_made(method):
            return False
        own = self._methods.makes(method) and self._receivers.is_own(owner)
        if not called and strictly and (own or _PAGE.search(method.path) is not None):
            return False
        if not called:
            return self._is_kept(method) if depth == 0 else _has(owner, self._entries)
        if depth >= _DEEPEST:
            return False
        sure = (call for call in called if self._is_done(call) and not self._receivers.is_other(call, method))
        return any(call.method.number < 0 or self._is_first(call.method, depth + 1, strictly=strictly) for call in sure)

    def _frames_all(self, master: str) -> bool:
        """Whether all pages of a program are parts of a master page, as far as these are seen."""
        found = ((path.lower(), _FRAMED.search(data)) for path, data in self._methods.code.items())
        frames = [(path, named[1].decode("latin-1").lower() if named is not None else "") for path, named in found]
        masters = {path.rpartition("/")[2]: frame for path, frame in frames if path.endswith(".master")}
        pages = [frame for path, frame in frames if path.endswith(".aspx")]
        return bool(pages) and all(_leads(masters, frame, master) for frame in pages)

    def _is_earlier(self, setting: Method, use: Method, where: int) -> bool:
        """Whether some method calls what makes a setting before it comes to a use."""
        after = {**self._ways_to(use), use: where}
        for method, at in self._ways_to(setting, surely=True).items():
            comes = method in after and (at < after[method] or self._methods.makes(use))
            if comes and _is_sure(self._methods.outline(method.path), at, after[method]):
                return True
        return False

    def _is_too_late(self, setting: Method, use: Method, where: int) -> bool:
        """Whether all that calls what makes a setting has made a request before, or called a method that makes one."""
        if use.number < 0 or self._methods.makes(use):
            return False
        request = _REQUESTS.search(self._methods.outline(use.path).code, where, self._methods.block(use).end)
        if request is None:
            return False
        first = {**self._ways_to(use, surely=True), use: request.start()}
        return self._is_late(setting, first, {})

    def _is_late(self, setting: Method, first: Mapping[Method, int], known: dict[Method, bool], depth: int = 0) -> bool:
        """Whether all ways to a method lead through another one that has come first to something else."""
        if setting not in known:
            known[setting] = False  # on its own way
            calls = self._methods.callers(setting) if depth < _DEEPEST and len(known) < _MOST else []
            known[setting] = bool(calls) and all(
                self._comes_later(call, first)
                or (
                    call.method.number >= 0
                    and call.method not in first
                    and self._is_late(call.method, first, known, depth + 1)
                )
                for call in calls
            )
        return known[setting]

    def _comes_later(self, call: Call, first: Mapping[Method, int]) -> bool:
        """Whether the method of a call has surely come to something else before."""
        before = first.get(call.method, call.at)
        return before < call.at and _is_sure(self._methods.outline(call.method.path), before, call.at)

    def _ways_to(self, method: Method, *, surely: bool = False) -> dict[Method, int]:
        """The methods that call one, or what calls it (`surely`: what does so in any case): where each first does."""
        if (method, surely) not in self._ways:
            found: dict[Method, int] = {}
            now = [method] if method.number >= 0 else []
            for _ in range(_DEEPEST):
                calls = [call for one in now for call in self._methods.callers(one) if call.method.number >= 0]
                led = [call for call in calls if not surely or self._is_done(call)]
                now = list(dict.fromkeys(call.method for call in led if call.method not in found))[:_MOST]
                for call in calls:
                    found[call.method] = min(found.get(call.method, call.at), call.at)
            found.pop(method, None)
            self._ways[method, surely] = found
        return self._ways[method, surely]

    def _is_done(self, call: Call) -> bool:
        """Whether a method makes a call whenever it runs."""
        return _is_reached(self._methods.outline(call.method.path), call.at)

    def _is_kept(self, method: Method) -> bool:
        """Whether something else than a call that can be seen may run a method: not one of its class alone that nothing
        mentions, or that is given to an event."""
        block = self._methods.block(method)
        if _PRIVATE.search(block.header) is None:
            return True
        word = re.escape(block.name.encode())
        event = rb"(?:\+=\s*(?:new\s+[\w.<>]+\s*\(\s*)?|(?i:\baddressof\s+))(?:this\.|Me\.)?%s\b"
        given = self._methods.places(event % word, block.name)
        methods = (self._methods.block(place.method) for place in given if place.method.number >= 0)
        if any(b"HttpApplication" in found.header for found in methods):
            return True  # each request goes through a module
        return not given and bool(self._methods.places(rb"\b%s\b" % word, block.name))


def _leads(masters: Mapping[str, str], frame: str, master: str) -> bool:
    """Whether a master page is another one, or names one that is."""
    for _ in range(_DEEPEST):
        if frame == master:
            return True
        frame = masters.get(frame, "")
    return False


def starts(path: str, data: bytes) -> bool:
    """Whether a program starts in a file, as far as that can be seen."""
    return _ENTRY.search(path) is not None or _MAIN.search(data) is not None


def _is_reached(outline: Outline, at: int) -> bool:
    """Whether a method comes to what stands at an offset whenever it runs."""
    return _is_sure(outline, at, _OUTSIDE) and not _is_left(outline, outline.method(at), at)


def _is_left(outline: Outline, number: int, at: int) -> bool:
    """Whether a condition further up may end a method before it comes to an offset. Who leaves `Main` comes to nothing
    else, either, and who has been there before has made the setting."""
    if number < 0 or outline.blocks[number].name.lower() == "main":
        return False
    start = outline.blocks[number].start
    for leaving in _LEAVES.finditer(outline.code, start, at):
        asked = [block for block in outline.branches(leaving.start()) if not block.start <= at < block.end]
        if asked and all(_may_end(outline, block, outline.code[start:at]) for block in asked):
            return True
    return False


def _may_end(outline: Outline, block: Block, code: bytes) -> bool:
    """Whether a method that has some code may well end under a condition, although what it does matters then."""
    asks = _IF.match(block.header) is not None
    return asks and not _is_met(outline, block) and not _is_done_once(block.header, code)


def _is_done_once(header: bytes, code: bytes) -> bool:
    """Whether a condition asks for a flag that the same method sets."""
    flag = _FLAG.search(header)
    return flag is not None and re.search(rb"(?i)\b%s\s*=\s*true\b" % re.escape(flag[1]), code) is not None


def _is_sure(outline: Outline, at: int, where: int) -> bool:
    """Whether what stands at an offset runs whenever its method comes to another one: no condition around the first
    leaves that open, but for those around both, nor one before it in its own statement."""
    around = [block for block in outline.branches(at) if not block.start <= where < block.end]
    asked = [block for block in around if _IF.match(block.header) is None or at >= block.start + len(block.header)]
    return all(_is_met(outline, block) for block in asked) and not _is_joined(outline, at, asked)


def _is_joined(outline: Outline, at: int, around: Sequence[Block]) -> bool:
    """Whether what stands at an offset only runs if what stands before it in its statement says so."""
    heads = (block.start + len(block.header) for block in around)
    start = max(outline.code.rfind(sign, 0, at) for sign in (b";", b"{", b"}"))
    said = outline.code[max(start, *heads, at - _STATEMENT, 0) : at]
    return _JOINS.search(said) is not None and _SURELY.search(said) is None


def _is_met(outline: Outline, block: Block) -> bool:
    """Whether a condition is met where it matters, or its other arm makes the setting, too."""
    if _SURELY.search(block.header) is not None:
        return True
    if _ELSE.match(block.header) is not None:
        return any(_SETS in outline.code[arm.start : arm.end] or _is_met(outline, arm) for arm in _arms(outline, block))
    rest = outline.code[block.end : block.end + 2000]
    return re.match(rb"(?is)\s*\}?\s*else\b", rest) is not None and _SETS in rest


def _arms(outline: Outline, last: Block) -> Iterator[Block]:
    """The arm of a condition that stands right before its last one."""
    for block in outline.blocks:
        near = block.kind == "branch" and block.inside == last.inside and block.end <= last.start
        if near and not outline.code[block.end : last.start].strip(b"}; \t\r\n"):
            yield block


def _has(word: str, data: bytes) -> bool:
    return bool(word) and word.encode() in data and re.search(rb"\b%s\b" % re.escape(word.encode()), data) is not None


def _inherits(name: str, data: bytes) -> bool:
    found = rb":[^{;()]*\b%s\b|(?i:inherits)\s+(?:\w+\.)*%s\b"
    word = re.escape(name.encode())
    return name.encode() in data and re.search(found % (word, word), data) is not None
