"""VB.NET: the values of expressions. Knows the base class library where it concerns values, nothing of TLS."""

from collections.abc import Iterable, Sequence

from tlsscan.clauses import never, pieces
from tlsscan.frontends import csharp_values as dotnet
from tlsscan.frontends.lowering import ABSENT, MAX_WAYS, each
from tlsscan.frontends.sieve import sifted
from tlsscan.frontends.unit import SNIPPET
from tlsscan.frontends.vbnet_guards import asks_for_older, is_guard
from tlsscan.frontends.vbnet_literals import interpolated, is_text, joined, number, unquoted
from tlsscan.frontends.vbnet_loops import asked_of
from tlsscan.frontends.vbnet_members import met, method_of
from tlsscan.frontends.vbnet_names import Binding, Unit
from tlsscan.frontends.vbnet_syntax import Expr, Given, walk
from tlsscan.frontends.vbnet_tokens import words
from tlsscan.patterns import lazy
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Entry,
    Invocation,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    Via,
    is_loop,
    left_of,
)

LOOPED = frozenset({"for", "while", "do"})
MAX_LOWERING = 80  # expressions inside each other, through definitions too
MAX_EFFORT = 20_000  # expressions lowered for one anchor
MAX_GIVEN = 8
OPERATORS = {"or": "|", "and": "&", "xor": "^", "+": "+", "-": "-", "<<": "<<"}
NUMERIC = words("cint clng cshort cbyte cuint culng cushort csbyte")
CONVERSIONS = NUMERIC | words("cstr cobj cbool")
NUMBER_TYPES = words("integer long short uinteger ulong ushort byte sbyte int32 int64 int16 uint32 uint64 convert")
LIST_TYPES = frozenset(name.lower() for name in ("List", "HashSet", "SortedSet", "Collection", "ArrayList", "Queue"))
LITERALS: dict[str, Value] = {"true": Bool(True), "false": Bool(False), "nothing": Null()}
RECEIVERS = {method.lower(): method for method in dotnet.RECEIVER_METHODS}
NUMBERS = {method.lower() for method in dotnet.NUMBER_METHODS}

NULLABLE = lazy(r"(?i)\w+(?:\s*,\s*\w+)*(?:\?|\s+as\s+(?:[\w.]+\?|(?:system\.)?nullable\b))")


