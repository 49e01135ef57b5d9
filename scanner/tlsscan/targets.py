"""What .NET code is compiled for: target frameworks, and which of them a condition of `#if` holds for.

Microsoft documents which symbols the SDK defines for each target:
https://learn.microsoft.com/en-us/dotnet/csharp/language-reference/preprocessor-directives
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from tlsscan.clauses import pieces
from tlsscan.patterns import lazy
from tlsscan.products import Target, Targets, compare, version_key

NETFX, DOTNET, STANDARD = "netfx", "dotnet", "netstandard"
UNKNOWN = Target("", "")

_SYMBOL = lazy(
    r"(?P<family>NETFRAMEWORK|NETSTANDARD|NETCOREAPP|NET)(?P<version>[0-9]{2,3}(?!_[0-9])|[0-9]+_[0-9]+)?"
    r"(?P<more>_OR_GREATER)?"
)
_TOKEN = lazy(r"\s*(&&|\|\||==|!=|<>|=|!|\(|\)|[A-Za-z_]\w*)")
_WORDS = {"and": "&&", "andalso": "&&", "or": "||", "orelse": "||", "not": "!", "=": "==", "<>": "!="}
_TRUTH = {"true": True, "false": False}
_LONGEST = 400
_DEEPEST = 12
_RUNS = {"1": "1.0", "2.0": "2.0", "2.1": "3.0"}
"""The oldest .NET (Core) that has a version of .NET Standard."""
FIRST_WITH_STANDARD = "4.6.1"
"""The oldest .NET Framework that runs what is compiled for .NET Standard 2.0 or older."""


def is_documented(name: str) -> bool:
    """Whether a symbol is one that the SDK defines for some target."""
    found = _SYMBOL.fullmatch(name)
    return found is not None and not (found["more"] and not found["version"])


def is_defined(name: str, target: Target) -> bool | None:
    """Whether a symbol is defined for a target; None for one that a project defines by itself."""
    found = _SYMBOL.fullmatch(name)
    if not target.version or found is None or not is_documented(name) or name.upper() in target.own:
        return None
    family, version = _meant(found["family"], found["version"] or "")
    if family != target.family:
        return False
    if not version:
        return found["family"] != "NET" or compare(version_key(target.version), (5,)) >= 0
    order = compare(version_key(target.version), version_key(version))
    return order >= 0 if found["more"] else order == 0


def _meant(family: str, version: str) -> tuple[str, str]:
    """The family that a symbol speaks of, and the version: `NET472`, `NET8_0`, `NETCOREAPP3_1`."""
    if family == "NETSTANDARD":
        return STANDARD, version.replace("_", ".")
    if family == "NETFRAMEWORK" or (family == "NET" and version and "_" not in version):
        return NETFX, ".".join(version)
    return DOTNET, version.replace("_", ".")


def oldest_for(standard: str) -> str:
    """The oldest .NET (Core) that runs what is compiled for a version of .NET Standard."""
    return _RUNS.get(standard, _RUNS["1"])


def compiling(condition: str, targets: Targets) -> Targets:
    """The targets for which code under a condition is compiled, as far as that is known: all of them, where the
    condition asks for something else."""
    return tuple(target for target in targets if _holds(condition, target) is not False)


def always(condition: str, targets: Targets) -> bool:
    """Whether a condition holds for all targets."""
    return bool(targets) and all(_holds(condition, target) is True for target in targets)


def is_released(condition: str) -> bool:
    """Whether what is under a condition may be compiled for a release: not where it asks for `DEBUG`."""
    holds, fails = pieces(condition)
    return "DEBUG" not in holds and not {"!DEBUG", "Not DEBUG"} & {*fails}


@lru_cache(maxsize=4096)
def _holds(condition: str, target: Target) -> bool | None:
    """Whether a condition holds for a target; None if that is not known."""
    holds, fails = pieces(condition)
    parts = [_value(text, target) for text in holds]
    parts += [_not(_value(text, target)) for text in fails]
    return _all(parts)


def _value(text: str, target: Target) -> bool | None:
    tokens = _tokens(text)
    return _Expression(tokens, target).read() if tokens else None


def _tokens(text: str) -> list[str]:
    """The words and signs of a condition of `#if`, in C#'s spelling; nothing for what is no such condition."""
    found: list[str] = []
    at = 0
    while at < len(text) <= _LONGEST:
        match = _TOKEN.match(text, at)
        if match is None:
            return [] if text[at:].strip() else found
        found.append(_WORDS.get(match[1].lower(), match[1]))
        at = match.end()
    return found


class _Expression:
    """A condition of `#if` for one target, where a symbol may be unknown."""

    def __init__(self, tokens: Sequence[str], target: Target) -> None:
        self._tokens = tokens
        self._target = target
        self._at = 0
        self._depth = 0

    def read(self) -> bool | None:
        """Its value; None if that is not known, or it is none."""
        value = self._either()
        return value if self._at == len(self._tokens) else None

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _either(self) -> bool | None:
        value = self._both()
        while self._next() == "||":
            self._at += 1
            value = _not(_all([_not(value), _not(self._both())]))
        return value

    def _both(self) -> bool | None:
        value = self._compared()
        while self._next() == "&&":
            self._at += 1
            value = _all([value, self._compared()])
        return value

    def _compared(self) -> bool | None:
        value = self._single()
        while (sign := self._next()) in ("==", "!="):
            self._at += 1
            other = self._single()
            same = None if value is None or other is None else value == other
            value = same if sign == "==" else _not(same)
        return value

    def _single(self) -> bool | None:
        token = self._next()
        self._at += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            self._at = len(self._tokens) + 1
            return None
        if token == "!":
            value = _not(self._single())
        elif token == "(":
            value = self._either()
            self._at += 1
        else:
            value = _TRUTH.get(token.lower(), is_defined(token, self._target))
        self._depth -= 1
        return value


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: Iterable[bool | None]) -> bool | None:
    known = list(values)
    if any(value is False for value in known):
        return False
    return None if any(value is None for value in known) else True
