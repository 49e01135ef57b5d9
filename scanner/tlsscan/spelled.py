"""The names in values, the texts that they spell, and the constants that such texts name. Knows nothing of TLS."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from tlsscan.values import (
    BEHIND,
    MAX_NESTING,
    TURNS,
    Choice,
    Invocation,
    Name,
    Number,
    Operation,
    Parameter,
    Symbol,
    Text,
    Unknown,
    Value,
    is_callers,
    parts,
    replaced,
    strip,
)

MAX_TEXTS = 32


def open_names(value: Value, depth: int = 0) -> Iterator[Name]:
    """The names in a value that may be constants of other files: their qualification is known."""
    if depth > MAX_NESTING:
        return
    if isinstance(value, Name):
        if not value.names[0].startswith("?"):
            yield value
        return
    named = constant_of(value) if isinstance(value, Operation) and value.operator == "named" else None
    if isinstance(named, Name):
        yield named
        return
    for part in parts(value):
        yield from open_names(part, depth + 1)


def asked_call(value: Value) -> Name | None:
    """What a call gives that passes nothing, as a name that another file may define: `conf.version()`."""
    if not isinstance(value, Invocation) or value.arguments or value.named or value.names[0].startswith("?"):
        return None
    return Name(tuple(f"{name}()" for name in value.names))


def open_calls(value: Value, depth: int = 0) -> Iterator[Name]:
    """The names of the calls in a value that pass nothing."""
    name = asked_call(value)
    if name is not None:
        yield name
    for part in parts(value) if depth < MAX_NESTING else ():
        yield from open_calls(part, depth + 1)


MAX_PASSED = 6  # arguments of a call whose method another file may define
OWN = ("java.", "javax.", "?")


def passed_call(value: Value) -> Name | None:
    """What a call gives that passes something, as a name with the number of its arguments: `Env.get(2)`."""
    if not isinstance(value, Invocation) or not 0 < len(value.arguments) <= MAX_PASSED or value.named:
        return None
    count = len(value.arguments)
    names = tuple(f"{name}({count})" for name in value.names if "." in name and not name.startswith(OWN))
    return Name(names) if names else None


def passing_calls(value: Value, depth: int = 0) -> Iterator[Invocation]:
    """The calls in a value that pass something, without those inside what they pass."""
    if isinstance(value, Invocation) and passed_call(value) is not None:
        yield value
        return
    for part in parts(value) if depth < MAX_NESTING else ():
        yield from passing_calls(part, depth + 1)


def as_called(value: Value, word: str, given: Sequence[Value]) -> Value:
    """What a method gives, with what a call passes in the place of its parameters, which `word` marks as its own. Where
    one of them names a setting, that is what decides."""

    def named(mark: str) -> str:
        own, _, place = mark.partition("#")
        return _key(given[int(place)]) if own == word and place.isdigit() and int(place) < len(given) else ""

    def fill(inner: Value) -> Value | None:
        if isinstance(inner, Parameter) and inner.function == word and inner.position < len(given):
            return given[inner.position]
        if isinstance(inner, Unknown) and (name := named(inner.open_by)):
            return Unknown(f"{name} decides", name)
        return _renamed(inner, named, fill)

    return replaced(value, fill)


def as_defined(value: Value, function: str, word: str, names: Sequence[str]) -> Value:
    """What a method gives, with its parameters, of these names, marked for `as_called`."""

    def named(name: str) -> str:
        return f"{word}#{names.index(name)}" if name in names else ""

    def mark(inner: Value) -> Value | None:
        if isinstance(inner, Parameter) and inner.function == function:
            return Parameter(word, inner.position, inner.name)
        if isinstance(inner, Unknown) and (name := named(inner.open_by)):
            return inner._replace(open_by=name)
        return _renamed(inner, named, mark)

    return replaced(value, mark)


def _key(value: Value) -> str:
    """How a setting is called whose name a call passes."""
    key = strip(value)[0]
    if isinstance(key, Text | Parameter):
        return (key.text if isinstance(key, Text) else key.name) or "a setting"
    return key.names[0].removeprefix("?.") if isinstance(key, Name) else "a setting"


def _renamed(value: Value, named: Callable[[str], str], then: Callable[[Value], Value | None]) -> Value | None:
    """A choice whose arms ask whether a setting is there, by another name of that; None where none does."""
    if not isinstance(value, Choice):
        return None
    asked = [(*arm.condition.partition(" is "),) for arm in value.arms]
    names = [named(before) if after in ("set", "not set") else "" for before, _, after in asked]
    if not any(names):
        return None
    arms = (
        arm._replace(condition=f"{name} is {after}" if name else arm.condition, value=replaced(arm.value, then))
        for arm, name, (_, _, after) in zip(value.arms, names, asked, strict=True)
    )
    return Choice(tuple(arms))


def leading(value: Value, depth: int = 0) -> Iterator[Name]:
    """The names of constants that a text may begin with, or that name the setting which gives it."""
    value, _ = strip(value)
    if depth > MAX_NESTING:
        return
    if isinstance(value, Name):
        through = any(BEHIND in name or name.endswith("()") for name in value.names)  # members of objects, methods
        yield from () if through else open_names(value)
    elif isinstance(value, Choice):
        for arm in value.arms:
            yield from leading(arm.value, depth + 1)
    elif isinstance(value, Operation) and value.operator in ("join", "+") and value.operands:
        yield from leading(value.operands[0], depth + 1)
    elif isinstance(value, Invocation) and value.arguments and value.names[0].endswith(_GIVING):
        yield from leading(value.arguments[0], depth + 1)


_GIVING = ("AppSettings", "AppSettings.Get", ".Parse", ".ToBoolean")
"""What gives the value of a setting of .NET, and what is made of its text."""


def texts(value: Value, depth: int = 0) -> tuple[str, ...]:
    """The texts that a value may be, at most MAX_TEXTS; NUL stands for what is made at run time."""
    value, _ = strip(value)
    if isinstance(value, Text):
        return (value.text,)
    if isinstance(value, Number):
        return (str(value.value),)
    if depth > MAX_NESTING or not isinstance(value, Operation | Choice):
        return ("\0",)
    if isinstance(value, Operation) and value.operator == "join":
        made: tuple[str, ...] = ("",)
        for part in value.operands:
            tails = texts(part, depth + 1)
            made = tuple(islice((head + tail for head in made for tail in tails), MAX_TEXTS))
        return made
    if isinstance(value, Operation) and value.operator not in TURNS:
        return ("\0",)
    return tuple(islice((text for part in parts(value) for text in texts(part, depth + 1)), MAX_TEXTS))


# -- constants that texts name ------------------------------------------------------------------------------------


def known_lead(value: Value, depth: int = 0) -> tuple[str, bool]:
    """The text that a value begins with, and whether that is all of it."""
    value, _ = strip(value)
    if isinstance(value, Operation) and value.operator == "join" and depth < MAX_NESTING:
        lead = ""
        for part in value.operands:
            text, whole = known_lead(part, depth + 1)
            lead += text
            if not whole:
                return lead, False
        return lead, True
    if isinstance(value, Text):
        return value.text, True
    if isinstance(value, Number) and isinstance(value.value, int):
        return str(value.value), True
    return (value.name, True) if isinstance(value, Symbol) else ("", False)


def is_open(value: Value, depth: int = 0) -> bool:
    """Whether callers or other files may give a text, or a part of it, or one of the ways it can turn out."""
    value = strip(value)[0]
    if isinstance(value, Name):
        return not value.names[0].startswith("?")
    if isinstance(value, Choice) or (isinstance(value, Operation) and value.operator == "join"):
        return depth < MAX_NESTING and any(is_open(part, depth + 1) for part in parts(value))
    return is_callers(value)


def named(text: Value, owner: Name | None = None) -> Operation:
    """The constant that a text names which is not wholly known; of what is called so, if anything is."""
    return Operation("named", (text,) if owner is None else (text, owner))


def constant_of(value: Operation) -> Name | Unknown:
    """The constant that is named, as far as its text is known."""
    text, whole = known_lead(value.operands[0])
    word = text.replace("::", ".").replace("\\", ".").strip(".")
    if not whole or not word:
        return Unknown("the name of a constant is made at run time")
    owner = strip(value.operands[1])[0] if len(value.operands) > 1 else None
    return Name(tuple(f"{name}.{word}" for name in owner.names) if isinstance(owner, Name) else (word,))