class Context:
    """Where an expression stands, and what is being followed (against cycles)."""

    def __init__(self, unit: Unit, active: frozenset[tuple[str, int]] = frozenset(), depth: int = 0) -> None:
        self.unit = unit
        self.active = active
        self.depth = depth

    # -- values ------------------------------------------------------------------------------------------------

    def lower(self, expression: Expr) -> Value:
        """The value of an expression. What is not understood is Unknown with a reason."""
        if self.depth >= MAX_LOWERING:
            return Unknown("the expression is nested too deeply")
        self.unit.effort += 1
        if self.unit.effort > MAX_EFFORT:
            return Unknown("too many definitions to follow")
        return Context(self.unit, self.active, self.depth + 1)._lower(expression)

    def _lower(self, expression: Expr) -> Value:
        what = expression.what
        if what == "number":
            return number(expression.word)
        if what == "text":
            return Text(unquoted(expression.word))
        if what == "name":
            value = self._name(expression)
            asked = asked_of(self.unit, expression.start, expression.word, self.lower) if is_loop(value) else ()
            return sifted(value, list(asked), expression.word)
        if what == "member":
            return self._member(expression)
        if what == "cast":
            return self.lower(expression.parts[0])
        if what == "call":
            return self._call(expression)
        return self._compound(expression, what)

    def _compound(self, expression: Expr, what: str) -> Value:
        if what in ("binary", "unary"):
            return self._operator(expression)
        if what == "if":
            return self._either(expression.parts)
        if what == "new":
            return self._creation(expression)
        if what == "array":
            return self._items(expression)
        if what == "parsed":
            return self._parsed(expression)
        if what == "typeof":
            return Name(self.unit.type_names(expression.word) or (expression.word,))
        if what == "interpolated":
            return interpolated(expression.word[1:])
        return Unknown(expression.word if what == "unknown" else f"a {what} is not followed")

    def _operator(self, expression: Expr) -> Value:
        word = expression.word
        if expression.what == "unary":
            operand = self.lower(expression.parts[0])
            if word in ("+", "await"):
                return operand
            return (
                Operation("~" if word == "not" else "-", (operand,))
                if word in ("not", "-")
                else Unknown(f"the result of {word} is not followed")
            )
        first, second = (self.lower(part) for part in expression.parts)
        if word == "&" or (word == "+" and (is_text(first) or is_text(second))):
            return joined(first, second)
        if word not in OPERATORS:
            return Unknown(f"the result of {word} is not followed")
        return Operation(OPERATORS[word], (first, second))

    def _either(self, parts: Sequence[Expr]) -> Value:
        """`If(condition, a, b)` and `If(a, b)`"""
        if len(parts) not in (2, 3):
            return Unknown("a condition without its values")
        text = self.unit.text(parts[0].start, parts[0].end)[:SNIPPET]
        first, other = map(self.lower, parts[-2:])
        if len(parts) == 2:
            held = left_of(first, ABSENT)
            arms = Arm(f"{text} IsNot Nothing", False, held or other), Arm(f"{text} Is Nothing", False, other)
            return Choice(arms) if held is not None else other
        guard, older = is_guard(text), asks_for_older(text)
        return Choice((Arm(text, guard and older, first), Arm(f"not ({text})", guard and not older, other)))

    def _items(self, expression: Expr) -> Value:
        """`{a, b}` is a list, `{{k, v}, ...}` a mapping."""
        pairs = [part for part in expression.parts if part.what == "array" and len(part.parts) == 2]
        if pairs and len(pairs) == len(expression.parts):
            return Mapping(tuple(Entry(self.lower(p.parts[0]), self.lower(p.parts[1])) for p in pairs[:200]))
        return Listing(tuple(self.lower(part) for part in expression.parts[:200]))

    def _creation(self, expression: Expr) -> Value:
        word = expression.word.rpartition(".")[2].lower()
        if expression.parts:
            return self.lower(expression.parts[0])
        if word in LIST_TYPES and len(expression.given) == 1:
            copied = self.lower(expression.given[0].value)
            return copied if isinstance(dotnet.inner(copied), Listing) else Unknown("a list that is filled elsewhere")
        if word in LIST_TYPES or expression.word.endswith("()"):
            return Unknown("a list that is filled elsewhere")
        if not expression.word:
            return Mapping(tuple(Entry(Text(e.name), self.lower(e.value)) for e in expression.entries))
        return self._invocation(self.unit.type_names(expression.word), expression.given)

    def _invocation(self, names: tuple[str, ...], given: Sequence[Given]) -> Value:
        plain = tuple(self.lower(one.value) for one in given[:MAX_GIVEN] if not one.name)
        named = tuple((one.name, self.lower(one.value)) for one in given[:MAX_GIVEN] if one.name)
        return Invocation(names or ("?",), plain, named)

    def _call(self, expression: Expr) -> Value:
        callee = expression.parts[0]
        low = callee.word.lower()
        arguments = [self.lower(one.value) for one in expression.given[:MAX_GIVEN]]
        if callee.what == "name" and low in CONVERSIONS and len(arguments) == 1:
            return dotnet.to_number(arguments) if low in NUMERIC else arguments[0]
        if callee.what == "name" and low == "iif" and len(arguments) == 3:
            return self._either([one.value for one in expression.given])
        if callee.what == "member":
            found = self._library(callee, low, arguments)
            if found is not None:
                return found
        found = self._element(callee, arguments) or self._result_value(callee)
        if found is not None:
            return found
        names = self.callee(callee)
        owned = tuple(f"{name}()" for name in names if not name.startswith("?"))
        return Name(owned) if owned and not expression.given else self._invocation(names, expression.given)

    def _library(self, callee: Expr, low: str, arguments: list[Value]) -> Value | None:
        """Calls of the base class library that make values; None for others."""
        base = callee.parts[0]
        last = base.word.lower()
        if last == "enum" and arguments:
            return self._enumerated(low, arguments)
        if last in NUMBER_TYPES and low in NUMBERS and arguments:
            return dotnet.to_number(arguments)
        if last in ("string",) and low == "join" and len(arguments) > 1:
            pieces = dotnet.joined(arguments)
            return joined(*pieces) if pieces is not None else None
        key = dotnet.inner(arguments[0]) if arguments else None
        read = low in ("getenvironmentvariable", "appsettings", "getvalue", "getsetting")
        if isinstance(key, Text) and (read or (low == "get" and last == "appsettings")):
            return dotnet.setting(key.text, arguments[1] if len(arguments) > 1 else None)
        if low == "getproperty" and base.what == "typeof" and isinstance(key, Text):
            return Name(tuple(f"{name}.{key.text}" for name in self.unit.type_names(base.word)))
        if low in RECEIVERS:
            return dotnet.on_receiver(RECEIVERS[low], self.lower(base), arguments)
        return None

    def _result_value(self, callee: Expr) -> Value | None:
        """What a function of the same type returns."""
        own = callee.what == "name" or (callee.what == "member" and callee.parts[0].word.lower() == "me")
        found = [b for b in self.unit.bindings(callee.word) or () if b.sort == "method"] if own else []
        fits = [b for b in found if b.scope[0] <= callee.start < b.scope[1]]
        key = (f"{callee.word.lower()}()", fits[0].offset if fits else 0)
        if len(fits) != 1 or key in self.active:
            return None
        inner = Context(self.unit, self.active | {key}, self.depth)
        value = inner.returned(self.unit.layout.line_at(fits[0].offset))
        return Via(self.unit.step(fits[0].span), value) if value is not None else None

    def returned(self, line: int) -> Value | None:
        """What the function or property whose header is a logical line returns."""
        arms: list[Arm] = []
        for statement in self.unit.returned(line):
            condition, guarded = self.unit.branch(statement.start, statement.condition)
            arms.append(Arm(condition, guarded, self.lower(statement.parts[0])))
        if not arms or len(arms) > MAX_WAYS:
            return None
        return arms[0].value if len(arms) == 1 else Choice(tuple(arms))

    def _parsed(self, expression: Expr) -> Value:
        """What `Enum.TryParse(text, variable)` gives to the variable, by whose type it parses."""
        arguments = [self.lower(one.value) for one in expression.given[:-1]]
        target = expression.given[-1].value
        base = expression.parts[0].parts[0] if expression.parts[0].parts else target
        if base.word.lower() != "enum":
            return dotnet.to_number(arguments[:1])
        typed = [b.kind_of for b in self.visible(self.unit.bindings(target.word) or (), target.start) if b.kind_of]
        ignore = len(arguments) > 1 and dotnet.inner(arguments[1]) != Bool(False)
        return dotnet.enum_member(Name(self.unit.type_names(typed[0]) if typed else ()), arguments[0], ignore)

    def _enumerated(self, low: str, arguments: list[Value]) -> Value | None:
        if low in ("getvalues", "getnames"):
            return dotnet.enum_members(arguments[0])
        if low == "parse" and len(arguments) > 1:
            ignore = len(arguments) > 2 and dotnet.inner(arguments[2]) == Bool(True)
            return dotnet.enum_member(dotnet.inner(arguments[0]), arguments[1], ignore)
        return arguments[1] if low == "toobject" and len(arguments) == 2 else None

    def _element(self, callee: Expr, arguments: list[Value]) -> Value | None:
        """`items(0)`, `table("key")`: an element, if the receiver is a list or a mapping of the file."""
        if callee.what not in ("name", "member") or len(arguments) != 1:
            return None
        base, key = dotnet.inner(self.lower(callee)), dotnet.inner(arguments[0])
        if isinstance(base, Mapping):
            found = (entry.value for entry in base.entries if dotnet.inner(entry.key) == key)
            return next(found, None) or dotnet.under(base, arguments[0], "a key that is not listed")
        if isinstance(base, Listing) and isinstance(key, Number) and 0 <= key.value < len(base.items):
            return base.items[int(key.value)]
        return None

    # -- names -------------------------------------------------------------------------------------------------

    def _name(self, expression: Expr) -> Value:
        low = expression.word.lower()
        if low in LITERALS:
            return LITERALS[low]
        found = self.unit.bindings(expression.word)
        if found is None:
            return Unknown(f"{expression.word} is assigned too often in this file to follow")
        visible = self.visible(found, expression.start)
        if not visible:
            return self._inherited(expression) or Name(self.bare_names(expression.word, expression.start))
        if all(binding.sort == "declared" for binding in visible):
            return Unknown(f"{expression.word} is set elsewhere")
        given = [b for b in visible if b.sort != "declared"]
        return self._merge(met(self.unit, given, expression.start), expression.start, expression.word)

    def _inherited(self, expression: Expr) -> Value | None:
        """A constant of a base type that stands in the same file."""
        around = self.unit.type_around(self.unit.block_at(expression.start))
        for base in self.unit.bases(around):
            found = self._of_type((base,), expression.word, expression.start)
            if found is not None:
                return found
        return None

    def _of_type(self, names: tuple[str, ...], word: str, offset: int) -> Value | None:
        """The value of a member of a type of the file."""
        low = {name.lower() for name in names}
        own = [
            b
            for b in self.unit.bindings(word) or ()
            if b.owner is not None and b.sort in ("value", "opaque") and self.unit.full_name(b.owner).lower() in low
        ]
        if not own:
            return None
        return self._merge(met(self.unit, own, offset), max(b.scope[1] for b in own), word)

    def held(self, bindings: list[Binding], word: str) -> Value:
        """What a member holds for those who read it from elsewhere."""
        end = max(binding.scope[1] for binding in bindings)
        return self._merge(met(self.unit, bindings, end), end, word)

    def _member(self, expression: Expr) -> Value:
        if _is_settings(expression.parts[0]):
            return dotnet.setting(expression.word, None)
        names, certain = self.receiver(expression.parts[0])
        found = self._of_type(names, expression.word, expression.start) if names else None
        if found is None and expression.word.lower() == "value" and self._may_be_null(expression.parts[0]):
            return dotnet.given(self.lower(expression.parts[0]))
        return found if found is not None else Name(member_names(names, certain, expression.word))

    def _may_be_null(self, expression: Expr) -> bool:
        """Whether a variable is declared as `T?` or `Nullable(Of T)`, whose `Value` is the thing itself."""
        own = expression.what == "member" and expression.parts[0].word.lower() == "me"
        found = self.unit.bindings(expression.word) or () if own or expression.what == "name" else ()
        layout = self.unit.layout
        ends = [(b.offset, layout.ends[layout.line_at(b.offset)]) for b in self.visible(found, expression.start)]
        return any(NULLABLE.match(self.unit.text(*span)) for span in ends)

    def visible(self, bindings: Iterable[Binding], offset: int) -> list[Binding]:
        """The bindings that a bare name may mean: those of the innermost scope around."""
        fits = [b for b in bindings if b.scope[0] <= offset < b.scope[1] and b.sort != "method"]
        if not fits:
            return []
        innermost = max(b.scope[0] for b in fits)
        return [b for b in fits if b.scope[0] == innermost]

    def _merge(self, bindings: list[Binding], offset: int, word: str) -> Value:
        """The bindings that can reach a use: back from the use to the first that cannot be passed by."""
        blocks = self.unit.blocks(min(offset, len(self.unit.source.data)))
        if method_of(bindings[0]) is not self.unit.method(offset):
            offset = max(offset, bindings[0].scope[1])
        before = [b for b in bindings if b.offset < offset and not _inside(b, offset)] or bindings
        before = [b for b in before if not never(b.condition) and not self._stands_apart(b, offset)] or before
        arms: list[Arm] = []
        overwritten: list[tuple[int, ...]] = []
        for index, binding in reversed(tuple(enumerate(before))):
            if any(binding.blocks[: len(later)] == later for later in overwritten):
                continue  # a later binding of the same block always follows it
            overwritten.append(binding.blocks)
            value = self._follow(binding, word)
            if binding.operator != "=":
                value = Operation(binding.operator[0], (self._changed(before[:index], binding, word), value))
            arms.append(Arm(binding.condition, binding.guarded, value))
            passed = blocks[: len(binding.blocks)] == binding.blocks or not binding.condition
            if (
                passed
                or self._adds_in_loop(binding, offset, word)
                or (_exhaustive(arms) and not binding.among)
                or len(arms) >= MAX_WAYS
            ):
                break
        return arms[0].value if len(arms) == 1 else Choice(tuple(arms))

    def _changed(self, earlier: list[Binding], binding: Binding, word: str) -> Value:
        """What a binding that changes a value in place finds there."""
        if not earlier:
            return Unknown(f"{word} is changed in place")
        self.unit.effort += 1
        if self.depth >= MAX_LOWERING or self.unit.effort > MAX_EFFORT:
            return Unknown(f"{word} is changed too often")
        return Context(self.unit, self.active, self.depth + 1)._merge(earlier, binding.offset, word)

    def _adds_in_loop(self, binding: Binding, offset: int, word: str) -> bool:
        """Whether a loop before a use adds to a value bit by bit, which is no alternative to what was there before."""
        if binding.operator == "=" and not _mentions(binding.value, word):
            return False
        own = list(binding.block.around())
        loops = [at for at, block in enumerate(own) if block.what in LOOPED and block.end <= offset]
        if not loops:
            return False
        around = {id(block) for block in self.unit.block_at(offset).around()}
        return all(id(block) in around or block.what == "try" for block in own[loops[-1] + 1 :])

    def _stands_apart(self, binding: Binding, offset: int) -> bool:
        """Whether a binding stands in an arm before that of its use, and no loop comes round to both."""
        if not binding.condition or method_of(binding) is not self.unit.method(offset):
            return False
        passed = {id(arm) for block in self.unit.block_at(offset).around() for arm in block.passed()}
        own = list(binding.block.around()) if passed else []
        at = next((at for at, block in enumerate(own) if id(block) in passed), None)
        return at is not None and not any(block.what in LOOPED for block in own[at:])

    def _follow(self, binding: Binding, word: str) -> Value:
        key = (word.lower(), binding.offset)
        if key in self.active:
            return Unknown(f"{word} is defined by itself")
        if binding.sort == "import":
            return Name(binding.names)
        inner = Context(self.unit, self.active | {key}, self.depth)
        value = inner.lower(binding.value) if binding.value is not None else None
        if binding.getter is not None:
            value = inner.returned(binding.getter)
        if binding.sort == "parameter":
            callee = self.unit.reached(binding)
            if value is not None and binding.value is not None:
                step = self.unit.step((binding.value.start, binding.value.end))
                value = Via(step._replace(text=f"{word} = {step.text}"[:SNIPPET]), value)
            return Parameter(self.unit.enclosing(binding.block.end - 1), binding.position, word, value, callee)
        if value is None:
            return Unknown(f"{word} is not a constant")
        if binding.each:
            value = each(value, word)
        return Via(self.unit.step(binding.span), value, binding.owner is None)

    # -- receivers ---------------------------------------------------------------------------------------------

    def bare_names(self, word: str, offset: int) -> tuple[str, ...]:
        """Names of a member that is used without a receiver, and of a type: of the type around, its bases, through
        the imports."""
        owner = self.unit.type_around(self.unit.block_at(offset))
        own = (self.unit.full_name(owner),) if owner is not None else ()
        types = (*self.unit.bases(owner), *own)
        return tuple(dict.fromkeys([*[f"{name}.{word}" for name in types], *self.unit.qualify(word)]))

    def receiver(self, expression: Expr) -> tuple[tuple[str, ...], bool]:
        """The possible names of what a member is taken from: a type, or the type of an object; and whether that is
        certain."""
        if self.depth >= MAX_LOWERING:
            return (), False
        inner = Context(self.unit, self.active, self.depth + 1)
        what = expression.what
        if what == "name":
            return inner._word(expression)
        if what == "member":
            return inner._taken(expression)
        if what == "with":
            head = inner.with_object(expression.start)
            return inner.receiver(head) if head is not None else ((), False)
        if what in ("cast", "new"):
            return self.unit.type_names(expression.word), False
        if what == "call":
            return inner._result(expression), False
        return (), False

    def with_object(self, offset: int) -> Expr | None:
        """What the innermost `With` around is about."""
        for block in self.unit.block_at(offset).around():
            if block.what == "with":
                head = next((s for s in self.unit.line(block.head).statements if s.word == "with"), None)
                return head.parts[0] if head is not None and head.parts else None
        return None

    def _word(self, expression: Expr) -> tuple[tuple[str, ...], bool]:
        word, low = expression.word, expression.word.lower()
        if low in ("me", "myclass", "mybase"):
            owner = self.unit.type_around(self.unit.block_at(expression.start))
            own = (self.unit.full_name(owner),) if owner is not None and low != "mybase" else ()
            return (*own, *self.unit.bases(owner)), False
        found = self.visible(self.unit.bindings(word) or (), expression.start)
        imported = next((binding for binding in found if binding.sort == "import"), None)
        if imported is not None:
            return imported.names, True
        if not found:
            return (word,) if low in self.unit.roots else self.unit.qualify(word), low in self.unit.roots
        names: dict[str, None] = {}
        for binding in found[-4:]:
            names.update(dict.fromkeys(self._type_of(binding)))
        return tuple(names), False

    def _type_of(self, binding: Binding) -> tuple[str, ...]:
        if binding.kind_of:
            return self.unit.type_names(binding.kind_of)
        key = (binding.name.lower(), binding.offset)
        if binding.value is None or binding.each or key in self.active or self.depth >= MAX_LOWERING:
            return ()
        return Context(self.unit, self.active | {key}, self.depth + 1).receiver(binding.value)[0]

    def _taken(self, expression: Expr) -> tuple[tuple[str, ...], bool]:
        names, certain = self.receiver(expression.parts[0])
        if certain:
            return tuple(f"{name}.{expression.word}" for name in names), True
        low = {name.lower() for name in names}
        declared: dict[str, None] = {}
        for binding in (self.unit.bindings(expression.word) or ())[:8] if names else ():
            if binding.owner is not None and self.unit.full_name(binding.owner).lower() in low:
                declared.update(dict.fromkeys(self._type_of(binding)))
        return tuple(declared) or tuple(f"{name}.{expression.word}" for name in names), False

    def _result(self, expression: Expr) -> tuple[str, ...]:
        """The type that a method of this file returns, or that the elements of an array have."""
        callee = expression.parts[0]
        found = self.unit.bindings(callee.word) or () if callee.what in ("name", "member") else ()
        for binding in found:
            if binding.sort == "method" and binding.scope[0] <= expression.start < binding.scope[1]:
                return self.unit.type_names(binding.kind_of)
            if binding.kind_of.endswith("()") and binding.scope[0] <= expression.start < binding.scope[1]:
                return self.unit.type_names(binding.kind_of.removesuffix("()"))
        return ()

    def callee(self, expression: Expr) -> tuple[str, ...]:
        """The names that a called method may have."""
        if expression.what == "member":
            return member_names(*self.receiver(expression.parts[0]), expression.word)
        if expression.what == "name":
            return self.bare_names(expression.word, expression.start)
        return ("?",)


