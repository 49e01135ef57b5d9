"""Whether a call in a program of .NET surely is one of a method: by the type of what it is called on, where the text of
the file says that in plain words, and by what it passes. What is not sure may still be a call of it."""

import re

from tlsscan.arity import passed, taken
from tlsscan.methods import Call, Method, Methods, class_of, is_basic
from tlsscan.outline import Block
from tlsscan.patterns import lazy
from tlsscan.unmade import bases, heads

_MADE = lazy(rb"(?i:\bnew)\s+(?:\w+\.)*(\w+)\s*\([^()]*\)\s*\)?$")
_NAMED = lazy(rb"(?:^|[^\w.)\]>\s]|(?<![\w.)\]>])\s|\b(?i:return|await|else|then|call|in|not)\s)\s*((?:\w+\.)*)(\w+)$")
_OWN = frozenset((b"this", b"base", b"me", b"mybase", b"myclass"))
_SINGLE = frozenset((b"Instance", b"Default", b"Current", b"Shared"))
"""What a class calls the one object of it."""
_TYPE = lazy(rb"((?:\w+\.)*\w+)(<[^<>;{}()]*>|\[\s*\])?\??\s+$")
_DECLARED = rb"\b%s\b\s*(?:=>|[=;,){]|in\b)"
_DECLARED_VB = rb"(?i)\b%s\b\s+as\s+(?:new\s+)?((?:\w+\.)*\w+)(\s*\(\s*of\b)?"
_GIVEN = rb"(?i)\b(?:var|dim|let)\s+%s\s*=\s*new\s+((?:\w+\.)*\w+)\b(?!\s*[<\[])"
_NO_TYPE = frozenset(
    b"return new in out ref await else throw yield case as is not and or when goto using let select from by on class"
    b" struct interface record namespace event delegate void module sub function".split()
)
_LATE = lazy(rb"(?i)\b(?:virtual|abstract|override|overridable|mustoverride|overrides)\b")
_MODULE = lazy(rb"(?i)\bmodule\s+\w+")
_BEFORE = 300  # bytes before a name that say what it is called on
_MOST_BASES = 8


