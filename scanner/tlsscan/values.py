"""Values as code writes them: what a frontend saw, after names were resolved inside the file.

A value says what stands in the source, never what it means for TLS. Values are plain tuples that
travel from a worker to its parent as JSON (`encode`, `decode`).
"""

from collections.abc import Callable, Iterator

from tlsscan.annotations import Any, TypeAlias
from tlsscan.records import NamedTuple


class Region(NamedTuple):
    """A stretch of a file. Lines and columns start at 1, the end column is one past the end.

    `column`/`end_column` count code points, `utf16`/`end_utf16` count UTF-16 code units;
    `start`/`end` are byte offsets into the file as it is on disk, except for UTF-16/32 files,
    where they refer to its UTF-8 form.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    utf16: int
    end_utf16: int
    start: int
    end: int


class Step(NamedTuple):
    """One hop of a trace: where a name got its value."""

    path: str
    region: Region
    text: str


class Text(NamedTuple):
    """A string literal, after escapes; of any quoting."""

    text: str


class Symbol(NamedTuple):
    """A Ruby symbol, without its colon."""

    name: str


class Number(NamedTuple):
    """An integer or real literal in any base."""

    value: int | float


class Bool(NamedTuple):
    """true or false."""

    value: bool


class Null(NamedTuple):
    """None, nil, null, Nothing."""

    null: None = None


class Name(NamedTuple):
    """A name that the file itself gives no value to.

    `names` are the qualified names it may stand for, dotted whatever the language writes
    (`OpenSSL.SSL.TLS1_VERSION`), most likely first. A leading `?.` says that the receiver is unknown, a trailing `()`
    that a function is called without arguments.
    """

    names: tuple[str, ...]


class Listing(NamedTuple):
    """An array, list, set, tuple, or the arguments of a varargs slot."""

    items: tuple["Value", ...]


class Entry(NamedTuple):
    """One `key => value` of a mapping, and where the value stands, if that is known."""

    key: "Value"
    value: "Value"
    place: Step | None = None


class Mapping(NamedTuple):
    """A hash, dict, associative array or object initializer."""

    entries: tuple[Entry, ...]


class Operation(NamedTuple):
    """An operator on values. `operator` is one of | & ^ ~ + - <<, `join` (text concatenation), `without` (a text from
    which another one was cut), `each` (the items of a loop in turn, or any entry of a table), `item` (the entry of a
    table that another file defines, or callers pass), `except` (the first operand, which is none of the others),
    `among` (one of the others), `>=`, `>`, `<=` and `<` (what a loop goes through, compared with a constant), `all`
    (what a loop goes through, once it has added each to a list), `members` (all members of an enumeration that is
    named), `named` (the constant that a text names, of what the second operand is, if there is one) and `trimmed` (a
    text without the white space around it)."""

    operator: str
    operands: tuple["Value", ...]


class Arm(NamedTuple):
    """One way a conditional value can turn out.

    `condition` is the source text of the condition, `guarded` says that it asks for an older runtime
    or for a missing constant (feature detection).
    """

    condition: str
    guarded: bool
    value: "Value"


class Choice(NamedTuple):
    """Several possible values: a ternary, an `or`-fallback, branches that assign the same name."""

    arms: tuple[Arm, ...]


class Invocation(NamedTuple):
    """A call whose result is not known: its possible names and what was passed."""

    names: tuple[str, ...]
    arguments: tuple["Value", ...]
    named: tuple[tuple[str, "Value"], ...] = ()


OVERRIDDEN = "heirs"
"""What a property takes that classes made from its own declare anew: without one of these it is what it is at first."""


class Callee(NamedTuple):
    """How callers reach a parameter.

    `name` is the qualified name of its function (of a constructor, that of the class), `kind` is `function`, `method`,
    `constructor`, or `property` for one that others set. `position` is its place among a caller's arguments (-1: none),
    `argument` its name there (empty: by place only). `takes` is `rest` for all arguments from that place on, `named`
    for the named ones that no other parameter takes, `options` for one that callers may also fill with named arguments.
    A call with fewer arguments than `least` or more than `most` (-1: any number) is one of another function of that
    name. `through` are the last words of the types by which the object may be known (interfaces, base classes).
    """

    name: str
    kind: str
    position: int = -1
    argument: str = ""
    takes: str = ""
    least: int = 0
    most: int = -1
    through: tuple[str, ...] = ()


class Parameter(NamedTuple):
    """A parameter of the enclosing function; `default` is what it is when nothing is passed, `callee` how callers
    reach it, if they can."""

    function: str
    position: int
    name: str
    default: "Value | None" = None
    callee: Callee | None = None


class Unknown(NamedTuple):
    """Not understood, and why. `open_by` names the variable or setting that decides, if one does."""

    reason: str
    open_by: str = ""


class Via(NamedTuple):
    """A value that was reached through a definition; `local` says that this is an assignment in the function around
    the use."""

    step: Step
    value: "Value"
    local: bool = False


Value: TypeAlias = (
    Text
    | Symbol
    | Number
    | Bool
    | Null
    | Name
    | Listing
    | Mapping
    | Operation
    | Choice
    | Invocation
    | Parameter
    | Unknown
    | Via
)

TURNS = frozenset({"each", "any", "apart", "until"})
"""What a loop goes through, any entry of a table, what stands alone in each turn, what is tried until one works."""
_PARTS = {"members": 0, "named": 1, "sifted": 1}  # how many operands are parts of what comes out, where not all are
SIEVES = frozenset({"except", "among", ">=", ">", "<=", "<"})  # what conditions leave of what a loop goes through
BEHIND = ">"  # in a name, before members whose types another file tells: `Type>settings.Protocols`
TYPED = "typed"  # the operation around the names of a member's type, in a definition
HEIR = "heir"  # and the one around the names of what a class is made from
MAX_NESTING = 60  # of values that are looked into for open names

_TAGS: dict[str, type[Any]] = {
    "text": Text,
    "symbol": Symbol,
    "number": Number,
    "bool": Bool,
    "null": Null,
    "name": Name,
    "list": Listing,
    "entry": Entry,
    "map": Mapping,
    "op": Operation,
    "arm": Arm,
    "choice": Choice,
    "call": Invocation,
    "param": Parameter,
    "callee": Callee,
    "unknown": Unknown,
    "via": Via,
    "step": Step,
    "region": Region,
}
_TAG_OF = {kind: tag for tag, kind in _TAGS.items()}


def encode(item: Any) -> Any:
    """A record of this module (or a tuple, or a scalar) as JSON-ready lists: `["text", "TLSv1"]`."""
    tag = _TAG_OF.get(type(item))
    if tag is not None:
        return [tag, *[encode(field) for field in item]]
    if isinstance(item, tuple):
        return ["", *[encode(field) for field in item]]
    return item


def decode(item: Any) -> Any:
    """The inverse of `encode`."""
    if not isinstance(item, list):
        return item
    fields = [decode(field) for field in item[1:]]
    return _TAGS[item[0]](*fields) if item[0] else tuple(fields)


def strip(value: Value) -> tuple[Value, tuple[Step, ...]]:
    """The value behind its definitions, and those definitions, the use's nearest first."""
    steps: list[Step] = []
    while isinstance(value, Via):
        steps.append(value.step)
        value = value.value
    return value, tuple(steps)


