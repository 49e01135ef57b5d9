"""What Python's own functions make of known values. Knows neither syntax trees nor TLS."""

import re
from collections.abc import Callable, Iterable, Sequence

from tlsscan.clauses import missing
from tlsscan.patterns import lazy
from tlsscan.spelled import is_open, named
from tlsscan.values import (
    Arm,
    Choice,
    Entry,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    is_callers,
    item,
    mapped,
    strip,
)

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "\n": ""}
ENVIRONMENT = frozenset({"os.environ.get", "os.getenv", "environ.get", "getenv"})
READERS = lazy(
    r"(?:get|pop|fetch|read|lookup)(?:int)?|_*get_\w*(?:setting|option|config|conf|param|parameter|env|value|property)s?"
)
PARSED = lazy(r"(?i)^[^(]*(?:conf|cfg|pars|ini\b)")  # what is read by a ConfigParser goes by such names
DEFAULTS = frozenset({"default", "fallback"})
SETTINGS = lazy(r"(?:^|[._])(?:settings|config|conf|cfg|options|opts|args|self|current_app)$", re.IGNORECASE)
FIELD = lazy(r"%[-#0 +]*\d*[sdr]|%\((\w+)\)[sdr]|\{(\w*)(?:![rs])?\}")
INTEGER = lazy(r"\s*(?:0[xX][0-9a-fA-F]{1,16}|\d{1,18})\s*")
MAX_TEXT = 300  # characters of a text that is put together
MAX_WAYS = 16  # in which such a text can turn out


def unescape(raw: str) -> str:
    """A string's content after the escapes that matter for names of versions."""
    if "\\" not in raw:
        return raw
    raw = re.sub(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1) or m.group(2), 16)), raw)
    return re.sub(r"\\([ntr\\'\"\n])", lambda m: ESCAPES[m.group(1)], raw)


# -- texts ------------------------------------------------------------------------------------------------------


def concatenated(parts: Sequence[Value]) -> Value | None:
    """Texts side by side as one text, whichever way each turns out; None where a part is no text that is known."""
    whole: Value = Text("")
    ways = 1
    for part in parts:
        if not _textual(part):
            return None
        ways *= _ways(part)
        if ways > MAX_WAYS:
            return None
        whole = mapped(whole, lambda lead, part=part: mapped(part, lambda tail: _pair(lead, tail)))  # type: ignore[misc]
    return whole


def _textual(value: Value, depth: int = 0) -> bool:
    value, _ = strip(value)
    if isinstance(value, Choice) and depth < MAX_WAYS:
        return any(_textual(arm.value, depth + 1) for arm in value.arms)
    if isinstance(value, Parameter):  # one that callers fill stays what it is
        return value.callee is None and value.default is not None and _textual(value.default, depth + 1)
    return isinstance(value, Text) or (isinstance(value, Number) and isinstance(value.value, int))


def _ways(value: Value) -> int:
    value, _ = strip(value)
    return sum(_ways(arm.value) for arm in value.arms) if isinstance(value, Choice) else 1


def _pair(lead: Value, tail: Value) -> Value:
    if isinstance(lead, Unknown) or isinstance(tail, Unknown):
        return lead if isinstance(lead, Unknown) else tail
    if _textual(lead) and _textual(tail):
        joined = _written(lead) + _written(tail)
        return Text(joined) if len(joined) <= MAX_TEXT else Unknown("the text is too long to follow")
    return Operation("join", (lead, tail))


def _written(value: Value) -> str:
    return str(value.value) if isinstance(value, Number) else value.text if isinstance(value, Text) else ""


def pieces(template: str, given: Sequence[Value], named: dict[str, Value]) -> list[Value] | None:
    """The parts of a text made by `%` or `format`; None where a field is not filled by what is given."""
    found: list[Value] = []
    at = count = 0
    for match in FIELD.finditer(template):
        word = match.group(1) or match.group(2) or ""
        index = int(word) if word.isdecimal() else count
        value = named.get(word) if word and not word.isdecimal() else given[index] if index < len(given) else None
        if value is None:
            return None
        found += [Text(template[at : match.start()]), value]
        at, count = match.end(), count + 1
    return [*found, Text(template[at:])]


def text_method(word: str, arguments: Sequence[Value]) -> Callable[[Value], Value] | None:
    """What a method of texts makes of one, if that is followed."""
    plain: dict[str, Callable[[str], str]] = {
        "upper": str.upper,
        "lower": str.lower,
        "strip": str.strip,
        "title": str.title,
        "encode": str,
        "decode": str,
    }
    change = plain.get(word)
    texts = [strip(argument)[0] for argument in arguments]
    if word == "replace" and len(texts) == 2:
        old, new = texts
        if isinstance(old, Text) and isinstance(new, Text):
            return _on_text(lambda text: text.replace(old.text, new.text)[:MAX_TEXT])
    return _on_text(change) if change is not None else None


def _on_text(change: Callable[[str], str]) -> Callable[[Value], Value]:
    return lambda value: Text(change(value.text)) if isinstance(value, Text) else value


