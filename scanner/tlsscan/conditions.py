"""Conditions as texts: does a branch run only where an old version itself was asked for?

`case 'TLSv1': connect(TLSv1)` hands a choice on that was made elsewhere; it makes none.
"""

import re
from collections.abc import Sequence

from tlsscan.clauses import BESIDE, BY_DEFAULT, questions
from tlsscan.patterns import lazy
from tlsscan.protocol import Version, VersionSet

_NAMED = lazy(
    r"(?:(?<![A-Za-z])|start|(?-i:(?<=[a-z])(?=[ST])))(ssl|tls)[ _:-]?v?[ _-]?(\d)(?:[._]?(\d))?(?!\d)", re.IGNORECASE
)
_BARE = lazy(r"""['"]v?1[._]([0-3])['"]""", re.IGNORECASE)  # `case '1.0'`, around a TLS version
_DIGIT = lazy(r"""([\w$@.]+) *(?:===?|-[ic]?eq) *['"]([0-3])['"]""", re.IGNORECASE)  # `m == '0'`
_OF_DOTNET = lazy(r"""['"]Tls['"]|\w*(?:Protocol|Version)\w*\.Tls\b""")  # what .NET calls TLS 1.0
_COMPARES = lazy(r"==|\bcase\b|\bequals|\beql?\b|\bis\b|\bhas_?option\b|-[ic]?eq\b|\bin(?:_array)?\b", re.IGNORECASE)
_DENIES = lazy(r"!=|<>|\bnot\b|-[ic]?ne\b|^!|defined|exists|hasattr|respond_to", re.IGNORECASE)
_SWITCHED = lazy(r"[^()]*\bis ([^()]+)")  # `case A: case B:`, as frontends write it
_LABEL = lazy(r"\s+or\s+|\s*[,|]\s*")
_NAME = r"""[:'"]{0,2}(?:(?:ssl|tls)[ _-]?v?[0-9][0-9._]*(?:_(?:client|server))?|1(?:[._][0-3])?)['"]?"""
_NAMES = lazy(rf"{_NAME}(?:[\s,|]+{_NAME})*", re.IGNORECASE)
_FLAG = lazy(
    r"\([^()]*[^&\s(]\s*(?:&(?!&)|-band\b)[^()]*\)\s*(?:!=|>|-ne\b|-gt\b)\s*0\b|\w\.HasFlag\s*\(", re.IGNORECASE
)
_SYMBOLS = lazy(r"[A-Z0-9_!&|() ]+")  # of conditional compilation
_FLAG_NAME = lazy(r"(?:\$this->|self\.|this\.|[$@])?(\w+)")
_FOR_OLD = lazy(r"(?:^|_)(?:legacy|outdated|obsolete|deprecated)(?:_|$)|_old(?:er)?(?:_|$)|^old(?:er)?_", re.IGNORECASE)
_SPLIT = lazy(r"(?<=[a-z0-9])(?=[A-Z])")  # `allowOldTls`
_NAMED_FLAG = lazy(r"(?:[$@\w]+(?:\.|->|::))*[$@]*(\w+)(?:\(\))?\??")
_ASKED_FLAG = lazy(r"(?:[$@\w]+(?:\.|->|::))*[$@]*(\w+)(?:\([^()]*\))?\??")
_ENTRY = lazy(
    r"(?:[$@\w]+(?:\.|->|::))*[$@]*\w+(?:\[|\.(?:get|fetch|dig|key\?|has_key\?)[ (])[:'\"]{1,2}([\w.-]+)['\"]?"
    r"(?:, *(?:False|false|None|nil|null))?[\])]?"
)  # `options['ssl3']`, `opts.get("legacy")`, `o[:ssl3]`
_OF_RUNTIME = lazy(r"^(?:no|has|have)_|_implies_", re.IGNORECASE)  # flags that say what there is
_EMPTY = lazy(r"""''(?!')|\"\"(?!\")""")
_MEMBER = lazy(r"(?:\$this->|self[.:]|static:|this\.|@)\w+$")
_SETTING = lazy(r"(?:^|.*[\W_])(?:settings?|config|conf|cfg|options?|opts|flags?)\.\w+\b.*", re.IGNORECASE)
_UNSET = frozenset({"false", "none", "null", "nil", "0", "''", '""'})
_VERSIONS = {
    ("ssl", "2", ""): Version.SSLV2,
    ("ssl", "3", ""): Version.SSLV3,
    ("tls", "1", ""): Version.TLS1_0,
    **{("tls", "1", str(minor)): Version(Version.TLS1_0 + minor) for minor in range(4)},
}


