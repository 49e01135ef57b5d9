"""VB.NET: from logical lines to sites. It has no grammar wheel: what its statements do not show stays unknown."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from tlsscan.frontends import csharp_values as dotnet
from tlsscan.frontends.compiled import compiled
from tlsscan.frontends.speaker import Definition, Dialect, Knows, Wanted, anything
from tlsscan.frontends.unit import MAX_OCCURRENCES, SNIPPET, few
from tlsscan.frontends.vbnet_flags import alone, ensured, since, toggled
from tlsscan.frontends.vbnet_literals import unquoted
from tlsscan.frontends.vbnet_members import OWN
from tlsscan.frontends.vbnet_names import Binding, Unit
from tlsscan.frontends.vbnet_ruled import ruled_out, spelled
from tlsscan.frontends.vbnet_syntax import Declared, Expr, Given, Statement, walk
from tlsscan.frontends.vbnet_text import CLASSES, Block
from tlsscan.frontends.vbnet_values import Context, member_names
from tlsscan.model import Argument, Form, Site
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile
from tlsscan.values import Name, Number, Operation, Text, Value

MAX_RENAMES = 40  # new anchors found in one file
OBJECT = lazy(r"[\w\[\]]+(\.[\w\[\]]+)?")
OPERATORS = frozenset({"=", "+=", "-="})
NOTHING_TAKEN = lazy(rb"\w\]?[ \t]*\([ \t]*\)[ \t]+as\b", re.IGNORECASE)


class Filled(NamedTuple):
    """What fills a slot of a draft."""

    position: int | None
    name: str
    value: Expr
    known: Value | None = None  # what it is, where no expression says it


class Draft(NamedTuple):
    """A construct on an anchor's line, before its values are looked at."""

    form: Form
    names: tuple[str, ...]
    start: int
    end: int
    label: str
    arguments: tuple[Filled, ...]
    operator: str = "="
    option: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    target: str = ""
    inline: str = ""  # what a one-line `If` around it asks

    def wants(self) -> tuple[str, ...]:
        """The names of the arguments, for sinks that are known by their argument."""
        return tuple(argument.name for argument in self.arguments if argument.name)


class VbNetSpeaker:
    """VB.NET through the lexer of Pygments."""

    language = "vbnet"

    def parse(self, source: SourceFile) -> Unit:
        """The file, cut into logical lines."""
        return Unit(source)

    def sites(
        self, unit: Unit, anchors: Sequence[tuple[int, int]], wanted: Wanted, knows: Knows = anything
    ) -> Iterator[Site]:
        """The sites around the anchors that are wanted, in program order, each once. Raises TooDeep.

        Where an import or an assignment renames what stands at an anchor, the new name becomes an anchor too.
        """
        found: list[Site] = []
        waiting = [start for start, _ in anchors]
        renamed: set[str] = set()
        known: set[int] = set()
        drafted: set[int] = set()
        while waiting:
            fresh = sorted({at for at in waiting if not unit.layout.is_blank(at)} - known)
            known.update(fresh)
            waiting = []
            for line, offsets in groupby(fresh, unit.layout.line_at):
                places = list(offsets)
                unit.effort = 0
                drafts = [*_mentions(unit, line, places)] if line in drafted else [*_all(unit, line, places)]
                drafted.add(line)
                met = _distinct(draft for draft in drafts if wanted(draft))
                found.extend(_site(unit, draft) for draft in met if unit.runs(draft.start, draft.inline))
                for word in _renamed(unit, line, places):
                    if word.lower() not in renamed and len(renamed) < MAX_RENAMES:
                        renamed.add(word.lower())
                        waiting.extend(few(islice(unit.occurrences(word), MAX_OCCURRENCES), word))
        found.sort(key=lambda site: (site.region.start, site.region.end))
        targets = [site.target for site in found if site.target]
        if len(set(targets)) < len(targets):
            from tlsscan.frontends.vbnet_uses import with_uses

            yield from with_uses(unit, found)
            return
        yield from found

    def written_for(self, unit: Unit) -> Dialect | None:
        return None

    def may_define(self, data: bytes, word: str) -> bool:
        """Whether the text of a file looks as if it defined a constant, or a function (`name()`), of that name."""
        name = re.escape(word.removesuffix("()").encode())
        if word.endswith("()"):
            return re.search(rb"\bfunction[ \t]+" + name + rb"[ \t]*\([ \t]*\)", data, re.IGNORECASE) is not None
        hint = (
            rb"\b" + name + rb"\b\]?[ \t]*(?:\(\)[ \t]*)?(?:as\b[^\n=]{0,80})?=[^=]|\bproperty[ \t]+\[?" + name + rb"\b"
        )
        return re.search(hint, data, re.IGNORECASE) is not None

    def definitions(self, unit: Unit, words: Iterable[str]) -> Iterator[Definition]:
        """Constants, and what functions return, that the file defines under one of the words, for uses in other files.
        Raises TooDeep."""
        for word in words:
            if word.endswith("()"):
                yield from _results(unit, word)
                continue
            several: dict[int, list[Binding]] = {}
            for binding in unit.bindings(word) or ():
                if binding.sort in ("value", "opaque") and binding.owner is not None:
                    several.setdefault(binding.owner.start, []).append(binding)
            for bindings in several.values():
                yield from _defined(unit, bindings, word)