class Receivers:
    """The types that calls in a program are known to be called on."""

    def __init__(self, methods: Methods) -> None:
        self._methods = methods
        self._homes: dict[str, list[str]] = {}
        self._lone: dict[str, bool] = {}
        self._kinds: dict[tuple[str, bytes], frozenset[str]] = {}

    def is_surely(self, call: Call, method: Method) -> bool:
        """Whether a call by the name of a method is one of that method and of no other one."""
        block = self._methods.block(method)
        owner = self._methods.outline(method.path).owner(method.number)
        if not owner or not self._is_lone(owner) or _LATE.search(block.header) is not None:
            return False
        if self._methods.makes(method):
            code = self._methods.outline(call.method.path).code
            return code[call.at : call.at + 3].lower() == b"new" and not self._rivals(block, owner)
        kind = self._called_on(call, len(block.name))
        return kind is not None and self._has(kind, owner, block.name) and self._fits(call, method, owner)

    def is_other(self, call: Call, method: Method) -> bool:
        """Whether a call by the name of a method surely is one of another class's."""
        name, owner = self._methods.block(method).name, self._methods.outline(method.path).owner(method.number)
        kind = self._called_on(call, len(name))
        if not kind or kind == owner or not self._is_lone(kind) or not self._declares(kind, name):
            return False
        return owner != "" and self._is_lone(owner) and kind not in self._above(owner)

    def _above(self, kind: str) -> set[str]:
        """What a type is made from, and that in turn."""
        found, waiting = set[str](), [kind]
        while waiting and len(found) < _MOST_BASES:
            fresh = self._bases(waiting.pop()) - found
            found |= fresh
            waiting += sorted(fresh)
        return found

    def known_above(self, kind: str) -> set[str]:
        """Those of them that the code itself declares."""
        return {base for base in self._above(kind) if self._where(base)}

    def is_own(self, kind: str) -> bool:
        """Whether a type is made from what the code itself declares alone, however that is made."""
        return all(map(self._where, self._bases(kind)))

    def _implementing(self, kind: str) -> set[str]:
        """The classes that are made from an interface; none where a type is no interface of C#."""
        word = re.escape(kind.encode())
        codes = [self._methods.outline(path).code for path, data in self._methods.code.items() if kind.encode() in data]
        if not any(re.search(rb"\binterface\s+%s\b" % word, code) for code in codes):
            return set()
        form = re.compile(
            rb"\b(?:class|struct|record|interface)\s+(\w+)[^{};]*?[:,]\s*(?:\w+\.)*%s\b(?!\s*[.(])" % word
        )
        return {found[1].decode() for code in codes for found in form.finditer(code)}

    def _bases(self, kind: str) -> set[str]:
        codes = [self._methods.outline(path).code for path in self._where(kind)]
        return {base.decode() for head in heads(kind, codes) for base in bases(head)}

    def _called_on(self, call: Call, length: int) -> str | None:
        """The type that a call is called on; None if that is not known."""
        path, at = call.method.path, call.at
        code = self._methods.outline(path).code
        before = code[max(0, at - _BEFORE) : at].rstrip()
        own = class_of(self._methods.outline(path), at)
        if not before.endswith(b"."):
            alone = re.match(rb"\s*(?:<[^<>(){};]*>\s*)?\(", code[at + length : at + length + _BEFORE])
            return own if alone is not None and re.search(rb"(?i)\bnew$", before) is None else None
        before = before[:-1].rstrip().rstrip(b"?!")
        made = _MADE.search(before)
        if made is not None:
            return made[1].decode()
        named = _NAMED.search(before)
        return self._type_of(named[1], named[2], path, own) if named is not None else None

    def _type_of(self, lead: bytes, name: bytes, path: str, own: str) -> str | None:
        """The type of a name with what stands before it."""
        if not lead and name.lower() in _OWN:
            return own
        if not lead or lead.rstrip(b".").lower() in _OWN:
            declared = self._declared(path, name)
            if declared:
                return next(iter(declared)) if len(declared) == 1 else None
        holder = lead.rstrip(b".").rpartition(b".")[2] if name in _SINGLE else name
        return holder.decode() if holder and self._where(holder.decode()) else None

    def _declared(self, path: str, name: bytes) -> frozenset[str]:
        """The types that a file declares variables and members of a name with; empty texts for those not known."""
        if (path, name) not in self._kinds:
            self._kinds[path, name] = self._kinds_of(path, name)
        return self._kinds[path, name]

    def _kinds_of(self, path: str, name: bytes) -> frozenset[str]:
        code, word = self._methods.outline(path).code, re.escape(name)
        if is_basic(path):
            found = [(one[1], one[2]) for one in re.finditer(_DECLARED_VB % word, code)]
        else:
            ends = (one.start() for one in re.finditer(_DECLARED % word, code))
            before = (_TYPE.search(code, max(0, end - _BEFORE), end) for end in ends)
            found = [(one[1], one[2]) for one in before if one is not None and one[1] not in _NO_TYPE]
        made = re.findall(_GIVEN % word, code)
        kinds = {"" if more else one.decode().rpartition(".")[2] for one, more in found if one != b"var"}
        kinds |= {one.decode().rpartition(".")[2] for one in made}
        open_ = sum(one == b"var" for one, _ in found) > len(made)
        return frozenset(kinds | {""} if open_ else kinds)

    def _has(self, kind: str, owner: str, name: str) -> bool:
        """Whether a type has a method of a class, its own or from what it is made from, and none before it."""
        for _ in range(_MOST_BASES):
            if kind == owner:
                return True
            if not kind or not self._is_lone(kind):
                return self._is_module(owner) and not self._declares(kind, name)
            if self._declares(kind, name):
                return False
            if self._implementing(kind) == {owner}:
                return True
            classes = [base for base in sorted(self._bases(kind)) if self._where(base)]
            if len(classes) != 1:
                return owner in classes or (not classes and self._is_module(owner))
            kind = classes[0]
        return False

    def _fits(self, call: Call, method: Method, owner: str) -> bool:
        """Whether what a call passes is for a method and no other one of its name."""
        block = self._methods.block(method)
        rivals = self._rivals(block, owner)
        if not rivals:
            return True
        path = call.method.path
        code = self._methods.outline(path).code
        gives = passed(code, self._methods.code[path], call.at + len(block.name))
        takes = taken(block.header, block.name)
        others = [taken(one.header, one.name) for one in rivals]
        return takes is not None and gives in takes and all(one is not None and gives not in one for one in others)

    def _rivals(self, block: Block, owner: str) -> list[Block]:
        """The other methods of a type that have the name of one."""
        return [one for one in self._blocks(owner, block.name) if one.header != block.header]

    def _blocks(self, owner: str, name: str) -> list[Block]:
        """The methods of a name that a type declares."""
        outlines = [self._methods.outline(path) for path in self._where(owner)]
        return [
            block
            for outline in outlines
            for number, block in enumerate(outline.blocks)
            if block.kind == "method" and block.name == name and outline.owner(number) == owner
        ]

    def _declares(self, kind: str, name: str) -> bool:
        return bool(kind) and bool(self._blocks(kind, name))

    def _is_module(self, owner: str) -> bool:
        """Whether what a type of Basic has is known everywhere without its name."""
        blocks = (block for path in self._where(owner) for block in self._methods.outline(path).blocks)
        return any(block.name == owner and _MODULE.search(block.header) is not None for block in blocks)

    def _where(self, name: str) -> list[str]:
        """The files that declare a type."""
        if name not in self._homes:
            word, outline = name.encode(), self._methods.outline
            held = [path for path, data in self._methods.code.items() if word in data]
            self._homes[name] = [path for path in held if heads(name, [outline(path).code])]
        return self._homes[name]

    def _is_lone(self, name: str) -> bool:
        """Whether there is but one type of a name, perhaps in parts."""
        if name not in self._lone:
            codes = [self._methods.outline(path).code for path in self._where(name)]
            parts = re.compile(rb"(?i)\bpartial\s+(?:\w+\s+)?(?:class|struct|module)\s+%s\b" % re.escape(name.encode()))
            self._lone[name] = len(heads(name, codes)) == 1 or any(parts.search(code) is not None for code in codes)
        return self._lone[name]
