"""VB.NET's physical side: logical lines without comments, and the blocks that they open and close. No expressions."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from tlsscan.clauses import caught
from tlsscan.frontends.windows import last_arm
from tlsscan.patterns import lazy

# A quote right after a word opens no string: it stands in the text of an XML literal.
PIECES = lazy(
    rb'\$"(?:[^"{]|""|\{\{|\{[^{}"]*(?:"[^"]*"[^{}"]*)*\})*"'
    rb'|(?<![\w"])\$?"[^"]*(?:""[^"]*)*"'
    rb"|(?P<comment>'[^\r\n]*|(?im:(?:^|(?<=:))[ \t]*\brem\b(?![ \t]*[=.(])[^\r\n]*))"
    rb"|(?P<end>\r?\n)"
)
OPEN_ENDS = (*[bytes([byte]) for byte in b"(,{=.&+-*/\\^<"], b" >", b"<>", b">=")
OPEN_WORDS = lazy(rb"(?i)(?:^|[\s)])(?:and|or|xor|not|andalso|orelse|mod|is|isnot|like|in|from|(?<!end )with)\Z")
CLOSERS = lazy(rb"[ \t]*[)}]")
MODIFIERS = (
    b"public|private|protected|friend|shared|shadows|overloads|overrides|overridable|notoverridable|mustoverride"
    b"|mustinherit|notinheritable|partial|default|static|async|iterator|readonly|writeonly|widening|narrowing|declare"
    b"|delegate|withevents|const|dim|custom"
)
OPENERS = lazy(
    rb"(?i)[ \t]*(?:<[^\n]{0,400}>[ \t]*)?((?:(?:" + MODIFIERS + rb")[ \t]+)*)"
    rb"(namespace|class|module|structure|interface|enum|sub|function|operator|property|get|set"
    rb"|if|elseif|else|select|case|try|catch|finally|for|while|do|with|using|synclock|end|next|loop"
    rb"|#[ \t]*(?:if|elseif|else|end)|\#)(?![\w.=])[ \t]*(\[?[\w\x80-\xff]*)"
)
LAMBDA = lazy(rb"(?i)\b(?:sub|function)[ \t]*\([^()]*(?:\([^()]*\)[^()]*)*\)(?:[ \t]+as[ \t]+[\w.() ]+)?[ \t]*\Z")
SELECTED = lazy(rb"(?i)^[ \t]*case\b")
CAUGHT_AS = lazy(rb"(?i)^[ \t]*\w+[ \t]+as\b")
THEN = lazy(rb"(?i)\bthen[ \t]*\Z")
INLINE_THEN = lazy(rb"(?i)\bthen\b")
CLASSES = frozenset({"class", "module", "structure", "interface", "enum"})
METHODS = frozenset({"sub", "function", "operator", "get", "set", "lambda"})
ARMS = frozenset({"if", "elseif", "else", "case", "try", "catch", "finally"})
LOOPS = {"next": "for", "loop": "do"}
LABEL = lazy(rb"(?:[^:\"]|\"(?:[^\"]|\"\")*\"|:=)*")
"""What stands behind `Case`, up to the colon before the first statement."""
QUESTION = lazy(r"[^\s,](?:[^,\"()]|\"[^\"]*\"?|\((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*\))*")
"""One of the questions behind a `Case`: a comma in parentheses, or in a text, parts none."""
ENDS = {"if": ("if", "elseif", "else"), "select": ("case", "select"), "try": ("try", "catch", "finally")}
LAMBDA_BYTES = 400


class Block:
    """A stretch of code with one header: a namespace, a type, a method, a loop, or an arm of a branch.

    `condition` is what an arm asks, `negated` says that it is the other branch of that. `earlier` is the arm before an
    `ElseIf` or `Else`; `asked` what the cases of a `Select` ask.
    """

    __slots__ = ("asked", "condition", "depth", "earlier", "end", "head", "name", "negated", "outer", "start", "what")

    def __init__(self, what: str, start: int, head: int, outer: "Block | None", name: str = "") -> None:
        self.what = what
        self.start = start
        self.end = start
        self.head = head
        self.outer = outer
        self.depth: int = outer.depth + 1 if outer is not None else 0
        self.name = name
        self.condition = ""
        self.negated = False
        self.earlier: Block | None = None
        self.asked: list[str] = []

    def passed(self) -> Iterator["Block"]:
        """The arms of its chain that stand before it, the nearest first."""
        arm = self.earlier
        while arm is not None:
            yield arm
            arm = arm.earlier

    def around(self) -> Iterator["Block"]:
        """This block and those around it, innermost first."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.outer