def local_steps(value: Value, depth: int = 0) -> Iterator[Step]:
    """The assignments, in the function around it, that a value was put together by."""
    if isinstance(value, Via) and value.local:
        yield value.step
    if depth < MAX_NESTING:
        for part in parts(value):
            yield from local_steps(part, depth + 1)


def mapped(value: Value, change: Callable[[Value], Value]) -> Value:
    """A change applied to what a value can turn out to be, its trace and its conditions kept."""
    if isinstance(value, Via):
        return value._replace(value=mapped(value.value, change))
    if isinstance(value, Choice):
        return Choice(tuple(arm._replace(value=mapped(arm.value, change)) for arm in value.arms))
    if isinstance(value, Parameter) and value.default is not None:
        same = isinstance(change(value._replace(default=None)), Parameter)
        return value._replace(default=mapped(value.default, change), callee=value.callee if same else None)
    return change(value)


def item(base: Value, key: Value, reason: str) -> Value:
    """The entry of a table (a mapping or a list) under a key; any of its entries where a setting is the key.

    An entry of a name stays an operation, for other files may define the table, and so does one that callers decide.
    `reason` is for what is not known.
    """
    if is_callers(key):
        return Operation("item", (base, key))
    several = isinstance(strip(key)[0], Choice)

    def under(one: Value) -> Value:
        if isinstance(one, Unknown) and several:
            return one  # the other ways the key can turn out are known, so this one stands for a setting
        if several and is_callers(one):
            return Operation("item", (base, one))
        return mapped(base, lambda table: _entry(table, one, reason))

    return mapped(key, under)


