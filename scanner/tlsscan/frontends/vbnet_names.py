"""VB.NET: what words stand for. Imports, types, and where a name gets its value; no values."""

from collections.abc import Iterable, Iterator

from tlsscan.clauses import never
from tlsscan.frontends.siblings import with_siblings
from tlsscan.frontends.speaker import MAX_CHAIN, TooDeep, nearest_condition
from tlsscan.frontends.unit import MAX_OCCURRENCES, SNIPPET
from tlsscan.frontends.vbnet_guards import asks_for_older, is_guard
from tlsscan.frontends.vbnet_statements import Line, parse
from tlsscan.frontends.vbnet_syntax import Declared, Expr, Statement, flat, walk
from tlsscan.frontends.vbnet_text import CLASSES, METHODS, PIECES, Block, Layout
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile
from tlsscan.values import Callee, Region, Step

MAX_LINE = 60_000  # bytes of a logical line; a longer one is not source that a person wrote
MAX_RETURNS = 200  # logical lines of a method that is searched for what it returns
HEADER_WORDS = frozenset({b"property", b"sub", b"class", b"module"})
MAX_BLOCKS = 500  # blocks inside each other
MAX_IMPORTS = 40
WORD_BYTES = frozenset([*range(48, 58), *range(65, 91), 95, *range(97, 123), *range(128, 256)])
IMPLEMENTS = lazy(rb"(?i)\bimplements\s+([\w.]+)\.\w+")
BINDS = lazy(rb"[ \t\])?]*(?:(?:[-+]?=|,|\)|:|as\b|in\b|\(|inherits\b|implements\b)|\Z|[\r\n])")
FOLDED = frozenset({"=", "+=", "-="})


class Binding(NamedTuple):
    """A place that gives a name its value, or tells its type.

    `sort` is one of value, parameter, declared (a type, no value), opaque (a loop, a catch), method, import (an alias
    or a type of the file: `names`). `owner` is the type whose member it is; `scope` the byte range of its visibility;
    `getter` the logical line of a property whose value its `Get` returns; `among` says that the code around it need not
    run at all: one of several constructors, a method.
    """

    name: str
    sort: str
    offset: int
    span: tuple[int, int]
    block: Block
    scope: tuple[int, int]
    blocks: tuple[int, ...]
    value: Expr | None = None
    kind_of: str = ""
    names: tuple[str, ...] = ()
    owner: Block | None = None
    operator: str = "="
    position: int = 0
    condition: str = ""
    guarded: bool = False
    each: bool = False
    getter: int | None = None
    among: bool = False


