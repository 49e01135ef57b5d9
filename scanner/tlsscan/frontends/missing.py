"""What a handler tells of the names that are missing where it runs: all that can throw what it catches."""

from collections.abc import Callable, Iterator

from tlsscan.clauses import CAUGHT, MISSING, REFUSED, missing
from tlsscan.patterns import lazy

_WORDS = lazy(r"[\w.:]+")
_TEXTS = lazy(r"""'[^'\n]*'|"[^"\n]*"|\#[^\n]*""")
_ATTRIBUTE = lazy(r"(?<![\w.])(?!self\.|cls\.)[A-Za-z_]\w*((?:\.[A-Za-z_]\w*)+)|\)((?:\.[A-Za-z_]\w*)+)")
_IMPORTED = lazy(r"\bfrom\s+[\w.]+\s+import\s+(\([^()]*\)|[^\n;]*)|\bimport\s+([\w., ]+)")
_RENAMED = lazy(r"\s+as\s+\w+")
_MEMBER = lazy(r"(?:\.|::)(?!new\b)([A-Za-z_]\w*)(?!\w|::)")
_SYMBOL = lazy(r"""(?<!:):["']?([A-Za-z_]\w*)""")
_UNSET = frozenset({"KeyError", "IndexError", "NoOptionError", "NoSectionError"})
_LOOKED_UP = lazy(r"""\[\s*(?:['"]|-?\d+\s*\])|\b(?:get\w*|fetch|read|pop)\(\s*['"]""")
_ASSIGNED = lazy(r"\{\s*[\w.]+\s*=\s*((?:\([\w.]+\)|[\w.|\s])+);\s*\}")
_TOLD = lazy(  # comments, and statements that only write of it
    r"""//[^\n]*|(?<=[;{}])\s*[\w.]*(?:Log|Trace|Debug|Console)\w*(?:\.\w+)*\((?:"[^"\n]*"|[^";{}])*\);"""
)
_CAST = lazy(r"\([\w.]+\)")
MOST = 8  # names of which one may be missing

_Names = Callable[[str], Iterator[str]]


def python_missing(condition: str, tried: str, handler: str = "") -> str:
    """What the condition of a handler of Python adds by what is tried; nothing where anything else may throw that. The
    names that the handler needs itself are none that it stands for."""
    needed = set(_attributes(_TEXTS.sub("''", handler))) if "AttributeError" in condition else set()

    def left(plain: str) -> Iterator[str]:
        names = list(_attributes(plain))
        return iter([name for name in names if name not in needed] or names)

    kinds: dict[str, _Names] = {"AttributeError": left, "ImportError": _imported}
    return _added(condition, tried, {**kinds, "ModuleNotFoundError": _imported})


def python_unset(condition: str, tried: str) -> bool:
    """Whether the handler of a condition stands for a setting that is not there: `except KeyError` of `options["x"]`.
    Under a name that is not known before, it stands for one that is not understood."""
    words = [name.rpartition(".")[2] for name in _WORDS.findall(condition.removesuffix(CAUGHT))]
    return bool(words) and _UNSET.issuperset(words) and _LOOKED_UP.search(tried) is not None


def ruby_missing(condition: str, tried: str) -> str:
    """The same of one of Ruby, where a method of the name of a version is told by a symbol."""
    return _added(condition, tried, {"NameError": _members, "NoMethodError": _members, "ArgumentError": _symbols})


def dotnet_refused(condition: str, tried: str) -> str:
    """The same of one of .NET that catches NotSupportedException, where all that is tried is to assign values put
    together of names and numbers, and to log that: what is older refuses the newer of them."""
    found = _ASSIGNED.fullmatch(_TOLD.sub("", tried))
    told = _added(condition, found[1], {"NotSupportedException": _put_together}) if found is not None else ""
    return told.removesuffix(MISSING) + REFUSED if told else ""


def _added(condition: str, tried: str, kinds: dict[str, _Names]) -> str:
    caught = _WORDS.findall(condition.removesuffix(CAUGHT)) if condition.endswith(CAUGHT) else []
    if not tried or not caught or not all(kind in kinds for kind in caught):
        return ""
    plain = _TEXTS.sub("''", tried)
    names = list(dict.fromkeys(name for kind in caught for name in kinds[kind](plain)))
    return f" and {missing(names)}" if 0 < len(names) <= MOST else ""


def _attributes(tried: str) -> Iterator[str]:
    for found in _ATTRIBUTE.finditer(tried):
        yield from (found[1] or found[2])[1:].split(".")


def _imported(tried: str) -> Iterator[str]:
    for found in _IMPORTED.finditer(tried):
        for part in (found[1] or found[2] or "").strip("() \n\\").split(","):
            name = _RENAMED.sub("", part).strip()
            if name:
                yield name


def _members(tried: str) -> Iterator[str]:
    yield from _MEMBER.findall(tried)


def _symbols(tried: str) -> Iterator[str]:
    yield from _SYMBOL.findall(tried)


def _put_together(tried: str) -> Iterator[str]:
    for part in _CAST.sub("", tried).split("|"):
        yield part.strip().rpartition(".")[2]