def left_of(value: Value, gone: tuple[Value, ...]) -> Value | None:
    """A value without the ways it can turn out that are excluded; None if nothing is left."""
    if isinstance(value, Via):
        inner = left_of(value.value, gone)
        return value._replace(value=inner) if inner is not None else None
    if isinstance(value, Choice):
        left = [(arm, left_of(arm.value, gone)) for arm in value.arms]
        arms = tuple(arm._replace(value=inner) for arm, inner in left if inner is not None)
        return Choice(arms) if arms else None
    if isinstance(value, Parameter) and value.default is not None:
        return value._replace(default=left_of(value.default, gone))
    each = (strip(one)[0] for other in gone for one in _each_of(strip(other)[0]))
    return None if any(_same_key(other, value) for other in each) else value


def _each_of(value: Value) -> tuple[Value, ...]:
    return value.items if isinstance(value, Listing) else (value,)


def is_callers(value: Value) -> bool:
    """Whether a value is a parameter that callers fill, or an entry of one."""
    value = strip(value)[0]
    while isinstance(value, Operation) and value.operator == "item":
        value = strip(value.operands[0])[0]
    return isinstance(value, Parameter) and value.callee is not None


def is_loop(value: Value) -> bool:
    """Whether a value is what a loop goes through, any entry of a table, or what conditions leave of it."""
    value = strip(value)[0]
    while isinstance(value, Operation) and value.operator in SIEVES:
        value = strip(value.operands[0])[0]
    return isinstance(value, Operation) and value.operator in (*TURNS, "members")


def each_apart(value: Value) -> Value:
    """What a loop goes through as alternatives, where an object of its own gets each."""
    if isinstance(value, Via):
        return value._replace(value=each_apart(value.value))
    if isinstance(value, Operation) and value.operator == "apart":
        return Choice(tuple(Arm("", False, item) for item in value.operands))
    return value


def _entry(table: Value, key: Value, reason: str) -> Value:
    if isinstance(table, Name) or is_callers(table) or (isinstance(table, Operation) and table.operator == "item"):
        return Operation("item", (table, key))
    if isinstance(table, Listing) and isinstance(key, Number):
        index = key.value if isinstance(key.value, int) else len(table.items)
        return table.items[index] if 0 <= index < len(table.items) else Unknown(reason)
    if isinstance(table, Listing):
        return _any(table.items, key, reason)
    if not isinstance(table, Mapping):
        return Unknown(reason)
    known = entry_of(table, key)
    if known is not None:
        return known.value
    if not _is_setting(key) or not all(_is_word(entry.key) for entry in table.entries):
        return Unknown(reason)
    return _any(tuple(entry.value for entry in table.entries), key, reason)


