"""The outline of a file of C# or Basic: its types, its methods, and what runs in them under a condition. By the text,
in which texts and comments are blank, as are the ends of lines of Basic after which a statement goes on."""

from bisect import bisect_right

from tlsscan.asides import blanked
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

_SIGN = lazy(rb"[{};]")
_TYPE = lazy(rb"\b(?:class|struct|interface|record)\s+(?:(?:class|struct)\s+)?@?(\w+)")
_BRANCH = lazy(rb"\s*(?:(?:case\b[^:]*|default\s*):\s*)*(?:else\s+if|if|else|switch|catch|case|default)\b")
_ELSE = lazy(rb"\s*else\b(?!\s*if\b)")
_METHOD = lazy(rb"(?<![\w.])(\w+)\s*(?:<[^(){};=]*>)?\s*\($")
_NO_METHOD = frozenset(
    b"if for foreach while switch using lock catch fixed return new await throw when nameof typeof checked".split()
)
_PROPERTY = lazy(rb"\b(?:public|private|protected|internal|static|override|virtual)\b[^(){};=]*?(\w+)\s*$")
_LINE_VB = lazy(
    rb"(?im)^[ \t]*(?:<[^\n>]*>[ \t]*)*(?:"
    rb"(?P<end>end[ \t]+(?:if|sub|function|property|get|set|class|module|structure|select|try|operator))\b"
    rb"|(?P<next>else(?:if)?\b|case\b|catch\b|finally\b)"
    rb"|(?P<open>if\b[^\n]*?\bthen[ \t]*(?:\r?\n|\Z)|select[ \t]+case\b|try[ \t]*(?:\r?\n|\Z))"
    rb"|(?P<one>if\b[^\n]*?\bthen\b[^\n]*)"
    rb"|(?P<head>(?:(?!end\b)\w+[ \t]+)*?(?:class|module|structure|sub|function|property)[ \t]+(?P<name>\w+)[^\n]*)"
    rb"|(?P<part>(?:get|set)\b[^\n]*))"
)
_GOES_ON_VB = lazy(rb"(?<=[ \t])_[ \t]*\r?\n|(?<=[,(])[ \t]*\r?\n")
"""The end of a line of Basic after which the statement goes on."""
_TYPE_VB = lazy(rb"(?i)\b(?:class|module|structure)[ \t]+\w+")
_DECLARED_VB = lazy(rb"(?i)\b(?:declare|mustoverride|delegate|event)\b")
_AUTO_VB = lazy(rb"(?i)\bproperty\b")


class Block(NamedTuple):
    """A stretch of a file: a type or a method with its name, or what runs under a condition (`header` is how it
    begins). `inside` is the number of the block around it (-1: none)."""

    kind: str
    name: str
    start: int
    end: int
    header: bytes
    inside: int


class Outline:
    """The blocks of a file, in the order in which they begin."""

    def __init__(self, data: bytes, *, basic: bool = False) -> None:
        code = blanked(data, basic=basic)
        self.code = _GOES_ON_VB.sub(lambda end: b" " * len(end.group()), code) if basic else code
        self.blocks = _basic(self.code) if basic else _c(self.code)
        self._starts = [block.start for block in self.blocks]

    def around(self, at: int) -> list[int]:
        """The numbers of the blocks around an offset, innermost first."""
        number = bisect_right(self._starts, at) - 1
        while number >= 0 and self.blocks[number].end <= at:
            number = self.blocks[number].inside
        found: list[int] = []
        while number >= 0:
            found.append(number)
            number = self.blocks[number].inside
        return found

    def method(self, at: int) -> int:
        """The number of the outermost method around an offset; -1 if there is none."""
        return next((n for n in reversed(self.around(at)) if self.blocks[n].kind == "method"), -1)

    def branches(self, at: int) -> list[Block]:
        """The blocks around an offset that run under a condition, innermost first."""
        return [self.blocks[n] for n in self.around(at) if self.blocks[n].kind == "branch"]

    def owner(self, number: int) -> str:
        """The name of the type that a block stands in."""
        while number >= 0:
            block = self.blocks[number]
            if block.kind == "type":
                return block.name
            number = block.inside
        return ""


