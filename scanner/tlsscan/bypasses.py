"""Whether a program of .NET surely has a way to a use of a default on which nothing sets versions for the process: that
another caller sets some first does not help this one. Surely means that each call on the way is known for one of its
method, that the way begins where the program or the outside calls it, and that nothing on it leads to a setting, even
by name alone."""

import re
from collections.abc import Callable

from tlsscan.methods import Call, Method, Methods, class_of, is_basic, is_handler, is_open, loads
from tlsscan.outline import Outline
from tlsscan.patterns import lazy
from tlsscan.receivers import Receivers

_SETS = lazy(rb"SecurityProtocol(?!Type)\b|\bSetSwitch\b")
_SOUGHT = b'"SecurityProtocol"'
_IMPORTS = lazy(rb"(?i)^\s*(?:global\s+)?(?:using|imports|namespace)\b[^(]*$")
_PREPARES = lazy(
    r"(?i)^(?:on_?)?(?:init|initialize\w*|load\w*|start\w*|setup|configure\w*|execute|dispatch\w*|action\w*)$"
)
"""Methods that run before others of their class."""
_TURN = lazy(r"(?i)log_?[io]n|sign_?in|auth|connect|token|session|splash|welcome|startup")
"""What comes before everything else, though no code says so."""
_STATE = lazy(rb"(?i)log|sign|auth|token|connect|init|session|ready|loaded|done|first|once|start")
"""What conditions ask that know whether something else has run before."""
_KEPT = lazy(rb"[\w>\]]\s+(\w+)\s*=\s*$")
_KEPT_VB = lazy(rb"(?i)\b(?:dim|using)\s+(\w+)\s*(?:as\s+[\w.]+\s*=|as|=)\s*$")
"""A variable that is declared with what is made behind it."""
_BEFORE = 200  # bytes before a place
_MOST = 200  # methods that lead to a setting
_MOST_CALLS = 200  # of one name