def named_in(text: str) -> VersionSet:
    """The versions that a text names, however it spells them: `TLSv1`, `tls1_1`, `SSL 3`."""
    found = (match.groups(default="") for match in _NAMED.finditer(text))
    return frozenset(_VERSIONS[key] for key in ((a.lower(), b, c) for a, b, c in found) if key in _VERSIONS)


def asks_for_flag(condition: str) -> bool:
    """Whether a condition holds if a flag was given: `(p & Tls11) != 0`, `p.HasFlag(Tls11)`."""
    condition = " and ".join(part for part in condition.split(" and ") if not _SYMBOLS.fullmatch(part))
    return not condition.startswith(("!", "not ")) and _FLAG.search(condition) is not None


def asks_for(condition: str, versions: VersionSet, defaults: Sequence[tuple[str, str]] = ()) -> bool:
    """Whether a condition holds only where the oldest of some versions, or an older one, was asked for by name: not
    where it holds by the default of a parameter, which nobody has to ask for."""
    parts = condition.split(" and ") if condition and versions else ()
    return _spelled(parts, versions) or any(
        (_asks(part, versions) and not any(_meets(part, *one) for one in defaults))
        or _is_set(part, versions, defaults)
        or _is_for_old(part, defaults)
        for part in parts
    )


def _spelled(parts: Sequence[str], versions: VersionSet) -> bool:
    """Whether a loop over a text adds each of some versions where it meets the digit that ends its name: one variable
    is several such digits, and the least of them names a version as old as the oldest."""
    digits: dict[str, set[str]] = {}
    for found in filter(None, (_DIGIT.fullmatch(one.strip()) for part in parts for one in part.split("&&"))):
        digits.setdefault(found[1], set()).add(found[2])
    named = (_VERSIONS["tls", "1", min(several)] for several in digits.values() if len(several) > 1)
    return any(version <= min(versions) for version in named)


def _is_for_old(condition: str, defaults: Sequence[tuple[str, str]]) -> bool:
    """Whether a condition is a flag that is set for the sake of old peers, and not by itself: `if legacy:`."""
    flag = _flag(_NAMED_FLAG, condition)
    if not _FOR_OLD.search(_SPLIT.sub("_", flag)):
        return False
    return not any(_plain(name) == flag and given.lower() not in _UNSET for name, given in defaults)


def is_switch(condition: str, defaults: Sequence[tuple[str, str]]) -> bool:
    """Whether a condition is nothing but a flag that is not set until somebody sets it, or a member that is set until
    somebody sets it to something else."""
    flag = _flag(_NAMED_FLAG, condition) if defaults else ""
    given = [value.lower() for name, value in defaults if flag and _plain(name) == flag]
    return any(value in _UNSET or _MEMBER.match(condition) is not None for value in given)


def by_default(condition: str, defaults: Sequence[tuple[str, str]]) -> str:
    """A condition that was met elsewhere, with those of its parts marked that hold by a default."""
    parts = condition.split(" and ") if defaults else [condition]
    return " and ".join(f"{part}{BY_DEFAULT}" if _is_met(part, defaults) else part for part in parts)


def compares(condition: str) -> bool:
    """Whether a condition may hold by a default: where something is compared."""
    return _COMPARES.search(condition) is not None


def _is_met(condition: str, defaults: Sequence[tuple[str, str]]) -> bool:
    """Whether a comparison holds by the default of what is compared."""
    if not _COMPARES.search(condition) or _DENIES.search(condition):
        return False
    return any(_meets(condition, *one) for one in defaults)