def is_text(value: Value) -> bool:
    """Whether a value is a text in any of the ways it can turn out."""
    value, _ = strip(value)
    if isinstance(value, Choice):
        return any(isinstance(strip(arm.value)[0], Text) for arm in value.arms)
    if isinstance(value, Parameter) and value.default is not None:
        return is_text(value.default)
    return isinstance(value, Text)


def converted(word: str, value: Value) -> Value:
    """`int(x)` and `str(x)`."""

    def change(one: Value) -> Value:
        if word == "int" and isinstance(one, Text) and INTEGER.fullmatch(one.text):
            return Number(int(one.text, 0)) if "x" in one.text.lower() else Number(int(one.text))
        if word == "str" and isinstance(one, Number):
            return Text(str(one.value))
        return one

    return mapped(value, change)


# -- members and settings ---------------------------------------------------------------------------------------


def member(base: Value, key: Value, reason: str) -> Value:
    """`getattr(base, key)`: whichever way the key turns out; open where callers or other files give it."""
    inner, _ = strip(base)
    if isinstance(inner, Name) and is_open(key):
        return named(key, inner)
    several = isinstance(strip(key)[0], Choice)

    def under(one: Value) -> Value:
        if isinstance(inner, Name) and isinstance(one, Text):
            return Name(tuple(f"{name}.{one.text}" for name in inner.names))
        if isinstance(one, Unknown) and (several or one.open_by):
            return one
        return named(one, inner) if isinstance(inner, Name) and isinstance(one, Operation) else Unknown(reason)

    return mapped(key, under)


def member_or(base: Value, key: Value, default: Value) -> Value:
    """`getattr(base, key, default)`: a constant that older runtimes lack, or an attribute of settings."""
    found = member(base, key, "getattr with a name made at run time")
    word = strip(key)[0]
    inner = strip(base)[0]
    if not isinstance(word, Text) or not isinstance(inner, Name):
        return either("the attribute is there", found, "it is not there", default)
    if SETTINGS.search(inner.names[0]):
        return setting(word.text, f"{inner.names[0]}.{word.text} decides", default)
    return Choice((Arm(f"hasattr {word.text}", False, found), Arm(missing([word.text]), True, default)))


def either(first_condition: str, first: Value, second_condition: str, second: Value) -> Value:
    """Two ways that a value can turn out, neither for an older runtime."""
    return Choice((Arm(first_condition, False, first), Arm(second_condition, False, second)))


def setting(word: str, reason: str, default: Value | None) -> Value:
    """What is read from a setting, an environment variable, a command line: unknown, or else its default."""
    read = Unknown(reason, word)
    return read if default is None else either(f"{word} is set", read, f"{word} is not set", default)


def environment(arguments: Sequence[Value]) -> Value:
    """`os.environ.get(name, default)`."""
    variable = strip(arguments[0])[0]
    word = variable.text if isinstance(variable, Text) else ""
    return setting(word, f"the environment variable {word} decides", arguments[1] if len(arguments) > 1 else None)


def parameters(table: Value) -> bool:
    """Whether a value holds the parameters of an Ansible module: `module.params`."""
    inner = strip(table)[0]
    return isinstance(inner, Name) and inner.names[-1].rpartition(".")[2] == "params"


def got(table: Value, key: Value, default: Value | None, text: str) -> Value:
    """`table.get(key, default)`: of a table that is known, or of settings that are not."""
    inner, word = strip(table)[0], strip(key)[0]
    reason = f"{text} is looked up at run time"
    if isinstance(inner, Choice) and any(map(_is_filled, inner.arms)):
        return Choice(tuple(arm._replace(value=got(arm.value, key, default, text)) for arm in inner.arms))
    if is_callers(inner):
        asked = item(table, key, reason)
        default = None if isinstance(default, Mapping) and not default.entries else default  # an entry of it is none
        named = word.text if isinstance(word, Text) else "it"
        return asked if default is None else either(f"{named} is passed", asked, f"{named} is not passed", default)
    if isinstance(inner, Name) and inner.names[0].rpartition(".")[2].isupper() and default is None:
        return item(table, key, reason)
    if not isinstance(inner, Mapping) or not inner.entries:
        return setting(word.text, reason, default) if isinstance(word, Text) else Unknown(reason)
    keys = [strip(entry.key)[0] for entry in inner.entries]
    if isinstance(word, Text) and word not in keys and not any(isinstance(key, Unknown) for key in keys):
        return default if default is not None else Null()
    found = item(table, key, reason)
    if default is None or isinstance(word, Text) or isinstance(strip(found)[0], Unknown):
        return found
    return either("the key is known", found, "the key is not known", default)


def _is_filled(arm: Arm) -> bool:
    inner = strip(arm.value)[0]
    return isinstance(inner, Mapping) and bool(inner.entries)


def table(given: Iterable[Value], named: Iterable[tuple[str, Value]]) -> Value:
    """`dict(other, key=value)`."""
    entries: list[Entry] = []
    for one in given:
        inner = strip(one)[0]
        entries += inner.entries if isinstance(inner, Mapping) else [Entry(Unknown("a spread mapping"), one)]
    return Mapping((*entries, *[Entry(Text(word), value) for word, value in named]))
