"""Whether a setting of the whole process has surely been made before other code of a program of .NET runs. By the text
of its files, and rather yes than no: what starts a program, constructors and what these call come first; what only
handles an event or a request, or is called elsewhere, need not have run."""

import re
from collections.abc import Iterable

from tlsscan.patterns import lazy
from tlsscan.uncalled import MOST_BYTES, Text

_ENTRY = lazy(
    r"(?i)(?:^|/)(?:program|global|startup|app|application|applicationevents|application\.designer|module\d*|bootstrap\w*)"
    r"(?:\.asax|\.xaml)?\.(?:cs|vb|asax)$|(?:^|/)app_start/"
)
_MAIN = lazy(rb"(?i)\b(?:void|int|task|task<int>|sub|function)\s+main\s*\(")
_FIRST = frozenset(
    {
        "main", "application_start", "application_startup", "application_beginrequest", "myapplication_startup",
        "onstartup", "onstart", "configuration", "configure", "configureservices", "register", "init", "oninit",
        "initialize", "start", "run", "setup", "bootstrap", "install",
    }
)  # fmt: skip
_LOADS = ("_load", "_loaded", "_shown", "_init", "_initialized", "onload", "onshown")
_HANDLES = lazy(
    r"_(?:\w*(?:Click|Clicked|Changed|Changing|Closing|Closed|Completed|Execute|Executed|Opening|Selected|Checked)|Tick"
    r"|Elapsed|DoWork|Key(?:Down|Up|Press)|Mouse(?:Down|Up|Move|Enter|Leave)|Enter|Leave|Validating|Validated|Command)$"
)
_NEAR = 1500  # bytes after a setting in which its own method may go on
_ENDS = lazy(rb"(?i)\b(?:class|void|private|public|protected|internal|static|end (?:sub|function))\b")


class Order:
    """The code of a program, in the order in which it may run."""

    def __init__(self, files: Iterable[Text]) -> None:
        self._code: dict[str, bytes] = {}
        self._entries = b""
        self._called: dict[tuple[str, str, str], list[str]] = {}
        size = 0
        for file in files:
            size += len(file.data)
            if size > MOST_BYTES:
                self._code.clear()
                break
            self._code[file.path] = file.data
            if _ENTRY.search(file.path) or _MAIN.search(file.data):
                self._entries += file.data

    def precedes(self, setting: str, method: str, at: int, use: str, user: str) -> bool:
        """Whether the setting at an offset of a file, in a method, comes before what a method of a file does."""
        owner, name = _split(method)
        user_class = _split(user)[0]
        text, used = self._code.get(setting), self._code.get(use)
        small = name.lower()
        if not owner or not user_class or small in _FIRST or text is None or used is None or _ENTRY.search(setting):
            return True
        following = _ENDS.split(text[at : at + _NEAR], 1)[0]
        if owner == user_class or _has(user_class, following) or _inherits(owner, used):
            return True
        if small.endswith(_LOADS):
            return _has(owner, self._entries)
        if _HANDLES.search(name) or owner.endswith("Controller"):
            return False
        called = self._callers(setting, owner, name)
        return not called or use in called or any(map(self._begins, called))

    def _callers(self, setting: str, owner: str, name: str) -> list[str]:
        """The other files that call a method of a file, or make or name its class, if that alone calls it."""
        key = (setting, owner, name)
        if key not in self._called:
            others = [path for path in self._code if path != setting]
            called = [path for path in others if name and _calls(name, self._code[path])]
            if not called and (not name or _calls(name, self._code[setting])):
                called = [path for path in others if _has(owner, self._code[path])]
            self._called[key] = called
        return self._called[key]

    def _begins(self, path: str) -> bool:
        """Whether a file belongs to the start of a program, or is named there by its name."""
        stem = path.rpartition("/")[2].partition(".")[0]
        data = self._code[path]
        return _ENTRY.search(path) is not None or _MAIN.search(data) is not None or _has(stem, self._entries)


def _split(method: str) -> tuple[str, str]:
    """The class and the name of a method or a property (`A.B.M`, `A.P.get`); of a constructor the class alone."""
    parts = [part for part in method.split(".") if part not in ("get", "set")]
    *owner, name = parts[-2:] or [""]
    return (owner[0], name) if owner and name.lower() != "new" else ((owner or [name])[0], "")


def _has(word: str, data: bytes) -> bool:
    return word.encode() in data and re.search(rb"\b%s\b" % re.escape(word.encode()), data) is not None


def _calls(name: str, data: bytes) -> bool:
    """Whether a text calls what goes by a name: what stands behind a type, `Sub` or `Function` declares it."""
    word = name.encode()
    if word not in data:
        return False
    call = rb"(?:(?<=\breturn )|(?<=\bawait )|(?<=\b(?:If|Or) )|(?<=\b(?:Not|And) )|(?<![\w>\]?] ))\b%s\b\s*(?:\(|$)"
    return re.search(call % re.escape(word), data, re.MULTILINE) is not None


def _inherits(name: str, data: bytes) -> bool:
    found = rb":[^{;()]*\b%s\b|(?i:inherits)\s+(?:\w+\.)*%s\b"
    word = re.escape(name.encode())
    return name.encode() in data and re.search(found % (word, word), data) is not None