def _c(code: bytes) -> list[Block]:
    made: list[Block] = []
    stack: list[int] = []
    last = 0
    for sign in _SIGN.finditer(code):
        at, what = sign.start(), code[sign.start()]
        header = code[last:at]
        inside = stack[-1] if stack else -1
        if what == ord("{"):
            stack.append(len(made))
            kind, name = _kind(header)
            made.append(Block(kind, name, last, len(code), header, inside))
        elif what == ord(";"):
            branch = _BRANCH.match(header)
            if branch is not None:
                made.append(Block("branch", "", last, at, _condition(header), inside))
            elif b"=>" in header and inside >= 0 and made[inside].kind == "type":
                kind, name = _kind(header.partition(b"=>")[0])
                made.append(Block(kind, name, last, at, header, inside))
            elif b"(" in header and _is_open(code, last, at):
                continue  # `for (a; b; c)`
        elif stack:
            number = stack.pop()
            made[number] = made[number]._replace(end=at)
        last = sign.end()
    return made


def _condition(statement: bytes) -> bytes:
    """How a conditional begins that holds one statement without braces."""
    alone = _ELSE.match(statement)
    if alone is not None:
        return alone.group()
    depth = 0
    for at in range(len(statement)):
        depth += {ord("("): 1, ord(")"): -1}.get(statement[at], 0)
        if depth == 0 and statement[at] == ord(")"):
            return statement[: at + 1]
    return statement[:20]


def _is_open(code: bytes, start: int, end: int) -> bool:
    return code.count(b"(", start, end) > code.count(b")", start, end)


def _kind(header: bytes) -> tuple[str, str]:
    """What begins with a header, and its name."""
    header = header.rstrip()
    if _BRANCH.match(header) is not None:
        return "branch", ""
    found = _TYPE.search(header)
    if found is not None:
        return "type", found[1].decode()
    name = _called(header)
    if name:
        return "method", name
    kept = _PROPERTY.search(header)
    return ("method", kept[1].decode()) if kept is not None else ("", "")


def _called(header: bytes) -> str:
    """The name of the method that a header declares; empty if it declares none."""
    first = header.find(b"(")
    equal = header.find(b"=")
    while first >= 0 and (equal < 0 or first < equal):
        found = _METHOD.search(header[: first + 1])
        if found is not None and found[1] not in _NO_METHOD:
            before = header[: found.start()].split()
            return "" if before and before[-1] in (b"new", b"return", b"await", b"=", b"=>") else found[1].decode()
        if found is not None:
            return ""
        first = header.find(b"(", first + 1)
    return ""


def _basic(code: bytes) -> list[Block]:
    made: list[Block] = []
    stack: list[int] = []
    for line in _LINE_VB.finditer(code):
        at = line.start()
        if line["end"] or line["next"]:
            if stack and not (line["next"] and made[stack[-1]].kind == "method"):
                number = stack.pop()
                made[number] = made[number]._replace(end=line.end() if line["end"] else at)
            if line["next"]:
                head = code[at : code.find(b"\n", at) if code.find(b"\n", at) >= 0 else len(code)]
                stack.append(_add(made, stack, "branch", "", at, len(code), head))
        elif line["one"]:
            _add(made, stack, "branch", "", at, line.end(), _THEN.split(line["one"], 1)[0])
        elif line["open"]:
            kind = "" if line["open"].lower().startswith(b"try") else "branch"
            stack.append(_add(made, stack, kind, "", at, len(code), line["open"]))
        elif line["part"]:
            stack.append(_add(made, stack, "", "", at, len(code), line["part"]))
        elif _DECLARED_VB.search(line["head"]) is None:
            kind = "type" if _TYPE_VB.search(line["head"]) is not None else "method"
            number = _add(made, stack, kind, line["name"].decode(), at, len(code), code[at : line.end("head")])
            auto = _AUTO_VB.search(line["head"]) is not None and _NEXT_PART.match(code, line.end()) is None
            if auto:
                made[number] = made[number]._replace(end=line.end())
            else:
                stack.append(number)
    return made


_THEN = lazy(rb"(?i)\bthen\b")
_NEXT_PART = lazy(rb"(?i)\s*(?:get|set)\b")


def _add(made: list[Block], stack: list[int], kind: str, name: str, start: int, end: int, header: bytes) -> int:
    made.append(Block(kind, name, start, end, header, stack[-1] if stack else -1))
    return len(made) - 1