def _is_set(condition: str, versions: VersionSet, defaults: Sequence[tuple[str, str]]) -> bool:
    """Whether a condition is a flag that goes by the name of such a version, and that is not set by itself: a member by
    what it is at first, anything else unless it is known to be set."""
    word = _flag(_ASKED_FLAG, condition)
    named = named_in(word)
    if not named or min(named) > min(versions) or _OF_RUNTIME.search(word):
        return False
    known = [given.lower() in _UNSET for name, given in defaults if _plain(name) == word]
    constant = word.isupper() and not _SETTING.fullmatch(condition)  # `settings.FORCE_TLSV1` is set by whoever runs it
    return all(known) if known else not (constant or _MEMBER.match(condition))


def _flag(form: re.Pattern[str], condition: str) -> str:
    """The word by which a condition goes that is nothing but a flag, or an entry of a table; empty if it is none."""
    while condition.startswith("(") and condition.endswith(")"):
        condition = condition[1:-1]
    flag = _ENTRY.fullmatch(condition) or form.fullmatch(condition)
    return flag.group(1).replace("-", "_") if flag is not None else ""


def _plain(name: str) -> str:
    """The name of a flag without what says whose it is."""
    found = _FLAG_NAME.fullmatch(name)
    return found.group(1) if found is not None else name


def _meets(condition: str, parameter: str, default: str) -> bool:
    """Whether a comparison of a parameter holds for its default."""
    plain = default.strip("'\":")
    if not plain and _EMPTY.search(default) is None:
        return False
    named = rf"(?<![\w.$]){re.escape(parameter)}(?![\w])"
    given = re.escape(plain) if plain else f"(?:{_EMPTY.pattern})"
    if re.search(named, condition, re.IGNORECASE) is None:
        return False
    rest = re.sub(rf"(?<!['\":]){named}", "", condition, flags=re.IGNORECASE)  # a constant's name may be its value
    return re.search(rf"(?<![\w.$]){given}(?![\w])", rest, re.IGNORECASE) is not None


def _asks(condition: str, versions: VersionSet) -> bool:
    """The same of one of several conditions that all hold."""
    if not _COMPARES.search(condition) or _DENIES.search(condition) or condition.endswith(BY_DEFAULT):
        return False
    switched = _SWITCHED.fullmatch(condition)
    labels = _LABEL.split(switched.group(1)) if switched is not None else [condition]
    named = [_named(label) for label in labels]
    return all(named) and min(min(one) for one in named) <= min(versions)


def _named(label: str) -> VersionSet:
    """The versions that one side of a comparison names; there a number alone may be one, and .NET's `Tls`, also of a
    type of the code's own, which names newer ones by number."""
    label, _, beside = label.partition(BESIDE)
    bare = {_VERSIONS["tls", "1", minor] for minor in _BARE.findall(label)}
    own = label.lower().endswith(".tls") and bool(named_in(beside))
    return named_in(label) | bare | ({Version.TLS1_0} if own or _OF_DOTNET.search(label) else set())


def lacked_by(condition: str, written: str) -> str:
    """The part of a condition by which what code writes to has no value yet; empty where none says so."""
    name = _unspaced(written)
    base, _, key = name.removesuffix("]").rpartition("[")
    there = {f"isset({name})", f"array_key_exists({key},{base})"}
    lacking = {f"empty({name})", f"is_null({name})", *(f"{name}{sign}null" for sign in ("==", "==="))}
    lacking |= {f"null{sign}{name}" for sign in ("==", "===")}
    told = (
        (text, denied) for text, denied in questions(condition) if _unspaced(text) in (there if denied else lacking)
    )
    return next((f"!{text}" if denied else text for text, denied in told), "")


def _unspaced(text: str) -> str:
    """A text without spaces, and with one kind of quotes."""
    return text.replace('"', "'").replace(" ", "")


def only_names_versions(text: str) -> bool:
    """Whether a condition is nothing but names of versions, in whatever spelling: the patterns of a branch, or the key
    of a table (`:TLSv1 'TLSv1.1'`)."""
    return _NAMES.fullmatch(text.strip()) is not None