def _is_settings(receiver: Expr) -> bool:
    """`My.Settings`, whose members the configuration file decides."""
    inside = receiver.what == "member" and receiver.word.lower() == "settings"
    return inside and receiver.parts[0].what == "name" and receiver.parts[0].word.lower() == "my"


def member_names(names: tuple[str, ...], certain: bool, word: str) -> tuple[str, ...]:
    """Names of a member; the last says that the receiver may be something else."""
    full = tuple(f"{name}.{word}" for name in names)
    return full if certain else (*full, f"?.{word}")


def _inside(binding: Binding, offset: int) -> bool:
    """Whether a use stands in the value of a binding: `x = x Or y` uses what x was before."""
    return binding.value is not None and binding.value.start <= offset < binding.value.end


def _exhaustive(arms: Sequence[Arm]) -> bool:
    """Whether the last arm is of a chain of branches each of which is there, up to the one that runs otherwise."""
    told = {arm.condition for arm in arms}
    for arm in arms:
        holds, fails = pieces(arm.condition)
        if fails and not holds and told.issuperset(fails) and arms[-1].condition in (arm.condition, *fails):
            return True
    return False


def _mentions(value: Expr | None, word: str) -> bool:
    """Whether a value is made of what a name held before."""
    return value is not None and any(part.what == "name" and part.word.lower() == word.lower() for part in walk(value))