class Bypasses:
    """The ways through a program that nothing of it sets versions on."""

    def __init__(
        self, methods: Methods, receivers: Receivers, sure: Callable[[Outline, int, int], bool], *, library: bool
    ) -> None:
        """`sure` tells whether what stands at an offset runs whenever its method comes to another one; `library`
        whether others start what a program has."""
        self._methods = methods
        self._sure = sure
        self._library = library
        self._receivers = receivers
        self._leads: dict[Method, list[int]] = {}
        self._prepared: set[str] = set()
        self._waiting: list[Method] = []
        self._known: bool | None = None
        self._opened: dict[str, bool] = {}

    def has(self, use: Method, where: int) -> bool:
        """Whether there is such a way to what stands at an offset in a method."""
        if use.number < 0 or not self._is_known():
            return False
        made = self._methods.makes(use)
        waiting, met = [(use, where)], {use}
        while waiting:
            method, at = waiting.pop()
            if self._is_covered(method, at):
                continue
            if self._begins(method):
                return True
            for call in self._methods.callers(method):
                fresh = call.method.number >= 0 and call.method not in met
                here = method != use or not made or self._is_used_here(call)
                if fresh and here and self._receivers.is_surely(call, method):
                    met.add(call.method)
                    waiting.append((call.method, call.at))
        return False

    def _is_used_here(self, call: Call) -> bool:
        """Whether the object that is made at a place connects in the same method, if it does: a variable of that keeps
        it, of which nothing but members is used."""
        code, end = self._methods.outline(call.method.path).code, self._methods.block(call.method).end
        basic = is_basic(call.method.path)
        kept = (_KEPT_VB if basic else _KEPT).search(code, max(0, call.at - _BEFORE), call.at)
        if kept is None:
            return False
        form = rb"(?i)\b%s\b(?!\s*\.)" if basic else rb"\b%s\b(?!\s*\.)"
        return re.compile(form % re.escape(kept[1])).search(code, call.at, end) is None

    def _begins(self, method: Method) -> bool:
        """Whether the program begins with a method, or the outside calls it with nothing of the program before."""
        outline, block = self._methods.outline(method.path), self._methods.block(method)
        if block.name.lower() == "main":
            return True
        owner = outline.owner(method.number)
        if is_handler(block, owner) or loads(block) or b"EventArgs" in block.header:
            return not self._has_turns() and self._is_opened(owner)
        public = is_open(block, basic=is_basic(method.path)) and not self._methods.callers(method)
        return self._library and public and not self._has_turns()

    def _has_turns(self) -> bool:
        """Whether what leads to a setting may come before all else."""
        names = (
            (self._methods.block(one).name, self._methods.outline(one.path).owner(one.number)) for one in self._leads
        )
        return any(_TURN.search(name) is not None for pair in names for name in pair)

    def _is_opened(self, owner: str) -> bool:
        """Whether a class is only named where nothing leads to a setting, or nowhere."""
        if owner not in self._opened:
            self._opened[owner] = True  # on its own way
            self._opened[owner] = owner not in self._prepared and all(map(self._opens, self._outside(owner)))
        return self._opened[owner]

    def _opens(self, call: Call) -> bool:
        owner = class_of(self._methods.outline(call.method.path), call.at)
        if call.method.number < 0:
            return owner not in self._prepared
        if self._is_covered(call.method, call.at):
            return False
        return self._methods.block(call.method).name.lower() == "main" or self._is_opened(owner)

    def _is_covered(self, method: Method, at: int) -> bool:
        """Whether a method that comes to an offset may lead to a setting as well."""
        outline = self._methods.outline(method.path)
        if outline.owner(method.number) in self._prepared:
            return True
        leads = [lead for lead in self._leads.get(method, ()) if lead != at]
        return any(self._sure(outline, lead, at) or _asks(outline, lead) or _asks(outline, at) for lead in leads)

    def _is_known(self) -> bool:
        """Whether all is found that leads to a setting, even by name alone."""
        if self._known is None:
            self._known = self._begin() and self._spread()
        return self._known

    def _begin(self) -> bool:
        code = self._methods.code
        if any(_SOUGHT in data for data in code.values()):
            return False
        held = [path for path, data in code.items() if b"SecurityProtocol" in data or b"SetSwitch" in data]
        found = [(path, one.start()) for path in held for one in _SETS.finditer(self._methods.outline(path).code)]
        return all(self._note(Call(Method(path, self._methods.outline(path).method(at)), at)) for path, at in found)

    def _spread(self) -> bool:
        while self._waiting:
            method = self._waiting.pop()
            block, owner = self._methods.block(method), self._methods.outline(method.path).owner(method.number)
            made = self._methods.makes(method)
            calls = self._methods.callers(method) if made else self._methods.mentions(method)
            calls = [call for call in calls if made or not self._receivers.is_other(call, method)]
            if len(calls) >= _MOST_CALLS or len(self._leads) > _MOST:
                return False
            if not all(self._note(call) for call in calls if call.method != method):
                return False
            first = made or loads(block) or _PREPARES.search(block.name) is not None
            if first and not self._prepare(owner):
                return False
        return True

    def _note(self, call: Call) -> bool:
        """Keep that something leads to a setting; whether it is known who runs it."""
        outline = self._methods.outline(call.method.path)
        if call.method.number < 0:
            line = outline.code[outline.code.rfind(b"\n", 0, call.at) + 1 : call.at]
            return _IMPORTS.search(line) is not None or self._prepare(class_of(outline, call.at))
        if call.method not in self._leads:
            self._leads[call.method] = []
            self._waiting.append(call.method)
        self._leads[call.method].append(call.at)
        return True

    def _prepare(self, owner: str) -> bool:
        """Keep that what uses a class, or a base of it, leads to a setting; whether it is known what does."""
        if not owner or owner in self._prepared:
            return bool(owner)
        self._prepared.add(owner)
        outside = self._outside(owner)
        if len(outside) >= _MOST_CALLS or not all(self._note(call) for call in outside):
            return False
        return all(map(self._prepare, sorted(self._receivers.known_above(owner))))

    def _outside(self, owner: str) -> list[Call]:
        """Where a class is named, but in itself."""
        word = re.escape(owner.encode())
        found = self._methods.places(rb"\b%s\b" % word, owner, rb"(?i:\b%s\b)" % word, leads=True)
        return [call for call in found if class_of(self._methods.outline(call.method.path), call.at) != owner]


def _asks(outline: Outline, at: int) -> bool:
    """Whether a condition around an offset may ask whether something else has run before."""
    return any(_STATE.search(block.header) is not None for block in outline.branches(at))