class Unit:
    """One file: its logical lines, parsed when they are asked for, and the names that it binds."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.encoding = _encoding(source.data)
        self.layout = Layout(source.data, self.encoding)
        self.effort = 0
        self._lines: dict[int, Line] = {}
        self._deep: set[int] = set()
        self._statements: dict[int, tuple[Statement, ...]] = {}
        self._bindings: dict[str, tuple[Binding, ...] | None] = {}
        self._imports: tuple[str, ...] | None = None
        self._locals: dict[tuple[str, int], tuple[int, int] | None] = {}

    def line(self, number: int) -> Line:
        """The statements of a logical line. Raises TooDeep."""
        if number in self._deep:
            raise TooDeep
        if number not in self._lines:
            start, end = self.layout.starts[number], self.layout.ends[number]
            if end - start > MAX_LINE:
                raise TooDeep
            text = self.layout.line_text(number)
            if text.lstrip().startswith(b"#"):
                self._lines[number] = Line((), False)
            else:
                self._deep.add(number)
                self._lines[number] = parse(text.decode(self.encoding, "replace"), start, self.encoding)
                self._deep.discard(number)
        return self._lines[number]

    def statements(self, number: int) -> tuple[Statement, ...]:
        """All statements of a logical line, those of lambdas too. Raises TooDeep."""
        if number not in self._statements:
            self._statements[number] = tuple(flat(self.line(number).statements))
        return self._statements[number]

    def errors(self, anchors: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The logical lines around anchors that were not understood, in order, each once."""
        found: dict[tuple[int, int], None] = {}
        numbers = dict.fromkeys(self.layout.line_at(start) for start, _ in anchors if not self.layout.is_blank(start))
        for number in numbers:
            if self.line(number).broken:
                text = self.layout.line_text(number)
                begin = self.layout.starts[number] + len(text) - len(text.lstrip())
                found[begin, self.layout.ends[number]] = None
        return list(found)

    def comment(self, offset: int) -> tuple[int, int] | None:
        """The comment that an offset stands in."""
        found = (piece.span() for piece in PIECES.finditer(self.source.data) if piece.lastgroup == "comment")
        return next((span for span in found if span[0] <= offset < span[1]), None)

    def beginning(self, offset: int) -> tuple[int, int] | None:
        """The rest of the logical line that an offset stands in."""
        return offset, self.layout.ends[self.layout.line_at(offset)]

    def ending(self, offset: int, limit: int) -> tuple[int, int] | None:
        """The logical line that an offset stands in."""
        return self.layout.starts[self.layout.line_at(offset)], offset + 1

    def text(self, start: int, end: int) -> str:
        """The source between two offsets, comments and line ends as blanks."""
        return " ".join(bytes(self.layout.text[start:end]).decode(self.encoding, "replace").split())

    def region(self, start: int, end: int) -> Region:
        """The place between two offsets."""
        return self.source.region(start, end)

    def step(self, span: tuple[int, int]) -> Step:
        """A hop of a trace, with its text."""
        return Step(self.source.path, self.region(*span), self.text(*span)[:SNIPPET])

    def occurrences(self, word: str) -> Iterator[int]:
        """Byte offsets of a word outside comments, in any case."""
        data, low = self.layout.lowered, word.encode(self.encoding, "replace").lower()
        at = data.find(low) if low else -1
        while at >= 0:
            end = at + len(low)
            if (at == 0 or data[at - 1] not in WORD_BYTES) and (end == len(data) or data[end] not in WORD_BYTES):
                yield at
            at = data.find(low, end)

    # -- where code stands -------------------------------------------------------------------------------------

    def block_at(self, offset: int) -> Block:
        """The innermost block whose body holds an offset. Raises TooDeep."""
        block = self.layout.within[self.layout.line_at(offset)]
        if block.depth > MAX_BLOCKS:
            raise TooDeep
        return block

    def blocks(self, offset: int) -> tuple[int, ...]:
        """Start offsets of the blocks and `#If` arms around an offset, outermost first."""
        around = [block.start for block in self.block_at(offset).around()]
        around.extend(arm.start for arm in self.layout.arms if arm.start <= offset < arm.end)
        return tuple(sorted(around))

    def method(self, offset: int) -> Block | None:
        """The method or lambda around an offset."""
        return next((block for block in self.block_at(offset).around() if block.what in METHODS), None)

    def type_around(self, block: Block) -> Block | None:
        """The innermost type around."""
        return next((one for one in block.around() if one.what in CLASSES), None)

    def enclosing(self, offset: int) -> str:
        """The qualified name of the definition around an offset: `Client.Connect`."""
        names = [b.name for b in self.block_at(offset).around() if b.name and b.what in CLASSES | METHODS]
        return ".".join(reversed(names))

    def branch(self, offset: int, inline: str = "") -> tuple[str, bool]:
        """The nearest condition under which an offset is reached (empty if always in its method), and whether that is
        the arm of an older runtime; where one further out or before it in a chain is, with that one before it."""
        text, older = nearest_condition(list(self._conditions(offset, inline)))
        return with_siblings(text, self.source.data) if "." in text else text, older

    def guard(self, offset: int, inline: str = "") -> str:
        """The nearest condition by which an offset is reached on an older runtime only."""
        return next((text for text, older in self._conditions(offset, inline) if older), "")

    def runs(self, offset: int, inline: str = "") -> bool:
        """Whether anything can run a place: not `If False Then`, `#If False`."""
        return not any(never(text) for text, _ in self._conditions(offset, inline))

    def _conditions(self, offset: int, inline: str) -> Iterator[tuple[str, bool]]:
        if inline:
            negated = inline.startswith("not (")
            yield inline, is_guard(inline) and asks_for_older(inline[5:-1] if negated else inline) != negated
        for block in self.block_at(offset).around():
            if block.what in METHODS:
                break
            if block.condition and block.what != "select":
                text, older = _asked(block)
                yield text, older or (block.what == "catch" and self._is_fallback(block, offset))
                for arm in block.passed():
                    yield f"not ({arm.condition})", is_guard(arm.condition) and not asks_for_older(arm.condition)
        yield from (_asked(arm) for arm in reversed(self.layout.arms) if arm.start <= offset < arm.end)

    def _is_fallback(self, caught: Block, offset: int) -> bool:
        """Whether a `Catch` sets once more what its `Try` sets: the first value is not known to the runtime."""
        layout = self.layout
        line = layout.line_at(offset)
        target = layout.lowered[layout.starts[line] : layout.ends[line]].partition(b"=")[0].strip()
        tried = [
            b for b in layout.opened.values() if b.what == "try" and b.outer is caught.outer and b.end <= caught.start
        ]
        return bool(target and tried) and target + b" =" in layout.lowered[tried[-1].start : tried[-1].end]

    # -- types -------------------------------------------------------------------------------------------------

    @property
    def imports(self) -> tuple[str, ...]:
        """The namespaces and types that the file imports, and its own namespaces."""
        if self._imports is None:
            found: dict[str, None] = {}
            for at in self.occurrences("imports"):
                for statement in self.line(self.layout.line_at(at)).statements:
                    if statement.what == "import":
                        found.update(dict.fromkeys(one.kind_of for one in statement.names if not one.name))
            for block in self.layout.opened.values():
                if block.what == "namespace":
                    parts = block.name.split(".")
                    found.update(dict.fromkeys(".".join(parts[:count]) for count in range(len(parts), 0, -1)))
            self._imports = tuple(found)[:MAX_IMPORTS]
        return self._imports

    def full_name(self, block: Block) -> str:
        """The qualified name of a type of the file."""
        names = [one.name for one in block.around() if one.what in CLASSES or one.what == "namespace"]
        return ".".join(reversed(names))

    def type_names(self, written: str) -> tuple[str, ...]:
        """The qualified names that a type may have as it is written; none for arrays."""
        if not written or written.endswith("()"):
            return ()
        first, dot, rest = written.partition(".")
        if first.lower() == "global":
            return (rest,)
        known = next((b for b in self.bindings(first) or () if b.sort == "import"), None)
        if known is not None:
            return tuple(f"{name}{dot}{rest}" for name in known.names)
        return self.qualify(written)

    def qualify(self, word: str) -> tuple[str, ...]:
        """Names that an unbound word may stand for: through the imports, or as it stands, like `My`."""
        if word.partition(".")[0].lower() in self.roots | {"my"}:
            return (word,)
        return (*[f"{space}.{word}" for space in self.imports], word)

    @property
    def roots(self) -> set[str]:
        """The first parts of namespaces, in lower case."""
        return {space.partition(".")[0].lower() for space in self.imports} | {"system"}

    def bases(self, block: Block | None) -> tuple[str, ...]:
        """The qualified names of what a type inherits."""
        if block is None:
            return ()
        names: list[str] = []
        for line in range(block.head, min(block.head + 4, len(self.layout.starts))):
            for statement in self.line(line).statements:
                if statement.what == "inherit":
                    names.extend(name for one in statement.names for name in self.type_names(one.kind_of))
        return tuple(names)

    def returned(self, line: int) -> Iterator[Statement]:
        """The `Return` statements of the function or property whose header is a logical line."""
        layout = self.layout
        header = layout.line_text(line).lower().split()
        if not self._has_getter(line) if b"property" in header else line not in layout.opened:
            return  # it has no body: what follows is that of another one
        for number in range(line + 1, min(line + MAX_RETURNS, len(layout.starts))):
            words = layout.line_text(number).lower().split()[:3]
            if words[:2] in ([b"end", b"property"], [b"end", b"function"]) or HEADER_WORDS & set(words):
                return
            for inner in self.line(number).statements if words else ():
                if inner.word == "return" and inner.parts:
                    yield inner

    # -- bindings ----------------------------------------------------------------------------------------------

    def bindings(self, word: str) -> tuple[Binding, ...] | None:
        """All places that bind a name, in program order; None if there are too many to tell."""
        low = word.lower()
        if low not in self._bindings:
            self._bindings[low] = ()  # what a type is called may be asked for while it is looked for
            self._bindings[low] = self._collect(low)
        return self._bindings[low]

    def _collect(self, low: str) -> tuple[Binding, ...] | None:
        lines: dict[int, None] = {}
        length = len(low.encode(self.encoding, "replace"))
        for at in self.occurrences(low):
            number = self.layout.line_at(at)
            if BINDS.match(self.layout.lowered, at + length, self.layout.ends[number]) is not None:
                lines[number] = None
            if len(lines) > MAX_OCCURRENCES:
                return None
        found = [binding for number in lines for binding in self._bound(number)]
        return tuple(binding for binding in found if binding.name.lower() == low)

    def _bound(self, number: int) -> Iterator[Binding]:
        for statement in self.statements(number):
            if statement.what == "header":
                yield from self._header(number, statement)
            elif statement.what == "declare":
                yield from self._declared(number, statement)
            elif statement.what == "import":
                names = [one for one in statement.names if one.name]
                yield from (self._made(one, "import", statement, self._file, (one.kind_of,)) for one in names)
            elif statement.what == "assign":
                yield from self._assigned(number, statement)
            if b"tryparse" in self.layout.lowered[statement.start : statement.end]:
                yield from self._parsed(statement)

    @property
    def _file(self) -> tuple[int, int]:
        return (0, len(self.source.data) + 1)

    def _made(
        self,
        declared: Declared,
        sort: str,
        statement: Statement,
        scope: tuple[int, int],
        names: tuple[str, ...] = (),
        owner: Block | None = None,
    ) -> Binding:
        inline = (statement.start,) if statement.condition else ()
        member = owner is not None and self.method(statement.start) is None
        condition, guarded = self.branch(statement.start, statement.condition)
        return Binding(
            name=declared.name,
            sort=sort,
            offset=declared.start,
            span=(declared.start if statement.what in ("declare", "header") else statement.start, _end(declared)),
            block=self.block_at(statement.start),
            scope=scope,
            blocks=(*self.blocks(statement.start), *inline),
            value=declared.value,
            kind_of=declared.kind_of,
            names=names,
            owner=owner,
            condition=condition if not member or "#" not in condition else "",
            guarded=guarded,
        )

    def _header(self, number: int, statement: Statement) -> Iterator[Binding]:
        own, parameters = statement.names[0], statement.names[1:]
        opened = self.layout.opened.get(number)
        if statement.word in CLASSES:
            if opened is not None and own.name:
                yield self._made(own, "import", statement, self._file, (self.full_name(opened),))
            return
        owner = self.type_around(self.block_at(statement.start))
        if own.name and owner is not None:
            getter = number if statement.word == "property" and own.value is None and self._has_getter(number) else None
            plain = "value" if own.value is not None or getter is not None else "declared"
            sort = plain if statement.word == "property" else "method"
            yield self._made(own, sort, statement, self._seen(owner), owner=owner)._replace(getter=getter)
        if opened is not None:
            for position, one in enumerate(parameters):
                made = self._made(one, "parameter", statement, (opened.start, opened.end))
                yield made._replace(position=position, block=opened, condition="", guarded=False)

    def _has_getter(self, number: int) -> bool:
        """Whether a property has a `Get` of its own: its body follows the header."""
        following = (self.layout.line_text(n).split() for n in range(number + 1, len(self.layout.starts)))
        words = next((words for words in following if words), [])
        return bool(words) and words[-1].lower() == b"get"

    def reached(self, binding: Binding) -> Callee | None:
        """How callers reach a parameter of a method or a constructor. Those of a module need not name it."""
        block = binding.block
        owner = self.type_around(block)
        headers = self.line(block.head).statements if block.what in ("sub", "function") else ()
        header = next((one for one in headers if one.what == "header" and one.names[0].name), None)
        if header is None or owner is None:
            return None
        word, parameters = header.names[0].name, header.names[1:]
        made = word.lower() == "new"
        name = self.full_name(owner) if made else f"{self.full_name(owner)}.{word}"
        kind = "constructor" if made else "function" if owner.what == "module" else "method"
        starts = (header.start, *[one.end for one in parameters])
        spread = [one for one, start in zip(parameters, starts, strict=False) if self._is_array(start, one.start)]
        takes = "rest" if binding.offset in [one.start for one in spread] else ""
        least = sum(1 for one in parameters if one.value is None) - len(spread)
        most = -1 if spread else len(parameters)
        through = self._through(block, owner) if kind == "method" else ()
        return Callee(name, kind, binding.position, binding.name, takes, least, most, through)

    def _through(self, block: Block, owner: Block) -> tuple[str, ...]:
        """The last words of the types by which an object may be known to those who call a method of it: the interface
        that the method implements, and what its type inherits."""
        told = IMPLEMENTS.search(self.layout.line_text(block.head))
        named = [told.group(1).decode("utf-8", "replace")] if told is not None else []
        return tuple(dict.fromkeys(name.rpartition(".")[2] for name in (*named, *self.bases(owner))))

    def _is_array(self, start: int, end: int) -> bool:
        """Whether the words before a parameter say that it takes all further arguments."""
        return b"paramarray" in self.layout.lowered[max(start, end - 40) : end]

    def _seen(self, owner: Block) -> tuple[int, int]:
        """Where the members of a type are known by their bare names: those of a module everywhere."""
        return self._file if owner.what == "module" else (owner.start, owner.end)

    def _declared(self, number: int, statement: Statement) -> Iterator[Binding]:
        method = self.method(statement.start)
        owner = self.type_around(self.block_at(statement.start)) if method is None else None
        scope = self._file
        if method is not None:
            scope = (method.start, method.end)
        elif owner is not None:
            scope = self._seen(owner)
        for one in statement.names:
            sort = "value" if one.value is not None else "declared"
            if statement.word == "for" or statement.word == "catch":
                sort = "declared" if one.kind_of and statement.word == "catch" else "opaque"
            yield self._made(one, sort, statement, scope, owner=owner)._replace(each=statement.word == "each")

    def _assigned(self, number: int, statement: Statement) -> Iterator[Binding]:
        target = statement.parts[0]
        block = self.block_at(statement.start)
        owner = self.type_around(block)
        if target.what == "name" and block.what == "enum":
            yield self._target(target, statement, (block.start, block.end), block)
        elif target.what == "name":
            local = self.local(target.word, target.start)
            if local is None and owner is not None:
                yield self._target(target, statement, self._seen(owner), owner)
            elif local is not None:
                yield self._target(target, statement, local, None)
        elif target.what == "member" and owner is not None and _is_own(target.parts[0], owner):
            yield self._target(target, statement, self._seen(owner), owner)

    def _parsed(self, statement: Statement) -> Iterator[Binding]:
        """`TryParse(text, variable)` sets its last argument, although nothing at the call says so."""
        for call in (part for value in statement.values() for part in walk(value)):
            named = call.what == "call" and len(call.given) > 1 and call.parts[0].word.lower() == "tryparse"
            target = call.given[-1].value if named else call
            scope = self.local(target.word, target.start) if named and target.what == "name" else None
            if scope is not None:
                declared = Declared(target.word, target.start, target.end, "", call._replace(what="parsed"))
                yield self._made(declared, "value", statement, scope)

    def _target(self, target: Expr, statement: Statement, scope: tuple[int, int], owner: Block | None) -> Binding:
        value = statement.parts[1] if statement.word in FOLDED else None
        start = target.end - len(target.word.encode(self.encoding, "replace"))
        declared = Declared(target.word, start, target.end, "", value)
        made = self._made(declared, "value" if value is not None else "opaque", statement, scope, owner=owner)
        method = self.method(statement.start)
        if owner is not None and method is not None and method.name.lower() != "new":
            made = made._replace(condition=made.condition or f"after {self.enclosing(statement.start)}")
        return made._replace(operator=statement.word if statement.word in FOLDED else "=")

    def local(self, word: str, offset: int) -> tuple[int, int] | None:
        """The scope of the variable or parameter of a method that a word means; None if it means none."""
        scopes = [(block.start, block.end) for block in self.block_at(offset).around() if block.what in METHODS]
        if not scopes:
            return None
        key = (word.lower(), scopes[0][0])
        if key not in self._locals:
            self._locals[key] = self._declared_in(word.lower(), scopes)
        return self._locals[key]

    def _declared_in(self, low: str, scopes: list[tuple[int, int]]) -> tuple[int, int] | None:
        for count, at in enumerate(self.occurrences(low)):
            if count >= MAX_OCCURRENCES or at >= scopes[-1][1]:
                break
            if at < scopes[-1][0]:
                continue
            found = self._declares(self.layout.line_at(at), low)
            fits = [scope for scope in scopes if scope[0] <= at < scope[1]]
            if found and fits:
                return fits[0]
        return None

    def _declares(self, number: int, low: str) -> bool:
        statements = self.line(number).statements
        header = number in self.layout.opened and self.layout.opened[number].what in METHODS
        return any(
            one.name.lower() == low
            for statement in statements
            for one in (statement.names[1:] if statement.what == "header" and header else statement.names)
            if statement.what in ("header", "declare")
        )


def _encoding(data: bytes) -> str:
    """UTF-8, or a code page in which every byte is a character, as old sources are written."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _is_own(receiver: Expr, owner: Block) -> bool:
    return receiver.what == "name" and receiver.word.lower() in ("me", "myclass", owner.name.lower())


def _end(declared: Declared) -> int:
    return declared.value.end if declared.value is not None else declared.end


def _asked(block: Block) -> tuple[str, bool]:
    caught = block.what == "catch"
    older = is_guard(block.condition) and (caught or asks_for_older(block.condition) != block.negated)
    if not block.negated:
        return block.condition, older
    passed = [arm.condition for arm in block.passed()]  # the last first; the first one is that of the block itself
    asked = dict.fromkeys((block.condition, *reversed(passed)))
    return " and ".join(f"not ({text})" for text in [*asked][-MAX_CHAIN:]), older