def _results(unit: Unit, word: str) -> Iterator[Definition]:
    """What the functions of a name that take nothing return."""
    for binding in unit.bindings(word.removesuffix("()")) or ():
        owner = unit.type_around(unit.block_at(binding.offset))
        line = unit.layout.line_at(binding.offset)
        if binding.sort != "method" or owner is None or NOTHING_TAKEN.search(unit.layout.line_text(line)) is None:
            continue
        value = Context(unit, frozenset({(word.lower(), binding.offset)})).returned(line)
        if value is not None:
            step = unit.step(binding.span)
            yield Definition(f"{unit.full_name(owner)}.{word}", value, step)
            if owner.what == "module":
                yield Definition(word, value, step)


def _defined(unit: Unit, bindings: list[Binding], word: str) -> Iterator[Definition]:
    """A member of a type: any of what the places give that set it."""
    first = bindings[0]
    value: Value | None = None
    if len(bindings) > 1:
        value = Context(unit).held(bindings, word) if any(one.sort == "value" for one in bindings) else None
    elif first.sort == "value" and first.operator == "=":
        context = Context(unit, frozenset({(word.lower(), first.offset)}))
        value = context.lower(first.value) if first.value is not None else None
        value = context.returned(first.getter) if first.getter is not None else value
    if value is not None and first.owner is not None:
        step = unit.step(first.span)
        yield Definition(f"{unit.full_name(first.owner)}.{word}", value, step)
        if first.owner.what == "module":  # whose members are known by their bare names everywhere
            yield Definition(word, value, step)


def _distinct(drafts: Iterable[Draft]) -> Iterator[Draft]:
    seen: set[tuple[int, int, Form, str]] = set()
    for draft in drafts:
        key = (draft.start, draft.end, draft.form, ".".join(draft.option) or draft.names[0])
        if key not in seen:
            seen.add(key)
            yield draft


def _site(unit: Unit, draft: Draft) -> Site:
    context = Context(unit)
    arguments = tuple(
        Argument(
            position=given.position,
            name=given.name,
            value=given.known if given.known is not None else _looked_at(context, draft, given.value),
            region=unit.region(given.value.start, given.value.end),
            text=unit.text(given.value.start, given.value.end)[:SNIPPET],
        )
        for given in draft.arguments
    )
    return Site(
        form=draft.form,
        names=draft.names,
        text=draft.label[:SNIPPET],
        path=unit.source.path,
        language=VbNetSpeaker.language,
        region=unit.region(draft.start, draft.end),
        arguments=arguments,
        operator=draft.operator,
        option=draft.option,
        owner=draft.owner,
        enclosing=unit.enclosing(draft.start),
        target=draft.target,
        blocks=_blocks(unit, draft),
        guard=unit.guard(draft.start, draft.inline),
        condition=unit.branch(draft.start, draft.inline)[0],
        alone=_alone(unit, draft),
        since=since(unit, draft.start) if draft.form is Form.ASSIGN and _is_statement(unit, draft.start) else -1,
        compiled=compiled(unit.source.data, draft.start, caseless=True),
    )