class Layout:
    """The logical lines of a file, and the block that each stands in and opens.

    `text` is the file with comments and continued line ends blanked, byte for byte as long as the file.
    """

    def __init__(self, data: bytes, encoding: str) -> None:
        self._encoding = encoding
        self.text = bytearray(data)
        self.starts: list[int] = []
        self.ends: list[int] = []
        self._split(data)
        self.lowered = bytes(self.text).lower()
        self.file = Block("file", 0, -1, None)
        self.file.end = len(data) + 1
        self.within: list[Block] = []
        self.opened: dict[int, Block] = {}
        self._stack: list[Block] = [self.file]
        self._property = ""
        self._directives: list[Block] = []
        self.arms: list[Block] = []
        """The arms of `#If`, which need not nest with other blocks."""
        self._outline()

    def line_at(self, offset: int) -> int:
        """The number of the logical line at a byte offset."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def line_text(self, line: int) -> bytes:
        """A logical line."""
        return bytes(self.text[self.starts[line] : self.ends[line]])

    def is_blank(self, offset: int) -> bool:
        """Whether a comment stood at an offset."""
        return self.text[offset : offset + 1].isspace()

    # -- lines -------------------------------------------------------------------------------------------------

    def _split(self, data: bytes) -> None:
        start = physical = 0
        going_on = False
        for piece in PIECES.finditer(data):
            if piece.lastgroup == "comment":
                lead = len(piece.group()) - len(piece.group().lstrip())
                self._blank(piece.start() + lead, piece.end())
            elif piece.lastgroup == "end":
                tail = self.text[physical : piece.start()].rstrip()
                going_on = self._continues(data, tail, piece.end(), going_on)
                if going_on:
                    self._blank(piece.start(), piece.end())
                else:
                    self._close(start, piece.start())
                    start = piece.end()
                physical = piece.end()
        self._close(start, len(data))

    def _continues(self, data: bytes, tail: bytes | bytearray, after: int, going_on: bool) -> bool:
        """Whether a line that ends in `tail` goes on in the next."""
        if tail.endswith(b"_") and (len(tail) == 1 or tail[-2:-1] in b" \t(,"):
            at = self.text.rindex(b"_", 0, after)
            self._blank(at, at + 1)
            return True
        if not tail:
            return going_on
        if tail.endswith(OPEN_ENDS) or OPEN_WORDS.search(tail[-12:]) is not None:
            return not tail.lstrip().startswith(b"#")
        return CLOSERS.match(data, after) is not None

    def _blank(self, start: int, end: int) -> None:
        self.text[start:end] = b" " * (end - start)

    def _close(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)

    # -- blocks ------------------------------------------------------------------------------------------------

    def _outline(self) -> None:
        for line, (start, end) in enumerate(zip(self.starts, self.ends, strict=True)):
            self.within.append(self._stack[-1])
            found = OPENERS.match(self.text, start, end)
            if found is not None:
                self._step(line, found, end)
            tail = self.lowered[max(end - LAMBDA_BYTES, start) : end]
            if b"sub" in tail or b"function" in tail:
                self._lambda(line, found, tail)
        for block in (*self._stack, *self._directives):
            block.end = len(self.text) + 1

    def _step(self, line: int, found: re.Match[bytes], end: int) -> None:
        modifiers = found.group(1).lower().split()
        word = found.group(2).lower().decode()
        name = found.group(3).decode(self._encoding, "replace").lstrip("[")
        if word.startswith("#"):
            self._directive(line, word.removeprefix("#").strip(), found.end(2), end)
        elif word == "end":
            self._end(name.lower(), self.ends[line])
        elif word in LOOPS:
            self._end(LOOPS[word], self.ends[line])
        elif word in CLASSES or word == "namespace":
            self._declared(line, word, name, (*CLASSES, "namespace", "file") if word != "namespace" else ())
        elif word in ("sub", "function", "operator"):
            bodiless = {b"mustoverride", b"declare", b"delegate"} & set(modifiers)
            if name and not bodiless and self._stack[-1].what != "interface":
                self._declared(line, word, name, CLASSES)
        elif word in ("get", "set"):
            self._accessor(line, word, found, end)
        elif word == "property":
            self._property = name
        elif not modifiers:
            other = word == "else" and name.lower() == "if"
            self._branch(line, "elseif" if other else word, found.end(3 if other else 2), end)

    def _declared(self, line: int, word: str, name: str, inside: tuple[str, ...] | frozenset[str]) -> None:
        """A type or a method. One inside a method means that the end of that method was not seen."""
        while inside and len(self._stack) > 1 and self._stack[-1].what not in inside:
            self._pop(self.starts[line])
        self.within[line] = self._stack[-1]
        full = name
        if word == "namespace":
            full = re.sub(rb"(?i)^.*?namespace", b"", self.line_text(line)).decode(self._encoding, "replace").strip()
        self._open(word, line, full)

    def _accessor(self, line: int, word: str, found: re.Match[bytes], end: int) -> None:
        """`Get` and `Set(value As T)` of the property whose header stands above."""
        rest = bytes(self.text[found.end(2) : end]).strip()
        if (not rest or rest.startswith(b"(")) and self._stack[-1].what in CLASSES:
            self._open(word, line, self._property)

    def _branch(self, line: int, word: str, after: int, end: int) -> None:
        text = bytes(self.text[after:end])
        if word == "if":
            if THEN.search(text) is None and INLINE_THEN.search(text) is not None:
                return
            self._open("if", line, condition=self._condition(text))
        elif word in ("elseif", "else", "catch", "finally", "case"):
            self._next_arm(line, word, text)
        elif word == "select":
            self._open(word, line, condition=self._condition(SELECTED.sub(b"", text)))
        elif word in ("try", "for", "while", "do", "with", "using", "synclock"):
            self._open(word, line)

    def _next_arm(self, line: int, word: str, text: bytes) -> None:
        """`Else`, `Catch`, `Case`: the arm before ends here."""
        before = next((block for block in self._stack[-1].around() if block.what in (*ARMS, "select")), None)
        if before is None or before not in self._stack:
            return
        while self._stack[-1] is not before:
            self._pop(self.starts[line])
        if before.what != "select":
            self._pop(self.starts[line])
        self.within[line] = self._stack[-1]
        if word == "else":
            first = [before, *before.passed()][-1]
            self._open(word, line, condition=first.condition, negated=True)
            self._stack[-1].earlier = before
        elif word == "catch":
            self._open(word, line, condition=caught(self._condition(CAUGHT_AS.sub(b"", text))))
        elif word == "case":
            label = LABEL.match(text)
            self._case(line, self._condition(label[0] if label else text))
            if label is not None and label.end() < len(text):  # `Case 1 : Go()`
                self.within[line] = self._stack[-1]
        else:
            self._open(word, line, condition=self._condition(text))
            self._stack[-1].earlier = before if word == "elseif" else None

    def _case(self, line: int, label: str) -> None:
        """A `Case`. In `Select Case True` each asks for itself."""
        select = self._stack[-1] if self._stack[-1].what == "select" else None
        chosen = select.condition if select is not None else ""
        each = chosen.lower() == "true"
        if label.lower() == "else":
            asked = last_arm(f"{chosen} is something else", select.asked if select is not None else (), each=each)
        else:
            asked = _any_of(label) if each else f"{chosen} is {_either(label)}"
        self._open("case", line, condition=asked)
        if select is not None:
            select.asked.append(asked)

    def _lambda(self, line: int, found: re.Match[bytes] | None, tail: bytes) -> None:
        """A line that ends in `Sub(...)` begins a lambda of several lines."""
        if found is not None and found.group(2).lower() in (b"sub", b"function", b"operator", b"property"):
            return
        if LAMBDA.search(tail) is not None:
            self._open("lambda", line)

    def _open(self, what: str, line: int, name: str = "", condition: str = "", negated: bool = False) -> None:
        block = Block(what, self.starts[line], line, self._stack[-1], name)
        block.condition, block.negated = condition, negated
        self._stack.append(block)
        self.opened[line] = block

    def _pop(self, at: int) -> None:
        self._stack.pop().end = at

    def _end(self, word: str, at: int) -> None:
        """`End X` ends the innermost block of that sort; one that was never opened ends nothing."""
        wanted = ENDS.get(word, (word, "lambda") if word in ("sub", "function") else (word,))
        if not any(block.what in wanted for block in islice(reversed(self._stack), 200)):
            return
        while self._stack[-1].what not in wanted:
            self._pop(at)
        self._pop(at)
        if word == "select" and self._stack[-1].what == "select":
            self._pop(at)

    def _directive(self, line: int, word: str, after: int, end: int) -> None:
        if word != "if" and not self._directives:
            return
        before = self._directives.pop() if word != "if" else None
        if before is not None:
            before.end = self.starts[line]
            self.arms.append(before)
        if word == "end":
            return
        arm = Block(f"#{word}", self.starts[line], line, None)
        negated = word == "else" and before is not None
        arm.condition = before.condition if negated and before else self._condition(bytes(self.text[after:end]))
        arm.negated = negated
        self._directives.append(arm)

    def _condition(self, text: bytes) -> str:
        words = THEN.sub(b"", text).decode(self._encoding, "replace").split()
        return " ".join(words)[:120]


def _any_of(label: str) -> str:
    """What a `Case` of several questions asks: that one of them holds."""
    return " or ".join(QUESTION.findall(label)) or label


def _either(label: str) -> str:
    """What `Case` asks, as a sentence says it: `2, 3` is `2 or 3`."""
    return label if re.search(r"[\"(]", label) else " or ".join(re.split(r"\s*,\s*", label))