def entry_of(table: Mapping, key: Value) -> Entry | None:
    """The entry of a mapping under a key that is known; of several the last."""
    return next((entry for entry in reversed(table.entries) if _same_key(strip(entry.key)[0], key)), None)


def _any(values: tuple[Value, ...], key: Value, reason: str) -> Value:
    if not values:
        return Unknown(reason)
    word = key.names[0] if isinstance(key, Name) else key.open_by if isinstance(key, Unknown) else ""
    asked = f"{word.replace('?.', 'the setting ')} asks for it" if word else reason
    return Choice((Arm(asked, False, Operation("any", values)),))


def _is_setting(key: Value) -> bool:
    """Whether a key stands for what somebody set: a name without a value, or what says which setting decides. What a
    caller passes, a function gives or a loop goes through only hands on what was chosen elsewhere."""
    return isinstance(key, Name) or (isinstance(key, Unknown) and bool(key.open_by))


def _same_key(own: Value, given: Value) -> bool:
    if isinstance(own, Name) and isinstance(given, Name):
        return not set(own.names).isdisjoint(given.names)
    return own == given and isinstance(given, Text | Symbol | Number | Bool | Null)


def _is_word(key: Value) -> bool:
    """Whether a table's key is a word that a setting may hold. A table from constants to constants translates what was
    chosen elsewhere."""
    return isinstance(strip(key)[0], Text | Symbol)


def parts(value: Value) -> tuple[Value, ...]:
    """The values that a value is directly made of."""
    if isinstance(value, Via):
        return (value.value,)
    if isinstance(value, Listing):
        return value.items
    if isinstance(value, Operation):
        return value.operands[: _PARTS.get(value.operator)]
    if isinstance(value, Choice):
        return tuple(arm.value for arm in value.arms)
    if isinstance(value, Parameter) and value.default is not None:
        return (value.default,)
    return ()


def with_parts(value: Listing | Operation, new: tuple[Value, ...]) -> Listing | Operation:
    """A value that is made of others than its `parts`."""
    if isinstance(value, Listing):
        return Listing(new)
    return value._replace(operands=(*new, *value.operands[len(new) :]))


def size(value: Value, limit: int) -> int:
    """How many values a value is made of, counted to just beyond a limit."""
    count, waiting = 0, [value]
    while waiting and count <= limit:
        count += 1
        inner = waiting.pop()
        waiting.extend(parts(inner))
        if isinstance(inner, Mapping):
            waiting.extend(entry.value for entry in inner.entries)
    return count


def put(value: Value, old: Value, new: Value) -> Value:
    """A value with something else in place of a part."""
    return replaced(value, lambda part: new if part == old else None)


def replaced(value: Value, fill: Callable[[Value], Value | None], depth: int = 0) -> Value:
    """A value in which every part that `fill` has something for is that."""
    if depth > MAX_NESTING:
        return value
    filled = fill(value)
    if filled is not None:
        return filled

    def inside(part: Value) -> Value:
        return replaced(part, fill, depth + 1)

    if isinstance(value, Via):
        return value._replace(value=inside(value.value))
    if isinstance(value, Listing | Operation | Invocation):
        return _renewed(value, inside)
    if isinstance(value, Choice):
        return Choice(tuple(arm._replace(value=inside(arm.value)) for arm in value.arms))
    if isinstance(value, Mapping):
        return Mapping(tuple(Entry(inside(entry.key), inside(entry.value), entry.place) for entry in value.entries))
    if isinstance(value, Parameter) and value.default is not None:
        return value._replace(default=inside(value.default))
    return value


def _renewed(value: Listing | Operation | Invocation, inside: Callable[[Value], Value]) -> Value:
    if isinstance(value, Listing):
        return Listing(tuple(map(inside, value.items)))
    if isinstance(value, Operation):
        return value._replace(operands=tuple(map(inside, value.operands)))
    return value._replace(arguments=tuple(map(inside, value.arguments)))