def _blocks(unit: Unit, draft: Draft) -> tuple[int, ...]:
    """The blocks around a draft, a one-line `If` among them, but none that only makes sure of the flag that it sets."""
    around = unit.blocks(draft.start)
    if draft.form is not Form.ASSIGN or not ensured(unit, draft.start):
        return (*around, draft.start) if draft.inline else around
    passed = unit.block_at(draft.start).start
    return around if draft.inline else tuple(start for start in around if start != passed)


def _alone(unit: Unit, draft: Draft) -> int:
    """How many of the blocks around a draft hold nothing else."""
    return 0 if draft.form is not Form.ASSIGN or ensured(unit, draft.start) else alone(unit, draft.start)


def _looked_at(context: Context, draft: Draft, given: Expr) -> Value:
    """The value in a slot; of a variable without what the branches around rule out."""
    word = spelled(given)
    gone = ruled_out(context.unit, draft.start, word)[:4] if word and draft.operator == "=" else []
    value = context.lower(given)
    return Operation("except", (value, *map(context.lower, gone))) if gone else value


def _renamed(unit: Unit, line: int, offsets: Sequence[int]) -> Iterator[str]:
    """The new names of what stands at anchors: an import's alias, what gets exactly that value, for a class that is
    inherited `MyBase`, and for a class itself what its constructors call each other by."""
    for statement in unit.statements(line):
        if statement.what == "inherit":
            yield "MyBase"
        if statement.what == "header" and statement.word in CLASSES and _holds(statement.start, statement.end, offsets):
            yield from ("Me.New", "MyClass.New")
        for one in statement.names:
            if statement.what == "import" and one.name and _holds(one.start, one.end, offsets):
                yield one.name
            if one.value is not None and _exact(one.value, offsets) and statement.what != "header":
                yield one.name
        if statement.what == "assign" and statement.parts[0].what == "name" and _exact(statement.parts[1], offsets):
            yield statement.parts[0].word


def _exact(value: Expr, offsets: Sequence[int]) -> bool:
    """Whether a value is nothing but what stands at an anchor: a name, a text, or a reflected property."""
    while value.what == "cast":
        value = value.parts[0]
    reflected = value.what == "call" and value.parts[0].word.lower() == "getproperty"
    return (value.what in ("name", "member", "text") or reflected) and _holds(value.start, value.end, offsets)


def _holds(start: int, end: int, offsets: Sequence[int]) -> bool:
    """Whether one of some sorted offsets lies in a range."""
    at = bisect_left(offsets, start)
    return at < len(offsets) and offsets[at] < end


def _all(unit: Unit, line: int, offsets: Sequence[int]) -> Iterator[Draft]:
    yield from _Drafts(unit).of_line(line)
    yield from _mentions(unit, line, offsets)


def _mentions(unit: Unit, line: int, offsets: Sequence[int]) -> Iterator[Draft]:
    """The names at anchors, by themselves."""
    covered = -1
    for statement in unit.statements(line):
        for value in statement.values():
            for part in walk(value):
                named = part.what in ("name", "member") and part.start > covered
                if named and _holds(part.start, part.end, offsets):
                    covered = part.end - 1
                    text = unit.text(part.start, part.end)[:SNIPPET]
                    yield Draft(Form.MENTION, (text,), part.start, part.end, text, (Filled(None, "", part),))


def _is_statement(unit: Unit, offset: int) -> bool:
    """Whether a statement begins at an offset: no entry of an initializer, which makes an object anew."""
    return any(statement.start == offset for statement in unit.statements(unit.layout.line_at(offset)))


class _Drafts:
    """The drafts of one logical line."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._context = Context(unit)

    def of_line(self, line: int) -> Iterator[Draft]:
        """All drafts of a logical line."""
        for statement in self._unit.statements(line):
            for draft in self._of_statement(line, statement):
                yield draft._replace(inline=statement.condition)

    def _of_statement(self, line: int, statement: Statement) -> Iterator[Draft]:
        holders: dict[int, str] = {}
        if statement.what == "assign":
            target, value = statement.parts
            self._hold(holders, value, self._unit.text(target.start, target.end))
            yield from self._assignment(statement, target, value)
        elif statement.what == "inherit":
            yield from self._derived(statement)
        elif statement.what == "declare":
            yield from self._members(statement.names, statement)
        elif statement.what == "header":
            yield from self._parameters(statement)
            if statement.word in ("property", "function"):
                yield from self._members(statement.names[:1], statement)
                yield from self._returns(line, statement)
        for one in statement.names:
            if one.value is not None:
                self._hold(holders, one.value, one.name)
        for value in statement.values():
            for part in walk(value):
                yield from self._of_expression(part, holders)

    def _hold(self, holders: dict[int, str], value: Expr, text: str) -> None:
        """Notes which objects of a value go where."""
        waiting = [(value, text)]
        while waiting:
            one, holder = waiting.pop()
            while one.what == "cast":
                one = one.parts[0]
            if one.what == "new" and one.start not in holders:
                holders[one.start] = holder
                waiting.extend((entry.value, f"{holder}.{entry.name}") for entry in one.entries)
            elif one.what == "call":
                holders.setdefault(one.start, holder)

    # -- statements --------------------------------------------------------------------------------------------

    def _derived(self, statement: Statement) -> Iterator[Draft]:
        """A class calls the constructor of the one that it is made from: without a word, or by `MyBase`."""
        unit = self._unit
        around = unit.type_around(unit.block_at(statement.start))
        if around is None or around.what != "class":
            return
        body = unit.source.data[around.start : around.end].lower()
        if b"mybase.new" in body or b"me.new" in body:
            return
        for base in statement.names[:1]:
            names = tuple(unit.type_names(base.kind_of)) or ("?",)
            yield Draft(Form.NEW, names, base.start, base.end, unit.text(base.start, base.end), ())

    def _assignment(self, statement: Statement, target: Expr, value: Expr) -> Iterator[Draft]:
        if statement.word not in OPERATORS:
            return
        filled = (Filled(None, "", value, self._toggled(statement)),)
        draft = Draft(Form.ASSIGN, (), statement.start, statement.end, self._label(target), filled, statement.word)
        if target.what == "member":
            names = member_names(*self._context.receiver(target.parts[0]), target.word)
            yield draft._replace(names=names, target=self._object(target.parts[0]))
        elif target.what == "name":
            yield from self._bare_assignment(draft, target)
        elif target.what == "call":
            yield from self._subscript(draft, target)

    def _toggled(self, statement: Statement) -> Value | None:
        """What `P = P Xor F` makes of P, where F is known to be set, or to be missing."""
        found = toggled(self._unit, statement)
        if found is None:
            return None
        held, flag = (self._context.lower(part) for part in found[:2])
        return Operation("&", (held, Operation("~", (flag,)))) if found[2] else Operation("|", (held, flag))

    def _bare_assignment(self, draft: Draft, target: Expr) -> Iterator[Draft]:
        block = self._unit.block_at(draft.start)
        if block.what == "enum" or self._unit.local(target.word, target.start) is not None:
            return
        names = [name for name in self._context.bare_names(target.word, target.start) if "." in name]
        yield draft._replace(names=(*names, f"?.{target.word}"), target=self._object_named("me", target.start))

    def _subscript(self, draft: Draft, target: Expr) -> Iterator[Draft]:
        keys: list[str] = []
        base = target
        while base.what == "call" and len(base.given) == 1 and len(keys) < 8:
            keys.insert(0, self._key(base.given[0].value))
            base = base.parts[0]
            if base.what == "member" and base.word.lower() == "item":
                base = base.parts[0]
        if keys and all(keys):
            owner = self._context.receiver(base)[0]
            yield draft._replace(form=Form.OPTION, names=(keys[-1],), option=tuple(keys), owner=owner)

    def _key(self, expression: Expr) -> str:
        value = dotnet.inner(self._context.lower(expression))
        if isinstance(value, Text):
            return value.text
        if isinstance(value, Number):
            return str(value.value)
        return value.names[0] if isinstance(value, Name) else ""

    def _members(self, names: Sequence[Declared], statement: Statement) -> Iterator[Draft]:
        """A field's or a property's value."""
        if self._unit.method(statement.start) is not None:
            return
        for one in names:
            if one.value is not None and one.value.what != "unknown":
                yield self._member(one, one.value, "overrides" in statement.modifiers)

    def _member(self, declared: Declared, value: Expr, overrides: bool) -> Draft:
        """A member of a type, which is that of a base of it, or of no other one."""
        owner = self._unit.type_around(self._unit.block_at(declared.start))
        types = self._unit.bases(owner)
        types = types if owner is None else (*types, self._unit.full_name(owner))
        names = member_names(types, bool(types) and not overrides, declared.name)
        start = declared.start if value.start >= declared.start else value.start
        return Draft(Form.ASSIGN, names, start, value.end, declared.name, (Filled(None, "", value),))

    def _returns(self, line: int, statement: Statement) -> Iterator[Draft]:
        """What a property gives, and a function, that a base type may ask for: what a class only tells of itself sets
        nothing."""
        overrides = "overrides" in statement.modifiers
        owner = self._unit.type_around(self._unit.block_at(statement.start))
        if not overrides and (statement.word == "function" or not self._unit.bases(owner)):
            return
        for inner in self._unit.returned(line):
            made = self._member(statement.names[0], inner.parts[0], overrides)
            yield made._replace(start=inner.parts[0].start, inline=inner.condition)

    def _parameters(self, statement: Statement) -> Iterator[Draft]:
        for one in statement.names[1:]:
            if one.value is not None:
                filled = (Filled(None, "", one.value),)
                yield Draft(Form.PARAMETER, (one.name,), one.start, one.value.end, one.name, filled)

    # -- expressions -------------------------------------------------------------------------------------------

    def _of_expression(self, expression: Expr, holders: dict[int, str]) -> Iterator[Draft]:
        if expression.what == "call":
            yield from self._call(expression)
        elif expression.what == "new":
            yield from self._creation(expression, holders.get(expression.start, ""))
        elif expression.what == "text":
            for name, value in dotnet.settings_in(unquoted(expression.word)):
                filled = (Filled(None, "", expression, Text(value)),)
                yield Draft(Form.SETTING, (name,), expression.start, expression.end, name, filled)
        elif expression.what == "array" and len(expression.parts) == 2:
            key = expression.parts[0]
            word = self._key(key) if key.what == "text" else ""
            if word:
                yield self._option(word, key, expression.parts[1], ())

    def _option(self, word: str, label: Expr, value: Expr, owner: tuple[str, ...]) -> Draft:
        filled = (Filled(None, "", value),)
        return Draft(Form.OPTION, (word,), label.start, value.end, word, filled, "=", (word,), owner)

    def _call(self, expression: Expr) -> Iterator[Draft]:
        callee, given = expression.parts[0], _filled(expression.given)
        label = self._label(callee)
        start, end = expression.start, expression.end
        if callee.what == "member" and callee.word.lower() == "new":
            names = self._constructed(callee.parts[0])
            yield Draft(Form.NEW, names or ("?",), start, end, label, given)
            return
        names = self._context.callee(callee)
        target = self._object(callee.parts[0]) if callee.what == "member" else ""
        yield Draft(Form.CALL, names, start, end, label, given, target=target)
        if callee.what == "member" and callee.word.lower() == "setvalue" and len(given) in (2, 3):
            found = dotnet.inner(self._context.lower(callee.parts[0]))
            if isinstance(found, Name) and self._is_reflected(callee.parts[0]):
                value = (Filled(None, "", given[1].value),)
                yield Draft(Form.ASSIGN, found.names, start, end, label, value)

    def _constructed(self, receiver: Expr) -> tuple[str, ...]:
        """The type whose constructor `Me.New(...)` or `MyBase.New(...)` runs."""
        owner = self._unit.type_around(self._unit.block_at(receiver.start))
        if receiver.word.lower() in OWN and receiver.what == "name" and owner is not None:
            return (self._unit.full_name(owner),)
        return self._context.receiver(receiver)[0]

    def _is_reflected(self, expression: Expr) -> bool:
        """Whether an object is a property that was looked up by its name, there or where its variable is set."""
        found = self._unit.bindings(expression.word) or () if expression.what == "name" else ()
        values = [expression, *[binding.value for binding in found if binding.value is not None]]
        return any(value.what == "call" and value.parts[0].word.lower() == "getproperty" for value in values)

    def _creation(self, expression: Expr, holder: str) -> Iterator[Draft]:
        names = self._unit.type_names(expression.word)
        target = self._object_named(holder, expression.start)
        label = expression.word or "New"
        if not expression.parts and not expression.word.endswith("()"):
            given = _filled(expression.given)
            yield Draft(Form.NEW, names or ("?",), expression.start, expression.end, label, given, target=target)
        for entry in expression.entries:
            start, end = entry.start, entry.value.end
            filled = (Filled(None, "", entry.value),)
            if expression.word:
                made = member_names(names, False, entry.name)
                yield Draft(Form.ASSIGN, made, start, end, f"{label}.{entry.name}", filled, target=target)
            else:
                yield self._option(entry.name, entry.value._replace(start=start), entry.value, ())

    # -- objects -----------------------------------------------------------------------------------------------

    def _label(self, expression: Expr) -> str:
        """An API as a person reads it; `.Member` with the object of the `With` around."""
        text = self._unit.text(expression.start, expression.end)
        return f"{self._with_text(expression.start)}{text}" if text.startswith(".") else text

    def _with_text(self, offset: int) -> str:
        head = self._context.with_object(offset)
        return self._unit.text(head.start, head.end) if head is not None else ""

    def _object(self, receiver: Expr) -> str:
        """Which object of the file a receiver is."""
        if receiver.what == "with":
            head = self._context.with_object(receiver.start)
            return self._object(head) if head is not None and head.what != "with" else ""
        return self._object_named(self._label(receiver), receiver.start)

    def _object_named(self, text: str, offset: int) -> str:
        """Members of a type are the same object in all its methods."""
        low = dotnet.object_of(text.lower().removeprefix("me."))
        if not OBJECT.fullmatch(low):
            return ""
        outer: Block | None = self._unit.method(offset)
        first = low.partition(".")[0].strip("[]")
        if first == "me" or (self._unit.local(first, offset) is None and self._is_member(first, offset)):
            outer = next((b for b in self._unit.block_at(offset).around() if b.what in CLASSES), None)
        return f"{outer.start if outer is not None else -1}:{low}"

    def _is_member(self, word: str, offset: int) -> bool:
        owner = self._unit.type_around(self._unit.block_at(offset))
        return any(b.owner is owner is not None for b in self._unit.bindings(word) or ())


def _filled(given: Sequence[Given]) -> tuple[Filled, ...]:
    """The arguments of a call in order; named ones have no position, and those left away are no arguments."""
    return tuple(
        Filled(None if one.name else position, one.name, one.value)
        for position, one in enumerate(given)
        if one.value.what != "omitted"
    )
